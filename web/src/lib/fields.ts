/*
 * Fields as people here write them: days, amounts, mobile numbers.  Each reads what was typed into
 * the one form that is sent, null while it is not one yet, and shows that form back.
 */
import type { Lang } from "./prefs";
import { corner, day } from "./dates";
import { normal } from "./ident";

/* 20191105, 2019-11-05, 2019/11/5, 2019.11.5, 2019年11月5日: 2019-11-05, if there is such a day. */
export function readDate(text: string): string | null {
	const plain = text.normalize("NFKC").trim();
	const found = /^(\d{4})(\d{2})(\d{2})$/.exec(plain) ?? /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$/.exec(plain);
	if (found === null)
		return null;
	const [year, month, date] = found.slice(1, 4).map(Number) as [number, number, number];
	const instant = new Date(Date.UTC(year, month - 1, date));
	if (year < 1850 || instant.getUTCMonth() !== month - 1 || instant.getUTCDate() !== date)
		return null;
	return instant.toISOString().slice(0, 10);
}

/* 2019年11月5日 周二: the day of the week tells a slip of the pen. */
export function shownDate(text: string, lang: Lang): string {
	const read = readDate(text);
	if (read === null)
		return text;
	const week = corner(lang, Date.parse(`${read}T12:00:00+08:00`)).date.split(" ").pop()!;
	return `${day(read, lang)} ${week}`;
}

/* 1,250,000.50 or 125万: the amount in yuan with at most two decimals. */
export function readMoney(text: string): string | null {
	const plain = text.normalize("NFKC").replace(/[\s,，元￥¥]/g, "");
	const found = /^(\d{1,13})(?:\.(\d{1,6}))?(万|亿)?$/.exec(plain);
	if (found === null)
		return null;
	const shift = { 万: 4, 亿: 8 }[found[3] ?? ""] ?? 0;
	const decimals = (found[2] ?? "").padEnd(shift, "0");
	const whole = (found[1]! + decimals.slice(0, shift)).replace(/^0+(?=\d)/, "");
	const rest = decimals.slice(shift).replace(/0+$/, "");
	return rest.length > 2 || whole.length > 13 ? null : rest === "" ? whole : `${whole}.${rest.padEnd(2, "0")}`;
}

export function shownMoney(text: string): string {
	const read = readMoney(text);
	return read === null ? text : read.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/* 125 万, or 1.25 million, beside 1,250,000: nobody counts zeros. */
export function rounded(text: string, lang: Lang): string {
	const value = Number(readMoney(text) ?? "0");
	const units: [number, string][] = lang === "zh" ? [[100_000_000, "亿"], [10_000, "万"]] : [[1_000_000, "million"]];
	const [size, unit] = units.find(([least]) => value >= least) ?? [0, ""];
	return size === 0 ? "" : `${String(Math.round(value / size * 100) / 100)} ${unit}`;
}

/* 138 0013 8000 */
export function shownPhone(text: string): string {
	const plain = normal(text);
	return /^1\d{10}$/.test(plain) ? `${plain.slice(0, 3)} ${plain.slice(3, 7)} ${plain.slice(7)}` : text;
}

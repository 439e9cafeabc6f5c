/*
 * Dates as people here read them: China's one clock (UTC+8, whatever the browser's zone),
 * 24 hours, 2026年11月23日.  Time left is in working hours or working days of 8 hours.
 */
import type { Lang } from "./prefs";

const OFFSET = 8 * 3600_000;
const DAY = 24 * 3600_000;
const OFFICE_HOUR = 3600_000;
const OFFICE_DAY = 8 * OFFICE_HOUR;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function parts(instant: number) {
	const date = new Date(instant + OFFSET);
	const two = (n: number) => String(n).padStart(2, "0");
	return {
		day: Math.floor((instant + OFFSET) / DAY),
		year: date.getUTCFullYear(),
		month: date.getUTCMonth(),
		date: date.getUTCDate(),
		week: date.getUTCDay(),
		clock: `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`,
	};
}

function written(p: ReturnType<typeof parts>, lang: Lang, withYear: boolean): string {
	if (lang === "en")
		return `${p.date} ${MONTHS[p.month]}${withYear ? ` ${p.year}` : ""}`;
	return `${withYear ? `${p.year}年` : ""}${p.month + 1}月${p.date}日`;
}

/* 2026年11月23日; text is a day or an instant. */
export function day(text: string, lang: Lang): string {
	const instant = text.length === 10 ? Date.parse(`${text}T00:00:00+08:00`) : Date.parse(text);
	return written(parts(instant), lang, true);
}

/* 11月23日, and the year once it is another one: for lists and lines where room is short. */
export function shortDay(text: string, lang: Lang, now = Date.now()): string {
	const p = parts(Date.parse(text.length === 10 ? `${text}T00:00:00+08:00` : text));
	return written(p, lang, p.year !== parts(now).year);
}

/* Days from today (China's) to the day or instant: 0 today, -1 yesterday. */
export function daysFromToday(text: string, now = Date.now()): number {
	const instant = text.length === 10 ? Date.parse(`${text}T00:00:00+08:00`) : Date.parse(text);
	return parts(instant).day - parts(now).day;
}

/* 今天 15:20, 明天 09:30, 11月7日 09:30, and the year once it is another one. */
export function moment(text: string, lang: Lang, now = Date.now()): string {
	const p = parts(Date.parse(text));
	const today = parts(now);
	const near = p.day - today.day;
	const words = lang === "zh" ? ["昨天", "今天", "明天"] : ["yesterday", "today", "tomorrow"];
	const name = near >= -1 && near <= 1 ? words[near + 1]! : written(p, lang, p.year !== today.year);
	return `${name} ${p.clock}`;
}

/* 11月23日 周一 and 15:20, for the corner of a workbench. */
export function corner(lang: Lang, now = Date.now()): { date: string; clock: string } {
	const p = parts(now);
	const week = lang === "zh" ? `周${"日一二三四五六"[p.week]}` :
	    ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][p.week]!;
	return { date: `${written(p, lang, false)} ${week}`, clock: p.clock };
}

function trimmed(value: number): string {
	return value.toFixed(1).replace(/\.0$/, "");
}

/*
 * 1.5 个工作小时, 2 个工作日; rounded down, so that nobody is promised time that is gone.
 * In a narrow list short drops the word for working, the heading of the list says it.
 */
export function officeTime(ms: number, lang: Lang, short = false): string {
	const size = Math.abs(ms);
	const unit = size >= OFFICE_DAY ? OFFICE_DAY : OFFICE_HOUR;
	if (size >= OFFICE_HOUR) {
		const n = trimmed(Math.floor(size / unit * 10) / 10);
		if (lang === "zh")
			return `${n} ${short ? "" : "个工作"}${unit === OFFICE_HOUR ? "小时" : short ? "工作日" : "日"}`;
		return `${n} ${short ? "" : "working "}${unit === OFFICE_HOUR ? "hour" : "day"}${n === "1" ? "" : "s"}`;
	}
	const minutes = Math.floor(size / 60_000);
	return lang === "zh" ? `${minutes} 分钟` : `${minutes} min`;
}

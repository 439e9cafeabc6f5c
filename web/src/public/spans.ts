/* Times of life events, as short as a phone needs them. */
import { moment, officeTime } from "@/lib/dates";
import { prefs } from "@/lib/prefs";
import { t } from "./event.messages";

const MINUTE = 60_000;
const SHORT = 120;	/* up to here minutes are said as minutes */

const short = (minutes: number) => minutes < 1 ? t("minute.less") : t("minutes", { n: minutes });

/* Working minutes: 60 分钟, 12 个工作日. */
export function span(minutes: number): string {
	return minutes <= SHORT ? short(minutes) : officeTime(minutes * MINUTE, prefs.lang);
}

/* Minutes of a clock on the wall, which rests neither at night nor on Sunday. */
export function passed(minutes: number): string {
	if (minutes <= SHORT)
		return short(minutes);
	return minutes < 48 * 60 ? t("hours", { n: Math.floor(minutes / 60) }) : t("days", { n: Math.floor(minutes / 1440) });
}

/* 还剩 6 分钟: only while no time of rest can lie before the end; a clock on the wall does not know of those. */
export function left(due: string | null, promised: number, now: number): number | null {
	if (due === null)
		return null;
	const minutes = Math.floor((Date.parse(due) - now) / MINUTE);
	return minutes >= 0 && minutes <= promised ? minutes : null;
}

/* 今天 10:24, which stays on one line. */
export const at = (text: string, now: number) => moment(text, prefs.lang, now).replaceAll(" ", "\u00a0");

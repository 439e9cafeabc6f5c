// Working days and office hours in China, computed apart from the program (UTC+8 all year).
import { readCsv } from './csv.mjs';
import { jinhua } from './paths.mjs';

const DAY = 86400000, SHIFT = 8 * 3600000;
const listed = new Map(readCsv(`${jinhua}/workdays.csv`).map((r) => [r.date, r.kind]));

export const dayOf = (ms) => new Date(ms + SHIFT).toISOString().slice(0, 10);
const nextDay = (day) => new Date(Date.parse(day) + DAY).toISOString().slice(0, 10);

export function works(day) {
	const kind = listed.get(day);
	if (kind !== undefined) return kind === 'workday_makeup';
	const weekday = new Date(day).getUTCDay();
	return weekday >= 1 && weekday <= 5;
}

/** The n-th working day after day; for n = 0 the day itself or the next that works. */
export function addWorkdays(day, n) {
	if (n === 0) while (!works(day)) day = nextDay(day);
	for (; n > 0; n--)
		do day = nextDay(day); while (!works(day));
	return day;
}

/** Spans of "08:30-12:00,13:30-18:00" on a day, as instants. */
function spans(hours, day) {
	if (!works(day)) return [];
	const midnight = Date.parse(day) - SHIFT;
	const at = (hm) => midnight + (Number(hm.slice(0, 2)) * 60 + Number(hm.slice(3))) * 60000;
	return hours.split(',').map((s) => s.split('-').map(at));
}

/** The instant at which ms of office time have passed; closing time stays closing time. */
export function addOffice(hours, from, ms) {
	for (let day = dayOf(from); ; day = nextDay(day))
		for (const [open, close] of spans(hours, day)) {
			const start = Math.max(open, from);
			if (start >= close) continue;
			if (close - start >= ms) return start + ms;
			ms -= close - start;
		}
}

/** Office time between two instants, negative if until is before from. */
export function officeBetween(hours, from, until) {
	if (until < from) return -officeBetween(hours, until, from);
	let sum = 0;
	for (let day = dayOf(from); Date.parse(day) - SHIFT <= until; day = nextDay(day))
		for (const [open, close] of spans(hours, day))
			sum += Math.max(0, Math.min(close, until) - Math.max(open, from));
	return sum;
}

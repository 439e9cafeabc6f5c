/*
 * The line on which a joint case is drawn.  A promise counts office minutes, and no page knows the
 * days of rest; but the server says when the whole and each step that began with it are due, and so
 * how minutes of the plan lie on the clock.  What no minute is counted for (a night) is a strip of one
 * width, so that an hour of work stays as wide as an hour.  A promise of days is drawn to scale
 * between its two ends.  A draft has no clock yet: its ticks are minutes.
 */
import type { JointCase, LifeEvent } from "@/api/types";

const MINUTE = 60_000;
const REST_MS = 20 * MINUTE;	/* a shorter difference is no rest */
const OFFICE_DAY = 480;
const STRIP = 0.14;		/* share of the width */
const TICKS = 5;
const LABELLED = 0.93;		/* behind that a label has no room */
const SIZES = [5, 10, 15, 30, 60, 120, 240, 480, 1440, 2880, 7200, 10080, 43200];

interface Piece { minute: number; until: number; from: number; work: number; to: number }
export interface Axis {
	place: (instant: number) => number;	/* 0..1 */
	planned: (minute: number) => number;	/* of the plan, 0..1 */
	rests: { left: number; width: number }[];
	days: boolean;				/* ticks are days */
	ticks: { at: number; minute: number; instant: number }[];
}

/* Between two moments of which the minute of the plan is known: rest first, then work. */
function piecesOf(of: JointCase, start: number, due: number): Piece[] {
	const known = new Map([[of.promised_minutes, due]]);
	for (const step of of.steps)
		if (step.attempt === 1 && step.ready_at !== null && step.due_at !== null && Date.parse(step.ready_at) - start < MINUTE && step.promised_minutes < of.promised_minutes)
			known.set(step.promised_minutes, Date.parse(step.due_at));
	const pieces: Piece[] = [];
	let minute = 0, from = start;
	for (const [until, to] of [...known].sort((a, b) => a[0] - b[0])) {
		if (to <= from)
			continue;
		const rest = to - from - (until - minute) * MINUTE;
		pieces.push({ minute, until, from, to, work: rest > REST_MS && of.promised_minutes <= OFFICE_DAY ? from + rest : from });
		[minute, from] = [until, to];
	}
	return pieces;
}

export function axisOf(of: JointCase, event: LifeEvent | null, now: number): Axis {
	const start = Date.parse(of.started_at ?? of.opened_at);
	const due = of.due_at === null ? start + of.promised_minutes * MINUTE : Date.parse(of.due_at);
	const pieces = piecesOf(of, start, due);
	const clock = (minute: number): number => {
		const piece = pieces.find((one) => minute <= one.until) ?? pieces[pieces.length - 1];
		return piece === undefined ? start : minute <= piece.minute ? piece.work :
		    piece.work + (minute - piece.minute) * (piece.to - piece.work) / (piece.until - piece.minute);
	};
	const ends = of.steps.flatMap((step) => [step.ended_at, step.due_at]).map((one) => one === null ? 0 : Date.parse(one));
	const plan = (event?.steps ?? []).map((step) => clock(step.ends_at));
	const last = Math.max(due, ...plan, ...ends, of.state === "running" ? now : 0);
	const rests = pieces.filter((one) => one.work > one.from);
	const worked = last - start - rests.reduce((sum, one) => sum + one.work - one.from, 0);
	const scale = (1 - rests.length * STRIP) / Math.max(worked, MINUTE);
	const place = (instant: number): number => {
		let at = (instant - start) * scale;
		for (const one of rests)
			if (instant > one.from)
				at += Math.min(instant - one.from, one.work - one.from) * (STRIP / (one.work - one.from) - scale);
		return Math.min(1, Math.max(0, at));
	};
	const minutes = worked / MINUTE;
	const size = SIZES.find((one) => minutes / one <= TICKS) ?? minutes;
	const ticks: Axis["ticks"] = [];
	let instant = rests[0]?.from === start ? rests[0].work : start;
	for (let minute = 0; minute < minutes && place(instant) < LABELLED; minute += size, instant += size * MINUTE) {
		const rest = rests.find((one) => one.from > start && instant > one.from && instant - size * MINUTE <= one.from);
		if (rest)
			instant += rest.work - rest.from;
		ticks.push({ at: place(instant), minute, instant });
	}
	return { place, planned: (minute) => place(clock(minute)), days: size >= 1440, ticks,
		rests: rests.map((one) => ({ left: place(one.from), width: place(one.work) - place(one.from) })) };
}

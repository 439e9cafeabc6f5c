/*
 * The line on which a joint case is drawn.  The promise counts working minutes only, and no page
 * knows the days of rest; but the server says when the promise ends, and so where the plan begins.
 * What lies before that (a night, a weekend) is drawn in a strip of its own, so that an hour stays
 * as wide as an hour.  A draft has no clock yet: its ticks are minutes.
 */
import type { JointCase, LifeEvent } from "@/api/types";

const MINUTE = 60_000;
const REST_MS = 20 * MINUTE;	/* a shorter difference is no rest */
const STRIP = 0.16;		/* share of the width */
const TICKS = 5;
const LABELLED = 0.92;	/* behind that a label has no room */
const STEPS = [5, 10, 15, 30, 60, 120, 240, 480, 1440, 2880, 10080];

export interface Axis {
	place: (instant: number) => number;	/* 0..1 */
	planned: (minute: number) => number;	/* of the plan, 0..1 */
	strip: number;				/* share that is rest; 0: none */
	ticks: { at: number; minute: number; instant: number }[];
}

export function axisOf(of: JointCase, event: LifeEvent | null, instant: number): Axis {
	const start = Date.parse(of.started_at ?? of.opened_at);
	const due = of.due_at === null ? start + of.promised_minutes * MINUTE : Date.parse(of.due_at);
	let origin = due - of.promised_minutes * MINUTE;
	const strip = origin - start > REST_MS ? STRIP : 0;
	if (strip === 0)
		origin = start;
	const plan = Math.max(0, ...(event?.steps.map((step) => step.ends_at) ?? []));
	const ends = of.steps.flatMap((step) => [step.ended_at, step.due_at]).map((one) => one === null ? 0 : Date.parse(one));
	const last = Math.max(due, origin + plan * MINUTE, ...ends, of.state === "running" ? instant : 0) + 2 * MINUTE;
	const wide = (last - origin) / (1 - strip);
	const place = (at: number) => Math.min(1, Math.max(0, strip > 0 && at < origin ? (at - start) / (origin - start) * strip : strip + (at - origin) / wide));
	const minutes = (last - origin) / MINUTE;
	const size = STEPS.find((one) => minutes / one <= TICKS) ?? Math.ceil(minutes / TICKS / 10080) * 10080;
	const ticks: Axis["ticks"] = [];
	for (let minute = 0; minute < minutes * LABELLED; minute += size)
		ticks.push({ at: place(origin + minute * MINUTE), minute, instant: origin + minute * MINUTE });
	return { place, planned: (minute) => place(origin + minute * MINUTE), strip, ticks };
}

/*
 * What a screen of joint cases 联办件 knows: the list, the one on the screen, its definition, what
 * happened to it.  Every change goes through act(), as in clerk/cases.ts.
 */
import { computed, ref, shallowRef } from "vue";

import * as api from "@/api/client";
import type { JointCase, JointEvent, JointState, JointSummary, LifeEvent } from "@/api/types";
import { pagesOf } from "../pages";
import { announce, session, t } from "../state";
import { stateWord } from "./words";

const LIST_LIMIT = 100;

export type Panel = { kind: "step"; step: string } | { kind: "withdraw" } | { kind: "link"; who: string | null; form?: boolean };

export const showing = ref<JointState | "">("running");
export const place = ref("");	/* a county of the city; "": one's own */
export const current = shallowRef<JointCase | null>(null);
export const event = shallowRef<LifeEvent | null>(null);
export const events = shallowRef<JointEvent[]>([]);
export const panel = shallowRef<Panel | null>(null);
export const problem = shallowRef<api.Problem | null>(null);
export const busy = ref(false);

export const mayWork = computed(() => session.value?.user.role === "clerk");
export const ended = computed(() => current.value?.state === "finished" || current.value?.state === "withdrawn");

let cursor: string | undefined;
let wanted: string | null = null;	/* the one that was asked for last */

function caught(error: unknown): void {
	if (!(error instanceof api.Problem))
		throw error;
	problem.value = error;
}

export const held = pagesOf<JointSummary>(async (from) => {
	const page = await api.searchJoints({ limit: LIST_LIMIT, ...(showing.value !== "" && { state: showing.value }), ...(place.value !== "" && { division: place.value }),
		...(from !== null && { cursor: from }) });
	return { rows: page.joint_cases, next: page.next };
});
export const list = held.rows;
export async function readList(): Promise<void> {
	const of = `${showing.value} ${place.value}`, fresh = await held.read();
	if (of === `${showing.value} ${place.value}`)
		held.anew(fresh);
}

/* A newer state is put on the screen, and what changed is said; another joint case stays what it is. */
function show(fresh: JointCase): void {
	if (current.value?.id !== fresh.id)
		return;
	const before = new Map(current.value.steps.map((step) => [step.code, step.state]));
	const changed = fresh.steps.filter((step) => before.has(step.code) && before.get(step.code) !== step.state);
	current.value = fresh;
	if (changed.length > 0)
		announce(changed.map((step) => t("joint.changed", { matter: step.matter.name, state: stateWord(step).word })).join(t("sep")));
}

/* The definition that the joint case keeps; where the list has gone on, that of the day of its opening. */
async function readEvent(of: JointCase): Promise<void> {
	let definition = await api.lifeEvent(of.life_event.code);
	if (definition.inventory.version !== of.inventory)
		definition = await api.lifeEvent(of.life_event.code, of.opened_at.slice(0, 10)).catch(() => definition);
	if (current.value?.id === of.id)
		event.value = definition;
}

async function readEvents(of: JointCase): Promise<number> {
	for (let n = 0;;) {
		const from = cursor, page = await api.jointEvents(of.id, from);
		if (current.value?.id !== of.id)
			return n;
		if (cursor !== from)
			continue;	/* the same was read elsewhere meanwhile: on from there */
		cursor = page.next ?? cursor;
		n += page.events.length;
		if (page.events.length > 0)
			events.value = [...events.value, ...page.events];
		if (!page.more)
			return n;
	}
}

/* The answer about one that was left meanwhile is not shown; true when it is the one to look at. */
export async function openJoint(id: string): Promise<boolean> {
	problem.value = null;
	panel.value = null;
	if (current.value !== null && current.value.number !== id && current.value.id !== id)
		leave();
	wanted = id;
	try {
		const fresh = await api.joint(id);
		if (wanted !== id)
			return false;
		if (current.value?.id !== fresh.id) {
			current.value = fresh;
			await Promise.all([readEvent(fresh), readEvents(fresh)]);
		} else
			show(fresh);
	} catch (error) {
		if (wanted === id || !(error instanceof api.Problem))
			caught(error);
	}
	return wanted === id;
}

export function leave(): void {
	wanted = null;
	current.value = null;
	event.value = null;
	events.value = [];
	panel.value = null;
	cursor = undefined;
}

/* What came by itself, to this tab or to another one; while something is being done here that says what is. */
export async function follow(fresh: JointCase): Promise<void> {
	if (busy.value || current.value?.id !== fresh.id || fresh.version < current.value.version)
		return;
	show(fresh);
	await readEvents(fresh).catch((error: unknown) => {
		if (!(error instanceof api.Problem))
			throw error;	/* else the next press will say it */
	});
}

/* Runs one change of the joint case on the screen; true when it was done. */
export async function act(change: (of: JointCase) => Promise<JointCase>): Promise<boolean> {
	const of = current.value;
	if (of === null || busy.value)
		return false;
	busy.value = true;
	problem.value = null;
	try {
		show(await change(of));
		return true;
	} catch (error) {
		caught(error);
		if (error instanceof api.Problem && error.overtaken)
			await api.joint(of.id).then(show, () => undefined);
		return false;
	} finally {
		busy.value = false;
		void readList().catch(() => undefined);
	}
}

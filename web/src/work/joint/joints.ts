/*
 * What a screen of joint cases 联办件 knows: the list, the one on the screen, its definition, what
 * happened to it.  The events are asked for every two seconds while somebody looks; what they
 * change is read again.  Every change goes through act(), as in clerk/cases.ts.
 */
import { computed, ref, shallowRef } from "vue";

import * as api from "@/api/client";
import type { JointCase, JointEvent, JointState, JointSummary, LifeEvent } from "@/api/types";
import { announce, session, t } from "../state";
import { stateWord } from "./words";

const LIST_LIMIT = 100;
/* A step's case is opened after the event that says so: some readings more. */
const AFTER = 3;
const EACH = 5;

export type Panel = { kind: "step"; step: string } | { kind: "withdraw" } | { kind: "link"; who: string | null; form?: boolean };

export const list = shallowRef<JointSummary[] | null>(null);
export const listMore = ref<string | null>(null);
export const showing = ref<JointState | "">("running");
export const place = ref("");	/* a county of the city; "": one's own */
export const current = shallowRef<JointCase | null>(null);
export const event = shallowRef<LifeEvent | null>(null);
export const events = shallowRef<JointEvent[]>([]);
export const panel = shallowRef<Panel | null>(null);
export const problem = shallowRef<api.Problem | null>(null);
export const busy = ref(false);
export const lost = ref<number | null>(null);	/* since when the server cannot be reached */

export const mayWork = computed(() => session.value?.user.role === "clerk");
export const ended = computed(() => current.value?.state === "finished" || current.value?.state === "withdrawn");

let cursor: string | undefined;
let round = 0, again = 0;

function caught(error: unknown): void {
	if (!(error instanceof api.Problem))
		throw error;
	problem.value = error;
}

const asked = () => ({ limit: LIST_LIMIT, ...(showing.value !== "" && { state: showing.value }), ...(place.value !== "" && { division: place.value }) });
export async function readList(): Promise<void> {
	const page = await api.searchJoints(asked());
	list.value = page.joint_cases;
	listMore.value = page.next;
}
export async function readMore(): Promise<void> {
	const page = await api.searchJoints({ ...asked(), cursor: listMore.value! });
	list.value = [...list.value ?? [], ...page.joint_cases];
	listMore.value = page.next;
}

/* A newer state is put on the screen, and what changed is said. */
function show(fresh: JointCase): void {
	const before = new Map(current.value?.id === fresh.id ? current.value.steps.map((step) => [step.code, step.state]) : []);
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
	let page, n = 0;
	do {
		page = await api.jointEvents(of.id, cursor);
		if (current.value?.id !== of.id)
			return n;
		cursor = page.next ?? cursor;
		n += page.events.length;
		if (page.events.length > 0)
			events.value = [...events.value, ...page.events];
	} while (page.more);
	return n;
}

export async function openJoint(id: string): Promise<void> {
	problem.value = null;
	panel.value = null;
	if (current.value !== null && current.value.number !== id && current.value.id !== id)
		leave();
	try {
		const fresh = await api.joint(id);
		if (current.value?.id !== fresh.id) {
			leave();
			current.value = fresh;
			await Promise.all([readEvent(fresh), readEvents(fresh)]);
		} else
			show(fresh);
	} catch (error) {
		caught(error);
	}
}

export function leave(): void {
	current.value = null;
	event.value = null;
	events.value = [];
	panel.value = null;
	lost.value = null;
	cursor = undefined;
	round = again = 0;
}

/* The timer's reading.  A server that cannot be reached is said; the page keeps what it has. */
export async function poll(): Promise<void> {
	const of = current.value;
	if (of === null || busy.value || document.hidden)
		return;
	try {
		if (await readEvents(of) > 0)
			again = AFTER;
		const open = of.steps.some((step) => (step.state === "running" || step.state === "replaced") && step.case === null);
		if (again > 0 || open || ++round % EACH === 0) {
			again = Math.max(0, again - 1);
			const fresh = await api.joint(of.id);
			if (!busy.value && current.value?.id === fresh.id && fresh.version >= current.value.version)
				show(fresh);
		}
		lost.value = null;
	} catch (error) {
		if (!(error instanceof api.Problem))
			throw error;
		lost.value ??= Date.now();
	}
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
		again = AFTER;
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

/* What a supervisor has to answer, and the complaint on the screen; the counterpart of desk/questions.ts. */
import { computed, ref, shallowRef } from "vue";

import * as api from "@/api/client";
import type { Complaint, ComplaintState, ComplaintSummary } from "@/api/types";
import { daysFromToday } from "@/lib/dates";
import { now } from "../state";

export const showing = ref<ComplaintState>("received");
export const list = shallowRef<ComplaintSummary[] | null>(null);
export const more = ref<string | null>(null);
export const current = shallowRef<Complaint | null>(null);
export const problem = shallowRef<api.Problem | null>(null);
export const busy = ref(false);

const LIMIT = 100;

export type Urgency = "late" | "today" | "later" | "answered";
export function urgency(row: ComplaintSummary): Urgency {
	if (row.state === "answered")
		return "answered";
	return row.overdue ? "late" : daysFromToday(row.due_at, now.value) <= 0 ? "today" : "later";
}
export const groups = computed(() => (["late", "today", "later", "answered"] as Urgency[]).flatMap((kind) => {
	const rows = (list.value ?? []).filter((row) => urgency(row) === kind);
	return rows.length === 0 ? [] : [{ kind, rows }];
}));
export const ordered = computed(() => groups.value.flatMap((group) => group.rows));

/* Runs what asks the server; a refusal is shown, input stays. */
export async function guarded<R>(what: () => Promise<R>): Promise<R | undefined> {
	problem.value = null;
	try {
		return await what();
	} catch (error) {
		if (!(error instanceof api.Problem))
			throw error;
		problem.value = error;
		return undefined;
	}
}

export async function readList(): Promise<void> {
	const page = await api.searchComplaints({ state: showing.value, limit: LIMIT });
	list.value = page.complaints;
	more.value = page.next;
}

export async function readMore(): Promise<void> {
	if (more.value === null)
		return;
	const page = await api.searchComplaints({ state: showing.value, limit: LIMIT, cursor: more.value });
	list.value = [...(list.value ?? []), ...page.complaints];
	more.value = page.next;
}

export async function answer(change: (of: Complaint) => Promise<Complaint>): Promise<boolean> {
	const of = current.value;
	if (of === null || busy.value)
		return false;
	busy.value = true;
	const done = await guarded(() => change(of));
	const fresh = problem.value?.overtaken ? problem.value.details.current : undefined;
	if (done !== undefined)
		current.value = done;
	else if (fresh !== undefined && "what" in fresh)
		current.value = fresh;
	busy.value = false;
	await readList().catch(() => undefined);
	return done !== undefined;
}

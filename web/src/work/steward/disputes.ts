/* What the owner of data has to answer, and the dispute on the screen; the counterpart of supervisor/complaints.ts. */
import { computed, ref, shallowRef } from "vue";

import * as api from "@/api/client";
import type { Dispute, DisputeState, DisputeSummary } from "@/api/types";
import { daysFromToday } from "@/lib/dates";
import { now } from "../state";

export const showing = ref<DisputeState>("open");
export const list = shallowRef<DisputeSummary[] | null>(null);
export const more = ref<string | null>(null);
export const current = shallowRef<Dispute | null>(null);
export const problem = shallowRef<api.Problem | null>(null);
export const busy = ref(false);

const LIMIT = 100;

export type Urgency = "late" | "today" | "later" | "ended";
export function urgency(row: DisputeSummary): Urgency {
	if (row.state !== "open")
		return "ended";
	return row.overdue ? "late" : daysFromToday(row.due_at, now.value) <= 0 ? "today" : "later";
}
export const groups = computed(() => (["late", "today", "later", "ended"] as Urgency[]).flatMap((kind) => {
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
	const page = await api.searchDisputes({ state: showing.value, limit: LIMIT });
	list.value = page.disputes;
	more.value = page.next;
}

export async function readMore(): Promise<void> {
	if (more.value === null)
		return;
	const page = await api.searchDisputes({ state: showing.value, limit: LIMIT, cursor: more.value });
	list.value = [...(list.value ?? []), ...page.disputes];
	more.value = page.next;
}

export async function answer(change: (of: Dispute) => Promise<Dispute>): Promise<boolean> {
	const of = current.value;
	if (of === null || busy.value)
		return false;
	busy.value = true;
	const done = await guarded(() => change(of));
	const fresh = problem.value?.overtaken ? problem.value.details.current : undefined;
	if (done !== undefined)
		current.value = done;
	else if (fresh !== undefined && "claimed" in fresh)
		current.value = fresh;
	busy.value = false;
	await readList().catch(() => undefined);
	return done !== undefined;
}

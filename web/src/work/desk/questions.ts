/* The verifier's queue and the question on the screen; the counterpart of clerk/cases.ts. */
import { computed, ref, shallowRef } from "vue";

import * as api from "@/api/client";
import type { Verification, VerificationSummary } from "@/api/types";
import { daysFromToday } from "@/lib/dates";
import { type Page, pagesOf } from "../pages";
import { now } from "../state";

/* What the desk has to answer, or what waits for the counter. */
export const showing = ref<"open" | "need_more">("open");
/* Those that are to be answered together, by id. */
export const picked = ref(new Set<string>());
/* Of those that were answered together, what was not done, and why. */
export const refused = shallowRef<{ row: VerificationSummary; why: string }[]>([]);
export const current = shallowRef<Verification | null>(null);
export const problem = shallowRef<api.Problem | null>(null);
export const busy = ref(false);

const FIRST = 50, LIMIT = 200;
/*
 * A desk in arrears has more than can be looked at: a page at a time, the most urgent first.  The first is
 * small, because nobody can begin before it is there.
 */
export const list = pagesOf<VerificationSummary>(async (cursor) => {
	const page = await api.searchVerifications({ state: showing.value, limit: cursor === null ? FIRST : LIMIT, ...(cursor !== null && { cursor }) });
	return { rows: page.verifications, next: page.next };
});
export const queue = list.rows;
export const queueMore = computed(() => list.more.value !== null);

export type Urgency = "late" | "today" | "tomorrow" | "later";
export function urgency(row: VerificationSummary): Urgency {
	if (row.overdue)
		return "late";
	const days = daysFromToday(row.due_at, now.value);
	return days <= 0 ? "today" : days === 1 ? "tomorrow" : "later";
}
const KINDS: Urgency[] = ["late", "today", "tomorrow", "later"];
function grouped(rows: VerificationSummary[]): { kind: Urgency; rows: VerificationSummary[] }[] {
	const of: Record<Urgency, VerificationSummary[]> = { late: [], today: [], tomorrow: [], later: [] };
	for (const row of rows)
		of[urgency(row)].push(row);
	return KINDS.flatMap((kind) => of[kind].length === 0 ? [] : [{ kind, rows: of[kind] }]);
}
export const ordered = computed(() => grouped(queue.value ?? []).flatMap((group) => group.rows));
/* A browser finds only what stands on the page, and of a long list not all does. */
export const sought = ref("");
const holds = (row: VerificationSummary, words: string[]) => {
	const text = `${row.proof.name} ${row.matter.name} ${row.subject} ${row.case_number}`.toLowerCase();
	return words.every((word) => text.includes(word));
};
export const groups = computed(() => {
	const words = sought.value.toLowerCase().split(/\s+/).filter((word) => word !== "");
	return grouped(words.length === 0 ? queue.value ?? [] : (queue.value ?? []).filter((row) => holds(row, words)));
});
export const listed = computed(() => groups.value.flatMap((group) => group.rows));
const waits = (of: Verification | null) => of?.state === "sent" || of?.state === "signed_for";
export const open = computed(() => waits(current.value));

export const together = computed(() => ordered.value.filter((row) => picked.value.has(row.id)));

export function putQueue(fresh: Page<VerificationSummary>): void {
	list.first(fresh);
	const there = new Set((queue.value ?? []).map((row) => row.id));
	if ([...picked.value].some((id) => !there.has(id)))
		picked.value = new Set([...picked.value].filter((id) => there.has(id)));
}
export async function readQueue(): Promise<void> {
	const of = showing.value, fresh = await list.read();
	if (of === showing.value)
		putQueue(fresh);
}

let wanted: string | null = null;
/* The question comes on the screen, null: none does; the answer about one that was left meanwhile is not shown. */
export async function show(id: string | null): Promise<void> {
	wanted = id;
	if (id === null)
		current.value = null;
	if (id === null || current.value?.id === id)
		return;
	problem.value = null;
	try {
		const fresh = await api.verification(id);
		if (wanted === id)
			current.value = fresh;
	} catch (error) {
		if (!(error instanceof api.Problem))
			throw error;
		if (wanted !== id)
			return;
		problem.value = error;
		current.value = null;
	}
}

/* What was answered is gone from the list at once: the next one does not wait until all of it has been read again. */
function settled(of: Verification): void {
	const stays = showing.value === "open" ? waits(of) : of.state === "need_more";
	if (!stays) {
		list.change((row) => row.id === of.id ? null : row);
		picked.value = new Set([...picked.value].filter((id) => id !== of.id));
	}
}

export async function act(change: (of: Verification) => Promise<Verification>): Promise<boolean> {
	const of = current.value;
	if (of === null || busy.value)
		return false;
	busy.value = true;
	problem.value = null;
	try {
		const done = await change(of);
		if (current.value?.id === of.id)
			current.value = done;
		settled(done);
		return true;
	} catch (error) {
		if (!(error instanceof api.Problem))
			throw error;
		problem.value = error;
		const fresh = error.overtaken ? error.details.current : undefined;
		if (fresh !== undefined && "question" in fresh && "desk" in fresh && current.value?.id === of.id)
			current.value = fresh;
		return false;
	} finally {
		busy.value = false;
		void readQueue().catch(() => undefined);
	}
}

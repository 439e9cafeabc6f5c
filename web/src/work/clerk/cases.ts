/*
 * What the clerk's screen knows: the list of cases, the case on the screen, the open panel.
 *
 * Every change goes through act(): it shows the server's refusal, and when somebody else was
 * faster it puts the current case on the screen and says who changed it and when.
 */
import { computed, ref, shallowRef } from "vue";

import * as api from "@/api/client";
import type { Case, CaseItem, CaseSummary, ItemChanged, SlipKind } from "@/api/types";
import { type Page, pagesOf } from "../pages";
import { announce, t } from "../state";
import { needsClerk, stateWord } from "./words";

export type Panel =
	| { kind: "verify"; item: string }
	| { kind: "sign"; item: string }
	| { kind: "again"; item: string }
	| { kind: "asked"; item: string }
	| { kind: "dispute"; item: string }
	| { kind: "answers"; field?: string | undefined; role?: string | undefined }
	| { kind: "conclude"; outcome?: "refused" | undefined }
	| { kind: "correct" }
	| { kind: "defer" }
	| { kind: "transfer" }
	| { kind: "slip"; slip: SlipKind }
	| { kind: "trail" };

const LIST_LIMIT = 200;

export const current = shallowRef<Case | null>(null);
export const selected = ref<string | null>(null);
export const panel = shallowRef<Panel | null>(null);
export const problem = shallowRef<api.Problem | null>(null);
export const busy = ref(false);
export const asking = ref<string | null>(null);	/* the item a source is being asked about */
export const savedAt = ref<string | null>(null);
let wanted: string | null = null;	/* the number of the case that was asked for last */

export const final = (state: Case["state"]) => state === "settled" || state === "refused" || state === "withdrawn";
export const closed = computed(() => current.value === null || final(current.value.state));

function caught(error: unknown): void {
	if (!(error instanceof api.Problem))
		throw error;
	problem.value = error;
}

/* The newest first, a page at a time; what is due soonest stands on top of those that are there. */
export const held = pagesOf<CaseSummary>(async (cursor) => {
	const page = await api.searchCases({ limit: LIST_LIMIT, ...(cursor !== null && { cursor }) });
	return { rows: page.cases, next: page.next };
});
export const list = held.rows;
export const listMore = computed(() => held.more.value !== null);
export async function readList(): Promise<void> {
	held.first(await held.read());
}

/*
 * A list that came by itself, to this tab or to another one: the case on the screen is read again if it says
 * that there is a newer one.  A failure is not worth a notice, the next press will say it.
 */
export async function follow(page: Page<CaseSummary>): Promise<void> {
	if (busy.value)
		return;
	held.first(page);
	const shown = current.value;
	const row = page.rows.find((one) => one.id === shown?.id);
	if (shown === null || final(shown.state) || row?.version === shown.version)
		return;
	try {
		const fresh = await api.getCase(shown.id);
		if (!busy.value && current.value?.id === fresh.id && fresh.version > current.value.version) {
			stays.value = new Map(current.value.items.map((item) => [item.code, rank(item)]));
			show(fresh);
		}
	} catch (error) {
		if (!(error instanceof api.Problem))
			throw error;
	}
}

/* Puts a newer state of the case on the screen and says which cards have changed; another case stays what it is. */
function show(fresh: Case): void {
	if (current.value?.id !== fresh.id)
		return;
	const before = new Map(current.value.items.map((item) => [item.code, item]));
	const changed = fresh.items.filter((item) => before.has(item.code) && before.get(item.code)!.state !== item.state);
	current.value = fresh;
	if (changed.length > 0)
		announce(changed.map((item) => t("case.changed", { proof: item.proof.name, state: stateWord(item).word })).join(t("sep")));
}

/*
 * The case of this number comes on the screen, null: none does.  One that was just made is there already; the answer about one
 * that was left meanwhile is not shown.  True when it is the one to look at.
 */
export async function openCase(number: string | null): Promise<boolean> {
	wanted = number;
	problem.value = null;
	panel.value = null;
	selected.value = null;
	stays.value = new Map();
	if (number !== null && (current.value?.number === number || current.value?.id === number))
		return true;
	current.value = null;
	if (number === null)
		return false;
	try {
		const fresh = await api.getCase(number);
		if (wanted === number)
			current.value = fresh;
	} catch (error) {
		if (wanted === number || !(error instanceof api.Problem))
			caught(error);
	}
	return wanted === number;
}

function isCase(value: Case | ItemChanged): value is Case {
	return "items" in value;
}

/* Runs one change of the case on the screen; true when it was done. */
export async function act(change: (of: Case) => Promise<Case | ItemChanged>, item: string | null = null): Promise<boolean> {
	const of = current.value;
	if (of === null || busy.value)
		return false;
	busy.value = true;
	asking.value = item;
	problem.value = null;
	try {
		const result = await change(of);
		stays.value = new Map();
		show(isCase(result) ? result : await api.getCase(of.id));
		savedAt.value = new Date().toISOString();
		return true;
	} catch (error) {
		caught(error);
		const now = error instanceof api.Problem && error.overtaken ? error.details.current : undefined;
		if (now !== undefined && "limits" in now)
			show(now);
		/* That a source gave no answer has been written: the case on the screen is older by that. */
		if (error instanceof api.Problem && error.code === "source_no_answer")
			await api.getCase(of.id).then(show, () => undefined);
		return false;
	} finally {
		busy.value = false;
		asking.value = null;
		void readList().catch(() => undefined);
	}
}

export function itemOf(code: string | null): CaseItem | undefined {
	return current.value?.items.find((item) => item.code === code);
}

/* Cards that others moved on stay where they are until the clerk does something: nothing jumps under the hand. */
const stays = shallowRef(new Map<string, number>());
/* Cards in the order of the design: the clerk's turn, waiting, settled; the rest is apart. */
const RANK: Record<CaseItem["state"], number> = {
	undecided: 0, waiting_input: 0, not_established: 0, to_query: 1, to_commit: 1, to_verify: 1,
	supervised: 2, verifying: 2, established: 3, committed: 3, cancelled: 4, does_not_apply: 5,
};
/* What is told waits for the clerk, whatever the state. */
const rank = (item: CaseItem) => stays.value.get(item.code) ?? (item.notices && RANK[item.state] < 4 ? 0 : RANK[item.state]);
export const ordered = computed(() => {
	const items = current.value?.items ?? [];
	return items.map((item, i) => ({ item, i })).sort((a, b) => rank(a.item) - rank(b.item) || a.i - b.i)
		.map(({ item }) => item);
});
export const cards = computed(() => ordered.value.filter((item) => RANK[item.state] < 4));
export const cancelled = computed(() => ordered.value.filter((item) => item.state === "cancelled"));
export const unneeded = computed(() => ordered.value.filter((item) => item.state === "does_not_apply"));

/* What F4, F6 and F7 mean now: the chosen card if it fits, else the first that does. */
function target(fits: (item: CaseItem) => boolean): CaseItem | undefined {
	const chosen = itemOf(selected.value);
	return chosen && fits(chosen) ? chosen : cards.value.find(fits);
}
export const canQuery = (item: CaseItem) => item.state === "to_query";
/* What the server says may be done with an item; a commitment is offered before a verification. */
export const canAskAgain = (item: CaseItem) => item.may.includes("query_again");
/* One answer is disputed once at a time, also after the case has ended. */
export const canDispute = (item: CaseItem) => item.way === "data_query" && (item.state === "established" || item.state === "not_established") &&
    item.answer !== undefined && !item.disputes?.some((one) => one.state === "open" && one.record === item.answer?.record);
export const canSign = (item: CaseItem) => item.may.includes("commit");
export const canVerify = (item: CaseItem) => item.may.includes("verify") && item.state !== "to_commit";

export const queryTarget = computed(() => target((item) => canQuery(item) || (canAskAgain(item) && item.code === selected.value)));
/* Nobody has to sign; but that somebody does not want to is never guessed by a key. */
export const verifyTarget = computed(() => target((item) => canVerify(item) || (canSign(item) && item.code === selected.value)));
export const signTarget = computed(() => target(canSign));

export const ready = computed(() => current.value?.items.filter((item) => item.state === "to_query" || item.state === "to_verify") ?? []);
export const lacking = computed(() => current.value?.items.filter((item) => item.state === "undecided" || item.state === "waiting_input") ?? []);
export const acceptable = computed(() => current.value?.state === "open" && lacking.value.length === 0);
export const settledAll = computed(() => current.value !== null && current.value.counts.open === 0);

export const settleAll = () => act((of) => api.settle(of));
export const accept = () => act((of) => api.accept(of));

/* One query, with what was typed on its card. */
export function queryNow(code: string, asks?: Record<string, string>): Promise<boolean> {
	return act((of) => api.queryItem(of, code, asks === undefined ? {} : { asks }), code);
}

export function summaryTone(row: CaseSummary, today: string): "late" | "turn" | "wait" | "done" {
	if (final(row.state))
		return "done";
	/* While a correction is awaited it is the applicant's time that runs. */
	if ((row.correction_due ?? row.due_on) < today)
		return "late";
	if (row.correction_due !== null)
		return "wait";
	return needsClerk(row.counts) ? "turn" : "wait";
}

/* Expert reviews: the queue by state, the one on the screen, and what is done with it. */
import { reactive, ref, shallowRef } from "vue";

import * as api from "@/api/reform";
import type { Citation, Method, Review, ReviewState, ReviewSummary, Vote } from "@/api/types";
import { forget, keepTyped } from "../keep";
import { busy, guarded, problem } from "./shared";

export const REVIEW_STATES: ReviewState[] = ["open", "unresolved", "decided", "withdrawn"];
export const WAYS: Method[] = ["direct_cancel", "commitment", "data_query", "department_verify"];
export const VOTES: Vote[] = [...WAYS, "abstain"];
export const GROUNDS = [1, 2, 3, 4, 5, 6] as const;
export type ReviewPanel = "opinion" | "decide" | "putoff" | "takeup" | "withdraw";

export const showing = ref<ReviewState>("open");
export const list = shallowRef<ReviewSummary[] | null>(null);
export const more = ref<string | null>(null);
export const current = shallowRef<Review | null>(null);
export const panel = ref<ReviewPanel | null>(null);

export interface Draft { text: string; vote: Vote | ""; method: Method | ""; ground: number; citations: Citation[]; against: string; fields: string[]; until: string }
/* By review and panel: what is typed outlives a refusal, another review and the back button. */
const drafts = reactive(new Map<string, Draft>());
export function draft(id: string, kind: ReviewPanel): Draft {
	const key = `${id} ${kind}`;
	if (!drafts.has(key)) {
		drafts.set(key, { text: "", vote: "", method: "", ground: 0, citations: [{ law: "", article: "" }], against: "", fields: [], until: "" });
		keepTyped(`reviews ${key}`, drafts.get(key)!);
	}
	return drafts.get(key)!;
}
export function spend(id: string, kind: ReviewPanel): void {
	drafts.delete(`${id} ${kind}`);
	forget(`reviews ${id} ${kind}`);
}

let question = 0;
export async function readList(): Promise<void> {
	const mine = ++question;
	const page = await api.reviews({ state: showing.value });
	if (mine !== question)
		return;
	list.value = page.reviews;
	more.value = page.next;
}
export async function readMore(): Promise<void> {
	if (more.value === null)
		return;
	const mine = question, from = more.value;
	const page = await api.reviews({ state: showing.value, cursor: from });
	if (mine !== question || more.value !== from)
		return;		/* the list was read again meanwhile */
	list.value = [...(list.value ?? []), ...page.reviews];
	more.value = page.next;
}

export async function act(what: (of: Review) => Promise<Review>): Promise<boolean> {
	const of = current.value;
	if (of === null || busy.value)
		return false;
	busy.value = true;
	const done = await guarded(() => what(of));
	const now = problem.value?.overtaken ? problem.value.details.current : undefined;
	const fresh = done ?? (now !== undefined && "opinions" in now ? now : undefined);
	if (fresh !== undefined && current.value?.id === of.id)
		current.value = fresh;
	busy.value = false;
	/* What is done is done: nobody's panel stands open for the list beside it. */
	void readList().catch(() => undefined);
	return done !== undefined;
}

/* The citations that were filled in; null where one is half. */
export function cited(all: readonly Citation[]): Citation[] | null {
	const some = all.map((one) => ({ law: one.law.trim(), article: one.article.trim() })).filter((one) => one.law !== "" || one.article !== "");
	return some.length === 0 || some.some((one) => one.law === "" || one.article === "") ? null : some;
}
export const tone = (state: ReviewState) => ({ open: "turn", unresolved: "wait", decided: "done", withdrawn: "idle" } as const)[state];

/* A round's differences: which are listed, the one on the screen, and what is done with it. */
import { computed, reactive, ref, shallowRef } from "vue";

import type { Problem } from "@/api/client";
import * as api from "@/api/reform";
import type { AlignDecide, AlignDifference, AlignDifferenceSummary, AlignFilter, AlignKind, AlignRound } from "@/api/types";
import { prefs } from "@/lib/prefs";
import { forget, keepTyped } from "../keep";
import { session } from "../state";
import { busy, guarded, problem } from "./shared";

export const KINDS: AlignKind[] = ["missing", "extra", "matter_name", "proof_name", "method"];
export const STATES = ["open", "adopt", "keep", "propose", "gone"] as const;
export type Panel = "keep" | "propose" | "assign" | "comment";
type Filter = { division: string; agency: string; kind: AlignKind | ""; state: NonNullable<AlignFilter["state"]> | ""; assignee: string; q: string };

const PAGE = 100;
/* So long must a difference have been seen before a key decides it: a second press is no decision on the next. */
const SEEN_MS = 400;

export const round = shallowRef<AlignRound | null>(null);
export const filter = reactive<Filter>({ division: "", agency: "", kind: "", state: "open", assignee: "", q: "" });
export const list = shallowRef<AlignDifferenceSummary[] | null>(null);
export const more = ref<string | null>(null);
export const current = shallowRef<AlignDifference | null>(null);
export const panel = ref<Panel | null>(null);
export const ready = ref(false);
export const last = shallowRef<{ id: string; decision: string } | null>(null);
/* By difference and panel, so that nothing typed is lost by looking at another one, by a refusal or by going back. */
const drafts = reactive(new Map<string, { text: string; basis: string; user: string; until: string }>());

export const running = computed(() => round.value?.state === "open");
export const tone = (state: string) => ({ open: "turn", adopt: "done", keep: "done", propose: "wait", gone: "idle" } as const)[state] ?? "idle";

export function draft(id: string, kind: Panel) {
	const key = `${id} ${kind}`;
	if (!drafts.has(key)) {
		drafts.set(key, { text: "", basis: "", user: "", until: "" });
		keepTyped(`align ${key}`, drafts.get(key)!);
	}
	return drafts.get(key)!;
}
export function spend(id: string, kind: Panel): void {
	drafts.delete(`${id} ${kind}`);
	forget(`align ${id} ${kind}`);
}

/* The filter stands in the address, so that a link, a bookmark and the back button keep it. */
export function search(): string {
	const text = new URLSearchParams();
	for (const [name, value] of Object.entries(filter))
		if (value !== (name === "state" ? "open" : ""))
			text.set(name, value === "" ? "all" : value);
	return text.size === 0 ? "" : `?${text}`;
}
export function readSearch(): void {
	const text = new URLSearchParams(location.search);
	for (const name of Object.keys(filter) as (keyof Filter)[]) {
		const value = text.get(name) ?? (name === "state" ? "open" : "");
		(filter as Record<string, string>)[name] = value === "all" ? "" : value;
	}
}
export const to = (id?: string) => `/work/align/rounds/${round.value?.round ?? 1}${id === undefined ? "" : `/${id}`}${search()}`;

function asked(cursor?: string): AlignFilter {
	const rest = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== ""));
	return { ...rest, limit: PAGE, ...(cursor !== undefined && { cursor }) } as AlignFilter;
}
/* Of two answers that cross, only the one to the latest question counts. */
let question = 0;
export async function readList(): Promise<void> {
	const mine = ++question;
	const page = await api.differences(round.value!.round, asked());
	if (mine !== question)
		return;
	list.value = page.differences;
	more.value = page.next;
}
export async function readMore(): Promise<void> {
	if (more.value === null)
		return;
	const mine = ++question;
	const page = await api.differences(round.value!.round, asked(more.value));
	if (mine !== question)
		return;
	list.value = [...(list.value ?? []), ...page.differences];
	more.value = page.next;
}
export async function readRound(n: number): Promise<void> {
	round.value = await api.getRound(n);
}

let timer: ReturnType<typeof setTimeout> | undefined;
function seen(): void {
	ready.value = false;
	clearTimeout(timer);
	timer = setTimeout(() => { ready.value = true; }, SEEN_MS);
}
let wanted: string | null = null;
/* null: none; the answer about one that was left meanwhile is not shown. */
export async function show(id: string | null): Promise<void> {
	wanted = id;
	ready.value = false;
	clearTimeout(timer);
	const fresh = id === null ? null : await guarded(() => api.difference(round.value!.round, id));
	if (wanted !== id)
		return;
	current.value = fresh ?? null;
	seen();
}

/* The row of the list as it is now, in its place: it does not jump. */
export function put(fresh: AlignDifference): void {
	if (current.value?.id === fresh.id)
		current.value = fresh;
	list.value = list.value?.map((row) => row.id === fresh.id ? fresh : row) ?? null;
}

async function act(what: () => Promise<AlignDifference>): Promise<AlignDifference | undefined> {
	if (busy.value)
		return undefined;
	busy.value = true;
	const done = await guarded(what);
	const fresh = overtaken(problem.value);
	if (done ?? fresh)
		put((done ?? fresh)!);
	busy.value = false;
	return done;
}
export function overtaken(of: Problem | null): AlignDifference | undefined {
	const now = of?.overtaken ? of.details.current : undefined;
	return now !== undefined && "certainty" in now ? now : undefined;
}

export async function decide(of: AlignDifference, body: AlignDecide): Promise<boolean> {
	const done = await act(() => api.decide(round.value!.round, of, body));
	if (done !== undefined)
		last.value = { id: of.id, decision: body.decision };
	return done !== undefined;
}
export async function undo(of: AlignDifference): Promise<boolean> {
	const done = await act(() => api.undo(round.value!.round, of));
	if (done !== undefined)
		last.value = null;
	return done !== undefined;
}
export const assign = async (of: AlignDifference, body: { user?: string; until?: string }) =>
	await act(() => api.assign(round.value!.round, of, body)) !== undefined;
export const comment = async (key: string, of: AlignDifference, text: string) =>
	await act(() => api.comment(key, round.value!.round, of, text)) !== undefined;

/* The next one that is still open, below and then from the top; null where there is none. */
export function nextOpen(after: string): AlignDifferenceSummary | null {
	const all = list.value ?? [];
	const at = all.findIndex((row) => row.id === after);
	return [...all.slice(at + 1), ...all.slice(0, Math.max(at, 0))].find((row) => row.state === "open" && row.gone === null) ?? null;
}

/* Who may be asked: the reform offices of the city and of the county. */
export const mayHave = (division: string, of: { role: string; division: { code: string } }, cityCode: string) =>
	of.role === "reform" && (of.division.code === division || of.division.code === cityCode);

export const matterOf = (of: AlignDifferenceSummary) => of.item?.matter.name ?? of.row?.matter ?? "";
export const proofOf = (of: AlignDifferenceSummary) => of.item?.proof.name ?? of.row?.proof ?? "";
export const evidence = (of: AlignDifference) => of.evidence[prefs.lang];
export const mine = (of: AlignDifferenceSummary) => of.assignee?.id === session.value?.user.id;

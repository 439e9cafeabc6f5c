/* What waits for an answer, by time left, and the one of it on the screen: complaints, disputes. */
import { computed, ref, shallowRef, type Ref, type ShallowRef } from "vue";

import * as api from "@/api/client";
import { daysFromToday } from "@/lib/dates";
import { pagesOf } from "./pages";
import { now } from "./state";

const LIMIT = 100;

export type Urgency = "late" | "today" | "later" | "ended";

interface Source<State, Row, Whole> {
	open: State;	/* the state in which it waits */
	page: (of: { state: State; limit: number; cursor?: string }) => Promise<{ rows: Row[]; next: string | null }>;
	is: (fresh: object) => fresh is Whole & object;
}

export function answering<State extends string, Row extends { id: string; state: State; due_at: string; overdue: boolean }, Whole extends { id: string }>(source: Source<State, Row, Whole>) {
	const showing = ref(source.open) as Ref<State>;
	const held = pagesOf<Row>((cursor) => source.page({ state: showing.value, limit: LIMIT, ...(cursor !== null && { cursor }) }));
	const { rows: list, more } = held;
	const current: ShallowRef<Whole | null> = shallowRef(null);
	const problem = shallowRef<api.Problem | null>(null);
	const busy = ref(false);

	function urgency(row: Row): Urgency {
		if (row.state !== source.open)
			return "ended";
		return row.overdue ? "late" : daysFromToday(row.due_at, now.value) <= 0 ? "today" : "later";
	}
	const groups = computed(() => (["late", "today", "later", "ended"] as Urgency[]).flatMap((kind) => {
		const rows = (list.value ?? []).filter((row) => urgency(row) === kind);
		return rows.length === 0 ? [] : [{ kind, rows }];
	}));
	const ordered = computed(() => groups.value.flatMap((group) => group.rows));

	/* Runs what asks the server; a refusal is shown, input stays. */
	async function guarded<R>(what: () => Promise<R>): Promise<R | undefined> {
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

	async function readList(): Promise<void> {
		const of = showing.value, fresh = await held.read();
		if (of === showing.value)
			held.anew(fresh);
	}

	async function answer(change: (of: Whole) => Promise<Whole>): Promise<boolean> {
		const of = current.value;
		if (of === null || busy.value)
			return false;
		busy.value = true;
		const done = await guarded(() => change(of));
		const fresh = problem.value?.overtaken ? problem.value.details.current : undefined;
		const now = done ?? (fresh !== undefined && source.is(fresh) ? fresh : undefined);
		if (now !== undefined && current.value?.id === of.id)
			current.value = now;	/* else another one is on the screen by now */
		busy.value = false;
		await readList().catch(() => undefined);
		return done !== undefined;
	}

	return { showing, list, more, current, problem, busy, urgency, groups, ordered, guarded, held, readList, answer };
}

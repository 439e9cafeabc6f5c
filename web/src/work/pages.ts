/*
 * A list that comes a page at a time and changes by itself.  When it has changed, the first page is read again,
 * and of the others those of which something is on the screen; the rest when it comes there.
 */
import { computed, onBeforeUnmount, onMounted, shallowRef } from "vue";

import { Problem } from "@/api/client";

const SCROLLED_MS = 150;

export interface Page<Row> { rows: Row[]; next: string | null }
interface Held<Row> extends Page<Row> { cursor: string | null; old: boolean }

/* Rows say who they are: <… data-row="id">. */
function rowsOnScreen(): Set<string> {
	return new Set([...document.querySelectorAll<HTMLElement>("[data-row]")].filter((one) => {
		const { top, bottom } = one.getBoundingClientRect();
		return bottom > 0 && top < window.innerHeight && one.offsetParent !== null;
	}).map((one) => one.dataset["row"]!));
}

export function pagesOf<Row extends { id: string }>(ask: (cursor: string | null) => Promise<Page<Row>>) {
	const held = shallowRef<Held<Row>[] | null>(null);
	const rows = computed(() => held.value?.flatMap((page) => page.rows) ?? null);
	const more = computed(() => held.value?.[held.value.length - 1]?.next ?? null);
	let reading = false;
	/* Of two first pages that cross, the one that was asked for later counts. */
	const asked = new WeakMap<Page<Row>, number>();
	let last = 0, shown = 0;

	/* What stands in a page that was just read stands in no other; a page that begins elsewhere now is old. */
	function put(k: number, cursor: string | null, fresh: Page<Row>): void {
		const there = new Set(fresh.rows.map((row) => row.id));
		const all = (held.value ?? []).map((page) => page.rows.some((row) => there.has(row.id)) ? { ...page, rows: page.rows.filter((row) => !there.has(row.id)) } : page);
		all[k] = { ...fresh, cursor, old: false };
		const next = all[k + 1];
		if (fresh.next === null)
			all.length = k + 1;
		else if (next !== undefined && next.cursor !== fresh.next)
			all[k + 1] = { ...next, cursor: fresh.next, old: true };
		held.value = all;
	}
	/* Of an old page that has no row left it is seen where the one before it ends. */
	function oldOnScreen(): number {
		const seen = rowsOnScreen(), all = held.value ?? [];
		const isSeen = (page: Held<Row> | undefined) => page?.rows.some((row) => seen.has(row.id)) ?? false;
		return all.findIndex((page, k) => k > 0 && page.old && (isSeen(page) || (page.rows.length === 0 && isSeen(all[k - 1]))));
	}
	async function look(): Promise<void> {
		if (reading)
			return;
		reading = true;
		try {
			for (let k = oldOnScreen(); k > 0; k = oldOnScreen()) {
				const { cursor } = held.value![k]!;
				const fresh = await ask(cursor);
				if (held.value?.[k]?.cursor === cursor)
					put(k, cursor, fresh);
			}
		} catch (error) {
			if (!(error instanceof Problem))
				throw error;	/* else the next press will say it */
		} finally {
			reading = false;
		}
	}
	async function read(): Promise<Page<Row>> {
		const mine = ++last, page = await ask(null);
		asked.set(page, mine);
		return page;
	}
	function overtaken(fresh: Page<Row>): boolean {
		const mine = asked.get(fresh) ?? last;
		shown = Math.max(shown, mine);
		return mine < shown;
	}
	function first(fresh: Page<Row>): void {
		if (overtaken(fresh))
			return;
		held.value = held.value?.map((page) => ({ ...page, old: true })) ?? null;
		put(0, null, fresh);
		void look();
	}
	/* Another list: of the one before nothing stays. */
	function anew(fresh: Page<Row>): void {
		if (overtaken(fresh))
			return;
		held.value = null;
		put(0, null, fresh);
	}
	/* What follows, without what is there already. */
	async function follow(): Promise<void> {
		const from = more.value;
		if (from === null)
			return;
		const fresh = await ask(from);
		if (more.value !== from)
			return follow();	/* the list was read again meanwhile */
		put(held.value!.length, from, fresh);
	}
	function change(each: (row: Row) => Row | null): void {
		held.value = held.value?.map((page) => ({ ...page, rows: page.rows.flatMap((row) => each(row) ?? []) })) ?? null;
	}
	return { rows, more, first, anew, follow, change, look, read, page: (): Page<Row> | null => held.value?.[0] ?? null, clear: () => { held.value = null; shown = last; } };
}

/* For whoever shows such a list: what is scrolled to is read again if it has changed meanwhile. */
export function useScrolled(look: () => Promise<void>): void {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const scrolled = () => {
		timer ??= setTimeout(() => {
			timer = undefined;
			void look();
		}, SCROLLED_MS);
	};
	onMounted(() => document.addEventListener("scroll", scrolled, { capture: true, passive: true }));
	onBeforeUnmount(() => {
		clearTimeout(timer);
		document.removeEventListener("scroll", scrolled, { capture: true });
	});
}

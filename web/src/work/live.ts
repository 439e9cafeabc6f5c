/*
 * What changes by itself, asked for once in a browser: of the tabs that are looked at one holds a stream of
 * the server open (it holds a lock of the browser), asks when the stream says that something has
 * changed, and tells the others what came; who looks at another part of the same asks then for itself.
 * A tab that is hidden gives the lock away.
 * Without locks (plain http over a network) every tab asks for itself.
 *
 * Where no stream is to be had, it asks every ten seconds instead.
 *
 * When the server is not reached the page says since when, keeps what it shows and what is typed,
 * and goes on by itself.
 */
import { onBeforeUnmount, onMounted, ref } from "vue";

import { Problem } from "@/api/client";

const EVERY_MS = 10_000;
const TOLD_MS = 60_000;		/* while a stream says what changes: for the times that are left */
const AGAIN_MS = 3_000;		/* while it is not reached */
const AT_MOST_MS = 1_000;	/* between two answers, however often something changes */
const SILENT_MS = 25_000;	/* a stream beats every ten seconds */
const STREAM_AGAIN_MS = 30_000;

export const lostSince = ref<number | null>(null);
let reachedAt = Date.now();

type Told = { value: unknown } | { lost: true };
/* leads: of which topic the one tells that hears the stream. */
interface Message { name: string; leads?: Topic; told: Told }

export type Topic = "cases" | "queue";
/** How what changes comes to this tab: told by the stream, asked for by itself, or from another tab. */
export const liveBy = ref<"stream" | "asking" | "another">("another");

/** The stream, for as long as it is wanted.  changed: what was told; alive: whether it tells. */
function useStream(topic: Topic, changed: () => void, alive: (yes: boolean) => void): { open: () => void; close: () => void } {
	let source: EventSource | undefined;
	let silence: ReturnType<typeof setTimeout> | undefined, again: ReturnType<typeof setTimeout> | undefined;

	function close(): void {
		clearTimeout(silence);
		clearTimeout(again);
		source?.close();
		source = undefined;
	}
	function failed(): void {
		alive(false);
		close();
		again = setTimeout(open, STREAM_AGAIN_MS);
	}
	function heard(): void {
		clearTimeout(silence);
		silence = setTimeout(failed, SILENT_MS);
	}
	function open(): void {
		close();
		if (!("EventSource" in window))
			return alive(false);
		source = new EventSource("/api/v1/live");
		source.addEventListener("hello", () => {
			heard();
			alive(true);
		});
		source.addEventListener("beat", heard);
		source.addEventListener("changed", ({ data }: MessageEvent<string>) => {
			heard();
			if ((JSON.parse(data) as { topics: string[] }).topics.includes(topic))
				changed();
		});
		source.onerror = () => {
			/* Cut off it tries again by itself; refused it does not. */
			if (source?.readyState === EventSource.CLOSED)
				failed();
			else
				alive(false);
		};
	}
	return { open, close };
}

/** name: what is asked for, the same in every tab of the same user.  read: asks; put: shows what came. */
export function useLive<T>(topic: Topic, name: () => string, read: () => Promise<T>, put: (value: T) => void): { tell: (value: T) => void; now: () => Promise<void> } {
	const channel = "BroadcastChannel" in window ? new BroadcastChannel("wzm.live") : null;
	const stream = useStream(topic, changed, (yes) => {
		liveBy.value = yes ? "stream" : "asking";
		void round();
	});
	let timer: ReturnType<typeof setTimeout> | undefined;
	let askedAt = 0, took = 0;
	let leads = false, over = false;
	let release: (() => void) | undefined, give: AbortController | undefined;

	const say = (of: string, told: Told) => channel?.postMessage({ name: of, ...(leads && { leads: topic }), told } satisfies Message);
	const tell = (value: T) => say(name(), { value });
	function reached(): void {
		reachedAt = Date.now();
		lostSince.value = null;
	}
	async function ask(): Promise<void> {
		const of = name();
		askedAt = Date.now();
		try {
			const value = await read();
			took = Date.now() - askedAt;
			const back = lostSince.value !== null;
			reached();
			if (back && leads && !over)
				stream.open();
			if (of !== name())
				return;
			put(value);
			tell(value);
		} catch (error) {
			if (!(error instanceof Problem))
				throw error;
			if (error.code !== "network")
				return;		/* the next press will say it */
			lostSince.value ??= reachedAt;
			say(of, { lost: true });
		}
	}
	async function round(): Promise<void> {
		clearTimeout(timer);
		if (!leads || over)
			return;
		await ask();
		clearTimeout(timer);
		if (leads && !over)
			timer = setTimeout(() => void round(), lostSince.value !== null ? AGAIN_MS : liveBy.value === "stream" ? TOLD_MS : EVERY_MS);
	}
	/* At once, and where much changes, once a second, or less often where the answer takes long. */
	function changed(): void {
		clearTimeout(timer);
		timer = setTimeout(() => void (leads ? round() : over ? undefined : ask()), Math.max(0, askedAt + Math.max(AT_MOST_MS, Math.min(EVERY_MS, 10 * took)) - Date.now()));
	}
	function lead(): Promise<void> {
		leads = true;
		liveBy.value = "asking";
		/* It says hello or fails, and then is asked. */
		stream.open();
		return new Promise((done) => {
			release = done;
		});
	}
	function look(): void {
		if (document.hidden || over) {
			leads = false;
			liveBy.value = "another";
			stream.close();
			clearTimeout(timer);
			give?.abort();
			release?.();
			release = give = undefined;
			return;
		}
		if (give !== undefined)
			return;
		give = new AbortController();
		if ("locks" in navigator)
			navigator.locks.request("wzm.live", { signal: give.signal }, lead).catch(() => undefined);
		else
			void lead();
	}
	const network = () => void round();
	if (channel !== null)
		channel.onmessage = ({ data }: MessageEvent<Message>) => {
			if (data.name !== name()) {
				if (data.leads === topic && !leads && !("lost" in data.told))
					changed();
				return;
			}
			if ("lost" in data.told) {
				lostSince.value ??= reachedAt;
				return;
			}
			reached();
			put(data.told.value as T);
		};
	onMounted(() => {
		document.addEventListener("visibilitychange", look);
		window.addEventListener("online", network);
		window.addEventListener("offline", network);
		look();
	});
	onBeforeUnmount(() => {
		over = true;
		look();
		document.removeEventListener("visibilitychange", look);
		window.removeEventListener("online", network);
		window.removeEventListener("offline", network);
		channel?.close();
	});
	return { tell, now: ask };
}

/*
 * What changes by itself.  Of the tabs of a browser that are looked at one holds a stream of the server open
 * (it holds a lock of the browser) and tells the others which topics have changed; what it reads for
 * that it passes on to who shows the same, and who shows another part asks for itself.  A tab that is hidden
 * gives the lock away.  Without locks (plain http over a network) every tab holds one for itself.
 *
 * Read again is only what is on the screen, once however much has changed meanwhile; what is not
 * is read when it comes there.  Where no stream is to be had, it asks every ten seconds instead.
 *
 * When the server is not reached the page says since when, keeps what it shows and what is typed,
 * and goes on by itself.
 */
import { onBeforeUnmount, onMounted, ref, watch } from "vue";

import { Problem } from "@/api/client";

const EVERY_MS = 10_000;
const TOLD_MS = 60_000;		/* while a stream says what changes: for the times that are left */
const AGAIN_MS = 3_000;		/* while it is not reached */
const AT_MOST_MS = 1_000;	/* between two answers, however often something changes */
const SILENT_MS = 25_000;	/* a stream beats every ten seconds */
const STREAM_AGAIN_MS = 30_000;

export const lostSince = ref<number | null>(null);
let reachedAt = Date.now();

export type Topic = "cases" | "queue" | "joint" | "complaints" | "agencies";
/** How what changes comes to this tab: told by the stream, asked for by itself, or from another tab. */
export const liveBy = ref<"stream" | "asking" | "another">("another");

/* What one part of a page shows; stale: something of it has changed since it was read; of two answers that cross the one that was asked for later is shown. */
interface Part { topic: Topic; name: () => string; seen: () => boolean; read: () => Promise<unknown>; put: (value: never) => void; stale: boolean; asked: number; shown: number }
/* reads: what whoever tells it reads itself, and passes on. */
type Message = { changed: Topic[]; reads: string[] } | { name: string; value: unknown } | { lost: true } | { reached: true };

const parts = new Set<Part>();
const channel = "BroadcastChannel" in window ? new BroadcastChannel("wzm.live") : null;
const say = (what: Message) => channel?.postMessage(what);
let source: EventSource | undefined;
let silence: ReturnType<typeof setTimeout> | undefined, again: ReturnType<typeof setTimeout> | undefined, timer: ReturnType<typeof setTimeout> | undefined;
let leads = false, askedAt = 0, took = 0;
let due = false;	/* the timer is for what has changed */
let release: (() => void) | undefined, give: AbortController | undefined;

/* The stream, for as long as this tab leads. */
function close(): void {
	clearTimeout(silence);
	clearTimeout(again);
	source?.close();
	source = undefined;
}
function told(alive: boolean): void {
	liveBy.value = alive ? "stream" : "asking";
	void round();
}
function failed(): void {
	close();
	again = setTimeout(open, STREAM_AGAIN_MS);
	told(false);
}
function heard(): void {
	clearTimeout(silence);
	silence = setTimeout(failed, SILENT_MS);
}
function open(): void {
	close();
	if (!("EventSource" in window))
		return told(false);
	source = new EventSource("/api/v1/live");
	source.addEventListener("hello", () => {
		heard();
		told(true);
	});
	source.addEventListener("beat", heard);
	source.addEventListener("changed", ({ data }: MessageEvent<string>) => {
		heard();
		changed((JSON.parse(data) as { topics: Topic[] }).topics);
	});
	source.onerror = () => {
		/* Cut off it tries again by itself; refused it does not. */
		if (source?.readyState === EventSource.CLOSED)
			failed();
		else
			told(false);
	};
}

function reached(): void {
	const back = lostSince.value !== null;
	reachedAt = Date.now();
	lostSince.value = null;
	if (back && leads) {
		say({ reached: true });
		open();
	}
}
async function ask(part: Part): Promise<void> {
	const of = part.name(), mine = ++part.asked;
	part.stale = false;
	try {
		const value = await part.read();
		reached();
		if (of !== part.name() || !parts.has(part) || mine < part.shown)
			return;
		part.shown = mine;
		part.put(value as never);
		say({ name: of, value });
	} catch (error) {
		if (!(error instanceof Problem))
			throw error;
		part.stale = true;
		if (error.code !== "network")
			return;		/* the next press will say it */
		lostSince.value ??= reachedAt;
		say({ lost: true });
	}
}
/* All that is on the screen, or what of it is stale. */
async function read(all: boolean): Promise<void> {
	askedAt = Date.now();
	await Promise.all([...parts].filter((part) => part.seen() && (all || part.stale)).map(ask));
	took = Date.now() - askedAt;
}
function unset(): void {
	clearTimeout(timer);
	due = false;
}
async function round(): Promise<void> {
	if (!leads)
		return;
	unset();
	for (const part of parts)
		part.stale = true;
	await read(true);
	later();
}
/* What has changed while it was read is read again before that. */
function later(): void {
	if (due)
		return;
	clearTimeout(timer);
	if (leads)
		timer = setTimeout(() => void round(), lostSince.value !== null ? AGAIN_MS : liveBy.value === "stream" ? TOLD_MS : EVERY_MS);
}
/* At once, and where much changes, once a second, or less often where the answers take long. */
function soon(): void {
	if (document.hidden || ![...parts].some((part) => part.stale && part.seen()))
		return;
	clearTimeout(timer);
	due = true;
	timer = setTimeout(() => {
		due = false;
		void read(false).then(later);
	}, Math.max(0, askedAt + Math.max(AT_MOST_MS, Math.min(EVERY_MS, 10 * took)) - Date.now()));
}
function changed(topics: Topic[], elsewhere: string[] = []): void {
	const mine = [...parts].filter((part) => topics.includes(part.topic) && !elsewhere.includes(part.name()));
	for (const part of mine)
		part.stale = true;
	if (leads)
		say({ changed: topics, reads: mine.filter((part) => part.seen()).map((part) => part.name()) });
	soon();
}

function lead(): Promise<void> {
	leads = true;
	liveBy.value = "asking";
	/* It says hello or fails, and then is asked. */
	open();
	return new Promise((done) => {
		release = done;
	});
}
function look(): void {
	if (document.hidden || parts.size === 0) {
		leads = false;
		liveBy.value = "another";
		close();
		unset();
		give?.abort();
		release?.();
		release = give = undefined;
		return;
	}
	soon();
	if (give !== undefined)
		return;
	give = new AbortController();
	if ("locks" in navigator)
		navigator.locks.request("wzm.live", { signal: give.signal }, lead).catch(() => undefined);
	else
		void lead();
}
if (channel !== null)
	channel.onmessage = ({ data }: MessageEvent<Message>) => {
		if ("lost" in data)
			lostSince.value ??= reachedAt;
		else if ("reached" in data)
			reached();
		else if ("changed" in data) {
			if (!leads)
				changed(data.changed, data.reads);
		} else {
			reached();
			for (const part of parts)
				/* It may have been asked for before the change that is to be read here: that is still read. */
				if (part.name() === data.name)
					part.put(data.value as never);
		}
	};
document.addEventListener("visibilitychange", look);
for (const network of ["online", "offline"])
	window.addEventListener(network, () => void round());

/**
 * A part of the page that is live.  name: what is asked for, the same in every tab of the same user; read: asks;
 * put: shows what came; seen: whether it is on the screen now.
 */
export function useLive<T>(topic: Topic, name: () => string, read_: () => Promise<T>, put: (value: T) => void, seen: () => boolean = () => true): { tell: (value: T) => void; now: () => Promise<void> } {
	const part: Part = { topic, name, seen, read: read_, put, stale: false, asked: 0, shown: 0 };
	onMounted(() => {
		parts.add(part);
		look();
	});
	onBeforeUnmount(() => {
		parts.delete(part);
		look();
	});
	/* What changed while it was not looked at. */
	watch(seen, soon, { flush: "post" });
	return { tell: (value) => say({ name: name(), value }), now: () => ask(part) };
}

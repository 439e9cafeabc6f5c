/*
 * What changes by itself, asked for once in a browser: of the tabs that are looked at one asks the
 * server (it holds a lock of the browser), and tells the others what came.  A tab that is
 * hidden gives the lock away.  Without locks (plain http over a network) every tab asks for itself.
 *
 * When the server is not reached the page says since when, keeps what it shows and what is typed,
 * and goes on by itself.
 */
import { onBeforeUnmount, onMounted, ref } from "vue";

import { Problem } from "@/api/client";

const EVERY_MS = 10_000;
const AGAIN_MS = 3_000;		/* while it is not reached */

export const lostSince = ref<number | null>(null);
let reachedAt = Date.now();

type Told = { value: unknown } | { lost: true };

/** name: what is asked for, the same in every tab of the same user.  read: asks; put: shows what came. */
export function useLive<T>(name: () => string, read: () => Promise<T>, put: (value: T) => void): { tell: (value: T) => void; now: () => Promise<void> } {
	const channel = "BroadcastChannel" in window ? new BroadcastChannel("wzm.live") : null;
	let timer: ReturnType<typeof setTimeout> | undefined;
	let leads = false, over = false;
	let release: (() => void) | undefined, give: AbortController | undefined;

	const tell = (value: T) => channel?.postMessage({ name: name(), told: { value } satisfies Told });
	function reached(): void {
		reachedAt = Date.now();
		lostSince.value = null;
	}
	async function ask(): Promise<void> {
		const of = name();
		try {
			const value = await read();
			reached();
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
			channel?.postMessage({ name: of, told: { lost: true } satisfies Told });
		}
	}
	async function round(): Promise<void> {
		clearTimeout(timer);
		if (!leads || over)
			return;
		await ask();
		clearTimeout(timer);
		if (leads && !over)
			timer = setTimeout(() => void round(), lostSince.value === null ? EVERY_MS : AGAIN_MS);
	}
	function lead(): Promise<void> {
		leads = true;
		void round();
		return new Promise((done) => {
			release = done;
		});
	}
	function look(): void {
		if (document.hidden || over) {
			leads = false;
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
	const online = () => void round();
	if (channel !== null)
		channel.onmessage = ({ data }: MessageEvent<{ name: string; told: Told }>) => {
			if (data.name !== name())
				return;
			if ("lost" in data.told) {
				lostSince.value ??= reachedAt;
				return;
			}
			reached();
			put(data.told.value as T);
		};
	onMounted(() => {
		document.addEventListener("visibilitychange", look);
		window.addEventListener("online", online);
		look();
	});
	onBeforeUnmount(() => {
		over = true;
		look();
		document.removeEventListener("visibilitychange", look);
		window.removeEventListener("online", online);
		channel?.close();
	});
	return { tell, now: ask };
}

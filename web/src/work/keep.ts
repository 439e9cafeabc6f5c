/*
 * What is typed and not sent yet, over a reload, a crash of the tab and a session that ends.
 *
 * It goes to this tab's storage sealed (AES-GCM) with a key that the server gives whoever is signed
 * in, and that no storage ever has: to anybody else at the machine it is noise, and it is gone
 * with the tab, with signing out, and after a day.  Where the browser has no crypto
 * (plain http over a network) it stays in the memory of the page, as sealing says.
 */
import { ref, watch } from "vue";

const PREFIX = "wzm.kept.";
const DAY_MS = 24 * 3600_000;	/* a key of a request is good for as long */
const PAUSE_MS = 150;
const IV = 12;

let key: Promise<CryptoKey> | null = null;
export const sealing = ref(false);

const bytes = (text: string) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const base64 = (data: Uint8Array) => btoa(String.fromCharCode(...data));

export function keepWith(draftKey: string): void {
	const { subtle } = crypto as { subtle?: SubtleCrypto };
	key = subtle === undefined ? null : subtle.importKey("raw", bytes(draftKey), "AES-GCM", false, ["encrypt", "decrypt"]);
	sealing.value = key !== null;
}

const waiting = new Map<string, { timer: ReturnType<typeof setTimeout>; text: string }>();
const watched = new Map<string, () => void>();

export function forget(name: string): void {
	clearTimeout(waiting.get(name)?.timer);
	waiting.delete(name);
	watched.get(name)?.();
	watched.delete(name);
	sessionStorage.removeItem(PREFIX + name);
}

/* Whoever signs out leaves nothing. */
export function forgetAll(): void {
	for (const name of Object.keys(sessionStorage).filter((one) => one.startsWith(PREFIX)))
		forget(name.slice(PREFIX.length));
}

async function write(name: string, text: string): Promise<void> {
	const iv = crypto.getRandomValues(new Uint8Array(IV));
	const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: new TextEncoder().encode(name) }, await key!,
	    new TextEncoder().encode(text)));
	/* Forgotten meanwhile, or written once more: then there is nothing to keep, or the next one keeps it. */
	if (waiting.get(name)?.text !== text)
		return;
	sessionStorage.setItem(PREFIX + name, `${base64(iv)}.${base64(sealed)}`);
	waiting.delete(name);
}

function keep(name: string, value: unknown): void {
	if (key === null)
		return;
	const text = JSON.stringify({ at: Date.now(), value });
	clearTimeout(waiting.get(name)?.timer);
	waiting.set(name, { timer: setTimeout(() => void write(name, text), PAUSE_MS), text });
}

async function kept<T>(name: string): Promise<T | null> {
	/* Who goes away and comes back at once finds what is not written yet. */
	const soon = waiting.get(name);
	if (soon !== undefined)
		return (JSON.parse(soon.text) as { value: T }).value;
	const stored = sessionStorage.getItem(PREFIX + name);
	if (stored === null || key === null)
		return null;
	try {
		const [iv, sealed] = stored.split(".").map(bytes) as [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>];
		const clear = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: new TextEncoder().encode(name) }, await key, sealed);
		const { at, value } = JSON.parse(new TextDecoder().decode(clear)) as { at: number; value: T };
		if (Date.now() - at < DAY_MS)
			return value;
	} catch {
		/* somebody else's, or not ours at all */
	}
	forget(name);
	return null;
}

/* Keeps what a form holds from now on, after putting back what was kept of it. */
export async function keeping<T>(name: string, read: () => T, put: (value: T) => void): Promise<boolean> {
	const before = await kept<T>(name);
	if (before !== null)
		put(before);
	watched.get(name)?.();
	watched.set(name, watch(read, (value) => keep(name, value), { deep: true }));
	return before !== null;
}

/*
 * The short texts of a panel or a card: there again after a reload or when the panel was closed over them.
 * What was typed before they could be read wins.  Call what it returns when they were sent.
 */
export function keepTyped<T extends object>(name: string, typed: T): () => void {
	const untouched = JSON.stringify(typed);
	void keeping(name, () => typed, (before) => {
		if (JSON.stringify(typed) === untouched)
			Object.assign(typed, before);
	});
	return () => forget(name);
}

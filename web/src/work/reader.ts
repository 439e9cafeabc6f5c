/*
 * A card reader is a keyboard: a citizen number and Enter, wherever the focus is.
 *
 * In a field for numbers it is simply typed.  In any other field it is told from a person by its
 * speed, and the field gets back what it had; outside of fields the speed does not matter.
 */
import { onBeforeUnmount, onMounted } from "vue";

import { wrongIdentifier } from "@/lib/ident";

const FULL = 18;
const FAST_MS = 1000;		/* for the whole number; nobody types eighteen keys in a second */
const SLOW_MS = 2000;

type Taker = (number: string) => void;
const takers: Taker[] = [];

let typed = "", began = 0, last = 0;
let field: HTMLInputElement | HTMLTextAreaElement | null = null;
let had = "";

function begin(target: EventTarget | null): void {
	typed = "";
	field = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement ? target : null;
	had = field?.value ?? "";
}

function put(into: HTMLInputElement | HTMLTextAreaElement, value: string): void {
	into.value = value;
	into.dispatchEvent(new Event("input", { bubbles: true }));
}

window.addEventListener("keydown", (event) => {
	if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey || takers.length === 0)
		return;
	const gap = event.timeStamp - last;
	if (/^[\dXx]$/.test(event.key)) {
		if (typed === "" || gap > SLOW_MS || typed.length >= FULL || event.target !== (field ?? event.target))
			begin(event.target);
		if (typed === "")
			began = event.timeStamp;
		typed += event.key.toUpperCase();
		last = event.timeStamp;
		return;
	}
	const number = typed, fast = event.timeStamp - began <= FAST_MS;
	if (event.key !== "Shift")
		typed = "";
	if (event.key !== "Enter" || number.length !== FULL || gap > SLOW_MS || wrongIdentifier("citizen_id", number) !== null)
		return;
	if (field?.hasAttribute("data-identifier")) {
		if (fast && had !== "")
			put(field, number);		/* read over what was there */
		return;
	}
	if (field !== null && !fast)
		return;
	event.preventDefault();
	event.stopImmediatePropagation();
	if (field !== null)
		put(field, had);
	takers[takers.length - 1]!(number);
}, { capture: true });

/* The view that was opened last takes what is read. */
export function useReader(take: Taker): void {
	onMounted(() => takers.push(take));
	onBeforeUnmount(() => {
		const at = takers.indexOf(take);
		if (at >= 0)
			takers.splice(at, 1);
	});
}

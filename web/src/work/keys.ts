/*
 * Keys of a view.  A component declares its table; while it is mounted the keys work, the last
 * table first.  Nothing fires while an input method composes, and plain letters and
 * digits stay with the field that is being typed in.
 */
import { onBeforeUnmount, onMounted, shallowReactive } from "vue";

export interface KeyRow {
	keys: string[];			/* as printed: ["Alt", "↑"] */
	match: string;			/* "F2", "Alt+ArrowUp", "Ctrl+Enter", "?" */
	label: () => string;
	run: () => void;
	bar?: boolean;			/* printed at the bottom of the screen */
	once?: boolean;			/* a key that is held down does it once */
	when?: () => boolean;
}

const tables = shallowReactive<KeyRow[][]>([]);
export const shown = tables;

function spelled(event: KeyboardEvent): string {
	const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
	return `${event.ctrlKey || event.metaKey ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${key}`;
}

function typing(target: EventTarget | null): boolean {
	if (!(target instanceof HTMLElement))
		return false;
	if (target instanceof HTMLInputElement)
		return !["radio", "checkbox", "button", "submit"].includes(target.type);
	return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

window.addEventListener("keydown", (event) => {
	if (event.isComposing || event.keyCode === 229 || event.defaultPrevented)
		return;
	const name = spelled(event);
	if (name.length === 1 && typing(event.target))
		return;
	for (let i = tables.length - 1; i >= 0; i--) {
		const row = tables[i]!.find((one) => one.match === name && (one.when?.() ?? true));
		if (row === undefined)
			continue;
		event.preventDefault();
		if (!(row.once && event.repeat))
			row.run();
		return;
	}
});

export function useKeys(rows: KeyRow[]): void {
	onMounted(() => tables.push(rows));
	onBeforeUnmount(() => {
		const at = tables.indexOf(rows);
		if (at >= 0)
			tables.splice(at, 1);
	});
}

/* Enter goes to the next field of the form, and sends it from the last one. */
export function enterNext(event: KeyboardEvent): void {
	if (event.key !== "Enter" || event.isComposing || event.keyCode === 229 || event.ctrlKey)
		return;
	const from = event.target as HTMLElement;
	if (from instanceof HTMLButtonElement || from instanceof HTMLTextAreaElement || from instanceof HTMLAnchorElement)
		return;
	const form = event.currentTarget as HTMLElement;
	const fields = [...form.querySelectorAll<HTMLElement>("input, select, textarea, button[type=submit]")]
		.filter((field) => field.offsetParent !== null && !(field instanceof HTMLInputElement && field.type === "radio" &&
		    field.name === (from as HTMLInputElement).name && field !== from))
		.filter((field) => !(field instanceof HTMLInputElement && field.type === "radio" && !field.checked &&
		    form.querySelector(`input[type=radio][name="${field.name}"]:checked`)))
		.filter((field, i, all) => !(field instanceof HTMLInputElement && field.type === "radio" &&
		    all.findIndex((one) => one instanceof HTMLInputElement && one.type === "radio" && one.name === field.name) < i));
	const at = fields.indexOf(from);
	event.preventDefault();
	fields[at + 1]?.focus();
}

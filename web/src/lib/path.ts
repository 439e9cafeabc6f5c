/* A router in the size that two pages need: the path is the state, links stay links. */
import { nextTick, ref } from "vue";

export const path = ref(location.pathname);
let typing = false;	/* in this view already */

export function go(to: string): void {
	typing = false;
	if (to !== location.pathname + location.search + location.hash)
		history.pushState(null, "", to);
	path.value = location.pathname;
}

window.addEventListener("popstate", () => {
	typing = false;
	path.value = location.pathname;
});

/* For @click on a link of ours: follows it here, unless another tab or window was asked for. */
export function follow(event: MouseEvent): void {
	const link = (event.currentTarget as HTMLElement).closest("a");
	if (link === null || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button !== 0)
		return;
	event.preventDefault();
	go(link.pathname + link.search + link.hash);
}

/* For whoever waits for an answer: whether the view that it was asked from is still the one on the screen. */
export function staying(): () => boolean {
	const from = path.value;
	return () => path.value === from;
}

window.addEventListener("input", () => {
	typing = true;
}, { capture: true });
window.addEventListener("submit", () => {
	typing = false;
}, { capture: true });

/*
 * After a view has changed: its heading takes the focus, so that a reader hears where it is; not from somebody who is typing
 * by the time that the view is there.  True when it did.
 */
export async function focusHeading(): Promise<boolean> {
	await nextTick();
	if (typing && document.activeElement?.matches("input, textarea, select"))
		return false;
	const heading = document.querySelector<HTMLElement>("h1[tabindex='-1']");
	heading?.focus({ preventScroll: true });
	heading?.closest("main")?.scrollTo(0, 0);
	window.scrollTo(0, 0);
	return true;
}

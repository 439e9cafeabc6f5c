/* A router in the size that two pages need: the path is the state, links stay links. */
import { nextTick, ref } from "vue";

export const path = ref(location.pathname);

export function go(to: string): void {
	if (to !== location.pathname + location.search + location.hash)
		history.pushState(null, "", to);
	path.value = location.pathname;
}

window.addEventListener("popstate", () => {
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

/* After a view has changed: its heading takes the focus, so that a reader hears where it is. */
export async function focusHeading(): Promise<void> {
	await nextTick();
	const heading = document.querySelector<HTMLElement>("h1[tabindex='-1']");
	heading?.focus({ preventScroll: true });
	heading?.closest("main")?.scrollTo(0, 0);
	window.scrollTo(0, 0);
}

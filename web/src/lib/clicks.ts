/*
 * The second click of a double click is meant for what the first one hit.  Where something else has come to stand there
 * meanwhile (the answer was quick, and "undo" stands where "adopt" stood), it is not pressed.  So what stands for
 * another thing than before is another element: it has a key.
 */
const PRESSED = "a, button, input, select, textarea, summary, label";

function pressed(event: MouseEvent): Element | null {
	const of = (event.target as Element).closest(PRESSED);
	return of instanceof HTMLLabelElement ? of.control : of;
}

export function guardClicks(): void {
	let hit: Element | null = null;
	window.addEventListener("click", (event) => {
		const now = pressed(event);
		if (event.detail > 1 && now !== hit) {
			event.preventDefault();
			event.stopImmediatePropagation();
		} else
			hit = now;
	}, { capture: true });
}

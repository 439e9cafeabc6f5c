/* What the whole workbench shares: who is signed in, the clock in the corner, what is read aloud. */
import { ref, shallowRef } from "vue";

import type { Session } from "@/api/types";

export const session = shallowRef<Session | null>(null);
export const now = ref(Date.now());
export const spoken = ref("");

setInterval(() => {
	now.value = Date.now();
}, 10_000);

/* Politely: a settled card is heard, and nobody is interrupted. */
export function announce(sentence: string): void {
	spoken.value = "";
	setTimeout(() => {
		spoken.value = sentence;
	}, 50);
}

export { t, listed, valueWord, fieldWord } from "./i18n";

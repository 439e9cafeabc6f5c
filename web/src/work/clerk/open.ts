/*
 * Which questions can still decide something, given what has been answered so far: asked of the
 * server as the answers are typed, so that a form shows those and no others.
 */
import { onUnmounted, ref, shallowRef, watch, type Ref } from "vue";

import * as api from "@/api/client";
import type { FormAnswers, MatterForm } from "@/api/types";

export interface Asked { matter: string; form: FormAnswers; parties: { role: string; kind: "person" | "enterprise" }[]; inventory?: number }

const PAUSE_MS = 120;

/** form: as far as it is answered, null until the server has said so; failed: it could not be asked. */
export function useOpen(asked: () => Asked | null): { form: Ref<MatterForm | null>; failed: Ref<boolean> } {
	const failed = ref(false);
	const form = shallowRef<MatterForm | null>(null);
	let timer: ReturnType<typeof setTimeout> | undefined;
	let running: AbortController | undefined;

	async function ask(about: Asked): Promise<void> {
		running?.abort();
		const mine = running = new AbortController();
		try {
			const answer = await api.tryForm(about.matter, { form: about.form, parties: about.parties,
				...(about.inventory === undefined ? {} : { inventory: about.inventory }) }, mine.signal);
			if (running === mine)
				form.value = answer;
		} catch (error) {
			/* A half-typed answer may be of the wrong type: the questions stay as they were. */
			if (error instanceof DOMException && error.name === "AbortError")
				return;
			if (!(error instanceof api.Problem))
				throw error;
			failed.value = form.value === null;
		}
	}
	watch(() => JSON.stringify(asked()), (text) => {
		const about = JSON.parse(text) as Asked | null;
		clearTimeout(timer);
		if (about !== null)
			timer = setTimeout(() => void ask(about), form.value === null ? 0 : PAUSE_MS);
	}, { immediate: true });
	onUnmounted(() => {
		clearTimeout(timer);
		running?.abort();
	});
	return { form, failed };
}

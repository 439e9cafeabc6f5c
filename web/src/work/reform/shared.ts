/* What the three parts of the bench share: what was refused, whether something is under way, who is the city's. */
import { computed, ref, shallowRef } from "vue";

import * as api from "@/api/client";
import type { Division, Inventory } from "@/api/types";
import { readDate } from "@/lib/fields";
import { prefs } from "@/lib/prefs";
import { session } from "../state";

const CHINA_MS = 8 * 3_600_000;

export const problem = shallowRef<api.Problem | null>(null);
export const busy = ref(false);
export const inventory = shallowRef<Inventory | null>(null);
export const divisions = shallowRef<Division[]>([]);
/* Said at the bottom of the screen, until the next thing is done. */
export const says = ref("");
/* The dialog that lies over the page; the keys of the page rest meanwhile. */
export const dialog = ref<string | null>(null);

export const reform = computed(() => session.value?.user.role === "reform");
export const expert = computed(() => session.value?.user.role === "expert");
export const city = computed(() => reform.value && inventory.value !== null && session.value?.division.code === inventory.value.division.code);
export const counties = computed(() => divisions.value.filter((one) => one.level === "county" &&
	(session.value?.division.code === inventory.value?.division.code || one.code === session.value?.division.code)));

/* A key means something only while the page can be seen: no dialog, no sign-in page above it. */
export function awake(): boolean {
	const bench = document.querySelector<HTMLElement>(".bench");
	return dialog.value === null && bench !== null && bench.offsetParent !== null;
}

/* Runs what asks the server; a refusal is shown, input stays.  What succeeds says nothing about what was refused meanwhile. */
export async function guarded<R>(what: () => Promise<R>): Promise<R | undefined> {
	const before = problem.value;
	try {
		const done = await what();
		if (problem.value === before)
			problem.value = null;
		return done;
	} catch (error) {
		if (!(error instanceof api.Problem))
			throw error;
		problem.value = error;
		return undefined;
	}
}

/* The same for what changes something: one at a time. */
export async function changing<R>(what: () => Promise<R>): Promise<R | undefined> {
	if (busy.value)
		return undefined;
	busy.value = true;
	const done = await guarded(what);
	busy.value = false;
	return done;
}

export async function readCommon(): Promise<void> {
	await guarded(async () => {
		const [list, all] = await Promise.all([api.inventory(), api.divisions()]);
		inventory.value = list;
		divisions.value = all.divisions;
	});
}

export const today = () => new Date(Date.now() + CHINA_MS).toISOString().slice(0, 10);
/* A day that can still come; what was typed may be no day at all. */
export const coming = (text: string) => readDate(text) === text && text >= today();
export const inDays = (n: number) => new Date(Date.now() + CHINA_MS + n * 24 * 3_600_000).toISOString().slice(0, 10);
export const whole = (n: number) => n.toLocaleString(prefs.lang === "zh" ? "zh-CN" : "en");
export const percent = (permille: number) => `${(permille / 10).toFixed(1)} %`;

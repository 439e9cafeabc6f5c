/* What is overdue, or will be within some office hours. */
import { computed, ref } from "vue";

import * as api from "@/api/client";
import type { VerificationDue } from "@/api/types";
import { pagesOf } from "../pages";
import { guarded } from "./complaints";

export const within = ref(0);
export const reminding = ref<string | null>(null);

const LIMIT = 100;

export const held = pagesOf<VerificationDue>(async (cursor) => {
	const page = await api.overdue({ within_hours: within.value, limit: LIMIT, ...(cursor !== null && { cursor }) });
	return { rows: page.verifications, next: page.next };
});
export const late = held.rows;

/* By division, in the order in which the first of each is due. */
export const byDivision = computed(() => {
	const groups = new Map<string, { name: string; rows: VerificationDue[] }>();
	for (const row of late.value ?? []) {
		const group = groups.get(row.division.code) ?? { name: row.division.name, rows: [] };
		group.rows.push(row);
		groups.set(row.division.code, group);
	}
	return [...groups.values()];
});

export async function readLate(): Promise<void> {
	const of = within.value, fresh = await held.read();
	if (of === within.value)
		held.anew(fresh);
}

export async function remind(row: VerificationDue): Promise<boolean> {
	if (reminding.value !== null)
		return false;
	reminding.value = row.id;
	const now = await guarded(() => api.urge(row.id));
	reminding.value = null;
	if (now !== undefined)
		held.change((one) => one.id === now.id ? now : one);
	return now !== undefined;
}

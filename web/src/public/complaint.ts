/* A complaint between the form and the page that follows it: memory of this page only. */
import { shallowRef } from "vue";

import type { ComplaintReceived, Matter, NewComplaint, PublicAgency } from "@/api/types";
import { normal, wrongPhone } from "@/lib/ident";
import { t } from "./messages";

/* The last one that was made here, so that its number and code need not be typed again. */
export const made = shallowRef<ComplaintReceived | null>(null);

export const OTHER = "other";	/* of the choice of proofs: none of these */

export interface Draft {
	item: string;
	proof: string;
	division: string;
	agency: string;
	counter: string;
	what: string;
	phone: string;
}
export type Field = "item" | "proof" | "division" | "agency" | "what" | "phone";

export const emptyDraft = (item: string): Draft => ({ item, proof: "", division: "", agency: "", counter: "", what: "", phone: "" });

const inWords = (draft: Draft, matter: Matter | null) => matter === null || matter.items.length === 0 || draft.item === OTHER;

export function body(draft: Draft, matter: Matter | null): NewComplaint {
	const words = inWords(draft, matter);
	return {
		...(matter !== null && { matter: matter.code }),
		...(words ? { proof: draft.proof.trim() } : { item: draft.item }),
		division: draft.division,
		agency: draft.agency,
		...(draft.counter.trim() !== "" && { counter: draft.counter.trim() }),
		what: draft.what.trim(),
		...(draft.phone.trim() !== "" && { phone: normal(draft.phone) }),
	};
}

/* What must be put right, in the order of the page. */
export function wrongFields(draft: Draft, matter: Matter | null): { id: Field; says: string }[] {
	const words = inWords(draft, matter);
	return ([
		[!words && draft.item === "", "item"],
		[words && draft.proof.trim() === "", "proof"],
		[draft.division === "", "division"],
		[draft.division !== "" && draft.agency === "", "agency"],
		[draft.what.trim() === "", "what"],
		[wrongPhone(draft.phone), "phone"],
	] as [boolean, Field][]).filter(([wrong]) => wrong).map(([, id]) => ({ id, says: t(`complaint.wrong.${id}`) }));
}

/* The agency that handles this matter in the chosen place, so that most people need not look for it. */
export function handling(agencies: PublicAgency[], matter: Matter | null): string {
	const agency = matter?.agency.code;
	return agencies.find((one) => one.parent === agency)?.code ?? agencies.find((one) => one.code === agency)?.code ?? "";
}

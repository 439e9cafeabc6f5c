/* A life event's form while it is typed, kept as clerk/draft.ts keeps a new case. */
import { reactive } from "vue";

import type { FormAnswers, FormValue, JointCase, LifeEvent, LifeEventField, PartyRule } from "@/api/types";
import { normal } from "@/lib/ident";
import { uuid7 } from "@/lib/uuid7";
import { AGENT, type DraftParty, emptyParty } from "../clerk/draft";
import { forget } from "../keep";
import { t } from "../state";

export interface EventDraft {
	form: Record<string, FormValue | undefined>;
	agent: DraftParty | null;
	at: number | null;	/* when something was typed last */
	sent: string;
	key: string;
}

const drafts = new Map<string, EventDraft>();

export const agentRule = (): PartyRule => ({ role: AGENT, kind: "person", required: false, label: t("joint.agent") });
export const emptyAgent = () => emptyParty(agentRule());

/* Numbers of people come masked: they stay as they are until another one is typed. */
export const isMasked = (field: LifeEventField, value: FormValue | undefined) =>
	(field.type === "id18" || field.type === "uscc18") && typeof value === "string" && value.includes("*");

export function draftOf(event: LifeEvent, joint?: JointCase): EventDraft {
	const name = joint?.id ?? event.code;
	let draft = drafts.get(name);
	/* Where nothing was typed the case as it is now is shown. */
	if (draft === undefined || (joint !== undefined && draft.at === null)) {
		const form: EventDraft["form"] = {};
		for (const field of event.form) {
			const known = joint?.form[field.name];
			if (known !== undefined && !isMasked(field, known))
				form[field.name] = known;
		}
		draft = reactive({ form, agent: null, at: null, sent: "", key: "" });
		drafts.set(name, draft);
	}
	return draft;
}

export const keptName = (event: LifeEvent, joint?: JointCase) => `joint ${joint?.id ?? event.code}`;

export function dropDraft(event: LifeEvent, joint?: JointCase): void {
	forget(keptName(event, joint));
	drafts.delete(joint?.id ?? event.code);
}

/* What was answered, or of a joint case what is another than it has; what was emptied is an empty text. */
export function filled(event: LifeEvent, draft: EventDraft, joint?: JointCase): FormAnswers {
	const form: FormAnswers = {};
	for (const field of event.form) {
		const known = joint?.form[field.name];
		const value = draft.form[field.name] ?? (typeof known === "string" && known !== "" && !isMasked(field, known) ? "" : undefined);
		if (value !== undefined && JSON.stringify(value) !== JSON.stringify(known))
			form[field.name] = value;
	}
	return form;
}

export function agentOf(party: DraftParty) {
	return { identifier_type: party.type, identifier: normal(party.identifier), name: party.name.trim(),
		...(party.phone.trim() !== "" && { phone: normal(party.phone) }), mandate: party.mandate.trim() };
}

/* The same press tried again is the same request; another content is another one. */
export function keyOf(draft: EventDraft, body: unknown): string {
	const content = JSON.stringify(body);
	if (content !== draft.sent)
		[draft.sent, draft.key] = [content, uuid7()];
	return draft.key;
}

/* The new case while it is typed, one draft for each matter; what is typed outlives the page (keep.ts). */
import { reactive } from "vue";

import type { FormValue, IdentifierType, Matter, NewCase, NewParty, PartyRule } from "@/api/types";
import { normal, wrongIdentifier, wrongName, wrongPhone } from "@/lib/ident";
import { uuid7 } from "@/lib/uuid7";
import { forget } from "../keep";
import { t } from "../state";
import { answered, wrongAnswer } from "./form";

export interface DraftParty {
	kind: "person" | "enterprise";
	type: IdentifierType;
	identifier: string;
	name: string;
	phone: string;
	mandate: string;	/* of an agent */
}
export interface Draft {
	parties: Record<string, DraftParty>;
	form: Record<string, FormValue | undefined>;
	sent: string;	/* the content that was sent last, and its key */
	last: string;
}
/* says stands beside the field; who says it about whom in the summary. */
export interface WrongField { id: string; who: string; says: string }

/* Who acts for somebody says by what right. */
export const AGENT = "agent";

export const PERSON_TYPES: IdentifierType[] = ["citizen_id", "hkmt_residence", "permanent_residence", "passport", "birth_certificate", "none"];
export const ENTERPRISE_TYPES: IdentifierType[] = ["uscc", "none"];

const drafts = new Map<string, Draft>();

export function emptyParty(rule: PartyRule): DraftParty {
	const kind = rule.kind === "enterprise" ? "enterprise" : "person";
	return { kind, type: kind === "enterprise" ? "uscc" : "citizen_id", identifier: "", name: "", phone: "", mandate: "" };
}

export function draftOf(matter: Matter): Draft {
	let draft = drafts.get(matter.code);
	if (draft === undefined) {
		const parties = Object.fromEntries(matter.parties.filter((rule) => rule.required).map((rule) => [rule.role, emptyParty(rule)]));
		const form: Draft["form"] = {};
		if (matter.fields.some((field) => field.name === "applicant_type"))
			form["applicant_type"] = parties["applicant"]?.kind;
		draft = reactive({ parties, form, sent: "", last: "" });
		drafts.set(matter.code, draft);
	}
	return draft;
}

/* The same press tried again is the same request, also after a reload; another content is another one. */
export function keyOf(matter: Matter, draft: Draft): string {
	const content = JSON.stringify(newCaseBody(matter, draft));
	if (content !== draft.sent)
		[draft.sent, draft.last] = [content, uuid7()];
	return draft.last;
}

export const keptName = (code: string) => `new ${code}`;

export function dropDraft(code: string): void {
	drafts.delete(code);
	forget(keptName(code));
}

export function newCaseBody(matter: Matter, draft: Draft): NewCase {
	const parties = matter.parties.flatMap((rule): NewParty[] => {
		const party = draft.parties[rule.role];
		if (party === undefined)
			return [];
		return [{
			role: rule.role,
			kind: party.kind,
			identifier_type: party.type,
			identifier: party.type === "none" ? "" : normal(party.identifier),
			name: party.name.trim(),
			...(party.phone.trim() !== "" && { phone: normal(party.phone) }),
			...(rule.role === AGENT && { mandate: party.mandate.trim() }),
		}];
	});
	return { matter: matter.code, channel: "window", parties, form: answered(matter.fields, draft.form) };
}

export function identifierSentence(type: IdentifierType, text: string): string | undefined {
	const wrong = wrongIdentifier(type, text);
	if (wrong === null)
		return undefined;
	const args: Record<string, string | number> = { ...wrong };
	return wrong.code === "form" ? t(`wrong.form.${type === "passport" ? "passport" : "birth"}`) : t(`wrong.${wrong.code}`, args);
}

/* Everything that must be put right, in the order of the page. */
export function wrongDraft(matter: Matter, draft: Draft): WrongField[] {
	const wrong: WrongField[] = [];
	for (const rule of matter.parties) {
		const party = draft.parties[rule.role];
		if (party === undefined)
			continue;
		const says = (field: string, sentence: string | undefined) => {
			if (sentence !== undefined)
				wrong.push({ id: `${rule.role}-${field}`, who: rule.label, says: sentence });
		};
		says("identifier", identifierSentence(party.type, party.identifier));
		says("name", wrongName(party.name) ? t("wrong.name") : undefined);
		says("phone", wrongPhone(party.phone) ? t("wrong.phone") : undefined);
		says("mandate", rule.role === AGENT && party.mandate.trim() === "" ? t("wrong.mandate") : undefined);
	}
	for (const field of matter.fields) {
		const sentence = wrongAnswer(field, draft.form[field.name]);
		if (sentence !== undefined)
			wrong.push({ id: `form-${field.name}`, who: field.label, says: sentence });
	}
	return wrong;
}

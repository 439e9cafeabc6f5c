/* From states to words: what a card says, whose move it is, and the sentence of an answer. */
import type { Answer, CaseItem, CaseSummary } from "@/api/types";
import type { Tone } from "@/design/tone";
import { day } from "@/lib/dates";
import { prefs } from "@/lib/prefs";
import { fieldWord, listed, t, valueWord } from "../state";

/* The counts' "turn" leaves out what is undecided, and a case with nothing open waits for the clerk as well. */
export function needsClerk(counts: CaseSummary["counts"]): boolean {
	return counts.turn + counts.undecided > 0 || counts.open === 0;
}

export function overdue(item: CaseItem): boolean {
	return item.state === "verifying" && item.verification?.overdue === true;
}

/* A source that gave no answer stands in the steps; the server has sent the question to the desk. */
export function faultStep(item: CaseItem): CaseItem["steps"][number] | undefined {
	return item.method === item.way ? undefined :
	    item.steps.find((step) => step.way === item.method && step.outcome === "fault");
}

/* Why it is settled in another way than at first: the reason of the last step that has one. */
export function reasonWord(item: CaseItem): string {
	const steps = item.steps.filter((one) => one.reason !== null && one.reason !== "method");
	const step = steps[steps.length - 1];
	return step?.reason ? t(`reason.${step.reason}`) : "";
}

/* The last answer, a source's or a desk's. */
function said(item: CaseItem): string | undefined {
	return item.verification?.answer ?? item.answer?.answer;
}

export function stateWord(item: CaseItem): { tone: Tone; word: string } {
	if (item.state === "verifying" && item.verification?.light === "paused")
		return { tone: "turn", word: t("state.need_more") };
	if (overdue(item))
		return { tone: "late", word: t("state.overdue") };
	switch (item.state) {
	case "undecided":
	case "waiting_input":
	case "to_query":
	case "to_commit":
	case "to_verify":
		return { tone: "turn", word: t(`state.${item.state}`) };
	case "verifying":
	case "supervised":
		return { tone: "wait", word: t(`state.${item.state}`) };
	case "not_established":
		return { tone: "deny", word: said(item) === "not_found" ? t("state.nothing_found") :
		    said(item) === "mismatch" ? t("state.mismatch") : t("state.not_established") };
	case "does_not_apply":
		return { tone: "idle", word: t("state.does_not_apply") };
	default:
		return { tone: "done", word: t(`state.${item.state}`) };
	}
}

/* A value as people read it: dates written out, codes as words. */
export function shownValue(field: Answer["fields"][number], value: unknown): string {
	const text = String(value ?? "");
	return /^\d{4}-\d{2}-\d{2}$/.test(text) ? day(text, prefs.lang) : valueWord(field.name, text);
}

/* A citizen number in a sentence is masked as in lists; the unfolded answer has it in full. */
function masked(text: string): string {
	return /^\d{17}[\dX]$/.test(text) ? `${text.slice(0, 3)}${"*".repeat(11)}${text.slice(-4)}` : text;
}

/* A bare number, yes or no says nothing without its label: 面积 178 平方米, 欠缴 否. */
function told(field: Answer["fields"][number], value: string): string {
	const shown = masked(shownValue(field, value));
	if (!/^-?\d{1,9}(\.\d+)?$/.test(value) && value !== "yes" && value !== "no" && value !== "none")
		return shown;
	const label = /^(.*?)\s*[(（](.+)[)）]$/.exec(fieldWord(field.name, field.label));
	return label ? `${label[1]!} ${shown} ${label[2]!}` : `${fieldWord(field.name, field.label)} ${shown}`;
}

export function rowSentence(answer: Answer, row: Answer["rows"][number]): string {
	return answer.fields.flatMap((field) => {
		const value = row[field.name];
		return value === null || value === undefined || value === "" ? [] : [told(field, value)];
	}).join(t("sep.values"));
}

/* What was found out, in one sentence. */
export function factOf(item: CaseItem): string {
	if (item.verification?.basis)
		return item.verification.basis;
	const answer = item.answer;
	if (answer === undefined)
		return "";
	if (answer.answer === "not_found")
		return item.state === "established" && item.says ? t("fact.empty_shows", { says: item.says }) : t("fact.empty");
	if (answer.rows.length > 0) {
		const two = answer.rows.slice(0, 2).map((row) => rowSentence(answer, row));
		const rest = answer.count - two.length;
		return two.join(t("sep.rows")) + (rest > 0 ? t("fact.more", { n: answer.count }) : "");
	}
	return t(`fact.${answer.answer}`);
}

export function waitingSentence(item: CaseItem): string {
	if (item.state === "undecided")
		return t("card.undecided", { fields: listed(item.missing?.map((one) => one.label) ?? []) });
	const parties = item.waiting_for?.filter((one) => one.kind === "party").map((one) => one.label) ?? [];
	if (parties.length > 0)
		return t("card.party", { parties: listed(parties) });
	const form = item.waiting_for?.filter((one) => one.kind === "form").map((one) => one.label) ?? [];
	if (form.length > 0)
		return t("card.form", { fields: listed(form) });
	return t("card.ask", { fields: listed(item.waiting_for?.map((one) => fieldWord(one.name, one.label)) ?? []) });
}

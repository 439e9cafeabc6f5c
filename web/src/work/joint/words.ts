/* From the states of a joint case and its steps to words: whose move it is, and why it does not go on. */
import type { JointCase, JointState, JointStep, JointSummary, LifeEvent } from "@/api/types";
import type { Tone } from "@/design/tone";
import { moment, officeTime } from "@/lib/dates";
import { prefs } from "@/lib/prefs";
import { i18n } from "../i18n";
import { fieldWord, listed, now, t } from "../state";

export const STATE_TONE: Record<JointState, Tone> = { draft: "turn", running: "wait", finished: "done", withdrawn: "idle" };

export const at = (text: string) => moment(text, prefs.lang, now.value);
/* 1 个工作小时: as people count the minutes of a promise. */
export const office = (minutes: number) => officeTime(minutes * 60_000, prefs.lang);
export const under = (step: JointStep) => step.state === "running" || step.state === "replaced";
export const settled = (step: JointStep) => step.state === "done" || step.state === "skipped" || step.state === "withdrawn";

export function stateWord(step: JointStep): { tone: Tone; word: string } {
	switch (step.state) {
	case "running":
	case "replaced":
		if (step.late)
			return { tone: "late", word: t("joint.step.late") };
		return { tone: "wait", word: t(step.state === "running" && step.auto && !step.by_desk ? "joint.step.auto" : `joint.step.${step.state}`) };
	case "waiting":
		return step.lacks.length > 0 && step.waits_for.length === 0 ? { tone: "turn", word: t("joint.step.lacks") } :
		    { tone: "idle", word: t("joint.step.waiting") };
	case "returned":
		return { tone: "turn", word: t("joint.step.returned") };
	case "failed":
		return { tone: "deny", word: t("joint.step.failed") };
	case "done":
		return { tone: "done", word: t("joint.step.done") };
	default:
		return { tone: "idle", word: t(`joint.step.${step.state}`) };
	}
}

/* A field of the form by its name, and a confirmation as what it is. */
export function fieldLabel(of: LifeEvent | null, name: string): string {
	const confirm = /^confirmed\.(.+)$/.exec(name);
	if (confirm)
		return t("joint.confirm.of", { who: of?.confirm.find((one) => one.code === confirm[1])?.label ?? confirm[1]! });
	const field = of?.form.find((one) => one.name === name);
	return field ? fieldWord(field.name, field.label) : name;
}
export const fieldLabels = (of: LifeEvent | null, names: string[]) => listed(names.map((name) => fieldLabel(of, name)));
export const outputLabel = (name: string) => fieldWord(name, name);

/* What stands before it, in one sentence: steps, then fields. */
export function waitSentence(step: JointStep, of: LifeEvent | null): string {
	const parts: string[] = [];
	if (step.waits_for.length > 0)
		parts.push(t("joint.waits.steps", { steps: listed(step.waits_for) }));
	if (step.lacks.length > 0)
		parts.push(t("joint.waits.fields", { fields: fieldLabels(of, step.lacks) }));
	return parts.join(t("sep"));
}

/* Who has it and until when. */
export function whoSentence(step: JointStep, of: LifeEvent | null): string {
	switch (step.state) {
	case "running":
	case "replaced":
		return step.due_at === null ? t("joint.who.starting", { agency: step.agency.name }) :
		    t(step.late ? "joint.who.late" : "joint.who.until", { agency: step.agency.name, at: at(step.due_at) });
	case "done":
		return step.ended_at === null ? step.agency.name : t("joint.who.done", { agency: step.agency.name, at: at(step.ended_at) });
	case "waiting":
		return waitSentence(step, of) || step.agency.name;
	case "returned":
		return t("joint.who.returned", { fields: fieldLabels(of, step.lacks) });
	case "failed":
		return t("joint.brief.failed");
	default:
		return step.agency.name;
	}
}

/* As short as the line of a chart takes, where the agency stands already. */
export function briefSentence(step: JointStep, of: LifeEvent | null): string {
	switch (step.state) {
	case "running":
	case "replaced":
		return step.due_at === null ? "" : t("joint.brief.until", { at: at(step.due_at) });
	case "done":
		return step.ended_at === null ? "" : at(step.ended_at);
	case "waiting":
		return step.waits_for.length > 0 ? t("joint.brief.waits", { steps: listed(step.waits_for) }) : waitSentence(step, of);
	case "failed":
		return t("joint.brief.failed");
	case "returned":
		return t("joint.brief.returned");
	default:
		return step.because !== undefined ? t("joint.brief.because", { step: step.because }) : "";
	}
}

const KNOWN = new Set(["lacks", "not_established", "refused", "skipped_by_lead", "withdrawn_by_applicant"]);

/* Why it does not go on; names: proofs by the codes of their items. */
export function reasonSentence(step: JointStep, names: Map<string, string>): string {
	if (step.reason === null)
		return step.because !== undefined ? t("joint.because", { step: step.because }) : "";
	const { code, about } = step.reason;
	const what = listed(about.map((one) => names.get(one) ?? one));
	if (KNOWN.has(code))
		return t(`joint.why.${code}`, { what });
	const key = `joint.fault.${code}`;
	const says = i18n.global.te(key, prefs.lang) ? t(key) : t("joint.fault.any", { code });
	return what === "" ? says : t("joint.fault.about", { says, what });
}

/* What would help. */
export function helpSentence(step: JointStep): string {
	switch (step.state) {
	case "failed":
		return t(step.reason?.code === "not_established" ? "joint.help.not_established" : step.reason?.code === "refused" ? "joint.help.refused" :
		    step.reason?.code === "withdrawn_by_applicant" ? "joint.help.withdrawn" : "joint.help.failed");
	case "returned":
		return t("joint.help.returned");
	case "waiting":
		return step.lacks.length > 0 ? t("joint.help.lacks") : t("joint.help.waiting");
	case "running":
	case "replaced":
		return t(step.late ? "joint.help.late" : step.outside ? "joint.help.outside" : step.auto && !step.by_desk ? "joint.help.auto" : "joint.help.running");
	default:
		return "";
	}
}

/* Steps that take a result of this one, or of one that does: they are left with it. */
export function followers(of: LifeEvent | null, code: string): string[] {
	const left = new Set([code]);
	const takes = (of?.steps ?? []).map((step) => ({ code: step.code, from: [...step.inputs, ...step.answers.map((one) => one.from),
		...step.parties.flatMap((one) => one.number === null ? [one.name] : [one.number, one.name])].map((source) => source.split(".")[0]!) }));
	for (let size = 0; size !== left.size;) {
		size = left.size;
		for (const step of takes)
			if (step.from.some((source) => left.has(source)))
				left.add(step.code);
	}
	left.delete(code);
	return takes.map((step) => step.code).filter((one) => left.has(one));
}

export const summaryTone = (row: JointSummary): Tone =>
	row.state === "running" && row.late ? "late" : row.state === "running" && row.counts.failed + row.counts.returned > 0 ? "turn" : STATE_TONE[row.state];

export function summarySentence(row: JointSummary): string {
	const share = t("joint.row.share", { done: row.counts.done, total: row.counts.total });
	if (row.state !== "running")
		return t(`joint.state.${row.state}`) + t("sep") + share;
	const stuck = row.counts.failed + row.counts.returned;
	return [share, stuck > 0 ? t("joint.row.stuck", { n: stuck }) : "", t(row.late ? "joint.row.late" : "joint.row.due", { at: row.due_at ? at(row.due_at) : "" })]
		.filter((word) => word !== "").join(t("sep"));
}

/*
 * 还剩 52 分钟: only while no time of rest lies before the end, which a clock cannot know; then the
 * promise and the moment are said.
 */
export function leftMinutes(of: JointCase, instant: number): number | null {
	if (of.state !== "running" || of.due_at === null)
		return null;
	const left = Math.floor((Date.parse(of.due_at) - instant) / 60_000);
	return left <= of.promised_minutes ? left : null;
}

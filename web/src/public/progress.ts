/* How a joint case goes, put in the order in which its applicant wants to know it. */
import type { FollowedStep, JointProgress } from "@/api/types";
import type { IconName } from "@/design/Icon.vue";
import type { Tone } from "@/design/tone";

export const kinds = ["turn", "stuck", "working", "idle", "done", "off"] as const;
export type Kind = typeof kinds[number];

export const KIND_TONE: Record<Kind, Tone> = { turn: "turn", stuck: "deny", working: "wait", idle: "idle", done: "done", off: "idle" };

/* Who has still to confirm. */
export const pending = (of: JointProgress) => of.state === "finished" || of.state === "withdrawn" ? [] : of.confirms.filter((one) => !one.confirmed);

/* What waits for the applicant, unless it is somebody else's confirmation that it waits for. */
const wantsApplicant = (step: FollowedStep, of: JointProgress) =>
	step.state === "returned" || (step.state === "waiting" && step.who === "applicant" && of.state === "running" && pending(of).length === 0);

export function kindOf(step: FollowedStep, of: JointProgress): Kind {
	if (wantsApplicant(step, of))
		return "turn";
	switch (step.state) {
	case "running":
	case "replaced":
		return "working";
	case "failed":
		return "stuck";
	case "done":
		return "done";
	case "skipped":
	case "withdrawn":
		return "off";
	default:
		return "idle";
	}
}

export interface Shown { step: FollowedStep; n: number; tone: Tone; word: `step.${FollowedStep["state"]}` | "step.late" | "step.confirm"; icon: IconName | undefined }

export function groups(of: JointProgress): { kind: Kind; steps: Shown[] }[] {
	const all = of.steps.map((step, i): Shown & { kind: Kind } => {
		const kind = kindOf(step, of);
		const late = kind === "working" && step.late;
		const confirm = kind === "idle" && step.who === "applicant" && of.state === "running";
		return { step, n: i + 1, kind, tone: late ? "late" : KIND_TONE[kind], icon: kind === "off" ? "cancel" : undefined,
			word: late ? "step.late" : confirm ? "step.confirm" : `step.${step.state}` };
	});
	return kinds.flatMap((kind) => {
		const steps = all.filter((one) => one.kind === kind);
		/* What ends soonest stands first. */
		if (kind === "working")
			steps.sort((a, b) => (a.step.due_at ?? "9").localeCompare(b.step.due_at ?? "9"));
		return steps.length === 0 ? [] : [{ kind, steps }];
	});
}

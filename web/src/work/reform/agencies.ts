/*
 * Changes of agencies 机构调整: those that there are, and the one that is being filled in: what it is as a
 * request, what of it is missing, and at which of its fields a refusal of the server belongs.
 */
import { computed, reactive, shallowRef } from "vue";

import type * as client from "@/api/client";
import * as api from "@/api/reform";
import type { AgencyChange, AgencyChangeKind, AgencyMoves, AgencyRequest } from "@/api/types";
import { uuid7 } from "@/lib/uuid7";
import { forget, keepTyped } from "../keep";
import { t } from "../state";
import { coming } from "./shared";

export const KINDS: AgencyChangeKind[] = ["rename", "merge", "split", "create"];
export const MOVES: (keyof AgencyMoves)[] = ["case", "verification", "complaint", "dispute", "joint_case", "user", "deputy", "platform"];
export const ROWS = ["agencies", "desks", "matters", "items", "proofs", "services", "grants"] as const;
export const GIVEN = ["matters", "proofs", "services", "users"] as const;
export const TYPES = ["government", "public_utility", "service_institution"] as const;
export const TONE = { planned: "wait", in_force: "done", withdrawn: "deny" } as const;

export const list = shallowRef<AgencyChange[] | null>(null);
export async function readList(): Promise<void> {
	list.value = (await api.agencyChanges()).changes;
}
/* What is to come by its day, then what has been, then what was taken back, the newest first. */
export const groups = computed(() => {
	const of = (state: AgencyChange["state"]) => (list.value ?? []).filter((one) => one.state === state);
	const newest = (a: AgencyChange, b: AgencyChange) => b.effective.localeCompare(a.effective) || b.change - a.change;
	return [
		{ state: "planned" as const, rows: of("planned").sort((a, b) => a.effective.localeCompare(b.effective) || a.change - b.change) },
		{ state: "in_force" as const, rows: of("in_force").sort(newest) },
		{ state: "withdrawn" as const, rows: of("withdrawn").sort(newest) },
	].filter((group) => group.rows.length > 0);
});
export function sentence(of: AgencyChange): string {
	return t(`agencies.is.${of.kind}`, { agency: of.agency.name, other: of.kind === "rename" ? of.named?.name ?? "" : of.other?.name ?? "" });
}
export const under = (of: AgencyChange) => of.state === "in_force" && of.ended_at === null;
export const total = (of: AgencyMoves) => MOVES.reduce((sum, kind) => sum + of[kind], 0);

export interface Draft {
	kind: AgencyChangeKind | ""; agency: string; into: string; fresh: boolean;	/* fresh: a split makes a new one */
	code: string; name: string; short: string; type: typeof TYPES[number]; division: string; parent: string; counterparts: string[]; desk: boolean;
	matters: string[]; proofs: string[]; services: string[]; users: string[];
	effective: string; decision: string; key: string; sent: string;
}
const blank = (): Draft => ({ kind: "", agency: "", into: "", fresh: true, code: "", name: "", short: "", type: "government", division: "", parent: "", counterparts: [], desk: true,
	matters: [], proofs: [], services: [], users: [], effective: "", decision: "", key: "", sent: "" });
const KEPT = "agencies new";
let kept: Draft | undefined;
export function draft(): Draft {
	if (kept === undefined) {
		kept = reactive(blank());
		keepTyped(KEPT, kept);
	}
	return kept;
}
export function spend(): void {
	kept = undefined;
	forget(KEPT);
}
/* The same again after a broken network is the same request; another one is another. */
export function keyOf(of: Draft, body: AgencyRequest): string {
	const text = JSON.stringify(body);
	if (of.sent !== text)
		Object.assign(of, { sent: text, key: uuid7() });
	return of.key;
}

const some = (name: string, text: string) => text.trim() === "" ? {} : { [name]: text.trim() };
const many = (name: string, of: string[]) => of.length === 0 ? {} : { [name]: of };
const making = (of: Draft) => of.kind === "create" || (of.kind === "split" && of.fresh);
function theNew(of: Draft): Partial<AgencyRequest> {
	return { name: of.name.trim(), ...some("short_name", of.short), ...many("counterparts", of.counterparts), desk: of.desk };
}
/* What is not asked for by the kind that is chosen stays in the form, and out of the request. */
export function request(of: Draft): AgencyRequest {
	const kind = of.kind as AgencyChangeKind, effective = of.effective;
	if (kind === "create")
		return { kind, agency: of.code.trim(), type: of.type, ...some("division", of.division), ...some("parent", of.parent), ...theNew(of), effective };
	if (kind === "rename")
		return { kind, agency: of.agency, ...some("name", of.name), ...some("short_name", of.short), effective };
	if (kind === "merge")
		return { kind, agency: of.agency, into: of.into, effective };
	return { kind, agency: of.agency, ...(of.fresh ? { into: of.code.trim(), ...theNew(of) } : { into: of.into }),
		...many("matters", of.matters), ...many("proofs", of.proofs), ...many("services", of.services), ...many("users", of.users), effective };
}

export interface Wrong { id: string; says: string }
/* What is still to be filled in; that somebody has decided it only where it is to be done. */
export function lacks(of: Draft, done: boolean): Wrong[] {
	const all: Wrong[] = [];
	const add = (is: boolean, field: string, says = field) => { if (is) all.push({ id: `a-${field}`, says: t(`agencies.wrong.${says}`) }); };
	add(of.kind === "", "kind");
	if (of.kind !== "") {
		add(of.kind !== "create" && of.agency === "", "agency");
		add((of.kind === "merge" || (of.kind === "split" && !of.fresh)) && of.into === "", "into");
		add(of.into !== "" && of.into === of.agency && (of.kind === "merge" || (of.kind === "split" && !of.fresh)), "into", "same");
		add(making(of) && !/^[^-]+-./.test(of.code.trim()), "code");
		add(making(of) && of.name.trim() === "", "name");
		add(of.kind === "rename" && of.name.trim() === "" && of.short.trim() === "", "name", "names");
		add(of.kind === "split" && of.agency !== "" && of.matters.length + of.proofs.length + of.services.length === 0, "matters");
	}
	add(!coming(of.effective), "effective");
	add(done && of.decision.trim() === "", "decision");
	return all;
}

const FIELD: Record<string, string> = { name: "name", short_name: "short", type: "type", division: "division", parent: "parent", counterparts: "counterparts", desk: "desk",
	matters: "matters", proofs: "proofs", services: "services", users: "users", effective: "effective", decision: "decision", kind: "kind", into: "into" };
const COLUMN: Record<string, string> = { name: "name", short_name: "short", code: "code", kind: "type", 名称: "name", 简称: "short", 代码: "code", 类别: "type" };

/* At which field a refusal is to be put right; "" where it is none of them. */
function fieldOf(problem: client.Problem, of: Draft): string {
	const { args = {}, field = "" } = problem.details, named = args["agency"] ?? "";
	const mine = making(of) ? "code" : "agency", theirs = of.kind === "split" && of.fresh ? "code" : "into";
	switch (problem.code) {
	case "field_missing": case "field_value": case "field_type": {
		const at = (field || (args["field"] ?? "")).replace(/\[.*$/, "");
		return at === "agency" ? (of.kind === "create" ? "code" : "agency") : at === "into" ? theirs : FIELD[at] ?? "";
	}
	case "agency_unknown": return named === of.into && named !== of.agency ? "into" : named === of.parent ? "parent" : "agency";
	case "agency_itself": return "into";
	case "agency_taken": return "code";
	case "agency_level": return "agency";
	case "agency_busy": return named === of.into ? "into" : named === of.parent ? "parent" : mine === "code" && of.kind === "create" ? "code" : "agency";
	case "agency_not_its": return GIVEN.find((list) => of[list].includes(args["what"] ?? "")) ?? "agency";
	case "user_unknown": return "users";
	case "division_unknown": return args["division"] === of.division ? "division" : "counterparts";
	case "effective_past": case "change_order": return "effective";
	default: return "";
	}
}
/* A refusal in the server's words, at its field; nothing where it concerns no field, and is said above the form. */
export function placed(problem: client.Problem, of: Draft): Wrong[] {
	const says = (what: string, next: string) => t("agencies.wrong.server", { what, next });
	if (problem.code === "import_refused")
		return (problem.details.errors ?? []).map((one) => ({ id: `a-${COLUMN[one.column] ?? (making(of) ? "code" : "agency")}`, says: one.value === "" ? says(one.reason, one.next) : t("agencies.wrong.list", { value: one.value, reason: one.reason }) }));
	const field = fieldOf(problem, of);
	return field === "" ? [] : [{ id: `a-${field}`, says: says(problem.details.detail, problem.details.next) }];
}

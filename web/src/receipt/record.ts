/* What a proven record says, as lines to show. */
import { prefs } from "@/lib/prefs";
import { sayings } from "./sayings";
import { has, type Key, t } from "./messages";

export type Line = { key: Key; says: string };
type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

const SPOKEN: Record<string, string> = { answer: "answer", outcome: "outcome", party: "party" };

/* The word of a code, or the code: a receipt may come from a later version. */
function wordOf(kind: string, code: string): string {
	const key = `word.${kind}.${code}`;
	return has(key) ? t(key) : code;
}

function spoken(member: string, value: Json | undefined): string {
	if (Array.isArray(value))
		return value.map((one) => spoken(member, one)).join(prefs.lang === "zh" ? "、" : ", ");
	return typeof value === "string" ? wordOf(SPOKEN[member] ?? member, value) : typeof value === "number" ? String(value) : "-";
}

export const objectOf = (text: string | null): { [name: string]: Json } => {
	try {
		const value = JSON.parse(text ?? "") as Json;
		return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
	} catch {
		return {};
	}
};

export function linesOf(text: string): Line[] {
	const record = objectOf(text);
	const saying = typeof record.type === "string" && Object.prototype.hasOwnProperty.call(sayings, record.type) ? sayings[record.type]?.[prefs.lang] : undefined;
	const lines: Line[] = [{ key: "what", says: saying?.replace(/\{(\w+)\}/g, (_, member: string) => spoken(member, record[member])) ?? t("what.unknown") }];
	const add = (key: Key, says: string | undefined) => { if (says) lines.push({ key, says }); };
	const actor = objectOf(JSON.stringify(record.actor ?? null));
	add("at", spoken("", record.at).replace("T", " "));
	add("who", typeof actor.id === "string" ? `${actor.id} (${spoken("role", actor.role)})${typeof actor.agency === "string" ? `, ${actor.agency}` : ""}` : undefined);
	for (const key of ["division", "case", "matter", "item", "party", "grant", "id"] as const)
		if (record[key] !== undefined)
			add(key, spoken(key, record[key]));
	add("type", `${spoken("", record.type)} v${spoken("", record.v)}`);
	return lines;
}

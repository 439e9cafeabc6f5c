/* What somebody types who confirms: memory of this page only, so that going back and forth loses nothing. */
import { reactive } from "vue";

import { normal, type Wrong, wrongIdentifier } from "@/lib/ident";
import { uuid7 } from "@/lib/uuid7";
import { t } from "./event.messages";

export type Field = "identifier" | "agreed";

export const typed = reactive({ token: "", identifier: "", agreed: false });
let sent = "", key = "";

/* Another link is another person. */
export function typeFor(token: string): void {
	if (typed.token !== token)
		Object.assign(typed, { token, identifier: "", agreed: false });
}

export function says(wrong: Wrong): string {
	switch (wrong.code) {
	case "short":
		return t("wrong.short", { n: wrong.missing });
	case "long":
		return t("wrong.long", { n: wrong.extra });
	case "character":
		return t("wrong.character", { n: wrong.position });
	case "date":
		return t("wrong.date");
	case "empty":
		return t("wrong.empty");
	default:
		return t("wrong.check");
	}
}

/* What must be put right, in the order of the page. */
export function wrongFields(): { id: Field; says: string }[] {
	const wrong = wrongIdentifier("citizen_id", typed.identifier);
	return [...(wrong === null ? [] : [{ id: "identifier" as const, says: says(wrong) }]),
		...(typed.agreed ? [] : [{ id: "agreed" as const, says: t("confirm.wrong.agreed") }])];
}

/* The same press tried again is the same request; another number is another one. */
export function request(): { key: string; token: string; identifier: string } {
	const content = JSON.stringify([typed.token, normal(typed.identifier)]);
	if (content !== sent)
		[sent, key] = [content, uuid7()];
	return { key, token: typed.token, identifier: normal(typed.identifier) };
}

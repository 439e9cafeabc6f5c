/* What somebody who signs has read and typed: memory of this page only, so that going back and forth loses nothing. */
import { reactive } from "vue";

import type { OwnCommitment } from "@/api/types";
import { normal } from "@/lib/ident";
import { uuid7 } from "@/lib/uuid7";

type Said = "agreed" | "declined";

export const typed = reactive({ token: "", signer: "", agreed: false, said: {} as Record<string, Said | undefined> });
let sent = "", key = "";

/* Another link is another person. */
export function typeFor(token: string): void {
	if (typed.token !== token)
		Object.assign(typed, { token, signer: "", agreed: false, said: {} });
}

/* By the texts: where the words change, what was said of the old ones counts no more. */
const nameOf = (one: OwnCommitment) => `${one.item} ${one.notice.hash} ${one.letter.hash}`;
export const saidOf = (one: OwnCommitment): Said | "signed" | "none" => one.signed ? "signed" : typed.said[nameOf(one)] ?? "none";
export function say(one: OwnCommitment, what: Said): void {
	typed.said[nameOf(one)] = what;
}

/* The same press tried again is the same request. */
export function request(all: OwnCommitment[]) {
	const items = Object.fromEntries(all.map((one) => [one.item, { notice: one.notice.hash, letter: one.letter.hash }]));
	const content = JSON.stringify([typed.token, normal(typed.signer), items]);
	if (content !== sent)
		[sent, key] = [content, uuid7()];
	return { key, token: typed.token, signer: normal(typed.signer), items };
}

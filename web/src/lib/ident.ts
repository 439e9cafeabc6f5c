/*
 * Identifiers, checked while they are typed (GB 11643, GB 32100): the same rules as the
 * server, which decides.  A result names what to repair, never the value.
 */
import type { IdentifierType } from "@/api/types";

export type Wrong =
	| { code: "empty" }
	| { code: "short"; missing: number; expected: number }
	| { code: "long"; extra: number; expected: number }
	| { code: "character"; position: number }
	| { code: "date" }
	| { code: "check" }
	| { code: "form" };

/* Half-width, no blanks or hyphens, upper case. */
export function normal(text: string): string {
	return text.normalize("NFKC").replace(/[\s\-‐-―]/g, "").toUpperCase();
}

const CITIZEN_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";

function length(value: string, expected: number): Wrong | null {
	if (value.length < expected)
		return { code: "short", missing: expected - value.length, expected };
	if (value.length > expected)
		return { code: "long", extra: value.length - expected, expected };
	return null;
}

function characters(value: string, allowed: (character: string, index: number) => boolean): Wrong | null {
	const index = [...value].findIndex((character, i) => !allowed(character, i));
	return index < 0 ? null : { code: "character", position: index + 1 };
}

function realDate(digits: string, today: number): boolean {
	const [year, month, date] = [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6, 8)].map(Number);
	const instant = Date.UTC(year!, month! - 1, date!);
	const back = new Date(instant);
	return year! >= 1850 && back.getUTCMonth() === month! - 1 && back.getUTCDate() === date! && instant <= today;
}

function citizen(value: string, today: number): Wrong | null {
	const wrong = length(value, 18) ?? characters(value, (c, i) => /\d/.test(c) || (i === 17 && c === "X"));
	if (wrong)
		return wrong;
	if (!realDate(value.slice(6, 14), today))
		return { code: "date" };
	const sum = CITIZEN_WEIGHTS.reduce((total, weight, i) => total + weight * Number(value[i]), 0);
	return "10X98765432"[sum % 11] === value[17] ? null : { code: "check" };
}

function uscc(value: string): Wrong | null {
	const wrong = length(value, 18) ?? characters(value, (c) => USCC_ALPHABET.includes(c));
	if (wrong)
		return wrong;
	let weight = 1, sum = 0;
	for (const character of value.slice(0, 17)) {
		sum += USCC_ALPHABET.indexOf(character) * weight;
		weight = weight * 3 % 31;
	}
	return USCC_ALPHABET[(31 - sum % 31) % 31] === value[17] ? null : { code: "check" };
}

/* What is wrong with the identifier, or null. */
export function wrongIdentifier(type: IdentifierType, text: string, today = Date.now()): Wrong | null {
	const value = normal(text);
	if (type === "none")
		return null;
	if (value === "")
		return { code: "empty" };
	switch (type) {
	case "citizen_id":
	case "permanent_residence":
	case "hkmt_residence":
		return citizen(value, today);
	case "uscc":
		return uscc(value);
	case "birth_certificate":
		return /^[A-Z]\d{8,9}$/.test(value) ? null : { code: "form" };
	case "passport":
		return /^[A-Z0-9]{5,17}$/.test(value) ? null : { code: "form" };
	}
}

export function wrongPhone(text: string): boolean {
	return text.trim() !== "" && !/^1[3-9]\d{9}$/.test(normal(text));
}

export function wrongName(text: string): boolean {
	const count = [...text.trim()].length;
	return count < 1 || count > 50;
}

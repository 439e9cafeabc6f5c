/*
 * The form of a life event as its applicant fills it in: in which order it is asked, what is typed
 * and not yet sent (memory of this page only), and what is wrong before the server is asked.
 */
import { reactive, ref, shallowRef, watch } from "vue";

import type { ApplicantField, ApplicantForm, FormValue } from "@/api/types";
import { day } from "@/lib/dates";
import { normal, wrongIdentifier, wrongPhone } from "@/lib/ident";
import { prefs } from "@/lib/prefs";
import { uuid7 } from "@/lib/uuid7";
import { fieldIn, loadWords, valueIn, type Words } from "@/lib/words";
import { says } from "./confirm";
import { t } from "./form.messages";

/* The words of codes and fields, in the language that is read. */
const words = shallowRef<Words>({});
export const spoken = ref(false);
watch(() => prefs.lang, async (lang) => {
	const loaded = await loadWords(lang);
	if (lang === prefs.lang) {
		words.value = loaded;
		spoken.value = true;
	}
}, { immediate: true });

export const labelOf = (field: ApplicantField) =>
	prefs.lang === "zh" && field.label !== field.name ? field.label : fieldIn(words.value, field.name) ?? field.label;

/* 2026年11月24日 08:30 */
function timeOf(field: ApplicantField, text: string): string {
	if (!/^\d{4}-\d{2}-\d{2}/.test(text) || (field.type !== "date" && field.type !== "datetime"))
		return text;
	return `${day(text.slice(0, 10), prefs.lang)}${field.type === "datetime" ? ` ${text.slice(11, 16)}` : ""}`;
}

export function wordOf(field: ApplicantField, value: FormValue): string {
	if (typeof value === "boolean")
		return t(value ? "form.yes" : "form.no");
	if (Array.isArray(value))
		return value.length === 0 ? t("form.none") : value.map((one) => wordOf(field, one)).join(prefs.lang === "zh" ? "、" : ", ");
	const text = String(value);
	return valueIn(words.value, field.name, text) ?? timeOf(field, text);
}

export interface Group { key: string; title: string; fields: ApplicantField[] }

const stemOf = (name: string) => /^(.+)_(?:name|id_number)$/.exec(name)?.[1];

/* About whom it is asked: 新生儿, 母亲, 父亲; then the rest, and what the steps' matters read besides. */
export function groupsOf(fields: ApplicantField[]): Group[] {
	const own = fields.filter((field) => field.own);
	const stems = [...new Set(own.flatMap((field) => stemOf(field.name) ?? []))]
		.filter((stem) => own.filter((field) => field.name.startsWith(`${stem}_`)).length > 1);
	const keyOf = (field: ApplicantField) => !field.own ? "agencies" : /^(?:name|id_number)$/.test(field.name) ? "self" :
		stems.find((stem) => field.name.startsWith(`${stem}_`)) ?? "other";
	const order = ["self", ...stems, "other", "agencies"];
	return order.flatMap((key) => {
		const inside = fields.filter((field) => keyOf(field) === key);
		const named = inside.find((field) => field.name === `${key}_name`);
		const title = key === "self" || key === "other" || key === "agencies" ? t(`form.group.${key}`) :
			labelOf(named ?? inside[0]!).replace(/(?:姓名|名称|身份证号码|(?:'s|’s)?\s*name)$/i, "");
		return inside.length === 0 ? [] : [{ key, title, fields: inside }];
	});
}

export const hasValue = (field: ApplicantField) => field.from !== undefined || (field.value !== undefined && field.value !== "");
export const lacks = (form: ApplicantForm) => form.fields.filter((field) => field.required && field.fills && !hasValue(field));
export const isNumber = (field: ApplicantField) => field.type === "number" || field.type === "integer";
export const isMasked = (field: ApplicantField) => (field.type === "id18" || field.type === "uscc18") && hasValue(field);
export const isPhone = (field: ApplicantField) => field.type === "string" && /(?:^|_)(?:phone|mobile)$/.test(field.name);

/* What is typed and not yet kept, so that going back and forth loses nothing; another link is another form. */
export const typed = reactive({ token: "", values: {} as Record<string, FormValue | undefined> });
export function typeFor(token: string): void {
	if (typed.token !== token)
		Object.assign(typed, { token, values: {} });
}

/* What stands in the field: what was typed, else what is kept. */
export function shownOf(field: ApplicantField): FormValue | undefined {
	return field.name in typed.values ? typed.values[field.name] : isMasked(field) ? undefined : field.value;
}

export function isEmpty(value: FormValue | undefined): boolean {
	return value === undefined || (typeof value === "string" && value.trim() === "");
}

/* As it is sent. */
export function given(field: ApplicantField): FormValue {
	const value = shownOf(field);
	if (typeof value !== "string")
		return value ?? "";
	if (field.type === "id18" || field.type === "uscc18" || isPhone(field))
		return normal(value);
	return isNumber(field) && value.trim() !== "" ? Number(value.normalize("NFKC").replaceAll(",", "")) : value.trim();
}

/* What is to be put right; undefined where nothing is. */
export function wrongOf(field: ApplicantField): string | undefined {
	const value = shownOf(field);
	if (isEmpty(value))
		return !field.required || isMasked(field) ? undefined : t(field.values !== null || field.type === "boolean" ? "form.wrong.choice" : "form.wrong.empty", { label: labelOf(field) });
	if (field.type === "id18" || field.type === "uscc18") {
		const wrong = wrongIdentifier(field.type === "id18" ? "citizen_id" : "uscc", String(value));
		return wrong === null ? undefined : says(wrong);
	}
	if (isPhone(field) && wrongPhone(String(value)))
		return t("form.wrong.phone");
	return isNumber(field) && !Number.isFinite(given(field)) ? t("form.wrong.number") : undefined;
}

/* The same press tried again is the same request; another content is another one. */
let sent = "", key = "";
export function keyFor(content: unknown): string {
	const text = JSON.stringify([typed.token, content]);
	if (text !== sent)
		[sent, key] = [text, uuid7()];
	return key;
}
/* What was kept once may be said again later: that is another request. */
export function keptIt(): void {
	sent = "";
}

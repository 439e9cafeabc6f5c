/* Form answers: the server's types, checked before they are sent. */
import type { FormAnswers, FormField, FormValue } from "@/api/types";
import { readDate } from "@/lib/fields";
import { t } from "../state";

export function wrongAnswer(field: FormField, value: FormValue | undefined): string | undefined {
	if (value === undefined)
		return undefined;
	if (field.type === "integer" && !Number.isInteger(value))
		return t("wrong.integer");
	if (field.type === "date" && readDate(String(value)) === null)
		return t("wrong.day");
	if (field.type === "number" && typeof value !== "number")
		return t("wrong.number");
	return undefined;
}

/* Only what was answered: a field that is not there is "not answered yet", which an empty text is not. */
export function answered(fields: FormField[], values: Record<string, FormValue | undefined>): FormAnswers {
	const form: FormAnswers = {};
	for (const field of fields) {
		const value = values[field.name];
		if (value !== undefined)
			form[field.name] = value;
	}
	return form;
}

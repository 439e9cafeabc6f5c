import { watchEffect } from "vue";
import { createI18n } from "vue-i18n";

import { prefs } from "@/lib/prefs";
import en from "./locales/en";
import zh from "./locales/zh";

export const i18n = createI18n({
	legacy: false,
	locale: prefs.lang,
	fallbackLocale: "zh",
	messages: { zh, en },
	/* keys are flat; a dot in one is only a dot */
	messageResolver: (messages, key) => (messages as Record<string, string>)[key] ?? null,
});

watchEffect(() => {
	i18n.global.locale.value = prefs.lang;
});

type Args = Record<string, string | number>;

/* The sentence of a key.  Reading it inside a template or a computed follows the language. */
export function t(key: string, args: Args = {}): string {
	return i18n.global.t(key, args);
}

/* The word for a code value, as registers and forms spell it; the value itself where there is none. */
export function valueWord(field: string, value: unknown): string {
	if (typeof value === "boolean")
		return t(value ? "value.any.yes" : "value.any.no");
	const text = String(value ?? "");
	for (const key of [`value.${field}.${text}`, `value.any.${text}`])
		if (/^[A-Za-z0-9_.]+$/.test(key) && i18n.global.te(key, prefs.lang))
			return t(key);
	return text;
}

export function fieldWord(name: string, label: string): string {
	const key = `output.${name}`;
	if (label !== name && prefs.lang === "zh")
		return label;
	return i18n.global.te(key, prefs.lang) ? t(key) : label;
}

export function listed(words: string[]): string {
	return words.join(prefs.lang === "zh" ? "、" : ", ");
}

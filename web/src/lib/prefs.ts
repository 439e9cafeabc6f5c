/*
 * What a person chose about the look of the pages: language, light or dark, large type.
 * Only these go to localStorage; nothing about a case or a person ever does.
 */
import { reactive, watchEffect } from "vue";

export type Lang = "zh" | "en";
export type Theme = "auto" | "light" | "dark";

function stored<T extends string>(key: string, allowed: readonly T[], otherwise: T): T {
	try {
		const value = localStorage.getItem(`wzm.${key}`) as T | null;
		return value !== null && allowed.includes(value) ? value : otherwise;
	} catch {
		return otherwise;	/* storage switched off: the choice lasts for this page */
	}
}

const systemDark = window.matchMedia("(prefers-color-scheme: dark)");

export const prefs = reactive({
	lang: stored<Lang>("lang", ["zh", "en"], "zh"),
	theme: stored<Theme>("theme", ["auto", "light", "dark"], "auto"),
	large: stored("size", ["large", "normal"], "normal") === "large",
	systemDark: systemDark.matches,
});

systemDark.addEventListener("change", (event) => {
	prefs.systemDark = event.matches;
});

export function isDark(): boolean {
	return prefs.theme === "dark" || (prefs.theme === "auto" && prefs.systemDark);
}

/* Keeps <html> in step with the choices; called once by each page. */
export function applyPrefs(): void {
	watchEffect(() => {
		const root = document.documentElement;
		root.lang = prefs.lang === "zh" ? "zh-CN" : "en";
		root.dataset["theme"] = isDark() ? "dark" : "light";
		root.dataset["size"] = prefs.large ? "large" : "normal";
		try {
			localStorage.setItem("wzm.lang", prefs.lang);
			localStorage.setItem("wzm.theme", prefs.theme);
			localStorage.setItem("wzm.size", prefs.large ? "large" : "normal");
		} catch {
			/* storage switched off */
		}
	});
}

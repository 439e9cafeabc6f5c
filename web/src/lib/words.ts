/* Finds the word of a code or a field among those of one language (words.zh.ts, words.en.ts), which come when they are asked for. */
import type { Lang } from "./prefs";

export type Words = Readonly<Record<string, string>>;

export const loadWords = async (lang: Lang): Promise<Words> => (await (lang === "zh" ? import("./words.zh") : import("./words.en"))).default;
export const fieldIn = (words: Words, name: string) => words[`output.${name}`];
export const valueIn = (words: Words, field: string, value: string) => words[`value.${field}.${value}`] ?? words[`value.any.${value}`];

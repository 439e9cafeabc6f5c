// The table of faults, read from the source: what a problem's code promises.
import { readFileSync } from 'node:fs';
import { root } from './paths.mjs';

const text = readFileSync(`${root}/src/base/faults.def`, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
const string = String.raw`"((?:[^"\\]|\\.)*)"`;
const row = new RegExp(
	String.raw`FAULT\(\w+,\s*${string},\s*(\w+),\s*(\d+),\s*` +
	Array(4).fill(string).join(String.raw`,\s*`) + String.raw`\s*\)`, 'g');
const unquote = (s) => s.replace(/\\(.)/g, '$1');

export const faults = new Map();
for (const m of text.matchAll(row))
	faults.set(m[1], {
		code: m[1], kind: m[2], status: Number(m[3]),
		zh: unquote(m[4]), en: unquote(m[5]), next_zh: unquote(m[6]), next_en: unquote(m[7]),
	});

/* A row that this reader does not understand must not silently lack its checks. */
const rows = text.match(/\bFAULT\(/g).length;
if (rows !== faults.size)
	throw new Error(`faults.def has ${rows} rows, of which ${faults.size} could be read`);

/** The sentence with its {arguments} filled in; throws if one is not among args. */
export function fill(template, args) {
	return template.replace(/\{(\w+)\}/g, (_, name) => {
		if (args?.[name] === undefined)
			throw new Error(`the sentence "${template}" lacks its argument ${name}`);
		return args[name];
	});
}

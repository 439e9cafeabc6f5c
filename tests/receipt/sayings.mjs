// The sentences of records, for the page, out of the table that the command has.
//
//   node tests/receipt/sayings.mjs write
import { readFileSync, writeFileSync } from 'node:fs';

const table = readFileSync(new URL('../../src/journal/sayings.def', import.meta.url), 'utf8');
// The pages write Chinese with full-width marks, the command with those of the terminal.
const wide = (text) => text.replace(/[,;:()]/g, (c) => ({ ',': '，', ';': '；', ':': '：', '(': '（', ')': '）' })[c]);
const rows = [...table.matchAll(/^SAYING\("(.*?)", "(.*?)", "(.*?)"\)$/gm)];

export const file = new URL('../../web/src/receipt/sayings.ts', import.meta.url);
export const source = `/* Written by tests/receipt/sayings.mjs from src/journal/sayings.def. */
export const sayings: Readonly<Record<string, { zh: string; en: string }>> = {
${rows.map(([, type, zh, en]) => `\t${JSON.stringify(type)}: { zh: ${JSON.stringify(wide(zh))}, en: ${JSON.stringify(en)} },`).join('\n')}
};
`;
if (process.argv[1] === import.meta.filename && process.argv[2] === 'write')
	writeFileSync(file, source);

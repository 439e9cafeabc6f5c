// Brings the list of problem codes in api/openapi.yaml up to date with faults.def.
import { readFileSync, writeFileSync } from 'node:fs';
import { file } from './openapi.mjs';
import { faults } from './faults.mjs';

const text = readFileSync(file, 'utf8');
const list = [...faults.keys()].sort().map((c) => `        - ${c}\n`).join('');
const next = text.replace(/(    ProblemCode:\n(?:      .*\n)*?      enum:\n)(?:        - .*\n)+/, (_, head) => head + list);
if (next !== text) writeFileSync(file, next);
console.log(next === text ? 'nothing to do' : `${faults.size} codes`);

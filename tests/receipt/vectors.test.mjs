// What is said of the receipts of tests/vectors/receipt, by both readers.
import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { bytesOf, fileOf, made, textOf } from './cases.mjs';
import { file as sayingsFile, source as sayings } from './sayings.mjs';
import { inC, inJs } from '../lib/verifiers.mjs';

test('the files are those that the cases make', () => {
	for (const { name, vector } of made)
		assert.equal(readFileSync(fileOf(name), 'utf8'), textOf(vector), name);
	assert.deepEqual(readdirSync(fileOf('x').pathname.replace(/x\.json$/, '')).sort(), made.map((m) => `${m.name}.json`).sort());
});

for (const [reader, read] of [['the library', inC], ['the page', inJs]])
	describe(`of ${reader}`, () => {
		for (const { name, vector } of made)
			test(name, () => {
				const [found] = read(vector.keys, [bytesOf(vector)]);
				assert.deepEqual({ verdict: found.verdict, reason: found.reason }, { verdict: vector.verdict, reason: vector.reason });
			});
	});

test('both say the same of place, size, witnesses and texts', () => {
	for (const { name, vector } of made)
		assert.deepEqual(inC(vector.keys, [bytesOf(vector)]), inJs(vector.keys, [bytesOf(vector)]), name);
});

test('the page says of each type of record what the command says', () =>
	assert.equal(readFileSync(sayingsFile, 'utf8'), sayings));

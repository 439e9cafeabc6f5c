// docs/protocol.md: what it shows is what the readers read, and its numbers are right.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { blocks, read } from '../docs/documents.mjs';
import { made, w1, w2, log } from './cases.mjs';
import { lines } from './worked.mjs';
import { inC, inJs, inPython } from '../lib/verifiers.mjs';

const text = read('docs/protocol.md'), found = blocks(text);
const whole = made.find((m) => m.name === 'whole').vector;

test('the receipt is the one of the vectors and matches as it is printed', () => {
	const [shown] = found.filter((b) => b.language === 'json');
	assert.deepEqual(JSON.parse(shown.text), JSON.parse(whole.receipt));
	for (const reader of [inC, inJs, inPython])
		assert.equal(reader(whole.keys, [Buffer.from(shown.text)])[0].verdict, 'match');
});

test('the keys are those of the vectors', () => {
	const after = found[found.findIndex((b) => b.language === 'json') + 1];
	assert.equal(after.text, `${[log, w1, w2].map((k) => k.vkey).join('\n')}\n`);
});

test('the numbers are those that a third program computes', () => {
	const [numbers] = found.filter((b) => b.text.startsWith('body: '));
	assert.equal(numbers.text, `${lines}\n`);
});

test('each reason has its row, and a vector', () => {
	const table = text.slice(text.indexOf('## The verdict'), text.indexOf('**The path.**'));
	const said = [...table.matchAll(/^\|.*\| (malformed|mismatch) \| (.*) \|$/gm)].flatMap(([, verdict, reasons]) => [...reasons.matchAll(/`(\w+)`/g)].map((m) => `${verdict} ${m[1]}`));
	assert.deepEqual([...new Set(said)].sort(), [...new Set(made.filter((m) => m.vector.reason).map((m) => `${m.vector.verdict} ${m.vector.reason}`))].sort());
});

test('each receipt that is named is one of the vectors', () => {
	const named = [...text.matchAll(/\*\(([a-z0-9, -]+)\)\*/g)].flatMap(([, names]) => names.split(', '));
	assert.ok(named.length > 20);
	assert.deepEqual(named.filter((name) => !made.some((m) => m.name === name)), []);
});

test('the lines of a proof are as long as it says', () => {
	const lines = JSON.parse(whole.receipt).proof.split('\n').map((line) => Buffer.byteLength(line) + 1);
	const [, hashes, path, log, witness] = text.match(/a path of (\d+) hashes is ([\d,]+) bytes, a signature line of this log (\d+), that of a witness (\d+)/);
	assert.deepEqual([Number(hashes) * lines[2], ...lines.slice(-4, -2)], [path.replace(',', ''), log, witness].map(Number));
});

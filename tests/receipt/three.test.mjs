// Three readers, of which none knows the others, say the same where receipts and keys are at the edge of the rules.
import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { bytesOf, log, made, w1, w2 } from './cases.mjs';
import { keyOf, seedOf, sha256 } from '../lib/receipts.mjs';
import { inC, inJs, inPython, Refused } from '../lib/verifiers.mjs';

const readers = Object.entries({ 'the library': inC, 'the page': inJs, 'the reader in Python': inPython });
const hostile = (...args) => execFileSync('python3', [new URL('hostile.py', import.meta.url).pathname, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 })
	.trimEnd().split('\n').map((line) => line.split('\t'));

// Which of them is told depends on how far a reader has read when it stops.
const early = ['json', 'members', 'version', 'too_large', 'salt'];
const said = ({ verdict, reason }) => `${verdict} ${early.includes(reason) ? 'early' : reason}`;

describe('receipts at every boundary', () => {
	const [[logKey], [witnessKey]] = hostile('keys'), all = hostile();
	const keys = { log: [logKey], witness: [witnessKey] };
	for (const [who, read] of readers)
		test(`have their verdict from ${who}`, () => {
			const found = read(keys, all.map(([, , , base64]) => Buffer.from(base64, 'base64')));
			for (const [i, [verdict, reason, name]] of all.entries())
				assert.equal(said(found[i]), said({ verdict, reason }), name);
		});
	test('are many, and of every verdict', () => {
		const count = Object.groupBy(all, ([verdict]) => verdict);
		assert.ok(count.match.length >= 50 && count.mismatch.length >= 20 && count.malformed.length >= 100);
	});
});

test('the receipts of the folder have their verdict from the reader in Python', () => {
	for (const some of Object.values(Object.groupBy(made, ({ vector }) => JSON.stringify(vector.keys)))) {
		const found = inPython(some[0].vector.keys, some.map(({ vector }) => bytesOf(vector)));
		for (const [i, { name, vector }] of some.entries())
			assert.equal(said(found[i]), said(vector), name);
	}
});

// A verifier key of any 32 bytes.
const vkeyOf = (name, type, point) => {
	const material = Buffer.concat([Buffer.of(type), point]);
	return `${name}+${sha256(name, '\n', material).toString('hex', 0, 4)}+${material.toString('base64')}`;
};
const point = Buffer.from(log.vkey.slice(-44), 'base64').subarray(1);

describe('keys that are none are refused by all, without a verdict', () => {
	const whole = made.find(({ name }) => name === 'whole').vector;
	const good = { log: [log.vkey], witness: [w1.vkey, w2.vkey] };
	const twins = [8670, 14180].map((n) => keyOf(log.name, seedOf(`twin ${n}`)).vkey);
	const [name, id] = log.vkey.split('+');
	const bad = {
		'a quorum above the number of witnesses': { ...good, quorum: 3 },
		'a quorum without witnesses': { log: good.log, witness: [], quorum: 1 },
		'a witness\'s key as a log\'s': { ...good, log: [w1.vkey] },
		'a log\'s key as a witness\'s': { ...good, witness: [log.vkey] },
		'a key of another type': { ...good, log: [vkeyOf(name, 2, point)] },
		'a key twice': { ...good, log: [log.vkey, log.vkey] },
		'a witness twice': { ...good, witness: [w1.vkey, w2.vkey, w1.vkey], quorum: 2 },
		'two keys with one name and id': { ...good, log: [log.vkey, ...twins] },
		'an id in capitals': { ...good, log: [log.vkey.replace(id, id.toUpperCase())] },
		'an id of another key': { ...good, log: [log.vkey.replace(id, twins[0].split('+')[1])] },
		'Base64 that no encoder writes': { ...good, log: [log.vkey.replace(/.$/, '=')] },
		'nothing after the id': { ...good, log: [`${name}+${id}`] },
		'a name with a blank': { ...good, log: [vkeyOf('a b', 1, point)] },
		'a name of 256 bytes': { ...good, log: [vkeyOf('a'.repeat(256), 1, point)] },
		'no name': { ...good, log: [vkeyOf('', 1, point)] },
		...Object.fromEntries(hostile('points').map(([what, hex]) => [`a point: ${what}`, { ...good, log: [vkeyOf(name, 1, Buffer.from(hex, 'hex'))] }])),
	};
	assert.equal(twins[0].split('+')[1], twins[1].split('+')[1]);
	for (const [what, keys] of Object.entries(bad))
		test(what, () => {
			for (const [who, read] of readers)
				assert.throws(() => read(keys, [bytesOf(whole)]), Refused, who);
		});
	test('and those that are some are not', () => {
		for (const [who, read] of readers)
			for (const keys of [good, { ...good, quorum: 0 }, { ...good, quorum: 2 }, { ...good, log: [log.vkey, twins[0]] },
				{ ...good, log: [log.vkey, vkeyOf('a'.repeat(255), 1, point)] }])
				assert.equal(read(keys, [bytesOf(whole)])[0].verdict, 'match', who);
	});
});

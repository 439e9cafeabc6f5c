// Both readers on receipts that something happened to: the same verdict, and never "match" for
// another record, salt, body, place or hash.
import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { inC, inJs, inPython } from '../lib/verifiers.mjs';
import { receiptOf, treeOf } from '../lib/receipts.mjs';
import { full, leaves, log, w1, w2 } from './cases.mjs';

const COUNT = Number(process.env.RECEIPT_MUTATIONS ?? 10000);
const keys = { log: [log.vkey], witness: [w1.vkey, w2.vkey], quorum: 1 };

// --- chance, the same from the same seed (mulberry32)
let state = Number(process.env.RECEIPT_SEED ?? 20261126) >>> 0;
const random = () => {
	state = (state + 0x6d2b79f5) >>> 0;
	let t = state;
	t = Math.imul(t ^ (t >>> 15), t | 1);
	t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
	return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};
const below = (n) => Math.floor(random() * n);
const pick = (list) => list[below(list.length)];

const bases = [full, { ...full, body: undefined }, { ...full, size: 10000000, index: 7654321, ...treeOf(leaves[5], 7654321, 10000000) }].map(receiptOf);

// --- what can happen to the bytes
const splice = (b, at, n, ...put) => Buffer.concat([b.subarray(0, at), ...put, b.subarray(at + n)]);
const onBytes = [
	(b) => { b[below(b.length)] ^= 1 << below(8); return b; },
	(b) => { b[below(b.length)] = below(256); return b; },
	(b) => { b[below(b.length)] = pick([...' "\\{}[],:0123456789=+/-\n\t—']).charCodeAt(0) & 0xff; return b; },
	(b) => b.subarray(0, below(b.length)),
	(b) => b.subarray(below(b.length)),
	(b) => { const at = below(b.length); return splice(b, at, 1 + below(8)); },
	(b) => splice(b, below(b.length), 0, Buffer.from(pick([' ', '\n', '\\n', '"', ',', '\\u0000', '\0', '{"a":1}', 'é', '\ufeff', '{', '1', '='])) ),
	(b) => { const i = below(b.length), j = below(b.length); [b[i], b[j]] = [b[j], b[i]]; return b; },
	(b) => { const at = below(b.length); return splice(b, at, 0, b.subarray(at, at + below(64))); },
];

// --- to a text, to Base64, to a number
const anyText = (t) => {
	const at = below(t.length + 1);
	return pick([() => t.slice(0, at) + pick(['0', ' ', 'x', '字', '"', '\\', '\u0000', '\n']) + t.slice(at), () => t.slice(0, at) + t.slice(at + 1),
		() => t.slice(0, at), () => `${t}\n`, () => t.replace(/[0-9]/, (d) => (Number(d) + 1) % 10)])();
};
const anyBase64 = (t) => pick([() => anyText(t), () => { const b = Buffer.from(t, 'base64'); b[below(b.length)] ^= 1 << below(8); return b.toString('base64'); },
	() => t.replace(/.(?==*$)/, () => pick([...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'])), () => t.replace(/=+$/, ''), () => t.toLowerCase()])();
const anyNumber = (n) => pick([String(Number(n) + 1), String(Math.max(0, Number(n) - 1)), `0${n}`, `${n}0`, `-${n}`, `+${n}`, '9007199254740992', '9007199254740991', '0', '', '18446744073709551617']);

// --- to a line of the proof
const onLine = (line) => {
	if (line.startsWith('index '))
		return `index ${anyNumber(line.slice(6))}`;
	if (/^[0-9]+$/.test(line))
		return anyNumber(line);
	if (line.startsWith('— ')) {
		const [dash, name, sig] = line.split(' ');
		return pick([`${dash} ${name} ${anyBase64(sig)}`, `${dash} ${anyText(name)} ${sig}`, `${dash} ${pick([w1.name, w2.name, log.name])} ${sig}`, `- ${name} ${sig}`]);
	}
	return line.length === 44 ? anyBase64(line) : anyText(line);
};
const onLines = [
	(l) => { const at = below(l.length); l[at] = onLine(l[at]); },
	(l) => { l.splice(below(l.length), 1); },
	(l) => { const at = below(l.length); l.splice(at, 0, l[at]); },
	(l) => { const i = below(l.length), j = below(l.length); [l[i], l[j]] = [l[j], l[i]]; },
	(l) => { l.splice(below(l.length), 0, pick(['', 'extra AAAA', 'extra !', 'ext', l[2], '— stranger.example AAAAAAA='])); },
];

// --- to the members
const onMembers = [
	(r) => ({ ...r, record: anyText(r.record) }),
	(r) => ({ ...r, record: r.record.replace(/"[a-z]+":"/, (m) => `${m}x`) }),
	(r) => ({ ...r, salt: anyBase64(r.salt) }),
	(r) => ({ ...r, body: anyText(r.body ?? '{}'), body_salt: r.body_salt ?? r.salt }),
	(r) => ({ ...r, body: r.body ?? '{}', body_salt: anyBase64(r.body_salt ?? r.salt) }),
	({ body: _, body_salt: __, ...r }) => r,
	(r) => ({ ...r, record: r.body ?? '', body: r.record, body_salt: r.salt }),
	(r) => ({ ...r, proof: pick(bases).proof }),
	(r) => { const k = pick(Object.keys(r)); return { ...r, [k]: pick([null, 1, 2, '', [], {}, true, '1', 1.5]) }; },
	(r) => { const { [pick(Object.keys(r))]: _, ...rest } = r; return rest; },
	(r) => ({ ...r, [pick(['x', '', 'Record', 'body', 'body_salt', '__proto__x'])]: 'x' }),
	(r) => { const l = r.proof.split('\n'); pick(onLines)(l); return { ...r, proof: l.join('\n') }; },
	(r) => { const l = r.proof.split('\n'); pick(onLines)(l); pick(onLines)(l); return { ...r, proof: l.join('\n') }; },
];

const mutated = () => {
	const base = pick(bases);
	const bytes = random() < 0.4 ? pick(onBytes)(Buffer.from(JSON.stringify(base))) : Buffer.from(JSON.stringify(pick(onMembers)(base)));
	return { base, bytes };
};

// What a receipt says: everything that is bound, and nothing that may differ.
const said = (r) => {
	const [path, head] = r.proof.replace(/^extra .*\n/m, '').split('\n\n');
	return { record: r.record, salt: r.salt, path, head };
};

describe(`${COUNT} receipts that something happened to`, () => {
	const all = Array.from({ length: COUNT }, mutated);
	const c = inC(keys, all.map((m) => m.bytes));

	test('have the same verdict from the library and the page, and the same said of them', () => {
		const js = inJs(keys, all.map((m) => m.bytes));
		for (const [i, { bytes }] of all.entries())
			assert.deepEqual(c[i], js[i], bytes.toString('base64'));
	});

	test('have the same verdict from the reader in Python', () => {
		const python = inPython(keys, all.map((m) => m.bytes));
		for (const [i, { bytes }] of all.entries())
			assert.equal(c[i].verdict, python[i].verdict, bytes.toString('base64'));
	});

	test('match only with the same record, salt, body, place and hashes', () => {
		const count = { match: 0, mismatch: 0, malformed: 0 };
		for (const [i, { base, bytes }] of all.entries()) {
			count[c[i].verdict]++;
			if (c[i].verdict !== 'match')
				continue;
			const got = JSON.parse(bytes), sources = [base, ...bases].map((b) => ({ ...b, ...said(b) }));
			assert.ok(sources.some((b) => JSON.stringify(said(got)) === JSON.stringify(said(b)) &&
			    (got.body === undefined || (got.body === b.body && got.body_salt === b.body_salt))), bytes.toString());
		}
		console.log(`# ${JSON.stringify(count)}`);
		assert.ok(count.mismatch > COUNT / 10 && count.malformed > COUNT / 10 && count.match > 0, 'chance reaches every verdict');
	});
});

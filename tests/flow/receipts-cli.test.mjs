// wzm receipt verify: the receipts of tests/vectors/receipt, with no instance and no server.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../lib/instance.mjs';
import { bytesOf, example, full, log, made, w1 } from '../receipt/cases.mjs';
import { entryOf, leafOf, receiptOf } from '../lib/receipts.mjs';
import { root } from '../lib/paths.mjs';

const exits = { match: 0, mismatch: 1, malformed: Number(/^ *(\d+) {2}not a receipt$/m.exec(run(['help', 'receipt', 'verify', '--lang', 'en']).stdout)?.[1]) };
const options = ({ log: logs, witness, quorum }) => [...logs.flatMap((k) => ['--key', k]), ...witness.flatMap((k) => ['--witness', k]),
	...(quorum === undefined ? [] : ['--quorum', String(quorum)])];
const vector = (name) => made.find((m) => m.name === name).vector;

let dir;
before(() => { dir = mkdtempSync(join(tmpdir(), 'wzm-receipt-')); });
after(() => rmSync(dir, { recursive: true }));

const verify = (v, ...more) => {
	const file = join(dir, 'a.receipt.json');
	writeFileSync(file, bytesOf(v));
	return run(['receipt', 'verify', file, ...options(v.keys), ...more], { env: { WZM_DIR: join(dir, 'no instance') } });
};

test('what is no receipt has an exit code of its own', () => assert.ok(exits.malformed > 5));

describe('says of', () => {
	for (const { name, vector: v } of made)
		test(name, () => {
			const r = verify(v, '--json');
			assert.equal(r.status, exits[v.verdict], r.stderr);
			const said = JSON.parse(r.stdout);
			assert.deepEqual([said.verdict, said.reason], [v.verdict, v.reason]);
			for (const lang of ['zh', 'en']) {
				const words = verify(v, '--lang', lang);
				assert.equal(words.status, exits[v.verdict]);
				assert.equal(words.stderr, '');
				if (v.reason)
					assert.doesNotMatch(words.stdout, new RegExp(`^(理由|reason) *${v.reason}$`, 'm'), 'in words');
				assert.equal(/一致\n|verdict +match\n/.test(words.stdout) && !/不一致/.test(words.stdout), v.verdict === 'match', words.stdout);
			}
		});
});

test('a match says what was disclosed to whom, when and for which matter, in both languages', () => {
	const zh = verify(vector('whole'), '--lang', 'zh').stdout, en = verify(vector('whole'), '--lang', 'en').stdout;
	assert.match(zh, /为证明 I-01384 查询了数据 DS-046,得到字段 owner_name、cert_number、address、use、area_m2;答复 查到,结论 成立/);
	assert.match(en, /for the proof I-01384 the data DS-046 were asked and gave the fields owner_name, cert_number, address, use, area_m2; answer found, conclusion established/);
	for (const text of [zh, en]) {
		for (const part of ['2026-11-23T09:30:12.345+08:00', 'u-1007', '330703-ZG', 'M-0303', '胡庆东', 'wzm.example/log/a', '5 / 11'])
			assert.ok(text.includes(part), part);
		assert.deepEqual(JSON.parse(/^\{\n[^]*?^\}/m.exec(text)[0]), JSON.parse(example.body));
	}
	assert.doesNotMatch(verify(vector('without-body')).stdout, /胡庆东/);
	assert.match(verify(vector('without-body'), '--lang', 'en').stdout, /the receipt does not carry them/);
});

test('a mismatch says nothing of the record', () => {
	for (const name of ['record-changed', 'body-changed', 'quorum', 'root-changed'])
		assert.doesNotMatch(verify(vector(name)).stdout, /330703-ZG|胡庆东|I-01384/, name);
});

test('a kind of record that it does not know is called so', () =>
	assert.match(verify(vector('first-of-one'), '--lang', 'en').stdout, /does not know this kind of record/));

test('control characters of a record do not reach the terminal', () => {
	const v = vector('unknown-signature');
	assert.doesNotMatch(verify(v).stdout, /[\u0000-\u0009\u000b-\u001f\u007f]/);
});

test('reads standard input', () => {
	const v = vector('whole'), r = run(['receipt', 'verify', '-', ...options(v.keys)], { input: v.receipt });
	assert.equal(r.status, 0, r.stderr);
});

test('a file that is too large is no receipt; one that is not there is a fault', () => {
	const file = join(dir, 'large');
	writeFileSync(file, ' ');
	truncateSync(file, 1 << 30);
	const r = run(['receipt', 'verify', file, '--key', log.vkey, '--json']);
	assert.deepEqual([r.status, JSON.parse(r.stdout).reason], [exits.malformed, 'too_large']);
	assert.equal(run(['receipt', 'verify', join(dir, 'none'), '--key', log.vkey]).status, 5, 'which is not that of a mismatch');
	assert.ok(run(['receipt', 'verify', join(dir, 'none'), '--key', log.vkey]).stderr);
});

test('keys that are none are refused before anything is read', () => {
	for (const args of [[], ['--key', 'x'], ['--key', w1.vkey], ['--key', log.vkey, '--witness', log.vkey], ['--key', log.vkey, '--quorum', '1'],
		['--key', log.vkey, '--witness', w1.vkey, '--quorum', '2'], ['--key', log.vkey, '--quorum', '-1'], ['--key', log.vkey, '--quorum', 'x'],
		['--key', log.vkey, '--key', log.vkey]])
		assert.equal(run(['receipt', 'verify', join(dir, 'none'), ...args]).status, 2, args.join(' '));
});

const defs = (file, pattern) => [...readFileSync(`${root}/src/${file}`, 'utf8').matchAll(pattern)];

describe('says in words, in both languages, what happened:', () => {
	/* The codes that members have, by how the type begins; whatever else a sentence has is an identifier, a number or a time. */
	const codes = { answer: ['found', 'not_found'], vote: ['abstain', 'data_query'], method: ['department_verify', 'commitment'], runs: ['city', 'county', 'unsaid'],
		among: ['cases', 'records'], who: ['father'], steps: [['NB1 done 1', 'NB3 ready 2', '* finished 0']], action: defs('svc/access/actions.def', /^ACTION\(\w+, "([^"]*)"/gm).map((m) => m[1]),
		code: ['not_allowed', 'not_found', 'sign_in', 'too_often', 'version_stale', 'item_settled', 'case_not_ready', 'joint_ended'] };
	const byType = { 'verification.answered': { answer: ['match', 'mismatch', 'cannot_verify'], outcome: ['established', 'not_established', 'supervised'] },
		'query.answered': { outcome: ['established', 'not_established'] }, 'query.failed': { reason: ['source_off', 'source_fault', 'grant_missing', 'logic_limit', 'seal_broken', 'source_unknown'] },
		'case.concluded': { outcome: ['settled', 'refused', 'withdrawn'] }, 'dispute.answered': { outcome: ['corrected', 'upheld'] },
		'complaint.answered': { outcome: ['upheld', 'not_upheld', 'no_jurisdiction'] }, 'source.switched': { state: ['on', 'off'] }, 'platform.set': { state: ['on', 'off', 'gone'] },
		'joint.decided': { decision: ['retry', 'skip', 'replace', 'withdraw'] }, 'align.decided': { decision: ['adopt', 'keep', 'propose'] },
		'align.decided_many': { decision: ['adopt', 'keep', 'propose'] }, 'align.undone': { decision: ['adopt', 'keep', 'propose'] } };
	const numbers = ['inventory', 'items', 'rows', 'moved', 'left', 'count', 'round', 'from', 'change'];
	const say = (record, lang) => {
		const text = JSON.stringify(record), file = join(dir, 'one.receipt.json');
		writeFileSync(file, JSON.stringify(receiptOf({ ...full, record: text, body: undefined, witnesses: [], index: 0, size: 1, path: [], root: leafOf(entryOf(text, full.salt)) })));
		const r = run(['receipt', 'verify', file, '--key', log.vkey, '--lang', lang]);
		assert.equal(r.status, 0, r.stdout + r.stderr);
		return r.stdout;
	};
	const what = (text) => /^(?:what|做了什么) +(.*)$/m.exec(text)?.[1];

	for (const [, type, zh] of defs('journal/sayings.def', /^SAYING\("(.*?)", "(.*?)", ".*?"\)$/gm))
		test(type, () => {
			const places = [...zh.matchAll(/\{(\w+)\}/g)].map((m) => m[1]), of = (m) => byType[type]?.[m] ?? codes[m];
			const times = Math.max(1, ...places.map((m) => of(m)?.length ?? 1));
			for (let i = 0; i < times; i++) {
				const values = Object.fromEntries(places.map((m) => [m, of(m)?.[i % of(m).length] ?? (numbers.includes(m) ? 7 : 'X-1')]));
				const record = { actor: { id: 'U-1', role: 'system' }, at: example.record.match(/"at":"(.*?)"/)[1], division: '330703', id: 'ID-1', type, v: 1, ...values };
				for (const lang of ['zh', 'en']) {
					const said = what(say(record, lang));
					assert.ok(said, `${type}: no sentence`);
					const coded = places.filter((m) => of(m)).flatMap((m) => values[m]).filter((v) => /_|\./.test(v) || lang === 'zh');
					for (const code of coded) assert.ok(!said.includes(code), `${type} says ${code}: ${said}`);
					assert.doesNotMatch(said, /[{}?]/, said);
					if (lang === 'zh') assert.match(said, /\p{Script=Han}/u);
				}
			}
		});

	test('what an owner upholds is no complaint that is upheld', () => {
		const base = { actor: { id: 'U-1', role: 'steward' }, at: 'x', service: 'DS-046', complaint: 'TA-1', outcome: 'upheld' };
		assert.match(say({ ...base, type: 'dispute.answered' }, 'zh'), /维持/);
		assert.match(say({ ...base, type: 'complaint.answered' }, 'zh'), /属实/);
	});

	test('which joint case, question or dispute it was, and about whom', () => {
		const text = say({ actor: { id: 'wzm', role: 'system' }, at: 'x', type: 'joint.read', joint: 'J-1', event: 'LE-NEWBORN', verification: 'V-1', dispute: 'D-1', party: 'seller' }, 'zh');
		for (const part of ['联办件', 'J-1', 'LE-NEWBORN', 'V-1', 'D-1', '卖方', '系统']) assert.ok(text.includes(part), part);
	});
});

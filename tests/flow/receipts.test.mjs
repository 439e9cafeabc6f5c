// Receipts from the server: who may have which, with values or without, and what is recorded of it.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { run, started } from '../lib/instance.mjs';
import { act, itemOf, openScene } from '../lib/cases.mjs';
import { clerkOf, scene } from '../lib/catalogue.mjs';
import { rows, write } from '../lib/store.mjs';
import { readKey, verify } from '../../web/src/verify/receipt.ts';
import { signed } from '../lib/signed.mjs';

const s = scene('COACH'), CODE = 'I-02447';
let instance, clerk, auditor, c, answered;
before(async () => {
	instance = await started();
	clerk = await instance.client(clerkOf[s.division_code]);
	auditor = await instance.client('u-6003');
	c = await openScene(clerk, s);
	await act(clerk, c, CODE, 'query');
	answered = (await recordsOf(c)).find((r) => r.type === 'query.answered');
	await signed(instance);
});
after(() => instance?.destroy());

const recordsOf = async ({ id }) => (await clerk.get(`/api/v1/cases/${id}/records?limit=200`)).records;
const count = () => rows(instance.dir, 'SELECT count(*) AS n FROM record')[0].n;
const newest = (n) => rows(instance.dir, 'SELECT text FROM record ORDER BY at DESC, idx DESC LIMIT ' + n).map((r) => JSON.parse(r.text));
async function keys() {
	const { logs } = await clerk.get('/api/v1/log');
	return { logs: logs.map((l) => readKey(l.key, 1)), witnesses: [] };
}
const check = async (receipt) => verify(Buffer.from(JSON.stringify(receipt)), await keys());

describe('a receipt', () => {
	test('is where the record says, without values, and matches by the page\'s reader', async () => {
		assert.equal(answered.receipt, `/api/v1/receipts/${answered.id}`);
		const before = count(), receipt = await clerk.get(answered.receipt);
		assert.deepEqual(Object.keys(receipt).sort(), ['proof', 'record', 'salt', 'wzm_receipt']);
		assert.equal(receipt.record, answered.record);
		const found = await check(receipt);
		assert.deepEqual([found.verdict, found.index, found.at], ['match', answered.index, answered.at]);
		assert.equal(count(), before, 'what anybody may read of a record is no disclosure');
	});

	test('matches by the command, as it was answered', async () => {
		const answer = await clerk.send({ path: `${answered.receipt}?body=1` }), file = `${instance.dir}/a.receipt.json`;
		assert.match(answer.headers['content-disposition'], new RegExp(`filename="${answered.id}.receipt.json"`));
		writeFileSync(file, answer.text);
		const [{ key }] = (await clerk.get('/api/v1/log')).logs;
		const r = run(['receipt', 'verify', file, '--key', key, '--lang', 'en']);
		assert.equal(r.status, 0, r.stdout + r.stderr);
		assert.match(r.stdout, new RegExp(`the data ${answered.record.match(/"service":"(.*?)"/)[1]} were asked`));
	});

	test('is taken by the command, with values and without, and checked by it', async () => {
		const [{ key }] = (await clerk.get('/api/v1/log')).logs, file = `${instance.dir}/b.receipt.json`, as = ['-d', instance.dir, '--as', clerkOf[s.division_code]];
		for (const [values, found] of [[[], false], [['--values'], true]]) {
			const got = run(['receipt', 'get', answered.id, ...values, '--to', file, ...as]);
			assert.equal(got.status, 0, got.stdout + got.stderr);
			const r = run(['receipt', 'verify', file, '--key', key, '--json']);
			assert.equal(r.status, 0, r.stdout + r.stderr);
			assert.equal(JSON.parse(r.stdout).body !== undefined, found);
		}
		const printed = run(['receipt', 'get', answered.id, ...as]);
		assert.equal(run(['receipt', 'verify', '-', '--key', key], { input: printed.stdout }).status, 0);
		assert.equal(run(['receipt', 'get', '330703-01a20606-65f9-7abc-8def-0123456789ac', ...as]).status, 3);
	});

	test('of every record of a case matches', async () => {
		await signed(instance);
		for (const r of (await recordsOf(c)).filter((one) => one.type !== 'values.shown'))
			assert.equal((await check(await clerk.get(r.receipt))).verdict, 'match', r.type);
	});

	test('has values for a clerk of the case, and that they were shown is one record, of the same person', async () => {
		const before = count(), receipt = await clerk.get(`${answered.receipt}?body=1`);
		const found = await check(receipt);
		assert.equal(found.verdict, 'match');
		assert.ok(JSON.parse(found.body).inputs, 'what was asked with');
		assert.equal(count(), before + 1);
		const [shown] = newest(1);
		assert.deepEqual([shown.type, shown.record, shown.case, shown.item, shown.actor.id], ['values.shown', answered.id, c.id, CODE, clerkOf[s.division_code]]);
		const subjects = (type) => rows(instance.dir, `SELECT hex(subjects) AS s FROM record WHERE type = '${type}' ORDER BY idx DESC LIMIT 1`)[0].s;
		assert.equal(subjects('values.shown'), subjects('query.answered'));
	});

	test('of a record that binds no values is the same with and without, and nothing is recorded', async () => {
		const accepted = (await recordsOf(c)).find((r) => !r.record.includes('"body"') && r.type !== 'values.shown');
		if (accepted === undefined) {
			const [session] = rows(instance.dir, "SELECT division || '-' || lower(hex(id)) AS id, text FROM record WHERE type = 'session.opened' LIMIT 1");
			assert.ok(session);
			return;
		}
		const before = count();
		assert.deepEqual(Object.keys(await clerk.get(`${accepted.receipt}?body=1`)).sort(), ['proof', 'record', 'salt', 'wzm_receipt']);
		assert.equal(count(), before);
	});
});

describe('a disclosure of values is exactly one record:', () => {
	const person = { identifier_type: 'citizen_id', identifier: s.parties.find((p) => p.identifier_type === 'citizen_id').identifier };
	const ways = [
		['a data query', 'query.answered', async () => act(clerk, await openScene(clerk, s), CODE, 'query')],
		['a search for the cases of a person', 'person.searched', () => clerk.ok('POST', '/api/v1/cases/search', { json: { person } })],
		['a search for the trail of a person', 'person.searched', () => auditor.ok('POST', '/api/v1/records/search', { json: { person } })],
		['a receipt with values', 'values.shown', () => clerk.get(`${answered.receipt}?body=1`)],
	];

	for (const [what, type, disclose] of ways)
		test(what, async () => {
			const n = () => rows(instance.dir, `SELECT count(*) AS n FROM record WHERE type = '${type}'`)[0].n, before = n();
			await disclose();
			assert.equal(n(), before + 1);
		});
});

describe('who may have it', () => {
	const refusals = async (client, code, path) => {
		const before = count();
		await client.refused(code, { path });
		return count() - before;
	};

	test('an auditor, without values', async () => {
		assert.equal((await check(await auditor.get(answered.receipt))).verdict, 'match');
		assert.equal(await refusals(auditor, 'not_allowed', `${answered.receipt}?body=1`), 1);
	});

	test('not another agency, not another role', async () => {
		const elsewhere = Object.values(clerkOf).find((id) => id !== clerkOf[s.division_code]);
		assert.equal(await refusals(await instance.client(elsewhere), 'not_found', answered.receipt), 1);
		assert.equal(await refusals(await instance.client('u-4001'), 'not_allowed', answered.receipt), 1);
	});

	test('whoever did it, whatever their role', async () => {
		const reform = await instance.client('u-4001');
		await reform.refused('not_allowed', { method: 'POST', path: '/api/v1/cases/search', json: {} });
		const [own] = newest(1);
		assert.deepEqual([own.type, own.actor.id], ['request.refused', 'u-4001']);
		await signed(instance);
		assert.equal((await check(await reform.get(`/api/v1/receipts/${own.id}`))).verdict, 'match');
		assert.equal((await check(await auditor.get(`/api/v1/receipts/${own.id}`))).verdict, 'match');
		assert.equal(await refusals(clerk, 'not_allowed', `/api/v1/receipts/${own.id}`), 1);
	});

	test('not a stranger; an id that is none is not found; body is 0 or 1', async () => {
		await (await instance.client()).refused('sign_in', { path: answered.receipt });
		await clerk.refused('not_found', { path: '/api/v1/receipts/330703-01a20606-65f9-7abc-8def-0123456789ac' });
		await clerk.refused('not_found', { path: '/api/v1/receipts/x', checked: false });
		await clerk.refused('field_value', { path: `${answered.receipt}?body=2`, checked: false });
	});
});

describe('what was erased', () => {
	test('has no values any more: 410, and the receipt without them is as good; taken before, it still matches', async () => {
		const held = await clerk.get(`${answered.receipt}?body=1`);
		write(instance.dir, `UPDATE record SET body = NULL WHERE log = 'a' AND idx = ${answered.index}`);
		await clerk.refused('record_erased', { path: `${answered.receipt}?body=1` });
		assert.equal((await check(await clerk.get(answered.receipt))).verdict, 'match');
		assert.equal((await check(held)).verdict, 'match');
	});

	test('to the record itself is 410', async () => {
		const held = await clerk.get(answered.receipt);
		write(instance.dir, `INSERT INTO tombstone (log, idx, division, record, erased_at, erasure) SELECT e.log, e.idx, e.division, e.record, 1, e.record FROM entry e WHERE e.log = 'a' AND e.idx = ${answered.index}; DELETE FROM record WHERE log = 'a' AND idx = ${answered.index}`);
		await clerk.refused('record_erased', { path: answered.receipt });
		assert.equal((await check(held)).verdict, 'match');
	});
});

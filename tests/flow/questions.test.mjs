// Questions to a desk: how they are put, answered, given back, asked above and withdrawn.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Instance, started } from '../lib/instance.mjs';
import { act, getCase, itemOf, openScene, settle, still, switchSource as switchOf } from '../lib/cases.mjs';
import { clerkOf, deskByCode, scene, serviceOf } from '../lib/catalogue.mjs';
import { formatCsv, parseCsv } from '../lib/csv.mjs';
import { jinhua } from '../lib/paths.mjs';
import { rows } from '../lib/store.mjs';

let instance;
before(async () => { instance = await started(); });
after(() => instance?.destroy());

const clerkFor = (s) => instance.client(clerkOf[s.division_code]);
const switchSource = (service, state) => switchOf(instance, service, state);

const storedId = (id) => id.slice(7).replaceAll('-', '').toUpperCase();

describe('the answer of a desk', () => {
	const s = scene('DRIVER'), code = 'I-00186';
	const sent = async () => {
		const clerk = await clerkFor(s);
		const c = await settle(clerk, await openScene(clerk, s));
		const verifier = await instance.client('u-2004');
		const v = await verifier.get(`/api/v1/verifications/${itemOf(c, code).verification.id}`);
		return { clerk, c, verifier, v, url: `/api/v1/verifications/${v.id}` };
	};

	for (const [answer, state] of [['match', 'established'], ['mismatch', 'not_established'],
		['not_found', 'not_established'], ['cannot_verify', 'supervised']])
		test(`${answer} makes the item ${state}`, async () => {
			const { clerk, c, verifier, v, url } = await sent();
			const done = await verifier.post(`${url}/answer`, { answer, basis: '查台账' }, { ifMatch: v.version });
			assert.equal(done.answer, answer);
			assert.equal(done.basis, '查台账');
			const now = await getCase(clerk, c.id);
			assert.equal(itemOf(now, code).state, state);
			assert.ok(now.version > c.version, 'the case moved on');
			assert.equal(now.changed_by.id, 'u-2004');
			await verifier.refused('verification_state', { method: 'POST', path: `${url}/answer`, json: { answer: 'match', basis: '再查' }, key: true, ifMatch: done.version });
		});

	test('a question that was given back goes to supervision', async () => {
		const { clerk, c, verifier, v, url } = await sent();
		const back = await verifier.post(`${url}/return`, { reason: '不归本岗' }, { ifMatch: v.version });
		assert.equal(back.state, 'returned');
		assert.equal(itemOf(await getCase(clerk, c.id), code).state, 'supervised');
	});

	test('needs its basis', async () => {
		const { verifier, v, url } = await sent();
		for (const basis of ['', '   '])
			await verifier.refused('basis_missing', { method: 'POST', path: `${url}/answer`, json: { answer: 'match', basis }, key: true, ifMatch: v.version });
	});

	test('of two colleagues only one counts, and the other is told who was first', async () => {
		const { verifier, v, url } = await sent();
		const now = await verifier.post(`${url}/signature`, {}, { ifMatch: v.version });
		const p = await verifier.refused('version_stale', { method: 'POST', path: `${url}/answer`, json: { answer: 'match', basis: '查' }, key: true, ifMatch: v.version });
		assert.deepEqual(still(p.current), still(now));
		assert.match(p.args.when, /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}/);
	});
});

describe('before a question is sent', () => {
	test('the clerk reads the very sentence that the desk will', async () => {
		const s = scene('HOUSE'), code = 'I-01398', clerk = await clerkFor(s), verifier = await instance.client('u-2001');
		const c = await openScene(clerk, s), item = itemOf(c, code);
		assert.equal(item.state, 'to_verify');
		assert.ok(s.parties.some((p) => item.question.includes(p.name)), item.question);
		for (const other of c.items.filter((i) => i.state !== 'to_verify')) assert.equal(other.question, undefined, other.state);
		const english = (await clerk.send({ path: `/api/v1/cases/${c.id}`, lang: 'en' })).json;
		const { item: sent } = await act(clerk, c, code, 'verification');
		assert.equal(sent.question, item.question, 'and goes on reading it');
		const path = `/api/v1/verifications/${sent.verification.id}`;
		assert.equal((await verifier.get(path)).question, item.question);
		assert.equal((await verifier.send({ path, lang: 'en' })).json.question, itemOf(english, code).question);
	});
});

describe('what no desk could answer', () => {
	const code = 'I-00186', s = scene('DRIVER');
	const supervised = async (how) => {
		const clerk = await clerkFor(s), verifier = await instance.client('u-2004');
		const c = await settle(clerk, await openScene(clerk, s)), url = `/api/v1/verifications/${itemOf(c, code).verification.id}`;
		if (how === 'returned') await verifier.post(`${url}/return`, { reason: '不归本岗' }, { ifMatch: '1' });
		else await verifier.post(`${url}/answer`, { answer: 'cannot_verify', basis: '系统里查不到这一年' }, { ifMatch: '1' });
		const now = await getCase(clerk, c.id);
		assert.equal(itemOf(now, code).state, 'supervised');
		return { clerk, c: now, first: url.split('/').pop() };
	};

	for (const how of ['returned', 'cannot_verify'])
		test(`is asked of the desk above, after ${how}`, async () => {
			const { clerk, c, first } = await supervised(how);
			const desk = deskByCode().get(itemOf(c, code).verification.desk.code);
			assert.notEqual(desk.deputy_desk_code, '');
			const { item } = await act(clerk, c, code, 'verification', { note: '请上级核查' });
			assert.equal(item.state, 'verifying');
			assert.notEqual(item.verification.id, first);
			assert.equal(item.verification.desk.code, desk.deputy_desk_code);
			assert.equal(item.verification.state, 'sent');
			assert.deepEqual([item.steps.at(-1).outcome, item.steps.at(-1).reason], ['sent', 'supervised']);
			await clerk.refused('item_verifying', { method: 'POST', path: `/api/v1/cases/${c.id}/items/${code}/verification`, json: {}, key: true, ifMatch: '*' });
		});

	test('is asked of the same desk again where there is none above', async () => {
		/* The same list, but no desk has a deputy. */
		const dir = mkdtempSync(`${tmpdir()}/wzm-list-`);
		cpSync(jinhua, dir, { recursive: true });
		const [head, ...all] = parseCsv(readFileSync(`${dir}/agency_desks.csv`, 'utf8'));
		for (const r of all) r[head.indexOf('deputy_desk_code')] = '';
		writeFileSync(`${dir}/agency_desks.csv`, formatCsv([head, ...all]));
		const other = await new Instance().init({ inventory: dir }).serve();
		try {
			const clerk = await other.client(clerkOf[s.division_code]), verifier = await other.client('u-2004');
			const c = await settle(clerk, await openScene(clerk, s)), { verification } = itemOf(c, code);
			await verifier.post(`/api/v1/verifications/${verification.id}/return`, { reason: '不归本岗' }, { ifMatch: '1' });
			const { item } = await act(clerk, c, code, 'verification', {}, { ifMatch: '*' });
			assert.equal(item.verification.desk.code, verification.desk.code);
			assert.notEqual(item.verification.id, verification.id);
			const done = await verifier.post(`/api/v1/verifications/${item.verification.id}/answer`, { answer: 'match', basis: '再查,一致' }, { ifMatch: '1' });
			assert.equal(done.state, 'answered');
			assert.equal(itemOf(await getCase(clerk, c.id), code).state, 'established');
		} finally {
			await other.destroy();
			rmSync(dir, { recursive: true, force: true });
		}
	});

	test('is not settled in any other way, and the refusal says so', async () => {
		const { clerk, c } = await supervised('returned');
		const p = await clerk.refused('item_supervised', { method: 'POST', path: `/api/v1/cases/${c.id}/items/${code}/query`, json: {}, key: true, ifMatch: c.version });
		assert.equal(p.args.item, code);
	});
});

describe('a question that nobody asks any more', () => {
	const gone = async (verifier, id, why) => {
		const url = `/api/v1/verifications/${id}`;
		const v = await verifier.get(url);
		assert.equal(v.state, 'withdrawn', why);
		assert.equal(v.answer, null);
		const { verifications } = await verifier.ok('POST', '/api/v1/verifications/search', { json: { state: 'open', limit: 200 } });
		assert.ok(!verifications.some((x) => x.id === id), 'it lies on the desk no longer');
		for (const [what, json] of [['answer', { answer: 'match', basis: '查' }], ['return', { reason: '不归本岗' }], ['signature', {}]])
			await verifier.refused('verification_state', { method: 'POST', path: `${url}/${what}`, json, key: true, ifMatch: v.version });
		assert.deepEqual(still(await verifier.get(url)), still(v));
	};

	for (const outcome of ['withdrawn', 'refused'])
		for (const signed of [false, true])
			test(`is withdrawn when the case is ${outcome}${signed ? ', also one that was signed for' : ''}`, async () => {
				const s = scene('DRIVER'), clerk = await clerkFor(s), verifier = await instance.client('u-2004');
				const c = await settle(clerk, await openScene(clerk, s)), { id } = itemOf(c, 'I-00186').verification;
				if (signed) await verifier.post(`/api/v1/verifications/${id}/signature`, {}, { ifMatch: '1' });
				const end = await clerk.post(`/api/v1/cases/${c.id}/conclusion`, { outcome, reason: '申请人不办了' }, { ifMatch: '*' });
				assert.equal(end.state, outcome);
				await gone(verifier, id, outcome);
				assert.deepEqual(still(await getCase(clerk, c.id)), still(end), 'and the case is as it ended');
			});

	test('is withdrawn when another answer makes its item not apply', async () => {
		const s = scene('HOUSE'), code = 'I-01395', clerk = await clerkFor(s);
		let c = await openScene(clerk, s, { change: (b) => { b.form.has_agent = true; return b; } });
		assert.equal(itemOf(c, code).state, 'to_verify');
		const { item } = await act(clerk, c, code, 'verification');
		c = await getCase(clerk, c.id);
		c = await clerk.ok('PUT', `/api/v1/cases/${c.id}/answers`, { json: { form: { ...s.form, has_agent: false } }, ifMatch: c.version });
		assert.equal(itemOf(c, code).state, 'does_not_apply');
		const [row] = rows(instance.dir, `SELECT state, answer FROM verification WHERE hex(id) = '${storedId(item.verification.id)}'`);
		assert.deepEqual(row, { state: 'withdrawn', answer: null });
		c = await clerk.ok('PUT', `/api/v1/cases/${c.id}/answers`, { json: { form: { ...s.form, has_agent: true } }, ifMatch: c.version });
		assert.equal(itemOf(c, code).state, 'to_verify', 'and when it applies again it is asked anew');
		assert.equal(itemOf(c, code).verification, undefined);
		assert.notEqual((await act(clerk, c, code, 'verification')).item.verification.id, item.verification.id);
	});

	test('is withdrawn when another value makes its item begin anew', async () => {
		const s = scene('HOUSE'), { item_code: code, input, value } = s.asks[0], clerk = await clerkFor(s), service = serviceOf(code).code;
		await switchSource(service, 'off');
		let c, id;
		try {
			c = await openScene(clerk, s);
			const { item } = await act(clerk, c, code, 'query');
			assert.equal(item.state, 'verifying');
			id = item.verification.id;
		} finally {
			await switchSource(service, 'on');
		}
		c = await getCase(clerk, c.id);
		c = await clerk.ok('PUT', `/api/v1/cases/${c.id}/answers`, { json: { form: s.form, asks: [{ item: code, input, value: `${value.slice(0, -1)}9` }] }, ifMatch: c.version });
		assert.equal(itemOf(c, code).state, 'to_query');
		const [row] = rows(instance.dir, `SELECT state FROM verification WHERE hex(id) = '${storedId(id)}'`);
		assert.equal(row.state, 'withdrawn');
	});

	test('is not asked when its case ends at the same moment: nothing stands after the end', async () => {
		const s = scene('HOUSE'), clerk = await clerkFor(s), colleague = await instance.client('u-1007');
		const won = { settlement: 0, conclusion: 0 };
		for (let round = 0; round < 40; round++) {
			const c = await openScene(clerk, s), path = `/api/v1/cases/${c.id}`;
			const requests = [['settlement', clerk, {}], ['conclusion', colleague, { outcome: 'withdrawn', reason: '申请人不办了' }]];
			if (round % 2) requests.reverse();
			const answers = await Promise.all(requests.map(([what, client, json]) =>
				client.send({ method: 'POST', path: `${path}/${what}`, json, key: true, ifMatch: c.version })));
			assert.equal(answers.filter((a) => a.status === 200).length, 1, JSON.stringify(answers.map((a) => [a.status, a.json.code])));
			won[requests[answers.findIndex((a) => a.status === 200)][0]]++;
			const now = await getCase(clerk, c.id), { records } = await clerk.get(`${path}/records?limit=200`);
			const end = records.find((r) => r.type === 'case.concluded');
			if (now.state === 'withdrawn') {
				assert.deepEqual(records.filter((r) => /^(query|verification)\./.test(r.type)).map((r) => [r.type, r.index]), [], `after ${end.index}`);
				assert.deepEqual(now.items.filter((i) => i.verification !== undefined || i.answer !== undefined), []);
			} else {
				assert.equal(end, undefined);
				assert.equal(now.counts.verifying, 1);
			}
		}
		assert.equal(rows(instance.dir, `SELECT count(*) AS n FROM verification v JOIN service_case c ON c.division = v.division AND c.id = v.case_id
			WHERE c.state IN ('settled', 'refused', 'withdrawn') AND v.state IN ('sent', 'signed_for')`)[0].n, 0, 'no ended case waits for a desk');
		console.log(`# won: ${JSON.stringify(won)}`);
	});
});

// Records: whom they are about, and how those of a case are read.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { started } from '../lib/instance.mjs';
import { act, itemOf, openScene, settle, switchSource as switchOf } from '../lib/cases.mjs';
import { clerkOf, scene, serviceOf } from '../lib/catalogue.mjs';
import { rows } from '../lib/store.mjs';

let instance;
before(async () => { instance = await started(); });
after(() => instance?.destroy());

const clerkFor = (s) => instance.client(clerkOf[s.division_code]);
const switchSource = (service, state) => switchOf(instance, service, state);

describe('whom a record is about', () => {
	const subjects = (c, type, item) => rows(instance.dir, `SELECT hex(subjects) AS s, text FROM record WHERE type = '${type}'`)
		.filter((r) => { const t = JSON.parse(r.text); return t.case === c.id && (item === undefined || t.item === item); }).map((r) => r.s);

	for (const [what, type, json] of [['answer', 'verification.answered', { answer: 'mismatch', basis: '台账不一致' }], ['return', 'verification.returned', { reason: '不归本岗' }]])
		test(`can be found of ${type}`, async () => {
			const s = scene('DRIVER'), clerk = await clerkFor(s), verifier = await instance.client('u-2004');
			const c = await settle(clerk, await openScene(clerk, s));
			await verifier.post(`/api/v1/verifications/${itemOf(c, 'I-00186').verification.id}/${what}`, json, { ifMatch: '1' });
			const [sent] = subjects(c, 'verification.sent', 'I-00186');
			assert.match(sent, /^[0-9A-F]{32,}$/, 'a blind index');
			assert.deepEqual(subjects(c, type), [sent], 'the same person as the question');
		});

	test('can be found of query.failed, a first and a repeated one', async () => {
		const s = scene('COACH'), code = 'I-02447', clerk = await clerkFor(s), service = serviceOf(code).code;
		const before = await openScene(clerk, s);
		await act(clerk, before, code, 'query');
		const [found] = subjects(before, 'query.answered');
		await switchSource(service, 'off');
		try {
			const c = await openScene(clerk, s);
			await act(clerk, c, code, 'query');
			const [failed] = subjects(c, 'query.failed');
			assert.match(failed, /^[0-9A-F]{32,}$/);
			assert.ok(found.startsWith(failed), 'the same person as of an answer');
			await clerk.refused('source_no_answer', { method: 'POST', path: `/api/v1/cases/${before.id}/items/${code}/query`, json: { again: '再核' }, key: true, ifMatch: '*' });
			assert.deepEqual(subjects(before, 'query.failed'), [failed]);
		} finally {
			await switchSource(service, 'on');
		}
	});
});

describe('the records of a case', () => {
	test('come page by page in the order of their ids, none twice and none left out', async () => {
		const s = scene('HOUSE'), clerk = await clerkFor(s);
		const c = await settle(clerk, await openScene(clerk, s));
		const whole = await clerk.get(`/api/v1/cases/${c.id}/records?limit=200`);
		assert.equal(whole.next, null);
		assert.ok(whole.records.length >= 5);
		assert.deepEqual(whole.records.map((r) => r.id), whole.records.map((r) => r.id).sort());
		for (const limit of [1, 2, whole.records.length]) {
			const found = [];
			let cursor = '';
			do {
				const page = await clerk.get(`/api/v1/cases/${c.id}/records?limit=${limit}${cursor && '&cursor='}${cursor}`);
				assert.ok(page.records.length <= limit);
				found.push(...page.records);
				cursor = page.next;
			} while (cursor);
			assert.deepEqual(found, whole.records, `pages of ${limit}`);
		}
	});

	test('are 50 at a time where nobody says how many', async () => {
		const s = scene('COACH'), clerk = await clerkFor(s);
		const c = await openScene(clerk, s);
		for (let i = 0; i < 60; i++)
			await clerk.refused('case_not_accepted', { method: 'POST', path: `/api/v1/cases/${c.id}/conclusion`, json: { outcome: 'settled' }, key: true, ifMatch: '*' });
		const first = await clerk.get(`/api/v1/cases/${c.id}/records`);
		assert.equal(first.records.length, 50);
		const rest = await clerk.get(`/api/v1/cases/${c.id}/records?cursor=${first.next}`);
		assert.ok(rest.records.length >= 11);
		assert.equal(rest.next, null);
	});
});

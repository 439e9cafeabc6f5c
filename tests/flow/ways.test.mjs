// The four ways, and what happens when one of them does not work.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Instance, started } from '../lib/instance.mjs';
import { act, commit, getCase, itemOf, openScene, settle, still, switchSource as switchOf } from '../lib/cases.mjs';
import { clerkOf, dataset, deskByCode, itemByCode, scene, scenes, serviceOf } from '../lib/catalogue.mjs';
import { addOffice } from '../lib/calendar.mjs';
import { formatCsv, parseCsv, readCsv } from '../lib/csv.mjs';
import { jinhua } from '../lib/paths.mjs';
import { uuid7 } from '../lib/uuid7.mjs';

let instance;
before(async () => { instance = await started(); });
after(() => instance?.destroy());

const clerkFor = (s) => instance.client(clerkOf[s.division_code]);
const switchSource = (service, state) => switchOf(instance, service, state);

/** Nothing in the item may look like an answer of the source. */
function noAnswer(item) {
	assert.equal(item.answer, undefined);
	assert.ok(!['established', 'not_established'].includes(item.state), item.state);
	assert.equal(item.method, 'data_query');
	assert.equal(item.way, 'department_verify');
}

describe('a source that is switched off', () => {
	const s = scene('COACH'), code = 'I-02447';
	const service = serviceOf(code).code;
	before(() => switchSource(service, 'off'));
	after(() => switchSource(service, 'on'));

	test('gives a fault, never "not found": the item goes to the desk, which can answer it', async () => {
		const clerk = await clerkFor(s);
		const c = await openScene(clerk, s);
		const asked = await act(clerk, c, code, 'query');

		noAnswer(asked.item);
		assert.equal(asked.item.state, 'verifying', 'the question is on its way at once');
		assert.deepEqual(asked.item.steps.map((x) => [x.way, x.outcome, x.reason]),
			[['data_query', 'fault', 'source_off'], ['department_verify', 'sent', 'fallback']]);
		const { records } = await clerk.get(`/api/v1/cases/${c.id}/records`);
		assert.deepEqual(records.slice(-2).map((r) => r.type), ['query.failed', 'verification.sent']);
		assert.equal(records.at(-2).id, asked.record.id);
		assert.equal(JSON.parse(records.at(-2).record).answer, undefined);
		assert.equal(JSON.parse(records.at(-2).record).reason, 'source_off');

		const v = asked.item.verification;
		assert.equal(v.desk.code, 'DK-330723-GA');
		assert.equal(Date.parse(v.due_at), addOffice(deskByCode().get(v.desk.code).office_hours,
			Date.parse(v.sent_at), 8 * 3600000), '8 office hours where the item says none');

		const verifier = await instance.client('u-2006');
		const seen = await verifier.get(`/api/v1/verifications/${v.id}`);
		await verifier.post(`/api/v1/verifications/${v.id}/answer`, { answer: 'match', basis: '查驾驶人系统,正常' }, { ifMatch: seen.version });
		const item = itemOf(await getCase(clerk, c.id), code);
		assert.equal(item.state, 'established');
		assert.equal(item.way, 'department_verify');
	});

	test('falls back within one settlement of the whole case', async () => {
		const clerk = await clerkFor(s);
		const c = await settle(clerk, await openScene(clerk, s));
		const item = itemOf(c, code);

		noAnswer(item);
		assert.equal(item.state, 'verifying');
		assert.equal(item.verification.desk.code, 'DK-330723-GA');
		assert.deepEqual(item.steps.map((x) => x.way), ['data_query', 'department_verify']);
		assert.equal(item.steps[0].reason, 'source_off');
		assert.equal(itemOf(c, 'I-02448').state, serviceOf('I-02448').code === service ? 'verifying' : 'established',
			'the other source still answers');
	});

	test('does not take away an answer that was there: asking again is 502, recorded, and the result stands', async () => {
		const clerk = await clerkFor(s);
		await switchSource(service, 'on');
		const opened = await openScene(clerk, s);
		await act(clerk, opened, code, 'query');
		await switchSource(service, 'off');
		const c = await getCase(clerk, opened.id);
		const request = { method: 'POST', path: `/api/v1/cases/${c.id}/items/${code}/query`, json: { again: '再核一次' }, key: uuid7(), ifMatch: c.version };
		const p = await clerk.refused('source_no_answer', request);
		const now = await getCase(clerk, c.id), was = itemOf(c, code), is = itemOf(now, code);
		assert.equal(now.version, c.version + 1, 'that it was asked is something that happened');
		assert.deepEqual({ ...is, steps: [] }, { ...was, steps: [] }, 'the earlier result stands');
		assert.deepEqual(is.steps.slice(was.steps.length).map((x) => [x.way, x.outcome, x.reason]), [['data_query', 'fault', 'source_off']]);
		const { records } = await clerk.get(`/api/v1/cases/${c.id}/records`);
		assert.deepEqual(records.slice(-2).map((r) => r.type), ['query.answered', 'query.failed']);
		assert.equal(p.args.source, was.answer.source.agency.name);

		/* The same request again is the same failure, and no second record. */
		const again = await clerk.refused('source_no_answer', request);
		assert.deepEqual({ ...again, error_number: '' }, { ...p, error_number: '' });
		assert.deepEqual(still(await getCase(clerk, c.id)), still(now));
		/* Switched on, another request is answered. */
		await switchSource(service, 'on');
		const answered = await act(clerk, now, code, 'query', { again: '再核一次' });
		assert.equal(answered.item.answer.record, answered.record.id);
		await switchSource(service, 'off');
	});

	test('does not make an empty answer either: 无房 is not established by silence', async () => {
		const nohouse = scene('NOHOUSE'), item = 'I-03062';
		const clerk = await clerkFor(nohouse);
		await switchSource(serviceOf(item).code, 'off');
		try {
			const c = await settle(clerk, await openScene(clerk, nohouse));
			noAnswer(itemOf(c, item));
			assert.equal(itemOf(c, item).state, 'verifying');
		} finally {
			await switchSource(serviceOf(item).code, 'on');
		}
	});
});

test('switched on again, a source answers again', async () => {
	const s = scene('COACH');
	const clerk = await clerkFor(s);
	const c = await settle(clerk, await openScene(clerk, s));
	assert.equal(itemOf(c, 'I-02447').state, 'established');
	assert.equal(itemOf(c, 'I-02447').way, 'data_query');
});

test('a source that nobody ever switched has nobody to name: only the version is wrong', async () => {
	const one = await instance.client('u-6001');
	const seen = (await one.get('/api/v1/sources')).sources.find((x) => x.changed_at === null);
	for (const lang of ['zh', 'en']) {
		const p = await one.refused('version_wrong', { method: 'PUT', path: `/api/v1/sources/${seen.service.code}`,
			json: { state: 'off', reason: '升级' }, ifMatch: seen.version + 1, lang });
		assert.deepEqual(p.args, { seen: String(seen.version + 1), now: String(seen.version) });
		assert.deepEqual(still(p.current), still(seen));
		assert.doesNotMatch(p.detail, /1970/);
	}
});

test('two who switch the same source: the second is told who was first', async () => {
	const one = await instance.client('u-3001'), two = await instance.client('u-6001');
	const list = async (c) => (await c.get('/api/v1/sources')).sources.find((x) => x.service.code === 'DS-046');
	const seen = await list(two);
	const now = await one.ok('PUT', '/api/v1/sources/DS-046', { json: { state: 'off', reason: '升级' }, ifMatch: seen.version });
	const p = await two.refused('version_stale', { method: 'PUT', path: '/api/v1/sources/DS-046', json: { state: 'off', reason: '停机' }, ifMatch: seen.version });
	assert.equal(p.args.who, (await one.get('/api/v1/session')).user.name);
	assert.deepEqual(still(p.current), still(now));
	await one.ok('PUT', '/api/v1/sources/DS-046', { json: { state: 'on', reason: '好了' }, ifMatch: now.version });
});

describe('an empty answer', () => {
	const s = scene('NOHOUSE');

	test('establishes that somebody has no house', async () => {
		const clerk = await clerkFor(s);
		const c = await openScene(clerk, s);
		const { item } = await act(clerk, c, 'I-03062', 'query');
		assert.equal(item.state, 'established');
		assert.equal(item.answer.answer, 'not_found');
		assert.equal(item.answer.count, 0);
		assert.deepEqual(item.answer.rows, []);
		assert.equal(item.answer.source.service, serviceOf('I-03062').code);
	});

	test('does not come about for somebody who has one', async () => {
		const persons = new Map(dataset('persons').map((p) => [p.id_number, p]));
		const owner = dataset('real_estate').find((r) => r.use === 'residential' && r.division_code === '330727' &&
			persons.get(r.owner_id)?.status === 'alive');
		const clerk = await clerkFor(s);
		const c = await openScene(clerk, s, { change: (b) => {
			Object.assign(b.parties[0], { identifier: owner.owner_id, name: owner.owner_name });
			return b;
		} });
		const { item } = await act(clerk, c, 'I-03062', 'query');
		assert.equal(item.state, 'not_established');
		assert.equal(item.answer.answer, 'found');
		assert.ok(item.answer.count >= 1);
	});
});

test('only the fields of the item come back, and nothing else of the row', async () => {
	const asks = [['HOUSE', 'I-01384', 'real_estate', (r, s) => r.owner_id === s.parties[2].identifier && r.use === 'residential'],
		['NEWBORN-HUKOU', 'I-00001', 'births', (r, s) => r.birth_cert_number === s.parties[1].identifier],
		['COACH', 'I-02447', 'licences', (r, s) => r.id_number === s.parties[0].identifier]];
	let hidden = 0;
	for (const [code, item, table, mine] of asks) {
		const s = scene(code), clerk = await clerkFor(s);
		const c = await openScene(clerk, s);
		const fields = itemByCode().get(item).fields.split(';');
		const row = dataset(table).find((r) => mine(r, s));
		const { item: { answer } } = await act(clerk, c, item, 'query');

		assert.deepEqual(answer.fields.map((f) => f.name), fields);
		assert.deepEqual(Object.keys(answer.rows[0]).sort(), [...fields].sort());
		for (const f of fields) assert.equal(answer.rows[0][f], row[f], f);
		const shown = [...fields.map((f) => row[f]), ...s.parties.flatMap((p) => [p.identifier, p.name])];
		const text = JSON.stringify([answer, (await getCase(clerk, c.id)).items]);
		for (const [name, value] of Object.entries(row)) {
			if (fields.includes(name) || name === 'division_code' || shown.some((v) => v.includes(value)) || value.length < 4) continue;
			assert.ok(!text.includes(value), `${name} of the row is not disclosed`);
			hidden++;
		}
	}
	assert.ok(hidden >= 5, `only ${hidden} hidden values were looked for`);
});

describe('an abolished item', () => {
	test('cannot be asked for in any way, and the refusal is recorded', async () => {
		const s = scene('HOUSE'), clerk = await clerkFor(s);
		const c = await openScene(clerk, s), hash = 'a'.repeat(64);
		const bodies = { query: {}, verification: {}, commitment: { notice: hash, letter: hash, signer: 'applicant', agreed: true } };
		for (const [kind, json] of Object.entries(bodies)) {
			const p = await clerk.refused('item_cancelled', { method: 'POST', json, key: true, ifMatch: c.version,
				path: `/api/v1/cases/${c.id}/items/I-01391/${kind}` });
			assert.equal(p.args.item, 'I-01391');
		}
		await clerk.refused('item_cancelled', { path: `/api/v1/cases/${c.id}/items/I-01391/commitment` });
		assert.deepEqual(still(await getCase(clerk, c.id)), still(c), 'nothing changed');
		const { records } = await clerk.get(`/api/v1/cases/${c.id}/records`);
		const refusals = records.filter((r) => r.type === 'request.refused' && r.item === 'I-01391');
		assert.ok(refusals.length >= 3, 'each refusal is a record');
		assert.equal(JSON.parse(refusals[0].record).code, 'item_cancelled');
	});
});

describe('a commitment', () => {
	const s = scene('COMPANY'), code = 'I-01862';
	const path = (c) => `/api/v1/cases/${c.id}/items/${code}/commitment`;

	test('is bound to the very text that was shown', async () => {
		const clerk = await clerkFor(s);
		const c = await openScene(clerk, s);
		const texts = await clerk.get(path(c));

		for (const t of [texts.notice, texts.letter]) {
			assert.equal(createHash('sha256').update(t.text, 'utf8').digest('hex'), t.hash);
			assert.match(t.text, /\p{Script=Han}{4}/u, 'in Chinese');
		}
		assert.notEqual(texts.notice.hash, texts.letter.hash);
		const english = await clerk.send({ path: path(c), lang: 'en' });
		assert.deepEqual(english.json, texts, 'the text that counts is the Chinese one, whoever reads');

		const flip = (h) => (h[0] === '0' ? '1' : '0') + h.slice(1);
		const good = { notice: texts.notice.hash, letter: texts.letter.hash, signer: texts.signer_roles[0], agreed: true };
		const sign = (json) => ({ method: 'POST', path: path(c), json, key: true, ifMatch: c.version });
		await clerk.refused('commitment_text', sign({ ...good, notice: flip(good.notice) }));
		await clerk.refused('commitment_text', sign({ ...good, letter: flip(good.letter) }));
		await clerk.refused('commitment_text', sign({ ...good, notice: good.letter, letter: good.notice }));
		await clerk.refused('commitment_text', sign({ ...good, notice: 'the text that you showed' }));
		await clerk.refused('field_value', sign({ ...good, agreed: false }));
		await clerk.refused('field_type', sign({ ...good, agreed: 'true' }));
		await clerk.refused('signer', sign({ ...good, signer: 'seller' }));
		assert.deepEqual(still(await getCase(clerk, c.id)), still(c), 'nothing changed');

		const done = await act(clerk, c, code, 'commitment', good);
		assert.equal(done.item.state, 'committed');
		assert.equal(done.item.commitment.signer, good.signer);
		await clerk.refused('item_settled', { ...sign(good), ifMatch: done.case.version });
	});

	test('is made by nobody who does not want to: the department is asked instead', async () => {
		const clerk = await clerkFor(s);
		let c = await openScene(clerk, s);
		const sent = await act(clerk, c, code, 'verification', { note: '申请人不愿承诺' });
		assert.equal(sent.item.state, 'verifying');
		assert.deepEqual([sent.item.method, sent.item.way], ['commitment', 'department_verify']);
		assert.deepEqual(sent.item.steps.map((x) => [x.way, x.outcome, x.reason]), [['department_verify', 'sent', 'not_committed']]);
		const { records } = await clerk.get(path(c).replace(/items.*/, 'records'));
		assert.equal(JSON.parse(records.at(-1).record).reason, 'not_committed');
		c = await getCase(clerk, c.id);
		const texts = await clerk.get(path(c));
		await clerk.refused('item_verifying', { method: 'POST', path: path(c), key: true, ifMatch: c.version,
			json: { notice: texts.notice.hash, letter: texts.letter.hash, signer: texts.signer_roles[0], agreed: true } });
	});

	test('is not what a queried item is settled by', async () => {
		const house = scene('HOUSE'), clerk = await clerkFor(house);
		const c = await openScene(clerk, house);
		await clerk.refused('item_method', { path: `/api/v1/cases/${c.id}/items/I-01384/commitment` });
	});
});

describe('the way of the list', () => {
	test('is the only one at first', async () => {
		const s = scene('COMPANY'), clerk = await clerkFor(s);
		const c = await openScene(clerk, s);
		const wrong = [['I-01862', 'query', '告知承诺', 'commitment'], ['I-01866', 'query', '部门核验', 'department_verify']];
		for (const [item, kind, zh, en] of wrong) {
			const p = await clerk.refused('item_method', { method: 'POST', path: `/api/v1/cases/${c.id}/items/${item}/${kind}`, json: {}, key: true, ifMatch: c.version });
			assert.deepEqual(p.args, { item, why_zh: zh, why_en: en });
			assert.ok(p.detail.endsWith(zh), p.detail);
		}
		const h = scene('HOUSE'), hc = await openScene(await clerkFor(h), h);
		await clerk.refused('item_method', { method: 'POST', path: `/api/v1/cases/${hc.id}/items/I-01384/verification`, json: {}, key: true, ifMatch: hc.version });
	});

	test('is closed for what does not apply or is undecided', async () => {
		const h = scene('HOUSE'), clerk = await clerkFor(h), c = await openScene(clerk, h);
		await clerk.refused('item_not_applicable', { method: 'POST', path: `/api/v1/cases/${c.id}/items/I-01388/query`, json: {}, key: true, ifMatch: c.version });
		const u = scene('UNDECIDED'), other = await clerkFor(u), uc = await openScene(other, u);
		const p = await other.refused('item_undecided', { method: 'POST', path: `/api/v1/cases/${uc.id}/items/I-01484/query`, json: {}, key: true, ifMatch: uc.version });
		assert.match(p.detail, /(?<!form:)marital_status|婚姻状况/, 'it names the answer that is missing');
	});

	test('is not gone twice, unless with a reason', async () => {
		const s = scene('HOUSE'), clerk = await clerkFor(s);
		let c = await openScene(clerk, s);
		const first = await act(clerk, c, 'I-01384', 'query');
		c = await getCase(clerk, c.id);
		await clerk.refused('item_settled', { method: 'POST', path: `/api/v1/cases/${c.id}/items/I-01384/query`, json: {}, key: true, ifMatch: c.version });
		const second = await act(clerk, c, 'I-01384', 'query', { again: '申请人称信息有误' });
		assert.notEqual(second.record.id, first.record.id);
		assert.equal(second.item.state, 'established');
		assert.equal(second.item.answer.record, second.record.id);
	});
});

describe('what is not established', () => {
	const s = scene('ONE-REFUSED'), code = 'I-01686';

	test('can go to the desk, and a conflicting answer of the desk is kept with its basis', async () => {
		const clerk = await clerkFor(s);
		let c = await settle(clerk, await openScene(clerk, s));
		assert.equal(itemOf(c, code).state, 'not_established');
		const { item } = await act(clerk, c, code, 'verification', { note: '申请人称抵押已注销' });
		assert.equal(item.state, 'verifying');
		assert.deepEqual(item.steps.map((x) => [x.way, x.outcome]),
			[['data_query', 'not_established'], ['department_verify', 'sent']]);
		c = await getCase(clerk, c.id);
		assert.equal(itemOf(c, code).answer.answer, 'found', 'what the source said is not forgotten');
		const settled = { method: 'POST', path: `/api/v1/cases/${c.id}/conclusion`, json: { outcome: 'settled' }, key: true };
		await clerk.refused('case_not_accepted', { ...settled, ifMatch: c.version });
		c = await clerk.post(`/api/v1/cases/${c.id}/acceptance`, {}, { ifMatch: c.version });
		await clerk.refused('case_not_ready', { ...settled, ifMatch: c.version });
	});
});

describe('a case in one go or item by item', () => {
	test('comes out the same', async () => {
		for (const code of ['HOUSE', 'NOHOUSE', 'SCHOOL']) {
			const s = scene(code), clerk = await clerkFor(s);
			const whole = await settle(clerk, await openScene(clerk, s));
			let c = await openScene(clerk, s);
			for (const i of c.items.filter((x) => ['to_query', 'to_verify'].includes(x.state))) {
				await act(clerk, c, i.code, i.state === 'to_query' ? 'query' : 'verification');
				c = await getCase(clerk, c.id);
			}
			assert.deepEqual(c.items.map((i) => [i.code, i.state, i.answer?.rows, i.verification?.desk.code]),
				whole.items.map((i) => [i.code, i.state, i.answer?.rows, i.verification?.desk.code]));
		}
	});
});

describe('a grant that has run out', () => {
	let dir, other;
	before(async () => {
		/* The same list, but the grant for the seller's house ended in 2020. */
		dir = mkdtempSync(`${tmpdir()}/wzm-list-`);
		for (const f of ['divisions', 'agencies', 'proofs', 'matters', 'items', 'data_services', 'assertions', 'bindings',
			'item_bindings', 'parties', 'grants', 'agency_desks', 'form_fields', 'workdays'])
			cpSync(`${jinhua}/${f}.csv`, `${dir}/${f}.csv`);
		const [head, ...rows] = parseCsv(readFileSync(`${dir}/grants.csv`, 'utf8'));
		rows.find((r) => r[head.indexOf('item_code')] === 'I-01384')[head.indexOf('valid_until')] = '2020-12-31';
		writeFileSync(`${dir}/grants.csv`, formatCsv([head, ...rows]));
		other = await new Instance().init({ inventory: dir }).serve();
	});
	after(async () => { await other?.destroy(); rmSync(dir, { recursive: true, force: true }); });

	test('falls back to the desk like a fault, and says so', async () => {
		const s = scene('HOUSE'), clerk = await other.client('u-1001');
		const c = await settle(clerk, await openScene(clerk, s));
		noAnswer(itemOf(c, 'I-01384'));
		assert.equal(itemOf(c, 'I-01384').steps[0].reason, 'grant_missing');
		assert.equal(itemOf(c, 'I-01384').state, 'verifying');
		assert.equal(itemOf(c, 'I-01386').state, 'established', 'other grants hold');
	});
});

test('every demonstration scene has its grants', () => {
	const granted = new Set(readCsv(`${jinhua}/grants.csv`).map((g) => g.item_code));
	const shared = new Map(readCsv(`${jinhua}/proofs.csv`).map((p) => [p.code, p.sharing_class]));
	for (const s of scenes())
		for (const e of s.expected.filter((x) => x.method === 'data_query'))
			if (shared.get(itemByCode().get(e.item_code).proof_code) === 'conditional')
				assert.ok(granted.has(e.item_code), e.item_code);
});

// The same request twice is one operation and gives the same answer.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { started } from '../lib/instance.mjs';
import { act, getCase, itemOf, openScene, settle, still } from '../lib/cases.mjs';
import { scene, sceneCase, serviceOf } from '../lib/catalogue.mjs';
import { acts, rows } from '../lib/store.mjs';
import { uuid7 } from '../lib/uuid7.mjs';

const CASES = '/api/v1/cases';
let instance;
before(async () => { instance = await started(); });
after(() => instance?.destroy());

const count = (table) => rows(instance.dir, `SELECT count(*) AS n FROM ${table}`)[0].n;
const same = (a, b) => {
	assert.equal(b.status, a.status);
	assert.deepEqual(still(b.json), still(a.json));
	for (const h of ['etag', 'location']) assert.equal(b.headers[h], a.headers[h], h);
};

test('a case is opened once', async () => {
	const clerk = await instance.client('u-1001');
	const request = { method: 'POST', path: CASES, json: sceneCase(scene('HOUSE')), key: uuid7() };
	const first = await clerk.send(request);
	assert.equal(first.status, 201);
	const before = [count('service_case'), count('record')];
	for (let i = 0; i < 3; i++) same(first, await clerk.send(request));
	same(first, await clerk.send({ ...request, key: request.key.toUpperCase() }));
	assert.deepEqual([count('service_case'), count('record')], before, 'nothing new');
});

test('an answer is given again from its record, also when the case has moved on', async () => {
	const clerk = await instance.client('u-1001');
	const c = await openScene(clerk, scene('HOUSE'));
	const request = { method: 'POST', path: `${CASES}/${c.id}/items/I-01384/query`, json: {}, key: uuid7(), ifMatch: c.version };
	const first = await clerk.send(request);
	assert.equal(first.status, 200);
	await act(clerk, { id: c.id, version: c.version + 1 }, 'I-01386', 'query');
	const again = await clerk.send(request);
	assert.equal(again.status, 200, again.text);
	assert.deepEqual(again.json.record, first.json.record);
	assert.deepEqual(again.json.item.answer, first.json.item.answer);
	assert.equal(again.json.item.state, 'established');
});

test('the record of a request is that of its first operation, also when it is repeated', async () => {
	const clerk = await instance.client('u-1001'), operator = await instance.client('u-6001');
	const typeOf = async (c, id) => (await clerk.get(`${CASES}/${c.id}/records`)).records.find((r) => r.id === id)?.type;
	const s = scene('HOUSE');

	/* What was typed is an answer of the case; the query comes after it. */
	const c = await openScene(clerk, s, { asks: false });
	const typed = { method: 'POST', path: `${CASES}/${c.id}/items/${s.asks[0].item_code}/query`, key: uuid7(), ifMatch: c.version,
		json: { asks: { [s.asks[0].input]: s.asks[0].value } } };
	const first = await clerk.send(typed);
	assert.equal(first.status, 200, first.text);
	assert.equal(await typeOf(c, first.json.record.id), 'case.answered');
	assert.equal(await typeOf(c, first.json.item.answer.record), 'query.answered');

	/* Asked again by another request: the first one's record stays. */
	await act(clerk, first.json.case, s.asks[0].item_code, 'query', { again: '再核一次' });
	assert.deepEqual((await clerk.send(typed)).json.record, first.json.record);

	/* No answer: the failure comes first, the question to the desk after it. */
	const path = `/api/v1/sources/${serviceOf('I-01384').code}`;
	const { version } = (await operator.get('/api/v1/sources')).sources.find((x) => path.endsWith(x.service.code));
	await operator.ok('PUT', path, { json: { state: 'off', reason: '演练' }, ifMatch: version });
	try {
		const d = await openScene(clerk, s);
		const request = { method: 'POST', path: `${CASES}/${d.id}/items/I-01384/query`, json: {}, key: uuid7(), ifMatch: d.version };
		const failed = await clerk.send(request);
		assert.equal(failed.json.item.state, 'verifying', failed.text);
		assert.equal(await typeOf(d, failed.json.record.id), 'query.failed');
		assert.deepEqual(still((await clerk.send(request)).json), still(failed.json));
	} finally {
		await operator.ok('PUT', path, { json: { state: 'on', reason: '好了' }, ifMatch: version + 1 });
	}
});

test('every kind of change can be repeated without harm', async () => {
	const clerk = await instance.client('u-1005'), verifier = await instance.client('u-2004');
	let c = await openScene(clerk, scene('DRIVER'));
	const twice = async (client, path, json, ifMatch) => {
		const request = { method: 'POST', path, json, key: uuid7(), ifMatch };
		const first = await client.send(request);
		assert.equal(first.status, 200, first.text);
		const n = count('record');
		const again = await client.send(request);
		assert.equal(again.status, 200, again.text);
		if (first.json.record) assert.deepEqual(again.json.record, first.json.record);
		else assert.deepEqual([again.json.id, again.json.state, again.json.version], [first.json.id, first.json.state, first.json.version]);
		assert.equal(count('record'), n, `${path}: one record`);
		return first.json;
	};
	c = await twice(clerk, `${CASES}/${c.id}/settlement`, {}, c.version);
	const url = `/api/v1/verifications/${itemOf(c, 'I-00186').verification.id}`;
	let v = await verifier.get(url);
	v = await twice(verifier, `${url}/signature`, {}, v.version);
	v = await twice(verifier, `${url}/answer`, { answer: 'match', basis: '查台账' }, v.version);
	c = await getCase(clerk, c.id);
	c = await twice(clerk, `${CASES}/${c.id}/acceptance`, {}, c.version);
	c = await twice(clerk, `${CASES}/${c.id}/conclusion`, { outcome: 'settled' }, c.version);
	assert.equal(c.state, 'settled');

	const company = await instance.client('u-1001');
	let k = await openScene(company, scene('COMPANY'));
	const t = await company.get(`${CASES}/${k.id}/items/I-01862/commitment`);
	await twice(company, `${CASES}/${k.id}/items/I-01862/commitment`,
		{ notice: t.notice.hash, letter: t.letter.hash, signer: t.signer_roles[0], agreed: true }, k.version);
	k = await getCase(company, k.id);
	await twice(company, `${CASES}/${k.id}/items/I-01866/verification`, {}, k.version);
});

test('the same key with another body is refused, and does nothing', async () => {
	const clerk = await instance.client('u-1001');
	const json = sceneCase(scene('HOUSE')), key = uuid7();
	await clerk.ok('POST', CASES, { json, key });
	const n = acts(instance.dir).length;
	await clerk.refused('idempotency_key_reused', { method: 'POST', path: CASES, key, json: { ...json, channel: 'online' } });
	const added = acts(instance.dir).slice(n).map((r) => r.type);
	assert.ok(added.length <= 1, 'the refusal at most');
	assert.equal(added.some((type) => type !== 'request.refused'), false);
});

test('a key is one caller\'s own', async () => {
	const key = uuid7();
	const one = await (await instance.client('u-1001')).send({ method: 'POST', path: CASES, json: sceneCase(scene('HOUSE')), key });
	const two = await (await instance.client('u-1007')).send({ method: 'POST', path: CASES, json: sceneCase(scene('HOUSE')), key });
	assert.deepEqual([one.status, two.status], [201, 201]);
	assert.notEqual(one.json.id, two.json.id);
});

test('a refused request does not use up its key', async () => {
	const clerk = await instance.client('u-1001');
	const json = sceneCase(scene('HOUSE')), key = uuid7();
	await clerk.refused('matter_unknown', { method: 'POST', path: CASES, key, json: { ...json, matter: 'M-9999' } });
	assert.equal((await clerk.send({ method: 'POST', path: CASES, key, json })).status, 201);
});

test('the same request many times at once is one operation', async () => {
	const clerk = await instance.client('u-1001');
	for (let round = 0; round < 5; round++) {
		const n = [count('service_case'), count('record')];
		const request = { method: 'POST', path: CASES, json: sceneCase(scene('HOUSE')), key: uuid7() };
		const answers = await Promise.all(Array.from({ length: 32 }, () => clerk.send(request)));
		for (const a of answers) {
			assert.equal(a.status, 201, a.text);
			same(answers[0], a);
		}
		same(answers[0], await clerk.send(request));
		assert.deepEqual([count('service_case') - n[0], count('record') - n[1]], [1, 1]);
	}
});

test('a key is remembered across a restart', async () => {
	const clerk = await instance.client('u-1001');
	const request = { method: 'POST', path: CASES, json: sceneCase(scene('HOUSE')), key: uuid7() };
	const first = await clerk.send(request);
	const c = await settle(clerk, first.json);
	await instance.stop();
	await instance.serve();
	const again = await (await instance.client('u-1001')).send(request);
	assert.equal(again.status, 201, again.text);
	assert.equal(again.json.id, first.json.id);
	assert.deepEqual(still(await getCase(await instance.client('u-1001'), c.id)), still(c));
});

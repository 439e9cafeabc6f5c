// Commitments of a life event are signed by people without an account, each by the link that is theirs.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { started, must } from '../lib/instance.mjs';
import { newborn, openJoint, getJoint, concludeStep, birth, household, stepOf } from '../lib/joint.mjs';
import { getCase } from '../lib/cases.mjs';
import { dataset } from '../lib/catalogue.mjs';
import { evidence } from '../lib/store.mjs';
import { uuid7 } from '../lib/uuid7.mjs';

let instance, clerk, phone;
before(async () => {
	instance = await started();
	clerk = await instance.client('u-1001');
	phone = await instance.client();
});
after(() => instance?.destroy());

const link = async (id, json = { form: true }) => (await clerk.ok('POST', `/api/v1/jointcases/${id}/links`, { json, status: 201 })).token;
const post = (path, json, more = {}) => phone.send({ method: 'POST', path: `/api/v1/${path}`, json, ...more });
const show = (token) => post('applicantcommitments/show', { token });
const sign = (token, signer, items, more = { key: true }) => post('applicantcommitments', { token, signer, items, agreed: true }, more);
const hashes = (list) => Object.fromEntries(list.map((one) => [one.item, { notice: one.notice.hash, letter: one.letter.hash }]));
const born = dataset('births').findLast((b) => b.child_id_number === '');
const parents = { mother_name: born.mother_name, mother_id_number: born.mother_id_number, father_name: born.father_name,
	father_id_number: born.father_id_number, marital_status: 'married' };
const mother = newborn().mother_id_number;

test('by the link to fill in its applicant reads the whole texts and signs once; the steps are settled with it', async () => {
	const { id } = await openJoint(clerk), token = await link(id);
	const first = (await show(token)).json;
	assert.equal(first.state, 'running');
	assert.deepEqual([...new Set(first.commitments.map((one) => one.signer.name))], ['mother_id_number']);
	for (const one of first.commitments) {
		assert.match(one.notice.text, /不实承诺的责任/);
		assert.match(one.letter.text, /郑重承诺/);
		assert.equal(one.signed, false);
	}
	assert.equal((await post('progress', { token })).json.signs, first.commitments.length);
	const items = hashes(first.commitments), key = uuid7(phone.now());
	for (let i = 0; i < 2; i++) {
		const done = await sign(token, mother, items, { key });
		assert.equal(done.status, 200, done.text);
		assert.ok(done.json.commitments.every((one) => one.signed));
	}
	const records = evidence(instance.dir).records.map((r) => r.json).filter((r) => r.type === 'joint.signed' && r.joint === id);
	assert.equal(records.length, 1, 'the same press twice is one signature');
	assert.equal(records[0].actor.role, 'public');
	assert.ok(!JSON.stringify(records).includes(mother), 'no values in clear');
	assert.equal((await post('progress', { token })).json.signs, 0);
	assert.equal((await getJoint(clerk, id)).signed_items, first.commitments.length);
	await concludeStep(instance, clerk, id, 'NB1', birth);
	await concludeStep(instance, clerk, id, 'NB2', household);
	const c = await getCase(clerk, stepOf(await getJoint(clerk, id), 'NB2').case.id);
	const own = c.items.find((i) => items[i.code] !== undefined);
	assert.equal(own.state, 'committed');
});

test('nobody signs for somebody else: not by a link of theirs, nor with a number that is not', async () => {
	const { id } = await openJoint(clerk, newborn(parents)), token = await link(id), other = await link(id, { who: 'father' }), follows = await link(id, {});
	const items = hashes((await show(token)).json.commitments), refused = async (code, of) => { const r = await of; assert.equal(r.json.code, code, r.text); return r; };
	assert.deepEqual((await show(other)).json.commitments, [], 'the father has nothing to sign');
	await refused('link_number', sign(other, parents.mother_id_number, items));
	await refused('field_value', sign(other, parents.father_id_number, items));
	await refused('link_number', sign(token, parents.father_id_number, items));
	await refused('link_number', sign(token, '330703199210269759', items));
	await refused('ident_length', sign(token, '33070319921026975', items));
	await refused('link_unknown', show(follows));
	await refused('link_unknown', sign(follows, parents.mother_id_number, items));
	const [code] = Object.keys(items);
	await refused('commitment_text', sign(token, parents.mother_id_number, { [code]: { ...items[code], letter: '0'.repeat(64) } }));
	await refused('field_value', sign(token, parents.mother_id_number, { 'I-00001': items[code] }));
	assert.equal((await post('applicantcommitments', { token, signer: parents.mother_id_number, items, agreed: false }, { key: true })).status, 422);
	assert.equal((await getJoint(clerk, id)).signed_items, 0);
	assert.equal((await sign(token, parents.mother_id_number, items)).status, 200);
});

test('a draft and what was withdrawn have nothing to sign', async () => {
	const { id } = await openJoint(clerk, newborn(), { draft: true }), token = await link(id);
	assert.deepEqual((await show(token)).json.commitments, []);
	assert.equal((await sign(token, mother, { 'I-00004': { notice: '0'.repeat(64), letter: '0'.repeat(64) } })).json.code, 'joint_draft');
	await clerk.ok('POST', `/api/v1/jointcases/${id}/withdrawal`, { json: { reason: '不办了' }, ifMatch: '*', key: true });
	assert.deepEqual((await show(token)).json.commitments, []);
	must(['log', 'check', '-d', instance.dir]);
	must(['store', 'check', '-d', instance.dir]);
	assert.doesNotMatch(instance.log, /level=(error|bug)\b/);
});

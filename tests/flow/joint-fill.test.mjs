// The applicant fills in the form of a life event on a phone of their own, by a link.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { started, must } from '../lib/instance.mjs';
import { newborn, openJoint, getJoint, untilStep } from '../lib/joint.mjs';
import { dataset } from '../lib/catalogue.mjs';
import { Staff } from '../lib/staff.mjs';
import { formOf } from '../lib/event-walk.mjs';
import { untilTooOften } from '../lib/ceiling.mjs';
import { rows } from '../lib/store.mjs';
import { uuid7 } from '../lib/uuid7.mjs';

let instance, clerk, phone;
before(async () => {
	instance = await started();
	clerk = await instance.client('u-1001');
	phone = await instance.client();
});
after(() => instance?.destroy());

const link = (id, json = { form: true }) => clerk.ok('POST', `/api/v1/jointcases/${id}/links`, { json, status: 201 });
const show = (token) => phone.send({ method: 'POST', path: '/api/v1/applicantforms/show', json: { token } });
const fill = (token, form, more = {}) => phone.send({ method: 'POST', path: '/api/v1/applicantforms', json: { token, form, ...more }, key: true });
const field = (json, name) => json.fields.find((f) => f.name === name);
const whole = newborn();

test('a draft is filled in answer by answer and handed in once nothing lacks', async () => {
	const { id } = await openJoint(clerk, { hospital: '金华市人民医院' }, { draft: true });
	const made = await link(id);
	assert.match(made.path, /^\/form#/);
	const first = (await show(made.token)).json;
	assert.equal(first.state, 'draft');
	assert.deepEqual([field(first, 'hospital').value, field(first, 'hospital').fills, field(first, 'child_name').value], ['金华市人民医院', true, undefined]);
	assert.ok(first.fields.every((f) => !f.name.startsWith('confirmed.')), 'a confirmation is nothing that is asked');
	const early = await fill(made.token, {}, { submit: true });
	assert.deepEqual([early.status, early.json.code, early.json.field], [422, 'field_missing', 'form.child_name']);
	let last;
	for (const [name, value] of Object.entries(whole)) {
		last = await fill(made.token, { [name]: value });
		assert.equal(last.status, 200, `${name}: ${last.text}`);
	}
	assert.ok(!last.text.includes(whole.mother_id_number), 'numbers of people are masked');
	assert.equal(field(last.json, 'mother_id_number').value, '330***********9329');
	assert.equal((await getJoint(clerk, id)).state, 'draft');
	const done = await fill(made.token, {}, { submit: true });
	assert.equal(done.json.state, 'running', done.text);
	assert.deepEqual(done.json.fields, [], 'nothing of it is shown any more');
	assert.deepEqual(done.json.confirmers, [], 'no father is named');
	await untilStep(clerk, id, 'NB1', 'running');
	const supplied = rows(instance.dir, "SELECT text FROM record WHERE type = 'joint.supplied'").map((r) => JSON.parse(r.text)).filter((r) => r.joint === id);
	assert.ok(supplied.length >= Object.keys(whole).length, 'each answer has its record');
	for (const value of [whole.child_name, whole.mother_id_number, whole.bank_account]) assert.ok(!JSON.stringify(supplied).includes(value), 'no values in clear');
	/* Handed in is handed in: what runs is not changed by the link. */
	const late = await fill(made.token, { child_name: '周某' });
	assert.deepEqual([late.status, late.json.code], [422, 'field_value']);
	assert.equal((await getJoint(clerk, id)).form.child_name, whole.child_name);
	/* It also shows how it goes. */
	const goes = await phone.send({ method: 'POST', path: '/api/v1/progress', json: { token: made.token } });
	assert.deepEqual([goes.status, goes.json.state, goes.json.fills], [200, 'running', false]);
});

test('the same answer sent twice is kept once; a wrong one says what is wrong and keeps the others', async () => {
	const { id } = await openJoint(clerk, {}, { draft: true });
	const { token } = await link(id), body = { token, form: { child_name: '周小宝' } };
	const key = uuid7(phone.now());
	for (let i = 0; i < 2; i++) {
		const sent = await phone.send({ method: 'POST', path: '/api/v1/applicantforms', json: body, key });
		assert.equal(sent.status, 200, sent.text);
		assert.equal(field(sent.json, 'child_name').value, '周小宝');
	}
	const wrong = await fill(token, { mother_id_number: '330703198105029328' });
	assert.deepEqual([wrong.status, wrong.json.field], [422, 'form.mother_id_number']);
	assert.equal((await fill(token, { nonsense: 'x' })).json.code, 'field_unknown');
	const now = (await show(token)).json;
	assert.deepEqual([field(now, 'child_name').value, field(now, 'mother_id_number').value], ['周小宝', undefined]);
	assert.equal(rows(instance.dir, "SELECT text FROM record WHERE type = 'joint.supplied'").map((r) => JSON.parse(r.text)).filter((r) => r.joint === id).length, 1);
});

test('one kind of link opens nothing of the other kinds; another one ends the one before it', async () => {
	const { id } = await openJoint(clerk, {}, { draft: true });
	const old = await link(id), made = await link(id), shows = await link(id, {});
	assert.equal((await show(old.token)).json.code, 'link_unknown');
	assert.equal((await fill(old.token, { child_name: '周小宝' })).json.code, 'link_unknown');
	assert.equal((await show(shows.token)).json.code, 'link_unknown', 'who follows it does not fill it in');
	assert.equal((await fill(shows.token, { child_name: '周小宝' })).json.code, 'link_unknown');
	assert.equal((await phone.send({ method: 'POST', path: '/api/v1/confirmations/show', json: { token: made.token } })).json.code, 'link_unknown');
	assert.equal((await show(made.token)).status, 200);
	await clerk.refused('field_value', { method: 'POST', path: `/api/v1/jointcases/${id}/links`, json: { form: true, who: 'father' } });
	await clerk.ok('POST', `/api/v1/jointcases/${id}/withdrawal`, { json: { reason: '不办了' }, ifMatch: '*', key: true });
	await clerk.refused('joint_ended', { method: 'POST', path: `/api/v1/jointcases/${id}/links`, json: { form: true } });
	assert.deepEqual((await show(made.token)).json.fields, []);
	assert.equal((await fill(made.token, { child_name: '周小宝' })).status, 422);
	assert.doesNotMatch(instance.log, new RegExp(made.token));
});

test('what runs and lacks something is supplied by the link, and goes on', async () => {
	const { hukou_address, ...most } = whole;
	const { id } = await openJoint(clerk, most);
	const { token } = await link(id);
	const lacks = (await show(token)).json;
	assert.deepEqual(lacks.fields.map((f) => f.name), ['hukou_address'], 'nothing else is shown');
	assert.equal((await phone.send({ method: 'POST', path: '/api/v1/progress', json: { token } })).json.fills, true);
	const done = await fill(token, { hukou_address });
	assert.equal(done.status, 200, done.text);
	assert.deepEqual(done.json.fields, []);
	assert.equal((await getJoint(clerk, id)).form.hukou_address, hukou_address);
});

test('what a register has filled in is neither shown nor changed by the link', async () => {
	const dead = dataset('deaths').find((d) => d.death_date !== ''), staff = await Staff.of(instance), lead = staff.clerk('330700');
	const form = formOf(await lead.get('/api/v1/lifeevents/LE-DEATH'), 3, { deceased_id_number: dead.id_number, death_date: '' });
	const { id } = await lead.post('/api/v1/jointcases', { life_event: 'LE-DEATH', form, draft: true }, { status: 201 });
	const j = await lead.post(`/api/v1/jointcases/${id}/prefill`, {}, { ifMatch: '*' });
	const { token } = await lead.ok('POST', `/api/v1/jointcases/${id}/links`, { json: { form: true }, status: 201 }), { json } = await show(token);
	await staff.end();
	assert.equal(j.form.death_date, dead.death_date);
	for (const name of Object.keys(j.prefilled)) {
		assert.deepEqual([field(json, name).fills, field(json, name).value], [false, undefined], name);
		assert.equal(field(json, name).from.code, j.prefilled[name].agency.code);
		assert.equal((await fill(token, { [name]: 'x' })).json.code, 'field_value');
	}
});

test('guesses have a ceiling, and what they left behind holds', async () => {
	await untilTooOften(phone, () => ({ method: 'POST', path: '/api/v1/applicantforms/show', json: { token: 'x'.repeat(43) } }));
	must(['log', 'check', '-d', instance.dir]);
	must(['store', 'check', '-d', instance.dir]);
	assert.doesNotMatch(instance.log, /level=(error|bug)\b/);
});

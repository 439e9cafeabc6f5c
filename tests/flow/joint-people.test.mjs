// Those around a life event: the applicant who follows it, the parent who confirms, the agency whose own system does a step.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { started, must } from '../lib/instance.mjs';
import { Staff } from '../lib/staff.mjs';
import { EventWalk, formOf } from '../lib/event-walk.mjs';
import { dataset } from '../lib/catalogue.mjs';
import { switchSource } from '../lib/cases.mjs';
import { rows } from '../lib/store.mjs';
import { root } from '../lib/paths.mjs';
import { setTimeout as sleep } from 'node:timers/promises';

let instance, staff, clerk, phone, events, bankKey;
const birth = dataset('births').findLast((b) => b.child_id_number === '');
const parents = { mother_name: birth.mother_name, mother_id_number: birth.mother_id_number, father_name: birth.father_name, father_id_number: birth.father_id_number,
	marital_status: 'married' };

before(async () => {
	instance = await started();
	staff = await Staff.of(instance);
	clerk = staff.clerk('330700');
	phone = await instance.client();
	events = new Map();
	for (const code of ['LE-NEWBORN', 'LE-ENTERPRISE', 'LE-DEATH']) events.set(code, await clerk.get(`/api/v1/lifeevents/${code}`));
});
after(async () => {
	await staff?.end();
	await instance?.destroy();
});

async function begin(code, change, rest) {
	const event = events.get(code), walk = new EventWalk({ instance, staff });
	await walk.open(event, formOf(event, 3, change), rest);
	return walk;
}

const until = async (walk, done) => {
	for (;;) {
		await walk.look();
		if (done(walk)) return walk.j;
		await sleep(20);
	}
};
const link = (walk, json = {}) => clerk.ok('POST', walk.path('/links'), { json, status: 201 });
const confirm = (token, identifier) => phone.send({ method: 'POST', path: '/api/v1/confirmations', json: { token, identifier, agreed: true }, key: true });

test('a step waits for the second parent, who confirms once on a phone of their own', async () => {
	const walk = await begin('LE-NEWBORN', parents);
	await until(walk, (w) => w.step('NB1').case !== null);
	await walk.doCase(walk.step('NB1'));
	await until(walk, (w) => w.step('NB1').state === 'done');
	assert.deepEqual([walk.step('NB2').state, walk.step('NB2').lacks], ['waiting', ['confirmed.father']]);
	assert.deepEqual(walk.j.confirms, [{ code: 'father', label: '父亲', name: birth.father_name, confirmed: false }]);
	const first = await link(walk, { who: 'father' }), made = await link(walk, { who: 'father' });
	assert.match(made.path, /^\/confirm#/);
	const show = (token) => phone.send({ method: 'POST', path: '/api/v1/confirmations/show', json: { token } });
	assert.equal((await show(first.token)).json.code, 'link_unknown', 'another link ends the one before it');
	const shown = (await show(made.token)).json;
	assert.equal(shown.confirmed, false);
	assert.ok(!JSON.stringify(shown).includes(birth.father_name), 'the name is masked');
	assert.equal((await confirm(made.token, birth.mother_id_number)).json.code, 'link_number');
	const done = await confirm(made.token, ` ${birth.father_id_number.toLowerCase()}`);
	assert.equal(done.status, 200, done.text);
	assert.equal(done.json.confirmed, true);
	await until(walk, (w) => w.step('NB2').case !== null);
	assert.equal(walk.j.confirms[0].confirmed, true);
	assert.equal((await confirm(made.token, birth.father_id_number)).json.code, 'link_unknown', 'a link is used once');
	/* What somebody has confirmed stays as it was. */
	await clerk.refused('field_value', { method: 'PUT', path: walk.path('/form'), json: { form: { father_name: '别人' } }, ifMatch: '*' });
	await clerk.refused('field_value', { method: 'POST', path: walk.path('/links'), json: { who: 'father' } });
	await clerk.refused('field_value', { method: 'POST', path: walk.path('/links'), json: { who: 'uncle' } });
});

test('what has not been submitted is not confirmed, and is said not to have been', async () => {
	const walk = await begin('LE-NEWBORN', parents, { draft: true });
	const made = await link(walk, { who: 'father' }), shows = await link(walk);
	assert.equal((await confirm(made.token, birth.father_id_number)).json.code, 'joint_draft');
	const follow = async () => (await phone.send({ method: 'POST', path: '/api/v1/progress', json: { token: shows.token } })).json;
	assert.deepEqual([...new Set((await follow()).steps.map((s) => s.says))], ['等申请表提交']);
	await clerk.ok('PUT', walk.path('/form'), { json: { form: {}, submit: true }, ifMatch: '*' });
	await until(walk, (w) => w.step('NB1').case !== null);
	await walk.doCase(walk.step('NB1'));
	await until(walk, (w) => w.step('NB1').state === 'done');
	const json = await follow();
	assert.equal(json.steps.find((s) => s.code === 'NB2').says, '等本人确认:父亲');
	assert.equal(json.promised_minutes, 60);
	assert.ok(!JSON.stringify(json).includes(birth.father_name), 'the name of who confirms is masked');
	assert.equal((await confirm(made.token, birth.father_id_number)).status, 200);
});

test('somebody who comes to be named later has to confirm as well', async () => {
	const walk = await begin('LE-NEWBORN', { ...parents, father_name: '', father_id_number: '' });
	await until(walk, (w) => w.step('NB1').case !== null);
	await clerk.ok('PUT', walk.path('/form'), { json: { form: { father_name: birth.father_name, father_id_number: birth.father_id_number } }, ifMatch: '*' });
	await until(walk, (w) => w.step('NB1').attempt === 2 && w.step('NB1').started_at >= w.step('NB1').ready_at);
	await walk.doCase(walk.step('NB1'));
	await until(walk, (w) => w.step('NB1').state === 'done');
	assert.deepEqual([walk.step('NB2').state, walk.step('NB2').lacks], ['waiting', ['confirmed.father']]);
	assert.equal((await confirm((await link(walk, { who: 'father' })).token, birth.father_id_number)).status, 200);
	await until(walk, (w) => w.step('NB2').case !== null);
});

test('a case is settled only while its step is under way, and a correction is one', async () => {
	const walk = await begin('LE-NEWBORN', { ...parents, father_name: '', father_id_number: '' });
	await until(walk, (w) => w.step('NB1').case !== null);
	await walk.doCase(walk.step('NB1'));
	await until(walk, (w) => w.step('NB2').case !== null);
	const nb2 = walk.step('NB2').case;
	await walk.decide('NB2', 'skip');
	for (let c = nb2; c.state !== 'withdrawn'; c = await clerk.get(`/api/v1/cases/${nb2.id}`)) await sleep(20);
	const end = (outcome) => ({ method: 'POST', path: `/api/v1/cases/${nb2.id}/conclusion`, json: { outcome, reason: '试' }, ifMatch: '*', key: true });
	await clerk.refused('step_state', end('settled'));
	await clerk.refused('case_not_open', end('refused'));
	await clerk.refused('field_value', { method: 'POST', path: walk.path('/steps/NB1/correction'), json: { results: walk.given.NB1, reason: '试' }, ifMatch: '*', key: true });
});

test('where there is no second parent nobody waits for one', async () => {
	const walk = await begin('LE-NEWBORN', { father_name: '', father_id_number: '', marital_status: 'single' });
	await until(walk, (w) => w.step('NB1').case !== null);
	await walk.doCase(walk.step('NB1'));
	await until(walk, (w) => w.step('NB2').case !== null);
	assert.deepEqual(walk.j.confirms, []);
});

test('the applicant follows it by a link, without values of people', async () => {
	const walk = await begin('LE-NEWBORN', parents), made = await link(walk);
	await until(walk, (w) => w.step('NB1').case !== null);
	const follow = (token) => phone.send({ method: 'POST', path: '/api/v1/progress', json: { token } });
	const { json } = await follow(made.token);
	assert.equal(json.number, walk.j.number);
	const step = (code) => json.steps.find((s) => s.code === code);
	assert.deepEqual([step('NB1').state, step('NB1').who], ['running', 'agency']);
	assert.match(step('NB1').says, /卫生健康委员会正在办理/);
	assert.match(step('NB2').says, /出生医学证明首次签发/);
	for (const value of [birth.mother_id_number, birth.father_id_number, birth.mother_name]) assert.ok(!JSON.stringify(json).includes(value), value);
	const english = await phone.send({ method: 'POST', path: '/api/v1/progress', json: { token: made.token }, lang: 'en' });
	assert.match(english.json.steps.find((s) => s.code === 'NB1').says, /^With /);
	assert.equal((await follow('x'.repeat(43))).json.code, 'link_unknown');
	assert.equal((await confirm(made.token, birth.father_id_number)).json.code, 'link_unknown', 'this link confirms nothing');
	assert.equal((await phone.send({ method: 'POST', path: '/api/v1/confirmations/show', json: { token: made.token } })).json.code, 'link_unknown');
	assert.equal((await follow((await link(walk, { who: 'father' })).token)).json.code, 'link_unknown', 'nor does the other one show anything');
	assert.doesNotMatch(instance.log, new RegExp(made.token));
});

test('a draft is kept and starts nothing until it is submitted', async () => {
	const walk = await begin('LE-NEWBORN', { ...parents, father_name: '', father_id_number: '' }, { draft: true });
	assert.equal(walk.j.state, 'draft');
	await clerk.ok('PUT', walk.path('/form'), { json: { form: { hospital: '金华市中心医院', hukou_address: '' } }, ifMatch: '*' });
	await walk.look();
	assert.deepEqual([walk.j.form.hospital, walk.j.form.hukou_address, walk.j.counts.waiting], ['金华市中心医院', '', 9]);
	await clerk.refused('step_state', { method: 'POST', path: walk.path('/steps/NB1/decision'), json: { decision: 'skip', reason: '试' }, ifMatch: '*', key: true });
	const j = await clerk.ok('PUT', walk.path('/form'), { json: { form: { hukou_address: '金华市婺城区' }, submit: true }, ifMatch: '*' });
	assert.equal(j.state, 'running');
	await until(walk, (w) => w.step('NB1').case !== null && w.step('NB8').case !== null);
});

test('what a register knows is filled in, with a record of each answer; what somebody typed stays', async () => {
	const dead = dataset('deaths').find((d) => d.death_date !== ''), off = dataset('deaths').findLast((d) => d.death_date !== '');
	const blank = { deceased_id_number: dead.id_number, death_date: '' };
	const walk = await begin('LE-DEATH', blank, { draft: true });
	const prefill = (w) => clerk.post(w.path('/prefill'), {}, { ifMatch: '*' });
	const j = await prefill(walk);
	assert.equal(j.form.death_date, dead.death_date);
	assert.match(j.prefilled.death_date.service, /^DS-/);
	const asked = rows(instance.dir, "SELECT text FROM record WHERE type = 'joint.prefilled'").map((r) => JSON.parse(r.text));
	assert.ok(asked.length > 0 && asked.every((r) => r.joint === j.id && r.fields.length > 0));
	assert.equal(new Set(asked.map((r) => r.service)).size, asked.length, 'no register is asked the same twice');
	assert.ok(!asked.some((r) => JSON.stringify(r).includes(dead.id_number)), 'no values in clear');
	const typed = await clerk.ok('PUT', walk.path('/form'), { json: { form: { death_date: '2019-01-02' } }, ifMatch: '*' });
	assert.deepEqual([typed.form.death_date, typed.prefilled], ['2019-01-02', {}]);
	assert.equal((await prefill(walk)).form.death_date, '2019-01-02');
	const sources = ['DS-027', 'DS-043', 'DS-005'];	/* each knows of a death */
	for (const service of sources) await switchSource(instance, service, 'off');
	const none = await begin('LE-DEATH', { ...blank, deceased_id_number: off.id_number }, { draft: true });
	assert.equal((await prefill(none)).form.death_date, '');
	for (const service of sources) await switchSource(instance, service, 'on');
});

test('whoever looks is told at once when something happens, and otherwise after a while that nothing did', async () => {
	const walk = await begin('LE-NEWBORN', parents);
	await until(walk, (w) => w.step('NB1').case !== null);
	const all = await clerk.get(walk.path('/events?limit=200')), asked = Date.now();
	const waits = (s, cursor) => clerk.get(walk.path(`/events?wait=${s}&cursor=${cursor}`));
	const live = Promise.all([waits(25, all.next), waits(25, all.next)]);
	await sleep(300);
	await walk.decide('NB8', 'skip');
	for (const told of await live) assert.equal(told.events[0].step, 'NB8');
	const rest = await clerk.get(walk.path(`/events?limit=200&cursor=${all.next}`));
	assert.deepEqual((await waits(1, rest.next)).events, [], 'nothing happened');
	assert.ok((await waits(25, all.next)).events.length > 0, 'what there is already is told at once');
	await clerk.refused('field_value', { path: walk.path('/events?wait=26') });
	assert.ok(Date.now() - asked < 60000);
	/* Who waits does not hold up the end of the server. */
	const last = clerk.send({ path: walk.path(`/events?wait=25&cursor=${rest.next}`), checked: false }).catch(() => undefined);
	await sleep(200);
	await instance.stop();
	await last;
	await instance.serve();
	phone.where = clerk.where = instance.where;
	for (const c of [...staff.clerks.values(), ...staff.free.map((s) => s.client)]) c.where = instance.where;
});

test('the promise of a life event is public, with how it was kept', async () => {
	const clock = (await phone.send({ path: '/api/v1/lifeevents/LE-NEWBORN/clock' })).json;
	assert.equal(clock.promised_minutes, 60);
	assert.equal(clock.running + clock.finished + clock.withdrawn, 8);
	assert.deepEqual([clock.finished, clock.minutes_median], [0, null]);
	await phone.refused('life_event_unknown', { path: '/api/v1/lifeevents/LE-X/clock' });
});

test('a step outside: the agency\'s own system is told, does it, and signs the result', async () => {
	const operator = instance.socketClient(), key = await operator.ok('POST', '/api/v1/platforms', { json: { id: 'p-bank', name: '银行开户系统',
		agency: '330700-BK', division: '330700', url: 'https://localhost/', scope: 'agency' } });
	bankKey = key;
	const walk = await begin('LE-ENTERPRISE', {}), bank = await instance.client();
	const bearer = { Authorization: `Bearer ${key.token}` };
	await walk.sign(formOf(events.get('LE-ENTERPRISE'), 3).legal_rep_id_number);
	await walk.toEnd({
		onFailed: (s) => walk.decide(s.code, s.auto && !s.by_desk ? 'replace' : 'skip'),
		doStep: async (s) => {
			if (s.code !== 'EN5') return walk.doCase(s);
			await walk.doCase(s, { conclude: false });
			const path = `/api/v1/intake/cases/${s.case.number}`, c = (await bank.send({ path, headers: bearer })).json;
			assert.equal(c.parties.find((p) => p.role === 'applicant').identifier, walk.given.EN1.uscc);
			const send = (json, change = {}) => {
				const body = JSON.stringify(json), id = change.id ?? `${s.case.number}_1`, at = String(Math.floor(Date.now() / 1000) + (change.off ?? 0));
				const signature = `v1,${createHmac('sha256', Buffer.from(key.secret.slice(6), 'base64')).update(`${id}.${at}.${change.body ?? body}`).digest('base64')}`;
				return bank.send({ method: 'POST', path: `${path}/result`, body, key: true, ifMatch: '*', headers: { ...bearer, 'Content-Type': 'application/json',
					'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature, ...change.headers } });
			};
			const result = { outcome: 'settled', results: { account_number: '6222000000000001' } };
			assert.equal((await send(result, { body: '{}' })).json.code, 'result_unsigned');
			assert.equal((await send(result, { id: 'msg_1' })).json.code, 'result_unsigned', 'what is signed names the case');
			assert.equal((await send(result, { off: -400 })).json.code, 'result_unsigned', 'an old signature is a replay');
			assert.equal((await send(result, { headers: { 'webhook-signature': undefined } })).json.code, 'result_unsigned');
			assert.equal((await send({ outcome: 'settled', results: { nonsense: '1' } })).json.code, 'field_unknown');
			const done = await send(result);
			if (done.status === 200) walk.given.EN5 = result.results;
			else assert.equal(done.json.code, 'case_not_ready', done.text);
		},
	});
	assert.equal(walk.step('EN5').state, 'done');
	assert.equal(walk.step('EN5').results.account_number, '6222000000000001');
	const { events: told } = (await bank.send({ path: '/api/v1/intake/events', headers: bearer })).json;
	assert.ok(told.some((e) => e.type === 'case.opened') && told.some((e) => e.type === 'case.concluded'));
});

test('the example of an agency\'s own system finds its step, and says the result', async () => {
	const script = `${root}/examples/step_result.py`, account = '6222000000000002';
	assert.ok(readFileSync(script, 'utf8').trim().split('\n').length <= 40);
	const example = (args, secret = bankKey.secret) => new Promise((done) => execFile('python3', ['-B', script, `http://127.0.0.1:${instance.port}`, ...args],
		{ env: { ...process.env, WZM_TOKEN: bankKey.token, WZM_SECRET: secret, PYTHONUTF8: '1' } }, (e, out, err) => done({ code: e?.code ?? 0, out, err })));
	const walk = await begin('LE-ENTERPRISE', {});
	await walk.sign(formOf(events.get('LE-ENTERPRISE'), 3).legal_rep_id_number);
	await walk.toEnd({
		onFailed: (s) => walk.decide(s.code, s.auto && !s.by_desk ? 'replace' : 'skip'),
		doStep: async (s) => {
			if (s.code !== 'EN5') return walk.doCase(s);
			const { number } = s.case, other = `whsec_${Buffer.alloc(32).toString('base64')}`;
			const { out } = await example([]);
			assert.match(out, new RegExp(`^${number} EN5 .*gives: .*account_number`, 'm'));
			await walk.doCase(s, { conclude: false });
			const wrong = await example([number, `account_number=${account}`], other);
			assert.ok(wrong.code === 1 && wrong.err.startsWith('401 result_unsigned\n') && !wrong.err.includes('Traceback'), wrong.err);
			const done = await example([number, `account_number=${account}`]);
			if (done.code !== 0) return assert.match(done.err, /^4(09 case_not_ready|12 version_stale)\n/);
			assert.equal(done.out, `${number} settled\n`);
			assert.equal((await example([])).out.includes(number), false, 'it is no longer to be done');
		},
	});
	assert.deepEqual([walk.step('EN5').state, walk.step('EN5').results.account_number], ['done', account]);
});

test('what they left behind holds', () => {
	must(['log', 'check', '-d', instance.dir]);
	must(['store', 'check', '-d', instance.dir]);
	assert.doesNotMatch(instance.log, /level=(error|bug)\b/);
});

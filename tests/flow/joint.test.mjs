// Life events 一件事 as joint cases: all ten to their end, and each with every step failing once.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { started, must } from '../lib/instance.mjs';
import { Staff } from '../lib/staff.mjs';
import { EventWalk, formOf, signerOf } from '../lib/event-walk.mjs';
import { setTimeout as sleep } from 'node:timers/promises';
import { dataset } from '../lib/catalogue.mjs';
import { citizen } from '../lib/idents.mjs';
import { rows } from '../lib/store.mjs';

const CODES = ['LE-CATERING', 'LE-DEATH', 'LE-DISABLED', 'LE-ENTERPRISE', 'LE-FLEXIBLE', 'LE-HOUSE', 'LE-NEWBORN', 'LE-RETIRE', 'LE-SCHOOL', 'LE-VETERAN'];
const ALONE = { father_name: '', father_id_number: '', marital_status: 'single' };

let instance, staff, events;
before(async () => {
	instance = await started();
	staff = await Staff.of(instance);
	const clerk = staff.clerk('330700');
	const { life_events } = await clerk.get('/api/v1/lifeevents');
	events = new Map();
	for (const e of life_events) events.set(e.code, await clerk.get(`/api/v1/lifeevents/${e.code}`));
});
after(async () => {
	await staff?.end();
	await instance?.destroy();
});

async function begin(code, { n = 3, sign = true, change = code === 'LE-NEWBORN' ? ALONE : {} } = {}) {
	const event = events.get(code), walk = new EventWalk({ instance, staff }), form = formOf(event, n, change);
	await walk.open(event, form);
	if (sign) await walk.sign(signerOf(form));
	walk.form = form;
	return walk;
}

async function switchAll(state) {
	const operator = await instance.client('u-6001'), { sources } = await operator.get('/api/v1/sources');
	for (const s of sources) await operator.ok('PUT', `/api/v1/sources/${s.service.code}`, { json: { state, reason: '演练' }, ifMatch: '*' });
}

for (const code of CODES)
	test(`${code} goes to its end`, async () => {
		const walk = await begin(code);
		await walk.toEnd({ onFailed: (s) => walk.decide(s.code, s.state === 'failed' && s.auto && !s.by_desk ? 'replace' : 'skip') });
		const j = await walk.holds();
		assert.equal(j.state, 'finished');
		assert.equal(j.counts.done, j.steps.length, JSON.stringify(j.steps.map((s) => [s.code, s.state, s.reason])));
	});

/* A second child without a number, from the register; a father whom no register here knows. */
test('a newborn who is a second child, with a father from elsewhere, has all nine results', async () => {
	const birth = dataset('births').findLast((b) => b.child_id_number === '' && b.birth_order === '2'), father = citizen('11010519880315007');
	assert.ok(!dataset('persons').some((p) => p.id_number === father));
	const walk = await begin('LE-NEWBORN', { change: { child_name: birth.child_name, child_sex: birth.sex, birth_time: birth.birth_time, hospital: birth.hospital,
		mother_name: birth.mother_name, mother_id_number: birth.mother_id_number, father_name: '王远', father_id_number: father, marital_status: 'married' } });
	walk.results = { birth_cert_number: birth.birth_cert_number };
	const { token } = await walk.clerk.ok('POST', walk.path('/links'), { json: { who: 'father' }, status: 201 }), phone = await instance.client();
	assert.equal((await phone.send({ method: 'POST', path: '/api/v1/confirmations', json: { token, identifier: father, agreed: true }, key: true })).status, 200);
	await walk.toEnd({ onFailed: (s) => walk.decide(s.code, s.auto && !s.by_desk ? 'replace' : 'skip') });
	const j = await walk.holds();
	assert.equal(j.counts.done, 9, JSON.stringify(j.steps.map((s) => [s.code, s.state, s.reason])));
});

test('what lacks is asked of the applicant once; when it is there the same case goes on', async () => {
	const walk = await begin('LE-HOUSE', { change: { household_code: '' } });
	const until = async (done) => { while (!done(await walk.look())) await sleep(20); };
	const of = (j) => j.steps.find((s) => s.code === 'HS2');
	await until((j) => j.steps[0].case !== null);
	await walk.doCase(walk.step('HS1'));
	await until((j) => of(j).state === 'returned');
	const { case: first, lacks, reason } = walk.step('HS2');
	assert.deepEqual([lacks, reason.code], [['household_code'], 'lacks']);
	assert.equal(walk.step('HS3').state, 'waiting', 'what depends on it waits');
	await walk.clerk.ok('PUT', walk.path('/form'), { json: { form: { household_code: 'H33070201168' } }, ifMatch: '*' });
	await until((j) => of(j).state === 'running');
	assert.deepEqual([walk.step('HS2').case.id, walk.step('HS2').attempt], [first.id, 2]);
	await walk.toEnd();
	const j = await walk.holds(), { events: told } = await walk.clerk.get(walk.path('/events?limit=200'));
	assert.equal(j.counts.done, j.steps.length, JSON.stringify(j.steps.map((s) => [s.code, s.state, s.reason])));
	assert.equal(told.filter((e) => e.event === 'returned').length, 1);
});

test('a step that is skipped takes with it what needs its result, with the reason; all is withdrawn with its cases', async () => {
	const walk = await begin('LE-HOUSE'), until = async (done) => { while (!done(await walk.look())) await sleep(20); };
	await until((j) => j.steps[0].case !== null);
	await walk.decide('HS1', 'skip');
	await until((j) => j.state === 'finished');
	assert.deepEqual([walk.step('HS2').state, walk.step('HS2').because], ['skipped', 'HS1']);
	const other = await begin('LE-HOUSE');
	while (other.step('HS1').case === null) await other.look();
	const { id } = other.step('HS1').case;
	await other.clerk.post(other.path('/withdrawal'), { reason: '申请人改主意了' }, { ifMatch: '*' });
	while ((await other.clerk.get(`/api/v1/cases/${id}`)).state !== 'withdrawn') await sleep(20);
	assert.equal((await other.look()).state, 'withdrawn');
});

test('who helps with a mandate acts in every step that knows such a role', async () => {
	const event = events.get('LE-HOUSE'), walk = new EventWalk({ instance, staff }), agent = dataset('persons').find((p) => p.death_date === '');
	await walk.open(event, formOf(event, 3), { agent: { identifier_type: 'citizen_id', identifier: agent.id_number, name: agent.name, mandate: '授权委托书第1号' } });
	while (walk.step('HS1').case === null) await walk.look();
	const c = await walk.clerk.get(`/api/v1/cases/${walk.step('HS1').case.id}`), role = c.parties.find((p) => p.role === 'agent');
	assert.deepEqual([role.name, role.mandate], [agent.name, '授权委托书第1号']);
	await walk.clerk.post(walk.path('/withdrawal'), { reason: '试' }, { ifMatch: '*' });
});

/** While no source answers and nobody has signed every step waits for somebody, who can refuse it. */
test('no source answers', () => switchAll('off'));

for (const code of CODES)
	test(`${code} goes to its end although every step fails once`, async () => {
		const walk = await begin(code, { sign: false }), refused = new Set();
		await walk.toEnd({
			doStep: async (s) => {
				const c = await walk.clerk.get(`/api/v1/cases/${s.case.id}`);
				if (refused.has(s.code) || c.state !== 'open') return walk.doCase(s);
				refused.add(s.code);
				await walk.clerk.post(`/api/v1/cases/${s.case.id}/conclusion`, { outcome: 'refused', reason: '第一次不予办理' }, { ifMatch: '*' });
				await walk.look();
				assert.ok(['failed', 'running', 'replaced'].includes(walk.step(s.code).state));
			},
			onFailed: async (s) => {
				refused.add(s.code);
				await walk.decide(s.code, s.attempt === 1 ? 'retry' : s.auto && !s.by_desk ? 'replace' : 'skip');
			},
		});
		const j = await walk.holds();
		assert.equal(j.counts.done, j.steps.length, JSON.stringify(j.steps.map((s) => [s.code, s.state, s.reason])));
		/* Only a step for which nothing at all is asked cannot fail: a rule settles it the moment it begins. */
		for (const s of j.steps.filter((x) => x.attempt === 1)) {
			const c = await walk.clerk.get(`/api/v1/cases/${s.case.id}`);
			assert.ok(s.auto && c.items.every((i) => ['cancelled', 'does_not_apply'].includes(i.state)), `${s.code} has not failed: ${c.items.map((i) => `${i.code} ${i.state}`)}`);
		}
	});

test('sources answer again', () => switchAll('on'));

test('the store holds what it must', () => {
	must(['log', 'check', '-d', instance.dir]);
	must(['store', 'check', '-d', instance.dir]);
	assert.equal(Number(rows(instance.dir, "SELECT count(*) AS n FROM joint_case WHERE state = 'running'")[0].n), 0);
	assert.doesNotMatch(instance.log, /level=(error|bug)\b/);
});

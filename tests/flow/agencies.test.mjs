// Agencies are created, renamed, merged and split from a day on; what is under way goes with its history.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Instance, run } from '../lib/instance.mjs';
import { act, getCase, itemOf, openScene, settle } from '../lib/cases.mjs';
import { agencies, desks, items, matters, proofByCode, proofs, scene, sceneCase, services } from '../lib/catalogue.mjs';
import { birth, concludeStep, getJoint, openJoint, stepOf, untilStep } from '../lib/joint.mjs';
import { StandingClock } from '../lib/standing-clock.mjs';
import { evidence, rows } from '../lib/store.mjs';
import { uuid7 } from '../lib/uuid7.mjs';

const CHANGES = '/api/v1/agencies/changes', DECISION = '金编委〔2026〕12号';
const s = scene('HOUSE'), item = 'I-01398', query = 'I-01384';	/* of 330703-ZG; the water company says; a data query by grant */
const midnight = (day) => Date.parse(`${day}T00:00:00+08:00`);
const MERGE_DAY = '2026-12-02', SPLIT_DAY = '2026-12-04', THIRD_DAY = '2026-12-07';

let instance, clock, reform, anyone;
before(async () => {
	instance = new Instance({ now: () => clock.now });
	clock = new StandingClock(instance.parent, Date.parse('2026-11-30T10:00:00+08:00'));
	instance.env = clock.env;
	await instance.init().serve();
	[reform, anyone] = [await instance.client('u-4001'), await instance.client()];
});
after(() => instance?.destroy());

const plan = (json, rest) => reform.post(CHANGES, { decision: DECISION, ...json }, { status: 201, ...rest });
const preview = (json) => reform.ok('POST', `${CHANGES}/preview`, { json });
const refused = (code, json, who = reform, path = CHANGES) => who.refused(code, { method: 'POST', path, json: { decision: DECISION, ...json }, key: true });
const change = (n) => anyone.get(`${CHANGES}/${n}`);
const show = (code) => anyone.get(`/api/v1/agencies/${code}`);
/** Time goes on; on another day everybody signs in. */
async function move(to) {
	clock.set(to);
	for (const c of instance.clients) if (c.user) await c.signIn(c.user);
}
/** Until the server has moved what it had to; it looks every second. */
async function until(n, done) {
	for (;;) {
		const c = await change(n);
		if (done(c)) return c;
		await sleep(50);
	}
}
const ended = async (n) => {
	await until(n, (c) => c.begun_at !== null);
	const began = clock.now;
	clock.set(began + 31000);
	const c = await until(n, (x) => x.ended_at !== null);
	return c;
};
const zero = { case: 0, verification: 0, complaint: 0, dispute: 0, joint_case: 0, user: 0, deputy: 0, platform: 0 };
const moved = (c) => Object.fromEntries(Object.entries(c.moved).filter(([, n]) => n > 0));
const ofCase = async (clerk, c, type) => (await clerk.get(`/api/v1/cases/${c.id}/records?limit=200`)).records.filter((r) => r.type === type);

describe('what cannot be is refused, and nothing is written', () => {
	const merge = { kind: 'merge', agency: '330700-SWU', into: '330700-RQ', effective: MERGE_DAY };
	test('unknown, the same, below, a day that is over, somebody else\'s', async () => {
		await refused('agency_unknown', { ...merge, agency: '330700-NOPE' });
		await refused('agency_unknown', { ...merge, into: '330700-NOPE' });
		await refused('field_missing', { ...merge, into: undefined });
		await refused('agency_itself', { ...merge, into: '330700-SWU' });
		await refused('agency_level', { ...merge, agency: '330703-SWU', into: '330703-RQ' });
		await refused('agency_level', { ...merge, into: '330000-GA' });
		assert.equal((await refused('effective_past', { ...merge, effective: '2026-11-29' })).args.today, '2026-11-30');
		await refused('field_value', { ...merge, effective: '2026-02-30' });
		await refused('field_value', { ...merge, kind: 'dissolve' });
		await refused('agency_taken', { kind: 'create', agency: '330700-GA', name: '又一个公安局' });
		await refused('field_value', { kind: 'create', agency: '330700-MUCH-TOO-LONG-A-CODE', name: '新局' });
		await refused('field_missing', { kind: 'create', agency: '330700-XX' });
		await refused('division_unknown', { kind: 'create', agency: '330700-XX', name: '新局', counterparts: ['330798'] });
		await refused('field_value', { kind: 'create', agency: '330700-XX', name: '新局', counterparts: ['330700'] });
		await refused('field_missing', { kind: 'rename', agency: '330700-WJ' });
		await refused('agency_taken', { kind: 'split', agency: '330700-RS', into: '330700-YB', name: '医保局', matters: [matters().find((m) => m.agency_code === '330700-RS').code] });
		await refused('agency_not_its', { kind: 'split', agency: '330700-RS', into: '330700-YB', matters: [matters().find((m) => m.agency_code === '330700-GA').code] });
		await refused('agency_not_its', { kind: 'split', agency: '330700-RS', into: '330700-YB', proofs: [proofs().find((p) => p.issuer_agency_code === '330700-GA').code] });
		await refused('agency_not_its', { kind: 'split', agency: '330700-RS', into: '330700-YB', services: [services()[0].code] });
		await refused('field_missing', { kind: 'split', agency: '330700-RS', into: '330700-YB' });
		for (const [user, code] of [['u-1001', 'not_allowed'], ['u-6001', 'not_allowed'], [undefined, 'sign_in']])
			await refused(code, merge, await instance.client(user));
	});

	test('a draft that would not validate: the report says why', async () => {
		const problem = await refused('import_refused', { kind: 'rename', agency: '330700-WJ', name: '金华市公安局' });
		assert.ok(problem.errors.some((e) => e.file === 'agencies.csv' && e.value === '金华市公安局'), JSON.stringify(problem.errors));
	});

	test('what an agency can give is listed, to the city\'s reform office alone', async () => {
		const has = await reform.get('/api/v1/agencies/belongings/330700-RS');
		const of = (rows, member) => rows.filter((r) => r[member] === '330700-RS').map((r) => r.code).sort();
		assert.deepEqual([has.agency.code, ...['matters', 'proofs', 'services'].map((k) => has[k].map((x) => x.code).sort())],
			['330700-RS', of(matters(), 'agency_code'), of(proofs(), 'issuer_agency_code'), of(services(), 'provider_agency_code')]);
		/* Whoever may go with a split: of the agency itself and of those below it. */
		const below = new Set(['330700-GA', ...agencies().filter((a) => a.parent_agency_code === '330700-GA').map((a) => a.code)]);
		const { users } = await reform.get('/api/v1/agencies/belongings/330700-GA');
		const all = (await anyone.get('/api/v1/session/users')).users.filter((u) => below.has(u.agency.code));
		assert.ok(all.length > 1);
		assert.deepEqual(users, all.map(({ id, name, role, agency }) => ({ id, name, role, agency })));
		await reform.refused('agency_unknown', { path: '/api/v1/agencies/belongings/330700-NOPE' });
		for (const [user, code] of [['u-4002', 'not_found'], ['u-6003', 'not_allowed'], [undefined, 'sign_in']])
			await (await instance.client(user)).refused(code, { path: '/api/v1/agencies/belongings/330700-RS' });
	});

	test('nothing of that is there', async () => {
		assert.deepEqual((await anyone.get(CHANGES)).changes, []);
		assert.deepEqual((await reform.get('/api/v1/inventory/versions')).versions.map((v) => v.version), [1]);
		await anyone.refused('change_unknown', { path: `${CHANGES}/1` });
		await anyone.refused('agency_unknown', { path: '/api/v1/agencies/330700-NOPE' });
	});
});

let open, counter;	/* a case that moves, and who works on it */
describe('two merge', () => {
	let clerk, water, steward, closed, waiting, dispute, complaint, merges;
	test('before the day the old desk answers, and a dry run says what would move', async () => {
		[clerk, water, counter, steward] = await Promise.all(['u-1001', 'u-2001', 'u-1007', 'u-3001'].map((u) => instance.client(u)));
		const answered = await settle(clerk, await openScene(clerk, s));
		let v = await water.post(`/api/v1/verifications/${itemOf(answered, item).verification.id}/signature`, {}, { ifMatch: '*' });
		v = await water.post(`/api/v1/verifications/${v.id}/answer`, { answer: 'match', basis: '查台账' }, { ifMatch: v.version });
		assert.equal(v.state, 'answered');
		closed = await getCase(clerk, answered.id);
		closed = await clerk.post(`/api/v1/cases/${closed.id}/conclusion`, { outcome: 'withdrawn', reason: '不办了' }, { ifMatch: closed.version });
		open = await settle(counter, await openScene(counter, s));
		assert.equal(open.agency.code, '330703-ZG');
		waiting = itemOf(open, item).verification;
		assert.equal(waiting.desk.code, 'DK-330703-SWU');
		open = (await act(counter, open, query, 'dispute', { reason: '面积不符', claimed: '90 平方米' })).case;
		complaint = await anyone.post('/api/v1/complaints', { matter: s.matter_code, item, agency: '330703-ZG', counter: '1号窗口', what: '还要证明' }, { status: 201 });
		await water.ok('PUT', '/api/v1/desks/DK-330703-SWU/deputies/u-2002', { json: { from: '2026-11-30', until: '2026-12-31' } });
		await instance.socketClient().ok('POST', '/api/v1/platforms', { json: { id: 'p-zg', name: '不动产平台', agency: '330703-ZG', division: '330703', url: 'https://localhost/' } });
		const look = await preview({ kind: 'merge', agency: '330700-ZG', into: '330700-JS', effective: MERGE_DAY });
		const own = matters().filter((m) => m.agency_code === '330700-ZG').map((m) => m.code);
		assert.deepEqual(look, { from: 1, rows: { matters: own.length, items: items().filter((i) => own.includes(i.matter_code)).length,
			proofs: proofs().filter((p) => p.issuer_agency_code === '330700-ZG').length, services: services().filter((x) => x.provider_agency_code === '330700-ZG').length,
			grants: 23, agencies: 11, desks: 11 }, moves: { ...zero, case: 1, complaint: 1, dispute: 1, user: 2, platform: 1 } });
	});

	test('is planned: a draft and its publication, both of one request', async () => {
		const key = uuid7(clock.now), json = { kind: 'merge', agency: '330700-ZG', into: '330700-JS', effective: MERGE_DAY };
		const first = await plan(json, { key });
		assert.deepEqual([first.change, first.state, first.kind, first.inventory_from, first.inventory, first.moved], [1, 'planned', 'merge', 1, 2, zero]);
		assert.deepEqual([first.agency.name, first.other.name], ['金华市自然资源和规划局', '金华市住房和城乡建设局']);
		assert.equal((await plan(json, { key })).change, 1, 'the same request again does nothing again');
		await refused('agency_busy', json);
		await refused('agency_busy', { kind: 'rename', agency: '330703-JS', name: '金东区建设局', effective: MERGE_DAY });
		await refused('change_order', { kind: 'rename', agency: '330700-WJ', name: '金华市卫生健康局', effective: '2026-12-01' });
		const second = await plan({ kind: 'merge', agency: '330700-SWU', into: '330700-RQ', effective: MERGE_DAY });
		assert.deepEqual([second.inventory_from, second.inventory], [2, 3], 'made out of what will be in force');
		merges = [first, second];
		assert.deepEqual((await anyone.get('/api/v1/inventory/versions')).versions.map((v) => v.state), ['planned', 'planned', 'in_force']);
		await reform.refused('publication_of_change', { method: 'POST', path: `/api/v1/inventory/publications/${first.publication}/withdrawal`, json: { reason: 'x' }, key: true });
		assert.equal((await show('330700-ZG')).changes[0].state, 'planned');
		assert.equal((await change(1)).begun_at, null);
	});

	test('before the day it can be taken back, the last first', async () => {
		const withdraw = (n, ifMatch, reason = '方案未批') => ({ method: 'POST', path: `${CHANGES}/${n}/withdrawal`, json: { reason }, key: true, ifMatch });
		await reform.refused('change_order', withdraw(1, 1));
		await reform.refused('version_wrong', withdraw(2, 2));
		await (await instance.client('u-1001')).refused('not_allowed', withdraw(2, 1));
		const { path, ...rest } = withdraw(2, 1);
		assert.equal((await reform.ok('POST', path, rest)).state, 'withdrawn');
		await reform.refused('version_stale', withdraw(2, 1));
		await reform.refused('change_begun', withdraw(2, 2));
		assert.deepEqual((await reform.get('/api/v1/inventory/versions')).versions.map((v) => v.state), ['withdrawn', 'planned', 'in_force']);
		/* The same again is the same version again. */
		const again = await plan({ kind: 'merge', agency: '330700-SWU', into: '330700-RQ', effective: MERGE_DAY });
		assert.deepEqual([again.change, again.inventory], [3, 3]);
		merges[1] = again;
	});

	test('on the day everything that is open has moved, each with its record, and whoever worked on it is told', async () => {
		const seen = await getCase(counter, open.id);
		assert.equal(seen.version, open.version);
		await move(midnight(MERGE_DAY) + 1000);
		const [zg, swu] = [await ended(1), await ended(3)];
		assert.deepEqual(moved(zg), { case: 1, complaint: 1, dispute: 1, user: 2, platform: 1 });
		assert.deepEqual(moved(swu), { verification: 1, user: 1, deputy: 1 });
		assert.equal((await anyone.get('/api/v1/inventory')).version, 3);
		await counter.refused('version_stale', { method: 'POST', path: `/api/v1/cases/${open.id}/items/${query}/query`, json: { again: '再查' }, key: true, ifMatch: seen.version });
		const now = await getCase(counter, open.id);
		assert.deepEqual([now.agency.code, now.version, now.state], ['330703-JS', seen.version + 1, 'open']);
		assert.equal((await counter.get('/api/v1/session')).agency.code, '330703-JS');
		const records = await ofCase(counter, open, 'object.moved');
		assert.equal(records.length, 3);
		const logged = evidence(instance.dir).records.filter((r) => r.type === 'object.moved').map((r) => JSON.parse(r.text));
		assert.deepEqual(logged.map((r) => [r.change, r.kind, r.from, r.to]).sort(), [
			[1, 'case', '330703-ZG', '330703-JS'], [1, 'complaint', '330703-ZG', '330703-JS'], [1, 'dispute', logged.find((r) => r.kind === 'dispute').from, '330700-JS'],
			[1, 'user', '330700-ZG', '330700-JS'], [1, 'user', '330703-ZG', '330703-JS'], [1, 'platform', '330703-ZG', '330703-JS'],
			[3, 'deputy', 'DK-330703-SWU', 'DK-330703-RQ'], [3, 'user', '330703-SWU', '330703-RQ'], [3, 'verification', 'DK-330703-SWU', 'DK-330703-RQ']].sort());
		assert.equal(logged.find((r) => r.kind === 'case').object, open.id);
	});

	test('the desk that it came to answers, with what was signed for; the steward answers the dispute', async () => {
		const session = await water.get('/api/v1/session');
		assert.deepEqual([session.agency.code, session.desk.code], ['330703-RQ', 'DK-330703-RQ']);
		const queue = (await water.ok('POST', '/api/v1/verifications/search', { json: {} })).verifications;
		assert.deepEqual(queue.map((v) => [v.id, v.desk.code]), [[waiting.id, 'DK-330703-RQ']]);
		const standIn = await instance.client('u-2002');
		assert.ok((await standIn.ok('POST', '/api/v1/verifications/search', { json: { desk: 'DK-330703-RQ' } })).verifications.some((v) => v.id === waiting.id), 'who stands in came along');
		assert.equal((await instance.socketClient().get('/api/v1/platforms/p-zg')).agency, '330703-JS');
		let v = await water.post(`/api/v1/verifications/${waiting.id}/signature`, {}, { ifMatch: queue[0].version });
		v = await water.post(`/api/v1/verifications/${waiting.id}/answer`, { answer: 'match', basis: '查并来的台账' }, { ifMatch: v.version });
		assert.equal(v.state, 'answered');
		const { disputes } = await steward.ok('POST', '/api/v1/disputes/search', { json: {} });
		assert.equal(disputes.length, 1);
		const d = await steward.get(`/api/v1/disputes/${disputes[0].id}`);
		await steward.post(`/api/v1/disputes/${d.id}/answer`, { outcome: 'upheld', basis: '登记无误' }, { ifMatch: d.version });
		const supervisor = await instance.client('u-5001');
		const { complaints } = await supervisor.ok('POST', '/api/v1/complaints/search', { json: {} });
		assert.deepEqual(complaints.map((c) => [c.number, c.agency.code]), [[complaint.number, '330703-JS']]);
	});

	test('the case goes on to its end by the grants of its opening; what had ended stays as it was', async () => {
		let now = await getCase(counter, open.id);
		({ case: now } = await act(counter, now, query, 'query', { again: '并入后再查一次' }));
		now = await getCase(counter, open.id);
		assert.equal(itemOf(now, query).state, 'established');
		now = await counter.post(`/api/v1/cases/${open.id}/conclusion`, { outcome: 'withdrawn', reason: '不办了' }, { ifMatch: now.version });
		assert.equal(now.state, 'withdrawn');
		const old = await getCase(clerk, closed.id);
		assert.deepEqual([old.agency, old.version], [closed.agency, closed.version]);
		assert.equal(itemOf(old, item).verification.desk.code, 'DK-330703-SWU');
		/* New ones are of the new agency from the start. */
		const fresh = await settle(counter, await openScene(counter, s));
		assert.equal(fresh.agency.code, '330703-JS');
		assert.equal(itemOf(fresh, item).verification.desk.code, 'DK-330703-RQ');
		await clerk.refused('agency_unknown', { method: 'POST', path: `/api/v1/cases/${fresh.id}/transfer`, json: { agency: '330703-ZG', reason: 'x' }, key: true, ifMatch: '*' });
	});

	test('what became of an agency is told, also of one that is no more', async () => {
		const gone = await show('330703-ZG'), into = await show('330703-JS');
		assert.deepEqual([gone.in_force, gone.has, gone.after, gone.before], [false, null,
			[{ code: '330703-JS', name: into.name, since: MERGE_DAY, kind: 'merge' }], []]);
		assert.deepEqual(into.before.map((x) => x.code), ['330703-ZG']);
		assert.equal(into.in_force, true);
		assert.deepEqual(moved((await show('330700-JS')).changes[0]), { case: 1, complaint: 1, dispute: 1, user: 2, platform: 1 });
		await refused('agency_taken', { kind: 'create', agency: '330700-ZG', name: '新的规划局' });
		const { changes } = await reform.ok('GET', '/api/v1/inventory/differences?from=1&to=3');
		assert.ok(changes.every((c) => ['agencies.csv', 'agency_desks.csv', 'matters.csv', 'proofs.csv', 'data_services.csv', 'grants.csv', 'life_events.json'].includes(c.file)));
	});
});

describe('one is split, others are created and renamed on the same day', () => {
	const given = 'P-005', GA = '330700-GA', NEW = '330700-RK';
	const proof = () => proofs().filter((p) => p.issuer_agency_code === GA).map((p) => p.code);
	let police, clerk, city, taken, kept, byGa;
	test('what is given goes, with its items, and the rest stays', async () => {
		/* An item that the county's police are asked for, and its proof; and a matter of theirs with an open case. */
		[police, clerk, city] = await Promise.all(['u-2002', 'u-1001', 'u-2009'].map((u) => instance.client(u)));
		const driver = scene('DRIVER') ?? s;
		assert.ok(proof().includes(given) || proof().length > 0);
		byGa = items().filter((i) => i.method === 'department_verify' && proofByCode().get(i.proof_code).issuer_agency_code === GA);
		assert.ok(byGa.length > 10, driver.code);
	});

	test('open questions go to the desk of the new agency by their proof; users only who are named', async () => {
		/* Two questions to the police of the county, by two proofs: one goes, one stays. */
		const of = new Map(matters().filter((m) => m.level === 'county' && m.agency_code !== GA).map((m) => [m.code, m]));
		const simple = byGa.filter((i) => of.has(i.matter_code) && i.required_when === '');
		const first = simple[0], second = simple.find((i) => i.proof_code !== first.proof_code);
		const openFor = async (i) => {
			const roles = (await anyone.get(`/api/v1/matters/${i.matter_code}`)).parties;
			const c = await clerk.post('/api/v1/cases', { matter: i.matter_code, division: '330703', channel: 'window', form: {},
				parties: roles.filter((r) => r.required).map((r) => ({ role: r.role, kind: r.kind === 'enterprise' ? 'enterprise' : 'person', identifier_type: 'none', identifier: '', name: r.kind === 'enterprise' ? '某公司' : '甲乙丙' })) }, { status: 201 });
			return act(clerk, c, i.code, 'verification', {});
		};
		taken = { item: first, ...(await openFor(first)) };
		kept = { item: second, ...(await openFor(second)) };
		assert.deepEqual([taken, kept].map((x) => x.item.verification?.desk.code), ['DK-330703-GA', 'DK-330703-GA']);
		const own = matters().find((m) => m.agency_code === GA && m.level === 'county').code;
		const roles = (await anyone.get(`/api/v1/matters/${own}`)).parties;
		const mine = await clerk.post('/api/v1/cases', { matter: own, division: '330703', channel: 'window', form: {}, parties: roles.filter((r) => r.required)
			.map((r) => ({ role: r.role, kind: r.kind === 'enterprise' ? 'enterprise' : 'person', identifier_type: 'none', identifier: '', name: '甲乙丙' })) }, { status: 201 });
		const json = { kind: 'split', agency: GA, into: NEW, name: '金华市人口服务局', counterparts: ['330703'], desk: true, effective: SPLIT_DAY,
			matters: [own], proofs: [first.proof_code], users: ['u-2008'] };
		const look = await preview(json);
		assert.deepEqual([look.rows.matters, look.rows.proofs, look.rows.agencies, look.rows.desks, look.moves.verification, look.moves.case, look.moves.user],
			[1, 1, 2, 2, 1, 1, 1]);
		await refused('agency_not_its', { ...json, users: ['u-2001'] });
		await refused('user_unknown', { ...json, users: ['u-9999'] });
		const split = await plan(json);
		const renamed = await plan({ kind: 'rename', agency: '330700-WJ', name: '金华市卫生健康局', short_name: '卫健局', effective: SPLIT_DAY });
		const made = await plan({ kind: 'create', agency: '330700-SJJ', name: '金华市数据局', counterparts: ['330702', '330703'], desk: true, effective: SPLIT_DAY });
		await move(midnight(SPLIT_DAY) + 1000);
		assert.deepEqual(moved(await ended(split.change)), { case: 1, user: 1, verification: 1 });
		for (const c of [renamed, made]) assert.deepEqual((await ended(c.change)).moved, zero);
		assert.deepEqual([renamed.agency.name === renamed.named.name, renamed.named, made.named], [false, { code: '330700-WJ', name: '金华市卫生健康局' }, null]);
		/* One for 330703: there is a counterpart. */
		const cases = await Promise.all([taken, kept].map((x) => getCase(clerk, x.case.id)));
		assert.equal(itemOf(cases[0], first.code).verification.desk.code, 'DK-330703-RK');
		assert.equal(itemOf(cases[0], first.code).verification.desk.name, '金东区人口服务局无证明核查岗');
		assert.equal(itemOf(cases[1], second.code).verification.desk.code, 'DK-330703-GA');
		assert.equal((await getCase(clerk, mine.id)).agency.code, '330703-RK');
		assert.equal((await (await instance.client('u-2008')).get('/api/v1/session')).agency.code, NEW);
		assert.equal((await (await instance.client('u-2008')).get('/api/v1/session')).desk.code, 'DK-330700-RK');
		assert.deepEqual((await police.ok('POST', '/api/v1/verifications/search', { json: { desk: 'DK-330703-GA' } })).verifications.map((v) => v.desk.code), ['DK-330703-GA']);
		/* A question that is put only now, in a case of the version before, goes to whom it belongs today. */
		const withdrawn = await act(clerk, cases[0], first.code, 'verification/withdrawal', { reason: '重新发' });
		const again = await act(clerk, withdrawn.case, first.code, 'verification', {});
		assert.equal(again.item.verification.desk.code, 'DK-330703-RK');
	});

	test('the others are as they were decided', async () => {
		const wj = await show('330700-WJ'), made = await show('330700-SJJ');
		assert.deepEqual([wj.name, wj.short_name, wj.has.desks[0].name], ['金华市卫生健康局', '卫健局', '金华市卫生健康局无证明核查岗']);
		assert.deepEqual([made.has.counterparts.map((x) => x.name), made.has.desks.map((x) => x.code)], [['婺城区数据局', '金东区数据局'], ['DK-330700-SJJ']]);
		assert.deepEqual((await show(NEW)).before.map((x) => [x.code, x.kind]), [[GA, 'split']]);
		assert.equal(agencies().some((a) => a.code === NEW) || desks().some((d) => d.code === 'DK-330700-RK'), false);
	});

	test('a life event under way goes on at the new agencies, and so do its later steps', async () => {
		const clerk = await instance.client('u-1001'), joint = await openJoint(clerk);
		await untilStep(clerk, joint.id, 'NB1', 'running');
		assert.equal(joint.agency.code, '330703-WJ');
		const into = [['330700-YB', '330700-RS'], ['330700-WJ', '330700-MZ'], ['330700-JS', '330700-FG'], ['330700-QX', '330700-HG'], ['330700-SL', '330700-TYJ']], n = [];
		for (const [from, to] of into) n.push((await plan({ kind: 'merge', agency: from, into: to, effective: THIRD_DAY })).change);
		await move(midnight(THIRD_DAY) + 1000);
		/* One that begins after the clock was moved on would have its time before it still, and the clock stands. */
		for (const i of n) await until(i, (c) => c.begun_at !== null);
		await ended(n[0]);
		for (const i of n) await until(i, (c) => c.ended_at !== null);
		assert.equal((await change(n[1])).moved.joint_case, 1);
		const now = await getJoint(clerk, joint.id);
		assert.deepEqual([now.agency.code, stepOf(now, 'NB1').agency.code, stepOf(now, 'NB5').agency.code], ['330703-MZ', '330703-MZ', '330703-RS']);
		assert.equal((await getCase(clerk, stepOf(now, 'NB1').case.id)).agency.code, '330703-MZ');
		await concludeStep(instance, clerk, joint.id, 'NB1', birth);
		const begun = await untilStep(clerk, joint.id, 'NB5', 'running');
		assert.equal((await getCase(clerk, stepOf(begun, 'NB5').case.id)).agency.code, '330703-RS');
	});

	test('where the other has no counterpart or desk, those of the one become its', async () => {
		const hg = await show('330700-HG');
		assert.equal(hg.has.counterparts.length, agencies().filter((a) => a.parent_agency_code === '330700-QX').length);
		assert.deepEqual((await show('330700-TYJ')).has.desks.map((x) => x.code), ['DK-330700-SL']);
		assert.equal((await show('330700-QX')).in_force, false);
	});

	test('a case that ended at an agency between two others is shown with it', async () => {
		const c = await getCase(await instance.client('u-1001'), open.id);
		assert.deepEqual([c.agency.code, c.state], ['330703-JS', 'withdrawn']);
		assert.notEqual(c.agency.name, '330703-JS');
		assert.equal((await show('330703-JS')).in_force, false);
	});

	test('of several who plan at once each rests on the one before, and none is lost', async () => {
		const names = ['330700-KJ', '330700-CZ', '330700-TW', '330700-GH'], before = (await anyone.get(CHANGES)).changes.length;
		const made = await Promise.all(names.map((agency, i) => plan({ kind: 'rename', agency, short_name: `简称${i}`, effective: '2026-12-10' })));
		made.sort((a, b) => a.change - b.change);
		assert.deepEqual(made.map((c) => c.change), names.map((_, i) => before + 1 + i));
		for (let i = 1; i < made.length; i++) assert.equal(made[i].inventory_from, made[i - 1].inventory);
		const { changes } = await reform.ok('GET', `/api/v1/inventory/differences?from=${made[0].inventory_from}&to=${made.at(-1).inventory}`);
		assert.deepEqual(changes.map((c) => [c.key, c.column]).sort(), names.map((n) => [n, 'short_name']).sort());
	});

	test('the whole store is as it should be', async () => {
		await instance.stop();
		const { status, stdout } = run(['store', 'check', '-d', instance.dir], { env: instance.env });
		assert.equal(status, 0, stdout);
		assert.equal(rows(instance.dir, 'SELECT count(*) AS n FROM agency_moved')[0].n, evidence(instance.dir).records.filter((r) => r.type === 'object.moved').length);
	});
});

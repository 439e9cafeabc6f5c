// Who may do what: every route, asked by every role and by nobody, over the network and the socket.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Instance, started } from '../lib/instance.mjs';
import { getCase, itemOf, openScene, settle, still } from '../lib/cases.mjs';
import { scene, sceneCase } from '../lib/catalogue.mjs';
import { doc } from '../lib/openapi.mjs';
import { exchange } from '../lib/client.mjs';
import { root } from '../lib/paths.mjs';
import { acts, rows } from '../lib/store.mjs';

/** actions.def: symbol -> roles, or ['public']. */
const actions = new Map([...readFileSync(`${root}/src/svc/access/actions.def`, 'utf8')
	.matchAll(/^ACTION\((\w+), "[^"]*", "([^"]*)"\)/gm)].map((m) => [m[1], m[2].split(' ')]));

const names = new Map([...readFileSync(`${root}/src/svc/access/actions.def`, 'utf8').matchAll(/^ACTION\((\w+), "([^"]*)"/gm)].map((m) => [m[1], m[2]]));

/** The action of each operation of the document. */
const actionOf = {
	getSession: 'SESSION', signIn: 'SESSION', signOut: 'SESSION', listDemoUsers: 'SESSION', followLive: 'SESSION',
	getInventory: 'LOOK_UP', listMatters: 'LOOK_UP', getMatter: 'LOOK_UP', tryForm: 'LOOK_UP', listItems: 'LOOK_UP', getItem: 'LOOK_UP',
	listDivisions: 'LOOK_UP', listInventoryVersions: 'LOOK_UP', getInventoryVersion: 'LOOK_UP', getInventoryDifferences: 'LOOK_UP',
	exportInventory: 'LOOK_UP', search: 'LOOK_UP', getInventoryAsOf: 'LOOK_UP', getMatterHistory: 'LOOK_UP', getItemHistory: 'LOOK_UP',
	publishInventory: 'INVENTORY_PUBLISH', withdrawPublication: 'INVENTORY_PUBLISH', listLogs: 'LOG_READ', getHealth: 'HEALTH', getCheckpoint: 'LOG_READ', getTile: 'LOG_READ', explainProblem: 'PAGES',
	openCase: 'CASE_OPEN', searchCases: 'CASE_READ', getCase: 'CASE_READ', changeAnswers: 'CASE_WORK', settleCase: 'CASE_WORK',
	queryItem: 'CASE_WORK', verifyItem: 'CASE_WORK', getCommitment: 'CASE_WORK', signCommitment: 'CASE_WORK',
	correctCase: 'CASE_WORK', transferCase: 'CASE_WORK', getSlip: 'CASE_READ', listLifeEvents: 'LOOK_UP', getLifeEvent: 'LOOK_UP',
	acceptCase: 'CASE_WORK', concludeCase: 'CASE_WORK', listRecords: 'RECORD_READ', getReceipt: 'RECEIPT_READ', searchRecords: 'RECORD_SEARCH',
	searchVerifications: 'VERIFICATION_READ', getVerification: 'VERIFICATION_READ', signForVerification: 'VERIFICATION_WORK',
	answerVerification: 'VERIFICATION_WORK', returnVerification: 'VERIFICATION_WORK', answerVerifications: 'VERIFICATION_WORK',
	needMore: 'VERIFICATION_WORK', transferVerification: 'VERIFICATION_WORK', supplyVerification: 'CASE_WORK', withdrawVerification: 'CASE_WORK',
	remindDesk: 'CASE_WORK', urgeDesk: 'VERIFICATION_SUPERVISE', searchOverdue: 'VERIFICATION_SUPERVISE', listDesks: 'LOOK_UP',
	listDeputies: 'DEPUTY_NAME', nameDeputy: 'DEPUTY_NAME', endDeputy: 'DEPUTY_NAME',
	makeComplaint: 'COMPLAINT_FILE', followComplaint: 'COMPLAINT_FOLLOW', searchComplaints: 'COMPLAINT_READ', getComplaint: 'COMPLAINT_READ',
	answerComplaint: 'COMPLAINT_ANSWER', listReviews: 'REVIEW_READ', openReview: 'REVIEW_OPEN', getReview: 'REVIEW_READ', giveOpinion: 'REVIEW_OPINE',
	deferReview: 'REVIEW_DECIDE', resumeReview: 'REVIEW_DECIDE', withdrawReview: 'REVIEW_DECIDE', decideReview: 'REVIEW_DECIDE',
	applyReviews: 'REVIEW_APPLY', getItemMethods: 'LOOK_UP', disputeItem: 'DISPUTE_OPEN', withdrawDispute: 'DISPUTE_OPEN', seeNotice: 'CASE_WORK',
	searchDisputes: 'DISPUTE_READ', getDispute: 'DISPUTE_READ', answerDispute: 'DISPUTE_ANSWER', listAgencies: 'LOOK_UP',
	listSources: 'SOURCE_READ', switchSource: 'SOURCE_SWITCH', importInventory: 'IMPORT', importDatasets: 'IMPORT', rebuildIndex: 'INDEX_REBUILD',
	openJointCase: 'JOINT_OPEN', searchJointCases: 'JOINT_READ', getJointCase: 'JOINT_READ', listJointEvents: 'JOINT_READ', supplyForm: 'JOINT_WORK',
	withdrawJointCase: 'JOINT_WORK', decideStep: 'JOINT_WORK', correctStep: 'JOINT_WORK', getJointCommitments: 'JOINT_WORK',
	signJointCommitments: 'JOINT_WORK', tryLifeEventForm: 'LOOK_UP', getLifeEventClock: 'LOOK_UP', makeJointLink: 'JOINT_WORK', prefillJointCase: 'JOINT_WORK', followJointCase: 'JOINT_FOLLOW',
	showConfirmation: 'JOINT_FOLLOW', confirmJointCase: 'JOINT_FOLLOW', sendResult: 'INTAKE_ANSWER',
	sendCase: 'INTAKE_OPEN', followCase: 'INTAKE_READ', sendAnswers: 'INTAKE_ANSWER', listEvents: 'INTAKE_EVENTS',
	listPlatforms: 'PLATFORM_SET', addPlatform: 'PLATFORM_SET', getPlatform: 'PLATFORM_SET', changePlatform: 'PLATFORM_SET',
	listAlignLists: 'ALIGN_READ', getAlignLists: 'ALIGN_READ', getAlignList: 'ALIGN_READ', handInList: 'ALIGN_WORK', getAlignScope: 'ALIGN_READ',
	setAlignScope: 'ALIGN_RUN', unsetAlignScope: 'ALIGN_RUN', listAlignRounds: 'ALIGN_READ', openAlignRound: 'ALIGN_RUN', getAlignRound: 'ALIGN_READ',
	closeAlignRound: 'ALIGN_RUN', reopenAlignRound: 'ALIGN_RUN', listAlignDifferences: 'ALIGN_READ', getAlignDifference: 'ALIGN_READ',
	decideAlignDifference: 'ALIGN_WORK', undoAlignDecision: 'ALIGN_WORK', assignAlignDifference: 'ALIGN_WORK', commentAlignDifference: 'ALIGN_WORK',
	decideAlignDifferences: 'ALIGN_WORK', getAlignTable: 'ALIGN_READ', exportAlignRound: 'ALIGN_READ', getAlignTemplate: 'ALIGN_READ',
	showApplicantForm: 'JOINT_FOLLOW', fillApplicantForm: 'JOINT_FOLLOW', showApplicantCommitments: 'JOINT_FOLLOW', signApplicantCommitments: 'JOINT_FOLLOW', getAlignMatrix: 'ALIGN_READ', listAlignMeasures: 'ALIGN_READ', getAlignDrift: 'ALIGN_READ',
	getAgency: 'LOOK_UP', listAgencyChanges: 'LOOK_UP', getAgencyChange: 'LOOK_UP', planAgencyChange: 'AGENCY_CHANGE',
	previewAgencyChange: 'AGENCY_CHANGE', listAgencyBelongings: 'AGENCY_CHANGE', withdrawAgencyChange: 'AGENCY_CHANGE',
	rotatePlatform: 'PLATFORM_SET', listDeliveries: 'PLATFORM_SET',
};
const userOf = { clerk: 'u-1001', verifier: 'u-2001', steward: 'u-3001', reform: 'u-4001', expert: 'u-7001', supervisor: 'u-5001',
	operator: 'u-6001', auditor: 'u-6003' };

const operations = Object.entries(doc.paths).flatMap(([path, item]) => ['get', 'put', 'post', 'delete']
	.filter((m) => item[m]).map((m) => ({ path, method: m.toUpperCase(), op: item[m] })));

let instance, clients, c, verification;
before(async () => {
	instance = await started();
	clients = Object.fromEntries(await Promise.all(Object.entries(userOf).map(async ([r, u]) => [r, await instance.client(u)])));
	clients.nobody = await instance.client();
	const { token } = await instance.socketClient().ok('POST', '/api/v1/platforms', { json: { id: 'p-a', name: '平台',
		agency: '330703-XZF', division: '330703', url: 'https://localhost/' } });
	const bearer = await instance.client();
	clients.platform = { send: (r) => bearer.send({ ...r, headers: { Authorization: `Bearer ${token}` } }) };
	c = await settle(clients.clerk, await openScene(clients.clerk, scene('HOUSE')));
	verification = itemOf(c, 'I-01398').verification.id;
});
after(() => instance?.destroy());

const fill = (path) => path.replace('{item}', 'I-01384').replace('{service}', 'DS-046').replace('{desk}', 'DK-330703-SWU').replace('{user}', 'u-2002')
	.replace('verifications/{id}', `verifications/${verification}`).replace('{id}', c.id)
	.replace('matters/{code}', 'matters/M-0303').replace('items/{code}', 'items/I-01384').replace('problems/{code}', 'problems/bug')
	.replace('lifeevents/{code}', 'lifeevents/LE-NEWBORN').replace('{kind}', 'acceptance').replace(/(agencies|belongings)\/\{code\}/, '$1/330700-GA').replace('{change}', '1')
	.replace('{log}', 'a').replace('{tile}', '0/000.p/1');

test('every operation of the document has its action, and every action its roles', () => {
	assert.deepEqual(operations.map((o) => o.op.operationId).sort(), Object.keys(actionOf).sort());
	for (const a of Object.values(actionOf)) assert.ok(actions.has(a), a);
	assert.ok(actions.size >= 14);
});

/* What is refused, rather than not understood or not possible: src/api/call.c, call_is_refusal. */
const kinds = new Map([...readFileSync(`${root}/src/base/faults.def`, 'utf8').matchAll(/^FAULT\(\w+, "(\w+)", (\w+),/gm)].map((m) => [m[1], m[2]]));
const isRefusal = (code) => ['DENIED', 'CONFLICT'].includes(kinds.get(code)) || ['not_found', 'too_often'].includes(code);

describe('over the network', () => {
	const refusals = [];
	let first;
	before(() => { first = acts(instance.dir).length; });

	for (const { path, method, op } of operations) {
		if (op.operationId === 'signOut') continue;	/* it would end the sessions; below */
		test(`${method} ${path}`, async () => {
			const roles = actions.get(actionOf[op.operationId]);
			for (const [role, client] of Object.entries(clients)) {
				/* A body that every route that takes one refuses: the right is checked before it is read. */
				const answer = await client.send({ method, path: fill(path), ifMatch: '*', key: true,
					...(op.requestBody ? { json: { not_a_member: 1 } } : {}) });
				const code = answer.json?.code;
				if (answer.status >= 400 && isRefusal(code) && clients[role].user !== undefined && !op.security?.some((s) => 'socket' in s))
					refusals.push(`${clients[role].user} ${names.get(actionOf[op.operationId])} ${code}`);
				if (op.security?.some((s) => 'socket' in s)) assert.equal(code, 'route_unknown', role);
				else if (roles.includes('public')) assert.ok(!['not_allowed', 'sign_in'].includes(code) || ['getSession', 'followLive'].includes(op.operationId), `${role}: ${code}`);
				else if (role === 'nobody' || (role === 'platform' && !roles.includes(role))) assert.equal(code, roles.join() === 'platform' ? 'token_missing' : 'sign_in');
				else if (roles.includes(role)) assert.ok(!['not_allowed', 'sign_in'].includes(code), `${role}: ${code}`);
				else {
					assert.equal(code, 'not_allowed', `${role}: ${answer.text.slice(0, 200)}`);
					assert.equal(answer.json.args.role, role);
					assert.deepEqual(answer.json.args.why_en.split(' '), roles);
					assert.equal(answer.json.args.why_zh.split('、').length, roles.length, answer.json.args.why_zh);
					assert.match(answer.json.next, /^可以做的岗位:\p{Script=Han}/u, 'in Chinese the roles are Chinese words');
				}
			}
		});
	}

	test('each of these refusals of somebody who is known is exactly one record', () => {
		const known = new Set(Object.values(clients).map((client) => client.user).filter(Boolean));
		const recorded = acts(instance.dir).slice(first).map((r) => r.json).filter((r) => r.type === 'request.refused' && known.has(r.actor.id));
		assert.ok(refusals.length > operations.length, `${refusals.length} refusals`);
		assert.deepEqual(recorded.map((r) => `${r.actor.id} ${r.action} ${r.code}`).sort(), refusals.sort());
	});
	test('none of that changed the case', async () => assert.deepEqual(still(await getCase(clients.clerk, c.id)), still(c)));
});

describe('reading beyond one\'s own desk', () => {
	test('an auditor of the city reads the records of its counties, which hold no values, and no case', async () => {
		for (const [user, code] of [['u-1001', 'HOUSE'], ['u-1005', 'DRIVER']]) {
			const s = scene(code), clerk = await instance.client(user);
			const done = await settle(clerk, await openScene(clerk, s));
			const { records } = await clients.auditor.get(`/api/v1/cases/${done.id}/records?limit=200`);
			assert.deepEqual(records, (await clerk.get(`/api/v1/cases/${done.id}/records?limit=200`)).records, 'the clerk\'s own');
			assert.ok(records.length >= 2);
			for (const value of s.parties.flatMap((p) => [p.name, p.identifier]).filter((v) => v !== ''))
				assert.ok(!JSON.stringify(records).includes(value), 'nobody\'s data');
			await clients.auditor.refused('not_allowed', { path: `/api/v1/cases/${done.id}` });
			await clients.auditor.refused('not_allowed', { method: 'POST', path: '/api/v1/cases/search', json: {} });
		}
	});

	test('a supervisor, a verifier and a clerk of elsewhere read neither the case nor its records', async () => {
		const elsewhere = await instance.client('u-1002');
		for (const path of [`/api/v1/cases/${c.id}`, `/api/v1/cases/${c.id}/records`]) {
			await clients.supervisor.refused('not_allowed', { path });
			await clients.verifier.refused('not_allowed', { path });
			await elsewhere.refused('not_found', { path });
		}
		await clients.supervisor.refused('not_allowed', { path: `/api/v1/verifications/${verification}` });
	});

	test('every refused reading by somebody who is known is a record of its own', async () => {
		const elsewhere = await instance.client('u-1002'), desk = await instance.client('u-2002');
		const reads = [[elsewhere, 'case.read', 'not_found', `/api/v1/cases/${c.id}`],
			[elsewhere, 'case.read', 'not_found', `/api/v1/cases/${c.number}`],
			[elsewhere, 'record.read', 'not_found', `/api/v1/cases/${c.id}/records`],
			[elsewhere, 'case.work', 'not_found', `/api/v1/cases/${c.id}/items/I-01384/commitment`],
			[desk, 'verification.read', 'not_found', `/api/v1/verifications/${verification}`],
			[clients.supervisor, 'case.read', 'not_allowed', `/api/v1/cases/${c.id}`],
			[clients.auditor, 'verification.read', 'not_allowed', `/api/v1/verifications/${verification}`]];
		for (const [client, action, code, path] of reads) {
			const n = acts(instance.dir).length;
			for (let i = 0; i < 2; i++) await client.refused(code, { path });
			const added = acts(instance.dir).slice(n);
			assert.deepEqual(added.map((r) => [r.type, r.json.action, r.json.code, r.json.actor.id]),
				Array(2).fill(['request.refused', action, code, client.user]), path);
		}
	});
});

describe('a source', () => {
	const put = (service, version) => ({ method: 'PUT', path: `/api/v1/sources/${service}`, json: { state: 'off', reason: '演练' }, ifMatch: version });

	test('is switched by the steward of its own agency, and by no other', async () => {
		const { sources } = await clients.steward.get('/api/v1/sources');
		const { agency } = await clients.steward.get('/api/v1/session');
		const own = sources.filter((s) => s.agency.code === agency.code);
		assert.ok(own.length >= 1 && own.length < sources.length);
		const n = acts(instance.dir).length;
		const foreign = sources.filter((s) => s.agency.code !== agency.code);
		for (const s of foreign) await clients.steward.refused('not_found', put(s.service.code, s.version));
		assert.deepEqual((await clients.steward.get('/api/v1/sources')).sources, sources, 'nothing changed');
		assert.deepEqual(acts(instance.dir).slice(n).map((r) => [r.type, r.json.code]),
			foreign.map(() => ['request.refused', 'not_found']), 'each try is a record');
		for (const s of own) {
			const off = await clients.steward.send(put(s.service.code, s.version));
			assert.equal(off.status, 200, off.text);
			await clients.steward.ok('PUT', `/api/v1/sources/${s.service.code}`, { json: { state: 'on', reason: '好了' }, ifMatch: off.json.version });
		}
	});

	test('of whatever agency is switched by the operator', async () => {
		const { sources } = await clients.operator.get('/api/v1/sources');
		for (const code of ['330000-GA', '330700-ZG']) {
			const s = sources.find((x) => x.agency.code === code);
			assert.ok(s, code);
			const off = await clients.operator.send(put(s.service.code, s.version));
			assert.equal(off.status, 200, off.text);
			await clients.operator.ok('PUT', `/api/v1/sources/${s.service.code}`, { json: { state: 'on', reason: '好了' }, ifMatch: off.json.version });
		}
	});

	test('keeps its reason sealed: free text may name somebody', async () => {
		const { sources } = await clients.steward.get('/api/v1/sources');
		const s = sources.find((x) => x.service.code === 'DS-046'), reason = '有人来电:330703199210269759';
		const off = await clients.steward.ok('PUT', '/api/v1/sources/DS-046', { json: { state: 'off', reason }, ifMatch: s.version });
		assert.equal(off.reason, reason);
		const kept = rows(instance.dir, 'SELECT hex(reason) AS reason FROM source_state').map((r) => Buffer.from(r.reason, 'hex'));
		assert.ok(kept.length >= 1);
		for (const bytes of kept) assert.ok(!bytes.includes('330703199210269759'));
		await clients.steward.ok('PUT', '/api/v1/sources/DS-046', { json: { state: 'on', reason: '好了' }, ifMatch: off.version });
	});
});

describe('a session', () => {
	test('says who one is, and ends when it is ended', async () => {
		const client = await instance.client();
		const signed = await client.signIn('u-2001');
		assert.deepEqual(await client.get('/api/v1/session'), signed);
		assert.equal(signed.user.role, 'verifier');
		assert.equal(signed.desk.code, 'DK-330703-SWU');
		assert.equal(signed.demo, true);
		const hours = (Date.parse(signed.expires_at) - Date.now()) / 3600000;
		assert.ok(hours > 9.9 && hours <= 10, `${hours} hours`);
		const out = await client.send({ method: 'DELETE', path: '/api/v1/session' });
		assert.equal(out.status, 204);
		await client.refused('sign_in', { path: '/api/v1/session' });
		await client.refused('sign_in', { method: 'POST', path: '/api/v1/verifications/search', json: {} });
		assert.equal((await client.send({ method: 'DELETE', path: '/api/v1/session' })).status, 204, 'twice does no harm');
	});

	test('is one of many: another one of the same user goes on', async () => {
		const one = await instance.client('u-2002'), two = await instance.client('u-2002');
		assert.notEqual(one.cookie, two.cookie);
		await one.send({ method: 'DELETE', path: '/api/v1/session' });
		assert.equal((await two.get('/api/v1/session')).user.id, 'u-2002');
	});

	test('the users of the demonstration are listed, each may sign in', async () => {
		const anyone = await instance.client();
		const { users } = await anyone.get('/api/v1/session/users');
		assert.ok(users.length >= 20);
		for (const u of users) {
			const { user, agency, division, desk } = await anyone.signIn(u.id);
			assert.deepEqual({ ...user, agency, division, desk }, { id: u.id, name: u.name, role: u.role, scope: u.scope,
				agency: u.agency, division: u.division, desk: u.desk });
		}
	});

	test('a guessed cookie is nobody\'s', async () => {
		for (const cookie of ['wzm_session=', 'wzm_session=x', `wzm_session=${'A'.repeat(43)}`, `wzm_session=${'A'.repeat(5000)}`,
			clients.clerk.cookie.slice(0, -1), `${clients.clerk.cookie}A`, clients.clerk.cookie.replace('wzm_session', 'wzm_sessio')])
			await clients.nobody.refused('sign_in', { path: '/api/v1/session', headers: { Cookie: cookie } });
	});
});

describe('on the socket', () => {
	test('the operator may look and import; a named user may what that user may', async () => {
		const operator = instance.socketClient(), clerk = instance.socketClient('u-1001'), verifier = instance.socketClient('u-2001');
		assert.equal((await operator.get('/api/v1/health')).status, 'ok');
		assert.equal((await clerk.get(`/api/v1/cases/${c.id}`)).number, c.number);
		assert.equal((await clerk.post('/api/v1/cases', sceneCase(scene('HOUSE')))).opened_by.id, 'u-1001');
		await operator.refused('not_allowed', { path: `/api/v1/cases/${c.id}` });
		await verifier.refused('not_allowed', { method: 'POST', path: '/api/v1/inventory/imports', json: { dir: '/' } });
		const same = await operator.ok('POST', '/api/v1/inventory/imports', { json: { dir: `${root}/examples/jinhua` } });
		assert.equal(same.changed, false);
	});

	test('a user that there is not may nothing', async () => {
		for (const user of ['u-9999', 'root', 'x'.repeat(100)]) {
			const p = await instance.socketClient(user).refused('as_unknown', { path: '/api/v1/session' });
			assert.ok(p.args.user.startsWith(user.slice(0, 30)));
		}
	});
});

describe('an instance that is no demonstration', () => {
	let plain;
	before(async () => { plain = await new Instance().init({ demo: false, datasets: null }).serve(); });
	after(() => plain?.destroy());

	test('has no users to choose from, and nobody of them can sign in', async () => {
		const anyone = await plain.client();
		assert.equal((await anyone.get('/api/v1/inventory')).demo, false);
		assert.equal((await anyone.send({ path: '/api/v1/session/users' })).status, 404);
		await anyone.refused('user_unknown', { method: 'PUT', path: '/api/v1/session', json: { user: 'u-1001' } });
	});

	test('answers through a gateway and under its own name', async () => {
		const anyone = await plain.client();
		for (const headers of [{ 'X-Forwarded-For': '203.0.113.9' }, { Host: 'wzm.example.cn' }])
			assert.equal((await anyone.send({ path: '/api/v1/log', headers })).status, 200);
	});

	test('before the first import it says that there is no list', async () => {
		const empty = await new Instance().init({ inventory: null, datasets: null }).serve();
		try {
			const anyone = await empty.client();
			await anyone.refused('no_inventory', { path: '/api/v1/inventory' });
			await anyone.refused('no_inventory', { path: '/api/v1/matters' });
			assert.equal((await anyone.get('/api/v1/health')).inventory, 0);
		} finally {
			await empty.destroy();
		}
	});
});

test('answers about people are not kept by anybody on the way', async () => {
	const answer = await exchange(instance.where, { path: `/api/v1/cases/${c.id}`, headers: { Cookie: clients.clerk.cookie } });
	assert.match(answer.headers['cache-control'] ?? '', /no-store/);
});

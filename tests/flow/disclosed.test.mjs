// Every route of the document, and what it leaves in the log: exactly that, by whom, of which case, item and matter; or why nothing.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { started } from '../lib/instance.mjs';
import { act, commit, getCase, itemOf, openScene, settle } from '../lib/cases.mjs';
import { dataset, items, scene, sceneCase } from '../lib/catalogue.mjs';
import { decide, newborn, openJoint, untilStep } from '../lib/joint.mjs';
import { formOf } from '../lib/event-walk.mjs';
import { doc, operation } from '../lib/openapi.mjs';
import { root } from '../lib/paths.mjs';
import { findAny, people } from '../lib/personal.mjs';
import { signed } from '../lib/signed.mjs';
import { rows } from '../lib/store.mjs';

/* Of the list, of the state of the server, of offices and who works there: no applicant is in it.  What can be read of it is read below. */
const NOBODY = `getSession signIn signOut listDemoUsers followLive getInventory listInventoryVersions getInventoryVersion publishInventory
	withdrawPublication getInventoryDifferences getInventoryAsOf getMatterHistory getItemMethods getItemHistory listMatters getMatter
	listLifeEvents getLifeEvent getLifeEventClock search listItems getItem listDivisions listAgencies listAgencyChanges planAgencyChange
	previewAgencyChange getAgencyChange withdrawAgencyChange getAgency listAgencyBelongings listDesks listDeputies listReviews openReview applyReviews getReview
	giveOpinion deferReview resumeReview withdrawReview decideReview listAlignLists getAlignLists handInList getAlignList getAlignScope
	setAlignScope unsetAlignScope listAlignRounds openAlignRound getAlignRound closeAlignRound reopenAlignRound listAlignDifferences
	getAlignDifference decideAlignDifference undoAlignDecision assignAlignDifference commentAlignDifference decideAlignDifferences
	getAlignTable exportAlignRound getAlignTemplate getAlignMatrix listAlignMeasures getAlignDrift listSources switchSource listLogs
	listPlatforms addPlatform getPlatform changePlatform rotatePlatform listDeliveries rebuildIndex exportInventory importInventory
	importDatasets getHealth getCheckpoint getTile explainProblem`.split(/\s+/);
/* Of these there is none in a new instance, or the question has to say of which day or kind. */
const NOT_MADE = ['exportAlignRound', 'exportInventory', 'getAgencyChange', 'getAlignDifference', 'getAlignList', 'getAlignRound', 'getAlignTable',
	'getAlignTemplate', 'getInventoryAsOf', 'getReview', 'listAlignDifferences'];
/* What somebody types is worked out and forgotten: nothing is looked up, nothing is kept. */
const FORGOTTEN = ['tryForm', 'tryLifeEventForm'];

/* No values of people: numbers, states, times, records.  What is answered is searched for the people of this file. */
const NO_VALUES = [];
/* By a link that an office gave away, which is the record; what it shows is masked. */
const BY_LINK = [];
/* What somebody sent in themselves, or was sent. */
const THEIRS = [];
const hexOf = (id) => id.slice(7).replaceAll('-', '').toUpperCase();
/** The first look of a day at what is not one's own work (docs/decisions/0018). */
const looksAt = (table, type, mine) => ({ params, user }) => {
	const [own] = rows(instance.dir, `SELECT ${mine} AS own, changed_by AS last FROM ${table} WHERE hex(id) = '${hexOf(params.id)}'`);
	const look = `${user} ${params.id}`, first = !looked.has(look);
	if ([own.own, own.last].includes(user) || !first) return [];
	looked.add(look);
	return [type];
};
const looked = new Set(), CASE = looksAt('service_case', 'case.read', 'opened_by'), JOINT = looksAt('joint_case', 'joint.read', 'opened_by');
const QUESTION = looksAt('verification', 'case.read', 'signed_by'), DISPUTE = looksAt('dispute', 'case.read', 'opened_by');
const byPerson = ({ json }) => (json.person ? ['person.searched'] : NO_VALUES);
/* What the tests below are about. */
const house = scene('HOUSE'), WATER = 'I-01398', AREA = 'I-01384', PROMISE = 'I-00114';
/** One of each register that gave something, and what the form has now. */
const prefilled = ({ json }) => [...new Set(Object.values(json.prefilled).map((v) => v.service))].map(() => 'joint.prefilled').concat('joint.supplied');
/** The answer, and one for each case that had this value: nobody is asked at once whether they ask again. */
const correction = () => ['dispute.answered', ...new Set(rows(instance.dir, "SELECT text FROM record WHERE type = 'query.answered'")
	.map((r) => JSON.parse(r.text)).filter((r) => r.item === AREA).map((r) => r.case))].map((of, i) => (i === 0 ? of : 'notice.given'));
const ofItems = ({ known }) => known.items.flatMap((i) => ({ to_query: ['query.answered'], to_verify: ['verification.sent'] }[i.state] ?? []));

/** What each route about people leaves, by whoever asked; a function of the request and of the case as it was known before. */
const leaves = {
	openCase: ['case.opened'], searchCases: byPerson, getCase: CASE, changeAnswers: ['case.answered'], settleCase: ofItems,
	queryItem: ['query.answered'], verifyItem: ['verification.sent'], supplyVerification: ['verification.supplied'],
	withdrawVerification: ['verification.withdrawn'], remindDesk: ['verification.reminded'], getCommitment: CASE,
	signCommitment: ['commitment.signed'], acceptCase: ['case.accepted'], concludeCase: ['case.concluded'], disputeItem: ['dispute.opened'],
	withdrawDispute: ['dispute.withdrawn'], seeNotice: ['notice.seen'], correctCase: ['case.correction_asked'],
	transferCase: ['case.transferred'], getSlip: CASE, listRecords: NO_VALUES,
	openJointCase: ['joint.opened'], searchJointCases: NO_VALUES, getJointCase: JOINT, listJointEvents: NO_VALUES,
	supplyForm: ['joint.supplied'], prefillJointCase: ({ answer }) => prefilled(answer), withdrawJointCase: ['joint.decided'],
	decideStep: ['joint.decided'], makeJointLink: ['joint.linked'], getJointCommitments: JOINT,
	signJointCommitments: ['joint.signed'],
	followJointCase: BY_LINK, showApplicantForm: BY_LINK, fillApplicantForm: ['joint.supplied'], showConfirmation: BY_LINK,
	showApplicantCommitments: BY_LINK, signApplicantCommitments: ['joint.signed'],
	confirmJointCase: ['joint.confirmed'],
	sendCase: ['case.opened'], followCase: THEIRS, sendAnswers: ['case.answered'], listEvents: NO_VALUES,
	getReceipt: ({ query }) => (query.get('body') === '1' ? ['values.shown'] : NO_VALUES), searchRecords: byPerson,
	searchVerifications: NO_VALUES, searchOverdue: NO_VALUES, answerVerifications: ({ json }) => json.answers.map(() => 'verification.answered'),
	getVerification: QUESTION, signForVerification: ['verification.signed_for'], answerVerification: ['verification.answered'],
	returnVerification: ['verification.returned'], needMore: ['verification.need_more'], transferVerification: ['verification.transferred'],
	urgeDesk: ['verification.reminded'], nameDeputy: ['deputy.named'], endDeputy: ['deputy.ended'],
	searchDisputes: NO_VALUES, getDispute: DISPUTE, answerDispute: correction,
	makeComplaint: ['complaint.received'], followComplaint: THEIRS, searchComplaints: NO_VALUES, getComplaint: THEIRS,
	answerComplaint: ['complaint.answered'],
};
/* What needs a longer story than this file tells: joint-people and joint-time tell it. */
const ELSEWHERE = ['sendResult', 'correctStep'];

const operations = Object.entries(doc.paths).flatMap(([path, item]) => ['get', 'put', 'post', 'delete'].filter((m) => item[m])
	.map((m) => ({ path, method: m.toUpperCase(), id: item[m].operationId })));
/** records.def: type -> the members that it must have, and may have. */
const members = new Map([...readFileSync(`${root}/src/journal/records.def`, 'utf8')
	.matchAll(/^RECORD\(\w+, "([^"]*)", \d+, "([^"]*)", "([^"]*)"\)/gm)].map((m) => [m[1], m.slice(2)]));

let instance, clerk, colleague, desk, other, steward, supervisor, auditor, phone;
const met = new Map(), cases = new Map();
let counted = 0;

/** The records since the last look. */
function fresh() {
	const found = rows(instance.dir, `SELECT idx, text FROM record WHERE log = 'a' AND idx >= ${counted} ORDER BY idx`);
	if (found.length > 0) counted = found.at(-1).idx + 1;
	return found.map((r) => JSON.parse(r.text));
}

/** The matter of a case, by its own row. */
const matterOf = (id) => rows(instance.dir, `SELECT matter FROM service_case WHERE hex(id) = '${hexOf(id)}'`)[0]?.matter;

/** What the record says must be what the request was about. */
function names(record, { op, params, what }) {
	const [must] = members.get(record.type), at = `${what}: ${JSON.stringify(record)}`;
	for (const m of must.split(' ').filter(Boolean)) assert.notEqual(record[m], undefined, `${at} has ${m}`);
	const own = /^\/api\/v1\/(\w+)\/\{id\}/.exec(op.pattern)?.[1];
	const of = record.type === 'notice.given' ? undefined : { cases: 'case', jointcases: 'joint', verifications: 'verification', disputes: 'dispute', complaints: 'complaint', receipts: 'record' }[own];
	if (of !== undefined) assert.equal(record[of], params.id, `${at}: ${of}`);
	for (const m of ['item', 'dispute', 'notice', 'desk', 'user', 'step'])
		if (params[m] !== undefined && record[m] !== undefined) assert.equal(record[m], params[m], `${at}: ${m}`);
	if (must.split(' ').includes('matter') && record.case !== undefined) assert.equal(record.matter, matterOf(record.case), `${at}: matter`);
}

/** A client whose every answer is held against the table; actor is who its records must name. */
function watched(client, actor) {
	const send = client.send.bind(client);
	client.send = async (r) => {
		const op = operation(r.method ?? 'GET', r.path), [path, query] = r.path.split('?');
		const values = new RegExp(`^${op.pattern.replace(/\{[^}]*\}/g, '([^/]+)')}$`).exec(path).slice(1);
		const params = Object.fromEntries([...op.pattern.matchAll(/\{([^}]*)\}/g)].map((m, i) => [m[1], values[i]]));
		fresh();
		const known = cases.get(params.id), answer = await send(r), added = fresh().filter((x) => x.actor.id === actor());
		if (answer.status >= 300) return answer;
		const what = `${op.operationId} ${r.path}`;
		if (answer.json?.items !== undefined && answer.json.matter?.code !== undefined && answer.json.counts) cases.set(answer.json.id, answer.json);
		if (!(op.operationId in leaves)) return answer;
		const row = leaves[op.operationId], expected = typeof row === 'function' ? row({ ...r, query: new URLSearchParams(query), known, params, answer, user: actor() }) : row;
		assert.deepEqual(added.map((x) => x.type).sort(), [...expected].sort(), what);
		if (expected === NO_VALUES) assert.deepEqual(findAny(Buffer.from(answer.text), somebody), [], `${what} has values`);
		for (const record of added) names(record, { op, params, what });
		met.set(op.operationId, (met.get(op.operationId) ?? 0) + 1);
		return answer;
	};
	return client;
}
const as = async (user) => watched(await instance.client(user), () => user);

before(async () => {
	instance = await started();
	[clerk, colleague, desk, other, steward, supervisor, auditor] = await Promise.all(['u-1001', 'u-1007', 'u-2001', 'u-2002', 'u-3001', 'u-5001', 'u-6003'].map(as));
	phone = watched(await instance.client(), () => 'stranger');
	fresh();
});
after(() => instance?.destroy());

test('every route is in one column of the table', () => {
	assert.deepEqual(operations.map((o) => o.id).sort(), [...NOBODY, ...FORGOTTEN, ...Object.keys(leaves), ...ELSEWHERE].sort());
});

const post = (client, path, json = {}, rest = {}) => client.post(path, json, { ifMatch: '*', ...rest });
const begin = async () => settle(clerk, await openScene(clerk, house));
const somebody = house.parties.flatMap((p) => [p.name, p.identifier]).filter((v) => v.length > 1);
const question = (c) => `/api/v1/verifications/${itemOf(c, WATER).verification.id}`;

describe('of a case', () => {
	test('it is opened, corrected, filled in, asked for by data, handed over', async () => {
		let c = await openScene(clerk, house, { asks: false, change: (b) => ({ ...b, form: {} }) });
		await post(clerk, `/api/v1/cases/${c.id}/correction`, { words: '请补材料', days: 3 });
		await clerk.send({ path: `/api/v1/cases/${c.id}/slips/correction` });
		c = await clerk.ok('PUT', `/api/v1/cases/${c.id}/answers`, { json: { form: house.form }, ifMatch: '*' , key: true });
		await act(clerk, c, AREA, 'query');
		c = await settle(clerk, await getCase(clerk, c.id));
		await post(clerk, `/api/v1/cases/${c.id}/items/${WATER}/verification/reminder`, { note: '申请人在等' });
		await clerk.get(`/api/v1/cases/${c.id}/records`);
		await post(clerk, `/api/v1/cases/${c.id}/transfer`, { agency: '330703-XZF', reason: '申请人改在综合窗口办理' });
	});

	test('it is accepted, and ends', async () => {
		const { id } = await openScene(clerk, house);
		await settle(clerk, await getCase(clerk, id));
		await post(clerk, `/api/v1/cases/${id}/acceptance`);
		assert.equal((await clerk.send({ path: `/api/v1/cases/${id}/slips/acceptance` })).status, 200);
		await post(clerk, `/api/v1/cases/${id}/conclusion`, { outcome: 'refused', reason: '有一项未证实' });
	});

	test('somebody signs a promise', async () => {
		const listed = items().find((i) => i.code === PROMISE), applicant = house.parties.find((p) => p.role === 'applicant');
		const { id } = await clerk.post('/api/v1/cases', { matter: listed.matter_code, parties: [applicant], form: {} });
		await commit(clerk, await getCase(clerk, id), PROMISE);
	});

	test('a desk is asked, signs, asks back, passes on, gives back, answers; a question is taken back', async () => {
		let c = await begin();
		const asked = `/api/v1/cases/${c.id}/items/${WATER}/verification`;
		await desk.get(question(c));
		await post(desk, '/api/v1/verifications/search');
		await post(desk, `${question(c)}/signature`);
		await post(desk, `${question(c)}/need-more`, { what: '户名是谁的' });
		await post(clerk, `${asked}/supply`, { text: '是申请人的配偶' });
		await post(desk, `${question(c)}/transfer`, { desk: 'DK-330703-GA', reason: '不归本岗' });
		c = await getCase(clerk, c.id);
		await other.get(question(c));
		await post(other, `${question(c)}/return`, { reason: '不归本岗' });
		for (const back of [true, false]) {
			c = await begin();
			if (back) await post(clerk, `/api/v1/cases/${c.id}/items/${WATER}/verification/withdrawal`, { reason: '申请人另有说明' });
			else await post(desk, `${question(c)}/answer`, { answer: 'match', basis: '查台账' });
			if (back) await post(clerk, `/api/v1/cases/${c.id}/items/${WATER}/verification`);
		}
		const two = [await begin(), await begin()];
		await post(desk, '/api/v1/verifications/answers', { answers: two.map((x) => ({ id: itemOf(x, WATER).verification.id, version: 1, answer: 'match', basis: '一并查过' })) });
	});

	test('who supervises sees what is late without values, urges the desk and names who stands in', async () => {
		const c = await begin(), of = '/api/v1/desks/DK-330703-SWU/deputies/u-2002', day = (n) => new Date(Date.now() + (n * 24 + 8) * 3600e3).toISOString().slice(0, 10);
		const { text } = await supervisor.send({ method: 'POST', path: '/api/v1/verifications/overdue', json: { within_hours: 40 } });
		assert.deepEqual(findAny(Buffer.from(text), somebody), []);
		await post(supervisor, `${question(c)}/reminder`);
		await supervisor.ok('PUT', of, { json: { from: day(0), until: day(1) } });
		await other.get(question(c));
		await supervisor.ok('DELETE', of);
	});

	test('a value is disputed before its owner, who answers; whoever rests on it is told and sees it', async () => {
		const ids = [];
		for (let i = 0; i < 3; i++) {
			const { id } = await openScene(clerk, house);
			await act(clerk, await getCase(clerk, id), AREA, 'query');
			if (i < 2) {
				await post(clerk, `/api/v1/cases/${id}/items/${AREA}/dispute`, { reason: '面积不对', claimed: '187 平方米' });
				ids.push(itemOf(await getCase(clerk, id), AREA).disputes[0].id);
				if (i === 0) await post(clerk, `/api/v1/cases/${id}/items/${AREA}/disputes/${ids[0]}/withdrawal`);
			} else {
				await post(steward, '/api/v1/disputes/search');
				await steward.get(`/api/v1/disputes/${ids[1]}`);
				/* Nobody is left out: while the index of persons is behind, nothing is corrected. */
				for (let done; done?.status !== 200;)
					done = await steward.send({ method: 'POST', path: `/api/v1/disputes/${ids[1]}/answer`, json: { outcome: 'corrected', basis: '已更正' }, ifMatch: '*', key: true });
				const [notice] = itemOf(await getCase(clerk, id), AREA).notices;
				await post(clerk, `/api/v1/cases/${id}/notices/${notice.id}/seen`);
			}
		}
	});

	test('a colleague reads it, once and again, and prints its slip', async () => {
		const c = await begin();
		for (const at of ['', '', '/slips/acceptance', '/records']) await colleague.send({ path: `/api/v1/cases/${c.id}${at}` });
	});

	test('somebody is looked up among the cases, and among the records; a list of all names nobody', async () => {
		const person = { identifier_type: 'citizen_id', identifier: house.parties.find((p) => p.identifier_type === 'citizen_id').identifier };
		await post(clerk, '/api/v1/cases/search');
		await post(clerk, '/api/v1/cases/search', { person });
		await post(auditor, '/api/v1/records/search', { person });
	});

	test('its receipts are taken, without values and with them', async () => {
		const c = await begin(), { records } = await clerk.get(`/api/v1/cases/${c.id}/records?limit=200`);
		await signed(instance);
		const { id } = records.find((r) => r.type === 'query.answered');
		for (const body of ['', '?body=0', '?body=1']) await clerk.get(`/api/v1/receipts/${id}${body}`);
		await auditor.get(`/api/v1/receipts/${id}`);
	});

	test('a platform sends it in, follows it and changes its answers', async () => {
		const { token } = await instance.socketClient().ok('POST', '/api/v1/platforms', { json: { id: 'p-a', name: '平台', scope: 'division', agency: '330703-XZF', division: '330703',
			url: 'https://localhost/' } });
		const bearer = await instance.client(), send = bearer.send.bind(bearer);
		bearer.send = (r) => send({ ...r, headers: { Authorization: `Bearer ${token}`, ...r.headers } });
		const platform = watched(bearer, () => 'p-a'), { parties, form, matter } = sceneCase(house);
		const { id } = await platform.post('/api/v1/intake/cases', { number: 'JD-1', matter, parties, form });
		await platform.get('/api/v1/intake/cases/JD-1');
		await platform.ok('PUT', `/api/v1/intake/cases/${id}/answers`, { json: { form: house.form }, ifMatch: '*', key: true });
		await platform.get('/api/v1/intake/events');
	});
});

describe('of a life event', () => {
	const father = { father_name: '周建国', father_id_number: dataset('births').find((b) => b.father_id_number !== '').father_id_number, marital_status: 'married' };

	test('a register fills it in', async () => {
		const dead = dataset('deaths').find((d) => d.death_date !== ''), city = await as('u-1008');
		const form = formOf(await city.get('/api/v1/lifeevents/LE-DEATH'), 3, { deceased_id_number: dead.id_number, death_date: '' });
		const { id } = await city.post('/api/v1/jointcases', { life_event: 'LE-DEATH', draft: true, form }, { status: 201 });
		assert.equal((await post(city, `/api/v1/jointcases/${id}/prefill`)).form.death_date, dead.death_date);
	});

	test('a complaint is made, followed, read and answered', async () => {
		const { number, code } = await clerk.post('/api/v1/complaints', { item: 'I-01391', agency: '330703-ZG', counter: '3号窗口', what: '要证明', phone: '138 0000 4321' });
		await phone.ok('POST', '/api/v1/complaints/status', { json: { number, code } });
		const { complaints: [c] } = await post(supervisor, '/api/v1/complaints/search');
		await supervisor.get(`/api/v1/complaints/${c.id}`);
		await post(supervisor, `/api/v1/complaints/${c.id}/answer`, { outcome: 'upheld', answer: '属实,已责令改正' });
	});

	test('its commitments are read and signed by a link', async () => {
		const { id } = await openJoint(clerk), { token } = await clerk.ok('POST', `/api/v1/jointcases/${id}/links`, { json: { form: true }, status: 201 });
		const { commitments } = await phone.ok('POST', '/api/v1/applicantcommitments/show', { json: { token } });
		await phone.post('/api/v1/applicantcommitments', { token, signer: newborn().mother_id_number, agreed: true,
			items: Object.fromEntries(commitments.map((c) => [c.item, { notice: c.notice.hash, letter: c.letter.hash }])) });
	});

	test('it is opened, filled in here and by a link, confirmed, followed, signed for and decided', async () => {
		const { id } = await openJoint(clerk, {}, { draft: true }), at = `/api/v1/jointcases/${id}`;
		await clerk.ok('PUT', `${at}/form`, { json: { form: { hospital: '金华市人民医院' } }, ifMatch: '*' });
		const link = (json) => clerk.ok('POST', `${at}/links`, { json, status: 201 });
		const { token } = await link({ form: true });
		await phone.ok('POST', '/api/v1/applicantforms/show', { json: { token } });
		await phone.ok('POST', '/api/v1/applicantforms', { json: { token, form: { ...newborn(), ...father }, submit: true }, key: true });
		const follows = await link({}), confirms = await link({ who: 'father' });
		await phone.ok('POST', '/api/v1/progress', { json: { token: follows.token } });
		await phone.ok('POST', '/api/v1/confirmations/show', { json: { token: confirms.token } });
		await phone.ok('POST', '/api/v1/confirmations', { json: { token: confirms.token, identifier: father.father_id_number, agreed: true }, key: true });
		await untilStep(clerk, id, 'NB1', 'running');
		const { commitments } = await clerk.get(`${at}/commitments`);
		if (commitments.length > 0)
			await post(clerk, `${at}/commitments`, { signer: newborn().mother_id_number, agreed: true,
				items: Object.fromEntries(commitments.map((c) => [c.item, { notice: c.notice.hash, letter: c.letter.hash }])) });
		await clerk.get(`${at}/events`);
		await post(clerk, '/api/v1/jointcases/search');
		await decide(clerk, id, 'NB1', 'skip');
		await post(clerk, `${at}/withdrawal`, { reason: '不办了' });
	});
});

describe('of nobody', () => {
	let readers, everybody;
	before(async () => {
		readers = await Promise.all(['u-4001', 'u-5001', 'u-3001', 'u-2001'].map((u) => instance.client(u)));
		readers.push(instance.socketClient());
		const { names: n, numbers } = people(), staff = new Set((await readers[0].get('/api/v1/session/users')).users.map((u) => u.name));
		everybody = [...n, ...numbers].filter((v) => !staff.has(v));
	});
	const fill = { code: { matters: 'M-0303', items: AREA, lifeevents: 'LE-NEWBORN', agencies: '330700-GA', problems: 'bug' }, version: '1', division: '330703',
		desk: 'DK-330703-SWU', log: 'a', tile: '0/000.p/1', service: 'DS-046', id: 'p-a' };

	for (const { path, id } of operations.filter((o) => o.method === 'GET' && NOBODY.includes(o.id)))
		test(`${id} has no values of anybody, and leaves nothing`, async () => {
			const at = path.replace(/\{(\w+)\}/g, (whole, m) => fill[m]?.[path.split('/')[m === 'code' && path.startsWith('/problems') ? 1 : 3]] ?? (typeof fill[m] === 'string' ? fill[m] : '1'));
			fresh();
			for (const reader of readers) {
				const answer = await reader.send({ path: at, checked: false });
				if (answer.status >= 300) continue;
				met.set(id, 1);
				assert.deepEqual(findAny(Buffer.from(answer.text), everybody), [], `${at} has somebody in it`);
			}
			assert.deepEqual(fresh().filter((r) => r.type !== 'request.refused'), []);
		});
});

test('every route of the table was asked', () => {
	assert.deepEqual(Object.keys(leaves).filter((id) => !met.has(id)), []);
	assert.deepEqual(operations.filter((o) => o.method === 'GET' && NOBODY.includes(o.id) && !met.has(o.id)).map((o) => o.id).sort(), NOT_MADE);
});

// Expert reviews: opened, argued, put off, decided, applied to the list; and all that is refused on the way.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { started, must } from '../lib/instance.mjs';
import { desks, matterByCode, proofByCode } from '../lib/catalogue.mjs';
import { formatCsv, readCsv } from '../lib/csv.mjs';
import { still } from '../lib/cases.mjs';
import { jinhua } from '../lib/paths.mjs';
import { acts, rows } from '../lib/store.mjs';
import { uuid7 } from '../lib/uuid7.mjs';

const PATH = '/api/v1/reviews';
const cite = [{ law: '《优化营商环境条例》', article: '第四十四条' }];
const items = readCsv(`${jinhua}/items.csv`), proofs = proofByCode(), matters = matterByCode();
const grants = new Map(readCsv(`${jinhua}/grants.csv`).map((g) => [g.item_code, g]));
const ownInputs = new Set(readCsv(`${jinhua}/item_bindings.csv`).map((b) => b.item_code));
const free = (i) => matters.get(i.matter_code).life_event === '';
const excluded = (i) => matters.get(i.matter_code).commitment_excluded === 'yes';
const shared = (i) => proofs.get(i.proof_code).digitised === 'yes' && proofs.get(i.proof_code).sharing_class !== 'none';
const taken = new Set();
/** An item of the reference list that fits and that no other test has. */
function pick(fits) {
	const item = items.find((i) => free(i) && !taken.has(i.code) && fits(i));
	assert.ok(item);
	taken.add(item.code);
	return item;
}
/* Whom the queries of these proofs ask about, every matter has. */
const asksApplicant = new Set(readCsv(`${jinhua}/data_services.csv`).filter((s) => s.kind === 'query').filter((s) =>
	readCsv(`${jinhua}/bindings.csv`).filter((b) => b.service_code === s.code)
		.every((b) => !b.source.startsWith('party.') || b.source.startsWith('party.applicant.'))).map((s) => s.proof_code));
const person = (i) => matters.get(i.matter_code).subject_kind === 'person';

const scratch = [];
let instance, reform, e1, e2, e3, clerk, supervisor;
before(async () => {
	instance = await started({ datasets: null });
	[reform, e1, e2, e3, clerk, supervisor] = await Promise.all(['u-4001', 'u-7001', 'u-7002', 'u-7003', 'u-1001', 'u-5001'].map((u) => instance.client(u)));
});
after(async () => {
	await instance?.destroy();
	for (const dir of scratch) rmSync(dir, { recursive: true, force: true });
});

/** The reference list with its files changed: name -> rows -> rows. */
function list(change) {
	const dir = mkdtempSync(`${tmpdir()}/wzm-reviews-`);
	scratch.push(dir);
	for (const f of readdirSync(jinhua).filter((f) => f.endsWith('.csv') || f === 'life_events.json')) {
		const of = change[f];
		if (of === undefined) { symlinkSync(`${jinhua}/${f}`, `${dir}/${f}`); continue; }
		const data = readCsv(`${jinhua}/${f}`), header = Object.keys(data[0]);
		writeFileSync(`${dir}/${f}`, formatCsv([header, ...of(data).map((r) => header.map((h) => r[h]))]));
	}
	return dir;
}
const without = (...codes) => list({ 'items.csv': (data) => data.filter((i) => !codes.includes(i.code)) });
/* A list in which a matter excludes commitments: those of it are verified. */
const excluding = (matter) => list({
	'matters.csv': (data) => data.map((m) => m.code === matter ? { ...m, commitment_excluded: 'yes' } : m),
	'items.csv': (data) => data.map((i) => i.matter_code === matter && i.method === 'commitment' ?
		{ ...i, method: 'direct_cancel', remark: '无法律法规依据' } : i) });

const open = (item, rest) => reform.post(PATH, { item: item.code, question: '方式是否合适', ...rest });
const get = (r, by = reform) => by.get(`${PATH}/${r.id}`);
const opine = (by, r, vote, text = `我主张 ${vote}`) => by.post(`${PATH}/${r.id}/opinions`, { text, citations: cite, vote });
const act = async (r, what, json, rest) => reform.post(`${PATH}/${r.id}/${what}`, json, { ifMatch: (await get(r)).version, ...rest });
const decide = (r, method, rest) => act(r, 'decision', { method, reason: '经评审', citations: cite, ...rest });
const refused = (code, r, what, json, { by = reform, ifMatch = '*' } = {}) =>
	by.refused(code, { method: 'POST', path: `${PATH}/${r.id}/${what}`, json, key: true, ifMatch });
const decision = (method, rest) => ({ method, reason: '经评审', citations: cite, ...rest });
const withVotes = async (item, ...votes) => {
	const r = await open(item);
	for (const [i, v] of votes.entries()) await opine([e1, e2, e3][i], r, v);
	return get(r);
};
const records = () => acts(instance.dir).map((r) => r.json);
const publish = (version) => reform.post(`/api/v1/inventory/versions/${version}/publication`, { decision: `金司〔2026〕${version}号` });
const apply = (json = {}) => reform.post(`${PATH}/application`, json);
const methods = (code, by = reform) => by.get(`/api/v1/items/${code}/methods`);
const optionOf = (o, method) => o.options.find((x) => x.method === method);
const blockOf = (o, method) => optionOf(o, method).blocked.map((b) => b.code);
const hexOf = (id) => id.slice(7).replaceAll('-', '').toUpperCase();

describe('the life of a review', () => {
	const item = pick((i) => i.method === 'department_verify' && !excluded(i));
	let r, version;

	test('it is opened about an item of the list, and the record names it', async () => {
		const n = records().length;
		r = await open(item, { origin: { round: 'R-1', difference: '9f86d081884c7d65' } });
		assert.match(r.number, /^330700-\d{6}-PA\d{5}-[0-9A-Z]$/);
		assert.deepEqual([r.state, r.version, r.item, r.method_now, r.experts, r.origin, r.question, r.inventory],
			['open', 1, item.code, 'department_verify', 0, { round: 'R-1', difference: '9f86d081884c7d65' }, '方式是否合适', 1]);
		const [record] = records().slice(n);
		assert.deepEqual([record.type, record.review, record.item, record.matter, record.proof, record.number, record.inventory, record.round],
			['review.opened', r.id, item.code, item.matter_code, item.proof_code, r.number, 1, 'R-1']);
		assert.deepEqual(blockOf(r, 'data_query'), ['review_not_shared', 'review_no_service']);
		assert.deepEqual([optionOf(r, 'direct_cancel').open, optionOf(r, 'direct_cancel').needs], [true, ['ground']]);
		assert.deepEqual(still(await reform.get(`${PATH}/${r.number}`)), still(r), 'also by its number');
		const p = await reform.refused('review_there', { method: 'POST', path: PATH, json: { item: item.code, question: '再问' }, key: true });
		assert.equal(p.args.review, r.number);
	});

	test('three experts give opinions, which they all see; a later one takes the place of the earlier', async () => {
		await opine(e1, r, 'department_verify', '先由部门核验');
		await opine(e2, r, 'commitment', '承诺即可');
		await opine(e3, r, 'direct_cancel', '没有依据');
		await opine(e1, r, 'direct_cancel', '查了条文,没有依据');
		const now = await get(r, e2);
		assert.equal(now.version, 5);
		assert.equal(now.experts, 3);
		assert.deepEqual(now.opinions.map((o) => [o.expert.id, o.vote, o.in_force]),
			[['u-7001', 'department_verify', false], ['u-7002', 'commitment', true], ['u-7003', 'direct_cancel', true], ['u-7001', 'direct_cancel', true]]);
		assert.equal(now.opinions[0].text, '先由部门核验', 'what was overtaken stays readable');
		assert.deepEqual(now.opinions[1].citations, cite);
		assert.deepEqual(now.votes, { direct_cancel: 2, commitment: 1, data_query: 0, department_verify: 0, abstain: 0 });
		assert.equal(now.majority, 'direct_cancel');
	});

	test('it is put off with what is unclear, stands in the queue, and is taken up again', async () => {
		let now = await act(r, 'deferral', { unclear: '条文未写明由谁出具' });
		assert.deepEqual([now.state, now.unclear], ['unresolved', '条文未写明由谁出具']);
		const queue = await supervisor.get(`${PATH}?state=unresolved`);
		assert.deepEqual(queue.reviews.map((x) => [x.id, x.unclear]), [[r.id, '条文未写明由谁出具']]);
		await refused('review_state', r, 'decision', decision('direct_cancel', { ground: 1 }));
		await refused('review_state', r, 'deferral', { unclear: '还是不清楚' });
		now = await opine(e2, r, 'commitment', '仍主张承诺');
		assert.equal(now.state, 'unresolved', 'discussion goes on meanwhile');
		now = await act(r, 'resumption', { reason: '省厅已答复' });
		assert.deepEqual([now.state, now.unclear], ['open', null]);
		assert.deepEqual((await reform.get(`${PATH}?state=unresolved`)).reviews, []);
	});

	test('it is decided with a ground; who saw it otherwise is kept with it', async () => {
		const n = records().length, key = uuid7();
		const before_ = await get(r), json = decision('direct_cancel', { ground: 1 });
		const now = await act(r, 'decision', json, { key });
		assert.deepEqual(still(await act(r, 'decision', json, { key, ifMatch: before_.version })), still(now), 'a repeat does nothing again');
		assert.deepEqual([now.state, now.method, now.ground.number, now.ground.remark, now.applied], ['decided', 'direct_cancel', 1, '无法律法规依据', null]);
		const { dissent, votes, majority, against_majority, by } = now.decision;
		assert.deepEqual(dissent.map((d) => [d.expert, d.name, d.vote, d.text]), [['u-7002', '专家典', 'commitment', '仍主张承诺']]);
		assert.equal(dissent[0].record, now.opinions.findLast((o) => o.expert.id === 'u-7002').record);
		assert.deepEqual([votes.direct_cancel, votes.commitment, majority, against_majority, by.id], [2, 1, 'direct_cancel', null, 'u-4001']);
		const added = records().slice(n);
		assert.deepEqual(added.map((x) => [x.type, x.review, x.method, x.ground, x.dissent]), [['review.decided', r.id, 'direct_cancel', 1, 1]]);
		await refused('review_state', r, 'opinions', { text: '晚了', citations: cite, vote: 'abstain' }, { by: e1 });
		await refused('review_state', r, 'withdrawal', { reason: '不要了' });
	});

	test('what was typed is sealed: neither the rows nor the records have it', () => {
		const text = JSON.stringify([rows(instance.dir, `SELECT division, number, state, item, matter, proof, round, difference, opened_by, method, decided_by, changed_by FROM review`),
			rows(instance.dir, 'SELECT event, vote, actor FROM review_event'), records()]);
		for (const typed of ['方式是否合适', '没有依据', '省厅已答复', '条文未写明', '经评审', '第四十四条', '专家典']) assert.ok(!text.includes(typed), typed);
		assert.ok(text.includes('9f86d081884c7d65'));
	});

	test('it goes into a draft, which names it, and is published as any other', async () => {
		const n = records().length, key = uuid7();
		const applied = await reform.post(`${PATH}/application`, {}, { key });
		version = applied.version;
		assert.equal(version, 2);
		assert.deepEqual(applied.reviews.map((x) => [x.id, x.item, x.applied]), [[r.id, item.code, 2]]);
		assert.deepEqual(still(await reform.post(`${PATH}/application`, {}, { key })), still(applied), 'a repeat says the same');
		const [imported, record] = records().slice(n);
		assert.deepEqual([imported.type, imported.inventory, imported.actor.id], ['inventory.imported', 2, 'u-4001']);
		assert.deepEqual([record.type, record.from, record.inventory, record.reviews], ['review.applied', 1, 2, [r.id]]);
		const d = await reform.get('/api/v1/inventory/differences?from=1&to=2');
		assert.deepEqual(d.changes.map((c) => [c.file, c.key, c.column, c.before, c.after]), [
			['items.csv', item.code, 'method', 'department_verify', 'direct_cancel'],
			['items.csv', item.code, 'verify_hours', item.verify_hours, ''],
			['items.csv', item.code, 'remark', '', '无法律法规依据'],
		].filter(([, , , a, b]) => a !== b));
		assert.equal((await methods(item.code)).method, 'department_verify', 'a draft is not in force');
		await reform.refused('review_nothing', { method: 'POST', path: `${PATH}/application`, json: {}, key: true });
	});

	test('once it is published the history of the method names the review', async () => {
		await publish(version);
		const m = await methods(item.code, await instance.client());
		assert.deepEqual([m.method, m.ground.number], ['direct_cancel', 1]);
		assert.deepEqual(m.history.map((h) => [h.version, h.method, h.ground?.number ?? null, h.review?.number ?? null]),
			[[1, 'department_verify', null, null], [2, 'direct_cancel', 1, r.number]]);
		assert.equal(m.history[0].until, m.history[1].from);
		const now = await get(r, supervisor);
		assert.deepEqual(now.events.map((e) => e.event), ['opened', 'opinion', 'opinion', 'opinion', 'opinion', 'deferred', 'opinion', 'resumed', 'decided', 'applied']);
		assert.deepEqual(now.events.map((e) => e.version), now.events.map((_, i) => i + 1));
		assert.equal(now.method_now, 'direct_cancel');
		assert.deepEqual(now.options, []);
		assert.deepEqual((await reform.get(`${PATH}?item=${item.code}`)).reviews.map((x) => x.id), [r.id]);
	});
});

describe('what blocks a decision', () => {
	const cases = [
		['review_commitment_excluded', pick((i) => i.method === 'department_verify' && excluded(i)), 'commitment', {}],
		['review_not_shared', pick((i) => i.method === 'commitment' && !shared(i)), 'data_query', { fields: ['name'] }],
		['review_shared', pick((i) => i.method === 'data_query'), 'department_verify', {}],
	];
	for (const [code, item, method, rest] of cases)
		test(`${code}: said before anybody votes, and refused with the same words`, async () => {
			const said = optionOf(await methods(item.code), method);
			assert.equal(said.open, false);
			assert.equal(said.blocked[0].code, code);
			const r = await withVotes(item, method, method);
			assert.deepEqual(optionOf(r, method), said);
			const n = records().length;
			const p = await refused(code, r, 'decision', decision(method, rest));
			assert.deepEqual([p.status, p.title, p.next], [409, said.blocked[0].title, said.blocked[0].next]);
			const [record] = records().slice(n);
			assert.deepEqual([record.type, record.code, record.action, record.object], ['request.refused', code, 'review.decide', r.id]);
			const en = await reform.refused(code, { method: 'POST', path: `${PATH}/${r.id}/decision`, json: decision(method, rest), key: true, ifMatch: '*', lang: 'en' });
			assert.notEqual(en.title, p.title);
			await act(r, 'withdrawal', { reason: '试完了' });
		});

	test('review_no_desk: nobody is asked who has no desk', async () => {
		const withDesk = new Set(desks().map((d) => d.agency_code));
		const asked = new Set(items.filter((i) => i.method !== 'direct_cancel').map((i) => proofs.get(i.proof_code).issuer_agency_code));
		const hasDesk = (i) => { const a = proofs.get(i.proof_code).issuer_agency_code; return withDesk.has(a) || asked.has(a); };
		const item = items.find((i) => i.method === 'direct_cancel' && !hasDesk(i) && !shared(i));
		if (item === undefined) return;		/* every issuer of the reference list has one: see the unit test */
		assert.deepEqual(blockOf(await methods(item.code), 'department_verify'), ['review_no_desk']);
	});

	test('review_ground_missing and what belongs to another method', async () => {
		const r = await withVotes(pick((i) => i.method === 'department_verify' && !excluded(i)), 'direct_cancel', 'direct_cancel');
		await refused('review_ground_missing', r, 'decision', decision('direct_cancel'));
		for (const ground of [0, 7, -1]) await refused('field_value', r, 'decision', decision('direct_cancel', { ground }));
		await refused('field_value', r, 'decision', decision('commitment', { ground: 1 }));
		await refused('field_value', r, 'decision', decision('direct_cancel', { ground: 1, verify_hours: 8 }));
		await refused('field_value', r, 'decision', decision('direct_cancel', { ground: 1, fields: ['name'] }));
		await refused('field_value', r, 'decision', decision('commitment', { grant_until: '2030-12-31' }));
		await refused('field_value', r, 'decision', decision('cancel'));
		await refused('field_missing', r, 'decision', { method: 'direct_cancel', ground: 1, reason: ' ', citations: cite });
		await refused('field_missing', r, 'decision', { ...decision('direct_cancel', { ground: 1 }), citations: [] });
		await refused('field_missing', r, 'decision', { ...decision('direct_cancel', { ground: 1 }), citations: [{ law: '法', article: '' }] });
		assert.equal((await get(r)).version, 3, 'nothing was written');
	});

	test('review_catch_all: in a new legal basis, and in what is proposed', async () => {
		const r = await withVotes(pick((i) => i.method === 'department_verify' && !excluded(i)), 'commitment', 'commitment');
		const p = await refused('review_catch_all', r, 'decision', decision('commitment', { legal_basis: '某办法及其他材料' }));
		assert.equal(p.args.words, '其他材料');
		const matter = matters.get(items[0].matter_code).code;
		await reform.refused('review_catch_all', { method: 'POST', path: PATH, key: true,
			json: { question: '增列', proposed: { matter, proof: 'P-010', legal_basis: '有关证明' } } });
	});

	test('review_quorum: two opinions at least', async () => {
		const r = await open(pick((i) => i.method === 'department_verify' && !excluded(i)));
		await refused('review_quorum', r, 'decision', decision('commitment'));
		await opine(e1, r, 'commitment');
		await opine(e1, r, 'commitment', '再说一次');
		const p = await refused('review_quorum', r, 'decision', decision('commitment'));
		assert.deepEqual(p.args, { count: '1', least: '2' });
		await opine(e2, r, 'abstain');
		assert.equal((await decide(r, 'commitment')).state, 'decided');
	});

	test('review_majority: a decision against most experts gives a reason of its own', async () => {
		const r = await withVotes(pick((i) => i.method === 'department_verify' && !excluded(i)), 'commitment', 'commitment', 'direct_cancel');
		await refused('review_majority', r, 'decision', decision('department_verify'));
		await refused('review_majority', r, 'decision', decision('department_verify', { against_majority: '  ' }));
		const now = await decide(r, 'department_verify', { against_majority: '承诺后难以核查' });
		assert.deepEqual([now.decision.against_majority, now.decision.majority, now.decision.dissent.length], ['承诺后难以核查', 'commitment', 3]);
		assert.equal(now.applied, (await reform.get('/api/v1/inventory')).version, 'the list follows already');
	});

	test('of two who are even neither is the majority', async () => {
		const r = await withVotes(pick((i) => i.method === 'department_verify' && !excluded(i)), 'commitment', 'direct_cancel');
		assert.equal((await get(r)).majority, null);
		assert.equal((await decide(r, 'department_verify')).decision.dissent.length, 2);
	});
});

describe('two at once', () => {
	test('one decides, the other is shown what was decided and by whom', async () => {
		const r = await withVotes(pick((i) => i.method === 'department_verify' && !excluded(i)), 'commitment', 'commitment');
		const ask = (method, rest) => reform.send({ method: 'POST', path: `${PATH}/${r.id}/decision`, key: true, ifMatch: r.version, json: decision(method, rest) });
		const answers = await Promise.all([ask('commitment'), ask('direct_cancel', { ground: 4, against_majority: '也可' })]);
		assert.deepEqual(answers.map((a) => a.status).sort(), [200, 412]);
		const lost = answers.find((a) => a.status === 412).json;
		assert.equal(lost.code, 'version_stale');
		assert.equal(lost.args.who, '改革司');
		assert.equal(lost.current.state, 'decided');
		assert.equal(lost.current.method, answers.find((a) => a.status === 200).json.method);
	});

	test('an opinion that came in meanwhile is not decided over', async () => {
		const r = await withVotes(pick((i) => i.method === 'department_verify' && !excluded(i)), 'commitment', 'commitment');
		await opine(e3, r, 'direct_cancel');
		await refused('version_stale', r, 'decision', decision('commitment'), { ifMatch: r.version });
	});

	test('opinions do not get in each other\'s way', async () => {
		const r = await open(pick((i) => i.method === 'department_verify' && !excluded(i)));
		await Promise.all([opine(e1, r, 'commitment'), opine(e2, r, 'abstain'), opine(e3, r, 'direct_cancel')]);
		const now = await get(r);
		assert.deepEqual([now.version, now.experts, now.opinions.length], [4, 3, 3]);
	});

	test('two who open a review of the same item: there is one', async () => {
		const { code } = pick((i) => i.method === 'department_verify');
		const answers = await Promise.all([1, 2, 3].map((n) => reform.send({ method: 'POST', path: PATH, key: true, json: { item: code, question: `${n}` } })));
		assert.deepEqual(answers.map((a) => a.status).sort(), [201, 409, 409]);
		for (const a of answers.filter((x) => x.status === 409)) assert.equal(a.json.code, 'review_there');
	});
});

describe('who may', () => {
	test('experts argue, the reform office decides, supervisors read, nobody else knows of it', async () => {
		const r = await open(pick((i) => i.method === 'department_verify'));
		const opinion = { text: '意见', citations: cite, vote: 'abstain' };
		for (const by of [reform, supervisor, clerk]) await refused('not_allowed', r, 'opinions', opinion, { by });
		for (const by of [e1, supervisor, clerk]) {
			await by.refused('not_allowed', { method: 'POST', path: PATH, json: { item: 'I-00001', question: '问' }, key: true });
			for (const [what, json] of [['deferral', { unclear: '不明' }], ['withdrawal', { reason: '撤' }], ['decision', decision('commitment')]])
				await refused('not_allowed', r, what, json, { by });
			await by.refused('not_allowed', { method: 'POST', path: `${PATH}/application`, json: {}, key: true });
		}
		await clerk.refused('not_allowed', { path: `${PATH}/${r.id}` });
		await clerk.refused('not_allowed', { path: PATH });
		for (const by of [e1, supervisor, await instance.client('u-6003')]) assert.equal((await get(r, by)).id, r.id);
		await reform.refused('not_found', { path: `${PATH}/330700-261126-PA99999-0` });
		assert.equal((await act(r, 'withdrawal', { reason: '不必评审' })).state, 'withdrawn');
	});

	test('reviews are the city\'s: the reform office of a county is told so, and not what there is', async () => {
		const county = await instance.client('u-4002');
		const r = await open(pick((i) => i.method === 'department_verify'));
		await county.refused('review_city_only', { method: 'POST', path: PATH, json: { item: 'I-00001', question: '问' }, key: true });
		await county.refused('review_city_only', { method: 'POST', path: `${PATH}/application`, json: {}, key: true });
		await county.refused('review_city_only', { path: PATH });
		await county.refused('not_found', { path: `${PATH}/${r.id}` });
		await refused('not_found', r, 'decision', decision('commitment'), { by: county });
	});

	test('requests that are not right say what is', async () => {
		for (const [code, json] of [['field_value', { question: '问' }], ['field_value', { item: 'I-99999', question: '问' }],
			['field_missing', { item: 'I-00001' }], ['field_value', { item: 'I-00001', question: '问', proposed: { matter: 'M-0001', proof: 'P-001', legal_basis: '无' } }],
			['field_value', { item: 'I-00001', question: '问', origin: { round: '张三', difference: 'x' } }],
			['field_value', { question: '问', proposed: { matter: 'M-9999', proof: 'P-001', legal_basis: '无' } }],
			['review_on_list', { question: '问', proposed: { matter: items[0].matter_code, proof: items[0].proof_code, legal_basis: '无' } }]])
			await reform.refused(code, { method: 'POST', path: PATH, json, key: true });
		const r = await open(pick((i) => i.method === 'department_verify'));
		for (const [code, json] of [['field_missing', { text: '意见', citations: [], vote: 'abstain' }], ['field_missing', { text: ' ', citations: cite, vote: 'abstain' }],
			['field_value', { text: '意见', citations: cite, vote: 'no' }], ['field_value', { text: '意见', citations: ['法'], vote: 'abstain' }]])
			await refused(code, r, 'opinions', json, { by: e1 });
		await reform.refused('field_value', { path: `${PATH}?state=lost` });
		await reform.refused('field_value', { path: `${PATH}?item=I-99999` });
	});

	test('the list comes in pages', async () => {
		const all = (await reform.get(`${PATH}?limit=200`)).reviews.map((r) => r.id);
		const seen = [];
		for (let next = ''; next !== null;) {
			const page = await reform.get(`${PATH}?limit=5${next && `&cursor=${encodeURIComponent(next)}`}`);
			seen.push(...page.reviews.map((r) => r.id));
			next = page.next;
		}
		assert.ok(all.length > 10);
		assert.deepEqual(seen, all);
	});
});

describe('into the list', () => {
	/* Every decision of the tests above first. */
	before(async () => publish((await apply()).version));

	test('a query that becomes something else takes its grant and its inputs with it; what becomes one brings them', async () => {
		const from = (await reform.get('/api/v1/inventory')).version;
		const dropped = pick((i) => i.method === 'data_query' && ownInputs.has(i.code));
		const ungranted = pick((i) => i.method === 'data_query' && grants.has(i.code) && !excluded(i));
		const granted = pick((i) => i.method === 'commitment' && proofs.get(i.proof_code).sharing_class === 'conditional' && person(i) && asksApplicant.has(i.proof_code));
		const plain = pick((i) => i.method === 'commitment' && proofs.get(i.proof_code).sharing_class === 'unconditional' && person(i) && asksApplicant.has(i.proof_code));
		const hours = pick((i) => i.method === 'commitment' && !shared(i));
		const fields = async (i) => optionOf(await methods(i.code), 'data_query').fields.slice(0, 2);
		await decide(await withVotes(dropped, 'direct_cancel', 'direct_cancel'), 'direct_cancel', { ground: 6 });
		await decide(await withVotes(ungranted, 'commitment', 'commitment'), 'commitment', { legal_basis: '《某条例》' });
		const r = await withVotes(granted, 'data_query', 'data_query');
		assert.deepEqual(optionOf(r, 'data_query').needs, ['fields', 'grant_until']);
		await refused('field_missing', r, 'decision', decision('data_query', { grant_until: '2030-12-31' }));
		await refused('field_value', r, 'decision', decision('data_query', { grant_until: '2030-12-31', fields: ['no_such_field'] }));
		await refused('review_grant_missing', r, 'decision', decision('data_query', { fields: await fields(granted) }));
		await refused('field_value', r, 'decision', decision('data_query', { fields: await fields(granted), grant_until: '2019-01-01' }));
		await decide(r, 'data_query', { fields: await fields(granted), grant_until: '2030-12-31' });
		const q = await withVotes(plain, 'data_query', 'data_query');
		await refused('field_value', q, 'decision', decision('data_query', { fields: await fields(plain), grant_until: '2030-12-31' }));
		await decide(q, 'data_query', { fields: await fields(plain) });
		await decide(await withVotes(hours, 'department_verify', 'department_verify'), 'department_verify', { verify_hours: 16 });

		const { version, reviews } = await apply();
		assert.deepEqual(reviews.map((x) => x.item).sort(), [dropped, ungranted, granted, plain, hours].map((i) => i.code).sort());
		const d = await reform.get(`/api/v1/inventory/differences?from=${from}&to=${version}`);
		const changed = (code) => Object.fromEntries(d.changes.filter((c) => c.key === code).map((c) => [c.column, c.after]));
		assert.deepEqual([changed(dropped.code).method, changed(dropped.code).remark, changed(dropped.code).fields], ['direct_cancel', '数据可以查得', '']);
		assert.ok(d.changes.some((c) => c.file === 'item_bindings.csv' && c.kind === 'removed' && c.key === dropped.code));
		assert.deepEqual([changed(ungranted.code).method, changed(ungranted.code).remark, changed(ungranted.code).legal_basis], ['commitment', '书面承诺,事后核查', '《某条例》']);
		assert.ok(d.changes.some((c) => c.file === 'grants.csv' && c.kind === 'removed' && c.key === grants.get(ungranted.code).code));
		assert.deepEqual([changed(granted.code).method, changed(granted.code).fields], ['data_query', (await fields(granted)).join(';')]);
		assert.equal(d.files['grants.csv'].added, 1);
		assert.deepEqual([changed(plain.code).method, changed(plain.code).remark], ['data_query', '']);
		assert.deepEqual([changed(hours.code).method, changed(hours.code).verify_hours], ['department_verify', '16']);
		await publish(version);
		assert.equal((await methods(granted.code)).method, 'data_query');
		assert.deepEqual((await methods(granted.code)).history.at(-1).review.number, r.number);
	});

	test('an item that was proposed comes onto the list, with a code of its own', async () => {
		const matter = [...matters.values()].find((m) => m.life_event === '' && m.commitment_excluded === 'no');
		const has = new Set(items.filter((i) => i.matter_code === matter.code).map((i) => i.proof_code));
		const proof = [...proofs.values()].find((p) => !has.has(p.code) && p.sharing_class === 'none');
		const r = await reform.post(PATH, { proposed: { matter: matter.code, proof: proof.code, legal_basis: '《某办法》' }, question: '是否增列' });
		assert.deepEqual([r.item, r.method_now, r.legal_basis], [null, null, '《某办法》']);
		await opine(e1, r, 'commitment');
		await opine(e2, r, 'commitment');
		await decide(r, 'commitment');
		const { version, reviews: [applied] } = await apply();
		assert.equal(applied.item, 'I-04053');
		await publish(version);
		const m = await methods('I-04053');
		assert.deepEqual([m.matter.code, m.proof.code, m.method, m.history.length, m.history[0].review.id], [matter.code, proof.code, 'commitment', 1, r.id]);
		await reform.refused('review_on_list', { method: 'POST', path: PATH, key: true, json: { question: '问', proposed: { matter: matter.code, proof: proof.code, legal_basis: '无' } } });
	});

	test('a draft that is never published has followed nothing: the next one says it again', async () => {
		const item = pick((i) => i.method === 'department_verify' && !excluded(i));
		const r = await withVotes(item, 'commitment', 'commitment');
		await decide(r, 'commitment');
		const first = await apply();
		const other = pick((i) => i.method === 'department_verify' && !excluded(i));
		await decide(await withVotes(other, 'commitment', 'commitment'), 'commitment');
		const second = await apply();
		assert.equal(second.version, first.version + 1);
		assert.deepEqual(second.reviews.map((x) => x.item), [item.code, other.code]);
		assert.equal((await get(r)).applied, second.version);
		await publish(second.version);
		await reform.refused('review_nothing', { method: 'POST', path: `${PATH}/application`, json: {}, key: true });
	});

	test('an item that has left the list is neither decided nor brought back', async () => {
		const [gone, late] = [1, 2].map(() => pick((i) => i.method === 'department_verify' && !excluded(i)));
		const r = await withVotes(gone, 'commitment', 'commitment'), l = await withVotes(late, 'commitment', 'commitment');
		await decide(r, 'commitment');
		const { version } = JSON.parse(must(['import', 'inventory', without(gone.code, late.code), '-d', instance.dir, '--json']).stdout);
		await publish(version);
		await refused('field_value', l, 'decision', decision('commitment'));
		assert.deepEqual([(await get(l)).options, (await get(l)).method_now], [[], null]);
		await reform.refused('not_found', { path: `/api/v1/items/${gone.code}/methods` });
		await reform.refused('review_nothing', { method: 'POST', path: `${PATH}/application`, json: {}, key: true });
		assert.equal((await get(r)).applied, null);
	});

	test('what the list cannot become is refused with where it is wrong, and nothing is written', async () => {
		await reform.refused('inventory_version', { method: 'POST', path: `${PATH}/application`, json: { from: 999 }, key: true });
		const item = pick((i) => i.method === 'department_verify' && !excluded(i)), r = await withVotes(item, 'commitment', 'commitment');
		await decide(r, 'commitment');
		const { version } = JSON.parse(must(['import', 'inventory', excluding(item.matter_code), '-d', instance.dir, '--json']).stdout);
		const n = records().length;
		const p = await reform.refused('import_refused', { method: 'POST', path: `${PATH}/application`, json: { from: version }, key: true });
		assert.ok(p.errors.some((e) => e.file === 'items.csv' && e.column === 'method' && e.value === 'commitment'), JSON.stringify(p.errors));
		assert.equal(records().length, n);
		assert.equal((await get(r)).applied, null);
	});

	test('the store fits: every reference has what it refers to', async () => {
		await instance.stop();
		must(['store', 'check', '-d', instance.dir]);
	});
});

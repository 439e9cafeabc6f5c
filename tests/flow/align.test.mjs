// The lists of the counties beside the city's: handed in, compared, and worked on in a round.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { must, started } from '../lib/instance.mjs';
import { jinhua } from '../lib/paths.mjs';
import { acts, rows } from '../lib/store.mjs';
import { uuid7 } from '../lib/uuid7.mjs';
import { workbook } from '../lib/xlsx.mjs';
import { bytes, counties, csv, handIn, kinds, lists, permille, Round, putRequest, ROUNDS, rowsOf, line, states, sum } from '../lib/align.mjs';

let instance, city, wuyi, jindong, supervisor, auditor, clerk, anyone, round, offline;
const handed = {};
before(async () => {
	instance = await started({ args: ['--log_level', 'debug'] });
	[city, wuyi, jindong, supervisor, auditor, clerk, anyone] = await Promise.all(
		['u-4001', 'u-4002', 'u-4003', 'u-5001', 'u-6003', 'u-1003', undefined].map((u) => instance.client(u)));
	offline = JSON.parse(must(['align', 'compare', lists, '--inventory', jinhua, '--json']).stdout);
});
after(() => instance?.destroy());

const records = () => acts(instance.dir).map((r) => r.json);
const KEEP = { reason: '本县没有这类机构', basis: '《浙江省公共数据条例》第三条' };
const matrix = (who = city, query = '') => who.get(`/api/v1/align/matrix${query}`);

/* What must hold of any comparison. */
function checkComparison(c, county) {
	assert.equal(c.rows, rowsOf(county).length);
	assert.equal(c.scope, c.paired + c.kinds.missing);
	assert.equal(c.rows, c.paired + c.kinds.extra + c.outside);
	assert.equal(c.paired - c.same_method, c.kinds.method);
	assert.equal(sum(Object.values(c.city)), c.scope);
	assert.equal(sum(Object.values(c.unity.county)), c.paired + c.kinds.extra);
	assert.deepEqual(c.unity.items, { same: c.paired, of: c.scope + c.kinds.extra, permille: permille({ same: c.paired, of: c.scope + c.kinds.extra }) });
	assert.deepEqual(c.unity.methods, { same: c.same_method, of: c.paired, permille: permille({ same: c.same_method, of: c.paired }) });
	const off = sum(Object.keys(c.city).map((m) => Math.abs(c.city[m] - c.unity.county[m])));
	assert.deepEqual([c.unity.counts.same, c.unity.counts.of], [c.scope - off, c.scope]);
	assert.equal(c.unity.unified, false);
}

describe('handing in', () => {
	test('ten lists are compared at once; the totals are those of the command alone', async () => {
		for (const county of counties) {
			const h = handed[county] = await handIn(county === '330723' ? wuyi : city, county, undefined, { name: `${county} 第一稿.csv` });
			assert.deepEqual([h.changed, h.inventory, h.round, h.drift, h.list.number, h.list.file], [true, 1, null, null, 1, `${county} 第一稿.csv`]);
			checkComparison(h.comparison, county);
			const { kinds: k, scope, paired, presumed } = offline.divisions.find((d) => d.division.code === county).found;
			assert.deepEqual([h.comparison.kinds, h.comparison.scope, h.comparison.paired], [k, scope, paired]);
			assert.deepEqual(h.comparison.presumed.map((p) => p.agency.code).sort(), presumed.map((p) => p.agency.code).sort());
		}
		const { lists: latest } = await supervisor.get('/api/v1/align/lists');
		assert.deepEqual(latest.map((l) => [l.division.code, l.number]), counties.map((c) => [c, 1]));
		assert.equal(latest.find((l) => l.division.code === '330723').received_by.id, 'u-4002');
	});

	test('the same content again changes nothing, as a workbook too', async () => {
		const n = records().length;
		assert.equal((await handIn(wuyi, '330723')).changed, false);
		const head = ['code', 'matter_name', 'proof_name', 'method', 'legal_basis'];
		const sheet = workbook({ 清单: [head, ...rowsOf('330723').map((r) => head.map((h) => r[h]))] });
		const h = await handIn(wuyi, '330723', sheet, { name: '武义.xlsx', type: { 'Content-Type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' } });
		assert.deepEqual([h.changed, h.list.number, h.list.file], [false, 1, '330723 第一稿.csv']);
		assert.equal(records().length, n);
		assert.equal((await wuyi.get('/api/v1/align/lists/330723')).lists.length, 1);
	});

	test('a list is kept as it was, and given back', async () => {
		const a = await auditor.send({ path: '/api/v1/align/lists/330723/1' });
		assert.deepEqual([a.status, a.headers['content-disposition']], [200, 'attachment; filename="330723-1.csv"']);
		assert.equal((await handIn(wuyi, '330723', a.text)).changed, false);
		await auditor.refused('not_found', { path: '/api/v1/align/lists/330723/2' });
	});

	test('what is wrong is told with its place, and nothing is taken', async () => {
		const bad = rowsOf('330723').slice(0, 5);
		bad[2] = { ...bad[2], method: 'data_qurey' };
		bad[4] = { ...bad[4], proof_name: '' };
		for (const lang of ['zh', 'en']) {
			const p = await wuyi.refused('import_refused', putRequest('330723', csv(bad), { name: '坏的.csv', lang }));
			assert.deepEqual(p.errors.map((e) => [e.file, e.line, e.column]), [['坏的.csv', 4, 'method'], ['坏的.csv', 6, 'proof_name']]);
			assert.match(p.errors[0].reason, lang === 'en' ? /[a-z]/ : /\p{Script=Han}/u);
		}
		for (const type of ['application/json', 'image/png', undefined])
			await wuyi.refused('list_type', putRequest('330723', bytes('330723'), { type: { 'Content-Type': type } }));
		await wuyi.refused('field_value', putRequest('330723', bytes('330723'), { name: 'x'.repeat(120) }));
		assert.equal((await wuyi.get('/api/v1/align/lists/330723')).lists.length, 1);
	});

	test('each list is one record, without the name of its file', () => {
		const mine = records().filter((r) => r.type === 'align.list_received');
		assert.deepEqual(mine.map((r) => [r.county, r.list, r.rows]), counties.map((c) => [c, 1, rowsOf(c).length]));
		assert.ok(!JSON.stringify(mine).includes('第一稿'));
	});
});

describe('a round', () => {
	test('is opened by the city with all lists: one row for each difference of the comparison', async () => {
		await wuyi.refused('align_city_only', { method: 'POST', path: ROUNDS, key: true, json: { title: '一', closes: '2099-01-01' } });
		await city.refused('field_value', { method: 'POST', path: ROUNDS, key: true, json: { title: '一', closes: '2020-01-01' } });
		await city.refused('align_not_county', { method: 'POST', path: ROUNDS, key: true, json: { title: '一', closes: '2099-01-01', divisions: ['330700'] } });
		const key = uuid7(), request = { method: 'POST', path: ROUNDS, key, json: { title: '第一轮 二〇二六', closes: '2099-12-31' } };
		const first = await city.send(request), again = await city.send(request);
		assert.deepEqual([first.status, again.status, again.json], [201, 201, first.json]);
		round = new Round(first.json.round);
		const r = first.json;
		assert.deepEqual([r.round, r.state, r.title, r.inventory, r.late, r.named], [1, 'open', '第一轮 二〇二六', 1, false, false]);
		assert.deepEqual(r.divisions.map((d) => [d.division.code, d.states.open]), counties.map((c) => [c, sum(Object.values(handed[c].comparison.kinds))]));
		const all = await round.all(city);
		assert.equal(all.length, offline.differences.length);
		assert.equal(new Set(all.map((d) => d.division.code + d.id)).size, all.length);
		const about = (d) => [d.division.code, d.kind, d.item?.code, d.row?.line, d.certainty, d.explanation].join('|');
		assert.deepEqual(all.map(about).sort(), offline.differences.map(about).sort());
		await city.refused('align_round_open', { method: 'POST', path: ROUNDS, key: true, json: { title: '二', closes: '2099-01-01' } });
	});

	test('is seen from each side: one county across departments, one department across counties, and as a table', async () => {
		const all = await round.all(city), { cells } = await city.get(`${ROUNDS}/1/table`);
		const vertical = await round.all(city, { division: '330781' }, 7), agency = cells.find((c) => c.division.code === '330781').agency.code;
		assert.deepEqual(vertical.map((d) => d.id), all.filter((d) => d.division.code === '330781').map((d) => d.id));
		const horizontal = await round.all(city, { agency });
		assert.deepEqual(horizontal.map((d) => d.id), all.filter((d) => d.agency?.code === agency).map((d) => d.id));
		assert.ok(new Set(horizontal.map((d) => d.division.code)).size > 1);
		assert.equal(sum(cells.map((c) => sum(Object.values(c.kinds)))), all.length);
		for (const c of cells) {
			const mine = all.filter((d) => d.division.code === c.division.code && d.agency?.code === c.agency?.code);
			assert.deepEqual(kinds.map((k) => c.kinds[k]), kinds.map((k) => mine.filter((d) => d.kind === k).length));
			assert.equal(c.states.open, mine.length);
		}
		const { cells: row } = await city.get(`${ROUNDS}/1/table?agency=${agency}`);
		assert.deepEqual(row, cells.filter((c) => c.agency?.code === agency));
	});

	test('is searched by kind, name and who has it', async () => {
		const all = await round.all(city), word = '居民户口簿';
		assert.deepEqual((await round.all(city, { kind: 'method' })).map((d) => d.id), all.filter((d) => d.kind === 'method').map((d) => d.id));
		const found = await round.all(city, { q: word });
		const has = (d) => [d.item?.matter.name, d.item?.proof.name, d.row?.matter, d.row?.proof].some((t) => t?.includes(word));
		assert.ok(found.length > 0);
		assert.deepEqual(found.map((d) => d.id), all.filter(has).map((d) => d.id));
		assert.equal((await round.all(city, { assignee: '-' })).length, all.length);
		assert.deepEqual(await round.all(city, { assignee: 'u-4002' }), []);
		assert.deepEqual(await round.all(city, { state: 'decided' }), []);
		for (const bad of ['kind=x', 'state=x', 'division=330799x', 'agency=x', 'limit=0', 'cursor=AAAA'])
			assert.ok([404, 422].includes((await city.send({ path: `${ROUNDS}/1/differences?${bad}` })).status), bad);
	});

	test('a difference shows both sides, the evidence in both languages, and what comes near', async () => {
		for (const kind of kinds) {
			const [first] = await round.all(wuyi, { kind }), d = await round.get(wuyi, first);
			assert.deepEqual([d.kind, d.item === null, d.row === null, d.state, d.gone], [kind, kind === 'extra', kind === 'missing', 'open', null]);
			assert.ok(d.evidence.zh.length > 0 && d.evidence.zh.length === d.evidence.en.length);
			assert.notDeepEqual(d.evidence.zh, d.evidence.en);
			assert.deepEqual([d.decision, d.comments, d.events], [null, [], []]);
			if (d.row) {
				const row = rowsOf('330723')[d.row.line - 2];
				assert.deepEqual([d.row.code, d.row.matter, d.row.proof, d.row.method], [row.code, row.matter_name, row.proof_name, row.method]);
			}
			for (const c of d.candidates) assert.equal((c.item === null) !== (c.row === null), true);
		}
	});
});

describe('deciding', () => {
	test('adopts, keeps with a legal basis, or proposes with a reason; each is a record without the words', async () => {
		const [a, b, c] = await round.all(wuyi, { kind: 'missing' }), n = records().length;
		await wuyi.refused('field_missing', { method: 'POST', path: round.at(b, 'decision'), key: true, ifMatch: 1, json: { decision: 'keep', basis: '《法》' } });
		for (const basis of [undefined, ' ', '无'])
			await wuyi.refused('align_basis', { method: 'POST', path: round.at(b, 'decision'), key: true, ifMatch: 1, json: { decision: 'keep', reason: '没有', basis } });
		await wuyi.refused('field_missing', { method: 'POST', path: round.at(b, 'decision'), key: true, ifMatch: 1, json: { decision: 'propose' } });
		await wuyi.refused('field_value', { method: 'POST', path: round.at(b, 'decision'), key: true, ifMatch: 1, json: { decision: 'open' } });
		const done = [await round.decide(wuyi, a, 'adopt'), await round.decide(wuyi, b, 'keep', KEEP), await round.decide(wuyi, c, 'propose', { reason: '应由市里统一办理' })];
		assert.deepEqual(done.map((d) => [d.version, d.state, d.decision.decision, d.decision.reason, d.decision.basis, d.decided_by.id]), [
			[2, 'adopt', 'adopt', null, null, 'u-4002'], [2, 'keep', 'keep', KEEP.reason, KEEP.basis, 'u-4002'], [2, 'propose', 'propose', '应由市里统一办理', null, 'u-4002']]);
		assert.deepEqual(done[1].events.map((e) => [e.what, e.who.id, e.decision, e.reason, e.basis]), [['decided', 'u-4002', 'keep', KEEP.reason, KEEP.basis]]);
		const mine = records().slice(n).filter((r) => r.type === 'align.decided');
		assert.deepEqual(mine.map((r) => [r.round, r.county, r.kind, r.item, r.decision, r.difference]), done.map((d) => [1, '330723', 'missing', d.item.code, d.state, d.id]));
		assert.ok(!JSON.stringify(mine).includes(KEEP.reason));
		const p = await wuyi.refused('align_decided', { method: 'POST', path: round.at(a, 'decision'), key: true, ifMatch: 2, json: { decision: 'adopt' } });
		assert.equal(p.args.state_zh, '采用市级');
	});

	test('the change that is proposed can be found: by its state, with item, round and key', async () => {
		const [d] = await round.all(city, { state: 'propose' });
		assert.deepEqual([d.division.code, d.state, d.item.code !== undefined], ['330723', 'propose', true]);
		const [row] = rows(instance.dir, `SELECT hex(key) AS key, round, item FROM align_difference WHERE state = 'propose'`);
		assert.deepEqual([row.key.toLowerCase(), row.round, row.item], [d.id, 1, d.item.code]);
	});

	test('two at once: one wins, the other is shown what was decided and by whom', async () => {
		for (let i = 0; i < 5; i++) {
			const [d] = await round.all(wuyi, { kind: 'missing', state: 'open' });
			const send = (who, json) => who.send({ method: 'POST', path: round.at(d, 'decision'), key: true, ifMatch: d.version, json });
			const answers = await Promise.all([send(wuyi, { decision: 'adopt' }), send(city, { decision: 'keep', ...KEEP })]);
			const won = answers.find((a) => a.status === 200), lost = answers.find((a) => a.status !== 200);
			assert.deepEqual([lost.status, lost.json.code], [412, 'version_stale']);
			assert.deepEqual([lost.json.current.state, lost.json.current.decided_by.id, lost.json.current.decision.at], [won.json.state, won.json.decided_by.id, won.json.decided_at]);
			assert.equal(lost.json.args.who, won.json.decided_by.name);
			assert.equal(records().filter((r) => r.type === 'align.decided' && r.difference === d.id).length, 1);
		}
	});

	test('is taken back, with its history, and decided again', async () => {
		const [d] = await round.all(wuyi, { kind: 'method', state: 'open' });
		await wuyi.refused('align_undecided', { method: 'POST', path: round.at(d, 'undo'), key: true, ifMatch: d.version, json: {} });
		const undone = await round.undo(wuyi, await round.decide(wuyi, d, 'keep', KEEP));
		assert.deepEqual([undone.version, undone.state, undone.decision, undone.decided_by], [3, 'open', null, null]);
		const again = await round.decide(city, undone, 'adopt', { reason: '市里的方式更便民' });
		assert.deepEqual(again.events.map((e) => [e.what, e.who.id, e.decision]), [['decided', 'u-4002', 'keep'], ['undone', 'u-4002', 'keep'], ['decided', 'u-4001', 'adopt']]);
		assert.equal(again.decision.reason, '市里的方式更便民');
	});

	test('is assigned to somebody of the office, until a day; discussed without disturbing who decides', async () => {
		const [d] = await round.all(wuyi, { kind: 'method', state: 'open' });
		for (const user of ['u-1003', 'u-9999', 'u-4003'])
			await wuyi.refused('align_assignee', { method: 'PUT', path: round.at(d, 'assignment'), ifMatch: d.version, json: { user, until: '2099-01-01' } });
		await wuyi.refused('field_value', { method: 'PUT', path: round.at(d, 'assignment'), ifMatch: d.version, json: { user: 'u-4002', until: '2020-01-01' } });
		const a = await round.assign(wuyi, d, { user: 'u-4002', until: '2099-01-01' });
		assert.deepEqual([a.version, a.assignee, a.until, a.late], [2, { id: 'u-4002', name: '改革武' }, '2099-01-01', false]);
		const said = await round.comment(city, d, '请先问市民政局');
		assert.deepEqual([said.version, said.comments.map((c) => [c.who.id, c.text])], [2, [['u-4001', '请先问市民政局']]]);
		assert.deepEqual((await round.all(wuyi, { assignee: 'u-4002' })).map((x) => x.id), [d.id]);
		const m = line(await matrix(), '330723');
		assert.deepEqual(m.remaining.map((r) => [r.assignee?.id ?? null, r.earliest]).sort(), [[null, null], ['u-4002', '2099-01-01']].sort());
		assert.equal(sum(m.remaining.map((r) => r.open)), m.states.open);
		const free = await round.assign(wuyi, a, {});
		assert.deepEqual([free.assignee, free.until, free.events.map((e) => [e.what, e.user?.id ?? null])], [null, null, [['assigned', 'u-4002'], ['commented', null], ['assigned', null]]]);
	});

	test('in bulk: all open ones of a kind, each a record of its own; repeated it changes nothing', async () => {
		const open = await round.all(wuyi, { kind: 'matter_name', state: 'open' }), n = records().length, key = uuid7();
		assert.ok(open.length > 3);
		const first = await round.bulk(wuyi, { kind: 'matter_name', decision: 'adopt', limit: 2 }, { key });
		assert.deepEqual(first, { decided: 2, left: open.length - 2 });
		assert.deepEqual(await round.bulk(wuyi, { kind: 'matter_name', decision: 'adopt', limit: 2 }, { key }), first);
		await wuyi.refused('idempotency_key_reused', { method: 'POST', path: `${ROUNDS}/1/decisions`, key, json: { kind: 'matter_name', decision: 'adopt' } });
		assert.deepEqual(await round.bulk(wuyi, { kind: 'matter_name', decision: 'adopt' }), { decided: open.length - 2, left: 0 });
		assert.deepEqual(await round.bulk(wuyi, { kind: 'matter_name', decision: 'adopt' }), { decided: 0, left: 0 });
		const mine = records().slice(n);
		assert.equal(mine.filter((r) => r.type === 'align.decided_many').length, 2);
		assert.deepEqual(mine.filter((r) => r.type === 'align.decided').map((r) => r.difference).sort(), open.map((d) => d.id).sort());
		await wuyi.refused('align_basis', { method: 'POST', path: `${ROUNDS}/1/decisions`, key: true, json: { kind: 'extra', decision: 'keep', reason: '有' } });
		await city.refused('agency_unknown', { method: 'POST', path: `${ROUNDS}/1/decisions`, key: true, json: { kind: 'extra', decision: 'adopt', agency: '330700-XX' } });
		/* The city's, for one department in all counties. */
		const { cells } = await city.get(`${ROUNDS}/1/table`), agency = cells.find((c) => c.division.code !== '330723' && c.kinds.extra > 0 && c.agency).agency.code;
		const there = await round.all(city, { kind: 'extra', agency, state: 'open' });
		assert.deepEqual(await round.bulk(city, { kind: 'extra', agency, decision: 'adopt' }), { decided: there.length, left: 0 });
	});

	test('in bulk and one by one at once: nobody\'s decision is lost', async () => {
		const open = await round.all(city, { kind: 'proof_name', division: '330781', state: 'open' });
		const one = open.slice(0, 10).map((d) => city.send({ method: 'POST', path: round.at(d, 'decision'), key: true, ifMatch: d.version, json: { decision: 'keep', ...KEEP } }));
		const [bulk, ...single] = await Promise.all([round.bulk(city, { kind: 'proof_name', division: '330781', decision: 'adopt' }), ...one]);
		const kept = single.filter((a) => a.status === 200).length, now = await round.all(city, { kind: 'proof_name', division: '330781' });
		assert.deepEqual([bulk.decided + kept, bulk.left], [open.length, 0]);
		assert.deepEqual([now.filter((d) => d.state === 'keep').length, now.filter((d) => d.state === 'adopt').length], [kept, bulk.decided]);
	});
});

describe('the matrix', () => {
	test('says what was found, what is now, and what will be: as whole numbers that follow from the decisions', async () => {
		const m = await matrix(supervisor), all = await round.all(city);
		assert.deepEqual(m.divisions.map((d) => d.division.code), counties);
		for (const d of m.divisions) {
			const mine = all.filter((x) => x.division.code === d.division.code), f = handed[d.division.code].comparison;
			assert.deepEqual(d.found, f);
			assert.deepEqual(states.map((s) => d.states[s]), states.map((s) => mine.filter((x) => x.state === s).length));
			const n = (kind, ...s) => mine.filter((x) => x.kind === kind && s.includes(x.state)).length;
			const items = (keep, adopt) => [f.paired + n('missing', ...keep, ...adopt), f.scope + f.kinds.extra - n('extra', ...keep, ...adopt)];
			assert.deepEqual([d.now.unity.items.same, d.now.unity.items.of], items(['keep'], []));
			assert.deepEqual([d.decided.items.same, d.decided.items.of], items(['keep'], ['adopt']));
			const methods = (s, adopted) => [f.same_method + n('method', ...s) + adopted, f.paired + adopted];
			assert.deepEqual([d.now.unity.methods.same, d.now.unity.methods.of], methods(['keep'], 0));
			assert.deepEqual([d.decided.methods.same, d.decided.methods.of], methods(['keep', 'adopt'], n('missing', 'adopt')));
			/* Counts by method: each settled difference moves one. */
			const moved = { ...f.unity.county }, done = mine.filter((x) => ['keep', 'adopt'].includes(x.state));
			for (const x of done) {
				if (['missing', 'method'].includes(x.kind)) moved[x.item.method]++;
				if (['extra', 'method'].includes(x.kind)) moved[x.row.method]--;
			}
			assert.deepEqual(d.decided.county, moved);
			assert.equal(d.decided.counts.same, f.scope - sum(Object.keys(moved).map((k) => Math.abs(moved[k] - f.city[k]))));
			for (const u of [d.found.unity, d.now.unity, d.decided]) for (const x of [u.items, u.methods, u.counts]) assert.equal(x.permille, permille(x));
			assert.equal(d.drift, null);
		}
		assert.equal(m.total.states.open, sum(m.divisions.map((d) => d.states.open)));
		// What one county has too many of does not make up for what another lacks.
		for (const part of ['items', 'methods', 'counts']) for (const of of ['same', 'of']) {
			assert.equal(m.total.decided[part][of], sum(m.divisions.map((d) => d.decided[part][of])));
			assert.equal(m.total.found[part][of], sum(m.divisions.map((d) => d.found.unity[part][of])));
		}
		assert.ok(m.total.decided.items.permille >= m.total.found.items.permille);
	});

	test('a county whose differences are all adopted or kept is unified', async () => {
		for (const kind of kinds) {
			await round.bulk(city, { kind, division: '330702', decision: kind === 'extra' ? 'keep' : 'adopt', ...(kind === 'extra' ? KEEP : {}) });
		}
		const d = line(await matrix(), '330702');
		assert.deepEqual([d.states.open, d.decided.unified, d.found.unity.unified], [0, true, false]);
		assert.deepEqual([d.decided.items.permille, d.decided.methods.permille, d.decided.counts.permille], [1000, 1000, 1000]);
	});

	test('is measured at each list and at the opening', async () => {
		const { measures } = await city.get('/api/v1/align/measures?division=330723');
		assert.deepEqual(measures.map((m) => [m.cause, m.round, m.list]), [['opened', 1, 1], ['list', null, 1]]);
		assert.deepEqual(measures[0].unity, handed['330723'].comparison.unity);
		const page = await city.get('/api/v1/align/measures?limit=3');
		assert.equal(page.measures.length, 3);
		const rest = await city.get(`/api/v1/align/measures?limit=200&cursor=${page.next}`);
		assert.deepEqual([rest.measures.length, rest.next], [17, null]);
	});
});

describe('who may', () => {
	test('a county sees and decides its own, and is not told of others\'', async () => {
		const [other] = await round.all(city, { division: '330703' }), [own] = await round.all(jindong);
		assert.ok((await round.all(jindong)).every((d) => d.division.code === '330703'));
		assert.equal(own.division.code, '330703');
		const change = (what, json) => ({ method: what === 'assignment' ? 'PUT' : 'POST', path: round.at(other, what), key: true, ifMatch: '*', json });
		await wuyi.refused('not_found', { path: round.at(other) });
		for (const r of [change('decision', { decision: 'adopt' }), change('undo', {}), change('assignment', {}), change('comments', { text: '看' })]) await wuyi.refused('not_found', r);
		for (const path of [`${ROUNDS}/1/differences?division=330703`, `${ROUNDS}/1/table?division=330703`, '/api/v1/align/lists/330703', '/api/v1/align/lists/330703/1', '/api/v1/align/measures?division=330703', '/api/v1/align/drift/330703'])
			await wuyi.refused('not_found', { path });
		await wuyi.refused('not_found', putRequest('330703'));
		await wuyi.refused('not_found', { method: 'POST', path: `${ROUNDS}/1/decisions`, key: true, json: { kind: 'extra', decision: 'adopt', division: '330703' } });
		assert.deepEqual((await matrix(wuyi)).divisions.map((d) => d.division.code), ['330723']);
		assert.deepEqual((await round.show(wuyi)).divisions.map((d) => d.division.code), ['330723']);
		assert.deepEqual((await wuyi.get('/api/v1/align/lists')).lists.map((l) => l.division.code), ['330723']);
		assert.deepEqual((await wuyi.get(`${ROUNDS}/1/table`)).cells.map((c) => c.division.code).filter((c) => c !== '330723'), []);
		for (const [path, json] of [['closure', {}], ['reopening', { reason: '再来', closes: '2099-01-01' }]])
			await wuyi.refused('align_city_only', { method: 'POST', path: `${ROUNDS}/1/${path}`, key: true, ifMatch: '*', json });
		await wuyi.refused('align_city_only', { method: 'PUT', path: '/api/v1/align/scope/330723/330700-ZG', json: { runs: 'city' } });
	});

	test('supervisors and auditors read; a clerk does not, and strangers sign in first', async () => {
		const [d] = await round.all(supervisor, { division: '330781' });
		assert.equal((await round.get(auditor, d)).id, d.id);
		for (const who of [supervisor, auditor])
			await who.refused('not_allowed', { method: 'POST', path: round.at(d, 'decision'), key: true, ifMatch: '*', json: { decision: 'adopt' } });
		for (const path of [round.at(d), `${ROUNDS}/1/differences`, '/api/v1/align/matrix']) {
			await clerk.refused('not_allowed', { path });
			await anyone.refused('sign_in', { path });
		}
		await clerk.refused('not_allowed', putRequest('330723'));
		/* A stranger's list is not even read. */
		await anyone.refused('sign_in', putRequest('330723', Buffer.alloc(30 << 20, 'a')));
		await wuyi.refused('body_too_large', putRequest('330723', Buffer.alloc((32 << 20) + 1, 'a')));
		await city.refused('not_found', { path: `${ROUNDS}/99` });
		await city.refused('not_found', { path: round.at('0'.repeat(32)) });
		await city.refused('not_found', { path: round.at('x') });
	});
});

test('hundreds are decided by one request of the city', async () => {
	const open = await round.all(city, { kind: 'missing', state: 'open' });
	assert.ok(open.length > 250, `${open.length}`);
	assert.deepEqual(await round.bulk(city, { kind: 'missing', decision: 'adopt' }), { decided: open.length, left: 0 });
	assert.deepEqual(await round.all(city, { kind: 'missing', state: 'open' }), []);
});

test('a list of something else is refused, and says what fits nothing', async () => {
	const strange = Array.from({ length: 5000 }, (_, i) => ({ matter_name: `渡口船舶检验之${i}`, proof_name: `灯塔守护人名册之${i}`, method: 'commitment' }));
	const a = await wuyi.send(putRequest('330723', csv(strange)));
	assert.deepEqual([a.status, a.json.code], [422, 'align_strange']);
	assert.equal((await wuyi.get('/api/v1/align/lists/330723')).lists.length, 1);
});

// Rounds over time: a list that comes again in the middle, closing, opening again, drift, and who runs what.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Instance, must, started } from '../lib/instance.mjs';
import { readCsv } from '../lib/csv.mjs';
import { jinhua } from '../lib/paths.mjs';
import { onPg } from '../lib/pg.mjs';
import { acts, rows, write } from '../lib/store.mjs';
import { csv, draftInventory, handIn, kinds, line, openRound, ROUNDS, rowsOf, sum } from '../lib/align.mjs';

const COUNTY = '330723', KEEP = { reason: '本县没有这类机构', basis: '《浙江省公共数据条例》第三条' };
let instance, city, wuyi, jindong, round;
before(async () => {
	instance = await started();
	[city, wuyi, jindong] = await Promise.all(['u-4001', 'u-4002', 'u-4003'].map((u) => instance.client(u)));
	const request = (json) => ({ method: 'POST', path: ROUNDS, key: true, json: { title: '一', closes: '2099-01-01', ...json } });
	await city.refused('align_no_list', request());
	assert.deepEqual((await matrix()).list, null);
	assert.equal((await city.get(`/api/v1/align/drift/${COUNTY}`)).drift, null);
	await handIn(wuyi, COUNTY);
	await handIn(city, '330781');
	await city.refused('align_no_list', request({ divisions: ['330784'] }));
	round = await openRound(city);
});
after(() => instance?.destroy());

const records = () => acts(instance.dir).map((r) => r.json);
const matrix = async (county = COUNTY, query = '') => line(await city.get(`/api/v1/align/matrix${query}`), county);
const measures = async (county = COUNTY) => (await city.get(`/api/v1/align/measures?division=${county}&limit=200`)).measures;
const byId = (list) => new Map(list.map((d) => [d.id, d]));

describe('a list that is handed in again in the middle of a round', () => {
	let before_, list, dropped, kept, adopted, removed;
	test('leaves what is found again as it is, its decision and its version', async () => {
		const all = await round.all(wuyi);
		/* One row that is extra goes, one that is extra stays and was decided; one item is lost. */
		const [x, y, z] = all.filter((d) => d.kind === 'extra'), [a] = all.filter((d) => d.kind === 'missing');
		dropped = await round.decide(wuyi, x, 'adopt');
		kept = await round.decide(wuyi, y, 'keep', KEEP);
		adopted = await round.decide(wuyi, a, 'adopt');
		removed = await round.comment(wuyi, z, '这一行要核实');
		before_ = byId(await round.all(wuyi));
		list = rowsOf(COUNTY).filter((r) => r.code !== x.row.code).map((r, i) => ({ ...r, code: `新-${i + 1}` }));
		const plain = list.find((r) => !all.some((d) => d.row && d.row.matter === r.matter_name)), lost = list.indexOf(plain);
		list.splice(lost, 1);
		list.reverse();
		const h = await handIn(wuyi, COUNTY, csv(list));
		assert.deepEqual([h.changed, h.list.number, h.round], [true, 2, { round: 1, new: 1, gone: 1, back: 0, same: all.length - 1 }]);
		const now = byId(await round.all(wuyi));
		for (const [id, d] of before_) {
			if (id === dropped.id) continue;
			assert.deepEqual(now.get(id), d, 'as it was, other codes and another order notwithstanding');
		}
		const fresh = [...now.values()].filter((d) => !before_.has(d.id));
		assert.deepEqual(fresh.map((d) => [d.kind, d.item.matter.name, d.item.proof.name, d.state]), [['missing', plain.matter_name, plain.proof_name, 'open']]);
	});

	test('what is found no more is gone, kept with the list that had it last; there is nothing left to decide', async () => {
		const d = await round.get(wuyi, dropped);
		assert.deepEqual([d.gone, d.state, d.version, d.row.list], [1, 'adopt', dropped.version + 1, 1]);
		assert.deepEqual((await round.all(wuyi, { state: 'gone' })).map((x) => x.id), [dropped.id]);
		const m = await matrix();
		assert.equal(m.states.gone, 1);
		assert.equal(m.list.number, 2);
		const undone = await round.undo(wuyi, d);
		const p = await wuyi.refused('align_gone', { method: 'POST', path: round.at(d, 'decision'), key: true, ifMatch: undone.version, json: { decision: 'adopt' } });
		assert.equal(p.args.list, '1');
	});

	test('what was gone and comes back is as it was', async () => {
		const h = await handIn(wuyi, COUNTY);
		assert.deepEqual([h.list.number, h.round.new, h.round.gone, h.round.back], [3, 0, 1, 1]);
		const d = await round.get(wuyi, dropped), still = await round.get(wuyi, kept);
		assert.deepEqual([d.gone, d.state, d.events.map((e) => e.what)], [null, 'open', ['decided', 'undone']]);
		assert.deepEqual([still.version, still.decision], [kept.version, kept.decision]);
		assert.equal((await round.get(wuyi, removed)).comments.length, 1);
	});

	test('and while somebody decides: whatever comes first, nothing is lost', async () => {
		const open = (await round.all(wuyi, { state: 'open' })).slice(0, 20), other = csv(list);
		const answers = await Promise.all([handIn(wuyi, COUNTY, other), ...open.map((d) => city.send({ method: 'POST', path: round.at(d, 'decision'), key: true, ifMatch: d.version, json: { decision: 'adopt' } }))]);
		const now = byId(await round.all(wuyi));
		for (const [i, d] of open.entries()) {
			const a = answers[i + 1];
			assert.ok(a.status === 200 || ['version_stale', 'align_gone'].includes(a.json.code), a.text);
			assert.equal(now.get(d.id).state, a.status === 200 ? 'adopt' : 'open');
		}
		await handIn(wuyi, COUNTY);
	});

	test('a county whose first list comes in the middle joins', async () => {
		const h = await handIn(jindong, '330703');
		assert.deepEqual([h.round.round, h.round.new], [1, sum(Object.values(h.comparison.kinds))]);
		assert.equal((await round.all(jindong)).length, h.round.new);
	});
});

describe('who runs a department', () => {
	test('is presumed from the list until it is said; then the round looks again', async () => {
		const { presumed, scope } = await city.get('/api/v1/align/scope?division=330703');
		const one = presumed.find((p) => p.agency.code === '330700-ZG');
		assert.deepEqual([scope, one.items > 0], [[], true]);
		const path = '/api/v1/align/scope/330703/330700-ZG', n = (await round.all(jindong, { agency: '330700-ZG' })).length;
		const said = await city.ok('PUT', path, { json: { runs: 'county' } });
		assert.deepEqual(said.scope.map((s) => [s.division.code, s.agency.code, s.runs, s.set_by.id]), [['330703', '330700-ZG', 'county', 'u-4001']]);
		assert.ok(!said.presumed.some((p) => p.division.code === '330703' && p.agency.code === '330700-ZG'));
		const missing = await round.all(jindong, { agency: '330700-ZG', state: 'open' });
		assert.deepEqual([missing.length, missing.every((d) => d.kind === 'missing')], [n + one.items, true]);
		assert.equal((await matrix('330703')).now.scope, (await matrix('330703')).found.scope + one.items);
		const kept = await round.decide(jindong, missing[0], 'keep', KEEP);
		await city.ok('PUT', path, { json: { runs: 'city' } });
		assert.deepEqual([(await round.all(jindong, { agency: '330700-ZG', state: 'open' })).length, (await round.get(jindong, kept)).gone], [n, 1]);
		await city.ok('PUT', path, { json: { runs: 'county' } });
		assert.deepEqual((await round.get(jindong, kept)).decision, kept.decision);
		const unsaid = await city.ok('DELETE', path);
		assert.ok(unsaid.presumed.some((p) => p.division.code === '330703' && p.agency.code === '330700-ZG'));
		assert.deepEqual(unsaid.scope, []);
		assert.deepEqual(records().filter((r) => r.type === 'align.scope_set').map((r) => [r.county, r.agency, r.runs, r.round]),
			['county', 'city', 'county', 'unsaid'].map((runs) => ['330703', '330700-ZG', runs, 1]));
	});

	test('only of departments of the city that have an agency there', async () => {
		for (const [path, code] of [['330703/330703-SF', 'align_no_agency'], ['330703/330700-XX', 'align_no_agency'], ['330700/330700-SF', 'align_not_county'], ['310101/330700-SF', 'not_found']])
			await city.refused(code, { method: 'PUT', path: `/api/v1/align/scope/${path}`, json: { runs: 'city' } });
		await city.refused('field_value', { method: 'PUT', path: '/api/v1/align/scope/330703/330700-ZG', json: { runs: 'x' } });
	});
});

/* One process after the other takes a turn at the same row of the round. */
if (onPg)
	test('two processes on one store: of two at once one wins, and what is closed is closed for both', async () => {
		const other = await new Instance().join(instance).serve();
		try {
			const there = await other.client('u-4001');
			for (const d of (await round.all(wuyi, { state: 'open' })).slice(0, 8)) {
				const send = (who, json) => who.send({ method: 'POST', path: round.at(d, 'decision'), key: true, ifMatch: d.version, json });
				const answers = await Promise.all([send(wuyi, { decision: 'adopt' }), send(there, { decision: 'keep', ...KEEP })]);
				assert.deepEqual(answers.map((a) => a.status).sort(), [200, 412]);
				const won = answers.find((a) => a.status === 200), lost = answers.find((a) => a.status === 412);
				assert.deepEqual([lost.json.current.state, lost.json.current.decided_by.id], [won.json.state, won.json.decided_by.id]);
			}
			const open = (await round.all(wuyi, { state: 'open' })).slice(0, 10), { version } = await round.show(city);
			const answers = await Promise.all([...open.map((d) => round.at(d, 'decision')).map((path, i) => wuyi.send({ method: 'POST', path, key: true, ifMatch: open[i].version, json: { decision: 'adopt' } })),
				there.send({ method: 'POST', path: `${ROUNDS}/1/closure`, key: true, ifMatch: version, json: { force: true } })]);
			const closure = answers.pop(), done = new Set(open.filter((_, i) => answers[i].status === 200).map((d) => d.id));
			for (const a of answers) assert.ok(a.status === 200 || a.json.code === 'align_round_closed', a.text);
			assert.ok(closure.status === 200 || closure.json.code === 'conflict', closure.text);
			const now = byId(await round.all(wuyi));
			for (const d of open) assert.equal(now.get(d.id).state, done.has(d.id) ? 'adopt' : 'open');
			if (closure.status === 200) {
				assert.equal(records().findLast((r) => r.type === 'align.round_closed').left, (await round.show(city)).states.open);
				await round.reopen(city, '还要再看');
			}
		} finally {
			await other.destroy();
		}
	});

describe('closing', () => {
	let closed;
	test('says what is still open, and needs force', async () => {
		const { states, version } = await round.show(city);
		const p = await city.refused('align_left_open', { method: 'POST', path: `${ROUNDS}/1/closure`, key: true, ifMatch: version, json: {} });
		assert.equal(p.args.count, String(states.open));
		await city.refused('version_wrong', { method: 'POST', path: `${ROUNDS}/1/closure`, key: true, ifMatch: version + 1, json: { force: true } });
		closed = await round.close(city, { force: true });
		assert.deepEqual([closed.state, closed.closed_by.id, closed.version, closed.events.at(-1).what], ['closed', 'u-4001', version + 1, 'closed']);
		assert.equal(records().findLast((r) => r.type === 'align.round_closed').left, states.open);
		const [m] = await measures();
		assert.deepEqual([m.cause, m.round, m.unity], ['closed', 1, (await matrix()).now.unity]);
	});

	test('locks all of it', async () => {
		const [d] = await round.all(wuyi, { state: 'open' }), [e] = await round.all(wuyi, { state: 'adopt' });
		const send = (x, what, json) => wuyi.refused('align_round_closed', { method: what === 'assignment' ? 'PUT' : 'POST', path: round.at(x, what), key: true, ifMatch: x.version, json });
		await send(d, 'decision', { decision: 'adopt' });
		await send(e, 'undo', {});
		await send(d, 'assignment', { user: 'u-4002', until: '2099-01-01' });
		await send(d, 'comments', { text: '晚了' });
		await wuyi.refused('align_round_closed', { method: 'POST', path: `${ROUNDS}/1/decisions`, key: true, json: { kind: 'extra', decision: 'adopt' } });
		await city.refused('align_round_closed', { method: 'POST', path: `${ROUNDS}/1/closure`, key: true, ifMatch: '*', json: {} });
		assert.deepEqual(await round.show(city), closed);
	});

	test('a later list does not touch it; drift says what it does not keep', async () => {
		const before_ = await round.all(wuyi), st = (s) => before_.filter((d) => d.state === s && d.gone === null).length;
		const same = await handIn(wuyi, COUNTY);
		assert.deepEqual([same.changed, same.round, same.drift.counts], [false, null, { round: 1, new: 0, adopted: st('adopt'), open: st('open'), proposed: st('propose'), kept: st('keep') }]);
		assert.ok(same.drift.differences.every((d) => d.why !== 'kept'));
		/* What was to be adopted is done, but for one; something else breaks. */
		const done = before_.filter((d) => d.state === 'adopt' && d.kind === 'extra').slice(1), gone = new Set(done.map((d) => d.row.line - 2));
		const list = rowsOf(COUNTY).filter((_, i) => !gone.has(i));
		const broken = list.find((r) => !before_.some((d) => d.row && d.row.matter === r.matter_name) && r.method === 'direct_cancel');
		broken.method = 'department_verify';
		const h = await handIn(wuyi, COUNTY, csv(list));
		assert.deepEqual([h.changed, h.round, h.drift.counts.new, h.drift.counts.adopted], [true, null, 1, st('adopt') - done.length]);
		const fresh = h.drift.differences[0];
		assert.deepEqual([fresh.why, fresh.kind, fresh.row.matter, fresh.row.method], ['new', 'method', broken.matter_name, 'department_verify']);
		assert.deepEqual((await wuyi.get(`/api/v1/align/drift/${COUNTY}`)).drift, h.drift);
		assert.deepEqual(await round.all(wuyi), before_);
		assert.deepEqual((await measures())[0].drift, h.drift.counts);
		assert.deepEqual((await matrix()).drift, h.drift.counts);
	});

	test('is taken back with a reason; decisions are still there, and the lists that came since are looked at', async () => {
		const before_ = byId(await round.all(wuyi));
		const r = await round.reopen(city, '两项依据有误,须重新认定');
		assert.deepEqual([r.state, r.closed_at, r.events.slice(-2).map((e) => [e.what, e.reason])], ['open', null, [['closed', null], ['reopened', '两项依据有误,须重新认定']]]);
		const now = byId(await round.all(wuyi)), { number } = (await wuyi.get('/api/v1/align/lists')).lists[0];
		assert.equal(r.divisions.find((d) => d.division.code === COUNTY).list, number);
		for (const [id, d] of before_) {
			assert.equal(now.get(id).state, d.state);
			assert.deepEqual([now.get(id).decided_at, now.get(id).decided_by], [d.decided_at, d.decided_by]);
		}
		assert.deepEqual([...now.values()].filter((d) => !before_.has(d.id)).map((d) => [d.kind, d.state]), [['method', 'open']]);
		const [d] = await round.all(wuyi, { state: 'open' });
		await round.decide(wuyi, d, 'adopt');
		assert.equal((await wuyi.get(`/api/v1/align/drift/${COUNTY}`)).drift, null);
		await city.refused('align_round_open', { method: 'POST', path: `${ROUNDS}/1/reopening`, key: true, ifMatch: r.version, json: { reason: '再来', closes: '2099-01-01' } });
		for (const kind of kinds) await round.bulk(city, { kind, decision: 'adopt' });
		await round.close(city);
	});

	test('a round that nobody closes stays open, and is late', async () => {
		const second = await openRound(city, { title: '第二轮', divisions: [COUNTY] });
		assert.equal((await second.show(city)).late, false);
		write(instance.dir, 'UPDATE align_round SET closes = 20000 WHERE number = 2');
		const { state, late, named } = await second.show(city);
		assert.deepEqual([state, late, named], ['open', true, true]);
		/* It was opened for one county: another one's list joins nothing, and is held against the round before. */
		const h = await handIn(city, '330781', csv(rowsOf('330781').slice(1)));
		assert.deepEqual([h.round, h.drift.round], [null, 1]);
		/* The same difference has the same key in every round. */
		const first = byId(await round.all(wuyi)), again = await second.all(wuyi);
		assert.ok(again.some((d) => first.has(d.id)) && again.every((d) => d.state === (first.get(d.id)?.state === 'keep' ? 'keep' : 'open')));
		await second.close(city, { force: true });
		await city.refused('align_round_not_last', { method: 'POST', path: `${ROUNDS}/1/reopening`, key: true, ifMatch: '*', json: { reason: '再来', closes: '2099-01-01' } });
		assert.deepEqual((await city.get(ROUNDS)).rounds.map((r) => [r.round, r.state, r.title]), [[2, 'closed', '第二轮'], [1, 'closed', '第一轮']]);
	});
});

test('between two rounds, too, what is said of a department is measured at once', async () => {
	const path = '/api/v1/align/scope/330703/330700-BB', [before_] = await measures('330703');
	await city.ok('PUT', path, { json: { runs: 'county' } });
	const [said] = await measures('330703');
	assert.deepEqual([said.cause, said.round, said.drift.round], ['scope', null, 1]);
	assert.ok(said.kinds.missing > before_.kinds.missing && said.unity.items.of > before_.unity.items.of);
	await city.ok('DELETE', path);
	assert.deepEqual((await measures('330703'))[0].unity, before_.unity);
});

describe('an inventory that comes into force', () => {
	test('is compared with every latest list, once, and the drift is said', async () => {
		const other = onPg ? await new Instance().join(instance).serve() : undefined;
		try {
			const list = rowsOf(COUNTY), drifted = await wuyi.get(`/api/v1/align/drift/${COUNTY}`);
			const items = readCsv(`${jinhua}/items.csv`).filter((i) => i.method === 'department_verify' && i.required_when === '');
			const item = items.find((i) => list.filter((r) => r.matter_name === i.matter_name && r.proof_name === i.proof_name && r.method === i.method).length === 1);
			const version = draftInventory(instance, item.code, { method: 'direct_cancel', verify_hours: '', fields: '', remark: '本部门内部核查' });
			await city.post(`/api/v1/inventory/versions/${version}/publication`, { decision: '金司〔2026〕2号' });
			let last;
			for (let i = 0; i < 300 && (last = (await measures())[0]).cause !== 'published'; i++) await sleep(100);
			assert.deepEqual([last.cause, last.inventory, last.round], ['published', version, null]);
			const { drift } = await wuyi.get(`/api/v1/align/drift/${COUNTY}`);
			assert.deepEqual(last.drift, drift.counts);
			assert.equal(drift.counts.new, drifted.drift.counts.new + 1);
			assert.ok(drift.differences.some((d) => d.why === 'new' && d.kind === 'method' && d.item.code === item.code && d.item.method === 'direct_cancel'));
			await sleep(2500);	/* every process has followed by now */
			const all = rows(instance.dir, "SELECT county, count(*) AS n FROM align_measure WHERE cause = 'published' GROUP BY county ORDER BY county");
			assert.deepEqual(all.map((r) => [r.county, r.n]), [['330703', 1], [COUNTY, 1], ['330781', 1]]);
			assert.deepEqual(records().filter((r) => r.type === 'align.measured').map((r) => [r.inventory, r.actor.role]), [[version, 'system']]);
		} finally {
			await other?.destroy();
		}
	});

	test('a server that starts again measures nothing twice', async () => {
		const n = rows(instance.dir, 'SELECT count(*) AS n FROM align_measure')[0].n;
		await instance.stop();
		await instance.serve();
		await sleep(2500);
		assert.equal(rows(instance.dir, 'SELECT count(*) AS n FROM align_measure')[0].n, n);
		await instance.stop();
		assert.equal(JSON.parse(must(['store', 'check', '-d', instance.dir, '--json']).stdout).found, 0);
	});
});

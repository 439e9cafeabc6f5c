// Disputes of a value that a data query gave: opened by a clerk, answered by the owner, and everybody is told.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { must, started } from '../lib/instance.mjs';
import { act, commit, getCase, itemOf, openScene, settle, still } from '../lib/cases.mjs';
import { addWorkdays, dayOf } from '../lib/calendar.mjs';
import { scene } from '../lib/catalogue.mjs';
import { acts, change, rows } from '../lib/store.mjs';
import { findAny, people } from '../lib/personal.mjs';
import { uuid7 } from '../lib/uuid7.mjs';

const SEARCH = '/api/v1/disputes/search', ITEM = 'I-01384', OWNER = '330700-ZG';
const house = scene('HOUSE'), seller = house.parties.find((p) => p.role === 'seller');
const why = { reason: '申请人的证书上面积不同', claimed: '应为 187 平方米' };

let instance, clerk, elsewhere, steward, other;
before(async () => {
	instance = await started({ args: ['--log_level', 'debug'] });
	clerk = await instance.client('u-1001');
	elsewhere = await instance.client('u-1002');
	steward = await instance.client('u-3001');
	other = await instance.client('u-1007');
});
after(() => instance?.destroy());

/* A case whose house has been looked up. */
const asked = async (by = clerk, s = house, edit = (b) => b) => {
	const c = await openScene(by, s, { change: edit });
	await act(by, c, ITEM, 'query');
	return getCase(by, c.id);
};
const inDivision = (division) => (b) => ({ ...b, division });
const dispute = async (c, by = clerk, body = why) => {
	await act(by, c, ITEM, 'dispute', body);
	const now = await getCase(by, c.id);
	return { c: now, d: itemOf(now, ITEM).disputes.at(-1) };
};
const get = (d, by = steward) => by.get(`/api/v1/disputes/${d.id}`);
const answer = async (d, outcome, { by = steward, ...rest } = {}) =>
	by.post(`/api/v1/disputes/${d.id}/answer`, { outcome, basis: `登记簿:${outcome}` }, { ifMatch: (await get(d)).version, ...rest });
const withdraw = (c, d, by = clerk, rest = {}) =>
	by.post(`/api/v1/cases/${c.id}/items/${ITEM}/disputes/${d.id}/withdrawal`, {}, { ifMatch: c.version, ...rest });
const queue = async (json = {}) => (await steward.ok('POST', SEARCH, { json })).disputes;
const notices = async (c, by = clerk, item = ITEM) => itemOf(await getCase(by, c.id), item).notices ?? [];
const records = () => acts(instance.dir);
const request = (c, body = why, path = 'dispute') => ({ method: 'POST', path: `/api/v1/cases/${c.id}/items/${ITEM}/${path}`, key: true, ifMatch: '*', json: body });
const hexOf = (id) => id.slice(7).replaceAll('-', '').toUpperCase();

describe('a clerk', () => {
	test('disputes a value; it goes to the owner with five working days, and the item stays as it is', async () => {
		const before_ = await asked(), n = records().length;
		const { item, record, case: now } = await act(clerk, before_, ITEM, 'dispute', why);
		const was = itemOf(before_, ITEM);
		assert.equal(now.version, before_.version + 1);
		assert.deepEqual([item.state, item.way, item.answer], [was.state, was.way, was.answer]);
		assert.deepEqual(item.steps.at(-1), { at: item.steps.at(-1).at, way: 'data_query', outcome: 'disputed', reason: null });
		const [d] = item.disputes;
		assert.deepEqual([d.state, d.record, d.agency.code, d.mine, d.reason, d.claimed, d.opened_by], ['open', was.answer.record, OWNER, true, why.reason, why.claimed, '窗口姜']);
		assert.equal(d.due_at, `${addWorkdays(addWorkdays(dayOf(Date.parse(d.opened_at)), 0), 5)}T23:59:59.999+08:00`);
		assert.deepEqual([d.overdue, d.basis, d.answered_at, d.answered_by, d.told, d.more], [false, null, null, null, null, null]);
		const added = records().slice(n).map((r) => r.json);
		assert.deepEqual(added.map((r) => r.type), ['dispute.opened']);
		assert.deepEqual([added[0].id, added[0].case, added[0].item, added[0].dispute, added[0].disputed, added[0].service, added[0].agency, added[0].due],
			[record.id, before_.id, ITEM, d.id, was.answer.record, 'DS-046', OWNER, d.due_at]);
		const [row] = rows(instance.dir, `SELECT state, due_unit, due_amount, due_calendar FROM dispute WHERE hex(id) = '${hexOf(d.id)}'`);
		assert.deepEqual(row, { state: 'open', due_unit: 'working_days', due_amount: 5, due_calendar: before_.inventory });
	});

	test('who repeats the request gets the same, and nothing is done twice', async () => {
		const c = await asked(), key = uuid7();
		const first = await act(clerk, c, ITEM, 'dispute', why, { key }), n = records().length;
		assert.deepEqual(still(await act(clerk, c, ITEM, 'dispute', why, { key })), still(first));
		assert.equal(records().length, n);
	});

	test('disputes one answer once at a time: the fault names the other', async () => {
		const { c, d } = await dispute(await asked());
		const p = await clerk.refused('dispute_there', request(c));
		assert.deepEqual(p.args, { item: ITEM, dispute: d.id });
		await act(clerk, c, ITEM, 'query', { again: '再看一次' });
		const again = await dispute(await getCase(clerk, c.id));
		assert.equal(itemOf(again.c, ITEM).disputes.length, 2, 'a newer answer is another one');
		assert.notEqual(again.d.record, d.record);
	});

	test('of two at once one is opened, and the other is told', async () => {
		const c = await asked();
		for (const ifMatch of [c.version, '*']) {
			const fresh = ifMatch === '*' ? await asked() : c;
			const sent = await Promise.all([1, 2, 3, 4].map(() => clerk.send({ ...request(fresh), ifMatch })));
			assert.deepEqual(sent.map((a) => a.status).sort(), [200, ...Array(3).fill(ifMatch === '*' ? 409 : 412)]);
			for (const a of sent.filter((x) => x.status === 409)) assert.ok(['dispute_there', 'conflict'].includes(a.json.code), a.text);
			assert.equal(itemOf(await getCase(clerk, fresh.id), ITEM).disputes.length, 1);
		}
	});

	test('has nothing to dispute but the answer of a data query', async () => {
		const c = await openScene(clerk, house);
		for (const item of c.items) {
			const p = await clerk.refused('dispute_nothing', { ...request(c), path: `/api/v1/cases/${c.id}/items/${item.code}/dispute` });
			assert.equal(p.args.item, item.code);
		}
		const driver = await settle(await instance.client('u-1005'), await openScene(await instance.client('u-1005'), scene('DRIVER')));
		const desk = driver.items.find((i) => i.state === 'verifying');
		await (await instance.client('u-1005')).refused('dispute_nothing', { ...request(driver), path: `/api/v1/cases/${driver.id}/items/${desk.code}/dispute` });
		await clerk.refused('item_not_listed', { ...request(c), path: `/api/v1/cases/${c.id}/items/I-99999/dispute` });
		for (const [body, code] of [[{}, 'field_missing'], [{ reason: '  ' }, 'field_missing'], [{ reason: 'x'.repeat(2001) }, 'field_value'], [{ ...why, who: 'x' }, 'field_unknown']])
			await clerk.refused(code, request(c, body));
	});

	test('goes on with the case meanwhile, to its end; and disputes after it as well', async () => {
		let { c } = await dispute(await asked());
		c = await settle(clerk, c);
		for (const i of c.items.filter((x) => x.state === 'to_commit')) {
			await commit(clerk, c, i.code);
			c = await getCase(clerk, c.id);
		}
		c = await clerk.post(`/api/v1/cases/${c.id}/acceptance`, {}, { ifMatch: c.version });
		assert.equal(itemOf(c, ITEM).disputes[0].state, 'open');
		c = await clerk.post(`/api/v1/cases/${c.id}/conclusion`, { outcome: 'withdrawn', reason: '申请人撤回' }, { ifMatch: c.version });
		const d = itemOf(c, ITEM).disputes[0];
		assert.equal((await answer(d, 'upheld')).state, 'upheld', 'answered although the case has ended');
		const after_ = await dispute(await getCase(clerk, c.id));
		assert.equal(after_.c.state, 'withdrawn');
		assert.equal(after_.d.state, 'open');
	});

	test('takes back an own dispute while it is open, and nobody else does', async () => {
		const { c, d } = await dispute(await asked());
		const colleague = await instance.client('u-1007');
		const p = await colleague.refused('dispute_others', request(c, {}, `disputes/${d.id}/withdrawal`));
		assert.equal(p.args.who, '窗口姜');
		assert.equal(itemOf(await getCase(colleague, c.id), ITEM).disputes[0].mine, false);
		const { item } = await withdraw(c, d);
		assert.deepEqual([item.disputes[0].state, item.disputes[0].answered_by, item.disputes[0].basis], ['withdrawn', '窗口姜', null]);
		assert.deepEqual([item.steps.at(-1).outcome, item.steps.at(-1).reason], ['dispute_ended', 'withdrawn']);
		assert.equal((await queue({ limit: 200 })).some((x) => x.id === d.id), false);
		assert.ok((await queue({ state: 'withdrawn' })).some((x) => x.id === d.id));
		const foreign = await asked();
		for (const id of [d.id, 'x', foreign.id]) await clerk.refused('not_found', request(foreign, {}, `disputes/${id}/withdrawal`));
		assert.equal((await dispute(await getCase(clerk, c.id))).d.state, 'open', 'and may dispute it again');
	});
});

describe('the owner of the data', () => {
	test('reads who asked, the reason, and the value as it was disclosed, of a masked person', async () => {
		const { c, d } = await dispute(await asked(other, house), other);
		const seen = await get(d), was = itemOf(c, ITEM);
		assert.deepEqual([seen.case_number, seen.item, seen.service, seen.reason, seen.claimed], [c.number, ITEM, 'DS-046', why.reason, why.claimed]);
		assert.deepEqual(seen.asked_by, { agency: c.agency, name: '窗口金' });
		assert.deepEqual(seen.subject, { role: 'seller', name: seller.name, identifier_type: 'citizen_id', identifier: '330***********9759' });
		assert.deepEqual(seen.value.rows, was.answer.rows);
		assert.deepEqual(seen.value.fields, was.answer.fields.map((x) => x.name));
		assert.deepEqual(seen.value.inputs, [{ name: seen.value.inputs[0].name, value: '330***********9759' }]);
		assert.ok(!JSON.stringify(seen).includes(seller.identifier));
		const listed = (await queue({ limit: 200 })).find((x) => x.id === d.id);
		assert.equal(listed.subject, '胡**');
		for (const name of ['reason', 'claimed', 'value', 'basis']) assert.equal(listed[name], undefined);
	});

	test('reads what is due first, page by page', async () => {
		for (let i = 0; i < 4; i++) await dispute(await asked());
		const ids = rows(instance.dir, "SELECT hex(id) AS id FROM dispute WHERE state = 'open'").map((r) => r.id);
		/* Bring order into them: all of a day are due at one instant. */
		ids.forEach((id, i) => change(instance.dir, `UPDATE dispute SET due_at = due_at + ${(i * 3) % 4} WHERE hex(id) = '${id}'`));
		const all = await queue({ limit: 200 });
		assert.equal(all.length, ids.length);
		assert.deepEqual(all.map((d) => [d.due_at, hexOf(d.id)]), all.map((d) => [d.due_at, hexOf(d.id)]).sort());
		const paged = [];
		for (let cursor; cursor !== null;) {
			const page = await steward.ok('POST', SEARCH, { json: { limit: 2, ...(cursor && { cursor }) } });
			paged.push(...page.disputes);
			cursor = page.next;
		}
		assert.deepEqual(paged, all);
		await steward.refused('field_value', { method: 'POST', path: SEARCH, json: { state: 'maybe' } });
	});

	test('is told what is overdue', async () => {
		const { c, d } = await dispute(await asked());
		change(instance.dir, `UPDATE dispute SET due_at = ${Date.now() - 1} WHERE hex(id) = '${hexOf(d.id)}'`);
		assert.equal((await queue())[0].id, d.id);
		assert.equal((await get(d)).overdue, true);
		assert.equal(itemOf(await getCase(clerk, c.id), ITEM).disputes[0].overdue, true);
		assert.equal((await answer(d, 'upheld')).overdue, false);
	});

	test('upholds the value, and the clerk reads why', async () => {
		const { c, d } = await dispute(await asked());
		const done = await answer(d, 'upheld');
		assert.deepEqual([done.state, done.basis, done.answered_by, done.told, done.more, done.version], ['upheld', '登记簿:upheld', '数据庄', null, null, 2]);
		const now = await getCase(clerk, c.id), item = itemOf(now, ITEM);
		assert.deepEqual([item.disputes[0].state, item.disputes[0].basis, item.disputes[0].answered_by], ['upheld', '登记簿:upheld', '数据庄']);
		assert.deepEqual([item.state, item.notices, item.steps.at(-1).reason], [itemOf(c, ITEM).state, undefined, 'upheld']);
		assert.equal(now.version, c.version + 1);
	});

	test('of two answers at once one is written, and the other sees it', async () => {
		const { d } = await dispute(await asked());
		const sent = await Promise.all(['upheld', 'corrected', 'upheld', 'corrected'].map((outcome) =>
			steward.send({ method: 'POST', path: `/api/v1/disputes/${d.id}/answer`, key: true, ifMatch: 1, json: { outcome, basis: outcome } })));
		assert.deepEqual(sent.map((a) => a.status).sort(), [200, 412, 412, 412]);
		const now = await get(d);
		assert.deepEqual(now, sent.find((a) => a.status === 200).json);
		assert.deepEqual(sent.find((a) => a.status === 412).json.current, now);
		assert.equal(records().filter((r) => r.type === 'dispute.answered' && r.json.dispute === d.id).length, 1);
	});

	test('is nobody else: others have no reach into it', async () => {
		const { c, d } = await dispute(await asked()), n = records().length;
		const body = { outcome: 'upheld', basis: '不是我的' };
		change(instance.dir, `UPDATE dispute SET agency = '330700-RS' WHERE hex(id) = '${hexOf(d.id)}'`);
		await steward.refused('not_found', { path: `/api/v1/disputes/${d.id}` });
		await steward.refused('not_found', { method: 'POST', path: `/api/v1/disputes/${d.id}/answer`, key: true, ifMatch: '*', json: body });
		assert.equal((await queue({ limit: 200 })).some((x) => x.id === d.id), false);
		for (const user of ['u-1001', 'u-2001', 'u-4001', 'u-5001', 'u-6001', 'u-6003'])
			for (const path of [`/api/v1/disputes/${d.id}`, SEARCH])
				await (await instance.client(user)).refused('not_allowed', path === SEARCH ? { method: 'POST', path, json: {} } : { path });
		await (await instance.client()).refused('sign_in', { path: `/api/v1/disputes/${d.id}` });
		for (const user of ['u-3001', 'u-2001', 'u-5001']) await (await instance.client(user)).refused('not_allowed', request(c));
		await elsewhere.refused('not_found', request(c));
		const refused = records().slice(n).filter((r) => r.type === 'request.refused').map((r) => [r.json.action, r.json.code, r.json.object]);
		for (const action of ['dispute.read', 'dispute.answer']) assert.ok(refused.some((r) => r[0] === action && r[1] === 'not_found' && r[2] === d.id), action);
		change(instance.dir, `UPDATE dispute SET agency = '${OWNER}' WHERE hex(id) = '${hexOf(d.id)}'`);
	});

	test('must say what it rests on', async () => {
		const { d } = await dispute(await asked());
		for (const [json, code] of [[{ outcome: 'upheld' }, 'field_missing'], [{ outcome: 'upheld', basis: ' ' }, 'field_missing'], [{ outcome: 'withdrawn', basis: 'x' }, 'field_value'],
			[{ outcome: 'open', basis: 'x' }, 'field_value'], [{ outcome: 'maybe', basis: 'x' }, 'field_value']])
			await steward.refused(code, { method: 'POST', path: `/api/v1/disputes/${d.id}/answer`, key: true, ifMatch: '*', json });
		await steward.refused('if_match_missing', { method: 'POST', path: `/api/v1/disputes/${d.id}/answer`, key: true, json: { outcome: 'upheld', basis: 'x' } });
	});
});

describe('the states', () => {
	/* What each move does, and the states that it may come from. */
	const moves = {
		corrected: (c, d) => steward.send({ method: 'POST', path: `/api/v1/disputes/${d.id}/answer`, key: true, ifMatch: '*', json: { outcome: 'corrected', basis: '已更正' } }),
		upheld: (c, d) => steward.send({ method: 'POST', path: `/api/v1/disputes/${d.id}/answer`, key: true, ifMatch: '*', json: { outcome: 'upheld', basis: '无误' } }),
		withdrawn: (c, d) => clerk.send(request(c, {}, `disputes/${d.id}/withdrawal`)),
	};
	for (const first of Object.keys(moves))
		test(`open goes to ${first}, and from there nowhere`, async () => {
			const { c, d } = await dispute(await asked());
			const done = await moves[first](c, d);
			assert.equal(done.status, 200, done.text);
			assert.equal((await get(d)).state, first);
			for (const next of Object.keys(moves)) {
				const refused = await moves[next](c, d);
				assert.deepEqual([refused.status, refused.json.code, refused.json.args.state], [409, 'dispute_state', first]);
			}
			assert.equal((await get(d)).state, first);
		});
});

describe('a correction', () => {
	test('is told at once to whoever rests on such an answer, wherever and even if it has ended', async () => {
		const mine = await asked(), same = await asked(other), far = await asked(elsewhere, house, inDivision('330702'));
		let ended = await asked();
		ended = await clerk.post(`/api/v1/cases/${ended.id}/conclusion`, { outcome: 'withdrawn', reason: '不办了' }, { ifMatch: ended.version });
		const unasked = await openScene(clerk, house);
		const someone = house.parties.find((p) => p.role === 'applicant');
		const stranger = await asked(clerk, house, (b) => ({ ...b, parties: b.parties.map((p) => (p.role === 'seller' ? { ...someone, role: 'seller' } : p)) }));
		const { c, d } = await dispute(mine);
		const n = records().length, done = await answer(d, 'corrected');
		assert.equal(done.state, 'corrected');
		assert.equal(done.more, 0);
		for (const [one, by] of [[c, clerk], [same, other], [far, elsewhere], [ended, clerk]]) {
			const now = await getCase(by, one.id), [notice, ...rest] = itemOf(now, ITEM).notices;
			assert.deepEqual(rest, [], `${one.number} is told once`);
			assert.deepEqual([notice.kind, notice.corrected_at, notice.agency.code], ['corrected', done.answered_at, OWNER]);
			assert.equal(now.version, one.version + 1, 'and its version says so');
			assert.deepEqual([now.state, itemOf(now, ITEM).state, itemOf(now, ITEM).answer], [one.state, itemOf(one, ITEM).state, itemOf(one, ITEM).answer]);
			assert.ok(!JSON.stringify(notice).includes('登记簿'), 'what was said to the asker is the asker\'s');
		}
		for (const one of [unasked, stranger]) assert.deepEqual(await notices(one), []);
		const listed = async (one, by) => (await by.ok('POST', '/api/v1/cases/search', { json: { number: one.number } })).cases[0].notices;
		assert.deepEqual([await listed(same, other), await listed(far, elsewhere), await listed(unasked, clerk)], [1, 1, undefined], 'the lists say so');
		const added = records().slice(n).map((r) => r.json).filter((r) => r.type !== 'case.read');
		assert.deepEqual([added[0].type, added[0].outcome, added[0].more], ['dispute.answered', 'corrected', 0]);
		const given = added.slice(1);
		assert.ok(given.every((r) => r.type === 'notice.given' && r.cause === added[0].id && r.actor.id === 'u-3001'), 'each case has a record of it');
		for (const one of [c, same, far, ended]) assert.equal(given.filter((r) => r.case === one.id && r.item === ITEM).length, 1);
		assert.equal(given.length, added[0].told);
		const open = rows(instance.dir, `SELECT count(*) AS n FROM case_notice WHERE hex(cause) = '${hexOf(added[0].id)}'`)[0].n;
		assert.deepEqual([added[0].told, done.told], [open, open]);
		assert.equal(itemOf(await getCase(clerk, c.id), ITEM).disputes[0].told, open);
	});

	test('is not told to what rests on something else by now', async () => {
		const c = await asked(), gone = await asked();
		const { d } = await dispute(c);
		const changed = await clerk.ok('PUT', `/api/v1/cases/${gone.id}/answers`, { ifMatch: gone.version, json: { form: {} } });
		const before_ = itemOf(changed, ITEM).answer;
		await answer(d, 'corrected');
		assert.equal((await notices(gone)).length, before_ === undefined ? 0 : 1);
	});

	test('is heard when somebody has seen it', async () => {
		const c = await asked(), d = (await dispute(c)).d;
		await answer(d, 'corrected');
		const now = await getCase(clerk, c.id), [notice] = itemOf(now, ITEM).notices;
		const path = `/api/v1/cases/${c.id}/notices/${notice.id}/seen`;
		const seen = await clerk.post(path, {}, { ifMatch: now.version });
		assert.equal(itemOf(seen, ITEM).notices, undefined);
		assert.equal(seen.version, now.version + 1);
		await clerk.refused('not_found', { method: 'POST', path, key: true, ifMatch: '*', json: {} });
		await clerk.refused('not_found', { method: 'POST', path: `/api/v1/cases/${c.id}/notices/x/seen`, key: true, ifMatch: '*', json: {} });
		await clerk.refused('version_stale', { method: 'POST', path, key: true, ifMatch: now.version, json: {} });
		const last = records().filter((r) => r.type === 'notice.seen').at(-1).json;
		assert.deepEqual([last.case, last.item, last.notice, last.actor.id], [c.id, ITEM, notice.id, 'u-1001']);
		const [row] = rows(instance.dir, `SELECT seen_by, seen_at IS NOT NULL AS seen FROM case_notice WHERE hex(id) = '${hexOf(notice.id)}'`);
		assert.deepEqual([row.seen_by, Number(row.seen)], ['u-1001', 1]);
	});

	test('is heard when the source was asked again; asked in vain it is not', async () => {
		const c = await asked(), { d } = await dispute(c);
		await answer(d, 'corrected');
		let now = await getCase(clerk, c.id);
		change(instance.dir, "INSERT INTO source_state SELECT 'DS-046', 2, 'off', reason, changed_at, changed_by FROM source_state");
		const operator = await instance.client('u-6001'), put = async (state) => {
			const { sources } = await operator.get('/api/v1/sources'), { version } = sources.find((x) => x.service.code === 'DS-046');
			await operator.ok('PUT', '/api/v1/sources/DS-046', { json: { state, reason: '演练' }, ifMatch: version });
		};
		await put('off');
		await clerk.refused('source_no_answer', { ...request(now, { again: '已更正' }, 'query'), ifMatch: now.version });
		assert.equal((await notices(c)).length, 1);
		await put('on');
		now = await getCase(clerk, c.id);
		const { item } = await act(clerk, now, ITEM, 'query', { again: '数源单位已更正' });
		assert.equal(item.notices, undefined);
		assert.equal(rows(instance.dir, `SELECT count(*) AS n FROM case_notice WHERE hex(case_id) = '${hexOf(c.id)}' AND seen_at IS NULL`)[0].n, 0);
	});

	test('of one item keeps no other from being asked', async () => {
		const c = await asked(), { d } = await dispute(c);
		await answer(d, 'corrected');
		const other_ = (await getCase(clerk, c.id)).items.find((i) => i.state === 'to_query' && i.asks.length === 0);
		const { item } = await act(clerk, await getCase(clerk, c.id), other_.code, 'query');
		assert.deepEqual([item.state, item.notices], ['established', undefined]);
		assert.equal((await notices(c)).length, 1);
	});

	test('of two corrections a case is told twice', async () => {
		const c = await asked();
		for (let i = 1; i <= 2; i++) {
			const { d } = await dispute(await getCase(clerk, c.id));
			await answer(d, 'corrected');
			assert.equal((await notices(c)).length, i);
		}
	});

	test('is found after kill -9 and a start, whatever the index had kept', async () => {
		const c = await asked(), { d } = await dispute(c);
		await instance.kill();
		await instance.serve(['--log_level', 'debug']);
		[clerk, elsewhere, steward, other] = await Promise.all(['u-1001', 'u-1002', 'u-3001', 'u-1007'].map((u) => instance.client(u)));
		for (;;) {
			const done = await steward.send({ method: 'POST', path: `/api/v1/disputes/${d.id}/answer`, key: true, ifMatch: '*', json: { outcome: 'corrected', basis: '已更正' } });
			if (done.status === 200) break;
			assert.equal(done.json.code, 'index_behind', done.text);
		}
		assert.equal((await notices(c)).length, 1);
	});

	test('tells the newest 200 items, and counts the rest', async () => {
		const many = await Promise.all(Array.from({ length: 8 }, async () => {
			const ids = [];
			for (let i = 0; i < 26; i++) ids.push((await asked()).id);
			return ids;
		}));
		const c = await asked(), { d } = await dispute(c);
		const resting = rows(instance.dir, "SELECT count(*) AS n FROM case_item i JOIN record r ON r.division = i.division AND r.id = i.record WHERE r.type = 'query.answered' AND r.text LIKE '%\"service\":\"DS-046\"%' AND r.text LIKE '%\"party\":\"seller\"%'")[0].n;
		const done = await answer(d, 'corrected');
		assert.equal(done.told, 200);
		assert.ok(resting - 1 - done.told <= done.more && done.more <= resting - done.told, `${done.more} of ${resting}`);
		assert.equal((await notices(c)).length, 1, 'the newest are told');
		assert.equal(many.flat().length, 208);
	});
});

test('the commands do the same', async () => {
	const c = await asked(), as = (user, ...args) => must([...args, '-d', instance.dir, '--as', user, '--lang', 'en']).stdout;
	assert.match(as('u-1001', 'case', 'dispute', c.number, ITEM, '--reason', '面积不同', '--claimed', '187'), /^dispute +open +\d{4}-/m);
	const { id } = itemOf(await getCase(clerk, c.id), ITEM).disputes[0];
	assert.match(as('u-3001', 'dispute', 'list', '--limit', '200'), new RegExp(id));
	assert.match(as('u-3001', 'dispute', 'show', id), /^reason +面积不同$/m);
	assert.match(as('u-3001', 'dispute', 'answer', id, '--outcome', 'corrected', '--basis', '已更正'), /items were told/);
	assert.match(as('u-1001', 'case', 'show', c.number), /^notice +.*ask again/m);
	const [notice] = await notices(c);
	assert.doesNotMatch(as('u-1001', 'case', 'see-notice', c.number, notice.id), /ask again/);
	as('u-1001', 'case', 'dispute', c.number, ITEM, '--reason', '还是不同');
	const last = itemOf(await getCase(clerk, c.id), ITEM).disputes.at(-1);
	assert.match(as('u-1001', 'case', 'withdraw-dispute', c.number, ITEM, last.id), /^dispute +withdrawn/m);
});

test('the trail of the person has the dispute in it', async () => {
	const { c, d } = await dispute(await asked());
	await answer(d, 'upheld');
	const auditor = await instance.client('u-6003');
	const { records: trail } = await auditor.post('/api/v1/records/search', { person: { identifier_type: 'citizen_id', identifier: seller.identifier }, limit: 20 });
	const types = trail.filter((r) => r.record.includes(c.id)).map((r) => [r.type, r.why]);
	for (const type of ['dispute.opened', 'dispute.answered']) assert.ok(types.some((t) => t[0] === type && t[1] === 'asked_about'), JSON.stringify(types));
});

test('nobody\'s name or number and nothing that was said is in a record or in the log of the server', async () => {
	const who = people(), values = [...who.names, ...who.numbers, why.reason, why.claimed, '登记簿'];
	for (const r of records().filter((x) => /^(dispute|notice)\./.test(x.type))) assert.deepEqual(findAny(Buffer.from(r.text), values), [], r.type);
	assert.deepEqual(findAny(Buffer.from(instance.log), values), []);
	await instance.stop();
	assert.match(must(['store', 'check', '-d', instance.dir, '--lang', 'en']).stdout, /nothing amiss/);
	assert.doesNotMatch(instance.log, /level=(error|bug)\b/);
});

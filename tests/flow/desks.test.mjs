// What else happens at a desk: it asks back, passes on, is reminded, is stood in for; nothing answers by silence.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { must, run, started } from '../lib/instance.mjs';
import { act, getCase, itemOf, openScene, settle, switchSource } from '../lib/cases.mjs';
import { addOffice, dayOf } from '../lib/calendar.mjs';
import { deskByCode, scene, serviceOf } from '../lib/catalogue.mjs';
import { change, evidence, rows } from '../lib/store.mjs';
import { uuid7 } from '../lib/uuid7.mjs';

const HOUR = 3600000;
const s = scene('HOUSE'), code = 'I-01398', desk = 'DK-330703-SWU';
const today = dayOf(Date.now()), plus = (n) => dayOf(Date.now() + n * 24 * HOUR);

let instance, clerk, verifier, other, supervisor;
before(async () => {
	instance = await started();
	[clerk, verifier, other, supervisor] = await Promise.all(['u-1001', 'u-2001', 'u-2002', 'u-5001'].map((u) => instance.client(u)));
});
after(() => instance?.destroy());

const url = (v) => `/api/v1/verifications/${v.id}`;
const blob = (id) => `x'${id.slice(7).replaceAll('-', '')}'`;
const sqlId = (id) => process.env.WZM_TEST_STORE === 'pg' ? `'\\x${id.slice(7).replaceAll('-', '')}'` : blob(id);
const put = (v, set) => change(instance.dir, `UPDATE verification SET ${set} WHERE id = ${sqlId(v.id)}`);

/** A question on its way to the desk of the water company. */
async function sent() {
	const c = await settle(clerk, await openScene(clerk, s));
	const v = await verifier.get(url(itemOf(c, code).verification));
	assert.equal(v.desk.code, desk);
	return { c, v };
}
const does = (who, v, what, json = {}) => who.post(`${url(v)}/${what}`, json, { ifMatch: v.version });
const item = async (c) => itemOf(await getCase(clerk, c.id), code);
const queue = async (who, json = {}) => (await who.ok('POST', '/api/v1/verifications/search', { json: { limit: 200, ...json } })).verifications;
const asCounter = async (c, what, json = {}) => act(clerk, await getCase(clerk, c.id), code, `verification/${what}`, json);
const refusedCounter = async (problem, c, what, json = {}) => clerk.refused(problem, { method: 'POST',
	path: `/api/v1/cases/${c.id}/items/${code}/verification/${what}`, json, key: true, ifMatch: '*' });
const refusedDesk = (problem, who, v, what, json = {}) => who.refused(problem, { method: 'POST', path: `${url(v)}/${what}`, json, key: true, ifMatch: '*' });
const typesOf = async (c) => (await clerk.get(`/api/v1/cases/${c.id}/records`)).records.map((r) => r.type);

describe('a desk that needs more', () => {
	test('asks back, and its clock stands until the counter has answered', async () => {
		const { c, v } = await sent();
		let now = await does(verifier, v, 'signature');
		assert.equal(now.asked_back, null);
		now = await does(verifier, now, 'need-more', { what: '户名是谁的' });
		assert.equal(now.state, 'need_more');
		assert.equal(now.light, 'paused');
		assert.equal(now.overdue, false);
		assert.equal(now.asked_back.what, '户名是谁的');
		assert.equal(now.asked_back.text, null);
		const left = Number(rows(instance.dir, `SELECT left_ms FROM verification WHERE id = ${sqlId(v.id)}`)[0].left_ms);
		assert.equal(now.office_ms_left, left);
		assert.equal((await verifier.get(url(v))).office_ms_left, left, 'it does not run');
		/* Nobody may work on what waits for the counter. */
		await refusedDesk('verification_state', verifier, now, 'answer', { answer: 'match', basis: '查' });
		assert.equal((await refusedCounter('verification_state', c, 'reminder')).next, '核验岗在等窗口补充,请先补充');
		assert.ok(!(await queue(verifier)).some((x) => x.id === v.id), 'nothing to do for the desk');
		assert.ok((await queue(verifier, { state: 'need_more' })).some((x) => x.id === v.id && x.light === 'paused'));

		const seen = await item(c);
		assert.equal(seen.state, 'verifying');
		assert.equal(seen.verification.asked_back.what, '户名是谁的');
		assert.equal(seen.steps.at(-1).outcome, 'need_more');
		await refusedCounter('field_missing', c, 'supply', { text: ' ' });
		/* However late it already was, what was left is what it gets. */
		put(v, `left_ms = ${3 * HOUR}, due_at = 1`);
		const { item: after } = await asCounter(c, 'supply', { text: '是申请人的配偶' });
		assert.equal(after.verification.state, 'signed_for');
		assert.equal(after.verification.asked_back.text, '是申请人的配偶');
		now = await verifier.get(url(v));
		assert.equal(now.asked_back.text, '是申请人的配偶');
		assert.equal(Date.parse(now.due_at), addOffice(deskByCode().get(desk).office_hours, Date.parse(now.asked_back.supplied_at), 3 * HOUR));
		assert.deepEqual(now.events.map((e) => [e.what, e.text]), [['sent', null], ['signed_for', null],
			['need_more', '户名是谁的'], ['supplied', '是申请人的配偶']]);
		assert.deepEqual(now.events.map((e) => e.who), ['窗口姜', '核验水', '核验水', '窗口姜']);

		/* It may ask again, and answer then. */
		now = await does(verifier, now, 'need-more', { what: '哪一年结婚' });
		assert.equal(now.asked_back.what, '哪一年结婚');
		assert.equal(now.asked_back.text, null);
		await asCounter(c, 'supply', { text: '2015 年' });
		now = await does(verifier, await verifier.get(url(v)), 'answer', { answer: 'match', basis: '查台账' });
		assert.equal(now.light, null);
		assert.equal((await item(c)).state, 'established');
		const types = await typesOf(c);
		assert.equal(types.filter((x) => x === 'verification.need_more').length, 2);
		assert.equal(types.filter((x) => x === 'verification.supplied').length, 2);
	});

	test('is not answered twice, nor when it asked nothing', async () => {
		const { c, v } = await sent();
		await refusedCounter('verification_state', c, 'supply', { text: '补充' });
		const now = await does(verifier, await does(verifier, v, 'signature'), 'need-more', { what: '缺什么' });
		await asCounter(c, 'supply', { text: '补充' });
		await refusedCounter('verification_state', c, 'supply', { text: '再补充' });
		assert.equal((await verifier.get(url(now))).asked_back.text, '补充');
	});
});

describe('a question that is passed on', () => {
	test('goes on at the other desk with the same deadline, and the item waits for that one', async () => {
		const { c, v } = await sent();
		const old = await does(verifier, await does(verifier, v, 'signature'), 'transfer', { desk: 'DK-330703-GA', reason: '户籍在公安' });
		assert.equal(old.state, 'transferred');
		assert.equal(old.basis, '户籍在公安');
		assert.equal(old.light, null);
		const seen = await item(c);
		assert.equal(seen.verification.state, 'sent');
		assert.equal(seen.verification.desk.code, 'DK-330703-GA');
		assert.notEqual(seen.verification.id, v.id);
		let now = await other.get(url(seen.verification));
		assert.equal(now.due_at, v.due_at);
		assert.deepEqual(now.subject, v.subject);
		assert.deepEqual(now.asked_by, v.asked_by);
		assert.deepEqual(now.events.map((e) => [e.what, e.text]), [['sent', null], ['signed_for', null], ['transferred', '户籍在公安']]);
		await verifier.refused('not_found', { path: url(now) });
		await other.refused('not_found', { path: url(v) });
		/* What the second desk does is not the first one's any more. */
		now = await does(other, now, 'answer', { answer: 'match', basis: '查户籍' });
		assert.deepEqual((await verifier.get(url(v))).events.at(-1).what, 'transferred');
		assert.equal((await item(c)).state, 'established');
		const [row] = rows(instance.dir, `SELECT hex(next) AS next FROM verification WHERE id = ${sqlId(v.id)}`);
		assert.equal(row.next, now.id.slice(7).replaceAll('-', '').toUpperCase());
	});

	test('goes to another desk of the division or of the city above, and nowhere else', async () => {
		const { v } = await sent();
		const now = await does(verifier, v, 'signature');
		await refusedDesk('desk_unknown', verifier, now, 'transfer', { desk: 'DK-999999-XX', reason: '不归' });
		for (const d of [desk, 'DK-330781-WJ']) {
			const p = await refusedDesk('desk_unfit', verifier, now, 'transfer', { desk: d, reason: '不归' });
			assert.equal(p.args.desk, d);
		}
		await refusedDesk('field_missing', verifier, now, 'transfer', { desk: 'DK-330703-GA', reason: '' });
		assert.equal((await does(verifier, now, 'transfer', { desk: 'DK-330700-GA', reason: '归市局' })).state, 'transferred');
	});
});

describe('a question that is withdrawn by the counter', () => {
	test('leaves the item where it was, and can be put again', async () => {
		const { c, v } = await sent();
		await refusedCounter('field_missing', c, 'withdrawal', { reason: ' ' });
		const { item: back } = await asCounter(c, 'withdrawal', { reason: '申请人不办了' });
		assert.equal(back.state, 'to_verify');
		assert.equal(back.verification, undefined);
		assert.equal(back.steps.at(-1).reason, 'withdrawn');
		const gone = await verifier.get(url(v));
		assert.equal(gone.state, 'withdrawn');
		assert.equal(gone.basis, '申请人不办了');
		assert.equal(gone.answered_by, '窗口姜');
		await refusedDesk('verification_state', verifier, v, 'answer', { answer: 'match', basis: '查' });
		const p = await refusedCounter('item_not_verifying', c, 'withdrawal', { reason: '再撤一次' });
		assert.deepEqual([p.args.state, p.next], ['to_verify', '请先发出核验']);
		const again = (await act(clerk, await getCase(clerk, c.id), code, 'verification')).item;
		assert.equal(again.state, 'verifying');
		assert.notEqual(again.verification.id, v.id);
	});

	test('goes back to what the data had said, or to the query that had failed', async () => {
		const q = 'I-01384', service = serviceOf(q).code;
		const c = await openScene(clerk, s);
		await switchSource(instance, service, 'off');
		let now;
		try {
			now = await act(clerk, c, q, 'query');
			assert.equal(now.item.state, 'verifying');
		} finally { await switchSource(instance, service, 'on'); }
		now = await act(clerk, now.case, q, 'verification/withdrawal', { reason: '数据源好了' });
		assert.equal(now.item.state, 'to_query');
		assert.equal(now.item.way, 'data_query');
		now = await act(clerk, now.case, q, 'query');
		assert.equal(now.item.state, 'established');
	});
});

describe('reminders', () => {
	test('are marks in the queue, at most one an hour by each side', async () => {
		const { c, v } = await sent();
		const { item: marked } = await asCounter(c, 'reminder', { note: '申请人在等' });
		assert.equal(marked.verification.reminders, 1);
		assert.notEqual(marked.verification.reminded_at, null);
		const p = await refusedCounter('reminded_lately', c, 'reminder');
		assert.match(p.args.when, /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}$/);
		assert.ok((await queue(verifier)).some((x) => x.id === v.id && x.reminders === 1));
		const seen = await supervisor.post(`${url(v)}/reminder`, {});
		assert.equal(seen.reminders, 2);
		assert.equal(seen.subject, undefined, 'a supervisor does not see whom it is about');
		await supervisor.refused('reminded_lately', { method: 'POST', path: `${url(v)}/reminder`, json: {}, key: true });
		/* An hour later the same side may again. */
		put(v, `reminded_at = reminded_at - ${HOUR}`);
		await asCounter(c, 'reminder');
		put(v, `urged_at = urged_at - ${HOUR}`);
		await supervisor.post(`${url(v)}/reminder`, { note: '今日办结' });
		const now = await verifier.get(url(v));
		assert.equal(now.reminders, 4);
		assert.equal(now.version, v.version, 'an answer that is being written is not refused for it');
		assert.deepEqual(now.events.map((e) => [e.what, e.who, e.text]), [['sent', '窗口姜', null], ['reminded', '窗口姜', '申请人在等'],
			['reminded', '督办严', null], ['reminded', '窗口姜', null], ['reminded', '督办严', '今日办结']]);
		assert.equal((await does(verifier, v, 'answer', { answer: 'match', basis: '查' })).state, 'answered');
		await refusedCounter('item_not_verifying', c, 'reminder');
		await supervisor.refused('verification_state', { method: 'POST', path: `${url(v)}/reminder`, json: {}, key: true });
	});

	test('of two at the same time only one counts', async () => {
		const { c, v } = await sent();
		const path = `/api/v1/cases/${c.id}/items/${code}/verification/reminder`;
		const answers = await Promise.all([1, 2, 3].map(() => clerk.send({ method: 'POST', path, json: {}, key: true, ifMatch: '*' })));
		assert.deepEqual(answers.map((a) => a.status).sort(), [200, 409, 409]);
		assert.equal((await verifier.get(url(v))).reminders, 1);
	});
});

describe('deputies', () => {
	const of = `/api/v1/desks/${desk}/deputies`;
	const days = { from: today, until: plus(3) };

	test('see and answer the queue of the desk in their time, under their own name', async () => {
		const { c, v } = await sent();
		await other.refused('not_found', { path: url(v) });
		const named = await verifier.ok('PUT', `${of}/u-2002`, { json: days });
		assert.deepEqual(named.deputies.map((d) => [d.user.id, d.from, d.until, d.now, d.named_by.id]), [['u-2002', today, plus(3), true, 'u-2001']]);
		assert.ok(named.candidates.some((x) => x.id === 'u-2002') && !named.candidates.some((x) => x.id === 'u-2001'));
		try {
			assert.ok((await queue(other)).some((x) => x.id === v.id && x.desk.code === desk), 'among their own');
			assert.ok((await queue(other, { desk })).every((x) => x.desk.code === desk));
			assert.ok((await queue(other, { desk: 'DK-330703-GA' })).every((x) => x.desk.code === 'DK-330703-GA'));
			const done = await does(other, await other.get(url(v)), 'answer', { answer: 'match', basis: '代班查台账' });
			assert.equal(done.answered_by, '核验安');
			assert.equal((await item(c)).state, 'established');
			const record = evidence(instance.dir).records.map((r) => r.json).find((r) => r.type === 'verification.answered' && r.verification === v.id);
			assert.equal(record?.actor.id, 'u-2002');
			assert.equal(record?.desk, desk);
			/* Who stands in names nobody else. */
			await other.refused('not_found', { method: 'PUT', path: `${of}/u-2003`, json: days });
		} finally {
			assert.deepEqual((await verifier.ok('DELETE', `${of}/u-2002`)).deputies, []);
		}
		await other.refused('not_found', { method: 'POST', path: '/api/v1/verifications/search', json: { desk } });
		await other.refused('not_found', { path: url(v) });
		await verifier.refused('not_found', { method: 'DELETE', path: `${of}/u-2002` });
		assert.deepEqual(evidence(instance.dir).records.map((r) => r.json).filter((r) => r.type.startsWith('deputy.')).map((r) => [r.type, r.desk, r.user]),
			[['deputy.named', desk, 'u-2002'], ['deputy.ended', desk, 'u-2002']]);
	});

	test('are none before their first day', async () => {
		const { v } = await sent();
		await supervisor.ok('PUT', `${of}/u-2002`, { json: { from: plus(2), until: plus(3) } });
		await other.refused('not_found', { path: url(v) });
		assert.equal((await supervisor.get(of)).deputies[0].now, false);
		/* Named again, the time is the new one. */
		assert.deepEqual((await supervisor.ok('PUT', `${of}/u-2002`, { json: days })).deputies.map((d) => [d.user.id, d.now, d.named_by.id]), [['u-2002', true, 'u-5001']]);
		assert.equal((await other.get(url(v))).id, v.id);
		await supervisor.ok('DELETE', `${of}/u-2002`);
	});

	test('are other verifiers of the division or of the desk above', async () => {
		const put = (user, json = days) => ({ method: 'PUT', path: `${of}/${user}`, json });
		for (const user of ['u-1001', 'u-2004', 'u-2001'])
			await verifier.refused('deputy_unfit', put(user));
		await verifier.refused('user_unknown', put('u-9999'));
		await verifier.refused('field_value', put('u-2002', { from: plus(3), until: today }));
		await verifier.refused('field_value', put('u-2002', { from: '2020-01-01', until: '2020-01-02' }));
		await verifier.refused('field_value', put('u-2002', { from: today, until: plus(400) }));
		await verifier.refused('field_value', put('u-2002', { from: '今天', until: plus(1) }));
		await verifier.refused('desk_unknown', { ...put('u-2002'), path: '/api/v1/desks/DK-0/deputies/u-2002' });
		await (await instance.client('u-2004')).refused('not_found', put('u-2002'));
		await clerk.refused('not_allowed', put('u-2002'));
	});
});

describe('what is late', () => {
	const overdue = async (who, json = {}) => who.ok('POST', '/api/v1/verifications/overdue', { json });
	const all = async (json = {}) => {
		const found = [];
		for (let cursor; ;) {
			const page = await overdue(supervisor, { ...json, ...(cursor ? { cursor } : {}) });
			found.push(...page.verifications);
			if ((cursor = page.next) === null) return found;
		}
	};

	test('turns yellow at half of the office time, red at four fifths, then is overdue', async () => {
		const { v } = await sent(), hours = deskByCode().get(desk).office_hours;
		const total = Number(rows(instance.dir, `SELECT due_amount FROM verification WHERE id = ${sqlId(v.id)}`)[0].due_amount) * HOUR;
		for (const [left, light] of [[total * 0.9, 'green'], [total * 0.4, 'yellow'], [total * 0.1, 'red']]) {
			put(v, `due_at = ${addOffice(hours, Date.now(), left)}`);
			assert.equal((await verifier.get(url(v))).light, light, `${left} of ${total}`);
		}
		put(v, `due_at = ${Date.now() - 1000}`);
		const now = await verifier.get(url(v));
		assert.deepEqual([now.light, now.overdue], ['overdue', true]);
		assert.equal((await item((await getCase(clerk, (await clerk.ok('POST', '/api/v1/cases/search', { json: { number: v.case_number } })).cases[0].id)))).state, 'verifying', 'nothing answers by silence');
	});

	test('is in the list of who supervises it, a city over its counties, by when it was due', async () => {
		const jindong = await sent(), lanxi = await instance.client('u-1005');
		const c = await settle(lanxi, await openScene(lanxi, scene('DRIVER')));
		const away = itemOf(c, 'I-00186').verification;
		put(jindong.v, `due_at = ${Date.now() - 5000}`);
		put(away, `due_at = ${Date.now() - 6000}`);
		const soon = await sent();
		put(soon.v, `due_at = ${addOffice(deskByCode().get(desk).office_hours, Date.now(), 2 * HOUR)}`);
		const late = await all();
		const places = [away.id, jindong.v.id, soon.v.id].map((id) => late.findIndex((x) => x.id === id));
		assert.ok(places[0] >= 0 && places[0] < places[1], `${places}`);
		assert.equal(places[2], -1);
		const one = late[places[1]];
		assert.equal(one.agency.code, '330703-SWU');
		assert.equal(one.case_number, jindong.v.case_number);
		assert.equal(one.light, 'overdue');
		assert.ok((await all({ within_hours: 3 })).some((x) => x.id === soon.v.id && !x.overdue));
		assert.ok(!(await all({ within_hours: 1 })).some((x) => x.id === soon.v.id));
		assert.ok((await all({ division: '330781' })).every((x) => x.division.code === '330781'));
		/* By pages of one the same, in the same order. */
		assert.deepEqual((await all({ within_hours: 3, limit: 1 })).map((x) => x.id), (await all({ within_hours: 3, limit: 200 })).map((x) => x.id));
		/* What was answered, or waits for the counter, is not late. */
		const signed = await does(verifier, await verifier.get(url(jindong.v)), 'signature');
		assert.equal((await all()).find((x) => x.id === jindong.v.id).signed_by, '核验水');
		await does(verifier, signed, 'need-more', { what: '缺' });
		assert.ok(!(await all()).some((x) => x.id === jindong.v.id));
	});
});

describe('answers to several at once', () => {
	const path = '/api/v1/verifications/answers';
	const entry = (v, rest = {}) => ({ id: v.id, version: v.version, answer: 'match', basis: '一并查过', ...rest });
	const types = (id) => evidence(instance.dir).records.map((r) => r.json).filter((r) => r.verification === id || r.object === id).map((r) => r.type);

	test('each stands alone, and tells why it was not done', async () => {
		const made = await Promise.all([1, 2, 3, 4].map(sent));
		const [a, b, stale, bad] = made.map((x) => x.v);
		await does(verifier, stale, 'signature');
		const strange = { id: '330703-01a20606-65f9-7abc-8def-0123456789ad', version: 1 };
		const request = { answers: [entry(a), entry(stale), entry(b, { answer: 'mismatch' }), entry(bad, { basis: ' ' }), entry(strange)] };
		const done = await verifier.post(path, request);
		assert.equal(done.done, 2);
		assert.deepEqual(done.answers.map((x) => [x.id, x.done, x.problem?.code]), [[a.id, true, undefined], [stale.id, false, 'version_stale'],
			[b.id, true, undefined], [bad.id, false, 'basis_missing'], [strange.id, false, 'not_found']]);
		assert.match(done.answers[1].problem.args.who, /核验水/);
		assert.equal((await item(made[0].c)).state, 'established');
		assert.equal((await item(made[1].c)).state, 'not_established');
		assert.equal((await item(made[3].c)).state, 'verifying');
		assert.deepEqual(types(stale.id).at(-1), 'request.refused', 'a refusal is a record here too');
	});

	test('two within one case both succeed', async () => {
		/* Both questions of one case at one desk: one was passed on to it. */
		const c = await settle(clerk, await openScene(clerk, s));
		const waiting = c.items.filter((i) => i.state === 'verifying');
		assert.ok(waiting.length >= 1);
		const q = 'I-01384', service = serviceOf(q).code;
		const d = await openScene(clerk, s);
		await switchSource(instance, service, 'off');
		let now;
		try { now = await act(clerk, d, q, 'query'); } finally { await switchSource(instance, service, 'on'); }
		now = await act(clerk, now.case, code, 'verification');
		const both = (await getCase(clerk, d.id)).items.filter((i) => i.state === 'verifying');
		assert.ok(both.length >= 2);
		/* The water company stands in for whoever has the other one. */
		const away = both.find((i) => i.code === q).verification;
		change(instance.dir, `UPDATE verification SET desk = '${desk}' WHERE id = ${sqlId(away.id)}`);
		const list = await Promise.all(both.map((i) => verifier.get(url(i.verification))));
		const done = await verifier.post(path, { answers: list.map((v) => entry(v)) });
		assert.equal(done.done, list.length, JSON.stringify(done));
		const after = await getCase(clerk, d.id);
		for (const i of both) assert.equal(itemOf(after, i.code).state, 'established', i.code);
		const before = Number(now.case.version);
		assert.equal(after.version, before + both.length);
	});

	test('the same request again finds what was done, and does the rest', async () => {
		const made = await Promise.all([1, 2].map(sent));
		const [a, b] = made.map((x) => x.v), key = uuid7();
		const request = { method: 'POST', path, key, json: { answers: [entry(a), entry(b, { version: b.version + 1 })] } };
		const first = await verifier.send(request);
		assert.deepEqual(first.json.answers.map((x) => x.done), [true, false]);
		assert.equal(first.json.answers[1].problem.code, 'version_wrong');
		const n = () => evidence(instance.dir).records.filter((r) => r.type === 'verification.answered').length, before = n();
		const again = await verifier.send(request);
		assert.deepEqual(again.json.answers.map((x) => x.done), [true, false]);
		assert.equal(n(), before);
		/* What stood in the way is gone: the same request does it. */
		await does(verifier, b, 'signature');
		const third = await verifier.send(request);
		assert.deepEqual(third.json.answers.map((x) => x.done), [true, true]);
		assert.equal(n(), before + 1);
		const fourth = await verifier.send(request);
		assert.equal(fourth.headers['idempotent-replay'], 'true');
		assert.equal(n(), before + 1);
		await verifier.refused('idempotency_key_reused', { ...request, json: { answers: [entry(a, { answer: 'mismatch' })] } });
	});

	test('sent many times at once it is done once', async () => {
		const made = await Promise.all([1, 2, 3].map(sent)), key = uuid7();
		const request = { method: 'POST', path, key, json: { answers: made.map((x) => entry(x.v)) } };
		const answers = await Promise.all(Array.from({ length: 8 }, () => verifier.send(request)));
		for (const a of answers) {
			assert.equal(a.status, 200, a.text);
			assert.equal(a.json.done, 3, a.text);
		}
		for (const { v } of made) assert.equal(types(v.id).filter((x) => x === 'verification.answered').length, 1);
	});

	test('what is no list of answers is refused as a whole', async () => {
		const { v } = await sent();
		const no = (problem, json) => verifier.refused(problem, { method: 'POST', path, json, key: true });
		await no('field_value', { answers: [] });
		await no('field_value', { answers: [entry(v), entry(v)] });
		await no('field_value', { answers: Array.from({ length: 51 }, (_, i) => entry({ ...v, id: `330703-01a20606-65f9-7abc-8def-0000000000${i + 10}` })) });
		await no('field_missing', { answers: [{ ...entry(v), version: undefined }] });
		const p = await no('field_value', { answers: [entry(v), { ...entry(v), id: 'x', answer: 'maybe' }] });
		assert.equal(p.field, 'answers[1].answer');
		await no('field_unknown', { answers: [{ ...entry(v), colour: 1 }] });
		assert.equal((await verifier.get(url(v))).state, 'sent');
	});
});

describe('the state table of a verification, over HTTP', () => {
	const desks = {
		signature: {}, answer: { answer: 'match', basis: '查' }, return: { reason: '不归' }, 'need-more': { what: '缺' },
		transfer: { desk: 'DK-330703-GA', reason: '归公安' },
	};
	const counters = { supply: { text: '补' }, withdrawal: { reason: '撤' } };
	/* The moves that are right in each state; how one comes there. */
	const right = {
		sent: ['signature', 'answer', 'return', 'withdrawal'],
		signed_for: ['answer', 'need-more', 'transfer', 'return', 'withdrawal'],
		need_more: ['supply', 'withdrawal'],
		answered: [], returned: [], transferred: [], withdrawn: [],
	};
	const way = { sent: [], signed_for: ['signature'], need_more: ['signature', 'need-more'], answered: ['answer'], returned: ['return'],
		transferred: ['signature', 'transfer'], withdrawn: ['withdrawal'] };
	const leads = { signature: 'signed_for', answer: 'answered', return: 'returned', 'need-more': 'need_more', transfer: 'transferred',
		supply: 'signed_for', withdrawal: 'withdrawn' };
	const go = async (c, v, move) => {
		if (move in desks) await verifier.post(`${url(v)}/${move}`, desks[move], { ifMatch: '*' });
		else await asCounter(c, move, counters[move]);
	};

	for (const [state, moves] of Object.entries(right))
		test(`${state}: ${moves.join(', ') || 'nothing follows'}`, async () => {
			for (const move of Object.keys({ ...desks, ...counters })) {
				const { c, v } = await sent();
				for (const step of way[state]) await go(c, v, step);
				assert.equal((await verifier.get(url(v))).state, state);
				if (moves.includes(move)) {
					await go(c, v, move);
					assert.equal((await verifier.get(url(v))).state, leads[move], `${state}: ${move}`);
					continue;
				}
				const p = move in desks ? await refusedDesk('verification_state', verifier, v, move, desks[move]) :
					/* The item of a question that was passed on waits for the other one: that one is the counter's. */
					state === 'transferred' && move === 'withdrawal' ? { args: { state: 'transferred' } } :
						await refusedCounter(['sent', 'signed_for', 'transferred'].includes(state) ? 'verification_state' : 'item_not_verifying', c, move, counters[move]);
				assert.ok(p.args.state.length > 0, `${state}: ${move} is refused with its reason`);
				if (state === 'sent' && move in desks) assert.equal(p.next, '请先签收');
				assert.ok(p.args.next_zh === undefined || !/[a-z]_/.test(p.title + p.next), 'no code of a program in a sentence');
				assert.equal((await verifier.get(url(v))).state, state);
			}
		});

	test('of two verifiers at once one wins, and the other is told who', async () => {
		await verifier.ok('PUT', `/api/v1/desks/${desk}/deputies/u-2002`, { json: { from: today, until: today } });
		try {
			for (let round = 0; round < 5; round++) {
				const { v } = await sent();
				const answers = await Promise.all([[verifier, '核验水'], [other, '核验安']].map(async ([who, name]) =>
					({ name, a: await who.send({ method: 'POST', path: `${url(v)}/answer`, json: { answer: 'match', basis: name }, key: true, ifMatch: v.version }) })));
				const won = answers.filter((x) => x.a.status === 200), lost = answers.filter((x) => x.a.status !== 200);
				assert.deepEqual([won.length, lost.length], [1, 1]);
				assert.equal(lost[0].a.json.code, 'version_stale');
				assert.equal(lost[0].a.json.args.who, won[0].name);
				assert.equal(lost[0].a.json.current.basis, won[0].name);
			}
		} finally { await verifier.ok('DELETE', `/api/v1/desks/${desk}/deputies/u-2002`); }
	});
});

test('the desks of a division can be looked up, by pages', async () => {
	const { desks } = await instance.client().then((c) => c.get('/api/v1/desks?division=330703&limit=200'));
	assert.deepEqual(desks.map((d) => d.code), [...deskByCode().values()].filter((d) => d.agency_code.startsWith('330703')).map((d) => d.code).sort());
	assert.equal(desks.find((d) => d.code === 'DK-330703-GA').above, 'DK-330700-GA');
	const first = await clerk.get('/api/v1/desks?limit=1');
	const second = await clerk.get(`/api/v1/desks?limit=1&cursor=${first.next}`);
	assert.ok(first.desks[0].code < second.desks[0].code);
});

test('all of it from the command line', async () => {
	const cli = (user, ...args) => JSON.parse(must([...args, '--as', user, '--json', '-d', instance.dir, '--lang', 'en']).stdout);
	const made = [await sent(), await sent(), await sent()], [a, b, d] = made.map((x) => x.v);
	cli('u-2001', 'verification', 'sign-for', a.id);
	assert.equal(cli('u-2001', 'verification', 'need-more', a.id, '--what', '缺户名').asked_back.what, '缺户名');
	assert.equal(cli('u-1001', 'case', 'supply', made[0].c.id, code, '--text', '是本人').item.verification.asked_back.text, '是本人');
	assert.equal(cli('u-1001', 'case', 'remind', made[0].c.id, code, '--note', '在等').item.verification.reminders, 1);
	assert.equal(cli('u-5001', 'verification', 'remind', a.id).reminders, 2);
	assert.ok(cli('u-2001', 'verification', 'list', '--desk', desk, '--limit', '200').verifications.some((v) => v.id === a.id));
	assert.ok(Array.isArray(cli('u-5001', 'verification', 'overdue', '--within', '40').verifications));
	assert.equal(cli('u-1001', 'case', 'recall', made[2].c.id, code, '--reason', '不办了').item.state, 'to_verify');
	const some = run(['verification', 'answer', a.id, b.id, d.id, '--answer', 'match', '--basis', '查台账', '--as', 'u-2001', '--json', '-d', instance.dir]);
	assert.equal(some.status, 1, 'one of them was not done');
	assert.deepEqual(JSON.parse(some.stdout).answers.map((x) => x.done), [true, true, false]);
	const [e] = [await sent()].map((x) => x.v);
	cli('u-2001', 'verification', 'sign-for', e.id);
	assert.equal(cli('u-2001', 'verification', 'transfer', e.id, '--desk', 'DK-330703-GA', '--reason', '归公安').state, 'transferred');
	assert.ok(cli('u-2001', 'desk', 'list', '--division', '330703').desks.length > 10);
	assert.equal(cli('u-2001', 'desk', 'deputise', desk, 'u-2003', '--from', today, '--until', plus(1)).deputies.length, 1);
	assert.equal(cli('u-2001', 'desk', 'deputies', desk).deputies[0].user.id, 'u-2003');
	assert.equal(cli('u-2001', 'desk', 'dismiss', desk, 'u-2003').deputies.length, 0);
});

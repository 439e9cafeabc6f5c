// Complaints that a proof was still demanded: made by anybody, answered by a supervisor, followed with a code.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { Instance, started } from '../lib/instance.mjs';
import { addWorkdays, dayOf } from '../lib/calendar.mjs';
import { CEILING, untilTooOften } from '../lib/ceiling.mjs';
import { readCsv } from '../lib/csv.mjs';
import { jinhua } from '../lib/paths.mjs';
import { acts, change, evidence, rows, stored } from '../lib/store.mjs';
import { findAny } from '../lib/personal.mjs';
import { uuid7 } from '../lib/uuid7.mjs';

const PATH = '/api/v1/complaints', STATUS = `${PATH}/status`, SEARCH = `${PATH}/search`;
const items = readCsv(`${jinhua}/items.csv`), proofs = readCsv(`${jinhua}/proofs.csv`);
const ITEM = items.find((i) => i.code === 'I-01391');	/* 无房证明, abolished for M-0303 */
const told = { item: ITEM.code, agency: '330703-ZG', counter: '不动产登记3号窗口', what: '女工作人员说没有无房证明就不收件', phone: '138 0000 4321' };

let instance, anyone, clerk, supervisor;
before(async () => {
	instance = await started({ datasets: null, args: ['--log_level', 'debug'] });
	anyone = await instance.client();
	clerk = await instance.client('u-1001');
	supervisor = await instance.client('u-5001');
});
after(() => instance?.destroy());

/* Most are made by a clerk for somebody: strangers have a ceiling. */
const make = (body = told, client = clerk) => client.post(PATH, body);
const follow = ({ number, code }, client = anyone) => client.ok('POST', STATUS, { json: { number, code } });
const search = async (json = {}, client = supervisor) => (await client.ok('POST', SEARCH, { json })).complaints;
const records = () => acts(instance.dir);
const answer = (c, body = { outcome: 'upheld', answer: '属实,已责令改正' }, rest = {}) =>
	supervisor.post(`${PATH}/${c.id}/answer`, body, { ifMatch: c.version, ...rest });
const found = async (number) => (await search({ limit: 200 })).find((c) => c.number === number);

/* ISO 7064 MOD 37,36, apart from the program. */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
function check(text) {
	let p = 36;
	for (const c of text.replaceAll('-', '')) p = ((p + ALPHABET.indexOf(c)) % 36 || 36) * 2 % 37;
	return ALPHABET[(37 - p) % 36];
}

describe('somebody without an account', () => {
	test('tells it, hears at once what the list says, and reads the answer when it comes', async () => {
		const n = records().length;
		const made = await make(told, anyone);
		const today = dayOf(Date.now());
		assert.match(made.number, new RegExp(`^330703-${today.slice(2).replaceAll('-', '')}-TA\\d{5}-.$`));
		assert.equal(made.number.at(-1), check(made.number.slice(0, -2)));
		assert.equal(made.state, 'received');
		assert.deepEqual(made.agency, { code: '330703-ZG', name: '金华市自然资源和规划局金东分局' });
		assert.equal(made.matter.code, 'M-0303');
		assert.equal(made.proof, '无房证明');
		assert.deepEqual([made.list.finding, made.list.item, made.list.address], ['direct_cancel', ITEM.code, `/m/M-0303#${ITEM.code}`]);
		assert.match(made.list.says, /任何人不得索要/);
		const last = addWorkdays(addWorkdays(dayOf(Date.parse(made.received_at)), 0), 5);
		assert.equal(made.due_at, `${last}T23:59:59.999+08:00`);

		const { code, ...public_ } = made;
		assert.deepEqual(await follow(made), public_, 'what is followed is what was shown, but for the code');

		const c = await found(made.number);
		assert.equal(c.overdue, false);
		assert.equal(c.days_left, 5 - (addWorkdays(today, 0) === today ? 0 : -1));
		const whole = await supervisor.get(`${PATH}/${c.id}`);
		assert.deepEqual(await supervisor.get(`${PATH}/${c.number}`), whole, 'found by its number as well');
		assert.deepEqual([whole.counter, whole.what, whole.phone], [told.counter, told.what, '13800004321']);
		const done = await answer(whole);
		assert.deepEqual([done.state, done.outcome, done.answer, done.answered_by, done.version], ['answered', 'upheld', '属实,已责令改正', '督办严', 2]);

		const after_ = await follow(made);
		assert.deepEqual([after_.state, after_.outcome, after_.answer, after_.answered_at], ['answered', 'upheld', '属实,已责令改正', done.answered_at]);
		assert.equal(await found(made.number), undefined, 'it waits for nobody any more');
		assert.ok((await search({ state: 'answered' })).some((x) => x.id === c.id));

		const added = records().slice(n).map((r) => r.json);
		assert.deepEqual(added.map((r) => r.type), ['complaint.received', 'complaint.answered']);
		assert.deepEqual(added[0].actor, { id: 'stranger', role: 'public' });
		assert.deepEqual([added[0].number, added[0].item, added[0].matter, added[0].agency, added[0].finding, added[0].complaint],
			[made.number, ITEM.code, 'M-0303', '330703-ZG', 'direct_cancel', c.id]);
		assert.equal(added[1].actor.id, 'u-5001');
		for (const r of added)
			for (const value of [told.what, told.counter, '13800004321', code, '责令'])
				assert.ok(!JSON.stringify(r).includes(value), `${r.type} holds ${value}`);
	});

	test('may write the code as it was read out', async () => {
		const made = await make();
		const slips = [made.code.toLowerCase(), made.code.replace('-', ''), ` ${made.code.replace('-', ' ')} `,
			made.code.replaceAll('0', 'o').replaceAll('1', 'l')];
		for (const code of slips) assert.equal((await follow({ number: made.number, code })).number, made.number, code);
		assert.equal((await follow({ number: ` ${made.number.toLowerCase()} `, code: made.code })).number, made.number);
	});

	test('who repeats the request gets the same number and code, and nothing is done twice', async () => {
		const key = uuid7(), request = { method: 'POST', path: PATH, json: told, key };
		const first = await anyone.send(request), n = records().length;
		assert.equal(first.status, 201, first.text);
		const elsewhere = await instance.client();
		for (const client of [anyone, elsewhere]) {
			const again = await client.send(request);
			assert.equal(again.status, 201);
			assert.deepEqual(again.json, first.json);
			assert.equal(again.headers['idempotent-replay'], 'true');
		}
		await anyone.refused('idempotency_key_reused', { ...request, json: { ...told, what: '另一件' } });
		await anyone.refused('idempotency_key_missing', { ...request, key: undefined });
		assert.equal(records().length, n);
		assert.deepEqual(rows(instance.dir, `SELECT DISTINCT division, caller FROM idempotency WHERE caller NOT LIKE 'u-%'`),
			[{ division: '330700', caller: 'stranger' }], 'kept under the division that forgets old keys');
	});

	test('hears the same of a number that there is not and of a code that does not fit', async () => {
		const made = await make(), other = await make();
		const asked = (number, code) => anyone.send({ method: 'POST', path: STATUS, json: { number, code } });
		const wrong = await asked(made.number, other.code);
		assert.equal(wrong.status, 404);
		assert.equal(wrong.json.code, 'complaint_code');
		for (const [number, code] of [['330703-200101-TA00001-0', made.code], ['x', made.code], [made.number, 'x'], [made.number, `${made.code}0`],
			[made.number, '?????-?????'], ['330702' + made.number.slice(6), made.code]]) {
			const answer_ = await asked(number, code);
			assert.deepEqual(answer_.json, wrong.json, `${number} ${code}`);
			assert.equal(answer_.status, wrong.status);
		}
	});

	test('sees neither what was told nor who answered', async () => {
		const made = await make();
		await answer(await found(made.number), { outcome: 'no_jurisdiction', answer: '请向市里反映' });
		const text = JSON.stringify(await follow(made));
		for (const value of [told.what, told.counter, '13800004321', '督办严', 'u-5001']) assert.ok(!text.includes(value), value);
	});
});

describe('what the list says', () => {
	for (const [method, part] of [['commitment', /告知承诺/], ['data_query', /不应由您提供/], ['department_verify', /不应由您提供/]])
		test(`of an item settled by ${method}`, async () => {
			const item = items.find((i) => i.method === method), proof = proofs.find((p) => p.code === item.proof_code);
			const chosen = await make({ ...told, item: item.code });
			assert.equal(chosen.list.finding, method);
			assert.match(chosen.list.says, part);
			assert.equal(chosen.matter.code, item.matter_code);
			const said = await make({ ...told, item: undefined, matter: item.matter_code, proof: `${proof.name.slice(0, 2)} ${proof.name.slice(2)}` });
			assert.deepEqual([said.list, said.proof], [chosen.list, chosen.proof], 'the same in words');
		});

	test('of a proof that the matter, or the whole list, does not have', async () => {
		for (const extra of [{ matter: 'M-0303' }, {}]) {
			const c = await make({ ...told, item: undefined, proof: '我妈是我妈的证明', ...extra });
			assert.equal(c.list.finding, 'not_listed');
			assert.match(c.list.says, /清单之外/);
			assert.equal(c.proof, '我妈是我妈的证明');
			assert.equal(c.list.address, extra.matter ? '/m/M-0303' : null);
		}
	});

	test('where nobody knows the matter', async () => {
		const c = await make({ ...told, item: undefined, proof: '户口证明' });
		assert.deepEqual([c.list.finding, c.matter, c.list.item], ['some_matter', null, null]);
	});

	test('in English for whoever reads English', async () => {
		const key = uuid7(), request = { method: 'POST', path: PATH, json: told, key };
		const zh = (await clerk.send(request)).json, en = (await clerk.send({ ...request, lang: 'en' })).json;
		assert.match(en.list.says, /nobody may ask/);
		assert.deepEqual({ ...en, list: { ...en.list, says: zh.list.says } }, zh);
	});
});

describe('what is not a complaint', () => {
	const wrong = (code, change_, field) => async () => {
		const p = await clerk.refused(code, { method: 'POST', path: PATH, key: true, json: { ...told, ...change_ } });
		assert.equal(p.field, field);
	};
	test('no proof', wrong('field_missing', { item: undefined }, 'proof'));
	test('nothing that happened', wrong('field_missing', { what: ' ' }, 'what'));
	test('no agency', wrong('field_missing', { agency: undefined }, 'agency'));
	test('an agency that there is not', wrong('agency_unknown', { agency: '330703-XX' }));
	test('an agency that does not work there', wrong('field_value', { division: '330702' }, 'agency'));
	test('a division that there is not', wrong('division_unknown', { division: '999999' }));
	test('a matter that there is not', wrong('matter_unknown', { matter: 'M-9999' }));
	test('another matter\'s item', wrong('field_value', { matter: 'M-0001' }, 'item'));
	test('a phone that is none', wrong('phone_invalid', { phone: '12345' }, 'phone'));
	test('an unknown member', wrong('field_unknown', { name: '甲' }, 'name'));
	test('too much text', wrong('field_value', { what: '长'.repeat(2001) }, 'what'));
});

describe('a supervisor', () => {
	test('reads what is due first, page by page, over the counties of the city', async () => {
		const places = ['330702', '330703', '330723', '330781'];
		const made = await Promise.all([...places, ...places].map((d) => make({ ...told, agency: '330700-GA', division: d })));
		assert.deepEqual([...new Set(made.map((c) => c.division.code))].sort(), places);
		/* Bring order into them: all of a day would be due at one instant. */
		made.forEach((c, i) => change(instance.dir, `UPDATE complaint SET due_at = due_at + ${(i * 7) % 8} WHERE number = '${c.number}'`));
		const all = await search({ limit: 200 });
		assert.deepEqual(all.map((c) => [c.due_at, c.id]), all.map((c) => [c.due_at, c.id]).sort((a, b) => a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1].slice(7) < b[1].slice(7) ? -1 : 1));
		for (const c of made) assert.ok(all.some((x) => x.number === c.number), c.number);
		const paged = [];
		for (let cursor = undefined; ;) {
			const page = await supervisor.ok('POST', SEARCH, { json: { limit: 3, ...(cursor && { cursor }) } });
			paged.push(...page.complaints);
			if ((cursor = page.next) === null) break;
			assert.equal(page.complaints.length, 3);
		}
		assert.deepEqual(paged, all);
		const there = await search({ division: '330723', limit: 200 });
		assert.deepEqual(there, all.filter((c) => c.division.code === '330723'));
		const police = await search({ agency: '330700-GA', limit: 200 });
		assert.deepEqual(police, all.filter((c) => c.agency.code === '330700-GA'));
		assert.ok(police.length >= 8 && police.length < all.length);
	});

	test('sees which are overdue by now', async () => {
		const late = await make(), soon = await make();
		change(instance.dir, `UPDATE complaint SET due_at = ${Date.now() - 1} WHERE number = '${late.number}'`);
		const overdue = await search({ overdue: true });
		assert.deepEqual(overdue.map((c) => c.number), [late.number]);
		assert.deepEqual([overdue[0].overdue, overdue[0].days_left], [true, 0]);
		assert.equal((await follow(late)).overdue, true);
		assert.equal((await follow(soon)).overdue, false);
		const done = await answer(overdue[0]);
		assert.equal(done.overdue, false, 'answered, if late');
		assert.deepEqual(await search({ overdue: true }), []);
	});

	test('answers once, and sees who was quicker', async () => {
		const c = await found((await make()).number);
		const key = uuid7(), first = await answer(c, undefined, { key });
		assert.deepEqual(await answer(c, undefined, { key }), first, 'a repeat is no second answer');
		const p = await supervisor.refused('version_stale', { method: 'POST', path: `${PATH}/${c.id}/answer`, key: true, ifMatch: c.version, json: { outcome: 'upheld', answer: '再答' } });
		assert.deepEqual(p.current, first);
		assert.equal(p.args.who, '督办严');
		await supervisor.refused('complaint_state', { method: 'POST', path: `${PATH}/${c.id}/answer`, key: true, ifMatch: '*', json: { outcome: 'not_upheld', answer: '再答' } });
		await supervisor.refused('if_match_missing', { method: 'POST', path: `${PATH}/${c.id}/answer`, key: true, json: { outcome: 'upheld', answer: '再答' } });
		for (const [body, field] of [[{ outcome: 'maybe', answer: '答' }, 'outcome'], [{ outcome: 'upheld', answer: ' ' }, 'answer']]) {
			const bad = await supervisor.send({ method: 'POST', path: `${PATH}/${c.id}/answer`, key: true, ifMatch: '*', json: body });
			assert.deepEqual([bad.status, bad.json.field], [422, field]);
		}
	});

	test('of two answers at once one is written', async () => {
		const c = await found((await make()).number);
		const sent = await Promise.all(['upheld', 'not_upheld', 'no_jurisdiction', 'upheld'].map((outcome) =>
			supervisor.send({ method: 'POST', path: `${PATH}/${c.id}/answer`, key: true, ifMatch: c.version, json: { outcome, answer: outcome } })));
		assert.deepEqual(sent.map((a) => a.status).sort(), [200, 412, 412, 412]);
		const now = await supervisor.get(`${PATH}/${c.id}`);
		assert.deepEqual(now, sent.find((a) => a.status === 200).json);
		assert.equal(records().filter((r) => r.type === 'complaint.answered' && r.json.complaint === c.id).length, 1);
	});

	test('has no reach into another city, and others have none into a complaint', async () => {
		const c = await found((await make()).number), n = records().length;
		await clerk.refused('not_allowed', { path: `${PATH}/${c.id}` });
		await clerk.refused('not_allowed', { method: 'POST', path: SEARCH, json: {} });
		await anyone.refused('sign_in', { path: `${PATH}/${c.number}` });
		change(instance.dir, `UPDATE user_account SET division = '330702', agency = '330702-SF' WHERE id = 'u-5001'`);
		try {
			await supervisor.refused('not_found', { path: `${PATH}/${c.id}` });
			await supervisor.refused('not_found', { method: 'POST', path: `${PATH}/${c.id}/answer`, key: true, ifMatch: '*', json: { outcome: 'upheld', answer: '答' } });
			assert.ok((await search({ limit: 200 })).every((x) => x.division.code === '330702'));
			assert.deepEqual(await search({ division: '330703' }), []);
			change(instance.dir, `UPDATE user_account SET scope = 'agency', division = '330703', agency = '330703-GA' WHERE id = 'u-5001'`);
			await supervisor.refused('not_found', { path: `${PATH}/${c.id}` });
			assert.deepEqual(await search({ agency: '330703-ZG' }), []);
		} finally {
			change(instance.dir, `UPDATE user_account SET scope = 'division', division = '330700', agency = '330700-SF' WHERE id = 'u-5001'`);
		}
		assert.deepEqual(records().slice(n).map((r) => [r.type, r.json.code]),
			[...Array(2).fill(['request.refused', 'not_allowed']), ...Array(3).fill(['request.refused', 'not_found'])]);
		assert.equal((await supervisor.get(`${PATH}/${c.id}`)).version, c.version);
	});
});

describe('the numbers', () => {
	test('are given once each, however many come at the same time, and leave those of cases alone', async () => {
		const made = await Promise.all(Array.from({ length: 60 }, () => make()));
		assert.equal(new Set(made.map((c) => c.number)).size, 60);
		assert.equal(new Set(made.map((c) => c.code)).size, 60);
		const counters = made.map((c) => Number(/TA(\d+)/.exec(c.number)[1]));
		assert.equal(new Set(counters).size, 60);
		assert.deepEqual(rows(instance.dir, 'SELECT DISTINCT log FROM case_counter'), [{ log: 'a/complaint' }]);
	});

	test('go on after a restart', async () => {
		const last = (c) => Number(/TA(\d+)/.exec(c.number)[1]), old = await make();
		await instance.stop();
		await instance.serve();
		[anyone, clerk, supervisor] = [await instance.client(), await instance.client('u-1001'), await instance.client('u-5001')];
		assert.ok(last(await make()) > last(old));
		assert.equal((await follow(old)).number, old.number, 'and the code of before still fits');
	});
});

test('nothing that was told is in the files, the records or the log of the server', async () => {
	const what = '穿蓝衣服的人说不行', counter = '二楼左手第四个', phone = '13912345678', proof = '没有人听说过的证明';
	const made = await make({ agency: '330703-MZ', proof, what, counter, phone }, anyone);
	await anyone.send({ method: 'POST', path: STATUS, json: { number: made.number, code: phone } });
	await anyone.send({ method: 'POST', path: PATH, key: true, json: { agency: what, proof, what, phone: counter } });
	await answer(await found(made.number), { outcome: 'not_upheld', answer: `已打 ${phone} 问过` });
	await instance.stop();
	const values = [what, counter, phone, proof, made.code, made.code.replace('-', '')];
	for (const { name, bytes } of stored(instance.dir)) assert.deepEqual(findAny(bytes, values), [], name);
	assert.deepEqual(findAny(Buffer.from(instance.log), values), []);
	await instance.serve();
	[anyone, clerk, supervisor] = [await instance.client(), await instance.client('u-1001'), await instance.client('u-5001')];
});

describe('too many from one network', () => {
	let other;
	before(async () => { other = await new Instance().init({ datasets: null }).serve(); });
	after(() => other?.destroy());

	test('complaints are told to come back, by a record too; somebody signed in is not', async () => {
		const { n } = await untilTooOften(await other.client(), () => ({ method: 'POST', path: PATH, json: told, key: true }));
		assert.ok(n >= CEILING, `${n} went through`);
		assert.equal(rows(other.dir, 'SELECT count(*) AS n FROM complaint')[0].n, n);
		await make(told, await other.client('u-1001'));
	});

	test('wrong codes are, and right ones do not count', async () => {
		const made = await make(told, await other.client('u-1001')), client = await other.client();
		for (let i = 0; i < 45; i++) await follow(made, client);
		const { n } = await untilTooOften(client, () => ({ method: 'POST', path: STATUS, json: { number: made.number, code: 'AAAAA-AAAAA' } }));
		assert.ok(n >= CEILING, `${n} were looked at`);
		const blocked = await client.send({ method: 'POST', path: STATUS, json: { number: made.number, code: made.code } });
		assert.ok([429, 200].includes(blocked.status), 'guessing ends for everybody of that network, for the rest of the minute');
	});

	test('and each is counted by prefix and code when the server stops', async () => {
		await other.stop();
		const counted = evidence(other.dir).records.filter((r) => r.type === 'strangers.refused').map((r) => [r.json.code, r.json.prefix]);
		for (const code of ['too_often', 'complaint_code']) assert.ok(counted.some((r) => r[0] === code && r[1].startsWith('127.0.0.0')), JSON.stringify(counted));
	});
});

// Cases that other platforms send in: one window calls, the counter goes on, and the platform is told.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import net from 'node:net';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { Instance, must, run } from '../lib/instance.mjs';
import { getCase, settle } from '../lib/cases.mjs';
import { clerkOf, scene, sceneCase } from '../lib/catalogue.mjs';
import { untilTooOften } from '../lib/ceiling.mjs';
import { Receiver, signature } from '../lib/receiver.mjs';
import { change, evidence, rows, stored } from '../lib/store.mjs';
import { root as top } from '../lib/paths.mjs';
import { uuid7 } from '../lib/uuid7.mjs';

const CASES = '/api/v1/intake/cases', EVENTS = '/api/v1/intake/events', PLATFORMS = '/api/v1/platforms';
const SETTINGS = ['--webhook_retries', '1 1 1 2 2 4 4 8', '--webhook_timeout', '1', '--log_level', 'debug'];
const HOUSE = scene('HOUSE');

let instance, root, made = [];
before(async () => {
	instance = new Instance().init();
	await instance.serve(SETTINGS);
	root = instance.socketClient();
});
after(async () => {
	await Promise.all(made.map((r) => r.close()));
	await instance?.destroy();
});

let nth = 0;
/** A platform with its own receiver: {id, token, secret, receiver, send, ok, get}. */
async function platform({ division = '330703', agency = `${division}-XZF`, scope = 'division', url, receiver } = {}) {
	receiver ??= await new Receiver().listen();
	made.push(receiver);
	const p = await root.ok('POST', PLATFORMS, { json: { id: `p-t${++nth}`, name: `一窗平台${nth}`, scope, agency, division,
		url: url ?? receiver.url } });
	return { ...p, receiver, ...using(p.token) };
}

function using(token, where = instance) {
	const headers = { Authorization: `Bearer ${token}` };
	const client = { send: async (r) => (await where.client()).send({ ...r, headers: { ...headers, ...r.headers } }) };
	client.ok = async (method, path, { status, ...rest } = {}) => (await where.client()).ok(method, path, { status, ...rest, headers });
	client.get = (path) => client.ok('GET', path);
	client.refused = async (code, r) => (await where.client()).refused(code, { ...r, headers: { ...headers, ...r.headers } });
	return client;
}

const body = (number, s = HOUSE) => {
	const { division, channel, ...rest } = sceneCase(s);
	return { number, ...rest };
};
const numbers = () => `JD-${uuid7().slice(0, 18)}`;
const sendIn = (p, number = numbers()) => p.ok('POST', CASES, { json: body(number), key: true, status: 201 });
const types = (events) => events.map((e) => e.json?.type ?? e.type);

/** Every event of a platform, by polling. */
async function poll(p, cursor) {
	const events = [];
	for (;;) {
		const page = await p.get(`${EVENTS}?limit=3${cursor ? `&cursor=${cursor}` : ''}`);
		events.push(...page.events);
		cursor = page.next;
		if (!page.more) return { events, cursor };
	}
}

describe('a case that a platform sends in', () => {
	test('under no number that is somebody\'s, for numbers stand in clear', async () => {
		const p = await platform();
		for (const number of [HOUSE.parties[0].identifier, '13800138000'])
			assert.equal((await p.refused('field_value', { method: 'POST', path: CASES, json: body(number), key: true })).field, 'number');
	});

	test('says what it lacks and what is settled, and not what a source, a desk or the register of credit said', async () => {
		const p = await platform(), clerk = await instance.client('u-1001');
		const sent = await sendIn(p);
		await settle(clerk, await getCase(clerk, sent.id));
		const mine = await getCase(clerk, sent.id), theirs = await p.get(`${CASES}/${sent.id}`);
		assert.ok(mine.items.some((i) => ['verifying', 'supervised', 'not_established'].includes(i.state)));
		for (const i of theirs.items)
			assert.ok(['undecided', 'does_not_apply', 'waiting_input', 'to_query', 'to_commit', 'to_verify', 'established', 'committed',
				'cancelled'].includes(i.state), `${i.code} ${i.state}`);
	});

	test('is at the counter with its number, and nobody types it again', async () => {
		const p = await platform();
		const sent = await sendIn(p, 'JD-2026.0001');
		assert.equal(sent.external_number, 'JD-2026.0001');
		assert.equal(sent.channel, 'online');
		assert.deepEqual(await p.get(`${CASES}/JD-2026.0001`), sent, 'by its own number');
		assert.deepEqual(await p.get(`${CASES}/${sent.number}`), sent, 'by the case number');
		assert.deepEqual(await p.get(`${CASES}/${sent.id}`), sent, 'by the id');

		const clerk = await instance.client('u-1001');
		for (const number of ['JD-2026.0001', sent.number]) {
			const { cases } = await clerk.ok('POST', '/api/v1/cases/search', { json: { number } });
			assert.deepEqual(cases.map((c) => c.id), [sent.id], number);
			assert.deepEqual([cases[0].external_number, cases[0].channel, cases[0].platform],
				['JD-2026.0001', 'online', { code: p.id, name: p.name }]);
		}
		const listed = (await clerk.ok('POST', '/api/v1/cases/search', { json: {} })).cases.find((c) => c.id === sent.id);
		assert.equal(listed.external_number, 'JD-2026.0001');
		let c = await getCase(clerk, sent.id);
		assert.deepEqual([c.external_number, c.platform, c.opened_by], ['JD-2026.0001', { code: p.id, name: p.name }, { id: p.id, name: p.name }]);
		assert.ok(c.parties.length > 0 && Object.keys(c.form).length > 0);
		c = await settle(clerk, c);
		assert.equal((await p.get(`${CASES}/JD-2026.0001`)).version, c.version);

		const own = await clerk.ok('POST', '/api/v1/cases', { json: sceneCase(HOUSE), key: true, status: 201 });
		assert.deepEqual([own.platform, own.external_number], [null, null]);
	});

	test('is opened once under its number, with or without the same key', async () => {
		const p = await platform(), key = uuid7(), request = { method: 'POST', path: CASES, json: body('TWICE-1'), key };
		const [first, again] = [await p.send(request), await p.send(request)];
		assert.equal(first.status, 201, first.text);
		assert.equal(again.headers['idempotent-replay'], 'true');
		assert.deepEqual(again.json, first.json);
		const problem = await p.refused('external_number_used', { ...request, key: uuid7() });
		assert.deepEqual(problem.args, { external: 'TWICE-1', number: first.json.number, case: first.json.id });
		const other = await platform();
		assert.notEqual((await sendIn(other, 'TWICE-1')).id, first.json.id, "another platform's number is its own");
		const race = await Promise.all(Array.from({ length: 8 }, () => p.send({ ...request, json: body('RACE-1'), key: uuid7() })));
		assert.deepEqual(race.map((r) => r.status).sort(), [201, ...Array(7).fill(409)]);
		assert.equal(rows(instance.dir, "SELECT count(*) AS n FROM service_case WHERE external_number = 'RACE-1'")[0].n, 1);
		const clerk = await instance.client('u-1001');
		assert.equal((await clerk.ok('POST', '/api/v1/cases/search', { json: { number: 'TWICE-1' } })).cases.length, 2, 'the counter sees both');
	});

	test('is nobody else\'s: not another platform\'s, not another county\'s, and no other case is its', async () => {
		const p = await platform(), q = await platform(), far = await platform({ division: '330702' });
		const sent = await sendIn(p, 'MINE-1');
		const clerk = await instance.client('u-1001');
		const own = await clerk.ok('POST', '/api/v1/cases', { json: sceneCase(HOUSE), key: true, status: 201 });
		for (const [who, id] of [[q, 'MINE-1'], [q, sent.id], [q, sent.number], [far, sent.id], [p, own.id], [p, own.number]]) {
			await who.refused('not_found', { method: 'GET', path: `${CASES}/${id}` });
			await who.refused('not_found', { method: 'PUT', path: `${CASES}/${id}/answers`, json: { form: {} }, ifMatch: '*' });
		}
		const { agency } = await getCase(clerk, own.id);
		const handles = { field: 'matter', agency: agency.code, name: agency.name };
		const away = await far.refused('case_elsewhere', { method: 'POST', path: CASES, json: { ...body('FAR-1'), division: '330703' }, key: true });
		assert.deepEqual([away.field, away.args], ['matter', handles]);
		/* With its agency's scope it opens its agency's matters only. */
		await sendIn(await platform({ scope: 'agency', agency: agency.code }), 'NARROW-1');
		const narrow = await platform({ scope: 'agency', agency: '330703-XZF' });
		assert.notEqual(agency.code, '330703-XZF');
		const refused = await narrow.refused('case_elsewhere', { method: 'POST', path: CASES, json: body('NARROW-2'), key: true });
		assert.deepEqual(refused.args, handles);
		assert.match(refused.next, /--scope division/);
		const codes = evidence(instance.dir).records.map((r) => r.json).filter((r) => r.type === 'request.refused' && r.actor.id === narrow.id)
			.map((r) => r.code);
		assert.deepEqual(codes, ['case_elsewhere'], 'the try is a record');
		assert.deepEqual((await poll(q)).events, []);
	});

	test('shows the platform how far it is, and nothing that a source or a desk said', async () => {
		const p = await platform();
		const sent = await sendIn(p, 'SHOW-1');
		const clerk = await instance.client('u-1001');
		await settle(clerk, await getCase(clerk, sent.id));
		const seen = await p.get(`${CASES}/SHOW-1`), text = JSON.stringify(seen);
		for (const party of sceneCase(HOUSE).parties)
			for (const value of [party.name, party.identifier].filter(Boolean))
				assert.ok(!text.includes(value), 'names and numbers of people do not come back');
		assert.ok(!/"(answer|rows|steps|question|verification)"/.test(text));
		for (const path of [`/api/v1/cases/${sent.id}`, `/api/v1/cases/${sent.id}/records`])
			await p.refused('sign_in', { method: 'GET', path });
		await p.refused('sign_in', { method: 'POST', path: '/api/v1/cases/search', json: {} });
		await p.refused('sign_in', { method: 'POST', path: `/api/v1/cases/${sent.id}/settlement`, json: {}, key: true, ifMatch: '*' });
	});

	test('tells the platform what was asked for, what may come later, and why it ended', async () => {
		const s = scene('UNDECIDED'), division = s.division_code, p = await platform({ division });
		const clerk = await instance.client(clerkOf[division]);
		const post = (c, what, json) => clerk.post(`/api/v1/cases/${c.id}/${what}`, json, { ifMatch: '*' });
		const seen = async (number) => {
			const { correction, deferral, conclusion } = await p.get(`${CASES}/${number}`);
			return { correction, deferral, conclusion };
		};
		const send = async (number) => p.ok('POST', CASES, { json: body(number, s), key: true, status: 201 });
		const none = { correction: null, deferral: null, conclusion: null };

		const first = await send('ASKED-1');
		assert.deepEqual(await seen('ASKED-1'), none);
		const { correction } = await post(first, 'correction', { words: '请补填婚姻状况', days: 3 });
		const { by, record, ...asked } = correction;
		assert.equal(asked.words, '请补填婚姻状况');
		assert.ok(asked.items.length > 0 && asked.due_on && asked.overdue === false);
		assert.deepEqual(await seen('ASKED-1'), { ...none, correction: asked });
		const { conclusion } = await post(first, 'conclusion', { outcome: 'refused', reason: '逾期未补正' });
		assert.deepEqual(await seen('ASKED-1'), { ...none, correction: asked,
			conclusion: { at: conclusion.at, outcome: 'refused', reason: '逾期未补正' } });

		const second = await getCase(clerk, (await send('LATER-1')).id);
		const items = second.items.filter((i) => ['undecided', 'waiting_input'].includes(i.state)).map((i) => i.code);
		const until = second.due_on;
		const { deferral } = await post(second, 'acceptance', { deferred: { items, until } });
		assert.deepEqual(deferral, { until, overdue: false, items, lacking: items });
		assert.deepEqual(await seen('LATER-1'), { ...none, deferral });
	});

	test('takes answers from the platform, guarded by the version it saw', async () => {
		const p = await platform();
		const sent = await sendIn(p, 'ANSWER-1');
		const changed = await p.ok('PUT', `${CASES}/ANSWER-1/answers`, { json: { form: sent.form }, ifMatch: sent.version });
		assert.equal(changed.version, sent.version + 1);
		const problem = await p.refused('version_stale', { method: 'PUT', path: `${CASES}/ANSWER-1/answers`, json: { form: {} }, ifMatch: sent.version });
		assert.deepEqual(problem.current, changed);
		assert.equal(problem.args.who, p.name);
	});
});

describe('a token', () => {
	test('is refused when it is wrong, off, old, or with another identity', async () => {
		const p = await platform(), path = EVENTS;
		assert.deepEqual((await p.get(path)).events, []);
		await using(`${p.token}x`).refused('token_unknown', { path, method: 'GET' });
		await using('').refused('token_unknown', { path, method: 'GET' });
		const clerk = await instance.client('u-1001');
		await clerk.refused('two_identities', { method: 'GET', path, headers: { Authorization: `Bearer ${p.token}` } });
		await root.refused('two_identities', { method: 'GET', path, headers: { Authorization: `Bearer ${p.token}` } });
		await clerk.refused('not_allowed', { method: 'GET', path });
		const none = await (await instance.client()).refused('token_missing', { method: 'GET', path });
		assert.match(none.next, /Authorization: Bearer/);
		const off = await root.ok('PUT', `${PLATFORMS}/${p.id}`, { json: { state: 'off' }, ifMatch: p.version });
		await p.refused('platform_off', { method: 'GET', path });
		await root.ok('PUT', `${PLATFORMS}/${p.id}`, { json: { state: 'on' }, ifMatch: off.version });
		assert.deepEqual((await p.get(path)).events, []);
		const rotated = await root.ok('POST', `${PLATFORMS}/${p.id}/rotation`, { json: {}, ifMatch: '*' });
		await p.refused('token_unknown', { method: 'GET', path });
		assert.deepEqual((await using(rotated.token).get(path)).events, []);
		assert.notEqual(rotated.secret, p.secret);
		assert.equal((await root.ok('GET', `${PLATFORMS}/${p.id}`)).token, undefined, 'shown once');
		const records = evidence(instance.dir).records.map((r) => r.json).filter((r) => r.type === 'platform.set' && r.platform === p.id);
		assert.deepEqual(records.map((r) => [r.change, r.state]), [['added', 'on'], ['changed', 'off'], ['changed', 'on'], ['rotated', 'on']]);
		const refusals = evidence(instance.dir).records.map((r) => r.json).filter((r) => r.type === 'request.refused' && r.actor.id === p.id);
		assert.deepEqual(refusals.map((r) => r.code), ['platform_off'], 'under its own name');
	});

	test('cannot be guessed at without end, and who has it is not held up', async () => {
		const p = await platform(), wrong = using('wzmp_nobody');
		await untilTooOften(wrong, () => ({ method: 'GET', path: EVENTS }));
		assert.deepEqual((await p.get(EVENTS)).events, []);
	});

	test('stands nowhere in the store or the log', async () => {
		const p = await platform();
		const key = Buffer.from(p.secret.slice(6), 'base64');
		for (const { name, bytes } of stored(instance.dir)) {
			for (const value of [p.token, p.token.slice(5), p.secret, p.secret.slice(6)])
				assert.ok(!bytes.includes(Buffer.from(value)), `${name} holds ${value}`);
			assert.ok(!bytes.includes(key), `${name} holds the secret`);
		}
		assert.ok(!instance.log.includes(p.token) && !instance.log.includes(p.secret.slice(6)));
	});

	test('is made by the operator alone, for an address that may be used', async () => {
		await (await instance.client('u-6001')).refused('route_unknown', { method: 'GET', path: PLATFORMS });
		await instance.socketClient('u-1001').refused('not_allowed', { method: 'GET', path: PLATFORMS });
		const json = { id: 'p-x', name: '平台', agency: '330703-XZF', division: '330703', url: 'https://example.cn/' };
		for (const url of ['http://example.cn/', 'ftp://127.0.0.1/', 'file:///etc/passwd', 'https://a:b@example.cn/', 'https://example.cn/#x',
			'example.cn', 'http://127.0.0.1.example.cn/', 'https://'])
			await root.refused('platform_url', { method: 'POST', path: PLATFORMS, json: { ...json, url } });
		for (const id of ['x', 'u-1001', 'p-', 'p-A', 'p-' + 'a'.repeat(25)])
			await root.refused('field_value', { method: 'POST', path: PLATFORMS, json: { ...json, id } });
		await root.refused('agency_unknown', { method: 'POST', path: PLATFORMS, json: { ...json, agency: '330703-NO' } });
		await root.refused('field_value', { method: 'POST', path: PLATFORMS, json: { ...json, division: '330702' } });
		const p = await platform();
		await root.refused('platform_exists', { method: 'POST', path: PLATFORMS, json: { ...json, id: p.id } });
		await root.refused('platform_unknown', { method: 'GET', path: `${PLATFORMS}/p-none` });
		assert.ok((await root.ok('GET', PLATFORMS)).platforms.some((x) => x.id === p.id));
	});
});

describe('webhooks', () => {
	test('tell of every record of the case but of looks at it, in order, signed, with the state it left', async () => {
		const p = await platform();
		const sent = await sendIn(p, 'TOLD-1');
		const clerk = await instance.client('u-1001');
		await settle(clerk, await getCase(clerk, sent.id));
		await clerk.post(`/api/v1/cases/${sent.id}/conclusion`, { outcome: 'withdrawn', reason: '申请人撤回' }, { ifMatch: '*' });
		const got = await p.receiver.until((g) => types(g).includes('case.concluded'), 'the end of the case');
		for (const event of got) p.receiver.check(event, p.secret);
		const records = evidence(instance.dir).records.map((r) => r.json).filter((r) => r.case === sent.id && !['request.refused', 'case.read'].includes(r.type));
		assert.deepEqual(got.map((e) => e.id).sort(), records.map((r) => `${r.division}-${r.id}`.replace(/^(\d{6})-\1-/, '$1-')).sort());
		assert.deepEqual(types(got), records.map((r) => r.type));
		const data = got.map((e) => e.json.data);
		assert.ok(data.every((d) => d.case === sent.id && d.number === sent.number && d.external_number === 'TOLD-1'));
		assert.deepEqual(data.map((d) => d.version), data.map((d) => d.version).toSorted((a, b) => a - b));
		assert.deepEqual([data[0].state, data.at(-1).state], ['open', 'withdrawn']);
		for (const party of sceneCase(HOUSE).parties)
			assert.ok(got.every((e) => !e.body.includes(party.name)), 'no name in a webhook');
		const { events } = await poll(p);
		assert.deepEqual(events.map(({ id, ...e }) => [id, e]), got.map((e) => [e.id, e.json]), 'polling says the same');
	});

	test('come again after 500, after a timeout and after a refused connection, with the same id', async () => {
		const p = await platform();
		let mode = [500, 'slow', 302, 404, 'garbage', 204];
		p.receiver.answer = (event, res) => {
			const how = mode.shift() ?? 204;
			if (how === 'slow') return undefined;
			if (how === 'garbage') { res.socket.end('what is this\r\n\r\n'); return undefined; }
			if (how === 302) { res.writeHead(302, { Location: p.receiver.url }).end(); return undefined; }
			return how;
		};
		await sendIn(p, 'RETRY-1');
		let got = await p.receiver.until((g) => g.length >= 6, 'six attempts');
		assert.equal(new Set(got.map((e) => e.id)).size, 1, 'one event');
		assert.equal(new Set(got.map((e) => e.body)).size, 1, 'one body');
		for (const event of got) p.receiver.check(event, p.secret);
		/* Off: nobody listens, then somebody does. */
		const { port } = p.receiver;
		await p.receiver.close();
		const sent = await sendIn(p, 'RETRY-2');
		const owed = async () => (await root.ok('GET', `${PLATFORMS}/${p.id}/deliveries`)).deliveries.filter((d) => d.number === sent.number);
		while ((await owed())[0]?.failure !== 'off') await new Promise((done) => setTimeout(done, 50));
		const back = await new Receiver().listen(port);
		made.push(back);
		got = await back.until((g) => g.length > 0, 'told when it is back');
		assert.equal(got[0].json.data.external_number, 'RETRY-2');
		while ((await owed()).length > 0) await new Promise((done) => setTimeout(done, 50));
	});

	test('say to the operator what is not delivered, and why', async () => {
		const answers = { 'wrong:500': () => 500, 'wrong:302': (e, res) => { res.writeHead(302, { Location: '/' }).end(); },
			slow: () => undefined, 'wrong:reply': (e, res) => { res.socket.end('garbage\r\n\r\n'); } };
		await Promise.all(Object.entries(answers).map(async ([failure, answer]) => {
			const p = await platform();
			p.receiver.answer = answer;
			const sent = await sendIn(p);
			for (;;) {
				const { deliveries } = await root.ok('GET', `${PLATFORMS}/${p.id}/deliveries`);
				assert.equal(deliveries[0].external_number, sent.external_number);
				if (deliveries[0].failure !== null) {
					assert.equal(deliveries[0].failure, failure);
					break;
				}
				await new Promise((done) => setTimeout(done, 50));
			}
			p.receiver.answer = () => 204;
		}));
	});

	test('of one slow platform hold up no other', async () => {
		const slow = await platform(), quick = await platform();
		slow.receiver.answer = () => undefined;
		await sendIn(slow, 'SLOW-1');
		await slow.receiver.until((g) => g.length > 0, 'the slow one has begun');
		const began = slow.receiver.got.length;
		for (let i = 0; i < 5; i++) await sendIn(quick, `QUICK-${i}`);
		await quick.receiver.until((g) => g.length >= 5, 'the quick one is told all');
		assert.deepEqual(quick.receiver.got.map((e) => e.json.data.external_number), [0, 1, 2, 3, 4].map((i) => `QUICK-${i}`));
		assert.ok(slow.receiver.got.length < began + 8);
		assert.ok(slow.receiver.got.every((e) => e.id === slow.receiver.got[0].id), 'one at a time, the first first');
		slow.receiver.answer = () => 204;
	});

	test('stop at 410 until the operator says so; a long answer is not read to its end', async () => {
		const p = await platform();
		p.receiver.answer = () => 410;
		await sendIn(p, 'GONE-1');
		const state = async () => (await root.ok('GET', `${PLATFORMS}/${p.id}`));
		while ((await state()).state !== 'gone') await new Promise((done) => setTimeout(done, 50));
		const n = p.receiver.got.length;
		await sendIn(p, 'GONE-2');
		assert.deepEqual((await poll(p)).events.map((e) => e.data.external_number).includes('GONE-1'), true, 'its token still works');
		assert.equal(p.receiver.got.length, n, 'nothing is sent');
		p.receiver.answer = (e, res) => {
			res.writeHead(200);
			const more = () => { while (!res.destroyed && res.write('x'.repeat(65536))); };
			res.on('drain', more);
			res.on('error', () => {});
			more();
		};
		await root.ok('PUT', `${PLATFORMS}/${p.id}`, { json: { state: 'on' }, ifMatch: '*' });
		const got = await p.receiver.until((g) => g.some((e) => e.json.data.external_number === 'GONE-2'), 'told when it is on again');
		assert.equal(got.filter((e) => e.json.data.external_number === 'GONE-2').length, 1);
	});

	test('are given up in the end, and polling still has them', async () => {
		const p = await platform();
		p.receiver.answer = () => 503;
		const sent = await sendIn(p, 'GIVEN-UP');
		/* As if it had happened four days ago. */
		change(instance.dir, `UPDATE webhook SET at = at - 345600000 WHERE platform = '${p.id}'`);
		for (;;) {
			const { deliveries } = await root.ok('GET', `${PLATFORMS}/${p.id}/deliveries`);
			if (deliveries.length > 0 && deliveries[0].next_at === null && deliveries[0].failure) break;
			await new Promise((done) => setTimeout(done, 50));
		}
		p.receiver.answer = () => 204;
		await p.ok('PUT', `${CASES}/GIVEN-UP/answers`, { json: { form: sent.form }, ifMatch: '*' });
		await p.receiver.until((g) => types(g).includes('case.answered'), 'the next one is told');
		assert.deepEqual(types((await poll(p)).events), ['case.opened', 'case.answered']);
	});

	test('are sent after a crash between the commit and the delivery', async () => {
		const p = await platform();
		const blackhole = net.createServer(() => {}).listen(0, '127.0.0.1');
		await new Promise((done) => blackhole.on('listening', done));
		await root.ok('PUT', `${PLATFORMS}/${p.id}`, { json: { url: `http://127.0.0.1:${blackhole.address().port}/` }, ifMatch: '*' });
		const sent = await sendIn(p, 'CRASH-1');
		await instance.kill();
		blackhole.close();
		await instance.serve(SETTINGS);
		root = instance.socketClient();
		await root.ok('PUT', `${PLATFORMS}/${p.id}`, { json: { url: p.receiver.url }, ifMatch: '*' });
		const got = await p.receiver.until((g) => g.length > 0, 'told after the restart');
		p.receiver.check(got[0], p.secret);
		assert.equal(got[0].json.data.case, sent.id);
		assert.deepEqual(got.map((e) => e.id), (await poll({ ...p, ...using(p.token) })).events.map((e) => e.id));
	});
});

describe('the example client', () => {
	const client = `${top}/examples/intake_client.py`;
	/** Calls its verify as a receiver would, with these headers and body. */
	const verify = (secret, headers, text) => execFileSync('python3', ['-B', '-c', `
import json, sys
sys.path.insert(0, sys.argv[1])
import intake_client
secret, headers, body = json.load(sys.stdin)
class Headers(dict):
    __missing__ = lambda self, name: None
for i in range(2):
    try: print(json.dumps(intake_client.verify(secret, Headers(headers), body.encode())))
    except ValueError as e: print('refused:', e)
`, `${top}/examples`], { input: JSON.stringify([secret, headers, text]), encoding: 'utf8' }).trim().split('\n');

	test('has at most 60 lines', () => assert.ok(readFileSync(client, 'utf8').trim().split('\n').length <= 60));

	test('takes a webhook once, and refuses one that is changed, old or unsigned', async () => {
		const p = await platform();
		await sendIn(p);
		const [event] = await p.receiver.until((g) => g.length > 0, 'told');
		const headers = Object.fromEntries(['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((h) => [h, event.headers[h]]));
		const [first, again] = verify(p.secret, headers, event.body);
		assert.deepEqual(JSON.parse(first), event.json);
		assert.equal(again, 'null', 'a replay is not acted on');
		assert.match(verify(p.secret, headers, event.body.replace('case.opened', 'case.settled'))[0], /refused: wrong signature/);
		assert.match(verify(p.secret, { ...headers, 'webhook-id': `${headers['webhook-id']}0` }, event.body)[0], /refused: wrong signature/);
		assert.match(verify(p.secret, { 'webhook-id': headers['webhook-id'] }, event.body)[0], /refused: wrong signature/);
		const old = String(event.seconds - 301);
		assert.match(verify(p.secret, { ...headers, 'webhook-timestamp': old, 'webhook-signature': signature(p.secret, event.id, old, event.body) },
			event.body)[0], /refused: too old/);
		assert.equal(verify(p.secret, { ...headers, 'webhook-signature': `v1,AAAA ${headers['webhook-signature']}` }, event.body)[0], first, 'one of several signatures');
	});

	test('says how it is called, and what the server says when it will not', async () => {
		const p = await platform({ division: '330702' });
		const file = `${instance.parent}/far.json`;
		const { number, ...rest } = body('PY-FAR');
		writeFileSync(file, JSON.stringify({ ...rest, division: '330703' }));
		const start = (args, token) => new Promise((done) => execFile('python3', ['-B', client, ...args],
			{ env: { ...process.env, WZM_TOKEN: token, PYTHONUTF8: '1' } }, (e, out, err) => done({ code: e?.code ?? 0, err })));
		const bare = await start([], 'x');
		assert.equal(bare.code, 1);
		assert.match(bare.err, /^usage: WZM_TOKEN=\S+ intake_client\.py BASE_URL NUMBER CASE\.json$/m);
		for (const [token, code, next] of [[p.token, '403 case_elsewhere', '--scope division'], ['wzmp_none', '401 token_unknown', 'rotate']]) {
			const { code: status, err } = await start([`http://127.0.0.1:${instance.port}`, number, file], token);
			assert.equal(status, 1);
			assert.ok(err.includes(code) && err.includes(next) && !err.includes('Traceback'), err);
		}
	});

	test('sends a case in, is told, and follows it to its end', async () => {
		const port = await new Promise((done) => { const s = net.createServer().listen(0, '127.0.0.1', () => { const n = s.address().port; s.close(() => done(n)); }); });
		const p = await platform({ url: `http://127.0.0.1:${port}/` });
		const file = `${instance.parent}/case.json`;
		const { number, ...rest } = body('PY-1');
		writeFileSync(file, JSON.stringify(rest));
		const child = spawn('python3', ['-B', client, `http://127.0.0.1:${instance.port}`, number, file],
			{ env: { ...process.env, WZM_TOKEN: p.token, WZM_SECRET: p.secret, LISTEN: String(port), PYTHONUTF8: '1' } });
		let said = '', errors = '';
		child.stdout.setEncoding('utf8').on('data', (d) => { said += d; });
		child.stderr.setEncoding('utf8').on('data', (d) => { errors += d; });
		const ended = new Promise((done) => child.on('close', done));
		const says = async (pattern) => {
			for (let i = 0; !pattern.test(said); i++) {
				assert.ok(child.exitCode === null && i < 2000, `${pattern}\n${said}${errors}`);
				await new Promise((done) => setTimeout(done, 50));
			}
		};
		await says(/^case /m);
		const clerk = await instance.client('u-1001');
		const { cases: [found] } = await clerk.ok('POST', '/api/v1/cases/search', { json: { number } });
		await says(/^told case\.opened /m);
		await clerk.post(`/api/v1/cases/${found.id}/conclusion`, { outcome: 'withdrawn', reason: '申请人撤回' }, { ifMatch: '*' });
		assert.equal(await ended, 0, errors);
		assert.match(said, /^event case\.opened open$/m);
		assert.match(said, /^event case\.concluded withdrawn$/m);
	});
});

test('the operator does all of it by the command', async () => {
	const receiver = await new Receiver().listen(), at = ['-d', instance.dir];
	made.push(receiver);
	const json = (...args) => JSON.parse(must(['platform', ...args, '--json', ...at]).stdout);
	const p = json('add', 'p-cli', '--name', '命令平台', '--agency', '330703-XZF', '--division', '330703', '--scope', 'division', '--url', receiver.url);
	assert.match(must(['platform', 'add', 'p-cli2', '--name', '平台', '--agency', '330703-XZF', '--division', '330703', '--url', receiver.url,
		'--lang', 'en', ...at]).stdout, /^token\s+wzmp_\S{43}$[\s\S]*^webhook secret\s+whsec_\S{44}$[\s\S]*shown this once/m);
	receiver.answer = () => 500;
	await sendIn({ ...p, ...using(p.token) }, 'CLI-1');
	let shown;
	while (!/wrong 500/.test(shown = must(['platform', 'deliveries', 'p-cli', '--lang', 'en', ...at]).stdout)) await new Promise((done) => setTimeout(done, 50));
	assert.match(shown, /case\.opened\s+\S+\s+CLI-1\s+[1-9]/);
	receiver.answer = () => 204;
	assert.equal(json('off', 'p-cli').state, 'off');
	assert.equal(json('on', 'p-cli').state, 'on');
	while (json('deliveries', 'p-cli').deliveries.length > 0) await new Promise((done) => setTimeout(done, 50));
	assert.notEqual(json('rotate', 'p-cli').token, p.token);
	assert.equal(json('set', 'p-cli', '--name', '新名称').name, '新名称');
	assert.equal(json('show', 'p-cli').token, undefined);
	assert.match(must(['platform', 'list', ...at]).stdout, /p-cli .*启用.*新名称/);
	assert.equal(run(['platform', 'show', 'p-none', ...at]).status, 3);
	assert.equal(run(['platform', 'set', 'p-cli', '--url', 'http://example.cn/', ...at]).status, 1);
	assert.match(must(['case', 'list', '--number', 'CLI-1', '--as', 'u-1001', ...at]).stdout, /平台编号\n330703-.* CLI-1$/m);
});

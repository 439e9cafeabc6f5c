// Several processes on one PostgreSQL, each with a log of its own: one system, whichever is asked.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { openScene, settle } from '../lib/cases.mjs';
import { scene, sceneCase } from '../lib/catalogue.mjs';
import { Instance, must, run } from '../lib/instance.mjs';
import { jinhua, wzm } from '../lib/paths.mjs';
import { database, psql } from '../lib/pg.mjs';
import { evidence, rows } from '../lib/store.mjs';
import { uuid7 } from '../lib/uuid7.mjs';

const CASES = '/api/v1/cases', clerk = 'u-1001';
let store, first, second;
before(async () => {
	store = database();
	first = new Instance().init({ store });
	second = new Instance().join(first);
	await Promise.all([first.serve(), second.serve()]);
});
after(async () => {
	await second?.destroy();
	await first?.destroy();
});

const records = (type) => evidence(first.dir).records.filter((r) => r.type === type);
const dirs = (n) => Array.from({ length: n }, (_, i) => `${second.parent}/more-${i}`);
/** With the modes: keys that others can read are refused. */
const copy = (from, to, parts) => {
	mkdirSync(to, { recursive: true, mode: 0o700 });
	for (const part of parts) execFileSync('cp', ['-a', `${from}/${part}`, to]);
};
const started = (args) => new Promise((done) => {
	let out = '';
	const child = spawn(wzm, args);
	child.stdout.on('data', (d) => { out += d; });
	child.on('close', (status) => done({ status, out }));
});

test('who joins has the identity and the keys, and a log that begins with a record of its making', () => {
	const conf = (i) => readFileSync(`${i.dir}/wzm.conf`, 'utf8').split('\n\n')[0].split('\n');
	assert.deepEqual(conf(second), conf(first).map((l) => l.replace('log = a', 'log = b')));
	for (const key of ['master.key', 'blind.key']) {
		assert.deepEqual(readFileSync(`${second.dir}/keys/${key}`), readFileSync(`${first.dir}/keys/${key}`));
		assert.equal(statSync(`${second.dir}/keys/${key}`).mode & 0o777, 0o600);
	}
	assert.equal(statSync(`${second.dir}/keys`).mode & 0o777, 0o700);
	const [created] = records('log.created');
	assert.deepEqual([created.log, created.idx, created.json.log, created.json.origin], ['b', 0, 'b', 'localhost/log/b']);
});

test('of several who join at once each has a letter of its own', async () => {
	const made = await Promise.all(dirs(4).map((d) => started(['init', d, '--join', first.dir, '--json'])));
	assert.deepEqual(made.map((m) => m.status), [0, 0, 0, 0]);
	assert.deepEqual(made.map((m) => JSON.parse(m.out).log).sort(), ['c', 'd', 'e', 'f']);
	assert.deepEqual(records('log.created').map((r) => r.log), ['b', 'c', 'd', 'e', 'f']);
});

test('nobody joins a file, another store, or with keys of another', () => {
	const dir = `${second.parent}/none`, file = `${second.parent}/file`, mixed = `${second.parent}/mixed`;
	must(['init', file, '--store', '']);
	copy(first.dir, mixed, ['wzm.conf']);
	copy(file, mixed, ['keys']);
	const logs = rows(first.dir, 'SELECT count(*) AS n FROM log')[0].n;
	for (const [code, args] of [['join_file', ['--join', file]], ['instance_missing', ['--join', dir]],
		['seal_broken', ['--join', mixed]], ['store', ['--join', first.dir, '--store', database()]],
		['conf_invalid', ['--join', first.dir, '--store', 'some.db']]]) {
		const r = run(['init', dir, ...args, '--json']);
		assert.match(r.stdout, new RegExp(`"code": ?"${code}"`), args.join(' '));
		assert.ok(!existsSync(`${dir}/wzm.conf`) && !existsSync(`${dir}/keys/master.key`), code);
	}
	assert.equal(rows(first.dir, 'SELECT count(*) AS n FROM log')[0].n, logs, 'no letter is used up');
});

test('a case goes from one to the other, and its number says where it began', async () => {
	const a = await first.client(clerk), b = await second.client();
	b.cookie = a.cookie;	/* signed in at the one is signed in at the other */
	const c = await openScene(a, scene('HOUSE')), d = await openScene(b, scene('HOUSE'));
	assert.match(c.number, /-A\d{5}-/);
	assert.match(d.number, /-B\d{5}-/);
	const settled = await settle(b, c);
	assert.equal(settled.version, (await a.get(`${CASES}/${c.id}`)).version);
	const seen = (await a.get(`${CASES}/${c.id}/records`)).records;
	assert.deepEqual([...new Set(seen.map((r) => r.log))], ['a', 'b']);
	/* A page that one began the other goes on with. */
	const page = await a.ok('POST', `${CASES}/search`, { json: { limit: 1 } });
	const next = await b.ok('POST', `${CASES}/search`, { json: { limit: 1, cursor: page.next } });
	assert.deepEqual([page.cases[0].id, next.cases[0].id], [d.id, c.id]);
	assert.deepEqual((await b.get('/api/v1/log')).logs.map((l) => l.name), ['a', 'b', 'c', 'd', 'e', 'f']);
	evidence(first.dir);
});

test('the same key at both is one case; the same version at both is changed once', async () => {
	const a = await first.client(clerk), b = await second.client(clerk);
	for (let i = 0; i < 8; i++) {
		const request = { method: 'POST', path: CASES, json: sceneCase(scene('HOUSE')), key: uuid7() };
		const [x, y] = await Promise.all([a.send(request), b.send(request)]);
		assert.deepEqual([x.status, y.status, x.json.id], [201, 201, y.json.id]);
		const change = { method: 'PUT', path: `${CASES}/${x.json.id}/answers`, ifMatch: x.json.version, json: { form: scene('HOUSE').form } };
		const both = await Promise.all([a.send(change), b.send(change)]);
		assert.deepEqual(both.map((r) => r.status).sort(), [200, 412]);
	}
	const opened = records('case.opened');
	assert.equal(new Set(opened.map((r) => r.json.case)).size, opened.length);
	assert.equal(rows(first.dir, 'SELECT count(*) AS n FROM service_case')[0].n, opened.length);
});

test('what is published at one is soon in force at the other', async () => {
	const lists = mkdtempSync(`${tmpdir()}/wzm-lists-`), b = await second.client(clerk);
	try {
		cpSync(jinhua, lists, { recursive: true });
		for (const name of ['matters.csv', 'items.csv', 'life_events.json']) {
			const text = readFileSync(`${lists}/${name}`, 'utf8');
			writeFileSync(`${lists}/${name}`, text.replaceAll('二手房转移登记(买卖)', '二手房转移登记(新)'));
		}
		must(['import', 'inventory', lists, '-d', first.dir]);
		must(['inventory', 'publish', '--decision', '更名', '--yes', '--as', 'u-4001', '-d', first.dir]);
		let health;
		for (let i = 0; i < 300 && (health = await b.get('/api/v1/health')).inventory !== 2; i++) await wait(100);
		assert.equal(health.inventory, 2);
		assert.match((await b.get('/api/v1/matters/M-0303')).name, /\(新\)/);
		assert.equal((await openScene(b, scene('HOUSE'))).inventory, 2);
	} finally {
		rmSync(lists, { recursive: true });
	}
});

test('a new data key is made once, and known to all before they need it', async () => {
	psql(store, 'UPDATE data_key SET made_at = 0');
	/* One that runs on with the old key, two that want a new one at once. */
	const third = Object.assign(new Instance(), { dir: dirs(1)[0] });
	await first.stop();
	await Promise.all([first.serve(), third.serve()]);
	try {
		assert.deepEqual(rows(first.dir, 'SELECT id FROM data_key ORDER BY id').map((r) => r.id), [1, 2]);
		assert.equal(records('key.made').length, 1);
		const a = await first.client(clerk), b = await second.client(clerk), c = await third.client(clerk);
		for (const [one, other] of [[a, b], [b, c], [c, a]]) {
			const opened = await openScene(one, scene('HOUSE'));
			assert.deepEqual((await other.get(`${CASES}/${opened.id}`)).parties, opened.parties);
		}
	} finally {
		await third.destroy();
	}
});

test('one dies, the other goes on, and the log of the dead is there', async () => {
	const a = await first.client(clerk), c = await openScene(a, scene('HOUSE'));
	await first.kill();
	const b = await second.client(clerk);
	assert.equal((await b.get(`${CASES}/${c.id}`)).number, c.number);
	assert.equal((await settle(b, c)).version > c.version, true);
	const { logs } = evidence(second.dir);
	assert.ok(logs.find((l) => l.name === 'a').size > 0);
	/* On another machine: a copy of its directory is its successor. */
	const heir = new Instance();
	copy(first.dir, heir.dir, ['wzm.conf', 'keys']);
	mkdirSync(`${heir.dir}/run`, { mode: 0o700 });
	await heir.serve();
	try {
		assert.match((await openScene(await heir.client(clerk), scene('HOUSE'))).number, /-A\d{5}-/);
	} finally {
		await heir.destroy();
	}
	await first.serve();
	evidence(first.dir);
});

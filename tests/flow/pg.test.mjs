// An instance whose store is a PostgreSQL database: made once, fenced, and there again after a crash.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { Instance, must, run } from '../lib/instance.mjs';
import { again, crash, database } from '../lib/pg.mjs';
import { evidence } from '../lib/store.mjs';

const operator = 'u-6001', path = '/api/v1/sources/DS-046';
let instance, store;
before(async () => {
	store = database();
	instance = await new Instance().init({ datasets: null, store }).serve();
});
after(() => instance?.destroy());

const source = async (client) => (await client.get('/api/v1/sources')).sources.find((s) => s.service.code === 'DS-046');

/** Switches the source over: one record and one version more, if it is answered 200. */
const flip = (client, s) => client.send({ method: 'PUT', path, checked: false, ifMatch: s.version,
	json: { state: s.state === 'on' ? 'off' : 'on', reason: '演练' } });
const flips = () => evidence(instance.dir).records.filter((r) => r.type === 'source.switched').length;

test('the directory keeps settings and keys, the database the rest', () => {
	assert.ok(!existsSync(`${instance.dir}/wzm.db`));
	assert.match(readFileSync(`${instance.dir}/wzm.conf`, 'utf8'), /^store = postgresql:/m);
	assert.equal(JSON.parse(must(['log', 'check', '-d', instance.dir, '--json']).stdout).ok, true);
});

test('a database that is in use is not made anew, and one that is not there leaves nothing behind', () => {
	const dir = `${instance.parent}/second`;
	for (const [address, code] of [[store, 'instance_exists'], [store.replace('/wzm-pg', '/nowhere'), 'store_away'],
		[store.replace('///', '//wzm:secret@/'), 'conf_invalid'], ['some.db', 'conf_invalid']]) {
		const r = run(['init', dir, '--store', address, '--json']);
		assert.notEqual(r.status, 0, address);
		assert.match(r.stderr + r.stdout, new RegExp(`\\b${code}\\b`), address);
		assert.ok(!(r.stderr + r.stdout).includes('secret'));
		assert.ok(!existsSync(`${dir}/wzm.conf`));
	}
	must(['init', dir]);
});

test('a second process takes the log over: the first refuses, says so and ends', async () => {
	const other = new Instance(), client = await instance.client(operator);
	execFileSync('cp', ['-a', instance.dir, other.dir]);
	rmSync(`${other.dir}/run`, { recursive: true });
	execFileSync('mkdir', ['-m', '0700', `${other.dir}/run`]);
	try {
		const s = await source(client);
		assert.equal((await flip(client, s)).status, 200);
		instance.child.kill('SIGSTOP');
		await other.serve();
		const n = flips();
		/* It wakes up with a request that came while it was paused. */
		const late = flip(client, { ...s, version: s.version + 1, state: s.state === 'on' ? 'off' : 'on' }).catch((e) => e);
		await wait(100);
		instance.child.kill('SIGCONT');
		const answer = await late;
		if (answer.status !== undefined) {
			assert.equal(answer.status, 503);
			assert.match(answer.json.code, /^(log_taken|stopping)$/);
		}
		assert.deepEqual(await instance.end(), { code: 4, signal: null });
		assert.match(instance.log, /level=error event=log_taken log=a/);
		assert.match(instance.log, /log_taken\n/, 'and the command says why it ended');
		assert.equal(flips(), n);
		const second = await other.client(operator);
		assert.equal((await flip(second, await source(second))).status, 200);
		assert.equal(flips(), n + 1);
		/* Started again, the first is the owner. */
		await other.stop();
		await instance.serve();
	} finally {
		await other.destroy();
	}
});

test('after a crash of the database what was answered is there, once, and writing goes on', async () => {
	const client = await instance.client(operator);
	let s = await source(client), acknowledged = 0, refused = 0, goesOn = true;
	const version = s.version, had = flips();
	const writer = (async () => {
		while (goesOn) {
			const r = await flip(client, s).catch(() => ({ status: 0 }));
			if (r.status === 200) acknowledged++;
			else refused++;
			if (r.status !== 0 && r.status !== 200 && r.status !== 412) assert.ok([500, 503].includes(r.status), r.text);
			s = await client.send({ path: '/api/v1/sources', checked: false }).then((l) => l.json.sources?.find((x) => x.service.code === 'DS-046') ?? s).catch(() => s);
		}
	})();
	for (let round = 0; round < 3; round++) {
		await wait(300 + 100 * round);
		crash();
		await wait(300);
		again();
	}
	await wait(1500);
	const then = acknowledged;
	await wait(500);
	goesOn = false;
	await writer;
	assert.ok(acknowledged > then, 'writing goes on');
	assert.ok(refused > 0, 'and was interrupted');
	const now = (await source(client)).version - version;
	assert.equal(flips() - had, now, 'a record for each version');
	assert.ok(now >= acknowledged && now <= acknowledged + refused, `${acknowledged} answered, ${now} there`);
	assert.equal(JSON.parse(must(['log', 'check', '-d', instance.dir, '--json']).stdout).ok, true);
	console.log(`# ${acknowledged} answered, ${refused} refused, ${now} there`);
});

// The log is signed by a process that is alone with its key; what it signed is never taken back, whatever is put back from a copy.
import { after, afterEach, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { Instance, must, run } from '../lib/instance.mjs';
import { changedCopy, rows } from '../lib/store.mjs';
import { Seen, signedUp } from '../lib/signer.mjs';
import { onPg } from '../lib/pg.mjs';
import { wzm } from '../lib/paths.mjs';

let instance;
before(async () => { instance = await new Instance().init({ datasets: null }).serve(); });
after(() => instance?.destroy());
afterEach(async () => { if (instance.child === undefined) await instance.serve(); });

/** Some records more. */
async function grow(n = 3) {
	const client = await instance.client();
	for (let i = 0; i < n; i++) await client.signIn('u-1001');
}
const health = async () => (await (await instance.client()).get('/api/v1/health')).signing;
const signerPid = () => Number([...instance.log.matchAll(/event=signer .*pid=(\d+)/g)].at(-1)[1]);
async function until(what, says) {
	for (let i = 0; i < 1500; i++) {
		if (await what()) return;
		await wait(20);
	}
	assert.fail(`${says}\n${instance.log.slice(-2000)}`);
}
/** Ends by itself, with this status, and says why. */
async function refusesToServe(status, code, env = {}) {
	await assert.rejects(instance.serve([], env), (e) => {
		assert.match(e.message, new RegExp(`ended with ${status}:`), e.message);
		return true;
	});
	instance.child = undefined;
	const said = run(['serve', '-d', instance.dir, '--port', '0', '--lang', 'en'], { env });
	assert.equal(said.status, status);
	assert.match(said.stderr, code);
}

describe('what was committed is signed', () => {
	test('soon, with the key of the log, and again after a restart', async () => {
		await grow();
		const seen = await signedUp(instance);
		const { signs, signed, why, vkey } = await health();
		assert.deepEqual([signs, why, vkey], [true, null, seen.vkeys.get('a').text]);
		assert.ok(signed >= seen.size('a'));
		await instance.stop();
		seen.look(instance.dir);
		assert.equal(seen.size('a'), rows(instance.dir, "SELECT size FROM log WHERE name = 'a'")[0].size, 'what is left is signed before the end');
		await instance.serve();
		await grow();
		await signedUp(instance, seen);
		seen.check(instance.dir);
	});

	test('by a process without core or debugger, whose key and state nobody else reads', () => {
		const status = readFileSync(`/proc/${signerPid()}/status`, 'utf8');
		assert.match(status, /^Seccomp:\s+2$/m);
		assert.match(status, /^NoNewPrivs:\s+1$/m);
		assert.match(readFileSync(`/proc/${signerPid()}/limits`, 'utf8'), /^Max core file size\s+0\s+0/m);
		for (const name of readdirSync(`${instance.dir}/sign`)) assert.equal(statSync(`${instance.dir}/sign/${name}`).mode & 0o077, 0, name);
		const mine = readdirSync(`/proc/${instance.child.pid}/fd`).map((fd) => { try { return execFileSync('readlink', [`/proc/${instance.child.pid}/fd/${fd}`], { encoding: 'utf8' }); } catch { return ''; } });
		assert.ok(!mine.some((f) => f.includes('/sign/')), 'the server has none of it open');
	});
});

describe('while the signer is away everything is recorded', () => {
	test('killed, it is started again, and what was recorded meanwhile is signed', async () => {
		const seen = await signedUp(instance), pid = signerPid();
		process.kill(pid, 'SIGKILL');
		await grow();
		await signedUp(instance, seen);
		assert.notEqual(signerPid(), pid);
		seen.check(instance.dir);
	});

	test('paused, it is given up; the operator is told, and once more when it is there again', async () => {
		const seen = await signedUp(instance), from = instance.log.length;
		process.kill(signerPid(), 'SIGSTOP');
		await grow();
		await until(async () => /event=unsigned fault=sign_away/.test(instance.log.slice(from)), 'not told');
		await until(async () => /event=signed_again/.test(instance.log.slice(from)), 'not told');
		await signedUp(instance, seen);
		seen.check(instance.dir);
	});

	test('its disk full, it signs nothing, says so, and goes on when there is room', async (t) => {
		const sign = `${instance.dir}/sign`, seen = await signedUp(instance);
		await instance.stop();
		cpSync(sign, `${instance.parent}/sign`, { recursive: true });
		if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=0700', 'tmpfs', sign]).status !== 0) return t.skip('no right to mount a small disk');
		try {
			for (const f of readdirSync(`${instance.parent}/sign`)) cpSync(`${instance.parent}/sign/${f}`, `${sign}/${f}`, { mode: 0 });
			for (const f of readdirSync(sign)) chmodSync(`${sign}/${f}`, 0o600);
			await instance.serve();
			await grow();
			await signedUp(instance, seen);
			const size = seen.size('a'), state = readFileSync(`${sign}/a.state`, 'utf8');
			try {
				for (let i = 0; ; i++) writeFileSync(`${sign}/filler`, Buffer.alloc(1024), { flag: 'a' });
			} catch (e) {
				assert.equal(e.code, 'ENOSPC');
			}
			await grow();
			await until(async () => (await health()).why === 'sign_state_write', 'not told');
			assert.match(instance.log, /event=unsigned fault=sign_state_write/);
			assert.equal(readFileSync(`${sign}/a.state`, 'utf8'), state, 'the state is what it was');
			assert.equal(new Seen().look(instance.dir).size('a'), size);
			rmSync(`${sign}/filler`);
			(await signedUp(instance, seen)).check(instance.dir);
			await instance.stop();
			for (const f of readdirSync(sign)) cpSync(`${sign}/${f}`, `${instance.parent}/sign/${f}`);
		} finally {
			if (instance.child !== undefined) await instance.stop();
			assert.equal(spawnSync('umount', ['-l', sign]).status, 0);
		}
		cpSync(`${instance.parent}/sign`, sign, { recursive: true, force: true });
		await instance.serve();
		(await signedUp(instance, seen)).check(instance.dir);
	});

	test('a Ctrl-C of the whole group ends neither before all is signed', async () => {
		await grow();
		await signedUp(instance);
		const pid = signerPid();
		await grow();
		for (const p of [pid, instance.child.pid]) process.kill(p, 'SIGINT');
		assert.deepEqual(await instance.end(), { code: 0, signal: null });
		assert.equal(new Seen().look(instance.dir).size('a'), rows(instance.dir, "SELECT size FROM log WHERE name = 'a'")[0].size);
		assert.ok(!existsSync(`/proc/${pid}`), 'it ended with its server');
	});
});

describe('what is put back from a copy', () => {
	test('the state: nothing is signed until it is moved forward, and never back', async () => {
		const state = `${instance.dir}/sign/a.state`, seen = await signedUp(instance);
		await instance.stop();
		seen.look(instance.dir);
		const old = readFileSync(state);
		await instance.serve();
		await grow();
		await instance.stop();
		seen.look(instance.dir);
		const size = seen.size('a'), newer = readFileSync(state);
		writeFileSync(state, old);
		await instance.serve();
		await grow();
		await until(async () => (await health()).why === 'sign_state_old', 'not refused');
		assert.equal((await health()).signs, false);
		assert.match(instance.log, /event=unsigned fault=sign_state_old/);
		await instance.stop();
		assert.equal(new Seen().look(instance.dir).size('a'), size, 'nothing was signed');
		assert.equal(JSON.parse(must(['sign', instance.dir, '--adopt', '--json']).stdout).size, size);
		assert.equal(readFileSync(state, 'utf8'), newer.toString());
		await instance.serve();
		await signedUp(instance, seen);
		seen.check(instance.dir);
		await instance.stop();
		writeFileSync(`${instance.parent}/old`, old);
		assert.equal(run(['sign', instance.dir, '--adopt', '--checkpoint', `${instance.parent}/old`]).status, 4, 'what is not signed is not adopted');
	});

	test('the key of another log: it signs nothing', async () => {
		const key = `${instance.dir}/sign/a.key`;
		await instance.stop();
		const own = readFileSync(key);
		writeFileSync(key, Buffer.alloc(32, 7));
		await instance.serve();
		await grow();
		await until(async () => (await health()).why === 'sign_key_other', 'not refused');
		await instance.stop();
		writeFileSync(key, own);
		await instance.serve();
		(await signedUp(instance)).check(instance.dir);
	});

	test('the store: it is not written to, and a new log begins', async () => {
		await instance.stop();
		const there = () => rows(instance.dir, 'SELECT name, size, hex(root) AS root FROM log ORDER BY name');
		let env = {}, before;
		if (onPg) env = changedCopy(instance.dir, `${instance.parent}/old-dir`);
		else {
			before = there();
			cpSync(`${instance.dir}/wzm.db`, `${instance.parent}/old.db`);
		}
		await instance.serve();
		await grow(5);
		const seen = await signedUp(instance);
		await instance.stop();
		if (!onPg) {
			for (const f of ['wzm.db', 'wzm.db-wal', 'wzm.db-shm', 'index.db', 'index.db-wal', 'index.db-shm']) rmSync(`${instance.dir}/${f}`, { force: true });
			cpSync(`${instance.parent}/old.db`, `${instance.dir}/wzm.db`);
		}
		await refusesToServe(7, /an older copy.*begin a new log: wzm log new/s, env);
		if (!onPg) assert.deepEqual(there(), before, 'nothing was written');
		assert.equal(JSON.parse(must(['log', 'new', '-d', instance.dir, '--json'], { env }).stdout).log, 'b');
		assert.match(readFileSync(`${instance.dir}/wzm.conf`, 'utf8'), /^log = b$/m);
		if (onPg) {
			/* Back to the database that was not put back: the newer store. */
			writeFileSync(`${instance.dir}/wzm.conf`, readFileSync(`${instance.dir}/wzm.conf`, 'utf8').replace(/^log = b$/m, 'log = a'));
			await instance.serve();
			await grow();
			(await signedUp(instance, seen)).check(instance.dir);
			return;
		}
		instance.letter = 'b';
		await instance.serve();
		await grow();
		const now = await signedUp(instance);
		assert.deepEqual([...now.vkeys.keys()].sort(), ['a', 'b']);
		assert.ok(now.size('a') < seen.size('a'));
		now.check(instance.dir);
		must(['store', 'check', '-d', instance.dir]);
	});
});

describe('a signer of its own user, its socket passed by systemd', () => {
	let own, signer, path;
	before(() => {
		own = new Instance();
		own.init({ datasets: null });
		/* Its directory is not the instance's: the key is nowhere near the server. */
		mkdirSync(`${own.parent}/signer/sign`, { recursive: true, mode: 0o700 });
		chmodSync(`${own.parent}/signer/sign`, 0o700);
		writeFileSync(`${own.parent}/signer/wzm.conf`, 'origin = localhost\nlog = a\n');
		for (const f of readdirSync(`${own.dir}/sign`)) unlinkSync(`${own.dir}/sign/${f}`);
		path = `${own.parent}/sign.sock`;
	});
	after(async () => {
		await own?.destroy();
		signer?.kill('SIGKILL');
	});

	/* As systemd does: the socket that listens is descriptor 3, and the process is told its own number. */
	const start = async () => {
		signer = spawn('perl', ['-e', `use Socket; use POSIX (); $^F = 255; my $path = shift; my $s; unlink $path;
			socket($s, PF_UNIX, SOCK_STREAM, 0) && bind($s, sockaddr_un($path)) && listen($s, 8) or die; chmod 0666, $path;
			POSIX::dup2(fileno($s), 3) if fileno($s) != 3; @ENV{'LISTEN_PID', 'LISTEN_FDS'} = ($$, 1); exec @ARGV or die`,
		path, wzm, 'sign', `${own.parent}/signer`], { stdio: ['ignore', 'inherit', 'inherit'] });
		signer.ended = new Promise((done) => signer.on('exit', (code, signal) => done(code ?? signal)));
		for (let i = 0; i < 500 && !existsSync(path); i++) await wait(20);
	};

	test('signs for the server that connects; the newest connection counts', async () => {
		await start();
		writeFileSync(`${own.dir}/wzm.conf`, `signer = ${path}\n`, { flag: 'a' });
		await own.serve();
		const c = await own.client();
		await c.signIn('u-1001');
		const seen = await signedUp(own);
		assert.deepEqual(readdirSync(`${own.dir}/sign`), [], 'no key near the server');
		await own.kill();
		await own.serve();
		await (await own.client()).signIn('u-1001');
		await signedUp(own, seen);
		seen.check(own.dir);
	});

	test('is missed when it is gone, and found when it is back', async () => {
		signer.kill('SIGKILL');
		await signer.ended;
		unlinkSync(path);
		const c = await own.client();
		await c.signIn('u-1001');
		for (let i = 0; i < 500 && (await c.get('/api/v1/health')).signing.signs; i++) await wait(20);
		assert.equal((await c.get('/api/v1/health')).signing.signs, false);
		await start();
		(await signedUp(own)).check(own.dir);
	});

	test('answers nobody else', async (t) => {
		if (process.getuid() !== 0) return t.skip('only root can be somebody else');
		chmodSync(own.parent, 0o755);
		const asked = spawnSync('setpriv', ['--reuid=65534', '--clear-groups', process.execPath, '-e',
			`const s = require('net').connect(${JSON.stringify(path)}); s.on('connect', () => s.write(Buffer.from([0, 0, 0, 1, 72])));
			s.on('data', (d) => { console.log('answered', d.length); process.exit(); }); s.on('close', () => console.log('closed')); s.on('error', () => {});`],
		{ encoding: 'utf8', timeout: 10000 });
		assert.equal(asked.stdout, 'closed\n', asked.stderr);
		await (await own.client()).signIn('u-1001');
		await signedUp(own);
	});

	test('is not taken for one where somebody else listens', async (t) => {
		if (process.getuid() !== 0) return t.skip('only root can be somebody else');
		mkdirSync(`${own.parent}/open`);
		chmodSync(`${own.parent}/open`, 0o777);
		const stranger = spawn('setpriv', ['--reuid=65534', '--clear-groups', 'perl', '-e', `use Socket; my $path = shift; socket(my $s, PF_UNIX, SOCK_STREAM, 0);
			bind($s, sockaddr_un($path)) && listen($s, 8) or die; sleep 60`, `${own.parent}/open/s`], { stdio: 'ignore' });
		try {
			for (let i = 0; i < 500 && !existsSync(`${own.parent}/open/s`); i++) await wait(20);
			await own.stop();
			const from = own.log.length;
			await own.serve([], { WZM_SIGNER: `${own.parent}/open/s` });
			for (let i = 0; i < 500 && !/event=unsigned fault=sign_peer/.test(own.log.slice(from)); i++) await wait(20);
			assert.match(own.log.slice(from), /event=unsigned fault=sign_peer/);
			await own.stop();
		} finally {
			stranger.kill('SIGKILL');
		}
		await own.serve();
	});

	test('closes on what is no question', async () => {
		await own.stop();
		for (const bytes of [[0, 0, 0, 0], [255, 255, 255, 255, 1], [0, 0, 0, 1, 120], [0, 0, 0, 3, 83, 1, 2]]) {
			const s = connect(path), got = [];
			s.on('data', (d) => got.push(d)).on('error', () => {});
			s.write(Buffer.from(bytes));
			if (bytes.length < 5) s.end();
			for (let i = 0; i < 250 && !s.destroyed && got.length === 0; i++) await wait(20);
			const text = Buffer.concat(got).toString('latin1');
			assert.ok(text === '' || text.slice(4).startsWith('r') && text.endsWith('bad_request'), text);
			s.destroy();
		}
		await own.serve();
		await (await own.client()).signIn('u-1001');
		(await signedUp(own)).check(own.dir);
	});
});

test('nobody starts it by hand', () => {
	const r = spawnSync('sh', ['-c', '"$0" sign "$1" --lang en </dev/null', wzm, instance.dir], { encoding: 'utf8' });
	assert.equal(r.status, 1);
	assert.match(r.stderr, /started by wzm serve or by systemd/);
});

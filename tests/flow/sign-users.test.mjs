// The units of systemd/ as far as they can run without systemd as the first process: the socket is passed by systemd's own program, with the
// owner and mode that the unit gives it, and the signer and the server are two users.  What the units shut off besides is systemd's to do.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { Instance } from '../lib/instance.mjs';
import { signedUp } from '../lib/signer.mjs';
import { root, wzm } from '../lib/paths.mjs';

/* No account has these numbers: the kernel does not ask. */
const SERVER = 61871, SIGNER = 61872, STRANGER = 61873;
const ACTIVATE = '/usr/bin/systemd-socket-activate';
const setting = (unit, name) => new RegExp(`^${name}=(.*)$`, 'm').exec(readFileSync(`${root}/systemd/${unit}`, 'utf8'))?.[1];
const lacks = process.getuid() !== 0 ? 'only root can be two users' : !existsSync(ACTIVATE) ? `there is no ${ACTIVATE}` : undefined;

describe('the signer and the server are two users, and the socket is passed by systemd-socket-activate', { skip: lacks }, () => {
	let own, path, key, activated, seen, dir;
	const as = (uid, ...args) => ['--reuid', String(uid), '--regid', String(uid), '--clear-groups', '--no-new-privs', ...args];
	const tries = (uid, code) => spawnSync('setpriv', as(uid, process.execPath, '-e', code), { encoding: 'utf8', timeout: 20000 });

	before(async () => {
		own = new Instance();
		/* A file, whatever the others use: the PostgreSQL of these tests lets nobody in but who started it. */
		own.init({ datasets: null, store: null });
		[dir, path] = [`${own.parent}/signer`, `${own.parent}/sign.sock`];
		key = `${dir}/sign/a.key`;
		/* What the units say: StateDirectory with its mode, of its user. */
		mkdirSync(`${dir}/sign`, { recursive: true });
		writeFileSync(`${dir}/wzm.conf`, 'origin = localhost\nlog = a\n');
		for (const f of readdirSync(`${own.dir}/sign`)) unlinkSync(`${own.dir}/sign/${f}`);
		execFileSync('chown', ['-R', `${SIGNER}:${SIGNER}`, dir]);
		for (const d of [dir, `${dir}/sign`]) chmodSync(d, parseInt(setting('wzm-sign.service', 'StateDirectoryMode'), 8));
		execFileSync('chown', ['-R', `${SERVER}:${SERVER}`, own.dir]);
		chmodSync(own.parent, 0o755);
		copyFileSync(wzm, `${own.parent}/wzm`);
		chmodSync(`${own.parent}/wzm`, 0o755);
		await start();
		own.program = ['setpriv', as(SERVER, `${own.parent}/wzm`)];
		await own.serve([], { WZM_SIGNER: path });
		await (await own.client()).signIn('u-1001');
		seen = await signedUp(own);
	});
	after(async () => {
		await own?.destroy();
		activated?.kill('SIGKILL');
	});

	/** As the socket unit does: made by systemd's program, then given away. */
	async function start() {
		assert.equal(setting('wzm-sign.socket', 'SocketUser'), setting('wzm.service', 'User'));
		const command = setting('wzm-sign.service', 'ExecStart').split(' ').slice(1);
		assert.deepEqual(command, ['sign', '/var/lib/wzm-sign']);
		activated = spawn(ACTIVATE, ['-l', path, 'setpriv', ...as(SIGNER, `${own.parent}/wzm`, command[0], dir)], { stdio: ['ignore', 'ignore', 'pipe'] });
		activated.said = '';
		activated.stderr.setEncoding('utf8').on('data', (d) => { activated.said += d; });
		activated.ended = new Promise((done) => activated.on('exit', (code, signal) => done(code ?? signal)));
		for (let i = 0; i < 500 && !/Listening on/.test(activated.said); i++) await wait(20);
		assert.match(activated.said, /Listening on/);
		chownSync(path, SERVER, SERVER);
		chmodSync(path, parseInt(setting('wzm-sign.socket', 'SocketMode'), 8));
	}
	const status = (name) => new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(readFileSync(`/proc/${activated.pid}/status`, 'utf8'))?.[1];

	test('it signs, as its own user, shut in', () => {
		assert.ok(seen.size('a') > 0);
		assert.equal(status('Uid').split('\t')[1], String(SIGNER));
		assert.equal(readFileSync(`/proc/${own.child.pid}/status`, 'utf8').match(/^Uid:\s+(\d+)/m)[1], String(SERVER));
		assert.deepEqual([status('Seccomp'), status('NoNewPrivs'), status('CapEff')], ['2', '1', '0000000000000000']);
		for (const f of readdirSync(`${dir}/sign`)) {
			const { uid, mode } = statSync(`${dir}/sign/${f}`);
			assert.deepEqual([uid, mode & 0o077], [SIGNER, 0], f);
		}
	});

	test('the server cannot read the key, nor the signer the store', () => {
		const read = (uid, file) => tries(uid, `require('fs').readFileSync(${JSON.stringify(file)})`);
		assert.match(read(SERVER, key).stderr, /EACCES/);
		assert.match(read(SIGNER, `${own.dir}/wzm.conf`).stderr, /EACCES/);
		assert.equal(read(SIGNER, key).status, 0, 'its own user can');
		assert.deepEqual(readdirSync(`${own.dir}/sign`), [], 'no key near the server');
		assert.match(tries(SERVER, `require('fs').readFileSync('/proc/${activated.pid}/environ')`).stderr, /EACCES/, 'nor look into it');
		assert.match(tries(SERVER, `process.kill(${activated.pid}, 0)`).stderr, /EPERM/, 'nor end it');
	});

	test('nobody else comes to the socket', () => {
		const said = tries(STRANGER, `require('net').connect(${JSON.stringify(path)}).on('error', (e) => console.log(e.code)).on('connect', () => process.exit(9))`);
		assert.equal(said.stdout, 'EACCES\n', said.stderr);
	});

	test('killed, it is missed; activated again, what was recorded meanwhile is signed, and all of it is one tree', async () => {
		activated.kill('SIGKILL');
		assert.equal(await activated.ended, 'SIGKILL');
		unlinkSync(path);
		const c = await own.client();
		await c.signIn('u-1001');
		for (let i = 0; i < 500 && (await c.get('/api/v1/health')).signing.signs; i++) await wait(20);
		assert.equal((await c.get('/api/v1/health')).signing.signs, false);
		await start();
		(await signedUp(own, seen)).check(own.dir);
		await own.kill();
		await own.serve([], { WZM_SIGNER: path });
		await (await own.client()).signIn('u-1001');
		(await signedUp(own, seen)).check(own.dir);
		assert.equal(status('Uid').split('\t')[1], String(SIGNER), 'the same signer serves the next server');
	});

	test('its state lost, it signs nothing until it has adopted what the log shows, as docs/operate.md says', async () => {
		await own.stop();
		activated.kill('SIGKILL');
		await activated.ended;
		unlinkSync(path);
		seen.look(own.dir);
		unlinkSync(`${dir}/sign/a.state`);
		await start();
		await own.serve([], { WZM_SIGNER: path });
		const c = await own.client();
		await c.signIn('u-1001');
		for (let i = 0; i < 500 && (await c.get('/api/v1/health')).signing.why !== 'sign_state_old'; i++) await wait(20);
		assert.equal((await c.get('/api/v1/health')).signing.why, 'sign_state_old');
		const shown = await c.send({ path: '/log/a/checkpoint' }), file = `${own.parent}/checkpoint`;
		assert.equal(shown.status, 200);
		writeFileSync(file, shown.text);
		activated.kill('SIGKILL');
		await activated.ended;
		unlinkSync(path);
		const adopted = spawnSync('setpriv', as(SIGNER, `${own.parent}/wzm`, 'sign', dir, '--adopt', '--checkpoint', file, '--json'), { encoding: 'utf8' });
		assert.equal(adopted.status, 0, adopted.stdout + adopted.stderr);
		assert.equal(JSON.parse(adopted.stdout).size, seen.size('a'));
		await start();
		(await signedUp(own, seen)).check(own.dir);
	});
});

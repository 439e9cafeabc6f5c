// Under load everything breaks once: what was answered is there, once, and it goes on by itself.
// FAULT_ROUNDS rounds, 3 without it; the campaign takes 20.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { Instance, must } from '../lib/instance.mjs';
import { Load } from '../lib/load.mjs';
import { again, children, crash, database, kill, onPg, postmaster, psql } from '../lib/pg.mjs';
import { Proxy } from '../lib/proxy.mjs';

const ROUNDS = Number(process.env.FAULT_ROUNDS ?? 3), MOMENT = () => Math.random() * 300;
let instance, proxy, env, store, cookie, cases = 0;
before(async () => {
	store = onPg ? database() : undefined;
	instance = new Instance().init({ store });
	if (onPg) {
		const dir = `${instance.parent}/net`;
		mkdirSync(dir);
		proxy = new Proxy(store, dir);
		await proxy.ready;
		env = { WZM_STORE: proxy.at };
	}
	await instance.serve([], env);
	cookie = (await instance.client('u-1001')).cookie;
});
after(async () => {
	proxy?.go();
	await instance?.destroy();
	proxy?.close();
});

const signal = (pids, name) => pids.forEach((pid) => { try { process.kill(pid, name); } catch { /* it has ended */ } });
/** Stops processes for a while. */
async function pause(pids, ms = 1000) {
	signal(pids, 'SIGSTOP');
	await wait(ms);
	signal(pids, 'SIGCONT');
}
const backend = (where) => psql(store, `SELECT pid FROM pg_stat_activity WHERE application_name = 'wzm'
	AND datname = current_database() AND ${where} LIMIT 1`).trim().split('\n').filter((x) => x !== '').map(Number);
/** The server's process that the journal writes through. */
const writer = () => backend("(backend_xid IS NOT NULL OR query = 'COMMIT')");

const everywhere = {
	'kill -9 of wzm': async () => {
		await instance.kill();
		await instance.serve([], env);
	},
	'wzm is paused': () => pause([instance.child.pid]),
};
const onlyPg = {
	'the database is stopped as by a power cut': async () => {
		crash();
		await wait(200);
		again();
	},
	'kill -9 of the database': async () => {
		kill();
		await wait(300);
		again();
	},
	'kill -9 of the process that writes for us': () => signal(writer(), 'SIGKILL'),
	'that process is ended by an administrator': () => signal(writer(), 'SIGTERM'),
	'that process is paused': () => pause(writer()),
	'the database is paused': () => pause([postmaster(), ...children()]),
	'connections are cut': async () => {
		for (let i = 0; i < 20; i++) {
			proxy.cut(0.3);
			await wait(30);
		}
	},
	'connections are cut after COMMIT': async () => {
		for (let i = 0; i < 10; i++) {
			proxy.cutAtCommit = 1;
			await wait(60);
		}
		proxy.cutAtCommit = 0;
	},
	'the network holds everything up': async () => {
		proxy.hold();
		await wait(1000);
		proxy.go();
	},
	'the network holds everything up and then forgets it': async () => {
		proxy.hold();
		await wait(500);
		proxy.cut();
		proxy.go();
	},
	'another process takes the log while ours is paused': async () => {
		const first = instance, second = new Instance();
		mkdirSync(`${second.dir}/run`, { recursive: true, mode: 0o700 });
		execFileSync('cp', ['-a', `${first.dir}/wzm.conf`, `${first.dir}/keys`, second.dir]);
		first.child.kill('SIGSTOP');
		await second.serve([], env);
		instance = second;
		await wait(200);
		first.child.kill('SIGCONT');
		assert.deepEqual(await first.end(), { code: 4, signal: null });
		/* Back to the first, which is the owner again once it is started. */
		await second.stop();
		await first.serve([], env);
		instance = first;
		await second.destroy();
	},
};

for (let n = 1; n <= ROUNDS; n++)
	for (const [what, happens] of Object.entries(onPg ? { ...everywhere, ...onlyPg } : everywhere))
		test(`round ${n}: ${what}`, async () => {
			const load = new Load(() => instance.where, cookie);
			const more = async (size) => {
				while (load.told.size < size) {
					await Promise.race([wait(20), ...load.workers]);
					assert.ok(instance.child?.exitCode === null && instance.child.signalCode === null,
						`the server ended:\n${instance.log.slice(-2000)}`);
				}
			};
			await more(32);
			await wait(MOMENT());
			await happens();
			/* It goes on without a hand. */
			await more(load.told.size + 64);
			await load.end();
			cases += load.told.size;
			assert.equal(load.check(instance.dir), cases);
			assert.equal(JSON.parse(must(['log', 'check', '-d', instance.dir, '--json']).stdout).ok, true);
			console.log(`# ${what}: ${load}`);
		});

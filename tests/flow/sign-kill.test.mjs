// kill -9 between every two steps of commit, answer, state, signature and checkpoint, of the server and of the signer: what was answered
// is there, and all that was ever signed is of one tree.  SIGN_KILL_ROUNDS rounds over the steps, 1 without it; the campaign takes 10.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { Instance, must } from '../lib/instance.mjs';
import { Load } from '../lib/load.mjs';
import { Seen, signedUp } from '../lib/signer.mjs';
import { root } from '../lib/paths.mjs';
import { onPg } from '../lib/pg.mjs';

const ROUNDS = Number(process.env.SIGN_KILL_ROUNDS ?? 1);
/* The steps of a signer from its start: two sends for each of public and head, then sync, rename, sync and two sends for each signature. */
const FIRST_SIGNATURE = 9;
const SIGNER = Array.from({ length: 14 }, (_, i) => i + 1);
/* Of a server: its start, which on PostgreSQL asks many things; then the load, with anything in whichever order. */
const SERVER = Array.from({ length: 12 }, (_, i) => onPg ? 40 + i * 80 : 8 + i * 7);

let instance, seen, library, load;
before(async () => {
	instance = new Instance();
	library = `${instance.parent}/kill-at.so`;
	execFileSync('gcc', ['-std=gnu17', '-D_GNU_SOURCE', '-O1', '-Wall', '-Wextra', '-Werror', '-shared', '-fPIC', '-o', library, `${root}/tests/lib/kill-at.c`, '-ldl']);
	await instance.init({ datasets: null }).serve();
	seen = await signedUp(instance);
});
after(async () => {
	await load?.end();
	await instance?.destroy();
});

const hooked = (who, at) => ({ KILL_WHO: who, KILL_AT: String(at), LD_PRELOAD: library,
	ASAN_OPTIONS: [process.env.ASAN_OPTIONS, 'verify_asan_link_order=0'].filter(Boolean).join(':') });

async function served(env) {
	try {
		await instance.serve([], env);
		return true;
	} catch (e) {
		/* Killed before it listened. */
		assert.match(e.message, /ended with SIGKILL/, e.message);
		instance.child = undefined;
		return false;
	}
}

async function begin() {
	const clerk = await instance.client('u-1001');
	load = new Load(() => instance.where, clerk.cookie, { workers: 8 });
}

for (let round = 1; round <= ROUNDS; round++) {
	test(`round ${round}: the signer is killed at each of its steps`, async () => {
		await begin();
		await instance.stop();
		for (const at of SIGNER) {
			const before = load.told.size, log = instance.log.length;
			await instance.serve([], hooked('sign', at + (round - 1) * SIGNER.length));
			await load.more(before + 8);
			await instance.stop();
			seen.look(instance.dir);
			/* A signer is started again by itself, and killed again; whatever it says, the server goes on. */
			const said = instance.log.slice(log);
			assert.doesNotMatch(said, /level=error|sign_state_old|sign_not_consistent|sign_store_older/);
			if (round === 1 && at <= FIRST_SIGNATURE) assert.match(said, /event=unsigned fault=sign_away/, `killed at step ${at}`);
		}
		await instance.serve();
		await load.end();
		await signedUp(instance, seen);
		load.check(instance.dir);
		console.log(`# ${seen.check(instance.dir)} checkpoints, all of one tree; ${load}`);
	});

	test(`round ${round}: the server is killed at each of its steps`, async () => {
		await begin();
		let early = 0;
		for (const at of SERVER) {
			const before = load.told.size;
			await instance.stop();
			if (await served(hooked('serve', at + (round - 1) * 3))) {
				const timer = setTimeout(() => instance.child?.kill('SIGKILL'), 20000);
				await instance.end();
				clearTimeout(timer);
			} else early++;
			seen.look(instance.dir);
			await instance.serve();
			await load.more(before + 4);
			seen.look(instance.dir);
		}
		await load.end();
		await signedUp(instance, seen);
		load.check(instance.dir);
		assert.ok(early < SERVER.length, 'some of them came to work');
		console.log(`# ${early} of ${SERVER.length} before they listened; ${seen.check(instance.dir)} checkpoints, all of one tree; ${load}`);
	});
}

test('the whole store fits', () => {
	assert.equal(JSON.parse(must(['store', 'check', '-d', instance.dir, '--json']).stdout).ok, true);
});

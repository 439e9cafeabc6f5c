// The disk is full: that is said, nothing that was answered is lost, and with space again it goes on.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { Instance, must } from '../lib/instance.mjs';
import { Load } from '../lib/load.mjs';
import { database, onPg, psql } from '../lib/pg.mjs';
import { signedUp } from '../lib/signer.mjs';
import { evidence } from '../lib/store.mjs';

/* A disk that is small: of SQLite's instance, of the table space of PostgreSQL's database. */
const MB = 1 << 20, SMALL = 96;
let instance, disk, mounted = false;

before(async () => {
	instance = new Instance();
	disk = `${instance.parent}/disk`;
	mkdirSync(disk);
	mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SMALL}m`, 'tmpfs', disk]).status === 0;
	if (!mounted) return;
	let store;
	if (onPg) {
		store = database();
		mkdirSync(`${disk}/space`);
		if (process.getuid() === 0) {
			execFileSync('chown', ['postgres', disk, `${disk}/space`]);
			execFileSync('chmod', ['a+rx', instance.parent]);
		}
		const name = new URL(store).pathname.slice(1);
		psql(store.replace(`/${name}?`, '/postgres?'), `CREATE TABLESPACE small LOCATION '${disk}/space'`);
		psql(store.replace(`/${name}?`, '/postgres?'), `ALTER DATABASE ${name} SET TABLESPACE small`);
	} else
		instance.dir = `${disk}/i`;
	await instance.init({ datasets: null, store }).serve();
});
after(async () => {
	await instance?.stop();
	if (mounted) {
		const lazy = spawnSync('umount', ['-l', disk]);
		assert.equal(lazy.status, 0, lazy.stderr);
	}
	await instance?.destroy();
});

const free = () => { const s = statfsSync(disk); return s.bavail * s.bsize; };

test('requests say that the disk is full, and go on when it is not', async (t) => {
	if (!mounted) {
		t.skip('no right to mount a small disk');
		return;
	}
	const clerk = await instance.client('u-1001');
	const load = new Load(() => instance.where, clerk.cookie, { workers: 16, may: ['store_full'] });
	try {
		await load.more(32);
		const filler = `${disk}/filler`;
		try {
			writeFileSync(filler, Buffer.alloc(Math.max(0, free() - MB / 2)));
		} catch (e) {
			assert.equal(e.code, 'ENOSPC', 'the server wrote meanwhile: full is full');
		}
		while (!load.codes.has('store_full')) await Promise.race([wait(20), ...load.workers]);
		/* Who only reads is not concerned. */
		assert.equal((await clerk.send({ path: '/api/v1/matters/M-0303' })).status, 200);
		rmSync(filler);
		await load.more(load.told.size + 64);
	} finally {
		/* A load that goes on would hide what went wrong. */
		await load.end();
	}
	assert.equal(load.check(instance.dir), load.told.size);
	(await signedUp(instance)).check(instance.dir);
	assert.equal(JSON.parse(must(['log', 'check', '-d', instance.dir, '--json']).stdout).ok, true);
	assert.equal(evidence(instance.dir).logs[0].name, 'a');
	console.log(`# ${load}`);
});

// A log as anybody fetches it: checkpoint, tiles and bundles of entries, and nothing that is not signed.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Instance, must } from '../lib/instance.mjs';
import { change, evidence, merkleRoot, rows, write } from '../lib/store.mjs';
import { TileLog, ask, isSigned, leafOf, sha256, tilePath, tileWidths, treeHash } from '../lib/tiles.mjs';
import { gunzipSync } from 'node:zlib';

const WANTED = 600;	/* two full tiles and a bit */

/* Of a process that is no more: its log is a copy of the first one's, which goes on growing. */
let instance, log, leaves, entries, checked;
before(async () => {
	instance = await new Instance().init({ datasets: undefined }).serve();
	const client = await instance.client();
	for (let i = 0; i < WANTED; i++) await client.signIn('u-1001');
	await instance.stop();
	evidence(instance.dir);
	entries = rows(instance.dir, 'SELECT hex(salt) AS salt, text FROM record ORDER BY idx')
		.map((r) => sha256('wzm-record-1\n', Buffer.from(r.salt, 'hex'), r.text));
	checked = JSON.parse(must(['log', 'check', '-d', instance.dir, '--json']).stdout).logs[0];
	change(instance.dir, `INSERT INTO log SELECT 'z', 'localhost/log/z', epoch, size, root, edge, at FROM log WHERE name = 'a';
		INSERT INTO entry SELECT 'z', idx, entry, leaf, division, record FROM entry WHERE log = 'a';
		INSERT INTO tile SELECT 'z', level, idx, root, data FROM tile WHERE log = 'a'`);
	leaves = entries.map(leafOf);
	await instance.serve();
	log = new TileLog(instance.port, 'z');
});
after(() => instance?.destroy());

/** The row that a signer would have left; the signature itself is looked at by others. */
function sign(size) {
	const head = `localhost/log/z\n${size}\n${merkleRoot(leaves.slice(0, size)).toString('base64')}\n`;
	write(instance.dir, `DELETE FROM checkpoint WHERE log = 'z'`);
	write(instance.dir, `INSERT INTO checkpoint VALUES ('z', ${size}, '${head}\n— localhost/log/z AAAAAAAA\n', 'localhost/log/z+00000000+AAAA', 1)`);
}

const problem = (r) => JSON.parse(r.bytes.toString('utf8'));
async function refused(path, code, options) {
	const r = await ask(instance.port, path, options);
	assert.deepEqual([r.status, problem(r).code], [404, code], path);
	assert.equal(r.headers['access-control-allow-origin'], '*', path);
	assert.equal(r.headers['cache-control'], 'no-store', path);
	return r;
}

test('of what nobody signed nothing is shown, nor of a log that is not there', async () => {
	for (const name of ['z', 'y', 'nobody', '%E6%97%A5']) {
		await refused(`/log/${name}/checkpoint`, 'checkpoint_unknown');
		for (const tile of ['0/000', '0/000.p/1', '1/000.p/1', 'entries/000', 'entries/000.p/1'])
			await refused(`/log/${name}/tile/${tile}`, 'tile_unknown');
	}
});

test('a stranger takes the log whole and comes to its root', async () => {
	assert.ok(leaves.length > WANTED);
	sign(leaves.length);
	const { origin, size, root } = await log.checkpoint();
	assert.deepEqual([origin, size], ['localhost/log/z', leaves.length]);
	assert.deepEqual([checked.size, checked.root], [size, root.toString('base64')], 'as wzm log check says');
	assert.deepEqual(await log.root(size), root);
	/* Three of level 0, one of level 1. */
	assert.deepEqual([tileWidths(size, 0).length, tileWidths(size, 1)], [3, [2]]);
	const given = await log.entries(size);
	assert.deepEqual(given, entries, 'and each record is behind its entry');
	assert.deepEqual(treeHash(given.map(leafOf)), root);
	assert.deepEqual(await log.entries(size, { 'Accept-Encoding': 'gzip' }), entries);
});

test('trees of every earlier size come from partial tiles', async () => {
	for (const size of [1, 2, 255, 256, 257, 300, 511, 512, 513, leaves.length - 1])
		assert.deepEqual(await log.root(size), merkleRoot(leaves.slice(0, size)), `${size}`);
	for (const width of [1, 2, 100, 255]) {
		assert.deepEqual(await log.get(`tile/0/${tilePath(0, width)}`), Buffer.concat(leaves.slice(0, width)));
		assert.equal((await log.get(`tile/entries/${tilePath(1, width)}`)).length, 34 * width);
	}
});

test('beyond the newest checkpoint there is nothing yet', async () => {
	sign(300);
	assert.equal((await log.checkpoint()).size, 300);
	for (const there of ['0/000', '0/001.p/44', '1/000.p/1', 'entries/000', 'entries/001.p/44', 'entries/001.p/1']) await log.get(`tile/${there}`);
	for (const not of ['0/001', '0/001.p/45', '0/001.p/255', '0/002', '0/002.p/1', '1/000', '1/000.p/2', '2/000.p/1', 'entries/001', 'entries/001.p/45', 'entries/002.p/1'])
		await refused(`/log/z/tile/${not}`, 'tile_unknown');
	sign(255);
	for (const not of ['0/000', '1/000.p/1']) await refused(`/log/z/tile/${not}`, 'tile_unknown');
	sign(leaves.length);
});

test('each path has one spelling, and no other leads anywhere', async () => {
	for (const bad of ['', '0', '0/', '0/0', '0/00', '0/0000', '00/000', '0/000/', '0//000', '0/x000/000', '0/x001', '0/001.p/0', '0/001.p/01',
		'0/001.p/256', '0/000.p', '0/000.p/', '64/000', '-1/000', 'entries', 'entries/', 'entries/0', 'Entries/000', 'data/000', '0/000.P/1', '0/%E0%A4%A0',
		'63/000.p/1', '8/000.p/1', '0/x999/x999/x999/x999/x999/999', '0/x999/x999/x999/x999/x999/x999/999', 'entries/x999/x999/x999/x999/x999/999.p/255'])
		await refused(`/log/z/tile/${bad}`, 'tile_unknown');
	for (const elsewhere of ['/log/z/Checkpoint', '/log/z', '/log/z/', '/log', '/log/z/checkpoint/'])
		assert.equal((await ask(instance.port, elsewhere)).status, 404, elsewhere);
	assert.equal((await ask(instance.port, '/log/z/checkpoint', { method: 'POST' })).status, 405);
});

test('headers are those of the document, and pages of any origin may read', async () => {
	const year = 'public, max-age=31536000, immutable', bytes = 'application/octet-stream';
	for (const [what, type, cache] of [['checkpoint', 'text/plain; charset=utf-8', 'public, max-age=2'], ['tile/0/000', bytes, year],
		['tile/0/002.p/1', bytes, year], ['tile/1/000.p/2', bytes, year], ['tile/entries/000', bytes, year], ['tile/entries/002.p/3', bytes, year]]) {
		const got = await ask(instance.port, `/log/z/${what}`, { headers: { Origin: 'https://elsewhere.example' } });
		assert.deepEqual([got.status, got.headers['content-type'], got.headers['cache-control'], got.headers['access-control-allow-origin']],
			[200, type, cache, '*'], what);
		assert.equal(got.headers['set-cookie'], undefined);
		assert.equal(got.headers['content-encoding'], undefined, 'compressed for nobody who did not ask');
		assert.equal(got.headers.vary, what.includes('entries') ? 'Accept-Encoding' : undefined);
		const head = await ask(instance.port, `/log/z/${what}`, { method: 'HEAD' });
		assert.equal(head.status, 200);
		assert.equal(head.bytes.length, 0);
		for (const name of ['content-type', 'content-length', 'cache-control', 'access-control-allow-origin'])
			assert.equal(head.headers[name], got.headers[name], `${what}: ${name}`);
	}
});

test('bundles are compressed for whoever accepts it', async () => {
	const plain = (await ask(instance.port, '/log/z/tile/entries/000')).bytes;
	for (const [accept, coding] of [['gzip', 'gzip'], ['br, gzip;q=0.5', 'gzip'], ['identity', undefined], ['gzip;q=0', undefined], ['br', undefined]]) {
		const r = await ask(instance.port, '/log/z/tile/entries/000', { headers: { 'Accept-Encoding': accept } });
		assert.equal(r.headers['content-encoding'], coding, accept);
		assert.deepEqual(coding ? gunzipSync(r.bytes) : r.bytes, plain);
		if (coding) assert.ok(r.bytes.length < plain.length);
	}
	const tile = await ask(instance.port, '/log/z/tile/0/000', { headers: { 'Accept-Encoding': 'gzip' } });
	assert.equal(tile.headers['content-encoding'], undefined, 'hashes do not compress');
});

test('the log of the process itself grows under its signatures, and stays what it was', async () => {
	const client = await instance.client(), own = new TileLog(instance.port, 'a'), { logs } = await client.get('/api/v1/log');
	const { key, origin } = logs.find((l) => l.name === 'a');
	let before;
	for (let round = 0; round < 3; round++) {
		/* What is recorded by now is signed in a moment. */
		const { size } = (await client.get('/api/v1/log')).logs.find((l) => l.name === 'a');
		let now = await own.checkpoint();
		for (let i = 0; i < 600 && now.size < size; i++) {
			await new Promise((done) => setTimeout(done, 20));
			now = await own.checkpoint();
		}
		assert.ok(now.size >= size, `${now.size} of ${size} are signed`);
		assert.ok(isSigned(now.text, key));
		assert.equal(now.origin, origin);
		assert.deepEqual(await own.root(now.size), now.root);
		if (before) assert.deepEqual(await own.root(before.size), before.root, 'the tree of the last checkpoint is its beginning');
		before = now;
		for (let i = 0; i < 90; i++) await client.signIn('u-1001');
	}
	const end = await own.checkpoint();
	assert.ok(end.size >= 768, 'another tile became full meanwhile');
	assert.deepEqual(await own.root(end.size), end.root);
});

test('to fetch is no refusal and leaves no record', async () => {
	await instance.stop();
	assert.deepEqual(rows(instance.dir, "SELECT count(*) AS n FROM record WHERE type = 'strangers.refused'"), [{ n: 0 }]);
});

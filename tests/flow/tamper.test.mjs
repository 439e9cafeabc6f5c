// Whoever changes the store behind the program's back is found out by `wzm log check`.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { Instance, must, run } from '../lib/instance.mjs';
import { runScene } from '../lib/cases.mjs';
import { scenes } from '../lib/catalogue.mjs';
import { changedCopy, evidence } from '../lib/store.mjs';

let instance, size;
before(async () => {
	instance = await new Instance().init().serve();
	for (const s of scenes()) await runScene(instance, s);
	await instance.stop();
	size = evidence(instance.dir).records.length;
});
after(() => instance?.destroy());

/** Checks a copy in which sql was run; gives what the command said. */
function check(sql) {
	const dir = `${instance.parent}/copy`;
	rmSync(dir, { recursive: true, force: true });
	return run(['log', 'check', '-d', dir, '--lang', 'en'], { env: changedCopy(instance.dir, dir, sql) });
}

test('an untouched store is found right', () => {
	assert.equal(check().status, 0);
	assert.equal(JSON.parse(must(['log', 'check', '-d', instance.dir, '--json']).stdout).size, size);
});

const changes = {
	'a word of a record': "UPDATE record SET text = replace(text, '\"established\"', '\"disproved\"') WHERE idx = (SELECT min(idx) FROM record WHERE text LIKE '%\"established\"%')",
	'a space in a record': "UPDATE record SET text = text || ' ' WHERE idx = 9",
	'the salt of a record': "UPDATE record SET salt = zeroblob(32) WHERE idx = 9",
	'a record that is gone': 'DELETE FROM record WHERE idx = 9',
	'an entry that is gone': 'DELETE FROM entry WHERE idx = 9',
	'the last entry and record gone, size put back': 'DELETE FROM record WHERE idx = (SELECT size - 1 FROM log); DELETE FROM entry WHERE idx = (SELECT size - 1 FROM log); UPDATE log SET size = size - 1',
	'two records that changed places': 'UPDATE record SET idx = CASE idx WHEN 8 THEN 9 ELSE 8 END WHERE idx IN (8, 9)',
	'an entry of another record': 'UPDATE entry SET entry = (SELECT entry FROM entry WHERE idx = 8) WHERE idx = 9',
	'a leaf': 'UPDATE entry SET leaf = zeroblob(32) WHERE idx = 9',
	'the root': 'UPDATE log SET root = zeroblob(32)',
	'the size': 'UPDATE log SET size = size + 1',
	'the edge': 'UPDATE log SET edge = zeroblob(length(edge))',
	'a body': "UPDATE record SET body = zeroblob(length(body)) WHERE idx = (SELECT max(idx) FROM record WHERE body IS NOT NULL)",
	'a body of another record': 'UPDATE record SET body = (SELECT body FROM record WHERE idx = (SELECT min(idx) FROM record WHERE body IS NOT NULL)) WHERE idx = (SELECT max(idx) FROM record WHERE body IS NOT NULL)',
	'a record that was slipped in': "INSERT INTO record (division, id, log, idx, type, at, salt, text) SELECT division, randomblob(16), log, 1000000, type, at, salt, text FROM record WHERE idx = 9",
};
for (const [name, sql] of Object.entries(changes))
	test(`${name}: found`, () => {
		const r = check(sql);
		assert.equal(r.status, 1, r.stdout + r.stderr);
		assert.ok((r.stdout + r.stderr).trim() !== '', 'and said');
	});

// Checkpoints as a stranger reads them: C2SP signed-note and tlog-checkpoint, from the documents; knows nothing of the program.
import assert from 'node:assert/strict';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { merkleRoot, rows } from './store.mjs';

/** "name+id+key": an Ed25519 key of a log. */
export function vkeyOf(text) {
	const [name, id, ...rest] = text.split('+'), material = Buffer.from(rest.join('+'), 'base64');
	assert.equal(material.length, 33);
	assert.equal(material[0], 1);
	assert.equal(createHash('sha256').update(`${name}\n`).update(material).digest('hex').slice(0, 8), id);
	const key = createPublicKey({ format: 'der', type: 'spki', key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), material.subarray(1)]) });
	return { name, id, key, text };
}

/** {origin, size, root} of a checkpoint that this key signed; throws otherwise. */
export function opened(note, vkey) {
	const at = note.lastIndexOf('\n\n'), text = note.slice(0, at + 1);
	const line = note.slice(at + 2).split('\n').find((l) => l.startsWith(`— ${vkey.name} `));
	assert.ok(line, `no signature of ${vkey.name}: ${note}`);
	const bytes = Buffer.from(line.split(' ')[2], 'base64');
	assert.equal(bytes.subarray(0, 4).toString('hex'), vkey.id);
	assert.ok(verify(null, Buffer.from(text), vkey.key, bytes.subarray(4)), `the signature does not hold: ${note}`);
	const [origin, size, root, ...rest] = text.split('\n');
	assert.deepEqual(rest, ['']);
	assert.match(size, /^(0|[1-9][0-9]*)$/);
	return { origin, size: Number(size), root };
}

/** Every checkpoint that was ever seen of a log; together they must be of one tree. */
export class Seen {
	constructor() { Object.assign(this, { root: new Map(), vkeys: new Map() }); }

	/** Looks at the newest in the store. */
	look(dir) {
		for (const c of rows(dir, 'SELECT log, size, note, vkey FROM checkpoint')) {
			if (!this.vkeys.has(c.log)) this.vkeys.set(c.log, vkeyOf(c.vkey));
			assert.equal(c.vkey, this.vkeys.get(c.log).text, 'the key of a log never changes');
			const cp = opened(c.note, this.vkeys.get(c.log));
			assert.equal(cp.size, c.size);
			this.add(c.log, cp);
		}
		return this;
	}

	add(log, { size, root }) {
		const name = `${log}/${size}`;
		assert.equal(this.root.get(name) ?? root, root, `two roots of ${name}: a fork`);
		this.root.set(name, root);
	}

	size(log) { return Math.max(0, ...[...this.root.keys()].filter((k) => k.startsWith(`${log}/`)).map((k) => Number(k.slice(log.length + 1)))); }

	/** All of them are beginnings of the trees that are in the store now. */
	check(dir) {
		const leaves = new Map();
		for (const e of rows(dir, 'SELECT log, hex(leaf) AS leaf FROM entry ORDER BY log, idx'))
			leaves.set(e.log, [...(leaves.get(e.log) ?? []), Buffer.from(e.leaf, 'hex')]);
		for (const [name, root] of this.root) {
			const [log, size] = name.split('/'), all = leaves.get(log) ?? [];
			assert.ok(Number(size) <= all.length, `${name} was signed, and the store has ${all.length}`);
			assert.equal(merkleRoot(all.slice(0, Number(size))).toString('base64'), root, `what was signed of ${name} is what is there`);
		}
		return this.root.size;
	}
}

/** Waits until the whole log of an instance that runs is signed. */
export async function signedUp(instance, seen = new Seen(), ms = 30000) {
	const client = await instance.client();
	for (const until = Date.now() + ms; ; await new Promise((done) => setTimeout(done, 20))) {
		const { logs } = await client.get('/api/v1/log');
		const log = logs.find((l) => l.name === (instance.letter ?? 'a'));
		seen.look(instance.dir);
		if (log.signed === log.size) return seen;
		assert.ok(Date.now() < until, `unsigned: ${JSON.stringify(log)}\n${instance.log.slice(-1500)}`);
	}
}

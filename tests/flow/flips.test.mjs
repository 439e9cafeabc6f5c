// One change anywhere in the evidence of a store is named by the checks; FLIPS places, chosen by FLIP_SEED.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Instance, run } from '../lib/instance.mjs';
import { openScene, settle } from '../lib/cases.mjs';
import { clerkOf, scene } from '../lib/catalogue.mjs';
import { onPg } from '../lib/pg.mjs';
import { headOf, keyOf, seedOf, signedBy } from '../lib/receipts.mjs';
import { change, evidence, rows } from '../lib/store.mjs';

const FLIPS = Number(process.env.FLIPS ?? 40), SEED = Number(process.env.FLIP_SEED ?? Date.now() % 1e6);

/* The tables of the evidence, their keys, and what their columns hold. */
const tables = {
	record: { key: ['division', 'id'], text: ['division', 'log', 'type', 'text'], int: ['idx', 'at'], blob: ['id', 'case_id', 'salt', 'body', 'subjects'] },
	entry: { key: ['log', 'idx'], text: ['log', 'division'], int: ['idx'], blob: ['entry', 'leaf', 'record'] },
	tile: { key: ['log', 'level', 'idx'], text: ['log'], int: ['level', 'idx'], blob: ['root', 'data'] },
	checkpoint: { key: ['log'], text: ['log', 'note', 'vkey'], int: ['size', 'at'], blob: [] },
	log: { key: ['name'], text: ['name', 'origin'], int: ['epoch', 'size', 'at'], blob: ['root', 'edge'] },
};
/* What nobody is shown as evidence and nothing that is shown depends on, and why. */
const free = {
	'record.subjects': 'where to look for a person; a look-up believes the record, not this',
	'checkpoint.at': 'when it was signed: the signature does not say, and no receipt does',
	'log.at': 'the time of the last batch, so that the next is not earlier; each record says its own',
	'log.epoch': 'which owner writes: it fences, and says nothing of what was written',
};

/* The same places for the same seed. */
let state = SEED;
const below = (n) => {
	state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
	return Math.floor(state / 2 ** 32 * n);
};
const pick = (list) => list[below(list.length)];

let instance;
before(async () => {
	instance = await new Instance().init().serve();
	for (const name of ['HOUSE', 'DRIVER']) {
		const s = scene(name), clerk = await instance.client(clerkOf[s.division_code]);
		await settle(clerk, await openScene(clerk, s));
	}
	const client = await instance.client();
	for (let i = 0; i < 270; i++) await client.signIn('u-1001');
	await instance.stop();
	const { logs, records } = evidence(instance.dir);
	if (rows(instance.dir, 'SELECT count(*) AS n FROM checkpoint')[0].n === 0) {
		const key = keyOf('localhost/log/a', seedOf('flips')), head = headOf(key.name, records.length, Buffer.from(logs[0].root, 'hex'));
		change(instance.dir, `INSERT INTO checkpoint VALUES ('a', ${records.length}, '${head}\n${signedBy(key, head)}', '${key.vkey}', 1)`);
	}
	assert.equal(problems('store'), 0);
});
after(() => instance?.destroy());

const problems = (command) => {
	const r = run([command, 'check', '-d', instance.dir, '--json']);
	assert.ok(r.status === 0 || r.status === 1, r.stdout + r.stderr);
	return JSON.parse(r.stdout).found;
};

const literal = (kind, v) => kind === 'int' ? String(v) : kind === 'text' ? `'${v.replaceAll("'", "''")}'` :
	onPg ? `'\\x${v}'::bytea` : `X'${v}'`;

/** Another value: one bit of a number or of a byte, or one character of a text. */
function flipped(kind, v) {
	if (kind === 'int') return Number(BigInt(v) ^ (1n << BigInt(below(40))));
	if (kind === 'blob') {
		const bytes = Buffer.from(v, 'hex');
		bytes[below(bytes.length)] ^= 1 << below(8);
		return bytes.toString('hex');
	}
	const letters = [...v], at = below(letters.length);
	const to = pick([...'aZ09"{},:/+='].filter((c) => c !== letters[at]));
	letters[at] = to;
	return letters.join('');
}

/** A place where something is, what is there, and what is to be there instead. */
function choose() {
	const table = pick(['record', 'record', 'entry', 'entry', 'tile', 'tile', 'checkpoint', 'log']), { key, ...columns } = tables[table];
	const kinds = Object.fromEntries(['text', 'int', 'blob'].flatMap((k) => columns[k].map((c) => [c, k])));
	const column = pick(Object.keys(kinds)), there = `FROM ${table} WHERE ${column} IS NOT NULL`,
		n = rows(instance.dir, `SELECT count(*) AS n ${there}`)[0].n;
	const row = rows(instance.dir, `SELECT ${Object.entries(kinds).map(([c, k]) => k === 'blob' ? `hex(${c}) AS ${c}` : c).join(', ')}
		${there} ORDER BY ${key.join(', ')} LIMIT 1 OFFSET ${below(n)}`)[0];
	const to = flipped(kinds[column], row[column]);
	const update = (from, set) => `UPDATE ${table} SET ${column} = ${literal(kinds[column], set)} WHERE ${key.map((k) =>
		`${k} = ${literal(kinds[k], k === column ? from : row[k])}`).join(' AND ')}`;
	return { name: `${table}.${column}`, there: update(row[column], to), back: update(to, row[column]), what: `${key.map((k) => row[k]).join('/')} ${column}` };
}

const quietly = onPg ? "SET session_replication_role = replica; " : '';

test(`of ${FLIPS} changes each that matters is named (FLIP_SEED=${SEED})`, () => {
	const met = new Map();
	for (let done = 0; done < FLIPS;) {
		const flip = choose();
		/* A key that another row has: the store itself does not take it. */
		try { change(instance.dir, quietly + flip.there); } catch (e) { assert.match(String(e.stderr ?? e), /constraint|UNIQUE/i); continue; }
		/* What the evidence alone does not show, the rest of the store does. */
		const named = problems('log') > 0 || problems('store') > 0;
		assert.equal(named, !(flip.name in free), `${flip.name}: ${flip.what}: ${flip.there.slice(0, 300)}`);
		change(instance.dir, quietly + flip.back);
		met.set(flip.name, (met.get(flip.name) ?? 0) + 1);
		done++;
	}
	assert.equal(problems('store'), 0, 'all is as it was');
	if (FLIPS >= 1000)
		for (const [t, { key, ...columns }] of Object.entries(tables))
			for (const c of Object.values(columns).flat()) assert.ok(met.has(`${t}.${c}`), `${t}.${c} was never tried`);
});

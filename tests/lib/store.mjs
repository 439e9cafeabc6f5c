// Looks into an instance's store from outside, read-only: what is really there.
import { createHash } from 'node:crypto';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import assert from 'node:assert/strict';
import { database, psql } from './pg.mjs';

/** The database of an instance; undefined when its store is wzm.db. */
const address = (dir) => /^store = (\S+)/m.exec(readFileSync(`${dir}/wzm.conf`, 'utf8'))?.[1];

/* The tests are written in SQLite's words. */
const forPg = (sql) => sql.replace(/\bhex\(([\w.]+)\)/g, "upper(encode($1, 'hex'))")
	.replaceAll('json_group_array(json_array(', 'json_agg(json_build_array(')
	.replace(/\bzeroblob\((\d+|length\(\w+\))\)/g, "decode(repeat('00', $1), 'hex')")
	.replaceAll('randomblob(16)', "decode(md5(random()::text), 'hex')");

/** Rows of a query as objects; blobs are given as hex by the query itself. */
export function rows(dir, sql) {
	const at = address(dir);
	if (at !== undefined)
		return psql(at, `SELECT row_to_json(q) FROM (${forPg(sql)}) q`).split('\n').filter((l) => l !== '').map((l) => JSON.parse(l));
	const out = execFileSync('sqlite3', ['-readonly', '-json', '-cmd', '.timeout 10000', `${dir}/wzm.db`, sql],
		{ encoding: 'utf8', maxBuffer: 1 << 30 });
	return out.trim() === '' ? [] : JSON.parse(out);
}

/** Rows of several queries, all of one instant: a server may write meanwhile. */
function snapshot(dir, queries) {
	const at = address(dir);
	if (at !== undefined)
		return psql(at, `BEGIN ISOLATION LEVEL REPEATABLE READ; ${queries.map((sql) =>
			`SELECT coalesce(jsonb_agg(to_jsonb(q)), '[]') FROM (${forPg(sql)}) q;`).join(' ')} COMMIT`).trim().split('\n').map((l) => JSON.parse(l));
	const out = execFileSync('sqlite3', ['-readonly', '-json', '-cmd', '.timeout 10000', `${dir}/wzm.db`, 'BEGIN',
		...queries.flatMap((sql) => [sql, '.print ;'])], { encoding: 'utf8', maxBuffer: 1 << 30 });
	return out.split(/^;$/m).slice(0, -1).map((text) => JSON.parse(text.trim() || '[]'));
}

/** Writes behind the program's back, also while it runs. */
export function write(dir, sql) {
	const at = address(dir);
	if (at !== undefined) psql(at, sql);
	else execFileSync('sqlite3', ['-cmd', '.timeout 10000', `${dir}/wzm.db`, sql]);
}

/** A shell that stays open, for many small changes: run(sql) waits until it is done. */
export function shell(dir) {
	const at = address(dir), waiting = [];
	const child = at !== undefined ? spawn('psql', ['-qXAt', '-v', 'ON_ERROR_STOP=1', '-d', at]) : spawn('sqlite3', ['-bail', `${dir}/wzm.db`]);
	let seen = '', said = '';
	child.stderr.setEncoding('utf8').on('data', (d) => { said += d; });
	child.stdout.setEncoding('utf8').on('data', (d) => {
		seen += d;
		for (let i; (i = seen.indexOf('done\n')) >= 0; seen = seen.slice(i + 5)) waiting.shift().done();
	});
	const ended = new Promise((done) => child.on('close', () => {
		for (const w of waiting) w.failed(new Error(`the shell ended: ${said}`));
		done();
	}));
	if (at === undefined) child.stdin.write('.timeout 20000\nPRAGMA synchronous = OFF;\n');
	return {
		run: (sql) => new Promise((done, failed) => {
			waiting.push({ done, failed });
			child.stdin.write(`${sql};\n${at !== undefined ? '\\echo done' : '.print done'}\n`);
		}),
		end: () => { child.stdin.end(); return ended; },
	};
}

let lastCopy;

/** A copy of a stopped instance in dir, changed by sql, instead of the last one: what must be in the environment to use it. */
export function changedCopy(from, dir, sql) {
	const at = address(from);
	execFileSync('cp', ['-a', from, dir]);	// with the modes: keys that others can read are refused
	if (at === undefined) {
		if (sql) execFileSync('sqlite3', [`${dir}/wzm.db`, sql]);
		return {};
	}
	if (lastCopy !== undefined) psql(at, `DROP DATABASE ${new URL(lastCopy).pathname.slice(1)}`);
	const copy = lastCopy = database(at);
	/* SQLite's shell does not look at foreign keys either. */
	if (sql) psql(copy, `SET session_replication_role = replica; ${forPg(sql)}`);
	return { WZM_STORE: copy };
}

/** Changes the store of an instance in place, behind the program's back. */
export function change(dir, sql) {
	const at = address(dir);
	if (at !== undefined) psql(at, forPg(sql));
	else execFileSync('sqlite3', ['-cmd', '.timeout 10000', `${dir}/wzm.db`, sql]);
}

/** The bytes that are kept: of the store's files, or of each table as PostgreSQL holds them. */
export function stored(dir) {
	const at = address(dir);
	if (at === undefined)
		return ['wzm.db', 'wzm.db-wal', 'wzm.db-shm', 'index.db', 'index.db-wal', 'index.db-shm']
			.filter((name) => existsSync(`${dir}/${name}`)).map((name) => ({ name, bytes: readFileSync(`${dir}/${name}`) }));
	return psql(at, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'").trim().split('\n')
		.map((name) => ({ name, bytes: psql(at, `COPY ${name} TO STDOUT (FORMAT binary)`, 'buffer') }));
}

const sha256 = (...parts) => {
	const h = createHash('sha256');
	for (const p of parts) h.update(p);
	return h.digest();
};
const NODE = Buffer.from([1]), LEAF = Buffer.from([0]);

/** RFC 6962 root of leaf hashes. */
export function merkleRoot(leaves) {
	if (leaves.length === 0) return sha256('');
	let level = leaves;
	while (level.length > 1) {
		const up = [];
		for (let i = 0; i < level.length; i += 2)
			up.push(i + 1 < level.length ? sha256(NODE, level[i], level[i + 1]) : level[i]);
		level = up;
	}
	return level[0];
}

/**
 * The evidence, recomputed: every record has its entry and its place, every entry its
 * record, and the root of the log is that of the tree over them.  Gives the records
 * {id, type, log, idx, text} in the order of the log, and the logs.
 */
export function evidence(dir) {
	const [logs, records, entries] = snapshot(dir, ['SELECT name, size, hex(root) AS root FROM log ORDER BY name',
		'SELECT division, hex(id) AS id, log, idx, type, hex(salt) AS salt, text FROM record ORDER BY log, idx',
		'SELECT log, idx, hex(entry) AS entry, hex(leaf) AS leaf, division, hex(record) AS record FROM entry ORDER BY log, idx']);

	assert.equal(records.length, entries.length, 'as many records as entries');
	entries.forEach((e, i) => {
		const r = records[i], at = `${e.log}/${e.idx}`;
		assert.deepEqual([r.log, r.idx, r.division, r.id], [e.log, e.idx, e.division, e.record], `record and entry ${at}`);
		const entry = sha256('wzm-record-1\n', Buffer.from(r.salt, 'hex'), r.text);
		assert.equal(entry.toString('hex').toUpperCase(), e.entry, `entry ${at} binds its record`);
		assert.equal(sha256(LEAF, entry).toString('hex').toUpperCase(), e.leaf, `leaf ${at}`);
	});
	for (const log of logs) {
		const leaves = entries.filter((e) => e.log === log.name);
		leaves.forEach((e, i) => assert.equal(e.idx, i, `log ${log.name} has no gap`));
		assert.equal(log.size, leaves.length, `log ${log.name}: tree size = number of records`);
		assert.equal(merkleRoot(leaves.map((e) => Buffer.from(e.leaf, 'hex'))).toString('hex').toUpperCase(),
			log.root, `log ${log.name}: root of the tree`);
	}
	return { logs, records: records.map((r) => ({ ...r, json: JSON.parse(r.text) })) };
}

/** The records of what somebody did, recomputed too: without those that the server writes by the clock, once a minute. */
export const acts = (dir) => evidence(dir).records.filter((r) => r.type !== 'strangers.refused');

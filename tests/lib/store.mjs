// Looks into an instance's store from outside, read-only: what is really there.
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import assert from 'node:assert/strict';

/** Rows of a query as objects; blobs are given as hex by the query itself. */
export function rows(dir, sql) {
	const out = execFileSync('sqlite3', ['-readonly', '-json', '-cmd', '.timeout 10000', `${dir}/wzm.db`, sql],
		{ encoding: 'utf8', maxBuffer: 1 << 30 });
	return out.trim() === '' ? [] : JSON.parse(out);
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
	const logs = rows(dir, 'SELECT name, size, hex(root) AS root FROM log ORDER BY name');
	const records = rows(dir, `SELECT division, hex(id) AS id, log, idx, type, hex(salt) AS salt, text
		FROM record ORDER BY log, idx`);
	const entries = rows(dir, `SELECT log, idx, hex(entry) AS entry, hex(leaf) AS leaf, division,
		hex(record) AS record FROM entry ORDER BY log, idx`);

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

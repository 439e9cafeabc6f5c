// server.mjs STORE each|batch - data queries as a team would write them in Node, for bench/query.
//
// Fastify; STORE is the path of an SQLite file (node:sqlite, WAL, synchronous FULL) or
// postgresql://…  POST /query {"case","item","owner_id"} with a session cookie and an Idempotency-Key: who asks
// is looked up, the owner's houses are looked up in a table, and the answer is kept as one row and durable
// before it leaves.  each: every row is signed by itself (Ed25519), in a transaction of its own.  batch: rows that came while the last ones
// were being written are written in one transaction, with one signature over the hashes of all.
import { readFileSync } from 'node:fs';
import { createHash, generateKeyPairSync, hash, randomUUID, sign } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import fastify from 'fastify';
import pg from 'pg';

const [store, manner] = process.argv.slice(2), pool = 32, batchMax = 256;
const { privateKey } = generateKeyPairSync('ed25519');
const registry = new URL('../../examples/jinhua/registry/real_estate.csv', import.meta.url);
const [header, ...houses] = readFileSync(registry, 'utf8').trim().split(/\r?\n/).map((line) => line.split(','));
const column = (name) => header.indexOf(name);
const house = houses.map((h) => ['cert_number', 'owner_id', 'owner_name', 'address', 'use', 'area_m2'].map((c) => h[column(c)]));
const tables = (integer) => [
	'CREATE TABLE session (token TEXT PRIMARY KEY, actor TEXT NOT NULL, agency TEXT NOT NULL)',
	'CREATE TABLE house (cert_number TEXT PRIMARY KEY, owner_id TEXT, owner_name TEXT, address TEXT, "use" TEXT, area_m2 TEXT)',
	'CREATE INDEX house_owner ON house (owner_id)',
	`CREATE TABLE record (id TEXT PRIMARY KEY, request TEXT NOT NULL UNIQUE, at ${integer} NOT NULL, text TEXT NOT NULL, signature TEXT)`,
	`CREATE TABLE batch (first TEXT NOT NULL, records ${integer} NOT NULL, root TEXT NOT NULL, signature TEXT NOT NULL)`,
];
const sql = {
	session: 'SELECT actor, agency FROM session WHERE token = $1',
	house: 'SELECT owner_name, cert_number, address, "use", area_m2 FROM house WHERE owner_id = $1',
	record: 'INSERT INTO record (id, request, at, text, signature) VALUES ($1, $2, $3, $4, $5)',
	batch: 'INSERT INTO batch (first, records, root, signature) VALUES ($1, $2, $3, $4)',
};

/** The store: who(token), ask(owner), write(rows, batch or null); all are prepared. */
function openSqlite(path) {
	const db = new DatabaseSync(path);
	db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
	for (const t of tables('INTEGER')) db.exec(t);
	db.exec('BEGIN');
	const put = db.prepare('INSERT OR IGNORE INTO house VALUES (?, ?, ?, ?, ?, ?)');
	for (const h of house) put.run(...h);
	db.prepare("INSERT INTO session VALUES ('bench', 'u-1001', '330703-ZG')").run();
	db.exec('COMMIT');
	const p = Object.fromEntries(Object.entries(sql).map(([name, text]) => [name, db.prepare(text.replace(/\$\d/g, '?'))]));
	const begin = db.prepare('BEGIN IMMEDIATE'), commit = db.prepare('COMMIT'), rollback = db.prepare('ROLLBACK');
	return {
		who: (token) => p.session.get(token),
		ask: (owner) => p.house.all(owner),
		write(rows, batch) {
			if (!batch) return p.record.run(...rows[0]);
			begin.run();
			try {
				for (const r of rows) p.record.run(...r);
				p.batch.run(...batch);
				commit.run();
			} catch (e) {
				rollback.run();
				throw e;
			}
		},
	};
}

async function openPostgres(address) {
	const at = new URL(address.replace('postgresql:///', 'postgresql://x/'));
	const host = at.searchParams.get('host'), user = at.searchParams.get('user'), database = at.pathname.slice(1);
	const db = new pg.Pool({ host, user, database, max: pool });
	for (const t of tables('BIGINT')) await db.query(t);
	for (const h of house) await db.query('INSERT INTO house VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING', h);
	await db.query("INSERT INTO session VALUES ('bench', 'u-1001', '330703-ZG')");
	const named = (name, values) => ({ name, text: sql[name], values });
	const many = `WITH b AS (INSERT INTO batch (first, records, root, signature) VALUES ($5, $6, $7, $8))
		INSERT INTO record (id, request, at, text) SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[])`;
	return {
		who: async (token) => (await db.query(named('session', [token]))).rows[0],
		ask: async (owner) => (await db.query(named('house', [owner]))).rows,
		/* One statement is one transaction. */
		write: (rows, batch) => db.query(batch ? { name: 'many', text: many,
			values: [...[0, 1, 2, 3].map((i) => rows.map((r) => r[i])), ...batch] } : named('record', rows[0])),
	};
}

const db = await (store.startsWith('postgresql:') ? openPostgres(store) : openSqlite(store));

/** What waits is written when what is being written is there: no timer. */
let waiting = [], writing = false;
async function writeAll() {
	writing = true;
	while (waiting.length > 0) {
		const batch = waiting.splice(0, batchMax), root = createHash('sha256');
		for (const w of batch) root.update(hash('sha256', w.row[3], 'buffer'));
		const digest = root.digest(), signature = sign(null, digest, privateKey).toString('base64');
		try {
			await db.write(batch.map((w) => w.row), [batch[0].row[0], batch.length, digest.toString('base64'), signature]);
			for (const w of batch) w.done(signature);
		} catch (e) {
			for (const w of batch) w.failed(e);
		}
		/* Requests that are there already are read before the next batch begins. */
		await new Promise((go) => setImmediate(go));
	}
	writing = false;
}

async function keep(row) {
	if (manner === 'batch')
		return new Promise((done, failed) => {
			waiting.push({ row, done, failed });
			if (!writing) {
				writing = true;
				setImmediate(writeAll);
			}
		});
	row[4] = sign(null, Buffer.from(row[3]), privateKey).toString('base64');
	await db.write([row], null);
	return row[4];
}

const app = fastify({ logger: false });
app.post('/query', { schema: {
	body: { type: 'object', required: ['case', 'item', 'owner_id'], additionalProperties: false, properties: {
		case: { type: 'string', maxLength: 64 }, item: { type: 'string', maxLength: 16 }, owner_id: { type: 'string', maxLength: 18 } } },
	response: { 200: { type: 'object', properties: { case: { type: 'string' }, item: { type: 'string' }, answer: { type: 'string' },
		rows: { type: 'array', items: { type: 'object', additionalProperties: { type: 'string' } } },
		record: { type: 'string' }, signature: { type: 'string' } } } },
} }, async (req, reply) => {
	const token = /(?:^|; )session=([^;]+)/.exec(req.headers.cookie ?? '')?.[1], key = req.headers['idempotency-key'];
	const actor = token && await db.who(token);
	if (!actor || !key) return reply.code(actor ? 400 : 401).send();
	const rows = await db.ask(req.body.owner_id), at = Date.now(), id = randomUUID();
	const answer = rows.length > 0 ? 'found' : 'not_found';
	const text = JSON.stringify({ actor: actor.actor, agency: actor.agency, answer, at, case: req.body.case, item: req.body.item,
		owner_id: req.body.owner_id, rows, type: 'query.answered' });
	const signature = await keep([id, key, at, text, null]);
	return { case: req.body.case, item: req.body.item, answer, rows, record: id, signature };
});
await app.listen({ host: '127.0.0.1', port: 0 });
console.log(`listening on 127.0.0.1:${app.server.address().port}`);
process.on('SIGTERM', () => process.exit(0));

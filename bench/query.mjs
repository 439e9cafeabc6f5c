// Called by bench/query: makes cases, lets the generators ask, prints what came out beside what it is held against.
import { execFileSync } from 'node:child_process';
import * as b from './served.mjs';

const opt = b.options({ seconds: '5', runs: '1', connections: '16,64,256,512', store: 'both', tls: 'yes', parts: 'yes' });
const seconds = Number(opt.seconds), connections = opt.connections.split(',').map(Number), runs = Number(opt.runs);
const stores = opt.store === 'both' ? ['sqlite', 'pg'] : [opt.store];
const post = (headers) => [`POST /bare HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${headers}Content-Length: 600\r\n\r\n${'x'.repeat(600)}`];
const filler = post(''), once = post('Connection: close\r\n');
let uncounted = 0;

/** The same question put to the program in Node: whose houses, for which case. */
function nodeQueries(n) {
	return Array.from({ length: n }, (_, i) => {
		const key = `${process.pid}-${uncounted++}`;
		const body = JSON.stringify({ case: `330703-${key}`, item: b.items[i % b.items.length], owner_id: b.owner });
		return `POST /query HTTP/1.1\r\nHost: localhost\r\nCookie: session=bench\r\nContent-Type: application/json\r\n` +
			`Idempotency-Key: ${key}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
	});
}

/** What is measured: its server, and n requests to it (as many as there are cases for). */
const wzmLike = (server) => ({ ...server, requests: async (n) =>
	b.queries(server, await b.openCases(server, Math.ceil(n / b.items.length))) });

async function servers(store) {
	const at = (name) => (store === 'pg' ? b.newDatabase(name) : undefined), file = (name) => `${b.dir}/${store}-${name}`;
	for (const name of ['served', 'plain']) b.makeInstance(file(name), at(name));
	const node = (manner) => b.start(process.execPath, [`${b.root}/bench/node/server.mjs`, at(`node_${manner}`) ?? file(`node-${manner}.db`), manner]);
	const all = {
		bare: { ...await b.start(process.env.BARE, ['0', '2']), requests: async () => filler, forever: true },
		plain: wzmLike(await b.serve(process.env.PLAIN, file('plain'))),
		query: wzmLike(await b.serve(process.env.WZM, file('served'))),
		each: { ...await node('each'), requests: async (n) => nodeQueries(n) },
		batch: { ...await node('batch'), requests: async (n) => nodeQueries(n) },
	};
	if (opt.tls === 'yes') {
		const { certificate, key } = b.tlsFiles;
		b.makeInstance(file('tls'), at('tls'));
		all.bareTls = { ...await b.start(process.env.BARE, ['0', '2', certificate, key]), requests: async () => filler, forever: true };
		all.shakes = { ...all.bareTls, requests: async () => once };
		all.queryTls = wzmLike(await b.serve(process.env.WZM, file('tls'), [], [], { WZM_TLS_CERTIFICATE: certificate, WZM_TLS_KEY: key }));
	}
	for (const s of Object.values(all)) s.onDatabase = store === 'pg' && !s.forever;
	return all;
}

const title = { bare: 'bare POST', plain: 'rows without evidence', query: 'data query', each: 'Node, a signature each', batch: 'Node, group commit',
	bareTls: 'bare POST, TLS', shakes: 'each a new handshake', queryTls: 'data query, TLS' };
const line = (...cells) => console.log(cells.map((c, i) => (i === 1 ? String(c).padEnd(23) : String(c).padStart([5, 0, 11, 9, 9, 9, 9, 9, 8][i]))).join(' '));
const show = (x, digits) => (Number.isNaN(x) ? '-' : x.toFixed(digits));

/** One measurement; more requests are made until none is sent twice. */
async function measure(server, n) {
	for (server.guess ??= 3000; ; ) {
		const want = Math.ceil(server.guess * (seconds + 1)), lines = await server.requests(want);
		const grown = server.cookie ? await b.logSize(server.port) : 0;
		const before = b.taken(server), m = await b.wrk(server.port, n, seconds, lines), after = b.taken(server);
		m.cpu = (after.cpu - before.cpu) / m.answered;
		m.bytes = server.forever ? NaN : (after.bytes - before.bytes) / m.answered;
		m.records = server.cookie ? (await b.logSize(server.port) - grown) / m.answered : NaN;
		const enough = server.forever || m.answered <= lines.length;
		server.guess = Math.ceil(m.rate * 1.3);
		if (enough) return m;
	}
}

/** One round over all servers and numbers of connections: {16: {bare: …, …}, …}. */
async function round(all) {
	const got = {};
	for (const n of connections) {
		got[n] = {};
		for (const [name, server] of Object.entries(all)) {
			const m = got[n][name] = await measure(server, n);
			line(n, title[name], m.rate.toFixed(0), m.p50.toFixed(2), m.p99.toFixed(2), m.cpu.toFixed(0), show(m.bytes, 0), show(m.records, 3), m.errors);
		}
	}
	const n = Math.min(256, Math.max(...connections)), rate = got[n].query.rate / 2;
	const ids = Math.ceil(rate * seconds) + 1;
	[got.half] = await b.pace(all.query.port, n, await all.query.requests(ids), [rate.toFixed(0), seconds]);
	line(n, 'data query, half load', rate.toFixed(0), got.half.p50.toFixed(2), got.half.p99.toFixed(2), '-', '-', '-', got.half.sent - got.half.ok);
	return got;
}

function goals(store, rounds) {
	const over = (n, f) => rounds.map((r) => f(r[n])), node = store === 'pg' ? 5 : 7;
	if (connections.includes(256)) {
		const third = b.middle(over(256, (r) => r.bare.rate / 3)).value;
		b.goal('data queries a second at 256 (20000, or a third of bare)', over(256, (r) => r.query.rate), Math.min(20000, third), true, 0);
		b.goal('rows without evidence / data query, at 256', over(256, (r) => r.plain.rate / r.query.rate), 1.2, false, 2);
		b.goal('data query / Node with a signature each, at 256', over(256, (r) => r.query.rate / r.each.rate), node, true, 2);
		b.goal('data query / Node with group commit, at 256', over(256, (r) => r.query.rate / r.batch.rate), 1.2, true, 2);
	}
	if (connections.includes(16))
		b.goal('rows without evidence / data query, at 16', over(16, (r) => r.plain.rate / r.query.rate), 1.4, false, 2);
	b.goal('p99 at half load, ms', rounds.map((r) => r.half.p99), 40, false, 1);
	b.goal('memory of the server at its highest, MiB', rounds.map((r) => r.memory), 100, false, 1);
}

try {
	if (opt.tls === 'yes') b.certify();
	for (const store of stores) {
		const all = await servers(store), rounds = [];
		console.log(`${store === 'pg' ? 'PostgreSQL' : 'SQLite'}: ${seconds} s each, wrk with one thread on the same machine; CPU and bytes are of the server${store === 'pg' ? ' and its database' : ''}`);
		line('conns', '', 'per second', 'p50 ms', 'p99 ms', 'CPU us', 'bytes', 'records', 'errors');
		for (let i = 0; i < runs; i++) {
			rounds.push(await round(all));
			rounds.at(-1).memory = b.memoryHighest(all.query.pid);
		}
		goals(store, rounds);
		const grew = rounds.some((r) => connections.some((n) => r[n].plain.records > 0));
		if (grew) throw new Error('bench-plain wrote records: the reference is none');
		for (const s of Object.values(all)) s.child.removeAllListeners('exit').kill('SIGTERM');
		if (opt.parts === 'yes')
			execFileSync(process.execPath, [`${b.root}/bench/flame.mjs`, '--store', store, '--seconds', String(Math.max(3, seconds))], { stdio: 'inherit' });
	}
} finally {
	b.end();
}

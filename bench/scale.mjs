// Called by bench/scale: an instance with a long past and a fresh one, in turns: queries a second, memory, and how soon they answer.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { rows } from '../tests/lib/store.mjs';
import * as b from './served.mjs';

const opt = b.options({ records: '10000000', dir: b.dir, store: 'sqlite', rounds: '5', seconds: '5', starts: '5', cold: 'yes' });
const records = Number(opt.records), seconds = Number(opt.seconds), rounds = Number(opt.rounds), CONNECTIONS = 256;
const RECORDS_A_CASE = 6.5, BYTES_A_CASE = { sqlite: 8500, pg: 14500 };
const onPg = opt.store === 'pg', pg = `${opt.dir}/postgres`, wzm = process.env.WZM;
const privatePg = (...args) => execFileSync(`${b.root}/tools/private-pg`, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();

/* The instance with a long past */

const recordsOf = (where) => rows(where, 'SELECT sum(size) AS n FROM log')[0].n;

/** Says how much is going to be written, and refuses where that does not fit. */
function makeRoom(cases, store) {
	const disk = statfsSync(opt.dir), free = disk.bavail * disk.bsize, need = cases * BYTES_A_CASE[store];
	console.log(`${(need / 1e9).toFixed(1)} GB to write for ${cases} cases, ${(free / 1e9).toFixed(1)} GB free`);
	if (need * 1.2 > free) throw new Error(`${opt.dir} has no room for it`);
}

/** DIR/sqlite with so many records: made, or added to. */
function fill() {
	const where = `${opt.dir}/sqlite`, have = existsSync(`${where}/wzm.conf`) ? recordsOf(where) : 0;
	if (have >= records) return where;
	const cases = Math.ceil(records / RECORDS_A_CASE);
	makeRoom(Math.ceil((records - have) / RECORDS_A_CASE), 'sqlite');
	execFileSync(process.env.FILL, [where, '--cases', String(cases)], { cwd: b.root, stdio: ['ignore', 'inherit', 'inherit'] });
	return where;
}

/** DIR/pg, a copy of it in the database of DIR/postgres. */
function copyToPg() {
	const where = `${opt.dir}/pg`, whole = existsSync(`${where}/wzm.conf`);
	if (existsSync(`${pg}/data`)) privatePg('again', pg);
	if (whole && recordsOf(where) >= records) return where;
	const from = fill();
	makeRoom(Math.ceil(records / RECORDS_A_CASE), 'pg');
	execFileSync('chmod', ['0711', opt.dir]);
	if (existsSync(pg)) privatePg('stop', pg);
	rmSync(where, { recursive: true, force: true });
	const address = privatePg('start', pg);
	execFileSync(wzm, ['store', 'copy', `${from}/wzm.db`, address], { stdio: ['ignore', 'inherit', 'inherit'] });
	mkdirSync(where, { mode: 0o700 });
	for (const name of readdirSync(from).filter((n) => !/^(?:wzm|index)\.db/.test(n)))
		execFileSync('cp', ['-a', `${from}/${name}`, where]);	/* the modes of keys and all */
	writeFileSync(`${where}/wzm.conf`, `store = ${address}\n${readFileSync(`${from}/wzm.conf`, 'utf8')}`);
	return where;
}

/* Queries */

/** Until every record is in the index of persons; returns how many were not when it was asked first. */
async function indexed(server) {
	for (let first, told = Date.now(); ; await sleep(100)) {
		const { index } = (await b.call(server.port, 'GET', '/api/v1/health', {})).json;
		const behind = index.reduce((sum, log) => sum + log.behind, 0);
		first ??= behind;
		if (behind === 0) return first;
		if (Date.now() - told > 5000) {
			told = Date.now();
			console.log(`${behind} records to be indexed yet`);
		}
	}
}

/** One measurement, with a lag of the index seen right after it; more requests are made until none is sent twice. */
async function measure(server) {
	for (server.guess ??= 3000; ; ) {
		const ids = await b.openCases(server, Math.ceil(server.guess * (seconds + 1) / b.items.length));
		const lines = b.queries(server, ids), m = await b.wrk(server.port, CONNECTIONS, seconds, lines);
		m.behind = await indexed(server);
		server.guess = Math.ceil(m.rate * 1.3);
		if (m.answered <= lines.length) return m;
	}
}

const line = (...cells) => console.log(cells.map((c, i) => (i === 0 ? String(c).padEnd(22) : String(c).padStart([0, 11, 9, 9, 9, 10, 8][i]))).join(' '));

/** All rounds; in every other one the fresh instance comes first, for what slows the machine down meanwhile. */
async function ask(all) {
	const got = [];
	line('', 'per second', 'p50 ms', 'p99 ms', 'MiB', 'not index.', 'errors');
	for (let i = 0; i <= rounds; i++) {
		const round = {};
		for (const name of i % 2 === 0 ? ['long', 'fresh'] : ['fresh', 'long']) {
			const m = round[name] = await measure(all[name]);
			m.memory = b.memoryHighest(all[name].pid);
			line(all[name].title + (i === 0 ? ', warming up' : ''), m.rate.toFixed(0), m.p50.toFixed(1), m.p99.toFixed(1), m.memory.toFixed(1), m.behind, m.errors);
		}
		if (i > 0) got.push(round);
	}
	return got;
}

/* Starting */

const freePort = () => new Promise((done) => {
	const s = createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => done(port)); });
});
const healthy = (port) => new Promise((done) => {
	get({ port, host: '127.0.0.1', path: '/api/v1/health', agent: false }, (res) => { res.resume(); done(res.statusCode === 200); })
		.on('error', () => done(false));
});

/** Takes files, or all of a directory, out of the page cache. */
function forget(path) {
	if (!existsSync(path)) return;
	if (statSync(path).isDirectory()) for (const name of readdirSync(path)) forget(`${path}/${name}`);
	else if (statSync(path).isFile()) execFileSync('dd', [`if=${path}`, 'iflag=nocache', 'count=0', 'status=none']);
}

/** Milliseconds until a server that is started now answers. */
async function start(where) {
	const port = await freePort(), begin = process.hrtime.bigint();
	const child = spawn(wzm, ['serve', '-d', where, '--port', String(port)], { stdio: 'ignore' });
	let ended = false;
	child.on('exit', () => { ended = true; });
	while (!await healthy(port)) {
		if (ended) throw new Error(`wzm serve -d ${where} ended`);
		await sleep(1);
	}
	const took = Number(process.hrtime.bigint() - begin) / 1e6;
	await b.stop({ child });
	return took;
}

async function starts(where, cold) {
	const took = [];
	for (let i = 0; i < Number(opt.starts); i++) {
		if (cold && onPg) privatePg('rest', pg);
		if (cold) for (const path of [where, wzm, ...(onPg ? [`${pg}/data`] : [])]) forget(path);
		if (cold && onPg) privatePg('again', pg);
		took.push(await start(where) / 1000);
	}
	return took;
}

try {
	mkdirSync(opt.dir, { recursive: true });
	const past = onPg ? copyToPg() : fill(), young = `${b.dir}/fresh`;
	b.makeInstance(young, onPg ? b.newDatabase('fresh') : undefined);
	const all = { long: await b.serve(wzm, past), fresh: await b.serve(wzm, young) };
	await indexed(all.long);
	all.long.title = `${((await b.logSize(all.long.port)) / 1e6).toFixed(1)} million records`;
	all.fresh.title = 'fresh';
	console.log(`${onPg ? 'PostgreSQL' : 'SQLite'}: ${seconds} s each, ${CONNECTIONS} connections, wrk with one thread on the same machine`);
	const got = await ask(all);
	for (const server of Object.values(all)) await b.stop(server);
	const fresh = await starts(young, false), warm = await starts(past, false), cold = opt.cold === 'no' ? [] : await starts(past, true);

	b.goal('queries a second: long past / fresh', got.map((r) => r.long.rate / r.fresh.rate), 0.85, true, 3);
	b.goal('p99: long past / fresh', got.map((r) => r.long.p99 / r.fresh.p99), 1.15, false, 3);
	b.goal('memory at its highest, long past, MiB', [got.at(-1).long.memory], 100, false, 1);
	b.goal('memory at its highest, fresh, MiB', [got.at(-1).fresh.memory], 100, false, 1);
	b.goal('start, fresh, s', fresh, 0.2, false, 3);
	b.goal('start, long past, s', warm, 0.2, false, 3);
	if (cold.length) b.goal('start, long past, its files not in memory, s', cold, 0.2, false, 3);
} finally {
	b.end();
	if (onPg && existsSync(`${pg}/data/postmaster.pid`)) privatePg(opt.dir === b.dir ? 'stop' : 'rest', pg);
}

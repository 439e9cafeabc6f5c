// What the benches that ask a served instance share: starting servers, opening cases, requests made beforehand, loads, and what a process took.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { uuid7 } from '../tests/lib/uuid7.mjs';

export const root = new URL('..', import.meta.url).pathname;
export const dir = mkdtempSync(`${tmpdir()}/wzm-bench-`);
const scene = JSON.parse(readFileSync(`${root}/examples/jinhua/scenes.json`)).find((s) => s.code === 'HOUSE');
/** The items of a case that are settled by a query. */
export const items = scene.expected.filter((e) => e.expected_outcome === 'established').map((e) => e.item_code);
export const owner = scene.parties.find((p) => p.role === 'seller').identifier;
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
const tlsAgent = new https.Agent({ keepAlive: true, maxSockets: 64, rejectUnauthorized: false });
/** The ports that speak TLS. */
const tlsPorts = new Set();
const children = [];
let database = null;

/** A server of ours: resolves when it says its port. */
export function start(program, args, pattern = /(?:127\.0\.0\.1:|event=listening\b[^\n]*\bport=)(\d+)/, env = {}) {
	const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
	children.push(child);
	return new Promise((done, failed) => {
		let seen = '';
		for (const stream of [child.stdout, child.stderr]) stream.on('data', (d) => {
			if (seen.length > 1e6) return;
			seen += d;
			const m = pattern.exec(seen);
			if (!m) return;
			if (env.WZM_TLS_KEY || args.includes(tlsFiles.key)) tlsPorts.add(Number(m[1]));
			done({ child, pid: child.pid, port: Number(m[1]) });
		});
		child.on('exit', (code) => failed(new Error(`${program} ended with ${code}: ${seen}`)));
	});
}

/** A certificate of this machine with a key of the kind that is recommended. */
export const tlsFiles = { certificate: `${dir}/cert.pem`, key: `${dir}/key.pem` };
export function certify() {
	execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost',
		'-keyout', tlsFiles.key, '-out', tlsFiles.certificate], { stdio: 'ignore' });
}

/** The address of an empty database of this run's own PostgreSQL. */
export function newDatabase(name) {
	if (database === null) {
		execFileSync('chmod', ['0711', dir]);
		execFileSync(`${root}/tools/private-pg`, ['start', `${dir}/pg`, String(process.pid)]);
		database = `${dir}/pg`;
	}
	return execFileSync(`${root}/tools/private-pg`, ['createdb', database, name], { encoding: 'utf8' }).trim();
}

/** Ends what was started and removes what was written. */
export function end() {
	for (const c of children) c.removeAllListeners('exit').kill('SIGTERM');
	agent.destroy();
	tlsAgent.destroy();
	if (database !== null) execFileSync(`${root}/tools/private-pg`, ['stop', database]);
	rmSync(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}

export function call(port, method, path, headers, body) {
	return new Promise((done, failed) => {
		const secure = tlsPorts.has(port);
		const req = (secure ? https : http).request({ port, host: '127.0.0.1', method, path, agent: secure ? tlsAgent : agent, headers: {
			'Content-Type': 'application/json', ...headers } }, (res) => {
			let text = '';
			res.setEncoding('utf8').on('data', (d) => { text += d; }).on('end', () =>
				done({ status: res.statusCode, headers: res.headers, json: text ? JSON.parse(text) : null }));
		});
		req.on('error', failed);
		req.end(body === undefined ? undefined : JSON.stringify(body));
	});
}

/** An instance with the example data in `where`, in an SQLite file or a database. */
export function makeInstance(where, store) {
	const quiet = { stdio: 'ignore' }, wzm = process.env.WZM;
	execFileSync(wzm, ['init', where, '--demo', ...(store ? ['--store', store] : [])], quiet);
	execFileSync(wzm, ['import', 'inventory', `${root}/examples/jinhua`, '-d', where], quiet);
	execFileSync(wzm, ['inventory', 'publish', '--decision', 'bench', '--yes', '-d', where], quiet);
	execFileSync(wzm, ['import', 'dataset', `${root}/examples/jinhua/registry`, '-d', where], quiet);
}

/** Serves an instance, and signs a clerk in: {port, pid, cookie}.  env: settings. */
export async function serve(program, where, args = [], under = [], env = {}) {
	const server = await start(program, [...under, 'serve', '-d', where, '--port', '0', ...args], undefined, env);
	const session = await call(server.port, 'PUT', '/api/v1/session', {}, { user: 'u-1001' });
	return { ...server, cookie: session.headers['set-cookie'][0].split(';')[0] };
}

const opening = { matter: scene.matter_code, division: scene.division_code, channel: 'window',
	parties: scene.parties, form: scene.form,
	asks: scene.asks.map((a) => ({ item: a.item_code, input: a.input, value: a.value })) };

/** The request that opens a case; bench-pace puts a new key in the place of the zeros each time. */
export function openingRequest({ port, cookie }, key = '00000000-0000-7000-8000-000000000000') {
	const body = JSON.stringify(opening);
	return `POST /api/v1/cases HTTP/1.1\r\nHost: localhost:${port}\r\nCookie: ${cookie}\r\nContent-Type: application/json\r\n` +
		`Idempotency-Key: ${key}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** n cases, opened 64 at a time; their ids. */
export async function openCases({ port, cookie }, n) {
	const ids = [];
	let left = n;
	await Promise.all(Array.from({ length: 64 }, async () => {
		while (left-- > 0) {
			const r = await call(port, 'POST', '/api/v1/cases', { Cookie: cookie, 'Idempotency-Key': uuid7() }, opening);
			if (r.status === 503) {
				/* A crowd was there a moment ago: as it says, a second later. */
				left++;
				await new Promise((done) => { setTimeout(done, 1000); });
				continue;
			}
			if (r.status !== 201) throw new Error(`opening a case: ${r.status} ${JSON.stringify(r.json)}`);
			ids.push(r.json.id);
		}
	}));
	/* As autovacuum does within a minute: until then PostgreSQL plans for tables without rows. */
	if (database !== null)
		execFileSync('vacuumdb', ['-q', '-a', '-z', '-h', database, '-U', 'wzm']);
	return ids;
}

/** Data queries in the order of items first, so that no two at a time are of one case. */
export function queries({ port, cookie }, ids) {
	const lines = [];
	for (const item of items)
		for (const id of ids)
			lines.push(`POST /api/v1/cases/${id}/items/${item}/query HTTP/1.1\r\nHost: localhost:${port}\r\n` +
				`Cookie: ${cookie}\r\nContent-Type: application/json\r\nIf-Match: *\r\n` +
				`Idempotency-Key: ${uuid7()}\r\nContent-Length: 2\r\n\r\n{}`);
	return lines;
}

/* Requests as wrk and bench-pace read them: each ends with a byte 0. */
function requestFile(lines) {
	writeFileSync(`${dir}/requests`, lines.map((l) => `${l}\0`).join(''));
	return `${dir}/requests`;
}

const lua = (file) => `
local reqs, n, i = {}, 0, 0
for r in io.open(${JSON.stringify(file)}, "rb"):read("*a"):gmatch("[^%z]+") do n = n + 1; reqs[n] = r end
request = function() i = i + 1; return reqs[(i - 1) % n + 1] end
done = function(s, l, r)
  io.write(string.format("RESULT %d %d %.3f %.3f %d\\n", s.requests, s.errors.status + s.errors.read +
    s.errors.write + s.errors.timeout + s.errors.connect, l:percentile(50) / 1000, l:percentile(99) / 1000, s.duration))
end
`;

const run = promisify(execFile);

/** As much as goes, by wrk with one thread: {rate, p50, p99, answered, errors}. */
export async function wrk(port, connections, seconds, lines) {
	writeFileSync(`${dir}/wrk.lua`, lua(requestFile(lines)));
	const { stdout } = await run('wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', `${dir}/wrk.lua`,
		`http${tlsPorts.has(port) ? 's' : ''}://127.0.0.1:${port}/`]);
	const [, answered, errors, p50, p99, us] = /RESULT (\d+) (\d+) ([\d.]+) ([\d.]+) (\d+)/.exec(stdout).map(Number);
	return { rate: answered / (us / 1e6), p50, p99, answered, errors };
}

/** At even distances, by bench-pace: what it prints of each [rate, seconds]. */
export async function pace(port, connections, lines, ...rates) {
	const { stdout } = await run(process.env.PACE, [port, connections, requestFile(lines), ...rates.flat()].map(String),
		{ maxBuffer: 1 << 24 });
	return stdout.trim().split('\n').map((line) => JSON.parse(line));
}

/** A server is stopped in good order. */
export function stop({ child }) {
	return new Promise((done) => { child.removeAllListeners('exit').once('exit', done).kill('SIGTERM'); });
}

export const logSize = async (port) => (await call(port, 'GET', '/api/v1/log', {})).json.logs[0].size;

const read = (path) => { try { return readFileSync(path, 'utf8'); } catch { return ''; } };
const fields = (pid) => read(`/proc/${pid}/stat`).replace(/^.*\) /s, '').split(' ');

/* A server's processes: itself, and where its store is a database all of that; some of those come and go. */
function processes({ pid, onDatabase }) {
	if (!onDatabase) return [pid];
	const chief = read(`${database}/data/postmaster.pid`).split('\n')[0];
	return [pid, chief, ...readdirSync('/proc').filter((p) => /^\d+$/.test(p) && fields(p)[1] === chief)];
}

/**
 * What a server has taken so far: microseconds of processor (the clock of /proc ticks a hundred times a second) and bytes
 * sent to the disk (NaN where the kernel does not tell: only root is told of wzm).  Children that have ended count in their parent.
 */
export function taken(server) {
	const pids = processes(server);
	const ticks = pids.flatMap((p) => fields(p).slice(11, 15)).reduce((sum, t) => sum + Number(t ?? 0), 0);
	const bytes = pids.reduce((sum, p) => sum + Number(/^write_bytes: (\d+)/m.exec(read(`/proc/${p}/io`))?.[1] ?? NaN), 0);
	return { cpu: ticks * 1e4, bytes };
}

/** Microseconds of processor of our own children that have ended. */
export const childrenTime = () => fields(process.pid).slice(13, 15).reduce((sum, t) => sum + Number(t), 0) * 1e4;

const status = (pid, what) => Number(new RegExp(`${what}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
/** MiB in memory: at the highest so far, and now. */
export const memoryHighest = (pid) => status(pid, 'VmHWM');
export const memoryNow = (pid) => status(pid, 'VmRSS');
/** Bytes of an SQLite file with its WAL. */
export const storeSize = (file) => ['', '-wal'].reduce((sum, end) => {
	try { return sum + statSync(file + end).size; } catch { return sum; }
}, 0);

/** The middle of some numbers, with the least and the greatest. */
export function middle(all) {
	const sorted = all.filter((x) => !Number.isNaN(x)).sort((a, b) => a - b);
	return { value: sorted.length ? sorted[sorted.length >> 1] : NaN, least: sorted[0], most: sorted.at(-1) };
}

/** One line about a goal; whether it is met is said of the middle. */
export function goal(what, all, want, atLeast, digits, unit = '') {
	const m = middle(all), met = atLeast ? m.value >= want : m.value <= want;
	const f = (x) => x.toFixed(digits);
	const spread = all.length > 1 ? `(${f(m.least)} to ${f(m.most)}, median of ${all.length})` : '(one run)';
	console.log(`${what.padEnd(58)}${f(m.value).padStart(9)}${unit}  goal ${atLeast ? '>=' : '<='} ${f(want)}  ${met ? 'met' : 'NOT MET'}  ${spread}`);
	return met;
}

/** Options of a command line: {seconds: '5', …}; a word that is none ends the program. */
export function options(defaults) {
	const args = process.argv.slice(2), got = { ...defaults };
	for (let i = 0; i < args.length; i += 2) {
		const name = args[i].replace(/^--/, '');
		if (!args[i].startsWith('--') || !(name in defaults) || args[i + 1] === undefined) {
			console.error(`unknown: ${args[i]}; --help tells`);
			process.exit(2);
		}
		got[name] = args[i + 1];
	}
	return got;
}

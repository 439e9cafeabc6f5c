// Called by bench/store: how long requests take in an instance that bench/fill made.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { uuid7 } from '../tests/lib/uuid7.mjs';
import { rows } from '../tests/lib/store.mjs';
import { readCsv } from '../tests/lib/csv.mjs';

const [dir, rate = '50', seconds = '30'] = process.argv.slice(2);
if (dir === undefined) {
	console.error('bench/store pages DIR [RATE [SECONDS]]');
	process.exit(2);
}
const GOAL_MS = 50, ALONE = 100;
const root = new URL('..', import.meta.url).pathname;
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
const scene = JSON.parse(readFileSync(`${root}/examples/jinhua/scenes.json`)).find((s) => s.code === 'HOUSE');
const persons = readCsv(`${root}/examples/jinhua/registry/persons.csv`).map((p) => p.id_number);
const pick = (list) => list[Math.floor(Math.random() * list.length)];

function serve() {
	const child = spawn(process.env.WZM, ['serve', '-d', dir, '--port', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
	return new Promise((done, failed) => {
		let seen = '';
		child.stderr.on('data', (d) => {
			seen += d;
			const m = /event=listening\b[^\n]*\bport=(\d+)/.exec(seen);
			if (m) done({ child, port: Number(m[1]) });
		});
		child.on('exit', (code) => failed(new Error(`wzm serve ended with ${code}: ${seen}`)));
	});
}

function call(port, method, path, cookie, body) {
	return new Promise((done, failed) => {
		const headers = { 'Content-Type': 'application/json', ...(cookie ? { Cookie: cookie } : {}),
			...(method === 'POST' ? { 'Idempotency-Key': uuid7() } : {}) };
		const req = http.request({ port, host: '127.0.0.1', method, path, agent, headers }, (res) => {
			let text = '';
			res.setEncoding('utf8').on('data', (d) => { text += d; }).on('end', () =>
				done({ status: res.statusCode, headers: res.headers, text }));
		});
		req.on('error', failed);
		req.end(body === undefined ? undefined : JSON.stringify(body));
	});
}

async function signIn(port, user) {
	const r = await call(port, 'PUT', '/api/v1/session', undefined, { user });
	if (r.status !== 200) throw new Error(`signing in as ${user}: ${r.status} ${r.text}`);
	return r.headers['set-cookie'][0].split(';')[0];
}

const opening = { matter: scene.matter_code, division: scene.division_code, channel: 'window', parties: scene.parties,
	form: scene.form, asks: scene.asks.map((a) => ({ item: a.item_code, input: a.input, value: a.value })) };

/** An instance that was just filled has its index of persons still before it. */
async function indexed(port) {
	for (;;) {
		const { index } = JSON.parse((await call(port, 'GET', '/api/v1/health')).text);
		const behind = index.reduce((sum, log) => sum + log.behind, 0);
		if (behind === 0) return;
		console.error(`${behind} records not indexed yet`);
		await new Promise((done) => { setTimeout(done, 2000); });
	}
}

/** Ids of cases of the division, spread over its whole past. */
async function someCases(port, cookie) {
	const found = rows(dir, `SELECT lower(hex(id)) AS id FROM service_case WHERE division = '330703' AND agency = '330703-ZG'`);
	const ids = found.map(({ id }) => `330703-${id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}`);
	const first = await call(port, 'GET', `/api/v1/cases/${ids[0]}`, cookie);
	if (first.status !== 200) throw new Error(`the page of a case: ${first.status} ${first.text}`);
	return ids;
}

/** What is asked; a request whose address or member the server does not know is left out. */
async function kinds(port) {
	const [window, counter, desk, auditor] = await Promise.all(['u-1001', 'u-1007', 'u-2002', 'u-6003'].map((u) => signIn(port, u)));
	const ids = await someCases(port, window);
	const person = () => ({ person: { identifier_type: 'citizen_id', identifier: pick(persons) }, limit: 50 });
	const all = [
		{ name: 'opening a case', ask: () => call(port, 'POST', '/api/v1/cases', counter, opening) },
		{ name: 'the page of a case', ask: () => call(port, 'GET', `/api/v1/cases/${pick(ids)}`, window) },
		{ name: 'list of cases', ask: () => call(port, 'POST', '/api/v1/cases/search', window, { limit: 50 }) },
		{ name: 'list of open cases', ask: () => call(port, 'POST', '/api/v1/cases/search', window, { state: 'open', limit: 50 }) },
		{ name: "the desk's list", ask: () => call(port, 'POST', '/api/v1/verifications/search', desk, { state: 'open', limit: 50 }) },
		{ name: 'exact search of a person', ask: () => call(port, 'POST', '/api/v1/cases/search', window, person()) },
		{ name: 'the trail of a person', ask: () => call(port, 'POST', '/api/v1/records/search', auditor, person()) },
	];
	const known = [];
	for (const kind of all) {
		const { status, text } = await kind.ask();
		if (status < 300) known.push({ ...kind, took: [], failed: 0 });
		else console.log(`left out: ${kind.name} (${status} ${JSON.parse(text).code})`);
	}
	return known;
}

/** One request each interval, kind after kind, whether or not those before it are answered. */
async function load(known) {
	const under_way = [], began = performance.now(), every = 1000 / Number(rate);
	for (let n = 0; n < Number(rate) * Number(seconds); n++) {
		const due = began + n * every, wait = due - performance.now(), kind = known[n % known.length];
		if (wait > 0) await new Promise((done) => { setTimeout(done, wait); });
		const sent = performance.now();
		under_way.push(kind.ask().then(({ status }) => {
			kind.took.push(performance.now() - sent);
			if (status >= 300) kind.failed++;
		}));
	}
	await Promise.all(under_way);
	return (Number(rate) * Number(seconds)) / ((performance.now() - began) / 1000);
}

/** Milliseconds of processor time that the server's threads have used. */
const cpu = (pid) => readdirSync(`/proc/${pid}/task`).reduce((sum, task) =>
	sum + Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]) / 1e6, 0);

/** What one request costs the server, whatever else the machine has to do: one after the other. */
async function cost(known, pid) {
	for (const kind of known) {
		const before = cpu(pid);
		for (let i = 0; i < ALONE; i++) await kind.ask();
		kind.cpu = (cpu(pid) - before) / ALONE;
	}
}

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
const { child, port } = await serve();
try {
	const [{ n }] = rows(dir, 'SELECT count(*) AS n FROM service_case');
	await indexed(port);
	const known = await kinds(port);
	const really = await load(known);
	await cost(known, child.pid);
	console.log(`${n} cases, ${really.toFixed(0)} requests a second for ${seconds} s`);
	console.log(`${'what'.padEnd(26)}${'requests'.padStart(9)}${'failed'.padStart(8)}${'p50 ms'.padStart(9)}${'p99 ms'.padStart(9)}${'CPU ms'.padStart(9)}   goal ${GOAL_MS} ms`);
	for (const { name, took, failed, cpu: used } of known) {
		const sorted = took.sort((a, b) => a - b), p99 = at(sorted, 0.99);
		console.log(`${name.padEnd(26)}${String(took.length).padStart(9)}${String(failed).padStart(8)}${at(sorted, 0.5).toFixed(1).padStart(9)}` +
			`${p99.toFixed(1).padStart(9)}${used.toFixed(2).padStart(9)}   ${p99 <= GOAL_MS && failed === 0 ? 'met' : 'not met'}`);
	}
} finally {
	child.removeAllListeners('exit').kill('SIGTERM');
	agent.destroy();
}

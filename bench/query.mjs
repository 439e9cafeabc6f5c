// Called by bench/query: makes cases, lets wrk ask, prints what came out.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { uuid7 } from '../tests/lib/uuid7.mjs';

const seconds = Number(process.argv[2] ?? 5);
const dir = mkdtempSync(`${tmpdir()}/wzm-bench-`), instance = `${dir}/i`;
const root = new URL('..', import.meta.url).pathname;
const scene = JSON.parse(readFileSync(`${root}/examples/jinhua/scenes.json`)).find((s) => s.code === 'HOUSE');
const items = scene.expected.filter((e) => e.expected_outcome === 'established').map((e) => e.item_code);
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
const children = [];

/** A server of ours: resolves when its log names the port. */
function start(program, args, pattern) {
	const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
	children.push(child);
	return new Promise((done, failed) => {
		let seen = '';
		for (const stream of [child.stdout, child.stderr]) stream.on('data', (d) => {
			seen += d;
			const m = pattern.exec(seen);
			if (m) done({ child, port: Number(m[1]) });
		});
		child.on('exit', (code) => failed(new Error(`${program} ended with ${code}: ${seen}`)));
	});
}

function call(port, method, path, headers, body) {
	return new Promise((done, failed) => {
		const req = http.request({ port, host: '127.0.0.1', method, path, agent, headers: {
			'Content-Type': 'application/json', ...headers } }, (res) => {
			let text = '';
			res.setEncoding('utf8').on('data', (d) => { text += d; }).on('end', () =>
				done({ status: res.statusCode, headers: res.headers, json: text ? JSON.parse(text) : null }));
		});
		req.on('error', failed);
		req.end(body === undefined ? undefined : JSON.stringify(body));
	});
}

/** n cases, opened 64 at a time; their ids. */
async function openCases(port, cookie, n) {
	const body = { matter: scene.matter_code, division: scene.division_code, channel: 'window',
		parties: scene.parties, form: scene.form,
		asks: scene.asks.map((a) => ({ item: a.item_code, input: a.input, value: a.value })) };
	const ids = [];
	let left = n;
	await Promise.all(Array.from({ length: 64 }, async () => {
		while (left-- > 0) {
			const r = await call(port, 'POST', '/api/v1/cases', { Cookie: cookie, 'Idempotency-Key': uuid7() }, body);
			if (r.status !== 201) throw new Error(`opening a case: ${r.status} ${JSON.stringify(r.json)}`);
			ids.push(r.json.id);
		}
	}));
	return ids;
}

/** Requests in the order of items first, so that no two at a time are of one case. */
function requests(port, cookie, ids) {
	const lines = [];
	for (const item of items)
		for (const id of ids)
			lines.push(`POST /api/v1/cases/${id}/items/${item}/query HTTP/1.1\r\nHost: localhost:${port}\r\n` +
				`Cookie: ${cookie}\r\nContent-Type: application/json\r\nIf-Match: *\r\n` +
				`Idempotency-Key: ${uuid7()}\r\nContent-Length: 2\r\n\r\n{}`);
	return lines;
}

const lua = (file) => `
local reqs, n, i = {}, 0, 0
for line in io.lines(${JSON.stringify(file)}) do n = n + 1; reqs[n] = line:gsub("\\\\r", "\\r"):gsub("\\\\n", "\\n") end
request = function() i = i + 1; return reqs[(i - 1) % n + 1] end
done = function(s, l, r)
  io.write(string.format("RESULT %d %d %.3f %.3f %d\\n", s.requests, s.errors.status + s.errors.read +
    s.errors.write + s.errors.timeout + s.errors.connect, l:percentile(50) / 1000, l:percentile(99) / 1000, s.duration))
end
`;

/** One measurement by wrk, one thread: {rate, p50, p99, answered, errors}. */
function measure(port, connections, lines) {
	writeFileSync(`${dir}/requests`, lines.map((l) => l.replaceAll('\r', '\\r').replaceAll('\n', '\\n')).join('\n'));
	writeFileSync(`${dir}/wrk.lua`, lua(`${dir}/requests`));
	const out = execFileSync('wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', `${dir}/wrk.lua`,
		`http://127.0.0.1:${port}/`], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
	const [, requestsDone, errors, p50, p99, us] = /RESULT (\d+) (\d+) ([\d.]+) ([\d.]+) (\d+)/.exec(out).map(Number);
	return { rate: requestsDone / (us / 1e6), p50, p99, answered: requestsDone, errors };
}

const logSize = async (port) => (await call(port, 'GET', '/api/v1/log', {})).json.logs[0].size;
/** Processor time of a process so far, in microseconds; the clock of /proc ticks a hundred times a second. */
const processor = (pid) => readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ').slice(11, 13)
	.reduce((sum, ticks) => sum + Number(ticks) * 1e4, 0);
const memory = (pid) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

try {
	const wzm = process.env.WZM, quiet = { stdio: 'ignore' };
	execFileSync(wzm, ['init', instance, '--demo'], quiet);
	execFileSync(wzm, ['import', 'inventory', `${root}/examples/jinhua`, '-d', instance], quiet);
	execFileSync(wzm, ['inventory', 'publish', '--decision', 'bench', '--yes', '-d', instance], quiet);
	execFileSync(wzm, ['import', 'dataset', `${root}/examples/jinhua/registry`, '-d', instance], quiet);
	const server = await start(wzm, ['serve', '-d', instance, '--port', '0'], /event=listening\b[^\n]*\bport=(\d+)/);
	const bare = await start(process.env.BARE, ['0'], /127.0.0.1:(\d+)/);
	const session = await call(server.port, 'PUT', '/api/v1/session', {}, { user: 'u-1001' });
	const cookie = session.headers['set-cookie'][0].split(';')[0];
	const filler = `POST /bare HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 600\r\n\r\n${'x'.repeat(600)}`;
	let guess = 4000;

	console.log(`${seconds} s each, wrk with one thread on the same machine, ${items.length} items a case`);
	console.log('connections  what            per second    p50 ms    p99 ms   of bare  records/answer  errors  CPU us each');
	for (const connections of [64, 256]) {
		const b = measure(bare.port, connections, [filler]);
		console.log(`${String(connections).padStart(11)}  bare POST     ${b.rate.toFixed(0).padStart(12)}${b.p50.toFixed(2).padStart(10)}` +
			`${b.p99.toFixed(2).padStart(10)}${'1.00'.padStart(10)}${'-'.padStart(16)}${String(b.errors).padStart(8)}`);
		/* As many cases as the run may need; a run that needs more would repeat requests. */
		let q, before, after, asked, used;
		for (;;) {
			const ids = await openCases(server.port, cookie, Math.ceil((guess * (seconds + 1)) / items.length));
			asked = ids.length * items.length;
			before = await logSize(server.port);
			used = processor(server.child.pid);
			q = measure(server.port, connections, requests(server.port, cookie, ids));
			used = processor(server.child.pid) - used;
			after = await logSize(server.port);
			if (q.answered <= asked) break;
			guess = Math.ceil((q.answered / seconds) * 1.3);
		}
		console.log(`${String(connections).padStart(11)}  data query    ${q.rate.toFixed(0).padStart(12)}${q.p50.toFixed(2).padStart(10)}` +
			`${q.p99.toFixed(2).padStart(10)}${(q.rate / b.rate).toFixed(2).padStart(10)}` +
			`${((after - before) / q.answered).toFixed(3).padStart(16)}${String(q.errors).padStart(8)}` +
			`${(used / q.answered).toFixed(0).padStart(13)}`);
		guess = Math.ceil((q.answered / seconds) * 1.3);
	}
	console.log(`memory of the server at its highest: ${memory(server.child.pid).toFixed(1)} MiB`);
} finally {
	for (const c of children) c.removeAllListeners('exit').kill('SIGTERM');
	agent.destroy();
	rmSync(dir, { recursive: true, force: true });
}

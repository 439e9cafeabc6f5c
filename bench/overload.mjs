// Called by bench/overload: three times what a served instance can do, then connections that do nothing, and what becomes of the others.
import net from 'node:net';
import { uuid7 } from '../tests/lib/uuid7.mjs';
import * as b from './served.mjs';

const opt = b.options({ seconds: '60', times: '3', connections: '4000', idle: '10000', store: 'sqlite' });
const seconds = Number(opt.seconds), connections = Number(opt.connections), idle = Number(opt.idle), AFTER = 6;
const bad = (p) => p.sent - p.ok - p.shed;
const say = (what, p) => console.log(what.padEnd(34) + [p.sent, p.unsent, p.ok, p.shed, bad(p), p.p50.toFixed(1), p.p99.toFixed(1)]
	.map((c) => String(c).padStart(9)).join(''));

/** What comes of it, and the highest memory of the server in each half of so many ms. */
async function watched(pid, ms, running) {
	const seen = [0, 0], begin = Date.now();
	const look = setInterval(() => {
		const half = Date.now() - begin < ms / 2 ? 0 : 1;
		seen[half] = Math.max(seen[half], b.memoryNow(pid));
	}, 200);
	const result = await running;
	clearInterval(look);
	return { result, seen };
}

/** n connections that each send `text` to begin with, and from then on a byte a second if they drip. */
async function loiter(port, n, text, drips) {
	const all = [];
	for (let i = 0; i < n; i += 200)
		await Promise.all(Array.from({ length: Math.min(200, n - i) }, () => new Promise((done) => {
			const s = net.connect(port, '127.0.0.1', done).on('error', done);
			if (text) s.write(text);
			s.resume();
			all.push(s);
		})));
	/* Each has its own time within the second. */
	let next = 0;
	const drip = drips ? setInterval(() => {
		for (const end = next + n / 100; next < end; next++)
			if (all[next % n].writable) all[next % n].write('x');
	}, 10) : undefined;
	return { open: () => all.filter((s) => !s.closed && s.readable).length,
		leave: () => { clearInterval(drip); for (const s of all) s.destroy(); } };
}

try {
	const where = `${b.dir}/i`;
	b.makeInstance(where, opt.store === 'pg' ? b.newDatabase('served') : undefined);
	let server = await b.serve(process.env.WZM, where);
	await b.openCases(server, 500);
	const most = await b.wrk(server.port, 256, 3, Array.from({ length: 40000 }, () => b.openingRequest(server, uuid7())));
	const opened = most.rate * (1 - most.errors / most.answered), rate = opened * Number(opt.times), half = opened / 2;
	console.log(`cases opened a second at 256 connections: ${opened.toFixed(0)}, p99 ${most.p99.toFixed(1)} ms, ${most.errors} refused; memory ${b.memoryNow(server.pid).toFixed(0)} MiB`);
	console.log('requests at even distances             sent   unsent answered     shed    other   p50 ms   p99 ms');
	const { result: [over, after], seen } = await watched(server.pid, seconds * 1000,
		b.pace(server.port, connections, [b.openingRequest(server)], [rate, seconds], [half, AFTER]));
	say(`${opt.times} times as many, ${connections} connections`, over);
	say('half as many, at once afterwards', after);
	const recovered = after.second.findLastIndex(([, shed, p99]) => shed > 0 || p99 > 250) + 1, highest = b.memoryHighest(server.pid);

	const ended = new Promise((done) => { server.child.removeAllListeners('exit').once('exit', done).kill('SIGTERM'); });
	await ended;
	server = await b.serve(process.env.WZM, where, ['--connections', String(idle + 1000)]);
	const beside = [];
	for (const [name, text, drips] of [['idle connections', '', false], ['half a request each', 'POST /api/v1/cases HTTP/1.1\r\nHost: lo', false],
		['a byte of a header a second', 'GET /api/v1/log HTTP/1.1\r\nX-Slow: ', true]]) {
		const others = await loiter(server.port, idle, text, drips);
		const [result] = await b.pace(server.port, 256, [b.openingRequest(server)], [half, AFTER]);
		say(`half as many beside ${idle}`, result);
		console.log(`    ${name}: ${others.open()} of them are open still; memory ${b.memoryNow(server.pid).toFixed(0)} MiB`);
		beside.push(result);
		others.leave();
	}
	b.goal('overload: p99 of what was answered, ms', [over.p99], 250, false, 1);
	b.goal('overload: 503 without Retry-After', [over.shed - over.hinted], 0, false, 0);
	b.goal('overload: otherwise refused, broken or never answered', [bad(over)], 0, false, 0);
	b.goal('seconds until it answers all in time again', [recovered], 2, false, 0);
	b.goal('memory, second half of the overload / first', [seen[1] / seen[0]], 1.1, false, 2);
	b.goal('memory at its highest in the overload, MiB (docs/decisions/0020)', [highest], 256, false, 0);
	b.goal('beside connections that do nothing: not answered', [Math.max(...beside.map((r) => r.sent + r.unsent - r.ok))], 0, false, 0);
	b.goal('beside connections that do nothing: p99, ms', [Math.max(...beside.map((r) => r.p99))], 250, false, 1);
} finally {
	b.end();
}

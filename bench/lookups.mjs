// Called by bench/lookups: data queries as a server does them, and their reads alone, in turns.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { uuid7 } from '../tests/lib/uuid7.mjs';
import { rows } from '../tests/lib/store.mjs';
import * as b from './served.mjs';

const opt = b.options({ store: 'both', seconds: '5', runs: '3' }), seconds = Number(opt.seconds), run = promisify(execFile);
const CASES = 20000, CONNECTIONS = 256, AT_ONCE = 10;

/** What queries of these cases read, a line each; of those that are asked at once no two have a read in common. */
async function reads(server, where, ids) {
	for (let i = 1; i < AT_ONCE; i++) await b.call(server.port, 'PUT', '/api/v1/session', {}, { user: 'u-1001' });
	const tokens = rows(where, 'SELECT hex(token) AS token FROM session').map((r) => r.token);
	const people = rows(where, "SELECT dataset, keyset, hex(blind) AS blind FROM dataset_key WHERE dataset = 'real_estate' ORDER BY blind");
	const lines = ids.map((id, i) => {
		const { dataset, keyset, blind } = people[i % people.length], [division, ...hex] = id.split('-');
		return [tokens[i % AT_ONCE], division, uuid7().replaceAll('-', ''), hex.join(''), b.items[0], `DS-${101 + i % AT_ONCE}`, dataset, keyset, blind].join(' ');
	});
	writeFileSync(`${b.dir}/reads`, `${lines.join('\n')}\n`);
	return `${b.dir}/reads`;
}

async function alone(store, file, address, threads, ahead) {
	const ours = b.childrenTime(), before = b.taken(store);
	const { stdout } = await run(process.env.LOOKUPS, [address, file, threads, seconds, ahead].map(String));
	const [done, errors] = stdout.split(' ').map(Number);
	if (errors > 0 || done === 0) throw new Error(`${errors} of ${done + errors} failed`);
	return { rate: done / seconds, cpu: (b.childrenTime() - ours + b.taken(store).cpu - before.cpu) / done };
}

async function bench(kind) {
	const where = `${b.dir}/${kind}`, onDatabase = kind === 'pg', address = onDatabase ? b.newDatabase('lookups') : `${where}/wzm.db`;
	b.makeInstance(where, onDatabase ? address : undefined);
	const server = { ...await b.serve(process.env.WZM, where), onDatabase }, ids = await b.openCases(server, CASES), file = await reads(server, where, ids);
	const got = {}, add = (name, m) => (got[name] ??= []).push(m);
	for (let i = 0; i < Number(opt.runs); i++) {
		const lines = b.queries(server, await b.openCases(server, Math.ceil(20000 * seconds / b.items.length)));
		const before = b.taken(server), m = await b.wrk(server.port, CONNECTIONS, seconds, lines);
		add('data queries, all of it, 256 connections', { rate: m.rate, cpu: (b.taken(server).cpu - before.cpu) / m.answered });
		add('their reads alone, as the server asks, 2 threads', await alone(server, file, address, 2, 0));
		if (!onDatabase) continue;
		add('their reads alone, all said ahead, 2 threads', await alone(server, file, address, 2, 1));
		add(`their reads alone, ${AT_ONCE} said ahead at once, 2 threads`, await alone(server, file, address, 2, AT_ONCE));
	}
	console.log(`${onDatabase ? 'PostgreSQL' : 'SQLite'}: ${seconds} s each, medians of ${opt.runs}`);
	for (const [name, all] of Object.entries(got)) {
		const rate = b.middle(all.map((m) => m.rate)), cpu = b.middle(all.map((m) => m.cpu));
		console.log(`${name.padEnd(52)}${rate.value.toFixed(0).padStart(7)} a second (${rate.least.toFixed(0)} to ${rate.most.toFixed(0)})${cpu.value.toFixed(0).padStart(5)} us of processor each`);
	}
	await b.stop(server);
}

try {
	for (const kind of opt.store === 'both' ? ['sqlite', 'pg'] : [opt.store]) await bench(kind);
} finally {
	b.end();
}

// Called by bench/parts: data queries under callgrind, and what each of their parts takes.
import { execFileSync } from 'node:child_process';
import { uuid7 } from '../tests/lib/uuid7.mjs';
import * as b from './served.mjs';

const opt = b.options({ queries: '200' }), n = Number(opt.queries), LINES = 40;

async function ask({ port, cookie }, ids, item) {
	for (const id of ids) {
		const r = await b.call(port, 'POST', `/api/v1/cases/${id}/items/${item}/query`,
			{ Cookie: cookie, 'If-Match': '*', 'Idempotency-Key': uuid7() }, {});
		if (r.status !== 200) throw new Error(`a query: ${r.status} ${JSON.stringify(r.json)}`);
	}
}

try {
	const where = `${b.dir}/i`, out = `${b.dir}/callgrind`, control = (...args) => execFileSync('callgrind_control', args, { stdio: 'ignore' });
	b.makeInstance(where);
	const server = await b.serve('valgrind', where, [], ['--quiet', '--tool=callgrind', '--instr-atstart=no',
		`--callgrind-out-file=${out}`, process.env.WZM]);
	const ids = await b.openCases(server, n);
	await ask(server, ids, b.items[0]);		/* what is done once only is done */
	control('-i', 'on', String(server.pid));
	await ask(server, ids, b.items[1]);
	control('-i', 'off', String(server.pid));
	await new Promise((done) => { server.child.removeAllListeners('exit').once('exit', done).kill('SIGTERM'); });
	const text = execFileSync('callgrind_annotate', ['--inclusive=yes', '--threshold=100', '--auto=no', out], { encoding: 'utf8', maxBuffer: 1 << 26 });
	const rows = [...text.matchAll(/^\s*([\d,]+) \(\s*[\d.]+%\)\s+\S*?:([^ \n]+)/gm)].map((m) => ({ cost: Number(m[1].replaceAll(',', '')), name: m[2] }));
	/* Functions of libraries without symbols have no name to tell; of a recursion the first call says it all. */
	const named = rows.filter(({ name }) => !/^0x|'|^\(below/.test(name));
	const total = Number(/([\d,]+) \(100\.0%\)\s+PROGRAM TOTALS/.exec(text)[1].replaceAll(',', ''));
	console.log(`${n} data queries, one after the other: ${Math.round(total / n)} instructions each`);
	console.log('   share  instructions each  in and below');
	for (const { cost, name } of named.slice(0, LINES))
		console.log(`${(100 * cost / total).toFixed(1).padStart(7)}%${String(Math.round(cost / n)).padStart(19)}  ${name}`);
} finally {
	b.end();
}

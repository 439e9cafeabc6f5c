// Called by bench/flame: samples of a server under data queries, by part and as a flame graph.
import { execFile, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import * as b from './served.mjs';

const opt = b.options({ out: '', seconds: '5', connections: '256', store: 'sqlite' });
const seconds = Number(opt.seconds), run = promisify(execFile);

/** The part that a stack belongs to: that of its innermost function which is listed; what is in none of them is the frame around requests. */
const PARTS = [
	['seal', /^(?:seal|unseal|gcm_\w+)$/],
	['hash', /^(?:hash_\w+|blind|merkle_\w+|record_entry)$/],
	['answer', /^(?:send_answer|send_json|view_\w+|item_written|case_show|answer_queue|MHD_queue_response|MHD_connection_handle_write_|MHD_send_\w+)$/],
	['look up', /^(?:store_read|read_rows|pg_read|store_reader_\w+|reader_(?:begin|end)|case_load\w*|dataset_ask|api_find_actor|call_happened|access_check)$/],
	['commit', /^(?:store_commit|commit)$/],
	['write rows', /^(?:write_batch|run_batch|attempt|store_run_all|logrow_\w+|tilerow_\w+)$/],
	['decide and prepare', /^(?:case_query|case_query_\w+|journal_hand_over|journal_gather_all|op_complete|act_\w+|submit|item_query|go)$/],
	['parse', /^(?:request_step|request_target|read_body|MHD_connection_handle_read|admit|MHD_connection_handle_idle|handle)$/],
	['complete and wake', /^(?:complete|done|http_resume|journal_wake|loop_wake|request_completed|call_free)$/],
	['receive and send', /^(?:MHD_run\w*|loop_main|wait_for_events|__libc_sendmsg|__libc_recv)$/],
];
const partOf = (stack) => {
	/* Beside the queries, with the functions of both sides. */
	if (stack.some((name) => /^index_\w+$/.test(name))) return 'index of persons';
	for (let i = stack.length - 1; i >= 0; i--)
		for (const [part, names] of PARTS) if (names.test(stack[i])) return part;
	return 'other threads and unknown';
};

/** Calls each(stack, weight) for every sample, the outermost function first. */
async function samples(data, each) {
	const perf = spawn('perf', ['script', '-i', data, '-F', 'comm,ip,sym', '--no-inline'], { stdio: ['ignore', 'pipe', 'ignore'] });
	let stack = [];
	for await (const line of createInterface({ input: perf.stdout })) {
		const m = /^\s+[0-9a-f]+ (.*)$/.exec(line);
		if (m) {
			const name = m[1].replace(/\.(?:constprop|isra|part|cold)\.?\d*|@@.*$|\+0x.*$/g, '').replace('[unknown]', '?');
			/* Of a library without symbols one box says as much as ten. */
			if (name !== '?' || stack[0] !== '?') stack.unshift(name);
		}
		else if (line === '' && stack.length) {
			each(stack);
			stack = [];
		}
	}
}

/* The picture */

const WIDTH = 1200, ROW = 17, LEAST = 0.6;		/* pixels */
const COLOURS = ['#d97706', '#e08e2b', '#c2410c', '#dd6b20', '#b45309', '#e6a04b'];
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

function svg(root, title) {
	const boxes = [];
	let depth = 0;
	const place = (node, x, level) => {
		const w = node.n / root.n * WIDTH;
		if (w < LEAST) return;
		depth = Math.max(depth, level);
		boxes.push([node.name, x, level, w, node.n]);
		for (const child of [...node.below.values()].sort((p, q) => (p.name < q.name ? -1 : 1))) {
			place(child, x, level + 1);
			x += child.n / root.n * WIDTH;
		}
	};
	place(root, 0, 0);
	const height = (depth + 1) * ROW + 34, top = (level) => height - (level + 1) * ROW - 4;
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="monospace" font-size="11">\n` +
		`<rect width="100%" height="100%" fill="#fffdf8"/><text x="8" y="18" font-size="13" fill="#222">${escaped(title)}</text>\n` +
		boxes.map(([name, x, level, w, n]) => {
			const fits = Math.floor((w - 4) / 6.7), says = `${name}: ${(100 * n / root.n).toFixed(1)} %`;
			const label = fits >= 3 ? `<text x="${(x + 2).toFixed(1)}" y="${top(level) + 12}">${escaped(name.length > fits ? `${name.slice(0, fits - 1)}…` : name)}</text>` : '';
			return `<g><title>${escaped(says)}</title><rect x="${x.toFixed(1)}" y="${top(level)}" width="${w.toFixed(1)}" height="${ROW - 1}" ` +
				`fill="${COLOURS[[...name].reduce((h, c) => (h * 31 + c.codePointAt(0)) >>> 0, 7) % COLOURS.length]}"/>${label}</g>`;
		}).join('\n') + '\n</svg>\n';
}

try {
	const where = `${b.dir}/i`, data = `${b.dir}/perf.data`;
	b.makeInstance(where, opt.store === 'pg' ? b.newDatabase('served') : undefined);
	const server = await b.serve(process.env.WZM, where), n = opt.store === 'pg' ? 9000 : 20000;
	const lines = b.queries(server, await b.openCases(server, Math.ceil(n * (seconds + 1) / b.items.length)));
	const sampling = run('perf', ['record', '-o', data, '-F', '499', '--call-graph', 'dwarf,32768', '-p', String(server.pid), '--', 'sleep', String(seconds)]);
	const before = b.taken(server), m = await b.wrk(server.port, Number(opt.connections), seconds, lines), after = b.taken(server);
	await sampling;
	if (m.answered > lines.length) throw new Error('some were asked twice: it is quicker than this bench knows');
	const each = (after.cpu - before.cpu) / m.answered, root = { name: 'wzm', n: 0, below: new Map() }, parts = new Map();
	await samples(data, (stack) => {
		const part = partOf(stack);
		parts.set(part, (parts.get(part) ?? 0) + 1);
		root.n++;
		let node = root;
		for (const name of stack) {
			if (!node.below.has(name)) node.below.set(name, { name, n: 0, below: new Map() });
			node = node.below.get(name);
			node.n++;
		}
	});
	if (root.n === 0) throw new Error('perf saw nothing');
	const title = `${opt.store === 'pg' ? 'PostgreSQL' : 'SQLite'}, ${opt.connections} connections: ${m.rate.toFixed(0)} data queries a second under perf, ${each.toFixed(0)} us of processor each, ${root.n} samples`;
	console.log(`${title}\n   share     us  part`);
	for (const [part, count] of [...parts].sort((p, q) => q[1] - p[1]))
		console.log(`${(100 * count / root.n).toFixed(1).padStart(7)}%${(each * count / root.n).toFixed(1).padStart(7)}  ${part}`);
	if (opt.out) {
		writeFileSync(opt.out, svg(root, title));
		console.log(`written: ${opt.out}`);
	}
} finally {
	b.end();
}

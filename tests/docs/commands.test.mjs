// Runs what the documents tell the reader to run, in a copy of the tree that has no builds.
// docs/testing.md says how blocks are marked.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'node:test';
import { blocks, files, read, top } from './documents.mjs';

const BLOCK_MS = 300_000;	// the first ./run compiles everything
const SERVED = 'README.md';	// goes first: its ./run serves the instance that the others use

// Each README is run in its own language; what it shows is what the program says in it.
const documents = [SERVED, 'README.zh-CN.md', ...files().filter((f) => /^docs\/.*\.md$/.test(f)).sort()]
	.map((name) => ({ name, blocks: blocks(read(name)), lang: name.includes('zh') ? 'zh_CN.UTF-8' : 'en_US.UTF-8' }))
	.filter((doc) => doc.blocks.some((b) => b.language === 'sh'));

function copyTree(to) {
	for (const file of files().filter((f) => existsSync(join(top, f)))) {
		mkdirSync(dirname(join(to, file)), { recursive: true });
		cpSync(join(top, file), join(to, file), { verbatimSymlinks: true });
	}
	// Fetched and built already for the same sources; ./run sees that by their stamps.
	symlinkSync(join(top, '.tools'), join(to, '.tools'));
	cpSync(join(top, 'web/dist'), join(to, 'web/dist'), { recursive: true });
}

const freePort = () => new Promise((resolve) => {
	const server = createServer().listen(0, '127.0.0.1', () => {
		const { port } = server.address();
		server.close(() => resolve(port));
	});
});

// Waits until look() is truthy; gives up with what say() says.
async function until(look, say) {
	for (let waited = 0; waited < BLOCK_MS; waited += 200) {
		const seen = await look();
		if (seen)
			return seen;
		await sleep(200);
	}
	throw new Error(`waited ${BLOCK_MS / 1000} s: ${say()}`);
}

// A shell that keeps its variables from block to block and ends at the first command that fails.
class Shell {
	constructor(dir, lang) {
		this.said = '';
		this.ended = false;
		this.n = 0;
		const env = { ...process.env, LANG: lang };
		delete env.LC_ALL;
		this.child = spawn('sh', ['-eu'], { cwd: dir, stdio: ['pipe', 'pipe', 'pipe'], env });
		this.child.stdin.on('error', () => {});
		for (const stream of [this.child.stdout, this.child.stderr])
			stream.setEncoding('utf8').on('data', (text) => { this.said += text; });
		this.child.on('exit', () => { this.ended = true; });
	}

	async run(text) {
		const mark = `-- end of block ${++this.n} --`;
		this.said = '';
		this.child.stdin.write(`exec 2>&1\n{\n${text}\n} </dev/null\necho '${mark}'\n`);
		await until(() => this.ended || this.said.includes(mark), () => this.said);
		assert.ok(this.said.includes(mark), `the command failed:\n${text}\nand said:\n${this.said}`);
		return this.said.replace(mark, '');
	}

	close() { this.child.kill(); }
}

// Starts "./run" in the background, in a process group of its own, and waits for its server.
async function serve(text, dir, port) {
	const log = join(dir, 'run.out');
	const fd = openSync(log, 'w');
	const child = spawn('sh', ['-c', `exec ${text}`],
	    { cwd: dir, stdio: ['ignore', fd, fd], detached: true, env: { ...process.env, WZM_PORT: String(port) } });
	let ended = false;
	child.on('exit', () => { ended = true; });
	const said = () => readFileSync(log, 'utf8');
	await until(() => ended || fetch(`http://localhost:${port}/api/v1/health`).then((r) => r.ok, () => false), said);
	assert.ok(!ended, `${text.trim()} ended:\n${said()}`);
	return { output: said(), stop: () => new Promise((done) => { child.on('exit', done); process.kill(-child.pid, 'SIGTERM'); }) };
}

// Every line of the shown output occurs in the real one, in order; "…" stands for anything.
function assertShown(shown, output, where) {
	const lines = output.split('\n').map((l) => l.trimEnd());
	let at = 0;
	for (const want of shown.split('\n').map((l) => l.trimEnd()).filter(Boolean)) {
		const pattern = new RegExp(`^${want.split('…').map((s) => s.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('.*')}$`);
		const found = lines.findIndex((line, i) => i >= at && pattern.test(line));
		assert.ok(found >= 0, `${where}: not in the output: ${want}\noutput:\n${output}`);
		at = found + 1;
	}
}

test('the commands of the documents run and print what is shown', async (t) => {
	assert.equal(documents[0]?.name, SERVED);
	const dir = mkdtempSync(join(tmpdir(), 'wzm-docs-'));
	const port = await freePort();
	let server = null;
	copyTree(dir);
	try {
		for (const doc of documents) {
			await t.test(doc.name, async () => {
				const shell = new Shell(dir, doc.lang);
				let output = null;
				for (const b of doc.blocks) {
					const where = `${doc.name}:${b.line}`;
					if (b.language === 'text' && b.follows && output !== null)
						assertShown(b.text.replaceAll('localhost:8080', `localhost:${port}`), output, where);
					output = null;
					if (b.language !== 'sh')
						continue;
					const text = b.text.replaceAll('localhost:8080', `localhost:${port}`);
					if (/^\.\/run$/m.test(text)) {
						server ??= await serve(text, dir, port);
						output = server.output;
					} else {
						output = await shell.run(text);
					}
				}
				shell.close();
			});
		}
	} finally {
		await server?.stop();
		rmSync(dir, { recursive: true, force: true });
	}
});

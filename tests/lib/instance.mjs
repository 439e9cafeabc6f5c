// A real instance in a directory of its own: made, filled, served, stopped.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import assert from 'node:assert/strict';
import { Client } from './client.mjs';
import { database, onPg } from './pg.mjs';
import { jinhua, registry, wzm } from './paths.mjs';

const START_MS = 60000, STOP_MS = 60000;

/** Runs the command to its end: {status, stdout, stderr}. */
export function run(args, { env = {}, input, timeout = 300000 } = {}) {
	const r = spawnSync(wzm, args, { encoding: 'utf8', input, timeout, maxBuffer: 1 << 28,
		env: { ...process.env, ...env } });
	if (r.error) throw r.error;
	return { status: r.status, stdout: r.stdout, stderr: r.stderr };
}

/** The same, and it must succeed. */
export function must(args, options) {
	const r = run(args, options);
	assert.equal(r.status, 0, `wzm ${args.join(' ')} -> ${r.status}\n${r.stdout}${r.stderr}`);
	return r;
}

export class Instance {
	/** An empty directory under the temporary one; removed by destroy().  env: of every command on it and of its server; now: its time of day. */
	constructor({ env = {}, now = Date.now } = {}) {
		Object.assign(this, { env, now });
		assert.ok(existsSync(wzm), `${wzm} is not there: build it, or set WZM`);
		this.parent = mkdtempSync(`${tmpdir()}/wzm-`);
		this.dir = `${this.parent}/i`;
		this.log = '';
		this.clients = [];
		/* What the server is started with, and what stands before its own arguments. */
		this.program = [wzm, []];
	}

	/** A demonstration instance with the reference data. */
	init({ inventory = jinhua, datasets = registry, demo = true, store = onPg ? database() : undefined } = {}) {
		const command = (...args) => must([...args, '-d', this.dir], { env: this.env });
		must(['init', this.dir, ...(demo ? ['--demo'] : []), ...(store ? ['--store', store] : [])], { env: this.env });
		if (inventory) {
			command('import', 'inventory', inventory);
			command('inventory', 'publish', '--decision', '演示数据', '--yes');
		}
		if (datasets) command('import', 'dataset', datasets);
		return this;
	}

	/** One more process on the store of another instance. */
	join(other) {
		must(['init', this.dir, '--join', other.dir]);
		return this;
	}

	/** Starts the server and waits for the line event=listening port=N in its log. */
	async serve(args = [], env = {}) {
		assert.equal(this.child, undefined, 'already served');
		const [file, before] = this.program;
		const child = spawn(file, [...before, 'serve', '-d', this.dir, '--port', '0', ...args],
			{ stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...this.env, ...env } });
		this.child = child;
		this.ended = new Promise((done) => child.on('close', (code, signal) => done({ code, signal })));
		let seen = '';
		this.port = await new Promise((done, failed) => {
			const timer = setTimeout(() => failed(new Error(`no event=listening in ${START_MS} ms:\n${seen}`)), START_MS);
			const take = (d) => {
				seen += d;
				this.log += d;
				const m = /event=listening\b[^\n]*\bport=(\d+)/.exec(seen);
				if (m) { clearTimeout(timer); done(Number(m[1])); }
			};
			child.stdout.setEncoding('utf8').on('data', take);
			child.stderr.setEncoding('utf8').on('data', take);
			child.on('error', failed);
			this.ended.then(({ code, signal }) => {
				clearTimeout(timer);
				failed(new Error(`the server ended with ${code ?? signal}:\n${seen}`));
			});
		});
		this.where = { port: this.port };
		this.socket = { socketPath: `${this.dir}/run/wzm.sock` };
		return this;
	}

	/** A client, signed in as user if one is given. */
	async client(user, options) {
		const c = new Client(this.where, { now: this.now, ...options });
		this.clients.push(c);
		if (user) await c.signIn(user);
		return c;
	}

	/** A client on the Unix socket, acting as user; as the operator root without one. */
	socketClient(user, options) {
		const c = new Client(this.socket, options);
		const send = c.send.bind(c);
		c.send = (r) => send({ ...r, headers: { ...(user ? { 'Wzm-As': user } : {}), ...r.headers } });
		this.clients.push(c);
		return c;
	}

	/** Orderly stop; the exit must be clean. */
	async stop() {
		if (this.child === undefined) return;
		this.child.kill('SIGTERM');
		const timer = setTimeout(() => this.child?.kill('SIGKILL'), STOP_MS);
		const { code, signal } = await this.ended;
		clearTimeout(timer);
		this.child = undefined;
		this.closeClients();
		assert.deepEqual({ code, signal }, { code: 0, signal: null }, `the server did not stop cleanly:\n${this.log.slice(-2000)}`);
	}

	/** Waits for an end that the server comes to by itself; {code, signal}. */
	async end() {
		const how = await this.ended;
		this.child = undefined;
		this.closeClients();
		return how;
	}

	/** kill -9, as a power cut would. */
	async kill() {
		this.child.kill('SIGKILL');
		await this.ended;
		this.child = undefined;
		this.closeClients();
	}

	closeClients() {
		for (const c of this.clients) c.close();
		this.clients = [];
	}

	async destroy() {
		try {
			await this.stop();
		} finally {
			if (process.env.WZM_KEEP === undefined)
				rmSync(this.parent, { recursive: true, force: true });
			else
				console.error(`kept ${this.parent}`);
		}
	}
}

/** Made, filled and served. */
export async function started(options) {
	const instance = new Instance();
	try {
		return await instance.init(options).serve(options?.args);
	} catch (e) {
		rmSync(instance.parent, { recursive: true, force: true });
		throw e;
	}
}

// A PostgreSQL of this process's own (tools/private-pg), when WZM_TEST_STORE=pg asks for it; it ends with the process.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { root } from './paths.mjs';

export const onPg = process.env.WZM_TEST_STORE === 'pg';

const tool = `${root}/tools/private-pg`;
let dir, address, databases = 0;

/* What it complains of is in the message of the error. */
const say = (...args) => execFileSync(tool, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

/* Not named by the process: what a killed run left has the name of a number that comes again. */
const start = () => say('start', dir = mkdtempSync(`${tmpdir()}/wzm-pg-`), String(process.pid));

/** The address of an empty database; of a copy of another one, which nobody uses now. */
export function database(template) {
	address ??= start();
	const name = `d${++databases}`;
	if (template === undefined) return say('createdb', dir, name);
	psql(address, `CREATE DATABASE ${name} TEMPLATE ${new URL(template).pathname.slice(1)}`);
	return address.replace('/wzm?', `/${name}?`);
}

/** Runs SQL; one line for each row. */
export function psql(at, sql, encoding = 'utf8') {
	return execFileSync('psql', ['-qXAt', '-v', 'ON_ERROR_STOP=1', '-d', at, '-c', sql], { encoding, maxBuffer: 1 << 30 });
}

/** The process of the server that all others belong to, and those others. */
export const postmaster = () => Number(readFileSync(`${dir}/data/postmaster.pid`, 'utf8').split('\n')[0]);
export const children = () => execFileSync('ps', ['-o', 'pid=', '--ppid', String(postmaster())], { encoding: 'utf8' })
	.trim().split(/\s+/).map(Number);

/** kill -9 of all of them: what a power cut leaves, a lock file too. */
export function kill() {
	for (const pid of [postmaster(), ...children()]) process.kill(pid, 'SIGKILL');
	/* Without an init that buries it, the dead would still look alive. */
	for (const file of ['data/postmaster.pid', '.s.PGSQL.5432.lock']) rmSync(`${dir}/${file}`);
}

/** Ends the server as a power cut would; starts it again. */
export const crash = () => say('crash', dir), again = () => say('again', dir);

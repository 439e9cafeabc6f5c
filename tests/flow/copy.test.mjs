// A store is copied from one kind to the other and back: all of it, or what is there is no store yet.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Instance, must, run } from '../lib/instance.mjs';
import { disputeValues, getCase, openScene, runScene, settle } from '../lib/cases.mjs';
import { runAlign } from '../lib/align.mjs';
import { clerkOf, scene, scenes } from '../lib/catalogue.mjs';
import { wzm } from '../lib/paths.mjs';
import { database, onPg } from '../lib/pg.mjs';
import { evidence, rows, stored } from '../lib/store.mjs';

const house = scene('HOUSE');
let instance, copy, back, other, from, to, open;
const address = (i) => /^store = (\S+)/m.exec(readFileSync(`${i.dir}/wzm.conf`, 'utf8'))?.[1] ?? `${i.dir}/wzm.db`;

/** A directory like that of the instance, with its keys, and its store elsewhere: an empty database, or no file yet. */
function moved(i, store) {
	const m = new Instance();
	execFileSync('cp', ['-a', i.dir, m.dir]);
	for (const name of ['wzm.db', 'wzm.db-wal', 'wzm.db-shm']) rmSync(`${m.dir}/${name}`, { force: true });
	const conf = readFileSync(`${m.dir}/wzm.conf`, 'utf8').replace(/^store = .*\n/m, '');
	writeFileSync(`${m.dir}/wzm.conf`, (store ? `store = ${store}\n` : '') + conf);
	return m;
}

before(async () => {
	instance = await new Instance().init().serve();
	for (const s of scenes()) await runScene(instance, s);
	await disputeValues(instance);
	await runAlign(instance);
	const clerk = await instance.client(clerkOf[house.division_code]);
	open = await settle(clerk, await openScene(clerk, house));
	await instance.stop();
	copy = moved(instance, onPg ? undefined : database());
	back = moved(instance, onPg ? database() : undefined);
	other = new Instance().init({ inventory: null, datasets: null });
	[from, to] = [address(instance), address(copy)];
});
after(async () => { for (const i of [instance, copy, back, other]) await i?.destroy(); });

/** The command must refuse, and say why in both languages. */
function refused(args, code, words = /./) {
	const r = run([...args, '--lang', 'en']);
	assert.notEqual(r.status, 0, args.join(' '));
	assert.match(r.stderr, new RegExp(`^code: ${code}$`, 'm'), r.stderr);
	assert.match(r.stderr, words);
	assert.match(run(args).stderr, new RegExp(`^代码: ${code}$`, 'm'));
}

/** Every table as it is, to compare two stores: by their own programs, not by ours. */
function everything(i, tables) {
	return Object.fromEntries(tables.map(({ name, columns }) => [name, rows(i.dir, `SELECT ${columns} FROM ${name}`)
		.map((r) => JSON.stringify(r)).sort()]));
}

/** Tables with their columns in a form that both kinds print alike. */
function tablesOf(i) {
	const described = onPg
		? rows(i.dir, "SELECT table_name AS t, column_name AS c, data_type AS d FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'schema_version' AND NOT starts_with(table_name, 'index_') ORDER BY table_name, ordinal_position")
		: rows(i.dir, "SELECT m.name AS t, c.name AS c, c.type AS d FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY m.name, c.cid");
	const names = [...new Set(described.map((x) => x.t))];
	return names.map((name) => ({ name, columns: described.filter((x) => x.t === name)
		.map(({ c, d }) => (['BLOB', 'bytea'].includes(d) ? `coalesce(hex(${c}), '') AS ${c}` : c)).join(', ') }));
}

const same = (a, b) => assert.deepEqual(everything(b, tablesOf(instance)), everything(a, tablesOf(instance)));

test('nobody may write either store while it is copied', async () => {
	const inUse = { true: 'store_in_use', false: 'instance_locked' };
	await instance.serve();
	refused(['store', 'copy', from, to], inUse[onPg]);
	await instance.stop();
	/* The other one as the copy: it is in use, whatever is in it. */
	await other.serve();
	refused(['store', 'copy', from, address(other)], inUse[onPg]);
	await other.stop();
});

test('a store that holds anything is refused and stays as it was', () => {
	const was = stored(other.dir);
	refused(['store', 'copy', from, address(other)], 'store_not_empty');
	assert.deepEqual(stored(other.dir), was);
});

test('what is no store is no original, and leaves nothing behind', () => {
	for (const [nothing, code] of [[`${instance.parent}/nowhere.db`, 'store'], [database(), 'store']]) {
		refused(['store', 'copy', nothing, `${instance.parent}/new.db`], code);
		assert.throws(() => readFileSync(`${instance.parent}/new.db`));
	}
});

/** Starts a copy and sends it a signal after some time; gives how it ended. */
async function stopped(signal, ms) {
	const child = spawn(wzm, ['store', 'copy', from, to, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
	let out = '';
	child.stdout.setEncoding('utf8').on('data', (d) => { out += d; });
	const ended = new Promise((done) => child.on('close', (code, by) => done({ code, by })));
	const timer = setTimeout(() => child.kill(signal), ms);
	const how = await ended;
	clearTimeout(timer);
	/* Killed while it said so, it was over: what it would have said another copy of the same says. */
	if (how.by !== null && out !== '') {
		const again = from.endsWith('.db') ? `${instance.parent}/again.db` : database();
		const said = JSON.parse(execFileSync(wzm, ['store', 'copy', from, again, '--json'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
		return { code: 0, by: null, json: { ...said, to } };
	}
	return { ...how, json: out === '' ? undefined : JSON.parse(out) };
}

/** Whether a copy has begun: the tables and the mark are there.  Of a file what was killed left is looked at, not touched. */
function begun(i) {
	if (!address(i).endsWith('.db')) {
		const [{ n }] = rows(i.dir, "SELECT count(*) AS n FROM pg_tables WHERE tablename = 'meta'");
		return n === 1 && rows(i.dir, "SELECT count(*) AS n FROM meta WHERE key = 'copy'")[0].n === 1;
	}
	if (!existsSync(address(i))) return false;
	const aside = mkdtempSync(`${tmpdir()}/wzm-begun-`);
	try {
		for (const name of readdirSync(i.dir).filter((n) => n.startsWith('wzm.db'))) copyFileSync(`${i.dir}/${name}`, `${aside}/${name}`);
		const count = (sql) => Number(execFileSync('sqlite3', [`${aside}/wzm.db`, sql], { encoding: 'utf8' }));
		return count("SELECT count(*) FROM sqlite_schema WHERE name = 'meta'") === 1 && count("SELECT count(*) FROM meta WHERE key = 'copy'") === 1;
	} finally {
		rmSync(aside, { recursive: true });
	}
}

let done;
test('a copy that is killed again and again goes on where it was, and is no store before its end', async () => {
	let killed = 0, interrupted = 0, left = 0;
	for (let ms = 15, round = 0; done === undefined; ms = Math.ceil(ms * 1.3), round++) {
		const r = await stopped(round % 3 === 2 ? 'SIGINT' : 'SIGKILL', ms);
		if (r.code === 0) {
			done = r.json;
			break;
		}
		if (r.by === 'SIGKILL') killed++;
		else if (r.by === null) {
			assert.deepEqual([r.code, r.json.code], [5, 'copy_stopped']);
			assert.match(r.json.next, new RegExp('wzm store copy '));
			interrupted++;
		}
		if (!begun(copy)) continue;
		if (++left === 2) {
			for (const args of [['serve', '-d', copy.dir, '--port', '0'], ['store', 'check', '-d', copy.dir], ['log', 'check', '-d', copy.dir]])
				refused(args, 'copy_unfinished', /wzm store copy /);
			refused(['store', 'copy', to, address(back)], 'copy_unfinished');
			refused(['store', 'copy', address(other), to], 'copy_other');
			assert.notEqual(run(['init', copy.dir]).status, 0);
		}
	}
	assert.ok(killed >= 3 && left >= 3, `killed ${killed} times, interrupted ${interrupted} times, ${left} times with something there`);
	console.log(`# killed ${killed} times, interrupted ${interrupted} times, ${left} times with something there`);
});

test('the copy holds the same rows and has the same root, and so has the copy of the copy', () => {
	const was = evidence(instance.dir);
	same(instance, copy);
	assert.deepEqual(evidence(copy.dir), was);
	assert.deepEqual(done.logs.map((l) => [l.log, l.size, Buffer.from(l.root, 'base64').toString('hex').toUpperCase()]),
		was.logs.map((l) => [l.name, l.size, l.root]));
	assert.equal(done.tables.find((t) => t.table === 'record').rows, was.records.length);

	const again = must(['store', 'copy', to, address(back), '--lang', 'en']);
	assert.match(again.stdout, /every table compared\nlog a: \d+ leaves, root of the copied leaves \S+\n$/);
	assert.equal(again.stderr, '', 'nothing to say in a few seconds where nobody looks on');
	same(instance, back);
	for (const i of [copy, back]) assert.match(must(['store', 'check', '-d', i.dir, '--lang', 'en']).stdout, /nothing amiss/);
	/* Whoever was cut off at the very end and did not hear of it asks again: nothing is done twice. */
	assert.deepEqual(JSON.parse(must(['store', 'copy', from, to, '--json']).stdout), done);
});

test('a copy is served, and its cases go on', async () => {
	const size = evidence(instance.dir).records.length;
	for (const i of [copy, back]) {
		await i.serve();
		const clerk = await i.client(clerkOf[house.division_code]);
		const facts = ({ number, version, people, parties, form, items }) => ({ number, version, people, parties, form,
			items: items.map(({ code, state, record }) => ({ code, state, record })) });
		assert.deepEqual(facts(await getCase(clerk, open.id)), facts(open));
		const c = await clerk.post(`/api/v1/cases/${open.id}/acceptance`, {}, { ifMatch: open.version });
		assert.equal(c.state, 'accepted');
		const next = await settle(clerk, await openScene(clerk, house));
		assert.ok(next.counts.established > 0, 'data are found by their keys');
		assert.notEqual(next.number, open.number);
		await i.stop();
		assert.ok(evidence(i.dir).records.length > size);
		must(['store', 'check', '-d', i.dir]);
		refused(['store', 'copy', from, address(i)], 'store_not_empty');
	}
});

test('a copy that was begun before the original changed is not gone on with', async () => {
	const half = moved(instance, onPg ? undefined : database()), at = address(half);
	try {
		for (let ms = 30; !begun(half); ms = Math.ceil(ms * 1.3)) {
			const child = spawn(wzm, ['store', 'copy', from, at], { stdio: 'ignore' });
			const ended = new Promise((ok) => child.on('close', (code) => ok(code)));
			setTimeout(() => child.kill('SIGKILL'), ms);
			assert.equal(await ended, null, 'it is killed, and neither ends in time nor finds the last one in its way');
		}
		await instance.serve();
		await instance.stop();
		refused(['store', 'copy', from, at], 'copy_other');
	} finally {
		await half.destroy();
	}
});

test('an instance of the first schema is migrated and serves as before', async () => {
	const added = {
		service_case: ['accepted', 'concluded', 'deferred_until', 'correction', 'correction_due', 'external_platform', 'external_number',
			'joint', 'step'],
		case_item: ['deferred'], verification: ['needed', 'supplied', 'left_ms', 'reminders', 'reminded_at', 'urged_at', 'next'] };
	const old = back, undo = [...['tile', 'checkpoint', 'agency_moved', 'agency_change', 'align_event', 'align_difference', 'align_round_list', 'align_round', 'align_list', 'align_scope', 'align_county', 'align_measure', 'review_event', 'review', 'joint_link', 'joint_event', 'joint_step', 'joint_case', 'tombstone', 'inventory_publication', 'complaint', 'deputy', 'dispute', 'case_notice', 'platform', 'webhook'].map((t) => `DROP TABLE ${t}`),
		'DROP INDEX service_case_external', 'DROP INDEX verification_due',
		...Object.entries(added).flatMap(([t, columns]) => columns.map((c) => `ALTER TABLE ${t} DROP COLUMN ${c}`)),
		onPg ? 'DELETE FROM schema_version WHERE version > 1' : 'PRAGMA user_version = 1'];
	if (onPg) execFileSync('psql', ['-qX', '-d', address(old), '-c', undo.join(';')]);
	else execFileSync('sqlite3', [`${old.dir}/wzm.db`, undo.join(';')]);
	const n = evidence(old.dir).records.length;
	refused(['store', 'check', '-d', old.dir], 'store', /start the server once/);
	await old.serve();
	await openScene(await old.client(clerkOf[house.division_code]), house);
	await old.stop();
	assert.ok(evidence(old.dir).records.length > n);
	assert.equal(rows(old.dir, 'SELECT count(*) AS n FROM tombstone')[0].n, 0);
	if (!onPg) {
		const kept = execFileSync('sqlite3', [`${old.dir}/wzm.db.before-0002`, 'PRAGMA user_version; SELECT count(*) FROM record'], { encoding: 'utf8' });
		assert.equal(kept, `1\n${n}\n`);
	}
	must(['store', 'check', '-d', old.dir]);
});

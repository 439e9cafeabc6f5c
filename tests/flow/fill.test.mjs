// bench/fill: what it makes is what a server would have made, and the same seed makes the same.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import { Instance, must } from '../lib/instance.mjs';
import { jinhua, wzm } from '../lib/paths.mjs';
import { database, onPg } from '../lib/pg.mjs';
import { evidence, rows } from '../lib/store.mjs';
import { deskByCode, verifierOf } from '../lib/catalogue.mjs';

const program = resolve(dirname(wzm), '../../bench/bench-fill');
const CASES = 2000;
const instances = [];

/** Fills a directory that is not there yet, or one that is. */
function fill(instance, cases, seed = 1) {
	const store = instance.filled || !onPg ? [] : ['--store', database()];
	instance.filled = true;
	return JSON.parse(execFileSync(program, [instance.dir, '--cases', cases, '--seed', seed, '--data', jinhua, ...store],
		{ encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }));
}

const fresh = () => {
	instances.push(new Instance());
	return instances.at(-1);
};

const cases = ({ dir }) => rows(dir, `SELECT number, state, matter, agency, channel, opened_by, due_day, version
	FROM service_case ORDER BY number`);
const outcomes = ({ dir }) => rows(dir, `SELECT c.number, i.item, i.state, i.way, i.missing FROM case_item i JOIN service_case c
	ON c.division = i.division AND c.id = i.case_id ORDER BY c.number, i.position`);

let big;
before(() => { big = fresh(); big.made = fill(big, CASES); });
after(() => Promise.all(instances.map((i) => i.destroy())));

test('there are as many cases as were asked for, most of them at their end', () => {
	const all = cases(big), in_state = (s) => all.filter((c) => c.state === s).length;
	assert.equal(all.length, CASES);
	assert.equal(big.made.made, CASES);
	for (const state of ['settled', 'refused', 'withdrawn'])
		assert.equal(in_state(state), big.made[state], state);
	assert.ok(in_state('settled') > CASES / 2);
	for (const state of ['refused', 'withdrawn', 'open', 'accepted'])
		assert.ok(in_state(state) > CASES / 100, `${in_state(state)} ${state}`);
	assert.ok(new Set(all.map((c) => c.matter)).size > 200);
	assert.ok(new Set(all.map((c) => c.number.slice(7, 13))).size > 10, 'over many days');
});

test('its log holds, computed by the program and from outside', () => {
	must(['store', 'check', '-d', big.dir]);
	const { records } = evidence(big.dir);
	assert.ok(records.length > CASES * 4);
	for (let i = 1; i < records.length; i++)
		assert.ok(records[i - 1].json.at <= records[i].json.at, 'time does not go back');
});

test('some come once and some again and again', () => {
	const times = new Map();
	for (const { subjects } of rows(big.dir, "SELECT hex(subjects) AS subjects FROM record WHERE type = 'case.opened'"))
		for (const blind of new Set(subjects.match(/.{32}/g)))
			times.set(blind, (times.get(blind) ?? 0) + 1);
	const n = [...times.values()];
	assert.ok(n.filter((t) => t === 1).length > CASES / 2);
	assert.ok(Math.max(...n) >= 5, `the one who comes most often comes ${Math.max(...n)} times`);
});

test('a server goes on with it: a desk has its list, a clerk reads a case', async () => {
	const waiting = rows(big.dir, "SELECT desk, count(*) AS n FROM verification WHERE state IN ('sent', 'signed_for') GROUP BY desk");
	assert.ok(waiting.length > 5);
	for (const { desk } of waiting) assert.ok(deskByCode().has(desk) || /^DK-/.test(desk), desk);
	await big.serve();
	const clerk = await big.client('u-1001');
	const { cases: page } = await clerk.ok('POST', '/api/v1/cases/search', { json: { state: 'settled', limit: 5 } });
	assert.equal(page.length, 5);
	assert.equal((await clerk.get(`/api/v1/cases/${page[0].id}`)).state, 'settled');
	for (const user of Object.values(verifierOf))
		await (await big.client(user)).ok('POST', '/api/v1/verifications/search', { json: { state: 'sent' } });
	await big.stop();
});

test('the same seed makes the same, however many are asked for', () => {
	const few = fresh(), same = new Map(cases(big).map((c) => [c.number, c]));
	const how = ({ matter, agency, channel, due_day }) => ({ matter, agency, channel, due_day });
	fill(few, 320);
	for (const c of cases(few)) assert.deepEqual(how(c), how(same.get(c.number)), c.number);
	const ended = cases(few).filter((c) => c.state === 'settled').map((c) => c.number);
	const of = (i) => outcomes(i).filter((o) => ended.includes(o.number));
	assert.ok(ended.length > 20);
	assert.deepEqual(of(few), of(big));

	assert.equal(fill(few, 384).made, 64, 'what is there is not made again');
	const matters = (i) => cases(i).map((c) => c.matter).sort();
	const more = matters(few);
	assert.equal(fill(few, 64, 2).made, 64);
	assert.equal(matters(few).length, more.length + 64, 'another seed makes others beside them');
});

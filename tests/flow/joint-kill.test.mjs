// The power goes at every change of a life event under way: it goes on by itself, nothing lost, nothing twice.
// JOINT_KILL_ROUNDS rounds, one without it; the campaign takes more.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { started, must } from '../lib/instance.mjs';
import { EventWalk, formOf, signerOf } from '../lib/event-walk.mjs';
import { Dice } from '../lib/invent.mjs';
import { Power } from '../lib/power.mjs';
import { Staff } from '../lib/staff.mjs';
import { evidence, rows } from '../lib/store.mjs';

const ROUNDS = Number(process.env.JOINT_KILL_ROUNDS ?? 1);
const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));
const FORMS = { 'LE-NEWBORN': { father_name: '', father_id_number: '', marital_status: 'single' }, 'LE-ENTERPRISE': {} };

let instance, power, staff;
before(async () => {
	console.log(`# seed ${SEED}`);
	instance = await started();
	power = new Power(instance);
	staff = await Staff.of(power);
});
after(async () => {
	await staff?.end();
	power?.close();
	await instance?.destroy();
});

const hexOf = (id) => id.replace(/^\d{6}-/, '').replaceAll('-', '').toUpperCase();

/** What holds at any moment: a step has one case at most that is worked on, and starts once for each attempt. */
function once(id) {
	const joint = hexOf(id);
	const open = rows(instance.dir, `SELECT step, count(*) AS n FROM service_case WHERE hex(joint) = '${joint}' AND state IN ('open', 'accepted')
		GROUP BY step HAVING count(*) > 1`);
	assert.deepEqual(open, [], 'a step has one open case');
	const starts = rows(instance.dir, `SELECT step, attempt, count(*) AS n FROM joint_event WHERE hex(joint_id) = '${joint}' AND event IN ('ready', 'again')
		GROUP BY step, attempt HAVING count(*) > 1`);
	assert.deepEqual(starts, [], 'an attempt starts once');
}

/** Looks, and does nothing, until every step that is under way has a case to work on. */
async function goesOn(walk) {
	/* Those who wait for the power must not be asked. */
	const reader = await instance.client('u-1001');
	reader.cookie = walk.clerk.cookie;
	for (;;) {
		const j = await reader.get(walk.path()), busy = j.steps.filter((s) => ['running', 'replaced'].includes(s.state));
		const cases = await Promise.all(busy.map((s) => s.case === null ? null : reader.get(`/api/v1/cases/${s.case.id}`)));
		if (cases.every((c) => c !== null && ['open', 'accepted'].includes(c.state))) break;
		await sleep(10);
	}
	once(walk.id);
}

/** Kills at each change of the joint case, in turns right then, a little later, and after the next answer to somebody. */
async function cutter(walk, dice, over) {
	const client = await power.client('u-1001');
	client.cookie = walk.clerk.cookie;
	let seen = 0, moments = 0;
	while (!over.now) {
		const { events } = await client.get(walk.path('/events?limit=200'));
		const version = events.at(-1).version;
		if (version === seen) {
			await sleep(2);
			continue;
		}
		seen = version;
		switch (moments++ % 3) {
		case 1: await sleep(dice.below(60)); break;
		case 2: await power.nextPost(1000); break;
		}
		await power.cut(() => goesOn(walk));
	}
}

async function play(code, round) {
	const dice = new Dice(SEED + round), clerk = staff.clerk('330700'), event = await clerk.get(`/api/v1/lifeevents/${code}`);
	const walk = new EventWalk({ instance: power, staff }), form = formOf(event, 3 + round, FORMS[code]), before_ = power.cuts;
	await walk.open(event, form);
	await power.cut(() => goesOn(walk));
	const over = { now: false }, cutting = cutter(walk, dice, over);
	try {
		await walk.sign(signerOf(form));
		await Promise.race([cutting, walk.toEnd({ rounds: 4000,
			onFailed: (s) => walk.decide(s.code, s.state === 'failed' && s.auto && !s.by_desk ? 'replace' : 'skip') })]);
	} finally {
		over.now = true;
		await cutting;
	}
	return { walk, cuts: power.cuts - before_ };
}

/** Each step was started and concluded once, and its numbers are those that the desk said. */
async function nothingTwice(walk) {
	const j = await walk.holds(), joint = hexOf(walk.id);
	assert.equal(j.state, 'finished');
	assert.equal(j.counts.done, j.steps.length, JSON.stringify(j.steps.map((s) => [s.code, s.state, s.reason])));
	once(walk.id);
	const { records } = evidence(instance.dir), cases = rows(instance.dir, `SELECT hex(id) AS id, step, state FROM service_case WHERE hex(joint) = '${joint}'`);
	for (const s of j.steps) {
		const settled = cases.filter((c) => c.step === s.code && c.state === 'settled');
		assert.equal(settled.length, 1, `${s.code} has one case that was settled`);
		assert.equal(records.filter((r) => r.type === 'case.concluded' && hexOf(r.json.case) === settled[0].id).length, 1, `${s.code} is concluded once`);
		assert.equal(rows(instance.dir, `SELECT count(*) AS n FROM joint_event WHERE hex(joint_id) = '${joint}' AND step = '${s.code}' AND event = 'done'`)[0].n, 1);
	}
	assert.deepEqual(cases.filter((c) => ['open', 'accepted'].includes(c.state)), []);
	return j;
}

for (let round = 0; round < ROUNDS; round++)
	for (const code of Object.keys(FORMS))
		test(`round ${round}: ${code} with a kill -9 at its changes`, async () => {
			const { walk, cuts } = await play(code, round), j = await nothingTwice(walk);
			const { records } = evidence(instance.dir), there = new Set(records.map((r) => r.id));
			for (const r of power.told) assert.ok(there.has(hexOf(r.id)), `${r.id}, which somebody was told of, is there`);
			const versions = new Map(['service_case', 'verification', 'joint_case'].flatMap((t) => rows(instance.dir, `SELECT hex(id) AS id, version FROM ${t}`))
				.map((r) => [r.id, r.version]));
			for (const [id, version] of power.versions) assert.ok(versions.get(hexOf(id)) >= version, `${id} has the version ${version}, which somebody was told of`);
			assert.ok(cuts >= j.steps.length, `killed ${cuts} times`);
			console.log(`# ${code}: killed ${cuts} times on the way to version ${j.version}, ${power.versions.size} versions and ${power.told.length} records told, ${power.again} requests asked again`);
		});

test('the store and the log hold', () => {
	must(['log', 'check', '-d', instance.dir]);
	must(['store', 'check', '-d', instance.dir]);
	assert.doesNotMatch(instance.log, /level=(error|bug)\b/);
});

// Every matter of the list, opened and driven to its end by steps that dice choose.
// WALKS: how many walks; WALK_SEED: the dice; WALK: the number of one that is to go alone.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { started, must } from '../lib/instance.mjs';
import { switchSource } from '../lib/cases.mjs';
import { matterByCode } from '../lib/catalogue.mjs';
import { Staff } from '../lib/staff.mjs';
import { rows } from '../lib/store.mjs';
import { walks } from '../lib/walk.mjs';

const COUNT = Number(process.env.WALKS ?? matterByCode().size), PART = 1000;
const SEED = process.env.WALK_SEED ?? '1', ONLY = process.env.WALK;
/* Sources that give no answer, so that queries fall back. */
const OFF = ['DS-001', 'DS-046', 'DS-098'];

let instance, staff;
before(async () => {
	instance = await started();
	for (const service of OFF) await switchSource(instance, service, 'off');
	staff = await Staff.of(instance);
});
after(async () => {
	await staff?.end();
	await instance?.destroy();
});

for (let from = 0; from < COUNT; from += PART)
	test(`walks ${from} to ${Math.min(COUNT, from + PART) - 1} end as they must, seed ${SEED}`, async () => {
		const done = await walks({ staff, off: new Set(OFF), seed: SEED, from, count: Math.min(PART, COUNT - from),
			checked: (n) => n < matterByCode().size || n % 8 === 0, only: ONLY === undefined ? undefined : Number(ONLY) });
		console.log(`# ${JSON.stringify(done)}`);
	});

test('what they left behind holds: the log, the store, and as many entries as records', () => {
	must(['log', 'check', '-d', instance.dir]);
	must(['store', 'check', '-d', instance.dir]);
	const count = (sql) => Number(rows(instance.dir, sql)[0].n);
	assert.equal(count('SELECT sum(size) AS n FROM log'), count('SELECT count(*) AS n FROM record'));
	assert.equal(count("SELECT count(*) AS n FROM service_case WHERE state IN ('open', 'accepted')"), 0, 'every case has its end');
	assert.equal(count(`SELECT count(*) AS n FROM verification WHERE state NOT IN ('answered', 'returned', 'withdrawn', 'transferred')`), 0, 'no desk waits');
	assert.doesNotMatch(instance.log, /level=(error|bug)\b/);
});

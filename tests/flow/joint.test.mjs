// Life events 一件事 as joint cases: all ten to their end, and each with every step failing once.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { started, must } from '../lib/instance.mjs';
import { Staff } from '../lib/staff.mjs';
import { EventWalk, formOf } from '../lib/event-walk.mjs';
import { rows } from '../lib/store.mjs';

const CODES = ['LE-CATERING', 'LE-DEATH', 'LE-DISABLED', 'LE-ENTERPRISE', 'LE-FLEXIBLE', 'LE-HOUSE', 'LE-NEWBORN', 'LE-RETIRE', 'LE-SCHOOL', 'LE-VETERAN'];
const ALONE = { father_name: '', father_id_number: '', marital_status: 'single' };

let instance, staff, events;
before(async () => {
	instance = await started();
	staff = await Staff.of(instance);
	const clerk = staff.clerk('330700');
	const { life_events } = await clerk.get('/api/v1/lifeevents');
	events = new Map();
	for (const e of life_events) events.set(e.code, await clerk.get(`/api/v1/lifeevents/${e.code}`));
});
after(async () => {
	await staff?.end();
	await instance?.destroy();
});

const signerOf = (form) => form.mother_id_number ?? form.legal_rep_id_number ?? form.applicant_id_number ?? form.id_number ?? form.buyer_id_number ??
	form.parent_id_number ?? form.operator_id_number;

async function begin(code, { n = 3, sign = true, change = code === 'LE-NEWBORN' ? ALONE : {} } = {}) {
	const event = events.get(code), walk = new EventWalk({ instance, staff }), form = formOf(event, n, change);
	await walk.open(event, form);
	if (sign) await walk.sign(signerOf(form));
	walk.form = form;
	return walk;
}

/** What must hold of a joint case that has ended, whatever happened to it. */
async function holds(walk) {
	const j = await walk.look(), { events: told } = await walk.clerk.get(walk.path('/events?limit=200'));
	assert.ok(['finished', 'withdrawn'].includes(j.state));
	assert.equal(j.counts.total, j.steps.length);
	const last = new Map();
	for (const e of told.filter((x) => x.step !== undefined)) {
		if (e.event === 'ready' || e.event === 'again') {
			assert.equal(e.attempt, (last.get(e.step)?.attempt ?? 0) + 1, `${e.step}: attempts are counted`);
			assert.notEqual(last.get(e.step)?.open, true, `${e.step} is not started twice at a time`);
			last.set(e.step, { attempt: e.attempt, open: true });
		}
		if (['done', 'failed', 'returned', 'skipped', 'withdrawn', 'stopped'].includes(e.event)) last.set(e.step, { ...last.get(e.step), open: false });
	}
	/* What comes before was over when a step began. */
	const place = (step, event) => told.findIndex((e) => e.step === step && e.event === event);
	for (const s of walk.event.steps)
		for (const before_ of s.after)
			if (place(s.code, 'ready') >= 0 && place(before_, 'done') >= 0) assert.ok(place(before_, 'done') < place(s.code, 'ready'), `${before_} before ${s.code}`);
	for (const s of j.steps.filter((x) => x.state === 'done')) {
		assert.notEqual(s.case, null);
		const c = await walk.clerk.get(`/api/v1/cases/${s.case.id}`);
		assert.deepEqual([c.state, c.joint_case.number, c.joint_case.step], ['settled', j.number, s.code]);
		for (const [name, value] of Object.entries(walk.given[s.code] ?? {})) assert.equal(s.results[name], value);
	}
	return j;
}

for (const code of CODES)
	test(`${code} goes to its end`, async () => {
		const walk = await begin(code);
		await walk.toEnd({ onFailed: (s) => walk.decide(s.code, s.state === 'failed' && s.auto && !s.by_desk ? 'replace' : 'skip') });
		const j = await holds(walk);
		assert.equal(j.state, 'finished');
		assert.equal(j.counts.done, j.steps.length, JSON.stringify(j.steps.map((s) => [s.code, s.state, s.reason])));
	});

for (const code of CODES)
	test(`${code} goes to its end although every step fails once`, async () => {
		const walk = await begin(code, { sign: false }), refused = new Set();
		let signed = false;
		await walk.toEnd({
			doStep: async (s) => {
				const c = await walk.clerk.get(`/api/v1/cases/${s.case.id}`);
				if (refused.has(s.code) || c.state !== 'open') return walk.doCase(s);
				refused.add(s.code);
				await walk.clerk.post(`/api/v1/cases/${s.case.id}/conclusion`, { outcome: 'refused', reason: '第一次不予办理' }, { ifMatch: '*' });
				await walk.look();
				assert.ok(['failed', 'running', 'replaced'].includes(walk.step(s.code).state));
			},
			onFailed: async (s) => {
				refused.add(s.code);
				if (!signed) await walk.sign(signerOf(walk.form));
				signed = true;
				await walk.decide(s.code, s.attempt === 1 ? 'retry' : s.auto && !s.by_desk ? 'replace' : 'skip');
			},
		});
		const j = await holds(walk);
		assert.equal(j.counts.done, j.steps.length, JSON.stringify(j.steps.map((s) => [s.code, s.state, s.reason])));
		/* A step of which nothing can be refused, because nothing is asked, is done at once. */
		assert.ok(j.steps.filter((s) => s.attempt >= 2).length >= Math.min(2, j.steps.length), JSON.stringify(j.steps.map((s) => [s.code, s.attempt])));
	});

test('the store holds what it must', () => {
	must(['log', 'check', '-d', instance.dir]);
	must(['store', 'check', '-d', instance.dir]);
	assert.equal(Number(rows(instance.dir, "SELECT count(*) AS n FROM joint_case WHERE state = 'running'")[0].n), 0);
	assert.doesNotMatch(instance.log, /level=(error|bug)\b/);
});

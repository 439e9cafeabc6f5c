// Life events in a time that stands until the desks have worked: nine results within the hour, an enterprise within a
// working day, what is late when it is late, what a correction reaches.  SEED for other desks.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { appendFileSync, cpSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Instance, must } from '../lib/instance.mjs';
import { addOffice, dayOf, officeBetween } from '../lib/calendar.mjs';
import { dataset, deskByCode } from '../lib/catalogue.mjs';
import { EventWalk, formOf, signerOf } from '../lib/event-walk.mjs';
import { citizen } from '../lib/idents.mjs';
import { Dice } from '../lib/invent.mjs';
import { registry } from '../lib/paths.mjs';
import { StandingClock } from '../lib/standing-clock.mjs';
import { Staff } from '../lib/staff.mjs';
import { rows } from '../lib/store.mjs';

const SEED = Number(process.env.SEED ?? 1), MINUTE = 60000;
const WEDNESDAY = '2019-10-23', WEEK = 7 * 86400000;
const HOURS = () => deskByCode().get('DK-330700-GA').office_hours;
const at = (ms) => new Date(ms + 8 * 3600000).toISOString().slice(0, 16).replace('T', ' ');

/* She lives alone, and her child has no number yet. */
const alone = { id_number: citizen('33070319960214102'), name: '程雨桐' };
const foundling = { cert: 'Z33000990', name: '程一诺' };

let instance, clock, staff;
before(async () => {
	instance = new Instance({ now: () => clock.now });
	clock = new StandingClock(instance.parent, Date.parse(`${WEDNESDAY}T09:00:00+08:00`));
	instance.env = clock.env;
	const copy = `${instance.parent}/registry`;
	cpSync(registry, copy, { recursive: true });
	const add = (table, row) => {
		const [head] = readFileSync(`${copy}/${table}.csv`, 'utf8').split('\n', 1);
		appendFileSync(`${copy}/${table}.csv`, `${head.trim().replace('﻿', '').split(',').map((name) => row[name] ?? '').join()}\n`);
	};
	add('persons', { ...dataset('persons').find((p) => p.marital_status === 'single' && p.sex === 'F' && p.division_code === '330703'),
		...alone, birth_date: '1996-02-14', former_name: '' });
	add('births', { ...dataset('births').at(-1), birth_cert_number: foundling.cert, child_id_number: '', child_name: foundling.name, sex: 'F',
		birth_time: '2019-10-22T21:10:00+08:00', mother_id_number: alone.id_number, mother_name: alone.name,
		father_id_number: '', father_name: '', birth_registration_number: 'SY2019000990' });
	add('insurance', { ...dataset('insurance').find((r) => r.medical_status === 'active' && r.maternity_status === 'active'), ...alone });
	instance.init({ datasets: copy });
	await instance.serve();
	staff = await Staff.of(instance);
});
after(async () => {
	await staff?.end();
	await instance?.destroy();
});

/** Time goes on; on another day everybody signs in. */
async function move(to) {
	const another = dayOf(to) !== dayOf(clock.now);
	clock.set(to);
	if (another) for (const c of instance.clients) await c.signIn(c.user);
}

let mornings = Date.parse(`${WEDNESDAY}T10:00:00+08:00`) - WEEK;

/** Ten o'clock on the next Wednesday. */
const morning = () => move(mornings += WEEK);

/** The day at the offices: every step that is under way is done after a part of its minutes. */
class Day extends EventWalk {
	/** share(step): of its promised minutes; undefined: nobody does anything. */
	constructor({ share, results }) {
		super({ instance, staff, results });
		Object.assign(this, { share, plan: new Map() });
	}

	async begin(code, form, signed = true) {
		const event = await this.clerk.get(`/api/v1/lifeevents/${code}`);
		await this.open(event, form);
		if (signed) await this.sign(signerOf(form));
		this.began = clock.now;
		return this.quiet();
	}

	/** Until the server has done all that is to be done by now. */
	async quiet() {
		while (rows(instance.dir, `SELECT 1 AS due FROM joint_case WHERE next_at <= ${clock.now}`).length > 0) await sleep(20);
		return this.look();
	}

	/** Works until nobody has anything to do, or until an instant; what is planned stays planned. */
	async work(until = Infinity) {
		for (;;) {
			await this.quiet();
			for (const s of this.j.steps.filter((x) => ['running', 'replaced'].includes(x.state))) {
				const share = this.share(s), name = `${s.code} ${s.attempt} ${s.state}`;
				if (share !== undefined && !this.plan.has(name))
					this.plan.set(name, { step: s.code, when: addOffice(HOURS(), clock.now, Math.max(1, Math.floor(share * s.promised_minutes)) * MINUTE) });
				else if (share === undefined) this.plan.delete(name);
			}
			const under = new Set(this.j.steps.map((s) => `${s.code} ${s.attempt} ${s.state}`));
			const [next] = [...this.plan].filter(([name]) => under.has(name)).sort(([, a], [, b]) => a.when - b.when);
			if (next === undefined || next[1].when > until) return this.j;
			const [name, { step, when }] = next;
			this.plan.delete(name);
			if (when > clock.now) await move(when);
			/* Who asks a department at the end of its minutes has the answer then. */
			for (let i = 0; i < 3 && `${step} ${this.step(step).attempt} ${this.step(step).state}` === name; i++) {
				await this.doCase(this.step(step));
				await this.quiet();
			}
		}
	}

	minutes(until) { return officeBetween(HOURS(), this.began, until) / MINUTE; }

	async events() { return (await this.clerk.get(this.path('/events?limit=200'))).events; }

	/** What happened, when, where. */
	async timeline(title) {
		console.log(`# ${title}: ${this.event.name}`);
		for (const e of await this.events()) {
			const s = e.step === undefined ? undefined : this.step(e.step);
			console.log(`# ${at(Date.parse(e.at))}  ${(e.step ?? '').padEnd(4)} ${e.event.padEnd(9)} ${s === undefined ? '' : `${s.agency.name}  ${s.matter.name}`}`);
		}
	}

	/** When something happened to a step, in order. */
	async when(step, event) { return (await this.events()).filter((e) => e.step === step && e.event === event).map((e) => Date.parse(e.at)); }

	/** Each step began the moment the last of those before it was done. */
	async startsAtOnce() {
		for (const s of this.event.steps) {
			const ended = await Promise.all(s.after.map((code) => this.when(code, 'done')));
			assert.deepEqual(await this.when(s.code, 'ready'), [Math.max(this.began, ...ended.flat())], `${s.code} begins at once`);
			assert.equal(Date.parse(this.step(s.code).started_at), (await this.when(s.code, 'ready'))[0], 'and so does its case');
		}
	}
}

const desks = (...words) => {
	const dice = new Dice(SEED, ...words), thrown = new Map();
	return (s) => {
		if (!thrown.has(s.code)) thrown.set(s.code, dice.next());
		return thrown.get(s.code);
	};
};

/* Born the evening before, and in the register, as her mother is. */
const child = () => dataset('births').find((b) => b.child_id_number === '' && b.birth_time.startsWith('2019-10-22T1'));
const newborn = (change = {}) => ({ child_name: child().child_name, child_sex: child().sex, birth_time: child().birth_time, hospital: child().hospital,
	mother_name: child().mother_name, mother_id_number: child().mother_id_number, marital_status: 'married', hukou_follow: 'mother', ...change });
const given = { birth_cert_number: child().birth_cert_number, child_id_number: citizen('33070320191022002'), household_code: 'H33070300990' };

async function born(words, { share = desks(words), form = newborn(), results = given } = {}) {
	await morning();
	const day = new Day({ share, results }), event = await day.clerk.get('/api/v1/lifeevents/LE-NEWBORN');
	await day.begin('LE-NEWBORN', formOf(event, 0, { father_name: '', father_id_number: '', hukou_city: '330700', ...form }));
	return day;
}

const states = (day) => Object.fromEntries(day.j.steps.map((s) => [s.code, s.state]));

test('nine results of four agencies within the hour', async () => {
	const day = await born('newborn');
	await day.work();
	const j = await day.holds();
	await day.timeline(`seed ${SEED}`);
	assert.deepEqual([j.state, j.counts.done], ['finished', 9], JSON.stringify(j.steps.map((s) => [s.code, s.state, s.reason])));
	assert.ok(day.minutes(Date.parse(j.ended_at)) <= 60, j.ended_at);
	assert.equal(new Set(j.steps.map((s) => s.agency.code)).size, 4);
	assert.equal((await day.events()).filter((e) => e.event === 'late').length, 0);
	await day.startsAtOnce();
});

test('seven of nine: the rest says why, and what would help', async () => {
	const day = await born('alone', { results: { ...given, birth_cert_number: foundling.cert },
		form: newborn({ child_name: foundling.name, birth_time: '2019-10-22T21:10:00+08:00', mother_name: alone.name, mother_id_number: alone.id_number, marital_status: 'single' }) });
	await day.work();
	await day.timeline('an unmarried mother');
	assert.equal(day.j.state, 'running');
	assert.equal(day.j.counts.done, 7, JSON.stringify(day.j.steps.map((s) => [s.code, s.state, s.reason])));
	const [why, waits] = [day.step('NB8'), day.step('NB9')];
	assert.deepEqual([why.state, why.reason], ['failed', { code: 'not_established', about: ['I-00931'] }]);
	assert.ok(why.may.includes('replace') && why.may.includes('skip'));
	assert.deepEqual([waits.state, waits.waits_for], ['waiting', ['NB8']]);
	await day.decide('NB8', 'replace', '请窗口查验后办理');
	await day.work();
	assert.deepEqual([day.j.state, day.j.counts.done], ['finished', 9]);
	assert.ok(day.minutes(Date.parse(day.j.ended_at)) <= 60);
});

test('a desk that does nothing is late when its minutes are over, not before; another desk goes on', async () => {
	let idle = true;
	const dice = desks('late'), day = await born('late', {
		share: (s) => s.code === 'NB3' && s.state === 'running' && idle ? undefined : s.code === 'NB5' ? 0 : dice(s) });
	await day.work();
	const { state, late, due_at, ready_at, promised_minutes } = day.step('NB3'), due = Date.parse(due_at);
	assert.deepEqual([state, late], ['running', false]);
	assert.equal(due, Date.parse(ready_at) + promised_minutes * MINUTE);
	const next = () => Number(rows(instance.dir, `SELECT next_at FROM joint_case WHERE number = '${day.j.number}'`)[0].next_at);
	assert.equal(next(), due + 1, 'the server looks when they are over');
	clock.set(due);
	await day.look();
	assert.equal(day.step('NB3').late, false);
	/* The server leaves what is due for a moment to others. */
	clock.set(due + 2000);
	while (!day.step('NB3').late) {
		await sleep(50);
		await day.look();
	}
	assert.deepEqual(await day.when('NB3', 'late'), [clock.now]);
	assert.deepEqual([day.step('NB4').state, day.step('NB5').state], ['waiting', 'done'], 'what does not depend on it has gone on');
	assert.ok(day.step('NB3').may.includes('replace'));
	await day.decide('NB3', 'replace', '承办岗逾期,改由窗口办理');
	idle = false;
	await day.work();
	const j = await day.holds();
	await day.timeline('a desk that does nothing');
	assert.deepEqual([j.state, j.counts.done, day.step('NB3').by_desk], ['finished', 9, true]);
	assert.equal((await day.when('NB3', 'late')).length, 1, 'told once');
});

test('a corrected result reaches the steps that used it, each once, and no other', async () => {
	const day = await born('corrected');
	await day.work();
	assert.equal(day.j.counts.done, 9);
	const before_ = new Map(day.j.steps.map((s) => [s.code, s])), number = citizen('33070320191022004'), masked = number.replace(/^(.{3}).*(.{4})$/, '$1***********$2');
	clock.set(clock.now + 10 * MINUTE);
	await day.clerk.post(day.path('/steps/NB2/correction'), { results: { child_id_number: number, household_code: given.household_code }, reason: '公民身份号码录错' }, { ifMatch: '*' });
	await day.work();
	await day.timeline('a number that was wrong');
	const j = await day.look(), touched = ['NB3', 'NB4', 'NB6'];
	assert.equal(j.state, 'finished');
	assert.equal(day.step('NB2').results.child_id_number, masked);
	for (const s of j.steps) {
		const was = before_.get(s.code);
		assert.deepEqual([s.state, s.attempt], ['done', was.attempt + (touched.includes(s.code) ? 1 : 0)], s.code);
		if (touched.includes(s.code)) assert.ok(Date.parse(s.ended_at) > Date.parse(was.ended_at), s.code);
		else if (s.code !== 'NB2') assert.deepEqual([s.case, s.ended_at, s.results], [was.case, was.ended_at, was.results], s.code);
	}
	for (const code of touched) {
		const c = await day.clerk.get(`/api/v1/cases/${day.step(code).case.id}`);
		assert.equal(c.parties.find((p) => p.role === 'child').identifier, masked);
	}
});

/* One of the register, so that what the tax office is asked about it is there. */
const company = () => dataset('enterprises').find((e) => e.status === 'operating' && e.abnormal === 'no' && e.legal_rep_id_number !== '');

async function enterprise(share, signed) {
	await morning();
	const e = company(), day = new Day({ share, results: { uscc: e.uscc } }), event = await day.clerk.get('/api/v1/lifeevents/LE-ENTERPRISE');
	await day.begin('LE-ENTERPRISE', formOf(event, 0, { enterprise_name: e.name, legal_rep_name: e.legal_rep_name, legal_rep_id_number: e.legal_rep_id_number,
		premises_tenure: 'free_use' }), signed);
	await day.work();
	const j = await day.holds();
	assert.deepEqual([j.state, j.counts.done], ['finished', 6], JSON.stringify(j.steps.map((s) => [s.code, s.state, s.reason])));
	assert.equal(new Set(j.steps.map((s) => s.agency.code)).size, 6);
	assert.equal((await day.events()).filter((x) => x.event === 'late').length, 0);
	await day.startsAtOnce();
	return day;
}

test('an enterprise within eight working hours, six agencies at a time where the graph allows it', async () => {
	const day = await enterprise(desks('enterprise'));
	await day.timeline(`seed ${SEED}`);
	assert.ok(day.minutes(Date.parse(day.j.ended_at)) <= 480);
});

test('desks that take all their minutes keep to the plan: each step starts at its earliest', async () => {
	/* What was not signed is asked of a department, so that no rule is quicker. */
	const day = await enterprise(() => 1, false);
	await day.timeline('every minute that is promised');
	assert.deepEqual(day.j.steps.map((s) => [s.code, day.minutes(Date.parse(s.ready_at)), day.minutes(Date.parse(s.ended_at))]),
		day.event.steps.map((s) => [s.code, s.starts_at, s.starts_at + s.promised_minutes]));
	assert.equal(day.minutes(Date.parse(day.j.ended_at)), 480);
});

test('the store and the log hold', () => {
	must(['log', 'check', '-d', instance.dir], { env: clock.env });
	must(['store', 'check', '-d', instance.dir], { env: clock.env });
	assert.equal(Number(rows(instance.dir, `SELECT count(*) AS n FROM joint_event WHERE at > ${clock.now}`)[0].n), 0, 'nothing has happened yet that is to come');
	assert.doesNotMatch(instance.log, /level=(error|bug)\b/);
});

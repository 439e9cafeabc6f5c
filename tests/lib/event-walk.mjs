// A life event from its first question to its last result, with somebody at every counter and desk.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { citizen, organisation, uscc } from './idents.mjs';
import { dataset } from './catalogue.mjs';

export const DIVISION = '330700';
const SETTLED = ['done', 'skipped', 'withdrawn'];

/** Somebody of the register who lives, and has a wife or husband. */
const adults = () => dataset('persons').filter((p) => p.status === 'alive' || p.status === 'normal' || p.death_date === '');
const person = (n, sex) => {
	const list = adults().filter((p) => sex === undefined || p.sex === sex);
	return list[(n * 37 + 11) % list.length];
};

/** A value that the field takes. */
function valueOf(field, n) {
	if (field.values?.length > 0) return field.type === 'enum_list' ? [field.values[0].value ?? field.values[0]] : field.values[n % field.values.length].value ?? field.values[n % field.values.length];
	switch (field.type) {
	case 'boolean': return false;
	case 'integer': return 30;
	case 'number': return 5000;
	case 'date': return '2019-10-01';
	case 'datetime': return '2019-10-31T18:34:00+08:00';
	case 'id18': return person(n).id_number;
	case 'uscc18': return dataset('enterprises')[n % dataset('enterprises').length].uscc;
	default:
		if (/phone/.test(field.name)) return '13800000000';
		if (/account$/.test(field.name) && /bank/.test(field.name)) return '6222000000000000';
		return /hukou_city/.test(field.name) ? '330702' : `值${n}`;
	}
}

/** A form of this event, filled in: names and numbers of the same people. */
export function formOf(event, n = 0, change = {}) {
	const form = Object.fromEntries(event.form.map((f) => [f.name, valueOf(f, n)]));
	for (const f of event.form.filter((x) => x.type === 'id18')) {
		const stem = f.name.replace(/_?id_number$/, ''), who = person(n + stem.length, stem === 'father' ? 'M' : stem === 'mother' ? 'F' : undefined);
		form[f.name] = who.id_number;
		const name = stem === '' ? 'name' : `${stem}_name`;
		if (name in form) form[name] = who.name;
	}
	return { ...form, ...change };
}

/** Whose signature is asked for on such a form. */
export const signerOf = (form) => form.mother_id_number ?? form.legal_rep_id_number ?? form.applicant_id_number ?? form.id_number ?? form.buyer_id_number ??
	form.parent_id_number ?? form.operator_id_number;

/** What a desk gives: a number that fits whoever takes it. */
let serial = 0;
function resultOf(name) {
	serial++;
	if (/id_number$/.test(name)) return citizen(`33070220191031${String(serial % 1000).padStart(3, '0')}`);
	if (name === 'uscc') return uscc(`91330702${organisation(`MA${String(serial).padStart(6, '0')}`)}`);
	if (name === 'birth_cert_number') return `Z33${String(serial).padStart(6, '0')}`;
	if (/date$/.test(name)) return '2019-10-31';
	return `${name.toUpperCase()}-${serial}`;
}

export class EventWalk {
	/** results: what the desks give, where it is to be something in particular. */
	constructor({ instance, staff, division = DIVISION, log, results = {} }) {
		Object.assign(this, { instance, staff, division, clerk: staff.clerk(division), log: log ?? (() => {}), results });
		this.given = {};
	}

	path(rest = '') { return `/api/v1/jointcases/${this.id}${rest}`; }
	async look() { return this.j = await this.clerk.get(this.path()); }
	step(code) { return this.j.steps.find((s) => s.code === code); }

	async open(event, form, rest = {}) {
		this.event = event;
		this.j = await this.clerk.post('/api/v1/jointcases', { life_event: event.code, division: this.division, form, ...rest }, { status: 201 });
		this.id = this.j.id;
		return this.j;
	}

	/** One signature for all that may be committed to. */
	async sign(number) {
		const { commitments } = await this.clerk.get(this.path('/commitments'));
		if (commitments.length === 0) return;
		const items = Object.fromEntries(commitments.map((c) => [c.item, { notice: c.notice.hash, letter: c.letter.hash }]));
		await this.clerk.post(this.path('/commitments'), { signer: number, items, agreed: true }, { ifMatch: '*' });
	}

	decide(step, decision, reason = '依据材料,按此办理') {
		this.log(step, decision);
		return this.clerk.post(this.path(`/steps/${step}/decision`), { decision, reason }, { ifMatch: '*' });
	}

	/** Every question that waits at a desk is answered. */
	async answerDesks(c, answer = 'match') {
		for (const item of c.items.filter((i) => i.state === 'verifying')) {
			/* Nothing is due later than its step, unless that was late when it was asked. */
			const { sent_at, due_at } = item.verification, step = c.joint_case.due_at;
			if (sent_at < step) assert.ok(due_at <= step, `${item.code} is due ${due_at}, its step ${step}`);
			await this.staff.at(item.verification.desk.code, async (client) => {
				const path = `/api/v1/verifications/${item.verification.id}`;
				await client.post(`${path}/signature`, {}, { ifMatch: '*' });
				await client.post(`${path}/answer`, { answer, basis: '查台账' }, { ifMatch: '*' });
			});
		}
	}

	/** The department is asked, unless the server was quicker. */
	async askDesk(path, item) {
		const answer = await this.clerk.send({ method: 'POST', path: `${path}/items/${item}/verification`, json: {}, ifMatch: '*', key: true });
		assert.ok(answer.status === 200 || answer.status === 409, answer.text);
	}

	/** Settles a case with its results.  Where the step has just begun anew the case is given its new values first. */
	async conclude(path, results) {
		for (let left = 100;; left--) {
			const answer = await this.clerk.send({ method: 'POST', path: `${path}/conclusion`, json: { outcome: 'settled', results }, ifMatch: '*', key: true });
			if (answer.json?.code !== 'step_state' || left === 0) return void assert.equal(answer.status, 200, answer.text);
			await sleep(20);
		}
	}

	/** A clerk does the case of a step to its end. */
	async doCase(step, { refuse = false, conclude = true } = {}) {
		const path = `/api/v1/cases/${step.case.id}`;
		let c = await this.clerk.get(path);
		if (!['open', 'accepted'].includes(c.state)) return;
		await this.answerDesks(c);
		c = await this.clerk.get(path);
		if (step.auto && !step.by_desk) {
			/* Who may sign is not always who did: then the department is asked. */
			for (const item of c.items.filter((i) => i.state === 'to_commit')) await this.askDesk(path, item.code);
			return;
		}
		for (const item of c.items.filter((i) => ['to_commit', 'not_established'].includes(i.state))) await this.askDesk(path, item.code);
		c = await this.clerk.get(path);
		await this.answerDesks(c);
		c = await this.clerk.get(path);
		const open = c.items.filter((i) => !['cancelled', 'established', 'committed', 'does_not_apply'].includes(i.state));
		if (!conclude) return;
		if (c.state === 'open' && open.every((i) => i.state !== 'undecided' && i.state !== 'waiting_input'))
			await this.clerk.post(`${path}/acceptance`, {}, { ifMatch: '*' });
		if (refuse) return void await this.clerk.post(`${path}/conclusion`, { outcome: 'refused', reason: '不符合条件' }, { ifMatch: '*' });
		if (open.length > 0) return this.log(step.code, 'open items', open.map((i) => `${i.code} ${i.state}`).join());
		const results = Object.fromEntries(c.joint_case.outputs.filter((o) => o.required).map((o) => [o.name, this.results[o.name] ?? resultOf(o.name)]));
		this.given[step.code] = results;
		this.log(step.code, 'concluded', JSON.stringify(results));
		await this.conclude(path, results);
	}

	/** Until nothing is left to do; each round is one look at everything.  onFailed decides about what could not be done. */
	async toEnd({ onFailed = (s) => this.decide(s.code, 'skip'), rounds = 400, doStep = (s) => this.doCase(s) } = {}) {
		for (let round = 0; round < rounds; round++) {
			await this.look();
			if (this.j.state !== 'running') return this.j;
			for (const s of this.j.steps) {
				if (['running', 'replaced'].includes(s.state) && s.case !== null) await doStep(s);
				else if (s.state === 'failed' || s.state === 'returned') await onFailed(s);
			}
			await sleep(30);
		}
		assert.fail(`${this.event.code} does not end: ${this.j.steps.filter((s) => !SETTLED.includes(s.state)).map((s) => `${s.code} ${s.state} ${JSON.stringify(s.reason)} lacks ${s.lacks}`).join('; ')}`);
	}

	/** What must hold of a joint case that has ended, whatever happened to it. */
	async holds() {
		const j = await this.look(), { events: told } = await this.clerk.get(this.path('/events?limit=200'));
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
		for (const s of this.event.steps)
			for (const before_ of s.after)
				if (place(s.code, 'ready') >= 0 && place(before_, 'done') >= 0) assert.ok(place(before_, 'done') < place(s.code, 'ready'), `${before_} before ${s.code}`);
		for (const s of j.steps.filter((x) => x.state === 'done')) {
			assert.notEqual(s.case, null);
			const c = await this.clerk.get(`/api/v1/cases/${s.case.id}`);
			assert.deepEqual([c.state, c.joint_case.number, c.joint_case.step], ['settled', j.number, s.code]);
			for (const [name, value] of Object.entries(this.given[s.code] ?? {})) assert.equal(s.results[name], /^\d{17}[\dX]$/.test(value) ? `${value.slice(0, 3)}${'*'.repeat(11)}${value.slice(14)}` : value);
		}
		return j;
	}
}

// What must be true of a case while it goes its way: it is asked for, changed and refused here, and after
// each of these held against what it must have come to (expect.mjs).
import assert from 'node:assert/strict';
import { addWorkdays, dayOf } from './calendar.mjs';
import { countsOf } from './cases.mjs';
import { dueOfCase, dueOfQuestion } from './expect.mjs';
import { Dice } from './invent.mjs';
import { uuid7 } from './uuid7.mjs';

/** What may follow what (docs/decisions.md 12): written down here once more, so that the program's table has something to agree with. */
const BEGIN = ['undecided', 'does_not_apply', 'cancelled', 'waiting_input', 'to_query', 'to_commit', 'to_verify'];
const AGAIN = ['undecided', 'does_not_apply', 'waiting_input', 'to_query', 'to_commit', 'to_verify'];
const MOVES = {
	undecided: BEGIN,
	does_not_apply: BEGIN,
	cancelled: ['undecided', 'does_not_apply'],
	waiting_input: [...BEGIN, 'supervised'],
	to_query: [...BEGIN, 'established', 'not_established', 'verifying', 'supervised'],
	to_commit: [...BEGIN, 'committed', 'verifying'],
	to_verify: [...BEGIN, 'verifying', 'supervised'],
	verifying: [...BEGIN, 'established', 'not_established', 'supervised'],
	supervised: [...BEGIN, 'verifying', 'established', 'not_established'],
	established: [...AGAIN, 'not_established'],
	not_established: [...BEGIN, 'verifying', 'established', 'committed', 'supervised'],
	committed: AGAIN,
};
export const CASE_MOVES = { open: ['accepted', 'refused', 'withdrawn'], accepted: ['settled', 'refused', 'withdrawn'], settled: [], refused: [], withdrawn: [] };

const versionOf = (answer) => answer.json.version ?? answer.json.case?.version;

export class Book {
	/** staff: who works on it; off: services that are switched off; seed and number make the case and its way. */
	constructor({ staff, seed, number, matter, off = new Set(), checked = true }) {
		Object.assign(this, { staff, off, checked, matter, name: `WALK_SEED=${seed} WALK=${number} (${matter})` });
		this.dice = new Dice(seed, number, matter);
		this.did = [];
		this.records = [];	/* what must stand in the log: "type item" */
		this.versions = 0;	/* what one request does to a case is one version */
		this.refusals = this.requests = 0;
	}

	/* Asking */

	async send(client, request) {
		this.requests++;
		return client.send({ checked: this.checked, key: request.method === 'POST' ? true : undefined, ...request });
	}

	/** A change of the case that must succeed; some are sent twice with their key. */
	async change(what, path, json, { method = 'POST', client = this.clerk, version = this.c?.version } = {}) {
		const request = { method, path, json, key: method === 'POST' ? uuid7() : undefined, ifMatch: version };
		const answer = await this.send(client, request);
		assert.ok(answer.status < 300, `${what}: ${answer.status} ${answer.text}`);
		/* What found nothing to do wrote nothing, and may be asked again. */
		if (method === 'POST' && versionOf(answer) !== version && this.dice.chance(0.05)) {
			const again = await this.send(client, request);
			assert.equal(again.status, answer.status, again.text);
			assert.equal(again.headers['idempotent-replay'], 'true');
			assert.equal(versionOf(again), versionOf(answer), 'a repeated request does nothing');
		}
		return answer.json;
	}

	async refused(code, path, json, { method = 'POST', client = this.clerk, version = this.c.version } = {}) {
		const answer = await this.send(client, { method, path, json, ifMatch: version });
		assert.equal(answer.json?.code, code, `${method} ${path} -> ${answer.status} ${answer.text}`);
		/* What cannot be read is no refusal: it might not have been meant. */
		if (client === this.clerk && ![400, 422].includes(answer.status)) this.refusals++;
		const before = this.c;
		this.check(await this.look());
		assert.equal(this.c.version, before.version, 'what was refused changed nothing');
		return answer.json;
	}

	async look() {
		const answer = await this.send(this.clerk, { path: this.path });
		assert.equal(answer.status, 200, answer.text);
		return answer.json;
	}

	get path() { return `/api/v1/cases/${this.id}`; }
	get situation() { return { matter: this.matter, parties: this.parties, form: this.form, asks: this.asks }; }
	itemsIn(...states) { return this.items.filter((i) => states.includes(i.state)); }
	note(...what) { this.did.push(what); }
	wrote(type, item) {
		this.wroteToo(type, item);
		this.versions++;
	}

	/** One more record of the same request. */
	wroteToo(type, item) { this.records.push(item === undefined ? type : `${type} ${item}`); }

	/* Invariants */

	/** Holds the case as it is shown against what it must be. */
	check(c, through = {}) {
		const was = this.c;
		this.c = c;
		assert.deepEqual(c.items.map((i) => i.code), this.items.map((i) => i.code), 'the items of the list, in its order');
		assert.deepEqual(c.counts, countsOf(c.items));
		assert.equal(c.version, this.versions, 'one version for each request');
		assert.equal(c.state, this.state);
		assert.equal(c.agency.code, this.agency);
		this.checkProgress(c);
		assert.ok(was === undefined || was.state === c.state || CASE_MOVES[was.state].includes(c.state), `${was?.state} to ${c.state}`);
		assert.deepEqual(c.form, this.form);
		assert.deepEqual(c.parties.map((p) => [p.role, p.kind, p.identifier_type]).sort(), this.parties.map((p) => [p.role, p.kind, p.identifier_type]).sort());
		for (const [n, shown] of c.items.entries()) {
			const before = was?.items[n].state, via = through[shown.code];
			const moves = (from, to) => from === to || MOVES[from].includes(to);
			assert.ok(before === undefined || (via === undefined ? moves(before, shown.state) : moves(before, via) && moves(via, shown.state)),
				`${shown.code}: ${before} to ${shown.state}`);
			this.checkItem(shown, this.items[n]);
		}
	}

	/** Its limits, and what was asked of the applicant, put off, and decided. */
	checkProgress(c) {
		const from = this.correction && c.acceptance !== null ? c.acceptance.at : c.opened_at;
		assert.equal(c.due_on, dueOfCase(this.matter, Date.parse(from)));
		assert.equal(c.limits.ends_on, c.due_on);
		assert.equal(c.limits.stands, c.state === 'open' && this.correction !== undefined);
		assert.equal(c.limits.days_left === null, c.limits.stands || CASE_MOVES[c.state].length === 0);
		assert.deepEqual(c.correction?.items, this.correction);
		if (c.correction !== null) assert.equal(c.correction.due_on, addWorkdays(dayOf(Date.parse(c.correction.at)), 5));
		const lacks = (code) => ['undecided', 'waiting_input'].includes(this.items.find((i) => i.code === code).state);
		assert.deepEqual(c.deferral, this.deferred === undefined ? null :
			{ until: this.until, overdue: false, items: this.deferred, lacking: this.deferred.filter(lacks) });
		assert.equal(c.acceptance !== null, this.accepted === true);
		assert.equal(c.conclusion !== null, CASE_MOVES[c.state].length === 0);
		if (c.conclusion !== null) assert.ok(Date.parse(c.conclusion.at) >= Date.parse(c.opened_at), 'an end has its date');
	}

	/** What may be done with an item now. */
	may(item) {
		const byData = item.way === 'data_query', doubts = item.disputes?.some((d) => d.state === 'open' && d.answer === item.answer) ? [] : ['dispute'];
		const commit = item.listed.method === 'commitment' && !item.wasBarred && this.signers().length > 0 ? ['commit'] : [];
		if (CASE_MOVES[this.state].length === 0) return byData && ['established', 'not_established'].includes(item.state) ? doubts : [];
		switch (item.state) {
		case 'undecided': case 'waiting_input': return ['fill_in'];
		case 'to_query': return ['query'];
		case 'to_commit': return ['verify', ...commit];
		case 'to_verify': case 'supervised': return ['verify'];
		case 'verifying': return [item.verification.state === 'need_more' ? 'supply' : 'remind', 'withdraw_verification'];
		case 'established': return byData ? ['query_again', ...doubts] : [];
		case 'not_established': return [...(byData ? ['query_again', 'verify', ...doubts] : []), ...commit, 'refuse'];
		default: return [];
		}
	}

	checkItem(shown, item) {
		const says = `${item.code} ${JSON.stringify(shown)}`;
		assert.equal(shown.state, item.state, says);
		assert.equal(shown.way, item.state === 'does_not_apply' || item.state === 'undecided' ? item.listed.method : item.way, says);
		assert.deepEqual(shown.missing?.map((m) => m.name).sort(), item.state === 'undecided' ? [...item.lacks].sort() : undefined, says);
		assert.deepEqual(shown.waiting_for?.map((w) => `${w.kind} ${w.name}`).sort(),
			item.state === 'waiting_input' ? item.lacks.map((l) => l.join(' ')).sort() : undefined, says);
		if (item.listed.method === 'commitment' && item.state === 'to_verify') item.wasBarred = true;
		assert.deepEqual([...shown.may].sort(), this.may(item).sort(), says);
		/* Nothing is shown that the item does not name, nothing at all for what was cancelled or does not apply. */
		const rows = shown.answer?.rows;
		assert.equal(rows !== undefined, item.answer !== undefined, says);
		if (rows !== undefined) {
			assert.deepEqual(shown.answer.fields.map((f) => f.name), item.listed.fields.split(';'));
			for (const row of rows) assert.ok(Object.keys(row).every((k) => item.listed.fields.split(';').includes(k)), says);
			const order = (list) => list.map((r) => JSON.stringify(Object.entries(r).sort())).sort();
			assert.deepEqual(order(rows), order(item.answer.rows), says);
			assert.equal(shown.answer.count, rows.length);
			assert.equal(shown.answer.answer, rows.length > 0 ? 'found' : 'not_found');
		}
		assert.deepEqual(shown.disputes?.map((d) => d.state), item.disputes?.map((d) => d.state), says);
		assert.equal(shown.notices?.length ?? 0, item.notices, says);
		assert.equal(shown.commitment !== undefined, item.state === 'committed', says);
		assert.equal(shown.verification?.id, item.verification?.id, says);
		if (item.verification !== undefined) {
			const v = shown.verification, { desk } = item.verification;
			assert.equal(v.desk.code, desk.code, says);
			assert.equal(v.state, item.verification.state, says);
			assert.equal(Date.parse(v.due_at), item.verification.due ??= dueOfQuestion(item.listed, desk, Date.parse(v.sent_at)), says);
			assert.equal(v.reminders, item.verification.reminders, says);
		}
		if (['cancelled', 'does_not_apply', 'undecided', 'waiting_input'].includes(item.state))
			assert.deepEqual([shown.answer, shown.verification, shown.commitment, shown.question], [undefined, undefined, undefined, undefined], says);
	}
}

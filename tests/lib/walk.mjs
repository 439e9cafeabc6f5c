// A case that goes its way: opened, asked about, answered, changed and brought to an end by steps that dice
// choose, and after each of them held against what it must have come to (expect.mjs).
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { addOffice, addWorkdays, dayOf, officeBetween } from './calendar.mjs';
import { countsOf } from './cases.mjs';
import { fieldsOf, inputsOf, itemByCode, itemsOf, matterByCode } from './catalogue.mjs';
import { actingAgency, answers, applies, barred, begins, deskOf, desksFor, dueOfCase, dueOfQuestion, nothingEstablishes, serviceOfItem } from './expect.mjs';
import { Dice, inventAnswer, inventAsk, inventForm, inventParties } from './invent.mjs';
import { uuid7 } from './uuid7.mjs';

const STEPS_MAX = 12, END_MAX = 60, FAILED_MAX = 5;

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
const CASE_MOVES = { open: ['accepted', 'refused', 'withdrawn'], accepted: ['settled', 'refused', 'withdrawn'], settled: [], refused: [], withdrawn: [] };

const UNSETTLED = ['waiting_input', 'undecided', 'to_query', 'to_commit', 'to_verify', 'verifying', 'supervised', 'not_established'];
const OPEN = ['sent', 'signed_for', 'need_more'];
const WORKABLE = ['open', 'accepted'];
const whyNot = { cancelled: 'item_cancelled', does_not_apply: 'item_not_applicable', undecided: 'item_undecided', waiting_input: 'item_waiting_input',
	verifying: 'item_verifying', supervised: 'item_supervised', established: 'item_settled', not_established: 'item_settled', committed: 'item_settled' };

const versionOf = (answer) => answer.json.version ?? answer.json.case?.version;

export class Walk {
	/** staff: who works on it; off: services that are switched off; seed and number make the case and its way. */
	constructor({ staff, seed, number, matter, off = new Set(), checked = true }) {
		Object.assign(this, { staff, off, checked, matter, name: `WALK_SEED=${seed} walk ${number} of ${matter}` });
		this.dice = new Dice(seed, number, matter);
		this.did = [];
		this.records = [];	/* what must stand in the log: [type, item] */
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
		if (client === this.clerk) this.refusals++;
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
	wrote(type, item) { this.records.push(item === undefined ? type : `${type} ${item}`); }

	/* Invariants */

	/** Holds the case as it is shown against what it must be. */
	check(c, through = {}) {
		const was = this.c;
		this.c = c;
		assert.deepEqual(c.items.map((i) => i.code), this.items.map((i) => i.code), 'the items of the list, in its order');
		assert.deepEqual(c.counts, countsOf(c.items));
		assert.equal(c.version, this.records.length, 'one version for each operation');
		assert.equal(c.due_on, dueOfCase(this.matter, Date.parse(c.opened_at)));
		assert.equal(c.state, this.state);
		assert.ok(was === undefined || was.state === c.state || CASE_MOVES[was.state].includes(c.state), `${was?.state} to ${c.state}`);
		assert.deepEqual(c.form, this.form);
		for (const [n, shown] of c.items.entries()) {
			const before = was?.items[n].state, via = through[shown.code];
			const moves = (from, to) => from === to || MOVES[from].includes(to);
			assert.ok(before === undefined || (via === undefined ? moves(before, shown.state) : moves(before, via) && moves(via, shown.state)),
				`${shown.code}: ${before} to ${shown.state}`);
			this.checkItem(shown, this.items[n]);
		}
	}

	checkItem(shown, item) {
		const says = `${item.code} ${JSON.stringify(shown)}`;
		assert.equal(shown.state, item.state, says);
		assert.equal(shown.way, item.state === 'does_not_apply' || item.state === 'undecided' ? item.listed.method : item.way, says);
		assert.deepEqual(shown.missing?.map((m) => m.name).sort(), item.state === 'undecided' ? [...item.lacks].sort() : undefined, says);
		assert.deepEqual(shown.waiting_for?.map((w) => `${w.kind} ${w.name}`).sort(),
			item.state === 'waiting_input' ? item.lacks.map((l) => l.join(' ')).sort() : undefined, says);
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

	/* What happens */

	async open() {
		const { dice } = this, m = matterByCode().get(this.matter);
		const division = m.level === 'city' && dice.chance(0.5) ? '330700' : dice.pick(this.staff.divisions);
		this.clerk = this.staff.clerk(division);
		this.division = division;
		this.acting = actingAgency(m.agency_code, division);
		this.parties = inventParties(dice, this.matter);
		this.form = inventForm(dice, this.matter, dice.pick([0, 0.5, 0.9, 1]));
		this.asks = {};
		for (const i of itemsOf(this.matter))
			for (const { input } of inputsOf(i).filter((x) => x.source === 'ask'))
				if (dice.chance(0.5)) this.asks[`${i.code} ${input}`] = inventAsk(dice, i, input);
		const isBarred = barred(this.matter, this.parties);
		this.items = itemsOf(this.matter).map((listed) => ({ code: listed.code, listed, notices: 0, ...begins(listed, this.situation, isBarred) }));
		this.state = 'open';
		this.note('open', division, this.parties, this.form, this.asks);
		this.wrote('case.opened');
		const c = await this.change('open', '/api/v1/cases', { matter: this.matter, division, channel: dice.pick(['window', 'online', 'postal']),
			parties: this.parties.map(({ number, known, ...p }) => p), form: this.form, ...(dice.chance(0.5) || Object.keys(this.asks).length > 0 ? { asks: this.askList() } : {}) });
		this.id = c.id;
		assert.equal(c.agency.code, this.acting.code);
		this.check(c);
	}

	askList() {
		return Object.entries(this.asks).map(([k, value]) => ({ item: k.split(' ')[0], input: k.split(' ')[1], value }));
	}

	/** What other answers make of every item: what still applies and asks the same stays as it was. */
	workOut() {
		const isBarred = barred(this.matter, this.parties);
		for (const item of this.items) {
			const b = begins(item.listed, this.situation, isBarred), fresh = ['does_not_apply', 'undecided', 'waiting_input'];
			const stays = !['does_not_apply', 'undecided'].includes(b.state) && !fresh.includes(item.state) &&
				!(item.listed.method === 'commitment' && ['to_commit', 'to_verify'].includes(item.state)) &&
				isDeepStrictEqual(b.values, item.values);
			if (stays) continue;
			if (b.state !== item.state || !isDeepStrictEqual(b.lacks, item.lacks)) {
				item.answer = item.verification = undefined;
				item.way = b.way;
			}
			Object.assign(item, b);
		}
	}

	async answer(form, asks = this.asks) {
		Object.assign(this, { form, asks });
		this.note('answers', form, asks);
		this.workOut();
		this.wrote('case.answered');
		this.check(await this.change('answers', `${this.path}/answers`, { form, asks: this.askList() }, { method: 'PUT' }));
	}

	/** What a query of this item, or a question about it, must make of it. */
	asked(item) {
		const said = answers(item.listed, item.values, this.acting, this.off);
		if (said.fault === undefined) {
			this.wrote('query.answered', item.code);
			Object.assign(item, { answer: said, notices: 0, state: said.established ? 'established' : 'not_established' });
		} else {
			this.wrote('query.failed', item.code);
			this.questioned(item);
		}
	}

	questioned(item) {
		this.wrote('verification.sent', item.code);
		Object.assign(item, { before: [item.state, item.way], way: 'department_verify', verification: { desk: deskOf(item.listed, this.division, item.state === 'supervised'), state: 'sent', version: 1, reminders: 0 },
			state: 'verifying' });
	}

	/** A new question has an id that nobody could foresee. */
	meet(c) {
		for (const [n, shown] of c.items.entries())
			if (this.items[n].verification !== undefined && this.items[n].verification.id === undefined)
				this.items[n].verification.id = shown.verification?.id;
		return c;
	}

	async settle() {
		this.note('settle');
		for (const item of this.items) {
			if (item.state === 'to_query') this.asked(item);
			else if (item.state === 'to_verify') this.questioned(item);
		}
		this.check(this.meet(await this.change('settle', `${this.path}/settlement`, {})));
	}

	async query(item, again) {
		this.note('query', item.code, again);
		this.asked(item);
		await this.change('query', `${this.path}/items/${item.code}/query`, again ? { again: '当事人说已经变了' } : {});
		this.check(this.meet(await this.look()));
	}

	/** Typed on the card, and asked at once. */
	async typeAndQuery(item) {
		const typed = Object.fromEntries(item.lacks.map(([, input]) => [input, inventAsk(this.dice, item.listed, input)]));
		this.note('type', item.code, typed);
		for (const [input, value] of Object.entries(typed)) this.asks = { ...this.asks, [`${item.code} ${input}`]: value };
		this.wrote('case.answered');
		this.workOut();
		assert.equal(item.state, 'to_query');
		this.asked(item);
		await this.change('query', `${this.path}/items/${item.code}/query`, { asks: typed });
		this.check(this.meet(await this.look()), { [item.code]: 'to_query' });
	}

	async verify(item) {
		this.note('verify', item.code);
		this.questioned(item);
		await this.change('verify', `${this.path}/items/${item.code}/verification`, this.dice.chance(0.3) ? { note: '申请人在窗口等候' } : {});
		this.check(this.meet(await this.look()));
	}

	signers() {
		return this.parties.filter((p) => ['applicant', 'legal_representative', 'guardian'].includes(p.role) && p.kind === 'person');
	}

	async commit(item, signer) {
		this.note('commit', item.code, signer.role);
		const answer = await this.send(this.clerk, { path: `${this.path}/items/${item.code}/commitment` });
		assert.equal(answer.status, 200, answer.text);
		assert.deepEqual([...answer.json.signer_roles].sort(), this.signers().map((p) => p.role).sort());
		const json = { notice: answer.json.notice.hash, letter: answer.json.letter.hash, signer: signer.role, agreed: true };
		const path = `${this.path}/items/${item.code}/commitment`;
		if (barred(this.matter, [{ ...signer, role: 'applicant' }])) return this.refused('credit_excluded', path, json);
		this.wrote('commitment.signed', item.code);
		item.state = 'committed';
		await this.change('commit', path, json);
		this.check(await this.look());
	}

	/** The desk signs for a question, answers it, gives it back, asks back or passes it on. */
	async desk(item, how) {
		const v = item.verification, path = `/api/v1/verifications/${v.id}`, signed = v.state === 'signed_for';
		how ??= this.dice.weighed({ sign: signed ? 0 : 5, need_more: signed ? 4 : 0, transfer: signed ? 2 : 0, match: 4, mismatch: 2, not_found: 2,
			cannot_verify: 2, return: 2 });
		this.note('desk', item.code, how);
		await this.staff.at(v.desk.code, async (client) => {
			if (how === 'sign') {
				this.wrote('verification.signed_for', item.code);
				v.state = 'signed_for';
				await this.change('sign', `${path}/signature`, {}, { client, version: v.version });
			} else if (how === 'need_more') {
				this.wrote('verification.need_more', item.code);
				v.state = 'need_more';
				await this.change('ask back', `${path}/need-more`, { what: '户名是谁的' }, { client, version: v.version });
			} else if (how === 'transfer') {
				const desk = this.dice.pick(desksFor(this.division).filter((d) => d.code !== v.desk.code));
				this.wrote('verification.transferred', item.code);
				item.verification = { desk, state: 'sent', version: 0, due: v.due, reminders: 0 };
				await this.change('pass on', `${path}/transfer`, { desk: desk.code, reason: '不归本岗' }, { client, version: v.version });
			} else if (how === 'return') {
				this.wrote('verification.returned', item.code);
				v.state = 'returned';
				item.state = 'supervised';
				await this.change('return', `${path}/return`, { reason: '不归本岗' }, { client, version: v.version });
			} else {
				this.wrote('verification.answered', item.code);
				v.state = 'answered';
				item.state = how === 'cannot_verify' ? 'supervised' :
					how === 'match' || (how === 'not_found' && nothingEstablishes(item.listed)) ? 'established' : 'not_established';
				await this.change('answer', `${path}/answer`, { answer: how, basis: '查本部门台账' }, { client, version: v.version });
			}
		});
		/* What a query had shown stands on the card no longer: the desk's answer does. */
		if (!['sign', 'need_more', 'transfer'].includes(how)) item.answer = undefined;
		item.verification.version++;
		this.check(this.meet(await this.look()));
	}

	/** The counter answers what the desk asked back; the clock goes on with what was left. */
	async supply(item) {
		const v = item.verification, path = `${this.path}/items/${item.code}/verification`;
		this.note('supply', item.code);
		await this.refused('verification_state', `${path}/reminder`, {});
		this.wrote('verification.supplied', item.code);
		v.state = 'signed_for';
		v.version++;
		await this.change('supply', `${path}/supply`, { text: '是申请人的配偶' });
		const c = await this.look(), { asked_back: asked } = c.items.find((i) => i.code === item.code).verification;
		v.due = addOffice(v.desk.office_hours, Date.parse(asked.supplied_at), officeBetween(v.desk.office_hours, Date.parse(asked.at), v.due));
		this.check(c);
	}

	async remind(item) {
		const path = `${this.path}/items/${item.code}/verification/reminder`;
		this.note('remind', item.code);
		if (item.verification.reminders > 0) return this.refused('reminded_lately', path, {});
		this.wrote('verification.reminded', item.code);
		item.verification.reminders++;
		await this.change('remind', path, { note: '申请人在等' });
		this.check(await this.look());
	}

	/** The counter takes a question back: the item is where it was before. */
	async takeBack(item) {
		this.note('take back', item.code);
		this.wrote('verification.withdrawn', item.code);
		item.verification = undefined;
		[item.state, item.way] = item.before;
		await this.change('take back', `${this.path}/items/${item.code}/verification/withdrawal`, { reason: '申请人另有说明' });
		this.check(await this.look());
	}

	/** Somebody doubts what the source said; its owner upholds it or puts it right, or nobody doubts it any more. */
	async dispute(item) {
		const path = `${this.path}/items/${item.code}/dispute`, why = { reason: '申请人说与证件不同' };
		this.note('dispute', item.code);
		if (item.disputes?.some((d) => d.state === 'open' && d.answer === item.answer)) {
			await this.refused('dispute_there', path, why);
			return;
		}
		this.wrote('dispute.opened', item.code);
		item.disputes = [...(item.disputes ?? []), { state: 'open', answer: item.answer }];
		await this.change('dispute', path, why);
		const c = await this.look();
		const shown = c.items.find((i) => i.code === item.code).disputes.at(-1);
		item.disputes.at(-1).id = shown.id;
		assert.equal(shown.due_at, `${addWorkdays(addWorkdays(dayOf(Date.parse(shown.opened_at)), 0), 5)}T23:59:59.999+08:00`);
		this.check(c);
	}

	/** What was told on a card is over once somebody has seen it; asking the source again ends it too. */
	async seeNotice(item) {
		this.note('see', item.code);
		this.wrote('notice.seen', item.code);
		item.notices--;
		const { id } = this.c.items.find((i) => i.code === item.code).notices[0];
		this.check(await this.change('see', `${this.path}/notices/${id}/seen`, {}));
	}

	async endDispute(item, dispute) {
		/* Whoever else rests on such an answer is told: other walks would be, unless nobody else has this number. */
		const known = this.parties.find((p) => p.role === item.role)?.known ?? true;
		const how = this.dice.pick(['withdrawn', 'upheld', ...(known ? [] : ['corrected'])]);
		this.note('dispute ends', item.code, how);
		dispute.state = how;
		if (how === 'withdrawn') {
			this.wrote('dispute.withdrawn', item.code);
			await this.change('withdraw', `${this.path}/items/${item.code}/disputes/${dispute.id}/withdrawal`, {});
		} else {
			this.wrote('dispute.answered', item.code);
			const json = { outcome: how, basis: '查登记簿' }, path = `/api/v1/disputes/${dispute.id}/answer`;
			await this.staff.steward(serviceOfItem(item.listed).provider_agency_code, async (client) => {
				let answer;
				/* Nobody is left out: while the index of persons is behind, nothing is corrected. */
				do answer = await this.send(client, { method: 'POST', path, json, ifMatch: 1 }); while (answer.json?.code === 'index_behind');
				assert.equal(answer.status, 200, answer.text);
			});
			if (how === 'corrected')
				for (const other of this.items)
					if (other.answer !== undefined && other.role === item.role && serviceOfItem(other.listed) === serviceOfItem(item.listed)) other.notices++;
		}
		this.check(await this.look());
	}

	async accept() {
		const open = this.itemsIn('undecided', 'waiting_input');
		this.note('accept', open.length);
		if (open.length > 0) {
			const p = await this.refused('case_not_ready', `${this.path}/acceptance`, {});
			assert.deepEqual([p.args.count, p.args.item], [String(open.length), open[0].code]);
			return;
		}
		this.wrote('case.accepted');
		this.state = 'accepted';
		this.check(await this.change('accept', `${this.path}/acceptance`, {}));
	}

	async conclude(outcome) {
		const open = this.itemsIn(...UNSETTLED), path = `${this.path}/conclusion`;
		this.note('conclude', outcome, open.length);
		if (outcome === 'settled' && this.state !== 'accepted') return this.refused('case_not_accepted', path, { outcome });
		if (outcome === 'settled' && open.length > 0) {
			const p = await this.refused('case_not_ready', path, { outcome });
			assert.deepEqual([p.args.count, p.args.item], [String(open.length), open[0].code]);
			return;
		}
		this.wrote('case.concluded');
		this.state = outcome;
		for (const i of this.itemsIn('verifying'))
			if (OPEN.includes(i.verification.state)) i.verification.state = 'withdrawn';
		this.check(await this.change('conclude', path, { outcome, ...(outcome === 'settled' ? {} : { reason: '申请人不办了' }) }));
	}

	/** Two at once with what both saw: one wins, and the other is told who. */
	async twoAtOnce() {
		this.note('two at once', this.form);
		const request = () => this.send(this.clerk, { method: 'PUT', path: `${this.path}/answers`, json: { form: this.form }, ifMatch: this.c.version });
		const both = await Promise.all([request(), request()]), lost = both.find((a) => a.status !== 200);
		assert.deepEqual(both.map((a) => a.status).sort(), [200, 412], JSON.stringify(both.map((a) => a.text)));
		assert.equal(lost.json.code, 'version_stale');
		assert.ok(lost.json.args.who, 'who was first');
		this.refusals++;
		this.wrote('case.answered');
		this.workOut();
		this.check(await this.look());
	}

	/** Something that is not possible now, and is refused with its reason. */
	async impossible() {
		const item = this.dice.pick(this.items), base = `${this.path}/items/${item.code}`;
		this.note('impossible', item.code);
		const query = item.state === 'to_query' ? null : whyNot[item.state] ?? 'item_method';
		if (query !== null) await this.refused(query, `${base}/query`, {});
		const may = ['to_verify', 'to_commit', 'supervised'].includes(item.state) || (item.state === 'not_established' && item.way === 'data_query');
		if (!may) await this.refused(whyNot[item.state] ?? 'item_method', `${base}/verification`, {});
		const hash = '0'.repeat(64), sign = { notice: hash, letter: hash, signer: 'applicant', agreed: true };
		const code = item.listed.method === 'direct_cancel' ? 'item_cancelled' : item.listed.method !== 'commitment' ? 'item_method' :
			item.state === 'to_verify' ? 'credit_excluded' : item.state === 'to_commit' ? 'commitment_text' : whyNot[item.state];
		await this.refused(code, `${base}/commitment`, sign);
		if (this.state === 'accepted') await this.refused('case_is_accepted', `${this.path}/acceptance`, {});
		if (this.c.version > 1) {
			const p = await this.refused('version_stale', `${this.path}/settlement`, {}, { version: this.c.version - 1 });
			assert.equal(p.args.who, this.c.changed_by.name);
		}
	}

	/* The way */

	/** One more step of those that are possible. */
	async step() {
		const { dice } = this, missing = [...new Set(this.itemsIn('undecided').flatMap((i) => i.lacks))];
		const fields = fieldsOf(this.matter), open = this.itemsIn('verifying').filter((i) => ['sent', 'signed_for'].includes(i.verification.state));
		const typing = this.itemsIn('waiting_input').filter((i) => i.lacks.every(([kind]) => kind === 'ask'));
		const again = this.itemsIn('established', 'not_established').filter((i) => i.way === 'data_query' && i.answer !== undefined);
		const asking = this.itemsIn('verifying').filter((i) => i.verification.state === 'need_more');
		const disputed = this.items.flatMap((i) => (i.disputes ?? []).filter((d) => d.state === 'open').map((d) => [i, d]));
		const told = this.items.filter((i) => i.notices > 0);
		const possible = {
			settle: 3, two: 0.5, impossible: this.items.length > 0 ? 1 : 0, accept: this.state === 'open' ? 1.5 : 0, tooEarly: 0.5,
			fill: missing.length > 0 ? 4 : 0, other: fields.length > 0 ? 2 : 0, drop: Object.keys(this.form).length > 0 ? 0.7 : 0,
			retype: Object.keys(this.asks).length > 0 ? 1 : 0, type: typing.length > 0 ? 4 : 0,
			query: this.itemsIn('to_query').length > 0 ? 2 : 0, again: again.length > 0 ? 1 : 0,
			verify: this.verifiable().length > 0 ? 2 : 0, commit: this.itemsIn('to_commit').length > 0 && this.signers().length > 0 ? 3 : 0,
			desk: open.length > 0 ? 6 : 0, remind: open.length > 0 ? 1 : 0, supply: asking.length > 0 ? 4 : 0, back: open.length + asking.length > 0 ? 1 : 0, see: told.length > 0 ? 2 : 0,
			dispute: again.length > 0 ? 1 : 0, endDispute: disputed.length > 0 ? 2 : 0,
		};
		const answered = (name) => ({ ...this.form, [name]: inventAnswer(dice, this.matter, fields.find((f) => f.name === name)) });
		switch (dice.weighed(possible)) {
		case 'settle': return this.settle();
		case 'two': return this.twoAtOnce();
		case 'impossible': return this.impossible();
		case 'accept': return this.accept();
		case 'tooEarly': return this.state === 'accepted' && this.itemsIn(...UNSETTLED).length === 0 ? undefined : this.conclude('settled');
		case 'fill': return this.answer(answered(dice.pick(missing)));
		case 'other': return this.answer(answered(dice.pick(fields).name));
		case 'drop': {
			const { [dice.pick(Object.keys(this.form))]: dropped, ...form } = this.form;
			return this.answer(form);
		}
		case 'retype': {
			const [code, input] = dice.pick(Object.keys(this.asks)).split(' ');
			return this.answer(this.form, { ...this.asks, [`${code} ${input}`]: inventAsk(dice, itemByCode().get(code), input) });
		}
		case 'type': return this.typeAndQuery(dice.pick(typing));
		case 'query': return this.query(dice.pick(this.itemsIn('to_query')));
		case 'again': return this.query(dice.pick(again), true);
		case 'see': return this.seeNotice(dice.pick(told));
		case 'remind': return this.remind(dice.pick(open));
		case 'supply': return this.supply(dice.pick(asking));
		case 'back': return this.takeBack(dice.pick([...open, ...asking]));
		case 'dispute': return this.dispute(dice.pick(again));
		case 'endDispute': return this.endDispute(...dice.pick(disputed));
		case 'verify': return this.verify(dice.pick(this.verifiable()));
		case 'commit': return this.commit(dice.pick(this.itemsIn('to_commit')), dice.pick(this.signers()));
		default: return this.desk(dice.pick(open));
		}
	}

	verifiable() {
		return this.items.filter((i) => ['to_verify', 'to_commit', 'supervised'].includes(i.state) || (i.state === 'not_established' && i.way === 'data_query'));
	}

	/** One step nearer to an end in which nobody is sent for paper; false where the case can only be refused. */
	async nearer() {
		const { dice } = this, undecided = this.itemsIn('undecided'), waiting = this.itemsIn('waiting_input');
		if (undecided.length > 0) {
			const form = { ...this.form };
			for (const name of undecided.flatMap((i) => i.lacks)) form[name] = inventAnswer(dice, this.matter, fieldsOf(this.matter).find((f) => f.name === name));
			return this.answer(form);
		}
		if (waiting.some((i) => i.lacks.some(([kind]) => kind === 'party'))) return false;
		if (waiting.length > 0) {
			const form = { ...this.form }, asks = { ...this.asks };
			for (const i of waiting)
				for (const [kind, name] of i.lacks) {
					if (kind === 'ask') asks[`${i.code} ${name}`] = inventAsk(dice, i.listed, name);
					else form[name] = inventAnswer(dice, this.matter, fieldsOf(this.matter).find((f) => f.name === name)) || '330700001';
				}
			return this.answer(form, asks);
		}
		if (this.itemsIn('to_query', 'to_verify').length > 0) return this.settle();
		const [commit] = this.itemsIn('to_commit'), [desk] = this.itemsIn('verifying'), [above] = this.itemsIn('supervised');
		if (commit) {
			const signer = this.signers().find((p) => !barred(this.matter, [{ ...p, role: 'applicant' }]));
			return signer !== undefined ? this.commit(commit, signer) : this.verify(commit);
		}
		if (desk) return desk.verification.state === 'need_more' ? this.supply(desk) : this.desk(desk, 'match');
		if (above) return this.verify(above);
		const not = this.itemsIn('not_established');
		if (not.length > 0) return not[0].way === 'data_query' ? this.verify(not[0]) : false;
		if (this.state === 'open') return this.accept();
		return this.conclude('settled');
	}

	async run() {
		try {
			await this.open();
			for (let n = this.dice.below(STEPS_MAX + 1); n > 0; n--) await this.step();
			const outcome = this.dice.weighed({ settled: 7, refused: 2, withdrawn: 1 });
			for (let n = 0; outcome === 'settled' && WORKABLE.includes(this.state); n++) {
				assert.ok(n < END_MAX, 'a dead end: the case comes to no end');
				if (await this.nearer() === false) break;
			}
			if (WORKABLE.includes(this.state)) await this.conclude(outcome === 'withdrawn' ? outcome : 'refused');
			await this.ended();
			return this;
		} catch (e) {
			e.message = `${this.name}: ${e.message}\n${this.did.map((d) => JSON.stringify(d)).join('\n')}`;
			throw e;
		}
	}

	/** After its end a case stands still, and its records tell how it came to it. */
	async ended() {
		assert.deepEqual(CASE_MOVES[this.state], []);
		assert.ok(Date.parse(this.c.changed_at) > 0, 'on a day');
		for (const [what, json] of [['settlement', {}], ['acceptance', {}], ['conclusion', { outcome: 'refused', reason: '再办' }]])
			await this.refused('case_not_open', `${this.path}/${what}`, json);
		const left = this.items.find((i) => i.verification?.state === 'withdrawn');
		if (left !== undefined)
			await this.staff.at(left.verification.desk.code, async (client) => {
				const answer = await this.send(client, { method: 'POST', path: `/api/v1/verifications/${left.verification.id}/answer`,
					json: { answer: 'match', basis: '查' }, ifMatch: '*' });
				assert.equal(answer.json?.code, 'verification_state', answer.text);
			});
		const told = [];
		for (let cursor = ''; cursor !== null;) {
			const page = await this.send(this.clerk, { path: `${this.path}/records?limit=200${cursor && `&cursor=${cursor}`}` });
			assert.equal(page.status, 200, page.text);
			told.push(...page.json.records);
			cursor = page.json.next;
		}
		const refused = told.filter((r) => r.type === 'request.refused' && r.actor.role === 'clerk');
		assert.deepEqual(told.filter((r) => r.type !== 'request.refused').map((r) => r.item === undefined ? r.type : `${r.type} ${r.item}`), this.records);
		assert.equal(refused.length, this.refusals, 'each refusal is a record');
		assert.equal(this.c.version, this.records.length);
		for (const item of this.items) {
			const last = told.filter((r) => r.item === item.code && /^(query|verification).answered$/.test(r.type)).at(-1);
			if (['established', 'not_established'].includes(item.state)) assert.equal(last.outcome, item.state, item.code);
		}
	}
}

/** Walks, so many at a time: each matter once, then matters as dice choose; only: the number of the one to go. */
export async function walks({ staff, off, seed, from = 0, count, at = 64, checked = () => true, only }) {
	const matters = [...matterByCode().keys()], ends = {}, failed = [];
	let next = from, requests = 0, steps = 0;
	const one = async (number) => {
		const matter = number < matters.length ? matters[number] : new Dice(seed, number).pick(matters);
		const walk = await new Walk({ staff, seed, number, matter, off, checked: checked(number) }).run();
		ends[walk.state] = (ends[walk.state] ?? 0) + 1;
		requests += walk.requests;
		steps += walk.did.length;
	};
	const until = only === undefined ? from + count : (next = only) + 1;
	await Promise.all(Array.from({ length: at }, async () => {
		while (next < until && failed.length < FAILED_MAX) await one(next++).catch((e) => failed.push(e));
	}));
	if (failed.length > 0) {
		failed[0].message += failed.slice(1).map((e) => `\n\n${e.message}`).join('');
		throw failed[0];
	}
	return { ends, requests, steps };
}

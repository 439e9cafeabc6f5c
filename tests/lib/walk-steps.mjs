// What can happen to a case, one step after the other, and what each must make of it.
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { addOffice, addWorkdays, dayOf, officeBetween } from './calendar.mjs';
import { inputsOf, itemsOf, matterByCode, rolesOf } from './catalogue.mjs';
import { actingAgency, answers, barred, begins, deskOf, desksFor, dueOfCase, nothingEstablishes, serviceOfItem } from './expect.mjs';
import { inventAsk, inventForm, inventParties, inventParty } from './invent.mjs';
import { Book } from './walk-book.mjs';

export const UNSETTLED = ['waiting_input', 'undecided', 'to_query', 'to_commit', 'to_verify', 'verifying', 'supervised', 'not_established'];
export const OPEN = ['sent', 'signed_for', 'need_more'];
const whyNot = { cancelled: 'item_cancelled', does_not_apply: 'item_not_applicable', undecided: 'item_undecided', waiting_input: 'item_waiting_input',
	verifying: 'item_verifying', supervised: 'item_supervised', established: 'item_settled', not_established: 'item_settled', committed: 'item_settled' };

/** What makes somebody the same: not a telephone, nor a power of attorney. */
const whoIs = (parties, role) => {
	const p = parties.find((x) => x.role === role);
	return p && [p.kind, p.identifier_type, p.number, p.name];
};

export class Steps extends Book {
	async open() {
		const { dice } = this, m = matterByCode().get(this.matter);
		const division = m.level === 'city' && dice.chance(0.5) ? '330700' : dice.pick(this.staff.divisions);
		this.clerk = this.staff.clerk(division);
		this.division = division;
		this.acting = actingAgency(m.agency_code, division);
		this.agency = this.acting.code;
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
		this.check(c);
	}

	askList() {
		return Object.entries(this.asks).map(([k, value]) => ({ item: k.split(' ')[0], input: k.split(' ')[1], value }));
	}

	/** What other answers, or other people, make of every item: what still applies and asks the same about the same stays as it was. */
	workOut(before = this.parties) {
		const isBarred = barred(this.matter, this.parties);
		const same = (role, now = role) => isDeepStrictEqual(whoIs(before, role), whoIs(this.parties, now));
		for (const item of this.items) {
			const b = begins(item.listed, this.situation, isBarred), fresh = ['does_not_apply', 'undecided', 'waiting_input'];
			const stays = !['does_not_apply', 'undecided'].includes(b.state) && !fresh.includes(item.state) &&
				!(item.listed.method === 'commitment' && ['to_commit', 'to_verify'].includes(item.state)) &&
				isDeepStrictEqual(b.values, item.values) && (item.way !== 'department_verify' || same(item.role, b.role)) &&
				(item.state !== 'committed' || same(item.signer));
			if (stays) {
				item.role = b.role;
				continue;
			}
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

	/** Somebody is added, corrected or taken out: whoever is there before the case is worked out again. */
	async changeParties(parties) {
		const before = this.parties;
		this.parties = parties;
		this.note('parties', parties);
		this.workOut(before);
		this.wrote('case.answered');
		this.check(await this.change('parties', `${this.path}/answers`, { form: this.form, parties: parties.map(({ number, known, ...p }) => p) }, { method: 'PUT' }));
	}

	/** One party less, more, or another one. */
	otherParties() {
		const roles = rolesOf(this.matter), { dice } = this, there = (r) => this.parties.some((p) => p.role === r.role);
		const rule = dice.pick(roles), rest = this.parties.filter((p) => p.role !== rule.role);
		if (there(rule) && rule.required === 'no' && dice.chance(0.4)) return rest;
		if (there(rule) && dice.chance(0.3)) {
			const was = this.parties.find((p) => p.role === rule.role);
			return [...rest, { ...was, name: `${was.name.slice(0, 40)}${dice.pick(['甲', '乙'])}` }];
		}
		return [...rest, inventParty(dice, rule)];
	}

	/** What a query of this item, or a question about it, must make of it. */
	asked(item) {
		const said = answers(item.listed, item.values, this.acting, this.off);
		if (said.fault === undefined) {
			this.wrote('query.answered', item.code);
			const about = this.parties.find((p) => p.role === item.role);
			Object.assign(item, { answer: said, about, answeredAs: this.records.length, notices: 0, state: said.established ? 'established' : 'not_established' });
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
		Object.assign(item, { state: 'committed', way: 'commitment', signer: signer.role });
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
		item.disputes = [...(item.disputes ?? []), { state: 'open', answer: item.answer, about: item.about }];
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
		const known = dispute.about?.known ?? true;
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
				this.tell(serviceOfItem(item.listed), dispute.about);
		}
		this.check(await this.look());
	}

	/** Every item that rests on an answer of that service about the same is told, the newest answer first. */
	tell(service, about) {
		const same = this.items.filter((i) => i.answer !== undefined && i.about?.number === about.number && serviceOfItem(i.listed) === service);
		for (const other of same.sort((a, b) => b.answeredAs - a.answeredAs)) {
			other.notices++;
			this.wroteToo('notice.given', other.code);
		}
	}

	/** All that lacks is asked of the applicant, once. */
	async correct() {
		const lacking = this.itemsIn('undecided', 'waiting_input').map((i) => i.code), path = `${this.path}/correction`, words = '请补填表单上还缺的各项';
		this.note('correct', lacking);
		const why = this.state === 'accepted' ? 'case_is_accepted' : this.correction !== undefined ? 'correction_once' :
			lacking.length === 0 ? 'correction_nothing' : undefined;
		if (why !== undefined) return this.refused(why, path, { words });
		this.wrote('case.correction_asked');
		this.correction = lacking;
		this.check(await this.change('correct', path, { words }));
	}

	/** Accepted although something lacks: all of it is named, and comes before the limit ends. */
	async defer() {
		const lacking = this.itemsIn('undecided', 'waiting_input').map((i) => i.code), path = `${this.path}/acceptance`;
		const due = dueOfCase(this.matter, this.correction === undefined ? Date.parse(this.c.opened_at) : Date.now());
		const deferred = { items: lacking, until: due };
		this.note('defer', lacking);
		if (lacking.length === 0) return this.refused('deferral_nothing', path, { deferred: { ...deferred, items: [this.items[0].code] } });
		if (lacking.length > 1) await this.refused('deferral_items', path, { deferred: { ...deferred, items: lacking.slice(1) } });
		await this.refused('deferral_day', path, { deferred: { ...deferred, until: addWorkdays(due, 1) } });
		this.wrote('case.accepted');
		Object.assign(this, { state: 'accepted', accepted: true, deferred: lacking, until: due });
		this.check(await this.change('defer', path, { deferred }));
	}

	/** To the general counter of the division: whose matter it is, and its grants, stay. */
	async transfer() {
		const to = `${this.division}-XZF`, path = `${this.path}/transfer`, json = { agency: to, reason: '申请人改在综合窗口办理' };
		this.note('transfer', to);
		if (this.agency === to) return this.refused('agency_same', path, json);
		this.wrote('case.transferred');
		this.agency = to;
		await this.change('transfer', path, json);
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
		Object.assign(this, { state: 'accepted', accepted: true });
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
		const can = ['to_verify', 'to_commit', 'supervised'].includes(item.state) || (item.state === 'not_established' && item.way === 'data_query');
		if (!can) await this.refused(whyNot[item.state] ?? 'item_method', `${base}/verification`, {});
		const hash = '0'.repeat(64), sign = { notice: hash, letter: hash, signer: 'applicant', agreed: true };
		const code = item.listed.method === 'direct_cancel' ? 'item_cancelled' : item.listed.method !== 'commitment' ? 'item_method' :
			item.state === 'to_verify' ? 'credit_excluded' : ['to_commit', 'not_established'].includes(item.state) ? 'commitment_text' : whyNot[item.state];
		await this.refused(code, `${base}/commitment`, sign);
		if (this.state === 'accepted') await this.refused('case_is_accepted', `${this.path}/acceptance`, {});
		if (this.c.version > 1) {
			const p = await this.refused('version_stale', `${this.path}/settlement`, {}, { version: this.c.version - 1 });
			assert.equal(p.args.who, this.c.changed_by.name);
		}
	}
}

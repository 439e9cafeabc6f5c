// A case that goes its way: opened, asked about, answered, changed and brought to an end by steps that dice choose.
import assert from 'node:assert/strict';
import { fieldsOf, itemByCode, matterByCode, rolesOf } from './catalogue.mjs';
import { barred } from './expect.mjs';
import { Dice, inventAnswer, inventAsk, inventParty } from './invent.mjs';
import { CASE_MOVES } from './walk-book.mjs';
import { Steps, UNSETTLED } from './walk-steps.mjs';

const STEPS_MAX = 12, END_MAX = 60, FAILED_MAX = 5, WORKABLE = ['open', 'accepted'];

export class Walk extends Steps {
	/** One more step of those that are possible. */
	async step() {
		const { dice } = this, missing = [...new Set(this.itemsIn('undecided').flatMap((i) => i.lacks))];
		const fields = fieldsOf(this.matter), open = this.itemsIn('verifying').filter((i) => ['sent', 'signed_for'].includes(i.verification.state));
		const typing = this.itemsIn('waiting_input').filter((i) => i.lacks.every(([kind]) => kind === 'ask'));
		const again = this.itemsIn('established', 'not_established').filter((i) => i.way === 'data_query' && i.answer !== undefined);
		const asking = this.itemsIn('verifying').filter((i) => i.verification.state === 'need_more');
		const disputed = this.items.flatMap((i) => (i.disputes ?? []).filter((d) => d.state === 'open').map((d) => [i, d]));
		const committable = this.items.filter((i) => this.may(i).includes('commit'));
		const told = this.items.filter((i) => i.notices > 0);
		const possible = {
			settle: 3, two: 0.5, impossible: this.items.length > 0 ? 1 : 0, accept: this.state === 'open' ? 1.5 : 0, tooEarly: 0.5,
			correct: 0.5, parties: 1.5, defer: this.state === 'open' && this.items.length > 0 ? 0.5 : 0, transfer: 0.4,
			fill: missing.length > 0 ? 4 : 0, other: fields.length > 0 ? 2 : 0, drop: Object.keys(this.form).length > 0 ? 0.7 : 0,
			retype: Object.keys(this.asks).length > 0 ? 1 : 0, type: typing.length > 0 ? 4 : 0,
			query: this.itemsIn('to_query').length > 0 ? 2 : 0, again: again.length > 0 ? 1 : 0,
			verify: this.verifiable().length > 0 ? 2 : 0, commit: committable.length > 0 ? 3 : 0,
			desk: open.length > 0 ? 6 : 0, remind: open.length > 0 ? 1 : 0, supply: asking.length > 0 ? 4 : 0, back: open.length + asking.length > 0 ? 1 : 0, see: told.length > 0 ? 2 : 0,
			dispute: again.length > 0 ? 1 : 0, endDispute: disputed.length > 0 ? 2 : 0,
		};
		const answered = (name) => ({ ...this.form, [name]: inventAnswer(dice, this.matter, fields.find((f) => f.name === name)) });
		switch (dice.weighed(possible)) {
		case 'settle': return this.settle();
		case 'two': return this.twoAtOnce();
		case 'impossible': return this.impossible();
		case 'accept': return this.accept();
		case 'parties': return this.changeParties(this.otherParties());
		case 'correct': return this.correct();
		case 'defer': return this.defer();
		case 'transfer': return this.transfer();
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
		case 'commit': return this.commit(dice.pick(committable), dice.pick(this.signers()));
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
		const [lacking] = waiting.flatMap((i) => i.lacks).filter(([kind]) => kind === 'party');
		if (lacking !== undefined) return this.changeParties([...this.parties, inventParty(dice, rolesOf(this.matter).find((r) => r.role === lacking[1]))]);
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
		const [commit] = this.items.filter((i) => i.state === 'to_commit' || this.may(i).includes('commit')), [desk] = this.itemsIn('verifying'), [above] = this.itemsIn('supervised');
		if (commit) {
			const signer = this.signers().find((p) => !barred(this.matter, [{ ...p, role: 'applicant' }]));
			if (signer !== undefined) return this.commit(commit, signer);
			if (commit.state === 'to_commit') return this.verify(commit);
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
		assert.equal(this.c.version, this.versions);
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

// What happens to a case beside its items: limits, correction, deferral, transfer, its end, and the slips.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { started } from '../lib/instance.mjs';
import { act, commit, getCase, itemOf, openScene, runScene, settle, still } from '../lib/cases.mjs';
import { clerkOf, matterByCode, scene, scenes } from '../lib/catalogue.mjs';
import { addWorkdays, dayOf } from '../lib/calendar.mjs';
import { change } from '../lib/store.mjs';
import { uuid7 } from '../lib/uuid7.mjs';

let instance;
before(async () => { instance = await started(); });
after(() => instance?.destroy());

const clerkFor = (s) => instance.client(clerkOf[s.division_code]);
const on = (c, what) => `/api/v1/cases/${c.id}/${what}`;
const post = (clerk, c, what, json) => clerk.post(on(c, what), json, { ifMatch: c.version });
const trying = (c, what, json, ifMatch = c.version) => ({ method: 'POST', path: on(c, what), json, key: true, ifMatch });
const bodyOf = async (clerk, c, type) => {
	const { records } = await clerk.get(on(c, 'records'));
	return JSON.parse(records.findLast((r) => r.type === type).record);
};
const slip = (clerk, c, kind, lang = 'zh') => clerk.send({ path: on(c, `slips/${kind}`), lang });
const lacking = (c) => c.items.filter((i) => ['undecided', 'waiting_input'].includes(i.state)).map((i) => i.code);

const undecided = scene('UNDECIDED');
const openUndecided = async () => {
	const clerk = await clerkFor(undecided);
	const c = await openScene(clerk, undecided);
	assert.ok(lacking(c).length > 1, 'something lacks');
	return { clerk, c };
};
const complete = (clerk, c) => clerk.ok('PUT', on(c, 'answers'), { json: { form: { ...c.form, marital_status: 'married' } }, ifMatch: c.version });

describe('the limits of a case', () => {
	for (const s of scenes())
		test(`${s.code}: both are working days after the receipt, and the stricter binds`, async () => {
			const c = await openScene(await clerkFor(s), s), m = matterByCode().get(s.matter_code);
			const { limits } = c, from = addWorkdays(dayOf(Date.parse(c.opened_at)), 0);
			assert.equal(limits.from, from);
			assert.deepEqual(limits.promised, { days: Number(m.promised_days), ends_on: addWorkdays(from, Number(m.promised_days)) });
			assert.deepEqual(limits.statutory, { days: Number(m.statutory_days), ends_on: addWorkdays(from, Number(m.statutory_days)) });
			const ends = [limits.promised.ends_on, limits.statutory.ends_on].sort();
			assert.equal(limits.ends_on, ends[0]);
			assert.equal(c.due_on, ends[0]);
			assert.equal(limits[limits.binds].ends_on, ends[0]);
			assert.equal(limits.provisional, ends[0] > '2026-12-31', 'the notices go as far as 2026');
			assert.deepEqual([limits.stands, limits.overdue], [false, false]);
		});

	test('do not run any more in a case that has ended', async () => {
		const c = await runScene(instance, scene('DRIVER'));
		assert.equal(c.state, 'settled');
		assert.deepEqual([c.limits.days_left, c.limits.overdue], [null, false]);
	});
});

describe('a correction', () => {
	test('lists all that lacks, is asked for once, and the limits run from the acceptance', async () => {
		const { clerk, c } = await openUndecided();
		const asked = await post(clerk, c, 'correction', { words: '请补填婚姻状况', days: 3 });
		const { correction } = asked;
		assert.deepEqual(correction.items, lacking(c));
		assert.equal(correction.words, '请补填婚姻状况');
		assert.equal(correction.due_on, addWorkdays(dayOf(Date.parse(correction.at)), 3));
		assert.equal(correction.by.id, clerk.user);
		assert.equal(correction.overdue, false);
		assert.deepEqual([asked.state, asked.limits.stands, asked.limits.days_left], ['open', true, null]);
		const { cases } = await clerk.ok('POST', '/api/v1/cases/search', { json: { number: c.number } });
		assert.equal(cases[0].correction_due, correction.due_on);

		const record = await bodyOf(clerk, c, 'case.correction_asked');
		assert.deepEqual([record.items, record.due, record.matter], [correction.items, correction.due_on, c.matter.code]);
		assert.ok(!JSON.stringify(record).includes('婚姻'), 'the words are in the sealed body');
		const p = await clerk.refused('correction_once', trying(asked, 'correction', { words: '再补一样' }));
		assert.equal(p.args.day, correction.at.slice(0, 10));

		const early = await clerk.refused('case_not_ready', trying(asked, 'acceptance', {}));
		assert.match(early.title, /I-\d{5} 还缺 \p{Script=Han}/u);
		assert.match(early.next, /补来的内容,或容缺受理/);
		const accepted = await post(clerk, await complete(clerk, asked), 'acceptance', {});
		const from = addWorkdays(dayOf(Date.parse(accepted.acceptance.at)), 0);
		assert.equal(accepted.limits.from, from);
		assert.equal(accepted.limits.stands, false);
		assert.equal(accepted.due_on, accepted.limits.ends_on);
		assert.equal(accepted.limits.promised.ends_on, addWorkdays(from, accepted.limits.promised.days));
		assert.deepEqual({ ...accepted.correction }, { ...correction }, 'what was asked for stays to be read');
	});

	test('has five working days, unless the clerk says otherwise', async () => {
		const { clerk, c } = await openUndecided();
		const { correction } = await post(clerk, c, 'correction', { words: '请补填婚姻状况' });
		assert.equal(correction.due_on, addWorkdays(dayOf(Date.parse(correction.at)), 5));
	});

	test('may not be worded so that anything could be asked for', async () => {
		const { clerk, c } = await openUndecided();
		for (const words of ['请补齐其他材料', '请补交相关证明', '户口簿等材料']) {
			const p = await clerk.refused('catch_all', trying(c, 'correction', { words }));
			assert.equal(p.args.field, 'words');
			assert.ok(words.includes(p.args.words));
		}
		for (const json of [{ words: ' ' }, {}]) await clerk.refused('field_missing', trying(c, 'correction', json));
		for (const days of [0, 31, -1]) await clerk.refused('field_value', trying(c, 'correction', { words: '补填', days }));
		assert.deepEqual(still(await getCase(clerk, c.id)), still(c), 'nothing changed');
	});

	test('is not asked for where nothing lacks', async () => {
		const s = scene('DRIVER'), clerk = await clerkFor(s), c = await openScene(clerk, s);
		await clerk.refused('correction_nothing', trying(c, 'correction', { words: '请补填' }));
	});

	test('that does not come is shown as late, and the case can end as withdrawn', async () => {
		const { clerk, c } = await openUndecided();
		await post(clerk, c, 'correction', { words: '请补填婚姻状况' });
		change(instance.dir, `UPDATE service_case SET correction_due = correction_due - 60 WHERE number = '${c.number}'`);
		const late = await getCase(clerk, c.id);
		assert.equal(late.correction.overdue, true);
		assert.equal(late.limits.overdue, false, 'it is not the office that is late');
		await clerk.refused('field_missing', trying(late, 'conclusion', { outcome: 'withdrawn' }));
		const ended = await post(clerk, late, 'conclusion', { outcome: 'withdrawn', reason: '逾期没有补正' });
		assert.equal(ended.state, 'withdrawn');
		assert.equal(ended.correction.overdue, false);
		assert.equal(ended.conclusion.reason, '逾期没有补正');
		assert.match((await slip(clerk, ended, 'withdrawal')).json.paragraphs[0], /视为撤回申请/);
	});
});

describe('a deferred acceptance', () => {
	const deferred = (c, items, until = c.due_on) => ({ deferred: { items, until } });

	test('names exactly what lacks, and the case is not settled before it has come', async () => {
		const { clerk, c } = await openUndecided();
		const all = lacking(c);
		await clerk.refused('case_not_ready', trying(c, 'acceptance', {}));
		for (const items of [all.slice(1), [...all, 'I-01483'], ['I-01483'], ['I-99999']]) {
			const p = await clerk.refused('deferral_items', trying(c, 'acceptance', deferred(c, items)));
			assert.equal(p.args.items, all.join(', '));
		}
		await clerk.refused('field_repeated', trying(c, 'acceptance', deferred(c, [...all, all[0]])));

		const accepted = await post(clerk, c, 'acceptance', deferred(c, all));
		assert.equal(accepted.state, 'accepted');
		assert.deepEqual(accepted.deferral, { until: c.due_on, overdue: false, items: all, lacking: all });
		for (const i of accepted.items)
			assert.deepEqual(i.deferred, all.includes(i.code) ? { until: c.due_on, lacks: true } : undefined, i.code);
		const record = await bodyOf(clerk, c, 'case.accepted');
		assert.deepEqual([record.v, record.deferred, record.until], [2, all, c.due_on]);
		await clerk.refused('case_not_ready', trying(accepted, 'conclusion', { outcome: 'settled' }));

		let now = await complete(clerk, accepted);
		assert.deepEqual(now.deferral, { until: c.due_on, overdue: false, items: all, lacking: [] });
		assert.ok(now.items.filter((i) => i.deferred).every((i) => i.deferred.lacks === false));
		now = await settle(clerk, now);
		assert.equal(now.counts.open, 0);
		now = await post(clerk, now, 'conclusion', { outcome: 'settled' });
		assert.deepEqual(now.slips, ['acceptance', 'deferral', 'result']);
		const lacked = (await slip(clerk, now, 'deferral')).json.lines.filter((l) => l.label === '暂缺').map((l) => l.text);
		assert.equal(lacked.length, all.length);
		assert.ok(lacked.every((text) => text.startsWith('婚姻状况')), 'as it was then');
	});

	test('is until a day after today and within the limit', async () => {
		const { clerk, c } = await openUndecided(), all = lacking(c), today = dayOf(Date.parse(c.opened_at));
		for (const until of [today, '2020-01-01', addWorkdays(c.due_on, 1), '2999-12-31']) {
			const p = await clerk.refused('deferral_day', trying(c, 'acceptance', deferred(c, all, until)));
			assert.equal(p.args.due, c.due_on);
		}
		await clerk.refused('field_value', trying(c, 'acceptance', deferred(c, all, '2026-13-1')));
	});

	test('is not for a case that lacks nothing', async () => {
		const s = scene('DRIVER'), clerk = await clerkFor(s), c = await openScene(clerk, s);
		await clerk.refused('deferral_nothing', trying(c, 'acceptance', deferred(c, ['I-00186'])));
		const accepted = await post(clerk, c, 'acceptance', {});
		assert.equal(accepted.deferral, null);
		assert.equal((await bodyOf(clerk, c, 'case.accepted')).deferred, undefined);
	});

	test('that is not kept can be revoked, with a slip that says so', async () => {
		const { clerk, c } = await openUndecided();
		await post(clerk, c, 'acceptance', deferred(c, lacking(c)));
		change(instance.dir, `UPDATE service_case SET deferred_until = deferred_until - 60 WHERE number = '${c.number}'`);
		const late = await getCase(clerk, c.id);
		assert.equal(late.deferral.overdue, true);
		const ended = await post(clerk, late, 'conclusion', { outcome: 'refused', reason: '逾期没有补齐' });
		const { json } = await slip(clerk, ended, 'refusal');
		assert.equal(json.title, '撤销受理决定书');
		assert.ok(json.paragraphs.some((p) => p.includes('逾期没有补齐')));
		assert.ok(json.paragraphs.some((p) => p.includes('行政复议')));
	});
});

describe('a transfer', () => {
	const s = scene('HOUSE'), to = { agency: '330703-XZF', reason: '申请人改在综合窗口办理' };

	test('gives the case to another counter, and what it rests on stays', async () => {
		const wide = await instance.client('u-1001'), narrow = await instance.client('u-1007');
		const opened = await openScene(narrow, s);
		const c = (await act(narrow, opened, 'I-01398', 'verification')).case;
		const request = { ...trying(opened, 'transfer', to, c.version), key: uuid7() };
		const answer = await narrow.send(request);
		assert.equal(answer.status, 200, answer.text);
		assert.deepEqual(answer.json.agency, { code: '330703-XZF', name: '金东区行政服务中心' });
		assert.equal(answer.json.case.version, c.version + 1);
		assert.deepEqual((await narrow.send(request)).json, answer.json, 'the same request again is answered alike');

		await narrow.refused('not_found', { path: `/api/v1/cases/${opened.id}` });
		await narrow.refused('not_found', trying(opened, 'acceptance', {}));
		const { cases } = await narrow.ok('POST', '/api/v1/cases/search', { json: {} });
		assert.ok(!cases.some((x) => x.id === opened.id), 'nor in the list');

		const now = await getCase(wide, opened.id);
		assert.equal(now.agency.code, '330703-XZF');
		assert.equal(itemOf(now, 'I-01398').state, 'verifying');
		assert.equal(now.due_on, opened.due_on);
		const record = await bodyOf(wide, now, 'case.transferred');
		assert.deepEqual([record.agency, record.from, record.matter], ['330703-XZF', opened.agency.code, 'M-0303']);
		assert.ok(!JSON.stringify(record).includes('综合窗口'), 'the reason is in the sealed body');

		/* The grant is of the planning bureau, whoever works on the case. */
		const { item } = await act(wide, now, 'I-01384', 'query');
		assert.equal(item.state, 'established');
		assert.equal((await bodyOf(wide, now, 'query.answered')).grant.slice(0, 2), 'G-');
		const verifier = await instance.client('u-2001');
		const v = itemOf(now, 'I-01398').verification;
		await verifier.post(`/api/v1/verifications/${v.id}/answer`, { answer: 'match', basis: '查用户台账' }, { ifMatch: '1' });

		/* And back again: the one who lost it sees it again. */
		await post(wide, await getCase(wide, opened.id), 'transfer', { agency: '330703-ZG', reason: '退回登记窗口' });
		assert.equal((await getCase(narrow, opened.id)).agency.code, '330703-ZG');
	});

	test('goes to a counter of the same division, with a reason', async () => {
		const clerk = await instance.client('u-1001'), c = await openScene(clerk, s);
		const wrong = [['agency_unknown', { ...to, agency: '330703-NIX' }], ['agency_elsewhere', { ...to, agency: '330702-XZF' }],
			['agency_same', { ...to, agency: c.agency.code }], ['agency_counter', { ...to, agency: '330703-DA' }],
			['field_missing', { ...to, reason: ' ' }], ['field_missing', { agency: to.agency }]];
		for (const [code, json] of wrong) await clerk.refused(code, trying(c, 'transfer', json));
		assert.deepEqual(still(await getCase(clerk, c.id)), still(c), 'nothing changed');
	});
});

describe('what may be done with an item', () => {
	const routes = { query: ['query', {}], query_again: ['query', { again: '再核一次' }], verify: ['verification', {}] };

	test('is what the server then does, and everything else is refused', async () => {
		let tried = 0;
		for (const s of scenes()) {
			const clerk = await clerkFor(s), fresh = await openScene(clerk, s);
			for (const c of [fresh, await settle(clerk, await openScene(clerk, s))])
				for (const i of c.items) {
					for (const [may, [kind, json]] of Object.entries(routes)) {
						const answer = await clerk.send(trying(c, `items/${i.code}/${kind}`, json, '*'));
						/* An item that waits to be asked takes a reason too, and needs none. */
						const allowed = i.may.includes(may) || (may === 'query_again' && i.may.includes('query'));
						if (!allowed) assert.ok(answer.status >= 400, `${i.code} ${i.state}: ${may} -> ${answer.text}`);
						else assert.equal(answer.status, 200, `${i.code} ${i.state}: ${may} -> ${answer.text}`);
						tried++;
						if (answer.status === 200) break;	// it is another item now
					}
					if (i.may.includes('commit')) assert.equal(i.method, 'commitment');
					assert.equal(i.may.includes('fill_in'), ['undecided', 'waiting_input'].includes(i.state));
					assert.equal(i.may.includes('refuse'), i.state === 'not_established');
				}
		}
		assert.ok(tried > 100, `only ${tried}`);
	});

	test('after "not established": what the source said can be doubted, checked, or the case refused', async () => {
		const s = scene('ONE-REFUSED'), clerk = await clerkFor(s);
		const c = await settle(clerk, await openScene(clerk, s));
		assert.deepEqual(itemOf(c, 'I-01686').may, ['query_again', 'verify', 'dispute', 'refuse']);
	});

	test('after the department could not establish it: the applicant may still commit', async () => {
		const s = scene('COMPANY'), clerk = await clerkFor(s), code = 'I-01862';
		const opened = await openScene(clerk, s);
		assert.deepEqual(itemOf(opened, code).may, ['verify', 'commit']);
		const { item } = await act(clerk, opened, code, 'verification');
		assert.deepEqual(item.may, ['remind', 'withdraw_verification']);
		const desk = item.verification.desk.code;
		change(instance.dir, `UPDATE user_account SET desk = '${desk}' WHERE id = 'u-2008'`);
		const verifier = await instance.client('u-2008');
		await verifier.post(`/api/v1/verifications/${item.verification.id}/answer`, { answer: 'not_found', basis: '台账里没有' }, { ifMatch: '1' });
		const now = await getCase(clerk, opened.id);
		assert.equal(itemOf(now, code).state, 'not_established');
		assert.deepEqual(itemOf(now, code).may, ['commit', 'refuse']);
		const done = await commit(clerk, now, code);
		assert.deepEqual([done.item.state, done.item.way, done.item.may], ['committed', 'commitment', []]);
	});
});

describe('the slips', () => {
	const s = scene('DRIVER'), person = s.parties[0];
	const kinds = ['acceptance', 'deferral', 'correction', 'refusal', 'withdrawal', 'result'];
	/** Each kind that there is, in both languages; the others are refused. */
	const all = async (clerk, c, expected) => {
		assert.deepEqual(c.slips, expected);
		const titles = {};
		for (const kind of kinds) {
			if (!expected.includes(kind)) {
				const { next } = await clerk.refused('slip_none', { path: on(c, `slips/${kind}`) });
				for (const there of expected) assert.ok(next.includes(`(${there})`), next);
				assert.equal(next.includes('还没有文书'), expected.length === 0, next);
				continue;
			}
			const zh = (await slip(clerk, c, kind)).json, en = (await slip(clerk, c, kind, 'en')).json;
			for (const one of [zh, en]) {
				const text = JSON.stringify(one);
				assert.equal(one.number, c.number);
				assert.ok(text.includes(one.applicant), 'the name in full');
				assert.ok(!/[{}]/.test(one.paragraphs.join('')), 'everything is filled in');
				assert.ok(!c.parties.some((p) => p.identifier !== '' && !text.includes(p.identifier) && p.role === 'applicant'), 'the number masked');
				assert.equal(one.agency.code.slice(0, 6), c.division.code);
			}
			assert.ok(zh.lines.every((l) => /\p{Script=Han}/u.test(l.label)), JSON.stringify(zh.lines));
			assert.equal(zh.lines.length, en.lines.length);
			assert.equal(zh.paragraphs.length, en.paragraphs.length);
			assert.ok(en.paragraphs.every((p) => /^[A-Z]/.test(p)), JSON.stringify(en.paragraphs));
			titles[kind] = zh;
		}
		return titles;
	};

	test('are of what has happened', async () => {
		const clerk = await clerkFor(s), c = await openScene(clerk, s);
		await all(clerk, c, []);
		await clerk.refused('field_value', { path: on(c, 'slips/receipt') });
		const refused = await post(clerk, c, 'conclusion', { outcome: 'refused', reason: '不属于本机关职权范围' });
		const { refusal } = await all(clerk, refused, ['refusal']);
		assert.equal(refusal.title, '不予受理决定书');
		assert.equal(refusal.applicant, person.name);
		assert.ok(!JSON.stringify(refusal).includes(person.identifier));
		const text = refusal.paragraphs.join('\n');
		for (const word of ['不属于本机关职权范围', '六十日', '行政复议', '六个月', '行政诉讼', '行政许可法']) assert.ok(text.includes(word), word);
	});

	test('of an acceptance, and of a refusal after it', async () => {
		const clerk = await clerkFor(s);
		const c = await post(clerk, await openScene(clerk, s), 'acceptance', {});
		const { acceptance } = await all(clerk, c, ['acceptance']);
		assert.ok(acceptance.paragraphs.some((p) => p.includes('承诺时限') && p.includes('法定时限')));
		const refused = await post(clerk, c, 'conclusion', { outcome: 'refused', reason: '体检不合格' });
		const { refusal } = await all(clerk, refused, ['acceptance', 'refusal']);
		assert.equal(refusal.title, '不予许可(不予办理)决定书');
		assert.ok(refusal.paragraphs.some((p) => p.includes('体检不合格')));
	});

	test('of a withdrawal', async () => {
		const clerk = await clerkFor(s);
		const c = await post(clerk, await openScene(clerk, s), 'conclusion', { outcome: 'withdrawn', reason: '申请人不办了' });
		const { withdrawal } = await all(clerk, c, ['withdrawal']);
		assert.ok(withdrawal.paragraphs.some((p) => p.includes('申请人不办了')));
	});

	test('of a correction', async () => {
		const { clerk, c } = await openUndecided();
		const { correction } = await all(clerk, await post(clerk, c, 'correction', { words: '请补填婚姻状况' }), ['correction']);
		const expected = c.items.filter((i) => lacking(c).includes(i.code))
			.map((i) => `${i.missing.map((m) => m.label).join('、')}(用于:${i.proof.name})`);
		assert.deepEqual(correction.lines.filter((l) => l.label === '须补正').map((l) => l.text), expected, 'the answer, not the paper');
		assert.ok(correction.paragraphs.some((p) => p.includes('请补填婚姻状况')));
	});

	test('of the result: how each proof was settled', async () => {
		const c = await runScene(instance, s), clerk = await clerkFor(s);
		const { result } = await all(clerk, c, ['acceptance', 'result']);
		for (const i of c.items.filter((x) => x.state !== 'does_not_apply'))
			assert.ok(result.lines.some((l) => l.label === i.proof.name), i.proof.name);
	});
});

describe('every state of a case', () => {
	const s = scene('HOUSE'), one = { reason: '一个理由' };
	const make = {
		open: async (clerk) => openScene(clerk, s),
		accepted: async (clerk) => post(clerk, await openScene(clerk, s), 'acceptance', {}),
		settled: async () => runScene(instance, s),
		refused: async (clerk) => post(clerk, await openScene(clerk, s), 'conclusion', { outcome: 'refused', ...one }),
		withdrawn: async (clerk) => post(clerk, await openScene(clerk, s), 'conclusion', { outcome: 'withdrawn', ...one }),
	};
	const over = { settled: 'case_not_open', refused: 'case_not_open', withdrawn: 'case_not_open' };
	const works = { open: 200, accepted: 200, ...over };
	const hash = 'a'.repeat(64);
	/* [method, address, body], and what comes of it in each state. */
	const moves = {
		'new answers': [['PUT', 'answers', { form: s.form }], works],
		'everything automatic': [['POST', 'settlement', {}], works],
		'a query': [['POST', 'items/I-01384/query', {}], works],
		'a verification': [['POST', 'items/I-01398/verification', {}], works],
		'a commitment': [['POST', 'items/I-01384/commitment', { notice: hash, letter: hash, signer: 'applicant', agreed: true }],
			{ open: 'item_method', accepted: 'item_method', ...over }],
		'a correction': [['POST', 'correction', { words: '请补填' }], { open: 'correction_nothing', accepted: 'case_is_accepted', ...over }],
		'an acceptance': [['POST', 'acceptance', {}], { open: 200, accepted: 'case_is_accepted', ...over }],
		'a deferred acceptance': [['POST', 'acceptance', { deferred: { items: ['I-01384'], until: '2999-01-01' } }],
			{ open: 'deferral_nothing', accepted: 'case_is_accepted', ...over }],
		'a transfer': [['POST', 'transfer', { agency: '330703-XZF', ...one }], works],
		'a settled end': [['POST', 'conclusion', { outcome: 'settled' }], { open: 'case_not_accepted', accepted: 'case_not_ready', ...over }],
		'a refusal': [['POST', 'conclusion', { outcome: 'refused', ...one }], works],
		'a withdrawal': [['POST', 'conclusion', { outcome: 'withdrawn', ...one }], works],
	};

	for (const [state, maker] of Object.entries(make))
		test(`${state}: what may follow does, and everything else is refused with a reason`, async () => {
			const clerk = await instance.client('u-1001');
			for (const [name, [[method, what, json], expected]] of Object.entries(moves)) {
				const c = await maker(clerk);
				assert.equal(c.state, state);
				const request = { method, path: on(c, what), json, ifMatch: c.version, ...(method === 'POST' ? { key: true } : {}) };
				if (expected[state] === 200) {
					const answer = await clerk.send(request);
					assert.equal(answer.status, 200, `${state}: ${name} -> ${answer.text}`);
					continue;
				}
				const p = await clerk.refused(expected[state], request);
				assert.ok(p.detail.length > 4 && p.next.length > 2, `${state}: ${name}`);
				assert.deepEqual(still(await getCase(clerk, c.id)), still(c), `${state}: ${name} changed nothing`);
			}
		});
});

describe('two at once', () => {
	const s = scene('HOUSE'), pairs = [
		['acceptance', {}, 'conclusion', { outcome: 'withdrawn', reason: '申请人撤回' }],
		['acceptance', {}, 'acceptance', {}],
		['transfer', { agency: '330703-XZF', reason: '转综合窗口' }, 'transfer', { agency: '330703-XZF', reason: '转窗口' }],
		['conclusion', { outcome: 'refused', reason: '不归这里' }, 'conclusion', { outcome: 'withdrawn', reason: '申请人撤回' }],
	];
	for (const [a, first, b, second] of pairs)
		test(`${a} and ${b}: one wins, and the other is told who`, async () => {
			/* Who works for the registry alone loses sight of what goes to the general window. */
			const one = await instance.client('u-1001'), two = await instance.client(a === 'transfer' ? 'u-1001' : 'u-1007');
			const names = [(await one.get('/api/v1/session')).user.name, (await two.get('/api/v1/session')).user.name];
			for (let round = 0; round < 4; round++) {
				const c = await openScene(one, s);
				const answers = await Promise.all([one.send(trying(c, a, first)), two.send(trying(c, b, second))]);
				const won = answers.filter((x) => x.status === 200), lost = answers.filter((x) => x.status !== 200);
				assert.equal(won.length, 1, answers.map((x) => x.text).join('\n'));
				assert.equal(lost[0].status, 412, lost[0].text);
				assert.equal(lost[0].json.code, 'version_stale');
				assert.equal(lost[0].json.args.who, names[answers.indexOf(won[0])]);
				const now = await getCase(one, c.id);
				assert.equal(now.version, c.version + 1, 'one change and no more');
				assert.deepEqual(still(lost[0].json.current), still(now), 'and is shown what it is now');
			}
		});
});

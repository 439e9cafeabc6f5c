// Every scene of the reference data, through the API, comes out exactly as it says.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { started } from '../lib/instance.mjs';
import { act, commit, countsOf, getCase, itemOf, openScene, settle, still } from '../lib/cases.mjs';
import { agencies, clerkOf, deskByCode, itemByCode, items, matterByCode, proofByCode, scene, scenes, verifierOf } from '../lib/catalogue.mjs';
import { addOffice, addWorkdays, dayOf, officeBetween } from '../lib/calendar.mjs';
import { caseCheck } from '../lib/idents.mjs';
import { evidence } from '../lib/store.mjs';

let instance;
before(async () => { instance = await started(); });
after(() => instance?.destroy());

/** The state of an item before anything was asked, for an expected outcome. */
const first = {
	does_not_apply: 'does_not_apply', undecided: 'undecided', cancelled: 'cancelled',
	commitment: 'to_commit', established: 'to_query', not_established: 'to_query', verification: 'to_verify',
};

function looksRight(c, s, clerk) {
	assert.equal(c.number, c.number.slice(0, -1) + caseCheck(c.number), 'check character of the case number');
	assert.equal(c.number.slice(0, 13), `${s.division_code}-${dayOf(Date.parse(c.opened_at)).slice(2).replaceAll('-', '')}`);
	assert.equal(c.id.slice(0, 6), s.division_code);
	assert.equal(c.division.code, s.division_code);
	assert.equal(c.matter.code, s.matter_code);
	assert.equal(c.matter.name, s.matter_name);
	assert.equal(c.channel, s.channel);
	assert.equal(c.opened_by.id, clerk.user);
	/* What comes in on a day off counts as received on the next working day. */
	assert.equal(c.due_on, addWorkdays(addWorkdays(dayOf(Date.parse(c.opened_at)), 0),
		Number(matterByCode().get(s.matter_code).promised_days)), 'promised working days');
	assert.deepEqual(c.form, s.form);
	assert.deepEqual(c.parties.map((p) => [p.role, p.kind, p.identifier_type, p.name]),
		s.parties.map((p) => [p.role, p.kind, p.identifier_type, p.name]));
	for (const [i, p] of s.parties.entries())
		if (p.identifier !== '')
			assert.ok(!JSON.stringify(c.parties[i]).includes(p.identifier), 'numbers come masked');
	assert.deepEqual(c.items.map((i) => i.code), s.expected.map((e) => e.item_code), 'the items of the list, in its order');
	assert.deepEqual(c.counts, countsOf(c.items));
}

function isAsExpected(item, e) {
	const listed = itemByCode().get(e.item_code);
	assert.equal(item.proof.name, e.proof_name);
	assert.equal(item.method, e.method);
	assert.equal(item.legal_basis, listed.legal_basis);
	switch (e.expected_outcome) {
	case 'does_not_apply':
	case 'cancelled':
		assert.equal(item.state, e.expected_outcome);
		if (e.method === 'direct_cancel') assert.equal(item.ground, listed.remark);
		break;
	case 'undecided':
		assert.equal(item.state, 'undecided');
		assert.deepEqual(item.missing.map((m) => m.name), e.missing);
		break;
	case 'commitment':
		assert.equal(item.state, 'committed');
		break;
	case 'established':
	case 'not_established':
		assert.equal(item.state, e.expected_outcome);
		assert.equal(item.answer.count, e.rows);
		assert.equal(item.answer.rows.length, e.rows);
		assert.equal(item.answer.answer, e.rows > 0 ? 'found' : 'not_found');
		break;
	case 'verification': {
		const v = item.verification, hours = deskByCode().get(e.desk_code).office_hours;
		assert.equal(item.state, 'verifying');
		assert.equal(v.state, 'sent');
		assert.equal(v.desk.code, e.desk_code);
		assert.equal(Date.parse(v.due_at), addOffice(hours, Date.parse(v.sent_at), e.verify_hours * 3600000),
			`due after ${e.verify_hours} office hours`);
		const left = officeBetween(hours, Date.now(), Date.parse(v.due_at));
		assert.ok(Math.abs(v.office_ms_left - left) < 60000, `office time left ${v.office_ms_left}, not ${left}`);
		break;
	}
	default:
		assert.fail(`unknown outcome ${e.expected_outcome}`);
	}
}

/** Signs every commitment that is offered; the hashes are those of the texts shown. */
async function signCommitments(clerk, c, s) {
	for (const e of s.expected.filter((x) => x.expected_outcome === 'commitment')) {
		assert.equal(itemOf(c, e.item_code).state, 'to_commit', 'a commitment is offered, never made by itself');
		const t = await clerk.get(`/api/v1/cases/${c.id}/items/${e.item_code}/commitment`);
		for (const text of [t.notice, t.letter])
			assert.equal(createHash('sha256').update(text.text).digest('hex'), text.hash);
		assert.match(t.notice.text, new RegExp(e.proof_name.replace(/[()]/g, '.')));
		const done = await commit(clerk, c, e.item_code);
		assert.equal(done.item.state, 'committed');
		assert.equal(done.item.commitment.notice, t.notice.hash);
		assert.equal(done.item.commitment.letter, t.letter.hash);
		assert.equal(done.item.commitment.record, done.record.id);
		assert.equal(done.case.version, c.version + 1);
		c = await getCase(clerk, c.id);
	}
	return c;
}

for (const s of scenes())
	test(`${s.code}: ${s.title}`, async () => {
		const clerk = await instance.client(clerkOf[s.division_code]);
		let c = await openScene(clerk, s);

		looksRight(c, s, clerk);
		for (const e of s.expected) {
			const item = itemOf(c, e.item_code);
			assert.equal(item.state, first[e.expected_outcome], `${e.item_code} before anything was asked`);
			assert.equal(item.answer, undefined);
			assert.deepEqual(item.steps, []);
		}
		c = await settle(clerk, c);
		c = await signCommitments(clerk, c, s);
		for (const e of s.expected) isAsExpected(itemOf(c, e.item_code), e);
		assert.deepEqual(c.counts, countsOf(c.items));
		assert.deepEqual(still(await getCase(clerk, c.number)), still(c), 'found by its number as well');

		/* The records name each item that something was done about, and never a value. */
		const { records } = await clerk.get(`/api/v1/cases/${c.id}/records`);
		for (const e of s.expected) {
			const types = records.filter((r) => r.item === e.item_code).map((r) => r.type);
			assert.deepEqual(types, { established: ['query.answered'], not_established: ['query.answered'],
				commitment: ['commitment.signed'], verification: ['verification.sent'] }[e.expected_outcome] ?? [],
			`records of ${e.item_code}`);
		}
		for (const r of records) {
			const text = JSON.parse(r.record);
			assert.equal(text.id, r.id);
			assert.equal(text.type, r.type);
			for (const p of s.parties)
				for (const value of [p.name, p.identifier])
					assert.ok(value === '' || !r.record.includes(value), `the record ${r.type} holds no value`);
		}

		/* Colleagues answer; then the case ends as it must. */
		for (const e of s.expected.filter((x) => x.expected_outcome === 'verification')) {
			const verifier = await instance.client(verifierOf[e.desk_code]);
			const { verifications } = await verifier.ok('POST', '/api/v1/verifications/search', { json: { state: 'open' } });
			const { id } = itemOf(c, e.item_code).verification;
			const summary = verifications.find((v) => v.id === id);
			assert.ok(summary, 'it lies on the desk');
			assert.equal(summary.case_number, c.number);
			let v = await verifier.get(`/api/v1/verifications/${id}`);
			assert.equal(v.item, e.item_code);
			v = await verifier.post(`/api/v1/verifications/${id}/signature`, {}, { ifMatch: v.version });
			assert.equal(v.state, 'signed_for');
			v = await verifier.post(`/api/v1/verifications/${id}/answer`,
				{ answer: 'match', basis: '查本部门台账,一致' }, { ifMatch: v.version });
			assert.equal(v.state, 'answered');
			assert.deepEqual(v.events.map((x) => x.what), ['sent', 'signed_for', 'answered']);
		}
		c = await getCase(clerk, c.id);
		for (const e of s.expected.filter((x) => x.expected_outcome === 'verification')) {
			const item = itemOf(c, e.item_code);
			assert.equal(item.state, 'established');
			assert.equal(item.verification.answer, 'match');
			assert.equal(item.verification.basis, '查本部门台账,一致');
		}

		const base = `/api/v1/cases/${c.id}`;
		const undecided = s.expected.some((e) => e.expected_outcome === 'undecided');
		const refused = s.expected.some((e) => e.expected_outcome === 'not_established');
		if (undecided) {
			const p = await clerk.refused('case_not_ready', { method: 'POST', path: `${base}/acceptance`, json: {}, key: true, ifMatch: c.version });
			assert.equal(p.args.item, s.expected.find((e) => e.expected_outcome === 'undecided').item_code);
			return;
		}
		c = await clerk.post(`${base}/acceptance`, {}, { ifMatch: c.version });
		assert.equal(c.state, 'accepted');
		const conclude = (json) => ({ method: 'POST', path: `${base}/conclusion`, json, key: true, ifMatch: c.version });
		if (refused) {
			const p = await clerk.refused('case_not_ready', conclude({ outcome: 'settled' }));
			assert.equal(p.args.item, s.expected.find((e) => e.expected_outcome === 'not_established').item_code);
			await clerk.refused('field_missing', conclude({ outcome: 'refused' }));
		}
		const outcome = refused ? 'refused' : 'settled';
		c = await clerk.post(`${base}/conclusion`, { outcome, ...(refused ? { reason: '有一项未证实' } : {}) }, { ifMatch: c.version });
		assert.equal(c.state, outcome);
		await clerk.refused('case_not_open', { method: 'POST', path: `${base}/settlement`, json: {}, key: true, ifMatch: c.version });
	});

test('an answer decides what was undecided, and the case goes on', async () => {
	const s = scene('UNDECIDED');
	const clerk = await instance.client(clerkOf[s.division_code]);
	let c = await openScene(clerk, s);

	c = await clerk.ok('PUT', `/api/v1/cases/${c.id}/answers`,
		{ json: { form: { ...s.form, marital_status: 'single' } }, ifMatch: c.version });
	assert.equal(c.counts.undecided, 0);
	assert.deepEqual(['I-01484', 'I-01485', 'I-01486'].map((i) => itemOf(c, i).state),
		['does_not_apply', 'does_not_apply', 'to_query']);
	c = await settle(clerk, c);
	c = await clerk.post(`/api/v1/cases/${c.id}/acceptance`, {}, { ifMatch: c.version });
	assert.equal(c.state, 'accepted');
});

test('a value that is typed is waited for, and asked with', async () => {
	const s = scene('HOUSE'), code = s.asks[0].item_code;
	const clerk = await instance.client(clerkOf[s.division_code]);
	let c = await openScene(clerk, s, { asks: false });

	assert.equal(itemOf(c, code).state, 'waiting_input');
	assert.deepEqual(itemOf(c, code).waiting_for.map((w) => [w.kind, w.name]), [['ask', s.asks[0].input]]);
	const p = await clerk.refused('item_waiting_input', { method: 'POST', path: `/api/v1/cases/${c.id}/items/${code}/query`, json: {}, key: true, ifMatch: c.version });
	assert.equal(p.args.item, code);
	await clerk.refused('case_not_ready', { method: 'POST', path: `/api/v1/cases/${c.id}/acceptance`, json: {}, key: true, ifMatch: c.version });
	const done = await act(clerk, c, code, 'query', { asks: { [s.asks[0].input]: s.asks[0].value } });
	assert.equal(done.item.state, 'established');
	assert.equal(done.item.answer.count, 2);
	c = await getCase(clerk, c.id);
	assert.equal(itemOf(c, code).asks[0].value, s.asks[0].value);
});

test('a settled item stays settled while it applies; another answer drops it', async () => {
	const s = scene('HOUSE');
	const clerk = await instance.client(clerkOf[s.division_code]);
	let c = await settle(clerk, await openScene(clerk, s));
	const change = (form) => clerk.ok('PUT', `/api/v1/cases/${c.id}/answers`, { json: { form }, ifMatch: c.version });

	c = await change({ ...s.form, has_agent: true });
	assert.equal(itemOf(c, 'I-01386').state, 'established');
	assert.equal(itemOf(c, 'I-01395').state, 'to_verify');
	c = await change({ ...s.form, marital_status: 'single' });
	assert.equal(itemOf(c, 'I-01386').state, 'does_not_apply');
	assert.notEqual(itemOf(c, 'I-01388').state, 'does_not_apply');
	c = await change(s.form);
	assert.equal(itemOf(c, 'I-01386').state, 'to_query', 'what was dropped is asked anew, and recorded anew');
});

test('the searches find the cases, page by page', async () => {
	const clerk = await instance.client('u-1001');
	const found = [];
	let cursor;
	do {
		const page = await clerk.ok('POST', '/api/v1/cases/search', { json: { limit: 2, ...(cursor ? { cursor } : {}) } });
		assert.ok(page.cases.length <= 2);
		found.push(...page.cases);
		cursor = page.next;
	} while (cursor);
	assert.ok(found.length >= 5);
	assert.equal(new Set(found.map((c) => c.id)).size, found.length, 'no case twice');
	assert.deepEqual(found.map((c) => c.opened_at), found.map((c) => c.opened_at).sort().reverse(), 'newest first');
	const people = scenes().flatMap((x) => x.parties).filter((p) => p.kind === 'person').map((p) => p.name);
	for (const c of found) {
		assert.match(c.id, /^330703-/);
		assert.ok(!people.includes(c.applicant), 'names of people come masked in lists');
	}
	const one = await clerk.ok('POST', '/api/v1/cases/search', { json: { number: found[1].number } });
	assert.deepEqual(one.cases.map((c) => c.id), [found[1].id]);
});

test('a desk finds its questions by when they are due, page by page', async () => {
	const clerk = await instance.client('u-1005'), verifier = await instance.client('u-2004');
	for (let i = 0; i < 5; i++) await settle(clerk, await openScene(clerk, scene('DRIVER')));
	const all = async (state) => {
		const found = [];
		let cursor;
		do {
			const page = await verifier.ok('POST', '/api/v1/verifications/search', { json: { state, limit: 2, ...(cursor ? { cursor } : {}) } });
			assert.ok(page.verifications.length <= 2);
			found.push(...page.verifications);
			cursor = page.next;
		} while (cursor);
		assert.equal(new Set(found.map((v) => v.id)).size, found.length, 'none twice');
		const due = found.map((v) => Date.parse(v.due_at));
		assert.deepEqual(due, [...due].sort((a, b) => a - b));
		for (const v of found) {
			assert.equal(v.desk.code, 'DK-330781-WJ');
			assert.match(v.subject, /^叶\*+$/);
		}
		return found;
	};
	const open = await all('open');
	assert.ok(open.length >= 5);
	const v = await verifier.post(`/api/v1/verifications/${open[0].id}/signature`, {}, { ifMatch: open[0].version });
	await verifier.post(`/api/v1/verifications/${open[1].id}/answer`, { answer: 'match', basis: '查' }, { ifMatch: open[1].version });
	assert.deepEqual((await all('signed_for')).map((x) => x.id), [v.id]);
	assert.equal((await all('sent')).length, open.length - 2);
	assert.equal((await all('open')).length, open.length - 1);
	assert.ok((await all('answered')).some((x) => x.id === open[1].id));
});

test('a clerk of one agency sees its cases only', async () => {
	const clerk = await instance.client('u-1007');
	const { cases } = await clerk.ok('POST', '/api/v1/cases/search', { json: {} });
	assert.ok(cases.length >= 1);
	assert.deepEqual([...new Set(cases.map((c) => c.matter.code))], ['M-0303']);
});

test('the list that the public reads is the list of the files', async () => {
	const anyone = await instance.client();
	const inv = await anyone.get('/api/v1/inventory');
	assert.deepEqual(inv.totals, { items: 4052, direct_cancel: 861, commitment: 613, data_query: 1081, department_verify: 1497 });
	/* 383 desks of the file, and 3 made for issuers that had none. */
	assert.deepEqual(inv.counts, { divisions: 12, agencies: 679, matters: 880, proofs: 258, services: 108, desks: 386, grants: 316, life_events: 10 });
	const all = [];
	let cursor = '';
	do {
		const page = await anyone.get(`/api/v1/matters?limit=200${cursor && '&cursor='}${cursor}`);
		all.push(...page.matters);
		cursor = page.next;
	} while (cursor);
	assert.deepEqual(all.map((m) => m.code), [...matterByCode().keys()].sort());
	const sum = (k) => all.reduce((n, m) => n + m.totals[k], 0);
	for (const k of Object.keys(inv.totals)) assert.equal(sum(k), inv.totals[k], k);
	for (const s of scenes()) {
		const m = await anyone.get(`/api/v1/matters/${s.matter_code}`);
		assert.deepEqual(m.items.map((i) => i.code), s.expected.map((e) => e.item_code));
		const page = await anyone.get(`/api/v1/items?matter=${s.matter_code}`);
		assert.deepEqual(page.items.map((i) => i.code), m.items.map((i) => i.code).sort());
		for (const i of m.items)
			assert.deepEqual(await anyone.get(`/api/v1/items/${i.code}`), { ...i, matter: { code: m.code, name: m.name } });
	}
	const hits = await anyone.get(`/api/v1/matters?q=${encodeURIComponent('二手房')}`);
	assert.ok(hits.matters.some((m) => m.code === 'M-0303'));
	for (const m of hits.matters) assert.match(m.name, /二手房/);
});

test('every matter and item of the files is shown as it is there', async () => {
	const anyone = await instance.client();
	const listed = Map.groupBy ? Map.groupBy(items(), (i) => i.matter_code) :
		items().reduce((m, i) => m.set(i.matter_code, [...(m.get(i.matter_code) ?? []), i]), new Map());
	const names = new Map(agencies().map((a) => [a.code, a.name]));
	for (const row of matterByCode().values()) {
		const m = await anyone.get(`/api/v1/matters/${row.code}`);
		assert.deepEqual([m.name, m.agency.code, m.agency.name, m.subject, m.channel, m.level, m.statutory_days, m.promised_days, m.commitment_excluded],
			[row.name, row.agency_code, names.get(row.agency_code), row.subject_kind, row.channel, row.level, Number(row.statutory_days),
				Number(row.promised_days), row.commitment_excluded === 'yes']);
		assert.deepEqual(m.items.map((i) => [i.code, i.proof.code, i.proof.name, i.method, i.legal_basis, i.ground, i.conditional, i.fields, i.verify_hours, i.issuer.code]),
			(listed.get(row.code) ?? []).map((i) => [i.code, i.proof_code, i.proof_name, i.method, i.legal_basis,
				i.method === 'direct_cancel' ? i.remark : null, i.required_when !== '', i.fields === '' ? null : i.fields.split(';'),
				i.method !== 'department_verify' ? null : Number(i.verify_hours || 8), proofByCode().get(i.proof_code).issuer_agency_code]));
		const asked = m.fields.map((f) => f.name);
		for (const i of m.items) for (const f of i.condition_fields) assert.ok(asked.includes(f), `${row.code} asks ${f}, which ${i.code} reads`);
	}
});

test('what was said is in the log: every record once, in an unbroken tree', async () => {
	const anyone = await instance.client();
	const { logs } = await anyone.get('/api/v1/log');
	const found = evidence(instance.dir);
	assert.deepEqual(logs.map((l) => [l.name, l.size, l.root]), found.logs.map((l) =>
		[l.name, l.size, Buffer.from(l.root, 'hex').toString('base64')]));
	assert.ok(found.records.length > 60);
});

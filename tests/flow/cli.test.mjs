// A case from its opening to its end by the wzm command alone, against a real server.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { run, must, started } from '../lib/instance.mjs';
import { itemOf } from '../lib/cases.mjs';
import { clerkOf, scene, sceneCase, scenes, verifierOf } from '../lib/catalogue.mjs';
import { fits } from '../lib/openapi.mjs';
import { evidence } from '../lib/store.mjs';

let instance;
before(async () => { instance = await started(); });
after(() => instance?.destroy());

/** Runs a command on the instance as a user; its JSON, held against the document. */
function json(user, args, schema, options) {
	const r = must([...args, '-d', instance.dir, '--as', user, '--json'], options);
	const value = JSON.parse(r.stdout);
	if (schema) fits({ $ref: `#/components/schemas/${schema}` }, value, `wzm ${args.join(' ')}`);
	return value;
}
const fails = (status, code, user, args) => {
	const r = run([...args, '-d', instance.dir, '--as', user, '--json']);
	assert.equal(r.status, status, r.stdout + r.stderr);
	assert.equal(JSON.parse(r.stdout).code, code);
};
const openWith = (s, user = clerkOf[s.division_code]) =>
	json(user, ['case', 'open', '--file', '-'], 'Case', { input: JSON.stringify(sceneCase(s)) });

for (const s of scenes().filter((x) => x.code !== 'UNDECIDED'))
	test(`${s.code} by the command`, () => {
		const clerk = clerkOf[s.division_code];
		let c = openWith(s);
		c = json(clerk, ['case', 'settle', c.number], 'Case');
		for (const e of s.expected.filter((x) => x.expected_outcome === 'commitment'))
			json(clerk, ['case', 'commit', c.number, e.item_code, '--yes', '--signer',
				s.parties.some((p) => p.role === 'legal_representative') ? 'legal_representative' : 'applicant'], 'ItemChanged');
		for (const e of s.expected.filter((x) => x.expected_outcome === 'verification')) {
			const { id } = itemOf(c, e.item_code).verification, verifier = verifierOf[e.desk_code];
			const { verifications } = json(verifier, ['verification', 'list']);
			assert.ok(verifications.some((v) => v.id === id));
			json(verifier, ['verification', 'sign-for', id], 'Verification');
			json(verifier, ['verification', 'answer', id, '--answer', 'match', '--basis', '查本部门台账,一致'], 'Verification');
		}
		json(clerk, ['case', 'accept', c.number], 'Case');
		const refused = s.expected.some((e) => e.expected_outcome === 'not_established');
		if (refused) fails(4, 'case_not_ready', clerk, ['case', 'conclude', c.number, '--outcome', 'settled']);
		c = json(clerk, ['case', 'conclude', c.number, '--outcome', refused ? 'refused' : 'settled', ...(refused ? ['--reason', '房屋有抵押'] : [])], 'Case');
		assert.equal(c.state, refused ? 'refused' : 'settled');
		for (const lang of ['zh', 'en']) {
			const shown = must(['case', 'show', c.number, '-d', instance.dir, '--as', clerk, '--lang', lang]).stdout;
			for (const e of s.expected) assert.ok(shown.includes(e.item_code), `${e.item_code} is shown`);
			for (const p of s.parties) if (p.identifier) assert.ok(!shown.includes(p.identifier), 'numbers come masked');
		}
	});

test('parties and answers are changed by the command, from options and from a file', () => {
	const s = scene('HOUSE'), clerk = clerkOf[s.division_code];
	let c = json(clerk, ['case', 'settle', openWith(s).number], 'Case');
	const roles = () => c.parties.map((p) => p.role).sort();
	c = json(clerk, ['case', 'answers', c.number, '--party', 'agent:person:passport:E12345678:王某', '--mandate', '授权委托书第3号'], 'Case');
	assert.deepEqual(roles(), ['agent', 'applicant', 'buyer', 'seller']);
	assert.equal(c.parties.find((p) => p.role === 'agent').mandate, '授权委托书第3号');
	assert.match(must(['case', 'show', c.number, '-d', instance.dir, '--as', clerk]).stdout, /王某.*授权委托书第3号/);
	assert.equal(itemOf(c, 'I-01384').state, 'established', 'who sells is the same');
	assert.equal(itemOf(c, 'I-01396').asks[0].value, 'H31010100001', 'and what was typed');
	c = json(clerk, ['case', 'answers', c.number, '--file', '-', '--without', 'agent'], 'Case', { input: JSON.stringify(
		{ form: { marital_status: 'single' }, parties: [{ role: 'seller', identifier_type: 'passport', identifier: 'E87654321' }] }) });
	assert.deepEqual(roles(), ['applicant', 'buyer', 'seller']);
	assert.equal(c.form.marital_status, 'single');
	assert.equal(c.form.has_agent, false);
	assert.equal(itemOf(c, 'I-01384').state, 'to_query', 'somebody else sells');
	assert.equal(itemOf(c, 'I-01386').state, 'does_not_apply');
	fails(1, 'party_missing', clerk, ['case', 'answers', c.number, '--without', 'seller']);
	assert.equal(run(['case', 'answers', c.number, '--without', 'spouse', '-d', instance.dir, '--as', clerk]).status, 2);
});

test('correction, deferral, transfer and slips by the command', () => {
	const s = scene('UNDECIDED'), clerk = clerkOf[s.division_code];
	const slip = (number, kind, lang) => must(['case', 'slip', number, kind, '-d', instance.dir, '--as', clerk, '--lang', lang]).stdout;
	let c = openWith(s);
	fails(2, 'usage', clerk, ['case', 'correct', c.number, '--words', '请补填婚姻状况', '--days', '99']);
	fails(1, 'catch_all', clerk, ['case', 'correct', c.number, '--words', '请补齐其他材料']);
	c = json(clerk, ['case', 'correct', c.number, '--words', '请补填婚姻状况', '--days', '3'], 'Case');
	fails(4, 'correction_once', clerk, ['case', 'correct', c.number, '--words', '再补一样']);
	assert.match(must(['case', 'show', c.number, '-d', instance.dir, '--as', clerk, '--lang', 'en']).stdout, new RegExp(`correction +until ${c.correction.due_on}: 请补填婚姻状况`));
	for (const lang of ['zh', 'en']) assert.ok(slip(c.number, 'correction', lang).includes('请补填婚姻状况'));

	const lacking = c.items.filter((i) => i.state === 'undecided').map((i) => i.code);
	fails(2, 'usage', clerk, ['case', 'accept', c.number, '--until', c.due_on]);
	fails(1, 'deferral_items', clerk, ['case', 'accept', c.number, '--until', c.due_on, '--defer', lacking[0]]);
	c = json(clerk, ['case', 'accept', c.number, '--until', c.due_on, ...lacking.flatMap((code) => ['--defer', code])], 'Case');
	assert.deepEqual(c.deferral.lacking, lacking);
	const shown = must(['case', 'show', c.number, '-d', instance.dir, '--as', clerk, '--lang', 'zh']).stdout;
	assert.ok(shown.includes(`至 ${c.deferral.until}`) && shown.includes(c.limits.statutory.ends_on), shown);
	assert.match(slip(c.number, 'deferral', 'en'), /Notice of deferred acceptance/);
	fails(3, 'slip_none', clerk, ['case', 'slip', c.number, 'refusal']);

	const { asks, ...bare } = sceneCase(scene('HOUSE'));
	assert.equal(asks[0].input, 'household_code');
	const house = json('u-1001', ['case', 'open', '--file', '-'], 'Case', { input: JSON.stringify(bare) });
	json('u-1001', ['case', 'correct', house.number, '--words', '请补填', '--days', '3'], 'Case');
	for (const [lang, word] of [['zh', '户号'], ['en', 'household number']]) {
		const told = must(['case', 'slip', house.number, 'correction', '-d', instance.dir, '--as', 'u-1001', '--lang', lang]).stdout;
		assert.ok(told.includes(word) && !told.includes('household_code'), told);
	}
	fails(2, 'usage', 'u-1001', ['case', 'transfer', house.number, '--agency', '330703-XZF']);
	const moved = json('u-1001', ['case', 'transfer', house.number, '--agency', '330703-XZF', '--reason', '转综合窗口']);
	assert.equal(moved.agency.code, '330703-XZF');
	fails(3, 'not_found', 'u-1007', ['case', 'show', house.number]);
});

test('exit codes say what kind of failure it was', () => {
	const s = scene('HOUSE'), c = openWith(s);
	fails(3, 'not_found', 'u-1005', ['case', 'show', c.number]);
	fails(1, 'not_allowed', 'u-2001', ['case', 'settle', c.number]);
	fails(1, 'item_cancelled', 'u-1001', ['case', 'query', c.number, 'I-01391']);
	fails(1, 'as_unknown', 'u-9999', ['case', 'show', c.number]);
	json('u-1001', ['case', 'query', c.number, 'I-01384'], 'ItemChanged');
	fails(4, 'item_settled', 'u-1001', ['case', 'query', c.number, 'I-01384']);
	fails(4, 'version_stale', 'u-1001', ['case', 'query', c.number, 'I-01386', '--seen', '1']);
	fails(2, 'usage', 'u-1001', ['case', 'conclude', c.number, '--outcome', 'lost']);
});

test('form, sources and lists by the command', () => {
	const s = scene('UNDECIDED'), clerk = clerkOf[s.division_code];
	let c = openWith(s);
	assert.equal(c.counts.undecided, 3);
	c = json(clerk, ['case', 'answers', c.number, '--answer', 'marital_status=single'], 'Case');
	assert.deepEqual(c.form, { ...s.form, marital_status: 'single' });
	assert.equal(c.counts.undecided, 0);
	const { cases } = json(clerk, ['case', 'list', '--state', 'open', '--limit', '1']);
	assert.equal(cases[0].id, c.id);
	json('u-3001', ['source', 'off', 'DS-046', '--reason', '演练'], 'Source');
	assert.equal(json('u-3001', ['source', 'list']).sources.find((x) => x.service.code === 'DS-046').state, 'off');
	json('u-3001', ['source', 'on', 'DS-046', '--reason', '好了'], 'Source');
	assert.ok(json('u-1001', ['matter', 'find', '二手房']).matters.some((m) => m.code === 'M-0303'));
	assert.ok(json('u-1001', ['item', 'find', '无房证明']).items.length > 5);
	json('u-1001', ['matter', 'show', 'M-0303'], 'Matter');
	json('u-1001', ['item', 'show', 'I-01384'], 'Item');
});

test('a complaint by the command: at the help desk, and at the supervisor\'s', () => {
	const made = json('u-1001', ['complaint', 'file', '--file', '-', '--item', 'I-01391'], 'ComplaintReceived',
		{ input: JSON.stringify({ agency: '330703-ZG', what: '说没有无房证明不收件', phone: '13800000000' }) });
	assert.equal(made.list.finding, 'direct_cancel');
	const { complaints } = json('u-5001', ['complaint', 'list', '--agency', '330703-ZG', '--division', '330703']);
	assert.deepEqual(complaints.map((c) => c.number), [made.number]);
	assert.deepEqual(json('u-5001', ['complaint', 'list', '--overdue']).complaints, []);
	assert.equal(json('u-5001', ['complaint', 'show', made.number], 'Complaint').phone, '13800000000');
	fails(1, 'not_allowed', 'u-1001', ['complaint', 'show', made.number]);
	fails(3, 'not_found', 'u-5001', ['complaint', 'show', '330703-261126-TA99999-0']);
	const done = json('u-5001', ['complaint', 'answer', made.number, '--outcome', 'upheld', '--answer', '属实,已责令改正'], 'Complaint');
	assert.equal(done.answer, '属实,已责令改正');
	fails(4, 'complaint_state', 'u-5001', ['complaint', 'answer', made.number, '--outcome', 'not_upheld', '--answer', '再答']);
	fails(4, 'version_stale', 'u-5001', ['complaint', 'answer', made.number, '--outcome', 'not_upheld', '--answer', '再答', '--seen', '1']);
	for (const lang of ['zh', 'en']) {
		const shown = must(['complaint', 'show', made.number, '-d', instance.dir, '--as', 'u-5001', '--lang', lang]).stdout;
		for (const part of [made.number, '说没有无房证明不收件', '属实,已责令改正', lang === 'zh' ? '已取消这份证明' : 'has abolished']) assert.ok(shown.includes(part), part);
		assert.ok(!shown.includes(made.code), 'the code is nobody else\'s');
	}
});

test('the log is checked while the server runs and after it stopped', async () => {
	/* Strangers are recorded once a minute, too: where this file takes longer it was done before, or is between two of these. */
	const seen = evidence(instance.dir).records.length;
	const running = JSON.parse(must(['log', 'check', '-d', instance.dir, '--json']).stdout);
	assert.equal(running.ok, true);
	const { logs } = json('u-1001', ['log', 'size']);
	await instance.stop();
	const stopped = evidence(instance.dir).records;
	assert.deepEqual([seen, running.size, logs[0].size, stopped.length].toSorted((a, b) => a - b), [seen, running.size, logs[0].size, stopped.length]);
	assert.equal(JSON.parse(must(['log', 'check', '-d', instance.dir, '--json']).stdout).size, stopped.length);
	assert.deepEqual(stopped.filter((r) => r.type === 'strangers.refused').map((r) => r.json.code), ['as_unknown'],
		'strangers are counted, and recorded at the latest when the server stops');
	assert.deepEqual(stopped.slice(seen).filter((r) => r.type !== 'strangers.refused'), []);
	const r = run(['case', 'list', '-d', instance.dir, '--as', 'u-1001', '--json']);
	assert.equal(JSON.parse(r.stdout).code, 'server_not_running');
	assert.notEqual(r.status, 0);
});

// A life event from its form to its end by the wzm command, against a real server.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { Instance, must, run, started } from '../lib/instance.mjs';
import { wzm } from '../lib/paths.mjs';
import { fits } from '../lib/openapi.mjs';
import { dataset } from '../lib/catalogue.mjs';
import { answerStep, birth, getJoint, household, newborn, settleItems, stepOf, until, untilStep } from '../lib/joint.mjs';

let instance, clerk;
before(async () => { instance = await started(); clerk = await instance.client('u-1001'); });
after(() => instance?.destroy());

const where = (user = 'u-1001') => ['-d', instance.dir, '--as', user];
const shown = (args, options) => must([...args, ...where()], options).stdout;
function json(args, schema, options) {
	const value = JSON.parse(must([...args, ...where(), '--json'], options).stdout);
	if (schema) fits({ $ref: `#/components/schemas/${schema}` }, value, `wzm ${args.join(' ')}`);
	return value;
}
const fails = (status, code, args, user) => {
	const r = run([...args, ...where(user), '--json']);
	assert.equal(r.status, status, r.stdout + r.stderr);
	if (code) assert.equal(JSON.parse(r.stdout).code, code);
};
const start = (change, ...args) => json(['lifeevent', 'start', 'LE-NEWBORN', '--form', '-', ...args], 'JointCase',
	{ input: JSON.stringify(newborn(change)) });
const results = (given) => Object.entries(given).flatMap(([k, v]) => ['--result', `${k}=${v}`]);

/** The case of a step, with all its items settled, is concluded by the command. */
async function conclude(id, code, given) {
	const { case: { id: caseId, number } } = stepOf(await untilStep(clerk, id, code, 'running', 'replaced'), code);
	await settleItems(instance, clerk, caseId);
	json(['case', 'accept', number], 'Case');
	json(['case', 'conclude', number, '--outcome', 'settled', ...results(given)], 'Case');
	await untilStep(clerk, id, code, 'done');
}

test('a joint case is begun, watched while desks and rules do its steps, and seen to its end', async () => {
	const { number, id } = start({});
	assert.match(number, /^330703-\d{6}-LA\d{5}-[0-9A-Z]$/);
	let written = '';
	const watcher = spawn(wzm, ['lifeevent', 'watch', number, ...where()], { stdio: ['ignore', 'pipe', 'inherit'] });
	watcher.stdout.setEncoding('utf8').on('data', (d) => { written += d; });
	const ended = new Promise((ok) => watcher.on('close', (code) => ok(code)));

	for (const code of ['NB4', 'NB5', 'NB6'])
		assert.equal(stepOf(json(['lifeevent', 'skip', number, code, '--reason', '另行办理'], 'JointCase'), code).state, 'skipped');
	const caseNumber = stepOf(await untilStep(clerk, id, 'NB1', 'running'), 'NB1').case.number;
	assert.match(shown(['case', 'show', caseNumber]), new RegExp(`联办件 +${number}  NB1 .*\n应给出 +birth_cert_number\\(必须\\)`));
	fails(1, 'field_missing', ['case', 'conclude', caseNumber, '--outcome', 'settled']);
	assert.match(shown(['lifeevent', 'progress', number]), /^NB3 .* 等待 .*等 NB1 NB2$/m);
	assert.match(shown(['lifeevent', 'progress', number]), /^NB4 .* 已跳过 +牵头单位决定跳过$/m);
	await conclude(id, 'NB1', birth);
	await conclude(id, 'NB2', household);
	await answerStep(instance, clerk, id, 'NB3');
	await until(clerk, id, (j) => j.state === 'finished');

	assert.equal(await ended, 0, 'the watcher ends with it');
	const lines = written.trim().split('\n');
	const at = (needle) => {
		const i = lines.findIndex((l) => l.includes(needle));
		assert.ok(i >= 0, `${needle} in\n${written}`);
		return i;
	};
	const order = ['已填表', 'NB1 出生医学证明首次签发  开始办', 'NB1 出生医学证明首次签发  已办成', 'NB2 出生登记(落户登记)  开始办',
		'NB2 出生登记(落户登记)  已办成', 'NB3 新生儿基本医疗保险参保登记  开始办', 'NB3 新生儿基本医疗保险参保登记  已办成', '全部办结'].map(at);
	assert.deepEqual(order, [...order].sort((a, b) => a - b), 'in the order in which it happened');
	assert.match(lines[0], /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}  /);
	assert.ok(lines.some((l) => /^一件一件办:填表 9 份,跑 4 家,/.test(l)), written);

	for (const command of ['progress', 'show']) {
		assert.deepEqual(json(['lifeevent', command, number], 'JointCase').steps, (await getJoint(clerk, id)).steps);
		const text = shown(['lifeevent', command, number, '--lang', 'en']);
		assert.match(text, /^state +finished$/m);
		assert.match(text, /^9 steps: 6 done, 3 skipped or withdrawn, 0 to go$/m);
		assert.match(text, /^in one: 1 form, 0 agencies to go to, 0 papers, \d+ minutes$/m);
		assert.ok(!text.includes(newborn().mother_id_number));
	}
	const { events } = json(['lifeevent', 'watch', number, '--once']);
	assert.equal(events.at(-1).event, 'finished');
	assert.match(shown(['lifeevent', 'cases', '--state', 'finished']), new RegExp(`^${number} +已办结 +6 +9 `, 'm'));
	assert.ok(!shown(['lifeevent', 'cases', '--state', 'running']).includes(number));
	assert.match(must(['lifeevent', 'progress', number, ...where('u-5001')]).stdout, /^状态 +已办结$/m, 'supervisors read them too');
});

test('a draft starts nothing; its form is filled in by field and submitted', async () => {
	const draft = json(['lifeevent', 'start', 'LE-NEWBORN', '--form', '-', '--draft', '--agent', 'citizen_id:330781196302119753:叶斌',
		'--mandate', '授权委托书 2026-11-20'], 'JointCase', { input: JSON.stringify({ child_name: '周素凤' }) });
	assert.equal(draft.state, 'draft');
	assert.equal(draft.counts.waiting, 9);
	assert.match(shown(['lifeevent', 'progress', draft.number]), /^状态 +草稿$/m);
	assert.equal(shown(['lifeevent', 'watch', draft.number, '--once']), '', 'nothing has happened');
	const { mother_name, card_delivery, ...rest } = newborn();
	let j = json(['lifeevent', 'answer', draft.number, '--form', '-', '--answer', `mother_name=${mother_name}`], 'JointCase', { input: JSON.stringify(rest) });
	assert.deepEqual([j.state, j.form.mother_name, j.form.mother_id_number], ['draft', mother_name, '330***********9329']);
	j = json(['lifeevent', 'answer', j.number, '--answer', `card_delivery=${card_delivery}`, '--submit'], 'JointCase');
	assert.equal(j.state, 'running');
	await untilStep(clerk, j.id, 'NB1', 'running');
	fails(1, 'field_value', ['lifeevent', 'answer', j.number, '--answer', 'card_delivery=pigeon']);
	fails(1, 'ident_check', ['lifeevent', 'answer', j.number, '--answer', 'mother_id_number=330703198105029320']);
	fails(2, null, ['lifeevent', 'answer', j.number, '--answer', 'colour=red']);
	fails(2, null, ['lifeevent', 'answer', j.number]);
	assert.equal(json(['lifeevent', 'withdraw', j.number, '--reason', '改主意了'], 'JointCase').state, 'withdrawn');
	assert.match(shown(['lifeevent', 'watch', j.number]), /已撤回/, 'watching ends at once');
	fails(4, 'joint_ended', ['lifeevent', 'answer', j.number, '--answer', 'card_delivery=postal']);
});

test('a step is decided, taken back and corrected, each with its reason and at the version that was seen', async () => {
	const j = start({});
	fails(2, null, ['lifeevent', 'skip', j.number, 'NB5']);
	fails(2, null, ['lifeevent', 'correct', j.number, 'NB1', '--reason', '录错']);
	fails(3, 'step_unknown', ['lifeevent', 'skip', j.number, 'NB0', '--reason', '没有']);
	fails(3, 'not_found', ['lifeevent', 'progress', '330703-261126-LA09999-0']);
	fails(4, 'step_state', ['lifeevent', 'retry', j.number, 'NB1', '--reason', '再办']);
	fails(1, 'not_allowed', ['lifeevent', 'skip', j.number, 'NB5', '--reason', '督办'], 'u-5001');
	fails(4, 'version_wrong', ['lifeevent', 'skip', j.number, 'NB5', '--reason', '另行办理', '--seen', '999']);
	const skipped = json(['lifeevent', 'skip', j.number, 'NB5', '--reason', '另行办理'], 'JointCase');
	fails(4, 'version_stale', ['lifeevent', 'retry', j.number, 'NB5', '--reason', '恢复', '--seen', String(skipped.version - 1)]);
	assert.equal(stepOf(json(['lifeevent', 'retry', j.number, 'NB5', '--reason', '恢复'], 'JointCase'), 'NB5').state, 'waiting');
	assert.equal(stepOf(json(['lifeevent', 'withdraw', j.number, 'NB5', '--reason', '不要了'], 'JointCase'), 'NB5').state, 'withdrawn');
	assert.equal(stepOf(json(['lifeevent', 'replace', j.number, 'NB9', '--reason', '人工办'], 'JointCase'), 'NB9').by_desk, true);

	await conclude(j.id, 'NB1', birth);
	await untilStep(clerk, j.id, 'NB7', 'done');
	fails(1, 'ident_length', ['lifeevent', 'correct', j.number, 'NB1', '--result', 'birth_cert_number=1', '--reason', '录错']);
	json(['lifeevent', 'correct', j.number, 'NB1', '--result', 'birth_cert_number=Z33000601', '--reason', '录错'], 'JointCase');
	const now = await until(clerk, j.id, (x) => stepOf(x, 'NB7').attempt === 2);
	assert.deepEqual(stepOf(now, 'NB1').results, { birth_cert_number: 'Z33000601' });
	assert.match(shown(['lifeevent', 'watch', j.number, '--once']), /NB7 预防接种证办理  重新办  第 2 次/);
});

test('the commitments of all steps are shown, and signed once by somebody of the form', () => {
	const j = start({});
	fails(2, null, ['lifeevent', 'commit', j.number, '--signer', '330703198105029329']);
	fails(1, 'signer', ['lifeevent', 'commit', j.number, '--signer', '330703199210269759', '--yes']);
	const text = shown(['lifeevent', 'commit', j.number, '--signer', '-', '--yes'], { input: '330703198105029329\n' });
	assert.match(text, /━━ 告知书 ━━/);
	assert.match(text, /^步骤 +NB5$/m);
	assert.ok(json(['lifeevent', 'progress', j.number], 'JointCase').signed_items > 0);
});

test('what is asked wrongly is told before anything is sent', () => {
	fails(2, null, ['lifeevent', 'start', 'LE-NEWBORN']);
	fails(2, null, ['lifeevent', 'start', 'LE-NEWBORN', '--answer', 'child_name=周素凤', '--agent', 'citizen_id:330781196302119753', '--mandate', 'x']);
	fails(2, null, ['lifeevent', 'start', 'LE-NEWBORN', '--answer', 'child_name=周素凤', '--agent', 'citizen_id:330781196302119753:叶斌']);
	fails(3, 'life_event_unknown', ['lifeevent', 'start', 'LE-NONE', '--answer', 'child_name=周素凤']);
});

/* Definitions published by themselves */

const exported = (i = instance, to = `${i.parent}/exported`) => {
	must(['inventory', 'export', '--to', to, '-d', i.dir]);
	return Object.fromEntries(readdirSync(to).map((name) => [name, readFileSync(`${to}/${name}`, 'utf8')]));
};
const versions = (i = instance) => JSON.parse(must(['inventory', 'list', '--as', 'u-4001', '--json', '-d', i.dir]).stdout).versions;
const leftOver = (i = instance) => readdirSync(`${i.dir}/run`).filter((name) => name.startsWith('events'));

/** A file with the definitions of the reference data, one of which promises something else. */
function definitions(change, name = 'events.json') {
	const events = JSON.parse(exported()['life_events.json']);
	change(events.find((e) => e.code === 'LE-FLEXIBLE'), events);
	const file = `${instance.parent}/${name}`;
	writeFileSync(file, JSON.stringify(events, null, 1));
	return file;
}
const decided = ['--decision', '金政办〔2026〕12号'];

test('definitions are checked against the list in force, each error by event, step and member', () => {
	const wrong = definitions((e) => { e.steps[0].matter_code = 'M-9999'; e.steps[0].inputs.push('form.nothing'); }, 'wrong.json');
	const r = run(['lifeevent', 'publish', wrong, '--yes', ...decided, ...where('u-4001'), '--json']);
	assert.equal(r.status, 1, r.stdout + r.stderr);
	const problem = JSON.parse(r.stdout);
	assert.equal(problem.code, 'import_refused');
	assert.ok(problem.errors.length >= 2 && problem.errors.every((e) => e.file === 'life_events.json'), r.stdout);
	assert.ok(problem.errors.some((e) => e.value === 'M-9999') && problem.errors.some((e) => e.value === 'form.nothing'), r.stdout);
	writeFileSync(wrong, '[{');
	fails(1, 'import_refused', ['lifeevent', 'publish', wrong, '--dry-run'], 'u-4001');
	fails(1, 'file_read', ['lifeevent', 'publish', `${instance.parent}/none.json`, '--dry-run'], 'u-4001');
	assert.deepEqual([versions().length, leftOver()], [1, []], 'nothing was imported and nothing is left');
});

test('definitions are published as the list is, with the tables in force, and only what differs is shown', async () => {
	const before = exported(), file = definitions((e) => { e.promised_minutes_total = 600; });
	const publish = (...args) => ['lifeevent', 'publish', file, ...args];
	const text = shown(publish('--dry-run'));
	assert.match(text, /^~ life_events\.json LE-FLEXIBLE .*\n {4}promised_minutes_total: 480 → 600\n.*1 处不同\n.*改 1 格\n没有错;什么也没有导入\n$/);
	const diff = json(publish('--dry-run'));
	assert.deepEqual([diff.from, diff.to, diff.total, diff.changes[0].before], [1, null, 1, '480']);
	assert.equal(versions().length, 1);

	fails(2, null, publish(...decided), 'u-4001');
	fails(2, null, publish('--yes'), 'u-4001');
	fails(2, null, publish('--yes', ...decided, '--effective', 'tomorrow'), 'u-4001');
	const asked = spawnSync('script', ['-qec', `${wzm} ${publish(...decided, ...where('u-4001')).join(' ')}`, '/dev/null'],
		{ input: 'n\n', encoding: 'utf8' });
	assert.equal(asked.status, 1, asked.stdout + asked.stderr);
	assert.match(asked.stdout, /480 → 600[\s\S]*\[y\/N\][\s\S]*没有发布/);
	assert.equal(versions().length, 1, 'whoever says no imports nothing');

	fails(1, 'not_allowed', publish('--yes', ...decided));
	assert.deepEqual(versions().map((v) => v.state), ['draft', 'in_force'], 'whoever may not publish leaves a draft');
	const done = must(publish('--yes', ...decided, ...where('u-4001'), '--lang', 'en')).stdout;
	assert.match(done, /480 → 600\nfrom version 1: 1 differences\n[\s\S]*version 2 is published, in force from today/);
	const [newest] = versions();
	assert.deepEqual([newest.version, newest.state, newest.publications[0].decision], [2, 'in_force', decided[1]]);
	assert.equal((await clerk.get('/api/v1/lifeevents/LE-FLEXIBLE')).promised_minutes, 600);
	const after = exported();
	assert.equal(after['life_events.json'], readFileSync(file, 'utf8'), 'byte for byte');
	assert.deepEqual({ ...after, 'life_events.json': '' }, { ...before, 'life_events.json': '' });
	fails(4, 'inventory_same', publish('--yes', ...decided), 'u-4001');
	assert.deepEqual(leftOver(), []);
});

test('what one city exported is published in another, with or without a server', async () => {
	const file = definitions((e) => { e.promised_minutes_total = 700; }), other = new Instance();
	try {
		other.init({ datasets: null });
		writeFileSync(`${other.parent}/from.json`, readFileSync(file));
		const at = ['lifeevent', 'publish', `${other.parent}/from.json`, '--yes', ...decided, '-d', other.dir];
		assert.match(must(at).stdout, /480 → 700\n[\s\S]*第 2 版已发布,今天起生效/);
		await other.serve();
		assert.equal((await (await other.client()).get('/api/v1/lifeevents/LE-FLEXIBLE')).promised_minutes, 700);
		const given = exported(other);
		writeFileSync(`${instance.parent}/back.json`, given['life_events.json']);
		must(['lifeevent', 'publish', `${instance.parent}/back.json`, '--yes', ...decided, ...where('u-4001')]);
		assert.equal((await clerk.get('/api/v1/lifeevents/LE-FLEXIBLE')).promised_minutes, 700);
		assert.equal(exported()['life_events.json'], given['life_events.json']);
		assert.deepEqual([leftOver(), leftOver(other)], [[], []]);
	} finally {
		await other.destroy();
	}
});

test('an address for the applicant, and one for whoever confirms, are shown once', async () => {
	const child = dataset('births').findLast((b) => b.father_id_number !== '');
	const { number } = start({ father_name: child.father_name, father_id_number: child.father_id_number, marital_status: 'married' });
	const text = shown(['lifeevent', 'link', number]);
	assert.match(text, /^地址 +\/progress#[\w-]{43}$/m);
	const link = json(['lifeevent', 'link', number, '--who', 'father']);
	assert.match(link.path, /^\/confirm#[\w-]{43}$/);
	assert.equal(link.who, 'father');
	assert.notEqual(json(['lifeevent', 'link', number, '--who', 'father']).token, link.token, 'another one ends it');
	fails(1, null, ['lifeevent', 'link', number, '--who', 'nobody']);
	fails(3, 'not_found', ['lifeevent', 'link', '330703-261126-LA09999-0']);
});

test('the promise of a life event is shown with how it was kept', () => {
	const clock = json(['lifeevent', 'clock', 'LE-NEWBORN']), text = shown(['lifeevent', 'clock', 'LE-NEWBORN', '--lang', 'en']);
	assert.ok(clock.finished >= 1 && clock.withdrawn >= 1, JSON.stringify(clock));
	for (const [label, n] of [['finished', clock.finished], ['withdrawn', clock.withdrawn], ['under way', clock.running], ['in time', clock.in_time]])
		assert.match(text, new RegExp(`^${label} +${n}$`, 'm'));
	assert.match(text, new RegExp(`were spared ${clock.spared.forms} forms`));
	fails(3, null, ['lifeevent', 'clock', 'LE-NONE']);
});

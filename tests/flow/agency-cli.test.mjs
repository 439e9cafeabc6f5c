// Agencies are reorganised by the wzm command, against a real server; and the power goes while what is under way moves.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Instance, must, run } from '../lib/instance.mjs';
import { getCase, itemOf } from '../lib/cases.mjs';
import { scene, sceneCase } from '../lib/catalogue.mjs';
import { fits } from '../lib/openapi.mjs';
import { StandingClock } from '../lib/standing-clock.mjs';
import { onPg } from '../lib/pg.mjs';
import { change, evidence, rows, shell } from '../lib/store.mjs';

const DAY = '2026-12-02', DECISION = '金编委〔2026〕12号', CASES = 260;
const s = scene('HOUSE');

let instance, clock;
before(async () => {
	instance = new Instance({ now: () => clock.now });
	clock = new StandingClock(instance.parent, Date.parse('2026-11-30T10:00:00+08:00'));
	instance.env = clock.env;
	await instance.init().serve();
});
after(() => instance?.destroy());

const where = (user) => ['-d', instance.dir, ...(user ? ['--as', user] : [])];
const shown = (args, lang = 'zh', user = 'u-4001') => must([...args, ...where(user), '--lang', lang], { env: instance.env }).stdout;
const json = (args, schema, user = 'u-4001') => {
	const value = JSON.parse(must([...args, ...where(user), '--json'], { env: instance.env }).stdout);
	fits({ $ref: `#/components/schemas/${schema}` }, value, `wzm ${args.join(' ')}`);
	return value;
};
const fails = (status, code, args, user = 'u-4001') => {
	const r = run([...args, ...where(user), '--json'], { env: instance.env });
	assert.equal(r.status, status, r.stdout + r.stderr);
	assert.equal(JSON.parse(r.stdout).code, code);
};
const decided = ['--effective', DAY, '--decision', DECISION];

test('a dry run shows what would differ and move, and plans nothing', () => {
	const look = json(['agency', 'merge', '330700-TYJ', '330700-WL', '--effective', DAY, '--dry-run'], 'AgencyOutlook');
	assert.deepEqual([look.from, look.rows.matters, look.rows.grants], [1, 4, 2]);
	const text = shown(['agency', 'split', '330700-GA', '330700-RK', '--name', '金华市人口服务局', '--counterpart', '330703,330702', '--desk',
		'--matter', 'M-0001,M-0002', '--matter', 'M-0004', '--proof', 'P-001', ...decided, '--dry-run'], 'en');
	assert.match(text, /^what will differ from version 1 of the list:\n {4}matters: 3\n {4}items: \d+\n {4}proofs: 1\n/);
	assert.match(text, / {4}agencies: 3\n {4}desks: 3\nwhat would be moved now:\n$/);
	assert.match(shown(['agency', 'list']), /^编号?|^机构调整 +类别/);
	assert.deepEqual(JSON.parse(must(['agency', 'list', ...where(), '--json'], { env: instance.env }).stdout).changes, []);
});

test('what is planned is listed, shown and taken back', () => {
	const made = json(['agency', 'create', '330700-SJJ', '--name', '金华市数据局', '--short-name', '数据局', '--counterpart', '330703', '--desk', ...decided, '--yes'], 'AgencyChange');
	assert.deepEqual([made.change, made.kind, made.state], [1, 'create', 'planned']);
	assert.match(shown(['agency', 'rename', '330700-WJ', '--name', '金华市卫生健康局', ...decided, '--yes']), /类别 +更名\n状态 +待生效\n生效日 +2026-12-02\n/);
	const list = shown(['agency', 'list'], 'en');
	assert.match(list, /^change +kind +state +effective +agency +into +decision\n1 +created +to come +2026-12-02 +330700-SJJ 金华市数据局 /);
	assert.match(shown(['agency', 'show', '2']), /单位 +330700-WJ\n名称 +金华市卫生健康委员会\n/);
	assert.match(shown(['agency', 'show', '330700-WJ']), /事项 45\n[^]*核验岗 +DK-330700-WJ\n[^]*第 2 号 2026-12-02 更名,待生效,金编委/);
	fails(4, 'change_order', ['agency', 'withdraw', '1', '--reason', 'x']);
	assert.match(shown(['agency', 'withdraw', '2', '--reason', '方案未批'], 'en'), /state +withdrawn\n/);
	assert.equal(json(['agency', 'withdraw', '1', '--reason', '方案未批'], 'AgencyChange').state, 'withdrawn');
});

test('what is wrong is said with its code', () => {
	const merge = ['agency', 'merge', '330700-TYJ', '330700-WL'];
	fails(1, 'not_allowed', [...merge, ...decided, '--yes'], 'u-1001');
	fails(1, 'agency_itself', ['agency', 'merge', '330700-TYJ', '330700-TYJ', ...decided, '--yes']);
	fails(1, 'effective_past', [...merge, '--decision', DECISION, '--effective', '2026-11-01', '--yes']);
	fails(3, 'change_unknown', ['agency', 'show', '99']);
	assert.equal(run([...merge, ...where('u-4001'), '--yes'], { env: instance.env }).status, 2, 'a decision is needed');
	assert.equal(run([...merge, ...decided, ...where('u-4001'), '--json'], { env: instance.env }).status, 2, 'a script must say --yes');
});

test('kill -9 in the middle of moving: it goes on where it was, and nothing is moved twice or lost', async () => {
	const clerk = await instance.client('u-1001');
	const opened = [];
	for (let i = 0; i < CASES; i += 20)
		opened.push(...await Promise.all(Array.from({ length: 20 }, () => clerk.post('/api/v1/cases', sceneCase(s), { status: 201 }))));
	json(['agency', 'merge', '330700-ZG', '330700-JS', ...decided, '--yes'], 'AgencyChange');
	const count = () => Number(rows(instance.dir, "SELECT count(*) AS n FROM agency_moved WHERE kind = 'case'")[0].n);
	/* A store may be quicker than who looks: the last of them cannot be moved until it is let go. */
	const last = opened.map((c) => c.id).sort().at(-1).slice(7).replaceAll('-', ''), holder = onPg ? shell(instance.dir) : undefined;
	if (onPg) await holder.run(`BEGIN; SELECT FROM service_case WHERE id = '\\x${last}' FOR UPDATE`);
	else change(instance.dir, `CREATE TRIGGER held BEFORE UPDATE ON service_case WHEN OLD.id = x'${last}' BEGIN SELECT raise(ABORT, 'held'); END`);
	const letGo = () => (onPg ? holder.end() : change(instance.dir, 'DROP TRIGGER held'));
	clock.set(Date.parse(`${DAY}T00:00:01+08:00`));
	let seen = 0, kills = 0;
	while (seen < CASES) {
		while ((seen = count()) === 0) await sleep(5);
		if (seen < CASES && kills < 3) {
			kills++;
			await instance.kill();
			seen = count();
			assert.equal(Number(rows(instance.dir, "SELECT count(*) AS n FROM service_case WHERE agency = '330703-JS'")[0].n), seen, 'moved, or not: nothing between');
			if (kills === 3) await letGo();
			await instance.serve();
		} else await sleep(50);
	}
	assert.equal(kills, 3);
	const anyone = await instance.client();
	const merger = async () => anyone.get('/api/v1/agencies/changes/3');
	while ((await merger()).begun_at === null) await sleep(50);
	clock.set(clock.now + 31000);
	while ((await merger()).ended_at === null) await sleep(50);
	assert.equal((await merger()).moved.case, CASES);
	const again = await instance.client('u-1001');
	for (const c of [opened[0], opened.at(-1)]) {
		const now = await getCase(again, c.id);
		assert.deepEqual([now.agency.code, now.version], ['330703-JS', c.version + 1]);
		assert.equal(itemOf(now, 'I-01384').state, itemOf(c, 'I-01384').state);
	}
	assert.match(shown(['agency', 'show', '330700-JS'], 'en'), /<- 330700-ZG 金华市自然资源和规划局, 2026-12-02, merged\n[^]* {4}cases: 260\n/);
	assert.match(shown(['agency', 'show', '330700-ZG'], 'en'), /the list in force has no such agency any more\n-> 330700-JS /);
	await instance.stop();
	const { status, stdout } = run(['store', 'check', '-d', instance.dir], { env: instance.env });
	assert.equal(status, 0, stdout);
	const moved = evidence(instance.dir).records.filter((r) => r.type === 'object.moved').map((r) => JSON.parse(r.text)).filter((r) => r.kind === 'case');
	assert.deepEqual([moved.length, new Set(moved.map((r) => r.object)).size], [CASES, CASES]);
});

test('two processes of one store move the same things, each once', { skip: onPg ? false : 'one process has a file to itself' }, async () => {
	const first = new Instance({ now: () => clock.now, env: instance.env }), second = new Instance({ now: () => clock.now, env: instance.env });
	try {
		clock.set(Date.parse('2026-11-30T10:00:00+08:00'));
		first.init();
		second.join(first);
		await Promise.all([first.serve(), second.serve()]);
		const [clerk, other, reform] = [await first.client('u-1001'), await second.client('u-1001'), await first.client('u-4001')];
		const opened = await Promise.all(Array.from({ length: 120 }, (_, i) => (i % 2 ? clerk : other).post('/api/v1/cases', sceneCase(s), { status: 201 })));
		await reform.post('/api/v1/agencies/changes', { kind: 'merge', agency: '330700-ZG', into: '330700-JS', effective: DAY, decision: DECISION }, { status: 201 });
		clock.set(Date.parse(`${DAY}T00:00:01+08:00`));
		const change = async () => (await second.client()).get('/api/v1/agencies/changes/1');
		while ((await change()).moved.case < opened.length) await sleep(50);
		clock.set(clock.now + 31000);
		while ((await change()).ended_at === null) await sleep(50);
		const moved = evidence(first.dir).records.filter((r) => r.type === 'object.moved').map((r) => JSON.parse(r.text)).filter((r) => r.kind === 'case');
		assert.deepEqual([moved.length, new Set(moved.map((r) => r.object)).size], [opened.length, opened.length]);
		for (const type of ['agency.change_begun', 'agency.change_ended'])
			assert.equal(evidence(first.dir).records.filter((r) => r.type === type).length, 1, type);
	} finally {
		await second.destroy();
		await first.destroy();
	}
});

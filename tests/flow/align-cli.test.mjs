// A round of the alignment of the ten lists from hand-in to its end, by the wzm command against a real server.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { must, run, started } from '../lib/instance.mjs';
import { jinhua, wzm } from '../lib/paths.mjs';
import { formatCsv, parseCsv, readCsv } from '../lib/csv.mjs';
import { readWorkbook, workbook } from '../lib/xlsx.mjs';
import { fits } from '../lib/openapi.mjs';

const given = `${jinhua}/county_lists`, divisions = readdirSync(given).map((f) => f.slice(0, 6)).sort();
const kinds = ['missing', 'extra', 'matter_name', 'proof_name', 'method'];
let instance, first, lists;
before(async () => {
	instance = await started({ datasets: null });
	lists = `${instance.parent}/ten`;
	mkdirSync(lists);
	for (const d of divisions) copyFileSync(`${given}/${d}.csv`, `${lists}/${d}.csv`);
	// Two rows that differ in name and in method: none of the ten lists has such.
	const { differences: found } = JSON.parse(must(['align', 'compare', `${given}/330784.csv`, '-d', instance.dir, '--json']).stdout);
	const rows = parseCsv(readFileSync(`${given}/330784.csv`, 'utf8')), method = rows[0].indexOf('method');
	for (const d of found.filter((x) => x.kind === 'proof_name' && x.row.method === 'commitment').slice(0, 2)) rows[d.row.line - 1][method] = 'department_verify';
	writeFileSync(`${lists}/330784.csv`, formatCsv(rows));
});
after(() => instance?.destroy());

const where = (user = 'u-4001') => ['-d', instance.dir, '--as', user];
const shown = (args, user) => must([...args, ...where(user)]).stdout;
function json(args, schema, user) {
	const value = JSON.parse(must([...args, ...where(user), '--json']).stdout);
	if (schema) fits({ $ref: `#/components/schemas/${schema}` }, value, `wzm ${args.join(' ')}`);
	return value;
}
const fails = (status, code, args, user) => {
	const r = run([...args, ...where(user), '--json']);
	assert.equal(r.status, status, r.stdout + r.stderr);
	if (code) assert.equal(JSON.parse(r.stdout).code, code);
};
/** Every difference of the round, as it is exported. */
const differences = () => json(['align', 'export', '--format', 'json'], 'AlignExport').differences;
const about = (d) => [d.division.code, d.kind, d.item?.code, d.row?.matter, d.row?.proof, d.row?.method].join('|');
const kept = new Set();
const keep = ['--reason', '本县无此机构', '--citation', '《浙江省行政程序办法》第三条'];

test('without a round there is nothing to show', () => {
	fails(3, 'align_no_round', ['align', 'export']);
	fails(3, 'align_no_round', ['align', 'decide', 'adopt', '--kind', 'method', '--yes']);
	assert.deepEqual(json(['align', 'rounds']).rounds, []);
});

test('the ten lists are handed in, a round is opened, and all it says is what a comparison says', () => {
	const alone = JSON.parse(must(['align', 'compare', lists, '-d', instance.dir, '--json']).stdout);
	assert.equal(alone.inventory.version, 1, 'the version in force of the instance');
	const text = shown(['align', 'run', lists, '--to', `${instance.parent}/first.csv`]);
	for (const d of alone.divisions) {
		assert.match(text, new RegExp(`^${d.division.code} ${d.division.name}:第 1 份清单,${d.list.rows} 行$`, 'm'));
		assert.match(text, new RegExp(`^${d.division.code} +${d.division.name} +${Object.values(d.found.kinds).reduce((a, b) => a + b)} `, 'm'));
	}
	assert.match(text, /^已开启第 1 轮:三统一 \d{4}-\d\d-\d\d,截止 \d{4}-\d\d-\d\d$/m);
	first = json(['align', 'export', '--format', 'json'], 'AlignExport');
	assert.deepEqual(first.differences.map(about).sort(), alone.differences.map(about).sort());
	const rows = readCsv(`${instance.parent}/first.csv`);
	assert.equal(rows.length, alone.differences.length);
	assert.ok(rows.every((r) => r.state === 'open' && r.explanation.length > 10 && Number(r.certainty) > 0));

	const again = shown(['align', 'run', lists]);
	assert.equal([...again.matchAll(/与第 1 份清单\(\d+ 行\)相同,没有改动/g)].length, divisions.length);
	assert.equal(json(['align', 'rounds']).rounds.length, 1, 'an open round is gone on with');
	assert.deepEqual(json(['align', 'run', lists], 'AlignExport').differences, first.differences);
});

test('a county, a department and one difference are shown', () => {
	const wuyi = first.differences.filter((d) => d.division.code === '330723');
	const page = json(['align', 'show', '330723', '--limit', '200']);
	assert.deepEqual(page.differences.map((d) => d.id), wuyi.map((d) => d.id));
	const methods = shown(['align', 'show', '330723', '--kind', 'method', '--lang', 'en']);
	assert.equal(methods.trim().split('\n').length, 1 + wuyi.filter((d) => d.kind === 'method').length);
	assert.match(methods, / (abolished|commitment|data query|verification) ≠ /);
	const agency = wuyi.find((d) => d.agency).agency.code;
	const counties = new Set(json(['align', 'show', agency, '--limit', '200']).differences.map((d) => d.division.code));
	assert.ok(counties.size > 1, 'a department across counties');
	fails(3, 'agency_unknown', ['align', 'show', '330700-NONE']);
	fails(3, 'not_found', ['align', 'show', '0'.repeat(32)]);

	const one = wuyi.find((d) => d.kind === 'proof_name');
	const text = shown(['align', 'show', one.id]);
	assert.match(text, /^差异 +证明名称不同$/m);
	assert.match(text, new RegExp(`^事项 .*${one.item.matter.name.replaceAll(/[()]/g, '.')}`, 'm'));
	assert.match(text, new RegExp(`^证明 +.* ≠ `, 'm'));
	for (const why of one.evidence.zh) assert.ok(text.includes(why), why);
	assert.equal(json(['align', 'show', one.id], 'AlignDifference').id, one.id);
	const near = first.differences.find((d) => d.candidates.length > 0);
	assert.match(shown(['align', 'show', near.id]), /相近的候选:\n +\d+\.\d% /);
});

test('a difference is decided, taken back, given to somebody and discussed', () => {
	const { id } = first.differences.find((d) => d.kind === 'missing' && d.division.code === '330723');
	fails(2, null, ['align', 'decide', 'maybe', id]);
	fails(2, null, ['align', 'decide', 'adopt']);
	fails(2, null, ['align', 'decide', 'undo', '--kind', 'method', '--yes']);
	fails(1, null, ['align', 'decide', 'keep', id, '--reason', '本县无此机构']);
	fails(1, 'not_allowed', ['align', 'decide', 'adopt', id], 'u-5001');
	assert.match(shown(['align', 'decide', 'keep', id, ...keep]), /^状态 +依法保留\n[\s\S]*理由 +本县无此机构\n依据 +《浙江省行政程序办法》第三条$/m);
	fails(4, 'align_decided', ['align', 'decide', 'adopt', id]);
	fails(4, 'version_stale', ['align', 'decide', 'undo', id, '--seen', '1']);
	assert.match(shown(['align', 'decide', 'undo', id]), /^状态 +待认定$/m);
	fails(2, null, ['align', 'assign', id, 'u-4001']);
	assert.match(shown(['align', 'assign', id, 'u-4001', '--until', '2099-12-31']), /^责任人 +.*2099-12-31$/m);
	assert.equal(json(['align', 'show', '--assignee', 'u-4001']).differences[0].id, id);
	assert.match(shown(['align', 'matrix']), /^待认定\+待落实\+建议修改的在谁手上:330723 武义县:.* 1\+0\+0 .2099-12-31./m);
	assert.match(shown(['align', 'comment', id, '--text', '已与市民政局确认']), /讨论:\n.*已与市民政局确认\n经过:\n.*认定 依法保留.*\n.*撤回认定.*\n.*指派.*\n.*发言/);
	assert.equal(json(['align', 'assign', id], 'AlignDifference').assignee, null);
});

test('all of a kind are decided at once, after asking, and only what was counted', () => {
	const kind = ['--kind', 'matter_name', '--division', '330723'];
	const n = first.differences.filter((d) => d.kind === 'matter_name' && d.division.code === '330723').length;
	assert.match(shown(['align', 'decide', 'adopt', ...kind, '--dry-run']), new RegExp(`^有 ${n} 处待认定.事项名称不同.,将定为采用市级`));
	fails(2, null, ['align', 'decide', 'adopt', ...kind]);
	const asked = spawnSync('script', ['-qec', `${wzm} align decide adopt ${[...kind, ...where()].join(' ')}`, '/dev/null'], { input: 'n\n', encoding: 'utf8' });
	assert.equal(asked.status, 1, asked.stdout + asked.stderr);
	assert.match(asked.stdout, new RegExp(`把 ${n} 处待认定的差异[\\s\\S]*\\[y/N\\][\\s\\S]*什么也没有认定`));
	assert.equal(json(['align', 'show', '330723', '--state', 'decided']).differences.length, 0, 'whoever says no decides nothing');
	assert.deepEqual(json(['align', 'decide', 'adopt', ...kind, '--yes']), { decided: n, left: 0 });
	assert.equal(json(['align', 'show', '330723', '--state', 'adopt', '--limit', '200']).differences.length, n);
	const row = (d) => `${d.division.code}:${d.row?.line}`, methods = new Set(first.differences.filter((d) => d.kind === 'method').map(row));
	const both = first.differences.filter((d) => d.kind === 'proof_name' && methods.has(row(d)));
	assert.equal(both.length, 2, 'rows with another name and another method');
	const chosen = [both[0], first.differences.find((d) => d.kind === 'method' && row(d) === row(both[1]))];
	must(['align', 'decide', 'keep', ...chosen.map((d) => d.id), ...keep, ...where()]);
	chosen.forEach((d) => kept.add(d.id));
	first.differences.filter((d) => d.kind === 'extra').forEach((d) => kept.add(d.id));
	for (const k of kinds)
		must(['align', 'decide', ...(k === 'extra' ? ['keep', ...keep] : ['adopt']), '--kind', k, '--yes', ...where()]);
	assert.ok(differences().every((d) => d.state === (kept.has(d.id) ? 'keep' : 'adopt')));
});

test('the workbook of the round has what was decided, and the unity before and after', async () => {
	must(['align', 'export', '--to', `${instance.parent}/round.xlsx`, ...where('u-5001')]);
	const book = await readWorkbook(readFileSync(`${instance.parent}/round.xlsx`)), { divisions: lines } = json(['align', 'matrix'], 'AlignMatrix');
	const rows = book.汇总.rows, at = (name) => rows[1].indexOf(name), share = (f) => f.same / f.of;
	for (const [i, line] of lines.entries()) {
		const row = rows[2 + i];
		assert.equal(row[0], line.division.code);
		assert.deepEqual(['待认定', '采用', '保留'].map((s) => row[at(s)]), [0, line.states.adopt, line.states.keep]);
		assert.equal(row[at('事项统一度')], share(line.found.unity.items));
		assert.equal(row[at('事项统一度(认定后)')], share(line.decided.items));
		assert.ok(row[at('方式统一度(认定后)')] === 1);
		const unity = book.统一度.rows[2 + i];
		assert.deepEqual(unity.slice(2, 7), [line.found.unity.items.same, line.found.unity.items.of, share(line.found.unity.items), line.decided.items.same, line.decided.items.of]);
	}
	const sheet = book['武义县 330723'].rows, state = sheet[1].indexOf('认定');
	const states = sheet.slice(2).map((r) => r[state]);
	assert.equal(states.length, lines.find((l) => l.division.code === '330723').states.adopt + lines.find((l) => l.division.code === '330723').states.keep);
	assert.deepEqual([...new Set(states)].sort(), ['依法保留', '采用市级'].sort());
	const one = sheet.slice(2).find((r) => r[state] === '依法保留');
	assert.equal(one[sheet[1].indexOf('理由和法律依据')], '本县无此机构\n《浙江省行政程序办法》第三条');
	const english = must(['align', 'export', '--format', 'csv', '--lang', 'en', ...where('u-5001')]).stdout;
	assert.match(english.split('\n')[1], /county's list/);
});

test('a list with everything adopted is handed in again and differs only by what was kept', () => {
	const before = differences(), dir = `${instance.parent}/templates`;
	mkdirSync(dir);
	for (const d of divisions)
		must(['align', 'template', d, '--to', `${dir}/${d}.${d < '330726' ? 'xlsx' : 'csv'}`, ...where()]);
	const csv = readCsv(`${dir}/330726.csv`), was = readCsv(`${lists}/330726.csv`);
	const mine = before.filter((d) => d.division.code === '330726'), count = (kind) => mine.filter((d) => d.kind === kind).length;
	assert.deepEqual(Object.keys(csv[0]), Object.keys(was[0]), 'the columns of items.csv');
	assert.equal(csv.length, was.length + count('missing'));
	assert.equal(new Set(csv.map((r) => r.code)).size, csv.length, 'each row has a number of its own');
	const text = shown(['align', 'run', dir]);
	const now = differences();
	const left = now.filter((d) => d.gone === null);
	assert.deepEqual(left.map((d) => d.id).sort(), [...kept].sort(), 'nothing else is left');
	assert.ok(left.every((d) => d.state === 'keep'), 'nothing is open again');
	assert.deepEqual(now.map(about).sort(), before.map(about).sort(), 'and nothing is lost');
	assert.match(text, /新差异 0 处,已消失 \d+ 处/);
	const { total, divisions: lines } = json(['align', 'matrix'], 'AlignMatrix');
	assert.deepEqual([total.now.unified, total.decided.unified, total.states.open], [true, true, 0]);
	assert.ok(lines.every((l) => l.now.unity.unified));
	assert.match(shown(['align', 'matrix']), /^330723 .* 已统一$/m);
	assert.equal(now.find((d) => d.kind === 'missing').gone, 1, 'it was last in the first list');
});

test('a closed round stays as it is; what comes in later and does not keep it is drift', () => {
	fails(2, null, ['align', 'close']);
	assert.match(shown(['align', 'close', '--yes']), /已关闭[\s\S]*待认定的差异 0 处/);
	fails(4, 'align_round_closed', ['align', 'decide', 'undo', first.differences[0].id]);
	const text = shown(['align', 'run', `${lists}/330723.csv`]);
	const adopted = first.differences.filter((d) => d.division.code === '330723' && !kept.has(d.id)).length;
	assert.match(text, new RegExp(`^回潮:330723 武义县:新差异 0 处,应采用而仍在的 ${adopted} 处$`, 'm'));
	assert.match(text, /没有开新的一轮/);
	assert.match(shown(['align', 'reopen', '--reason', '两项依据有误', '--closes', '2099-12-31']), /进行中,截止 2099-12-31/);
	must(['align', 'close', '--force', '--yes', ...where()]);
	assert.match(shown(['align', 'run', `${lists}/330723.csv`, '--title', '第二轮', '--closes', '2099-12-31']), /^已开启第 2 轮:第二轮,截止 2099-12-31$/m);
	assert.deepEqual(json(['align', 'rounds']).rounds.map((r) => [r.round, r.state]), [[2, 'open'], [1, 'closed']]);
	assert.ok(json(['align', 'export', '--format', 'json', '--round', '1'], 'AlignExport').differences.length >= first.differences.length);
	const history = json(['align', 'matrix', '--history', '--division', '330723', '--limit', '200']).measures;
	assert.ok(history.length >= 4 && history[0].at >= history.at(-1).at);
	assert.match(shown(['align', 'matrix', '--history', '--division', '330723']), /^\d{4}-\d\d-\d\d \d\d:\d\d +330723 +武义县 +报送 /m);
});

test('over HTTP whoever asks for a file gets what they may see, in a form that there is', async () => {
	const city = await instance.client('u-4001'), wuyi = await instance.client('u-4002');
	const at = '/api/v1/align/rounds/1';
	const asked = async (client, path, status) => {
		const r = await client.send({ method: 'GET', path: `${at}/${path}` });
		assert.equal(r.status, status, `${path}: ${r.text}`);
		return r;
	};
	for (const path of ['export', 'export?format=pdf', 'export?format=a.csv', 'template?format=csv', 'template?division=330723&format=json'])
		assert.equal((await asked(city, path, 422)).json.code, 'field_value', path);
	await asked(city, 'template?division=330700&format=csv', 422);
	const whole = await asked(city, 'export?format=json', 200), part = await asked(wuyi, 'export?format=json', 200);
	assert.match(whole.headers['content-disposition'], /^attachment; filename="alignment-1\.json"$/);
	fits({ $ref: '#/components/schemas/AlignExport' }, part.json, 'export of a county');
	assert.deepEqual(part.json.divisions.map((d) => d.division.code), ['330723']);
	assert.deepEqual(part.json.differences, whole.json.differences.filter((d) => d.division.code === '330723'));
	assert.equal((await asked(wuyi, 'template?division=330723&format=csv', 200)).headers['content-type'], 'text/csv; charset=utf-8');
	await asked(wuyi, 'template?division=330703&format=csv', 404);
	assert.equal((await city.send({ method: 'GET', path: '/api/v1/align/rounds/2/template?division=330726&format=csv' })).status, 200);
	assert.equal((await city.send({ method: 'GET', path: '/api/v1/align/rounds/9/export?format=csv' })).status, 404);
	assert.equal((await (await instance.client()).send({ method: 'GET', path: `${at}/export?format=csv` })).status, 401);
	const clerk = await instance.client('u-1001');
	await asked(clerk, 'export?format=csv', 403);
});

test('lists and scope are shown and set', () => {
	const mine = json(['align', 'lists', '330723']).lists;
	assert.ok(mine.length >= 2);
	assert.match(shown(['align', 'lists']), /^330703 +金东区 +\d+ +330703\./m);
	const kept = parseCsv(must(['align', 'lists', '330723', '1', ...where()]).stdout);
	assert.equal(kept.length, 1 + readCsv(`${lists}/330723.csv`).length);
	assert.match(shown(['align', 'scope', '330703']), /^330703 +金东区 +330700-ZG +\S+ +推定市直管 +\d+$/m);
	fails(2, null, ['align', 'scope', '330703', '330700-ZG']);
	fails(2, null, ['align', 'scope', '330703', '330700-ZG', 'nobody']);
	assert.match(shown(['align', 'scope', '330703', '330700-ZG', 'city']), /^330703 +金东区 +330700-ZG +\S+ +市直管 /m);
	assert.match(shown(['align', 'scope', '330703', '330700-ZG', 'presumed']), /330700-ZG +\S+ +推定市直管/);
});

test('a workbook with a sheet for each county is handed in as it is', () => {
	const book = Object.fromEntries(['330702', '330703'].map((d) => [`清单 ${d}`, [['县级清单'], ...parseCsv(readFileSync(`${lists}/${d}.csv`, 'utf8'))]]));
	writeFileSync(`${instance.parent}/two.xlsx`, workbook({ ...book, 说明: [['不是清单']] }));
	const text = shown(['align', 'run', `${instance.parent}/two.xlsx`]);
	assert.match(text, /^330702 婺城区:第 \d 份清单,1615 行$/m);
	const list = json(['align', 'lists', '330702']).lists[0];
	assert.match(list.file, /two\.xlsx 清单 330702/);
});

test('where no server runs it only compares, and says so', async () => {
	await instance.stop();
	const r = must(['align', 'run', `${lists}/330723.csv`, ...where()]);
	assert.match(r.stderr, /只比对,什么也没有存/);
	assert.match(r.stdout, /^330723 +武义县 +2265 /m);
	fails(1, 'server_not_running', ['align', 'show']);
});

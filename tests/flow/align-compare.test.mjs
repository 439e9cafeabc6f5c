// Lists of counties compared by the command alone: no instance, no server, nothing kept.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { must, run } from '../lib/instance.mjs';
import { jinhua } from '../lib/paths.mjs';
import { readCsv } from '../lib/csv.mjs';
import { readWorkbook, workbook } from '../lib/xlsx.mjs';

const lists = `${jinhua}/county_lists`, divisions = readdirSync(lists).map((f) => f.slice(0, 6)).sort();
const kinds = ['missing', 'extra', 'matter_name', 'proof_name', 'method'];
const inventory = ['--inventory', jinhua];
const compare = (src, ...args) => JSON.parse(must(['align', 'compare', src, ...inventory, '--json', ...args]).stdout);
let dir, all;
before(() => {
	dir = mkdtempSync(`${tmpdir()}/wzm-align-`);
	all = compare(lists);
});
after(() => rmSync(dir, { recursive: true, force: true }));

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
/** What a difference is about, without the numbers that a county gives its rows. */
const about = (d) => [d.division.code, d.kind, d.item?.code, d.row?.matter, d.row?.proof, d.row?.method, d.certainty].join('|');
const rowsOf = (division) => readCsv(`${lists}/${division}.csv`);
const csv = (rows) => [Object.keys(rows[0]), ...rows.map(Object.values)].map((r) => r.map((v) => `"${v.replaceAll('"', '""')}"`).join(',')).join('\n');

test('ten lists are compared, each difference with both sides, where it stands and why', () => {
	assert.deepEqual(all.divisions.map((d) => d.division.code), divisions);
	assert.equal(all.round, null);
	for (const d of all.divisions) {
		assert.equal(d.found.rows, rowsOf(d.division.code).length);
		for (const kind of kinds)
			assert.equal(d.found.kinds[kind], all.differences.filter((x) => x.division.code === d.division.code && x.kind === kind).length);
		assert.equal(d.found.paired + d.found.kinds.missing, d.found.scope);
	}
	const rows = new Map(divisions.map((d) => [d, rowsOf(d)]));
	for (const d of all.differences) {
		assert.ok(d.certainty > 0 && d.certainty <= 1000 && d.explanation.length > 10, JSON.stringify(d));
		assert.equal(d.item === null, d.kind === 'extra');
		assert.equal(d.row === null, d.kind === 'missing');
		if (d.row === null) continue;
		const row = rows.get(d.division.code).find((r) => r.code === d.row.code);
		assert.deepEqual([d.row.matter, d.row.proof, d.row.method], [row.matter_name, row.proof_name, row.method]);
		assert.equal(d.row.line, rows.get(d.division.code).indexOf(row) + 2);
		if (d.kind === 'method') assert.notEqual(d.item.method, d.row.method);
		if (d.kind === 'matter_name') assert.notEqual(d.item.matter.name, d.row.matter);
		if (d.kind === 'proof_name') assert.notEqual(d.item.proof.name, d.row.proof);
	}
	const run703 = all.divisions.find((d) => d.division.code === '330703');
	assert.ok(run703.found.presumed.some((p) => p.agency.code === '330700-ZG'), 'a department that the city runs there');
});

test('new codes and another order of the rows change nothing', () => {
	const shuffled = `${dir}/shuffled`;
	mkdirSync(shuffled);
	let seed = 20261126;
	const random = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
	for (const d of divisions.slice(0, 3)) {
		const rows = rowsOf(d);
		for (let i = rows.length - 1; i > 0; i--) {
			const k = random(i + 1);
			[rows[i], rows[k]] = [rows[k], rows[i]];
		}
		writeFileSync(`${shuffled}/${d}.csv`, csv(rows.map((r) => ({ ...r, code: `X${random(1e9)}`, matter_code: `M-${random(9999)}`, proof_code: '' }))));
	}
	const again = compare(shuffled);
	assert.deepEqual(again.differences.map(about).sort(), all.differences.filter((d) => divisions.indexOf(d.division.code) < 3).map(about).sort());
});

test('one workbook with a sheet for each county says the same, and its rows keep their numbers', () => {
	const chosen = ['330703', '330723'], header = ['代码', '事项编码', '证明编码', '办理方式', '法律依据', '适用条件', '返回字段', '核验时限', '备注', '事项名称', '证明名称'];
	const names = { 330703: '金东区', 330723: '2018年武义县清单(330723)' };
	const book = Object.fromEntries(chosen.map((d) => [names[d], [['证明事项清单', '', '', ''], header.map((h, i) => i === 9 ? '事项名称' : h),
		...rowsOf(d).map((r) => Object.values(r))]]));
	writeFileSync(`${dir}/ten.xlsx`, workbook({ 汇总: [['县', '项'], ['金东区', '1616']], ...book }));
	const read = compare(`${dir}/ten.xlsx`);
	assert.deepEqual(read.skipped, ['汇总']);
	const want = all.differences.filter((d) => chosen.includes(d.division.code));
	assert.deepEqual(read.differences.map(about), want.map(about));
	assert.deepEqual(read.differences.map((d) => d.row?.line), want.map((d) => d.row ? d.row.line + 1 : undefined), 'one title above');
	assert.match(must(['align', 'compare', `${dir}/ten.xlsx`, ...inventory]).stdout, /不是县级清单的工作表,没有读:汇总/);
});

test('the workbook has a summary, the degrees of unity and a sheet for each county, for work and for print', async () => {
	const to = `${dir}/out.xlsx`;
	assert.match(must(['align', 'compare', lists, ...inventory, '--to', to]).stdout, new RegExp(`已写到 ${to}`));
	const book = await readWorkbook(readFileSync(to)), sheets = Object.keys(book);
	assert.deepEqual(sheets, ['汇总', '统一度', ...all.divisions.map((d) => `${d.division.name} ${d.division.code}`)]);
	const { rows } = book.汇总, column = (name) => rows[1].indexOf(name);
	for (const [i, d] of all.divisions.entries()) {
		const row = rows[2 + i];
		assert.deepEqual(row.slice(0, 2), [d.division.code, d.division.name]);
		assert.deepEqual(['缺少', '多出', '事项名称不同', '证明名称不同', '方式不同'].map((k) => row[column(k)]), kinds.map((k) => d.found.kinds[k]));
		assert.equal(row[column('差异合计')], sum(Object.values(d.found.kinds)));
		assert.equal(row[column('事项统一度')], d.found.unity.items.same / d.found.unity.items.of);
	}
	assert.equal(rows[2 + divisions.length][0], '合计');
	assert.equal(rows[2 + divisions.length][column('差异合计')], all.differences.length);
	assert.ok(rows.slice(3 + divisions.length).some((r) => /推定由市直管.*金东区/.test(r[0])));
	assert.ok(!rows[1].includes('采用'), 'nothing is decided outside a round');
	for (const d of all.divisions) {
		const sheet = book[`${d.division.name} ${d.division.code}`], mine = all.differences.filter((x) => x.division.code === d.division.code);
		const at = (name) => sheet.rows[1].indexOf(name);
		assert.equal(sheet.rows.length, 2 + mine.length);
		for (const [i, x] of mine.entries()) {
			const row = sheet.rows[2 + i];
			assert.equal(row[0], i + 1);
			assert.equal(row[at('市级证明')], x.item?.proof.name ?? '');
			assert.equal(row[at('县级写法:证明')], x.row?.proof ?? '');
			assert.equal(row[at('把握')], x.certainty / 1000);
			assert.equal(row[at('依据')], x.explanation);
			assert.equal(row[at('县清单行号、编码')], x.row ? `${x.row.line}\n${x.row.code}` : '');
		}
		assert.match(sheet.xml, /<pane ySplit="2"/);
		assert.match(sheet.xml, new RegExp(`<autoFilter ref="A2:[A-Z]+${2 + mine.length}"/>`));
		assert.match(sheet.xml, /<pageSetup paperSize="9" fitToHeight="0" orientation="landscape"\/>/);
		assert.match(sheet.xml, /第 &amp;P 页,共 &amp;N 页/);
	}
});

test('CSV and JSON say all of it to programs; nothing in CSV is a formula', () => {
	must(['align', 'compare', lists, ...inventory, '--to', `${dir}/out.csv`]);
	must(['align', 'compare', lists, ...inventory, '--to', `${dir}/out.json`, '--lang', 'en']);
	const rows = readCsv(`${dir}/out.csv`), json = JSON.parse(readFileSync(`${dir}/out.json`, 'utf8'));
	assert.equal(rows.length, all.differences.length);
	for (const [i, d] of all.differences.entries())
		assert.deepEqual(rows[i], { division: d.division.code, division_name: d.division.name, kind: d.kind, item: d.item?.code ?? '', matter_code: d.item?.matter.code ?? '',
			agency: d.agency?.code ?? '', agency_name: d.agency?.name ?? '', city_matter: d.item?.matter.name ?? '', city_proof: d.item?.proof.name ?? '',
			county_matter: d.row?.matter ?? '', county_proof: d.row?.proof ?? '', city_method: d.item?.method ?? '', county_method: d.row?.method ?? '',
			certainty: String(d.certainty), explanation: d.explanation, state: '', gone: '', reason: '', basis: '', assignee: '', assignee_name: '', until: '',
			line: String(d.row?.line ?? ''), code: d.row?.code ?? '' });
	assert.deepEqual(json.differences.map((d) => d.evidence), all.differences.map((d) => d.evidence), 'the evidence is in both languages');
	assert.match(json.differences[0].explanation, /county's list/);

	const evil = rowsOf('330723').slice(0, 40);
	evil[0].code = '=1+1';
	evil[0].proof_name = '@从来没有的证明';
	writeFileSync(`${dir}/330723.csv`, csv(evil));
	must(['align', 'compare', `${dir}/330723.csv`, ...inventory, '--to', `${dir}/evil.csv`]);
	const [line] = readFileSync(`${dir}/evil.csv`, 'utf8').split('\n').filter((l) => l.includes('从来没有的证明'));
	assert.ok(line.includes(`"'@从来没有的证明"`) && line.includes(`"'=1+1"`), line);
});

test('what is wrong with lists is told, all of it, under the names that the office knows', () => {
	const fails = (status, code, ...args) => {
		const r = run(['align', 'compare', ...args, '--json']);
		assert.equal(r.status, status, r.stdout + r.stderr);
		const problem = JSON.parse(r.stdout);
		assert.equal(problem.code, code);
		return problem;
	};
	const at = (name, files) => {
		mkdirSync(`${dir}/${name}`);
		for (const [file, text] of Object.entries(files)) writeFileSync(`${dir}/${name}/${file}`, text);
		return `${dir}/${name}`;
	};
	const good = csv(rowsOf('330723').slice(0, 30)), head = '事项名称,证明名称,办理方式\n';
	fails(2, 'usage', lists, ...inventory, '--to', `${dir}/out.pdf`);
	fails(1, 'file_read', `${dir}/nothing`, ...inventory);
	fails(1, 'align_no_lists', at('empty', { 'readme.md': '' }), ...inventory);
	fails(1, 'align_no_lists', lists, ...inventory, '--division', '330100');
	assert.match(fails(1, 'align_whose', at('whose', { '330723.csv': good, 'list.csv': good }), ...inventory).detail, /list\.csv/);
	assert.match(fails(1, 'align_twice', at('twice', { '330723.csv': good, '武义县.csv': good }), ...inventory).detail, /330723.*330723\.csv.*武义县\.csv/);
	const wrong = fails(1, 'import_refused', at('wrong', { '330723.csv': `${head}甲,乙,随便\n`, '330703.csv': `${head}甲,,commitment\n`, '330702.csv': good }), ...inventory);
	assert.deepEqual(wrong.errors.map((e) => [e.file, e.line]), [['330703.csv', 2], ['330723.csv', 2]]);
	fails(1, 'instance_missing', lists, '-d', `${dir}/no-instance`);
});

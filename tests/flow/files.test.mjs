// The files that offices have and get: another city's list under codes of its own, in GB 18030
// and as workbooks; checked without an instance; exported, and imported again.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Instance, must, run } from '../lib/instance.mjs';
import { database, onPg } from '../lib/pg.mjs';
import { formatCsv, parseCsv, readCsv } from '../lib/csv.mjs';
import { jinhua } from '../lib/paths.mjs';
import { changedCopy } from '../lib/store.mjs';
import { unzip, workbook } from '../lib/xlsx.mjs';

let scratch;
before(() => { scratch = mkdtempSync(`${tmpdir()}/wzm-files-`); });
after(() => rmSync(scratch, { recursive: true, force: true }));

/* Hangzhou, in little: no code looks like one of Jinhua's, and headers are in Chinese. */
const MATTER = '杭-0001/A.2', ITEM = 'HZ-2026-0001-0001.01', NAME = '户口迁移（投靠）';
const CITY = {
	区划: [['代码', '名称', '级别', '上级区划'], ['330000', '浙江省', 'province', ''], ['330100', '杭州市', 'city', '330000'],
		['330106', '西湖区', 'county', '330100']],
	单位: [['代码', '名称', '类别', '区划', '上级单位', '简称'], ['HZ.GA', '杭州市公安局', 'government', '330100', '', '市公安局'],
		['HZ.GA/XH', '杭州市公安局西湖区分局', 'government', '330106', 'HZ.GA', '西湖公安']],
	核验岗: [['代码', '单位', '名称', '办公时间', '代班岗'], ['核_GA', 'HZ.GA', '市局核验岗', '08:30-12:00,13:30-18:00', ''],
		['核_GA_XH', 'HZ.GA/XH', '西湖核验岗', '09:00-17:00', '核_GA']],
	证明: [['代码', '名称', '开具单位', '对象', '已电子化', '共享类别', '共享依据', '数据来源', '说明', '别名'],
		['证001', '亲属关系证明(户内)', 'HZ.GA', 'person', 'no', 'none', '档案未电子化', 'none', '证明两人的亲属关系', '亲属证明'],
		['证002', '户籍证明', 'HZ.GA', 'person', 'no', 'none', '档案未电子化', 'none', '证明户籍所在', '']],
	表单字段: [['字段', '名称', '类型', '取值'], ['marital_status', '婚姻状况', 'enum', 'single|married']],
	数据服务: [['代码', '证明', '提供单位', '服务范围', '类别', '输入字段', '输出字段', '联系方式', '数据表']],
	判断规则: [['证明', '行条件', '成立条件', '说明']],
	服务绑定: [['数据服务', '输入', '来源']],
	事项绑定: [['证明事项', '输入', '来源']],
	事项: [['代码', '名称', '主管单位', '对象', '法定时限', '承诺时限', '办理渠道', '年办件量', '一件事', '不适用承诺', '层级', '热度'],
		[MATTER, NAME, 'HZ.GA', 'person', '１０', '5', 'window', '100', '', 'no', 'county', '']],
	当事人: [['事项', '角色', '类别', '必须', '名称'], [MATTER, 'applicant', 'person', 'yes', '申请人']],
	证明事项: [['代码', '事项', '证明', '方式', '设定依据', '适用情形', '查得字段', '核验时限', '说明', '事项名称', '证明名称'],
		[ITEM, MATTER, '证001', 'department_verify', '《户口登记条例》', '{"==":[{"var":"marital_status"},"married"]}', '', '16', '', NAME,
			'亲属关系证明(户内)'],
		['HZ-2026-0001-0001.02', MATTER, '证002', 'direct_cancel', '无', '', '', '', '无法律法规依据', NAME, '户籍证明']],
	数据授权: [['代码', '申请单位', '事项', '证明事项', '数据服务', '字段', '用途', '起始日期', '终止日期', '状态']],
	工作日: [['日期', '类别'], [new Date('2026-10-01'), 'holiday'], [new Date('2026-10-10'), 'workday_makeup']],
};
const gb18030 = (text) => execFileSync('iconv', ['-f', 'UTF-8', '-t', 'GB18030'], { input: text });

/** Some of the city's tables as CSV in GB 18030, some as workbooks of their own, the rest in one workbook. */
function cityFolder() {
	const dir = `${scratch}/hangzhou`, csv = ['区划', '单位', '证明事项'], own = ['事项', '工作日'];
	mkdirSync(dir);
	for (const name of csv) writeFileSync(`${dir}/${name}.csv`, gb18030(formatCsv(CITY[name])));
	for (const name of own) writeFileSync(`${dir}/${name}.xlsx`, workbook({ Sheet1: CITY[name] }));
	writeFileSync(`${dir}/其余各表.xlsx`, workbook({ 填表说明: [['见各表']], ...Object.fromEntries(Object.entries(CITY)
		.filter(([name]) => !csv.includes(name) && !own.includes(name))) }));
	writeFileSync(`${dir}/~$事项.xlsx`, 'left behind by a program that has it open');
	return dir;
}

describe('a second city', () => {
	let dir, city, copy;
	before(() => { dir = cityFolder(); });
	after(async () => { await copy?.destroy(); await city?.destroy(); });

	test('its files pass the check without an instance, and the report says how they were read', () => {
		const r = JSON.parse(must(['inventory', 'lint', dir, '--json', '-d', `${scratch}/no-instance`]).stdout);
		assert.deepEqual([r.totals.items, r.counts.matters, r.counts.divisions], [2, 1, 3]);
		const read = Object.fromEntries(r.files.map((f) => [f.table, [f.file, f.sheet, f.encoding, f.rows, f.refused]]));
		assert.deepEqual(read.items, ['证明事项.csv', '', 'GB 18030', 2, 0]);
		assert.deepEqual(read.matters, ['事项.xlsx', 'Sheet1', 'XLSX', 1, 0]);
		assert.deepEqual(read.proofs, ['其余各表.xlsx', '证明', 'XLSX', 2, 0]);
		assert.deepEqual(r.notes.map((n) => [n.file, n.sheet]), [['其余各表.xlsx', '填表说明']]);
		const said = must(['inventory', 'lint', dir, '--lang', 'en']).stdout;
		for (const line of [/其余各表\.xlsx \[填表说明\]: The name of the sheet is no table/, /证明事项\.csv +GB 18030 +2 +0/,
			/nothing is wrong: 1 matters, 2 proofs, 2 items/]) assert.match(said, line);
		assert.equal(existsSync(`${scratch}/no-instance`), false);
	});

	test('they are imported without a change of code, also from one workbook', () => {
		city = new Instance();
		must(['init', city.dir, '--demo', '--division', '330100', ...(onPg ? ['--store', database()] : [])]);
		assert.equal(JSON.parse(must(['import', 'inventory', dir, '-d', city.dir, '--json']).stdout).version, 1);
		/* The same rows in one workbook: those that were CSV are now kept under English headers. */
		writeFileSync(`${scratch}/杭州.xlsx`, workbook(CITY));
		assert.equal(JSON.parse(must(['import', 'inventory', `${scratch}/杭州.xlsx`, '-d', city.dir, '--json']).stdout).version, 2);
		assert.equal(JSON.parse(must(['import', 'inventory', `${scratch}/杭州.xlsx`, '-d', city.dir, '--json']).stdout).changed, false);
	});

	test('a case is opened and an item sent to its desk', async () => {
		must(['inventory', 'publish', '--decision', '杭政办〔2026〕1号', '--yes', '-d', city.dir]);
		copy = new Instance();
		const env = changedCopy(city.dir, copy.dir, `UPDATE user_account SET agency = 'HZ.GA/XH', division = '330106' WHERE id = 'u-1001'`);
		Object.assign(process.env, env);
		try {
			await copy.serve();
		} finally {
			for (const name of Object.keys(env)) delete process.env[name];
		}
		const clerk = await copy.client('u-1001');
		const matter = await clerk.get(`/api/v1/matters/${encodeURIComponent(MATTER)}`);
		assert.deepEqual([matter.code, matter.name, matter.statutory_days], [MATTER, NAME, 10]);
		const c = await clerk.post('/api/v1/cases', { matter: MATTER, form: { marital_status: 'married' },
			parties: [{ role: 'applicant', kind: 'person', identifier_type: 'none', identifier: '', name: '甲乙' }] });
		assert.deepEqual([c.division.code ?? c.division, c.agency.code], ['330106', 'HZ.GA/XH']);
		assert.deepEqual(c.items.map((i) => [i.code, i.state]).sort(), [['HZ-2026-0001-0001.02', 'cancelled'], [ITEM, 'to_verify']]
			.sort());
		const sent = await clerk.post(`/api/v1/cases/${c.id}/items/${encodeURIComponent(ITEM)}/verification`, {}, { ifMatch: c.version });
		assert.equal(sent.verification?.desk?.code ?? sent.item.verification.desk.code, '核_GA_XH');
	});
});

describe('export', () => {
	let instance;
	before(async () => { instance = await new Instance().init({ datasets: null }).serve(); });
	after(() => instance.destroy());
	const TABLES = ['divisions', 'agencies', 'agency_desks', 'proofs', 'form_fields', 'data_services', 'assertions', 'bindings',
		'item_bindings', 'matters', 'parties', 'items', 'grants', 'workdays'];
	const out = (name) => `${scratch}/${name}`;

	test('as CSV: the files that were imported, byte for byte', () => {
		must(['inventory', 'export', '-d', instance.dir, '--to', out('csv')]);
		assert.deepEqual(readdirSync(out('csv')).sort(), [...TABLES.map((t) => `${t}.csv`), 'life_events.json'].sort());
		assert.ok(readFileSync(`${out('csv')}/life_events.json`).equals(readFileSync(`${jinhua}/life_events.json`)));
		for (const t of TABLES) assert.ok(readFileSync(`${out('csv')}/${t}.csv`).equals(readFileSync(`${jinhua}/${t}.csv`)), t);
		assert.equal(JSON.parse(must(['import', 'inventory', out('csv'), '-d', instance.dir, '--json']).stdout).changed, false);
	});

	test('as a workbook: imported again it is the same version', () => {
		must(['inventory', 'export', '-d', instance.dir, '--format', 'xlsx', '--to', out('all.xlsx')]);
		assert.equal(JSON.parse(must(['import', 'inventory', out('all.xlsx'), '-d', instance.dir, '--json']).stdout).changed, false);
		const r = JSON.parse(must(['inventory', 'lint', out('all.xlsx'), '--json']).stdout);
		assert.deepEqual([r.totals.items, r.files.length, r.notes], [4052, 15, []]);
	});

	test('as JSON: every row of every table', () => {
		const all = JSON.parse(must(['inventory', 'export', '-d', instance.dir, '--format', 'json']).stdout);
		assert.equal(all.version, 1);
		for (const t of TABLES) assert.deepEqual(all.tables[t], readCsv(`${jinhua}/${t}.csv`), t);
		assert.deepEqual(all.life_events, JSON.parse(readFileSync(`${jinhua}/life_events.json`, 'utf8')));
	});

	test('over HTTP, for anybody', async () => {
		const get = async (query) => {
			const r = await fetch(`http://localhost:${instance.port}/api/v1/inventory/export?${query}`);
			return { status: r.status, type: r.headers.get('content-type'), name: r.headers.get('content-disposition'),
				bytes: Buffer.from(await r.arrayBuffer()) };
		};
		const zip = await get('format=csv'), files = await unzip(zip.bytes);
		assert.deepEqual([zip.status, zip.type, zip.name], [200, 'application/zip', 'attachment; filename="inventory-1.zip"']);
		for (const t of TABLES) assert.ok(files[`${t}.csv`].equals(readFileSync(`${jinhua}/${t}.csv`)), t);
		assert.ok(files['life_events.json'].equals(readFileSync(`${jinhua}/life_events.json`)));
		const xlsx = await get('format=xlsx&version=1');
		assert.equal(xlsx.name, 'attachment; filename="inventory-1.xlsx"');
		const sheets = await unzip(xlsx.bytes);
		assert.match(sheets['xl/workbook.xml'].toString(), /name="证明事项"/);
		/* Codes are text, and the header stays in view. */
		assert.match(sheets['xl/worksheets/sheet1.xml'].toString(), /<pane ySplit="1"[^>]*state="frozen"/);
		assert.doesNotMatch(sheets['xl/worksheets/sheet1.xml'].toString(), /<c [^>]*r="A2"(?![^>]*t="s")/);
		const anybody = await instance.client();
		assert.equal((await anybody.get('/api/v1/inventory/export?format=json')).tables.matters.length, 880);
		/* A draft is for those who make the list. */
		writeFileSync(out('draft.xlsx'), workbook(Object.fromEntries(TABLES.map((t) => [t, parseCsv(readFileSync(`${jinhua}/${t}.csv`, 'utf8'))
			.map((r) => t === 'workdays' && r[0] === '2026-10-10' ? ['2026-10-11', 'workday_makeup'] : r)]))));
		assert.equal(JSON.parse(must(['import', 'inventory', out('draft.xlsx'), '-d', instance.dir, '--json']).stdout).version, 2);
		assert.equal((await anybody.send({ method: 'GET', path: '/api/v1/inventory/export?format=json&version=2' })).json.code, 'inventory_version');
		const reform = await instance.client('u-4001');
		assert.equal((await reform.get('/api/v1/inventory/export?format=json&version=2')).version, 2);
		assert.equal((await anybody.get('/api/v1/inventory/export?format=json')).version, 1);
		for (const [query, status, code] of [['format=pdf', 422, 'field_value'], ['', 422, 'field_value'],
			['format=json&version=9', 404, 'inventory_version'], ['format=json&version=0', 404, 'inventory_version'],
			['format=json&version=x', 404, 'inventory_version']]) {
			const r = await anybody.send({ method: 'GET', path: `/api/v1/inventory/export?${query}` });
			assert.deepEqual([r.status, r.json.code], [status, code], query);
		}
	});

	test('of what is not there: a message, and nothing written', () => {
		const r = run(['inventory', 'export', '-d', instance.dir, '--version', '7', '--to', out('none'), '--lang', 'en']);
		assert.equal(r.status, 3);
		assert.match(r.stderr, /There is no version 7 of the inventory/);
		assert.equal(existsSync(out('none')), false);
		assert.equal(run(['inventory', 'export', '-d', instance.dir, '--version', 'x']).status, 2);
		assert.equal(run(['inventory', 'export', '-d', instance.dir, '--to', `${scratch}/no/such/dir`]).status, 5);
	});
});

describe('the report of a check', () => {
	let dir;
	before(() => {
		dir = `${scratch}/wrong`;
		mkdirSync(dir);
		const wrong = structuredClone(CITY);
		wrong.证明事项[1][3] = 'department_verfy';
		wrong.事项[1][5] = '=5+6';
		writeFileSync(`${dir}/表.xlsx`, workbook(wrong));
	});
	const WANT = [['表.xlsx', '事项', 2, '承诺时限', 'F', '=5+6', ''], ['表.xlsx', '证明事项', 2, '方式', 'D', 'department_verfy', 'department_verify']];

	test('on screen, in both languages, with the status of a refusal', () => {
		const zh = run(['inventory', 'lint', dir, '--lang', 'zh']), en = run(['inventory', 'lint', dir, '--lang', 'en']);
		assert.deepEqual([zh.status, en.status], [1, 1]);
		assert.ok(zh.stderr.includes('表.xlsx [证明事项]:2: 方式 (D): department_verfy: 只能是'), zh.stderr);
		assert.ok(zh.stderr.includes('是不是“department_verify”?'));
		assert.ok(en.stderr.includes('表.xlsx [事项]:2: 承诺时限 (F): =5+6: This must be an integer from 0 to 1000'), en.stderr);
		assert.match(en.stderr, /表\.xlsx +证明事项 +XLSX +2 +1\n/);
	});

	test('as JSON', () => {
		const file = `${scratch}/report.json`;
		assert.equal(run(['inventory', 'lint', dir, '--report', file]).status, 1);
		const r = JSON.parse(readFileSync(file, 'utf8'));
		assert.deepEqual(r.errors.map((e) => [e.file, e.sheet, e.line, e.column, e.letter, e.value, e.suggestion]), WANT);
	});

	test('as CSV that Excel opens, in which nothing is a formula', () => {
		const file = `${scratch}/report.csv`;
		assert.equal(run(['inventory', 'lint', dir, '--report', file, '--lang', 'zh']).status, 1);
		const text = readFileSync(file, 'utf8');
		assert.ok(text.startsWith('\ufeff"类别","文件","工作表","行","列","列号","值","情况","下一步","建议值"\r\n'));
		const errors = parseCsv(text.slice(1)).filter((r) => r[0] === '错误');
		assert.deepEqual(errors.map((r) => [r[1], r[2], Number(r[3]), r[4], r[5], r[6].replace(/^'=/, '='), r[9]]), WANT);
		assert.equal(errors[0][6], "'=5+6");
	});

	test('as a workbook', async () => {
		const file = `${scratch}/report.xlsx`;
		assert.equal(run(['inventory', 'lint', dir, '--report', file, '--lang', 'en']).status, 1);
		const strings = (await unzip(readFileSync(file)))['xl/sharedStrings.xml'].toString();
		for (const s of ['承诺时限', '=5+6', 'department_verfy', 'department_verify', 'suggestion']) assert.ok(strings.includes(`>${s}<`), s);
	});

	test('of an import too, and under no other name', () => {
		const city = new Instance(), file = `${scratch}/import.json`;
		try {
			must(['init', city.dir, '--division', '330100', ...(onPg ? ['--store', database()] : [])]);
			assert.equal(run(['import', 'inventory', dir, '-d', city.dir, '--report', file]).status, 1);
			assert.equal(JSON.parse(readFileSync(file, 'utf8')).errors.length, 2);
			const r = run(['import', 'inventory', dir, '-d', city.dir, '--report', 'report.pdf', '--lang', 'en']);
			assert.equal(r.status, 2);
			assert.match(r.stderr, /\.csv, \.xlsx or \.json/);
		} finally {
			rmSync(city.parent, { recursive: true, force: true });
		}
	});
});

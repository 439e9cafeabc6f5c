// A wrong list is refused as a whole, and every error says where it stands, what stands there,
// why it is wrong and what to do, in both languages.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Instance, must, run } from '../lib/instance.mjs';
import { dataset, services } from '../lib/catalogue.mjs';
import { formatCsv, parseCsv } from '../lib/csv.mjs';
import { jinhua, registry } from '../lib/paths.mjs';
import { onPg } from '../lib/pg.mjs';
import { acts, rows } from '../lib/store.mjs';

const FILES = ['divisions', 'agencies', 'agency_desks', 'proofs', 'form_fields', 'data_services', 'assertions', 'bindings',
	'item_bindings', 'matters', 'parties', 'items', 'grants', 'workdays'];
const original = new Map(FILES.map((f) => [f, readFileSync(`${jinhua}/${f}.csv`, 'utf8')]));

let instance, scratch, made = 0;
before(() => {
	instance = new Instance().init({ datasets: null });
	scratch = mkdtempSync(`${tmpdir()}/wzm-lists-`);
});
after(async () => {
	await instance?.destroy();
	rmSync(scratch, { recursive: true, force: true });
});

/** A directory with the list, some files of which are other bytes (null: not there). */
function list(changed) {
	const dir = `${scratch}/${++made}`;
	mkdirSync(dir);
	for (const f of FILES)
		if (!(f in changed)) symlinkSync(`${jinhua}/${f}.csv`, `${dir}/${f}.csv`);
		else if (changed[f] !== null) writeFileSync(`${dir}/${f}.csv`, changed[f]);
	return dir;
}

/** A table that can be changed by column name; line is where a row stands in the file. */
function table(name) {
	const all = parseCsv(original.get(name)), [head] = all;
	const col = (c) => { assert.ok(head.includes(c), `${name} has ${c}`); return head.indexOf(c); };
	const index = (want) => all.findIndex((r, i) => i > 0 && Object.entries(want).every(([c, v]) => r[col(c)] === v));
	return {
		all, head, col,
		/** Sets a cell of the first row that is as wanted; gives {changed, line}. */
		set(want, column, value) {
			const i = index(want);
			assert.ok(i > 0, `${name} has ${JSON.stringify(want)}`);
			all[i][col(column)] = value;
			return { changed: { [name]: formatCsv(all) }, line: i + 1 };
		},
		drop(want) {
			const i = index(want);
			assert.ok(i > 0);
			all.splice(i, 1);
			return { changed: { [name]: formatCsv(all) } };
		},
		add(want, change = {}) {
			const row = [...all[index(want)]];
			for (const [c, v] of Object.entries(change)) row[col(c)] = v;
			all.push(row);
			return { changed: { [name]: formatCsv(all) }, line: all.length };
		},
	};
}
const cell = (name, want, column, text, value = text) => () =>
	({ ...table(name).set(want, column, text), file: `${name}.csv`, column, value });
const again = (name, want, change, column) => () => {
	const t = table(name), made = t.add(want, change);
	return { ...made, file: `${name}.csv`, column, value: t.all.at(-1)[t.col(column)] };
};

/** What is wrong, and where: {changed, file, line, column, value}. */
const kinds = {
	'a method that there is not': cell('items', { code: 'I-00001' }, 'method', 'data_qurey'),
	'a matter that there is not': cell('items', { code: 'I-00002' }, 'matter_code', 'M-9999'),
	'a proof that there is not': cell('items', { code: 'I-00003' }, 'proof_code', 'P-999'),
	'an item listed twice': again('items', { code: 'I-00010' }, {}, 'code'),
	'the same proof twice in one matter': again('items', { code: 'I-00010' }, { code: 'I-99999' }, 'proof_code'),
	'a condition that is not JSON': cell('items', { code: 'I-00002' }, 'required_when', '{"==":['),
	'a condition with an unknown operator': cell('items', { code: 'I-00002' }, 'required_when', '{"regex":[{"var":"marital_status"},"m"]}'),
	'a condition on a question that no form asks': cell('items', { code: 'I-00002' }, 'required_when', '{"==":[{"var":"star_sign"},"leo"]}'),
	'a condition on an answer that nobody can give': cell('items', { code: 'I-00002' }, 'required_when', '{"==":[{"var":"marital_status"},"marryed"]}'),
	'a field that the service does not give': cell('items', { code: 'I-00001' }, 'fields', 'child_name;shoe_size', 'shoe_size'),
	'a query for a proof that is not digitised': cell('items', { code: 'I-00005' }, 'method', 'data_query'),
	'a commitment where the matter excludes it': () => {
		const matters = table('matters'), excluded = matters.all.filter((r) => r[matters.col('commitment_excluded')] === 'yes').map((r) => r[0]);
		const items = table('items'), row = items.all.find((r) => r[items.col('method')] === 'direct_cancel' && excluded.includes(r[items.col('matter_code')]));
		return cell('items', { code: row[0] }, 'method', 'commitment')();
	},
	'a time limit that is no number': cell('items', { code: 'I-00005' }, 'verify_hours', 'soon'),
	'a time limit of nothing': cell('items', { code: 'I-00005' }, 'verify_hours', '0'),
	'a name that is not the standard one': cell('items', { code: 'I-00005' }, 'proof_name', '亲属关系证明信'),
	'an abolished item without its ground': cell('items', { code: 'I-00007' }, 'remark', ''),
	'a division above itself': cell('divisions', { code: '330702' }, 'parent_code', '330702'),
	'an agency of no division': cell('agencies', { code: '330700-GA' }, 'division_code', '999999'),
	'an agency named twice': again('agencies', { code: '330700-GA' }, {}, 'code'),
	'office hours that end before they begin': cell('agency_desks', { code: 'DK-330703-GA' }, 'office_hours', '18:00-08:30'),
	'a desk whose deputy is itself': cell('agency_desks', { code: 'DK-330703-GA' }, 'deputy_desk_code', 'DK-330703-GA'),
	'the 30th of February': cell('workdays', { date: '2026-01-01' }, 'date', '2026-02-30'),
	'a day that is both': again('workdays', { date: '2026-01-01' }, { kind: 'workday_makeup' }, 'date'),
	'a type that there is not': cell('data_services', { code: 'DS-001' }, 'input_fields', 'id_number:passport'),
	'a source that nobody understands': cell('bindings', { service_code: 'DS-001' }, 'source', 'applicant.number'),
	'a role that no matter has': cell('bindings', { service_code: 'DS-001' }, 'source', 'party.astronaut.number'),
	'a grant that ends before it begins': cell('grants', { code: 'G-0001' }, 'valid_until', '2018-12-31'),
	'a grant for another service': cell('grants', { code: 'G-0001' }, 'service_code', 'DS-001'),
	'a promise longer than the law allows': cell('matters', { code: 'M-0001' }, 'promised_days', '4'),
	'days that are negative': cell('matters', { code: 'M-0001' }, 'statutory_days', '-3'),
	'a level that there is not': cell('matters', { code: 'M-0001' }, 'level', 'village'),
	'a proof shared in a way that there is not': cell('proofs', { code: 'P-001' }, 'sharing_class', 'perhaps'),
	'a proof without a name': cell('proofs', { code: 'P-001' }, 'name', ''),
	'catch-all wording': cell('proofs', { code: 'P-001' }, 'name', '其他材料'),
	'a rule that is not JSON Logic': cell('assertions', { proof_code: 'P-001' }, 'row_filter', '{"==":[1,2],"!=":[1,2]}'),
	'an applicant who is optional': cell('parties', { matter_code: 'M-0001', role: 'applicant' }, 'required', 'no'),
	'an enum without values': cell('form_fields', { name: 'marital_status' }, 'values', ''),
	'a space at the end': cell('matters', { code: 'M-0001' }, 'name', '出生登记(落户登记) '),
	'a column that is missing': () => {
		const t = table('items');
		t.head[t.col('verify_hours')] = 'hours';
		return { changed: { items: formatCsv(t.all) }, file: 'items.csv', line: 1, value: 'hours' };
	},
	'a row with a cell too many': () => {
		const t = table('divisions');
		t.all[3].push('x');
		return { changed: { divisions: formatCsv(t.all) }, file: 'divisions.csv', line: 4 };
	},
	'a quote that is never closed': () => ({ changed: { divisions: original.get('divisions') + '330799,"开发区\n' }, file: 'divisions.csv', line: 14 }),
	'bytes that are not UTF-8': () => ({ changed: { divisions: Buffer.concat([Buffer.from(original.get('divisions')), Buffer.from([0x33, 0xff, 0x0a])]) },
		file: 'divisions.csv', line: 14 }),
	'a file without anything': () => ({ changed: { grants: '' }, file: 'grants.csv' }),
	'a required binding that is not there': () => ({ ...table('bindings').drop({ service_code: 'DS-001' }), file: 'data_services.csv', column: 'input_fields', value: 'id_number' }),
	'a grant that is not there': () => ({ ...table('grants').drop({ code: 'G-0001' }), file: 'items.csv', value: 'I-00021' }),
};

const state = () => JSON.stringify(rows(instance.dir, Object.entries({ inventory_version: ['version', 'sha256'], record: ['idx', 'type', 'text'],
	log: ['size', 'hex(root)'], meta: ['key', 'value'] }).map(([t, columns]) =>
	`SELECT '${t}' AS t, json_group_array(json_array(${columns})) AS rows FROM ${t}`).join(' UNION ALL ')));

describe('a wrong list', () => {
	for (const [i, [name, make]] of Object.entries(kinds).entries())
		test(name, () => {
			const want = make(), dir = list(want.changed), was = state();
			const errors = {};
			for (const lang of ['zh', 'en']) {
				const json = run(['import', 'inventory', dir, '-d', instance.dir, '--lang', lang, '--json']);
				assert.equal(json.status, 1);
				const problem = JSON.parse(json.stdout.trim() || json.stderr);
				assert.equal(problem.code, 'import_refused');
				assert.equal(problem.args.count, String(problem.errors.length));
				errors[lang] = problem.errors.find((e) => e.file === want.file &&
					(want.line === undefined || e.line === want.line) && (want.column === undefined || e.column === want.column));
				const e = errors[lang];
				assert.ok(e, `expected ${want.file}:${want.line}:${want.column}, got ${JSON.stringify(problem.errors.slice(0, 5))}`);
				if (want.value !== undefined) assert.equal(e.value, want.value);
				/* The same as people read it, in one language each: every start of the program takes its time, and a
				   store has no part in it. */
				if (lang !== ['zh', 'en'][i % 2] || onPg) continue;
				const plain = run(['import', 'inventory', dir, '-d', instance.dir, '--lang', lang]);
				assert.equal(plain.status, 1, plain.stdout + plain.stderr);
				const text = plain.stdout + plain.stderr;
				assert.ok(text.includes(e.column ? `${e.file}:${e.line}: ${e.column}` : e.line ? `${e.file}:${e.line}` : e.file), text);
				for (const said of [e.value, e.reason, e.next]) assert.ok(text.includes(said), `says ${said}: ${text}`);
			}
			for (const k of ['reason', 'next']) assert.notEqual(errors.zh[k], errors.en[k], k);
			assert.match(errors.zh.reason, /\p{Script=Han}/u);
			assert.equal(state(), was, 'nothing changed');
		});

	test('there are enough of them', () => assert.ok(Object.keys(kinds).length >= 20));

	test('every error is told, not only the first', () => {
		const t = table('items');
		for (const i of [5, 50, 500, 4000]) t.all[i][t.col('method')] = 'magic';
		const other = table('divisions').set({ code: '330702' }, 'level', 'planet');
		const r = run(['import', 'inventory', list({ items: formatCsv(t.all), ...other.changed }), '-d', instance.dir, '--lang', 'en']);
		assert.equal(r.status, 1);
		for (const at of ['divisions.csv:4: level', 'items.csv:6: method', 'items.csv:51: method', 'items.csv:501: method', 'items.csv:4001: method'])
			assert.ok((r.stdout + r.stderr).includes(at), at);
	});

	test('thousands of errors are counted, and 200 told', () => {
		const t = table('items');
		for (const r of t.all.slice(1)) r[t.col('method')] = 'magic';
		const r = run(['import', 'inventory', list({ items: formatCsv(t.all) }), '-d', instance.dir, '--json']);
		const p = JSON.parse(r.stdout.trim() || r.stderr);
		assert.equal(p.errors.length, 200);
		assert.ok(Number(p.args.count) >= 4052, p.args.count);
	});

	test('a file that is not there', () => {
		const dir = list({ grants: null }), was = state();
		for (const lang of ['zh', 'en']) {
			const r = run(['import', 'inventory', dir, '-d', instance.dir, '--lang', lang, '--json']);
			const p = JSON.parse(r.stdout);
			assert.equal(r.status, 1);
			assert.equal(p.code, 'import_refused');
			assert.deepEqual(p.errors.map((e) => [e.file, e.line]), [['grants.csv', 0]]);
			assert.match(p.errors[0].reason, /grants\.csv/);
			assert.equal(/\p{Script=Han}/u.test(p.errors[0].next), lang === 'zh');
		}
		assert.equal(state(), was);
	});

	test('a directory that is not there', () => {
		const r = run(['import', 'inventory', `${scratch}/nowhere`, '-d', instance.dir, '--lang', 'en']);
		assert.notEqual(r.status, 0);
		assert.match(r.stdout + r.stderr, /nowhere/);
	});

	test('a file that is far too large', () => {
		const dir = list({ items: null });
		writeFileSync(`${dir}/items.csv`, Buffer.alloc(300 << 20, 'x'));
		const r = run(['import', 'inventory', dir, '-d', instance.dir, '--lang', 'en']);
		unlinkSync(`${dir}/items.csv`);
		assert.equal(r.status, 1);
		assert.match(r.stdout + r.stderr, /items\.csv/);
	});
});

test('the same list again changes nothing, and says so', () => {
	const was = state();
	const zh = must(['import', 'inventory', jinhua, '-d', instance.dir, '--lang', 'zh']).stdout;
	const en = must(['import', 'inventory', jinhua, '-d', instance.dir, '--lang', 'en']).stdout;
	assert.match(zh, /没有改动/);
	assert.match(en, /nothing changed/i);
	assert.equal(JSON.parse(must(['import', 'inventory', jinhua, '-d', instance.dir, '--json']).stdout).changed, false);
	assert.equal(state(), was);
});

test('an import prints its totals', () => {
	const other = new Instance();
	try {
		must(['init', other.dir, '--demo']);
		const out = must(['import', 'inventory', jinhua, '-d', other.dir, '--lang', 'en']).stdout;
		for (const n of ['4052', '861', '613', '1081', '1497']) assert.ok(out.replaceAll(',', '').includes(n), `${n} in ${out}`);
	} finally {
		rmSync(other.parent, { recursive: true, force: true });
	}
});

test('a better list takes its place, and old cases keep theirs', async () => {
	const other = await new Instance().init().serve();
	try {
		const clerk = await other.client('u-1005');
		const json = { matter: 'M-0046', form: { hukou_city: '330700' },
			parties: [{ role: 'applicant', kind: 'person', identifier_type: 'none', identifier: '', name: '甲乙丙' }] };
		const old = await clerk.post('/api/v1/cases', json);
		const better = table('items');
		better.set({ code: 'I-00186' }, 'method', 'direct_cancel');
		better.set({ code: 'I-00186' }, 'verify_hours', '');
		const { changed } = better.set({ code: 'I-00186' }, 'remark', '本部门内部核查');
		const dir = list(changed);

		/* While the server runs, the command asks it; a wrong list changes nothing there either. */
		const wrong = run(['import', 'inventory', list(kinds['a method that there is not']().changed), '-d', other.dir, '--lang', 'en']);
		assert.equal(wrong.status, 1);
		assert.match(wrong.stdout + wrong.stderr, /items\.csv:2: method/);
		const r = JSON.parse(must(['import', 'inventory', dir, '-d', other.dir, '--json']).stdout);
		assert.equal(r.changed, true);
		assert.equal(r.version, 2);
		assert.deepEqual([r.totals.direct_cancel, r.totals.department_verify], [862, 1496]);
		assert.equal((await clerk.get('/api/v1/inventory')).version, 1, 'a draft is not in force');
		must(['inventory', 'publish', '--as', 'u-4001', '--decision', '试', '--yes', '-d', other.dir]);
		const inv = await clerk.get('/api/v1/inventory');
		assert.deepEqual([inv.version, inv.sha256], [2, r.sha256]);
		const now = await clerk.post('/api/v1/cases', json);
		assert.equal(now.inventory, 2);
		assert.equal(now.items.find((i) => i.code === 'I-00186').state, 'cancelled');
		const kept = await clerk.get(`/api/v1/cases/${old.id}`);
		assert.equal(kept.inventory, 1, 'an open case keeps the list of its opening');
	} finally {
		await other.destroy();
	}
});

test('data sets are imported, and again without a change', () => {
	/* The tables that some service answers from. */
	const tables = [...new Set(services().map((s) => s.registry_source.replace(/^registry\/|\.csv$/g, '')))];
	const total = tables.reduce((n, t) => n + dataset(t).length, 0);
	const first = JSON.parse(must(['import', 'dataset', registry, '-d', instance.dir, '--json']).stdout);
	assert.deepEqual(first, { changed: true, rows: total, tables_changed: tables.length, tables_unchanged: 0 });
	const n = acts(instance.dir).length;
	assert.equal(JSON.parse(must(['import', 'dataset', registry, '-d', instance.dir, '--json']).stdout).changed, false);
	assert.equal(acts(instance.dir).length, n);
});

test('what the list does not know is said of data sets too', () => {
	const dir = `${scratch}/data`;
	mkdirSync(dir);
	writeFileSync(`${dir}/persons.csv`, 'id_number,name\n"330703199210269759,x\n');
	const was = state();
	const r = run(['import', 'dataset', dir, '-d', instance.dir, '--lang', 'en']);
	assert.equal(r.status, 1, r.stdout + r.stderr);
	assert.match(r.stdout + r.stderr, /persons\.csv/);
	assert.doesNotMatch(r.stdout + r.stderr, /330703199210269759/, 'a number is nobody\'s business on a screen');
	assert.equal(state(), was);
});

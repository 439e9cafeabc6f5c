// Whoever broke a commitment is offered no other: the record comes in with the list, is kept
// sealed, and sends the item to the department's desk.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Instance, must, run } from '../lib/instance.mjs';
import { act, commit, getCase, itemOf, settle } from '../lib/cases.mjs';
import { clerkOf, dataset, items, matterByCode } from '../lib/catalogue.mjs';
import { formatCsv, parseCsv, readCsv } from '../lib/csv.mjs';
import { citizen, mistype } from '../lib/idents.mjs';
import { findAny } from '../lib/personal.mjs';
import { jinhua } from '../lib/paths.mjs';
import { acts, evidence, rows, stored } from '../lib/store.mjs';

const FILE = 'commitments_breach.csv';
const original = readFileSync(`${jinhua}/${FILE}`, 'utf8');
const list = readCsv(`${jinhua}/${FILE}`);

let instance, scratch, made = 0;
before(async () => {
	instance = await new Instance().init().serve();
	scratch = mkdtempSync(`${tmpdir()}/wzm-credit-`);
});
after(async () => {
	await instance?.destroy();
	rmSync(scratch, { recursive: true, force: true });
});

/** A directory with the list and these bytes for the commitments; null: without that file. */
function directory(text) {
	const dir = `${scratch}/${++made}`;
	mkdirSync(dir);
	for (const f of readdirSync(jinhua).filter((f) => (f.endsWith('.csv') || f === 'life_events.json') && f !== FILE))
		symlinkSync(`${jinhua}/${f}`, `${dir}/${f}`);
	if (text !== null) writeFileSync(`${dir}/${FILE}`, text);
	return dir;
}
const importFrom = (dir, ...rest) => run(['import', 'inventory', dir, '-d', instance.dir, ...rest]);
const imported = (dir) => JSON.parse(must(['import', 'inventory', dir, '-d', instance.dir, '--json']).stdout);
const state = () => JSON.stringify(['inventory_version', 'dataset', 'dataset_row', 'dataset_key', 'record']
	.map((t) => rows(instance.dir, `SELECT ${{ dataset_row: 'id, hex(sealed)', dataset_key: 'keyset, hex(blind), id', record: 'idx, type, text' }[t] ?? '*'} FROM ${t}
		${t.startsWith('dataset_') ? "WHERE dataset = 'commitments_breach'" : ''} ORDER BY 1, 2`)));

/* Matters with a commitment that always applies, and nobody but the applicant. */
const required = new Map(), parties = readCsv(`${jinhua}/parties.csv`);
const roles = new Set(parties.map((p) => `${p.matter_code} ${p.role}`));
for (const p of parties.filter((p) => p.required === 'yes'))
	required.set(p.matter_code, [...(required.get(p.matter_code) ?? []), p]);
const always = (kind) => items().find((i) => i.method === 'commitment' && i.required_when === '' &&
	matterByCode().get(i.matter_code).level !== 'city' &&
	required.get(i.matter_code).every((p) => (p.role === 'applicant' && [kind, 'both'].includes(p.kind)) ||
		(kind === 'enterprise' && p.role === 'legal_representative')) &&
	(kind === 'person' || roles.has(`${i.matter_code} legal_representative`)));
const forPerson = always('person'), forEnterprise = always('enterprise');

const persons = new Map(dataset('persons').map((p) => [p.id_number, p]));
const whose = (outcome, kind = 'person') => {
	const row = list.find((r) => r.subject_kind === kind && r.outcome === outcome &&
		list.every((o) => o === r || o.subject_id !== r.subject_id));
	assert.ok(row, `${kind} ${outcome}`);
	return row.subject_id;
};
const nobody = [...persons.keys()].find((n) => list.every((r) => r.subject_id !== n) && persons.get(n).status === 'alive');
const person = (role, number, type = 'citizen_id') =>
	({ role, kind: 'person', identifier_type: type, identifier: number, name: persons.get(number)?.name ?? '甲乙丙' });
const clerk = () => instance.client(clerkOf[330703]);
const open = async (c, item, ...parties) => c.post('/api/v1/cases', { matter: item.matter_code, parties, form: {} });
const enterprise = (number) => ({ role: 'applicant', kind: 'enterprise', identifier_type: 'uscc', identifier: number, name: '某某公司' });

function notOffered(item) {
	assert.equal(item.method, 'commitment');
	assert.equal(item.way, 'department_verify');
	assert.equal(item.state, 'to_verify');
	assert.deepEqual(item.steps.map((x) => [x.way, x.outcome, x.reason]), [['department_verify', 'to_verify', 'credit_record']]);
}
function offered(item) {
	assert.equal(item.way, 'commitment');
	assert.equal(item.state, 'to_commit');
	assert.deepEqual(item.steps, []);
}

test('the list came in with its commitments, sealed, in one record', () => {
	const [row] = rows(instance.dir, "SELECT nrows FROM dataset WHERE name = 'commitments_breach'");
	assert.equal(row.nrows, list.length);
	assert.equal(rows(instance.dir, "SELECT count(*) AS n FROM dataset_row WHERE dataset = 'commitments_breach'")[0].n, list.length);
	assert.deepEqual(rows(instance.dir, `SELECT name FROM inventory_file WHERE name = '${FILE}'`), []);
	const records = evidence(instance.dir).records.filter((r) => r.type === 'inventory.imported');
	assert.equal(records.length, 1);
	assert.match(records[0].json.breaches, /^[0-9a-f]{64}$/);
});

describe('a commitment', () => {
	for (const outcome of ['breach_minor', 'breach_serious'])
		test(`is not offered to a person of ${outcome}: the department is asked`, async () => {
			const c = await clerk();
			const opened = await open(c, forPerson, person('applicant', whose(outcome)));
			notOffered(itemOf(opened, forPerson.code));
			const url = `/api/v1/cases/${opened.id}/items/${forPerson.code}/commitment`;
			for (const lang of ['zh', 'en']) {
				const p = await c.refused('credit_excluded', { path: url, lang });
				assert.equal(p.status, 403);
				assert.match(p.next, lang === 'zh' ? /部门核验.*信用修复/u : /department.*credit repair/);
			}
			const hash = 'a'.repeat(64);
			await c.refused('credit_excluded', { method: 'POST', path: url, key: true, ifMatch: opened.version,
				json: { notice: hash, letter: hash, signer: 'applicant', agreed: true } });
			const item = itemOf(await settle(c, opened), forPerson.code);
			assert.equal(item.state, 'verifying');
			assert.deepEqual(item.steps.map((x) => x.reason), ['credit_record', 'credit_record']);
			const { records } = await c.get(`/api/v1/cases/${opened.id}/records`);
			assert.equal(JSON.parse(records.find((r) => r.type === 'verification.sent').record).reason, 'credit_record');
			assert.equal(records.filter((r) => r.type === 'case.opened').length, 1);
			assert.ok(!records.some((r) => r.type === 'query.answered' && r.item === forPerson.code), 'nothing was disclosed');
		});

	for (const outcome of ['fulfilled', 'corrected', 'pending', 'nothing'])
		test(`is offered to a person of ${outcome}`, async () => {
			const c = await clerk();
			const opened = await open(c, forPerson, person('applicant', outcome === 'nothing' ? nobody : whose(outcome)));
			offered(itemOf(opened, forPerson.code));
			assert.equal((await commit(c, opened, forPerson.code)).item.state, 'committed');
		});

	test('goes by the worst of several', async () => {
		const twice = list.find((r) => r.outcome === 'fulfilled' && list.some((o) => o.subject_id === r.subject_id && o.outcome === 'breach_serious'));
		const c = await clerk();
		notOffered(itemOf(await open(c, forEnterprise, enterprise(twice.subject_id), person('legal_representative', nobody)), forEnterprise.code));
	});

	test('goes by the enterprise and by whoever signs for it', async () => {
		const c = await clerk(), good = whose('fulfilled', 'enterprise'), bad = whose('breach_minor', 'enterprise');
		for (const [company, signer, check] of [[good, nobody, offered], [bad, nobody, notOffered], [good, whose('breach_serious'), notOffered]])
			check(itemOf(await open(c, forEnterprise, enterprise(company), person('legal_representative', signer)), forEnterprise.code));
	});

	test('is offered to whoever has no number to be found by', async () => {
		const c = await clerk();
		offered(itemOf(await open(c, forPerson, person('applicant', '', 'none')), forPerson.code));
	});
});

describe('a record that changes', () => {
	const other = nobody;
	const row = (outcome) => [...parseCsv(original), ['CB-9001', 'person', other.toLowerCase(), list[0].matter_code, list[0].item_code,
		'2019-05-01', outcome === 'pending' ? '' : '2019-06-01', outcome, '']];
	after(() => imported(jinhua));

	test('takes the offer away, refuses the signature, and gives it back when it is repaired', async () => {
		const c = await clerk();
		let now = await open(c, forPerson, person('applicant', other));
		offered(itemOf(now, forPerson.code));
		const texts = await c.get(`/api/v1/cases/${now.id}/items/${forPerson.code}/commitment`);
		const was = imported(jinhua);
		assert.equal(was.changed, false);

		const done = imported(directory(formatCsv(row('breach_serious'))));
		assert.deepEqual([done.changed, done.version, done.sha256], [true, was.version, was.sha256], 'the list itself is the same');
		const last = acts(instance.dir).at(-1);
		assert.deepEqual([last.type, last.json.dataset, last.json.rows], ['dataset.imported', 'commitments_breach', list.length + 1]);
		await c.refused('credit_excluded', { method: 'POST', path: `/api/v1/cases/${now.id}/items/${forPerson.code}/commitment`, key: true,
			ifMatch: now.version, json: { notice: texts.notice.hash, letter: texts.letter.hash, signer: 'applicant', agreed: true } });
		const answers = (form) => c.ok('PUT', `/api/v1/cases/${now.id}/answers`, { json: { form }, ifMatch: now.version });
		now = await getCase(c, now.id);
		now = await answers({});
		notOffered(itemOf(now, forPerson.code));

		assert.equal(imported(directory(formatCsv(row('corrected')))).changed, true);
		now = await answers({});
		const item = itemOf(now, forPerson.code);
		assert.deepEqual([item.state, item.way], ['to_commit', 'commitment']);
		assert.equal((await commit(c, now, forPerson.code)).item.state, 'committed');
	});

	test('that was refused at the signature can be verified at once', async () => {
		const c = await clerk(), opened = await open(c, forPerson, person('applicant', other));
		offered(itemOf(opened, forPerson.code));
		imported(directory(formatCsv(row('breach_minor'))));
		assert.equal((await act(c, opened, forPerson.code, 'verification')).item.state, 'verifying');
	});

	test('does not touch what was signed before', async () => {
		imported(directory(formatCsv(row('fulfilled'))));
		const c = await clerk(), opened = await open(c, forPerson, person('applicant', other));
		await commit(c, opened, forPerson.code);
		imported(directory(formatCsv(row('breach_serious'))));
		const now = await getCase(c, opened.id);
		const after = await c.ok('PUT', `/api/v1/cases/${now.id}/answers`, { json: { form: {} }, ifMatch: now.version });
		assert.equal(itemOf(after, forPerson.code).state, 'committed');
	});
});

test('the same files again change nothing, and a list without the file leaves it', () => {
	const was = state();
	for (const dir of [jinhua, directory(original), directory(null)]) assert.equal(imported(dir).changed, false);
	assert.equal(state(), was);
});

/** The first row with this outcome, one cell changed; line is where it stands. */
function slip(column, value, want = {}) {
	const all = parseCsv(original), [head] = all;
	const i = all.findIndex((r, n) => n > 0 && Object.entries(want).every(([k, v]) => r[head.indexOf(k)] === v));
	const old = all[i][head.indexOf(column)];
	all[i][head.indexOf(column)] = typeof value === 'function' ? value(old) : value;
	return { text: formatCsv(all), line: i + 1, column, value: all[i][head.indexOf(column)] };
}
const commitments = items().filter((i) => i.method === 'commitment');
const kinds = {
	'an outcome that there is not': () => slip('outcome', 'breach_seroius', { outcome: 'breach_serious' }),
	'a kind of subject that there is not': () => slip('subject_kind', 'both'),
	'a number with a wrong check character': () => ({ ...slip('subject_id', (n) => mistype(n, 16), { subject_kind: 'person' }), value: '', secret: 1 }),
	'a number of the other kind': () => ({ ...slip('subject_id', nobody, { subject_kind: 'enterprise' }), value: '', secret: 1 }),
	'a number of a person who is not born yet': () => ({ ...slip('subject_id', citizen('33070229990101123'), { subject_kind: 'person' }), value: '', secret: 1 }),
	'a day that there is not': () => slip('commitment_date', '2019-02-30'),
	'a check before the commitment': () => slip('checked_date', '2018-01-01', { outcome: 'fulfilled' }),
	'a pending one that was checked': () => slip('checked_date', '2019-12-01', { outcome: 'pending' }),
	'a checked one without its date': () => slip('checked_date', '', { outcome: 'fulfilled' }),
	'a matter that there is not': () => slip('matter_code', 'M-9999'),
	'an item that there is not': () => slip('item_code', 'I-99999'),
	'an item of another matter': () => slip('item_code', commitments.find((i) => i.matter_code !== list[0].matter_code).code),
	'an item that is not settled by commitment': () => {
		const { code, matter_code } = items().find((i) => i.method === 'data_query');
		const all = parseCsv(original);
		all[5][3] = matter_code;
		all[5][4] = code;
		return { text: formatCsv(all), line: 6, column: 'item_code', value: code };
	},
	'a code twice': () => slip('code', list[0].code, { code: list[8].code }),
	'a code that is blank': () => slip('code', ''),
	'somebody\'s number in another column': () => ({ ...slip('code', nobody), column: 'subject_kind', value: 'both',
		text: slip('code', nobody).text.replace(/^(\d{17}[\dX],)(person|enterprise)/m, '$1both') }),
	'a column that is missing': () => ({ text: original.replace('measure', 'mesure'), line: 1, column: 'mesure', value: 'mesure' }),
	'no header': () => ({ text: original.slice(original.indexOf('\n') + 1), line: 1, column: 'code', value: 'code' }),
	'a row that is too short': () => ({ text: `${original}CB-9999,person\n`, line: list.length + 2, column: '', value: '' }),
	'a quote that is never closed': () => ({ text: `${original}CB-9999,"person\n`, line: list.length + 2, column: '', value: '' }),
	'nothing at all': () => ({ text: '', line: 0, column: '', value: '' }),
};

describe('a wrong file of commitments refuses the whole import', () => {
	for (const [name, make] of Object.entries(kinds))
		test(name, () => {
			const want = make(), dir = directory(want.text), was = state(), seen = {};
			for (const lang of ['zh', 'en']) {
				const plain = importFrom(dir, '--lang', lang), json = importFrom(dir, '--lang', lang, '--json');
				const text = plain.stdout + plain.stderr;
				assert.equal(plain.status, 1, text);
				const p = JSON.parse(json.stdout.trim() || json.stderr);
				assert.equal(p.code, 'import_refused');
				assert.equal(p.args.count, String(p.errors.length));
				const e = seen[lang] = p.errors.find((x) => x.file === FILE && x.line === want.line && x.column === want.column);
				assert.ok(e, `expected line ${want.line}, ${want.column}: ${JSON.stringify(p.errors.slice(0, 5))}`);
				assert.equal(e.value, want.value);
				assert.ok(text.includes(want.column ? `${FILE}:${want.line}: ${want.column}` : want.line ? `${FILE}:${want.line}` : FILE), text);
				for (const said of [e.reason, e.next]) assert.ok(text.includes(said), said);
				assert.deepEqual(findAny(Buffer.from(text + json.stdout + json.stderr), [nobody, ...list.map((r) => r.subject_id),
					...parseCsv(want.text).slice(1).map((r) => r[2] ?? '').filter((v) => v.length > 10)]), [], 'nobody\'s number is shown');
			}
			for (const k of ['reason', 'next']) assert.notEqual(seen.zh[k], seen.en[k], k);
			assert.match(seen.zh.reason, /\p{Script=Han}/u);
			assert.doesNotMatch(seen.en.reason + seen.en.next, /\p{Script=Han}/u);
			assert.equal(state(), was, 'nothing changed');
		});

	test('and is told together with what is wrong in the list', () => {
		const dir = directory(slip('outcome', 'bad').text), t = readFileSync(`${jinhua}/divisions.csv`, 'utf8');
		rmSync(`${dir}/divisions.csv`);
		writeFileSync(`${dir}/divisions.csv`, t.replace(',county,', ',planet,'));
		const p = JSON.parse(importFrom(dir, '--json').stdout);
		assert.deepEqual([...new Set(p.errors.map((e) => e.file))].filter((f) => ['divisions.csv', FILE].includes(f)), ['divisions.csv', FILE]);
		assert.equal(p.args.count, String(p.errors.length));
	});

	test('even where the list is a new one that is right', () => {
		const dir = directory(slip('outcome', 'bad').text), was = state();
		const t = readFileSync(`${jinhua}/workdays.csv`, 'utf8').trimEnd().split('\n');
		rmSync(`${dir}/workdays.csv`);
		writeFileSync(`${dir}/workdays.csv`, `${t.slice(0, -1).join('\n')}\n`);
		assert.equal(importFrom(dir).status, 1);
		assert.equal(state(), was);
		copyFileSync(`${jinhua}/${FILE}`, `${dir}/${FILE}`);
		const done = imported(dir);
		assert.equal(done.changed, true);
		assert.equal(done.version, 2);
		assert.equal(acts(instance.dir).at(-1).json.breaches, undefined, 'the commitments stayed as they were');
	});
});

test('no subject of a commitment stands in the files of the store', async () => {
	await instance.stop();
	const numbers = [...new Set(list.map((r) => r.subject_id))];
	assert.equal(findAny(Buffer.from(original), numbers).length, numbers.length, 'the search finds what is there');
	for (const { name, bytes } of stored(instance.dir))
		assert.deepEqual(findAny(bytes, numbers), [], name);
	assert.deepEqual(findAny(Buffer.from(instance.log), numbers), []);
});

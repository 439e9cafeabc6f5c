// Life events 一件事 as data: with the inventory they are imported, published, compared, exported.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync, mkdtempSync, rmSync, cpSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Instance, must, run } from '../lib/instance.mjs';
import { jinhua } from '../lib/paths.mjs';

let scratch;
before(() => { scratch = mkdtempSync(`${tmpdir()}/wzm-events-`); });
after(() => rmSync(scratch, { recursive: true, force: true }));

const events = () => JSON.parse(readFileSync(`${jinhua}/life_events.json`, 'utf8'));

/** A folder with the reference inventory and other life events; null: without the file. */
function folder(name, list) {
	const dir = `${scratch}/${name}`;
	cpSync(jinhua, dir, { recursive: true, filter: (f) => !/registry|county_lists|commitments_breach/.test(f) });
	if (list === null) rmSync(`${dir}/life_events.json`);
	else writeFileSync(`${dir}/life_events.json`, typeof list === 'string' ? list : `${JSON.stringify(list, null, 1)}\n`);
	return dir;
}

describe('versions', () => {
	let instance;
	before(async () => { instance = await new Instance().init({ datasets: null }).serve(); });
	after(() => instance.destroy());
	const imported = (dir) => JSON.parse(must(['import', 'inventory', dir, '-d', instance.dir, '--json']).stdout);

	test('what differs is said by event, step and member', async () => {
		const list = events(), newborn = list[0];
		newborn.promised_minutes_total = 50;
		newborn.lead_agency_code = '330700-GA';
		newborn.form[0].label = '孩子姓名';
		newborn.confirm[0].before = ['NB2', 'NB3'];
		newborn.confirm.push({ ...newborn.confirm[0], code: 'mother', label: '母亲', number: 'form.mother_id_number', name: 'form.mother_name' });
		newborn.steps[6].auto = false;
		delete newborn.steps[6].gives;
		newborn.steps[8].depends_on = ['NB1', 'NB7', 'NB8'];
		list.find((e) => e.code === 'LE-ENTERPRISE').steps[4].outside = false;
		list.push({ ...list.find((e) => e.code === 'LE-FLEXIBLE'), code: 'LE-FREE' });
		const done = imported(folder('changed', list));
		assert.deepEqual([done.changed, done.version], [true, 2]);
		const reform = await instance.client('u-4001');
		const d = await reform.get('/api/v1/inventory/differences?from=1&to=2');
		assert.deepEqual(d.files, { 'life_events.json': { added: 2, removed: 0, changed: 8 } });
		assert.deepEqual(d.changes.map((c) => [c.kind, c.key, c.key2, c.column, c.before, c.after]), [
			['changed', 'LE-NEWBORN', null, 'promised_minutes_total', '60', '50'],
			['changed', 'LE-NEWBORN', null, 'lead_agency_code', '', '330700-GA'],
			['changed', 'LE-NEWBORN', 'form.child_name', 'label', '新生儿姓名', '孩子姓名'],
			['changed', 'LE-NEWBORN', 'confirm.father', 'before', '["NB2"]', '["NB2","NB3"]'],
			['added', 'LE-NEWBORN', 'confirm.mother', null, null, null],
			['changed', 'LE-NEWBORN', 'NB7', 'auto', 'true', 'false'],
			['changed', 'LE-NEWBORN', 'NB7', 'gives', '{"vaccination_cert_number":"case.number"}', ''],
			['changed', 'LE-NEWBORN', 'NB9', 'depends_on', '["NB1","NB8"]', '["NB1","NB7","NB8"]'],
			['changed', 'LE-ENTERPRISE', 'EN5', 'outside', 'true', 'false'],
			['added', 'LE-FREE', null, null, null, null],
		]);
		const back = await reform.get('/api/v1/inventory/differences?from=2&to=1');
		assert.deepEqual(back.changes.filter((c) => c.kind === 'removed').map((c) => [c.key, c.key2, c.name]),
			[['LE-FREE', null, '灵活就业“一件事”'], ['LE-NEWBORN', 'confirm.mother', '母亲']]);
		const shown = must(['inventory', 'diff', '1', '2', '-d', instance.dir, '--as', 'u-4001', '--lang', 'en']).stdout;
		assert.match(shown, /life_events\.json LE-NEWBORN\/NB7/);
	});

	test('a list without life events is a version too', () => {
		assert.equal(imported(folder('none', null)).changed, true);
	});

	test('nothing of a file with an error is imported', () => {
		const list = events();
		list[0].steps[0].depends_on = ['NB6'];
		const r = run(['import', 'inventory', folder('circle', list), '-d', instance.dir, '--lang', 'en']);
		assert.equal(r.status, 1);
		assert.match(r.stderr, /life_events\.json: LE-NEWBORN\/depends_on: The steps form a circle: NB2 → NB6 → NB1 → NB2/);
	});
});

test('a city whose definitions stand on one line gets them back from a workbook as well', async () => {
	const one = folder('one', `${JSON.stringify(events())}\n`), instance = new Instance().init({ datasets: null, inventory: one });
	try {
		must(['inventory', 'export', '-d', instance.dir, '--format', 'xlsx', '--to', `${scratch}/one.xlsx`]);
		const linted = JSON.parse(must(['inventory', 'lint', `${scratch}/one.xlsx`, '--json']).stdout);
		assert.deepEqual(linted.files.at(-1), { file: 'one.xlsx', sheet: '一件事', table: 'life_events', encoding: 'XLSX', rows: 10, refused: 0 });
	} finally {
		instance.destroy();
	}
});

describe('looked up by anybody', () => {
	let instance, anybody;
	before(async () => { instance = await new Instance().init({ datasets: null }).serve(); anybody = await instance.client(); });
	after(() => instance.destroy());
	const shown = (args) => must(['lifeevent', ...args, '-d', instance.dir, '--lang', 'en']).stdout;

	test('the list, by pages', async () => {
		const all = await anybody.get('/api/v1/lifeevents');
		assert.deepEqual(all.life_events.map((e) => [e.code, e.steps_total, e.critical_minutes, e.promised_minutes]),
			events().map((e) => [e.code, e.steps.length, e.critical_path_minutes, e.promised_minutes_total]).sort());
		const first = await anybody.get('/api/v1/lifeevents?limit=4');
		const then = await anybody.get(`/api/v1/lifeevents?limit=200&cursor=${first.next}`);
		assert.deepEqual([...first.life_events, ...then.life_events], all.life_events);
		assert.equal((await anybody.get('/api/v1/inventory')).counts.life_events, 10);
	});

	test('one: the form that is worked out, the steps, the critical path', async () => {
		const e = await anybody.get('/api/v1/lifeevents/LE-NEWBORN'), step = Object.fromEntries(e.steps.map((s) => [s.code, s]));
		assert.deepEqual(e.critical_path, ['NB1', 'NB2', 'NB3', 'NB6']);
		assert.deepEqual(e.form.filter((f) => !f.own).map((f) => [f.name, f.required]), [['hukou_city', true]]);
		assert.deepEqual(step.NB1.parties.find((p) => p.role === 'child'),
			{ role: 'child', label: step.NB1.parties.find((p) => p.role === 'child').label, identifier_type: 'none', number: null, name: 'form.child_name' });
		assert.deepEqual(step.NB3.answers.map((a) => [a.field, a.from]),
			[['hukou_city', 'form.hukou_city'], ['birth_cert_number', 'NB1.birth_cert_number']]);
		assert.deepEqual([step.NB6.starts_at, step.NB6.ends_at, step.NB6.slack, step.NB8.starts_at, step.NB8.slack], [30, 40, 0, 0, 30]);
		assert.equal(e.inventory.version, 1);
		assert.deepEqual(e.lead_agency, step.NB1.agency);
		assert.deepEqual(e.confirm, [{ code: 'father', label: '父亲', before: ['NB2'] }]);
		assert.deepEqual(e.form.filter((f) => f.name.startsWith('confirmed')), []);
		assert.deepEqual(step.NB3.gives, [{ output: 'medical_insurance_number', from: 'case.number' }]);
		assert.deepEqual(step.NB1.gives, []);
		const bank = (await anybody.get('/api/v1/lifeevents/LE-ENTERPRISE')).steps.filter((s) => s.outside);
		assert.deepEqual(bank.map((s) => s.code), ['EN5']);
		for (const { code } of events()) await anybody.get(`/api/v1/lifeevents/${code}`);
	});

	test('one that there is not, and a day before the first list', async () => {
		const r = await anybody.send({ method: 'GET', path: '/api/v1/lifeevents/LE-NONE' });
		assert.deepEqual([r.status, r.json.code], [404, 'life_event_unknown']);
		assert.equal((await anybody.send({ method: 'GET', path: '/api/v1/lifeevents?asof=2019-01-01' })).status, 404);
	});

	test('on the command line, as a table and as graphs', () => {
		assert.match(shown(['list']), /LE-NEWBORN .*9 .*40 .*60/);
		const text = shown(['show', 'LE-NEWBORN']);
		assert.match(text, /NB1 → NB2 → NB3 → NB6/);
		assert.match(text, /hukou_city/);
		assert.match(text, /lead agency +金华市卫生健康委员会\n/);
		assert.match(text, /NB3 .* rule +NB2 /);
		assert.match(text, /NB2 .* desk +NB1 /);
		assert.match(text, /\nfather +父亲 +NB2 *\n/);
		assert.match(shown(['show', 'LE-ENTERPRISE']), /EN5 .* own system +EN1 EN2 /);
		assert.doesNotMatch(shown(['show', 'LE-ENTERPRISE']), /confirmed by/);
		const dot = shown(['show', 'LE-NEWBORN', '--graph', 'dot']);
		assert.match(dot, /^digraph \{/);
		assert.equal(dot.match(/->/g).length, events()[0].steps.flatMap((s) => s.depends_on).length);
		assert.match(dot, /s0 \[label="NB1 出生医学证明首次签发\\n金华市[^"]*10 min" style=bold\];/);
		const mermaid = shown(['show', 'LE-NEWBORN', '--graph', 'mermaid']);
		assert.match(mermaid, /^flowchart LR\n\ts0\["NB1 /);
		assert.match(mermaid, /\ts0 --> s1\n/);
		assert.equal(run(['lifeevent', 'show', 'LE-NONE', '-d', instance.dir]).status, 3);
	});

	test('checked without a server', () => {
		assert.match(must(['lifeevent', 'lint', jinhua, '--lang', 'en']).stdout, /10 life events/);
		const list = events();
		list[0].promised_minutes_total = 39;
		const r = run(['lifeevent', 'lint', folder('late', list), '--lang', 'en']);
		assert.equal(r.status, 1);
		assert.match(r.stderr, /LE-NEWBORN\/promised_minutes_total: 39: The critical path takes 40 minutes/);
	});
});

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
		newborn.form[0].label = '孩子姓名';
		newborn.steps[6].auto = false;
		newborn.steps[8].depends_on = ['NB1', 'NB7', 'NB8'];
		list.push({ ...list.find((e) => e.code === 'LE-FLEXIBLE'), code: 'LE-FREE' });
		const done = imported(folder('changed', list));
		assert.deepEqual([done.changed, done.version], [true, 2]);
		const reform = await instance.client('u-4001');
		const d = await reform.get('/api/v1/inventory/differences?from=1&to=2');
		assert.deepEqual(d.files, { 'life_events.json': { added: 1, removed: 0, changed: 4 } });
		assert.deepEqual(d.changes.map((c) => [c.kind, c.key, c.key2, c.column, c.before, c.after]), [
			['changed', 'LE-NEWBORN', null, 'promised_minutes_total', '60', '50'],
			['changed', 'LE-NEWBORN', 'form.child_name', 'label', '新生儿姓名', '孩子姓名'],
			['changed', 'LE-NEWBORN', 'NB7', 'auto', 'true', 'false'],
			['changed', 'LE-NEWBORN', 'NB9', 'depends_on', '["NB1","NB8"]', '["NB1","NB7","NB8"]'],
			['added', 'LE-FREE', null, null, null, null],
		]);
		const back = await reform.get('/api/v1/inventory/differences?from=2&to=1');
		assert.deepEqual(back.changes.filter((c) => c.kind === 'removed').map((c) => [c.key, c.name]), [['LE-FREE', '灵活就业“一件事”']]);
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

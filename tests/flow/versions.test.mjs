// Versions of the list: drafts, published, in force, and what they said on any day.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Instance, must, run } from '../lib/instance.mjs';
import { itemOf } from '../lib/cases.mjs';
import { formatCsv, readCsv } from '../lib/csv.mjs';
import { jinhua } from '../lib/paths.mjs';
import { evidence, rows, write } from '../lib/store.mjs';
import { uuid7 } from '../lib/uuid7.mjs';

const DAY = 86400000;
const day = (n) => new Date(Date.now() + 8 * 3600000 + n * DAY).toISOString().slice(0, 10);

let instance, scratch, made = 0, reform, anyone, clerk;
before(async () => {
	instance = await new Instance().init().serve();
	scratch = mkdtempSync(`${tmpdir()}/wzm-versions-`);
	[reform, anyone, clerk] = await Promise.all(['u-4001', undefined, 'u-1005'].map((u) => instance.client(u)));
});
after(async () => {
	await instance?.destroy();
	rmSync(scratch, { recursive: true, force: true });
});

/** The reference list with some cells of items.csv changed: [code, {column: value}], or [code] for a row that goes. */
function list(...changes) {
	const dir = `${scratch}/${++made}`, [header, ...data] = [Object.keys(readCsv(`${jinhua}/items.csv`)[0]), ...readCsv(`${jinhua}/items.csv`)];
	mkdirSync(dir);
	for (const f of readdirSync(jinhua).filter((f) => (f.endsWith('.csv') || f === 'life_events.json') && f !== 'items.csv')) symlinkSync(`${jinhua}/${f}`, `${dir}/${f}`);
	let items = data;
	for (const [code, change] of changes) {
		assert.ok(items.some((i) => i.code === code), code);
		items = change === undefined ? items.filter((i) => i.code !== code) : items.map((i) => i.code === code ? { ...i, ...change } : i);
	}
	writeFileSync(`${dir}/items.csv`, formatCsv([header, ...items.map((i) => header.map((h) => i[h]))]));
	return dir;
}
const draft = (dir) => JSON.parse(must(['import', 'inventory', dir, '-d', instance.dir, '--json']).stdout).version;
const publish = (version, effective, rest) => reform.post(`/api/v1/inventory/versions/${version}/publication`,
	{ decision: `金司〔2026〕${version}号`, ...(effective === undefined ? {} : { effective }) }, rest);
const inForce = async () => (await anyone.get('/api/v1/inventory')).version;
const versions = async (client) => (await client.get('/api/v1/inventory/versions')).versions;
const cancelled = { method: 'direct_cancel', verify_hours: '', fields: '', remark: '本部门内部核查' };

describe('a draft', () => {
	let version;
	test('is not in force, and only those who make it see it', async () => {
		version = draft(list(['I-00186', cancelled]));
		assert.equal(version, 2);
		assert.equal(await inForce(), 1);
		assert.deepEqual((await versions(anyone)).map((v) => v.version), [1]);
		assert.deepEqual((await versions(reform)).map((v) => [v.version, v.state]), [[2, 'draft'], [1, 'in_force']]);
		assert.equal((await reform.get('/api/v1/inventory/versions/2')).totals.direct_cancel, 862);
		await anyone.refused('inventory_version', { path: '/api/v1/inventory/versions/2' });
		await anyone.refused('sign_in', { path: '/api/v1/inventory/differences?from=1&to=2' });
		await clerk.refused('not_allowed', { path: '/api/v1/inventory/differences?from=1&to=2' });
	});

	test('differs cell by cell, and the difference is named', async () => {
		const d = await reform.get('/api/v1/inventory/differences');
		assert.deepEqual([d.from, d.to], [1, 2]);
		assert.deepEqual(d.changes.map((c) => [c.file, c.kind, c.key, c.column, c.before, c.after]), [
			['items.csv', 'changed', 'I-00186', 'method', 'department_verify', 'direct_cancel'],
			['items.csv', 'changed', 'I-00186', 'verify_hours', readCsv(`${jinhua}/items.csv`).find((i) => i.code === 'I-00186').verify_hours, ''],
			['items.csv', 'changed', 'I-00186', 'remark', '', '本部门内部核查'],
		]);
		assert.deepEqual(d.files, { 'items.csv': { added: 0, removed: 0, changed: 3 } });
		const text = must(['inventory', 'diff', '1', '2', '--as', 'u-4001', '-d', instance.dir, '--lang', 'en']).stdout;
		assert.match(text, /~ items\.csv I-00186 .*\n {4}method: department_verify → direct_cancel/);
		assert.match(text, /from version 1 to version 2: 3 differences/);
	});

	test('of the same files makes no other version', () => {
		const again = JSON.parse(must(['import', 'inventory', list(['I-00186', cancelled]), '-d', instance.dir, '--json']).stdout);
		assert.deepEqual([again.changed, again.version], [false, 2]);
	});

	test('is published by the reform office only, and never for a day that is over', async () => {
		const json = { decision: '试' }, path = '/api/v1/inventory/versions/2/publication';
		for (const [client, code] of [[anyone, 'sign_in'], [clerk, 'not_allowed'], [await instance.client('u-6001'), 'not_allowed']])
			await client.refused(code, { method: 'POST', path, json, key: true });
		await reform.refused('effective_past', { method: 'POST', path, json: { ...json, effective: day(-1) }, key: true });
		await reform.refused('field_value', { method: 'POST', path, json: { ...json, effective: '2026-02-30' }, key: true });
		await reform.refused('field_missing', { method: 'POST', path, json: {}, key: true });
		for (const v of ['99', '0', 'x', '-1', '1e3', '99999999999999999999'])
			await reform.refused(v === '99' ? 'inventory_version' : 'field_value',
				{ method: 'POST', path: path.replace('/2/', `/${v}/`), json, key: true });
		await reform.refused('inventory_same', { method: 'POST', path: path.replace('/2/', '/1/'), json, key: true });
		assert.equal(await inForce(), 1);
	});

	test('published for a later day waits for it, and can be taken back', async () => {
		const key = uuid7();
		const v = await publish(2, day(3), { key });
		assert.deepEqual([v.state, v.publications.length, v.publications[0].effective], ['planned', 1, day(3)]);
		assert.equal(await inForce(), 1);
		/* The same request again does nothing again. */
		assert.equal((await publish(2, day(3), { key })).publications.length, 1);
		assert.deepEqual((await versions(anyone)).map((x) => [x.version, x.state]), [[2, 'planned'], [1, 'in_force']]);
		assert.equal((await anyone.get(`/api/v1/inventory/asof?date=${day(2)}`)).publication.version, 1);
		assert.equal((await anyone.get(`/api/v1/inventory/asof?date=${day(3)}`)).publication.version, 2);
		const { seq } = v.publications[0];
		const after = await reform.post(`/api/v1/inventory/publications/${seq}/withdrawal`, { reason: '文号有误' });
		assert.equal(after.state, 'withdrawn');
		assert.equal((await anyone.get(`/api/v1/inventory/asof?date=${day(3)}`)).publication.version, 1);
		await reform.refused('publication_unknown', { method: 'POST', path: `/api/v1/inventory/publications/${seq}/withdrawal`, json: { reason: 'x' }, key: true });
		assert.deepEqual((await versions(anyone)).map((x) => x.version), [1]);
	});
});

describe('a published version', () => {
	let old, opened;
	test('is in force with the answer, and what was in force cannot be withdrawn', async () => {
		const json = { matter: 'M-0046', form: { hukou_city: '330700' },
			parties: [{ role: 'applicant', kind: 'person', identifier_type: 'none', identifier: '', name: '甲乙丙' }] };
		old = await clerk.post('/api/v1/cases', json);
		assert.notEqual(itemOf(old, 'I-00186').state, 'cancelled');
		const v = await publish(2);
		assert.equal(v.state, 'in_force');
		assert.equal(await inForce(), 2);
		opened = await clerk.post('/api/v1/cases', json);
		assert.equal(opened.inventory, 2);
		assert.equal(itemOf(opened, 'I-00186').state, 'cancelled');
		await reform.refused('publication_due', { method: 'POST', path: `/api/v1/inventory/publications/${Math.max(...v.publications.map((p) => p.seq))}/withdrawal`, json: { reason: 'x' }, key: true });
	});

	test('leaves open cases their list, but what it abolished is asked for no more', async () => {
		const path = `/api/v1/cases/${old.id}`;
		const kept = await clerk.get(path);
		assert.equal(kept.inventory, 1);
		await clerk.refused('item_cancelled', { method: 'POST', path: `${path}/items/I-00186/verification`, json: {}, key: true, ifMatch: kept.version });
		const settled = await clerk.post(`${path}/settlement`, {}, { ifMatch: (await clerk.get(path)).version });
		const item = itemOf(settled, 'I-00186');
		assert.equal(item.state, 'cancelled');
		assert.deepEqual(item.steps.map((s) => [s.outcome, s.reason]), [['cancelled', 'cancelled_later']]);
		const { records } = await clerk.get(`${path}/records`);
		const [r] = records.filter((x) => x.type === 'items.cancelled').map((x) => JSON.parse(x.record));
		assert.deepEqual([r.inventory, r.items], [2, ['I-00186']]);
	});

	test('is recorded, with the decision in the body', () => {
		const types = evidence(instance.dir).records.filter((r) => r.type.startsWith('inventory.'));
		assert.deepEqual(types.map((r) => [r.type, r.json.inventory, r.json.publication]), [
			['inventory.imported', 1, undefined], ['inventory.published', 1, 1], ['inventory.imported', 2, undefined],
			['inventory.published', 2, 2], ['inventory.withdrawn', 2, 2], ['inventory.published', 2, 3]]);
		assert.ok(types.filter((r) => r.type === 'inventory.published').every((r) => r.json.body !== undefined));
	});

	test('tells the story of an item and of a matter, and what was said on a day', async () => {
		const version = draft(list(['I-00186']));
		await publish(version);
		const { history } = await anyone.get('/api/v1/items/I-00186/history');
		assert.deepEqual(history.map((h) => [h.publication.version, h.said?.method]), [[1, 'department_verify'], [2, 'direct_cancel'], [version, undefined]]);
		for (let i = 1; i < history.length; i++) assert.equal(history[i].from, history[i - 1].until);
		assert.equal(history.at(-1).until, null);
		const matter = (await anyone.get('/api/v1/matters/M-0046/history')).history;
		const own = readCsv(`${jinhua}/items.csv`).filter((i) => i.matter_code === 'M-0046').map((i) => i.code);
		assert.deepEqual([...new Set(matter.map((h) => h.item))], own.sort());
		assert.deepEqual(matter.filter((h) => h.item === 'I-00186'), history);
		assert.equal(matter.filter((h) => h.item !== 'I-00186').length, own.length - 1, 'nothing else has changed');
		await anyone.refused('not_found', { path: '/api/v1/items/I-00186' });
		await anyone.refused('not_found', { path: '/api/v1/items/I-99999/history' });
		await anyone.refused('matter_unknown', { path: '/api/v1/matters/M-9999/history' });
		await anyone.refused('nothing_then', { path: `/api/v1/items/I-00186?asof=${day(-1)}` });
		await anyone.refused('field_value', { path: '/api/v1/items/I-00186?asof=26-11-01' });
		await anyone.refused('field_missing', { path: '/api/v1/inventory/asof' });
		const text = must(['inventory', 'history', 'I-00186', '-d', instance.dir, '--lang', 'en']).stdout;
		assert.match(text, /verification.*\n.*abolished.*\n.*not on the list/);
		assert.match(must(['inventory', 'asof', day(0), 'I-00001', '-d', instance.dir]).stdout, /I-00001/);
		assert.equal(run(['inventory', 'history', '-d', instance.dir]).status, 2);
	});

	test('an earlier version can be published again', async () => {
		assert.equal((await publish(1)).state, 'in_force');
		assert.equal(await inForce(), 1);
		assert.equal((await anyone.get('/api/v1/items/I-00186')).method, 'department_verify');
	});
});

test('while versions are published, every answer is of one of them, whole', async () => {
	/* Two versions whose items of a matter differ in two cells that must always go together. */
	const other = draft(list(['I-00001', { legal_basis: '《甲》' }], ['I-00002', { legal_basis: '《甲》' }]));
	let goesOn = true, asked = 0;
	const seen = new Set();
	const askers = Array.from({ length: 8 }, async () => {
		const c = await instance.client();
		while (goesOn) {
			const m = await c.get('/api/v1/matters/M-0001');
			const bases = ['I-00001', 'I-00002'].map((code) => m.items.find((i) => i.code === code).legal_basis === '《甲》');
			assert.equal(bases[0], bases[1], 'a mixture');
			assert.equal(bases[0], m.inventory.version === other);
			seen.add(m.inventory.version);
			asked++;
		}
	});
	for (let i = 0; i < 6; i++) {
		await publish(i % 2 === 0 ? other : 1);
		const n = asked;
		while (asked < n + 40) await new Promise((done) => setTimeout(done, 5));
	}
	goesOn = false;
	await Promise.all(askers);
	assert.deepEqual([...seen].sort(), [1, other].sort());
});

test('a version that another process published is in force here within seconds', async () => {
	/* Its row, as another process would have written it. */
	const seq = rows(instance.dir, 'SELECT max(seq) AS seq FROM inventory_publication')[0].seq;
	assert.equal(await inForce(), 1);
	write(instance.dir, `INSERT INTO inventory_publication (seq, version, effective_day, published_at, published_by, decision)
		SELECT seq + 1, 2, effective_day, published_at + 1, 'u-4001', '别处' FROM inventory_publication WHERE seq = ${seq}`);
	for (let i = 0; i < 200 && await inForce() !== 2; i++) await new Promise((done) => setTimeout(done, 50));
	assert.equal(await inForce(), 2);
});

test('an instance without a published list says so', async () => {
	const other = new Instance();
	must(['init', other.dir, '--demo']);
	must(['import', 'inventory', jinhua, '-d', other.dir]);
	await other.serve();
	try {
		const c = await other.client();
		await c.refused('no_inventory', { path: '/api/v1/inventory' });
		assert.equal(run(['inventory', 'publish', '--decision', '试', '-d', other.dir]).status, 2, 'a script must say --yes');
		const r = run(['inventory', 'publish', '--decision', '试', '--yes', '-d', other.dir, '--lang', 'en']);
		assert.equal(r.status, 1, 'and who it is');
		must(['inventory', 'publish', '--decision', '试', '--yes', '--as', 'u-4001', '-d', other.dir]);
		assert.equal((await c.get('/api/v1/inventory')).version, 1);
	} finally {
		await other.destroy();
	}
});

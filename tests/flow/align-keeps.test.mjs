// What was kept lawfully, over time: in the next round, under other codes, and when the city changes its own.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { tmpdir } from 'node:os';
import { must, started } from '../lib/instance.mjs';
import { formatCsv, readCsv } from '../lib/csv.mjs';
import { jinhua } from '../lib/paths.mjs';
import { csv, handIn, line, openRound, rowsOf } from '../lib/align.mjs';

const COUNTY = '330723', KEEP = { reason: '本县没有这类机构', basis: '《浙江省公共数据条例》第三条' };
const items = readCsv(`${jinhua}/items.csv`);
/* Items whose codes stand in no other file. */
const bound = new Set(['grants.csv', 'item_bindings.csv'].flatMap((f) => readCsv(`${jinhua}/${f}`).map((r) => r.item_code)));
const plain = (code) => !bound.has(code) && items.find((i) => i.code === code).required_when === '';
let instance, scratch, city, wuyi, first, kept, method, version = 1;
before(async () => {
	instance = await started();
	scratch = mkdtempSync(`${tmpdir()}/wzm-keeps-`);
	[city, wuyi] = await Promise.all(['u-4001', 'u-4002'].map((u) => instance.client(u)));
	await handIn(wuyi, COUNTY);
	first = await openRound(city);
	const all = await first.all(wuyi);
	const missing = all.find((d) => d.kind === 'missing' && plain(d.item.code));
	const other = all.find((d) => d.kind === 'method' && d.item.method === 'department_verify' && d.row.method !== 'direct_cancel' && plain(d.item.code));
	const extra = all.find((d) => d.kind === 'extra');
	for (const d of [missing, other, extra]) await first.decide(wuyi, d, 'keep', KEEP);
	await first.decide(wuyi, all.find((d) => d.kind === 'missing' && d.id !== missing.id), 'adopt');
	await first.close(city, { force: true });
	[kept, method] = await Promise.all([missing, other].map((d) => first.get(wuyi, d)));
});
after(async () => {
	await instance?.destroy();
	rmSync(scratch, { recursive: true, force: true });
});

const matrix = async () => line(await city.get('/api/v1/align/matrix'), COUNTY);
const drift = async () => (await wuyi.get(`/api/v1/align/drift/${COUNTY}`)).drift;
/** The city's list with its items changed, in force. */
async function publish(change) {
	const dir = `${scratch}/${++version}`, changed = items.map((i) => ({ ...i, ...change(i) }));
	mkdirSync(dir);
	for (const f of readdirSync(jinhua).filter((f) => (f.endsWith('.csv') || f === 'life_events.json') && f !== 'items.csv')) symlinkSync(`${jinhua}/${f}`, `${dir}/${f}`);
	writeFileSync(`${dir}/items.csv`, formatCsv([Object.keys(items[0]), ...changed.map(Object.values)]));
	assert.equal(JSON.parse(must(['import', 'inventory', dir, '-d', instance.dir, '--json']).stdout).version, version);
	await city.post(`/api/v1/inventory/versions/${version}/publication`, { decision: `金司〔2026〕${version}号` });
	for (let i = 0; i < 300 && (await city.get('/api/v1/inventory')).version !== version; i++) await sleep(100);
}

test('is kept in the next round from the start, as it was decided', async () => {
	const before_ = (await matrix()).now, second = await openRound(city, { title: '第二轮' });
	const now = await second.get(wuyi, kept);
	assert.deepEqual([now.state, now.decided_at, now.decided_by, now.decision], ['keep', kept.decided_at, kept.decided_by, kept.decision]);
	assert.deepEqual(now.events.map((e) => [e.what, e.who.id]), [['carried', 'u-4001']]);
	assert.deepEqual([(await second.all(wuyi, { state: 'keep' })).length, (await second.all(wuyi, { state: 'adopt' })).length], [3, 0]);
	assert.deepEqual((await matrix()).now.unity, before_.unity, 'unity does not fall back');
	const [measure] = (await city.get(`/api/v1/align/measures?division=${COUNTY}&limit=1`)).measures;
	assert.deepEqual([measure.cause, measure.unity], ['opened', before_.unity]);
	const undone = await second.undo(wuyi, now);
	assert.deepEqual([undone.state, undone.decision, (await first.get(wuyi, kept)).state], ['open', null, 'keep']);
	await second.decide(wuyi, undone, 'keep', KEEP);
	await second.close(city, { force: true });
	assert.deepEqual([(await drift()).round, (await drift()).counts.kept], [2, 3]);
});

test('stays with its item where codes change hands', async () => {
	const other = items.find((i) => i.code !== kept.item.code && i.matter_name !== kept.item.matter.name && plain(i.code) &&
		rowsOf(COUNTY).some((r) => r.matter_name === i.matter_name && r.proof_name === i.proof_name)).code, was = await drift();
	await publish((i) => i.code === kept.item.code ? { code: other } : i.code === other ? { code: kept.item.code } : {});
	assert.deepEqual((await drift()).counts, was.counts);
});

test('is no licence for what the city decides anew', async () => {
	const was = (await drift()).counts;
	await publish((i) => i.code === method.item.code ? { method: 'direct_cancel', verify_hours: '', fields: '', remark: '本部门内部核查' } : {});
	const now = await drift();
	assert.deepEqual([now.counts.new, now.counts.kept], [was.new + 1, was.kept - 1]);
	assert.ok(now.differences.some((d) => d.why === 'new' && d.kind === 'method' && d.item.code === method.item.code));
	assert.equal(JSON.parse(must(['store', 'check', '-d', instance.dir, '--json']).stdout).found, 0);
});

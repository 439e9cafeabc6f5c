// Several at once, and versions that change in the middle: a county's list, scope and round take turns.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { must, started } from '../lib/instance.mjs';
import { readCsv } from '../lib/csv.mjs';
import { jinhua } from '../lib/paths.mjs';
import { onPg } from '../lib/pg.mjs';
import { acts, write } from '../lib/store.mjs';
import { csv, draftInventory, handIn, line, openRound, putRequest, Round, ROUNDS, rowsOf } from '../lib/align.mjs';

const COUNTY = '330723', OTHER = '330781';
let instance, city, wuyi;
before(async () => {
	instance = await started();
	[city, wuyi] = await Promise.all(['u-4001', 'u-4002'].map((u) => instance.client(u)));
});
after(() => instance?.destroy());

const records = () => acts(instance.dir).map((r) => r.json);
const measures = async (county = COUNTY) => (await city.get(`/api/v1/align/measures?division=${county}&limit=200`)).measures;
const latest = async () => (await wuyi.get(`/api/v1/align/lists/${COUNTY}`)).lists[0].number;
const seen = async (round) => (await round.show(city)).divisions.find((d) => d.division.code === COUNTY)?.list;
const without = (i) => csv(rowsOf(COUNTY).filter((_, n) => n !== i));
/** Who loses to others too often is told so, and asks again. */
async function scope(agency, runs) {
	const request = { method: 'PUT', path: `/api/v1/align/scope/${COUNTY}/${agency}`, json: { runs } };
	let a = await city.send(request);
	while (a.json.code === 'conflict') a = await city.send(request);
	assert.equal(a.status, 200, a.text);
}
/** Whoever answers last of those that are sent a little apart: what each saw of the other is tried out. */
const together = (...sends) => Promise.all(sends.map((send, i) => sleep(i * 10).then(send)));

describe('a list that comes', () => {
	let round;
	test('while a round is opened is looked at, the first one of a county too', async () => {
		await handIn(city, OTHER);
		for (let i = 0; i < 6; i++) {
			const hand = () => handIn(wuyi, COUNTY, without(i)), open = () => openRound(city);
			const both = await together(...(i % 2 ? [hand, open] : [open, hand]));
			round = both.find((x) => x instanceof Round);
			assert.equal(await seen(round), await latest(), `try ${i}`);
			await round.close(city, { force: true });
		}
	});

	test('while it is opened again is looked at', async () => {
		for (let i = 10; i < 16; i++) {
			const hand = () => handIn(wuyi, COUNTY, without(i)), again = () => round.reopen(city, '还要再看');
			await together(...(i % 2 ? [hand, again] : [again, hand]));
			assert.equal(await seen(round), await latest(), `try ${i}`);
			await round.close(city, { force: true });
		}
	});

	test('again, and is not the one that the round looks at, is taken into it', async () => {
		await round.reopen(city, '还要再看');
		write(instance.dir, `UPDATE align_round_list SET list = 1 WHERE round = ${round.number} AND county = '${COUNTY}'`);
		const n = await latest(), h = await handIn(wuyi, COUNTY, without(15));
		assert.deepEqual([h.changed, h.list.number, await seen(round), await latest()], [false, n, n, n]);
		assert.deepEqual([records().at(-1).type, records().at(-1).list, records().at(-1).round], ['align.list_received', n, round.number]);
		const m = records().length;
		await handIn(wuyi, COUNTY, without(15));
		assert.equal(records().length, m);
	});

	test('that differs in everything is refused, and nothing of it is kept', async () => {
		const [row] = rowsOf(COUNTY), n = await latest(), m = records().length;
		const many = csv(Array.from({ length: 300000 }, () => ({ ...row, code: '', legal_basis: '' })));
		const p = await wuyi.refused('align_different', putRequest(COUNTY, many));
		assert.ok(Number(p.args.max) > 5000);
		assert.deepEqual([await latest(), records().length], [n, m]);
	});
});

describe('what is said of departments', () => {
	const agencies = ['330700-ZG', '330700-BB', '330700-SF', '330700-MZ'];
	const now = async () => { const { unity, scope } = line(await city.get('/api/v1/align/matrix'), COUNTY).now; return { unity, scope }; };
	test('all at once, and a list with it: the figures are those of all that was said', async () => {
		for (const [i, runs] of ['city', 'county', 'city'].entries()) {
			await Promise.all([...agencies.map((a) => scope(a, runs)), wuyi.send(putRequest(COUNTY, without(20 + i)))]);
			const all = await now(), [{ unity }] = await measures();
			await scope(agencies[0], runs);
			assert.deepEqual([await now(), (await measures())[0].unity], [all, unity], runs);
		}
	});

	test('while the round is closed is taken in when it is opened again', async () => {
		const [{ round: number }] = (await city.get(ROUNDS)).rounds, round = new Round(number);
		for (const a of agencies) await scope(a, 'city');
		await round.close(city, { force: true });
		const before_ = await round.all(city, { division: COUNTY, agency: '330700-MZ', state: 'open' });
		await scope('330700-MZ', 'county');
		await round.reopen(city, '改了范围');
		const after_ = await round.all(city, { division: COUNTY, agency: '330700-MZ', state: 'open' });
		assert.ok(after_.length > before_.length, `${before_.length} ${after_.length}`);
		await round.close(city, { force: true });
	});
});

test('what is typed as a division stands in no record', async () => {
	for (const typed of ['张三三三三三三三三三三', '330723张三的身份证', 'x'.repeat(60)]) {
		const a = await wuyi.send(putRequest(encodeURIComponent(typed), 'x', { checked: false }));
		assert.equal(a.status, 404, a.text);
	}
	assert.ok(!JSON.stringify(records()).match(/张三|xxx/));
});

describe('a version that comes into force', () => {
	let round, version;
	const published = async (county) => {
		let last;
		for (let i = 0; i < 300 && (last = (await measures(county))[0]).inventory !== version; i++) await sleep(100);
		return last;
	};
	const publish = async (change) => {
		const list = rowsOf(COUNTY), items = readCsv(`${jinhua}/items.csv`).filter((i) => i.method === 'department_verify' && i.required_when === '');
		const item = items.filter((i) => list.filter((r) => r.matter_name === i.matter_name && r.proof_name === i.proof_name && r.method === i.method).length === 1)[change];
		version = draftInventory(instance, item.code, { method: 'direct_cancel', verify_hours: '', fields: '', remark: '本部门内部核查' });
		await city.post(`/api/v1/inventory/versions/${version}/publication`, { decision: `金司〔2026〕${change}号` });
	};

	test('while a round is open is held against the county when it is closed', async () => {
		await handIn(wuyi, COUNTY);
		round = await openRound(city, { divisions: [COUNTY] });
		await publish(2);
		const during = await published(COUNTY);
		assert.deepEqual([during.drift, line(await city.get('/api/v1/align/matrix'), COUNTY).drift], [null, null]);
		await round.close(city, { force: true });
		const [now, closed] = await measures();
		assert.deepEqual([closed.cause, closed.inventory, now.cause, now.inventory, now.drift.round], ['closed', 1, 'published', version, round.number]);
		assert.equal(now.drift.new, 1);
		assert.deepEqual((await wuyi.get(`/api/v1/align/drift/${COUNTY}`)).drift.counts, now.drift);
		assert.deepEqual(line(await city.get('/api/v1/align/matrix'), COUNTY).drift, now.drift);
	});

	test('is measured again where the last measure is of another version or list', async () => {
		const [last] = await measures(), n = (await measures()).length;
		/* As a process leaves it that began before the version came into force. */
		write(instance.dir, `UPDATE align_measure SET inventory = 1 WHERE county = '${COUNTY}' AND inventory = ${version}`);
		await instance.stop();
		await instance.serve();
		[city, wuyi] = await Promise.all(['u-4001', 'u-4002'].map((u) => instance.client(u)));
		assert.deepEqual([(await published(COUNTY)).drift, (await measures()).length], [last.drift, n + 1]);
	});

	test('is measured for the others where one list cannot be compared; to open a round, its county is named', async () => {
		write(instance.dir, `UPDATE align_list SET content = ${onPg ? "'x'::bytea" : "x'78'"} WHERE county = '${COUNTY}'`);
		await publish(3);
		assert.equal((await published(OTHER)).inventory, version);
		assert.notEqual((await measures())[0].inventory, version);
		await sleep(2500);
		const n = records().length;
		await sleep(2500);
		assert.equal(records().length, n, 'it is not tried again and again');
		const p = await city.refused('align_unfit', { method: 'POST', path: ROUNDS, key: true, json: { title: '又一轮', closes: '2099-12-31' } });
		assert.deepEqual([p.args.division, p.args.list], [COUNTY, String(await latest())]);
	});

	test('and nothing dangles', async () => {
		await instance.stop();
		assert.equal(JSON.parse(must(['store', 'check', '-d', instance.dir, '--json']).stdout).found, 0);
	});
});

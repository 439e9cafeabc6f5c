// The power goes: whatever a client was told has happened, has happened.
// KILL_ROUNDS rounds, 3 without it; the campaign takes 20.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Instance, must } from '../lib/instance.mjs';
import { scene, sceneCase } from '../lib/catalogue.mjs';
import { evidence, rows } from '../lib/store.mjs';
import { uuid7 } from '../lib/uuid7.mjs';

const ROUNDS = Number(process.env.KILL_ROUNDS ?? 3), CLIENTS = 128, WAITING = 64;
const CASES = '/api/v1/cases';

let instance;
before(async () => { instance = await new Instance().init().serve(); });
after(() => instance?.destroy());

/** Sends requests one after another until the server is gone; notes what was sent and what came back. */
async function worker(clerk, round, notes) {
	const ask = async (note) => {
		notes.push(note);
		round.waiting++;
		try {
			note.answer = await clerk.send({ method: 'POST', ...note.request });
		} catch (e) {
			if (e.code === undefined) throw e;	/* not the connection: a wrong answer */
			note.lost = true;
		} finally {
			round.waiting--;
		}
		return note.answer;
	};
	while (!round.over) {
		const s = scene('HOUSE');
		const opened = await ask({ kind: 'case.opened', request: { path: CASES, json: sceneCase(s), key: uuid7() } });
		if (opened?.status !== 201) continue;
		const { id, version } = opened.json;
		await ask({ kind: 'query.answered', case: id, request: { path: `${CASES}/${id}/items/I-01384/query`, json: {}, key: uuid7(), ifMatch: version } });
		if (!round.over)
			await ask({ kind: 'verification.sent', case: id, request: { path: `${CASES}/${id}/items/I-01398/verification`, json: {}, key: uuid7(), ifMatch: '*' } });
	}
}

/** Record ids are `<division>-<uuid>`; the store keeps 16 bytes. */
const hexOf = (id) => id.slice(7).replaceAll('-', '').toUpperCase();

for (let n = 1; n <= ROUNDS; n++)
	test(`round ${n}: kill -9 with requests waiting`, async () => {
		const clerk = await instance.client('u-1001');
		const round = { waiting: 0, over: false }, notes = [];
		const workers = Array.from({ length: CLIENTS }, () => worker(clerk, round, notes));
		const delay = 100 + Math.random() * 900;
		await new Promise((done) => setTimeout(done, delay));
		for (let i = 0; round.waiting < WAITING && i < 1000; i++) await new Promise((done) => setTimeout(done, 1));
		const waiting = round.waiting;
		round.over = true;
		await instance.kill();
		await Promise.all(workers);
		assert.ok(waiting >= WAITING, `${waiting} requests were waiting`);

		/* No hand: the same command again. */
		await instance.serve();
		const check = JSON.parse(must(['log', 'check', '--json', '-d', instance.dir]).stdout);
		const found = evidence(instance.dir);
		assert.equal(check.size ?? check.logs?.reduce((x, l) => x + l.size, 0), found.records.length, 'wzm log check counts the same');
		const records = new Map(found.records.map((r) => [r.id, r]));

		/* Every answer that a client received. */
		const told = notes.filter((x) => x.answer !== undefined);
		for (const x of told) assert.ok([200, 201].includes(x.answer.status), x.answer.text);
		const again = await instance.client('u-1001');
		for (const x of told) {
			if (x.kind === 'case.opened') {
				const { id } = x.answer.json;
				assert.equal(found.records.filter((r) => r.type === x.kind && r.json.case === id).length, 1, `case ${id} is recorded once`);
			} else {
				const { record } = x.answer.json, r = records.get(hexOf(record.id));
				assert.ok(r, `the record ${record.id} is in the store`);
				assert.deepEqual([r.type, r.log, r.idx, r.json.at], [x.kind, record.log, record.index, record.at]);
			}
		}
		for (const x of told.filter((y) => y.kind === 'query.answered').slice(-40)) {
			const { records: seen } = await again.get(`${CASES}/${x.case}/records`);
			const r = seen.find((y) => y.id === x.answer.json.record.id);
			assert.equal(r?.record, records.get(hexOf(r.id)).text, 'and can be read');
		}

		/* Every request again with its key: what was done is not done twice, what was lost is done now. */
		const size = found.records.length;
		let lostBefore = 0;
		for (const x of notes) {
			const answer = await again.send({ method: 'POST', ...x.request });
			assert.ok([200, 201].includes(answer.status), answer.text);
			if (x.answer !== undefined) {
				if (x.kind === 'case.opened') assert.equal(answer.json.id, x.answer.json.id);
				else assert.deepEqual(answer.json.record, x.answer.json.record);
			} else if (answer.json.record ? answer.json.record.index >= size :
				!found.records.some((r) => r.type === 'case.opened' && r.json.case === answer.json.id))
				lostBefore++;
		}
		const now = evidence(instance.dir);
		const added = now.records.slice(size).filter((r) => r.type !== 'session.opened');
		assert.equal(added.length, lostBefore, `only what had been lost was added: ${added.map((r) => r.type)}`);
		assert.equal(rows(instance.dir, 'SELECT count(*) AS n FROM service_case')[0].n,
			now.records.filter((r) => r.type === 'case.opened').length);
		console.log(`# round ${n}: killed after ${Math.round(delay)} ms, ${told.length} told, ${waiting} waiting, ` +
			`${notes.length - told.length} untold of which ${lostBefore} had not happened; ${now.records.length} records`);
	});

test('nothing was left lying about', () => {
	assert.doesNotMatch(instance.log, /level=(error|bug)\b/);
	assert.match(readFileSync(`${instance.dir}/wzm.conf`, 'utf8'), /demo/);
});

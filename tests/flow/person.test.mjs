// Somebody is looked up: their cases by a clerk, their trail by an auditor; whatever happened to the index.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { Instance, must, run } from '../lib/instance.mjs';
import { openScene, runScene, settle } from '../lib/cases.mjs';
import { clerkOf, scene, scenes } from '../lib/catalogue.mjs';
import { onPg } from '../lib/pg.mjs';
import { findAny, people } from '../lib/personal.mjs';
import { rows } from '../lib/store.mjs';

const AUDITOR = 'u-6003', s = scene('HOUSE'), CLERK = clerkOf[s.division_code];
const personOf = ({ identifier_type, identifier }) => ({ identifier_type, identifier });
const seller = personOf(s.parties.find((p) => p.role === 'seller'));
const applicant = personOf(s.parties.find((p) => p.role === 'applicant'));

let instance;
before(async () => { instance = await new Instance().init().serve(['--log_level', 'debug']); });
after(() => instance?.destroy());

/** Everything of a search, page by page; waits for an index that is being made. */
async function all(client, path, list, person, limit, rest = {}) {
	for (;;) {
		const found = [];
		let cursor, left = 0;
		do {
			const page = await client.post(path, { person, limit, ...(cursor ? { cursor } : {}), ...rest });
			found.push(...page[list]);
			assert.ok(page[list].length <= limit);
			left += page.not_searched;
			cursor = page.next;
		} while (cursor);
		if (left === 0) return found;
		await new Promise((done) => setTimeout(done, 50));
	}
}
const cases = async (user, person, limit = 200, rest) =>
	(await all(await instance.client(user), '/api/v1/cases/search', 'cases', person, limit, rest)).map((c) => c.id);
const trail = async (person, limit = 200) =>
	all(await instance.client(AUDITOR), '/api/v1/records/search', 'records', person, limit);

const hexOf = (id) => id.slice(7).replaceAll('-', '').toUpperCase();
const newestFirst = (ids) => [...ids].sort((a, b) => (hexOf(a) < hexOf(b) ? 1 : -1));

/** The blind index of somebody, from the record of a search for them. */
const blindOf = async (person) => {
	await cases(CLERK, person);
	return rows(instance.dir, "SELECT hex(subjects) AS s, hex(id) AS id FROM record WHERE type = 'person.searched' ORDER BY hex(id) DESC LIMIT 1")[0].s;
};

/** The records with somebody in them, as a walk through all records finds them. */
function scan(blind) {
	return rows(instance.dir, 'SELECT division, hex(id) AS id, type, case_id IS NOT NULL AS c, hex(subjects) AS s FROM record WHERE subjects IS NOT NULL')
		.map((r) => ({ ...r, at: r.s.match(/.{32}/g).indexOf(blind) })).filter((r) => r.at >= 0);
}

/** What both look-ups say is what the records say. */
async function agrees(person) {
	const blind = await blindOf(person), found = await trail(person), right = scan(blind);
	assert.deepEqual(found.map((r) => hexOf(r.id)), right.map((r) => r.id).sort().reverse());
	assert.deepEqual(found.map((r) => r.id), newestFirst(found.map((r) => r.id)));
	const why = new Map(right.map((r) => [r.id, /^case\.(opened|answered)$/.test(r.type) ? 'party' : r.at === 0 ? 'asked_about' : 'mentioned']));
	for (const r of found) assert.equal(r.why, why.get(hexOf(r.id)), r.type);
	return found;
}

describe('a person', () => {
	let opened;
	test('is found at once after a case was opened, in every role, by the clerks of the division', async () => {
		const clerk = await instance.client(CLERK);
		for (let i = 0; i < 3; i++) {
			opened = await openScene(clerk, s);
			for (const p of [seller, applicant]) {
				const found = await cases(CLERK, p);
				assert.equal(found[0], opened.id);
				assert.equal(found.length, i + 1, 'each case once, whatever the roles');
			}
		}
		await settle(clerk, opened);
		assert.deepEqual(await cases(CLERK, seller, 200, { state: 'open' }), await cases(CLERK, seller));
		assert.deepEqual(await cases(CLERK, seller, 200, { state: 'settled' }), []);
	});

	test('is found however the number is written', async () => {
		const spaced = { ...seller, identifier: seller.identifier.replace(/^(.{6})(.{8})/, '$1 $2-') };
		assert.deepEqual(await cases(CLERK, spaced), await cases(CLERK, seller));
	});

	test('is found page by page, none twice and none left out', async () => {
		const whole = await cases(CLERK, seller);
		assert.ok(whole.length >= 3);
		for (const limit of [1, 2, whole.length]) assert.deepEqual(await cases(CLERK, seller, limit), whole);
		/* A trail grows by the searches themselves: what was there before comes once. */
		const before = (await trail(seller)).map((r) => r.id);
		for (const limit of [1, 3]) {
			const found = (await trail(seller, limit)).map((r) => r.id);
			assert.equal(new Set(found).size, found.length);
			assert.deepEqual(found.filter((id) => before.includes(id)), before);
		}
	});

	test('is not found by another division, or by a counter of another agency', async () => {
		for (const user of Object.values(clerkOf).filter((u) => u !== CLERK)) assert.deepEqual(await cases(user, seller), [], user);
		const own = await cases('u-1007', seller);
		for (const id of own) await (await instance.client('u-1007')).get(`/api/v1/cases/${id}`);
	});

	test('is looked for only by who may', async () => {
		for (const user of ['u-2001', 'u-3001', 'u-4001', 'u-5001', 'u-6001', AUDITOR])
			await (await instance.client(user)).refused('not_allowed', { method: 'POST', path: '/api/v1/cases/search', json: { person: seller } });
		for (const user of ['u-2001', 'u-3001', 'u-4001', 'u-5001', 'u-6001', CLERK])
			await (await instance.client(user)).refused('not_allowed', { method: 'POST', path: '/api/v1/records/search', json: { person: seller } });
		await (await instance.client()).refused('sign_in', { method: 'POST', path: '/api/v1/records/search', json: { person: seller } });
	});

	test('must be written rightly', async () => {
		const count = () => rows(instance.dir, "SELECT count(*) AS n FROM record WHERE type = 'person.searched'")[0].n;
		const clerk = await instance.client(CLERK), before = count();
		const ask = (code, json) => clerk.refused(code, { method: 'POST', path: '/api/v1/cases/search', json });
		await ask('ident_check', { person: { ...seller, identifier: seller.identifier.replace(/.$/, (x) => (x === '0' ? '1' : '0')) } });
		await ask('ident_type', { person: { ...seller, identifier_type: 'none' } });
		await ask('field_missing', { person: { identifier_type: 'citizen_id' } });
		await ask('field_unknown', { person: { ...seller, name: 'x' } });
		await ask('field_type', { person: seller.identifier });
		await ask('field_value', { person: seller, number: '330703-261123-A00042-N' });
		await ask('field_value', { person: seller, limit: 0 });
		assert.equal(count(), before, 'what is not looked for leaves no record');
	});

	test('leaves a record of who looked for whom, without the number', async () => {
		await cases(CLERK, seller);
		await trail(seller);
		const last = rows(instance.dir, "SELECT text, hex(subjects) AS s, body IS NOT NULL AS bound, hex(id) AS id FROM record WHERE type = 'person.searched' ORDER BY hex(id) DESC LIMIT 2");
		assert.deepEqual(last.map((r) => JSON.parse(r.text)).map((r) => [r.actor.id, r.among, r.v]), [[AUDITOR, 'records', 1], [CLERK, 'cases', 1]]);
		assert.equal(last[0].s, last[1].s);
		assert.match(last[0].s, /^[0-9A-F]{32}$/);
		for (const r of last) {
			assert.ok(r.bound);
			assert.ok(!r.text.includes(seller.identifier));
		}
	});

	test('has the trail that the records tell', async () => {
		for (const other of scenes()) await runScene(instance, other);
		const met = new Map(scenes().flatMap((x) => x.parties).filter((p) => p.identifier).map((p) => [p.identifier, personOf(p)]));
		const why = new Set();
		for (const p of met.values()) for (const r of await agrees(p)) why.add(r.why);
		assert.deepEqual([...why].sort(), ['asked_about', 'mentioned', 'party']);
	});
});

const health = async () => (await (await instance.client()).get('/api/v1/health')).index;

describe('the index', () => {
	test('tells how far it is', async () => {
		await trail(seller);
		const [log] = await health();
		assert.equal(log.log, 'a');
		assert.equal(log.size, log.indexed + log.behind);
		assert.equal(log.size, rows(instance.dir, 'SELECT size FROM log')[0].size);
		const shown = must(['index', 'status', '-d', instance.dir, '--lang', 'en']).stdout;
		assert.match(shown, /^log +size +indexed +behind\na +\d+ +\d+ +\d+\n$/);
	});

	test('is right after kill -9 and a start', async () => {
		const clerk = await instance.client(CLERK), { id } = await openScene(clerk, s);
		await instance.kill();
		await instance.serve();
		assert.equal((await cases(CLERK, seller))[0], id);
		await agrees(seller);
	});

	test('that was lost is made anew at the next start', { skip: onPg && 'the index is no file' }, async () => {
		const before = await cases(CLERK, seller);
		await instance.stop();
		for (const end of ['', '-wal', '-shm']) rmSync(`${instance.dir}/index.db${end}`, { force: true });
		await instance.serve();
		assert.deepEqual(await cases(CLERK, seller), before);
		await agrees(seller);
	});

	test('is made anew by a command, while the server runs', async () => {
		const before = await cases(CLERK, seller);
		assert.match(must(['index', 'rebuild', '-d', instance.dir, '--lang', 'en']).stdout, /the index was made anew of \d+ records\n$/);
		assert.deepEqual(await cases(CLERK, seller), before);
		await agrees(seller);
		assert.match(instance.log, /event=index_rebuild reason=asked/);
	});

	test('is made anew by the operator only, on the socket only', async () => {
		await instance.socketClient(CLERK).refused('not_allowed', { method: 'POST', path: '/api/v1/index/rebuild', json: {} });
		await (await instance.client('u-6001')).refused('route_unknown', { method: 'POST', path: '/api/v1/index/rebuild', json: {} });
	});
});

test('the commands find the same, and the number may come from standard input', async () => {
	const ids = await cases(CLERK, seller), text = `${seller.identifier_type}:${seller.identifier}`;
	const found = (args, options) => JSON.parse(must([...args, '-d', instance.dir, '--json'], options).stdout);
	assert.deepEqual(found(['case', 'list', '--as', CLERK, '--person', text]).cases.map((c) => c.id), ids.slice(0, 50));
	assert.deepEqual(found(['case', 'list', '--as', CLERK, '--person', '-'], { input: `${text}\n` }).cases.map((c) => c.id), ids.slice(0, 50));
	const shown = must(['record', 'list', '-d', instance.dir, '--as', AUDITOR, '--person', text, '--lang', 'en']).stdout;
	assert.match(shown, /person\.searched +asked about/);
	assert.match(shown, /case\.opened +party/);
	assert.ok(!shown.includes(seller.identifier));
	assert.equal(run(['record', 'list', '-d', instance.dir, '--as', AUDITOR]).status, 2);
	assert.equal(run(['case', 'list', '-d', instance.dir, '--as', CLERK, '--person', 'citizen_id']).status, 2);
});

test('no number and no name in the log of the server or in a cursor', async () => {
	const who = people(), values = [...who.names, ...who.numbers];
	const clerk = await instance.client(CLERK);
	const { next } = await clerk.post('/api/v1/cases/search', { person: seller, limit: 1 });
	assert.deepEqual(findAny(Buffer.from(next, 'base64url'), values), []);
	assert.deepEqual(findAny(Buffer.from(instance.log), values), []);
	await instance.stop();
	assert.doesNotMatch(instance.log, /level=(error|bug)\b/);
});

// Who had whose values before them: the first look of a day at what somebody else opened and changed is a record.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { started } from '../lib/instance.mjs';
import { act, getCase, itemOf, openScene, settle } from '../lib/cases.mjs';
import { scene, verifierOf } from '../lib/catalogue.mjs';
import { openJoint, until } from '../lib/joint.mjs';
import { onPg } from '../lib/pg.mjs';
import { rows, write } from '../lib/store.mjs';

const house = scene('HOUSE');
let instance, clerk, other, steward, c;
before(async () => {
	instance = await started();
	[clerk, other, steward] = await Promise.all(['u-1001', 'u-1007', 'u-3001'].map((id) => instance.client(id)));
	c = await settle(clerk, await openScene(clerk, house));
});
after(() => instance?.destroy());

const looks = () => rows(instance.dir, "SELECT text, hex(subjects) AS subjects FROM record WHERE type IN ('case.read', 'joint.read') ORDER BY at, idx")
	.map((r) => ({ ...JSON.parse(r.text), subjects: r.subjects }));
const said = ({ type, actor, matter, item }) => [type, actor.id, matter, item];
/** What was recorded of looking while it was done. */
async function while_(done) {
	const n = looks().length;
	await done();
	return looks().slice(n);
}

test('who opened a case or changed it last looks at their own', async () => {
	assert.deepEqual(await while_(() => getCase(clerk, c.id)), []);
});

test('a colleague who looks leaves one record, by whatever way and however often, with the persons it is about', async () => {
	const found = await while_(async () => {
		for (let i = 0; i < 3; i++) await getCase(other, c.id);
		await getCase(other, c.number);
		await other.ok('GET', `/api/v1/cases/${c.id}/records`);
	});
	assert.deepEqual(found.map(said), [['case.read', 'u-1007', 'M-0303', undefined]]);
	assert.equal(found[0].case, c.id);
	const [opened] = rows(instance.dir, "SELECT hex(subjects) AS s FROM record WHERE type = 'case.opened'");
	assert.equal(found[0].subjects, opened.s, 'the trail of each of them tells it');
	const shown = await clerk.get(`/api/v1/cases/${c.id}/records?limit=200`);
	assert.equal(shown.records.filter((r) => r.type === 'case.read').length, 1);
	assert.equal((await getCase(clerk, c.id)).version, c.version, 'the case is as it was');
});

test('a refused look is a refusal and no look', async () => {
	const elsewhere = await instance.client('u-1002');
	assert.deepEqual(await while_(() => elsewhere.refused('not_found', { path: `/api/v1/cases/${c.id}` })), []);
});

test('a verifier leaves one for each question, unless they signed for it', async () => {
	const asked = c.items.filter((i) => verifierOf[i.verification?.desk.code]);
	assert.ok(asked.length > 0);
	for (const i of asked) {
		const verifier = await instance.client(verifierOf[i.verification.desk.code]), path = `/api/v1/verifications/${i.verification.id}`;
		const found = await while_(async () => {
			await verifier.get(path);
			await verifier.get(path);
			await verifier.post(`${path}/signature`, {}, { ifMatch: '*' });
			await verifier.get(path);
		});
		assert.deepEqual(found.map((r) => [...said(r), r.verification]), [['case.read', verifierOf[i.verification.desk.code], 'M-0303', i.code, i.verification.id]]);
	}
});

test('a steward leaves one for a disputed value', async () => {
	const mine = await openScene(clerk, house);
	await act(clerk, mine, 'I-01384', 'query');
	await act(clerk, await getCase(clerk, mine.id), 'I-01384', 'dispute', { reason: '面积不对' });
	const d = itemOf(await getCase(clerk, mine.id), 'I-01384').disputes[0];
	const found = await while_(async () => {
		await steward.get(`/api/v1/disputes/${d.id}`);
		await steward.get(`/api/v1/disputes/${d.id}`);
	});
	assert.deepEqual(found.map((r) => [...said(r), r.dispute]), [['case.read', 'u-3001', 'M-0303', 'I-01384', d.id]]);
});

test('a joint case: who opened it leaves none, a supervisor one', async () => {
	const lead = await instance.client('u-1008'), supervisor = await instance.client('u-5001');
	const j = await openJoint(lead);
	assert.deepEqual((await while_(() => until(lead, j.id, (now) => now.state !== 'draft'))), []);
	const found = await while_(async () => {
		await supervisor.get(`/api/v1/jointcases/${j.id}`);
		await supervisor.get(`/api/v1/jointcases/${j.id}`);
	});
	assert.deepEqual(found.map((r) => [r.type, r.actor.id, r.joint, r.event]), [['joint.read', 'u-5001', j.id, 'LE-NEWBORN']]);
});

test('where the look cannot be recorded nothing is shown, and the next look is a first one still', async () => {
	const one = await openScene(clerk, house), path = `/api/v1/cases/${one.id}`;
	write(instance.dir, onPg ? `CREATE FUNCTION no_look() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no look''; END';
		CREATE TRIGGER no_look BEFORE INSERT ON record FOR EACH ROW WHEN (NEW.type = 'case.read') EXECUTE FUNCTION no_look()`
		: "CREATE TRIGGER no_look BEFORE INSERT ON record WHEN NEW.type = 'case.read' BEGIN SELECT RAISE(ABORT, 'no look'); END");
	try {
		assert.deepEqual(await while_(async () => {
			const answer = await other.send({ path });
			assert.ok(answer.status >= 500, answer.text);
			assert.ok(!answer.text.includes(one.number));
		}), []);
	} finally {
		write(instance.dir, `DROP TRIGGER no_look${onPg ? ' ON record' : ''}`);
	}
	assert.deepEqual((await while_(() => getCase(other, one.id))).map(said), [['case.read', 'u-1007', 'M-0303', undefined]]);
});

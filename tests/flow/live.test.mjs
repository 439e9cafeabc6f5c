// The live stream: who is told that something has changed, by which process, and when it ends.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { getCase, openScene, settle } from '../lib/cases.mjs';
import { scene } from '../lib/catalogue.mjs';
import { Instance } from '../lib/instance.mjs';
import { getJoint, newborn, openJoint, stepOf, untilStep } from '../lib/joint.mjs';
import { database } from '../lib/pg.mjs';

const CLERK = 'u-1001', DESK = 'u-2001';
let instance;
before(async () => {
	instance = new Instance().init();
	await instance.serve();
});
after(() => instance?.destroy());

/** Waits for what is to come; a stream that stays silent fails after twenty seconds. */
async function until(what, is) {
	for (let i = 0; i < 2000 && !is(); i++) await wait(10);
	assert.ok(is(), what);
}
const told = (stream, topic) => stream.events.some((e) => e.event === 'changed' && e.topics.includes(topic));
const hears = (stream, topic) => until(`is told of ${topic}`, () => told(stream, topic));
const ends = (stream) => until('ends', () => stream.ended);
const forget = (...streams) => { for (const s of streams) s.events.length = 0; };

async function answerFirst(desk) {
	const { verifications: [v] } = await desk.ok('POST', '/api/v1/verifications/search', { json: { state: 'open' } });
	await desk.post(`/api/v1/verifications/${v.id}/signature`, {}, { ifMatch: v.version });
	await desk.post(`/api/v1/verifications/${v.id}/answer`, { answer: 'match', basis: '账目查过,已结清。' }, { ifMatch: v.version + 1 });
}

describe('a stream', () => {
	test('says hello, then only that something of theirs changed', async () => {
		const clerk = await instance.client(CLERK), desk = await instance.client(DESK);
		const other = await instance.client('u-1004');
		const [counter, queue, elsewhere] = await Promise.all([clerk.listen(), desk.listen(), other.listen()]);
		assert.deepEqual([counter, queue, elsewhere].map((s) => s.events[0]), Array(3).fill({ event: 'hello' }));
		await settle(clerk, await openScene(clerk, scene('HOUSE')));
		await Promise.all([hears(counter, 'cases'), hears(queue, 'queue')]);
		assert.ok(!told(queue, 'cases'), 'a desk has no cases');
		forget(counter, queue);
		await answerFirst(desk);
		await Promise.all([hears(counter, 'cases'), hears(queue, 'queue')]);
		assert.ok(!told(elsewhere, 'cases') && !told(elsewhere, 'queue'), 'another counter is told nothing');
		for (const event of [...counter.events, ...queue.events])
			assert.deepEqual(Object.keys(event), event.event === 'changed' ? ['event', 'topics'] : ['event'], 'no values');
		for (const s of [counter, queue, elsewhere]) s.close();
	});

	test('what ends a case is told to the desk that was asked', async () => {
		const clerk = await instance.client(CLERK), desk = await instance.client(DESK);
		const c = await settle(clerk, await openScene(clerk, scene('HOUSE')));
		const queue = await desk.listen();
		await clerk.post(`/api/v1/cases/${c.id}/conclusion`, { outcome: 'withdrawn', reason: '申请人不办了' }, { ifMatch: '*' });
		await hears(queue, 'queue');
		queue.close();
	});

	test('a joint case is told to the lead agency and whoever watches over it, also what happens to the case of a step', async () => {
		const clerk = await instance.client('u-1001'), above = await instance.client('u-5001'), other = await instance.client('u-1004'), desk = await instance.client(DESK);
		const streams = await Promise.all([clerk, above, other, desk].map((c) => c.listen()));
		const [lead, supervisor, elsewhere, asked] = streams;
		const j = await openJoint(clerk, newborn());
		await Promise.all([lead, supervisor].map((s) => hears(s, 'joint')));
		await untilStep(clerk, j.id, 'NB1', 'running');
		/* Until nothing happens by itself any more. */
		for (let n = -1; n !== lead.events.length; await wait(2500)) n = lead.events.length;
		forget(...streams);
		/* The case of a step says nothing of the joint case in its records. */
		const step = await getCase(clerk, stepOf(await getJoint(clerk, j.id), 'NB1').case.id);
		await clerk.ok('PUT', `/api/v1/cases/${step.id}/answers`, { json: { form: step.form, asks: [] }, ifMatch: step.version });
		await Promise.all([lead, supervisor].map((s) => hears(s, 'joint')));
		forget(...streams);
		await clerk.post(`/api/v1/jointcases/${j.id}/withdrawal`, { reason: '不办了' }, { ifMatch: '*' });
		await Promise.all([lead, supervisor].map((s) => hears(s, 'joint')));
		assert.ok(![elsewhere, asked].some((s) => told(s, 'joint')), 'nobody else is told');
		for (const s of streams) s.close();
	});

	test('complaints are told to the supervisors of the division, changes of agencies to everybody', async () => {
		const stranger = await instance.client(), supervisor = await instance.client('u-5001'), clerk = await instance.client('u-1001'), reform = await instance.client('u-4001');
		const streams = await Promise.all([supervisor, clerk, reform].map((c) => c.listen()));
		const [watches, counter, office] = streams;
		await stranger.post('/api/v1/complaints', { division: '330703', agency: '330703-ZG', item: 'I-01391', what: '说没有这份证明就不收件' }, { status: 201 });
		await hears(watches, 'complaints');
		assert.ok(![counter, office].some((s) => told(s, 'complaints')), 'no counter is');
		forget(...streams);
		const c = await reform.post('/api/v1/agencies/changes', { kind: 'rename', agency: '330700-WJ', name: '金华市卫生健康局', effective: '2099-12-01', decision: '金编委〔2026〕12号' }, { status: 201 });
		await Promise.all(streams.map((s) => hears(s, 'agencies')));
		forget(...streams);
		await reform.post(`/api/v1/agencies/changes/${c.change}/withdrawal`, { reason: '方案未批' }, { ifMatch: c.version });
		await Promise.all(streams.map((s) => hears(s, 'agencies')));
		for (const s of streams) s.close();
	});

	test('is for those who have signed in, and ends with the session', async () => {
		const stranger = await instance.client();
		await stranger.refused('sign_in', { path: '/api/v1/live' });
		const clerk = await instance.client(CLERK), again = await instance.client(CLERK);
		const [mine, theirs] = await Promise.all([clerk.listen(), again.listen()]);
		await clerk.ok('DELETE', '/api/v1/session');
		await ends(mine);
		assert.equal(mine.text, '', 'at the end of an event');
		assert.ok(!theirs.ended, 'another session of the same person goes on');
		await clerk.refused('sign_in', { path: '/api/v1/live' });
		theirs.close();
	});

	test('beats, so that a page knows that it lives', async () => {
		const clerk = await instance.client(CLERK);
		const counter = await clerk.listen();
		await until('beats', () => counter.events.some((e) => e.event === 'beat'));
		counter.close();
	});

	test('one person has at most sixteen; who hangs up makes room', async () => {
		const clerk = await instance.client('u-1003'), colleague = await instance.client('u-1002');
		const all = await Promise.all(Array.from({ length: 16 }, () => clerk.listen()));
		assert.deepEqual(all.map((s) => s.status), Array(16).fill(200));
		assert.match((await clerk.refused('live_full', { path: '/api/v1/live' })).next, /每十秒/);
		all.push(await colleague.listen());
		assert.equal(all[16].status, 200, 'that is nothing to a colleague');
		all[0].close();
		let again;
		for (let i = 0; i < 200 && again?.status !== 200; i++) {
			await wait(50);
			again = await clerk.listen();
		}
		assert.equal(again.status, 200);
		for (const s of [...all, again]) s.close();
	});

	test('its header alone is an answer, too', async () => {
		const clerk = await instance.client('u-1004');
		const answer = await clerk.send({ method: 'HEAD', path: '/api/v1/live', checked: false });
		assert.deepEqual([answer.status, answer.text], [200, '']);
		assert.equal(answer.headers['content-type'], 'text/event-stream');
		assert.equal(answer.headers['x-accel-buffering'], 'no');
	});

	test('many are held at once, and the others are answered meanwhile', async () => {
		const clerks = await Promise.all([CLERK, DESK, 'u-1002', 'u-1004'].map((u) => instance.client(u)));
		const streams = await Promise.all(clerks.flatMap((c) => Array.from({ length: 10 }, () => c.listen())));
		assert.deepEqual(streams.map((s) => s.status), Array(40).fill(200));
		await settle(clerks[0], await openScene(clerks[0], scene('HOUSE')));
		await Promise.all(streams.map((s, i) => i < 10 ? hears(s, 'cases') : i < 20 && hears(s, 'queue')));
		for (const s of streams) s.close();
	});
});

test('a server that stops ends its streams, whole', async () => {
	const one = new Instance().init();
	try {
		await one.serve();
		const clerk = await one.client(CLERK);
		const streams = await Promise.all(Array.from({ length: 8 }, () => clerk.listen()));
		await one.stop();	/* in order, or it fails */
		for (const s of streams) {
			await ends(s);
			assert.equal(s.text, '');
		}
	} finally {
		await one.destroy();
	}
});

test('what another process wrote is told as well', async () => {
	const first = new Instance().init({ store: database() }), second = new Instance().join(first);
	try {
		await Promise.all([first.serve(), second.serve()]);
		const clerk = await first.client(CLERK), desk = await second.client(DESK), there = await second.client();
		there.cookie = clerk.cookie;
		const [counter, queue, mine] = await Promise.all([clerk.listen(), desk.listen(), there.listen()]);
		await settle(clerk, await openScene(clerk, scene('HOUSE')));
		await hears(queue, 'queue');
		forget(counter);
		await answerFirst(desk);
		await hears(counter, 'cases');
		await clerk.ok('DELETE', '/api/v1/session');
		await Promise.all([ends(counter), ends(mine)]);
		queue.close();
	} finally {
		await second.destroy();
		await first.destroy();
	}
});

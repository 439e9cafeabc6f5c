// More at once than can be written, and one process too many: refused in words, and nothing is lost.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { sceneCase, scene } from '../lib/catalogue.mjs';
import { Instance, run } from '../lib/instance.mjs';
import { evidence, rows } from '../lib/store.mjs';
import { uuid7 } from '../lib/uuid7.mjs';

const AT_ONCE = 64, QUEUE = 4;
let instance;
before(async () => { instance = await new Instance().init().serve(['--queue', String(QUEUE)]); });
after(() => instance?.destroy());

test('a second process is refused by the lock, and told which process holds it', async () => {
	for (const [lang, next] of [['zh', '请先停止那个进程'], ['en', 'Stop that process first']]) {
		const r = run(['serve', '-d', instance.dir, '--port', '0', '--lang', lang], { timeout: 20000 });
		assert.equal(r.status, 4, r.stdout + r.stderr);
		for (const said of ['instance_locked', String(instance.child.pid), next]) assert.ok(r.stderr.includes(said), `${said} in ${r.stderr}`);
	}
	assert.equal((await (await instance.client()).get('/api/v1/health')).status, 'ok');
});

test('a full queue answers 503 and when to come again; whoever comes again is served, once', async () => {
	const clerk = await instance.client('u-1001');
	const before = rows(instance.dir, 'SELECT count(*) AS n FROM service_case')[0].n;
	let refused = 0;
	/* Each as often as it takes, with its own key. */
	const open = async () => {
		const request = { method: 'POST', path: '/api/v1/cases', json: sceneCase(scene('HOUSE')), key: uuid7() };
		for (;;) {
			const answer = await clerk.send(request);
			if (answer.status === 201) return answer.json.id;
			assert.deepEqual([answer.status, answer.json.code], [503, 'queue_full'], answer.text);
			assert.match(answer.headers['retry-after'], /^[1-9][0-9]*$/);
			refused++;
			await new Promise((done) => { setTimeout(done, 20); });
		}
	};
	const ids = await Promise.all(Array.from({ length: AT_ONCE }, open));
	assert.ok(refused > 0, `${AT_ONCE} at once are too many for a queue of ${QUEUE}`);
	assert.equal(new Set(ids).size, AT_ONCE);
	assert.equal(rows(instance.dir, 'SELECT count(*) AS n FROM service_case')[0].n - before, AT_ONCE);
	evidence(instance.dir);
});

test('a crowd is told to come back, as any problem is told, and those after it are served', async (t) => {
	const busy = await new Instance().init().serve(['--loops', '1']);
	t.after(() => busy.destroy());
	const clerk = await busy.client('u-1001'), lang = { zh: '现在太忙,这次没有写入', en: 'Too busy; nothing was written' };
	const ask = (i) => clerk.send({ method: 'POST', path: '/api/v1/cases', json: sceneCase(scene('HOUSE')), key: uuid7(),
		lang: Object.keys(lang)[i % 2] });
	const crowd = clerk.agent.maxSockets = clerk.agent.maxFreeSockets = 2500;
	await Promise.all(Array.from({ length: crowd }, () => clerk.send({ path: '/api/v1/health' })));
	/* All of them lie there when it goes on. */
	busy.child.kill('SIGSTOP');
	const sent = Array.from({ length: crowd }, (_, i) => ask(i));
	await new Promise((done) => { setTimeout(done, 2000); });
	busy.child.kill('SIGCONT');
	const answers = await Promise.all(sent);
	const refused = answers.map((a, i) => [a, Object.keys(lang)[i % 2]]).filter(([a]) => a.status !== 201);
	assert.ok(refused.length > 0 && refused.length < answers.length, `${refused.length} of ${answers.length} refused`);
	for (const [a, l] of refused) {
		assert.equal(a.status, 503, a.text);
		assert.equal(a.headers['content-type'], 'application/problem+json');
		assert.equal(a.headers['retry-after'], '1');
		assert.deepEqual(Object.keys(a.json), ['type', 'title', 'status', 'detail', 'next', 'instance', 'code']);
		assert.deepEqual([a.json.type, a.json.status, a.json.instance, a.json.code], ['/problems/queue_full', 503, '/api/v1/cases', 'queue_full']);
		assert.equal(a.json.title, lang[l]);
	}
	assert.equal((await ask(0)).status, 201);
	assert.equal(rows(busy.dir, 'SELECT count(*) AS n FROM service_case')[0].n, answers.length - refused.length + 1);
	evidence(busy.dir);
});

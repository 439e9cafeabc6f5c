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

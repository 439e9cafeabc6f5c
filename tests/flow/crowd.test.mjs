// Far more connections than places: who says nothing makes room, and the others are answered.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import { exchange } from '../lib/client.mjs';
import { Instance } from '../lib/instance.mjs';

const PLACES = 64, IDLE = PLACES * 4, ASKED = 64;
let instance;
before(async () => { instance = await new Instance().init().serve(['--connections', String(PLACES)]); });
after(() => instance?.destroy());

test('who takes all places and says nothing makes room for those who ask', async () => {
	const idle = await Promise.all(Array.from({ length: IDLE }, () => new Promise((done, failed) => {
		const s = net.connect(instance.port, '127.0.0.1', () => done(s)).on('error', failed).resume();
	})));
	for (const s of idle) s.removeAllListeners('error').on('error', () => {});
	const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
	const answers = await Promise.all(Array.from({ length: ASKED }, () =>
		exchange({ port: instance.port }, { path: '/api/v1/health' }, agent)));
	assert.deepEqual([...new Set(answers.map((a) => a.status))], [200]);
	for (const s of idle) s.destroy();
	agent.destroy();
});

// Waits until everything that is committed now is signed.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

const TRIES = 600;

export async function signed(instance) {
	const client = await instance.client();
	const sizes = async () => (await client.get('/api/v1/log')).logs;
	const wanted = new Map((await sizes()).map((log) => [log.name, log.size]));
	for (let i = 0; i < TRIES; i++) {
		if ((await sizes()).every((log) => (log.signed ?? 0) >= (wanted.get(log.name) ?? 0)))
			return;
		await sleep(50);
	}
	assert.fail('nobody signs');
}

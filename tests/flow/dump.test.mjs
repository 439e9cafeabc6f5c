// Whoever steals the files reads no name and no number: searches their raw bytes.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { started } from '../lib/instance.mjs';
import { runScene } from '../lib/cases.mjs';
import { scenes } from '../lib/catalogue.mjs';
import { findAny, people } from '../lib/personal.mjs';
import { registry } from '../lib/paths.mjs';
import { stored } from '../lib/store.mjs';

let instance, who, officers;
before(async () => {
	instance = await started({ args: ['--log_level', 'debug'] });
	who = people();
	const anyone = await instance.client();
	const { users } = await anyone.get('/api/v1/session/users');
	/* What a user is for stands in clear, and one is called after it. */
	officers = users.map((u) => u.name).filter((name) => !users.some((u) => u.says.includes(name)));
	for (const s of scenes()) await runScene(instance, s);

	/* Requests that fail with people in them: an error must not bring them into the log. */
	const clerk = await instance.client('u-1001');
	const [p] = scenes()[0].parties;
	await clerk.send({ path: `/api/v1/matters?q=${encodeURIComponent(p.name)}` });
	await clerk.send({ path: `/api/v1/cases/${p.identifier}`, checked: false });
	await clerk.send({ path: `/${encodeURIComponent(p.name)}/${p.identifier}`, checked: false });
	await clerk.send({ method: 'POST', path: '/api/v1/cases', key: true, headers: { 'Content-Type': 'application/json' },
		body: `{"matter":"${p.name}","parties":"${p.identifier}"` });
	await clerk.send({ method: 'POST', path: '/api/v1/cases', key: true, json: { matter: p.identifier, parties: [], form: { [p.name]: p.identifier } }, checked: false });
});
after(() => instance?.destroy());

test('the search finds what is there', () => {
	const bytes = readFileSync(`${registry}/persons.csv`);
	const { names, numbers } = who;
	assert.ok(findAny(bytes, names).length > 1000);
	assert.ok(findAny(bytes, numbers).length > 2900);
	assert.deepEqual(findAny(Buffer.from(`xx${names[7]}xx${numbers.at(-1)}`), [...names, ...numbers]).sort(), [names[7], numbers.at(-1)].sort());
	assert.deepEqual(findAny(Buffer.from(numbers[0].slice(0, -1)), numbers), []);
});

for (const state of ['while it is served', 'after it was stopped'])
	test(`no name and no number in the files, ${state}`, async () => {
		if (state === 'after it was stopped') await instance.stop();
		const values = [...who.names, ...who.numbers, ...officers];
		let total = 0;
		for (const { name, bytes } of stored(instance.dir)) {
			total += bytes.length;
			assert.deepEqual(findAny(bytes, values), [], `${name} (${bytes.length} bytes)`);
		}
		assert.ok(total > 1 << 20, 'there was something to search');
		console.log(`# ${state}: ${who.names.length} names and ${who.numbers.length} numbers looked for in ${total} bytes; ` +
			`${who.excluded.length} left out because they are in the catalogue too`);
	});

test('no name and no number in the log of the server', () => {
	assert.ok(officers.length > 15);
	assert.match(instance.log, /event=listening[\s\S]*event=stopped/);
	assert.deepEqual(findAny(Buffer.from(instance.log), [...who.names, ...who.numbers, ...officers]), []);
});

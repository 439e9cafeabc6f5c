// A life event on the phone, whole: from the first question to the last result, and the second parent on a phone of their own.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { getJoint } from '../lib/joint.mjs';
import { accessible, soon, start } from './browser.mjs';
import { FORM, playNewborn } from './newborn.mjs';

const shots = process.env.WZM_SHOTS;
let house, clerk;
before(async () => {
	house = await start();
	clerk = await house.instance.client('u-1008');
});
after(() => house?.close());

test('a birth: asked once, handed in, confirmed by the father, and followed to the last of nine results', async () => {
	const requests = [], looked = [], pages = new Set();
	const { id, mother, father, order } = await playNewborn(house, clerk, async (page, what) => {
		looked.push(what);
		if (shots) await page.screenshot({ path: `${shots}/newborn-${what}.png`, fullPage: true });
		if (!pages.has(page)) page.on('request', (request) => requests.push(request.url()));
		pages.add(page);
		await soon(async () => assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, `${what}: nothing is wider than the phone`));
		await accessible(page, what);
	});
	assert.deepEqual(looked, ['tasks', 'question', 'check', 'sent', 'commitments', 'commitment', 'signature', 'signed', 'waits', 'confirm', 'confirmed', 'running', 'finished']);
	assert.equal(new Set(order).size, order.length, `no question comes twice: ${order}`);
	for (const name of Object.keys(FORM).filter((one) => FORM[one] !== ''))
		assert.ok(order.includes(name), `${name} is asked`);

	/* What the mother reads is what is so: nine steps, each done, and what it cost before and now. */
	const j = await getJoint(clerk, id);
	assert.deepEqual(j.steps.map((one) => one.state), Array(9).fill('done'));
	await soon(async () => assert.equal(await mother.locator('.steps [data-state="done"]').count(), 9));
	await soon(async () => assert.equal(await mother.locator('.total__figure b').textContent(), '9'));
	await soon(async () => assert.equal(await mother.locator('[data-todo], [data-others], [data-lost]').count(), 0));
	assert.deepEqual(j.confirms.filter((one) => one.confirmed).map((one) => one.code), ['father']);
	for (const page of [mother, father])
		for (const secret of [FORM.mother_id_number, FORM.father_id_number])
			assert.ok(!(await page.content()).includes(secret), 'numbers of people are masked');
	assert.deepEqual(requests.filter((url) => /[\w-]{43}/.test(url)), [], 'no token in an address');
	house.clean();
});

// Whole jobs without a pointer, from signing in to the end, on both sizes of screen; nothing on the page jumps.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { openScene } from '../lib/cases.mjs';
import { scene } from '../lib/catalogue.mjs';
import { accessible, inState, soon, start, WORK } from './browser.mjs';
import { concludeByKeys, houseByKeys, Keys } from './job.mjs';

/* Added up over the whole job.  What a key moves does not count; on a phone a card is as high as its answer is long. */
const SHIFT = WORK.width < 500 ? 0.1 : 0.01;
let house, mine;
before(async () => {
	house = await start();
	mine = await house.instance.client('u-1001');
});
after(() => house?.close());

async function signIn(page, user) {
	await page.locator('[data-user]').first().waitFor();
	await new Keys(page).tabTo(`document.activeElement.dataset.user === '${user}'`);
	await page.keyboard.press('Enter');
	await page.locator('.bench').waitFor();
}

for (const viewport of process.env.WZM_VIEWPORT ? [WORK] : [WORK, { width: 1920, height: 1080 }])
	test(`a house sale is done by a clerk and a desk with keys alone, at ${viewport.width}`, async () => {
		const clerk = await house.page({ viewport }), pointed = [];
		await clerk.exposeFunction('pointed', (what) => pointed.push(what));
		await clerk.evaluate(() => addEventListener('pointerdown', () => globalThis.pointed('pointer'), { capture: true }));
		await signIn(clerk, 'u-1001');
		const number = await houseByKeys(clerk);
		const c = await mine.get(`/api/v1/cases/${number}`);

		const desk = await house.page({ viewport });
		await signIn(desk, 'u-2001');
		await desk.locator('.q__side').getByText(number).waitFor();
		await desk.keyboard.press('1');
		await new Keys(desk).tabTo('document.activeElement.closest(".phrases") !== null');
		await desk.keyboard.press('Enter');
		await soon(async () => assert.equal(await desk.evaluate(() => document.activeElement.id), 'basis', 'the phrase is in the field, and the focus with it'));
		await desk.keyboard.press('Control+Enter');
		await desk.getByRole('heading', { name: '都答完了' }).waitFor();

		await inState(clerk, 'I-01398', 'established').waitFor({ timeout: 30000 });
		await concludeByKeys(clerk);
		assert.equal((await mine.get(`/api/v1/cases/${c.id}`)).state, 'settled');
		assert.deepEqual(pointed, []);
		for (const [who, page] of [['clerk', clerk], ['desk', desk]])
			await house.stands(page, SHIFT, `the ${who}'s page`);
		house.clean();
	});

test('a promise is read and signed with keys alone', async () => {
	const c = await openScene(mine, scene('COMPANY')), item = 'I-01862';
	const clerk = await house.page({ user: 'u-1001', path: `/work/cases/${c.number}` }), keys = new Keys(clerk);
	await inState(clerk, item, 'to_commit').waitFor();
	await keys.press('F7');
	await clerk.locator('[data-panel="sign"] .legal').first().waitFor();
	const signed = await clerk.locator('[data-panel="sign"]').getAttribute('data-panel');
	assert.equal(signed, 'sign');
	await keys.tabTo('document.activeElement.id === "signer"');
	if (await clerk.inputValue('#signer') === '') await keys.press('ArrowDown');
	await keys.tabTo('document.activeElement.id === "agreed"');
	await keys.press('Space', 'F7');
	await clerk.locator('[data-panel="sign"]').waitFor({ state: 'detached' });
	await clerk.locator('[data-state="committed"]').first().waitFor();
	await accessible(clerk, 'after a promise');
	house.clean();
});

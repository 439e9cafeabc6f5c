// The living page: every part in every state, in both languages, light, dark and large.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { accessible, PHONE, soon, start } from './browser.mjs';

let house;
before(async () => { house = await start(); });
after(() => house?.close());

const open = (options) => house.page({ path: '/design/', viewport: { width: 1366, height: 900 }, ...options });

for (const lang of ['zh', 'en'])
	test(`every part is right for everybody, in light, dark and large type: ${lang}`, async () => {
		const page = await open({ lang });
		await page.locator('#panel .panel').waitFor();
		await page.waitForTimeout(400);		/* what waits shows itself after 300 ms */
		await accessible(page, 'the living page');
		await page.locator('#forms button[type=submit]').click();
		await accessible(page, 'the living page with errors');
		await page.context().close();
		house.clean();
	});

test('large type is a choice that is kept, and a quarter larger', async () => {
	const page = await open({ size: 'large' });
	await page.locator('#panel .panel').waitFor();
	await soon(async () => assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize), '20px'));
	house.clean();
});

test('on a phone nothing is wider than the page', async () => {
	const page = await open({ viewport: PHONE, size: 'large' });
	await page.locator('#cards .proof').first().waitFor();
	await soon(async () => assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0));
	house.clean();
});

test('the summary takes the focus at every press, links to its fields, and goes when all is right', async () => {
	const page = await open();
	const focus = () => page.evaluate(() => document.activeElement.id);
	await page.locator('#forms button[type=submit]').click();
	await soon(async () => assert.equal(await focus(), 'summary'));
	await page.locator('#summary a').first().click();
	await soon(async () => assert.equal(await focus(), 'number'));
	const wrong = page.locator('#number-wrong');
	await soon(async () => assert.equal(await wrong.textContent(), await page.locator('#summary a').first().textContent(), 'the same words beside the field'));
	await page.keyboard.press('Enter');
	await soon(async () => assert.equal(await focus(), 'summary', 'and again'));
	await page.fill('#number', '330703199210269759');
	await page.fill('#day', '20191105');
	await page.locator('#summary').waitFor({ state: 'detached' });
	house.clean();
});

test('fields read what people write and show it so that a slip is seen', async () => {
	const page = await open();
	const shown = async (id, typed) => {
		await page.fill(id, typed);
		await page.locator('h1').click();
		return page.inputValue(id);
	};
	assert.equal(await shown('#number', '３３０７０３ 19921026-9759'), '330703199210269759', 'full width, blanks, hyphens');
	await page.fill('#number', '33070319921026975');
	await page.locator('#forms').getByText('17/18').waitFor();
	for (const day of ['20191105', '2019-11-05', '2019.11.5', '2019年11月5日', '２０１９/11/5'])
		assert.equal(await shown('#day', day), '2019年11月5日 周二', day);
	for (const day of ['2019年11月31日', '20190229', '1105', '201911'])
		assert.equal(await shown('#day', day), day, `${day} stays as it was typed`);
	await page.locator('#day-wrong').waitFor();
	assert.equal(await shown('#money', '1250000.5'), '1,250,000.50');
	assert.equal(await shown('#money', '125.5万'), '1,255,000');
	await page.locator('#forms').getByText('125.5 万').waitFor();
	assert.equal(await shown('#money', '12.345'), '12.345');
	await page.locator('#money-wrong').waitFor();
	assert.equal(await shown('#phone', '13800138000'), '138 0013 8000');
	house.clean();
});

test('a dialog, a menu and a combobox are worked with keys alone, and give the focus back', async () => {
	const page = await open();
	const focus = () => page.evaluate(() => document.activeElement.id || document.activeElement.className || document.activeElement.tagName);
	await page.locator('#dialogs button').first().focus();
	await page.keyboard.press('Enter');
	await page.getByRole('dialog').waitFor();
	await accessible(page, 'a dialog');
	await page.keyboard.press('Escape');
	await page.getByRole('dialog').waitFor({ state: 'detached' });
	await soon(async () => assert.equal(await focus(), 'btn'));
	await page.locator('.menu__open').focus();
	await page.keyboard.press('Enter');
	await page.getByRole('menu').waitFor();
	await accessible(page, 'a menu');
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Enter');
	await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
	await page.locator('#desk').focus();
	await page.keyboard.type('民政');
	await page.getByRole('option', { name: '市民政局' }).waitFor();
	await soon(async () => assert.equal(await page.getByRole('option').count(), 1));
	await accessible(page, 'a combobox');
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Enter');
	await soon(async () => assert.equal(await page.inputValue('#desk'), '市民政局'));
	house.clean();
});

test('what waits takes its place at once and is seen after 300 ms only', async () => {
	const page = await open();
	const waiting = page.locator('#empties .waiting');
	await waiting.waitFor({ state: 'attached' });
	const { delay, height } = await waiting.evaluate((e) => ({ delay: getComputedStyle(e).animationDelay, height: e.offsetHeight }));
	assert.equal(delay, '0.3s');
	assert.ok(height > 100, 'its size is the final one from the beginning');
	house.clean();
});

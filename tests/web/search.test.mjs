// Finding a matter in two or three keys, by whatever one knows of it.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { accessible, PHONE, soon, start } from './browser.mjs';

const WAYS = [['esf', false], ['M-0303', false], ['二手房', false], ['ershoufnag', true]];
const CODE = 'M-0303';

/** Types it; what was found for its first letters may stand there until all of it is answered. */
async function type(page, typed) {
	const answered = page.waitForResponse((r) => new URL(r.url()).searchParams.get('q') === typed);
	await page.keyboard.type(typed);
	await answered;
}

/** Until what is marked in the hit is that, and no more. */
async function marked(hit, texts) {
	for (let seen, i = 0; ; i++) {
		seen = await hit.locator('mark').allTextContents();
		if (isDeepStrictEqual(seen, texts)) return;
		if (i === 100) assert.deepEqual(seen, texts);
		await hit.page().waitForTimeout(50);
	}
}

let house;
before(async () => { house = await start(); });
after(() => house?.close());

for (const [typed, near] of WAYS)
	test(`the clerk finds 二手房 by ${typed}, with the keyboard alone`, async () => {
		const page = await house.page({ user: 'u-1001' });
		await page.keyboard.press('F2');
		await type(page, typed);
		const hit = page.locator('.hit', { hasText: '二手房转移登记(买卖)' });
		await hit.waitFor();
		await marked(hit, typed === CODE ? [] : ['二手房']);
		await soon(async () => assert.equal(await page.getByText('按相近拼写找到').count(), near ? 1 : 0));
		await accessible(page, `the box with ${typed}`);
		while (await hit.getAttribute('data-highlighted') === null)
			await page.keyboard.press('ArrowDown');
		await page.keyboard.press('Enter');
		await page.waitForURL(`**/work/new/${CODE}`);
		await page.context().close();
		house.clean();
	});

for (const [typed, near] of WAYS)
	test(`anybody finds 二手房 by ${typed}, with the keyboard alone`, async () => {
		const page = await house.page({ viewport: PHONE, path: '/' });
		await page.locator('#q').focus();
		await type(page, typed);
		const hit = page.locator(`a[href="/m/${CODE}"]`);
		await hit.waitFor();
		await marked(hit, typed === CODE ? [] : ['二手房']);
		await soon(async () => assert.equal(await page.getByText('按相近拼写找到').count(), near ? 1 : 0));
		await accessible(page, `the public search for ${typed}`);
		while (!await hit.evaluate((e) => e === document.activeElement))
			await page.keyboard.press('ArrowDown');
		await page.keyboard.press('Enter');
		await page.waitForURL(`**/m/${CODE}`);
		await page.context().close();
		house.clean();
	});

test('Escape goes back to the box, then empties it; nothing found says how to search', async () => {
	const page = await house.page({ viewport: PHONE, path: '/' });
	await page.fill('#q', 'esf');
	await page.locator('.hits a').first().waitFor();
	await page.locator('#q').focus();
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Escape');
	await soon(async () => assert.equal(await page.evaluate(() => document.activeElement.id), 'q'));
	await page.keyboard.press('Escape');
	await soon(async () => assert.equal(await page.inputValue('#q'), ''));
	await page.locator('.hits a').first().waitFor({ state: 'detached' });
	await page.fill('#q', '没有这样的证明');
	await page.getByText('首字母').waitFor();
	const clerk = await house.page({ user: 'u-1001' });
	await clerk.keyboard.press('F2');
	await clerk.keyboard.type('没有这样的证明');
	await clerk.getByText('用空格隔开').waitFor();
	await accessible(clerk, 'an empty box');
	house.clean();
});

test('an answer that comes late does not replace a newer one', async () => {
	const page = await house.page({ viewport: PHONE, path: '/' });
	await page.route('**/api/v1/search?q=hjzm*', async (route) => {
		await new Promise((done) => setTimeout(done, 1500));
		await route.continue().catch(() => undefined);
	});
	await page.fill('#q', 'hjzm');
	const asked = page.waitForRequest('**/api/v1/search?q=hjzm*');
	await asked;
	await page.fill('#q', 'esf');
	await page.locator(`a[href="/m/${CODE}"]`).waitFor();
	await page.waitForTimeout(2000);
	await soon(async () => assert.equal(await page.locator(`a[href="/m/${CODE}"]`).count(), 1));
	house.clean();
});

// The page that checks receipts: dropped, chosen or pasted, and nothing leaves it.
import assert from 'node:assert/strict';
import test, { after, afterEach, before } from 'node:test';
import { accessible, PHONE, soon, start } from './browser.mjs';
import { bytesOf, log, made, w1, w2 } from '../receipt/cases.mjs';

let house;
before(async () => { house = await start(); });
after(() => house?.close());
afterEach(() => house.clean());

const vector = (name) => made.find((m) => m.name === name).vector;
const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
const file = (name, bytes = bytesOf(vector(name))) => ({ name: `${name}.receipt.json`, mimeType: 'application/json', buffer: bytes });
const word = (page) => page.locator('.rc__word').textContent().then((text) => text.trim());

/* Opens the page and gives it the keys of the vectors; asked: what it has asked for since. */
async function open(options = {}) {
	const page = await house.page({ path: '/receipt/', ...options });
	await page.locator('#log-keys').waitFor();
	await page.waitForLoadState('networkidle');
	const asked = [];
	page.on('request', (r) => { if (!r.url().startsWith('data:')) asked.push(r.url()); });
	await page.fill('#log-keys', log.vkey);
	await page.fill('#witness-keys', `${w1.vkey}\n${w2.vkey}`);
	return { page, asked };
}
async function check(page, one) {
	if (await page.locator('#file').count() === 0) await page.getByRole('button', { name: /另一张|another/ }).click();
	await page.setInputFiles('#file', one);
	await page.locator('.rc__word').waitFor();
	return word(page);
}

test('a good receipt says what was disclosed to whom, when and for which matter; nothing is sent', async () => {
	const { page, asked } = await open({ viewport: PHONE });
	await accessible(page, 'before');
	await soon(async () => assert.equal(await overflow(page), 0));
	assert.equal(await check(page, file('whole')), '一致');
	const says = await page.locator('.rc__says').textContent();
	for (const part of ['查询了数据 DS-046', 'owner_name、cert_number', '2026-11-23 09:30:12.345', 'u-1007 (窗口人员), 330703-ZG', 'M-0303', '卖方', '胡庆东', 'wzm.example/log/a', '第 5 条'])
		assert.ok(says.includes(part), `${part} in ${says}`);
	await soon(async () => assert.equal(await overflow(page), 0));
	await accessible(page, 'a match');
	await soon(async () => assert.equal(await page.evaluate(() => document.activeElement.className), 'rc__verdict', 'the verdict is read out'));
	await page.getByRole('button', { name: 'English' }).click();
	await soon(async () => assert.equal(await word(page), 'Match'));
	await soon(async () => assert.match(await page.locator('.rc__says').textContent(), /the data DS-046 were asked/));
	assert.deepEqual(asked, []);
	if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/receipt-phone.png`, fullPage: true });
});

test('every receipt of the vectors that is asked for with both witnesses has its verdict, in dark and large type too', async () => {
	const { page, asked } = await open({ dark: true, size: 'large' });
	const words = { match: '一致', mismatch: '不一致', malformed: '不是回执' };
	for (const { name, vector: v } of made.filter((m) => JSON.stringify(m.vector.keys) === JSON.stringify(vector('whole').keys))) {
		assert.equal(await check(page, file(name)), words[v.verdict], name);
		await soon(async () => assert.equal(await page.locator('.rc__reason').count(), v.reason ? 1 : 0, name));
		await soon(async () => assert.equal((await page.locator('.rc__card').textContent()).includes('330703-ZG'), v.verdict === 'match' && JSON.parse(v.receipt).record.includes('330703-ZG'), name));
	}
	await soon(async () => assert.equal(await overflow(page), 0));
	await accessible(page, 'malformed');
	assert.equal(await check(page, file('record-changed')), '不一致');
	await accessible(page, 'a mismatch');
	assert.deepEqual(asked, []);
	if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/receipt-dark.png`, fullPage: true });
});

test('pasted, dropped, and too large', async () => {
	const { page } = await open();
	await page.getByText('粘贴回执内容').first().click();
	await page.fill('#pasted', vector('without-body').receipt);
	await page.getByRole('button', { name: '核对粘贴的内容' }).click();
	await page.locator('.rc__word').waitFor();
	await soon(async () => assert.equal(await word(page), '一致'));
	await soon(async () => assert.match(await page.locator('.rc__card').textContent(), /这张回执不带内容/));
	await page.evaluate((text) => {
		const data = new DataTransfer();
		data.items.add(new File([text], 'dropped.json'));
		document.getElementById('main').dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
	}, vector('body-changed').receipt);
	await page.getByText('dropped.json').waitFor();
	await soon(async () => assert.equal(await word(page), '不一致'));
	assert.equal(await check(page, file('large', Buffer.alloc(5000000, ' '))), '不是回执');
});

test('without a key it asks for one; a wrong one is named; the verdict follows the keys', async () => {
	const { page } = await open();
	await check(page, file('one-of-two'));
	await soon(async () => assert.equal(await word(page), '不一致'));
	await page.fill('#quorum', '1');
	await soon(async () => assert.equal(await word(page), '一致'));
	await page.fill('#quorum', '3');
	await page.locator('#quorum-wrong').waitFor();
	await page.fill('#quorum', '1');
	await page.fill('#log-keys', 'x+y');
	await page.locator('#log-keys-wrong').waitFor();
	await page.getByText('还没有日志的密钥').waitFor();
	await accessible(page, 'a wrong key');
	await page.fill('#log-keys', log.vkey);
	await soon(async () => assert.equal(await word(page), '一致'));
	if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/receipt-work.png`, fullPage: true });
});

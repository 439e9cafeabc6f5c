// The applicant's screen: what stands there, what never does, and a commitment signed on it.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { openScene } from '../lib/cases.mjs';
import { scene } from '../lib/catalogue.mjs';
import { accessible, card, inState, openHouse, SELLER, soon, start, WORK } from './browser.mjs';

let house, mine;
before(async () => {
	house = await start();
	mine = await house.instance.client('u-1001');
});
after(() => house?.close());
const ITEM = 'I-01862';

/* A second window of the same browser, opened by the counter's button. */
async function beside(clerk) {
	const opened = clerk.waitForEvent('popup');
	await clerk.getByRole('button', { name: '办事人屏' }).click();
	const screen = await opened;
	screen.on('pageerror', (error) => house.faults.push(String(error)));
	screen.on('console', (message) => message.type() === 'error' && house.faults.push(message.text()));
	await screen.setViewportSize(WORK);
	return screen;
}
async function company() {
	const c = await openScene(mine, scene('COMPANY'));
	const clerk = await house.page({ user: 'u-1001', path: `/work/cases/${c.number}` });
	await inState(clerk, ITEM, 'to_commit').waitFor();
	return { c, clerk, screen: await beside(clerk) };
}

test('the screen shows which proofs there are and how they stand, and nothing that a register said', async () => {
	const clerk = await house.page({ user: 'u-1001' });
	await openHouse(clerk);
	const screen = await beside(clerk), requests = [];
	screen.on('request', (request) => requests.push(request.url()));
	await screen.getByRole('heading', { name: '二手房转移登记(买卖)' }).waitFor();
	await card(clerk, 'I-01384').getByRole('button', { name: /查询/ }).click();
	await inState(clerk, 'I-01384', 'established').waitFor();
	await screen.locator('.screen__rows li', { hasText: '房产信息查询结果单' }).getByText('已查清').waitFor();
	await accessible(screen, 'the applicant\'s screen');
	const text = await screen.locator('body').innerText();
	for (const other of [SELLER.name, SELLER.identifier, '不动产权第', '澧浦'])
		assert.ok(!text.includes(other), `${other} of the seller stands on the buyer's screen`);
	assert.deepEqual(requests.filter((url) => url.includes('/api/')), [], 'it asks the server for nothing');
	/* The case is left: nothing of it stays. */
	await clerk.keyboard.press('F2');
	await clerk.goBack();
	await screen.getByRole('heading', { name: '您好，请稍候' }).waitFor();
	house.clean();
});

test('a commitment is read and signed on the applicant\'s screen, and the counter goes on by itself', async () => {
	const { c, clerk, screen } = await company();
	await card(clerk, ITEM).getByRole('button', { name: /请申请人签/ }).click();
	await screen.getByRole('heading', { name: '请您看一份承诺书' }).waitFor();
	const texts = await mine.get(`/api/v1/cases/${c.number}/items/${ITEM}/commitment`);
	await soon(async () => assert.equal(await screen.locator('.text').nth(0).evaluate((e) => e.textContent), texts.notice.text));
	await soon(async () => assert.equal(await screen.locator('.text').nth(1).evaluate((e) => e.textContent), texts.letter.text));
	await clerk.getByText('签了这里自动继续').waitFor();
	await accessible(screen, 'the commitment on the screen');
	if (await screen.locator('#signer').count() > 0)
		await screen.locator('#signer').selectOption({ index: 1 });
	await screen.getByRole('button', { name: '我签名' }).click();
	await screen.getByText('请看清后打勾').waitFor();
	await soon(async () => assert.equal(await screen.evaluate(() => document.activeElement.id), 'agreed'));
	await screen.keyboard.press('Space');
	await screen.getByRole('button', { name: '我签名' }).click();
	await inState(clerk, ITEM, 'committed').waitFor();
	await screen.getByRole('heading', { name: '已签好，谢谢' }).waitFor();
	await clerk.locator('[data-panel]').waitFor({ state: 'detached' });
	house.clean();
});

test('who does not want to sign says so on the screen, and the counter is at the question for the desk', async () => {
	const { clerk, screen } = await company();
	await card(clerk, ITEM).getByRole('button', { name: /请申请人签/ }).click();
	await screen.getByRole('button', { name: '不愿承诺，请部门核实' }).click();
	await clerk.locator('[data-panel="verify"]').waitFor();
	await inState(clerk, ITEM, 'to_commit').waitFor();
	house.clean();
});

test('an answer counts for the showing that it was given to, and a screen that is closed is noticed', async () => {
	const { clerk, screen } = await company();
	await card(clerk, ITEM).getByRole('button', { name: /请申请人签/ }).click();
	await screen.getByRole('button', { name: '我签名' }).waitFor();
	/* As if a press came late, for what stood there before. */
	await screen.evaluate(() => new BroadcastChannel('wzm.screen').postMessage({ to: 'counter', says: 'signed', id: 'another', signer: 'applicant' }));
	await clerk.waitForTimeout(500);
	await inState(clerk, ITEM, 'to_commit').waitFor();
	await screen.close();
	await clerk.keyboard.press('Escape');
	await clerk.getByRole('button', { name: '办事人屏' }).waitFor();
	house.clean();
});

// More mistakes of counter, desk and supervisor: pressed twice, gone back, opened twice, a number that is none.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { openScene, settle } from '../lib/cases.mjs';
import { scene } from '../lib/catalogue.mjs';
import { change } from '../lib/store.mjs';
import { accessible, BUYER, card, findMatter, inState, SELLER, soon, start } from './browser.mjs';

const ITEM = 'I-01398';
let house, mine;
before(async () => {
	house = await start();
	mine = await house.instance.client('u-1001');
});
after(() => house?.close());

const asked = async () => settle(mine, await openScene(mine, scene('HOUSE')));
const itemOf = async ({ id }, code = ITEM) => (await mine.get(`/api/v1/cases/${id}`)).items.find((i) => i.code === code);
const typesOf = async ({ id }, type) => (await mine.get(`/api/v1/cases/${id}/records?limit=200`)).records.filter((r) => r.type === type).length;
const pathOf = (c) => `/work/verifications/${c.items.find((i) => i.code === ITEM).verification.id}`;

test('an answer that is pressed twice is one answer, and the next question has none', async () => {
	const [one, two] = [await asked(), await asked()];
	const desk = await house.page({ user: 'u-2001', path: pathOf(one) });
	await desk.locator('.q__side').getByText(one.number).waitFor();
	await desk.keyboard.press('1');
	await desk.fill('#basis', '水费账户查过，已结清。');
	await desk.locator('main form button[type=submit]').dblclick();
	await desk.locator('.q__side').getByText(two.number).waitFor();
	assert.equal((await itemOf(one)).verification.answer, 'match');
	assert.equal(await typesOf(one, 'verification.answered'), 1);
	assert.equal(await typesOf(two, 'verification.answered'), 0);
	await soon(async () => assert.equal(await desk.inputValue('#basis'), '', 'what was written about the first one is not written about the next'));
	await soon(async () => assert.equal(await desk.locator('[data-code]').count(), 0));
	house.clean();
});

test('back and forth between questions: what is half written of each is there', async () => {
	const [one, two] = [await asked(), await asked()];
	const desk = await house.page({ user: 'u-2001', path: pathOf(one) });
	await desk.locator('.q__side').getByText(one.number).waitFor();
	await desk.keyboard.press('2');
	await desk.fill('#basis', '户名不是本人');
	await desk.locator(`.ask[href="${pathOf(two)}"]`).click();
	await desk.locator('.q__side').getByText(two.number).waitFor();
	await desk.keyboard.press('1');
	await desk.fill('#basis', '已结清');
	await desk.goBack();
	await desk.locator('.q__side').getByText(one.number).waitFor();
	await desk.waitForFunction(() => document.querySelector('#basis')?.value === '户名不是本人');
	await soon(async () => assert.ok(await desk.locator('#said-mismatch').isChecked()));
	await desk.goForward();
	await desk.locator('.q__side').getByText(two.number).waitFor();
	await desk.waitForFunction(() => document.querySelector('#basis')?.value === '已结清');
	for (const c of [one, two]) assert.equal(await typesOf(c, 'verification.answered'), 0);
	house.clean();
});

test('one case in two tabs: what is done in one is on the other, and is not done again', async () => {
	const c = await openScene(mine, scene('HOUSE'));
	const first = await house.page({ user: 'u-1001', path: `/work/cases/${c.number}` });
	await inState(first, ITEM, 'to_verify').waitFor();
	const second = await first.context().newPage();
	await second.goto(`${house.base}/work/cases/${c.number}`);
	await inState(second, ITEM, 'to_verify').waitFor();
	await first.keyboard.press('Control+Enter');
	await inState(first, ITEM, 'verifying').waitFor();
	await inState(second, ITEM, 'verifying').waitFor({ timeout: 30000 });
	const { version } = await mine.get(`/api/v1/cases/${c.id}`);
	await second.bringToFront();
	await second.keyboard.press('Control+Enter');
	await second.waitForTimeout(500);
	assert.equal(await typesOf(c, 'verification.sent'), 1, 'one question');
	assert.equal((await mine.get(`/api/v1/cases/${c.id}`)).version, version);
	house.clean();
});

test('two tabs of one desk that look at different lists: both learn what is new', async () => {
	const c = await asked(), verifier = await house.instance.client('u-2001'), path = `/api/v1${pathOf(c).replace('/work', '')}`;
	const open = await house.page({ user: 'u-2001' });
	await open.locator('.ask').first().waitFor();
	const back = await open.context().newPage();
	await back.goto(`${house.base}/work/`);
	await back.getByRole('button', { name: '等窗口补充' }).click();
	await back.locator('.queue h2').waitFor();
	await verifier.post(`${path}/signature`, {}, { ifMatch: '*' });
	await verifier.post(`${path}/need-more`, { what: '户名是谁的' }, { ifMatch: '*' });
	await back.locator(`.ask[href="${pathOf(c)}"]`).waitFor({ timeout: 30000 });
	await open.locator(`.ask[href="${pathOf(c)}"]`).waitFor({ state: 'detached', timeout: 30000 });
	house.clean();
});

test('a number that is none: the box says which digit rule it breaks, and finds nobody', async () => {
	const clerk = await house.page({ user: 'u-1001' });
	await clerk.locator('.bench').waitFor();
	const wrong = BUYER.identifier.slice(0, 17) + (BUYER.identifier[17] === '1' ? '2' : '1');
	for (const [typed, says] of [[wrong, '居民身份证：校验位不对，有一位输错了'], [BUYER.identifier.slice(0, 17), '居民身份证：少 1 位，应为 18 位'],
		['330703-261123-A99999-', '清单上没有“330703-261123-A99999-”，换个说法再找']]) {
		await clerk.keyboard.press('F2');
		await clerk.keyboard.type(typed);
		await clerk.locator('.onebox__empty', { hasText: says }).waitFor();
		await clerk.keyboard.press('Enter');
		assert.equal(new URL(clerk.url()).pathname, '/work/', 'nothing is opened');
	}
	await accessible(clerk, 'a number that is none');
	house.clean();
});

test('the network goes while a case is typed: what was typed is there, and is sent once it is back', async () => {
	const clerk = await house.page({ user: 'u-1001' });
	await findMatter(clerk);
	await clerk.fill('#applicant-identifier', BUYER.identifier);
	await clerk.context().setOffline(true);
	await clerk.fill('#applicant-name', BUYER.name);
	for (const [role, who] of [['seller', SELLER], ['buyer', BUYER]]) {
		await clerk.fill(`#${role}-identifier`, who.identifier);
		await clerk.fill(`#${role}-name`, who.name);
	}
	const before = (await mine.ok('POST', '/api/v1/cases/search', { json: { limit: 200 } })).cases.length;
	await clerk.keyboard.press('Control+Enter');
	await clerk.locator('[data-code="network"]').waitFor();
	await soon(async () => assert.equal(await clerk.inputValue('#seller-name'), SELLER.name));
	await clerk.context().setOffline(false);
	await clerk.keyboard.press('Control+Enter');
	await clerk.waitForURL('**/work/cases/*');
	await card(clerk, ITEM).waitFor();
	assert.equal((await mine.ok('POST', '/api/v1/cases/search', { json: { limit: 200 } })).cases.length, before + 1);
	house.faults = house.faults.filter((fault) => !/ERR_INTERNET_DISCONNECTED/.test(fault));
	house.clean();
});

test('a reminder is sent once, however often it is pressed', async () => {
	const c = await asked();
	change(house.instance.dir, `UPDATE verification SET due_at = ${Date.now() - 3600000} WHERE state = 'sent'`);
	const { id } = (await itemOf(c)).verification;
	const page = await house.page({ user: 'u-5001' });
	await page.getByRole('link', { name: '超时的核验' }).click();
	const row = page.locator(`[data-late="${id}"]`);
	await row.getByText('0 次').waitFor();
	await row.getByRole('button', { name: /催办/ }).dblclick();
	await row.getByText('1 次').waitFor();
	await page.waitForTimeout(300);
	assert.equal(await typesOf(c, 'verification.reminded'), 1);
	house.clean();
});

test('a menu that somebody has opened stays when the page moves the focus to what has just come', async () => {
	const clerk = await house.page({ user: 'u-1001' });
	await clerk.getByRole('button', { name: '显示与退出' }).click();
	await clerk.getByRole('menuitem', { name: 'English' }).waitFor();
	await clerk.evaluate(() => document.querySelector('[role="combobox"]').focus());
	await clerk.waitForTimeout(300);
	await clerk.getByRole('menuitem', { name: 'English' }).click();
	await clerk.getByRole('heading', { name: 'My work' }).waitFor();
	house.clean();
});

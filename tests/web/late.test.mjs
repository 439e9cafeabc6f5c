// Answers that come late, or in another order than they were asked for: what is on the screen is what was chosen last.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { openScene, settle } from '../lib/cases.mjs';
import { scene } from '../lib/catalogue.mjs';
import { openJoint } from '../lib/joint.mjs';
import { findMatter, held, inState, openHouse, PHONE, soon, start } from './browser.mjs';

let house, mine;
before(async () => {
	house = await start();
	mine = await house.instance.client('u-1001');
});
after(() => house?.close());

const at = (page, path) => soon(async () => assert.equal(new URL(page.url()).pathname, path));
/** What came has been drawn, if it is. */
const drawn = (page) => page.waitForTimeout(150);

test('who types into a case that was just opened is not interrupted', async () => {
	const clerk = await house.page({ user: 'u-1001' });
	let again = 0;
	clerk.on('request', (one) => { again += one.method() === 'GET' && /\/api\/v1\/cases\/[^/]+$/.test(one.url()); });
	await openHouse(clerk);
	await clerk.keyboard.press('Control+Enter');
	await inState(clerk, 'I-01396', 'waiting_input').waitFor();
	await clerk.keyboard.press('Alt+ArrowDown');
	await clerk.keyboard.type('H31010100001');
	await soon(async () => assert.equal(await clerk.inputValue('#ask-I-01396-household_code'), 'H31010100001'));
	assert.equal(again, 0, 'it is there already and is not asked for');
	house.clean();
});

test('of two cases the one that was chosen last is on the screen', async () => {
	const [one, two] = [await openScene(mine, scene('HOUSE')), await openScene(mine, scene('COMPANY'))];
	const clerk = await house.page({ user: 'u-1001' }), late = await held(clerk, new RegExp(`/api/v1/cases/${one.number}$`));
	await clerk.locator(`.jobs a[href="/work/cases/${one.number}"]`).click();
	await late.asked();
	await clerk.locator(`.jobs a[href="/work/cases/${two.number}"]`).click();
	await clerk.locator('.case__sub').getByText(two.number).waitFor();
	await late.let();
	await drawn(clerk);
	assert.equal(await clerk.locator('.case__sub').getByText(two.number).count(), 1);
	await at(clerk, `/work/cases/${two.number}`);
	house.clean();
});

test('what was done in a case does not come back over the one that was opened meanwhile', async () => {
	const [one, two] = [await openScene(mine, scene('HOUSE')), await openScene(mine, scene('COMPANY'))];
	const clerk = await house.page({ user: 'u-1001', path: `/work/cases/${one.number}` });
	await inState(clerk, 'I-01398', 'to_verify').waitFor();
	const late = await held(clerk, new RegExp(`/api/v1/cases/${one.id}/`), 'POST');
	await clerk.locator('.tally button').click();
	await late.asked();
	await clerk.locator(`.jobs a[href="/work/cases/${two.number}"]`).click();
	await clerk.locator('.case__sub').getByText(two.number).waitFor();
	await late.let();
	await soon(async () => assert.notEqual((await mine.get(`/api/v1/cases/${one.id}`)).version, one.version, 'it was done'));
	await drawn(clerk);
	assert.equal(await clerk.locator('.case__sub').getByText(two.number).count(), 1);
	house.clean();
});

test('a case that is made while another one is looked at is in the list, and takes nobody away', async () => {
	const other = await openScene(mine, scene('HOUSE')), before = (await mine.ok('POST', '/api/v1/cases/search', { json: { limit: 200 } })).cases.length;
	const clerk = await house.page({ user: 'u-1001' });
	await findMatter(clerk);
	for (const [role, who] of [['applicant', ['310101199003079013', '俞明远']], ['seller', ['330703199210269759', '胡庆东']], ['buyer', ['310101199003079013', '俞明远']]]) {
		await clerk.fill(`#${role}-identifier`, who[0]);
		await clerk.fill(`#${role}-name`, who[1]);
	}
	const late = await held(clerk, /\/api\/v1\/cases$/, 'POST');
	await clerk.getByRole('button', { name: /^开件/ }).click();
	await late.asked();
	await clerk.locator(`.jobs a[href="/work/cases/${other.number}"]`).click();
	await clerk.locator('.case__sub').getByText(other.number).waitFor();
	await late.let();
	await soon(async () => assert.equal(await clerk.locator('.jobs a[href^="/work/cases/"]').count(), before + 1));
	await at(clerk, `/work/cases/${other.number}`);
	assert.equal(await clerk.locator('.case__sub').getByText(other.number).count(), 1);
	house.clean();
});

test('of two questions the one that was chosen last is on the screen, also after going back', async () => {
	const ask = async () => {
		const c = await settle(mine, await openScene(mine, scene('HOUSE')));
		return { number: c.number, path: `/work/verifications/${c.items.find((item) => item.code === 'I-01398').verification.id}` };
	};
	const [one, two] = [await ask(), await ask()];
	const desk = await house.page({ user: 'u-2001', path: one.path });
	await desk.locator('.q__side').getByText(one.number).waitFor();
	const late = await held(desk, new RegExp(`/api/v1${two.path.slice('/work'.length)}$`));
	await desk.locator(`.ask[href="${two.path}"]`).click();
	await late.asked();
	await desk.locator(`.ask[href="${one.path}"]`).click();
	await at(desk, one.path);
	await late.let();
	await drawn(desk);
	assert.equal(await desk.locator('.q__side').getByText(one.number).count(), 1);
	await desk.keyboard.press('1');
	await desk.fill('#basis', '查过');
	await desk.locator(`.ask[href="${two.path}"]`).click();
	await desk.locator('.q__side').getByText(two.number).waitFor();

	/* An answer that is under way does not lead away from what is being read. */
	await desk.keyboard.press('1');
	await desk.fill('#basis', '账目已结清');
	const answer = await held(desk, new RegExp(`/api/v1${two.path.slice('/work'.length)}/`), 'POST');
	await desk.keyboard.press('Control+Enter');
	await answer.asked();
	await desk.locator(`.ask[href="${one.path}"]`).click();
	await desk.locator('.q__side').getByText(one.number).waitFor();
	await answer.let();
	await desk.locator(`.ask[href="${two.path}"]`).waitFor({ state: 'detached' });
	await at(desk, one.path);
	assert.equal(await desk.inputValue('#basis'), '查过', 'what was being written is there');
	house.clean();
});

test('of two joint cases the one that was chosen last is on the screen', async () => {
	const [one, two] = [await openJoint(mine), await openJoint(mine)];
	const clerk = await house.page({ user: 'u-1001', path: '/work/joint' });
	const late = await held(clerk, new RegExp(`/api/v1/jointcases/${one.number}$`));
	await clerk.locator(`a[href="/work/joint/${one.number}"]`).first().click();
	await late.asked();
	await clerk.locator(`a[href="/work/joint/${two.number}"]`).first().click();
	await clerk.locator('#case').getByText(two.number).first().waitFor();
	await late.let();
	await drawn(clerk);
	assert.equal(await clerk.locator('#case').getByText(one.number).count(), 0);
	await at(clerk, `/work/joint/${two.number}`);
	house.clean();
});

test('who goes on typing in the box of the list keeps the focus when what was chosen comes', async () => {
	const reform = await house.page({ user: 'u-4001', path: '/work/inventory' });
	await reform.locator('#find').fill('I-01398');
	await reform.locator('[data-hit="I-01398"]').waitFor();
	const late = await held(reform, /\/api\/v1\/items\/I-01398\/methods$/);
	await reform.locator('[data-hit="I-01398"]').click();
	await late.asked();
	await reform.locator('#find').focus();
	await reform.keyboard.type('9');
	await late.let();
	await reform.locator('main h1').first().waitFor();
	await drawn(reform);
	assert.equal(await reform.evaluate(() => document.activeElement.id), 'find');
	house.clean();
});

test('who has scrolled on is not taken back to what the link named when its history comes', async () => {
	const phone = await house.page({ viewport: PHONE, path: '/' }), late = await held(phone, /\/api\/v1\/matters\/M-0303\/history$/);
	await phone.goto(`${house.base}/m/M-0303#I-01398`);
	await phone.locator('#I-01398[open]').waitFor();
	await late.asked();
	assert.ok(await phone.evaluate(() => scrollY) > 0, 'it is scrolled to before the history is there');
	await phone.evaluate(() => scrollTo(0, 0));
	await late.let();
	await phone.locator('#I-01398').getByText('从何时起').waitFor();
	await drawn(phone);
	assert.equal(await phone.evaluate(() => scrollY), 0);
	/* What is mistyped names nothing, and the page is whole. */
	await phone.goto(`${house.base}/m/M-0303#%`);
	await phone.reload();
	await phone.locator('#I-01398').getByText('从何时起').waitFor({ state: 'attached' });
	house.clean();
});

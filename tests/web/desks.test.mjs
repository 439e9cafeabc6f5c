// What else happens at a desk, on the pages of the desk, the counter and the supervisor.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { openScene, settle } from '../lib/cases.mjs';
import { scene } from '../lib/catalogue.mjs';
import { change } from '../lib/store.mjs';
import { accessible, soon, start } from './browser.mjs';

const shots = process.env.WZM_SHOTS;
let house, clerk;
before(async () => {
	house = await start();
	clerk = await house.instance.client('u-1001');
});
after(() => house?.close());

const CODE = 'I-01398';
const asked = async () => settle(clerk, await openScene(clerk, scene('HOUSE')));
const shot = async (page, name) => { if (shots) await page.screenshot({ path: `${shots}/${name}.png` }); };
const itemOf = async (c) => (await clerk.get(`/api/v1/cases/${c.id}`)).items.find((i) => i.code === CODE);

test('a desk asks back, the counter answers, and the desk reads it', async () => {
	const c = await asked(), desk = await house.page({ user: 'u-2001' });
	await desk.getByText(c.number).waitFor();
	await soon(async () => assert.equal(await desk.getByRole('button', { name: '要求补充' }).count(), 0, 'not before it is signed for'));
	await desk.getByRole('button', { name: '签收' }).click();
	await desk.locator('.q__do').getByRole('button', { name: '要求补充' }).click();
	await desk.locator('.q__do').getByRole('button', { name: '要求补充' }).click();
	await desk.getByText('请写明还缺什么').waitFor();
	await desk.locator('#reason').fill('户名是谁的?');
	await shot(desk, 'desk-more');
	await accessible(desk, 'asking back');
	await desk.locator('.q__do').getByRole('button', { name: '要求补充' }).click();
	await desk.getByRole('heading', { name: '都答完了' }).waitFor();
	await desk.getByRole('button', { name: '等窗口补充' }).click();
	await desk.getByRole('heading', { name: '等窗口补充 1 件' }).waitFor();
	await desk.getByText('已请窗口补充').first().waitFor();
	await shot(desk, 'desk-paused');

	const counter = await house.page({ user: 'u-1001', path: `/work/cases/${c.number}` });
	const card = counter.locator(`#card-${CODE}`);
	await card.getByText('核验岗要求补充:户名是谁的?'.replace(':', '：')).waitFor();
	await shot(counter, 'counter-card');
	await card.getByRole('button', { name: '补充说明' }).click();
	await counter.locator('#asked-text').fill('是申请人的配偶');
	await shot(counter, 'counter-supply');
	await accessible(counter, 'answering the desk');
	await counter.locator('.panel__foot button').click();
	await card.getByRole('button', { name: '催办或撤回' }).waitFor();
	assert.equal((await itemOf(c)).verification.state, 'signed_for');

	/* A reminder, once an hour. */
	await card.getByRole('button', { name: '催办或撤回' }).click();
	await counter.locator('.panel__foot button').click();
	await card.getByText('已催 1 次').waitFor();
	await shot(counter, 'counter-reminded');
	await counter.locator('.panel__foot button').click();
	await counter.getByText('这一小时内已经催过').waitFor();

	await desk.getByRole('button', { name: '待答' }).click();
	await desk.getByText('是申请人的配偶').first().waitFor();
	await desk.getByText('已催 1 次').first().waitFor();
	await shot(desk, 'desk-supplied');
	await accessible(desk, 'the desk with what was supplied');
	house.clean();
});

test('several questions are answered together, and each is done', async () => {
	const cases = [await asked(), await asked(), await asked()];
	const desk = await house.page({ user: 'u-2001' });
	await desk.locator('.queue__pick input').nth(2).waitFor();
	const n = await desk.locator('.queue__pick input').count();
	for (let i = 0; i < n; i++) await desk.locator('.queue__pick input').nth(i).check();
	await desk.getByRole('heading', { name: `一并答复 ${n} 件` }).waitFor();
	await desk.locator('#all-match').check();
	await desk.locator('#all-basis').fill('查水电气台账,均无欠费');
	await desk.getByRole('button', { name: /签名并答复/ }).click();
	await desk.getByText('请确认每一件都查过').waitFor();
	await shot(desk, 'desk-together');
	await accessible(desk, 'answering together');
	await desk.locator('#all-sure').check();
	await desk.getByRole('button', { name: /签名并答复/ }).click();
	await desk.getByRole('heading', { name: '都答完了' }).waitFor();
	for (const c of cases) assert.equal((await itemOf(c)).state, 'established');
	house.clean();
});

test('a desk names its deputy, who sees the queue', async () => {
	const c = await asked();
	const desk = await house.page({ user: 'u-2001' });
	await desk.getByRole('link', { name: '代班' }).click();
	await desk.locator('#deputy').selectOption('u-2002');
	await desk.getByRole('button', { name: '指定代班' }).click();
	await desk.getByText('正在代班').waitFor();
	await shot(desk, 'desk-deputies');
	await accessible(desk, 'deputies');
	const other = await house.page({ user: 'u-2002' });
	await other.getByText(c.number).waitFor();
	await other.getByText(/代班：/).first().waitFor();
	await shot(other, 'desk-as-deputy');
	await desk.getByRole('button', { name: '取消' }).click();
	await desk.getByText('现在没有代班人员').waitFor();
	house.clean();
});

test('a supervisor sees what is late, and reminds with one press', async () => {
	const c = await asked(), v = c.items.find((i) => i.code === CODE).verification;
	change(house.instance.dir, `UPDATE verification SET due_at = ${Date.now() - 3600000} WHERE state = 'sent'`);
	const page = await house.page({ user: 'u-5001' });
	await page.getByRole('link', { name: '超时的核验' }).click();
	const row = page.locator(`[data-late="${v.id}"]`);
	await row.getByText('0 次').waitFor();
	await shot(page, 'late');
	await accessible(page, 'what is late');
	await row.getByRole('button', { name: /催办/ }).click();
	await row.getByText('1 次').waitFor();
	await row.getByRole('button', { name: /催办/ }).click();
	await page.getByText('这一小时内已经催过').waitFor();
	await shot(page, 'late-again');
	house.clean();
});

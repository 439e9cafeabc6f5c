// The verifier's desk: four keys, a basis, Ctrl+Enter, and the next question.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { openScene, settle } from '../lib/cases.mjs';
import { scene } from '../lib/catalogue.mjs';
import { accessible, soon, start } from './browser.mjs';

let house, clerk;
before(async () => {
	house = await start();
	clerk = await house.instance.client('u-1001');
});
after(() => house?.close());

async function asked() {
	const c = await openScene(clerk, scene('HOUSE'));
	return settle(clerk, c);
}
const ANSWERS = [['1', '一致', 'established'], ['2', '不一致', 'not_established'], ['3', '查无', 'not_established'], ['4', '无法核验', 'supervised']];

test('keys 1 to 4 answer, Ctrl+Enter signs and goes to the next', async () => {
	const cases = [];
	for (let i = 0; i < ANSWERS.length; i++)
		cases.push(await asked());
	const desk = await house.page({ user: 'u-2001' });
	await desk.getByRole('heading', { name: `待我答复 ${ANSWERS.length} 件` }).waitFor();
	for (const [i, [key, word]] of ANSWERS.entries()) {
		await desk.locator('#basis').waitFor();
		const number = (await desk.locator('.q__side .kv .mono').textContent()).trim();
		await desk.keyboard.press(key);
		await soon(async () => assert.ok(await desk.getByRole('radio', { name: new RegExp(`^${word}`) }).isChecked()));
		if (i === 0) {
			/* No basis, no answer. */
			await desk.keyboard.press('Control+Enter');
			await desk.getByText('请写明查了什么、结果如何').waitFor();
			await soon(async () => assert.equal(await desk.evaluate(() => document.activeElement.id), 'basis'));
			await desk.keyboard.type('1');	/* a digit in a field is a digit */
			await soon(async () => assert.equal(await desk.locator('#basis').inputValue(), '1'));
			await desk.locator('#basis').fill('');
			await accessible(desk, 'the desk with an error');
		}
		await desk.locator('.phrases button').first().click();
		await soon(async () => assert.notEqual(await desk.locator('#basis').inputValue(), ''));
		await desk.keyboard.press('Control+Enter');
		const left = ANSWERS.length - i - 1;
		await desk.getByRole('heading', { name: left > 0 ? `待我答复 ${left} 件` : '都答完了' }).waitFor();
		/* The list is shorter at once; the next question comes a moment later. */
		await desk.locator('.q__side .kv .mono', { hasText: number }).waitFor({ state: 'detached' });
		const c = await clerk.get(`/api/v1/cases/${number}`);
		assert.equal(c.items.find((item) => item.code === 'I-01398').state, ANSWERS[i][2], word);
	}
	house.clean();
});

test('a question that is not for this desk goes back with a reason', async () => {
	const c = await asked();
	const desk = await house.page({ user: 'u-2001' });
	await desk.getByText(c.number).waitFor();
	await desk.locator('.q__do').getByRole('button', { name: /不归我们/ }).click();
	await desk.locator('.q__do').getByRole('button', { name: /不归我们/ }).click();
	await desk.getByText('请写明为什么不归本岗').waitFor();
	await desk.locator('#reason').fill('该户不在本公司供水范围。');
	await desk.locator('.q__do').getByRole('button', { name: /不归我们/ }).click();
	await desk.getByRole('heading', { name: '都答完了' }).waitFor();
	const now = await clerk.get(`/api/v1/cases/${c.id}`);
	assert.equal(now.items.find((item) => item.code === 'I-01398').state, 'supervised');
	house.clean();
});

test('it is signed for, and a second window learns that it was faster', async () => {
	const c = await asked();
	const desk = await house.page({ user: 'u-2001' });
	await desk.getByText(c.number).waitFor();
	const second = await house.instance.client('u-2001');
	const list = await second.ok('POST', '/api/v1/verifications/search', { json: { state: 'open' } });
	const v = list.verifications.find((one) => one.case_number === c.number);
	await second.post(`/api/v1/verifications/${v.id}/signature`, {}, { ifMatch: v.version });
	await desk.keyboard.press('1');
	await desk.locator('#basis').fill('账目查过，已结清。');
	await desk.keyboard.press('Control+Enter');
	await desk.locator('[data-code="version_stale"]').waitFor();
	await soon(async () => assert.equal(await desk.locator('#basis').inputValue(), '账目查过，已结清。', 'what was typed is kept'));
	await desk.getByText('签收', { exact: false }).first().waitFor();
	await desk.keyboard.press('Control+Enter');
	await desk.getByRole('heading', { name: '都答完了' }).waitFor();
	house.clean();
});

test('a question that the counter withdraws meanwhile is shown as withdrawn, and takes no answer', async () => {
	const c = await asked();
	const desk = await house.page({ user: 'u-2001' });
	await desk.getByText(c.number).waitFor();
	await desk.keyboard.press('1');
	await desk.locator('#basis').fill('账目查过，已结清。');
	await clerk.post(`/api/v1/cases/${c.id}/conclusion`, { outcome: 'withdrawn', reason: '申请人不办了' }, { ifMatch: '*' });
	await desk.keyboard.press('Control+Enter');
	await desk.locator('[data-code="version_stale"]').waitFor();
	await desk.getByText('窗口已撤回').first().waitFor();
	assert.equal((await clerk.get(`/api/v1/cases/${c.id}`)).items.find((item) => item.code === 'I-01398').verification.answer, null);
	await accessible(desk, 'a question that was withdrawn');
	house.clean();
});

test('the desk is usable in light and in dark, in both languages', async () => {
	const c = await asked();
	for (const dark of [false, true]) {
		const desk = await house.page({ user: 'u-2001', dark, lang: dark ? 'en' : 'zh' });
		await desk.getByText(c.number).waitFor();
		await accessible(desk, `the desk, ${dark ? 'dark' : 'light'}`);
		await desk.context().close();
	}
	house.clean();
});

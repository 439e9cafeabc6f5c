// "They still want a paper of me", on a phone in front of the counter; and the supervisor who answers.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { accessible, PHONE, soon, start } from './browser.mjs';

let house;
before(async () => { house = await start(); });
after(() => house?.close());

const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
const focused = (page) => page.evaluate(() => document.activeElement?.id);

/* Fills the form in, however it was reached, but for the proof. */
async function fill(page, { agency, what = '说没有这份证明就不收件' } = {}) {
	await page.selectOption('#division', { label: '金东区' });
	await page.locator('#agency').waitFor();
	if (agency !== undefined) await page.selectOption('#agency', { label: agency });
	await page.fill('#what', what);
}
async function send(page) {
	await page.getByRole('button', { name: '提交' }).click();
	await page.getByRole('heading', { level: 1, name: '已收到您的投诉' }).waitFor();
	const [number, code] = await page.locator('.keep dd.mono').allTextContents();
	return { number, code };
}

test('from the page of a matter: chosen, told, answered, followed', async () => {
	const phone = await house.page({ viewport: PHONE, path: '/m/M-0303#I-01391' });
	await phone.locator('#I-01391 .proofrow__still a').click();
	await phone.waitForURL('**/complaint?m=M-0303&i=I-01391');
	await phone.getByRole('heading', { level: 1, name: '还在要您开证明？' }).waitFor();
	await soon(async () => assert.equal(await phone.locator('#item').inputValue(), 'I-01391'));
	await phone.getByText('没有依据或另有凭据，谁都不得再要').waitFor();
	await fill(phone);
	await phone.waitForFunction(() => document.getElementById('agency').value !== '');
	await soon(async () => assert.equal(await phone.locator('#agency').inputValue(), '330703-ZG', 'whoever handles the matter there is chosen already'));
	await soon(async () => assert.equal(await overflow(phone), 0));
	await accessible(phone, 'the form');
	const { number, code } = await send(phone);
	assert.match(number, /^330703-\d{6}-TA\d{5}-.$/);
	assert.match(code, /^.{5}-.{5}$/);
	await phone.getByText('清单上已取消这份证明').waitFor();
	await soon(async () => assert.equal(await phone.locator('.listsays a').getAttribute('href'), '/m/M-0303#I-01391'));
	await soon(async () => assert.equal(await overflow(phone), 0));
	await accessible(phone, 'what was received');
	for (const secret of [number, code]) assert.ok(!phone.url().includes(secret));

	/* The supervisor sees it today. */
	const desk = await house.page({ user: 'u-5001' });
	await desk.locator(`[data-complaint="${number}"]`).click();
	await desk.getByRole('heading', { level: 1, name: '金华市自然资源和规划局金东分局还在要：无房证明' }).waitFor();
	await desk.getByText('说没有这份证明就不收件').waitFor();
	await desk.keyboard.press('Control+Enter');
	await desk.getByText('请先选结论').waitFor();
	await soon(async () => assert.equal(await focused(desk), 'outcome-upheld'));
	await accessible(desk, 'a complaint with an error');
	await desk.locator('#outcome-upheld').check();
	await desk.keyboard.press('Control+Enter');
	await desk.getByText('请写明查到什么、怎么处理').waitFor();
	await desk.fill('#reply', '属实。窗口已改正，您可以直接去办。');
	await desk.keyboard.press('Control+Enter');
	await desk.getByText('督办严').last().waitFor();
	await desk.getByRole('heading', { level: 2, name: '属实' }).waitFor();
	await accessible(desk, 'a complaint that is answered');
	await desk.getByRole('button', { name: '已答复' }).click();
	await desk.locator(`[data-complaint="${number}"]`).waitFor();

	/* And the answer is there, with number and code still in the page. */
	await phone.getByRole('link', { name: '查我的投诉' }).first().click();
	await phone.getByRole('heading', { level: 1, name: '我的投诉' }).waitFor();
	await soon(async () => assert.equal(await phone.locator('#number').inputValue(), number));
	await phone.getByRole('button', { name: '查', exact: true }).click();
	await phone.getByText('属实。窗口已改正').waitFor();
	await soon(async () => assert.equal(await overflow(phone), 0));
	await accessible(phone, 'an answer');

	/* On another day, in another browser, they are typed. */
	const later = await house.page({ viewport: PHONE, path: '/complaint/follow' });
	await later.fill('#number', number.toLowerCase());
	await later.fill('#code', code.replace('-', ' '));
	await later.keyboard.press('Enter');
	await later.getByText('属实。窗口已改正').waitFor();
	await later.fill('#code', 'AAAAA-AAAAA');
	await later.keyboard.press('Enter');
	await later.getByText('没有这个编号,或查询码不对').waitFor();
	house.clean();
});

test('from the first page: in words, by the keyboard alone', async () => {
	const page = await house.page({ viewport: PHONE, path: '/' });
	await page.getByRole('main').getByRole('link', { name: '还在要我开证明，投诉' }).click();
	await page.getByRole('heading', { level: 1, name: '还在要您开证明？' }).waitFor();
	await soon(async () => assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'H1', 'a reader hears where it is'));
	const tabTo = async (id) => {
		for (let i = 0; i < 12 && await focused(page) !== id; i++) await page.keyboard.press('Tab');
		await soon(async () => assert.equal(await focused(page), id));
	};
	await tabTo('proof');
	await page.keyboard.type('没人听说过的证明');
	await tabTo('division');
	await page.keyboard.press('ArrowDown');
	await page.locator('#agency').waitFor();
	await tabTo('agency');
	await page.keyboard.press('ArrowDown');
	const chosen = await page.locator('#agency option:checked').textContent();
	await tabTo('what');
	await page.keyboard.type('让我回老家开');
	await tabTo('phone');
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { level: 1, name: '已收到您的投诉' }).waitFor();
	await page.getByText('清单之外').waitFor();
	await page.getByText(`${chosen}还在要：没人听说过的证明`).waitFor();
	house.clean();
});

test('what is missing is named on top, with links to the fields, and nothing typed is lost', async () => {
	const page = await house.page({ viewport: PHONE, path: '/complaint?m=M-0303' });
	await page.locator('#what').waitFor();
	await page.fill('#phone', '12345');
	await page.getByRole('button', { name: '提交' }).click();
	await page.getByRole('heading', { name: '还有 4 处要填' }).waitFor();
	await soon(async () => assert.equal(await focused(page), 'complaint-wrong'));
	await soon(async () => assert.equal(await overflow(page), 0));
	await accessible(page, 'the form with errors');
	await page.getByRole('link', { name: '请写是怎么说的' }).click();
	await soon(async () => assert.equal(await focused(page), 'what'));
	await page.keyboard.type('不收件');
	await page.getByRole('heading', { name: '还有 3 处要填' }).waitFor();
	await soon(async () => assert.equal(await page.locator('#phone').inputValue(), '12345'));
	await page.locator('#phone').fill('13800000000');
	await page.selectOption('#item', 'other');
	await page.fill('#proof', '我妈是我妈的证明');

	/* The network goes away and comes back: one complaint. */
	await fill(page);
	await page.context().setOffline(true);
	await page.getByRole('button', { name: '提交' }).click();
	await page.getByText('连不上服务器').waitFor();
	await page.context().setOffline(false);
	const { number } = await send(page);
	await page.getByText('清单之外').waitFor();
	const supervisor = await house.instance.client('u-5001');
	const { complaints } = await supervisor.ok('POST', '/api/v1/complaints/search', { json: {} });
	assert.equal(complaints.filter((c) => c.proof === '我妈是我妈的证明').length, 1);
	assert.equal((await supervisor.get(`/api/v1/complaints/${number}`)).phone, '13800000000');
	house.faults = house.faults.filter((fault) => !/ERR_INTERNET_DISCONNECTED/.test(fault));
	house.clean();
});

test('at 360 px nothing scrolls sideways, in large type, in both languages, light and dark; fingers find their targets', async () => {
	for (const dark of [false, true])
		for (const path of ['/complaint?m=M-0303', '/complaint/follow']) {
			const page = await house.page({ viewport: PHONE, path, dark });
			await page.locator('h1').first().waitFor();
			const heights = () => page.locator('.complaint input, .complaint select, .complaint .btn').evaluateAll((all) => Math.min(60, ...all.map((e) => e.getBoundingClientRect().height)));
			await soon(async () => assert.ok(await heights() >= 48, `${path}: ${await heights()}`));
			await page.getByRole('button', { name: '大字版' }).click();
			await page.getByRole('button', { name: 'English' }).click();
			await soon(async () => assert.equal(await overflow(page), 0, `${path} in large type, English`));
			await accessible(page, `${path} in large type, English, ${dark ? 'dark' : 'light'}`);
			await page.context().close();
		}
	house.clean();
});

test('a supervisor without complaints is told so', async () => {
	const other = await house.page({ user: 'u-5001', dark: true, lang: 'en' });
	await other.getByRole('button', { name: 'Answered' }).click();
	await accessible(other, 'the list of complaints in the dark');
	house.clean();
});

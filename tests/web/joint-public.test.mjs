// Life events 一件事 for people without an account, on a phone: how one goes, what somebody confirms, which there are.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { dataset } from '../lib/catalogue.mjs';
import { answerStep, birth, concludeStep, decide, getJoint, household, newborn, openJoint, stepOf, until, untilStep } from '../lib/joint.mjs';
import { accessible, PHONE, soon, start } from './browser.mjs';

const shots = process.env.WZM_SHOTS;
let house, clerk;
before(async () => {
	house = await start();
	clerk = await house.instance.client('u-1001');
});
after(() => house?.close());

const shot = async (page, name) => { if (shots) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true }); };
const focused = (page) => page.evaluate(() => document.activeElement?.id);
const at = (page, code, state) => page.locator(`.steps [data-step="${code}"]${state ? `[data-state="${state}"]` : ''}`);
const link = async (id, json = {}) => (await clerk.ok('POST', `/api/v1/jointcases/${id}/links`, { json, status: 201 })).path;
const phone = (path, more = {}) => house.page({ viewport: PHONE, path, ...more });
const NOT_THERE = `#${'x'.repeat(43)}`;

/** Two parents, the second of whom has to confirm. */
const born = dataset('births').findLast((b) => b.child_id_number === '');
const parents = { mother_name: born.mother_name, mother_id_number: born.mother_id_number, father_name: born.father_name,
	father_id_number: born.father_id_number, marital_status: 'married' };

/** Nothing at all to say against it. */
async function spotless(page, what) {
	const small = await page.locator('main :is(.btn, input:not([type="checkbox"]), summary)').evaluateAll((all) => all.map((e) => e.getBoundingClientRect())
		.filter((box) => box.height > 0 && box.height < 48).length);
	assert.equal(small, 0, `${what}: fingers find their targets`);
	await accessible(page, what);
}

test('how it goes: followed while somebody looks, also where the network is away for a while', async () => {
	const { id } = await openJoint(clerk, newborn(parents));
	await untilStep(clerk, id, 'NB1', 'running');
	const path = await link(id), token = path.split('#')[1];
	const page = await phone(path), asked = [];
	page.on('request', (request) => asked.push(request));
	await at(page, 'NB1', 'running').getByText('金东区卫生健康局正在办理').waitFor();
	await at(page, 'NB1').getByText('前办好').waitFor();
	await page.getByText('承诺 60 分钟办完').waitFor();
	await page.getByText('现在不用您做任何事。').waitFor();
	await page.locator('[data-others]').getByText('在自己的手机上确认').waitFor();
	assert.ok(!(await page.content()).includes(parents.father_name), 'the name is masked');
	await soon(async () => assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H1', 'a reader hears what it is'));
	await shot(page, 'progress-running');
	await spotless(page, 'how it goes');

	/* The network is away: what is shown stays, and that it is old is said. */
	await page.context().setOffline(true);
	await page.locator('[data-lost]').getByText('连不上服务器').waitFor();
	await at(page, 'NB1', 'running').waitFor();
	await shot(page, 'progress-lost');
	await spotless(page, 'a lost connection');
	await concludeStep(house.instance, clerk, id, 'NB1', birth);
	await at(page, 'NB1', 'running').waitFor();
	await page.context().setOffline(false);
	await at(page, 'NB1', 'done').waitFor();
	await page.locator('[data-lost]').waitFor({ state: 'detached' });
	await page.locator('.unseen[role="status"]').getByText('出生医学证明首次签发：已办好').waitFor({ state: 'attached' });
	await at(page, 'NB2', 'waiting').getByText('等本人确认:父亲').waitFor();

	/* In English the server's sentences are in English as well. */
	await page.getByRole('button', { name: 'English' }).click();
	await at(page, 'NB2', 'waiting').getByText('Waits to be confirmed by').waitFor();
	await spotless(page, 'how it goes, in English');
	await page.getByRole('button', { name: '中文' }).click();

	/* Another link ends this one; what it showed stays, and that it is no more is said. */
	await link(id);
	await page.locator('[data-lost]').getByText('这个链接不能再用了').waitFor();
	await at(page, 'NB1', 'done').waitFor();
	assert.ok(asked.length > 2);
	for (const request of asked) assert.ok(!request.url().includes(token) && !(request.headers().referer ?? '').includes(token), 'the token stands in no address that is asked for');
	assert.ok(!house.instance.log.includes(token));
	house.faults = house.faults.filter((fault) => !/ERR_INTERNET_DISCONNECTED/.test(fault));
	house.clean();
});

test('who is asked to confirm sees what it is, gives their number once, and is done', async () => {
	const { id } = await openJoint(clerk, newborn(parents));
	await concludeStep(house.instance, clerk, id, 'NB1', birth);
	const path = await link(id, { who: 'father' });
	const page = await phone(path), sent = [];
	page.on('request', (request) => { if (request.method() === 'POST' && request.url().endsWith('/confirmations')) sent.push(request.headers()['idempotency-key']); });
	await page.getByRole('heading', { level: 1, name: '请您确认一件事' }).waitFor();
	await page.getByText('出生登记(落户登记)').waitFor();
	assert.ok(!(await page.content()).includes(parents.father_name), 'the name is masked');
	await shot(page, 'confirm');
	await spotless(page, 'what is confirmed');
	const go = page.getByRole('button', { name: '确认', exact: true });

	/* What is wrong is said on top, with links to the fields; by the keyboard alone. */
	await page.locator('h1').focus();
	await page.keyboard.press('Tab');
	await soon(async () => assert.equal(await focused(page), 'identifier'));
	await page.keyboard.type('33070319810502932');
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { name: '还有 2 处要改' }).waitFor();
	await soon(async () => assert.equal(await focused(page), 'confirm-wrong'));
	await page.getByRole('link', { name: '少 1 位，应为 18 位' }).waitFor();
	await shot(page, 'confirm-wrong');
	await spotless(page, 'what is confirmed, with errors');
	await page.locator('#confirm-wrong').focus();
	await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	await soon(async () => assert.equal(await focused(page), 'identifier'));
	await page.keyboard.type('8');
	await page.locator('#identifier-wrong').getByText('有一位输错了').waitFor();
	await page.fill('#identifier', parents.mother_id_number);
	await page.keyboard.press('Tab');
	await page.keyboard.press('Space');
	await page.locator('#confirm-wrong').waitFor({ state: 'detached' });
	await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	await page.locator('#identifier-wrong').getByText('和申请表上父亲的号码不一样').waitFor();
	await soon(async () => assert.equal(await focused(page), 'confirm-wrong'));

	/* A look elsewhere loses nothing. */
	await page.fill('#identifier', ` ${parents.father_id_number.toLowerCase()} `);
	await page.locator('.brand').click();
	await page.locator('#q').waitFor();
	await page.goBack();
	await page.locator('#identifier').waitFor();
	await soon(async () => assert.equal((await page.inputValue('#identifier')).trim().toUpperCase(), parents.father_id_number));
	await soon(async () => assert.ok(await page.isChecked('#agreed')));

	/* The network goes away; then the same press, and twice at once: one confirmation. */
	await page.context().setOffline(true);
	await go.click();
	await page.getByText('连不上服务器').waitFor();
	await page.context().setOffline(false);
	await go.dblclick();
	await page.getByRole('heading', { level: 1, name: '已经确认' }).waitFor();
	assert.equal(new Set(sent.slice(1)).size, 1, 'the same request');
	await untilStep(clerk, id, 'NB2', 'running');
	await shot(page, 'confirmed');
	await spotless(page, 'what was confirmed');

	/* Back, forth and read again: it was confirmed. */
	await page.reload();
	await page.getByRole('heading', { level: 1, name: '已经确认' }).waitFor();
	await page.locator('.brand').click();
	await page.goBack();
	await page.getByRole('heading', { level: 1, name: '已经确认' }).waitFor();
	house.faults = house.faults.filter((fault) => !/ERR_INTERNET_DISCONNECTED/.test(fault));
	house.clean();
});

test('somebody who has confirmed in another window is told that they have; before the form is submitted they are told to wait', async () => {
	const { id } = await openJoint(clerk, newborn(parents), { draft: true });
	const path = await link(id, { who: 'father' });
	const one = await phone(path), other = await phone(path);
	for (const page of [one, other]) {
		await page.fill('#identifier', parents.father_id_number);
		await page.check('#agreed');
	}
	const go = (page) => page.getByRole('button', { name: '确认', exact: true }).click();
	await go(one);
	await one.getByText('的申请表还没有提交').waitFor();
	await accessible(one, 'a form that is not submitted');
	const shown = await phone(await link(id));
	await shown.locator('[data-todo]').getByText('申请表还没有提交').waitFor();
	await shot(shown, 'progress-draft');
	await spotless(shown, 'a draft');
	await clerk.ok('PUT', `/api/v1/jointcases/${id}/form`, { json: { form: {}, submit: true }, ifMatch: '*' });
	await go(one);
	await one.getByRole('heading', { level: 1, name: '已经确认' }).waitFor();
	await go(other);
	await other.getByRole('heading', { level: 1, name: '已经确认' }).waitFor();
	await at(shown, 'NB1', 'running').waitFor();
	await shown.getByText('已经确认').waitFor();
	house.clean();
});

test('a link that is incomplete or no more says what to do', async () => {
	for (const path of ['/progress', '/progress#abc', '/confirm', '/confirm#abc'])  {
		const page = await phone(path);
		await page.getByRole('heading', { level: 1, name: '这个链接不完整' }).waitFor();
		await page.getByText('整条点开').waitFor();
		await accessible(page, path);
		await page.context().close();
	}
	for (const path of [`/progress${NOT_THERE}`, `/confirm${NOT_THERE}`]) {
		const page = await phone(path);
		await page.getByRole('heading', { level: 1, name: '这个链接不能用' }).waitFor();
		await page.getByText('请到办理的窗口要').waitFor();
		await shot(page, 'link-over');
		await spotless(page, path);
		await page.context().close();
	}
	/* One kind of link opens nothing of the other kind; a whole one behind it is read at once. */
	const { id } = await openJoint(clerk);
	const path = await link(id), page = await phone(`/progress${NOT_THERE}`);
	await page.getByRole('heading', { level: 1, name: '这个链接不能用' }).waitFor();
	await page.evaluate((hash) => { location.hash = hash; }, path.split('#')[1]);
	await page.locator('.progress').waitFor();
	await page.goto(`${house.base}${path.replace('progress', 'confirm')}`);
	await page.getByRole('heading', { level: 1, name: '这个链接不能用' }).waitFor();
	house.clean();
});

test('what is the applicant\'s to do stands first; what is late or was not done says who acts', async () => {
	const { id } = await openJoint(clerk);
	await untilStep(clerk, id, 'NB1', 'running');
	const page = await house.page({ viewport: PHONE, path: '/' });
	/* As the server would say it of steps that nobody here can bring about within a test. */
	await page.route('**/api/v1/progress', async (route) => {
		const response = await route.fetch(), json = await response.json();
		Object.assign(json.steps[4], { state: 'returned', who: 'applicant', says: '请您补充:银行账号、联系电话' });
		Object.assign(json.steps[5], { state: 'failed', who: 'lead', says: '这一项暂时没有办成,金东区卫生健康局正在决定怎样继续,您不用跑' });
		Object.assign(json.steps[0], { late: true, due_at: json.started_at });
		Object.assign(json.steps[6], { state: 'skipped', who: 'nobody', says: '这一项不再办理,原因可向牵头单位了解' });
		await route.fulfill({ response, json });
	});
	await page.goto(`${house.base}${await link(id)}`);
	await page.locator('[data-todo]').getByText('请您补充:银行账号、联系电话').waitFor();
	const order = await page.locator('[data-todo], .total, .steps').evaluateAll((all) => all.map((e) => e.className));
	assert.match(order[0], /todo-now/, 'what is to do comes first');
	await soon(async () => assert.equal(await page.getByText('现在不用您做任何事。').count(), 0));
	await soon(async () => assert.deepEqual(await page.locator('.steps__head span:first-child').allTextContents(), ['要您补充', '暂时没办成', '正在办', '等前一步，到了自动开始', '已办好', '不再办']));
	await at(page, 'NB1').getByText('已超时').waitFor();
	await at(page, 'NB1').getByText('该在').waitFor();
	await shot(page, 'progress-todo');
	await spotless(page, 'something to do');
	house.clean();
});

test('life events for everybody: found from the first page, what one spares, who does what, and whether the promise was kept', async () => {
	const { id } = await openJoint(clerk), path = await link(id);
	for (const code of ['NB4', 'NB5', 'NB6']) await decide(clerk, id, code, 'skip');
	await concludeStep(house.instance, clerk, id, 'NB1', birth);
	await concludeStep(house.instance, clerk, id, 'NB2', household);
	await answerStep(house.instance, clerk, id, 'NB3');
	await until(clerk, id, (j) => j.state === 'finished');
	const over = await phone(path);
	await over.getByText('全部办完了').waitFor();
	await soon(async () => assert.equal(await over.locator('[data-state="finished"] .total__figure b').textContent(), String(stepOf(await getJoint(clerk, id), 'NB1') && (await getJoint(clerk, id)).counts.done)));
	await shot(over, 'progress-finished');
	await spotless(over, 'one that is over');

	const page = await phone('/');
	await page.getByRole('link', { name: '几件事一次办' }).click();
	await page.getByRole('heading', { level: 1, name: '一件事，一次办' }).waitFor();
	await page.locator('[data-event="LE-NEWBORN"]').waitFor();
	await soon(async () => assert.equal(await page.locator('[data-event]').count(), 10));
	await shot(page, 'events');
	await spotless(page, 'the list');
	await page.locator('[data-event="LE-NEWBORN"]').focus();
	await page.keyboard.press('Enter');
	await page.waitForURL('**/lifeevents/LE-NEWBORN');
	await page.locator('[data-clock]').waitFor();
	await soon(async () => assert.equal(await page.locator('.steps__longest').count(), 4, 'the critical path'));
	await soon(async () => assert.deepEqual(await page.locator('.steps__head').first().locator('~ ul').first().locator('[data-step]').evaluateAll((all) => all.map((e) => e.dataset.step)), ['NB1', 'NB8']));
	await page.locator('[data-step="NB2"]').getByText('等父亲确认').waitFor();
	const clock = await clerk.get('/api/v1/lifeevents/LE-NEWBORN/clock');
	await soon(async () => assert.equal(await page.locator('[data-clock] .total__figure b').textContent(), String(clock.in_time)));
	await page.locator('[data-clock]').getByText(`${clock.spared.forms} 张表`).waitFor();
	await page.locator('summary').click();
	await page.getByText('新生儿姓名').waitFor();
	await shot(page, 'event');
	await spotless(page, 'a life event');
	await page.getByRole('button', { name: 'English' }).click();
	await page.getByRole('heading', { name: 'Was the promise kept?' }).waitFor();
	await shot(page, 'event-en');
	await spotless(page, 'a life event, in English');
	await page.locator('[data-step="NB1"] a').click();
	await page.waitForURL('**/m/M-0209');

	const none = await phone('/lifeevents/LE-X');
	await none.getByText('没有一件事 LE-X').waitFor();
	const dark = await phone(path, { dark: true, lang: 'en' });
	await dark.getByText('All of it is done').waitFor();
	await spotless(dark, 'one that is over, dark, in English');
	house.clean();
});

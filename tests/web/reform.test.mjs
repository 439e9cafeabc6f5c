// The reform office's bench: lists handed in, a round worked through by keys, a draft published, experts heard; and what people do wrong.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test, { after, before } from 'node:test';
import { jinhua } from '../lib/paths.mjs';
import { accessible, held, soon, start } from './browser.mjs';

const WIDE = { width: 1920, height: 1080 };
const list = (division) => readFileSync(`${jinhua}/county_lists/${division}.csv`);
const county = '330723', other = '330703';
let house, api, wuyi;
before(async () => {
	house = await start();
	[api, wuyi] = await Promise.all(['u-4001', 'u-4002'].map((user) => house.instance.client(user)));
});
after(() => house?.close());

const shots = process.env.WZM_SHOTS;
/* A state is looked at by axe-core, down to trifles, and where pictures are wanted by the camera. */
async function clean(page, what) {
	if (shots) await page.screenshot({ path: `${shots}/${what.replaceAll(/\W+/g, '-')}.png` });
	await accessible(page, what);
}
const differences = (query, by = api) => by.get(`/api/v1/align/rounds/1/differences?${query}`);
const difference = (id) => api.get(`/api/v1/align/rounds/1/differences/${id}`);
const idOf = (page) => page.locator('[data-difference-id]').getAttribute('data-difference-id');
const focused = (page) => page.evaluate(() => document.activeElement.id);
/** The bench on a round with this filter; waits for the first row. */
async function work(page, query) {
	await page.goto(`${house.base}/work/align/rounds/1?${query}`);
	await page.locator('.diff').first().waitFor();
}
/** j, and the difference on the screen may be decided. */
async function next(page) {
	await page.keyboard.press('j');
	await page.locator('[data-ready]').waitFor();
	return idOf(page);
}
async function moved(page, from) {
	await page.locator(`[data-difference-id]:not([data-difference-id="${from}"])[data-ready]`).waitFor();
	return idOf(page);
}

test('lists are handed in; a wrong one is taken not at all, and says where', async () => {
	const page = await house.page({ user: 'u-4001' });
	await page.getByText('还没有县级清单').waitFor();
	await clean(page, 'the matrix without lists');
	await page.keyboard.press('h');
	await page.locator('[data-dialog="handin"]').waitFor();
	await page.keyboard.press('Control+Enter');
	await page.getByText('请选文件').waitFor();
	const wrong = `事项名称,证明名称,办理方式\n机动车驾驶证期满换证,健康体检合格证明,commitmnet\n`;
	await page.setInputFiles('#handin-file', { name: '武义.csv', mimeType: 'text/csv', buffer: Buffer.from(wrong) });
	await page.selectOption('#handin-division', county);
	await page.keyboard.press('Control+Enter');
	await page.locator('[data-code="import_refused"]').waitFor();
	const row = page.locator('.handin__errors tbody tr');
	await soon(async () => assert.equal(await row.count(), 1));
	await soon(async () => assert.match(await row.textContent(), /第 2 行.*C.*commitmnet/));
	await soon(async () => assert.equal(await page.inputValue('#handin-division'), county, 'what was chosen is kept'));
	await clean(page, 'a list with an error');
	assert.deepEqual((await api.get('/api/v1/align/lists')).lists, []);
	await page.setInputFiles('#handin-file', { name: `${county}.csv`, mimeType: 'text/csv', buffer: list(county) });
	await page.keyboard.press('Control+Enter');
	await page.locator('[data-taken]').getByText('武义县，2,265 行').waitFor();
	await clean(page, 'a list that was taken');
	await page.keyboard.press('Escape');
	await page.locator(`[data-division="${county}"]`).getByText('2,244/2,306').waitFor();
	assert.equal((await api.get('/api/v1/align/lists')).lists.length, 1);
	for (const division of [other, '330702'])
		await api.ok('PUT', `/api/v1/align/lists/${division}?name=${division}.csv`, { body: list(division), headers: { 'Content-Type': 'text/csv' } });
	house.clean();
});

test('a round is opened, one of each is decided by keys, and what was decided is taken back', async () => {
	const page = await house.page({ user: 'u-4001' });
	await page.locator('[data-total="items"]').waitFor();
	await page.keyboard.press('o');
	await page.locator('#round-title').waitFor();
	await clean(page, 'a round to be opened');
	await page.keyboard.press('Control+Enter');
	await page.getByText('请写轮次名称').waitFor();
	await page.keyboard.type('第一轮');
	await page.keyboard.press('Control+Enter');
	await page.getByRole('link', { name: /处理差异，还有 386 项/ }).focus();
	await page.keyboard.press('Enter');
	await page.waitForURL('**/work/align/rounds/1');
	await page.locator('.diff').first().waitFor();

	await page.selectOption('#f-division', county);
	await page.selectOption('#f-kind', 'matter_name');
	await page.waitForURL(/division=330723&kind=matter_name/);
	await page.locator('.diff').first().waitFor();
	await page.locator('#reform').focus();
	const adopted = await next(page);
	const marked = await page.locator('.pair__table .differs').allTextContents();
	assert.ok(marked.length >= 1, `what differs is marked: ${marked}`);
	await clean(page, 'a difference');
	await page.keyboard.press('1');
	const kept = await moved(page, adopted);
	assert.deepEqual([(await difference(adopted)).state, (await difference(adopted)).decision.by.id], ['adopt', 'u-4001']);
	await soon(async () => assert.equal(await page.locator(`[data-difference="${adopted}"]`).getAttribute('data-state'), 'adopt', 'it stays in its place'));

	await page.keyboard.press('2');
	await page.locator('[data-panel="keep"]').waitFor();
	await page.keyboard.press('Control+Enter');
	await page.getByText('请写明理由').waitFor();
	await soon(async () => assert.equal(await focused(page), 'p-text'));
	await page.keyboard.type('本县 1 处机构不同');
	await page.keyboard.press('Control+Enter');
	await page.getByText('请写法律依据').waitFor();
	await soon(async () => assert.equal(await focused(page), 'p-basis'));
	await clean(page, 'keeping without a legal basis');
	await page.keyboard.type('《浙江省水上交通安全管理条例》第三条');
	await page.keyboard.press('Control+Enter');
	const proposed = await moved(page, kept);
	assert.deepEqual((({ decision, reason, basis }) => [decision, reason, basis])((await difference(kept)).decision),
		['keep', '本县 1 处机构不同', '《浙江省水上交通安全管理条例》第三条']);

	await page.keyboard.press('3');
	await page.locator('[data-panel="propose"]').waitFor();
	await page.locator('#p-text').fill('市级名称已过时');
	await page.keyboard.press('Control+Enter');
	const after = await moved(page, proposed);
	assert.equal((await difference(proposed)).state, 'propose');

	await page.keyboard.press('u');
	await page.locator(`[data-difference-id="${proposed}"][data-state="open"]`).waitFor();
	assert.equal((await difference(proposed)).state, 'open');
	await page.goto(`${house.base}/work/align/rounds/1/${after}?division=${county}`);
	await page.locator('[data-ready]').waitFor();
	await page.keyboard.press('a');
	await page.locator('#p-user').waitFor();
	await page.locator('#p-user').click();
	await page.getByRole('option', { name: '改革武 u-4002' }).click();
	await page.keyboard.press('Control+Enter');
	await page.getByText('改革武在办').waitFor();
	await page.keyboard.press('c');
	await page.locator('#p-text').fill('已与市民政局确认名称');
	await page.keyboard.press('Control+Enter');
	await page.locator('[data-comments]').getByText('已与市民政局确认名称').waitFor();
	const now = await difference(after);
	assert.deepEqual([now.assignee.id, now.comments.length, now.state], ['u-4002', 1, 'open']);
	house.clean();
});

test('many at once: a preview, a confirmation, one press', async () => {
	const page = await house.page({ user: 'u-4001' });
	await work(page, `division=${county}&kind=proof_name`);
	const n = (await differences(`division=${county}&kind=proof_name&state=open&limit=200`)).differences.length;
	assert.ok(n > 20);
	await page.keyboard.press('b');
	await page.getByText(`将认定这 ${n} 项`).waitFor();
	await soon(async () => assert.equal(await page.locator('[data-preview] tbody tr').count(), n));
	await page.keyboard.press('Control+Enter');
	await page.getByText('请先看清后果').waitFor();
	assert.equal((await differences(`division=${county}&kind=proof_name&state=open&limit=1`)).differences.length, 1, 'nothing without the tick');
	await clean(page, 'many at once');
	await page.keyboard.press('Space');
	await page.keyboard.press('Control+Enter');
	await page.keyboard.press('Control+Enter');
	await page.locator('[data-done]').getByText(`已认定 ${n} 项，还有 0 项`).waitFor();
	assert.deepEqual((await differences(`division=${county}&kind=proof_name&state=open`)).differences, []);
	assert.equal((await differences(`division=${county}&kind=proof_name&state=adopt&limit=200`)).differences.length, n);
	await page.keyboard.press('Escape');
	await page.getByText('没有待认定的差异').waitFor();
	await clean(page, 'nothing left to decide');
	house.clean();
});

test('two people at once: who was slower sees what the other decided, and keeps what was typed', async () => {
	const page = await house.page({ user: 'u-4001' });
	await work(page, `division=${county}&kind=extra`);
	const id = await next(page);
	await page.keyboard.press('2');
	await page.locator('#p-text').fill('本县依法另设');
	await page.locator('#p-basis').fill('《某条例》第二条');
	await wuyi.post(`/api/v1/align/rounds/1/differences/${id}/decision`, { decision: 'adopt' }, { ifMatch: (await difference(id)).version });
	await page.keyboard.press('Control+Enter');
	await page.locator('[data-code="version_stale"]').waitFor();
	await page.locator('[data-beaten]').getByText('改革武先认定了：采用市级').waitFor();
	await soon(async () => assert.equal(await page.inputValue('#p-text'), '本县依法另设'));
	await soon(async () => assert.equal(await page.inputValue('#p-basis'), '《某条例》第二条'));
	assert.equal((await difference(id)).state, 'adopt');
	await clean(page, 'somebody was faster');
	house.clean();
});

test('a second press decides nothing more; going back keeps what was typed', async () => {
	const page = await house.page({ user: 'u-4001' });
	await work(page, `division=${county}&kind=missing`);
	const before_ = (await differences(`division=${county}&kind=missing&state=open&limit=200`)).differences.length;
	const first = await next(page);
	await page.keyboard.press('1');
	await page.keyboard.press('1');
	const second = await moved(page, first);
	assert.equal((await differences(`division=${county}&kind=missing&state=open&limit=200`)).differences.length, before_ - 1);
	await page.locator('[data-do="adopt"]').dblclick();
	const third = await moved(page, second);
	assert.equal((await differences(`division=${county}&kind=missing&state=open&limit=200`)).differences.length, before_ - 2);

	await page.keyboard.press('2');
	await page.locator('#p-text').fill('写到一半');
	await page.goBack();
	await page.locator(`[data-difference-id="${second}"]`).waitFor();
	await page.goForward();
	await page.locator(`[data-difference-id="${third}"][data-ready]`).waitFor();
	await page.keyboard.press('2');
	await soon(async () => assert.equal(await page.inputValue('#p-text'), '写到一半'));
	await page.keyboard.press('Escape');
	await soon(async () => assert.equal(await page.evaluate(() => document.activeElement.dataset.do), 'keep', 'the focus returns'));
	house.clean();
});

test('a double click whose first click is answered at once is one decision, and one taking back', async () => {
	const page = await house.page({ user: 'u-4001' });
	await work(page, `division=${county}&kind=missing`);
	const id = await next(page), state = async () => { const { state: is, events } = await difference(id); return [is, events.length]; };
	/* Clicks, waits for what stands there then, and clicks once more, as the second half of a double click. */
	const twice = async (button, then) => {
		const { x, y, width, height } = await page.locator(`[data-do="${button}"]`).boundingBox(), at = [x + width / 2, y + height / 2];
		await page.mouse.click(...at);
		await page.locator(`[data-do="${then}"]`).waitFor();
		assert.equal(await page.evaluate(([left, top]) => document.elementFromPoint(left, top).closest('button').dataset.do, at), then, 'it stands there');
		await page.mouse.down({ clickCount: 2 });
		await page.mouse.up({ clickCount: 2 });
	};
	const late = await held(page, /\/differences\/[0-9a-f]+$/);
	await twice('adopt', 'undo');
	await late.asked();
	await late.let();
	await moved(page, id);
	assert.deepEqual(await state(), ['adopt', 1]);
	await page.keyboard.press('k');
	await page.locator(`[data-difference-id="${id}"][data-ready]`).waitFor();
	await twice('undo', 'adopt');
	await page.waitForTimeout(500);
	assert.deepEqual(await state(), ['open', 2]);
	await page.mouse.click(5, 5);
	await page.locator('[data-do="adopt"]').click();
	await moved(page, id);
	assert.deepEqual(await state(), ['adopt', 3], 'the next click is one of its own');
	house.clean();
});

test('a session that ends while one types: sign in, and it is all still there; so after a lost network', async () => {
	const page = await house.page({ user: 'u-4001' });
	await work(page, `division=${county}&kind=missing`);
	const id = await next(page);
	await page.keyboard.press('3');
	await page.locator('#p-text').fill('市级清单应当改');
	await page.context().clearCookies();
	await page.keyboard.press('Control+Enter');
	await page.getByText('重新登录后回到原处').first().waitFor();
	const read = page.waitForResponse('**/align/rounds/1/table');
	await page.locator('[data-user="u-4001"]').click();
	await page.locator('[data-panel="propose"]').waitFor();
	await soon(async () => assert.equal(await page.inputValue('#p-text'), '市级清单应当改'));
	await soon(async () => assert.equal(await idOf(page), id));
	await read;

	await page.context().setOffline(true);
	await page.locator('#p-text').focus();
	await page.keyboard.press('Control+Enter');
	await page.locator('[data-code="network"]').waitFor();
	await soon(async () => assert.equal(await page.inputValue('#p-text'), '市级清单应当改'));
	assert.equal((await difference(id)).state, 'open');
	await page.context().setOffline(false);
	await page.locator('[data-code="network"]').waitFor({ state: 'detached' });
	await page.keyboard.press('Control+Enter');
	await moved(page, id);
	const now = await difference(id);
	assert.deepEqual([now.state, now.events.length], ['propose', 1], 'once');
	house.faults.splice(0);
});

test('the views: by department, by person, as found and as decided; in English, dark, large and wide', async () => {
	const page = await house.page({ user: 'u-4001', path: '/work/align' });
	const row = page.locator(`[data-division="${county}"]`);
	await row.waitFor();
	const cell = () => row.locator('td').first().textContent();
	const now = await cell();
	await page.getByRole('button', { name: '认定后' }).click();
	await soon(async () => assert.notEqual(await cell(), now, 'what was adopted counts as done'));
	await page.getByRole('button', { name: '发现时' }).click();
	await soon(async () => assert.match(await cell(), /2,244\/2,306/));
	await soon(async () => assert.equal(await page.locator('[data-division="330726"]').getByText('都认定了').count(), 0, 'who handed in nothing has decided nothing'));
	await page.locator('[data-counts] summary').click();
	await clean(page, 'the matrix');
	await page.locator('summary', { hasText: '推定由市级办理' }).click();
	const presumed = page.locator('[data-runs="city"]'), n = await presumed.count();
	assert.ok(n > 0);
	await presumed.first().click();
	await page.waitForFunction((left) => document.querySelectorAll('[data-runs="city"]').length === left, n - 1);
	assert.equal((await api.get('/api/v1/align/scope')).scope[0].runs, 'city');
	await page.getByRole('link', { name: '按部门' }).click();
	await page.getByRole('heading', { name: /个部门，横向看各县/ }).waitFor();
	await clean(page, 'by department');
	await page.locator('.matrix tbody a').first().click();
	await page.waitForURL(/rounds\/1\?agency=/);
	await page.locator('.diff').first().waitFor();
	await page.goto(`${house.base}/work/align/rounds/1?assignee=u-4002`);
	await page.locator('.diff').first().waitFor();
	await soon(async () => assert.equal(await page.locator('.diff').count(), 1));
	for (const [name, options] of [['dark', { dark: true }], ['English', { lang: 'en' }], ['wide', { viewport: WIDE }], ['large', { large: true }]]) {
		const one = await house.page({ user: 'u-4001', ...options });
		if (options.large) {
			await one.evaluate(() => localStorage.setItem('wzm.size', 'large'));
			await one.reload();
		}
		await one.locator('[data-total="items"]').waitFor();
		await clean(one, `the matrix, ${name}`);
		await work(one, 'kind=method');
		await next(one);
		await one.keyboard.press('2');
		await one.locator('[data-panel="keep"]').waitFor();
		await clean(one, `a difference, ${name}`);
		const wide = await one.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
		assert.ok(wide, `nothing is wider than the screen, ${name}`);
		await one.context().close();
	}
	house.clean();
});

test('a county sees its own only, and neither opens nor publishes; experts see no alignment', async () => {
	const page = await house.page({ user: 'u-4002' });
	await page.locator('[data-total="items"]').waitFor();
	await soon(async () => assert.equal(await page.locator('[data-division]').count(), 1));
	await soon(async () => assert.equal(await page.locator('[data-do="open"], [data-do="close"]').count(), 0));
	await soon(async () => assert.equal(await page.getByRole('link', { name: '专家评审' }).count(), 0));
	await work(page, '');
	const id = await next(page);
	await page.keyboard.press('1');
	await moved(page, id);
	assert.equal((await difference(id)).decision.by.id, 'u-4002');
	await page.goto(`${house.base}/work/inventory/versions/1`);
	await page.locator('[data-version-view]').waitFor();
	await soon(async () => assert.equal(await page.locator('[data-do="publish"]').count(), 0));
	const expert = await house.page({ user: 'u-7001' });
	await expert.getByText('没有在评审的').first().waitFor();
	await soon(async () => assert.equal(await expert.getByRole('link', { name: '三统一' }).count(), 0));
	await clean(expert, 'no review');
	house.clean();
});

test('supervisors and auditors read the matrix and every difference, and can change nothing', async () => {
	for (const [user, path] of [['u-5001', '/work/align'], ['u-6003', '/work/']]) {
		const page = await house.page({ user, path });
		await page.locator('[data-total="items"]').waitFor();
		await soon(async () => assert.ok(await page.locator('[data-division]').count() >= 3, 'all counties'));
		await soon(async () => assert.equal(await page.locator('[data-do], [data-runs]').count(), 0, `${user} opens, closes and hands in nothing`));
		await page.getByRole('link', { name: /处理差异/ }).click();
		await page.locator('.diff').first().waitFor();
		await soon(async () => assert.ok(await page.locator('#f-division option').count() > 3, 'every county can be chosen'));
		await page.keyboard.press('j');
		await page.locator('[data-difference-id]').waitFor();
		const id = await idOf(page), was = (await difference(id)).version;
		for (const key of ['1', '2', '3', 'u', 'a', 'c', 'b'])
			await page.keyboard.press(key);
		await soon(async () => assert.equal(await page.locator('[data-panel], [role="dialog"], [data-do]').count(), 0));
		assert.equal((await difference(id)).version, was);
		await page.goto(`${house.base}/work/align/departments`);
		await page.getByRole('heading', { name: /个部门，横向看各县/ }).waitFor();
		await page.context().close();
	}
	house.clean();
});

test('what is slow, broken or forbidden says so', async () => {
	const page = await house.page({ user: 'u-4001', path: '/work/inventory' });
	await page.locator('.ways').waitFor();
	let go;
	const held = new Promise((done) => { go = done; });
	await page.route('**/api/v1/align/matrix', async (route) => { await held; await route.fallback(); });
	/* What is seen listens to keys a moment later, on a busy machine: whoever sees nothing happen presses again. */
	const reading = page.getByRole('status').getByText('正在读对照表');
	for (let n = 0; n < 5; n++) {
		await page.keyboard.press('Alt+2');
		if (await reading.waitFor({ timeout: 3000 }).then(() => true, () => false)) break;
	}
	await reading.waitFor();
	await clean(page, 'while it is read');
	go();
	await page.locator('[data-total="items"]').waitFor();
	await page.unroute('**/api/v1/align/matrix');
	const refusal = (status, code, detail, next_) => (route) => route.fulfill({ status, contentType: 'application/problem+json',
		json: { type: `/problems/${code}`, title: detail, status, detail, next: next_, instance: '/api/v1/align/matrix', code } });
	await page.route('**/api/v1/align/matrix', refusal(403, 'not_allowed', '您的岗位不能做这件事', '可以做的岗位:督办'));
	await page.reload();
	await page.locator('[data-state="denied"]').getByText('您的岗位不能做这件事').waitFor();
	await clean(page, 'no permission');
	await page.unroute('**/api/v1/align/matrix');
	await page.route('**/api/v1/align/matrix', refusal(400, 'request_invalid', '服务器没有答复', '请再试一次'));
	await page.reload();
	await page.getByText('服务器没有答复').waitFor();
	await clean(page, 'a fault');
	await page.unroute('**/api/v1/align/matrix');
	await page.getByRole('button', { name: '再试一次' }).click();
	await page.locator('[data-total="items"]').waitFor();
	house.clean();
});

test('a round is closed over what is left, drift is said, and it is opened again with a reason', async () => {
	const page = await house.page({ user: 'u-4001' });
	const left = (await api.get('/api/v1/align/rounds/1')).states.open;
	await page.locator('[data-do="close"]').focus();
	await page.keyboard.press('Enter');
	await page.getByText(`还有 ${left} 项没有认定`).waitFor();
	await page.keyboard.press('Control+Enter');
	await page.getByText('请先看清后果').waitFor();
	await clean(page, 'a round to be closed');
	await page.keyboard.press('Space');
	await page.keyboard.press('Control+Enter');
	await page.locator('[data-do="reopen"]').waitFor();
	assert.equal((await api.get('/api/v1/align/rounds/1')).state, 'closed');

	await page.keyboard.press('h');
	const more = `${list(county).toString('utf8').trimEnd()}\nX-1,,,commitment,无,,,,,出租车司机驾照更新,社区盖章的健康说明\n`;
	await page.setInputFiles('#handin-file', { name: `${county}.csv`, mimeType: 'text/csv', buffer: Buffer.from(more) });
	await page.keyboard.press('Control+Enter');
	await page.getByText(/有回潮：新出现 1 项，应改未改 \d+ 项/).waitFor();
	await page.keyboard.press('Escape');
	await page.locator(`[data-division="${county}"] .matrix__drift`).click();
	await page.locator('.drift').getByText('出租车司机驾照更新').first().waitFor();
	await clean(page, 'drift');
	await page.goBack();

	await page.locator('[data-do="reopen"]').click();
	await page.locator('#round-reason').waitFor();
	await page.keyboard.press('Control+Enter');
	await page.getByText('请写明理由').waitFor();
	await page.keyboard.type('两项依据有误');
	await page.keyboard.press('Control+Enter');
	await page.locator('[data-do="close"]').waitFor();
	const round = await api.get('/api/v1/align/rounds/1');
	assert.deepEqual([round.state, round.events.at(-1).reason], ['open', '两项依据有误']);
	house.clean();
});

test('experts are asked, give three opinions by keys; put off, taken up, decided against one; dissent is kept', async () => {
	const page = await house.page({ user: 'u-4001', path: '/work/inventory' });
	await page.locator('.ways').waitFor();
	await page.keyboard.press('F2');
	await page.keyboard.type('I-00186');
	await page.locator('[data-hit="I-00186"]').waitFor();
	await page.keyboard.press('Enter');
	await page.keyboard.press('Enter');
	await page.locator('[data-item-view="I-00186"]').waitFor();
	await soon(async () => assert.equal(await page.locator('[data-option="data_query"]').getAttribute('data-open'), 'false'));
	await page.locator('[data-option="data_query"]').getByText('没有电子化共享').waitFor();
	await clean(page, 'an item');
	await page.getByRole('link', { name: '请专家评审' }).focus();
	await page.keyboard.press('Enter');
	await page.locator('[data-option]').first().waitFor();
	await page.keyboard.press('Control+Enter');
	await page.getByText('请写问题').waitFor();
	await page.keyboard.type('能否直接取消');
	await clean(page, 'a new review');
	await page.keyboard.press('Control+Enter');
	await page.locator('[data-review-view]').waitFor();
	const number = await page.locator('[data-review-view]').getAttribute('data-review-view');

	for (const [user, key, vote] of [['u-7001', 'ArrowDown', 'commitment'], ['u-7002', null, 'direct_cancel'], ['u-7003', null, 'direct_cancel']]) {
		const expert = await house.page({ user });
		await expert.locator(`[data-review="${number}"]`).waitFor();
		await expert.keyboard.press('j');
		await expert.locator('[data-review-view]').waitFor();
		await expert.keyboard.press('n');
		await expert.locator('[data-panel="opinion"]').waitFor();
		await expert.keyboard.press('Control+Enter');
		await expert.getByText('请投一票').waitFor();
		await expert.keyboard.press('Space');
		if (key !== null)
			await expert.keyboard.press(key);
		await expert.locator('#r-text').fill('条文没有要求这份证明');
		await expert.keyboard.press('Control+Enter');
		await expert.getByText('请写法律和条款').waitFor();
		await soon(async () => assert.equal(await focused(expert), 'r-law'));
		await expert.keyboard.type('《优化营商环境条例》');
		await expert.keyboard.press('Tab');
		await expert.keyboard.type('第四十四条');
		await clean(expert, 'an opinion');
		await expert.keyboard.press('Control+Enter');
		await expert.locator(`[data-opinion="${user}"]`).waitFor();
		const said = (await api.get(`/api/v1/reviews/${number}`)).opinions.at(-1);
		assert.deepEqual([said.expert.id, said.vote], [user, vote]);
		house.clean();
		await expert.context().close();
	}

	await page.keyboard.press('w');
	await page.locator('#r-text').fill('条文未写明由谁出具');
	await page.keyboard.press('Control+Enter');
	await page.locator('[data-code="version_stale"]').waitFor();
	await soon(async () => assert.equal(await page.inputValue('#r-text'), '条文未写明由谁出具', 'nobody decides over an opinion that came in meanwhile'));
	await page.locator('[data-opinion="u-7003"]').waitFor();
	/* The list beside it comes late: whoever goes on meanwhile types into no panel that is done with. */
	let come;
	const late = new Promise((resolve) => { come = resolve; });
	await page.route('**/api/v1/reviews?*', async (route) => { await late; await route.continue(); });
	await page.keyboard.press('Control+Enter');
	await page.locator('[data-unclear]').getByText('条文未写明由谁出具').waitFor();
	await page.keyboard.press('r');
	await page.locator('[data-panel="takeup"]').waitFor();
	const listed = page.waitForResponse('**/api/v1/reviews?*');
	come();
	await listed;
	await page.unroute('**/api/v1/reviews?*');
	await page.locator('#r-text').fill('省厅已答复');
	await page.keyboard.press('Control+Enter');
	await page.locator('[data-review-view][data-state="open"]').waitFor();

	await page.keyboard.press('d');
	await page.locator('[data-panel="decide"]').waitFor();
	await page.locator('input[name="method"][value="direct_cancel"]').check();
	await page.keyboard.press('Control+Enter');
	await page.getByText('请选一条理由').waitFor();
	await page.locator('input[name="ground"][value="1"]').check();
	await page.locator('#r-text').fill('没有法律要求这份证明');
	await page.locator('#r-law').fill('《优化营商环境条例》');
	await page.getByLabel('第 1 条的条款').fill('第四十四条');
	await clean(page, 'a decision');
	await page.keyboard.press('Control+Enter');
	const decision = page.locator('[data-decision]');
	await decision.getByText('决定：直接取消').waitFor();
	await decision.getByText('异议意见 1 条').waitFor();
	await clean(page, 'a decided review');
	const r = await api.get(`/api/v1/reviews/${number}`);
	assert.deepEqual([r.state, r.method, r.ground.number, r.decision.dissent.map((d) => d.expert)], ['decided', 'direct_cancel', 1, ['u-7001']]);
	house.clean();
});

test('the decision becomes a draft, is compared, published for a day, taken back, and published', async () => {
	const page = await house.page({ user: 'u-4001', path: '/work/reviews' });
	await page.getByRole('button', { name: '已决定' }).click();
	await page.locator('[data-do="apply"]').click();
	await page.locator('[data-applied] a').click();
	await page.locator('[data-version-view="2"][data-state="draft"]').waitFor();
	await clean(page, 'a draft');
	await page.getByRole('button', { name: '比较' }).click();
	await page.locator('[data-compare]').getByRole('heading', { name: /第 1 版到第 2 版，\d+ 处不同/ }).waitFor();
	const change = page.locator('[data-change="I-00186"]').first();
	await change.getByText('department_verify').waitFor();
	await soon(async () => assert.match(await change.textContent(), /direct_cancel/));
	await clean(page, 'two versions');
	await page.goBack();
	await page.locator('[data-version-view="2"]').waitFor();

	await page.keyboard.press('p');
	await page.locator('#publish-decision').waitFor();
	await page.getByText('与现行相比共').waitFor();
	await page.keyboard.press('Control+Enter');
	await page.getByText('请写依据的决定').waitFor();
	await page.keyboard.type('金司〔2026〕12号');
	await page.locator('#publish-effective').fill('2099年1月1日');
	await page.keyboard.press('Control+Enter');
	await page.getByText('请先看清后果').waitFor();
	await clean(page, 'a version to be published');
	await page.keyboard.press('Space');
	await page.keyboard.press('Control+Enter');
	await page.keyboard.press('Control+Enter');
	await page.locator('[data-version-view="2"][data-state="planned"]').waitFor();
	assert.equal((await api.get('/api/v1/inventory/versions/2')).publications.length, 1, 'pressed twice, published once');

	await page.locator('[data-withdraw]').click();
	await page.locator('#publish-decision').fill('文号有误');
	await page.locator('#publish-sure').check();
	await page.keyboard.press('Control+Enter');
	await page.locator('[data-version-view="2"][data-state="withdrawn"]').waitFor();
	await page.keyboard.press('p');
	await page.locator('#publish-decision').fill('金司〔2026〕13号');
	await page.locator('#publish-sure').check();
	await page.keyboard.press('Control+Enter');
	await page.locator('[data-version-view="2"][data-state="in_force"]').waitFor();
	assert.equal((await api.get('/api/v1/inventory')).version, 2);
	await page.goto(`${house.base}/work/inventory/items/I-00186`);
	await page.getByText(/评审 330700-/).waitFor();
	await clean(page, 'the history of an item');
	house.clean();
});

test('whoever stands at a counter does not fetch this bench', async () => {
	const fetched = async (user) => {
		const context = await house.browser.newContext();
		const page = await context.newPage(), files = [];
		page.on('request', (r) => files.push(new URL(r.url()).pathname));
		await page.goto(`${house.base}/work/`);
		await page.locator(`[data-user="${user}"]`).click();
		await page.locator('.bench').waitFor();
		await context.close();
		return files.filter((file) => /\/assets\/bench-[\w-]+\.js$/.test(file)).length;
	};
	assert.equal(await fetched('u-1001'), 0);
	assert.equal(await fetched('u-4001'), 1);
});

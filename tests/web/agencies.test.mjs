// Changes of agencies on the reform office's page: filled in, looked ahead, decided, seen to come, taken back; what is refused; who may not.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { openScene, settle } from '../lib/cases.mjs';
import { matters, scene } from '../lib/catalogue.mjs';
import { accessible, PHONE, soon, start } from './browser.mjs';

const shots = process.env.WZM_SHOTS;
const DECISION = '金编委〔2026〕12号';
const DAY = 24 * 3600_000, CHINA = 8 * 3600_000;
const day = (in_, from = Date.now()) => new Date(from + CHINA + in_ * DAY).toISOString().slice(0, 10);
let house, api;
before(async () => {
	house = await start();
	api = await house.instance.client('u-4001');
	/* Something under way at those that merge and split. */
	const clerk = await house.instance.client('u-1001');
	await settle(clerk, await openScene(clerk, scene('HOUSE')));
});
after(() => house?.close());

const changes = async () => (await api.get('/api/v1/agencies/changes')).changes;
async function clean(page, what) {
	if (shots) await page.screenshot({ path: `${shots}/agencies-${what.replaceAll(/\W+/g, '-')}.png` });
	await accessible(page, what);
}
const focused = (page) => page.evaluate(() => document.activeElement.id);
const bench = (path = '/work/agencies', more = {}) => house.page({ user: 'u-4001', ...more }).then(async (page) => {
	await page.goto(house.base + path);
	await page.locator('.bench .topbar').waitFor();
	return page;
});
/** By keys: a part of the name, and Enter. */
async function choose(page, id, typed, whole) {
	await page.locator(id).focus();
	await page.keyboard.type(typed);
	await page.locator('[role="option"][data-highlighted]', { hasText: whole }).waitFor();
	await page.keyboard.press('Enter');
	await soon(async () => assert.match(await page.inputValue(id), new RegExp(whole)));
}
/** Into the form of a new change, with one kind chosen, by keys. */
async function begin(page, kind) {
	await page.locator('[data-do="new"]').waitFor();
	await page.locator('#reform').focus();
	await page.keyboard.press('n');
	await page.waitForURL('**/work/agencies/new');
	await page.locator(`#a-kind input[value="${kind}"]`).focus();
	await page.keyboard.press('Space');
	await page.locator('#a-effective').waitFor();
}

test('a merge is filled in with keys, looked ahead, decided, seen to come and taken back', async () => {
	const page = await bench('/work/');
	await page.getByText('还没有县级清单').waitFor();
	await page.keyboard.press('Alt+4');
	await page.waitForURL('**/work/agencies');
	await page.getByRole('heading', { name: '还没有机构调整' }).waitFor();
	await clean(page, 'no change yet');
	await begin(page, 'merge');
	await choose(page, '#a-agency', '水务集团', '金华市水务集团有限公司');
	await page.getByText(/现有事项 \d+ 个/).waitFor();
	await choose(page, '#a-into', '燃气', '金华市燃气有限公司');
	await page.locator('#a-effective').focus();
	await page.keyboard.type(day(3).replaceAll('-', ''));
	await page.keyboard.press('Control+Enter');
	const outlook = page.locator('[data-outlook][data-fresh="true"]');
	await outlook.waitFor();
	const look = await api.ok('POST', '/api/v1/agencies/changes/preview', { json: { kind: 'merge', agency: '330700-SWU', into: '330700-RQ', effective: day(3) } });
	assert.ok(look.moves.verification >= 1 && look.moves.user >= 1, 'there is something to move');
	await soon(async () => assert.equal(await outlook.locator('[data-kind="verification"] dd').textContent(), String(look.moves.verification)));
	await soon(async () => assert.equal(await outlook.locator('[data-kind="user"] dd').textContent(), String(look.moves.user)));
	await soon(async () => assert.equal(await outlook.locator('.outlook__sum b').textContent(), String(Object.values(look.moves).reduce((a, b) => a + b))));
	assert.deepEqual(await changes(), [], 'looking ahead makes nothing');
	await clean(page, 'looked ahead');
	/* Not without who decided it; and what is typed then makes nothing stale. */
	await page.keyboard.press('Control+Enter');
	await page.locator('#summary').getByText('请写依据的决定和文号').waitFor();
	await soon(async () => assert.equal(await focused(page), 'summary'));
	await page.locator('#summary a').press('Enter');
	await soon(async () => assert.equal(await focused(page), 'a-decision'));
	await page.keyboard.type(DECISION);
	await soon(async () => assert.equal(await page.locator('[data-stale]').count(), 0));
	await page.keyboard.press('Control+Enter');
	const dialog = page.locator('[data-dialog="plan"]');
	await dialog.waitFor();
	await page.getByRole('dialog', { name: '金华市水务集团有限公司并入金华市燃气有限公司？' }).waitFor();
	await clean(page, 'the last word');
	await page.keyboard.press('Control+Enter');
	await page.getByText('请先看清后果').waitFor();
	assert.deepEqual(await changes(), [], 'nothing without the tick');
	await soon(async () => assert.equal(await focused(page), 'plan-sure'));
	await page.keyboard.press('Space');
	await page.keyboard.press('Control+Enter');
	await page.keyboard.press('Control+Enter');
	await page.locator('[data-change-view="1"][data-state="planned"]').waitFor();
	assert.deepEqual((await changes()).map((c) => [c.kind, c.state, c.effective, c.decision, c.agency.code, c.other.code]), [['merge', 'planned', day(3), DECISION, '330700-SWU', '330700-RQ']]);
	await page.locator('[data-days]').getByText('还有 3 天').waitFor();
	await page.locator('.keybar').getByText('第 1 次机构调整已定').waitFor();
	await soon(async () => assert.equal(await page.locator('.queue [data-change="1"]').getAttribute('data-state'), 'planned'));
	await page.getByRole('row', { name: /单位/ }).first().waitFor();
	await clean(page, 'a change to come');
	/* What was sent is in the form no more. */
	await page.keyboard.press('n');
	await page.locator('#newchange').waitFor();
	await soon(async () => assert.equal(await page.locator('#a-kind :checked').count(), 0));
	await page.goBack();
	await page.locator('[data-change-view="1"]').waitFor();

	await page.keyboard.press('w');
	await page.locator('[data-dialog="takeback"]').waitFor();
	await page.keyboard.press('Control+Enter');
	await page.getByText('请写明理由').waitFor();
	await soon(async () => assert.equal(await focused(page), 'takeback-reason'));
	assert.equal((await changes())[0].state, 'planned', 'not without a reason');
	await clean(page, 'to be taken back');
	await page.keyboard.type('方案未获批准');
	await page.keyboard.press('Control+Enter');
	await page.locator('[data-change-view="1"][data-state="withdrawn"]').waitFor();
	assert.equal((await changes())[0].state, 'withdrawn');
	assert.equal((await api.get('/api/v1/inventory/versions')).versions.find((v) => v.version === 2).state, 'withdrawn', 'its publication too');
	await soon(async () => assert.equal(await page.locator('[data-do="takeback"]').count(), 0));
	await clean(page, 'taken back');
	house.clean();
	await page.context().close();
});

test('a part of an agency goes to a new one: what is ticked, and no more', async () => {
	const page = await bench();
	await begin(page, 'split');
	await page.keyboard.press('Control+Enter');
	await page.locator('#summary').waitFor();
	await soon(async () => assert.deepEqual(await page.locator('#summary a').allTextContents(), ['请选单位，输入名称的一部分就能找到', '请填单位代码，如 330700-SJJ', '请填单位的全称', '请填今天或以后的日子，如 20261201']));
	await clean(page, 'a split half filled in');
	await choose(page, '#a-agency', '公安局 330700', '金华市公安局');
	const list = page.locator('#a-matters');
	await list.getByText(`${matters().filter((m) => m.agency_code === '330700-GA').length} 个里选了 0 个`).waitFor();
	await page.fill('#a-code', '330700-RK');
	await page.fill('#a-name', '金华市人口服务局');
	await page.fill('#a-effective', day(5));
	await page.keyboard.press('Control+Enter');
	await page.locator('#summary').getByText('请至少勾一个').waitFor();
	await page.locator('#summary a').click();
	await soon(async () => assert.equal(await focused(page), 'a-matters'));
	/* Found by a part of the name, ticked with the keyboard. */
	await list.getByRole('searchbox').fill('户口');
	const shown = await list.locator('input[type=checkbox]').evaluateAll((all) => all.map((one) => one.value));
	assert.ok(shown.length >= 2 && shown.length < 30, `${shown.length} by that name`);
	await list.getByRole('button', { name: '全选', exact: false }).first().click();
	await list.locator('input[type=checkbox]').first().focus();
	await page.keyboard.press('Space');
	const going = shown.slice(1);
	await list.getByText(`选了 ${going.length} 个`).waitFor();
	await page.locator('#a-users').getByText('核验安').click();
	await page.locator('#a-counterparts').getByText('金东区').click();
	await page.keyboard.press('Control+Enter');
	await page.locator('[data-fresh="true"]').waitFor();
	await soon(async () => assert.equal(await page.locator('[data-row="matters"] dd').textContent(), String(going.length)));
	await soon(async () => assert.equal(await page.locator('[data-row="agencies"] dd').textContent(), '2', 'and a counterpart'));
	await soon(async () => assert.equal(await page.locator('[data-outlook] [data-kind="user"] dd').textContent(), '1'));
	await clean(page, 'a split looked ahead');
	/* Another day is another question: it is not decided on what was seen before. */
	await page.fill('#a-effective', day(6));
	await page.locator('[data-stale]').waitFor();
	await page.locator('[data-do="look"]').waitFor();
	/* What is typed outlives a reload. */
	await page.waitForTimeout(300);
	await page.reload();
	await page.locator('#a-name').waitFor();
	await page.locator('#a-users').getByText('选了 1 个').waitFor();
	await soon(async () => assert.deepEqual([await page.inputValue('#a-name'), await page.inputValue('#a-code')], ['金华市人口服务局', '330700-RK']));
	await page.keyboard.press('Control+Enter');
	await page.locator('[data-fresh="true"]').waitFor();
	await page.fill('#a-decision', DECISION);
	await page.keyboard.press('Control+Enter');
	await page.locator('#plan-sure').check();
	await page.keyboard.press('Control+Enter');
	await page.locator('[data-change-view][data-state="planned"]').waitFor();
	const made = (await changes()).at(-1);
	assert.deepEqual([made.kind, made.effective, made.other.name], ['split', day(6), '金华市人口服务局']);
	const there = (await api.get(`/api/v1/inventory/differences?from=${made.inventory_from}&to=${made.inventory}`)).changes;
	assert.deepEqual(there.filter((c) => c.file === 'matters.csv').map((c) => c.key).sort(), going.sort());
	house.clean();
	await page.context().close();
});

test('what the server refuses stands at its field, in its words, and what was typed stays', async () => {
	const page = await bench();
	await begin(page, 'rename');
	await choose(page, '#a-agency', '卫生健康委', '金华市卫生健康委员会');
	await page.fill('#a-effective', day(9));
	await page.fill('#a-name', '金华市公安局');
	const refusedAt = async (field, words) => {
		await page.keyboard.press('Control+Enter');
		await page.locator(`#summary a[href="#a-${field}"]`).getByText(words).waitFor();
		await soon(async () => assert.equal(await focused(page), 'summary'));
		await page.locator(`#summary a[href="#a-${field}"]`).press('Enter');
		await soon(async () => assert.match(await page.locator(`.field:has(> #a-${field}) > .wrong, .field:has(#a-${field}) > .wrong, fieldset#a-${field} > .wrong`).first().textContent(), words));
		await soon(async () => assert.equal(await page.locator('[data-outlook] .outlook__sum').count(), 0));
	};
	await refusedAt('name', /金华市公安局/);
	await soon(async () => assert.equal(await page.inputValue('#a-name'), '金华市公安局'));
	await clean(page, 'a name that another has');
	await page.fill('#a-name', '金华市卫生健康局');
	/* Another change touches it still; and a day before another planned one. */
	await choose(page, '#a-agency', '公安局 330700', '金华市公安局');
	await page.fill('#a-name', '金华市公共安全局');
	await refusedAt('agency', /另有第 2 号机构调整/);
	await choose(page, '#a-agency', '卫生健康委', '金华市卫生健康委员会');
	await page.fill('#a-name', '金华市卫生健康局');
	await page.fill('#a-effective', day(2));
	await refusedAt('effective', /在这次调整之后/);
	await page.locator('#a-kind input[value="create"]').check();
	await page.fill('#a-code', '330700-JY');
	await page.fill('#a-name', '金华市又一个局');
	await page.fill('#a-effective', day(9));
	await refusedAt('code', /代码 330700-JY 已经用过/);
	/* A merge of what does not stand beside each other is refused by the server, not only by the list. */
	await page.locator('#a-kind input[value="merge"]').check();
	await choose(page, '#a-agency', '体育局', '金华市体育局');
	await page.locator('#a-into').fill('');
	/* The server is away: said above the form, nothing is lost, the same press goes on. */
	await choose(page, '#a-into', '文化广电', '金华市文化广电旅游局');
	await page.route('**/api/v1/agencies/changes/preview', (route) => route.abort());
	await page.keyboard.press('Control+Enter');
	await page.locator('[data-code="network"]').waitFor();
	await soon(async () => assert.equal(await page.inputValue('#a-name').catch(() => '金华市又一个局'), '金华市又一个局'));
	await page.unroute('**/api/v1/agencies/changes/preview');
	await page.keyboard.press('Control+Enter');
	await page.locator('[data-fresh="true"]').waitFor();
	house.faults = house.faults.filter((fault) => !/ERR_FAILED/.test(fault));
	assert.equal((await changes()).length, 2, 'nothing of that was made');
	house.clean();
	await page.context().close();
});

test('who is not the city\'s reform office reads, and is told who may', async () => {
	for (const user of ['u-4002', 'u-6003']) {
		const page = await bench('/work/agencies', { user });
		await page.locator('.queue [data-change="2"]').waitFor();
		await soon(async () => assert.equal(await page.locator('[data-do="new"]').count(), 0));
		await page.goto(`${house.base}/work/agencies/2`);
		await page.locator('[data-change-view="2"]').waitFor();
		await soon(async () => assert.equal(await page.locator('[data-do="takeback"]').count(), 0));
		await page.keyboard.press('w');
		await page.keyboard.press('n');
		assert.match(page.url(), /agencies\/2$/);
		await page.goto(`${house.base}/work/agencies/new`);
		await page.locator('[data-state="denied"]').getByText('只有市改革专班可以调整机构').waitFor();
		await clean(page, `not for ${user}`);
		await page.context().close();
	}
	/* An expert has no such part, and a change that is not there is said to be none. */
	const expert = await house.page({ user: 'u-7001' });
	await soon(async () => assert.equal(await expert.getByRole('link', { name: '机构调整' }).count(), 0));
	await expert.context().close();
	const page = await bench('/work/agencies/99');
	await page.getByText('没有第 99 次机构调整').waitFor();
	await clean(page, 'no such change');
	house.clean();
	await page.context().close();
});

test('on a phone and in English the whole of it stands one below the other', async () => {
	const page = await bench('/work/agencies/new', { viewport: PHONE, lang: 'en' });
	await page.getByText('Split (move tasks)').click();
	await page.locator('#a-agency').fill('公安局 330700');
	await page.getByRole('option').first().click();
	await page.locator('#a-matters').waitFor();
	await clean(page, 'a split on a phone');
	const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
	assert.ok(wide <= 0, `${wide} px wider`);
	house.clean();
	await page.context().close();
});

test('its day comes: it is in force, and what was under way has moved', async () => {
	const night = Date.parse('2026-11-30T23:58:00+08:00');
	const other = await start({ at: night });
	try {
		const clerk = await other.instance.client('u-1001');
		await settle(clerk, await openScene(clerk, scene('HOUSE')));
		const page = await other.page({ user: 'u-4001' });
		await page.context().clock.setFixedTime(night);
		await page.goto(`${other.base}/work/agencies/new`);
		await page.locator('#a-kind input[value="merge"]').check();
		await page.locator('#a-agency').waitFor();
		await choose(page, '#a-agency', '水务集团', '金华市水务集团有限公司');
		await choose(page, '#a-into', '燃气', '金华市燃气有限公司');
		await page.fill('#a-effective', '2026-12-01');
		await page.fill('#a-decision', DECISION);
		await page.keyboard.press('Control+Enter');
		await page.locator('[data-fresh="true"]').waitFor();
		await page.keyboard.press('Control+Enter');
		await page.locator('#plan-sure').check();
		await page.keyboard.press('Control+Enter');
		await page.locator('[data-change-view="1"][data-state="planned"]').getByText('还有 1 天').waitFor();
		other.clock.set(Date.parse('2026-12-01T00:00:01+08:00'));
		await page.context().clock.setFixedTime(other.clock.now);
		const reads = await other.instance.client();
		const until = async (done) => {
			for (;;) {
				const c = await reads.get('/api/v1/agencies/changes/1');
				if (done(c)) return c;
				await new Promise((go) => setTimeout(go, 50));
			}
		};
		await until((c) => c.state === 'in_force' && c.moved.verification > 0);
		await page.locator('[data-change-view="1"][data-state="in_force"]').waitFor();
		await page.locator('[data-moved] [data-kind="verification"] dd', { hasText: /^[1-9]/ }).waitFor();
		await soon(async () => assert.equal(await page.locator('[data-do="takeback"]').count(), 0, 'what has begun is not taken back'));
		await accessible(page, 'a change that moves');
		other.clock.set(other.clock.now + 40_000);
		await until((c) => c.ended_at !== null);
		await page.getByText(/已生效，.*移交完/).waitFor();
		if (shots) await page.screenshot({ path: `${shots}/agencies-done.png` });
		other.clean();
	} finally {
		await other.close();
	}
});

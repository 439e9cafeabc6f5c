// The clerk's screen: keys, wrong input, a source that is off, somebody faster, promises.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { openScene, switchSource } from '../lib/cases.mjs';
import { dataset, scene } from '../lib/catalogue.mjs';
import { accessible, BUYER, card, findMatter, inState, openHouse, SELLER, soon, start } from './browser.mjs';

let house, steward;
before(async () => {
	house = await start();
	steward = await house.instance.client('u-3001');
});
after(() => house?.close());

const HOUSE_SOURCE = 'DS-046';	/* 房产信息查询结果单, of the agency of u-3001 */

test('a wrong identifier is listed on top, linked to its field, and says what to repair', async () => {
	const clerk = await house.page({ user: 'u-1001' });
	await findMatter(clerk);
	await clerk.fill('#applicant-identifier', BUYER.identifier.slice(0, 17));
	await clerk.fill('#applicant-name', BUYER.name);
	await clerk.fill('#seller-identifier', SELLER.identifier.slice(0, 17) + '8');
	await clerk.fill('#seller-name', SELLER.name);
	await clerk.fill('#buyer-identifier', BUYER.identifier);
	await clerk.fill('#buyer-name', BUYER.name);
	await clerk.keyboard.press('Control+Enter');
	const summary = clerk.locator('#summary');
	await summary.getByText('有 2 处要改').waitFor();
	await soon(async () => assert.ok(await summary.evaluate((e) => e === document.activeElement), 'the summary has the focus'));
	await summary.getByText('少 1 位，应为 18 位').waitFor();
	await accessible(clerk, 'the new case with its errors');
	await summary.getByText('校验位不对').click();
	await soon(async () => assert.equal(await clerk.evaluate(() => document.activeElement.id), 'seller-identifier'));
	await soon(async () => assert.equal(await clerk.locator('#seller-identifier').getAttribute('aria-invalid'), 'true'));
	await clerk.fill('#seller-identifier', SELLER.identifier);
	await soon(async () => assert.equal(await clerk.locator('#seller-identifier').getAttribute('aria-invalid'), null, 'the mark goes when it is right'));
	house.clean();
});

test('a case is opened, settled and left to the desk without a pointer', async () => {
	const clerk = await house.page({ user: 'u-1001' });
	const press = (key) => clerk.keyboard.press(key);
	const type = async (text) => { await clerk.keyboard.type(text); await press('Enter'); };
	await findMatter(clerk);
	/* Enter goes from field to field: kind, identifier type, number, name, phone. */
	await clerk.locator('#applicant-identifier').focus();
	for (const who of [BUYER, SELLER, BUYER]) {
		await type(who.identifier);
		await type(who.name);
		await press('Enter');		/* no phone */
		if ((await clerk.evaluate(() => document.activeElement.id)).endsWith('-kind')) {
			await press('Enter');
			await press('Enter');
		}
	}
	await soon(async () => assert.match(await clerk.evaluate(() => document.activeElement.id), /^form-/));
	for (let i = 0; i < 3; i++) {
		const id = await clerk.evaluate(() => document.activeElement.name);
		await press({ 'form-marital_status': 'ArrowDown', 'form-has_agent': 'ArrowUp' }[id] ?? 'Shift');
		await press('Enter');
	}
	await press('Control+Enter');
	await clerk.waitForURL('**/work/cases/*');
	await clerk.getByText('已婚', { exact: true }).waitFor();
	await card(clerk, 'I-01398').waitFor();

	/* Alt+Down walks through the cards; the first takes what must be typed. */
	await press('Alt+ArrowDown');
	await soon(async () => assert.equal(await clerk.evaluate(() => document.activeElement.id), 'ask-I-01396-household_code'));
	await type('H31010100001');
	await inState(clerk, 'I-01396', 'established').waitFor();

	/* F4 queries one, F6 opens the panel and sends, Escape closes a panel and gives the focus back. */
	await press('F4');
	await clerk.locator('[data-panel="again"]').waitFor();
	await press('Escape');
	await soon(async () => assert.equal(await clerk.evaluate(() => document.activeElement.id), 'card-I-01396'));
	await press('F6');
	const panel = clerk.locator('[data-panel="verify"]');
	await panel.getByText('4 个工作小时').waitFor();
	const number = clerk.url().split('/').pop(), asks = (await (await house.instance.client('u-1001')).get(`/api/v1/cases/${number}`))
		.items.find((item) => item.code === 'I-01398').question;
	await soon(async () => assert.equal(await panel.locator('.asked').innerText(), asks, 'the very sentence that the desk will see'));
	await accessible(clerk, 'the verification panel');
	await clerk.keyboard.type('申请人在窗口等候');
	await press('F6');
	await inState(clerk, 'I-01398', 'verifying').waitFor();
	await panel.waitFor({ state: 'detached' });
	await press('Control+Enter');
	for (const item of ['I-01384', 'I-01386', 'I-01389'])
		await inState(clerk, item, 'established').waitFor();

	/* "?" lists the keys, and does not fire inside a field. */
	await press('?');
	await clerk.getByRole('dialog').getByText('换一份证明').waitFor();
	await accessible(clerk, 'the table of keys');
	await press('Escape');
	await clerk.getByRole('dialog').waitFor({ state: 'detached' });
	await press('F2');
	await clerk.keyboard.type('?');
	await soon(async () => assert.equal(await clerk.getByRole('dialog').count(), 0));
	house.clean();
});

test('keys do nothing while an input method composes', async () => {
	const clerk = await house.page({ user: 'u-1001' });
	await findMatter(clerk);
	await clerk.locator('#applicant-name').focus();
	const composing = (key) => clerk.evaluate((k) => document.activeElement.dispatchEvent(
		new KeyboardEvent('keydown', { key: k, bubbles: true, cancelable: true, isComposing: true })), key);
	assert.ok(await composing('Enter'), 'Enter stays with the input method');
	await soon(async () => assert.equal(await clerk.evaluate(() => document.activeElement.id), 'applicant-name'));
	await composing('F2');
	await soon(async () => assert.equal(await clerk.evaluate(() => document.activeElement.id), 'applicant-name'));
	await clerk.keyboard.press('Enter');
	await soon(async () => assert.equal(await clerk.evaluate(() => document.activeElement.id), 'applicant-phone'));
	house.clean();
});

test('asking again while the source is off says that nothing came, and keeps the earlier result', async () => {
	const clerk = await house.page({ user: 'u-1001' });
	await openHouse(clerk);
	await card(clerk, 'I-01384').getByRole('button', { name: /查询/ }).click();
	await inState(clerk, 'I-01384', 'established').waitFor();
	await switchSource(house.instance, HOUSE_SOURCE, 'off');
	try {
		await card(clerk, 'I-01384').getByRole('button', { name: '信息不对' }).click();
		await clerk.locator('#reason').fill('申请人说已过户');
		await clerk.keyboard.press('F4');
		const note = clerk.locator('[data-code="source_no_answer"]');
		await note.getByText('原来的结果不变').waitFor();
		await inState(clerk, 'I-01384', 'established').waitFor();
		await accessible(clerk, 'a source that gave no answer again');
	} finally {
		await switchSource(house.instance, HOUSE_SOURCE, 'on');
	}
	/* The page has the new version: the next press is not overtaken by its own failure. */
	await clerk.keyboard.press('F4');
	await clerk.locator('[data-panel="again"]').waitFor({ state: 'detached' });
	await inState(clerk, 'I-01384', 'established').waitFor();
	await soon(async () => assert.equal(await clerk.locator('[data-code]').count(), 0));
	house.clean();
});

test('what a desk gave back is sent again, to the desk above', async () => {
	const clerk = await house.page({ user: 'u-1001' });
	const number = await openHouse(clerk);
	await clerk.keyboard.press('F6');
	await clerk.locator('[data-panel="verify"] .asked').waitFor();
	await clerk.keyboard.press('F6');
	await inState(clerk, 'I-01398', 'verifying').waitFor();
	const mine = await house.instance.client('u-1001'), verifier = await house.instance.client('u-2001');
	const verification = async () => (await mine.get(`/api/v1/cases/${number}`)).items.find((item) => item.code === 'I-01398').verification;
	const first = await verification();
	await verifier.post(`/api/v1/verifications/${first.id}/return`, { reason: '不归本岗' }, { ifMatch: '*' });
	await inState(clerk, 'I-01398', 'supervised').waitFor({ timeout: 30000 });
	await card(clerk, 'I-01398').getByRole('button', { name: /再发核验/ }).click();
	await accessible(clerk, 'a question that goes above');
	await clerk.keyboard.press('F6');
	await inState(clerk, 'I-01398', 'verifying').waitFor();
	const second = await verification();
	assert.notEqual(second.id, first.id);
	assert.notEqual(second.desk.code, first.desk.code);
	await card(clerk, 'I-01398').getByText(second.desk.name).waitFor();
	house.clean();
});

test('a source that is off is not reached, goes to the desk, and is never called not found', async () => {
	const list = await steward.get('/api/v1/sources');
	const source = list.sources.find((one) => one.service.code === HOUSE_SOURCE);
	const off = await steward.ok('PUT', `/api/v1/sources/${HOUSE_SOURCE}`,
		{ json: { state: 'off', reason: '升级' }, ifMatch: source.version });
	try {
		const clerk = await house.page({ user: 'u-1001' });
		await openHouse(clerk);
		await card(clerk, 'I-01384').getByRole('button', { name: /查询/ }).click();
		await inState(clerk, 'I-01384', 'verifying').waitFor();
		const text = await card(clerk, 'I-01384').innerText();
		assert.match(text, /没问到/);
		assert.match(text, /这不是“查无”/);
		assert.match(text, /转核验/);
		assert.match(text, /部门核验/);
		assert.match(text, /还剩/);
		assert.doesNotMatch(text.replace('这不是“查无”', ''), /查无|没有记录|已查清/);
		await accessible(clerk, 'the card of a source that is off');
		house.clean();
	} finally {
		await steward.ok('PUT', `/api/v1/sources/${HOUSE_SOURCE}`,
			{ json: { state: 'on', reason: '升级完成' }, ifMatch: off.version });
	}
});

test('somebody was faster: the page says who and when, shows the new state and writes nothing', async () => {
	const clerk = await house.page({ user: 'u-1001' });
	const number = await openHouse(clerk);
	const other = await house.instance.client('u-1007');
	const now = await other.get(`/api/v1/cases/${number}`);
	/* The screen must not learn of it by its own timer first. */
	await clerk.route(`**/api/v1/cases/${now.id}`, (route) => route.abort());
	await other.post(`/api/v1/cases/${number}/items/I-01386/query`, {}, { ifMatch: now.version });
	const session = await other.get('/api/v1/session');
	await clerk.keyboard.press('Control+Enter');
	const note = clerk.locator('[data-code="version_stale"]');
	await note.waitFor();
	const says = await note.innerText();
	assert.ok(says.includes(session.user.name), `says who: ${says}`);
	assert.match(says, /\d{1,2}:\d{2}/, 'says when');
	assert.match(says, /没有写入/);
	await inState(clerk, 'I-01386', 'established').waitFor();
	await inState(clerk, 'I-01384', 'to_query').waitFor();
	await accessible(clerk, 'the conflict');
	await clerk.unroute(`**/api/v1/cases/${now.id}`);
	await note.getByRole('button').click();
	await clerk.keyboard.press('Control+Enter');
	await inState(clerk, 'I-01384', 'established').waitFor();
	house.faults = house.faults.filter((fault) => !fault.includes('net::ERR_FAILED'));
	house.clean();
});

test('a question left open keeps the case undecided, names the field, and is answered with F3', async () => {
	const clerk = await house.page({ user: 'u-1001' });
	await openHouse(clerk, { answers: { '是否委托代办': '否' } });
	await inState(clerk, 'I-01386', 'undecided').waitFor();
	await card(clerk, 'I-01386').getByText('婚姻状况').waitFor();
	await clerk.keyboard.press('F3');
	const panel = clerk.locator('[data-panel="answers"]');
	await panel.getByText('已婚', { exact: true }).click();
	await accessible(clerk, 'the answers');
	await clerk.keyboard.press('Control+Enter');
	await inState(clerk, 'I-01386', 'to_query').waitFor();
	await panel.waitFor({ state: 'detached' });
	house.clean();
});

test('a promise is shown word for word and signed only after an explicit yes', async () => {
	const clerk = await house.page({ user: 'u-1001' });
	const texts = [];
	clerk.on('response', async (response) => {
		if (response.url().endsWith('/commitment') && response.request().method() === 'GET')
			texts.push(await response.json());
	});
	/* M-0398 企业设立登记 asks for promises; the scene COMPANY of the reference data. */
	await findMatter(clerk, '企业设立登记', 'M-0398');
	for (const row of await clerk.locator('.party').all()) {
		const type = row.locator('select[id$="-type"]');
		if (await type.inputValue() === 'uscc')
			await type.selectOption('none');
		else
			await row.locator('[id$="-identifier"]').fill(SELLER.identifier);
		await row.locator('[id$="-name"]').fill('胡庆东');
	}
	await clerk.keyboard.press('Control+Enter');
	await clerk.waitForURL('**/work/cases/*');
	await clerk.locator('.proof').first().waitFor();
	for (const answer of await clerk.locator('.facts__answers b.wrong').all()) {
		await clerk.keyboard.press('F3');
		await clerk.locator('[data-panel="answers"]').waitFor();
		const open = clerk.locator('[data-panel="answers"] fieldset:not(:has(:checked))');
		while (await open.count() > 0)
			await open.first().locator('label').first().click();
		for (const select of await clerk.locator('[data-panel="answers"] select').all())
			await select.selectOption({ index: 1 });
		await clerk.keyboard.press('Control+Enter');
		await clerk.locator('[data-panel="answers"]').waitFor({ state: 'detached' });
		break;
	}
	const promise = clerk.locator('[data-state="to_commit"]').first();
	const item = await promise.getAttribute('data-item');
	await promise.getByRole('button', { name: /请申请人签/ }).click();
	const panel = clerk.locator('[data-panel="sign"]');
	await panel.locator('.legal').first().waitFor();
	await soon(async () => assert.equal(await panel.locator('.legal').nth(0).evaluate((e) => e.textContent), texts[0].notice.text));
	await soon(async () => assert.equal(await panel.locator('.legal').nth(1).evaluate((e) => e.textContent), texts[0].letter.text));
	await accessible(clerk, 'the promise');
	/* Whoever does not want to sign is verified: offered beside the signature and on the card. */
	await panel.getByRole('button', { name: '不愿承诺，转部门核验' }).click();
	await clerk.locator('[data-panel="verify"]').waitFor();
	await clerk.keyboard.press('Escape');
	await promise.getByRole('button', { name: '不愿承诺，转部门核验' }).waitFor();
	await promise.getByRole('button', { name: /请申请人签/ }).click();
	await panel.locator('.legal').first().waitFor();
	const signer = panel.locator('#signer');
	if (await signer.inputValue() === '')
		await signer.selectOption({ index: 1 });
	await clerk.keyboard.press('F7');
	await panel.getByText('请签名人看清后打勾').waitFor();
	await inState(clerk, item, 'to_commit').waitFor();
	await panel.locator('#agreed').check();
	await clerk.keyboard.press('F7');
	await inState(clerk, item, 'committed').waitFor();
	house.clean();
});

test('nobody is held to a promise: the department is asked instead', async () => {
	const mine = await house.instance.client('u-1001');
	const c = await openScene(mine, scene('COMPANY')), item = 'I-01862';
	const clerk = await house.page({ user: 'u-1001', path: `/work/cases/${c.number}` });
	await inState(clerk, item, 'to_commit').waitFor();
	await card(clerk, item).getByRole('button', { name: '不愿承诺，转部门核验' }).click();
	await clerk.locator('[data-panel="verify"]').waitFor();
	await clerk.locator('#note').fill('申请人不愿承诺');
	await clerk.keyboard.press('F6');
	await inState(clerk, item, 'verifying').waitFor();
	await card(clerk, item).getByText('部门核验').waitFor();
	house.clean();
});

test('the language changes in place, and the server answers in it', async () => {
	const clerk = await house.page({ user: 'u-1001' });
	await openHouse(clerk);
	await clerk.getByRole('button', { name: '显示与退出' }).click();
	await clerk.getByRole('menuitem', { name: 'English' }).click();
	await clerk.getByRole('heading', { name: '11 proofs, 5 to go' }).waitFor();
	await soon(async () => assert.equal(await clerk.evaluate(() => document.documentElement.lang), 'en'));
	await soon(async () => assert.match(await clerk.title(), /Counter/));
	await accessible(clerk, 'the case in English');
	await clerk.goto(`${house.base}/work/cases/330703-000000-A00000-0`);
	await clerk.locator('[role="alert"]', { hasText: 'Not found' }).waitFor();
	await clerk.getByRole('button', { name: 'View, sign out' }).click();
	await clerk.getByRole('menuitem', { name: '中文' }).click();
	await clerk.getByRole('heading', { name: '我的工作' }).waitFor();
	house.clean();
});

test('the sign-in page, the empty desk and the case are usable in light and in dark', async () => {
	for (const dark of [false, true]) {
		const name = dark ? 'dark' : 'light';
		const signin = await house.page({ dark });
		await signin.locator('[data-user="u-1001"]').waitFor();
		await accessible(signin, `the sign-in page, ${name}`);
		const clerk = await house.page({ dark, user: 'u-1001' });
		await accessible(clerk, `the start, ${name}`);
		await findMatter(clerk);
		await accessible(clerk, `the new case, ${name}`);
		await openHouse(clerk);
		await clerk.keyboard.press('Control+Enter');
		await inState(clerk, 'I-01398', 'verifying').waitFor();
		await accessible(clerk, `the case, ${name}`);
		const steward = await house.page({ dark, user: 'u-3001', path: '/work/sources' });
		await steward.locator('[data-service]').first().waitFor();
		await accessible(steward, `the sources, ${name}`);
		const other = await house.page({ dark, user: 'u-4001' });
		await other.locator('h1').first().waitFor({ state: 'attached' });
		await accessible(other, `a role without a bench, ${name}`);
		for (const page of [signin, clerk, steward, other])
			await page.context().close();
	}
	house.clean();
});

test('the page itself never scrolls at 1366 by 768', async () => {
	const clerk = await house.page({ user: 'u-1001' });
	await openHouse(clerk);
	const size = await clerk.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]);
	assert.deepEqual(size, [1366, 768]);
	house.clean();
});

test('a broken line keeps what was typed, and pressing again does nothing twice', async () => {
	const clerk = await house.page({ user: 'u-1007' });
	const keys = [];
	let broken = true;
	await clerk.route('**/api/v1/cases', async (route) => {
		keys.push(route.request().headers()['idempotency-key']);
		if (!broken)
			return route.continue();
		/* The request arrives, the answer is lost: the worst case. */
		broken = false;
		await route.fetch();
		return route.abort();
	});
	await findMatter(clerk);
	for (const [role, who] of [['applicant', BUYER], ['seller', SELLER], ['buyer', BUYER]]) {
		await clerk.fill(`#${role}-identifier`, who.identifier);
		await clerk.fill(`#${role}-name`, who.name);
	}
	const before = (await (await house.instance.client('u-1007')).ok('POST', '/api/v1/cases/search', { json: { limit: 200 } })).cases.length;
	await clerk.keyboard.press('Control+Enter');
	await clerk.locator('[data-code="network"]').waitFor();
	await soon(async () => assert.equal(await clerk.locator('#seller-name').inputValue(), SELLER.name));
	await clerk.keyboard.press('Control+Enter');
	await clerk.waitForURL('**/work/cases/*');
	assert.equal(keys.length, 2);
	assert.equal(keys[0], keys[1], 'the same press is the same request');
	assert.match(keys[0], /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
	const after = (await (await house.instance.client('u-1007')).ok('POST', '/api/v1/cases/search', { json: { limit: 200 } })).cases.length;
	assert.equal(after, before + 1, 'one case, not two');
	house.faults = house.faults.filter((fault) => !fault.includes('net::ERR_FAILED'));
	house.clean();
});

test('a session that ends asks to sign in again and gives the half-typed case back', async () => {
	const clerk = await house.page({ user: 'u-1001' });
	await findMatter(clerk);
	await clerk.fill('#applicant-name', BUYER.name);
	for (const [role, who] of [['applicant', BUYER], ['seller', SELLER], ['buyer', BUYER]]) {
		await clerk.fill(`#${role}-identifier`, who.identifier);
		await clerk.fill(`#${role}-name`, who.name);
	}
	await clerk.context().clearCookies();
	await clerk.keyboard.press('Control+Enter');
	await clerk.getByRole('heading', { name: '登录到期了' }).waitFor();
	await accessible(clerk, 'the session that ended');
	await clerk.locator('[data-user="u-1001"]').click();
	await clerk.locator('#seller-name').waitFor();
	await soon(async () => assert.equal(await clerk.locator('#seller-name').inputValue(), SELLER.name));
	await clerk.keyboard.press('Control+Enter');
	await clerk.waitForURL('**/work/cases/*');
	house.clean();
});

test('another person who signs in after it finds nothing of what the first one typed', async () => {
	const clerk = await house.page({ user: 'u-1001' });
	await findMatter(clerk);
	await clerk.fill('#applicant-name', BUYER.name);
	await clerk.context().clearCookies();
	await clerk.locator('.worktabs').getByRole('link', { name: '一件事' }).click();
	await clerk.getByRole('heading', { name: '登录到期了' }).waitFor();
	/* The page is loaded anew; until then the old bench is still there, hidden. */
	await Promise.all([clerk.waitForEvent('load'), clerk.locator('[data-user="u-1007"]').click()]);
	await clerk.locator('.bench').waitFor();
	await findMatter(clerk);
	await soon(async () => assert.equal(await clerk.inputValue('#applicant-name'), ''));
	house.clean();
});

test('a case that is not settled can be withdrawn, with a reason', async () => {
	const clerk = await house.page({ user: 'u-1001' });
	await openHouse(clerk);
	await clerk.keyboard.press('F8');
	const panel = clerk.locator('[data-panel="conclude"]');
	await panel.getByText('还有 5 份没办妥').waitFor();
	await soon(async () => assert.ok(await panel.getByRole('radio', { name: /^办结/ }).isDisabled()));
	await clerk.keyboard.press('F8');
	await panel.getByText('请写原因').waitFor();
	await accessible(clerk, 'the conclusion with an error');
	await clerk.keyboard.type('申请人改日再来');
	await clerk.keyboard.press('F8');
	await clerk.getByRole('main').getByText('已撤回', { exact: true }).waitFor();
	await soon(async () => assert.equal(await clerk.getByRole('main').getByRole('button', { name: /查询|发核验|改答案/ }).count(), 0, 'nothing can be done any more'));
	house.clean();
});

test('a steward is offered the switches of the own department only, an operator all', async () => {
	const { sources } = await steward.get('/api/v1/sources');
	const own = sources.filter((one) => one.agency.code === '330700-ZG').map((one) => one.service.code);
	assert.ok(own.length >= 1 && own.length < sources.length);
	const page = await house.page({ user: 'u-3001', path: '/work/sources' });
	await page.locator('[data-service]').nth(sources.length - 1).waitFor();
	const offered = (of) => of.locator('[data-service]:has(button)').evaluateAll((rows) => rows.map((row) => row.dataset.service));
	await soon(async () => assert.deepEqual((await offered(page)).sort(), own.sort()));
	await soon(async () => assert.deepEqual((await page.locator('[data-service]').evaluateAll((rows) => rows.map((row) => row.dataset.service))).slice(0, own.length).sort(), own, 'they stand first'));
	await soon(async () => assert.equal(await page.locator('[data-service]').getByText('归它的单位管').count(), sources.length - own.length));
	await accessible(page, 'the sources of others');
	const operator = await house.page({ user: 'u-6001' });
	await operator.locator('[data-service]').nth(sources.length - 1).waitFor();
	await soon(async () => assert.equal((await offered(operator)).length, sources.length));
	house.clean();
});

test('the data steward switches a source off and on with a reason', async () => {
	const page = await house.page({ user: 'u-3001', path: '/work/sources' });
	const row = page.locator(`[data-service="${HOUSE_SOURCE}"]`);
	await row.getByRole('button', { name: '停用' }).click();
	await row.locator('form').getByRole('button', { name: '停用' }).click();
	await row.getByText('请写原因').waitFor();
	await row.getByRole('textbox').fill('例行升级');
	await accessible(page, 'a source being switched');
	await row.locator('form').getByRole('button', { name: '停用' }).click();
	await row.getByRole('button', { name: '恢复' }).waitFor();
	await row.getByText('例行升级').waitFor();
	await row.getByRole('button', { name: '恢复' }).click();
	await row.getByRole('textbox').fill('升级完成');
	await row.locator('form').getByRole('button', { name: '恢复' }).click();
	await row.getByRole('button', { name: '停用' }).waitFor();
	house.clean();
});

test('a new case asks what can still decide something, as the answers are given', async () => {
	const clerk = await house.page({ user: 'u-1001' });
	await clerk.goto(`${house.base}/work/new/M-0324`);
	await clerk.locator('#newcase').waitFor();
	const asked = () => clerk.locator('#newcase [id^="form-"]').evaluateAll((list) => list.map((e) => e.id).sort());
	await clerk.locator('#form-marital_status').waitFor();
	await soon(async () => assert.deepEqual(await asked(), ['form-applicant_age', 'form-has_agent', 'form-marital_status']));
	/* Who helps says by what right, and that somebody helps is an answer as well. */
	await clerk.getByRole('button', { name: '代办人' }).click();
	await soon(async () => assert.ok(await clerk.locator('#form-has_agent').isChecked()));
	await clerk.fill('#applicant-identifier', BUYER.identifier);
	await clerk.fill('#applicant-name', BUYER.name);
	await clerk.fill('#agent-identifier', SELLER.identifier);
	await clerk.fill('#agent-name', SELLER.name);
	await clerk.keyboard.press('Control+Enter');
	await clerk.locator('#summary').getByText('请填授权委托书的编号或日期').waitFor();
	await accessible(clerk, 'the new case without a mandate');
	await clerk.fill('#agent-mandate', '授权委托书第3号');
	await clerk.keyboard.press('Control+Enter');
	await clerk.waitForURL('**/work/cases/*');
	await card(clerk, 'I-01484').waitFor();
	house.clean();
});

test('a party that a proof is about is added from its card; one that was wrong is corrected', async () => {
	const clerk = await house.page({ user: 'u-1001' });
	await clerk.goto(`${house.base}/work/new/M-0070`);
	await clerk.locator('#newcase').waitFor();
	const person = (i) => dataset('persons')[i];
	await clerk.selectOption('#applicant-type', 'none');
	await clerk.fill('#applicant-name', '金华示例安装有限公司');
	await clerk.fill('#legal_representative-identifier', person(1).id_number);
	await clerk.fill('#legal_representative-name', person(1).name);
	await clerk.getByText('退役军人', { exact: true }).first().click();
	await clerk.getByRole('button', { name: /有证明要问到/ }).waitFor();
	await clerk.keyboard.press('Control+Enter');
	await clerk.waitForURL('**/work/cases/*');
	const item = card(clerk, 'I-00279');
	await item.getByRole('button', { name: /补当事人/ }).click();
	const panel = clerk.locator('[data-panel="answers"]');
	await panel.locator('#employee-identifier').fill(person(5).id_number);
	await panel.locator('#employee-name').fill(person(5).name);
	await accessible(clerk, 'the panel with a new party');
	await panel.getByRole('button', { name: /^保存/ }).click();
	await inState(clerk, 'I-00279', 'to_query').waitFor();

	await clerk.keyboard.press('F3');
	await panel.getByRole('button', { name: /^改 .*从业/ }).click();
	await soon(async () => assert.match(await panel.locator('#employee-identifier').getAttribute('placeholder'), /\*/, 'the number stays if it is not typed'));
	await panel.locator('#employee-name').fill('张某');
	await panel.getByRole('button', { name: /^保存/ }).click();
	await panel.waitFor({ state: 'detached' });
	await clerk.getByText('张某').first().waitFor();
	await inState(clerk, 'I-00279', 'to_query').waitFor();

	await clerk.keyboard.press('F3');
	await panel.getByRole('button', { name: /^去掉 .*从业/ }).click();
	await panel.getByText('去掉', { exact: true }).waitFor();
	await panel.getByRole('button', { name: /^保存/ }).click();
	await inState(clerk, 'I-00279', 'waiting_input').waitFor();
	house.clean();
});

// The mistakes that people make at a counter and at a desk: nothing is lost, nothing is done twice, clear words.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { act, openScene, settle } from '../lib/cases.mjs';
import { scene } from '../lib/catalogue.mjs';
import { accessible, BUYER, card, findMatter, inState, openHouse, readCard as read, SELLER, soon, start } from './browser.mjs';

let house, mine;
before(async () => {
	house = await start();
	mine = await house.instance.client('u-1001');
});
after(() => house?.close());

/* A question at the water works, on the desk's screen. */
async function atDesk() {
	const c = await settle(mine, await openScene(mine, scene('HOUSE')));
	const { id } = c.items.find((item) => item.code === 'I-01398').verification;
	const desk = await house.page({ user: 'u-2001', path: `/work/verifications/${id}` });
	await desk.locator('.q__side').getByText(c.number).waitFor();
	return { c, desk };
}
async function half(page) {
	await findMatter(page);
	await page.fill('#applicant-identifier', BUYER.identifier);
	await page.fill('#applicant-name', BUYER.name);
	await page.getByRole('group', { name: '婚姻状况' }).getByText('已婚', { exact: true }).click();
	await page.waitForFunction(() => Object.keys(sessionStorage).some((key) => key.startsWith('wzm.kept.')));
	await page.waitForTimeout(400);
}

test('a reload in the middle of typing loses nothing, and what is kept is noise', async () => {
	const clerk = await house.page({ user: 'u-1001' });
	await half(clerk);
	const kept = await clerk.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));
	for (const secret of [BUYER.identifier, BUYER.name, encodeURIComponent(BUYER.name), Buffer.from(BUYER.identifier).toString('base64').slice(0, 20)])
		assert.ok(!kept.includes(secret), 'storage holds personal data in the clear');
	await clerk.reload();
	await clerk.locator('#newcase').waitFor();
	await soon(async () => assert.equal(await clerk.inputValue('#applicant-identifier'), BUYER.identifier));
	await soon(async () => assert.equal(await clerk.inputValue('#applicant-name'), BUYER.name));
	await soon(async () => assert.ok(await clerk.getByRole('group', { name: '婚姻状况' }).getByLabel('已婚').isChecked()));
	await clerk.getByText('刷新或登录到期也不用重填').waitFor();
	await accessible(clerk, 'a case that was half typed before a reload');
	/* Signing out leaves nothing, and somebody else reads nothing. */
	await clerk.getByRole('button', { name: '显示与退出' }).click();
	await clerk.getByRole('menuitem', { name: '退出' }).click();
	await clerk.locator('[data-user]').first().waitFor();
	await soon(async () => assert.equal(await clerk.evaluate(() => sessionStorage.length), 0));
	house.clean();
});

test('a reload loses neither what is typed on a card nor the short texts of the panels; what was sent is forgotten', async () => {
	const clerk = await house.page({ user: 'u-1001' }), stored = () => clerk.evaluate(() => JSON.stringify({ ...sessionStorage }));
	await openHouse(clerk);
	/* As it was, and with every text that was typed sealed. */
	const again = async () => {
		await clerk.waitForTimeout(400);
		await clerk.reload();
		await card(clerk, 'I-01398').waitFor();
	};
	const household = card(clerk, 'I-01396').locator('.proof__ask .entry').first();
	await household.fill('H31010100001');
	await clerk.locator('#case h1').focus();
	await clerk.keyboard.press('F6');
	await clerk.fill('#note', '申请人在窗口等候');
	await again();
	assert.ok(!(await stored()).includes('H31010100001') && !(await stored()).includes('申请人'), 'storage holds it sealed');
	await clerk.waitForFunction(() => document.querySelector('[data-item="I-01396"] .proof__ask .entry').value === 'H31010100001');
	await clerk.locator('#case h1').focus();
	await clerk.keyboard.press('F6');
	await clerk.waitForFunction(() => document.querySelector('#note')?.value === '申请人在窗口等候');
	await clerk.keyboard.press('F6');
	await inState(clerk, 'I-01398', 'verifying').waitFor();
	assert.ok(!(await stored()).includes('wzm.kept.verify'), 'what was sent is forgotten');

	/* Closed over what is half typed, and opened again. */
	await clerk.keyboard.press('F8');
	await clerk.locator('[data-panel="conclude"] #why').fill('申请人改日再来');
	await clerk.keyboard.press('Escape');
	await again();
	await clerk.keyboard.press('F8');
	await clerk.waitForFunction(() => document.querySelector('#why')?.value === '申请人改日再来');
	await clerk.keyboard.press('Escape');

	/* What was typed over another state of the case is not put over this one. */
	await clerk.keyboard.press('F3');
	await clerk.locator('[data-panel="answers"]').getByRole('group', { name: '是否委托代办' }).getByText('是', { exact: true }).click();
	await again();
	await clerk.keyboard.press('F3');
	await clerk.waitForFunction(() => document.querySelector('[data-panel="answers"] [name$="has_agent"]')?.checked);
	const number = clerk.url().split('/').pop(), c = await mine.get(`/api/v1/cases/${number}`);
	await act(mine, c, 'I-01384', 'query');
	await again();
	await clerk.keyboard.press('F3');
	await clerk.locator('[data-panel="answers"]').getByRole('group', { name: '是否委托代办' }).waitFor();
	await clerk.waitForTimeout(300);
	await soon(async () => assert.ok(await clerk.locator('[data-panel="answers"]').getByRole('group', { name: '是否委托代办' }).getByLabel('否', { exact: true }).isChecked(), 'as the case has it'));
	house.clean();
});

test('a reload loses nothing of an answer to a complaint', async () => {
	const stranger = await house.instance.client();
	await stranger.post('/api/v1/complaints', { division: '330703', agency: '330703-ZG', item: 'I-01391', what: '说没有这份证明就不收件' }, { status: 201 });
	const desk = await house.page({ user: 'u-5001' });
	await desk.locator('[data-complaint]').first().click();
	await desk.locator('#outcome-upheld').check();
	await desk.fill('#reply', '属实。窗口已改正。');
	await desk.waitForTimeout(400);
	await desk.reload();
	await desk.waitForFunction(() => document.querySelector('#reply')?.value === '属实。窗口已改正。');
	await soon(async () => assert.ok(await desk.locator('#outcome-upheld').isChecked()));
	house.clean();
});

test('what one person typed cannot be read by the next one at the machine', async () => {
	const clerk = await house.page({ user: 'u-1001' });
	await half(clerk);
	/* The machine is left as it is; another clerk signs in in the same tab. */
	await clerk.context().clearCookies();
	await clerk.goto(`${house.base}/work/new/M-0303`);
	await clerk.locator('[data-user="u-1007"]').click();
	await clerk.locator('#newcase').waitFor();
	await soon(async () => assert.equal(await clerk.inputValue('#applicant-identifier'), ''));
	house.clean();
});

test('a card reader is a keyboard: at a party, in a field of another kind, and outside of any', async () => {
	const clerk = await house.page({ user: 'u-1001' });
	await findMatter(clerk);
	/* Outside: the first party without a number. */
	await clerk.evaluate(() => document.activeElement.blur());
	await read(clerk, BUYER.identifier);
	await soon(async () => assert.equal(await clerk.inputValue('#applicant-identifier'), BUYER.identifier));
	await soon(async () => assert.equal(await clerk.evaluate(() => document.activeElement.id), 'applicant-name'));
	/* In a name: the name keeps what it had, the number goes where it belongs. */
	await clerk.fill('#seller-name', '胡庆');
	await clerk.locator('#seller-name').focus();
	await read(clerk, SELLER.identifier);
	await soon(async () => assert.equal(await clerk.inputValue('#seller-name'), '胡庆'));
	await soon(async () => assert.equal(await clerk.inputValue('#seller-identifier'), SELLER.identifier));
	/* In the field for it: simply typed, and read over what was there. */
	await clerk.fill('#buyer-identifier', '3307');
	await clerk.locator('#buyer-identifier').focus();
	await read(clerk, BUYER.identifier);
	await soon(async () => assert.equal(await clerk.inputValue('#buyer-identifier'), BUYER.identifier));
	/* A wrong number is no card: it is left where it was typed. */
	await clerk.locator('#applicant-name').focus();
	await read(clerk, `${BUYER.identifier.slice(0, 17)}${BUYER.identifier[17] === '1' ? '2' : '1'}`);
	await soon(async () => assert.match(await clerk.inputValue('#applicant-name'), /^\d{18}$/));
	house.clean();
});

test('a card at the first page shows the person\'s cases; no number stands in an address', async () => {
	const c = await openScene(mine, scene('HOUSE'));
	const clerk = await house.page({ user: 'u-1001' }), addresses = [];
	clerk.on('request', (request) => addresses.push(request.url()));
	await clerk.locator('.jobs').waitFor();
	await clerk.evaluate(() => document.activeElement.blur());
	await read(clerk, scene('HOUSE').parties.find((one) => one.role === 'seller').identifier);
	await clerk.getByText('这个人的办件').waitFor();
	const hit = clerk.locator('.hit', { hasText: c.number });
	await hit.waitFor();
	await accessible(clerk, 'the cases of a person');
	await clerk.keyboard.press('F2');
	await clerk.keyboard.type('330703199210', { delay: 20 });
	await clerk.waitForTimeout(600);
	assert.deepEqual(addresses.filter((url) => url.includes('330703199210')), []);
	house.clean();
});

test('a double click and an impatient finger open one case and send one question', async () => {
	const clerk = await house.page({ user: 'u-1001' });
	await findMatter(clerk);
	for (const [role, who] of [['applicant', BUYER], ['seller', SELLER], ['buyer', BUYER]]) {
		await clerk.fill(`#${role}-identifier`, who.identifier);
		await clerk.fill(`#${role}-name`, who.name);
	}
	const before = (await mine.ok('POST', '/api/v1/cases/search', { json: { limit: 200 } })).cases.length;
	await clerk.getByRole('button', { name: /^开件/ }).dblclick();
	await clerk.waitForURL('**/work/cases/*');
	assert.equal((await mine.ok('POST', '/api/v1/cases/search', { json: { limit: 200 } })).cases.length, before + 1);
	await card(clerk, 'I-01398').waitFor();
	await clerk.keyboard.press('F6');
	await clerk.locator('[data-panel="verify"]').getByText('4 个工作小时').waitFor();
	await clerk.locator('[data-panel="verify"] .btn--main').dblclick();
	await inState(clerk, 'I-01398', 'verifying').waitFor();
	await soon(async () => assert.equal(await clerk.locator('[data-code]').count(), 0));
	house.clean();
});

test('the back button goes back to the list and to what was half typed', async () => {
	const clerk = await house.page({ user: 'u-1001' });
	await half(clerk);
	const c = await openScene(mine, scene('HOUSE'));
	await clerk.keyboard.press('F2');
	await clerk.keyboard.type(c.number);
	await clerk.locator('.hit[data-highlighted]').waitFor();
	await clerk.keyboard.press('Enter');
	await card(clerk, 'I-01398').waitFor();
	await clerk.goBack();
	await clerk.locator('#newcase').waitFor();
	await soon(async () => assert.equal(await clerk.inputValue('#applicant-identifier'), BUYER.identifier));
	await clerk.goForward();
	await card(clerk, 'I-01398').waitFor();
	house.clean();
});

test('a session that ends while the desk types: sign in, and the same words are there', async () => {
	const { desk } = await atDesk();
	await desk.keyboard.press('1');
	await desk.fill('#basis', '水费账户查过，已结清。');
	await desk.context().clearCookies();
	await desk.keyboard.press('Control+Enter');
	await desk.getByRole('heading', { name: '登录到期了' }).waitFor();
	await desk.locator('[data-user="u-2001"]').click();
	await desk.locator('#basis').waitFor();
	await soon(async () => assert.equal(await desk.inputValue('#basis'), '水费账户查过，已结清。'));
	/* And over a reload. */
	await desk.waitForTimeout(400);
	await desk.reload();
	await desk.locator('#basis').waitFor();
	await desk.waitForFunction(() => document.querySelector('#basis').value !== '');
	await soon(async () => assert.equal(await desk.inputValue('#basis'), '水费账户查过，已结清。'));
	await soon(async () => assert.ok(await desk.locator('#said-match').isChecked()));
	house.clean();
});

test('a network that is lost says so, keeps everything, and the page goes on by itself', async () => {
	const { c, desk } = await atDesk();
	await desk.keyboard.press('1');
	await desk.fill('#basis', '水费账户查过，已结清。');
	await desk.context().setOffline(true);
	await desk.keyboard.press('Control+Enter');
	await desk.locator('[data-code="network"]').waitFor();
	await desk.evaluate(() => window.dispatchEvent(new Event('online')));
	await desk.locator('.keybar .lost', { hasText: '连不上服务器' }).waitFor({ timeout: 30000 });
	await accessible(desk, 'a lost network');
	await soon(async () => assert.equal(await desk.inputValue('#basis'), '水费账户查过，已结清。'));
	await desk.context().setOffline(false);
	await desk.locator('.keybar .lost').waitFor({ state: 'detached', timeout: 30000 });
	await desk.keyboard.press('Control+Enter');
	await desk.locator('.q__side').getByText(c.number).waitFor({ state: 'detached' });
	assert.equal((await mine.get(`/api/v1/cases/${c.number}`)).items.find((item) => item.code === 'I-01398').verification.answer, 'match');
	house.faults.splice(0, house.faults.length, ...house.faults.filter((fault) => !/ERR_INTERNET_DISCONNECTED/.test(fault)));
	house.clean();
});

test('two tabs of one desk: one asks the server, both know, and what one answers is gone from the other', async () => {
	const { desk } = await atDesk();
	const second = await desk.context().newPage();
	const searches = { first: 0, second: 0 };
	for (const [name, page] of [['first', desk], ['second', second]])
		page.on('request', (request) => { searches[name] += request.url().endsWith('/verifications/search') ? 1 : 0; });
	await second.goto(`${house.base}/work/`);
	const waiting = async (page) => Number(/(\d+) 件/.exec(await page.locator('.queue h2').textContent())?.[1]);
	await second.locator('.ask').first().waitFor();
	const one = await waiting(second);
	searches.first = searches.second = 0;
	await settle(mine, await openScene(mine, scene('HOUSE')));
	const before = one + 1;
	for (const page of [desk, second])
		await page.locator('.queue h2', { hasText: `${before} 件` }).waitFor();
	assert.equal([searches.first, searches.second].filter((n) => n > 0).length, 1, `one of the two asks: ${JSON.stringify(searches)}`);
	await desk.keyboard.press('1');
	await desk.fill('#basis', '水费账户查过，已结清。');
	await desk.keyboard.press('Control+Enter');
	await second.locator('.queue h2', { hasText: before > 1 ? `${before - 1} 件` : '0 件' }).waitFor({ timeout: 5000 });
	house.clean();
});

test('a case of another counter is no fault: who may is said, and a way back', async () => {
	const clerk = await house.page({ user: 'u-1001', path: '/work/cases/330703-261123-A99999-0' });
	const sign = clerk.getByRole('link', { name: '回到我的工作' });
	await sign.waitFor();
	await accessible(clerk, 'no permission');
	await sign.click();
	await clerk.waitForURL('**/work/');
	house.clean();
});

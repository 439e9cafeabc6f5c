// The public page: what is still asked of me, and what no longer is.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { items } from '../lib/catalogue.mjs';
import { must } from '../lib/instance.mjs';
import { jinhua } from '../lib/paths.mjs';
import { accessible, PHONE, soon, start } from './browser.mjs';

let house;
before(async () => { house = await start(); });
after(() => house?.close());

const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test('a matter is found by its name, and its address is permanent', async () => {
	const page = await house.page({ viewport: PHONE, path: '/' });
	await page.getByText('4,052').waitFor();
	await page.fill('#q', '二手房');
	await page.getByRole('link', { name: /二手房转移登记/ }).first().click();
	await page.waitForURL('**/m/M-0303');
	const all = items().filter((item) => item.matter_code === 'M-0303');
	await page.getByRole('heading', { level: 1, name: '二手房转移登记(买卖)' }).waitFor();
	await soon(async () => assert.deepEqual(await page.locator('.figure__n').allTextContents(), [String(all.length), '0']));
	await soon(async () => assert.equal(await page.locator('.proofrow').count(), all.length));
	await page.reload();
	await page.getByRole('heading', { level: 1, name: '二手房转移登记(买卖)' }).waitFor();
	await page.goBack();
	await page.locator('#q').waitFor();
	house.clean();
});

test('a matter is found by its code, a proof by its name, and what is not listed is not demanded', async () => {
	const page = await house.page({ viewport: PHONE, path: '/' });
	await page.fill('#q', 'M-0303');
	await page.getByRole('link', { name: /二手房转移登记/ }).waitFor();
	await page.fill('#q', '水电气费用结清');
	await page.locator('a[href="/m/M-0303#I-01398"]').waitFor();
	await page.fill('#q', '没有这样的证明');
	await page.getByText('清单之外').waitFor();
	await accessible(page, 'an empty search');
	house.clean();
});

test('every proof says how, by whom, why and by what law, folded', async () => {
	const page = await house.page({ viewport: PHONE, path: '/m/M-0303#I-01398' });
	const row = page.locator('#I-01398');
	await row.locator('dl').waitFor();
	const text = await row.innerText();
	for (const part of ['4 个工作小时', '水务', '《不动产登记暂行条例》', 'I-01398'])
		assert.ok(text.includes(part), `${part} in ${text}`);
	await soon(async () => assert.equal(await page.locator('#I-01391').evaluate((e) => e.open), false, 'the others are folded'));
	await page.locator('#I-01391 summary').click();
	await page.locator('#I-01391').getByText('本部门内部核查').waitFor();
	await soon(async () => assert.equal(await overflow(page), 0));
	house.clean();
});

test('at 360 px nothing scrolls sideways, in normal and large type, in both languages, light and dark', async () => {
	for (const path of ['/', '/m/M-0303', '/m/M-9999', '/m/nothing']) {
		const page = await house.page({ viewport: PHONE, path });
		await page.locator('h1, [role="alert"]').first().waitFor();
		await accessible(page, path);
		await page.getByRole('button', { name: '大字版' }).click();
		await soon(async () => assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize), '20px'));
		await soon(async () => assert.equal(await overflow(page), 0, `${path} in large type`));
		await page.getByRole('button', { name: 'English' }).click();
		await soon(async () => assert.equal(await page.evaluate(() => document.documentElement.lang), 'en'));
		await soon(async () => assert.equal(await overflow(page), 0, `${path} in large type, English`));
		await accessible(page, `${path} in English`);
		await page.reload();
		await page.getByRole('button', { name: 'Normal type' }).waitFor();
		await page.context().close();
	}
	house.clean();
});

test('fingers find their targets: at least 48 px, 60 in large type', async () => {
	const page = await house.page({ viewport: PHONE, path: '/m/M-0303' });
	await page.locator('.proofrow').first().waitFor();
	const heights = () => page.locator('.bar__switch, .proofrow > summary, .foot__links > *').evaluateAll(
		(all) => Math.min(...all.map((e) => e.getBoundingClientRect().height)));
	await soon(async () => assert.ok(await heights() >= 48));
	await page.getByRole('button', { name: '大字版' }).click();
	await soon(async () => assert.ok(await heights() >= 60));
	house.clean();
});

test('everything comes from the server itself, under a policy without inline code', async () => {
	const page = await house.page({ viewport: PHONE, path: '/' });
	const foreign = [];
	page.on('request', (request) => {
		if (!request.url().startsWith(house.base))
			foreign.push(request.url());
	});
	const answer = await page.goto(`${house.base}/m/M-0303`);
	await page.locator('.proofrow').first().waitFor();
	assert.match(answer.headers()['content-security-policy'] ?? '', /default-src 'self'/);
	assert.doesNotMatch(answer.headers()['content-security-policy'], /unsafe/);
	assert.deepEqual(foreign, []);
	await soon(async () => assert.equal(await page.locator('script:not([src]), style, [style]').count(), await page.locator('.waybar [style]').count(),
		'no inline script or style but the widths that the script itself sets'));
	house.clean();
});

test('the list in force can be taken home as a file', async () => {
	const page = await house.page({ viewport: PHONE, path: '/' });
	for (const [format, name] of [['csv', 'inventory-1.zip'], ['xlsx', 'inventory-1.xlsx'], ['json', 'inventory-1.json']]) {
		const [file] = await Promise.all([page.waitForEvent('download'), page.locator('footer').getByRole('link', { name: format.toUpperCase() }).click()]);
		assert.equal(file.suggestedFilename(), name);
		assert.equal(await file.failure(), null);
	}
	house.clean();
});

test('a matter tells since when, by whose decision, and what was before', async () => {
	const scratch = mkdtempSync(`${tmpdir()}/wzm-list-`), dir = house.instance.dir;
	try {
		/* I-01398 is abolished, I-01395 leaves the list. */
		cpSync(jinhua, `${scratch}/list`, { recursive: true });
		const rows = readFileSync(`${jinhua}/items.csv`, 'utf8').split('\n').filter((line) => !line.startsWith('I-01395,'));
		const at = rows.findIndex((line) => line.startsWith('I-01398,'));
		rows[at] = rows[at].replace('department_verify', 'direct_cancel').replace(/,4,([^,]*),([^,]*),/, ',,本部门内部核查,$2,');
		writeFileSync(`${scratch}/list/items.csv`, rows.join('\n'));
		must(['import', 'inventory', `${scratch}/list`, '-d', dir]);
		must(['inventory', 'publish', '--as', 'u-4001', '--decision', '金司〔2026〕12号', '--yes', '-d', dir]);
	} finally {
		rmSync(scratch, { recursive: true, force: true });
	}
	const page = await house.page({ viewport: PHONE, path: '/m/M-0303#I-01398' });
	const row = page.locator('#I-01398');
	await row.getByText('依据：金司〔2026〕12号').waitFor();
	await page.locator('#I-01384 summary').click();
	await page.locator('#I-01384').getByText('依据：演示数据').waitFor();
	const story = await page.locator('.story').innerText();
	for (const part of ['部门核验 → 直接取消', '部门核验 → 不再列入清单', '水电气费用结清证明', '委托(授权)公证书', '列入第 1 版清单'])
		assert.ok(story.includes(part), `${part} in ${story}`);
	await soon(async () => assert.equal(await overflow(page), 0));
	await accessible(page, 'the story of a list');
	/* What it says on a day has an address of its own. */
	const today = new Date(Date.now() + 8 * 3600000).toISOString().slice(0, 10);
	const then = await house.page({ viewport: PHONE, path: `/m/M-0303?asof=${today}` });
	await then.getByText('那天的清单(第 2 版)').waitFor();
	await then.getByRole('link', { name: '看现在的' }).click();
	await then.waitForURL((url) => url.search === '');
	const before = await house.page({ viewport: PHONE, path: '/m/M-0303?asof=2019-02-23' });
	await before.getByText('2019-02-23 那天还没有清单').waitFor();
	await accessible(before, 'a day without a list');
	if (process.env.SHOT !== undefined) await page.screenshot({ path: process.env.SHOT, fullPage: true });
	house.clean();
});

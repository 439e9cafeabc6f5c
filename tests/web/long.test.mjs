// Lists that are longer than a screen: read a page at a time, each page once, and only the rows that are seen stand on the page.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { openScene, settle } from '../lib/cases.mjs';
import { scene } from '../lib/catalogue.mjs';
import { accessible, soon, start } from './browser.mjs';

const MANY = 130, FIRST = 50, AT_ONCE = 8, CASES = 230;
let house, clerk;
before(async () => {
	house = await start();
	clerk = await house.instance.client('u-1001');
	let left = CASES, asked = MANY;
	await Promise.all(Array.from({ length: AT_ONCE }, async () => {
		while (left-- > 0) {
			const c = await openScene(clerk, scene('HOUSE'));
			if (asked-- > 0)
				await settle(clerk, c);
		}
	}));
});
after(() => house?.close());

const rows = (desk) => desk.locator('.ask').count();
const listed = (desk, n) => desk.getByRole('heading', { name: `待我答复 ${n} 件`, exact: true }).waitFor();
/** What a page asks of a list from now on. */
function reads(page, path) {
	const all = [];
	page.on('request', (request) => { if (request.url().endsWith(path)) all.push(request.postDataJSON()); });
	return all;
}
async function longDesk(more) {
	const desk = await house.page({ user: 'u-2001', ...more });
	await desk.locator('#basis').waitFor();
	await desk.locator('.queue__more').click();
	await listed(desk, MANY);
	return desk;
}
/** Scrolls through the list and gives every address that was seen in it, in order. */
async function scrolled(page) {
	return page.evaluate(async () => {
		const pane = document.querySelector('.longlist').closest('.pane'), seen = new Set();
		const settled = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
		for (pane.scrollTop = 0; ; pane.scrollTop += pane.clientHeight / 2) {
			await settled();
			await settled();
			const box = pane.getBoundingClientRect();
			for (const link of document.querySelectorAll('.longlist a')) {
				const at = link.getBoundingClientRect();
				if (at.bottom > box.top && at.top < box.bottom)
					seen.add(link.getAttribute('href'));
			}
			if (pane.scrollTop + pane.clientHeight >= pane.scrollHeight - 1)
				return [...seen];
		}
	});
}

test('a desk reads its first 50 questions, then what follows and nothing twice, and all can be seen', async () => {
	const desk = await house.page({ path: '/design/' }), asked = reads(desk, '/verifications/search');
	/* Nothing is read but what is pressed for: no stream, and no time passes. */
	await desk.route('**/api/v1/live', (route) => route.fulfill({ status: 204 }));
	await desk.addInitScript(() => {
		const real = globalThis.setTimeout;
		globalThis.setTimeout = (f, ms, ...rest) => ms >= 1000 ? 0 : real(f, ms, ...rest);
	});
	await desk.goto(`${house.base}/work/`);
	await desk.locator('[data-user="u-2001"]').click();
	await listed(desk, `${FIRST}+`);
	await soon(async () => assert.equal(await rows(desk), FIRST));
	await desk.waitForLoadState('networkidle');
	assert.ok(asked.length > 0);
	for (const one of asked)
		assert.deepEqual({ limit: one.limit, cursor: one.cursor }, { limit: FIRST, cursor: undefined });
	asked.length = 0;
	await desk.locator('.queue__more').click();
	await listed(desk, MANY);
	assert.equal(asked.length, 1, 'what is there already is not read again');
	assert.ok(asked[0].cursor);
	const seen = await scrolled(desk);
	const { verifications } = await (await house.instance.client('u-2001')).ok('POST', '/api/v1/verifications/search', { json: { state: 'open', limit: 200 } });
	assert.equal(verifications.length, MANY);
	assert.deepEqual([...seen].sort(), verifications.map((one) => `/work/verifications/${one.id}`).sort());
	await desk.context().close();
	/* The browser says that the stream is none. */
	house.faults.length = 0;
});

test('of a long list the rows that are seen are on the page; each says which of how many it is', async () => {
	const desk = await longDesk();
	await soon(async () => assert.ok(await rows(desk) < 60, `${await rows(desk)} rows`));
	await soon(async () => assert.equal(await desk.locator('.longlist section').last().locator('li').first().getAttribute('aria-setsize') !== null, true));
	const headings = await desk.locator('.longlist h3').allInnerTexts();
	assert.equal(headings.map((text) => Number(/(\d+) 件/.exec(text)[1])).reduce((sum, n) => sum + n, 0), MANY);
	await accessible(desk, 'a long queue');

	/* The chosen one is always there and in sight, also before the first and after the last. */
	const chosen = async () => {
		await desk.waitForFunction(() => document.querySelector('.ask[aria-current]')?.getAttribute('href') === location.pathname);
		await desk.waitForFunction(() => {
			const at = document.querySelector('.ask[aria-current]').getBoundingClientRect(), pane = document.querySelector('.queue').getBoundingClientRect();
			return at.top >= pane.top - 1 && at.bottom <= pane.bottom + 1;
		});
		return new URL(desk.url()).pathname;
	};
	/* Pressing for more has scrolled it out of sight. */
	const begins = new URL(desk.url()).pathname;
	await desk.keyboard.press('Alt+ArrowUp');
	await desk.waitForFunction((was) => location.pathname !== was, begins);
	await chosen();
	const last = desk.locator('.longlist li').last();
	await soon(async () => assert.equal(await last.getAttribute('aria-posinset'), await last.getAttribute('aria-setsize')));
	await desk.keyboard.press('Alt+ArrowDown');
	await desk.waitForFunction((first) => location.pathname === first, begins);
	await chosen();
	await soon(async () => assert.equal(await desk.locator('.longlist li').first().getAttribute('aria-posinset'), '1'));
	for (let i = 0; i < 12; i++) {
		const before = new URL(desk.url()).pathname;
		await desk.keyboard.press('Alt+ArrowDown');
		await desk.waitForFunction((was) => location.pathname !== was, before);
		await chosen();
	}

	/* By Tab from row to row past the rows that were there at first; the focus is never lost. */
	await desk.locator('.ask[aria-current]').focus();
	for (let i = 0; i < 60; i++) {
		await desk.keyboard.press('Tab');
		await soon(async () => assert.ok(await desk.evaluate(() => document.activeElement.closest('.longlist li') !== null), `row ${i}`));
	}
	await soon(async () => assert.ok(Number(await desk.evaluate(() => document.activeElement.closest('li').ariaPosInSet)) > 40));
	/* Nor when the list has no time to scroll after it: whoever has the focus always has a next row. */
	await desk.locator('.queue').evaluate((pane) => pane.scrollTo(0, 0));
	await desk.locator('.longlist li:first-child .ask').first().focus();
	const far = await desk.evaluate(async () => {
		let n = 0;
		for (const all = () => [...document.querySelectorAll('.longlist .ask')]; n < 60; n++) {
			const rows = all(), next = rows[rows.indexOf(document.activeElement) + 1];
			if (next === undefined || next.closest('li').ariaPosInSet - document.activeElement.closest('li').ariaPosInSet !== 1) break;
			next.focus({ preventScroll: true });
			await Promise.resolve().then(() => undefined);
			await new Promise((done) => { const line = new MessageChannel(); line.port1.onmessage = done; line.port2.postMessage(0); });
		}
		return n;
	});
	assert.equal(far, 60);
	house.clean();
	await desk.context().close();
});

test('what is picked of a long list stays picked out of sight; it can be found by words, and all of it is printed', async () => {
	const desk = await longDesk();
	await desk.locator('.queue__pick input').first().check();
	await desk.evaluate(() => { const pane = document.querySelector('.queue'); pane.scrollTop = pane.scrollHeight; });
	await desk.locator(`.longlist li[aria-posinset]`).last().waitFor();
	await desk.waitForFunction(() => [...document.querySelectorAll('.longlist li')].at(-1).getBoundingClientRect().top < innerHeight);
	await desk.locator('.queue__pick input').last().check();
	await desk.getByRole('heading', { name: /2 件/ }).first().waitFor();
	await desk.locator('main').getByRole('button', { name: /返回/ }).click();

	await desk.keyboard.press('F2');
	await soon(async () => assert.equal(await desk.evaluate(() => document.activeElement.id), 'queue-find'));
	const { verifications: [, wanted] } = await (await house.instance.client('u-2001')).ok('POST', '/api/v1/verifications/search', { json: { state: 'open', limit: 200 } });
	await desk.keyboard.type(wanted.case_number);
	await desk.getByText(`找到 1 件，清单共 ${MANY} 件`).waitFor();
	await soon(async () => assert.equal(await rows(desk), 1));
	await desk.keyboard.press('Control+a');
	await desk.keyboard.type('没有这样的');
	await desk.getByText('找到 0 件').waitFor();
	await accessible(desk, 'nothing is found in the queue');
	await desk.keyboard.press('Escape');
	await soon(async () => assert.equal(await desk.locator('#queue-find').inputValue(), ''));

	await desk.emulateMedia({ media: 'print' });
	await desk.waitForFunction((n) => document.querySelectorAll('.ask').length === n, MANY);
	await desk.emulateMedia({ media: 'screen' });
	await desk.waitForFunction(() => document.querySelectorAll('.ask').length < 60);
	house.clean();
	await desk.context().close();
});

test('questions that come in and go do not move what is looked at', async () => {
	const desk = await longDesk();
	await desk.evaluate(() => { document.querySelector('.queue').scrollTop = 3000; });
	await desk.waitForTimeout(300);
	const was = await desk.evaluate(() => {
		const pane = document.querySelector('.queue').getBoundingClientRect();
		const row = [...document.querySelectorAll('.ask')].find((one) => one.getBoundingClientRect().top > pane.top + 40);
		return { href: row.getAttribute('href'), y: Math.round(row.getBoundingClientRect().top) };
	});
	const verifier = await house.instance.client('u-2001');
	const { verifications: [first] } = await verifier.ok('POST', '/api/v1/verifications/search', { json: { state: 'open', limit: 1 } });
	await verifier.post(`/api/v1/verifications/${first.id}/return`, { reason: '不归本岗' }, { ifMatch: first.version });
	await listed(desk, MANY - 1);
	await desk.waitForTimeout(300);
	const at = await desk.evaluate((href) => Math.round(document.querySelector(`.ask[href="${href}"]`)?.getBoundingClientRect().top ?? -1), was.href);
	assert.ok(Math.abs(at - was.y) <= 2, `it stood at ${was.y} and stands at ${at}`);
	house.clean();
	await desk.context().close();
});

test('a clerk\'s further cases are read once, and all can be seen', async () => {
	const page = await house.page({ user: 'u-1001' }), asked = reads(page, '/cases/search');
	await page.locator('.jobs a').first().waitFor();
	await page.waitForLoadState('networkidle');
	await soon(async () => assert.ok(await page.locator('.jobs a').count() < 60));
	asked.length = 0;
	await page.locator('.jobs').getByRole('button', { name: '再列一些' }).click();
	await page.locator('.jobs').getByRole('button', { name: '再列一些' }).waitFor({ state: 'detached' });
	assert.deepEqual(asked.map((one) => one.cursor !== undefined), [true], 'what is there already is not read again');
	assert.equal((await scrolled(page)).length, CASES);
	house.clean();
	await page.context().close();
});

// What changes elsewhere comes to the page by one stream a browser; without one, by asking.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { openScene, settle } from '../lib/cases.mjs';
import { scene } from '../lib/catalogue.mjs';
import { birth, concludeStep, newborn, openJoint, untilStep } from '../lib/joint.mjs';
import { inState, soon, start } from './browser.mjs';

let house, mine, theirs;
before(async () => {
	house = await start();
	mine = await house.instance.client('u-1001');
	theirs = await house.instance.client('u-2001');
});
after(() => house?.close());

const asked = async () => settle(mine, await openScene(mine, scene('HOUSE')));
const live = (page, by) => page.locator(`.keybar[data-live="${by}"]`).waitFor();
/** A page in which nothing that would be done in ten seconds or later is done: it never asks by itself. */
async function patient(options) {
	const page = await house.page({ user: 'u-1001', ...options });
	await page.context().addInitScript(() => {
		const real = globalThis.setTimeout;
		globalThis.setTimeout = (f, ms, ...rest) => ms >= 10_000 ? 0 : real(f, ms, ...rest);
	});
	await page.reload();
	await page.locator('.bench').waitFor();
	return page;
}
async function answer(c) {
	const { verifications } = await theirs.ok('POST', '/api/v1/verifications/search', { json: { state: 'open' } });
	const v = verifications.find((one) => one.case_number === c.number);
	await theirs.post(`/api/v1/verifications/${v.id}/signature`, {}, { ifMatch: v.version });
	await theirs.post(`/api/v1/verifications/${v.id}/answer`, { answer: 'match', basis: '账目查过,已结清。' }, { ifMatch: v.version + 1 });
}

test('a desk\'s answer appears at the counter, which never asks by itself', async () => {
	const c = await asked();
	const page = await patient();
	await live(page, 'stream');
	await page.goto(`${house.base}/work/cases/${c.number}`);
	await live(page, 'stream');
	await inState(page, 'I-01398', 'verifying').waitFor();
	await answer(c);
	await inState(page, 'I-01398', 'established').waitFor();
	house.clean();
	await page.context().close();
});

test('a new question appears at the desk, which never asks by itself', async () => {
	const page = await patient({ user: 'u-2001' });
	await live(page, 'stream');
	const c = await asked();
	await page.locator('.q__side').getByText(c.number).waitFor();
	house.clean();
	await page.context().close();
});

test('a question, a reminder and an answer appear on the supervisor\'s late list, which never asks by itself', async () => {
	const page = await patient({ user: 'u-5001' });
	await page.goto(`${house.base}/work/overdue`);
	await live(page, 'stream');
	await page.locator('.late__head button').last().click();
	const c = await asked();
	const row = page.locator('[data-late]', { hasText: c.number });
	await row.waitFor();
	await mine.post(`/api/v1/cases/${c.id}/items/I-01398/verification/reminder`, {}, { ifMatch: '*' });
	await row.getByText('1 次').waitFor();
	await answer(c);
	await row.waitFor({ state: 'detached' });
	house.clean();
	await page.context().close();
});

test('what changes while the list is being read is read too, and not a minute later', async () => {
	const page = await patient({ user: 'u-5001' }), c = await asked();
	await page.goto(`${house.base}/work/overdue`);
	await live(page, 'stream');
	await page.locator('.late__head button').last().click();
	const row = page.locator('[data-late]', { hasText: c.number });
	await row.waitFor();
	await page.waitForTimeout(1500);	/* all of it has been read */
	let came, let_, reads = 0;
	const read = new Promise((go) => { came = go; }), until = new Promise((go) => { let_ = go; });
	await page.route(/\/verifications\/overdue$/, async (route) => {
		if (reads++ > 0) return route.fallback();
		const response = await route.fetch();
		came();
		await until;
		await route.fulfill({ response });
	});
	await mine.post(`/api/v1/cases/${c.id}/items/I-01398/verification/reminder`, {}, { ifMatch: '*' });
	await read;
	await answer(c);
	await page.waitForTimeout(200);	/* told, and not yet asked for again: that is a second after the last time */
	let_();
	await row.waitFor({ state: 'detached' });
	house.clean();
	await page.context().close();
});

test('a complaint appears at the supervisor\'s, who never asks by itself', async () => {
	const page = await patient({ user: 'u-5001' });
	await live(page, 'stream');
	const stranger = await house.instance.client();
	const told = await stranger.post('/api/v1/complaints', { division: '330703', agency: '330703-ZG', item: 'I-01391', what: '说没有这份证明就不收件' }, { status: 201 });
	await page.locator(`[data-complaint="${told.number}"]`).waitFor();
	house.clean();
	await page.context().close();
});

test('a step that is done elsewhere appears at the lead agency, which never asks by itself, and in its other tab', async () => {
	const lead = await house.instance.client('u-1008');
	const j = await openJoint(lead, newborn());
	await untilStep(lead, j.id, 'NB1', 'running');
	const page = await patient({ user: 'u-1008' });
	await page.goto(`${house.base}/work/joint/${j.number}`);
	await live(page, 'stream');
	await page.locator('.gantt [data-step="NB1"]').waitFor();
	const second = await page.context().newPage();
	await second.goto(`${house.base}/work/joint/${j.number}`);
	await second.locator('.gantt [data-step="NB1"]').waitFor();
	await live(second, 'another');
	const before_ = await page.locator('.clockrow__big b').textContent();
	await concludeStep(house.instance, lead, j.id, 'NB1', birth);
	for (const tab of [page, second])
		await tab.locator('.clockrow__big b', { hasText: new RegExp(`^(?!${before_}$)`) }).waitFor();
	/* The server is away: said at the top of it, and over when it is back. */
	await second.close();
	await page.context().setOffline(true);
	await page.evaluate(() => window.dispatchEvent(new Event('offline')));
	await page.locator('[data-lost]').waitFor();
	await page.context().setOffline(false);
	await page.locator('[data-lost]').waitFor({ state: 'detached' });
	await live(page, 'stream');
	house.faults = house.faults.filter((fault) => !/ERR_INTERNET_DISCONNECTED/.test(fault));
	house.clean();
	await page.context().close();
});

test('what is not on the screen is not read; it is when it comes there', async () => {
	const page = await patient();
	await page.goto(`${house.base}/work/joint`);
	await live(page, 'stream');
	await page.locator('[data-event]').first().waitFor();
	await page.waitForTimeout(1500);
	let read = 0;
	page.on('request', (r) => { if (r.url().endsWith('/api/v1/cases/search')) read++; });
	const told = page.waitForResponse('**/api/v1/jointcases/search');
	await asked();
	const lead = await house.instance.client('u-1001');
	await openJoint(lead, newborn());
	await told;
	assert.equal(read, 0, 'the list of cases is not on the screen');
	await page.getByRole('link', { name: '办件', exact: true }).click();
	await page.waitForResponse('**/api/v1/cases/search');
	house.clean();
	await page.context().close();
});

test('of a list of several pages those are read again that are on the screen, once for many changes', async () => {
	await asked();
	const { verifications: [one] } = await theirs.ok('POST', '/api/v1/verifications/search', { json: { state: 'open' } });
	const page = await patient({ user: 'u-2001' });
	await live(page, 'stream');
	const asks = [], sizes = { '': 50, c1: 200, c2: 200, c3: 30 };
	const ids = (cursor) => Array.from({ length: sizes[cursor] }, (_, i) => `330703-00000000-0000-7000-8000-${String((cursor === '' ? 0 : Number(cursor[1])) * 1000 + i).padStart(12, '0')}`);
	await page.route('**/api/v1/verifications/search', async (route) => {
		const { cursor = '' } = route.request().postDataJSON();
		asks.push(cursor);
		await route.fulfill({ json: { verifications: ids(cursor).map((id) => ({ ...one, id })), next: { '': 'c1', c1: 'c2', c2: 'c3' }[cursor] ?? null } });
	});
	await page.reload();
	await page.locator('.queue__pick').first().waitFor();
	await live(page, 'stream');
	for (const n of [250, 450, 480]) {
		await page.locator('.queue__more').scrollIntoViewIfNeeded();
		await page.locator('.queue__more').click();
		await page.waitForFunction((of) => document.querySelector('.queue [aria-setsize]').getAttribute('aria-setsize') === String(of), n);
	}
	await page.locator('.queue.pane').evaluate((e) => e.scrollTo(0, 0));
	await page.waitForTimeout(1500);
	asks.length = 0;
	/* Much happens at once. */
	for (let i = 0; i < 4; i++)
		await mine.post(`/api/v1/cases/${(await asked()).id}/conclusion`, { outcome: 'withdrawn', reason: '不办了' }, { ifMatch: '*' });
	await page.waitForTimeout(2500);
	assert.deepEqual([...new Set(asks)], [''], 'only the first page is on the screen');
	assert.ok(asks.length >= 1 && asks.length < 12, `${asks.length} times`);
	/* The end comes on the screen: that is read, and what lies between is not. */
	asks.length = 0;
	await page.locator('.queue.pane').evaluate((e) => e.scrollTo(0, e.scrollHeight));
	for (let i = 0; i < 200 && !asks.includes('c3'); i++) await page.waitForTimeout(20);
	assert.ok(asks.includes('c3') && !asks.includes('c1'), asks.join());
	house.clean();
	await page.context().close();
});

test('of two tabs one holds the stream, and both know', async () => {
	const first = await patient();
	await live(first, 'stream');
	const streams = [];
	first.context().on('request', (r) => { if (r.url().endsWith('/api/v1/live')) streams.push(r.url()); });
	const second = await first.context().newPage();
	const c = await asked();
	await second.goto(`${house.base}/work/cases/${c.number}`);
	await inState(second, 'I-01398', 'verifying').waitFor();
	await live(second, 'another');
	await answer(c);
	await inState(second, 'I-01398', 'established').waitFor();
	assert.equal(streams.length, 0, 'the second tab opens none');
	/* Whoever held it is closed: the other takes over. */
	await first.close();
	await live(second, 'stream');
	house.clean();
	await second.context().close();
});

test('where no stream is to be had the page asks, and says nothing of it', async () => {
	const c = await asked();
	const page = await house.page({ user: 'u-1001' });
	await page.context().route('**/api/v1/live', (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{}' }));
	await page.goto(`${house.base}/work/cases/${c.number}`);
	await inState(page, 'I-01398', 'verifying').waitFor();
	await live(page, 'asking');
	await answer(c);
	await inState(page, 'I-01398', 'established').waitFor();
	await soon(async () => assert.equal(await page.locator('.keybar .lost').count(), 0));
	house.faults.splice(0, house.faults.length, ...house.faults.filter((fault) => !/status of 503/.test(fault)));
	house.clean();
	await page.context().close();
});

test('a session that ends elsewhere ends here by itself', async () => {
	const page = await patient();
	await live(page, 'stream');
	const cookies = await page.context().cookies();
	const clerk = await house.instance.client();
	clerk.cookie = `wzm_session=${cookies.find((one) => one.name === 'wzm_session').value}`;
	await clerk.ok('DELETE', '/api/v1/session');
	await page.getByRole('heading', { name: '登录到期了' }).waitFor();
	house.clean();
	await page.context().close();
});

// What changes elsewhere comes to the page by one stream a browser; without one, by asking.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { openScene, settle } from '../lib/cases.mjs';
import { scene } from '../lib/catalogue.mjs';
import { inState, start } from './browser.mjs';

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
	assert.equal(await page.locator('.keybar .lost').count(), 0);
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

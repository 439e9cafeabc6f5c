// A case that another platform sent in, at the counter: found by its number, shown with it.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { scene, sceneCase } from '../lib/catalogue.mjs';
import { uuid7 } from '../lib/uuid7.mjs';
import { accessible, soon, start } from './browser.mjs';

let house;
before(async () => { house = await start(); });
after(() => house?.close());

test('the clerk finds it by the platform\'s number and goes on', async () => {
	const { token } = await house.instance.socketClient().ok('POST', '/api/v1/platforms', { json: { id: 'p-jd', name: '金东区一窗受理平台',
		scope: 'division', agency: '330703-XZF', division: '330703', url: 'http://127.0.0.1:9/' } });
	const { division, channel, ...body } = sceneCase(scene('HOUSE'));
	const sent = await (await house.instance.client()).ok('POST', '/api/v1/intake/cases', { json: { ...body, number: 'JD-2026-000187' },
		headers: { Authorization: `Bearer ${token}` }, key: uuid7(), status: 201 });
	const clerk = await house.page({ user: 'u-1001' });
	await clerk.keyboard.press('F2');
	await clerk.keyboard.type('JD-2026-000187');
	await clerk.locator('.hit[data-highlighted]', { hasText: 'JD-2026-000187' }).waitFor();
	await clerk.keyboard.press('Enter');
	await clerk.waitForURL(`**/work/cases/${sent.number}`);
	const head = clerk.locator('.case__sub');
	await head.getByText('金东区一窗受理平台 送来').waitFor();
	await head.getByText('JD-2026-000187').waitFor();
	await accessible(clerk, 'a case that was sent in');
	if (process.env.SHOTS) await clerk.screenshot({ path: `${process.env.SHOTS}/intake.png` });
	await soon(async () => assert.equal(await clerk.locator('.case__sub').count(), 1));
	house.clean();
});

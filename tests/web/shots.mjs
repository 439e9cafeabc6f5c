// Takes the pictures of README.md from a real server: node tests/web/shots.mjs [directory]
import { mkdirSync } from 'node:fs';
import { openScene, settle } from '../lib/cases.mjs';
import { scene, scenes } from '../lib/catalogue.mjs';
import { root } from '../lib/paths.mjs';
import { card, inState, openHouse, PHONE, start } from './browser.mjs';

const to = process.argv[2] ?? `${root}/docs/images`;
mkdirSync(to, { recursive: true });

const house = await start();
try {
	/* A morning's work: what else is on the clerk's list and in the desk's queue. */
	const api = await house.instance.client('u-1001');
	for (const one of scenes().filter((s) => s.division_code === '330703' && s.code !== 'HOUSE')) {
		const c = await openScene(api, one);
		if (['COACH', 'SCHOOL', 'DRIVER'].includes(one.code))
			await settle(api, c);
	}
	await settle(api, await openScene(api, scene('HOUSE')));

	const clerk = await house.page({ user: 'u-1001' });
	await openHouse(clerk);
	for (const item of ['I-01384', 'I-01386', 'I-01389']) {
		await card(clerk, item).getByRole('button', { name: /查询/ }).click();
		await inState(clerk, item, 'established').waitFor();
	}
	await clerk.locator('#case h1').focus();
	await clerk.keyboard.press('F6');
	await clerk.locator('[data-panel="verify"]').getByText('4 个工作小时').waitFor();
	await clerk.locator('#note').fill('申请人在窗口等候');
	await clerk.locator('#case').evaluate((e) => e.scrollTo(0, 0));
	await clerk.screenshot({ path: `${to}/clerk-case.png` });
	await clerk.keyboard.press('F6');
	await inState(clerk, 'I-01398', 'verifying').waitFor();

	const desk = await house.page({ user: 'u-2001' });
	await desk.locator('#basis').waitFor();
	await desk.keyboard.press('1');
	await desk.locator('.phrases button').last().click();
	await desk.locator('h1').focus();
	await desk.screenshot({ path: `${to}/verifier-desk.png` });

	const phone = await house.page({ viewport: PHONE, path: '/m/M-0303' });
	await phone.locator('.proofrow').first().waitFor();
	await phone.screenshot({ path: `${to}/public-matter.png`, clip: { x: 0, y: 0, width: PHONE.width, height: 1180 }, fullPage: true });
	house.clean();
} finally {
	await house.close();
}

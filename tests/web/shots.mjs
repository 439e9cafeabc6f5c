// Takes the pictures of README.md from a real server, and those of docs/screens: node tests/web/shots.mjs [directory [screens]]
import { mkdirSync } from 'node:fs';
import { openScene, settle } from '../lib/cases.mjs';
import { scene, scenes } from '../lib/catalogue.mjs';
import { root } from '../lib/paths.mjs';
import { card, inState, openHouse, PHONE, start } from './browser.mjs';

const to = process.argv[2] ?? `${root}/docs/images`, screens = process.argv[3] ?? `${root}/docs/screens`;
mkdirSync(to, { recursive: true });
mkdirSync(screens, { recursive: true });
/* A picture of a screen for whoever reads the documents: small enough to look at. */
const screen = (page, name, more = {}) => page.screenshot({ path: `${screens}/${name}.jpg`, type: 'jpeg', quality: 70, ...more });

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

	await screen(clerk, 'counter-1366');
	await clerk.setViewportSize({ width: 1920, height: 1080 });
	await screen(clerk, 'counter-1920', { quality: 55 });
	await screen(desk, 'desk-1366');
	const dark = await house.page({ user: 'u-2001', dark: true });
	await dark.locator('#basis').waitFor();
	await screen(dark, 'desk-dark');
	const large = await house.page({ user: 'u-1001', size: 'large', path: clerk.url().slice(house.base.length) });
	await card(large, 'I-01384').waitFor();
	await screen(large, 'counter-large');

	/* The applicant's screen with a commitment on it. */
	const company = await openScene(api, scene('COMPANY'));
	const counter = await house.page({ user: 'u-1001', path: `/work/cases/${company.number}` });
	const opened = counter.waitForEvent('popup');
	await counter.getByRole('button', { name: '办事人屏' }).click();
	const applicant = await opened;
	await applicant.setViewportSize({ width: 1366, height: 768 });
	await card(counter, 'I-01862').getByRole('button', { name: /请申请人签/ }).click();
	await applicant.locator('.screen__letter').waitFor();
	await screen(applicant, 'applicant-sign');

	const parts = await house.page({ path: '/design/', viewport: { width: 1200, height: 900 } });
	await parts.locator('#panel .panel').waitFor();
	await parts.locator('#forms button[type=submit]').click();
	await parts.waitForTimeout(400);
	await screen(parts, 'parts', { fullPage: true, quality: 50 });
	house.clean();
} finally {
	await house.close();
}

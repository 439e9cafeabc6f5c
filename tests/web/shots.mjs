// Takes the pictures of README.md from a real server, and those of docs/screens: node tests/web/shots.mjs [directory [screens]]
import { mkdirSync, readFileSync } from 'node:fs';
import { act, getCase, openScene, settle } from '../lib/cases.mjs';
import { scene, scenes } from '../lib/catalogue.mjs';
import { birth, concludeStep, newborn, openJoint } from '../lib/joint.mjs';
import { jinhua, root } from '../lib/paths.mjs';
import { card, inState, openHouse, PHONE, start } from './browser.mjs';
import { playNewborn } from './newborn.mjs';

const to = process.argv[2] ?? `${root}/docs/images`, screens = process.argv[3] ?? `${root}/docs/screens`;
mkdirSync(to, { recursive: true });
mkdirSync(screens, { recursive: true });
/* Whose work is shown on a large screen and on a phone as well, and by which name. */
const ELSEWHERE = { supervisor: 'supervisor', 'lead-agency': 'joint', 'reform-matrix': 'reform', 'reform-difference': 'reform-difference' };
/* A picture of a screen for whoever reads the documents: small enough to look at. */
const screen = (page, name, more = {}) => page.screenshot({ path: `${screens}/${name}.jpg`, type: 'jpeg', quality: 70, ...more });

/* A merge of two bureaus, looked ahead; another change is to come, one was taken back. */
async function lookAhead(page) {
	await page.locator('#a-kind input[value="merge"]').check();
	for (const [id, name] of [['#a-agency', '自然资源和规划'], ['#a-into', '金华市住房']]) {
		await page.locator(id).fill(name);
		await page.getByRole('option').first().click();
	}
	await page.fill('#a-effective', '2099-12-31');
	await page.fill('#a-decision', '金编委〔2026〕15号');
	await page.locator('.achange h1').click();
	await page.keyboard.press('Control+Enter');
	await page.locator('[data-fresh="true"]').waitFor();
}

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
	await clerk.setViewportSize(PHONE);
	await clerk.locator('#case h1').evaluate((h1) => h1.scrollIntoView());
	await screen(clerk, 'counter-360');
	await screen(desk, 'desk-1366');
	await desk.setViewportSize({ width: 1920, height: 1080 });
	await screen(desk, 'desk-1920', { quality: 55 });
	await desk.setViewportSize(PHONE);
	await screen(desk, 'desk-360');
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

	/* Each other role at its work. */
	const city = await house.instance.client('u-1008'), reform = await house.instance.client('u-4001'), stranger = await house.instance.client();
	for (const what of ['说没有这份证明就不收件', '让我去村里盖章'])
		await stranger.post('/api/v1/complaints', { division: '330703', agency: '330703-ZG', item: 'I-01391', what }, { status: 201 });
	const sold = await openScene(api, scene('HOUSE'));
	await act(api, sold, 'I-01384', 'query');
	await act(api, await getCase(api, sold.id), 'I-01384', 'dispute', { reason: '申请人的证书上面积不同', claimed: '应为 187 平方米' });
	for (const division of ['330702', '330703', '330723', '330726', '330781'])
		await reform.ok('PUT', `/api/v1/align/lists/${division}?name=${division}.csv`, { body: readFileSync(`${jinhua}/county_lists/${division}.csv`), headers: { 'Content-Type': 'text/csv' } });
	await reform.post('/api/v1/align/rounds', { title: '第一轮', closes: '2026-12-31' }, { status: 201 });
	const { differences: [difference] } = await reform.get('/api/v1/align/rounds/1/differences?kind=proof_name&limit=1');
	const review = await reform.post('/api/v1/reviews', { item: 'I-00186', question: '能否直接取消' }, { status: 201 });
	const changes = '/api/v1/agencies/changes', merge = { kind: 'merge', agency: '330700-SWU', into: '330700-RQ', effective: '2099-12-01', decision: '金编委〔2026〕11号' };
	const taken = await reform.post(changes, merge, { status: 201 });
	await reform.post(`${changes}/${taken.change}/withdrawal`, { reason: '方案未获批准' }, { ifMatch: taken.version });
	await reform.post(changes, { ...merge, agency: '330700-TYJ', into: '330700-WL', decision: '金编委〔2026〕12号' }, { status: 201 });
	const born = await openJoint(city, newborn());
	await concludeStep(house.instance, city, born.id, 'NB1', birth);
	for (const [name, user, path, ready, then] of [
		['steward', 'u-3001', '/work/', '[data-dispute]', (page) => page.locator('[data-dispute]').first().click().then(() => page.locator('#outcome-corrected').waitFor())],
		['supervisor', 'u-5001', '/work/', '[data-complaint]', (page) => page.locator('[data-complaint]').first().click().then(() => page.locator('#reply').waitFor())],
		['supervisor-late', 'u-5001', '/work/overdue', 'h1', (page) => page.locator('.late__head button').last().click().then(() => page.locator('[data-late]').first().waitFor())],
		['lead-agency', 'u-1008', `/work/joint/${born.number}`, '.gantt [data-step="NB2"]', (page) => page.locator('.gantt [data-step="NB2"]').click()],
		['reform-matrix', 'u-4001', '/work/align', '[data-total="items"]'],
		['reform-difference', 'u-4001', `/work/align/rounds/1/${difference.id}?kind=proof_name`, '[data-ready]', (page) => page.keyboard.press('2')],
		['reform-agencies', 'u-4001', '/work/agencies/new', '#newchange', lookAhead],
		['reform-list', 'u-4001', '/work/inventory/items/I-00186', '[data-option]'],
		['expert', 'u-7001', `/work/reviews/${review.number}`, '[data-review-view]', (page) => page.keyboard.press('n')],
		['operator', 'u-6001', '/work/', '[data-service]'],
	]) {
		const page = await house.page({ user, path });
		await page.locator(ready).first().waitFor();
		await then?.(page);
		await page.waitForTimeout(300);
		await screen(page, name);
		if (name in ELSEWHERE) {
			await page.setViewportSize({ width: 1920, height: 1080 });
			await screen(page, `${ELSEWHERE[name]}-1920`, { quality: 55 });
			await page.setViewportSize(PHONE);
			await page.keyboard.press('Escape');
			await page.evaluate(() => document.querySelector('h1').scrollIntoView());
			await screen(page, `${ELSEWHERE[name]}-360`);
		}
		await page.context().close();
	}
	await playNewborn(house, city, (page, what) => ['tasks', 'check', 'sent', 'commitments', 'commitment', 'signature', 'waits', 'confirm', 'finished'].includes(what) && screen(page, `newborn-${what}`, { fullPage: true, quality: 60 }));
	for (const [name, path, ready] of [['public-home', '/', '.figure__n--now'], ['public-matter', '/m/M-0303#I-01398', '#I-01398 dl'], ['public-event', '/lifeevents/LE-NEWBORN', '[data-clock]']]) {
		const page = await house.page({ viewport: PHONE, path });
		await page.locator(ready).first().waitFor();
		await screen(page, name);
		await page.context().close();
	}

	const parts = await house.page({ path: '/design/', viewport: { width: 1200, height: 900 } });
	await parts.locator('#panel .panel').waitFor();
	await parts.locator('#forms button[type=submit]').click();
	await parts.waitForTimeout(400);
	await screen(parts, 'parts', { fullPage: true, quality: 50 });
	house.clean();
} finally {
	await house.close();
}

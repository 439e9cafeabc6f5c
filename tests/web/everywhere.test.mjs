// Every page of every role: while it comes, broken, forbidden and as it is; in light, dark and large; on the three screens.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test, { after, before } from 'node:test';
import { act, itemOf, openScene, settle } from '../lib/cases.mjs';
import { scene } from '../lib/catalogue.mjs';
import { openJoint, newborn, untilStep } from '../lib/joint.mjs';
import { jinhua } from '../lib/paths.mjs';
import { accessible, card, PHONE, start, WORK } from './browser.mjs';
import { linkTo } from './newborn.mjs';

const SCREENS = [WORK, { width: 1920, height: 1080 }, PHONE];
const TODAY = { division: '330703', agency: '330703-ZG', item: 'I-01391', what: '说没有这份证明就不收件' };
const shots = process.env.WZM_SHOTS, only = process.env.WZM_ONLY;
let house, place;

/* Something of each kind, for whoever looks at a page. */
before(async () => {
	house = await start();
	const as = (user) => house.instance.client(user);
	const [clerk, city, reform, stranger] = await Promise.all([as('u-1001'), as('u-1008'), as('u-4001'), as()]);
	const sold = await settle(clerk, await openScene(clerk, scene('HOUSE'))), asked = itemOf(sold, 'I-01398').verification;
	const told = await stranger.post('/api/v1/complaints', TODAY, { status: 201 });
	const supervisor = await as('u-5001');
	const complaint = (await supervisor.ok('POST', '/api/v1/complaints/search', { json: { state: 'received' } })).complaints[0];
	const company = await openScene(clerk, scene('COMPANY'));
	const dispute = await act(clerk, sold, 'I-01384', 'dispute', { reason: '申请人的证书上面积不同', claimed: '应为 187 平方米' });
	const joint = await openJoint(city, newborn()), draft = await openJoint(city, {}, { draft: true });
	await untilStep(city, joint.id, 'NB1', 'running');
	for (const division of ['330723', '330703'])
		await reform.ok('PUT', `/api/v1/align/lists/${division}?name=${division}.csv`, { body: readFileSync(`${jinhua}/county_lists/${division}.csv`), headers: { 'Content-Type': 'text/csv' } });
	await reform.post('/api/v1/align/rounds', { title: '第一轮', closes: '2099-12-31' }, { status: 201 });
	const { differences: [difference] } = await reform.get('/api/v1/align/rounds/1/differences?kind=method&limit=1');
	const review = await reform.post('/api/v1/reviews', { item: 'I-00186', question: '能否直接取消' }, { status: 201 });
	const change = await reform.post('/api/v1/agencies/changes', { kind: 'merge', agency: '330700-TYJ', into: '330700-WL', effective: '2099-12-31', decision: '金编委〔2026〕12号' }, { status: 201 });
	const fresh = await openScene(clerk, scene('HOUSE'), { asks: false });
	place = { fresh: fresh.number, sold: sold.number, company: company.number, asked: asked.id, told, complaint: complaint.id, joint: joint.number, difference: difference.id, review: review.number, change: change.change, dispute,
		follow: await linkTo(city, joint.id, {}), sign: (await linkTo(city, joint.id, { form: true })).replace('/form', '/sign'), form: await linkTo(city, draft.id, { form: true }) };
});
after(() => house?.close());

/* [what it is, its address, what stands there when it is there, what is done to it then, what it asks the server for first] */
const click = (selector) => (page) => page.locator(selector).first().click();
const press = (keys, then) => async (page) => { await page.keyboard.press(keys); await page.locator(then).first().waitFor(); };
/* A split, looked ahead: the longest form of the bench. */
async function splitAhead(page) {
	await page.locator('#a-kind input[value="split"]').check();
	await page.locator('#a-agency').fill('公安局 330700');
	await page.getByRole('option').first().click();
	await page.fill('#a-code', '330700-RK');
	await page.fill('#a-name', '金华市人口服务局');
	await page.fill('#a-effective', '2099-12-31');
	await page.locator('#a-matters input[type=checkbox]').first().check();
	await page.keyboard.press('Control+Enter');
	await page.locator('[data-fresh="true"]').waitFor();
}
const PAGES = {
	'the public': { view: PHONE, pages: [
		['home', () => '/', '.figure__n--now', , '**/api/v1/inventory'],
		['what is found', () => '/', '#q', (page) => page.fill('#q', '二手房').then(() => page.getByRole('link', { name: /二手房转移登记/ }).first().waitFor())],
		['nothing found', () => '/', '#q', (page) => page.fill('#q', '没有这样的证明').then(() => page.getByText('清单之外').waitFor())],
		['a matter', () => '/m/M-0303#I-01398', '#I-01398 dl', , '**/api/v1/matters/M-0303*'],
		['no such matter', () => '/m/M-9999', '[role="alert"], h1'],
		['a complaint', () => '/complaint?m=M-0303&i=I-01391', '#what', (page) => page.getByRole('button', { name: '提交' }).click(), '**/api/v1/divisions'],
		['a complaint followed', () => '/complaint/follow', 'h1', (page) => page.locator('main button').first().click()],
		['life events', () => '/lifeevents', '[data-event]', , '**/api/v1/lifeevents'],
		['a life event', () => '/lifeevents/LE-NEWBORN', '[data-clock]', , '**/api/v1/lifeevents/LE-NEWBORN'],
		['receipts', () => '/receipt/', '.rc__drop'],
		['what is no receipt', () => '/receipt/', '.rc__drop', async (page) => { await page.locator('.rc__paste > summary').click(); await page.fill('#pasted', '{}'); await page.locator('.rc__go').click(); await page.locator('.rc__verdict').waitFor(); }],
	] },
	'the applicant': { view: PHONE, pages: [
		['the tasks', () => place.form, '[data-go]', , '**/api/v1/applicantforms/show'],
		['a question', () => place.form.replace('#', '?at=mother_id_number#'), '#ask', (page) => page.locator('.form__go').click()],
		['a choice', () => place.form.replace('#', '?at=child_sex#'), '.ask__choice'],
		['all answers', () => place.form.replace('#', '?at=check#'), '.check'],
		['the commitments', () => place.sign, '[data-list]', , '**/api/v1/applicantcommitments/show'],
		['a commitment', () => place.sign.replace('#', '?at=I-00004#'), '[data-read]'],
		['a signature', () => place.sign.replace('#', '?at=check#'), '[data-check]'],
		['how it goes', () => place.follow, '.steps', , '**/api/v1/progress'],
		['a link that is over', () => `/progress#${'x'.repeat(43)}`, 'h1'],
		['half a link', () => '/confirm', 'h1'],
	] },
	'somebody who is not signed in': { pages: [['signing in', () => '/work/', '[data-user]', , '**/api/v1/session/users']] },
	'the clerk': { user: 'u-1001', pages: [
		['the start', () => '/work/', '.jobs', , '**/api/v1/cases/search'],
		['the box', () => '/work/', '.jobs', async (page) => { await page.keyboard.press('F2'); await page.keyboard.type('esf'); await page.locator('.hit').first().waitFor(); }],
		['a new case', () => '/work/new/M-0303', '#newcase', (page) => page.keyboard.press('Control+Enter'), '**/api/v1/matters/M-0303*'],
		['a case', () => `/work/cases/${place.sold}`, '[data-item="I-01384"]', , '**/api/v1/cases/330*'],
		['its answers', () => `/work/cases/${place.sold}`, '[data-item="I-01384"]', press('F3', '[data-panel="answers"]')],
		['its course', () => `/work/cases/${place.sold}`, '[data-item="I-01384"]', async (page) => { await page.getByRole('button', { name: '经过' }).click(); await page.locator('[data-panel="trail"] li').first().waitFor(); }],
		['a question sent', () => `/work/cases/${place.sold}`, '[data-item="I-01398"]', async (page) => { await card(page, 'I-01398').getByRole('button', { name: '催办或撤回' }).click(); await page.locator('[data-panel="asked"]').waitFor(); }],
		['a correction', () => `/work/cases/${place.fresh}`, '[data-item]', async (page) => { await page.getByRole('button', { name: '告知补正' }).click(); await page.locator('[data-panel]').waitFor(); }],
		['its end', () => `/work/cases/${place.company}`, '[data-item]', async (page) => { await page.keyboard.press('F8'); await page.getByText('已受理', { exact: true }).waitFor(); await press('F8', '[data-panel="conclude"]')(page); }],
		['a promise', () => `/work/cases/${place.company}`, '[data-item]', press('F7', '[data-panel="sign"] .legal')],
		['the keys', () => '/work/', '.jobs', press('?', '[role="dialog"]')],
		['no such case', () => '/work/cases/330703-261123-A99999-0', '[role="alert"]'],
		['the life events', () => '/work/joint', '[data-event]', , '**/api/v1/lifeevents'],
		['a form', () => '/work/joint/new/LE-NEWBORN', '#jointform'],
	] },
	'the lead agency': { user: 'u-1008', pages: [
		['a joint case', () => `/work/joint/${place.joint}`, '.gantt [data-step]', , '**/api/v1/jointcases/330*'],
		['a step', () => `/work/joint/${place.joint}`, '.gantt [data-step="NB1"]', click('.gantt [data-step="NB1"]')],
		['the promises', () => `/work/joint/${place.joint}`, '.gantt [data-step="NB1"]', press('F7', '[role="dialog"] .legal')],
		['a link', () => `/work/joint/${place.joint}`, '.gantt [data-step="NB1"]', click('[data-form-link], .linkish')],
	] },
	'the desk': { user: 'u-2001', pages: [
		['a question', () => `/work/verifications/${place.asked}`, '#basis', press('Control+Enter', '.wrong'), '**/api/v1/verifications/search'],
		['asking back', () => `/work/verifications/${place.asked}`, '#basis'],
		['the deputies', () => '/work/deputies', 'h1'],
	] },
	'an empty desk': { user: 'u-2012', pages: [['nothing to answer', () => '/work/', '.answer h1, .answer h2']] },
	'the steward': { user: 'u-3001', pages: [
		['the disputes', () => '/work/', '[data-dispute]', , '**/api/v1/disputes/search'],
		['a dispute', () => '/work/', '[data-dispute]', async (page) => { await page.locator('[data-dispute]').first().click(); await page.locator('#outcome-corrected').waitFor(); await page.keyboard.press('Control+Enter'); }],
		['the sources', () => '/work/sources', '[data-service]', (page) => page.locator('[data-service] button').first().click(), '**/api/v1/sources'],
	] },
	'the supervisor': { user: 'u-5001', pages: [
		['the complaints', () => '/work/', '[data-complaint]', , '**/api/v1/complaints/search'],
		['a complaint', () => `/work/complaints/${place.complaint}`, '#reply', press('Control+Enter', '.wrong')],
		['what is late', () => '/work/overdue', 'h1', (page) => page.locator('.late__head button').last().click(), '**/api/v1/verifications/overdue'],
		['the joint cases', () => '/work/joint', '.case'],
		['a joint case', () => `/work/joint/${place.joint}`, '.gantt [data-step]'],
		['the matrix', () => '/work/align', '[data-total="items"]'],
		['a difference', () => `/work/align/rounds/1/${place.difference}`, '[data-difference-id]'],
	] },
	'the reform office': { user: 'u-4001', pages: [
		['the matrix', () => '/work/align', '[data-total="items"]', , '**/api/v1/align/matrix'],
		['by department', () => '/work/align/departments', '.matrix tbody a'],
		['drift', () => '/work/align/drift/330723', 'h1'],
		['handing in', () => '/work/align', '[data-total="items"]', press('h', '[data-dialog="handin"]')],
		['a round', () => '/work/align/rounds/1', '.diff', , '**/api/v1/align/rounds/1/differences*'],
		['a difference', () => `/work/align/rounds/1/${place.difference}`, '[data-ready]', press('2', '[data-panel="keep"]')],
		['many at once', () => '/work/align/rounds/1', '.diff', press('b', '[role="dialog"]')],
		['the list', () => '/work/inventory', '.ways', , '**/api/v1/inventory/versions'],
		['an item', () => '/work/inventory/items/I-00186', '[data-option]'],
		['a version', () => '/work/inventory/versions/1', '[data-version-view]'],
		['a new review', () => '/work/reviews/new/I-00186', 'h1'],
		['the reviews', () => '/work/reviews', '[data-review]', , '**/api/v1/reviews*'],
		['a review', () => `/work/reviews/${place.review}`, '[data-review-view]', press('d', '[data-panel="decide"]')],
		['the changes of agencies', () => '/work/agencies', '[data-change]', , '**/api/v1/agencies/changes'],
		['a change of agencies', () => `/work/agencies/${place.change}`, '[data-change-view]', press('w', '[data-dialog="takeback"]'), '**/api/v1/inventory/differences*'],
		['a new change of agencies', () => '/work/agencies/new', '#newchange', press('Control+Enter', '#summary'), '**/api/v1/agencies?*'],
		['a part of an agency', () => '/work/agencies/new', '#newchange', splitAhead],
	] },
	'a county': { user: 'u-4002', pages: [['its matrix', () => '/work/align', '[data-total="items"]'], ['no change of agencies', () => '/work/agencies/new', '[data-state="denied"]']] },
	'the expert': { user: 'u-7001', pages: [['an opinion', () => `/work/reviews/${place.review}`, '[data-review-view]', press('n', '[data-panel="opinion"]')]] },
	'the operator': { user: 'u-6001', pages: [['the sources', () => '/work/', '[data-service]']] },
	'the auditor': { user: 'u-6003', pages: [['the matrix', () => '/work/', '[data-total="items"]'], ['a difference', () => `/work/align/rounds/1/${place.difference}`, '[data-difference-id]'], ['the reviews', () => '/work/reviews', '[data-review]']] },
	'the second screen': { pages: [['nothing on it', () => '/screen/', 'h1']] },
};

const refusal = (status, code, detail, next) => (route) => route.fulfill({ status, contentType: 'application/problem+json',
	json: { type: `/problems/${code}`, title: detail, status, detail, next, instance: '/', code } });
const BROKEN = refusal(502, 'source_failed', '服务器没有答复', '请再试一次');
const FORBIDDEN = refusal(403, 'not_allowed', '您的岗位不能做这件事', '可以做的岗位：督办');

/* Nothing is wider than the screen, on a counter's, a large one and a phone, in type of both sizes. */
async function fits(page, what) {
	const was = page.viewportSize(), wrong = [];
	for (const screen of SCREENS) {
		await page.setViewportSize(screen);
		for (const size of ['normal', 'large'])
			wrong.push(...(await page.evaluate(widerThanItsPlace, size)).map((found) => `${screen.width}, ${size}: ${found}`));
	}
	await page.setViewportSize(was);
	await page.evaluate(() => { document.documentElement.dataset.size = 'normal'; });
	assert.deepEqual(wrong, [], `${what} fits`);
}
/* In the page: what scrolls sideways, and what in it sticks out. */
function widerThanItsPlace(size) {
	document.documentElement.dataset.size = size;
	const places = [document.documentElement, ...document.querySelectorAll('.pane, .panel')].filter((e) => e.getClientRects().length > 0 && e.scrollWidth > e.clientWidth + 1);
	const page = document.documentElement, scrolls = document.querySelector('.bench') !== null && page.scrollHeight > page.clientHeight ? [`the page itself scrolls by ${page.scrollHeight - page.clientHeight}`] : [];
	return places.map((e) => `${e.className || e.tagName} by ${e.scrollWidth - e.clientWidth}, ${[...e.querySelectorAll('*')].filter((x) => x.getBoundingClientRect().right > e.getBoundingClientRect().right + 1 && !x.closest('.unseen'))
		.map((x) => x.className || x.tagName).slice(0, 4).join(', ')}`).concat(scrolls);
}

for (const [role, { user, view = WORK, pages }] of Object.entries(PAGES))
	test(`${role}: ${pages.length} pages`, { skip: only !== undefined && !role.includes(only) && 'WZM_ONLY names another role' }, async () => {
		const page = await house.page({ user, viewport: view, path: user ? '/work/' : '/' }), wrong = [];
		const look = async (what, check) => {
			try {
				await check();
			} catch (error) {
				wrong.push(`${what}: ${Array.isArray(error.actual) ? error.actual.join('; ') : error.message}`);
			}
			if (shots) await page.screenshot({ path: `${shots}/all-${`${role} ${what}`.replaceAll(/\W+/g, '-')}.png` });
		};
		for (const [what, path, ready, then, asks] of pages) {
			/* Another page first: an address that differs behind its # only would not be read again. */
			const go = () => page.goto('about:blank').then(() => page.goto(house.base + path()));
			await go();
			await look(what, async () => {
				await page.locator(ready).first().waitFor();
				await then?.(page);
				await accessible(page, what);
				await fits(page, what);
			});
			if (asks === undefined) continue;
			let answer;
			const held = new Promise((done) => { answer = done; });
			for (const [state, handler] of [['while it comes', async (route) => { await held; await route.abort().catch(() => undefined); }], ['broken', BROKEN], ['forbidden', FORBIDDEN]]) {
				await page.route(asks, handler);
				await go();
				await look(`${what}, ${state}`, async () => {
					await page.locator(state === 'while it comes' ? 'main' : '[role="alert"], [data-code], [data-state="denied"], main').first().waitFor();
					await page.waitForTimeout(400);		/* what waits shows itself after 300 ms */
					await accessible(page, `${what}, ${state}`);
				});
				await page.unroute(asks, handler);
			}
			answer();
		}
		assert.deepEqual(wrong, []);
		house.faults = house.faults.filter((fault) => !/ERR_(FAILED|ABORTED)|status of 403/.test(fault));
		house.clean();
		await page.context().close();
	});

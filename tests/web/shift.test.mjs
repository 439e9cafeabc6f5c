// Nothing jumps: what is being read has its final size from the beginning, also where every answer takes its time.
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { openScene, settle } from '../lib/cases.mjs';
import { scene } from '../lib/catalogue.mjs';
import { PHONE, start, WORK } from './browser.mjs';

const MOST = 0.01;	/* cumulative layout shift of a view: what a person cannot see */
const LATE_MS = 500;	/* of every answer: what is shown meanwhile, is shown */
let house, number;
before(async () => {
	house = await start();
	const clerk = await house.instance.client('u-1001');
	for (let i = 0; i < 10; i++)
		({ number } = await settle(clerk, await openScene(clerk, scene('HOUSE'))));
});
after(() => house?.close());

/** A page whose answers all come late; signed in before that. */
async function late({ viewport, user }) {
	const page = await house.page({ viewport, user, path: user ? '/work/' : '/api/v1/health' });
	let under = 0;
	await page.context().route('**/api/v1/**', async (route) => {
		if (route.request().url().endsWith('/live')) return route.continue();
		under++;
		await wait(LATE_MS);
		await route.continue().catch(() => undefined);	/* of a page that was left */
		under--;
	});
	page.settled = async () => {
		/* Until nothing is asked any more, and what came has been painted. */
		for (let still = 0; still < 4; still = under === 0 && await page.locator('.waiting').count() === 0 ? still + 1 : 0)
			await wait(150);
		await page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); }));
	};
	return page;
}
async function stands(page, path) {
	await page.goto(house.base + path);
	await page.settled();
	await house.stands(page, MOST, path);
}

describe('while every answer is late nothing jumps', () => {
	test('on the pages for everybody, on a phone and large', async () => {
		for (const viewport of [PHONE, WORK]) {
			const page = await late({ viewport });
			for (const path of ['/', '/m/M-0303', '/lifeevents', '/lifeevents/LE-NEWBORN', '/complaint', '/complaint/follow', '/screen/', '/receipt/'])
				await stands(page, path);
			await page.context().close();
		}
		house.clean();
	});

	for (const [who, user, paths] of [
		['a clerk', 'u-1001', ['/work/', '/work/new/M-0303', () => `/work/cases/${number}`, '/work/joint', '/work/joint/new/LE-NEWBORN']],
		['a verifier', 'u-2001', ['/work/', '/work/deputies']],
		['a data steward', 'u-3001', ['/work/']],
		['the reform office', 'u-4001', ['/work/', '/work/align', '/work/reviews']],
		['a supervisor', 'u-5001', ['/work/']],
		['the operator', 'u-6001', ['/work/']],
		['an auditor', 'u-6003', ['/work/']],
		['an expert', 'u-7001', ['/work/']],
	])
		test(`at the workbench of ${who}`, async () => {
			const page = await late({ viewport: WORK, user });
			for (const path of paths)
				await stands(page, typeof path === 'string' ? path : path());
			await page.context().close();
			house.clean();
		});
});

// Called by bench/web: pages and jobs in a browser on a slow machine and line.
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { openScene, settle } from '../tests/lib/cases.mjs';
import { scene } from '../tests/lib/catalogue.mjs';
import { newborn } from '../tests/lib/joint.mjs';
import { card, inState, openHouse, PHONE, start, WORK } from '../tests/web/browser.mjs';
import { CLERK, houseByKeys } from '../tests/web/job.mjs';

const OPEN = Number(process.argv[2] ?? 5000);
const LINE = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8 };
const CPU = 4, TIMES = 5, AT_ONCE = 8;
/* A character of a form, and a choice by pointing, of somebody who does not type every day. */
const CHARACTER_MS = 60_000 / 40, CHOICE_MS = 3_000;

function say(what, ms, goal) {
	const unit = goal >= 10_000 ? [1000, 's', 1] : [1, 'ms', 0];
	const n = (value) => (value / unit[0]).toFixed(unit[2]).padStart(8);
	console.log(`${what.padEnd(58)}${n(ms)}${n(goal)} ${unit[1].padEnd(3)} ${ms <= goal ? 'met' : 'NOT MET'}`);
}
const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];

/** A page on the slow machine and line. */
async function slow(house, options) {
	const page = await house.page({ path: '/design/', ...options });
	const cdp = await page.context().newCDPSession(page);
	await cdp.send('Network.enable');
	await cdp.send('Network.emulateNetworkConditions', LINE);
	await cdp.send('Emulation.setCPUThrottlingRate', { rate: CPU });
	return page;
}
async function load(house, what, path, ready, viewport, goal) {
	const page = await slow(house, { path: '/api/v1/health', viewport });
	const began = performance.now();
	await page.goto(house.base + path);
	await page.locator(ready).first().waitFor();
	say(`first load of ${what}, until it can be used`, performance.now() - began, goal);
	const shift = await page.evaluate(() => globalThis.wzmShift);
	console.log(`${''.padEnd(4)}jumped by ${shift.toFixed(3)}, ${(await page.evaluate(() => performance.getEntriesByType('resource')
		.reduce((sum, one) => sum + one.encodedBodySize, 0)) / 1000).toFixed(0)} kB`);
	await page.context().close();
}
/** From a press until what it asks for is there, the median of several. */
async function timed(times, press, there, back) {
	const all = [];
	for (let i = 0; i < times; i++) {
		const began = performance.now();
		await press(i);
		await there(i);
		all.push(performance.now() - began);
		await back?.(i);
	}
	return median(all);
}
async function fill(house, n) {
	const clerk = await house.instance.client('u-1001');
	let left = n;
	await Promise.all(Array.from({ length: AT_ONCE }, async () => {
		while (left-- > 0)
			await settle(clerk, await openScene(clerk, scene('HOUSE')));
	}));
}

const house = await start();
try {
	console.log(`${''.padEnd(58)}${'is'.padStart(8)}${'goal'.padStart(8)}`);
	await load(house, 'the public page', '/', '#q', PHONE, 5000);
	await load(house, 'the workbench, signing in', '/work/', '[data-user]', WORK, 6000);
	await load(house, 'the applicant\'s screen', '/screen/', '.nothing', WORK, 5000);

	const clerk = await slow(house, { user: undefined });
	await clerk.goto(`${house.base}/work/`);
	await clerk.locator('[data-user="u-1001"]').click();
	await clerk.locator('.bench').waitFor();
	say('a word in the one box, until its hits are there', await timed(TIMES, async () => {
		await clerk.keyboard.press('F2');
		await clerk.keyboard.type('esf');
	}, () => clerk.locator('.hit[data-highlighted]').waitFor(), () => clerk.keyboard.press('Escape')), 1000);
	await openHouse(clerk);
	say('a panel, from the key until it can be filled in', await timed(TIMES, () => clerk.keyboard.press('F6'),
		() => clerk.locator('[data-panel="verify"] #note').waitFor(), () => clerk.keyboard.press('Escape')), 300);
	say('a query, from the press until the answer is on its card', await timed(1, () => card(clerk, 'I-01384').getByRole('button', { name: /查询/ }).click(),
		() => inState(clerk, 'I-01384', 'established').waitFor()), 1500);
	await clerk.context().close();

	/* HOUSE as a clerk types it. */
	const hand = await slow(house, {});
	await hand.goto(`${house.base}/work/`);
	await hand.locator('[data-user="u-1001"]').click();
	await hand.locator('.bench').waitFor();
	let began = performance.now();
	await houseByKeys(hand, CLERK);
	say('HOUSE, the clerk\'s time from F2 to everything settled', performance.now() - began, 60_000);
	await hand.context().close();

	/* NEWBORN: the page's own time is measured, the hand's is added for each character and each choice. */
	const form = newborn(), family = await slow(house, {});
	await family.goto(`${house.base}/work/joint/new/LE-NEWBORN`);
	await family.locator('[data-user="u-1001"]').click();
	await family.locator('#jointform').waitFor();
	began = performance.now();
	let characters = 0, choices = 0;
	for (const [name, value] of Object.entries(form)) {
		const field = family.locator(`[id="f-${name}"]`);
		if (await field.getAttribute('type') === 'radio') {
			choices++;
			await family.locator(`[name="f-${name}"]`).first().click();
		} else {
			characters += [...value].length;
			await field.focus();
			await family.keyboard.type(value);
		}
	}
	const own = performance.now() - began;
	say(`NEWBORN, the form: ${characters} characters, ${choices} choices`, own + characters * CHARACTER_MS + choices * CHOICE_MS, 600_000);
	console.log(`${''.padEnd(4)}of which the page itself ${(own / 1000).toFixed(1)} s`);
	await family.context().close();

	/* A desk in arrears. */
	began = performance.now();
	await fill(house, OPEN);
	console.log(`${''.padEnd(4)}${OPEN} cases opened and asked in ${((performance.now() - began) / 1000).toFixed(0)} s`);
	const desk = await slow(house, {});
	await desk.goto(`${house.base}/work/`);
	began = performance.now();
	await desk.locator('[data-user="u-2001"]').click();
	await desk.locator('#basis').waitFor();
	say(`the desk with ${OPEN} open, until the first can be answered`, performance.now() - began, 3000);
	const listed = async () => Number(/\d+/.exec(await desk.locator('.queue h2').textContent())[0]);
	while (await desk.locator('.queue__more').count() > 0) {
		const before = await listed();
		await desk.locator('.queue__more').click();
		await desk.waitForFunction((n) => Number(/\d+/.exec(document.querySelector('.queue h2').textContent)[0]) > n || !document.querySelector('.queue__more'), before, { timeout: 120_000 });
		if (before >= OPEN) break;
	}
	console.log(`${''.padEnd(4)}${await listed()} rows in the list, ${await desk.locator('.ask').count()} of them on the page`);
	let at = new URL(desk.url()).pathname;
	say('Alt+Down among all of them, until the next question is there', await timed(TIMES, () => desk.keyboard.press('Alt+ArrowDown'),
		() => desk.waitForFunction((before) => location.pathname !== before && document.querySelector('.ask[aria-current]')?.getAttribute('href') === location.pathname &&
			document.querySelector('#basis') !== null, at), async () => { await sleep(300); at = new URL(desk.url()).pathname; }), 1000);
	say('an answer\'s key, until it is chosen', await timed(TIMES, (i) => desk.keyboard.press(String(i % 4 + 1)),
		(i) => desk.waitForFunction((n) => document.querySelectorAll('[name="said"]')[n].checked, i % 4),
		/* Choosing goes on to the basis, where a digit is a digit. */
		() => desk.evaluate(() => document.activeElement.blur())), 300);
} finally {
	await house.close();
}

// A real server and a real browser, for the tests of the pages.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { Instance } from '../lib/instance.mjs';
import { root } from '../lib/paths.mjs';
import { StandingClock } from '../lib/standing-clock.mjs';

const WEB = `${root}/web/dist`;
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
	'--disable-component-update', '--disable-sync'];
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/* The screen of a workbench and that of an applicant; WZM_VIEWPORT=1920x1080 plays the same jobs on another. */
const sized = (text) => { const [width, height] = (process.env.WZM_VIEWPORT ?? text).split('x').map(Number); return { width, height }; };
export const WORK = sized('1366x768'), PHONE = sized('360x780');

/* WZM_LATE=400 plays the tests with answers that come up to so many milliseconds late, each differently: what a test does not wait for is not there yet. */
const LATE = Number(process.env.WZM_LATE ?? 0);
async function late(route) {
	await sleep(LATE * Math.random());
	await route.fallback().catch(() => { /* the page is gone */ });
}

/**
 * A demonstration instance that serves the built pages, and a browser.  Call close() at the end.
 * at: the server's clock stands there, in milliseconds, until the house's clock is set.
 */
export async function start({ at } = {}) {
	assert.ok(existsSync(`${WEB}/work/index.html`), 'web/dist is not there: npm --prefix web run build');
	assert.ok(existsSync(CHROMIUM), `${CHROMIUM} is not there: install chromium, or set CHROMIUM`);
	let clock;
	const instance = new Instance(at === undefined ? {} : { now: () => clock.now });
	try {
		if (at !== undefined) {
			clock = new StandingClock(instance.parent, at);
			instance.env = clock.env;
		}
		instance.init();
		await instance.serve(['--web', WEB]);
		const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
		return new House(instance, browser, clock);
	} catch (error) {
		await instance.destroy();
		throw error;
	}
}

class House {
	constructor(instance, browser, clock) {
		Object.assign(this, { instance, browser, clock, base: `http://localhost:${instance.port}`, faults: [] });
	}

	/**
	 * A page of its own browser profile.  Whatever the page reports as an error is kept and fails
	 * the test at clean(): a broken script, a content-security violation, a missing file.
	 */
	async page({ viewport = WORK, dark = false, user, path = '/work/', lang, size } = {}) {
		const context = await this.browser.newContext({ viewport, colorScheme: dark ? 'dark' : 'light', locale: 'zh-CN',
			reducedMotion: 'reduce' });
		context.setDefaultTimeout(15000);
		if (LATE > 0) await context.route(/\/api\/v1\/|\.js$/, late);
		if (lang !== undefined)
			await context.addInitScript((l) => localStorage.setItem('wzm.lang', l), lang);
		if (size !== undefined)
			await context.addInitScript((s) => localStorage.setItem('wzm.size', s), size);
		/* How far what is on the page has jumped, beyond what a press moved (Cumulative Layout Shift). */
		await context.addInitScript(() => {
			globalThis.wzmShift = 0;
			globalThis.wzmShifted = [];	/* what, and from where to where */
			const of = ({ node, previousRect: was, currentRect: is }) => `${node?.nodeName}.${node?.className} ${was.x},${was.y} ${was.width}x${was.height} -> ${is.x},${is.y} ${is.width}x${is.height}`;
			new PerformanceObserver((list) => {
				for (const one of list.getEntries()) {
					if (one.hadRecentInput) continue;
					globalThis.wzmShift += one.value;
					globalThis.wzmShifted.push(`${one.value.toFixed(4)}: ${one.sources.map(of).join('; ')}`);
				}
			}).observe({ type: 'layout-shift', buffered: true });
		});
		const page = await context.newPage();
		page.on('pageerror', (error) => this.faults.push(String(error)));
		page.on('console', (message) => {
			/* Tests leave their pages open, and the stream of one person's seventeenth is refused: it asks instead. */
			if (/ 503 /.test(message.text()) && message.location().url.endsWith('/api/v1/live'))
				return;
			/* A refusal by the server is part of some tests; the browser logs each. */
			if (message.type() === 'error' && !/Failed to load resource: the server responded with a status of (4\d\d|502)/.test(message.text()))
				this.faults.push(message.text());
		});
		await page.goto(this.base + path);
		if (user !== undefined) {
			await page.locator(`[data-user="${user}"]`).click();
			await page.locator('.bench').waitFor();
		}
		return page;
	}

	/** How far what is on a page has jumped, all told; beyond most it fails and says what. */
	async stands(page, most, what) {
		if (LATE > 0) return;	/* what a press moves counts half a second after it */
		const { shift, shifted } = await page.evaluate(() => ({ shift: globalThis.wzmShift, shifted: globalThis.wzmShifted }));
		assert.ok(shift <= most, `${what} jumped by ${shift}:\n${shifted.join('\n')}`);
	}

	/** No page has reported an error since the last call. */
	clean() {
		assert.deepEqual(this.faults.splice(0), [], 'the page reported errors');
	}

	async close() {
		await this.browser.close();
		await this.instance.destroy();
	}
}

/**
 * What must soon be so on a page: asserts is called until it passes, and fails as it fails after ten seconds.  A page draws
 * what is pressed or answered a moment later, so whoever looks once has looked too early one day.
 */
export async function soon(asserts) {
	for (const end = Date.now() + 10000; ; await sleep(50)) {
		try {
			return await asserts();
		} catch (error) {
			if (Date.now() > end) throw error;
		}
	}
}

/** The first answer to what fits is held back: asked() waits until it was asked for, let() lets it come and waits for that. */
export async function held(page, url, method = 'GET') {
	let free, seen = false;
	const until = new Promise((go) => { free = go; });
	await page.route(url, async (route) => {
		if (seen || route.request().method() !== method) return route.fallback();
		seen = true;
		await until;
		await route.fallback();
	});
	return {
		asked: () => soon(async () => assert.ok(seen, `${method} ${url} was asked for`)),
		let: async () => {
			const came = page.waitForResponse((answer) => url.test(answer.url()) && answer.request().method() === method);
			free();
			await came;
		},
	};
}

/* Type and scheme change what things look like, not what they are: where only colours change, only they are looked at again. */
const RULES = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
const COLOURS = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] };
const LOOKS = [['light', 'normal', RULES], ['dark', 'normal', COLOURS], ['light', 'large', RULES]];

/**
 * axe-core finds nothing at all, not even a trifle, on what is on the screen now, in light, dark and
 * large type; nothing is wider than its place.  The page is left as it was.
 */
export async function accessible(page, what) {
	const was = await page.evaluate(() => ({ ...document.documentElement.dataset }));
	const bad = [];
	await page.evaluate(AXE);
	for (const [theme, size, runOnly] of LOOKS)
		for (const found of await page.evaluate(look, { theme, size, runOnly }))
			bad.push(`${theme}, ${size}: ${found}`);
	await page.evaluate((dataset) => Object.assign(document.documentElement.dataset, dataset), was);
	assert.deepEqual(bad, [], `axe-core on ${what}`);
}

/* In the page. */
async function look({ theme, size, runOnly }) {
	Object.assign(document.documentElement.dataset, { theme, size });
	const wide = [document.documentElement, ...document.querySelectorAll('.pane')].filter((e) => e.scrollWidth > e.clientWidth + 1 && e.getClientRects().length > 0);
	const { violations } = await globalThis.axe.run(document, { runOnly, resultTypes: ['violations'] });
	return [...violations.map((v) => `${v.id} (${v.impact}): ${v.nodes.map((n) => `${n.target.join(' ')} ${n.failureSummary ?? ''}`).slice(0, 3).join(' | ')}`),
		...wide.map((e) => `${e.className || e.tagName} is ${e.scrollWidth - e.clientWidth} px wider than its place`)];
}

export const BUYER = { identifier: '310101199003079013', name: '俞明远' };
export const SELLER = { identifier: '330703199210269759', name: '胡庆东' };

/** Finds the matter through F2 and leaves its new-case form on the screen. */
export async function findMatter(page, text = '二手房转移', code = 'M-0303') {
	await page.keyboard.press('F2');
	await page.keyboard.type(text);
	await page.locator('.hit[data-highlighted]', { hasText: text }).waitFor();
	await page.keyboard.press('Enter');
	await page.waitForURL(`**/work/new/${code}`);
	await page.locator('#newcase').waitFor();
}

/** Fills in the house scene and opens the case; gives its number. */
export async function openHouse(page, { answers = { '婚姻状况': '已婚', '是否委托代办': '否' } } = {}) {
	await findMatter(page);
	for (const [role, who] of [['applicant', BUYER], ['seller', SELLER], ['buyer', BUYER]]) {
		await page.fill(`#${role}-identifier`, who.identifier);
		await page.fill(`#${role}-name`, who.name);
	}
	for (const [question, word] of Object.entries(answers))
		await page.getByRole('group', { name: question }).getByText(word, { exact: true }).click();
	await page.getByRole('button', { name: /^开件/ }).click();
	await page.waitForURL('**/work/cases/*');
	await card(page, 'I-01398').waitFor();
	return page.url().split('/').pop();
}

/** A card on the reader: a number and Enter, in one go, wherever the focus is. */
export const readCard = (page, number) => page.evaluate((text) => {
	for (const key of [...text, 'Enter']) {
		const at = document.activeElement, go = at.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
		if (go && key !== 'Enter' && (at instanceof HTMLInputElement || at instanceof HTMLTextAreaElement))
			document.execCommand('insertText', false, key);
	}
}, number);

export const card = (page, item) => page.locator(`[data-item="${item}"]`);
export const inState = (page, item, state) => page.locator(`[data-item="${item}"][data-state="${state}"]`);

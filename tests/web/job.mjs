// Whole jobs by keyboard alone, at the pace of a person: for the tests (no pace) and for bench/web.
import { setTimeout as sleep } from 'node:timers/promises';
import { BUYER, inState, readCard, SELLER } from './browser.mjs';

/** As fast as the machine goes, and as a clerk types: a key, a look before the next thing, a card put on the reader. */
export const AT_ONCE = { key: 0, look: 0, card: 0 };
export const CLERK = { key: 180, look: 700, card: 1500 };
const IME_KEYS = 3;	/* for one character */

export class Keys {
	constructor(page, pace = AT_ONCE) {
		Object.assign(this, { page, pace });
	}
	async press(...keys) {
		for (const key of keys) {
			await this.page.keyboard.press(key);
			await sleep(this.pace.key);
		}
	}
	async type(text) {
		for (const character of text) {
			await sleep(this.pace.key * (/[\u4e00-\u9fff]/.test(character) ? IME_KEYS : 1));
			await this.page.keyboard.type(character);
		}
	}
	look() { return sleep(this.pace.look); }
	/** The card on the reader: the number and Enter, faster than anybody types. */
	async card(number) {
		await sleep(this.pace.card);
		await readCard(this.page, number);
	}
	focused(what = 'id') { return this.page.evaluate((name) => document.activeElement[name] ?? '', what); }
	/** Tab until the focus is where it says. */
	async tabTo(fits, most = 80) {
		for (let i = 0; i < most; i++) {
			if (await this.page.evaluate(fits)) return;
			await this.page.keyboard.press('Tab');
		}
		throw new Error('Tab never comes there');
	}
}

/** The clerk's part of HOUSE, from F2 to everything that can be settled: gives the number of the case. */
export async function houseByKeys(page, pace) {
	const keys = new Keys(page, pace);
	await keys.press('F2');
	await keys.type('esf');
	await page.locator('.hit[data-highlighted]', { hasText: '二手房转移' }).waitFor();
	await keys.look();
	await keys.press('Enter');
	await page.locator('#newcase').waitFor();
	await page.waitForFunction(() => document.activeElement.id === 'applicant-identifier');
	for (const who of [BUYER, SELLER, BUYER]) {
		await keys.card(who.identifier);
		await page.waitForFunction(() => document.activeElement.id.endsWith('-name'));
		await keys.type(who.name);
	}
	/* On through the phone to the questions; arrows choose. */
	const choices = { 'form-marital_status': 'ArrowDown', 'form-has_agent': 'ArrowUp' };
	for (const name of Object.keys(choices)) await page.locator(`[name="${name}"]`).first().waitFor();
	await keys.press('Enter', 'Enter');
	for (let i = 0; i < 4; i++) {
		const name = await keys.focused('name');
		if (!name.startsWith('form-')) break;
		if (choices[name]) {
			await keys.look();
			await keys.press(choices[name]);
		}
		await keys.press('Enter');
	}
	await keys.press('Control+Enter');
	await page.waitForURL('**/work/cases/*');
	await inState(page, 'I-01398', 'to_verify').waitFor();
	await keys.look();
	await keys.press('Control+Enter');
	for (const item of ['I-01384', 'I-01386', 'I-01389'])
		await inState(page, item, 'established').waitFor();
	await inState(page, 'I-01398', 'verifying').waitFor();
	await keys.press('Alt+ArrowDown');
	await keys.type('H31010100001');
	await keys.press('Enter');
	await inState(page, 'I-01396', 'established').waitFor();
	return page.url().split('/').pop();
}

/** And when the desk has answered: accepted and concluded. */
export async function concludeByKeys(page, pace) {
	const keys = new Keys(page, pace);
	await keys.press('F8');
	await page.getByText('已受理', { exact: true }).waitFor();
	await keys.press('F8');
	await page.locator('[data-panel="conclude"]').waitFor();
	await keys.look();
	await keys.press('F8');
	await page.locator('main .verdict').waitFor();
}

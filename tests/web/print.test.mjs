// What is printed: the slip that the applicant is given and nothing beside it, black on white, however the page looks.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { openScene, settle } from '../lib/cases.mjs';
import { scene } from '../lib/catalogue.mjs';
import { settleItems } from '../lib/joint.mjs';
import { card, PHONE, start } from './browser.mjs';

const shots = process.env.WZM_SHOTS;
let house, mine;
before(async () => {
	house = await start();
	mine = await house.instance.client('u-1001');
});
after(() => house?.close());

/** As it will lie on paper: its pages, what is seen on it, and its colours. */
async function printed(page, name) {
	await page.emulateMedia({ media: 'print' });
	const pdf = await page.pdf({ format: 'A4', margin: { top: '15mm', bottom: '15mm', left: '15mm', right: '15mm' }, ...(shots && { path: `${shots}/print-${name}.pdf` }) });
	const seen = await page.evaluate(() => {
		const shown = (e) => e.getClientRects().length > 0 && getComputedStyle(e).visibility === 'visible';
		const light = (colour) => { const [r, g, b] = colour.match(/[\d.]+/g).map(Number); return (r + g + b) / 3; };
		const words = [...document.querySelectorAll('body *')].filter((e) => shown(e) && !e.closest('.unseen') && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim() !== ''));
		return { text: document.body.innerText, buttons: [...document.querySelectorAll('button, kbd, nav, header.topbar, footer.keybar, input, .foot')].filter(shown).map((e) => e.className || e.tagName),
			pale: words.filter((e) => light(getComputedStyle(e).color) > 110).map((e) => `${e.className || e.tagName} ${e.textContent}`),
			ground: getComputedStyle(document.body).backgroundColor };
	});
	await page.emulateMedia({ media: 'screen' });
	return { ...seen, pages: pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g).length };
}
/** The slip of a case, opened from the case. */
async function slip(number, kind, more) {
	const page = await house.page({ user: 'u-1001', path: `/work/cases/${number}`, ...more });
	await page.locator(`[data-slip="${kind}"]`).click();
	await page.locator('.slip').waitFor();
	return page;
}
function fit({ pages, buttons, pale, ground }, what) {
	assert.equal(pages, 1, `${what} is one page`);
	assert.deepEqual(buttons, [], `${what}: nothing to press on paper`);
	assert.deepEqual(pale, [], `${what}: black`);
	assert.equal(ground, 'rgb(255, 255, 255)', `${what}: on white`);
}

test('the slips of a case that is accepted and settled: one page each, and not the page around them', async () => {
	const { id, number } = await openScene(mine, scene('COMPANY'));
	let c = await settleItems(house.instance, mine, id);
	c = await mine.post(`/api/v1/cases/${id}/acceptance`, {}, { ifMatch: c.version });
	await mine.post(`/api/v1/cases/${id}/conclusion`, { outcome: 'settled' }, { ifMatch: c.version });
	for (const [kind, title] of [['acceptance', '受理通知书'], ['result', '办结通知书']])
		for (const dark of [false, true]) {
			const page = await slip(number, kind, { dark }), paper = await printed(page, `${kind}${dark ? '-dark' : ''}`);
			fit(paper, title);
			assert.equal(paper.text.trim().split('\n')[0], title, 'it begins with what it is');
			for (const part of [number, c.parties[0].name, c.agency.name])
				assert.ok(paper.text.includes(part), `${part} stands on ${title}`);
			for (const other of ['我的工作', 'F9', '按到期先后', '窗口工作台'])
				assert.ok(!paper.text.includes(other), `${other} does not`);
			await page.context().close();
		}
	house.clean();
});

test('a notice of correction lists all that lacks, and prints large where the clerk reads large', async () => {
	const { id, number, version } = await openScene(mine, scene('HOUSE'), { asks: false });
	await mine.post(`/api/v1/cases/${id}/correction`, { words: '请带户口簿', days: 5 }, { ifMatch: version });
	const sizes = [];
	for (const size of ['normal', 'large']) {
		const page = await slip(number, 'correction', { size }), paper = await printed(page, `correction-${size}`);
		fit(paper, 'the notice');
		assert.ok(paper.text.includes('请带户口簿'), paper.text);
		sizes.push(await page.locator('.slip').evaluate((e) => parseFloat(getComputedStyle(e).fontSize)));
		await page.context().close();
	}
	assert.ok(sizes[0] >= 16 && sizes[1] > sizes[0]);
	house.clean();
});

test('a case as a whole, and what a complainant keeps', async () => {
	const c = await settle(mine, await openScene(mine, scene('HOUSE')));
	const page = await house.page({ user: 'u-1001', path: `/work/cases/${c.number}` });
	await card(page, 'I-01384').waitFor();
	const paper = await printed(page, 'case');
	assert.deepEqual(paper.buttons, [], 'nothing to press on paper');
	assert.ok(paper.pages >= 1 && paper.pages <= 4, `${paper.pages} pages`);
	for (const item of c.items.filter((i) => i.state !== 'does_not_apply'))
		assert.ok(paper.text.includes(item.proof.name), `${item.proof.name} is on it`);
	const phone = await house.page({ viewport: PHONE, path: '/complaint?m=M-0303&i=I-01391', dark: true });
	await phone.selectOption('#division', { label: '金东区' });
	await phone.waitForFunction(() => Boolean(document.getElementById('agency')?.value));
	await phone.fill('#what', '说没有这份证明就不收件');
	await phone.getByRole('button', { name: '提交' }).click();
	await phone.getByRole('heading', { level: 1, name: '已收到您的投诉' }).waitFor();
	const [number, code] = await phone.locator('.keep dd.mono').allTextContents();
	const kept = await printed(phone, 'complaint');
	fit(kept, 'what is kept');
	assert.ok(kept.text.includes(number) && kept.text.includes(code));
	house.clean();
});

// Commitments of a life event signed on a phone of one's own: each text as a whole, then one signature; and what people do wrong.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { getJoint, newborn, openJoint } from '../lib/joint.mjs';
import { rows } from '../lib/store.mjs';
import { accessible, PHONE, soon, start } from './browser.mjs';
import { FORM, heading, linkTo, signAll } from './newborn.mjs';

const shots = process.env.WZM_SHOTS;
let house, clerk;
before(async () => {
	house = await start();
	clerk = await house.instance.client('u-1001');
});
after(() => house?.close());

const own = newborn().mother_id_number;
const shot = async (page, name) => { if (shots) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true }); };
const link = async (id, json = { form: true }) => (await linkTo(clerk, id, json)).replace(/^\/\w+/, '/sign');
const phone = (path, more = {}) => house.page({ viewport: PHONE, path, ...more });
const go = (page) => page.getByRole('button', { name: /^签这 \d+ 份$/ });
const signatures = (id) => rows(house.instance.dir, "SELECT text FROM record WHERE type = 'joint.signed'").map((r) => JSON.parse(r.text)).filter((r) => r.joint === id).length;
const forget = () => { house.faults = house.faults.filter((fault) => !/ERR_INTERNET_DISCONNECTED|status of 40[39]/.test(fault)); };

/** Nothing to say against it, in normal and large type. */
async function spotless(page, what) {
	await accessible(page, what);
	for (const [size, least] of [['normal', 48], ['large', 60]]) {
		await page.evaluate((to) => { document.documentElement.dataset.size = to; }, size);
		const wrong = await page.evaluate((n) => [...document.querySelectorAll('main :is(a, button, input:not([type="checkbox"]))')].filter((e) => e.getClientRects().length > 0 && e.getBoundingClientRect().height < n).map((e) => e.textContent)
			.concat(document.documentElement.scrollWidth > innerWidth ? ['wider than the screen'] : []), least);
		assert.deepEqual(wrong, [], `${what}, ${size}`);
	}
	await page.evaluate(() => { document.documentElement.dataset.size = 'normal'; });
}
/** Says yes to each that is not read yet; ends where they are signed. */
async function readAll(page) {
	await page.locator('[data-go]').click();
	for (;;) {
		const item = new URL(page.url()).searchParams.get('at');
		if (item === 'check') return;
		await page.locator('[data-agree]').click();
		await page.waitForFunction((was) => new URLSearchParams(location.search).get('at') !== was, item);
	}
}

test('from how it goes to the whole texts, one signature, and back', async () => {
	const { id } = await openJoint(clerk), path = await link(id), token = path.split('#')[1], page = await phone(path.replace('/sign', '/progress')), asked = [];
	page.on('request', (request) => asked.push(request.url()));
	await page.locator('[data-signs]').getByText('这些证明就不用开').waitFor();
	await signAll(page, own, async (of, what) => {
		if (what === 'commitment')
			for (const says of ['不实承诺的责任', '郑重承诺']) await soon(async () => assert.ok((await of.locator('main').innerText()).includes(says), `the whole text: ${says}`));
		if (what === 'signature') await of.getByText('写了不实的会怎样').waitFor();
		await shot(of, `sign-${what}`);
		await spotless(of, what);
	});
	await page.locator('[data-signs]').waitFor({ state: 'detached' });
	assert.equal(signatures(id), 1);
	assert.ok((await getJoint(clerk, id)).signed_items > 1);
	assert.ok(asked.every((url) => !url.includes(token)), 'the token stands in no address that is asked for');
	house.clean();
});

test('mistakes lose nothing: a wrong number, no tick, the network away, back and forth, a press too many', async () => {
	const { id } = await openJoint(clerk, FORM), page = await phone(await link(id));
	await readAll(page);
	await go(page).click();
	await page.locator('#signer-wrong').getByText('请填身份证号').waitFor();
	await soon(async () => assert.equal(await page.evaluate(() => document.activeElement.id), 'signer'));
	await page.fill('#signer', FORM.mother_id_number.slice(0, 17));
	await page.locator('#signer-wrong').getByText('少 1 位').waitFor();
	await page.locator('#agreed-wrong').waitFor();
	await shot(page, 'sign-wrong');
	await spotless(page, 'a wrong number');
	/* The other parent's number does not sign here. */
	await page.fill('#signer', FORM.father_id_number);
	await page.check('#agreed');
	await go(page).click();
	await page.locator('#signer-wrong').getByText('的号码不一样').waitFor();
	assert.equal(signatures(id), 0);
	/* Back to a text and forth again: what was read and typed is there. */
	await page.goBack();
	await page.locator('[data-read]').waitFor();
	await page.goForward();
	await page.locator('[data-check]').waitFor();
	await soon(async () => assert.equal(await page.inputValue('#signer'), FORM.father_id_number));
	await soon(async () => assert.equal(await page.isChecked('#agreed'), true));
	await page.fill('#signer', FORM.mother_id_number);
	await page.context().setOffline(true);
	await go(page).click();
	await page.getByText('您填的都还在这一页').waitFor();
	await spotless(page, 'no network');
	await page.context().setOffline(false);
	await go(page).dblclick();
	await heading(page, '已经签好').waitFor();
	assert.equal(signatures(id), 1, 'pressed twice it is signed once');
	forget();
	house.clean();
});

test('the second half of a double click does not mark the next text as read', async () => {
	const { id } = await openJoint(clerk), page = await phone(await link(id)), at = () => new URL(page.url()).searchParams.get('at');
	await page.locator('[data-go]').click();
	const first = await page.locator('[data-read]').getAttribute('data-read');
	await page.locator('[data-agree]').click();
	await page.locator(`[data-read]:not([data-read="${first}"])`).waitFor();
	const second = at();
	await page.locator('[data-agree]').hover();
	await page.mouse.down({ clickCount: 2 });
	await page.mouse.up({ clickCount: 2 });
	await page.waitForTimeout(300);
	assert.equal(at(), second);
	await page.locator('[data-agree]').click();
	await soon(async () => assert.notEqual(at(), second, 'a click of its own does'));
	house.clean();
});

test('two tabs, and what somebody does not want to sign', async () => {
	const { id } = await openJoint(clerk), path = await link(id), page = await phone(path), second = await phone(path);
	await second.locator('[data-go]').waitFor();
	await page.locator('[data-go]').click();
	const declined = new URL(page.url()).searchParams.get('at');
	await page.locator('[data-decline]').click();
	await page.waitForFunction((was) => new URLSearchParams(location.search).get('at') !== was, declined);
	while (new URL(page.url()).searchParams.get('at') !== 'check') {
		const item = new URL(page.url()).searchParams.get('at');
		await page.locator('[data-agree]').click();
		await page.waitForFunction((was) => new URLSearchParams(location.search).get('at') !== was, item);
	}
	await page.fill('#signer', own);
	await page.check('#agreed');
	await go(page).click();
	await page.locator(`[data-item="${declined}"][data-said="declined"]`).waitFor();
	await spotless(page, 'one not signed');
	const { signed_items: some } = await getJoint(clerk, id);
	/* The other tab signs the same and the rest: both hold. */
	await readAll(second);
	await second.fill('#signer', own);
	await second.check('#agreed');
	await go(second).click();
	await heading(second, '已经签好').waitFor();
	assert.equal((await getJoint(clerk, id)).signed_items, some + 1);
	house.clean();
});

test('a link that is over, half a link, nothing to sign, and who confirms', async () => {
	const { id } = await openJoint(clerk, FORM), path = await link(id), page = await phone(path);
	await readAll(page);
	await link(id);
	await page.fill('#signer', FORM.mother_id_number);
	await page.check('#agreed');
	await go(page).click();
	await heading(page, '这个链接不能用').waitFor();
	const half = await phone('/sign');
	await heading(half, '这个链接不完整').waitFor();
	const father = await phone(await link(id, { who: 'father' }));
	await father.locator('[data-nothing]').waitFor();
	await spotless(father, 'nothing to sign');
	forget();
	house.faults = house.faults.filter((fault) => !/status of 404/.test(fault));
	house.clean();
});

test('in English, on a slow line', async () => {
	const { id } = await openJoint(clerk), page = await phone('/', { lang: 'en' });
	const line = await page.context().newCDPSession(page);
	await line.send('Network.emulateNetworkConditions', { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 20_000 });
	await page.goto(house.base + await link(id));
	await page.getByRole('link', { name: 'Begin to read' }).waitFor();
	await accessible(page, 'the commitments in English');
	house.clean();
});

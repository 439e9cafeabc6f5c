// The main job through the pages: a house changes hands, and nobody fetches a proof.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test, { after, before } from 'node:test';
import { accessible, BUYER, card, inState, openHouse, SELLER, soon, start } from './browser.mjs';

let house;
before(async () => { house = await start(); });
after(() => house?.close());

test('a clerk and a verifier settle every proof of a house sale with none fetched', async () => {
	const clerk = await house.page({ user: 'u-1001' });
	const number = await openHouse(clerk);
	assert.match(number, /^330703-\d{6}-[A-Z]\d{5,}-[0-9A-Z]$/);

	/* Eleven proofs apply: six abolished, five to settle; four others do not apply. */
	await clerk.getByRole('heading', { name: '11 份证明，还差 5 份' }).waitFor();
	await soon(async () => assert.equal(await clerk.locator('.gone li').count(), 6));
	await inState(clerk, 'I-01396', 'waiting_input').waitFor();

	/* Everything that is ready, in one press: three queries and one question to the water works. */
	await clerk.keyboard.press('Control+Enter');
	for (const item of ['I-01384', 'I-01386', 'I-01389'])
		await inState(clerk, item, 'established').waitFor();
	await inState(clerk, 'I-01398', 'verifying').waitFor();
	await card(clerk, 'I-01384').getByText('胡庆东').waitFor();

	/* The household's number is typed on its card. */
	await clerk.locator('#ask-I-01396-household_code').fill('H31010100001');
	await clerk.keyboard.press('Enter');
	await inState(clerk, 'I-01396', 'established').waitFor();
	await clerk.getByRole('heading', { name: '11 份证明，还差 1 份' }).waitFor();
	await card(clerk, 'I-01398').getByText(/还剩 .*工作小时/).waitFor();

	/* The water works answers. */
	const desk = await house.page({ user: 'u-2001' });
	await desk.getByRole('heading', { level: 1 }).waitFor();
	await desk.getByText(number).waitFor();
	await soon(async () => assert.equal(await desk.getByText(BUYER.identifier).count() + await desk.getByText(SELLER.identifier).count(), 0,
		'the desk sees masked numbers only'));
	await desk.keyboard.press('1');
	await desk.locator('#basis').fill('水费账户查过，已结清。');
	await desk.keyboard.press('Control+Enter');
	await desk.getByRole('heading', { name: '都答完了' }).waitFor();

	/* The clerk's card follows by itself, and the case is accepted and concluded. */
	await inState(clerk, 'I-01398', 'established').waitFor({ timeout: 30000 });
	await card(clerk, 'I-01398').getByText('水费账户查过，已结清。').waitFor();
	await clerk.getByRole('heading', { name: '11 份证明，都办妥了' }).waitFor();
	await clerk.keyboard.press('F8');
	await clerk.getByText('已受理', { exact: true }).waitFor();
	await clerk.keyboard.press('F8');
	await clerk.locator('[data-panel="conclude"]').waitFor();
	await clerk.keyboard.press('F8');
	const verdict = clerk.locator('main .verdict');
	await verdict.waitFor();
	await soon(async () => assert.equal(await verdict.locator('b').textContent(), '0'));
	await verdict.getByText('份证明要办事人去开').waitFor();
	await clerk.locator('.jobs').getByText('已办结').waitFor();
	await accessible(clerk, 'the concluded case');

	/* Every step is in the log. */
	await clerk.getByRole('button', { name: '经过' }).click();
	await clerk.locator('.trail li').first().waitFor();
	await soon(async () => assert.ok(await clerk.locator('.trail li').count() >= 8, 'opening, four queries, question, answer, acceptance, conclusion'));
	const receipt = clerk.locator('.trail__receipt a').filter({ hasText: '带内容的回执' }).first();
	const [taken] = await Promise.all([clerk.waitForEvent('download'), receipt.click()]);
	assert.match(taken.suggestedFilename(), /^330703-[0-9a-f-]{36}\.receipt\.json$/);
	assert.deepEqual(Object.keys(JSON.parse(readFileSync(await taken.path(), 'utf8'))).sort(), ['body', 'body_salt', 'proof', 'record', 'salt', 'wzm_receipt']);
	house.clean();
});

test('nothing personal is kept in the browser or stands in an address', async () => {
	const clerk = await house.page({ user: 'u-1001' });
	const addresses = [];
	clerk.on('request', (request) => addresses.push(decodeURIComponent(request.url())));
	await openHouse(clerk);
	await clerk.keyboard.press('Control+Enter');
	await inState(clerk, 'I-01386', 'established').waitFor();
	const kept = await clerk.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
	for (const secret of [BUYER.identifier, BUYER.name, SELLER.identifier, SELLER.name]) {
		assert.ok(!kept.includes(secret), 'storage holds personal data');
		assert.ok(!addresses.some((address) => address.includes(secret)), 'an address holds personal data');
	}
	assert.deepEqual(JSON.parse(kept)[1], {});
	assert.ok(Object.keys(JSON.parse(kept)[0]).every((key) => ['wzm.lang', 'wzm.theme', 'wzm.size'].includes(key)));
	house.clean();
});

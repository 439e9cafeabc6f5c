// Life events 一件事 on the pages: one form, the joint case over time, a step's case, a decision with its reason.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { getCase } from '../lib/cases.mjs';
import { getJoint, newborn, openJoint, settleItems, stepOf, untilStep } from '../lib/joint.mjs';
import { accessible, PHONE, start } from './browser.mjs';

const shots = process.env.WZM_SHOTS;
let house, clerk;
before(async () => {
	house = await start();
	clerk = await house.instance.client('u-1001');
});
after(() => house?.close());

const shot = async (page, name, more = {}) => { if (shots) await page.screenshot({ path: `${shots}/${name}.png`, ...more }); };
const row = (page, step) => page.locator(`.gantt [data-step="${step}"]`);
const inState = (page, step, state) => page.locator(`.gantt [data-step="${step}"][data-state="${state}"]`);

/** Fills in the form as somebody types it. */
async function fill(page, form) {
	for (const [name, value] of Object.entries(form)) {
		const field = page.locator(`[id="f-${name}"]`);
		if (await field.getAttribute('type') === 'radio')
			await page.locator(`[name="f-${name}"]`).nth({ child_sex: ['M', 'F'], marital_status: ['married', 'single', 'divorced'],
				hukou_follow: ['mother', 'father'], card_delivery: ['ward', 'postal', 'window'] }[name].indexOf(value)).check();
		else
			await field.fill(value);
	}
}

test('one form: each answer is looked at, and what each step still needs is there to see', async () => {
	const page = await house.page({ user: 'u-1001' });
	await page.locator('.worktabs').getByRole('link', { name: '一件事' }).click();
	await page.getByRole('heading', { name: '选一件事，一张表办完' }).waitFor();
	assert.equal(await page.locator('[data-event]').count(), 10);
	await shot(page, 'joint-home');
	await accessible(page, 'the life events');
	await page.locator('[data-event="LE-NEWBORN"]').click();
	await page.locator('#jointform').waitFor();
	const live = (step) => page.locator(`.jform__live [data-step="${step}"]`);
	await live('NB1').getByText('还缺：').waitFor();
	await shot(page, 'joint-form-empty');

	/* A wrong number is said beside its field, once it is left. */
	await page.fill('#f-mother_id_number', '330703198105029328');
	await page.locator('#f-child_name').focus();
	await page.getByText('母亲身份证号码:校验位不对').first().waitFor();
	await page.keyboard.press('Control+Enter');
	const summary = page.locator('#summary');
	await summary.getByText('有 1 处要改').waitFor();
	assert.ok(await summary.evaluate((e) => e === document.activeElement), 'the summary has the focus');
	await accessible(page, 'the form with an error');
	await shot(page, 'joint-form-wrong');
	await summary.getByRole('link').click();
	assert.equal(await page.evaluate(() => document.activeElement.id), 'f-mother_id_number');

	await fill(page, newborn());
	await page.locator('.jform__live [data-step="NB1"][data-tone="done"]').waitFor();
	await page.locator('.jform__live [data-step="NB2"][data-tone="idle"]').waitFor();
	assert.equal(await page.locator('.jform__live [data-tone="turn"]').count(), 0);
	await page.locator('#case').evaluate((e) => e.scrollTo(0, 0));
	await shot(page, 'joint-form-filled');

	/* What is typed is there again after a look elsewhere. */
	await page.locator('.worktabs').getByRole('link', { name: '办件' }).click();
	await page.goBack();
	await page.locator('#jointform').waitFor();
	assert.equal(await page.inputValue('#f-child_name'), newborn().child_name);
	await page.keyboard.press('Control+Enter');
	await page.waitForURL('**/work/joint/*-L*');
	await inState(page, 'NB1', 'running').waitFor();
	await inState(page, 'NB8', 'done').waitFor();
	await inState(page, 'NB2', 'waiting').waitFor();
	house.clean();
});

test('a draft starts nothing; a helper says by what right; a number stays masked', async () => {
	const page = await house.page({ user: 'u-1001', path: '/work/joint/new/LE-NEWBORN' });
	await page.locator('#jointform').waitFor();
	const { child_name: child, ...rest } = newborn();
	await fill(page, rest);
	await page.getByRole('button', { name: '代办人' }).click();
	await page.fill('#agent-identifier', '330703199210269759');
	await page.fill('#agent-name', '胡庆东');
	await page.getByRole('button', { name: '先存草稿' }).click();
	await page.locator('#summary').getByText('请填授权委托书').waitFor();
	await shot(page, 'joint-form-agent');
	await accessible(page, 'the form with a helper');
	await page.fill('#agent-mandate', '授权委托书 2026-11-20');
	await page.getByRole('button', { name: '先存草稿' }).click();
	await page.waitForURL('**/work/joint/*-L*');
	await page.locator('[data-held="draft"]').waitFor();
	assert.equal(await page.locator('.gantt [data-state="waiting"]').count(), 9);
	await shot(page, 'joint-draft');
	await page.keyboard.press('F3');
	await page.locator('#jointform').waitFor();
	await page.getByText('已填 330***********9329').waitFor();
	assert.equal(await page.inputValue('#f-mother_id_number'), '');
	assert.equal(await page.inputValue('#f-mother_name'), rest.mother_name);
	await page.fill('#f-child_name', child);
	await page.keyboard.press('Control+Enter');
	await inState(page, 'NB1', 'running').waitFor();
	const j = await getJoint(clerk, page.url().split('/').pop());
	assert.equal(j.state, 'running');
	assert.equal(j.form.child_name, child);
	house.clean();
});

test('a step is done in its case, and the next one starts by itself on the page of the whole', async () => {
	const { id, number } = await openJoint(clerk);
	await untilStep(clerk, id, 'NB1', 'running');
	const page = await house.page({ user: 'u-1001', path: `/work/joint/${number}` });
	await inState(page, 'NB1', 'running').waitFor();
	await page.getByText('没有卡住的').waitFor();
	await shot(page, 'joint-view');
	await accessible(page, 'the joint case');
	await row(page, 'NB1').click();
	const panel = page.locator('[data-panel="step"]');
	await panel.getByRole('link', { name: /-A\d+/ }).waitFor();
	await shot(page, 'joint-step');
	await accessible(page, 'a step beside the joint case');
	await page.keyboard.press('Escape');
	assert.equal(await page.evaluate(() => document.activeElement.id), 'step-NB1');

	/* One signature for all commitments. */
	await page.keyboard.press('F7');
	const dialog = page.getByRole('dialog');
	await dialog.getByText('无婚姻登记记录证明', { exact: true }).waitFor();
	await shot(page, 'joint-sign');
	await accessible(page, 'the commitments');
	await dialog.locator('#sign-signer').fill('330703198105029329');
	await dialog.getByRole('button', { name: /^签署/ }).click();
	await dialog.getByText('请签名人看清后打勾').waitFor();
	await dialog.locator('#sign-agreed').check();
	await dialog.getByRole('button', { name: /^签署/ }).click();
	await dialog.waitFor({ state: 'detached' });
	await page.getByText('已签 2 项承诺').waitFor();

	/* The case of NB1: the banner, then its results, without which it is not concluded. */
	const { case: of } = stepOf(await getJoint(clerk, id), 'NB1');
	await settleItems(house.instance, clerk, of.id);
	const counter = await house.page({ user: 'u-1001', path: `/work/cases/${of.number}` });
	await counter.locator('[data-banner]').getByText('NB1').waitFor();
	await shot(counter, 'joint-banner');
	if ((await getCase(clerk, of.id)).state === 'open') {
		await counter.keyboard.press('F8');
		await counter.getByText('已受理', { exact: true }).waitFor();
	}
	await counter.keyboard.press('F8');
	await counter.locator('#output-birth_cert_number').waitFor();
	await counter.locator('[data-panel="conclude"]').getByRole('button', { name: /确定办结/ }).click();
	await counter.getByText('请填出生医学证明编号').waitFor();
	await shot(counter, 'joint-conclude');
	await accessible(counter, 'concluding a step');
	await counter.fill('#output-birth_cert_number', 'Z33000602');
	await counter.keyboard.press('F8');
	await counter.getByText('已办结', { exact: true }).first().waitFor();

	/* Nobody touches the page of the whole: it follows. */
	await inState(page, 'NB1', 'done').waitFor();
	await inState(page, 'NB2', 'running').waitFor();
	await row(page, 'NB1').click();
	await panel.getByText('Z33000602').waitFor();
	await shot(page, 'joint-going');
	house.clean();
});

test('a step that failed is on top, with why, and is skipped with a reason', async () => {
	const { id, number } = await openJoint(clerk);
	const { case: of } = stepOf(await untilStep(clerk, id, 'NB1', 'running'), 'NB1');
	const c = await getCase(clerk, of.id);
	await clerk.post(`/api/v1/cases/${of.id}/conclusion`, { outcome: 'refused', reason: '助产机构没有这一例' }, { ifMatch: c.version });
	await untilStep(clerk, id, 'NB1', 'failed');
	const page = await house.page({ user: 'u-1001', path: `/work/joint/${number}` });
	const held = page.locator('[data-held="NB1"]');
	await held.getByText('没办成').waitFor();
	await shot(page, 'joint-failed');
	await held.getByRole('button', { name: '看' }).click();
	const panel = page.locator('[data-panel="step"]');
	await panel.getByText('经办单位不予办理').waitFor();
	await panel.locator('[data-may="skip"]').click();
	await page.keyboard.press('Control+Enter');
	await panel.getByText('请写原因').waitFor();
	await panel.locator('#decide-reason').fill('医院正在补登记,先不办');
	await page.keyboard.press('Control+Enter');
	await panel.getByText('请确认后打勾').waitFor();
	await shot(page, 'joint-skip');
	await accessible(page, 'a decision');
	await panel.locator('#decide-sure').check();
	await page.keyboard.press('Control+Enter');
	await inState(page, 'NB1', 'skipped').waitFor();
	await inState(page, 'NB2', 'skipped').waitFor();
	await row(page, 'NB2').getByText('NB1 不办').waitFor();
	await shot(page, 'joint-skipped');
	house.clean();
});

test('on a phone nothing is wider than the screen; a lost connection says so; a supervisor looks and decides nothing', async () => {
	const { id, number } = await openJoint(clerk);
	await untilStep(clerk, id, 'NB1', 'running');
	const page = await house.page({ user: 'u-1001', path: `/work/joint/${number}`, viewport: PHONE });
	await inState(page, 'NB8', 'done').waitFor();
	const wide = await page.evaluate(() => [...document.querySelectorAll('html, .joint, #case')].map((e) => e.scrollWidth));
	assert.ok(wide.every((w) => w <= PHONE.width), `${wide}`);
	await shot(page, 'joint-phone');
	await page.locator('.joint').evaluate((e) => e.scrollTo(0, 500));
	await shot(page, 'joint-phone-gantt');
	await accessible(page, 'the joint case on a phone');
	await row(page, 'NB8').click();
	await page.locator('[data-panel="step"]').waitFor();
	await shot(page, 'joint-phone-step');
	await page.keyboard.press('Escape');

	await page.context().setOffline(true);
	await page.locator('[data-lost]').waitFor();
	await shot(page, 'joint-lost');
	await page.context().setOffline(false);
	await page.locator('[data-lost]').waitFor({ state: 'detached' });
	house.faults.splice(0);

	const watcher = await house.page({ user: 'u-5001', path: '/work/joint' });
	await watcher.getByRole('navigation', { name: '联办件' }).waitFor();
	await shot(watcher, 'joint-supervisor');
	await accessible(watcher, 'joint cases of a supervisor');
	assert.equal(await watcher.getByRole('link', { name: '开一件' }).count(), 0);
	house.clean();
});

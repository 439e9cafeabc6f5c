// Life events 一件事 on the pages: one form, the joint case over time, a step's case, a decision with its reason.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { getCase } from '../lib/cases.mjs';
import { getJoint, newborn, openJoint, settleItems, stepOf, untilStep } from '../lib/joint.mjs';
import { accessible, PHONE, soon, start } from './browser.mjs';

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
	await soon(async () => assert.equal(await page.locator('[data-event]').count(), 10));
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
	await page.locator('#f-mother_id_number-wrong').getByText('校验位不对').waitFor();
	await page.keyboard.press('Control+Enter');
	const summary = page.locator('#summary');
	await summary.getByText('有 1 处要改').waitFor();
	await soon(async () => assert.ok(await summary.evaluate((e) => e === document.activeElement), 'the summary has the focus'));
	await accessible(page, 'the form with an error');
	await shot(page, 'joint-form-wrong');
	await summary.getByRole('link').click();
	await soon(async () => assert.equal(await page.evaluate(() => document.activeElement.id), 'f-mother_id_number'));

	await fill(page, newborn());
	await page.locator('.jform__live [data-step="NB1"][data-tone="done"]').waitFor();
	await page.locator('.jform__live [data-step="NB2"][data-tone="idle"]').waitFor();
	await soon(async () => assert.equal(await page.locator('.jform__live [data-tone="turn"]').count(), 0));
	await page.locator('#case').evaluate((e) => e.scrollTo(0, 0));
	await shot(page, 'joint-form-filled');

	/* What is typed is there again after a look elsewhere. */
	await page.locator('.worktabs').getByRole('link', { name: '办件' }).click();
	await page.goBack();
	await page.locator('#jointform').waitFor();
	await soon(async () => assert.equal(await page.inputValue('#f-child_name'), newborn().child_name));
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
	await soon(async () => assert.equal(await page.locator('.gantt [data-state="waiting"]').count(), 9));
	await shot(page, 'joint-draft');
	await page.keyboard.press('F3');
	await page.locator('#jointform').waitFor();
	await page.getByText('已填 330***********9329').waitFor();
	await soon(async () => assert.equal(await page.inputValue('#f-mother_id_number'), ''));
	await soon(async () => assert.equal(await page.inputValue('#f-mother_name'), rest.mother_name));
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
	await soon(async () => assert.equal(await page.evaluate(() => document.activeElement.id), 'step-NB1'));

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

test('on a phone nothing is wider than the screen; a lost connection says so', async () => {
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

	house.clean();
});

test('who must confirm gets a link; a result is corrected; all is withdrawn', async () => {
	const { id, number } = await openJoint(clerk, newborn({ father_name: '胡庆东', father_id_number: '330703199210269759', marital_status: 'married' }));
	await untilStep(clerk, id, 'NB8', 'done');
	const page = await house.page({ user: 'u-1001', path: `/work/joint/${number}` });
	const held = page.locator('[data-held="confirm-father"]');
	await held.getByText('胡庆东').waitFor();
	await held.getByRole('button', { name: '给链接' }).click();
	const panel = page.locator('[data-panel="link"]');
	await panel.getByRole('button', { name: '生成链接' }).click();
	await panel.locator('#link-address').waitFor();
	await soon(async () => assert.match(await panel.locator('#link-address').inputValue(), /^http:\/\/localhost:\d+\/confirm#[\w-]{43}$/));
	await shot(page, 'joint-link');
	await accessible(page, 'a link to confirm');
	await page.keyboard.press('Escape');

	await row(page, 'NB8').click();
	const step = page.locator('[data-panel="step"]');
	await step.locator('[data-may="correct"]').click();
	await page.fill('#result-mch_handbook_number', 'SC-2026-0001');
	await page.fill('#decide-reason', '手册编号录错');
	await page.check('#decide-sure');
	await page.keyboard.press('Control+Enter');
	await step.getByText('SC-2026-0001').waitFor();
	assert.equal(stepOf(await getJoint(clerk, id), 'NB8').results.mch_handbook_number, 'SC-2026-0001');
	await shot(page, 'joint-corrected');
	await page.keyboard.press('Escape');

	await page.getByRole('button', { name: '全部撤回' }).click();
	const out = page.locator('[data-panel="withdraw"]');
	await out.locator('#withdraw-reason').fill('申请人改主意了');
	await out.locator('.panel__foot button').click();
	await out.getByText('请确认后打勾').waitFor();
	await shot(page, 'joint-withdraw');
	await accessible(page, 'withdrawing all');
	await out.locator('#withdraw-sure').check();
	await out.locator('.panel__foot button').click();
	await page.getByText('已撤回，不再办理').waitFor();
	await inState(page, 'NB1', 'withdrawn').waitFor();
	await page.locator('.jfold').last().locator('summary').click();
	await shot(page, 'joint-withdrawn', { fullPage: true });
	house.clean();
});

test('a supervisor of the city sees what a county does, and decides nothing', async () => {
	const { id, number } = await openJoint(clerk);
	await untilStep(clerk, id, 'NB1', 'running');
	const page = await house.page({ user: 'u-5001', path: '/work/joint' });
	await page.locator('#joint-place').selectOption('330703');
	await page.locator(`[data-joint="${number}"]`).click();
	await inState(page, 'NB8', 'done').waitFor();
	await row(page, 'NB1').click();
	await page.locator('[data-panel="step"]').waitFor();
	await soon(async () => assert.equal(await page.locator('[data-may]').count(), 0));
	await soon(async () => assert.equal(await page.locator('main').getByRole('button', { name: /签承诺|撤回/ }).count(), 0));
	await shot(page, 'joint-supervisor');
	await accessible(page, 'a joint case of a supervisor');
	house.clean();
});

test('the page of a joint case stands still while it is read, also in English', async () => {
	const { id, number } = await openJoint(clerk);
	await untilStep(clerk, id, 'NB1', 'running');
	const page = await house.page({ user: 'u-1001', path: '/work/joint', lang: 'en' });
	await page.locator(`[data-joint="${number}"]`).waitFor();
	await page.evaluate(() => {
		globalThis.shifted = 0;
		new PerformanceObserver((list) => { for (const e of list.getEntries()) globalThis.shifted += e.hadRecentInput ? 0 : e.value; })
			.observe({ type: 'layout-shift', buffered: false });
	});
	const told = page.waitForResponse(/\/events/);
	await page.evaluate((path) => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')); }, `/work/joint/${number}`);
	await inState(page, 'NB8', 'done').waitFor();
	await page.getByText('Nothing holds it up').waitFor();
	await row(page, 'NB1').getByText('Under way').waitFor();
	await told;
	const shifted = await page.evaluate(() => globalThis.shifted);
	assert.ok(shifted < 0.02, `${shifted}: ${await page.evaluate(() => globalThis.wzmShifted.join('\n'))}`);
	await shot(page, 'joint-english');
	house.clean();
});

test('what the form lacks is on top, and once it is filled in the step that waited starts', async () => {
	const { hukou_city: city, ...without } = newborn();
	const { id, number } = await openJoint(clerk, without);
	await untilStep(clerk, id, 'NB1', 'running');
	const page = await house.page({ user: 'u-1001', path: `/work/joint/${number}` });
	await page.locator('[data-held="lacks"]').getByText('户籍所在设区市代码').waitFor();
	await row(page, 'NB8').getByText('等填写').waitFor();
	await shot(page, 'joint-lacks');
	await page.locator('[data-held="lacks"]').getByRole('link', { name: '补填' }).click();
	await page.locator('#jointform').waitFor();
	await soon(async () => assert.equal(await page.inputValue('#f-child_name'), newborn().child_name));
	await page.fill('#f-hukou_city', city);
	await shot(page, 'joint-form-more');
	await accessible(page, 'the form of a joint case');
	await page.keyboard.press('Control+Enter');
	await inState(page, 'NB8', 'done').waitFor();
	await soon(async () => assert.equal(await page.locator('[data-held="lacks"]').count(), 0));
	house.clean();
});

test('failed, returned and late stand on top in this order, and the chart is drawn to the clock', async () => {
	const { id, number } = await openJoint(clerk);
	await untilStep(clerk, id, 'NB1', 'running');
	const real = await getJoint(clerk, id), of = real.steps[0].case;
	const at = (clock) => `2026-11-26T${clock}:00.000+08:00`;
	const steps = {
		NB1: { state: 'done', ready_at: at('10:02'), started_at: at('10:02'), ended_at: at('10:09'), due_at: at('10:12'), results: { birth_cert_number: 'Z33000608' } },
		NB8: { ready_at: at('10:02'), started_at: at('10:02'), ended_at: at('10:04'), due_at: at('10:07') },
		NB5: { state: 'running', late: true, ready_at: at('10:09'), started_at: at('10:09'), due_at: at('10:20'), attempt: 1, case: of, waits_for: [] },
		NB7: { state: 'failed', ready_at: at('10:09'), started_at: at('10:10'), due_at: at('10:15'), attempt: 1, case: of, waits_for: [],
			reason: { code: 'not_established', about: ['I-00920'] }, may: ['retry', 'skip', 'replace', 'withdraw'] },
		NB9: { state: 'returned', ready_at: at('10:09'), started_at: at('10:10'), due_at: at('10:15'), attempt: 1, case: of, waits_for: [],
			reason: { code: 'lacks', about: ['I-00920'] }, lacks: ['contact_phone'], may: ['skip', 'withdraw'] },
	};
	const told = { ...real, opened_at: at('10:02'), started_at: at('10:02'), due_at: at('11:02'), steps: real.steps.map((s) => ({ ...s, ...steps[s.code] })) };
	const page = await house.page({ user: 'u-1001' });
	await page.clock.setFixedTime(new Date(at('10:22')));
	for (const name of [id, number]) await page.route(`**/api/v1/jointcases/${name}`, (route) => route.fulfill({ json: told }));
	await page.goto(`${house.base}/work/joint/${number}`);
	await page.getByText('今天 11:02 前全部办完，还剩 40 分钟').waitFor();
	await soon(async () => assert.deepEqual(await page.locator('[data-held]').evaluateAll((all) => all.map((one) => one.dataset.held)), ['NB7', 'NB9', 'NB5']));
	const bar = (step, kind) => row(page, step).locator(`.bar--${kind}`).boundingBox();
	await row(page, 'NB1').locator('.bar--plan').waitFor();
	const [plan, went] = [await bar('NB1', 'plan'), await bar('NB1', 'real')];
	assert.ok(Math.abs(plan.x - went.x) < 2, 'both begin at the beginning');
	assert.ok(Math.abs(went.width / plan.width - 0.7) < 0.05, `7 of 10 minutes: ${went.width / plan.width}`);
	const now = await row(page, 'NB5').locator('.gantt__now').boundingBox(), late = await bar('NB5', 'real'), due = await bar('NB5', 'due');
	assert.ok(Math.abs(late.x + late.width - now.x) < 3, 'what runs goes on until now');
	assert.ok(due.x + due.width < now.x, 'and was due before');
	await soon(async () => assert.equal(await page.locator('.gantt__strip').count(), 0));
	await page.locator('[data-held="NB7"]').getByRole('button', { name: '看' }).click();
	await page.locator('[data-panel="step"]').getByText('查下来不成立：婚姻登记记录证明').waitFor();
	await shot(page, 'joint-stuck');
	await accessible(page, 'a joint case that is stuck');
	house.clean();
});

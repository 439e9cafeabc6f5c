// 新生儿出生一件事 on two phones: the mother fills in, the father confirms on his own, and each step is seen until the last is done.
import { dataset } from '../lib/catalogue.mjs';
import { answerStep, birth, concludeStep, household, newborn, openJoint, until } from '../lib/joint.mjs';
import { PHONE } from './browser.mjs';

const born = dataset('births').findLast((b) => b.child_id_number === '');
/** Everything that the form asks; two parents, the second of whom has to confirm. */
export const FORM = newborn({ mother_name: born.mother_name, mother_id_number: born.mother_id_number, father_name: born.father_name,
	father_id_number: born.father_id_number, marital_status: 'married' });
const CHOICES = { child_sex: ['M', 'F'], marital_status: ['married', 'single', 'divorced'], hukou_follow: ['mother', 'father'], card_delivery: ['ward', 'postal', 'window'] };

export const next = (page) => page.getByRole('button', { name: /^(存下，下一题|没有，跳过|不改，下一题|存下，回去检查)$/ });
export const heading = (page, text) => page.getByRole('heading', { level: 1, name: text, exact: true });
export const step = (page, code, state) => page.locator(`.steps [data-step="${code}"][data-state="${state}"]`);
export const linkTo = async (clerk, id, json) => (await clerk.ok('POST', `/api/v1/jointcases/${id}/links`, { json, status: 201 })).path;
const asked = (page) => new URL(page.url()).searchParams.get('at');

/** Answers the question that is on the page, and waits for the next. */
export async function answer(page, values) {
	await page.locator('.ask').waitFor();
	const name = asked(page), value = values[name];
	if (value !== undefined) {
		if (await page.locator('.ask__choice').count() > 0)
			await page.locator('.ask__choice').nth(CHOICES[name]?.indexOf(value) ?? (value ? 0 : 1)).click();
		else
			await page.fill('#ask', String(value));
	}
	await next(page).click();
	await page.waitForFunction((was) => new URLSearchParams(location.search).get('at') !== was, name);
	return name;
}

/** From how it goes to the commitments: each is read as a whole, then all are signed with one's own number, and back. */
export async function signAll(page, number, seen = () => undefined) {
	await page.locator('[data-sign]').click();
	await page.locator('[data-list="list"]').waitFor();
	await seen(page, 'commitments');
	await page.locator('[data-go]').click();
	for (let i = 0; asked(page) !== 'check'; i++) {
		await page.locator(`[data-read="${asked(page)}"]`).waitFor();
		if (i === 0) await seen(page, 'commitment');
		const item = asked(page);
		await page.locator('[data-agree]').click();
		await page.waitForFunction((was) => new URLSearchParams(location.search).get('at') !== was, item);
	}
	await page.fill('#signer', number);
	await page.check('#agreed');
	await seen(page, 'signature');
	await page.getByRole('button', { name: /^签这 \d+ 份$/ }).click();
	await page.locator('[data-list="done"]').waitFor();
	await seen(page, 'signed');
	await page.locator('[data-progress]').click();
	await page.locator('.steps').waitFor();
}

/**
 * From the link that the counter gives to the last result; seen(page, what) is called at each thing
 * worth a look, with the page as it then is.  What agencies and desks do is done over the API.
 */
export async function playNewborn(house, clerk, seen = () => undefined) {
	const { id } = await openJoint(clerk, {}, { draft: true });
	const mother = await house.page({ viewport: PHONE, path: await linkTo(clerk, id, { form: true }) });
	await mother.getByRole('link', { name: '开始填' }).waitFor();
	await seen(mother, 'tasks');
	await mother.locator('[data-go]').click();
	const order = [];
	while (asked(mother) !== 'check') {
		if (order.length === 0) {
			await mother.locator('.ask').waitFor();
			await seen(mother, 'question');
		}
		order.push(await answer(mother, FORM));
	}
	await heading(mother, '看一遍再提交').waitFor();
	await seen(mother, 'check');
	await mother.getByRole('button', { name: '提交，开始办' }).click();
	await heading(mother, '已经提交').waitFor();
	await mother.locator('[data-confirmers]').getByText('请父亲在自己的手机上确认').waitFor();
	await mother.locator('[data-signs]').getByText(/请您看 \d+ 份承诺书/).waitFor();
	await seen(mother, 'sent');
	await mother.getByRole('link', { name: '看办到哪一步' }).click();
	await step(mother, 'NB1', 'running').waitFor();
	await signAll(mother, FORM.mother_id_number, seen);
	await concludeStep(house.instance, clerk, id, 'NB1', birth);
	await step(mother, 'NB1', 'done').waitFor();
	await step(mother, 'NB2', 'waiting').getByText('等本人确认:父亲').waitFor();
	await seen(mother, 'waits');

	const father = await house.page({ viewport: PHONE, path: await linkTo(clerk, id, { who: 'father' }) });
	await heading(father, '请您确认一件事').waitFor();
	await father.fill('#identifier', FORM.father_id_number);
	await father.check('#agreed');
	await seen(father, 'confirm');
	await father.getByRole('button', { name: '确认', exact: true }).click();
	await heading(father, '已经确认').waitFor();
	await seen(father, 'confirmed');

	await step(mother, 'NB2', 'running').waitFor();
	await mother.getByText('已经确认').waitFor();
	await seen(mother, 'running');
	await concludeStep(house.instance, clerk, id, 'NB2', household);
	await answerStep(house.instance, clerk, id, 'NB3');
	await concludeStep(house.instance, clerk, id, 'NB5', {});
	await answerStep(house.instance, clerk, id, 'NB6');
	await until(clerk, id, (j) => j.state === 'finished');
	await mother.getByText('全部办完了').waitFor();
	await seen(mother, 'finished');
	return { id, mother, father, order };
}

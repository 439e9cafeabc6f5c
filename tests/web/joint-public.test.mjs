// Life events 一件事 for people without an account, on a phone: how one goes, what somebody confirms, which there are.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { dataset } from '../lib/catalogue.mjs';
import { EventWalk, formOf } from '../lib/event-walk.mjs';
import { answerStep, birth, concludeStep, decide, household, newborn, openJoint, until, untilStep } from '../lib/joint.mjs';
import { Staff } from '../lib/staff.mjs';
import { accessible, PHONE, start } from './browser.mjs';

const shots = process.env.WZM_SHOTS;
let house, clerk;
before(async () => {
	house = await start();
	clerk = await house.instance.client('u-1001');
});
after(() => house?.close());

const shot = async (page, name, more = {}) => { if (shots) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true, ...more }); };
const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
const focused = (page) => page.evaluate(() => document.activeElement?.id);
const step = (page, code, state) => page.locator(`[data-step="${code}"]${state ? `[data-state="${state}"]` : ''}`);
const link = async (id, json = {}) => (await clerk.ok('POST', `/api/v1/jointcases/${id}/links`, { json, status: 201 })).path;
const phone = (path, more = {}) => house.page({ viewport: PHONE, path, ...more });

/** Two parents of whom one has to confirm. */
const born = dataset('births').findLast((b) => b.child_id_number === '');
const parents = { mother_name: born.mother_name, mother_id_number: born.mother_id_number, father_name: born.father_name,
	father_id_number: born.father_id_number, marital_status: 'married' };

test('how it goes', async () => {
	const { id } = await openJoint(clerk, newborn(parents));
	await untilStep(clerk, id, 'NB1', 'running');
	const page = await phone(await link(id));
	await step(page, 'NB1', 'running').waitFor();
	await shot(page, 'progress-running');
	await accessible(page, 'how it goes');
	const c = await phone(await link(id, { who: 'father' }));
	await c.locator('#identifier').waitFor();
	await shot(c, 'confirm');
	const e = await phone('/lifeevents/LE-NEWBORN');
	await e.locator('[data-clock]').waitFor();
	await shot(e, 'event');
	const l = await phone('/lifeevents');
	await l.locator('[data-event]').first().waitFor();
	await shot(l, 'events');
	house.clean();
});

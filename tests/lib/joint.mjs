// Joint cases 联办件: what tests fill in, and how they wait for the server.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { commit, getCase, settle } from './cases.mjs';
import { verifierOf } from './catalogue.mjs';
import { root } from './paths.mjs';

const example = JSON.parse(readFileSync(`${root}/examples/newborn.json`, 'utf8'));

/** A form of LE-NEWBORN on which nobody need confirm: there is no father. */
export const newborn = (change = {}) => ({ ...example, ...change });

/** Opens one as a clerk of the lead agency's division. */
export const openJoint = (clerk, form = newborn(), rest = {}) =>
	clerk.post('/api/v1/jointcases', { life_event: 'LE-NEWBORN', form, ...rest }, { status: 201 });

export const getJoint = (client, id) => client.get(`/api/v1/jointcases/${id}`);

export const stepOf = (j, code) => {
	const step = j.steps.find((s) => s.code === code);
	assert.ok(step, `the joint case has the step ${code}`);
	return step;
};

/** Looks until the server has come so far; the time limit of the test ends it. */
export async function until(client, id, done) {
	for (;;) {
		const j = await getJoint(client, id);
		if (done(j)) return j;
		await sleep(20);
	}
}

/** Until the step is in one of the states, and the case of its attempt is there where it is under way. */
export const untilStep = (client, id, code, ...states) => until(client, id, (j) => {
	const s = stepOf(j, code);
	return states.includes(s.state) && (!['running', 'replaced'].includes(s.state) || s.case !== null);
});

/** The desks answer what they are asked in a case. */
export async function answerDesks(instance, c) {
	for (const i of c.items.filter((x) => x.state === 'verifying')) {
		const path = `/api/v1/verifications/${i.verification.id}`;
		const verifier = await instance.client(verifierOf[i.verification.desk.code]);
		const v = await verifier.post(`${path}/signature`, {}, { ifMatch: '*' });
		await verifier.post(`${path}/answer`, { answer: 'match', basis: '查本部门台账,一致' }, { ifMatch: v.version });
	}
}

/** Everything that can be done for the items of a case, as a clerk and the verifiers do it. */
export async function settleItems(instance, clerk, id) {
	let c = await settle(clerk, await getCase(clerk, id));
	for (const i of c.items.filter((x) => x.state === 'to_commit')) {
		await commit(clerk, c, i.code);
		c = await getCase(clerk, id);
	}
	await answerDesks(instance, c);
	return getCase(clerk, id);
}

/** A step that a rule settles, once the desks have answered. */
export async function answerStep(instance, clerk, id, code) {
	const { case: { id: of } } = stepOf(await until(clerk, id, (j) => stepOf(j, code).case !== null), code);
	await answerDesks(instance, await getCase(clerk, of));
	return untilStep(clerk, id, code, 'done');
}

/** A step is done by hand: its case is settled, and gives these results. */
export async function concludeStep(instance, clerk, id, code, results) {
	const step = stepOf(await untilStep(clerk, id, code, 'running', 'replaced'), code);
	let c = await settleItems(instance, clerk, step.case.id);
	assert.equal(c.counts.open, 0, JSON.stringify(c.items.map((i) => [i.code, i.state])));
	if (c.state === 'open') c = await clerk.post(`/api/v1/cases/${c.id}/acceptance`, {}, { ifMatch: c.version });
	await clerk.post(`/api/v1/cases/${c.id}/conclusion`, { outcome: 'settled', results }, { ifMatch: c.version });
	return untilStep(clerk, id, code, 'done');
}

export const birth = { birth_cert_number: 'Z33000602' };
export const household = { child_id_number: '330703201910220024', household_code: 'H33070300001' };

/** What is decided about a step: retry, skip, replace, withdraw. */
export const decide = (clerk, id, code, decision, reason = '牵头单位决定') =>
	clerk.post(`/api/v1/jointcases/${id}/steps/${code}/decision`, { decision, reason }, { ifMatch: '*' });

/** One that is over from end to end, all nine steps; of a clerk of a division whose desks have somebody. */
export async function runJoint(instance, clerk) {
	const { id } = await openJoint(clerk);
	await clerk.ok('POST', `/api/v1/jointcases/${id}/links`, { json: {}, status: 201 });
	await concludeStep(instance, clerk, id, 'NB1', birth);
	await concludeStep(instance, clerk, id, 'NB2', household);
	await answerStep(instance, clerk, id, 'NB3');
	await concludeStep(instance, clerk, id, 'NB5', {});
	await answerStep(instance, clerk, id, 'NB6');
	return until(clerk, id, (j) => j.state === 'finished');
}

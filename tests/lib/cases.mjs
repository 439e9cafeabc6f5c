// What the flow tests do with cases again and again.
import assert from 'node:assert/strict';
import { clerkOf, scene, sceneCase, verifierOf } from './catalogue.mjs';

export const itemOf = (c, code) => {
	const item = c.items.find((i) => i.code === code);
	assert.ok(item, `the case has the item ${code}`);
	return item;
};

/** Opens a scene's case as this clerk. */
export async function openScene(clerk, scene, { asks = true, change = (b) => b } = {}) {
	const answer = await clerk.send({ method: 'POST', path: '/api/v1/cases',
		json: change(sceneCase(scene, asks)), key: true });
	assert.equal(answer.status, 201, answer.text);
	assert.equal(answer.headers.location, `/api/v1/cases/${answer.json.id}`);
	return answer.json;
}

/** What must be the same at two moments: in office hours the time that a desk has left runs, and at midnight a day of a case's is gone. */
export const still = (x) => JSON.parse(JSON.stringify(x, (k, v) => k === 'office_ms_left' || k === 'days_left' ? undefined : v));

export const getCase = (client, id) => client.get(`/api/v1/cases/${id}`);

/** A change of an item: kind is query, verification or commitment. */
export const act = (clerk, c, item, kind, json = {}, rest = {}) =>
	clerk.post(`/api/v1/cases/${c.id}/items/${item}/${kind}`, json, { ifMatch: c.version, ...rest });

export const settle = (clerk, c) =>
	clerk.post(`/api/v1/cases/${c.id}/settlement`, {}, { ifMatch: c.version });

/** Reads the commitment's texts and signs them. */
export async function commit(clerk, c, item, signer) {
	const texts = await clerk.get(`/api/v1/cases/${c.id}/items/${item}/commitment`);
	return act(clerk, c, item, 'commitment', { notice: texts.notice.hash, letter: texts.letter.hash,
		signer: signer ?? texts.signer_roles[0], agreed: true });
}

/** Switches a source as the operator, who may switch every one. */
export async function switchSource(instance, service, state, reason = '演练') {
	const operator = await instance.client('u-6001');
	const { sources } = await operator.get('/api/v1/sources');
	const { version } = sources.find((x) => x.service.code === service);
	const source = await operator.ok('PUT', `/api/v1/sources/${service}`, { json: { state, reason }, ifMatch: version });
	assert.equal(source.state, state);
	assert.equal(source.reason, reason);
	assert.equal(source.version, version + 1);
	return source;
}

/** What the counts must be, from the items. */
export function countsOf(items) {
	const n = (...states) => items.filter((i) => states.includes(i.state)).length;
	return {
		total: items.length,
		cancelled: n('cancelled'),
		established: n('established'),
		not_established: n('not_established'),
		committed: n('committed'),
		verifying: n('verifying', 'supervised'),
		turn: n('waiting_input', 'to_query', 'to_commit', 'to_verify', 'not_established'),
		undecided: n('undecided'),
		does_not_apply: n('does_not_apply'),
		open: items.length - n('established', 'committed', 'cancelled', 'does_not_apply'),
	};
}

/** Everything a scene can have done to it, up to its end. */
export async function runScene(instance, s) {
	const clerk = await instance.client(clerkOf[s.division_code]);
	let c = await settle(clerk, await openScene(clerk, s));
	for (const i of c.items.filter((x) => x.state === 'to_commit')) {
		await commit(clerk, c, i.code);
		c = await getCase(clerk, c.id);
	}
	for (const i of c.items.filter((x) => x.state === 'verifying' && verifierOf[x.verification.desk.code])) {
		const verifier = await instance.client(verifierOf[i.verification.desk.code]);
		const path = `/api/v1/verifications/${i.verification.id}`;
		const v = await verifier.post(`${path}/signature`, {}, { ifMatch: '*' });
		await verifier.post(`${path}/answer`, { answer: 'match', basis: '查本部门台账,一致' }, { ifMatch: v.version });
	}
	c = await getCase(clerk, c.id);
	if (c.counts.undecided > 0) return c;
	c = await clerk.post(`/api/v1/cases/${c.id}/acceptance`, {}, { ifMatch: c.version });
	return clerk.post(`/api/v1/cases/${c.id}/conclusion`,
		c.counts.open === 0 ? { outcome: 'settled' } : { outcome: 'refused', reason: '有一项未证实' }, { ifMatch: c.version });
}

/** A value that was corrected, and one that is disputed still: two cases, of which one is told. */
export async function disputeValues(instance) {
	const clerk = await instance.client('u-1001'), steward = await instance.client('u-3001'), item = 'I-01384', ids = [];
	for (let i = 0; i < 2; i++) {
		const c = await openScene(clerk, scene('HOUSE'));
		await act(clerk, c, item, 'query');
		await act(clerk, await getCase(clerk, c.id), item, 'dispute', { reason: '面积不对', claimed: '187 平方米' });
		ids.push(itemOf(await getCase(clerk, c.id), item).disputes[0].id);
	}
	await steward.post(`/api/v1/disputes/${ids[0]}/answer`, { outcome: 'corrected', basis: '已更正' }, { ifMatch: 1 });
}

// Questions, parties and answers: what is asked, of whom, and what a change takes back.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { started } from '../lib/instance.mjs';
import { act, commit, getCase, itemOf, openScene, settle, still } from '../lib/cases.mjs';
import { dataset, items, matterByCode, scene } from '../lib/catalogue.mjs';
import { citizen } from '../lib/idents.mjs';

let instance, clerk;
before(async () => {
	instance = await started();
	clerk = await instance.client('u-1001');
});
after(() => instance?.destroy());

const someone = (role, i, rest = {}) => ({ role, kind: 'person', identifier_type: 'citizen_id',
	identifier: dataset('persons')[i].id_number, name: dataset('persons')[i].name, ...rest });
const open = (matter, parties, form = {}) => clerk.post('/api/v1/cases', { matter, parties, form });
const put = (c, json) => clerk.ok('PUT', `/api/v1/cases/${c.id}/answers`, { json: { form: c.form, ...json }, ifMatch: c.version });
const refuse = (code, c, json) => clerk.refused(code, { method: 'PUT', path: `/api/v1/cases/${c.id}/answers`,
	json: { form: c.form, ...json }, ifMatch: c.version });
const keep = (c) => c.parties.map((p) => ({ role: p.role }));
const states = (c) => Object.fromEntries(c.items.map((i) => [i.code, i.state]));
const openFields = (x) => x.fields.filter((f) => f.open).map((f) => f.name).sort();
const openRoles = (x) => x.roles.filter((r) => r.open).map((r) => r.role).sort();

describe('the form of a matter', () => {
	const form = async (matter, answers, parties) => (await instance.client()).ok('POST', `/api/v1/matters/${matter}/form`,
		{ json: { form: answers, ...(parties ? { parties } : {}) } });

	test('asks only what can still decide something', async () => {
		/* I-01870 applies in a dwelling whose tenure is not "none". */
		const { matter_code: matter } = items().find((i) => i.code === 'I-01870');
		const premises = (x) => openFields(x).filter((n) => n.startsWith('premises_'));
		const others = items().filter((i) => i.matter_code === matter && i.code !== 'I-01870' && /premises_tenure/.test(i.required_when));
		const start = await form(matter, {});
		assert.deepEqual(premises(start), ['premises_tenure', 'premises_use']);
		assert.equal(start.items.find((i) => i.code === 'I-01870').applies, 'undecided');
		const shop = await form(matter, { premises_use: 'commercial' });
		assert.equal(shop.items.find((i) => i.code === 'I-01870').applies, 'no');
		assert.deepEqual(premises(shop), others.length > 0 ? ['premises_tenure'] : []);
		const home = await form(matter, { premises_use: 'residential' });
		assert.deepEqual(home.items.find((i) => i.code === 'I-01870').missing, ['premises_tenure']);
		assert.ok(home.fields.find((f) => f.name === 'premises_tenure').items.includes('I-01870'));
		const rented = await form(matter, { premises_use: 'residential', premises_tenure: 'rented' });
		assert.equal(rented.items.find((i) => i.code === 'I-01870').applies, 'yes');
		assert.deepEqual(premises(rented), []);
	});

	test('has the fields that conditions and sources read, and no other', async () => {
		const { fields } = await form('M-0001', {});
		assert.deepEqual(fields.map((f) => f.name).sort(), ['birth_cert_number', 'marital_status']);
		assert.ok(fields.every((f) => f.open));
		const number = fields.find((f) => f.name === 'birth_cert_number');
		assert.deepEqual(number.items, ['I-00001', 'I-00006'], 'asked by one item, decides another');
		assert.deepEqual(openFields(await form('M-0001', { birth_cert_number: '', marital_status: 'married' })), []);
	});

	test('says whom an item that may apply asks about', async () => {
		const role = (x) => x.roles.find((r) => r.role === 'employee');
		assert.deepEqual(role(await form('M-0070', {})).items, ['I-00279']);
		assert.equal(role(await form('M-0070', { preferential_types: [] })).open, false);
		assert.equal(role(await form('M-0070', { preferential_types: ['veteran'] })).open, true);
		assert.equal(role(await form('M-0070', { preferential_types: ['veteran'] }, [{ role: 'employee', kind: 'person' }])).open, false);
	});

	test('is strictly read, keeps nothing, and leaves no record', async () => {
		const stranger = await instance.client();
		const refused = (code, json, matter = 'M-0303') => stranger.refused(code, { method: 'POST', path: `/api/v1/matters/${matter}/form`, json });
		await refused('matter_unknown', { form: {} }, 'M-9999');
		await refused('field_missing', {});
		await refused('inventory_version', { form: {}, inventory: 9 });
		await refused('field_unknown', { form: {}, who: 1 });
		await refused('field_unknown', { form: { colour: 'red' } });
		await refused('field_value', { form: { marital_status: 'maried' } });
		await refused('party_unknown', { form: {}, parties: [{ role: 'guardian', kind: 'person' }] });
		await refused('party_kind', { form: {}, parties: [{ role: 'spouse', kind: 'enterprise' }] });
		await refused('party_repeated', { form: {}, parties: [{ role: 'spouse', kind: 'person' }, { role: 'spouse', kind: 'person' }] });
		await refused('field_value', { form: {}, parties: [{ role: 'spouse', kind: 'dog' }] });
		await refused('field_unknown', { form: {}, parties: [{ role: 'spouse', kind: 'person', name: '王某' }] });
		const size = async () => (await stranger.get('/api/v1/log')).logs[0].size;
		const before = await size();
		assert.equal((await stranger.ok('POST', '/api/v1/matters/M-0303/form', { json: { form: {}, inventory: 1 } })).inventory.version, 1);
		await form('M-0303', { marital_status: 'married' });
		assert.equal(await size(), before);
	});
});

describe('an answer that changes', () => {
	test('takes an item away and brings it back; what is settled and not touched stays, with the records', async () => {
		const s = scene('HOUSE'), married = { ...s.form };
		let c = await settle(clerk, await openScene(clerk, s));
		const seller = itemOf(c, 'I-01384');
		assert.equal(seller.state, 'established');
		assert.equal(itemOf(c, 'I-01386').state, 'established', 'the marriage was looked up');
		c = await put(c, { form: { ...married, marital_status: 'single' } });
		assert.equal(itemOf(c, 'I-01386').state, 'does_not_apply');
		assert.equal(itemOf(c, 'I-01386').answer, undefined);
		assert.equal(itemOf(c, 'I-01388').state, 'to_query');
		assert.deepEqual(itemOf(c, 'I-01384'), seller, 'nothing of it changed');
		c = await put(c, { form: married });
		assert.equal(itemOf(c, 'I-01386').state, 'to_query', 'it begins again');
		assert.equal(itemOf(c, 'I-01388').state, 'does_not_apply');
		assert.deepEqual(itemOf(c, 'I-01384'), seller);
		c = await settle(clerk, c);
		assert.equal(itemOf(c, 'I-01386').state, 'established');
		const { records } = await clerk.get(`/api/v1/cases/${c.id}/records`);
		assert.equal(records.filter((r) => r.type === 'case.answered').length, 2);
		assert.equal(records.filter((r) => r.type === 'query.answered' && JSON.parse(r.record).item === 'I-01384').length, 1);
	});

	test('opens a question again and closes it; a case that is over has none', async () => {
		const applicant = [someone('applicant', 3)];
		let c = await open('M-0324', applicant, { has_agent: false, applicant_age: 43 });
		assert.deepEqual(openFields(c), ['marital_status']);
		assert.deepEqual(c.fields.find((f) => f.name === 'marital_status').items, ['I-01484', 'I-01485', 'I-01486']);
		c = await put(c, { form: { has_agent: false, applicant_age: 43, marital_status: 'single' } });
		assert.deepEqual(openFields(c), []);
		c = await put(c, { form: { has_agent: false, marital_status: 'single' } });
		assert.deepEqual(openFields(c), ['applicant_age']);
		c = await clerk.post(`/api/v1/cases/${c.id}/conclusion`, { outcome: 'withdrawn', reason: '不办了' }, { ifMatch: c.version });
		assert.deepEqual(openFields(c), []);
		await refuse('case_not_open', c, { parties: keep(c) });
	});
});

describe('a party', () => {
	test('that an item waits for is added, and the item goes on', async () => {
		const form = { preferential_types: ['veteran'] };
		const { subject_kind: kind } = matterByCode().get('M-0070');
		assert.equal(kind, 'enterprise');
		let c = await open('M-0070', [{ role: 'applicant', kind: 'enterprise', identifier_type: 'none', identifier: '', name: '未登记的公司' },
			someone('legal_representative', 1)], form);
		assert.deepEqual(itemOf(c, 'I-00279').waiting_for.map((w) => [w.kind, w.role]), [['party', 'employee']]);
		assert.deepEqual(openRoles(c), ['employee']);
		assert.deepEqual(c.roles.find((r) => r.role === 'employee').items, ['I-00279']);
		const before = states(c), other = someone('employee', 5);
		c = await put(c, { parties: [...keep(c), other] });
		assert.equal(itemOf(c, 'I-00279').state, 'to_query');
		assert.deepEqual(openRoles(c), []);
		assert.deepEqual({ ...states(c), 'I-00279': null }, { ...before, 'I-00279': null }, 'the others stay');
		assert.equal(c.parties.find((p) => p.role === 'employee').name, other.name);
		/* Not required, and so it may go again. */
		c = await put(c, { parties: keep(c).filter((p) => p.role !== 'employee') });
		assert.equal(itemOf(c, 'I-00279').state, 'waiting_input');
		assert.equal(c.parties.length, 2);
	});

	test('that is corrected begins just the items about it anew; both people are subjects of the record', async () => {
		const s = scene('HOUSE'), auditor = await instance.client('u-6003');
		let c = await settle(clerk, await openScene(clerk, s));
		const was = Object.fromEntries(c.items.map((i) => [i.code, i]));
		const right = someone('seller', 20), wrong = s.parties.find((p) => p.role === 'seller');
		c = await put(c, { parties: [...keep(c).filter((p) => p.role !== 'seller'), { role: 'seller', identifier: right.identifier, name: right.name }] });
		for (const i of c.items)
			if (i.code === 'I-01384') assert.equal(i.state, 'to_query');
			else assert.deepEqual(still(i), still(was[i.code]), i.code);
		assert.deepEqual(itemOf(c, 'I-01384').steps.at(-1).reason, 'answers_changed');
		const { records } = await clerk.get(`/api/v1/cases/${c.id}/records`);
		assert.equal(records.at(-1).type, 'case.answered');
		for (const p of [wrong, right]) {
			const found = await auditor.post('/api/v1/records/search', { person: { identifier_type: p.identifier_type, identifier: p.identifier }, limit: 200 });
			assert.ok(found.records.some((r) => r.id === records.at(-1).id), p.name);
		}
		c = await settle(clerk, c);
		assert.equal(itemOf(c, 'I-01384').state, 'not_established', 'another person has no such house');
	});

	test('whom a question is about takes the question back, and no other', async () => {
		const s = scene('HOUSE'), verifier = await instance.client('u-2001');
		let c = await settle(clerk, await openScene(clerk, s));
		const { verification } = itemOf(c, 'I-01398');
		c = await put(c, { parties: [...keep(c).filter((p) => p.role !== 'seller'), { role: 'seller', name: '胡庆栋' }] });
		assert.equal(itemOf(c, 'I-01398').state, 'verifying');
		assert.equal(itemOf(c, 'I-01384').state, 'established', 'the register was asked by the number, which is the same');
		const name = `${s.parties[0].name}丁`;
		c = await put(c, { parties: keep(c).map((p) => p.role === 'applicant' ? { ...p, name } : p) });
		assert.equal(itemOf(c, 'I-01398').state, 'to_verify');
		assert.match(itemOf(c, 'I-01398').question, new RegExp(name));
		assert.equal((await verifier.get(`/api/v1/verifications/${verification.id}`)).state, 'withdrawn');
	});

	test('who signed a commitment and is somebody else now has not signed it', async () => {
		const form = { applicant_age: 30, hukou_city: '330100' };
		let c = await open('M-0172', [someone('applicant', 2)], form);
		await commit(clerk, c, 'I-00736');
		c = await getCase(clerk, c.id);
		assert.equal(itemOf(c, 'I-00736').state, 'committed');
		c = await put(c, { parties: [{ role: 'applicant', phone: '13800000000' }] });
		assert.equal(itemOf(c, 'I-00736').state, 'committed', 'a telephone is not who somebody is');
		c = await put(c, { parties: [{ ...someone('applicant', 4) }] });
		assert.equal(itemOf(c, 'I-00736').state, 'to_commit');
		assert.equal(itemOf(c, 'I-00736').commitment, undefined);
	});

	test('is read as strictly as when a case is opened', async () => {
		const c = await openScene(clerk, scene('HOUSE'));
		const but = (role, change) => ({ parties: keep(c).map((p) => p.role === role ? { ...p, ...change } : p) });
		await refuse('party_missing', c, { parties: keep(c).filter((p) => p.role !== 'seller') });
		await refuse('party_missing', c, { parties: [] });
		await refuse('party_repeated', c, { parties: [...keep(c), { role: 'seller' }] });
		await refuse('party_unknown', c, { parties: [...keep(c), someone('guardian', 1)] });
		await refuse('party_kind', c, { parties: [...keep(c), { role: 'spouse', kind: 'enterprise', identifier_type: 'none', name: '公司' }] });
		await refuse('field_missing', c, { parties: [...keep(c), { role: 'spouse' }] });
		await refuse('ident_check', c, but('seller', { identifier: '330703199210269758' }));
		await refuse('ident_type', c, but('seller', { kind: 'enterprise' }));
		await refuse('field_missing', c, but('seller', { identifier_type: 'passport' }));
		await refuse('name_invalid', c, but('seller', { name: '\u0007' }));
		await refuse('field_unknown', c, but('seller', { age: 3 }));
		await refuse('field_value', c, but('seller', { mandate: '授权' }));
		assert.deepEqual(still(await getCase(clerk, c.id)), still(c), 'nothing of it was taken');
	});
});

describe('a helper', () => {
	const agent = someone('agent', 7);

	test('acts by a mandate, which the case shows and keeps', async () => {
		const applicant = someone('applicant', 2), form = { has_agent: true };
		for (const mandate of [undefined, '', '  '])
			await clerk.refused('mandate_missing', { method: 'POST', path: '/api/v1/cases', key: true,
				json: { matter: 'M-0324', parties: [applicant, { ...agent, mandate }], form } });
		await clerk.refused('field_value', { method: 'POST', path: '/api/v1/cases', key: true,
			json: { matter: 'M-0324', parties: [{ ...applicant, mandate: '自己' }], form } });
		let c = await open('M-0324', [applicant, { ...agent, mandate: '授权委托书 2026年11月20日' }], form);
		assert.equal(c.parties[1].mandate, '授权委托书 2026年11月20日');
		assert.equal(c.parties[0].mandate, undefined);
		c = await put(c, { parties: keep(c) });
		assert.equal(c.parties[1].mandate, '授权委托书 2026年11月20日', 'what is left out stays');
		await refuse('mandate_missing', c, { parties: [{ role: 'applicant' }, { role: 'agent', mandate: '' }] });
		c = await put(c, { parties: [{ role: 'applicant' }] });
		await refuse('mandate_missing', c, { parties: [{ role: 'applicant' }, agent] });
	});

	test('never signs for anybody', async () => {
		const c = await open('M-0172', [someone('applicant', 2), { ...agent, mandate: '第 12 号' }], { applicant_age: 30, hukou_city: '330100' });
		const texts = await clerk.get(`/api/v1/cases/${c.id}/items/I-00736/commitment`);
		assert.deepEqual(texts.signer_roles, ['applicant']);
		await clerk.refused('signer', { method: 'POST', path: `/api/v1/cases/${c.id}/items/I-00736/commitment`, key: true, ifMatch: c.version,
			json: { notice: texts.notice.hash, letter: texts.letter.hash, signer: 'agent', agreed: true } });
	});
});

test('a guardian signs for a child', async () => {
	const child = someone('applicant', 30), guardian = someone('guardian', 31);
	let c = await open('M-0172', [child, guardian], { applicant_age: 8, hukou_city: '330100' });
	assert.equal(itemOf(c, 'I-00735').state, 'to_verify', 'a child: guardianship is looked into');
	const signed = await commit(clerk, c, 'I-00736', 'guardian');
	assert.equal(signed.item.commitment.signer, 'guardian');
	c = await getCase(clerk, c.id);
	c = await put(c, { parties: [{ role: 'applicant', phone: '' }, { ...someone('guardian', 32) }] });
	assert.equal(itemOf(c, 'I-00736').state, 'to_commit', 'the other guardian has not signed');
});

describe('a newborn without a number', () => {
	test('is asked about at the desk, by name', async () => {
		const child = { role: 'child', kind: 'person', identifier_type: 'none', identifier: '', name: '叶小满' };
		let c = await open('M-0294', [someone('applicant', 2), child], { occupation: 'other' });
		const item = itemOf(c, 'I-01343');
		assert.deepEqual([item.state, item.way], ['to_verify', 'department_verify']);
		assert.match(item.question, /叶小满/);
		/* The number came: the register is asked. */
		c = await put(c, { parties: [{ role: 'applicant' }, { ...someone('child', 40), name: '叶小满' }] });
		assert.deepEqual([itemOf(c, 'I-01343').state, itemOf(c, 'I-01343').way], ['to_query', 'data_query']);
	});

	test('is looked up by its birth certificate where the source goes by that; without one the desk is asked', async () => {
		const s = scene('NEWBORN-HUKOU'), none = { identifier_type: 'none', identifier: '' };
		const c = await openScene(clerk, s, { change: (b) => ({ ...b, division: '330703', parties: b.parties.map((p) => p.role === 'child' ? { ...p, ...none } : p) }) });
		assert.equal(itemOf(c, 'I-00001').state, 'to_query');
		const home = await put(c, { form: { ...c.form, birth_cert_number: '' } });
		assert.equal(itemOf(home, 'I-00001').state, 'to_verify', 'there is none, so nothing is waited for');
		assert.equal(itemOf(home, 'I-00006').state, 'to_verify');
	});
});

describe('an identifier', () => {
	const hkmt = citizen('81000019940823002'), five = citizen('91112419810803002');
	for (const [type, identifier, state] of [
		['citizen_id', dataset('persons')[9].id_number, 'to_query'],
		['hkmt_residence', hkmt, 'to_query'],
		['permanent_residence', five, 'to_query'],
		['passport', 'E12345678', 'to_verify'],
		['birth_certificate', 'Z33000602', 'to_verify'],
		['none', '', 'to_verify'],
	])
		test(`of the type ${type} goes where its number fits`, async () => {
			const c = await open('M-0324', [{ role: 'applicant', kind: 'person', identifier_type: type, identifier, name: '王某' }], { marital_status: 'married' });
			assert.equal(itemOf(c, 'I-01484').state, state);
			assert.equal(c.parties[0].identifier_type, type);
			if (identifier) assert.ok(!c.parties[0].identifier.includes(identifier), 'shown with stars');
			/* And into another type, and back. */
			const other = await put(c, { parties: [type === 'citizen_id' ? { role: 'applicant', identifier_type: 'none' } :
				{ role: 'applicant', identifier_type: 'citizen_id', identifier: dataset('persons')[10].id_number }] });
			assert.equal(itemOf(other, 'I-01484').state, type === 'citizen_id' ? 'to_verify' : 'to_query');
		});

	test('of an enterprise asks about its legal representative where the register is of persons', async () => {
		const company = dataset('enterprises')[0];
		const applicant = { role: 'applicant', kind: 'enterprise', identifier_type: 'uscc', identifier: company.uscc, name: company.name };
		const matter = items().find((i) => i.code === 'I-00215').matter_code;
		let c = await open(matter, [applicant], { marital_status: 'married' });
		assert.deepEqual(itemOf(c, 'I-00215').waiting_for.map((w) => w.role), ['legal_representative']);
		assert.ok(openRoles(c).includes('legal_representative'));
		c = await put(c, { parties: [{ role: 'applicant' }, someone('legal_representative', 11)] });
		assert.equal(itemOf(c, 'I-00215').state, 'to_query');
	});
});

test('a value that was typed once serves every item that asks for the same, until that has its own', async () => {
	const vehicle = 'I-02434', insurance = 'I-02435', { matter_code: matter } = items().find((i) => i.code === vehicle);
	const asked = (c, code) => itemOf(c, code).asks.map((a) => [a.input, a.value, a.from]);
	const { plate_number: plate } = dataset('vehicles')[0];
	let c = await open(matter, [matterByCode().get(matter).subject_kind === 'enterprise' ?
		{ role: 'applicant', kind: 'enterprise', identifier_type: 'none', identifier: '', name: '公司' } : someone('applicant', 1),
	...(matterByCode().get(matter).subject_kind === 'enterprise' ? [someone('legal_representative', 1)] : [])]);
	for (const code of [vehicle, insurance]) {
		assert.equal(itemOf(c, code).state, 'waiting_input');
		assert.deepEqual(asked(c, code), [['plate_number', null, null]]);
	}
	await act(clerk, c, vehicle, 'query', { asks: { plate_number: plate } });
	c = await getCase(clerk, c.id);
	assert.equal(itemOf(c, vehicle).state, 'established');
	assert.equal(itemOf(c, insurance).state, 'to_query', 'it is not asked for again');
	assert.deepEqual(asked(c, vehicle), [['plate_number', plate, null]]);
	assert.deepEqual(asked(c, insurance), [['plate_number', plate, vehicle]]);
	const was = itemOf(c, vehicle), first = { item: vehicle, input: 'plate_number', value: plate };
	const own = { item: insurance, input: 'plate_number', value: '浙G00000' };
	c = await put(c, { asks: [first, own] });
	assert.deepEqual(itemOf(c, vehicle), was, 'the other keeps its own');
	assert.deepEqual(asked(c, insurance), [['plate_number', '浙G00000', null]]);
	c = await put(c, { asks: [own] });
	assert.equal(itemOf(c, vehicle).state, 'to_query', 'and takes what there is');
	assert.deepEqual(asked(c, vehicle), [['plate_number', '浙G00000', insurance]]);
});

// The tests' own tools, against numbers from elsewhere.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { addOffice, addWorkdays, officeBetween, works } from '../lib/calendar.mjs';
import { caseCheck, citizen, uscc } from '../lib/idents.mjs';
import { checkAnswer, operation } from '../lib/openapi.mjs';
import { merkleRoot } from '../lib/store.mjs';
import { dataset, scenes } from '../lib/catalogue.mjs';
import { uuid7 } from '../lib/uuid7.mjs';

const HOURS = '08:30-12:00,13:30-18:00';
const at = (t) => Date.parse(`${t}+08:00`);

test('working days and office hours', () => {
	assert.ok(works('2026-11-23'));
	assert.ok(!works('2026-11-22'));
	assert.ok(!works('2026-10-01'), 'National Day');
	assert.ok(works('2018-12-29'), 'a Saturday that works');
	assert.equal(addWorkdays('2026-11-27', 1), '2026-11-30');
	assert.equal(addWorkdays('2026-11-28', 0), '2026-11-30');
	assert.equal(addOffice(HOURS, at('2026-11-23T09:30:00'), 4 * 3600000), at('2026-11-23T15:00:00'));
	assert.equal(addOffice(HOURS, at('2026-11-23T17:00:00'), 3600000), at('2026-11-23T18:00:00'), 'closing time stays');
	assert.equal(addOffice(HOURS, at('2026-11-27T17:30:00'), 3600000), at('2026-11-30T09:00:00'));
	assert.equal(officeBetween(HOURS, at('2026-11-27T17:30:00'), at('2026-11-30T09:00:00')), 3600000);
	assert.equal(officeBetween(HOURS, at('2026-11-30T09:00:00'), at('2026-11-27T17:30:00')), -3600000);
});

test('check characters, against every number of the reference data', () => {
	for (const { id_number: id } of dataset('persons')) assert.equal(citizen(id.slice(0, 17)), id);
	for (const { uscc: code } of dataset('enterprises')) assert.equal(uscc(code.slice(0, 17)), code);
	assert.equal(caseCheck('330703-261123-A00042-N'), 'N');
});

test('trees of RFC 6962', () => {
	const leaf = (b) => createHash('sha256').update(Buffer.from([0])).update(Buffer.from(b, 'hex')).digest();
	const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(leaf);
	assert.equal(merkleRoot([]).toString('hex'), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
	assert.equal(merkleRoot(leaves.slice(0, 3)).toString('hex'), 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77');
	assert.equal(merkleRoot(leaves).toString('hex'), '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328');
});

test('a UUIDv7 carries its time', () => {
	assert.match(uuid7(), /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
	assert.equal(parseInt(uuid7(0x123456789abc).replaceAll('-', '').slice(0, 12), 16), 0x123456789abc);
});

test('the checker of answers lets nothing through', () => {
	const call = (over, request = {}) => () => checkAnswer({ method: 'GET', path: '/api/v1/log', lang: 'zh', ...request }, {
		status: 200, headers: { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' }, ...over,
		text: JSON.stringify(over.json ?? { logs: [] }), json: over.json ?? { logs: [] } });
	const problem = (over) => ({ type: '/problems/sign_in', title: '请先登录', status: 401, detail: '请先登录', next: '登录后会回到这里', instance: '/api/v1/session', code: 'sign_in', ...over });
	const fault = (over) => call({ status: 401, json: problem(over), headers: { 'content-type': 'application/problem+json', 'x-content-type-options': 'nosniff' } }, { path: '/api/v1/session' });

	call({})();
	fault({})();
	assert.throws(call({ status: 201 }), /not a status/);
	assert.throws(call({ json: { logs: [], extra: 1 } }), /does not fit/);
	assert.throws(call({ json: {} }), /does not fit/);
	assert.throws(call({ headers: { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' } }), /media type/);
	assert.throws(call({ headers: { 'content-type': 'application/json' } }), /nosniff/);
	assert.throws(call({}, { path: '/api/v1/nothing' }), /not in api/);
	assert.throws(fault({ code: 'no_such_code' }));
	assert.throws(fault({ title: 'Please sign in first' }));
	assert.throws(fault({ next: '再试' }));
	assert.throws(fault({ current: null }));
	assert.equal(operation('POST', '/api/v1/cases/search').operationId, 'searchCases');
	assert.equal(operation('GET', '/api/v1/cases/330703-261123-A00042-N').operationId, 'getCase');
	assert.equal(scenes().length, 10);
});

// Wrong requests: each is refused with its code, says what to do in both languages, repeats
// nobody's data, and leaves the store as it was but for the record of the refusal.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import net from 'node:net';
import { started } from '../lib/instance.mjs';
import { act, getCase, itemOf, openScene, settle, still } from '../lib/cases.mjs';
import { scene, sceneCase } from '../lib/catalogue.mjs';
import { citizen, mistype, uscc } from '../lib/idents.mjs';
import { findAny, people } from '../lib/personal.mjs';
import { evidence, rows } from '../lib/store.mjs';
import { faults } from '../lib/faults.mjs';
import { uuid7 } from '../lib/uuid7.mjs';

const HOUR = 3600000;
const CASES = '/api/v1/cases';
const hash = 'a'.repeat(64);

let instance, values, as, own, foreign, used, verification, foreignVerification;

before(async () => {
	instance = await started();
	const { names, numbers } = people();
	values = [...names, ...numbers];
	const in330703 = ['u-1001', 'u-1007', 'u-2001', 'u-2002', 'u-3001', 'u-4001', 'u-5001', 'u-6003'];
	as = Object.fromEntries(await Promise.all([...in330703, 'u-1002', 'u-1005', 'u-2004'].map(async (u) => [u, await instance.client(u)])));
	as.nobody = await instance.client();
	as.stranger = await instance.client();
	as.stranger.cookie = `wzm_session=${'A'.repeat(43)}`;

	/* A case with something settled, something sent and something left to do. */
	own = await openScene(as['u-1001'], scene('HOUSE'));
	used = uuid7();
	await act(as['u-1001'], own, 'I-01384', 'query', {}, { key: used });
	own = await getCase(as['u-1001'], own.id);
	await act(as['u-1001'], own, 'I-01398', 'verification');
	own = await getCase(as['u-1001'], own.id);
	verification = itemOf(own, 'I-01398').verification.id;
	foreign = await settle(as['u-1005'], await openScene(as['u-1005'], scene('DRIVER')));
	foreignVerification = itemOf(foreign, 'I-00186').verification.id;
});
after(() => instance?.destroy());

/* ------------------------------------------------------------- what is wrong, and its code */

const good = () => sceneCase(scene('HOUSE'));
const open = (change, more = {}) => () => {
	const json = good();
	const other = change(json);
	return { user: 'u-1001', method: 'POST', path: CASES, json: other ?? json, key: true, ...more };
};
const raw = (body, more = {}) => () => ({ user: 'u-1001', method: 'POST', path: CASES, key: true, body,
	headers: { 'Content-Type': 'application/json' }, ...more });
const party = (i, change) => open((b) => { Object.assign(b.parties[i], change); });
const identifier = (type, number) => party(0, { identifier_type: type, identifier: number });
const enterprise = (number) => party(0, { kind: 'enterprise', identifier_type: 'uscc', identifier: number });
const on = (what, json, more = {}) => () => ({ user: 'u-1001', method: 'POST', path: `${CASES}/${own.id}/${what}`,
	json, key: true, ifMatch: own.version, ...more });
const get = (path, user = 'u-1001') => () => ({ user, path: typeof path === 'function' ? path() : path });
const onVerification = (what, json, more = {}) => () => ({ user: 'u-2001', method: 'POST',
	path: `/api/v1/verifications/${verification}/${what}`, json, key: true, ifMatch: '1', ...more });

const buyer = scene('HOUSE').parties[0].identifier;
const company = '91330703XX0000001';
const nested = (depth) => '{"matter":"M-0303","parties":[],"form":{"a":' + '['.repeat(depth) + ']'.repeat(depth) + '}}';

/** name, request, code, and what else must be true of the problem. */
const wrong = [
	/* JSON */
	['JSON that breaks off', raw('{"matter":"M-0303","parties":['), 'bad_json'],
	['JSON with something after it', raw('{"matter":"M-0303","parties":[],"form":{}} {}'), 'bad_json'],
	['JSON with a trailing comma', raw('{"matter":"M-0303",}'), 'bad_json'],
	['no body at all', raw(''), 'body_missing', { args: { empty: '{}' } }],
	['no body and no media type', raw('', { headers: {} }), 'body_missing'],
	['a list instead of an object', raw('[]'), 'bad_request'],
	['bytes that are not UTF-8', raw(Buffer.from([...Buffer.from('{"matter":"M-'), 0xff, 0xfe, ...Buffer.from('"}')])), 'bad_json'],
	['an overlong UTF-8 sequence', raw(Buffer.from([...Buffer.from('{"matter":"M-'), 0xc0, 0xaf, ...Buffer.from('"}')])), 'bad_json'],
	['half of a surrogate pair', raw('{"matter":"M-\\ud800"}'), 'bad_json'],
	['a NUL in a text', raw('{"matter":"M-\\u0000"}'), 'bad_json'],
	['a number that no machine holds', raw('{"matter":"M-0303","parties":[],"form":{"applicant_age":1e999}}'), 'bad_json'],
	['nesting deeper than 16', raw(nested(17)), 'bad_request'],
	['nesting deeper than any stack', raw(nested(20000)), 'bad_request'],
	['a body larger than the route takes', raw(`{"matter":"${'M'.repeat(2 << 20)}"}`), 'body_too_large'],
	['another media type', raw(JSON.stringify({ user: 'u-1001' }), { headers: { 'Content-Type': 'text/plain' } }), 'media_type'],
	['a form of a page', raw('matter=M-0303', { headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }), 'media_type'],
	['no media type', raw('{}', { headers: {} }), 'media_type'],

	/* Members */
	['an unknown member', open((b) => ({ ...b, colour: 'red' })), 'field_unknown', { field: 'colour' }],
	['an unknown member of a party', party(1, { age: 3 }), 'field_unknown', { field: 'parties[1].age' }],
	['a repeated member', raw('{"matter":"M-0303","matter":"M-0303","parties":[],"form":{}}'), 'field_repeated', { field: 'matter' }],
	['a repeated member further in', raw('{"matter":"M-0303","parties":[{"role":"applicant","role":"buyer"}],"form":{}}'), 'field_repeated'],
	['a repeated member by another spelling', raw('{"matter":"M-0303","m\\u0061tter":"M-0303","parties":[],"form":{}}'), 'field_repeated'],
	['a matter that is a number', open((b) => ({ ...b, matter: 303 })), 'field_type', { field: 'matter' }],
	['a matter that is null', open((b) => ({ ...b, matter: null })), 'field_missing', { field: 'matter' }],
	['parties that are an object', open((b) => ({ ...b, parties: {} })), 'field_type', { field: 'parties' }],
	['a party that is a text', open((b) => ({ ...b, parties: ['x'] })), 'field_type', { field: 'parties[0]' }],
	['a form that is a list', open((b) => ({ ...b, form: [] })), 'field_type', { field: 'form' }],
	['a name that is a number', party(0, { name: 5 }), 'field_type', { field: 'parties[0].name' }],
	['no matter', open((b) => { delete b.matter; }), 'field_missing', { field: 'matter' }],
	['no form', open((b) => { delete b.form; }), 'field_missing', { field: 'form' }],
	['a party without a role', open((b) => { delete b.parties[0].role; }), 'field_missing', { field: 'parties[0].role' }],
	['a channel that there is not', open((b) => ({ ...b, channel: 'pigeon' })), 'field_value', { field: 'channel' }],

	/* Idempotency-Key */
	['no key', open(() => {}, { key: undefined }), 'idempotency_key_missing'],
	['an old key', open(() => {}, { key: uuid7(Date.now() - 25 * HOUR) }), 'idempotency_key_invalid'],
	['a key of tomorrow', open(() => {}, { key: uuid7(Date.now() + 25 * HOUR) }), 'idempotency_key_invalid'],
	['a key that is a UUIDv4', open(() => {}, { key: '6c84fb90-12c4-41e1-840d-1e5c5b9a1b4b' }), 'idempotency_key_invalid'],
	['a key that is no UUID', open(() => {}, { key: 'again' }), 'idempotency_key_invalid'],
	['a key with something after it', open(() => {}, { key: `${uuid7()}0` }), 'idempotency_key_invalid'],
	['a key that was used for something else', open(() => {}, { key: () => used }), 'idempotency_key_reused'],

	/* If-Match */
	['no If-Match', on('settlement', {}, { ifMatch: undefined }), 'if_match_missing'],
	['an If-Match without quotes', on('settlement', {}, { ifMatch: undefined, headers: { 'If-Match': '3' } }), 'if_match_invalid', { field: 'If-Match' }],
	['an If-Match that is a word', on('settlement', {}, { ifMatch: 'x' }), 'if_match_invalid', { field: 'If-Match' }],
	['a weak If-Match', on('settlement', {}, { ifMatch: undefined, headers: { 'If-Match': 'W/"3"' } }), 'if_match_invalid', { field: 'If-Match' }],
	['an If-Match of yesterday', on('settlement', {}, { ifMatch: '1' }), 'version_stale'],
	['an If-Match of the future', on('settlement', {}, { ifMatch: '99999' }), 'version_wrong', { args: { seen: '99999' } }],
	['an If-Match beyond 64 bits', on('settlement', {}, { ifMatch: '99999999999999999999999' }), 'version_wrong'],
	['a verification\'s If-Match of the future', onVerification('answer', { answer: 'match', basis: 'x' }, { ifMatch: '7' }), 'version_wrong', { args: { seen: '7', now: '1' } }],
	['an If-Match of a source that nobody ever switched', () => ({ user: 'u-3001', method: 'PUT', path: '/api/v1/sources/DS-046', json: { state: 'off', reason: 'x' }, ifMatch: '2' }), 'version_wrong', { args: { seen: '2', now: '1' } }],

	/* Identifiers */
	['a citizen number that is too short', identifier('citizen_id', buyer.slice(0, 17)), 'ident_length', { field: 'parties[0].identifier' }],
	['a citizen number that is too long', identifier('citizen_id', buyer + '1'), 'ident_length'],
	['an empty citizen number', identifier('citizen_id', ''), 'field_missing', { field: 'parties[0].identifier' }],
	['a letter in a citizen number', identifier('citizen_id', buyer.slice(0, 8) + 'O' + buyer.slice(9)), 'ident_character', { args: { position: '9' } }],
	['a citizen number of no region', identifier('citizen_id', citizen('00' + buyer.slice(2, 17))), 'ident_region'],
	['the 30th of February', identifier('citizen_id', citizen(buyer.slice(0, 6) + '19900230' + buyer.slice(14, 17))), 'ident_date'],
	['a birthday in the future', identifier('citizen_id', citizen(buyer.slice(0, 6) + '20990101' + buyer.slice(14, 17))), 'ident_date'],
	['one wrong digit', identifier('citizen_id', mistype(buyer, 16)), 'ident_check'],
	['two digits that changed places', identifier('citizen_id', buyer.slice(0, 14) + buyer[15] + buyer[14] + buyer.slice(16)), 'ident_check'],
	['a kind of number that there is not', identifier('tax_number', buyer), 'ident_type'],
	['an enterprise code that is too short', enterprise(company), 'ident_length'],
	['an enterprise code with a letter that it never has', enterprise(uscc('9133070IXX0000001'.replace('I', '3')).replace(/0/, 'O')), 'ident_character'],
	['an enterprise code with a wrong check character', enterprise(mistype(uscc(company), 17)), 'ident_check'],
	['a birth certificate number of another form', identifier('birth_certificate', 'ZZ3300060'), 'ident_character'],
	['a birth certificate number that is too short', identifier('birth_certificate', 'Z3300'), 'ident_length'],
	['a residence card of no known kind', identifier('hkmt_residence', mistype(citizen('81000019900101001'), 17)), 'ident_check'],
	['a card of permanent residence that is too short', identifier('permanent_residence', 'USA3301'), 'ident_length'],
	['a passport with a sign in it', identifier('passport', 'E1234*678'), 'ident_character'],
	['an empty name', party(0, { name: '' }), 'field_missing', { field: 'parties[0].name' }],
	['a name of blanks', party(0, { name: '   ' }), 'field_missing', { field: 'parties[0].name' }],
	['a name of 51 characters', party(0, { name: '金'.repeat(51) }), 'name_invalid'],
	['a telephone number that is none', party(0, { phone: '12345' }), 'phone_invalid', { field: 'parties[0].phone' }],

	/* The list */
	['a matter that there is not', open((b) => ({ ...b, matter: 'M-9999' })), 'matter_unknown', { args: { matter: 'M-9999' } }],
	['a matter with a strange name', open((b) => ({ ...b, matter: "M-0303' OR '1'='1" })), 'matter_unknown'],
	['a division that there is not', open((b) => ({ ...b, division: '999999' })), 'division_unknown'],
	['a required party that is not there', open((b) => { b.parties.pop(); }), 'party_missing', { args: { role: 'seller' } }],
	['no party at all', open((b) => ({ ...b, parties: [] })), 'party_missing'],
	['a party in a role that the matter has not', party(1, { role: 'deceased' }), 'party_unknown'],
	['two sellers', open((b) => { b.parties[1].role = 'seller'; }), 'party_repeated'],
	['a form field that there is not', open((b) => { b.form.favourite_colour = 'red'; }), 'field_unknown', { field: 'favourite_colour' }],
	['a yes-or-no question answered with a text', open((b) => { b.form.has_agent = 'no'; }), 'field_type', { field: 'has_agent' }],
	['a choice that is not among the choices', open((b) => { b.form.marital_status = 'complicated'; }), 'field_value', { field: 'marital_status' }],
	['a whole number that is not whole', open((b) => { b.form.applicant_age = 41.5; }), 'field_type', { field: 'applicant_age' }],
	['a typed value for an item of another matter', open((b) => { b.asks[0].item = 'I-00001'; }), 'item_not_listed'],
	['a typed value for an input that is not typed', open((b) => { b.asks[0].input = 'owner_id'; }), 'field_unknown', { field: 'owner_id' }],
	['the same typed value twice', open((b) => { b.asks.push({ ...b.asks[0] }); }), 'field_repeated', { field: 'asks[1].input' }],
	['another typed value for the same input', open((b) => { b.asks.push({ ...b.asks[0], value: 'H33070300001' }); }), 'field_repeated', { field: 'asks[1].input' }],
	['the same typed value twice, among changed answers', () => ({ user: 'u-1001', method: 'PUT', path: `${CASES}/${own.id}/answers`,
		json: { form: good().form, asks: [good().asks[0], good().asks[0]] }, ifMatch: own.version }), 'field_repeated', { field: 'asks[1].input' }],
	['an item that is not on the list', on('items/I-00001/query', {}), 'item_not_listed', { args: { item: 'I-00001', matter: 'M-0303' } }],
	['an item that there is not', on('items/I-99999/query', {}), 'item_not_listed'],
	['an abolished item', on('items/I-01391/query', {}), 'item_cancelled'],
	['an item settled twice', on('items/I-01384/query', {}), 'item_settled'],
	['an item asked in a way that it has not', on('items/I-01384/commitment', { notice: hash, letter: hash, signer: 'buyer', agreed: true }), 'item_method'],
	['an item that does not apply', on('items/I-01388/query', {}), 'item_not_applicable'],
	['an item that is out with a colleague', on('items/I-01398/verification', {}), 'item_verifying'],
	['an end before the case was accepted', on('conclusion', { outcome: 'settled' }), 'case_not_accepted'],
	['an end that there is not', on('conclusion', { outcome: 'lost' }), 'field_value', { field: 'outcome' }],
	['a refusal without a reason', on('conclusion', { outcome: 'refused' }), 'field_missing', { field: 'reason' }],

	/* Who asks */
	['nobody signed in', open(() => {}, { user: 'nobody' }), 'sign_in'],
	['a cookie of nobody', open(() => {}, { user: 'stranger' }), 'sign_in'],
	['a case read by nobody', () => ({ user: 'nobody', path: `${CASES}/${own.id}` }), 'sign_in'],
	['a user that there is not', () => ({ user: 'nobody', method: 'PUT', path: '/api/v1/session', json: { user: 'u-9999' } }), 'user_unknown'],
	['signing in with more than the user', () => ({ user: 'nobody', method: 'PUT', path: '/api/v1/session', json: { user: 'u-1001', role: 'operator' } }), 'field_unknown'],
	['a verifier who opens a case', open(() => {}, { user: 'u-2001' }), 'not_allowed'],
	['a steward who opens a case', open(() => {}, { user: 'u-3001' }), 'not_allowed'],
	['an auditor who opens a case', open(() => {}, { user: 'u-6003' }), 'not_allowed'],
	['a clerk who switches a source', () => ({ user: 'u-1001', method: 'PUT', path: '/api/v1/sources/DS-046', json: { state: 'off', reason: 'x' }, ifMatch: '1' }), 'not_allowed'],
	['a clerk who answers a verification', onVerification('answer', { answer: 'match', basis: 'x' }, { user: 'u-1001' }), 'not_allowed'],
	['a reformer who reads the sources', get('/api/v1/sources', 'u-4001'), 'not_allowed'],
	['another division\'s case', () => ({ user: 'u-1001', path: `${CASES}/${foreign.id}` }), 'not_found'],
	['another division\'s case by its number', () => ({ user: 'u-1001', path: `${CASES}/${foreign.number}` }), 'not_found'],
	['another division\'s case, to change', () => ({ user: 'u-1001', method: 'POST', path: `${CASES}/${foreign.id}/settlement`, json: {}, key: true, ifMatch: '*' }), 'not_found'],
	['another division\'s records', () => ({ user: 'u-1002', path: `${CASES}/${own.id}/records` }), 'not_found'],
	['another agency\'s case', () => ({ user: 'u-1007', path: `${CASES}/${foreign.id}` }), 'not_found'],
	['another desk\'s verification', () => ({ user: 'u-2002', path: `/api/v1/verifications/${verification}` }), 'not_found'],
	['another desk\'s verification, to answer', onVerification('answer', { answer: 'match', basis: 'x' }, { user: 'u-2004' }), 'not_found'],
	['another division\'s verification', () => ({ user: 'u-2001', path: `/api/v1/verifications/${foreignVerification}` }), 'not_found'],
	['a case opened for another division', open((b) => ({ ...b, division: '330781' })), 'case_elsewhere', { field: 'matter' }],

	/* Verifications */
	['an answer that is none', onVerification('answer', { answer: 'perhaps', basis: 'x' }), 'field_value', { field: 'answer' }],
	['an answer without its basis', onVerification('answer', { answer: 'match', basis: '' }), 'basis_missing'],
	['something given back without a reason', onVerification('return', {}), 'field_missing', { field: 'reason' }],
	['an answer whose basis is blank', onVerification('answer', { answer: 'match', basis: ' \u3000\t' }), 'basis_missing'],
	['something given back for a blank reason', onVerification('return', { reason: '   ' }), 'field_missing', { field: 'reason' }],
	['a refusal for a blank reason', on('conclusion', { outcome: 'refused', reason: '  ' }), 'field_missing', { field: 'reason' }],
	['a source switched for a blank reason', () => ({ user: 'u-3001', method: 'PUT', path: '/api/v1/sources/DS-046', json: { state: 'off', reason: ' ' }, ifMatch: '1' }), 'field_missing', { field: 'reason' }],
	['a withdrawal without a reason', on('conclusion', { outcome: 'withdrawn' }), 'field_missing', { field: 'reason' }],
	['a note that is too long', on('items/I-01386/verification', { note: '长'.repeat(334) }), 'field_value', { field: 'note' }],
	['a basis that is too long', onVerification('answer', { answer: 'match', basis: '长'.repeat(1334) }), 'field_value', { field: 'basis' }],
	['thirteen parties', open((b) => { b.parties = Array(13).fill(b.parties[0]); }), 'field_value', { field: 'parties' }],
	['sixty-five typed values', open((b) => { b.asks = Array(65).fill(b.asks[0]); }), 'field_value', { field: 'asks' }],
	['a verification that there is not', get(`/api/v1/verifications/330703-${uuid7()}`, 'u-2001'), 'not_found'],

	/* Addresses, lists, transport */
	['a case that there is not', get(`${CASES}/330703-${uuid7()}`), 'not_found'],
	['a case by half a number', get(`${CASES}/330703`), 'not_found'],
	['an address that there is not', get('/api/v1/persons'), 'route_unknown'],
	['a version that there is not', get('/api/v2/inventory'), 'route_unknown'],
	['a method that the address has not', () => ({ user: 'u-1001', method: 'DELETE', path: `${CASES}/${own.id}` }), 'method_unknown'],
	['an import over the network', () => ({ user: 'u-3001', method: 'POST', path: '/api/v1/inventory/imports', json: { dir: '/' }, key: true }), 'route_unknown'],
	['records beyond the limit', () => ({ user: 'u-1001', path: `${CASES}/${own.id}/records?limit=201` }), 'field_value', { field: 'limit' }],
	['records from a cursor that somebody made up', () => ({ user: 'u-1001', path: `${CASES}/${own.id}/records?cursor=AAAA` }), 'field_value', { field: 'cursor' }],
	['a reason of blanks for asking again', on('items/I-01384/query', { again: ' \u3000' }), 'field_missing', { field: 'again' }],
	['a limit of nothing', get('/api/v1/matters?limit=0'), 'field_value', { field: 'limit' }],
	['a limit beyond the limit', get('/api/v1/matters?limit=201'), 'field_value', { field: 'limit' }],
	['a limit that is a word', get('/api/v1/matters?limit=ten'), ['field_value', 'field_type'], { field: 'limit' }],
	['a cursor that somebody made up', get('/api/v1/matters?cursor=AAAA'), 'field_value', { field: 'cursor' }],
	['a cursor in a search', () => ({ user: 'u-1001', method: 'POST', path: `${CASES}/search`, json: { cursor: '%%%' } }), 'field_value', { field: 'cursor' }],
	['a state that no case has', () => ({ user: 'u-1001', method: 'POST', path: `${CASES}/search`, json: { state: 'lost' } }), 'field_value', { field: 'state' }],
	['a search by name in the address', get('/api/v1/matters/M-9999'), 'matter_unknown'],
	['a source that there is not', () => ({ user: 'u-3001', method: 'PUT', path: '/api/v1/sources/DS-999', json: { state: 'off', reason: 'x' }, ifMatch: '1' }), 'source_unknown'],
	['another agency\'s source', () => ({ user: 'u-3001', method: 'PUT', path: '/api/v1/sources/DS-001', json: { state: 'off', reason: 'x' }, ifMatch: '1' }), 'not_found'],
	['a source that is neither on nor off', () => ({ user: 'u-3001', method: 'PUT', path: '/api/v1/sources/DS-046', json: { state: 'maybe', reason: 'x' }, ifMatch: '1' }), 'field_value'],
	['an answer that came through somebody else (X-Forwarded-For)', open(() => {}, { headers: { 'X-Forwarded-For': '203.0.113.9' } }), 'host_refused'],
	['an answer that came through somebody else (Forwarded)', open(() => {}, { headers: { Forwarded: 'for=203.0.113.9' } }), 'host_refused'],
	['another Host', open(() => {}, { headers: { Host: 'wzm.example.cn' } }), 'host_refused'],
	['another Host that begins like ours', open(() => {}, { headers: { Host: 'localhost.example.cn' } }), 'host_refused'],
	['a request from another site', open(() => {}, { headers: { Origin: 'https://other.example', 'Sec-Fetch-Site': 'cross-site' } }), 'cross_site'],
	['a request from another site, by its Origin alone', open(() => {}, { headers: { Origin: 'http://evil.example' } }), 'cross_site'],
	['a request from a page without an origin', open(() => {}, { headers: { Origin: 'null' } }), 'cross_site'],
	['a request from another port of this machine', open(() => {}, { headers: { Origin: 'http://localhost:1' } }), 'cross_site'],
	['a Host with a user in it', open(() => {}, { headers: { Host: 'localhost:80@evil' } }), 'host_refused'],
	['a Host whose port is no number', open(() => {}, { headers: { Host: 'localhost:x' } }), 'host_refused'],
	['an actor named over the network', open(() => {}, { user: 'nobody', headers: { 'Wzm-As': 'u-1001' } }), 'sign_in'],
	['headers without end', open(() => {}, { headers: { 'X-Long': 'x'.repeat(15500) } }), 'headers_too_large'],
];

/** Everything of the store that a refusal must leave alone. */
const contents = () => ['service_case', 'case_item', 'verification', 'source_state', 'dataset', 'inventory_version']
	.map((t) => [t, rows(instance.dir, `SELECT * FROM ${t} ORDER BY 1, 2`).map((r) => JSON.stringify(r))]);

describe('wrong requests', () => {
	let tables, size;
	before(() => {
		tables = contents();
		size = evidence(instance.dir).records.length;
	});

	for (const [name, make, codes, more = {}] of wrong)
		test(name, async () => {
			const answers = {};
			for (const lang of ['zh', 'en']) {
				const { user, ...request } = make();
				if (typeof request.key === 'function') request.key = request.key();
				const { status, json } = await as[user].send({ ...request, lang });
				assert.ok([codes].flat().includes(json.code), `${json.code} instead of ${codes}: ${JSON.stringify(json)}`);
				assert.equal(status, faults.get(json.code).status);
				for (const k of ['title', 'detail', 'next']) assert.ok(json[k].trim() !== '', `${k} says something`);
				if (more.field !== undefined) assert.equal(json.field, more.field);
				for (const [k, v] of Object.entries(more.args ?? {})) assert.equal(json.args[k], v, `argument ${k}`);
				const { current, ...rest } = json;
				assert.deepEqual(findAny(Buffer.from(JSON.stringify(rest)), values), [], 'nobody\'s data come back');
				answers[lang] = rest;
			}
			for (const k of ['title', 'detail', 'next'])
				assert.notEqual(answers.zh[k], answers.en[k], `${k} in the asked language`);
			assert.match(answers.zh.detail, /\p{Script=Han}/u);
			assert.doesNotMatch(answers.en.next, /\p{Script=Han}/u);
		});

	test('there are enough of them', () => assert.ok(wrong.length >= 40));

	test('leave everything as it was, but for the records of the refusals', async () => {
		for (const [i, [name, now]] of contents().entries())
			assert.deepEqual(now.filter((r) => !tables[i][1].includes(r)), [], `new or changed rows of ${name}`);
		assert.deepEqual(contents().map(([, r]) => r.length), tables.map(([, r]) => r.length));
		assert.deepEqual(still(await getCase(as['u-1001'], own.id)), still(own));
		const { records } = evidence(instance.dir);
		const added = records.slice(size).map((r) => r.type);
		assert.deepEqual([...new Set(added)].filter((t) => !['request.refused', 'strangers.refused'].includes(t)), [],
			'the tree grew by refusals only');
		assert.ok(added.includes('request.refused'), 'refusals are records');
		for (const r of records.slice(size)) {
			assert.ok(faults.has(r.json.code), `the refusal says its code: ${r.text}`);
			assert.deepEqual(findAny(Buffer.from(r.text), values), [], 'and nobody\'s data');
		}
	});
});

test('a stale change names who changed it and when, and shows how it is now', async () => {
	const clerk = as['u-1001'], colleague = as['u-1007'];
	const c = await openScene(clerk, scene('HOUSE'));
	await act(colleague, c, 'I-01384', 'query');
	const now = await getCase(clerk, c.id);
	for (const lang of ['zh', 'en']) {
		const p = await clerk.refused('version_stale', { method: 'POST', path: `${CASES}/${c.id}/items/I-01386/query`,
			json: {}, key: true, ifMatch: c.version, lang });
		assert.equal(p.args.who, now.changed_by.name);
		assert.equal(now.changed_by.id, 'u-1007');
		assert.ok(p.args.when.startsWith(now.changed_at.slice(0, 10)), p.args.when);
		assert.ok(p.args.when.includes(now.changed_at.slice(11, 16)), p.args.when);
		assert.equal(p.args.seen, String(c.version));
		assert.equal(p.args.now, String(now.version));
		assert.deepEqual(still(p.current), still((await clerk.send({ path: `${CASES}/${c.id}`, lang })).json));
	}
	const any = await clerk.post(`${CASES}/${c.id}/items/I-01386/query`, {}, { ifMatch: '*' });
	assert.equal(any.item.state, 'established', 'If-Match: * takes whatever version there is');
});

test('two clerks at the same moment: exactly one wins, every time', async () => {
	const clerks = [as['u-1001'], as['u-1007']];
	const lost = new Map();
	for (let round = 0; round < 20; round++) {
		const c = await openScene(clerks[0], scene('HOUSE'));
		const answers = await Promise.all(clerks.flatMap((clerk) => [0, 1].map(() => clerk.send({ method: 'POST', json: {}, key: true,
			path: `${CASES}/${c.id}/items/I-01384/query`, ifMatch: c.version }))));
		const won = answers.filter((a) => a.status === 200);
		assert.equal(won.length, 1, JSON.stringify(answers.map((a) => [a.status, a.json.code])));
		for (const a of answers.filter((x) => x.status !== 200)) {
			assert.ok(['version_stale', 'conflict'].includes(a.json.code), a.text);
			lost.set(a.json.code, (lost.get(a.json.code) ?? 0) + 1);
		}
		const now = await getCase(clerks[0], c.id);
		assert.equal(now.version, c.version + 1);
		assert.equal(itemOf(now, 'I-01384').answer.record, won[0].json.record.id);
		const { records } = await clerks[0].get(`${CASES}/${c.id}/records`);
		assert.equal(records.filter((r) => r.type === 'query.answered').length, 1, 'asked and recorded once');
	}
	console.log(`# lost as: ${[...lost].map(([k, n]) => `${k} ${n}`).join(', ')}`);
});

test('a verifier and a colleague at the same moment: one answer', async () => {
	const clerk = as['u-1005'], verifier = as['u-2004'];
	for (let round = 0; round < 10; round++) {
		const c = await settle(clerk, await openScene(clerk, scene('DRIVER')));
		const { id } = itemOf(c, 'I-00186').verification;
		const v = await verifier.get(`/api/v1/verifications/${id}`);
		const answers = await Promise.all(['match', 'mismatch', 'not_found'].map((answer) => verifier.send({ method: 'POST', key: true,
			path: `/api/v1/verifications/${id}/answer`, json: { answer, basis: '查' }, ifMatch: v.version })));
		const won = answers.filter((a) => a.status === 200);
		assert.equal(won.length, 1);
		assert.equal((await verifier.get(`/api/v1/verifications/${id}`)).answer, won[0].json.answer);
	}
});

/** Sends bytes as they are; gives what comes back before the end. */
const bytes = (text, wait = 3000) => new Promise((done) => {
	let got = '';
	const s = net.connect(instance.port, '127.0.0.1', () => s.write(text));
	s.setTimeout(wait, () => s.destroy());
	s.on('data', (d) => { got += d; });
	s.on('error', () => {});
	s.on('close', () => done(got));
});

test('bytes that are not HTTP do not hurt', async () => {
	const long = 'x'.repeat(5000);
	const noise = ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'GET\r\n\r\n', `GET /${long} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
		'POST /api/v1/cases HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n',
		'POST /api/v1/cases HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n',
		'POST /api/v1/cases HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nzzz',
		'POST /api/v1/cases HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n',
		'GET /%00 HTTP/1.1\r\nHost: localhost\r\n\r\n', 'GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n',
		`GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ${long.repeat(40)}\r\n\r\n`,
		'GET /api/v1/inventory HTTP/1.1\r\n\r\n'];
	for (const [i, got] of (await Promise.all(noise.map((text) => bytes(text, 2000)))).entries())
		assert.doesNotMatch(got, /^HTTP\/1\.[01] (2\d\d|500)/, JSON.stringify(noise[i].slice(0, 60)) + got.slice(0, 200));
	const outside = ['/../../../../etc/passwd', '/%2e%2e/%2e%2e/%2e%2e/etc/passwd', '/work/%2e%2e/%2e%2e/etc/passwd',
		'/..%2f..%2f..%2fetc%2fpasswd', '/.wzm.conf', '/wzm.conf', '//etc/passwd', '/work//etc/passwd'];
	for (const [i, got] of (await Promise.all(outside.map((path) =>
		bytes(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)))).entries())
		assert.doesNotMatch(got, /root:|demo *=/, outside[i]);
	assert.equal((await as.nobody.get('/api/v1/health')).status, 'ok');
});

test('every problem has its address, which explains it', async () => {
	for (const f of faults.values()) {
		const json = await as.nobody.get(`/problems/${f.code}`);
		assert.deepEqual(json, { code: f.code, kind: f.kind.toLowerCase(), status: f.status,
			zh: { title: f.zh, next: f.next_zh }, en: { title: f.en, next: f.next_en } });
	}
	await as.nobody.refused('route_unknown', { path: '/problems/never_heard_of' });
});

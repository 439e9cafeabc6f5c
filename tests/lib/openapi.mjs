// Holds every answer of the server against api/openapi.yaml.
import { readFileSync } from 'node:fs';
import assert from 'node:assert/strict';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { faults, fill } from './faults.mjs';
import { root } from './paths.mjs';

export const file = `${root}/api/openapi.yaml`;
export const doc = parse(readFileSync(file, 'utf8'));

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);

/* References inside a schema point to the document: give them its id. */
const rebase = (v) => Array.isArray(v) ? v.map(rebase) : v === null || typeof v !== 'object' ? v :
	Object.fromEntries(Object.entries(v).map(([k, x]) =>
		[k, k === '$ref' ? x.replace(/^#/, 'api#') : rebase(x)]));
ajv.addSchema({ $id: 'api', ...rebase({ components: doc.components }) });

/** The thing itself, or what its $ref points to. */
export function deref(v) {
	while (v?.$ref !== undefined)
		v = v.$ref.slice(2).split('/').reduce((o, k) =>
			o[k.replaceAll('~1', '/').replaceAll('~0', '~')], doc);
	return v;
}

const compiled = new Map();
export function validator(schema) {
	const key = JSON.stringify(schema);
	if (!compiled.has(key)) compiled.set(key, ajv.compile(rebase(schema)));
	return compiled.get(key);
}

/** Throws with every error when value does not fit schema. */
export function fits(schema, value, what) {
	const validate = validator(schema);
	if (!validate(value))
		assert.fail(`${what} does not fit api/openapi.yaml:\n` + validate.errors.map((e) =>
			`  ${e.instancePath || '/'} ${e.message} ${JSON.stringify(e.params)}`).join('\n') +
			`\n  in ${JSON.stringify(value).slice(0, 2000)}`);
}

const routes = Object.entries(doc.paths).map(([pattern, item]) => ({
	pattern, item, literal: pattern.replace(/\{[^}]*\}/g, '').length,
	/* A tile is named by what is left of the path, slashes and all. */
	re: new RegExp('^' + pattern.replace(/[.]/g, '\\.').replace('{tile}', '.+').replace(/\{[^}]*\}/g, '[^/]+') + '$'),
})).sort((a, b) => b.literal - a.literal);

/** The operation that a method and a path mean, or null. */
export function operation(method, path) {
	const route = routes.find((r) => r.re.test(path.split('?')[0]));
	const op = route?.item[method.toLowerCase()];
	return op === undefined ? null : { ...op, pattern: route.pattern, known: true };
}
export const pathKnown = (path) => routes.some((r) => r.re.test(path.split('?')[0]));

/** The request's body against the document: what the tests call right must be right. */
export function checkRequest(method, path, body) {
	const op = operation(method, path);
	assert.ok(op, `${method} ${path} is not in api/openapi.yaml`);
	const media = deref(op.requestBody)?.content?.['application/json'];
	assert.equal(media === undefined, body === undefined, `${method} ${path}: body or none`);
	if (media) fits(media.schema, body, `the request ${method} ${path}`);
}

/** What the table of faults promises of a problem. */
function checkProblem(p, status, path, lang) {
	const fault = faults.get(p.code);
	assert.ok(fault, `code ${p.code} is not in faults.def`);
	assert.equal(status, fault.status, `${p.code} has status ${fault.status}`);
	assert.equal(p.status, status);
	assert.equal(p.type, `/problems/${p.code}`);
	assert.equal(p.instance, path.split('?')[0]);
	assert.equal(p.title, fill(fault[lang], p.args), `the sentence of ${p.code}`);
	assert.equal(p.detail, p.title);
	assert.equal(p.next, fill(fault[`next_${lang}`], p.args), `the next step of ${p.code}`);
	assert.equal(p.error_number !== undefined, ['SYSTEM', 'BUG'].includes(fault.kind), 'an error number belongs to what the operator must repair');
	assert.equal(p.current !== undefined, ['version_stale', 'version_wrong'].includes(p.code), 'current belongs to 412');
	assert.equal(p.errors !== undefined, p.code === 'import_refused', 'errors belong to import_refused');
}

export const seen = new Map();	/* operationId -> statuses that the tests met */

/**
 * Checks an answer: {status, headers, text, json}.  What is not in the document (no such
 * path, no such method) must be a problem that says so.
 */
export function checkAnswer({ method, path, lang }, answer) {
	const what = `${method} ${path} -> ${answer.status}`;
	const type = (answer.headers['content-type'] ?? '').split(';')[0].trim();
	const op = operation(method, path);
	let response;

	if (op === null) {
		assert.ok([403, 404, 405, 414, 431, 503].includes(answer.status), `${what}: not in api/openapi.yaml`);
		response = { content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } };
	} else {
		response = deref(op.responses[String(answer.status)]);
		assert.ok(response, `${what} is not a status of ${op.operationId} in api/openapi.yaml: ${answer.text.slice(0, 500)}`);
		if (!seen.has(op.operationId)) seen.set(op.operationId, new Set());
		seen.get(op.operationId).add(answer.status);
	}
	for (const [name, ref] of Object.entries(response.headers ?? {})) {
		const header = deref(ref), value = answer.headers[name.toLowerCase()];
		if (header.required)
			assert.notEqual(value, undefined, `${what}: the header ${name} is missing`);
		if (value !== undefined)
			fits(header.schema, Array.isArray(value) ? value[0] : value, `${what}: the header ${name}`);
	}
	if (response.content === undefined) {
		assert.equal(answer.text, '', `${what} has no body`);
		return;
	}
	if (method === 'HEAD') return;
	/* Far beyond the limit the transport refuses by itself, before there is a request. */
	if ([414, 431].includes(answer.status) && type === '') return;
	const media = response.content[type];
	assert.ok(media, `${what}: media type ${type || '(none)'} instead of ${Object.keys(response.content)}`);
	assert.match(answer.headers['x-content-type-options'] ?? '', /^nosniff$/, `${what}: nosniff`);
	if (!type.endsWith('json')) return;
	assert.notEqual(answer.json, undefined, `${what}: not JSON: ${answer.text.slice(0, 200)}`);
	fits(media.schema, answer.json, what);
	if (type === 'application/problem+json')
		checkProblem(answer.json, answer.status, path, lang);
	else if (answer.headers.etag !== undefined) {
		const version = answer.json.version ?? answer.json.case?.version;
		assert.equal(answer.headers.etag, `"${version}"`, `${what}: ETag and version`);
	}
}

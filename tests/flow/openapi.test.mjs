// The document is right in itself: it lints, its examples fit, and it knows every fault.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { deref, doc, fits } from '../lib/openapi.mjs';
import { faults, fill } from '../lib/faults.mjs';

test('the document lints clean, without network or telemetry', () => {
	const r = spawnSync(process.execPath, [fileURLToPath(new URL('../lib/lint.mjs', import.meta.url))],
		{ encoding: 'utf8' });
	assert.equal(r.status, 0, r.stdout + r.stderr);
});

test('every example fits its schema', () => {
	let n = 0;
	const visit = (v, at) => {
		if (v === null || typeof v !== 'object') return;
		if (v.schema !== undefined) {
			const examples = [
				...('example' in v ? [['example', v.example]] : []),
				...Object.entries(v.examples ?? {}).map(([name, e]) => [name, deref(e).value]),
			];
			for (const [name, value] of examples) {
				fits(v.schema, value, `${at} ${name}`);
				n++;
			}
		}
		for (const [k, x] of Object.entries(v)) visit(x, `${at}/${k}`);
	};
	visit(doc, '');
	assert.ok(n >= 40, `only ${n} examples`);
});

test('every success with a body, and every request body, has an example', () => {
	for (const [path, item] of Object.entries(doc.paths))
		for (const method of ['get', 'put', 'post', 'delete']) {
			if (item[method] === undefined) continue;
			const op = item[method];
			const bodies = [deref(op.requestBody), ...Object.entries(op.responses)
				.filter(([status]) => status < 300).map(([, r]) => deref(r))];
			for (const body of bodies)
				for (const [type, media] of Object.entries(body?.content ?? {}))
					assert.ok(type === 'text/html' || media.schema?.format === 'binary' || 'example' in media || media.examples, `${method} ${path}: ${type}`);
		}
});

test('objects are closed: what is not described is not sent', () => {
	const visit = (v, at) => {
		if (v === null || typeof v !== 'object') return;
		if (v.type === 'object' && !at.includes('/example'))
			assert.notEqual(v.additionalProperties, undefined, `${at} leaves open what it may hold`);
		for (const [k, x] of Object.entries(v)) visit(x, `${at}/${k}`);
	};
	visit(doc, '');
});

test('the codes of problems are those of faults.def', () => {
	assert.deepEqual([...doc.components.schemas.ProblemCode.enum].sort(), [...faults.keys()].sort());
});

test('every sentence exists in both languages, with the same arguments', () => {
	const args = (t) => [...t.matchAll(/\{(\w+)\}/g)].map((m) => m[1].replace(/_(zh|en)$/, '')).sort();
	for (const f of faults.values()) {
		assert.deepEqual(args(f.zh), args(f.en), f.code);
		assert.deepEqual(args(f.next_zh), args(f.next_en), f.code);
		assert.notEqual(f.zh, f.en, f.code);
		for (const t of [f.zh, f.en, f.next_zh, f.next_en]) assert.ok(t.length > 0, f.code);
	}
});

test('the sentences of the example problems are those of faults.def', () => {
	let n = 0;
	const visit = (v) => {
		if (v === null || typeof v !== 'object') return;
		if (typeof v.code === 'string' && typeof v.title === 'string' && v.next && v.instance) {
			const f = faults.get(v.code);
			assert.equal(v.status, f.status);
			assert.ok([fill(f.zh, v.args), fill(f.en, v.args)].includes(v.title), v.title);
			n++;
		}
		for (const x of Object.values(v)) visit(x);
	};
	visit(doc);
	assert.ok(n >= 9);
});

// Two languages, one set of keys: none missing, none idle, the same arguments, a word for every code.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { readCsv } from '../lib/csv.mjs';
import { doc } from '../lib/openapi.mjs';
import { jinhua, root } from '../lib/paths.mjs';

const src = `${root}/web/src`;
const entries = (text) => new Map([...text.matchAll(/^\t"([^"]+)": "((?:[^"\\]|\\.)*)",$/gm)].map((m) => [m[1], m[2]]));
const read = (path) => readFileSync(`${src}/${path}`, 'utf8');
const [zhPublic, enPublic] = [0, 1].map((half) => entries(['messages', 'event.messages', 'form.messages', 'sign.messages'].map((file) => read(`public/${file}.ts`).split('export const en')[half]).join('\n')));
const [zhParts, enParts] = [0, 1].map((half) => entries(read('parts/messages.ts').split('const en')[half]));
const [zhScreen, enScreen] = [0, 1].map((half) => entries(read('screen/messages.ts').split('const en')[half]));
const [zhReceipt, enReceipt] = [0, 1].map((half) => entries(read('receipt/messages.ts').split('const en')[half]));
const catalogues = {
	receipt: { zh: zhReceipt, en: enReceipt, sources: ['receipt'] },
	screen: { zh: zhScreen, en: enScreen, sources: ['screen'] },
	parts: { zh: zhParts, en: enParts, sources: ['parts'] },
	public: { zh: zhPublic, en: enPublic, sources: ['public'] },
	work: { ...Object.fromEntries(['zh', 'en'].map((lang) => [lang, entries([`work/locales/${lang}`, `work/locales/joint.${lang}`, `lib/words.${lang}`, `work/locales/reform.${lang}`, `work/locales/agencies.${lang}`].map((file) => read(`${file}.ts`)).join('\n'))])), sources: ['work'] },
};
const code = (folder) => readdirSync(`${src}/${folder}`, { recursive: true }).filter((f) => /\.(vue|ts)$/.test(f) && !/locales|messages/.test(f))
	.map((f) => read(`${folder}/${f}`)).join('\n');

/* Every text that may be a key: plain strings, and templates whose holes may be anything. */
function used(text) {
	const plain = new Set([...text.matchAll(/["'`]([a-z][\w]*(?:\.[\w]+)*)["'`]/g)].map((m) => m[1]));
	const called = [...text.matchAll(/\bt\(\s*(?:[^"'`(),]*\?\s*)?["']([a-z][\w.]*)["']/g)].map((m) => m[1]);
	const shapes = [...text.matchAll(/`((?:[a-z_]+\.)+(?:[^`$]|\$\{[^}]*\})*)`/g)].filter((m) => m[1].includes('${'))
		.map((m) => new RegExp(`^${m[1].replace(/\./g, '\\.').replace(/\$\{[^}]*\}/g, '[\\w.]+')}$`));
	return { plain, called, shapes };
}

for (const [name, { zh, en, sources }] of Object.entries(catalogues)) {
	const { plain, called, shapes } = used(sources.map(code).join('\n'));

	test(`${name}: both languages have the same keys with the same arguments`, () => {
		assert.ok(zh.size > 15, `${zh.size} keys read`);
		assert.deepEqual([...zh.keys()].filter((key) => !en.has(key)), []);
		assert.deepEqual([...en.keys()].filter((key) => !zh.has(key)), []);
		const args = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort().join();
		assert.deepEqual([...zh].filter(([key, text]) => args(text) !== args(en.get(key))).map(([key]) => key), []);
	});
	test(`${name}: every key that the pages use exists`, () => {
		assert.ok(called.length > 10, `${called.length} calls found`);
		assert.deepEqual(called.filter((key) => !zh.has(key)), []);
		assert.deepEqual(shapes.filter((shape) => ![...zh.keys()].some((key) => shape.test(key))).map(String), []);
	});
	test(`${name}: no key stands idle`, () => {
		assert.deepEqual([...zh.keys()].filter((key) => !plain.has(key) && !shapes.some((shape) => shape.test(key))), []);
	});
	test(`${name}: Chinese is written with full-width punctuation`, () => {
		assert.deepEqual([...zh].filter(([, text]) => /[\u4e00-\u9fff][,:;?!]|[,;?!][\u4e00-\u9fff]/.test(text)), []);
	});
}

test('every reason of a step has words, on the pages and in the command', () => {
	const { zh, en } = catalogues.work, reasons = doc.components.schemas.StepReason.enum;
	const command = new Map([...readFileSync(`${root}/src/cli/words.c`, 'utf8').matchAll(/\{ "step", "(\w+)", \{ "([^"]+)", "([^"]+)" \} \}/g)].map((m) => [m[1], m]));
	assert.ok(reasons.length > 15);
	assert.deepEqual(reasons.filter((code) => !zh.has(`reason.${code}`) || !en.has(`reason.${code}`)), []);
	assert.deepEqual(reasons.filter((code) => !command.has(code)), []);
});

test('the codes of forms and sources have words, and their fields labels', () => {
	const { zh } = catalogues.work;
	const word = (field, value) => zh.has(`value.${field}.${value}`) || zh.has(`value.any.${value}`);
	const missing = [];
	for (const field of readCsv(`${jinhua}/form_fields.csv`))
		for (const value of field.values.split('|').filter((v) => v !== ''))
			if (!word(field.name, value))
				missing.push(`${field.name}=${value}`);
	for (const service of readCsv(`${jinhua}/data_services.csv`))
		for (const field of `${service.input_fields};${service.output_fields}`.split(';')) {
			const [, name, values] = /^(\w+):(?:enum\(([^)]*)\)|.*)$/.exec(field);
			if (!zh.has(`output.${name}`))
				missing.push(`label of ${name}`);
			for (const value of values?.split('|') ?? [])
				if (!word(name, value) && !/^[A-Z]$/.test(value))	/* a grade is its own word */
					missing.push(`${name}=${value}`);
		}
	assert.deepEqual([...new Set(missing)], []);
});

test('what the steps of life events give, and what their forms ask, has words', () => {
	const { zh } = catalogues.work, missing = [];
	for (const event of JSON.parse(readFileSync(`${jinhua}/life_events.json`, 'utf8'))) {
		for (const step of event.steps) missing.push(...step.outputs.filter((name) => !zh.has(`output.${name}`)));
		for (const field of event.form) {
			if (!zh.has(`output.${field.name}`)) missing.push(field.name);
			missing.push(...(field.validation?.values ?? []).filter((v) => /^\w+$/.test(v) && !zh.has(`value.${field.name}.${v}`) && !zh.has(`value.any.${v}`)));
		}
	}
	assert.deepEqual([...new Set(missing)], []);
});

test('every input of a data service has a word on slips, the same as on the pages', () => {
	const words = new Map([...readFileSync(`${root}/src/svc/cases/inputs.def`, 'utf8').matchAll(/^INPUT\("(.*?)", "(.*?)", "(.*?)"\)$/gm)].map(([, name, ...says]) => [name, says]));
	const inputs = new Set(readCsv(`${jinhua}/data_services.csv`).flatMap((s) => s.input_fields.split(';')).filter(Boolean).map((f) => f.split(':')[0]));
	assert.deepEqual([...words.keys()].sort(), [...inputs].sort());
	for (const [name, says] of words)
		assert.deepEqual(says, [catalogues.work.zh.get(`output.${name}`), catalogues.work.en.get(`output.${name}`)], name);
});

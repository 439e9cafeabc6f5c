// Links and file names in documents lead somewhere; both READMEs agree; words are spelled as in the code.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import test from 'node:test';
import { blocks, files, prose, read, top } from './documents.mjs';

const documents = files().filter((f) => f.endsWith('.md') && existsSync(join(top, f)));
const exists = (path) => existsSync(join(top, path));

// As the repository's host makes them: lower case, no punctuation, hyphens for spaces.
const anchor = (heading) => heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').trim().replace(/\s/g, '-');
const anchors = (path) => [...prose(read(path)).matchAll(/^#+ (.*)$/gm)].map((m) => anchor(m[1]));

test('there are documents', () => {
	for (const name of ['README.md', 'README.zh-CN.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'LICENSE'])
		assert.ok(exists(name), name);
	assert.ok(documents.length >= 10, `only ${documents.length}`);
});

test('every link between documents leads to a file and a heading that are there', () => {
	const dead = [];
	for (const doc of documents) {
		for (const [, target] of prose(read(doc)).matchAll(/\]\(([^)\s]+)\)/g)) {
			if (/^[a-z]+:/.test(target))
				continue;
			const [path, heading] = target.split('#');
			const file = path === '' ? doc : normalize(join(dirname(doc), path));
			if (!exists(file) || (heading && !anchors(file).includes(decodeURIComponent(heading))))
				dead.push(`${doc}: ${target}`);
		}
	}
	assert.deepEqual(dead, []);
});

test('every file that a document names in passing is there', () => {
	// Folders of the project; build-*, .tools and instance are made by running it.
	const ours = /^(?:\.ci|api|bench|docs|examples|include|man|src|tests|tools|web)\//;
	const dead = [];
	for (const doc of documents) {
		for (const [, quoted, bare] of prose(read(doc)).matchAll(/`([^`\n]+)`|(?<![\w/:])([\w./-]+\.md)\b/g)) {
			const name = quoted ?? bare;
			const path = name.replace(/^\.\//, '').replace(/[\/,;:]$/, '');
			const beside = join(dirname(doc), path);
			if (/[\s<>*{}]|[A-Z]{4,}/.test(path) || path.startsWith('web/dist') || path.includes('node_modules'))
				continue;
			if ((ours.test(path) || /^[\w./-]+\.md$/.test(path)) && !exists(path) && !exists(beside))
				dead.push(`${doc}: ${name}`);
		}
	}
	assert.deepEqual(dead, []);
});

test('files named in the comments of the code are there', () => {
	const dead = [];
	for (const file of files().filter((f) => /^(?:src|tests|tools|web\/src)\/.*\.(?:[ch]|def|mjs|ts|vue|sql|build)$|^meson/.test(f))) {
		for (const [name] of (exists(file) ? read(file) : '').matchAll(/\bdocs\/[\w.-]+\b/g))
			if (!exists(name) && !exists(`tests/${name}`))
				dead.push(`${file}: ${name}`);
	}
	assert.deepEqual(dead, []);
});

test('both READMEs have the same sections and the same commands', () => {
	const [en, zh] = [read('README.md'), read('README.zh-CN.md')];
	const shape = (text) => [...prose(text).matchAll(/^(#+) /gm)].map((m) => m[1]);
	const commands = (text) => blocks(text).filter((b) => b.language === 'sh').map((b) => b.text);
	assert.deepEqual(shape(zh), shape(en));
	assert.deepEqual(commands(zh), commands(en));
	assert.ok(commands(en).length > 0);
});

test('every block of a document says what it is', () => {
	for (const doc of documents.filter((f) => !f.startsWith('examples/')))
		for (const b of blocks(read(doc)))
			assert.match(b.language, /^(?:sh|text|c|json|sql|ini)$/, `${doc}:${b.line}`);
});

test('the glossary spells every identifier as the code does', () => {
	const code = files().filter((f) => /^(?:src|api|examples)\//.test(f) && /\.(?:[ch]|def|yaml|csv)$/.test(f) && exists(f)
	    && !f.includes('/registry/') && !f.includes('/county_lists/')).map(read).join('\n');
	const known = new Set(code.match(/\w+/g));
	const rows = [...read('docs/glossary.md').matchAll(/^\|.*\|$/gm)].map((m) => m[0]);
	const words = rows.flatMap((row) => [...row.matchAll(/`(\w+)`/g)].map((m) => m[1]));
	assert.ok(words.length > 50, `only ${words.length}`);
	assert.deepEqual(words.filter((w) => !known.has(w)), []);
});

test('every row of the glossary has Chinese and English', () => {
	for (const [, zh, en] of read('docs/glossary.md').matchAll(/^\| (.*?) \| (.*?) \|/gm)) {
		assert.match(zh, /\p{Script=Han}/u);
		assert.match(en, /[a-zA-Z]|^English$/);
	}
});

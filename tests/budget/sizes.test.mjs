// What a browser must fetch before a page can be used, gzip, scripts and styles together.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { BUDGETS, dist, firstLoad, KB } from './sizes.mjs';

for (const [page, budget] of BUDGETS) {
	test(`the first load of ${page} is at most ${budget / KB} kB`, (t) => {
		const files = firstLoad(page);
		const size = (f) => gzipSync(readFileSync(join(dist, f)), { level: 9 }).length;
		const total = [page, ...files].reduce((sum, f) => sum + size(f), 0);
		t.diagnostic(`${page}: ${(total / KB).toFixed(1)} kB in ${files.length} files`);
		assert.ok(files.some((f) => f.endsWith('.js')), 'no script found');
		assert.ok(files.some((f) => f.endsWith('.css')), 'no style found');
		assert.ok(total <= budget, files.map((f) => `${f} ${size(f)}`).join('\n'));
	});
}

/* What one page of the public entry brings besides, with what that imports. */
function laterOf(first) {
	const later = new Map();
	for (const file of first.filter((f) => f.endsWith('.js'))) {
		const code = readFileSync(join(dist, file), 'utf8');
		for (const [, name] of code.matchAll(/["'`](?:\.\/|\/?assets\/)([\w-]+\.js)["'`]/g)) {
			const page = /^(\w+)-/.exec(name)?.[1] ?? name;
			if (!first.includes(`assets/${name}`)) later.set(page, closure(`assets/${name}`, first));
		}
	}
	return later;
}

/* A script, what it imports at once, and the styles that come with those. */
function closure(file, without) {
	const seen = new Set(without), add = (name) => {
		if (seen.has(name)) return;
		seen.add(name);
		const code = readFileSync(join(dist, name), 'utf8');
		for (const [, target] of code.matchAll(/\b(?:import|export)\b[^"'`;()]*?["']\.\/([\w-]+\.js)["']/g)) add(`assets/${target}`);
	};
	add(file);
	return [...seen];
}

test('whichever public page somebody opens first, script, style and page are at most 100 kB', (t) => {
	const first = firstLoad('index.html'), size = (f) => gzipSync(readFileSync(join(dist, f)), { level: 9 }).length;
	const pages = [...laterOf(first)].filter(([page]) => page.endsWith('Page'));
	/* Every style of the entry is counted with every page: which come with which the scripts do not say simply. */
	const styles = new Set();
	for (const file of pages.flatMap(([, files]) => files).filter((f) => f.endsWith('.js')))
		for (const [, css] of readFileSync(join(dist, file), 'utf8').matchAll(/["'`]\/?(assets\/[\w-]+\.css)["'`]/g)) styles.add(css);
	for (const name of ['ProgressPage', 'ConfirmPage', 'EventPage', 'ComplaintPage', 'FormPage']) assert.ok(pages.some(([page]) => page === name), `${name} is counted`);
	/* Of the words that the form asks for those of one language come, and the longer ones count. */
	const words = readdirSync(join(dist, 'assets')).filter((f) => /^words\.\w+-.*\.js$/.test(f)).map((f) => `assets/${f}`)
		.sort((a, b) => size(b) - size(a)).slice(0, 1);
	for (const [page, files] of pages) {
		const all = new Set([...files, ...styles, ...(page === 'FormPage' ? words : []), 'index.html']);
		const total = [...all].reduce((sum, f) => sum + size(f), 0);
		t.diagnostic(`${page}: ${(total / KB).toFixed(1)} kB in ${all.size} files`);
		assert.ok(total <= 100 * KB, `${page}: ${[...all].map((f) => `${f} ${size(f)}`).join('\n')}`);
	}
});

// What a browser must fetch before a page can be used, gzip, scripts and styles together.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const dist = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'web', 'dist');
const KB = 1000;

// The scripts and styles of a page, and whatever those import at once (lazy imports do not count).
function firstLoad(page) {
	const seen = new Set();
	const add = (from, ref) => {
		if (/^(?:https?:|data:|\/\/)/.test(ref))
			assert.fail(`${page} fetches from elsewhere: ${ref}`);
		const file = ref.startsWith('/') ? ref.slice(1) : normalize(join(dirname(from), ref));
		if (!/\.(?:js|css)$/.test(file) || seen.has(file))
			return;
		assert.ok(existsSync(join(dist, file)), `${from} names ${ref}, which is not there`);
		seen.add(file);
		if (!file.endsWith('.js'))
			return;
		const code = readFileSync(join(dist, file), 'utf8');
		for (const [, target] of code.matchAll(/\b(?:import|export)\b[^"'`;()]*?["']([^"'`]+\.js)["']/g))
			add(file, target);
	};
	const html = readFileSync(join(dist, page), 'utf8');
	for (const [, ref] of html.matchAll(/<(?:script|link)\b[^>]*?\b(?:src|href)="([^"]+)"/g))
		add(page, ref);
	return [...seen];
}

for (const [page, budget] of [['index.html', 100 * KB], ['work/index.html', 250 * KB]]) {
	test(`the first load of ${page} is at most ${budget / KB} kB`, (t) => {
		const files = firstLoad(page);
		const size = (f) => gzipSync(readFileSync(join(dist, f)), { level: 9 }).length;
		const total = files.reduce((sum, f) => sum + size(f), 0);
		t.diagnostic(`${page}: ${(total / KB).toFixed(1)} kB in ${files.length} files`);
		assert.ok(files.some((f) => f.endsWith('.js')), 'no script found');
		assert.ok(files.some((f) => f.endsWith('.css')), 'no style found');
		assert.ok(total <= budget, files.map((f) => `${f} ${size(f)}`).join('\n'));
	});
}

test('all pages of the public entry together, those that come later as well, are at most 100 kB', (t) => {
	const first = firstLoad('index.html'), all = new Set(first);
	for (const file of first.filter((f) => f.endsWith('.js')))
		for (const [, later] of readFileSync(join(dist, file), 'utf8').matchAll(/["'](assets\/[\w-]+\.(?:js|css))["']/g))
			all.add(later);
	const total = [...all].reduce((sum, f) => sum + gzipSync(readFileSync(join(dist, f)), { level: 9 }).length, 0);
	t.diagnostic(`${(total / KB).toFixed(1)} kB in ${all.size} files`);
	for (const page of ['ProgressPage', 'ConfirmPage', 'EventPage', 'ComplaintPage']) assert.ok([...all].some((f) => f.includes(`/${page}-`)), `${page} is counted`);
	assert.ok(total <= 100 * KB, [...all].join('\n'));
});

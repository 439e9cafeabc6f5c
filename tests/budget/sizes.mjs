// What a browser must fetch before a page can be used, gzip, scripts and styles together (docs/decisions.md 20).
// Run by the build of the pages, which fails above a budget, and by the tests.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

export const dist = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'web', 'dist');
export const KB = 1000;

// The scripts and styles of a page, and whatever those import at once (lazy imports do not count).
export function firstLoad(page) {
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

export const size = (files) => files.reduce((sum, f) => sum + gzipSync(readFileSync(join(dist, f)), { level: 9 }).length, 0);
/* The pages that nobody works with have the budget of the workbench, whose parts they show. */
export const BUDGETS = [['index.html', 100 * KB], ['work/index.html', 250 * KB], ['screen/index.html', 100 * KB], ['receipt/index.html', 100 * KB], ['design/index.html', 250 * KB]];

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	for (const [page, budget] of BUDGETS) {
		const total = size(firstLoad(page));
		console.log(`${page.padEnd(20)} ${(total / KB).toFixed(1).padStart(6)} of ${budget / KB} kB (gzip, first load)`);
		if (total > budget)
			process.exitCode = 1;
	}
}

// Each row of docs/faults.md names a test that is there.
import assert from 'node:assert/strict';
import test from 'node:test';
import { read } from './documents.mjs';

test('what docs/faults.md says is held by tests that are there', () => {
	const rows = [...read('docs/faults.md').matchAll(/^\|.*\| `(tests\/flow\/[\w.-]+)`: (.*) \|$/gm)];
	const lines = read('docs/faults.md').split('\n').filter((l) => l.startsWith('| ') && !l.includes(' | held by |'));
	assert.equal(rows.length, lines.length, 'every row names its test');
	assert.ok(rows.length >= 12);
	for (const [, file, title] of rows)
		assert.ok(read(file).replaceAll("\\'", "'").includes(`test('${title}'`), `${file}: ${title}`);
});

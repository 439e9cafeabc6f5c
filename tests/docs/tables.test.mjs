// docs/inventory-files.md names every table and column that the program knows, and no other.
import assert from 'node:assert/strict';
import test from 'node:test';
import { read } from './documents.mjs';

const source = read('src/flow/inventory_columns.c');
const files = new Map([...source.matchAll(/\[SHEET_(\w+)\] = "(\w+)\.csv"/g)].map((m) => [m[1], m[2]]));

test('the tables of docs/inventory-files.md are those of the program', () => {
	const want = [...source.matchAll(/\[SHEET_(\w+)\] = \{ "([^"]+)", (?:NULL|"([^"]+)"), COLUMNS\((\w+)\)/g)].map(([, id, zh, also, array]) => {
		const from = source.indexOf(`struct column ${array}[]`), columns = source.slice(from, source.indexOf('};', from));
		return [zh, files.get(id), also, [...columns.matchAll(/= \{ .name = "(\w+)", "([^"]+)", CELL_/g)].map((m) => [m[2], m[1]])];
	});
	const parts = read('docs/inventory-files.md').split(/^### /m).slice(1);
	const said = parts.map((part) => {
		const [, zh, name, also] = /^(\S+) `(\w+)`(?: \(.*called (\S+)\))?$/m.exec(part);
		return [zh, name, also, [...part.split('\n## ')[0].matchAll(/^\| (\S+) \| `(\w+)` \|/gm)].map((m) => [m[1], m[2]])];
	});
	assert.equal(want.length, 14);
	assert.ok(want.every((t) => t[3].length > 0));
	assert.deepEqual(said, want);
});

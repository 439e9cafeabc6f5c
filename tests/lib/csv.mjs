// RFC 4180, enough for the reference data; written apart from the program's reader.
import { readFileSync } from 'node:fs';

/** Rows of fields, the header first. */
export function parseCsv(text) {
	const rows = [];
	let row = [], cell = '', quoted = false;
	for (let i = 0; i < text.length; i++) {
		const c = text[i];
		if (quoted) {
			if (c !== '"') cell += c;
			else if (text[i + 1] === '"') { cell += '"'; i++; }
			else quoted = false;
		} else if (c === '"') quoted = true;
		else if (c === ',') { row.push(cell); cell = ''; }
		else if (c === '\n') { row.push(cell); rows.push(row); row = []; cell = ''; }
		else if (c !== '\r') cell += c;
	}
	if (cell !== '' || row.length > 0) { row.push(cell); rows.push(row); }
	return rows;
}

/** Rows as objects by column name. */
export function readCsv(path) {
	const [head, ...rows] = parseCsv(readFileSync(path, 'utf8'));
	return rows.map((r) => Object.fromEntries(head.map((name, i) => [name, r[i] ?? ''])));
}

export const formatCsv = (rows) => rows.map((r) => r.map((v) =>
	/[",\n\r]/.test(v) ? `"${v.replaceAll('"', '""')}"` : v).join(',') + '\n').join('');

// The people of the demonstration: what must not appear where personal data must not be.
import { readFileSync, readdirSync } from 'node:fs';
import { readCsv } from './csv.mjs';
import { jinhua, registry } from './paths.mjs';
import { scenes } from './catalogue.mjs';

const NAME = /^(name|former_name|legal_rep_name|.*_name)$/;
const NUMBER = /(id_number|_id|^uscc|cert_number|account|plate_number|permit_number|record_number|contract_number|registration_number|voucher_number|student_number|^address|hukou_address|household_code)$/;

/**
 * {names, numbers, excluded}: every name and number of the registry and the scenes.
 * A name that is also in the catalogue (or is one character of it) says nothing when it is
 * found; those are left out and counted.
 */
export function people() {
	const names = new Set(), numbers = new Set();
	for (const file of readdirSync(registry).filter((f) => f.endsWith('.csv')))
		for (const row of readCsv(`${registry}/${file}`))
			for (const [column, value] of Object.entries(row)) {
				if (NAME.test(column)) names.add(value);
				else if (NUMBER.test(column)) numbers.add(value);
			}
	for (const s of scenes()) {
		for (const p of s.parties) { names.add(p.name); numbers.add(p.identifier); }
		for (const a of s.asks) numbers.add(a.value);
	}
	names.delete('');
	numbers.delete('');
	const catalogue = readdirSync(jinhua).filter((f) => f.endsWith('.csv') && f !== 'commitments_breach.csv')
		.map((f) => readFileSync(`${jinhua}/${f}`));
	const excluded = [...findAny(Buffer.concat(catalogue), [...names, ...numbers]), ...[...names].filter((v) => v.length < 2)];
	for (const v of excluded) { names.delete(v); numbers.delete(v); }
	return { names: [...names], numbers: [...numbers], excluded };
}

/**
 * Finds any of the values in bytes: one pass with a table by their first bytes, so that
 * thousands of values in tens of megabytes take a second or two.  Gives the values found.
 */
export function findAny(bytes, values) {
	/* First 4 bytes -> { short values, long values by their first 12 bytes }. */
	const table = new Map(), found = new Set(), HEAD = 12;
	for (const v of values) {
		const b = Buffer.from(v, 'utf8');
		if (b.length < 4) continue;	/* a single character says nothing */
		const key = b.readUInt32LE(0);
		if (!table.has(key)) table.set(key, { short: [], long: new Map() });
		const { short, long } = table.get(key), head = b.toString('latin1', 0, HEAD);
		if (b.length < HEAD) short.push([v, b]);
		else if (long.has(head)) long.get(head).push([v, b]);
		else long.set(head, [[v, b]]);
	}
	/* Not every 4 bytes are worth a look in the map: a bitmap of their hashes first. */
	const bits = new Uint8Array(1 << 24), slot = (k) => (Math.imul(k, 0x9E3779B1) >>> 8);
	for (const k of table.keys()) bits[slot(k)] = 1;
	const test = (list, i) => {
		for (const [v, b] of list)
			if (bytes.compare(b, 0, b.length, i, Math.min(i + b.length, bytes.length)) === 0) found.add(v);
	};
	for (let i = 0; i + 4 <= bytes.length; i++) {
		const key = (bytes[i] | bytes[i + 1] << 8 | bytes[i + 2] << 16 | bytes[i + 3] << 24) >>> 0;
		if (bits[slot(key)] === 0) continue;
		const group = table.get(key);
		if (group === undefined) continue;
		test(group.short, i);
		if (group.long.size > 0)
			test(group.long.get(bytes.toString('latin1', i, i + HEAD)) ?? [], i);
	}
	return [...found];
}

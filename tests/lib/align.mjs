// Lists of counties, handed in and worked on, as the tests of the alignment need them.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { formatCsv, readCsv } from './csv.mjs';
import { must } from './instance.mjs';
import { jinhua } from './paths.mjs';

export const lists = `${jinhua}/county_lists`;
export const counties = readdirSync(lists).map((f) => f.slice(0, 6)).sort();
export const kinds = ['missing', 'extra', 'matter_name', 'proof_name', 'method'];
export const states = ['open', 'adopt', 'keep', 'propose', 'gone'];
export const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
export const bytes = (county) => readFileSync(`${lists}/${county}.csv`);
/** The rows of a list as it came, and rows as a file. */
export const rowsOf = (county) => readCsv(`${lists}/${county}.csv`);
export const csv = (rows) => formatCsv([Object.keys(rows[0]), ...rows.map(Object.values)]);

export const ROUNDS = '/api/v1/align/rounds';
const CSV = { 'Content-Type': 'text/csv' };
export const putRequest = (county, body = bytes(county), { name, type = CSV, ...rest } = {}) => ({ method: 'PUT',
	path: `/api/v1/align/lists/${county}${name ? `?name=${encodeURIComponent(name)}` : ''}`, body, headers: type, ...rest });
export async function handIn(who, county, body, options) {
	const a = await who.send(putRequest(county, body, options));
	assert.equal(a.status, 200, a.text.slice(0, 800));
	return a.json;
}

/** All differences of a round that a query finds, page by page. */
export async function differences(who, round, query = {}, limit = 200) {
	const all = [];
	for (let next; next !== null;) {
		const at = new URLSearchParams({ ...query, limit, ...(next ? { cursor: next } : {}) });
		const page = await who.get(`${ROUNDS}/${round}/differences?${at}`);
		all.push(...page.differences);
		next = page.next;
	}
	return all;
}

export class Round {
	constructor(number) { this.number = number; }
	at(d, what = '') { return `${ROUNDS}/${this.number}/differences/${d.id ?? d}${what && `/${what}`}`; }
	get(who, d) { return who.get(this.at(d)); }
	all(who, query, limit) { return differences(who, this.number, query, limit); }
	decide(who, d, decision, rest = {}, options = {}) {
		return who.post(this.at(d, 'decision'), { decision, ...rest }, { ifMatch: d.version, ...options });
	}
	undo(who, d) { return who.post(this.at(d, 'undo'), {}, { ifMatch: d.version }); }
	assign(who, d, json) { return who.ok('PUT', this.at(d, 'assignment'), { json, ifMatch: d.version }); }
	comment(who, d, text) { return who.post(this.at(d, 'comments'), { text }); }
	bulk(who, json, options) { return who.post(`${ROUNDS}/${this.number}/decisions`, json, options); }
	show(who) { return who.get(`${ROUNDS}/${this.number}`); }
	async close(who, json = {}, options = {}) {
		return who.post(`${ROUNDS}/${this.number}/closure`, json, { ifMatch: (await this.show(who)).version, ...options });
	}
	async reopen(who, reason, closes = '2099-12-31') {
		return who.post(`${ROUNDS}/${this.number}/reopening`, { reason, closes }, { ifMatch: (await this.show(who)).version });
	}
}
export async function openRound(who, json = {}) {
	return new Round((await who.post(ROUNDS, { title: '第一轮', closes: '2099-12-31', ...json }, { status: 201 })).round);
}

/** The city's list with one item changed, as a draft: its version. */
export function draftInventory(instance, code, change) {
	const dir = mkdtempSync(`${tmpdir()}/wzm-inventory-`), items = readCsv(`${jinhua}/items.csv`);
	try {
		for (const f of readdirSync(jinhua).filter((f) => (f.endsWith('.csv') || f === 'life_events.json') && f !== 'items.csv')) symlinkSync(`${jinhua}/${f}`, `${dir}/${f}`);
		writeFileSync(`${dir}/items.csv`, formatCsv([Object.keys(items[0]), ...items.map((i) => Object.values(i.code === code ? { ...i, ...change } : i))]));
		return JSON.parse(must(['import', 'inventory', dir, '-d', instance.dir, '--json']).stdout).version;
	} finally {
		rmSync(dir, { recursive: true, force: true });
	}
}

/** Wholeness as the decision record defines it, from the counts alone. */
export const permille = ({ same, of }) => of === 0 ? 1000 : Math.floor(same * 1000 / of);
export const line = (matrix, county) => matrix.divisions.find((d) => d.division.code === county);

/** A round with something of everything, for those who look at what is kept. */
export async function runAlign(instance) {
	const city = await instance.client('u-4001'), wuyi = await instance.client('u-4002'), county = '330723';
	await city.ok('PUT', `/api/v1/align/scope/${county}/330700-ZG`, { json: { runs: 'county' } });
	await handIn(wuyi, county);
	const round = await openRound(city), [a, b] = await round.all(wuyi, { kind: 'extra' });
	await round.decide(wuyi, a, 'keep', { reason: '本县另有规定', basis: '《浙江省公共数据条例》第三条' });
	await round.assign(wuyi, b, { user: 'u-4002', until: '2099-01-01' });
	await handIn(wuyi, county, csv(rowsOf(county).slice(1)));
	await round.close(city, { force: true });
}

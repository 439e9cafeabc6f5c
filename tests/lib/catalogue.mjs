// The reference data, as the tests' own source of what to expect.
import { readFileSync } from 'node:fs';
import { readCsv } from './csv.mjs';
import { jinhua, registry } from './paths.mjs';

const once = (make) => { let v; return () => (v ??= make()); };
const table = (name) => once(() => readCsv(`${jinhua}/${name}.csv`));
const by = (rows, key) => once(() => new Map(rows().map((r) => [r[key], r])));

export const items = table('items');
export const matters = table('matters');
export const services = table('data_services');
export const agencies = table('agencies');
export const desks = table('agency_desks');
export const bindings = table('bindings');
export const itemBindings = table('item_bindings');
export const proofs = table('proofs');
export const itemByCode = by(items, 'code');
export const matterByCode = by(matters, 'code');
export const deskByCode = by(desks, 'code');
export const proofByCode = by(proofs, 'code');
export const scenes = once(() => JSON.parse(readFileSync(`${jinhua}/scenes.json`, 'utf8')));
export const scene = (code) => scenes().find((s) => s.code === code);
const tables = new Map();
export const dataset = (name) => {
	if (!tables.has(name)) tables.set(name, readCsv(`${registry}/${name}.csv`));
	return tables.get(name);
};

/** The query service of an item's proof. */
export const serviceOf = (item) => services().find((s) =>
	s.kind === 'query' && s.proof_code === itemByCode().get(item).proof_code);

const groups = (rows, key) => once(() => {
	const map = new Map();
	for (const r of rows()) map.set(r[key], [...(map.get(r[key]) ?? []), r]);
	return map;
});
const itemsByMatter = groups(items, 'matter_code'), rolesByMatter = groups(table('parties'), 'matter_code');
export const fieldByName = by(table('form_fields'), 'name');
export const agencyByCode = by(agencies, 'code');

/** What a matter asks for, of whom, and by which questions. */
export const itemsOf = (matter) => itemsByMatter().get(matter) ?? [];
export const rolesOf = (matter) => rolesByMatter().get(matter);
export const rule = (item) => item.required_when === '' ? null : JSON.parse(item.required_when);
export const reads = (e) => [...new Set(Array.isArray(e) ? e.flatMap(reads) : e !== null && typeof e === 'object' ?
	Object.entries(e).flatMap(([op, v]) => op === 'var' ? [v] : reads(v)) : [])];
export const fieldsOf = (matter) => [...new Set(itemsOf(matter).flatMap((i) => [...reads(rule(i)),
	...inputsOf(i).filter((x) => x.source.startsWith('form.')).map((x) => x.source.slice(5))]))].map((name) => fieldByName().get(name));

const services_ = once(() => new Map(services().filter((s) => s.kind === 'query').map((s) => [s.proof_code, s])));
const bound = once(() => new Map([...bindings().map((b) => [`${b.service_code} ${b.input}`, b.source]),
	...itemBindings().map((b) => [`${b.item_code} ${b.input}`, b.source])]));

/** The inputs of a data query: {input, type, source, table}; none for an item that is settled in another way. */
export function inputsOf(item) {
	if (item.method !== 'data_query') return [];
	const service = services_().get(item.proof_code), table = service.registry_source.replace(/^registry.|.csv$/g, '');
	return service.input_fields.split(';').map((f) => f.split(':')).map(([input, type]) => ({ input, type, table,
		source: bound().get(`${item.code} ${input}`) ?? bound().get(`${service.code} ${input}`) }));
}

/** The body that opens a scene's case. */
export const sceneCase = (s, withAsks = true) => structuredClone({
	matter: s.matter_code,
	division: s.division_code,
	channel: s.channel,
	parties: s.parties,
	form: s.form,
	...(withAsks && s.asks.length > 0 ?
		{ asks: s.asks.map((a) => ({ item: a.item_code, input: a.input, value: a.value })) } : {}),
});

/** The demonstration users of a division, as `wzm init --demo` makes them. */
export const clerkOf = {
	330703: 'u-1001', 330702: 'u-1002', 330723: 'u-1003', 330727: 'u-1004',
	330781: 'u-1005', 330782: 'u-1006', 330700: 'u-1008',
};
export const verifierOf = {
	'DK-330703-SWU': 'u-2001', 'DK-330703-GA': 'u-2002', 'DK-330703-BK': 'u-2003',
	'DK-330781-WJ': 'u-2004', 'DK-330723-WJ': 'u-2005', 'DK-330723-GA': 'u-2006',
	'DK-330702-JY': 'u-2007', 'DK-330702-GA': 'u-2008', 'DK-330700-GA': 'u-2009',
	'DK-330700-WJ': 'u-2010', 'DK-330700-YB': 'u-2011', 'DK-330700-XZ': 'u-2012',
};

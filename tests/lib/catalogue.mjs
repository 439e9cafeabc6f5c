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
export const dataset = (name) => readCsv(`${registry}/${name}.csv`);

/** The query service of an item's proof. */
export const serviceOf = (item) => services().find((s) =>
	s.kind === 'query' && s.proof_code === itemByCode().get(item).proof_code);

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
	330781: 'u-1005', 330782: 'u-1006',
};
export const verifierOf = {
	'DK-330703-SWU': 'u-2001', 'DK-330703-GA': 'u-2002', 'DK-330703-BK': 'u-2003',
	'DK-330781-WJ': 'u-2004', 'DK-330723-WJ': 'u-2005', 'DK-330723-GA': 'u-2006',
	'DK-330702-JY': 'u-2007', 'DK-330702-GA': 'u-2008',
};

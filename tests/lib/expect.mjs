// What a case must come to, worked out apart from the program: from the files of the list and of the
// registries, docs/decisions.md 12 and 13, and docs/decisions/0011.
import jsonLogic from 'json-logic-js';
import { addOffice, addWorkdays, dayOf } from './calendar.mjs';
import { agencies, agencyByCode, dataset, deskByCode, desks, fieldByName, inputsOf, itemByCode, itemsOf, matterByCode, proofByCode, reads, rule, services } from './catalogue.mjs';
import { readCsv } from './csv.mjs';
import { jinhua } from './paths.mjs';

const once = (make) => { let v; return () => (v ??= make()); };
const by = (file, key) => once(() => new Map(readCsv(`${jinhua}/${file}.csv`).map((r) => [r[key], r])));
const assertionOf = by('assertions', 'proof_code'), grantOf = by('grants', 'item_code');
const queryOf = once(() => new Map(services().filter((s) => s.kind === 'query').map((s) => [s.proof_code, s])));
const says = (expression, data) => jsonLogic.truthy(jsonLogic.apply(JSON.parse(expression), data));

export const DEFAULT_HOURS = '08:30-12:00,13:30-18:00';

/** Values of a question that make every comparison of a condition come out either way. */
function values(name, condition) {
	const field = fieldByName().get(name), of = field.values === '' ? [] : field.values.split('|');
	const constants = (e) => Array.isArray(e) ? e.flatMap(constants) : e !== null && typeof e === 'object' ?
		Object.entries(e).flatMap(([op, v]) => op === 'var' ? [] : constants(v)) : [e];
	const near = constants(condition);
	switch (field.type) {
	case 'boolean': return [true, false];
	case 'enum': return of;
	case 'enum_list': return [[], ...of.map((v) => [v])];
	case 'integer': case 'number': return near.filter((x) => typeof x === 'number').flatMap((n) => [n - 1, n, n + 1]);
	default: return ['', 'other', ...near.filter((x) => typeof x === 'string')];
	}
}

/** Whether an item applies: true, false, or the questions by which it can still come out either way. */
export function applies(item, form) {
	const condition = rule(item);
	if (condition === null) return true;
	const missing = reads(condition).filter((name) => form[name] === undefined);
	const ends = missing.reduce((forms, name) => forms.flatMap((f) => values(name, condition).map((v) => ({ ...f, [name]: v }))), [form])
		.map((f) => [f, jsonLogic.truthy(jsonLogic.apply(condition, f))]);
	if (ends.every(([, t]) => t === ends[0][1])) return ends[0][1];
	const but = (f, name) => JSON.stringify(missing.map((n) => n === name ? null : f[n]));
	return missing.filter((name) => ends.some(([f, t]) => ends.some(([g, u]) => t !== u && but(f, name) === but(g, name))));
}

/** Who of a case is barred from promising anything: who applies, and who would sign for an enterprise. */
const breached = once(() => new Set(readCsv(`${jinhua}/commitments_breach.csv`)
	.filter((r) => ['breach_minor', 'breach_serious'].includes(r.outcome)).map((r) => r.subject_id)));
export function barred(matter, parties) {
	if (!itemsOf(matter).some((i) => i.method === 'commitment')) return false;
	const applicant = parties.find((p) => p.role === 'applicant');
	return parties.filter((p) => p === applicant || (p.role === 'legal_representative' && applicant.kind === 'enterprise'))
		.some((p) => ['citizen_id', 'uscc'].includes(p.identifier_type) && breached().has(p.number));
}

/** What feeds an input: {value}, {lacks: [kind, name]}, or {no_number: true}; role: whom it is about. */
function bind(item, { input, type, source }, { parties, form, asks }) {
	if (source === 'ask') {
		/* What was typed for another item that asks for the same serves this one, unless it has its own. */
		const alike = Object.keys(asks).map((k) => k.split(' ')).find(([code, name]) => name === input && code !== item.code &&
			inputsOf(itemByCode().get(code)).some((i) => i.input === input && i.type === type && i.source === 'ask'));
		const value = asks[`${item.code} ${input}`] ?? (alike && asks[alike.join(' ')]);
		return value === undefined || value === '' ? { lacks: ['ask', input] } : { value };
	}
	if (source.startsWith('const:')) return { value: source.slice(6) };
	if (source.startsWith('form.')) {
		const value = form[source.slice(5)];
		if (value === '') return { no_number: true };
		return value === undefined ? { lacks: ['form', source.slice(5)] } : { value: String(value) };
	}
	const [, of, what] = source.split('.');
	let role = of, party = parties.find((p) => p.role === role);
	const personOnly = proofByCode().get(item.proof_code).subject_kind === 'person' || type === 'id18';
	if (role === 'applicant' && party.kind === 'enterprise' && personOnly)
		party = parties.find((p) => p.role === (role = 'legal_representative'));
	if (party === undefined) return { lacks: ['party', role], role };
	if (what === 'name') return { value: party.name, role };
	const fits = party.number !== '' && (type === 'uscc18' ? party.identifier_type === 'uscc' :
		type !== 'id18' || (party.identifier_type !== 'uscc' && party.number.length === 18));
	return fits ? { value: party.number, role } : { no_number: true, role };
}

/**
 * How an item begins in a situation {matter, parties, form, asks}: {state, way, lacks, values, role}.
 * lacks: names of questions while undecided, [kind, name] while it waits; values: of its inputs.
 */
export function begins(item, situation, isBarred) {
	const applied = applies(item, situation.form), way = item.method;
	const inputs = inputsOf(item).map((i) => ({ ...i, ...bind(item, i, situation) }));
	const about = { way, lacks: [], values: inputs.map((i) => i.value ?? (i.no_number ? '\0number' : '\0lacks')),
		role: inputs.find((i) => i.lacks === undefined && i.role)?.role ?? 'applicant' };
	if (applied !== true) return applied === false ? { ...about, state: 'does_not_apply' } :
		{ ...about, state: 'undecided', lacks: applied };
	const desk = { ...about, way: 'department_verify', state: 'to_verify' };
	if (way === 'direct_cancel') return { ...about, state: 'cancelled' };
	if (way === 'department_verify') return desk;
	if (way === 'commitment') return isBarred ? desk : { ...about, state: 'to_commit' };
	if (inputs.some((i) => i.no_number)) return desk;
	const lacks = inputs.filter((i) => i.lacks).map((i) => i.lacks);
	return { ...about, lacks, state: lacks.length > 0 ? 'waiting_input' : 'to_query' };
}

/* Registries */

const normal = (text) => text.trim().toUpperCase();
const indexes = new Map();
function rowsOf(table, inputs, values) {
	const key = `${table} ${inputs.join(' ')}`;
	if (!indexes.has(key)) {
		const index = new Map();
		for (const row of dataset(table)) {
			const at = inputs.map((i) => normal(row[i])).join('\0');
			index.set(at, [...(index.get(at) ?? []), row]);
		}
		indexes.set(key, index);
	}
	return indexes.get(key).get(values.map(normal).join('\0')) ?? [];
}

export const serviceOfItem = (item) => queryOf().get(item.proof_code);

/** What the source answers: {fault} or {established, rows} with the fields of the item and no others. */
export function answers(item, values, acting, off) {
	const proof = proofByCode().get(item.proof_code), service = queryOf().get(item.proof_code), inputs = inputsOf(item);
	const asserted = assertionOf().get(item.proof_code) ?? { row_filter: '', established_when: '' };
	const grant = grantOf().get(item.code), today = dayOf(Date.now());
	if (proof.sharing_class !== 'unconditional' && !(grant && grant.service_code === service.code && grant.valid_from <= today &&
		today <= grant.valid_until && [acting.code, acting.parent_agency_code].includes(grant.requesting_agency_code)))
		return { fault: 'grant_missing' };
	if (off.has(service.code)) return { fault: 'source_off' };
	const found = rowsOf(inputs[0].table, inputs.map((i) => i.input), values);
	if (found.length > 200) return { fault: 'source_fault' };
	const outputs = service.output_fields.split(';').map((f) => f.split(':')[0]), fields = item.fields.split(';');
	const cut = (row, names) => Object.fromEntries(names.filter((n) => n in row).map((n) => [n, row[n]]));
	const seen = found.filter((r) => asserted.row_filter === '' || says(asserted.row_filter, r)).map((r) => cut(r, outputs));
	return { established: asserted.established_when === '' ? seen.length > 0 :
		says(asserted.established_when, { rows: seen, count: seen.length }), rows: seen.map((r) => cut(r, fields)), fields };
}

/** Whether nothing found at a desk establishes, as the proof's rule says. */
export function nothingEstablishes(item) {
	const asserted = assertionOf().get(item.proof_code);
	return asserted !== undefined && asserted.established_when !== '' && says(asserted.established_when, { rows: [], count: 0 });
}

/* Divisions and desks */

const below = once(() => new Map(agencies().map((a) => [`${a.parent_agency_code} ${a.division_code}`, a])));
const deskOfAgency = once(() => new Map(desks().map((d) => [d.agency_code, d])));
export const actingAgency = (city, division) => below().get(`${city} ${division}`) ?? agencyByCode().get(city);

/** The desk that answers for an item in a division; above: the one that is asked when it could not. */
export function deskOf(item, division, above = false) {
	const issuer = proofByCode().get(item.proof_code).issuer_agency_code;
	const desk = deskOfAgency().get(actingAgency(issuer, division).code) ?? deskOfAgency().get(issuer);
	if (desk === undefined) return { code: `DK-${issuer}`, office_hours: DEFAULT_HOURS };	/* the import makes one */
	return above && desk.deputy_desk_code !== '' ? deskByCode().get(desk.deputy_desk_code) : desk;
}

/** The desks to which a question of a division may be passed on: its own and those of the city above. */
export const desksFor = (division) => desks().filter((d) => [division, '330700'].includes(agencyByCode().get(d.agency_code).division_code));

/** The due instant of a question sent then. */
export const dueOfQuestion = (item, desk, sent) => addOffice(desk.office_hours, sent, Number(item.verify_hours || 8) * 3600000);

/** The due day of a case received at an instant: the stricter of both limits, the day of receipt not counted. */
export function dueOfCase(matter, at) {
	const m = matterByCode().get(matter);
	return addWorkdays(addWorkdays(dayOf(at), 0), Math.min(Number(m.promised_days), Number(m.statutory_days)));
}

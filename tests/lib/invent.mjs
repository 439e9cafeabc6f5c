// Cases that nobody ever had, the same ones for the same seed: parties, answers, typed values.
import { dataset, fieldsOf, inputsOf, itemsOf, rolesOf, rule } from './catalogue.mjs';
import { readCsv } from './csv.mjs';
import { citizen, organisation, uscc } from './idents.mjs';
import { jinhua } from './paths.mjs';

/** Dice that fall the same way for the same words. */
export class Dice {
	constructor(...words) {
		this.state = 0x9e3779b9;
		for (const c of words.join('/')) this.state = Math.imul(this.state ^ c.codePointAt(0), 0x01000193) >>> 0;
	}

	/* mulberry32 */
	next() {
		this.state = (this.state + 0x6d2b79f5) >>> 0;
		let z = Math.imul(this.state ^ this.state >>> 15, this.state | 1);
		z ^= z + Math.imul(z ^ z >>> 7, z | 61);
		return ((z ^ z >>> 14) >>> 0) / 2 ** 32;
	}

	below(n) { return Math.floor(this.next() * n); }
	chance(p) { return this.next() < p; }
	pick(list) { return list[this.below(list.length)]; }
	digits(n) { return Array.from({ length: n }, () => this.below(10)).join(''); }

	/** One of {name: weight}. */
	weighed(weights) {
		let at = this.next() * Object.values(weights).reduce((a, b) => a + b, 0);
		for (const [name, weight] of Object.entries(weights))
			if ((at -= weight) < 0) return name;
		return Object.keys(weights)[0];
	}
}

const once = (make) => { let v; return () => (v ??= make()); };
const persons = once(() => dataset('persons')), enterprises = once(() => dataset('enterprises'));
const breaches = once(() => readCsv(`${jinhua}/commitments_breach.csv`));
const children = once(() => dataset('births'));

const REGIONS = ['330702', '330703', '330726', '330782', '310101', '110105', '440524'];
const FAMILY = '陈王张李吴徐金胡朱叶方郑周楼黄', GIVEN = '伟芳敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚';

const birth = (dice) => `${1940 + dice.below(75)}${String(1 + dice.below(12)).padStart(2, '0')}${String(1 + dice.below(28)).padStart(2, '0')}`;
const personName = (dice) => dice.pick([...FAMILY]) + dice.pick([...GIVEN]) + (dice.chance(0.6) ? dice.pick([...GIVEN]) : '') +
	(dice.chance(0.03) ? '·' + dice.pick([...GIVEN]) + '𠮷' : '');

const someone = {
	known: (dice) => { const p = dice.pick(persons()); return ['citizen_id', p.id_number, p.name]; },
	breach: (dice) => { const b = dice.pick(breaches().filter((r) => r.subject_kind === 'person')); return ['citizen_id', b.subject_id, personName(dice)]; },
	child: (dice) => { const b = dice.pick(children()); return ['birth_certificate', b.birth_cert_number, b.child_name || personName(dice)]; },
	citizen_id: (dice) => ['citizen_id', citizen(dice.pick(REGIONS) + birth(dice) + dice.digits(3)), personName(dice)],
	hkmt_residence: (dice) => ['hkmt_residence', citizen(`8${1 + dice.below(3)}0000${birth(dice)}${dice.digits(3)}`), personName(dice)],
	permanent_residence: (dice) => dice.chance(0.5) ?
		['permanent_residence', citizen(`9${dice.digits(5)}${birth(dice)}${dice.digits(3)}`), personName(dice)] :
		['permanent_residence', `USA${dice.digits(12)}`, personName(dice)],
	passport: (dice) => ['passport', `E${dice.digits(8)}`, personName(dice)],
	birth_certificate: (dice) => ['birth_certificate', `Z${dice.digits(dice.chance(0.5) ? 8 : 9)}`, personName(dice)],
	none: (dice) => ['none', '', personName(dice)],
};
const company = {
	known: (dice) => { const e = dice.pick(enterprises()); return ['uscc', e.uscc, e.name]; },
	breach: (dice) => { const b = dice.pick(breaches().filter((r) => r.subject_kind === 'enterprise')); return ['uscc', b.subject_id, `金华${dice.pick([...GIVEN])}有限公司`]; },
	uscc: (dice) => ['uscc', uscc(`91${dice.pick(REGIONS)}${organisation(`MA${dice.digits(6)}`)}`), `金华${dice.pick([...GIVEN])}远建材有限公司`],
	none: (dice) => ['none', '', `金华${dice.pick([...GIVEN])}顺物流有限公司(筹)`],
};

/** As some people type a number: with spaces, hyphens, full-width digits or a small x. */
const typed = (dice, number) => dice.weighed({ plain: 12, spaced: 1, small: 1, wide: 1 }) === 'plain' ? number :
	dice.pick([(n) => n.replace(/(.{6})(?=.)/g, '$1 '), (n) => n.replace(/(.{4})(?=.)/g, '$1-'), (n) => n.toLowerCase(),
		(n) => n.replace(/[0-9]/g, (d) => String.fromCharCode(0xff10 + Number(d)))])(number);

/** Somebody in this role: as the program is told, with number as it will keep it, and whether a registry may know them. */
export function inventParty(dice, { role, kind }) {
	const is = kind === 'both' ? dice.pick(['person', 'enterprise']) : kind;
	const sort = dice.weighed(is === 'enterprise' ? { known: 60, breach: 4, uscc: 30, none: 6 } :
		{ known: 55, breach: 4, citizen_id: 18, hkmt_residence: 4, permanent_residence: 4, passport: 6, birth_certificate: 2, none: 4,
			child: role === 'child' ? 60 : 0 });
	const [identifier_type, number, name] = (is === 'enterprise' ? company : someone)[sort](dice);
	return { role, kind: is, identifier_type, number, known: ['known', 'breach', 'child'].includes(sort), identifier: typed(dice, number), name,
		...(dice.chance(0.5) ? { phone: `13${dice.digits(9)}` } : {}), ...(role === 'agent' ? { mandate: `授权委托书第${dice.digits(3)}号` } : {}) };
}

/** The parties of a matter: who must be there, and of the others some. */
export const inventParties = (dice, matter) => rolesOf(matter).filter((r) => r.required === 'yes' || dice.chance(0.5))
	.map((r) => inventParty(dice, r));

/** Texts and numbers that an expression compares with. */
const constants = (e) => Array.isArray(e) ? e.flatMap(constants) : e !== null && typeof e === 'object' ?
	Object.entries(e).flatMap(([op, v]) => op === 'var' ? [] : constants(v)) : [e];

/** An answer to a question of the form. */
export function inventAnswer(dice, matter, field) {
	const read = itemsOf(matter).map((i) => rule(i)).filter((r) => r !== null && JSON.stringify(r).includes(`"${field.name}"`)).flatMap(constants);
	const values = field.values === '' ? [] : field.values.split('|');
	switch (field.type) {
	case 'boolean': return dice.chance(0.5);
	case 'enum': return dice.pick(values);
	case 'enum_list': return values.filter(() => dice.chance(0.25));
	case 'integer': case 'number': {
		const near = read.filter((x) => typeof x === 'number');
		return near.length > 0 && dice.chance(0.8) ? dice.pick(near) + dice.below(3) - 1 : dice.below(120);
	}
	default: {
		const words = read.filter((x) => typeof x === 'string');
		if (field.name === 'birth_cert_number') return dice.chance(0.1) ? '' : dice.pick(children()).birth_cert_number;
		return dice.chance(0.15) ? '' : words.length > 0 && dice.chance(0.6) ? dice.pick(words) : `33${dice.digits(4)}`;
	}
	}
}

/** Answers to some of the questions that a matter asks; share: how many of them. */
export function inventForm(dice, matter, share) {
	const form = {};
	for (const field of fieldsOf(matter))
		if (dice.chance(share)) form[field.name] = inventAnswer(dice, matter, field);
	return form;
}

/** What a clerk types on a card: mostly something that stands in the registry. */
export function inventAsk(dice, item, input) {
	const { table } = inputsOf(item).find((x) => x.input === input);
	return dice.chance(0.8) ? dice.pick(dataset(table))[input] || '无' : `不存在${dice.digits(3)}`;
}

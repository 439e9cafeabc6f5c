// Compares our JSON Logic with the reference implementation (npm json-logic-js).
//
//   node tests/jsonlogic/compare.mjs DRIVER [COUNT [SEED]]
//
// DRIVER is the program built from tests/unit/rules/jsonlogic_driver.c.  COUNT rules are
// generated from SEED; then every expression of examples/jinhua meets random data.
// Any difference is printed and fails.  The differences that src/rules/jsonlogic.h
// declares are kept out here, each where it is named.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

const { default: jsonLogic } = await import('json-logic-js').catch(() => {
  console.error('json-logic-js is not installed: run npm ci in tests/');
  process.exit(77);	// Meson's word for a test that was skipped
});

const JINHUA = new URL('../../examples/jinhua/', import.meta.url);
const [driver, countText = '6000', seedText = '20261123'] = process.argv.slice(2);
if (!driver) {
  console.error('usage: compare.mjs DRIVER [COUNT [SEED]]');
  process.exit(2);
}

// --- chance, the same from the same seed (mulberry32)
let state = Number(seedText) >>> 0;
function random() {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = state;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const below = (n) => Math.floor(random() * n);
const pick = (list) => list[below(list.length)];
const chance = (p) => random() < p;
const times = (n, make) => Array.from({ length: n }, make);

// --- values
const numbers = [0, 1, -1, 2, 3, 18, 0.1, 0.5, -1.5, 1e21, -1e21, 1e-7, 1.5e-6, 1e300, 5e-324, 2 ** 31, 2 ** 53,
  9007199254740991, 123456789012, 0.30000000000000004, 100, 1e15];
const texts = ['', ' ', '0', '1', '2', '-1', '01', '1.5', '.5', '5.', '1e3', '1e', '0x10', '0b101', '0o17', '-0x1', '0x',
  'Infinity', '-Infinity', 'infinity', 'NaN', 'true', 'null', 'undefined', 'abc', 'ABC', 'b', 'a,b', '1,2', '\t12 ',
  '\u300012\u00a0', '12px', '+7', '+-7', '1_0', '中文', '金华市', '已婚', '😀', 'a😀b', '\uffee', '🀄中', 'é', '[object Object]',
  '99999999999999999999999', '0x1fffffffffffff81', 'e5', 'x.y', 'length'];
const randomDouble = () => {
  const view = new DataView(new ArrayBuffer(8));
  do {
    view.setUint32(0, below(2 ** 32));
    view.setUint32(4, below(2 ** 32));
  } while (!Number.isFinite(view.getFloat64(0)));
  return writable(view.getFloat64(0));
};
// JSON writes integers of 20 and 21 digits without an exponent; 64 bits do not hold them.
const writable = (x) => (Math.abs(x) >= 2 ** 63 && Math.abs(x) < 1e21 ? 7 : x);
const number = () => (chance(0.75) ? pick(numbers) : chance(0.5) ? below(200) - 100 : chance(0.5)
  ? writable((random() - 0.5) * 10 ** (below(40) - 18)) : randomDouble());
const scalar = () => pick([number, number, () => pick(texts), () => pick(texts), () => null, () => chance(0.5)])();

// Objects in data never have the name of an operator as their only member.
const dataValue = (depth = 0) => {
  const kind = depth > 2 ? 0 : below(10);
  if (kind < 6) return scalar();
  if (kind < 8) return times(below(4), () => dataValue(depth + 1));
  return Object.fromEntries(times(below(4), () => [pick(['a', 'b', 'c', 'x', 'name', 'length']), dataValue(depth + 1)]));
};
const row = () => ({ status: pick(['valid', 'revoked', 'active', null, '', 0]), kind: pick(['marriage', 'divorce', 1]), n: number(), a: scalar() });
const data = () => (chance(0.1) ? dataValue() : {
  a: scalar(), b: scalar(), c: dataValue(), x: { y: scalar(), z: [scalar(), { deep: scalar() }] },
  list: times(below(5), scalar), numbers: times(below(5), number), rows: times(below(4), row),
  nested: times(below(3), () => dataValue(1)), name: pick(texts), '': chance(0.3) ? scalar() : 'empty',
});

// --- rules
const paths = ['a', 'b', 'c', 'x', 'x.y', 'x.z.0', 'x.z.1.deep', 'list', 'list.0', 'list.1', 'list.length', 'list.9',
  'numbers', 'rows', 'rows.0.status', 'rows.length', 'nested', 'nested.0', 'name', 'name.length', 'name.0', 'name.1',
  'nope', 'x.nope.y', 'a.b', '.', 'a.', '.a', 'c.length', 'list.01', 'list.-1', 'current', 'accumulator',
  'accumulator.current', 'current.a', 'status', 'kind', 'n', '', 0, 1, 1.5, null];
const operators = {
  var: [1, 2], missing: [0, 3], missing_some: [2, 2], if: [0, 5], '?:': [3, 3], '==': [2, 2], '===': [2, 2], '!=': [2, 2],
  '!==': [2, 2], '!': [1, 1], '!!': [1, 1], or: [0, 3], and: [0, 3], '>': [2, 2], '>=': [2, 2], '<': [2, 3], '<=': [2, 3],
  max: [0, 4], min: [0, 4], '+': [0, 4], '-': [1, 2], '*': [0, 4], '/': [2, 2], '%': [2, 2], map: [2, 2], reduce: [2, 3],
  filter: [2, 2], all: [2, 2], none: [2, 2], some: [2, 2], merge: [0, 3], in: [2, 2], cat: [0, 4], substr: [2, 3], log: [1, 1],
};
const names = Object.keys(operators);
const scoped = ['map', 'reduce', 'filter', 'all', 'none', 'some'];
const variable = (path = pick(paths)) => ({ var: chance(0.7) ? path : chance(0.5) ? [path] : [path, scalar()] });

function literal() {
  const kind = below(12);
  if (kind < 9) return scalar();
  if (kind < 11) return times(below(4), scalar);
  return chance(0.5) ? {} : { a: scalar(), b: [scalar()] };	// not one member: not logic
}

function argument(op, i, depth) {
  if (scoped.includes(op) && i === 0 && chance(0.85))
    return chance(0.6) ? variable(pick(['list', 'numbers', 'rows', 'nested', 'name', ''])) : chance(0.5)
      ? times(below(4), () => rule(depth + 2)) : rule(depth + 1);
  if (scoped.includes(op) && i === 1 && chance(0.5))
    return chance(0.3) ? variable(pick(['', 'current', 'accumulator', 'a', 'status'])) : { [pick(['+', '*', 'cat', '==', '<', '!', 'merge', 'max', 'in'])]:
      [variable(op === 'reduce' ? pick(['accumulator', 'current']) : pick(['', 'n', 'a', 'status'])), variable(op === 'reduce' ? 'current' : '')] };
  if (op === 'var' && chance(0.8)) return i === 0 ? pick(paths) : literal();
  if (op === 'missing' && chance(0.7)) return chance(0.8) ? pick(paths) : times(below(3), () => pick(paths));
  if (op === 'missing_some') return i === 0 ? (chance(0.8) ? below(3) : scalar()) : (chance(0.8) ? times(below(4), () => pick(paths)) : rule(depth + 1));
  if (op === 'substr' && i > 0 && chance(0.8)) return below(9) - 4;
  return rule(depth + 1);
}

function rule(depth = 0) {
  if (depth > 4 || chance(depth * 0.17)) return chance(0.6) ? variable() : literal();
  if (chance(0.04)) return times(below(3), () => rule(depth + 1));
  const op = pick(names);
  const [least, most] = operators[op];
  // Now and then another number of arguments than the operator is made for.
  const n = chance(0.06) ? below(5) : least + below(most - least + 1);
  const args = times(n, (_, i) => argument(op, i, depth));
  return { [op]: n === 1 && chance(0.4) ? args[0] : args };
}

// Number and text conversions are where implementations differ: more of those.
const special = () => pick([
  () => ({ cat: [randomDouble(), ' ', writable(2 ** (below(2098) - 1074)), ' ', writable(Number('1e' + (below(600) - 300)))] }),
  () => ({ '+': [pick(texts), scalar()] }), () => ({ '-': [pick(texts)] }), () => ({ '-': [scalar(), scalar()] }),
  () => ({ '==': [literal(), literal()] }), () => ({ '<': [literal(), literal()] }), () => ({ '<=': [pick(texts), pick(texts)] }),
  () => ({ '-': [pick(['0x', '0b', '0o', '']) + times(1 + below(30), () => pick(['0', '1'])).join('')] }),
  () => ({ '*': [String(randomDouble()), 1] }), () => ({ '/': [number(), number()] }), () => ({ '%': [number(), number()] }),
  () => ({ substr: [pick(texts) + pick(texts), below(7) - 3, below(7) - 3] }),
  () => ({ cat: [{ substr: ['a😀b', 0, below(4)] }, { substr: ['a😀b', below(4)] }] }),
  () => ({ in: [{ substr: ['a😀🀄', below(5), 1] }, pick(['a😀🀄', '😀', '🀄中', ['a']])] }),
  () => ({ '<': [{ substr: ['a😀🀄', below(5), 1] }, pick(['😀', '🀄', '\uffee', 'a'])] }),
])();

// --- the inventory's expressions
function csv(name) {
  const rows = [];
  let fields = [];
  for (const [, quoted, plain, end] of readFileSync(new URL(name, JINHUA), 'utf8').matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/g)) {
    fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end !== ',') {
      rows.push(fields);
      fields = [];
    }
  }
  const [head, ...rest] = rows.filter((r) => r.length > 1);
  return rest.map((r) => Object.fromEntries(head.map((column, i) => [column, r[i]])));
}

// What an expression reads and what it compares with, so that random data meets both outcomes.
function mentioned(logic, found = { names: new Set(), values: new Set() }) {
  if (Array.isArray(logic)) logic.forEach((one) => mentioned(one, found));
  else if (logic !== null && typeof logic === 'object') {
    for (const [op, args] of Object.entries(logic))
      if (op === 'var') found.names.add([args].flat()[0]);
      else mentioned(args, found);
  } else found.values.add(logic);
  return found;
}

function fieldsFor(found) {
  const value = () => (chance(0.6) ? pick([...found.values, 'other', '']) : scalar());
  const fields = Object.fromEntries([...found.names].filter(() => chance(0.85)).map((name) => [name, value()]));
  if (found.names.has('rows')) {
    fields.rows = times(below(4), () => Object.fromEntries([...found.names].map((name) => [name, value()])));
    fields.count = fields.rows.length;
  }
  return fields;
}

const cases = times(Number(countText), () => ({ rule: chance(0.25) ? special() : rule(), data: data() }));
const generated = cases.length;
let expressions = 0;
for (const text of [...csv('items.csv').map((item) => item.required_when),
  ...csv('assertions.csv').flatMap((proof) => [proof.row_filter, proof.established_when])]) {
  if (!text) continue;
  expressions++;
  const logic = JSON.parse(text);
  const found = mentioned(logic);
  cases.push(...times(4, () => ({ rule: logic, data: fieldsFor(found) })));
}

// --- the comparison
const wellFormed = (v) => (typeof v === 'string' ? v.toWellFormed() : Array.isArray(v) ? v.map(wellFormed)
  : v !== null && typeof v === 'object' ? Object.fromEntries(Object.entries(v).map(([k, x]) => [k, wellFormed(x)])) : v);

function reference({ rule: logic, data: given }) {
  try {
    const text = JSON.stringify(jsonLogic.apply(logic, given));
    return { value: wellFormed(JSON.parse(text ?? 'null')) };
  } catch (error) {
    // The only way to an unknown operator: missing ran a value of the data as logic.
    if (/Unrecognized operation/.test(error.message)) return null;
    if (error instanceof TypeError) return { value: null, threw: true };
    throw error;
  }
}

console.log = () => {};		// the operator log of the reference
const lines = cases.map((one) => JSON.stringify(one));
const run = spawnSync(driver, { input: lines.join('\n') + '\n', encoding: 'utf8', maxBuffer: 1 << 30 });
if (run.status !== 0) {
  console.error(run.stderr || run.error);
  process.exit(1);
}
const answers = run.stdout.trimEnd().split('\n');
let differ = 0, skipped = 0, threw = 0, compared = 0;
const distinct = new Set();
cases.forEach((one, i) => {
  const want = reference(JSON.parse(lines[i]));
  if (want === null) {
    skipped++;
    return;
  }
  compared++;
  threw += want.threw ? 1 : 0;
  const got = JSON.parse(answers[i] ?? '{}');
  distinct.add(answers[i]);
  if (isDeepStrictEqual(got, { value: want.value })) return;
  if (++differ <= 10)
    console.error(`differs: ${lines[i]}\n  reference ${JSON.stringify(want.value)}\n  ours      ${answers[i]}`);
});
console.info(`jsonlogic: ${compared} compared with json-logic-js (${generated} generated from seed ${seedText}, ` +
  `${expressions} expressions of the inventory), ${distinct.size} different answers, ${threw} TypeErrors, ${skipped} left out: ${differ} differ`);
process.exitCode = differ > 0 || compared < 3000 || answers.length !== cases.length ? 1 : 0;

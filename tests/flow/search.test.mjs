// Searching over HTTP and by the command: what is found, why, and what cannot be asked.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { must, run, started } from '../lib/instance.mjs';
import { openScene } from '../lib/cases.mjs';
import { clerkOf, scene } from '../lib/catalogue.mjs';

let instance, client;
before(async () => { instance = await started(); client = await instance.client(); });
after(() => instance?.destroy());

const find = (q, rest = '', who = client) => who.get(`/api/v1/search?q=${encodeURIComponent(q)}${rest}`).then((r) => r.hits);
const shown = (hit) => hit.marks.map((m) => [...hit.name].slice(m.from, m.to).join(''));

describe('what people type', () => {
	for (const [q, by] of [['二手房', 'text'], ['esf', 'initials'], ['ershoufang', 'pinyin'], ['ersf', 'mixed'], ['ＥＲＳＨＯＵＦ', 'pinyin']])
		test(`${q} finds 二手房转移登记(买卖), by ${by}`, async () => {
			const hit = (await find(q, '&kind=matter')).find((h) => h.code === 'M-0303');
			assert.equal(hit.match.by, by);
			assert.equal(hit.near, false);
			assert.deepEqual(shown(hit), ['二手房']);
		});

	test('a code finds its own first', async () => {
		for (const q of ['M-0303', 'm0303', 'Ｍ－０３０３']) {
			const [hit] = await find(q);
			assert.deepEqual([hit.code, hit.match.field, hit.match.how, hit.items], ['M-0303', 'code', 'exact', 15]);
		}
		const [item] = await find('I-01384', '&kind=item');
		assert.deepEqual([item.kind, item.matter.code, item.method], ['item', 'M-0303', 'data_query']);
	});

	test('a slip is forgiven, and said', async () => {
		for (const q of ['ershoufnag', 'ershofang', '二首房']) {
			const hit = (await find(q, '&kind=matter')).find((h) => h.code === 'M-0303');
			assert.equal(hit.near, true, q);
			assert.deepEqual(shown(hit), ['二手房']);
		}
	});

	test('kinds and limit are kept to, words must all match', async () => {
		for (const kind of ['matter', 'proof', 'agency', 'item']) {
			const hits = await find('dengji', `&kind=${kind}&limit=5`);
			assert.ok(hits.length <= 5 && hits.every((h) => h.kind === kind), kind);
		}
		const hits = await find('mm esf', '&kind=matter');
		assert.equal(hits[0].code, 'M-0303');
		assert.deepEqual(shown(hits[0]), ['二手房', '买卖']);
		assert.deepEqual(await find(''), []);
		assert.deepEqual(await find('   '), []);
	});

	test('the lists of matters and items match in the same way', async () => {
		const { matters } = await client.get('/api/v1/matters?q=esf');
		assert.ok(matters.some((m) => m.code === 'M-0303') && matters.every((m) => m.name.includes('二手房')));
		const { items } = await client.get('/api/v1/items?q=fcxx&matter=M-0303');
		assert.ok(items.some((i) => i.code === 'I-01384'));
	});
});

test('what a counter opens is raised for that counter, not for others', async () => {
	const clerk = await instance.client('u-1001'), other = await instance.client(Object.entries(clerkOf).find(([d]) => d !== '330703')[1]);
	const counter = await instance.client('u-1007');
	const places = async (who) => (await find('转移', '&kind=matter&limit=50', who)).map((h) => h.code);
	const was = await places(clerk), others = await places(other), code = scene('HOUSE').matter_code;
	for (let i = 0; i < 3; i++) await openScene(clerk, scene('HOUSE'));
	const is = await places(clerk);
	assert.ok(is.indexOf(code) < was.indexOf(code), `${was.indexOf(code)} to ${is.indexOf(code)}`);
	assert.deepEqual(await places(counter), is, 'the counter of the acting agency, which reads them from the store');
	assert.deepEqual(await places(other), others);
});

test('what cannot be asked is refused in both languages', async () => {
	for (const lang of ['zh', 'en'])
		for (const query of [`q=${'z'.repeat(201)}`, `q=${'a%20'.repeat(17)}`, 'q=a&kind=person', 'q=a&kind=', 'q=a&limit=0', 'q=a&limit=51', 'q=a&limit=x']) {
			const r = await client.send({ path: `/api/v1/search?${query}`, lang, checked: false });
			assert.deepEqual([r.status, r.json.code], [422, 'field_value'], query);
		}
	const long = await client.send({ path: `/api/v1/matters?q=${'z'.repeat(201)}`, checked: false });
	assert.equal(long.status, 422);
});

test('what is asked is not logged', async () => {
	await find('310101199003079013');
	assert.ok(!instance.log.includes('310101199003079013'));
});

test('the command finds the same', () => {
	const shownBy = (args) => must(['find', ...args, '-d', instance.dir]).stdout;
	assert.match(shownBy(['esf']), /M-0303.*二手房转移登记\(买卖\).*首字母/);
	assert.match(shownBy(['ershoufnag', '--lang', 'en']), /M-0303.*near miss/);
	const { hits } = JSON.parse(shownBy(['esf', '--kind', 'matter', '--limit', '3', '--json']));
	assert.ok(hits.length <= 3 && hits.every((h) => h.kind === 'matter'));
	assert.equal(run(['find', 'a', '--kind', 'person', '-d', instance.dir]).status, 1);
});

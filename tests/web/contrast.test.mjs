// WCAG 2.2 contrast of every pair of tokens that the pages put on each other, light and dark.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { root } from '../lib/paths.mjs';

const css = readFileSync(`${root}/web/src/design/tokens.css`, 'utf8');
const TEXT = 4.5, MARK = 3;

function block(selector) {
	const at = css.indexOf(`${selector} {`);
	assert.ok(at >= 0, `tokens.css has ${selector}`);
	return Object.fromEntries([...css.slice(at, css.indexOf('\n}', at)).matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map((m) => [m[1], m[2]]));
}
const light = block(':root');
const dark = { ...light, ...block(':root[data-theme="dark"]') };

function luminance(hex) {
	const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255)
		.map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a, b) {
	const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
	return (high + 0.05) / (low + 0.05);
}

const grounds = ['paper', 'card', 'sunk', 'raised', 'picked', 'brand-wash'];
const states = ['turn', 'wait', 'done', 'late', 'deny', 'idle'];
const ways = ['cancel', 'pledge', 'data', 'desk'];
const pairs = [
	...['ink', 'ink2', 'ink3', 'brand'].flatMap((text) => grounds.map((ground) => [text, ground, TEXT])),
	['brand-deep', 'card', TEXT], ['brand-deep', 'paper', TEXT], ['brand-deep', 'brand-wash', TEXT],
	['on-brand', 'brand', TEXT], ['on-brand', 'brand-deep', TEXT],
	['on-bar', 'bar', TEXT], ['on-bar2', 'bar', TEXT], ['on-bar', 'bar-field', TEXT], ['on-bar2', 'bar-field', TEXT],
	...states.flatMap((s) => [
		...[`${s}-wash`, 'card', 'paper', 'picked', 'brand-wash'].map((ground) => [`${s}-ink`, ground, TEXT]),
		['ink', `${s}-wash`, TEXT], ['ink2', `${s}-wash`, TEXT],
		...['card', 'paper', 'picked'].map((ground) => [`${s}-mark`, ground, MARK]),
	]),
	...ways.flatMap((w) => [...[`${w}-wash`, 'card', 'paper', 'picked'].map((ground) => [`${w}-ink`, ground, TEXT]), [`${w}-mark`, 'card', MARK]]),
	...['card', 'paper', 'picked', 'brand-wash', 'sunk'].map((ground) => ['ring', ground, MARK]),
	['edge', 'card', MARK], ['edge', 'paper', MARK],
];

for (const [name, theme] of [['light', light], ['dark', dark]])
	test(`contrast of ${pairs.length} pairs, ${name}`, (t) => {
		const found = pairs.map(([a, b, floor]) => {
			assert.ok(theme[a] && theme[b], `${a} and ${b} are colours`);
			return { a, b, floor, ratio: contrast(theme[a], theme[b]) };
		});
		assert.deepEqual(found.filter((p) => p.ratio < p.floor).map((p) => `${p.a} on ${p.b} = ${p.ratio.toFixed(2)}, below ${p.floor}`), []);
		const tightest = found.reduce((m, p) => p.ratio / p.floor < m.ratio / m.floor ? p : m);
		t.diagnostic(`tightest: ${tightest.a} on ${tightest.b}, ${tightest.ratio.toFixed(2)} for ${tightest.floor}`);
	});

test('dark gives a value to every colour of light', () => {
	const own = block(':root[data-theme="dark"]');
	assert.deepEqual(Object.keys(light).filter((name) => !(name in own)), []);
});

test('the focus ring on the bar is seen in both themes', () => {
	const ring = /\.topbar :focus-visible \{ outline-color: (#[0-9a-f]{6})/.exec(readFileSync(`${root}/web/src/work/TopBar.vue`, 'utf8'))[1];
	for (const theme of [light, dark])
		assert.ok(contrast(ring, theme.bar) >= MARK);
});

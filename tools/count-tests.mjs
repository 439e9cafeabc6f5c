// node tools/count-tests.mjs KIND STATUS LOG - prints "passed failed skipped" for one stage of ./test.
//
// KIND says where the counts are: "one" (the command is the test), "meson" (the program's own test
// cases, from meson's log), "node" (LOG.tap), "lines" (lines "ok ..." and "not ok ..." in LOG.log).
// What was skipped is written to LOG.skipped with its reason; a skip without a reason is a failure,
// and so is a stage in which nothing ran.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';

const [kind, statusText, log] = process.argv.slice(2);
const status = Number(statusText);
const read = (path) => { try { return readFileSync(path, 'utf8'); } catch { return ''; } };

function countLines(text) {
	const lines = text.split('\n');
	return {
		passed: lines.filter((l) => l.startsWith('ok ')).length,
		failed: lines.filter((l) => l.startsWith('not ok ')).length,
		skips: [],
	};
}

function countTap(text) {
	const total = (name) => Number(text.match(new RegExp(`^# ${name} (\\d+)$`, 'm'))?.[1] ?? 0);
	const skips = [...text.matchAll(/^\s*(?:not )?ok \d+ - (.*?) # (?:SKIP|TODO)(.*)$/gm)]
		.map(([, name, reason]) => ({ name, reason: reason.trim() }));
	return { passed: total('pass'), failed: total('fail') + total('cancelled'), skips };
}

// A cmocka program counts by its test cases, any other program as one.
function countMeson(text) {
	const sum = { passed: 0, failed: 0, skips: [] };
	for (const line of text.split('\n').filter(Boolean)) {
		const test = JSON.parse(line);
		const said = (test.stdout ?? '') + (test.stderr ?? '');
		const cases = (word) => [...said.matchAll(new RegExp(`^\\[ +${word} +\\] (\\d+) test\\(s\\)`, 'gm'))]
			.reduce((n, m) => n + Number(m[1]), 0);
		const bad = !['OK', 'EXPECTEDFAIL', 'SKIP'].includes(test.result);
		if (test.result === 'SKIP')
			sum.skips.push({ name: test.name, reason: said.trim().split('\n').at(-1) ?? '' });
		const reasons = [...said.matchAll(/^skipped because (.*)$/gm)].map((m) => m[1]);
		for (let n = 0; n < cases('SKIPPED'); n++)
			sum.skips.push({ name: test.name, reason: reasons[n] ?? '' });
		sum.passed += cases('PASSED') || (test.result === 'OK' ? 1 : 0);
		sum.failed += bad ? cases('FAILED') || 1 : 0;
	}
	return sum;
}

const counters = {
	one: () => ({ passed: status === 0 ? 1 : 0, failed: 0, skips: [] }),
	lines: () => countLines(read(`${log}.log`)),
	node: () => countTap(read(`${log}.tap`)),
	meson: () => countMeson(read(read(`${log}.log`).match(/^Full log written to (.*)\.txt$/m)?.[1] + '.json')),
};
let { passed, failed, skips } = counters[kind]();
failed += skips.filter((s) => s.reason === '').length;
skips = skips.filter((s) => s.reason !== '');
if (failed === 0 && (status !== 0 || passed === 0))
	failed = 1;
rmSync(`${log}.skipped`, { force: true });
if (skips.length > 0)
	writeFileSync(`${log}.skipped`, skips.map((s) => `${s.name}: ${s.reason}\n`).join(''));
console.log(`${passed} ${failed} ${skips.length}`);

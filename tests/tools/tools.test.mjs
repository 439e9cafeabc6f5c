// The tools that say "passed" must be able to say "failed".
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const top = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

// What count-tests says about a stage that ended with status and left these files.
function count(kind, status, files) {
	const dir = mkdtempSync(join(tmpdir(), 'wzm-count-'));
	try {
		for (const [name, text] of Object.entries(files))
			writeFileSync(join(dir, name), text.replaceAll('DIR', dir));
		const said = execFileSync(process.execPath,
		    [join(top, 'tools/count-tests.mjs'), kind, String(status), join(dir, 's')], { encoding: 'utf8' });
		const skipped = join(dir, 's.skipped');
		return said.trim() + (existsSync(skipped) ? ` (${readFileSync(skipped, 'utf8').trim()})` : '');
	} finally {
		rmSync(dir, { recursive: true });
	}
}

const tap = (pass, fail, skipped, lines = '') => ({
	's.tap': `TAP version 13\n${lines}# pass ${pass}\n# fail ${fail}\n# cancelled 0\n# skipped ${skipped}\n# todo 0\n`,
});
const meson = (...tests) => ({
	's.log': 'Full log written to DIR/testlog.txt\n',
	'testlog.json': tests.map((t) => JSON.stringify(t)).join('\n'),
});

test('one command counts as one test', () => {
	assert.equal(count('one', 0, {}), '1 0 0');
	assert.equal(count('one', 1, {}), '0 1 0');
});

test('a stage in which nothing ran fails, whatever it is counted by', () => {
	assert.equal(count('node', 0, {}), '0 1 0');
	assert.equal(count('node', 0, tap(0, 0, 0)), '0 1 0');
	assert.equal(count('lines', 0, { 's.log': '' }), '0 1 0');
	assert.equal(count('meson', 0, { 's.log': 'no tests\n' }), '0 1 0');
});

test('a stage that ends badly fails although all its tests passed', () => {
	assert.equal(count('node', 1, tap(3, 0, 0)), '3 1 0');
	assert.equal(count('lines', 1, { 's.log': 'ok a\nok b\n' }), '2 1 0');
});

test('a skip is counted with its reason, and fails without one', () => {
	assert.equal(count('node', 0, tap(3, 0, 1, 'ok 1 - sees the moon # SKIP by day\n')), '3 0 1 (sees the moon: by day)');
	assert.equal(count('node', 0, tap(3, 0, 1, 'ok 1 - sees the moon # SKIP\n')), '3 1 0');
});

test('unit tests count by their cases, other programs as one', () => {
	const cmocka = { name: 'csv', result: 'OK', stderr: '[==========] Running 4 test(s).\n[  PASSED  ] 4 test(s).\n' };
	const broken = { name: 'tlog', result: 'FAIL', stderr: '[  PASSED  ] 2 test(s).\n[  FAILED  ] 1 test(s), listed below:\n' };
	assert.equal(count('meson', 0, meson(cmocka, { name: 'layers', result: 'OK', stdout: '' })), '5 0 0');
	assert.equal(count('meson', 1, meson(cmocka, broken)), '6 1 0');
	assert.equal(count('meson', 1, meson(cmocka, { name: 'http', result: 'TIMEOUT' })), '4 1 0');
	const skips = '[  PASSED  ] 2 test(s).\n[  SKIPPED ] 1 test(s), listed below:\n';
	assert.equal(count('meson', 0, meson({ name: 'key', result: 'OK', stdout: 'skipped because no root\n', stderr: skips })),
	    '2 0 1 (key: no root)');
	assert.equal(count('meson', 0, meson({ name: 'key', result: 'OK', stderr: skips })), '2 1 0');
});

test('check-layers refuses an include that points up, and lets the tree pass', () => {
	const dir = mkdtempSync(join(tmpdir(), 'wzm-layers-'));
	try {
		mkdirSync(join(dir, 'tools'));
		cpSync(join(top, 'tools/check-layers'), join(dir, 'tools/check-layers'));
		mkdirSync(join(dir, 'src/base'), { recursive: true });
		cpSync(join(top, 'src/LAYERS'), join(dir, 'src/LAYERS'));
		writeFileSync(join(dir, 'src/base/a.c'), '#include "store/store.h"\n');
		const bad = spawnSync(join(dir, 'tools/check-layers'), { encoding: 'utf8' });
		assert.notEqual(bad.status, 0);
		assert.match(bad.stdout + bad.stderr, /base may not include store\/store\.h/);
	} finally {
		rmSync(dir, { recursive: true });
	}
	assert.equal(spawnSync(join(top, 'tools/check-layers')).status, 0);
});

test('a PostgreSQL of one\'s own takes an empty directory, and leaves one with something in it as it is', () => {
	const dir = mkdtempSync(join(tmpdir(), 'wzm-own-')), pg = join(top, 'tools/private-pg');
	const say = (...args) => spawnSync(pg, args, { encoding: 'utf8' });
	try {
		assert.match(say('start', dir).stdout, /^postgresql:\/\/\/wzm\?host=/);
		const again = say('start', dir);
		assert.equal(again.status, 1);
		assert.match(again.stderr, /there is something in it/);
		assert.match(say('createdb', dir, 'more').stdout, /^postgresql:\/\/\/more\?host=/);
		assert.equal(say('stop', dir).status, 0);
		assert.equal(existsSync(dir), false);
	} finally {
		say('stop', dir);
		rmSync(dir, { recursive: true, force: true });
	}
});

test('Node that cannot be fetched is said, with what npm says, and nothing counts as fetched', () => {
	const dir = mkdtempSync(join(tmpdir(), 'wzm-install-'));
	try {
		mkdirSync(join(dir, 'tools'));
		cpSync(join(top, 'tools/install'), join(dir, 'tools/install'));
		const { status, stdout, stderr } = spawnSync(join(dir, 'tools/install'), ['run'],
		    { encoding: 'utf8', env: { ...process.env, npm_config_registry: 'http://127.0.0.1:1', npm_config_fetch_retries: '0' } });
		assert.equal(status, 1, stdout + stderr);
		assert.match(stderr, /ECONNREFUSED[^]*没有取到 Node 22\.[^]* was not fetched/);
		assert.ok(!existsSync(join(dir, '.tools/version')));
	} finally {
		rmSync(dir, { recursive: true });
	}
});

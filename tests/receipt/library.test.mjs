// libwzmverify as somebody else has it: installed, found by pkg-config, linked shared and static.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { example, made } from './cases.mjs';
import { driver } from '../lib/verifiers.mjs';

const build = driver.replace(/\/tests\/unit\/verify\/[^/]*$/, '');
const source = new URL('../../examples/verify_receipt.c', import.meta.url).pathname;
const options = JSON.parse(execFileSync('meson', ['introspect', build, '--buildoptions']));
const option = (name) => options.find((o) => o.name === name).value;
// The sanitizers' own library comes first where the build has them.
const sanitized = option('b_sanitize') === 'none' ? [] : [`-fsanitize=${option('b_sanitize')}`];
const whole = made.find((m) => m.name === 'whole').vector;

let dir, lib;
before(() => {
	dir = mkdtempSync(join(tmpdir(), 'wzm-library-'));
	execFileSync('meson', ['install', '-C', build, '--no-rebuild', '--destdir', dir], { stdio: 'pipe' });
	lib = join(dir, option('prefix'), option('libdir'));
});
after(() => dir && rmSync(dir, { recursive: true }));

const pkgConfig = (...args) => execFileSync('pkg-config', [...args, 'wzmverify'], { encoding: 'utf8', env: { ...process.env,
	PKG_CONFIG_PATH: join(lib, 'pkgconfig'), PKG_CONFIG_SYSROOT_DIR: dir } }).trim().split(/\s+/).filter((word) => !word.startsWith(`-L${dir}/usr/lib/x86_64-linux-gnu`) || lib.startsWith(word.slice(2)));
const compile = (out, ...args) => execFileSync('cc', ['-Wall', '-Wextra', '-Werror', ...sanitized, source, '-o', join(dir, out), ...args], { stdio: 'pipe' });
const run = (program, key, input) => spawnSync(join(dir, program), [key], { input, encoding: 'utf8', env: { ...process.env, LD_LIBRARY_PATH: lib } });

for (const [how, args] of [['shared', () => pkgConfig('--cflags', '--libs')],
	['static', () => [...pkgConfig('--cflags'), join(lib, 'libwzmverify.a'), '-lsodium']]])
	test(`the example compiles against the ${how} library and tells good from bad`, () => {
		compile(how, ...args());
		const good = run(how, whole.keys.log[0], whole.receipt);
		assert.equal(good.stdout, `match \nrecord 5 of 11 in wzm.example/log/a\n${example.record}\n`, good.stderr);
		assert.equal(good.status, 0);
		const bad = run(how, whole.keys.log[0], whole.receipt.replace('I-01384', 'I-01385'));
		assert.deepEqual([bad.stdout, bad.status], ['mismatch root\n', 1]);
		const none = run(how, whole.keys.log[0], 'x');
		assert.deepEqual([none.stdout, none.status], ['malformed json\n', 2]);
	});

test('the shared library needs libsodium and the C library only', () => {
	const needs = [...execFileSync('readelf', ['-d', join(lib, 'libwzmverify.so')], { encoding: 'utf8' }).matchAll(/NEEDED.*\[(.*)\]/g)].map((m) => m[1]);
	assert.deepEqual(needs.filter((n) => !/^lib(asan|ubsan)\.so/.test(n)).sort(), ['libc.so.6', 'libsodium.so.23']);
});

test('it gives away the names of its header and no others', () => {
	const names = (args, file) => [...execFileSync('nm', [...args, '--defined-only', '--format=posix', file], { encoding: 'utf8' }).matchAll(/^(\w+) [A-Z] /gm)].map((m) => m[1]);
	const header = execFileSync('grep', ['-ohE', 'wzm_[a-z_]+\\(', join(dir, option('prefix'), 'include/wzm/verify.h')], { encoding: 'utf8' });
	const said = new Set(header.match(/wzm_[a-z_]+/g));
	assert.deepEqual(new Set(names(['-D'], join(lib, 'libwzmverify.so'))), said);
	for (const name of names([], join(lib, 'libwzmverify.a')))
		assert.ok(name.startsWith('wzm_'), `${name} could be somebody else's`);
	assert.ok(readdirSync(lib).includes('libwzmverify.so.1'));
});

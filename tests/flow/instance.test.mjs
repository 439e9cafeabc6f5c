// What an instance is was decided when it was made; and an import of data is done or not done.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { Instance, must, run } from '../lib/instance.mjs';
import { services } from '../lib/catalogue.mjs';
import { faults, fill } from '../lib/faults.mjs';
import { registry, wzm } from '../lib/paths.mjs';
import { evidence, rows } from '../lib/store.mjs';

let instance;
before(() => { instance = new Instance().init({ datasets: null }); });
after(() => instance?.destroy());

describe('a setting that says another instance than the one that was made', () => {
	const others = { division: '330703', origin: 'other.example.cn', demo: '0' };
	const made = { division: '330700', origin: 'localhost', demo: '1' };
	const failed = (r, key, was = made[key], lang = 'zh') => {
		assert.equal(r.status, 1, `refused, as wzm help says of 1: ${r.stdout}${r.stderr}`);
		const f = faults.get('instance_other');
		for (const said of [fill(f[lang], { key, made: was }), f[`next_${lang}`], f.code])
			assert.ok(r.stderr.includes(said), `${said} in ${r.stderr}`);
	};
	const size = () => evidence(instance.dir).records.length;

	for (const [key, value] of Object.entries(others)) {
		test(`stops the server: WZM_${key.toUpperCase()}`, () => {
			const n = size();
			for (const lang of ['zh', 'en'])
				failed(run(['serve', '-d', instance.dir, '--port', '0', '--lang', lang], { env: { [`WZM_${key.toUpperCase()}`]: value }, timeout: 20000 }), key, made[key], lang);
			assert.equal(size(), n, 'nothing was written');
		});

		test(`stops the server: ${key} in wzm.conf`, () => {
			const path = `${instance.dir}/wzm.conf`, was = readFileSync(path, 'utf8'), n = size();
			const changed = was.replace(new RegExp(`^(\\s*${key}\\s*=\\s*).*$`, 'm'), `$1${value}`);
			writeFileSync(path, changed === was ? `${was}\n${key} = ${value}\n` : changed);
			try {
				failed(run(['serve', '-d', instance.dir, '--port', '0'], { timeout: 20000 }), key);
			} finally {
				writeFileSync(path, was);
			}
			assert.equal(size(), n);
		});
	}

	test('stops a command that would write just the same', () => {
		const n = size();
		failed(run(['import', 'dataset', registry, '-d', instance.dir], { env: { WZM_DIVISION: '330703' } }), 'division');
		assert.equal(size(), n);
	});

	test('makes no demonstration of an instance that is none', () => {
		const plain = new Instance();
		must(['init', plain.dir]);
		failed(run(['serve', '-d', plain.dir, '--port', '0'], { env: { WZM_DEMO: '1' }, timeout: 20000 }), 'demo', '0');
		return plain.destroy();
	});

	test('is no matter where it says the same', async () => {
		for (const [k, v] of Object.entries({ WZM_DIVISION: '330700', WZM_DEMO: '1' })) process.env[k] = v;
		try {
			await instance.serve();
			assert.equal((await (await instance.client()).get('/api/v1/inventory')).demo, true);
		} finally {
			delete process.env.WZM_DIVISION;
			delete process.env.WZM_DEMO;
			await instance.stop();
		}
	});
});

test('an import of data sets that is killed has done nothing; one that ended has done all', async () => {
	const tables = new Set(services().map((s) => s.registry_source)).size;
	/* The list brought one of its own. */
	const done = () => rows(instance.dir, "SELECT count(*) AS n FROM dataset WHERE name <> 'commitments_breach'")[0].n;
	const records = () => evidence(instance.dir).records.filter((r) => r.type === 'dataset.imported').length, had = records();
	let killed = 0;

	assert.equal(done(), 0);
	for (let ms = 20; done() === 0; ms = Math.ceil(ms * 1.25)) {
		const child = spawn(wzm, ['import', 'dataset', registry, '-d', instance.dir], { stdio: 'ignore' });
		const ended = new Promise((ok) => child.on('close', (code, signal) => ok(signal)));
		const timer = setTimeout(() => child.kill('SIGKILL'), ms);
		if (await ended === 'SIGKILL') killed++;
		clearTimeout(timer);
		assert.ok([0, tables].includes(done()), `${done()} of ${tables} tables after ${ms} ms`);
		assert.equal(records() - had, done());
	}
	assert.ok(killed >= 3, `killed ${killed} times`);
	console.log(`# killed ${killed} times before it was through`);
});

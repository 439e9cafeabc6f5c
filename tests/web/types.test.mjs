// The pages' types are those of api/openapi.yaml as it is now.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test from 'node:test';
import { root } from '../lib/paths.mjs';

test('web/src/api/schema.d.ts is what npm run types makes of api/openapi.yaml', () => {
	const run = (command, args) => spawnSync(command, args, { cwd: `${root}/web`, encoding: 'utf8', timeout: 300000 });
	const installed = run(`${root}/tools/npm-ci`, ['web']);
	assert.equal(installed.status, 0, installed.stderr);
	const checked = run(`${root}/web/node_modules/.bin/openapi-typescript`,
		['../api/openapi.yaml', '-o', 'src/api/schema.d.ts', '--check']);
	assert.equal(checked.status, 0, `stale: run npm --prefix web run types\n${checked.stdout}${checked.stderr}`);
});

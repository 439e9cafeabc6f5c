// Lints api/openapi.yaml, offline and without telemetry.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { root } from './paths.mjs';

const bin = fileURLToPath(new URL('../node_modules/@redocly/cli/bin/cli.js', import.meta.url));
const { status } = spawnSync(process.execPath, [bin, 'lint', '--config', `${root}/api/redocly.yaml`, `${root}/api/openapi.yaml`], {
	stdio: 'inherit',
	env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
});
process.exit(status ?? 1);

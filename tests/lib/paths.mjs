// Where things are, for the tests.
import { fileURLToPath } from 'node:url';
import { resolve } from 'node:path';

export const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));
export const wzm = resolve(process.env.WZM ?? `${root}/build/src/cli/wzm`);
export const jinhua = `${root}/examples/jinhua`;
export const registry = `${jinhua}/registry`;

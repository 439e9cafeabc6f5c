// The same on SQLite, where less can break.
process.env.FAULT_ROUNDS ??= '20';
await import('../flow/faults.test.mjs');

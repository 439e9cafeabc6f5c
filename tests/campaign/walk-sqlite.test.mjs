// The same on SQLite.
process.env.WALKS ??= '10000';
await import('../flow/walk.test.mjs');

// The same on SQLite.
process.env.FLIPS ??= '1000';
await import('../flow/flips.test.mjs');

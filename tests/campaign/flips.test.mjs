// A thousand changes of the evidence (FLIPS), on PostgreSQL: the flow test, for longer.
process.env.FLIPS ??= '1000';
process.env.WZM_TEST_STORE ??= 'pg';
await import('../flow/flips.test.mjs');

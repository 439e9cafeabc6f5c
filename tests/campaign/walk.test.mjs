// Ten thousand walks (WALKS) through the matters of the list, on PostgreSQL: the flow test, for longer.
process.env.WALKS ??= '10000';
process.env.WZM_TEST_STORE ??= 'pg';
await import('../flow/walk.test.mjs');

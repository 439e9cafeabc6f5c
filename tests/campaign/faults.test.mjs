// Many rounds of everything that can break (FAULT_ROUNDS): the flow test, for longer, on PostgreSQL.
process.env.FAULT_ROUNDS ??= '20';
process.env.WZM_TEST_STORE ??= 'pg';
await import('../flow/faults.test.mjs');

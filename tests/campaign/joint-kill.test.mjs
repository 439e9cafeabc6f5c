// Life events with a kill -9 at every change (JOINT_KILL_ROUNDS), on PostgreSQL: the flow test, for longer.
process.env.JOINT_KILL_ROUNDS ??= '6';
process.env.WZM_TEST_STORE ??= 'pg';
await import('../flow/joint-kill.test.mjs');

// Many rounds of kill -9 (KILL_ROUNDS): the flow test, for longer.
process.env.KILL_ROUNDS ??= '20';
await import('../flow/kill.test.mjs');

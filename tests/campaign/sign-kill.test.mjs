// Many rounds of kill -9 between the steps of signing (SIGN_KILL_ROUNDS): the flow test, for longer.
process.env.SIGN_KILL_ROUNDS ??= '10';
await import('../flow/sign-kill.test.mjs');

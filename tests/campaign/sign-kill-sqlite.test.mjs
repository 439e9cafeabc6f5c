// The same on SQLite.
process.env.SIGN_KILL_ROUNDS ??= '10';
await import('../flow/sign-kill.test.mjs');

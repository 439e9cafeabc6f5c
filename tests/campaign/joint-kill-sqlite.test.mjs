// The same on SQLite.
process.env.JOINT_KILL_ROUNDS ??= '6';
await import('../flow/joint-kill.test.mjs');

// A time of day that stands until a test moves it, for programs that are started with its environment.
import { execFileSync } from 'node:child_process';
import { openSync, writeSync } from 'node:fs';
import { root } from './paths.mjs';

export class StandingClock {
	/** dir: for its own files.  at: milliseconds. */
	constructor(dir, at) {
		const library = `${dir}/standing-clock.so`, file = `${dir}/standing-clock`;
		execFileSync('gcc', ['-std=c17', '-D_GNU_SOURCE', '-O1', '-Wall', '-Wextra', '-Werror', '-shared', '-fPIC', '-o', library, `${root}/tests/lib/standing-clock.c`]);
		this.fd = openSync(file, 'w');
		this.set(at);
		this.env = { STANDING_CLOCK: file, LD_PRELOAD: library,
			/* It comes before the sanitizer's own library. */
			ASAN_OPTIONS: [process.env.ASAN_OPTIONS, 'verify_asan_link_order=0'].filter(Boolean).join(':') };
	}

	set(at) {
		this.now = at;
		const eight = Buffer.alloc(8);
		eight.writeBigInt64LE(BigInt(at));
		writeSync(this.fd, eight, 0, 8, 0);
	}
}

/*
 * bench.h - runs wzm inside the test: its output as text, a server that answers from a script,
 * and an instance that only notes what it was asked.
 */
#ifndef TESTS_UNIT_CLI_BENCH_H
#define TESTS_UNIT_CLI_BENCH_H

#include "cli/cli.h"

/* What a run left; the texts live until the next run. */
struct ran { int rc; const char *out, *err; };

/* Runs a command line of words without spaces; wzm_in gives it a standard input. */
struct ran wzm(const char *line);
struct ran wzm_in(const char *line, const char *in);
/* Runs words that may hold spaces; ended by NULL. */
struct ran wzm_words(const char *const *words);

/* The directory of the instance, given as -d by "wzm" where WZM_DIR is set to it. */
extern char bench_dir[];
int bench_start(void **state);
int bench_end(void **state);

/*
 * A server on the instance's socket that answers the next requests, one each, with these
 * statuses and bodies.  bench_served ends it and gives what it was sent, the i-th request
 * as text with headers; NULL past the last.
 */
struct scripted { int status; const char *body; };
void bench_serve(const struct scripted *script, size_t n);
const char *bench_served(size_t i);
void bench_stop(void);

/* What the instance was asked last: "init DIR DIVISION ORIGIN DEMO" and the like. */
extern char bench_asked[];
/* How it answers: 0, or -1 with this code. */
extern enum fault_code bench_fault;
extern const char *bench_result;	/* JSON; also given with a fault if set */

#endif

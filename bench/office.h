/*
 * office.h - everybody who works on cases, all at once: clerks and desks of an opened instance.
 *
 * What they do goes through the use cases and the journal, as a request's does.  The caller
 * moves the clock and says which cases come to which stage; one case comes to one stage at a
 * time, and the next only after office_wait, so that everybody sees what was done before.
 */
#ifndef BENCH_OFFICE_H
#define BENCH_OFFICE_H

#include <stdint.h>

#include "bench/invent.h"
#include "svc/app.h"
#include "svc/cases/case.h"
#include "svc/cases/verification.h"

#define OFFICE_VERIFICATIONS_MAX 8	/* of a case, that are followed up */
#define OFFICE_STAGES (6 + OFFICE_VERIFICATIONS_MAX)

/* A case that is not done with yet; only index is set before its first stage. */
struct made {
	uint64_t index;
	char division[7];
	uint8_t id[RECORD_ID_LEN];
	uint8_t verification[OFFICE_VERIFICATIONS_MAX][RECORD_ID_LEN];
	size_t nverifications;
	int has_more;			/* after its queries: something to sign or to dispute */
};

struct office;

/* The users of the instance work; whoever is missing is added when there is work for him. */
int office_new(struct app *app, struct store_reader *reader, const struct inventory *inv,
    const struct invent *invent, uint64_t seed, struct office **ret_office, struct fault *f);
void office_free(struct office *o);

/* Stages 0 to OFFICE_STAGES - 1 of a case: opened first, concluded last. */
int office_work(struct office *o, struct made *m, size_t stage, struct fault *f);

/* Hands over an operation of the caller's own; taken over. */
int office_submit(struct office *o, struct op *op, struct fault *f);

/* Waits until all is written; -1 if something was not. */
int office_wait(struct office *o, struct fault *f);

/* What came of it so far. */
struct office_done { size_t records, ended[CASE_NSTATES]; };
struct office_done office_done(struct office *o);

#endif

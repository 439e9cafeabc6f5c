/*
 * person.h - looking somebody up: the cases they are a party of, and the trail of records about them.
 *
 * Somebody is the normalised pair of type and number.  The index (svc/index) only proposes:
 * what is shown is decided by the case or the record itself.  Each look-up is recorded.
 */
#ifndef SVC_PERSON_PERSON_H
#define SVC_PERSON_PERSON_H

#include "rules/ident.h"
#include "svc/cases/case.h"

struct person { enum ident_type type; char number[IDENT_MAX]; };

/* Adds the operation that records who looked for whom; among: "cases" or "records". */
int person_searched(struct act *act, const struct person *p, const char *among, struct fault *f);

/* Where a page begins, how much is on it; where the next one begins, and what was left out. */
struct person_page {
	const uint8_t *before;		/* an id, or NULL for the newest */
	int limit;
	int more;			/* set: there may be more before `last` */
	char last[RECORD_NAME_MAX];	/* set with more */
	int64_t behind;			/* set: records that the index has not reached */
};

/* The cases within the actor's reach, newest first; state "" for any. */
int person_cases(struct act *act, const struct person *p, const char *state,
    struct person_page *page, case_each_fn *each, void *ctx, struct fault *f);

/*
 * The records within the actor's reach, newest first: the columns of RECORD_WITH_SUBJECTS, and
 * why: "asked_about", "mentioned", or "party" of a case.
 */
typedef int person_record_fn(const struct store_row *row, const char *division, const char *why,
    void *ctx, struct fault *f);
int person_records(struct act *act, const struct person *p, struct person_page *page,
    person_record_fn *each, void *ctx, struct fault *f);

#endif

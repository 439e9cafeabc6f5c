/*
 * agency_draft.h - what a change of agencies makes of the inventory, as edits.
 *
 * For the files of this folder.
 */
#ifndef SVC_AGENCIES_AGENCY_DRAFT_H
#define SVC_AGENCIES_AGENCY_DRAFT_H

#include "flow/inventory_arena.h"
#include "svc/agencies/agency_change.h"

struct agency_draft {
	const struct inventory *old;
	const struct agency *a, *b;	/* as the old version has them; NULL where it has not */
	struct arena arena;		/* texts of edits that are in no version and no request */
	struct inventory_edit *edit;
	size_t n, cap;
	json_t *pairs, *touches;
	int failed;			/* no memory; sticks */
};

/* The edits of a request to the division's own agencies.  The faults of agency_change_plan.  Free in either case. */
int agency_draft_make(const struct inventory *old, const struct division *own,
    const struct agency_request *q, struct agency_draft *ret_draft, struct fault *f);
void agency_draft_free(struct agency_draft *d);

/* Whether a list of texts has one. */
int agency_list_has(const json_t *list, const char *text);

/* The desk of an agency itself; NULL if it has none. */
const struct desk *agency_own_desk(const struct inventory *inv, const struct agency *a);

#endif

/*
 * review_rules.h - which methods are open to an item that experts review, and what blocks the others.
 *
 * Pure tables.  What blocks is a fault, so that whoever asks before a vote reads the sentence that
 * a decision would be refused with.
 */
#ifndef FLOW_REVIEW_RULES_H
#define FLOW_REVIEW_RULES_H

#include "flow/inventory.h"

/* What is reviewed: an item of the list, or one that somebody wants on it. */
struct review_subject {
	const struct inventory *inv;
	const struct division *division;	/* whose desk would be asked */
	const struct matter *matter;
	const struct proof *proof;
	const struct item *item;		/* NULL where it is proposed */
	const char *wording;			/* a new legal basis; NULL: none is given */
};

/*
 * Whether nothing blocks the method: 0, or -1 with the first thing that does.  FAULT_REVIEW_EXCLUDED,
 * FAULT_REVIEW_NOT_SHARED, FAULT_REVIEW_NO_SERVICE, FAULT_REVIEW_NO_PARTY, FAULT_REVIEW_SHARED,
 * FAULT_REVIEW_NO_DESK, FAULT_REVIEW_CATCH_ALL.
 */
int review_method_open(const struct review_subject *s, enum method method, struct fault *f);

/* The same, all that blocks it, one by one. */
typedef void review_block_fn(const struct fault *why, void *ctx);
void review_method_blocks(const struct review_subject *s, enum method method, review_block_fn *each,
    void *ctx);

/* Who is ahead: votes by method, abstentions left out; METHOD_N where nobody has more than all others. */
enum method review_majority(const int votes[METHOD_N]);

#endif

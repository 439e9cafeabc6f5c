/*
 * states.h - the states of cases, items, verifications, complaints, disputes and reviews, and what
 * may follow what.
 *
 * Names are those of the interface and of the store (docs/decisions.md 12).  Items go
 * back and forth as long as the answers of the form change; a case, a verification,
 * a complaint, a dispute and a review end.  Pure tables, safe from any thread.
 */
#ifndef FLOW_STATES_H
#define FLOW_STATES_H

#include "flow/inventory.h"

enum case_state { CASE_OPEN, CASE_ACCEPTED, CASE_SETTLED, CASE_REFUSED, CASE_WITHDRAWN,
	CASE_NSTATES };

enum item_state {
	ITEM_UNDECIDED,		/* its condition reads an answer that is not there */
	ITEM_DOES_NOT_APPLY,
	ITEM_CANCELLED,		/* nobody may ask for it */
	ITEM_WAITING_INPUT,	/* applies, but a party or a typed value is lacking */
	ITEM_TO_QUERY,
	ITEM_TO_COMMIT,
	ITEM_TO_VERIFY,
	ITEM_VERIFYING,
	ITEM_SUPERVISED,	/* no desk could say; a supervisor decides how it goes on */
	ITEM_ESTABLISHED,
	ITEM_NOT_ESTABLISHED,
	ITEM_COMMITTED,
	ITEM_NSTATES
};

enum verification_state {
	VERIFICATION_SENT,
	VERIFICATION_SIGNED_FOR,
	VERIFICATION_NEED_MORE,		/* its clock stands until the asker answers */
	VERIFICATION_ANSWERED,
	VERIFICATION_RETURNED,		/* not for this desk, and for no other that it knows */
	VERIFICATION_TRANSFERRED,	/* another verification at another desk goes on */
	VERIFICATION_WITHDRAWN,
	VERIFICATION_NSTATES
};

enum complaint_state { COMPLAINT_RECEIVED, COMPLAINT_ANSWERED, COMPLAINT_NSTATES };

enum dispute_state {
	DISPUTE_OPEN,
	DISPUTE_CORRECTED,		/* the owner has put the source right */
	DISPUTE_UPHELD,			/* the value is right */
	DISPUTE_WITHDRAWN,
	DISPUTE_NSTATES
};

enum review_state {
	REVIEW_OPEN,
	REVIEW_UNRESOLVED,		/* put off: something is unclear */
	REVIEW_DECIDED,
	REVIEW_WITHDRAWN,
	REVIEW_NSTATES
};

const char *case_state_name(enum case_state s);		/* "open" ... */
const char *item_state_name(enum item_state s);
const char *verification_state_name(enum verification_state s);
const char *complaint_state_name(enum complaint_state s);
const char *dispute_state_name(enum dispute_state s);
const char *review_state_name(enum review_state s);

/* -1 for a name that there is not. */
int case_state_parse(const char *name, enum case_state *ret_state);
int item_state_parse(const char *name, enum item_state *ret_state);
int verification_state_parse(const char *name, enum verification_state *ret_state);
int complaint_state_parse(const char *name, enum complaint_state *ret_state);
int dispute_state_parse(const char *name, enum dispute_state *ret_state);
int review_state_parse(const char *name, enum review_state *ret_state);

/* Whether to may follow from.  A state never follows itself: that is no change. */
int case_state_may(enum case_state from, enum case_state to);
int item_state_may(enum item_state from, enum item_state to);
int verification_state_may(enum verification_state from, enum verification_state to);
int complaint_state_may(enum complaint_state from, enum complaint_state to);
int dispute_state_may(enum dispute_state from, enum dispute_state to);
int review_state_may(enum review_state from, enum review_state to);

/* Whether nothing follows. */
int case_state_final(enum case_state s);
int verification_state_final(enum verification_state s);
int complaint_state_final(enum complaint_state s);
int dispute_state_final(enum dispute_state s);
int review_state_final(enum review_state s);

/* Whose turn an item is: the counter's, a desk's, or nobody's any more. */
int item_state_turn(enum item_state s);
int item_state_waits(enum item_state s);
int item_state_settled(enum item_state s);	/* does_not_apply is not: it may come to apply */

/* The state in which an item that applies and lacks nothing begins. */
enum item_state item_state_first(enum method method);

#endif

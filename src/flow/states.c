#include "flow/states.h"

#include <string.h>

#define CASE(s) (1u << CASE_##s)
#define ITEM(s) (1u << ITEM_##s)
#define TO(s) (1u << VERIFICATION_##s)

static const char *const case_names[CASE_NSTATES] = {
	[CASE_OPEN] = "open",
	[CASE_ACCEPTED] = "accepted",
	[CASE_SETTLED] = "settled",
	[CASE_REFUSED] = "refused",
	[CASE_WITHDRAWN] = "withdrawn",
};

/* The states that may follow each state; final states have none. */
static const uint32_t case_next[CASE_NSTATES] = {
	[CASE_OPEN]     = CASE(ACCEPTED) | CASE(REFUSED) | CASE(WITHDRAWN),
	[CASE_ACCEPTED] = CASE(SETTLED) | CASE(REFUSED) | CASE(WITHDRAWN),
};

static const char *const item_names[ITEM_NSTATES] = {
	[ITEM_UNDECIDED] = "undecided",
	[ITEM_DOES_NOT_APPLY] = "does_not_apply",
	[ITEM_CANCELLED] = "cancelled",
	[ITEM_WAITING_INPUT] = "waiting_input",
	[ITEM_TO_QUERY] = "to_query",
	[ITEM_TO_COMMIT] = "to_commit",
	[ITEM_TO_VERIFY] = "to_verify",
	[ITEM_VERIFYING] = "verifying",
	[ITEM_SUPERVISED] = "supervised",
	[ITEM_ESTABLISHED] = "established",
	[ITEM_NOT_ESTABLISHED] = "not_established",
	[ITEM_COMMITTED] = "committed",
};

/* A change of answers may make any item not apply any more, or undecided. */
#define NO_MORE (ITEM(UNDECIDED) | ITEM(DOES_NOT_APPLY))

/* Where an item begins once it applies, by its method. */
#define BEGIN (ITEM(CANCELLED) | AGAIN)

/* What a party or a value that is corrected takes back: what was found out was of another. */
#define AGAIN (ITEM(WAITING_INPUT) | ITEM(TO_QUERY) | ITEM(TO_COMMIT) | ITEM(TO_VERIFY))

/*
 * to_query fails over to a desk (to_verify) and, where there is none, to supervision; whose
 * credit is bad or repaired goes from to_commit to to_verify or back;
 * after not_established the counter may dispute, verify or let the applicant commit; an
 * abolished proof helps an open case, so that whatever is not settled may be cancelled.
 */
static const uint32_t item_next[ITEM_NSTATES] = {
	[ITEM_UNDECIDED]       = ITEM(DOES_NOT_APPLY) | BEGIN,
	[ITEM_DOES_NOT_APPLY]  = ITEM(UNDECIDED) | BEGIN,
	[ITEM_CANCELLED]       = NO_MORE,
	[ITEM_WAITING_INPUT]   = NO_MORE | ITEM(CANCELLED) | ITEM(TO_QUERY) | ITEM(TO_COMMIT) |
	                         ITEM(TO_VERIFY) | ITEM(SUPERVISED),
	[ITEM_TO_QUERY]        = NO_MORE | ITEM(CANCELLED) | ITEM(WAITING_INPUT) | ITEM(ESTABLISHED) |
	                         ITEM(NOT_ESTABLISHED) | ITEM(TO_VERIFY) | ITEM(VERIFYING) |
	                         ITEM(SUPERVISED),
	[ITEM_TO_COMMIT]       = NO_MORE | ITEM(CANCELLED) | ITEM(WAITING_INPUT) | ITEM(COMMITTED) |
	                         ITEM(TO_VERIFY) | ITEM(VERIFYING),
	[ITEM_TO_VERIFY]       = NO_MORE | ITEM(CANCELLED) | ITEM(WAITING_INPUT) | ITEM(VERIFYING) |
	                         ITEM(TO_QUERY) | ITEM(TO_COMMIT) | ITEM(SUPERVISED),
	[ITEM_VERIFYING]       = NO_MORE | ITEM(CANCELLED) | AGAIN | ITEM(ESTABLISHED) |
	                         ITEM(NOT_ESTABLISHED) | ITEM(SUPERVISED),
	[ITEM_SUPERVISED]      = NO_MORE | ITEM(CANCELLED) | AGAIN | ITEM(VERIFYING) | ITEM(ESTABLISHED) |
	                         ITEM(NOT_ESTABLISHED),
	[ITEM_ESTABLISHED]     = NO_MORE | AGAIN | ITEM(NOT_ESTABLISHED),
	[ITEM_NOT_ESTABLISHED] = NO_MORE | ITEM(CANCELLED) | AGAIN | ITEM(VERIFYING) | ITEM(ESTABLISHED) |
	                         ITEM(COMMITTED) | ITEM(SUPERVISED),
	[ITEM_COMMITTED]       = NO_MORE | AGAIN,
};

static const char *const verification_names[VERIFICATION_NSTATES] = {
	[VERIFICATION_SENT] = "sent",
	[VERIFICATION_SIGNED_FOR] = "signed_for",
	[VERIFICATION_NEED_MORE] = "need_more",
	[VERIFICATION_ANSWERED] = "answered",
	[VERIFICATION_RETURNED] = "returned",
	[VERIFICATION_TRANSFERRED] = "transferred",
	[VERIFICATION_WITHDRAWN] = "withdrawn",
};

/* A desk may answer at once; who asks for more or passes it on has signed for it. */
static const uint32_t verification_next[VERIFICATION_NSTATES] = {
	[VERIFICATION_SENT]       = TO(SIGNED_FOR) | TO(ANSWERED) | TO(RETURNED) | TO(WITHDRAWN),
	[VERIFICATION_SIGNED_FOR] = TO(ANSWERED) | TO(NEED_MORE) | TO(TRANSFERRED) | TO(RETURNED) |
	                            TO(WITHDRAWN),
	[VERIFICATION_NEED_MORE]  = TO(SIGNED_FOR) | TO(WITHDRAWN),
};

static const char *const complaint_names[COMPLAINT_NSTATES] = {
	[COMPLAINT_RECEIVED] = "received",
	[COMPLAINT_ANSWERED] = "answered",
};

/* An answer stands: who does not agree with it goes to the hotline or to court. */
static const uint32_t complaint_next[COMPLAINT_NSTATES] = {
	[COMPLAINT_RECEIVED] = 1u << COMPLAINT_ANSWERED,
};

static const char *const dispute_names[DISPUTE_NSTATES] = {
	[DISPUTE_OPEN] = "open",
	[DISPUTE_CORRECTED] = "corrected",
	[DISPUTE_UPHELD] = "upheld",
	[DISPUTE_WITHDRAWN] = "withdrawn",
};

/* Who does not agree with an answer asks the source again, and may dispute that answer. */
static const uint32_t dispute_next[DISPUTE_NSTATES] = {
	[DISPUTE_OPEN] = 1u << DISPUTE_CORRECTED | 1u << DISPUTE_UPHELD | 1u << DISPUTE_WITHDRAWN,
};

static const char *const review_names[REVIEW_NSTATES] = {
	[REVIEW_OPEN] = "open",
	[REVIEW_UNRESOLVED] = "unresolved",
	[REVIEW_DECIDED] = "decided",
	[REVIEW_WITHDRAWN] = "withdrawn",
};

/* What is put off is taken up again before it is decided.  Who wants another decision opens another review. */
static const uint32_t review_next[REVIEW_NSTATES] = {
	[REVIEW_OPEN] = 1u << REVIEW_UNRESOLVED | 1u << REVIEW_DECIDED | 1u << REVIEW_WITHDRAWN,
	[REVIEW_UNRESOLVED] = 1u << REVIEW_OPEN | 1u << REVIEW_WITHDRAWN,
};

static int
parse(const char *const *names, int n, const char *name)
{
	for (int s = 0; s < n; s++)
		if (strcmp(names[s], name) == 0)
			return s;
	return -1;
}

const char *
case_state_name(enum case_state s)
{
	return case_names[s];
}

const char *
item_state_name(enum item_state s)
{
	return item_names[s];
}

const char *
verification_state_name(enum verification_state s)
{
	return verification_names[s];
}

const char *
complaint_state_name(enum complaint_state s)
{
	return complaint_names[s];
}

const char *
dispute_state_name(enum dispute_state s)
{
	return dispute_names[s];
}

const char *
review_state_name(enum review_state s)
{
	return review_names[s];
}

int
case_state_parse(const char *name, enum case_state *ret_state)
{
	int s = parse(case_names, CASE_NSTATES, name);

	if (s < 0)
		return -1;
	*ret_state = (enum case_state)s;
	return 0;
}

int
item_state_parse(const char *name, enum item_state *ret_state)
{
	int s = parse(item_names, ITEM_NSTATES, name);

	if (s < 0)
		return -1;
	*ret_state = (enum item_state)s;
	return 0;
}

int
verification_state_parse(const char *name, enum verification_state *ret_state)
{
	int s = parse(verification_names, VERIFICATION_NSTATES, name);

	if (s < 0)
		return -1;
	*ret_state = (enum verification_state)s;
	return 0;
}

int
complaint_state_parse(const char *name, enum complaint_state *ret_state)
{
	int s = parse(complaint_names, COMPLAINT_NSTATES, name);

	if (s < 0)
		return -1;
	*ret_state = (enum complaint_state)s;
	return 0;
}

int
dispute_state_parse(const char *name, enum dispute_state *ret_state)
{
	int s = parse(dispute_names, DISPUTE_NSTATES, name);

	if (s < 0)
		return -1;
	*ret_state = (enum dispute_state)s;
	return 0;
}

int
review_state_parse(const char *name, enum review_state *ret_state)
{
	int s = parse(review_names, REVIEW_NSTATES, name);

	if (s < 0)
		return -1;
	*ret_state = (enum review_state)s;
	return 0;
}

int
case_state_may(enum case_state from, enum case_state to)
{
	return (case_next[from] >> to & 1) != 0;
}

int
item_state_may(enum item_state from, enum item_state to)
{
	return (item_next[from] >> to & 1) != 0;
}

int
verification_state_may(enum verification_state from, enum verification_state to)
{
	return (verification_next[from] >> to & 1) != 0;
}

int
complaint_state_may(enum complaint_state from, enum complaint_state to)
{
	return (complaint_next[from] >> to & 1) != 0;
}

int
dispute_state_may(enum dispute_state from, enum dispute_state to)
{
	return (dispute_next[from] >> to & 1) != 0;
}

int
review_state_may(enum review_state from, enum review_state to)
{
	return (review_next[from] >> to & 1) != 0;
}

int
case_state_final(enum case_state s)
{
	return case_next[s] == 0;
}

int
verification_state_final(enum verification_state s)
{
	return verification_next[s] == 0;
}

int
complaint_state_final(enum complaint_state s)
{
	return complaint_next[s] == 0;
}

int
dispute_state_final(enum dispute_state s)
{
	return dispute_next[s] == 0;
}

int
review_state_final(enum review_state s)
{
	return review_next[s] == 0;
}

int
item_state_turn(enum item_state s)
{
	return ((AGAIN | ITEM(NOT_ESTABLISHED)) >> s & 1) != 0;
}

int
item_state_waits(enum item_state s)
{
	return ((ITEM(VERIFYING) | ITEM(SUPERVISED)) >> s & 1) != 0;
}

int
item_state_settled(enum item_state s)
{
	return ((ITEM(ESTABLISHED) | ITEM(COMMITTED) | ITEM(CANCELLED)) >> s & 1) != 0;
}

enum item_state
item_state_first(enum method method)
{
	static const enum item_state first[METHOD_N] = {
		[METHOD_DIRECT_CANCEL] = ITEM_CANCELLED,
		[METHOD_COMMITMENT] = ITEM_TO_COMMIT,
		[METHOD_DATA_QUERY] = ITEM_TO_QUERY,
		[METHOD_DEPARTMENT_VERIFY] = ITEM_TO_VERIFY,
	};

	return first[method];
}

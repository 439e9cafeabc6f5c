/* case_may.c - what can be done with an item now: pure, from its state and method. */
#include <string.h>

#include "svc/cases/case.h"

#define MAY(m) (1u << ITEM_MAY_##m)

static const char *const names[ITEM_MAY_N] = {
	[ITEM_MAY_FILL_IN] = "fill_in",
	[ITEM_MAY_QUERY] = "query",
	[ITEM_MAY_QUERY_AGAIN] = "query_again",
	[ITEM_MAY_VERIFY] = "verify",
	[ITEM_MAY_COMMIT] = "commit",
	[ITEM_MAY_DISPUTE] = "dispute",
	[ITEM_MAY_REMIND] = "remind",
	[ITEM_MAY_SUPPLY] = "supply",
	[ITEM_MAY_WITHDRAW] = "withdraw_verification",
	[ITEM_MAY_REFUSE] = "refuse",
};

const char *
item_may_name(enum item_may m)
{
	return names[m];
}

/* Whether the desk was asked because somebody had broken an earlier commitment. */
static int
was_barred(const struct case_item *ci)
{
	json_t *step;
	size_t i;

	json_array_foreach(ci->steps, i, step) {
		const char *reason = json_string_value(json_object_get(step, "reason"));

		if (reason != NULL && strcmp(reason, "credit_record") == 0)
			return 1;
	}
	return 0;
}

/* Whether item and person allow a commitment. */
static int
can_commit(const struct case_file *c, const struct case_item *ci)
{
	return case_item_commits(ci) && !c->matter->commitment_excluded && !was_barred(ci) &&
	    (commitment_may_sign(c, INVENTORY_APPLICANT) ||
	    commitment_may_sign(c, INVENTORY_LEGAL_REPRESENTATIVE) ||
	    commitment_may_sign(c, "guardian"));
}

/* After an answer that does not establish the clerk chooses; after one that does, only doubts. */
static uint32_t
after_answer(const struct case_item *ci)
{
	return ci->way == METHOD_DATA_QUERY ? MAY(QUERY_AGAIN) | MAY(DISPUTE) : 0;
}

static int
item_answered(const struct case_item *ci)
{
	return ci->state == ITEM_ESTABLISHED || ci->state == ITEM_NOT_ESTABLISHED;
}

static uint32_t
at_desk(enum verification_state v)
{
	uint32_t may = v == VERIFICATION_NEED_MORE ? MAY(SUPPLY) : MAY(REMIND);

	return verification_state_final(v) ? 0 : may | MAY(WITHDRAW);
}

uint32_t
case_item_may(const struct case_file *c, const struct case_item *ci, enum verification_state v)
{
	uint32_t commit = can_commit(c, ci) ? MAY(COMMIT) : 0;

	/* What has ended can be doubted still, where the item rests on a value. */
	if (case_state_final(c->state))
		return item_answered(ci) ? after_answer(ci) & MAY(DISPUTE) : 0;
	switch (ci->state) {
	case ITEM_UNDECIDED:
	case ITEM_WAITING_INPUT:
		return MAY(FILL_IN);
	case ITEM_TO_QUERY:
		return MAY(QUERY);
	case ITEM_TO_COMMIT:
		return commit | MAY(VERIFY);
	case ITEM_TO_VERIFY:
	case ITEM_SUPERVISED:
		return MAY(VERIFY);
	case ITEM_VERIFYING:
		return at_desk(v);
	case ITEM_ESTABLISHED:
		return after_answer(ci);
	case ITEM_NOT_ESTABLISHED:
		return after_answer(ci) | commit | MAY(REFUSE) |
		    (ci->way == METHOD_DATA_QUERY ? MAY(VERIFY) : 0);
	default:
		return 0;
	}
}

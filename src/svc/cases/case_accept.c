/* case_accept.c - acceptance, also of what still lacks something, and the end of a case. */
#include <string.h>

#include "base/uuid.h"
#include "svc/cases/case.h"

int64_t
case_day_of(const uint8_t id[RECORD_ID_LEN])
{
	return clock_day(uuid7_ms(id));
}

struct limits
case_limits(const struct case_file *c)
{
	/* Where a correction was asked for, the days run from the acceptance. */
	const uint8_t *from = c->has_correction && c->has_accepted ? c->accepted : c->id;

	return limits_from(c->inv->calendar, case_day_of(from), c->matter->promised_days,
	    c->matter->statutory_days);
}

int
case_waits(const struct case_file *c)
{
	return c->state == CASE_OPEN && c->has_correction;
}

int
case_item_lacks(const struct case_item *ci)
{
	return ci->state == ITEM_UNDECIDED || ci->state == ITEM_WAITING_INPUT;
}

json_t *
case_lacks(const struct case_file *c)
{
	json_t *lacks = json_object();

	for (size_t i = 0; i < c->nitems; i++)
		if (case_item_lacks(&c->item[i]))
			json_object_set_new(lacks, c->item[i].item->code,
			    json_string(c->item[i].missing));
	return lacks;
}

static int
is_unsettled(const struct case_item *ci)
{
	return ci->state != ITEM_DOES_NOT_APPLY && !item_state_settled(ci->state);
}

int
case_may_become(const struct case_file *c, enum case_state to, struct fault *f)
{
	if (case_state_may(c->state, to))
		return 0;
	fault_set(f, c->state == CASE_OPEN ? FAULT_CASE_NOT_ACCEPTED :
	    c->state == CASE_ACCEPTED ? FAULT_CASE_IS_ACCEPTED : FAULT_CASE_NOT_OPEN, "%s", "");
	case_say_state(c->state, f);
	return -1;
}

/* Who has been told once of what lacks is not told again. */
static int
refuse_lacking(const struct case_file *c, struct fault *f)
{
	return c->has_correction ?
	    case_refuse_unready(c, case_item_lacks, "请填上申请人补来的内容,或容缺受理",
	    "Fill in what the applicant brings, or accept with a deferral", f) :
	    case_refuse_unready(c, case_item_lacks, "请填上所缺的内容,或告知申请人补正,或容缺受理",
	    "Fill it in, ask the applicant for a correction, or accept with a deferral", f);
}

static int
is_named(const struct deferral *d, const char *code)
{
	for (size_t i = 0; i < d->n; i++)
		if (strcmp(d->item[i], code) == 0)
			return 1;
	return 0;
}

/* The request names what lacks something, all of it and nothing else: nobody is told half. */
static int
check_items(const struct case_file *c, const struct deferral *d, struct fault *f)
{
	char lacking[FAULT_ARG_MAX] = "";
	size_t n = 0, len = 0;
	int same = 1;

	for (size_t i = 0; i < c->nitems; i++) {
		const struct case_item *ci = &c->item[i];

		if (!case_item_lacks(ci))
			continue;
		n++;
		same &= is_named(d, ci->item->code);
		if (len < sizeof(lacking) - 1)
			len += (size_t)snprintf(lacking + len, sizeof(lacking) - len, "%s%s",
			    len > 0 ? ", " : "", ci->item->code);
	}
	if (same && n == d->n)
		return 0;
	fault_set(f, n > 0 ? FAULT_DEFERRAL_ITEMS : FAULT_DEFERRAL_NOTHING, "%s", "");
	if (n > 0)
		fault_arg(f, "items", "%s", lacking);
	return -1;
}

/* What is deferred comes after today, and in time for the office to go on with it. */
static int
check_until(const struct act *act, const struct deferral *d, int64_t due, struct fault *f)
{
	char day[CLOCK_TEXT_MAX];

	if (d->until > clock_day(act->now) && d->until <= due)
		return 0;
	clock_day_text(due, day);
	fault_set(f, FAULT_DEFERRAL_DAY, "%s", "");
	fault_arg(f, "due", "%s", day);
	return -1;
}

/* The record of a deferral, and the items that it is about. */
static int
put_deferral(struct op *op, struct record *r, struct case_file *c, const struct deferral *d,
    struct fault *f)
{
	const char *code[CASE_DEFERRED_MAX + 1];
	char day[CLOCK_TEXT_MAX];
	size_t n = 0;

	for (size_t i = 0; i < c->nitems && n < CASE_DEFERRED_MAX; i++) {
		struct case_item *ci = &c->item[i];

		if (!case_item_lacks(ci))
			continue;
		code[n++] = ci->item->code;
		ci->deferred = 1;
		case_put_item(op, c, ci);
	}
	code[n] = NULL;
	clock_day_text(d->until, day);
	record_list(r, "deferred", code);
	record_str(r, "until", day);
	return act_body(r, json_pack("{s:o}", "lacks", case_lacks(c)), f);
}

int
case_accept(struct act *act, struct case_file *c, const struct deferral *d, struct fault *f)
{
	struct record *r;
	struct op *op;
	int64_t due;

	if (case_may_become(c, CASE_ACCEPTED, f) < 0 || case_relieve(act, c, f) < 0)
		return -1;
	if (d == NULL && refuse_lacking(c, f) < 0)
		return -1;
	if (d != NULL && check_items(c, d, f) < 0)
		return -1;
	if ((op = case_change_op(act, c, ST_CASE_ACCEPT, RECORD_CASE_ACCEPTED, &r, f)) == NULL)
		return -1;
	c->has_accepted = 1;
	c->state = CASE_ACCEPTED;
	memcpy(c->accepted, record_id(r), RECORD_ID_LEN);
	due = case_limits(c).due;
	if (d != NULL && check_until(act, d, due, f) < 0)
		return -1;
	op_text(op, case_state_name(CASE_ACCEPTED));
	op_blob(op, c->accepted, RECORD_ID_LEN);
	op_int(op, due);
	if (d == NULL) {
		op_text(op, NULL);
		return 0;
	}
	op_int(op, d->until);
	return put_deferral(op, r, c, d, f);
}

int
case_conclude(struct act *act, struct case_file *c, enum case_state outcome,
    const char *reason, json_t *results, struct fault *f)
{
	struct record *r;
	struct op *op;

	if (case_may_become(c, outcome, f) < 0)
		return -1;
	if (outcome == CASE_SETTLED && (case_relieve(act, c, f) < 0 ||
	    case_refuse_unready(c, is_unsettled, "请先办妥这些项", "Settle these items first", f) < 0))
		return -1;
	if ((op = case_change_op(act, c, ST_CASE_CONCLUDE, RECORD_CASE_CONCLUDED, &r, f)) == NULL)
		return -1;
	op_text(op, case_state_name(outcome));
	op_blob(op, record_id(r), RECORD_ID_LEN);
	/* Nobody is left to answer a question that nobody asks any more. */
	for (size_t i = 0; i < c->nitems; i++)
		if (case_withdraw_verification(act, op, c, &c->item[i], f) < 0)
			return -1;
	record_str(r, "outcome", case_state_name(outcome));
	c->state = outcome;
	c->has_concluded = 1;
	memcpy(c->concluded, record_id(r), RECORD_ID_LEN);
	return reason == NULL && results == NULL ? 0 : act_body(r, json_pack("{s:s*, s:O*}", "reason",
	    reason, "results", results), f);
}

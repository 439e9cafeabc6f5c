/* case_correct.c - the one notice of all that an application still lacks. */
#include <string.h>

#include "svc/cases/case.h"

/* Told later than this, the application counts as accepted (行政许可法 32). */
#define CORRECTION_TOLD_DAYS 5

static int
may_ask(const struct act *act, const struct case_file *c, struct fault *f)
{
	char day[CLOCK_TEXT_MAX];

	if (c->state != CASE_OPEN)
		return case_may_become(c, CASE_ACCEPTED, f);
	if (c->has_correction) {
		clock_day_text(case_day_of(c->correction), day);
		fault_set(f, FAULT_CORRECTION_ONCE, "%s", "");
		fault_arg(f, "day", "%s", day);
		return -1;
	}
	if (clock_day(act->now) > calendar_add_days(c->inv->calendar, case_limits(c).from,
	    CORRECTION_TOLD_DAYS)) {
		fault_set(f, FAULT_CORRECTION_LATE, "%s", "");
		return -1;
	}
	return 0;
}

/* Words under which anything could be asked for say nothing about what is lacking. */
static int
check_words(const char *words, struct fault *f)
{
	const char *bad = inventory_catch_all(words);

	if (bad == NULL)
		return 0;
	fault_set(f, FAULT_CATCH_ALL, "%s", "");
	fault_arg(f, "field", "%s", "words");
	fault_arg(f, "words", "%s", bad);
	return -1;
}

int
case_correct(struct act *act, struct case_file *c, const char *words, int days, struct fault *f)
{
	const char *code[CASE_DEFERRED_MAX + 1];
	char day[CLOCK_TEXT_MAX];
	struct record *r;
	struct op *op;
	int64_t due;
	size_t n = 0;

	if (may_ask(act, c, f) < 0 || check_words(words, f) < 0 || case_relieve(act, c, f) < 0)
		return -1;
	for (size_t i = 0; i < c->nitems && n < CASE_DEFERRED_MAX; i++)
		if (case_item_lacks(&c->item[i]))
			code[n++] = c->item[i].item->code;
	code[n] = NULL;
	if (n == 0) {
		fault_set(f, FAULT_CORRECTION_NOTHING, "%s", "");
		return -1;
	}
	if ((op = case_change_op(act, c, ST_CASE_CORRECT, RECORD_CASE_CORRECTION, &r, f)) == NULL)
		return -1;
	due = calendar_add_days(c->inv->calendar, clock_day(act->now), days);
	op_blob(op, record_id(r), RECORD_ID_LEN);
	op_int(op, due);
	clock_day_text(due, day);
	record_str(r, "due", day);
	record_list(r, "items", code);
	return act_body(r, json_pack("{s:o, s:s}", "lacks", case_lacks(c), "words", words), f);
}

/* case_item.c - items of a case: how they begin, move and are written. */
#include <stdlib.h>
#include <string.h>

#include "rules/json_text.h"
#include "svc/cases/case.h"

int
case_move(struct case_item *ci, enum item_state to, struct fault *f)
{
	if (ci->state != to && !item_state_may(ci->state, to)) {
		fault_set(f, FAULT_BUG, "item %s: %s to %s", ci->item->code,
		    item_state_name(ci->state), item_state_name(to));
		return -1;
	}
	ci->state = to;
	return 0;
}

int
case_step(struct case_item *ci, int64_t at, const char *outcome, const char *reason,
    struct fault *f)
{
	json_t *step = json_pack("{s:I, s:s, s:s, s:s?}", "at", (json_int_t)at, "way",
	    method_name(ci->way), "outcome", outcome, "reason", reason);

	/* The latest ones for the card; every one of them is a record. */
	if (json_array_size(ci->steps) == CASE_STEPS_MAX)
		json_array_remove(ci->steps, 0);
	if (step == NULL || json_array_append_new(ci->steps, step) < 0) {
		fault_set(f, FAULT_MEMORY, "%s", "step");
		return -1;
	}
	return 0;
}

static void
add_missing(struct case_item *ci, const char *kind, const char *name)
{
	size_t len = strlen(ci->missing);
	int n = snprintf(ci->missing + len, sizeof(ci->missing) - len, "%s%s:%s",
	    len > 0 ? "," : "", kind, name);

	/* What does not fit whole is left out: the first ones are asked for first. */
	if (n < 0 || (size_t)n >= sizeof(ci->missing) - len)
		ci->missing[len] = '\0';
}

enum item_state
case_query_begins(const struct case_file *c, struct case_item *ci)
{
	static const char *const kind[] = { [BOUND_NO_PARTY] = "party", [BOUND_NO_FORM] = "form",
		[BOUND_NO_ASK] = "ask" };
	enum item_state state = ITEM_TO_QUERY;
	char value[EVALUATE_VALUE_MAX], role[EVALUATE_ROLE_MAX];

	for (size_t i = 0; i < ci->item->nbindings; i++) {
		const struct binding *b = &ci->item->bindings[i];
		enum bound got = evaluate_binding(ci->item, b, c->party, c->nparties, c->form,
		    c->asked, c->nasked, value, role);

		if (got == BOUND_NO_NUMBER) {
			ci->missing[0] = '\0';
			ci->way = METHOD_DEPARTMENT_VERIFY;
			return ITEM_TO_VERIFY;
		}
		if (got == BOUND_VALUE)
			continue;
		state = ITEM_WAITING_INPUT;
		/* Who is lacking is not always whom the list names: an enterprise asks by who represents it. */
		add_missing(ci, kind[got], got == BOUND_NO_ASK ? b->input->name :
		    got == BOUND_NO_PARTY ? role : b->what);
	}
	explicit_bzero(value, sizeof(value));
	return state;
}

static enum item_state
begins(const struct case_file *c, struct case_item *ci)
{
	switch (ci->item->method) {
	case METHOD_DIRECT_CANCEL:
		return ITEM_CANCELLED;
	case METHOD_COMMITMENT:
		if (!c->credit_barred)
			return ITEM_TO_COMMIT;
		ci->way = METHOD_DEPARTMENT_VERIFY;
		return ITEM_TO_VERIFY;
	case METHOD_DATA_QUERY:
		return case_query_begins(c, ci);
	default:
		return ITEM_TO_VERIFY;
	}
}

int
case_work_out(struct case_file *c, struct fault *f)
{
	struct evaluated *now = calloc(c->nitems + 1, sizeof(*now));
	int rc = -1;

	if (now == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "items");
		return -1;
	}
	if (evaluate(c->inv, c->matter, c->form, now, f) < 0)
		goto out;
	for (size_t i = 0; i < c->nitems; i++) {
		struct case_item *ci = &c->item[i];

		ci->item = now[i].item;
		ci->way = ci->item->method;
		ci->missing[0] = '\0';
		if (now[i].applies == APPLIES_YES)
			ci->state = begins(c, ci);
		else
			ci->state = now[i].applies == APPLIES_NO ? ITEM_DOES_NOT_APPLY : ITEM_UNDECIDED;
		for (size_t m = 0; m < now[i].nmissing; m++)
			add_missing(ci, "form", now[i].missing[m]);
	}
	rc = 0;
out:
	free(now);
	return rc;
}

void
case_put_steps(struct op *op, const struct case_item *ci)
{
	struct buf steps = BUF_INIT;

	op_text(op, json_text(ci->steps, JSON_BY_NAME, &steps) == 0 ? steps.data : "[]");
	buf_free(&steps);
}

void
case_put_item(struct op *op, const struct case_file *c, const struct case_item *ci)
{
	op_step(op, ST_ITEM_UPDATE, 1);
	op_text(op, c->division);
	op_blob(op, c->id, RECORD_ID_LEN);
	op_text(op, ci->item->code);
	op_text(op, item_state_name(ci->state));
	op_text(op, method_name(ci->way));
	op_text(op, ci->missing);
	op_blob(op, ci->has_record ? ci->record : NULL, RECORD_ID_LEN);
	op_blob(op, ci->has_verification ? ci->verification : NULL, RECORD_ID_LEN);
	case_put_steps(op, ci);
	op_int(op, ci->deferred);
}

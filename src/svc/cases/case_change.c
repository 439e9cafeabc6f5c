/* case_change.c - changes of a case: how they are guarded, and new answers. */
#include <stdlib.h>
#include <string.h>

#include "svc/cases/case.h"

int
case_workable(const struct case_file *c, struct fault *f)
{
	if (c->state == CASE_OPEN || c->state == CASE_ACCEPTED)
		return 0;
	fault_set(f, FAULT_CASE_NOT_OPEN, "%s", "");
	fault_arg(f, "state", "%s", case_state_name(c->state));
	return -1;
}

struct op *
case_change_op(struct act *act, struct case_file *c, enum stmt stmt, enum record_type type,
    struct record **ret_record, struct fault *f)
{
	struct op *op = act_add(act, type, c->division, c->id, ret_record, f);

	if (op == NULL)
		return NULL;
	record_str(*ret_record, "matter", c->matter->code);
	op_step(op, stmt, 1);
	op_at(op);
	op_text(op, act->actor.id);
	op_text(op, c->division);
	op_blob(op, c->id, RECORD_ID_LEN);
	op_int(op, c->version++);
	return op;
}

struct op *
case_op(struct act *act, struct case_file *c, enum record_type type, struct record **ret_record,
    struct fault *f)
{
	return case_change_op(act, c, ST_CASE_TOUCH, type, ret_record, f);
}

/* What the case was before its answers changed. */
struct before {
	struct case_item *item;
	struct asked *asked;
	size_t nasked;
	json_t *form;
};

static int
before_keep(struct before *b, const struct case_file *c, struct fault *f)
{
	b->item = calloc(c->nitems + 1, sizeof(*b->item));
	b->asked = calloc(c->nasked + 1, sizeof(*b->asked));
	if (b->item == NULL || b->asked == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "items");
		return -1;
	}
	memcpy(b->item, c->item, c->nitems * sizeof(*b->item));
	memcpy(b->asked, c->asked, c->nasked * sizeof(*b->asked));
	b->nasked = c->nasked;
	b->form = json_incref(c->form);
	return 0;
}

static void
before_free(struct before *b)
{
	if (b->asked != NULL)
		explicit_bzero(b->asked, b->nasked * sizeof(*b->asked));
	free(b->asked);
	free(b->item);
	json_decref(b->form);
}

/* Whether an item's inputs have other values than before. */
static int
inputs_changed(const struct case_file *c, const struct case_item *ci, const struct before *old)
{
	char was[EVALUATE_VALUE_MAX], is[EVALUATE_VALUE_MAX], role[EVALUATE_ROLE_MAX];
	int changed = 0;

	for (size_t i = 0; i < ci->item->nbindings && !changed; i++) {
		const struct binding *b = &ci->item->bindings[i];
		enum bound before = evaluate_binding(ci->item, b, c->party, c->nparties, old->form,
		    old->asked, old->nasked, was, role);
		enum bound after = evaluate_binding(ci->item, b, c->party, c->nparties, c->form,
		    c->asked, c->nasked, is, role);

		changed = before != after || (before == BOUND_VALUE && strcmp(was, is) != 0);
	}
	explicit_bzero(was, sizeof(was));
	explicit_bzero(is, sizeof(is));
	return changed;
}

/* Work that an item has behind it stays where the item still applies and asks the same. */
static int
stays(const struct case_item *was, enum item_state begins_as, int changed)
{
	if (begins_as == ITEM_DOES_NOT_APPLY || begins_as == ITEM_UNDECIDED ||
	    was->state == ITEM_DOES_NOT_APPLY || was->state == ITEM_UNDECIDED ||
	    was->state == ITEM_WAITING_INPUT)
		return 0;
	/* What is still to be promised, or kept from it, goes by the credit of today. */
	if (was->item->method == METHOD_COMMITMENT &&
	    (was->state == ITEM_TO_COMMIT || was->state == ITEM_TO_VERIFY))
		return 0;
	return !changed;
}

/* Item i after new answers were worked out: as it was, or begun anew. */
static int
answer_item(struct act *act, struct op *op, struct case_file *c, size_t i,
    const struct before *old, struct fault *f)
{
	const struct case_item *was = &old->item[i];
	struct case_item *ci = &c->item[i];
	enum item_state begin = ci->state;

	if (stays(was, begin, inputs_changed(c, ci, old))) {
		ci->state = was->state;
		ci->way = was->way;
		memcpy(ci->missing, was->missing, sizeof(ci->missing));
		return 0;
	}
	if (begin == was->state && strcmp(ci->missing, was->missing) == 0)
		return 0;
	ci->state = was->state;
	if (case_withdraw_verification(act, op, c, ci, f) < 0)
		return -1;
	ci->has_record = ci->has_verification = 0;
	if (case_move(ci, begin, f) < 0 || case_step(ci, act->now, item_state_name(begin),
	    credit_item(ci) ? "credit_record" : "answers_changed", f) < 0)
		return -1;
	case_put_item(op, c, ci);
	return 0;
}

/* The new answers in the case, and everything worked out again. */
static int
take_answers(struct act *act, struct case_file *c, json_t *form, const struct asked *asked,
    size_t nasked, struct fault *f)
{
	json_incref(form);
	json_decref(c->form);
	c->form = form;
	if (asked != NULL) {
		memcpy(c->asked, asked, nasked * sizeof(*asked));
		c->nasked = nasked;
	}
	if (case_check_asked(c, f) < 0 || credit_look(act, c, f) < 0)
		return -1;
	return case_work_out(c, f);
}

int
case_answer(struct act *act, struct case_file *c, json_t *form, const struct asked *asked,
    size_t nasked, struct fault *f)
{
	struct buf people = BUF_INIT;
	struct before old = { 0 };
	struct record *r;
	struct op *op;
	int rc = -1;

	if (case_workable(c, f) < 0 || evaluate_check_form(c->inv, form, f) < 0 ||
	    before_keep(&old, c, f) < 0 || take_answers(act, c, form, asked, nasked, f) < 0)
		goto out;
	if ((op = act_add(act, RECORD_CASE_ANSWERED, c->division, c->id, &r, f)) == NULL ||
	    case_put_people(act, c, r, &people, f) < 0)
		goto out;
	record_str(r, "matter", c->matter->code);
	credit_note(c, r);
	op_step(op, ST_CASE_PEOPLE, 1);
	op_at(op);
	op_text(op, act->actor.id);
	op_text(op, c->division);
	op_blob(op, c->id, RECORD_ID_LEN);
	op_int(op, c->version);
	op_blob(op, people.data, people.len);
	for (size_t i = 0; i < c->nitems; i++)
		if (answer_item(act, op, c, i, &old, f) < 0)
			goto out;
	case_put_subjects(act, c, op);
	rc = 0;
out:
	before_free(&old);
	buf_free(&people);
	return rc;
}

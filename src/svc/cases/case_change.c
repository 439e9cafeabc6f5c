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
	case_say_state(c->state, f);
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
	struct case_file c;		/* all but form, asked and item is borrowed */
	int others;			/* the parties are others now */
};

static void
before_free(struct before *b)
{
	if (b == NULL)
		return;
	json_decref(b->c.form);
	free(b->c.item);
	case_forget_asked(&b->c);
	explicit_bzero(&b->c, sizeof(b->c));
	free(b);
}

static struct before *
before_keep(const struct case_file *c, struct fault *f)
{
	struct before *b = calloc(1, sizeof(*b));
	struct case_item *item = calloc(c->nitems + 1, sizeof(*item));

	if (b == NULL || item == NULL) {
		free(b);
		free(item);
		fault_set(f, FAULT_MEMORY, "%s", "items");
		return NULL;
	}
	b->c = *c;
	b->c.form = json_incref(c->form);
	b->c.item = item;
	b->c.asked = NULL;
	b->c.nasked = 0;
	if (case_put_asked(&b->c, c->asked, c->nasked, f) < 0) {
		before_free(b);
		return NULL;
	}
	memcpy(item, c->item, c->nitems * sizeof(*item));
	return b;
}

/* Whether an item's inputs have other values than before. */
static int
inputs_changed(const struct case_file *c, const struct case_item *ci, const struct case_file *old)
{
	char was[EVALUATE_VALUE_MAX], is[EVALUATE_VALUE_MAX], role[EVALUATE_ROLE_MAX];
	int changed = 0;

	for (size_t i = 0; i < ci->item->nbindings && !changed; i++) {
		const struct binding *b = &ci->item->bindings[i];
		enum bound before = evaluate_binding(ci->item, b, old->party, old->nparties, old->form,
		    old->asked, old->nasked, was, role);
		enum bound after = evaluate_binding(ci->item, b, c->party, c->nparties, c->form,
		    c->asked, c->nasked, is, role);

		changed = before != after || (before == BOUND_VALUE && strcmp(was, is) != 0);
	}
	explicit_bzero(was, sizeof(was));
	explicit_bzero(is, sizeof(is));
	return changed;
}

static int
another(const struct party *a, const struct party *b)
{
	if (a == NULL || b == NULL)
		return a != b;
	return a->kind != b->kind || a->type != b->type || strcmp(a->number, b->number) != 0 ||
	    strcmp(a->name, b->name) != 0;
}

static int
parties_changed(const struct case_file *c, const struct case_file *old)
{
	int changed = c->nparties != old->nparties;

	for (size_t i = 0; i < c->nparties; i++)
		changed |= another(&c->party[i], case_party(old, c->party[i].role));
	return changed;
}

/* Whether who signed a commitment is somebody else now. */
static int
signer_changed(struct act *act, const struct case_file *c, const struct case_item *was,
    const struct case_file *old, int *ret_changed, struct fault *f)
{
	struct stored_record r;
	const char *role;
	json_t *text;

	if (record_load(act, c->division, was->record, &r, f) < 0)
		return -1;
	text = json_loadb(r.text.data, r.text.len, 0, NULL);
	role = json_string_value(json_object_get(text, "party"));
	*ret_changed |= role == NULL || another(case_party(c, role), case_party(old, role));
	json_decref(text);
	stored_record_free(&r);
	return 0;
}

/* Whether what an item has behind it was of somebody else, or asked by another value. */
static int
was_of_another(struct act *act, const struct case_file *c, size_t i, const struct before *old,
    int *ret_changed, struct fault *f)
{
	const struct case_item *was = &old->c.item[i];

	*ret_changed = inputs_changed(c, &c->item[i], &old->c);
	if (!old->others)
		return 0;
	if (was->way == METHOD_DEPARTMENT_VERIFY)
		*ret_changed |= another(case_asked_about(c, was), case_asked_about(&old->c, was));
	if (was->state == ITEM_COMMITTED)
		return signer_changed(act, c, was, &old->c, ret_changed, f);
	return 0;
}

/* Work that an item has behind it stays where the item still applies and asks the same. */
static int
stays(const struct case_item *was, enum item_state begins_as, int changed)
{
	/* What has been abolished since is not asked for again. */
	if (was->state == ITEM_CANCELLED && was->item->method != METHOD_DIRECT_CANCEL)
		return 1;
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
	const struct case_item *was = &old->c.item[i];
	struct case_item *ci = &c->item[i];
	enum item_state begin = ci->state;
	int changed;

	if (was_of_another(act, c, i, old, &changed, f) < 0)
		return -1;
	if (stays(was, begin, changed)) {
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
take_answers(struct act *act, struct case_file *c, const struct case_answers *to, struct fault *f)
{
	json_incref(to->form);
	json_decref(c->form);
	c->form = to->form;
	if (to->asked != NULL && case_put_asked(c, to->asked, to->nasked, f) < 0)
		return -1;
	if (to->party != NULL) {
		memcpy(c->party, to->party, to->nparties * sizeof(*to->party));
		c->nparties = to->nparties;
	}
	if (case_check_asked(c, f) < 0 || credit_look(act, c, f) < 0)
		return -1;
	return case_work_out(c, f);
}

int
case_answer(struct act *act, struct case_file *c, const struct case_answers *to, struct fault *f)
{
	struct buf people = BUF_INIT;
	struct before *old = NULL;
	struct record *r;
	struct op *op;
	int rc = -1;

	if (case_workable(c, f) < 0 || evaluate_check_form(c->inv, to->form, f) < 0 ||
	    (to->party != NULL && case_check_parties(c->matter, to->party, to->nparties, f) < 0) ||
	    (old = before_keep(c, f)) == NULL || take_answers(act, c, to, f) < 0)
		goto out;
	old->others = parties_changed(c, &old->c);
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
		if (answer_item(act, op, c, i, old, f) < 0)
			goto out;
	case_put_subjects(act, c, &old->c, op);
	rc = 0;
out:
	before_free(old);
	buf_free(&people);
	return rc;
}

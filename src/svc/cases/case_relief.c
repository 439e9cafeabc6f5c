/* case_relief.c - what was abolished after a case was opened helps it all the same. */
#include <stdlib.h>
#include <string.h>

#include "svc/cases/case.h"

/* Whether the list in force has abolished an item that this case still has to settle. */
static int
abolished(const struct inventory *now, const struct case_item *ci)
{
	const struct item *item = inventory_item(now, ci->item->code);

	return item != NULL && item->method == METHOD_DIRECT_CANCEL && ci->state != ITEM_CANCELLED &&
	    ci->state != ITEM_DOES_NOT_APPLY && !item_state_settled(ci->state);
}

/* The list in force where it is another than the case's; NULL where there is nothing to compare. */
static struct inventory *
newer(struct act *act, const struct case_file *c)
{
	struct inventory *now = app_inventory(act->app, NULL);

	if (now == NULL || now->version != c->inv->version)
		return now;
	inventory_unref(now);
	return NULL;
}

int
case_still_asked(struct act *act, const struct case_file *c, const struct case_item *ci,
    struct fault *f)
{
	struct inventory *now = newer(act, c);
	int gone = now != NULL && abolished(now, ci);

	inventory_unref(now);
	if (!gone)
		return 0;
	fault_set(f, FAULT_ITEM_CANCELLED, "%s", "since the case was opened");
	fault_arg(f, "item", "%s", ci->item->code);
	return -1;
}

static int
relieve(struct act *act, struct case_file *c, const struct inventory *now, const char **codes,
    struct fault *f)
{
	struct record *r;
	struct op *op = case_op(act, c, RECORD_ITEMS_CANCELLED, &r, f);

	if (op == NULL)
		return -1;
	record_int(r, "inventory", now->version);
	record_list(r, "items", codes);
	for (size_t i = 0; i < c->nitems; i++) {
		struct case_item *ci = &c->item[i];

		if (!abolished(now, ci))
			continue;
		if (case_withdraw_verification(act, op, c, ci, f) < 0)
			return -1;
		ci->way = METHOD_DIRECT_CANCEL;
		ci->missing[0] = '\0';
		if (case_move(ci, ITEM_CANCELLED, f) < 0 || case_step(ci, act->now,
		    item_state_name(ITEM_CANCELLED), "cancelled_later", f) < 0)
			return -1;
		case_put_item(op, c, ci);
	}
	return 0;
}

int
case_relieve(struct act *act, struct case_file *c, struct fault *f)
{
	struct inventory *now = newer(act, c);
	const char **codes = NULL;
	size_t n = 0;
	int rc = 0;

	if (now != NULL && (codes = calloc(c->nitems + 1, sizeof(*codes))) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "items");
		rc = -1;
	}
	for (size_t i = 0; codes != NULL && i < c->nitems; i++)
		if (abolished(now, &c->item[i]))
			codes[n++] = c->item[i].item->code;
	if (n > 0)
		rc = relieve(act, c, now, codes, f);
	free(codes);
	inventory_unref(now);
	return rc;
}

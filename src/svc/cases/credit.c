/* Whoever broke a commitment signs no other until the record is repaired. */
#include <string.h>

#include "source/dataset.h"
#include "svc/cases/case.h"
#include "svc/inventory/inventory_svc.h"

/* What was put right in time, and what is not decided yet, excludes nobody. */
static const char *const broken[] = { "breach_minor", "breach_serious" };
static const char *const nothing[] = { NULL };		/* of a row: that it is there is enough */

static int
has_broken(struct act *act, const struct party *p, int *ret_yes, struct fault *f)
{
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		struct dataset_input input[] = { { "outcome", broken[i] }, { "subject_id", p->number } };
		struct dataset_question q;
		json_t *rows = NULL;

		if (dataset_question(act->reader, act->app->seal, BREACH_DATASET, input, 2, &q, f) < 0 ||
		    dataset_ask(act->reader, act->app->seal, &q, nothing, NULL, &rows, f) < 0)
			return -1;
		*ret_yes |= json_array_size(rows) > 0;
		json_decref(rows);
	}
	return 0;
}

int
credit_any_barred(struct act *act, const struct case_file *c, const char *const *roles,
    int *ret_barred, struct fault *f)
{
	int64_t imported;
	int barred = 0, rc = -1;

	/* One state: an import between two look-ups must not hide anybody. */
	if (store_reader_begin(act->reader, f) < 0)
		return -1;
	imported = store_read(act->reader, ST_DATASET_GET, PARAMS(sql_text(BREACH_DATASET)), NULL,
	    NULL, f);
	if (imported < 0)
		goto out;
	for (; imported > 0 && *roles != NULL; roles++) {
		const struct party *p = case_party(c, *roles);

		if (p != NULL && (p->type == IDENT_CITIZEN_ID || p->type == IDENT_USCC) &&
		    has_broken(act, p, &barred, f) < 0)
			goto out;
	}
	*ret_barred = barred;
	rc = 0;
out:
	store_reader_end(act->reader);
	return rc;
}

int
credit_look(struct act *act, struct case_file *c, struct fault *f)
{
	static const char *const person[] = { INVENTORY_APPLICANT, NULL };
	static const char *const enterprise[] = { INVENTORY_APPLICANT,
		INVENTORY_LEGAL_REPRESENTATIVE, NULL };
	const struct party *applicant = case_party(c, INVENTORY_APPLICANT);

	/* Nobody is looked up for a matter that has nothing to promise. */
	for (size_t i = 0; i < c->matter->nitems; i++) {
		if (c->matter->items[i]->method == METHOD_COMMITMENT) {
			c->credit_looked = 1;
			return credit_any_barred(act, c, applicant != NULL &&
			    applicant->kind == SUBJECT_ENTERPRISE ? enterprise : person,
			    &c->credit_barred, f);
		}
	}
	return 0;
}

void
credit_note(const struct case_file *c, struct record *r)
{
	if (c->credit_looked)
		record_str(r, "credit", c->credit_barred ? "barred" : "clear");
}

int
credit_item(const struct case_item *ci)
{
	/* Nothing else brings it there: who does not want to commit is sent to the desk at once. */
	return ci->item->method == METHOD_COMMITMENT && ci->state == ITEM_TO_VERIFY;
}

int
credit_refuse(const struct case_item *ci, struct fault *f)
{
	fault_set(f, FAULT_CREDIT_EXCLUDED, "%s", "");
	fault_arg(f, "item", "%s", ci->item->code);
	return -1;
}

#include "svc/disputes/dispute.h"

#include <string.h>

#include "base/utf8.h"
#include "base/uuid.h"
#include "flow/state_words.h"
#include "svc/disputes/notice.h"

/* Reading */

struct dispute_read { struct dispute *d; dispute_each_fn *each; void *ctx; };

/* The columns of DISPUTE_GET. */
static int
dispute_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct dispute_read *r = ctx;
	struct dispute *d = r->d;

	memset(d, 0, sizeof(*d));
	snprintf(d->division, sizeof(d->division), "%s", row_text(row, 0));
	act_row_id(row, 1, d->id);
	d->version = row_int(row, 2);
	if (dispute_state_parse(row_text(row, 3), &d->state) < 0) {
		fault_set(f, FAULT_STORE, "dispute in state %s", row_text(row, 3));
		return -1;
	}
	act_row_id(row, 4, d->case_id);
	snprintf(d->item, sizeof(d->item), "%s", row_text(row, 5));
	snprintf(d->service, sizeof(d->service), "%s", row_text(row, 6));
	snprintf(d->agency, sizeof(d->agency), "%s", row_text(row, 7));
	act_row_id(row, 8, d->disputed);
	d->opened_at = row_int(row, 9);
	snprintf(d->opened_by, sizeof(d->opened_by), "%s", row_text(row, 10));
	act_row_id(row, 11, d->opened);
	d->due_at = row_int(row, 12);
	/* 13, the outcome, says what the state says. */
	d->answered_at = row_int(row, 14);
	snprintf(d->answered_by, sizeof(d->answered_by), "%s", row_text(row, 15));
	if (d->state != DISPUTE_OPEN)
		act_row_id(row, 16, d->answered);
	d->changed_at = row_int(row, 17);
	snprintf(d->changed_by, sizeof(d->changed_by), "%s", row_text(row, 18));
	return r->each != NULL ? r->each(d, r->ctx, f) : 0;
}

static int
load_id(struct act *act, const char *division, const uint8_t *id, struct dispute *ret_dispute,
    struct fault *f)
{
	struct dispute_read r = { .d = ret_dispute };
	int64_t n = store_read(act->reader, ST_DISPUTE_GET, PARAMS(sql_text(division),
	    sql_blob(id, RECORD_ID_LEN)), dispute_row, &r, f);

	if (n == 0)
		fault_set(f, FAULT_NOT_FOUND, "%s", "");
	return n > 0 ? 0 : -1;
}

int
dispute_load(struct act *act, const char *id_text, struct dispute *ret_dispute, struct fault *f)
{
	char division[7];
	uint8_t id[RECORD_ID_LEN];
	struct dispute d;

	act->object[0] = '\0';
	if (record_object_parse(id_text, division, id) < 0) {
		fault_set(f, FAULT_NOT_FOUND, "%s", "not an id");
		return -1;
	}
	record_object_name(division, id, act->object);
	if (access_check(&act->actor, act->action, NULL, NULL, f) < 0 ||
	    load_id(act, division, id, &d, f) < 0)
		return -1;
	/* Data have one owner, wherever the case is. */
	if (strcmp(act->actor.agency, d.agency) != 0) {
		fault_set(f, FAULT_NOT_FOUND, "%s", "another agency's");
		return -1;
	}
	*ret_dispute = d;
	return 0;
}

int
dispute_of_case(struct act *act, const struct case_file *c, dispute_each_fn *each, void *ctx,
    struct fault *f)
{
	struct dispute d;
	struct dispute_read r = { .d = &d, .each = each, .ctx = ctx };

	return store_read(act->reader, ST_DISPUTES_OF_CASE, PARAMS(sql_text(c->division),
	    sql_blob(c->id, RECORD_ID_LEN)), dispute_row, &r, f) < 0 ? -1 : 0;
}

int
dispute_list(struct act *act, const struct dispute_page *page, dispute_each_fn *each, void *ctx,
    struct fault *f)
{
	static const uint8_t first[RECORD_ID_LEN];
	struct dispute d;
	struct dispute_read r = { .d = &d, .each = each, .ctx = ctx };

	return store_read(act->reader, ST_DISPUTES_OF_AGENCY, PARAMS(sql_text(page->agency),
	    sql_text(dispute_state_name(page->state)), sql_int(page->after_due),
	    sql_blob(page->after_id != NULL ? page->after_id : first, RECORD_ID_LEN),
	    sql_int(page->limit)), dispute_row, &r, f) < 0 ? -1 : 0;
}

/* Opening */

/* The answer that an item rests on, as its record says it. */
struct answer {
	json_t *text;
	const char *service, *party;	/* within text; party may be NULL */
};

static int
no_answer(const struct case_item *ci, struct fault *f)
{
	fault_set(f, FAULT_DISPUTE_NOTHING, "%s", item_state_name(ci->state));
	fault_arg(f, "item", "%s", ci->item->code);
	return -1;
}

static int
answer_load(struct act *act, const struct case_file *c, const struct case_item *ci,
    struct answer *ret_answer, struct fault *f)
{
	struct answer a = { .text = NULL };
	struct stored_record r;
	const char *type;

	if (!ci->has_record || (ci->state != ITEM_ESTABLISHED && ci->state != ITEM_NOT_ESTABLISHED))
		return no_answer(ci, f);
	if (record_load(act, c->division, ci->record, &r, f) < 0)
		return -1;
	a.text = json_loadb(r.text.data, r.text.len, 0, NULL);
	stored_record_free(&r);
	type = json_string_value(json_object_get(a.text, "type"));
	if (type == NULL || strcmp(type, record_type_name(RECORD_QUERY_ANSWERED)) != 0) {
		json_decref(a.text);
		return no_answer(ci, f);
	}
	a.service = json_string_value(json_object_get(a.text, "service"));
	a.party = json_string_value(json_object_get(a.text, "party"));
	*ret_answer = a;
	return 0;
}

/* Nobody disputes one answer twice at a time. */
static int
not_twice(const struct dispute *d, void *ctx, struct fault *f)
{
	const struct case_item *ci = ctx;
	char id[RECORD_NAME_MAX];

	if (d->state != DISPUTE_OPEN || memcmp(d->disputed, ci->record, RECORD_ID_LEN) != 0)
		return 0;
	record_object_name(d->division, d->id, id);
	fault_set(f, FAULT_DISPUTE_THERE, "%s", "");
	fault_arg(f, "item", "%s", ci->item->code);
	fault_arg(f, "dispute", "%s", id);
	return -1;
}

/* Who owns the service's data now; the list of the case's opening where it is gone since. */
static const struct agency *
owner(const struct inventory *in_force, const struct case_item *ci, const char *service)
{
	const struct service *s = inventory_service(in_force, service);

	return s != NULL ? s->provider : ci->item->proof->query->provider;
}

/* What is said, and of whom: a party may be corrected later, and the answer was about this one. */
static int
put_body(const struct case_file *c, const struct answer *a, const char *reason,
    const char *claimed, struct record *r, struct fault *f)
{
	const struct party *p = a->party != NULL ? case_party(c, a->party) : NULL;
	json_t *body = json_pack("{s:s, s:s*}", "reason", reason, "claimed", claimed);

	if (p != NULL)
		json_object_set_new(body, "subject", json_pack("{s:s, s:s, s:s, s:s}", "role", p->role,
		    "type", ident_type_name(p->type), "number", p->number, "name", p->name));
	return act_body(r, body, f);
}

/* Where the record is found again: in the trail of whom the answer is about. */
static int
put_subject(struct act *act, const struct dispute *d, struct op *op, struct fault *f)
{
	uint8_t subject[BLIND_LEN];
	int has = dispute_subject(act, d, subject, f);

	if (has > 0)
		op_subjects(op, subject, sizeof(subject));
	return has < 0 ? -1 : 0;
}

static void
put_insert(struct op *op, const struct act *act, const struct dispute *d, int64_t inventory)
{
	op_step(op, ST_DISPUTE_INSERT, 1);
	op_text(op, d->division);
	op_blob(op, d->id, RECORD_ID_LEN);
	op_blob(op, d->case_id, RECORD_ID_LEN);
	op_text(op, d->item);
	op_text(op, d->service);
	op_text(op, d->agency);
	op_blob(op, d->disputed, RECORD_ID_LEN);
	op_int(op, d->opened_at);
	op_text(op, act->actor.id);
	op_blob(op, d->opened, RECORD_ID_LEN);
	op_int(op, d->due_at);
	op_int(op, DISPUTE_DAYS);
	op_int(op, inventory);
}

/* The members that every record of a dispute has. */
static void
put_members(struct record *r, const struct dispute *d)
{
	record_object(r, "dispute", d->id);
	record_str(r, "item", d->item);
	record_str(r, "service", d->service);
}

/* A dispute of what the item rests on, not written yet. */
static struct dispute
new_dispute(const struct act *act, const struct case_file *c, const struct case_item *ci,
    const char *service, const struct inventory *in_force)
{
	struct dispute d = { .opened_at = act->now };

	uuid7_new(act->app->clock, d.id);
	memcpy(d.division, c->division, sizeof(d.division));
	memcpy(d.case_id, c->id, sizeof(d.case_id));
	memcpy(d.disputed, ci->record, sizeof(d.disputed));
	snprintf(d.item, sizeof(d.item), "%s", ci->item->code);
	snprintf(d.service, sizeof(d.service), "%s", service);
	snprintf(d.agency, sizeof(d.agency), "%s", owner(in_force, ci, service)->code);
	d.due_at = calendar_due(in_force->calendar, act->now, DISPUTE_DAYS);
	return d;
}

int
dispute_open(struct act *act, struct case_file *c, struct case_item *ci, const char *reason,
    const char *claimed, struct fault *f)
{
	struct inventory *in_force = NULL;
	struct answer a = { .text = NULL };
	char due[CLOCK_TEXT_MAX];
	struct dispute d;
	struct record *r;
	struct op *op;
	int rc = -1;

	if (answer_load(act, c, ci, &a, f) < 0 || dispute_of_case(act, c, not_twice, ci, f) < 0 ||
	    (in_force = app_inventory(act->app, f)) == NULL ||
	    (op = case_op(act, c, RECORD_DISPUTE_OPENED, &r, f)) == NULL)
		goto out;
	d = new_dispute(act, c, ci, a.service, in_force);
	memcpy(d.opened, record_id(r), sizeof(d.opened));
	clock_text(d.due_at, due);
	put_members(r, &d);
	record_str(r, "agency", d.agency);
	record_object(r, "disputed", d.disputed);
	record_str(r, "due", due);
	if (put_body(c, &a, reason, claimed, r, f) < 0 || put_subject(act, &d, op, f) < 0 ||
	    case_step(ci, act->now, "disputed", NULL, f) < 0)
		goto out;
	put_insert(op, act, &d, in_force->version);
	case_put_item(op, c, ci);
	rc = 0;
out:
	json_decref(a.text);
	inventory_unref(in_force);
	return rc;
}

/* Ending */

static int
may(const struct dispute *d, enum dispute_state to, struct fault *f)
{
	if (dispute_state_may(d->state, to))
		return 0;
	fault_set(f, FAULT_DISPUTE_STATE, "%s", "");
	fault_arg(f, "state", "%s", dispute_state_name(d->state));
	fault_arg(f, "state_zh", "%s", dispute_state_words(d->state, LANG_ZH));
	fault_arg(f, "state_en", "%s", dispute_state_words(d->state, LANG_EN));
	return -1;
}

/* Ends the dispute and says so on the item's card, in one operation on the case. */
static struct op *
end(struct act *act, const struct dispute *d, enum dispute_state to, struct case_file *c,
    struct case_item *ci, enum record_type type, struct record **ret_record, struct fault *f)
{
	struct op *op = case_op(act, c, type, ret_record, f);

	if (op == NULL)
		return NULL;
	put_members(*ret_record, d);
	op_step(op, ST_DISPUTE_END, 1);
	op_at(op);
	op_text(op, act->actor.id);
	op_text(op, d->division);
	op_blob(op, d->id, RECORD_ID_LEN);
	op_int(op, d->version);
	op_text(op, dispute_state_name(to));
	op_text(op, to != DISPUTE_WITHDRAWN ? dispute_state_name(to) : NULL);
	op_blob(op, record_id(*ret_record), RECORD_ID_LEN);
	if (put_subject(act, d, op, f) < 0 ||
	    case_step(ci, act->now, "dispute_ended", dispute_state_name(to), f) < 0)
		return NULL;
	case_put_item(op, c, ci);
	return op;
}

int
dispute_withdraw(struct act *act, struct case_file *c, struct case_item *ci, const char *id_text,
    struct fault *f)
{
	uint8_t id[RECORD_ID_LEN];
	char division[7];
	struct dispute d;
	struct actor by;
	struct record *r;

	if (record_object_parse(id_text, division, id) < 0) {
		fault_set(f, FAULT_NOT_FOUND, "%s", "not an id");
		return -1;
	}
	if (load_id(act, c->division, id, &d, f) < 0)
		return -1;
	if (strcmp(division, c->division) != 0 || memcmp(d.case_id, c->id, RECORD_ID_LEN) != 0 ||
	    strcmp(d.item, ci->item->code) != 0) {
		fault_set(f, FAULT_NOT_FOUND, "%s", "another item's");
		return -1;
	}
	if (may(&d, DISPUTE_WITHDRAWN, f) < 0)
		return -1;
	if (strcmp(d.opened_by, act->actor.id) != 0) {
		fault_set(f, FAULT_DISPUTE_OTHERS, "%s", "");
		fault_arg(f, "who", "%s", access_user(act->app, act->reader, d.opened_by, &by, NULL) == 0 ?
		    by.name : d.opened_by);
		return -1;
	}
	return end(act, &d, DISPUTE_WITHDRAWN, c, ci, RECORD_DISPUTE_WITHDRAWN, &r, f) != NULL ? 0 : -1;
}

int
dispute_answer(struct act *act, const struct dispute *d, enum dispute_state outcome,
    const char *basis, struct fault *f)
{
	struct told told = { 0, 0 };
	struct case_file *c = NULL;
	struct case_item *ci;
	struct record *r;
	int rc = -1;

	if (may(d, outcome, f) < 0)
		return -1;
	if (utf8_blank(basis)) {
		fault_set(f, FAULT_BASIS_MISSING, "%s", "");
		return -1;
	}
	if (case_load_id(act, d->division, d->case_id, 1, &c, f) < 0 ||
	    case_item_find(c, d->item, &ci, f) < 0 ||
	    end(act, d, outcome, c, ci, RECORD_DISPUTE_ANSWERED, &r, f) == NULL ||
	    act_body(r, json_pack("{s:s}", "basis", basis), f) < 0)
		goto out;
	record_str(r, "outcome", dispute_state_name(outcome));
	if (outcome == DISPUTE_CORRECTED) {
		if (notice_correction(act, d, record_id(r), &told, f) < 0)
			goto out;
		record_int(r, "told", told.told);
		record_int(r, "more", told.more);
	}
	rc = 0;
out:
	case_free(c);
	return rc;
}

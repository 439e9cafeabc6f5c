/* review.c - reviews: opened, read, listed. */
#include "svc/review/review.h"

#include <string.h>

#include "base/uuid.h"
#include "flow/state_words.h"

/* Reading */

struct review_read { struct review *r; review_each_fn *each; void *ctx; };

/* The columns of REVIEW_GET. */
static int
review_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct review_read *read = ctx;
	struct review *r = read->r;

	memset(r, 0, sizeof(*r));
	snprintf(r->division, sizeof(r->division), "%s", row_text(row, 0));
	act_row_id(row, 1, r->id);
	snprintf(r->number, sizeof(r->number), "%s", row_text(row, 2));
	r->version = row_int(row, 3);
	snprintf(r->item, sizeof(r->item), "%s", row_text(row, 5));
	snprintf(r->matter, sizeof(r->matter), "%s", row_text(row, 6));
	snprintf(r->proof, sizeof(r->proof), "%s", row_text(row, 7));
	r->inventory = row_int(row, 8);
	snprintf(r->round, sizeof(r->round), "%s", row_text(row, 9));
	snprintf(r->difference, sizeof(r->difference), "%s", row_text(row, 10));
	r->opinions = row_int(row, 11);
	r->opened_at = row_int(row, 12);
	snprintf(r->opened_by, sizeof(r->opened_by), "%s", row_text(row, 13));
	act_row_id(row, 14, r->opened);
	r->ground = (int)row_int(row, 16);
	r->decided_at = row_int(row, 17);
	snprintf(r->decided_by, sizeof(r->decided_by), "%s", row_text(row, 18));
	if (!row_null(row, 19))
		act_row_id(row, 19, r->decided);
	r->applied = row_int(row, 20);
	r->changed_at = row_int(row, 21);
	snprintf(r->changed_by, sizeof(r->changed_by), "%s", row_text(row, 22));
	if (review_state_parse(row_text(row, 4), &r->state) < 0 ||
	    (!row_null(row, 15) && method_parse(row_text(row, 15), &r->method) < 0)) {
		fault_set(f, FAULT_STORE, "review %s has a code that there is not", r->number);
		return -1;
	}
	return read->each != NULL ? read->each(r, read->ctx, f) : 0;
}

int
review_load(struct act *act, const char *id_or_number, struct review *ret_review, struct fault *f)
{
	struct review r;
	struct review_read read = { .r = &r };
	char division[7];
	uint8_t id[RECORD_ID_LEN];
	int64_t n;

	act->object[0] = '\0';
	if (record_object_parse(id_or_number, division, id) == 0)
		n = store_read(act->reader, ST_REVIEW_GET, PARAMS(sql_text(division),
		    sql_blob(id, RECORD_ID_LEN)), review_row, &read, f);
	else {
		snprintf(division, sizeof(division), "%.6s", id_or_number);
		n = store_read(act->reader, ST_REVIEW_BY_NUMBER, PARAMS(sql_text(division),
		    sql_text(id_or_number)), review_row, &read, f);
	}
	if (n == 0)
		fault_set(f, FAULT_NOT_FOUND, "%s", "");
	if (n <= 0)
		return -1;
	record_object_name(r.division, r.id, act->object);
	if (access_check(&act->actor, act->action, act->actor.agency, r.division, f) < 0)
		return -1;
	*ret_review = r;
	return 0;
}

int
review_list(struct act *act, const struct review_page *page, review_each_fn *each, void *ctx,
    struct fault *f)
{
	static const uint8_t first[RECORD_ID_LEN];
	struct review r;
	struct review_read read = { .r = &r, .each = each, .ctx = ctx };
	struct sql_value division = sql_text(act->app->division), limit = sql_int(page->limit);
	struct sql_value after = sql_blob(page->after_id != NULL ? page->after_id : first, RECORD_ID_LEN);
	int64_t n;

	if (page->matter != NULL)
		n = store_read(act->reader, ST_REVIEWS_OF_ITEM, PARAMS(division, sql_text(page->matter),
		    sql_text(page->proof), after, limit), review_row, &read, f);
	else if (page->has_state)
		n = store_read(act->reader, ST_REVIEWS_IN_STATE, PARAMS(division,
		    sql_text(review_state_name(page->state)), after, limit), review_row, &read, f);
	else
		n = store_read(act->reader, ST_REVIEWS, PARAMS(division, after, limit), review_row, &read, f);
	return n < 0 ? -1 : 0;
}

struct event_read { review_event_fn *each; void *ctx; };

static int
event_row(const struct store_row *row, void *ctx, struct fault *f)
{
	const struct event_read *read = ctx;
	struct review_event e = { .version = row_int(row, 0), .at = row_int(row, 3) };

	snprintf(e.event, sizeof(e.event), "%s", row_text(row, 1));
	snprintf(e.vote, sizeof(e.vote), "%s", row_text(row, 2));
	snprintf(e.actor, sizeof(e.actor), "%s", row_text(row, 4));
	act_row_id(row, 5, e.record);
	return read->each(&e, read->ctx, f);
}

int
review_events(struct act *act, const struct review *r, review_event_fn *each, void *ctx,
    struct fault *f)
{
	struct event_read read = { each, ctx };

	return store_read(act->reader, ST_REVIEW_EVENTS, PARAMS(sql_text(r->division),
	    sql_blob(r->id, RECORD_ID_LEN)), event_row, &read, f) < 0 ? -1 : 0;
}

static int
bad_code(const char *field, const char *value, struct fault *f)
{
	fault_set(f, FAULT_FIELD_VALUE, "%s", "");
	fault_arg(f, "field", "%s", field);
	fault_arg(f, "why_zh", "清单上没有 %s", value);
	fault_arg(f, "why_en", "the list has no %s", value);
	return -1;
}

/* Codes may have changed since; what the item is about has not. */
const struct item *
review_item(const struct inventory *inv, const struct review *r)
{
	const struct matter *m = inventory_matter(inv, r->matter);

	for (size_t i = 0; m != NULL && i < m->nitems; i++)
		if (strcmp(m->items[i]->proof->code, r->proof) == 0)
			return m->items[i];
	return NULL;
}

int
review_subject(const struct app *app, const struct inventory *inv, const struct review *r,
    const char *wording, struct review_subject *ret_subject, struct fault *f)
{
	struct review_subject s = { .inv = inv, .division = inventory_division(inv, app->division),
	    .matter = inventory_matter(inv, r->matter), .proof = inventory_proof(inv, r->proof),
	    .wording = wording };

	if (s.matter == NULL)
		return bad_code("matter", r->matter, f);
	if (s.proof == NULL)
		return bad_code("proof", r->proof, f);
	s.item = review_item(inv, r);
	*ret_subject = s;
	return 0;
}

int
review_item_gone(const struct review_subject *s, const json_t *opened)
{
	return s->item == NULL && json_object_get(opened, "legal_basis") == NULL;
}

int
review_city(const struct act *act, struct fault *f)
{
	if (access_check(&act->actor, act->action, act->actor.agency, act->app->division, NULL) == 0)
		return 0;
	fault_set(f, FAULT_REVIEW_CITY, "%s", "");
	return -1;
}

/* Operations */

int
review_may(const struct review *r, enum review_state to, struct fault *f)
{
	if (review_state_may(r->state, to))
		return 0;
	fault_set(f, FAULT_REVIEW_STATE, "%s", "");
	fault_arg(f, "state", "%s", review_state_name(r->state));
	fault_arg(f, "state_zh", "%s", review_state_words(r->state, LANG_ZH));
	fault_arg(f, "state_en", "%s", review_state_words(r->state, LANG_EN));
	return -1;
}

struct op *
review_op(struct act *act, const struct review *r, enum record_type type,
    struct record **ret_record, struct fault *f)
{
	struct op *op = act_add(act, type, r->division, NULL, ret_record, f);

	if (op == NULL)
		return NULL;
	record_object(*ret_record, "review", r->id);
	if (r->item[0] != '\0')
		record_str(*ret_record, "item", r->item);
	return op;
}

void
review_put_change(struct op *op, const struct act *act, const struct review *r, enum stmt stmt)
{
	op_step(op, stmt, 1);
	op_at(op);
	op_text(op, act->actor.id);
	op_text(op, r->division);
	op_blob(op, r->id, RECORD_ID_LEN);
	op_int(op, r->version);
}

void
review_happened(struct op *op, const struct act *act, const struct review *r, const char *event,
    const char *vote, const uint8_t record[RECORD_ID_LEN])
{
	op_step(op, ST_REVIEW_EVENT_INSERT, 1);
	op_text(op, r->division);
	op_blob(op, r->id, RECORD_ID_LEN);
	op_int(op, r->version + 1);
	op_text(op, event);
	op_text(op, vote);
	op_at(op);
	op_text(op, act->actor.id);
	op_blob(op, record, RECORD_ID_LEN);
}

/* Opening */

/* Fills in what the review is about. */
static int
find_subject(const struct review_request *req, const struct inventory *inv, struct review *r,
    struct fault *f)
{
	const struct item *item = req->item != NULL ? inventory_item(inv, req->item) : NULL;

	if (req->item != NULL && item == NULL)
		return bad_code("item", req->item, f);
	snprintf(r->item, sizeof(r->item), "%s", item != NULL ? item->code : "");
	snprintf(r->matter, sizeof(r->matter), "%s", item != NULL ? item->matter->code : req->matter);
	snprintf(r->proof, sizeof(r->proof), "%s", item != NULL ? item->proof->code : req->proof);
	r->inventory = inv->version;
	return 0;
}

/* Under catch-all wording anything could be demanded: what is proposed so is not even voted on. */
static int
check_proposed(const struct app *app, const struct review_request *req, const struct inventory *inv,
    const struct review *r, struct fault *f)
{
	const char *bad = req->legal_basis != NULL ? inventory_catch_all(req->legal_basis) : NULL;
	struct review_subject s;

	if (review_subject(app, inv, r, req->legal_basis, &s, f) < 0)
		return -1;
	if (req->item == NULL && s.item != NULL) {
		fault_set(f, FAULT_REVIEW_ON_LIST, "%s", "");
		fault_arg(f, "item", "%s", s.item->code);
		return -1;
	}
	if (bad == NULL)
		return 0;
	fault_set(f, FAULT_REVIEW_CATCH_ALL, "%s", "");
	fault_arg(f, "words", "%s", bad);
	return -1;
}

static int
not_twice(const struct review *other, void *ctx, struct fault *f)
{
	(void)ctx;
	if (review_state_final(other->state))
		return 0;
	fault_set(f, FAULT_REVIEW_THERE, "%s", "");
	fault_arg(f, "review", "%s", other->number);
	return -1;
}

static void
put_insert(struct op *op, const struct act *act, const struct review *r)
{
	op_step(op, ST_REVIEW_INSERT, 1);
	op_text(op, r->division);
	op_blob(op, r->id, RECORD_ID_LEN);
	op_text(op, r->number);
	op_text(op, r->item[0] != '\0' ? r->item : NULL);
	op_text(op, r->matter);
	op_text(op, r->proof);
	op_int(op, r->inventory);
	op_text(op, r->round[0] != '\0' ? r->round : NULL);
	op_text(op, r->difference[0] != '\0' ? r->difference : NULL);
	op_at(op);
	op_text(op, act->actor.id);
	op_blob(op, r->opened, RECORD_ID_LEN);
}

static int
add_opening(struct act *act, const struct review_request *req, struct review *r, struct fault *f)
{
	struct number number;
	struct record *record;
	struct op *op;

	if (number_next(act, NUMBER_REVIEW, r->division, &number, f) < 0)
		return -1;
	memcpy(r->number, number.text, sizeof(r->number));
	if ((op = review_op(act, r, RECORD_REVIEW_OPENED, &record, f)) == NULL)
		return -1;
	memcpy(r->opened, record_id(record), RECORD_ID_LEN);
	record_str(record, "number", r->number);
	record_str(record, "matter", r->matter);
	record_str(record, "proof", r->proof);
	record_int(record, "inventory", r->inventory);
	if (r->round[0] != '\0')
		record_str(record, "round", r->round);
	if (r->difference[0] != '\0')
		record_str(record, "difference", r->difference);
	if (act_body(record, json_pack("{s:s, s:s*}", "question", req->question, "legal_basis",
	    req->legal_basis), f) < 0)
		return -1;
	record_object_name(r->division, r->id, act->object);
	number_keep(op, act->app, &number);
	put_insert(op, act, r);
	review_happened(op, act, r, "opened", NULL, r->opened);
	return 0;
}

int
review_open(struct act *act, const struct review_request *req, struct fault *f)
{
	struct inventory *inv = app_inventory(act->app, f);
	struct review r = { .version = 0 };
	struct review_page same = { .limit = 1000 };
	int rc = -1;

	if (inv == NULL)
		return -1;
	snprintf(r.division, sizeof(r.division), "%s", act->app->division);
	snprintf(r.round, sizeof(r.round), "%s", req->round != NULL ? req->round : "");
	snprintf(r.difference, sizeof(r.difference), "%s", req->difference != NULL ? req->difference : "");
	uuid7_new(act->app->clock, r.id);
	same.matter = r.matter;
	same.proof = r.proof;
	if (review_city(act, f) == 0 &&
	    find_subject(req, inv, &r, f) == 0 && check_proposed(act->app, req, inv, &r, f) == 0 &&
	    review_list(act, &same, not_twice, NULL, f) == 0)
		rc = add_opening(act, req, &r, f);
	inventory_unref(inv);
	return rc;
}

/* review_view.c - expert reviews as the reform office and the experts see them. */
#include <string.h>

#include "api/api.h"
#include "flow/ground.h"
#include "flow/inventory_rows.h"
#include "svc/inventory/versions.h"
#include "svc/review/review.h"

/* Methods */

static json_t *
view_ground(const struct call *call, int number)
{
	return number == 0 ? json_null() : json_pack("{s:i, s:s, s:s}", "number", number, "words",
	    ground_words(number, call->lang), "remark", ground_remark(number));
}

struct blocked { const struct call *call; json_t *list; };

static void
add_block(const struct fault *why, void *ctx)
{
	const struct blocked *b = ctx;
	char title[FAULT_TEXT_MAX], next[FAULT_TEXT_MAX];

	fault_text(why, b->call->lang, 0, title, sizeof(title));
	fault_text(why, b->call->lang, 1, next, sizeof(next));
	json_array_append_new(b->list, json_pack("{s:s, s:s, s:s}", "code", fault_name(why->code),
	    "title", title, "next", next));
}

/* What a decision for this method has to say besides its reason. */
static json_t *
view_needs(const struct review_subject *s, enum method method)
{
	json_t *needs = json_array();

	if (method == METHOD_DIRECT_CANCEL)
		json_array_append_new(needs, json_string("ground"));
	if (method != METHOD_DATA_QUERY)
		return needs;
	if (s->item == NULL || s->item->method != METHOD_DATA_QUERY)
		json_array_append_new(needs, json_string("fields"));
	if (s->proof->sharing == SHARING_CONDITIONAL && (s->item == NULL || s->item->grant == NULL))
		json_array_append_new(needs, json_string("grant_until"));
	return needs;
}

/* Every method: open or blocked, and by what. */
static json_t *
view_options(const struct call *call, const struct review_subject *s)
{
	const struct service *query = s->proof->query;
	json_t *options = json_array();

	for (int m = 0; m < METHOD_N; m++) {
		struct blocked b = { call, json_array() };
		json_t *fields = json_array();

		review_method_blocks(s, (enum method)m, add_block, &b);
		for (size_t i = 0; m == METHOD_DATA_QUERY && query != NULL && i < query->noutputs; i++)
			json_array_append_new(fields, json_string(query->outputs[i].name));
		json_array_append_new(options, json_pack("{s:s, s:b, s:o, s:o, s:o}", "method",
		    method_name((enum method)m), "open", json_array_size(b.list) == 0, "blocked", b.list, "needs",
		    view_needs(s, (enum method)m), "fields", fields));
	}
	return options;
}

/* What was typed and said */

/* A member of a body; null where it has none. */
static json_t *
said(const struct stored_record *r, const char *name)
{
	json_t *value = json_object_get(r->body, name);

	return value != NULL ? json_incref(value) : json_null();
}

struct told { struct call *call; const struct review *r; json_t *opinions, *events; };

static json_t *
view_opinion(struct call *call, const struct review_event *e, const struct stored_record *body,
    const char *record)
{
	return json_pack("{s:o, s:s, s:o, s:o, s:o, s:b, s:s}", "expert", view_staff(call, e->actor), "vote",
	    e->vote, "text", said(body, "text"), "citations", said(body, "citations"), "at", api_at(e->at),
	    "in_force", 1, "record", record);
}

/* Who gives another opinion no longer holds the one before. */
static void
overtake(json_t *opinions, const char *expert)
{
	json_t *one;
	size_t i;

	json_array_foreach(opinions, i, one)
		if (strcmp(json_string_value(json_object_get(json_object_get(one, "expert"), "id")), expert) == 0)
			json_object_set_new(one, "in_force", json_false());
}

static int
add_event(const struct review_event *e, void *ctx, struct fault *f)
{
	static const char *const members[] = { "question", "unclear", "reason", "text" };
	const struct told *t = ctx;
	struct stored_record body;
	char record[RECORD_NAME_MAX];
	const char *text = NULL;

	if (record_load(&t->call->act, t->r->division, e->record, &body, f) < 0)
		return -1;
	record_object_name(t->r->division, e->record, record);
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]) && text == NULL; i++)
		text = json_string_value(json_object_get(body.body, members[i]));
	json_array_append_new(t->events, json_pack("{s:s, s:I, s:o, s:o, s:s?, s:s?, s:s}", "event", e->event,
	    "version", (json_int_t)e->version, "at", api_at(e->at), "by", view_staff(t->call, e->actor),
	    "vote", e->vote[0] != '\0' ? e->vote : NULL, "text", text, "record", record));
	if (strcmp(e->event, "opinion") == 0) {
		overtake(t->opinions, e->actor);
		json_array_append_new(t->opinions, view_opinion(t->call, e, &body, record));
	}
	stored_record_free(&body);
	return 0;
}

/* What was unclear when it was put off last. */
static int
find_unclear(const struct review_event *e, void *ctx, struct fault *f)
{
	(void)f;
	if (strcmp(e->event, "deferred") == 0)
		*(struct review_event *)ctx = *e;
	return 0;
}

static int
view_unclear(struct call *call, const struct review *r, json_t *json, struct fault *f)
{
	struct review_event e = { .version = 0 };
	struct stored_record body;

	json_object_set_new(json, "unclear", json_null());
	if (r->state != REVIEW_UNRESOLVED)
		return 0;
	if (review_events(&call->act, r, find_unclear, &e, f) < 0 ||
	    record_load(&call->act, r->division, e.record, &body, f) < 0)
		return -1;
	json_object_set_new(json, "unclear", said(&body, "unclear"));
	stored_record_free(&body);
	return 0;
}

/* Rows */

static json_t *
ref(const char *code, const char *name)
{
	return api_ref(code, name != NULL ? name : code);
}

static json_t *
view_row(struct call *call, const struct review *r, const struct inventory *inv)
{
	const struct matter *m = inventory_matter(inv, r->matter);
	const struct proof *p = inventory_proof(inv, r->proof);
	const struct item *now = review_item(inv, r);
	int decided = r->state == REVIEW_DECIDED;
	char id[RECORD_NAME_MAX];
	json_t *json;

	record_object_name(r->division, r->id, id);
	json = json_pack("{s:s, s:s, s:I, s:s, s:s?, s:o, s:o, s:s?, s:I, s:I, s:o, s:o, s:o}", "id", id,
	    "number", r->number, "version", (json_int_t)r->version, "state", review_state_name(r->state),
	    "item", r->item[0] != '\0' ? r->item : NULL, "matter", ref(r->matter, m != NULL ? m->name : NULL),
	    "proof", ref(r->proof, p != NULL ? p->name : NULL), "method_now",
	    now != NULL ? method_name(now->method) : NULL, "inventory", (json_int_t)r->inventory, "experts",
	    (json_int_t)r->opinions, "origin", r->round[0] == '\0' && r->difference[0] == '\0' ? json_null() :
	    json_pack("{s:s, s:s}", "round", r->round, "difference", r->difference), "opened_at",
	    api_at(r->opened_at), "opened_by", view_staff(call, r->opened_by));
	json_object_update_new(json, json_pack("{s:s?, s:o, s:o, s:o}", "method",
	    decided ? method_name(r->method) : NULL, "ground", view_ground(call, r->ground), "decided_at",
	    decided ? api_at(r->decided_at) : json_null(), "applied",
	    r->applied != 0 ? json_integer(r->applied) : json_null()));
	return json;
}

json_t *
view_review_row(struct call *call, const struct review *r, struct fault *f)
{
	struct inventory *inv = app_inventory(call->api->app, f);
	json_t *json;

	if (inv == NULL)
		return NULL;
	json = view_row(call, r, inv);
	inventory_unref(inv);
	if (view_unclear(call, r, json, f) == 0)
		return json;
	json_decref(json);
	return NULL;
}

/* All of it */

static json_t *
view_decision(struct call *call, const struct review *r, struct fault *f)
{
	static const char *const members[] = { "reason", "citations", "against_majority", "legal_basis",
		"fields", "grant_until", "verify_hours", "votes", "majority", "dissent" };
	struct stored_record body;
	char record[RECORD_NAME_MAX];
	json_t *json;

	if (r->state != REVIEW_DECIDED)
		return json_null();
	if (record_load(&call->act, r->division, r->decided, &body, f) < 0)
		return NULL;
	record_object_name(r->division, r->decided, record);
	json = json_pack("{s:s, s:o, s:o, s:o, s:s}", "method", method_name(r->method), "ground",
	    view_ground(call, r->ground), "at", api_at(r->decided_at), "by", view_staff(call, r->decided_by),
	    "record", record);
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		json_object_set_new(json, members[i], said(&body, members[i]));
	stored_record_free(&body);
	return json;
}

/* What is open now, while there is something to decide. */
static json_t *
view_open(struct call *call, const struct review *r, const struct inventory *inv,
    const struct stored_record *opened)
{
	const char *basis = json_string_value(json_object_get(opened->body, "legal_basis"));
	struct review_subject s;

	if (review_state_final(r->state) ||
	    review_subject(call->api->app, inv, r, basis, &s, NULL) < 0 || review_item_gone(&s, opened->body))
		return json_array();
	return view_options(call, &s);
}

static int
add_whole(struct call *call, const struct review *r, const struct inventory *inv, json_t *json,
    struct fault *f)
{
	struct told t = { call, r, json_array(), json_array() };
	struct review_opinions o;
	struct stored_record opened;
	json_t *decision;
	int rc = -1;

	if (review_opinions(&call->act, r, &o, f) < 0 || review_events(&call->act, r, add_event, &t, f) < 0 ||
	    record_load(&call->act, r->division, r->opened, &opened, f) < 0)
		goto out;
	if ((decision = view_decision(call, r, f)) != NULL) {
		json_object_update_new(json, json_pack("{s:o, s:o, s:o, s:o, s:s?, s:o, s:O, s:O}", "question",
		    said(&opened, "question"), "legal_basis", said(&opened, "legal_basis"), "options",
		    view_open(call, r, inv, &opened), "votes", review_votes(&o), "majority",
		    o.majority != METHOD_N ? method_name(o.majority) : NULL, "decision", decision, "opinions",
		    t.opinions, "events", t.events));
		rc = 0;
	}
	stored_record_free(&opened);
out:
	json_decref(t.opinions);
	json_decref(t.events);
	return rc;
}

json_t *
view_review(struct call *call, const struct review *r, struct fault *f)
{
	struct inventory *inv = app_inventory(call->api->app, f);
	json_t *json;
	int rc;

	if (inv == NULL)
		return NULL;
	json = view_row(call, r, inv);
	rc = view_unclear(call, r, json, f) < 0 || add_whole(call, r, inv, json, f) < 0 ? -1 : 0;
	inventory_unref(inv);
	if (rc == 0)
		return json;
	json_decref(json);
	return NULL;
}

/* An item's methods: what is open, and what the list has said */

/* One time in which the method and its ground stayed the same, and the reviews that may have decided it. */
struct times { struct call *call; json_t *list, *reviews; };

/* The review that the version with which it began has followed. */
static json_t *
deciding(const struct times *t, int64_t version, const char *method)
{
	json_t *one;
	size_t i;

	json_array_foreach(t->reviews, i, one)
		if (json_integer_value(json_object_get(one, "applied")) == version &&
		    strcmp(json_string_value(json_object_get(one, "method")), method) == 0)
			return json_pack("{s:O, s:O, s:O}", "id", json_object_get(one, "id"), "number",
			    json_object_get(one, "number"), "decided_at", json_object_get(one, "decided_at"));
	return json_null();
}

static int
add_time(const struct item_said *item, void *ctx, struct fault *f)
{
	const struct times *t = ctx;
	const char *method = item->rows != NULL ? inventory_rows_cell(item->rows, item->row, "method") : NULL;
	int ground = method == NULL || strcmp(method, method_name(METHOD_DIRECT_CANCEL)) != 0 ? 0 :
	    ground_number(inventory_rows_cell(item->rows, item->row, "remark"));
	json_t *until = item->until != INT64_MAX ? api_at(item->until) : json_null();
	json_t *last = json_array_get(t->list, json_array_size(t->list) - 1), *now;

	(void)f;
	now = json_pack("{s:s?, s:o}", "method", method, "ground", view_ground(t->call, ground));
	if (last != NULL && json_equal(json_object_get(last, "method"), json_object_get(now, "method")) &&
	    json_equal(json_object_get(last, "ground"), json_object_get(now, "ground"))) {
		json_object_set_new(last, "until", until);
		json_decref(now);
		return 0;
	}
	json_object_update_new(now, json_pack("{s:o, s:o, s:I, s:s, s:o}", "from", api_at(item->from), "until",
	    until, "version", (json_int_t)item->publication->version, "publication",
	    item->publication->decision, "review", method != NULL ? deciding(t,
	    item->publication->version, method) : json_null()));
	json_array_append_new(t->list, now);
	return 0;
}

static int
add_decided(const struct review *r, void *ctx, struct fault *f)
{
	const struct times *t = ctx;
	char id[RECORD_NAME_MAX];

	(void)f;
	record_object_name(r->division, r->id, id);
	if (r->state == REVIEW_DECIDED && r->applied != 0)
		json_array_append_new(t->reviews, json_pack("{s:s, s:s, s:s, s:I, s:o}", "id", id, "number",
		    r->number, "method", method_name(r->method), "applied", (json_int_t)r->applied, "decided_at",
		    api_at(r->decided_at)));
	return 0;
}

static json_t *
view_times(struct call *call, const struct item *item, struct fault *f)
{
	struct review_page page = { .matter = item->matter->code, .proof = item->proof->code, .limit = 1000 };
	struct times t = { call, json_array(), json_array() };
	struct versions v = { 0 };
	int rc = -1;

	if (review_list(&call->act, &page, add_decided, &t, f) == 0 &&
	    versions_read(call->act.reader, &v, f) == 0) {
		rc = inventory_history(call->act.reader, &v, "code", item->code, add_time, &t, f);
		versions_free(&v);
	}
	json_decref(t.reviews);
	if (rc == 0)
		return t.list;
	json_decref(t.list);
	return NULL;
}

int
item_methods(struct call *call, json_t **ret_json, struct fault *f)
{
	struct app *app = call->api->app;
	struct inventory *inv = app_inventory(app, f);
	const struct item *item = inv != NULL ? inventory_item(inv, http_param(call->req, "code")) : NULL;
	struct review_subject s = { .inv = inv };
	json_t *times;
	int rc = -1;

	if (inv == NULL)
		return -1;
	if (item == NULL) {
		fault_set(f, FAULT_NOT_FOUND, "%s", "");
	} else if ((times = view_times(call, item, f)) != NULL) {
		s.division = inventory_division(inv, app->division);
		s.matter = item->matter;
		s.proof = item->proof;
		s.item = item;
		s.wording = item->legal_basis;
		*ret_json = json_pack("{s:s, s:o, s:o, s:s, s:o, s:o, s:o}", "code", item->code, "matter",
		    api_ref(item->matter->code, item->matter->name), "proof", api_ref(item->proof->code,
		    item->proof->name), "method", method_name(item->method), "ground", view_ground(call,
		    item->method == METHOD_DIRECT_CANCEL ? ground_number(item->remark) : 0), "options",
		    view_options(call, &s), "history", times);
		rc = 0;
	}
	inventory_unref(inv);
	return rc;
}

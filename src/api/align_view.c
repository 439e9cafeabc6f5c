/* align_view.c - lists, figures, rounds and drift as answers. */
#include <stdlib.h>
#include <string.h>

#include "api/align.h"

#define DRIFT_MAX 500		/* listed; all are counted */
#define EXPLANATION_MAX 8000	/* bytes */

/* What a request asks about */

/* The number of an address; 0 where it is none. */
static int64_t
number_of(const char *text)
{
	size_t len = text != NULL ? strlen(text) : 0;

	return len > 0 && len < 10 && strspn(text, "0123456789") == len ? strtoll(text, NULL, 10) : 0;
}

int
align_ask(struct call *call, struct align_asked *ret_asked, struct fault *f)
{
	struct align_asked *a = ret_asked;
	const char *round = http_param(call->req, "round");

	memset(a, 0, sizeof(*a));
	if ((a->inv = app_inventory(call->api->app, f)) == NULL)
		return -1;
	align_home(a->inv, &call->act.actor, a->home);
	align_reach(a->inv, &call->act.actor, a->reach);
	if (round == NULL)
		return 0;
	if (number_of(round) == 0) {
		fault_set(f, FAULT_NOT_FOUND, "%s", "no number of a round");
		return -1;
	}
	if (align_round_load(&call->act, a->home, number_of(round), &a->round, f) < 0)
		return -1;
	a->round_inv = app_inventory_version(call->api->app, call->act.reader, a->round.inventory, f);
	return a->round_inv != NULL ? 0 : -1;
}

void
align_ask_end(struct align_asked *a)
{
	inventory_unref(a->inv);
	inventory_unref(a->round_inv);
	a->inv = a->round_inv = NULL;
}

int
align_ask_county(struct call *call, const struct align_asked *a, const char **ret_county,
    struct fault *f)
{
	const char *code = http_query(call->req, "division");
	const struct division *d;

	*ret_county = a->reach;
	if (code == NULL)
		return 0;
	if (align_county(&call->act, a->inv, code, &d, f) < 0)
		return -1;
	*ret_county = d->code;
	return 0;
}

int
align_ask_agency(struct call *call, const struct align_asked *a, const char **ret_agency,
    struct fault *f)
{
	const char *code = http_query(call->req, "agency");
	const struct agency *agency;

	*ret_agency = "";
	if (code == NULL)
		return 0;
	/* In a round that holds on to it, one that is merged by now is still asked for. */
	agency = inventory_agency(a->round_inv != NULL ? a->round_inv : a->inv, code);
	if (agency == NULL) {
		fault_set(f, FAULT_AGENCY_UNKNOWN, "%s", "");
		fault_arg(f, "agency", "%s", code);
		return -1;
	}
	*ret_agency = agency->code;
	return 0;
}

/* Small things */

json_t *
view_align_division(const struct inventory *inv, const char *code)
{
	const struct division *d = inventory_division(inv, code);

	return api_ref(code, d != NULL ? d->name : code);
}

json_t *
view_align_agency(const struct inventory *inv, const char *code)
{
	const struct agency *a = code[0] != '\0' ? inventory_agency(inv, code) : NULL;

	return code[0] == '\0' ? json_null() : api_ref(code, a != NULL ? a->name : code);
}

json_t *
view_align_kinds(const int64_t n[ALIGN_KINDS])
{
	json_t *json = json_object();

	for (int i = 0; i < ALIGN_KINDS; i++)
		json_object_set_new(json, align_kind_name((enum align_kind)i), json_integer(n[i]));
	return json;
}

json_t *
view_align_states(const int64_t n[ALIGN_COUNTED])
{
	json_t *json = json_object();

	for (int i = 0; i < ALIGN_STATES; i++)
		json_object_set_new(json, align_state_name((enum align_state)i), json_integer(n[i]));
	json_object_set_new(json, "gone", json_integer(n[ALIGN_STATES]));
	return json;
}

static json_t *
methods(const int64_t n[METHOD_N])
{
	json_t *json = json_object();

	for (int i = 0; i < METHOD_N; i++)
		json_object_set_new(json, method_name((enum method)i), json_integer(n[i]));
	return json;
}

static json_t *
fraction(const struct align_fraction *x)
{
	return json_pack("{s:I, s:I, s:I}", "same", (json_int_t)x->same, "of", (json_int_t)x->of,
	    "permille", (json_int_t)x->permille);
}

json_t *
view_align_unity(const struct align_unity *u)
{
	return json_pack("{s:o, s:o, s:o, s:b, s:o}", "items", fraction(&u->items), "methods",
	    fraction(&u->methods), "counts", fraction(&u->counts), "unified", u->unified, "county",
	    methods(u->county));
}

json_t *
view_align_comparison(const struct inventory *inv, const struct align_figures *f, json_t *presumed)
{
	const struct align_unity unity = align_unity_of(f);
	json_t *list = json_array(), *one;
	size_t i;

	json_array_foreach(presumed, i, one)
		json_array_append_new(list, json_pack("{s:o, s:O}", "agency", view_align_agency(inv,
		    json_string_value(json_array_get(one, 0))), "items", json_array_get(one, 1)));
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o}", "rows", (json_int_t)f->rows,
	    "scope", (json_int_t)f->scope, "paired", (json_int_t)f->paired, "same_method",
	    (json_int_t)f->same_method, "outside", (json_int_t)f->outside, "kinds",
	    view_align_kinds(f->kind), "city", methods(f->city), "presumed", list, "unity",
	    view_align_unity(&unity));
}

json_t *
view_align_item(const struct inventory *inv, const char *code)
{
	const struct item *item = code[0] != '\0' ? inventory_item(inv, code) : NULL;

	if (item == NULL)
		return json_null();
	return json_pack("{s:s, s:o, s:o, s:s, s:s}", "code", item->code, "matter",
	    api_ref(item->matter->code, item->matter->name), "proof",
	    api_ref(item->proof->code, item->proof->name), "method", method_name(item->method),
	    "legal_basis", item->legal_basis);
}

json_t *
view_align_row(const json_t *row, int64_t list)
{
	json_t *json;

	if (!json_is_object(row))
		return json_null();
	json = json_pack("{s:I}", "list", (json_int_t)list);
	json_object_update(json, (json_t *)row);
	json_object_del(json, "basis");
	json_object_set(json, "legal_basis", json_object_get(row, "basis"));
	return json;
}

json_t *
view_align_words(struct call *call, const char *home, const uint8_t *record)
{
	struct stored_record r;
	json_t *words = NULL;

	if (record_load(&call->act, home, record, &r, NULL) < 0)
		return NULL;
	if (r.body != NULL)
		words = json_incref(r.body);
	stored_record_free(&r);
	return words;
}

json_t *
view_align_word(const json_t *words, const char *name)
{
	const json_t *text = json_object_get(words, name);

	return json_is_string(text) ? json_incref((json_t *)text) : json_null();
}

json_t *
view_align_list(struct call *call, const struct align_asked *a, const struct align_kept *kept)
{
	json_t *words = view_align_words(call, a->home, kept->record);
	const char *file = json_string_value(json_object_get(words, "file"));
	json_t *json = json_pack("{s:o, s:I, s:s, s:s, s:I, s:o, s:o}", "division",
	    view_align_division(a->inv, kept->county), "number", (json_int_t)kept->number, "file",
	    file != NULL ? file : "", "sha256", kept->sha256_hex, "rows", (json_int_t)kept->rows,
	    "received_at", api_at(kept->at), "received_by", view_staff(call, kept->by));

	json_decref(words);
	return json;
}

/* Drift */

json_t *
view_align_drift_counts(const struct align_drift *d)
{
	json_t *json = json_pack("{s:I}", "round", (json_int_t)d->round);

	for (int i = 0; i < ALIGN_WHYS; i++)
		json_object_set_new(json, align_why_name((enum align_why)i), json_integer(d->n[i]));
	return json;
}

static json_t *
drifted(struct call *call, const struct align_compared *c, const struct align_difference *d,
    enum align_why why)
{
	const struct align_row *row = d->row != ALIGN_NO_ROW ? align_list_row(c->list, d->row) : NULL;
	struct buf text = BUF_INIT_MAX(EXPLANATION_MAX);
	json_t *json;

	if (align_explain(c->list, d, call->lang, &text) < 0)
		buf_clear(&text);
	json = json_pack("{s:s, s:s, s:o, s:o, s:o, s:i, s:s}", "why", align_why_name(why), "kind",
	    align_kind_name(d->kind), "agency", view_align_agency(c->inv, d->matter != NULL ?
	    d->matter->agency->code : ""), "item", view_align_item(c->inv, d->item != NULL ?
	    d->item->code : ""), "row", row == NULL ? json_null() :
	    json_pack("{s:I, s:I, s:s, s:s, s:s, s:s, s:s}", "list", (json_int_t)c->number, "line",
	    (json_int_t)row->line, "code", row->code, "matter", row->matter, "proof", row->proof,
	    "method", method_name(row->method), "legal_basis", row->legal_basis), "certainty",
	    (int)d->certainty, "explanation", text.len > 0 ? text.data : "");
	buf_free(&text);
	return json;
}

json_t *
view_align_drift(struct call *call, const struct align_compared *c, const struct align_known *k,
    struct fault *f)
{
	static const enum align_why order[] = { ALIGN_WHY_NEW, ALIGN_WHY_ADOPTED, ALIGN_WHY_OPEN,
		ALIGN_WHY_PROPOSED };
	struct align_drift drift = align_drift_of(c, k);
	json_t *list = json_array(), *json;
	int64_t left = 0;

	for (size_t o = 0; o < sizeof(order) / sizeof(order[0]); o++)
		for (size_t i = 0; i < c->r->ndifferences; i++) {
			if (align_why_of(k, c->key[i]) != order[o])
				continue;
			if (json_array_size(list) == DRIFT_MAX)
				left++;
			else
				json_array_append_new(list, drifted(call, c, &c->r->difference[i], order[o]));
		}
	json = json_pack("{s:I, s:o, s:o, s:I}", "round", (json_int_t)drift.round, "counts",
	    view_align_drift_counts(&drift), "differences", list, "left_off", (json_int_t)left);
	if (json == NULL)
		fault_set(f, FAULT_MEMORY, "%s", "drift");
	return json;
}

/* Rounds */

static int
count_state(const struct align_count *c, void *ctx, struct fault *f)
{
	int64_t *n = ctx;

	(void)f;
	n[c->gone ? ALIGN_STATES : (int)c->state] += c->n;
	return 0;
}

json_t *
view_align_round_summary(struct call *call, const struct align_asked *a, const struct align_round *r,
    struct fault *f)
{
	int64_t n[ALIGN_COUNTED] = { 0 };
	json_t *words = NULL, *json = NULL;
	const char *title;

	if (align_counts(&call->act, a->home, r->number, a->reach, count_state, n, f) < 0)
		return NULL;
	words = view_align_words(call, a->home, r->opened);
	title = json_string_value(json_object_get(words, "title"));
	json = json_pack("{s:I, s:I, s:s, s:s, s:I, s:o, s:b, s:b, s:o, s:o, s:o, s:o, s:o}", "round",
	    (json_int_t)r->number, "version", (json_int_t)r->version, "state",
	    r->open ? "open" : "closed", "title", title != NULL ? title : "", "inventory",
	    (json_int_t)r->inventory, "closes", api_day(r->closes), "late",
	    r->open && clock_day(call->act.now) > r->closes, "named", r->named, "opened_at",
	    api_at(r->opened_at), "opened_by", view_staff(call, r->opened_by), "closed_at",
	    r->open ? json_null() : api_at(r->closed_at), "closed_by",
	    r->open ? json_null() : view_staff(call, r->closed_by), "states", view_align_states(n));
	json_decref(words);
	return json;
}

struct listing { struct call *call; const struct align_asked *a; json_t *list; };

/* Codes are in the record's text, what was written in its body. */
static int
add_event(const struct align_event *e, void *ctx, struct fault *f)
{
	struct listing *l = ctx;
	struct stored_record r;
	char id[RECORD_NAME_MAX];
	json_t *text, *user, *until, *json;
	const char *who;

	record_object_name(l->a->home, e->record, id);
	if (record_load(&l->call->act, l->a->home, e->record, &r, f) < 0)
		return f->code == FAULT_NOT_FOUND ? 0 : -1;	/* erased */
	text = json_loadb(r.text.data, r.text.len, 0, NULL);
	who = json_string_value(json_object_get(json_object_get(text, "actor"), "id"));
	user = json_object_get(text, "user");
	until = json_object_get(text, "until");
	if (until == NULL)
		until = json_object_get(text, "closes");
	json = json_pack("{s:o, s:s, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "at", api_at(e->at),
	    "what", e->event, "who", view_staff(l->call, who != NULL ? who : ""), "record", id,
	    "decision", view_align_word(text, "decision"), "reason", view_align_word(r.body, "reason"), "basis",
	    view_align_word(r.body, "basis"), "text", view_align_word(r.body, "text"), "user",
	    user != NULL ? view_staff(l->call, json_string_value(user)) : json_null(), "until",
	    until != NULL ? json_incref(until) : json_null());
	json_array_insert_new(l->list, 0, json);
	json_decref(text);
	stored_record_free(&r);
	return 0;
}

json_t *
view_align_events(struct call *call, const struct align_asked *a, int64_t round, const uint8_t *key,
    struct fault *f)
{
	struct listing l = { call, a, json_array() };

	/* The newest are read, and stand in the order in which they happened. */
	if (align_events(&call->act, a->home, round, key, add_event, &l, f) == 0)
		return l.list;
	json_decref(l.list);
	return NULL;
}

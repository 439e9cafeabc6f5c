/*
 * intake.c - what platforms of others do: send cases in, follow them, send answers.
 *
 * A platform sees how far a case is and what it waits for, not what sources and desks said: that
 * was told to the counter, for this case.
 */
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "svc/intake/webhook.h"

/* The parts of "form:marital_status,party:seller". */
static json_t *
missing(const char *text)
{
	json_t *list = json_array();

	while (*text != '\0') {
		int colon = (int)strcspn(text, ":"), len = (int)strcspn(text, ",");

		if (colon < len)
			json_array_append_new(list, json_pack("{s:s%, s:s%}", "kind", text, (size_t)colon,
			    "name", text + colon + 1, (size_t)(len - colon - 1)));
		text += len + (text[len] == ',');
	}
	return list;
}

/*
 * What a platform is shown of an item: what it lacks, and that it is settled.  How it goes in
 * between, and which way it went, tells what a source, a desk or the register of credit said to the counter.
 */
static json_t *
view_item(const struct case_item *ci)
{
	int tells = case_item_lacks(ci) || ci->state == ITEM_DOES_NOT_APPLY ||
	    item_state_settled(ci->state);

	return json_pack("{s:s, s:o, s:s, s:s, s:o}", "code", ci->item->code, "proof",
	    api_ref(ci->item->proof->code, ci->item->proof->name), "way", method_name(ci->item->method), "state",
	    item_state_name(tells ? ci->state : item_state_first(ci->item->method)), "missing", missing(ci->missing));
}

/* The members of a part of the clerk's view that a platform sees; null where there is no part. */
static json_t *
members(const json_t *part, const char *const *names)
{
	json_t *json = json_object();

	if (!json_is_object(part)) {
		json_decref(json);
		return json_null();
	}
	for (size_t i = 0; names[i] != NULL; i++)
		json_object_set(json, names[i], json_object_get(part, names[i]));
	return json;
}

/* What was asked for, what may come later, how it ended: for the applicant, who asks the platform. */
static int
add_progress(struct call *call, const struct case_file *c, json_t *json, struct fault *f)
{
	static const char *const asked[] = { "at", "words", "items", "due_on", "overdue", NULL };
	static const char *const ended[] = { "at", "reason", NULL };
	json_t *all = json_object(), *conclusion;

	if (view_case_progress(call, c, all, f) < 0) {
		json_decref(all);
		return -1;
	}
	json_object_set_new(json, "correction", members(json_object_get(all, "correction"), asked));
	json_object_set(json, "deferral", json_object_get(all, "deferral"));
	conclusion = members(json_object_get(all, "conclusion"), ended);
	if (c->has_concluded)
		json_object_set_new(conclusion, "outcome", json_string(case_state_name(c->state)));
	json_object_set_new(json, "conclusion", conclusion);
	json_decref(all);
	return 0;
}

/* Of a step that the platform is to do, which is its agency's own case: whom it is about. */
static json_t *
parties(const struct case_file *c)
{
	json_t *list = json_array();

	for (size_t i = 0; i < c->nparties; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:s}", "role", c->party[i].role,
		    "kind", c->party[i].kind == SUBJECT_ENTERPRISE ? "enterprise" : "person",
		    "identifier_type", ident_type_name(c->party[i].type), "identifier", c->party[i].number,
		    "name", c->party[i].name));
	return list;
}

static json_t *
view_intake(struct call *call, const struct case_file *c, struct fault *f)
{
	const struct division *d = inventory_division(c->inv, c->division);
	json_t *items = json_array(), *json;
	char id[RECORD_NAME_MAX];

	for (size_t i = 0; i < c->nitems; i++)
		json_array_append_new(items, view_item(&c->item[i]));
	record_object_name(c->division, c->id, id);
	json = json_pack("{s:s, s:s, s:s, s:I, s:s, s:o, s:o, s:o, s:s, s:o, s:o, s:O, s:o}", "id", id,
	    "number", c->number, "external_number", c->external, "version", (json_int_t)c->version,
	    "state", case_state_name(c->state), "division", api_ref(c->division, d->name), "agency",
	    api_ref(c->agency->code, c->agency->name), "matter",
	    api_ref(c->matter->code, c->matter->name), "channel", c->channel, "opened_at",
	    api_at(c->opened_at), "due_on", api_day(c->due_day), "form", c->form, "items", items);
	if (json != NULL && c->step[0] != '\0') {
		json_object_set_new(json, "parties", parties(c));
		if (view_case_step(call, c, json, f) < 0) {
			json_decref(json);
			return NULL;
		}
	}
	if (json == NULL || add_progress(call, c, json, f) < 0) {
		json_decref(json);
		return NULL;
	}
	return json;
}

int
intake_show(struct call *call, json_t **ret_json, struct fault *f)
{
	const char *id = http_param(call->req, "id");
	enum action action = call->act.action;
	struct case_file *c = NULL;
	char etag[32], where[96];
	int rc;

	call->act.action = ACTION_INTAKE_READ;
	/* What was just opened is named by the operation. */
	rc = id != NULL ? case_load_external(&call->act, id, &c, f) :
	    case_load(&call->act, call->act.object, &c, f);
	call->act.action = action;
	if (rc < 0)
		return -1;
	if ((*ret_json = view_intake(call, c, f)) == NULL) {
		case_free(c);
		return -1;
	}
	snprintf(etag, sizeof(etag), "\"%lld\"", (long long)c->version);
	http_answer_header(call->req, "ETag", etag);
	if (call->ep->status == 201) {
		snprintf(where, sizeof(where), "/api/v1/intake/cases/%s", call->act.object);
		http_answer_header(call->req, "Location", where);
	}
	case_free(c);
	return 0;
}

struct events { json_t *list; int64_t last; };

static int
add_event(const struct webhook *w, void *ctx, struct fault *f)
{
	struct events *e = ctx;
	json_t *json = webhook_json(w);
	char id[RECORD_NAME_MAX];

	if (json == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "events");
		return -1;
	}
	record_object_name(w->division, w->id, id);
	json_object_set_new(json, "id", json_string(id));
	json_array_append_new(e->list, json);
	e->last = w->seq;
	return 0;
}

int
intake_events(struct call *call, json_t **ret_json, struct fault *f)
{
	struct events e = { 0 };
	struct page page;
	char key[NUMBER_MAX];

	if (page_read(call, &page, f) < 0)
		return -1;
	e.last = strtoll(page.key, NULL, 10);
	e.list = json_array();
	if (webhook_after(call->act.reader, &call->act.actor, e.last, page.limit, add_event, &e,
	    f) < 0) {
		json_decref(e.list);
		return -1;
	}
	/* There is always a place to go on from: what happens next comes after it. */
	snprintf(key, sizeof(key), "%lld", (long long)e.last);
	*ret_json = json_pack("{s:b, s:o, s:o}", "more",
	    json_array_size(e.list) == (size_t)page.limit, "next", page_next(call, key), "events",
	    e.list);
	return 0;
}

/* dispute_view.c - disputes and notices as both sides see them. */
#include <string.h>

#include "api/api.h"
#include "svc/agencies/place.h"
#include "svc/disputes/notice.h"

static const char *
member(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text != NULL ? text : "";
}

static int
is_overdue(const struct call *call, const struct dispute *d)
{
	return d->state == DISPUTE_OPEN && call->act.now > d->due_at;
}

static json_t *
agency_ref(const struct call *call, const struct inventory *inv, const char *code)
{
	const struct agency *agency = place_agency(call->api->app, inv, code);

	return api_ref(code, agency != NULL ? agency->name : code);
}

/* The bodies of a dispute's records. */
struct said { struct stored_record opened, answered; };

static void
said_free(struct said *s)
{
	stored_record_free(&s->opened);
	stored_record_free(&s->answered);
}

static int
said_load(struct call *call, const struct dispute *d, struct said *ret_said, struct fault *f)
{
	struct said s = { .answered = { .log = "" } };

	if (record_load(&call->act, d->division, d->opened, &s.opened, f) < 0)
		return -1;
	if (d->state != DISPUTE_OPEN &&
	    record_load(&call->act, d->division, d->answered, &s.answered, f) < 0) {
		stored_record_free(&s.opened);
		return -1;
	}
	*ret_said = s;
	return 0;
}

/* What both sides see of it and of its answer. */
static json_t *
view_common(struct call *call, const struct dispute *d, const struct said *s)
{
	json_t *answer = json_loadb(s->answered.text.data != NULL ? s->answered.text.data : "",
	    s->answered.text.len, 0, NULL), *json;
	char id[RECORD_NAME_MAX], opener[128], answerer[128];
	int ended = d->state != DISPUTE_OPEN;

	record_object_name(d->division, d->id, id);
	staff_name(call, d->opened_by, opener, sizeof(opener));
	staff_name(call, d->answered_by, answerer, sizeof(answerer));
	json = json_pack("{s:s, s:s, s:O, s:O?, s:o, s:s, s:o, s:b, s:O?, s:o, s:s?, s:O?, s:O?}",
	    "id", id, "state", dispute_state_name(d->state), "reason",
	    json_object_get(s->opened.body, "reason"), "claimed",
	    json_object_get(s->opened.body, "claimed"), "opened_at", api_at(d->opened_at), "opened_by",
	    opener, "due_at", api_at(d->due_at), "overdue", is_overdue(call, d), "basis",
	    json_object_get(s->answered.body, "basis"), "answered_at",
	    ended ? api_at(d->answered_at) : json_null(), "answered_by", ended ? answerer : NULL, "told",
	    json_object_get(answer, "told"), "more", json_object_get(answer, "more"));
	json_decref(answer);
	return json;
}

/* For the owner of the data */

/* What was asked of the source; numbers of people are masked. */
static json_t *
view_inputs(const struct case_item *ci, const json_t *inputs)
{
	json_t *list = json_array();
	char masked[IDENT_MAX * 4];

	for (size_t i = 0; i < ci->item->nbindings; i++) {
		const struct binding *b = &ci->item->bindings[i];
		const char *value = member(inputs, b->input->name);
		int somebodys = b->kind == INPUT_PARTY_NUMBER || b->input->type == VALUE_ID18 ||
		    b->input->type == VALUE_USCC18;

		ident_mask(value, masked, sizeof(masked));
		json_array_append_new(list, json_pack("{s:s, s:s}", "name", b->input->name, "value",
		    somebodys ? masked : value));
	}
	return list;
}

/* The value as it was disclosed: what the record names, and no other field. */
static json_t *
view_value(const struct stored_record *disputed, const struct case_item *ci)
{
	json_t *text = json_loadb(disputed->text.data, disputed->text.len, 0, NULL), *json;
	json_t *rows = json_object_get(disputed->body, "rows");

	json = json_pack("{s:s, s:s, s:O, s:O?, s:I, s:o, s:o}", "answer", member(text, "answer"),
	    "outcome", member(text, "outcome"), "fields", json_object_get(text, "fields"), "rows", rows,
	    "count", (json_int_t)json_array_size(rows), "inputs", view_inputs(ci,
	    json_object_get(disputed->body, "inputs")), "at", api_at(disputed->at));
	json_decref(text);
	return json;
}

static json_t *
view_subject(const json_t *subject)
{
	char masked[IDENT_MAX * 4];

	if (subject == NULL)
		return json_null();
	ident_mask(member(subject, "number"), masked, sizeof(masked));
	return json_pack("{s:s, s:s, s:s, s:s}", "role", member(subject, "role"), "name",
	    member(subject, "name"), "identifier_type", member(subject, "type"), "identifier", masked);
}

/* What belongs to one dispute, opened for its owner. */
struct opened {
	struct case_file *c;
	struct case_item *ci;
	struct said said;
	struct stored_record disputed;
};

static void
opened_free(struct opened *o)
{
	case_free(o->c);
	said_free(&o->said);
	stored_record_free(&o->disputed);
}

static int
open_dispute(struct call *call, const struct dispute *d, struct opened *ret_o, struct fault *f)
{
	struct opened o = { .c = NULL };

	if (case_load_id(&call->act, d->division, d->case_id, 1, &o.c, f) < 0 ||
	    case_item_find(o.c, d->item, &o.ci, f) < 0 || said_load(call, d, &o.said, f) < 0 ||
	    record_load(&call->act, d->division, d->disputed, &o.disputed, f) < 0) {
		opened_free(&o);
		return -1;
	}
	*ret_o = o;
	return 0;
}

json_t *
view_dispute(struct call *call, const struct dispute *d, int whole, struct fault *f)
{
	const json_t *subject;
	struct opened o;
	char masked[300];
	json_t *json;

	if (open_dispute(call, d, &o, f) < 0)
		return NULL;
	json = view_common(call, d, &o.said);
	subject = json_object_get(o.said.opened.body, "subject");
	ident_mask_name(member(subject, "name"), masked, sizeof(masked));
	json_object_update_new(json, json_pack("{s:I, s:s, s:s, s:o, s:o, s:o}", "version",
	    (json_int_t)d->version, "case_number", o.c->number, "item", d->item, "proof",
	    api_ref(o.ci->item->proof->code, o.ci->item->proof->name), "matter",
	    api_ref(o.c->matter->code, o.c->matter->name), "subject", json_string(masked)));
	json_object_set_new(json, "service", json_string(d->service));
	json_object_set_new(json, "asked_by", json_pack("{s:o, s:O}", "agency",
	    api_ref(o.c->agency->code, o.c->agency->name), "name", json_object_get(json, "opened_by")));
	json_object_del(json, "opened_by");
	if (whole) {
		json_object_set_new(json, "subject", view_subject(subject));
		json_object_set_new(json, "value", view_value(&o.disputed, o.ci));
	} else {
		json_object_del(json, "reason");
		json_object_del(json, "claimed");
		json_object_del(json, "basis");
	}
	opened_free(&o);
	return json;
}

/* For those who work on the case */

struct adding { struct call *call; const struct case_file *c; json_t *told; };

static int
no_memory(struct fault *f)
{
	fault_set(f, FAULT_MEMORY, "%s", "disputes");
	return -1;
}

/* The member of that name, made by make where there is none yet; NULL: no memory. */
static json_t *
grown(json_t *object, const char *name, json_t *(*make)(void))
{
	json_t *json = json_object_get(object, name);

	return json != NULL || json_object_set_new(object, name, make()) < 0 ? json :
	    json_object_get(object, name);
}

/* json is taken over. */
static int
append(const struct adding *a, const char *code, const char *list, json_t *json, struct fault *f)
{
	json_t *all = grown(grown(a->told, code, json_object), list, json_array);

	return json_array_append_new(all, json) < 0 ? no_memory(f) : 0;
}

/* An answer that is disputed already is not disputed again. */
static int
no_second(const struct adding *a, const struct dispute *d, struct fault *f)
{
	struct case_item *ci;

	if (case_item_find(a->c, d->item, &ci, NULL) < 0 ||
	    memcmp(ci->record, d->disputed, RECORD_ID_LEN) != 0)
		return 0;
	return json_object_set_new(grown(a->told, d->item, json_object), "disputed", json_true()) < 0 ?
	    no_memory(f) : 0;
}

static int
add_dispute(const struct dispute *d, void *ctx, struct fault *f)
{
	const struct adding *a = ctx;
	char record[RECORD_NAME_MAX];
	struct said s;
	json_t *json;

	if (said_load(a->call, d, &s, f) < 0)
		return -1;
	record_object_name(d->division, d->disputed, record);
	json = view_common(a->call, d, &s);
	json_object_set_new(json, "agency", agency_ref(a->call, a->c->inv, d->agency));
	json_object_set_new(json, "record", json_string(record));
	json_object_set_new(json, "mine", json_boolean(strcmp(d->opened_by, a->call->act.actor.id) == 0));
	said_free(&s);
	if (append(a, d->item, "disputes", json, f) < 0)
		return -1;
	return d->state == DISPUTE_OPEN ? no_second(a, d, f) : 0;
}

/* The cause may be another division's: nothing of it is said but who corrected what, and when. */
static int
add_notice(const struct notice *n, void *ctx, struct fault *f)
{
	const struct adding *a = ctx;
	const struct service *s;
	struct stored_record cause;
	struct case_item *ci;
	char id[RECORD_NAME_MAX];
	json_t *json;

	/* Of one item nothing is shown but that. */
	if (a->c->only && case_item_find(a->c, n->item, &ci, NULL) < 0)
		return 0;
	if (record_load(&a->call->act, n->cause_division, n->cause, &cause, f) < 0)
		return -1;
	if (case_item_find(a->c, n->item, &ci, f) < 0) {
		stored_record_free(&cause);
		return -1;
	}
	s = ci->item->proof->query;
	record_object_name(a->c->division, n->id, id);
	json = json_pack("{s:s, s:s, s:o, s:o, s:o}", "id", id, "kind", n->kind,
	    "at", api_at(n->at), "corrected_at", api_at(cause.at), "agency",
	    s != NULL ? api_ref(s->provider->code, s->provider->name) : json_null());
	stored_record_free(&cause);
	return append(a, n->item, "notices", json, f);
}

int
view_disputes(struct call *call, const struct case_file *c, json_t **ret_told, struct fault *f)
{
	struct adding a = { call, c, json_object() };

	if (a.told == NULL)
		return no_memory(f);
	notice_ahead(&call->act, c);
	if (dispute_of_case(&call->act, c, add_dispute, &a, f) < 0 ||
	    notice_of_case(&call->act, c, add_notice, &a, f) < 0) {
		json_decref(a.told);
		return -1;
	}
	*ret_told = a.told;
	return 0;
}

/* complaints.c - complaints: made and followed by anybody, answered by a supervisor. */
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "svc/agencies/place.h"
#include "svc/complaints/complaint.h"

/* What the list says of the proof that was demanded. */
static const char *const list_says[DEMAND_N][2] = {
	[DEMAND_DIRECT_CANCEL] = { "清单上已取消这份证明,任何人不得索要",
	    "The list has abolished this proof; nobody may ask for it" },
	[DEMAND_COMMITMENT] = { "清单上这份证明改为告知承诺:您看过告知书、签一份承诺书即可,不必去开",
	    "On the list a commitment takes the place of this proof: you read the notice and sign; there is nothing to fetch" },
	[DEMAND_DATA_QUERY] = { "清单上这份证明由窗口向有关部门查数据,不应由您提供",
	    "On the list the counter queries the department's data instead of this proof; it is not yours to bring" },
	[DEMAND_DEPARTMENT_VERIFY] = { "清单上这份证明由窗口请有关部门核验,不应由您提供",
	    "On the list the counter asks the department instead of this proof; it is not yours to bring" },
	[DEMAND_NOT_LISTED] = { "这份证明不在清单上。清单之外,任何人不得向您索要证明",
	    "This proof is not on the list.  Outside the list nobody may ask you for one" },
	[DEMAND_SOME_MATTER] = { "清单上有这份证明,但不论办哪个事项,都不用您去开",
	    "The list has this proof, but whatever the matter, it is not yours to fetch" },
};

/* What belongs to one complaint, opened. */
struct opened {
	struct inventory *inv;		/* the version that was looked at */
	struct stored_record received, answered;
};

static void
opened_free(struct opened *o)
{
	inventory_unref(o->inv);
	stored_record_free(&o->received);
	stored_record_free(&o->answered);
}

static int
open_complaint(struct call *call, const struct complaint *c, struct opened *ret_o,
    struct fault *f)
{
	struct opened o = { .inv = NULL };

	o.inv = app_inventory_version(call->api->app, call->act.reader, c->inventory, f);
	if (o.inv == NULL || record_load(&call->act, c->division, c->received, &o.received, f) < 0 ||
	    (c->state == COMPLAINT_ANSWERED &&
	    record_load(&call->act, c->division, c->answered, &o.answered, f) < 0)) {
		opened_free(&o);
		return -1;
	}
	*ret_o = o;
	return 0;
}

static json_t *
told(const struct opened *o, const char *name)
{
	json_t *value = json_object_get(o->received.body, name);

	return value != NULL ? json_incref(value) : json_null();
}

static json_t *
matter_ref(const struct inventory *inv, const char *code)
{
	const struct matter *m = inventory_matter(inv, code);

	return code[0] == '\0' ? json_null() : api_ref(code, m != NULL ? m->name : code);
}

/* How the proof was called: by the list where it is an item of it, else in somebody's words. */
static json_t *
proof_name(const struct complaint *c, const struct opened *o)
{
	const struct item *item = inventory_item(o->inv, c->item);

	return item != NULL ? json_string(item->proof->name) : told(o, "proof");
}

static json_t *
view_list(const struct call *call, const struct complaint *c, const struct inventory *inv)
{
	const struct item *item = inventory_item(inv, c->item);
	char address[64] = "";

	if (c->matter[0] != '\0')
		snprintf(address, sizeof(address), "/m/%s%s%s", c->matter, c->item[0] != '\0' ? "#" : "",
		    c->item);
	return json_pack("{s:s, s:s, s:s?, s:s?, s:s?, s:I}", "finding",
	    demand_finding_name(c->finding), "says", api_text(call, list_says[c->finding][LANG_ZH],
	    list_says[c->finding][LANG_EN]), "item", item != NULL ? item->code : NULL, "ground",
	    item != NULL && item->method == METHOD_DIRECT_CANCEL ? item->remark : NULL, "address",
	    address[0] != '\0' ? address : NULL, "inventory", (json_int_t)c->inventory);
}

static int
is_overdue(const struct call *call, const struct complaint *c)
{
	return c->state == COMPLAINT_RECEIVED && call->act.now > c->due_at;
}

/* What both sides see. */
static json_t *
view_common(const struct call *call, const struct complaint *c, const struct opened *o)
{
	const struct agency *agency = place_agency(call->api->app, o->inv, c->agency);
	const struct division *division = inventory_division(o->inv, c->division);
	int answered = c->state == COMPLAINT_ANSWERED;

	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:s?, s:o}", "number",
	    c->number, "state", complaint_state_name(c->state), "division",
	    api_ref(c->division, division != NULL ? division->name : c->division), "agency",
	    api_ref(c->agency, agency != NULL ? agency->name : c->agency), "matter",
	    matter_ref(o->inv, c->matter), "proof", proof_name(c, o), "received_at",
	    api_at(c->received_at), "due_at", api_at(c->due_at), "overdue", is_overdue(call, c),
	    "outcome", answered ? complaint_outcome_name(c->outcome) : NULL, "answered_at",
	    answered ? api_at(c->answered_at) : json_null());
}

static json_t *
answer_text(const struct complaint *c, const struct opened *o)
{
	return c->state == COMPLAINT_ANSWERED ?
	    json_incref(json_object_get(o->answered.body, "answer")) : json_null();
}

/* What somebody sees who has the code: not what was told, which the page may be showing to others. */
static json_t *
view_followed(struct call *call, const struct complaint *c, struct fault *f)
{
	struct opened o;
	json_t *json;

	if (open_complaint(call, c, &o, f) < 0)
		return NULL;
	json = view_common(call, c, &o);
	json_object_set_new(json, "list", view_list(call, c, o.inv));
	json_object_set_new(json, "answer", answer_text(c, &o));
	opened_free(&o);
	return json;
}

/* Working days after today up to the day it is due; 0 on that day and when it has passed. */
static int
days_left(const struct call *call, const struct complaint *c, const struct calendar *cal)
{
	int n = 0;

	for (int64_t day = clock_day(call->act.now) + 1; day <= clock_day(c->due_at); day++)
		n += calendar_works(cal, day);
	return n;
}

static json_t *
view_complaint(struct call *call, const struct complaint *c, int whole, struct fault *f)
{
	char id[RECORD_NAME_MAX];
	struct opened o;
	struct actor by;
	json_t *json;

	if (open_complaint(call, c, &o, f) < 0)
		return NULL;
	record_object_name(c->division, c->id, id);
	json = view_common(call, c, &o);
	json_object_update_new(json, json_pack("{s:s, s:I, s:s, s:i}", "id", id, "version",
	    (json_int_t)c->version, "finding", demand_finding_name(c->finding), "days_left",
	    days_left(call, c, o.inv->calendar)));
	if (whole) {
		const char *who = c->state == COMPLAINT_ANSWERED ? c->answered_by : NULL;

		if (who != NULL && access_user(call->api->app, call->act.reader, who, &by, NULL) == 0)
			who = by.name;
		json_object_update_new(json, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:s?}", "list",
		    view_list(call, c, o.inv), "words", told(&o, "proof"), "counter",
		    told(&o, "counter"), "what", told(&o, "what"), "phone", told(&o, "phone"), "answer",
		    answer_text(c, &o), "answered_by", who));
	}
	opened_free(&o);
	return json;
}

/* For anybody */

int
complaints_receive(struct call *call, struct fault *f)
{
	struct complaint_request req = { .agency = NULL };
	const char *phone;
	struct in in;

	in_start(&in, call->body, "", f);
	req.asked.matter = in_text(&in, "matter", IN_MAY, 15);
	req.asked.item = in_text(&in, "item", IN_MAY, 15);
	req.asked.proof = in_text(&in, "proof", IN_MAY, 300);
	req.division = in_text(&in, "division", IN_MAY, 6);
	req.agency = in_text(&in, "agency", IN_MUST, 23);
	req.counter = in_text(&in, "counter", IN_MAY, 300);
	req.what = in_text(&in, "what", IN_MUST, 6000);
	phone = in_text(&in, "phone", IN_MAY, 64);
	if (in_end(&in) < 0)
		return -1;
	if (phone != NULL && phone[0] != '\0' &&
	    ident_phone(phone, "phone", req.phone, sizeof(req.phone), f) < 0)
		return -1;
	if (api_ceiling_take(call, CEILING_COMPLAINTS, f) < 0)
		return -1;
	return complaint_receive(&call->act, &req, f);
}

/* Also for a repeat: whoever has the key and the body has sent it, and may have lost the answer. */
int
complaint_received(struct call *call, json_t **ret_json, struct fault *f)
{
	char division[7], code[COMPLAINT_CODE_MAX];
	uint8_t id[RECORD_ID_LEN];
	struct complaint c;

	if (record_object_parse(call->act.object, division, id) < 0) {
		fault_set(f, FAULT_BUG, "%s", "the complaint has no name");
		return -1;
	}
	if (complaint_load_id(&call->act, division, id, &c, f) < 0 ||
	    (*ret_json = view_followed(call, &c, f)) == NULL)
		return -1;
	complaint_code(call->api->app, c.id, code);
	json_object_set_new(*ret_json, "code", json_string(code));
	return 0;
}

int
complaint_status(struct call *call, json_t **ret_json, struct fault *f)
{
	const char *number, *code;
	struct complaint c;
	struct in in;

	in_start(&in, call->body, "", f);
	number = in_text(&in, "number", IN_MUST, 64);
	code = in_text(&in, "code", IN_MUST, 64);
	if (in_end(&in) < 0 || api_ceiling_check(call, CEILING_WRONG_CODES, f) < 0)
		return -1;
	if (complaint_follow(&call->act, number, code, &c, f) < 0) {
		if (f->code == FAULT_COMPLAINT_CODE)
			(void)api_ceiling_take(call, CEILING_WRONG_CODES, NULL);
		return -1;
	}
	return (*ret_json = view_followed(call, &c, f)) != NULL ? 0 : -1;
}

/* For supervisors */

int
complaint_show(struct call *call, json_t **ret_json, struct fault *f)
{
	struct complaint c;
	enum action action = call->act.action;
	char etag[32];
	int rc = -1;

	call->act.action = ACTION_COMPLAINT_READ;
	if (complaint_load(&call->act, http_param(call->req, "id"), &c, f) == 0 &&
	    (*ret_json = view_complaint(call, &c, 1, f)) != NULL) {
		snprintf(etag, sizeof(etag), "\"%lld\"", (long long)c.version);
		http_answer_header(call->req, "ETag", etag);
		rc = 0;
	}
	call->act.action = action;
	return rc;
}

int
complaint_answering(struct call *call, struct fault *f)
{
	enum complaint_outcome outcome;
	const char *name, *answer;
	struct complaint c;
	struct in in;

	in_start(&in, call->body, "", f);
	name = in_text(&in, "outcome", IN_MUST, 16);
	answer = in_text(&in, "answer", IN_MUST, 6000);
	if (in_end(&in) < 0)
		return -1;
	if (complaint_outcome_parse(name, &outcome) < 0) {
		fault_set(f, FAULT_FIELD_VALUE, "%s", "");
		fault_arg(f, "field", "%s", "outcome");
		fault_arg(f, "why_zh", "%s", "应为 upheld、not_upheld 或 no_jurisdiction");
		fault_arg(f, "why_en", "%s", "must be upheld, not_upheld or no_jurisdiction");
		return -1;
	}
	if (complaint_load(&call->act, http_param(call->req, "id"), &c, f) < 0 ||
	    act_match(&call->act, c.version, c.changed_by, c.changed_at, f) < 0)
		return -1;
	return complaint_answer(&call->act, &c, outcome, answer, f);
}

/* A page over the divisions within reach: the first of each, and of those the first. */
struct listing {
	struct complaint found[2 * 201];
	size_t n, most;
};

static int
gather(const struct complaint *c, void *ctx, struct fault *f)
{
	struct listing *l = ctx;

	(void)f;
	l->found[l->n++] = *c;
	return 0;
}

static int
by_due(const void *a, const void *b)
{
	const struct complaint *x = a, *y = b;

	if (x->due_at != y->due_at)
		return x->due_at < y->due_at ? -1 : 1;
	return memcmp(x->id, y->id, RECORD_ID_LEN);
}

struct wanted { const char *division; struct complaint_page page; };

static int
gather_divisions(struct call *call, const struct wanted *w, struct listing *l, struct fault *f)
{
	struct inventory *inv = app_inventory(call->api->app, f);
	const struct actor *actor = &call->act.actor;
	int rc = inv != NULL ? 0 : -1;

	for (size_t i = 0; rc == 0 && i < inv->ndivisions; i++) {
		struct complaint_page page = w->page;

		page.division = inv->divisions[i].code;
		if ((w->division != NULL && strcmp(w->division, page.division) != 0) ||
		    access_check(actor, call->act.action, page.agency != NULL ? page.agency : actor->agency,
		    page.division, NULL) < 0)
			continue;
		rc = complaint_list(&call->act, &page, gather, l, f);
		qsort(l->found, l->n, sizeof(l->found[0]), by_due);
		if (l->n > l->most)
			l->n = l->most;
	}
	inventory_unref(inv);
	return rc;
}

static int
read_wanted(struct call *call, struct wanted *w, struct page *ret_page, struct fault *f)
{
	const char *state, *cursor, *agency;
	int limit, overdue;
	struct in in;

	in_start(&in, call->body, "", f);
	state = in_text(&in, "state", IN_MAY, 16);
	overdue = in_bool(&in, "overdue", 0);
	agency = in_text(&in, "agency", IN_MAY, 23);
	w->division = in_text(&in, "division", IN_MAY, 6);
	limit = in_int(&in, "limit", 1, 200, 50);
	cursor = in_text(&in, "cursor", IN_MAY, 400);
	if (in_end(&in) < 0 || page_parse(call, limit, cursor, ret_page, f) < 0)
		return -1;
	w->page.limit = limit + 1;
	w->page.before = overdue ? call->act.now : INT64_MAX;
	/* Whoever supervises one agency sees that one's. */
	w->page.agency = strcmp(call->act.actor.scope, "agency") == 0 ? call->act.actor.agency : agency;
	w->page.state = COMPLAINT_RECEIVED;
	if (state != NULL && complaint_state_parse(state, &w->page.state) < 0) {
		fault_set(f, FAULT_FIELD_VALUE, "%s", "");
		fault_arg(f, "field", "%s", "state");
		fault_arg(f, "why_zh", "%s", "应为 received 或 answered");
		fault_arg(f, "why_en", "%s", "must be received or answered");
		return -1;
	}
	return 0;
}

int
complaints_search(struct call *call, json_t **ret_json, struct fault *f)
{
	struct listing *l = calloc(1, sizeof(*l));
	json_t *list = json_array(), *next = json_null(), *json;
	char key[RECORD_NAME_MAX + 24], name[RECORD_NAME_MAX];
	struct wanted w = { .division = NULL };
	uint8_t id[RECORD_ID_LEN];
	struct page page;
	size_t limit;
	int rc = -1;

	if (l == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		goto out;
	}
	if (read_wanted(call, &w, &page, f) < 0)
		goto out;
	if (page_due_key(page.key, &w.page.after_due, id))
		w.page.after_id = id;
	limit = (size_t)page.limit;
	l->most = limit + 1;
	if (gather_divisions(call, &w, l, f) < 0)
		goto out;
	for (size_t i = 0; i < l->n && i < limit; i++) {
		if ((json = view_complaint(call, &l->found[i], 0, f)) == NULL)
			goto out;
		json_array_append_new(list, json);
	}
	if (l->n > limit) {
		record_object_name(l->found[limit - 1].division, l->found[limit - 1].id, name);
		snprintf(key, sizeof(key), "%lld/%s", (long long)l->found[limit - 1].due_at, name);
		next = page_next(call, key);
	}
	*ret_json = json_pack("{s:O, s:O}", "complaints", list, "next", next);
	rc = 0;
out:
	json_decref(list);
	json_decref(next);
	free(l);
	return rc;
}

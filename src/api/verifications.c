/* verifications.c - a desk's questions and its answers. */
#include <stdlib.h>
#include <string.h>

#include "api/api.h"

/* What the desk is told: the body of the record that sent it. */
struct question {
	struct stored_record sent;
	struct case_file *c;
	struct case_item *ci;
};

static void
question_free(struct question *q)
{
	stored_record_free(&q->sent);
	case_free(q->c);
}

static int
question_load(struct call *call, const struct verification *v, struct question *ret_q,
    struct fault *f)
{
	struct question q = { .c = NULL };

	if (record_load(&call->act, v->division, v->sent, &q.sent, f) < 0)
		return -1;
	if (case_load_id(&call->act, v->division, v->case_id, 1, &q.c, f) < 0 ||
	    case_item_find(q.c, v->item, &q.ci, f) < 0) {
		question_free(&q);
		return -1;
	}
	*ret_q = q;
	return 0;
}

static const char *
member(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text != NULL ? text : "";
}

/* From its parts: the store keeps no sentences. */
json_t *
view_question(const struct call *call, const struct proof *proof, const char *name)
{
	if (proof->says != NULL)
		return json_sprintf(api_text(call, "请核实:%s是否%s?",
		    "Please verify for %s whether this holds: %s"), name, proof->says);
	return json_sprintf(api_text(call, "请核实:%s的“%s”所证明的情况是否属实?",
	    "Please verify for %s that what \"%s\" would show is true"), name, proof->name);
}

static void
add_desk(struct call *call, const struct verification *v, const struct question *q, json_t *json)
{
	const struct desk *desk = inventory_desk(q->c->inv, v->desk);
	int ended = v->state == VERIFICATION_ANSWERED || v->state == VERIFICATION_RETURNED ||
	    v->state == VERIFICATION_WITHDRAWN;
	int64_t left = desk == NULL ? v->due_at - call->act.now :
	    calendar_office_between(q->c->inv->calendar, &desk->hours, call->act.now, v->due_at);

	json_object_set_new(json, "desk", api_ref(v->desk, desk != NULL ? desk->name : v->desk));
	json_object_set_new(json, "office_ms_left", json_integer(left));
	json_object_set_new(json, "overdue", json_boolean(!ended && call->act.now > v->due_at));
}

static json_t *
maybe_at(int64_t at)
{
	return at != 0 ? api_at(at) : json_null();
}

void
staff_name(struct call *call, const char *id, char *text, size_t size)
{
	struct actor a;

	if (access_user(call->api->app, call->act.reader, id, &a, NULL) == 0)
		snprintf(text, size, "%s", a.name);
	else
		snprintf(text, size, "%s", id);
}

static void
event(struct call *call, json_t *list, int64_t at, const char *what, const char *id)
{
	char name[128];

	if (at == 0)
		return;
	staff_name(call, id, name, sizeof(name));
	json_array_append_new(list, json_pack("{s:o, s:s, s:s}", "at", api_at(at), "what", what, "who",
	    name));
}

/* What only the single view shows. */
static int
add_whole(struct call *call, const struct verification *v, const struct question *q,
    json_t *json, struct fault *f)
{
	const json_t *subject = json_object_get(q->sent.body, "subject");
	struct stored_record answered = { .log = "" };
	char masked[IDENT_MAX * 4], asker[128], answerer[128];
	json_t *sent, *basis, *events = json_array();
	const char *asker_id;

	if (v->has_answered && record_load(&call->act, v->division, v->answered, &answered, f) < 0) {
		json_decref(events);
		return -1;
	}
	/* A returned question has a reason where an answered one has its basis. */
	if ((basis = json_object_get(answered.body, "basis")) == NULL)
		basis = json_object_get(answered.body, "reason");
	sent = json_loadb(q->sent.text.data, q->sent.text.len, 0, NULL);
	asker_id = member(json_object_get(sent, "actor"), "id");
	staff_name(call, asker_id, asker, sizeof(asker));
	staff_name(call, v->changed_by, answerer, sizeof(answerer));
	event(call, events, v->sent_at, "sent", asker_id);
	event(call, events, v->signed_at, "signed_for", v->signed_by);
	event(call, events, v->answered_at, verification_state_name(v->state), v->changed_by);
	ident_mask(member(subject, "number"), masked, sizeof(masked));
	json_object_update_new(json, json_pack("{s:o, s:O?, s:s, s:{s:s, s:s, s:s, s:s}, s:{s:o, s:s},"
	    " s:s?, s:O?, s:o, s:s?, s:o, s:s}", "question", view_question(call,
	    q->ci->item->proof, member(subject, "name")), "note",
	    json_object_get(q->sent.body, "note"), "legal_basis", q->ci->item->legal_basis, "subject",
	    "role", member(subject, "role"), "name", member(subject, "name"), "identifier_type",
	    member(subject, "type"), "identifier", masked, "asked_by", "agency",
	    api_ref(q->c->agency->code, q->c->agency->name), "name", asker, "answer",
	    v->answer[0] != '\0' ? v->answer : NULL, "basis", basis, "answered_at",
	    maybe_at(v->answered_at), "answered_by", v->has_answered ? answerer : NULL, "events",
	    events, "item", v->item));
	json_decref(sent);
	stored_record_free(&answered);
	return 0;
}

json_t *
view_verification(struct call *call, const struct verification *v, int whole, struct fault *f)
{
	char id[RECORD_NAME_MAX], masked[300];
	struct question q;
	json_t *json;

	if (question_load(call, v, &q, f) < 0)
		return NULL;
	record_object_name(v->division, v->id, id);
	ident_mask_name(member(json_object_get(q.sent.body, "subject"), "name"), masked,
	    sizeof(masked));
	json = json_pack("{s:s, s:I, s:s, s:o, s:o, s:s, s:s, s:o, s:o}", "id", id, "version",
	    (json_int_t)v->version, "state", verification_state_name(v->state), "proof",
	    api_ref(q.ci->item->proof->code, q.ci->item->proof->name), "matter",
	    api_ref(q.c->matter->code, q.c->matter->name), "case_number", q.c->number, "subject",
	    masked, "sent_at", api_at(v->sent_at), "due_at", api_at(v->due_at));
	add_desk(call, v, &q, json);
	if (whole && add_whole(call, v, &q, json, f) < 0) {
		json_decref(json);
		json = NULL;
	}
	question_free(&q);
	return json;
}

int
verification_show(struct call *call, json_t **ret_json, struct fault *f)
{
	struct verification v;
	enum action action = call->act.action;
	char etag[32];
	int rc = -1;

	call->act.action = ACTION_VERIFICATION_READ;
	if (verification_load(&call->act, http_param(call->req, "id"), &v, f) == 0 &&
	    (*ret_json = view_verification(call, &v, 1, f)) != NULL) {
		snprintf(etag, sizeof(etag), "\"%lld\"", (long long)v.version);
		http_answer_header(call->req, "ETag", etag);
		rc = 0;
	}
	call->act.action = action;
	return rc;
}

/* A page over one or two states of a desk, by what is due first. */
struct listing {
	struct verification found[2 * 201];
	size_t n;
};

static int
gather(const struct verification *v, void *ctx, struct fault *f)
{
	struct listing *l = ctx;

	(void)f;
	l->found[l->n++] = *v;
	return 0;
}

static int
by_due(const void *a, const void *b)
{
	const struct verification *x = a, *y = b;

	if (x->due_at != y->due_at)
		return x->due_at < y->due_at ? -1 : 1;
	return memcmp(x->id, y->id, RECORD_ID_LEN);
}

/* Fills l with what follows the page's key, at most limit + 1 of each state. */
static int
gather_states(struct call *call, const char *state, const struct page *page, struct listing *l,
    struct fault *f)
{
	enum verification_state states[2] = { VERIFICATION_SENT, VERIFICATION_SIGNED_FOR };
	size_t n = 2;
	uint8_t id[RECORD_ID_LEN];
	int64_t due;
	int has_id = page_due_key(page->key, &due, id);

	if (state != NULL && strcmp(state, "open") != 0) {
		n = 1;
		if (verification_state_parse(state, &states[0]) < 0) {
			fault_set(f, FAULT_FIELD_VALUE, "%s", "");
			fault_arg(f, "field", "%s", "state");
			fault_arg(f, "why_zh", "%s", "没有这个状态");
			fault_arg(f, "why_en", "%s", "there is no such state");
			return -1;
		}
	}
	for (size_t i = 0; i < n; i++)
		if (verification_list(&call->act, (struct verification_page){
		    .desk = call->act.actor.desk, .state = states[i], .after_due = due,
		    .after_id = has_id ? id : NULL, .limit = page->limit + 1 }, gather, l, f) < 0)
			return -1;
	qsort(l->found, l->n, sizeof(l->found[0]), by_due);
	return 0;
}

int
verifications_search(struct call *call, json_t **ret_json, struct fault *f)
{
	struct listing *l = calloc(1, sizeof(*l));
	json_t *list = json_array(), *next = json_null(), *json;
	const char *state, *cursor;
	char key[RECORD_NAME_MAX + 24], name[RECORD_NAME_MAX];
	struct page page;
	struct in in;
	int limit, rc = -1;

	if (l == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		goto out;
	}
	in_start(&in, call->body, "", f);
	state = in_text(&in, "state", IN_MAY, 16);
	limit = in_int(&in, "limit", 1, 200, 50);
	cursor = in_text(&in, "cursor", IN_MAY, 400);
	if (in_end(&in) < 0 || page_parse(call, limit, cursor, &page, f) < 0 ||
	    gather_states(call, state, &page, l, f) < 0)
		goto out;
	for (size_t i = 0; i < l->n && i < (size_t)limit; i++) {
		if ((json = view_verification(call, &l->found[i], 0, f)) == NULL)
			goto out;
		json_array_append_new(list, json);
	}
	if (l->n > (size_t)limit) {
		record_object_name(l->found[limit - 1].division, l->found[limit - 1].id, name);
		snprintf(key, sizeof(key), "%lld/%s", (long long)l->found[limit - 1].due_at, name);
		next = page_next(call, key);
	}
	*ret_json = json_pack("{s:O, s:O}", "verifications", list, "next", next);
	rc = 0;
out:
	json_decref(list);
	json_decref(next);
	free(l);
	return rc;
}

static int
load_matched(struct call *call, struct verification *v, struct fault *f)
{
	if (verification_load(&call->act, http_param(call->req, "id"), v, f) < 0)
		return -1;
	return act_match(&call->act, v->version, v->changed_by, v->changed_at, f);
}

int
verification_signature(struct call *call, struct fault *f)
{
	struct verification v;
	struct in in;

	in_start(&in, call->body, "", f);
	if (in_end(&in) < 0 || load_matched(call, &v, f) < 0)
		return -1;
	return verification_sign(&call->act, &v, f);
}

int
verification_answering(struct call *call, struct fault *f)
{
	static const char *const answers[] = { "match", "mismatch", "not_found", "cannot_verify" };
	const char *answer, *basis;
	struct verification v;
	struct in in;
	int known = 0;

	in_start(&in, call->body, "", f);
	answer = in_text(&in, "answer", IN_MUST, 16);
	basis = in_text(&in, "basis", IN_MAY, 4000);
	if (in_end(&in) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		known |= strcmp(answers[i], answer) == 0;
	if (!known) {
		fault_set(f, FAULT_FIELD_VALUE, "%s", "");
		fault_arg(f, "field", "%s", "answer");
		fault_arg(f, "why_zh", "%s", "应为 match、mismatch、not_found 或 cannot_verify");
		fault_arg(f, "why_en", "%s", "must be match, mismatch, not_found or cannot_verify");
		return -1;
	}
	if (load_matched(call, &v, f) < 0)
		return -1;
	return verification_answer(&call->act, &v, answer, basis != NULL ? basis : "", f);
}

int
verification_returning(struct call *call, struct fault *f)
{
	struct verification v;
	const char *reason;
	struct in in;

	in_start(&in, call->body, "", f);
	reason = in_text(&in, "reason", IN_MUST, 2000);
	if (in_end(&in) < 0 || load_matched(call, &v, f) < 0)
		return -1;
	return verification_return(&call->act, &v, reason, f);
}

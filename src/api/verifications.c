/* verifications.c - a desk's questions and its answers. */
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "api/verifications.h"
#include "base/uuid.h"
#include "svc/access/deputy.h"
#include "svc/agencies/place.h"

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

static json_t *
maybe_at(int64_t at)
{
	return at != 0 ? api_at(at) : json_null();
}

/* Where it is and how its time stands; also what a supervisor sees of it. */
void
view_verification_time(const struct call *call, const struct verification *v,
    const struct inventory *inv, json_t *json)
{
	struct verification_time t = verification_time(call->api->app, v, inv,
	    call->act.now);
	const struct desk *desk = place_desk(call->api->app, inv, v->desk);
	int64_t reminded = v->urged_at > v->reminded_at ? v->urged_at : v->reminded_at;

	json_object_set_new(json, "desk", api_ref(v->desk, desk != NULL ? desk->name : v->desk));
	json_object_set_new(json, "sent_at", api_at(v->sent_at));
	json_object_set_new(json, "due_at", api_at(v->due_at));
	json_object_set_new(json, "office_ms_left", json_integer(t.left_ms));
	json_object_set_new(json, "light", t.ended ? json_null() : json_string(light_name(t.light)));
	json_object_set_new(json, "overdue", json_boolean(!t.ended && t.light == LIGHT_OVERDUE));
	json_object_set_new(json, "reminders", json_integer(v->reminders));
	json_object_set_new(json, "reminded_at", maybe_at(reminded));
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

/* What the desk asked back last, and what the counter answered; null where it never did. */
static json_t *
asked_back(struct call *call, const struct verification *v, struct fault *f)
{
	struct stored_record needed, supplied = { .log = "" };
	json_t *json;

	if (!v->has_needed)
		return json_null();
	if (record_load(&call->act, v->division, v->needed, &needed, f) < 0)
		return NULL;
	if (v->has_supplied && record_load(&call->act, v->division, v->supplied, &supplied, f) < 0) {
		stored_record_free(&needed);
		return NULL;
	}
	/* The instants between which the clock stood; the records came a moment later. */
	json = json_pack("{s:O?, s:o, s:O?, s:o}", "what", json_object_get(needed.body, "what"), "at",
	    api_at(uuid7_ms(v->needed)), "text", json_object_get(supplied.body, "text"),
	    "supplied_at", maybe_at(v->has_supplied ? uuid7_ms(v->supplied) : 0));
	stored_record_free(&needed);
	stored_record_free(&supplied);
	return json;
}

/* What the single view and the card show beside. */
static int
add_card(struct call *call, const struct verification *v, const struct question *q,
    json_t *json, struct fault *f)
{
	const json_t *subject = json_object_get(q->sent.body, "subject");
	struct stored_record answered = { .log = "" };
	char answerer[128];
	json_t *basis, *back;

	if ((back = asked_back(call, v, f)) == NULL)
		return -1;
	if (v->has_answered && record_load(&call->act, v->division, v->answered, &answered, f) < 0) {
		json_decref(back);
		return -1;
	}
	/* What was given back, passed on or withdrawn has a reason where an answer has its basis. */
	if ((basis = json_object_get(answered.body, "basis")) == NULL)
		basis = json_object_get(answered.body, "reason");
	staff_name(call, v->changed_by, answerer, sizeof(answerer));
	json_object_update_new(json, json_pack("{s:o, s:s?, s:O?, s:o, s:s?, s:o}", "question",
	    view_question(call, q->ci->item->proof, member(subject, "name")), "answer",
	    v->answer[0] != '\0' ? v->answer : NULL, "basis", basis, "answered_at",
	    maybe_at(v->answered_at), "answered_by", v->has_answered ? answerer : NULL, "asked_back",
	    back));
	stored_record_free(&answered);
	return 0;
}

/* What only the desk sees. */
static int
add_whole(struct call *call, const struct verification *v, const struct question *q,
    json_t *json, struct fault *f)
{
	const json_t *subject = json_object_get(q->sent.body, "subject");
	json_t *sent, *events = view_verification_events(call, v, &q->sent, f);
	char masked[IDENT_MAX * 4], asker[128];

	if (events == NULL)
		return -1;
	sent = json_loadb(q->sent.text.data, q->sent.text.len, 0, NULL);
	staff_name(call, member(json_object_get(sent, "actor"), "id"), asker, sizeof(asker));
	ident_mask(member(subject, "number"), masked, sizeof(masked));
	json_object_update_new(json, json_pack("{s:O?, s:s, s:{s:s, s:s, s:s, s:s}, s:{s:o, s:s}, s:o,"
	    " s:s}", "note", json_object_get(q->sent.body, "note"), "legal_basis",
	    q->ci->item->legal_basis, "subject", "role", member(subject, "role"), "name",
	    member(subject, "name"), "identifier_type", member(subject, "type"), "identifier", masked,
	    "asked_by", "agency", api_ref(q->c->agency->code, q->c->agency->name), "name", asker,
	    "events", events, "item", v->item));
	json_decref(sent);
	return 0;
}

json_t *
view_verification(struct call *call, const struct verification *v, enum view_depth depth,
    struct fault *f)
{
	char id[RECORD_NAME_MAX], masked[300];
	struct question q;
	json_t *json;

	if (question_load(call, v, &q, f) < 0)
		return NULL;
	record_object_name(v->division, v->id, id);
	ident_mask_name(member(json_object_get(q.sent.body, "subject"), "name"), masked,
	    sizeof(masked));
	json = json_pack("{s:s, s:I, s:s, s:o, s:o, s:s, s:s}", "id", id, "version",
	    (json_int_t)v->version, "state", verification_state_name(v->state), "proof",
	    api_ref(q.ci->item->proof->code, q.ci->item->proof->name), "matter",
	    api_ref(q.c->matter->code, q.c->matter->name), "case_number", q.c->number, "subject",
	    masked);
	view_verification_time(call, v, q.c->inv, json);
	if ((depth >= VIEW_CARD && add_card(call, v, &q, json, f) < 0) ||
	    (depth == VIEW_WHOLE && add_whole(call, v, &q, json, f) < 0)) {
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
	    (*ret_json = view_verification(call, &v, VIEW_WHOLE, f)) != NULL) {
		snprintf(etag, sizeof(etag), "\"%lld\"", (long long)v.version);
		http_answer_header(call->req, "ETag", etag);
		rc = 0;
	}
	call->act.action = action;
	return rc;
}

/* A page over the states and the desks that are asked for: of all of them, the first that are due. */
struct listing {
	struct verification found[2 * 201];
	size_t n, most;
};

static int
gather(const struct verification *v, void *ctx, struct fault *f)
{
	struct listing *l = ctx;

	(void)f;
	l->found[l->n++] = *v;
	return 0;
}

int
verification_by_due(const void *a, const void *b)
{
	const struct verification *x = a, *y = b;

	if (x->due_at != y->due_at)
		return x->due_at < y->due_at ? -1 : 1;
	return memcmp(x->id, y->id, RECORD_ID_LEN);
}

/* Of one state at all these desks, at most limit + 1. */
static int
gather_desks(struct call *call, const struct desks *desks, struct verification_page page,
    struct listing *l, struct fault *f)
{
	for (size_t i = 0; i < desks->n; i++) {
		page.desk = desks->code[i];
		if (verification_list(&call->act, page, gather, l, f) < 0)
			return -1;
		qsort(l->found, l->n, sizeof(l->found[0]), verification_by_due);
		if (l->n > l->most)
			l->n = l->most;
	}
	return 0;
}

/* The desks that are asked for: one, or all that the caller answers for. */
static int
asked_desks(struct call *call, const char *desk, struct desks *ret_desks, struct fault *f)
{
	struct act *act = &call->act;

	if (desk == NULL)
		return access_desks(act->reader, &act->actor, act->now, ret_desks, f);
	ret_desks->n = 1;
	snprintf(ret_desks->code[0], sizeof(ret_desks->code[0]), "%s", desk);
	return access_desk(act->reader, &act->actor, desk, act->now, f);
}

/* Fills l with what follows the page's key. */
static int
gather_states(struct call *call, const char *state, const struct desks *desks,
    const struct page *page, struct listing *l, struct fault *f)
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
	l->most = (size_t)page->limit + 1;
	for (size_t i = 0; i < n; i++)
		if (gather_desks(call, desks, (struct verification_page){ .state = states[i],
		    .after_due = due, .after_id = has_id ? id : NULL, .limit = page->limit + 1 }, l,
		    f) < 0)
			return -1;
	return 0;
}

int
verifications_search(struct call *call, json_t **ret_json, struct fault *f)
{
	struct listing *l = calloc(1, sizeof(*l));
	json_t *list = json_array(), *next = json_null(), *json;
	const char *state, *cursor, *desk;
	struct desks desks;
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
	desk = in_text(&in, "desk", IN_MAY, 31);
	limit = in_int(&in, "limit", 1, 200, 50);
	cursor = in_text(&in, "cursor", IN_MAY, 400);
	if (in_end(&in) < 0 || page_parse(call, limit, cursor, &page, f) < 0 ||
	    asked_desks(call, desk, &desks, f) < 0 ||
	    gather_states(call, state, &desks, &page, l, f) < 0)
		goto out;
	for (size_t i = 0; i < l->n && i < (size_t)limit; i++) {
		if ((json = view_verification(call, &l->found[i], VIEW_ROW, f)) == NULL)
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

int
verification_load_matched(struct call *call, struct verification *v, struct fault *f)
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
	if (in_end(&in) < 0 || verification_load_matched(call, &v, f) < 0)
		return -1;
	return verification_sign(&call->act, &v, f);
}

int
verification_read_answer(struct in *in, const char **ret_answer, const char **ret_basis)
{
	static const char *const answers[] = { "match", "mismatch", "not_found", "cannot_verify" };
	char path[64];

	*ret_answer = in_text(in, "answer", IN_MUST, 16);
	*ret_basis = in_text(in, "basis", IN_MAY, 4000);
	if (*ret_basis == NULL)
		*ret_basis = "";
	for (size_t i = 0; *ret_answer != NULL && i < sizeof(answers) / sizeof(answers[0]); i++)
		if (strcmp(answers[i], *ret_answer) == 0)
			return 0;
	if (in->failed)
		return -1;
	in_path(in, "answer", path, sizeof(path));
	fault_set(in->f, FAULT_FIELD_VALUE, "%s", "");
	fault_arg(in->f, "field", "%s", path);
	fault_arg(in->f, "why_zh", "%s", "应为 match、mismatch、not_found 或 cannot_verify");
	fault_arg(in->f, "why_en", "%s", "must be match, mismatch, not_found or cannot_verify");
	in->failed = 1;
	return -1;
}

int
verification_answering(struct call *call, struct fault *f)
{
	const char *answer, *basis;
	struct verification v;
	struct in in;

	in_start(&in, call->body, "", f);
	if (verification_read_answer(&in, &answer, &basis) < 0 || in_end(&in) < 0 ||
	    verification_load_matched(call, &v, f) < 0)
		return -1;
	return verification_answer(&call->act, &v, answer, basis, f);
}

int
verification_returning(struct call *call, struct fault *f)
{
	struct verification v;
	const char *reason;
	struct in in;

	in_start(&in, call->body, "", f);
	reason = in_text(&in, "reason", IN_MUST, 2000);
	if (in_end(&in) < 0 || verification_load_matched(call, &v, f) < 0)
		return -1;
	return verification_return(&call->act, &v, reason, f);
}

/* reviews.c - expert reviews 专家评审: what is asked of them, strictly read. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "svc/review/review.h"

#define TEXT_MAX 6000		/* bytes of an opinion, a reason, a question */
#define BASIS_MAX 500
#define CITATIONS_MAX 10
#define FIELDS_MAX 64

/* Of the review as it is now, whatever the request was allowed to do to it. */
int
review_show(struct call *call, json_t **ret_json, struct fault *f)
{
	const char *id = http_param(call->req, "id");
	enum action action = call->act.action;
	char object[RECORD_NAME_MAX], etag[32];
	struct review r;
	int rc = -1;

	snprintf(object, sizeof(object), "%s", id != NULL ? id : call->act.object);
	call->act.action = ACTION_REVIEW_READ;
	if (review_load(&call->act, object, &r, f) == 0 && (*ret_json = view_review(call, &r, f)) != NULL) {
		snprintf(etag, sizeof(etag), "\"%lld\"", (long long)r.version);
		http_answer_header(call->req, "ETag", etag);
		rc = 0;
	}
	call->act.action = action;
	return rc;
}

/* Opening */

/* What an alignment calls its rounds and differences: stored as it stands, so nothing but a code. */
static int
check_origin(const char *text, const char *field, struct fault *f)
{
	if (text == NULL || (text[0] != '\0' && text[strspn(text,
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:/")] == '\0'))
		return 0;
	return api_bad_value(f, field, "只能有字母、数字和 - _ . : /", "holds letters, digits and - _ . : / only");
}

static int
read_proposed(const json_t *json, struct review_request *req, struct fault *f)
{
	struct in in;

	in_start(&in, json, "proposed.", f);
	req->matter = in_text(&in, "matter", IN_MUST, REVIEW_CODE_MAX - 1);
	req->proof = in_text(&in, "proof", IN_MUST, REVIEW_CODE_MAX - 1);
	req->legal_basis = in_text(&in, "legal_basis", IN_MUST, BASIS_MAX);
	return in_end(&in);
}

static int
read_origin(const json_t *json, struct review_request *req, struct fault *f)
{
	struct in in;

	in_start(&in, json, "origin.", f);
	req->round = in_text(&in, "round", IN_MUST, REVIEW_ORIGIN_MAX - 1);
	req->difference = in_text(&in, "difference", IN_MUST, REVIEW_ORIGIN_MAX - 1);
	return in_end(&in) < 0 || check_origin(req->round, "origin.round", f) < 0 ||
	    check_origin(req->difference, "origin.difference", f) < 0 ? -1 : 0;
}

int
reviews_opening(struct call *call, struct fault *f)
{
	struct review_request req = { .item = NULL };
	const json_t *proposed, *origin;
	struct in in;

	in_start(&in, call->body, "", f);
	req.item = in_text(&in, "item", IN_MAY, REVIEW_CODE_MAX - 1);
	proposed = in_object(&in, "proposed", IN_MAY);
	origin = in_object(&in, "origin", IN_MAY);
	req.question = in_text(&in, "question", IN_MUST, TEXT_MAX);
	if (in_end(&in) < 0)
		return -1;
	if ((req.item == NULL) == (proposed == NULL))
		return api_bad_value(f, "item", "item 和 proposed 须有一个,只能有一个", "give either item or proposed");
	if ((proposed != NULL && read_proposed(proposed, &req, f) < 0) ||
	    (origin != NULL && read_origin(origin, &req, f) < 0))
		return -1;
	return review_open(&call->act, &req, f);
}

/* Opinions */

static int
check_citations(const json_t *list, struct fault *f)
{
	char path[40];
	json_t *one;
	size_t i;

	if (json_array_size(list) == 0) {
		fault_set(f, FAULT_FIELD_MISSING, "%s", "");
		fault_arg(f, "field", "%s", "citations");
		return -1;
	}
	if (json_array_size(list) > CITATIONS_MAX)
		return api_bad_value(f, "citations", "太多", "too many");
	json_array_foreach(list, i, one) {
		struct in in;

		snprintf(path, sizeof(path), "citations[%zu].", i);
		if (!json_is_object(one))
			return api_bad_value(f, "citations", "每条写明 law 和 article", "each has law and article");
		in_start(&in, one, path, f);
		(void)in_text(&in, "law", IN_MUST, 300);
		(void)in_text(&in, "article", IN_MUST, 100);
		if (in_end(&in) < 0)
			return -1;
	}
	return 0;
}

int
review_opining(struct call *call, struct fault *f)
{
	struct review_opinion o;
	enum method method;
	struct review r;
	struct in in;

	in_start(&in, call->body, "", f);
	o.text = in_text(&in, "text", IN_MUST, TEXT_MAX);
	o.citations = in_array(&in, "citations", IN_MUST);
	o.vote = in_text(&in, "vote", IN_MUST, 20);
	if (in_end(&in) < 0 || check_citations(o.citations, f) < 0)
		return -1;
	if (method_parse(o.vote, &method) < 0 && strcmp(o.vote, VOTE_ABSTAIN) != 0)
		return api_bad_value(f, "vote", "应为四种方式之一或 abstain", "must be one of the four methods, or abstain");
	if (review_load(&call->act, http_param(call->req, "id"), &r, f) < 0)
		return -1;
	return review_opine(&call->act, &r, &o, f);
}

/* What the reform office does */

static int
load_seen(struct call *call, struct review *ret_review, struct fault *f)
{
	return review_load(&call->act, http_param(call->req, "id"), ret_review, f) < 0 ||
	    act_match(&call->act, ret_review->version, ret_review->changed_by, ret_review->changed_at, f) < 0 ?
	    -1 : 0;
}

static int
moving(struct call *call, enum review_state to, const char *member, struct fault *f)
{
	const char *text;
	struct review r;
	struct in in;

	in_start(&in, call->body, "", f);
	text = in_text(&in, member, IN_MUST, TEXT_MAX);
	if (in_end(&in) < 0 || load_seen(call, &r, f) < 0)
		return -1;
	return review_move(&call->act, &r, to, text, f);
}

int
review_deferring(struct call *call, struct fault *f)
{
	return moving(call, REVIEW_UNRESOLVED, "unclear", f);
}

int
review_resuming(struct call *call, struct fault *f)
{
	return moving(call, REVIEW_OPEN, "reason", f);
}

int
review_withdrawing(struct call *call, struct fault *f)
{
	return moving(call, REVIEW_WITHDRAWN, "reason", f);
}

static int
check_field_names(const json_t *fields, struct fault *f)
{
	const json_t *one;
	size_t i;

	if (json_array_size(fields) > FIELDS_MAX)
		return api_bad_value(f, "fields", "太多", "too many");
	json_array_foreach(fields, i, one)
		if (!json_is_string(one))
			return api_bad_value(f, "fields", "每项是字段名", "each is the name of a field");
	return 0;
}

static const char *
not_blank(const char *text)
{
	return text != NULL && text[strspn(text, " ")] != '\0' ? text : NULL;
}

static int
read_decision(struct call *call, struct review_decision *d, struct fault *f)
{
	const char *method, *until;
	struct in in;

	in_start(&in, call->body, "", f);
	method = in_text(&in, "method", IN_MUST, 20);
	d->ground = in_int(&in, "ground", 1, 6, 0);
	d->reason = in_text(&in, "reason", IN_MUST, TEXT_MAX);
	d->citations = in_array(&in, "citations", IN_MUST);
	d->against_majority = not_blank(in_text(&in, "against_majority", IN_MAY, TEXT_MAX));
	d->legal_basis = not_blank(in_text(&in, "legal_basis", IN_MAY, BASIS_MAX));
	d->fields = in_array(&in, "fields", IN_MAY);
	d->verify_hours = in_int(&in, "verify_hours", 1, 400, 0);
	until = in_text(&in, "grant_until", IN_MAY, 10);
	d->grant_until = -1;
	if (in_end(&in) < 0 || check_citations(d->citations, f) < 0 || check_field_names(d->fields, f) < 0)
		return -1;
	if (until != NULL && clock_parse_day(until, &d->grant_until) < 0)
		return api_bad_value(f, "grant_until", "不是真实日期,写法为 2026-01-31",
		    "not a real date; dates are written 2026-01-31");
	return method_parse(method, &d->method) == 0 ? 0 :
	    api_bad_value(f, "method", "应为四种方式之一", "must be one of the four methods");
}

int
review_deciding(struct call *call, struct fault *f)
{
	struct review_decision d;
	struct review r;

	if (read_decision(call, &d, f) < 0 || load_seen(call, &r, f) < 0)
		return -1;
	return review_decide(&call->act, &r, &d, f);
}

/* Lists */

struct listing {
	struct call *call;
	json_t *list;
	size_t limit;
	char key[RECORD_NAME_MAX];
	int more;
};

static int
gather(const struct review *r, void *ctx, struct fault *f)
{
	struct listing *l = ctx;
	json_t *json;

	if (json_array_size(l->list) == l->limit) {
		l->more = 1;
		return 0;
	}
	if ((json = view_review_row(l->call, r, f)) == NULL)
		return -1;
	json_array_append_new(l->list, json);
	record_object_name(r->division, r->id, l->key);
	return 0;
}

/* Reviews of one item are those of its matter and proof, whatever its code was. */
static int
read_item(struct call *call, struct inventory *inv, struct review_page *page, struct fault *f)
{
	const char *code = http_query(call->req, "item");
	const struct item *item = code != NULL ? inventory_item(inv, code) : NULL;

	if (code == NULL)
		return 0;
	if (item == NULL)
		return api_bad_value(f, "item", "清单上没有这个证明事项", "the list has no such item");
	page->matter = item->matter->code;
	page->proof = item->proof->code;
	return 0;
}

static int
read_wanted(struct call *call, struct inventory *inv, struct review_page *page, struct fault *f)
{
	const char *state = http_query(call->req, "state");

	if (state != NULL && review_state_parse(state, &page->state) < 0)
		return api_bad_value(f, "state", "没有这个状态", "there is no such state");
	page->has_state = state != NULL;
	if (page->has_state && http_query(call->req, "item") != NULL)
		return api_bad_value(f, "item", "item 和 state 只能给一个", "give either item or state");
	return read_item(call, inv, page, f);
}

int
reviews_list(struct call *call, json_t **ret_json, struct fault *f)
{
	struct inventory *inv = app_inventory(call->api->app, f);
	struct review_page wanted = { .matter = NULL };
	struct listing l = { .call = call, .list = json_array() };
	uint8_t id[RECORD_ID_LEN];
	char division[7];
	struct page page;
	int rc = -1;

	if (inv == NULL || page_read(call, &page, f) < 0 || read_wanted(call, inv, &wanted, f) < 0 ||
	    review_city(&call->act, f) < 0)
		goto out;
	l.limit = (size_t)page.limit;
	wanted.limit = page.limit + 1;
	if (record_object_parse(page.key, division, id) == 0)
		wanted.after_id = id;
	if ((rc = review_list(&call->act, &wanted, gather, &l, f)) == 0)
		*ret_json = json_pack("{s:O, s:o}", "reviews", l.list, "next",
		    l.more ? page_next(call, l.key) : json_null());
out:
	json_decref(l.list);
	inventory_unref(inv);
	return rc;
}

/* Into the list */

int
reviews_applying(struct call *call, struct fault *f)
{
	struct inventory_report report = { 0 };
	struct in in;
	int from, rc;

	in_start(&in, call->body, "", f);
	from = in_int(&in, "from", 1, INT_MAX, 0);
	if (in_end(&in) < 0)
		return -1;
	rc = review_apply(&call->act, from, &report, f);
	if (rc < 0 && f->code == FAULT_IMPORT_REFUSED)
		rc = api_import_refused(call, &report, f);
	inventory_report_free(&report);
	return rc;
}

struct applied { int64_t version; struct listing l; };

static int
gather_applied(const struct review *r, void *ctx, struct fault *f)
{
	struct applied *a = ctx;

	record_object_name(r->division, r->id, a->l.key);
	a->l.more = 1;
	return r->applied == a->version ? gather(r, &a->l, f) : 0;
}

/* Of the version that act->object names: also for a request that is repeated. */
int
reviews_applied(struct call *call, json_t **ret_json, struct fault *f)
{
	const char *slash = strchr(call->act.object, '/');
	struct applied a = { .version = slash != NULL ? strtoll(slash + 1, NULL, 10) : 0,
	    .l = { .call = call, .list = json_array(), .limit = SIZE_MAX } };
	struct review_page page = { .has_state = 1, .state = REVIEW_DECIDED, .limit = 200 };
	uint8_t id[RECORD_ID_LEN];
	char division[7];
	int rc;

	do {
		a.l.more = 0;
		rc = review_list(&call->act, &page, gather_applied, &a, f);
		if (record_object_parse(a.l.key, division, id) == 0)
			page.after_id = id;
	} while (rc == 0 && a.l.more);
	if (rc == 0)
		*ret_json = json_pack("{s:I, s:O}", "version", (json_int_t)a.version, "reviews", a.l.list);
	json_decref(a.l.list);
	return rc;
}

/* disputes.c - disputes: opened and taken back by a clerk, answered by the owner of the data. */
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "base/utf8.h"
#include "svc/disputes/notice.h"

/* For clerks */

/* Loads the case of the address and checks the version that the caller saw. */
static int
load_seen(struct call *call, struct case_file **ret_case, struct fault *f)
{
	struct case_file *c;

	if (case_load(&call->act, http_param(call->req, "id"), &c, f) < 0)
		return -1;
	if (act_match(&call->act, c->version, c->changed_by, c->changed_at, f) < 0) {
		case_free(c);
		return -1;
	}
	*ret_case = c;
	return 0;
}

int
item_dispute(struct call *call, struct fault *f)
{
	const char *reason, *claimed;
	struct case_file *c = NULL;
	struct case_item *ci;
	struct in in;
	int rc = -1;

	in_start(&in, call->body, "", f);
	reason = in_text(&in, "reason", IN_MUST, 2000);
	claimed = in_text(&in, "claimed", IN_MAY, 1000);
	if (claimed != NULL && utf8_blank(claimed))
		claimed = NULL;
	if (in_end(&in) == 0 && load_seen(call, &c, f) == 0 &&
	    case_item_find(c, http_param(call->req, "item"), &ci, f) == 0)
		rc = dispute_open(&call->act, c, ci, reason, claimed, f);
	case_free(c);
	return rc;
}

int
item_dispute_withdrawal(struct call *call, struct fault *f)
{
	struct case_file *c = NULL;
	struct case_item *ci;
	struct in in;
	int rc = -1;

	in_start(&in, call->body, "", f);
	if (in_end(&in) == 0 && load_seen(call, &c, f) == 0 &&
	    case_item_find(c, http_param(call->req, "item"), &ci, f) == 0)
		rc = dispute_withdraw(&call->act, c, ci, http_param(call->req, "dispute"), f);
	case_free(c);
	return rc;
}

int
case_notice_seeing(struct call *call, struct fault *f)
{
	struct case_file *c = NULL;
	struct in in;
	int rc = -1;

	in_start(&in, call->body, "", f);
	if (in_end(&in) == 0 && load_seen(call, &c, f) == 0)
		rc = notice_see(&call->act, c, http_param(call->req, "notice"), f);
	case_free(c);
	return rc;
}

/* For the owner of the data */

int
dispute_show(struct call *call, json_t **ret_json, struct fault *f)
{
	enum action action = call->act.action;
	struct dispute d;
	char etag[32];
	int rc = -1;

	call->act.action = ACTION_DISPUTE_READ;
	if (dispute_load(&call->act, http_param(call->req, "id"), &d, f) == 0 &&
	    (*ret_json = view_dispute(call, &d, 1, f)) != NULL) {
		snprintf(etag, sizeof(etag), "\"%lld\"", (long long)d.version);
		http_answer_header(call->req, "ETag", etag);
		rc = 0;
	}
	call->act.action = action;
	return rc;
}

int
dispute_answering(struct call *call, struct fault *f)
{
	enum dispute_state outcome;
	const char *name, *basis;
	struct dispute d;
	struct in in;

	in_start(&in, call->body, "", f);
	name = in_text(&in, "outcome", IN_MUST, 16);
	basis = in_text(&in, "basis", IN_MUST, 4000);
	if (in_end(&in) < 0)
		return -1;
	if (dispute_state_parse(name, &outcome) < 0 ||
	    (outcome != DISPUTE_CORRECTED && outcome != DISPUTE_UPHELD)) {
		fault_set(f, FAULT_FIELD_VALUE, "%s", "");
		fault_arg(f, "field", "%s", "outcome");
		fault_arg(f, "why_zh", "%s", "应为 corrected 或 upheld");
		fault_arg(f, "why_en", "%s", "must be corrected or upheld");
		return -1;
	}
	if (dispute_load(&call->act, http_param(call->req, "id"), &d, f) < 0 ||
	    act_match(&call->act, d.version, d.changed_by, d.changed_at, f) < 0)
		return -1;
	return dispute_answer(&call->act, &d, outcome, basis, f);
}

static int
read_wanted(struct call *call, struct dispute_page *w, struct page *ret_page, struct fault *f)
{
	const char *state, *cursor;
	struct in in;
	int limit;

	in_start(&in, call->body, "", f);
	state = in_text(&in, "state", IN_MAY, 16);
	limit = in_int(&in, "limit", 1, 200, 50);
	cursor = in_text(&in, "cursor", IN_MAY, 400);
	if (in_end(&in) < 0 || page_parse(call, limit, cursor, ret_page, f) < 0)
		return -1;
	*w = (struct dispute_page){ .agency = call->act.actor.agency, .state = DISPUTE_OPEN,
	    .limit = limit + 1 };
	if (state != NULL && dispute_state_parse(state, &w->state) < 0) {
		fault_set(f, FAULT_FIELD_VALUE, "%s", "");
		fault_arg(f, "field", "%s", "state");
		fault_arg(f, "why_zh", "%s", "没有这个状态");
		fault_arg(f, "why_en", "%s", "there is no such state");
		return -1;
	}
	return 0;
}

/* A page as it is gathered; key names where the next one begins, more: there is one. */
struct listing {
	struct call *call;
	json_t *list;
	size_t limit;
	char key[RECORD_NAME_MAX + 24];
	int more;
};

static int
gather(const struct dispute *d, void *ctx, struct fault *f)
{
	struct listing *l = ctx;
	char name[RECORD_NAME_MAX];
	json_t *json;

	if (json_array_size(l->list) == l->limit) {
		l->more = 1;
		return 0;
	}
	if ((json = view_dispute(l->call, d, 0, f)) == NULL)
		return -1;
	json_array_append_new(l->list, json);
	record_object_name(d->division, d->id, name);
	snprintf(l->key, sizeof(l->key), "%lld/%s", (long long)d->due_at, name);
	return 0;
}

int
disputes_search(struct call *call, json_t **ret_json, struct fault *f)
{
	struct listing l = { .call = call };
	struct dispute_page w;
	uint8_t id[RECORD_ID_LEN];
	struct page page;

	if (read_wanted(call, &w, &page, f) < 0)
		return -1;
	if (page_due_key(page.key, &w.after_due, id))
		w.after_id = id;
	l.limit = (size_t)page.limit;
	l.list = json_array();
	if (dispute_list(&call->act, &w, gather, &l, f) < 0) {
		json_decref(l.list);
		return -1;
	}
	*ret_json = json_pack("{s:o, s:o}", "disputes", l.list, "next",
	    l.more ? page_next(call, l.key) : json_null());
	return 0;
}

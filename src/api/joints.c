/* joints.c - joint cases 联办件: what is asked of them, strictly read. */
#include <string.h>
#include <stdlib.h>

#include "api/api.h"
#include "api/watch.h"
#include "svc/joint/joint.h"

/* Who acts for the applicant: as a party of a case is read, without role and kind. */
static int
read_agent(struct call *call, json_t *json, struct party *ret_agent, struct fault *f)
{
	json_t *party = json_copy(json), *list = json_pack("[o]", party);
	size_t n;
	int rc;

	json_object_set_new(party, "role", json_string(INVENTORY_AGENT));
	json_object_set_new(party, "kind", json_string("person"));
	rc = parties_read(list, clock_day(call->act.now), NULL, ret_agent, &n, f);
	json_decref(list);
	if (rc == 0 && ret_agent->mandate[0] == '\0') {
		fault_set(f, FAULT_MANDATE_MISSING, "%s", "");
		fault_arg(f, "role", "%s", INVENTORY_AGENT);
		return -1;
	}
	return rc;
}

int
joints_open(struct call *call, struct fault *f)
{
	struct party agents[CASE_PARTIES_MAX];
	struct joint_request req = { 0 };
	json_t *agent;
	struct in in;
	int rc = -1;

	in_start(&in, call->body, "", f);
	req.event = in_text(&in, "life_event", IN_MUST, 64);
	req.division = in_text(&in, "division", IN_MAY, 6);
	req.form = in_object(&in, "form", IN_MUST);
	agent = in_object(&in, "agent", IN_MAY);
	req.draft = in_bool(&in, "draft", 0);
	if (in_end(&in) < 0 || (agent != NULL && read_agent(call, agent, agents, f) < 0))
		return -1;
	req.agent = agent != NULL ? &agents[0] : NULL;
	rc = joint_open(&call->act, &req, f);
	if (agent != NULL)
		explicit_bzero(agents, sizeof(agents));
	return rc;
}

int
joint_show(struct call *call, json_t **ret_json, struct fault *f)
{
	const char *id = http_param(call->req, "id");
	struct joint_file *j = NULL;
	enum action action = call->act.action;
	char etag[32], where[96];
	int rc = -1;

	call->act.action = ACTION_JOINT_READ;
	if (joint_load(&call->act, id != NULL ? id : call->act.object, &j, f) == 0 &&
	    (*ret_json = view_joint(call, j, f)) != NULL) {
		snprintf(etag, sizeof(etag), "\"%lld\"", (long long)j->version);
		http_answer_header(call->req, "ETag", etag);
		if (call->ep->status == 201) {
			snprintf(where, sizeof(where), "/api/v1/jointcases/%s", call->act.object);
			http_answer_header(call->req, "Location", where);
		}
		rc = 0;
	}
	call->act.action = action;
	joint_free(j);
	return rc;
}

struct rows { struct call *call; json_t *list; char last[RECORD_NAME_MAX]; };

static int
add_row(const struct joint_file *j, void *ctx, struct fault *f)
{
	struct rows *r = ctx;

	(void)f;
	json_array_append_new(r->list, view_joint_summary(r->call, j));
	record_object_name(j->division, j->id, r->last);
	return 0;
}

int
joints_search(struct call *call, json_t **ret_json, struct fault *f)
{
	struct rows rows = { .call = call, .list = json_array() };
	const char *state, *cursor, *of;
	enum joint_state known;
	uint8_t id[RECORD_ID_LEN];
	char division[7];
	struct page page;
	struct in in;
	int limit, rc = -1;

	in_start(&in, call->body, "", f);
	state = in_text(&in, "state", IN_MAY, 16);
	of = in_text(&in, "division", IN_MAY, 6);
	limit = in_int(&in, "limit", 1, 200, 50);
	cursor = in_text(&in, "cursor", IN_MAY, 400);
	if (in_end(&in) < 0 || page_parse(call, limit, cursor, &page, f) < 0)
		goto out;
	if (state != NULL && joint_state_parse(state, &known) < 0) {
		api_bad_value(f, "state", "没有这个状态", "there is no such state");
		goto out;
	}
	rc = joint_list(&call->act, of, (struct case_page){ .state = state != NULL ? state : "",
	    .limit = limit, .before = page.key[0] != '\0' && record_object_parse(page.key, division,
	    id) == 0 ? id : NULL }, add_row, &rows, f);
	if (rc == 0)
		*ret_json = json_pack("{s:O, s:o}", "joint_cases", rows.list, "next",
		    json_array_size(rows.list) == (size_t)limit ? page_next(call, rows.last) : json_null());
out:
	json_decref(rows.list);
	return rc;
}

static int
add_event(const struct joint_event *e, void *ctx, struct fault *f)
{
	struct rows *r = ctx;

	(void)f;
	json_array_append_new(r->list, json_pack("{s:s*, s:s, s:I, s:o, s:I}", "step",
	    e->step[0] != '\0' ? e->step : NULL, "event", e->event, "attempt", (json_int_t)e->attempt,
	    "at", api_at(e->at), "version", (json_int_t)e->version));
	snprintf(r->last, sizeof(r->last), "%lld.%lld", (long long)e->version, (long long)e->position);
	return 0;
}

/* The place in a cursor; the first where there is none. */
static void
read_place(const struct page *page, int64_t *ret_version, int64_t *ret_position)
{
	long long version, position;

	*ret_version = *ret_position = -1;
	if (page->key[0] != '\0' && sscanf(page->key, "%lld.%lld", &version, &position) == 2) {
		*ret_version = version;
		*ret_position = position;
	}
}

static int
is_there(const struct joint_event *e, void *ctx, struct fault *f)
{
	(void)e;
	(void)f;
	*(int *)ctx = 1;
	return 1;
}

/* ?wait=SECONDS: where nothing has happened yet, the answer waits until it does. */
int
joint_events_waiting(struct call *call, struct fault *f)
{
	const char *wait = http_query(call->req, "wait");
	char *end = NULL;
	long seconds = wait != NULL ? strtol(wait, &end, 10) : 0;
	struct joint_file *j = NULL;
	int64_t version, position;
	struct page page;
	int there = 0, rc;

	if (wait != NULL && (*end != '\0' || end == wait || seconds < 0 || seconds > WATCH_SECONDS_MAX))
		return api_bad_value(f, "wait", "0–25", "0–25");
	if (seconds == 0)
		return 0;
	if (page_read(call, &page, f) < 0 || joint_load(&call->act, http_param(call->req, "id"), &j, f) < 0)
		return -1;
	read_place(&page, &version, &position);
	/* First it waits, then it looks, at what there is by then: so nothing comes in between. */
	if (watch_add(call->api->watchers, call->req, j->division, j->id, (int)seconds) == 0) {
		store_reader_end(call->act.reader);
		rc = store_reader_begin(call->act.reader, f);
		if (rc == 0)
			rc = joint_events(&call->act, j, version, position, 1, is_there, &there, f);
		if (rc == 0 && !there)
			call->waits = 1;
		else if (!watch_remove(call->api->watchers, call->req))
			call->waits = 1;
	}
	joint_free(j);
	return 0;
}

/* What happened, oldest first; the cursor is there also at the end, to go on from. */
int
joint_events_list(struct call *call, json_t **ret_json, struct fault *f)
{
	struct rows rows = { .call = call, .list = json_array() };
	int64_t version, position;
	struct joint_file *j = NULL;
	struct page page;
	int rc = -1;

	if (page_read(call, &page, f) == 0 && joint_load(&call->act, http_param(call->req, "id"), &j, f) == 0) {
		snprintf(rows.last, sizeof(rows.last), "%.60s", page.key);
		read_place(&page, &version, &position);
		rc = joint_events(&call->act, j, version, position, page.limit, add_event, &rows, f);
	}
	if (rc == 0)
		*ret_json = json_pack("{s:O, s:b, s:o}", "events", rows.list, "more",
		    json_array_size(rows.list) == (size_t)page.limit, "next",
		    rows.last[0] != '\0' ? page_next(call, rows.last) : json_null());
	json_decref(rows.list);
	joint_free(j);
	return rc;
}

int
joint_load_matched(struct call *call, struct joint_file **ret_joint, struct fault *f)
{
	struct joint_file *j;

	if (joint_load(&call->act, http_param(call->req, "id"), &j, f) < 0)
		return -1;
	if (act_match(&call->act, j->version, j->changed_by, j->changed_at, f) < 0) {
		joint_free(j);
		return -1;
	}
	*ret_joint = j;
	return 0;
}

int
joint_form(struct call *call, struct fault *f)
{
	struct joint_file *j = NULL;
	json_t *form, *value;
	const char *name;
	struct in in;
	int submit, rc;

	in_start(&in, call->body, "", f);
	form = in_object(&in, "form", IN_MUST);
	submit = in_bool(&in, "submit", 0);
	if (in_end(&in) < 0 || joint_load_matched(call, &j, f) < 0)
		return -1;
	/* What somebody types is no register's any more. */
	json_object_foreach(form, name, value)
		json_object_del(json_object_get(j->people, "prefilled"), name);
	rc = joint_supply(&call->act, j, form, submit, f);
	joint_free(j);
	return rc;
}

int
joint_prefilling(struct call *call, struct fault *f)
{
	struct joint_file *j = NULL;
	struct in in;
	int rc;

	in_start(&in, call->body, "", f);
	if (in_end(&in) < 0 || joint_load_matched(call, &j, f) < 0)
		return -1;
	rc = joint_prefill(&call->act, j, f);
	joint_free(j);
	return rc;
}

int
joint_withdrawal(struct call *call, struct fault *f)
{
	struct joint_file *j = NULL;
	const char *reason;
	struct in in;
	int rc;

	in_start(&in, call->body, "", f);
	reason = in_text(&in, "reason", IN_MUST, 2000);
	if (in_end(&in) < 0 || api_not_blank(reason, "reason", f) < 0 || joint_load_matched(call, &j, f) < 0)
		return -1;
	rc = joint_decide(&call->act, j, JOINT_WITHDRAW, NULL, reason, f);
	joint_free(j);
	return rc;
}

int
joint_decision(struct call *call, struct fault *f)
{
	const char *decision, *reason;
	struct joint_file *j = NULL;
	struct in in;
	int d = 0, rc;

	in_start(&in, call->body, "", f);
	decision = in_text(&in, "decision", IN_MUST, 16);
	reason = in_text(&in, "reason", IN_MUST, 2000);
	if (in_end(&in) < 0 || api_not_blank(reason, "reason", f) < 0)
		return -1;
	while (d < JOINT_NDECISIONS && strcmp(joint_decision_name((enum joint_decision)d), decision) != 0)
		d++;
	if (d == JOINT_NDECISIONS)
		return api_bad_value(f, "decision", "应为 retry、skip、replace 或 withdraw",
		    "must be retry, skip, replace or withdraw");
	if (joint_load_matched(call, &j, f) < 0)
		return -1;
	rc = joint_decide(&call->act, j, (enum joint_decision)d, http_param(call->req, "step"), reason, f);
	joint_free(j);
	return rc;
}

int
joint_correction(struct call *call, struct fault *f)
{
	struct joint_file *j = NULL;
	const char *reason;
	json_t *results;
	struct in in;
	int rc;

	in_start(&in, call->body, "", f);
	results = in_object(&in, "results", IN_MUST);
	reason = in_text(&in, "reason", IN_MUST, 2000);
	if (in_end(&in) < 0 || api_not_blank(reason, "reason", f) < 0 || joint_load_matched(call, &j, f) < 0)
		return -1;
	rc = joint_correct(&call->act, j, http_param(call->req, "step"), results, reason, f);
	joint_free(j);
	return rc;
}

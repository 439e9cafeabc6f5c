/* align_rounds.c - rounds 轮次: listed, opened, closed, opened again. */
#include <stdlib.h>
#include <string.h>

#include "api/align.h"

#define NAMED_MAX 100		/* counties that are named */

struct listing { struct call *call; const struct align_asked *a; int64_t round; json_t *list; };

static int
add_round(const struct align_round *r, void *ctx, struct fault *f)
{
	struct listing *l = ctx;
	json_t *json = view_align_round_summary(l->call, l->a, r, f);

	if (json == NULL)
		return -1;
	json_array_append_new(l->list, json);
	return 0;
}

int
align_rounds_list(struct call *call, json_t **ret_json, struct fault *f)
{
	struct align_asked a;
	struct listing l = { .call = call, .a = &a, .list = json_array() };
	int rc = -1;

	if (align_ask(call, &a, f) == 0)
		rc = align_rounds(&call->act, a.home, ALIGN_ROUNDS_MAX, add_round, &l, f);
	if (rc == 0)
		*ret_json = json_pack("{s:O}", "rounds", l.list);
	json_decref(l.list);
	align_ask_end(&a);
	return rc;
}

static int
count_state(const struct align_count *c, void *ctx, struct fault *f)
{
	int64_t *n = ctx;

	(void)f;
	n[c->gone ? ALIGN_STATES : (int)c->state] += c->n;
	return 0;
}

static int
add_county(const struct align_round_list *r, void *ctx, struct fault *f)
{
	struct listing *l = ctx;
	int64_t n[ALIGN_COUNTED] = { 0 };

	if (align_counts(&l->call->act, l->a->home, l->round, r->county, count_state, n, f) < 0)
		return -1;
	json_array_append_new(l->list, json_pack("{s:o, s:I, s:I, s:o}", "division",
	    view_align_division(l->a->inv, r->county), "first_list", (json_int_t)r->first_list, "list",
	    (json_int_t)r->list, "states", view_align_states(n)));
	return 0;
}

static json_t *
view_round(struct call *call, const struct align_asked *a, const struct align_round *r,
    struct fault *f)
{
	json_t *json = view_align_round_summary(call, a, r, f), *events;
	struct listing l = { call, a, r->number, json_array() };

	if (json == NULL || align_round_lists(&call->act, a->home, r->number, a->reach, add_county, &l,
	    f) < 0 || (events = view_align_events(call, a, r->number, NULL, f)) == NULL) {
		json_decref(json);
		json_decref(l.list);
		return NULL;
	}
	json_object_set_new(json, "divisions", l.list);
	json_object_set_new(json, "events", events);
	return json;
}

/* The round of the address, or the one that was just made. */
static int
find_round(struct call *call, struct align_asked *a, struct fault *f)
{
	const char *made = strchr(call->act.object, '-');

	if (align_ask(call, a, f) < 0)
		return -1;
	if (a->round.number > 0)
		return 0;
	return align_round_load(&call->act, a->home, made != NULL ? strtoll(made + 1, NULL, 10) : -1,
	    &a->round, f);
}

int
align_round_show(struct call *call, json_t **ret_json, struct fault *f)
{
	struct align_asked a;
	char etag[32];
	int rc = -1;

	if (find_round(call, &a, f) == 0 && (*ret_json = view_round(call, &a, &a.round, f)) != NULL) {
		snprintf(etag, sizeof(etag), "\"%lld\"", (long long)a.round.version);
		http_answer_header(call->req, "ETag", etag);
		rc = 0;
	}
	align_ask_end(&a);
	return rc;
}

/* YYYY-MM-DD of a member. */
static int
read_day(struct in *in, const char *name, enum in_need need, int64_t *ret_day, struct fault *f)
{
	const char *text = in_text(in, name, need, 10);

	if (text == NULL || clock_parse_day(text, ret_day) == 0)
		return 0;
	in->failed = 1;
	return api_bad_value(f, name, "应为 YYYY-MM-DD", "must be YYYY-MM-DD");
}

static int
read_named(const json_t *list, const char *county[NAMED_MAX + 1], struct fault *f)
{
	if (json_array_size(list) == 0 || json_array_size(list) > NAMED_MAX)
		return api_bad_value(f, "divisions", "须为 1 到 100 个区划", "must be 1 to 100 divisions");
	for (size_t i = 0; i < json_array_size(list); i++)
		if ((county[i] = json_string_value(json_array_get(list, i))) == NULL)
			return api_bad_value(f, "divisions", "应为区划代码", "must be codes of divisions");
	county[json_array_size(list)] = NULL;
	return 0;
}

int
align_round_opening(struct call *call, struct fault *f)
{
	const char *county[NAMED_MAX + 1];
	struct align_opening o = { .county = NULL };
	json_t *named;
	struct in in;

	in_start(&in, call->body, "", f);
	o.title = in_text(&in, "title", IN_MUST, 120);
	(void)read_day(&in, "closes", IN_MUST, &o.closes, f);
	named = in_array(&in, "divisions", IN_MAY);
	if (in_end(&in) < 0 || (named != NULL && read_named(named, county, f) < 0))
		return -1;
	if (named != NULL)
		o.county = county;
	return align_round_open(&call->act, &o, f);
}

/* The round as the caller saw it. */
static int
match_round(struct call *call, struct align_asked *a, struct fault *f)
{
	return align_ask(call, a, f) < 0 || act_match(&call->act, a->round.version, a->round.changed_by,
	    a->round.changed_at, f) < 0 ? -1 : 0;
}

int
align_round_closing(struct call *call, struct fault *f)
{
	struct align_asked a = { .inv = NULL };
	struct in in;
	int force, rc = -1;

	in_start(&in, call->body, "", f);
	force = in_bool(&in, "force", 0);
	if (in_end(&in) == 0 && match_round(call, &a, f) == 0)
		rc = align_round_close(&call->act, a.home, &a.round, force, f);
	align_ask_end(&a);
	return rc;
}

int
align_round_reopening(struct call *call, struct fault *f)
{
	struct align_asked a = { .inv = NULL };
	const char *reason;
	int64_t closes = 0;
	struct in in;
	int rc = -1;

	in_start(&in, call->body, "", f);
	reason = in_text(&in, "reason", IN_MUST, 2000);
	(void)read_day(&in, "closes", IN_MUST, &closes, f);
	if (in_end(&in) == 0 && match_round(call, &a, f) == 0)
		rc = align_round_reopen(&call->act, a.home, &a.round, reason, closes, f);
	align_ask_end(&a);
	return rc;
}

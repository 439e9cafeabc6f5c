/* align_differences.c - differences of a round: listed, shown, decided, assigned, discussed. */
#include <stdlib.h>
#include <string.h>

#include "api/align.h"

#define NPATH 4		/* county, agency, matter and item come before the key */

/* A difference as an answer */

struct showing { struct call *call; const struct align_asked *a; json_t *json; };

static json_t *
staff_or_null(struct call *call, const char *id)
{
	return id[0] != '\0' ? view_staff(call, id) : json_null();
}

static json_t *
day_or_null(int64_t day)
{
	return day != 0 ? api_day(day) : json_null();
}

static json_t *
view_summary(struct call *call, const struct align_asked *a, const struct align_diff *d,
    const json_t *found)
{
	const char *says = json_string_value(json_object_get(found,
	    call->lang == LANG_EN ? "says_en" : "says_zh"));
	char key[2 * ALIGN_KEY_LEN + 1];

	enc_hex(d->key, ALIGN_KEY_LEN, key);
	return json_pack("{s:s, s:I, s:o, s:s, s:s, s:o, s:o, s:o, s:o, s:I, s:s, s:o, s:o, s:b, s:o, s:o}",
	    "id", key, "version", (json_int_t)d->version, "division",
	    view_align_division(a->inv, d->county), "kind", align_kind_name(d->kind), "state",
	    align_state_name(d->state), "gone", d->gone != 0 ? json_integer(d->gone) : json_null(),
	    "agency", view_align_agency(a->round_inv, d->agency), "item",
	    view_align_item(a->round_inv, d->item), "row",
	    view_align_row(json_object_get(found, "row"), d->list), "certainty",
	    (json_int_t)d->certainty, "explanation", says != NULL ? says : "", "assignee",
	    staff_or_null(call, d->assignee), "until", day_or_null(d->until_day), "late",
	    d->state == ALIGN_OPEN && d->gone == 0 && d->until_day != 0 &&
	    d->until_day < clock_day(call->act.now), "decided_at",
	    d->decided_at != 0 ? api_at(d->decided_at) : json_null(), "decided_by",
	    staff_or_null(call, d->decided_by));
}

static json_t *
view_candidates(const struct align_asked *a, const struct align_diff *d, const json_t *found)
{
	json_t *list = json_array(), *one;
	size_t i;

	json_array_foreach(json_object_get(found, "candidates"), i, one) {
		const char *item = json_string_value(json_object_get(one, "item"));

		json_array_append_new(list, json_pack("{s:O, s:o, s:o}", "likeness",
		    json_object_get(one, "likeness"), "item", view_align_item(a->round_inv,
		    item != NULL ? item : ""), "row", view_align_row(json_object_get(one, "row"), d->list)));
	}
	return list;
}

static json_t *
view_decision(struct call *call, const struct align_asked *a, const struct align_diff *d)
{
	json_t *words, *json;

	if (d->state == ALIGN_OPEN)
		return json_null();
	words = view_align_words(call, a->home, d->decided);
	json = json_pack("{s:s, s:o, s:o, s:o, s:o}", "decision", align_state_name(d->state), "reason",
	    view_align_word(words, "reason"), "basis", view_align_word(words, "basis"), "at",
	    api_at(d->decided_at), "by", view_staff(call, d->decided_by));
	json_decref(words);
	return json;
}

static json_t *
comments_of(const json_t *events)
{
	json_t *list = json_array(), *one;
	size_t i;

	json_array_foreach((json_t *)events, i, one)
		if (strcmp(json_string_value(json_object_get(one, "what")), "commented") == 0)
			json_array_append_new(list, json_pack("{s:O, s:O, s:O}", "at",
			    json_object_get(one, "at"), "who", json_object_get(one, "who"), "text",
			    json_object_get(one, "text")));
	return list;
}

json_t *
view_align_difference(struct call *call, const struct align_asked *a, const struct align_diff *d)
{
	json_t *found = json_loads(d->found, 0, NULL), *json = view_summary(call, a, d, found);

	json_object_set_new(json, "evidence", json_pack("{s:O, s:O}", "zh",
	    json_object_get(found, "zh"), "en", json_object_get(found, "en")));
	json_object_set_new(json, "candidates", view_candidates(a, d, found));
	json_object_set_new(json, "decision", view_decision(call, a, d));
	json_decref(found);
	return json;
}

static int
add_whole(struct showing *s, const struct align_diff *d, struct fault *f)
{
	json_t *events = view_align_events(s->call, s->a, d->round, d->key, f);

	if (events == NULL)
		return -1;
	json_object_set_new(s->json, "inventory", json_integer(s->a->round.inventory));
	json_object_set_new(s->json, "comments", comments_of(events));
	json_object_set_new(s->json, "events", events);
	return 0;
}

static int
show(const struct align_diff *d, void *ctx, struct fault *f)
{
	struct showing *s = ctx;
	char etag[32];
	int rc;

	s->json = view_align_difference(s->call, s->a, d);
	if ((rc = add_whole(s, d, f)) == 0) {
		snprintf(etag, sizeof(etag), "\"%lld\"", (long long)d->version);
		http_answer_header(s->call->req, "ETag", etag);
	}
	return rc;
}

int
align_difference_show(struct call *call, json_t **ret_json, struct fault *f)
{
	enum action action = call->act.action;
	struct align_asked a;
	struct showing s = { call, &a, NULL };
	int rc = -1;

	call->act.action = ACTION_ALIGN_READ;
	if (align_ask(call, &a, f) == 0)
		rc = align_diff_load(&call->act, a.home, a.round.number, http_param(call->req, "id"), show,
		    &s, f);
	if (rc == 0)
		*ret_json = s.json;
	else
		json_decref(s.json);
	align_ask_end(&a);
	call->act.action = action;
	return rc;
}

/* Lists of them */

struct listing {
	struct call *call;
	const struct align_asked *a;
	json_t *list;
	size_t limit;
	char key[200];
	int more;
};

static int
gather(const struct align_diff *d, void *ctx, struct fault *f)
{
	struct listing *l = ctx;
	char key[2 * ALIGN_KEY_LEN + 1];
	json_t *found;

	(void)f;
	if (json_array_size(l->list) == l->limit) {
		l->more = 1;
		return 1;
	}
	found = json_loads(d->found, 0, NULL);
	json_array_append_new(l->list, view_summary(l->call, l->a, d, found));
	json_decref(found);
	enc_hex(d->key, ALIGN_KEY_LEN, key);
	snprintf(l->key, sizeof(l->key), "%s|%s|%s|%s|%s", d->county, d->agency, d->matter, d->item, key);
	return 0;
}

/* Where the page begins: text is cut up. */
static int
read_after(char *text, struct align_wanted *w)
{
	for (size_t i = 0; i < NPATH; i++) {
		char *end = strchr(text, '|');

		if (end == NULL)
			return -1;
		*end = '\0';
		w->after[i] = text;
		text = end + 1;
	}
	w->after_key_len = ALIGN_KEY_LEN;
	return dec_hex(text, w->after_key, ALIGN_KEY_LEN);
}

static int
is_state(const char *name)
{
	enum align_state s;

	return name[0] == '\0' || align_state_parse(name, &s) == 0 || strcmp(name, "gone") == 0 ||
	    strcmp(name, "decided") == 0;
}

static const char *
query_or_empty(struct call *call, const char *name)
{
	const char *text = http_query(call->req, name);

	return text != NULL ? text : "";
}

static int
read_wanted(struct call *call, const struct align_asked *a, struct page *page, struct align_wanted *w,
    struct fault *f)
{
	enum align_kind kind;

	*w = (struct align_wanted){ .after = { "", "", "", "" }, .limit = page->limit + 1,
	    .kind = query_or_empty(call, "kind"), .state = query_or_empty(call, "state"),
	    .assignee = query_or_empty(call, "assignee") };
	if (align_ask_county(call, a, &w->county, f) < 0 || align_ask_agency(call, a, &w->agency, f) < 0 ||
	    api_search_text(call, &w->text, f) < 0)
		return -1;
	if (w->kind[0] != '\0' && align_kind_parse(w->kind, &kind) < 0)
		return api_bad_value(f, "kind", "没有这类差异", "there is no such kind");
	if (!is_state(w->state))
		return api_bad_value(f, "state", "没有这个状态", "there is no such state");
	if (strlen(w->assignee) > 31 || w->assignee[strspn(w->assignee,
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")] != '\0')
		return api_bad_value(f, "assignee", "不是用户编号", "no id of a user");
	if (page->key[0] != '\0' && read_after(page->key, w) < 0)
		return api_bad_value(f, "cursor", "不是本系统给出的", "not one that this system gave");
	return 0;
}

int
align_differences_list(struct call *call, json_t **ret_json, struct fault *f)
{
	struct align_asked a = { .inv = NULL };
	struct listing l = { .call = call, .a = &a, .list = json_array() };
	struct align_wanted w;
	struct page page;
	int rc = -1;

	if (page_read(call, &page, f) == 0 && align_ask(call, &a, f) == 0 &&
	    read_wanted(call, &a, &page, &w, f) == 0) {
		l.limit = (size_t)page.limit;
		rc = align_diffs(&call->act, a.home, a.round.number, &w, gather, &l, f);
	}
	if (rc == 0)
		*ret_json = json_pack("{s:O, s:o}", "differences", l.list, "next",
		    l.more ? page_next(call, l.key) : json_null());
	json_decref(l.list);
	align_ask_end(&a);
	return rc;
}

/* Changing one */

static int
keep_diff(const struct align_diff *d, void *ctx, struct fault *f)
{
	(void)f;
	*(struct align_diff *)ctx = *d;
	((struct align_diff *)ctx)->found = NULL;
	return 0;
}

/* The difference of the address; its version is that which the caller saw. */
static int
find_diff(struct call *call, struct align_asked *a, struct align_diff *ret_diff, struct fault *f)
{
	if (align_ask(call, a, f) < 0 || align_diff_load(&call->act, a->home, a->round.number,
	    http_param(call->req, "id"), keep_diff, ret_diff, f) < 0)
		return -1;
	if (!(call->ep->flags & NEEDS_MATCH))
		return 0;
	return act_match(&call->act, ret_diff->version, ret_diff->changed_by, ret_diff->changed_at, f);
}

static int
read_decision(struct in *in, struct align_decision *how, struct fault *f)
{
	const char *name = in_text(in, "decision", IN_MUST, 16);

	how->reason = in_text(in, "reason", IN_MAY, 2000);
	how->basis = in_text(in, "basis", IN_MAY, 600);
	if (name == NULL)
		return -1;
	if (align_state_parse(name, &how->state) == 0 && how->state != ALIGN_OPEN)
		return 0;
	in->failed = 1;
	return api_bad_value(f, "decision", "应为 adopt、keep 或 propose", "must be adopt, keep or propose");
}

int
align_deciding(struct call *call, struct fault *f)
{
	struct align_asked a = { .inv = NULL };
	struct align_decision how = { .state = ALIGN_OPEN };
	struct align_diff d;
	struct in in;
	int rc = -1;

	in_start(&in, call->body, "", f);
	(void)read_decision(&in, &how, f);
	if (in_end(&in) == 0 && find_diff(call, &a, &d, f) == 0)
		rc = align_decide(&call->act, a.home, &a.round, &d, &how, f);
	align_ask_end(&a);
	return rc;
}

int
align_undoing(struct call *call, struct fault *f)
{
	struct align_asked a = { .inv = NULL };
	struct align_diff d;
	struct in in;
	int rc = -1;

	in_start(&in, call->body, "", f);
	if (in_end(&in) == 0 && find_diff(call, &a, &d, f) == 0)
		rc = align_undo(&call->act, a.home, &a.round, &d, f);
	align_ask_end(&a);
	return rc;
}

int
align_assigning(struct call *call, struct fault *f)
{
	struct align_asked a = { .inv = NULL };
	const char *user, *day;
	int64_t until = 0;
	struct align_diff d;
	struct in in;
	int rc = -1;

	in_start(&in, call->body, "", f);
	user = in_text(&in, "user", IN_MAY, 31);
	day = in_text(&in, "until", user != NULL ? IN_MUST : IN_MAY, 10);
	if (in_end(&in) < 0)
		return -1;
	if (user != NULL && (clock_parse_day(day, &until) < 0 || until < clock_day(call->act.now)))
		return api_bad_value(f, "until", "应为今天起的 YYYY-MM-DD", "must be YYYY-MM-DD, today or later");
	if (find_diff(call, &a, &d, f) == 0)
		rc = align_assign(&call->act, a.home, &a.round, &d, user, until, f);
	align_ask_end(&a);
	return rc;
}

int
align_commenting(struct call *call, struct fault *f)
{
	struct align_asked a = { .inv = NULL };
	struct align_diff d;
	const char *text;
	struct in in;
	int rc = -1;

	in_start(&in, call->body, "", f);
	text = in_text(&in, "text", IN_MUST, 2000);
	if (in_end(&in) == 0 && find_diff(call, &a, &d, f) == 0)
		rc = align_comment(&call->act, a.home, &a.round, &d, text, f);
	align_ask_end(&a);
	return rc;
}

/* Many at once */

/* What the body asks for; b's texts are the body's or a's. */
static int
read_bulk(struct call *call, const struct align_asked *a, struct align_bulk *b, struct fault *f)
{
	const char *kind, *county, *agency;
	const struct division *d;
	struct in in;

	in_start(&in, call->body, "", f);
	kind = in_text(&in, "kind", IN_MUST, 16);
	county = in_text(&in, "division", IN_MAY, 6);
	agency = in_text(&in, "agency", IN_MAY, 23);
	b->limit = in_int(&in, "limit", 1, ALIGN_BULK_MAX, ALIGN_BULK_MAX);
	(void)read_decision(&in, &b->how, f);
	if (in_end(&in) < 0)
		return -1;
	if (align_kind_parse(kind, &b->kind) < 0)
		return api_bad_value(f, "kind", "没有这类差异", "there is no such kind");
	if (county != NULL && align_county(&call->act, a->inv, county, &d, f) < 0)
		return -1;
	if (agency != NULL && inventory_agency(a->round_inv, agency) == NULL) {
		fault_set(f, FAULT_AGENCY_UNKNOWN, "%s", "");
		fault_arg(f, "agency", "%s", agency);
		return -1;
	}
	b->county = county != NULL ? county : a->reach;
	b->agency = agency != NULL ? agency : "";
	return 0;
}

/* What was asked and what came of it so far: kept while others are quicker. */
struct bulk { struct align_asked a; struct align_bulk b; };

static void
free_bulk(void *mine)
{
	align_ask_end(&((struct bulk *)mine)->a);
	free(mine);
}

int
align_deciding_many(struct call *call, struct fault *f)
{
	struct bulk *m = call->mine;
	int happened;

	if (m == NULL) {
		if ((m = calloc(1, sizeof(*m))) == NULL) {
			fault_set(f, FAULT_MEMORY, "%s", "decisions");
			return -1;
		}
		call->mine = m;
		call->free_mine = free_bulk;
		if (align_ask(call, &m->a, f) < 0 || read_bulk(call, &m->a, &m->b, f) < 0)
			return -1;
		return align_bulk(&call->act, m->a.home, &m->a.round, &m->b, f);
	}
	/* Somebody was quicker: with some of them, or the same request with all of it. */
	if ((happened = call_happened(call, f)) < 0 ||
	    align_round_load(&call->act, m->a.home, m->a.round.number, &m->a.round, f) < 0)
		return -1;
	m->b.said = happened > 0;
	if (happened > 0 && memcmp(call->act.record, m->b.record, RECORD_ID_LEN) != 0) {
		call->replay = 1;
		return 0;
	}
	return align_bulk(&call->act, m->a.home, &m->a.round, &m->b, f);
}

/* How many an earlier request of this key set out to decide. */
static int
asked_before(struct call *call, const char *home, int64_t *ret_decided, struct fault *f)
{
	struct stored_record r;
	json_t *text;

	if (record_load(&call->act, home, call->act.record, &r, f) < 0)
		return -1;
	text = json_loadb(r.text.data, r.text.len, 0, NULL);
	*ret_decided = json_integer_value(json_object_get(text, "count"));
	json_decref(text);
	stored_record_free(&r);
	return 0;
}

int
align_decided_many(struct call *call, json_t **ret_json, struct fault *f)
{
	struct bulk *m = call->mine, *fresh = NULL;
	int64_t decided = 0, left = 0;
	int rc = -1;

	if (m == NULL && (m = fresh = calloc(1, sizeof(*m))) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "decisions");
		return -1;
	}
	if ((fresh == NULL || (align_ask(call, &m->a, f) == 0 && read_bulk(call, &m->a, &m->b, f) == 0)) &&
	    align_bulk_done(&call->act, m->a.home, &m->a.round, &m->b, &decided, &left, f) == 0)
		rc = call->replay ? asked_before(call, m->a.home, &decided, f) : 0;
	if (rc == 0)
		*ret_json = json_pack("{s:I, s:I}", "decided", (json_int_t)decided, "left",
		    (json_int_t)left);
	if (fresh != NULL)
		free_bulk(fresh);
	return rc;
}

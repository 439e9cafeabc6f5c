/* cases.c - cases: what is asked of them, strictly read. */
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "base/utf8.h"
#include "rules/json_put.h"

#define EXTERNAL_MAX 60		/* characters of a number that a platform gives */

int
api_bad_value(struct fault *f, const char *field, const char *zh, const char *en)
{
	fault_set(f, FAULT_FIELD_VALUE, "%s", "");
	fault_arg(f, "field", "%s", field);
	fault_arg(f, "why_zh", "%s", zh);
	fault_arg(f, "why_en", "%s", en);
	return -1;
}

static void
put_asked(struct asked *a, const char *item, const char *input, const char *value)
{
	snprintf(a->item, sizeof(a->item), "%s", item);
	snprintf(a->input, sizeof(a->input), "%s", input);
	snprintf(a->value, sizeof(a->value), "%s", value);
}

static int
read_asks(const json_t *list, struct asked *asked, size_t *ret_n, struct fault *f)
{
	json_t *json;
	size_t i;

	if (json_array_size(list) > CASE_ASKS_MAX)
		return api_bad_value(f, "asks", "太多", "too many");
	json_array_foreach(list, i, json) {
		const char *item, *input, *value;
		char path[32];
		struct in in;

		snprintf(path, sizeof(path), "asks[%zu].", i);
		in_start(&in, json, path, f);
		item = in_text(&in, "item", IN_MUST, sizeof(asked->item) - 1);
		input = in_text(&in, "input", IN_MUST, sizeof(asked->input) - 1);
		value = in_text(&in, "value", IN_MUST, sizeof(asked->value) - 1);
		if (in_end(&in) < 0)
			return -1;
		for (size_t k = 0; k < i; k++) {
			if (strcmp(asked[k].item, item) == 0 && strcmp(asked[k].input, input) == 0) {
				fault_set(f, FAULT_FIELD_REPEATED, "%s", "");
				fault_arg(f, "field", "%sinput", path);
				return -1;
			}
		}
		put_asked(&asked[i], item, input, value);
	}
	*ret_n = json_array_size(list);
	return 0;
}

/* A platform's own number: codes that can stand in an address, and are nobody's name. */
static int
external_check(const char *number, struct fault *f)
{
	char normal[IDENT_MAX];

	/* It stands in clear, in lists and webhooks: so it may not be anybody's. */
	if (ident_check(IDENT_CITIZEN_ID, number, "number", INT64_MAX, normal, NULL) == 0 ||
	    ident_phone(number, "number", normal, sizeof(normal), NULL) == 0)
		return api_bad_value(f, "number", "不能用身份证号码或手机号",
		    "may not be a citizen's number or a mobile number");
	if (number[0] != '\0' && number[strspn(number, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-_.")] == '\0')
		return 0;
	return api_bad_value(f, "number", "应为字母、数字、连字符、下划线或点,至多 60 个",
	    "must be letters, digits, hyphens, underscores or dots, 60 at most");
}

int
cases_open(struct call *call, struct fault *f)
{
	static const char *const channels[] = { "window", "online", "postal" };
	struct case_request *req = calloc(1, sizeof(*req));
	json_t *parties, *asks;
	int known = 0, rc = -1;
	struct in in;

	if (req == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		return -1;
	}
	in_start(&in, call->body, "", f);
	req->matter = in_text(&in, "matter", IN_MUST, 32);
	req->division = in_text(&in, "division", IN_MAY, 6);
	req->channel = in_text(&in, "channel", IN_MAY, 16);
	if (call->act.action == ACTION_INTAKE_OPEN)
		req->external = in_text(&in, "number", IN_MUST, EXTERNAL_MAX);
	parties = in_array(&in, "parties", IN_MUST);
	req->form = in_object(&in, "form", IN_MUST);
	asks = in_array(&in, "asks", IN_MAY);
	if (in_end(&in) < 0 ||
	    parties_read(parties, clock_day(call->act.now), NULL, req->party, &req->nparties, f) < 0 ||
	    (asks != NULL && read_asks(asks, req->asked, &req->nasked, f) < 0))
		goto out;
	if (req->external != NULL && external_check(req->external, f) < 0)
		goto out;
	if (req->channel == NULL)
		req->channel = req->external != NULL ? "online" : "window";
	for (size_t i = 0; i < sizeof(channels) / sizeof(channels[0]); i++)
		known |= strcmp(channels[i], req->channel) == 0;
	if (!known) {
		api_bad_value(f, "channel", "应为 window、online 或 postal",
		    "must be window, online or postal");
		goto out;
	}
	rc = case_open(&call->act, req, f);
out:
	explicit_bzero(req, sizeof(*req));
	free(req);
	return rc;
}

void
case_read_ahead(struct call *call)
{
	static const char of_case[] = "/api/v1/cases/{id}", query[] = "/query";
	const char *pattern = call->ep->pattern;
	size_t len = strlen(pattern);

	if (strncmp(pattern, of_case, sizeof(of_case) - 1) != 0)
		return;
	/* A query needs its one item, and others all of them. */
	case_ahead(&call->act, http_param(call->req, "id"),
	    strcmp(pattern + len - (sizeof(query) - 1), query) == 0 ? http_param(call->req, "item") : NULL);
}

/* only: the code of the item that is needed, or NULL. */
static int
load_matched(struct call *call, const char *only, struct case_file **ret_case, struct fault *f)
{
	const char *id = http_param(call->req, "id");
	struct case_file *c;

	if ((call->act.action == ACTION_INTAKE_ANSWER ? case_load_external(&call->act, id, &c, f) :
	    case_load_item(&call->act, id, only, &c, f)) < 0)
		return -1;
	if (act_match(&call->act, c->version, c->changed_by, c->changed_at, f) < 0) {
		case_free(c);
		return -1;
	}
	*ret_case = c;
	return 0;
}

int
case_load_matched(struct call *call, struct case_file **ret_case, struct fault *f)
{
	return load_matched(call, NULL, ret_case, f);
}

int
case_show(struct call *call, json_t **ret_json, struct fault *f)
{
	const char *id = http_param(call->req, "id");
	struct case_file *c = NULL;
	char etag[32], where[96];
	enum action action = call->act.action;
	int rc = -1;

	/* What was just opened is named by the operation. */
	if (id == NULL)
		id = call->act.object;
	call->act.action = ACTION_CASE_READ;
	(void)ret_json;
	buf_clear(&call->text);
	if (case_load(&call->act, id, &c, f) == 0 && put_case(call, c, &call->text, f) == 0) {
		snprintf(etag, sizeof(etag), "\"%lld\"", (long long)c->version);
		http_answer_header(call->req, "ETag", etag);
		if (call->ep->status == 201) {
			snprintf(where, sizeof(where), "/api/v1/cases/%s", call->act.object);
			http_answer_header(call->req, "Location", where);
		}
		rc = 0;
	}
	call->act.action = action;
	case_free(c);
	return rc;
}

/* A page of cases as it is gathered; last names where the next page begins. */
struct case_rows { struct call *call; json_t *list; char last[RECORD_NAME_MAX]; };

static int
add_summary(const struct case_file *c, void *ctx, struct fault *f)
{
	struct case_rows *l = ctx;
	json_t *json = view_case_summary(l->call, c, f);

	if (json == NULL)
		return -1;
	json_array_append_new(l->list, json);
	record_object_name(c->division, c->id, l->last);
	return 0;
}

/* One case by its number, as a list. */
static int
search_number(struct call *call, const char *number, struct case_rows *l, struct fault *f)
{
	struct fault none = FAULT_INIT;
	struct case_file *c = NULL;
	json_t *json;

	if (case_load(&call->act, number, &c, &none) < 0) {
		/* Or the number that a platform gave it. */
		if (none.code == FAULT_NOT_FOUND)
			return case_list_external(&call->act, number, add_summary, l, f);
		*f = none;
		return -1;
	}
	if ((json = view_case_summary(call, c, f)) != NULL)
		json_array_append_new(l->list, json);
	case_free(c);
	return json != NULL ? 0 : -1;
}

/* What is searched for. */
struct search {
	const char *state, *number;	/* number may be NULL */
	const json_t *person;		/* likewise */
	int limit;
	const uint8_t *before;		/* points to id, or is NULL */
	uint8_t id[RECORD_ID_LEN];
};

static int
read_search(struct call *call, struct search *s, struct fault *f)
{
	enum case_state known;
	const char *cursor;
	char division[7];
	struct page page;
	struct in in;

	memset(s, 0, sizeof(*s));
	in_start(&in, call->body, "", f);
	s->state = in_text(&in, "state", IN_MAY, 16);
	s->number = in_text(&in, "number", IN_MAY, EXTERNAL_MAX);
	s->person = in_object(&in, "person", IN_MAY);
	s->limit = in_int(&in, "limit", 1, 200, 50);
	cursor = in_text(&in, "cursor", IN_MAY, 400);
	if (in_end(&in) < 0 || page_parse(call, s->limit, cursor, &page, f) < 0)
		return -1;
	if (s->state != NULL && case_state_parse(s->state, &known) < 0)
		return api_bad_value(f, "state", "没有这个状态", "there is no such state");
	if (s->number != NULL && s->person != NULL)
		return api_bad_value(f, "number", "不能与 person 同用", "does not go with person");
	if (s->state == NULL)
		s->state = "";
	if (page.key[0] != '\0' && record_object_parse(page.key, division, s->id) == 0)
		s->before = s->id;
	return 0;
}

/* Who looks somebody up is recorded before anything is shown; other searches write nothing. */
int
cases_searching(struct call *call, struct fault *f)
{
	struct search s;

	if (read_search(call, &s, f) < 0)
		return -1;
	return s.person != NULL ? person_prepare(call, s.person, "cases", f) : 0;
}

static int
search_person(struct call *call, const struct search *s, struct case_rows *l, json_t **ret_json,
    struct fault *f)
{
	struct person_page page = { .before = s->before, .limit = s->limit };
	struct person p;
	int rc = person_parse(call, s->person, &p, f);

	if (rc == 0)
		rc = person_cases(&call->act, &p, s->state, &page, add_summary, l, f);
	explicit_bzero(&p, sizeof(p));
	if (rc == 0)
		*ret_json = json_pack("{s:O, s:o, s:I}", "cases", l->list, "next",
		    page.more ? page_next(call, page.last) : json_null(), "not_searched",
		    (json_int_t)page.behind);
	return rc;
}

int
cases_search(struct call *call, json_t **ret_json, struct fault *f)
{
	struct case_rows l = { .call = call };
	struct search s;
	int rc;

	if (read_search(call, &s, f) < 0)
		return -1;
	l.list = json_array();
	if (s.person != NULL) {
		rc = search_person(call, &s, &l, ret_json, f);
		json_decref(l.list);
		return rc;
	}
	if (s.number != NULL)
		rc = search_number(call, s.number, &l, f);
	else
		rc = case_list(&call->act, (struct case_page){ .before = s.before, .state = s.state,
		    .limit = s.limit }, add_summary, &l, f);
	if (rc < 0) {
		json_decref(l.list);
		return -1;
	}
	*ret_json = json_pack("{s:o, s:o}", "cases", l.list, "next",
	    s.number == NULL && json_array_size(l.list) == (size_t)s.limit ? page_next(call, l.last) :
	    json_null());
	return 0;
}

int
case_answers(struct call *call, struct fault *f)
{
	struct asked asked[CASE_ASKS_MAX] = { 0 };
	struct party party[CASE_PARTIES_MAX] = { 0 };
	struct case_answers to = { 0 };
	struct case_file *c = NULL;
	json_t *asks, *parties;
	struct in in;
	int rc = -1;

	in_start(&in, call->body, "", f);
	to.form = in_object(&in, "form", IN_MUST);
	asks = in_array(&in, "asks", IN_MAY);
	parties = in_array(&in, "parties", IN_MAY);
	to.asked = asks != NULL ? asked : NULL;
	to.party = parties != NULL ? party : NULL;
	if (in_end(&in) == 0 && (asks == NULL || read_asks(asks, asked, &to.nasked, f) == 0) &&
	    case_load_matched(call, &c, f) == 0 && (parties == NULL || parties_read(parties,
	    clock_day(call->act.now), c, party, &to.nparties, f) == 0))
		rc = case_answer(&call->act, c, &to, f);
	case_free(c);
	explicit_bzero(asked, sizeof(asked));
	explicit_bzero(party, sizeof(party));
	return rc;
}

/* A body without members. */
static int
empty_body(struct call *call, struct fault *f)
{
	struct in in;

	in_start(&in, call->body, "", f);
	return in_end(&in);
}

int
case_settlement(struct call *call, struct fault *f)
{
	struct case_file *c = NULL;
	int rc = -1;

	if (empty_body(call, f) == 0 && case_load_matched(call, &c, f) == 0)
		rc = case_settle(&call->act, c, f);
	case_free(c);
	return rc;
}

/* Adds what was typed on the card to what the case has: an operation of its own, before the query. */
static int
take_asks(struct call *call, struct case_file *c, struct case_item *ci, json_t *asks,
    struct fault *f)
{
	struct asked asked[CASE_ASKS_MAX];
	size_t n = c->nasked;
	const char *input;
	json_t *value;
	int rc;

	if (n > 0)
		memcpy(asked, c->asked, n * sizeof(*asked));
	json_object_foreach(asks, input, value) {
		size_t i = 0;

		if (!json_is_string(value) || json_string_length(value) >= sizeof(asked[0].value) ||
		    strlen(input) >= sizeof(asked[0].input))
			return api_bad_value(f, "asks", "须为文字", "must be text");
		while (i < n && (strcmp(asked[i].item, ci->item->code) != 0 ||
		    strcmp(asked[i].input, input) != 0))
			i++;
		if (i == CASE_ASKS_MAX)
			return api_bad_value(f, "asks", "太多", "too many");
		n += i == n;
		put_asked(&asked[i], ci->item->code, input, json_string_value(value));
	}
	rc = case_answer(&call->act, c, &(struct case_answers){ .form = c->form, .asked = asked,
	    .nasked = n }, f);
	explicit_bzero(asked, sizeof(asked));
	if (rc == 0)
		c->version++;
	return rc;
}

static void
free_case(void *c)
{
	case_free(c);
}

int
case_keep(struct call *call, struct case_file *c, int rc)
{
	if (rc < 0) {
		case_free(c);
		return -1;
	}
	call->mine = c;
	call->free_mine = free_case;
	return 0;
}

/* The item of the address, unless nobody may ask for it any more. */
static int
find_asked(struct call *call, const struct case_file *c, struct case_item **ret_item,
    struct fault *f)
{
	if (case_item_find(c, http_param(call->req, "item"), ret_item, f) < 0)
		return -1;
	return case_still_asked(&call->act, c, *ret_item, f);
}

int
item_query(struct call *call, struct fault *f)
{
	struct case_file *c = NULL;
	struct case_item *ci;
	const char *again;
	json_t *asks;
	struct in in;
	int typed, rc = -1;

	in_start(&in, call->body, "", f);
	asks = in_object(&in, "asks", IN_MAY);
	again = in_text(&in, "again", IN_MAY, 300);
	if (in_end(&in) < 0)
		return -1;
	if (again != NULL && utf8_blank(again)) {
		fault_set(f, FAULT_FIELD_MISSING, "%s", "");
		fault_arg(f, "field", "%s", "again");
		return -1;
	}
	/* What is typed on its card may move other items too. */
	typed = json_object_size(asks) > 0;
	if (load_matched(call, typed ? NULL : http_param(call->req, "item"), &c, f) < 0)
		return -1;
	if (find_asked(call, c, &ci, f) == 0) {
		rc = 0;
		if (typed)
			rc = take_asks(call, c, ci, asks, f);
		if (rc == 0)
			rc = case_query(&call->act, c, ci, again, f);
	}
	return case_keep(call, c, rc);
}

int
item_verification(struct call *call, struct fault *f)
{
	struct case_file *c = NULL;
	struct case_item *ci;
	const char *note;
	struct in in;
	int rc = -1;

	in_start(&in, call->body, "", f);
	note = in_text(&in, "note", IN_MAY, 1000);
	if (in_end(&in) < 0 || case_load_matched(call, &c, f) < 0)
		return -1;
	if (find_asked(call, c, &ci, f) == 0)
		rc = case_verify(&call->act, c, ci, note, f);
	return case_keep(call, c, rc);
}

int
item_commitment_texts(struct call *call, json_t **ret_json, struct fault *f)
{
	static const char *const roles[] = { "applicant", "legal_representative", "guardian" };
	struct commitment_texts t = { 0 };
	struct case_file *c = NULL;
	json_t *signers = json_array();
	struct case_item *ci;
	int rc = -1;

	if (case_load(&call->act, http_param(call->req, "id"), &c, f) == 0 &&
	    case_item_find(c, http_param(call->req, "item"), &ci, f) == 0 &&
	    commitment_texts(c, ci, &t, f) == 0) {
		for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
			if (commitment_may_sign(c, roles[i]))
				json_array_append_new(signers, json_string(roles[i]));
		*ret_json = json_pack("{s:{s:s, s:s}, s:{s:s, s:s}, s:O}", "notice", "hash", t.notice_hex,
		    "text", t.notice.data, "letter", "hash", t.letter_hex, "text", t.letter.data,
		    "signer_roles", signers);
		rc = 0;
	}
	json_decref(signers);
	commitment_texts_free(&t);
	case_free(c);
	return rc;
}

int
item_commitment(struct call *call, struct fault *f)
{
	const char *notice, *letter, *signer;
	struct case_file *c = NULL;
	struct case_item *ci;
	struct in in;
	int rc = -1;

	in_start(&in, call->body, "", f);
	notice = in_text(&in, "notice", IN_MUST, 64);
	letter = in_text(&in, "letter", IN_MUST, 64);
	signer = in_text(&in, "signer", IN_MUST, 31);
	in_true(&in, "agreed");
	if (in_end(&in) < 0 || case_load_matched(call, &c, f) < 0)
		return -1;
	if (find_asked(call, c, &ci, f) == 0)
		rc = case_commit(&call->act, c, ci, notice, letter, signer, f);
	return case_keep(call, c, rc);
}

/* Whether the record says that a source was asked again and gave no answer. */
static int
asked_in_vain(const struct stored_record *r)
{
	json_t *text = json_loadb(r->text.data, r->text.len, 0, NULL);
	int yes = json_object_get(text, "stands") != NULL;

	json_decref(text);
	return yes;
}

/* The record that names the request, now and when it is repeated: of the first operation. */
static int
written_record(struct call *call, const struct case_file *c, const struct case_item *ci,
    struct stored_record *ret_record, struct fault *f)
{
	const uint8_t *id = call->act.record;

	if (ci->rows != NULL && call_has_written(call, id, ret_record))
		return 0;
	if (record_load(&call->act, c->division, id, ret_record, f) < 0)
		return -1;
	if (!asked_in_vain(ret_record))
		return 0;
	fault_set(f, FAULT_SOURCE_NO_ANSWER, "%s", "");
	fault_arg(f, "source", "%s", ci->item->proof->query->provider->name);
	stored_record_free(ret_record);
	return -1;
}

static int
put_written(struct call *call, struct case_file *c, struct case_item *ci, struct buf *out, struct fault *f)
{
	struct stored_record record;
	char name[RECORD_NAME_MAX];
	json_t *told = NULL;
	int rc;

	/* Whatever happens inside a case bumps its version: what was not there before a query is not there after it. */
	if (!(c->untold && call->wrote) && view_disputes(call, c, &told, f) < 0)
		return -1;
	json_put_open(out, NULL, '{');
	json_put_open(out, "case", '{');
	record_object_name(c->division, c->id, name);
	json_put_text(out, "id", name);
	json_put_text(out, "number", c->number);
	json_put_int(out, "version", c->version);
	json_put_text(out, "state", case_state_name(c->state));
	json_put_close(out, '{');
	rc = put_case_item(call, c, ci, told, "item", out, f);
	json_decref(told);
	if (rc < 0 || written_record(call, c, ci, &record, f) < 0)
		return -1;
	json_put_open(out, "record", '{');
	record_object_name(c->division, call->act.record, name);
	json_put_text(out, "id", name);
	json_put_text(out, "log", record.log);
	json_put_int(out, "index", record.index);
	put_at(out, "at", record.at);
	json_put_close(out, '{');
	json_put_close(out, '{');
	stored_record_free(&record);
	return put_end(out, f);
}

/* What an operation on one item did: the case's version, the item now, and the record. */
int
item_written(struct call *call, json_t **ret_json, struct fault *f)
{
	struct case_file *c = call->mine;
	struct case_item *ci;
	char etag[32];
	int rc = -1;

	(void)ret_json;
	buf_clear(&call->text);
	/* A request that had happened before shows the case as it is now. */
	if (c == NULL && case_load(&call->act, http_param(call->req, "id"), &c, f) < 0)
		return -1;
	if (case_item_find(c, http_param(call->req, "item"), &ci, f) == 0 &&
	    put_written(call, c, ci, &call->text, f) == 0) {
		snprintf(etag, sizeof(etag), "\"%lld\"", (long long)c->version);
		http_answer_header(call->req, "ETag", etag);
		rc = 0;
	}
	if (call->mine == NULL)
		case_free(c);
	return rc;
}

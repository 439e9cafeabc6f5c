/* person.c - somebody who is looked up, strictly read; and the trail of records about them. */
#include <string.h>

#include "api/api.h"

int
person_parse(struct call *call, const json_t *json, struct person *ret_person, struct fault *f)
{
	const char *type, *number;
	struct in in;

	memset(ret_person, 0, sizeof(*ret_person));
	in_start(&in, json, "person.", f);
	type = in_text(&in, "identifier_type", IN_MUST, 32);
	number = in_text(&in, "identifier", IN_MUST, 128);
	if (in_end(&in) < 0)
		return -1;
	if (ident_type_parse(type, &ret_person->type) < 0 || ret_person->type == IDENT_NONE) {
		fault_set(f, FAULT_IDENT_TYPE, "%s", "");
		fault_arg(f, "field", "%s", "person.identifier_type");
		return -1;
	}
	return ident_check(ret_person->type, number, "person.identifier", clock_day(call->act.now),
	    ret_person->number, f);
}

int
person_prepare(struct call *call, const json_t *json, const char *among, struct fault *f)
{
	struct person p;
	int rc = person_parse(call, json, &p, f);

	if (rc == 0)
		rc = person_searched(&call->act, &p, among, f);
	explicit_bzero(&p, sizeof(p));
	return rc;
}

/* The body of a search for a trail. */
static int
read_search(struct call *call, const json_t **ret_person, struct page *ret_page, struct fault *f)
{
	const char *cursor;
	struct in in;
	int limit;

	in_start(&in, call->body, "", f);
	*ret_person = in_object(&in, "person", IN_MUST);
	limit = in_int(&in, "limit", 1, 200, 50);
	cursor = in_text(&in, "cursor", IN_MAY, 400);
	return in_end(&in) < 0 ? -1 : page_parse(call, limit, cursor, ret_page, f);
}

int
records_searching(struct call *call, struct fault *f)
{
	const json_t *person;
	struct page page;

	if (read_search(call, &person, &page, f) < 0)
		return -1;
	return person_prepare(call, person, "records", f);
}

static int
trail_row(const struct store_row *row, const char *division, const char *why, void *ctx,
    struct fault *f)
{
	json_t *json = view_record(row, division, f);

	if (json == NULL)
		return -1;
	json_object_set_new(json, "why", json_string(why));
	return json_array_append_new(ctx, json);
}

int
records_search(struct call *call, json_t **ret_json, struct fault *f)
{
	struct person_page page = { 0 };
	uint8_t before[RECORD_ID_LEN];
	json_t *list = json_array();
	const json_t *json;
	struct person p = { 0 };
	char division[7];
	struct page at;
	int rc = -1;

	if (read_search(call, &json, &at, f) < 0 || person_parse(call, json, &p, f) < 0)
		goto out;
	page.limit = at.limit;
	if (at.key[0] != '\0' && record_object_parse(at.key, division, before) == 0)
		page.before = before;
	if (person_records(&call->act, &p, &page, trail_row, list, f) < 0)
		goto out;
	*ret_json = json_pack("{s:O, s:o, s:I}", "records", list, "next",
	    page.more ? page_next(call, page.last) : json_null(), "not_searched",
	    (json_int_t)page.behind);
	rc = 0;
out:
	explicit_bzero(&p, sizeof(p));
	json_decref(list);
	return rc;
}

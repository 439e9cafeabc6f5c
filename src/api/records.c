/* records.c - what happened in a case: the exact records, without values. */
#include <string.h>

#include "api/api.h"

struct records {
	json_t *list;
	const char *division;
	char last[RECORD_NAME_MAX];	/* the id of the last one */
};

json_t *
view_record(const struct store_row *row, const char *division, struct fault *f)
{
	static const char *const shown[] = { "actor", "item", "outcome" };
	json_t *text = json_loads(row_text(row, 5), JSON_REJECT_DUPLICATES, NULL), *json;
	char name[RECORD_NAME_MAX];
	size_t len;
	const uint8_t *id = row_blob(row, 0, &len);

	if (text == NULL || len != RECORD_ID_LEN) {
		json_decref(text);
		fault_set(f, FAULT_STORE, "%s", "a record that is not JSON");
		return NULL;
	}
	record_object_name(division, id, name);
	json = json_pack("{s:s, s:s, s:o, s:s, s:I, s:s, s:s+}", "id", name, "type", row_text(row, 3), "at",
	    api_at(row_int(row, 4)), "log", row_text(row, 1), "index", (json_int_t)row_int(row, 2),
	    "record", row_text(row, 5), "receipt", "/api/v1/receipts/", name);
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		if (json_object_get(text, shown[i]) != NULL)
			json_object_set(json, shown[i], json_object_get(text, shown[i]));
	json_decref(text);
	return json;
}

static int
record_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct records *r = ctx;
	json_t *json = view_record(row, r->division, f);

	if (json == NULL)
		return -1;
	json_array_append_new(r->list, json);
	snprintf(r->last, sizeof(r->last), "%s", json_string_value(json_object_get(json, "id")));
	return 0;
}

int
case_records(struct call *call, json_t **ret_json, struct fault *f)
{
	static const uint8_t first[RECORD_ID_LEN];
	struct records r = { 0 };
	struct case_file *c = NULL;
	uint8_t after[RECORD_ID_LEN];
	char division[7];
	struct page page;
	int64_t n;

	if (page_read(call, &page, f) < 0 ||
	    case_load(&call->act, http_param(call->req, "id"), &c, f) < 0)
		return -1;
	r.list = json_array();
	r.division = c->division;
	n = store_read(call->act.reader, ST_RECORDS_OF_CASE, PARAMS(sql_text(c->division),
	    sql_blob(c->id, RECORD_ID_LEN), sql_blob(page.key[0] != '\0' &&
	    record_object_parse(page.key, division, after) == 0 ? after : first, RECORD_ID_LEN),
	    sql_int(page.limit)), record_row, &r, f);
	case_free(c);
	if (n < 0) {
		json_decref(r.list);
		return -1;
	}
	*ret_json = json_pack("{s:o, s:o}", "records", r.list, "next",
	    n == page.limit ? page_next(call, r.last) : json_null());
	return 0;
}

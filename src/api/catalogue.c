/* catalogue.c - the public list: matters, their items, divisions, what is in force. */
#include <stdlib.h>
#include <string.h>

#include "api/api.h"

const char *
subject_name(enum subject s)
{
	return s == SUBJECT_PERSON ? "person" : s == SUBJECT_ENTERPRISE ? "enterprise" : "both";
}

static json_t *
totals(const size_t total[METHOD_N], size_t n)
{
	json_t *t = json_pack("{s:I}", "items", (json_int_t)n);

	for (int m = 0; m < METHOD_N; m++)
		json_object_set_new(t, method_name(m), json_integer((json_int_t)total[m]));
	return t;
}

json_t *
view_inventory(const struct inventory *inv, json_t *onto)
{
	json_object_set_new(onto, "version", json_integer(inv->version));
	json_object_set_new(onto, "sha256", json_string(inv->sha256_hex));
	json_object_set_new(onto, "totals", totals(inv->total, inv->nitems));
	json_object_set_new(onto, "counts", json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
	    "divisions", (json_int_t)inv->ndivisions, "agencies", (json_int_t)inv->nagencies,
	    "matters", (json_int_t)inv->nmatters, "proofs", (json_int_t)inv->nproofs,
	    "services", (json_int_t)inv->nservices, "desks", (json_int_t)inv->ndesks, "grants",
	    (json_int_t)inv->ngrants, "life_events", (json_int_t)inv->nevents));
	return onto;
}

static json_t *
matter_summary(const struct matter *m)
{
	size_t total[METHOD_N] = { 0 };

	for (size_t i = 0; i < m->nitems; i++)
		total[m->items[i]->method]++;
	return json_pack("{s:s, s:s, s:o, s:s, s:o}", "code", m->code, "name", m->name, "agency",
	    api_ref(m->agency->code, m->agency->name), "subject", subject_name(m->subject),
	    "totals", totals(total, m->nitems));
}

int
matters_list(struct call *call, json_t **ret_json, struct fault *f)
{
	struct inventory *inv = asked_inventory(call, f);
	const char *q;
	json_t *list = json_array(), *next = json_null();
	struct page page;
	const struct matter *last = NULL;

	if (inv == NULL || page_read(call, &page, f) < 0 || api_search_text(call, &q, f) < 0) {
		inventory_unref(inv);
		json_decref(list);
		return -1;
	}
	for (size_t i = 0; i < inv->nmatters; i++) {
		const struct matter *m = &inv->matters[i];

		if (strcmp(m->code, page.key) <= 0 || !find_matches_matter(m, q, strlen(q)))
			continue;
		if (json_array_size(list) == (size_t)page.limit) {
			next = page_next(call, last->code);
			break;
		}
		json_array_append_new(list, matter_summary(m));
		last = m;
	}
	*ret_json = json_pack("{s:o, s:o}", "matters", list, "next", next);
	inventory_unref(inv);
	return 0;
}

static json_t *
texts(const char *const *text)
{
	json_t *list = json_array();

	for (size_t i = 0; text != NULL && text[i] != NULL; i++)
		json_array_append_new(list, json_string(text[i]));
	return list;
}

static const char *
type_name(enum value_type t)
{
	static const char *const names[] = { [VALUE_STRING] = "string", [VALUE_INTEGER] = "integer",
		[VALUE_NUMBER] = "number", [VALUE_DATE] = "date", [VALUE_MONTH] = "month",
		[VALUE_DATETIME] = "datetime", [VALUE_ID18] = "id18", [VALUE_USCC18] = "uscc18",
		[VALUE_ENUM] = "enum", [VALUE_ENUM_LIST] = "enum_list", [VALUE_BOOLEAN] = "boolean" };

	return names[t];
}

json_t *
view_field(const struct field *field)
{
	return json_pack("{s:s, s:s, s:s, s:o}", "name", field->name, "label",
	    field->label != NULL ? field->label : field->name, "type", type_name(field->type),
	    "values", field->values != NULL ? texts(field->values) : json_null());
}

static json_t *
listed_item(const struct item *item)
{
	const struct proof *p = item->proof;
	int query = item->method == METHOD_DATA_QUERY;

	return json_pack("{s:s, s:o, s:s, s:s, s:o, s:b, s:o, s:o, s:o, s:o, s:o}",
	    "code", item->code, "proof", api_ref(p->code, p->name), "method",
	    method_name(item->method), "legal_basis", item->legal_basis, "ground",
	    item->method == METHOD_DIRECT_CANCEL ? json_string(item->remark) : json_null(),
	    "conditional", item->required_when != NULL, "condition_fields",
	    texts(item->condition_fields), "issuer", api_ref(p->issuer->code, p->issuer->name),
	    "verify_hours", item->method == METHOD_DEPARTMENT_VERIFY ?
	    json_integer(item->verify_hours) : json_null(), "fields",
	    query ? texts(item->fields) : json_null(), "says",
	    p->says != NULL ? json_string(p->says) : json_null());
}

int
matter_show(struct call *call, json_t **ret_json, struct fault *f)
{
	struct inventory *inv = asked_inventory(call, f);
	const char *code = http_param(call->req, "code");
	const struct matter *m = inv != NULL ? inventory_matter(inv, code) : NULL;
	json_t *parties, *fields, *items, *json;

	if (m == NULL) {
		if (inv != NULL) {
			fault_set(f, FAULT_MATTER_UNKNOWN, "%s", "");
			fault_arg(f, "matter", "%s", code);
		}
		inventory_unref(inv);
		return -1;
	}
	parties = json_array();
	for (size_t i = 0; i < m->nparties; i++)
		json_array_append_new(parties, json_pack("{s:s, s:s, s:b, s:s}", "role",
		    m->parties[i].role, "kind", subject_name(m->parties[i].kind), "required",
		    m->parties[i].required, "label", m->parties[i].label));
	fields = json_array();
	for (size_t i = 0; i < m->nfields; i++)
		json_array_append_new(fields, view_field(m->fields[i]));
	items = json_array();
	for (size_t i = 0; i < m->nitems; i++)
		json_array_append_new(items, listed_item(m->items[i]));
	json = matter_summary(m);
	json_object_update_new(json, json_pack("{s:s, s:s, s:i, s:i, s:b, s:{s:I}, s:o, s:o, s:o}",
	    "channel", m->channel, "level", m->level, "statutory_days", m->statutory_days,
	    "promised_days", m->promised_days, "commitment_excluded", m->commitment_excluded,
	    "inventory", "version", (json_int_t)inv->version, "parties", parties, "fields", fields,
	    "items", items));
	*ret_json = json;
	inventory_unref(inv);
	return 0;
}

int
items_list(struct call *call, json_t **ret_json, struct fault *f)
{
	struct inventory *inv = asked_inventory(call, f);
	const char *q, *matter = http_query(call->req, "matter");
	json_t *list = json_array(), *next = json_null();
	const struct item *last = NULL;
	struct page page;

	if (inv == NULL || page_read(call, &page, f) < 0 || api_search_text(call, &q, f) < 0) {
		inventory_unref(inv);
		json_decref(list);
		return -1;
	}
	for (size_t i = 0; i < inv->nitems; i++) {
		const struct item *it = &inv->items[i];

		if (strcmp(it->code, page.key) <= 0 ||
		    (matter != NULL && strcmp(it->matter->code, matter) != 0) ||
		    !find_matches_item(it, q, strlen(q)))
			continue;
		if (json_array_size(list) == (size_t)page.limit) {
			next = page_next(call, last->code);
			break;
		}
		json_array_append_new(list, json_pack("{s:s, s:o, s:o, s:s}", "code", it->code, "matter",
		    api_ref(it->matter->code, it->matter->name), "proof",
		    api_ref(it->proof->code, it->proof->name), "method", method_name(it->method)));
		last = it;
	}
	*ret_json = json_pack("{s:o, s:o}", "items", list, "next", next);
	inventory_unref(inv);
	return 0;
}

int
item_show(struct call *call, json_t **ret_json, struct fault *f)
{
	struct inventory *inv = asked_inventory(call, f);
	const struct item *it;

	if (inv == NULL)
		return -1;
	if ((it = inventory_item(inv, http_param(call->req, "code"))) == NULL) {
		fault_set(f, FAULT_NOT_FOUND, "%s", "item");
		inventory_unref(inv);
		return -1;
	}
	*ret_json = listed_item(it);
	json_object_set_new(*ret_json, "matter", api_ref(it->matter->code, it->matter->name));
	inventory_unref(inv);
	return 0;
}

int
divisions_list(struct call *call, json_t **ret_json, struct fault *f)
{
	struct inventory *inv = app_inventory(call->api->app, f);
	json_t *list = json_array();

	for (size_t i = 0; inv != NULL && i < inv->ndivisions; i++) {
		const struct division *d = &inv->divisions[i];

		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s?}", "code", d->code, "name",
		    d->name, "level", d->level, "parent", d->parent != NULL ? d->parent->code : NULL));
	}
	*ret_json = json_pack("{s:o}", "divisions", list);
	inventory_unref(inv);
	return inv != NULL ? 0 : -1;
}

json_t *
view_agency(const struct agency *a)
{
	return json_pack("{s:s, s:s, s:s, s:o, s:s?}", "code", a->code, "name", a->name, "short_name",
	    a->short_name, "division", api_ref(a->division->code, a->division->name), "parent",
	    a->parent != NULL ? a->parent->code : NULL);
}

int
agencies_list(struct call *call, json_t **ret_json, struct fault *f)
{
	struct inventory *inv = app_inventory(call->api->app, f);
	const char *q, *division = http_query(call->req, "division");
	json_t *list = json_array(), *next = json_null();
	const struct agency *last = NULL;
	struct page page;

	if (inv == NULL || page_read(call, &page, f) < 0 || api_search_text(call, &q, f) < 0) {
		inventory_unref(inv);
		json_decref(list);
		return -1;
	}
	for (size_t i = 0; i < inv->nagencies; i++) {
		const struct agency *a = &inv->agencies[i];

		if (strcmp(a->code, page.key) <= 0 ||
		    (division != NULL && strcmp(a->division->code, division) != 0) ||
		    !find_matches_agency(a, q, strlen(q)))
			continue;
		if (json_array_size(list) == (size_t)page.limit) {
			next = page_next(call, last->code);
			break;
		}
		json_array_append_new(list, view_agency(a));
		last = a;
	}
	*ret_json = json_pack("{s:o, s:o}", "agencies", list, "next", next);
	inventory_unref(inv);
	return 0;
}

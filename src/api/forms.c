/* forms.c - which questions are open, and what they decide. */
#include <limits.h>
#include <stdlib.h>

#include "api/api.h"

/* Adds whether something is an open question, and the items that wait for it. */
static void
put_open(json_t *json, json_t *items)
{
	json_object_set_new(json, "open", json_boolean(json_array_size(items) > 0));
	json_object_set_new(json, "items", items);
}

json_t *
view_questions(const struct matter *m, const struct evaluated *e, const json_t *form)
{
	json_t *list = json_array();

	for (size_t i = 0; i < m->nfields; i++) {
		json_t *json = view_field(m->fields[i]), *items = json_array();

		for (size_t k = 0; k < m->nitems; k++)
			if (evaluate_asks(&e[k], form, m->fields[i]->name))
				json_array_append_new(items, json_string(e[k].item->code));
		put_open(json, items);
		json_array_append_new(list, json);
	}
	return list;
}

json_t *
view_roles(const struct matter *m, const struct evaluated *e, const struct party *parties,
    size_t nparties)
{
	json_t *list = json_array();

	for (size_t i = 0; i < m->nparties; i++) {
		const struct party_rule *rule = &m->parties[i];
		json_t *json = json_pack("{s:s, s:s, s:b, s:s}", "role", rule->role, "kind",
		    subject_name(rule->kind), "required", rule->required, "label", rule->label);
		json_t *items = json_array();

		for (size_t k = 0; k < m->nitems; k++)
			if (evaluate_asks_party(&e[k], parties, nparties, rule->role))
				json_array_append_new(items, json_string(e[k].item->code));
		put_open(json, items);
		json_array_append_new(list, json);
	}
	return list;
}

static json_t *
view_items(const struct matter *m, const struct evaluated *e)
{
	static const char *const words[] = { [APPLIES_NO] = "no", [APPLIES_YES] = "yes",
		[APPLIES_UNDECIDED] = "undecided" };
	json_t *list = json_array();

	for (size_t i = 0; i < m->nitems; i++) {
		const struct item *item = e[i].item;
		json_t *missing = json_array();

		for (size_t k = 0; k < e[i].nmissing; k++)
			json_array_append_new(missing, json_string(e[i].missing[k]));
		json_array_append_new(list, json_pack("{s:s, s:o, s:s, s:s, s:o}", "code", item->code,
		    "proof", api_ref(item->proof->code, item->proof->name), "method",
		    method_name(item->method), "applies", words[e[i].applies], "missing", missing));
	}
	return list;
}

/* The form of a matter as far as it is answered. */
static int
show_form(const struct inventory *inv, const struct matter *m, const json_t *form,
    const struct party *parties, size_t nparties, json_t **ret_json, struct fault *f)
{
	struct evaluated *e = calloc(m->nitems + 1, sizeof(*e));
	int rc = -1;

	if (e == NULL)
		fault_set(f, FAULT_MEMORY, "%s", "items");
	else if ((rc = evaluate(inv, m, form, e, f)) == 0)
		*ret_json = json_pack("{s:o, s:{s:I}, s:o, s:o, s:o}", "matter", api_ref(m->code, m->name),
		    "inventory", "version", (json_int_t)inv->version, "fields",
		    view_questions(m, e, form), "roles", view_roles(m, e, parties, nparties), "items",
		    view_items(m, e));
	free(e);
	return rc;
}

/* The inventory that is asked for: that of a case, else the one in force; counted. */
static struct inventory *
form_inventory(struct call *call, int version, struct fault *f)
{
	if (version == 0)
		return app_inventory(call->api->app, f);
	if (inventory_may_see(call, version, f) < 0)
		return NULL;
	return app_inventory_version(call->api->app, call->act.reader, version, f);
}

int
matter_form(struct call *call, json_t **ret_json, struct fault *f)
{
	struct party parties[CASE_PARTIES_MAX] = { 0 };
	const char *code = http_param(call->req, "code");
	struct inventory *inv;
	const struct matter *m;
	json_t *form, *list;
	size_t n = 0;
	struct in in;
	int version, rc = -1;

	in_start(&in, call->body, "", f);
	form = in_object(&in, "form", IN_MUST);
	list = in_array(&in, "parties", IN_MAY);
	version = in_int(&in, "inventory", 1, INT_MAX, 0);
	if (in_end(&in) < 0 || (inv = form_inventory(call, version, f)) == NULL)
		return -1;
	if ((m = inventory_matter(inv, code)) == NULL) {
		fault_set(f, FAULT_MATTER_UNKNOWN, "%s", "");
		fault_arg(f, "matter", "%s", code);
	} else if (evaluate_check_form(inv, form, f) == 0 &&
	    parties_read_roles(list, m, parties, &n, f) == 0)
		rc = show_form(inv, m, form, parties, n, ret_json, f);
	inventory_unref(inv);
	return rc;
}

/* desks.c - which desks there are, and who stands in at one. */
#include <string.h>

#include "api/api.h"
#include "svc/access/deputy.h"

static json_t *
view_desk(const struct desk *d)
{
	return json_pack("{s:s, s:s, s:o, s:o, s:s?}", "code", d->code, "name", d->name, "agency",
	    api_ref(d->agency->code, d->agency->name), "division",
	    api_ref(d->agency->division->code, d->agency->division->name), "above",
	    d->deputy != NULL ? d->deputy->code : NULL);
}

int
desks_list(struct call *call, json_t **ret_json, struct fault *f)
{
	struct inventory *inv = app_inventory(call->api->app, f);
	const char *division = http_query(call->req, "division");
	json_t *list = json_array(), *next = json_null();
	const struct desk *last = NULL;
	struct page page;

	if (inv == NULL || page_read(call, &page, f) < 0) {
		inventory_unref(inv);
		json_decref(list);
		return -1;
	}
	for (size_t i = 0; i < inv->ndesks; i++) {
		const struct desk *d = &inv->desks[i];

		if (strcmp(d->code, page.key) <= 0 ||
		    (division != NULL && strcmp(d->agency->division->code, division) != 0))
			continue;
		if (json_array_size(list) == (size_t)page.limit) {
			next = page_next(call, last->code);
			break;
		}
		json_array_append_new(list, view_desk(d));
		last = d;
	}
	*ret_json = json_pack("{s:o, s:o}", "desks", list, "next", next);
	inventory_unref(inv);
	return 0;
}

/* The inventory in force, and the desk of the address if the caller may name its deputies. */
static int
find_desk(struct call *call, struct inventory **ret_inv, const struct desk **ret_desk,
    struct fault *f)
{
	struct inventory *inv = app_inventory(call->api->app, f);

	if (inv == NULL)
		return -1;
	if (deputy_may_name(&call->act, inv, http_param(call->req, "desk"), ret_desk, f) < 0) {
		inventory_unref(inv);
		return -1;
	}
	*ret_inv = inv;
	return 0;
}

static int
read_day(struct in *in, const char *name, int64_t *ret_day, struct fault *f)
{
	const char *text = in_text(in, name, IN_MUST, 10);

	if (text == NULL)
		return -1;
	if (clock_parse_day(text, ret_day) == 0)
		return 0;
	fault_set(f, FAULT_FIELD_VALUE, "%s", "");
	fault_arg(f, "field", "%s", name);
	fault_arg(f, "why_zh", "%s", "应为 YYYY-MM-DD");
	fault_arg(f, "why_en", "%s", "must be YYYY-MM-DD");
	in->failed = 1;
	return -1;
}

int
deputy_naming(struct call *call, struct fault *f)
{
	const struct desk *desk;
	struct inventory *inv;
	int64_t from, until;
	struct in in;
	int rc;

	in_start(&in, call->body, "", f);
	(void)read_day(&in, "from", &from, f);
	(void)read_day(&in, "until", &until, f);
	if (in_end(&in) < 0 || find_desk(call, &inv, &desk, f) < 0)
		return -1;
	rc = deputy_name(&call->act, desk, http_param(call->req, "user"), from, until, f);
	inventory_unref(inv);
	return rc;
}

int
deputy_ending(struct call *call, struct fault *f)
{
	const struct desk *desk;
	struct inventory *inv;
	int rc;

	if (find_desk(call, &inv, &desk, f) < 0)
		return -1;
	rc = deputy_end(&call->act, desk, http_param(call->req, "user"), f);
	inventory_unref(inv);
	return rc;
}

struct deputies { struct call *call; const struct desk *desk; json_t *list; };

static json_t *
view_user(struct call *call, const char *id)
{
	char name[128];

	staff_name(call, id, name, sizeof(name));
	return json_pack("{s:s, s:s}", "id", id, "name", name);
}

static int
add_deputy(const struct deputy *d, void *ctx, struct fault *f)
{
	struct deputies *l = ctx;
	int64_t now = l->call->act.now;

	(void)f;
	json_array_append_new(l->list, json_pack("{s:o, s:o, s:o, s:b, s:o, s:o}", "user",
	    view_user(l->call, d->user), "from", api_day(clock_day(d->from_at)), "until",
	    api_day(clock_day(d->until_at) - 1), "now", d->from_at <= now && now < d->until_at,
	    "named_at", api_at(d->named_at), "named_by", view_user(l->call, d->named_by)));
	return 0;
}

static int
add_candidate(const struct actor *user, void *ctx, struct fault *f)
{
	struct deputies *l = ctx;

	(void)f;
	if (deputy_fits(l->desk, user, NULL) == 0)
		json_array_append_new(l->list, json_pack("{s:s, s:s, s:s}", "id", user->id, "name",
		    user->name, "desk", user->desk));
	return 0;
}

int
deputies_show(struct call *call, json_t **ret_json, struct fault *f)
{
	struct deputies named = { .call = call }, fit = { .call = call };
	const struct desk *desk;
	struct inventory *inv;
	int rc = -1;

	if (find_desk(call, &inv, &desk, f) < 0)
		return -1;
	named.list = json_array();
	fit.list = json_array();
	fit.desk = desk;
	if (deputy_list(&call->act, desk->code, add_deputy, &named, f) == 0 &&
	    access_users(call->api->app, call->act.reader, add_candidate, &fit, f) == 0) {
		*ret_json = json_pack("{s:o, s:O, s:O}", "desk", api_ref(desk->code, desk->name),
		    "deputies", named.list, "candidates", fit.list);
		rc = 0;
	}
	json_decref(named.list);
	json_decref(fit.list);
	inventory_unref(inv);
	return rc;
}

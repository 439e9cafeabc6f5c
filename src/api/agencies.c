/* agencies.c - an agency with what became of it and what it can give; changes of agencies: planned, looked ahead, withdrawn. */
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "svc/agencies/agency_change.h"

#define CODE_MAX 40

/* Reading what is asked for */

/* A list of texts; NULL where it is not given. */
static const json_t *
in_texts(struct in *in, const char *name)
{
	const json_t *list = in_array(in, name, IN_MAY);
	json_t *one;
	size_t i;

	if (list == NULL)
		return NULL;
	if (json_array_size(list) > AGENCY_LIST_MAX) {
		in->failed = 1;
		api_bad_value(in->f, name, "最多 2000 个", "at most 2000");
		return NULL;
	}
	json_array_foreach((json_t *)(uintptr_t)list, i, one)
		if (!json_is_string(one) || json_string_length(one) == 0 || json_string_length(one) > CODE_MAX) {
			in->failed = 1;
			api_bad_value(in->f, name, "应为代码的列表", "must be a list of codes");
			return NULL;
		}
	return list;
}

static int
read_kind(const char *text, enum agency_change_kind *ret_kind, struct fault *f)
{
	return agency_kind_parse(text, ret_kind) == 0 ? 0 : api_bad_value(f, "kind",
	    "应为 create、rename、merge 或 split", "must be create, rename, merge or split");
}

/* The request borrows from the body. */
static int
read_request(struct call *call, int dry, struct agency_request *ret_q, struct fault *f)
{
	struct agency_request q = { .day = clock_day(call->act.now) };
	const char *kind, *effective;
	struct in in;

	in_start(&in, call->body, "", f);
	kind = in_text(&in, "kind", IN_MUST, 10);
	q.agency = in_text(&in, "agency", IN_MUST, CODE_MAX);
	q.into = in_text(&in, "into", IN_MAY, CODE_MAX);
	q.name = in_text(&in, "name", IN_MAY, 200);
	q.short_name = in_text(&in, "short_name", IN_MAY, 200);
	q.type = in_text(&in, "type", IN_MAY, 30);
	q.division = in_text(&in, "division", IN_MAY, 6);
	q.parent = in_text(&in, "parent", IN_MAY, CODE_MAX);
	q.counterparts = in_texts(&in, "counterparts");
	q.desk = in_bool(&in, "desk", 0);
	q.matters = in_texts(&in, "matters");
	q.proofs = in_texts(&in, "proofs");
	q.services = in_texts(&in, "services");
	q.users = in_texts(&in, "users");
	effective = in_text(&in, "effective", IN_MAY, 10);
	q.decision = in_text(&in, "decision", dry ? IN_MAY : IN_MUST, DECISION_MAX);
	if (in_end(&in) < 0 || read_kind(kind, &q.kind, f) < 0)
		return -1;
	if (effective != NULL && clock_parse_day(effective, &q.day) < 0)
		return api_bad_value(f, "effective", "不是真实日期,写法为 2026-01-31",
		    "not a real date; dates are written 2026-01-31");
	*ret_q = q;
	return 0;
}

/* A change is the whole city's: counties have reform offices too. */
static int
may_change(struct call *call, struct fault *f)
{
	return access_check(&call->act.actor, call->ep->action, call->act.actor.agency,
	    call->api->app->division, f);
}

/* Planning and looking ahead */

static void
free_json(void *json)
{
	json_decref(json);
}

static json_t *
view_moves(const int64_t moves[MOVES_NKINDS])
{
	json_t *json = json_object();

	for (int k = 0; k < MOVES_NKINDS; k++)
		json_object_set_new(json, agency_moves_name((enum agency_moves)k), json_integer(moves[k]));
	return json;
}

static json_t *
view_outlook(const struct agency_outlook *look)
{
	return json_pack("{s:I, s:{s:I, s:I, s:I, s:I, s:I, s:I, s:I}, s:o}", "from", (json_int_t)look->from,
	    "rows", "matters", (json_int_t)look->matters, "items", (json_int_t)look->items, "proofs",
	    (json_int_t)look->proofs, "services", (json_int_t)look->services, "grants",
	    (json_int_t)look->grants, "agencies", (json_int_t)look->agencies, "desks",
	    (json_int_t)look->desks, "moves", view_moves(look->moves));
}

static int
plan(struct call *call, int dry, struct fault *f)
{
	struct inventory_report report = { 0 };
	struct agency_outlook look;
	struct agency_request q;
	int rc;

	if (may_change(call, f) < 0 || read_request(call, dry, &q, f) < 0)
		return -1;
	rc = agency_change_plan(&call->act, &q, dry, &look, &report, f);
	if (rc == 0 && dry) {
		call->mine = view_outlook(&look);
		call->free_mine = free_json;
	} else if (rc < 0 && f->code == FAULT_IMPORT_REFUSED)
		rc = api_import_refused(call, &report, f);
	inventory_report_free(&report);
	return rc;
}

int
agency_planning(struct call *call, struct fault *f)
{
	return plan(call, 0, f);
}

int
agency_previewing(struct call *call, struct fault *f)
{
	return plan(call, 1, f);
}

int
agency_previewed(struct call *call, json_t **ret_json, struct fault *f)
{
	if (call->mine == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "preview");
		return -1;
	}
	*ret_json = json_incref(call->mine);
	return 0;
}

static int
change_asked(struct call *call, int64_t *ret_seq, struct fault *f)
{
	const char *text = http_param(call->req, "change");
	char *end = NULL;
	long long seq = strtoll(text, &end, 10);

	if (end == text || *end != '\0' || text[0] < '1' || text[0] > '9' || end - text > 18)
		return api_bad_value(f, "change", "应为正整数", "must be a positive whole number");
	*ret_seq = seq;
	return 0;
}

int
agency_withdrawing(struct call *call, struct fault *f)
{
	const char *reason;
	struct in in;
	int64_t seq = 0;

	in_start(&in, call->body, "", f);
	reason = in_text(&in, "reason", IN_MUST, 300);
	if (in_end(&in) < 0 || change_asked(call, &seq, f) < 0 || may_change(call, f) < 0)
		return -1;
	return agency_change_withdraw(&call->act, seq, reason, f);
}

/* Changes */

/* An agency as the version after the change calls it, else as the one before did. */
static json_t *
agency_then(struct call *call, const struct agency_change *c, const char *code, int before_first,
    struct fault *f)
{
	const int64_t version[2] = { before_first ? c->from : c->inventory, before_first ? c->inventory : c->from };
	json_t *json = NULL;

	for (int i = 0; i < 2 && json == NULL; i++) {
		struct inventory *inv = app_inventory_version(call->api->app, call->act.reader, version[i], f);
		const struct agency *a = inv != NULL ? inventory_agency(inv, code) : NULL;

		if (a != NULL)
			json = api_ref(a->code, a->name);
		inventory_unref(inv);
		if (inv == NULL)
			return NULL;
	}
	return json != NULL ? json : api_ref(code, code);
}

static json_t *
at_or_null(int64_t at)
{
	return at != 0 ? api_at(at) : json_null();
}

static json_t *
view_change(struct call *call, const struct agency_change *c, struct fault *f)
{
	int64_t moved[MOVES_NKINDS];
	json_t *agency, *other, *named;

	if (agency_change_moved(call->act.reader, c->seq, moved, f) < 0)
		return NULL;
	agency = agency_then(call, c, c->agency, 1, f);
	other = c->other[0] != '\0' ? agency_then(call, c, c->other, 0, f) : json_null();
	named = c->kind == AGENCY_RENAME ? agency_then(call, c, c->agency, 0, f) : json_null();
	if (agency == NULL || other == NULL || named == NULL) {
		json_decref(agency);
		json_decref(other);
		json_decref(named);
		return NULL;
	}
	return json_pack("{s:I, s:I, s:s, s:s, s:o, s:o, s:o, s:o, s:s, s:I, s:I, s:I, s:o, s:s, s:o, s:o, s:o}", "change",
	    (json_int_t)c->seq, "version", (json_int_t)c->version, "kind", agency_kind_name(c->kind), "state",
	    agency_state_name(c->state), "effective", api_day(c->effective_day), "agency", agency, "other",
	    other, "named", named, "decision", c->decision, "inventory_from", (json_int_t)c->from, "inventory",
	    (json_int_t)c->inventory, "publication", (json_int_t)c->publication, "planned_at",
	    api_at(c->planned_at), "planned_by", c->planned_by, "begun_at", at_or_null(c->begun_at),
	    "ended_at", at_or_null(c->ended_at), "moved", view_moves(moved));
}

int
agency_change_show(struct call *call, json_t **ret_json, struct fault *f)
{
	struct agency_change c;
	char etag[32];
	int64_t seq = 0;

	if (change_asked(call, &seq, f) < 0 || agency_change_load(call->act.reader, seq, &c, f) < 0)
		return -1;
	snprintf(etag, sizeof(etag), "\"%lld\"", (long long)c.version);
	http_answer_header(call->req, "ETag", etag);
	*ret_json = view_change(call, &c, f);
	agency_change_free(&c);
	return *ret_json != NULL ? 0 : -1;
}

int
agency_planned(struct call *call, json_t **ret_json, struct fault *f)
{
	struct agency_change c;

	/* One for today is in force with the answer, in this process. */
	if (agency_change_load(call->act.reader, strtoll(call->act.object, NULL, 10), &c, f) < 0)
		return -1;
	*ret_json = inventory_follow(call->api->app, call->act.reader, f) < 0 ? NULL : view_change(call, &c, f);
	agency_change_free(&c);
	return *ret_json != NULL ? 0 : -1;
}

struct listing { struct call *call; const char *code; json_t *list, *before, *after, *name; };

static int
add_change(const struct agency_change *c, void *ctx, struct fault *f)
{
	struct listing *l = ctx;
	json_t *json = view_change(l->call, c, f);

	if (json == NULL)
		return -1;
	json_array_append_new(l->list, json);
	return 0;
}

int
agency_changes_list(struct call *call, json_t **ret_json, struct fault *f)
{
	struct listing l = { .call = call, .list = json_array() };

	if (agency_changes(call->act.reader, add_change, &l, f) < 0) {
		json_decref(l.list);
		return -1;
	}
	*ret_json = json_pack("{s:o}", "changes", l.list);
	return 0;
}

/* One agency */

/* Into what the agency went, or out of what it came. */
static int
add_kin(struct listing *l, const struct agency_change *c, struct fault *f)
{
	json_t *one, *ref;
	size_t i;

	json_array_foreach(json_object_get(c->plan, "pairs"), i, one) {
		const char *from = json_string_value(json_object_get(one, "from")),
		    *to = json_string_value(json_object_get(one, "to"));
		int goes = strcmp(from, l->code) == 0;

		if (c->state == AGENCY_WITHDRAWN || (!goes && strcmp(to, l->code) != 0))
			continue;
		if ((ref = agency_then(l->call, c, goes ? to : from, !goes, f)) == NULL)
			return -1;
		json_object_set_new(ref, "since", api_day(c->effective_day));
		json_object_set_new(ref, "kind", json_string(agency_kind_name(c->kind)));
		json_array_append_new(goes ? l->after : l->before, ref);
	}
	return 0;
}

static int
add_own(const struct agency_change *c, void *ctx, struct fault *f)
{
	struct listing *l = ctx;

	if (!agency_change_touches(c, l->code))
		return 0;
	json_decref(l->name);
	l->name = agency_then(l->call, c, l->code, 1, f);
	return l->name == NULL ? -1 : add_kin(l, c, f) < 0 ? -1 : add_change(c, l, f);
}

/* What the list in force has of it. */
static json_t *
view_has(const struct inventory *inv, const struct agency *a)
{
	json_int_t matters = 0, nitems = 0, proofs = 0, services = 0, grants = 0;
	json_t *desks = json_array(), *counterparts = json_array();

	for (size_t i = 0; i < inv->nmatters; i++)
		if (inv->matters[i].agency == a) {
			matters++;
			nitems += (json_int_t)inv->matters[i].nitems;
		}
	for (size_t i = 0; i < inv->nproofs; i++)
		proofs += inv->proofs[i].issuer == a;
	for (size_t i = 0; i < inv->nservices; i++)
		services += inv->services[i].provider == a;
	for (size_t i = 0; i < inv->ngrants; i++)
		grants += inv->grants[i].agency == a;
	for (size_t i = 0; i < inv->ndesks; i++)
		if (inv->desks[i].agency == a)
			json_array_append_new(desks, api_ref(inv->desks[i].code, inv->desks[i].name));
	for (size_t i = 0; i < inv->nagencies; i++)
		if (inv->agencies[i].parent == a)
			json_array_append_new(counterparts, api_ref(inv->agencies[i].code, inv->agencies[i].name));
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:o, s:o}", "matters", matters, "items", nitems, "proofs",
	    proofs, "services", services, "grants", grants, "desks", desks, "counterparts", counterparts);
}

int
agency_show(struct call *call, json_t **ret_json, struct fault *f)
{
	struct listing l = { .call = call, .code = http_param(call->req, "code"), .list = json_array(),
		.before = json_array(), .after = json_array() };
	struct inventory *inv = app_inventory(call->api->app, f);
	const struct agency *a = inv != NULL ? inventory_agency(inv, l.code) : NULL;
	json_t *json = NULL;
	int rc = -1;

	if (inv == NULL || agency_changes(call->act.reader, add_own, &l, f) < 0)
		goto out;
	if (a != NULL)
		json = view_agency(a);
	else if (l.name != NULL)
		json = json_incref(l.name);
	else {
		fault_set(f, FAULT_AGENCY_UNKNOWN, "%s", "");
		fault_arg(f, "agency", "%s", l.code);
		goto out;
	}
	json_object_set_new(json, "in_force", json_boolean(a != NULL));
	json_object_set_new(json, "has", a != NULL ? view_has(inv, a) : json_null());
	json_object_set(json, "before", l.before);
	json_object_set(json, "after", l.after);
	json_object_set(json, "changes", l.list);
	*ret_json = json;
	rc = 0;
out:
	json_decref(l.list);
	json_decref(l.before);
	json_decref(l.after);
	json_decref(l.name);
	inventory_unref(inv);
	return rc;
}

/* What can be given to another */

struct belongings { const struct agency *a; struct inventory *inv; json_t *users; };

/* Whose agency it is, or whose counterpart's: as who goes with a split. */
static int
add_user(const struct actor *user, void *ctx, struct fault *f)
{
	struct belongings *b = ctx;
	const struct agency *of = inventory_agency(b->inv, user->agency);

	(void)f;
	if (of != NULL && (of == b->a || of->parent == b->a))
		json_array_append_new(b->users, json_pack("{s:s, s:s, s:s, s:o}", "id", user->id, "name", user->name,
		    "role", user->role, "agency", api_ref(of->code, of->name)));
	return 0;
}

int
agency_belongings(struct call *call, json_t **ret_json, struct fault *f)
{
	const char *code = http_param(call->req, "code");
	json_t *matters = json_array(), *proofs = json_array(), *services = json_array();
	struct belongings b = { .users = json_array() };
	int rc = -1;

	if (may_change(call, f) < 0 || (b.inv = app_inventory(call->api->app, f)) == NULL)
		goto out;
	if ((b.a = inventory_agency(b.inv, code)) == NULL) {
		fault_set(f, FAULT_AGENCY_UNKNOWN, "%s", "");
		fault_arg(f, "agency", "%s", code);
		goto out;
	}
	for (size_t i = 0; i < b.inv->nmatters; i++)
		if (b.inv->matters[i].agency == b.a)
			json_array_append_new(matters, api_ref(b.inv->matters[i].code, b.inv->matters[i].name));
	for (size_t i = 0; i < b.inv->nproofs; i++)
		if (b.inv->proofs[i].issuer == b.a)
			json_array_append_new(proofs, api_ref(b.inv->proofs[i].code, b.inv->proofs[i].name));
	for (size_t i = 0; i < b.inv->nservices; i++)
		if (b.inv->services[i].provider == b.a)
			json_array_append_new(services, api_ref(b.inv->services[i].code, b.inv->services[i].proof->name));
	if (access_users(call->api->app, call->act.reader, add_user, &b, f) < 0)
		goto out;
	*ret_json = json_pack("{s:o, s:O, s:O, s:O, s:O}", "agency", api_ref(b.a->code, b.a->name), "matters",
	    matters, "proofs", proofs, "services", services, "users", b.users);
	rc = 0;
out:
	json_decref(matters);
	json_decref(proofs);
	json_decref(services);
	json_decref(b.users);
	inventory_unref(b.inv);
	return rc;
}

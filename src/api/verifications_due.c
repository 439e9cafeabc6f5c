/* verifications_due.c - what is overdue or soon will be, for whoever supervises. */
#include <stdlib.h>
#include <string.h>

#include "api/verifications.h"
#include "svc/agencies/place.h"

#define WITHIN_HOURS_MAX 40	/* of office time: a week */

/* What a supervisor sees: whose it is and how its time stands, and nothing of whom it is about. */
struct viewing { struct call *call; const struct verification *v; json_t *json; };

static int
view_in_case(const struct case_file *c, void *ctx, struct fault *f)
{
	struct viewing *w = ctx;
	const struct verification *v = w->v;
	const struct item *item = inventory_item(c->inv, v->item);
	const struct desk *desk = place_desk(w->call->api->app, c->inv, v->desk);
	const struct division *d = inventory_division(c->inv, v->division);
	char id[RECORD_NAME_MAX], signer[128];

	if (item == NULL || desk == NULL || d == NULL) {
		fault_set(f, FAULT_STORE, "verification of case %s does not fit its inventory", c->number);
		return -1;
	}
	staff_name(w->call, v->signed_by, signer, sizeof(signer));
	record_object_name(v->division, v->id, id);
	w->json = json_pack("{s:s, s:I, s:s, s:o, s:o, s:o, s:o, s:s, s:s?}", "id", id, "version",
	    (json_int_t)v->version, "state", verification_state_name(v->state), "division",
	    api_ref(d->code, d->name), "agency", api_ref(desk->agency->code, desk->agency->name),
	    "proof", api_ref(item->proof->code, item->proof->name), "matter",
	    api_ref(c->matter->code, c->matter->name), "case_number", c->number, "signed_by",
	    v->signed_by[0] != '\0' ? signer : NULL);
	view_verification_time(w->call, v, c->inv, w->json);
	return 0;
}

json_t *
view_verification_due(struct call *call, const struct verification *v, struct fault *f)
{
	struct viewing w = { .call = call, .v = v };

	if (case_look(&call->act, v->division, v->case_id, view_in_case, &w, f) == 0)
		fault_set(f, FAULT_NOT_FOUND, "%s", "case");
	return w.json;
}

/* A page over the divisions within reach: of all of them, the first that are due. */
struct listing {
	struct verification found[2 * 201];
	size_t n, most;
};

static int
gather(const struct verification *v, void *ctx, struct fault *f)
{
	struct listing *l = ctx;

	(void)f;
	l->found[l->n++] = *v;
	return 0;
}

struct wanted {
	const char *division;
	int64_t within_ms;		/* of office time */
	int64_t before;			/* due before this instant at the latest */
	struct verification_page page;
};

static int
gather_division(struct call *call, const struct wanted *w, const char *division,
    struct listing *l, struct fault *f)
{
	static const enum verification_state states[] = { VERIFICATION_SENT, VERIFICATION_SIGNED_FOR };

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		struct verification_page page = w->page;

		page.state = states[i];
		if (verification_due(&call->act, division, w->before, page, gather, l, f) < 0)
			return -1;
		qsort(l->found, l->n, sizeof(l->found[0]), verification_by_due);
		if (l->n > l->most)
			l->n = l->most;
	}
	return 0;
}

static int
same_hours(const struct office_hours *a, const struct office_hours *b)
{
	int same = a->n == b->n;

	for (size_t i = 0; same && i < a->n; i++)
		same = a->span[i].from == b->span[i].from && a->span[i].until == b->span[i].until;
	return same;
}

/* The latest instant that is within so much office time at any desk: most keep the same hours. */
static int64_t
latest(const struct inventory *inv, int64_t now, int64_t within_ms)
{
	const struct office_hours *last = NULL;
	int64_t until = now;

	for (size_t i = 0; i < inv->ndesks; i++) {
		const struct office_hours *hours = &inv->desks[i].hours;
		int64_t at;

		if (last != NULL && same_hours(last, hours))
			continue;
		at = calendar_add_office(inv->calendar, hours, now, within_ms);
		until = at > until ? at : until;
		last = hours;
	}
	return until;
}

static int
gather_divisions(struct call *call, struct wanted *w, struct listing *l, struct fault *f)
{
	struct inventory *inv = app_inventory(call->api->app, f);
	const struct actor *actor = &call->act.actor;
	int rc = inv != NULL ? 0 : -1;

	if (inv != NULL)
		w->before = latest(inv, call->act.now, w->within_ms);
	for (size_t i = 0; rc == 0 && i < inv->ndivisions; i++) {
		const char *division = inv->divisions[i].code;

		if ((w->division != NULL && strcmp(w->division, division) != 0) ||
		    access_check(actor, call->act.action, actor->agency, division, NULL) < 0)
			continue;
		rc = gather_division(call, w, division, l, f);
	}
	inventory_unref(inv);
	return rc;
}

/* Whether a supervisor of one agency has it, and it is due within the time of its own desk. */
static int
is_wanted(struct call *call, const struct wanted *w, const struct verification *v, int *ret_yes,
    struct fault *f)
{
	struct inventory *inv = app_inventory_version(call->api->app, call->act.reader, v->inventory, f);

	if (inv == NULL)
		return -1;
	*ret_yes = verification_reached(&call->act, v, NULL) == 0 && (v->due_at < call->act.now ||
	    verification_time(call->api->app, v, inv, call->act.now).left_ms <= w->within_ms);
	inventory_unref(inv);
	return 0;
}

static int
read_wanted(struct call *call, struct wanted *w, struct page *ret_page, struct fault *f)
{
	const char *cursor;
	struct in in;
	int limit;

	in_start(&in, call->body, "", f);
	w->within_ms = (int64_t)in_int(&in, "within_hours", 0, WITHIN_HOURS_MAX, 0) * 3600000;
	w->division = in_text(&in, "division", IN_MAY, 6);
	limit = in_int(&in, "limit", 1, 200, 50);
	cursor = in_text(&in, "cursor", IN_MAY, 400);
	if (in_end(&in) < 0 || page_parse(call, limit, cursor, ret_page, f) < 0)
		return -1;
	w->page.limit = limit + 1;
	return 0;
}

static json_t *
next_of(struct call *call, const struct verification *last)
{
	char key[RECORD_NAME_MAX + 24], name[RECORD_NAME_MAX];

	record_object_name(last->division, last->id, name);
	snprintf(key, sizeof(key), "%lld/%s", (long long)last->due_at, name);
	return page_next(call, key);
}

int
verifications_overdue(struct call *call, json_t **ret_json, struct fault *f)
{
	struct listing *l = calloc(1, sizeof(*l));
	json_t *list = json_array(), *next = json_null(), *json;
	struct wanted w = { .division = NULL };
	uint8_t id[RECORD_ID_LEN];
	struct page page;
	int wanted, rc = -1;

	if (l == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		goto out;
	}
	if (read_wanted(call, &w, &page, f) < 0)
		goto out;
	if (page_due_key(page.key, &w.page.after_due, id))
		w.page.after_id = id;
	l->most = (size_t)page.limit + 1;
	if (gather_divisions(call, &w, l, f) < 0)
		goto out;
	for (size_t i = 0; i < l->n && i < (size_t)page.limit; i++) {
		if (is_wanted(call, &w, &l->found[i], &wanted, f) < 0)
			goto out;
		if (!wanted)
			continue;
		if ((json = view_verification_due(call, &l->found[i], f)) == NULL)
			goto out;
		json_array_append_new(list, json);
	}
	if (l->n > (size_t)page.limit)
		next = next_of(call, &l->found[page.limit - 1]);
	*ret_json = json_pack("{s:O, s:O}", "verifications", list, "next", next);
	rc = 0;
out:
	json_decref(list);
	json_decref(next);
	free(l);
	return rc;
}

/* agency_route.c - what a change of agencies moves, and where to. */
#include "svc/agencies/agency_route.h"

#include <stdlib.h>
#include <string.h>

#include "flow/event_definition.h"
#include "svc/agencies/agency_draft.h"

static int
no_memory(struct fault *f)
{
	fault_set(f, FAULT_MEMORY, "%s", "change of agencies");
	return -1;
}

static int
add(struct agency_route_list *l, const char *division, const char *from, const char *to, struct fault *f)
{
	if (l->n == l->cap) {
		size_t cap = l->cap != 0 ? l->cap * 2 : 32;
		struct agency_route *more = reallocarray(l->route, cap, sizeof(*more));

		if (more == NULL)
			return no_memory(f);
		l->route = more;
		l->cap = cap;
	}
	l->route[l->n] = (struct agency_route){ .from = from, .to = to };
	snprintf(l->route[l->n++].division, sizeof(l->route[0].division), "%s", division);
	return 0;
}

static int
within(const struct division *d, const struct division *above)
{
	while (d != NULL && d != above)
		d = d->parent;
	return d != NULL;
}

/* Who acts in a division of the old version for an agency of the new one; NULL where the division is gone. */
static const struct agency *
acting_now(const struct agency_routes *r, const struct agency *a, const struct division *d)
{
	const struct division *now = inventory_division(r->new, d->code);

	return now != NULL ? inventory_acting(r->new, a, now) : NULL;
}

/* Of one agency that went into another: in each division whoever acts for that. */
static int
merged_pair(struct agency_routes *r, const struct agency *from, const struct agency *to, int is_first,
    struct fault *f)
{
	if (add(&r->agencies, "", from->code, to->code, f) < 0 ||
	    add(&r->owners, "", from->code, to->code, f) < 0)
		return -1;
	for (size_t i = 0; i < r->old->ndivisions; i++) {
		const struct division *d = &r->old->divisions[i];
		const struct agency *y = is_first ? acting_now(r, to, d) : to;

		if (y != NULL && within(d, from->division) && add(&r->cases, d->code, from->code, y->code, f) < 0)
			return -1;
	}
	return 0;
}

static int
merged_desks(struct agency_routes *r, struct fault *f)
{
	for (size_t i = 0; i < r->old->ndesks; i++) {
		const struct desk *desk = &r->old->desks[i], *to;
		const struct agency *y = NULL;

		if (inventory_desk(r->new, desk->code) != NULL)
			continue;
		for (size_t k = 0; k < r->agencies.n && y == NULL; k++)
			if (strcmp(r->agencies.route[k].from, desk->agency->code) == 0)
				y = inventory_agency(r->new, r->agencies.route[k].to);
		if (y == NULL)
			continue;
		to = agency_own_desk(r->new, y);
		if (to == NULL && y->parent != NULL)
			to = inventory_acting_desk(r->new, y->parent, y->division);
		if (to != NULL && add(&r->desks, "", desk->code, to->code, f) < 0)
			return -1;
	}
	return 0;
}

static int
merged(struct agency_routes *r, struct fault *f)
{
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(r->change->plan, "pairs"), i, one) {
		const struct agency *from = inventory_agency(r->old,
		    json_string_value(json_object_get(one, "from"))), *to = inventory_agency(r->new,
		    json_string_value(json_object_get(one, "to")));

		if (from != NULL && to != NULL && merged_pair(r, from, to, i == 0, f) < 0)
			return -1;
	}
	return merged_desks(r, f);
}

static int
split(struct agency_routes *r, const struct agency *a, const struct agency *b, struct fault *f)
{
	if (add(&r->owners, "", a->code, b->code, f) < 0)
		return -1;
	for (size_t i = 0; i < r->old->ndivisions; i++) {
		const struct division *d = &r->old->divisions[i], *now = inventory_division(r->new, d->code);
		const struct agency *x, *y;
		const struct desk *from, *to;

		if (now == NULL || !within(d, a->division))
			continue;
		x = inventory_acting(r->old, a, d);
		y = inventory_acting(r->new, b, now);
		from = inventory_acting_desk(r->old, a, d);
		to = inventory_acting_desk(r->new, b, now);
		if (add(&r->cases, d->code, x->code, y->code, f) < 0 ||
		    add(&r->agencies, d->code, x->code, y->code, f) < 0 ||
		    (from != NULL && to != NULL && strcmp(from->code, to->code) != 0 &&
		    add(&r->desks, d->code, from->code, to->code, f) < 0))
			return -1;
	}
	return 0;
}

/* A list of codes as a set. */
static int
make_set(const json_t *plan, const char *name, json_t **ret_set, struct fault *f)
{
	json_t *one;
	size_t i;

	if ((*ret_set = json_object()) == NULL)
		return no_memory(f);
	json_array_foreach(json_object_get(plan, name), i, one)
		if (json_object_set_new(*ret_set, json_string_value(one), json_true()) < 0)
			return no_memory(f);
	return 0;
}

int
agency_routes_make(struct app *app, const struct agency_change *c, const struct inventory *old,
    const struct inventory *new, struct agency_routes *ret_routes, struct fault *f)
{
	struct agency_routes *r = ret_routes;
	const struct agency *a = inventory_agency(old, c->agency), *b = inventory_agency(new, c->other);

	*r = (struct agency_routes){ .change = c, .old = old, .new = new, .app = app };
	if (a == NULL || b == NULL)
		return 0;
	if (c->kind == AGENCY_MERGE)
		return merged(r, f);
	if (c->kind != AGENCY_SPLIT)
		return 0;
	return make_set(c->plan, "matters", &r->matters, f) < 0 ||
	    make_set(c->plan, "proofs", &r->proofs, f) < 0 ||
	    make_set(c->plan, "services", &r->services, f) < 0 || split(r, a, b, f) < 0 ? -1 : 0;
}

void
agency_routes_free(struct agency_routes *r)
{
	free(r->cases.route);
	free(r->agencies.route);
	free(r->desks.route);
	free(r->owners.route);
	json_decref(r->matters);
	json_decref(r->proofs);
	json_decref(r->services);
	*r = (struct agency_routes){ 0 };
}

/* Objects: a page of rows is read, then each is given away. */

#define PAGE 100

struct page {
	const struct agency_routes *r;
	const struct agency_route *route;
	struct store_reader *reader;
	enum agency_moves kind;
	struct agency_object *o;	/* PAGE of them */
	size_t n, read;
	uint8_t last[RECORD_ID_LEN];	/* what comes after it is the next page */
	int64_t last_due;
};

static int
goes(const json_t *set, const char *code)
{
	return set == NULL || json_object_get(set, code) != NULL;
}

/* One more object of this row's id, for the route of the page. */
static struct agency_object *
one_more(struct page *p, const struct store_row *row, const char *division, int id_column, int version)
{
	struct agency_object *o = &p->o[p->n++];

	*o = (struct agency_object){ .kind = p->kind, .version = row_int(row, version) };
	snprintf(o->division, sizeof(o->division), "%s", division);
	act_row_id(row, id_column, o->id);
	record_object_name(o->division, o->id, o->name);
	snprintf(o->from, sizeof(o->from), "%s", p->route->from);
	snprintf(o->to, sizeof(o->to), "%s", p->route->to);
	return o;
}

/* id, version, matter */
static int
case_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct page *p = ctx;
	struct agency_object *o;

	(void)f;
	p->read++;
	act_row_id(row, 0, p->last);
	if (!goes(p->r->matters, row_text(row, 2)))
		return 0;
	o = one_more(p, row, p->route->division, 0, 1);
	o->has_case = 1;
	memcpy(o->case_id, o->id, sizeof(o->id));
	return 0;
}

/* Whoever led a life event and does not any more. */
static int
leads_no_more(const struct agency_routes *r, const char *event)
{
	const struct event *before = inventory_event(r->old, event), *now = inventory_event(r->new, event);

	return before != NULL && now != NULL && strcmp(before->lead->code, r->change->agency) == 0 &&
	    strcmp(now->lead->code, r->change->agency) != 0;
}

/* id, version, event */
static int
joint_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct page *p = ctx;

	(void)f;
	p->read++;
	act_row_id(row, 0, p->last);
	if (p->r->matters == NULL || leads_no_more(p->r, row_text(row, 2)))
		one_more(p, row, p->route->division, 0, 1);
	return 0;
}

/* The columns of COMPLAINTS_OF_AGENCY: 5 is the matter, 12 when it is due. */
static int
complaint_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct page *p = ctx;

	(void)f;
	p->read++;
	act_row_id(row, 1, p->last);
	p->last_due = row_int(row, 12);
	if (goes(p->r->matters, row_text(row, 5)))
		one_more(p, row, row_text(row, 0), 1, 3);
	return 0;
}

/* The columns of DISPUTES_OF_AGENCY: 4 is the case, 6 the service, 12 when it is due. */
static int
dispute_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct page *p = ctx;
	struct agency_object *o;

	(void)f;
	p->read++;
	act_row_id(row, 1, p->last);
	p->last_due = row_int(row, 12);
	if (!goes(p->r->services, row_text(row, 6)))
		return 0;
	o = one_more(p, row, row_text(row, 0), 1, 2);
	o->has_case = 1;
	act_row_id(row, 4, o->case_id);
	return 0;
}

/* The proof of an item of a version that may be older than the change. */
static int
proof_goes(const struct page *p, int64_t version, const char *code, struct fault *f)
{
	struct inventory *inv;
	const struct item *item;
	int yes;

	if (p->r->proofs == NULL)
		return 1;
	if ((item = inventory_item(p->r->old, code)) != NULL)
		return goes(p->r->proofs, item->proof->code);
	if ((inv = app_inventory_version(p->r->app, p->reader, version, f)) == NULL)
		return -1;
	item = inventory_item(inv, code);
	yes = item != NULL && goes(p->r->proofs, item->proof->code);
	inventory_unref(inv);
	return yes;
}

/* The columns of VERIFICATIONS_OF_DESK: 4 is the case, 5 the item, 8 when it is due, 18 the version. */
static int
verification_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct page *p = ctx;
	struct agency_object *o;
	int yes;

	p->read++;
	act_row_id(row, 1, p->last);
	p->last_due = row_int(row, 8);
	if (p->route->division[0] != '\0' && strcmp(p->route->division, row_text(row, 0)) != 0)
		return 0;
	if ((yes = proof_goes(p, row_int(row, 18), row_text(row, 5), f)) <= 0)
		return yes;
	o = one_more(p, row, row_text(row, 0), 1, 2);
	o->has_case = 1;
	act_row_id(row, 4, o->case_id);
	return 0;
}

/* Reads the next page of what the route is about. */
static int
read_page(struct page *p, const char *state, struct fault *f)
{
	struct sql_value after = sql_blob(p->last, RECORD_ID_LEN), division = sql_text(p->route->division),
	    from = sql_text(p->route->from), due = sql_int(p->last_due), of = sql_text(state);
	int64_t rc;

	p->n = p->read = 0;
	switch (p->kind) {
	case MOVES_CASE:
		rc = store_read(p->reader, ST_CASES_TO_MOVE, PARAMS(division, from, after, sql_int(PAGE)), case_row,
		    p, f);
		break;
	case MOVES_JOINT:
		rc = store_read(p->reader, ST_JOINTS_TO_MOVE, PARAMS(division, from, after, sql_int(PAGE)), joint_row,
		    p, f);
		break;
	case MOVES_COMPLAINT:
		rc = store_read(p->reader, ST_COMPLAINTS_OF_AGENCY, PARAMS(division, of, due, after,
		    sql_int(INT64_MAX), sql_int(PAGE), from), complaint_row, p, f);
		break;
	case MOVES_DISPUTE:
		rc = store_read(p->reader, ST_DISPUTES_OF_AGENCY, PARAMS(from, of, due, after, sql_int(PAGE)),
		    dispute_row, p, f);
		break;
	default:
		rc = store_read(p->reader, ST_VERIFICATIONS_OF_DESK, PARAMS(from, of, due, after, sql_int(PAGE)),
		    verification_row, p, f);
	}
	return rc < 0 ? -1 : 0;
}

static int
give(struct page *p, agency_object_fn *each, void *ctx, struct fault *f)
{
	int rc = 0;

	for (size_t i = 0; i < p->n && rc == 0; i++)
		rc = each(&p->o[i], ctx, f);
	return rc;
}

static int
give_route(struct page *p, const struct agency_route *route, const char *state, agency_object_fn *each,
    void *ctx, struct fault *f)
{
	int rc = 0;

	if (strcmp(route->from, route->to) == 0)
		return 0;
	p->route = route;
	p->last_due = INT64_MIN;
	memset(p->last, 0, sizeof(p->last));
	do {
		if (read_page(p, state, f) < 0)
			return -1;
		/* The last row may not be changed while p->last still is needed: it is a copy. */
		rc = give(p, each, ctx, f);
	} while (rc == 0 && p->read == PAGE);
	return rc;
}

static int
give_kind(struct page *p, enum agency_moves kind, const struct agency_route_list *routes,
    const char *state, agency_object_fn *each, void *ctx, struct fault *f)
{
	int rc = 0;

	p->kind = kind;
	for (size_t i = 0; i < routes->n && rc == 0; i++)
		rc = give_route(p, &routes->route[i], state, each, ctx, f);
	return rc;
}

/* People, deputies and platforms: few enough to be read at once. */

struct few {
	const struct agency_routes *r;
	struct agency_object *o;
	size_t n, cap;
	const struct agency_route *desk;	/* of deputies */
};

static struct agency_object *
one_of_few(struct few *few, enum agency_moves kind, const char *id, const char *division,
    const char *from, const char *to, struct fault *f)
{
	struct agency_object *o;

	if (few->n == few->cap) {
		size_t cap = few->cap != 0 ? few->cap * 2 : 64;
		struct agency_object *more = reallocarray(few->o, cap, sizeof(*more));

		if (more == NULL) {
			no_memory(f);
			return NULL;
		}
		few->o = more;
		few->cap = cap;
	}
	o = &few->o[few->n++];
	*o = (struct agency_object){ .kind = kind };
	snprintf(o->name, sizeof(o->name), "%s", id);
	snprintf(o->division, sizeof(o->division), "%s", division);
	snprintf(o->from, sizeof(o->from), "%s", from);
	snprintf(o->to, sizeof(o->to), "%s", to);
	return o;
}

static const struct agency_route *
route_of(const struct agency_route_list *l, const char *from, const char *division)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->route[i].from, from) == 0 && strcmp(from, l->route[i].to) != 0 &&
		    (l->route[i].division[0] == '\0' || strcmp(l->route[i].division, division) == 0))
			return &l->route[i];
	return NULL;
}

/* The columns of USERS: 4 is the agency, 5 the division, 6 the desk. */
static int
user_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct few *few = ctx;
	const struct agency_route *to = route_of(&few->r->agencies, row_text(row, 4), row_text(row, 5)),
	    *desk = route_of(&few->r->desks, row_text(row, 6), row_text(row, 5));
	struct agency_object *o;

	if (to == NULL || (few->r->change->kind == AGENCY_SPLIT &&
	    !agency_list_has(json_object_get(few->r->change->plan, "users"), row_text(row, 0))))
		return 0;
	if ((o = one_of_few(few, MOVES_USER, row_text(row, 0), few->r->app->division, to->from, to->to,
	    f)) == NULL)
		return -1;
	snprintf(o->desk, sizeof(o->desk), "%s", desk != NULL ? desk->to : row_text(row, 6));
	return 0;
}

/* The columns of PLATFORMS: 3 is the agency, 6 the version. */
static int
platform_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct few *few = ctx;
	const struct agency_route *to = route_of(&few->r->agencies, row_text(row, 3), row_text(row, 4));
	struct agency_object *o;

	if (to == NULL)
		return 0;
	if ((o = one_of_few(few, MOVES_PLATFORM, row_text(row, 0), few->r->app->division, to->from, to->to,
	    f)) == NULL)
		return -1;
	o->version = row_int(row, 6);
	return 0;
}

static int
deputy_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct few *few = ctx;

	return one_of_few(few, MOVES_DEPUTY, row_text(row, 1), few->r->app->division, few->desk->from,
	    few->desk->to, f) == NULL ? -1 : 0;
}

/* Users and platforms of a split stay, but for the users that it names; so do deputies. */
static int
give_few(const struct agency_routes *r, struct store_reader *reader, agency_object_fn *each, void *ctx,
    struct fault *f)
{
	struct few few = { .r = r };
	int rc = store_read(reader, ST_USERS, NULL, 0, user_row, &few, f) < 0 ? -1 : 0;

	if (rc == 0 && r->change->kind == AGENCY_MERGE)
		rc = store_read(reader, ST_PLATFORMS, NULL, 0, platform_row, &few, f) < 0 ? -1 : 0;
	for (size_t i = 0; rc == 0 && r->change->kind == AGENCY_MERGE && i < r->desks.n; i++) {
		few.desk = &r->desks.route[i];
		rc = store_read(reader, ST_DEPUTIES_OF_DESK, PARAMS(sql_text(few.desk->from)), deputy_row, &few,
		    f) < 0 ? -1 : 0;
	}
	for (size_t i = 0; i < few.n && rc == 0; i++)
		rc = each(&few.o[i], ctx, f);
	free(few.o);
	return rc;
}

int
agency_objects(const struct agency_routes *r, struct store_reader *reader, agency_object_fn *each,
    void *ctx, struct fault *f)
{
	static const char *const waiting[] = { "sent", "signed_for", "need_more" };
	struct page p = { .r = r, .reader = reader, .o = calloc(PAGE, sizeof(*p.o)) };
	int rc;

	if (p.o == NULL)
		return no_memory(f);
	/* People first: who is to go on with the rest has then arrived. */
	rc = give_few(r, reader, each, ctx, f);
	for (size_t i = 0; rc == 0 && i < sizeof(waiting) / sizeof(waiting[0]); i++)
		rc = give_kind(&p, MOVES_VERIFICATION, &r->desks, waiting[i], each, ctx, f);
	if (rc == 0)
		rc = give_kind(&p, MOVES_CASE, &r->cases, "", each, ctx, f);
	if (rc == 0)
		rc = give_kind(&p, MOVES_JOINT, &r->cases, "", each, ctx, f);
	if (rc == 0)
		rc = give_kind(&p, MOVES_COMPLAINT, &r->cases, "received", each, ctx, f);
	if (rc == 0)
		rc = give_kind(&p, MOVES_DISPUTE, &r->owners, "open", each, ctx, f);
	free(p.o);
	return rc;
}

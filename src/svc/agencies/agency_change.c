/* agency_change.c - changes of agencies: planned, withdrawn, read. */
#include "svc/agencies/agency_change.h"

#include <stdlib.h>
#include <string.h>

#include "svc/agencies/agency_draft.h"
#include "svc/agencies/agency_route.h"

static const char *const kinds[AGENCY_NKINDS] = { [AGENCY_CREATE] = "create", [AGENCY_RENAME] = "rename",
	[AGENCY_MERGE] = "merge", [AGENCY_SPLIT] = "split" };
static const char *const states[AGENCY_NSTATES] = { [AGENCY_PLANNED] = "planned",
	[AGENCY_IN_FORCE] = "in_force", [AGENCY_WITHDRAWN] = "withdrawn" };
static const char *const moves[MOVES_NKINDS] = { [MOVES_CASE] = "case", [MOVES_VERIFICATION] = "verification",
	[MOVES_COMPLAINT] = "complaint", [MOVES_DISPUTE] = "dispute", [MOVES_JOINT] = "joint_case",
	[MOVES_USER] = "user", [MOVES_DEPUTY] = "deputy", [MOVES_PLATFORM] = "platform" };

const char *
agency_kind_name(enum agency_change_kind kind)
{
	return kinds[kind];
}

int
agency_kind_parse(const char *name, enum agency_change_kind *ret_kind)
{
	for (int k = 0; k < AGENCY_NKINDS; k++)
		if (strcmp(kinds[k], name) == 0) {
			*ret_kind = (enum agency_change_kind)k;
			return 0;
		}
	return -1;
}

const char *
agency_state_name(enum agency_change_state state)
{
	return states[state];
}

const char *
agency_moves_name(enum agency_moves kind)
{
	return moves[kind];
}

/* Reading */

struct change_read { struct agency_change *one; agency_change_fn *each; void *ctx; };

static int64_t
row_time(const struct store_row *row, int column)
{
	return row_null(row, column) ? 0 : row_int(row, column);
}

/* The columns of AGENCY_CHANGE_GET. */
static int
change_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct change_read *r = ctx;
	struct agency_change c = { .seq = row_int(row, 0), .version = row_int(row, 1),
		.effective_day = row_int(row, 4), .from = row_int(row, 7), .inventory = row_int(row, 8),
		.publication = row_int(row, 9), .plan = json_loads(row_text(row, 10), 0, NULL),
		.planned_at = row_int(row, 12), .begun_at = row_time(row, 14), .ended_at = row_time(row, 15),
		.changed_at = row_int(row, 16) };
	int rc;

	if (agency_kind_parse(row_text(row, 2), &c.kind) < 0 || c.plan == NULL) {
		json_decref(c.plan);
		fault_set(f, FAULT_STORE, "change %lld of agencies", (long long)c.seq);
		return -1;
	}
	for (int s = 0; s < AGENCY_NSTATES; s++)
		if (strcmp(states[s], row_text(row, 3)) == 0)
			c.state = (enum agency_change_state)s;
	snprintf(c.agency, sizeof(c.agency), "%s", row_text(row, 5));
	snprintf(c.other, sizeof(c.other), "%s", row_text(row, 6));
	snprintf(c.decision, sizeof(c.decision), "%s", row_text(row, 11));
	snprintf(c.planned_by, sizeof(c.planned_by), "%s", row_text(row, 13));
	snprintf(c.changed_by, sizeof(c.changed_by), "%s", row_text(row, 17));
	if (r->each == NULL) {
		*r->one = c;
		return 1;
	}
	rc = r->each(&c, r->ctx, f);
	agency_change_free(&c);
	return rc;
}

void
agency_change_free(struct agency_change *c)
{
	json_decref(c->plan);
	c->plan = NULL;
}

int
agency_change_load(struct store_reader *reader, int64_t seq, struct agency_change *ret_change,
    struct fault *f)
{
	struct change_read r = { .one = ret_change };
	int64_t n = store_read(reader, ST_AGENCY_CHANGE_GET, PARAMS(sql_int(seq)), change_row, &r, f);

	if (n == 0) {
		fault_set(f, FAULT_CHANGE_UNKNOWN, "%s", "");
		fault_arg(f, "change", "%lld", (long long)seq);
	}
	return n > 0 ? 0 : -1;
}

int
agency_changes(struct store_reader *reader, agency_change_fn *each, void *ctx, struct fault *f)
{
	struct change_read r = { .each = each, .ctx = ctx };

	return store_read(reader, ST_AGENCY_CHANGES, NULL, 0, change_row, &r, f) < 0 ? -1 : 0;
}

int
agency_changes_due(struct store_reader *reader, int64_t day, agency_change_fn *each, void *ctx,
    struct fault *f)
{
	struct change_read r = { .each = each, .ctx = ctx };

	return store_read(reader, ST_AGENCY_CHANGES_DUE, PARAMS(sql_int(day)), change_row, &r, f) < 0 ? -1 : 0;
}

static int
moved_row(const struct store_row *row, void *ctx, struct fault *f)
{
	int64_t *moved = ctx;

	(void)f;
	for (int k = 0; k < MOVES_NKINDS; k++)
		if (strcmp(moves[k], row_text(row, 0)) == 0)
			moved[k] = row_int(row, 1);
	return 0;
}

int
agency_change_moved(struct store_reader *reader, int64_t seq, int64_t ret_moved[MOVES_NKINDS],
    struct fault *f)
{
	memset(ret_moved, 0, MOVES_NKINDS * sizeof(*ret_moved));
	return store_read(reader, ST_AGENCY_MOVED_COUNTS, PARAMS(sql_int(seq)), moved_row, ret_moved,
	    f) < 0 ? -1 : 0;
}

int
agency_change_touches(const struct agency_change *c, const char *code)
{
	return agency_list_has(json_object_get(c->plan, "touches"), code);
}

/* Planning */

struct planning {
	struct act *act;
	const struct agency_request *q;
	struct agency_draft draft;
	struct derived derived;
	struct inventory *old;
	int64_t seq;		/* of the next change */
};

static int
busy(const struct agency_change *c, const char *code, struct fault *f)
{
	fault_set(f, FAULT_AGENCY_BUSY, "%s", "");
	fault_arg(f, "agency", "%s", code);
	fault_arg(f, "change", "%lld", (long long)c->seq);
	return -1;
}

/* Of what is asked for: in the version to come it may not be there any more. */
static int
check_asked(const struct agency_change *c, void *ctx, struct fault *f)
{
	const struct planning *p = ctx;
	const char *code[] = { p->q->agency, p->q->into };

	for (int i = 0; i < 2; i++)
		if (c->ended_at == 0 && code[i] != NULL && agency_change_touches(c, code[i]))
			return busy(c, code[i], f);
	return 0;
}

/* A code that was an agency's is none again; and what another change touches waits for that. */
static int
check_other(const struct agency_change *c, void *ctx, struct fault *f)
{
	struct planning *p = ctx;
	json_t *one;
	size_t i;

	p->seq = c->seq >= p->seq ? c->seq + 1 : p->seq;
	if (c->state == AGENCY_WITHDRAWN)
		return 0;
	json_array_foreach(p->draft.touches, i, one) {
		const char *code = json_string_value(one);

		if (!agency_change_touches(c, code))
			continue;
		if (c->ended_at == 0)
			return busy(c, code, f);
		if (inventory_agency(p->old, code) == NULL) {
			fault_set(f, FAULT_AGENCY_TAKEN, "%s", "");
			fault_arg(f, "agency", "%s", code);
			return -1;
		}
	}
	return 0;
}

/* A version that comes into force after a day: it was made without knowing of the change. */
static int
check_later(const struct versions *v, int64_t day, int64_t seq, struct fault *f)
{
	for (size_t i = 0; i < v->npublications; i++) {
		const struct publication *p = &v->publication[i];
		char text[CLOCK_TEXT_MAX];

		if (p->withdrawn_at != 0 || p->effective_day < day || (p->effective_day == day && p->seq <= seq))
			continue;
		clock_day_text(p->effective_day, text);
		fault_set(f, FAULT_CHANGE_ORDER, "%s", "");
		fault_arg(f, "publication", "%lld", (long long)p->seq);
		fault_arg(f, "day", "%s", text);
		return -1;
	}
	return 0;
}

/* The version that is in force at the end of the day: the draft is made out of it. */
static int
find_base(struct planning *p, int64_t *ret_version, struct fault *f)
{
	int64_t today = clock_day(p->act->now);
	const struct publication *base;
	char text[CLOCK_TEXT_MAX];
	struct versions v;
	int rc = -1;

	if (versions_read(p->act->reader, &v, f) < 0)
		return -1;
	base = versions_at(&v, clock_day_start(p->q->day + 1) - 1);
	if (p->q->day < today) {
		clock_day_text(today, text);
		fault_set(f, FAULT_EFFECTIVE_PAST, "%s", "");
		fault_arg(f, "today", "%s", text);
	} else if (base == NULL)
		fault_set(f, FAULT_NO_INVENTORY, "%s", "");
	else if (check_later(&v, p->q->day, INT64_MAX, f) == 0) {
		*ret_version = base->version;
		rc = 0;
	}
	versions_free(&v);
	return rc;
}

static int
check_users(struct planning *p, struct fault *f)
{
	const struct agency *a = p->draft.a;
	json_t *one;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)p->q->users, i, one) {
		struct actor user;
		const struct agency *of;

		if (access_user(p->act->app, p->act->reader, json_string_value(one), &user, f) < 0)
			return -1;
		of = inventory_agency(p->old, user.agency);
		if (a == NULL || of == NULL || (of != a && of->parent != a)) {
			fault_set(f, FAULT_AGENCY_NOT_ITS, "%s", "");
			fault_arg(f, "agency", "%s", a != NULL ? a->name : p->q->agency);
			fault_arg(f, "what", "%s", user.id);
			return -1;
		}
	}
	return 0;
}

static int
make_draft(struct planning *p, struct inventory_report *report, struct fault *f)
{
	struct app *app = p->act->app;
	const struct division *own;
	int64_t version;

	if (find_base(p, &version, f) < 0 ||
	    (p->old = app_inventory_version(app, p->act->reader, version, f)) == NULL)
		return -1;
	if ((own = inventory_division(p->old, app->division)) == NULL) {
		fault_set(f, FAULT_DIVISION_UNKNOWN, "%s", "");
		fault_arg(f, "division", "%s", app->division);
		return -1;
	}
	p->seq = 1;
	return agency_changes(p->act->reader, check_asked, p, f) < 0 ||
	    agency_draft_make(p->old, own, p->q, &p->draft, f) < 0 ||
	    agency_changes(p->act->reader, check_other, p, f) < 0 || check_users(p, f) < 0 ? -1 :
	    inventory_derive(p->act->reader, version, p->draft.edit, p->draft.n, &p->derived, report, f);
}

/* What is kept of the request: codes only. */
static json_t *
plan_json(const struct planning *p)
{
	static const char *const names[] = { "matters", "proofs", "services", "users" };
	const json_t *lists[] = { p->q->matters, p->q->proofs, p->q->services, p->q->users };
	json_t *plan = json_pack("{s:O, s:O}", "pairs", p->draft.pairs, "touches", p->draft.touches);

	for (size_t i = 0; plan != NULL && i < sizeof(lists) / sizeof(lists[0]); i++)
		if (lists[i] != NULL && json_object_set(plan, names[i], (json_t *)(uintptr_t)lists[i]) < 0) {
			json_decref(plan);
			return NULL;
		}
	return plan;
}

/* The change as it will be, for what it would move. */
static int
future_change(const struct planning *p, struct agency_change *ret_change, struct fault *f)
{
	struct agency_change c = { .kind = p->q->kind, .effective_day = p->q->day, .plan = plan_json(p) };

	if (c.plan == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "plan");
		return -1;
	}
	snprintf(c.agency, sizeof(c.agency), "%s", p->q->agency);
	snprintf(c.other, sizeof(c.other), "%s", p->q->into != NULL ? p->q->into : "");
	*ret_change = c;
	return 0;
}

static int
count(const struct agency_object *o, void *ctx, struct fault *f)
{
	struct agency_outlook *look = ctx;

	(void)f;
	look->moves[o->kind]++;
	return 0;
}

/* What differs in the list; items go with their matters. */
static void
count_rows(const struct planning *p, struct agency_outlook *look)
{
	const struct inventory *new = p->derived.inv;

	for (size_t i = 0; i < p->old->nmatters; i++) {
		const struct matter *m = &p->old->matters[i], *now = inventory_matter(new, m->code);

		if (now != NULL && strcmp(now->agency->code, m->agency->code) != 0) {
			look->matters++;
			look->items += m->nitems;
		}
	}
	for (size_t i = 0; i < p->old->nproofs; i++) {
		const struct proof *now = inventory_proof(new, p->old->proofs[i].code);

		look->proofs += now != NULL && strcmp(now->issuer->code, p->old->proofs[i].issuer->code) != 0;
	}
	for (size_t i = 0; i < p->old->nservices; i++) {
		const struct service *now = inventory_service(new, p->old->services[i].code);

		look->services += now != NULL &&
		    strcmp(now->provider->code, p->old->services[i].provider->code) != 0;
	}
	for (size_t i = 0; i < p->draft.n; i++) {
		const struct inventory_edit *e = &p->draft.edit[i];

		look->grants += strcmp(e->file, "grants.csv") == 0;
		look->agencies += strcmp(e->file, "agencies.csv") == 0 && e->kind != INVENTORY_CHANGED;
		look->desks += strcmp(e->file, "agency_desks.csv") == 0 && (e->kind != INVENTORY_CHANGED ||
		    strcmp(e->column, "agency_code") == 0) && !(e->kind == INVENTORY_CHANGED && i > 0 &&
		    p->draft.edit[i - 1].kind == INVENTORY_ADDED);
	}
}

static int
look_ahead(const struct planning *p, struct agency_outlook *ret_outlook, struct fault *f)
{
	struct agency_outlook look = { .from = p->derived.from };
	struct agency_routes routes = { 0 };
	struct agency_change c;
	int rc = -1;

	if (future_change(p, &c, f) < 0)
		return -1;
	count_rows(p, &look);
	if (agency_routes_make(p->act->app, &c, p->old, p->derived.inv, &routes, f) == 0)
		rc = agency_objects(&routes, p->act->reader, count, &look, f);
	agency_routes_free(&routes);
	agency_change_free(&c);
	if (rc == 0)
		*ret_outlook = look;
	return rc;
}

static int
put_change(struct planning *p, int64_t publication, struct fault *f)
{
	const struct agency_request *q = p->q;
	struct act *act = p->act;
	char day[CLOCK_TEXT_MAX];
	json_t *plan = plan_json(p);
	char *text = plan != NULL ? json_dumps(plan, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
	struct record *r;
	struct op *op = NULL;

	json_decref(plan);
	if (text == NULL)
		fault_set(f, FAULT_MEMORY, "%s", "plan");
	else
		op = act_add(act, RECORD_AGENCY_PLANNED, act->app->division, NULL, &r, f);
	if (op == NULL || act_body(r, json_pack("{s:s}", "decision", q->decision), f) < 0) {
		free(text);
		return -1;
	}
	clock_day_text(q->day, day);
	record_str(r, "agency", q->agency);
	record_int(r, "change", p->seq);
	record_str(r, "effective", day);
	record_int(r, "inventory", p->derived.inv->version);
	record_str(r, "kind", agency_kind_name(q->kind));
	record_int(r, "publication", publication);
	if (q->into != NULL)
		record_str(r, "other", q->into);
	op_step(op, ST_AGENCY_CHANGE_INSERT, 1);
	op_int(op, p->seq);
	op_text(op, agency_kind_name(q->kind));
	op_int(op, q->day);
	op_text(op, q->agency);
	op_text(op, q->into != NULL ? q->into : "");
	op_int(op, p->derived.from);
	op_int(op, p->derived.inv->version);
	op_int(op, publication);
	op_text(op, text);
	op_text(op, q->decision);
	op_at(op);
	op_text(op, act->actor.id);
	free(text);
	return 0;
}

int
agency_change_plan(struct act *act, const struct agency_request *q, int dry,
    struct agency_outlook *ret_outlook, struct inventory_report *report, struct fault *f)
{
	struct planning p = { .act = act, .q = q };
	int64_t publication;
	int rc = -1;

	if (make_draft(&p, report, f) < 0 || look_ahead(&p, ret_outlook, f) < 0)
		goto out;
	/* The first operation names the object. */
	snprintf(act->object, sizeof(act->object), "%lld", (long long)p.seq);
	if (dry || (inventory_derive_add(act, &p.derived, f) == 0 &&
	    inventory_publish_new(act, p.derived.inv->version, q->day, q->decision, &publication, f) == 0 &&
	    put_change(&p, publication, f) == 0))
		rc = 0;
out:
	inventory_derived_free(&p.derived);
	agency_draft_free(&p.draft);
	inventory_unref(p.old);
	return rc;
}

/* Taking back */

static int
check_last(struct act *act, const struct agency_change *c, struct fault *f)
{
	struct versions v;
	int rc;

	if (versions_read(act->reader, &v, f) < 0)
		return -1;
	rc = check_later(&v, c->effective_day, c->publication, f);
	versions_free(&v);
	return rc;
}

static int
put_withdrawal(struct act *act, const struct agency_change *c, const char *reason, struct fault *f)
{
	struct record *r;
	struct op *op;

	if (inventory_withdraw_any(act, c->publication, reason, f) < 0 ||
	    (op = act_add(act, RECORD_AGENCY_WITHDRAWN, act->app->division, NULL, &r, f)) == NULL ||
	    act_body(r, json_pack("{s:s}", "reason", reason), f) < 0)
		return -1;
	record_int(r, "change", c->seq);
	op_step(op, ST_AGENCY_CHANGE_WITHDRAW, 1);
	op_at(op);
	op_text(op, act->actor.id);
	op_int(op, c->seq);
	op_int(op, c->version);
	return 0;
}

int
agency_change_withdraw(struct act *act, int64_t seq, const char *reason, struct fault *f)
{
	struct agency_change c;
	int rc = -1;

	if (agency_change_load(act->reader, seq, &c, f) < 0)
		return -1;
	snprintf(act->object, sizeof(act->object), "%lld", (long long)seq);
	if (act_match(act, c.version, c.changed_by, c.changed_at, f) < 0)
		goto out;
	if (c.state != AGENCY_PLANNED || clock_day_start(c.effective_day) <= act->now) {
		fault_set(f, FAULT_CHANGE_BEGUN, "%s", "");
		fault_arg(f, "change", "%lld", (long long)seq);
	} else if (check_last(act, &c, f) == 0)
		rc = put_withdrawal(act, &c, reason, f);
out:
	agency_change_free(&c);
	return rc;
}

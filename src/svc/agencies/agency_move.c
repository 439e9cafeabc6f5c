/* agency_move.c - what a change of agencies moves on its day. */
#include "svc/agencies/agency_move.h"

#include <stdlib.h>
#include <string.h>

#include "svc/agencies/agency_route.h"

#define CHANGES_MAX 16	/* at a time; the others come next */

struct mover {
	struct act act;
	const struct agency_change *c;
	size_t moved;
};

/* The operations that wait; that some lost is nobody's fault: somebody was quicker, or comes again. */
static int
flush(struct mover *m, struct fault *f)
{
	struct op_result result = { 0 };
	size_t n = m->act.nops;
	int rc;

	if (n == 0)
		return 0;
	rc = journal_run_all(m->act.app->journal, m->act.op, n, &result, f);
	m->act.nops = 0;
	return rc < 0 && result.status != OP_LOST ? -1 : 0;
}

/* The row that says what was moved, and why. */
static void
put_moved(struct op *op, const struct mover *m, const struct agency_object *o, struct record *r)
{
	op_step(op, ST_AGENCY_MOVED_INSERT, 1);
	op_int(op, m->c->seq);
	op_text(op, agency_moves_name(o->kind));
	op_text(op, o->name);
	op_text(op, o->division);
	op_text(op, o->from);
	op_text(op, o->to);
	op_at(op);
	op_blob(op, record_id(r), RECORD_ID_LEN);
}

/* What has a version, by that: where somebody worked on it meanwhile the next look finds it again. */
static void
put_versioned(struct op *op, const struct mover *m, const struct agency_object *o)
{
	static const enum stmt stmt[MOVES_NKINDS] = { [MOVES_CASE] = ST_CASE_TRANSFER,
		[MOVES_VERIFICATION] = ST_VERIFICATION_MOVE, [MOVES_COMPLAINT] = ST_COMPLAINT_MOVE,
		[MOVES_DISPUTE] = ST_DISPUTE_MOVE, [MOVES_JOINT] = ST_JOINT_MOVE };

	op_step(op, stmt[o->kind], 1);
	op_at(op);
	op_text(op, m->act.actor.id);
	op_text(op, o->division);
	op_blob(op, o->id, RECORD_ID_LEN);
	op_int(op, o->version);
	op_text(op, o->to);
}

static void
put_user(struct op *op, const struct agency_object *o)
{
	op_step(op, ST_USER_MOVE, 1);
	op_text(op, o->name);
	op_text(op, o->to);
	op_text(op, o->desk[0] != '\0' ? o->desk : NULL);
	op_text(op, o->from);
}

/* Whoever stands in at both desks does so until the later of the two days. */
static void
put_deputy(struct op *op, const struct agency_object *o)
{
	op_step(op, ST_DEPUTY_MOVE, STORE_ANY_COUNT);
	op_text(op, o->from);
	op_text(op, o->name);
	op_text(op, o->to);
	op_step(op, ST_DEPUTY_DELETE, 1);
	op_text(op, o->from);
	op_text(op, o->name);
}

static void
put_platform(struct op *op, const struct mover *m, const struct agency_object *o)
{
	op_step(op, ST_PLATFORM_MOVE, 1);
	op_text(op, o->name);
	op_int(op, o->version);
	op_text(op, o->to);
	op_at(op);
	op_text(op, m->act.actor.id);
}

static int
move(const struct agency_object *o, void *ctx, struct fault *f)
{
	struct mover *m = ctx;
	struct record *r;
	struct op *op = act_add(&m->act, RECORD_OBJECT_MOVED, o->division, NULL, &r, f);

	if (op == NULL)
		return -1;
	record_int(r, "change", m->c->seq);
	record_str(r, "from", o->from);
	record_str(r, "kind", agency_moves_name(o->kind));
	record_str(r, "object", o->name);
	record_str(r, "to", o->to);
	if (o->has_case) {
		op_case(op, o->case_id);
		record_object(r, "case", o->case_id);
	}
	if (o->kind == MOVES_USER)
		put_user(op, o);
	else if (o->kind == MOVES_DEPUTY)
		put_deputy(op, o);
	else if (o->kind == MOVES_PLATFORM)
		put_platform(op, m, o);
	else
		put_versioned(op, m, o);
	put_moved(op, m, o, r);
	if (m->act.nops == AGENCY_MOVE_BATCH && flush(m, f) < 0)
		return -1;
	return ++m->moved >= AGENCY_MOVE_MAX;
}

/* The change itself: begins or ends.  One of two processes does it. */
static int
step(struct mover *m, enum stmt stmt, enum record_type type, const char *member, int64_t value,
    struct fault *f)
{
	struct record *r;
	struct op *op = act_add(&m->act, type, m->act.app->division, NULL, &r, f);

	if (op == NULL)
		return -1;
	record_int(r, "change", m->c->seq);
	record_int(r, member, value);
	op_step(op, stmt, 1);
	op_at(op);
	op_text(op, m->act.actor.id);
	op_int(op, m->c->seq);
	op_int(op, m->c->version);
	return flush(m, f);
}

static int
end(struct mover *m, struct fault *f)
{
	int64_t moved[MOVES_NKINDS], all = 0;

	if (agency_change_moved(m->act.reader, m->c->seq, moved, f) < 0)
		return -1;
	for (int k = 0; k < MOVES_NKINDS; k++)
		all += moved[k];
	return step(m, ST_AGENCY_CHANGE_END, RECORD_AGENCY_ENDED, "moved", all, f);
}

static int
move_all(struct mover *m, struct fault *f)
{
	struct app *app = m->act.app;
	struct inventory *old = app_inventory_version(app, m->act.reader, m->c->from, f);
	struct inventory *new = old == NULL ? NULL :
	    app_inventory_version(app, m->act.reader, m->c->inventory, f);
	struct agency_routes routes = { 0 };
	int rc = -1;

	if (new != NULL && agency_routes_make(app, m->c, old, new, &routes, f) == 0)
		rc = agency_objects(&routes, m->act.reader, move, m, f) < 0 || flush(m, f) < 0 ? -1 : 0;
	agency_routes_free(&routes);
	inventory_unref(new);
	inventory_unref(old);
	return rc;
}

static int
run(struct mover *m, struct fault *f)
{
	if (m->c->state == AGENCY_PLANNED)
		return step(m, ST_AGENCY_CHANGE_BEGIN, RECORD_AGENCY_BEGUN, "inventory", m->c->inventory, f);
	if (move_all(m, f) < 0)
		return -1;
	if (m->moved == 0 && m->act.now >= m->c->begun_at + AGENCY_MOVE_LATE_MS)
		return end(m, f);
	return 0;
}

struct due { struct agency_change change[CHANGES_MAX]; size_t n; };

static int
gather(const struct agency_change *c, void *ctx, struct fault *f)
{
	struct due *due = ctx;

	(void)f;
	due->change[due->n] = *c;
	json_incref(c->plan);
	return ++due->n == CHANGES_MAX;
}

int
agency_move(struct app *app, struct store_reader *reader, struct fault *f)
{
	int64_t now = clock_now(app->clock);
	struct due due = { .n = 0 };
	struct mover *m = NULL;
	int rc = agency_changes_due(reader, clock_day(now), gather, &due, f);

	if (rc == 0 && due.n > 0 && (m = calloc(1, sizeof(*m))) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "change of agencies");
		rc = -1;
	}
	/* In the order of their days: what one has moved the next may move on. */
	for (size_t i = 0; i < due.n && rc == 0; i++) {
		*m = (struct mover){ .c = &due.change[i], .act = { .app = app, .reader = reader, .now = now,
		    .action = ACTION_AGENCY_MOVE, .apart = 1, .driving = 1, .actor = { .id = "wzm", .name = "wzm",
		    .role = "system", .scope = "division" } } };
		snprintf(m->act.actor.division, sizeof(m->act.actor.division), "%s", app->division);
		snprintf(m->act.actor.agency, sizeof(m->act.actor.agency), "%.23s", m->c->other);
		rc = run(m, f);
		act_clear(&m->act);
	}
	for (size_t i = 0; i < due.n; i++)
		agency_change_free(&due.change[i]);
	free(m);
	return rc;
}

/* align_follow.c - an inventory that has come into force is measured, once for all processes. */
#include <string.h>

#include "base/log.h"
#include "svc/align/align_ops.h"

int
align_is_the_lists(const struct fault *f)
{
	return f->code == FAULT_ALIGN_STRANGE || f->code == FAULT_ALIGN_DIFFERENT ||
	    f->code == FAULT_ALIGN_TANGLED || f->code == FAULT_IMPORT_REFUSED ||
	    f->code == FAULT_DIVISION_UNKNOWN || fault_kind(f->code) == FAULT_KIND_LIMIT;
}

int
align_compare_in_force(struct act *act, const char *home, struct inventory *inv,
    const struct division *county, int64_t number, struct align_compared **ret_compared,
    struct fault *f)
{
	struct fault why = FAULT_INIT;

	*ret_compared = NULL;
	if (align_compare_kept(act, home, inv, county, number, NULL, ret_compared, &why) == 0)
		return 0;
	if (!align_is_the_lists(&why)) {
		*f = why;
		return -1;
	}
	fault_arg(&why, "division", "%s", county->code);
	fault_arg(&why, "list", "%lld", (long long)number);
	log_fault(LOG_WARN, "list_not_measured", &why);
	return 0;
}

int
align_put_in_force(struct act *act, struct op *op, const struct align_compared *c,
    const struct align_known *known, int closed, int64_t publication, struct fault *f)
{
	struct align_figures figures = align_figures_kept(c, known);
	struct align_drift drift = align_drift_of(c, known);
	json_t *presumed = align_presumed(c->r);
	int rc = align_put_measure(act, op, &(struct align_to_measure){ .home = c->home,
	    .county = c->county, .cause = "published", .inventory = c->inv->version,
	    .list = c->number, .publication = publication, .figures = &figures,
	    .presumed = presumed, .drift = closed ? &drift : NULL }, f);

	json_decref(presumed);
	return rc;
}

/* What was measured last. */
struct last { int64_t inventory, list; };

static int
take_last(const struct align_measure *m, void *ctx, struct fault *f)
{
	(void)f;
	*(struct last *)ctx = (struct last){ m->inventory, m->list };
	return 0;
}

/* The list of a county that is to be measured: 0 where it has none, or where that was done. */
static int
due_list(struct act *act, const char *home, const char *county, const struct inventory *inv,
    int64_t *ret_number, struct fault *f)
{
	struct last last = { 0, 0 };
	struct align_kept kept;

	*ret_number = 0;
	if (align_measures(act, home, county, NULL, 1, take_last, &last, f) < 0)
		return -1;
	if (last.list == 0)
		return 0;
	if (align_list_load(act, home, county, 0, &kept, f) < 0)
		return -1;
	if (last.inventory != inv->version || last.list != kept.number)
		*ret_number = kept.number;
	return 0;
}

/* One operation for a city: another process that is quicker makes it lose, and it looks again. */
struct following {
	struct act *act;
	struct op *op;		/* NULL: there is nothing yet */
	const char *home;
	struct inventory *inv;
	int64_t publication;
};

static int
begin(struct following *k, struct fault *f)
{
	struct record *r;

	if (k->op != NULL)
		return 0;
	if ((k->op = act_add(k->act, RECORD_ALIGN_MEASURED, k->home, NULL, &r, f)) == NULL)
		return -1;
	record_int(r, "inventory", k->inv->version);
	record_int(r, "publication", k->publication);
	return 0;
}

static int
measure_county(struct following *k, const struct division *d, struct fault *f)
{
	struct align_known known;
	struct align_compared *c = NULL;
	int64_t number;
	int rc = -1;

	if (align_known_load(k->act, k->home, d->code, &known, f) < 0)
		return -1;
	if (due_list(k->act, k->home, d->code, k->inv, &number, f) == 0 && (number == 0 ||
	    align_compare_in_force(k->act, k->home, k->inv, d, number, &c, f) == 0))
		rc = 0;
	if (rc == 0 && c != NULL && (rc = begin(k, f)) == 0) {
		align_put_turn(k->op, k->home, d->code, known.turn);
		rc = align_put_in_force(k->act, k->op, c, &known, known.round.number > 0 &&
		    !known.round.open, k->publication, f);
	}
	align_known_free(&known);
	align_compared_free(c);
	return rc;
}

static int
measure_city(struct act *act, const struct division *city, struct inventory *inv,
    int64_t publication, struct fault *f)
{
	struct following k = { act, NULL, city->code, inv, publication };

	for (size_t i = 0; i < inv->ndivisions; i++) {
		const struct division *d = &inv->divisions[i];

		if (d->parent == city && strcmp(d->level, "county") == 0 && measure_county(&k, d, f) < 0)
			return -1;
	}
	return 0;
}

/* 1 where somebody was quicker with one of the counties. */
static int
write_measures(struct act *act, struct fault *f)
{
	struct fault lost = FAULT_INIT;
	int rc;

	if (act->nops == 0)
		return 0;
	rc = journal_run_all(act->app->journal, act->op, act->nops, NULL, &lost);
	act->nops = 0;		/* the journal has them */
	if (rc == 0)
		return 0;
	if (lost.code == FAULT_CONFLICT)
		return 1;
	*f = lost;
	return -1;
}

int
align_follow(struct app *app, struct store_reader *reader, struct fault *f)
{
	struct act act = { .app = app, .reader = reader, .action = ACTION_ALIGN_RUN,
		.now = clock_now(app->clock), .actor = { .id = "wzm", .name = "wzm", .role = "system",
		.scope = "division" } };
	struct inventory *inv = NULL;
	int64_t publication;
	int rc = 0, again = 0;

	pthread_mutex_lock(&app->lock);
	publication = app->in_force_seq;
	if (app->in_force != NULL && publication != app->aligned_seq)
		inv = inventory_ref(app->in_force);
	pthread_mutex_unlock(&app->lock);
	if (inv == NULL)
		return 0;
	for (size_t i = 0; i < inv->ndivisions && rc == 0; i++) {
		snprintf(act.actor.division, sizeof(act.actor.division), "%s", inv->divisions[i].code);
		if (strcmp(inv->divisions[i].level, "county") != 0)
			rc = measure_city(&act, &inv->divisions[i], inv, publication, f) < 0 ? -1 :
			    write_measures(&act, f);
		again |= rc == 1;
		rc = rc < 0 ? -1 : 0;
	}
	act_clear(&act);
	/* Who lost looks again a second later. */
	if (rc == 0 && !again)
		app->aligned_seq = publication;
	inventory_unref(inv);
	return rc;
}

/* align_follow.c - an inventory that has come into force is measured, once for all processes. */
#include <string.h>

#include "base/log.h"
#include "svc/align/align_ops.h"

static int
take_version(const struct align_measure *m, void *ctx, struct fault *f)
{
	(void)f;
	*(int64_t *)ctx = m->inventory;
	return 0;
}

/* Whether a county is to be measured: it has a list, and this version is new to it. */
static int
is_due(struct act *act, const char *home, const char *county, const struct inventory *inv,
    int64_t publication, struct fault *f)
{
	int64_t last = 0;

	if (align_measures(act, home, county, NULL, 1, take_version, &last, f) < 0)
		return -1;
	if (last == 0 || last == inv->version)
		return 0;
	switch (store_read(act->reader, ST_ALIGN_MEASURED, PARAMS(sql_text(home), sql_text(county),
	    sql_int(publication)), NULL, NULL, f)) {
	case -1:
		return -1;
	case 0:
		return 1;
	default:
		return 0;
	}
}

/* Whether a list is to blame, and not the store: it is left out, and says so when somebody looks at it. */
static int
is_the_lists(const struct fault *f)
{
	enum fault_kind kind = fault_kind(f->code);

	return kind == FAULT_KIND_INPUT || kind == FAULT_KIND_CONFLICT || kind == FAULT_KIND_LIMIT;
}

static int
put_county(struct act *act, struct op *op, const char *home, struct inventory *inv,
    const struct division *d, int64_t publication, struct fault *f)
{
	struct align_known known = { .list = 0 };
	struct align_compared *c = NULL;
	struct align_figures figures;
	struct align_drift drift;
	struct align_kept kept;
	json_t *presumed;
	int rc = -1;

	if (align_list_load(act, home, d->code, 0, &kept, f) == 0 &&
	    align_compare_kept(act, home, inv, d, kept.number, NULL, &c, f) == 0 &&
	    align_known_load(act, home, d->code, &known, f) == 0) {
		figures = align_figures_kept(c, &known);
		drift = align_drift_of(c, &known);
		presumed = align_presumed(c->r);
		rc = align_put_measure(act, op, &(struct align_to_measure){ .home = home,
		    .county = d->code, .cause = "published", .inventory = inv->version,
		    .list = kept.number, .publication = publication, .figures = &figures,
		    .presumed = presumed, .drift = known.round.number > 0 && !known.round.open ?
		    &drift : NULL }, f);
		json_decref(presumed);
	}
	if (rc < 0 && is_the_lists(f)) {
		log_fault(LOG_WARN, "list_not_measured", f);
		rc = 0;
	}
	align_known_free(&known);
	align_compared_free(c);
	return rc;
}

/* One operation for a city: another process that is quicker makes it lose, and has done the same. */
static int
measure_city(struct act *act, const struct division *city, struct inventory *inv,
    int64_t publication, struct fault *f)
{
	struct op *op = NULL;
	struct record *r;

	for (size_t i = 0; i < inv->ndivisions; i++) {
		const struct division *d = &inv->divisions[i];
		int due;

		if (d->parent != city || strcmp(d->level, "county") != 0)
			continue;
		if ((due = is_due(act, city->code, d->code, inv, publication, f)) < 0)
			return -1;
		if (due == 0)
			continue;
		if (op == NULL) {
			if ((op = act_add(act, RECORD_ALIGN_MEASURED, city->code, NULL, &r, f)) == NULL)
				return -1;
			record_int(r, "inventory", inv->version);
			record_int(r, "publication", publication);
		}
		if (put_county(act, op, city->code, inv, d, publication, f) < 0)
			return -1;
	}
	return 0;
}

static int
write_measures(struct act *act, struct fault *f)
{
	struct fault lost = FAULT_INIT;
	int rc;

	if (act->nops == 0)
		return 0;
	rc = journal_run_all(act->app->journal, act->op, act->nops, NULL, &lost);
	act->nops = 0;		/* the journal has them */
	if (rc == 0 || lost.code == FAULT_CONFLICT)
		return 0;
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
	int rc = 0;

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
			rc = measure_city(&act, &inv->divisions[i], inv, publication, f) < 0 ||
			    write_measures(&act, f) < 0 ? -1 : 0;
	}
	act_clear(&act);
	if (rc == 0)
		app->aligned_seq = publication;
	inventory_unref(inv);
	return rc;
}

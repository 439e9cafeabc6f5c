/* align_figures.c - figures as they are kept, counts of a round, and drift from a closed one. */
#include <stdlib.h>
#include <string.h>

#include "base/uuid.h"
#include "svc/align/align_ops.h"

/* Figures */

static const char *const member[] = { "rows", "scope", "paired", "same_method", "exempt", "outside" };
#define NMEMBERS (sizeof(member) / sizeof(member[0]))

static int64_t *
member_of(struct align_figures *f, size_t i)
{
	int64_t *const of[NMEMBERS] = { &f->rows, &f->scope, &f->paired, &f->same_method, &f->exempt,
		&f->outside };

	return of[i];
}

static json_t *
numbers(const int64_t *n, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_integer(n[i]));
	return list;
}

json_t *
align_presumed(const struct align_result *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->npresumed; i++)
		json_array_append_new(list, json_pack("[s, I]", r->presumed[i].agency->code,
		    (json_int_t)r->presumed[i].items));
	return list;
}

char *
align_figures_text(const struct align_figures *figures, json_t *presumed)
{
	struct align_figures f = *figures;
	json_t *json = json_pack("{s:o, s:o, s:o}", "kinds", numbers(f.kind, ALIGN_KINDS), "city",
	    numbers(f.city, METHOD_N), "county", numbers(f.county, METHOD_N));
	char *text;

	for (size_t i = 0; i < NMEMBERS; i++)
		json_object_set_new(json, member[i], json_integer(*member_of(&f, i)));
	if (presumed != NULL)
		json_object_set(json, "presumed", presumed);
	else
		json_object_set_new(json, "presumed", json_array());
	text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(json);
	return text;
}

static void
read_numbers(const json_t *list, int64_t *n, size_t count)
{
	for (size_t i = 0; i < count; i++)
		n[i] = json_integer_value(json_array_get(list, i));
}

int
align_figures_read(const char *text, struct align_figures *ret_figures, json_t **ret_presumed,
    struct fault *f)
{
	json_t *json = json_loads(text, 0, NULL);

	if (!json_is_object(json)) {
		json_decref(json);
		fault_set(f, FAULT_STORE, "%s", "figures of a list");
		return -1;
	}
	for (size_t i = 0; i < NMEMBERS; i++)
		*member_of(ret_figures, i) = json_integer_value(json_object_get(json, member[i]));
	read_numbers(json_object_get(json, "kinds"), ret_figures->kind, ALIGN_KINDS);
	read_numbers(json_object_get(json, "city"), ret_figures->city, METHOD_N);
	read_numbers(json_object_get(json, "county"), ret_figures->county, METHOD_N);
	if (ret_presumed != NULL)
		*ret_presumed = json_incref(json_object_get(json, "presumed"));
	json_decref(json);
	return 0;
}

/* Counts */

struct counting { align_count_fn *each; void *ctx; };

/* METHOD_N where there is none. */
static enum method
method_of(const char *name)
{
	enum method m;

	return name[0] != '\0' && method_parse(name, &m) == 0 ? m : METHOD_N;
}

static int
count_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct counting *k = ctx;
	struct align_count c = { .gone = row_int(row, 3) != 0, .item = method_of(row_text(row, 4)),
		.row = method_of(row_text(row, 5)), .n = row_int(row, 6) };

	snprintf(c.county, sizeof(c.county), "%s", row_text(row, 0));
	if (align_kind_parse(row_text(row, 1), &c.kind) < 0 ||
	    align_state_parse(row_text(row, 2), &c.state) < 0) {
		fault_set(f, FAULT_STORE, "%s", "a difference of no kind or state");
		return -1;
	}
	return k->each(&c, k->ctx, f);
}

int
align_counts(struct act *act, const char *home, int64_t round, const char *county,
    align_count_fn *each, void *ctx, struct fault *f)
{
	struct counting k = { each, ctx };

	return store_read(act->reader, ST_ALIGN_COUNTS, PARAMS(sql_text(home), sql_int(round),
	    sql_text(county)), count_row, &k, f) < 0 ? -1 : 0;
}

/* Whether figures can be made of it: each kind has the methods that it is about. */
static int
has_methods(enum align_kind kind, enum method item, enum method row)
{
	return (kind == ALIGN_EXTRA || item != METHOD_N) && (kind == ALIGN_MISSING || row != METHOD_N);
}

void
align_figures_count(struct align_figures *figures, const struct align_count *c, int adopted)
{
	if (c->gone || !has_methods(c->kind, c->item, c->row))
		return;
	if (c->state == ALIGN_KEEP || (adopted && c->state == ALIGN_ADOPT))
		align_settle(figures, &(struct align_settled){ c->kind, c->state == ALIGN_KEEP ?
		    ALIGN_AS_KEPT : ALIGN_AS_ADOPTED, c->item, c->row, c->n });
}

struct align_figures
align_figures_kept(const struct align_compared *c, const struct align_known *k)
{
	struct align_figures figures = c->figures;

	for (size_t i = 0; i < c->r->ndifferences; i++) {
		const struct align_difference *d = &c->r->difference[i];
		const struct align_known_one *one = align_known_find(k, c->key[i]);

		if (one != NULL && one->state == ALIGN_KEEP)
			align_settle(&figures, &(struct align_settled){ d->kind, ALIGN_AS_KEPT,
			    d->item != NULL ? d->item->method : METHOD_N, d->row != ALIGN_NO_ROW ?
			    align_list_row(c->list, d->row)->method : METHOD_N, 1 });
	}
	return figures;
}

/* Drift */

static const char *const whys[ALIGN_WHYS] = { "new", "adopted", "open", "proposed", "kept" };

const char *
align_why_name(enum align_why why)
{
	return whys[why];
}

enum align_why
align_why_of(const struct align_known *k, const uint8_t *key)
{
	const struct align_known_one *one = align_known_find(k, key);

	if (one == NULL)
		return ALIGN_WHY_NEW;
	switch (one->state) {
	case ALIGN_ADOPT:
		return ALIGN_WHY_ADOPTED;
	case ALIGN_KEEP:
		return ALIGN_WHY_KEPT;
	case ALIGN_PROPOSE:
		return ALIGN_WHY_PROPOSED;
	case ALIGN_OPEN:
	case ALIGN_STATES:
		break;
	}
	return ALIGN_WHY_OPEN;
}

struct align_drift
align_drift_of(const struct align_compared *c, const struct align_known *k)
{
	struct align_drift drift = { .round = k->round.number };

	for (size_t i = 0; i < c->r->ndifferences; i++)
		drift.n[align_why_of(k, c->key[i])]++;
	return drift;
}

int
align_drift_read(const char *text, struct align_drift *ret_drift, struct fault *f)
{
	json_t *json = json_loads(text, 0, NULL);

	if (!json_is_object(json)) {
		json_decref(json);
		fault_set(f, FAULT_STORE, "%s", "drift of a list");
		return -1;
	}
	ret_drift->round = json_integer_value(json_object_get(json, "round"));
	for (int i = 0; i < ALIGN_WHYS; i++)
		ret_drift->n[i] = json_integer_value(json_object_get(json, whys[i]));
	json_decref(json);
	return 0;
}

static char *
drift_text(const struct align_drift *drift)
{
	json_t *json = json_pack("{s:I}", "round", (json_int_t)drift->round);
	char *text;

	for (int i = 0; i < ALIGN_WHYS; i++)
		json_object_set_new(json, whys[i], json_integer(drift->n[i]));
	text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(json);
	return text;
}

/* Measures */

static void
put_number(struct op *op, int64_t n)
{
	if (n != 0)
		op_int(op, n);
	else
		op_text(op, NULL);
}

int
align_put_measure(struct act *act, struct op *op, const struct align_to_measure *m, struct fault *f)
{
	char *figures = align_figures_text(m->figures, m->presumed);
	char *drift = m->drift != NULL ? drift_text(m->drift) : NULL;
	uint8_t id[RECORD_ID_LEN];

	if (figures == NULL || (m->drift != NULL && drift == NULL)) {
		free(figures);
		free(drift);
		fault_set(f, FAULT_MEMORY, "%s", "measure");
		return -1;
	}
	uuid7_new(act->app->clock, id);
	op_step(op, ST_ALIGN_MEASURE_INSERT, 1);
	op_text(op, m->home);
	op_blob(op, id, sizeof(id));
	op_text(op, m->county);
	op_at(op);
	op_text(op, m->cause);
	put_number(op, m->round);
	op_int(op, m->inventory);
	op_int(op, m->list);
	put_number(op, m->publication);
	op_text(op, figures);
	op_text(op, drift);
	free(figures);
	free(drift);
	return 0;
}

struct measuring { align_measure_fn *each; void *ctx; };

static int
measure_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct measuring *k = ctx;
	struct align_measure m = { .at = row_int(row, 2), .cause = row_text(row, 3),
		.round = row_int(row, 4), .inventory = row_int(row, 5), .list = row_int(row, 6),
		.figures = row_text(row, 7), .drift = row_null(row, 8) ? NULL : row_text(row, 8) };

	act_row_id(row, 0, m.id);
	snprintf(m.county, sizeof(m.county), "%s", row_text(row, 1));
	return k->each(&m, k->ctx, f);
}

int
align_measures(struct act *act, const char *home, const char *county, const uint8_t *before,
    int limit, align_measure_fn *each, void *ctx, struct fault *f)
{
	struct measuring k = { each, ctx };
	uint8_t last[RECORD_ID_LEN];
	struct sql_value from;

	memset(last, 0xff, sizeof(last));
	from = sql_blob(before != NULL ? before : last, sizeof(last));
	if (county[0] == '\0')
		return store_read(act->reader, ST_ALIGN_MEASURES, PARAMS(sql_text(home), from,
		    sql_int(limit)), measure_row, &k, f) < 0 ? -1 : 0;
	return store_read(act->reader, ST_ALIGN_MEASURES_OF, PARAMS(sql_text(home), sql_text(county), from,
	    sql_int(limit)), measure_row, &k, f) < 0 ? -1 : 0;
}

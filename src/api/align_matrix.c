/* align_matrix.c - the matrix, the table by division and department, the degree of unity over time. */
#include <stdlib.h>
#include <string.h>

#include "api/align.h"

/* The matrix */

struct figures_read { struct align_figures f; json_t *presumed; int there; };

/* A county's line of the matrix. */
struct line {
	const struct division *division;
	int in_round;
	int64_t list;			/* 0: none */
	struct figures_read found, now;
	struct align_figures decided;
	int64_t kind[ALIGN_KINDS], state[ALIGN_COUNTED];
	json_t *remaining;
	struct align_drift drift;
	int has_drift;
};

struct matrix {
	struct call *call;
	const struct align_asked *a;
	struct line *line;
	size_t n;
};

static struct line *
line_of(struct matrix *m, const char *county)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->line[i].division->code, county) == 0)
			return &m->line[i];
	return NULL;
}

static int
make_lines(struct matrix *m, struct fault *f)
{
	const struct inventory *inv = m->a->inv;

	if ((m->line = calloc(inv->ndivisions + 1, sizeof(*m->line))) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "matrix");
		return -1;
	}
	for (size_t i = 0; i < inv->ndivisions; i++) {
		const struct division *d = &inv->divisions[i];

		if (d->parent == NULL || strcmp(d->parent->code, m->a->home) != 0 ||
		    strcmp(d->level, "county") != 0 ||
		    (m->a->reach[0] != '\0' && strcmp(m->a->reach, d->code) != 0))
			continue;
		m->line[m->n].division = d;
		m->line[m->n++].remaining = json_array();
	}
	return 0;
}

static void
free_lines(struct matrix *m)
{
	for (size_t i = 0; i < m->n; i++) {
		json_decref(m->line[i].remaining);
		json_decref(m->line[i].found.presumed);
		json_decref(m->line[i].now.presumed);
	}
	free(m->line);
}

static int
add_list(const struct align_round_list *l, void *ctx, struct fault *f)
{
	struct line *line = line_of(ctx, l->county);

	if (line == NULL)
		return 0;
	line->in_round = 1;
	line->list = l->list;
	line->found.there = line->now.there = 1;
	return align_figures_read(l->first_figures, &line->found.f, &line->found.presumed, f) < 0 ||
	    align_figures_read(l->figures, &line->now.f, &line->now.presumed, f) < 0 ? -1 : 0;
}

static int
add_count(const struct align_count *c, void *ctx, struct fault *f)
{
	struct line *line = line_of(ctx, c->county);

	(void)f;
	if (line == NULL)
		return 0;
	line->state[c->gone ? ALIGN_STATES : (int)c->state] += c->n;
	if (!c->gone)
		line->kind[c->kind] += c->n;
	align_figures_count(&line->now.f, c, 0);
	align_figures_count(&line->decided, c, 1);
	return 0;
}

static int
add_remaining(const struct store_row *row, void *ctx, struct fault *f)
{
	struct matrix *m = ctx;
	struct line *line = line_of(m, row_text(row, 0));
	const char *who = row_text(row, 1);

	(void)f;
	if (line != NULL)
		json_array_append_new(line->remaining, json_pack("{s:o, s:I, s:I, s:I, s:o, s:I}", "assignee",
		    who[0] != '\0' ? view_staff(m->call, who) : json_null(), "open",
		    (json_int_t)row_int(row, 2), "adopt", (json_int_t)row_int(row, 3), "propose",
		    (json_int_t)row_int(row, 4), "earliest", row_null(row, 5) ? json_null() :
		    api_day(row_int(row, 5)), "late", (json_int_t)row_int(row, 6)));
	return 0;
}

/* The last measure: of a county that the round does not know, and for drift. */
static int
add_measure(const struct align_measure *s, void *ctx, struct fault *f)
{
	struct matrix *m = ctx;
	struct line *line = line_of(m, s->county);

	if (s->drift != NULL && !(m->a->round.open && line->in_round)) {
		line->has_drift = 1;
		if (align_drift_read(s->drift, &line->drift, f) < 0)
			return -1;
	}
	if (line->in_round)
		return 0;
	line->list = s->list;
	line->now.there = 1;
	if (align_figures_read(s->figures, &line->now.f, &line->now.presumed, f) < 0)
		return -1;
	memcpy(line->kind, line->now.f.kind, sizeof(line->kind));
	return 0;
}

static int
fill_lines(struct matrix *m, struct fault *f)
{
	struct act *act = &m->call->act;
	const struct align_asked *a = m->a;

	if (a->round.number > 0) {
		if (align_round_lists(act, a->home, a->round.number, a->reach, add_list, m, f) < 0)
			return -1;
		for (size_t i = 0; i < m->n; i++)
			m->line[i].decided = m->line[i].now.f;
		if (align_counts(act, a->home, a->round.number, a->reach, add_count, m, f) < 0 ||
		    store_read(act->reader, ST_ALIGN_REMAINING, PARAMS(sql_text(a->home),
		    sql_int(a->round.number), sql_text(a->reach), sql_int(clock_day(act->now))),
		    add_remaining, m, f) < 0)
			return -1;
	}
	for (size_t i = 0; i < m->n; i++)
		if (align_measures(act, a->home, m->line[i].division->code, NULL, 1, add_measure, m, f) < 0)
			return -1;
	return 0;
}

static json_t *
view_comparison(const struct matrix *m, const struct figures_read *r)
{
	return r->there ? view_align_comparison(m->a->inv, &r->f, r->presumed) : json_null();
}

static json_t *
view_line(struct matrix *m, const struct line *l, struct fault *f)
{
	json_t *list = json_null();
	struct align_kept kept;

	const struct align_unity decided = align_unity_of(&l->decided);

	if (l->list > 0) {
		if (align_list_load(&m->call->act, m->a->home, l->division->code, l->list, &kept, f) < 0)
			return NULL;
		list = view_align_list(m->call, m->a, &kept);
	}
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:O, s:o}", "division",
	    api_ref(l->division->code, l->division->name), "list", list, "found",
	    view_comparison(m, &l->found), "now", view_comparison(m, &l->now), "decided",
	    l->in_round ? view_align_unity(&decided) : json_null(), "kinds", view_align_kinds(l->kind),
	    "states", view_align_states(l->state), "remaining", l->remaining, "drift",
	    l->has_drift ? view_align_drift_counts(&l->drift) : json_null());
}

static void
add_unity(struct align_unity *sum, const struct align_figures *f)
{
	const struct align_unity u = align_unity_of(f);

	align_unity_add(sum, &u);
}

static json_t *
view_total(const struct matrix *m)
{
	struct align_unity found = { .unified = 1 }, now = { .unified = 1 }, decided = { .unified = 1 };
	int64_t kind[ALIGN_KINDS] = { 0 }, state[ALIGN_COUNTED] = { 0 };

	for (size_t i = 0; i < m->n; i++) {
		const struct line *l = &m->line[i];

		/* Where there is a round, the total is the round's. */
		if (m->a->round.number > 0 && !l->in_round)
			continue;
		add_unity(&found, &l->found.f);
		add_unity(&now, &l->now.f);
		add_unity(&decided, &l->decided);
		for (int k = 0; k < ALIGN_KINDS; k++)
			kind[k] += l->kind[k];
		for (int k = 0; k < ALIGN_COUNTED; k++)
			state[k] += l->state[k];
	}
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "found", view_align_unity(&found), "now",
	    view_align_unity(&now), "decided", view_align_unity(&decided), "kinds",
	    view_align_kinds(kind), "states", view_align_states(state));
}

static json_t *
view_matrix(struct matrix *m, struct fault *f)
{
	json_t *round = json_null(), *list = json_array(), *line;

	if (m->a->round.number > 0 &&
	    (round = view_align_round_summary(m->call, m->a, &m->a->round, f)) == NULL) {
		json_decref(list);
		return NULL;
	}
	for (size_t i = 0; i < m->n; i++) {
		if ((line = view_line(m, &m->line[i], f)) == NULL) {
			json_decref(list);
			json_decref(round);
			return NULL;
		}
		json_array_append_new(list, line);
	}
	return json_pack("{s:o, s:o, s:o}", "round", round, "divisions", list, "total", view_total(m));
}

/* ?round=, or the open one, or the latest; there may be none yet. */
static int
find_round(struct call *call, struct align_asked *a, struct fault *f)
{
	const char *text = http_query(call->req, "round");
	size_t len = text != NULL ? strlen(text) : 0;
	struct fault none = FAULT_INIT;

	if (text != NULL && (len == 0 || len > 9 || strspn(text, "0123456789") != len ||
	    strtoll(text, NULL, 10) == 0))
		return api_bad_value(f, "round", "应为轮次的编号", "must be the number of a round");
	if (align_round_load(&call->act, a->home, text != NULL ? strtoll(text, NULL, 10) : 0, &a->round,
	    &none) == 0)
		return 0;
	a->round = (struct align_round){ .number = 0 };
	if (text == NULL && none.code == FAULT_NOT_FOUND)
		return 0;
	*f = none;
	return -1;
}

json_t *
view_align_matrix(struct call *call, const struct align_asked *a, struct fault *f)
{
	struct matrix m = { .call = call, .a = a };
	json_t *json = NULL;

	if (make_lines(&m, f) == 0 && fill_lines(&m, f) == 0)
		json = view_matrix(&m, f);
	free_lines(&m);
	return json;
}

int
align_matrix_show(struct call *call, json_t **ret_json, struct fault *f)
{
	struct align_asked a;
	json_t *json = NULL;

	if (align_ask(call, &a, f) == 0 && find_round(call, &a, f) == 0)
		json = view_align_matrix(call, &a, f);
	align_ask_end(&a);
	*ret_json = json;
	return json != NULL ? 0 : -1;
}

/* The table */

struct cell {
	char county[7], agency[24];
	int64_t kind[ALIGN_KINDS], state[ALIGN_COUNTED];
	const struct align_asked *a;
	json_t *list;
};

static void
end_cell(struct cell *c)
{
	if (c->county[0] != '\0')
		json_array_append_new(c->list, json_pack("{s:o, s:o, s:o, s:o}", "division",
		    view_align_division(c->a->inv, c->county), "agency",
		    view_align_agency(c->a->inv, c->agency), "kinds", view_align_kinds(c->kind), "states",
		    view_align_states(c->state)));
	memset(c->kind, 0, sizeof(c->kind));
	memset(c->state, 0, sizeof(c->state));
}

/* Rows of one cell follow one upon the other. */
static int
add_cell(const struct store_row *row, void *ctx, struct fault *f)
{
	struct cell *c = ctx;
	enum align_state state;
	enum align_kind kind;

	if (strcmp(c->county, row_text(row, 0)) != 0 || strcmp(c->agency, row_text(row, 1)) != 0)
		end_cell(c);
	snprintf(c->county, sizeof(c->county), "%s", row_text(row, 0));
	snprintf(c->agency, sizeof(c->agency), "%s", row_text(row, 1));
	if (align_kind_parse(row_text(row, 2), &kind) < 0 || align_state_parse(row_text(row, 3), &state) < 0) {
		fault_set(f, FAULT_STORE, "%s", "a difference of no kind or state");
		return -1;
	}
	c->kind[kind] += row_int(row, 4);
	c->state[state] += row_int(row, 4);
	return 0;
}

int
align_table_show(struct call *call, json_t **ret_json, struct fault *f)
{
	struct align_asked a;
	struct cell c = { .a = &a, .list = json_array() };
	const char *county, *agency;
	int rc = -1;

	if (align_ask(call, &a, f) == 0 && align_ask_county(call, &a, &county, f) == 0 &&
	    align_ask_agency(call, &a, &agency, f) == 0 &&
	    store_read(call->act.reader, ST_ALIGN_TABLE, PARAMS(sql_text(a.home),
	    sql_int(a.round.number), sql_text(county), sql_text(agency)), add_cell, &c, f) >= 0) {
		end_cell(&c);
		*ret_json = json_pack("{s:O}", "cells", c.list);
		rc = 0;
	}
	json_decref(c.list);
	align_ask_end(&a);
	return rc;
}

/* Measures */

struct listing { struct align_asked *a; json_t *list; size_t limit; char key[RECORD_NAME_MAX]; int more; };

static int
add_measured(const struct align_measure *m, void *ctx, struct fault *f)
{
	struct listing *l = ctx;
	struct align_drift drift = { .round = 0 };
	struct align_figures figures;
	struct align_unity unity;

	if (json_array_size(l->list) == l->limit) {
		l->more = 1;
		return 1;
	}
	if (align_figures_read(m->figures, &figures, NULL, f) < 0 ||
	    (m->drift != NULL && align_drift_read(m->drift, &drift, f) < 0))
		return -1;
	unity = align_unity_of(&figures);
	json_array_append_new(l->list, json_pack("{s:o, s:o, s:s, s:o, s:I, s:I, s:o, s:o, s:o}",
	    "division", view_align_division(l->a->inv, m->county), "at", api_at(m->at), "cause", m->cause,
	    "round", m->round != 0 ? json_integer(m->round) : json_null(), "inventory",
	    (json_int_t)m->inventory, "list", (json_int_t)m->list, "unity", view_align_unity(&unity),
	    "kinds", view_align_kinds(figures.kind), "drift", m->drift != NULL ?
	    view_align_drift_counts(&drift) : json_null()));
	record_object_name(m->county, m->id, l->key);
	return 0;
}

int
align_measures_list(struct call *call, json_t **ret_json, struct fault *f)
{
	struct align_asked a = { .inv = NULL };
	struct listing l = { .a = &a, .list = json_array() };
	uint8_t before[RECORD_ID_LEN];
	const char *county;
	char last[7];
	struct page page;
	int rc = -1;

	if (page_read(call, &page, f) == 0 && align_ask(call, &a, f) == 0 &&
	    align_ask_county(call, &a, &county, f) == 0) {
		l.limit = (size_t)page.limit;
		if (page.key[0] != '\0' && record_object_parse(page.key, last, before) < 0)
			rc = api_bad_value(f, "cursor", "不是本系统给出的", "not one that this system gave");
		else
			rc = align_measures(&call->act, a.home, county, page.key[0] != '\0' ? before : NULL,
			    page.limit + 1, add_measured, &l, f);
	}
	if (rc == 0)
		*ret_json = json_pack("{s:O, s:o}", "measures", l.list, "next",
		    l.more ? page_next(call, l.key) : json_null());
	json_decref(l.list);
	align_ask_end(&a);
	return rc;
}

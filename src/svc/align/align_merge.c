/* align_merge.c - a comparison is taken into a round; nothing that was decided is lost. */
#include <stdlib.h>
#include <string.h>

#include "svc/align/align_ops.h"

void
align_put_touch(struct op *op, const char *home, int64_t round)
{
	op_step(op, ST_ALIGN_ROUND_TOUCH, 1);
	op_text(op, home);
	op_int(op, round);
}

void
align_put_turn(struct op *op, const char *home, const char *county, int64_t turn)
{
	op_step(op, ST_ALIGN_COUNTY_TURN, 1);
	op_text(op, home);
	op_text(op, county);
	op_int(op, turn);
}

void
align_put_event(struct op *op, const char *home, int64_t round, const uint8_t *key,
    const struct record *r, const char *event)
{
	op_step(op, ST_ALIGN_EVENT_INSERT, 1);
	op_text(op, home);
	op_int(op, round);
	op_blob(op, key != NULL ? key : (const uint8_t *)"", key != NULL ? ALIGN_KEY_LEN : 0);
	op_blob(op, record_id(r), RECORD_ID_LEN);
	op_at(op);
	op_text(op, event);
}

/* One run: what it adds to, and where it writes down what it has seen. */
struct merge {
	struct act *act;
	struct op *op;		/* NULL: only counts */
	const struct align_compared *c;
	const struct align_known *k;
	struct buf json, names;
	char *seen;		/* of what was known */
	struct align_merged sum;
};

static int
put_new(struct merge *m, size_t i, struct fault *f)
{
	const struct align_compared *c = m->c;
	const struct align_difference *d = &c->r->difference[i];
	struct op *op = m->op;

	m->sum.fresh++;
	if (op == NULL)
		return 0;
	if (align_found_text(c, d, &m->json, &m->names, f) < 0)
		return -1;
	op_step(op, ST_ALIGN_DIFFERENCE_INSERT, 1);
	op_text(op, c->home);
	op_int(op, m->k->round.number);
	op_blob(op, c->key[i], ALIGN_KEY_LEN);
	op_text(op, c->county);
	op_text(op, align_kind_name(d->kind));
	op_text(op, align_agency_of(d));
	op_text(op, d->matter != NULL ? d->matter->code : "");
	op_text(op, d->item != NULL ? d->item->code : "");
	op_int(op, d->certainty);
	op_int(op, c->number);
	op_text(op, d->item != NULL ? method_name(d->item->method) : "");
	op_text(op, d->row != ALIGN_NO_ROW ? method_name(align_list_row(c->list, d->row)->method) : "");
	op_text(op, m->names.data);
	op_text(op, m->json.data);
	op_at(op);
	op_text(op, m->act->actor.id);
	return 0;
}

/* It is gone, or back. */
static void
put_turn(struct merge *m, const struct align_known_one *one, enum stmt stmt)
{
	struct op *op = m->op;

	if (op == NULL)
		return;
	op_step(op, stmt, 1);
	op_at(op);
	op_text(op, m->act->actor.id);
	op_text(op, m->c->home);
	op_int(op, m->k->round.number);
	op_blob(op, one->key, ALIGN_KEY_LEN);
	if (stmt == ST_ALIGN_DIFFERENCE_GONE)
		op_int(op, m->k->list);
}

static int
put_found(struct merge *m, struct fault *f)
{
	for (size_t i = 0; i < m->c->r->ndifferences; i++) {
		const struct align_known_one *one = align_known_find(m->k, m->c->key[i]);

		if (one == NULL) {
			if (put_new(m, i, f) < 0)
				return -1;
			continue;
		}
		m->seen[one - m->k->one] = 1;
		if (one->gone) {
			put_turn(m, one, ST_ALIGN_DIFFERENCE_BACK);
			m->sum.back++;
		} else
			m->sum.same++;
	}
	return 0;
}

static void
put_gone(struct merge *m)
{
	for (size_t i = 0; i < m->k->n; i++)
		if (!m->seen[i] && !m->k->one[i].gone) {
			put_turn(m, &m->k->one[i], ST_ALIGN_DIFFERENCE_GONE);
			m->sum.gone++;
		}
}

/* Which list of the county the round looks at from now on. */
static int
put_list(struct merge *m, struct fault *f)
{
	const struct align_compared *c = m->c;
	json_t *presumed = align_presumed(c->r);
	char *text = align_figures_text(&c->figures, presumed);

	json_decref(presumed);
	if (text == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "figures");
		return -1;
	}
	op_step(m->op, m->k->list == 0 ? ST_ALIGN_ROUND_LIST_INSERT : ST_ALIGN_ROUND_LIST_PUT, 1);
	op_text(m->op, c->home);
	op_int(m->op, m->k->round.number);
	op_text(m->op, c->county);
	if (m->k->list != 0)
		op_int(m->op, m->k->list);
	op_int(m->op, c->number);
	op_text(m->op, text);
	free(text);
	return 0;
}

int
align_put_merge(struct act *act, struct op *op, const struct align_compared *c,
    const struct align_known *k, struct align_merged *ret_merged, struct fault *f)
{
	struct merge m = { .act = act, .op = op, .c = c, .k = k, .seen = calloc(k->n + 1, 1),
		.sum = { .round = k->round.number } };
	int rc = -1;

	if (m.seen == NULL)
		fault_set(f, FAULT_MEMORY, "%s", "differences");
	else if ((op == NULL || put_list(&m, f) == 0) && put_found(&m, f) == 0) {
		put_gone(&m);
		*ret_merged = m.sum;
		rc = 0;
	}
	buf_free(&m.json);
	buf_free(&m.names);
	free(m.seen);
	return rc;
}

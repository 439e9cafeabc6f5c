/* align_round.c - rounds 轮次: opened, closed, opened again. */
#include <stdlib.h>
#include <string.h>

#include "svc/align/align_ops.h"

static void
name_object(struct act *act, const char *home, int64_t round)
{
	snprintf(act->object, sizeof(act->object), "%s-%lld", home, (long long)round);
}

/* Opening */

/* Whether a county is to take part. */
static int
is_asked(const struct align_opening *o, const struct division *d, const char *home)
{
	if (d->parent == NULL || strcmp(d->parent->code, home) != 0 || strcmp(d->level, "county") != 0)
		return 0;
	for (size_t i = 0; o->county != NULL && o->county[i] != NULL; i++)
		if (strcmp(o->county[i], d->code) == 0)
			return 1;
	return o->county == NULL;
}

/* Which county's list it is that cannot be compared, and why. */
static void
name_county(const char *county, int64_t list, struct fault *f)
{
	char zh[FAULT_ARG_MAX], en[FAULT_ARG_MAX];

	if (!align_is_the_lists(f))
		return;
	fault_text(f, LANG_ZH, 0, zh, sizeof(zh));
	fault_text(f, LANG_EN, 0, en, sizeof(en));
	fault_set(f, FAULT_ALIGN_UNFIT, "%s", "");
	fault_arg(f, "division", "%s", county);
	fault_arg(f, "list", "%lld", (long long)list);
	fault_arg(f, "why_zh", "%s", zh);
	fault_arg(f, "why_en", "%s", en);
}

/* What an operation takes lists into a round with. */
struct taking {
	struct act *act;
	struct op *op;
	const struct record *record;
	const char *home, *cause;
	struct inventory *inv;
};

/* What the round before kept lawfully is kept: nobody is asked twice, and it can be taken back here. */
static void
put_carried(const struct taking *t, const struct align_compared *c, const struct align_known *k,
    const struct align_known *before)
{
	for (size_t i = 0; i < c->r->ndifferences; i++) {
		const struct align_known_one *one = align_known_find(before, c->key[i]);

		if (one == NULL || one->state != ALIGN_KEEP)
			continue;
		op_step(t->op, ST_ALIGN_DIFFERENCE_CARRY, 1);
		op_text(t->op, t->home);
		op_int(t->op, k->round.number);
		op_blob(t->op, c->key[i], ALIGN_KEY_LEN);
		op_int(t->op, before->round.number);
		align_put_event(t->op, t->home, k->round.number, c->key[i], t->record, "carried");
	}
}

/*
 * One county's latest list is taken into a round, if there is one: 1, 0, or -1.  before is the round
 * that the county took part in last, where this one begins; NULL where it goes on.
 */
static int
take_county(const struct taking *t, const struct division *d, const struct align_known *k,
    const struct align_known *before, struct fault *f)
{
	struct act *act = t->act;
	struct inventory *inv = t->inv;
	const char *home = t->home;
	struct align_compared *c = NULL;
	struct align_figures figures;
	struct align_merged merged;
	struct fault none = FAULT_INIT;
	struct align_kept kept;
	json_t *presumed = NULL;
	int rc = -1;

	/* A list that comes now is not forgotten, the first one of a county neither. */
	align_put_turn(t->op, home, d->code, k->turn);
	if (align_list_load(act, home, d->code, 0, &kept, &none) < 0) {
		if (none.code == FAULT_ALIGN_NO_LIST)
			return 0;
		*f = none;
		return -1;
	}
	if (align_compare_kept(act, home, inv, d, kept.number, NULL, &c, f) < 0)
		name_county(d->code, kept.number, f);
	else if (align_put_merge(act, t->op, c, k, &merged, f) == 0) {
		if (before != NULL)
			put_carried(t, c, k, before);
		figures = align_figures_kept(c, before != NULL ? before : k);
		presumed = align_presumed(c->r);
		rc = align_put_measure(act, t->op, &(struct align_to_measure){ .home = home,
		    .county = d->code, .cause = t->cause, .round = k->round.number,
		    .inventory = inv->version, .list = kept.number, .figures = &figures,
		    .presumed = presumed }, f) < 0 ? -1 : 1;
	}
	json_decref(presumed);
	align_compared_free(c);
	return rc;
}

/* Each county that was named is one, and has a list. */
static int
check_named(struct act *act, const struct inventory *inv, const char *home,
    const struct align_opening *o, struct fault *f)
{
	const struct division *d;
	struct align_kept kept;

	for (size_t i = 0; o->county != NULL && o->county[i] != NULL; i++)
		if (align_county(act, inv, o->county[i], &d, f) < 0 ||
		    align_list_load(act, home, d->code, 0, &kept, f) < 0)
			return -1;
	return 0;
}

/* The number of the next round; FAULT_ALIGN_ROUND_OPEN while there is one that is open. */
static int
next_number(struct act *act, const char *home, int64_t *ret_number, struct fault *f)
{
	struct fault none = FAULT_INIT;
	struct align_round last;

	if (align_round_load(act, home, 0, &last, &none) < 0) {
		*ret_number = 1;
		if (none.code == FAULT_NOT_FOUND)
			return 0;
		*f = none;
		return -1;
	}
	*ret_number = last.number + 1;
	if (!last.open)
		return 0;
	fault_set(f, FAULT_ALIGN_ROUND_OPEN, "%s", "");
	fault_arg(f, "round", "%lld", (long long)last.number);
	return -1;
}

static int
check_closes(const struct act *act, int64_t closes, struct fault *f)
{
	if (closes >= clock_day(act->now))
		return 0;
	fault_set(f, FAULT_FIELD_VALUE, "%s", "");
	fault_arg(f, "field", "%s", "closes");
	fault_arg(f, "why_zh", "%s", "不能早于今天");
	fault_arg(f, "why_en", "%s", "not before today");
	return -1;
}

static struct op *
opening_op(struct act *act, const char *home, const struct inventory *inv,
    const struct align_opening *o, int64_t number, const struct record **ret_record, struct fault *f)
{
	char closes[CLOCK_TEXT_MAX];
	struct record *r;
	struct op *op = act_add(act, RECORD_ALIGN_ROUND_OPENED, home, NULL, &r, f);

	if (op == NULL || act_body(r, json_pack("{s:s}", "title", o->title), f) < 0)
		return NULL;
	clock_day_text(o->closes, closes);
	record_int(r, "round", number);
	record_int(r, "inventory", inv->version);
	record_str(r, "closes", closes);
	op_step(op, ST_ALIGN_ROUND_INSERT, 1);
	op_text(op, home);
	op_int(op, number);
	op_int(op, inv->version);
	op_int(op, o->county != NULL);
	op_int(op, o->closes);
	op_blob(op, record_id(r), RECORD_ID_LEN);
	op_at(op);
	op_text(op, act->actor.id);
	align_put_event(op, home, number, NULL, r, "opened");
	*ret_record = r;
	return op;
}

/* A county's first list in a new round: 1, 0 where it has none, or -1. */
static int
begin_county(const struct taking *t, const struct division *d, const struct align_known *known,
    struct fault *f)
{
	struct align_known before;
	int rc;

	if (align_known_load(t->act, t->home, d->code, &before, f) < 0)
		return -1;
	rc = take_county(t, d, known, &before, f);
	align_known_free(&before);
	return rc;
}

int
align_round_open(struct act *act, const struct align_opening *opening, struct fault *f)
{
	struct inventory *inv = app_inventory(act->app, f);
	struct align_known known = { .list = 0 };
	struct taking t = { .act = act, .cause = "opened", .inv = inv };
	char home[7];
	int rc = -1, taken = 0, n;

	if (inv == NULL)
		return -1;
	align_home(inv, &act->actor, home);
	if (align_city_only(act, home, f) < 0 || check_closes(act, opening->closes, f) < 0 ||
	    next_number(act, home, &known.round.number, f) < 0 ||
	    check_named(act, inv, home, opening, f) < 0)
		goto out;
	name_object(act, home, known.round.number);
	t.home = home;
	if ((t.op = opening_op(act, home, inv, opening, known.round.number, &t.record, f)) == NULL)
		goto out;
	for (size_t i = 0; i < inv->ndivisions; i++) {
		if (!is_asked(opening, &inv->divisions[i], home))
			continue;
		if (align_turn_load(act, home, inv->divisions[i].code, &known.turn, f) < 0 ||
		    (n = begin_county(&t, &inv->divisions[i], &known, f)) < 0)
			goto out;
		taken += n;
	}
	rc = taken > 0 ? 0 : -1;
	if (taken == 0) {
		fault_set(f, FAULT_ALIGN_NO_LIST, "%s", "");
		fault_arg(f, "division", "%s", home);
	}
out:
	inventory_unref(inv);
	return rc;
}

/* Closing */

struct closing {
	struct act *act;
	struct op *op;
	const char *home;
	const struct align_round *round;
	struct inventory *inv;		/* in force */
};

static int
add_kept(const struct align_count *c, void *ctx, struct fault *f)
{
	(void)f;
	align_figures_count(ctx, c, 0);
	return 0;
}

/* What the county's list says at the close: the locked figures. */
static int
measure_closed(const struct align_round_list *l, void *ctx, struct fault *f)
{
	struct closing *k = ctx;
	struct align_figures figures;
	json_t *presumed = NULL;
	int rc = -1;

	if (align_figures_read(l->figures, &figures, &presumed, f) == 0 &&
	    align_counts(k->act, k->home, k->round->number, l->county, add_kept, &figures, f) == 0)
		rc = align_put_measure(k->act, k->op, &(struct align_to_measure){ .home = k->home,
		    .county = l->county, .cause = "closed", .round = k->round->number,
		    .inventory = k->round->inventory, .list = l->list, .figures = &figures,
		    .presumed = presumed }, f);
	json_decref(presumed);
	return rc;
}

/* Where another version has come into force since the round was opened, its drift begins now. */
static int
measure_drift(const struct closing *k, const struct division *d, struct fault *f)
{
	struct align_compared *c = NULL;
	struct align_known known;
	int rc = 0;

	if (align_known_of(k->act, k->home, d->code, k->round, &known, f) < 0)
		return -1;
	if (known.list > 0) {
		align_put_turn(k->op, k->home, d->code, known.turn);
		if (k->inv->version != k->round->inventory)
			rc = align_compare_in_force(k->act, k->home, k->inv, d, known.list, &c, f);
		if (rc == 0 && c != NULL)
			rc = align_put_in_force(k->act, k->op, c, &known, 1, 0, f);
	}
	align_compared_free(c);
	align_known_free(&known);
	return rc;
}

/* The figures of all counties. */
static int
measure_all(struct closing *k, struct fault *f)
{
	static const struct align_opening all = { .county = NULL };
	struct inventory *inv = k->inv = app_inventory(k->act->app, f);
	int rc = inv == NULL ? -1 : align_round_lists(k->act, k->home, k->round->number, "",
	    measure_closed, k, f);

	for (size_t i = 0; rc == 0 && i < inv->ndivisions; i++)
		if (is_asked(&all, &inv->divisions[i], k->home))
			rc = measure_drift(k, &inv->divisions[i], f);
	inventory_unref(inv);
	return rc;
}

static int
take_count(const struct store_row *row, void *ctx, struct fault *f)
{
	(void)f;
	*(int64_t *)ctx = row_int(row, 0);
	return 0;
}

static int
is_open(const struct align_round *round, struct fault *f)
{
	if (round->open)
		return 0;
	fault_set(f, FAULT_ALIGN_ROUND_CLOSED, "%s", "");
	fault_arg(f, "round", "%lld", (long long)round->number);
	return -1;
}

int
align_round_close(struct act *act, const char *home, const struct align_round *round, int force,
    struct fault *f)
{
	struct closing k = { .act = act, .home = home, .round = round };
	int64_t left = 0;
	struct record *r;

	if (align_city_only(act, home, f) < 0 || is_open(round, f) < 0 ||
	    store_read(act->reader, ST_ALIGN_OPEN_COUNT, PARAMS(sql_text(home),
	    sql_int(round->number), sql_text(""), sql_text(""), sql_text("")), take_count, &left, f) < 0)
		return -1;
	if (left > 0 && !force) {
		fault_set(f, FAULT_ALIGN_LEFT_OPEN, "%s", "");
		fault_arg(f, "count", "%lld", (long long)left);
		return -1;
	}
	name_object(act, home, round->number);
	if ((k.op = act_add(act, RECORD_ALIGN_ROUND_CLOSED, home, NULL, &r, f)) == NULL)
		return -1;
	record_int(r, "round", round->number);
	record_int(r, "left", left);
	op_step(k.op, ST_ALIGN_ROUND_CLOSE, 1);
	op_at(k.op);
	op_text(k.op, act->actor.id);
	op_text(k.op, home);
	op_int(k.op, round->number);
	op_int(k.op, round->version);
	op_blob(k.op, record_id(r), RECORD_ID_LEN);
	op_int(k.op, round->touched);
	align_put_event(k.op, home, round->number, NULL, r, "closed");
	return measure_all(&k, f);
}

/* Opening again */

static int
check_last(struct act *act, const char *home, const struct align_round *round, struct fault *f)
{
	struct align_round last;

	if (align_round_load(act, home, 0, &last, f) < 0)
		return -1;
	if (last.open) {
		fault_set(f, FAULT_ALIGN_ROUND_OPEN, "%s", "");
		fault_arg(f, "round", "%lld", (long long)last.number);
		return -1;
	}
	if (last.number == round->number)
		return 0;
	fault_set(f, FAULT_ALIGN_ROUND_NOT_LAST, "%s", "");
	fault_arg(f, "round", "%lld", (long long)last.number);
	return -1;
}

static struct op *
reopening_op(struct act *act, const char *home, const struct align_round *round, const char *reason,
    int64_t closes, struct fault *f)
{
	char text[CLOCK_TEXT_MAX];
	struct record *r;
	struct op *op = act_add(act, RECORD_ALIGN_ROUND_REOPENED, home, NULL, &r, f);

	if (op == NULL || act_body(r, json_pack("{s:s}", "reason", reason), f) < 0)
		return NULL;
	clock_day_text(closes, text);
	record_int(r, "round", round->number);
	record_str(r, "closes", text);
	op_step(op, ST_ALIGN_ROUND_REOPEN, 1);
	op_at(op);
	op_text(op, act->actor.id);
	op_text(op, home);
	op_int(op, round->number);
	op_int(op, round->version);
	op_int(op, closes);
	align_put_event(op, home, round->number, NULL, r, "reopened");
	return op;
}

/* The lists that have come since: of those who take part, and, unless they were named, of others too. */
static int
take_since(const struct taking *t, const struct align_round *round, struct fault *f)
{
	static const struct align_opening all = { .county = NULL };

	for (size_t i = 0; i < t->inv->ndivisions; i++) {
		const struct division *d = &t->inv->divisions[i];
		struct align_known k;
		int rc;

		if (!is_asked(&all, d, t->home))
			continue;
		if (align_known_of(t->act, t->home, d->code, round, &k, f) < 0)
			return -1;
		rc = k.list == 0 && round->named ? 0 : take_county(t, d, &k, NULL, f);
		align_known_free(&k);
		if (rc < 0)
			return -1;
	}
	return 0;
}

int
align_round_reopen(struct act *act, const char *home, const struct align_round *round,
    const char *reason, int64_t closes, struct fault *f)
{
	struct inventory *inv = NULL;
	struct op *op;
	int rc = -1;

	name_object(act, home, round->number);
	if (align_city_only(act, home, f) < 0 || check_closes(act, closes, f) < 0 ||
	    check_last(act, home, round, f) < 0 ||
	    (inv = app_inventory_version(act->app, act->reader, round->inventory, f)) == NULL ||
	    (op = reopening_op(act, home, round, reason, closes, f)) == NULL)
		goto out;
	rc = take_since(&(struct taking){ .act = act, .op = op, .home = home, .cause = "reopened",
	    .inv = inv }, round, f);
out:
	inventory_unref(inv);
	return rc;
}

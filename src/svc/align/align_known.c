/* align_known.c - rounds, and what they say of the differences of a county. */
#include <stdlib.h>
#include <string.h>

#include "svc/align/align_ops.h"

/* Rounds */

struct round_read { align_round_fn *each; void *ctx; };

/* The columns of ALIGN_ROUND_GET. */
static int
round_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct round_read *k = ctx;
	struct align_round r = { .number = row_int(row, 0), .version = row_int(row, 1),
		.touched = row_int(row, 2), .open = strcmp(row_text(row, 3), "open") == 0,
		.inventory = row_int(row, 4), .named = row_int(row, 5) != 0, .closes = row_int(row, 6),
		.opened_at = row_int(row, 8), .closed_at = row_int(row, 10),
		.changed_at = row_int(row, 12) };

	act_row_id(row, 7, r.opened);
	snprintf(r.opened_by, sizeof(r.opened_by), "%s", row_text(row, 9));
	snprintf(r.closed_by, sizeof(r.closed_by), "%s", row_text(row, 11));
	snprintf(r.changed_by, sizeof(r.changed_by), "%s", row_text(row, 13));
	return k->each(&r, k->ctx, f);
}

static int
take_round(const struct align_round *round, void *ctx, struct fault *f)
{
	(void)f;
	*(struct align_round *)ctx = *round;
	return 1;
}

int
align_rounds(struct act *act, const char *home, int limit, align_round_fn *each, void *ctx,
    struct fault *f)
{
	struct round_read k = { each, ctx };

	return store_read(act->reader, ST_ALIGN_ROUNDS, PARAMS(sql_text(home), sql_int(limit)), round_row,
	    &k, f) < 0 ? -1 : 0;
}

/* 1, 0 where there is none open, -1. */
static int
open_round(struct act *act, const char *home, struct align_round *ret_round, struct fault *f)
{
	struct round_read k = { take_round, ret_round };
	int64_t n = store_read(act->reader, ST_ALIGN_ROUND_NOW, PARAMS(sql_text(home)), round_row, &k, f);

	return n < 0 ? -1 : n > 0;
}

int
align_round_load(struct act *act, const char *home, int64_t number, struct align_round *ret_round,
    struct fault *f)
{
	struct round_read k = { take_round, ret_round };
	int64_t n;

	if (number > 0)
		n = store_read(act->reader, ST_ALIGN_ROUND_GET, PARAMS(sql_text(home), sql_int(number)),
		    round_row, &k, f);
	else if ((n = open_round(act, home, ret_round, f)) == 0)
		n = store_read(act->reader, ST_ALIGN_ROUNDS, PARAMS(sql_text(home), sql_int(1)), round_row,
		    &k, f);
	if (n == 0)
		fault_set(f, FAULT_NOT_FOUND, "%s", "round");
	return n > 0 ? 0 : -1;
}

struct list_read { align_round_list_fn *each; void *ctx; };

static int
round_list_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct list_read *k = ctx;
	struct align_round_list l = { .first_list = row_int(row, 1), .list = row_int(row, 2),
		.first_figures = row_text(row, 3), .figures = row_text(row, 4) };

	snprintf(l.county, sizeof(l.county), "%s", row_text(row, 0));
	return k->each(&l, k->ctx, f);
}

int
align_round_lists(struct act *act, const char *home, int64_t round, const char *county,
    align_round_list_fn *each, void *ctx, struct fault *f)
{
	struct list_read k = { each, ctx };

	return store_read(act->reader, ST_ALIGN_ROUND_LISTS, PARAMS(sql_text(home), sql_int(round),
	    sql_text(county)), round_list_row, &k, f) < 0 ? -1 : 0;
}

/* What is known of a county */

static int
known_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct align_known *k = ctx;
	struct align_known_one *one;
	const void *key;
	size_t len;

	/* Room is made at powers of two. */
	if ((k->n & (k->n - 1)) == 0) {
		one = reallocarray(k->one, k->n == 0 ? 1 : k->n * 2, sizeof(*one));
		if (one == NULL) {
			fault_set(f, FAULT_MEMORY, "%s", "differences");
			return -1;
		}
		k->one = one;
	}
	one = &k->one[k->n];
	key = row_blob(row, 0, &len);
	memcpy(one->key, key, len < ALIGN_KEY_LEN ? len : ALIGN_KEY_LEN);
	one->version = row_int(row, 1);
	one->gone = !row_null(row, 3);
	if (align_state_parse(row_text(row, 2), &one->state) < 0) {
		fault_set(f, FAULT_STORE, "difference in state %s", row_text(row, 2));
		return -1;
	}
	k->n++;
	return 0;
}

static int
by_key(const void *a, const void *b)
{
	return memcmp(((const struct align_known_one *)a)->key, ((const struct align_known_one *)b)->key,
	    ALIGN_KEY_LEN);
}

static int
take_list(const struct align_round_list *l, void *ctx, struct fault *f)
{
	(void)f;
	*(int64_t *)ctx = l->list;
	return 0;
}

static int
take_number(const struct store_row *row, void *ctx, struct fault *f)
{
	(void)f;
	*(int64_t *)ctx = row_int(row, 0);
	return 0;
}

int
align_turn_load(struct act *act, const char *home, const char *county, int64_t *ret_turn,
    struct fault *f)
{
	*ret_turn = 0;
	return store_read(act->reader, ST_ALIGN_COUNTY_GET, PARAMS(sql_text(home), sql_text(county)),
	    take_number, ret_turn, f) < 0 ? -1 : 0;
}

int
align_known_of(struct act *act, const char *home, const char *county, const struct align_round *round,
    struct align_known *ret_known, struct fault *f)
{
	struct align_known k = { .round = *round };

	if (align_turn_load(act, home, county, &k.turn, f) < 0 ||
	    align_round_lists(act, home, round->number, county, take_list, &k.list, f) < 0 ||
	    store_read(act->reader, ST_ALIGN_KEYS, PARAMS(sql_text(home), sql_int(round->number),
	    sql_text(county)), known_row, &k, f) < 0) {
		align_known_free(&k);
		return -1;
	}
	if (k.n > 0)
		qsort(k.one, k.n, sizeof(*k.one), by_key);
	*ret_known = k;
	return 0;
}

/* The same, once the turn is known. */
static int
load_known(struct act *act, const char *home, const char *county, struct align_known *ret_known,
    struct fault *f)
{
	struct align_round round;
	int64_t number = 0;
	int open = open_round(act, home, &round, f);

	if (open > 0) {
		if (align_known_of(act, home, county, &round, ret_known, f) < 0)
			return -1;
		if (ret_known->list > 0 || !round.named)
			return 0;
		align_known_free(ret_known);
	}
	if (open < 0 || store_read(act->reader, ST_ALIGN_ROUND_OF, PARAMS(sql_text(home),
	    sql_text(county)), take_number, &number, f) < 0)
		return -1;
	if (number == 0)
		return 0;
	return align_round_load(act, home, number, &round, f) < 0 ? -1 :
	    align_known_of(act, home, county, &round, ret_known, f);
}

int
align_known_load(struct act *act, const char *home, const char *county, struct align_known *ret_known,
    struct fault *f)
{
	int64_t turn;

	memset(ret_known, 0, sizeof(*ret_known));
	if (align_turn_load(act, home, county, &turn, f) < 0 ||
	    load_known(act, home, county, ret_known, f) < 0)
		return -1;
	ret_known->turn = turn;
	return 0;
}

void
align_known_free(struct align_known *k)
{
	free(k->one);
	memset(k, 0, sizeof(*k));
}

const struct align_known_one *
align_known_find(const struct align_known *k, const uint8_t *key)
{
	return k->n > 0 ? bsearch(key, k->one, k->n, sizeof(*k->one), by_key) : NULL;
}

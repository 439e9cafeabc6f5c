/*
 * align_bulk.c - one decision for all open differences of a kind.
 *
 * The first operation says what is asked, and carries the key of the request; each difference then
 * has an operation of its own, which wins or loses by itself.
 */
#include <string.h>

#include "svc/align/align_ops.h"

static int
open_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct align_bulk *b = ctx;
	struct align_bulk_one *one = &b->one[b->n];
	size_t len;
	const void *key = row_blob(row, 0, &len);

	(void)f;
	memset(one, 0, sizeof(*one));
	memcpy(one->key, key, len < ALIGN_KEY_LEN ? len : ALIGN_KEY_LEN);
	one->version = row_int(row, 1);
	snprintf(one->county, sizeof(one->county), "%s", row_text(row, 2));
	snprintf(one->item, sizeof(one->item), "%s", row_text(row, 3));
	return ++b->n == (size_t)b->limit;
}

static int
choose(struct act *act, const char *home, const struct align_round *round, struct align_bulk *b,
    struct fault *f)
{
	b->chosen = 1;
	return store_read(act->reader, ST_ALIGN_OPEN_KEYS, PARAMS(sql_text(home),
	    sql_int(round->number), sql_text(b->county), sql_text(b->agency),
	    sql_text(align_kind_name(b->kind)), sql_int(b->limit)), open_row, b, f) < 0 ? -1 : 0;
}

/* What is asked, as an operation with the key of the request. */
static int
say(struct act *act, const char *home, const struct align_round *round, struct align_bulk *b,
    struct fault *f)
{
	struct record *r;
	struct op *op = act_add(act, RECORD_ALIGN_DECIDED_MANY, home, NULL, &r, f);

	if (op == NULL)
		return -1;
	memcpy(b->record, record_id(r), RECORD_ID_LEN);
	record_int(r, "round", round->number);
	record_str(r, "kind", align_kind_name(b->kind));
	record_str(r, "decision", align_state_name(b->how.state));
	record_int(r, "count", (int64_t)b->n);
	if (b->county[0] != '\0')
		record_str(r, "county", b->county);
	if (b->agency[0] != '\0')
		record_str(r, "department", b->agency);
	align_put_touch(op, home, round->number);
	return 0;
}

static int
take_diff(const struct align_diff *d, void *ctx, struct fault *f)
{
	(void)f;
	*(struct align_diff *)ctx = *d;
	return 0;
}

/* One of them as it is now; 0 where it is not open any more. */
static int
still_open(struct act *act, const char *home, const struct align_round *round,
    const struct align_bulk_one *one, struct align_diff *ret_diff, struct fault *f)
{
	char key[2 * ALIGN_KEY_LEN + 1];

	enc_hex(one->key, ALIGN_KEY_LEN, key);
	if (align_diff_load(act, home, round->number, key, take_diff, ret_diff, f) < 0)
		return -1;
	return ret_diff->state == ALIGN_OPEN && ret_diff->gone == 0 && ret_diff->version == one->version;
}

int
align_bulk(struct act *act, const char *home, const struct align_round *round, struct align_bulk *b,
    struct fault *f)
{
	int has_key = act->has_key, rc = 0;
	char object[RECORD_NAME_MAX];

	if (align_decision_check(&b->how, f) < 0)
		return -1;
	if (!round->open && !b->said) {
		fault_set(f, FAULT_ALIGN_ROUND_CLOSED, "%s", "");
		fault_arg(f, "round", "%lld", (long long)round->number);
		return -1;
	}
	snprintf(object, sizeof(object), "%s-%lld", home, (long long)round->number);
	snprintf(act->object, sizeof(act->object), "%s", object);
	if ((!b->chosen && choose(act, home, round, b, f) < 0) ||
	    (!b->said && b->n > 0 && say(act, home, round, b, f) < 0))
		return -1;
	/* Whoever closes the round meanwhile ends it. */
	if (!round->open)
		return 0;
	act->has_key = 0;
	act->apart = 1;
	for (size_t i = 0; i < b->n && rc >= 0; i++) {
		struct align_diff d;

		if ((rc = still_open(act, home, round, &b->one[i], &d, f)) == 1 &&
		    (rc = align_decide(act, home, round, &d, &b->how, f)) == 0)
			memcpy(b->one[i].record, act->record, RECORD_ID_LEN);
	}
	act->apart = 0;
	act->has_key = has_key;
	snprintf(act->object, sizeof(act->object), "%s", object);
	return rc < 0 ? -1 : 0;
}

static int
take_number(const struct store_row *row, void *ctx, struct fault *f)
{
	(void)f;
	*(int64_t *)ctx = row_int(row, 0);
	return 0;
}

int
align_bulk_done(struct act *act, const char *home, const struct align_round *round,
    const struct align_bulk *b, int64_t *ret_decided, int64_t *ret_left, struct fault *f)
{
	int64_t decided = 0;

	for (size_t i = 0; i < b->n; i++) {
		struct align_diff d;

		if (still_open(act, home, round, &b->one[i], &d, f) < 0)
			return -1;
		decided += d.state != ALIGN_OPEN &&
		    memcmp(d.decided, b->one[i].record, RECORD_ID_LEN) == 0;
	}
	*ret_decided = decided;
	return store_read(act->reader, ST_ALIGN_OPEN_COUNT, PARAMS(sql_text(home),
	    sql_int(round->number), sql_text(b->county), sql_text(b->agency),
	    sql_text(align_kind_name(b->kind))), take_number, ret_left, f) < 0 ? -1 : 0;
}

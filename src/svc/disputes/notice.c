#include "svc/disputes/notice.h"

#include <stdlib.h>
#include <string.h>

#include "svc/index/index.h"

#define CHUNK 200		/* hits that the index is asked for at a time */

/* What was asked of a source, as its record says it; by inputs where it names no party. */
struct asked_for {
	json_t *text;			/* NULL: the record is not that of an answer */
	json_t *inputs;			/* NULL where a party was asked about */
	int has_subject;
	uint8_t subject[BLIND_LEN];	/* who was asked about, else the first who is mentioned */
};

static void
asked_for_free(struct asked_for *a)
{
	json_decref(a->text);
	json_decref(a->inputs);
}

static const char *
member(const struct asked_for *a, const char *name)
{
	const char *text = json_string_value(json_object_get(a->text, name));

	return text != NULL ? text : "";
}

/* The columns of RECORD_WITH_SUBJECTS. */
static int
asked_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct asked_for *a = ctx;
	size_t len;
	const void *subjects = row_blob(row, 6, &len);

	(void)f;
	if (strcmp(row_text(row, 3), record_type_name(RECORD_QUERY_ANSWERED)) != 0)
		return 0;
	a->text = json_loads(row_text(row, 5), 0, NULL);
	if ((a->has_subject = len >= BLIND_LEN))
		memcpy(a->subject, subjects, BLIND_LEN);
	return 0;
}

static int
asked_for_load(struct act *act, const char *division, const uint8_t *id, struct asked_for *ret_a,
    struct fault *f)
{
	struct asked_for a = { .text = NULL };
	struct stored_record r;

	if (store_read(act->reader, ST_RECORD_WITH_SUBJECTS, PARAMS(sql_text(division),
	    sql_blob(id, RECORD_ID_LEN)), asked_row, &a, f) < 0)
		return -1;
	if (a.text != NULL && member(&a, "party")[0] == '\0') {
		if (record_load(act, division, id, &r, f) < 0) {
			asked_for_free(&a);
			return -1;
		}
		a.inputs = json_incref(json_object_get(r.body, "inputs"));
		stored_record_free(&r);
	}
	*ret_a = a;
	return 0;
}

int
dispute_subject(struct act *act, const struct dispute *d, uint8_t ret_blind[BLIND_LEN],
    struct fault *f)
{
	struct asked_for a;
	int has;

	if (asked_for_load(act, d->division, d->disputed, &a, f) < 0)
		return -1;
	if ((has = a.has_subject))
		memcpy(ret_blind, a.subject, BLIND_LEN);
	asked_for_free(&a);
	return has;
}

/* Whether both are answers of one service about the same. */
static int
same(const struct asked_for *a, const struct asked_for *b)
{
	if (b->text == NULL || strcmp(member(a, "service"), member(b, "service")) != 0 ||
	    (a->inputs == NULL) != (b->inputs == NULL))
		return 0;
	return a->inputs != NULL ? json_equal(a->inputs, b->inputs) :
	    memcmp(a->subject, b->subject, BLIND_LEN) == 0;
}

/* One correction as it is told. */
struct telling {
	struct act *act;
	const struct dispute *d;
	const uint8_t *cause;
	struct asked_for asked;
	struct told told;
	struct index_hit bumped[NOTICES_MAX + 1];	/* the cases that this request has changed */
	size_t nbumped;
};

/* Whatever happens inside a case bumps its version, once. */
static void
bump(struct telling *t, struct op *op, const struct index_hit *of)
{
	for (size_t i = 0; i < t->nbumped; i++)
		if (memcmp(t->bumped[i].id, of->id, RECORD_ID_LEN) == 0 &&
		    strcmp(t->bumped[i].division, of->division) == 0)
			return;
	t->bumped[t->nbumped++] = *of;
	op_step(op, ST_CASE_BUMP, 1);
	op_at(op);
	op_text(op, t->act->actor.id);
	op_text(op, of->division);
	op_blob(op, of->id, RECORD_ID_LEN);
}

/* The operation that tells it to one case, by the record that its item rests on. */
static int
tell(struct telling *t, const struct index_hit *of, const struct asked_for *a, struct fault *f)
{
	char cause[RECORD_NAME_MAX];
	struct record *r;
	struct op *op;

	if (t->told.told == NOTICES_MAX) {
		t->told.more++;
		return 0;
	}
	if ((op = act_add(t->act, RECORD_NOTICE_GIVEN, of->division, of->id, &r, f)) == NULL)
		return -1;
	t->told.told++;
	record_object_name(t->d->division, t->cause, cause);
	record_str(r, "cause", cause);
	record_str(r, "item", member(a, "item"));
	record_str(r, "matter", member(a, "matter"));
	record_str(r, "service", t->d->service);
	if (a->has_subject)
		op_subjects(op, a->subject, sizeof(a->subject));
	bump(t, op, of);
	op_step(op, ST_NOTICE_INSERT, 1);
	op_text(op, of->division);
	op_blob(op, record_id(r), RECORD_ID_LEN);
	op_blob(op, of->id, RECORD_ID_LEN);
	op_text(op, member(a, "item"));
	op_text(op, "corrected");
	op_text(op, t->d->division);
	op_blob(op, t->cause, RECORD_ID_LEN);
	op_at(op);
	return 0;
}

/* Whether the item of that case rests on this record now. */
static int
rests_on(struct telling *t, const struct index_hit *of, const char *item, const uint8_t *record,
    struct fault *f)
{
	return (int)store_read(t->act->reader, ST_ITEM_RESTS_ON, PARAMS(sql_text(of->division),
	    sql_blob(of->id, RECORD_ID_LEN), sql_text(item), sql_blob(record, RECORD_ID_LEN)), NULL,
	    NULL, f);
}

/* A record that the index proposes: if it is such an answer and an item rests on it, that is told. */
static int
look_at(struct telling *t, const struct index_hit *hit, struct fault *f)
{
	struct index_hit of = *hit;
	struct asked_for a;
	char division[7];
	int rc = 0;

	if (asked_for_load(t->act, hit->division, hit->id, &a, f) < 0)
		return -1;
	if (same(&t->asked, &a) && record_object_parse(member(&a, "case"), division, of.id) == 0 &&
	    (rc = rests_on(t, &of, member(&a, "item"), hit->id, f)) > 0)
		rc = tell(t, &of, &a, f);
	asked_for_free(&a);
	return rc < 0 ? -1 : 0;
}

static int
index_is_behind(int64_t records, struct fault *f)
{
	fault_set(f, FAULT_INDEX_BEHIND, "%s", "");
	fault_arg(f, "count", "%lld", (long long)records);
	return -1;
}

/* All that the index has of the subject, newest first: somebody has hundreds of records, not more. */
static int
go_through(struct telling *t, struct fault *f)
{
	struct index_hit *hit = calloc(CHUNK, sizeof(*hit));
	struct index_query q = { t->asked.subject, INDEX_RECORD, NULL, CHUNK };
	uint8_t before[RECORD_ID_LEN];
	int64_t behind = 0;
	size_t n = CHUNK;
	int rc = -1;

	if (hit == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "index");
		return -1;
	}
	while (n == CHUNK) {
		if (index_find(t->act->app->index, &q, hit, &n, &behind, f) < 0)
			goto out;
		if (behind > 0) {
			index_is_behind(behind, f);
			goto out;
		}
		for (size_t i = 0; i < n; i++)
			if (look_at(t, &hit[i], f) < 0)
				goto out;
		if (n > 0)
			memcpy(before, hit[n - 1].id, sizeof(before));
		q.before = before;
	}
	rc = 0;
out:
	free(hit);
	return rc;
}

int
notice_correction(struct act *act, const struct dispute *d, const uint8_t *cause,
    struct told *ret_told, struct fault *f)
{
	struct telling *t = calloc(1, sizeof(*t));
	int rc = -1;

	if (t == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "notices");
		return -1;
	}
	*t = (struct telling){ .act = act, .d = d, .cause = cause, .nbumped = 1 };
	memcpy(t->bumped[0].id, d->case_id, RECORD_ID_LEN);
	memcpy(t->bumped[0].division, d->division, sizeof(d->division));
	if (asked_for_load(act, d->division, d->disputed, &t->asked, f) < 0)
		goto out;
	/* An answer that names nobody is found by nobody: its own case knows of it. */
	if (t->asked.has_subject)
		rc = go_through(t, f);
	else if ((rc = rests_on(t, &t->bumped[0], d->item, d->disputed, f)) > 0)
		rc = tell(t, &t->bumped[0], &t->asked, f);
	if (rc >= 0) {
		*ret_told = t->told;
		rc = 0;
	}
out:
	asked_for_free(&t->asked);
	free(t);
	return rc;
}

/* Notices of a case */

struct notice_read { notice_each_fn *each; void *ctx; };

/* The columns of NOTICES_OF_CASE. */
static int
notice_row(const struct store_row *row, void *ctx, struct fault *f)
{
	const struct notice_read *r = ctx;
	struct notice n = { .at = row_int(row, 5) };

	act_row_id(row, 0, n.id);
	snprintf(n.item, sizeof(n.item), "%s", row_text(row, 1));
	snprintf(n.kind, sizeof(n.kind), "%s", row_text(row, 2));
	snprintf(n.cause_division, sizeof(n.cause_division), "%s", row_text(row, 3));
	act_row_id(row, 4, n.cause);
	return r->each(&n, r->ctx, f);
}

#define OF_CASE(c) ST_NOTICES_OF_CASE, PARAMS(sql_text((c)->division), sql_blob((c)->id, RECORD_ID_LEN))

void
notice_ahead(struct act *act, const struct case_file *c)
{
	store_read_ahead(act->reader, OF_CASE(c));
}

int
notice_of_case(struct act *act, const struct case_file *c, notice_each_fn *each, void *ctx,
    struct fault *f)
{
	struct notice_read r = { each, ctx };

	return store_read(act->reader, OF_CASE(c), notice_row, &r, f) < 0 ? -1 : 0;
}

struct sought { const uint8_t *id; struct notice found; int there; };

static int
is_sought(const struct notice *n, void *ctx, struct fault *f)
{
	struct sought *s = ctx;

	(void)f;
	if (memcmp(n->id, s->id, RECORD_ID_LEN) == 0) {
		s->found = *n;
		s->there = 1;
	}
	return 0;
}

int
notice_see(struct act *act, struct case_file *c, const char *id_text, struct fault *f)
{
	char division[7];
	uint8_t id[RECORD_ID_LEN];
	struct sought s = { .id = id };
	struct record *r;
	struct op *op;

	if (record_object_parse(id_text, division, id) == 0 && strcmp(division, c->division) == 0 &&
	    notice_of_case(act, c, is_sought, &s, f) < 0)
		return -1;
	if (!s.there) {
		fault_set(f, FAULT_NOT_FOUND, "%s", "no open notice of this case");
		return -1;
	}
	if ((op = case_op(act, c, RECORD_NOTICE_SEEN, &r, f)) == NULL)
		return -1;
	record_str(r, "item", s.found.item);
	record_object(r, "notice", id);
	op_step(op, ST_NOTICE_SEEN, 1);
	op_at(op);
	op_text(op, act->actor.id);
	op_text(op, c->division);
	op_blob(op, id, RECORD_ID_LEN);
	return 0;
}

void
notice_put_seen(struct op *op, const struct act *act, const struct case_file *c,
    const struct case_item *ci)
{
	op_step(op, ST_NOTICES_SEEN, STORE_ANY_COUNT);
	op_at(op);
	op_text(op, act->actor.id);
	op_text(op, c->division);
	op_blob(op, c->id, RECORD_ID_LEN);
	op_text(op, ci->item->code);
}

#include "svc/person/person.h"

#include <string.h>

#include "svc/index/index.h"

#define CHUNK 200		/* hits that the index is asked for at a time */
#define LOOKED_AT_MAX 10000	/* hits that one request looks at: a page may be short of its limit */

/* One look-up as it goes through what the index proposes. */
struct look {
	struct act *act;
	const struct person *p;
	uint8_t blind[BLIND_LEN];
	const char *state;
	int shown;
	case_each_fn *each_case;
	person_record_fn *each_record;
	const char *division;
	void *ctx;
};

int
person_searched(struct act *act, const struct person *p, const char *among, struct fault *f)
{
	uint8_t subject[BLIND_LEN];
	struct record *r;
	struct op *op = act_add(act, RECORD_PERSON_SEARCHED, act->actor.division, NULL, &r, f);

	if (op == NULL || act_body(r, json_pack("{s:s, s:s}", "identifier", p->number,
	    "identifier_type", ident_type_name(p->type)), f) < 0)
		return -1;
	record_str(r, "among", among);
	case_subject(act->app, p->type, p->number, subject);
	op_subjects(op, subject, sizeof(subject));
	return 0;
}

/* Looks at one hit; may count look->shown up. */
typedef int look_at_fn(struct look *l, const struct index_hit *hit, struct fault *f);

/* Goes through the hits until the page is full, none is left, or it has been enough. */
static int
go_through(struct look *l, enum index_kind kind, struct person_page *page, look_at_fn *look_at,
    struct fault *f)
{
	struct index_hit hit[CHUNK];
	struct index_query q = { l->blind, kind, page->before, CHUNK };
	uint8_t before[RECORD_ID_LEN] = { 0 };
	size_t n = CHUNK, looked_at = 0;

	case_subject(l->act->app, l->p->type, l->p->number, l->blind);
	page->more = 0;
	while (n == CHUNK && looked_at < LOOKED_AT_MAX && !page->more) {
		if (index_find(l->act->app->index, &q, hit, &n, &page->behind, f) < 0)
			return -1;
		for (size_t i = 0; i < n && !page->more; i++) {
			if (look_at(l, &hit[i], f) < 0)
				return -1;
			memcpy(before, hit[i].id, sizeof(before));
			page->more = l->shown == page->limit && (i + 1 < n || n == CHUNK);
		}
		q.before = before;
		looked_at += n;
	}
	page->more |= n == CHUNK;
	/* It may be somebody else's: only its id, which is a time, goes into the cursor. */
	if (page->more)
		record_object_name(l->act->actor.division, before, page->last);
	return 0;
}

/* A case that has this person, within reach and in the state that is asked for. */
static int
fitting_case(const struct case_file *c, void *ctx, struct fault *f)
{
	struct look *l = ctx;
	struct fault none = FAULT_INIT;
	int party = 0;

	for (size_t i = 0; i < c->nparties; i++)
		party |= c->party[i].type == l->p->type && strcmp(c->party[i].number, l->p->number) == 0;
	if (!party || (l->state[0] != '\0' && strcmp(case_state_name(c->state), l->state) != 0) ||
	    access_check(&l->act->actor, l->act->action, c->agency->code, c->division, &none) < 0)
		return 0;
	l->shown++;
	return l->each_case(c, l->ctx, f);
}

static int
look_at_case(struct look *l, const struct index_hit *hit, struct fault *f)
{
	/* Most of what is out of reach is in another division: that is not read at all. */
	if (strcmp(hit->division, l->act->actor.division) != 0)
		return 0;
	return case_look(l->act, hit->division, hit->id, fitting_case, l, f) < 0 ? -1 : 0;
}

int
person_cases(struct act *act, const struct person *p, const char *state,
    struct person_page *page, case_each_fn *each, void *ctx, struct fault *f)
{
	struct look l = { .act = act, .p = p, .state = state, .each_case = each, .ctx = ctx };

	return go_through(&l, INDEX_CASE, page, look_at_case, f);
}

/* Why a record is in somebody's trail, by its own subjects; NULL if it is not. */
static const char *
why_in_trail(const char *type, const uint8_t *subjects, size_t len, const uint8_t *blind)
{
	for (size_t at = 0; at + BLIND_LEN <= len; at += BLIND_LEN)
		if (memcmp(subjects + at, blind, BLIND_LEN) == 0)
			return strcmp(type, record_type_name(RECORD_CASE_OPENED)) == 0 ||
			    strcmp(type, record_type_name(RECORD_CASE_ANSWERED)) == 0 ? "party" :
			    at == 0 ? "asked_about" : "mentioned";
	return NULL;
}

static int
trail_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct look *l = ctx;
	size_t len;
	const uint8_t *subjects = row_blob(row, 6, &len);
	const char *why = why_in_trail(row_text(row, 3), subjects, len, l->blind);

	if (why == NULL)
		return 0;
	l->shown++;
	return l->each_record(row, l->division, why, l->ctx, f);
}

static int
look_at_record(struct look *l, const struct index_hit *hit, struct fault *f)
{
	struct fault none = FAULT_INIT;

	if (access_check(&l->act->actor, l->act->action, "", hit->division, &none) < 0)
		return 0;
	l->division = hit->division;
	return store_read(l->act->reader, ST_RECORD_WITH_SUBJECTS, PARAMS(sql_text(hit->division),
	    sql_blob(hit->id, RECORD_ID_LEN)), trail_row, l, f) < 0 ? -1 : 0;
}

int
person_records(struct act *act, const struct person *p, struct person_page *page,
    person_record_fn *each, void *ctx, struct fault *f)
{
	struct look l = { .act = act, .p = p, .each_record = each, .ctx = ctx };

	return go_through(&l, INDEX_RECORD, page, look_at_record, f);
}

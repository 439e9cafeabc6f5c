/* case_external.c - cases by the numbers that platforms gave them. */
#include <string.h>

#include "svc/cases/case.h"

struct sent_in { int found; uint8_t id[RECORD_ID_LEN]; char number[NUMBER_MAX]; };

static int
sent_in_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct sent_in *s = ctx;

	(void)f;
	s->found = 1;
	act_row_id(row, 0, s->id);
	snprintf(s->number, sizeof(s->number), "%s", row_text(row, 1));
	return 0;
}

/* The case that a platform sent in under this number. */
static int
find(struct act *act, const char *division, const char *platform, const char *number,
    struct sent_in *ret, struct fault *f)
{
	memset(ret, 0, sizeof(*ret));
	return store_read(act->reader, ST_CASE_OF_PLATFORM, PARAMS(sql_text(division),
	    sql_text(platform), sql_text(number)), sent_in_row, ret, f) < 0 ? -1 : 0;
}

int
case_external_new(struct act *act, const struct case_file *c, struct fault *f)
{
	char id[RECORD_NAME_MAX];
	struct sent_in s;

	if (c->external[0] == '\0')
		return 0;
	/* Two at the same moment meet at the index of the table, and the later one here. */
	if (find(act, c->division, c->platform, c->external, &s, f) < 0)
		return -1;
	if (!s.found)
		return 0;
	record_object_name(c->division, s.id, id);
	fault_set(f, FAULT_EXTERNAL_USED, "%s", "");
	fault_arg(f, "external", "%s", c->external);
	fault_arg(f, "number", "%s", s.number);
	fault_arg(f, "case", "%s", id);
	return -1;
}

int
case_load_external(struct act *act, const char *text, struct case_file **ret_case,
    struct fault *f)
{
	struct sent_in s;

	if (find(act, act->actor.division, act->actor.id, text, &s, f) < 0)
		return -1;
	if (!s.found)
		return case_load(act, text, ret_case, f);
	record_object_name(act->actor.division, s.id, act->object);
	return case_load_id(act, act->actor.division, s.id, 0, ret_case, f);
}

struct external_list {
	struct act *act;
	case_each_fn *each;
	void *ctx;
	uint8_t id[CASE_EXTERNAL_MAX][RECORD_ID_LEN];
	size_t n;
};

static int
external_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct external_list *l = ctx;

	(void)f;
	act_row_id(row, 0, l->id[l->n++]);
	return l->n == CASE_EXTERNAL_MAX;
}

/* Those of other agencies are left out, as in every list. */
static int
each_seen(const struct case_file *c, void *ctx, struct fault *f)
{
	struct external_list *l = ctx;
	struct fault none = FAULT_INIT;

	if (access_check(&l->act->actor, l->act->action, c->agency->code, c->division, &none) < 0)
		return 0;
	return l->each(c, l->ctx, f);
}

int
case_list_external(struct act *act, const char *number, case_each_fn *each, void *ctx,
    struct fault *f)
{
	struct external_list l = { .act = act, .each = each, .ctx = ctx };

	if (store_read(act->reader, ST_CASES_BY_EXTERNAL, PARAMS(sql_text(act->actor.division),
	    sql_text(number)), external_row, &l, f) < 0)
		return -1;
	for (size_t i = 0; i < l.n; i++)
		if (case_look(act, act->actor.division, l.id[i], each_seen, &l, f) < 0)
			return -1;
	return 0;
}

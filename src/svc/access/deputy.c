#include "svc/access/deputy.h"

#include <string.h>

static int
desk_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct desks *d = ctx;

	(void)f;
	if (d->n < DEPUTY_DESKS_MAX)
		snprintf(d->code[d->n++], sizeof(d->code[0]), "%s", row_text(row, 0));
	return 0;
}

int
access_desks(struct store_reader *reader, const struct actor *actor, int64_t now,
    struct desks *ret_desks, struct fault *f)
{
	ret_desks->n = 0;
	if (actor->desk[0] != '\0')
		snprintf(ret_desks->code[ret_desks->n++], sizeof(ret_desks->code[0]), "%s", actor->desk);
	return store_read(reader, ST_DEPUTY_DESKS, PARAMS(sql_text(actor->id), sql_int(now)), desk_row,
	    ret_desks, f) < 0 ? -1 : 0;
}

int
access_desk(struct store_reader *reader, const struct actor *actor, const char *desk, int64_t now,
    struct fault *f)
{
	struct desks mine;

	if (access_desks(reader, actor, now, &mine, f) < 0)
		return -1;
	for (size_t i = 0; i < mine.n; i++)
		if (strcmp(mine.code[i], desk) == 0)
			return 0;
	fault_set(f, FAULT_NOT_FOUND, "%s", "another desk's");
	return -1;
}

int
deputy_may_name(const struct act *act, const struct inventory *inv, const char *code,
    const struct desk **ret_desk, struct fault *f)
{
	const struct actor *actor = &act->actor;
	const struct desk *desk;

	if (access_check(actor, act->action, NULL, NULL, f) < 0)
		return -1;
	if ((desk = inventory_desk(inv, code)) == NULL) {
		fault_set(f, FAULT_DESK_UNKNOWN, "%s", "");
		fault_arg(f, "desk", "%s", code);
		return -1;
	}
	if (strcmp(actor->role, "verifier") != 0) {
		if (access_check(actor, act->action, desk->agency->code, desk->agency->division->code,
		    f) < 0)
			return -1;
	} else if (strcmp(actor->desk, code) != 0) {
		fault_set(f, FAULT_NOT_FOUND, "%s", "another desk's");
		return -1;
	}
	*ret_desk = desk;
	return 0;
}

int
deputy_fits(const struct desk *desk, const struct actor *user, struct fault *f)
{
	const char *above = desk->deputy != NULL ? desk->deputy->code : "";

	if (strcmp(user->role, "verifier") == 0 && strcmp(user->desk, desk->code) != 0 &&
	    (strcmp(user->division, desk->agency->division->code) == 0 ||
	    (above[0] != '\0' && strcmp(user->desk, above) == 0)))
		return 0;
	fault_set(f, FAULT_DEPUTY_UNFIT, "%s", "");
	fault_arg(f, "user", "%s", user->id);
	fault_arg(f, "desk", "%s", desk->code);
	return -1;
}

static int
refuse_day(struct fault *f, const char *field, const char *zh, const char *en)
{
	fault_set(f, FAULT_FIELD_VALUE, "%s", "");
	fault_arg(f, "field", "%s", field);
	fault_arg(f, "why_zh", "%s", zh);
	fault_arg(f, "why_en", "%s", en);
	return -1;
}

static int
check_days(int64_t today, int64_t from, int64_t until, struct fault *f)
{
	if (until < from)
		return refuse_day(f, "until", "早于第一天", "is before the first day");
	if (until < today)
		return refuse_day(f, "until", "已经过去", "is past");
	if (until - from >= DEPUTY_DAYS_MAX)
		return refuse_day(f, "until", "一次最多 366 天", "is more than 366 days after the first");
	return 0;
}

int
deputy_name(struct act *act, const struct desk *desk, const char *user, int64_t from_day,
    int64_t until_day, struct fault *f)
{
	char from[CLOCK_TEXT_MAX], until[CLOCK_TEXT_MAX];
	struct actor who;
	struct record *r;
	struct op *op;

	if (check_days(clock_day(act->now), from_day, until_day, f) < 0 ||
	    access_user(act->app, act->reader, user, &who, f) < 0 || deputy_fits(desk, &who, f) < 0 ||
	    (op = act_add(act, RECORD_DEPUTY_NAMED, desk->agency->division->code, NULL, &r, f)) == NULL)
		return -1;
	clock_day_text(from_day, from);
	clock_day_text(until_day, until);
	record_str(r, "desk", desk->code);
	record_str(r, "from", from);
	record_str(r, "until", until);
	record_str(r, "user", user);
	op_step(op, ST_DEPUTY_SET, 1);
	op_text(op, desk->code);
	op_text(op, user);
	op_int(op, clock_day_start(from_day));
	op_int(op, clock_day_start(until_day + 1));
	op_at(op);
	op_text(op, act->actor.id);
	return 0;
}

struct wanted { const char *user; int found; };

static int
is_wanted(const struct deputy *d, void *ctx, struct fault *f)
{
	struct wanted *w = ctx;

	(void)f;
	w->found |= strcmp(d->user, w->user) == 0;
	return 0;
}

int
deputy_end(struct act *act, const struct desk *desk, const char *user, struct fault *f)
{
	struct wanted w = { .user = user };
	struct record *r;
	struct op *op;

	if (deputy_list(act, desk->code, is_wanted, &w, f) < 0)
		return -1;
	if (!w.found) {
		fault_set(f, FAULT_NOT_FOUND, "%s", "not a deputy");
		return -1;
	}
	if ((op = act_add(act, RECORD_DEPUTY_ENDED, desk->agency->division->code, NULL, &r, f)) == NULL)
		return -1;
	record_str(r, "desk", desk->code);
	record_str(r, "user", user);
	op_step(op, ST_DEPUTY_DELETE, 1);
	op_text(op, desk->code);
	op_text(op, user);
	return 0;
}

struct deputy_read { deputy_each_fn *each; void *ctx; };

static int
deputy_row(const struct store_row *row, void *ctx, struct fault *f)
{
	const struct deputy_read *r = ctx;
	struct deputy d = { .from_at = row_int(row, 2), .until_at = row_int(row, 3),
		.named_at = row_int(row, 4) };

	snprintf(d.desk, sizeof(d.desk), "%s", row_text(row, 0));
	snprintf(d.user, sizeof(d.user), "%s", row_text(row, 1));
	snprintf(d.named_by, sizeof(d.named_by), "%s", row_text(row, 5));
	return r->each(&d, r->ctx, f);
}

int
deputy_list(struct act *act, const char *desk, deputy_each_fn *each, void *ctx, struct fault *f)
{
	struct deputy_read r = { each, ctx };

	return store_read(act->reader, ST_DEPUTIES_OF_DESK, PARAMS(sql_text(desk)), deputy_row, &r,
	    f) < 0 ? -1 : 0;
}

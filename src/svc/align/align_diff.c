/* align_diff.c - differences: read, decided, taken back, assigned, discussed. */
#include <string.h>

#include "base/utf8.h"
#include "svc/align/align_ops.h"

/* Reading */

struct diff_read { int64_t round; align_diff_fn *each; void *ctx; };

/* The columns of ALIGN_DIFFERENCE_GET. */
static int
diff_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct diff_read *k = ctx;
	struct align_diff d = { .round = k->round, .version = row_int(row, 1),
		.certainty = row_int(row, 7), .list = row_int(row, 8), .gone = row_int(row, 9),
		.decided_at = row_int(row, 12), .until_day = row_int(row, 15),
		.changed_at = row_int(row, 16), .found = row_text(row, 18) };
	size_t len;
	const void *key = row_blob(row, 0, &len);

	memcpy(d.key, key, len < ALIGN_KEY_LEN ? len : ALIGN_KEY_LEN);
	snprintf(d.county, sizeof(d.county), "%s", row_text(row, 2));
	if (align_kind_parse(row_text(row, 3), &d.kind) < 0 ||
	    align_state_parse(row_text(row, 10), &d.state) < 0) {
		fault_set(f, FAULT_STORE, "%s", "a difference of no kind or state");
		return -1;
	}
	snprintf(d.agency, sizeof(d.agency), "%s", row_text(row, 4));
	snprintf(d.matter, sizeof(d.matter), "%s", row_text(row, 5));
	snprintf(d.item, sizeof(d.item), "%s", row_text(row, 6));
	act_row_id(row, 11, d.decided);
	snprintf(d.decided_by, sizeof(d.decided_by), "%s", row_text(row, 13));
	snprintf(d.assignee, sizeof(d.assignee), "%s", row_text(row, 14));
	snprintf(d.changed_by, sizeof(d.changed_by), "%s", row_text(row, 17));
	return k->each(&d, k->ctx, f);
}

/* Whether the county is within the actor's reach comes first: others are not told what there is. */
struct within { struct act *act; align_diff_fn *each; void *ctx; };

static int
only_within(const struct align_diff *d, void *ctx, struct fault *f)
{
	struct within *w = ctx;

	if (access_check(&w->act->actor, w->act->action, "", d->county, f) < 0)
		return -1;
	return w->each(d, w->ctx, f);
}

int
align_diff_load(struct act *act, const char *home, int64_t round, const char *key_text,
    align_diff_fn *each, void *ctx, struct fault *f)
{
	struct within w = { act, each, ctx };
	struct diff_read k = { round, only_within, &w };
	uint8_t key[ALIGN_KEY_LEN];
	int64_t n = 0;

	if (strlen(key_text) == 2 * ALIGN_KEY_LEN && dec_hex(key_text, key, sizeof(key)) == 0) {
		snprintf(act->object, sizeof(act->object), "%s-%lld-%s", home, (long long)round, key_text);
		n = store_read(act->reader, ST_ALIGN_DIFFERENCE_GET, PARAMS(sql_text(home), sql_int(round),
		    sql_blob(key, sizeof(key))), diff_row, &k, f);
	}
	if (n == 0)
		fault_set(f, FAULT_NOT_FOUND, "%s", "difference");
	return n > 0 ? 0 : -1;
}

int
align_diffs(struct act *act, const char *home, int64_t round, const struct align_wanted *w,
    align_diff_fn *each, void *ctx, struct fault *f)
{
	struct diff_read k = { round, each, ctx };

	return store_read(act->reader, ST_ALIGN_DIFFERENCES, PARAMS(sql_text(home), sql_int(round),
	    sql_text(w->county), sql_text(w->agency), sql_text(w->kind), sql_text(w->state),
	    sql_text(w->assignee), sql_text(w->text), sql_text(w->after[0]), sql_text(w->after[1]),
	    sql_text(w->after[2]), sql_text(w->after[3]), sql_blob(w->after_key, w->after_key_len),
	    sql_int(w->limit)), diff_row, &k, f) < 0 ? -1 : 0;
}

struct event_read { align_event_fn *each; void *ctx; };

static int
event_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct event_read *k = ctx;
	struct align_event e = { .at = row_int(row, 1), .event = row_text(row, 2) };

	act_row_id(row, 0, e.record);
	return k->each(&e, k->ctx, f);
}

int
align_events(struct act *act, const char *home, int64_t round, const uint8_t *key,
    align_event_fn *each, void *ctx, struct fault *f)
{
	struct event_read k = { each, ctx };

	return store_read(act->reader, ST_ALIGN_EVENTS, PARAMS(sql_text(home), sql_int(round),
	    sql_blob(key != NULL ? key : (const uint8_t *)"", key != NULL ? ALIGN_KEY_LEN : 0),
	    sql_int(ALIGN_EVENTS_MAX)), event_row, &k, f) < 0 ? -1 : 0;
}

/* Writing */

/* An operation on a difference of an open round: its record, and the place where it is found again. */
static struct op *
diff_op(struct act *act, const char *home, const struct align_round *round, const struct align_diff *d,
    enum record_type type, const char *event, struct record **ret_record, struct fault *f)
{
	char key[2 * ALIGN_KEY_LEN + 1];
	struct op *op;

	if (!round->open) {
		fault_set(f, FAULT_ALIGN_ROUND_CLOSED, "%s", "");
		fault_arg(f, "round", "%lld", (long long)round->number);
		return NULL;
	}
	if ((op = act_add(act, type, home, NULL, ret_record, f)) == NULL)
		return NULL;
	enc_hex(d->key, ALIGN_KEY_LEN, key);
	record_int(*ret_record, "round", round->number);
	record_str(*ret_record, "county", d->county);
	record_str(*ret_record, "kind", align_kind_name(d->kind));
	record_str(*ret_record, "difference", key);
	if (d->item[0] != '\0')
		record_str(*ret_record, "item", d->item);
	align_put_touch(op, home, round->number);
	align_put_event(op, home, round->number, d->key, *ret_record, event);
	return op;
}

/* The first parameters of the statements that change a difference. */
static void
put_change(struct act *act, struct op *op, enum stmt stmt, const char *home, const struct align_diff *d)
{
	op_step(op, stmt, 1);
	op_at(op);
	op_text(op, act->actor.id);
	op_text(op, home);
	op_int(op, d->round);
	op_blob(op, d->key, ALIGN_KEY_LEN);
	op_int(op, d->version);
}

static int
missing(const char *field, struct fault *f)
{
	fault_set(f, FAULT_FIELD_MISSING, "%s", "");
	fault_arg(f, "field", "%s", field);
	return -1;
}

int
align_decision_check(const struct align_decision *how, struct fault *f)
{
	const char *basis = how->basis;

	if (how->state == ALIGN_ADOPT)
		return 0;
	if (how->reason == NULL || utf8_blank(how->reason))
		return missing("reason", f);
	if (how->state != ALIGN_KEEP)
		return 0;
	/* The list itself writes 无 where there is no law. */
	if (basis == NULL || utf8_blank(basis) || strcmp(basis, "无") == 0) {
		fault_set(f, FAULT_ALIGN_BASIS, "%s", "");
		return -1;
	}
	return 0;
}

static int
is_open(const struct align_diff *d, struct fault *f)
{
	if (d->gone != 0) {
		fault_set(f, FAULT_ALIGN_GONE, "%s", "");
		fault_arg(f, "list", "%lld", (long long)d->gone);
		return -1;
	}
	if (d->state == ALIGN_OPEN)
		return 0;
	fault_set(f, FAULT_ALIGN_DECIDED, "%s", "");
	fault_arg(f, "state_zh", "%s", align_state_word(d->state, LANG_ZH));
	fault_arg(f, "state_en", "%s", align_state_word(d->state, LANG_EN));
	return -1;
}

int
align_decide(struct act *act, const char *home, const struct align_round *round,
    const struct align_diff *d, const struct align_decision *how, struct fault *f)
{
	struct record *r;
	struct op *op;

	if (align_decision_check(how, f) < 0 || (round->open && is_open(d, f) < 0) ||
	    (op = diff_op(act, home, round, d, RECORD_ALIGN_DECIDED, "decided", &r, f)) == NULL)
		return -1;
	record_str(r, "decision", align_state_name(how->state));
	if ((how->reason != NULL || how->basis != NULL) &&
	    act_body(r, json_pack("{s:s*, s:s*}", "reason", how->reason, "basis", how->basis), f) < 0)
		return -1;
	put_change(act, op, ST_ALIGN_DECIDE, home, d);
	op_text(op, align_state_name(how->state));
	op_blob(op, record_id(r), RECORD_ID_LEN);
	return 0;
}

int
align_undo(struct act *act, const char *home, const struct align_round *round,
    const struct align_diff *d, struct fault *f)
{
	struct record *r;
	struct op *op;

	if (round->open && d->state == ALIGN_OPEN) {
		fault_set(f, FAULT_ALIGN_UNDECIDED, "%s", "");
		return -1;
	}
	if ((op = diff_op(act, home, round, d, RECORD_ALIGN_UNDONE, "undone", &r, f)) == NULL)
		return -1;
	record_str(r, "decision", align_state_name(d->state));
	put_change(act, op, ST_ALIGN_UNDO, home, d);
	return 0;
}

/* Somebody of the reform office whose reach the county is. */
static int
check_assignee(struct act *act, const struct align_diff *d, const char *user, struct fault *f)
{
	struct actor who;

	if (access_user(act->app, act->reader, user, &who, NULL) == 0 &&
	    access_check(&who, ACTION_ALIGN_WORK, "", d->county, NULL) == 0)
		return 0;
	fault_set(f, FAULT_ALIGN_ASSIGNEE, "%s", "");
	fault_arg(f, "user", "%s", user);
	fault_arg(f, "division", "%s", d->county);
	return -1;
}

int
align_assign(struct act *act, const char *home, const struct align_round *round,
    const struct align_diff *d, const char *user, int64_t until, struct fault *f)
{
	char day[CLOCK_TEXT_MAX];
	struct record *r;
	struct op *op;

	if ((user != NULL && check_assignee(act, d, user, f) < 0) ||
	    (op = diff_op(act, home, round, d, RECORD_ALIGN_ASSIGNED, "assigned", &r, f)) == NULL)
		return -1;
	put_change(act, op, ST_ALIGN_ASSIGN, home, d);
	op_text(op, user);
	if (user == NULL) {
		op_text(op, NULL);
		return 0;
	}
	op_int(op, until);
	clock_day_text(until, day);
	record_str(r, "user", user);
	record_str(r, "until", day);
	return 0;
}

int
align_comment(struct act *act, const char *home, const struct align_round *round,
    const struct align_diff *d, const char *text, struct fault *f)
{
	struct record *r;

	if (utf8_blank(text))
		return missing("text", f);
	if (diff_op(act, home, round, d, RECORD_ALIGN_COMMENTED, "commented", &r, f) == NULL)
		return -1;
	return act_body(r, json_pack("{s:s}", "text", text), f);
}

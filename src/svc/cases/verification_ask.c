/* verification_ask.c - a question on its way: asked back, passed on, withdrawn, reminded. */
#include <stdlib.h>
#include <string.h>

#include "base/uuid.h"
#include "svc/agencies/place.h"
#include "svc/cases/verification.h"

/* The parameters that every guarded update of a verification begins with. */
static void
put_guarded(struct op *op, const struct act *act, const struct verification *v, enum stmt stmt)
{
	op_step(op, stmt, 1);
	op_at(op);
	op_text(op, act->actor.id);
	op_text(op, v->division);
	op_blob(op, v->id, RECORD_ID_LEN);
	op_int(op, v->version);
}

/* A step of the item's card, which stays where it is. */
static int
put_history(struct op *op, const struct act *act, const struct case_file *c, struct case_item *ci,
    const char *outcome, const char *reason, struct fault *f)
{
	if (case_step(ci, act->now, outcome, reason, f) < 0)
		return -1;
	case_put_item(op, c, ci);
	return 0;
}

int
verification_need_more(struct act *act, struct verification *v, const char *what, struct fault *f)
{
	struct case_file *c = NULL;
	struct case_item *ci;
	struct record *r;
	struct op *op;
	int rc = -1;

	if (verification_may(v, VERIFICATION_NEED_MORE, f) < 0 ||
	    verification_case(act, v, &c, &ci, f) < 0 ||
	    (op = verification_op(act, v, c, ci, RECORD_VERIFICATION_NEED_MORE, WITHOUT_MATTER, &r,
	    f)) == NULL || act_body(r, json_pack("{s:s}", "what", what), f) < 0)
		goto out;
	put_guarded(op, act, v, ST_VERIFICATION_NEED);
	op_blob(op, record_id(r), RECORD_ID_LEN);
	/* The clock stands from the instant on that the record tells. */
	op_int(op, verification_time(act->app, v, c->inv, uuid7_ms(record_id(r))).left_ms);
	rc = put_history(op, act, c, ci, "need_more", NULL, f);
out:
	case_free(c);
	return rc;
}

/* The desk that a question may be passed on to. */
static int
find_desk(struct act *act, const struct case_file *c, const struct verification *v, const char *code,
    const struct desk **ret_desk, struct fault *f)
{
	const struct desk *desk = place_desk_today(act->app, code);
	const struct division *d = inventory_division(c->inv, c->division), *of;

	if (desk == NULL) {
		fault_set(f, FAULT_DESK_UNKNOWN, "%s", "");
		fault_arg(f, "desk", "%s", code);
		return -1;
	}
	of = desk->agency->division;
	/* They may be of two versions. */
	if (strcmp(code, v->desk) == 0 || (strcmp(of->code, c->division) != 0 && (d == NULL ||
	    d->parent == NULL || strcmp(of->code, d->parent->code) != 0))) {
		fault_set(f, FAULT_DESK_UNFIT, "%s", "");
		fault_arg(f, "desk", "%s", code);
		return -1;
	}
	*ret_desk = desk;
	return 0;
}

/* The question as it was put, at another desk, with the time that it has left. */
static void
put_next(struct op *op, const struct act *act, const struct verification *v, const uint8_t *id,
    const struct desk *desk)
{
	op_step(op, ST_VERIFICATION_INSERT, 1);
	op_text(op, v->division);
	op_blob(op, id, RECORD_ID_LEN);
	op_blob(op, v->case_id, RECORD_ID_LEN);
	op_text(op, v->item);
	op_text(op, desk->code);
	op_int(op, act->now);
	op_int(op, v->due_at);
	op_int(op, v->due_hours);
	op_int(op, v->inventory);
	op_blob(op, v->sent, RECORD_ID_LEN);
	op_text(op, act->actor.id);
}

int
verification_transfer(struct act *act, struct verification *v, const char *code,
    const char *reason, struct fault *f)
{
	struct case_file *c = NULL;
	const struct desk *desk;
	char due[CLOCK_TEXT_MAX];
	uint8_t id[RECORD_ID_LEN];
	struct case_item *ci;
	struct record *r;
	struct op *op;
	int rc = -1;

	if (verification_may(v, VERIFICATION_TRANSFERRED, f) < 0 ||
	    verification_case(act, v, &c, &ci, f) < 0 || find_desk(act, c, v, code, &desk, f) < 0 ||
	    (op = verification_op(act, v, c, ci, RECORD_VERIFICATION_TRANSFERRED, WITH_MATTER, &r,
	    f)) == NULL || act_body(r, json_pack("{s:s}", "reason", reason), f) < 0)
		goto out;
	uuid7_new(act->app->clock, id);
	clock_text(v->due_at, due);
	record_str(r, "due", due);
	record_object(r, "next", id);
	record_str(r, "to", desk->code);
	put_guarded(op, act, v, ST_VERIFICATION_TRANSFER);
	op_blob(op, record_id(r), RECORD_ID_LEN);
	op_blob(op, id, RECORD_ID_LEN);
	put_next(op, act, v, id, desk);
	memcpy(ci->verification, id, sizeof(id));
	rc = put_history(op, act, c, ci, "transferred", NULL, f);
out:
	case_free(c);
	return rc;
}

/* What the counter does to the verification that its item waits for. */
static int
load_waiting(struct act *act, const struct case_file *c, const struct case_item *ci,
    struct verification *ret_v, struct fault *f)
{
	if (case_workable(c, f) < 0)
		return -1;
	if (ci->state != ITEM_VERIFYING)
		return case_refuse_unasked(ci, f);
	return verification_load_id(act, c->division, ci->verification, ret_v, f);
}

int
case_supply(struct act *act, struct case_file *c, struct case_item *ci, const char *text,
    struct fault *f)
{
	static const struct office_hours none;
	char due_text[CLOCK_TEXT_MAX];
	const struct desk *desk;
	struct verification v;
	struct record *r;
	struct op *op;
	int64_t due;

	if (load_waiting(act, c, ci, &v, f) < 0)
		return -1;
	/* A desk that only has to sign for it is in no need of anything. */
	if (v.state != VERIFICATION_NEED_MORE)
		return verification_refuse(&v, AT_COUNTER, f);
	if ((op = verification_op(act, &v, c, ci, RECORD_VERIFICATION_SUPPLIED, WITHOUT_MATTER, &r,
	    f)) == NULL || act_body(r, json_pack("{s:s}", "text", text), f) < 0)
		return -1;
	desk = place_desk(act->app, c->inv, v.desk);
	/* Who was late before asking back stays as late. */
	due = v.left_ms <= 0 ? v.due_at : calendar_add_office(c->inv->calendar,
	    desk != NULL ? &desk->hours : &none, uuid7_ms(record_id(r)), v.left_ms);
	clock_text(due, due_text);
	record_str(r, "due", due_text);
	put_guarded(op, act, &v, ST_VERIFICATION_SUPPLY);
	op_blob(op, record_id(r), RECORD_ID_LEN);
	op_int(op, due);
	return put_history(op, act, c, ci, "supplied", NULL, f);
}

/* Where an item goes whose question is taken back: to where it was when it was sent. */
static int
go_back(struct act *act, const struct verification *v, const struct case_file *c,
    struct case_item *ci, struct fault *f)
{
	struct stored_record sent;
	enum item_state to = ITEM_TO_VERIFY;
	const char *reason;
	json_t *text;

	if (record_load(act, v->division, v->sent, &sent, f) < 0)
		return -1;
	text = json_loadb(sent.text.data, sent.text.len, 0, NULL);
	reason = json_string_value(json_object_get(text, "reason"));
	if (reason != NULL && strcmp(reason, "fallback") == 0) {
		ci->way = METHOD_DATA_QUERY;
		to = case_query_begins(c, ci);
	} else if (reason != NULL && strcmp(reason, "not_established") == 0) {
		ci->way = METHOD_DATA_QUERY;
		to = ITEM_NOT_ESTABLISHED;
	} else if (reason != NULL && strcmp(reason, "not_committed") == 0) {
		ci->way = METHOD_COMMITMENT;
		to = ITEM_TO_COMMIT;
	} else if (reason != NULL && strcmp(reason, "supervised") == 0)
		to = ITEM_SUPERVISED;
	json_decref(text);
	stored_record_free(&sent);
	return case_move(ci, to, f);
}

int
case_withdraw(struct act *act, struct case_file *c, struct case_item *ci, const char *reason,
    struct fault *f)
{
	struct verification v;
	struct record *r;
	struct op *op;

	if (load_waiting(act, c, ci, &v, f) < 0 ||
	    verification_may(&v, VERIFICATION_WITHDRAWN, f) < 0 ||
	    (op = verification_op(act, &v, c, ci, RECORD_VERIFICATION_WITHDRAWN, WITH_MATTER, &r,
	    f)) == NULL || act_body(r, json_pack("{s:s}", "reason", reason), f) < 0 ||
	    go_back(act, &v, c, ci, f) < 0)
		return -1;
	verification_put_end(op, act, &v, VERIFICATION_WITHDRAWN, NULL, record_id(r));
	ci->has_verification = 0;
	return put_history(op, act, c, ci, item_state_name(ci->state), "withdrawn", f);
}

/* A desk that waits for the counter cannot be hurried, nor one that has done with it. */
static int
may_remind(const struct act *act, const struct verification *v, int64_t last, struct fault *f)
{
	char when[CLOCK_TEXT_MAX];

	if (v->state != VERIFICATION_SENT && v->state != VERIFICATION_SIGNED_FOR)
		return verification_refuse(v, AT_COUNTER, f);
	if (last == 0 || act->now - last >= REMIND_AGAIN_MS)
		return 0;
	clock_text(last + REMIND_AGAIN_MS, when);
	when[10] = ' ';
	when[16] = '\0';
	fault_set(f, FAULT_REMINDED_LATELY, "%s", "");
	fault_arg(f, "when", "%s", when);
	return -1;
}

/* One of two that remind at the same time loses by the count, and hears that it was done. */
static void
put_reminder(struct op *op, const struct verification *v, enum stmt stmt)
{
	op_step(op, stmt, 1);
	op_at(op);
	op_text(op, v->division);
	op_blob(op, v->id, RECORD_ID_LEN);
	op_int(op, v->version);
	op_int(op, v->reminders);
}

static int
put_note(struct record *r, const char *note, struct fault *f)
{
	return note != NULL ? act_body(r, json_pack("{s:s}", "note", note), f) : 0;
}

int
case_remind(struct act *act, struct case_file *c, struct case_item *ci, const char *note,
    struct fault *f)
{
	struct verification v;
	struct record *r;
	struct op *op;

	if (load_waiting(act, c, ci, &v, f) < 0 || may_remind(act, &v, v.reminded_at, f) < 0 ||
	    (op = verification_op(act, &v, c, ci, RECORD_VERIFICATION_REMINDED, WITHOUT_MATTER, &r,
	    f)) == NULL || put_note(r, note, f) < 0)
		return -1;
	put_reminder(op, &v, ST_VERIFICATION_REMIND);
	return put_history(op, act, c, ci, "reminded", NULL, f);
}

int
verification_reached(struct act *act, const struct verification *v, struct fault *f)
{
	struct inventory *inv = app_inventory_version(act->app, act->reader, v->inventory, f);
	const struct desk *desk;
	int rc;

	if (inv == NULL)
		return -1;
	desk = place_desk(act->app, inv, v->desk);
	rc = access_check(&act->actor, act->action, desk != NULL ? desk->agency->code : "",
	    v->division, f);
	inventory_unref(inv);
	return rc;
}

int
verification_urge(struct act *act, const struct verification *v, const char *note, struct fault *f)
{
	struct case_file *c = NULL;
	struct case_item *ci;
	struct record *r;
	struct op *op;
	int rc = -1;

	if (may_remind(act, v, v->urged_at, f) < 0 || verification_case(act, v, &c, &ci, f) < 0 ||
	    (op = verification_op(act, v, c, ci, RECORD_VERIFICATION_REMINDED, WITHOUT_MATTER, &r,
	    f)) == NULL || put_note(r, note, f) < 0)
		goto out;
	put_reminder(op, v, ST_VERIFICATION_URGE);
	rc = put_history(op, act, c, ci, "reminded", "supervisor", f);
out:
	case_free(c);
	return rc;
}

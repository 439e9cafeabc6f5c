#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "flow/state_words.h"
#include "svc/access/deputy.h"
#include "svc/agencies/place.h"
#include "svc/cases/verification.h"

struct verification_read {
	struct verification *v;
	verification_each_fn *each;
	void *ctx;
};

/* An id that may be NULL; whether it is there. */
static int
maybe_id(const struct store_row *row, int column, uint8_t ret_id[RECORD_ID_LEN])
{
	if (row_null(row, column))
		return 0;
	act_row_id(row, column, ret_id);
	return 1;
}

/* The columns of VERIFICATION_GET. */
static int
verification_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct verification_read *r = ctx;
	struct verification *v = r->v;

	memset(v, 0, sizeof(*v));
	snprintf(v->division, sizeof(v->division), "%s", row_text(row, 0));
	act_row_id(row, 1, v->id);
	v->version = row_int(row, 2);
	if (verification_state_parse(row_text(row, 3), &v->state) < 0) {
		fault_set(f, FAULT_STORE, "verification in state %s", row_text(row, 3));
		return -1;
	}
	act_row_id(row, 4, v->case_id);
	snprintf(v->item, sizeof(v->item), "%s", row_text(row, 5));
	snprintf(v->desk, sizeof(v->desk), "%s", row_text(row, 6));
	v->sent_at = row_int(row, 7);
	v->due_at = row_int(row, 8);
	v->due_hours = row_int(row, 9);
	v->signed_at = row_int(row, 10);
	snprintf(v->answer, sizeof(v->answer), "%s", row_text(row, 11));
	v->answered_at = row_int(row, 12);
	act_row_id(row, 13, v->sent);
	v->has_answered = maybe_id(row, 14, v->answered);
	v->changed_at = row_int(row, 15);
	snprintf(v->changed_by, sizeof(v->changed_by), "%s", row_text(row, 16));
	snprintf(v->signed_by, sizeof(v->signed_by), "%s", row_text(row, 17));
	v->inventory = row_int(row, 18);
	v->has_needed = maybe_id(row, 19, v->needed);
	v->has_supplied = maybe_id(row, 20, v->supplied);
	v->left_ms = row_int(row, 21);
	v->reminders = row_int(row, 22);
	v->reminded_at = row_int(row, 23);
	v->urged_at = row_int(row, 24);
	v->has_next = maybe_id(row, 25, v->next);
	return r->each != NULL ? r->each(v, r->ctx, f) : 0;
}

int
verification_load_id(struct act *act, const char *division, const uint8_t *id,
    struct verification *ret_v, struct fault *f)
{
	struct verification_read r = { .v = ret_v };
	int64_t n = store_read(act->reader, ST_VERIFICATION_GET, PARAMS(sql_text(division),
	    sql_blob(id, RECORD_ID_LEN)), verification_row, &r, f);

	if (n == 0)
		fault_set(f, FAULT_NOT_FOUND, "%s", "");
	return n > 0 ? 0 : -1;
}

int
verification_load(struct act *act, const char *id_text, struct verification *ret_v,
    struct fault *f)
{
	char division[7];
	uint8_t id[RECORD_ID_LEN];

	act->object[0] = '\0';
	if (record_object_parse(id_text, division, id) < 0) {
		fault_set(f, FAULT_NOT_FOUND, "%s", "not an id");
		return -1;
	}
	record_object_name(division, id, act->object);
	if (access_check(&act->actor, act->action, NULL, NULL, f) < 0 ||
	    verification_load_id(act, division, id, ret_v, f) < 0)
		return -1;
	/* A verifier's reach is the desk; others' is by role. */
	if (strcmp(act->actor.role, "verifier") == 0)
		return access_desk(act->reader, &act->actor, ret_v->desk, act->now, f);
	return 0;
}

int
verification_list(struct act *act, struct verification_page page, verification_each_fn *each,
    void *ctx, struct fault *f)
{
	static const uint8_t first[RECORD_ID_LEN];
	struct verification v;
	struct verification_read r = { .v = &v, .each = each, .ctx = ctx };

	return store_read(act->reader, ST_VERIFICATIONS_OF_DESK, PARAMS(sql_text(page.desk),
	    sql_text(verification_state_name(page.state)), sql_int(page.after_due),
	    sql_blob(page.after_id != NULL ? page.after_id : first, RECORD_ID_LEN),
	    sql_int(page.limit)), verification_row, &r, f) < 0 ? -1 : 0;
}

int
verification_due(struct act *act, const char *division, int64_t before,
    struct verification_page page, verification_each_fn *each, void *ctx, struct fault *f)
{
	static const uint8_t first[RECORD_ID_LEN];
	struct verification v;
	struct verification_read r = { .v = &v, .each = each, .ctx = ctx };

	return store_read(act->reader, ST_VERIFICATIONS_DUE, PARAMS(sql_text(division),
	    sql_text(verification_state_name(page.state)), sql_int(page.after_due),
	    sql_blob(page.after_id != NULL ? page.after_id : first, RECORD_ID_LEN), sql_int(before),
	    sql_int(page.limit)), verification_row, &r, f) < 0 ? -1 : 0;
}

struct verification_time
verification_time(struct app *app, const struct verification *v, const struct inventory *inv,
    int64_t now)
{
	static const struct office_hours none;
	const struct desk *desk = place_desk(app, inv, v->desk);
	const struct office_hours *hours = desk != NULL ? &desk->hours : &none;
	struct verification_time t = { .ended = verification_state_final(v->state) };

	if (v->state == VERIFICATION_NEED_MORE) {
		t.left_ms = v->left_ms;
		t.light = LIGHT_PAUSED;
		return t;
	}
	t.left_ms = desk == NULL ? v->due_at - now :
	    calendar_office_between(inv->calendar, hours, now, v->due_at);
	t.light = light_at(inv->calendar, hours, v->due_hours * 3600000, v->due_at, now);
	return t;
}

/* What is to be done first, or instead, by the desk and by who waits for it. */
static const char *const desk_next[VERIFICATION_NSTATES][2] = {
	[VERIFICATION_SENT] = { "请先签收", "Sign for it first" },
	[VERIFICATION_SIGNED_FOR] = { "已经签收过,请答复、要求补充、转交或退回",
	    "It is signed for already: answer it, ask back, pass it on or return it" },
	[VERIFICATION_NEED_MORE] = { "请等窗口补充后再办",
	    "Wait until the counter has supplied what was asked back" },
}, *const counter_next[VERIFICATION_NSTATES][2] = {
	[VERIFICATION_SENT] = { "核验岗没有要求补充,请等它答复",
	    "Nothing was asked back: wait for the answer of the desk" },
	[VERIFICATION_SIGNED_FOR] = { "核验岗没有要求补充,请等它答复",
	    "Nothing was asked back: wait for the answer of the desk" },
	[VERIFICATION_NEED_MORE] = { "核验岗在等窗口补充,请先补充",
	    "The desk waits for the counter: supply what it asked back first" },
};

int
verification_refuse(const struct verification *v, enum verification_side side, struct fault *f)
{
	const char *const *next = (side == AT_DESK ? desk_next : counter_next)[v->state];

	fault_set(f, FAULT_VERIFICATION_STATE, "%s", "");
	fault_arg(f, "state", "%s", verification_state_name(v->state));
	fault_arg(f, "state_zh", "%s", verification_state_words(v->state, LANG_ZH));
	fault_arg(f, "state_en", "%s", verification_state_words(v->state, LANG_EN));
	fault_arg(f, "next_zh", "%s", verification_state_final(v->state) ?
	    "这次核验已经结束,请看办件里这一项现在的情况" : next[LANG_ZH]);
	fault_arg(f, "next_en", "%s", verification_state_final(v->state) ?
	    "It is over: look at the item in its case" : next[LANG_EN]);
	return -1;
}

int
verification_may(const struct verification *v, enum verification_state to, struct fault *f)
{
	return verification_state_may(v->state, to) ? 0 : verification_refuse(v, AT_DESK, f);
}

int
verification_sign(struct act *act, struct verification *v, struct fault *f)
{
	struct record *r;
	struct op *op;

	/* What was asked back is signed for again by the counter's answer, not by the desk. */
	if (v->state != VERIFICATION_SENT)
		return verification_refuse(v, AT_DESK, f);
	if ((op = act_add(act, RECORD_VERIFICATION_SIGNED_FOR, v->division, v->case_id, &r,
	    f)) == NULL)
		return -1;
	record_str(r, "desk", v->desk);
	record_str(r, "item", v->item);
	record_object(r, "verification", v->id);
	op_step(op, ST_VERIFICATION_SIGN, 1);
	op_at(op);
	op_text(op, act->actor.id);
	op_text(op, v->division);
	op_blob(op, v->id, RECORD_ID_LEN);
	op_int(op, v->version);
	/* Whatever happens inside a case bumps its version. */
	op_step(op, ST_CASE_BUMP, 1);
	op_at(op);
	op_text(op, act->actor.id);
	op_text(op, v->division);
	op_blob(op, v->case_id, RECORD_ID_LEN);
	return 0;
}

void
verification_put_end(struct op *op, const struct act *act, const struct verification *v,
    enum verification_state to, const char *answer, const uint8_t *record)
{
	op_step(op, ST_VERIFICATION_END, 1);
	op_at(op);
	op_text(op, act->actor.id);
	op_text(op, v->division);
	op_blob(op, v->id, RECORD_ID_LEN);
	op_int(op, v->version);
	op_text(op, verification_state_name(to));
	op_text(op, answer);
	op_blob(op, record, RECORD_ID_LEN);
}

int
case_withdraw_verification(struct act *act, struct op *op, const struct case_file *c,
    const struct case_item *ci, struct fault *f)
{
	struct verification v;

	if (ci->state != ITEM_VERIFYING)
		return 0;
	if (verification_load_id(act, c->division, ci->verification, &v, f) < 0)
		return -1;
	if (verification_state_may(v.state, VERIFICATION_WITHDRAWN))
		verification_put_end(op, act, &v, VERIFICATION_WITHDRAWN, NULL, NULL);
	return 0;
}

int
verification_case(struct act *act, const struct verification *v, struct case_file **ret_case,
    struct case_item **ret_item, struct fault *f)
{
	struct case_file *c = NULL;
	struct case_item *ci;

	if (case_load_id(act, v->division, v->case_id, 1, &c, f) < 0)
		return -1;
	/* What the same request does to the case before counts. */
	c->version += act_ahead(act, c->id);
	if (case_workable(c, f) < 0 || case_item_find(c, v->item, &ci, f) < 0)
		goto out;
	if (ci->state != ITEM_VERIFYING || memcmp(ci->verification, v->id, RECORD_ID_LEN) != 0) {
		case_refuse_unasked(ci, f);
		goto out;
	}
	*ret_case = c;
	*ret_item = ci;
	return 0;
out:
	case_free(c);
	return -1;
}

struct op *
verification_op(struct act *act, const struct verification *v, struct case_file *c,
    struct case_item *ci, enum record_type type, enum names_matter matter, struct record **ret_record,
    struct fault *f)
{
	const struct party *p = case_asked_about(c, ci);
	uint8_t subject[BLIND_LEN];
	struct op *op = act_add(act, type, c->division, c->id, ret_record, f);

	if (op == NULL)
		return NULL;
	if (matter == WITH_MATTER)
		record_str(*ret_record, "matter", c->matter->code);
	record_str(*ret_record, "desk", v->desk);
	record_str(*ret_record, "item", v->item);
	record_object(*ret_record, "verification", v->id);
	if (p != NULL && p->number[0] != '\0') {
		case_subject(act->app, p->type, p->number, subject);
		op_subjects(op, subject, sizeof(subject));
	}
	op_step(op, ST_CASE_TOUCH, 1);
	op_at(op);
	op_text(op, act->actor.id);
	op_text(op, c->division);
	op_blob(op, c->id, RECORD_ID_LEN);
	op_int(op, c->version++);
	return op;
}

/* Ends the verification and moves the item, in one operation on the case. */
static int
end(struct act *act, struct verification *v, struct case_file *c, struct case_item *ci,
    enum verification_state to, enum record_type type, enum item_state item_to,
    const char *answer, struct record **ret_r, struct fault *f)
{
	struct op *op = verification_op(act, v, c, ci, type, WITH_MATTER, ret_r, f);

	if (op == NULL)
		return -1;
	verification_put_end(op, act, v, to, answer, record_id(*ret_r));
	ci->has_record = 1;
	memcpy(ci->record, record_id(*ret_r), RECORD_ID_LEN);
	if (case_move(ci, item_to, f) < 0 || case_step(ci, act->now, item_state_name(item_to), answer != NULL ? answer : "returned",
	    f) < 0)
		return -1;
	case_put_item(op, c, ci);
	return 0;
}

/* Whether nothing found at the desk establishes, as the proof's rule says of an empty answer. */
static int
nothing_establishes(const struct proof *proof, int *ret_yes, struct fault *f)
{
	json_t *data, *value = NULL;
	int rc;

	*ret_yes = 0;
	if (proof->established_when == NULL)
		return 0;
	if ((data = json_pack("{s:[], s:i}", "rows", "count", 0)) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "rule");
		return -1;
	}
	if ((rc = jsonlogic_apply(proof->established_when, data, &value, f)) == 0)
		*ret_yes = jsonlogic_truthy(value);
	json_decref(value);
	json_decref(data);
	return rc;
}

int
verification_answer(struct act *act, struct verification *v, const char *answer,
    const char *basis, struct fault *f)
{
	enum item_state to = ITEM_NOT_ESTABLISHED;
	struct case_file *c = NULL;
	struct case_item *ci;
	struct record *r;
	int nothing = 0, rc = -1;

	if (verification_may(v, VERIFICATION_ANSWERED, f) < 0)
		return -1;
	if (utf8_blank(basis)) {
		fault_set(f, FAULT_BASIS_MISSING, "%s", "");
		return -1;
	}
	if (verification_case(act, v, &c, &ci, f) < 0 ||
	    nothing_establishes(ci->item->proof, &nothing, f) < 0)
		goto out;
	if (strcmp(answer, "match") == 0 || (strcmp(answer, "not_found") == 0 && nothing))
		to = ITEM_ESTABLISHED;
	else if (strcmp(answer, "cannot_verify") == 0)
		to = ITEM_SUPERVISED;	/* not an answer */
	if (end(act, v, c, ci, VERIFICATION_ANSWERED, RECORD_VERIFICATION_ANSWERED, to, answer, &r,
	    f) < 0 || act_body(r, json_pack("{s:s}", "basis", basis), f) < 0)
		goto out;
	record_str(r, "answer", answer);
	record_str(r, "outcome", item_state_name(to));
	rc = 0;
out:
	case_free(c);
	return rc;
}

int
verification_return(struct act *act, struct verification *v, const char *reason,
    struct fault *f)
{
	struct case_file *c = NULL;
	struct case_item *ci;
	struct record *r;
	int rc = -1;

	if (verification_may(v, VERIFICATION_RETURNED, f) < 0 ||
	    verification_case(act, v, &c, &ci, f) < 0 ||
	    end(act, v, c, ci, VERIFICATION_RETURNED, RECORD_VERIFICATION_RETURNED, ITEM_SUPERVISED,
	    NULL, &r, f) < 0 || act_body(r, json_pack("{s:s}", "reason", reason), f) < 0)
		goto out;
	rc = 0;
out:
	case_free(c);
	return rc;
}

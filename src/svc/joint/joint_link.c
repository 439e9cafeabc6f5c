#include "svc/joint/joint_link.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/hash.h"

static void
token_blind(const struct app *app, const char *token, uint8_t ret_blind[BLIND_LEN])
{
	blind(app->seal, "joint link", token, strlen(token), ret_blind);
}

static const struct event_confirm *
find_confirm(const struct event *e, const char *code)
{
	for (size_t i = 0; i < e->nconfirms; i++)
		if (strcmp(e->confirms[i].code, code) == 0)
			return &e->confirms[i];
	return NULL;
}

static const char *
form_text(const struct joint_file *j, size_t field)
{
	const char *text = json_string_value(json_object_get(json_object_get(j->people, "form"),
	    j->event->form[field].field.name));

	return text != NULL ? text : "";
}

/* Whether there is somebody who has still to confirm. */
static int
check_who(const struct joint_file *j, const char *who, struct fault *f)
{
	const struct event_confirm *c = find_confirm(j->event, who);

	if (c != NULL && form_text(j, c->number.form)[0] != '\0' &&
	    json_object_get(json_object_get(j->people, "confirmed"), who) == NULL)
		return 0;
	fault_set(f, FAULT_FIELD_VALUE, "%s", "");
	fault_arg(f, "field", "%s", "who");
	fault_arg(f, "why_zh", "%s", "没有这个人需要确认,或已经确认");
	fault_arg(f, "why_en", "%s", "nobody of this code has still to confirm");
	return -1;
}

static int
check_kind(const struct joint_file *j, enum joint_link_kind kind, const char *who, struct fault *f)
{
	if (kind == JOINT_LINK_CONFIRM)
		return check_who(j, who, f);
	if (kind == JOINT_LINK_PROGRESS || j->state == JOINT_DRAFT || j->state == JOINT_RUNNING)
		return 0;
	fault_set(f, FAULT_JOINT_ENDED, "%s", "");
	fault_arg(f, "number", "%s", j->number);
	return -1;
}

int
joint_link_make(struct act *act, struct joint_file *j, enum joint_link_kind kind, const char *who,
    char ret_token[JOINT_TOKEN_MAX], struct joint_link *ret_link, struct fault *f)
{
	static const int days[JOINT_LINK_NKINDS] = { JOINT_PROGRESS_DAYS, JOINT_CONFIRM_DAYS, JOINT_FORM_DAYS };
	uint8_t bytes[32];
	struct record *r;
	struct op *op;

	memset(ret_link, 0, sizeof(*ret_link));
	if (check_kind(j, kind, who, f) < 0)
		return -1;
	if (kind == JOINT_LINK_FORM)
		who = JOINT_LINK_APPLICANT;
	hash_random(bytes, sizeof(bytes));
	enc_base64url(bytes, sizeof(bytes), ret_token);
	explicit_bzero(bytes, sizeof(bytes));
	token_blind(act->app, ret_token, ret_link->token);
	ret_link->kind = kind;
	snprintf(ret_link->who, sizeof(ret_link->who), "%s", who != NULL ? who : "");
	ret_link->expires_at = act->now + days[kind] * CLOCK_DAY_MS;
	if ((op = act_add(act, RECORD_JOINT_LINKED, j->division, NULL, &r, f)) == NULL)
		return -1;
	record_str(r, "event", j->event->code);
	record_object(r, "joint", j->id);
	if (who != NULL)
		record_str(r, "who", who);
	op_step(op, ST_JOINT_LINK_END, STORE_ANY_COUNT);
	op_text(op, j->division);
	op_blob(op, j->id, RECORD_ID_LEN);
	op_text(op, ret_link->who);
	op_step(op, ST_JOINT_LINK_INSERT, 1);
	op_blob(op, ret_link->token, BLIND_LEN);
	op_text(op, j->division);
	op_blob(op, j->id, RECORD_ID_LEN);
	op_text(op, ret_link->who);
	op_at(op);
	op_text(op, act->actor.id);
	op_int(op, ret_link->expires_at);
	return 0;
}

struct link_read { struct joint_link *link; char division[7]; uint8_t id[RECORD_ID_LEN]; };

/* The columns of JOINT_LINK_GET. */
static int
link_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct link_read *r = ctx;

	(void)f;
	snprintf(r->division, sizeof(r->division), "%s", row_text(row, 0));
	act_row_id(row, 1, r->id);
	snprintf(r->link->who, sizeof(r->link->who), "%s", row_text(row, 2));
	r->link->kind = r->link->who[0] == '\0' ? JOINT_LINK_PROGRESS :
	    strcmp(r->link->who, JOINT_LINK_APPLICANT) == 0 ? JOINT_LINK_FORM : JOINT_LINK_CONFIRM;
	r->link->expires_at = row_int(row, 3);
	r->link->used = !row_null(row, 4);
	return 0;
}

int
joint_link_open(struct act *act, const char *token, struct joint_link *ret_link,
    struct joint_file **ret_joint, struct fault *f)
{
	struct link_read r = { .link = ret_link };
	int64_t n;

	memset(ret_link, 0, sizeof(*ret_link));
	token_blind(act->app, token, ret_link->token);
	/* What is looked up is a keyed hash: how long that takes says nothing about any token. */
	n = store_read(act->reader, ST_JOINT_LINK_GET, PARAMS(sql_blob(ret_link->token, BLIND_LEN)),
	    link_row, &r, f);
	if (n < 0)
		return -1;
	if (n == 0 || ret_link->expires_at <= act->now) {
		fault_set(f, FAULT_LINK_UNKNOWN, "%s", "");
		return -1;
	}
	return joint_load_id(act, r.division, r.id, ret_joint, f);
}

int
joint_confirm(struct act *act, struct joint_file *j, const struct joint_link *link,
    const char *typed, struct fault *f)
{
	const struct event_confirm *c = find_confirm(j->event, link->who);
	char number[IDENT_MAX];
	struct event_happened h = { .what = EVENT_SUPPLIED };
	struct joint_op *o;
	char at[CLOCK_TEXT_MAX];
	json_t *confirmed;
	enum event_verdict v;
	int rc = -1;

	if (c == NULL || link->used) {
		fault_set(f, FAULT_LINK_UNKNOWN, "%s", "");
		return -1;
	}
	if (ident_check(c->type, typed, "identifier", clock_day(act->now), number, f) < 0)
		return -1;
	if (strlen(number) != strlen(form_text(j, c->number.form)) ||
	    !hash_equal(number, form_text(j, c->number.form), strlen(number))) {
		fault_set(f, FAULT_LINK_NUMBER, "%s", "");
		return -1;
	}
	if (j->state == JOINT_DRAFT) {
		fault_set(f, FAULT_JOINT_DRAFT, "%s", "");
		fault_arg(f, "number", "%s", j->number);
		return -1;
	}
	/* What is confirmed is all there. */
	if (joint_check_complete(j->event, j->people, f) < 0)
		return -1;
	if ((o = calloc(1, sizeof(*o))) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "joint case");
		return -1;
	}
	clock_text(act->now, at);
	if ((confirmed = json_object_get(j->people, "confirmed")) == NULL) {
		confirmed = json_object();
		json_object_set_new(j->people, "confirmed", confirmed);
	}
	json_object_set_new(confirmed, c->code, json_string(at));
	j->people_changed = 1;
	event_set_add(&h.fields, c->field);
	if (joint_op_begin(act, j, RECORD_JOINT_CONFIRMED, o, f) < 0 ||
	    act_body(o->r, json_pack("{s:b, s:s}", "agreed", 1, "number", number), f) < 0)
		goto out;
	record_str(o->r, "who", c->code);
	joint_op_note(o, "confirmed");
	if ((v = joint_op_apply(act, o, &h)) != EVENT_TAKEN)
		joint_op_refuse(j, &h, v, f);
	else if ((rc = joint_op_end(act, o, act->now, f)) == 0) {
		op_step(o->op, ST_JOINT_LINK_USE, 1);
		op_blob(o->op, link->token, BLIND_LEN);
		op_at(o->op);
	}
out:
	explicit_bzero(number, sizeof(number));
	free(o);
	return rc;
}

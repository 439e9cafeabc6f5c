#include "svc/act.h"

#include <stdlib.h>
#include <string.h>

#include "base/uuid.h"
#include "rules/json_text.h"
#include "svc/intake/platform.h"

const char *
act_key_division(const struct act *act)
{
	return act->actor.division[0] != '\0' ? act->actor.division : act->app->division;
}

const char *
act_key_caller(const struct act *act)
{
	return access_record_actor(&act->actor).id;
}

void
act_part_key(const uint8_t request[16], const char *part, uint8_t ret_key[16])
{
	struct sha256 hash = hash_sha256((const struct hash_part[]){ { request, 16 },
	    { part, strlen(part) } }, 2);

	memcpy(ret_key, request, 8);
	memcpy(ret_key + 8, hash.b, 8);
}

/* The row that makes the request one that happens once. */
static void
add_key(struct act *act, struct op *op)
{
	op_step(op, ST_IDEMPOTENCY_INSERT, 1);
	op_text(op, act_key_division(act));
	op_blob(op, act->key, sizeof(act->key));
	op_text(op, act_key_caller(act));
	op_blob(op, act->body_blind, sizeof(act->body_blind));
	op_blob(op, act->record, sizeof(act->record));
	op_text(op, act->object);
	op_int(op, act->now);
}

static int
is_quiet(const struct act *act, const uint8_t *case_id)
{
	return act->has_quiet && memcmp(case_id, act->quiet, sizeof(act->quiet)) == 0;
}

/*
 * Where the case is a step of a joint case, that is to be looked at.  Before the case itself is
 * written, as the driver writes both: two processes then never wait for each other.
 */
static void
touch_joint(const struct act *act, struct op *op, const char *division, const uint8_t *case_id)
{
	if (act->driving || is_quiet(act, case_id))
		return;
	op_step(op, ST_JOINT_TOUCH, STORE_ANY_COUNT);
	op_text(op, division);
	op_blob(op, case_id, RECORD_ID_LEN);
	op_at(op);
}

/* Room for one more; -1: none, or too many. */
static int
make_room(struct act *act)
{
	struct op **op;
	struct act_about *about;

	if (act->nops < act->room)
		return 0;
	if (act->room == 0) {
		act->op = act->few_op;
		act->about = act->few;
		act->room = ACT_OPS_FEW;
		return 0;
	}
	if (act->nops == ACT_OPS_MAX)
		return -1;
	op = calloc(ACT_OPS_MAX, sizeof(*op));
	about = calloc(ACT_OPS_MAX, sizeof(*about));
	if (op == NULL || about == NULL) {
		free(op);
		free(about);
		return -1;
	}
	memcpy(op, act->op, act->nops * sizeof(*op));
	memcpy(about, act->about, act->nops * sizeof(*about));
	act->op = op;
	act->about = about;
	act->room = ACT_OPS_MAX;
	return 0;
}

int
act_put(struct act *act, struct op *op, struct fault *f)
{
	if (make_room(act) < 0) {
		op_free(op);
		fault_set(f, FAULT_MEMORY, "%s", "operations");
		return -1;
	}
	act->about[act->nops] = (struct act_about){ .tells = 0 };
	act->op[act->nops++] = op;
	return 0;
}

struct op *
act_add(struct act *act, enum record_type type, const char *division, const uint8_t *case_id,
    struct record **ret_record, struct fault *f)
{
	struct record_actor who = access_record_actor(&act->actor);
	uint8_t id[RECORD_ID_LEN];
	struct op *op;

	if ((op = op_new()) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "operations");
		return NULL;
	}
	uuid7_new(act->app->clock, id);
	if ((*ret_record = record_new(type, division, id, &who)) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "record");
		op_free(op);
		return NULL;
	}
	op_record(op, *ret_record);
	/* Those of one case follow one upon the other. */
	if (act->apart && (case_id == NULL || act_ahead(act, case_id) == 0))
		op_apart(op);
	if (act->nops == 0 || act->apart) {
		memcpy(act->record, id, sizeof(id));
		if (act->has_key)
			add_key(act, op);
	}
	if (act_put(act, op, f) < 0)
		return NULL;
	if (case_id != NULL) {
		struct act_about *t = &act->about[act->nops - 1];

		t->tells = 1;
		t->type = type;
		touch_joint(act, op, division, case_id);
		op_case(op, case_id);
		record_object(*ret_record, "case", case_id);
		memcpy(t->case_id, case_id, RECORD_ID_LEN);
		snprintf(t->division, sizeof(t->division), "%s", division);
		memcpy(t->record, id, sizeof(t->record));
	}
	return op;
}

void
act_quiet(struct act *act, const uint8_t case_id[RECORD_ID_LEN])
{
	memcpy(act->quiet, case_id, sizeof(act->quiet));
	act->has_quiet = 1;
}

int
act_tell(struct act *act)
{
	int any = 0;

	for (size_t i = 0; i < act->nops; i++) {
		struct act_about *t = &act->about[i];

		if (!t->tells)
			continue;
		t->tells = 0;
		if (is_quiet(act, t->case_id))
			continue;
		op_step(act->op[i], ST_WEBHOOK_ADD, STORE_ANY_COUNT);
		op_text(act->op[i], t->division);
		op_blob(act->op[i], t->case_id, RECORD_ID_LEN);
		op_blob(act->op[i], t->record, sizeof(t->record));
		op_text(act->op[i], record_type_name(t->type));
		op_at(act->op[i]);
		any = 1;
	}
	return any;
}

int
act_body_text(struct record *r, struct buf *text, struct fault *f)
{
	uint8_t salt[RECORD_SALT_LEN];
	int rc = buf_failed(text) ? -1 : 0;

	if (rc < 0)
		fault_set(f, FAULT_MEMORY, "%s", "body");
	else {
		hash_random(salt, sizeof(salt));
		record_body(r, text->data, text->len, salt);
	}
	buf_wipe(text);
	return rc;
}

int
act_body(struct record *r, json_t *body, struct fault *f)
{
	struct buf text = BUF_INIT;

	if (json_text(body, JSON_BY_NAME, &text) < 0)
		text.failed = 1;
	json_decref(body);
	return act_body_text(r, &text, f);
}

void
act_clear(struct act *act)
{
	act_drop(act, 0);
	if (act->room > ACT_OPS_FEW) {
		free(act->op);
		free(act->about);
	}
	act->room = 0;
}

void
act_drop(struct act *act, size_t n)
{
	while (act->nops > n)
		op_free(act->op[--act->nops]);
}

int64_t
act_ahead(const struct act *act, const uint8_t case_id[RECORD_ID_LEN])
{
	int64_t n = 0;

	for (size_t i = 0; i < act->nops; i++)
		n += memcmp(act->about[i].case_id, case_id, RECORD_ID_LEN) == 0;
	return n;
}

/* The name on the counter's plate, as its colleagues know it, or a platform's; the id where it is gone. */
static void
name_of(const struct act *act, const char *id, char *text, size_t size)
{
	struct platform p;
	struct actor by;

	if (access_user(act->app, act->reader, id, &by, NULL) == 0)
		snprintf(text, size, "%s", by.name);
	else if (platform_load(act->reader, id, &p, NULL) == 0)
		snprintf(text, size, "%s", p.name);
	else
		snprintf(text, size, "%s", id);
}

int
act_match(const struct act *act, int64_t version, const char *changed_by, int64_t changed_at,
    struct fault *f)
{
	char when[CLOCK_TEXT_MAX], who[sizeof(act->actor.name)];

	if (act->if_match == ACT_ANY_VERSION || act->if_match == version)
		return 0;
	if (changed_at == 0 || act->if_match > version || act->if_match < 1) {
		fault_set(f, FAULT_VERSION_WRONG, "%s", "");
		fault_arg(f, "seen", "%lld", (long long)act->if_match);
		fault_arg(f, "now", "%lld", (long long)version);
		return -1;
	}
	clock_text(changed_at, when);
	when[19] = '\0';
	fault_set(f, FAULT_VERSION_STALE, "%s", "");
	name_of(act, changed_by, who, sizeof(who));
	fault_arg(f, "who", "%s", who);
	fault_arg(f, "when", "%s", when);
	fault_arg(f, "seen", "%lld", (long long)act->if_match);
	fault_arg(f, "now", "%lld", (long long)version);
	return -1;
}

void
act_row_id(const struct store_row *row, int column, uint8_t ret_id[RECORD_ID_LEN])
{
	size_t len;
	const void *id = row_blob(row, column, &len);

	memcpy(ret_id, id, len < RECORD_ID_LEN ? len : RECORD_ID_LEN);
}

struct op *
act_refusal(const struct act *act, const struct fault *why, struct fault *f)
{
	static const char *const members[] = { "item", "matter" };
	struct record_actor who = access_record_actor(&act->actor);
	uint8_t id[RECORD_ID_LEN];
	struct record *r;
	struct op *op = op_new();

	if (op == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "refusal");
		return NULL;
	}
	uuid7_new(act->app->clock, id);
	r = record_new(RECORD_REQUEST_REFUSED, act->has_case ? act->case_division :
	    act->actor.division[0] != '\0' ? act->actor.division : act->app->division, id, &who);
	if (r != NULL) {
		record_str(r, "action", action_name(act->action));
		record_str(r, "code", fault_name(why->code));
		if (act->has_case) {
			op_case(op, act->case_id);
			record_object(r, "case", act->case_id);
		} else if (act->object[0] != '\0')
			record_str(r, "object", act->object);
		for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
			if (fault_arg_get(why, members[i]) != NULL)
				record_str(r, members[i], fault_arg_get(why, members[i]));
	}
	op_record(op, r);
	return op;
}

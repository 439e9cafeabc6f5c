#include "svc/evidence/receipt.h"

#include <stdlib.h>
#include <string.h>

#include "svc/cases/case.h"
#include "svc/evidence/tree.h"
#include "tlog/checkpoint.h"
#include "tlog/proof.h"

#define PROOF_TEXT_MAX (64 + MERKLE_PATH_MAX * PROOF_PATH_TEXT + NOTE_MAX)

struct receipt {
	char division[7], log[8];
	uint8_t id[RECORD_ID_LEN], case_id[RECORD_ID_LEN], salt[RECORD_SALT_LEN], body_salt[RECORD_SALT_LEN];
	int has_case, has_body, with_body;
	int64_t index, size;		/* size: of the checkpoint, 0 without one */
	struct buf text, body, subjects, note;
	json_t *record;			/* of the text */
	char proof[PROOF_TEXT_MAX];
};

struct reading { struct act *act; struct receipt *r; };

void
receipt_free(struct receipt *r)
{
	if (r == NULL)
		return;
	buf_free(&r->text);
	buf_free(&r->subjects);
	buf_free(&r->note);
	buf_wipe(&r->body);
	json_decref(r->record);
	explicit_bzero(r->body_salt, sizeof(r->body_salt));
	free(r);
}

static int
read_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct reading *reading = ctx;
	struct receipt *r = reading->r;
	size_t len;
	const void *bytes;

	snprintf(r->log, sizeof(r->log), "%s", row_text(row, 0));
	r->index = row_int(row, 1);
	r->has_case = !row_null(row, 2);
	if (r->has_case)
		act_row_id(row, 2, r->case_id);
	bytes = row_blob(row, 3, &len);
	memcpy(r->salt, bytes, len < sizeof(r->salt) ? len : sizeof(r->salt));
	buf_str(&r->text, row_text(row, 4));
	bytes = row_blob(row, 6, &len);
	buf_add(&r->subjects, bytes, len);
	r->size = row_null(row, 7) ? 0 : row_int(row, 7);
	buf_str(&r->note, row_text(row, 8));
	if (buf_failed(&r->text) || buf_failed(&r->subjects) || buf_failed(&r->note)) {
		fault_set(f, FAULT_MEMORY, "%s", "receipt");
		return -1;
	}
	r->has_body = !row_null(row, 5);
	if (!r->has_body || !r->with_body)
		return 0;
	bytes = row_blob(row, 5, &len);
	return journal_open_body(reading->act->app->seal, r->id, bytes, len, r->body_salt, &r->body, f);
}

static int
erased_row(const struct store_row *row, void *ctx, struct fault *f)
{
	(void)row;
	(void)ctx;
	(void)f;
	return 0;
}

/* Reads the row; of a record that was erased there is a tombstone. */
static int
read_record(struct act *act, struct receipt *r, struct fault *f)
{
	struct reading reading = { act, r };
	int64_t n = store_read(act->reader, ST_RECORD_RECEIPT, PARAMS(sql_text(r->division),
	    sql_blob(r->id, RECORD_ID_LEN)), read_row, &reading, f);

	if (n > 0) {
		if ((r->record = json_loadb(r->text.data, r->text.len, JSON_REJECT_DUPLICATES, NULL)) != NULL)
			return 0;
		fault_set(f, FAULT_STORE, "%s", "a record that is not JSON");
	}
	if (n != 0)
		return -1;
	n = store_read(act->reader, ST_TOMBSTONE_OF, PARAMS(sql_text(r->division),
	    sql_blob(r->id, RECORD_ID_LEN)), erased_row, NULL, f);
	if (n >= 0)
		fault_set(f, n > 0 ? FAULT_RECORD_ERASED : FAULT_NOT_FOUND, "%s", "record");
	return -1;
}

static const char *
text_of(const json_t *object, const char *member)
{
	const char *text = json_string_value(json_object_get(object, member));

	return text != NULL ? text : "";
}

/* Whoever did it has its receipt; else what is true of the records of the case, or of the trail. */
static int
may_read(struct act *act, const struct receipt *r, struct fault *f)
{
	const json_t *actor = json_object_get(r->record, "actor");
	const enum action asked = act->action;
	struct case_file *c = NULL;
	int rc;

	if (strcmp(text_of(actor, "id"), act->actor.id) == 0)
		return 0;
	if (!r->has_case)
		return access_check(&act->actor, ACTION_RECORD_SEARCH, text_of(actor, "agency"), r->division, f);
	act->action = ACTION_RECORD_READ;
	rc = access_check(&act->actor, ACTION_RECORD_READ, NULL, NULL, f);
	if (rc == 0)
		rc = case_load_id(act, r->division, r->case_id, 0, &c, f);
	act->action = asked;
	case_free(c);
	return rc;
}

/* Values are for whoever typed or got them, and for the clerks of the case. */
static int
may_see_values(struct act *act, const struct receipt *r, struct fault *f)
{
	if (strcmp(text_of(json_object_get(r->record, "actor"), "id"), act->actor.id) == 0)
		return 0;
	return access_check(&act->actor, ACTION_RECORD_VALUES, NULL, NULL, f);
}

static int
prove(struct act *act, struct receipt *r, struct fault *f)
{
	struct log_proof proof = { .index = (uint64_t)r->index, .checkpoint = r->note.data,
		.checkpoint_len = r->note.len };
	struct sha256 path[EVIDENCE_PATH_MAX];

	if (r->size <= r->index) {
		fault_set(f, FAULT_NOT_SIGNED_YET, "%s", "");
		return -1;
	}
	if (evidence_prove_inclusion(act->reader, r->log, (uint64_t)r->index, (uint64_t)r->size, path,
	    &proof.len, f) < 0)
		return -1;
	memcpy(proof.path, path, sizeof(proof.path));
	if (log_proof_write(&proof, r->proof, sizeof(r->proof)) == 0) {
		fault_set(f, FAULT_STORE, "%s", "a checkpoint that is too long");
		return -1;
	}
	return 0;
}

/* Adds the operation that records who saw the values, of those whom they are about. */
static int
record_shown(struct act *act, const struct receipt *r, struct fault *f)
{
	static const char *const same[] = { "matter", "item" };
	struct record *shown;
	struct op *op = act_add(act, RECORD_VALUES_SHOWN, r->division, NULL, &shown, f);

	if (op == NULL)
		return -1;
	record_object(shown, "record", r->id);
	if (r->has_case) {
		op_case(op, r->case_id);
		record_object(shown, "case", r->case_id);
	}
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		if (text_of(r->record, same[i])[0] != '\0')
			record_str(shown, same[i], text_of(r->record, same[i]));
	op_subjects(op, (const uint8_t *)r->subjects.data, r->subjects.len);
	return 0;
}

int
receipt_load(struct act *act, const char *id, int with_body, struct receipt **ret_receipt, struct fault *f)
{
	struct receipt *r = calloc(1, sizeof(*r));
	int rc = -1;

	if (r == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "receipt");
		return -1;
	}
	r->with_body = with_body;
	if (record_object_parse(id, r->division, r->id) < 0) {
		fault_set(f, FAULT_NOT_FOUND, "%s", "record");
		goto out;
	}
	if (read_record(act, r, f) < 0 || may_read(act, r, f) < 0 ||
	    (with_body && may_see_values(act, r, f) < 0))
		goto out;
	if (with_body && !r->has_body && json_object_get(r->record, "body") != NULL) {
		fault_set(f, FAULT_RECORD_ERASED, "%s", "body");
		goto out;
	}
	if (prove(act, r, f) < 0 || (with_body && r->has_body && record_shown(act, r, f) < 0))
		goto out;
	*ret_receipt = r;
	r = NULL;
	rc = 0;
out:
	receipt_free(r);
	return rc;
}

json_t *
receipt_json(const struct receipt *r)
{
	char salt[ENC_SIZE(RECORD_SALT_LEN)];
	json_t *json;

	enc_base64(r->salt, sizeof(r->salt), salt);
	json = json_pack("{s:i, s:s%, s:s, s:s}", "wzm_receipt", 1, "record", r->text.data, r->text.len,
	    "salt", salt, "proof", r->proof);
	if (json != NULL && r->with_body && r->has_body) {
		enc_base64(r->body_salt, sizeof(r->body_salt), salt);
		json_object_set_new(json, "body", json_stringn(r->body.data, r->body.len));
		json_object_set_new(json, "body_salt", json_string(salt));
	}
	return json;
}

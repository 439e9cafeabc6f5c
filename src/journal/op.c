#include "journal/op.h"

#include <stdlib.h>
#include <string.h>

#define OP_STEPS_MAX 200000	/* an import is one operation */
#define OP_BYTES_MAX (256u << 20)

struct op *
op_new(void)
{
	struct op *op = calloc(1, sizeof(*op));

	if (op != NULL)
		op->data.max = OP_BYTES_MAX;
	return op;
}

void
op_free(struct op *op)
{
	if (op == NULL)
		return;
	record_free(op->record);
	buf_free(&op->data);
	buf_free(&op->sealed);
	free(op->step);
	free(op->param);
	free(op->value);
	free(op->subjects);
	free(op);
}

void
op_step(struct op *op, enum stmt stmt, int64_t expect)
{
	if (op->nsteps == op->steps_cap) {
		size_t cap = op->steps_cap != 0 ? op->steps_cap * 2 : 8;
		struct store_step *step = cap > OP_STEPS_MAX * 2 ? NULL :
		    reallocarray(op->step, cap, sizeof(*step));

		if (step == NULL) {
			op->failed = 1;
			return;
		}
		op->step = step;
		op->steps_cap = cap;
	}
	op->step[op->nsteps++] = (struct store_step){ .stmt = stmt, .expect = expect };
}

static struct op_param *
param(struct op *op)
{
	if (op->failed || op->nsteps == 0)
		return NULL;
	if (op->nparams == op->params_cap) {
		size_t cap = op->params_cap != 0 ? op->params_cap * 2 : 32;
		struct op_param *p = reallocarray(op->param, cap, sizeof(*p));

		if (p == NULL) {
			op->failed = 1;
			return NULL;
		}
		op->param = p;
		op->params_cap = cap;
	}
	op->step[op->nsteps - 1].nparams++;
	return memset(&op->param[op->nparams++], 0, sizeof(op->param[0]));
}

void
op_int(struct op *op, int64_t value)
{
	struct op_param *p = param(op);

	if (p != NULL)
		p->value = sql_int(value);
}

/* Bytes go to one buffer; until it is complete a parameter keeps its offset. */
static void
bytes(struct op *op, enum sql_kind kind, const void *data, size_t len)
{
	struct op_param *p = param(op);

	if (p == NULL || data == NULL)
		return;		/* SQL_NULL */
	p->value.kind = kind;
	p->value.i = (int64_t)op->data.len;
	p->value.len = len;
	if (buf_add(&op->data, data, len) < 0)
		op->failed = 1;
}

void
op_text(struct op *op, const char *text)
{
	bytes(op, SQL_TEXT, text, text != NULL ? strlen(text) : 0);
}

void
op_blob(struct op *op, const void *data, size_t len)
{
	bytes(op, SQL_BLOB, data, len);
}

void
op_apart(struct op *op)
{
	op->apart = 1;
}

void
op_at(struct op *op)
{
	struct op_param *p = param(op);

	if (p != NULL) {
		p->value = sql_int(0);
		p->is_at = 1;
	}
}

void
op_case(struct op *op, const uint8_t id[RECORD_ID_LEN])
{
	memcpy(op->case_id, id, RECORD_ID_LEN);
	op->has_case = 1;
}

void
op_subjects(struct op *op, const uint8_t *blinds, size_t len)
{
	uint8_t *copy = malloc(len != 0 ? len : 1);

	if (copy == NULL) {
		op->failed = 1;
		return;
	}
	memcpy(copy, blinds, len);
	free(op->subjects);
	op->subjects = copy;
	op->subjects_len = len;
}

void
op_record(struct op *op, struct record *r)
{
	if (r == NULL)
		op->failed = 1;
	record_free(op->record);
	op->record = r;
}

/* Seals the body of the record. */
static int
seal_body(struct op *op, struct seal *ring, struct fault *f)
{
	struct buf clear = BUF_INIT;
	size_t len;
	const char *body = record_body_of(op->record, &len);
	int rc = -1;

	if (body == NULL)
		return 0;
	buf_add(&clear, record_body_salt(op->record), RECORD_SALT_LEN);
	buf_add(&clear, body, len);
	if (buf_failed(&clear))
		fault_set(f, FAULT_MEMORY, "%s", "body");
	else
		rc = seal(ring, (struct seal_place){ "record", "body", record_id(op->record),
		    RECORD_ID_LEN }, clear.data, clear.len, &op->sealed, f);
	buf_wipe(&clear);
	return rc;
}

int
op_complete(struct op *op, struct seal *ring, struct fault *f)
{
	/* The parameters' values stand in one array, as the store wants them. */
	if (op->failed) {
		fault_set(f, FAULT_MEMORY, "%s", "operation");
		return -1;
	}
	for (size_t i = 0; i < op->nparams; i++) {
		struct sql_value *v = &op->param[i].value;

		if (v->kind == SQL_TEXT || v->kind == SQL_BLOB)
			v->data = op->data.data + v->i;
	}
	/* Whoever was refused by a full queue comes again with the same operation. */
	free(op->value);
	buf_clear(&op->sealed);
	if ((op->value = malloc((op->nparams + 1) * sizeof(*op->value))) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "operation");
		return -1;
	}
	return op->record != NULL ? seal_body(op, ring, f) : 0;
}

const struct store_step *
op_steps(struct op *op, int64_t at)
{
	for (size_t i = 0; i < op->nparams; i++) {
		op->value[i] = op->param[i].value;
		if (op->param[i].is_at)
			op->value[i].i = at;
	}
	for (size_t i = 0, first = 0; i < op->nsteps; i++) {
		op->step[i].param = op->value + first;
		first += op->step[i].nparams;
	}
	return op->step;
}

int
journal_open_body(struct seal *ring, const uint8_t id[RECORD_ID_LEN], const void *sealed,
    size_t len, uint8_t *ret_salt, struct buf *out, struct fault *f)
{
	struct buf clear = BUF_INIT;
	int rc = -1;

	if (unseal(ring, (struct seal_place){ "record", "body", id, RECORD_ID_LEN }, sealed, len,
	    &clear, f) < 0)
		goto out;
	if (clear.len < RECORD_SALT_LEN) {
		fault_set(f, FAULT_SEAL_BROKEN, "%s", "body without salt");
		fault_arg(f, "where", "%s", "record.body");
		goto out;
	}
	if (ret_salt != NULL)
		memcpy(ret_salt, clear.data, RECORD_SALT_LEN);
	if (buf_add(out, clear.data + RECORD_SALT_LEN, clear.len - RECORD_SALT_LEN) < 0) {
		fault_set(f, FAULT_MEMORY, "%s", "body");
		goto out;
	}
	rc = 0;
out:
	buf_wipe(&clear);
	return rc;
}

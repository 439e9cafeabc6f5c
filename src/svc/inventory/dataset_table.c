#include "svc/inventory/dataset_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/uuid.h"
#include "crypto/hash.h"

void
dataset_table_free(struct dataset_table *t)
{
	for (size_t c = 0; c < t->ncolumns; c++)
		free(t->column[c]);
	free(t->column);
	buf_wipe(&t->text);
}

int
dataset_table_keyset(struct dataset_table *t, const char *const *name, size_t n)
{
	struct dataset_input input[DATASET_INPUTS_MAX];
	struct dataset_keyset k = { .n = n };

	if (n > DATASET_INPUTS_MAX)
		return -1;
	for (size_t i = 0; i < n; i++)
		input[i] = (struct dataset_input){ name[i], "" };
	if (dataset_keyset(input, n, k.text, sizeof(k.text)) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		k.name[i] = input[i].name;
	for (size_t i = 0; i < t->nkeysets; i++)
		if (strcmp(t->keyset[i].text, k.text) == 0)
			return 0;
	if (t->nkeysets == DATASET_KEYSETS_MAX)
		return -1;
	t->keyset[t->nkeysets++] = k;
	return 0;
}

static int
same_hash(const struct store_row *row, void *ctx, struct fault *f)
{
	struct dataset_table *t = ctx;

	(void)f;
	t->unchanged = strcmp(row_text(row, 1), t->sha256_hex) == 0;
	return 0;
}

int
dataset_table_compare(struct dataset_table *t, struct store_reader *reader, struct fault *f)
{
	struct buf keys = BUF_INIT;
	struct sha256 hash;
	int rc = -1;

	for (size_t i = 0; i < t->nkeysets; i++)
		buf_fmt(&keys, "%s\n", t->keyset[i].text);
	if (buf_failed(&keys)) {
		fault_set(f, FAULT_MEMORY, "%s", t->name);
		goto out;
	}
	hash = hash_sha256((const struct hash_part[]){ { keys.data, keys.len },
	    { t->text.data, t->text.len } }, 2);
	enc_hex(hash.b, sizeof(hash.b), t->sha256_hex);
	if (store_read(reader, ST_DATASET_GET, PARAMS(sql_text(t->name)), same_hash, t, f) >= 0)
		rc = 0;
out:
	buf_free(&keys);
	return rc;
}

int
dataset_table_columns(struct dataset_table *t, const char *const *name, size_t n,
    struct fault *f)
{
	if ((t->column = calloc(n, sizeof(*t->column))) == NULL)
		goto memory;
	for (t->ncolumns = 0; t->ncolumns < n; t->ncolumns++)
		if ((t->column[t->ncolumns] = strdup(name[t->ncolumns])) == NULL)
			goto memory;
	for (size_t k = 0; k < t->nkeysets; k++) {
		for (size_t i = 0; i < t->keyset[k].n; i++) {
			size_t c = 0;

			while (c < n && strcmp(name[c], t->keyset[k].name[i]) != 0)
				c++;
			t->keyset[k].column[i] = c;
		}
	}
	return 0;
memory:
	fault_set(f, FAULT_MEMORY, "%s", t->name);
	return -1;
}

void
dataset_table_replace(struct op *op, const struct dataset_table *t)
{
	op_step(op, ST_DATASET_KEYS_DELETE, STORE_ANY_COUNT);
	op_text(op, t->name);
	op_step(op, ST_DATASET_ROWS_DELETE, STORE_ANY_COUNT);
	op_text(op, t->name);
	op_step(op, ST_DATASET_PUT, 1);
	op_text(op, t->name);
	op_text(op, t->sha256_hex);
	op_int(op, t->rows);
	op_at(op);
}

struct op *
dataset_table_op(struct app *app, const struct actor *actor, const struct dataset_table *t,
    struct fault *f)
{
	struct record_actor who = access_record_actor(actor);
	uint8_t id[RECORD_ID_LEN];
	struct record *r;
	struct op *op = op_new();

	if (op == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		return NULL;
	}
	dataset_table_replace(op, t);
	uuid7_new(app->clock, id);
	if ((r = record_new(RECORD_DATASET_IMPORTED, app->division, id, &who)) != NULL) {
		record_str(r, "dataset", t->name);
		record_int(r, "rows", t->rows);
		record_str(r, "sha256", t->sha256_hex);
	}
	op_record(op, r);
	return op;
}

/* A row as a JSON object of texts. */
static void
row_json(const struct dataset_table *t, const char *const *field, struct buf *out)
{
	buf_char(out, '{');
	for (size_t i = 0; i < t->ncolumns; i++) {
		if (i > 0)
			buf_char(out, ',');
		buf_json(out, t->column[i], strlen(t->column[i]));
		buf_char(out, ':');
		buf_json(out, field[i], strlen(field[i]));
	}
	buf_char(out, '}');
}

int
dataset_table_row(struct app *app, struct op *op, const struct dataset_table *t,
    const char *const *field, int64_t id, struct fault *f)
{
	struct buf json = BUF_INIT, sealed = BUF_INIT;
	int rc = -1;

	row_json(t, field, &json);
	if (buf_failed(&json)) {
		fault_set(f, FAULT_MEMORY, "%s", t->name);
		goto out;
	}
	if (dataset_seal_row(app->seal, t->name, id, json.data, json.len, &sealed, f) < 0)
		goto out;
	op_step(op, ST_DATASET_ROW_INSERT, 1);
	op_text(op, t->name);
	op_int(op, id);
	op_blob(op, sealed.data, sealed.len);
	for (size_t k = 0; k < t->nkeysets; k++) {
		const struct dataset_keyset *set = &t->keyset[k];
		struct dataset_input input[DATASET_INPUTS_MAX];
		uint8_t index[BLIND_LEN];
		int complete = 1;

		for (size_t i = 0; i < set->n; i++) {
			input[i] = (struct dataset_input){ set->name[i], field[set->column[i]] };
			complete &= input[i].value[0] != '\0';
		}
		if (!complete)
			continue;
		dataset_blind(app->seal, t->name, set->text, input, set->n, index);
		op_step(op, ST_DATASET_KEY_INSERT, 1);
		op_text(op, t->name);
		op_text(op, set->text);
		op_blob(op, index, sizeof(index));
		op_int(op, id);
	}
	rc = 0;
out:
	buf_wipe(&json);
	buf_free(&sealed);
	return rc;
}

#include "source/dataset.h"

#include <string.h>

#include "rules/json_tree.h"

#define ROW_MAX 65536	/* bytes of a row's JSON */

int
dataset_keyset(struct dataset_input *input, size_t n, char *ret_keyset, size_t size)
{
	size_t len = 0;

	for (size_t i = 1; i < n; i++) {
		struct dataset_input in = input[i];
		size_t at = i;

		for (; at > 0 && strcmp(input[at - 1].name, in.name) > 0; at--)
			input[at] = input[at - 1];
		input[at] = in;
	}
	ret_keyset[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		int wrote = snprintf(ret_keyset + len, size - len, "%s%s", i > 0 ? "," : "",
		    input[i].name);

		if (wrote < 0 || (size_t)wrote >= size - len)
			return -1;
		len += (size_t)wrote;
	}
	return 0;
}

/* What counts as the same value: blanks around it do not, nor does the case of Latin letters. */
static void
add_normal(struct buf *out, const char *value)
{
	size_t from = strspn(value, " \t\r\n"), until = strlen(value);

	while (until > from && strchr(" \t\r\n", value[until - 1]) != NULL)
		until--;
	buf_fmt(out, "%zu:", until - from);
	for (size_t i = from; i < until; i++)
		buf_char(out, value[i] >= 'a' && value[i] <= 'z' ? (char)(value[i] - 'a' + 'A') : value[i]);
}

void
dataset_blind(const struct seal *seal, const char *dataset, const char *keyset,
    const struct dataset_input *input, size_t n, uint8_t ret_blind[BLIND_LEN])
{
	char purpose[160];
	struct buf value = BUF_INIT;

	/* Each value with its length: "ab","c" and "a","bc" differ. */
	for (size_t i = 0; i < n; i++)
		add_normal(&value, input[i].value);
	snprintf(purpose, sizeof(purpose), "dataset/%s/%s", dataset, keyset);
	blind(seal, purpose, value.data != NULL ? value.data : "", value.len, ret_blind);
	buf_wipe(&value);
}

/* A row opens only where it was put: its dataset and number are part of the seal. */
static struct seal_place
row_place(char *id_text, size_t size, const char *dataset, int64_t id)
{
	int len = snprintf(id_text, size, "%s/%lld", dataset, (long long)id);

	return (struct seal_place){ "dataset_row", "sealed", id_text, len > 0 ? (size_t)len : 0 };
}

int
dataset_seal_row(struct seal *ring, const char *dataset, int64_t id, const char *json,
    size_t len, struct buf *out, struct fault *f)
{
	char id_text[160];

	return seal(ring, row_place(id_text, sizeof(id_text), dataset, id), json, len, out, f);
}

int
dataset_unseal_row(struct seal *ring, const char *dataset, int64_t id, const void *sealed,
    size_t len, struct buf *out, struct fault *f)
{
	char id_text[160];

	return unseal(ring, row_place(id_text, sizeof(id_text), dataset, id), sealed, len, out, f);
}

struct asking {
	struct seal *seal;
	const char *dataset;
	const char *const *fields;	/* NULL: all */
	const struct jsonlogic *filter;
	json_t *rows;
};

/* Whether the row counts for this proof; -1 on a fault. */
static int
counts(const struct jsonlogic *filter, const json_t *row, struct fault *f)
{
	json_t *value = NULL;
	int yes;

	if (filter == NULL)
		return 1;
	if (jsonlogic_apply(filter, row, &value, f) < 0)
		return -1;
	yes = jsonlogic_truthy(value);
	json_decref(value);
	return yes;
}

static int
one_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct asking *a = ctx;
	struct buf clear = BUF_INIT_MAX(ROW_MAX);
	json_t *object = NULL;
	size_t len;
	const void *sealed = row_blob(row, 1, &len);
	int rc = -1, yes;

	if (dataset_unseal_row(a->seal, a->dataset, row_int(row, 0), sealed, len, &clear, f) < 0)
		goto out;
	/* A filter looks at the whole row, also at what is then kept back. */
	object = a->filter != NULL || a->fields == NULL ? json_tree(clear.data, clear.len) :
	    json_tree_of(clear.data, clear.len, a->fields);
	if (object == NULL) {
		fault_set(f, FAULT_SEAL_BROKEN, "%s", "row is not JSON");
		fault_arg(f, "where", "%s", a->dataset);
		goto out;
	}
	if ((yes = counts(a->filter, object, f)) < 0)
		goto out;
	if (a->filter != NULL && a->fields != NULL)
		json_tree_cut(object, a->fields);
	if (yes && json_array_append(a->rows, object) < 0) {
		fault_set(f, FAULT_MEMORY, "%s", "rows");
		goto out;
	}
	rc = 0;
out:
	json_decref(object);
	buf_wipe(&clear);
	return rc;
}

#define FIND_PARAMS(q) ST_DATASET_FIND, PARAMS(sql_text((q)->dataset), sql_text((q)->keyset), \
	sql_blob((q)->index, sizeof((q)->index)), sql_int(DATASET_ROWS_MAX + 1))

int
dataset_question(struct store_reader *reader, const struct seal *seal, const char *dataset,
    struct dataset_input *input, size_t n, struct dataset_question *q, struct fault *f)
{
	q->dataset = dataset;
	if (dataset_keyset(input, n, q->keyset, sizeof(q->keyset)) < 0) {
		fault_set(f, FAULT_BUG, "%s", "key set too long");
		return -1;
	}
	dataset_blind(seal, dataset, q->keyset, input, n, q->index);
	store_read_ahead(reader, FIND_PARAMS(q));
	return 0;
}

int
dataset_ask(struct store_reader *reader, struct seal *seal, const struct dataset_question *q,
    const char *const *fields, const struct jsonlogic *filter, json_t **ret_rows, struct fault *f)
{
	struct asking a = { .seal = seal, .dataset = q->dataset, .fields = fields, .filter = filter };
	int64_t found, there = 1;

	if ((a.rows = json_array()) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "rows");
		return -1;
	}
	found = store_read(reader, FIND_PARAMS(q), one_row, &a, f);
	/* Nothing found means something only where something was looked through. */
	if (found == 0)
		there = store_read(reader, ST_DATASET_GET, PARAMS(sql_text(q->dataset)), NULL, NULL, f);
	if (there > 0 && found >= 0 && found <= DATASET_ROWS_MAX) {
		*ret_rows = a.rows;
		return 0;
	}
	if (there == 0) {
		fault_set(f, FAULT_SOURCE_FAULT, "dataset %s was never imported", q->dataset);
		fault_arg(f, "source", "%s", q->dataset);
	} else if (found > 0) {
		fault_set(f, FAULT_SOURCE_FAULT, "more than %d rows", DATASET_ROWS_MAX);
		fault_arg(f, "source", "%s", q->dataset);
	}
	json_decref(a.rows);
	return -1;
}

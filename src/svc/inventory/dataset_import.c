#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/uuid.h"
#include "crypto/hash.h"
#include "rules/csv.h"
#include "source/dataset.h"
#include "svc/inventory/inventory_svc.h"

#define TABLE_MAX (64u << 20)
#define KEYSETS_MAX 8
#define TABLES_MAX 64

/* The inputs by which services ask a table: column numbers, sorted by name. */
struct keyset {
	char text[120];
	size_t n, column[DATASET_INPUTS_MAX];
	const char *name[DATASET_INPUTS_MAX];
};

struct table {
	const char *name;
	struct buf text;
	char sha256_hex[65];
	struct keyset keyset[KEYSETS_MAX];
	size_t nkeysets;
	char **column;
	size_t ncolumns;
	int64_t rows;
	int unchanged;
};

struct import {
	struct app *app;
	struct inventory_report *report;
	struct table table[TABLES_MAX];
	size_t ntables;
};

/* Values of registries are personal data: a report says where, never what. */
static void
report_error(struct import *im, const struct table *t, size_t line, const char *column,
    const char *zh, const char *en)
{
	struct inventory_report *r = im->report;
	struct inventory_error *e;

	r->total++;
	if (r->n == INVENTORY_ERRORS_MAX)
		return;
	if ((e = reallocarray(r->error, r->n + 1, sizeof(*e))) == NULL)
		return;		/* still counted */
	r->error = e;
	e = memset(&r->error[r->n++], 0, sizeof(*e));
	snprintf(e->file, sizeof(e->file), "%s.csv", t->name);
	e->line = line;
	snprintf(e->column, sizeof(e->column), "%s", column);
	snprintf(e->reason[LANG_ZH], sizeof(e->reason[0]), "%s", zh);
	snprintf(e->reason[LANG_EN], sizeof(e->reason[0]), "%s", en);
	snprintf(e->next[LANG_ZH], sizeof(e->next[0]), "请改正后重新导入");
	snprintf(e->next[LANG_EN], sizeof(e->next[0]), "Correct it and import again");
}

static struct table *
table_of(struct import *im, const char *name)
{
	for (size_t i = 0; i < im->ntables; i++)
		if (strcmp(im->table[i].name, name) == 0)
			return &im->table[i];
	if (im->ntables == TABLES_MAX)
		return NULL;
	im->table[im->ntables].name = name;
	return &im->table[im->ntables++];
}

/* Adds the key set of a query service, unless the table has it already. */
static int
add_keyset(struct table *t, const struct service *s)
{
	struct dataset_input input[DATASET_INPUTS_MAX];
	struct keyset k = { .n = s->ninputs };

	if (s->ninputs > DATASET_INPUTS_MAX)
		return -1;
	for (size_t i = 0; i < s->ninputs; i++)
		input[i] = (struct dataset_input){ s->inputs[i].name, "" };
	if (dataset_keyset(input, s->ninputs, k.text, sizeof(k.text)) < 0)
		return -1;
	for (size_t i = 0; i < s->ninputs; i++)
		k.name[i] = input[i].name;
	for (size_t i = 0; i < t->nkeysets; i++)
		if (strcmp(t->keyset[i].text, k.text) == 0)
			return 0;
	if (t->nkeysets == KEYSETS_MAX)
		return -1;
	t->keyset[t->nkeysets++] = k;
	return 0;
}

static int
plan(struct import *im, const struct inventory *inv, struct fault *f)
{
	for (size_t i = 0; i < inv->nservices; i++) {
		const struct service *s = &inv->services[i];
		struct table *t;

		if (s->kind != SERVICE_QUERY)
			continue;
		if ((t = table_of(im, s->dataset)) == NULL || add_keyset(t, s) < 0) {
			fault_set(f, FAULT_BUG, "too many tables or keys at %s", s->code);
			return -1;
		}
	}
	return 0;
}

/* Reads the header: names the columns and finds those of the key sets. */
static int
header(struct import *im, struct table *t, const char **field, size_t n, struct fault *f)
{
	if ((t->column = calloc(n, sizeof(*t->column))) == NULL)
		goto memory;
	for (t->ncolumns = 0; t->ncolumns < n; t->ncolumns++)
		if ((t->column[t->ncolumns] = strdup(field[t->ncolumns])) == NULL)
			goto memory;
	for (size_t k = 0; k < t->nkeysets; k++) {
		for (size_t i = 0; i < t->keyset[k].n; i++) {
			size_t c = 0;

			while (c < n && strcmp(field[c], t->keyset[k].name[i]) != 0)
				c++;
			if (c == n)
				report_error(im, t, 1, t->keyset[k].name[i], "缺少这一列",
				    "this column is missing");
			t->keyset[k].column[i] = c;
		}
	}
	return 0;
memory:
	fault_set(f, FAULT_MEMORY, "%s", t->name);
	return -1;
}

/* Reads a table through once; errors go to the report. */
static int
check_table(struct import *im, struct table *t, struct fault *f)
{
	struct csv *csv = csv_new(t->text.data, t->text.len);
	const char **field;
	size_t n, line;
	struct fault bad = FAULT_INIT;
	int rc = -1, more;

	if (csv == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", t->name);
		return -1;
	}
	while ((more = csv_next(csv, &field, &n, &line, &bad)) == 1) {
		if (t->column == NULL) {
			if (header(im, t, field, n, f) < 0)
				goto out;
			continue;
		}
		if (n != t->ncolumns)
			report_error(im, t, line, "", "这一行的列数与表头不同",
			    "the row has another number of fields than the header");
		t->rows++;
	}
	if (more < 0) {
		const char *at = fault_arg_get(&bad, "line");

		report_error(im, t, at != NULL ? strtoull(at, NULL, 10) : 0, "",
		    "不是正确的 CSV", "not well-formed CSV");
	}
	if (t->column == NULL && more == 0)
		report_error(im, t, 0, "", "文件是空的", "the file is empty");
	rc = 0;
out:
	csv_free(csv);
	return rc;
}

static int
same_hash(const struct store_row *row, void *ctx, struct fault *f)
{
	struct table *t = ctx;

	(void)f;
	t->unchanged = strcmp(row_text(row, 1), t->sha256_hex) == 0;
	return 0;
}

static int
read_table(struct import *im, struct table *t, const char *src, struct store_reader *reader,
    struct fault *f)
{
	struct buf keys = BUF_INIT;
	struct sha256 hash;
	char path[4400];
	int n = snprintf(path, sizeof(path), "%s/%s.csv", src, t->name), rc = -1;

	t->text.max = TABLE_MAX;
	if (n < 0 || (size_t)n >= sizeof(path) || access(path, R_OK) < 0) {
		report_error(im, t, 0, "", "读不到这个文件", "the file cannot be read");
		return 0;
	}
	if (buf_read_file(&t->text, path, TABLE_MAX, f) < 0 || buf_add(&t->text, "", 0) < 0)
		return -1;
	for (size_t i = 0; i < t->nkeysets; i++)
		buf_fmt(&keys, "%s\n", t->keyset[i].text);
	if (buf_failed(&keys)) {
		fault_set(f, FAULT_MEMORY, "%s", t->name);
		goto out;
	}
	hash = hash_sha256((const struct hash_part[]){ { keys.data, keys.len },
	    { t->text.data, t->text.len } }, 2);
	enc_hex(hash.b, sizeof(hash.b), t->sha256_hex);
	if (store_read(reader, ST_DATASET_GET, PARAMS(sql_text(t->name)), same_hash, t, f) < 0)
		goto out;
	rc = check_table(im, t, f);
out:
	buf_free(&keys);
	return rc;
}

/* A row as a JSON object of texts. */
static void
row_json(const struct table *t, const char **field, struct buf *out)
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

/* One row and, for each key set whose values it has, its blind index. */
static int
add_row(struct app *app, struct op *op, const struct table *t, const char **field, int64_t id,
    struct fault *f)
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
		const struct keyset *set = &t->keyset[k];
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

static struct op *
table_op(struct app *app, const struct actor *actor, const struct table *t, struct fault *f)
{
	struct record_actor who = access_record_actor(actor);
	uint8_t id[RECORD_ID_LEN];
	struct record *r;
	struct op *op = op_new();

	if (op == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		return NULL;
	}
	op_step(op, ST_DATASET_KEYS_DELETE, STORE_ANY_COUNT);
	op_text(op, t->name);
	op_step(op, ST_DATASET_ROWS_DELETE, STORE_ANY_COUNT);
	op_text(op, t->name);
	op_step(op, ST_DATASET_PUT, 1);
	op_text(op, t->name);
	op_text(op, t->sha256_hex);
	op_int(op, t->rows);
	op_at(op);
	uuid7_new(app->clock, id);
	if ((r = record_new(RECORD_DATASET_IMPORTED, app->division, id, &who)) != NULL) {
		record_str(r, "dataset", t->name);
		record_int(r, "rows", t->rows);
		record_str(r, "sha256", t->sha256_hex);
	}
	op_record(op, r);
	return op;
}

static int
write_table(struct app *app, const struct actor *actor, const struct table *t, struct fault *f)
{
	struct csv *csv = csv_new(t->text.data, t->text.len);
	struct op *op = table_op(app, actor, t, f);
	const char **field;
	size_t n, line;
	int64_t id = 0;
	int rc = -1;

	if (csv == NULL || op == NULL)
		goto out;
	while (csv_next(csv, &field, &n, &line, f) == 1)
		if (id++ > 0 && add_row(app, op, t, field, id - 1, f) < 0)
			goto out;
	rc = journal_run(app->journal, op, NULL, f);
	op = NULL;
out:
	op_free(op);
	csv_free(csv);
	return rc;
}

static void
import_free(struct import *im)
{
	for (size_t i = 0; im != NULL && i < im->ntables; i++) {
		struct table *t = &im->table[i];

		for (size_t c = 0; c < t->ncolumns; c++)
			free(t->column[c]);
		free(t->column);
		buf_wipe(&t->text);
	}
	free(im);
}

int
dataset_import(struct app *app, const struct actor *actor, const char *src,
    struct datasets_done *ret_done, struct inventory_report *report, struct fault *f)
{
	struct inventory *inv = app_inventory(app, f);
	struct import *im = calloc(1, sizeof(*im));
	struct store_reader *reader = NULL;
	struct datasets_done done = { 0 };
	int rc = -1;

	if (inv == NULL || im == NULL || plan(im, inv, f) < 0 ||
	    store_reader_open(app->store, &reader, f) < 0)
		goto out;
	im->report = report;
	for (size_t i = 0; i < im->ntables; i++)
		if (read_table(im, &im->table[i], src, reader, f) < 0)
			goto out;
	if (report->total > 0) {
		fault_set(f, FAULT_IMPORT_REFUSED, "%s", "dataset");
		fault_arg(f, "count", "%zu", report->total);
		goto out;
	}
	for (size_t i = 0; i < im->ntables; i++) {
		done.rows += im->table[i].rows;
		if (im->table[i].unchanged) {
			done.unchanged++;
			continue;
		}
		if (write_table(app, actor, &im->table[i], f) < 0)
			goto out;
		done.changed++;
	}
	*ret_done = done;
	rc = 0;
out:
	store_reader_close(reader);
	import_free(im);
	inventory_unref(inv);
	return rc;
}

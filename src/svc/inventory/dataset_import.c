#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rules/csv.h"
#include "svc/inventory/dataset_table.h"
#include "svc/inventory/inventory_svc.h"

#define TABLE_MAX (64u << 20)
#define TABLES_MAX 64

struct import {
	struct app *app;
	struct inventory_report *report;
	struct dataset_table table[TABLES_MAX];
	size_t ntables;
};

/* Values of registries are personal data: a report says where, never what. */
static void
report_error(struct import *im, const struct dataset_table *t, size_t line, const char *column,
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

static struct dataset_table *
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

/* Adds the key set of a query service. */
static int
add_keyset(struct dataset_table *t, const struct service *s)
{
	const char *name[DATASET_INPUTS_MAX];

	if (s->ninputs > DATASET_INPUTS_MAX)
		return -1;
	for (size_t i = 0; i < s->ninputs; i++)
		name[i] = s->inputs[i].name;
	return dataset_table_keyset(t, name, s->ninputs);
}

static int
plan(struct import *im, const struct inventory *inv, struct fault *f)
{
	for (size_t i = 0; i < inv->nservices; i++) {
		const struct service *s = &inv->services[i];
		struct dataset_table *t;

		if (s->kind != SERVICE_QUERY)
			continue;
		if ((t = table_of(im, s->dataset)) == NULL || add_keyset(t, s) < 0) {
			fault_set(f, FAULT_BUG, "too many tables or keys at %s", s->code);
			return -1;
		}
	}
	return 0;
}

/* Reads the header; a key without its column is an error. */
static int
header(struct import *im, struct dataset_table *t, const char **field, size_t n, struct fault *f)
{
	if (dataset_table_columns(t, field, n, f) < 0)
		return -1;
	for (size_t k = 0; k < t->nkeysets; k++)
		for (size_t i = 0; i < t->keyset[k].n; i++)
			if (t->keyset[k].column[i] == n)
				report_error(im, t, 1, t->keyset[k].name[i], "缺少这一列",
				    "this column is missing");
	return 0;
}

/* Reads a table through once; errors go to the report. */
static int
check_table(struct import *im, struct dataset_table *t, struct fault *f)
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
read_table(struct import *im, struct dataset_table *t, const char *src,
    struct store_reader *reader, struct fault *f)
{
	char path[4400];
	int n = snprintf(path, sizeof(path), "%s/%s.csv", src, t->name);

	t->text.max = TABLE_MAX;
	if (n < 0 || (size_t)n >= sizeof(path) || access(path, R_OK) < 0) {
		report_error(im, t, 0, "", "读不到这个文件", "the file cannot be read");
		return 0;
	}
	if (buf_read_file(&t->text, path, TABLE_MAX, f) < 0 || buf_add(&t->text, "", 0) < 0)
		return -1;
	return dataset_table_compare(t, reader, f) < 0 ? -1 : check_table(im, t, f);
}

/* The operation that replaces a table; NULL with a fault. */
static struct op *
table_op(struct app *app, const struct actor *actor, const struct dataset_table *t,
    struct fault *f)
{
	struct csv *csv = csv_new(t->text.data, t->text.len);
	struct op *op = dataset_table_op(app, actor, t, f);
	const char **field;
	size_t n, line;
	int64_t id = 0;
	int failed = csv == NULL;

	if (failed)
		fault_set(f, FAULT_MEMORY, "%s", t->name);
	while (!failed && op != NULL && csv_next(csv, &field, &n, &line, f) == 1)
		if (id++ > 0 && dataset_table_row(app, op, t, field, id - 1, f) < 0)
			failed = 1;
	csv_free(csv);
	if (failed) {
		op_free(op);
		return NULL;
	}
	return op;
}

/* Writes what changed, in one transaction: all of it or nothing. */
static int
write_tables(struct app *app, const struct actor *actor, const struct import *im,
    struct datasets_done *done, struct fault *f)
{
	struct op *op[TABLES_MAX];
	size_t n = 0;

	for (size_t i = 0; i < im->ntables; i++) {
		done->rows += im->table[i].rows;
		if (im->table[i].unchanged) {
			done->unchanged++;
			continue;
		}
		if ((op[n] = table_op(app, actor, &im->table[i], f)) == NULL) {
			while (n > 0)
				op_free(op[--n]);
			return -1;
		}
		n++;
	}
	done->changed = n;
	return n > 0 ? journal_run_all(app->journal, op, n, NULL, f) : 0;
}

static void
import_free(struct import *im)
{
	for (size_t i = 0; im != NULL && i < im->ntables; i++)
		dataset_table_free(&im->table[i]);
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
	if (write_tables(app, actor, im, &done, f) < 0)
		goto out;
	*ret_done = done;
	rc = 0;
out:
	store_reader_close(reader);
	import_free(im);
	inventory_unref(inv);
	return rc;
}

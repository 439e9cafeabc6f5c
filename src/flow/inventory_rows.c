#include "flow/inventory_rows.h"

#include <stdlib.h>
#include <string.h>

#include "flow/event_definition.h"
#include "flow/inventory_sheet.h"
#include "rules/csv.h"

#define BYTES_MAX ((size_t)256 << 20)

struct inventory_rows {
	const struct sheet_spec *spec;
	struct arena arena;
	const char ***row;		/* spec->ncolumns texts each */
	size_t n, cap;
};

static int
no_memory(struct fault *f)
{
	fault_set(f, FAULT_MEMORY, "%s", "rows of the inventory");
	return -1;
}

static const struct sheet_spec *
spec_of(const char *name)
{
	for (size_t i = 0; i < SHEET_N; i++)
		if (strcmp(inventory_files[i], name) == 0)
			return &sheet_specs[i];
	return NULL;
}

/* Where each of our columns stands in the file. */
static int
read_header(struct csv *csv, const struct sheet_spec *spec, size_t *ret_at, struct fault *f)
{
	const char **field;
	size_t n, line, found = 0;
	int more = csv_next(csv, &field, &n, &line, f);

	for (size_t i = 0; more > 0 && i < n; i++) {
		int column = sheet_column(spec, field[i]);

		if (column >= 0) {
			ret_at[column] = i;
			found++;
		}
	}
	if (more >= 0 && found != spec->ncolumns) {
		fault_set(f, FAULT_STORE, "%s", "a column is missing");
		more = -1;
	}
	return more < 0 ? -1 : 0;
}

static int
add_row(struct inventory_rows *rows, const char *const *field, size_t n, const size_t *at)
{
	const char **cell = arena_alloc(&rows->arena, rows->spec->ncolumns, sizeof(*cell));

	if (rows->n == rows->cap) {
		size_t cap = rows->cap != 0 ? rows->cap * 2 : 256;
		const char ***more = reallocarray(rows->row, cap, sizeof(*more));

		if (more == NULL)
			return -1;
		rows->row = more;
		rows->cap = cap;
	}
	for (size_t i = 0; cell != NULL && i < rows->spec->ncolumns; i++) {
		const char *text = at[i] < n ? field[at[i]] : "";

		if ((cell[i] = arena_text(&rows->arena, text, strlen(text))) == NULL)
			return -1;
	}
	if (cell == NULL)
		return -1;
	rows->row[rows->n++] = cell;
	return 0;
}

/* Like strcmp, by both columns of the key. */
static int
compare_keys(const struct sheet_spec *spec, const char *const *a, const char *const *b)
{
	int first = strcmp(a[spec->key.col[0]], b[spec->key.col[0]]);

	if (first != 0 || spec->key.col[1] == SHEET_NONE)
		return first;
	return strcmp(a[spec->key.col[1]], b[spec->key.col[1]]);
}

static int
by_key(const void *a, const void *b, void *spec)
{
	return compare_keys(spec, *(const char *const *const *)a, *(const char *const *const *)b);
}

int
inventory_rows_read(const struct inventory_file *file, struct inventory_rows **ret_rows,
    struct fault *f)
{
	struct inventory_rows *rows = calloc(1, sizeof(*rows));
	struct csv *csv = csv_new(file->text, file->len);
	size_t at[SHEET_COLUMNS_MAX] = { 0 }, n, line;
	const char **field;
	int more = -1;

	if (rows == NULL || csv == NULL) {
		no_memory(f);
		goto out;
	}
	rows->arena.max = BYTES_MAX;
	if ((rows->spec = spec_of(file->name)) == NULL) {
		fault_set(f, FAULT_STORE, "no table %s", file->name);
		goto out;
	}
	if (read_header(csv, rows->spec, at, f) < 0)
		goto out;
	while ((more = csv_next(csv, &field, &n, &line, f)) > 0) {
		if (add_row(rows, field, n, at) < 0) {
			more = no_memory(f);
			break;
		}
	}
	if (more == 0) {
		qsort_r(rows->row, rows->n, sizeof(rows->row[0]), by_key, (void *)rows->spec);
		*ret_rows = rows;
		rows = NULL;
	}
out:
	csv_free(csv);
	inventory_rows_free(rows);
	return more;
}

void
inventory_rows_free(struct inventory_rows *rows)
{
	if (rows == NULL)
		return;
	arena_free(&rows->arena);
	free(rows->row);
	free(rows);
}

const char *
inventory_rows_column(const struct inventory_rows *rows, size_t column)
{
	return column < rows->spec->ncolumns ? rows->spec->column[column].name : NULL;
}

size_t
inventory_rows_count(const struct inventory_rows *rows)
{
	return rows->n;
}

const char *
inventory_rows_cell(const struct inventory_rows *rows, size_t i, const char *column)
{
	int at = sheet_column(rows->spec, column);

	return at >= 0 ? rows->row[i][at] : NULL;
}

void
inventory_rows_key(const struct inventory_rows *rows, size_t i, const char **ret_first,
    const char **ret_second)
{
	const struct unique *key = &rows->spec->key;

	*ret_first = rows->row[i][key->col[0]];
	*ret_second = key->col[1] != SHEET_NONE ? rows->row[i][key->col[1]] : "";
}

int64_t
inventory_rows_find(const struct inventory_rows *rows, const char *key)
{
	size_t low = 0, high = rows->n;
	int column = rows->spec->key.col[0];

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(rows->row[middle][column], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < rows->n && strcmp(rows->row[low][column], key) == 0 ? (int64_t)low : -1;
}

int
inventory_rows_same(const struct inventory_rows *a, size_t i, const struct inventory_rows *b,
    size_t k)
{
	for (size_t c = 0; c < a->spec->ncolumns; c++)
		if (strcmp(a->row[i][c], b->row[k][c]) != 0)
			return 0;
	return 1;
}

/* What differs */

/* What a row is called: its own name, or the proof that an item is about. */
static const char *
name_of(const struct inventory_rows *rows, size_t i)
{
	static const char *const names[] = { "name", "proof_name", "label", "purpose" };

	for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
		const char *name = inventory_rows_cell(rows, i, names[k]);

		if (name != NULL)
			return name;
	}
	return "";
}

struct diff {
	const char *file;
	inventory_change_fn *each;
	void *ctx;
};

static int
tell(const struct diff *d, enum inventory_change_kind kind, const struct inventory_rows *rows,
    size_t i, struct inventory_change change, struct fault *f)
{
	change.kind = kind;
	change.file = d->file;
	change.name = name_of(rows, i);
	inventory_rows_key(rows, i, &change.key, &change.key2);
	return d->each(&change, d->ctx, f);
}

static int
diff_cells(const struct diff *d, const struct inventory_rows *a, size_t i,
    const struct inventory_rows *b, size_t k, struct fault *f)
{
	for (size_t c = 0; c < b->spec->ncolumns; c++) {
		const char *before = a->row[i][c], *after = b->row[k][c];

		if (strcmp(before, after) != 0 && tell(d, INVENTORY_CHANGED, b, k,
		    (struct inventory_change){ .column = b->spec->column[c].name, .before = before,
		    .after = after }, f) < 0)
			return -1;
	}
	return 0;
}

/* Both are sorted by key. */
static int
diff_rows(const struct diff *d, const struct inventory_rows *a, const struct inventory_rows *b,
    struct fault *f)
{
	const struct inventory_change none = { 0 };
	size_t i = 0, k = 0;
	int rc = 0;

	while (rc == 0 && (i < a->n || k < b->n)) {
		int order = i == a->n ? 1 : k == b->n ? -1 : compare_keys(a->spec, a->row[i], b->row[k]);

		if (order < 0)
			rc = tell(d, INVENTORY_REMOVED, a, i++, none, f);
		else if (order > 0)
			rc = tell(d, INVENTORY_ADDED, b, k++, none, f);
		else {
			rc = diff_cells(d, a, i, b, k, f);
			i++;
			k++;
		}
	}
	return rc;
}

/* A file that a version lacks has no rows. */
static int
rows_of(const struct inventory_file *files, size_t n, const char *name,
    struct inventory_rows **ret_rows, struct fault *f)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(files[i].name, name) == 0)
			return inventory_rows_read(&files[i], ret_rows, f);
	if ((*ret_rows = calloc(1, sizeof(**ret_rows))) == NULL)
		return no_memory(f);
	(*ret_rows)->spec = spec_of(name);
	return 0;
}

int
inventory_diff(const struct inventory_file *a, size_t na, const struct inventory_file *b,
    size_t nb, inventory_change_fn *each, void *ctx, struct fault *f)
{
	for (size_t i = 0; inventory_files[i] != NULL; i++) {
		const struct diff d = { inventory_files[i], each, ctx };
		struct inventory_rows *before = NULL, *after = NULL;
		int rc = -1;

		if (rows_of(a, na, d.file, &before, f) == 0 && rows_of(b, nb, d.file, &after, f) == 0)
			rc = diff_rows(&d, before, after, f);
		inventory_rows_free(before);
		inventory_rows_free(after);
		if (rc < 0)
			return -1;
	}
	return event_diff(a, na, b, nb, each, ctx, f);
}

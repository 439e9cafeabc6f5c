#include "flow/inventory_edit.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "flow/inventory_sheet.h"
#include "rules/csv.h"

#define BYTES_MAX ((size_t)256 << 20)

/* A table in the order of its file.  Rows that were removed are NULL. */
struct table {
	const struct sheet_spec *spec;
	struct arena arena;
	size_t at[SHEET_COLUMNS_MAX], width;	/* where each of our columns stands */
	const char ***row;			/* row[0] is the header */
	size_t n, cap;
	size_t *sorted, nsorted;		/* rows by key */
};

static int
no_memory(struct fault *f)
{
	fault_set(f, FAULT_MEMORY, "%s", "edits of the inventory");
	return -1;
}

/* What cannot be done, with where it was to be done. */
static int
impossible(const struct inventory_edit *e, const char *zh, const char *en, struct fault *f)
{
	fault_set(f, FAULT_INVENTORY_EDIT, "%s", "");
	fault_arg(f, "file", "%s", e->file);
	fault_arg(f, "key", "%s", e->key);
	fault_arg(f, "why_zh", "%s", zh);
	fault_arg(f, "why_en", "%s", en);
	return -1;
}

int
inventory_edits_name(const struct inventory_edit *edit, size_t n, const char *file)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(edit[i].file, file) == 0)
			return 1;
	return 0;
}

/* Reading */

static int
add_row(struct table *t, const char *const *field, size_t n)
{
	const char **cell = arena_alloc(&t->arena, t->width, sizeof(*cell));

	if (t->n == t->cap) {
		size_t cap = t->cap != 0 ? t->cap * 2 : 256;
		const char ***more = reallocarray(t->row, cap, sizeof(*more));

		if (more == NULL)
			return -1;
		t->row = more;
		t->cap = cap;
	}
	for (size_t i = 0; cell != NULL && i < t->width; i++) {
		const char *text = i < n ? field[i] : "";

		if ((cell[i] = arena_text(&t->arena, text, strlen(text))) == NULL)
			return -1;
	}
	if (cell == NULL)
		return -1;
	t->row[t->n++] = cell;
	return 0;
}

static int
read_header(struct table *t, const char *const *field, size_t n, const char *name, struct fault *f)
{
	size_t found = 0;

	t->width = n;
	for (size_t i = 0; i < n; i++) {
		int column = sheet_column(t->spec, field[i]);

		if (column >= 0) {
			t->at[column] = i;
			found++;
		}
	}
	if (found == t->spec->ncolumns)
		return 0;
	fault_set(f, FAULT_STORE, "%s: a column is missing", name);
	return -1;
}

static int
read_table(struct table *t, const struct inventory_file *file, struct fault *f)
{
	struct csv *csv = csv_new(file->text, file->len);
	const char **field;
	size_t n, line;
	int more = -1;

	if (csv == NULL)
		return no_memory(f);
	while ((more = csv_next(csv, &field, &n, &line, f)) > 0) {
		if (t->n == 0 && read_header(t, (const char *const *)field, n, file->name, f) < 0)
			more = -1;
		else if (add_row(t, (const char *const *)field, n) < 0)
			more = no_memory(f);
		if (more < 0)
			break;
	}
	csv_free(csv);
	if (more == 0 && t->n == 0) {
		fault_set(f, FAULT_STORE, "%s: there is no header", file->name);
		more = -1;
	}
	return more;
}

/* Finding */

static const char *
key_cell(const struct table *t, size_t row, int which)
{
	int column = t->spec->key.col[which];

	return column == SHEET_NONE ? "" : t->row[row][t->at[column]];
}

static int
compare(const struct table *t, size_t row, const char *key, const char *key2)
{
	int first = strcmp(key_cell(t, row, 0), key);

	return first != 0 ? first : strcmp(key_cell(t, row, 1), key2 != NULL ? key2 : "");
}

static int
by_key(const void *a, const void *b, void *table)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return compare(table, x, key_cell(table, y, 0), key_cell(table, y, 1));
}

static int
sort(struct table *t, struct fault *f)
{
	if ((t->sorted = calloc(t->n, sizeof(*t->sorted))) == NULL)
		return no_memory(f);
	for (size_t i = 1; i < t->n; i++)
		t->sorted[t->nsorted++] = i;
	qsort_r(t->sorted, t->nsorted, sizeof(*t->sorted), by_key, t);
	return 0;
}

/* The row with that key, 0 where there is none: that is the header. */
static size_t
find(const struct table *t, const char *key, const char *key2)
{
	size_t low = 0, high = t->nsorted;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(t, t->sorted[middle], key, key2) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < t->nsorted && compare(t, t->sorted[low], key, key2) == 0 ? t->sorted[low] : 0;
}

/* Editing.  Keys are not changed, so that rows stay sorted; what was removed keeps its cells until the end. */

static int
add(struct table *t, const struct inventory_edit *e, struct fault *f)
{
	const char *blank[1] = { "" };
	size_t *more, at = 0;

	if (find(t, e->key, e->key2) != 0)
		return impossible(e, "已有这一行", "the row is there already", f);
	if (add_row(t, blank, 0) < 0 ||
	    (more = reallocarray(t->sorted, t->n, sizeof(*more))) == NULL)
		return no_memory(f);
	t->sorted = more;
	t->row[t->n - 1][t->at[t->spec->key.col[0]]] = e->key;
	if (t->spec->key.col[1] != SHEET_NONE)
		t->row[t->n - 1][t->at[t->spec->key.col[1]]] = e->key2 != NULL ? e->key2 : "";
	while (at < t->nsorted && compare(t, t->sorted[at], e->key, e->key2) < 0)
		at++;
	memmove(&t->sorted[at + 1], &t->sorted[at], (t->nsorted - at) * sizeof(*t->sorted));
	t->sorted[at] = t->n - 1;
	t->nsorted++;
	return 0;
}

static void
take_out(struct table *t, size_t row)
{
	size_t at = 0;

	while (t->sorted[at] != row)
		at++;
	t->nsorted--;
	memmove(&t->sorted[at], &t->sorted[at + 1], (t->nsorted - at) * sizeof(*t->sorted));
	t->row[row] = NULL;
}

static int
edit_table(struct table *t, const struct inventory_edit *e, struct fault *f)
{
	size_t row;
	int column;

	if (e->kind == INVENTORY_ADDED)
		return add(t, e, f);
	if ((row = find(t, e->key, e->key2)) == 0)
		return impossible(e, "没有这一行", "there is no such row", f);
	if (e->kind == INVENTORY_REMOVED) {
		take_out(t, row);
		return 0;
	}
	column = sheet_column(t->spec, e->column);
	if (column < 0 || column == t->spec->key.col[0] || column == t->spec->key.col[1])
		return impossible(e, "没有这一列,或它是代码不能改", "there is no such column, or it is a key, which does not change", f);
	t->row[row][t->at[column]] = e->value;
	return 0;
}

/* Writing */

static void
write_cell(struct buf *out, const char *text)
{
	if (text[strcspn(text, "\",\r\n")] == '\0') {
		buf_str(out, text);
		return;
	}
	buf_char(out, '"');
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '"')
			buf_char(out, '"');
		buf_char(out, *p);
	}
	buf_char(out, '"');
}

static void
write_table(const struct table *t, struct buf *out)
{
	for (size_t i = 0; i < t->n; i++) {
		if (t->row[i] == NULL)
			continue;
		for (size_t c = 0; c < t->width; c++) {
			if (c > 0)
				buf_char(out, ',');
			write_cell(out, t->row[i][c]);
		}
		buf_char(out, '\n');
	}
}

static int
edit_csv(const struct sheet_spec *spec, const struct inventory_file *file,
    const struct inventory_edit *edit, size_t n, struct buf *out, struct fault *f)
{
	struct table t = { .spec = spec, .arena.max = BYTES_MAX };
	int rc = read_table(&t, file, f) < 0 || sort(&t, f) < 0 ? -1 : 0;

	for (size_t i = 0; rc == 0 && i < n; i++)
		if (strcmp(edit[i].file, file->name) == 0)
			rc = edit_table(&t, &edit[i], f);
	if (rc == 0) {
		write_table(&t, out);
		if (buf_failed(out))
			rc = no_memory(f);
	}
	free(t.sorted);
	free(t.row);
	arena_free(&t.arena);
	return rc;
}

/* Life events */

/* The member of a list whose code is that. */
static json_t *
of_code(const json_t *list, const char *code)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *own = json_string_value(json_object_get(json_array_get(list, i), "code"));

		if (own != NULL && strcmp(own, code) == 0)
			return json_array_get(list, i);
	}
	return NULL;
}

static int
edit_event(json_t *events, const struct inventory_edit *e, struct fault *f)
{
	json_t *object = of_code(events, e->key);

	if (object != NULL && e->key2 != NULL && e->key2[0] != '\0')
		object = of_code(json_object_get(object, "steps"), e->key2);
	/* A member that may be left out is added. */
	if (e->kind != INVENTORY_CHANGED || object == NULL || (json_object_get(object, e->column) != NULL &&
	    !json_is_string(json_object_get(object, e->column))))
		return impossible(e, "“一件事”里没有这一处文字", "the life events have no such text", f);
	return json_object_set_new(object, e->column, json_string(e->value)) < 0 ? no_memory(f) : 0;
}

static int
edit_events(const struct inventory_file *file, const struct inventory_edit *edit, size_t n,
    struct buf *out, struct fault *f)
{
	json_t *events = json_loadb(file->text, file->len, 0, NULL);
	char *text = NULL;
	int rc = 0;

	if (events == NULL) {
		fault_set(f, FAULT_STORE, "%s: it cannot be read", file->name);
		return -1;
	}
	for (size_t i = 0; rc == 0 && i < n; i++)
		if (strcmp(edit[i].file, file->name) == 0)
			rc = edit_event(events, &edit[i], f);
	if (rc == 0 && ((text = json_dumps(events, JSON_INDENT(1))) == NULL || buf_str(out, text) < 0 ||
	    buf_char(out, '\n') < 0))
		rc = no_memory(f);
	free(text);
	json_decref(events);
	return rc;
}

int
inventory_edit_file(const struct inventory_file *file, const struct inventory_edit *edit, size_t n,
    struct buf *out, struct fault *f)
{
	const struct inventory_edit none = { .file = file->name, .key = "" };

	if (strcmp(file->name, INVENTORY_EVENTS) == 0)
		return edit_events(file, edit, n, out, f);
	for (size_t i = 0; i < SHEET_N; i++)
		if (strcmp(inventory_files[i], file->name) == 0)
			return edit_csv(&sheet_specs[i], file, edit, n, out, f);
	return impossible(&none, "没有这张表", "there is no such table", f);
}

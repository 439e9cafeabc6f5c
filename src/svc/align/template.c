#include "svc/align/template.h"

#include <stdlib.h>
#include <string.h>

#include "flow/inventory_source.h"
#include "rules/csv.h"
#include "sheet/write.h"
#include "svc/inventory/export.h"

#define ITEMS "items.csv"
#define CODE_MAX 32

/* The columns of a list; the same as of items.csv. */
enum { CODE, MATTER_CODE, PROOF_CODE, METHOD, LEGAL_BASIS, REQUIRED_WHEN, FIELDS, VERIFY_HOURS, REMARK, MATTER_NAME,
	PROOF_NAME, COLUMNS };
static const char *const columns[COLUMNS] = { "code", "matter_code", "proof_code", "method", "legal_basis",
	"required_when", "fields", "verify_hours", "remark", "matter_name", "proof_name" };

/* What the city's file says of each item, text by text; by code. */
struct city_row { char *cell[COLUMNS]; };
struct city { struct city_row *row; size_t n; };

/* What becomes of a row, or of an item that it lacks. */
struct fate { const struct item *item; int matter, proof, method, drop; };
struct adding { const struct item *item; size_t behind; };	/* behind the row of this number */

struct template {
	const struct align_compared *c;
	struct city city;
	struct fate *fate;		/* of each row */
	struct adding *adding;
	size_t nadding;
	int64_t last_number;		/* of codes such as 330723-0017; 0: it numbers otherwise */
	int width;
	struct xlsx_writer *writer;	/* NULL: CSV */
	struct buf *out;
};

static int
no_memory(struct fault *f)
{
	fault_set(f, FAULT_MEMORY, "%s", "template");
	return -1;
}

/* The city's rows */

static int
by_code(const void *a, const void *b)
{
	return strcmp(((const struct city_row *)a)->cell[CODE], ((const struct city_row *)b)->cell[CODE]);
}

static void
city_free(struct city *city)
{
	for (size_t i = 0; i < city->n; i++)
		for (int k = 0; k < COLUMNS; k++)
			free(city->row[i].cell[k]);
	free(city->row);
	*city = (struct city){ 0 };
}

/* Where each of our columns is in the file: SIZE_MAX where it has none. */
static void
find_columns(const char *const *field, size_t n, size_t at[COLUMNS])
{
	for (int k = 0; k < COLUMNS; k++) {
		at[k] = SIZE_MAX;
		for (size_t i = 0; i < n; i++)
			if (strcmp(inventory_column_name(ITEMS, field[i], LANG_EN), columns[k]) == 0)
				at[k] = i;
	}
}

static int
add_city_row(struct city *city, const char *const *field, size_t n, const size_t at[COLUMNS])
{
	struct city_row *more, *row;

	if ((city->n & (city->n - 1)) == 0) {
		if ((more = reallocarray(city->row, city->n == 0 ? 1 : city->n * 2, sizeof(*more))) == NULL)
			return -1;
		city->row = more;
	}
	row = &city->row[city->n++];
	memset(row, 0, sizeof(*row));
	for (int k = 0; k < COLUMNS; k++)
		if ((row->cell[k] = strdup(at[k] < n ? field[at[k]] : "")) == NULL)
			return -1;
	return 0;
}

static int
read_city(struct act *act, int64_t version, struct city *city, struct fault *f)
{
	struct export_files files = { 0 };
	const char **field;
	size_t n, line, at[COLUMNS], count = 0, file = 0;
	struct csv *csv = NULL;
	int more = -1;

	if (export_read(act->reader, version, &files, f) == 0) {
		while (file < files.n && strcmp(files.name[file], ITEMS) != 0)
			file++;
		csv = file < files.n ? csv_new(files.content[file].data, files.content[file].len) : NULL;
		if (csv == NULL)
			no_memory(f);
	}
	while (csv != NULL && (more = csv_next(csv, &field, &n, &line, f)) == 1) {
		if (count++ == 0)
			find_columns((const char *const *)field, n, at);
		else if (add_city_row(city, (const char *const *)field, n, at) < 0) {
			more = no_memory(f);
			break;
		}
	}
	csv_free(csv);
	export_files_free(&files);
	if (more == 0 && city->n > 0)
		qsort(city->row, city->n, sizeof(*city->row), by_code);
	return more;
}

static const struct city_row *
city_of(const struct city *city, const struct item *item)
{
	struct city_row key = { .cell = { (char *)(uintptr_t)item->code } };

	return bsearch(&key, city->row, city->n, sizeof(*city->row), by_code);
}

/* What is to become of the rows */

/* The last row that is an item of this matter, else the last of all. */
static size_t
behind(const struct align_compared *c, const struct matter *matter)
{
	size_t last = SIZE_MAX;

	for (size_t i = 0; i < c->r->nitems; i++)
		if (c->r->item[i]->matter == matter && c->r->row[i] != ALIGN_NO_ROW &&
		    (last == SIZE_MAX || c->r->row[i] > last))
			last = c->r->row[i];
	return last != SIZE_MAX ? last : align_list_rows(c->list);
}

static int
by_place(const void *a, const void *b)
{
	const struct adding *x = a, *y = b;

	if (x->behind != y->behind)
		return x->behind < y->behind ? -1 : 1;
	return strcmp(x->item->code, y->item->code);
}

/* Takes an adopted difference into account. */
static void
adopt(struct template *t, const struct align_difference *d)
{
	switch (d->kind) {
	case ALIGN_MISSING:
		t->adding[t->nadding++] = (struct adding){ d->item, behind(t->c, d->item->matter) };
		break;
	case ALIGN_EXTRA:
		t->fate[d->row].drop = 1;
		break;
	case ALIGN_MATTER_NAME:
		t->fate[d->row].matter = 1;
		break;
	case ALIGN_PROOF_NAME:
		t->fate[d->row].proof = 1;
		break;
	case ALIGN_METHOD:
		t->fate[d->row].method = 1;
		break;
	case ALIGN_KINDS:
		break;
	}
}

static int
decide_fates(struct template *t, const struct align_known *known, struct fault *f)
{
	const struct align_compared *c = t->c;

	t->fate = calloc(align_list_rows(c->list) + 1, sizeof(*t->fate));
	t->adding = calloc(c->r->kind[ALIGN_MISSING] + 1, sizeof(*t->adding));
	if (t->fate == NULL || t->adding == NULL)
		return no_memory(f);
	for (size_t i = 0; i < c->r->nitems; i++)
		if (c->r->row[i] != ALIGN_NO_ROW)
			t->fate[c->r->row[i]].item = c->r->item[i];
	for (size_t i = 0; i < c->r->ndifferences; i++) {
		const struct align_known_one *one = align_known_find(known, c->key[i]);

		if (one != NULL && one->state == ALIGN_ADOPT)
			adopt(t, &c->r->difference[i]);
	}
	qsort(t->adding, t->nadding, sizeof(*t->adding), by_place);
	return 0;
}

/* How the county numbers its rows: 330723-0001 and on, or otherwise. */
static void
find_numbering(struct template *t)
{
	size_t len = strlen(t->c->county);

	for (size_t i = 0; i < align_list_rows(t->c->list); i++) {
		const char *code = align_list_row(t->c->list, i)->code, *digits = code + len + 1;

		if (strncmp(code, t->c->county, len) != 0 || code[len] != '-' || digits[0] == '\0' ||
		    strspn(digits, "0123456789") != strlen(digits) || strlen(digits) > 9)
			continue;
		if (strtoll(digits, NULL, 10) > t->last_number)
			t->last_number = strtoll(digits, NULL, 10);
		if ((int)strlen(digits) > t->width)
			t->width = (int)strlen(digits);
	}
}

/* Writing */

static void
put_field(struct buf *out, const char *text)
{
	if (text[strcspn(text, ",\"\r\n")] == '\0') {
		buf_str(out, text);
		return;
	}
	buf_char(out, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"')
			buf_char(out, '"');
		buf_char(out, *text);
	}
	buf_char(out, '"');
}

static void
put(struct template *t, const char *const cell[COLUMNS])
{
	if (t->writer != NULL) {
		xlsx_writer_row(t->writer, cell, COLUMNS);
		return;
	}
	for (int k = 0; k < COLUMNS; k++) {
		if (k > 0)
			buf_char(t->out, ',');
		put_field(t->out, cell[k]);
	}
	buf_char(t->out, '\n');
}

/* A row of the county.  Where its own method stays, what the city says for another does not go with it. */
static void
put_row(struct template *t, size_t i)
{
	const struct align_row *row = align_list_row(t->c->list, i);
	const struct fate *fate = &t->fate[i];
	const struct city_row *city = fate->item != NULL ? city_of(&t->city, fate->item) : NULL;
	const char *cell[COLUMNS];

	for (int k = 0; k < COLUMNS; k++)
		cell[k] = city != NULL ? city->cell[k] : "";
	cell[CODE] = row->code;
	if (row->legal_basis[0] != '\0')
		cell[LEGAL_BASIS] = row->legal_basis;
	if (city == NULL || !fate->matter)
		cell[MATTER_NAME] = row->matter;
	if (city == NULL || !fate->proof)
		cell[PROOF_NAME] = row->proof;
	if (city == NULL || (!fate->method && fate->item->method != row->method)) {
		cell[METHOD] = method_name(row->method);
		cell[FIELDS] = cell[VERIFY_HOURS] = cell[REMARK] = "";
	}
	put(t, cell);
}

static void
put_item(struct template *t, const struct item *item)
{
	const struct city_row *city = city_of(&t->city, item);
	const char *cell[COLUMNS];
	char code[CODE_MAX] = "";

	if (city == NULL)
		return;
	for (int k = 0; k < COLUMNS; k++)
		cell[k] = city->cell[k];
	if (t->last_number > 0)
		snprintf(code, sizeof(code), "%s-%0*lld", t->c->county, t->width, (long long)++t->last_number);
	cell[CODE] = code;
	put(t, cell);
}

static void
put_all(struct template *t)
{
	const char *head[COLUMNS];
	size_t n = align_list_rows(t->c->list), next = 0;

	for (int k = 0; k < COLUMNS; k++)
		head[k] = t->writer != NULL ? inventory_column_name(ITEMS, columns[k], LANG_ZH) : columns[k];
	put(t, head);
	for (size_t i = 0; i <= n; i++) {
		if (i < n && !t->fate[i].drop)
			put_row(t, i);
		while (next < t->nadding && t->adding[next].behind == i)
			put_item(t, t->adding[next++].item);
	}
}

static int
write_all(struct template *t, enum align_format format, struct fault *f)
{
	int rc = 0;

	t->out->max = ALIGN_EXPORT_MAX;
	if (format == ALIGN_XLSX) {
		if (xlsx_writer_new(&t->writer, f) < 0)
			return -1;
		xlsx_writer_sheet(t->writer, inventory_table_title(ITEMS));
	}
	put_all(t);
	if (t->writer != NULL)
		rc = xlsx_writer_end(t->writer, t->out, f);
	else if (buf_failed(t->out))
		rc = no_memory(f);
	xlsx_writer_free(t->writer);
	return rc;
}

int
align_template(struct act *act, const char *home, struct inventory *inv, const struct align_round *round,
    const struct division *county, enum align_format format, struct buf *out, struct fault *f)
{
	struct align_compared *c = NULL;
	struct align_known known = { .n = 0 };
	struct template t = { .out = out };
	const char *code = county->code;
	int rc = -1;

	if (align_known_of(act, home, code, round, &known, f) < 0)
		goto out;
	/* The same county in the version of the round. */
	county = inventory_division(inv, code);
	if (known.list == 0 || county == NULL) {
		fault_set(f, FAULT_ALIGN_NO_LIST, "%s", "");
		fault_arg(f, "division", "%s", code);
		goto out;
	}
	if (align_compare_kept(act, home, inv, county, known.list, NULL, &c, f) < 0)
		goto out;
	t.c = c;
	if (read_city(act, round->inventory, &t.city, f) < 0 || decide_fates(&t, &known, f) < 0)
		goto out;
	find_numbering(&t);
	rc = write_all(&t, format, f);
out:
	free(t.fate);
	free(t.adding);
	city_free(&t.city);
	align_compared_free(c);
	align_known_free(&known);
	return rc;
}

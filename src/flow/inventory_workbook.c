/* A sheet of a workbook as a table: where its header is, which cells hold no value. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "flow/event_definition.h"
#include "flow/inventory_sheet.h"
#include "sheet/book.h"

#define HEADER_FROM_MAX 10	/* rows that may stand above it */
#define HEADER_ROWS_MAX 3
#define SLIPS_MAX 10000		/* of a table; the report keeps the first of them anyway */

struct reading {
	struct inventory_source *source;
	struct inventory_origin *origin;
	struct book *book;
	struct book_sheet *sheet;
	const struct sheet_spec *spec;
	struct buf *text;
	size_t record;
};

static const char *
cell(const struct reading *r, size_t row, size_t column)
{
	enum book_kind kind;

	return row < r->sheet->nrows ? book_cell(r->book, r->sheet, &r->sheet->row[row], column, &kind) : "";
}

/*
 * The title of a column of a header that begins at row from: what of its rows is a column's
 * name, the lowest first, then all of them together; else all of them.  Words that a merge
 * has repeated count once.
 */
static int
title(const struct reading *r, size_t from, size_t rows, size_t column, char *text, size_t size)
{
	const char *part[HEADER_ROWS_MAX];
	size_t n = 0, used = 0;
	int known;

	text[0] = '\0';
	for (size_t i = from; i < from + rows; i++) {
		part[n] = cell(r, i, column);
		if (part[n][0] != '\0' && (n == 0 || strcmp(part[n - 1], part[n]) != 0))
			n++;
	}
	for (size_t i = 0; i < n && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, "%s", part[i]);
	if (n == 0)
		return -1;
	if ((known = sheet_column(r->spec, part[n - 1])) >= 0)
		snprintf(text, size, "%s", part[n - 1]);
	else if ((known = sheet_column(r->spec, text)) < 0 &&
	    (known = sheet_column(r->spec, part[0])) >= 0)
		snprintf(text, size, "%s", part[0]);
	return known;
}

/* How many of our columns a header there would have. */
static size_t
score(const struct reading *r, size_t from, size_t rows)
{
	int seen[SHEET_COLUMNS_MAX] = { 0 };
	char text[256];
	size_t n = 0;

	for (size_t c = 0; c < SOURCE_COLUMNS_MAX; c++) {
		int known = title(r, from, rows, c, text, sizeof(text));

		n += known >= 0 && !seen[known]++;
	}
	return n;
}

static int
is_blank(const struct reading *r, size_t row)
{
	for (size_t c = 0; c < r->sheet->row[row].n; c++) {
		enum book_kind kind;

		book_cell(r->book, r->sheet, &r->sheet->row[row], c, &kind);
		if (kind != BOOK_EMPTY)
			return 0;
	}
	return 1;
}

/* Where the header is and how many rows it has; the first row that holds anything, if none fits. */
static void
find_header(const struct reading *r, size_t *ret_from, size_t *ret_rows)
{
	const struct book_sheet *s = r->sheet;
	size_t best = 0, from = 0;

	while (from + 1 < s->nrows && is_blank(r, from))
		from++;
	*ret_from = from;
	*ret_rows = 1;
	for (size_t i = from; i < from + HEADER_FROM_MAX && i < s->nrows; i++)
		for (size_t n = 1; n <= HEADER_ROWS_MAX && i + n <= s->nrows &&
		    s->row[i + n - 1].number == s->row[i].number + n - 1; n++) {
			size_t got = score(r, i, n);

			if (got <= best)
				continue;
			best = got;
			*ret_from = i;
			*ret_rows = n;
		}
}

static int
no_memory(struct fault *f)
{
	fault_set(f, FAULT_MEMORY, "%s", "inventory");
	return -1;
}

/* Room for one more; -1 for lack of memory. */
static int
grow(void **array, size_t n, size_t *cap, size_t size)
{
	size_t more = *cap == 0 ? 64 : *cap * 2;
	void *grown;

	if (n < *cap)
		return 0;
	if ((grown = reallocarray(*array, more, size)) == NULL)
		return -1;
	*array = grown;
	*cap = more;
	return 0;
}

/* A field of the CSV that is kept, quoted where it must be. */
static void
write_field(struct buf *text, const char *field)
{
	if (field[strcspn(field, ",\"\r\n")] == '\0') {
		buf_str(text, field);
		return;
	}
	buf_char(text, '"');
	for (; *field != '\0'; field++) {
		if (*field == '"')
			buf_char(text, '"');
		buf_char(text, *field);
	}
	buf_char(text, '"');
}

/* Ends a record: notes which row it comes from. */
static int
end_record(struct reading *r, size_t number)
{
	struct inventory_origin *o = r->origin;

	if (buf_char(r->text, '\n') < 0 ||
	    grow((void **)&o->row, o->nrows, &o->rows_cap, sizeof(*o->row)) < 0)
		return -1;
	o->row[o->nrows++] = number;
	r->record++;
	return 0;
}

static int
add_slip(struct reading *r, size_t number, size_t column, size_t at, enum problem problem,
    const char *value)
{
	struct inventory_origin *o = r->origin;
	struct inventory_slip *slip;

	if (o->nslips == SLIPS_MAX)
		return 0;
	if (grow((void **)&o->slip, o->nslips, &o->slips_cap, sizeof(*slip)) < 0)
		return -1;
	slip = &o->slip[o->nslips++];
	*slip = (struct inventory_slip){ .record = r->record, .column = column, .line = number,
		.at = at, .problem = (int)problem };
	snprintf(slip->value, sizeof(slip->value), "%s", value);
	return 0;
}

/* Takes the columns that have a title, under our name where they have one. */
static int
write_header(struct reading *r, size_t from, size_t rows)
{
	struct inventory_origin *o = r->origin;
	char text[256];

	for (size_t c = 0; c < SOURCE_COLUMNS_MAX; c++) {
		int known = title(r, from, rows, c, text, sizeof(text));

		if (text[0] == '\0')
			continue;
		if ((o->title[o->ncolumns] = strdup(text)) == NULL)
			return -1;
		o->at[o->ncolumns++] = c + 1;
		if (o->ncolumns > 1)
			buf_char(r->text, ',');
		write_field(r->text, known >= 0 ? r->spec->column[known].name : text);
	}
	return o->ncolumns == 0 ? 0 : end_record(r, r->sheet->row[from + rows - 1].number);
}

static int
write_cell(struct reading *r, const struct book_row *row, size_t column)
{
	static const enum problem problems[] = { [BOOK_ERROR] = PROBLEM_CELL_ERROR,
		[BOOK_INEXACT] = PROBLEM_CELL_INEXACT, [BOOK_FORMULA] = PROBLEM_CELL_FORMULA };
	size_t at = r->origin->at[column];
	enum book_kind kind;
	const char *text = book_cell(r->book, r->sheet, row, at - 1, &kind);

	if (column > 0)
		buf_char(r->text, ',');
	switch (kind) {
	case BOOK_ERROR: case BOOK_INEXACT: case BOOK_FORMULA:
		/* Not blank: a record of blanks would be none. */
		buf_char(r->text, '?');
		return add_slip(r, row->number, column, at, problems[kind], text);
	case BOOK_BOOLEAN:
		buf_str(r->text, strcmp(text, "TRUE") == 0 ? "yes" : "no");
		break;
	case BOOK_EMPTY: case BOOK_TEXT: case BOOK_NUMBER: case BOOK_DATE:
		write_field(r->text, text);
		break;
	}
	return 0;
}

/* Cells under no title must be empty; nothing is left out in silence. */
static int
check_outside(struct reading *r, const struct book_row *row, int *ret_any)
{
	struct inventory_origin *o = r->origin;

	*ret_any = 0;
	for (size_t c = 0, k = 0; c < row->n; c++) {
		enum book_kind kind;
		const char *text = book_cell(r->book, r->sheet, row, c, &kind);

		if (k < o->ncolumns && o->at[k] == c + 1) {
			k++;
			*ret_any |= kind != BOOK_EMPTY;
		} else if (kind != BOOK_EMPTY &&
		    add_slip(r, row->number, SIZE_MAX, c + 1, PROBLEM_CELL_OUTSIDE, text) < 0) {
			return -1;
		}
	}
	return 0;
}

static int
write_rows(struct reading *r, size_t from)
{
	size_t hidden = 0;

	for (size_t i = from; i < r->sheet->nrows; i++) {
		const struct book_row *row = &r->sheet->row[i];
		int any;

		if (check_outside(r, row, &any) < 0)
			return -1;
		if (!any)
			continue;
		for (size_t c = 0; c < r->origin->ncolumns; c++)
			if (write_cell(r, row, c) < 0)
				return -1;
		if (end_record(r, row->number) < 0)
			return -1;
		hidden += (size_t)row->hidden;
	}
	if (hidden > 0)
		source_remark(r->source, NOTE_HIDDEN_ROWS, r->origin->file, r->sheet->name, hidden, NULL);
	return 0;
}

static void
remark_header(struct reading *r, size_t from, size_t rows)
{
	size_t above = 0;

	for (size_t i = 0; i < from; i++)
		above += !is_blank(r, i);
	if (above > 0)
		source_remark(r->source, NOTE_ABOVE_HEADER, r->origin->file, r->sheet->name, above, NULL);
	if (rows > 1)
		source_remark(r->source, NOTE_HEADER_ROWS, r->origin->file, r->sheet->name, rows, NULL);
	if (r->sheet->hidden)
		source_remark(r->source, NOTE_HIDDEN_SHEET, r->origin->file, r->sheet->name, 0, NULL);
	if (r->sheet->merges > 0)
		source_remark(r->source, NOTE_MERGED, r->origin->file, r->sheet->name, r->sheet->merges,
		    NULL);
}

static int
read_sheet(struct inventory_source *s, const char *name, struct book *book,
    struct book_sheet *sheet, int table, struct fault *f)
{
	struct inventory_origin *o = source_table(s, table, name, "XLSX", f);
	struct inventory_file *file;
	struct reading r = { .source = s, .origin = o, .book = book, .sheet = sheet,
		.spec = &sheet_specs[table] };
	size_t from, rows;

	if (o == NULL)
		return -1;
	file = &s->file[s->n - 1];
	snprintf(o->sheet, sizeof(o->sheet), "%s", sheet->name);
	if (book_load(book, sheet, &o->fault) < 0) {
		if (o->fault.code == FAULT_MEMORY)
			*f = o->fault;
		return o->fault.code == FAULT_MEMORY ? -1 : 0;
	}
	r.text = &o->text;
	o->text.max = SHEET_BYTES_MAX;
	buf_str(r.text, "");
	if (sheet->nrows > 0) {
		find_header(&r, &from, &rows);
		remark_header(&r, from, rows);
		if ((write_header(&r, from, rows) < 0 || write_rows(&r, from + rows) < 0) &&
		    !buf_failed(&o->text))
			return no_memory(f);
	}
	if (buf_failed(&o->text)) {
		fault_set(&o->fault, FAULT_FILE_TOO_LARGE, "%s", sheet->name);
		fault_arg(&o->fault, "file", "%s", name);
	}
	file->text = o->text.data;
	file->len = o->text.len;
	return 0;
}

/* life_events.json as a sheet: a title, then a line of the file in each row of the first column. */
static int
read_lines(struct inventory_source *s, const char *name, struct book *book,
    struct book_sheet *sheet, struct fault *f)
{
	struct inventory_origin *o = source_table(s, REPORT_EVENTS, name, "XLSX", f);
	struct inventory_file *file;
	size_t line = 1;

	if (o == NULL)
		return -1;
	file = &s->file[s->n - 1];
	snprintf(o->sheet, sizeof(o->sheet), "%s", sheet->name);
	if (book_load(book, sheet, &o->fault) < 0) {
		if (o->fault.code == FAULT_MEMORY)
			*f = o->fault;
		return o->fault.code == FAULT_MEMORY ? -1 : 0;
	}
	o->text.max = EVENT_BYTES_MAX;
	buf_str(&o->text, "");
	for (size_t i = 1; i < sheet->nrows; i++) {
		enum book_kind kind;
		const char *text = book_cell(book, sheet, &sheet->row[i], 0, &kind);

		/* A blank line is a row that is not there. */
		while (++line < sheet->row[i].number && !buf_failed(&o->text))
			buf_char(&o->text, '\n');
		buf_fmt(&o->text, "%s\n", text);
	}
	if (buf_failed(&o->text)) {
		fault_set(&o->fault, FAULT_FILE_TOO_LARGE, "%s", sheet->name);
		fault_arg(&o->fault, "file", "%s", name);
	}
	file->text = o->text.data;
	file->len = o->text.len;
	return 0;
}

/* The sheet of a workbook that is one table: that of its name, else the first that is shown. */
static struct book_sheet *
sheet_for(struct book *book, int table)
{
	struct book_sheet *first = book_sheet(book, 0);

	for (size_t i = book_sheets(book); i-- > 0;) {
		struct book_sheet *sheet = book_sheet(book, i);

		if (sheet_of_name(sheet->name) == table)
			return sheet;
		if (!sheet->hidden)
			first = sheet;
	}
	return first;
}

static int
read_sheets(struct inventory_source *s, const char *name, struct book *book, struct fault *f)
{
	for (size_t i = 0; i < book_sheets(book); i++) {
		struct book_sheet *sheet = book_sheet(book, i);
		int table = sheet_of_name(sheet->name);
		struct nearest near = { 0 };

		if (strcmp(sheet->name, EVENTS_TITLE) == 0) {
			if (read_lines(s, name, book, sheet, f) < 0)
				return -1;
			continue;
		}
		if (table >= 0) {
			if (read_sheet(s, name, book, sheet, table, f) < 0)
				return -1;
			continue;
		}
		for (int id = 0; id < SHEET_N; id++)
			report_nearer(sheet->name, sheet_specs[id].zh, &near);
		source_remark(s, NOTE_SHEET_SKIPPED, name, sheet->name, 0, near.word);
	}
	return 0;
}

/* A workbook that cannot be opened is an error of its table, or stands by itself. */
static int
refuse(struct inventory_source *s, const char *name, int table, const struct fault *bad,
    struct fault *f)
{
	struct inventory_origin *o;

	if (bad->code == FAULT_MEMORY) {
		*f = *bad;
		return -1;
	}
	if (table >= 0) {
		if ((o = source_table(s, table, name, "XLSX", f)) == NULL)
			return -1;
		o->fault = *bad;
	} else if (s->ntroubles < sizeof(s->trouble) / sizeof(s->trouble[0])) {
		o = &s->trouble[s->ntroubles++];
		o->file = name;
		o->fault = *bad;
	}
	return 0;
}

int
source_workbook(struct inventory_source *s, const struct inventory_input *in, struct fault *f)
{
	int table = sheet_of_name(in->name), rc;
	struct book *book = NULL;
	struct fault bad = FAULT_INIT;

	if (book_open(in->data, in->len, &book, &bad) < 0)
		return refuse(s, in->name, table, &bad, f);
	rc = table >= 0 ? read_sheet(s, in->name, book, sheet_for(book, table), table, f) :
	    read_sheets(s, in->name, book, f);
	book_free(book);
	return rc;
}

/* The cells of one sheet, as they come; then what merged cells cover. */
#include <stdlib.h>
#include <string.h>

#include "sheet/xlsx.h"
#include "sheet/xml.h"

struct range { size_t top, bottom, left, right; };	/* rows from 1, columns from 0; inclusive */

enum type { TYPE_NUMBER, TYPE_SHARED, TYPE_STRING, TYPE_BOOLEAN, TYPE_ERROR, TYPE_DATE, TYPE_OTHER };

struct sheet_reading {
	struct book *book;
	struct book_sheet *sheet;
	struct buf text;	/* of the cell's value */
	int in_value, in_string, phonetic, formula;
	enum type type;
	size_t column, style;
	size_t next_column;	/* where a cell without a reference stands */
	struct range *range;
	size_t nranges, ranges_cap;
};

static int
broken(const struct sheet_reading *r, enum xlsx_damage why, struct fault *f)
{
	xlsx_broken(f, why, r->sheet->part);
	fault_arg(f, "sheet", "%s", r->sheet->name);
	return -1;
}

static int
over(const struct sheet_reading *r, enum xlsx_limit what, size_t most, struct fault *f)
{
	xlsx_over(f, what, most);
	fault_arg(f, "sheet", "%s", r->sheet->name);
	return -1;
}

/* Reads "AB12" and moves past it. */
static int
read_reference(const char **text, size_t *ret_column, size_t *ret_row)
{
	size_t column = 0, letters = 0;
	char *end;
	const char *p = *text;

	for (; *p >= 'A' && *p <= 'Z' && letters < 3; p++, letters++)
		column = column * 26 + (size_t)(*p - 'A' + 1);
	if (letters == 0 || *p < '1' || *p > '9')
		return -1;
	*ret_row = strtoul(p, &end, 10);
	if (*ret_row > BOOK_ROW_NUMBER_MAX)
		return -1;
	*ret_column = column - 1;
	*text = end;
	return 0;
}

static int
start_row(struct sheet_reading *r, const char **attributes, struct fault *f)
{
	struct book_sheet *s = r->sheet;
	const char *text = xml_attribute(attributes, "r");
	size_t last = s->nrows == 0 ? 0 : s->row[s->nrows - 1].number, number = last + 1;
	char *end;

	if (text != NULL) {
		number = strtoul(text, &end, 10);
		if (*text < '1' || *text > '9' || *end != '\0' || number > BOOK_ROW_NUMBER_MAX)
			return broken(r, XLSX_BAD_CELL, f);
	}
	if (number <= last)
		return broken(r, XLSX_BAD_ORDER, f);
	if (s->nrows == BOOK_ROWS_MAX)
		return over(r, XLSX_LIMIT_ROWS, BOOK_ROWS_MAX - 1, f);
	if (xlsx_grow((void **)&s->row, s->nrows, &s->rows_cap, sizeof(*s->row), f) < 0)
		return -1;
	s->row[s->nrows++] = (struct book_row){ number, s->ncells, 0, xml_is_true(attributes, "hidden") };
	r->next_column = 0;
	return 0;
}

static enum type
type_of(const char *text)
{
	static const char *const names[] = { [TYPE_NUMBER] = "n", [TYPE_SHARED] = "s",
		[TYPE_STRING] = "str", [TYPE_BOOLEAN] = "b", [TYPE_ERROR] = "e", [TYPE_DATE] = "d" };

	if (text == NULL)
		return TYPE_NUMBER;
	if (strcmp(text, "inlineStr") == 0)
		return TYPE_STRING;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], text) == 0)
			return (enum type)i;
	return TYPE_OTHER;
}

static int
start_cell(struct sheet_reading *r, const char **attributes, struct fault *f)
{
	const char *at = xml_attribute(attributes, "r"), *style = xml_attribute(attributes, "s");
	size_t row;

	if (r->sheet->nrows == 0)
		return broken(r, XLSX_BAD_ORDER, f);
	r->column = r->next_column;
	if (at != NULL && (read_reference(&at, &r->column, &row) < 0 || *at != '\0' ||
	    row != r->sheet->row[r->sheet->nrows - 1].number))
		return broken(r, XLSX_BAD_CELL, f);
	if (r->column < r->next_column)
		return broken(r, XLSX_BAD_ORDER, f);
	r->next_column = r->column + 1;
	r->type = type_of(xml_attribute(attributes, "t"));
	if (r->type == TYPE_OTHER)
		return broken(r, XLSX_BAD_CELL, f);
	r->style = style == NULL ? 0 : strtoul(style, NULL, 10);
	r->formula = 0;
	buf_clear(&r->text);
	return 0;
}

/* Puts a cell into the last row, with blank ones before it. */
static int
put(struct sheet_reading *r, struct book_cell cell, struct fault *f)
{
	struct book_sheet *s = r->sheet;
	struct book_row *row = &s->row[s->nrows - 1];

	if (r->column >= BOOK_COLUMNS_MAX)
		return over(r, XLSX_LIMIT_COLUMNS, BOOK_COLUMNS_MAX, f);
	while (row->n <= r->column) {
		if (r->book->ncells == BOOK_CELLS_MAX)
			return over(r, XLSX_LIMIT_CELLS, BOOK_CELLS_MAX, f);
		if (xlsx_grow((void **)&s->cell, s->ncells, &s->cells_cap, sizeof(*s->cell), f) < 0)
			return -1;
		r->book->ncells++;
		s->cell[s->ncells++] = row->n++ == r->column ? cell : (struct book_cell){ 0 };
	}
	return 0;
}

static int
show_number(struct sheet_reading *r, char text[XLSX_NUMBER_MAX], enum book_kind *ret_kind,
    struct fault *f)
{
	const struct book *b = r->book;
	struct xlsx_style style = { LOOK_NUMBER, 0 };

	if (r->style < b->nstyles)
		style = b->style[r->style];
	else if (r->style > 0)
		return broken(r, XLSX_NO_STYLE, f);
	return xlsx_show(r->text.data, style, b->from_1904, text, ret_kind) < 0 ?
	    broken(r, XLSX_BAD_NUMBER, f) : 0;
}

static int
shared_string(struct sheet_reading *r, xlsx_text *ret_text, struct fault *f)
{
	char *end;
	unsigned long i = strtoul(r->text.data, &end, 10);

	if (*end != '\0' || r->text.data[0] < '0' || r->text.data[0] > '9' || i >= r->book->nstrings)
		return broken(r, XLSX_NO_STRING, f);
	*ret_text = r->book->string[i];
	return 0;
}

static int
end_cell(struct sheet_reading *r, struct fault *f)
{
	struct book_cell cell = { 0, BOOK_TEXT };
	enum book_kind kind = BOOK_TEXT;
	char shown[XLSX_NUMBER_MAX];
	int rc = 0;

	if (r->text.len == 0 && !(r->formula && r->type != TYPE_STRING))
		return 0;
	if (r->text.len == 0) {
		cell.kind = BOOK_FORMULA;
		return put(r, cell, f);
	}
	switch (r->type) {
	case TYPE_SHARED:
		rc = shared_string(r, &cell.text, f);
		break;
	case TYPE_NUMBER:
		rc = show_number(r, shown, &kind, f);
		if (rc == 0)
			rc = xlsx_keep(r->book, shown, strlen(shown), &cell.text, f);
		break;
	case TYPE_BOOLEAN:
		kind = BOOK_BOOLEAN;
		rc = strcmp(r->text.data, "1") == 0 ? xlsx_keep(r->book, "TRUE", 4, &cell.text, f) :
		    xlsx_keep(r->book, "FALSE", 5, &cell.text, f);
		break;
	case TYPE_ERROR: case TYPE_DATE: case TYPE_STRING: case TYPE_OTHER:
		kind = r->type == TYPE_ERROR ? BOOK_ERROR : r->type == TYPE_DATE ? BOOK_DATE : BOOK_TEXT;
		if (r->type == TYPE_DATE && r->text.len > 10 &&
		    strcmp(r->text.data + 10, "T00:00:00") == 0)
			r->text.len = 10;
		rc = xlsx_keep_string(r->book, &r->text, &cell.text, f);
		break;
	}
	cell.kind = (uint8_t)kind;
	return rc < 0 ? -1 : cell.text == 0 ? 0 : put(r, cell, f);
}

static int
add_range(struct sheet_reading *r, const char **attributes, struct fault *f)
{
	const char *p = xml_attribute(attributes, "ref");
	struct range range;

	if (p == NULL || read_reference(&p, &range.left, &range.top) < 0)
		return broken(r, XLSX_BAD_CELL, f);
	range.bottom = range.top;
	range.right = range.left;
	if (*p == ':' && (p++, read_reference(&p, &range.right, &range.bottom) < 0))
		return broken(r, XLSX_BAD_CELL, f);
	if (*p != '\0' || range.bottom < range.top || range.right < range.left)
		return broken(r, XLSX_BAD_CELL, f);
	if (r->nranges == BOOK_MERGES_MAX)
		return over(r, XLSX_LIMIT_MERGED, BOOK_MERGES_MAX, f);
	if (xlsx_grow((void **)&r->range, r->nranges, &r->ranges_cap, sizeof(range), f) < 0)
		return -1;
	r->range[r->nranges++] = range;
	return 0;
}

static int
start(void *ctx, const char *name, const char **attributes, struct fault *f)
{
	struct sheet_reading *r = ctx;

	if (strcmp(name, "c") == 0)
		return start_cell(r, attributes, f);
	if (strcmp(name, "row") == 0)
		return start_row(r, attributes, f);
	if (strcmp(name, "mergeCell") == 0)
		return add_range(r, attributes, f);
	if (strcmp(name, "v") == 0)
		r->in_value = 1;
	else if (strcmp(name, "f") == 0)
		r->formula = 1;
	else if (strcmp(name, "is") == 0)
		r->in_string = 1;
	else if (strcmp(name, "rPh") == 0)
		r->phonetic = 1;
	else if (strcmp(name, "t") == 0)
		r->in_value = r->in_string && !r->phonetic;
	return 0;
}

static int
text(void *ctx, const char *part, size_t len, struct fault *f)
{
	struct sheet_reading *r = ctx;

	if (!r->in_value)
		return 0;
	if (len > BOOK_CELL_MAX - r->text.len)
		return over(r, XLSX_LIMIT_CELL, BOOK_CELL_MAX, f);
	if (buf_add(&r->text, part, len) == 0)
		return 0;
	fault_set(f, FAULT_MEMORY, "%s", "workbook");
	return -1;
}

static int
end(void *ctx, const char *name, struct fault *f)
{
	struct sheet_reading *r = ctx;

	if (strcmp(name, "c") == 0)
		return end_cell(r, f);
	if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0)
		r->in_value = 0;
	else if (strcmp(name, "is") == 0)
		r->in_string = 0;
	else if (strcmp(name, "rPh") == 0)
		r->phonetic = 0;
	return 0;
}

/* The first row that is not above number. */
static size_t
row_from(const struct book_sheet *s, size_t number)
{
	size_t low = 0, high = s->nrows;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (s->row[mid].number < number)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* The columns of a range that count; 0 where it begins beyond all of them. */
static size_t
range_end(const struct range *range)
{
	return range->left >= BOOK_COLUMNS_MAX ? 0 :
	    range->right < BOOK_COLUMNS_MAX ? range->right + 1 : BOOK_COLUMNS_MAX;
}

/* How wide each row is to be, and all of them together: as wide as the ranges that cover it. */
static int
measure(const struct sheet_reading *r, size_t *width, size_t *ret_total, struct fault *f)
{
	const struct book_sheet *s = r->sheet;
	size_t total = 0, visits = 0;

	for (size_t i = 0; i < s->nrows; i++)
		width[i] = s->row[i].n;
	for (size_t k = 0; k < r->nranges; k++) {
		size_t until = range_end(&r->range[k]);

		for (size_t i = row_from(s, r->range[k].top); i < s->nrows &&
		    s->row[i].number <= r->range[k].bottom; i++) {
			if ((visits += until + 1) > BOOK_CELLS_MAX)
				return over(r, XLSX_LIMIT_CELLS, BOOK_CELLS_MAX, f);
			if (width[i] < until)
				width[i] = until;
		}
	}
	for (size_t i = 0; i < s->nrows; i++)
		total += width[i];
	if (r->book->ncells - s->ncells + total > BOOK_CELLS_MAX)
		return over(r, XLSX_LIMIT_CELLS, BOOK_CELLS_MAX, f);
	*ret_total = total;
	return 0;
}

/* Makes the rows so wide. */
static int
widen(struct sheet_reading *r, const size_t *width, size_t total, struct fault *f)
{
	struct book_sheet *s = r->sheet;
	struct book_cell *cell = calloc(total + 1, sizeof(*cell));
	size_t at = 0;

	if (cell == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "workbook");
		return -1;
	}
	for (size_t i = 0; i < s->nrows; i++) {
		struct book_row *row = &s->row[i];

		if (row->n > 0)
			memcpy(cell + at, s->cell + row->first, row->n * sizeof(*cell));
		row->first = at;
		row->n = width[i];
		at += width[i];
	}
	r->book->ncells += total - s->ncells;
	free(s->cell);
	s->cell = cell;
	s->ncells = s->cells_cap = total;
	return 0;
}

/* Gives what stands in the first cell of a range to those it covers. */
static void
fill(struct book_sheet *s, const struct range *range)
{
	size_t first = row_from(s, range->top), until = range_end(range);
	struct book_cell value;

	if (first == s->nrows || s->row[first].number != range->top || until == 0)
		return;
	value = s->cell[s->row[first].first + range->left];
	for (size_t i = first; i < s->nrows && s->row[i].number <= range->bottom; i++)
		for (size_t c = range->left; c < until; c++) {
			struct book_cell *cell = &s->cell[s->row[i].first + c];

			if (cell->kind == BOOK_EMPTY)
				*cell = value;
		}
}

static int
merge(struct sheet_reading *r, struct fault *f)
{
	size_t *width = calloc(r->sheet->nrows + 1, sizeof(*width)), total;
	int rc = -1;

	if (width == NULL)
		fault_set(f, FAULT_MEMORY, "%s", "workbook");
	else if (measure(r, width, &total, f) == 0)
		rc = widen(r, width, total, f);
	free(width);
	for (size_t i = 0; rc == 0 && i < r->nranges; i++)
		fill(r->sheet, &r->range[i]);
	r->sheet->merges = r->nranges;
	return rc;
}

int
xlsx_read_sheet(struct book *b, struct book_sheet *s, struct fault *f)
{
	struct sheet_reading r = { .book = b, .sheet = s };
	struct xml_reader reader = { start, end, text, &r };
	int rc = -1;

	if (buf_add(&r.text, "", 0) < 0)
		fault_set(f, FAULT_MEMORY, "%s", "workbook");
	else if (xml_read(b->zip, s->part, &reader, f) == 0)
		rc = r.nranges > 0 ? merge(&r, f) : 0;
	free(r.range);
	buf_free(&r.text);
	return rc;
}

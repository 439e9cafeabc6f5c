#include "flow/inventory_sheet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/csv.h"

void
sheet_complain_of(struct sheets *s, enum sheet_id id, const struct row *row, int column,
    const char *value, enum problem problem, struct says says)
{
	struct place place = { .file = (int)id, .line = row->line,
		.column = sheet_specs[id].column[column].name, .value = value };

	report_add(&s->reporting, problem, place, says);
}

void
sheet_complain(struct sheets *s, enum sheet_id id, const struct row *row, int column,
    enum problem problem, struct says says)
{
	sheet_complain_of(s, id, row, column, row->cell[column].text, problem, says);
}

/* Of the sheet as a whole, or of one line of it; what refers to the sheet goes unchecked. */
static void
give_up(struct sheets *s, struct sheet *sheet, struct place place, enum problem problem,
    struct says says)
{
	place.file = (int)sheet->id;
	sheet->broken = 1;
	report_add(&s->reporting, problem, place, says);
}

/* Where a field of the table stands in the file, from 1. */
static size_t
column_at(const struct sheet *sheet, size_t field)
{
	const struct inventory_origin *o = sheet->origin;

	return o != NULL && field < o->ncolumns ? o->at[field] : field + 1;
}

/* Notes what the file calls each of our columns, so that errors can say it. */
static int
note_columns(struct sheets *s, const struct sheet *sheet, const char *const *name, size_t n,
    const int *column)
{
	struct report_origin *to = &s->reporting.origin[sheet->id];

	for (size_t i = 0; i < n && to->ncolumns < REPORT_COLUMNS_MAX; i++) {
		const struct inventory_origin *o = sheet->origin;
		const char *title = o != NULL && i < o->ncolumns ? o->title[i] : name[i];

		if ((title = arena_text(&s->scratch, title, strlen(title))) == NULL)
			return -1;
		to->column[to->ncolumns].name = sheet->spec->column[column[i]].name;
		to->column[to->ncolumns].title = title;
		to->column[to->ncolumns++].at = column_at(sheet, i);
	}
	return 0;
}

/* Says which column of the file is which of ours.  Under a wrong header nothing is read. */
static void
read_header(struct sheets *s, struct sheet *sheet, const char *const *name, size_t n,
    size_t line, int *ret_column)
{
	const struct sheet_spec *spec = sheet->spec;
	int seen[SHEET_COLUMNS_MAX] = { 0 };

	for (size_t i = 0; i < n; i++) {
		struct place place = { .line = line, .column = name[i], .value = name[i],
			.at = column_at(sheet, i) };
		struct nearest near = { 0 };

		ret_column[i] = sheet_column(spec, name[i]);
		if (ret_column[i] < 0) {
			for (size_t c = 0; c < spec->ncolumns; c++) {
				report_nearer(name[i], spec->column[c].name, &near);
				report_nearer(name[i], spec->column[c].zh, &near);
			}
			give_up(s, sheet, place, PROBLEM_COLUMN_UNKNOWN, (struct says){ .near = near.word });
		} else if (seen[ret_column[i]]++) {
			give_up(s, sheet, place, PROBLEM_COLUMN_REPEATED, (struct says){ 0 });
		}
	}
	for (size_t c = 0; c < spec->ncolumns; c++)
		if (!seen[c])
			give_up(s, sheet, (struct place){ .line = line, .column = spec->column[c].name },
			    PROBLEM_COLUMN_MISSING, (struct says){ .a = spec->column[c].name });
}

/* Whether the workbook has no value there; that was reported.  Records are asked about in order. */
static int
is_slip(struct sheet *sheet, size_t column)
{
	const struct inventory_origin *o = sheet->origin;

	if (o == NULL)
		return 0;
	while (sheet->slip < o->nslips && o->slip[sheet->slip].record < sheet->nread)
		sheet->slip++;
	for (size_t i = sheet->slip; i < o->nslips && o->slip[i].record == sheet->nread; i++)
		if (o->slip[i].column == column)
			return 1;
	return 0;
}

/* The text of a cell; codes, numbers and the like in narrow letters. */
static const char *
cell_text(struct sheets *s, const struct column *c, const char *field)
{
	char *text;

	if (field[0] == '\0')
		return "";
	text = arena_text(s->keep, field, strlen(field));
	if (text != NULL && c->type != CELL_TEXT && c->type != CELL_LIST && c->type != CELL_LOGIC)
		sheet_narrow(text);
	return text;
}

static int
read_row(struct sheets *s, struct sheet *sheet, const char *const *field, const int *column,
    size_t line)
{
	size_t n = sheet->spec->ncolumns;
	struct row *row = &sheet->row[sheet->n];

	row->line = line;
	row->cell = arena_alloc(&s->scratch, n, sizeof(*row->cell));
	if (row->cell == NULL)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct cell *cell = &row->cell[column[i]];

		if (is_slip(sheet, i))
			continue;
		cell->text = cell_text(s, &sheet->spec->column[column[i]], field[i]);
		if (cell->text == NULL)
			return -1;
	}
	for (size_t i = 0; i < n; i++)
		if (row->cell[i].text == NULL)
			sheet_void_cell(&sheet->spec->column[i], &row->cell[i]);
		else if (sheet_check_cell(s, sheet->id, row, (int)i) < 0)
			return -1;
	sheet->n++;
	return 0;
}

/* Room for as many rows as there are line ends; NULL in sheet->row if there are too many. */
static int
make_rows(struct sheets *s, struct sheet *sheet, const struct inventory_file *file)
{
	const char *end = file->text + file->len;
	size_t n = 1;
	char most[24];

	for (const char *p = file->text; p < end && (p = memchr(p, '\n', (size_t)(end - p))); p++)
		n++;
	if (n > SHEET_ROWS_MAX) {
		snprintf(most, sizeof(most), "%d", SHEET_ROWS_MAX);
		give_up(s, sheet, (struct place){ 0 }, PROBLEM_FILE_ROWS, (struct says){ .a = most });
		return 0;
	}
	sheet->row = arena_alloc(&s->scratch, n, sizeof(*sheet->row));
	return sheet->row == NULL ? -1 : 0;
}

/* Turns a fault of the CSV reader into an error of the report, unless it is lack of memory. */
static int
read_failed(struct sheets *s, struct sheet *sheet, const struct fault *f)
{
	const char *line = fault_arg_get(f, "line");
	struct place place = { .file = (int)sheet->id };

	if (f->code == FAULT_MEMORY)
		return -1;
	place.line = line == NULL ? 0 : strtoul(line, NULL, 10);
	sheet->broken = 1;
	report_add_fault(&s->reporting, place, f);
	return 0;
}

/* Where the record that was read last stands in the file. */
static size_t
line_of(const struct sheet *sheet, size_t line)
{
	const struct inventory_origin *o = sheet->origin;

	return o != NULL && sheet->nread < o->nrows ? o->row[sheet->nread] : line;
}

static int
read_rows(struct sheets *s, struct sheet *sheet, struct csv *csv)
{
	const size_t width = sheet->spec->ncolumns;
	int column[CSV_COLUMNS_MAX];
	struct fault f = FAULT_INIT;
	const char **field;
	size_t n, line;
	char got[24], want[24], header[300] = "";
	int rc = csv_next(csv, &field, &n, &line, &f);

	if (rc == 0) {
		for (size_t c = 0; c < width; c++)
			snprintf(header + strlen(header), sizeof(header) - strlen(header), "%s%s",
			    c > 0 ? "," : "", sheet->spec->column[c].name);
		give_up(s, sheet, (struct place){ 0 }, PROBLEM_FILE_EMPTY, (struct says){ .a = header });
		return 0;
	}
	if (rc > 0)
		read_header(s, sheet, field, n, line_of(sheet, line), column);
	if (rc > 0 && sheet->broken)
		return 0;
	if (rc > 0 && note_columns(s, sheet, field, n, column) < 0)
		return -1;
	while (rc > 0) {
		rc = csv_next(csv, &field, &n, &line, &f);
		sheet->nread += rc > 0;
		line = line_of(sheet, line);
		if (rc > 0 && n != width) {
			snprintf(got, sizeof(got), "%zu", n);
			snprintf(want, sizeof(want), "%zu", width);
			give_up(s, sheet, (struct place){ .line = line, .value = field[0] },
			    PROBLEM_ROW_WIDTH, (struct says){ got, want, NULL });
		} else if (rc > 0 && read_row(s, sheet, field, column, line) < 0) {
			return -1;
		}
	}
	return rc < 0 ? read_failed(s, sheet, &f) : 0;
}

/* Cells of a workbook that hold no value. */
static void
report_slips(struct sheets *s, const struct sheet *sheet)
{
	const struct inventory_origin *o = sheet->origin;

	for (size_t i = 0; o != NULL && i < o->nslips; i++) {
		const struct inventory_slip *slip = &o->slip[i];

		report_add(&s->reporting, (enum problem)slip->problem, (struct place){ .file = (int)sheet->id,
		    .line = slip->line, .column = slip->column < o->ncolumns ? o->title[slip->column] : NULL,
		    .at = slip->at, .value = slip->value }, (struct says){ 0 });
	}
}

static int
read_sheet(struct sheets *s, struct sheet *sheet, const struct inventory_file *file)
{
	const struct inventory_origin *o = sheet->origin;
	char most[24];
	struct csv *csv;
	int rc;

	if (o != NULL && o->fault.code != FAULT_NONE)
		return read_failed(s, sheet, &o->fault);
	report_slips(s, sheet);
	if (file->len > SHEET_BYTES_MAX) {
		snprintf(most, sizeof(most), "%zu", SHEET_BYTES_MAX);
		give_up(s, sheet, (struct place){ 0 }, PROBLEM_FILE_LARGE, (struct says){ .a = most });
		return 0;
	}
	if (make_rows(s, sheet, file) < 0)
		return -1;
	if (sheet->broken)
		return 0;
	csv = csv_new(file->text, file->len);
	if (csv == NULL)
		return -1;
	if (o != NULL)
		csv_trust(csv);		/* what came from an office was decoded, or found to be UTF-8 */
	rc = read_rows(s, sheet, csv);
	csv_free(csv);
	return rc;
}

static void
complain_of_name(struct sheets *s, const char *name, size_t given, enum problem problem)
{
	struct nearest near = { 0 };
	const char *file = s->source != NULL ? s->source->origin[given]->file : name;

	for (size_t i = 0; problem == PROBLEM_FILE_UNKNOWN && i < SHEET_N; i++)
		report_nearer(name, inventory_files[i], &near);
	report_add(&s->reporting, problem, (struct place){ .file = INVENTORY_FILE_NONE, .name = file },
	    (struct says){ name, NULL, near.word });
}

/* Takes life_events.json, unless it could not be read at all. */
static int
take_events(struct sheets *s, const struct inventory_file *file, size_t given)
{
	struct report_origin *to = &s->reporting.origin[REPORT_EVENTS];
	const struct inventory_origin *o = s->source == NULL ? NULL : s->source->origin[given];

	if (s->events != NULL || s->events_origin != NULL) {
		complain_of_name(s, file->name, given, PROBLEM_FILE_REPEATED);
		return 0;
	}
	s->events_origin = o;
	to->file = o == NULL ? NULL : o->file;
	to->sheet = o == NULL ? NULL : o->sheet;
	if (o == NULL || o->fault.code == FAULT_NONE) {
		s->events = file;
		return 0;
	}
	if (o->fault.code == FAULT_MEMORY)
		return -1;
	report_add_fault(&s->reporting, (struct place){ .file = REPORT_EVENTS }, &o->fault);
	return 0;
}

/* Takes the file for the sheet's, under the name that the office gave it. */
static void
take_origin(struct sheets *s, size_t id, size_t given)
{
	const struct inventory_origin *o = s->source == NULL ? NULL : s->source->origin[given];

	s->sheet[id].origin = o;
	s->reporting.origin[id].file = o == NULL ? NULL : o->file;
	s->reporting.origin[id].sheet = o == NULL ? NULL : o->sheet;
}

int
sheets_read(struct sheets *s, const struct inventory_file *files, size_t n)
{
	const struct inventory_file *file[SHEET_N] = { NULL };

	for (size_t i = 0; i < n; i++) {
		size_t id = 0;

		while (id < SHEET_N && strcmp(inventory_files[id], files[i].name) != 0)
			id++;
		if (id == SHEET_N && strcmp(files[i].name, INVENTORY_EVENTS) == 0) {
			if (take_events(s, &files[i], i) < 0)
				return -1;
		} else if (id == SHEET_N)
			complain_of_name(s, files[i].name, i, PROBLEM_FILE_UNKNOWN);
		else if (file[id] != NULL)
			complain_of_name(s, files[i].name, i, PROBLEM_FILE_REPEATED);
		else {
			file[id] = &files[i];
			take_origin(s, id, i);
		}
	}
	for (int id = 0; id < SHEET_N; id++) {
		struct sheet *sheet = &s->sheet[id];

		sheet->id = (enum sheet_id)id;
		sheet->spec = &sheet_specs[id];
		/* It may be in a workbook that could not be opened. */
		if (file[id] == NULL && s->source != NULL && s->source->ntroubles > 0)
			sheet->broken = 1;
		else if (file[id] == NULL)
			give_up(s, sheet, (struct place){ 0 }, PROBLEM_FILE_MISSING,
			    (struct says){ .a = inventory_files[id] });
		else if (read_sheet(s, sheet, file[id]) < 0)
			return -1;
	}
	return 0;
}

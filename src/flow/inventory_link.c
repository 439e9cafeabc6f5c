/* What holds between rows and between files: ranks, what is unique, what refers to what. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow/inventory_sheet.h"

static int
compare_by(const struct row *a, const struct row *b, const struct unique *by)
{
	int order = strcmp(a->cell[by->col[0]].text, b->cell[by->col[0]].text);

	if (order == 0 && by->col[1] != SHEET_NONE)
		order = strcmp(a->cell[by->col[1]].text, b->cell[by->col[1]].text);
	return order;
}

/* Equal rows stay in the order of the file, so that the later one repeats the earlier. */
static int
compare_rows(const void *a, const void *b, void *by)
{
	const struct row *x = *(struct row *const *)a, *y = *(struct row *const *)b;
	int order = compare_by(x, y, by);

	return order != 0 ? order : (x > y) - (x < y);
}

static int
is_blank(const struct row *row, const struct unique *by)
{
	return row->cell[by->col[0]].text[0] == '\0' ||
	    (by->col[1] != SHEET_NONE && row->cell[by->col[1]].text[0] == '\0');
}

static void
complain_of_twins(struct sheets *s, const struct sheet *sheet, const struct row *first,
    const struct row *second, const struct unique *by)
{
	int last = by->col[1] == SHEET_NONE ? by->col[0] : by->col[1];
	char line[24], names[120];

	snprintf(line, sizeof(line), "%zu", first->line);
	snprintf(names, sizeof(names), "%s%s%s", sheet->spec->column[by->col[0]].name,
	    by->col[1] == SHEET_NONE ? "" : " / ",
	    by->col[1] == SHEET_NONE ? "" : sheet->spec->column[by->col[1]].name);
	sheet_complain(s, sheet->id, second, last, PROBLEM_KEY_REPEATED,
	    (struct says){ line, names, NULL });
}

/* Most files come in order: then there is nothing to sort. */
static int
in_order(struct row *const *row, size_t n, const struct unique *by)
{
	for (size_t i = 1; i < n; i++)
		if (compare_by(row[i - 1], row[i], by) > 0)
			return 0;
	return 1;
}

/* Sorts the rows and reports those that are alike; NULL for lack of memory. */
static struct row **
sort_rows(struct sheets *s, const struct sheet *sheet, struct unique by)
{
	struct row **sorted = arena_alloc(&s->scratch, sheet->n, sizeof(*sorted));

	if (sorted == NULL)
		return NULL;
	for (size_t i = 0; i < sheet->n; i++)
		sorted[i] = &sheet->row[i];
	if (!in_order(sorted, sheet->n, &by))
		qsort_r(sorted, sheet->n, sizeof(*sorted), compare_rows, &by);
	for (size_t i = 1, first = 0; i < sheet->n; i++) {
		if (compare_by(sorted[first], sorted[i], &by) != 0)
			first = i;
		else if (!is_blank(sorted[i], &by))
			complain_of_twins(s, sheet, sorted[first], sorted[i], &by);
	}
	return sorted;
}

static int
rank_rows(struct sheets *s, struct sheet *sheet)
{
	const struct sheet_spec *spec = sheet->spec;

	sheet->by_rank = sort_rows(s, sheet, spec->key);
	if (sheet->by_rank == NULL)
		return -1;
	for (size_t i = 0; i < sheet->n; i++)
		sheet->by_rank[i]->rank = i;
	for (size_t i = 0; spec->other[i].col[0] != SHEET_NONE; i++)
		if (sort_rows(s, sheet, spec->other[i]) == NULL)
			return -1;
	return 0;
}

int64_t
sheet_find(const struct sheet *sheet, const char *key)
{
	size_t low = 0, high = sheet->n;
	int column = sheet->spec->key.col[0];

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(key, sheet->by_rank[middle]->cell[column].text);

		if (order == 0)
			return (int64_t)middle;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return -1;
}

static void
complain_of_ref(struct sheets *s, const struct sheet *sheet, const struct row *row, int column)
{
	const struct sheet *to = &s->sheet[sheet->spec->column[column].to];
	struct nearest near = { 0 };

	for (size_t i = 0; i < to->n && report_has_room(&s->reporting); i++)
		report_nearer(row->cell[column].text, to->row[i].cell[to->spec->key.col[0]].text, &near);
	sheet_complain(s, sheet->id, row, column, PROBLEM_REF_UNKNOWN,
	    (struct says){ inventory_files[to->id], NULL, near.word });
}

static void
resolve_refs(struct sheets *s, struct sheet *sheet, int column)
{
	const struct sheet *to = &s->sheet[sheet->spec->column[column].to];
	const struct cell *last = NULL;	/* rows that refer to the same often stand together */

	for (size_t i = 0; i < sheet->n; i++) {
		struct cell *cell = &sheet->row[i].cell[column];

		if (cell->text[0] == '\0')
			continue;
		cell->num = last != NULL && strcmp(last->text, cell->text) == 0 ? last->num :
		    sheet_find(to, cell->text);
		last = cell;
		if (cell->num < 0 && !to->broken)
			complain_of_ref(s, sheet, &sheet->row[i], column);
	}
}

int
sheets_link(struct sheets *s)
{
	for (int id = 0; id < SHEET_N; id++)
		if (rank_rows(s, &s->sheet[id]) < 0)
			return -1;
	for (int id = 0; id < SHEET_N; id++)
		for (size_t c = 0; c < s->sheet[id].spec->ncolumns; c++)
			if (s->sheet[id].spec->column[c].type == CELL_REF)
				resolve_refs(s, &s->sheet[id], (int)c);
	return 0;
}

/*
 * book.h - the sheets of an .xlsx workbook, from its bytes in memory.
 *
 * Pure computation but for memory.  Every number in the file is somebody else's claim: what
 * is kept is what is really there, and all of it has a ceiling.  A merged cell gives its value
 * to each cell that it covers: so a header over two lines can be read column by column, and a
 * matter written once beside its ten items belongs to each of them.
 */
#ifndef SHEET_BOOK_H
#define SHEET_BOOK_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

#define BOOK_SHEETS_MAX 256
#define BOOK_ROWS_MAX 200001		/* of one sheet */
#define BOOK_COLUMNS_MAX 64		/* that hold anything */
#define BOOK_CELLS_MAX 4000000		/* of a workbook, those filled by a merge included */
#define BOOK_CELL_MAX 65536		/* bytes of one cell */
#define BOOK_TEXT_MAX ((size_t)128 << 20)
#define BOOK_MERGES_MAX 20000
#define BOOK_ROW_NUMBER_MAX 1048576	/* the format's own */

struct book;
struct book_cell;

enum book_kind {
	BOOK_EMPTY,
	BOOK_TEXT,
	BOOK_NUMBER,
	BOOK_DATE,		/* 2026-01-31, 08:30, 2026-01-31T08:30:00 */
	BOOK_BOOLEAN,		/* TRUE, FALSE */
	BOOK_ERROR,		/* #N/A: as it stands */
	BOOK_INEXACT,		/* a number of more digits than a spreadsheet keeps */
	BOOK_FORMULA,		/* that nobody has worked out: no value is stored */
};

struct book_row {
	size_t number;		/* as people see it, from 1 */
	size_t first, n;	/* of its cells */
	int hidden;
};

struct book_sheet {
	char name[128];
	int hidden;
	char part[201];		/* of the archive */
	/* After book_load: rows that exist, top down. */
	struct book_row *row;
	size_t nrows, rows_cap;
	struct book_cell *cell;
	size_t ncells, cells_cap;
	size_t merges;		/* ranges that were merged */
};

/* What bytes look like: enough to choose a reader. */
enum book_form { BOOK_IS_TEXT, BOOK_IS_ZIP, BOOK_IS_OLE };
enum book_form book_form(const void *data, size_t len);

/*
 * Opens a workbook; data is borrowed and must outlive it.  FAULT_WORKBOOK_OLD, _ENCRYPTED,
 * _KIND, _BROKEN, _DTD, _LIMIT, FAULT_MEMORY.
 */
int book_open(const void *data, size_t len, struct book **ret_book, struct fault *f);
void book_free(struct book *b);

size_t book_sheets(const struct book *b);
struct book_sheet *book_sheet(struct book *b, size_t i);

/* Reads the cells of a sheet, once.  Pointers to texts that were given before may be void. */
int book_load(struct book *b, struct book_sheet *s, struct fault *f);

/* The text of a cell, "" where there is none; lives until the next book_load. */
const char *book_cell(const struct book *b, const struct book_sheet *s, const struct book_row *row,
    size_t column, enum book_kind *ret_kind);

/* "AB" for column 27 (from 0). */
#define BOOK_LETTERS_MAX 4
const char *book_letters(size_t column, char ret_text[BOOK_LETTERS_MAX]);

#endif

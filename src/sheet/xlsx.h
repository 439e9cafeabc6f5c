/*
 * xlsx.h - what the files that read a workbook share.
 */
#ifndef SHEET_XLSX_H
#define SHEET_XLSX_H

#include <stdint.h>

#include "base/buf.h"
#include "sheet/book.h"
#include "sheet/zip.h"

/* Why a workbook is damaged; the sentences are in book.c. */
enum xlsx_damage {
	XLSX_CUT_OFF, XLSX_BAD_NAME, XLSX_TWICE, XLSX_NO_PART, XLSX_NOT_XML, XLSX_BAD_TARGET,
	XLSX_BAD_CELL, XLSX_BAD_NUMBER, XLSX_NO_STRING, XLSX_NO_STYLE, XLSX_BAD_ORDER, XLSX_NO_SHEET,
};

enum xlsx_limit {
	XLSX_LIMIT_ENTRIES, XLSX_LIMIT_UNPACKED, XLSX_LIMIT_RATIO, XLSX_LIMIT_DEPTH, XLSX_LIMIT_TOKEN,
	XLSX_LIMIT_SHEETS, XLSX_LIMIT_ROWS, XLSX_LIMIT_COLUMNS, XLSX_LIMIT_CELLS, XLSX_LIMIT_CELL,
	XLSX_LIMIT_TEXT, XLSX_LIMIT_MERGED, XLSX_LIMIT_STYLES,
};

/* Set a fault and return -1. */
int xlsx_broken(struct fault *f, enum xlsx_damage why, const char *part);
int xlsx_over(struct fault *f, enum xlsx_limit what, size_t most);

/* Makes room for one more in an array of n; -1 with FAULT_MEMORY. */
int xlsx_grow(void **array, size_t n, size_t *cap, size_t size, struct fault *f);

/* How the numbers of a cell are shown. */
enum xlsx_look { LOOK_NUMBER, LOOK_DATE, LOOK_TIME };
struct xlsx_style { uint8_t look, digits; };	/* digits: leading zeros up to so many; 0: none */

/* Where the text of a cell stands in struct book; 0 is "". */
typedef uint32_t xlsx_text;

struct book_cell { xlsx_text text; uint8_t kind; };

struct book {
	struct zip *zip;
	struct book_sheet *sheet;
	size_t nsheets, sheets_cap;
	struct buf text;		/* every text that a cell or a name has, with its NUL */
	xlsx_text *string;		/* the shared strings */
	size_t nstrings, strings_cap;
	struct xlsx_style *style;
	size_t nstyles, styles_cap;
	size_t ncells;
	int from_1904;
};

/* Keeps len bytes and a NUL. */
int xlsx_keep(struct book *b, const char *text, size_t len, xlsx_text *ret_text, struct fault *f);

/* The same for a string of the format, in which _x000D_ is a character. */
int xlsx_keep_string(struct book *b, struct buf *text, xlsx_text *ret_text, struct fault *f);

int xlsx_read_strings(struct book *b, const char *part, struct fault *f);
int xlsx_read_styles(struct book *b, const char *part, struct fault *f);
int xlsx_read_sheet(struct book *b, struct book_sheet *s, struct fault *f);

/* How a format such as yyyy"年"m"月" shows a number. */
struct xlsx_style xlsx_look_of(const char *format);

/*
 * Writes a stored number as it is shown: an integer without a fraction, a day as 2026-01-31.
 * -1: that is no number.
 */
#define XLSX_NUMBER_MAX 64
int xlsx_show(const char *stored, struct xlsx_style style, int from_1904,
    char ret_text[XLSX_NUMBER_MAX], enum book_kind *ret_kind);

#endif

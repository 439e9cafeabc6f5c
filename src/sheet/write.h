/*
 * write.h - workbooks and archives as bytes.
 *
 * Unlike the rest of this folder it uses files: the library that makes workbooks writes to
 * unnamed temporary ones.  Not for personal data.
 */
#ifndef SHEET_WRITE_H
#define SHEET_WRITE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"

struct xlsx_writer;

/* FAULT_MEMORY, FAULT_FILE_WRITE. */
int xlsx_writer_new(struct xlsx_writer **ret_writer, struct fault *f);
void xlsx_writer_free(struct xlsx_writer *w);

/* Begins a sheet; its first row is the header, which stays in view.  Failures are told at the end. */
void xlsx_writer_sheet(struct xlsx_writer *w, const char *name);

/* Every cell is text: a code keeps its leading zeros, and nothing becomes a formula. */
void xlsx_writer_row(struct xlsx_writer *w, const char *const *cell, size_t n);

/*
 * A sheet that is worked through and printed: a title over the table, the header in view and with a
 * filter, long texts over several lines; A4 across, the header on every page, pages numbered.
 */
struct xlsx_column { const char *title; unsigned width; };	/* in digits; an ideograph takes two */
struct xlsx_form {
	const char *name, *title;
	const char *footer;		/* &P is the page, &N how many there are */
	const struct xlsx_column *column;
	size_t ncolumns;		/* at most XLSX_FORM_COLUMNS_MAX */
};
#define XLSX_FORM_COLUMNS_MAX 26
void xlsx_writer_form(struct xlsx_writer *w, const struct xlsx_form *form);

/* A cell of such a sheet.  A share is shown in percent with one decimal; of nothing it is blank. */
enum xlsx_kind { XLSX_TEXT, XLSX_INTEGER, XLSX_SHARE };
struct xlsx_cell { enum xlsx_kind kind; const char *text; int64_t n, of; };

/* The cells of a row, one for each column of the form. */
void xlsx_writer_cells(struct xlsx_writer *w, const struct xlsx_cell *cell);
/* The same as a row of sums under the table, which the filter leaves alone; then only notes follow. */
void xlsx_writer_sums(struct xlsx_writer *w, const struct xlsx_cell *cell);
/* A line of text over the whole width, below the table. */
void xlsx_writer_note(struct xlsx_writer *w, const char *text);

/* Adds the workbook to out; nothing but xlsx_writer_free may follow.  FAULT_FILE_WRITE, FAULT_MEMORY. */
int xlsx_writer_end(struct xlsx_writer *w, struct buf *out, struct fault *f);

/* Adds a zip archive of these files to out; the same files give the same bytes. */
struct zip_file { const char *name, *data; size_t len; };
int zip_write(const struct zip_file *file, size_t n, struct buf *out, struct fault *f);

#endif

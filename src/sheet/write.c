#include "sheet/write.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>
#include <xlsxwriter.h>	/* has been included: see banned.h */

#include "base/utf8.h"

#define WIDTH_LEAST 8		/* of a column, in digits */
#define WIDTH_MOST 60
#define COLUMNS_MAX 64
#define MADE_AT 1767225600	/* 2026-01-01: what is in an archive depends on nothing but the files */

#define PAPER_A4 9
#define MARGIN 0.5		/* inches */
#define LINE_HEIGHT 15.0	/* points */
#define PALE 0xEEF2F7		/* behind a header */
#define RULE 0xB8C0CC		/* lines between cells */

/* How cells look; those of a form. */
enum look { LOOK_TITLE, LOOK_HEAD, LOOK_TEXT, LOOK_INTEGER, LOOK_SHARE, LOOK_SUM_TEXT, LOOK_SUM_INTEGER,
	LOOK_SUM_SHARE, LOOK_NOTE, LOOK_N };

struct xlsx_writer {
	int fd;			/* a file without a name */
	char path[40];
	lxw_workbook *book;
	lxw_worksheet *sheet;
	lxw_format *head, *look[LOOK_N];
	lxw_row_t row;
	size_t columns, width[COLUMNS_MAX];
	int form;		/* the sheet is one */
	lxw_row_t header, last;	/* of a form: its header, and the last row of its table */
	int failed;
};

static int
cannot_write(struct fault *f, const char *why)
{
	fault_set(f, FAULT_FILE_WRITE, "%s", why);
	fault_arg(f, "file", "%s", "xlsx");
	return -1;
}

int
xlsx_writer_new(struct xlsx_writer **ret_writer, struct fault *f)
{
	struct xlsx_writer *w = calloc(1, sizeof(*w));

	if (w == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "workbook");
		return -1;
	}
	if ((w->fd = memfd_create("workbook", MFD_CLOEXEC)) < 0) {
		cannot_write(f, strerror(errno));
		free(w);
		return -1;
	}
	snprintf(w->path, sizeof(w->path), "/proc/self/fd/%d", w->fd);
	if ((w->book = workbook_new(w->path)) == NULL || (w->head = workbook_add_format(w->book)) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "workbook");
		xlsx_writer_free(w);
		return -1;
	}
	format_set_bold(w->head);
	*ret_writer = w;
	return 0;
}

void
xlsx_writer_free(struct xlsx_writer *w)
{
	if (w == NULL)
		return;
	lxw_workbook_free(w->book);
	close(w->fd);
	free(w);
}

/* Gives the columns of the sheet the width that their texts take, within reason; a form its filter. */
static void
end_sheet(struct xlsx_writer *w)
{
	if (w->sheet != NULL && w->form) {
		worksheet_autofilter(w->sheet, w->header, 0, w->last, (lxw_col_t)(w->columns - 1));
		return;
	}
	for (size_t c = 0; w->sheet != NULL && c < w->columns; c++)
		worksheet_set_column(w->sheet, (lxw_col_t)c, (lxw_col_t)c, (double)w->width[c] + 2, NULL);
}

void
xlsx_writer_sheet(struct xlsx_writer *w, const char *name)
{
	end_sheet(w);
	w->form = 0;
	if ((w->sheet = workbook_add_worksheet(w->book, name)) == NULL) {
		w->failed = 1;
		return;
	}
	worksheet_freeze_panes(w->sheet, 1, 0);
	w->row = 0;
	w->columns = 0;
}

/* Digits that a text takes: two for an ideograph. */
static size_t
digits(const char *text)
{
	size_t len = strlen(text);

	return utf8_count(text, len) + (len - utf8_count(text, len)) / 2;
}

void
xlsx_writer_row(struct xlsx_writer *w, const char *const *cell, size_t n)
{
	for (size_t c = 0; c < n && c < COLUMNS_MAX && w->sheet != NULL; c++) {
		size_t wide = digits(cell[c]);

		if (c == w->columns)
			w->width[w->columns++] = WIDTH_LEAST;
		if (wide > w->width[c])
			w->width[c] = wide < WIDTH_MOST ? wide : WIDTH_MOST;
		if (cell[c][0] != '\0' && worksheet_write_string(w->sheet, w->row, (lxw_col_t)c, cell[c],
		    w->row == 0 ? w->head : NULL) != LXW_NO_ERROR)
			w->failed = 1;
	}
	w->row++;
}

/* Makes the looks of a form, once a workbook. */
static int
make_looks(struct xlsx_writer *w)
{
	for (int i = 0; i < LOOK_N; i++) {
		lxw_format *look = w->look[i] != NULL ? w->look[i] : workbook_add_format(w->book);

		if (look == NULL)
			return -1;
		w->look[i] = look;
		format_set_text_wrap(look);
		format_set_align(look, LXW_ALIGN_VERTICAL_TOP);
		if (i == LOOK_TITLE || i == LOOK_HEAD || (i >= LOOK_SUM_TEXT && i <= LOOK_SUM_SHARE))
			format_set_bold(look);
		if (i == LOOK_INTEGER || i == LOOK_SUM_INTEGER)
			format_set_num_format(look, "0");
		if (i == LOOK_SHARE || i == LOOK_SUM_SHARE)
			format_set_num_format(look, "0.0%");
		if (i == LOOK_TITLE || i == LOOK_NOTE)
			continue;
		format_set_border(look, LXW_BORDER_THIN);
		format_set_border_color(look, RULE);
	}
	format_set_font_size(w->look[LOOK_TITLE], 16);
	format_set_align(w->look[LOOK_HEAD], LXW_ALIGN_VERTICAL_CENTER);
	format_set_bg_color(w->look[LOOK_HEAD], PALE);
	return 0;
}

static void
set_up_page(struct xlsx_writer *w, const char *footer)
{
	char text[128];

	snprintf(text, sizeof(text), "&C%s", footer);
	worksheet_set_landscape(w->sheet);
	worksheet_set_paper(w->sheet, PAPER_A4);
	worksheet_set_margins(w->sheet, MARGIN, MARGIN, MARGIN, MARGIN + 0.25);
	worksheet_fit_to_pages(w->sheet, 1, 0);
	worksheet_repeat_rows(w->sheet, w->header, w->header);
	worksheet_set_footer(w->sheet, text);
	worksheet_freeze_panes(w->sheet, w->header + 1, 0);
}

/* A text over all columns, in as many lines as it takes: such a row does not grow by itself. */
static void
put_across(struct xlsx_writer *w, const char *text, enum look look, double height)
{
	size_t wide = 0, lines;

	for (size_t c = 0; c < w->columns; c++)
		wide += w->width[c];
	lines = digits(text) / (wide > 0 ? wide : 1) + 1;
	if (worksheet_merge_range(w->sheet, w->row, 0, w->row, (lxw_col_t)(w->columns - 1), text,
	    w->look[look]) != LXW_NO_ERROR)
		w->failed = 1;
	worksheet_set_row(w->sheet, w->row, (double)lines * height, NULL);
	w->row++;
}

void
xlsx_writer_form(struct xlsx_writer *w, const struct xlsx_form *form)
{
	xlsx_writer_sheet(w, form->name);
	if (w->sheet == NULL || form->ncolumns < 2 || form->ncolumns > XLSX_FORM_COLUMNS_MAX ||
	    make_looks(w) < 0) {
		w->failed = 1;
		w->sheet = NULL;
		return;
	}
	w->form = 1;
	w->columns = form->ncolumns;
	for (size_t c = 0; c < w->columns; c++) {
		w->width[c] = form->column[c].width;
		worksheet_set_column(w->sheet, (lxw_col_t)c, (lxw_col_t)c, (double)w->width[c], NULL);
	}
	put_across(w, form->title, LOOK_TITLE, LINE_HEIGHT * 1.75);
	for (size_t c = 0; c < w->columns; c++)
		if (worksheet_write_string(w->sheet, w->row, (lxw_col_t)c, form->column[c].title,
		    w->look[LOOK_HEAD]) != LXW_NO_ERROR)
			w->failed = 1;
	w->header = w->last = w->row++;
	set_up_page(w, form->footer);
}

static void
put_cells(struct xlsx_writer *w, const struct xlsx_cell *cell, enum look text)
{
	for (size_t c = 0; w->sheet != NULL && c < w->columns; c++) {
		lxw_format *look = w->look[text + cell[c].kind];
		lxw_error rc;

		if (cell[c].kind == XLSX_TEXT && cell[c].text[0] != '\0')
			rc = worksheet_write_string(w->sheet, w->row, (lxw_col_t)c, cell[c].text, look);
		else if (cell[c].kind == XLSX_INTEGER)
			rc = worksheet_write_number(w->sheet, w->row, (lxw_col_t)c, (double)cell[c].n, look);
		else if (cell[c].kind == XLSX_SHARE && cell[c].of != 0)
			rc = worksheet_write_number(w->sheet, w->row, (lxw_col_t)c,
			    (double)cell[c].n / (double)cell[c].of, look);
		else
			rc = worksheet_write_blank(w->sheet, w->row, (lxw_col_t)c, look);
		if (rc != LXW_NO_ERROR)
			w->failed = 1;
	}
	w->row++;
}

void
xlsx_writer_cells(struct xlsx_writer *w, const struct xlsx_cell *cell)
{
	w->last = w->row;
	put_cells(w, cell, LOOK_TEXT);
}

void
xlsx_writer_sums(struct xlsx_writer *w, const struct xlsx_cell *cell)
{
	put_cells(w, cell, LOOK_SUM_TEXT);
}

void
xlsx_writer_note(struct xlsx_writer *w, const char *text)
{
	if (w->sheet != NULL)
		put_across(w, text, LOOK_NOTE, LINE_HEIGHT);
}

static int
read_back(const struct xlsx_writer *w, struct buf *out, struct fault *f)
{
	size_t max = out->max != 0 ? out->max : BUF_MAX_DEFAULT;

	return buf_read_file(out, w->path, max, f);
}

int
xlsx_writer_end(struct xlsx_writer *w, struct buf *out, struct fault *f)
{
	lxw_error rc;

	end_sheet(w);
	rc = workbook_close(w->book);	/* frees it, whatever it says */
	w->book = NULL;
	if (w->failed || rc != LXW_NO_ERROR)
		return cannot_write(f, rc != LXW_NO_ERROR ? lxw_strerror(rc) : "a cell or sheet was refused");
	return read_back(w, out, f);
}

static la_ssize_t
take(struct archive *a, void *out, const void *data, size_t len)
{
	(void)a;
	return buf_add(out, data, len) < 0 ? -1 : (la_ssize_t)len;
}

static int
add_file(struct archive *a, const struct zip_file *file)
{
	struct archive_entry *entry = archive_entry_new();
	int ok = 0;

	if (entry == NULL)
		return -1;
	archive_entry_set_pathname(entry, file->name);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_mtime(entry, MADE_AT, 0);
	archive_entry_set_size(entry, (la_int64_t)file->len);
	ok = archive_write_header(a, entry) == ARCHIVE_OK &&
	    archive_write_data(a, file->data, file->len) == (la_ssize_t)file->len;
	archive_entry_free(entry);
	return ok ? 0 : -1;
}

int
zip_write(const struct zip_file *file, size_t n, struct buf *out, struct fault *f)
{
	struct archive *a = archive_write_new();
	int rc = -1;

	if (a == NULL || archive_write_set_format_zip(a) != ARCHIVE_OK ||
	    archive_write_open(a, out, NULL, take, NULL) != ARCHIVE_OK)
		goto out;
	for (size_t i = 0; i < n; i++)
		if (add_file(a, &file[i]) < 0)
			goto out;
	if (archive_write_close(a) == ARCHIVE_OK)
		rc = 0;
out:
	if (rc < 0)
		fault_set(f, FAULT_MEMORY, "%s", a == NULL ? "zip" : archive_error_string(a));
	archive_write_free(a);
	return rc;
}

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

struct xlsx_writer {
	int fd;			/* a file without a name */
	char path[40];
	lxw_workbook *book;
	lxw_worksheet *sheet;
	lxw_format *head;
	lxw_row_t row;
	size_t columns, width[COLUMNS_MAX];
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

/* Gives the columns of the sheet the width that their texts take, within reason. */
static void
set_widths(struct xlsx_writer *w)
{
	for (size_t c = 0; w->sheet != NULL && c < w->columns; c++)
		worksheet_set_column(w->sheet, (lxw_col_t)c, (lxw_col_t)c, (double)w->width[c] + 2, NULL);
}

void
xlsx_writer_sheet(struct xlsx_writer *w, const char *name)
{
	set_widths(w);
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

	set_widths(w);
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

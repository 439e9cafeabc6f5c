#include "svc/align/gather.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "flow/inventory_source.h"
#include "sheet/book.h"

#define HEADER_FROM_MAX 10	/* rows that may stand above a header */
#define ITEMS "items.csv"

static int
no_memory(const char *what, struct fault *f)
{
	fault_set(f, FAULT_MEMORY, "%s", what);
	return -1;
}

static int
refuse(enum fault_code code, const char *file, struct fault *f)
{
	fault_set(f, code, "%s", "");
	fault_arg(f, "file", "%s", file);
	return -1;
}

static int
ends_with(const char *name, const char *ending)
{
	size_t len = strlen(name), end = strlen(ending);

	return len > end && strcasecmp(name + len - end, ending) == 0;
}

/* The division whose code a name has, else the one with the longest name that it has; NULL. */
static const struct division *
division_of(const struct inventory *inv, const char *name)
{
	const struct division *best = NULL;
	char code[7];

	for (const char *p = name; *p != '\0'; p += strspn(p, "0123456789") > 0 ? strspn(p, "0123456789") : 1)
		if (strspn(p, "0123456789") == 6) {
			snprintf(code, sizeof(code), "%.6s", p);
			if (inventory_division(inv, code) != NULL)
				return inventory_division(inv, code);
		}
	for (size_t i = 0; i < inv->ndivisions; i++) {
		const struct division *d = &inv->divisions[i];

		if (strstr(name, d->name) != NULL && (best == NULL || strlen(d->name) > strlen(best->name)))
			best = d;
	}
	return best;
}

/* Room for one more list, of a division that has none yet. */
static struct gathered *
add(struct gathering *g, const struct division *division, const char *shown, struct fault *f)
{
	struct gathered *more;

	for (size_t i = 0; i < g->n; i++)
		if (g->list[i].division == division) {
			refuse(FAULT_ALIGN_TWICE, shown, f);
			fault_arg(f, "division", "%s", division->code);
			fault_arg(f, "other", "%s", g->list[i].shown);
			return NULL;
		}
	if (g->n == GATHER_LISTS_MAX) {
		refuse(FAULT_FILE_TOO_LARGE, shown, f);
		return NULL;
	}
	if ((more = reallocarray(g->list, g->n + 1, sizeof(*more))) == NULL) {
		no_memory(shown, f);
		return NULL;
	}
	g->list = more;
	more = &g->list[g->n++];
	*more = (struct gathered){ .division = division, .bytes = BUF_INIT_MAX(GATHER_FILE_MAX) };
	snprintf(more->shown, sizeof(more->shown), "%s", shown);
	return more;
}

/* Sheets */

/* A field of the CSV that a sheet becomes: in one line, so that the lines are the rows. */
static void
put_field(struct buf *out, const char *text)
{
	buf_char(out, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"')
			buf_char(out, '"');
		buf_char(out, *text == '\n' || *text == '\r' ? ' ' : *text);
	}
	buf_char(out, '"');
}

/* Whether a row names the columns of a list. */
static int
is_header(const struct book *b, const struct book_sheet *s, const struct book_row *row)
{
	int matter = 0, proof = 0;
	enum book_kind kind;

	for (size_t c = 0; c < row->n; c++) {
		const char *name = inventory_column_name(ITEMS, book_cell(b, s, row, c, &kind), LANG_EN);

		matter |= strcmp(name, "matter_name") == 0;
		proof |= strcmp(name, "proof_name") == 0;
	}
	return matter && proof;
}

/* The row that is the header; nrows if there is none. */
static size_t
find_header(const struct book *b, const struct book_sheet *s)
{
	for (size_t i = 0; i < s->nrows && i < HEADER_FROM_MAX; i++)
		if (is_header(b, s, &s->row[i]))
			return i;
	return s->nrows;
}

/* A sheet from its header on as CSV, with blank lines where it has no rows: line numbers stay. */
static void
sheet_csv(const struct book *b, const struct book_sheet *s, size_t from, struct buf *out)
{
	size_t line = 1;
	enum book_kind kind;

	for (size_t i = from; i < s->nrows && !buf_failed(out); i++) {
		for (; line < s->row[i].number; line++)
			buf_char(out, '\n');
		for (size_t c = 0; c < s->row[i].n; c++) {
			if (c > 0)
				buf_char(out, ',');
			put_field(out, book_cell(b, s, &s->row[i], c, &kind));
		}
	}
	buf_char(out, '\n');
}

static int
skip(struct gathering *g, const char *name, struct fault *f)
{
	if (g->nskipped == GATHER_LISTS_MAX)
		return 0;
	if ((g->skipped[g->nskipped] = strdup(name)) == NULL)
		return no_memory(name, f);
	g->nskipped++;
	return 0;
}

static int
add_sheet(struct gathering *g, const struct inventory *inv, const char *file, struct book *book,
    struct book_sheet *sheet, struct fault *f)
{
	const struct division *division = division_of(inv, sheet->name);
	struct gathered *list;
	char shown[300];
	size_t header;

	if (division == NULL)
		return skip(g, sheet->name, f);
	if (book_load(book, sheet, f) < 0)
		return -1;
	if ((header = find_header(book, sheet)) == sheet->nrows)
		return skip(g, sheet->name, f);
	snprintf(shown, sizeof(shown), "%s %s", file, sheet->name);
	if ((list = add(g, division, shown, f)) == NULL)
		return -1;
	snprintf(list->name, sizeof(list->name), "%s.csv", division->code);
	sheet_csv(book, sheet, header, &list->bytes);
	return buf_failed(&list->bytes) ? refuse(FAULT_FILE_TOO_LARGE, shown, f) : 0;
}

/* One workbook with a sheet for each county. */
static int
add_workbook(struct gathering *g, const struct inventory *inv, const char *file, const struct buf *bytes,
    struct fault *f)
{
	struct book *book = NULL;
	int rc = 0;

	if (book_open(bytes->data, bytes->len, &book, f) < 0)
		return -1;
	for (size_t i = 0; rc == 0 && i < book_sheets(book); i++)
		rc = add_sheet(g, inv, file, book, book_sheet(book, i), f);
	book_free(book);
	return rc;
}

/* Files */

static int
read_file(const char *path, struct buf *bytes, struct fault *f)
{
	bytes->max = GATHER_FILE_MAX;
	if (buf_read_file(bytes, path, GATHER_FILE_MAX, f) < 0)
		return -1;
	return buf_add(bytes, "", 0) < 0 ? no_memory(path, f) : 0;
}

/* One file: the list of the division that its name says, or a workbook with several. */
static int
add_file(struct gathering *g, const struct inventory *inv, const char *path, const char *name,
    struct fault *f)
{
	const struct division *division = division_of(inv, name);
	struct gathered *list = NULL;
	struct buf bytes = BUF_INIT;
	int rc = read_file(path, &bytes, f);

	/* A city's workbook may have the city's name. */
	if (rc == 0 && ends_with(name, ".xlsx") && (division == NULL || strcmp(division->level, "county") != 0))
		rc = add_workbook(g, inv, name, &bytes, f);
	else if (rc == 0 && division == NULL)
		rc = refuse(FAULT_ALIGN_WHOSE, name, f);
	else if (rc == 0 && (list = add(g, division, name, f)) == NULL)
		rc = -1;
	if (list != NULL) {
		snprintf(list->name, sizeof(list->name), "%s%s", division->code,
		    ends_with(name, ".xlsx") ? ".xlsx" : ".csv");
		list->bytes = bytes;
		bytes = (struct buf)BUF_INIT;
	}
	buf_free(&bytes);
	return rc;
}

/* Excel and WPS leave "~$items.xlsx" beside a workbook that is open. */
static int
is_list(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && strncmp(entry->d_name, "~$", 2) != 0 &&
	    (ends_with(entry->d_name, ".csv") || ends_with(entry->d_name, ".xlsx"));
}

static int
add_directory(struct gathering *g, const struct inventory *inv, const char *dir, struct fault *f)
{
	struct dirent **entry = NULL;
	struct buf path = BUF_INIT;
	int n = scandir(dir, &entry, is_list, alphasort), rc = 0;

	if (n < 0) {
		fault_set(f, FAULT_FILE_READ, "%s", strerror(errno));
		fault_arg(f, "file", "%s", dir);
		return -1;
	}
	for (int i = 0; i < n; i++) {
		buf_clear(&path);
		if (rc == 0 && buf_fmt(&path, "%s/%s", dir, entry[i]->d_name) < 0)
			rc = no_memory(dir, f);
		if (rc == 0)
			rc = add_file(g, inv, path.data, entry[i]->d_name, f);
		free(entry[i]);
	}
	free(entry);
	buf_free(&path);
	return rc;
}

static int
by_division(const void *a, const void *b)
{
	return strcmp(((const struct gathered *)a)->division->code, ((const struct gathered *)b)->division->code);
}

int
gather(const char *path, const struct inventory *inv, struct gathering *g, struct fault *f)
{
	const char *slash = strrchr(path, '/');
	DIR *dir = opendir(path);
	int rc;

	rc = dir == NULL && errno == ENOTDIR ?
	    add_file(g, inv, path, slash != NULL ? slash + 1 : path, f) : add_directory(g, inv, path, f);
	if (dir != NULL)
		closedir(dir);
	if (rc < 0)
		return -1;
	if (g->n == 0)
		return refuse(FAULT_ALIGN_NO_LISTS, path, f);
	qsort(g->list, g->n, sizeof(*g->list), by_division);
	return 0;
}

void
gathering_free(struct gathering *g)
{
	for (size_t i = 0; i < g->n; i++)
		buf_free(&g->list[i].bytes);
	for (size_t i = 0; i < g->nskipped; i++)
		free(g->skipped[i]);
	free(g->list);
	*g = (struct gathering){ 0 };
}

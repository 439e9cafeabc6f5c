#include "flow/inventory_source.h"

#include <stdlib.h>
#include <string.h>

#include "flow/inventory_sheet.h"
#include "sheet/book.h"
#include "sheet/text.h"

int
source_table_of(const char *name)
{
	return strcasecmp(name, INVENTORY_EVENTS) == 0 || strcmp(name, EVENTS_TITLE ".json") == 0 ?
	    REPORT_EVENTS : sheet_of_name(name);
}

int
inventory_source_is_events(const char *name)
{
	return source_table_of(name) == REPORT_EVENTS;
}

int
inventory_source_wants(const char *name)
{
	return source_table_of(name) >= 0;
}

struct inventory_origin *
source_table(struct inventory_source *s, int table, const char *file, const char *encoding,
    struct fault *f)
{
	struct inventory_origin *o = calloc(1, sizeof(*o));

	if (o == NULL || s->n == SOURCE_FILES_MAX) {
		free(o);
		fault_set(f, o == NULL ? FAULT_MEMORY : FAULT_FILE_TOO_LARGE, "%s", "more tables than there are");
		fault_arg(f, "file", "%s", file);
		return NULL;
	}
	o->file = file;
	o->encoding = encoding;
	s->file[s->n] = (struct inventory_file){ table == REPORT_EVENTS ? INVENTORY_EVENTS : inventory_files[table],
	    "", 0 };
	s->origin[s->n++] = o;
	return o;
}

void
source_remark(struct inventory_source *s, int note, const char *file, const char *sheet, size_t a,
    const char *near)
{
	struct inventory_remark *r;

	if (s->nremarks == SOURCE_NOTES_MAX)
		return;
	r = &s->remark[s->nremarks++];
	r->note = note;
	r->file = file;
	r->near = near;
	snprintf(r->sheet, sizeof(r->sheet), "%s", sheet);
	snprintf(r->a, sizeof(r->a), "%zu", a);
}

static int
read_text(struct inventory_source *s, const struct inventory_input *in, int table, struct fault *f)
{
	struct inventory_origin *o = source_table(s, table, in->name, "", f);
	struct inventory_file *file;
	enum text_encoding e = TEXT_UTF8;

	if (o == NULL)
		return -1;
	file = &s->file[s->n - 1];
	if (text_decode(in->data, in->len, &o->text, &e, &o->fault) < 0 &&
	    o->fault.code == FAULT_MEMORY) {
		*f = o->fault;
		return -1;
	}
	o->encoding = text_encoding_name(e);
	file->text = e == TEXT_UTF8 ? in->data : o->text.data;
	file->len = e == TEXT_UTF8 ? in->len : o->text.len;
	return 0;
}

static void
remark_skipped(struct inventory_source *s, const char *name)
{
	struct nearest near = { 0 };

	for (int i = 0; i < SHEET_N; i++)
		report_nearer(name, inventory_files[i], &near);
	source_remark(s, NOTE_FILE_SKIPPED, name, "", 0, near.word);
}

static int
read_input(struct inventory_source *s, const struct inventory_input *in, struct fault *f)
{
	int table = source_table_of(in->name);
	size_t len = strlen(in->name);

	if (in->data == NULL) {
		remark_skipped(s, in->name);
		return 0;
	}
	/* By what it is; where it is a text, a name that is no table's says that it should be none. */
	if (book_form(in->data, in->len) != BOOK_IS_TEXT || (table < 0 && len > 5 &&
	    strcasecmp(in->name + len - 5, ".xlsx") == 0))
		return source_workbook(s, in, f);
	if (table >= 0)
		return read_text(s, in, table, f);
	remark_skipped(s, in->name);
	return 0;
}

static void
swap(struct inventory_source *s, size_t a, size_t b)
{
	struct inventory_file file = s->file[a];
	struct inventory_origin *origin = s->origin[a];

	s->file[a] = s->file[b];
	s->origin[a] = s->origin[b];
	s->file[b] = file;
	s->origin[b] = origin;
}

/* Brings the first file of that name to the front of those that follow what is kept. */
static void
keep_first(struct inventory_source *s, const char *name)
{
	for (size_t i = s->nkept; i < s->n; i++)
		if (strcmp(s->file[i].name, name) == 0) {
			swap(s, s->nkept++, i);
			break;
		}
}

/* Brings the first of each table to the front, in the order in which an inventory is kept. */
static void
sort(struct inventory_source *s)
{
	for (int id = 0; id < SHEET_N; id++)
		keep_first(s, inventory_files[id]);
	keep_first(s, INVENTORY_EVENTS);
}

int
inventory_source_read(const struct inventory_input *in, size_t n,
    struct inventory_source **ret_source, struct fault *f)
{
	struct inventory_source *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "inventory");
		return -1;
	}
	for (size_t i = 0; i < n; i++)
		if (read_input(s, &in[i], f) < 0) {
			inventory_source_free(s);
			return -1;
		}
	sort(s);
	*ret_source = s;
	return 0;
}

void
inventory_source_free(struct inventory_source *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->n; i++) {
		struct inventory_origin *o = s->origin[i];

		for (size_t c = 0; c < o->ncolumns; c++)
			free(o->title[c]);
		free(o->row);
		free(o->slip);
		buf_free(&o->text);
		free(o);
	}
	free(s);
}

int
inventory_source_is_plain(const struct inventory_source *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->origin[i]->fault.code != FAULT_NONE)
			return 0;
	return s->n == s->nkept && s->ntroubles == 0;
}

const struct inventory_file *
inventory_source_files(const struct inventory_source *s, size_t *ret_n)
{
	*ret_n = s->nkept;
	return s->file;
}

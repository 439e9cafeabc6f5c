/*
 * Whatever bytes come: the cells of a workbook, or a fault.  An archive of random bytes hardly
 * ever is one: other input is taken for the parts of a workbook, each after its name on a line
 * "== xl/workbook.xml", and packed.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "sections.h"
#include "sheet/book.h"
#include "sheet/write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_sheet(struct book *b, struct book_sheet *s)
{
	struct fault f = FAULT_INIT;
	size_t last = 0;

	if (book_load(b, s, &f) < 0) {
		assert(f.code != FAULT_NONE && f.code != FAULT_MEMORY);
		return;
	}
	assert(s->nrows <= BOOK_ROWS_MAX && utf8_valid(s->name, strlen(s->name), NULL));
	for (size_t i = 0; i < s->nrows; i++) {
		assert(s->row[i].number > last && s->row[i].number <= BOOK_ROW_NUMBER_MAX);
		assert(s->row[i].n <= BOOK_COLUMNS_MAX);
		last = s->row[i].number;
		for (size_t c = 0; c <= s->row[i].n; c++) {
			enum book_kind kind;
			const char *text = book_cell(b, s, &s->row[i], c, &kind);
			size_t len = strlen(text);

			assert(len <= BOOK_CELL_MAX && utf8_valid(text, len, NULL));
			assert((kind == BOOK_EMPTY) <= (len == 0));
		}
	}
}

static void
read_book(const char *bytes, size_t len)
{
	struct book *b = NULL;
	struct fault f = FAULT_INIT;

	if (book_open(bytes, len, &b, &f) < 0) {
		assert(f.code != FAULT_NONE && f.code != FAULT_MEMORY);
		return;
	}
	for (size_t i = 0; i < book_sheets(b); i++)
		check_sheet(b, book_sheet(b, i));
	book_free(b);
}

/* Any name that the writer of archives takes: of others it says no and forgets 10 KB. */
static int
may_be_packed(const char *name)
{
	for (const char *p = name; *p != '\0'; p++)
		if (*p <= ' ' || *p > '~')
			return 0;
	return name[0] != '\0';
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t n = 0;
	struct sections s;
	struct zip_file file[SECTIONS_MAX];
	struct buf packed = BUF_INIT;
	struct fault f = FAULT_INIT;

	if (book_form(data, size) != BOOK_IS_TEXT) {
		read_book((const char *)data, size);
		return 0;
	}
	sections_split((const char *)data, size, &s);
	for (size_t i = 0; i < s.n; i++)
		if (may_be_packed(s.file[i].name))
			file[n++] = (struct zip_file){ s.file[i].name, s.file[i].text, s.file[i].len };
	if (zip_write(file, n, &packed, &f) == 0)
		read_book(packed.data, packed.len);
	buf_free(&packed);
	return 0;
}

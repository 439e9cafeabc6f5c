/* What is written can be read again: by the reader beside it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sheet/book.h"
#include "sheet/write.h"
#include "sheet/zip.h"

static void
a_workbook_keeps_every_text_as_it_is(void **state)
{
	static char lengthy[20001];
	static const char *const rows[][3] = { { "代码", "名称", "说明" }, { "000123", "=1+1", "" }, { "", "", "a\nb" },
		{ "2026-01-31", " x ", lengthy }, { "1e5", "𠮷", "-0" } };
	struct xlsx_writer *w = NULL;
	struct buf bytes = BUF_INIT;
	struct book *b = NULL;
	struct fault f = FAULT_INIT;

	(void)state;
	memset(lengthy, 'y', sizeof(lengthy) - 1);
	assert_int_equal(xlsx_writer_new(&w, &f), 0);
	for (int sheet = 0; sheet < 2; sheet++) {
		xlsx_writer_sheet(w, sheet == 0 ? "事项" : "证明");
		for (size_t i = 0; i < 5; i++)
			xlsx_writer_row(w, rows[i], 3);
	}
	assert_int_equal(xlsx_writer_end(w, &bytes, &f), 0);
	xlsx_writer_free(w);

	if (book_open(bytes.data, bytes.len, &b, &f) < 0)
		fail_msg("%s: %s", fault_name(f.code), f.cause);
	assert_int_equal(book_sheets(b), 2);
	assert_string_equal(book_sheet(b, 1)->name, "证明");
	assert_int_equal(book_load(b, book_sheet(b, 1), &f), 0);
	assert_int_equal(book_sheet(b, 1)->nrows, 5);
	for (size_t i = 0; i < 5; i++)
		for (size_t c = 0; c < 3; c++) {
			enum book_kind kind;

			assert_string_equal(book_cell(b, book_sheet(b, 1), &book_sheet(b, 1)->row[i], c, &kind), rows[i][c]);
			assert_true(kind == (rows[i][c][0] == '\0' ? BOOK_EMPTY : BOOK_TEXT));
		}
	book_free(b);
	buf_free(&bytes);
}

static void
a_cell_beyond_the_format_is_refused(void **state)
{
	static char huge[40001];
	const char *cell = huge;
	struct xlsx_writer *w = NULL;
	struct buf bytes = BUF_INIT;
	struct fault f = FAULT_INIT;

	(void)state;
	memset(huge, 'y', sizeof(huge) - 1);
	assert_int_equal(xlsx_writer_new(&w, &f), 0);
	xlsx_writer_sheet(w, "x");
	xlsx_writer_row(w, &cell, 1);
	assert_int_equal(xlsx_writer_end(w, &bytes, &f), -1);
	assert_int_equal(f.code, FAULT_FILE_WRITE);
	xlsx_writer_free(w);
	buf_free(&bytes);
}

/* The text of a cell of the first sheet. */
static const char *
at(struct book *b, size_t row, size_t column, enum book_kind *ret_kind)
{
	struct book_sheet *s = book_sheet(b, 0);

	assert_true(row < s->nrows);
	return book_cell(b, s, &s->row[row], column, ret_kind);
}

static void
a_form_has_a_title_a_header_numbers_sums_and_notes(void **state)
{
	static const struct xlsx_column columns[] = { { "县市区", 16 }, { "项", 8 }, { "统一度", 10 } };
	static const struct xlsx_form form = { .name = "汇总", .title = "三统一", .footer = "第 &P 页,共 &N 页",
		.column = columns, .ncolumns = 3 };
	const struct xlsx_cell row[] = { { .text = "=武义县" }, { XLSX_INTEGER, NULL, 2265, 0 },
		{ XLSX_SHARE, NULL, 1, 4 } }, sums[] = { { .text = "" }, { XLSX_INTEGER, NULL, -1, 0 },
		{ XLSX_SHARE, NULL, 0, 0 } };
	struct xlsx_writer *w = NULL;
	struct buf bytes = BUF_INIT;
	struct book *b = NULL;
	enum book_kind kind;
	struct fault f = FAULT_INIT;

	(void)state;
	assert_int_equal(xlsx_writer_new(&w, &f), 0);
	xlsx_writer_form(w, &form);
	xlsx_writer_cells(w, row);
	xlsx_writer_sums(w, sums);
	xlsx_writer_note(w, "统一度:办法见说明");
	assert_int_equal(xlsx_writer_end(w, &bytes, &f), 0);
	xlsx_writer_free(w);
	assert_int_equal(book_open(bytes.data, bytes.len, &b, &f), 0);
	assert_int_equal(book_load(b, book_sheet(b, 0), &f), 0);
	assert_string_equal(at(b, 0, 2, &kind), "三统一");
	assert_string_equal(at(b, 1, 1, &kind), "项");
	assert_string_equal(at(b, 2, 0, &kind), "=武义县");
	assert_true(kind == BOOK_TEXT);
	assert_string_equal(at(b, 2, 1, &kind), "2265");
	assert_true(kind == BOOK_NUMBER);
	assert_string_equal(at(b, 2, 2, &kind), "0.25");
	assert_string_equal(at(b, 3, 1, &kind), "-1");
	at(b, 3, 2, &kind);
	assert_true(kind == BOOK_EMPTY);
	assert_string_equal(at(b, 4, 0, &kind), "统一度:办法见说明");
	book_free(b);
	buf_free(&bytes);
}

static void
a_sheet_of_a_name_that_no_workbook_takes_is_refused(void **state)
{
	static const struct xlsx_column columns[] = { { "a", 8 }, { "b", 8 } };
	const struct xlsx_cell row[] = { { .text = "x" }, { .text = "y" } };
	struct xlsx_writer *w = NULL;
	struct buf bytes = BUF_INIT;
	struct fault f = FAULT_INIT;

	(void)state;
	assert_int_equal(xlsx_writer_new(&w, &f), 0);
	xlsx_writer_form(w, &(struct xlsx_form){ "a", "t", "&P", columns, 2 });
	xlsx_writer_form(w, &(struct xlsx_form){ "[a]", "t", "&P", columns, 2 });
	xlsx_writer_cells(w, row);
	xlsx_writer_sums(w, row);
	xlsx_writer_note(w, "n");
	assert_int_equal(xlsx_writer_end(w, &bytes, &f), -1);
	assert_int_equal(f.code, FAULT_FILE_WRITE);
	xlsx_writer_free(w);
	buf_free(&bytes);
}

static int
gather(void *ctx, const char *data, size_t len, struct fault *f)
{
	(void)f;
	return buf_add(ctx, data, len);
}

static void
an_archive_holds_its_files_and_is_the_same_twice(void **state)
{
	static const struct zip_file file[] = { { "a.csv", "x,y\n1,2\n", 8 }, { "b.csv", "", 0 }, { "c.csv", "\0\xff", 2 } };
	struct buf one = BUF_INIT, two = BUF_INIT;
	struct zip *z = NULL;
	struct fault f = FAULT_INIT;

	(void)state;
	assert_int_equal(zip_write(file, 3, &one, &f), 0);
	assert_int_equal(zip_write(file, 3, &two, &f), 0);
	assert_int_equal(one.len, two.len);
	assert_memory_equal(one.data, two.data, one.len);
	assert_int_equal(zip_open(one.data, one.len, &z, &f), 0);
	for (size_t i = 0; i < 3; i++) {
		struct buf text = BUF_INIT;

		assert_int_equal(zip_read(z, file[i].name, gather, &text, &f), 0);
		assert_int_equal(text.len, file[i].len);
		if (text.len > 0)
			assert_memory_equal(text.data, file[i].data, text.len);
		buf_free(&text);
	}
	zip_free(z);
	buf_free(&one);
	buf_free(&two);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_workbook_keeps_every_text_as_it_is),
		cmocka_unit_test(a_cell_beyond_the_format_is_refused),
		cmocka_unit_test(a_form_has_a_title_a_header_numbers_sums_and_notes),
		cmocka_unit_test(a_sheet_of_a_name_that_no_workbook_takes_is_refused),
		cmocka_unit_test(an_archive_holds_its_files_and_is_the_same_twice),
	};

	return cmocka_run_group_tests_name("write", tests, NULL, NULL);
}

/* Reading CSV: the grammar of RFC 4180, and everything that is not it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "rules/csv.h"

#define ROWS_MAX 8
#define TABLE_COLUMNS 4

/* The text has exactly these rows, written as fields joined by | with / after each row. */
static void
reads_as(const char *text, size_t len, const char *want)
{
	struct csv *c = csv_new(text, len);
	struct buf got = BUF_INIT;
	struct fault f = FAULT_INIT;
	const char **field;
	size_t n, line;
	int rc;

	assert_non_null(c);
	while ((rc = csv_next(c, &field, &n, &line, &f)) == 1) {
		for (size_t i = 0; i < n; i++) {
			if (i > 0)
				buf_char(&got, '|');
			buf_str(&got, field[i]);
		}
		buf_char(&got, '/');
	}
	assert_int_equal(rc, 0);
	assert_string_equal(got.len > 0 ? got.data : "", want);
	buf_free(&got);
	csv_free(c);
}

#define READS_AS(text, want) reads_as(text, sizeof(text) - 1, want)

static void
plain_and_quoted_fields_are_read(void **state)
{
	(void)state;
	READS_AS("", "");
	READS_AS("a", "a/");
	READS_AS("a,b\n", "a|b/");
	READS_AS("a,b\r\nc,d\r\n", "a|b/c|d/");
	READS_AS("a,\n,b", "a|/|b/");
	READS_AS("\"a,b\",\"c\"\"d\"\n", "a,b|c\"d/");
	READS_AS("\"two\nlines\",x\n", "two\nlines|x/");
	READS_AS("\"two\r\nlines\"\r\n", "two\r\nlines/");
	READS_AS("\"\",x", "|x/");
	READS_AS("\xEF\xBB\xBF""编号,名称\n", "编号|名称/");
	READS_AS("a b , c", "a b | c/");
	READS_AS("x,", "x|/");
}

static void
empty_rows_are_skipped(void **state)
{
	(void)state;
	READS_AS("\n\na\n\r\n,,\n\"\"\nb\n\n", "a/b/");
	READS_AS("\n", "");
}

static void
a_row_knows_the_line_it_starts_on(void **state)
{
	static const char text[] = "h\n\n\"1\n2\n3\"\nlast";
	static const size_t want[] = { 1, 3, 6 };
	struct csv *c = csv_new(text, sizeof(text) - 1);
	const char **field;
	size_t n, line;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(csv_next(c, &field, &n, &line, NULL), 1);
		assert_int_equal(line, want[i]);
	}
	assert_int_equal(csv_next(c, &field, &n, &line, NULL), 0);
	assert_int_equal(csv_next(c, &field, &n, &line, NULL), 0);
	csv_free(c);
}

static void
what_is_not_csv_is_refused_where_it_stands(void **state)
{
#define BAD(t, w, l, c) { t, sizeof(t) - 1, w, l, c }
	static const struct {
		const char *text;
		size_t len;
		const char *what, *line, *column;
	} bad[] = {
		BAD("a,b\nc,\0d", "nul_byte", "2", "2"),
		BAD("\"a\0\"", "nul_byte", "1", "1"),
		BAD("a\n\xC0\xAF", "bad_utf8", "2", "1"),
		BAD("\"\xED\xA0\x80\"", "bad_utf8", "1", "1"),
		BAD("a,b\"c", "stray_quote", "1", "2"),
		BAD("a,\"b\"c", "text_after_quote", "1", "2"),
		BAD("\"b\"\rc", "text_after_quote", "1", "1"),
		BAD("x\na,\"b\nc\n", "unclosed_quote", "2", "2"),
		BAD("\"", "unclosed_quote", "1", "1"),
		BAD("\"\"\"", "unclosed_quote", "1", "1"),
		BAD("a\rb", "stray_cr", "1", "1"),
		BAD("a\r", "stray_cr", "1", "1"),
	};
#undef BAD

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct csv *c = csv_new(bad[i].text, bad[i].len);
		struct fault f = FAULT_INIT, again = FAULT_INIT;
		const char **field;
		size_t n, line;
		int rc;

		while ((rc = csv_next(c, &field, &n, &line, &f)) == 1)
			;
		assert_int_equal(rc, -1);
		assert_int_equal(f.code, FAULT_CSV_MALFORMED);
		assert_string_equal(fault_arg_get(&f, "what"), bad[i].what);
		assert_string_equal(fault_arg_get(&f, "line"), bad[i].line);
		assert_string_equal(fault_arg_get(&f, "column"), bad[i].column);
		assert_int_equal(csv_next(c, &field, &n, &line, &again), -1);
		assert_string_equal(fault_arg_get(&again, "what"), bad[i].what);
		csv_free(c);
	}
}

static void
the_sixty_fifth_column_is_refused(void **state)
{
	char text[CSV_COLUMNS_MAX + 1];
	const char **field;
	struct fault f = FAULT_INIT;
	size_t n, line;
	struct csv *c;

	(void)state;
	memset(text, ',', sizeof(text));
	text[0] = 'x';		/* "x,,,…": one field more than there are commas */
	c = csv_new(text, CSV_COLUMNS_MAX);
	assert_int_equal(csv_next(c, &field, &n, &line, &f), 1);
	assert_int_equal(n, CSV_COLUMNS_MAX);
	csv_free(c);
	c = csv_new(text, CSV_COLUMNS_MAX + 1);
	assert_int_equal(csv_next(c, &field, &n, &line, &f), -1);
	assert_string_equal(fault_arg_get(&f, "what"), "too_many_columns");
	csv_free(c);
}

static unsigned
pick(uint64_t *seed, unsigned below)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(*seed >> 33) % below;
}

/* Writes a field quoted whenever RFC 4180 asks for it, and sometimes when it does not. */
static void
write_field(struct buf *out, const char *field, int quote)
{
	if (!quote && strpbrk(field, ",\"\r\n") == NULL) {
		buf_str(out, field);
		return;
	}
	buf_char(out, '"');
	for (; *field != '\0'; field++) {
		if (*field == '"')
			buf_char(out, '"');
		buf_char(out, *field);
	}
	buf_char(out, '"');
}

/* The law of the format: whatever is written by its rules is read back unchanged. */
static void
what_is_written_is_read_back(void **state)
{
	static const char *const piece[] = { "", "a", ",", "\"", "\n", "\r\n", "\r", "中文", " " };
	uint64_t seed = 20261123;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		char cell[ROWS_MAX][TABLE_COLUMNS][32];
		size_t rows = 1 + pick(&seed, ROWS_MAX), n, line;
		struct buf text = BUF_INIT;
		const char **field;
		struct csv *c;

		for (size_t r = 0; r < rows; r++) {
			for (size_t k = 0; k < TABLE_COLUMNS; k++) {
				snprintf(cell[r][k], sizeof(cell[r][k]), "%s%s%s%s", k == 0 ? "k" : "",
				    piece[pick(&seed, 9)], piece[pick(&seed, 9)], piece[pick(&seed, 9)]);
				if (k > 0)
					buf_char(&text, ',');
				write_field(&text, cell[r][k], (int)pick(&seed, 2));
			}
			if (r + 1 < rows || pick(&seed, 2))
				buf_str(&text, pick(&seed, 2) ? "\n" : "\r\n");
		}
		c = csv_new(text.data, text.len);
		for (size_t r = 0; r < rows; r++) {
			assert_int_equal(csv_next(c, &field, &n, &line, NULL), 1);
			assert_int_equal(n, TABLE_COLUMNS);
			for (size_t k = 0; k < TABLE_COLUMNS; k++)
				assert_string_equal(field[k], cell[r][k]);
		}
		assert_int_equal(csv_next(c, &field, &n, &line, NULL), 0);
		csv_free(c);
		buf_free(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_and_quoted_fields_are_read),
		cmocka_unit_test(empty_rows_are_skipped),
		cmocka_unit_test(a_row_knows_the_line_it_starts_on),
		cmocka_unit_test(what_is_not_csv_is_refused_where_it_stands),
		cmocka_unit_test(the_sixty_fifth_column_is_refused),
		cmocka_unit_test(what_is_written_is_read_back),
	};

	return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}

/* Whole tables, read and written by the statements that tables.def makes, on both kinds of store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kinds.h"
#include "store/tables.h"

static enum kind kind;
static char dir[64], address[ADDRESS_MAX];

static int
make_place(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/wzm-store-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	return kind_place(kind, dir, address);
}

static int
remove_dir(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

static struct store *
open_at(const char *where, enum store_open how)
{
	struct fault f = FAULT_INIT;
	struct store *s = NULL;

	if (store_open(where, how, &s, &f) < 0)
		fail_msg("%s: %s", fault_name(f.code), f.cause);
	return s;
}

/* A row of each table comes out of a copy's statements as it went in, and in the key's order. */
static int
same_value(const struct store_row *row, void *ctx, struct fault *f)
{
	const struct sql_value *want = ctx;

	(void)f;
	for (int i = 0; i < 6; i++) {
		struct sql_value v = row_value(row, i);

		assert_int_equal(v.kind, want[i].kind);
		if (v.kind == SQL_INT)
			assert_int_equal(v.i, want[i].i);
		else {
			assert_int_equal(v.len, want[i].len);
			if (v.len > 0)
				assert_memory_equal(v.data, want[i].data, v.len);
		}
	}
	return 0;
}

static void
a_copys_statements_give_rows_as_they_are(void **state)
{
	const struct store_table *t = &store_table[TABLE_SOURCE];
	const struct sql_value row[6] = { sql_text("DS-1"), sql_int(INT64_MIN), sql_text(""),
		sql_blob("a\0b", 3), sql_int(7), sql_text("字") };
	struct sql_value other[6];
	struct store *s = open_at(address, STORE_CREATE);
	struct store_reader *r;

	(void)state;
	memcpy(other, row, sizeof(row));
	other[0] = sql_text("DS-10");
	other[3] = sql_blob("", 0);
	assert_int_equal(store_begin(s, NULL), 0);
	assert_int_equal(store_exec(s, t->insert, other, 6, 1, NULL), 0);
	assert_int_equal(store_exec(s, t->insert, row, 6, 1, NULL), 0);
	assert_int_equal(store_commit(s, NULL), 0);
	assert_int_equal(store_reader_open(s, &r, NULL), 0);
	assert_int_equal(store_read(r, t->first, PARAMS(sql_int(1)), same_value, (void *)(uintptr_t)row, NULL), 1);
	assert_int_equal(store_read(r, t->next, PARAMS(row[0], sql_int(9)), same_value, other, NULL), 1);
	assert_int_equal(store_read(r, t->next, PARAMS(other[0], sql_int(9)), NULL, NULL, NULL), 0);
	assert_int_equal(store_read(r, t->last, NULL, 0, NULL, NULL, NULL), 1);
	store_reader_close(r);
	store_close(s);
}

static int
two_values(const struct store_row *row, void *ctx, struct fault *f)
{
	(void)f;
	assert_int_equal(row_value(row, 6).kind, SQL_NULL);
	assert_int_equal(row_value(row, 7).kind, SQL_TEXT);
	*(int *)ctx = 1;
	return 0;
}

static void
nothing_is_a_value_too(void **state)
{
	struct store *s = open_at(address, STORE_EXISTING);
	struct store_reader *r;
	int seen = 0;

	(void)state;
	assert_int_equal(store_begin(s, NULL), 0);
	assert_int_equal(store_exec(s, ST_USER_INSERT, PARAMS(sql_text("u-null"), sql_blob("n", 1), sql_text("r"),
	    sql_text("s"), sql_text("a"), sql_text("d"), sql_text(NULL), sql_text("says"), sql_int(1)), 1,
	    NULL), 0);
	assert_int_equal(store_commit(s, NULL), 0);
	assert_int_equal(store_reader_open(s, &r, NULL), 0);
	assert_int_equal(store_read(r, ST_COPY_FIRST_USER, PARAMS(sql_int(1)), two_values, &seen, NULL), 1);
	assert_int_equal(seen, 1);
	store_reader_close(r);
	store_close(s);
}

/* A copy takes an empty place or one with these tables, alone, and touches nothing else. */
static void
a_copy_takes_only_what_is_empty(void **state)
{
	char place[ADDRESS_MAX];
	struct fault f = FAULT_INIT;
	struct store *s, *other;

	(void)state;
	assert_int_equal(kind_place(kind, dir, place), 0);
	s = open_at(place, STORE_COPY_TO);
	if (kind == KIND_PG) {
		assert_int_equal(store_open(place, STORE_EXISTING, &other, &f), -1);
		assert_int_equal(f.code, FAULT_STORE_IN_USE);
	}
	store_close(s);
	s = open_at(place, STORE_COPY_TO);
	store_close(s);
	s = open_at(place, STORE_EXISTING);
	if (kind == KIND_PG) {
		assert_int_equal(store_open(place, STORE_COPY_TO, &other, &f), -1);
		assert_int_equal(f.code, FAULT_STORE_IN_USE);
		assert_int_equal(store_open(place, STORE_COPY_FROM, &other, &f), -1);
		assert_int_equal(f.code, FAULT_STORE_IN_USE);
	}
	store_close(s);
	store_close(open_at(place, STORE_COPY_FROM));
	assert_int_equal(kind_place(kind, dir, place), 0);
	assert_int_equal(kind_sql(place, "CREATE TABLE of_somebody_else (n INTEGER)"), 0);
	assert_int_equal(store_open(place, STORE_COPY_TO, &s, &f), -1);
	assert_int_equal(f.code, FAULT_STORE_NOT_EMPTY);
	assert_int_equal(kind_sql(place, "DROP TABLE of_somebody_else"), 0);
	store_close(open_at(place, STORE_COPY_TO));
}

struct seen { int64_t rows, last; };

static int
next_day(const struct store_row *row, void *ctx, struct fault *f)
{
	struct seen *seen = ctx;

	(void)f;
	assert_string_equal(row_text(row, 0), "a");
	assert_true(row_int(row, 1) > seen->last);
	seen->last = row_int(row, 1);
	seen->rows++;
	return 0;
}

/* Page after page every row comes once, in the order of the key, negative ones first. */
static void
pages_give_every_row_once(void **state)
{
	const struct store_table *t = &store_table[TABLE_CASE_COUNTER];
	const int64_t n = 2 * table_page_rows(t);
	struct table_key key = TABLE_KEY_INIT, last = TABLE_KEY_INIT;
	struct seen seen = { 0, INT64_MIN };
	struct store *s = open_at(address, STORE_EXISTING);
	struct store_reader *r;

	(void)state;
	assert_int_equal(store_begin(s, NULL), 0);
	for (int64_t i = 0; i < n; i++)
		assert_int_equal(store_exec(s, t->insert, PARAMS(sql_text("a"), sql_int((i * 7 % n) - 5),
		    sql_int(i)), 1, NULL), 0);
	assert_int_equal(store_commit(s, NULL), 0);
	assert_int_equal(store_reader_open(s, &r, NULL), 0);
	assert_int_equal(table_count(r, t, NULL), n);
	assert_int_equal(table_page(r, t, &key, next_day, &seen, NULL), table_page_rows(t));
	assert_int_equal(table_page(r, t, &key, next_day, &seen, NULL), table_page_rows(t));
	assert_int_equal(table_page(r, t, &key, next_day, &seen, NULL), 0);
	assert_int_equal(seen.rows, n);
	assert_int_equal(table_last(r, t, &last, NULL), 0);
	assert_true(last.set && key.set);
	assert_int_equal(last.part[1].i, n - 6);
	assert_int_equal(key.part[1].i, n - 6);
	table_key_free(&last);
	assert_int_equal(table_last(r, &store_table[TABLE_TOMBSTONE], &last, NULL), 0);
	assert_false(last.set);
	table_key_free(&key);
	store_reader_close(r);
	store_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_copys_statements_give_rows_as_they_are),
		cmocka_unit_test(nothing_is_a_value_too),
		cmocka_unit_test(pages_give_every_row_once),
		cmocka_unit_test(a_copy_takes_only_what_is_empty),
	};
	int failed;

	kind = KIND_SQLITE;
	failed = cmocka_run_group_tests_name("tables, SQLite", tests, make_place, remove_dir);
	kind = KIND_PG;
	return failed + cmocka_run_group_tests_name("tables, PostgreSQL", tests, make_place, remove_dir);
}

/* The contract of store.h: what every implementation must pass. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/store.h"

static char dir[64], path[128];

static int
make_dir(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/wzm-store-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/wzm.db", dir);
	return 0;
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
open_store(enum store_open how)
{
	struct fault f = FAULT_INIT;
	struct store *s = NULL;

	if (store_open(path, how, &s, &f) < 0)
		fail_msg("%s: %s", fault_name(f.code), f.cause);
	return s;
}

static int
keep_text(const struct store_row *row, void *ctx, struct fault *f)
{
	(void)f;
	snprintf(ctx, 64, "%s", row_text(row, 0));
	return 0;
}

/* What meta says of a key, "" for nothing. */
static const char *
meta(struct store_reader *r, const char *key)
{
	static char text[64];

	text[0] = '\0';
	assert_true(store_read(r, ST_META_GET, PARAMS(sql_text(key)), keep_text, text, NULL) >= 0);
	return text;
}

static void
set(struct store *s, const char *key, const char *value)
{
	assert_int_equal(store_exec(s, ST_META_SET, PARAMS(sql_text(key), sql_text(value)), 1, NULL), 0);
}

static void
what_is_committed_is_read_and_what_is_not_is_not(void **state)
{
	struct store *s = open_store(STORE_CREATE);
	struct store_reader *r;

	(void)state;
	assert_int_equal(store_reader_open(s, &r, NULL), 0);
	assert_int_equal(store_begin(s, NULL), 0);
	set(s, "a", "1");
	assert_string_equal(meta(r, "a"), "");
	assert_int_equal(store_commit(s, NULL), 0);
	assert_string_equal(meta(r, "a"), "1");
	assert_int_equal(store_begin(s, NULL), 0);
	set(s, "a", "2");
	store_rollback(s);
	assert_string_equal(meta(r, "a"), "1");
	store_reader_close(r);
	store_close(s);
}

static void
a_reader_that_began_sees_one_state_while_the_writer_goes_on(void **state)
{
	struct store *s = open_store(STORE_EXISTING);
	struct store_reader *r;

	(void)state;
	assert_int_equal(store_reader_open(s, &r, NULL), 0);
	assert_int_equal(store_reader_begin(r, NULL), 0);
	assert_string_equal(meta(r, "a"), "1");
	assert_int_equal(store_begin(s, NULL), 0);
	set(s, "a", "3");
	assert_int_equal(store_commit(s, NULL), 0);
	assert_string_equal(meta(r, "a"), "1");
	store_reader_end(r);
	assert_string_equal(meta(r, "a"), "3");
	store_reader_close(r);
	store_close(s);
}

/* The steps of an operation on meta; the last one decides whether it wins. */
static void
run(struct store *s, const char *key, int64_t expect, struct store_verdict *verdict)
{
	const struct sql_value one[] = { sql_text(key), sql_text("x") };
	const struct sql_value two[] = { sql_blob(key, strlen(key)), sql_text("text") };
	const struct store_step step[] = {
		{ ST_META_SET, one, 2, 1 },
		{ ST_LEGAL_TEXT_PUT, two, 2, expect },
	};

	assert_int_equal(store_run(s, step, 2, verdict, NULL), 0);
}

static void
a_loser_takes_back_its_own_steps_and_nobody_elses(void **state)
{
	struct store *s = open_store(STORE_EXISTING);
	struct store_verdict v;
	struct store_reader *r;

	(void)state;
	assert_int_equal(store_reader_open(s, &r, NULL), 0);
	assert_int_equal(store_begin(s, NULL), 0);
	run(s, "first", 1, &v);
	assert_true(v.won);
	run(s, "second", 2, &v);		/* it changes one row, not two */
	assert_false(v.won);
	assert_int_equal(v.lost_step, 1);
	run(s, "third", STORE_ANY_COUNT, &v);
	assert_true(v.won);
	assert_int_equal(store_commit(s, NULL), 0);
	assert_string_equal(meta(r, "first"), "x");
	assert_string_equal(meta(r, "second"), "");
	assert_string_equal(meta(r, "third"), "x");
	store_reader_close(r);
	store_close(s);
}

static void
a_broken_constraint_loses_the_operation_not_the_batch(void **state)
{
	struct store *s = open_store(STORE_EXISTING);
	const struct sql_value key[] = { sql_int(7), sql_int(1), sql_blob("k", 1) };
	const struct store_step step = { ST_KEY_INSERT, key, 3, 1 };
	struct store_verdict v;

	(void)state;
	assert_int_equal(store_begin(s, NULL), 0);
	assert_int_equal(store_run(s, &step, 1, &v, NULL), 0);
	assert_true(v.won);
	assert_int_equal(store_run(s, &step, 1, &v, NULL), 0);
	assert_false(v.won);
	assert_int_equal(store_commit(s, NULL), 0);
	store_close(s);
}

static int
all_kinds(const struct store_row *row, void *ctx, struct fault *f)
{
	size_t len;

	(void)ctx;
	(void)f;
	assert_string_equal(row_text(row, 0), "l");
	assert_int_equal(row_int(row, 2), 0);
	assert_memory_equal(row_blob(row, 4, &len), "\0\1\2", 3);
	assert_int_equal(len, 3);
	row_blob(row, 5, &len);
	assert_int_equal(len, 0);
	assert_false(row_null(row, 5));		/* an empty blob is no NULL */
	return 0;
}

static void
values_come_back_as_they_went_in(void **state)
{
	struct store *s = open_store(STORE_EXISTING);
	struct store_reader *r;

	(void)state;
	assert_int_equal(store_begin(s, NULL), 0);
	assert_int_equal(store_exec(s, ST_LOG_INSERT, PARAMS(sql_text("l"), sql_text("金华"),
	    sql_blob("\0\1\2", 3), sql_blob(NULL, 0), sql_int(INT64_MAX)), 1, NULL), 0);
	assert_int_equal(store_commit(s, NULL), 0);
	assert_int_equal(store_reader_open(s, &r, NULL), 0);
	assert_int_equal(store_read(r, ST_LOG_GET, PARAMS(sql_text("l")), all_kinds, NULL, NULL), 1);
	store_reader_close(r);
	store_close(s);
}

static int
stop(const struct store_row *row, void *ctx, struct fault *f)
{
	(void)row;
	(void)f;
	return ++*(int *)ctx == 2;
}

static void
a_reader_stops_when_told(void **state)
{
	struct store *s = open_store(STORE_EXISTING);
	struct store_reader *r;
	int seen = 0;

	(void)state;
	assert_int_equal(store_begin(s, NULL), 0);
	for (int i = 10; i < 20; i++)
		assert_int_equal(store_exec(s, ST_KEY_INSERT, PARAMS(sql_int(i), sql_int(1),
		    sql_blob("k", 1)), 1, NULL), 0);
	assert_int_equal(store_commit(s, NULL), 0);
	assert_int_equal(store_reader_open(s, &r, NULL), 0);
	assert_int_equal(store_read(r, ST_KEYS, NULL, 0, stop, &seen, NULL), 2);
	assert_int_equal(seen, 2);
	store_reader_close(r);
	store_close(s);
}

/* Every statement is prepared once: a name or a column that is wrong shows here. */
static void
every_statement_fits_the_schema(void **state)
{
	static const char *const texts[] = {
#define STMT(sym, text) text,
#include "store/statements.def"
#undef STMT
	};
	sqlite3 *db;

	(void)state;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		sqlite3_stmt *stmt;

		if (sqlite3_prepare_v2(db, texts[i], -1, &stmt, NULL) != SQLITE_OK)
			fail_msg("%s: %s", texts[i], sqlite3_errmsg(db));
		sqlite3_finalize(stmt);
	}
	sqlite3_close(db);
}

static void
a_newer_schema_is_refused(void **state)
{
	struct fault f = FAULT_INIT;
	struct store *s;
	sqlite3 *db;

	(void)state;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "PRAGMA user_version = 9999", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(store_open(path, STORE_EXISTING, &s, &f), -1);
	assert_int_equal(f.code, FAULT_SCHEMA_NEWER);
	assert_string_equal(fault_arg_get(&f, "found"), "9999");
	assert_int_equal(store_open(path, STORE_LOOK, &s, &f), -1);
}

static void
a_file_that_is_no_store_is_refused(void **state)
{
	struct fault f = FAULT_INIT;
	char other[160];
	struct store *s;
	FILE *file;

	(void)state;
	snprintf(other, sizeof(other), "%s/other.db", dir);
	assert_int_equal(store_open(other, STORE_EXISTING, &s, &f), -1);
	assert_int_equal(f.code, FAULT_STORE);
	assert_non_null(file = fopen(other, "w"));
	fputs("this is no database, however long it is made to be", file);
	fclose(file);
	assert_int_equal(store_open(other, STORE_EXISTING, &s, &f), -1);
	assert_int_equal(f.code, FAULT_STORE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_committed_is_read_and_what_is_not_is_not),
		cmocka_unit_test(a_reader_that_began_sees_one_state_while_the_writer_goes_on),
		cmocka_unit_test(a_loser_takes_back_its_own_steps_and_nobody_elses),
		cmocka_unit_test(a_broken_constraint_loses_the_operation_not_the_batch),
		cmocka_unit_test(values_come_back_as_they_went_in),
		cmocka_unit_test(a_reader_stops_when_told),
		cmocka_unit_test(every_statement_fits_the_schema),
		cmocka_unit_test(a_newer_schema_is_refused),
		cmocka_unit_test(a_file_that_is_no_store_is_refused),
	};

	return cmocka_run_group_tests_name("store", tests, make_dir, remove_dir);
}

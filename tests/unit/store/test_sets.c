/* Rows that are written together and reads that are said ahead: no store does anything else with them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kinds.h"
#include "store/pg_set.h"

static enum kind kind;
static char dir[64], address[ADDRESS_MAX];
static struct store *store;
static struct store_reader *reader;

static int
make_store(void **state)
{
	struct fault f = FAULT_INIT;

	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/wzm-store-XXXXXX");
	if (mkdtemp(dir) == NULL || kind_place(kind, dir, address) < 0)
		return -1;
	return store_open(address, STORE_CREATE, &store, &f) < 0 ? -1 : store_reader_open(store, &reader, &f);
}

static int
remove_store(void **state)
{
	char command[128];

	(void)state;
	store_reader_close(reader);
	store_close(store);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

static int
keep_text(const struct store_row *row, void *ctx, struct fault *f)
{
	(void)f;
	snprintf(ctx, 64, "%s", row_text(row, 0));
	return 0;
}

static const char *
meta(const char *key)
{
	static char text[64];

	text[0] = '\0';
	assert_true(store_read(reader, ST_META_GET, PARAMS(sql_text(key)), keep_text, text, NULL) >= 0);
	return text;
}

static void
ahead(const char *key)
{
	store_read_ahead(reader, ST_META_GET, PARAMS(sql_text(key)));
}

static void
begin(void)
{
	assert_int_equal(store_begin(store, NULL), 0);
}

static void
commit(void)
{
	struct fault f = FAULT_INIT;

	if (store_commit(store, &f) < 0)
		fail_msg("%s: %s", fault_name(f.code), f.cause);
}

static void
set(const char *key, const char *value)
{
	begin();
	assert_int_equal(store_exec(store, ST_META_SET, PARAMS(sql_text(key), sql_text(value)), 1, NULL), 0);
	commit();
}

static void
what_is_said_ahead_is_read_as_anything_else(void **state)
{
	(void)state;
	set("one", "1");
	assert_int_equal(store_reader_begin(reader, NULL), 0);
	ahead("one");
	ahead("two");
	ahead("two");
	ahead("never read");
	assert_string_equal(meta("one"), "1");
	/* One state: that of the first read, whenever the others were said. */
	set("two", "2");
	ahead("three");
	set("three", "3");
	assert_string_equal(meta("two"), "");
	assert_string_equal(meta("three"), "");
	assert_string_equal(meta("one"), "1");
	store_reader_end(reader);
	assert_string_equal(meta("two"), "2");
	/* Outside it is nothing, and what was said ahead of an earlier state is not an answer of this one. */
	ahead("one");
	set("one", "other");
	assert_string_equal(meta("one"), "other");
	assert_int_equal(store_reader_begin(reader, NULL), 0);
	assert_string_equal(meta("one"), "other");
	store_reader_end(reader);
}

static void
more_can_be_said_ahead_than_is_kept(void **state)
{
	char key[16], wide[600];

	(void)state;
	memset(wide, 'w', sizeof(wide) - 1);
	wide[sizeof(wide) - 1] = '\0';
	set(wide, "wide");
	set("k0", "0");
	set("k77", "77");
	assert_int_equal(store_reader_begin(reader, NULL), 0);
	ahead(wide);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 200; i++) {
			snprintf(key, sizeof(key), "k%d", i);
			ahead(key);
		}
		for (int i = 199; i >= 0; i--) {
			snprintf(key, sizeof(key), "k%d", i);
			assert_string_equal(meta(key), i == 77 ? "77" : i == 0 ? "0" : "");
		}
	}
	assert_string_equal(meta(wide), "wide");
	store_reader_end(reader);
}

static void
a_state_that_was_only_begun_or_only_said_ahead_is_ended(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		char value[16];

		assert_int_equal(store_reader_begin(reader, NULL), 0);
		if (i > 0)
			ahead("again");
		store_reader_end(reader);
		if (i > 1)
			store_reader_rest(reader);
		snprintf(value, sizeof(value), "%d", i);
		set("again", value);
		assert_string_equal(meta("again"), value);
		assert_int_equal(store_reader_begin(reader, NULL), 0);
		assert_string_equal(meta("again"), value);
		store_reader_end(reader);
	}
}

/* Users: an INSERT and an UPDATE that many can share. */
static void
user(struct sql_value param[9], const char *id, const char *agency)
{
	const struct sql_value all[] = { sql_text(id), sql_blob("n", 1), sql_text("clerk"), sql_text("agency"),
		sql_text(agency), sql_text("330700"), sql_text(NULL), sql_text(""), sql_int(0) };

	memcpy(param, all, sizeof(all));
}

static int
keep_agency(const struct store_row *row, void *ctx, struct fault *f)
{
	(void)f;
	snprintf(ctx, 64, "%s%s", row_text(row, 4), row_null(row, 6) ? "" : " with a desk");
	return 0;
}

static const char *
agency_of(const char *id)
{
	static char text[64];

	text[0] = '\0';
	assert_true(store_read(reader, ST_USER_GET, PARAMS(sql_text(id)), keep_agency, text, NULL) >= 0);
	return text;
}

#define MOVES_MAX 8

/* Moves one after the other: from, to; each must win or lose as said. */
static void
move(const char *id, const char *const (*step)[2], size_t n, unsigned losers)
{
	struct sql_value param[MOVES_MAX][4];
	struct store_step steps[MOVES_MAX];
	struct store_op op[MOVES_MAX];

	for (size_t i = 0; i < n; i++) {
		param[i][0] = sql_text(id);
		param[i][1] = sql_text(step[i][1]);
		param[i][2] = sql_text(i % 2 ? "d" : NULL);
		param[i][3] = sql_text(step[i][0]);
		steps[i] = (struct store_step){ ST_USER_MOVE, param[i], 4, 1 };
		op[i] = (struct store_op){ .step = &steps[i], .nsteps = 1 };
	}
	begin();
	assert_int_equal(store_run_all(store, op, n, NULL), 0);
	commit();
	for (size_t i = 0; i < n; i++)
		assert_int_equal(op[i].verdict.won, !(losers >> i & 1));
}

static void
changes_of_one_row_follow_each_other(void **state)
{
	static const char *const chain[][2] = { { "a", "b" }, { "b", "c" }, { "a", "x" }, { "c", "d" } };
	struct sql_value param[9];

	(void)state;
	begin();
	user(param, "mover", "a");
	assert_int_equal(store_exec(store, ST_USER_INSERT, param, 9, 1, NULL), 0);
	commit();
	move("mover", chain, 4, 1u << 2);
	assert_string_equal(agency_of("mover"), "d with a desk");
}

static void
statements_on_one_table_keep_their_order(void **state)
{
	struct sql_value made[3][9], moved[3][4];
	static const char *const id[] = { "made-0", "made-1", "made-2" };
	struct store_step step[3][2];
	struct store_op op[4];
	struct store_step again = { ST_USER_INSERT, made[1], 9, 1 };

	(void)state;
	for (int i = 0; i < 3; i++) {
		const struct sql_value to[] = { sql_text(id[i]), sql_text("b"), sql_text(NULL), sql_text("a") };

		user(made[i], id[i], "a");
		memcpy(moved[i], to, sizeof(to));
		step[i][0] = (struct store_step){ ST_USER_INSERT, made[i], 9, 1 };
		step[i][1] = (struct store_step){ ST_USER_MOVE, moved[i], 4, 1 };
		op[i] = (struct store_op){ .step = step[i], .nsteps = 2 };
	}
	op[3] = (struct store_op){ .step = &again, .nsteps = 1 };
	begin();
	assert_int_equal(store_run_all(store, op, 4, NULL), 0);
	commit();
	for (int i = 0; i < 3; i++) {
		assert_true(op[i].verdict.won);
		assert_string_equal(agency_of(id[i]), "b");
	}
	assert_false(op[3].verdict.won);
}

static void
count_one(int64_t *n, enum stmt stmt, const struct sql_value *param, size_t nparams)
{
	*n = store_read(reader, stmt, param, nparams, NULL, NULL, NULL);
}

static void
many_rows_outside_operations_are_all_there(void **state)
{
	static char large[300000];
	struct fault f = FAULT_INIT;
	int64_t n;

	(void)state;
	memset(large, 'l', sizeof(large));
	begin();
	for (int i = 0; i < 1200; i++)
		assert_int_equal(store_exec(store, ST_DATASET_ROW_INSERT, PARAMS(sql_text("d"), sql_int(i),
		    sql_blob(i % 2 ? "" : large, i % 2 ? 0 : i < 20 ? sizeof(large) : 5)), 1, NULL), 0);
	for (int i = 0; i < 600; i++)
		assert_int_equal(store_exec(store, ST_DATASET_KEY_INSERT, PARAMS(sql_text("d"), sql_text("k"),
		    sql_blob("b", 1), sql_int(i)), 1, NULL), 0);
	commit();
	count_one(&n, ST_DATASET_FIND, PARAMS(sql_text("d"), sql_text("k"), sql_blob("b", 1), sql_int(5000)));
	assert_int_equal(n, 600);
	/* One row too many loses the batch, and all that was in it. */
	begin();
	for (int i = 600; i < 700; i++)
		if (store_exec(store, ST_DATASET_KEY_INSERT, PARAMS(sql_text("d"), sql_text("k"), sql_blob("b", 1),
		    sql_int(i == 650 ? 0 : i)), 1, &f) < 0)
			break;
	assert_true(f.code != FAULT_NONE || store_commit(store, &f) < 0);
	assert_int_equal(f.code, FAULT_STORE);
	store_rollback(store);
	count_one(&n, ST_DATASET_FIND, PARAMS(sql_text("d"), sql_text("k"), sql_blob("b", 1), sql_int(5000)));
	assert_int_equal(n, 600);
}

/* What a batch wrote before its operations counts as well as they do. */
static void
a_wrong_count_before_operations_loses_the_batch(void **state)
{
	const struct sql_value key[2][2] = { { sql_text("op-0"), sql_text("x") }, { sql_text("op-1"), sql_text("x") } };
	const struct store_step step[] = { { ST_META_SET, key[0], 2, 1 }, { ST_META_SET, key[1], 2, 1 } };
	struct store_op op[] = { { .step = &step[0], .nsteps = 1 }, { .step = &step[1], .nsteps = 1 } };
	struct fault f = FAULT_INIT;

	(void)state;
	begin();
	/* No log of this name: no row changes. */
	assert_true(store_exec(store, ST_LOG_TAKE, PARAMS(sql_text("nolog"), sql_int(0)), 1, &f) < 0 ||
	    store_run_all(store, op, 2, &f) < 0 || store_commit(store, &f) < 0);
	assert_int_equal(f.code, FAULT_STORE);
	store_rollback(store);
	assert_string_equal(meta("op-0"), "");
}

/* A case of a platform, at version 1. */
static void
open_case(const char *id, const char *number)
{
	assert_int_equal(store_exec(store, ST_CASE_INSERT, PARAMS(sql_text("330700"), sql_blob(id, 16),
	    sql_text(number), sql_text("open"), sql_text("m"), sql_int(1), sql_text("a"), sql_text("window"),
	    sql_blob("s", 1), sql_int(1), sql_text("u"), sql_int(1), sql_text("p"), sql_text(number),
	    sql_text(NULL), sql_text(NULL)), 1, NULL), 0);
}

/* A statement that was met before, of another operation, does not overtake one that changes its row. */
static void
no_statement_overtakes_another_on_its_table(void **state)
{
	static const char x[16] = "overtaken-x", y[16] = "overtaken-y";
	const struct sql_value touch_x[] = { sql_int(1), sql_text("u"), sql_text("330700"), sql_blob(x, 16), sql_int(1) };
	const struct sql_value touch_y[] = { sql_int(1), sql_text("u"), sql_text("330700"), sql_blob(y, 16), sql_int(1) };
	const struct store_step step[] = { { ST_CASE_TOUCH, touch_x, 5, 1 }, { ST_CASE_BUMP, touch_y, 4, 1 },
		{ ST_CASE_TOUCH, touch_y, 5, 1 } };
	struct store_op op[3];

	(void)state;
	for (int i = 0; i < 3; i++)
		op[i] = (struct store_op){ .step = &step[i], .nsteps = 1 };
	begin();
	open_case(x, "x");
	open_case(y, "y");
	assert_int_equal(store_run_all(store, op, 3, NULL), 0);
	commit();
	assert_true(op[0].verdict.won && op[1].verdict.won);
	assert_false(op[2].verdict.won);
}

/* Of two that may change one row each, the one finds two and the other none: together the count is right. */
static void
a_count_that_is_right_only_together_loses(void **state)
{
	static const char id[2][16] = { "case-1", "case-2" };
	const struct sql_value one[] = { sql_text("330700"), sql_text("p"), sql_int(5) };
	const struct sql_value none[] = { sql_text("330700"), sql_text("q"), sql_int(5) };
	const struct store_step step[] = { { ST_WEBHOOKS_AGAIN, one, 3, 1 }, { ST_WEBHOOKS_AGAIN, none, 3, 1 } };
	struct store_op op[] = { { .step = &step[0], .nsteps = 1 }, { .step = &step[1], .nsteps = 1 } };

	(void)state;
	begin();
	for (int i = 0; i < 2; i++) {
		open_case(id[i], i ? "2" : "1");
		assert_int_equal(store_exec(store, ST_WEBHOOK_ADD, PARAMS(sql_text("330700"), sql_blob(id[i], 16),
		    sql_blob(id[i], 16), sql_text("case.opened"), sql_int(9)), 1, NULL), 0);
	}
	assert_int_equal(store_run_all(store, op, 2, NULL), 0);
	commit();
	assert_false(op[0].verdict.won);
	assert_false(op[1].verdict.won);
}

/* The text for many rows is made by the program: each is one that the database takes. */
static void
every_statement_for_many_rows_fits_the_database(void **state)
{
	PGconn *pg = PQconnectdb(address);
	struct store *index;
	int sets = 0;

	(void)state;
	assert_int_equal(store_open_index(address, &index, NULL), 0);
	store_close(index);
	for (size_t i = 0; i < ST_NSTATEMENTS; i++) {
		struct pg_statement types = { .prepared = 0 };
		PGresult *r = PQprepare(pg, "", store_sql[i], 0, NULL);
		char *text;

		PQclear(r);
		r = PQdescribePrepared(pg, "");
		types.nparams = PQnparams(r);
		for (int k = 0; k < types.nparams; k++)
			types.type[k] = PQparamtype(r, k);
		PQclear(r);
		if ((text = pg_set_text(i, &types)) == NULL)
			continue;
		sets++;
		r = PQprepare(pg, "", text, 0, NULL);
		if (PQresultStatus(r) != PGRES_COMMAND_OK)
			fail_msg("%s: %s", text, PQerrorMessage(pg));
		PQclear(r);
		free(text);
	}
	PQfinish(pg);
	assert_true(sets > 100);
}

#define BOTH \
	cmocka_unit_test(what_is_said_ahead_is_read_as_anything_else), \
	cmocka_unit_test(more_can_be_said_ahead_than_is_kept), \
	cmocka_unit_test(a_state_that_was_only_begun_or_only_said_ahead_is_ended), \
	cmocka_unit_test(changes_of_one_row_follow_each_other), \
	cmocka_unit_test(statements_on_one_table_keep_their_order), \
	cmocka_unit_test(no_statement_overtakes_another_on_its_table), \
	cmocka_unit_test(many_rows_outside_operations_are_all_there), \
	cmocka_unit_test(a_wrong_count_before_operations_loses_the_batch), \
	cmocka_unit_test(a_count_that_is_right_only_together_loses)

int
main(void)
{
	const struct CMUnitTest file[] = { BOTH };
	const struct CMUnitTest database[] = { BOTH,
		cmocka_unit_test(every_statement_for_many_rows_fits_the_database) };
	int failed;

	kind = KIND_SQLITE;
	failed = cmocka_run_group_tests_name("sqlite", file, make_store, remove_store);
	kind = KIND_PG;
	return failed + cmocka_run_group_tests_name("pg", database, make_store, remove_store);
}

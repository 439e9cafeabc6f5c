/* The contract of store.h: what every implementation must pass. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <libpq-fe.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kinds.h"
#include "store/type.h"

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

static struct store *
open_store(enum store_open how)
{
	return open_at(address, how);
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

/* Six operations; those in the mask lose, odd ones by a wrong count, even ones by a key that is there. */
#define NOPS 6

struct six {
	char key[NOPS][32];
	struct sql_value set[NOPS][2], clash[3];
	struct store_step step[NOPS][2];
	struct store_op op[NOPS];
};

static void
make_six(struct six *x, const char *name, unsigned losers)
{
	memset(x, 0, sizeof(*x));
	x->clash[0] = sql_int(7);
	x->clash[1] = sql_int(1);
	x->clash[2] = sql_blob("k", 1);
	for (int i = 0; i < NOPS; i++) {
		int loses = losers >> i & 1;

		snprintf(x->key[i], sizeof(x->key[i]), "%s-%u-%d", name, losers, i);
		x->set[i][0] = sql_text(x->key[i]);
		x->set[i][1] = sql_text("x");
		x->step[i][0] = (struct store_step){ ST_META_SET, x->set[i], 2, loses && i % 2 ? 2 : 1 };
		x->step[i][1] = (struct store_step){ ST_KEY_INSERT, x->clash, 3, 1 };
		x->op[i] = (struct store_op){ .step = x->step[i], .nsteps = loses && i % 2 == 0 ? 2 : 1 };
	}
}

static void
whoever_loses_the_others_win(void **state)
{
	struct store *s = open_store(STORE_EXISTING);
	struct store_reader *r;
	struct six x;

	(void)state;
	assert_int_equal(store_reader_open(s, &r, NULL), 0);
	for (unsigned losers = 0; losers < 1u << NOPS; losers++) {
		make_six(&x, "mask", losers);
		assert_int_equal(store_begin(s, NULL), 0);
		assert_int_equal(store_run_all(s, x.op, NOPS, NULL), 0);
		set(s, "after", "them");
		assert_int_equal(store_commit(s, NULL), 0);
		for (int i = 0; i < NOPS; i++) {
			int loses = losers >> i & 1;

			assert_int_equal(x.op[i].verdict.won, !loses);
			if (loses)
				assert_int_equal(x.op[i].verdict.lost_step, i % 2 ? 0 : 1);
			assert_string_equal(meta(r, x.key[i]), loses ? "" : "x");
		}
	}
	store_reader_close(r);
	store_close(s);
}

static void
a_chain_ends_at_its_first_loser(void **state)
{
	struct store *s = open_store(STORE_EXISTING);
	struct store_reader *r;
	struct six x;

	(void)state;
	assert_int_equal(store_reader_open(s, &r, NULL), 0);
	make_six(&x, "chain", 1u << 1);
	x.op[1].chained = x.op[2].chained = x.op[3].chained = x.op[5].chained = 1;
	assert_int_equal(store_begin(s, NULL), 0);
	assert_int_equal(store_run_all(s, x.op, NOPS, NULL), 0);
	assert_int_equal(store_commit(s, NULL), 0);
	for (int i = 0; i < NOPS; i++) {
		int chain = i == 2 || i == 3;

		assert_int_equal(x.op[i].verdict.won, i != 1 && !chain);
		if (chain)
			assert_true(x.op[i].verdict.lost_step == STORE_CHAIN);
		assert_string_equal(meta(r, x.key[i]), i != 1 && !chain ? "x" : "");
	}
	store_reader_close(r);
	store_close(s);
}

/* A statement that breaks a reference is no loser: the batch is lost, wherever it stands. */
static void
whichever_statement_fails_nothing_is_there(void **state)
{
	const struct sql_value session[] = { sql_blob("t", 1), sql_text("nobody"), sql_int(1), sql_int(2) };
	struct store *s = open_store(STORE_EXISTING);
	struct store_reader *r;
	struct six x;

	(void)state;
	assert_int_equal(store_reader_open(s, &r, NULL), 0);
	for (int bad = 0; bad < NOPS; bad++) {
		struct fault f = FAULT_INIT;

		make_six(&x, "bad", 0);
		x.step[bad][1] = (struct store_step){ ST_SESSION_INSERT, session, 4, 1 };
		x.op[bad].nsteps = 2;
		assert_int_equal(store_begin(s, NULL), 0);
		assert_int_equal(store_run_all(s, x.op, NOPS, &f), -1);
		assert_int_equal(f.code, FAULT_STORE);
		store_rollback(s);
		for (int i = 0; i < NOPS; i++)
			assert_string_equal(meta(r, x.key[i]), "");
	}
	assert_int_equal(store_begin(s, NULL), 0);
	set(s, "after faults", "1");
	assert_int_equal(store_commit(s, NULL), 0);
	assert_string_equal(meta(r, "after faults"), "1");
	store_reader_close(r);
	store_close(s);
}

static void
a_wrong_count_outside_an_operation_loses_the_batch(void **state)
{
	struct store *s = open_store(STORE_EXISTING);
	struct fault f = FAULT_INIT;
	struct store_reader *r;

	(void)state;
	assert_int_equal(store_reader_open(s, &r, NULL), 0);
	assert_int_equal(store_begin(s, NULL), 0);
	set(s, "fenced", "1");
	/* No log of this name: no row changes. */
	if (store_exec(s, ST_LOG_TAKE, PARAMS(sql_text("nolog"), sql_int(0)), 1, &f) == 0)
		assert_int_equal(store_commit(s, &f), -1);
	assert_int_equal(f.code, FAULT_STORE);
	store_rollback(s);
	assert_string_equal(meta(r, "fenced"), "");
	store_reader_close(r);
	store_close(s);
}

/* Two writers who saw the same size of a log; both want to grow it. */
struct racer { struct store *s; int won, committed; };

static void *
race(void *ctx)
{
	const struct sql_value param[] = { sql_int(1), sql_blob("r", 1), sql_blob("e", 1), sql_int(1),
		sql_text("race"), sql_int(0), sql_int(0) };
	const struct store_step step = { ST_LOG_GROW, param, 7, 1 };
	struct store_verdict v = { 0 };
	struct racer *r = ctx;

	if (store_begin(r->s, NULL) == 0 && store_run(r->s, &step, 1, &v, NULL) == 0) {
		r->won = v.won;
		usleep(50000);		/* the other is waiting, or comes now */
		r->committed = store_commit(r->s, NULL) == 0;
	}
	return NULL;
}

static void
of_two_who_saw_the_same_one_wins(void **state)
{
	struct racer a = { .s = open_store(STORE_EXISTING) }, b = { .s = open_store(STORE_EXISTING) };
	pthread_t thread;

	(void)state;
	assert_int_equal(store_begin(a.s, NULL), 0);
	assert_int_equal(store_exec(a.s, ST_LOG_INSERT, PARAMS(sql_text("race"), sql_text("o"),
	    sql_blob("r", 1), sql_blob("e", 1), sql_int(1)), 1, NULL), 0);
	assert_int_equal(store_commit(a.s, NULL), 0);
	assert_int_equal(pthread_create(&thread, NULL, race, &a), 0);
	race(&b);
	pthread_join(thread, NULL);
	assert_true(a.committed && b.committed);
	assert_int_equal(a.won + b.won, 1);
	store_close(a.s);
	store_close(b.s);
}

/* A process that ends, as by kill -9, when so much of a batch is done. */
enum point { BEGUN, RAN, RAN_AND_MORE, COMMITTED, NPOINTS };

static void
end_at(enum point point, struct six *x)
{
	struct store *s = NULL;

	if (store_open(address, STORE_EXISTING, &s, NULL) < 0 || store_begin(s, NULL) < 0 ||
	    (point >= RAN && store_run_all(s, x->op, NOPS, NULL) < 0) ||
	    (point >= RAN_AND_MORE && store_exec(s, ST_META_SET, PARAMS(sql_text("more"),
	    sql_text("x")), 1, NULL) < 0) || (point == COMMITTED && store_commit(s, NULL) < 0))
		_exit(1);
	raise(SIGKILL);
}

static void
a_process_that_is_killed_in_a_batch_leaves_all_of_it_or_nothing(void **state)
{
	static const char *const names[NPOINTS] = { "begun", "ran", "more", "committed" };
	struct store_reader *r;
	struct store *s;
	struct six x;
	int status;

	(void)state;
	for (enum point point = BEGUN; point < NPOINTS; point++) {
		pid_t child;

		make_six(&x, names[point], 0);
		if ((child = fork()) == 0)
			end_at(point, &x);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		/* Whoever comes after finds no part of it, and is not held up. */
		s = open_store(STORE_EXISTING);
		assert_int_equal(store_reader_open(s, &r, NULL), 0);
		for (int i = 0; i < NOPS; i++)
			assert_string_equal(meta(r, x.key[i]), point == COMMITTED ? "x" : "");
		assert_string_equal(meta(r, "more"), point == COMMITTED ? "x" : "");
		assert_int_equal(store_begin(s, NULL), 0);
		assert_int_equal(store_run_all(s, x.op, NOPS, NULL), 0);
		assert_int_equal(store_commit(s, NULL), 0);
		for (int i = 0; i < NOPS; i++)
			assert_string_equal(meta(r, x.key[i]), "x");
		store_reader_close(r);
		store_close(s);
	}
}

/* Every statement is prepared once: a name or a column that is wrong shows here. */
static void
prepare_all(const char *path, enum stmt from, enum stmt end)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	for (enum stmt i = from; i < end; i++) {
		sqlite3_stmt *stmt;

		if (sqlite3_prepare_v2(db, store_sql[i], -1, &stmt, NULL) != SQLITE_OK)
			fail_msg("%s: %s", store_sql[i], sqlite3_errmsg(db));
		sqlite3_finalize(stmt);
	}
	sqlite3_close(db);
}

static void
every_statement_fits_the_file(void **state)
{
	char path[ADDRESS_MAX];
	struct store *s;

	(void)state;
	prepare_all(address, 0, ST_INDEX_FIRST);
	assert_int_equal(kind_place(kind, dir, path), 0);
	assert_int_equal(store_open_index(path, &s, NULL), 0);
	store_close(s);
	prepare_all(path, ST_INDEX_FIRST, ST_NSTATEMENTS);
}

static void
every_statement_fits_the_database(void **state)
{
	PGconn *pg = PQconnectdb(address);
	struct store *s;

	(void)state;
	assert_int_equal(store_open_index(address, &s, NULL), 0);
	store_close(s);
	for (size_t i = 0; i < ST_NSTATEMENTS; i++) {
		PGresult *r = PQprepare(pg, "", store_sql[i], 0, NULL);

		if (PQresultStatus(r) != PGRES_COMMAND_OK)
			fail_msg("%s: %s", store_sql[i], PQerrorMessage(pg));
		PQclear(r);
	}
	PQfinish(pg);
}

static void
a_newer_schema_is_refused(void **state)
{
	struct fault f = FAULT_INIT;
	struct store *s;

	(void)state;
	assert_int_equal(kind_sql(address, kind == KIND_SQLITE ? "PRAGMA user_version = 9999" :
	    "INSERT INTO schema_version VALUES (9999)"), 0);
	assert_int_equal(store_open(address, STORE_EXISTING, &s, &f), -1);
	assert_int_equal(f.code, FAULT_SCHEMA_NEWER);
	assert_string_equal(fault_arg_get(&f, "found"), "9999");
	assert_int_equal(store_open(address, STORE_LOOK, &s, &f), -1);
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

/* The index is made where it is not there, and what it holds stays. */
static void
an_index_is_made_and_found_again(void **state)
{
	char path[ADDRESS_MAX];
	struct store_reader *r;
	struct store *s;

	(void)state;
	if (kind == KIND_SQLITE)
		assert_int_equal(kind_place(kind, dir, path), 0);
	else
		snprintf(path, sizeof(path), "%s", address);
	assert_int_equal(store_open_index(path, &s, NULL), 0);
	assert_int_equal(store_begin(s, NULL), 0);
	assert_int_equal(store_exec(s, ST_INDEX_POSITION_BEGIN, PARAMS(sql_text("a"),
	    sql_blob("", 0)), 1, NULL), 0);
	assert_int_equal(store_commit(s, NULL), 0);
	store_close(s);
	assert_int_equal(store_open_index(path, &s, NULL), 0);
	assert_int_equal(store_reader_open(s, &r, NULL), 0);
	assert_int_equal(store_read(r, ST_INDEX_POSITIONS, NULL, 0, NULL, NULL, NULL), 1);
	store_reader_close(r);
	store_close(s);
}

static void
a_newer_index_is_refused(void **state)
{
	struct fault f = FAULT_INIT;
	char path[ADDRESS_MAX];
	struct store *s;

	(void)state;
	assert_int_equal(kind_place(kind, dir, path), 0);
	assert_int_equal(store_open_index(path, &s, NULL), 0);
	store_close(s);
	assert_int_equal(kind_sql(path, kind == KIND_SQLITE ? "PRAGMA user_version = 9999" :
	    "INSERT INTO index_schema_version VALUES (9999)"), 0);
	assert_int_equal(store_open_index(path, &s, &f), -1);
	assert_int_equal(f.code, FAULT_SCHEMA_NEWER);
}

#define CONTRACT \
		cmocka_unit_test(what_is_committed_is_read_and_what_is_not_is_not), \
		cmocka_unit_test(a_reader_that_began_sees_one_state_while_the_writer_goes_on), \
		cmocka_unit_test(a_loser_takes_back_its_own_steps_and_nobody_elses), \
		cmocka_unit_test(a_broken_constraint_loses_the_operation_not_the_batch), \
		cmocka_unit_test(values_come_back_as_they_went_in), \
		cmocka_unit_test(a_reader_stops_when_told), \
		cmocka_unit_test(whoever_loses_the_others_win), \
		cmocka_unit_test(a_chain_ends_at_its_first_loser), \
		cmocka_unit_test(whichever_statement_fails_nothing_is_there), \
		cmocka_unit_test(a_wrong_count_outside_an_operation_loses_the_batch), \
		cmocka_unit_test(of_two_who_saw_the_same_one_wins), \
		cmocka_unit_test(a_process_that_is_killed_in_a_batch_leaves_all_of_it_or_nothing), \
		cmocka_unit_test(an_index_is_made_and_found_again), \
		cmocka_unit_test(a_newer_index_is_refused)

int
main(void)
{
	const struct CMUnitTest sqlite[] = {
		CONTRACT,
		cmocka_unit_test(every_statement_fits_the_file),
		cmocka_unit_test(a_newer_schema_is_refused),
		cmocka_unit_test(a_file_that_is_no_store_is_refused),
	};
	const struct CMUnitTest pg[] = {
		CONTRACT,
		cmocka_unit_test(every_statement_fits_the_database),
		cmocka_unit_test(a_newer_schema_is_refused),
	};
	int failed;

	kind = KIND_SQLITE;
	failed = cmocka_run_group_tests_name("store, SQLite", sqlite, make_place, remove_dir);
	kind = KIND_PG;
	return failed + cmocka_run_group_tests_name("store, PostgreSQL", pg, make_place, remove_dir);
}

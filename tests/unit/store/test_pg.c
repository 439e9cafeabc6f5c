/* What only a database can do wrong: be another's, be full of somebody, be cut off. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kinds.h"
#include "store/store.h"

static char dir[64], address[ADDRESS_MAX];

static struct store *
open_at(const char *where, enum store_open how)
{
	struct fault f = FAULT_INIT;
	struct store *s = NULL;

	if (store_open(where, how, &s, &f) < 0)
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

static int
make_store(void **state)
{
	struct store *s;

	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/wzm-store-XXXXXX");
	if (mkdtemp(dir) == NULL || kind_place(KIND_PG, dir, address) < 0 ||
	    store_open(address, STORE_CREATE, &s, NULL) < 0 || store_begin(s, NULL) < 0)
		return -1;
	set(s, "made", "1");
	if (store_commit(s, NULL) < 0)
		return -1;
	store_close(s);
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

static const char *const statement[] = {
#define STMT(sym, text) text,
#include "store/statements.def"
#include "store/index_statements.def"
#undef STMT
};

static int
known_type(Oid type)
{
	return type == 20 || type == 25 || type == 17;	/* bigint, text, bytea */
}

/* Also that parameters and columns are of the three types that values can have. */
static void
every_statement_fits_the_database(void **state)
{
	PGconn *pg = PQconnectdb(address);
	struct store *index;

	(void)state;
	assert_int_equal(store_open_index(address, &index, NULL), 0);
	store_close(index);
	for (size_t i = 0; i < sizeof(statement) / sizeof(statement[0]); i++) {
		PGresult *r = PQprepare(pg, "", statement[i], 0, NULL);

		if (PQresultStatus(r) != PGRES_COMMAND_OK)
			fail_msg("%s: %s", statement[i], PQerrorMessage(pg));
		PQclear(r);
		r = PQdescribePrepared(pg, "");
		for (int k = 0; k < PQnparams(r); k++)
			if (!known_type(PQparamtype(r, k)))
				fail_msg("%s: type of $%d", statement[i], k + 1);
		for (int k = 0; k < PQnfields(r); k++)
			if (!known_type(PQftype(r, k)))
				fail_msg("%s: type of %s", statement[i], PQfname(r, k));
		PQclear(r);
	}
	PQfinish(pg);
}

static void
a_database_that_is_no_store_is_refused(void **state)
{
	struct fault f = FAULT_INIT;
	char other[ADDRESS_MAX];
	struct store *s;

	(void)state;
	assert_int_equal(kind_place(KIND_PG, dir, other), 0);
	assert_int_equal(store_open(other, STORE_EXISTING, &s, &f), -1);
	assert_int_equal(f.code, FAULT_STORE);
	assert_int_equal(store_open(other, STORE_LOOK, &s, &f), -1);
	assert_int_equal(f.code, FAULT_STORE);
	/* Nor is one that is in use made anew. */
	assert_int_equal(store_open(address, STORE_CREATE, &s, &f), -1);
	assert_int_equal(f.code, FAULT_INSTANCE_EXISTS);
	assert_int_equal(store_open("postgresql:///wzm?host=/nowhere", STORE_LOOK, &s, &f), -1);
	assert_int_equal(f.code, FAULT_STORE_AWAY);
}

static void
an_address_holds_no_password(void **state)
{
	struct fault f = FAULT_INIT;
	struct store *s;

	(void)state;
	assert_int_equal(store_open("postgresql://wzm:secret@localhost/wzm", STORE_LOOK, &s, &f), -1);
	assert_int_equal(f.code, FAULT_CONF_INVALID);
	assert_string_equal(fault_arg_get(&f, "key"), "store");
}

#define KILL_OTHERS "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity" \
	" WHERE pid <> pg_backend_pid() AND datname = current_database()"

static void
a_connection_that_was_cut_is_made_again(void **state)
{
	const struct sql_value param[] = { sql_text("touched"), sql_text("x") };
	const struct store_step touch = { ST_META_SET, param, 2, 1 };
	struct store_verdict v;
	struct store *s = open_at(address, STORE_EXISTING);
	struct fault f = FAULT_INIT;
	struct store_reader *r;

	(void)state;
	assert_int_equal(store_reader_open(s, &r, NULL), 0);
	assert_int_equal(store_begin(s, NULL), 0);
	set(s, "cut", "1");
	assert_int_equal(store_run(s, &touch, 1, &v, NULL), 0);
	assert_true(v.won);
	assert_int_equal(kind_sql(address, KILL_OTHERS), 0);
	assert_int_equal(store_run(s, &touch, 1, &v, &f), -1);
	assert_int_equal(f.code, FAULT_STORE_AWAY);
	store_rollback(s);
	assert_string_equal(meta(r, "cut"), "");	/* the reader was cut as well */
	assert_int_equal(store_begin(s, NULL), 0);
	set(s, "cut", "2");
	assert_int_equal(store_commit(s, NULL), 0);
	assert_int_equal(kind_sql(address, KILL_OTHERS), 0);
	assert_int_equal(store_reader_begin(r, NULL), 0);
	assert_string_equal(meta(r, "cut"), "2");
	store_reader_end(r);
	store_reader_close(r);
	store_close(s);
}

static void
what_became_of_a_commit_that_was_cut_is_found_out(void **state)
{
	static const enum cut how[] = { CUT_BEFORE_COMMIT, CUT_AFTER_COMMIT, CUT_COMMIT_IS_LATE };
	static const char *const value[] = { "not", "yes", "late" };
	char through[ADDRESS_MAX];
	struct store *s, *straight = open_at(address, STORE_EXISTING);
	struct store_reader *r;

	(void)state;
	assert_int_equal(cut_start(address, dir, through), 0);
	assert_int_equal(store_reader_open(straight, &r, NULL), 0);
	s = open_at(through, STORE_EXISTING);
	for (int i = 0; i < 3; i++) {
		struct fault f = FAULT_INIT;
		int is;

		assert_int_equal(store_begin(s, NULL), 0);
		set(s, "unknown", value[i]);
		cut_at_next_commit(how[i]);
		assert_int_equal(store_commit(s, &f), -1);
		assert_int_equal(f.code, FAULT_STORE_AWAY);
		while ((is = store_settle(s, &f)) < 0)
			usleep(10000);
		/* How it is now it stays. */
		usleep(600000);
		assert_true(cut_was_made());
		assert_int_equal(strcmp(meta(r, "unknown"), value[i]) == 0, is == STORE_COMMITTED);
		if (how[i] != CUT_COMMIT_IS_LATE)
			assert_int_equal(is == STORE_COMMITTED, how[i] == CUT_AFTER_COMMIT);
	}
	store_reader_close(r);
	store_close(straight);
	store_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_statement_fits_the_database),
		cmocka_unit_test(a_connection_that_was_cut_is_made_again),
		cmocka_unit_test(what_became_of_a_commit_that_was_cut_is_found_out),
		cmocka_unit_test(an_address_holds_no_password),
		cmocka_unit_test(a_database_that_is_no_store_is_refused),
	};

	return cmocka_run_group_tests_name("pg", tests, make_store, remove_dir);
}

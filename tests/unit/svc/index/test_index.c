/* The index as it follows a store: right at every moment, whatever happens to it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <unistd.h>

#include "journal/record.h"
#include "kinds.h"
#include "model.h"
#include "svc/index/index.h"

#define MAX 2000
#define TURNS 2000		/* of 5 ms, until something that must come is there */

static enum kind kind;
static char dir[64], address[ADDRESS_MAX], index_address[ADDRESS_MAX];
static struct store *store;
static struct index *x;
static struct model model;	/* of log a; idx counts in it */
static int64_t size_a, size_b;
static uint64_t ids;

static struct index_conf
conf(const char *log)
{
	struct index_conf c = index_conf_usual();

	c.address = index_address;
	c.log = log;
	c.shape = (struct index_shape){ .page = 7, .fan = 3, .levels = 3 };
	c.run_entries = 200;
	c.chunk = 50;
	c.wait_ms = 5;
	c.pause_ms = 0;
	return c;
}

static void
start(void)
{
	struct index_conf c = conf("a");
	struct fault f = FAULT_INIT;

	if (index_start(store, &c, &x, &f) < 0)
		fail_msg("%s: %s", fault_name(f.code), f.cause);
}

static void
stop(void)
{
	index_stop(x);
	x = NULL;
}

static void
add_log(const char *name)
{
	assert_int_equal(store_begin(store, NULL), 0);
	assert_int_equal(store_exec(store, ST_LOG_INSERT, PARAMS(sql_text(name), sql_text("o"),
	    sql_blob("", 0), sql_blob("", 0), sql_int(0)), 1, NULL), 0);
	assert_int_equal(store_commit(store, NULL), 0);
}

/* A store of its own for each test. */
static int
open_place(void **state)
{
	(void)state;
	free(model.e);
	model = (struct model){ 0 };
	size_a = size_b = 0;
	snprintf(dir, sizeof(dir), "/tmp/wzm-index-XXXXXX");
	if (mkdtemp(dir) == NULL || kind_place(kind, dir, address) < 0 ||
	    store_open(address, STORE_CREATE, &store, NULL) < 0)
		return -1;
	snprintf(index_address, sizeof(index_address), "%s", address);
	if (kind == KIND_SQLITE && kind_place(kind, dir, index_address) < 0)
		return -1;
	add_log("a");
	return 0;
}

static int
close_place(void **state)
{
	char command[128];

	(void)state;
	stop();
	store_close(store);
	free(model.e);
	model = (struct model){ 0 };
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

/* A record about up to three people; one in three opens a case, one in four is about nobody. */
static void
add_record(const char *log, int64_t idx, const uint8_t salt[32])
{
	enum record_type type = model_random() % 3 == 0 ? RECORD_CASE_OPENED : RECORD_QUERY_ANSWERED;
	uint8_t id[16], case_id[16], blinds[48];
	size_t n = model_random() % 4;
	uint64_t record = ++ids, in_case = 1 + model_random() % ids;

	model_id(record, id);
	model_id(in_case, case_id);
	for (size_t i = 0; i < n; i++) {
		unsigned person = model_person();

		model_blind(person, blinds + 16 * i);
		model_add(&model, (struct model_entry){ person, INDEX_RECORD, record, idx });
		if (type == RECORD_CASE_OPENED)
			model_add(&model, (struct model_entry){ person, INDEX_CASE, in_case, idx });
	}
	assert_int_equal(store_exec(store, ST_RECORD_INSERT, PARAMS(sql_text("330703"),
	    sql_blob(id, 16), sql_text(log), sql_int(idx), sql_text(record_type_name(type)), sql_int(1),
	    sql_blob(case_id, 16), sql_blob(salt, 32), sql_text("{}"), sql_text(NULL),
	    n > 0 ? sql_blob(blinds, 16 * n) : sql_text(NULL)), 1, NULL), 0);
	assert_int_equal(store_exec(store, ST_ENTRY_INSERT, PARAMS(sql_text(log), sql_int(idx),
	    sql_blob(salt, 32), sql_blob(salt, 32), sql_text("330703"), sql_blob(id, 16)), 1, NULL), 0);
}

static void
grow(const char *log, int64_t n)
{
	int64_t *size = log[0] == 'a' ? &size_a : &size_b;
	uint8_t salt[32];

	assert_int_equal(store_begin(store, NULL), 0);
	for (int64_t i = 0; i < n; i++) {
		for (size_t k = 0; k < sizeof(salt); k++)
			salt[k] = (uint8_t)model_random();
		add_record(log, *size + i, salt);
	}
	assert_int_equal(store_exec(store, ST_LOG_GROW, PARAMS(sql_int(*size + n), sql_blob("", 0),
	    sql_blob("", 0), sql_int(1), sql_text(log), sql_int(0), sql_int(*size)), 1, NULL), 0);
	assert_int_equal(store_commit(store, NULL), 0);
	*size += n;
}

/*
 * Asks about a person; the answer is what the records say that were searched.  Returns how many
 * were not.
 */
static int64_t
ask_of(struct index *of, unsigned person, enum index_kind what, size_t max)
{
	struct index_hit *hit = calloc(max, sizeof(*hit));
	uint64_t *right = calloc(max, sizeof(*right));
	struct fault f = FAULT_INIT;
	uint8_t blind[16], id[16];
	int64_t behind = -1;
	size_t n = 0, nright;

	model_blind(person, blind);
	if (index_find(of, &(struct index_query){ blind, what, NULL, max }, hit, &n, &behind, &f) < 0)
		fail_msg("%s: %s", fault_name(f.code), f.cause);
	assert_true(behind >= 0);
	nright = model_find(&model, person, what, UINT64_MAX, size_a + size_b - behind, right, max);
	assert_int_equal(n, nright);
	for (size_t i = 0; i < n; i++) {
		model_id(right[i], id);
		assert_memory_equal(hit[i].id, id, sizeof(id));
	}
	free(hit);
	free(right);
	return behind;
}

static void
ask_all(int64_t behind)
{
	for (unsigned p = 0; p < PEOPLE; p += 7) {
		assert_int_equal(ask_of(x, p, INDEX_CASE, MAX), behind);
		assert_int_equal(ask_of(x, p, INDEX_RECORD, 9), behind);
	}
}

/* How far log a is in runs. */
static int64_t
position(void)
{
	struct index_log log[INDEX_LOGS_MAX];
	size_t n;

	index_state(x, log, &n);
	assert_true(n > 0);
	return log[0].in_runs;
}

/* Asks until nothing is left out; every answer on the way is right. */
static void
until_caught_up(void)
{
	for (int i = 0; i < TURNS; i++) {
		if (ask_of(x, 0, INDEX_RECORD, MAX) == 0)
			return;
		usleep(5000);
	}
	fail_msg("it never catches up");
}

static void
until_in_runs(int64_t least)
{
	for (int i = 0; i < TURNS && position() < least; i++)
		usleep(5000);
	assert_true(position() >= least);
}

static void
what_was_just_recorded_is_found(void **state)
{
	(void)state;
	start();
	ask_all(0);
	for (int i = 0; i < 60; i++) {
		grow("a", 1 + (int64_t)(model_random() % 60));
		ask_all(0);
	}
	until_in_runs(size_a / 2);
	ask_all(0);
}

static void
a_process_that_starts_goes_on_where_the_last_one_was(void **state)
{
	int64_t before;

	(void)state;
	start();
	grow("a", 1500);
	until_in_runs(1000);
	before = position();
	stop();
	grow("a", 40);
	start();
	assert_true(position() >= before);
	until_caught_up();
	ask_all(0);
}

static void
lose_index(void)
{
	if (kind == KIND_SQLITE)
		assert_int_equal(unlink(index_address), 0);
	else
		assert_int_equal(kind_sql(index_address, "DROP TABLE index_page, index_run, index_position,"
		    " index_schema_version"), 0);
}

static void
an_index_that_is_lost_is_made_anew(void **state)
{
	(void)state;
	start();
	grow("a", 1000);
	until_in_runs(500);
	stop();
	lose_index();
	start();
	until_caught_up();
	ask_all(0);
	until_in_runs(500);
	ask_all(0);
}

/* The law while it is made anew: the answer is right for what was searched, and says how much was not. */
static void
while_it_is_made_anew_it_says_what_is_not_searched(void **state)
{
	struct index_conf c = conf("a");
	int64_t most = 0;

	(void)state;
	c.ask_records = 1;
	assert_int_equal(index_start(store, &c, &x, NULL), 0);
	grow("a", 3000);
	until_caught_up();
	for (int i = 0; i < 3; i++) {
		int64_t behind;

		index_rebuild(x);
		do {
			behind = ask_of(x, 0, INDEX_RECORD, MAX);
			most = behind > most ? behind : most;
		} while (behind > 0);
	}
	assert_true(most > 0);
	ask_all(0);
}

static void
an_index_of_a_store_that_was_longer_is_made_anew(void **state)
{
	(void)state;
	start();
	grow("a", 1000);
	until_in_runs(600);
	stop();
	assert_int_equal(kind_sql(address, "DELETE FROM entry WHERE idx >= 100"), 0);
	assert_int_equal(kind_sql(address, "DELETE FROM record WHERE idx >= 100"), 0);
	assert_int_equal(kind_sql(address, "UPDATE log SET size = 100"), 0);
	size_a = 100;
	while (model.n > 0 && model.e[model.n - 1].idx >= 100)
		model.n--;
	start();
	until_caught_up();
	assert_int_equal(position(), 0);
	/* Grown again, otherwise. */
	grow("a", 1000);
	until_caught_up();
	ask_all(0);
}

static void
an_index_of_another_store_of_the_same_length_is_made_anew(void **state)
{
	(void)state;
	start();
	grow("a", 1000);
	until_in_runs(600);
	stop();
	assert_int_equal(kind_sql(address, kind == KIND_PG ? "UPDATE entry SET entry = sha256(entry)" :
	    "UPDATE entry SET entry = randomblob(32)"), 0);
	start();
	until_in_runs(600);
}

static void
damage_while_it_runs_is_noticed_and_repaired(void **state)
{
	(void)state;
	start();
	grow("a", 2000);
	until_in_runs(1000);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(kind_sql(index_address,
		    "UPDATE index_page SET content = substr(content, 1, 20)"), 0);
		/* Every answer is right for what it has searched; the first one finds the damage. */
		assert_true(ask_of(x, 0, INDEX_RECORD, MAX) > 0);
		until_in_runs(1000);
	}
	until_caught_up();
	ask_all(0);
}

static void
a_file_that_is_no_index_is_replaced(void **state)
{
	FILE *file;

	(void)state;
	if (kind == KIND_PG) {
		assert_int_equal(kind_sql(address, "SELECT 1"), 0);
		return;
	}
	assert_non_null(file = fopen(index_address, "w"));
	fputs("this is no database, however long it is made to be", file);
	fclose(file);
	grow("a", 300);
	start();
	ask_all(0);
}

/* Asks, whatever the answer, until none of them leaves anything out. */
static void
until_both_have_caught_up(struct index *other)
{
	struct index_hit hit[1];
	uint8_t blind[16] = { 0 };
	struct index_query q = { blind, INDEX_CASE, NULL, 1 };
	int64_t here = 1, there = 1;
	size_t n;

	for (int i = 0; i < TURNS && here + there > 0; i++) {
		assert_int_equal(index_find(x, &q, hit, &n, &here, NULL), 0);
		assert_int_equal(index_find(other, &q, hit, &n, &there, NULL), 0);
		usleep(5000);
	}
	assert_int_equal(here + there, 0);
}

/* Two processes, each with a log of its own: both find what both have written. */
static void
two_processes_share_an_index(void **state)
{
	struct index_conf c = conf("b");
	struct index *other;

	(void)state;
	add_log("b");
	start();
	assert_int_equal(index_start(store, &c, &other, NULL), 0);
	for (int i = 0; i < 20; i++) {
		grow("a", 60);
		grow("b", 60);
		ask_all(0);
		assert_int_equal(ask_of(other, 0, INDEX_RECORD, MAX), 0);
		assert_int_equal(ask_of(other, 1, INDEX_CASE, MAX), 0);
	}
	if (kind == KIND_PG) {
		index_rebuild(other);
		until_both_have_caught_up(other);
		ask_all(0);
		assert_int_equal(ask_of(other, 0, INDEX_RECORD, MAX), 0);
	}
	/* The other one ends; its log is followed all the same. */
	index_stop(other);
	grow("b", 1500);
	until_both_have_caught_up(x);
	ask_all(0);
}

static void
the_state_tells_size_and_how_much_is_indexed(void **state)
{
	struct index_log log[INDEX_LOGS_MAX];
	size_t n;

	(void)state;
	grow("a", 500);
	start();
	until_caught_up();
	index_state(x, log, &n);
	assert_int_equal(n, 1);
	assert_string_equal(log[0].log, "a");
	assert_int_equal(log[0].size, 500);
	assert_int_equal(log[0].indexed, 500);
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, open_place, close_place)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		EACH(what_was_just_recorded_is_found),
		EACH(a_process_that_starts_goes_on_where_the_last_one_was),
		EACH(an_index_that_is_lost_is_made_anew),
		EACH(while_it_is_made_anew_it_says_what_is_not_searched),
		EACH(an_index_of_a_store_that_was_longer_is_made_anew),
		EACH(an_index_of_another_store_of_the_same_length_is_made_anew),
		EACH(damage_while_it_runs_is_noticed_and_repaired),
		EACH(a_file_that_is_no_index_is_replaced),
		EACH(two_processes_share_an_index),
		EACH(the_state_tells_size_and_how_much_is_indexed),
	};
	int failed;

	kind = KIND_SQLITE;
	failed = cmocka_run_group_tests_name("index, SQLite", tests, NULL, NULL);
	kind = KIND_PG;
	return failed + cmocka_run_group_tests_name("index, PostgreSQL", tests, NULL, NULL);
}

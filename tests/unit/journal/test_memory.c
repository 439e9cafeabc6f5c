/*
 * Every allocation fails once, and then all from it on, while operations are written: those of
 * our code, of SQLite and of libpq.  What was answered is true, the store goes on, nothing leaks
 * (the sanitizers see that).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crypto/hash.h"
#include "hook.h"
#include "place.h"

static enum kind kind;

/* Which allocation fails: the one that finds 1 here, with all_after also those that find 0. */
static _Atomic long left = -1;
static _Atomic int all_after;

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__real_reallocarray(void *p, size_t n, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *__wrap_reallocarray(void *p, size_t n, size_t size);
char *__wrap_strdup(const char *text);

static int
fails(void)
{
	long n = atomic_load(&left);

	while (n > 0 && !atomic_compare_exchange_weak(&left, &n, n - 1))
		continue;
	return n == 1 || (n == 0 && atomic_load(&all_after));
}

void *
__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *
__wrap_realloc(void *p, size_t size)
{
	return fails() ? NULL : __real_realloc(p, size);
}

void *
__wrap_reallocarray(void *p, size_t n, size_t size)
{
	return fails() ? NULL : __real_reallocarray(p, n, size);
}

char *
__wrap_strdup(const char *text)
{
	return fails() ? NULL : __real_strdup(text);
}

/*
 * Without memory for the result that ends a pipeline, libpq 15 waits for another one: that
 * wait has an end too, but here it need not be so late.
 */
#define WAIT_MAX_MS 100

int __real_poll(struct pollfd *fds, nfds_t n, int timeout);
int __wrap_poll(struct pollfd *fds, nfds_t n, int timeout);

int
__wrap_poll(struct pollfd *fds, nfds_t n, int timeout)
{
	int may_fail = atomic_load(&left) >= 0;

	return __real_poll(fds, n, may_fail && timeout > WAIT_MAX_MS ? WAIT_MAX_MS : timeout);
}

/* SQLite's allocations */

static sqlite3_mem_methods real;

static void *
sqlite_malloc(int size)
{
	return fails() ? NULL : real.xMalloc(size);
}

static void *
sqlite_realloc(void *p, int size)
{
	return fails() ? NULL : real.xRealloc(p, size);
}

static int
hook_sqlite(void)
{
	sqlite3_mem_methods mine;

	if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real) != SQLITE_OK)
		return -1;
	mine = real;
	mine.xMalloc = sqlite_malloc;
	mine.xRealloc = sqlite_realloc;
	/* Without its store of small pieces, so that each of them is asked for. */
	return sqlite3_config(SQLITE_CONFIG_MALLOC, &mine) == SQLITE_OK &&
	    sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0) == SQLITE_OK ? 0 : -1;
}

static int
hook_libpq(void)
{
	const struct hook hook[] = { { "malloc", (void *)(uintptr_t)__wrap_malloc },
		{ "calloc", (void *)(uintptr_t)__wrap_calloc }, { "realloc", (void *)(uintptr_t)__wrap_realloc },
		{ "strdup", (void *)(uintptr_t)__wrap_strdup } };

	return hook_library("libpq.so", hook, 4) == 4 ? 0 : -1;
}

static void
fail_at(long nth, int and_after)
{
	atomic_store(&all_after, and_after);
	atomic_store(&left, nth);
}

/* No more failures; whether there was one. */
static int
stop_failing(void)
{
	return atomic_exchange(&left, -1) == 0;
}

/* A database that was lost meanwhile is not asked again at once. */
static int
run_again(struct place *p, const char *key, struct fault *f)
{
	int rc;

	while ((rc = journal_run(p->journal, claim(p, key), NULL, f)) < 0 && f->code == FAULT_STORE_AWAY)
		usleep(5000);
	return rc;
}

/* Hands over what there is of a chain; where it is refused it stays the caller's. */
static int
submit(struct place *p, struct op **op, size_t n, struct tally *t)
{
	int complete = 1;

	for (size_t i = 0; i < n; i++)
		complete &= op[i] != NULL;
	if (complete && journal_submit_all(p->journal, op, n, count_result, t, NULL) == 0)
		return (int)n;
	for (size_t i = 0; i < n; i++)
		op_free(op[i]);
	return 0;
}

/* A winner, a loser, and a chain of two, while allocations fail; whether one did. */
#define KEYS 3

static int
write_with_failures(struct place *p, const char *round)
{
	struct tally one = { 0 }, loser = { 0 }, chain = { 0 };
	struct fault f = FAULT_INIT;
	char key[KEYS][32];
	int sent, failed;

	for (int i = 0; i < KEYS; i++)
		snprintf(key[i], sizeof(key[i]), "%.20s-%d", round, i);
	sent = submit(p, (struct op *[]){ claim(p, key[0]) }, 1, &one);
	sent += submit(p, (struct op *[]){ claim(p, "taken") }, 1, &loser);
	sent += submit(p, (struct op *[]){ claim(p, key[1]), claim(p, key[2]) }, 2, &chain);
	/* What became of a commit is found out when there is memory again. */
	for (int waited = 0; one.done + loser.done + chain.done < sent; waited++) {
		usleep(50);
		if (waited == 400)
			atomic_store(&all_after, 0);
	}
	failed = stop_failing();
	assert_int_equal(loser.committed + one.lost + chain.lost, 0);
	assert_true(chain.committed == 0 || chain.committed == 2);
	/* What was said is so: whoever was told that it is there cannot have it again. */
	for (int i = 0; i < KEYS; i++) {
		int there = i == 0 ? one.committed : chain.committed == 2;

		if (run_again(p, key[i], &f) != (there ? -1 : 0) || (there && f.code != FAULT_CONFLICT))
			fail_msg("%s: %s: %s", key[i], fault_name(f.code), f.cause);
	}
	return failed;
}

#define CUT "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity" \
	" WHERE pid <> pg_backend_pid() AND datname = current_database()"

/* How many allocations there are; with cut, the connection must be made again meanwhile. */
static long
until_it_works(int and_after, int cut, long step)
{
	struct fault f = FAULT_INIT;
	struct place p;
	int rows = 1, failed = 1;
	long nth = 1 - step;

	assert_int_equal(place_begin(&p, kind, 100, &f), 0);
	assert_int_equal(journal_run(p.journal, claim(&p, "taken"), NULL, &f), 0);
	while (failed) {
		char round[32];

		nth += step;
		assert_true(nth < 20000);
		if (cut)
			assert_int_equal(kind_sql(p.db, CUT), 0);
		snprintf(round, sizeof(round), "%ld", nth);
		fail_at(nth, and_after);
		failed = write_with_failures(&p, round);
		rows += KEYS;
	}
	assert_int_equal(recompute(p.db, "a"), rows);
	place_end(&p);
	return nth;
}

static void
each_allocation_may_fail_while_operations_are_written(void **state)
{
	(void)state;
	assert_true(until_it_works(0, 0, kind == KIND_PG ? 3 : 1) > 50);
}

static void
memory_may_end_and_come_back(void **state)
{
	(void)state;
	assert_true(until_it_works(1, 0, kind == KIND_PG ? 9 : 1) > 50);
}

static void
each_allocation_of_a_new_connection_may_fail(void **state)
{
	(void)state;
	assert_true(until_it_works(0, 1, 11) > 100);
}

/* Opening and closing again: all or nothing. */
static void
each_allocation_may_fail_at_the_start(void **state)
{
	struct fault f = FAULT_INIT;
	struct place p;
	int failed = 1, written = 0;

	(void)state;
	assert_int_equal(place_begin(&p, kind, 100, &f), 0);
	journal_stop(p.journal);
	for (long nth = 1; failed; nth += kind == KIND_PG ? 7 : 4) {
		struct journal *j = NULL;
		struct store *s = NULL;
		int rc;

		fail_at(nth, 0);
		rc = store_open(p.db, STORE_EXISTING, &s, &f) == 0 &&
		    journal_start(s, p.seal, &p.clock, "a", 10, &j, &f) == 0;
		failed = stop_failing();
		assert_true(rc || failed);
		assert_true(rc == (j != NULL));
		if (rc) {
			assert_int_equal(journal_run(j, claim(&p, "x"), NULL, NULL), written ? -1 : 0);
			written = 1;
		}
		journal_stop(j);
		store_close(s);
		assert_true(nth < 20000);
	}
	assert_int_equal(journal_start(p.store, p.seal, &p.clock, "a", 10, &p.journal, &f), 0);
	recompute(p.db, "a");
	place_end(&p);
}

static int
start(void **state)
{
	(void)state;
	return crypto_start();
}

#define BOTH \
		cmocka_unit_test(each_allocation_may_fail_while_operations_are_written), \
		cmocka_unit_test(memory_may_end_and_come_back), \
		cmocka_unit_test(each_allocation_may_fail_at_the_start)

int
main(void)
{
	const struct CMUnitTest sqlite[] = {
		BOTH,
	};
	const struct CMUnitTest pg[] = {
		BOTH,
		cmocka_unit_test(each_allocation_of_a_new_connection_may_fail),
	};
	int failed;

	if (hook_sqlite() < 0 || hook_libpq() < 0)
		return 1;
	kind = KIND_SQLITE;
	failed = cmocka_run_group_tests_name("memory, SQLite", sqlite, start, NULL);
	kind = KIND_PG;
	return failed + cmocka_run_group_tests_name("memory, PostgreSQL", pg, start, NULL);
}

/* The one way to write: groups, losers, a disk that fails, a paused owner. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "crypto/hash.h"
#include "failing_vfs.h"
#include "place.h"

static enum kind kind;

static void
a_loser_leaves_nothing(void **state)
{
	struct fault f = FAULT_INIT;
	struct op_result result;
	struct place p;

	(void)state;
	assert_int_equal(place_begin(&p, kind, 100, &f), 0);
	assert_int_equal(journal_run(p.journal, claim(&p, "one"), &result, &f), 0);
	assert_int_equal(result.index, 0);
	assert_int_equal(journal_run(p.journal, claim(&p, "one"), &result, &f), -1);
	assert_int_equal(f.code, FAULT_CONFLICT);
	assert_int_equal(result.status, OP_LOST);
	assert_int_equal(result.lost_step, 0);
	assert_false(result.has_record);
	assert_int_equal(recompute(p.db, "a"), 1);
	place_end(&p);
}

struct sender { struct place *p; struct tally *t; int first; };

#define THREADS 8
#define EACH 200

/* Half of what each thread sends, another thread sends as well: one of the two wins. */
static void *
send_many(void *ctx)
{
	struct sender *s = ctx;
	char key[32];

	for (int i = 0; i < EACH; i++) {
		struct op *op;

		snprintf(key, sizeof(key), "%d-%d", i % 2 ? s->first : s->first / 2, i);
		op = claim(s->p, key);
		while (journal_submit(s->p->journal, op, count_result, s->t, NULL) < 0)
			usleep(100);	/* the queue is bounded */
	}
	return NULL;
}

static void
of_two_who_want_the_same_one_wins_however_they_are_batched(void **state)
{
	struct sender sender[THREADS];
	pthread_t thread[THREADS];
	struct fault f = FAULT_INIT;
	struct journal_state js;
	struct tally t = { 0 };
	struct place p;

	(void)state;
	assert_int_equal(place_begin(&p, kind, 64, &f), 0);
	for (int i = 0; i < THREADS; i++) {
		sender[i] = (struct sender){ &p, &t, i };
		assert_int_equal(pthread_create(&thread[i], NULL, send_many, &sender[i]), 0);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	while (t.done < THREADS * EACH)
		usleep(1000);
	/* Odd ones are everybody's own; of the even ones two threads share each key. */
	assert_int_equal(t.committed, THREADS * EACH / 2 + THREADS * EACH / 4);
	assert_int_equal(t.lost, THREADS * EACH / 4);
	assert_int_equal(t.failed, 0);
	journal_state(p.journal, &js);
	assert_true(js.batches < js.records);
	assert_int_equal(js.size, t.committed);
	assert_int_equal(recompute(p.db, "a"), t.committed);
	place_end(&p);
}

#define GATHERED 32	/* so many do not wait for others */

static void
what_is_gathered_waits_for_its_thread_or_until_it_is_much(void **state)
{
	struct op *op[3 + GATHERED];
	struct fault f = FAULT_INIT;
	struct tally t = { 0 };
	struct place p;
	char key[16];

	(void)state;
	assert_int_equal(place_begin(&p, kind, 100, &f), 0);
	for (int i = 0; i < 3 + GATHERED; i++) {
		snprintf(key, sizeof(key), "%d", i);
		op[i] = claim(&p, key);
		assert_int_equal(journal_gather_all(p.journal, &op[i], 1, count_result, &t, &f), 0);
		if (i != 2)
			continue;
		/* Three wait until their thread says so. */
		usleep(100000);
		assert_int_equal(t.done, 0);
		journal_go(p.journal);
		while (t.done < 3)
			usleep(1000);
	}
	/* The others need nobody to say it. */
	while (t.done < 3 + GATHERED)
		usleep(1000);
	assert_int_equal(t.committed, 3 + GATHERED);
	assert_int_equal(recompute(p.db, "a"), 3 + GATHERED);
	/* They are still there: whoever handed them over frees them. */
	for (int i = 0; i < 3 + GATHERED; i++)
		op_free(op[i]);
	/* Nothing waits: to say so is nothing.  What waits at the end is written before it. */
	journal_go(p.journal);
	op[0] = claim(&p, "last");
	assert_int_equal(journal_gather_all(p.journal, op, 1, count_result, &t, &f), 0);
	journal_stop(p.journal);
	p.journal = NULL;
	assert_int_equal(t.done, 4 + GATHERED);
	op_free(op[0]);
	place_end(&p);
}

static void
once_one_of_a_chain_loses_those_after_it_lose_too(void **state)
{
	struct fault f = FAULT_INIT;
	struct tally t = { 0 };
	struct op *op[3];
	struct place p;

	(void)state;
	assert_int_equal(place_begin(&p, kind, 100, &f), 0);
	assert_int_equal(journal_run(p.journal, claim(&p, "taken"), NULL, &f), 0);
	op[0] = claim(&p, "first");
	op[1] = claim(&p, "taken");
	op[2] = claim(&p, "third");
	assert_int_equal(journal_submit_all(p.journal, op, 3, count_result, &t, &f), 0);
	/* A stranger to the chain is not held up by it. */
	assert_int_equal(journal_run(p.journal, claim(&p, "other"), NULL, &f), 0);
	assert_int_equal(t.committed, 1);
	assert_int_equal(t.lost, 2);
	assert_int_equal(journal_run(p.journal, claim(&p, "third"), NULL, &f), 0);
	assert_int_equal(recompute(p.db, "a"), 4);
	place_end(&p);
}

static void
record_times_never_decrease_when_the_clock_goes_back(void **state)
{
	struct op_result first, second;
	struct fault f = FAULT_INIT;
	struct place p;

	(void)state;
	assert_int_equal(place_begin(&p, kind, 10, &f), 0);
	assert_int_equal(journal_run(p.journal, claim(&p, "a"), &first, &f), 0);
	atomic_fetch_sub(&p.clock.virtual_ms, 3600000);
	assert_int_equal(journal_run(p.journal, claim(&p, "b"), &second, &f), 0);
	assert_true(second.at >= first.at);
	place_end(&p);
}

static void
a_full_queue_refuses_and_forgets_nothing(void **state)
{
	struct fault f = FAULT_INIT;
	struct tally t = { 0 };
	struct op *op[5];
	struct place p;

	(void)state;
	assert_int_equal(place_begin(&p, kind, 4, &f), 0);
	for (int i = 0; i < 5; i++) {
		char key[8];

		snprintf(key, sizeof(key), "k%d", i);
		op[i] = claim(&p, key);
	}
	assert_int_equal(journal_submit_all(p.journal, op, 5, count_result, &t, &f), -1);
	assert_int_equal(f.code, FAULT_QUEUE_FULL);
	for (int i = 0; i < 5; i++)
		op_free(op[i]);
	assert_int_equal(t.done, 0);
	assert_int_equal(recompute(p.db, "a"), 0);
	place_end(&p);
}

/* Holds the journal's thread until it is let go. */
struct gate { pthread_mutex_t lock; struct tally t; };

static void
pass_gate(void *ctx, const struct op_result *result)
{
	struct gate *g = ctx;

	pthread_mutex_lock(&g->lock);
	pthread_mutex_unlock(&g->lock);
	count_result(&g->t, result);
}

static size_t
journal_waits(struct place *p)
{
	struct journal_state state;

	journal_state(p->journal, &state);
	return state.waiting;
}

static void
wait_until_written(struct place *p)
{
	while (journal_waits(p) > 0)
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

static void
submit_many(struct place *p, const char *name, int n, journal_done_fn *done, void *ctx)
{
	struct fault f = FAULT_INIT;
	char key[24];

	for (int i = 0; i < n; i++) {
		snprintf(key, sizeof(key), "%s%d", name, i);
		assert_int_equal(journal_submit(p->journal, claim(p, key), done, ctx, &f), 0);
	}
}

static void
many_that_have_waited_long_are_a_crowd(void **state)
{
	enum { MANY = JOURNAL_BATCH_MAX };
	struct gate g = { .lock = PTHREAD_MUTEX_INITIALIZER };
	struct fault f = FAULT_INIT;
	struct place p;

	(void)state;
	assert_int_equal(place_begin(&p, kind, 2 * MANY, &f), 0);
	pthread_mutex_lock(&g.lock);
	submit_many(&p, "first", 1, pass_gate, &g);
	wait_until_written(&p);
	submit_many(&p, "few", MANY, count_result, &g.t);
	/* Long, but not many: except where others are refused. */
	nanosleep(&(struct timespec){ .tv_nsec = 400000000 }, NULL);
	assert_false(journal_crowded(p.journal, 0));
	assert_true(journal_crowded(p.journal, 1));
	submit_many(&p, "one", 1, count_result, &g.t);
	assert_true(journal_crowded(p.journal, 0));
	pthread_mutex_unlock(&g.lock);
	while (atomic_load(&g.t.done) < MANY + 2)
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	assert_int_equal(g.t.committed, MANY + 2);
	assert_false(journal_crowded(p.journal, 1));
	place_end(&p);
}

/* Nobody need have waited: from what took long before follows that this will. */
static void
many_are_a_crowd_where_batches_take_long(void **state)
{
	enum { MANY = JOURNAL_BATCH_MAX };
	struct gate g = { .lock = PTHREAD_MUTEX_INITIALIZER };
	struct fault f = FAULT_INIT;
	struct place p;

	(void)state;
	assert_int_equal(place_begin(&p, kind, 4 * MANY, &f), 0);
	/* A batch as it is: the store itself is not slow. */
	submit_many(&p, "quick", 1, count_result, &g.t);
	while (atomic_load(&g.t.done) < 1)
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	pthread_mutex_lock(&g.lock);
	submit_many(&p, "slow", 1, pass_gate, &g);
	wait_until_written(&p);
	nanosleep(&(struct timespec){ .tv_nsec = 600000000 }, NULL);
	pthread_mutex_unlock(&g.lock);
	while (atomic_load(&g.t.done) < 2)
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	/* Over half a second: two milliseconds are thought of each from now on. */
	pthread_mutex_lock(&g.lock);
	submit_many(&p, "stop", 1, pass_gate, &g);
	wait_until_written(&p);
	submit_many(&p, "next", MANY, count_result, &g.t);
	assert_false(journal_crowded(p.journal, 0));
	submit_many(&p, "more", 1, count_result, &g.t);
	assert_true(journal_crowded(p.journal, 0));
	pthread_mutex_unlock(&g.lock);
	while (atomic_load(&g.t.done) < MANY + 4)
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	place_end(&p);
}

/* Its journal, started again by a second process: one that has the log now. */
static void
a_paused_owner_writes_nothing_after_another_took_over(void **state)
{
	struct fault f = FAULT_INIT;
	struct journal_state js;
	struct journal *second;
	struct store *other;
	struct place p;

	(void)state;
	assert_int_equal(place_begin(&p, kind, 10, &f), 0);
	assert_int_equal(journal_run(p.journal, claim(&p, "mine"), NULL, &f), 0);
	assert_int_equal(store_open(p.db, STORE_EXISTING, &other, &f), 0);
	assert_int_equal(journal_start(other, p.seal, &p.clock, "a", 10, &second, &f), 0);
	assert_int_equal(journal_run(p.journal, claim(&p, "too late"), NULL, &f), -1);
	assert_int_equal(f.code, FAULT_LOG_TAKEN);
	journal_state(p.journal, &js);
	assert_true(js.taken);
	assert_int_equal(recompute(p.db, "a"), 1);
	/* For ever: what it is given later is refused at once. */
	assert_int_equal(journal_run(second, claim(&p, "too late"), NULL, &f), 0);
	assert_int_equal(journal_run(p.journal, claim(&p, "later"), NULL, &f), -1);
	assert_int_equal(f.code, FAULT_LOG_TAKEN);
	assert_int_equal(recompute(p.db, "a"), 2);
	journal_stop(second);
	store_close(other);
	place_end(&p);
}

static void
an_owner_who_only_looks_sees_it_too(void **state)
{
	struct fault f = FAULT_INIT;
	struct store_reader *reader;
	struct journal_state js;
	struct place p;

	(void)state;
	assert_int_equal(place_begin(&p, kind, 10, &f), 0);
	assert_int_equal(store_reader_open(p.store, &reader, &f), 0);
	assert_int_equal(journal_run(p.journal, claim(&p, "mine"), NULL, &f), 0);
	assert_int_equal(journal_watch(p.journal, reader, &f), 0);
	journal_state(p.journal, &js);
	assert_false(js.taken);
	assert_int_equal(kind_sql(p.db, "UPDATE log SET epoch = epoch + 1"), 0);
	assert_int_equal(journal_watch(p.journal, reader, &f), 0);
	journal_state(p.journal, &js);
	assert_true(js.taken);
	store_reader_close(reader);
	place_end(&p);
}

/* Two processes, as it were: one store, two journals, each with a log of its own. */
static void
of_two_who_want_the_same_in_two_processes_one_wins(void **state)
{
	struct sender sender[THREADS];
	pthread_t thread[THREADS];
	struct fault f = FAULT_INIT;
	struct place p[2];
	struct tally t = { 0 };

	(void)state;
	assert_int_equal(place_begin(&p[0], kind, 64, &f), 0);
	assert_int_equal(store_open(p[0].db, STORE_EXISTING, &p[1].store, &f), 0);
	assert_int_equal(place_log(&p[1], "b"), 0);
	p[1].clock = p[0].clock;
	assert_int_equal(journal_start(p[1].store, p[0].seal, &p[1].clock, "b", 64, &p[1].journal,
	    &f), 0);
	for (int i = 0; i < THREADS; i++) {
		/* Whose keys are the same are of different processes. */
		sender[i] = (struct sender){ &p[i % 2], &t, i };
		assert_int_equal(pthread_create(&thread[i], NULL, send_many, &sender[i]), 0);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	while (t.done < THREADS * EACH)
		usleep(1000);
	assert_int_equal(t.committed, THREADS * EACH / 2 + THREADS * EACH / 4);
	assert_int_equal(t.lost, THREADS * EACH / 4);
	assert_int_equal(t.failed, 0);
	journal_stop(p[1].journal);
	store_close(p[1].store);
	assert_int_equal(recompute(p[0].db, "a") + recompute(p[0].db, "b"), t.committed);
	place_end(&p[0]);
}

/* So that a tile becomes full amid what follows. */
#define BEFORE_A_TILE 253

/*
 * For every n: what was said to be committed is there after the nth write failed, the tree and
 * its tiles fit, and once the disk is well again writing goes on.
 */
static void
until_no_write_fails(void (*fail_after)(int), enum fault_code code)
{
	struct fault f = FAULT_INIT;
	struct place p;
	int writes, n = 1;

	do {
		int committed = BEFORE_A_TILE;
		char key[32];

		assert_int_equal(place_begin(&p, kind, BEFORE_A_TILE, &f), 0);
		place_fill(&p, BEFORE_A_TILE);
		fail_after(n);
		for (int i = 0; i < 6; i++) {
			snprintf(key, sizeof(key), "key %d", i);
			if (journal_run(p.journal, claim(&p, key), NULL, &f) == 0)
				committed++;
			else
				assert_int_equal(f.code, code);
		}
		writes = failing_vfs_count();
		failing_vfs_after(0);
		assert_int_equal(recompute(p.db, "a"), committed);
		if (n <= writes)
			assert_true(committed < BEFORE_A_TILE + 6);
		assert_int_equal(journal_run(p.journal, claim(&p, "afterwards"), NULL, &f), 0);
		assert_int_equal(recompute(p.db, "a"), committed + 1);
		place_end(&p);
		n++;
	} while (n <= writes && n < 200);
	assert_true(n > 12);
}

static void
whichever_write_fails_what_was_answered_is_there(void **state)
{
	(void)state;
	until_no_write_fails(failing_vfs_after, FAULT_STORE);
}

static void
whenever_the_disk_is_full_what_was_answered_is_there(void **state)
{
	(void)state;
	until_no_write_fails(failing_vfs_full_after, FAULT_STORE_FULL);
}

/* Opens the store again through a proxy that can cut it, under the same journal and log. */
static struct journal *
through_cut(struct place *p, struct store **ret_store)
{
	char through[ADDRESS_MAX];
	struct journal *j = NULL;

	assert_int_equal(cut_start(p->db, p->dir, through), 0);
	assert_int_equal(store_open(through, STORE_EXISTING, ret_store, NULL), 0);
	assert_int_equal(journal_start(*ret_store, p->seal, &p->clock, "a", 100, &j, NULL), 0);
	return j;
}

#define CUTS 12

/* Wherever the connection is cut around COMMIT: an operation is there if and only if it was answered so. */
static void
a_commit_whose_answer_is_lost_is_found_out_and_never_doubled(void **state)
{
	static const enum cut how[] = { CUT_BEFORE_COMMIT, CUT_AFTER_COMMIT, CUT_COMMIT_IS_LATE };
	struct fault f = FAULT_INIT;
	struct store *store;
	struct journal *j;
	struct place p;
	int committed = 0;

	(void)state;
	assert_int_equal(place_begin(&p, kind, 100, &f), 0);
	j = through_cut(&p, &store);
	for (int i = 0; i < CUTS; i++) {
		struct tally t[3] = { { 0 } }, chain = { 0 };
		struct op *op[3];
		char key[3][32];

		for (int k = 0; k < 3; k++) {
			snprintf(key[k], sizeof(key[k]), "%d-%d", i, k);
			op[k] = claim(&p, key[k]);
		}
		cut_at_next_commit(how[i % 3]);
		if (i % 2)
			assert_int_equal(journal_submit_all(j, op, 3, count_result, &chain, &f), 0);
		for (int k = 0; i % 2 == 0 && k < 3; k++)
			assert_int_equal(journal_submit(j, op[k], count_result, &t[k], &f), 0);
		while (chain.done + t[0].done + t[1].done + t[2].done < 3)
			usleep(1000);
		assert_true(cut_was_made());
		for (int k = 0; k < 3; k++) {
			int is = (i % 2 ? chain.committed == 3 : t[k].committed);

			/* Doubled by being taken up again, it would lose against itself. */
			assert_int_equal(t[k].lost + chain.lost, 0);
			committed += is;
			assert_int_equal(journal_run(j, claim(&p, key[k]), NULL, &f), is ? -1 : 0);
			committed += !is;
		}
		assert_int_equal(recompute(p.db, "a"), committed);
	}
	assert_int_equal(committed, CUTS * 3);
	journal_stop(j);
	store_close(store);
	place_end(&p);
}

/* Who waits behind such a commit is told to come back, however he came; and whoever comes later is served. */
static void
after_an_outcome_that_was_long_unknown_it_goes_on(void **state)
{
	struct fault f = FAULT_INIT;
	struct tally first = { 0 }, behind = { 0 }, later = { 0 };
	struct store *store;
	struct journal *j;
	struct place p;
	struct op *op[2];

	(void)state;
	assert_int_equal(place_begin(&p, kind, 100, &f), 0);
	j = through_cut(&p, &store);
	cut_at_next_commit(CUT_BEFORE_COMMIT);
	cut_stay_away(1);
	assert_int_equal(journal_submit(j, claim(&p, "first"), count_result, &first, &f), 0);
	while (!cut_was_made())
		usleep(1000);
	op[0] = claim(&p, "behind");
	assert_int_equal(journal_gather_all(j, &op[0], 1, count_result, &behind, &f), 0);
	journal_go(j);
	while (behind.done == 0)
		usleep(1000);
	assert_int_equal(behind.failed, 1);
	assert_int_equal(first.done, 0);
	cut_stay_away(0);
	while (first.done == 0)
		usleep(1000);
	op[1] = claim(&p, "later");
	assert_int_equal(journal_gather_all(j, &op[1], 1, count_result, &later, &f), 0);
	journal_go(j);
	while (later.done == 0)
		usleep(1000);
	assert_int_equal(later.committed, 1);
	journal_stop(j);
	op_free(op[0]);
	op_free(op[1]);
	store_close(store);
	place_end(&p);
}

static int
start(void **state)
{
	(void)state;
	return crypto_start();
}

static int
start_failing(void **state)
{
	failing_vfs_install();
	return start(state);
}

#define BOTH \
		cmocka_unit_test(a_loser_leaves_nothing), \
		cmocka_unit_test(of_two_who_want_the_same_one_wins_however_they_are_batched), \
		cmocka_unit_test(what_is_gathered_waits_for_its_thread_or_until_it_is_much), \
		cmocka_unit_test(once_one_of_a_chain_loses_those_after_it_lose_too), \
		cmocka_unit_test(record_times_never_decrease_when_the_clock_goes_back), \
		cmocka_unit_test(a_full_queue_refuses_and_forgets_nothing), \
		cmocka_unit_test(many_that_have_waited_long_are_a_crowd), \
		cmocka_unit_test(many_are_a_crowd_where_batches_take_long), \
		cmocka_unit_test(a_paused_owner_writes_nothing_after_another_took_over), \
		cmocka_unit_test(an_owner_who_only_looks_sees_it_too)

int
main(void)
{
	const struct CMUnitTest sqlite[] = {
		BOTH,
		cmocka_unit_test(whichever_write_fails_what_was_answered_is_there),
		cmocka_unit_test(whenever_the_disk_is_full_what_was_answered_is_there),
	};
	const struct CMUnitTest pg[] = {
		BOTH,
		cmocka_unit_test(of_two_who_want_the_same_in_two_processes_one_wins),
		cmocka_unit_test(a_commit_whose_answer_is_lost_is_found_out_and_never_doubled),
		cmocka_unit_test(after_an_outcome_that_was_long_unknown_it_goes_on),
	};
	int failed;

	kind = KIND_PG;
	failed = cmocka_run_group_tests_name("journal, PostgreSQL", pg, start, NULL);
	kind = KIND_SQLITE;
	return failed + cmocka_run_group_tests_name("journal, SQLite", sqlite, start_failing, NULL);
}

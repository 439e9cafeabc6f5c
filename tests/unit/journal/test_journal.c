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
#include <unistd.h>

#include "base/uuid.h"
#include "crypto/hash.h"
#include "failing_vfs.h"
#include "journal/journal.h"
#include "kinds.h"
#include "tlog/merkle.h"

static enum kind kind;

/* One small instance: store, keys, a log called a. */
struct place {
	char dir[64], db[ADDRESS_MAX], keys[128];
	struct store *store;
	struct seal *seal;
	struct journal *journal;
	struct clock clock;
};

static int
begin(struct place *p, size_t queue, struct fault *f)
{
	struct sha256 empty = hash_sha256(NULL, 0);
	uint8_t wrapped[SEAL_WRAPPED_LEN];

	memset(p, 0, sizeof(*p));
	snprintf(p->dir, sizeof(p->dir), "/tmp/wzm-journal-XXXXXX");
	if (mkdtemp(p->dir) == NULL)
		return -1;
	if (kind_place(kind, p->dir, p->db) < 0)
		return -1;
	snprintf(p->keys, sizeof(p->keys), "%s/keys", p->dir);
	p->clock.is_virtual = 1;
	atomic_store(&p->clock.virtual_ms, INT64_C(1795397412345));
	if (seal_create(p->keys, f) < 0 || seal_open(p->keys, &p->seal, f) < 0 ||
	    seal_new_key(p->seal, 1, wrapped, f) < 0 ||
	    seal_add_key(p->seal, 1, wrapped, sizeof(wrapped), f) < 0 ||
	    store_open(p->db, STORE_CREATE, &p->store, f) < 0 || store_begin(p->store, f) < 0 ||
	    store_exec(p->store, ST_LOG_INSERT, PARAMS(sql_text("a"), sql_text("localhost/log/a"),
	    sql_blob(empty.b, 32), sql_blob("", 0), sql_int(0)), 1, f) < 0 ||
	    store_commit(p->store, f) < 0)
		return -1;
	return journal_start(p->store, p->seal, &p->clock, "a", queue, &p->journal, f);
}

static void
end(struct place *p)
{
	char command[128];

	journal_stop(p->journal);
	store_close(p->store);
	seal_close(p->seal);
	snprintf(command, sizeof(command), "rm -rf %s", p->dir);
	assert_int_equal(system(command), 0);
}

/* An operation that sets a key of meta to a value that must not be there yet. */
static struct op *
claim(struct place *p, const char *key)
{
	struct record_actor actor = { NULL, "u-1", "operator" };
	struct op *op = op_new();
	uint8_t id[16];
	struct record *r;

	op_step(op, ST_LEGAL_TEXT_PUT, 1);	/* ON CONFLICT DO NOTHING: 0 rows for the second */
	op_blob(op, key, strlen(key));
	op_text(op, "text");
	uuid7_new(&p->clock, id);
	r = record_new(RECORD_SOURCE_SWITCHED, "330703", id, &actor);
	record_str(r, "service", key);
	record_str(r, "state", "on");
	record_body(r, "{}", 2, (const uint8_t[32]){ 1 });
	op_record(op, r);
	return op;
}

struct tally { _Atomic int committed, lost, failed, done; };

static void
count_result(void *ctx, const struct op_result *result)
{
	struct tally *t = ctx;

	if (result->status == OP_COMMITTED)
		t->committed++;
	else if (result->status == OP_LOST)
		t->lost++;
	else
		t->failed++;
	t->done++;
}

/* The tree recomputed from the store's records; asserts that all of it fits. */
struct recomputed { struct merkle_edge edge; struct sha256 root; uint64_t size; int64_t last_at; };

static int
check_entry(const struct store_row *row, void *ctx, struct fault *f)
{
	struct recomputed *c = ctx;
	size_t len;
	const void *salt = row_blob(row, 3, &len);
	struct sha256 entry = record_entry(salt, row_text(row, 4), strlen(row_text(row, 4)));

	(void)f;
	assert_int_equal(row_int(row, 0), (int64_t)c->edge.size);
	assert_memory_equal(row_blob(row, 1, &len), entry.b, 32);
	merkle_append(&c->edge, merkle_leaf(entry.b, 32));
	return 0;
}

static int
check_log(const struct store_row *row, void *ctx, struct fault *f)
{
	struct recomputed *c = ctx;
	size_t len;

	(void)f;
	c->size = (uint64_t)row_int(row, 3);
	memcpy(c->root.b, row_blob(row, 4, &len), 32);
	return 0;
}

static uint64_t
recompute(const char *db)
{
	struct recomputed c = { .size = 0 };
	struct store_reader *reader;
	struct store *store;
	struct sha256 root;

	assert_int_equal(store_open(db, STORE_LOOK, &store, NULL), 0);
	assert_int_equal(store_reader_open(store, &reader, NULL), 0);
	assert_int_equal(store_read(reader, ST_LOG_GET, PARAMS(sql_text("a")), check_log, &c, NULL), 1);
	assert_true(store_read(reader, ST_ENTRIES, PARAMS(sql_text("a"), sql_int(0), sql_int(100000)),
	    check_entry, &c, NULL) >= 0);
	root = merkle_edge_root(&c.edge);
	assert_int_equal(c.size, c.edge.size);
	assert_memory_equal(root.b, c.root.b, 32);
	store_reader_close(reader);
	store_close(store);
	return c.size;
}

static void
a_loser_leaves_nothing(void **state)
{
	struct fault f = FAULT_INIT;
	struct op_result result;
	struct place p;

	(void)state;
	assert_int_equal(begin(&p, 100, &f), 0);
	assert_int_equal(journal_run(p.journal, claim(&p, "one"), &result, &f), 0);
	assert_int_equal(result.index, 0);
	assert_int_equal(journal_run(p.journal, claim(&p, "one"), &result, &f), -1);
	assert_int_equal(f.code, FAULT_CONFLICT);
	assert_int_equal(result.status, OP_LOST);
	assert_int_equal(result.lost_step, 0);
	assert_false(result.has_record);
	assert_int_equal(recompute(p.db), 1);
	end(&p);
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
	assert_int_equal(begin(&p, 64, &f), 0);
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
	assert_int_equal(recompute(p.db), t.committed);
	end(&p);
}

static void
once_one_of_a_chain_loses_those_after_it_lose_too(void **state)
{
	struct fault f = FAULT_INIT;
	struct tally t = { 0 };
	struct op *op[3];
	struct place p;

	(void)state;
	assert_int_equal(begin(&p, 100, &f), 0);
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
	assert_int_equal(recompute(p.db), 4);
	end(&p);
}

static void
record_times_never_decrease_when_the_clock_goes_back(void **state)
{
	struct op_result first, second;
	struct fault f = FAULT_INIT;
	struct place p;

	(void)state;
	assert_int_equal(begin(&p, 10, &f), 0);
	assert_int_equal(journal_run(p.journal, claim(&p, "a"), &first, &f), 0);
	atomic_fetch_sub(&p.clock.virtual_ms, 3600000);
	assert_int_equal(journal_run(p.journal, claim(&p, "b"), &second, &f), 0);
	assert_true(second.at >= first.at);
	end(&p);
}

static void
a_full_queue_refuses_and_forgets_nothing(void **state)
{
	struct fault f = FAULT_INIT;
	struct tally t = { 0 };
	struct op *op[5];
	struct place p;

	(void)state;
	assert_int_equal(begin(&p, 4, &f), 0);
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
	assert_int_equal(recompute(p.db), 0);
	end(&p);
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
	assert_int_equal(begin(&p, 10, &f), 0);
	assert_int_equal(journal_run(p.journal, claim(&p, "mine"), NULL, &f), 0);
	assert_int_equal(store_open(p.db, STORE_EXISTING, &other, &f), 0);
	assert_int_equal(journal_start(other, p.seal, &p.clock, "a", 10, &second, &f), 0);
	assert_int_equal(journal_run(p.journal, claim(&p, "too late"), NULL, &f), -1);
	assert_int_equal(f.code, FAULT_LOG_TAKEN);
	journal_state(p.journal, &js);
	assert_true(js.taken);
	assert_int_equal(recompute(p.db), 1);
	/* For ever: what it is given later is refused at once. */
	assert_int_equal(journal_run(second, claim(&p, "too late"), NULL, &f), 0);
	assert_int_equal(journal_run(p.journal, claim(&p, "later"), NULL, &f), -1);
	assert_int_equal(f.code, FAULT_LOG_TAKEN);
	assert_int_equal(recompute(p.db), 2);
	journal_stop(second);
	store_close(other);
	end(&p);
}

static void
an_owner_who_only_looks_sees_it_too(void **state)
{
	struct fault f = FAULT_INIT;
	struct store_reader *reader;
	struct journal_state js;
	struct place p;

	(void)state;
	assert_int_equal(begin(&p, 10, &f), 0);
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
	end(&p);
}

/* For every n: what was said to be committed is there after the nth write failed, and the tree fits. */
static void
whichever_write_fails_what_was_answered_is_there(void **state)
{
	struct fault f = FAULT_INIT;
	struct place p;
	int writes, n = 1;

	(void)state;
	do {
		int committed = 0;
		char key[32];

		assert_int_equal(begin(&p, 100, &f), 0);
		failing_vfs_after(n);
		for (int i = 0; i < 6; i++) {
			snprintf(key, sizeof(key), "key %d", i);
			committed += journal_run(p.journal, claim(&p, key), NULL, &f) == 0;
		}
		writes = failing_vfs_count();
		failing_vfs_after(0);
		assert_int_equal(recompute(p.db), committed);
		end(&p);
		if (n <= writes)
			assert_true(committed < 6);
		n++;
	} while (n <= writes && n < 200);
	assert_true(n > 12);
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
	assert_int_equal(begin(&p, 100, &f), 0);
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
		assert_int_equal(recompute(p.db), committed);
	}
	assert_int_equal(committed, CUTS * 3);
	journal_stop(j);
	store_close(store);
	end(&p);
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
		cmocka_unit_test(once_one_of_a_chain_loses_those_after_it_lose_too), \
		cmocka_unit_test(record_times_never_decrease_when_the_clock_goes_back), \
		cmocka_unit_test(a_full_queue_refuses_and_forgets_nothing), \
		cmocka_unit_test(a_paused_owner_writes_nothing_after_another_took_over), \
		cmocka_unit_test(an_owner_who_only_looks_sees_it_too)

int
main(void)
{
	const struct CMUnitTest sqlite[] = {
		BOTH,
		cmocka_unit_test(whichever_write_fails_what_was_answered_is_there),
	};
	const struct CMUnitTest pg[] = {
		BOTH,
		cmocka_unit_test(a_commit_whose_answer_is_lost_is_found_out_and_never_doubled),
	};
	int failed;

	kind = KIND_PG;
	failed = cmocka_run_group_tests_name("journal, PostgreSQL", pg, start, NULL);
	kind = KIND_SQLITE;
	return failed + cmocka_run_group_tests_name("journal, SQLite", sqlite, start_failing, NULL);
}

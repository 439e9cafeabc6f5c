#include "journal/journal.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "journal/logrow.h"
#include "journal/tilerow.h"

/* How often the store is asked what became of a commit, at least; without end if nobody hurries. */
#define UNKNOWN_TRIES 100
#define UNKNOWN_WAIT_NS 100000000
#define CROWD_LEAST JOURNAL_BATCH_MAX	/* operations: fewer are written in one go, whatever it takes */
#define CROWD_MS 300
#define STRICTER 12		/* times less where others are refused already */
#define LEAST_GROWS 1.001	/* with each batch that takes longer */
#define GATHER_MAX 32		/* operations: more do not wait for others of their thread */
#define UNKNOWN_PATIENCE 20	/* tries, then those who wait behind it are told to come back */

struct journal {
	struct store *store;
	struct seal *seal;
	const struct clock *clock;
	char log[8];
	int64_t epoch, last_at;
	struct merkle_edge edge;	/* of the committed tree; the thread's own */
	struct tile_edge *tiles;	/* as far as the batch has come; kept: the committed tree's */
	struct store_op *run;		/* the batch as the store is given it; the thread's own */
	size_t run_cap;
	int behind;			/* the clock is behind last_at, and that was said */
	int away;			/* the store is away, and that was said */

	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t work, grew;
	struct op *first, **last;	/* what waits */
	size_t waiting, queue_max;
	size_t writing;			/* operations of the batch under way */
	double each;			/* microseconds that one took lately */
	double least;			/* and a batch at least, whatever was in it */
	int stopping, hurried;
	int due;			/* what waits is to be written now */
	struct fault why;		/* it was forbidden to write */
	struct journal_state state;	/* of the committed tree, for others */
};

/* Room for the batch as the store is given it; returns the number of operations, 0: no memory. */
static size_t
gather(struct journal *j, struct op *batch, int64_t at)
{
	size_t n = 0;

	for (struct op *op = batch; op != NULL; op = op->next)
		n++;
	if (n > j->run_cap) {
		struct store_op *run = reallocarray(j->run, n, sizeof(*run));

		if (run == NULL)
			return 0;
		j->run = run;
		j->run_cap = n;
	}
	n = 0;
	for (struct op *op = batch; op != NULL; op = op->next)
		j->run[n++] = (struct store_op){ .step = op_steps(op, at), .nsteps = op->nsteps,
		    .chained = op->chained };
	return n;
}

/* Runs the steps of all, then writes the records of those that won; grows edge. */
static int
run_ops(struct journal *j, struct op *batch, int64_t at, struct merkle_edge *edge, struct fault *f)
{
	size_t n = gather(j, batch, at), i = 0;

	if (n == 0) {
		fault_set(f, FAULT_MEMORY, "%s", "batch");
		return -1;
	}
	if (store_run_all(j->store, j->run, n, f) < 0)
		return -1;
	for (struct op *op = batch; op != NULL; op = op->next, i++) {
		const struct store_verdict *v = &j->run[i].verdict;

		memset(&op->result, 0, sizeof(op->result));
		op->result.status = v->won ? OP_COMMITTED : OP_LOST;
		op->result.lost_step = v->lost_step;
		op->result.at = at;
		if (v->won && op->record != NULL &&
		    logrow_append(j->store, j->log, op, at, edge, j->tiles, f) < 0)
			return -1;
	}
	return 0;
}

static int
hurried(struct journal *j)
{
	int yes;

	pthread_mutex_lock(&j->lock);
	yes = j->stopping || j->hurried;
	pthread_mutex_unlock(&j->lock);
	return yes;
}

static void
complete(struct op *batch, const struct fault *f)
{
	struct op *next;

	for (struct op *op = batch; op != NULL; op = next) {
		int kept = op->kept;	/* then whoever is told may free it at once */

		next = op->next;
		if (f != NULL) {
			memset(&op->result, 0, sizeof(op->result));
			op->result.status = OP_FAILED;
			op->result.fault = f;
		}
		op->done(op->ctx, &op->result);
		if (!kept)
			op_free(op);
	}
}

/* Everybody who waits now gets this answer; nothing of theirs was begun. */
static void
refuse_waiting(struct journal *j, const struct fault *f)
{
	struct op *all;

	pthread_mutex_lock(&j->lock);
	all = j->first;
	j->first = NULL;
	j->last = &j->first;
	j->waiting = 0;
	pthread_mutex_unlock(&j->lock);
	complete(all, f);
}

/* Whether a record of the batch is in the store: 1, 0, or -1 when it cannot be read. */
static int
has_record_of(struct journal *j, const struct op *batch)
{
	struct store_reader *reader = NULL;
	const struct op *op = batch;
	int64_t n = 0;

	while (op != NULL && !op->result.has_record)
		op = op->next;
	if (op == NULL)
		return 0;
	if (store_reader_open(j->store, &reader, NULL) < 0)
		return -1;
	n = store_read(reader, ST_RECORD_GET, PARAMS(sql_text(record_division(op->record)),
	    sql_blob(op->result.record, RECORD_ID_LEN)), NULL, NULL, NULL);
	store_reader_close(reader);
	return n < 0 ? -1 : n > 0;
}

/*
 * The answer to "did that commit happen?": never a guess.  While the store cannot say, nobody
 * of the batch is answered; only who stops the journal does not wait for ever.
 */
static int
committed(struct journal *j, const struct op *batch)
{
	for (int tries = 0; tries < UNKNOWN_TRIES || !hurried(j); tries++) {
		struct fault f = FAULT_INIT;
		int over = store_settle(j->store, &f), there;

		if (over == STORE_COMMITTED || over == STORE_NOT_COMMITTED)
			return over == STORE_COMMITTED;
		if (over == STORE_OVER && (there = has_record_of(j, batch)) >= 0)
			return there;
		if (tries == 0)
			log_event(LOG_WARN, "commit_unknown", "log", j->log, NULL);
		if (tries >= UNKNOWN_PATIENCE) {
			fault_set(&f, FAULT_STORE_AWAY, "%s", "behind a commit whose outcome is not known");
			refuse_waiting(j, &f);
		}
		nanosleep(&(struct timespec){ .tv_nsec = UNKNOWN_WAIT_NS }, NULL);
	}
	return 0;
}

/* That the store is away is said once, and once that it is there again. */
static int
begin(struct journal *j, struct fault *f)
{
	int rc = store_begin(j->store, f), away = rc < 0 && f->code == FAULT_STORE_AWAY;

	if (away && !j->away)
		log_fault(LOG_ERROR, "store_away", f);
	else if (rc == 0 && j->away)
		log_event(LOG_INFO, "store_back", "log", j->log, NULL);
	j->away = away;
	return rc;
}

static int
run_batch(struct journal *j, struct op *batch, struct merkle_edge *edge, int64_t at,
    struct fault *f)
{
	if (begin(j, f) < 0)
		return -1;
	if (run_ops(j, batch, at, edge, f) < 0)
		goto fail;
	if (edge->size != j->edge.size &&
	    logrow_grow(j->store, j->log, j->epoch, j->edge.size, edge, at, f) < 0)
		goto fail;
	if (store_commit(j->store, f) == 0)
		return 0;
	return committed(j, batch) ? 0 : -1;
fail:
	store_rollback(j->store);
	return -1;
}

/* Cuts a list after its first operation and those chained to it; returns the rest. */
static struct op *
cut_chain(struct op *first)
{
	struct op *end = first, *rest;

	while (end->next != NULL && end->next->chained)
		end = end->next;
	rest = end->next;
	end->next = NULL;
	return rest;
}

/* The time of a batch: never before that of the last one. */
static int64_t
batch_time(struct journal *j)
{
	int64_t now = clock_now(j->clock);

	if (now < j->last_at - 1000 && !j->behind)
		log_event(LOG_WARN, "clock_went_back", "log", j->log, NULL);
	j->behind = now < j->last_at;
	return j->behind ? j->last_at : now;
}

static void
taken(const struct journal *j, struct fault *f)
{
	fault_set(f, FAULT_LOG_TAKEN, "%s", "");
	fault_arg(f, "log", "%s", j->log);
}

/* Whether nothing is written any more, and why; called with the lock held. */
static int
closed(const struct journal *j, struct fault *f)
{
	if (j->state.taken)
		taken(j, f);
	else if (j->state.forbidden && f != NULL)
		*f = j->why;
	return j->state.taken || j->state.forbidden;
}

/* Whether the log is no longer as this journal left it: then nothing is ever written again. */
static int
look(struct journal *j, const struct logrow *row, uint64_t size)
{
	if (row->epoch == j->epoch && row->edge.size == size)
		return 0;
	pthread_mutex_lock(&j->lock);
	j->state.taken = 1;
	pthread_mutex_unlock(&j->lock);
	log_event(LOG_ERROR, "log_taken", "log", j->log, NULL);
	return 1;
}

/* Why a batch failed, when it was not the batch itself. */
static void
look_again(struct journal *j, struct fault *f)
{
	struct store_reader *reader = NULL;
	struct logrow row;

	if (store_reader_open(j->store, &reader, NULL) == 0 &&
	    logrow_read(reader, j->log, &row, NULL) == 0 && look(j, &row, j->edge.size))
		taken(j, f);
	store_reader_close(reader);
}

static void
grown(struct journal *j, const struct merkle_edge *edge, int64_t at)
{
	j->last_at = at;
	pthread_mutex_lock(&j->lock);
	j->state.batches++;
	j->state.records += edge->size - j->edge.size;
	j->state.size = edge->size;
	j->state.root = merkle_edge_root(edge);
	pthread_cond_broadcast(&j->grew);
	pthread_mutex_unlock(&j->lock);
	j->edge = *edge;
	tile_edge_keep(j->tiles);
}

/* The batch in one transaction.  -1: nothing of it happened. */
static int
attempt(struct journal *j, struct op *batch, struct fault *f)
{
	struct merkle_edge edge = j->edge;
	int64_t at = batch_time(j);

	if (journal_closed(j, f))
		return -1;
	if (run_batch(j, batch, &edge, at, f) == 0) {
		grown(j, &edge, at);
		return 0;
	}
	tile_edge_forget(j->tiles);
	if (!j->away) {
		log_fault(LOG_ERROR, "batch_failed", f);
		look_again(j, f);
	}
	return -1;
}

/* A store that is there and was held by somebody, or cut off under the batch. */
static int
may_be_better_now(const struct journal *j, const struct fault *f)
{
	return !j->away && (f->code == FAULT_STORE_AWAY || f->code == FAULT_STORE_BUSY);
}

/* Whether one operation may have spoilt it for the others: not if it was the store. */
static int
may_be_spoilt(const struct journal *j, const struct fault *f)
{
	return !j->away && fault_kind(f->code) != FAULT_KIND_BUSY && f->code != FAULT_STORE_FULL;
}

static void
write_batch(struct journal *j, struct op *batch)
{
	struct fault f = FAULT_INIT;
	struct op *rest;

	if (attempt(j, batch, &f) == 0 ||
	    (may_be_better_now(j, &f) && attempt(j, batch, &f) == 0)) {
		complete(batch, NULL);
		return;
	}
	if (!may_be_spoilt(j, &f) || (rest = cut_chain(batch)) == NULL) {
		complete(batch, &f);
		return;
	}
	/* Each request alone. */
	for (;;) {
		write_batch(j, batch);
		if ((batch = rest) == NULL)
			return;
		rest = cut_chain(batch);
	}
}

/* Cuts off the next batch, never inside a chain; called with the lock held. */
static struct op *
take(struct journal *j)
{
	struct op *batch = j->first, *end = batch;
	size_t n = 1;

	while (end->next != NULL && (n < JOURNAL_BATCH_MAX || end->next->chained)) {
		end = end->next;
		n++;
	}
	j->first = end->next;
	if (j->first == NULL)
		j->last = &j->first;
	end->next = NULL;
	j->waiting -= n;
	j->writing = n;
	return batch;
}

/*
 * What a batch took, for each of its operations, averaged over some batches: one with few took no longer for
 * the want of others.  Called with the lock held.
 */
static void
reckon(struct journal *j, int64_t us)
{
	double n = (double)(j->writing > GATHER_MAX ? j->writing : GATHER_MAX), least = j->least * LEAST_GROWS;

	j->each += ((double)us / n - j->each) * n / (n + JOURNAL_BATCH_MAX);
	j->least = j->least == 0 || (double)us < least ? (double)us : least;
	j->writing = 0;
}

static void *
run(void *ctx)
{
	struct journal *j = ctx;

	pthread_mutex_lock(&j->lock);
	for (;;) {
		struct op *batch;
		int64_t began;

		while ((j->first == NULL || !j->due) && !j->stopping) {
			/* What was due may have been refused: nobody would say it again of what comes next. */
			j->due = 0;
			pthread_cond_wait(&j->work, &j->lock);
		}
		if (j->first == NULL)
			break;
		batch = take(j);
		j->due = j->first != NULL;
		pthread_mutex_unlock(&j->lock);
		began = clock_running_us();
		write_batch(j, batch);
		pthread_mutex_lock(&j->lock);
		reckon(j, clock_running_us() - began);
	}
	pthread_mutex_unlock(&j->lock);
	return NULL;
}

/* Whoever waits for growth does so for a time that no clock of the wall measures. */
static void
start_grew(struct journal *j)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&j->grew, &attr);
	pthread_condattr_destroy(&attr);
}

static void
journal_free(struct journal *j)
{
	pthread_cond_destroy(&j->work);
	pthread_cond_destroy(&j->grew);
	pthread_mutex_destroy(&j->lock);
	free(j->run);
	free(j->tiles);
	free(j);
}

int
journal_start(struct store *store, struct seal *seal, const struct clock *clock,
    const char *log, size_t queue_max, struct journal **ret_journal, struct fault *f)
{
	struct journal *j = calloc(1, sizeof(*j));
	struct logrow row;

	if (j == NULL || (j->tiles = calloc(1, sizeof(*j->tiles))) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		free(j);
		return -1;
	}
	j->store = store;
	j->seal = seal;
	j->clock = clock;
	j->queue_max = queue_max;
	j->last = &j->first;
	snprintf(j->log, sizeof(j->log), "%s", log);
	if (logrow_take(store, log, &row, f) < 0 ||
	    tilerow_start(store, log, &row, j->tiles, f) < 0) {
		free(j->tiles);
		free(j);
		return -1;
	}
	j->epoch = row.epoch;
	j->last_at = row.at;
	j->edge = row.edge;
	memcpy(j->state.log, j->log, sizeof(j->log));
	j->state.size = j->edge.size;
	j->state.root = merkle_edge_root(&j->edge);
	pthread_mutex_init(&j->lock, NULL);
	pthread_cond_init(&j->work, NULL);
	start_grew(j);
	if (pthread_create(&j->thread, NULL, run, j) != 0) {
		fault_set(f, FAULT_MEMORY, "%s", "thread");
		journal_free(j);
		return -1;
	}
	*ret_journal = j;
	return 0;
}

void
journal_hurry(struct journal *j)
{
	pthread_mutex_lock(&j->lock);
	j->hurried = 1;
	pthread_cond_broadcast(&j->grew);
	pthread_mutex_unlock(&j->lock);
}

int
journal_watch(struct journal *j, struct store_reader *reader, struct fault *f)
{
	struct logrow row;

	if (journal_closed(j, NULL))
		return 0;
	if (logrow_read(reader, j->log, &row, f) < 0)
		return -1;
	look(j, &row, row.edge.size);	/* it may have grown meanwhile */
	return 0;
}

void
journal_stop(struct journal *j)
{
	if (j == NULL)
		return;
	pthread_mutex_lock(&j->lock);
	j->stopping = 1;
	pthread_cond_signal(&j->work);
	pthread_mutex_unlock(&j->lock);
	pthread_join(j->thread, NULL);
	journal_free(j);
}

static int
hand_over(struct journal *j, struct op **op, size_t n, journal_done_fn *done, void *ctx,
    int gathers, struct fault *f)
{
	enum fault_code refused = FAULT_NONE;
	int64_t now = clock_running_us();
	int over;

	for (size_t i = 0; i < n; i++) {
		if (op_complete(op[i], j->seal, f) < 0)
			return -1;
		op[i]->done = done;
		op[i]->ctx = ctx;
		op[i]->since = now;
		op[i]->kept = gathers;
		op[i]->chained = i > 0 && !op[i]->apart;
		op[i]->next = i + 1 < n ? op[i + 1] : NULL;
	}
	if (n == 0)
		return 0;
	pthread_mutex_lock(&j->lock);
	over = closed(j, f);
	if (j->stopping)
		refused = FAULT_STOPPING;
	else if (!over && j->waiting + n > j->queue_max)
		refused = FAULT_QUEUE_FULL;
	else if (!over) {
		*j->last = op[0];
		j->last = &op[n - 1]->next;
		j->waiting += n;
		if (!j->due && (!gathers || j->waiting >= GATHER_MAX)) {
			j->due = 1;
			pthread_cond_signal(&j->work);
		}
	}
	pthread_mutex_unlock(&j->lock);
	if (refused != FAULT_NONE)
		fault_set(f, refused, "%s", "");
	return refused == FAULT_NONE && !over ? 0 : -1;
}

int
journal_submit_all(struct journal *j, struct op **op, size_t n, journal_done_fn *done,
    void *ctx, struct fault *f)
{
	return hand_over(j, op, n, done, ctx, 0, f);
}

int
journal_gather_all(struct journal *j, struct op **op, size_t n, journal_done_fn *done,
    void *ctx, struct fault *f)
{
	return hand_over(j, op, n, done, ctx, 1, f);
}

void
journal_go(struct journal *j)
{
	pthread_mutex_lock(&j->lock);
	if (j->first != NULL && !j->due) {
		j->due = 1;
		pthread_cond_signal(&j->work);
	}
	pthread_mutex_unlock(&j->lock);
}

int
journal_submit(struct journal *j, struct op *op, journal_done_fn *done, void *ctx,
    struct fault *f)
{
	return journal_submit_all(j, &op, 1, done, ctx, f);
}

void
journal_state(struct journal *j, struct journal_state *ret_state)
{
	pthread_mutex_lock(&j->lock);
	*ret_state = j->state;
	ret_state->waiting = j->waiting;
	pthread_mutex_unlock(&j->lock);
}

int
journal_crowded(struct journal *j, int strict)
{
	size_t least = strict ? CROWD_LEAST / STRICTER : CROWD_LEAST;
	double us = (strict ? CROWD_MS / STRICTER : CROWD_MS) * 1000.0;
	int yes;

	pthread_mutex_lock(&j->lock);
	/* Nobody waits for less than the batch under way and the next: a slow disk makes no crowd. */
	us += 2 * j->least;
	yes = j->waiting > least && ((double)(j->waiting + j->writing) * j->each > us ||
	    (double)(clock_running_us() - j->first->since) > us);
	pthread_mutex_unlock(&j->lock);
	return yes;
}

void
journal_forbid(struct journal *j, const struct fault *why)
{
	pthread_mutex_lock(&j->lock);
	if (!j->state.forbidden)
		j->why = *why;
	j->state.forbidden = 1;
	pthread_mutex_unlock(&j->lock);
}

int
journal_closed(struct journal *j, struct fault *f)
{
	int yes;

	pthread_mutex_lock(&j->lock);
	yes = closed(j, f);
	pthread_mutex_unlock(&j->lock);
	return yes;
}

void
journal_wait_grown(struct journal *j, uint64_t size, int ms)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&j->lock);
	while (j->state.size == size && !j->stopping && !j->hurried &&
	    pthread_cond_timedwait(&j->grew, &j->lock, &until) == 0)
		continue;
	pthread_mutex_unlock(&j->lock);
}

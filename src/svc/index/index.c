#include "svc/index/index_own.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"

#define WRITE_TRIES 5		/* of a run; then it is taken for damage */
#define SPARSE 16		/* records that say little become a run after so many times its entries */

struct index_conf
index_conf_usual(void)
{
	return (struct index_conf){ .shape = { .page = INDEX_PAGE_ENTRIES, .fan = 8, .levels = 3 },
	    .run_entries = 50000, .chunk = 1000, .ask_records = 10000, .wait_ms = 200, .pause_ms = 60000 };
}

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/*
 * Whether the index was made from this store: each position's entry is the log's.  One that is
 * beyond the log, or of another log, belongs to a store from before a restore or to another one.
 */
static int
belongs(struct index *x, int *ret_yes, struct fault *f)
{
	struct index_position *p = NULL;
	uint8_t entry[INDEX_HASH_LEN];
	size_t n = 0;
	int found = 1;

	*ret_yes = 1;
	if (index_positions(x->reader, &p, &n, f) < 0)
		return -1;
	for (size_t i = 0; i < n && *ret_yes && found >= 0; i++) {
		if (p[i].next == 0)
			continue;
		found = index_log_entry(x->source, p[i].log, p[i].next - 1, entry, f);
		*ret_yes = found > 0 && memcmp(entry, p[i].entry, sizeof(entry)) == 0;
	}
	free(p);
	return found < 0 ? -1 : 0;
}

/* The index store */

static void
close_runs(struct index *x)
{
	store_reader_close(x->reader);
	store_reader_close(x->merging);
	store_close(x->runs);
	x->reader = x->merging = NULL;
	x->runs = NULL;
}

static int
open_runs(struct index *x, struct fault *f)
{
	if (store_open_index(x->address, &x->runs, f) == 0 &&
	    store_reader_open(x->runs, &x->reader, f) == 0 &&
	    store_reader_open(x->runs, &x->merging, f) == 0)
		return 0;
	close_runs(x);
	return -1;
}

/* An SQLite index, with what stands beside it; damaged or not, it is not looked at any more. */
static void
remove_file(const char *address)
{
	static const char *const part[] = { "", "-wal", "-shm" };
	char path[4300];

	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
		int n = snprintf(path, sizeof(path), "%s%s", address, part[i]);

		if (n > 0 && (size_t)n < sizeof(path) && unlink(path) < 0 && errno != ENOENT)
			log_event(LOG_ERROR, "index_not_removed", "error", strerror(errno), NULL);
	}
}

/* An empty index store; with the lock held where the thread runs. */
static int
make_anew(struct index *x, struct fault *f)
{
	if (!store_is_file(x->address))
		return x->runs != NULL || open_runs(x, f) == 0 ? index_runs_clear(x->runs, f) : -1;
	close_runs(x);
	remove_file(x->address);
	return open_runs(x, f);
}

static int
open_all(struct index *x, struct store *store, struct fault *f)
{
	struct fault why = FAULT_INIT;
	int yes = 0;

	if (store_reader_open(store, &x->source, f) < 0)
		return -1;
	if (open_runs(x, &why) == 0 && belongs(x, &yes, &why) == 0 && yes)
		return 0;
	if (why.code == FAULT_STORE_AWAY) {
		*f = why;
		return -1;
	}
	log_event(LOG_WARN, "index_rebuild", "reason", why.code == FAULT_NONE ? "other_store" :
	    fault_name(why.code), NULL);
	return make_anew(x, f);
}

/* The thread */

static void
said(struct index *x, const struct fault *f)
{
	if (!x->failing)
		log_fault(LOG_ERROR, "index_failed", f);
	x->failing = 1;
}

/* Throws the runs away; not time and again, should the damage have a cause that stays. */
static int
start_over(struct index *x, struct fault *f)
{
	if (x->broken && x->thrown_at != 0 && now_ms() - x->thrown_at < x->conf.pause_ms) {
		fault_set(f, FAULT_STORE, "%s", "the index is damaged again");
		return -1;
	}
	if (x->broken)
		x->thrown_at = now_ms();
	log_event(LOG_WARN, "index_rebuild", "reason", x->broken ? "damaged" : "asked", NULL);
	if (make_anew(x, f) < 0)
		return -1;
	x->over = x->broken = 0;
	index_forget_tails(x);
	return 0;
}

static int
is_due(const struct index *x, const struct index_tail *t)
{
	size_t enough = x->conf.run_entries * (strcmp(t->log, x->log) == 0 ? 1 : 2);

	return t->n >= enough || t->upto - t->from >= (int64_t)(SPARSE * enough);
}

/* A run as it is to be written, taken out of the memory of a log. */
struct due { int64_t from; struct index_position position; struct index_entry *e; size_t n; };

static int
take_due(struct index *x, struct due *d, struct fault *f)
{
	const struct index_tail *t = NULL;

	for (size_t i = 0; i < x->ntails && t == NULL; i++)
		if (is_due(x, &x->tail[i]))
			t = &x->tail[i];
	if (t == NULL)
		return 0;
	if ((d->e = malloc((t->n + 1) * sizeof(*d->e))) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "run");
		return -1;
	}
	for (size_t i = 0; i < t->n; i++)
		d->e[i] = t->e[i].e;
	d->n = t->n;
	d->from = t->from;
	d->position.next = t->upto;
	memcpy(d->position.log, t->log, sizeof(t->log));
	memcpy(d->position.entry, t->entry, sizeof(t->entry));
	return 1;
}

/*
 * Writes the run, if no other process has, and merges what has become too much; without the
 * lock.
 */
static int
write_due(struct index *x, struct due *d, struct fault *f)
{
	int rc;

	d->n = index_entry_sort(d->e, d->n);
	rc = index_run_write(x->runs, &x->conf.shape, d->from, &d->position, d->e, d->n, f);
	while (rc > 0)
		rc = index_runs_merge(x->runs, x->merging, &x->conf.shape, d->position.log,
		    &x->stopping, f);
	return rc;
}

/* After a write in vain: the store is away, or what is wrong may pass; what stays is taken for damage. */
static void
judge(struct index *x, const struct fault *f)
{
	if (f->code == FAULT_STORE && !x->over && ++x->tries >= WRITE_TRIES) {
		x->tries = 0;
		index_begin_again(x, 1);
	}
}

/* One turn, with the lock held but while writing.  Returns whether there may be more to do, or -1. */
static int
turn(struct index *x, struct fault *f)
{
	struct due d = { 0 };
	int64_t n;
	int due, rc;

	if (x->over && start_over(x, f) < 0)
		return -1;
	if (index_read_sizes(x, f) < 0)
		return -1;
	if (x->over)
		return 1;
	if (index_follow(x, f) < 0 || (n = index_read_chunk(x, f)) < 0 ||
	    (due = take_due(x, &d, f)) < 0)
		return -1;
	if (due == 0)
		return n > 0;
	pthread_mutex_unlock(&x->lock);
	rc = write_due(x, &d, f);
	free(d.e);
	pthread_mutex_lock(&x->lock);
	if (rc < 0) {
		judge(x, f);
		return -1;
	}
	x->tries = 0;
	return 1;
}

static void
wait_for_work(struct index *x)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += x->conf.wait_ms / 1000;
	until.tv_nsec += x->conf.wait_ms % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_cond_timedwait(&x->work, &x->lock, &until);
}

static void *
run(void *ctx)
{
	struct index *x = ctx;

	pthread_mutex_lock(&x->lock);
	while (!x->stopping) {
		struct fault f = FAULT_INIT;
		int more = turn(x, &f);

		if (more < 0)
			said(x, &f);
		else
			x->failing = 0;
		if (more <= 0)
			wait_for_work(x);
		else if (atomic_load(&x->asking) > 0) {
			/* A lock is not fair: let in who waits. */
			pthread_mutex_unlock(&x->lock);
			nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
			pthread_mutex_lock(&x->lock);
		}
	}
	pthread_mutex_unlock(&x->lock);
	return NULL;
}

void
index_rebuild(struct index *x)
{
	pthread_mutex_lock(&x->lock);
	index_begin_again(x, 0);
	pthread_mutex_unlock(&x->lock);
}

/* Beginning and end */

static void
index_free(struct index *x)
{
	for (size_t i = 0; i < x->ntails; i++)
		index_tail_free(&x->tail[i]);
	free(x->tail);
	close_runs(x);
	store_reader_close(x->source);
	pthread_cond_destroy(&x->work);
	pthread_mutex_destroy(&x->lock);
	pthread_mutex_destroy(&x->shown_lock);
	free(x->address);
	free(x);
}

static struct index *
index_new(const struct index_conf *conf)
{
	struct index *x = calloc(1, sizeof(*x));
	pthread_condattr_t attr;

	if (x == NULL || (x->address = strdup(conf->address)) == NULL) {
		free(x);
		return NULL;
	}
	x->conf = *conf;
	snprintf(x->log, sizeof(x->log), "%s", conf->log);
	pthread_mutex_init(&x->lock, NULL);
	pthread_mutex_init(&x->shown_lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&x->work, &attr);
	pthread_condattr_destroy(&attr);
	return x;
}

int
index_start(struct store *store, const struct index_conf *conf, struct index **ret_index,
    struct fault *f)
{
	struct index *x = index_new(conf);

	if (x == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "index");
		return -1;
	}
	if (open_all(x, store, f) < 0 || index_read_sizes(x, f) < 0 || index_follow(x, f) < 0) {
		index_free(x);
		return -1;
	}
	index_note(x);
	if (pthread_create(&x->thread, NULL, run, x) != 0) {
		fault_set(f, FAULT_MEMORY, "%s", "thread");
		index_free(x);
		return -1;
	}
	*ret_index = x;
	return 0;
}

void
index_stop(struct index *x)
{
	if (x == NULL)
		return;
	pthread_mutex_lock(&x->lock);
	x->stopping = 1;
	pthread_cond_signal(&x->work);
	pthread_mutex_unlock(&x->lock);
	pthread_join(x->thread, NULL);
	index_free(x);
}

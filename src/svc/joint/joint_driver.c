/* joint_driver.c - the threads that drive joint cases. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "svc/joint/joint_drive.h"

#define THREADS_MAX 64
#define QUEUE_MAX 256		/* found due at a time */
#define LOOK_MS 1000		/* between two looks at what nobody here has done */
#define LEFT_MS 1500		/* due for so long, and nobody poked: whoever wrote it is gone, or it is late */
#define HELD_MS 2000		/* one whose pass failed is left alone */
#define LATER_MS 30000		/* after which it is tried again; meanwhile others come first */

struct due { char division[7]; uint8_t id[RECORD_ID_LEN]; };

struct driver_thread {
	struct joint_driver *d;
	struct store_reader *reader;
	pthread_t thread;
	int started, busy;
	struct due at;		/* what it works on, while it is busy */
};

struct joint_driver {
	struct app *app;
	joint_changed_fn *tell;
	void *ctx;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct due queue[QUEUE_MAX];
	size_t n;
	struct due held;	/* the last one that failed */
	int64_t held_until;
	int poked, looking, ending, away;
	int64_t looked_at;	/* monotonic, ms */
	struct driver_thread thread[THREADS_MAX];
	int nthreads;
};

static int64_t
monotonic(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int
same(const struct due *a, const struct due *b)
{
	return memcmp(a->id, b->id, RECORD_ID_LEN) == 0 && strcmp(a->division, b->division) == 0;
}

/* Whether a thread works on it, or it has just failed. */
static int
is_taken(const struct joint_driver *d, const struct due *due)
{
	if (d->held_until > monotonic() && same(&d->held, due))
		return 1;
	for (int i = 0; i < d->nthreads; i++)
		if (d->thread[i].busy && same(&d->thread[i].at, due))
			return 1;
	return 0;
}

struct looking { struct due found[QUEUE_MAX]; size_t n; };

static int
due_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct looking *l = ctx;

	(void)f;
	snprintf(l->found[l->n].division, sizeof(l->found[l->n].division), "%s", row_text(row, 0));
	act_row_id(row, 1, l->found[l->n].id);
	return ++l->n == QUEUE_MAX;
}

/* Fills the queue; the lock is held, and given back while the store is read. */
static void
look(struct driver_thread *t)
{
	struct joint_driver *d = t->d;
	int64_t until = clock_now(d->app->clock) - (d->poked ? 0 : LEFT_MS);
	struct looking *l = calloc(1, sizeof(*l));
	struct fault f = FAULT_INIT;
	int64_t n = -1;

	d->looking = 1;
	d->poked = 0;
	pthread_mutex_unlock(&d->lock);
	if (l == NULL)
		fault_set(&f, FAULT_MEMORY, "%s", "joint cases");
	else
		n = store_read(t->reader, ST_JOINTS_DUE, PARAMS(sql_int(until), sql_int(QUEUE_MAX)), due_row,
		    l, &f);
	pthread_mutex_lock(&d->lock);
	if (n < 0 && !d->away)
		log_fault(LOG_WARN, "joint_cases_not_driven", &f);
	d->away = n < 0;
	for (size_t i = 0; n > 0 && i < l->n; i++)
		if (!is_taken(d, &l->found[i]))
			d->queue[d->n++] = l->found[i];
	free(l);
	d->looking = 0;
	d->looked_at = monotonic();
	if (d->n > 0)
		pthread_cond_broadcast(&d->changed);
}

/* Waits until there may be something to do. */
static void
await(struct joint_driver *d)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += LOOK_MS / 1000;
	pthread_cond_timedwait(&d->changed, &d->lock, &t);
}

/* The next one to work on; 0: it is the end.  The lock is held. */
static int
next(struct driver_thread *t)
{
	struct joint_driver *d = t->d;

	while (!d->ending) {
		while (d->n > 0) {
			t->at = d->queue[--d->n];
			if (!is_taken(d, &t->at))
				return 1;
		}
		if (!d->looking && (d->poked || monotonic() - d->looked_at >= LOOK_MS))
			look(t);
		else
			await(d);
	}
	return 0;
}

/* A joint case that cannot be driven does not stand before those that can. */
static void
put_off(struct joint_driver *d, const struct due *due)
{
	struct op *op = op_new();

	if (op == NULL)
		return;
	op_step(op, ST_JOINT_LATER, STORE_ANY_COUNT);
	op_text(op, due->division);
	op_blob(op, due->id, RECORD_ID_LEN);
	op_int(op, clock_now(d->app->clock) + LATER_MS);
	(void)journal_run(d->app->journal, op, NULL, NULL);
}

static void
drive(struct driver_thread *t)
{
	struct joint_driver *d = t->d;
	struct fault f = FAULT_INIT;
	struct joint_pass pass;
	int rc = joint_drive(d->app, t->reader, t->at.division, t->at.id, &pass, &f);

	if (pass.operations > 0)
		d->tell(d->ctx, t->at.division, t->at.id);
	if (rc < 0)
		put_off(d, &t->at);
	pthread_mutex_lock(&d->lock);
	t->busy = 0;
	if (rc < 0) {
		log_fault(LOG_ERROR, "joint_case_not_driven", &f);
		d->held = t->at;
		d->held_until = monotonic() + HELD_MS;
	} else if (pass.operations > 0) {
		/* Something happened meanwhile, perhaps to this one. */
		d->poked = 1;
	}
}

static void *
run(void *ctx)
{
	struct driver_thread *t = ctx;

	pthread_mutex_lock(&t->d->lock);
	while (next(t)) {
		t->busy = 1;
		pthread_mutex_unlock(&t->d->lock);
		drive(t);
	}
	pthread_mutex_unlock(&t->d->lock);
	return NULL;
}

int
joint_driver_start(struct app *app, int threads, joint_changed_fn *changed, void *ctx,
    struct joint_driver **ret_driver, struct fault *f)
{
	struct joint_driver *d = calloc(1, sizeof(*d));
	pthread_condattr_t attr;

	if (d == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "joint cases");
		return -1;
	}
	d->app = app;
	d->tell = changed;
	d->ctx = ctx;
	/* What whoever was here before has left. */
	d->poked = 1;
	d->nthreads = threads < THREADS_MAX ? threads : THREADS_MAX;
	pthread_mutex_init(&d->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&d->changed, &attr);
	pthread_condattr_destroy(&attr);
	for (int i = 0; i < d->nthreads; i++) {
		struct driver_thread *t = &d->thread[i];

		t->d = d;
		if (store_reader_open(app->store, &t->reader, f) < 0)
			goto fail;
		if (pthread_create(&t->thread, NULL, run, t) != 0) {
			fault_set(f, FAULT_MEMORY, "%s", "thread");
			goto fail;
		}
		t->started = 1;
	}
	*ret_driver = d;
	return 0;
fail:
	joint_driver_stop(d);
	return -1;
}

void
joint_driver_poke(struct joint_driver *d)
{
	if (d == NULL)
		return;
	pthread_mutex_lock(&d->lock);
	d->poked = 1;
	pthread_cond_signal(&d->changed);
	pthread_mutex_unlock(&d->lock);
}

void
joint_driver_stop(struct joint_driver *d)
{
	if (d == NULL)
		return;
	pthread_mutex_lock(&d->lock);
	d->ending = 1;
	pthread_cond_broadcast(&d->changed);
	pthread_mutex_unlock(&d->lock);
	for (int i = 0; i < d->nthreads; i++) {
		if (d->thread[i].started)
			pthread_join(d->thread[i].thread, NULL);
		store_reader_close(d->thread[i].reader);
	}
	pthread_cond_destroy(&d->changed);
	pthread_mutex_destroy(&d->lock);
	free(d);
}

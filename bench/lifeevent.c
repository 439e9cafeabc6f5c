/*
 * lifeevent.c - bench-lifeevent DIR DATA [options]: what driving life events costs.
 *
 * Joint cases of one event are opened through the use cases and the journal of the server and driven
 * by its driver; some of their steps a rule settles, others a desk does, which here concludes each at
 * once.  First at even distances, whatever became of those before; then all at once.  The lag of
 * a step is from when it could begin, or was to be opened, until its case is on the disk.  In the
 * end the journal alone writes as many operations for each step.
 */
#include <getopt.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/uuid.h"
#include "crypto/hash.h"
#include "svc/instance.h"
#include "svc/inventory/inventory_svc.h"
#include "svc/inventory/versions.h"
#include "svc/joint/joint_drive.h"

#define EVENT "LE-BENCH"
#define DIVISION "330700"
#define SEEN_MAX 32		/* changes of a joint case that are kept */
#define WAITING_MAX 2048	/* operations handed over and not yet done */
#define DESKS 2
#define GOAL_LAG 200

/* A joint case. */
struct one {
	uint8_t id[RECORD_ID_LEN];
	int64_t due;			/* when it was to be opened */
	int64_t seen[SEEN_MAX];		/* when a change of it was on the disk */
	size_t nseen;
	int queued, finished;
};

struct bench {
	struct app *app;
	struct clock clock;
	struct joint_driver *driver;
	struct store_reader *reader;
	struct act *act;
	size_t n, rate, threads, steps, opened;
	struct one *one;
	size_t *place, nplaces;		/* by id; 0: none, else the number of it plus one */

	pthread_mutex_t lock;
	pthread_cond_t work, progress;
	size_t *queue, head, waiting;	/* of the desks */
	size_t finished, under_way, lost;
	int ending, failed;
	struct fault why;
	pthread_t desk[DESKS];
};

static const struct actor clerk = { .id = "b-clerk", .name = "综合窗口", .role = "clerk", .scope = "division",
	.agency = "330700-XZF", .division = DIVISION, .says = "综合窗口" };

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
fail(struct bench *b, const struct fault *f)
{
	pthread_mutex_lock(&b->lock);
	if (!b->failed)
		b->why = *f;
	b->failed = 1;
	pthread_cond_broadcast(&b->progress);
	pthread_mutex_unlock(&b->lock);
}

/* Which it is */

static size_t *
place_of(const struct bench *b, const uint8_t *id)
{
	uint64_t at;

	memcpy(&at, id + RECORD_ID_LEN - sizeof(at), sizeof(at));
	at %= b->nplaces;
	while (b->place[at] != 0 && memcmp(b->one[b->place[at] - 1].id, id, RECORD_ID_LEN) != 0)
		at = (at + 1) % b->nplaces;
	return &b->place[at];
}

/* The lock is held. */
static void
enqueue(struct bench *b, size_t i)
{
	if (b->one[i].queued || b->one[i].finished)
		return;
	b->one[i].queued = 1;
	b->queue[(b->head + b->waiting++) % b->n] = i;
	pthread_cond_signal(&b->work);
}

static void
changed(void *ctx, const char *division, const uint8_t *id)
{
	struct bench *b = ctx;
	size_t at;

	(void)division;
	pthread_mutex_lock(&b->lock);
	if ((at = *place_of(b, id)) != 0) {
		struct one *one = &b->one[at - 1];

		if (one->nseen < SEEN_MAX)
			one->seen[one->nseen++] = clock_now(&b->clock);
		enqueue(b, at - 1);
	}
	pthread_mutex_unlock(&b->lock);
}

/* The desks */

static void
begin(struct bench *b, struct act *act, struct store_reader *reader, enum action action)
{
	act_clear(act);
	memset(act, 0, sizeof(*act));
	act->app = b->app;
	act->reader = reader;
	act->actor = clerk;
	act->action = action;
	act->now = clock_now(&b->clock);
	act->if_match = ACT_ANY_VERSION;
}

static int
conclude(struct act *act, const struct joint_file *j, size_t i, struct fault *f)
{
	struct case_file *c = NULL;
	json_t *nothing = json_object();
	int rc = case_load_id(act, j->division, j->step[i].case_id, 0, &c, f);

	if (rc == 0 && case_workable(c, NULL) == 0 && (c->state == CASE_ACCEPTED ||
	    (rc = case_accept(act, c, NULL, f)) == 0))
		rc = case_conclude(act, c, CASE_SETTLED, "办结", nothing, f);
	case_free(c);
	json_decref(nothing);
	return rc;
}

/* What a desk has of one joint case; 1: it has changed meanwhile. */
static int
work(struct bench *b, struct act *act, struct store_reader *reader, struct one *one, int *ret_finished,
    struct fault *f)
{
	struct op_result result = { 0 };
	struct joint_file *j = NULL;
	int rc;

	begin(b, act, reader, ACTION_CASE_WORK);
	if (joint_load_id(act, DIVISION, one->id, &j, f) < 0)
		return -1;
	*ret_finished = j->state == JOINT_FINISHED;
	rc = 0;
	for (size_t i = 0; rc == 0 && i < j->event->nsteps; i++)
		if (!j->event->steps[i].automatic && j->run.step[i].state == EVENT_RUNNING &&
		    j->step[i].attempt == j->run.step[i].attempt)
			rc = conclude(act, j, i, f);
	if (rc == 0 && act->nops > 0) {
		act_tell(act);
		rc = journal_run_all(b->app->journal, act->op, act->nops, &result, f);
		act->nops = 0;
		if (rc == 0)
			joint_driver_poke(b->driver);
		else if (result.status == OP_LOST)
			rc = 1;
	}
	joint_free(j);
	return rc;
}

static void *
desk(void *ctx)
{
	struct bench *b = ctx;
	struct act *act = calloc(1, sizeof(*act));
	struct store_reader *reader = NULL;
	struct fault f = FAULT_INIT;

	if (act == NULL || store_reader_open(b->app->store, &reader, &f) < 0) {
		fail(b, &f);
		free(act);
		return NULL;
	}
	pthread_mutex_lock(&b->lock);
	while (!b->ending) {
		int rc, finished = 0;
		size_t i;

		if (b->waiting == 0) {
			pthread_cond_wait(&b->work, &b->lock);
			continue;
		}
		i = b->queue[b->head];
		b->head = (b->head + 1) % b->n;
		b->waiting--;
		b->one[i].queued = 0;
		pthread_mutex_unlock(&b->lock);
		if ((rc = work(b, act, reader, &b->one[i], &finished, &f)) < 0)
			fail(b, &f);
		pthread_mutex_lock(&b->lock);
		b->lost += rc == 1;
		if (rc == 1)
			enqueue(b, i);
		if (finished && !b->one[i].finished) {
			b->one[i].finished = 1;
			if (++b->finished == b->n)
				pthread_cond_broadcast(&b->progress);
		}
	}
	pthread_mutex_unlock(&b->lock);
	act_clear(act);
	free(act);
	store_reader_close(reader);
	return NULL;
}

/* Opening */

static void
done(void *ctx, const struct op_result *result)
{
	struct bench *b = ctx;

	if (result->status != OP_COMMITTED) {
		struct fault lost = FAULT_INIT;

		fault_set(&lost, FAULT_CONFLICT, "step %zu", result->lost_step);
		fail(b, result->status == OP_FAILED ? result->fault : &lost);
	}
	pthread_mutex_lock(&b->lock);
	if (--b->under_way == 0 || b->under_way == WAITING_MAX / 2)
		pthread_cond_broadcast(&b->progress);
	pthread_mutex_unlock(&b->lock);
	joint_driver_poke(b->driver);
}

static int
submit(struct bench *b, struct op **op, size_t n, struct fault *f)
{
	pthread_mutex_lock(&b->lock);
	while (b->under_way + n > WAITING_MAX && !b->failed)
		pthread_cond_wait(&b->progress, &b->lock);
	b->under_way += n;
	pthread_mutex_unlock(&b->lock);
	return journal_submit_all(b->app->journal, op, n, done, b, f);
}

/* The number of somebody, of a hundred births a day. */
static void
number_of(size_t i, char number[19])
{
	static const int weight[17] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
	int sum = 0;

	snprintf(number, 19, "330703%04u%02u%02u%03u", (unsigned)(1960 + i / 33600 % 40),
	    (unsigned)(1 + i / 2800 % 12), (unsigned)(1 + i / 100 % 28), (unsigned)(100 + i % 100));
	for (int k = 0; k < 17; k++)
		sum += (number[k] - '0') * weight[k];
	number[17] = "10X98765432"[sum % 11];
	number[18] = '\0';
}

static int
open_one(struct bench *b, size_t i, struct fault *f)
{
	struct joint_request req = { .event = EVENT, .division = DIVISION };
	char division[7], number[19];
	int rc;

	number_of(b->opened++, number);
	req.form = json_pack("{s:s, s:s}", "who_name", "黄慧", "who_id_number", number);
	begin(b, b->act, b->reader, ACTION_JOINT_OPEN);
	rc = joint_open(b->act, &req, f);
	json_decref(req.form);
	if (rc < 0 || record_object_parse(b->act->object, division, b->one[i].id) < 0)
		return -1;
	pthread_mutex_lock(&b->lock);
	*place_of(b, b->one[i].id) = i + 1;
	pthread_mutex_unlock(&b->lock);
	act_tell(b->act);
	if ((rc = submit(b, b->act->op, b->act->nops, f)) == 0)
		b->act->nops = 0;
	return rc;
}

/* All of them; rate: steps a second that they make, 0: as fast as it goes. */
static int
open_all(struct bench *b, size_t rate, struct fault *f)
{
	int64_t began = clock_now(&b->clock);

	for (size_t i = 0; i < b->n && !b->failed; i++) {
		struct one *one = &b->one[i];
		int64_t wait;

		one->due = rate > 0 ? began + (int64_t)(i * b->steps * 1000 / rate) : clock_now(&b->clock);
		if ((wait = one->due - clock_now(&b->clock)) > 0)
			nanosleep(&(struct timespec){ wait / 1000, wait % 1000 * 1000000 }, NULL);
		if (open_one(b, i, f) < 0)
			return -1;
	}
	pthread_mutex_lock(&b->lock);
	while (b->under_way > 0 && !b->failed)
		pthread_cond_wait(&b->progress, &b->lock);
	pthread_mutex_unlock(&b->lock);
	return 0;
}

static int
wait_for_all(struct bench *b, struct fault *f)
{
	int rc;

	pthread_mutex_lock(&b->lock);
	while (b->finished < b->n && !b->failed)
		pthread_cond_wait(&b->progress, &b->lock);
	if ((rc = b->failed ? -1 : 0) < 0)
		*f = b->why;
	pthread_mutex_unlock(&b->lock);
	return rc;
}

static void
forget(struct bench *b)
{
	memset(b->one, 0, b->n * sizeof(*b->one));
	memset(b->place, 0, b->nplaces * sizeof(*b->place));
	b->finished = b->head = b->waiting = b->lost = 0;
}

/* Telling */

static int
by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* How long each step of one joint case waited, until the change with its case was seen. */
static int
lags_of(struct bench *b, const struct one *one, int64_t *lag, size_t *n, struct fault *f)
{
	struct joint_file *j = NULL;

	begin(b, b->act, b->reader, ACTION_CASE_WORK);
	if (joint_load_id(b->act, DIVISION, one->id, &j, f) < 0)
		return -1;
	for (size_t i = 0; i < j->event->nsteps; i++) {
		const struct joint_step *s = &j->step[i];
		size_t k = 0;

		while (k < one->nseen && one->seen[k] < s->started_at)
			k++;
		if (k < one->nseen)
			lag[(*n)++] = one->seen[k] - (s->ready_at == j->opened_at ? one->due : s->ready_at);
	}
	joint_free(j);
	return 0;
}

static int
tell_lags(struct bench *b, struct fault *f)
{
	int64_t *lag = calloc(b->n * b->steps, sizeof(*lag)), p99;
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++)
		if (lags_of(b, &b->one[i], lag, &n, f) < 0) {
			free(lag);
			return -1;
		}
	qsort(lag, n, sizeof(*lag), by_size);
	p99 = lag[n * 99 / 100];
	printf("lag of a ready step, ms      p50 %lld  p99 %lld  max %lld  of %zu   goal p99 < %d  %s\n",
	    (long long)lag[n / 2], (long long)p99, (long long)lag[n - 1], n, GOAL_LAG,
	    p99 < GOAL_LAG ? "met" : "not met");
	free(lag);
	return 0;
}

static uint64_t
records(struct bench *b)
{
	struct journal_state s;

	journal_state(b->app->journal, &s);
	return s.records;
}

/* The parts */

static int
drive_from_here(struct bench *b, struct fault *f)
{
	return joint_driver_start(b->app, (int)b->threads, changed, b, &b->driver, f);
}

static int
open_loop(struct bench *b, struct fault *f)
{
	double began, took;

	if (drive_from_here(b, f) < 0)
		return -1;
	began = seconds();
	if (open_all(b, b->rate, f) < 0 || wait_for_all(b, f) < 0)
		return -1;
	took = seconds() - began;
	printf("%zu life events of %zu steps, opened at even distances, %zu steps a second\n", b->n, b->steps,
	    b->rate);
	printf("steps started per second     %.0f  in %.1f s   goal %zu  %s\n", (double)(b->n * b->steps) / took, took,
	    b->rate, (double)(b->n * b->steps) / took >= 0.98 * (double)b->rate ? "met" : "not met");
	joint_driver_stop(b->driver);
	b->driver = NULL;
	return tell_lags(b, f);
}

static int
burst(struct bench *b, double *ret_rate, double *ret_records, struct fault *f)
{
	uint64_t before;
	double began, took;

	forget(b);
	if (open_all(b, 0, f) < 0)
		return -1;
	before = records(b);
	began = seconds();
	if (drive_from_here(b, f) < 0 || wait_for_all(b, f) < 0)
		return -1;
	took = seconds() - began;
	*ret_rate = (double)(b->n * b->steps) / took;
	*ret_records = (double)(records(b) - before) / (double)(b->n * b->steps);
	printf("%zu life events of %zu steps, all at once\n", b->n, b->steps);
	printf("steps started per second     %.0f  in %.1f s, %.2f operations a step, %zu of the desks' lost\n",
	    *ret_rate, took, *ret_records, b->lost);
	return 0;
}

static struct op *
bare_op(struct bench *b)
{
	static const char *const steps[] = { "B1 ready 1", "B1 done 1", NULL };
	struct record_actor actor = access_record_actor(&clerk);
	uint8_t id[RECORD_ID_LEN];
	struct op *op = op_new();
	struct record *r;

	if (op == NULL)
		return NULL;
	uuid7_new(&b->clock, id);
	r = record_new(RECORD_JOINT_ADVANCED, DIVISION, id, &actor);
	record_str(r, "event", EVENT);
	record_object(r, "joint", id);
	record_list(r, "steps", steps);
	op_record(op, r);
	op_step(op, ST_META_SET, 1);
	op_text(op, "bench");
	op_text(op, "bare");
	return op;
}

static int
bare(struct bench *b, double rate, double records_a_step, struct fault *f)
{
	size_t n = (size_t)((double)(b->n * b->steps) * records_a_step);
	double began = seconds(), took;

	for (size_t i = 0; i < n && !b->failed; i++) {
		struct op *op = bare_op(b);

		if (op == NULL || submit(b, &op, 1, f) < 0)
			return -1;
	}
	pthread_mutex_lock(&b->lock);
	while (b->under_way > 0)
		pthread_cond_wait(&b->progress, &b->lock);
	pthread_mutex_unlock(&b->lock);
	took = seconds() - began;
	printf("the journal alone            %.0f operations a second, as many as for %.0f steps\n", (double)n / took,
	    (double)n / took / records_a_step);
	printf("steps / the journal alone    %.2f\n", rate / ((double)n / took / records_a_step));
	return 0;
}

/* Beginning */

static int
make(struct bench *b, const char *dir, const char *data, struct fault *f)
{
	static const struct actor root = { .id = "root", .role = "operator", .scope = "division" };
	struct inventory_report report = { 0 };
	struct import_done done_ = { 0 };
	struct conf *conf = NULL;
	const struct event *event;
	struct inventory *inv = NULL;
	int rc = -1;

	if (instance_init(dir, DIVISION, "localhost", NULL, 1, &b->clock, f) < 0 || instance_conf(dir, &conf, f) < 0 ||
	    conf_set(conf, conf_row(CONF_QUEUE)->name, "65536", "bench-lifeevent", f) < 0 ||
	    instance_open(dir, conf, &b->clock, &b->app, f) < 0 ||
	    inventory_import(b->app, &root, data, &done_, &report, f) < 0 ||
	    inventory_publish_alone(b->app, &root, &done_.version, 0, "bench", f) < 0 ||
	    store_reader_open(b->app->store, &b->reader, f) < 0 || (inv = app_inventory(b->app, f)) == NULL)
		goto out;
	if ((event = inventory_event(inv, EVENT)) == NULL) {
		fault_set(f, FAULT_LIFE_EVENT_UNKNOWN, "%s", EVENT);
		goto out;
	}
	b->steps = event->nsteps;
	rc = access_add_user(b->app, &clerk, f);
out:
	inventory_unref(inv);
	inventory_unref(done_.inv);
	inventory_report_free(&report);
	conf_free(conf);
	return rc;
}

static int
start(struct bench *b, const char *dir, const char *data, struct fault *f)
{
	b->nplaces = 4 * b->n + 1;
	b->one = calloc(b->n, sizeof(*b->one));
	b->place = calloc(b->nplaces, sizeof(*b->place));
	b->queue = calloc(b->n, sizeof(*b->queue));
	b->act = calloc(1, sizeof(*b->act));
	if (b->one == NULL || b->place == NULL || b->queue == NULL || b->act == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		return -1;
	}
	if (make(b, dir, data, f) < 0)
		return -1;
	for (int i = 0; i < DESKS; i++)
		if (pthread_create(&b->desk[i], NULL, desk, b) != 0)
			return -1;
	return 0;
}

static void
stop(struct bench *b)
{
	joint_driver_stop(b->driver);
	pthread_mutex_lock(&b->lock);
	b->ending = 1;
	pthread_cond_broadcast(&b->work);
	pthread_mutex_unlock(&b->lock);
	for (int i = 0; i < DESKS; i++)
		if (b->desk[i] != 0)
			pthread_join(b->desk[i], NULL);
	if (b->act != NULL)
		act_clear(b->act);
	free(b->act);
	store_reader_close(b->reader);
	instance_close(b->app);
	free(b->one);
	free(b->place);
	free(b->queue);
}

int
main(int argc, char **argv)
{
	static struct bench b = { .n = 10000, .rate = 1000, .threads = 4, .lock = PTHREAD_MUTEX_INITIALIZER,
		.work = PTHREAD_COND_INITIALIZER, .progress = PTHREAD_COND_INITIALIZER };
	struct fault f = FAULT_INIT;
	double rate, records_a_step;
	int c, rc = -1;

	while ((c = getopt(argc, argv, "n:r:t:")) != -1) {
		size_t *to = c == 'n' ? &b.n : c == 'r' ? &b.rate : c == 't' ? &b.threads : NULL;

		if (to == NULL || (*to = strtoull(optarg, NULL, 10)) == 0)
			return 2;
	}
	if (optind != argc - 2) {
		fprintf(stderr, "usage: bench-lifeevent [-n EVENTS] [-r STEPS_A_SECOND] [-t THREADS] DIR DATA\n");
		return 2;
	}
	if (crypto_start() < 0)
		return 1;
	log_setup(LOG_WARN, &b.clock);
	if (start(&b, argv[optind], argv[optind + 1], &f) == 0 && open_loop(&b, &f) == 0 &&
	    burst(&b, &rate, &records_a_step, &f) == 0)
		rc = bare(&b, rate, records_a_step, &f);
	stop(&b);
	if (rc < 0)
		log_fault(LOG_ERROR, "bench_failed", &f);
	return rc < 0 ? 1 : 0;
}

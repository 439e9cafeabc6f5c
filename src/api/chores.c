#include "api/chores.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "api/watch.h"
#include "base/log.h"
#include "svc/agencies/agency_move.h"
#include "svc/align/align_svc.h"
#include "svc/data_key.h"
#include "svc/intake/webhook.h"
#include "svc/inventory/inventory_svc.h"

#define KEY_KEPT_MS (3 * CLOCK_DAY_MS)	/* two days, and the day that a key may lie behind */

struct chores {
	struct api *api;
	struct store_reader *reader;
	int away;		/* the store cannot be followed, and that was said */
	int stuck;		/* likewise: what a change of agencies moves */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t end;
	int ending;
};

/*
 * Forgets idempotency keys whose time is past.  A key begins with its time, so that the old
 * ones of a division are the first of its rows.
 */
static void
expire_keys(struct chores *c)
{
	struct app *app = c->api->app;
	int64_t until = clock_now(app->clock) - KEY_KEPT_MS;
	struct inventory *inv = app_inventory(app, NULL);
	struct fault f = FAULT_INIT;
	uint8_t first[16] = { 0 };
	struct op *op = op_new();

	for (int i = 0; i < 6; i++)
		first[i] = (uint8_t)(until >> (8 * (5 - i)));
	for (size_t i = 0; op != NULL && inv != NULL && i < inv->ndivisions; i++) {
		op_step(op, ST_IDEMPOTENCY_EXPIRE, STORE_ANY_COUNT);
		op_text(op, inv->divisions[i].code);
		op_blob(op, first, sizeof(first));
	}
	inventory_unref(inv);
	if (op != NULL && journal_run(app->journal, op, NULL, &f) < 0)
		log_fault(LOG_ERROR, "idempotency_not_expired", &f);
}

/* What other processes of the same store did: another inventory, or taking our log. */
static void
follow(struct chores *c)
{
	struct app *app = c->api->app;
	struct fault f = FAULT_INIT;
	int rc = inventory_follow(app, c->reader, &f) < 0 ||
	    journal_watch(app->journal, c->reader, &f) < 0 || align_follow(app, c->reader, &f) < 0;

	if (rc && !c->away)
		log_fault(LOG_WARN, "store_not_followed", &f);
	c->away = rc;
}

static void
tick(struct chores *c)
{
	watch_tick(c->api->watchers);
}

static void
flush_strangers(struct chores *c)
{
	api_flush_strangers(c->api);
}

static void
roll_key(struct chores *c)
{
	struct fault f = FAULT_INIT;

	if (data_key_roll(c->api->app, &f) < 0)
		log_fault(LOG_ERROR, "data_key_not_made", &f);
}

static int
forget(const struct platform *p, void *ctx, struct fault *f)
{
	struct chores *c = ctx;

	return webhook_forget(c->api->app, p, f);
}

/* What platforms were told is kept for a time, for those who ask. */
static void
forget_webhooks(struct chores *c)
{
	struct fault f = FAULT_INIT;

	if (platform_list(c->reader, forget, c, &f) < 0)
		log_fault(LOG_ERROR, "webhooks_not_forgotten", &f);
}

/* Agencies that change today: what is under way goes to whoever does it now. */
static void
move(struct chores *c)
{
	struct fault f = FAULT_INIT;
	int rc = agency_move(c->api->app, c->reader, &f);

	if (rc < 0 && !c->stuck)
		log_fault(LOG_ERROR, "agencies_not_moved", &f);
	c->stuck = rc < 0;
}

static const struct {
	unsigned seconds;
	void (*run)(struct chores *c);
} chore[] = {
	{ 1, follow },
	{ 1, move },
	{ 1, tick },
	{ 60, flush_strangers },
	{ 60, roll_key },
	{ 3600, expire_keys },
	{ 3600, forget_webhooks },
};

/* Waits until the time t; whether it is the end. */
static int
ends_before(struct chores *c, const struct timespec *t)
{
	int ending, rc = 0;

	pthread_mutex_lock(&c->lock);
	while (!c->ending && rc == 0)
		rc = pthread_cond_timedwait(&c->end, &c->lock, t);
	ending = c->ending;
	pthread_mutex_unlock(&c->lock);
	return ending;
}

static void *
run(void *ctx)
{
	struct chores *c = ctx;
	struct timespec t;

	for (unsigned second = 1;; second++) {
		clock_gettime(CLOCK_MONOTONIC, &t);
		t.tv_sec++;
		if (ends_before(c, &t))
			return NULL;
		for (size_t i = 0; i < sizeof(chore) / sizeof(chore[0]); i++)
			if (second % chore[i].seconds == 0)
				chore[i].run(c);
	}
}

int
chores_start(struct api *api, struct chores **ret_chores, struct fault *f)
{
	struct chores *c = calloc(1, sizeof(*c));
	pthread_condattr_t attr;

	if (c == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		return -1;
	}
	c->api = api;
	if (store_reader_open(api->app->store, &c->reader, f) < 0) {
		free(c);
		return -1;
	}
	pthread_mutex_init(&c->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&c->end, &attr);
	pthread_condattr_destroy(&attr);
	if (pthread_create(&c->thread, NULL, run, c) != 0) {
		fault_set(f, FAULT_MEMORY, "%s", "thread");
		store_reader_close(c->reader);
		pthread_cond_destroy(&c->end);
		pthread_mutex_destroy(&c->lock);
		free(c);
		return -1;
	}
	*ret_chores = c;
	return 0;
}

void
chores_stop(struct chores *c)
{
	if (c == NULL)
		return;
	pthread_mutex_lock(&c->lock);
	c->ending = 1;
	pthread_cond_signal(&c->end);
	pthread_mutex_unlock(&c->lock);
	pthread_join(c->thread, NULL);
	store_reader_close(c->reader);
	pthread_cond_destroy(&c->end);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

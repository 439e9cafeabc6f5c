#include "svc/joint/joint_clock.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define KEPT 64

/* What was counted lately, by event; of one store, which a process has. */
static struct {
	pthread_mutex_t lock;
	struct kept { const struct app *app; char event[64]; struct joint_clock clock; } kept[KEPT];
	size_t next;
} lately = { .lock = PTHREAD_MUTEX_INITIALIZER };

struct counting {
	struct joint_clock *clock;
	const struct calendar *calendar;
	struct office_hours hours;
	int64_t now, *minutes;
	size_t n;
};

/* The columns of JOINT_CLOCK. */
static int
clock_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct counting *c = ctx;
	int64_t started = row_int(row, 1), due = row_int(row, 2), ended = row_null(row, 3) ? 0 : row_int(row, 3);
	enum joint_state state;

	if (joint_state_parse(row_text(row, 0), &state) < 0) {
		fault_set(f, FAULT_STORE, "joint case in state %s", row_text(row, 0));
		return -1;
	}
	c->clock->counted++;
	if (state == JOINT_WITHDRAWN) {
		c->clock->withdrawn++;
		return 0;
	}
	if (state == JOINT_FINISHED) {
		c->clock->finished++;
		c->minutes[c->n++] = calendar_office_between(c->calendar, &c->hours, started, ended) / 60000;
	} else
		c->clock->running++;
	if ((ended != 0 ? ended : c->now) > due)
		c->clock->late++;
	else if (state == JOINT_FINISHED)
		c->clock->in_time++;
	return 0;
}

static int
by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int
find(const struct act *act, const struct event *e, struct joint_clock *ret_clock)
{
	int found = 0;

	pthread_mutex_lock(&lately.lock);
	for (size_t i = 0; i < KEPT && !found; i++) {
		const struct kept *k = &lately.kept[i];

		found = k->app == act->app && strcmp(k->event, e->code) == 0 &&
		    k->clock.at <= act->now && act->now < k->clock.at + JOINT_CLOCK_KEPT_MS;
		if (found)
			*ret_clock = k->clock;
	}
	pthread_mutex_unlock(&lately.lock);
	return found;
}

static void
keep(const struct act *act, const struct event *e, const struct joint_clock *clock)
{
	struct kept *k;

	pthread_mutex_lock(&lately.lock);
	k = &lately.kept[lately.next++ % KEPT];
	for (size_t i = 0; i < KEPT; i++)
		if (lately.kept[i].app == act->app && strcmp(lately.kept[i].event, e->code) == 0)
			k = &lately.kept[i];
	k->app = act->app;
	snprintf(k->event, sizeof(k->event), "%s", e->code);
	k->clock = *clock;
	pthread_mutex_unlock(&lately.lock);
}

int
joint_clock(struct act *act, const struct inventory *inv, const struct event *e,
    struct joint_clock *ret_clock, struct fault *f)
{
	struct counting c = { .clock = ret_clock, .calendar = inv->calendar, .now = act->now,
		.minutes = calloc(JOINT_CLOCK_MAX, sizeof(*c.minutes)) };
	int rc = -1;

	if (find(act, e, ret_clock)) {
		free(c.minutes);
		return 0;
	}
	memset(ret_clock, 0, sizeof(*ret_clock));
	ret_clock->at = act->now;
	if (c.minutes == NULL || office_hours_parse(JOINT_HOURS, &c.hours, f) < 0) {
		fault_set(f, FAULT_MEMORY, "%s", "clock");
		goto out;
	}
	if (store_read(act->reader, ST_JOINT_CLOCK, PARAMS(sql_text(e->code),
	    sql_int(act->now - JOINT_CLOCK_DAYS * CLOCK_DAY_MS), sql_int(JOINT_CLOCK_MAX)), clock_row, &c,
	    f) < 0)
		goto out;
	if (c.n > 0) {
		qsort(c.minutes, c.n, sizeof(*c.minutes), by_size);
		ret_clock->minutes_median = c.minutes[c.n / 2];
		ret_clock->minutes_most = c.minutes[c.n - 1];
	}
	keep(act, e, ret_clock);
	rc = 0;
out:
	free(c.minutes);
	return rc;
}

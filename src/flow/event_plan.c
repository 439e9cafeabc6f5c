#include "flow/event_plan.h"

#include <string.h>

/* Follows steps that were not placed backwards until one comes twice: these are the circle. */
static void
find_circle(const struct event_plan *p, const struct event_set *placed, size_t *ret_circle,
    size_t *ret_n)
{
	size_t at[EVENT_STEPS_MAX], seen[EVENT_STEPS_MAX] = { 0 }, n = 0, i = 0;

	while (event_set_has(placed, i))
		i++;
	while (seen[i] == 0) {
		size_t before = 0;

		at[n++] = i;
		seen[i] = n;
		while (!event_set_has(&p->step[i].after, before) || event_set_has(placed, before))
			before++;
		i = before;
	}
	*ret_n = 0;
	for (size_t k = n; k >= seen[i]; k--)
		ret_circle[(*ret_n)++] = at[k - 1];
}

int
event_plan_close(struct event_plan *p, size_t *ret_circle, size_t *ret_n)
{
	struct event_set placed = { 0 };
	size_t n = 0, last = 1;

	memset(p->before, 0, sizeof(p->before));
	while (n < p->nsteps && n != last) {
		last = n;
		for (size_t i = 0; i < p->nsteps; i++) {
			if (event_set_has(&placed, i) || !event_set_within(&p->step[i].after, &placed))
				continue;
			p->before[i] = p->step[i].after;
			for (size_t k = 0; k < n; k++)
				if (event_set_has(&p->step[i].after, p->order[k]))
					event_set_join(&p->before[i], &p->before[p->order[k]]);
			p->order[n++] = (uint8_t)i;
			event_set_add(&placed, i);
		}
	}
	if (n == p->nsteps)
		return 0;
	find_circle(p, &placed, ret_circle, ret_n);
	return -1;
}

static void
earliest(const struct event_plan *p, struct event_times *t)
{
	for (size_t k = 0; k < p->nsteps; k++) {
		size_t i = p->order[k];
		struct event_time *time = &t->step[i];

		for (size_t d = event_set_next(&p->step[i].after, 0); d < p->nsteps;
		    d = event_set_next(&p->step[i].after, d + 1))
			if (t->step[d].end > time->start)
				time->start = t->step[d].end;
		time->end = time->start + p->step[i].minutes;
		if (time->end > t->total)
			t->total = time->end;
	}
}

static void
latest(const struct event_plan *p, struct event_times *t)
{
	for (size_t i = 0; i < p->nsteps; i++)
		t->step[i].latest_end = t->total;
	for (size_t k = p->nsteps; k-- > 0;) {
		size_t i = p->order[k];
		struct event_time *time = &t->step[i];

		time->latest_start = time->latest_end - p->step[i].minutes;
		for (size_t d = event_set_next(&p->step[i].after, 0); d < p->nsteps;
		    d = event_set_next(&p->step[i].after, d + 1))
			if (time->latest_start < t->step[d].latest_end)
				t->step[d].latest_end = time->latest_start;
	}
}

/* From the first step that ends last, back through the steps that it waits for. */
static void
find_path(const struct event_plan *p, struct event_times *t)
{
	size_t at[EVENT_STEPS_MAX], n = 0, i = 0;

	while (i < p->nsteps && t->step[i].end != t->total)
		i++;
	while (i < p->nsteps && n < EVENT_STEPS_MAX) {
		int64_t start = t->step[i].start;
		size_t before = 0;

		at[n++] = i;
		while (before < p->nsteps && !(event_set_has(&p->step[i].after, before) &&
		    t->step[before].end == start))
			before++;
		i = before;
	}
	while (n > 0)
		t->path[t->npath++] = (uint8_t)at[--n];
}

void
event_plan_times(const struct event_plan *p, struct event_times *ret_times)
{
	memset(ret_times, 0, sizeof(*ret_times));
	earliest(p, ret_times);
	latest(p, ret_times);
	find_path(p, ret_times);
}

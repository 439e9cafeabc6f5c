/*
 * event_plan.h - the steps of a life event as a graph: what comes after what, and how long it takes.
 *
 * Pure; sets are bits, nothing is allocated.  Minutes are working minutes.
 */
#ifndef FLOW_EVENT_PLAN_H
#define FLOW_EVENT_PLAN_H

#include <stddef.h>
#include <stdint.h>

#define EVENT_STEPS_MAX 200
#define EVENT_FORM_MAX 256	/* fields of the form */
#define EVENT_SET_WORDS 4

/* A set of steps, or of fields of the form. */
struct event_set { uint64_t w[EVENT_SET_WORDS]; };

static inline void
event_set_add(struct event_set *s, size_t i)
{
	s->w[i / 64] |= (uint64_t)1 << i % 64;
}

static inline int
event_set_has(const struct event_set *s, size_t i)
{
	return (s->w[i / 64] >> i % 64 & 1) != 0;
}

static inline void
event_set_join(struct event_set *s, const struct event_set *more)
{
	for (size_t i = 0; i < EVENT_SET_WORDS; i++)
		s->w[i] |= more->w[i];
}

static inline int
event_set_meets(const struct event_set *a, const struct event_set *b)
{
	for (size_t i = 0; i < EVENT_SET_WORDS; i++)
		if ((a->w[i] & b->w[i]) != 0)
			return 1;
	return 0;
}

#define EVENT_SET_END ((size_t)64 * EVENT_SET_WORDS)

/* The first member from a place on; EVENT_SET_END if there is none. */
static inline size_t
event_set_next(const struct event_set *s, size_t from)
{
	for (size_t w = from / 64; w < EVENT_SET_WORDS; w++) {
		uint64_t bits = s->w[w] & (w == from / 64 ? ~(uint64_t)0 << from % 64 : ~(uint64_t)0);

		if (bits != 0)
			return w * 64 + (size_t)__builtin_ctzll(bits);
	}
	return EVENT_SET_END;
}

/* Whether all of a is in b. */
static inline int
event_set_within(const struct event_set *a, const struct event_set *b)
{
	for (size_t i = 0; i < EVENT_SET_WORDS; i++)
		if ((a->w[i] & ~b->w[i]) != 0)
			return 0;
	return 1;
}

struct event_plan_step {
	struct event_set after;		/* steps that must be settled first */
	struct event_set uses;		/* of these, those whose result it takes */
	struct event_set reads;		/* fields of the form that it takes */
	struct event_set needs;		/* of these, those without which it cannot start */
	int64_t minutes;
};

struct event_plan {
	size_t nsteps, nform;
	struct event_plan_step step[EVENT_STEPS_MAX];
	uint8_t order[EVENT_STEPS_MAX];	/* every step after those that come before it */
	struct event_set before[EVENT_STEPS_MAX];	/* all of these, also those further back */
};

/*
 * Fills in order and before.  Where the steps form a circle it gives -1, and the steps of one
 * circle, each before the next, in ret_circle (of EVENT_STEPS_MAX) and *ret_n.
 */
int event_plan_close(struct event_plan *p, size_t *ret_circle, size_t *ret_n);

/* When a step can start and end at the earliest, and at the latest without making the whole longer. */
struct event_times {
	int64_t total;		/* the critical path */
	struct event_time { int64_t start, end, latest_start, latest_end; } step[EVENT_STEPS_MAX];
	uint8_t path[EVENT_STEPS_MAX];	/* one critical path, in order */
	size_t npath;
};

/* With as many desks as it takes.  The plan is closed; O(steps * steps). */
void event_plan_times(const struct event_plan *p, struct event_times *ret_times);

#endif

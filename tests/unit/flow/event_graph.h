/*
 * event_graph.h - a life event's steps as a graph, and desks that carry out what the scheduler says and watch it.
 *
 * What must hold of every start and after every happening is asserted here, whatever the test.
 */
#ifndef TESTS_FLOW_EVENT_GRAPH_H
#define TESTS_FLOW_EVENT_GRAPH_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "flow/event_run.h"

#define N EVENT_STEPS_MAX
#define FIELDS 12
/* One graph, twice: as the plan, and as the matrices of the reference. */
static struct event_plan plan;
static struct {
	size_t n, nform;
	uint8_t after[N][N], uses[N][N], before[N][N];
	uint8_t reads[N][FIELDS], needs[N][FIELDS];
	int64_t minutes[N];
} g;

static inline void
link_steps(size_t to, size_t from, int uses)
{
	g.after[to][from] = 1;
	g.uses[to][from] |= (uint8_t)uses;
	event_set_add(&plan.step[to].after, from);
	if (uses)
		event_set_add(&plan.step[to].uses, from);
}

/* What comes before what, by joining until nothing changes. */
static inline void
close_graph(void)
{
	memcpy(g.before, g.after, sizeof(g.before));
	for (size_t k = 0; k < g.n; k++)
		for (size_t i = 0; i < g.n; i++)
			for (size_t j = 0; g.before[i][k] && j < g.n; j++)
				g.before[i][j] |= g.before[k][j];
}

/* Desks that carry out what the scheduler says, and watch it. */

static struct event_run run;
static struct event_actions actions;

struct desk {
	uint32_t live;			/* the attempt that is under way; 0: none */
	uint32_t starts;
	int64_t started, settled, due;	/* due: when what is under way ends */
	uint32_t version;		/* of its results; 0: none */
	uint32_t took[N];		/* the versions that it took, of results and fields */
	uint32_t took_field[FIELDS];
	int by_decision;		/* a retry, replacement or return allows the same versions once more */
};

static struct desk desk[N];
static uint32_t field_version[FIELDS];
static int64_t now;
static size_t finishes;

static inline int
is_settled(size_t i)
{
	return run.step[i].state == EVENT_DONE || run.step[i].state == EVENT_SKIPPED ||
	    run.step[i].state == EVENT_WITHDRAWN;
}

static inline void
take_versions(size_t i)
{
	for (size_t d = 0; d < g.n; d++)
		desk[i].took[d] = g.uses[i][d] ? desk[d].version : 0;
	for (size_t k = 0; k < FIELDS; k++)
		desk[i].took_field[k] = g.reads[i][k] ? field_version[k] : 0;
}

static inline int
took_what_is_there(size_t i)
{
	for (size_t d = 0; d < g.n; d++)
		if (g.uses[i][d] && desk[i].took[d] != desk[d].version)
			return 0;
	for (size_t k = 0; k < FIELDS; k++)
		if (g.reads[i][k] && desk[i].took_field[k] != field_version[k])
			return 0;
	return 1;
}

/* What must hold of every start: all before it is settled, it is not under way, nothing is done twice. */
static inline void
begin(const struct event_action *a)
{
	struct desk *d = &desk[a->step];

	assert_int_equal(d->live, 0);
	assert_int_equal(a->attempt, d->starts + 1);
	for (size_t i = 0; i < g.n; i++) {
		assert_true(!g.before[a->step][i] || is_settled(i));
		assert_true(!g.uses[a->step][i] || desk[i].version > 0);
	}
	for (size_t k = 0; k < FIELDS; k++)
		assert_true(!g.needs[a->step][k] || field_version[k] > 0);
	if (d->starts > 0 && !d->by_decision)
		assert_false(took_what_is_there(a->step));
	assert_int_equal(a->order == EVENT_REDO, d->version > 0);
	take_versions(a->step);
	d->by_decision = 0;
	d->live = a->attempt;
	d->starts++;
	d->started = now;
}

static inline void
carry_out(void)
{
	for (size_t i = 0; i < actions.n; i++) {
		const struct event_action *a = &actions.action[i];
		struct desk *d = &desk[a->step];

		switch (a->order) {
		case EVENT_START: case EVENT_REDO:
			begin(a);
			break;
		case EVENT_STOP:
			assert_true(d->live != 0 && d->live == a->attempt);
			d->live = 0;
			break;
		case EVENT_TELL:
			if (a->state == EVENT_DONE)	/* put away: what it has is accepted as it is */
				take_versions(a->step);
			break;
		case EVENT_FINISH:
			finishes++;
			assert_int_equal(i, actions.n - 1);
			break;
		}
	}
}

/* Tells the scheduler and does what it says; checks what must hold afterwards. */
static inline enum event_verdict
happen(struct event_happened h)
{
	static struct event_run before, again;
	static struct event_actions twice;
	enum event_verdict v;
	size_t finished_before = finishes;
	int finished = 1;

	before = again = run;
	v = event_run_apply(&plan, &run, &h, &actions);
	assert_int_equal(event_run_apply(&plan, &again, &h, &twice), v);
	assert_memory_equal(&again, &run, sizeof(run));
	if (v != EVENT_TAKEN) {
		assert_memory_equal(&before, &run, sizeof(run));
		return v;
	}
	assert_true(actions.n == twice.n && actions.n <= EVENT_ACTIONS_MAX);
	/* What was said of an attempt ends it, and a new result is a new version, before anybody starts. */
	if (h.what == EVENT_GOT_DONE || h.what == EVENT_GOT_FAILED || h.what == EVENT_GOT_RETURNED)
		desk[h.step].live = 0;
	if ((h.what == EVENT_GOT_DONE && (h.changed || desk[h.step].version == 0)) || h.what == EVENT_CORRECT)
		desk[h.step].version++;
	if (h.what == EVENT_GOT_FAILED || h.what == EVENT_GOT_RETURNED || h.what == EVENT_RETRY ||
	    h.what == EVENT_REPLACE || h.what == EVENT_SKIP)
		desk[h.step].by_decision = 1;
	for (size_t k = 0; h.what == EVENT_SUPPLIED && k < FIELDS; k++)
		field_version[k] += (uint32_t)event_set_has(&h.fields, k);
	carry_out();
	for (size_t i = 0; i < g.n; i++) {
		int under_way = run.step[i].state == EVENT_RUNNING || run.step[i].state == EVENT_REPLACED;

		assert_true(before.step[i].state == run.step[i].state ||
		    event_state_may(before.step[i].state, run.step[i].state));
		assert_int_equal(desk[i].live != 0, under_way);
		assert_int_equal(event_run_has_result(&run, i), desk[i].version > 0);
		finished &= is_settled(i);
		if (is_settled(i) && !(before.step[i].state == run.step[i].state))
			desk[i].settled = now;
	}
	assert_int_equal(run.finished, finished);
	assert_int_equal(finishes - finished_before, finished && !before.finished);
	return v;
}

static inline struct event_happened
about(enum event_happening what, size_t step)
{
	return (struct event_happened){ .what = what, .step = step, .attempt = run.step[step].attempt };
}

static inline void
begin_run(void)
{
	memset(desk, 0, sizeof(desk));
	memset(field_version, 0, sizeof(field_version));
	now = 0;
	finishes = 0;
	event_run_begin(&run);
}

static inline void
supply(size_t from, size_t to)
{
	struct event_happened h = { .what = EVENT_SUPPLIED };

	for (size_t k = from; k < to; k++)
		event_set_add(&h.fields, k);
	assert_int_equal(happen(h), EVENT_TAKEN);
}

#endif

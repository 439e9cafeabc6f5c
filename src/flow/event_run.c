#include "flow/event_run.h"

#include <string.h>

#define TO(s) (1u << EVENT_##s)

static const char *const names[EVENT_NSTATES] = {
	[EVENT_WAITING] = "waiting",
	[EVENT_RUNNING] = "running",
	[EVENT_REPLACED] = "replaced",
	[EVENT_RETURNED] = "returned",
	[EVENT_FAILED] = "failed",
	[EVENT_DONE] = "done",
	[EVENT_SKIPPED] = "skipped",
	[EVENT_WITHDRAWN] = "withdrawn",
};

/* What the lead agency and the applicant may do with a step that is not settled; an old result stays. */
#define AWAY (TO(DONE) | TO(SKIPPED) | TO(WITHDRAWN))

/* A result that is corrected sends whatever used it back to wait, or starts it anew at once. */
static const uint32_t next_of[EVENT_NSTATES] = {
	[EVENT_WAITING]  = TO(RUNNING) | TO(REPLACED) | AWAY,
	[EVENT_RUNNING]  = TO(REPLACED) | TO(RETURNED) | TO(FAILED) | TO(WAITING) | AWAY,
	[EVENT_REPLACED] = TO(RETURNED) | TO(FAILED) | TO(WAITING) | AWAY,
	[EVENT_RETURNED] = TO(RUNNING) | TO(REPLACED) | TO(WAITING) | AWAY,
	[EVENT_FAILED]   = TO(RUNNING) | TO(REPLACED) | TO(WAITING) | AWAY,
	[EVENT_DONE]     = TO(RUNNING) | TO(REPLACED) | TO(WAITING),
	[EVENT_SKIPPED]  = TO(RUNNING) | TO(REPLACED) | TO(WAITING) | TO(WITHDRAWN),
};

#define UNSETTLED (TO(WAITING) | TO(RUNNING) | TO(REPLACED) | TO(RETURNED) | TO(FAILED))
#define UNDER_WAY (TO(RUNNING) | TO(REPLACED))

const char *
event_state_name(enum event_state s)
{
	return names[s];
}

int
event_state_parse(const char *name, enum event_state *ret_state)
{
	for (int s = 0; s < EVENT_NSTATES; s++)
		if (strcmp(names[s], name) == 0) {
			*ret_state = (enum event_state)s;
			return 0;
		}
	return -1;
}

int
event_state_may(enum event_state from, enum event_state to)
{
	return (next_of[from] >> to & 1) != 0;
}

/* One application: what it rests on and what it gives. */
struct turn {
	const struct event_plan *plan;
	struct event_run *run;
	struct event_actions *actions;
};

static int
is(const struct turn *t, size_t step, uint32_t states)
{
	return (states >> t->run->step[step].state & 1) != 0;
}

static void
act(struct turn *t, enum event_order order, size_t step)
{
	const struct event_step_run *s = &t->run->step[step];

	t->actions->action[t->actions->n++] = (struct event_action){ order, step, s->attempt, s->state };
}

/* Ends an attempt, if one is under way. */
static void
stop(struct turn *t, size_t step)
{
	if (is(t, step, UNDER_WAY))
		act(t, EVENT_STOP, step);
}

static void
start(struct turn *t, size_t step)
{
	struct event_step_run *s = &t->run->step[step];
	s->state = s->by_desk ? EVENT_REPLACED : EVENT_RUNNING;
	s->attempt++;
	s->started = t->run->now;
	s->late = 0;
	act(t, s->result > 0 ? EVENT_REDO : EVENT_START, step);
}

/* A step that is not to be done: an old result stays, else there is none. */
static void
put_away(struct turn *t, size_t step, enum event_state state)
{
	struct event_step_run *s = &t->run->step[step];

	stop(t, step);
	s->state = s->result > 0 ? EVENT_DONE : state;
	s->started = t->run->now;	/* what has changed until now is accepted */
	act(t, EVENT_TELL, step);
}

void
event_run_waits(const struct event_plan *plan, const struct event_run *run, size_t step,
    struct event_set *ret_steps, struct event_set *ret_fields)
{
	const struct event_plan_step *p = &plan->step[step];

	memset(ret_steps, 0, sizeof(*ret_steps));
	memset(ret_fields, 0, sizeof(*ret_fields));
	for (size_t i = event_set_next(&p->after, 0); i < plan->nsteps; i = event_set_next(&p->after, i + 1))
		if ((UNSETTLED >> run->step[i].state & 1) != 0)
			event_set_add(ret_steps, i);
	for (size_t i = event_set_next(&p->needs, 0); i < plan->nform; i = event_set_next(&p->needs, i + 1))
		if (run->field[i] == 0)
			event_set_add(ret_fields, i);
}

void
event_run_unsupply(struct event_run *run, size_t field)
{
	run->field[field] = 0;
}

int
event_run_has_result(const struct event_run *run, size_t step)
{
	return run->step[step].result > 0;
}

/* Whether a result that it uses has changed since it began; of fields likewise. */
static int
has_new_result(const struct turn *t, size_t step)
{
	const struct event_set *uses = &t->plan->step[step].uses;

	for (size_t i = event_set_next(uses, 0); i < t->plan->nsteps; i = event_set_next(uses, i + 1))
		if (t->run->step[i].result > t->run->step[step].started)
			return 1;
	return 0;
}

static int
has_new_field(const struct turn *t, size_t step)
{
	const struct event_set *reads = &t->plan->step[step].reads;

	for (size_t i = event_set_next(reads, 0); i < t->plan->nform; i = event_set_next(reads, i + 1))
		if (t->run->field[i] > t->run->step[step].started)
			return 1;
	return 0;
}

/* Whether every field of a set is there, supplied after an instant. */
static int
has_fields(const struct turn *t, const struct event_set *fields, uint64_t after)
{
	for (size_t i = event_set_next(fields, 0); i < t->plan->nform; i = event_set_next(fields, i + 1))
		if (t->run->field[i] <= after)
			return 0;
	return 1;
}

/* The first step whose result it uses and that will give none; nsteps or more: there is no such. */
static size_t
find_blocker(const struct turn *t, size_t step)
{
	const struct event_set *uses = &t->plan->step[step].uses;
	size_t i = event_set_next(uses, 0);

	while (i < t->plan->nsteps && !is(t, i, TO(SKIPPED) | TO(WITHDRAWN)))
		i = event_set_next(uses, i + 1);
	return i;
}

/* What waits goes on as far as it can: skipped with what it needs, or started. */
static void
settle_waiting(struct turn *t, size_t step, int may_start)
{
	struct event_step_run *s = &t->run->step[step];
	size_t blocker = find_blocker(t, step);

	if (blocker < t->plan->nsteps) {
		put_away(t, step, EVENT_SKIPPED);
		s->told_of = s->state == EVENT_SKIPPED;
		s->because = (uint8_t)blocker;
	} else if (may_start && has_fields(t, &t->plan->step[step].needs, 0)) {
		start(t, step);
	}
}

/* What it rested on is no more: it waits, and what it was doing is over. */
static void
send_back(struct turn *t, size_t step)
{
	struct event_step_run *s = &t->run->step[step];

	stop(t, step);
	/* A corrected result makes it a new question: it may be returned once more. */
	if (has_new_result(t, step))
		s->was_returned = 0;
	s->state = EVENT_WAITING;
}

/* One step, after those before it: what has changed for it. */
static void
settle_step(struct turn *t, size_t step, int may_start)
{
	struct event_step_run *s = &t->run->step[step];
	int result = has_new_result(t, step), news = result || has_new_field(t, step);

	switch (s->state) {
	case EVENT_DONE: case EVENT_RUNNING: case EVENT_REPLACED: case EVENT_FAILED:
		if (!news)
			return;
		send_back(t, step);
		break;
	case EVENT_RETURNED:
		if (result)
			send_back(t, step);
		else if (!has_fields(t, &s->missing, s->returned))
			return;
		else if (may_start) {
			start(t, step);
			return;
		}
		break;
	case EVENT_SKIPPED:
		if (!s->told_of || find_blocker(t, step) < t->plan->nsteps)
			return;
		s->told_of = 0;
		s->state = EVENT_WAITING;
		break;
	default:
		break;
	}
	if (s->state == EVENT_WAITING)
		settle_waiting(t, step, may_start);
}

/* Every step in order: what follows from what has happened. */
static void
settle(struct turn *t)
{
	struct event_set unsettled = { 0 };
	int finished = 1;

	for (size_t k = 0; k < t->plan->nsteps; k++) {
		size_t step = t->plan->order[k];

		settle_step(t, step, !event_set_meets(&t->plan->before[step], &unsettled));
		if (!is(t, step, UNSETTLED))
			continue;
		event_set_add(&unsettled, step);
		finished = 0;
	}
	if (finished && !t->run->finished)
		act(t, EVENT_FINISH, 0);
	t->run->finished = (uint8_t)finished;
}

/* What an attempt says; of one that is over it counts no more. */
static enum event_verdict
check_attempt(const struct event_run *run, const struct event_happened *h)
{
	const struct event_step_run *s = &run->step[h->step];

	if (h->attempt == 0 || h->attempt > s->attempt)
		return EVENT_NO_SUCH;
	return h->attempt == s->attempt && (UNDER_WAY >> s->state & 1) != 0 ? EVENT_TAKEN : EVENT_OVER;
}

static enum event_verdict
check_returned(const struct event_plan *plan, const struct event_run *run,
    const struct event_happened *h)
{
	if (run->step[h->step].was_returned)
		return EVENT_ONLY_ONCE;
	return event_set_next(&h->fields, 0) == EVENT_SET_END ||
	    !event_set_within(&h->fields, &plan->step[h->step].reads) ? EVENT_NO_SUCH : EVENT_TAKEN;
}

static enum event_verdict
allow(uint32_t states, enum event_state state)
{
	return (states >> state & 1) != 0 ? EVENT_TAKEN : EVENT_NOT_NOW;
}

static enum event_verdict
check(const struct event_plan *plan, const struct event_run *run, const struct event_happened *h)
{
	const struct event_step_run *s;
	enum event_verdict v;

	if (run->withdrawn)
		return EVENT_NOT_NOW;
	if (h->what == EVENT_SUPPLIED)
		return event_set_next(&h->fields, plan->nform) < EVENT_FORM_MAX ? EVENT_NO_SUCH : EVENT_TAKEN;
	if (h->what == EVENT_WITHDRAW_ALL)
		return EVENT_TAKEN;
	if (h->step >= plan->nsteps)
		return EVENT_NO_SUCH;
	s = &run->step[h->step];
	switch (h->what) {
	case EVENT_GOT_DONE: case EVENT_GOT_FAILED:
		return check_attempt(run, h);
	case EVENT_GOT_LATE:
		return (v = check_attempt(run, h)) == EVENT_TAKEN && s->late ? EVENT_OVER : v;
	case EVENT_GOT_RETURNED:
		return (v = check_attempt(run, h)) == EVENT_TAKEN ? check_returned(plan, run, h) : v;
	case EVENT_RETRY:
		/* What was skipped because of another step comes back with that. */
		return s->state == EVENT_SKIPPED && s->told_of ? EVENT_NOT_NOW :
		    allow(TO(FAILED) | TO(SKIPPED), s->state);
	case EVENT_SKIP:
		return allow(UNSETTLED, s->state);
	case EVENT_REPLACE:
		return s->by_desk ? EVENT_NOT_NOW : allow(UNSETTLED, s->state);
	case EVENT_WITHDRAW:
		return allow(UNSETTLED | TO(SKIPPED), s->state);
	case EVENT_CORRECT:
		return allow(TO(DONE), s->state);
	default:
		return EVENT_NO_SUCH;
	}
}

static void
replace(struct turn *t, size_t step)
{
	t->run->step[step].by_desk = 1;
	stop(t, step);
	t->run->step[step].state = EVENT_WAITING;	/* the desk gets it when its time has come */
}

static void
withdraw_all(struct turn *t)
{
	t->run->withdrawn = 1;
	for (size_t k = 0; k < t->plan->nsteps; k++)
		if (is(t, t->plan->order[k], UNSETTLED))
			put_away(t, t->plan->order[k], EVENT_WITHDRAWN);
}

/* What the thing itself does; what follows from it, settle does. */
static void
take(struct turn *t, const struct event_happened *h)
{
	struct event_step_run *s = h->step < t->plan->nsteps ? &t->run->step[h->step] : NULL;

	switch (h->what) {
	case EVENT_SUPPLIED:
		for (size_t i = event_set_next(&h->fields, 0); i < t->plan->nform;
		    i = event_set_next(&h->fields, i + 1))
			t->run->field[i] = t->run->now;
		break;
	case EVENT_GOT_DONE:
		s->state = EVENT_DONE;
		if (h->changed || s->result == 0)
			s->result = t->run->now;
		break;
	case EVENT_GOT_FAILED:
		s->state = EVENT_FAILED;
		act(t, EVENT_TELL, h->step);
		break;
	case EVENT_GOT_LATE:
		s->late = 1;
		act(t, EVENT_TELL, h->step);
		break;
	case EVENT_GOT_RETURNED:
		s->state = EVENT_RETURNED;
		s->was_returned = 1;
		s->returned = t->run->now;
		s->missing = h->fields;
		act(t, EVENT_TELL, h->step);
		break;
	case EVENT_RETRY:
		s->state = EVENT_WAITING;
		break;
	case EVENT_SKIP:
		put_away(t, h->step, EVENT_SKIPPED);
		break;
	case EVENT_REPLACE:
		replace(t, h->step);
		break;
	case EVENT_CORRECT:
		s->result = t->run->now;
		break;
	case EVENT_WITHDRAW:
		s->told_of = 0;
		put_away(t, h->step, EVENT_WITHDRAWN);
		break;
	case EVENT_WITHDRAW_ALL:
		withdraw_all(t);
		break;
	case EVENT_NHAPPENINGS:
		break;
	}
}

void
event_run_begin(struct event_run *ret_run)
{
	memset(ret_run, 0, sizeof(*ret_run));
}

enum event_verdict
event_run_apply(const struct event_plan *plan, struct event_run *run,
    const struct event_happened *h, struct event_actions *ret_actions)
{
	struct turn t = { plan, run, ret_actions };
	enum event_verdict v = check(plan, run, h);

	if (v != EVENT_TAKEN)
		return v;
	ret_actions->n = 0;
	run->now++;
	take(&t, h);
	settle(&t);
	return EVENT_TAKEN;
}

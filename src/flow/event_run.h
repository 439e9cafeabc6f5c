/*
 * event_run.h - how a life event goes on: what is started, stopped and told when something happens.
 *
 * One pure function (plan, state, what happened) -> next state and what to do.  No I/O, no
 * clock, no allocation; the same always gives the same.  The state is a plain value of a fixed
 * size, so that whoever keeps it may copy it; it holds no data of people.
 * docs/decisions/0012-one-thing.md says what must hold.
 */
#ifndef FLOW_EVENT_RUN_H
#define FLOW_EVENT_RUN_H

#include "flow/event_plan.h"

enum event_state {
	EVENT_WAITING,		/* something that it needs is not there */
	EVENT_RUNNING,
	EVENT_REPLACED,		/* a desk does it by hand */
	EVENT_RETURNED,		/* the applicant is to supply what is missing */
	EVENT_FAILED,		/* the lead agency decides how it goes on */
	EVENT_DONE,
	EVENT_SKIPPED,
	EVENT_WITHDRAWN,
	EVENT_NSTATES
};

const char *event_state_name(enum event_state s);	/* "waiting" ... */
int event_state_parse(const char *name, enum event_state *ret_state);

/* Whether to may follow from.  A state never follows itself: that is no change. */
int event_state_may(enum event_state from, enum event_state to);

enum event_happening {
	EVENT_SUPPLIED,		/* fields of the form, for the first time or anew */
	EVENT_GOT_DONE,		/* an attempt gave its results */
	EVENT_GOT_FAILED,	/* an attempt could not */
	EVENT_GOT_LATE,		/* an attempt is past its time */
	EVENT_GOT_RETURNED,	/* an attempt needs the applicant to supply fields */
	EVENT_RETRY,		/* tried once more after a failure, or a step that was skipped taken back */
	EVENT_SKIP,		/* by the lead agency */
	EVENT_REPLACE,		/* by a desk, from now on */
	EVENT_CORRECT,		/* a result is another than was said */
	EVENT_WITHDRAW,		/* a step, by the applicant */
	EVENT_WITHDRAW_ALL,
	EVENT_NHAPPENINGS
};

struct event_happened {
	enum event_happening what;
	size_t step;			/* all but SUPPLIED and WITHDRAW_ALL */
	uint32_t attempt;		/* GOT_*: which attempt says so */
	int changed;			/* GOT_DONE: whether the results are others than before; the first always are */
	struct event_set fields;	/* SUPPLIED: which; GOT_RETURNED: what is missing */
};

enum event_order {
	EVENT_START,		/* the attempt begins */
	EVENT_REDO,		/* likewise, of a step that has been done: what it uses has changed */
	EVENT_STOP,		/* the attempt is over: what it says no longer counts */
	EVENT_TELL,		/* somebody must know: the state says what */
	EVENT_FINISH,		/* every step is settled */
};

struct event_action {
	enum event_order order;
	size_t step;		/* not of FINISH */
	uint32_t attempt;
	/* TELL: failed, returned, skipped, withdrawn; running or replaced: late; done: put away, the old result stays. */
	enum event_state state;
};

/* A step is stopped, started and told of at most once for one thing that happens. */
#define EVENT_ACTIONS_MAX (3 * EVENT_STEPS_MAX + 1)

struct event_actions {
	struct event_action action[EVENT_ACTIONS_MAX];
	size_t n;
};

/* Times are counts of what has happened. */
struct event_step_run {
	enum event_state state;
	uint32_t attempt;	/* the last; 0: none yet */
	uint64_t started;	/* when it began; results and fields that changed later are news to it */
	uint64_t result;	/* when its results last changed; 0: it has none */
	uint64_t returned;
	struct event_set missing;	/* RETURNED */
	uint8_t late, was_returned, by_desk, told_of;	/* told_of: skipped because of another step */
	uint8_t because;	/* the step that gives no result; where told_of */
};

struct event_run {
	uint64_t now;
	uint8_t finished, withdrawn;
	struct event_step_run step[EVENT_STEPS_MAX];
	uint64_t field[EVENT_FORM_MAX];		/* when it was last supplied; 0: it is not there */
};

enum event_verdict {
	EVENT_TAKEN,
	EVENT_OVER,		/* of an attempt that is over, or said already: nothing changes */
	EVENT_NOT_NOW,		/* the step's state does not allow it */
	EVENT_ONLY_ONCE,	/* it was returned to the applicant already */
	EVENT_NO_SUCH,		/* no such step, field or attempt */
};

/* The state before anything happened.  Nothing starts until something is supplied, be it no field at all. */
void event_run_begin(struct event_run *ret_run);

/*
 * Takes what happened.  Only EVENT_TAKEN changes run and gives actions, in the order in which
 * they are to be done; otherwise both stay as they are.  Any value may come.  The plan is closed
 * and always the same for one run.  O(steps * steps).
 */
enum event_verdict event_run_apply(const struct event_plan *plan, struct event_run *run,
    const struct event_happened *h, struct event_actions *ret_actions);

/* What a step waits for: steps before it that are not settled, and fields that it needs and that are not there. */
void event_run_waits(const struct event_plan *plan, const struct event_run *run, size_t step,
    struct event_set *ret_steps, struct event_set *ret_fields);

/* A field is there no more: what waits for it waits; what used it goes on.  Once it is supplied again it is news. */
void event_run_unsupply(struct event_run *run, size_t field);

/* Whether a step has a result that others may use, also while it is done anew. */
int event_run_has_result(const struct event_run *run, size_t step);

#endif

/*
 * joint_clock.h - the promise of a life event, and how it was kept: for everybody to see.
 */
#ifndef SVC_JOINT_JOINT_CLOCK_H
#define SVC_JOINT_JOINT_CLOCK_H

#include "svc/joint/joint.h"

#define JOINT_CLOCK_DAYS 90	/* that it looks back */
#define JOINT_CLOCK_MAX 20000	/* the newest are counted */
#define JOINT_CLOCK_KEPT_MS 10000	/* for which what was counted is said again: it is public, and costs */

struct joint_clock {
	int64_t running, finished, in_time, late, withdrawn;
	int64_t minutes_median, minutes_most;	/* office minutes of those that are finished; 0: none */
	int64_t counted;			/* below JOINT_CLOCK_MAX all of them */
	int64_t at;
};

/* Of the whole store, as of now. */
int joint_clock(struct act *act, const struct inventory *inv, const struct event *e,
    struct joint_clock *ret_clock, struct fault *f);

#endif

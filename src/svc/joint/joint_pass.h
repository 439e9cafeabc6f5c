/*
 * joint_pass.h - one pass over a joint case, for the files that make it.
 */
#ifndef SVC_JOINT_JOINT_PASS_H
#define SVC_JOINT_JOINT_PASS_H

#include "svc/joint/joint_drive.h"

struct drive {
	struct act act;
	struct joint_file *j;
	struct joint_op *o;
	struct case_file *c[EVENT_STEPS_MAX];	/* those that were loaded, or begun */
	struct joint_pass pass;
};

/*
 * What is done for one step.  -1 only where the store or the machine fails: what a step cannot do
 * fails the step, and what had been put together for it is dropped.
 */

/* Gives the attempt that the run has begun its case. */
int joint_step_start(struct drive *d, size_t step, struct fault *f);
/* Works on its open case: returns what lacks, asks, signs, and where a rule settles it, settles. */
int joint_step_work(struct drive *d, size_t step, struct fault *f);
/* Its case has ended: so has the step. */
int joint_step_end(struct drive *d, size_t step, struct fault *f);
/* Says what happened to the attempt that is under way. */
enum event_verdict joint_step_apply(struct drive *d, size_t step, enum event_happening what,
    int changed, const struct event_set *fields);

#endif

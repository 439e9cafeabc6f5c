/*
 * look.h - who has whose values before them: the first look of a day is a record.
 *
 * Whoever looks at a case, a question to a desk, a dispute or a joint case that they did not open
 * and did not change last leaves one `case.read` or `joint.read` on that day (China time).  What
 * was recorded is remembered in memory, of each process for itself and at most LOOKS_MAX looks:
 * after a new start, or where two first looks cross, there may be one more, never one less.
 */
#ifndef SVC_EVIDENCE_LOOK_H
#define SVC_EVIDENCE_LOOK_H

#include "svc/cases/verification.h"
#include "svc/disputes/dispute.h"
#include "svc/joint/joint.h"

#define LOOKS_MAX 65536

struct looks;

struct looks *looks_new(void);	/* NULL without memory */
void looks_free(struct looks *looks);

/* Adds the operation that records the look, where there is to be one; act->object names what is looked at. */
int look_case(struct act *act, const struct case_file *c, struct fault *f);
int look_verification(struct act *act, const struct verification *v, struct fault *f);
int look_dispute(struct act *act, const struct dispute *d, struct fault *f);
int look_joint(struct act *act, const struct joint_file *j, struct fault *f);

/* The record of the look at act->object is durable. */
void look_recorded(const struct act *act);

#endif

/*
 * joint_drive.h - brings the cases of a joint case in line with its run, and the run with its cases.
 *
 * What is to be done follows from what is kept: a step whose attempt has no case gets one, a case
 * whose step is over is withdrawn, a case that has ended ends its step.  So nothing is lost
 * where a process dies, and what is done twice changes nothing: the joint case is the guard.
 */
#ifndef SVC_JOINT_JOINT_DRIVE_H
#define SVC_JOINT_JOINT_DRIVE_H

#include "svc/joint/joint.h"

/* One pass over one joint case: what it did, and for what was started how long it had been ready. */
struct joint_pass { size_t operations, started; int64_t lag_ms; int again; };

/*
 * Reads, decides, writes and waits for the disk.  0 also where somebody was quicker: what they did
 * makes it due again.  -1: the store failed.
 */
int joint_drive(struct app *app, struct store_reader *reader, const char *division,
    const uint8_t *id, struct joint_pass *ret_pass, struct fault *f);

/*
 * The threads that do it for every joint case that is due.  Poked where this process did something
 * that makes one due; what another left behind is found by looking.
 */
struct joint_driver;
/* changed is called after each commit, from any of the threads; it must be quick. */
typedef void joint_changed_fn(void *ctx, const char *division, const uint8_t *id);
int joint_driver_start(struct app *app, int threads, joint_changed_fn *changed, void *ctx,
    struct joint_driver **ret_driver, struct fault *f);
void joint_driver_poke(struct joint_driver *d);	/* d may be NULL; from any thread */
void joint_driver_stop(struct joint_driver *d);

#endif

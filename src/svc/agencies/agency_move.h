/*
 * agency_move.h - what a change of agencies moves on its day.
 */
#ifndef SVC_AGENCIES_AGENCY_MOVE_H
#define SVC_AGENCIES_AGENCY_MOVE_H

#include "svc/app.h"

#define AGENCY_MOVE_BATCH 100	/* objects handed to the journal at a time, an operation each */
#define AGENCY_MOVE_MAX 2000	/* in one call, so that its caller comes to other things */
#define AGENCY_MOVE_LATE_MS 30000	/* what a request that began before the day may still write */

/*
 * Begins the changes whose day has come, moves what is under way, and ends those that have found
 * nothing any more for long enough.  For every second; may be killed at any instruction, and may run in
 * several processes at once: of two that move the same object one loses.
 */
int agency_move(struct app *app, struct store_reader *reader, struct fault *f);

#endif

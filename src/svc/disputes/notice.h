/*
 * notice.h - what those who work on a case are told besides: a value that it used was corrected.
 *
 * A notice changes nothing but that it is shown on the item's card until somebody has seen it or
 * the source was asked again.
 */
#ifndef SVC_DISPUTES_NOTICE_H
#define SVC_DISPUTES_NOTICE_H

#include "svc/disputes/dispute.h"

#define NOTICES_MAX 200		/* that one correction makes, within ACT_OPS_MAX; further items are counted */

/* How many items were told, and how many were found beyond those. */
struct told { int64_t told, more; };

/*
 * Adds an operation for every item, of whatever case and division, that rests on an answer of
 * the disputed service about the same subject: a notice, and a record of that case whose id it has.
 * cause: the record of the correction, whose operation has changed the case of the dispute
 * itself.  FAULT_INDEX_BEHIND.
 */
int notice_correction(struct act *act, const struct dispute *d, const uint8_t *cause,
    struct told *ret_told, struct fault *f);

struct notice {
	uint8_t id[RECORD_ID_LEN], cause[RECORD_ID_LEN];
	char item[32], kind[16], cause_division[7];
	int64_t at;
};

/* The notices of a case that nobody has seen, oldest first. */
typedef int notice_each_fn(const struct notice *n, void *ctx, struct fault *f);
int notice_of_case(struct act *act, const struct case_file *c, notice_each_fn *each, void *ctx,
    struct fault *f);
/* Says ahead to the reader that they will be read. */
void notice_ahead(struct act *act, const struct case_file *c);

/* Adds the operation that says that it was seen; FAULT_NOT_FOUND for one that is not open. */
int notice_see(struct act *act, struct case_file *c, const char *id, struct fault *f);

/* Adds to op that whatever the item was told has been seen. */
void notice_put_seen(struct op *op, const struct act *act, const struct case_file *c,
    const struct case_item *ci);

#endif

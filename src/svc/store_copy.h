/*
 * store_copy.h - a store copied into another one, of either kind (docs/operate.md).
 */
#ifndef SVC_STORE_COPY_H
#define SVC_STORE_COPY_H

#include <jansson.h>

#include "base/fault.h"
#include "store/store.h"
#include "svc/progress.h"

/*
 * Copies all that the store at from holds, row by row, and compares: each table, and each
 * log's root computed again from the copied leaves.  Nobody may write either of them meanwhile:
 * FAULT_INSTANCE_LOCKED, FAULT_STORE_IN_USE.  The copy is made in many transactions and is marked
 * as unfinished until it was compared; the same call goes on where one was stopped, and only
 * compares where all was done.  Any other store at to is left as it was:
 * FAULT_STORE_NOT_EMPTY, FAULT_COPY_OTHER.  FAULT_COPY_STOPPED, FAULT_COPY_DIFFERS.
 *
 * ret: {"from","to","rows","tables":[{"table","rows","sha256"}],"logs":[{"log","size","root"}]}.
 */
int store_copy(const char *from, const char *to, progress_fn *say, void *ctx, json_t **ret,
    struct fault *f);

/* FAULT_COPY_UNFINISHED if the store at this address was copied only in part. */
int store_copy_check_whole(struct store_reader *reader, const char *address, struct fault *f);

#endif

/*
 * fence.h - a store that is older than what was signed of its log is not written to.
 */
#ifndef SVC_EVIDENCE_FENCE_H
#define SVC_EVIDENCE_FENCE_H

#include "base/conf.h"
#include "svc/app.h"

#define EVIDENCE_ORIGIN_MAX 272

/* "<public host>/log/a" */
void evidence_origin(const struct app *app, char ret_origin[EVIDENCE_ORIGIN_MAX]);

/*
 * Compares the log in the store with the newest tree that the signer knows: FAULT_SIGN_STORE_OLDER,
 * FAULT_SIGN_NOT_CONSISTENT.  A signer that cannot be asked is logged, and compared with later.
 */
int evidence_fence(struct app *app, const struct conf *conf, struct fault *f);

/* Whether a fault says that writing on would be a fork. */
static inline int
evidence_is_fork(const struct fault *f)
{
	return f->code == FAULT_SIGN_STORE_OLDER || f->code == FAULT_SIGN_NOT_CONSISTENT;
}

/* The newest checkpoint of a log in the store of an instance, whether a server runs or not.  FAULT_SIGN_NO_CHECKPOINT. */
int evidence_newest(const char *dir, const char *log, struct buf *out, struct fault *f);

#endif

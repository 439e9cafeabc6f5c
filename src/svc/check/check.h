/*
 * check.h - whether all that a store holds fits together (docs/operate.md).
 *
 * One state is read, also while a server runs, in pages.  Nothing is changed.
 */
#ifndef SVC_CHECK_CHECK_H
#define SVC_CHECK_CHECK_H

#include <jansson.h>

#include "base/fault.h"
#include "svc/progress.h"

enum check_scope {
	CHECK_EVIDENCE,		/* every log, computed again from its records */
	CHECK_EVERYTHING,	/* and every reference, sealed value and count */
};

/*
 * Checks the store of the instance in dir.  Whatever is wrong is an answer, not a fault:
 *	{"ok","size","records","logs":[{"log","size","root"}],"found",
 *	 "errors":[{"table","key","code","what"}]}
 * size: the leaves of all logs; found counts everything, errors lists the first ones, in lang.
 */
int store_check(const char *dir, enum check_scope scope, enum lang lang, progress_fn *say,
    void *ctx, json_t **ret, struct fault *f);

#endif

/*
 * progress.h - how far something long has come.
 */
#ifndef SVC_PROGRESS_H
#define SVC_PROGRESS_H

#include <stdint.h>

enum progress_kind { PROGRESS_COPIED, PROGRESS_COMPARED, PROGRESS_CHECKED };

/* done of so many rows of this table. */
struct progress {
	enum progress_kind kind;
	const char *table;
	int64_t done, of;
};

/* Called every few thousand rows at least; 1 to stop, as soon as it can be gone on from here. */
typedef int progress_fn(const struct progress *p, void *ctx);

#endif

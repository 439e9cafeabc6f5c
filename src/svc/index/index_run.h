/*
 * index_run.h - sorted runs of entries in the index store: written, searched, merged.
 *
 * A run holds what the records of one log from start to below upto say.  A run of level 0 is
 * written from memory; INDEX fan runs of a level become one of the next, until the last level.
 * Whatever does not read as it was written is FAULT_STORE: the index is to be made anew.
 */
#ifndef SVC_INDEX_RUN_H
#define SVC_INDEX_RUN_H

#include <stdatomic.h>

#include "store/store.h"
#include "svc/index/index_entry.h"

#define INDEX_LOG_MAX 8		/* bytes of a log's name */
#define INDEX_HASH_LEN 32	/* of a log's entry */

/* What is written how large; the tests have it small. */
struct index_shape {
	size_t page;		/* entries of a page, at most INDEX_PAGE_ENTRIES */
	size_t fan;		/* runs of a level that become one, at most INDEX_FAN_MAX */
	int64_t levels;
};
#define INDEX_FAN_MAX 16

struct index_run { char log[INDEX_LOG_MAX]; int64_t level, start, upto; };

/* How far a log is in runs, and the entry of the log before that: whether it is the same log. */
struct index_position {
	char log[INDEX_LOG_MAX];
	int64_t next;
	uint8_t entry[INDEX_HASH_LEN];
};

/* What is there; the array is the caller's to free. */
int index_positions(struct store_reader *reader, struct index_position **ret, size_t *ret_n,
    struct fault *f);
int index_runs(struct store_reader *reader, struct index_run **ret, size_t *ret_n,
    struct fault *f);

/*
 * Writes entries in order (n may be 0) as the run from start on and moves the log's position
 * from there to position->next, in one transaction.  1; or 0, with nothing written, where another
 * process has moved it meanwhile.
 */
int index_run_write(struct store *s, const struct index_shape *shape, int64_t start,
    const struct index_position *position, const struct index_entry *e, size_t n, struct fault *f);

/* Adds to top what the run says after e with its blind and kind. */
int index_run_find(struct store_reader *reader, const struct index_run *run,
    const struct index_entry *e, struct index_top *top, struct fault *f);

/*
 * Merges the oldest runs of the lowest level of a log that has too many, in one transaction and
 * a few pages of memory; gives up, with nothing changed, once *stop is set.  1 if it did
 * something, 0 if there was nothing to do, or another process did it.
 */
int index_runs_merge(struct store *s, struct store_reader *reader, const struct index_shape *shape,
    const char *log, const atomic_int *stop, struct fault *f);

/* Forgets everything. */
int index_runs_clear(struct store *s, struct fault *f);

#endif

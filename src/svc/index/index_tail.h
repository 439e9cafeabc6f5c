/*
 * index_tail.h - what the newest records of a log say and no run holds yet: an array in memory.
 */
#ifndef SVC_INDEX_TAIL_H
#define SVC_INDEX_TAIL_H

#include "svc/index/index_run.h"

struct index_tail_entry { int64_t idx; struct index_entry e; };

/* Of one log: what its indexes from `from` to below `upto` say. */
struct index_tail {
	char log[INDEX_LOG_MAX];
	int64_t size;			/* of the log, as it was last seen */
	int64_t from, upto;
	uint8_t entry[INDEX_HASH_LEN];	/* the log's entry before upto */
	struct index_tail_entry *e;	/* in the order of idx */
	size_t n, cap;
};

void index_tail_free(struct index_tail *t);

/* Forgets what is before next, because a run holds it; everything, where next is not within. */
void index_tail_follow(struct index_tail *t, int64_t next);

/* Reads at most max further records of the log.  Returns how many, 0 at the end of the log, or -1. */
int64_t index_tail_read(struct index_tail *t, struct store_reader *store, int64_t max,
    struct fault *f);

/* Adds to top what is said after e with its blind and kind. */
void index_tail_find(const struct index_tail *t, const struct index_entry *e,
    struct index_top *top);

/* The entry of the log at an index; 0 if there is none, -1 on a fault. */
int index_log_entry(struct store_reader *store, const char *log, int64_t idx,
    uint8_t ret_entry[INDEX_HASH_LEN], struct fault *f);

#endif

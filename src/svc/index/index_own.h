/*
 * index_own.h - the inside of the index, for its own files.
 */
#ifndef SVC_INDEX_OWN_H
#define SVC_INDEX_OWN_H

#include <pthread.h>

#include "svc/index/index.h"
#include "svc/index/index_tail.h"

struct index {
	struct index_conf conf;
	char *address;
	char log[INDEX_LOG_MAX];

	/* The thread's own. */
	pthread_t thread;
	struct store *runs;
	struct store_reader *merging;
	int64_t thrown_at;		/* monotonic ms; when it was last thrown away because of damage */
	int tries;			/* of writing in vain, one after the other */
	int failing;			/* and that was said */

	pthread_mutex_t lock;		/* of what follows */
	pthread_cond_t work;
	atomic_int stopping, asking;	/* asking: look-ups that wait for the lock */
	struct store_reader *source, *reader;	/* of the store and of its index */
	int over;			/* the runs are not to be used: it begins again */
	int broken;			/* because of damage */
	struct index_tail *tail;
	size_t ntails;

	pthread_mutex_t shown_lock;
	struct index_log shown[INDEX_LOGS_MAX];
	size_t nshown;
};

/* index_logs.c: logs and how far they are; all with the lock held. */

struct index_tail *index_find_tail(struct index *x, const char *log);
void index_forget_tails(struct index *x);
/* The runs are not used any more, nor what memory holds: the thread makes them anew. */
void index_begin_again(struct index *x, int broken);
/* The sizes of all logs, also of those that are new. */
int index_read_sizes(struct index *x, struct fault *f);
/* What the runs hold is not kept in memory: from where on it is, the positions say. */
int index_follow(struct index *x, struct fault *f);
/* Reads a chunk of each log, as far as there is room.  Returns how many records, or -1. */
int64_t index_read_chunk(struct index *x, struct fault *f);
/* For index_state. */
void index_note(struct index *x);

#endif

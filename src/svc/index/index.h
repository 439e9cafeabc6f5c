/*
 * index.h - who is in which cases and records: looked up by a person's blind index.
 *
 * One thread of the serving process follows every log of the store.  What the newest records
 * say stays in memory; enough of it becomes a sorted run in the index store.  All of it can be
 * made again from the store.  A look-up first reads what the thread has not reached yet, so
 * that whoever was just recorded is found.  docs/decisions/0004-persons-are-indexed-behind.md.
 */
#ifndef SVC_INDEX_INDEX_H
#define SVC_INDEX_INDEX_H

#include "svc/index/index_run.h"

struct index;

struct index_conf {
	const char *address;		/* of the index store */
	const char *log;		/* the log that this process writes */
	struct index_shape shape;
	size_t run_entries;		/* in memory become a run; of other logs twice as many */
	int64_t chunk;			/* records read at a time */
	int64_t ask_records;		/* that a look-up reads at most before it answers */
	int64_t wait_ms;		/* between looks at logs that stand still */
	int64_t pause_ms;		/* between two times that it is thrown away because of damage */
};
/* The usual sizes; address and log are NULL. */
struct index_conf index_conf_usual(void);

/*
 * Opens the index of a store, makes it anew where it is missing, damaged or does not belong to
 * what the store holds, and starts the thread.  The store must stay open until index_stop.
 */
int index_start(struct store *store, const struct index_conf *conf, struct index **ret_index,
    struct fault *f);
void index_stop(struct index *x);

/*
 * The objects of this kind with the person in them, newest first, each once: those before an id
 * (NULL: from the newest on), at most max.  ret_hit has room for max.  What cannot be used
 * of the index is left out and made anew; ret_behind says how many records were not searched.
 * Safe from any thread.
 */
struct index_query { const uint8_t *blind; enum index_kind kind; const uint8_t *before; size_t max; };
int index_find(struct index *x, const struct index_query *q, struct index_hit *ret_hit,
    size_t *ret_n, int64_t *ret_behind, struct fault *f);

/*
 * Of each log: its size, how many of its records are searched, and how many of those need not
 * be read again after a start.  Never waits for the store.
 */
#define INDEX_LOGS_MAX 32
struct index_log { char log[INDEX_LOG_MAX]; int64_t size, indexed, in_runs; };
void index_state(struct index *x, struct index_log ret_log[INDEX_LOGS_MAX], size_t *ret_n);

/* Throws the index away and begins to make it again; how far that is, index_state says. */
void index_rebuild(struct index *x);

#endif

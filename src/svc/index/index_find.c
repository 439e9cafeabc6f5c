/* index_find.c - look-ups; all but index_find and index_state with the lock held. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "svc/index/index_own.h"

static int64_t
behind(const struct index *x)
{
	int64_t sum = 0;

	for (size_t i = 0; i < x->ntails; i++)
		sum += x->tail[i].size - x->tail[i].upto;
	return sum;
}

static int
find_in_tails(struct index *x, const struct index_entry *e, struct index_top *top, struct fault *f)
{
	int64_t n = 0, read = 0;

	if (index_read_sizes(x, f) < 0)
		return -1;
	do {
		if ((n = index_read_chunk(x, f)) < 0)
			return -1;
		read += n;
	} while (n > 0 && read < x->conf.ask_records);
	for (size_t i = 0; i < x->ntails; i++)
		index_tail_find(&x->tail[i], e, top);
	return 0;
}

static int
find_in_runs(struct index *x, const struct index_entry *e, struct index_top *top, struct fault *f)
{
	struct index_run *r = NULL;
	size_t n = 0;
	int rc;

	rc = index_runs(x->reader, &r, &n, f);
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = index_run_find(x->reader, &r[i], e, top, f);
	free(r);
	return rc;
}

/* Runs and memory of one state: what the positions of that state say is in runs, is not in memory. */
static int
find_everywhere(struct index *x, const struct index_entry *e, struct index_top *top,
    struct fault *why, struct fault *f)
{
	int rc = -1;

	if (store_reader_begin(x->reader, why) < 0)
		return -1;
	if (index_follow(x, why) == 0 && find_in_runs(x, e, top, why) == 0)
		rc = find_in_tails(x, e, top, f);
	store_reader_end(x->reader);
	return rc;
}

static int
find_locked(struct index *x, const struct index_entry *e, struct index_top *top, struct fault *f)
{
	struct fault why = FAULT_INIT;

	if (!x->over && find_everywhere(x, e, top, &why, f) == 0 && !x->over)
		return 0;
	if (f->code != FAULT_NONE)
		return -1;
	if (why.code != FAULT_NONE && why.code != FAULT_STORE) {
		*f = why;
		return -1;
	}
	if (!x->over) {
		log_fault(LOG_ERROR, "index_damaged", &why);
		index_begin_again(x, 1);
	}
	/* Without the runs: what memory holds of the beginning, and how much is behind it. */
	top->n = 0;
	return find_in_tails(x, e, top, f);
}

int
index_find(struct index *x, const struct index_query *q, struct index_hit *ret_hit,
    size_t *ret_n, int64_t *ret_behind, struct fault *f)
{
	struct index_entry e = index_entry_before(q->blind, q->kind, q->before);
	struct index_top top = { .max = q->max };
	struct fault said = FAULT_INIT;
	int rc;

	if ((top.e = calloc(q->max + 1, sizeof(*top.e))) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "index");
		return -1;
	}
	atomic_fetch_add(&x->asking, 1);
	pthread_mutex_lock(&x->lock);
	atomic_fetch_sub(&x->asking, 1);
	if ((rc = find_locked(x, &e, &top, &said)) == 0)
		*ret_behind = behind(x);
	pthread_mutex_unlock(&x->lock);
	if (rc == 0) {
		for (size_t i = 0; i < top.n; i++)
			ret_hit[i] = index_entry_hit(&top.e[i]);
		*ret_n = top.n;
	} else if (f != NULL)
		*f = said;
	free(top.e);
	return rc;
}

void
index_state(struct index *x, struct index_log ret_log[INDEX_LOGS_MAX], size_t *ret_n)
{
	pthread_mutex_lock(&x->shown_lock);
	memcpy(ret_log, x->shown, x->nshown * sizeof(*ret_log));
	*ret_n = x->nshown;
	pthread_mutex_unlock(&x->shown_lock);
}

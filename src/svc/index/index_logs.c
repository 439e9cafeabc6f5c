#include "svc/index/index_own.h"

#include <stdlib.h>
#include <string.h>

#define TAIL_RUNS 4	/* so many runs' worth stay in memory at most: then the index falls behind */

struct index_tail *
index_find_tail(struct index *x, const char *log)
{
	for (size_t i = 0; i < x->ntails; i++)
		if (strcmp(x->tail[i].log, log) == 0)
			return &x->tail[i];
	return NULL;
}

void
index_forget_tails(struct index *x)
{
	for (size_t i = 0; i < x->ntails; i++) {
		x->tail[i].n = 0;
		x->tail[i].from = x->tail[i].upto = 0;
	}
}

void
index_note(struct index *x)
{
	pthread_mutex_lock(&x->shown_lock);
	x->nshown = x->ntails;
	for (size_t i = 0; i < x->ntails; i++) {
		memcpy(x->shown[i].log, x->tail[i].log, sizeof(x->shown[i].log));
		x->shown[i].size = x->tail[i].size;
		x->shown[i].indexed = x->tail[i].upto;
		x->shown[i].in_runs = x->tail[i].from;
	}
	pthread_mutex_unlock(&x->shown_lock);
}

void
index_begin_again(struct index *x, int broken)
{
	x->over = 1;
	x->broken = broken;
	index_forget_tails(x);
	index_note(x);
	pthread_cond_signal(&x->work);
}

/* The columns of LOGS. */
static int
log_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct index *x = ctx;
	struct index_tail *t = index_find_tail(x, row_text(row, 0)), *more;

	if (t == NULL) {
		if (x->ntails == INDEX_LOGS_MAX ||
		    (more = reallocarray(x->tail, x->ntails + 1, sizeof(*more))) == NULL) {
			fault_set(f, FAULT_MEMORY, "%s", "logs");
			return -1;
		}
		x->tail = more;
		t = &x->tail[x->ntails++];
		memset(t, 0, sizeof(*t));
		snprintf(t->log, sizeof(t->log), "%s", row_text(row, 0));
	}
	t->size = row_int(row, 3);
	return 0;
}

int
index_read_sizes(struct index *x, struct fault *f)
{
	if (store_read(x->source, ST_LOGS, NULL, 0, log_row, x, f) < 0)
		return -1;
	/* A log that has become shorter is not the one that was read. */
	for (size_t i = 0; i < x->ntails; i++)
		if (x->tail[i].size < x->tail[i].upto)
			index_begin_again(x, 1);
	return 0;
}

int
index_follow(struct index *x, struct fault *f)
{
	struct index_position *p = NULL;
	size_t n = 0;

	if (index_positions(x->reader, &p, &n, f) < 0)
		return -1;
	for (size_t i = 0; i < x->ntails; i++) {
		int64_t next = 0;

		for (size_t k = 0; k < n; k++)
			if (strcmp(p[k].log, x->tail[i].log) == 0)
				next = p[k].next;
		index_tail_follow(&x->tail[i], next);
	}
	free(p);
	return 0;
}

int64_t
index_read_chunk(struct index *x, struct fault *f)
{
	int64_t sum = 0;

	for (size_t i = 0; i < x->ntails; i++) {
		int64_t n = 0;

		if (x->tail[i].n < TAIL_RUNS * x->conf.run_entries &&
		    (n = index_tail_read(&x->tail[i], x->source, x->conf.chunk, f)) < 0)
			return -1;
		sum += n;
	}
	index_note(x);
	return sum;
}

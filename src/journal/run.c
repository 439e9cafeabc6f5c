/*
 * run.c - handing operations over and waiting for what becomes of them.
 */
#include <pthread.h>

#include "journal/journal.h"

/* Somebody who waits: for n operations, with the first that did not win. */
struct waiter {
	pthread_mutex_t lock;
	pthread_cond_t woken;
	size_t left;
	struct op_result result;
	struct fault fault;		/* where that failed */
};

static void
wake(void *ctx, const struct op_result *result)
{
	struct waiter *w = ctx;

	pthread_mutex_lock(&w->lock);
	if (w->result.status == OP_COMMITTED) {
		w->result = *result;
		if (result->status == OP_FAILED)
			w->fault = *result->fault;
		w->result.fault = NULL;
	}
	if (--w->left == 0)
		pthread_cond_signal(&w->woken);
	pthread_mutex_unlock(&w->lock);
}

int
journal_run_all(struct journal *j, struct op **op, size_t n, struct op_result *ret_result,
    struct fault *f)
{
	struct waiter w = { .lock = PTHREAD_MUTEX_INITIALIZER, .woken = PTHREAD_COND_INITIALIZER,
	    .left = n };

	if (journal_submit_all(j, op, n, wake, &w, f) < 0) {
		for (size_t i = 0; i < n; i++)
			op_free(op[i]);
		return -1;
	}
	pthread_mutex_lock(&w.lock);
	while (w.left > 0)
		pthread_cond_wait(&w.woken, &w.lock);
	pthread_mutex_unlock(&w.lock);
	if (ret_result != NULL)
		*ret_result = w.result;
	if (w.result.status == OP_COMMITTED)
		return 0;
	if (w.result.status == OP_LOST)
		fault_set(f, FAULT_CONFLICT, "step %zu", w.result.lost_step);
	else if (f != NULL)
		*f = w.fault;
	return -1;
}

int
journal_run(struct journal *j, struct op *op, struct op_result *ret_result, struct fault *f)
{
	return journal_run_all(j, &op, 1, ret_result, f);
}

/*
 * op.h - the inside of an operation, for the journal only.
 */
#ifndef JOURNAL_OP_H
#define JOURNAL_OP_H

#include "journal/journal.h"

struct op_param {
	struct sql_value value;		/* data is an offset into op->data until op_complete */
	int is_at;
};

struct op {
	struct store_step *step;
	size_t nsteps, steps_cap;
	struct op_param *param;
	size_t nparams, params_cap;
	struct sql_value *value;	/* what the store is given */
	struct buf data;
	struct record *record;		/* NULL: housekeeping that changes no object */
	struct buf sealed;		/* its body */
	uint8_t case_id[RECORD_ID_LEN];
	int has_case;
	uint8_t *subjects;
	size_t subjects_len;
	int failed;

	/* While it waits. */
	int apart;			/* stands alone among those submitted with it */
	int chained;			/* loses if the one before it did not win */
	int kept;			/* by its submitter, who frees it */
	journal_done_fn *done;
	void *ctx;
	int64_t since;			/* handed over: monotonic, microseconds */
	struct op_result result;
	struct op *next;
};

/* No more steps: resolves the parameters and seals the body. */
int op_complete(struct op *op, struct seal *ring, struct fault *f);

/* The steps with the time of the batch filled in. */
const struct store_step *op_steps(struct op *op, int64_t at);

#endif

/*
 * plain.c - bench-plain: wzm without evidence, to hold wzm against.
 *
 * The program is wzm whole; the linker puts these two in the place of the journal's (--wrap).  An
 * operation writes its rows, in the same batches and as durably, and nothing of its record: no
 * text, no sealed body, no entry, no leaf, no tile, no blind index, and the log does not grow.
 */
#include <stdio.h>
#include <string.h>

#include "journal/logrow.h"

int __real_op_complete(struct op *op, struct seal *ring, struct fault *f);
int __wrap_op_complete(struct op *op, struct seal *ring, struct fault *f);
int __wrap_logrow_append(struct store *store, const char *log, struct op *op, int64_t at,
    struct merkle_edge *edge, struct tile_edge *tiles, struct fault *f);

int
__wrap_op_complete(struct op *op, struct seal *ring, struct fault *f)
{
	struct record *r = op->record;
	int rc;

	op->record = NULL;
	rc = __real_op_complete(op, ring, f);
	op->record = r;
	return rc;
}

int
__wrap_logrow_append(struct store *store, const char *log, struct op *op, int64_t at,
    struct merkle_edge *edge, struct tile_edge *tiles, struct fault *f)
{
	(void)store;
	(void)edge;
	(void)tiles;
	(void)f;
	/* The answer names the record that there would be. */
	op->result.has_record = 1;
	memcpy(op->result.record, record_id(op->record), RECORD_ID_LEN);
	op->result.at = at;
	snprintf(op->result.log, sizeof(op->result.log), "%s", log);
	return 0;
}

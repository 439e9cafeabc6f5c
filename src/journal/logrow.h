/*
 * logrow.h - the row of a log in the store: read, taken over, grown; for the journal only.
 */
#ifndef JOURNAL_LOGROW_H
#define JOURNAL_LOGROW_H

#include "journal/op.h"
#include "tlog/merkle.h"
#include "tlog/tiles.h"

struct logrow { int found; int64_t epoch, at; struct merkle_edge edge; };

int logrow_read(struct store_reader *reader, const char *log, struct logrow *ret_row,
    struct fault *f);

/*
 * Takes the log over: from now on no older owner can make it grow.  FAULT_LOG_TAKEN when
 * somebody else was quicker.
 */
int logrow_take(struct store *store, const char *log, struct logrow *ret_row, struct fault *f);

/*
 * In a transaction: writes the record of an operation, its entry and its leaf, and tiles that
 * are full by it; grows edge and tiles.
 */
int logrow_append(struct store *store, const char *log, struct op *op, int64_t at,
    struct merkle_edge *edge, struct tile_edge *tiles, struct fault *f);

/* In a transaction: the log has this tree, if its owner is still the one of this epoch. */
int logrow_grow(struct store *store, const char *log, int64_t epoch, uint64_t old_size,
    const struct merkle_edge *edge, int64_t at, struct fault *f);

#endif

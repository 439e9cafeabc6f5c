/*
 * tilerow.h - the tiles of a log's tree as rows: written when they are full, read whole or in part.
 *
 * Only full tiles are kept.  The hashes of one that is not full are those of entries, or the
 * roots of the tiles one level down.
 */
#ifndef JOURNAL_TILEROW_H
#define JOURNAL_TILEROW_H

#include "journal/logrow.h"
#include "store/store.h"
#include "tlog/tiles.h"

/* In a transaction: a leaf more; tiles that are full by it are written.  f is set on failure. */
int tilerow_append(struct store *store, const char *log, struct tile_edge *edge,
    struct sha256 leaf, struct fault *f);

/*
 * The right edge of the tree of this size, kept.  Returns the number of rows that it took: at
 * most 255 of each level.
 */
int64_t tilerow_load(struct store_reader *reader, const char *log, uint64_t size,
    struct tile_edge *ret_edge, struct fault *f);

/*
 * The first width hashes of a tile, of any tree that the log has or had.  The row of a full
 * tile is used when it is there.
 */
int tilerow_read(struct store_reader *reader, const char *log, unsigned level, uint64_t index,
    unsigned width, struct sha256 ret_hash[TILE_WIDTH], struct fault *f);

/*
 * Before a log that was taken over is written to: makes the tiles that a log from before there
 * were tiles lacks, some thousand entries in a transaction, and loads the right edge.
 * FAULT_LOG_BROKEN when that is not the edge of the log's tree.
 */
int tilerow_start(struct store *store, const char *log, const struct logrow *row,
    struct tile_edge *ret_edge, struct fault *f);

#endif

/*
 * tiles.h - the tree of a log cut into tiles, as C2SP tlog-tiles has it: 256 hashes each.
 *
 * Level 0 has the leaf hashes; a hash of a level above is the root of a full tile of the level
 * below.  A tile is full or, at the right edge, partial: 1 to 255 hashes wide.  From tiles come
 * roots and proofs of any size of the tree.  Pure computation; safe from any thread.
 */
#ifndef TLOG_TILES_H
#define TLOG_TILES_H

#include "tlog/merkle.h"

#define TILE_WIDTH 256
#define TILE_BYTES 8192		/* of a full tile */
#define TILE_LEVELS 8		/* a tree of less than 2^63 leaves has no more */
#define TILE_SIZE_MAX INT64_MAX	/* leaves */

/* How many hashes the tile has in a tree of this size: 0 when there is none, 256 when it is full. */
unsigned tile_width(uint64_t size, unsigned level, uint64_t index);

/*
 * What stands behind ".../tile/": "<L>/<N>[.p/<W>]" or "entries/<N>[.p/<W>]".  width is 256
 * without .p.  The one spelling of each path is accepted, nothing else; -1 otherwise.
 */
#define TILE_PATH_MAX 48
struct tile_path { int entries; unsigned level, width; uint64_t index; };
int tile_path_parse(const char *text, struct tile_path *ret_path);
/* index is less than 10^18. */
void tile_path_format(const struct tile_path *path, char ret_text[TILE_PATH_MAX]);

/*
 * The right edge: of each level the hashes of the tile that is not full yet, hash[level][0..w)
 * with w = tile_width(size, level, the index after the last full tile).  Appending goes on until
 * it is kept, or thrown away, which leads back to what was kept last.  128 KiB: on the heap.
 */
struct tile_edge {
	uint64_t size, kept;
	unsigned saved;			/* a bit for each level whose kept hashes are in before */
	struct sha256 hash[TILE_LEVELS][TILE_WIDTH], before[TILE_LEVELS][TILE_WIDTH];
};

/* Is given each tile that became full; -1 says that it cannot be kept. */
typedef int tile_full_fn(void *ctx, unsigned level, uint64_t index,
    const struct sha256 hash[TILE_WIDTH], struct sha256 root);

/* How many hashes of a level there are in the tile that is not full, 0 to 255. */
unsigned tile_edge_width(uint64_t size, unsigned level);

/* -1 when full said so; then the edge can only be thrown away to what was kept. */
int tile_edge_append(struct tile_edge *edge, struct sha256 leaf, tile_full_fn *full, void *ctx);
void tile_edge_keep(struct tile_edge *edge);
void tile_edge_forget(struct tile_edge *edge);
struct sha256 tile_edge_root(const struct tile_edge *edge);

/*
 * Gives a tile of the tree that is asked about: its first width hashes.  -1: it cannot be read.
 * At most two tiles of each level are asked for.
 */
typedef int tile_read_fn(void *ctx, unsigned level, uint64_t index, unsigned width,
    struct sha256 ret_hash[TILE_WIDTH]);

/* The root of the tree of this size.  -1: a tile cannot be read, here and below. */
int tile_root(uint64_t size, tile_read_fn *read, void *ctx, struct sha256 *ret_root);

/* For merkle_verify; index < size.  ret_path has MERKLE_PATH_MAX. */
int tile_prove_inclusion(uint64_t index, uint64_t size, tile_read_fn *read, void *ctx,
    struct sha256 *ret_path, size_t *ret_len);

/* For merkle_verify_consistency; old_size <= new_size.  ret_path has MERKLE_PATH_MAX + 1. */
int tile_prove_consistency(uint64_t old_size, uint64_t new_size, tile_read_fn *read, void *ctx,
    struct sha256 *ret_path, size_t *ret_len);

#endif

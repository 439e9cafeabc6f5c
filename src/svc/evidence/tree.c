#include "svc/evidence/tree.h"

#include "journal/tilerow.h"

struct from { struct store_reader *reader; const char *log; struct fault *f; };

static int
read_tile(void *ctx, unsigned level, uint64_t index, unsigned width,
    struct sha256 ret_hash[TILE_WIDTH])
{
	const struct from *from = ctx;

	return tilerow_read(from->reader, from->log, level, index, width, ret_hash, from->f);
}

/* What tiles.h refuses without reading anything. */
static int
no_such(const char *log, uint64_t index, uint64_t size, struct fault *f)
{
	fault_set(f, FAULT_STORE, "log %s: %llu is not in a tree of %llu", log,
	    (unsigned long long)index, (unsigned long long)size);
	return -1;
}

int
evidence_root(struct store_reader *reader, const char *log, uint64_t size,
    struct sha256 *ret_root, struct fault *f)
{
	struct from from = { reader, log, f };

	if (size > TILE_SIZE_MAX)
		return no_such(log, 0, size, f);
	return tile_root(size, read_tile, &from, ret_root);
}

int
evidence_prove_inclusion(struct store_reader *reader, const char *log, uint64_t index,
    uint64_t size, struct sha256 ret_path[EVIDENCE_PATH_MAX], size_t *ret_len, struct fault *f)
{
	struct from from = { reader, log, f };

	if (index >= size || size > TILE_SIZE_MAX)
		return no_such(log, index, size, f);
	return tile_prove_inclusion(index, size, read_tile, &from, ret_path, ret_len);
}

int
evidence_prove_consistency(struct store_reader *reader, const char *log, uint64_t old_size,
    uint64_t new_size, struct sha256 ret_path[EVIDENCE_PATH_MAX], size_t *ret_len, struct fault *f)
{
	struct from from = { reader, log, f };

	if (old_size > new_size || new_size > TILE_SIZE_MAX)
		return no_such(log, old_size, new_size, f);
	return tile_prove_consistency(old_size, new_size, read_tile, &from, ret_path, ret_len);
}

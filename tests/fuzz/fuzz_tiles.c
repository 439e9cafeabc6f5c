/*
 * Paths of tiles, and proofs, as a stranger may send them.  A path that is read is written as it
 * was.  The first bytes also choose a tree and two places in it: what is proven of it holds, and
 * the same with one byte changed does not; and what is no proof is looked at without harm.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tlog/tiles.h"

#define NLEAF 2000

static struct sha256 leaf[NLEAF], tile_root_of[NLEAF / TILE_WIDTH];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
make_leaves(void)
{
	static int made;

	if (made)
		return;
	assert(crypto_start() == 0);
	for (size_t i = 0; i < NLEAF; i++)
		leaf[i] = merkle_leaf(&i, sizeof(i));
	for (size_t i = 0; i < NLEAF / TILE_WIDTH; i++)
		tile_root_of[i] = merkle_root(leaf + i * TILE_WIDTH, TILE_WIDTH);
	made = 1;
}

static int
read_tile(void *ctx, unsigned level, uint64_t index, unsigned width,
    struct sha256 ret_hash[TILE_WIDTH])
{
	uint64_t size = *(const uint64_t *)ctx;

	assert(level < 2 && width > 0 && width == tile_width(size, level, index));
	memcpy(ret_hash, (level == 0 ? leaf : tile_root_of) + index * TILE_WIDTH,
	    width * sizeof(ret_hash[0]));
	return 0;
}

static void
try_path(const uint8_t *data, size_t size)
{
	char text[64], again[TILE_PATH_MAX];
	struct tile_path path;

	if (size >= sizeof(text))
		return;
	memcpy(text, data, size);
	text[size] = '\0';
	if (tile_path_parse(text, &path) < 0)
		return;
	assert(path.level < 64 && path.width > 0 && path.width <= TILE_WIDTH);
	tile_path_format(&path, again);
	assert(strcmp(text, again) == 0);
}

static uint64_t
number(const uint8_t *data, uint64_t most)
{
	return (data[0] | (uint64_t)data[1] << 8) % (most + 1);
}

/* The change may be in a hash of the path only: a root or a size is not the prover's to send. */
static void
try_change(struct sha256 *path, size_t len, const uint8_t *data)
{
	if (len > 0)
		path[data[0] % len].b[data[1] % 32] ^= (uint8_t)(1u << data[2] % 8);
}

static void
try_true_proofs(const uint8_t *data)
{
	uint64_t n = number(data, NLEAF - 1) + 1, old = number(data + 2, n), i = number(data + 4, n - 1);
	struct sha256 path[MERKLE_PATH_MAX + 1], root = merkle_root(leaf, n), old_root = merkle_root(leaf, old);
	size_t len;

	assert(tile_prove_inclusion(i, n, read_tile, &n, path, &len) == 0);
	assert(merkle_verify(leaf[i], i, n, path, len, root) == MERKLE_PROVEN);
	try_change(path, len, data + 6);
	assert(merkle_verify(leaf[i], i, n, path, len, root) == (len > 0 ? MERKLE_REFUTED : MERKLE_PROVEN));
	assert(tile_prove_consistency(old, n, read_tile, &n, path, &len) == 0);
	assert(merkle_verify_consistency(old, old_root, n, root, path, len) == MERKLE_PROVEN);
	try_change(path, len, data + 6);
	assert(merkle_verify_consistency(old, old_root, n, root, path, len) ==
	    (len > 0 ? MERKLE_REFUTED : MERKLE_PROVEN));
}

/* Sizes of any kind, and whatever follows as a path: made up, it leads nowhere. */
static void
try_made_up(const uint8_t *data, size_t size)
{
	struct sha256 *path = NULL, made_up = { { 0x5a } };
	uint64_t a, b;
	size_t len = (size - 16) / sizeof(*path);

	memcpy(&a, data, 8);
	memcpy(&b, data + 8, 8);
	if (len > 0) {
		/* Exactly as long as it is said to be, so that a step beyond it shows. */
		path = malloc(len * sizeof(*path));
		assert(path != NULL);
		memcpy(path, data + 16, len * sizeof(*path));
	}
	assert(merkle_verify(leaf[0], a, b, path, len, made_up) != MERKLE_PROVEN);
	assert(merkle_verify_consistency(a, leaf[1], b, made_up, path, len) != MERKLE_PROVEN);
	free(path);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	make_leaves();
	try_path(data, size);
	if (size >= 9)
		try_true_proofs(data);
	if (size >= 16)
		try_made_up(data, size);
	return 0;
}

/*
 * tiles.c - the tree of a log cut into tiles: right edge, roots, proofs.
 */
#include "tlog/tiles.h"

#include <string.h>

#define HEIGHT 8	/* of a tile: its 256 hashes are the leaves of a tree of this height */

unsigned
tile_edge_width(uint64_t size, unsigned level)
{
	return level < TILE_LEVELS ? size >> HEIGHT * level & (TILE_WIDTH - 1) : 0;
}

unsigned
tile_width(uint64_t size, unsigned level, uint64_t index)
{
	uint64_t full = level < TILE_LEVELS - 1 ? size >> HEIGHT * (level + 1) : 0;

	if (index < full)
		return TILE_WIDTH;
	return index == full ? tile_edge_width(size, level) : 0;
}

/* The right edge */

/* Before the first hash of what was kept is written over, all of them are put aside. */
static void
save(struct tile_edge *edge, unsigned level, unsigned at)
{
	unsigned kept = tile_edge_width(edge->kept, level);

	if (at >= kept || (edge->saved & 1u << level) != 0)
		return;
	memcpy(edge->before[level], edge->hash[level], kept * sizeof(edge->hash[0][0]));
	edge->saved |= 1u << level;
}

int
tile_edge_append(struct tile_edge *edge, struct sha256 leaf, tile_full_fn *full, void *ctx)
{
	struct sha256 hash = leaf;

	for (unsigned level = 0; level < TILE_LEVELS; level++) {
		unsigned at = tile_edge_width(edge->size, level);

		save(edge, level, at);
		edge->hash[level][at] = hash;
		if (at + 1 < TILE_WIDTH)
			break;
		hash = merkle_root(edge->hash[level], TILE_WIDTH);
		if (full(ctx, level, edge->size >> HEIGHT * (level + 1), edge->hash[level], hash) < 0)
			return -1;
	}
	edge->size++;
	return 0;
}

void
tile_edge_keep(struct tile_edge *edge)
{
	edge->kept = edge->size;
	edge->saved = 0;
}

void
tile_edge_forget(struct tile_edge *edge)
{
	for (unsigned level = 0; level < TILE_LEVELS; level++)
		if ((edge->saved & 1u << level) != 0)
			memcpy(edge->hash[level], edge->before[level],
			    tile_edge_width(edge->kept, level) * sizeof(edge->hash[0][0]));
	edge->size = edge->kept;
	edge->saved = 0;
}

struct sha256
tile_edge_root(const struct tile_edge *edge)
{
	struct sha256 root = hash_sha256(NULL, 0);
	int any = 0;

	/* Of each level: its hashes, and to their right what the levels below make together. */
	for (unsigned level = 0; level < TILE_LEVELS; level++) {
		unsigned width = tile_edge_width(edge->size, level);
		struct merkle_edge m = { 0 };

		if (width == 0)
			continue;
		for (unsigned i = 0; i < width; i++)
			merkle_append(&m, edge->hash[level][i]);
		if (any)
			merkle_append(&m, root);
		root = merkle_edge_root(&m);
		any = 1;
	}
	return root;
}

/* Hashes of ranges of leaves */

/* A perfect subtree: leaves index << height up to (index + 1) << height. */
struct node { unsigned height; uint64_t index; struct sha256 hash; };

struct range { uint64_t from, to; };

/*
 * A proof: ranges of leaves whose hashes it consists of, and the perfect subtrees that these
 * consist of.  Of all ranges one at most is not perfect, the one at the end of the tree.
 */
#define RANGES_MAX (MERKLE_PATH_MAX + 1)
#define NODES_MAX (RANGES_MAX + 64)
struct plan {
	uint64_t size;
	size_t nranges, nnodes;
	struct range range[RANGES_MAX];
	size_t first[RANGES_MAX + 1];		/* the first node of each range */
	struct node node[NODES_MAX];
};

/* The largest power of two that is not more than n, as its exponent; n > 0. */
static unsigned
exponent(uint64_t n)
{
	return 63 - (unsigned)__builtin_clzll(n);
}

/* Where RFC 6962 cuts n > 1 leaves: the largest power of two that is less than n. */
static uint64_t
half_of(uint64_t n)
{
	return UINT64_C(1) << exponent(n - 1);
}

static void
add_range(struct plan *p, uint64_t from, uint64_t to)
{
	p->range[p->nranges++] = (struct range){ from, to };
}

/* Ranges were found from the root down and stand in proofs from the leaves up. */
static void
turn(struct plan *p)
{
	for (size_t i = 0, k = p->nranges; i + 1 < k; i++) {
		struct range r = p->range[i];

		p->range[i] = p->range[--k];
		p->range[k] = r;
	}
}

static void
split_ranges(struct plan *p)
{
	p->nnodes = 0;
	for (size_t i = 0; i < p->nranges; i++) {
		struct range r = p->range[i];

		p->first[i] = p->nnodes;
		while (r.from < r.to) {
			unsigned height = exponent(r.to - r.from);

			p->node[p->nnodes++] = (struct node){ .height = height,
			    .index = r.from >> height };
			r.from += UINT64_C(1) << height;
		}
	}
	p->first[p->nranges] = p->nnodes;
}

/* The tiles of one level that were read last. */
struct read_tiles {
	int n;
	uint64_t index[2];
	struct sha256 hash[2][TILE_WIDTH];
};

static const struct sha256 *
tile_of(const struct plan *p, struct read_tiles *t, unsigned level, uint64_t index,
    tile_read_fn *read, void *ctx)
{
	int slot = t->n < 2 ? t->n : 0;

	for (int i = 0; i < t->n; i++)
		if (t->index[i] == index)
			return t->hash[i];
	if (read(ctx, level, index, tile_width(p->size, level, index), t->hash[slot]) < 0)
		return NULL;
	t->index[slot] = index;
	t->n = slot + 1;
	return t->hash[slot];
}

static int
hash_nodes(struct plan *p, tile_read_fn *read, void *ctx)
{
	struct read_tiles tiles;

	for (unsigned level = 0; level < TILE_LEVELS; level++) {
		tiles.n = 0;
		for (size_t i = 0; i < p->nnodes; i++) {
			struct node *node = &p->node[i];
			unsigned height = node->height % HEIGHT;
			uint64_t first = node->index << height;
			const struct sha256 *hash;

			if (node->height / HEIGHT != level)
				continue;
			hash = tile_of(p, &tiles, level, first / TILE_WIDTH, read, ctx);
			if (hash == NULL)
				return -1;
			node->hash = merkle_root(hash + first % TILE_WIDTH, UINT64_C(1) << height);
		}
	}
	return 0;
}

/* The hash of a range, from those of its perfect subtrees, which become smaller to the right. */
static struct sha256
range_hash(const struct plan *p, size_t i)
{
	size_t at = p->first[i + 1] - 1;
	struct sha256 hash = p->node[at].hash;

	while (at-- > p->first[i])
		hash = merkle_node(p->node[at].hash, hash);
	return hash;
}

static int
carry_out(struct plan *p, tile_read_fn *read, void *ctx, struct sha256 *ret_path, size_t *ret_len)
{
	split_ranges(p);
	if (hash_nodes(p, read, ctx) < 0)
		return -1;
	for (size_t i = 0; i < p->nranges; i++)
		ret_path[i] = range_hash(p, i);
	*ret_len = p->nranges;
	return 0;
}

int
tile_root(uint64_t size, tile_read_fn *read, void *ctx, struct sha256 *ret_root)
{
	struct plan p = { .size = size };
	size_t len;

	if (size > TILE_SIZE_MAX)
		return -1;
	if (size == 0) {
		*ret_root = hash_sha256(NULL, 0);
		return 0;
	}
	add_range(&p, 0, size);
	return carry_out(&p, read, ctx, ret_root, &len);
}

int
tile_prove_inclusion(uint64_t index, uint64_t size, tile_read_fn *read, void *ctx,
    struct sha256 *ret_path, size_t *ret_len)
{
	struct plan p = { .size = size };
	uint64_t from = 0, to = size;

	if (index >= size || size > TILE_SIZE_MAX)
		return -1;
	/* RFC 6962, 2.1.1: at each cut the half that does not hold the leaf. */
	while (to - from > 1) {
		uint64_t cut = from + half_of(to - from);

		if (index < cut) {
			add_range(&p, cut, to);
			to = cut;
		} else {
			add_range(&p, from, cut);
			from = cut;
		}
	}
	turn(&p);
	return carry_out(&p, read, ctx, ret_path, ret_len);
}

int
tile_prove_consistency(uint64_t old_size, uint64_t new_size, tile_read_fn *read, void *ctx,
    struct sha256 *ret_path, size_t *ret_len)
{
	struct plan p = { .size = new_size };
	uint64_t from = 0, to = new_size;

	if (old_size > new_size || new_size > TILE_SIZE_MAX)
		return -1;
	if (old_size == 0) {
		*ret_len = 0;
		return 0;
	}
	/* RFC 6962, 2.1.2: down to where the old tree ends; its root as a whole is known. */
	while (old_size < to) {
		uint64_t cut = from + half_of(to - from);

		if (old_size <= cut) {
			add_range(&p, cut, to);
			to = cut;
		} else {
			add_range(&p, from, cut);
			from = cut;
		}
	}
	if (from > 0)
		add_range(&p, from, to);
	turn(&p);
	return carry_out(&p, read, ctx, ret_path, ret_len);
}

/*
 * merkle.c - RFC 6962 Merkle trees.
 */
#include "tlog/merkle.h"

#include <string.h>

struct sha256
merkle_leaf(const void *entry, size_t len)
{
	const struct hash_part part[] = { { "\x00", 1 }, { entry, len } };

	return hash_sha256(part, 2);
}

struct sha256
merkle_node(struct sha256 left, struct sha256 right)
{
	const struct hash_part part[] = { { "\x01", 1 }, { left.b, 32 }, { right.b, 32 } };

	return hash_sha256(part, 3);
}

void
merkle_append(struct merkle_edge *edge, struct sha256 leaf)
{
	edge->node[edge->n++] = leaf;
	edge->size++;

	/* Every zero bit at the end of the new size is a pair of subtrees that became one. */
	for (uint64_t size = edge->size; size % 2 == 0; size /= 2) {
		edge->node[edge->n - 2] = merkle_node(edge->node[edge->n - 2],
		    edge->node[edge->n - 1]);
		edge->n--;
	}
}

struct sha256
merkle_edge_root(const struct merkle_edge *edge)
{
	struct sha256 root;

	if (edge->n == 0)
		return hash_sha256(NULL, 0);
	root = edge->node[edge->n - 1];
	for (size_t i = edge->n - 1; i-- > 0;)
		root = merkle_node(edge->node[i], root);
	return root;
}

int
merkle_edge_load(struct merkle_edge *ret_edge, uint64_t size, const void *nodes, size_t len)
{
	struct merkle_edge edge = { .size = size, .n = (size_t)__builtin_popcountll(size) };

	if (len != edge.n * sizeof(edge.node[0]))
		return -1;
	if (len > 0)
		memcpy(edge.node, nodes, len);
	*ret_edge = edge;
	return 0;
}

struct sha256
merkle_root(const struct sha256 *leaf, uint64_t n)
{
	struct merkle_edge edge = { 0 };

	for (uint64_t i = 0; i < n; i++)
		merkle_append(&edge, leaf[i]);
	return merkle_edge_root(&edge);
}

/* Bits up to the highest that is set: 0 for 0, 1 for 1, 2 for 2 and 3. */
static unsigned
bits(uint64_t x)
{
	return x == 0 ? 0 : 64 - (unsigned)__builtin_clzll(x);
}

int
merkle_prove(const struct sha256 *leaf, uint64_t n, uint64_t index,
    struct sha256 *ret_path, size_t *ret_len)
{
	struct sha256 down[MERKLE_PATH_MAX];
	size_t len = 0;

	if (index >= n)
		return -1;
	/* From the root down: note the half that does not hold the leaf, go on in the other. */
	while (n > 1) {
		uint64_t half = UINT64_C(1) << (bits(n - 1) - 1);

		if (index < half) {
			down[len++] = merkle_root(leaf + half, n - half);
			n = half;
		} else {
			down[len++] = merkle_root(leaf, half);
			leaf += half;
			index -= half;
			n -= half;
		}
	}
	for (size_t i = 0; i < len; i++)
		ret_path[i] = down[len - 1 - i];
	*ret_len = len;
	return 0;
}

enum merkle_verdict
merkle_verify(struct sha256 leaf, uint64_t index, uint64_t size,
    const struct sha256 *path, size_t len, struct sha256 root)
{
	unsigned inner;
	struct sha256 hash = leaf;

	if (index >= size)
		return MERKLE_MALFORMED;
	/*
	 * Up to the level where the leaf's way meets that of the last leaf, siblings are on
	 * either side; above it the leaf is on the right edge, and there is a
	 * sibling, always to the left, for each bit of the index that is set.
	 */
	inner = bits(index ^ (size - 1));
	if (len != inner + (inner < 64 ? (size_t)__builtin_popcountll(index >> inner) : 0))
		return MERKLE_MALFORMED;
	for (size_t i = 0; i < len; i++)
		if (i < inner && (index >> i & 1) == 0)
			hash = merkle_node(hash, path[i]);
		else
			hash = merkle_node(path[i], hash);
	return hash_equal(hash.b, root.b, sizeof(root.b)) ? MERKLE_PROVEN : MERKLE_REFUTED;
}

/* An empty proof shows that two trees of one size are one tree, and that nothing begins anything. */
static enum merkle_verdict
verify_trivial(int same_size, struct sha256 old_root, struct sha256 new_root, size_t len)
{
	struct sha256 must = same_size ? new_root : hash_sha256(NULL, 0);

	if (len != 0)
		return MERKLE_MALFORMED;
	return hash_equal(old_root.b, must.b, sizeof(must.b)) ? MERKLE_PROVEN : MERKLE_REFUTED;
}

enum merkle_verdict
merkle_verify_consistency(uint64_t old_size, struct sha256 old_root, uint64_t new_size,
    struct sha256 new_root, const struct sha256 *path, size_t len)
{
	uint64_t last = old_size - 1;	/* the old tree's last leaf, whose way up is followed */
	unsigned inner, low;
	size_t first;
	struct sha256 old_hash = old_root, new_hash = old_root;

	if (old_size > new_size)
		return MERKLE_MALFORMED;
	if (old_size == 0 || old_size == new_size)
		return verify_trivial(old_size == new_size, old_root, new_root, len);
	/*
	 * The largest subtree that ends with the old tree is the first hash, unless it is the
	 * whole old tree, whose root is known.  From there up it is as with a leaf.
	 */
	low = (unsigned)__builtin_ctzll(old_size);
	inner = bits(last ^ (new_size - 1)) - low;
	last >>= low;
	first = last != 0;
	if (len != first + inner + (inner < 64 ? (size_t)__builtin_popcountll(last >> inner) : 0))
		return MERKLE_MALFORMED;
	if (first)
		old_hash = new_hash = path[0];
	for (size_t i = 0; i < len - first; i++) {
		struct sha256 hash = path[first + i];

		/* What is to the left of the old tree's end belongs to both, what is right of it is new. */
		if (i < inner && (last >> i & 1) == 0) {
			new_hash = merkle_node(new_hash, hash);
			continue;
		}
		old_hash = merkle_node(hash, old_hash);
		new_hash = merkle_node(hash, new_hash);
	}
	return hash_equal(old_hash.b, old_root.b, sizeof(old_root.b)) &
	    hash_equal(new_hash.b, new_root.b, sizeof(new_root.b)) ? MERKLE_PROVEN : MERKLE_REFUTED;
}

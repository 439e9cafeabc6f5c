/*
 * merkle.h - RFC 6962 Merkle trees over SHA-256: roots, growth, proofs of inclusion and consistency.
 *
 * Pure computation: no I/O, no logging, no state, safe from any thread.
 * Sizes and indexes count leaves; the first leaf has index 0.  The caller
 * owns every buffer.  "ret_" parameters are written on success only.
 */
#ifndef TLOG_MERKLE_H
#define TLOG_MERKLE_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/hash.h"

#define MERKLE_PATH_MAX 64

/* leaf = SHA-256(0x00 || entry), node = SHA-256(0x01 || left || right). */
struct sha256 merkle_leaf(const void *entry, size_t len);
struct sha256 merkle_node(struct sha256 left, struct sha256 right);

/* The root of all n leaves; SHA-256 of nothing for n = 0.  O(n) hashes, O(log n) memory. */
struct sha256 merkle_root(const struct sha256 *leaf, uint64_t n);

/*
 * A tree that grows: the roots of its perfect subtrees, largest first.  A plain value:
 * start with { 0 }, copy to keep, throw away to roll back.
 */
struct merkle_edge { uint64_t size; size_t n; struct sha256 node[MERKLE_PATH_MAX]; };

void merkle_append(struct merkle_edge *edge, struct sha256 leaf);
struct sha256 merkle_edge_root(const struct merkle_edge *edge);

/*
 * The bytes of an edge for storing: its nodes, 32 bytes each; the size is stored beside.
 * -1 if a tree of this size has another number of nodes.
 */
int merkle_edge_load(struct merkle_edge *ret_edge, uint64_t size, const void *nodes, size_t len);

/* What a proof says.  "No" is an answer, not a failure. */
enum merkle_verdict {
	MERKLE_PROVEN,		/* the path leads from the leaf to the root */
	MERKLE_REFUTED,		/* well formed, but leads to another root */
	MERKLE_MALFORMED,	/* cannot belong to a tree of this size */
};

/* The path that proves leaf number index of n; ret_path has MERKLE_PATH_MAX.  -1 if index >= n. */
int merkle_prove(const struct sha256 *leaf, uint64_t n, uint64_t index,
    struct sha256 *ret_path, size_t *ret_len);

/*
 * Says whether path proves that leaf is entry number index of the tree of the
 * given size with the given root.  Accepts any input, hostile input included;
 * never fails.  O(len).
 */
enum merkle_verdict merkle_verify(struct sha256 leaf, uint64_t index, uint64_t size,
    const struct sha256 *path, size_t len, struct sha256 root);

/*
 * Says whether path proves that the tree of old_size leaves with old_root is the beginning of
 * the one of new_size with new_root (RFC 6962, 2.1.2).  Between equal sizes, and from the empty
 * tree, the proof is empty.  Accepts any input, hostile input included; never fails.  O(len).
 */
enum merkle_verdict merkle_verify_consistency(uint64_t old_size, struct sha256 old_root,
    uint64_t new_size, struct sha256 new_root, const struct sha256 *path, size_t len);

#endif

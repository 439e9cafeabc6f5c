/*
 * tree.h - roots and proofs of a log's tree, at any size that it has or had, from rows of the store.
 *
 * A few rows are read, of each level of tiles at most two tiles, and nothing is locked: what a
 * committed tree consists of never changes.  -1: the store could not be read, or lacks a row,
 * or there is no such tree: FAULT_STORE and the like.
 */
#ifndef SVC_EVIDENCE_TREE_H
#define SVC_EVIDENCE_TREE_H

#include "store/store.h"
#include "tlog/tiles.h"

#define EVIDENCE_PATH_MAX (MERKLE_PATH_MAX + 1)

int evidence_root(struct store_reader *reader, const char *log, uint64_t size,
    struct sha256 *ret_root, struct fault *f);

/* For merkle_verify. */
int evidence_prove_inclusion(struct store_reader *reader, const char *log, uint64_t index,
    uint64_t size, struct sha256 ret_path[EVIDENCE_PATH_MAX], size_t *ret_len, struct fault *f);

/* For merkle_verify_consistency. */
int evidence_prove_consistency(struct store_reader *reader, const char *log, uint64_t old_size,
    uint64_t new_size, struct sha256 ret_path[EVIDENCE_PATH_MAX], size_t *ret_len, struct fault *f);

#endif

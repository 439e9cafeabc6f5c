/*
 * proof.h - tlog-proof text (C2SP): an index, an inclusion path and a signed checkpoint.
 *
 *	c2sp.org/tlog-proof@v1
 *	extra <base64>			may be left out; never trusted
 *	index <decimal>
 *	<base64 of 32 bytes>		a line per hash, the leaf's sibling first
 *	<empty line>
 *	<the checkpoint, verbatim>
 *
 * Pure computation, no allocation.  "ret_" parameters are written on success only.
 */
#ifndef TLOG_PROOF_H
#define TLOG_PROOF_H

#include <stddef.h>
#include <stdint.h>

#include "tlog/merkle.h"

#define PROOF_INDEX_MAX UINT64_C(9007199254740991)	/* 2^53 - 1: every language counts that far */
#define PROOF_PATH_TEXT 45	/* bytes of a line of the path */

struct log_proof {
	uint64_t index;
	size_t len;				/* hashes of the path */
	struct sha256 path[MERKLE_PATH_MAX];
	const char *checkpoint;			/* in the text that was read */
	size_t checkpoint_len;
};

/* Strict: -1 on anything that log_proof_write could not have written, an extra line apart. */
int log_proof_read(const char *text, size_t len, struct log_proof *ret_proof);

/*
 * Writes the text and a NUL.  Returns its length without the NUL; 0 if it does not fit into
 * size or cannot be said (index, len of the path).
 */
size_t log_proof_write(const struct log_proof *proof, char *ret_text, size_t size);

#endif

/*
 * signer.h - the holder of a log's key: signs trees that continue what it signed before, and nothing else.
 *
 * The only code that reads sign/<log>.key.  docs/decisions/0018-evidence.md.
 */
#ifndef SIGN_SIGNER_H
#define SIGN_SIGNER_H

#include "base/fault.h"
#include "sign/proto.h"

#define SIGN_RATE 20	/* signatures a second, at most */

/* Whose log it is: where its files are (DIR/sign), its letter, its origin. */
struct signer { const char *dir, *log, *origin; };

/* Makes the key of a log that has none.  A state without its key is a key that was lost: FAULT_SIGN_KEY_LOST. */
int signer_make(const struct signer *s, struct fault *f);

/* Whether DIR/sign has a key or a state of this log. */
int signer_has(const char *dir, const char *log);

/*
 * What is answered to a request, by what was signed last; FAULT_NONE: it may be signed.  Pure.
 * FAULT_SIGN_STATE_OLD, FAULT_SIGN_KEY_OTHER, FAULT_SIGN_STORE_OLDER, FAULT_SIGN_NOT_CONSISTENT.
 */
enum fault_code signer_decide(const struct sign_head *head, const struct note_key *key,
    const struct sign_request *request);

/* Where questions come from. */
struct signer_from {
	int fd;		/* a socket: of one server, or one that listens */
	int listens;	/* then whoever connects last is answered, if it is us, root, or uid */
	unsigned uid;
};

/*
 * Answers until the server's end is closed, then ends the process; returns only if it cannot begin.
 * What it cannot begin for is also the answer to the server's first question, if it is one's end.
 */
int signer_run(const struct signer *s, const struct signer_from *from, struct fault *f);

/*
 * Moves the state forward to a checkpoint that this key signed: after the state was lost, or put back
 * from a copy, and never backwards.  ret_size: what it is then.  FAULT_SIGN_ADOPT_NOT_OURS,
 * FAULT_SIGN_ADOPT_OLDER, FAULT_SIGN_HELD while a signer runs.
 */
int signer_adopt(const struct signer *s, const void *note, size_t len, uint64_t *ret_size, struct fault *f);

/* The state as it stands in the file; for who may read it.  Nothing there: the empty tree. */
int signer_head(const struct signer *s, struct sign_head *ret_head, struct fault *f);

#endif

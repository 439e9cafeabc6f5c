/*
 * checkpoint.h - the text of a checkpoint (C2SP tlog-checkpoint): origin, size, root, more lines.
 *
 * Pure computation, as note.h.  Whether a checkpoint is signed is the note's affair.
 */
#ifndef TLOG_CHECKPOINT_H
#define TLOG_CHECKPOINT_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/hash.h"
#include "tlog/note.h"

#define CHECKPOINT_TEXT_MAX 384	/* the three lines, NUL included */
#define CHECKPOINT_NOTE_MAX (CHECKPOINT_TEXT_MAX + 1 + NOTE_LINE_MAX)	/* with one signature */

struct checkpoint {
	char origin[NOTE_NAME_MAX + 1];
	uint64_t size;		/* at most INT64_MAX */
	struct sha256 root;
	const char *extension;	/* further lines, into the text that was parsed */
	size_t extension_len;
};

/* Reads the text of a note; -1 if it is no checkpoint. */
int checkpoint_parse(struct checkpoint *ret_checkpoint, const char *text, size_t len);

/* The three lines; extension lines are not written.  Returns the length. */
size_t checkpoint_format(const struct checkpoint *checkpoint, char ret_text[CHECKPOINT_TEXT_MAX]);

/*
 * Reads a note that is a checkpoint of this origin.  NOTE_SIGNED is the only answer that says
 * that it is what the holder of the key signed; NOTE_FORGED also where it is no such checkpoint.
 */
enum note_verdict checkpoint_open(struct checkpoint *ret_checkpoint, const void *note, size_t len,
    const char *origin, const struct note_key *key);

/* Signs it: the whole note.  Returns the length. */
size_t checkpoint_sign(const struct checkpoint *checkpoint, const struct note_key *key,
    const struct edkey *secret, char ret_note[CHECKPOINT_NOTE_MAX]);

#endif

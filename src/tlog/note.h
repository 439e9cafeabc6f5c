/*
 * note.h - signed notes (C2SP signed-note): a text, an empty line, and lines of signatures.
 *
 * Pure computation: no I/O, no logging, no memory of its own, safe from any thread.  Any input
 * may be given, hostile input included.  "ret_" parameters are written on success only.
 * Signature types that are known: Ed25519 (0x01) and Ed25519 cosignatures of checkpoints with a
 * time (0x04, C2SP tlog-cosignature).  Signatures of keys that one does not ask about say nothing.
 */
#ifndef TLOG_NOTE_H
#define TLOG_NOTE_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/edkey.h"

#define NOTE_MAX 131072		/* bytes of a whole note */
#define NOTE_TEXT_MAX 16384	/* bytes of its text */
#define NOTE_SIGNATURES_MAX 32
#define NOTE_NAME_MAX 255	/* bytes of a key's name */
#define NOTE_VKEY_MAX 320	/* a verifier key as text, NUL included */
#define NOTE_LINE_MAX 512	/* a line with an Ed25519 signature, newline and NUL included */

enum note_type { NOTE_ED25519 = 0x01, NOTE_COSIGNATURE = 0x04 };

/* A verifier key: whoever knows it knows whose signatures hold. */
struct note_key {
	char name[NOTE_NAME_MAX + 1];
	uint32_t id;
	enum note_type type;
	uint8_t public[EDKEY_PUBLIC_LEN];
};

/* -1 if the name is empty, too long, not UTF-8, or has a space, a plus or a control character. */
int note_key_make(struct note_key *ret_key, const char *name, enum note_type type,
    const uint8_t public[EDKEY_PUBLIC_LEN]);

/* Reads "name+hash+base64", strictly; -1 also where hash is not that of the key, or the key is none. */
int note_key_parse(struct note_key *ret_key, const char *text, size_t len);
void note_key_format(const struct note_key *key, char ret_text[NOTE_VKEY_MAX]);

/* A note that was taken apart; it points into the bytes that were parsed. */
struct note_signature {
	const char *name, *base64;
	size_t name_len, base64_len;
	uint32_t id;
};

struct note {
	const char *text;	/* with its last newline, without the empty line */
	size_t text_len, nsignatures;
	struct note_signature signature[NOTE_SIGNATURES_MAX];
};

/* -1 if it is no note: then nothing of it can be used. */
int note_parse(struct note *ret_note, const void *data, size_t len);

enum note_verdict {
	NOTE_SIGNED,	/* every signature of this key holds, and there is one */
	NOTE_UNSIGNED,	/* there is none */
	NOTE_FORGED,	/* there is one that does not hold: the whole note is worthless */
};

/* ret_time (may be NULL): when a cosignature was made, seconds since 1970; 0 for other types. */
enum note_verdict note_verify(const struct note *note, const struct note_key *key,
    uint64_t *ret_time);

/*
 * The line with this signature, newline included; text is the note's, with its last newline.
 * key is of type NOTE_ED25519 and the public half of secret.
 */
void note_sign(const struct note_key *key, const struct edkey *secret, const char *text, size_t len,
    char ret_line[NOTE_LINE_MAX]);

#endif

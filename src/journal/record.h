/*
 * record.h - records and bodies: what happened, bound to the log (docs/decisions.md 5).
 *
 * A record is a JSON object in RFC 8785 form with ASCII member names, integers below
 * 2^53 and no floats; its types are in records.def.  Values typed or disclosed are in
 * the body, bound by body = SHA-256("wzm-body-1\n" || body_salt || body).
 *	entry = SHA-256("wzm-record-1\n" || salt || record)
 *	leaf  = SHA-256(0x00 || entry)
 */
#ifndef JOURNAL_RECORD_H
#define JOURNAL_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"
#include "crypto/hash.h"

#define RECORD_SALT_LEN 32
#define RECORD_TEXT_MAX 16384	/* bytes of a record */
#define RECORD_ID_LEN 16
#define RECORD_NAME_MAX 64	/* bytes of "330703-01a20604-f2e1-7abc-8def-0123456789ab" and a NUL */

enum record_type {
#define RECORD(sym, name, version, needs, may) RECORD_##sym,
#include "journal/records.def"
#undef RECORD
	RECORD_NTYPES
};

const char *record_type_name(enum record_type type);

struct record;

/* Who acts: agency may be NULL (an operator of the instance). */
struct record_actor { const char *agency, *id, *role; };

/* A record with its own id; NULL when out of memory.  The time is written later. */
struct record *record_new(enum record_type type, const char *division,
    const uint8_t id[RECORD_ID_LEN], const struct record_actor *actor);
void record_free(struct record *r);

/*
 * Members.  Failures stick (unknown member, no memory, bad UTF-8) and show in
 * record_finish.  Texts are copied.
 */
void record_str(struct record *r, const char *member, const char *text);
void record_int(struct record *r, const char *member, int64_t value);
void record_list(struct record *r, const char *member, const char *const *text);	/* NULL-terminated */
/* "330703-<uuid>" of an object of the record's division. */
void record_object(struct record *r, const char *member, const uint8_t id[RECORD_ID_LEN]);

/* Binds the body (copied) with this salt; sets the member body. */
void record_body(struct record *r, const char *text, size_t len,
    const uint8_t salt[RECORD_SALT_LEN]);

/*
 * Appends the text with the time at.  FAULT_BUG if a member is missing or was wrong: what
 * the text holds is checked against the table every time, not only in tests.
 */
int record_finish(const struct record *r, int64_t at, struct buf *out, struct fault *f);

struct sha256 record_entry(const uint8_t salt[RECORD_SALT_LEN], const char *text, size_t len);
struct sha256 record_body_hash(const uint8_t salt[RECORD_SALT_LEN], const char *body, size_t len);

/* What the journal stores beside the text. */
enum record_type record_type_of(const struct record *r);
const char *record_division(const struct record *r);
const uint8_t *record_id(const struct record *r);
const char *record_body_of(const struct record *r, size_t *ret_len);	/* NULL: none */
const uint8_t *record_body_salt(const struct record *r);

/* "<division>-<uuid>"; text has RECORD_NAME_MAX bytes. */
void record_object_name(const char *division, const uint8_t id[RECORD_ID_LEN], char *text);
/* Reads it back; -1 if text is anything else. */
int record_object_parse(const char *text, char division[7], uint8_t id[RECORD_ID_LEN]);

#endif

/*
 * seal.h - personal data at rest: sealed values and blind indexes (docs/decisions.md 15).
 *
 * A sealed value is: scheme byte (1: AES-256-GCM), data key id (4 bytes, big-endian), nonce
 * (12), ciphertext, tag (16); additional data is "table\0column\0" and the row's id, so that a
 * value moved elsewhere does not open.  Data keys are wrapped by the master key and
 * live in the store; the master key and the blind-index keys are files in keys/, mode 0600
 * in a directory of mode 0700.  A data key seals at most 2^30 values.  Safe from any thread
 * once keys are loaded; seal_add_key may run beside seal and unseal.  Another process may
 * make data keys as well: seal_on_missing says where they are found.
 */
#ifndef CRYPTO_SEAL_H
#define CRYPTO_SEAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"

#define SEAL_OVERHEAD 33		/* bytes a sealed value has beyond its clear text */
#define SEAL_WRAPPED_LEN 61		/* bytes of a wrapped data key: 1 + 12 + 32 + 16 */
#define BLIND_LEN 16

struct seal;		/* the key ring */

/*
 * Makes master.key and blind.key in dir, the directory of keys itself (made with mode 0700
 * if there is none); never overwrites a key.  FAULT_KEY_FILE.
 */
int seal_create(const char *dir, struct fault *f);

/* Makes the same keys in another directory, likewise; from a directory that seal_open takes. */
int seal_copy(const char *from, const char *dir, struct fault *f);
/* Takes them back, where what they were made for failed. */
void seal_remove(const char *dir);

/* Loads them; refuses a directory or file that others can read. */
int seal_open(const char *dir, struct seal **ret_seal, struct fault *f);
void seal_close(struct seal *s);	/* wipes */

/* Makes a new data key with this id and wraps it; it is used from seal_add_key on. */
int seal_new_key(struct seal *s, uint32_t id, uint8_t *ret_wrapped, struct fault *f);

/*
 * Adds a wrapped data key; the one with the highest id seals from now on.  Adding one that
 * is there changes nothing; id 0 or another key under a known id is FAULT_SEAL_BROKEN.
 */
int seal_add_key(struct seal *s, uint32_t id, const uint8_t *wrapped, size_t len,
    struct fault *f);

/*
 * What unseal does, on its thread, when a value is under a key that is not there: load adds
 * those that others made meanwhile with seal_add_key, or says why it cannot.  Set before the
 * ring is used by several threads.
 */
void seal_on_missing(struct seal *s, int (*load)(void *ctx, struct fault *f), void *ctx);

/* The id of the key that seals, 0 if there is none yet. */
uint32_t seal_key_id(const struct seal *s);

/* How many values it has sealed since it was added: whoever makes keys makes one in time. */
uint64_t seal_count(const struct seal *s);

struct seal_place { const char *table, *column; const void *row; size_t rowlen; };

/* Appends the sealed form of clear to out.  FAULT_SEAL_KEY without a key, or a used-up one. */
int seal(struct seal *s, struct seal_place place, const void *clear, size_t len,
    struct buf *out, struct fault *f);

/* Appends the clear text; FAULT_SEAL_BROKEN if key, place or bytes do not fit. */
int unseal(struct seal *s, struct seal_place place, const void *sealed, size_t len,
    struct buf *out, struct fault *f);

/*
 * Blind index: HMAC-SHA-256 with the key of this purpose (derived from the blind key) over
 * the value, cut to BLIND_LEN bytes.  The caller normalises.
 */
void blind(const struct seal *s, const char *purpose, const void *value, size_t len,
    uint8_t *ret_blind);

#endif

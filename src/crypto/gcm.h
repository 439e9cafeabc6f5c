/*
 * gcm.h - AES-256-GCM with the key schedule kept per thread.
 *
 * Setting up a key costs several times what sealing a name does, so each thread remembers
 * the last key it used, by serial.  Nonces of one key must never repeat; 96 random bits
 * are enough for 2^30 of them.
 */
#ifndef CRYPTO_GCM_H
#define CRYPTO_GCM_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "crypto/hash.h"

#define GCM_KEY_LEN 32
#define GCM_NONCE_LEN 12
#define GCM_TAG_LEN 16

/* The serial names these bytes for the life of the process: gcm_serial() for every new key. */
struct gcm_key {
	uint64_t serial;
	uint8_t b[GCM_KEY_LEN];
};

enum gcm_verdict {
	GCM_DONE,
	GCM_BROKEN,		/* key, nonce, additional data or bytes do not fit */
	GCM_FAILED,		/* no memory, or past the ceiling of out */
};

uint64_t gcm_serial(void);

/* Appends ciphertext and tag, or nothing.  aad are the parts of the additional data. */
enum gcm_verdict gcm_seal(const struct gcm_key *key, const uint8_t *nonce,
    const struct hash_part *aad, size_t naad, const void *clear, size_t len, struct buf *out);

/* Appends the clear text of ciphertext and tag, or nothing. */
enum gcm_verdict gcm_open(const struct gcm_key *key, const uint8_t *nonce,
    const struct hash_part *aad, size_t naad, const void *sealed, size_t len, struct buf *out);

/* Wipes what this thread remembers; other threads' memories are wiped when they end. */
void gcm_forget(void);

#endif

/*
 * edkey.h - Ed25519 (RFC 8032): a key, its signatures, and whether one holds.
 *
 * Only libsodium is needed.  Whoever has a secret key wipes it.
 */
#ifndef CRYPTO_EDKEY_H
#define CRYPTO_EDKEY_H

#include <stddef.h>
#include <stdint.h>

#define EDKEY_SEED_LEN 32	/* what is kept in a key file: 32 random bytes */
#define EDKEY_PUBLIC_LEN 32
#define EDKEY_SIGNATURE_LEN 64

struct edkey { uint8_t secret[64]; uint8_t public[EDKEY_PUBLIC_LEN]; };

/* The key of a seed; the same seed gives the same key. */
void edkey_make(struct edkey *ret_key, const uint8_t seed[EDKEY_SEED_LEN]);
void edkey_wipe(struct edkey *key);

void edkey_sign(const struct edkey *key, const void *text, size_t len,
    uint8_t ret_signature[EDKEY_SIGNATURE_LEN]);

/* Whether these bytes are a key: the one encoding of a point of the large prime order. */
int edkey_is_public(const uint8_t public[EDKEY_PUBLIC_LEN]);

/*
 * 1 if the signature holds: by the equation without the cofactor, in its one form.  Weak keys, and
 * signatures whose point is of small order, hold for nothing.
 */
int edkey_verify(const uint8_t public[EDKEY_PUBLIC_LEN], const void *text, size_t len,
    const uint8_t signature[EDKEY_SIGNATURE_LEN]);

#endif

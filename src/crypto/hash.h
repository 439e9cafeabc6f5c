/*
 * hash.h - SHA-256, random bytes, and the encodings that go with them.
 */
#ifndef CRYPTO_HASH_H
#define CRYPTO_HASH_H

#include <stddef.h>
#include <stdint.h>

struct sha256 { uint8_t b[32]; };

struct hash_part { const void *data; size_t len; };

/* Must be called once before anything else of crypto; -1 if the library cannot start. */
int crypto_start(void);

/* SHA-256 over the parts, one after the other. */
struct sha256 hash_sha256(const struct hash_part *part, size_t n);

/* HMAC-SHA-256 with a key of any length. */
struct sha256 hash_hmac_sha256(const void *key, size_t keylen, const struct hash_part *part, size_t n);

void hash_random(void *ret_bytes, size_t len);

/* Constant-time comparison; 1 if equal. */
int hash_equal(const void *a, const void *b, size_t len);

/* Base64 (RFC 4648, padded) and base64url (unpadded); ret_text has ENC_SIZE(len) bytes. */
#define ENC_SIZE(len) ((len) / 3 * 4 + 5)
void enc_base64(const void *data, size_t len, char *ret_text);
void enc_base64url(const void *data, size_t len, char *ret_text);
/*
 * Strict; -1 on anything that is not exactly what the encoder writes, or past size.  What
 * ret_data then holds is unspecified, for these three.
 */
int dec_base64(const char *text, size_t len, void *ret_data, size_t size, size_t *ret_len);
int dec_base64url(const char *text, size_t len, void *ret_data, size_t size, size_t *ret_len);
void enc_hex(const void *data, size_t len, char *ret_text);	/* 2 * len + 1 bytes */
int dec_hex(const char *text, void *ret_data, size_t len);	/* exactly 2 * len digits, either case */

#endif

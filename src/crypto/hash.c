/*
 * hash.c - SHA-256 by OpenSSL; the rest by libsodium.
 *
 * Every record is hashed several times, so SHA-256 is the one that uses the processor's own
 * instructions (libsodium's does not, and takes 0.42 us for a node of the tree to 0.09).  The
 * SHA256_ functions are the older interface, kept because a hash on the stack can
 * neither fail nor allocate.
 */
#define OPENSSL_API_COMPAT 10100
#include "crypto/hash.h"

#include <string.h>

#include <openssl/sha.h>
#include <sodium.h>

int
crypto_start(void)
{
	/* 1 means that it was started before. */
	return sodium_init() < 0 ? -1 : 0;
}

static void
add(SHA256_CTX *state, const struct hash_part *part, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (part[i].len > 0)
			SHA256_Update(state, part[i].data, part[i].len);
}

struct sha256
hash_sha256(const struct hash_part *part, size_t n)
{
	SHA256_CTX state;
	struct sha256 ret;

	SHA256_Init(&state);
	add(&state, part, n);
	SHA256_Final(ret.b, &state);
	return ret;
}

/* RFC 2104: the hash of the key turned one way and the parts, and of the key turned another way and that. */
struct sha256
hash_hmac_sha256(const void *key, size_t keylen, const struct hash_part *part, size_t n)
{
	uint8_t pad[SHA256_CBLOCK] = { 0 };
	struct sha256 inner, ret;
	SHA256_CTX state;

	if (keylen > sizeof(pad)) {
		inner = hash_sha256(&(struct hash_part){ key, keylen }, 1);
		memcpy(pad, inner.b, sizeof(inner.b));
	} else
		memcpy(pad, key, keylen);
	for (size_t i = 0; i < sizeof(pad); i++)
		pad[i] ^= 0x36;
	SHA256_Init(&state);
	SHA256_Update(&state, pad, sizeof(pad));
	add(&state, part, n);
	SHA256_Final(inner.b, &state);
	for (size_t i = 0; i < sizeof(pad); i++)
		pad[i] ^= 0x36 ^ 0x5c;
	SHA256_Init(&state);
	SHA256_Update(&state, pad, sizeof(pad));
	SHA256_Update(&state, inner.b, sizeof(inner.b));
	SHA256_Final(ret.b, &state);
	explicit_bzero(&state, sizeof(state));
	explicit_bzero(pad, sizeof(pad));
	explicit_bzero(&inner, sizeof(inner));
	return ret;
}

void
hash_random(void *ret_bytes, size_t len)
{
	randombytes_buf(ret_bytes, len);
}

int
hash_equal(const void *a, const void *b, size_t len)
{
	return sodium_memcmp(a, b, len) == 0;
}

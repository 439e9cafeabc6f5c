/*
 * hash.c - what of hash.h the library needs, by libsodium alone.
 */
#include "crypto/hash.h"

#include <sodium.h>

struct sha256
hash_sha256(const struct hash_part *part, size_t n)
{
	crypto_hash_sha256_state state;
	struct sha256 ret;

	crypto_hash_sha256_init(&state);
	for (size_t i = 0; i < n; i++)
		if (part[i].len > 0)
			crypto_hash_sha256_update(&state, part[i].data, part[i].len);
	crypto_hash_sha256_final(&state, ret.b);
	return ret;
}

int
hash_equal(const void *a, const void *b, size_t len)
{
	return sodium_memcmp(a, b, len) == 0;
}

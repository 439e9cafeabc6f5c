/*
 * hash.c - SHA-256 by OpenSSL; random bytes and encodings by libsodium.
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

struct sha256
hash_sha256(const struct hash_part *part, size_t n)
{
	SHA256_CTX state;
	struct sha256 ret;

	SHA256_Init(&state);
	for (size_t i = 0; i < n; i++)
		if (part[i].len > 0)
			SHA256_Update(&state, part[i].data, part[i].len);
	SHA256_Final(ret.b, &state);
	return ret;
}

struct sha256
hash_hmac_sha256(const void *key, size_t keylen, const struct hash_part *part, size_t n)
{
	crypto_auth_hmacsha256_state state;
	struct sha256 ret;

	crypto_auth_hmacsha256_init(&state, key, keylen);
	for (size_t i = 0; i < n; i++)
		crypto_auth_hmacsha256_update(&state, part[i].data, part[i].len);
	crypto_auth_hmacsha256_final(&state, ret.b);
	explicit_bzero(&state, sizeof(state));
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

void
enc_base64(const void *data, size_t len, char *ret_text)
{
	sodium_bin2base64(ret_text, ENC_SIZE(len), data, len, sodium_base64_VARIANT_ORIGINAL);
}

void
enc_base64url(const void *data, size_t len, char *ret_text)
{
	sodium_bin2base64(ret_text, ENC_SIZE(len), data, len,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static int
dec(const char *text, size_t len, int variant, void *ret_data, size_t size, size_t *ret_len)
{
	size_t got;

	/* libsodium 1.0.18 takes some bytes beyond ASCII for digits where char is signed. */
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] >= 0x80)
			return -1;
	/* Without an end pointer everything must have been read, padding included. */
	if (sodium_base642bin(ret_data, size, text, len, NULL, &got, NULL, variant) != 0)
		return -1;
	*ret_len = got;
	return 0;
}

int
dec_base64(const char *text, size_t len, void *ret_data, size_t size, size_t *ret_len)
{
	return dec(text, len, sodium_base64_VARIANT_ORIGINAL, ret_data, size, ret_len);
}

int
dec_base64url(const char *text, size_t len, void *ret_data, size_t size, size_t *ret_len)
{
	return dec(text, len, sodium_base64_VARIANT_URLSAFE_NO_PADDING, ret_data, size, ret_len);
}

void
enc_hex(const void *data, size_t len, char *ret_text)
{
	sodium_bin2hex(ret_text, 2 * len + 1, data, len);
}

int
dec_hex(const char *text, void *ret_data, size_t len)
{
	size_t got;

	if (strnlen(text, 2 * len + 1) != 2 * len)
		return -1;
	if (sodium_hex2bin(ret_data, len, text, 2 * len, NULL, &got, NULL) != 0)
		return -1;
	return got == len ? 0 : -1;
}

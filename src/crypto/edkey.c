/*
 * edkey.c - Ed25519 by libsodium.
 */
#include "crypto/edkey.h"

#include <sodium.h>

_Static_assert(sizeof(((struct edkey *)0)->secret) == crypto_sign_SECRETKEYBYTES, "libsodium's secret key");

void
edkey_make(struct edkey *ret_key, const uint8_t seed[EDKEY_SEED_LEN])
{
	crypto_sign_seed_keypair(ret_key->public, ret_key->secret, seed);
}

void
edkey_wipe(struct edkey *key)
{
	sodium_memzero(key, sizeof(*key));
}

void
edkey_sign(const struct edkey *key, const void *text, size_t len,
    uint8_t ret_signature[EDKEY_SIGNATURE_LEN])
{
	crypto_sign_detached(ret_signature, NULL, text, len, key->secret);
}

int
edkey_is_public(const uint8_t public[EDKEY_PUBLIC_LEN])
{
	return crypto_core_ed25519_is_valid_point(public);
}

int
edkey_verify(const uint8_t public[EDKEY_PUBLIC_LEN], const void *text, size_t len,
    const uint8_t signature[EDKEY_SIGNATURE_LEN])
{
	return crypto_sign_verify_detached(signature, text, len, public) == 0;
}

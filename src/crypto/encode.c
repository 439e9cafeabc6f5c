/*
 * encode.c - the encodings of hash.h, by libsodium.
 */
#include "crypto/hash.h"

#include <string.h>

#include <sodium.h>

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

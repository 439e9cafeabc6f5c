/* SHA-256 and the encodings: the standards' own examples, and what must be refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "crypto/hash.h"

static int
start(void **state)
{
	(void)state;
	return crypto_start();
}

/* FIPS 180-4, its two examples; parts make no difference wherever they are cut. */
static void
a_hash_is_that_of_the_standard_however_it_is_cut(void **state)
{
	static const char text[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
	char hex[65];

	(void)state;
	enc_hex(hash_sha256((struct hash_part[]){ { "abc", 3 } }, 1).b, 32, hex);
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	for (size_t cut = 0; cut < sizeof(text); cut++) {
		const struct hash_part part[] = {
			{ text, cut }, { NULL, 0 }, { text + cut, sizeof(text) - 1 - cut }
		};

		enc_hex(hash_sha256(part, 3).b, 32, hex);
		assert_string_equal(hex,
		    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	}
}

/* RFC 4231, its first example and the one whose key is longer than a block; in two parts. */
static void
an_hmac_is_that_of_the_rfc(void **state)
{
	static const char long_text[] = "Test Using Larger Than Block-Size Key - Hash Key First";
	uint8_t key[131];
	char hex[65];

	(void)state;
	memset(key, 0x0b, 20);
	enc_hex(hash_hmac_sha256(key, 20, (struct hash_part[]){ { "Hi ", 3 }, { "There", 5 } }, 2).b, 32,
	    hex);
	assert_string_equal(hex, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	memset(key, 0xaa, sizeof(key));
	enc_hex(hash_hmac_sha256(key, sizeof(key), (struct hash_part[]){ { long_text,
	    sizeof(long_text) - 1 }, { NULL, 0 } }, 2).b, 32, hex);
	assert_string_equal(hex, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

/* RFC 4648, section 10. */
static void
base64_is_that_of_the_rfc(void **state)
{
	static const struct { const char *clear, *padded, *url; } row[] = {
		{ "", "", "" }, { "f", "Zg==", "Zg" }, { "fo", "Zm8=", "Zm8" },
		{ "foo", "Zm9v", "Zm9v" }, { "foob", "Zm9vYg==", "Zm9vYg" },
		{ "fooba", "Zm9vYmE=", "Zm9vYmE" }, { "foobar", "Zm9vYmFy", "Zm9vYmFy" },
		{ "\xfb\xff", "+/8=", "-_8" },
	};
	char text[ENC_SIZE(8)], clear[8];
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		size_t n = strlen(row[i].clear);

		enc_base64(row[i].clear, n, text);
		assert_string_equal(text, row[i].padded);
		assert_int_equal(dec_base64(text, strlen(text), clear, sizeof(clear), &len), 0);
		assert_int_equal(len, n);
		assert_memory_equal(clear, row[i].clear, n);
		enc_base64url(row[i].clear, n, text);
		assert_string_equal(text, row[i].url);
		assert_int_equal(dec_base64url(text, strlen(text), clear, sizeof(clear), &len), 0);
		assert_int_equal(len, n);
		assert_memory_equal(clear, row[i].clear, n);
	}
}

static void
only_what_the_encoder_writes_is_decoded(void **state)
{
	static const char *const bad[] = {
		"Zg", "Zg=", "Zg===", "Zh==", "Zm9", "Z", "=", "Zg==Zg==", "Z g=", "Zg==\n", "-_8=",
		"Zm9v=", "Zm\xc3\xa9",
	};
	static const char *const bad_url[] = { "Zg==", "Zh", "Z", "+/8", "Zg ", " Zg", "Zm8=" };
	uint8_t out[16];
	size_t len = 99;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(dec_base64(bad[i], strlen(bad[i]), out, sizeof(out), &len), -1);
	for (size_t i = 0; i < sizeof(bad_url) / sizeof(bad_url[0]); i++)
		assert_int_equal(dec_base64url(bad_url[i], strlen(bad_url[i]), out, sizeof(out), &len),
		    -1);
	assert_int_equal(dec_base64("Zm9v", 4, out, 2, &len), -1);
	assert_int_equal(len, 99);
}

/* Any two bytes at the end of a group: decoded means that they encode to the same again. */
static void
nothing_but_the_alphabet_is_a_digit(void **state)
{
	uint8_t out[3];
	char text[5] = "Zm", again[ENC_SIZE(3)];
	size_t len, taken = 0, taken_url = 0;

	(void)state;
	for (int pair = 0; pair < 0x10000; pair++) {
		text[2] = (char)(pair >> 8);
		text[3] = (char)pair;
		if (dec_base64(text, 4, out, sizeof(out), &len) == 0) {
			enc_base64(out, len, again);
			assert_string_equal(again, text);
			taken++;
		}
		if (dec_base64url(text, 4, out, sizeof(out), &len) == 0) {
			enc_base64url(out, len, again);
			assert_string_equal(again, text);
			taken_url++;
		}
	}
	/* Two digits, or one whose last two bits are clear and padding ("Zm==" has bits set). */
	assert_int_equal(taken, 64 * 64 + 16);
	assert_int_equal(taken_url, 64 * 64);
}

static void
every_length_goes_there_and_back(void **state)
{
	uint8_t data[100], back[100];
	char text[ENC_SIZE(100)], hex[201];
	size_t len;

	(void)state;
	hash_random(data, sizeof(data));
	for (size_t n = 0; n <= sizeof(data); n++) {
		enc_base64(data, n, text);
		assert_true(strlen(text) < ENC_SIZE(n));
		assert_int_equal(dec_base64(text, strlen(text), back, n, &len), 0);
		assert_int_equal(len, n);
		assert_memory_equal(back, data, n);
		enc_base64url(data, n, text);
		assert_int_equal(dec_base64url(text, strlen(text), back, n, &len), 0);
		assert_memory_equal(back, data, n);
		enc_hex(data, n, hex);
		assert_int_equal(dec_hex(hex, back, n), 0);
		assert_memory_equal(back, data, n);
	}
}

static void
hex_has_exactly_the_digits_asked_for(void **state)
{
	uint8_t out[4];

	(void)state;
	assert_int_equal(dec_hex("00fFAb9c", out, 4), 0);
	assert_memory_equal(out, "\x00\xff\xab\x9c", 4);
	assert_int_equal(dec_hex("00ffab9", out, 4), -1);
	assert_int_equal(dec_hex("00ffab9c0", out, 4), -1);
	assert_int_equal(dec_hex("00ffab9c00", out, 4), -1);
	assert_int_equal(dec_hex("00ffab9g", out, 4), -1);
	assert_int_equal(dec_hex("00 fab9c", out, 4), -1);
	assert_int_equal(dec_hex("", out, 4), -1);
}

static void
equal_means_every_byte(void **state)
{
	uint8_t a[32] = { 0 }, b[32] = { 0 };

	(void)state;
	assert_int_equal(hash_equal(a, b, 32), 1);
	for (size_t i = 0; i < 32; i++) {
		b[i] ^= 0x80;
		assert_int_equal(hash_equal(a, b, 32), 0);
		b[i] ^= 0x80;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hash_is_that_of_the_standard_however_it_is_cut),
		cmocka_unit_test(an_hmac_is_that_of_the_rfc),
		cmocka_unit_test(base64_is_that_of_the_rfc),
		cmocka_unit_test(only_what_the_encoder_writes_is_decoded),
		cmocka_unit_test(nothing_but_the_alphabet_is_a_digit),
		cmocka_unit_test(every_length_goes_there_and_back),
		cmocka_unit_test(hex_has_exactly_the_digits_asked_for),
		cmocka_unit_test(equal_means_every_byte),
	};

	return cmocka_run_group_tests_name("hash", tests, start, NULL);
}

/* AES-256-GCM: the test cases of its specification, and what the threads remember. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "crypto/gcm.h"

/* McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B, cases 13, 14, 16. */
static const struct {
	const char *key, *nonce, *aad, *clear, *sealed;
} row[] = {
	{ "0000000000000000000000000000000000000000000000000000000000000000",
	    "000000000000000000000000", "", "", "530f8afbc74536b9a963b4f1c4cb738b" },
	{ "0000000000000000000000000000000000000000000000000000000000000000",
	    "000000000000000000000000", "", "00000000000000000000000000000000",
	    "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919" },
	{ "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
	    "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
	    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
	    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
	    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
	    "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
	    "76fc6ece0f4e1768cddf8853bb2d551b" },
};

struct bytes { uint8_t b[128]; size_t len; };

static struct bytes
bytes(const char *hex)
{
	struct bytes ret = { .len = strlen(hex) / 2 };

	assert_int_equal(dec_hex(hex, ret.b, ret.len), 0);
	return ret;
}

static void
sealing_gives_the_bytes_of_the_specification(void **state)
{
	(void)state;
	/* Twice over, so that remembered and new keys take turns. */
	for (size_t i = 0; i < 6; i++) {
		struct bytes key = bytes(row[i % 3].key), nonce = bytes(row[i % 3].nonce);
		struct bytes aad = bytes(row[i % 3].aad), clear = bytes(row[i % 3].clear);
		struct bytes sealed = bytes(row[i % 3].sealed);
		struct hash_part part[] = {
			{ aad.b, aad.len / 2 }, { aad.b + aad.len / 2, aad.len - aad.len / 2 }
		};
		struct gcm_key k = { .serial = gcm_serial() };
		struct buf out = BUF_INIT;

		memcpy(k.b, key.b, sizeof(k.b));
		for (int again = 0; again < 2; again++) {
			buf_clear(&out);
			assert_int_equal(gcm_seal(&k, nonce.b, part, 2, clear.b, clear.len, &out), GCM_DONE);
			assert_int_equal(out.len, sealed.len);
			assert_memory_equal(out.data, sealed.b, sealed.len);
			buf_clear(&out);
			assert_int_equal(gcm_open(&k, nonce.b, part, 2, sealed.b, sealed.len, &out), GCM_DONE);
			assert_int_equal(out.len, clear.len);
			if (clear.len > 0)
				assert_memory_equal(out.data, clear.b, clear.len);
		}
		buf_free(&out);
	}
}

static void
what_is_too_short_or_changed_is_broken_and_leaves_nothing(void **state)
{
	struct bytes nonce = bytes(row[2].nonce), aad = bytes(row[2].aad), sealed = bytes(row[2].sealed);
	struct hash_part part = { aad.b, aad.len };
	struct gcm_key k = { .serial = gcm_serial() };
	struct buf out = BUF_INIT;

	(void)state;
	memcpy(k.b, bytes(row[2].key).b, sizeof(k.b));
	assert_int_equal(buf_str(&out, "before"), 0);
	for (size_t len = 0; len < sealed.len; len++)
		assert_int_equal(gcm_open(&k, nonce.b, &part, 1, sealed.b, len, &out), GCM_BROKEN);
	for (size_t bit = 0; bit < aad.len * 8; bit++) {
		aad.b[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		assert_int_equal(gcm_open(&k, nonce.b, &part, 1, sealed.b, sealed.len, &out), GCM_BROKEN);
		aad.b[bit / 8] ^= (uint8_t)(1u << (bit % 8));
	}
	assert_string_equal(out.data, "before");
	assert_int_equal(gcm_open(&k, nonce.b, &part, 1, sealed.b, sealed.len, &out), GCM_DONE);
	buf_free(&out);
}

static void
a_full_buffer_is_a_failure_not_a_verdict(void **state)
{
	struct bytes nonce = bytes(row[2].nonce), aad = bytes(row[2].aad), sealed = bytes(row[2].sealed);
	struct hash_part part = { aad.b, aad.len };
	struct gcm_key k = { .serial = gcm_serial() };

	(void)state;
	memcpy(k.b, bytes(row[2].key).b, sizeof(k.b));
	for (size_t max = 1; max < 76; max++) {
		struct buf out = BUF_INIT_MAX(max);

		assert_int_equal(gcm_seal(&k, nonce.b, &part, 1, sealed.b, 60, &out), GCM_FAILED);
		assert_int_equal(out.len, 0);
		buf_free(&out);
	}
	for (size_t max = 1; max < 60; max++) {
		struct buf out = BUF_INIT_MAX(max);

		assert_int_equal(gcm_open(&k, nonce.b, &part, 1, sealed.b, sealed.len, &out), GCM_FAILED);
		assert_int_equal(out.len, 0);
		buf_free(&out);
	}
}

/* Long texts go through in pieces: every length around a piece comes back whole. */
static void
every_length_around_a_piece_comes_back(void **state)
{
	static uint8_t clear[3 * 4096];
	struct gcm_key k = { .serial = gcm_serial() };
	uint8_t nonce[GCM_NONCE_LEN] = { 0 };

	(void)state;
	hash_random(k.b, sizeof(k.b));
	hash_random(clear, sizeof(clear));
	for (size_t len = 4096 - 17; len < 4096 + 17; len++) {
		struct buf sealed = BUF_INIT, back = BUF_INIT;

		nonce[0]++;
		assert_int_equal(gcm_seal(&k, nonce, NULL, 0, clear, 2 * len, &sealed), GCM_DONE);
		assert_int_equal(sealed.len, 2 * len + GCM_TAG_LEN);
		assert_int_equal(gcm_open(&k, nonce, NULL, 0, sealed.data, sealed.len, &back), GCM_DONE);
		assert_int_equal(back.len, 2 * len);
		assert_memory_equal(back.data, clear, 2 * len);
		buf_free(&sealed);
		buf_free(&back);
	}
	gcm_forget();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sealing_gives_the_bytes_of_the_specification),
		cmocka_unit_test(what_is_too_short_or_changed_is_broken_and_leaves_nothing),
		cmocka_unit_test(a_full_buffer_is_a_failure_not_a_verdict),
		cmocka_unit_test(every_length_around_a_piece_comes_back),
	};

	if (crypto_start() < 0)
		return 1;
	return cmocka_run_group_tests_name("gcm", tests, NULL, NULL);
}

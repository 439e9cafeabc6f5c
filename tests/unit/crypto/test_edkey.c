/* Ed25519: what RFC 8032 says, and what must not hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <jansson.h>

#include "crypto/edkey.h"
#include "crypto/hash.h"

static int
start(void **state)
{
	(void)state;
	return crypto_start();
}

static size_t
bytes(const json_t *row, const char *name, uint8_t *ret, size_t max)
{
	const char *hex = json_string_value(json_object_get(row, name));

	assert_non_null(hex);
	assert_true(strlen(hex) / 2 <= max);
	assert_int_equal(dec_hex(hex, ret, strlen(hex) / 2), 0);
	return strlen(hex) / 2;
}

static void
keys_and_signatures_are_those_of_the_rfc(void **state)
{
	json_t *all = json_load_file(VECTORS "/rfc8032.json", 0, NULL), *row;
	uint8_t seed[32], public[32], message[8], signature[64], ours[64];
	struct edkey key;
	size_t i, len;

	(void)state;
	assert_int_equal(json_array_size(all), 3);
	json_array_foreach(all, i, row) {
		bytes(row, "seed", seed, sizeof(seed));
		bytes(row, "public", public, sizeof(public));
		bytes(row, "signature", signature, sizeof(signature));
		len = bytes(row, "message", message, sizeof(message));
		edkey_make(&key, seed);
		assert_memory_equal(key.public, public, 32);
		edkey_sign(&key, message, len, ours);
		assert_memory_equal(ours, signature, 64);
		assert_true(edkey_verify(public, message, len, signature));
	}
	json_decref(all);
}

static void
one_changed_bit_holds_no_more(void **state)
{
	uint8_t seed[32] = { 7 }, signature[64], text[] = "text";
	struct edkey key;

	(void)state;
	edkey_make(&key, seed);
	edkey_sign(&key, text, 4, signature);
	assert_true(edkey_verify(key.public, text, 4, signature));
	for (size_t bit = 0; bit < sizeof(signature) * 8; bit++) {
		signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_false(edkey_verify(key.public, text, 4, signature));
		signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t bit = 0; bit < 32; bit++) {
		text[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_false(edkey_verify(key.public, text, 4, signature));
		text[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	assert_false(edkey_verify(key.public, text, 3, signature));
}

/* A point of small order as key, with which one signature would hold for every text. */
static void
a_weak_key_signs_nothing(void **state)
{
	uint8_t public[32] = { 1 }, signature[64] = { 1 };

	(void)state;
	assert_false(edkey_verify(public, "anything", 8, signature));
}

/* Of order 1, 2, 4 and 8; of order 8 L; y not below p; not on the curve: tests/receipt/hostile.py makes them. */
static void
points_that_are_no_key_are_none(void **state)
{
	static const char *const none[] = {
		"0100000000000000000000000000000000000000000000000000000000000000",
		"0100000000000000000000000000000000000000000000000000000000000080",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"0000000000000000000000000000000000000000000000000000000000000000",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"16b981d0b88cdf3ab9fa87190822fe4905b475efda3aec7c34abfa92c19320f4",
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"0200000000000000000000000000000000000000000000000000000000000000",
	};
	uint8_t seed[32] = { 7 }, public[32];
	struct edkey key;

	(void)state;
	edkey_make(&key, seed);
	assert_true(edkey_is_public(key.public));
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		assert_int_equal(dec_hex(none[i], public, sizeof(public)), 0);
		assert_false(edkey_is_public(public));
	}
}

static void
nothing_is_left_of_a_wiped_key(void **state)
{
	const uint8_t seed[32] = { 7 };
	struct edkey key, zero;

	(void)state;
	memset(&zero, 0, sizeof(zero));
	edkey_make(&key, seed);
	edkey_wipe(&key);
	assert_memory_equal(&key, &zero, sizeof(key));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_and_signatures_are_those_of_the_rfc),
		cmocka_unit_test(one_changed_bit_holds_no_more),
		cmocka_unit_test(a_weak_key_signs_nothing),
		cmocka_unit_test(points_that_are_no_key_are_none),
		cmocka_unit_test(nothing_is_left_of_a_wiped_key),
	};

	return cmocka_run_group_tests_name("edkey", tests, start, NULL);
}

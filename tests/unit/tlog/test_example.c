/* The worked example of docs/decisions.md 5: from the texts to the leaf. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>

#include "tlog/merkle.h"

static json_t *example;

static int
load(void **state)
{
	(void)state;
	example = json_load_file(VECTORS "/decisions-5.json", JSON_REJECT_DUPLICATES, NULL);
	return example != NULL && crypto_start() == 0 ? 0 : -1;
}

static int
unload(void **state)
{
	(void)state;
	json_decref(example);
	return 0;
}

static const char *
member(const char *name)
{
	const char *text = json_string_value(json_object_get(example, name));

	assert_non_null(text);
	return text;
}

static struct sha256
bound(const char *tag, const char *salt_name, const char *text_name)
{
	const char *text = member(text_name);
	uint8_t salt[32];

	assert_int_equal(dec_hex(member(salt_name), salt, sizeof(salt)), 0);
	return hash_sha256((struct hash_part[]){
	    { tag, strlen(tag) }, { salt, sizeof(salt) }, { text, strlen(text) } }, 3);
}

static void
the_salts_are_those_of_the_document(void **state)
{
	uint8_t salt[32], body_salt[32];

	(void)state;
	assert_int_equal(dec_hex(member("salt"), salt, 32), 0);
	assert_int_equal(dec_hex(member("body_salt"), body_salt, 32), 0);
	for (uint8_t i = 0; i < 32; i++) {
		assert_int_equal(salt[i], i);
		assert_int_equal(body_salt[i], 0x20 + i);
	}
}

static void
the_record_binds_the_body(void **state)
{
	char text[ENC_SIZE(32)], in_record[80];

	(void)state;
	enc_base64(bound("wzm-body-1\n", "body_salt", "body").b, 32, text);
	assert_string_equal(text, "QopBgOa2v9tG4Su7i0cxNG0nZFZwLA033ORkyVFy1jE=");
	assert_string_equal(text, member("body_hash"));
	snprintf(in_record, sizeof(in_record), "\"body\":\"%s\"", text);
	assert_non_null(strstr(member("record"), in_record));
}

static void
the_record_gives_entry_and_leaf(void **state)
{
	struct sha256 entry = bound("wzm-record-1\n", "salt", "record");
	char text[65];

	(void)state;
	enc_hex(entry.b, 32, text);
	assert_string_equal(text, "a25cbdee098044daa4f849198576b10ae224c5bd6f99dcbf1c19ffdc260bc9af");
	assert_string_equal(text, member("entry"));
	enc_hex(merkle_leaf(entry.b, 32).b, 32, text);
	assert_string_equal(text, "db9dea5244ed44166fe35600ffc578cbe74ed581ddfc24468f3f938ef2d91d53");
	assert_string_equal(text, member("leaf"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_salts_are_those_of_the_document),
		cmocka_unit_test(the_record_binds_the_body),
		cmocka_unit_test(the_record_gives_entry_and_leaf),
	};

	return cmocka_run_group_tests_name("example", tests, load, unload);
}

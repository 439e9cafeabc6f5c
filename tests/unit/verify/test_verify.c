/* libwzmverify: what it says of the receipts of tests/vectors/receipt, of keys, and of hostile input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <sodium.h>

#include <wzm/verify.h>

#define FOLDER VECTORS "/receipt"

static json_t *
load(const char *name)
{
	char path[1024];
	json_t *vector;

	snprintf(path, sizeof(path), "%s/%s", FOLDER, name);
	vector = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(vector);
	return vector;
}

static const char *
text_of(const json_t *vector, const char *member)
{
	return json_string_value(json_object_get(vector, member));
}

static struct wzm_keys *
keys_of(const json_t *vector)
{
	json_t *keys = json_object_get(vector, "keys"), *key, *quorum = json_object_get(keys, "quorum");
	struct wzm_keys *made = wzm_keys_new();
	size_t i;

	assert_non_null(made);
	json_array_foreach(json_object_get(keys, "log"), i, key)
		assert_int_equal(wzm_keys_log(made, json_string_value(key)), 0);
	json_array_foreach(json_object_get(keys, "witness"), i, key)
		assert_int_equal(wzm_keys_witness(made, json_string_value(key)), 0);
	if (quorum != NULL)
		assert_int_equal(wzm_keys_quorum(made, (unsigned)json_integer_value(quorum)), 0);
	return made;
}

/* The receipt, in memory of exactly its size so that a byte too far is seen. */
static char *
receipt_of(const json_t *vector, size_t *ret_len)
{
	const char *text = text_of(vector, "receipt"), *base64 = text_of(vector, "receipt_base64");
	size_t len = strlen(text != NULL ? text : base64);
	char *bytes = malloc(len > 0 ? len : 1);

	assert_non_null(bytes);
	if (text != NULL)
		memcpy(bytes, text, len);
	else
		assert_int_equal(sodium_base642bin((unsigned char *)bytes, len, base64, len, NULL, &len, NULL,
		    sodium_base64_VARIANT_ORIGINAL), 0);
	*ret_len = len;
	return bytes;
}

static void
each_receipt_of_the_folder_has_its_verdict(void **state)
{
	DIR *folder = opendir(FOLDER);
	struct dirent *entry;
	int n = 0;

	(void)state;
	assert_non_null(folder);
	while ((entry = readdir(folder)) != NULL) {
		struct wzm_finding found;
		struct wzm_keys *keys;
		json_t *vector;
		size_t len;
		char *bytes;

		if (strstr(entry->d_name, ".json") == NULL)
			continue;
		vector = load(entry->d_name);
		keys = keys_of(vector);
		bytes = receipt_of(vector, &len);
		if (strcmp(wzm_verdict_word(wzm_verify(keys, bytes, len, &found)), text_of(vector, "verdict")) != 0 ||
		    strcmp(found.reason, text_of(vector, "reason")) != 0)
			fail_msg("%s: %s", entry->d_name, found.reason);
		wzm_finding_free(&found);
		wzm_keys_free(keys);
		free(bytes);
		json_decref(vector);
		n++;
	}
	closedir(folder);
	assert_true(n > 50);
}

static void
every_cut_of_a_good_receipt_is_malformed(void **state)
{
	json_t *vector = load("whole.json");
	struct wzm_keys *keys = keys_of(vector);
	struct wzm_finding found;
	size_t len;
	char *whole = receipt_of(vector, &len);

	(void)state;
	for (size_t n = 0; n < len; n++) {
		char *part = malloc(n > 0 ? n : 1);

		memcpy(part, whole, n);
		assert_int_equal(wzm_verify(keys, part, n, &found), WZM_MALFORMED);
		wzm_finding_free(&found);
		free(part);
	}
	free(whole);
	wzm_keys_free(keys);
	json_decref(vector);
}

static void
what_is_found_is_told(void **state)
{
	json_t *vector = load("whole.json"), *said = json_loads(text_of(vector, "receipt"), 0, NULL);
	struct wzm_keys *keys = keys_of(vector);
	struct wzm_finding found;
	size_t len;
	char *bytes = receipt_of(vector, &len);
	const char *record = text_of(said, "record"), *body = text_of(said, "body");

	(void)state;
	assert_int_equal(wzm_verify(keys, bytes, len, &found), WZM_MATCH);
	memset(bytes, 'x', len);
	assert_string_equal(found.origin, "wzm.example/log/a");
	assert_int_equal(found.index, 5);
	assert_int_equal(found.size, 11);
	assert_int_equal(found.witnesses, 2);
	assert_int_equal(found.witnessed, 1795397413);
	assert_string_equal(found.at, "2026-11-23T09:30:12.345+08:00");
	assert_int_equal(found.record_len, strlen(record));
	assert_memory_equal(found.record, record, found.record_len);
	assert_int_equal(found.body_len, strlen(body));
	assert_memory_equal(found.body, body, found.body_len);
	wzm_finding_free(&found);
	assert_null(found.record);
	free(bytes);
	wzm_keys_free(keys);
	json_decref(said);
	json_decref(vector);
}

static void
keys_that_are_none_are_refused(void **state)
{
	json_t *vector = load("whole.json"), *keys = json_object_get(vector, "keys");
	const char *log = json_string_value(json_array_get(json_object_get(keys, "log"), 0));
	const char *witness = json_string_value(json_array_get(json_object_get(keys, "witness"), 0));
	struct wzm_keys *made = wzm_keys_new();
	char bad[512];

	(void)state;
	assert_int_equal(wzm_keys_log(made, witness), -1);
	assert_int_equal(wzm_keys_witness(made, log), -1);
	for (size_t i = 0; i < strlen(log); i++) {
		snprintf(bad, sizeof(bad), "%s", log);
		bad[i] ^= 1;
		assert_int_equal(wzm_keys_log(made, bad), -1);
		bad[i] = '\0';
		assert_int_equal(wzm_keys_log(made, bad), -1);
	}
	assert_int_equal(wzm_keys_log(made, log), 0);
	assert_int_equal(wzm_keys_log(made, log), -1);
	assert_int_equal(wzm_keys_quorum(made, 1), -1);
	assert_int_equal(wzm_keys_witness(made, witness), 0);
	assert_int_equal(wzm_keys_quorum(made, 1), 0);
	assert_int_equal(wzm_keys_quorum(made, 2), -1);
	wzm_keys_free(made);
	wzm_keys_free(NULL);
	json_decref(vector);
}

/* What a reader might choke on: depth, length, nothing but openings. */
static void
hostile_receipts_are_malformed(void **state)
{
	static const struct { const char *start, *again; } hostile[] = {
		{ "", "[" }, { "{\"wzm_receipt\":", "[" }, { "{\"wzm_receipt\":", "{\"\":" }, { "{\"record\":\"", "x" },
		{ "{\"record\":\"", "\\u0000" }, { "{\"", "\\ud83d\\ude00" }, { "", " " }, { "{", "\"a\":1," },
		{ "{\"wzm_receipt\":1", "0" }, { "{\"proof\":\"", "\\n" },
	};
	struct wzm_keys *keys = wzm_keys_new();
	struct wzm_finding found;

	(void)state;
	assert_int_equal(wzm_verify(keys, NULL, 0, &found), WZM_MALFORMED);
	wzm_finding_free(&found);
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		char *text = malloc(WZM_RECEIPT_MAX + 1);
		size_t len = strlen(hostile[i].start), n = strlen(hostile[i].again);

		memcpy(text, hostile[i].start, len);
		for (; len + n <= WZM_RECEIPT_MAX + 1; len += n)
			memcpy(text + len, hostile[i].again, n);
		assert_int_equal(wzm_verify(keys, text, len > WZM_RECEIPT_MAX ? WZM_RECEIPT_MAX : len, &found), WZM_MALFORMED);
		wzm_finding_free(&found);
		memset(text, ' ', WZM_RECEIPT_MAX + 1);
		assert_int_equal(wzm_verify(keys, text, WZM_RECEIPT_MAX + 1, &found), WZM_MALFORMED);
		assert_string_equal(found.reason, "too_large");
		wzm_finding_free(&found);
		free(text);
	}
	wzm_keys_free(keys);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_receipt_of_the_folder_has_its_verdict),
		cmocka_unit_test(every_cut_of_a_good_receipt_is_malformed),
		cmocka_unit_test(what_is_found_is_told),
		cmocka_unit_test(keys_that_are_none_are_refused),
		cmocka_unit_test(hostile_receipts_are_malformed),
	};

	return cmocka_run_group_tests_name("verify", tests, NULL, NULL);
}

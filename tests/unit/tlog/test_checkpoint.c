/* Checkpoints: the document's example, every law of its three lines, hostile input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "tlog/checkpoint.h"

#define ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="

static int
start(void **state)
{
	(void)state;
	return crypto_start();
}

static int
parse(struct checkpoint *cp, const char *text)
{
	return checkpoint_parse(cp, text, strlen(text));
}

static void
the_example_of_the_document_is_read(void **state)
{
	json_t *doc = json_load_file(VECTORS "/c2sp/tlog-checkpoint.json", 0, NULL);
	const char *text = json_string_value(json_object_get(doc, "note"));
	char root[ENC_SIZE(32)], again[CHECKPOINT_TEXT_MAX];
	struct checkpoint cp;
	struct note note;

	(void)state;
	assert_non_null(text);
	assert_int_equal(note_parse(&note, text, strlen(text)), 0);
	assert_int_equal(checkpoint_parse(&cp, note.text, note.text_len), 0);
	assert_string_equal(cp.origin, json_string_value(json_object_get(doc, "origin")));
	assert_int_equal(cp.size, json_integer_value(json_object_get(doc, "size")));
	enc_base64(cp.root.b, 32, root);
	assert_string_equal(root, json_string_value(json_object_get(doc, "root")));
	assert_int_equal(cp.extension_len, 0);
	assert_int_equal(checkpoint_format(&cp, again), note.text_len);
	assert_memory_equal(again, note.text, note.text_len);
	json_decref(doc);
}

static void
sizes_have_one_form(void **state)
{
	static const struct { const char *text; int64_t size; } row[] = {
		{ "0", 0 }, { "1", 1 }, { "10", 10 }, { "9223372036854775807", INT64_MAX },
		{ "", -1 }, { "00", -1 }, { "01", -1 }, { "-1", -1 }, { "+1", -1 }, { " 1", -1 }, { "1 ", -1 },
		{ "1.0", -1 }, { "0x1", -1 }, { "1e3", -1 }, { "9223372036854775808", -1 },
		{ "9999999999999999999", -1 }, { "18446744073709551617", -1 }, { "00000000000000000001", -1 },
		{ "\xd9\xa1", -1 },
	};
	struct checkpoint cp;
	char text[200];

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		snprintf(text, sizeof(text), "o\n%s\n" ROOT "\n", row[i].text);
		assert_int_equal(parse(&cp, text), row[i].size < 0 ? -1 : 0);
		if (row[i].size >= 0)
			assert_int_equal(cp.size, row[i].size);
	}
}

static void
further_lines_are_kept_and_are_not_empty(void **state)
{
	struct checkpoint cp;

	(void)state;
	assert_int_equal(parse(&cp, "o\n1\n" ROOT "\nmore\nlines\n"), 0);
	assert_int_equal(cp.extension_len, 11);
	assert_memory_equal(cp.extension, "more\nlines\n", 11);
	assert_int_equal(parse(&cp, "o\n1\n" ROOT "\n\nlines\n"), -1);
	assert_int_equal(parse(&cp, "o\n1\n" ROOT "\nmore"), -1);
}

static void
what_is_no_checkpoint_is_refused(void **state)
{
	static const char *const bad[] = {
		"", "\n", "o", "o\n", "o\n1", "o\n1\n", "\n1\n" ROOT "\n", "o\n\n" ROOT "\n", "o\n1\n\n",
		"o\n1\n" ROOT, "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n",
		"o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n",	/* bits left over */
		"o\n1\nCsUYapGGPo4dkMgIAUqom_Xajj7h2fB2MPA3j2jxq2I=\n", "o\n1\nAAAA\n", "o\n1\n" ROOT ROOT "\n",
	};
	char text[NOTE_NAME_MAX + 100];
	struct checkpoint cp;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (parse(&cp, bad[i]) == 0)
			fail_msg("taken for a checkpoint: %s", bad[i]);
	assert_int_equal(checkpoint_parse(&cp, "a\0b\n1\n" ROOT "\n", 9 + strlen(ROOT)), -1);
	memset(text, 'o', NOTE_NAME_MAX + 1);
	snprintf(text + NOTE_NAME_MAX + 1, 80, "\n1\n" ROOT "\n");
	assert_int_equal(parse(&cp, text), -1);
	assert_int_equal(parse(&cp, text + 1), 0);
}

static void
only_what_this_key_signed_for_this_log_is_signed(void **state)
{
	const uint8_t seed[32] = { 4 }, other_seed[32] = { 5 };
	struct checkpoint cp = { .origin = "city.example/log/a", .size = INT64_MAX }, got;
	char text[CHECKPOINT_NOTE_MAX];
	struct note_key key, other;
	struct edkey secret, other_secret;
	size_t len;

	(void)state;
	memset(cp.root.b, 0xff, sizeof(cp.root.b));
	edkey_make(&secret, seed);
	edkey_make(&other_secret, other_seed);
	assert_int_equal(note_key_make(&key, cp.origin, NOTE_ED25519, secret.public), 0);
	assert_int_equal(note_key_make(&other, cp.origin, NOTE_ED25519, other_secret.public), 0);
	len = checkpoint_sign(&cp, &key, &secret, text);
	assert_int_equal(len, strlen(text));
	assert_int_equal(checkpoint_open(&got, text, len, cp.origin, &key), NOTE_SIGNED);
	assert_int_equal(got.size, cp.size);
	assert_memory_equal(got.root.b, cp.root.b, 32);
	assert_int_equal(checkpoint_open(&got, text, len, cp.origin, &other), NOTE_UNSIGNED);
	assert_int_equal(checkpoint_open(&got, text, len, "city.example/log/b", &key), NOTE_FORGED);
	assert_int_equal(checkpoint_open(&got, text, len - 1, cp.origin, &key), NOTE_FORGED);
	for (size_t i = 0; i < len; i++) {
		text[i] ^= 1;
		assert_int_not_equal(checkpoint_open(&got, text, len, cp.origin, &key), NOTE_SIGNED);
		text[i] ^= 1;
	}
	/* The longest name that a key can have fits. */
	memset(cp.origin, 'o', NOTE_NAME_MAX);
	assert_int_equal(note_key_make(&key, cp.origin, NOTE_ED25519, secret.public), 0);
	len = checkpoint_sign(&cp, &key, &secret, text);
	assert_int_equal(len, strlen(text));
	assert_int_equal(checkpoint_open(&got, text, len, cp.origin, &key), NOTE_SIGNED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_example_of_the_document_is_read),
		cmocka_unit_test(sizes_have_one_form),
		cmocka_unit_test(further_lines_are_kept_and_are_not_empty),
		cmocka_unit_test(what_is_no_checkpoint_is_refused),
		cmocka_unit_test(only_what_this_key_signed_for_this_log_is_signed),
	};

	return cmocka_run_group_tests_name("checkpoint", tests, start, NULL);
}

/* Signed notes: the documents' examples, every changed byte, hostile input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "crypto/hash.h"
#include "tlog/note.h"

#define DASH "\xe2\x80\x94 "

static json_t *doc, *cosigned;

static int
load(void **state)
{
	(void)state;
	doc = json_load_file(VECTORS "/c2sp/signed-note.json", JSON_REJECT_DUPLICATES, NULL);
	cosigned = json_load_file(VECTORS "/c2sp/tlog-cosignature.json", JSON_REJECT_DUPLICATES, NULL);
	return doc != NULL && cosigned != NULL && crypto_start() == 0 ? 0 : -1;
}

static int
unload(void **state)
{
	(void)state;
	json_decref(doc);
	json_decref(cosigned);
	return 0;
}

static const char *
text_of(const json_t *from, const char *name)
{
	const char *text = json_string_value(json_object_get(from, name));

	assert_non_null(text);
	return text;
}

/* Writes text there; returns how long it is. */
static size_t
put(char *to, const char *text)
{
	memcpy(to, text, strlen(text) + 1);
	return strlen(text);
}

static int
is_note(const char *text)
{
	struct note note;

	return note_parse(&note, text, strlen(text)) == 0;
}

static struct note_key
key_of(const char *vkey)
{
	struct note_key key;

	assert_int_equal(note_key_parse(&key, vkey, strlen(vkey)), 0);
	return key;
}

static void
the_example_of_the_document_holds(void **state)
{
	const json_t *ex = json_object_get(doc, "example");
	const char *text = text_of(ex, "note");
	struct note_key key = key_of(text_of(ex, "vkey"));
	char vkey[NOTE_VKEY_MAX], id[9];
	struct note note;
	uint64_t time = 9;

	(void)state;
	snprintf(id, sizeof(id), "%08x", key.id);
	assert_string_equal(id, text_of(ex, "id"));
	assert_string_equal(key.name, text_of(ex, "name"));
	note_key_format(&key, vkey);
	assert_string_equal(vkey, text_of(ex, "vkey"));
	assert_int_equal(note_parse(&note, text, strlen(text)), 0);
	assert_int_equal(note.text_len, strlen(text_of(ex, "text")));
	assert_memory_equal(note.text, text_of(ex, "text"), note.text_len);
	assert_int_equal(note_verify(&note, &key, &time), NOTE_SIGNED);
	assert_int_equal(time, 0);
}

static void
the_last_empty_line_ends_the_text(void **state)
{
	const json_t *ex = json_object_get(doc, "format");
	const char *text = text_of(ex, "note");
	struct note note;

	(void)state;
	assert_int_equal(note_parse(&note, text, strlen(text)), 0);
	assert_int_equal(note.text_len, strlen(text_of(ex, "text")));
	assert_int_equal(note.nsignatures, 1);
	assert_int_equal(note.signature[0].name_len, strlen(text_of(ex, "name")));
	assert_memory_equal(note.signature[0].name, text_of(ex, "name"), note.signature[0].name_len);
}

static void
no_changed_byte_is_signed(void **state)
{
	const json_t *ex = json_object_get(doc, "example");
	struct note_key key = key_of(text_of(ex, "vkey"));
	char *text = strdup(text_of(ex, "note"));
	size_t len = strlen(text);
	struct note note;

	(void)state;
	for (size_t i = 0; i < len; i++) {
		char was = text[i];

		for (int c = 0; c < 256; c++) {
			text[i] = (char)c;
			if (text[i] != was && note_parse(&note, text, len) == 0)
				assert_int_not_equal(note_verify(&note, &key, NULL), NOTE_SIGNED);
		}
		text[i] = was;
	}
	for (size_t n = 0; n < len; n++)
		assert_int_equal(note_parse(&note, text, n), -1);
	free(text);
}

/* The example with a further line before and after its own. */
static void
unknown_signatures_are_ignored(void **state)
{
	const json_t *ex = json_object_get(doc, "example");
	struct note_key key = key_of(text_of(ex, "vkey"));
	const char *line = strstr(text_of(ex, "note"), "\n\n") + 2;
	char text[2048];
	struct note note;

	(void)state;
	snprintf(text, sizeof(text), "%s\n" DASH "other Uw2QOkk=\n%s" DASH "example.com/foo AAAAAAAA\n",
	    text_of(ex, "text"), line);
	assert_int_equal(note_parse(&note, text, strlen(text)), 0);
	assert_int_equal(note.nsignatures, 3);
	assert_int_equal(note_verify(&note, &key, NULL), NOTE_SIGNED);
	/* Name and id are both of the key, and the signature is not: the whole note is refused. */
	snprintf(text, sizeof(text), "%s\n%s" DASH "example.com/foo Uw2QOkk=\n", text_of(ex, "text"), line);
	assert_int_equal(note_parse(&note, text, strlen(text)), 0);
	assert_int_equal(note_verify(&note, &key, NULL), NOTE_FORGED);
	snprintf(text, sizeof(text), "%s\n" DASH "other Uw2QOkk=\n", text_of(ex, "text"));
	assert_int_equal(note_parse(&note, text, strlen(text)), 0);
	assert_int_equal(note_verify(&note, &key, NULL), NOTE_UNSIGNED);
}

static void
a_cosignature_holds_with_its_time(void **state)
{
	struct note_key key = key_of(text_of(cosigned, "vkey"));
	char text[2048], *digit;
	struct note note;
	uint64_t time;

	(void)state;
	snprintf(text, sizeof(text), "%s\n%s", text_of(cosigned, "text"), text_of(cosigned, "line"));
	assert_int_equal(note_parse(&note, text, strlen(text)), 0);
	assert_int_equal(note_verify(&note, &key, &time), NOTE_SIGNED);
	assert_int_equal(time, json_integer_value(json_object_get(cosigned, "time")));
	digit = strchr(text, '2');
	*digit = '3';
	assert_int_equal(note_verify(&note, &key, &time), NOTE_FORGED);
	*digit = '2';
	/* The same key as one for plain notes has another id: its signatures are none of this one. */
	assert_int_equal(note_key_make(&key, key.name, NOTE_ED25519, key.public), 0);
	assert_int_equal(note_verify(&note, &key, &time), NOTE_UNSIGNED);
}

static void
what_is_signed_is_found_signed(void **state)
{
	const uint8_t seed[32] = { 1, 2, 3 };
	const char text[] = "origin\nnach einer leeren Zeile\n\ngeht es weiter\n";
	char line[NOTE_LINE_MAX], whole[1024];
	struct edkey secret;
	struct note_key key;
	struct note note;

	(void)state;
	edkey_make(&secret, seed);
	assert_int_equal(note_key_make(&key, "无证明.example/log/a", NOTE_ED25519, secret.public), 0);
	note_sign(&key, &secret, text, strlen(text), line);
	snprintf(whole, sizeof(whole), "%s\n%s", text, line);
	assert_int_equal(note_parse(&note, whole, strlen(whole)), 0);
	assert_int_equal(note_verify(&note, &key, NULL), NOTE_SIGNED);
}

static void
what_is_no_note_is_refused(void **state)
{
	static const char *const bad[] = {
		"", "\n", "\n\n", "text\n", "text\n\n", "text\n\n\n", "text\n" DASH "a AAAAAAA=\n",
		"text\n\n" DASH "a AAAAAAA=",			/* no newline at the end */
		"text\n\n- a AAAAAAA=\n", "text\n\n" DASH "a\n", "text\n\n" DASH "a \n", "text\n\n" DASH " AAAAAAA=\n",
		"text\n\n" DASH "a AAAAAA==\n",			/* four bytes: no signature */
		"text\n\n" DASH "a AAAAAAB=\n",			/* bits left over */
		"text\n\n" DASH "a AAAAAAA\n", "text\n\n" DASH "a AAAAAAA=x\n", "text\n\n" DASH "a AAAA AAA=\n",
		"text\n\n" DASH "a  AAAAAAA=\n", "text\n\n" DASH "a+b AAAAAAA=\n",
		"text\n\n" DASH "a\xc2\xa0" "b AAAAAAA=\n", "text\n\n" DASH "a\xe3\x80\x80" "b AAAAAAA=\n",
		"te\xffxt\n\n" DASH "a AAAAAAA=\n", "te\txt\n\n" DASH "a AAAAAAA=\n", "te\rxt\n\n" DASH "a AAAAAAA=\n",
		"text\n\n" DASH "a AAAAAAA=\nmore\n",
	};

	(void)state;
	assert_true(is_note("text\n\n" DASH "a AAAAAAA=\n"));
	assert_true(is_note("\n\n" DASH "a AAAAAAA=\n"));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (is_note(bad[i]))
			fail_msg("taken for a note: %s", bad[i]);
}

/* At least 16 signatures of nearly 5 kB must be taken; some number must be too many. */
static void
limits_are_those_of_the_document(void **state)
{
	char *text = calloc(1, NOTE_MAX + 8192), *p = text;
	struct note note;

	(void)state;
	assert_non_null(text);
	p += put(p, "text\n\n");
	for (int i = 0; i < 16; i++) {
		p += put(p, DASH "w ");
		memset(p, 'A', 6664);
		p += 6664;
		*p++ = '\n';
	}
	assert_int_equal(note_parse(&note, text, (size_t)(p - text)), 0);
	assert_int_equal(note.nsignatures, 16);
	p = text + put(text, "text\n\n");
	for (int i = 0; i <= NOTE_SIGNATURES_MAX; i++) {
		assert_int_equal(note_parse(&note, text, (size_t)(p - text)), i == 0 ? -1 : 0);
		p += put(p, DASH "w AAAAAAA=\n");
	}
	assert_int_equal(note_parse(&note, text, (size_t)(p - text)), -1);
	memset(text, 'a', NOTE_TEXT_MAX - 1);
	put(text + NOTE_TEXT_MAX - 1, "\n\n" DASH "w AAAAAAA=\n");
	assert_true(is_note(text));
	put(text + NOTE_TEXT_MAX - 1, "a\n\n" DASH "w AAAAAAA=\n");
	assert_false(is_note(text));
	free(text);
}

static void
what_is_no_verifier_key_is_refused(void **state)
{
	const char *good = text_of(json_object_get(doc, "example"), "vkey");
	struct note_key key;
	char text[NOTE_VKEY_MAX];
	size_t len = strlen(good);
	const uint8_t public[32] = { 0 }, seed[32] = { 7 };
	struct edkey secret;

	(void)state;
	for (size_t n = 0; n < len; n++)
		assert_int_equal(note_key_parse(&key, good, n), -1);
	for (size_t i = 0; i < len; i++)
		for (int c = 0; c < 256; c++) {
			snprintf(text, sizeof(text), "%s", good);
			text[i] = (char)c;
			assert_int_equal(note_key_parse(&key, text, len), (char)c == good[i] ? 0 : -1);
		}
	snprintf(text, sizeof(text), "%sA", good);
	assert_int_equal(note_key_parse(&key, text, len + 1), -1);
	assert_int_equal(note_key_make(&key, "", NOTE_ED25519, public), -1);
	assert_int_equal(note_key_make(&key, "a b", NOTE_ED25519, public), -1);
	assert_int_equal(note_key_make(&key, "a+b", NOTE_ED25519, public), -1);
	memset(text, 'a', NOTE_NAME_MAX + 1);
	text[NOTE_NAME_MAX + 1] = '\0';
	assert_int_equal(note_key_make(&key, text, NOTE_ED25519, public), -1);
	edkey_make(&secret, seed);
	assert_int_equal(note_key_make(&key, text + 1, NOTE_ED25519, secret.public), 0);
	note_key_format(&key, text);
	assert_int_equal(note_key_parse(&key, text, strlen(text)), 0);
	/* A name and an id that are right, of 32 bytes that are a point of order 4. */
	assert_int_equal(note_key_make(&key, "a", NOTE_ED25519, public), 0);
	note_key_format(&key, text);
	assert_int_equal(note_key_parse(&key, text, strlen(text)), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_example_of_the_document_holds),
		cmocka_unit_test(the_last_empty_line_ends_the_text),
		cmocka_unit_test(no_changed_byte_is_signed),
		cmocka_unit_test(unknown_signatures_are_ignored),
		cmocka_unit_test(a_cosignature_holds_with_its_time),
		cmocka_unit_test(what_is_signed_is_found_signed),
		cmocka_unit_test(what_is_no_note_is_refused),
		cmocka_unit_test(limits_are_those_of_the_document),
		cmocka_unit_test(what_is_no_verifier_key_is_refused),
	};

	return cmocka_run_group_tests_name("note", tests, load, unload);
}

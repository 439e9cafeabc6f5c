#include "rules/json_read.h"
#include "rules/json_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "json_rebuild.h"

/* Whatever the JSON library takes is read as it reads it. */
static void
what_is_json_is_read_as_the_library_does(void **state)
{
	static const char *const good[] = {
		"{}", "[]", " { } ", "\t[\r\n]\n", "\"\"", "true", "false", "null", "0", "-12.5e+3",
		"[true,false,null,1]", "{\"a\":{\"b\":[{},[],\"x\"]},\"c\":\"d\"}", "[ 1 , [ 2 ] , { \"3\" : 4 } ]",
		"{\"name\":\"\xe7\x8e\x8b\xe5\xbb\xba\xe5\x9b\xbd\",\"number\":\"330702199001011234\",\"enterprise\":false}",
		"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\u0041\\u00e9\\u738b\\ud83d\\ude00\\uFFFD\"",
		"{\"\\u0061\":\"]}\\\"{[,:\"}", "[\"a,b\",\"}\",\"\\\\\"]", "{\"form\":{\"x\":\"}\\\\\\\"]\",\"y\":[{\"z\":\"\"}]}}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		json_t *theirs = json_loads(good[i], JSON_DECODE_ANY, NULL), *ours = json_rebuild(good[i], strlen(good[i]));

		assert_non_null(theirs);
		if (ours == NULL || !json_equal(theirs, ours))
			fail_msg("%s", good[i]);
		json_decref(theirs);
		json_decref(ours);
	}
}

/* As text, so that the order of members counts too. */
static char *
dumped(json_t *json)
{
	char *text = json == NULL ? NULL : json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);

	json_decref(json);
	return text;
}

static void
a_tree_is_the_library_s(void **state)
{
	static const char *const texts[] = {
		"{}", " [ ] ", "{\"a\":\"\",\"b\":\"12345678\",\"c\":\"1234567\\\\\"}", "{\"b\":1,\"a\":-2.5e3,\"b\":null}", "[true,false,null,[],{},[[\"x\"]]]",
		"{\"name\":\"\xe7\x8e\x8b\xe5\xbb\xba\xe5\x9b\xbd\",\"n\\u0061me\":\"\\ud83d\\ude00\"}", "[\"a\" ,\"b\"\t]", "[[[[[[[[[[[[[[[[[[[[\"deep\"]]]]]]]]]]]]]]]]]]]]",
		"{\"a name that is longer than most names are, and much longer than any that we would ever write into a text of ours, so that it is not taken\":0}",
		/* None of these is taken by either. */
		"", "1", "\"a\"", "true", "{\"a\":1,}", "[,1]", "[1 2]", "{\"a\" \"b\"}", "[\"a\"\"b\"]", "[tru]", "[01]", "[1e999]", "[99999999999999999999]", "[\"\x01\"]", "[\"\xff\"]", "{\"\xff\":1}",
		"[\"\xe7\x8e\"]", "[\"\\u0000\"]", "{\"\\ud83d\":1}", "[1]]", "[1] x", "[\"a", "{\"a\":[1}", "[a]", "[\"12345678\x1f\"]",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char *theirs = dumped(json_loads(texts[i], 0, NULL)), *ours = dumped(json_tree(texts[i], strlen(texts[i])));

		if (i >= 9 ? theirs != NULL || ours != NULL : ours == NULL || strcmp(theirs, ours) != 0)
			fail_msg("%s: %s", texts[i], ours);
		free(theirs);
		free(ours);
	}
	assert_null(json_tree("[1\0", 3));
	assert_null(json_tree(NULL, 0));
}

static void
a_tree_of_some_members_has_no_other(void **state)
{
	static const char *const names[] = { "a", "d", NULL }, *const none[] = { NULL };
	/* The last is left to the library. */
	static const struct { const char *text, *want; } of[] = {
		{ "{\"a\":1,\"b\":{\"a\":2},\"c\":[\"a\",\"}\"],\"d\":\"\\u5f20\"}", "{\"a\":1,\"d\":\"张\"}" },
		{ "{\"b\":\"a\"}", "{}" }, { "{}", "{}" }, { "{\"a\":1,\"a\":[2]}", "{\"a\":[2]}" }, { " {\"a\" : null } ", "{\"a\":null}" },
		{ "{\"a\":1} x", NULL }, { "{\"a\":1", NULL }, { "{\"a\":tru}", NULL }, { "", NULL },
		{ "{\"a name that is longer than most names are, and much longer than any that we would ever write into a text of ours, so that it is not taken\":0,\"a\":[[]]}", "{\"a\":[[]]}" },
	};

	char *text;

	(void)state;
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		char *got = dumped(json_tree_of(of[i].text, strlen(of[i].text), names));

		if (of[i].want == NULL ? got != NULL : got == NULL || strcmp(got, of[i].want) != 0)
			fail_msg("%s: %s", of[i].text, got);
		free(got);
	}
	text = dumped(json_tree_of("{\"a\":1}", 7, none));
	assert_string_equal(text, "{}");
	free(text);
}

static void
what_is_none_fails(void **state)
{
	static const char *const bad[] = {
		"", " ", "{", "[", "}", "]", "[1", "[1,", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{a:1}", "{\"a\" 1}",
		"[1 2]", "[\"a\" \"b\"]", "[]]", "{}{}", "[1}", "{\"a\":1]", "\"", "\"a", "\"\\", "\"\\\"", "\"\\x\"", "\"\\u12\"",
		"\"\\u00zz\"", "\"\\u0000\"", "\"\\ud83d\"", "\"\\ud83d\\u0041\"", "\"\\ude00\"", "\"\\ud83d\\", "\"a\nb\"", "\"\x01\"",
		"tru", "falsehood", "[,1]", "{,}", "[\"a\",,\"b\"]", "[[[[",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		json_t *ours = json_rebuild(bad[i], strlen(bad[i]));

		if (ours != NULL)
			fail_msg("%s", bad[i]);
	}
}

/* Each text cut at each byte: nothing behind the end is looked at, which sanitizers and valgrind see. */
static void
what_is_cut_off_fails(void **state)
{
	static const char whole[] = "{\"asks\":[],\"form\":{\"a\":\"\\u738b\"},\"parties\":[{\"enterprise\":true,\"name\":\"\xe7\x8e\x8b\"}]}";

	(void)state;
	for (size_t len = 0; len < sizeof(whole) - 1; len++) {
		char *text = malloc(len + 1);

		memcpy(text, whole, len);
		text[len] = '!';	/* would be an error of its own */
		assert_null(json_rebuild(text, len));
		free(text);
	}
}

/* A text that fits to the byte is read, and one that is longer is not cut. */
static void
a_text_must_fit(void **state)
{
	struct json_read r;
	char text[5];

	(void)state;
	json_read_start(&r, "\"abcd\"", 6);
	assert_int_equal(json_read_text(&r, text, sizeof(text)), 0);
	assert_string_equal(text, "abcd");
	assert_int_equal(json_read_end(&r), 0);
	json_read_start(&r, "\"abcde\"", 7);
	assert_int_equal(json_read_text(&r, text, sizeof(text)), -1);
	json_read_start(&r, "\"abc\\u738b\"", 11);
	assert_int_equal(json_read_text(&r, text, sizeof(text)), -1);
	json_read_start(&r, "\"a\\u738b\"", 9);
	assert_int_equal(json_read_text(&r, text, sizeof(text)), 0);
	assert_string_equal(text, "a\xe7\x8e\x8b");
}

static void
once_failed_it_stays_so(void **state)
{
	struct json_read r;
	char text[8];
	int yes;

	(void)state;
	json_read_start(&r, "[1,\"a\",true]", 12);
	assert_int_equal(json_read_open(&r, '{'), -1);
	assert_int_equal(json_read_open(&r, '['), -1);
	assert_int_equal(json_read_next(&r, ']'), 0);
	assert_int_equal(json_read_text(&r, text, sizeof(text)), -1);
	assert_int_equal(json_read_bool(&r, &yes), -1);
	assert_int_equal(json_read_end(&r), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_json_is_read_as_the_library_does),
		cmocka_unit_test(a_tree_is_the_library_s),
		cmocka_unit_test(a_tree_of_some_members_has_no_other),
		cmocka_unit_test(what_is_none_fails),
		cmocka_unit_test(what_is_cut_off_fails),
		cmocka_unit_test(a_text_must_fit),
		cmocka_unit_test(once_failed_it_stays_so),
	};

	return cmocka_run_group_tests_name("json_read", tests, NULL, NULL);
}

/* JSON trees as text: the same as the JSON library writes, which took the time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "rules/json_text.h"

static uint64_t seed = 1;

static unsigned
below(unsigned n)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (unsigned)(seed >> 33) % n;
}

/* Control characters are left out but for those with a letter: the library writes the others with large digits. */
static const char *const pieces[] = { "", "a", "房", "\"", "\\", "\n", "\t", "\r", "\b", "\f", "/", "\x7f", "é", "𠮷",
	"<&>", "a rather long piece of text without anything in it" };

static void
some_text(char *text, size_t size)
{
	text[0] = '\0';
	for (unsigned n = below(5); n > 0; n--)
		strncat(text, pieces[below(sizeof(pieces) / sizeof(pieces[0]))], size - strlen(text) - 1);
}

static json_t *
some_tree(unsigned depth)
{
	static const json_int_t numbers[] = { 0, 1, -1, 9, 10, 1795686612345, INT64_MAX, INT64_MIN };
	char text[512];
	json_t *json;

	switch (below(depth > 0 ? 8 : 6)) {
	case 0:
		return json_true();
	case 1:
		return json_false();
	case 2:
		return json_null();
	case 3:
		return json_integer(numbers[below(sizeof(numbers) / sizeof(numbers[0]))]);
	case 4:
		return json_real(below(1000) / 8.0);
	case 5:
		some_text(text, sizeof(text));
		return json_string(text);
	case 6:
		json = json_array();
		for (unsigned n = below(6); n > 0; n--)
			json_array_append_new(json, some_tree(depth - 1));
		return json;
	default:
		json = json_object();
		for (unsigned n = below(50); n > 0; n--) {
			some_text(text, sizeof(text));
			json_object_set_new(json, text, some_tree(depth - 1));
		}
		return json;
	}
}

static void
same(json_t *json)
{
	static const size_t flags[] = { [JSON_AS_MADE] = 0, [JSON_BY_NAME] = JSON_SORT_KEYS };

	for (int order = JSON_AS_MADE; order <= JSON_BY_NAME; order++) {
		char *want = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY | flags[order]);
		struct buf got = BUF_INIT;

		assert_int_equal(json_text(json, (enum json_order)order, &got), 0);
		assert_string_equal(got.data, want);
		assert_int_equal(got.len, strlen(want));
		free(want);
		buf_free(&got);
	}
}

static void
trees_are_written_as_the_library_writes_them(void **state)
{
	(void)state;
	for (int i = 0; i < 3000; i++) {
		json_t *json = some_tree(4);

		same(json);
		json_decref(json);
	}
}

static void
control_characters_have_small_digits(void **state)
{
	json_t *json = json_string("\x01\x1f");
	struct buf got = BUF_INIT;

	(void)state;
	assert_int_equal(json_text(json, JSON_AS_MADE, &got), 0);
	assert_string_equal(got.data, "\"\\u0001\\u001f\"");
	buf_free(&got);
	json_decref(json);
}

static void
no_tree_and_no_room_are_said(void **state)
{
	struct buf got = BUF_INIT, little = BUF_INIT_MAX(4);
	json_t *json = json_string("longer than that");

	(void)state;
	assert_int_equal(json_text(NULL, JSON_AS_MADE, &got), -1);
	assert_int_equal(json_text(json, JSON_AS_MADE, &little), -1);
	json_decref(json);
	buf_free(&got);
	buf_free(&little);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trees_are_written_as_the_library_writes_them),
		cmocka_unit_test(control_characters_have_small_digits),
		cmocka_unit_test(no_tree_and_no_room_are_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* JSON written member by member: the text that a tree of it gives, and each text is read again as what was put. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "rules/json_put.h"
#include "rules/json_text.h"

static void
same(const struct buf *out, json_t *want)
{
	struct buf text = BUF_INIT;
	json_t *read = json_loadb(out->data, out->len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);

	assert_non_null(read);
	assert_true(json_equal(read, want));
	assert_int_equal(json_text(want, JSON_AS_MADE, &text), 0);
	assert_string_equal(out->data, text.data);
	json_decref(read);
	json_decref(want);
	buf_free(&text);
}

static void
test_members(void **state)
{
	struct buf out = BUF_INIT;
	json_t *tree = json_pack("{s:[i, i], s:s}", "a", 1, 2, "b", "{");

	(void)state;
	json_put_open(&out, NULL, '{');
	json_put_text(&out, "text", "房{\"\\\n[");
	json_put_text(&out, "none", NULL);
	json_put_int(&out, "least", INT64_MIN);
	json_put_int(&out, "most", INT64_MAX);
	json_put_int(&out, "zero", 0);
	json_put_bool(&out, "yes", 7);
	json_put_bool(&out, "no", 0);
	json_put_name(&out, "named");
	json_put_int(&out, NULL, 5);
	json_put_open(&out, "empty", '{');
	json_put_close(&out, '{');
	json_put_open(&out, "list", '[');
	json_put_text(&out, NULL, "[");
	json_put_open(&out, NULL, '[');
	json_put_close(&out, '[');
	json_put_int(&out, NULL, -1);
	json_put_tree(&out, NULL, tree);
	json_put_tree(&out, NULL, NULL);
	json_put_close(&out, '[');
	json_put_members(&out, tree);
	json_put_open(&out, "last", '{');
	json_put_members(&out, tree);
	json_put_close(&out, '{');
	json_put_close(&out, '{');
	assert_false(buf_failed(&out));
	same(&out, json_pack("{s:s, s:n, s:I, s:I, s:i, s:b, s:b, s:i, s:{}, s:[s, [], i, O, n], s:[i, i], s:s, s:O}",
	    "text", "房{\"\\\n[", "none", "least", INT64_MIN, "most", INT64_MAX, "zero", 0, "yes", 1, "no", 0, "named", 5,
	    "empty", "list", "[", -1, tree, "a", 1, 2, "b", "{", "last", tree));
	json_decref(tree);
	buf_free(&out);
}

static void
test_one_value(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	json_put_text(&out, NULL, "a");
	same(&out, json_string("a"));
	buf_clear(&out);
	json_put_open(&out, NULL, '[');
	json_put_close(&out, '[');
	same(&out, json_array());
	buf_free(&out);
}

static void
test_ceiling(void **state)
{
	struct buf out = BUF_INIT_MAX(20);

	(void)state;
	json_put_open(&out, NULL, '{');
	json_put_text(&out, "a", "0123456789");
	assert_false(buf_failed(&out));
	json_put_int(&out, "b", 12345);
	json_put_close(&out, '{');
	assert_true(buf_failed(&out));
	assert_true(out.len <= 20);
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_one_value),
		cmocka_unit_test(test_ceiling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

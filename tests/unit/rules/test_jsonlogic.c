/*
 * JSON Logic: the examples of its documentation, its limits, and what is declared to
 * differ.  That it means what the reference means is compared by tests/jsonlogic.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "rules/jsonlogic.h"

static struct jsonlogic *
compiled(const char *text)
{
	struct jsonlogic *rule = NULL;
	struct fault f = FAULT_INIT;

	assert_int_equal(jsonlogic_compile(text, strlen(text), &rule, &f), 0);
	return rule;
}

static json_t *
parsed(const char *text)
{
	json_t *json = json_loads(text, JSON_DECODE_ANY, NULL);

	assert_non_null(json);
	return json;
}

static void
gives(const char *text, const char *data_text, const char *want)
{
	struct jsonlogic *rule = compiled(text);
	json_t *data = parsed(data_text), *value = NULL;
	char *got;

	assert_int_equal(jsonlogic_apply(rule, data, &value, NULL), 0);
	got = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(15));
	assert_string_equal(got, want);
	free(got);
	json_decref(value);
	json_decref(data);
	jsonlogic_free(rule);
}

static void
the_documented_examples_hold(void **state)
{
	static const struct { const char *rule, *data, *want; } example[] = {
		{ "{\"var\":[\"a\"]}", "{\"a\":1,\"b\":2}", "1" },
		{ "{\"var\":[\"z\",26]}", "{\"a\":1,\"b\":2}", "26" },
		{ "{\"var\":\"champ.name\"}", "{\"champ\":{\"name\":\"Fezzig\"}}", "\"Fezzig\"" },
		{ "{\"var\":1}", "[\"zero\",\"one\",\"two\"]", "\"one\"" },
		{ "{\"cat\":[\"Hello, \",{\"var\":\"\"}]}", "\"Dolly\"", "\"Hello, Dolly\"" },
		{ "{\"missing\":[\"a\",\"b\"]}", "{\"a\":\"apple\",\"c\":\"carrot\"}", "[\"b\"]" },
		{ "{\"missing_some\":[1,[\"a\",\"b\",\"c\"]]}", "{\"a\":\"apple\"}", "[]" },
		{ "{\"missing_some\":[2,[\"a\",\"b\",\"c\"]]}", "{\"a\":\"apple\"}", "[\"b\",\"c\"]" },
		{ "{\"if\":[{\"<\":[{\"var\":\"t\"},0]},\"freezing\",{\"<\":[{\"var\":\"t\"},100]},\"liquid\",\"gas\"]}",
		    "{\"t\":55}", "\"liquid\"" },
		{ "{\"==\":[1,\"1\"]}", "null", "true" }, { "{\"===\":[1,\"1\"]}", "null", "false" },
		{ "{\"!=\":[1,\"1\"]}", "null", "false" }, { "{\"!==\":[1,\"1\"]}", "null", "true" },
		{ "{\"!\":[true]}", "null", "false" }, { "{\"!!\":[[]]}", "null", "false" },
		{ "{\"!!\":[\"0\"]}", "null", "true" }, { "{\"or\":[false,0,\"a\"]}", "null", "\"a\"" },
		{ "{\"and\":[true,\"\",3]}", "null", "\"\"" }, { "{\"<\":[1,2,3]}", "null", "true" },
		{ "{\"<\":[1,4,3]}", "null", "false" }, { "{\"<=\":[1,1,3]}", "null", "true" },
		{ "{\">=\":[1,1]}", "null", "true" }, { "{\"max\":[1,2,3]}", "null", "3" },
		{ "{\"min\":[1,2,3]}", "null", "1" }, { "{\"+\":[2,2,2]}", "null", "6" },
		{ "{\"+\":\"3.14\"}", "null", "3.14" }, { "{\"-\":2}", "null", "-2" },
		{ "{\"*\":[2,2,2]}", "null", "8" }, { "{\"/\":[2,4]}", "null", "0.5" },
		{ "{\"%\":[101,2]}", "null", "1" },
		{ "{\"map\":[{\"var\":\"i\"},{\"*\":[{\"var\":\"\"},2]}]}", "{\"i\":[1,2,3]}", "[2,4,6]" },
		{ "{\"filter\":[{\"var\":\"i\"},{\"%\":[{\"var\":\"\"},2]}]}", "{\"i\":[1,2,3]}", "[1,3]" },
		{ "{\"reduce\":[{\"var\":\"i\"},{\"+\":[{\"var\":\"current\"},{\"var\":\"accumulator\"}]},0]}",
		    "{\"i\":[1,2,3]}", "6" },
		{ "{\"all\":[[1,2],{\">\":[{\"var\":\"\"},0]}]}", "null", "true" },
		{ "{\"all\":[[],{\">\":[{\"var\":\"\"},0]}]}", "null", "false" },
		{ "{\"some\":[[-1,0,1],{\">\":[{\"var\":\"\"},0]}]}", "null", "true" },
		{ "{\"none\":[[-3,-2],{\">\":[{\"var\":\"\"},0]}]}", "null", "true" },
		{ "{\"merge\":[[1,2],3,[[4]]]}", "null", "[1,2,3,[4]]" },
		{ "{\"in\":[\"Ringo\",[\"John\",\"Ringo\"]]}", "null", "true" },
		{ "{\"in\":[\"Spring\",\"Springfield\"]}", "null", "true" },
		{ "{\"substr\":[\"jsonlogic\",-5]}", "null", "\"logic\"" },
		{ "{\"substr\":[\"jsonlogic\",1,3]}", "null", "\"son\"" },
		{ "{\"substr\":[\"jsonlogic\",4,-2]}", "null", "\"log\"" },
		{ "{\"log\":\"apple\"}", "null", "\"apple\"" }, { "true", "null", "true" },
		{ "{\"a\":1,\"b\":{\"+\":[1,1]}}", "null", "{\"a\":1,\"b\":{\"+\":[1,1]}}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(example) / sizeof(example[0]); i++)
		gives(example[i].rule, example[i].data, example[i].want);
}

static void
numbers_are_written_as_javascript_does(void **state)
{
	(void)state;
	gives("{\"cat\":[1.0,\" \",0.1,\" \",1e21,\" \",1e-7,\" \",123456789012,\" \",-0.5]}", "null",
	    "\"1 0.1 1e+21 1e-7 123456789012 -0.5\"");
	gives("{\"+\":[0.1,0.2]}", "null", "0.3");
	gives("{\"*\":[1.5,2]}", "null", "3");
	gives("{\"cat\":5.386379163185535e213}", "null", "\"5.386379163185535e+213\"");
}

static void
what_json_cannot_hold_is_null(void **state)
{
	(void)state;
	gives("{\"/\":[1,0]}", "null", "null");
	gives("{\"-\":\"x\"}", "null", "null");
	gives("{\"max\":[]}", "null", "null");
	gives("[{\"and\":[]},1]", "null", "[null,1]");
	gives("{\"+\":[1,{\"*\":[]}]}", "null", "null");	/* a TypeError: all of it is null */
}

static void
declared_differences_are_as_declared(void **state)
{
	(void)state;
	gives("{\"var\":[\"constructor\",\"no\"]}", "{}", "\"no\"");
	gives("{\"var\":\"name.toString\"}", "{\"name\":\"x\"}", "null");
	gives("{\"missing\":[{\"var\":\"k\"}]}", "{\"k\":{\"var\":\"x\"},\"x\":\"k\"}", "[{\"var\":\"x\"}]");
	gives("{\"substr\":[\"😀\",0,1]}", "null", "\"\xEF\xBF\xBD\"");
}

static void
halves_of_a_character_join_again(void **state)
{
	(void)state;
	gives("{\"cat\":[{\"substr\":[\"a😀\",0,2]},{\"substr\":[\"a😀\",2]}]}", "null", "\"a😀\"");
	gives("{\"var\":\"name.length\"}", "{\"name\":\"𠮷😀中\"}", "5");
}

static void
is_refused(const char *text, size_t len, enum fault_code code, const char *what)
{
	struct jsonlogic *rule = NULL;
	struct fault f = FAULT_INIT;

	assert_int_equal(jsonlogic_compile(text, len, &rule, &f), -1);
	assert_null(rule);
	assert_int_equal(f.code, code);
	assert_string_equal(fault_arg_get(&f, "what"), what);
}

static void
what_is_no_rule_is_refused(void **state)
{
	static const struct { const char *text, *what; } bad[] = {
		{ "", "not_json" }, { "{", "not_json" }, { "{\"==\":[1,1]} x", "not_json" },
		{ "{\"==\":[1,1],\"==\":[1,2]}", "not_json" }, { "\"\xC0\xAF\"", "not_json" },
		{ "\"a\\u0000b\"", "not_json" }, { "1e999", "not_json" },
		{ "{\"method\":[1]}", "unknown_operator" }, { "{\"\":1}", "unknown_operator" },
		{ "{\"if\":[false,{\"nope\":1}]}", "unknown_operator" },
		{ "{\"and\":[1,[{\"==\":[{\"cat.x\":1}]}]]}", "unknown_operator" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		is_refused(bad[i].text, strlen(bad[i].text), FAULT_LOGIC_MALFORMED, bad[i].what);
}

/* open, depth times, then inner, then close, depth times. */
static void
nested(struct buf *out, const char *open, int depth, const char *inner, const char *close)
{
	for (int i = 0; i < depth; i++)
		buf_str(out, open);
	buf_str(out, inner);
	for (int i = 0; i < depth; i++)
		buf_str(out, close);
}

static void
expressions_have_a_largest_depth_and_length(void **state)
{
	static char spaces[JSONLOGIC_TEXT_MAX + 1];
	struct jsonlogic *rule = NULL;
	struct buf text = BUF_INIT;

	(void)state;
	nested(&text, "{\"!\":", JSONLOGIC_DEPTH_MAX - 1, "1", "}");
	assert_int_equal(jsonlogic_compile(text.data, text.len, &rule, NULL), 0);
	jsonlogic_free(rule);
	buf_clear(&text);
	nested(&text, "{\"!\":", JSONLOGIC_DEPTH_MAX, "1", "}");
	is_refused(text.data, text.len, FAULT_LOGIC_LIMIT, "depth");
	buf_clear(&text);
	nested(&text, "[", JSONLOGIC_TEXT_MAX / 2, "", "]");
	is_refused(text.data, text.len, FAULT_LOGIC_LIMIT, "depth");
	buf_free(&text);
	memset(spaces, ' ', sizeof(spaces));
	spaces[0] = '1';
	assert_int_equal(jsonlogic_compile(spaces, JSONLOGIC_TEXT_MAX, &rule, NULL), 0);
	jsonlogic_free(rule);
	is_refused(spaces, sizeof(spaces), FAULT_LOGIC_LIMIT, "text");
}

static json_t *
integers(size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_integer((json_int_t)i));
	return list;
}

/* Applied to a list of n integers, the rule comes to a limit; or not, if what is NULL. */
static void
on_a_list(const char *text, size_t n, const char *what)
{
	struct jsonlogic *rule = compiled(text);
	json_t *data = integers(n), *value = NULL;
	struct fault f = FAULT_INIT;

	assert_int_equal(jsonlogic_apply(rule, data, &value, &f), what != NULL ? -1 : 0);
	if (what != NULL) {
		assert_null(value);
		assert_int_equal(f.code, FAULT_LOGIC_LIMIT);
		assert_string_equal(fault_arg_get(&f, "what"), what);
	}
	json_decref(value);
	json_decref(data);
	jsonlogic_free(rule);
}

#define TOTAL "{\"var\":\"accumulator\"}"

static void
hostile_rules_come_to_an_end(void **state)
{
	(void)state;
	/* Text that doubles, arrays that double in what they hold, arrays in arrays. */
	on_a_list("{\"reduce\":[{\"var\":\"\"},{\"cat\":[" TOTAL "," TOTAL "]},\"x\"]}", 15, NULL);
	on_a_list("{\"reduce\":[{\"var\":\"\"},{\"cat\":[" TOTAL "," TOTAL "]},\"x\"]}", 60, "steps");
	on_a_list("{\"reduce\":[{\"var\":\"\"},[" TOTAL "," TOTAL "],0]}", 10, NULL);
	on_a_list("{\"reduce\":[{\"var\":\"\"},[" TOTAL "," TOTAL "],0]}", 60, "steps");
	on_a_list("{\"cat\":{\"reduce\":[{\"var\":\"\"},[" TOTAL "," TOTAL "],0]}}", 60, "steps");
	on_a_list("{\"reduce\":[{\"var\":\"\"},[" TOTAL "],0]}", 200, NULL);
	on_a_list("{\"reduce\":[{\"var\":\"\"},[" TOTAL "],0]}", 300, "result_depth");
	on_a_list("{\"reduce\":[{\"var\":\"\"},{\"var\":\"\"},0]}", 300, "result_depth");
	on_a_list("{\"cat\":{\"reduce\":[{\"var\":\"\"},[" TOTAL "],0]}}", 300, "result_depth");
	on_a_list("{\"reduce\":[{\"var\":\"\"},{\"merge\":[" TOTAL "," TOTAL "]},[1]]}", 60, "memory");
	/* Loops in loops. */
	on_a_list("{\"map\":[{\"var\":\"\"},{\"map\":[[1,2,3,4,5,6,7,8,9],{\"+\":[1,{\"var\":\"\"}]}]}]}",
	    10000, "steps");
	on_a_list("{\"map\":[{\"var\":\"\"},{\"*\":[2,{\"var\":\"\"}]}]}", 15000, NULL);
	/* A long text that grows by a little each time leaves nothing behind. */
	on_a_list("{\"reduce\":[{\"var\":\"\"},{\"cat\":[" TOTAL ",\"12345678\"]},\"\"]}", 1000, NULL);
}

static void
one_long_text_many_times_is_too_large_a_result(void **state)
{
	struct jsonlogic *rule = compiled("{\"merge\":[{\"var\":\"l\"}]}");
	struct fault f = FAULT_INIT;
	json_t *data = json_object(), *value = NULL;
	char *text = calloc(1, 100001);

	(void)state;
	memset(text, 'x', 100000);
	json_object_set_new(data, "l", json_array());
	for (int i = 0; i < 200; i++)
		json_array_append_new(json_object_get(data, "l"), json_string(text));
	assert_int_equal(jsonlogic_apply(rule, data, &value, &f), -1);
	assert_string_equal(fault_arg_get(&f, "what"), "steps");
	json_decref(data);
	jsonlogic_free(rule);
	free(text);
}

static void
has_vars(const char *text, const char *want)
{
	struct jsonlogic *rule = compiled(text);
	struct buf got = BUF_INIT;
	const char *name[16];
	size_t n = jsonlogic_vars(rule, name, 16);

	for (size_t i = 0; i < n; i++) {
		buf_str(&got, name[i]);
		buf_char(&got, ' ');
	}
	assert_string_equal(n > 0 ? got.data : "", want);
	assert_int_equal(jsonlogic_vars(rule, name, 1), n > 1 ? 1 : n);
	buf_free(&got);
	jsonlogic_free(rule);
}

static void
the_variables_of_a_rule_are_known(void **state)
{
	(void)state;
	has_vars("{\"==\":[{\"var\":\"b\"},{\"var\":[\"a.x\",1]}]}", "a b ");
	has_vars("{\"and\":[{\"var\":\"a\"},{\"!\":{\"var\":\"a.y\"}},{\"if\":[{\"var\":\"c\"},[{\"var\":\"b\"}]]}]}",
	    "a b c ");
	has_vars("{\"none\":[{\"var\":\"rows\"},{\"==\":[{\"var\":\"status\"},\"x\"]}]}", "rows ");
	has_vars("{\"reduce\":[{\"var\":\"l\"},{\"+\":[{\"var\":\"current\"},1]},{\"var\":\"start\"}]}", "l start ");
	has_vars("{\"var\":\"\"}", "");
	has_vars("{\"var\":{\"var\":\"which\"}}", "which ");
	has_vars("{\"var\":[\"a\",{\"var\":\"b\"}]}", "a b ");
	has_vars("{\"var\":3}", "3 ");
	has_vars("{\"missing\":[\"a\"]}", "");
	has_vars("{\"k\":{\"var\":\"x\"},\"l\":1}", "");
}

static void
truth_is_that_of_json_logic(void **state)
{
	static const char *const no[] = { "\"\"", "0", "0.0", "-0.0", "null", "false", "[]" };
	static const char *const yes[] = { "\"0\"", "1", "-1", "0.1", "true", "[0]", "{}", "\" \"" };

	(void)state;
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
		json_t *value = parsed(no[i]);

		assert_false(jsonlogic_truthy(value));
		json_decref(value);
	}
	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		json_t *value = parsed(yes[i]);

		assert_true(jsonlogic_truthy(value));
		json_decref(value);
	}
	assert_false(jsonlogic_truthy(NULL));
}

static void
a_result_outlives_rule_and_data(void **state)
{
	struct jsonlogic *rule = compiled("[{\"var\":\"a\"},{\"x\":1,\"y\":[2]},{\"cat\":[\"k\",{\"var\":\"b\"}]}]");
	json_t *data = parsed("{\"a\":[1,{\"z\":null}],\"b\":\"v\"}"), *value = NULL;
	char *text;

	(void)state;
	assert_int_equal(jsonlogic_apply(rule, data, &value, NULL), 0);
	json_decref(data);
	jsonlogic_free(rule);
	text = json_dumps(value, JSON_COMPACT);
	assert_string_equal(text, "[[1,{\"z\":null}],{\"x\":1,\"y\":[2]},\"kv\"]");
	free(text);
	json_decref(value);
	jsonlogic_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_documented_examples_hold),
		cmocka_unit_test(numbers_are_written_as_javascript_does),
		cmocka_unit_test(what_json_cannot_hold_is_null),
		cmocka_unit_test(declared_differences_are_as_declared),
		cmocka_unit_test(halves_of_a_character_join_again),
		cmocka_unit_test(what_is_no_rule_is_refused),
		cmocka_unit_test(expressions_have_a_largest_depth_and_length),
		cmocka_unit_test(hostile_rules_come_to_an_end),
		cmocka_unit_test(one_long_text_many_times_is_too_large_a_result),
		cmocka_unit_test(the_variables_of_a_rule_are_known),
		cmocka_unit_test(truth_is_that_of_json_logic),
		cmocka_unit_test(a_result_outlives_rule_and_data),
	};

	return cmocka_run_group_tests_name("jsonlogic", tests, NULL, NULL);
}

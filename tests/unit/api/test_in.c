/* Strict reading of requests: what is not asked for is refused, and said which. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "api/api.h"

static enum fault_code
parse(const char *text, size_t len)
{
	struct fault f = FAULT_INIT;
	json_t *json = NULL;

	if (in_parse(text, len, &json, &f) == 0) {
		json_decref(json);
		return FAULT_NONE;
	}
	assert_null(json);
	return f.code;
}

static void
what_is_no_json_object_is_refused(void **state)
{
	static const char *const bad[] = { "", "{", "[]", "1", "\"x\"", "{\"a\":01}", "{\"a\":1}x", "{a:1}",
		"{\"a\":NaN}", "{\"a\":1e999}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\xff\"}", "{\"a\":\"\\u0000\"}",
		"{\"a\":1,\"a\":2}", "{'a':1}", "// x\n{}" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_not_equal(parse(bad[i], strlen(bad[i])), FAULT_NONE);
	assert_int_equal(parse("{}", 2), FAULT_NONE);
	assert_int_equal(parse("{\"a\":\"\0\"}", 9), FAULT_BAD_JSON);
}

static void
sixteen_levels_are_taken_and_seventeen_are_not(void **state)
{
	char text[128];

	(void)state;
	for (int depth = 15; depth <= 17; depth++) {
		size_t n = 0;

		n += (size_t)snprintf(text, sizeof(text), "{\"[[[[\":");
		for (int i = 1; i < depth; i++)
			text[n++] = '[';
		for (int i = 1; i < depth; i++)
			text[n++] = ']';
		text[n++] = '}';
		assert_int_equal(parse(text, n), depth <= 16 ? FAULT_NONE : FAULT_BAD_REQUEST);
	}
}

/* Reads {"name","size"?,"late"?,"agreed"} as a use of the reader does; what went wrong, and where. */
static enum fault_code
use(const char *text, char *field)
{
	struct fault f = FAULT_INIT;
	json_t *json = NULL;
	enum fault_code code = FAULT_NONE;
	struct in in;

	assert_int_equal(in_parse(text, strlen(text), &json, &f), 0);
	in_start(&in, json, "parties[0].", &f);
	(void)in_text(&in, "name", IN_MUST, 6);
	(void)in_int(&in, "size", 1, 10, 5);
	(void)in_bool(&in, "late", 0);
	(void)in_true(&in, "agreed");
	if (in_end(&in) < 0)
		code = f.code;
	snprintf(field, 64, "%s", fault_arg_get(&f, "field") != NULL ? fault_arg_get(&f, "field") : "");
	json_decref(json);
	return code;
}

static void
each_wrong_member_is_named_with_its_place(void **state)
{
	static const struct { const char *text; enum fault_code code; const char *field; } cases[] = {
		{ "{\"name\":\"x\",\"agreed\":true}", FAULT_NONE, "" },
		{ "{\"name\":\"x\",\"size\":null,\"agreed\":true}", FAULT_NONE, "" },
		{ "{\"agreed\":true}", FAULT_FIELD_MISSING, "parties[0].name" },
		{ "{\"name\":null,\"agreed\":true}", FAULT_FIELD_MISSING, "parties[0].name" },
		{ "{\"name\":\" \xe3\x80\x80\",\"agreed\":true}", FAULT_FIELD_MISSING, "parties[0].name" },
		{ "{\"name\":1,\"agreed\":true}", FAULT_FIELD_TYPE, "parties[0].name" },
		{ "{\"name\":\"1234567\",\"agreed\":true}", FAULT_FIELD_VALUE, "parties[0].name" },
		{ "{\"name\":\"x\",\"size\":0,\"agreed\":true}", FAULT_FIELD_VALUE, "parties[0].size" },
		{ "{\"name\":\"x\",\"size\":1.5,\"agreed\":true}", FAULT_FIELD_TYPE, "parties[0].size" },
		{ "{\"name\":\"x\",\"late\":false,\"agreed\":true}", FAULT_NONE, "" },
		{ "{\"name\":\"x\",\"late\":1,\"agreed\":true}", FAULT_FIELD_TYPE, "parties[0].late" },
		{ "{\"name\":\"x\"}", FAULT_FIELD_MISSING, "parties[0].agreed" },
		{ "{\"name\":\"x\",\"agreed\":false}", FAULT_FIELD_VALUE, "parties[0].agreed" },
		{ "{\"name\":\"x\",\"agreed\":\"true\"}", FAULT_FIELD_TYPE, "parties[0].agreed" },
		{ "{\"name\":\"x\",\"agreed\":true,\"more\":1}", FAULT_FIELD_UNKNOWN, "parties[0].more" },
		/* A name that could be a value in the wrong place is not repeated. */
		{ "{\"name\":\"x\",\"agreed\":true,\"胡庆东\":1}", FAULT_FIELD_UNKNOWN, "parties[0].?" },
	};
	char field[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(use(cases[i].text, field), cases[i].code);
		assert_string_equal(field, cases[i].field);
	}
}

static void
what_may_be_true_or_false_is_as_it_was_given(void **state)
{
	static const struct { const char *text; int def, is; } cases[] = {
		{ "{\"late\":true}", 0, 1 }, { "{\"late\":false}", 1, 0 }, { "{}", 0, 0 }, { "{}", 1, 1 },
		{ "{\"late\":null}", 1, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fault f = FAULT_INIT;
		json_t *json = NULL;
		struct in in;

		assert_int_equal(in_parse(cases[i].text, strlen(cases[i].text), &json, &f), 0);
		in_start(&in, json, "", &f);
		assert_int_equal(in_bool(&in, "late", cases[i].def), cases[i].is);
		assert_int_equal(in_end(&in), 0);
		json_decref(json);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_json_object_is_refused),
		cmocka_unit_test(sixteen_levels_are_taken_and_seventeen_are_not),
		cmocka_unit_test(each_wrong_member_is_named_with_its_place),
		cmocka_unit_test(what_may_be_true_or_false_is_as_it_was_given),
	};

	return cmocka_run_group_tests_name("in", tests, NULL, NULL);
}

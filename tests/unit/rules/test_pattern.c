#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/pattern.h"

static void
patterns_and_what_is_none(void **state)
{
	static const char *const good[] = { "^\\d{17}[\\dX]$", "^1\\d{10}$", "^\\d{12,19}$",
		"^[0-9A-HJ-NPQRTUWXY]{18}$", "^\\d{6}$", "^a+b*c?.$", "^[^ab]{2,}$", "^浙[A-Z]$" };
	static const char *const bad[] = { "", "^", "^$", "\\d", "^\\d", "\\d$", "^(a)$", "^a|b$", "^\\w$",
		"^a{1000}$", "^a{3,2}$", "^a{}$", "^a{-1}$", "^a{2$", "^a++$", "^a{2}{2}$", "^*$", "^[ab$",
		"^a\\$", "^a$b$", "^a}$" };
	char longest[400];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(pattern_is_one(good[i]), 1);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (pattern_is_one(bad[i]))
			fail_msg("%s is one", bad[i]);
		assert_int_equal(pattern_fits(bad[i], "a"), 0);
	}
	memset(longest, 'a', sizeof(longest) - 1);
	longest[0] = '^';
	longest[sizeof(longest) - 2] = '$';
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(pattern_is_one(longest), 0);
}

static void
texts_that_fit(void **state)
{
	static const struct { const char *pattern, *text; int fits; } vector[] = {
		{ "^\\d{17}[\\dX]$", "33070219900101123X", 1 },
		{ "^\\d{17}[\\dX]$", "33070219900101123x", 0 },
		{ "^\\d{17}[\\dX]$", "33070219900101123X ", 0 },
		{ "^1\\d{10}$", "13800000000", 1 },
		{ "^1\\d{10}$", "1380000000", 0 },
		{ "^1\\d{10}$", "138000000000", 0 },
		{ "^\\d{12,19}$", "622200000000", 1 },
		{ "^\\d{12,19}$", "62220000000", 0 },
		{ "^\\d{12,19}$", "62220000000000000000", 0 },
		{ "^a?b$", "b", 1 },
		{ "^a?b$", "aab", 0 },
		{ "^[^ab]{2,}$", "cd", 1 },
		{ "^[^ab]{2,}$", "ca", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(vector) / sizeof(vector[0]); i++)
		if (pattern_fits(vector[i].pattern, vector[i].text) != vector[i].fits)
			fail_msg("%s and %s", vector[i].pattern, vector[i].text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_and_what_is_none),
		cmocka_unit_test(texts_that_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

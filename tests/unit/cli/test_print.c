/* What people see: columns that stand under each other, and no tricks with the terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bench.h"

static char *text;
static size_t len;

static FILE *
start(void)
{
	free(text);
	return open_memstream(&text, &len);
}

static void
an_ideograph_takes_two_columns(void **state)
{
	(void)state;
	assert_int_equal(text_width(""), 0);
	assert_int_equal(text_width("I-01384"), 7);
	assert_int_equal(text_width("无房证明"), 8);
	assert_int_equal(text_width("二手房转移登记(买卖)"), 20);
	assert_int_equal(text_width("二手房\uff08买卖\uff09"), 14);
	assert_int_equal(text_width("胡*东"), 5);
	assert_int_equal(text_width("e\xcc\x81"), 1);
	assert_int_equal(text_width("\xf0\xa0\x80\x80"), 2);	/* U+20000 */
	assert_int_equal(text_width("\xff" "a"), 2);
}

static void
columns_stand_under_each_other(void **state)
{
	static const char *const cells[] = {
		"编码", "证明", "状态",
		"I-1", "无房证明", "成立",
		"I-01384", "a", "",
		"", "", "x",
	};
	struct table t;
	FILE *out = start();

	(void)state;
	table_start(&t, 3);
	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++)
		table_cell(&t, cells[i]);
	table_print(&t, out);
	fclose(out);
	assert_string_equal(text,
	    "编码     证明      状态\n"
	    "I-1      无房证明  成立\n"
	    "I-01384  a\n"
	    "                   x\n");
}

/* Every C0 and C1 control but the line feed, and what turns the direction of writing. */
static void
a_name_cannot_steer_the_terminal(void **state)
{
	FILE *out = start();

	(void)state;
	print_text(out, "a\x1b[2Jb\rc\x07" "d\x7f\xc2\x9b" "e\nf\xe2\x80\xae" "g\xe2\x81\xa6" "h\xff" "i");
	fclose(out);
	assert_string_equal(text, "a?[2Jb?c?d??e\nf?g?h?i");
}

static void
members_are_found_by_a_path(void **state)
{
	json_t *o = json_pack("{s:{s:{s:s, s:i}}, s:n}", "a", "b", "c", "deep", "n", 7, "z");

	(void)state;
	assert_string_equal(str(o, "a.b.c"), "deep");
	assert_true(num(o, "a.b.n") == 7);
	assert_string_equal(str(o, "a.x.c"), "");
	assert_string_equal(str(o, "a.b.n"), "");
	assert_string_equal(str(o, "z"), "");
	assert_string_equal(str(NULL, "a"), "");
	json_decref(o);
}

static void
an_instant_is_shown_to_the_minute(void **state)
{
	char when[32];

	(void)state;
	assert_string_equal(minute("2026-11-23T09:30:12.345+08:00", when, sizeof(when)),
	    "2026-11-23 09:30");
	assert_string_equal(minute("soon", when, sizeof(when)), "soon");
}

static int
end(void **state)
{
	(void)state;
	free(text);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ideograph_takes_two_columns),
		cmocka_unit_test(columns_stand_under_each_other),
		cmocka_unit_test(a_name_cannot_steer_the_terminal),
		cmocka_unit_test(members_are_found_by_a_path),
		cmocka_unit_test(an_instant_is_shown_to_the_minute),
	};

	return cmocka_run_group_tests_name("print", tests, NULL, end);
}

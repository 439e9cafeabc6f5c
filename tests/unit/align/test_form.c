/* What of a name counts, and what does not. */
#include "../flow/real.h"

#include <string.h>

#include "align/form.h"

static const struct division province = { "330000", "浙江省", "province", NULL };
static const struct division city = { "330700", "金华市", "city", &province };
static const struct division county = { "330723", "武义县", "county", &city };

static struct form
form(const char *text)
{
	struct form f;

	form_of(text, strlen(text), &f);
	return f;
}

static struct form
standard(const char *text, enum form_kind kind)
{
	struct form f = form(text);

	form_standard(&f, kind);
	return f;
}

#define assert_same(a, b) do { struct form x_ = (a), y_ = (b); assert_true(form_same(&x_, &y_)); \
	assert_true(form_hash(&x_) == form_hash(&y_)); } while (0)
#define assert_other(a, b) do { struct form x_ = (a), y_ = (b); assert_false(form_same(&x_, &y_)); } while (0)

static void
width_brackets_blanks_and_traditional_forms_do_not_count(void **state)
{
	(void)state;
	assert_same(form("不动产转移登记(继承、受遗赠)"), form("不動產轉移登記（繼承，受遺贈）"));
	assert_same(form("户籍 证明"), form("户籍证明"));
	assert_same(form("ABC登记"), form("ａｂｃ登记"));
	assert_other(form("户籍证明"), form("户口证明"));
}

static void
places_are_taken_one_by_one_and_never_all(void **state)
{
	struct form f = form("浙江省金华武义县养犬登记");

	(void)state;
	assert_true(form_without_place(&f, &county));
	assert_same(f, form("金华武义县养犬登记"));
	assert_true(form_without_place(&f, &county) && form_without_place(&f, &county));
	assert_same(f, form("养犬登记"));
	assert_false(form_without_place(&f, &county));
	f = form("武义县");
	assert_false(form_without_place(&f, &county));
}

static void
what_says_nothing_and_other_words_do_not_count(void **state)
{
	static const char *const same[][2] = { { "户籍证明原件及复印件", "户籍证明" }, { "开具的收入证明材料", "收入证明" },
		{ "残疾人证信息", "残疾人证复印件" }, { "户籍证明", "户口证明书" } };
	static const char *const matters[][2] = { { "立户登记", "立户登记手续办理" }, { "高龄津贴申领", "高龄补贴申办" } };

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		assert_same(standard(same[i][0], FORM_PROOF), standard(same[i][1], FORM_PROOF));
	for (size_t i = 0; i < sizeof(matters) / sizeof(matters[0]); i++)
		assert_same(standard(matters[i][0], FORM_MATTER), standard(matters[i][1], FORM_MATTER));
	assert_other(standard("材料", FORM_PROOF), standard("信息", FORM_PROOF));
	assert_int_equal(standard("办理", FORM_MATTER).n, 2);
}

static void
brackets_can_be_left_out(void **state)
{
	struct form f = form("企业变更登记(股东、股权转让)"), bare;

	(void)state;
	form_bare(&f, &bare);
	assert_same(bare, form("企业变更登记"));
	f = form("(全部)");
	form_bare(&f, &bare);
	assert_same(bare, f);
	f = form("(没有关上");
	form_bare(&f, &bare);
	assert_same(bare, f);
}

static unsigned
edits(const char *a, const char *b)
{
	struct form x = form(a), y = form(b);

	assert_int_equal(form_edits(&x, &y), form_edits(&y, &x));
	return form_edits(&x, &y);
}

static void
slips_are_alike_and_other_names_are_not(void **state)
{
	(void)state;
	assert_int_equal(edits("企业设立登记", "企业设立登记"), 1000);
	assert_int_equal(edits("企业立设登记", "企业设立登记"), 800);
	assert_int_equal(edits("企业设登记", "企业设立登记"), 800);
	assert_int_equal(edits("食品经营许可", "食品生产许可"), 0);
	assert_int_equal(edits("户籍", "户口"), 0);
	assert_int_equal(edits("", "户口"), 0);
}

static int
contains(const char *whole, const char *part)
{
	struct form x = form(whole), y = form(part);

	return form_contains(&x, &y);
}

static void
a_name_within_another_is_not_one_that_is_denied(void **state)
{
	(void)state;
	assert_true(contains("社区开具的无房证明", "无房证明"));
	assert_true(contains("婚姻登记记录证明(加盖公章)", "婚姻登记记录证明"));
	assert_false(contains("无婚姻登记记录证明", "婚姻登记记录证明"));
	assert_false(contains("未享受医保报销证明", "享受医保报销证明"));
	assert_false(contains("户籍证明", "户籍"));
}

/* Longer than anything that is compared, and not UTF-8: nothing is read past the end. */
static void
any_bytes_are_a_form(void **state)
{
	static char text[1 << 16];
	struct form f;

	(void)state;
	memset(text, 'a', sizeof(text));
	form_of(text, sizeof(text), &f);
	assert_int_equal(f.n, FORM_MAX);
	memset(text, '\xff', sizeof(text));
	form_of(text, sizeof(text), &f);
	assert_int_equal(f.n, 0);
	form_of("((((", 4, &f);
	form_standard(&f, FORM_PROOF);
	form_bare(&f, &f);
	assert_int_equal(f.n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(width_brackets_blanks_and_traditional_forms_do_not_count),
		cmocka_unit_test(places_are_taken_one_by_one_and_never_all),
		cmocka_unit_test(what_says_nothing_and_other_words_do_not_count),
		cmocka_unit_test(brackets_can_be_left_out),
		cmocka_unit_test(slips_are_alike_and_other_names_are_not),
		cmocka_unit_test(a_name_within_another_is_not_one_that_is_denied),
		cmocka_unit_test(any_bytes_are_a_form),
	};

	return cmocka_run_group_tests_name("form", tests, NULL, NULL);
}

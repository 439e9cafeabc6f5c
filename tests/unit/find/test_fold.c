/* What is a unit and what parts words; how characters are read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "find/fold.h"
#include "find/reading.h"

static void
same_units(const char *a, const char *b)
{
	uint32_t x[64], y[64];
	size_t n = fold(a, strlen(a), x, NULL, 64), m = fold(b, strlen(b), y, NULL, 64);

	if (n != m)
		fail_msg("%s: %zu units, %s: %zu", a, n, b, m);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(FOLD_CHARACTER(x[i]), FOLD_CHARACTER(y[i]));
}

static void
width_case_marks_and_traditional_forms_make_no_difference(void **state)
{
	(void)state;
	same_units("M-0303", "m0303");
	same_units("Ｍ－０３０３", "m0303");
	same_units("二手房转移登记(买卖)", "二手房轉移登記（買賣）");
	same_units("《不动产登记暂行条例》", "不动产登记暂行条例");
	same_units("銀行、會計", "银行会计");
	same_units("二〇二六", "二零二六");
	same_units("", "()-、。 \t　");
}

static void
words_begin_after_marks_and_where_latin_text_does(void **state)
{
	static const char text[] = "办理ETC(电子)业务 A4";
	static const int begins[] = { 1, 0, 1, 0, 0, 1, 0, 1, 0, 1, 0 };
	static const int place[] = { 0, 1, 2, 3, 4, 6, 7, 9, 10, 12, 13 };
	uint32_t unit[64];
	uint16_t at[64];
	size_t n = fold(text, strlen(text), unit, at, 64);

	(void)state;
	assert_int_equal(n, 11);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal((unit[i] & FOLD_WORD) != 0, begins[i]);
		assert_int_equal(at[i], place[i]);
	}
	assert_int_equal(fold(text, strlen(text), unit, at, 3), 3);
}

static void
bytes_that_are_no_text_part_words(void **state)
{
	uint32_t unit[8];

	(void)state;
	assert_int_equal(fold("\xff" "a\xc0\x80" "b\xe4\xba", 7, unit, NULL, 8), 2);
	assert_true(unit[0] & FOLD_WORD && unit[1] & FOLD_WORD);
	assert_int_equal(fold("a\0b", 3, unit, NULL, 8), 2);
}

static int
reads(uint32_t character, const char *name)
{
	for (const uint16_t *r = reading_list(character); *r != 0; r++)
		if (strcmp(reading_name(*r), name) == 0)
			return 1;
	return 0;
}

/* The words of administration in which a character is read in its second way. */
static void
characters_have_all_their_readings(void **state)
{
	static const struct { uint32_t character; const char *reading[4]; } known[] = {
		{ 0x884c, { "hang", "xing" } }, { 0x4f1a, { "kuai", "hui" } }, { 0x957f, { "chang", "zhang" } },
		{ 0x91cd, { "chong", "zhong" } }, { 0x8c03, { "tiao", "diao" } }, { 0x5355, { "dan", "shan", "chan" } },
		{ 0x671d, { "chao", "zhao" } }, { 0x4e50, { "le", "yue" } }, { 0x53c2, { "can", "shen" } },
		{ 0x6821, { "xiao", "jiao" } }, { 0x5dee, { "cha", "chai" } }, { 0x4f20, { "chuan", "zhuan" } },
		{ 0x964d, { "jiang", "xiang" } }, { 0x85cf, { "cang", "zang" } }, { 0x7ed9, { "gei", "ji" } },
		{ 0x4fbf, { "bian", "pian" } }, { 0x533a, { "qu", "ou" } }, { 0x89e3, { "jie", "xie" } },
		{ 0x90fd, { "dou", "du" } }, { 0x66fe, { "zeng", "ceng" } }, { 0x4ec7, { "chou", "qiu" } },
		{ 0x76db, { "sheng", "cheng" } }, { 0x6570, { "shu", "shuo" } }, { 0x7387, { "shuai", "lv", "lu" } },
		{ 0x5f3a, { "qiang", "jiang" } }, { 0x8bc6, { "shi", "zhi" } }, { 0x79cd, { "zhong", "chong" } },
		{ 0x6298, { "zhe", "she" } }, { 0x7cfb, { "xi", "ji" } }, { 0x7701, { "sheng", "xing" } },
		{ 0x9732, { "lu", "lou" } }, { 0x843d, { "luo", "lao" } }, { 0x516d, { "liu", "lu" } },
		{ 0x868c, { "bang", "beng" } }, { 0x5821, { "bao", "pu", "bu" } }, { 0x53a6, { "xia", "sha" } },
		{ 0x5927, { "da", "dai" } }, { 0x6ca1, { "mei", "mo" } }, { 0x5973, { "nv", "nu", "nyu" } },
		{ 0x7eff, { "lv", "lu", "lyu" } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		for (size_t k = 0; k < 4 && known[i].reading[k] != NULL; k++)
			if (!reads(known[i].character, known[i].reading[k]))
				fail_msg("U+%04X is not read %s", known[i].character, known[i].reading[k]);
	assert_int_equal(reading_list('a')[0], 0);
	assert_int_equal(reading_list(0x20000)[0], 0);
}

static void
syllables_that_begin_alike_follow_one_another(void **state)
{
	struct reading_range all = reading_all(), r;

	(void)state;
	for (uint16_t id = all.lo; id + 1 < all.hi; id++)
		assert_true(strcmp(reading_name(id), reading_name((uint16_t)(id + 1))) < 0);
	for (uint16_t id = all.lo; id < all.hi; id++) {
		size_t len = 0;

		for (r = all; reading_name(id)[len] != '\0'; len++)
			r = reading_narrow(r, len, (uint32_t)reading_name(id)[len]);
		assert_int_equal(r.lo, id);
		for (uint16_t k = r.lo; k < r.hi; k++)
			assert_int_equal(strncmp(reading_name(k), reading_name(id), len), 0);
		assert_true(len == 1 || reading_whole(r, len));
	}
	r = reading_narrow(all, 0, 'i');
	assert_int_equal(r.hi - r.lo, 1);
	assert_false(reading_whole(r, 1));
	r = reading_narrow(all, 0, 0x4e00);
	assert_int_equal(r.lo, r.hi);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(width_case_marks_and_traditional_forms_make_no_difference),
		cmocka_unit_test(words_begin_after_marks_and_where_latin_text_does),
		cmocka_unit_test(bytes_that_are_no_text_part_words),
		cmocka_unit_test(characters_have_all_their_readings),
		cmocka_unit_test(syllables_that_begin_alike_follow_one_another),
	};

	return cmocka_run_group_tests_name("fold", tests, NULL, NULL);
}

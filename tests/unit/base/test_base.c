/* The small things that everything rests on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fault.h"
#include "base/utf8.h"

/* Each {name} of the Chinese sentence is in the English one, {name_zh} as {name_en}, and the other way round. */
static void
both_languages_use_the_same_arguments(void **state)
{
	(void)state;
	for (int code = 1; code < FAULT_NCODES; code++) {
		for (int lang = 0; lang < 2; lang++) {
			assert_true(fault_template(code, lang, 0)[0] != '\0');
			assert_true(fault_template(code, lang, 1)[0] != '\0');
			for (const char *p = fault_template(code, lang, 0); (p = strchr(p, '{')); p++) {
				static const char *const own[] = { "_zh}", "_en}" };
				char name[24];
				const char *end = strchr(p, '}');
				size_t len;

				assert_non_null(end);
				len = (size_t)snprintf(name, sizeof(name), "%.*s", (int)(end - p + 1), p);
				/* Words given in each language: the other sentence has the other's. */
				if (len > 4 && strcmp(name + len - 4, own[lang]) == 0)
					memcpy(name + len - 4, own[!lang], 4);
				assert_non_null(strstr(fault_template(code, !lang, 0), name));
			}
		}
	}
}

static void
no_code_occurs_twice(void **state)
{
	(void)state;
	for (int code = 1; code < FAULT_NCODES; code++)
		assert_int_equal(fault_by_name(fault_name(code)), code);
}

static void
a_sentence_is_cut_at_a_character_at_every_size(void **state)
{
	struct fault f = FAULT_INIT;
	char text[FAULT_TEXT_MAX];

	(void)state;
	fault_set(&f, FAULT_ITEM_UNDECIDED, "%s", "");
	fault_arg(&f, "item", "%s", "婚姻登记记录证明");
	fault_arg(&f, "field", "%s", "marital_status");
	for (size_t size = 1; size < 200; size++) {
		fault_text(&f, LANG_ZH, 0, text, size);
		assert_true(strlen(text) < size);
		assert_true(utf8_valid(text, strlen(text), NULL));
	}
	fault_text(&f, LANG_ZH, 0, text, sizeof(text));
	assert_string_equal(text, "还不知道是否需要 婚姻登记记录证明:表单缺 marital_status");
}

static void
a_buffer_keeps_what_it_held_when_it_is_full(void **state)
{
	struct buf b = BUF_INIT_MAX(10);

	(void)state;
	assert_int_equal(buf_str(&b, "0123456789"), 0);
	assert_int_equal(buf_char(&b, 'x'), -1);
	assert_int_equal(buf_str(&b, ""), -1);
	assert_true(buf_failed(&b));
	assert_string_equal(b.data, "0123456789");
	buf_free(&b);
}

static void
strings_are_written_as_rfc_8785_says(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	/* RFC 8785 section 3.2.2.2, and the control characters it names. */
	assert_int_equal(buf_json(&b, "\xe2\x82\xac$\x0f\nA'B\"\\\\\"/", 14), 0);
	assert_string_equal(b.data, "\"\xe2\x82\xac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"");
	buf_free(&b);
}

/* Every byte at every place of a text of two words, among bytes of every kind, against the rule itself. */
static void
what_stands_for_itself_is_found_in_any_place(void **state)
{
	static const char others[] = { 'a', ' ', '#', '!', '[', ']', '\x7f', '\x80', '\xff', '\xa2', '\xdc' };

	(void)state;
	for (size_t o = 0; o < sizeof(others); o++)
		for (size_t at = 0; at < 17; at++)
			for (int c = 0; c < 256; c++) {
				char text[17];

				memset(text, others[o], sizeof(text));
				text[at] = (char)c;
				assert_int_equal(buf_json_plain(text, sizeof(text)),
				    c < 0x20 || c == '"' || c == '\\' ? at : sizeof(text));
			}
}

static void
bad_utf8_is_found(void **state)
{
	static const char *const bad[] = { "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
		"\xe4\xb8", "\x80", "\xff", "a\xc3(", "\xf0\x80\x80\x80" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(utf8_valid(bad[i], strlen(bad[i]), NULL));
	assert_true(utf8_valid("𠮷㐂·中", strlen("𠮷㐂·中"), NULL));
}

static void
blanks_of_a_chinese_keyboard_are_blanks(void **state)
{
	(void)state;
	assert_true(utf8_blank(""));
	assert_true(utf8_blank(" \t\r\n\xe3\x80\x80\xc2\xa0"));
	assert_false(utf8_blank("\xe3\x80\x80无"));
	assert_false(utf8_blank("."));
}

static void
every_day_of_twelve_centuries_is_there_and_back(void **state)
{
	int64_t day, first, back;

	(void)state;
	assert_int_equal(clock_from_date(1800, 1, 1, &first), 0);
	assert_int_equal(clock_from_date(2999, 12, 31, &day), 0);
	for (; day >= first; day--) {
		struct clock_date d = clock_date(day);

		assert_int_equal(clock_from_date(d.year, d.month, d.day, &back), 0);
		assert_int_equal(back, day);
	}
	assert_int_equal(clock_from_date(2023, 2, 29, &back), -1);
	assert_int_equal(clock_from_date(1900, 2, 29, &back), -1);
	assert_int_equal(clock_from_date(2000, 2, 29, &back), 0);
}

static void
an_instant_is_written_in_china(void **state)
{
	char text[CLOCK_TEXT_MAX];

	(void)state;
	clock_text(INT64_C(1795397412345), text);
	assert_string_equal(text, "2026-11-23T09:30:12.345+08:00");
	clock_text(0, text);
	assert_string_equal(text, "1970-01-01T08:00:00.000+08:00");
	clock_text(INT64_C(-28800001), text);
	assert_string_equal(text, "1969-12-31T23:59:59.999+08:00");
}

static void
a_setting_out_of_range_names_itself_and_its_place(void **state)
{
	struct conf *c = conf_new();
	struct fault f = FAULT_INIT;

	(void)state;
	assert_int_equal(conf_set(c, "port", "65536", "wzm.conf:3", &f), -1);
	assert_int_equal(f.code, FAULT_CONF_INVALID);
	assert_string_equal(fault_arg_get(&f, "key"), "port");
	assert_string_equal(fault_arg_get(&f, "where"), "wzm.conf:3");
	assert_int_equal(conf_set(c, "port", "80x", "here", &f), -1);
	assert_int_equal(conf_set(c, "prot", "80", "here", &f), -1);
	assert_int_equal(conf_int(c, CONF_PORT), 8080);
	assert_int_equal(conf_set(c, "port", "0", "here", &f), 0);
	assert_int_equal(conf_int(c, CONF_PORT), 0);
	conf_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_languages_use_the_same_arguments),
		cmocka_unit_test(no_code_occurs_twice),
		cmocka_unit_test(a_sentence_is_cut_at_a_character_at_every_size),
		cmocka_unit_test(a_buffer_keeps_what_it_held_when_it_is_full),
		cmocka_unit_test(strings_are_written_as_rfc_8785_says),
		cmocka_unit_test(what_stands_for_itself_is_found_in_any_place),
		cmocka_unit_test(bad_utf8_is_found),
		cmocka_unit_test(blanks_of_a_chinese_keyboard_are_blanks),
		cmocka_unit_test(every_day_of_twelve_centuries_is_there_and_back),
		cmocka_unit_test(an_instant_is_written_in_china),
		cmocka_unit_test(a_setting_out_of_range_names_itself_and_its_place),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}

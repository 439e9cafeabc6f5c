#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sheet/text.h"

#define BYTES(text) text, sizeof(text) - 1

static const struct good { const char *bytes; size_t len; enum text_encoding e; const char *text; } good[] = {
	{ BYTES(""), TEXT_UTF8, "" },
	{ BYTES("code,name\n"), TEXT_UTF8, "" },
	{ BYTES("\xEF\xBB\xBF事项,名称\r\n"), TEXT_UTF8, "" },
	{ BYTES("事项,名称\n"), TEXT_UTF8, "" },
	{ BYTES("\xCA\xC2\xCF\xEE,\xC3\xFB\xB3\xC6\n"), TEXT_GB18030, "事项,名称\n" },
	/* Four bytes: 㐂, which GBK lacks, and 𠮷 beyond the first plane. */
	{ BYTES("\x81\x39\xEF\x31,\x95\x32\xA0\x33\xB5\xA5"), TEXT_GB18030, NULL },
	{ BYTES("\xFF\xFE\x8B\x4E,\0y\x98\n\0"), TEXT_UTF16LE, "事,项\n" },
	{ BYTES("\xFE\xFF\x4E\x8B\0,\x98y\0\n"), TEXT_UTF16BE, "事,项\n" },
	{ BYTES("\xFF\xFE\x42\xD8\xB7\xDF"), TEXT_UTF16LE, "𠮷" },
};

static void
each_encoding_becomes_the_same_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct buf text = BUF_INIT;
		enum text_encoding e = TEXT_UTF16BE;
		struct fault f = FAULT_INIT;

		if (text_decode(good[i].bytes, good[i].len, &text, &e, &f) < 0)
			fail_msg("%zu: %s", i, fault_name(f.code));
		assert_int_equal(e, good[i].e);
		if (good[i].text != NULL)
			assert_string_equal(text.len == 0 ? "" : text.data, good[i].text);
		buf_free(&text);
	}
}

static const struct bad { const char *bytes; size_t len; const char *line, *byte, *encoding; } bad[] = {
	{ BYTES("a\nb\xFF\n"), "2", "4", "UTF-8" },
	{ BYTES("\xEF\xBB\xBF" "a\n\xCA\xC2\n"), "2", "6", "UTF-8" },
	/* Two good lines of GB 18030, then a byte that is not: that is what was meant. */
	{ BYTES("\xCA\xC2\xCF\xEE\n\xC3\xFB\xFF\n"), "2", "8", "GB 18030" },
	{ BYTES("\xCA\xC2\n\xCA"), "2", "4", "GB 18030" },
	{ BYTES("\xFF\xFE\x8B\x4E\x00\xDC"), "1", "5", "UTF-16" },
	{ BYTES("\xFF\xFE\x8B\x4E\n"), "1", "5", "UTF-16" },
	{ BYTES("事项\n名\xFF称\n"), "2", "11", "UTF-8" },
};

static void
what_is_no_text_is_refused_where_it_begins(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct buf text = BUF_INIT;
		enum text_encoding e;
		struct fault f = FAULT_INIT;

		assert_int_equal(text_decode(bad[i].bytes, bad[i].len, &text, &e, &f), -1);
		assert_int_equal(f.code, FAULT_TEXT_ENCODING);
		if (strcmp(fault_arg_get(&f, "byte"), bad[i].byte) != 0)
			fail_msg("%zu: byte %s of %s", i, fault_arg_get(&f, "byte"), fault_arg_get(&f, "encoding"));
		assert_string_equal(fault_arg_get(&f, "line"), bad[i].line);
		assert_string_equal(fault_arg_get(&f, "encoding"), bad[i].encoding);
		buf_free(&text);
	}
}

/* Every character that GB 18030 writes in two bytes comes back as itself, across every buffer. */
static void
a_long_text_is_decoded_whole(void **state)
{
	struct buf bytes = BUF_INIT, text = BUF_INIT;
	enum text_encoding e;
	struct fault f = FAULT_INIT;

	(void)state;
	for (int i = 0; i < 30000; i++)
		buf_str(&bytes, i % 7 == 0 ? "x" : "\xCA\xC2");
	assert_int_equal(text_decode(bytes.data, bytes.len, &text, &e, &f), 0);
	for (size_t i = 0, at = 0; i < 30000; i++) {
		const char *want = i % 7 == 0 ? "x" : "事";

		assert_memory_equal(text.data + at, want, strlen(want));
		at += strlen(want);
	}
	buf_free(&bytes);
	buf_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_encoding_becomes_the_same_text),
		cmocka_unit_test(what_is_no_text_is_refused_where_it_begins),
		cmocka_unit_test(a_long_text_is_decoded_whole),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}

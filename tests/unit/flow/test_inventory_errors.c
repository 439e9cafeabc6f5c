/*
 * What is wrong with an inventory: each slip is one change of the reference data, and one
 * error that says where it is, what is wrong and what to do, in both languages.
 */
#include "real.h"

#include <string.h>

#include "flow/inventory_report.h"
#include "slips.h"

#define NSLIPS (sizeof(slips) / sizeof(slips[0]))

static const struct sentence { const char *reason[2], *next[2]; } sentences[] = {
#define INVENTORY_ERROR(sym, zh, en, next_zh, next_en) { { zh, en }, { next_zh, next_en } },
#include "flow/inventory_errors.def"
#undef INVENTORY_ERROR
};

static struct real real;

static int
load(void **state)
{
	(void)state;
	real_load(&real);
	return 0;
}

static int
unload(void **state)
{
	(void)state;
	real_free(&real);
	return 0;
}

/* Whether text is the template with anything in place of its {names}. */
static int
fits(const char *template, const char *text)
{
	while (*template != '\0') {
		size_t len = strcspn(template, "{");
		const char *end = strchr(template, '}');
		char part[240];

		snprintf(part, sizeof(part), "%.*s", (int)len, template);
		text = strstr(text, part);
		if (text == NULL)
			return 0;
		text += len;
		template += len;
		if (*template == '{')
			template = end + 1;
	}
	return 1;
}

static size_t
line_of(const char *text, const char *at)
{
	size_t line = 1;

	assert_non_null(at);
	for (; text < at; text++)
		line += *text == '\n';
	return line;
}

/* Where a line begins with that text. */
static size_t
line_that_begins(const char *text, const char *with)
{
	char wanted[200];

	snprintf(wanted, sizeof(wanted), "\n%s", with);
	return line_of(text, strstr(text, wanted)) + 1;
}

/* Builds with one file replaced; the report is the caller's. */
static enum fault_code
build_with(size_t file, const char *text, size_t len, struct inventory_report *ret_report)
{
	struct inventory_file files[REAL_FILES];
	struct inventory *inv = NULL;
	struct fault f = FAULT_INIT;

	memcpy(files, real.file, sizeof(files));
	files[file].text = text;
	files[file].len = len;
	if (inventory_build(files, REAL_FILES, &inv, ret_report, &f) == 0)
		inventory_unref(inv);
	return f.code;
}

/* The rest of what every error must have, whatever it is about. */
static void
expect_whole(const struct inventory_error *e)
{
	assert_true(e->file[0] != '\0');
	for (int lang = 0; lang < 2; lang++) {
		assert_true(e->reason[lang][0] != '\0');
		assert_true(e->next[lang][0] != '\0');
		assert_null(strchr(e->reason[lang], '{'));
		assert_true(strlen(e->reason[lang]) < sizeof(e->reason[lang]));
	}
	assert_string_not_equal(e->reason[LANG_ZH], e->reason[LANG_EN]);
	assert_string_not_equal(e->next[LANG_ZH], e->next[LANG_EN]);
}

static void
expect_error(const struct slip *s, const struct inventory_error *e, size_t line)
{
	const struct sentence *said = &sentences[s->problem];

	if (!fits(said->reason[LANG_EN], e->reason[LANG_EN]))
		fail_msg("%s: \"%s\": said: %s", s->in, s->put, e->reason[LANG_EN]);
	assert_true(fits(said->reason[LANG_ZH], e->reason[LANG_ZH]));
	assert_true(fits(said->next[LANG_EN], e->next[LANG_EN]));
	assert_true(fits(said->next[LANG_ZH], e->next[LANG_ZH]));
	assert_string_equal(e->file, s->file == NULL ? s->in : s->file);
	assert_int_equal(e->line, line);
	assert_string_equal(e->column, s->column);
	if (s->value != NULL)
		assert_string_equal(e->value, s->value);
	if (s->near != NULL) {
		char meant[80];

		snprintf(meant, sizeof(meant), "Did you mean %s?", s->near);
		if (strstr(e->next[LANG_EN], meant) == NULL)
			fail_msg("%s: \"%s\": next: %s", s->in, s->put, e->next[LANG_EN]);
		assert_non_null(strstr(e->next[LANG_ZH], s->near));
	}
	expect_whole(e);
}

/* The error of a slip in a report; the others of a slip with several are checked as a whole. */
static const struct inventory_error *
pick(const struct slip *s, const struct inventory_report *report, size_t line)
{
	for (size_t i = 0; i < report->n; i++)
		expect_whole(&report->error[i]);
	for (size_t i = 0; i < report->n; i++) {
		const struct inventory_error *e = &report->error[i];

		if (e->line == line && strcmp(e->file, s->file == NULL ? s->in : s->file) == 0 &&
		    fits(sentences[s->problem].reason[LANG_EN], e->reason[LANG_EN]))
			return e;
	}
	return &report->error[0];
}

static void
each_slip_is_one_error_with_place_reason_and_next_step(void **state)
{
	(void)state;
	for (size_t i = 0; i < NSLIPS; i++) {
		const struct slip *s = &slips[i];
		size_t file = real_file(s->in), line;
		const char *text = real.file[file].text, *at = strstr(text, s->find);
		struct inventory_report report;
		struct buf changed = BUF_INIT;

		if (at == NULL)
			fail_msg("%s has no \"%s\"", s->in, s->find);
		buf_add(&changed, text, (size_t)(at - text));
		buf_str(&changed, s->put);
		buf_str(&changed, at + strlen(s->find));
		line = s->at == NULL ? line_of(text, at) + s->down :
		    line_that_begins(real.file[real_file(s->file)].text, s->at);
		assert_int_equal(build_with(file, changed.data, changed.len, &report), FAULT_IMPORT_REFUSED);
		if (s->total != SIZE_MAX && report.total != (s->total == 0 ? 1 : s->total))
			fail_msg("%s: \"%s\": %zu errors, the last %s:%zu %s", s->in, s->put, report.total,
			    report.error[report.n - 1].file, report.error[report.n - 1].line,
			    report.error[report.n - 1].reason[LANG_EN]);
		expect_error(s, pick(s, &report, line), line);
		inventory_report_free(&report);
		buf_free(&changed);
	}
}

/* Whoever adds a kind of error shows how it comes about. */
static void
every_kind_of_error_has_an_example(void **state)
{
	/* Those that tests of their own bring about. */
	static const enum problem elsewhere[] = { PROBLEM_FILE_MISSING, PROBLEM_FILE_UNKNOWN,
		PROBLEM_FILE_REPEATED, PROBLEM_FILE_LARGE, PROBLEM_FILE_ROWS, PROBLEM_FILE_EMPTY,
		PROBLEM_LIST_LONG, PROBLEM_CELL_ERROR, PROBLEM_CELL_FORMULA, PROBLEM_CELL_INEXACT,
		PROBLEM_CELL_OUTSIDE, PROBLEM_BREACH_MATTER, PROBLEM_BREACH_METHOD, PROBLEM_BREACH_CHECKED,
		PROBLEM_BREACH_DATES,
		/* Of life events: event_slips.h. */
#define INVENTORY_ERROR(sym, zh, en, next_zh, next_en) PROBLEM_##sym,
#include "flow/event_errors.def"
#undef INVENTORY_ERROR
	};
	int shown[PROBLEM_N] = { 0 };

	(void)state;
	for (size_t i = 0; i < NSLIPS; i++)
		shown[slips[i].problem] = 1;
	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++)
		shown[elsewhere[i]] = 1;
	for (int p = 0; p < PROBLEM_N; p++)
		if (!shown[p])
			fail_msg("no example of: %s", sentences[p].reason[LANG_EN]);
}

/* Both languages fill in the same arguments, and nothing else is in braces. */
static void
the_sentences_use_arguments_that_exist(void **state)
{
	(void)state;
	for (int p = 0; p < PROBLEM_N; p++) {
		for (int lang = 0; lang < 2; lang++) {
			const char *text[2] = { sentences[p].reason[lang], sentences[p].next[lang] };

			for (int k = 0; k < 2; k++) {
				assert_true(text[k][0] != '\0');
				for (const char *q = text[k]; (q = strchr(q, '{')) != NULL; q++)
					assert_true(strncmp(q, "{a}", 3) == 0 || strncmp(q, "{b}", 3) == 0 ||
					    strncmp(q, "{value}", 7) == 0);
			}
		}
	}
}

static void
expect_only(const struct inventory_report *report, enum problem problem, const char *file, size_t line)
{
	assert_int_equal(report->total, 1);
	assert_true(fits(sentences[problem].reason[LANG_EN], report->error[0].reason[LANG_EN]));
	assert_string_equal(report->error[0].file, file);
	assert_int_equal(report->error[0].line, line);
	expect_whole(&report->error[0]);
}

/* What refers to the file is then not wrong as well. */
static void
a_missing_file_is_one_error(void **state)
{
	(void)state;
	for (size_t missing = 0; missing < REAL_FILES; missing++) {
		struct inventory_file files[REAL_FILES];
		struct inventory *inv = NULL;
		struct inventory_report report;
		struct fault f = FAULT_INIT;
		size_t n = 0;

		for (size_t i = 0; i < REAL_FILES; i++)
			if (i != missing)
				files[n++] = real.file[i];
		assert_int_equal(inventory_build(files, n, &inv, &report, &f), -1);
		assert_int_equal(f.code, FAULT_IMPORT_REFUSED);
		assert_string_equal(fault_arg_get(&f, "count"), "1");
		expect_only(&report, PROBLEM_FILE_MISSING, inventory_files[missing], 0);
		inventory_report_free(&report);
	}
}

static void
an_empty_file_is_one_error(void **state)
{
	(void)state;
	for (size_t i = 0; i < REAL_FILES; i++) {
		struct inventory_report report;

		assert_int_equal(build_with(i, "", 0, &report), FAULT_IMPORT_REFUSED);
		expect_only(&report, PROBLEM_FILE_EMPTY, inventory_files[i], 0);
		inventory_report_free(&report);
	}
}

/* A file that breaks off in a quote: the rows before it count, those after it are unknown. */
static void
a_file_that_breaks_off_is_one_error(void **state)
{
	(void)state;
	for (size_t i = 0; i < REAL_FILES; i++) {
		struct inventory_report report;
		struct buf text = BUF_INIT;
		const char *line = real.file[i].text;

		for (int k = 0; k < 5; k++)
			line = strchr(line, '\n') + 1;
		buf_add(&text, real.file[i].text, (size_t)(line - real.file[i].text));
		buf_str(&text, "\"");
		buf_str(&text, line);
		assert_int_equal(build_with(i, text.data, text.len, &report), FAULT_IMPORT_REFUSED);
		assert_int_equal(report.error[report.n - 1].line >= 6, 1);
		for (size_t k = 0; k < report.n; k++) {
			expect_whole(&report.error[k]);
			assert_string_equal(report.error[k].file, inventory_files[i]);
		}
		inventory_report_free(&report);
		buf_free(&text);
	}
}

static void
a_file_that_does_not_belong_is_named(void **state)
{
	struct inventory_file files[REAL_FILES + 1];
	struct inventory *inv = NULL;
	struct inventory_report report;
	struct fault f = FAULT_INIT;

	(void)state;
	memcpy(files, real.file, sizeof(real.file));
	files[REAL_FILES] = (struct inventory_file){ "item.csv", "a\n", 2 };
	assert_int_equal(inventory_build(files, REAL_FILES + 1, &inv, &report, &f), -1);
	expect_only(&report, PROBLEM_FILE_UNKNOWN, "item.csv", 0);
	assert_non_null(strstr(report.error[0].next[LANG_EN], "Did you mean items.csv?"));
	inventory_report_free(&report);

	files[REAL_FILES] = files[3];
	assert_int_equal(inventory_build(files, REAL_FILES + 1, &inv, &report, &f), -1);
	expect_only(&report, PROBLEM_FILE_REPEATED, inventory_files[3], 0);
	inventory_report_free(&report);
}

static void
a_file_over_the_limits_is_not_read(void **state)
{
	size_t divisions = real_file("divisions.csv");
	struct inventory_report report;
	char *lines = malloc(200001);

	(void)state;
	assert_non_null(lines);
	memset(lines, '\n', 200001);
	assert_int_equal(build_with(divisions, lines, 200001, &report), FAULT_IMPORT_REFUSED);
	expect_only(&report, PROBLEM_FILE_ROWS, "divisions.csv", 0);
	inventory_report_free(&report);
	/* Only the length is looked at. */
	assert_int_equal(build_with(divisions, lines, (size_t)1 << 40, &report), FAULT_IMPORT_REFUSED);
	expect_only(&report, PROBLEM_FILE_LARGE, "divisions.csv", 0);
	inventory_report_free(&report);
	free(lines);
}

static void
a_list_of_too_many_is_refused(void **state)
{
	size_t grants = real_file("grants.csv");
	const char *text = real.file[grants].text, *at = strstr(text, "holder_name;");
	struct inventory_report report;
	struct buf changed = BUF_INIT;

	(void)state;
	buf_add(&changed, text, (size_t)(at - text));
	for (int i = 0; i < 200; i++)
		buf_fmt(&changed, "f%d;", i);
	buf_str(&changed, at);
	assert_int_equal(build_with(grants, changed.data, changed.len, &report), FAULT_IMPORT_REFUSED);
	assert_true(fits(sentences[PROBLEM_LIST_LONG].reason[LANG_EN], report.error[0].reason[LANG_EN]));
	assert_string_equal(report.error[0].column, "fields");
	inventory_report_free(&report);
	buf_free(&changed);
}

/* What the CSV reader and the compiler of expressions find is said in their words. */
static void
faults_of_the_parsers_below_become_errors(void **state)
{
	static const struct { const char *in, *find, *put, *column; size_t line; enum fault_code code; } bad[] = {
		{ "divisions.csv", "婺城区", "\"婺城区\"x", "", 4, FAULT_CSV_MALFORMED },
		{ "divisions.csv", "婺城区", "\xff", "", 4, FAULT_CSV_MALFORMED },
		{ "items.csv", "\"{\"\"==\"\":[{\"\"var\"\":\"\"marital_status\"\"},\"\"married\"\"]}\"",
		    "\"{\"\"==\"\":[\"", "required_when", 3, FAULT_LOGIC_MALFORMED },
		{ "items.csv", "\"{\"\"==\"\":[{\"\"var\"\":\"\"marital_status\"\"},\"\"married\"\"]}\"",
		    "\"{\"\"equals\"\":[{\"\"var\"\":\"\"marital_status\"\"},\"\"married\"\"]}\"", "required_when", 3,
		    FAULT_LOGIC_MALFORMED },
		{ "assertions.csv", "\"{\"\"==\"\":[{\"\"var\"\":\"\"count\"\"},0]}\"", "{", "established_when", 37,
		    FAULT_LOGIC_MALFORMED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		size_t file = real_file(bad[i].in);
		const char *text = real.file[file].text, *at = strstr(text, bad[i].find);
		struct inventory_report report;
		struct buf changed = BUF_INIT;

		assert_non_null(at);
		buf_add(&changed, text, (size_t)(at - text));
		buf_str(&changed, bad[i].put);
		buf_str(&changed, at + strlen(bad[i].find));
		assert_int_equal(build_with(file, changed.data, changed.len, &report), FAULT_IMPORT_REFUSED);
		assert_int_equal(report.total, 1);
		assert_string_equal(report.error[0].file, bad[i].in);
		assert_string_equal(report.error[0].column, bad[i].column);
		if (bad[i].column[0] != '\0')
			assert_int_equal(report.error[0].line, line_of(text, at));
		else
			assert_int_equal(report.error[0].line, bad[i].line);
		assert_true(fits(fault_template(bad[i].code, LANG_EN, 1), report.error[0].next[LANG_EN]));
		expect_whole(&report.error[0]);
		inventory_report_free(&report);
		buf_free(&changed);
	}
}

static int
file_order(const char *name)
{
	return (int)real_file(name);
}

/* Thousands of errors: all are counted, the first by file and line are kept, in order. */
static void
many_errors_are_counted_and_the_first_kept_in_order(void **state)
{
	struct inventory_report report;
	struct buf changed = BUF_INIT;
	size_t matters = real_file("matters.csv");
	const char *text = real.file[matters].text;

	(void)state;
	for (const char *p = text; *p != '\0'; p++)
		buf_char(&changed, *p == 'M' && p[1] == '-' ? 'N' : *p);
	assert_int_equal(build_with(matters, changed.data, changed.len, &report), FAULT_IMPORT_REFUSED);
	assert_int_equal(report.n, INVENTORY_ERRORS_MAX);
	/* Every reference to a matter is wrong, and every matter lacks its applicant. */
	assert_int_equal(report.total, 4052 + 2449 + 316 + 880);
	for (size_t i = 1; i < report.n; i++) {
		const struct inventory_error *a = &report.error[i - 1], *b = &report.error[i];

		assert_true(file_order(a->file) < file_order(b->file) ||
		    (file_order(a->file) == file_order(b->file) && a->line <= b->line));
	}
	assert_string_equal(report.error[0].file, "matters.csv");
	assert_int_equal(report.error[0].line, 2);
	assert_int_equal(report.error[199].line, 201);
	inventory_report_free(&report);
	inventory_report_free(&report);		/* once more does no harm */
	buf_free(&changed);
}

/* Several slips in several files are all told at once. */
static void
all_slips_are_told_at_once(void **state)
{
	struct inventory_file files[REAL_FILES];
	struct inventory *inv = NULL;
	struct inventory_report report;
	struct fault f = FAULT_INIT;
	struct buf copy[REAL_FILES];
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < REAL_FILES; i++) {
		copy[i] = (struct buf)BUF_INIT;
		buf_add(&copy[i], real.file[i].text, real.file[i].len);
		files[i] = (struct inventory_file){ inventory_files[i], copy[i].data, copy[i].len };
	}
	/* Changes that keep the length: a digit of a day, a letter of a code, of an enum. */
	memcpy(strstr(copy[real_file("workdays.csv")].data, "2026-10-07"), "2026-13-07", 10);
	memcpy(strstr(copy[real_file("grants.csv")].data, "accepted"), "acceptee", 8);
	memcpy(strstr(copy[real_file("items.csv")].data, "I-00005,M-0001"), "I-00005,M-9999", 14);
	memcpy(strstr(copy[real_file("agencies.csv")].data, "government"), "govermnent", 10);
	assert_int_equal(inventory_build(files, REAL_FILES, &inv, &report, &f), -1);
	assert_int_equal(report.total, 4);
	assert_string_equal(fault_arg_get(&f, "count"), "4");
	assert_string_equal(report.error[n++].file, "agencies.csv");
	assert_string_equal(report.error[n++].file, "items.csv");
	assert_string_equal(report.error[n++].file, "grants.csv");
	assert_string_equal(report.error[n++].file, "workdays.csv");
	inventory_report_free(&report);
	for (size_t i = 0; i < REAL_FILES; i++)
		buf_free(&copy[i]);
}

/* Spreadsheets write a byte-order mark and CRLF, and may move columns. */
static void
columns_in_another_order_and_crlf_are_read(void **state)
{
	static const char moved[] = "\xEF\xBB\xBFname,code,parent_code,level\r\n";
	size_t file = real_file("divisions.csv");
	const char *p = strchr(real.file[file].text, '\n') + 1;
	struct inventory_report report;
	struct buf text = BUF_INIT;

	(void)state;
	buf_str(&text, moved);
	while (*p != '\0') {
		char code[8], name[64], level[16], parent[8] = "";

		assert_true(sscanf(p, "%7[^,],%63[^,],%15[^,],%7[^\n]", code, name, level, parent) >= 3);
		buf_fmt(&text, "%s,%s,%s,%s\r\n", name, code, parent, level);
		p = strchr(p, '\n') + 1;
	}
	assert_int_equal(build_with(file, text.data, text.len, &report), FAULT_NONE);
	assert_int_equal(report.total, 0);
	buf_free(&text);
}

static void
the_distance_of_words_counts_slips_of_the_finger(void **state)
{
	struct nearest near = { 0 };

	(void)state;
	assert_int_equal(report_distance("", ""), 0);
	assert_int_equal(report_distance("abc", ""), 3);
	assert_int_equal(report_distance("kitten", "sitting"), 3);
	assert_int_equal(report_distance("direct_cancle", "direct_cancel"), 1);
	assert_int_equal(report_distance("ab", "ba"), 1);
	report_nearer("comitment", "department_verify", &near);
	assert_null(near.word);
	report_nearer("comitment", "commitments", &near);
	report_nearer("comitment", "commitment", &near);
	assert_string_equal(near.word, "commitment");
	/* A character is a character in any alphabet; of two that are as near, none is meant. */
	assert_int_equal(report_distance("承诺时限", "承诺时线"), 1);
	near = (struct nearest){ 0 };
	report_nearer("M-0009", "M-0001", &near);
	assert_string_equal(near.word, "M-0001");
	report_nearer("M-0009", "M-0001", &near);
	assert_string_equal(near.word, "M-0001");
	report_nearer("M-0009", "M-0002", &near);
	assert_null(near.word);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_slip_is_one_error_with_place_reason_and_next_step),
		cmocka_unit_test(every_kind_of_error_has_an_example),
		cmocka_unit_test(the_sentences_use_arguments_that_exist),
		cmocka_unit_test(a_missing_file_is_one_error),
		cmocka_unit_test(an_empty_file_is_one_error),
		cmocka_unit_test(a_file_that_breaks_off_is_one_error),
		cmocka_unit_test(a_file_that_does_not_belong_is_named),
		cmocka_unit_test(a_file_over_the_limits_is_not_read),
		cmocka_unit_test(a_list_of_too_many_is_refused),
		cmocka_unit_test(faults_of_the_parsers_below_become_errors),
		cmocka_unit_test(many_errors_are_counted_and_the_first_kept_in_order),
		cmocka_unit_test(all_slips_are_told_at_once),
		cmocka_unit_test(columns_in_another_order_and_crlf_are_read),
		cmocka_unit_test(the_distance_of_words_counts_slips_of_the_finger),
	};

	return cmocka_run_group_tests_name("inventory errors", tests, load, unload);
}

/* Identifiers: the standards' examples, every mistake of one character, and the demo data. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "rules/csv.h"
#include "rules/ident.h"

#define TODAY INT64_C(20780)	/* 2026-11-23 */

struct table {
	struct buf text;
	struct csv *csv;
	const char **field;
	size_t n, line;
};

static void
open_table(struct table *t, const char *path)
{
	*t = (struct table){ 0 };
	assert_int_equal(buf_read_file(&t->text, path, 4 << 20, NULL), 0);
	t->csv = csv_new(t->text.data, t->text.len);
	assert_int_equal(csv_next(t->csv, &t->field, &t->n, &t->line, NULL), 1);
}

static int
next_row(struct table *t)
{
	int rc = csv_next(t->csv, &t->field, &t->n, &t->line, NULL);

	assert_int_not_equal(rc, -1);
	return rc;
}

static void
close_table(struct table *t)
{
	csv_free(t->csv);
	buf_free(&t->text);
}

/* A row of the vectors: source, type, text, value, fault. */
static void
every_vector_gives_its_value_or_its_fault(void **state)
{
	struct table t;
	int rows = 0;

	(void)state;
	for (open_table(&t, VECTORS "/identifiers.csv"); next_row(&t); rows++) {
		enum ident_type type;
		struct fault f = FAULT_INIT;
		char value[IDENT_MAX] = "untouched";
		int good = t.field[4][0] == '\0';

		assert_int_equal(ident_type_parse(t.field[1], &type), 0);
		assert_int_equal(ident_check(type, t.field[2], "number", TODAY, value, &f), good ? 0 : -1);
		assert_string_equal(value, good ? t.field[3] : "untouched");
		assert_string_equal(fault_name(f.code), good ? "none" : t.field[4]);
		if (!good)
			assert_string_equal(fault_arg_get(&f, "field"), "number");
	}
	assert_true(rows > 40);
	close_table(&t);
}

/* All values of one column pass; empty ones are not there. */
static void
column_passes(const char *file, const char *column, enum ident_type type, int least)
{
	struct table t;
	size_t k = 0;
	int passed = 0;

	open_table(&t, file);
	while (k < t.n && strcmp(t.field[k], column) != 0)
		k++;
	assert_true(k < t.n);
	while (next_row(&t)) {
		char value[IDENT_MAX];

		if (t.field[k][0] == '\0')
			continue;
		assert_int_equal(ident_check(type, t.field[k], column, TODAY, value, NULL), 0);
		assert_string_equal(value, t.field[k]);
		passed++;
	}
	assert_true(passed >= least);
	close_table(&t);
}

static void
every_identifier_of_the_demonstration_passes(void **state)
{
#define REGISTRY JINHUA "/registry/"
	(void)state;
	column_passes(REGISTRY "persons.csv", "id_number", IDENT_CITIZEN_ID, 2963);
	column_passes(REGISTRY "enterprises.csv", "uscc", IDENT_USCC, 600);
	column_passes(REGISTRY "enterprises.csv", "legal_rep_id_number", IDENT_CITIZEN_ID, 600);
	column_passes(REGISTRY "births.csv", "birth_cert_number", IDENT_BIRTH_CERTIFICATE, 641);
	column_passes(REGISTRY "births.csv", "child_id_number", IDENT_CITIZEN_ID, 600);
	column_passes(REGISTRY "marriages.csv", "spouse_id_number", IDENT_CITIZEN_ID, 1);
}

static void
birth_and_sex_are_those_of_the_register(void **state)
{
	struct table t;

	(void)state;
	for (open_table(&t, REGISTRY "persons.csv"); next_row(&t);) {
		int64_t birth, registered;
		char sex;

		ident_citizen(t.field[0], &birth, &sex);
		assert_int_equal(clock_parse_day(t.field[3], &registered), 0);
		assert_int_equal(birth, registered);
		assert_int_equal(sex, t.field[2][0]);
	}
	close_table(&t);
}

static void
every_name_of_the_register_is_its_own_normal_form(void **state)
{
	struct table t;

	(void)state;
	for (open_table(&t, REGISTRY "persons.csv"); next_row(&t);) {
		char name[256];

		assert_int_equal(ident_name(t.field[1], "name", name, sizeof(name), NULL), 0);
		assert_string_equal(name, t.field[1]);
	}
	close_table(&t);
}

/* Changes each character to each other one of the alphabet; none of that may pass. */
static void
no_changed_character_passes(enum ident_type type, const char *good, const char *alphabet)
{
	char text[IDENT_MAX], value[IDENT_MAX];
	size_t len = strlen(good);

	snprintf(text, sizeof(text), "%s", good);
	for (size_t i = 0; i < len; i++) {
		for (const char *c = alphabet; *c != '\0'; c++) {
			text[i] = *c;
			assert_int_equal(ident_check(type, text, "number", TODAY, value, NULL),
			    *c == good[i] ? 0 : -1);
		}
		text[i] = good[i];
	}
}

static void
one_wrong_character_is_always_noticed(void **state)
{
	(void)state;
	no_changed_character_passes(IDENT_CITIZEN_ID, "11010519491231002X", "0123456789X");
	no_changed_character_passes(IDENT_CITIZEN_ID, "330799199003070010", "0123456789X");
	no_changed_character_passes(IDENT_HKMT_RESIDENCE, "810000199408230021", "0123456789X");
	no_changed_character_passes(IDENT_USCC, "91350100M000100Y43",
	    "0123456789ABCDEFGHJKLMNPQRTUWXYIOSVZ");
}

static void
two_swapped_neighbours_are_always_noticed(void **state)
{
	static const struct { enum ident_type type; const char *good; } number[] = {
		{ IDENT_CITIZEN_ID, "11010519491231002X" }, { IDENT_CITIZEN_ID, "330799199003070010" },
		{ IDENT_USCC, "91350100M000100Y43" }, { IDENT_USCC, "91330799MA9TE5T044" },
	};
	char text[IDENT_MAX], value[IDENT_MAX];

	(void)state;
	for (size_t k = 0; k < sizeof(number) / sizeof(number[0]); k++) {
		for (size_t i = 0; i + 1 < strlen(number[k].good); i++) {
			snprintf(text, sizeof(text), "%s", number[k].good);
			text[i] = number[k].good[i + 1];
			text[i + 1] = number[k].good[i];
			assert_int_equal(ident_check(number[k].type, text, "number", TODAY, value, NULL),
			    strcmp(text, number[k].good) == 0 ? 0 : -1);
		}
	}
}

static void
a_birth_today_passes_and_tomorrow_does_not(void **state)
{
	char value[IDENT_MAX];
	int64_t birth;
	char sex;

	(void)state;
	ident_citizen("330799201905101234", &birth, &sex);
	assert_int_equal(sex, 'M');
	assert_int_equal(ident_check(IDENT_CITIZEN_ID, "330799201905101234", "x", birth, value, NULL), 0);
	assert_int_equal(ident_check(IDENT_CITIZEN_ID, "330799201905101234", "x", birth - 1, value, NULL),
	    -1);
}

static void
faults_name_the_position_and_never_the_value(void **state)
{
	char value[IDENT_MAX], text[FAULT_TEXT_MAX];
	struct fault f = FAULT_INIT;

	(void)state;
	ident_check(IDENT_CITIZEN_ID, "1101051949 1231A02X", "parties[0].identifier", TODAY, value, &f);
	assert_int_equal(f.code, FAULT_IDENT_CHARACTER);
	assert_string_equal(fault_arg_get(&f, "position"), "15");
	fault_text(&f, LANG_EN, 0, text, sizeof(text));
	assert_null(strstr(text, "110105"));
	ident_check(IDENT_CITIZEN_ID, "1101", "parties[0].identifier", TODAY, value, &f);
	assert_string_equal(fault_arg_get(&f, "expected"), "18");
	assert_string_equal(fault_arg_get(&f, "got"), "4");
}

static void
every_type_is_found_by_its_name(void **state)
{
	enum ident_type type;

	(void)state;
	for (int i = 0; i < IDENT_NTYPES; i++) {
		assert_int_equal(ident_type_parse(ident_type_name((enum ident_type)i), &type), 0);
		assert_int_equal(type, i);
	}
	assert_int_equal(ident_type_parse("driver", &type), -1);
	assert_int_equal(ident_type_parse("", &type), -1);
}

static void
names_are_trimmed_and_narrowed(void **state)
{
	static const struct { const char *text, *want; } name[] = {
		{ "李明", "李明" }, { "  李明 ", "李明" }, { " 李  明 ", "李 明" },
		{ "李\t明", "李 明" }, { "John Smith", "John Smith" },
		{ "买买提·吐尔逊", "买买提·吐尔逊" }, { "𫟼𠮷", "𫟼𠮷" }, { "浙(A)厂", "浙(A)厂" },
	};
	char value[256];

	(void)state;
	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
		assert_int_equal(ident_name(name[i].text, "name", value, sizeof(value), NULL), 0);
		assert_string_equal(value, name[i].want);
	}
}

static void
what_is_no_name_is_refused(void **state)
{
	static const char *const bad[] = {
		"", "  ", "李\n\x01明", "李\xE2\x80\xAE明", "李\xE2\x80\x8B明", "\xC0\xAF", "李\x7F", "\xE6\x9D",
	};
	char value[256], fifty[51 * 3 + 1];
	struct fault f = FAULT_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		f.code = FAULT_NONE;
		assert_int_equal(ident_name(bad[i], "name", value, sizeof(value), &f), -1);
		assert_int_equal(f.code, FAULT_NAME_INVALID);
	}
	for (int i = 0; i < 51; i++)
		memcpy(fifty + i * 3, "李", 4);
	assert_int_equal(ident_name(fifty, "name", value, sizeof(value), &f), -1);
	fifty[150] = '\0';
	assert_int_equal(ident_name(fifty, "name", value, sizeof(value), &f), 0);
	assert_int_equal(ident_name(fifty, "name", value, 150, &f), -1);
	assert_int_equal(ident_name(fifty, "name", value, 151, &f), 0);
}

static void
phones_are_eleven_digits(void **state)
{
	static const char *const bad[] = {
		"", "1381234567", "138123456789", "12812345678", "23812345678", "1381234567X",
		"+8613812345678", "1３八12345678",
	};
	char value[16];
	struct fault f = FAULT_INIT;

	(void)state;
	assert_int_equal(ident_phone("138 1234-5678", "phone", value, sizeof(value), &f), 0);
	assert_string_equal(value, "13812345678");
	assert_int_equal(ident_phone("13812345678", "phone", value, sizeof(value), &f), 0);
	assert_string_equal(value, "13812345678");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		f.code = FAULT_NONE;
		assert_int_equal(ident_phone(bad[i], "phone", value, sizeof(value), &f), -1);
		assert_int_equal(f.code, FAULT_PHONE_INVALID);
	}
	assert_int_equal(ident_phone("13812345678", "phone", value, 11, &f), -1);
}

static void
masks_show_the_ends_of_numbers_and_the_surname(void **state)
{
	static const struct { const char *value, *want; } number[] = {
		{ "330799199003070010", "330***********0010" }, { "13812345678", "138****5678" },
		{ "Z33000001", "Z******01" }, { "E1234", "*****" }, { "", "" },
	}, name[] = {
		{ "李明", "李*" }, { "李明亮", "李**" }, { "欧阳锋", "欧阳*" }, { "李", "*" }, { "欧阳", "欧*" },
		{ "𠮷田", "𠮷*" }, { "John", "J***" }, { "", "" },
	};
	char text[128];

	(void)state;
	for (size_t i = 0; i < sizeof(number) / sizeof(number[0]); i++) {
		ident_mask(number[i].value, text, sizeof(text));
		assert_string_equal(text, number[i].want);
	}
	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
		ident_mask_name(name[i].value, text, sizeof(text));
		assert_string_equal(text, name[i].want);
	}
	for (size_t size = 1; size < 12; size++) {
		ident_mask_name("欧阳锋", text, size);
		assert_true(strlen(text) < size);
		assert_true(utf8_valid(text, strlen(text), NULL));
	}
}

/* A Global Release Identifier (IFPI GRid) and an ISAN (ISO 15706): both MOD 37,36. */
static void
the_check_character_is_that_of_iso_7064(void **state)
{
	static const char digit[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	char text[] = "330703-261123-A00042";
	char good;

	(void)state;
	assert_int_equal(ident_mod37("A12425GABC1234002", 17), 'M');
	assert_int_equal(ident_mod37("A1-2425G-ABC1234002", 19), 'M');
	assert_int_equal(ident_mod37("0000-0001-8CFA-0000", 19), 'I');
	assert_int_equal(ident_mod37("0000-0001-8CFA-0000-0000-0000", 29), 'K');
	good = ident_mod37(text, sizeof(text) - 1);
	for (size_t i = 0; i < sizeof(text) - 1; i++) {
		char was = text[i];

		for (const char *d = digit; was != '-' && *d != '\0'; d++) {
			text[i] = *d;
			assert_int_equal(ident_mod37(text, sizeof(text) - 1) == good, *d == was);
		}
		text[i] = was;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_vector_gives_its_value_or_its_fault),
		cmocka_unit_test(every_identifier_of_the_demonstration_passes),
		cmocka_unit_test(birth_and_sex_are_those_of_the_register),
		cmocka_unit_test(every_name_of_the_register_is_its_own_normal_form),
		cmocka_unit_test(one_wrong_character_is_always_noticed),
		cmocka_unit_test(two_swapped_neighbours_are_always_noticed),
		cmocka_unit_test(a_birth_today_passes_and_tomorrow_does_not),
		cmocka_unit_test(faults_name_the_position_and_never_the_value),
		cmocka_unit_test(every_type_is_found_by_its_name),
		cmocka_unit_test(names_are_trimmed_and_narrowed),
		cmocka_unit_test(what_is_no_name_is_refused),
		cmocka_unit_test(phones_are_eleven_digits),
		cmocka_unit_test(masks_show_the_ends_of_numbers_and_the_surname),
		cmocka_unit_test(the_check_character_is_that_of_iso_7064),
	};

	return cmocka_run_group_tests_name("ident", tests, NULL, NULL);
}

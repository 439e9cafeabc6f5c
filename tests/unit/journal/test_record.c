/* Records: the worked example of docs/decisions.md 5, written by the writer itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>

#include "base/uuid.h"
#include "crypto/hash.h"
#include "journal/record.h"
#include "tlog/merkle.h"

#define VECTOR SOURCE_ROOT "/tests/vectors/decisions-5.json"
#define AT INT64_C(1795397412345)	/* 2026-11-23T09:30:12.345+08:00 */

static json_t *vector;
static uint8_t salt[32], body_salt[32];

static int
load(void **state)
{
	(void)state;
	if (crypto_start() < 0 || (vector = json_load_file(VECTOR, 0, NULL)) == NULL)
		return -1;
	for (int i = 0; i < 32; i++) {
		salt[i] = (uint8_t)i;
		body_salt[i] = (uint8_t)(32 + i);
	}
	return 0;
}

static int
unload(void **state)
{
	(void)state;
	json_decref(vector);
	return 0;
}

static const char *
text(const char *name)
{
	return json_string_value(json_object_get(vector, name));
}

static void
id_of(const char *uuid, uint8_t *ret)
{
	assert_int_equal(uuid_parse(uuid, ret), 0);
}

/* Members go in by no order at all. */
static struct record *
example(void)
{
	static const char *const fields[] = { "owner_name", "cert_number", "address", "use", "area_m2",
		NULL };
	uint8_t id[16], case_id[16];
	struct record *r;

	id_of("01a20606-65f9-7abc-8def-0123456789ac", id);
	id_of("01a20604-f2e1-7abc-8def-0123456789ab", case_id);
	r = record_new(RECORD_QUERY_ANSWERED, "330703", id,
	    &(struct record_actor){ "330703-ZG", "u-1007", "clerk" });
	record_str(r, "service", "DS-046");
	record_list(r, "fields", fields);
	record_int(r, "inventory", 1);
	record_str(r, "party", "seller");
	record_object(r, "case", case_id);
	record_body(r, text("body"), strlen(text("body")), body_salt);
	record_str(r, "answer", "found");
	record_str(r, "outcome", "established");
	record_str(r, "grant", "G-0089");
	record_str(r, "item", "I-01384");
	record_str(r, "matter", "M-0303");
	return r;
}

static void
the_worked_example_comes_out_to_the_byte(void **state)
{
	struct record *r = example();
	struct buf out = BUF_INIT;
	struct sha256 entry, leaf;
	char hex[65];

	(void)state;
	assert_int_equal(record_finish(r, AT, &out, NULL), 0);
	assert_string_equal(out.data, text("record"));
	entry = record_entry(salt, out.data, out.len);
	enc_hex(entry.b, sizeof(entry.b), hex);
	assert_string_equal(hex, text("entry"));
	leaf = merkle_leaf(entry.b, sizeof(entry.b));
	enc_hex(leaf.b, sizeof(leaf.b), hex);
	assert_string_equal(hex, text("leaf"));
	buf_free(&out);
	record_free(r);
}

static void
a_record_without_one_of_its_members_is_not_written(void **state)
{
	struct fault f = FAULT_INIT;
	struct buf out = BUF_INIT;
	uint8_t id[16] = { 0 };
	struct record *r = record_new(RECORD_SOURCE_SWITCHED, "330703", id,
	    &(struct record_actor){ NULL, "u-1", "steward" });

	(void)state;
	record_str(r, "service", "DS-046");
	record_str(r, "state", "off");
	assert_int_equal(record_finish(r, AT, &out, &f), -1);
	assert_int_equal(f.code, FAULT_BUG);
	assert_int_equal(out.len, 0);
	record_body(r, "{}", 2, body_salt);
	assert_int_equal(record_finish(r, AT, &out, &f), 0);
	buf_free(&out);
	record_free(r);
}

static void
refused(void (*spoil)(struct record *))
{
	struct fault f = FAULT_INIT;
	struct buf out = BUF_INIT;
	struct record *r = example();

	spoil(r);
	assert_int_equal(record_finish(r, AT, &out, &f), -1);
	assert_int_equal(f.code, FAULT_BUG);
	buf_free(&out);
	record_free(r);
}

static void unknown(struct record *r) { record_str(r, "address", "x"); }
static void twice(struct record *r) { record_str(r, "item", "I-2"); }

static void
what_the_type_does_not_have_does_not_go_in(void **state)
{
	(void)state;
	refused(unknown);
	refused(twice);
}

static void
integers_stay_below_two_to_the_53rd(void **state)
{
	uint8_t id[16] = { 0 };
	struct record *r = record_new(RECORD_KEY_MADE, "330703", id,
	    &(struct record_actor){ NULL, "wzm", "system" });
	struct fault f = FAULT_INIT;
	struct buf out = BUF_INIT;

	(void)state;
	record_int(r, "key", INT64_C(1) << 53);
	assert_int_equal(record_finish(r, AT, &out, &f), -1);
	buf_free(&out);
	record_free(r);
}

static void
text_that_is_not_utf8_does_not_go_in(void **state)
{
	uint8_t id[16] = { 0 };
	struct record *r = record_new(RECORD_INSTANCE_CREATED, "330703", id,
	    &(struct record_actor){ NULL, "root", "operator" });
	struct fault f = FAULT_INIT;
	struct buf out = BUF_INIT;

	(void)state;
	record_str(r, "origin", "\xff");
	assert_int_equal(record_finish(r, AT, &out, &f), -1);
	assert_int_equal(f.code, FAULT_BUG);
	buf_free(&out);
	record_free(r);
}

static void
an_object_name_goes_there_and_back_and_nothing_else_does(void **state)
{
	static const char *const bad[] = { "", "330703", "330703-", "33070x-01a20606-65f9-7abc-8def-0123456789ac",
		"330703-01a20606-65f9-7abc-8def-0123456789a", "330703-01a20606-65f9-7abc-8def-0123456789acd",
		"330703_01a20606-65f9-7abc-8def-0123456789ac", "330703-01a20606-65f9-7abc-8def-0123456789ag" };
	char division[7], name[RECORD_NAME_MAX];
	uint8_t id[16];

	(void)state;
	assert_int_equal(record_object_parse("330703-01a20606-65f9-7abc-8def-0123456789ac", division,
	    id), 0);
	record_object_name(division, id, name);
	assert_string_equal(name, "330703-01a20606-65f9-7abc-8def-0123456789ac");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(record_object_parse(bad[i], division, id), -1);
}

/* Whether name is one of the words of list. */
static int
among(const char *list, const char *name, size_t len)
{
	for (const char *p = list; *p != '\0'; p += strcspn(p, " "), p += strspn(p, " "))
		if (strcspn(p, " ") == len && strncmp(p, name, len) == 0)
			return 1;
	return 0;
}

/* Fails unless what stands in braces in one sentence is a member of the type and in the other too. */
static void
check_places(const char *type, const char *members, const char *one, const char *other)
{
	for (const char *p = one; (p = strchr(p, '{')) != NULL; p++) {
		size_t len = strcspn(p + 1, "}");
		char place[32];

		snprintf(place, sizeof(place), "%.*s", (int)len + 2, p);
		if (!among(members, p + 1, len))
			fail_msg("%s has no member %s", type, place);
		if (strstr(other, place) == NULL)
			fail_msg("%s says %s in one language only", type, place);
	}
}

static void
every_type_has_a_sentence_with_members_of_its_own(void **state)
{
	static const struct { const char *name, *members; } types[] = {
#define RECORD(sym, name, version, needs, may) { name, needs " " may },
#include "journal/records.def"
#undef RECORD
	};
	static const struct { const char *type, *zh, *en; } sayings[] = {
#define SAYING(type, zh, en) { type, zh, en },
#include "journal/sayings.def"
#undef SAYING
	};
	const size_t n = sizeof(types) / sizeof(types[0]);

	(void)state;
	assert_int_equal(sizeof(sayings) / sizeof(sayings[0]), n);
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (k < n && strcmp(sayings[k].type, types[i].name) != 0)
			k++;
		if (k == n)
			fail_msg("%s has no sentence", types[i].name);
		check_places(types[i].name, types[i].members, sayings[k].zh, sayings[k].en);
		check_places(types[i].name, types[i].members, sayings[k].en, sayings[k].zh);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_worked_example_comes_out_to_the_byte),
		cmocka_unit_test(a_record_without_one_of_its_members_is_not_written),
		cmocka_unit_test(what_the_type_does_not_have_does_not_go_in),
		cmocka_unit_test(integers_stay_below_two_to_the_53rd),
		cmocka_unit_test(text_that_is_not_utf8_does_not_go_in),
		cmocka_unit_test(an_object_name_goes_there_and_back_and_nothing_else_does),
		cmocka_unit_test(every_type_has_a_sentence_with_members_of_its_own),
	};

	return cmocka_run_group_tests_name("record", tests, load, unload);
}

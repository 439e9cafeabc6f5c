/* What the list says of a proof that was demanded, on the reference inventory. */
#include "real.h"

#include <string.h>

#include "flow/demand.h"

static struct inventory *inv;

static int
set_up(void **state)
{
	struct inventory_report report = { 0 };
	struct fault f = FAULT_INIT;
	struct real r;

	(void)state;
	real_load(&r);
	assert_int_equal(inventory_build(r.file, REAL_FILES, &inv, &report, &f), 0);
	real_free(&r);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	inventory_unref(inv);
	return 0;
}

static struct demand
look(const char *matter, const char *item, const char *proof)
{
	struct demand_asked asked = { matter, item, proof };
	struct fault f = FAULT_INIT;
	struct demand d;

	assert_int_equal(demand_look(inv, &asked, &d, &f), 0);
	return d;
}

static enum fault_code
refused(const char *matter, const char *item, const char *proof)
{
	struct demand_asked asked = { matter, item, proof };
	struct demand d = { .finding = DEMAND_N };
	struct fault f = FAULT_INIT;

	assert_int_equal(demand_look(inv, &asked, &d, &f), -1);
	assert_int_equal(d.finding, DEMAND_N);
	return f.code;
}

static void
every_finding_has_a_name_of_its_own_that_parses_back(void **state)
{
	enum demand_finding found = DEMAND_N;

	(void)state;
	for (int i = 0; i < DEMAND_N; i++) {
		assert_int_equal(demand_finding_parse(demand_finding_name(i), &found), 0);
		assert_int_equal(found, i);
	}
	assert_int_equal(demand_finding_parse("", &found), -1);
}

/* The same answer, whether somebody chooses the item or writes what the counter called it. */
static void
every_item_is_found_by_its_code_and_in_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < inv->nitems; i++) {
		const struct item *item = &inv->items[i];
		struct demand by_code = look(NULL, item->code, NULL);
		struct demand in_words = look(item->matter->code, NULL, item->proof->name);

		assert_ptr_equal(by_code.item, item);
		assert_ptr_equal(by_code.matter, item->matter);
		assert_string_equal(demand_finding_name(by_code.finding), method_name(item->method));
		assert_ptr_equal(in_words.item->proof, item->proof);
		assert_ptr_equal(in_words.item->matter, item->matter);
	}
}

static void
a_proof_goes_by_its_other_names_and_blanks_do_not_matter(void **state)
{
	const struct item *item = NULL;

	(void)state;
	for (size_t i = 0; i < inv->nitems && item == NULL; i++)
		if (strcmp(inv->items[i].proof->code, "P-001") == 0)
			item = &inv->items[i];
	assert_non_null(item);
	for (size_t i = 0; i < 4; i++) {
		static const char *const words[] = { "户籍证明", "户口证明", "  户籍 信息 证明 ", "户籍　证明" };

		assert_ptr_equal(look(item->matter->code, NULL, words[i]).item, item);
		assert_int_equal(look(NULL, NULL, words[i]).finding, DEMAND_SOME_MATTER);
	}
	for (size_t i = 0; i < 4; i++) {
		static const char *const words[] = { "户籍证", "户籍证明;户口证明", "户籍证明书", "" };

		assert_int_equal(look(item->matter->code, NULL, words[i]).finding, DEMAND_NOT_LISTED);
		assert_int_equal(look(NULL, NULL, words[i]).finding, DEMAND_NOT_LISTED);
	}
}

/* A proof that another matter has is not on the list of this one. */
static void
a_matter_answers_for_itself_only(void **state)
{
	(void)state;
	for (size_t p = 0; p < inv->nproofs; p++) {
		const struct matter *m = &inv->matters[p % inv->nmatters];
		int listed = 0;

		for (size_t i = 0; i < m->nitems; i++)
			listed |= m->items[i]->proof == &inv->proofs[p];
		assert_int_equal(look(m->code, NULL, inv->proofs[p].name).finding != DEMAND_NOT_LISTED,
		    listed);
	}
}

static void
what_there_is_not_is_refused(void **state)
{
	(void)state;
	assert_int_equal(refused("M-9999", NULL, "户籍证明"), FAULT_MATTER_UNKNOWN);
	assert_int_equal(refused("M-0303", NULL, NULL), FAULT_FIELD_MISSING);
	assert_int_equal(refused(NULL, "I-99999", NULL), FAULT_FIELD_VALUE);
	assert_int_equal(refused("M-0001", "I-01384", NULL), FAULT_FIELD_VALUE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_finding_has_a_name_of_its_own_that_parses_back),
		cmocka_unit_test(every_item_is_found_by_its_code_and_in_words),
		cmocka_unit_test(a_proof_goes_by_its_other_names_and_blanks_do_not_matter),
		cmocka_unit_test(a_matter_answers_for_itself_only),
		cmocka_unit_test(what_there_is_not_is_refused),
	};

	return cmocka_run_group_tests_name("demand", tests, set_up, tear_down);
}

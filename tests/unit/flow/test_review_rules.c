/* What blocks a method in an expert review: on every item of the reference inventory, and each rule by itself. */
#include "real.h"

#include <string.h>

#include "flow/ground.h"
#include "flow/review_rules.h"

static struct inventory *inv;

static int
set_up(void **state)
{
	(void)state;
	inv = real_inventory();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	inventory_unref(inv);
	return 0;
}

static struct review_subject
subject(const struct item *item)
{
	return (struct review_subject){ inv, inventory_division(inv, "330700"), item->matter, item->proof,
		item, item->legal_basis };
}

static enum fault_code
blocked(const struct review_subject *s, enum method method)
{
	struct fault f = FAULT_INIT;

	return review_method_open(s, method, &f) == 0 ? FAULT_NONE : f.code;
}

static int
is_shared(const struct item *item)
{
	return item->proof->digitised && item->proof->sharing != SHARING_NONE;
}

/* The law of the rules, written down apart from them. */
static void
every_item_of_the_list_has_the_methods_that_its_matter_and_proof_allow(void **state)
{
	size_t open[METHOD_N] = { 0 }, no_party = 0;

	(void)state;
	assert_int_equal(inv->nitems, 4052);
	for (size_t i = 0; i < inv->nitems; i++) {
		const struct item *item = &inv->items[i];
		const struct review_subject s = subject(item);
		enum fault_code query = blocked(&s, METHOD_DATA_QUERY);

		assert_int_equal(blocked(&s, METHOD_DIRECT_CANCEL), FAULT_NONE);
		assert_int_equal(blocked(&s, METHOD_COMMITMENT), item->matter->commitment_excluded ?
		    FAULT_REVIEW_EXCLUDED : FAULT_NONE);
		if (is_shared(item))
			assert_true(query == FAULT_NONE || query == FAULT_REVIEW_NO_PARTY);
		else
			assert_int_equal(query, FAULT_REVIEW_NOT_SHARED);
		if (is_shared(item))
			assert_int_equal(blocked(&s, METHOD_DEPARTMENT_VERIFY), FAULT_REVIEW_SHARED);
		else
			assert_int_equal(blocked(&s, METHOD_DEPARTMENT_VERIFY), inventory_acting_desk(inv,
			    item->proof->issuer, s.division) == NULL ? FAULT_REVIEW_NO_DESK : FAULT_NONE);
		no_party += query == FAULT_REVIEW_NO_PARTY;
		for (int m = 0; m < METHOD_N; m++)
			open[m] += blocked(&s, (enum method)m) == FAULT_NONE;
	}
	assert_int_equal(open[METHOD_DIRECT_CANCEL], 4052);
	assert_true(no_party > 0);
	assert_true(open[METHOD_DATA_QUERY] >= inv->total[METHOD_DATA_QUERY]);
}

static void
the_method_that_an_item_has_is_never_blocked(void **state)
{
	(void)state;
	for (size_t i = 0; i < inv->nitems; i++) {
		const struct review_subject s = subject(&inv->items[i]);

		assert_int_equal(blocked(&s, inv->items[i].method), FAULT_NONE);
	}
}

/* An item of this method whose proof is shared and asks about somebody, or is not. */
static struct review_subject
some(enum method method, int shared, struct matter *m, struct proof *p)
{
	for (size_t i = 0; i < inv->nitems; i++) {
		const struct item *item = &inv->items[i];
		struct review_subject s = subject(item);

		if (item->method != method || is_shared(item) != shared || (shared &&
		    item->proof->query->bindings[0].kind != INPUT_PARTY_NUMBER))
			continue;
		*m = *item->matter;
		*p = *item->proof;
		s.matter = m;
		s.proof = p;
		s.item = NULL;
		return s;
	}
	fail_msg("the list has no such item");
	return (struct review_subject){ 0 };
}

static void
a_query_needs_a_proof_that_is_shared_a_service_and_whom_it_asks_about(void **state)
{
	struct matter m;
	struct proof p;
	struct review_subject s = some(METHOD_DATA_QUERY, 1, &m, &p);
	struct fault f = FAULT_INIT;

	(void)state;
	m.nparties = 0;
	assert_int_equal(review_method_open(&s, METHOD_DATA_QUERY, &f), -1);
	assert_int_equal(f.code, FAULT_REVIEW_NO_PARTY);
	assert_string_equal(fault_arg_get(&f, "matter"), m.name);
	assert_non_null(fault_arg_get(&f, "role"));
	p.query = NULL;
	assert_int_equal(blocked(&s, METHOD_DATA_QUERY), FAULT_REVIEW_NO_SERVICE);
	p.sharing = SHARING_NONE;
	assert_int_equal(blocked(&s, METHOD_DATA_QUERY), FAULT_REVIEW_NOT_SHARED);
	p.sharing = SHARING_UNCONDITIONAL;
	p.digitised = 0;
	assert_int_equal(blocked(&s, METHOD_DATA_QUERY), FAULT_REVIEW_NOT_SHARED);
}

static void
a_department_verifies_what_cannot_be_queried_where_it_has_a_desk(void **state)
{
	struct matter m;
	struct proof p;
	struct review_subject s = some(METHOD_DEPARTMENT_VERIFY, 0, &m, &p);
	size_t without = 0;

	(void)state;
	assert_int_equal(blocked(&s, METHOD_DEPARTMENT_VERIFY), FAULT_NONE);
	p.digitised = 1;
	p.sharing = SHARING_CONDITIONAL;
	assert_int_equal(blocked(&s, METHOD_DEPARTMENT_VERIFY), FAULT_REVIEW_SHARED);
	p.sharing = SHARING_NONE;
	for (size_t i = 0; i < inv->nagencies; i++) {
		p.issuer = &inv->agencies[i];
		if (inventory_acting_desk(inv, p.issuer, s.division) != NULL)
			continue;
		assert_int_equal(blocked(&s, METHOD_DEPARTMENT_VERIFY), FAULT_REVIEW_NO_DESK);
		without++;
	}
	assert_true(without > 0);
}

static void
nothing_is_demanded_under_catch_all_wording(void **state)
{
	struct matter m;
	struct proof p;
	struct review_subject s = some(METHOD_DEPARTMENT_VERIFY, 0, &m, &p);
	struct fault f = FAULT_INIT;
	const char *name = p.name;

	(void)state;
	m.commitment_excluded = 0;
	s.wording = "《某办法》及其他材料";
	assert_int_equal(review_method_open(&s, METHOD_COMMITMENT, &f), -1);
	assert_int_equal(f.code, FAULT_REVIEW_CATCH_ALL);
	assert_string_equal(fault_arg_get(&f, "words"), "其他材料");
	assert_int_equal(blocked(&s, METHOD_DEPARTMENT_VERIFY), FAULT_REVIEW_CATCH_ALL);
	s.wording = NULL;
	assert_int_equal(blocked(&s, METHOD_COMMITMENT), FAULT_NONE);
	p.name = "有关证明";
	assert_int_equal(blocked(&s, METHOD_COMMITMENT), FAULT_REVIEW_CATCH_ALL);
	p.name = name;
	/* A matter may issue 相关证明; nobody brings those. */
	m.name = "依据人事档案出具相关证明";
	assert_int_equal(blocked(&s, METHOD_COMMITMENT), FAULT_NONE);
	s.wording = "等材料";
	/* What is abolished is demanded of nobody. */
	assert_int_equal(blocked(&s, METHOD_DIRECT_CANCEL), FAULT_NONE);
}

static void
count(const struct fault *why, void *ctx)
{
	assert_true(why->code != FAULT_NONE);
	++*(int *)ctx;
}

static void
everything_that_blocks_a_method_is_said(void **state)
{
	struct matter m;
	struct proof p;
	struct review_subject s = some(METHOD_DEPARTMENT_VERIFY, 0, &m, &p);
	int n = 0;

	(void)state;
	s.wording = "相关材料";
	review_method_blocks(&s, METHOD_DATA_QUERY, count, &n);
	assert_int_equal(n, 3);		/* not shared, no service, catch-all */
}

static void
the_majority_has_more_votes_than_any_other(void **state)
{
	static const struct { int votes[METHOD_N]; enum method majority; } row[] = {
		{ { 0, 0, 0, 0 }, METHOD_N }, { { 1, 0, 0, 0 }, METHOD_DIRECT_CANCEL },
		{ { 1, 1, 0, 0 }, METHOD_N }, { { 1, 2, 1, 0 }, METHOD_COMMITMENT },
		{ { 2, 2, 3, 0 }, METHOD_DATA_QUERY }, { { 2, 1, 0, 2 }, METHOD_N },
		{ { 1, 1, 1, 2 }, METHOD_DEPARTMENT_VERIFY }, { { 3, 1, 1, 1 }, METHOD_DIRECT_CANCEL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		assert_int_equal(review_majority(row[i].votes), row[i].majority);
}

static void
each_ground_has_a_remark_that_states_it_and_words_in_both_languages(void **state)
{
	(void)state;
	for (int n = 1; n <= GROUND_MAX; n++) {
		assert_int_equal(ground_number(ground_remark(n)), n);
		assert_string_not_equal(ground_words(n, LANG_ZH), ground_words(n, LANG_EN));
	}
	for (size_t i = 0; ground_remarks[i] != NULL; i++)
		assert_in_range(ground_number(ground_remarks[i]), 1, GROUND_MAX);
	assert_int_equal(ground_number("本部门内部核查"), 5);
	assert_int_equal(ground_number(""), 0);
	assert_int_equal(ground_number("书面承诺,事后核查"), 0);
	assert_null(ground_remark(0));
	assert_null(ground_words(GROUND_MAX + 1, LANG_ZH));
}

static void
what_the_list_cancels_states_one_of_the_six(void **state)
{
	(void)state;
	for (size_t i = 0; i < inv->nitems; i++)
		assert_true((inv->items[i].method == METHOD_DIRECT_CANCEL) ==
		    (ground_number(inv->items[i].remark) != 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_item_of_the_list_has_the_methods_that_its_matter_and_proof_allow),
		cmocka_unit_test(the_method_that_an_item_has_is_never_blocked),
		cmocka_unit_test(a_query_needs_a_proof_that_is_shared_a_service_and_whom_it_asks_about),
		cmocka_unit_test(a_department_verifies_what_cannot_be_queried_where_it_has_a_desk),
		cmocka_unit_test(nothing_is_demanded_under_catch_all_wording),
		cmocka_unit_test(everything_that_blocks_a_method_is_said),
		cmocka_unit_test(the_majority_has_more_votes_than_any_other),
		cmocka_unit_test(each_ground_has_a_remark_that_states_it_and_words_in_both_languages),
		cmocka_unit_test(what_the_list_cancels_states_one_of_the_six),
	};

	return cmocka_run_group_tests_name("review_rules", tests, set_up, tear_down);
}

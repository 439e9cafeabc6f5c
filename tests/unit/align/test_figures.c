/* The degree of unity follows from whole numbers, and what is decided moves them as it says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "align/figures.h"
#include "align/state.h"

/* A city of 100 items, 25 of each method; the county lacks two, has three of its own and one method wrong. */
static struct align_figures
some(void)
{
	struct align_figures f = { .rows = 101, .scope = 100, .paired = 98, .same_method = 97,
		.kind = { [ALIGN_MISSING] = 2, [ALIGN_EXTRA] = 3, [ALIGN_METHOD] = 1, [ALIGN_PROOF_NAME] = 4 },
		.city = { 25, 25, 25, 25 }, .county = { 25 - 2 + 1, 25 + 3 - 1, 25, 25 } };

	return f;
}

static void
settle(struct align_figures *f, enum align_kind kind, enum align_settling how, enum method item,
    enum method row, int64_t n)
{
	align_settle(f, &(struct align_settled){ kind, how, item, row, n });
}

static void
a_list_is_measured_by_three_fractions(void **state)
{
	struct align_figures f = some();
	struct align_unity u = align_unity_of(&f);

	(void)state;
	assert_int_equal(u.items.same, 98);
	assert_int_equal(u.items.of, 103);
	assert_int_equal(u.items.permille, 951);
	assert_int_equal(u.methods.same, 97);
	assert_int_equal(u.methods.of, 98);
	assert_int_equal(u.methods.permille, 989);
	/* One too few of the first method, two too many of the second. */
	assert_int_equal(u.counts.same, 97);
	assert_int_equal(u.counts.of, 100);
	assert_false(u.unified);
}

static void
what_is_adopted_counts_as_done(void **state)
{
	struct align_figures f = some();
	struct align_unity u;

	(void)state;
	settle(&f, ALIGN_MISSING, ALIGN_AS_ADOPTED, METHOD_DIRECT_CANCEL, METHOD_N, 2);
	settle(&f, ALIGN_EXTRA, ALIGN_AS_ADOPTED, METHOD_N, METHOD_COMMITMENT, 3);
	u = align_unity_of(&f);
	assert_int_equal(u.items.same, 100);
	assert_int_equal(u.items.of, 100);
	assert_int_equal(u.methods.same, 99);
	assert_int_equal(u.methods.of, 100);
	assert_false(u.unified);
	settle(&f, ALIGN_METHOD, ALIGN_AS_ADOPTED, METHOD_COMMITMENT, METHOD_DIRECT_CANCEL, 1);
	settle(&f, ALIGN_PROOF_NAME, ALIGN_AS_ADOPTED, METHOD_COMMITMENT, METHOD_COMMITMENT, 4);
	u = align_unity_of(&f);
	assert_true(u.unified);
	assert_int_equal(u.items.permille, 1000);
	assert_int_equal(u.counts.permille, 1000);
	assert_memory_equal(f.city, f.county, sizeof(f.city));
	for (int i = 0; i < ALIGN_KINDS; i++)
		assert_int_equal(f.kind[i], 0);
}

static void
what_is_kept_lawfully_counts_as_the_same_item_and_as_no_pair(void **state)
{
	struct align_figures f = some();
	struct align_unity u;

	(void)state;
	settle(&f, ALIGN_MISSING, ALIGN_AS_KEPT, METHOD_DIRECT_CANCEL, METHOD_N, 2);
	assert_int_equal(f.exempt, 2);
	u = align_unity_of(&f);
	assert_int_equal(u.items.same, 100);
	assert_int_equal(u.methods.of, 98);
	settle(&f, ALIGN_EXTRA, ALIGN_AS_KEPT, METHOD_N, METHOD_COMMITMENT, 3);
	settle(&f, ALIGN_METHOD, ALIGN_AS_KEPT, METHOD_COMMITMENT, METHOD_DIRECT_CANCEL, 1);
	u = align_unity_of(&f);
	assert_true(u.unified);
	assert_int_equal(u.methods.same, 98);
}

static void
permille_is_whole_only_where_all_is_the_same(void **state)
{
	struct align_figures f = { .scope = 100000, .paired = 99999, .same_method = 99999,
		.kind = { [ALIGN_MISSING] = 1 }, .city = { 100000 }, .county = { 99999 } };
	struct align_unity u = align_unity_of(&f);

	(void)state;
	assert_int_equal(u.items.permille, 999);
	assert_int_equal(u.counts.permille, 999);
	assert_int_equal(u.methods.permille, 1000);
	/* Nothing of nothing is whole; more is wrong than there is: none is right. */
	memset(&f, 0, sizeof(f));
	assert_true(align_unity_of(&f).unified);
	f.city[0] = 1;
	f.county[1] = 5;
	u = align_unity_of(&f);
	assert_int_equal(u.counts.same, 0);
	assert_int_equal(u.counts.permille, 0);
}

static void
what_one_county_has_too_many_of_another_still_lacks(void **state)
{
	struct align_unity sum = { .unified = 1 }, u;
	struct align_figures more = some(), less = some();

	(void)state;
	more.county[0] = more.city[0] + 5;
	less.county[0] = less.city[0] - 5;
	u = align_unity_of(&more);
	align_unity_add(&sum, &u);
	u = align_unity_of(&less);
	align_unity_add(&sum, &u);
	assert_int_equal(sum.counts.same, align_unity_of(&more).counts.same + align_unity_of(&less).counts.same);
	assert_int_equal(sum.counts.of, 2 * u.counts.of);
	assert_true(sum.counts.same <= sum.counts.of - 10);
	assert_int_equal(sum.items.same, 2 * u.items.same);
	assert_int_equal(sum.items.permille, u.items.permille);
	assert_int_equal(sum.county[0], more.county[0] + less.county[0]);
	assert_false(sum.unified);
}

static void
states_are_read_as_they_are_written(void **state)
{
	enum align_state s;

	(void)state;
	for (int i = 0; i < ALIGN_STATES; i++) {
		assert_int_equal(align_state_parse(align_state_name((enum align_state)i), &s), 0);
		assert_int_equal(s, i);
		assert_string_not_equal(align_state_word(s, LANG_ZH), align_state_word(s, LANG_EN));
	}
	assert_int_equal(align_state_parse("gone", &s), -1);
	assert_int_equal(align_state_parse("", &s), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_is_measured_by_three_fractions),
		cmocka_unit_test(what_is_adopted_counts_as_done),
		cmocka_unit_test(what_is_kept_lawfully_counts_as_the_same_item_and_as_no_pair),
		cmocka_unit_test(permille_is_whole_only_where_all_is_the_same),
		cmocka_unit_test(what_one_county_has_too_many_of_another_still_lacks),
		cmocka_unit_test(states_are_read_as_they_are_written),
	};

	return cmocka_run_group_tests_name("figures", tests, NULL, NULL);
}

/* The ten lists of examples/jinhua, as they are and in disorder; lists that nobody should hand in. */
#include "../flow/real.h"

#include <stdlib.h>
#include <string.h>

#include "damage.h"

static struct inventory *inv;

static struct align_list *
read_list(const char *division)
{
	struct inventory_report report = { 0 };
	struct align_list *list = NULL;
	struct buf text = BUF_INIT;
	struct fault f = FAULT_INIT;
	char name[64];

	snprintf(name, sizeof(name), "county_lists/%s.csv", division);
	real_read(name, &text);
	assert_int_equal(align_list_read(name, text.data, text.len, &list, &report, &f), 0);
	buf_free(&text);
	return list;
}

static struct align_result *
compare(const char *division, const struct align_list *list)
{
	struct align_result *r = NULL;
	struct fault f = FAULT_INIT;

	if (align_compare(inv, inventory_division(inv, division), NULL, 0, list, &r, &f) < 0)
		fail_msg("%s", fault_name(f.code));
	return r;
}

static const struct totals { const char *division; size_t rows, items, presumed, kind[ALIGN_KINDS]; } totals[] = {
	{ "330702", 1615, 1632, 19, { 34, 17, 5, 43, 31 } }, { "330703", 1616, 1632, 19, { 31, 15, 14, 34, 19 } },
	{ "330723", 2265, 2285, 0, { 41, 21, 18, 34, 29 } }, { "330726", 2255, 2285, 0, { 49, 19, 17, 41, 27 } },
	{ "330727", 2255, 2285, 0, { 50, 20, 21, 44, 28 } }, { "330781", 2264, 2285, 0, { 41, 20, 18, 48, 35 } },
	{ "330782", 2260, 2285, 0, { 43, 18, 18, 36, 30 } }, { "330783", 2277, 2285, 0, { 34, 26, 11, 51, 38 } },
	{ "330784", 2268, 2285, 0, { 42, 25, 20, 48, 43 } }, { "330799", 1462, 1479, 11, { 31, 14, 13, 29, 26 } },
};
#define LISTS (sizeof(totals) / sizeof(totals[0]))

static void
each_list_has_its_totals(void **state)
{
	(void)state;
	for (size_t i = 0; i < LISTS; i++) {
		struct align_list *list = read_list(totals[i].division);
		struct align_result *r = compare(totals[i].division, list);

		assert_int_equal(align_list_rows(list), totals[i].rows);
		assert_int_equal(r->nitems, totals[i].items);
		assert_int_equal(r->npresumed, totals[i].presumed);
		assert_int_equal(r->outside, 0);
		for (int k = 0; k < ALIGN_KINDS; k++)
			assert_int_equal(r->kind[k], totals[i].kind[k]);
		align_result_free(r);
		align_list_free(list);
	}
}

static void
shuffle(struct align_row *row, size_t n, uint64_t seed)
{
	struct dice d = { seed };

	for (size_t i = n; i > 1; i--) {
		size_t k = dice_below(&d, (uint32_t)i);
		struct align_row swap = row[i - 1];

		row[i - 1] = row[k];
		row[k] = swap;
	}
	for (size_t i = 0; i < n; i++)
		row[i].code = dice_chance(&d, 500) ? "330700-9999" : "";
}

static void
assert_same_difference(const struct align_list *a, const struct align_difference *x, const struct align_list *b,
    const struct align_difference *y)
{
	struct buf s = BUF_INIT, t = BUF_INIT;

	assert_true(x->kind == y->kind && x->item == y->item && x->matter == y->matter);
	assert_int_equal(x->certainty, y->certainty);
	assert_int_equal(x->ncandidates, y->ncandidates);
	for (size_t i = 0; i < x->ncandidates; i++)
		assert_true(x->candidate[i].item == y->candidate[i].item && x->candidate[i].likeness == y->candidate[i].likeness);
	align_explain(a, x, LANG_ZH, &s);
	align_explain(b, y, LANG_ZH, &t);
	assert_string_equal(s.data, t.data);
	buf_free(&s);
	buf_free(&t);
}

/* Lines go with their rows, so that even the sentences are the same. */
static void
other_codes_and_another_order_change_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < LISTS; i++) {
		struct align_list *list = read_list(totals[i].division), *other = NULL;
		size_t n = align_list_rows(list);
		struct align_row *row = calloc(n, sizeof(*row));
		struct align_result *r = compare(totals[i].division, list), *s;
		struct fault f = FAULT_INIT;

		assert_non_null(row);
		for (size_t k = 0; k < n; k++)
			row[k] = *align_list_row(list, k);
		shuffle(row, n, i + 1);
		assert_int_equal(align_list_of(row, n, &other, &f), 0);
		s = compare(totals[i].division, other);
		assert_int_equal(r->ndifferences, s->ndifferences);
		for (size_t k = 0; k < r->ndifferences; k++)
			assert_same_difference(list, &r->difference[k], other, &s->difference[k]);
		align_result_free(r);
		align_result_free(s);
		align_list_free(list);
		align_list_free(other);
		free(row);
	}
}

static void
what_is_said_of_a_department_counts(void **state)
{
	struct align_list *list = read_list("330702");
	const struct agency *planning = inventory_agency(inv, "330700-ZG"), *police = inventory_agency(inv, "330700-GA");
	const struct align_scope scope[] = { { planning, ALIGN_RUN_BY_COUNTY }, { police, ALIGN_RUN_BY_CITY } };
	struct align_result *r = NULL;
	struct fault f = FAULT_INIT;

	(void)state;
	assert_int_equal(align_compare(inv, inventory_division(inv, "330702"), scope, 2, list, &r, &f), 0);
	assert_int_equal(r->npresumed, 18);	/* planning is said */
	assert_int_equal(r->kind[ALIGN_MISSING] > 34 + 100, 1);	/* all of its items are missed now */
	assert_true(r->outside > 100);		/* the rows of the police */
	align_result_free(r);
	align_list_free(list);
}

/* A row of a matter that only the city handles does not make its department the county's. */
static void
a_matter_of_the_city_brings_no_department_in(void **state)
{
	struct align_list *list = read_list("330703"), *more = NULL;
	size_t n = align_list_rows(list);
	struct align_row *row = calloc(n + 1, sizeof(*row));
	const struct agency *planning = inventory_agency(inv, "330700-ZG");
	struct align_result *r;
	struct fault f = FAULT_INIT;

	(void)state;
	assert_non_null(row);
	for (size_t i = 0; i < n; i++)
		row[i] = *align_list_row(list, i);
	for (size_t i = 0; i < inv->nmatters && row[n].matter == NULL; i++)
		if (inv->matters[i].agency == planning && strcmp(inv->matters[i].level, "city") == 0)
			row[n] = (struct align_row){ "", inv->matters[i].name, "户籍证明", "", METHOD_COMMITMENT, n + 2 };
	assert_int_equal(align_list_of(row, n + 1, &more, &f), 0);
	r = compare("330703", more);
	assert_int_equal(r->npresumed, 19);
	assert_int_equal(r->outside, 1);
	assert_int_equal(r->kind[ALIGN_MISSING], 31);
	align_result_free(r);
	align_list_free(list);
	align_list_free(more);
	free(row);
}

static void
a_kept_list_is_read_back_as_the_same(void **state)
{
	struct align_list *list = read_list("330723"), *again = NULL;
	struct inventory_report report = { 0 };
	struct fault f = FAULT_INIT;
	struct buf text = BUF_INIT;

	(void)state;
	assert_int_equal(align_list_csv(list, &text), 0);
	assert_int_equal(align_list_read("kept", text.data, text.len, &again, &report, &f), 0);
	assert_int_equal(align_list_rows(list), align_list_rows(again));
	for (size_t i = 0; i < align_list_rows(list); i++) {
		const struct align_row *a = align_list_row(list, i), *b = align_list_row(again, i);

		assert_string_equal(a->code, b->code);
		assert_string_equal(a->matter, b->matter);
		assert_string_equal(a->proof, b->proof);
		assert_string_equal(a->legal_basis, b->legal_basis);
		assert_true(a->method == b->method && a->line == b->line);
	}
	buf_free(&text);
	align_list_free(list);
	align_list_free(again);
}

/* Rows that say the same: one is the item, all others are repeated. */
static void
identical_rows_are_one_item(void **state)
{
	enum { N = 5000 };
	struct align_row *row = calloc(N, sizeof(*row));
	struct align_list *list = NULL;
	struct align_result *r;
	struct fault f = FAULT_INIT;
	size_t repeated = 0;

	(void)state;
	assert_non_null(row);
	for (size_t i = 0; i < N; i++)
		row[i] = (struct align_row){ "", "立户登记", "居民户口簿登记信息", "", METHOD_DATA_QUERY, i + 2 };
	assert_int_equal(align_list_of(row, N, &list, &f), 0);
	r = compare("330723", list);
	assert_int_equal(r->paired, 1);
	assert_int_equal(r->kind[ALIGN_EXTRA], N - 1);
	for (size_t i = 0; i < r->ndifferences; i++)
		repeated += r->difference[i].kind == ALIGN_EXTRA && r->difference[i].certainty == ALIGN_CERTAIN;
	assert_int_equal(repeated, N - 1);
	align_result_free(r);
	align_list_free(list);
	free(row);
}

static void
refused(const struct align_row *row, size_t n, enum fault_code code)
{
	struct align_list *list = NULL;
	struct align_result *r = NULL;
	struct fault f = FAULT_INIT;

	assert_int_equal(align_list_of(row, n, &list, &f), 0);
	assert_int_equal(align_compare(inv, inventory_division(inv, "330723"), NULL, 0, list, &r, &f), -1);
	assert_int_equal(f.code, code);
	assert_null(r);
	align_list_free(list);
}

/* As many as may be read, all the same: that is not a list. */
static void
half_a_million_identical_rows_are_refused(void **state)
{
	struct align_row *row = calloc(ALIGN_ROWS_MAX, sizeof(*row));

	(void)state;
	assert_non_null(row);
	for (size_t i = 0; i < ALIGN_ROWS_MAX; i++)
		row[i] = (struct align_row){ "", "立户登记", "居民户口簿登记信息", "", METHOD_DATA_QUERY, i + 2 };
	refused(row, ALIGN_ROWS_MAX, FAULT_ALIGN_DIFFERENT);
	free(row);
}

static void
a_list_of_something_else_is_refused(void **state)
{
	enum { N = 20000 };
	struct align_row *row = calloc(N, sizeof(*row));
	char (*name)[64] = calloc(N, sizeof(*name));

	(void)state;
	assert_true(row != NULL && name != NULL);
	for (size_t i = 0; i < N; i++) {
		snprintf(name[i], sizeof(name[i]), "第%zu号仓库货物", i);
		row[i] = (struct align_row){ "", name[i], "入库单", "", METHOD_COMMITMENT, i + 2 };
	}
	refused(row, N, FAULT_ALIGN_STRANGE);
	for (size_t i = 0; i < N; i++)
		row[i] = (struct align_row){ "", "立户登记", name[i], "", METHOD_COMMITMENT, i + 2 };
	refused(row, N, FAULT_ALIGN_STRANGE);
	free(row);
	free(name);
}

static void
an_empty_list_lacks_everything(void **state)
{
	struct align_list *list = NULL;
	struct align_result *r;
	struct fault f = FAULT_INIT;

	(void)state;
	assert_int_equal(align_list_of(NULL, 0, &list, &f), 0);
	r = compare("330723", list);
	/* Of no department is there a row: all are presumed to be the city's, and all are said. */
	assert_int_equal(r->nitems, 0);
	assert_int_equal(r->ndifferences, 0);
	assert_true(r->npresumed > 40);
	align_result_free(r);
	align_list_free(list);
}

static int
open_inventory(void **state)
{
	(void)state;
	inv = real_inventory();
	return 0;
}

static int
close_inventory(void **state)
{
	(void)state;
	inventory_unref(inv);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_list_has_its_totals),
		cmocka_unit_test(other_codes_and_another_order_change_nothing),
		cmocka_unit_test(what_is_said_of_a_department_counts),
		cmocka_unit_test(a_matter_of_the_city_brings_no_department_in),
		cmocka_unit_test(a_kept_list_is_read_back_as_the_same),
		cmocka_unit_test(identical_rows_are_one_item),
		cmocka_unit_test(half_a_million_identical_rows_are_refused),
		cmocka_unit_test(a_list_of_something_else_is_refused),
		cmocka_unit_test(an_empty_list_lacks_everything),
	};

	return cmocka_run_group_tests_name("compare", tests, open_inventory, close_inventory);
}

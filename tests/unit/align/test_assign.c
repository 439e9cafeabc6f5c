/* No assignment is worth more: held against all of them. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "align/assign.h"
#include "damage.h"

#define SIDE 6

/* The most that rows from r on can be worth with the columns that are left. */
static uint64_t
best(const uint32_t *worth, size_t rows, size_t columns, size_t r, unsigned taken)
{
	uint64_t most;

	if (r == rows)
		return 0;
	most = best(worth, rows, columns, r + 1, taken);
	for (size_t c = 0; c < columns; c++)
		if ((taken & 1u << c) == 0 && worth[r * columns + c] > 0) {
			uint64_t one = worth[r * columns + c] + best(worth, rows, columns, r + 1, taken | 1u << c);

			most = one > most ? one : most;
		}
	return most;
}

static uint64_t
sum(const uint32_t *worth, size_t rows, size_t columns, const size_t *column)
{
	unsigned taken = 0;
	uint64_t all = 0;

	for (size_t r = 0; r < rows; r++) {
		if (column[r] == SIZE_MAX)
			continue;
		assert_true(column[r] < columns && (taken & 1u << column[r]) == 0);
		assert_true(worth[r * columns + column[r]] > 0);
		taken |= 1u << column[r];
		all += worth[r * columns + column[r]];
	}
	return all;
}

static void
no_other_is_worth_more(void **state)
{
	uint32_t worth[SIDE * SIDE];
	size_t column[SIDE];

	(void)state;
	for (uint64_t seed = 0; seed < 20000; seed++) {
		struct dice d = { seed };
		size_t rows = 1 + dice_below(&d, SIDE), columns = 1 + dice_below(&d, SIDE);
		uint32_t most = seed % 3 == 0 ? 3 : 8000;

		for (size_t i = 0; i < rows * columns; i++)
			worth[i] = dice_chance(&d, 400) ? 0 : 1 + dice_below(&d, most);
		assert_int_equal(assign(worth, rows, columns, column), 0);
		assert_int_equal(sum(worth, rows, columns, column), best(worth, rows, columns, 0, 0));
	}
}

static void
nothing_is_worth_anything(void **state)
{
	const uint32_t worth[4] = { 0 };
	size_t column[2];

	(void)state;
	assert_int_equal(assign(worth, 2, 2, column), 0);
	assert_true(column[0] == SIZE_MAX && column[1] == SIZE_MAX);
	assert_int_equal(assign(worth, 0, 2, column), 0);
	assert_int_equal(assign(worth, 2, 0, column), 0);
}

/* From the most alike down, the first row would take the second one's only item. */
static void
the_greedy_answer_is_not_taken(void **state)
{
	const uint32_t worth[4] = { 900, 800, 850, 0 };
	size_t column[2];

	(void)state;
	assert_int_equal(assign(worth, 2, 2, column), 0);
	assert_int_equal(column[0], 1);
	assert_int_equal(column[1], 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_other_is_worth_more),
		cmocka_unit_test(nothing_is_worth_anything),
		cmocka_unit_test(the_greedy_answer_is_not_taken),
	};

	return cmocka_run_group_tests_name("assign", tests, NULL, NULL);
}

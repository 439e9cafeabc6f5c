/* Every allocation of building an index fails once: the fault says so, nothing is handed out, nothing leaks. */
#include "../flow/real.h"

#include <stdlib.h>
#include <string.h>

#include "../../fuzz/sections.h"
#include "find/find.h"

static size_t left;	/* allocations until one fails; 0: none fails */

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);

static int
fails(void)
{
	return left > 0 && --left == 0;
}

void *
__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *
__wrap_realloc(void *p, size_t size)
{
	return fails() ? NULL : __real_realloc(p, size);
}

static void
each_allocation_may_fail(void **state)
{
	struct buf text = BUF_INIT;
	struct fault f = FAULT_INIT;
	struct inventory_report report;
	struct inventory *inv = NULL;
	struct find *find = NULL;
	struct find_hit hit[FIND_HITS_MAX];
	struct sections s;
	size_t nth;

	(void)state;
	assert_int_equal(buf_read_file(&text, SMALL, BUF_MAX_DEFAULT, &f), 0);
	sections_split(text.data, text.len, &s);
	assert_int_equal(inventory_build(s.file, s.n, &inv, &report, &f), 0);
	for (nth = 1; find == NULL; nth++) {
		f = (struct fault)FAULT_INIT;
		left = nth;
		if (find_build(inv, &find, &f) < 0) {
			assert_null(find);
			assert_int_equal(f.code, FAULT_MEMORY);
		}
	}
	assert_true(nth > 15);
	/* Searching allocates nothing. */
	left = 1;
	assert_true(find_search(find, &(struct find_query){ .text = inv->matters[0].code,
	    .len = strlen(inv->matters[0].code), .kinds = FIND_BIT(FIND_MATTER), .limit = 5 }, hit) > 0);
	assert_int_equal(find_search(find, &(struct find_query){ .text = "zhvgmqng", .len = 8,
	    .kinds = FIND_BIT(FIND_MATTER), .limit = 5 }, hit), 0);
	assert_int_equal(left, 1);
	left = 0;
	find_unref(find);
	inventory_unref(inv);
	buf_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(each_allocation_may_fail) };

	return cmocka_run_group_tests_name("search memory", tests, NULL, NULL);
}

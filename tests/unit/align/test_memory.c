/* Every allocation of reading and comparing a list fails once: the fault says so, nothing is handed out, nothing leaks. */
#include "../flow/real.h"

#include <stdlib.h>
#include <string.h>

#include "../../fuzz/sections.h"
#include "align/align.h"

static size_t left;	/* allocations until one fails; 0: none fails */

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__real_reallocarray(void *p, size_t n, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *__wrap_reallocarray(void *p, size_t n, size_t size);

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

void *
__wrap_reallocarray(void *p, size_t n, size_t size)
{
	return fails() ? NULL : __real_reallocarray(p, n, size);
}

static struct inventory *
small_inventory(void)
{
	struct buf text = BUF_INIT;
	struct inventory_report report = { 0 };
	struct inventory *inv = NULL;
	struct fault f = FAULT_INIT;
	struct sections s;

	assert_int_equal(buf_read_file(&text, SMALL, BUF_MAX_DEFAULT, &f), 0);
	sections_split(text.data, text.len, &s);
	assert_int_equal(inventory_build(s.file, s.n, &inv, &report, &f), 0);
	buf_free(&text);
	return inv;
}

/* Of which each kind of difference comes, and a knot of two matters. */
static const char rows[] = "事项名称,证明名称,方式\n落户,户口证明,数据查询\n落户,本人收入证明,告知承诺\n"
    "不动产转移登记,收入证明,部门核验\n金东区不动产转移登记(买卖),亲属关系证明,部门核验\n临时救助審批,邻居签字,直接取消\n"
    "临时求助审批,亲属关系证明,部门核验\n种花,收入证明,部门核验\n";

static void
each_allocation_may_fail(void **state)
{
	struct inventory *inv = small_inventory();
	const struct division *county = inventory_division(inv, "330703");
	struct align_list *list = NULL;
	struct align_result *r = NULL;
	size_t nth;

	(void)state;
	for (nth = 1; list == NULL; nth++) {
		struct inventory_report report = { 0 };
		struct fault f = FAULT_INIT;

		left = nth;
		if (align_list_read("list", rows, sizeof(rows) - 1, &list, &report, &f) < 0) {
			assert_null(list);
			assert_int_equal(f.code, FAULT_MEMORY);
		}
		left = 0;
		inventory_report_free(&report);
	}
	assert_true(nth > 5);
	for (nth = 1; r == NULL; nth++) {
		struct fault f = FAULT_INIT;

		left = nth;
		if (align_compare(inv, county, NULL, 0, list, &r, &f) < 0) {
			assert_null(r);
			assert_int_equal(f.code, FAULT_MEMORY);
		}
		left = 0;
	}
	assert_true(nth > 40);
	assert_true(r->kind[ALIGN_MISSING] > 0 && r->kind[ALIGN_EXTRA] > 0 && r->kind[ALIGN_MATTER_NAME] > 0 &&
	    r->kind[ALIGN_PROOF_NAME] > 0 && r->kind[ALIGN_METHOD] > 0);
	align_result_free(r);
	align_list_free(list);
	inventory_unref(inv);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(each_allocation_may_fail) };

	return cmocka_run_group_tests_name("alignment memory", tests, NULL, NULL);
}

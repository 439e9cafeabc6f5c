/*
 * Every allocation fails once, and every piece of the arena: the fault says so, nothing is handed out, nothing leaks
 * (the sanitizers see that).  The inventory is small, so that each can have its turn.
 * Those of jansson are not among them: it does not tell lack of memory from bad text.
 */
#include "real.h"

#include <stdlib.h>
#include <string.h>

#include "../../fuzz/sections.h"
#include "flow/inventory_arena.h"

static size_t left;	/* allocations until one fails; 0: none fails */

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__real_arena_alloc(struct arena *a, size_t n, size_t size);
char *__real_arena_text(struct arena *a, const char *t, size_t len);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *__wrap_arena_alloc(struct arena *a, size_t n, size_t size);
char *__wrap_arena_text(struct arena *a, const char *t, size_t len);

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
__wrap_arena_alloc(struct arena *a, size_t n, size_t size)
{
	return fails() ? NULL : __real_arena_alloc(a, n, size);
}

char *
__wrap_arena_text(struct arena *a, const char *t, size_t len)
{
	return fails() ? NULL : __real_arena_text(a, t, len);
}

static struct buf text = BUF_INIT, events = BUF_INIT;

static int
load(void **state)
{
	struct fault f = FAULT_INIT;

	(void)state;
	return buf_read_file(&text, SMALL, BUF_MAX_DEFAULT, &f) < 0 ||
	    buf_read_file(&events, SMALL_EVENTS, BUF_MAX_DEFAULT, &f) < 0 ? -1 : 0;
}

static int
unload(void **state)
{
	(void)state;
	buf_free(&text);
	buf_free(&events);
	return 0;
}

/* Returns how many allocations there were until all went well; code is what the last says. */
static size_t
until_it_works(const struct sections *s, enum fault_code code)
{
	for (size_t nth = 1; nth < 100000; nth++) {
		struct inventory *inv = NULL;
		struct inventory_report report;
		struct fault f = FAULT_INIT;

		left = nth;
		inventory_build(s->file, s->n, &inv, &report, &f);
		if (left > 0) {
			left = 0;
			assert_int_equal(f.code, code);
			assert_true((inv != NULL) == (code == FAULT_NONE));
			inventory_unref(inv);
			inventory_report_free(&report);
			return nth - 1;
		}
		if (f.code != FAULT_MEMORY)
			fail_msg("allocation %zu: %s", nth, fault_name(f.code));
		assert_null(inv);
		inventory_report_free(&report);
	}
	return 0;
}

static void
each_allocation_may_fail(void **state)
{
	struct sections s;

	(void)state;
	sections_split(text.data, text.len, &s);
	assert_int_equal(s.n, REAL_FILES);
	assert_true(until_it_works(&s, FAULT_NONE) > 400);
}

/* With errors to report, what holds them may fail as well. */
static void
each_allocation_of_a_report_may_fail(void **state)
{
	struct sections s;

	(void)state;
	sections_split(text.data, text.len, &s);
	s.n--;
	assert_true(until_it_works(&s, FAULT_IMPORT_REFUSED) > 400);
}

/* Life events, right and wrong: half the file is no JSON, and one letter more is no matter. */
static void
each_allocation_of_life_events_may_fail(void **state)
{
	struct sections s;
	char *matter;

	(void)state;
	sections_split(text.data, text.len, &s);
	s.file[s.n++] = (struct inventory_file){ INVENTORY_EVENTS, events.data, events.len };
	assert_true(until_it_works(&s, FAULT_NONE) > 500);
	s.file[s.n - 1].len = events.len / 2;
	assert_true(until_it_works(&s, FAULT_IMPORT_REFUSED) > 400);
	s.file[s.n - 1].len = events.len;
	matter = strstr(events.data, "M-2");
	assert_non_null(matter);
	matter[2] = '3';
	assert_true(until_it_works(&s, FAULT_IMPORT_REFUSED) > 500);
	matter[2] = '2';
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_allocation_may_fail),
		cmocka_unit_test(each_allocation_of_a_report_may_fail),
		cmocka_unit_test(each_allocation_of_life_events_may_fail),
	};

	return cmocka_run_group_tests_name("inventory memory", tests, load, unload);
}

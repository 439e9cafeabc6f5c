/* Runs, pages and merges against the slow way; and what is damaged is noticed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "kinds.h"
#include "model.h"

#define RUN 500			/* entries written at a time */
#define RUNS 40
#define MAX 60

static const struct index_shape shape = { .page = 7, .fan = 3, .levels = 3 };
static const atomic_int go_on;
static enum kind kind;
static char dir[64], address[ADDRESS_MAX];
static struct store *store;
static struct store_reader *reader;
static struct model model;

static int
open_place(void **state)
{
	(void)state;
	model = (struct model){ 0 };
	snprintf(dir, sizeof(dir), "/tmp/wzm-run-XXXXXX");
	if (mkdtemp(dir) == NULL || kind_place(kind, dir, address) < 0 ||
	    store_open_index(address, &store, NULL) < 0)
		return -1;
	return store_reader_open(store, &reader, NULL);
}

static int
close_place(void **state)
{
	char command[128];

	(void)state;
	store_reader_close(reader);
	store_close(store);
	free(model.e);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

/* Random entries, some of them twice; the model has them too. */
static size_t
make_entries(struct index_entry *e, int64_t idx)
{
	for (size_t i = 0; i < RUN; i++) {
		struct model_entry m = { model_person(), model_random() % 2 ? INDEX_CASE : INDEX_RECORD,
			1 + model_random() % (RUN * RUNS), idx };
		uint8_t blind[16], id[16];

		model_blind(m.person, blind);
		model_id(m.id, id);
		e[i] = index_entry_make(blind, m.kind, id, "330703");
		model_add(&model, m);
	}
	return index_entry_sort(e, RUN);
}

static int
write_next(int64_t idx, struct fault *f)
{
	struct index_entry e[RUN];
	struct index_position p = { .log = "a", .next = idx + 1 };
	size_t n = make_entries(e, idx);

	return index_run_write(store, &shape, idx, &p, e, n, f);
}

static int
find(unsigned person, enum index_kind of, uint64_t before, size_t max, struct index_top *top,
    struct fault *f)
{
	uint8_t blind[16], id[16];
	struct index_entry e;
	struct index_run *run;
	size_t n;
	int rc = 0;

	model_blind(person, blind);
	model_id(before, id);
	e = index_entry_before(blind, of, before != UINT64_MAX ? id : NULL);
	top->n = 0;
	top->max = max;
	assert_int_equal(index_runs(reader, &run, &n, NULL), 0);
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = index_run_find(reader, &run[i], &e, top, f);
	free(run);
	return rc;
}

/* One question; the answers must be the model's. */
static void
ask(unsigned person, enum index_kind of, uint64_t before, size_t max)
{
	struct index_entry room[MAX + 1];
	struct index_top top = { .e = room };
	uint64_t right[MAX];
	size_t n = model_find(&model, person, of, before, INT64_MAX, right, max);

	assert_int_equal(find(person, of, before, max, &top, NULL), 0);
	assert_int_equal(top.n, n);
	for (size_t i = 0; i < n; i++) {
		struct index_hit hit = index_entry_hit(&top.e[i]);
		uint8_t id[16];

		model_id(right[i], id);
		assert_memory_equal(hit.id, id, sizeof(id));
		assert_string_equal(hit.division, "330703");
	}
}

static size_t
count_runs(int64_t *ret_levels)
{
	struct index_run *run;
	size_t n;

	*ret_levels = 0;
	assert_int_equal(index_runs(reader, &run, &n, NULL), 0);
	for (size_t i = 0; i < n; i++)
		if (run[i].level > *ret_levels)
			*ret_levels = run[i].level;
	free(run);
	return n;
}

static void
whatever_is_written_and_merged_the_answers_are_those_of_the_slow_way(void **state)
{
	int64_t level;

	(void)state;
	for (int64_t i = 0; i < RUNS; i++) {
		assert_int_equal(write_next(i, NULL), 1);
		while (index_runs_merge(store, reader, &shape, "a", &go_on, NULL) > 0)
			ask(0, INDEX_RECORD, UINT64_MAX, 5);
		for (size_t q = 0; q < 8; q++)
			ask(model_person(), q % 2 ? INDEX_CASE : INDEX_RECORD, q < 4 ? UINT64_MAX :
			    1 + model_random() % (RUN * RUNS), 1 + model_random() % MAX);
	}
	for (unsigned p = 0; p < PEOPLE; p++)
		for (size_t max = 1; max <= MAX; max += 1 + max)
			ask(p, INDEX_CASE, UINT64_MAX, max);
	/* 40 = 4 * 9 + 1 * 3 + 1 */
	assert_int_equal(count_runs(&level), 4 + 1 + 1);
	assert_int_equal(level, 2);
}

/* Page after page, each beginning behind the last one's end: everything, once. */
static void
pages_of_answers_leave_nothing_out(void **state)
{
	struct index_entry room[MAX + 1];
	struct index_top top = { .e = room };
	uint64_t *right = calloc(model.n, sizeof(*right)), before = UINT64_MAX;
	size_t n = model_find(&model, 0, INDEX_CASE, UINT64_MAX, INT64_MAX, right, model.n), seen = 0;

	(void)state;
	do {
		assert_int_equal(find(0, INDEX_CASE, before, MAX, &top, NULL), 0);
		for (size_t i = 0; i < top.n; i++) {
			struct index_hit hit = index_entry_hit(&top.e[i]);
			uint8_t id[16];

			before = right[seen++];
			model_id(before, id);
			assert_memory_equal(hit.id, id, sizeof(id));
		}
	} while (top.n > 0);
	assert_int_equal(seen, n);
	assert_true(n > 10 * MAX);
	free(right);
}

static void
a_run_from_a_position_that_has_moved_is_not_written(void **state)
{
	struct fault f = FAULT_INIT;
	struct model kept = model;
	int64_t level;
	size_t n = count_runs(&level), npositions;
	struct index_position *p;

	(void)state;
	assert_int_equal(write_next(RUNS - 1, &f), 0);
	assert_int_equal(f.code, FAULT_NONE);
	model.n = kept.n;
	assert_int_equal(count_runs(&level), n);
	assert_int_equal(index_positions(reader, &p, &npositions, NULL), 0);
	assert_int_equal(npositions, 1);
	assert_int_equal(p[0].next, RUNS);
	free(p);
	ask(0, INDEX_RECORD, UINT64_MAX, MAX);
}

static void
a_merge_that_is_told_to_stop_changes_nothing(void **state)
{
	static const atomic_int stop = 1;
	int64_t level;
	size_t n;

	(void)state;
	assert_int_equal(write_next(RUNS, NULL), 1);
	assert_int_equal(write_next(RUNS + 1, NULL), 1);
	n = count_runs(&level);
	assert_int_equal(index_runs_merge(store, reader, &shape, "a", &stop, NULL), 0);
	assert_int_equal(count_runs(&level), n);
	ask(0, INDEX_RECORD, UINT64_MAX, MAX);
	assert_int_equal(index_runs_merge(store, reader, &shape, "a", &go_on, NULL), 1);
	assert_true(count_runs(&level) < n);
	ask(0, INDEX_RECORD, UINT64_MAX, MAX);
}

/* Whatever happened to a page: a fault, never an answer from it. */
static void
a_damaged_page_is_noticed(void **state)
{
	static const char *const damage[] = {
		"content = substr(content, 1, length(content) - 1)",
		"content = substr(content, 1, length(content) - 39)",
		"content = substr(content, 2, length(content) - 1)",
		"content = substr(content, 1, 0)",
		"content = substr(content, 1, 8)",
		"content = (SELECT p.content FROM index_page p WHERE p.first > index_page.first ORDER BY first LIMIT 1)",
		"first = substr(first, 1, 38)",
	};
	struct index_entry room[MAX + 1];
	struct index_top top = { .e = room };

	(void)state;
	for (size_t i = 0; i < sizeof(damage) / sizeof(damage[0]); i++) {
		struct fault f = FAULT_INIT;
		char text[400];

		assert_int_equal(index_runs_clear(store, NULL), 0);
		for (int64_t k = 0; k < 3; k++)
			assert_int_equal(write_next(k, NULL), 1);
		assert_int_equal(find(0, INDEX_CASE, UINT64_MAX, MAX, &top, NULL), 0);
		/* The first page of a run holds something of the first of all people. */
		snprintf(text, sizeof(text), "UPDATE index_page SET %s WHERE start = 1 AND first ="
		    " (SELECT p.first FROM index_page p WHERE p.start = 1 ORDER BY p.first LIMIT 1)", damage[i]);
		assert_int_equal(kind_sql(address, text), 0);
		assert_int_equal(find(0, INDEX_CASE, UINT64_MAX, MAX, &top, &f), -1);
		assert_int_equal(f.code, FAULT_STORE);
		f = (struct fault)FAULT_INIT;
		assert_int_equal(index_runs_merge(store, reader, &shape, "a", &go_on, &f), -1);
		assert_int_equal(f.code, FAULT_STORE);
	}
}

static void
a_page_with_one_byte_changed_or_of_another_length_is_none(void **state)
{
	struct index_entry e[INDEX_PAGE_ENTRIES], back[INDEX_PAGE_ENTRIES];
	uint8_t room[2 * INDEX_PAGE_LEN] = { 0 };
	struct index_page page;
	size_t n;

	(void)state;
	for (size_t i = 0; i < INDEX_PAGE_ENTRIES; i++)
		for (size_t k = 0; k < INDEX_ENTRY_LEN; k++)
			e[i].b[k] = (uint8_t)model_random();
	n = index_entry_sort(e, INDEX_PAGE_ENTRIES);
	assert_int_equal(n, INDEX_PAGE_ENTRIES);
	index_page_make(e, n, &page);
	assert_int_equal(page.len, INDEX_PAGE_LEN);
	memcpy(room, page.content, page.len);
	for (size_t len = 0; len < sizeof(room); len++)
		assert_int_equal(index_page_read(room, len, back, &n, NULL), len == page.len ? 0 : -1);
	for (size_t i = 0; i < page.len; i++) {
		room[i] ^= (uint8_t)(1u << (i % 8));
		assert_int_equal(index_page_read(room, page.len, back, &n, NULL), -1);
		room[i] ^= (uint8_t)(1u << (i % 8));
	}
	assert_int_equal(index_page_read(room, page.len, back, &n, NULL), 0);
	assert_memory_equal(back, e, sizeof(e));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_is_written_and_merged_the_answers_are_those_of_the_slow_way),
		cmocka_unit_test(pages_of_answers_leave_nothing_out),
		cmocka_unit_test(a_run_from_a_position_that_has_moved_is_not_written),
		cmocka_unit_test(a_merge_that_is_told_to_stop_changes_nothing),
		cmocka_unit_test(a_damaged_page_is_noticed),
		cmocka_unit_test(a_page_with_one_byte_changed_or_of_another_length_is_none),
	};
	int failed;

	kind = KIND_SQLITE;
	failed = cmocka_run_group_tests_name("index_run, SQLite", tests, open_place, close_place);
	kind = KIND_PG;
	return failed + cmocka_run_group_tests_name("index_run, PostgreSQL", tests, open_place, close_place);
}

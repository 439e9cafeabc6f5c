/* Datasets: found by every value of a key set, opened nowhere else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "crypto/hash.h"
#include "source/dataset.h"

static char dir[64];
static struct store *store;
static struct store_reader *reader;
static struct seal *ring;

/* A row of the dataset people, found by its id_number. */
static void
put(int64_t id, const char *json, const char *number)
{
	struct dataset_input input = { "id_number", number };
	struct buf sealed = BUF_INIT;
	uint8_t index[BLIND_LEN];

	assert_int_equal(dataset_seal_row(ring, "people", id, json, strlen(json), &sealed, NULL), 0);
	dataset_blind(ring, "people", "id_number", &input, 1, index);
	assert_int_equal(store_exec(store, ST_DATASET_ROW_INSERT, PARAMS(sql_text("people"),
	    sql_int(id), sql_blob(sealed.data, sealed.len)), 1, NULL), 0);
	assert_int_equal(store_exec(store, ST_DATASET_KEY_INSERT, PARAMS(sql_text("people"),
	    sql_text("id_number"), sql_blob(index, sizeof(index)), sql_int(id)), 1, NULL), 0);
	buf_free(&sealed);
}

static int
fill(void **state)
{
	uint8_t wrapped[SEAL_WRAPPED_LEN];
	char path[128], keys[128];

	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/wzm-dataset-XXXXXX");
	if (crypto_start() < 0 || mkdtemp(dir) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/wzm.db", dir);
	snprintf(keys, sizeof(keys), "%s/keys", dir);
	if (seal_create(keys, NULL) < 0 || seal_open(keys, &ring, NULL) < 0 ||
	    seal_new_key(ring, 1, wrapped, NULL) < 0 ||
	    seal_add_key(ring, 1, wrapped, sizeof(wrapped), NULL) < 0 ||
	    store_open(path, STORE_CREATE, &store, NULL) < 0 ||
	    store_begin(store, NULL) < 0)
		return -1;
	assert_int_equal(store_exec(store, ST_DATASET_PUT, PARAMS(sql_text("people"), sql_text("x"),
	    sql_int(3), sql_int(1)), 1, NULL), 0);
	put(1, "{\"name\":\"甲\",\"status\":\"alive\"}", "1");
	put(2, "{\"name\":\"乙\",\"status\":\"deceased\"}", "1");
	put(3, "{\"name\":\"丙\",\"status\":\"alive\"}", "2");
	return store_commit(store, NULL) < 0 || store_reader_open(store, &reader, NULL) < 0;
}

static int
empty(void **state)
{
	char command[128];

	(void)state;
	store_reader_close(reader);
	store_close(store);
	seal_close(ring);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

static int
ask_of(const char *dataset, const char *name, const char *value, const struct jsonlogic *filter,
    json_t **ret_rows, struct fault *f)
{
	struct dataset_input input = { name, value };
	struct dataset_question q;

	assert_int_equal(dataset_question(reader, ring, dataset, &input, 1, &q, NULL), 0);
	return dataset_ask(reader, ring, &q, NULL, filter, ret_rows, f);
}

static size_t
ask(const char *name, const char *value, const struct jsonlogic *filter)
{
	struct fault f = FAULT_INIT;
	json_t *rows;
	size_t n;

	if (ask_of("people", name, value, filter, &rows, &f) < 0)
		fail_msg("%s", fault_name(f.code));
	n = json_array_size(rows);
	json_decref(rows);
	return n;
}

static void
rows_are_found_by_their_key_and_by_nothing_else(void **state)
{
	(void)state;
	assert_int_equal(ask("id_number", "1", NULL), 2);
	assert_int_equal(ask("id_number", "2", NULL), 1);
	assert_int_equal(ask("id_number", "3", NULL), 0);
	assert_int_equal(ask("id_number", "", NULL), 0);
	assert_int_equal(ask("name", "甲", NULL), 0);
}

static void
the_filter_runs_at_the_source(void **state)
{
	static const char text[] = "{\"==\":[{\"var\":\"status\"},\"alive\"]}";
	struct jsonlogic *filter;

	(void)state;
	assert_int_equal(jsonlogic_compile(text, strlen(text), &filter, NULL), 0);
	assert_int_equal(ask("id_number", "1", filter), 1);
	jsonlogic_free(filter);
}

/* Those that are kept back may decide whether a row counts. */
static void
only_what_is_asked_for_comes_back(void **state)
{
	static const char text[] = "{\"==\":[{\"var\":\"status\"},\"alive\"]}";
	static const char *const fields[] = { "name", NULL };
	struct dataset_input input = { "id_number", "1" };
	struct jsonlogic *filter;
	struct dataset_question q;
	json_t *rows, *row;
	size_t i;

	(void)state;
	assert_int_equal(jsonlogic_compile(text, strlen(text), &filter, NULL), 0);
	assert_int_equal(dataset_question(reader, ring, "people", &input, 1, &q, NULL), 0);
	for (int filtered = 0; filtered < 2; filtered++) {
		assert_int_equal(dataset_ask(reader, ring, &q, fields, filtered ? filter : NULL, &rows, NULL), 0);
		assert_int_equal(json_array_size(rows), filtered ? 1 : 2);
		json_array_foreach(rows, i, row) {
			assert_int_equal(json_object_size(row), 1);
			assert_true(json_is_string(json_object_get(row, "name")));
		}
		json_decref(rows);
	}
	jsonlogic_free(filter);
}

static void
a_dataset_that_was_never_imported_gives_a_fault_and_no_answer(void **state)
{
	struct fault f = FAULT_INIT;
	json_t *rows = NULL;

	(void)state;
	assert_int_equal(ask_of("nowhere", "id_number", "1", NULL, &rows, &f), -1);
	assert_int_equal(f.code, FAULT_SOURCE_FAULT);
	assert_null(rows);
}

static void
a_row_that_was_moved_does_not_open(void **state)
{
	struct buf sealed = BUF_INIT;
	struct fault f = FAULT_INIT;
	json_t *rows = NULL;

	(void)state;
	/* The bytes of another row's number under number 3. */
	assert_int_equal(dataset_seal_row(ring, "people", 1, "{}", 2, &sealed, NULL), 0);
	assert_int_equal(store_begin(store, NULL), 0);
	assert_int_equal(store_exec(store, ST_DATASET_ROWS_DELETE, PARAMS(sql_text("people")), 3,
	    NULL), 0);
	assert_int_equal(store_exec(store, ST_DATASET_ROW_INSERT, PARAMS(sql_text("people"),
	    sql_int(3), sql_blob(sealed.data, sealed.len)), 1, NULL), 0);
	assert_int_equal(store_commit(store, NULL), 0);
	assert_int_equal(ask_of("people", "id_number", "2", NULL, &rows, &f), -1);
	assert_int_equal(f.code, FAULT_SEAL_BROKEN);
	buf_free(&sealed);
}

static void
a_key_set_is_sorted_whatever_the_order_of_its_inputs(void **state)
{
	struct dataset_input one[] = { { "a", "1" }, { "b", "2" }, { "c", "3" } };
	struct dataset_input two[] = { { "c", "3" }, { "a", "1" }, { "b", "2" } };
	struct dataset_input split[] = { { "a", "12" }, { "b", "" }, { "c", "3" } };
	uint8_t x[BLIND_LEN], y[BLIND_LEN];
	char keyset[40], small[3];

	(void)state;
	assert_int_equal(dataset_keyset(one, 3, keyset, sizeof(keyset)), 0);
	assert_string_equal(keyset, "a,b,c");
	dataset_blind(ring, "people", keyset, one, 3, x);
	assert_int_equal(dataset_keyset(two, 3, keyset, sizeof(keyset)), 0);
	assert_string_equal(keyset, "a,b,c");
	dataset_blind(ring, "people", keyset, two, 3, y);
	assert_memory_equal(x, y, sizeof(x));
	dataset_blind(ring, "people", keyset, split, 3, y);
	assert_memory_not_equal(x, y, sizeof(x));
	assert_int_equal(dataset_keyset(one, 3, small, sizeof(small)), -1);
	dataset_blind(ring, "people", "n", &(struct dataset_input){ "n", "33070319921026975X" }, 1, x);
	dataset_blind(ring, "people", "n", &(struct dataset_input){ "n", " 33070319921026975x " }, 1, y);
	assert_memory_equal(x, y, sizeof(x));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_found_by_their_key_and_by_nothing_else),
		cmocka_unit_test(the_filter_runs_at_the_source),
		cmocka_unit_test(only_what_is_asked_for_comes_back),
		cmocka_unit_test(a_dataset_that_was_never_imported_gives_a_fault_and_no_answer),
		cmocka_unit_test(a_key_set_is_sorted_whatever_the_order_of_its_inputs),
		cmocka_unit_test(a_row_that_was_moved_does_not_open),
	};

	return cmocka_run_group_tests_name("dataset", tests, fill, empty);
}

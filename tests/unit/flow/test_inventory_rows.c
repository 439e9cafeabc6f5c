/* Rows as texts: each found by its key, and what differs between two versions is told, no more. */
#include "real.h"

#include <stdlib.h>
#include <string.h>

#include "flow/inventory_rows.h"

static struct inventory_rows *
read_text(const char *name, const char *text, struct fault *f)
{
	const struct inventory_file file = { name, text, strlen(text) };
	struct inventory_rows *rows = NULL;

	return inventory_rows_read(&file, &rows, f) == 0 ? rows : NULL;
}

static void
every_row_of_every_file_is_found_by_its_key(void **state)
{
	struct real r;

	(void)state;
	real_load(&r);
	for (size_t i = 0; i < REAL_FILES; i++) {
		struct inventory_rows *rows = NULL;
		const char *key, *second, *before = "";

		assert_int_equal(inventory_rows_read(&r.file[i], &rows, NULL), 0);
		assert_true(inventory_rows_count(rows) > 10);
		for (size_t k = 0; k < inventory_rows_count(rows); k++) {
			int64_t found;

			inventory_rows_key(rows, k, &key, &second);
			assert_true(strcmp(before, key) <= 0);
			found = inventory_rows_find(rows, key);
			assert_true(found >= 0 && (size_t)found <= k);
			assert_true(strcmp(before, key) == 0 || (size_t)found == k);
			assert_true(inventory_rows_same(rows, k, rows, k));
			assert_true(k == 0 || !inventory_rows_same(rows, k, rows, k - 1));
			before = key;
		}
		assert_int_equal(inventory_rows_find(rows, "~"), -1);
		assert_int_equal(inventory_rows_find(rows, ""), -1);
		assert_null(inventory_rows_cell(rows, 0, "no such column"));
		assert_null(inventory_rows_column(rows, 99));
		inventory_rows_free(rows);
	}
	real_free(&r);
}

static void
cells_are_found_by_name_in_whatever_order_the_columns_stand(void **state)
{
	struct inventory_rows *rows = read_text("divisions.csv",
	    "name,parent_code,code,level\n乙,330700,330702,county\n甲,,330700,city\n", NULL);

	(void)state;
	assert_non_null(rows);
	assert_int_equal(inventory_rows_count(rows), 2);
	assert_string_equal(inventory_rows_cell(rows, 0, "code"), "330700");
	assert_string_equal(inventory_rows_cell(rows, 1, "name"), "乙");
	assert_string_equal(inventory_rows_cell(rows, 1, "parent_code"), "330700");
	inventory_rows_free(rows);
}

static void
what_is_no_table_is_refused(void **state)
{
	static const struct { const char *name, *text; enum fault_code code; } bad[] = {
		{ "nowhere.csv", "code\n1\n", FAULT_STORE },
		{ "divisions.csv", "", FAULT_STORE },
		{ "divisions.csv", "code,name,level\n", FAULT_STORE },
		{ "divisions.csv", "code,name,level,parent_code\n\"1,2,3,4\n", FAULT_CSV_MALFORMED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct fault f = FAULT_INIT;

		assert_null(read_text(bad[i].name, bad[i].text, &f));
		assert_int_equal(f.code, bad[i].code);
	}
	/* A row that is too short has blank cells; what is in no column is left out. */
	inventory_rows_free(read_text("divisions.csv", "code,name,level,parent_code,x\n1\n1,2,3,4,5\n", NULL));
}

struct told { char text[4096]; size_t n; };

static int
tell(const struct inventory_change *c, void *ctx, struct fault *f)
{
	struct told *t = ctx;
	size_t len = strlen(t->text);

	(void)f;
	t->n++;
	snprintf(t->text + len, sizeof(t->text) - len, "%d %s %s/%s %s %s %s>%s\n", c->kind, c->file, c->key,
	    c->key2, c->name, c->column != NULL ? c->column : "", c->before != NULL ? c->before : "",
	    c->after != NULL ? c->after : "");
	return 0;
}

static int
stop(const struct inventory_change *c, void *ctx, struct fault *f)
{
	(void)c;
	++*(int *)ctx;
	fault_set(f, FAULT_LOGIC_LIMIT, "%s", "enough");
	return -1;
}

static void
every_difference_is_told_once_and_in_order(void **state)
{
	const struct inventory_file a[] = {
		{ "divisions.csv", "code,name,level,parent_code\n1,甲,city,\n2,乙,county,1\n3,丙,county,1\n", 0 },
		{ "bindings.csv", "service_code,input,source\nD,x,ask\nD,y,ask\n", 0 },
	}, b[] = {
		{ "bindings.csv", "service_code,input,source\nD,y,const:1\nE,x,ask\n", 0 },
		{ "divisions.csv", "level,code,name,parent_code\ncounty,4,丁,1\ncounty,2,乙乙,\ncity,1,甲,\n", 0 },
	};
	struct inventory_file x[2], y[2];
	struct told t = { "", 0 };
	int calls = 0;

	(void)state;
	for (int i = 0; i < 2; i++) {
		x[i] = (struct inventory_file){ a[i].name, a[i].text, strlen(a[i].text) };
		y[i] = (struct inventory_file){ b[i].name, b[i].text, strlen(b[i].text) };
	}
	assert_int_equal(inventory_diff(x, 2, y, 2, tell, &t, NULL), 0);
	assert_string_equal(t.text,
	    "2 divisions.csv 2/ 乙乙 name 乙>乙乙\n"
	    "2 divisions.csv 2/ 乙乙 parent_code 1>\n"
	    "1 divisions.csv 3/ 丙  >\n"
	    "0 divisions.csv 4/ 丁  >\n"
	    "1 bindings.csv D/x   >\n"
	    "2 bindings.csv D/y  source ask>const:1\n"
	    "0 bindings.csv E/x   >\n");
	/* Of a version with a file and one without it every row came, or went. */
	t = (struct told){ "", 0 };
	assert_int_equal(inventory_diff(x, 0, y, 2, tell, &t, NULL), 0);
	assert_int_equal(t.n, 5);
	assert_int_equal(inventory_diff(x, 2, y, 2, stop, &calls, NULL), -1);
	assert_int_equal(calls, 1);
}

static void
a_version_does_not_differ_from_itself(void **state)
{
	struct told t = { "", 0 };
	struct real r;

	(void)state;
	real_load(&r);
	assert_int_equal(inventory_diff(r.file, REAL_FILES, r.file, REAL_FILES, tell, &t, NULL), 0);
	assert_int_equal(t.n, 0);
	real_free(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_of_every_file_is_found_by_its_key),
		cmocka_unit_test(cells_are_found_by_name_in_whatever_order_the_columns_stand),
		cmocka_unit_test(what_is_no_table_is_refused),
		cmocka_unit_test(every_difference_is_told_once_and_in_order),
		cmocka_unit_test(a_version_does_not_differ_from_itself),
	};

	return cmocka_run_group_tests_name("inventory_rows", tests, NULL, NULL);
}

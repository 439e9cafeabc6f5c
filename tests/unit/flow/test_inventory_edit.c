/* Edits of files: what they name changes, nothing else does, and what comes of them is built as an import is. */
#include "real.h"

#include <stdlib.h>
#include <string.h>

#include "flow/inventory_edit.h"

static struct buf
edited(const char *name, const char *text, const struct inventory_edit *edit, size_t n,
    struct fault *f)
{
	const struct inventory_file file = { name, text, strlen(text) };
	struct buf out = BUF_INIT;

	if (inventory_edit_file(&file, edit, n, &out, f) < 0)
		buf_free(&out);
	return out;
}

static void
rows_and_columns_stay_in_the_order_of_the_file(void **state)
{
	static const struct inventory_edit edit[] = {
		{ INVENTORY_CHANGED, "divisions.csv", "330702", NULL, "name", "丙,\"丁\"" },
		{ INVENTORY_REMOVED, "divisions.csv", "330700", NULL, NULL, NULL },
		{ INVENTORY_ADDED, "divisions.csv", "330703", "", NULL, NULL },
		{ INVENTORY_CHANGED, "divisions.csv", "330703", NULL, "level", "county" },
		{ INVENTORY_CHANGED, "agencies.csv", "330702", NULL, "name", "of another file" },
	};
	struct buf out = edited("divisions.csv", "name,parent_code,code,level\r\n乙,330700,330702,county\r\n"
	    "甲,,330700,city\r\n", edit, 5, NULL);

	(void)state;
	assert_string_equal(out.data, "name,parent_code,code,level\n\"丙,\"\"丁\"\"\",330700,330702,county\n"
	    ",,330703,county\n");
	buf_free(&out);
}

static void
a_row_that_was_removed_can_be_added_again_and_a_key_may_have_two_columns(void **state)
{
	static const struct inventory_edit edit[] = {
		{ INVENTORY_REMOVED, "parties.csv", "M-1", "child", NULL, NULL },
		{ INVENTORY_ADDED, "parties.csv", "M-1", "child", NULL, NULL },
		{ INVENTORY_CHANGED, "parties.csv", "M-1", "child", "label", "孩子" },
		{ INVENTORY_CHANGED, "parties.csv", "M-1", "applicant", "label", "本人" },
	};
	struct buf out = edited("parties.csv", "matter_code,role,kind,required,label\nM-1,child,person,yes,子\n"
	    "M-1,applicant,person,yes,申请人\n", edit, 4, NULL);

	(void)state;
	assert_string_equal(out.data, "matter_code,role,kind,required,label\nM-1,applicant,person,yes,本人\n"
	    "M-1,child,,,孩子\n");
	buf_free(&out);
}

static void
what_cannot_be_done_is_said(void **state)
{
	static const struct inventory_edit bad[] = {
		{ INVENTORY_CHANGED, "divisions.csv", "330799", NULL, "name", "x" },
		{ INVENTORY_REMOVED, "divisions.csv", "330799", NULL, NULL, NULL },
		{ INVENTORY_ADDED, "divisions.csv", "330700", NULL, NULL, NULL },
		{ INVENTORY_CHANGED, "divisions.csv", "330700", NULL, "colour", "x" },
		{ INVENTORY_CHANGED, "divisions.csv", "330700", NULL, "code", "x" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct fault f = FAULT_INIT;
		struct buf out = edited("divisions.csv", "code,name,level,parent_code\n330700,甲,city,\n", &bad[i],
		    1, &f);

		assert_int_equal(f.code, FAULT_INVENTORY_EDIT);
		assert_null(out.data);
	}
}

static void
life_events_change_in_the_text_that_is_named(void **state)
{
	static const struct inventory_edit edit[] = {
		{ INVENTORY_CHANGED, INVENTORY_EVENTS, "LE-1", "S2", "agency_code", "B" },
		{ INVENTORY_CHANGED, INVENTORY_EVENTS, "LE-1", "", "name", "新" },
		{ INVENTORY_CHANGED, INVENTORY_EVENTS, "LE-1", "", "lead_agency_code", "B" },
	};
	static const struct inventory_edit bad[] = {
		{ INVENTORY_CHANGED, INVENTORY_EVENTS, "LE-1", "S3", "agency_code", "B" },
		{ INVENTORY_CHANGED, INVENTORY_EVENTS, "LE-2", "", "name", "B" },
		{ INVENTORY_CHANGED, INVENTORY_EVENTS, "LE-1", "", "n", "B" },
		{ INVENTORY_REMOVED, INVENTORY_EVENTS, "LE-1", "", NULL, NULL },
	};
	const char *text = "[{\"code\":\"LE-1\",\"name\":\"旧\",\"n\":12345678901,\"steps\":["
	    "{\"code\":\"S1\",\"agency_code\":\"A\"},{\"code\":\"S2\",\"agency_code\":\"A\"}]}]";
	struct fault f = FAULT_INIT;
	struct buf out = edited(INVENTORY_EVENTS, text, edit, 3, NULL);

	(void)state;
	assert_non_null(strstr(out.data, "\"name\": \"新\""));
	assert_non_null(strstr(out.data, "\"n\": 12345678901"));
	assert_non_null(strstr(out.data, "\"lead_agency_code\": \"B\""));
	assert_non_null(strstr(strstr(out.data, "\"S1\""), "\"agency_code\": \"A\""));
	assert_non_null(strstr(strstr(out.data, "\"S2\""), "\"agency_code\": \"B\""));
	buf_free(&out);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		f = (struct fault)FAULT_INIT;
		out = edited(INVENTORY_EVENTS, text, &bad[i], 1, &f);
		assert_int_equal(f.code, FAULT_INVENTORY_EDIT);
		assert_null(out.data);
	}
}

struct seen { size_t n; char last[200]; };

static int
see(const struct inventory_change *c, void *ctx, struct fault *f)
{
	struct seen *s = ctx;

	(void)f;
	s->n++;
	snprintf(s->last, sizeof(s->last), "%s %s %s %s", c->file, c->key, c->column, c->after);
	return 0;
}

/* Whatever the file: written anew it says the same, and one edit is one difference. */
static void
every_file_of_the_reference_data_says_the_same_but_for_the_edit(void **state)
{
	struct real r;

	(void)state;
	real_load(&r);
	for (size_t i = 0; i < REAL_FILES; i++) {
		struct inventory_file after[REAL_FILES];
		struct buf out = BUF_INIT;
		struct seen seen = { 0 };

		memcpy(after, r.file, sizeof(after));
		assert_int_equal(inventory_edit_file(&r.file[i], NULL, 0, &out, NULL), 0);
		after[i].text = out.data;
		after[i].len = out.len;
		assert_int_equal(inventory_diff(r.file, REAL_FILES, after, REAL_FILES, see, &seen, NULL), 0);
		assert_int_equal(seen.n, 0);
		buf_free(&out);
	}
	real_free(&r);
}

static void
an_edited_version_is_built(void **state)
{
	static const struct inventory_edit edit = { INVENTORY_CHANGED, "agencies.csv", "330700-GA", NULL, "name",
		"金华市公安局(新)" };
	struct inventory_report report;
	struct inventory *inv;
	struct buf out = BUF_INIT;
	struct real r;
	size_t at = real_file("agencies.csv");

	(void)state;
	real_load(&r);
	assert_true(inventory_edits_name(&edit, 1, "agencies.csv"));
	assert_false(inventory_edits_name(&edit, 1, "items.csv"));
	assert_int_equal(inventory_edit_file(&r.file[at], &edit, 1, &out, NULL), 0);
	r.file[at].text = out.data;
	r.file[at].len = out.len;
	assert_int_equal(inventory_build(r.file, REAL_FILES, &inv, &report, NULL), 0);
	assert_string_equal(inventory_agency(inv, "330700-GA")->name, "金华市公安局(新)");
	inventory_unref(inv);
	buf_free(&out);
	real_free(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_and_columns_stay_in_the_order_of_the_file),
		cmocka_unit_test(a_row_that_was_removed_can_be_added_again_and_a_key_may_have_two_columns),
		cmocka_unit_test(what_cannot_be_done_is_said),
		cmocka_unit_test(life_events_change_in_the_text_that_is_named),
		cmocka_unit_test(every_file_of_the_reference_data_says_the_same_but_for_the_edit),
		cmocka_unit_test(an_edited_version_is_built),
	};

	return cmocka_run_group_tests_name("inventory_edit", tests, NULL, NULL);
}

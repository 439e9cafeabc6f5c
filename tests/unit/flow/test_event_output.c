/*
 * Results of steps: which of them are taken, where a rule takes them from, and what the steps that take
 * them make of a value.  The inventory is small.
 */
#include "real.h"

#include <string.h>

#include "../../fuzz/sections.h"
#include "flow/evaluate.h"
#include "flow/event_definition.h"

#define TODAY 20000	/* 2024-10-04 */

/*
 * X1 gives what X2 takes in every way; X2, decided by a rule, hands "passed_on" on to X3, which answers
 * by it and has it as a number.
 */
static const char events[] = "[{\"code\": \"LE-X\", \"name\": \"安家\", \"promised_minutes_total\": 60,"
    "\"critical_path_minutes\": 60, \"form\": ["
    "{\"name\": \"name\", \"label\": \"姓名\", \"type\": \"string\", \"required\": true},"
    "{\"name\": \"id_number\", \"label\": \"号码\", \"type\": \"id18\", \"required\": true},"
    "{\"name\": \"phone\", \"label\": \"电话\", \"type\": \"string\", \"required\": true},"
    "{\"name\": \"other_id\", \"label\": \"号码\", \"type\": \"id18\", \"required\": false},"
    "{\"name\": \"other_name\", \"label\": \"姓名\", \"type\": \"string\", \"required\": false}],"
    "\"confirm\": [{\"code\": \"other\", \"label\": \"配偶\", \"type\": \"citizen_id\", \"number\": \"form.other_id\","
    " \"name\": \"form.other_name\", \"before\": [\"X3\", \"X1\"]}],"
    "\"steps\": [{\"code\": \"X1\", \"matter_code\": \"M-1\", \"matter_name\": \"落户\", \"agency_code\": \"330700-GA\","
    " \"depends_on\": [], \"auto\": false, \"outside\": true, \"promised_minutes\": 20, \"inputs\": [],"
    " \"parties\": {\"applicant\": {\"type\": \"citizen_id\", \"number\": \"form.id_number\", \"name\": \"form.name\"}},"
    " \"outputs\": [\"id\", \"card\", \"called\", \"years\", \"kinds\", \"passport\", \"note\", \"twice\"]},"
    "{\"code\": \"X2\", \"matter_code\": \"M-2\", \"matter_name\": \"过户\", \"agency_code\": \"330700-ZG\","
    " \"depends_on\": [\"X1\"], \"auto\": true, \"promised_minutes\": 20, \"inputs\": [],"
    " \"answers\": {\"age\": \"X1.years\", \"types\": \"X1.kinds\", \"cert_number\": \"X1.card\"},"
    " \"parties\": {\"applicant\": {\"type\": \"citizen_id\", \"number\": \"X1.id\", \"name\": \"X1.called\"},"
    " \"seller\": {\"type\": \"passport\", \"number\": \"X1.twice\", \"name\": \"X1.twice\"}},"
    " \"outputs\": [\"passed_on\", \"by_phone\", \"fixed\", \"number\", \"unsaid\"],"
    " \"gives\": {\"passed_on\": \"X1.passport\", \"by_phone\": \"form.phone\", \"fixed\": \"const:a|b\", \"number\": \"case.number\"}},"
    "{\"code\": \"X3\", \"matter_code\": \"M-2\", \"matter_name\": \"过户\", \"agency_code\": \"330700-ZG\","
    " \"depends_on\": [\"X2\"], \"auto\": false, \"promised_minutes\": 20, \"inputs\": [\"X2.number\"],"
    " \"answers\": {\"types\": \"X2.fixed\", \"cert_number\": \"X2.passed_on\", \"age\": \"const:7\"},"
    " \"parties\": {\"applicant\": {\"type\": \"passport\", \"number\": \"X2.passed_on\", \"name\": \"form.name\"},"
    " \"seller\": {\"type\": \"none\", \"name\": \"form.name\"}}, \"outputs\": []}]}]";

enum { X1, X2, X3 };

static struct buf text = BUF_INIT;
static struct inventory *inv;
static const struct event *event;

static int
load(void **state)
{
	struct fault f = FAULT_INIT;
	struct inventory_report report;
	struct sections s;

	(void)state;
	if (buf_read_file(&text, SMALL, BUF_MAX_DEFAULT, &f) < 0)
		return -1;
	sections_split(text.data, text.len, &s);
	s.file[s.n++] = (struct inventory_file){ INVENTORY_EVENTS, events, strlen(events) };
	if (inventory_build(s.file, s.n, &inv, &report, &f) < 0) {
		print_error("%s: %s\n", report.n > 0 ? report.error[0].column : "",
		    report.n > 0 ? report.error[0].reason[LANG_EN] : "");
		return -1;
	}
	event = inventory_event(inv, "LE-X");
	return event == NULL ? -1 : 0;
}

static int
unload(void **state)
{
	(void)state;
	inventory_unref(inv);
	buf_free(&text);
	return 0;
}

static size_t
output(size_t step, const char *name)
{
	const struct event_step *s = &event->steps[step];

	for (size_t i = 0; i < s->noutputs; i++)
		if (strcmp(s->outputs[i], name) == 0)
			return i;
	fail_msg("no output %s", name);
	return 0;
}

/* Its normal form. */
static const char *
taken(size_t step, const char *name, const char *value)
{
	static char normal[EVALUATE_VALUE_MAX];
	struct fault f = FAULT_INIT;

	if (event_check_output(event, step, output(step, name), value, TODAY, normal, &f) < 0)
		fail_msg("%s = %s: %s", name, value, fault_name(f.code));
	return normal;
}

static void
refused(size_t step, const char *name, const char *value, enum fault_code code)
{
	char normal[EVALUATE_VALUE_MAX], said[400], begin[40];
	struct fault f = FAULT_INIT;

	assert_int_equal(event_check_output(event, step, output(step, name), value, TODAY, normal, &f), -1);
	assert_int_equal(f.code, code);
	fault_text(&f, LANG_ZH, 0, said, sizeof(said));
	snprintf(begin, sizeof(begin), "%s", name);
	if (strncmp(said, begin, strlen(begin)) != 0)
		fail_msg("%s", said);
}

static void
an_identifier_is_checked_and_brought_to_its_normal_form(void **state)
{
	(void)state;
	assert_string_equal(taken(X1, "id", "11010519491231002x"), "11010519491231002X");
	assert_string_equal(taken(X1, "id", " 110105 19491231 002X"), "11010519491231002X");
	refused(X1, "id", "11010519491231002", FAULT_IDENT_LENGTH);
	refused(X1, "id", "110105194912310021", FAULT_IDENT_CHECK);
	refused(X1, "id", "", FAULT_FIELD_VALUE);
}

static void
a_name_is_one_and_where_a_result_is_both_the_number_counts(void **state)
{
	char longest[EVALUATE_TEXT_MAX + 1];

	(void)state;
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_string_equal(taken(X1, "called", "  王  小明 "), "王 小明");
	refused(X1, "called", longest, FAULT_NAME_INVALID);
	assert_string_equal(taken(X1, "twice", "e 1234 5678"), "E12345678");
	refused(X1, "twice", "e1", FAULT_IDENT_LENGTH);
}

static void
what_answers_a_field_is_a_value_of_it(void **state)
{
	(void)state;
	assert_string_equal(taken(X1, "years", "-18"), "-18");
	refused(X1, "years", "18.5", FAULT_FIELD_VALUE);
	refused(X1, "years", "eighteen", FAULT_FIELD_VALUE);
	refused(X1, "years", "9999999999999999", FAULT_FIELD_VALUE);
	assert_string_equal(taken(X1, "kinds", "a|c"), "a|c");
	refused(X1, "kinds", "a|d", FAULT_FIELD_VALUE);
	assert_string_equal(taken(X1, "card", "任何 text"), "任何 text");
}

/* X2 hands it on to X3, where it is the number of a passport: X1 is told at once. */
static void
what_is_handed_on_is_held_against_those_who_take_it_in_the_end(void **state)
{
	(void)state;
	assert_string_equal(taken(X1, "passport", "E12345678"), "E12345678");
	refused(X1, "passport", "E1", FAULT_IDENT_LENGTH);
	refused(X2, "passed_on", "E1", FAULT_IDENT_LENGTH);
	assert_string_equal(taken(X2, "passed_on", "e12345678"), "E12345678");
}

static void
what_nobody_makes_anything_of_is_a_short_text(void **state)
{
	char longest[EVALUATE_TEXT_MAX + 2];

	(void)state;
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_string_equal(taken(X1, "note", longest + 1), longest + 1);
	refused(X1, "note", longest, FAULT_FIELD_VALUE);
	refused(X1, "note", "", FAULT_FIELD_VALUE);
	refused(X1, "note", "  ", FAULT_FIELD_VALUE);
	refused(X1, "note", "a\nb", FAULT_FIELD_VALUE);
	refused(X1, "note", "a\tb", FAULT_FIELD_VALUE);
	assert_string_equal(taken(X2, "number", "330700-2026-000001"), "330700-2026-000001");
}

static void
each_type_of_field_knows_its_values(void **state)
{
	static const char *const values[] = { "a", "b", NULL };
	static const struct { enum value_type type; const char *yes, *no; } cases[] = {
		{ VALUE_BOOLEAN, "true", "yes" }, { VALUE_BOOLEAN, "false", "False" }, { VALUE_ENUM, "b", "c" },
		{ VALUE_ENUM_LIST, "b|a", "a,b" },
		{ VALUE_ENUM_LIST, "", "a|" }, { VALUE_ENUM_LIST, "a", "b|a|b" }, { VALUE_DATE, "2024-02-29", "2023-02-29" },
		{ VALUE_INTEGER, "0", "-" }, { VALUE_INTEGER, "-7", "1." }, { VALUE_NUMBER, "1.5", ".5" },
		{ VALUE_NUMBER, "-2", "1.5.2" }, { VALUE_STRING, "x", "" }, { VALUE_MONTH, "2024-01", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct field field = { .name = "f", .type = cases[i].type, .values = values };

		assert_true(event_is_value(&field, cases[i].yes));
		assert_false(event_is_value(&field, cases[i].no));
	}
}

static void
what_another_step_takes_is_known(void **state)
{
	const struct event_step *x1 = &event->steps[X1], *x2 = &event->steps[X2];

	(void)state;
	for (size_t i = 0; i < x1->noutputs; i++)
		assert_int_equal(x1->output_used[i], strcmp(x1->outputs[i], "note") != 0);
	assert_true(x2->output_used[output(X2, "passed_on")] && x2->output_used[output(X2, "fixed")] &&
	    x2->output_used[output(X2, "number")]);
	assert_false(x2->output_used[output(X2, "by_phone")] || x2->output_used[output(X2, "unsaid")]);
}

static void
a_rule_takes_results_from_what_the_step_then_uses(void **state)
{
	const struct event_source *gives = event->steps[X2].gives;
	const struct event_plan_step *plan = event->plan->step;

	(void)state;
	assert_int_equal(gives[output(X2, "passed_on")].kind, EVENT_FROM_STEP);
	assert_int_equal(gives[output(X2, "passed_on")].output, output(X1, "passport"));
	assert_int_equal(gives[output(X2, "fixed")].kind, EVENT_CONST);
	assert_string_equal(gives[output(X2, "fixed")].value, "a|b");
	assert_int_equal(gives[output(X2, "number")].kind, EVENT_CASE_NUMBER);
	assert_string_equal(gives[output(X2, "number")].text, "case.number");
	assert_null(gives[output(X2, "unsaid")].text);
	for (size_t i = 0; i < event->steps[X1].noutputs; i++)
		assert_null(event->steps[X1].gives[i].text);
	/* Only gives has form.phone. */
	assert_int_equal(gives[output(X2, "by_phone")].form, 2);
	assert_true(event_set_has(&plan[X2].reads, 2) && event_set_has(&plan[X2].needs, 2));
	assert_false(event_set_has(&plan[X1].reads, 2) || event_set_has(&plan[X3].reads, 2));
	assert_true(event->steps[X1].outside && !event->steps[X2].outside && !event->steps[X3].outside);
}

/* The steps that wait need it as they need a field; no page asks for it. */
static void
a_confirmation_is_one_more_place_in_the_form(void **state)
{
	const struct event_confirm *c = event->confirms;
	const struct event_field *place = &event->form[c->field];

	(void)state;
	assert_int_equal(event->nconfirms, 1);
	assert_int_equal(c->field, event->nform - 1);
	assert_int_equal(event->plan->nform, event->nform);
	assert_string_equal(place->field.name, "confirmed.other");
	assert_string_equal(place->field.label, "配偶");
	assert_int_equal(place->field.type, VALUE_BOOLEAN);
	assert_true(place->confirms && place->required && !place->own);
	for (size_t i = 0; i < c->field; i++)
		assert_false(event->form[i].confirms);
	assert_string_equal(c->code, "other");
	assert_int_equal(c->type, IDENT_CITIZEN_ID);
	assert_string_equal(event->form[c->number.form].field.name, "other_id");
	assert_string_equal(event->form[c->name.form].field.name, "other_name");
	for (size_t i = X1; i <= X3; i++) {
		assert_int_equal(event_set_has(&event->plan->step[i].needs, c->field), i != X2);
		assert_int_equal(event_set_has(&event->plan->step[i].reads, c->field), i != X2);
	}
	/* The first step's agency leads where the file does not say. */
	assert_string_equal(event->lead->code, "330700-GA");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_identifier_is_checked_and_brought_to_its_normal_form),
		cmocka_unit_test(a_name_is_one_and_where_a_result_is_both_the_number_counts),
		cmocka_unit_test(what_answers_a_field_is_a_value_of_it),
		cmocka_unit_test(what_is_handed_on_is_held_against_those_who_take_it_in_the_end),
		cmocka_unit_test(what_nobody_makes_anything_of_is_a_short_text),
		cmocka_unit_test(each_type_of_field_knows_its_values),
		cmocka_unit_test(what_another_step_takes_is_known),
		cmocka_unit_test(a_rule_takes_results_from_what_the_step_then_uses),
		cmocka_unit_test(a_confirmation_is_one_more_place_in_the_form),
	};

	return cmocka_run_group_tests_name("event_output", tests, load, unload);
}

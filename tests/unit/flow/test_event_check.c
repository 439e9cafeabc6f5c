/*
 * Life events as data: the ten of the reference data are what they are meant to be, and each slip
 * in a definition is named by event, step and member, in both languages.
 */
#include "real.h"

#include <string.h>

#include "event_slips.h"
#include "flow/event_definition.h"

#define NSLIPS (sizeof(event_slips) / sizeof(event_slips[0]))
#define ALL (REAL_FILES + 1)

static struct real real;
static struct buf text = BUF_INIT;
static struct inventory_file files[ALL];

static int
load(void **state)
{
	(void)state;
	real_load(&real);
	real_read(INVENTORY_EVENTS, &text);
	memcpy(files, real.file, sizeof(real.file));
	files[REAL_FILES] = (struct inventory_file){ INVENTORY_EVENTS, text.data, text.len };
	return 0;
}

static int
unload(void **state)
{
	(void)state;
	real_free(&real);
	buf_free(&text);
	return 0;
}

/* Builds with one file replaced. */
static enum fault_code
build_with(const char *name, const char *with, size_t len, struct inventory_report *ret_report)
{
	struct inventory_file changed[ALL];
	struct inventory *inv = NULL;
	struct fault f = FAULT_INIT;

	memcpy(changed, files, sizeof(files));
	for (size_t i = 0; i < ALL; i++)
		if (strcmp(changed[i].name, name) == 0)
			changed[i] = (struct inventory_file){ name, with, len };
	if (inventory_build(changed, ALL, &inv, ret_report, &f) == 0)
		inventory_unref(inv);
	return f.code;
}

static struct inventory *
build(void)
{
	struct inventory *inv = NULL;
	struct inventory_report report;
	struct fault f = FAULT_INIT;

	if (inventory_build(files, ALL, &inv, &report, &f) < 0)
		fail_msg("%s: %s", report.n > 0 ? report.error[0].column : "",
		    report.n > 0 ? report.error[0].reason[LANG_EN] : "");
	return inv;
}

static void
each_slip_is_named_by_event_step_and_member(void **state)
{
	(void)state;
	for (size_t i = 0; i < NSLIPS; i++) {
		const struct event_slip *s = &event_slips[i];
		const char *whole = strcmp(s->in, INVENTORY_EVENTS) == 0 ? text.data :
		    real.file[real_file(s->in)].text;
		const char *at = strstr(whole, s->find);
		struct inventory_report report;
		struct buf changed = BUF_INIT;

		if (at == NULL)
			fail_msg("%s has no \"%s\"", s->in, s->find);
		buf_add(&changed, whole, (size_t)(at - whole));
		buf_str(&changed, s->put);
		buf_str(&changed, at + strlen(s->find));
		assert_int_equal(build_with(s->in, changed.data, changed.len, &report), FAULT_IMPORT_REFUSED);
		assert_string_equal(report.error[0].file, s->in);
		assert_string_equal(report.error[0].column, s->column);
		assert_string_equal(report.error[0].value, s->value);
		assert_string_equal(report.error[0].reason[LANG_ZH], s->reason[LANG_ZH]);
		assert_string_equal(report.error[0].reason[LANG_EN], s->reason[LANG_EN]);
		assert_string_equal(report.error[0].suggestion, s->suggestion);
		assert_int_equal(report.total, s->total);
		inventory_report_free(&report);
		buf_free(&changed);
	}
}

/* Whoever adds a kind of error shows how it comes about. */
static void
every_kind_of_error_has_an_example(void **state)
{
	static const enum problem kinds[] = {
#define INVENTORY_ERROR(sym, zh, en, next_zh, next_en) PROBLEM_##sym,
#include "flow/event_errors.def"
#undef INVENTORY_ERROR
	};

	(void)state;
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		size_t i = 0;

		while (i < NSLIPS && event_slips[i].problem != kinds[k])
			i++;
		if (i == NSLIPS)
			fail_msg("no example of problem %zu of event_errors.def", k);
	}
}

/* A file that breaks off anywhere is an error, never a crash, and so is whatever else is no list. */
static void
what_is_no_list_of_events_is_refused(void **state)
{
	static const char *const wrong[] = { "", " ", "{}", "7", "null", "[", "[1]", "[[]]", "[{}]", "[null]",
		"[{\"code\":\"A\",\"form\":[],\"steps\":[]}]", "[{\"steps\":[{},1,{}]}]", "[\"\xff\"]", "[\"\\u0000\"]",
		"[{\"code\":{},\"form\":{},\"steps\":{}}]", "[{\"steps\":[{\"parties\":[],\"inputs\":{}}]}]" };
	struct inventory_report report;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(build_with(INVENTORY_EVENTS, wrong[i], strlen(wrong[i]), &report),
		    FAULT_IMPORT_REFUSED);
		inventory_report_free(&report);
	}
	for (size_t len = 1; len < text.len - 2; len += 997) {
		assert_int_equal(build_with(INVENTORY_EVENTS, text.data, len, &report), FAULT_IMPORT_REFUSED);
		assert_int_equal(report.total, 1);
		inventory_report_free(&report);
	}
	/* Only the length is looked at. */
	assert_int_equal(build_with(INVENTORY_EVENTS, text.data, EVENT_BYTES_MAX + 1, &report),
	    FAULT_IMPORT_REFUSED);
	inventory_report_free(&report);
}

static void
too_much_is_refused(void **state)
{
	struct buf many = BUF_INIT_MAX(EVENT_BYTES_MAX);
	struct inventory_report report;

	(void)state;
	buf_str(&many, "[{}");
	for (int i = 0; i < EVENTS_MAX; i++)
		buf_str(&many, ",{}");
	buf_str(&many, "]");
	assert_int_equal(build_with(INVENTORY_EVENTS, many.data, many.len, &report), FAULT_IMPORT_REFUSED);
	assert_string_equal(report.error[0].reason[LANG_EN], "There may be at most 500");
	inventory_report_free(&report);
	buf_clear(&many);
	buf_str(&many, "[{\"code\":\"A\",\"name\":\"B\",\"promised_minutes_total\":9,\"critical_path_minutes\":9,\"form\":[");
	for (int i = 0; i <= EVENT_FORM_MAX; i++)
		buf_fmt(&many, "%s{\"name\":\"f%d\",\"label\":\"F\",\"type\":\"string\",\"required\":true}", i > 0 ? "," : "", i);
	buf_str(&many, "],\"steps\":[1");
	for (int i = 0; i < EVENT_STEPS_MAX; i++)
		buf_str(&many, ",{}");
	buf_str(&many, "]}]");
	assert_int_equal(build_with(INVENTORY_EVENTS, many.data, many.len, &report), FAULT_IMPORT_REFUSED);
	assert_int_equal(report.total, 2);
	assert_string_equal(report.error[0].column, "A/form");
	assert_string_equal(report.error[0].reason[LANG_EN], "There may be at most 256");
	assert_string_equal(report.error[1].column, "A/steps");
	assert_string_equal(report.error[1].reason[LANG_EN], "There may be at most 200");
	inventory_report_free(&report);
	buf_free(&many);
}

static void
without_the_file_there_are_no_events(void **state)
{
	struct inventory *inv = real_inventory();

	(void)state;
	assert_int_equal(inv->nevents, 0);
	assert_null(inventory_event(inv, "LE-NEWBORN"));
	inventory_unref(inv);
}

static const struct event_step *
step(const struct event *e, const char *code)
{
	for (size_t i = 0; i < e->nsteps; i++)
		if (strcmp(e->steps[i].code, code) == 0)
			return &e->steps[i];
	fail_msg("no step %s", code);
	return NULL;
}

static const struct event_party *
party(const struct event_step *s, const char *role)
{
	for (size_t i = 0; i < s->nparties; i++)
		if (strcmp(s->parties[i].rule->role, role) == 0)
			return &s->parties[i];
	return NULL;
}

static const struct event_source *
answer(const struct event_step *s, const char *field)
{
	for (size_t i = 0; i < s->nanswers; i++)
		if (strcmp(s->answers[i].field->name, field) == 0)
			return &s->answers[i].from;
	return NULL;
}

static void
the_ten_events_are_read_and_their_paths_add_up(void **state)
{
	struct inventory *inv = build();

	(void)state;
	assert_int_equal(inv->nevents, 10);
	for (size_t i = 0; i < inv->nevents; i++) {
		const struct event *e = &inv->events[i];
		struct event_times times;

		assert_ptr_equal(inventory_event(inv, e->code), e);
		event_plan_times(e->plan, &times);
		assert_int_equal(times.total, e->critical_minutes);
		assert_true(times.total <= e->promised_minutes);
		for (size_t s = 0; s < e->nsteps; s++) {
			assert_int_equal(e->steps[s].nanswers, e->steps[s].matter->nfields);
			assert_ptr_equal(e->steps[s].agency, e->steps[s].matter->agency);
			for (size_t p = 0; p < e->steps[s].matter->nparties; p++)
				if (e->steps[s].matter->parties[p].required)
					assert_non_null(party(&e->steps[s], e->steps[s].matter->parties[p].role));
		}
	}
	inventory_unref(inv);
}

/* A child has no number, then a birth certificate, then a number of its own. */
static void
parties_come_from_the_form_and_from_earlier_results(void **state)
{
	struct inventory *inv = build();
	const struct event *e = inventory_event(inv, "LE-NEWBORN");
	const struct event_party *child;

	(void)state;
	assert_int_equal(party(step(e, "NB1"), "child")->type, IDENT_NONE);
	child = party(step(e, "NB2"), "child");
	assert_int_equal(child->type, IDENT_BIRTH_CERTIFICATE);
	assert_int_equal(child->number.kind, EVENT_FROM_STEP);
	assert_string_equal(e->steps[child->number.step].code, "NB1");
	child = party(step(e, "NB3"), "child");
	assert_int_equal(child->type, IDENT_CITIZEN_ID);
	assert_string_equal(child->number.text, "NB2.child_id_number");
	assert_string_equal(e->form[child->name.form].field.name, "child_name");
	assert_int_equal(party(step(inventory_event(inv, "LE-ENTERPRISE"), "EN1"), "applicant")->type, IDENT_NONE);
	assert_int_equal(party(step(inventory_event(inv, "LE-ENTERPRISE"), "EN2"), "applicant")->type, IDENT_USCC);
	inventory_unref(inv);
}

/* What the conditions of the steps read and nothing supplies is asked on the one form. */
static void
the_form_is_worked_out(void **state)
{
	struct inventory *inv = build();
	const struct event *e = inventory_event(inv, "LE-NEWBORN");
	const struct event_step *nb2 = step(e, "NB2");

	(void)state;
	assert_int_equal(e->nown, 14);
	assert_int_equal(e->nform, 16);
	assert_string_equal(e->form[14].field.name, "hukou_city");
	assert_string_equal(e->form[14].field.label, "户籍所在设区市代码");
	assert_true(e->form[14].required && !e->form[14].own);
	assert_string_equal(answer(nb2, "birth_cert_number")->text, "NB1.birth_cert_number");
	assert_string_equal(e->form[answer(nb2, "marital_status")->form].field.name, "marital_status");
	assert_string_equal(answer(step(e, "NB7"), "apply_reason")->value, "first");
	assert_true(event_set_has(&e->plan->step[1].uses, 0));
	/* The father's number is read but not needed. */
	assert_true(event_set_has(&e->plan->step[0].reads, 7));
	assert_false(event_set_has(&e->plan->step[0].needs, 7));
	assert_int_equal(inventory_event(inv, "LE-FLEXIBLE")->nform, inventory_event(inv, "LE-FLEXIBLE")->nown);
	/* An own field that a matter reads is required, also where the file says otherwise. */
	e = inventory_event(inv, "LE-DISABLED");
	for (size_t i = 0; i < e->nform; i++)
		if (strcmp(e->form[i].field.name, "hardship_types") == 0)
			assert_true(e->form[i].own && e->form[i].required);
	inventory_unref(inv);
}

/* Of the ten only one waits for somebody's own word, and only one step is done elsewhere. */
static void
who_leads_and_who_confirms_is_read(void **state)
{
	static const char find[] = "\"code\": \"LE-NEWBORN\",";
	const char *at = strstr(text.data, find);
	struct inventory *inv = build();
	struct inventory_file kept = files[REAL_FILES];
	struct buf changed = BUF_INIT;
	const struct event *e;
	size_t confirms = 0, outside = 0;

	(void)state;
	for (size_t i = 0; i < inv->nevents; i++) {
		e = &inv->events[i];
		assert_ptr_equal(e->lead, e->steps[0].agency);
		confirms += e->nconfirms;
		for (size_t s = 0; s < e->nsteps; s++)
			outside += (size_t)e->steps[s].outside;
	}
	assert_int_equal(confirms, 1);
	assert_int_equal(outside, 1);
	assert_true(step(inventory_event(inv, "LE-ENTERPRISE"), "EN5")->outside);
	e = inventory_event(inv, "LE-NEWBORN");
	assert_string_equal(e->confirms[0].code, "father");
	assert_true(event_set_has(&e->plan->step[1].needs, e->confirms[0].field));
	/* Whether he has to is not known before the form is filled in: his number is optional. */
	assert_false(e->form[e->confirms[0].number.form].required);
	inventory_unref(inv);

	assert_non_null(at);
	buf_add(&changed, text.data, (size_t)(at - text.data));
	buf_str(&changed, "\"lead_agency_code\": \"330700-GA\", ");
	buf_str(&changed, at);
	files[REAL_FILES].text = changed.data;
	files[REAL_FILES].len = changed.len;
	inv = build();
	files[REAL_FILES] = kept;
	assert_string_equal(inventory_event(inv, "LE-NEWBORN")->lead->code, "330700-GA");
	inventory_unref(inv);
	buf_free(&changed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_slip_is_named_by_event_step_and_member),
		cmocka_unit_test(every_kind_of_error_has_an_example),
		cmocka_unit_test(what_is_no_list_of_events_is_refused),
		cmocka_unit_test(too_much_is_refused),
		cmocka_unit_test(without_the_file_there_are_no_events),
		cmocka_unit_test(the_ten_events_are_read_and_their_paths_add_up),
		cmocka_unit_test(parties_come_from_the_form_and_from_earlier_results),
		cmocka_unit_test(the_form_is_worked_out),
		cmocka_unit_test(who_leads_and_who_confirms_is_read),
	};

	return cmocka_run_group_tests_name("event_check", tests, load, unload);
}

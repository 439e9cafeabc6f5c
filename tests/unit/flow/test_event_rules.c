/*
 * What the scheduler of life events does with one step and another, by a graph that can be read; the laws
 * that hold for all graphs are in test_event_run.c.
 */
#include "event_graph.h"

/* Single rules, by a graph that can be read: b uses a, c comes after b without using it, d uses b and c. */

enum { A, B, C, D };

static void
make_four(void)
{
	size_t circle[N], n;

	memset(&plan, 0, sizeof(plan));
	memset(&g, 0, sizeof(g));
	plan.nsteps = g.n = 4;
	plan.nform = g.nform = FIELDS;
	link_steps(B, A, 1);
	link_steps(C, B, 0);
	link_steps(D, B, 1);
	link_steps(D, C, 1);
	g.reads[B][0] = g.needs[B][0] = g.reads[B][1] = 1;
	event_set_add(&plan.step[B].reads, 0);
	event_set_add(&plan.step[B].reads, 1);
	event_set_add(&plan.step[B].needs, 0);
	close_graph();
	assert_int_equal(event_plan_close(&plan, circle, &n), 0);
	begin_run();
}

static void
expect(const char *a, const char *b, const char *c, const char *d)
{
	assert_string_equal(event_state_name(run.step[A].state), a);
	assert_string_equal(event_state_name(run.step[B].state), b);
	assert_string_equal(event_state_name(run.step[C].state), c);
	assert_string_equal(event_state_name(run.step[D].state), d);
}

static void
done(size_t step, int changed)
{
	struct event_happened h = about(EVENT_GOT_DONE, step);

	h.changed = changed;
	assert_int_equal(happen(h), EVENT_TAKEN);
}

static void
a_step_waits_for_the_fields_that_it_needs_and_for_no_others(void **state)
{
	(void)state;
	make_four();
	expect("waiting", "waiting", "waiting", "waiting");
	supply(0, 0);
	expect("running", "waiting", "waiting", "waiting");
	done(A, 1);
	expect("done", "waiting", "waiting", "waiting");
	supply(0, 1);
	expect("done", "running", "waiting", "waiting");
	/* An optional field that comes later is news: it begins again. */
	supply(1, 2);
	expect("done", "running", "waiting", "waiting");
	assert_int_equal(run.step[B].attempt, 2);
}

static void
what_is_said_of_an_attempt_that_is_over_changes_nothing(void **state)
{
	struct event_happened old;

	(void)state;
	make_four();
	supply(0, 2);
	old = about(EVENT_GOT_DONE, A);
	done(A, 1);
	assert_int_equal(happen(old), EVENT_OVER);
	old = about(EVENT_GOT_DONE, B);
	supply(1, 2);
	assert_int_equal(happen(old), EVENT_OVER);
	old.attempt = 7;
	assert_int_equal(happen(old), EVENT_NO_SUCH);
	old.attempt = 0;
	assert_int_equal(happen(old), EVENT_NO_SUCH);
	old.step = 4;
	assert_int_equal(happen(old), EVENT_NO_SUCH);
	old = about(EVENT_GOT_LATE, B);
	assert_int_equal(happen(old), EVENT_TAKEN);
	assert_int_equal(actions.n, 1);
	assert_int_equal(actions.action[0].order, EVENT_TELL);
	assert_int_equal(happen(old), EVENT_OVER);
}

static void
the_applicant_is_asked_once_with_everything(void **state)
{
	struct event_happened back;

	(void)state;
	make_four();
	supply(0, 1);
	done(A, 1);
	back = about(EVENT_GOT_RETURNED, B);
	assert_int_equal(happen(back), EVENT_NO_SUCH);	/* nothing is missing */
	event_set_add(&back.fields, 0);
	event_set_add(&back.fields, 1);
	assert_int_equal(happen(back), EVENT_TAKEN);
	supply(0, 1);
	expect("done", "returned", "waiting", "waiting");
	supply(1, 2);
	expect("done", "running", "waiting", "waiting");
	back.attempt = run.step[B].attempt;
	assert_int_equal(happen(back), EVENT_ONLY_ONCE);
	/* A corrected result of another step makes it a new question. */
	assert_int_equal(happen(about(EVENT_CORRECT, A)), EVENT_TAKEN);
	back.attempt = run.step[B].attempt;
	assert_int_equal(happen(back), EVENT_TAKEN);
}

static void
what_is_skipped_takes_along_only_what_uses_it(void **state)
{
	(void)state;
	make_four();
	supply(0, 1);
	done(A, 1);
	assert_int_equal(happen(about(EVENT_GOT_FAILED, B)), EVENT_TAKEN);
	expect("done", "failed", "waiting", "waiting");
	assert_int_equal(happen(about(EVENT_SKIP, B)), EVENT_TAKEN);
	expect("done", "skipped", "running", "skipped");
	assert_int_equal(run.step[D].because, B);
	assert_int_equal(happen(about(EVENT_RETRY, D)), EVENT_NOT_NOW);
	assert_int_equal(happen(about(EVENT_RETRY, B)), EVENT_TAKEN);
	expect("done", "running", "running", "waiting");
	done(C, 1);
	done(B, 1);
	expect("done", "done", "done", "running");
	/* What has a result keeps it when it is put away while it is done anew. */
	assert_int_equal(happen(about(EVENT_CORRECT, A)), EVENT_TAKEN);
	expect("done", "running", "done", "running");
	assert_int_equal(happen(about(EVENT_SKIP, B)), EVENT_TAKEN);
	expect("done", "done", "done", "running");
	assert_int_equal(desk[D].starts, 1);
}

static void
a_desk_takes_over_and_stays(void **state)
{
	(void)state;
	make_four();
	assert_int_equal(happen(about(EVENT_REPLACE, B)), EVENT_TAKEN);
	supply(0, 1);
	done(A, 1);
	expect("done", "replaced", "waiting", "waiting");
	assert_int_equal(happen(about(EVENT_REPLACE, B)), EVENT_NOT_NOW);
	assert_int_equal(happen(about(EVENT_GOT_FAILED, B)), EVENT_TAKEN);
	assert_int_equal(happen(about(EVENT_RETRY, B)), EVENT_TAKEN);
	expect("done", "replaced", "waiting", "waiting");
}

static void
names_of_states_are_read_back(void **state)
{
	enum event_state s;

	(void)state;
	for (int i = 0; i < EVENT_NSTATES; i++) {
		assert_int_equal(event_state_parse(event_state_name((enum event_state)i), &s), 0);
		assert_int_equal(s, i);
		assert_false(event_state_may(s, s));
		assert_false(event_state_may(EVENT_WITHDRAWN, s));
	}
	assert_int_equal(event_state_parse("ready", &s), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_step_waits_for_the_fields_that_it_needs_and_for_no_others),
		cmocka_unit_test(what_is_said_of_an_attempt_that_is_over_changes_nothing),
		cmocka_unit_test(the_applicant_is_asked_once_with_everything),
		cmocka_unit_test(what_is_skipped_takes_along_only_what_uses_it),
		cmocka_unit_test(a_desk_takes_over_and_stays),
		cmocka_unit_test(names_of_states_are_read_back),
	};

	return cmocka_run_group_tests_name("event_rules", tests, NULL, NULL);
}

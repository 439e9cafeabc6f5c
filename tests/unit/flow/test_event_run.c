/*
 * The scheduler of life events, held against a second one that is written another way: the graph as a
 * matrix, what comes before what by repeated closing, times by recursion.  Time is virtual.
 */
#include "event_graph.h"

#define GRAPHS 2000
#define NEVER INT64_MAX

/* Random numbers, the same each time. */
static uint64_t seed;

static uint64_t
next(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static size_t
below(size_t n)
{
	return (size_t)(next() % n);
}

static int
chance(size_t percent)
{
	return below(100) < percent;
}

static void
make_graph(size_t number)
{
	size_t rank[N], dense = 1 + below(6), circle[N], n;

	seed = 0x9e3779b97f4a7c15u * (number + 1);
	memset(&plan, 0, sizeof(plan));
	memset(&g, 0, sizeof(g));
	plan.nsteps = g.n = number % 50 == 0 ? N : 1 + below(number % 11 == 0 ? N / 2 : 30);
	plan.nform = g.nform = FIELDS;
	for (size_t i = 0; i < g.n; i++) {	/* the order in which they may depend: any */
		size_t k = below(i + 1);

		rank[i] = rank[k];
		rank[k] = i;
	}
	for (size_t i = 0; i < g.n; i++) {
		g.minutes[i] = plan.step[i].minutes = 1 + (int64_t)below(1000);
		for (size_t k = 0; rank[i] > 0 && k < below(dense + 1); k++) {
			size_t want = below(rank[i]), from = 0;

			while (rank[from] != want)
				from++;
			link_steps(i, from, chance(60));
		}
		for (size_t k = 0; k < FIELDS; k++) {
			g.reads[i][k] = (uint8_t)chance(15);
			g.needs[i][k] = g.reads[i][k] && chance(50);
			if (g.reads[i][k])
				event_set_add(&plan.step[i].reads, k);
			if (g.needs[i][k])
				event_set_add(&plan.step[i].needs, k);
		}
	}
	close_graph();
	assert_int_equal(event_plan_close(&plan, circle, &n), 0);
}

/* The plan alone */

static int64_t memo[N], memo_settled[N];

/* The longest way to the end of a step, by recursion. */
static int64_t
longest_to(size_t i)
{
	int64_t start = 0;

	if (memo[i] >= 0)
		return memo[i];
	for (size_t d = 0; d < g.n; d++)
		if (g.after[i][d] && longest_to(d) > start)
			start = longest_to(d);
	return memo[i] = start + g.minutes[i];
}

/* The longest way from the beginning of a step to the end of all. */
static int64_t
longest_from(size_t i)
{
	int64_t rest = 0;

	if (memo_settled[i] >= 0)
		return memo_settled[i];
	for (size_t d = 0; d < g.n; d++)
		if (g.after[d][i] && longest_from(d) > rest)
			rest = longest_from(d);
	return memo_settled[i] = rest + g.minutes[i];
}

static void
the_critical_path_is_the_longest_way(void **state)
{
	static struct event_times t;

	(void)state;
	for (size_t number = 0; number < GRAPHS; number++) {
		int64_t total = 0, sum = 0;

		make_graph(number);
		memset(memo, -1, sizeof(memo));
		memset(memo_settled, -1, sizeof(memo_settled));
		event_plan_times(&plan, &t);
		for (size_t i = 0; i < g.n; i++)
			total = longest_to(i) > total ? longest_to(i) : total;
		assert_int_equal(t.total, total);
		for (size_t i = 0; i < g.n; i++) {
			assert_int_equal(t.step[i].end, longest_to(i));
			assert_int_equal(t.step[i].start, longest_to(i) - g.minutes[i]);
			assert_int_equal(t.step[i].latest_start, total - longest_from(i));
			for (size_t d = 0; d < g.n; d++)
				assert_int_equal(event_set_has(&plan.before[i], d), g.before[i][d]);
		}
		for (size_t k = 0; k < t.npath; k++) {
			sum += g.minutes[t.path[k]];
			assert_int_equal(t.step[t.path[k]].start, t.step[t.path[k]].latest_start);
			assert_true(k == 0 || g.after[t.path[k]][t.path[k - 1]]);
		}
		assert_int_equal(sum, total);
	}
}

static void
a_circle_is_found_and_each_of_it_comes_before_the_next(void **state)
{
	size_t circle[N], n;

	(void)state;
	for (size_t number = 0; number < GRAPHS; number++) {
		size_t a, b;

		make_graph(number);
		a = below(g.n);
		for (b = 0; b < g.n && !g.before[b][a]; b++)
			;
		if (b == g.n)
			b = a;
		event_set_add(&plan.step[a].after, b);
		assert_int_equal(event_plan_close(&plan, circle, &n), -1);
		assert_true(n > 0 && n <= g.n);
		for (size_t k = 0; k < n; k++)
			assert_true(event_set_has(&plan.step[circle[(k + 1) % n]].after, circle[k]));
	}
}

/* The step whose work ends first; g.n if none is under way. */
static size_t
first_due(void)
{
	size_t first = g.n;

	for (size_t i = 0; i < g.n; i++)
		if (desk[i].due != NEVER && (first == g.n || desk[i].due < desk[first].due))
			first = i;
	return first;
}

/* With desks for everybody, nothing waits longer than it must */

static void
run_plainly(void)
{
	size_t i;

	begin_run();
	supply(0, FIELDS);
	for (;;) {
		for (i = 0; i < g.n; i++)
			desk[i].due = desk[i].live != 0 ? desk[i].started + g.minutes[i] : NEVER;
		if ((i = first_due()) == g.n)
			break;
		now = desk[i].due;
		assert_int_equal(happen(about(EVENT_GOT_DONE, i)), EVENT_TAKEN);
	}
}

static void
each_step_starts_the_moment_it_can_and_all_takes_the_critical_path(void **state)
{
	(void)state;
	for (size_t number = 0; number < GRAPHS; number++) {
		int64_t total = 0;

		make_graph(number);
		memset(memo, -1, sizeof(memo));
		run_plainly();
		assert_true(run.finished);
		assert_int_equal(finishes, 1);
		for (size_t i = 0; i < g.n; i++) {
			total = longest_to(i) > total ? longest_to(i) : total;
			assert_int_equal(desk[i].starts, 1);
			assert_int_equal(desk[i].started, longest_to(i) - g.minutes[i]);
			assert_int_equal(desk[i].settled, longest_to(i));
		}
		assert_int_equal(now, total);
	}
}

/* Failures, returns, replacements, skips: each step's fate is drawn beforehand */

enum turn { TURN_DONE, TURN_FAIL_RETRY, TURN_FAIL_SKIP, TURN_FAIL_REPLACE, TURN_RETURN, TURN_WITHDRAW };

static struct fate { enum turn turn; int64_t delay; } fate[N];

static void
draw_fates(void)
{
	for (size_t i = 0; i < g.n; i++) {
		size_t reads = 0;

		for (size_t k = 0; k < FIELDS; k++)
			reads += g.reads[i][k];
		fate[i].turn = chance(60) ? TURN_DONE : (enum turn)(1 + below(5));
		if (reads == 0 && fate[i].turn == TURN_RETURN)
			fate[i].turn = TURN_WITHDRAW;
		fate[i].delay = 1 + (int64_t)below(500);
	}
}

static int64_t reference_settled(size_t i);
static int gives_result(size_t i);

static int8_t blocked_memo[N];

static int
is_blocked(size_t i)
{
	int yes = 0;

	if (blocked_memo[i] >= 0)
		return blocked_memo[i];
	for (size_t d = 0; d < g.n && !yes; d++)
		yes = g.uses[i][d] && !gives_result(d);
	return blocked_memo[i] = (int8_t)yes;
}

static int
gives_result(size_t i)
{
	return fate[i].turn != TURN_FAIL_SKIP && fate[i].turn != TURN_WITHDRAW && !is_blocked(i);
}

static int64_t
reference_started(size_t i)
{
	int64_t start = 0;

	for (size_t d = 0; d < g.n; d++)
		if (g.before[i][d] && reference_settled(d) > start)
			start = reference_settled(d);
	return start;
}

static int64_t
reference_settled(size_t i)
{
	int64_t when = NEVER;

	if (memo[i] >= 0)
		return memo[i];
	if (is_blocked(i)) {
		/* It is skipped with the first that will not give what it uses. */
		for (size_t d = 0; d < g.n; d++)
			if (g.uses[i][d] && !gives_result(d) && reference_settled(d) < when)
				when = reference_settled(d);
		return memo[i] = when;
	}
	when = reference_started(i) + g.minutes[i];
	if (fate[i].turn == TURN_FAIL_RETRY || fate[i].turn == TURN_FAIL_REPLACE || fate[i].turn == TURN_RETURN)
		when += fate[i].delay + g.minutes[i];
	else if (fate[i].turn == TURN_FAIL_SKIP || fate[i].turn == TURN_WITHDRAW)
		when += fate[i].delay;
	return memo[i] = when;
}

/* What the first attempt ends in; the second is done. */
static void
end_attempt(size_t i)
{
	struct event_happened h = about(EVENT_GOT_DONE, i);

	if (desk[i].starts == 1 && fate[i].turn == TURN_RETURN) {
		h.what = EVENT_GOT_RETURNED;
		h.fields = plan.step[i].reads;
	} else if (desk[i].starts == 1 && fate[i].turn != TURN_DONE) {
		h.what = EVENT_GOT_FAILED;
	}
	assert_int_equal(happen(h), EVENT_TAKEN);
	desk[i].due = h.what == EVENT_GOT_DONE ? NEVER : now + fate[i].delay;
}

static void
decide(size_t i)
{
	static const enum event_happening what[] = { [TURN_FAIL_RETRY] = EVENT_RETRY,
		[TURN_FAIL_SKIP] = EVENT_SKIP, [TURN_FAIL_REPLACE] = EVENT_REPLACE, [TURN_WITHDRAW] = EVENT_WITHDRAW };

	assert_int_equal(happen(about(what[fate[i].turn], i)), EVENT_TAKEN);
	desk[i].due = NEVER;
}

/*
 * A returned step is answered by supplying its fields; others read them too and would be done
 * again.  So here each step has a field of its own kind in mind: nobody else reads what is
 * returned, as the fields of this test are given to one step each.
 */
static void
own_fields(void)
{
	memset(g.reads, 0, sizeof(g.reads));
	memset(g.needs, 0, sizeof(g.needs));
	for (size_t i = 0; i < g.n; i++) {
		plan.step[i].reads = plan.step[i].needs = (struct event_set){ 0 };
		if (i >= FIELDS)
			continue;
		g.reads[i][i] = g.needs[i][i] = 1;
		event_set_add(&plan.step[i].reads, i);
		event_set_add(&plan.step[i].needs, i);
	}
}

static void
run_fates(void)
{
	size_t i;

	begin_run();
	for (i = 0; i < g.n; i++)
		desk[i].due = NEVER;
	supply(0, FIELDS);
	for (;;) {
		for (i = 0; i < g.n; i++)
			if (desk[i].live != 0 && desk[i].due == NEVER)
				desk[i].due = desk[i].started + g.minutes[i];
		if ((i = first_due()) == g.n)
			break;
		now = desk[i].due;
		if (desk[i].live != 0) {
			end_attempt(i);
		} else if (run.step[i].state == EVENT_RETURNED) {
			desk[i].due = NEVER;
			supply(i, i + 1);
		} else {
			decide(i);
		}
	}
}

static void
what_depends_waits_or_is_skipped_and_the_rest_goes_on(void **state)
{
	(void)state;
	for (size_t number = 0; number < GRAPHS; number++) {
		make_graph(number);
		own_fields();
		draw_fates();
		memset(memo, -1, sizeof(memo));
		memset(blocked_memo, -1, sizeof(blocked_memo));
		run_fates();
		assert_true(run.finished);
		assert_int_equal(finishes, 1);
		for (size_t i = 0; i < g.n; i++) {
			enum event_state want = is_blocked(i) || fate[i].turn == TURN_FAIL_SKIP ? EVENT_SKIPPED :
			    fate[i].turn == TURN_WITHDRAW ? EVENT_WITHDRAWN : EVENT_DONE;
			uint32_t starts = is_blocked(i) ? 0 : fate[i].turn == TURN_FAIL_RETRY ||
			    fate[i].turn == TURN_FAIL_REPLACE || fate[i].turn == TURN_RETURN ? 2 : 1;

			assert_int_equal(run.step[i].state, want);
			assert_int_equal(desk[i].starts, starts);
			assert_int_equal(desk[i].settled, reference_settled(i));
		}
	}
}

/* A result that is corrected flows on to what used it, and nowhere else */

static int corrected_step, gives_other[N];
static uint8_t corrected_field[FIELDS];
static int8_t redone_memo[N];

static int
is_redone(size_t i)
{
	int yes = 0;

	if (redone_memo[i] >= 0)
		return redone_memo[i];
	for (size_t k = 0; k < FIELDS; k++)
		yes |= g.reads[i][k] && corrected_field[k];
	for (size_t d = 0; d < g.n && !yes; d++)
		yes = g.uses[i][d] && ((int)d == corrected_step || (is_redone(d) && gives_other[d]));
	return redone_memo[i] = (int8_t)yes;
}

static int64_t
redone_end(size_t i)
{
	int64_t start = 0;

	if (memo[i] >= 0)
		return memo[i];
	for (size_t d = 0; d < g.n; d++)
		if (g.before[i][d] && is_redone(d) && redone_end(d) > start)
			start = redone_end(d);
	return memo[i] = start + g.minutes[i];
}

static void
work_until_all_is_done(void)
{
	size_t i;

	for (;;) {
		struct event_happened h;

		for (i = 0; i < g.n; i++)
			desk[i].due = desk[i].live != 0 ? desk[i].started + g.minutes[i] : NEVER;
		if ((i = first_due()) == g.n)
			break;
		now = desk[i].due;
		h = about(EVENT_GOT_DONE, i);
		h.changed = gives_other[i];
		assert_int_equal(happen(h), EVENT_TAKEN);
	}
}

static void
a_correction_reaches_whatever_used_it_once(void **state)
{
	(void)state;
	for (size_t number = 0; number < GRAPHS; number++) {
		struct event_happened h = { .what = EVENT_SUPPLIED };
		int64_t at;

		make_graph(number);
		run_plainly();
		memset(memo, -1, sizeof(memo));
		memset(redone_memo, -1, sizeof(redone_memo));
		memset(corrected_field, 0, sizeof(corrected_field));
		for (size_t i = 0; i < g.n; i++)
			gives_other[i] = chance(70);
		corrected_step = chance(70) ? (int)below(g.n) : -1;
		at = now += 1000;
		if (corrected_step >= 0) {
			h = about(EVENT_CORRECT, (size_t)corrected_step);
		} else {
			size_t k = below(FIELDS);

			corrected_field[k] = 1;
			event_set_add(&h.fields, k);
		}
		assert_int_equal(happen(h), EVENT_TAKEN);
		work_until_all_is_done();
		assert_true(run.finished);
		for (size_t i = 0; i < g.n; i++) {
			assert_int_equal(desk[i].starts, 1 + is_redone(i));
			assert_int_equal(run.step[i].state, EVENT_DONE);
			assert_true(took_what_is_there(i));
			if (is_redone(i))
				assert_int_equal(desk[i].started - at, redone_end(i) - g.minutes[i]);
		}
	}
}

/* Anything at any time, also what makes no sense */

static void
something(void)
{
	static const uint8_t often[] = { EVENT_GOT_DONE, EVENT_GOT_DONE, EVENT_GOT_DONE, EVENT_GOT_DONE,
		EVENT_GOT_FAILED, EVENT_GOT_LATE, EVENT_GOT_RETURNED, EVENT_RETRY, EVENT_RETRY, EVENT_REPLACE,
		EVENT_CORRECT, EVENT_SUPPLIED };
	size_t step = below(g.n);
	struct event_happened h = about((enum event_happening)often[below(sizeof(often))], step);

	if (chance(5))
		h.what = chance(60) ? EVENT_SKIP : EVENT_WITHDRAW;
	if (chance(5))
		h.attempt = (uint32_t)below(5);
	if (chance(2))
		h.step = below(2 * N);
	h.changed = chance(50);
	for (size_t k = 0; k < FIELDS; k++)
		if (chance(15))
			event_set_add(&h.fields, k);
	if (h.what == EVENT_GOT_RETURNED)
		for (size_t w = 0; w < EVENT_SET_WORDS && h.step < g.n; w++)
			h.fields.w[w] &= plan.step[h.step].reads.w[w];
	now++;
	happen(h);
}

/* Everybody does what is to be done, until nothing is left: it must come to an end. */
static void
come_to_an_end(void)
{
	size_t turns = 0;

	supply(0, FIELDS);
	while (!run.finished) {
		size_t i = 0, before = turns;

		for (; i < g.n; i++) {
			if (desk[i].live != 0)
				assert_int_equal(happen(about(EVENT_GOT_DONE, i)), EVENT_TAKEN);
			else if (run.step[i].state == EVENT_FAILED)
				assert_int_equal(happen(about(EVENT_RETRY, i)), EVENT_TAKEN);
			else if (run.step[i].state == EVENT_RETURNED)
				supply(0, FIELDS);
			else
				continue;
			turns++;
		}
		if (turns == before || turns > 100 * N)
			fail_msg("it does not come to an end: %zu steps, %zu turns", g.n, turns);
	}
}

static void
whatever_happens_nothing_is_lost_or_done_twice(void **state)
{
	(void)state;
	for (size_t number = 0; number < GRAPHS; number++) {
		make_graph(number);
		begin_run();
		for (size_t k = 0; k < 2 * g.n + 10; k++)
			something();
		come_to_an_end();
		for (size_t i = 0; i < g.n; i++) {
			int blocked = 0;

			for (size_t d = 0; d < g.n; d++)
				blocked |= g.uses[i][d] && desk[d].version == 0;
			assert_true(is_settled(i));
			if (run.step[i].state == EVENT_DONE)
				assert_true(took_what_is_there(i));
			if (blocked)
				assert_int_not_equal(run.step[i].state, EVENT_DONE);
		}
		/* What was skipped can be taken back, and is then done. */
		for (size_t i = 0; i < g.n; i++)
			if (run.step[i].state == EVENT_SKIPPED && happen(about(EVENT_RETRY, i)) == EVENT_TAKEN)
				come_to_an_end();
	}
}

static void
when_all_is_withdrawn_nothing_goes_on(void **state)
{
	(void)state;
	for (size_t number = 0; number < GRAPHS; number++) {
		make_graph(number);
		begin_run();
		supply(0, FIELDS);
		for (size_t k = 0; k < g.n; k++)
			something();
		assert_int_equal(happen((struct event_happened){ .what = EVENT_WITHDRAW_ALL }), EVENT_TAKEN);
		assert_true(run.finished);
		for (size_t i = 0; i < g.n; i++)
			assert_int_equal(run.step[i].state == EVENT_DONE, desk[i].version > 0);
		for (size_t k = 0; k < 20; k++) {
			struct event_happened h = about((enum event_happening)below(EVENT_NHAPPENINGS), below(g.n));

			assert_int_equal(happen(h), EVENT_NOT_NOW);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_critical_path_is_the_longest_way),
		cmocka_unit_test(a_circle_is_found_and_each_of_it_comes_before_the_next),
		cmocka_unit_test(each_step_starts_the_moment_it_can_and_all_takes_the_critical_path),
		cmocka_unit_test(what_depends_waits_or_is_skipped_and_the_rest_goes_on),
		cmocka_unit_test(a_correction_reaches_whatever_used_it_once),
		cmocka_unit_test(whatever_happens_nothing_is_lost_or_done_twice),
		cmocka_unit_test(when_all_is_withdrawn_nothing_goes_on),
	};

	return cmocka_run_group_tests_name("event_run", tests, NULL, NULL);
}

#include "http/crowd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define MOST 120000		/* microseconds */
#define EACH 400
#define REFUSAL 30

/* By a clock of its own: nothing here depends on how fast anything is. */
struct day { struct crowd c; int64_t now; };

static void
begin(struct day *d)
{
	*d = (struct day){ .now = 1000000 };
	crowd_init(&d->c, MOST);
}

/* A run: what was taken before is handed over, then n more are there; how many of them are taken. */
static int
run(struct day *d, int n, int64_t each)
{
	int before = d->c.taken, taken = 0;

	crowd_begin(&d->c, d->now);
	for (int i = 0; i < before; i++) {
		d->now += each;
		crowd_spent(&d->c, each, 1);
	}
	for (int i = 0; i < n; i++) {
		if (crowd_has_room(&d->c)) {
			crowd_takes(&d->c);
			taken++;
			continue;
		}
		crowd_refuses(&d->c);
		d->now += REFUSAL;
	}
	crowd_end(&d->c, d->now);
	d->now += 10;
	return taken;
}

/* It has seen some requests that took as long as all do. */
static void
learns(struct day *d, int64_t each)
{
	for (int i = 0; i < 100; i++)
		assert_int_equal(run(d, 8, each), 8);
}

static void
few_are_never_a_crowd(void **state)
{
	struct day d;

	(void)state;
	begin(&d);
	for (int i = 0; i < 20; i++)
		assert_int_equal(run(&d, 64, 500000), 64);
}

/* A hundred that take two milliseconds each are too much where others wait, and few where nobody does. */
static void
who_waits_for_the_journal_counts_among_the_few(void **state)
{
	struct day d;

	(void)state;
	begin(&d);
	learns(&d, 5 * EACH);
	assert_int_equal(run(&d, 100, 5 * EACH), 100);
	run(&d, 0, 5 * EACH);
	crowd_writes(&d.c, 100);
	assert_in_range(run(&d, 100, 5 * EACH), 50, 60);
	assert_true(crowd_is_strict(&d.c));
}

static void
what_can_be_done_soon_is_taken(void **state)
{
	struct day d;

	(void)state;
	begin(&d);
	learns(&d, EACH);
	for (int i = 0; i < 100; i++)
		assert_int_equal(run(&d, 140, EACH), 140);
	assert_false(crowd_is_strict(&d.c));
}

static void
more_than_that_is_refused(void **state)
{
	struct day d;

	(void)state;
	begin(&d);
	learns(&d, EACH);
	assert_in_range(run(&d, 2500, EACH), 250, 300);
	assert_true(crowd_is_strict(&d.c));
}

/* Those that are not yet handed over count as well. */
static void
who_was_taken_before_counts(void **state)
{
	struct day d;

	(void)state;
	begin(&d);
	learns(&d, EACH);
	assert_int_equal(run(&d, 200, EACH), 200);
	crowd_begin(&d.c, d.now);
	for (int i = 0; i < 90; i++) {
		assert_true(crowd_has_room(&d.c));
		crowd_takes(&d.c);
	}
	for (int i = 0; i < 10; i++)
		crowd_takes(&d.c);
	assert_false(crowd_has_room(&d.c));
}

/* Three times what can be done, for ten seconds: runs stay short, and most of what can be done is. */
static void
a_lasting_crowd_waits_for_short_runs(void **state)
{
	struct day d;
	int64_t last, end;
	int taken = 0, due, sent = 0;

	(void)state;
	begin(&d);
	learns(&d, EACH);
	last = d.now;
	end = last + 10000000;
	while (d.now < end) {
		int64_t began = d.now;

		due = (int)((d.now - last) * 3 / EACH);
		last += due * (int64_t)EACH / 3;
		sent += due;
		taken += run(&d, due, EACH);
		assert_in_range(d.now - began, 0, 2 * MOST);
		if (d.now > end - 8000000)
			assert_in_range(d.now - began, 0, MOST / 4);
	}
	assert_in_range(sent, 70000, 76000);
	assert_in_range(taken, 15000, 25000);
}

static void
after_a_moment_all_is_as_before(void **state)
{
	struct day d;

	(void)state;
	begin(&d);
	learns(&d, EACH);
	run(&d, 2500, EACH);
	run(&d, 0, EACH);
	assert_in_range(run(&d, 140, EACH), 16, 100);
	d.now += 600000;
	run(&d, 0, EACH);
	assert_int_equal(run(&d, 140, EACH), 140);
}

/* One that takes seconds, as an export does, does not make the others a crowd. */
static void
one_that_takes_long_is_not_believed_at_once(void **state)
{
	struct day d;

	(void)state;
	begin(&d);
	learns(&d, EACH);
	run(&d, 1, EACH);
	run(&d, 0, 5000000);
	assert_int_equal(run(&d, 140, EACH), 140);
}

/* Thousands at once, after some that took nothing: they may be of another kind. */
static void
what_took_nothing_is_no_promise(void **state)
{
	struct day d;

	(void)state;
	begin(&d);
	learns(&d, 1);
	assert_int_equal(run(&d, 2500, EACH), 1000);
}

static void
without_a_limit_nobody_is_refused(void **state)
{
	struct day d;

	(void)state;
	begin(&d);
	crowd_init(&d.c, 0);
	assert_int_equal(run(&d, 10000, 1000000), 10000);
	assert_int_equal(run(&d, 10000, 1000000), 10000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(few_are_never_a_crowd),
		cmocka_unit_test(who_waits_for_the_journal_counts_among_the_few),
		cmocka_unit_test(what_can_be_done_soon_is_taken),
		cmocka_unit_test(more_than_that_is_refused),
		cmocka_unit_test(who_was_taken_before_counts),
		cmocka_unit_test(a_lasting_crowd_waits_for_short_runs),
		cmocka_unit_test(after_a_moment_all_is_as_before),
		cmocka_unit_test(one_that_takes_long_is_not_believed_at_once),
		cmocka_unit_test(what_took_nothing_is_no_promise),
		cmocka_unit_test(without_a_limit_nobody_is_refused),
	};

	return cmocka_run_group_tests_name("crowd", tests, NULL, NULL);
}

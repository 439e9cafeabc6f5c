/* How far the time of a question has run: half, four fifths, over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/clock.h"
#include "flow/light.h"

#define HOUR INT64_C(3600000)
#define TOTAL (8 * HOUR)

static struct calendar *cal;
static struct office_hours hours;
static int64_t monday;		/* 2026-11-23, 00:00 in China */

static enum light
when_left(int64_t left)
{
	/* Found by the calendar itself: the first instant at which so much is gone. */
	int64_t from = monday + 9 * HOUR, due = calendar_add_office(cal, &hours, from, TOTAL);

	return light_at(cal, &hours, TOTAL, due, calendar_add_office(cal, &hours, from, TOTAL - left));
}

static void
the_colour_follows_the_office_time_that_is_gone(void **state)
{
	(void)state;
	assert_int_equal(when_left(TOTAL), LIGHT_GREEN);
	assert_int_equal(when_left(TOTAL / 2 + 1), LIGHT_GREEN);
	assert_int_equal(when_left(TOTAL / 2), LIGHT_YELLOW);
	assert_int_equal(when_left(TOTAL / 5 + 1), LIGHT_YELLOW);
	assert_int_equal(when_left(TOTAL / 5), LIGHT_RED);
	assert_int_equal(when_left(0), LIGHT_RED);
}

static void
it_is_overdue_from_the_instant_after(void **state)
{
	int64_t due = monday + 17 * HOUR;

	(void)state;
	assert_int_equal(light_at(cal, &hours, TOTAL, due, due), LIGHT_RED);
	assert_int_equal(light_at(cal, &hours, TOTAL, due, due + 1), LIGHT_OVERDUE);
	/* Also at night, when no office time passes. */
	due = monday + 18 * HOUR;
	assert_int_equal(light_at(cal, &hours, TOTAL, due, due + 3 * HOUR), LIGHT_OVERDUE);
}

static void
it_never_goes_back_as_time_passes(void **state)
{
	int64_t from = monday + 9 * HOUR;

	(void)state;
	for (int64_t total = HOUR; total <= 80 * HOUR; total += 7 * HOUR) {
		int64_t due = calendar_add_office(cal, &hours, from, total);
		enum light last = LIGHT_GREEN;

		for (int64_t now = from; now < due + 2 * HOUR; now += HOUR / 4) {
			enum light light = light_at(cal, &hours, total, due, now);

			assert_true(light >= last);
			last = light;
		}
		assert_int_equal(last, LIGHT_OVERDUE);
	}
}

static void
every_light_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (int a = 0; a < LIGHT_N; a++)
		for (int b = 0; b < a; b++)
			assert_string_not_equal(light_name((enum light)a), light_name((enum light)b));
}

static int
make(void **state)
{
	int64_t day;

	(void)state;
	assert_int_equal(office_hours_parse("08:30-12:00,13:30-18:00", &hours, NULL), 0);
	assert_int_equal(calendar_new(NULL, 0, &cal, NULL), 0);
	assert_int_equal(clock_parse_day("2026-11-23", &day), 0);
	monday = clock_day_start(day);
	return 0;
}

static int
unmake(void **state)
{
	(void)state;
	calendar_free(cal);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_colour_follows_the_office_time_that_is_gone),
		cmocka_unit_test(it_is_overdue_from_the_instant_after),
		cmocka_unit_test(it_never_goes_back_as_time_passes),
		cmocka_unit_test(every_light_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests_name("light", tests, make, unmake);
}

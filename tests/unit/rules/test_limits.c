/* The two limits of a matter: the stricter binds, from the day of receipt on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "rules/limits.h"

static struct calendar *cal;

static int64_t
day_of(const char *text)
{
	int64_t day;

	assert_int_equal(clock_parse_day(text, &day), 0);
	return day;
}

static void
same_day(int64_t got, const char *want)
{
	char text[CLOCK_TEXT_MAX];

	clock_day_text(got, text);
	assert_string_equal(text, want);
}

/* The National Day of 2026: the first seven days of October off, the tenth worked. */
static int
make(void **state)
{
	static struct calendar_day day[8];

	(void)state;
	for (int i = 0; i < 7; i++)
		day[i] = (struct calendar_day){ day_of("2026-10-01") + i, 0 };
	day[7] = (struct calendar_day){ day_of("2026-10-10"), 1 };
	return calendar_new(day, 8, &cal, NULL);
}

static int
drop(void **state)
{
	(void)state;
	calendar_free(cal);
	return 0;
}

static void
days_run_from_the_day_after_the_receipt(void **state)
{
	struct limits l = limits_from(cal, day_of("2026-11-23"), 3, 10);

	(void)state;
	same_day(l.from, "2026-11-23");
	same_day(l.ends[LIMIT_PROMISED], "2026-11-26");
	same_day(l.ends[LIMIT_STATUTORY], "2026-12-07");
	assert_int_equal(l.binds, LIMIT_PROMISED);
	same_day(l.due, "2026-11-26");
	assert_false(l.provisional);
}

static void
a_receipt_on_a_day_off_is_of_the_next_working_day(void **state)
{
	struct limits saturday = limits_from(cal, day_of("2026-11-28"), 1, 5);
	struct limits holiday = limits_from(cal, day_of("2026-10-01"), 1, 5);

	(void)state;
	same_day(saturday.from, "2026-11-30");
	same_day(saturday.due, "2026-12-01");
	same_day(holiday.from, "2026-10-08");
	same_day(holiday.due, "2026-10-09");
	/* The tenth is a Saturday that is worked. */
	same_day(holiday.ends[LIMIT_STATUTORY], "2026-10-14");
}

static void
the_stricter_binds_whichever_it_is(void **state)
{
	(void)state;
	for (int promised = 0; promised <= 30; promised++) {
		for (int statutory = 0; statutory <= 30; statutory++) {
			struct limits l = limits_from(cal, day_of("2026-09-29"), promised, statutory);

			assert_int_equal(l.binds, statutory < promised ? LIMIT_STATUTORY :
			    LIMIT_PROMISED);
			assert_int_equal(l.due, l.ends[l.binds]);
			assert_true(l.due <= l.ends[LIMIT_PROMISED]);
			assert_true(l.due <= l.ends[LIMIT_STATUTORY]);
		}
	}
}

static void
a_year_without_a_notice_is_provisional(void **state)
{
	(void)state;
	assert_false(limits_from(cal, day_of("2026-12-30"), 1, 1).provisional);
	assert_true(limits_from(cal, day_of("2026-12-30"), 2, 2).provisional);
	same_day(limits_from(cal, day_of("2026-12-30"), 2, 2).due, "2027-01-01");
	/* Only the limit that binds has to be known. */
	assert_false(limits_from(cal, day_of("2026-12-30"), 1, 90).provisional);
}

/* Days that were added are counted again, and what is late counts below zero. */
static void
days_between_measures_what_was_added(void **state)
{
	(void)state;
	for (int64_t day = day_of("2026-09-01"); day < day_of("2026-12-01"); day++) {
		for (int n = 0; n < 15; n++) {
			int64_t first = calendar_add_days(cal, day, 0);
			int64_t until = calendar_add_days(cal, first, n);

			assert_int_equal(calendar_days_between(cal, first, until), n);
			assert_int_equal(calendar_days_between(cal, until, first), -n);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_run_from_the_day_after_the_receipt),
		cmocka_unit_test(a_receipt_on_a_day_off_is_of_the_next_working_day),
		cmocka_unit_test(the_stricter_binds_whichever_it_is),
		cmocka_unit_test(a_year_without_a_notice_is_provisional),
		cmocka_unit_test(days_between_measures_what_was_added),
	};

	return cmocka_run_group_tests_name("limits", tests, make, drop);
}

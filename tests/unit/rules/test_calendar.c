/* Working days and office hours: the published holidays of 2019 to 2026, and laws. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "rules/calendar.h"
#include "rules/csv.h"

#define DAYS_MAX 1024
#define HOUR INT64_C(3600000)

static struct calendar *cal;
static struct office_hours hours;
static int64_t of_day;		/* office time of a working day */

static int64_t
day_of(const char *text)
{
	int64_t day;

	assert_int_equal(clock_parse_day(text, &day), 0);
	return day;
}

/* "2026-11-23 09:30" in China. */
static int64_t
at(const char *text)
{
	char date[11];
	int hour, minute;

	assert_int_equal(sscanf(text, "%10s %d:%d", date, &hour, &minute), 3);
	return clock_day_start(day_of(date)) + hour * HOUR + minute * INT64_C(60000);
}

static void
same_instant(int64_t got, const char *want)
{
	char text[CLOCK_TEXT_MAX];

	clock_text(got, text);
	text[10] = ' ';
	text[16] = '\0';
	assert_string_equal(text, want);
	assert_int_equal(got, at(want));
}

static int
load(void **state)
{
	static struct calendar_day day[DAYS_MAX];
	struct buf text = BUF_INIT;
	struct fault f = FAULT_INIT;
	const char **field;
	size_t n = 0, columns, line;
	struct csv *c;

	(void)state;
	if (buf_read_file(&text, JINHUA "/workdays.csv", 1 << 20, &f) < 0)
		return -1;
	c = csv_new(text.data, text.len);
	csv_next(c, &field, &columns, &line, &f);
	while (n < DAYS_MAX && csv_next(c, &field, &columns, &line, &f) == 1) {
		if (columns != 2 || clock_parse_day(field[0], &day[n].day) < 0)
			return -1;
		day[n++].works = strcmp(field[1], "workday_makeup") == 0;
	}
	csv_free(c);
	buf_free(&text);
	if (office_hours_parse("08:30-12:00,13:30-18:00", &hours, &f) < 0)
		return -1;
	of_day = 8 * HOUR;
	return calendar_new(day, n, &cal, &f);
}

static int
unload(void **state)
{
	(void)state;
	calendar_free(cal);
	return 0;
}

static void
the_published_vectors_hold(void **state)
{
	static const struct { const char *from; int n; const char *until; } vector[] = {
		{ "2018-12-28", 1, "2018-12-29" }, { "2019-04-30", 1, "2019-05-05" },
		{ "2020-01-23", 1, "2020-02-03" }, { "2022-12-30", 1, "2023-01-03" },
		{ "2024-02-08", 1, "2024-02-09" }, { "2024-02-08", 5, "2024-02-21" },
		{ "2024-09-27", 1, "2024-09-29" }, { "2024-09-27", 5, "2024-10-10" },
		{ "2025-01-24", 1, "2025-01-26" }, { "2025-01-27", 1, "2025-02-05" },
		{ "2025-09-30", 1, "2025-10-09" }, { "2026-02-13", 5, "2026-02-27" },
		{ "2026-02-14", 5, "2026-02-28" }, { "2026-09-30", 1, "2026-10-08" },
		{ "2026-01-04", 20, "2026-01-30" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(vector) / sizeof(vector[0]); i++)
		assert_int_equal(calendar_add_days(cal, day_of(vector[i].from), vector[i].n),
		    day_of(vector[i].until));
}

static void
each_year_has_its_number_of_working_days(void **state)
{
	static const int want[] = { 250, 249, 250, 249, 249, 251, 248, 248 };

	(void)state;
	for (int i = 0; i < 8; i++) {
		int64_t first, next;
		int n = 0;

		clock_from_date(2019 + i, 1, 1, &first);
		clock_from_date(2020 + i, 1, 1, &next);
		for (; first < next; first++)
			n += calendar_works(cal, first);
		assert_int_equal(n, want[i]);
	}
}

static void
unlisted_days_follow_the_week(void **state)
{
	(void)state;
	assert_true(calendar_works(cal, day_of("2026-11-23")));		/* a Monday */
	assert_true(calendar_works(cal, day_of("2026-11-27")));
	assert_false(calendar_works(cal, day_of("2026-11-28")));
	assert_false(calendar_works(cal, day_of("2026-11-29")));
	assert_true(calendar_works(cal, day_of("1969-12-29")));		/* a Monday before 1970 */
	assert_false(calendar_works(cal, day_of("1969-12-28")));
	assert_int_equal(calendar_known_until(cal), day_of("2026-12-31"));
}

static void
no_days_from_a_holiday_is_the_next_working_day(void **state)
{
	(void)state;
	assert_int_equal(calendar_add_days(cal, day_of("2026-10-01"), 0), day_of("2026-10-08"));
	assert_int_equal(calendar_add_days(cal, day_of("2026-10-08"), 0), day_of("2026-10-08"));
}

/* Of every day of nine years: what was added is what can be counted. */
static void
added_days_can_be_counted_and_never_go_back(void **state)
{
	int64_t last = 0;

	(void)state;
	for (int64_t day = day_of("2018-12-01"); day < day_of("2027-06-01"); day++) {
		int64_t then = calendar_add_days(cal, day, 7), n = 0;

		for (int64_t d = day + 1; d <= then; d++)
			n += calendar_works(cal, d);
		assert_int_equal(n, 7);
		assert_true(calendar_works(cal, then));
		assert_true(then >= last);
		last = then;
		assert_int_equal(calendar_add_days(cal, calendar_add_days(cal, day, 3), 4), then);
	}
}

static void
a_day_listed_twice_is_refused(void **state)
{
	const struct calendar_day day[] = { { 20000, 0 }, { 20001, 1 }, { 20000, 1 } };
	struct calendar *twice = NULL;
	struct fault f = FAULT_INIT;

	(void)state;
	assert_int_equal(calendar_new(day, 3, &twice, &f), -1);
	assert_null(twice);
	assert_int_equal(f.code, FAULT_FIELD_REPEATED);
	assert_string_equal(fault_arg_get(&f, "field"), "2024-10-04");
}

static void
a_calendar_without_entries_knows_nothing(void **state)
{
	struct calendar *none = NULL;

	(void)state;
	assert_int_equal(calendar_new(NULL, 0, &none, NULL), 0);
	assert_true(calendar_known_until(none) < day_of("1800-01-01"));
	assert_true(calendar_works(none, day_of("2026-10-01")));
	calendar_free(none);
	calendar_free(NULL);
}

static void
office_hours_are_read_or_refused(void **state)
{
	static const char *const bad[] = {
		"", "08:30", "08:30-", "8:30-12:00", "08:30-12:00,", "08:30-12:00 ", "08:30-08:30",
		"12:00-08:30", "08:60-12:00", "08:30-24:01", "08:30-12:00,12:00-18:00",
		"08:30-12:00,11:00-18:00", "08:30–12:00", "-1:00-12:00", "08:30-12:00;13:30-18:00",
		"01:00-02:00,03:00-04:00,05:00-06:00,07:00-08:00,09:00-10:00",
	};
	struct office_hours h;
	struct fault f = FAULT_INIT;

	(void)state;
	assert_int_equal(office_hours_parse("00:00-12:00,13:30-24:00", &h, &f), 0);
	assert_int_equal(h.n, 2);
	assert_int_equal(h.span[0].from, 0);
	assert_int_equal(h.span[1].from, 13 * 60 + 30);
	assert_int_equal(h.span[1].until, 24 * 60);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		f.code = FAULT_NONE;
		assert_int_equal(office_hours_parse(bad[i], &h, &f), -1);
		assert_int_equal(f.code, FAULT_FIELD_VALUE);
	}
}

static void
time_outside_office_hours_does_not_count(void **state)
{
	static const struct { const char *from; int minutes; const char *until; } example[] = {
		{ "2026-11-23 09:30", 120, "2026-11-23 11:30" },	/* within the morning */
		{ "2026-11-23 07:00", 60, "2026-11-23 09:30" },		/* before opening */
		{ "2026-11-23 11:00", 60, "2026-11-23 12:00" },		/* stays at closing time */
		{ "2026-11-23 11:00", 61, "2026-11-23 13:31" },		/* over noon */
		{ "2026-11-23 12:45", 1, "2026-11-23 13:31" },		/* starts at noon */
		{ "2026-11-23 17:00", 60, "2026-11-23 18:00" },
		{ "2026-11-23 18:00", 1, "2026-11-24 08:31" },		/* at closing time */
		{ "2026-11-23 23:59", 1, "2026-11-24 08:31" },
		{ "2026-11-23 10:00", 480, "2026-11-24 10:00" },	/* a whole day */
		{ "2026-11-23 08:30", 480, "2026-11-23 18:00" },
		{ "2026-11-27 17:00", 120, "2026-11-30 09:30" },	/* over a weekend */
		{ "2026-11-28 10:00", 30, "2026-11-30 09:00" },		/* on a Saturday */
		{ "2026-09-30 17:30", 60, "2026-10-08 09:00" },		/* over a holiday */
		{ "2026-10-03 17:30", 480, "2026-10-08 18:00" },	/* inside it */
		{ "2026-10-09 17:30", 60, "2026-10-10 09:00" },		/* to a make-up Saturday */
		{ "2026-02-14 17:30", 60, "2026-02-24 09:00" },		/* from one, over a holiday */
		{ "2026-11-23 09:30", 0, "2026-11-23 09:30" },
		{ "2026-11-23 20:00", 0, "2026-11-23 20:00" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(example) / sizeof(example[0]); i++) {
		int64_t from = at(example[i].from), ms = example[i].minutes * INT64_C(60000);

		same_instant(calendar_add_office(cal, &hours, from, ms), example[i].until);
		assert_int_equal(calendar_office_between(cal, &hours, from, at(example[i].until)), ms);
	}
}

static uint64_t seed = 20261123;

static int64_t
pick(int64_t below)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (int64_t)((seed >> 16) % (uint64_t)below);
}

/* A day in nine years and a moment in it, often a full quarter of an hour. */
static int64_t
some_instant(void)
{
	int64_t day = day_of("2018-12-20") + pick(3100);

	return clock_day_start(day) + (pick(2) ? pick(96) * 15 * INT64_C(60000) : pick(CLOCK_DAY_MS));
}

static void
adding_then_measuring_gives_back_the_amount(void **state)
{
	(void)state;
	for (int i = 0; i < 20000; i++) {
		int64_t from = some_instant(), ms = pick(2) ? pick(40 * HOUR) : pick(160) * HOUR / 4;
		int64_t then = calendar_add_office(cal, &hours, from, ms);

		assert_true(then >= from);
		assert_int_equal(calendar_office_between(cal, &hours, from, then), ms);
		assert_int_equal(calendar_office_between(cal, &hours, then, from), -ms);
		/* No earlier instant would do. */
		if (ms > 0)
			assert_int_equal(calendar_office_between(cal, &hours, from, then - 1), ms - 1);
	}
}

static void
adding_is_monotone_and_can_be_done_in_parts(void **state)
{
	(void)state;
	for (int i = 0; i < 20000; i++) {
		int64_t a = some_instant(), b = a + pick(3 * CLOCK_DAY_MS), ms = pick(30 * HOUR);
		int64_t more = pick(30 * HOUR);
		int64_t then = calendar_add_office(cal, &hours, a, ms);

		assert_true(then <= calendar_add_office(cal, &hours, b, ms));
		assert_true(then <= calendar_add_office(cal, &hours, a, ms + more));
		if (more > 0)
			assert_int_equal(calendar_add_office(cal, &hours, then, more),
			    calendar_add_office(cal, &hours, a, ms + more));
	}
}

static void
office_time_adds_up_over_any_three_instants(void **state)
{
	(void)state;
	for (int i = 0; i < 2000; i++) {
		int64_t a = some_instant(), b = some_instant(), c = some_instant();

		assert_int_equal(calendar_office_between(cal, &hours, a, b) +
		    calendar_office_between(cal, &hours, b, c),
		    calendar_office_between(cal, &hours, a, c));
	}
}

/* The same answer by walking minute by minute. */
static void
a_walk_by_minutes_agrees(void **state)
{
	(void)state;
	for (int i = 0; i < 300; i++) {
		int64_t from = some_instant() / 60000 * 60000, amount = 1 + pick(20 * 60);
		int64_t now = from, left = amount;

		while (left > 0) {
			int64_t day = clock_day(now);
			int minute = (int)((now - clock_day_start(day)) / 60000);

			if (calendar_works(cal, day) && ((minute >= 510 && minute < 720) ||
			    (minute >= 810 && minute < 1080)))
				left--;
			now += 60000;
		}
		assert_int_equal(calendar_add_office(cal, &hours, from, amount * 60000), now);
	}
}

static void
without_office_hours_nothing_passes(void **state)
{
	const struct office_hours none = { .n = 0 };
	int64_t now = at("2026-11-23 09:30");

	(void)state;
	assert_int_equal(calendar_add_office(cal, &none, now, HOUR), now);
	assert_int_equal(calendar_office_between(cal, &none, now, now + 30 * of_day), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_published_vectors_hold),
		cmocka_unit_test(each_year_has_its_number_of_working_days),
		cmocka_unit_test(unlisted_days_follow_the_week),
		cmocka_unit_test(no_days_from_a_holiday_is_the_next_working_day),
		cmocka_unit_test(added_days_can_be_counted_and_never_go_back),
		cmocka_unit_test(a_day_listed_twice_is_refused),
		cmocka_unit_test(a_calendar_without_entries_knows_nothing),
		cmocka_unit_test(office_hours_are_read_or_refused),
		cmocka_unit_test(time_outside_office_hours_does_not_count),
		cmocka_unit_test(adding_then_measuring_gives_back_the_amount),
		cmocka_unit_test(adding_is_monotone_and_can_be_done_in_parts),
		cmocka_unit_test(office_time_adds_up_over_any_three_instants),
		cmocka_unit_test(a_walk_by_minutes_agrees),
		cmocka_unit_test(without_office_hours_nothing_passes),
	};

	return cmocka_run_group_tests_name("calendar", tests, load, unload);
}

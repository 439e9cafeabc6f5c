/*
 * The calendar beside another one that shares nothing with it: days off as the State Council's
 * General Office announced them, a year at a time, and time that passes minute by minute.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "rules/calendar.h"
#include "rules/csv.h"

/* A million questions in all. */
#define QUESTIONS_DAYS 400000
#define QUESTIONS_ADD 300000
#define QUESTIONS_BETWEEN 300000
#define MINUTE INT64_C(60000)
#define DAY_MINUTES 1440

/* The days of the other calendar: from 2018-12-01, a Saturday, to the end of 2031. */
#define FIRST_YEAR 2018
#define LAST_YEAR 2031
#define DAYS 4800
#define EPOCH_TO_FIRST 17866		/* days from 1970-01-01 to 2018-12-01 */

/*
 * 国务院办公厅关于部分节假日安排的通知, of each year; "off" are days without work, "on" weekend
 * days with work, MM-DD, ranges with their last day.  A year's notice says the last days of
 * the year before where the holiday begins there.  In order: 国办发明电〔2018〕15号, 〔2019〕3号 and
 * 16号, 〔2020〕1号 and 27号, 〔2021〕11号, 〔2022〕16号, 〔2023〕7号, 〔2024〕12号, 〔2025〕7号.
 */
struct notice {
	int year;
	const char *off, *on;
	int workdays;		/* of the whole year; 0 where the notice says only its end */
};

static const struct notice notices[] = {
	{ 2018, "12-30..12-31", "12-29", 0 },
	/* With the change of March 2019, which made four days of 1 May. */
	{ 2019, "01-01 02-04..02-10 04-05..04-07 05-01..05-04 06-07..06-09 09-13..09-15 10-01..10-07",
	    "02-02 02-03 04-28 05-05 09-29 10-12", 250 },
	/* With the longer Spring Festival of January 2020; 1 February was to be worked before. */
	{ 2020, "01-01 01-24..02-02 04-04..04-06 05-01..05-05 06-25..06-27 10-01..10-08",
	    "01-19 04-26 05-09 06-28 09-27 10-10", 249 },
	{ 2021, "01-01..01-03 02-11..02-17 04-03..04-05 05-01..05-05 06-12..06-14 09-19..09-21 "
	    "10-01..10-07", "02-07 02-20 04-25 05-08 09-18 09-26 10-09", 250 },
	{ 2022, "01-01..01-03 01-31..02-06 04-03..04-05 04-30..05-04 06-03..06-05 09-10..09-12 "
	    "10-01..10-07 12-31", "01-29 01-30 04-02 04-24 05-07 10-08 10-09", 249 },
	{ 2023, "01-01..01-02 01-21..01-27 04-05 04-29..05-03 06-22..06-24 09-29..10-06",
	    "01-28 01-29 04-23 05-06 06-25 10-07 10-08", 249 },
	{ 2024, "01-01 02-10..02-17 04-04..04-06 05-01..05-05 06-10 09-15..09-17 10-01..10-07",
	    "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12", 251 },
	{ 2025, "01-01 01-28..02-04 04-04..04-06 05-01..05-05 05-31..06-02 10-01..10-08",
	    "01-26 02-08 04-27 09-28 10-11", 248 },
	{ 2026, "01-01..01-03 02-15..02-23 04-04..04-06 05-01..05-05 06-19..06-21 09-25..09-27 "
	    "10-01..10-07", "01-04 02-14 02-28 05-09 09-20 10-10", 248 },
};

/* The other calendar: each day's date and whether it is worked. */
static struct { int year, month, date, weekday; unsigned char works, on; } day[DAYS];
static int ndays;

static struct calendar *cal;

static int
month_length(int year, int month)
{
	switch (month) {
	case 2:
		return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
	case 4: case 6: case 9: case 11:
		return 30;
	default:
		return 31;
	}
}

/* The place of a date in the table. */
static int
find(int year, int month, int date)
{
	for (int i = 0; i < ndays; i++)
		if (day[i].year == year && day[i].month == month && day[i].date == date)
			return i;
	fail_msg("no day %d-%d-%d", year, month, date);
	return -1;
}

static int
find_text(const char *text)
{
	int year, month, date;

	assert_int_equal(sscanf(text, "%d-%d-%d", &year, &month, &date), 3);
	return find(year, month, date);
}

/* Sets the days of a list such as "01-01 02-04..02-10". */
static void
announce(int year, const char *list, int works)
{
	int used, month, date, until_month, until_date;

	for (; sscanf(list, " %d-%d%n", &month, &date, &used) == 2; list += used) {
		int i = find(year, month, date), last = i, more;

		if (sscanf(list + used, "..%d-%d%n", &until_month, &until_date, &more) == 2) {
			last = find(year, until_month, until_date);
			used += more;
		}
		for (; i <= last; i++) {
			day[i].works = works != 0;
			day[i].on = works != 0;
		}
	}
}

static void
make_days(void)
{
	int year = FIRST_YEAR, month = 12, date = 1, weekday = 6;

	for (ndays = 0; year <= LAST_YEAR; ndays++) {
		day[ndays].year = year;
		day[ndays].month = month;
		day[ndays].date = date;
		day[ndays].weekday = weekday;
		day[ndays].works = weekday != 0 && weekday != 6;
		weekday = (weekday + 1) % 7;
		if (++date > month_length(year, month)) {
			date = 1;
			if (++month > 12) {
				month = 1;
				year++;
			}
		}
	}
	for (size_t n = 0; n < sizeof(notices) / sizeof(notices[0]); n++) {
		announce(notices[n].year, notices[n].off, 0);
		announce(notices[n].year, notices[n].on, 1);
	}
}

/* workdays.csv, as an instance imports it: the calendar under test. */
static int
load(void **state)
{
	static struct calendar_day listed[1024];
	struct buf text = BUF_INIT;
	struct fault f = FAULT_INIT;
	const char **field;
	size_t n = 0, columns, line;
	struct csv *c;

	(void)state;
	make_days();
	if (buf_read_file(&text, JINHUA "/workdays.csv", 1 << 20, &f) < 0)
		return -1;
	c = csv_new(text.data, text.len);
	csv_next(c, &field, &columns, &line, &f);
	while (n < 1024 && csv_next(c, &field, &columns, &line, &f) == 1) {
		if (columns != 2 || clock_parse_day(field[0], &listed[n].day) < 0)
			return -1;
		listed[n++].works = strcmp(field[1], "workday_makeup") == 0;
	}
	csv_free(c);
	buf_free(&text);
	return calendar_new(listed, n, &cal, &f);
}

static int
unload(void **state)
{
	(void)state;
	calendar_free(cal);
	return 0;
}

static uint64_t seed = 20191101;

static int
pick(int below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (int)(seed % (uint64_t)below);
}

static void
the_table_says_what_the_notices_say(void **state)
{
	char text[CLOCK_TEXT_MAX], want[40];

	(void)state;
	for (int i = 0; i < ndays; i++) {
		snprintf(want, sizeof(want), "%04d-%02d-%02d", day[i].year, day[i].month, day[i].date);
		clock_day_text(EPOCH_TO_FIRST + i, text);
		assert_string_equal(text, want);
		if (calendar_works(cal, EPOCH_TO_FIRST + i) != day[i].works)
			fail_msg("%s: the notice says that it is %sworked", want, day[i].works ? "" : "not ");
		/* Only weekends are made up for: a notice with another day would be misread. */
		if (day[i].on)
			assert_true(day[i].weekday == 0 || day[i].weekday == 6);
	}
}

static void
each_year_has_its_number_of_working_days(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof(notices) / sizeof(notices[0]); n++) {
		int theirs = 0, ours = 0;

		if (notices[n].workdays == 0)
			continue;
		for (int i = 0; i < ndays; i++) {
			if (day[i].year != notices[n].year)
				continue;
			theirs += day[i].works;
			ours += calendar_works(cal, EPOCH_TO_FIRST + i) != 0;
		}
		assert_int_equal(theirs, notices[n].workdays);
		assert_int_equal(ours, notices[n].workdays);
	}
}

/* The n-th working day after day i, one day at a time; n = 0: i, or the next that is worked. */
static int
step_days(int i, int n)
{
	int counted = 0;

	if (n == 0)
		for (; !day[i].works; i++)
			;
	while (counted < n) {
		i++;
		if (day[i].works)
			counted++;
	}
	return i;
}

/* Limits that were worked out by hand from the notices; the day itself is not counted. */
static void
limits_over_holidays_end_on_these_days(void **state)
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
	for (size_t i = 0; i < sizeof(vector) / sizeof(vector[0]); i++) {
		int from = find_text(vector[i].from), until = find_text(vector[i].until);

		assert_int_equal(step_days(from, vector[i].n), until);
		assert_int_equal(calendar_add_days(cal, EPOCH_TO_FIRST + from, vector[i].n),
		    EPOCH_TO_FIRST + until);
	}
}

/*
 * Civil Code 201: the day on which a limit begins is not counted.  What is received on a day
 * off is received on the next working day, so that the first day counted is the one after it.
 */
static void
what_comes_in_on_a_day_off_is_received_on_the_next_working_day(void **state)
{
	static const struct { const char *came; int n; const char *until; } vector[] = {
		{ "2026-09-30", 3, "2026-10-10" },	/* a Wednesday; 10 October is made up for */
		{ "2026-10-01", 3, "2026-10-12" },	/* received on 8 October */
		{ "2026-10-07", 1, "2026-10-09" },
		{ "2026-11-27", 1, "2026-11-30" },	/* a Friday */
		{ "2026-11-28", 1, "2026-12-01" },	/* a Saturday: received on Monday */
		{ "2026-11-29", 1, "2026-12-01" },
		{ "2026-02-28", 1, "2026-03-02" },	/* a Saturday that is worked */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(vector) / sizeof(vector[0]); i++) {
		int came = find_text(vector[i].came), until = find_text(vector[i].until);
		int64_t received = calendar_add_days(cal, EPOCH_TO_FIRST + came, 0);

		assert_int_equal(received, EPOCH_TO_FIRST + step_days(came, 0));
		assert_int_equal(step_days(step_days(came, 0), vector[i].n), until);
		assert_int_equal(calendar_add_days(cal, received, vector[i].n), EPOCH_TO_FIRST + until);
	}
}

static void
random_limits_in_days_end_where_stepping_ends(void **state)
{
	(void)state;
	for (int q = 0; q < QUESTIONS_DAYS; q++) {
		int from = pick(ndays - 400), n = pick(4) ? pick(23) : pick(250);
		int64_t got = calendar_add_days(cal, EPOCH_TO_FIRST + from, n);
		int want = step_days(from, n);

		if (got != EPOCH_TO_FIRST + want)
			fail_msg("question %d: %d-%d-%d + %d working days is %d-%d-%d, not day %lld", q,
			    day[from].year, day[from].month, day[from].date, n, day[want].year,
			    day[want].month, day[want].date, (long long)got);
	}
}

/* Office hours as the other calendar has them: whether each minute of a worked day counts. */
struct office {
	unsigned char open[DAY_MINUTES];
	int of_day;			/* open minutes */
	char text[64];
};

/* One to four spans in order that do not touch; now and then the whole day, or one minute. */
static void
some_office(struct office *o)
{
	int spans = 1 + pick(OFFICE_SPANS_MAX), at = 0;

	memset(o, 0, sizeof(*o));
	for (int i = 0; i < spans; i++) {
		int room = DAY_MINUTES - at - 4 * (spans - i), grain = pick(3) ? 30 : 1;
		int from = at + pick(room / 2) / grain * grain;
		int until = from + grain + pick((DAY_MINUTES - from) / (spans - i + 1)) / grain * grain;
		size_t used = strlen(o->text);

		if (from <= at && i > 0)
			from = at + 1;
		if (until <= from)
			until = from + 1;
		if (until > DAY_MINUTES)
			until = DAY_MINUTES;
		if (from >= until)
			break;
		snprintf(o->text + used, sizeof(o->text) - used, "%s%02d:%02d-%02d:%02d", i > 0 ? "," : "",
		    from / 60, from % 60, until / 60, until % 60);
		memset(o->open + from, 1, (size_t)(until - from));
		at = until;
		if (DAY_MINUTES - at < 200)
			break;
	}
	for (int m = 0; m < DAY_MINUTES; m++)
		o->of_day += o->open[m];
}

/* An instant: a day, a minute of it, and milliseconds of that minute. */
struct moment { int day, minute, ms; };

static int64_t
instant(struct moment m)
{
	return (EPOCH_TO_FIRST + m.day) * CLOCK_DAY_MS - CLOCK_CHINA_MS + m.minute * MINUTE + m.ms;
}

static struct moment
some_moment(void)
{
	struct moment m = { pick(ndays - 500), pick(3) ? pick(DAY_MINUTES) : pick(96) * 15, 0 };

	if (pick(2))
		m.ms = pick((int)MINUTE);
	return m;
}

static void
next_minute(struct moment *m)
{
	m->ms = 0;
	if (++m->minute == DAY_MINUTES) {
		m->minute = 0;
		m->day++;
	}
}

/* Lets that much office time pass, minute by minute. */
static struct moment
step_office(const struct office *o, struct moment m, int64_t left)
{
	while (left > 0) {
		int here = (int)MINUTE - m.ms;

		/* A day without a minute of work is left as a whole: nothing counts in it. */
		if (!day[m.day].works) {
			m = (struct moment){ m.day + 1, 0, 0 };
			continue;
		}
		if (o->open[m.minute]) {
			if (left < here) {
				m.ms += (int)left;
				return m;
			}
			left -= here;
		}
		next_minute(&m);
	}
	return m;
}

/* Office time from one moment to a later one, minute by minute. */
static int64_t
count_office(const struct office *o, struct moment from, struct moment until)
{
	int64_t sum = 0;

	while (from.day < until.day || (from.day == until.day && from.minute < until.minute)) {
		if (day[from.day].works && o->open[from.minute])
			sum += MINUTE - from.ms;
		next_minute(&from);
	}
	if (day[from.day].works && o->open[from.minute])
		sum += until.ms - from.ms;
	return sum;
}

static void
random_limits_in_office_hours_end_where_stepping_ends(void **state)
{
	struct office_hours hours;
	struct fault f = FAULT_INIT;
	struct office o;

	(void)state;
	for (int q = 0; q < QUESTIONS_ADD; q++) {
		struct moment from = some_moment(), then;
		int64_t left, got;

		if (q % 50 == 0) {
			some_office(&o);
			assert_int_equal(office_hours_parse(o.text, &hours, &f), 0);
		}
		left = pick(20) ? pick(o.of_day) * MINUTE : (int64_t)pick(6 * o.of_day) * MINUTE;
		left += pick(2) ? pick((int)MINUTE) : 0;
		then = step_office(&o, from, left);
		got = calendar_add_office(cal, &hours, instant(from), left);
		if (got != instant(then))
			fail_msg("question %d: %s, from day %d minute %d + %lld ms of office time is day %d "
			    "minute %d, not %lld", q, o.text, from.day, from.minute, (long long)left, then.day,
			    then.minute, (long long)got);
	}
}

static void
random_spans_hold_the_office_time_that_stepping_counts(void **state)
{
	struct office_hours hours;
	struct fault f = FAULT_INIT;
	struct office o;

	(void)state;
	for (int q = 0; q < QUESTIONS_BETWEEN; q++) {
		struct moment from = some_moment(), until = from;
		int64_t got, want;

		if (q % 50 == 0) {
			some_office(&o);
			assert_int_equal(office_hours_parse(o.text, &hours, &f), 0);
		}
		until.day += pick(20) ? pick(2) : pick(12);
		until.minute = until.day == from.day ? from.minute + pick(DAY_MINUTES - from.minute) :
		    pick(DAY_MINUTES);
		if (until.day != from.day || until.minute != from.minute)
			until.ms = pick((int)MINUTE);
		want = count_office(&o, from, until);
		got = calendar_office_between(cal, &hours, instant(from), instant(until));
		if (got != want || calendar_office_between(cal, &hours, instant(until), instant(from)) != -want)
			fail_msg("question %d: %s, from day %d minute %d to day %d minute %d there are %lld ms "
			    "of office time, not %lld", q, o.text, from.day, from.minute, until.day, until.minute,
			    (long long)want, (long long)got);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_says_what_the_notices_say),
		cmocka_unit_test(each_year_has_its_number_of_working_days),
		cmocka_unit_test(limits_over_holidays_end_on_these_days),
		cmocka_unit_test(what_comes_in_on_a_day_off_is_received_on_the_next_working_day),
		cmocka_unit_test(random_limits_in_days_end_where_stepping_ends),
		cmocka_unit_test(random_limits_in_office_hours_end_where_stepping_ends),
		cmocka_unit_test(random_spans_hold_the_office_time_that_stepping_counts),
	};

	return cmocka_run_group_tests_name("calendar_notices", tests, load, unload);
}

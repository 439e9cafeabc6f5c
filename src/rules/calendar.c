#include "rules/calendar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define MINUTE_MS INT64_C(60000)
#define DAY_MINUTES 1440

struct calendar {
	int64_t known_until;
	size_t n;
	struct calendar_day day[];	/* sorted, each once */
};

static int
by_day(const void *a, const void *b)
{
	int64_t x = ((const struct calendar_day *)a)->day, y = ((const struct calendar_day *)b)->day;

	return x < y ? -1 : x > y;
}

int
calendar_new(const struct calendar_day *days, size_t n, struct calendar **ret_cal,
    struct fault *f)
{
	struct calendar *cal = calloc(1, sizeof(*cal) + n * sizeof(cal->day[0]));
	char text[CLOCK_TEXT_MAX];

	if (cal == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		return -1;
	}
	cal->n = n;
	if (n > 0)
		memcpy(cal->day, days, n * sizeof(cal->day[0]));
	qsort(cal->day, n, sizeof(cal->day[0]), by_day);
	for (size_t i = 1; i < n; i++) {
		if (cal->day[i].day == cal->day[i - 1].day) {
			clock_day_text(cal->day[i].day, text);
			fault_set(f, FAULT_FIELD_REPEATED, "%s", "a day stands twice in the calendar");
			fault_arg(f, "field", "%s", text);
			calendar_free(cal);
			return -1;
		}
	}
	/* Without any entry nothing is known: every result is provisional. */
	cal->known_until = INT64_MIN;
	if (n > 0)
		clock_from_date(clock_date(cal->day[n - 1].day).year, 12, 31, &cal->known_until);
	*ret_cal = cal;
	return 0;
}

void
calendar_free(struct calendar *cal)
{
	free(cal);
}

int
calendar_works(const struct calendar *cal, int64_t day)
{
	struct calendar_day key = { .day = day };
	const struct calendar_day *entry = cal->n == 0 ? NULL :
	    bsearch(&key, cal->day, cal->n, sizeof(cal->day[0]), by_day);
	int64_t weekday = (day % 7 + 7 + 3) % 7;	/* Monday 0: 1970-01-01 was a Thursday */

	return entry != NULL ? entry->works : weekday < 5;
}

int64_t
calendar_known_until(const struct calendar *cal)
{
	return cal->known_until;
}

/* The first working day that is not before day. */
static int64_t
working_day(const struct calendar *cal, int64_t day)
{
	while (!calendar_works(cal, day))
		day++;
	return day;
}

int64_t
calendar_add_days(const struct calendar *cal, int64_t day, int n)
{
	if (n <= 0)
		return working_day(cal, day);
	for (; n > 0; n--)
		day = working_day(cal, day + 1);
	return day;
}

int64_t
calendar_due(const struct calendar *cal, int64_t now, int n)
{
	int64_t first = calendar_add_days(cal, clock_day(now), 0);

	return clock_day_start(calendar_add_days(cal, first, n) + 1) - 1;
}

int64_t
calendar_days_between(const struct calendar *cal, int64_t day, int64_t until)
{
	int64_t n = 0;

	if (until < day)
		return -calendar_days_between(cal, until, day);
	while (day < until)
		n += calendar_works(cal, ++day);
	return n;
}

static int
bad_hours(struct fault *f)
{
	fault_set(f, FAULT_FIELD_VALUE, "%s", "");
	fault_arg(f, "field", "%s", "office_hours");
	fault_arg(f, "why_zh", "%s", "应写成 08:30-12:00,13:30-18:00 的样子,时段按先后且不相接");
	fault_arg(f, "why_en", "%s",
	    "it should look like 08:30-12:00,13:30-18:00, spans in order and not touching");
	return -1;
}

/* Reads "HH:MM", up to 24:00, as minutes; -1 if it is not that. */
static int
minutes(const char *p)
{
	static const char form[] = "dd:dd";
	int m;

	for (int i = 0; i < 5; i++)
		if (form[i] == 'd' ? p[i] < '0' || p[i] > '9' : p[i] != form[i])
			return -1;
	if (p[3] > '5')
		return -1;
	m = ((p[0] - '0') * 10 + p[1] - '0') * 60 + (p[3] - '0') * 10 + p[4] - '0';
	return m <= DAY_MINUTES ? m : -1;
}

int
office_hours_parse(const char *text, struct office_hours *ret_hours, struct fault *f)
{
	struct office_hours hours = { .n = 0 };
	int last = -1;

	for (;; text++) {
		int from = minutes(text), until;

		if (from < 0 || text[5] != '-' || hours.n == OFFICE_SPANS_MAX)
			return bad_hours(f);
		until = minutes(text + 6);
		if (until <= from || from <= last)
			return bad_hours(f);
		hours.span[hours.n].from = from;
		hours.span[hours.n++].until = last = until;
		text += 11;
		if (*text != ',')
			break;
	}
	if (*text != '\0')
		return bad_hours(f);
	*ret_hours = hours;
	return 0;
}

/* How much office time a working day has passed at ms milliseconds after midnight. */
static int64_t
passed(const struct office_hours *hours, int64_t ms)
{
	int64_t sum = 0;

	for (size_t i = 0; i < hours->n; i++) {
		int64_t from = hours->span[i].from * MINUTE_MS, until = hours->span[i].until * MINUTE_MS;

		if (ms > from)
			sum += (ms < until ? ms : until) - from;
	}
	return sum;
}

/* The first moment of a working day, in ms after midnight, when that much has passed. */
static int64_t
when_passed(const struct office_hours *hours, int64_t amount)
{
	for (size_t i = 0; i < hours->n; i++) {
		int64_t from = hours->span[i].from * MINUTE_MS;
		int64_t length = hours->span[i].until * MINUTE_MS - from;

		if (amount <= length)
			return from + amount;
		amount -= length;
	}
	return CLOCK_DAY_MS;
}

int64_t
calendar_add_office(const struct calendar *cal, const struct office_hours *hours,
    int64_t from, int64_t ms)
{
	int64_t day = clock_day(from), of_day = passed(hours, CLOCK_DAY_MS);

	/* Nothing to wait for, or no hours in which to wait. */
	if (ms <= 0 || of_day == 0)
		return from;
	if (calendar_works(cal, day))
		ms += passed(hours, from - clock_day_start(day));
	else
		day = working_day(cal, day);
	for (; ms > of_day; ms -= of_day)
		day = working_day(cal, day + 1);
	return clock_day_start(day) + when_passed(hours, ms);
}

/* Office time of the whole days from first until before last. */
static int64_t
whole_days(const struct calendar *cal, const struct office_hours *hours, int64_t first,
    int64_t last)
{
	int64_t of_day = passed(hours, CLOCK_DAY_MS), sum = 0;

	for (; first < last; first++)
		sum += calendar_works(cal, first) ? of_day : 0;
	return sum;
}

/* Office time that has passed on the day of an instant. */
static int64_t
passed_on_day(const struct calendar *cal, const struct office_hours *hours, int64_t at)
{
	int64_t day = clock_day(at);

	return calendar_works(cal, day) ? passed(hours, at - clock_day_start(day)) : 0;
}

int64_t
calendar_office_between(const struct calendar *cal, const struct office_hours *hours,
    int64_t from, int64_t until)
{
	if (until < from)
		return -calendar_office_between(cal, hours, until, from);
	return whole_days(cal, hours, clock_day(from), clock_day(until)) +
	    passed_on_day(cal, hours, until) - passed_on_day(cal, hours, from);
}

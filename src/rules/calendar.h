/*
 * calendar.h - working days and office hours in China.
 *
 * A day works if it is Monday to Friday and no holiday, or a make-up day.  Days not
 * listed follow the week.  Instants are milliseconds since 1970 UTC, days are days
 * since 1970 in China (base/clock.h).  Pure; a calendar is immutable once built.
 */
#ifndef RULES_CALENDAR_H
#define RULES_CALENDAR_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

struct calendar;

struct calendar_day { int64_t day; int works; };

/* Office hours of a day as minutes since midnight; spans in order, not touching. */
#define OFFICE_SPANS_MAX 4
struct office_hours {
	size_t n;
	struct { int from, until; } span[OFFICE_SPANS_MAX];
};

/* Days need not be sorted; a day listed twice is FAULT_FIELD_REPEATED. */
int calendar_new(const struct calendar_day *days, size_t n, struct calendar **ret_cal,
    struct fault *f);
void calendar_free(struct calendar *cal);

int calendar_works(const struct calendar *cal, int64_t day);

/*
 * The last day of the last year that has an entry: beyond it a result is provisional.
 * INT64_MIN if there is no entry.
 */
int64_t calendar_known_until(const struct calendar *cal);

/* The n-th working day after day (n = 0: day itself, or the next working day). */
int64_t calendar_add_days(const struct calendar *cal, int64_t day, int n);

/*
 * The last instant of the n-th working day after that of now, which is not counted; what comes
 * in on a day off counts as received on the next working day.
 */
int64_t calendar_due(const struct calendar *cal, int64_t now, int n);

/*
 * How many working days come after day up to until, which counts if it works; where until
 * is before day, as many days too late, negative.  O(days).
 */
int64_t calendar_days_between(const struct calendar *cal, int64_t day, int64_t until);

/* Parses "08:30-12:00,13:30-18:00"; FAULT_FIELD_VALUE on anything else. */
int office_hours_parse(const char *text, struct office_hours *ret_hours, struct fault *f);

/*
 * The instant at which ms milliseconds of office time have passed since from.  Time
 * outside office hours does not count; a result at closing time stays at closing time.
 * If ms is not above 0, or there are no hours, from itself.  O(days passed).
 */
int64_t calendar_add_office(const struct calendar *cal, const struct office_hours *hours,
    int64_t from, int64_t ms);

/* Office time between two instants, in ms; negative if until is before from.  O(days). */
int64_t calendar_office_between(const struct calendar *cal, const struct office_hours *hours,
    int64_t from, int64_t until);

#endif

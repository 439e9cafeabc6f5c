/*
 * clock.h - the time, passed in, and how it is written.
 *
 * Instants are milliseconds since 1970-01-01 UTC.  Days and office hours are
 * computed at UTC+8, the one offset of China since 1991 (docs/decisions.md 3).
 * Only main makes the real clock; tests and benches move a virtual one.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdatomic.h>
#include <stdint.h>

#define CLOCK_DAY_MS INT64_C(86400000)
#define CLOCK_CHINA_MS INT64_C(28800000)
#define CLOCK_TEXT_MAX 72

/* A virtual clock stands where it was put; the real one follows the machine plus ahead_ms. */
struct clock {
	int is_virtual;
	_Atomic int64_t virtual_ms;	/* the time of a virtual clock */
	int64_t ahead_ms;		/* for demonstrations: added to the real time */
};

int64_t clock_now(const struct clock *c);

/* Microseconds of a time of the machine's that only goes forward and belongs to no date. */
int64_t clock_running_us(void);

/* A day in China: days since 1970-01-01, may be negative; and back to its first instant. */
int64_t clock_day(int64_t at);
int64_t clock_day_start(int64_t day);

struct clock_date { int year, month, day; };	/* month 1-12, day 1-31 */
struct clock_date clock_date(int64_t day);

/* Days since 1970-01-01 of a real date of 1800 to 2999; -1 if there is no such date. */
int clock_from_date(int year, int month, int day, int64_t *ret_day);

/* "2026-11-23T09:30:12.345+08:00" and "2026-11-23"; text has CLOCK_TEXT_MAX bytes. */
void clock_text(int64_t at, char *text);
void clock_day_text(int64_t day, char *text);

/* Reads exactly "YYYY-MM-DD"; -1 otherwise. */
int clock_parse_day(const char *text, int64_t *ret_day);

#endif

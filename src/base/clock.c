#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

int64_t
clock_running_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

int64_t
clock_now(const struct clock *c)
{
	struct timespec ts;

	if (c->is_virtual)
		return atomic_load(&c->virtual_ms);
	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000 + c->ahead_ms;
}

int64_t
clock_day(int64_t at)
{
	int64_t local = at + CLOCK_CHINA_MS, day = local / CLOCK_DAY_MS;

	return local % CLOCK_DAY_MS < 0 ? day - 1 : day;
}

int64_t
clock_day_start(int64_t day)
{
	return day * CLOCK_DAY_MS - CLOCK_CHINA_MS;
}

/* The proleptic Gregorian calendar, counted in eras of 400 years from 0000-03-01. */
struct clock_date
clock_date(int64_t day)
{
	int64_t z = day + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
	struct clock_date d;

	d.day = (int)(doy - (153 * mp + 2) / 5 + 1);
	d.month = (int)(mp < 10 ? mp + 3 : mp - 9);
	d.year = (int)(yoe + era * 400 + (d.month <= 2));
	return d;
}

int
clock_from_date(int year, int month, int day, int64_t *ret_day)
{
	int64_t y, era, yoe, doy, n;
	struct clock_date back;

	if (year < 1800 || year > 2999 || month < 1 || month > 12 || day < 1 || day > 31)
		return -1;
	y = month <= 2 ? year - 1 : year;
	era = y / 400;
	yoe = y - era * 400;
	doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	n = era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
	back = clock_date(n);
	if (back.day != day || back.month != month)
		return -1;
	*ret_day = n;
	return 0;
}

static void
put_digits(char *at, unsigned n, int width)
{
	for (; width > 0; n /= 10)
		at[--width] = (char)('0' + n % 10);
}

void
clock_day_text(int64_t day, char *text)
{
	struct clock_date d = clock_date(day);
	int n = 4;

	/* A time stands in every record and every answer: no format is asked for it. */
	if (d.year >= 0 && d.year <= 9999)
		put_digits(text, (unsigned)d.year, 4);
	else
		n = snprintf(text, CLOCK_TEXT_MAX - sizeof("-00-00T00:00:00.000+08:00"), "%04d", d.year);
	memcpy(text + n, "-00-00", sizeof("-00-00"));
	put_digits(text + n + 1, (unsigned)d.month, 2);
	put_digits(text + n + 4, (unsigned)d.day, 2);
}

void
clock_text(int64_t at, char *text)
{
	static const char time[] = "T00:00:00.000+08:00";
	int64_t day = clock_day(at);
	unsigned ms = (unsigned)(at - clock_day_start(day));

	clock_day_text(day, text);
	text += strlen(text);
	memcpy(text, time, sizeof(time));
	put_digits(text + 1, ms / 3600000, 2);
	put_digits(text + 4, ms / 60000 % 60, 2);
	put_digits(text + 7, ms / 1000 % 60, 2);
	put_digits(text + 10, ms % 1000, 3);
}

int
clock_parse_day(const char *text, int64_t *ret_day)
{
	int part[3] = { 0, 0, 0 };

	if (strlen(text) != 10)
		return -1;
	for (int i = 0, p = 0; i < 10; i++) {
		if (i == 4 || i == 7) {
			if (text[i] != '-')
				return -1;
			p++;
		} else {
			if (text[i] < '0' || text[i] > '9')
				return -1;
			part[p] = part[p] * 10 + (text[i] - '0');
		}
	}
	return clock_from_date(part[0], part[1], part[2], ret_day);
}

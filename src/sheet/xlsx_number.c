/* Numbers as people see them: a workbook keeps 46053 for 2026-01-31. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "sheet/xlsx.h"

#define DIGITS_KEPT 15			/* of a number; a spreadsheet drops the rest */
#define DECIMALS_MAX 30
#define SERIAL_MAX 2958465		/* 9999-12-31 */
#define SECONDS_A_DAY 86400
/* Days from 1970 to the day that the two systems count as 0. */
#define ZERO_1900 (-25568)		/* 1899-12-31 */
#define ZERO_1904 (-24107)		/* 1904-01-01 */
#define LEAP_1900 60			/* 29 February 1900, which never was */

static void
show_day(int64_t serial, int from_1904, char *text, size_t size)
{
	char day[CLOCK_TEXT_MAX];

	if (!from_1904 && serial == LEAP_1900) {
		snprintf(text, size, "1900-02-29");
		return;
	}
	/* After the day that never was, the count is one ahead. */
	clock_day_text(from_1904 ? ZERO_1904 + serial : ZERO_1900 + serial - (serial > LEAP_1900), day);
	snprintf(text, size, "%.10s", day);
}

static void
show_time(int64_t seconds, const char *before, char *text, size_t size)
{
	size_t used = strlen(text);

	if (seconds % 60 == 0 && before[0] == '\0')
		snprintf(text + used, size - used, "%02d:%02d", (int)(seconds / 3600),
		    (int)(seconds / 60 % 60));
	else
		snprintf(text + used, size - used, "%s%02d:%02d:%02d", before, (int)(seconds / 3600),
		    (int)(seconds / 60 % 60), (int)(seconds % 60));
}

static void
show_instant(double value, enum xlsx_look look, int from_1904, char *text, size_t size)
{
	/* To the second: a fraction of a day is never exact. */
	int64_t all = (int64_t)floor(value * SECONDS_A_DAY + 0.5);
	int64_t serial = all / SECONDS_A_DAY, seconds = all % SECONDS_A_DAY;
	int with_day = look == LOOK_DATE || serial > 0;

	text[0] = '\0';
	if (with_day)
		show_day(serial, from_1904, text, size);
	if (!with_day || seconds > 0)
		show_time(seconds, with_day ? "T" : "", text, size);
}

/* Without an exponent, and without the digits that binary fractions bring in. */
static void
show_number(double value, unsigned digits, char *text, size_t size)
{
	char *end;
	int decimals;

	if (value == floor(value)) {
		snprintf(text, size, "%0*.0f", (int)digits, value == 0 ? 0 : value);
		return;
	}
	decimals = DIGITS_KEPT - 1 - (int)floor(log10(fabs(value)));
	snprintf(text, size, "%.*f", decimals < DECIMALS_MAX ? decimals : DECIMALS_MAX, value);
	if (strchr(text, '.') == NULL)
		return;
	for (end = text + strlen(text); end[-1] == '0'; end--)
		;
	end[end[-1] == '.' ? -1 : 0] = '\0';
}

int
xlsx_show(const char *stored, struct xlsx_style style, int from_1904,
    char ret_text[XLSX_NUMBER_MAX], enum book_kind *ret_kind)
{
	char *end;
	double value;

	/* No other spelling of a number (hexadecimal, infinity) is one here. */
	if (stored[0] == '\0' || stored[strspn(stored, "+-.0123456789eE")] != '\0')
		return -1;
	value = strtod(stored, &end);
	if (*end != '\0' || !isfinite(value))
		return -1;
	if (style.look != LOOK_NUMBER && value >= 0 && value < SERIAL_MAX + 1) {
		*ret_kind = BOOK_DATE;
		show_instant(value, style.look, from_1904, ret_text, XLSX_NUMBER_MAX);
	} else if (fabs(value) >= 1e15) {
		*ret_kind = BOOK_INEXACT;
		snprintf(ret_text, XLSX_NUMBER_MAX, "%.*s", XLSX_NUMBER_MAX - 1, stored);
	} else {
		*ret_kind = BOOK_NUMBER;
		show_number(value, style.digits, ret_text, XLSX_NUMBER_MAX);
	}
	return 0;
}

#include "rules/pattern.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POSIX_MAX (8 * PATTERN_MAX)

/* "{17}" and "{12,19}": where it ends, or NULL. */
static const char *
count_end(const char *p)
{
	char *end;
	long n = strtol(p + 1, &end, 10);

	if (end == p + 1 || p[1] < '0' || p[1] > '9' || n > PATTERN_COUNT_MAX)
		return NULL;
	if (*end == ',' && end[1] != '}') {
		const char *second = end + 1;
		long m = strtol(second, &end, 10);

		if (end == second || *second < '0' || *second > '9' || m > PATTERN_COUNT_MAX || m < n)
			return NULL;
	} else if (*end == ',') {
		end++;
	}
	return *end == '}' ? end : NULL;
}

int
pattern_is_one(const char *pattern)
{
	size_t len = strlen(pattern);
	int inside = 0, counted = 1;

	if (len < 3 || len >= PATTERN_MAX || pattern[0] != '^' || pattern[len - 1] != '$')
		return 0;
	for (const char *p = pattern + 1; p < pattern + len - 1; p++) {
		int is_count = !inside && strchr("{*+?", *p) != NULL;

		if (*p == '\\' ? *++p != 'd' : !inside && strchr("()|^$}", *p) != NULL)
			return 0;
		/* A count is of something, and of that there is one. */
		if (is_count && (counted || (*p == '{' && (p = count_end(p)) == NULL)))
			return 0;
		counted = is_count;
		inside = p[0] == '[' || (inside && p[0] != ']');
	}
	return !inside;
}

/* \d as it is written everywhere, as POSIX has it. */
static void
to_posix(const char *pattern, char text[POSIX_MAX])
{
	size_t n = 0;
	int inside = 0;

	for (const char *p = pattern; *p != '\0'; p++) {
		if (*p == '\\') {
			n += (size_t)snprintf(text + n, POSIX_MAX - n, "%s", inside ? "0-9" : "[0-9]");
			p++;
			continue;
		}
		inside = *p == '[' || (inside && *p != ']');
		text[n++] = *p;
	}
	text[n] = '\0';
}

int
pattern_fits(const char *pattern, const char *text)
{
	char posix[POSIX_MAX];
	regex_t re;
	int fits;

	if (!pattern_is_one(pattern))
		return 0;
	to_posix(pattern, posix);
	if (regcomp(&re, posix, REG_EXTENDED | REG_NOSUB) != 0)
		return 0;
	fits = regexec(&re, text, 0, NULL, 0) == 0;
	regfree(&re);
	return fits;
}

/*
 * limits.h - the two limits of a matter on the working-day calendar.
 *
 * Both run from the day of receipt, that day not counted; what comes in on a day off
 * counts as received on the next working day.  The stricter binds
 * (浙江省保障“最多跑一次”改革规定 12).  Days as in rules/calendar.h.  Pure.
 */
#ifndef RULES_LIMITS_H
#define RULES_LIMITS_H

#include "rules/calendar.h"

enum limit { LIMIT_PROMISED, LIMIT_STATUTORY, LIMIT_N };

struct limits {
	int64_t from;		/* the working day that counts as that of receipt */
	int64_t ends[LIMIT_N];	/* the last day of each */
	enum limit binds;	/* promised where both end on one day */
	int64_t due;		/* the end of that one */
	int provisional;	/* the calendar of that year has not been announced */
};

struct limits limits_from(const struct calendar *cal, int64_t received, int promised,
    int statutory);

const char *limit_name(enum limit l);		/* "promised" */

#endif

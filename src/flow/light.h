/*
 * light.h - how far the time of a question has run: one rule for every list and page.
 *
 * Time is office time of the desk.  Pure.
 */
#ifndef FLOW_LIGHT_H
#define FLOW_LIGHT_H

#include <stdint.h>

#include "rules/calendar.h"

enum light {
	LIGHT_GREEN,
	LIGHT_YELLOW,	/* half of the time is gone */
	LIGHT_RED,	/* four fifths are */
	LIGHT_OVERDUE,
	LIGHT_PAUSED,	/* it waits for whoever asked */
	LIGHT_N
};

const char *light_name(enum light light);	/* "green" ... */

/*
 * The light at an instant of what had total_ms of office time and is due at due_at.  On the
 * instant itself it is not overdue yet.  O(days).
 */
enum light light_at(const struct calendar *cal, const struct office_hours *hours,
    int64_t total_ms, int64_t due_at, int64_t now);

#endif

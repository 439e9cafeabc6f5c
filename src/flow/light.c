#include "flow/light.h"

static const char *const names[LIGHT_N] = {
	[LIGHT_GREEN] = "green",
	[LIGHT_YELLOW] = "yellow",
	[LIGHT_RED] = "red",
	[LIGHT_OVERDUE] = "overdue",
	[LIGHT_PAUSED] = "paused",
};

const char *
light_name(enum light light)
{
	return names[light];
}

enum light
light_at(const struct calendar *cal, const struct office_hours *hours, int64_t total_ms,
    int64_t due_at, int64_t now)
{
	int64_t gone;

	if (now > due_at)
		return LIGHT_OVERDUE;
	gone = total_ms - calendar_office_between(cal, hours, now, due_at);
	if (gone >= total_ms - total_ms / 5)
		return LIGHT_RED;
	return gone >= total_ms / 2 ? LIGHT_YELLOW : LIGHT_GREEN;
}

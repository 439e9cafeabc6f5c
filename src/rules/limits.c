#include "rules/limits.h"

struct limits
limits_from(const struct calendar *cal, int64_t received, int promised, int statutory)
{
	struct limits l = { .from = calendar_add_days(cal, received, 0) };

	l.ends[LIMIT_PROMISED] = calendar_add_days(cal, l.from, promised);
	l.ends[LIMIT_STATUTORY] = calendar_add_days(cal, l.from, statutory);
	l.binds = l.ends[LIMIT_STATUTORY] < l.ends[LIMIT_PROMISED] ? LIMIT_STATUTORY :
	    LIMIT_PROMISED;
	l.due = l.ends[l.binds];
	l.provisional = l.due > calendar_known_until(cal);
	return l;
}

const char *
limit_name(enum limit l)
{
	static const char *const names[LIMIT_N] = {
		[LIMIT_PROMISED] = "promised",
		[LIMIT_STATUTORY] = "statutory",
	};

	return names[l];
}

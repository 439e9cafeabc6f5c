/* align_access.c - whose alignment it is, and who may do what with it. */
#include <string.h>

#include "svc/align/align_svc.h"

static int
is_county(const struct division *d)
{
	return d != NULL && d->parent != NULL && strcmp(d->level, "county") == 0;
}

void
align_home(const struct inventory *inv, const struct actor *actor, char ret_home[7])
{
	const struct division *d = inventory_division(inv, actor->division);

	snprintf(ret_home, 7, "%s", is_county(d) ? d->parent->code : actor->division);
}

void
align_reach(const struct inventory *inv, const struct actor *actor, char ret_county[7])
{
	snprintf(ret_county, 7, "%s", is_county(inventory_division(inv, actor->division)) ?
	    actor->division : "");
}

int
align_county(const struct act *act, const struct inventory *inv, const char *code,
    const struct division **ret_county, struct fault *f)
{
	const struct division *d = inventory_division(inv, code);

	if (strlen(code) != 6 || access_check(&act->actor, act->action, "", code, f) < 0) {
		fault_set(f, FAULT_NOT_FOUND, "%s", "a division of elsewhere");
		return -1;
	}
	if (d == NULL) {
		fault_set(f, FAULT_DIVISION_UNKNOWN, "%s", "");
		fault_arg(f, "division", "%s", code);
		return -1;
	}
	if (!is_county(d)) {
		fault_set(f, FAULT_ALIGN_NOT_COUNTY, "%s", "");
		fault_arg(f, "division", "%s", code);
		return -1;
	}
	*ret_county = d;
	return 0;
}

int
align_city_only(const struct act *act, const char *home, struct fault *f)
{
	if (strcmp(act->actor.division, home) == 0)
		return 0;
	fault_set(f, FAULT_ALIGN_CITY_ONLY, "%s", "");
	return -1;
}

/*
 * demand.h - what the list says of a proof that somebody was still told to bring.
 *
 * Whatever the list has is settled in one of the four ways, and nothing else may be asked
 * for: so there is an answer for every demand, also where the matter is not known.  Pure.
 */
#ifndef FLOW_DEMAND_H
#define FLOW_DEMAND_H

#include "flow/inventory.h"

/* The first four are those of enum method. */
enum demand_finding {
	DEMAND_DIRECT_CANCEL,
	DEMAND_COMMITMENT,
	DEMAND_DATA_QUERY,
	DEMAND_DEPARTMENT_VERIFY,
	DEMAND_NOT_LISTED,	/* the matter, or the whole list, has no such proof */
	DEMAND_SOME_MATTER,	/* the list has it, and the matter is not known */
	DEMAND_N
};

const char *demand_finding_name(enum demand_finding finding);	/* "direct_cancel" ... */
int demand_finding_parse(const char *name, enum demand_finding *ret_finding);

/* What was demanded, as somebody says it; each may be NULL, but item and proof not both. */
struct demand_asked { const char *matter, *item, *proof; };

struct demand {
	const struct matter *matter;	/* NULL: not known */
	const struct item *item;	/* NULL: the matter has none, or is not known */
	enum demand_finding finding;
};

/*
 * Looks it up: an item by its code; a proof in words by its name or one of its other names,
 * blanks aside.  FAULT_MATTER_UNKNOWN, FAULT_FIELD_MISSING; FAULT_FIELD_VALUE for an item
 * that there is not, or that is another matter's.
 */
int demand_look(const struct inventory *inv, const struct demand_asked *asked,
    struct demand *ret_demand, struct fault *f);

#endif

/* case_transfer.c - a case goes to another counter; whose matter it is stays. */
#include <string.h>

#include "svc/agencies/place.h"
#include "svc/cases/case.h"

const struct agency *
case_acting(const struct case_file *c)
{
	return inventory_acting(c->inv, c->matter->agency, inventory_division(c->inv, c->division));
}

/* A counter is where a clerk works. */
static int
has_counter(struct act *act, const char *agency, struct fault *f)
{
	int64_t n = store_read(act->reader, ST_CLERK_OF_AGENCY, PARAMS(sql_text(agency)), NULL, NULL,
	    f);

	if (n == 0) {
		fault_set(f, FAULT_AGENCY_COUNTER, "%s", "");
		fault_arg(f, "agency", "%s", agency);
	}
	return n > 0 ? 0 : -1;
}

static int
find_agency(struct act *act, const struct case_file *c, const char *code,
    const struct agency **ret_agency, struct fault *f)
{
	const struct agency *to = place_agency_today(act->app, code);
	enum fault_code why = to == NULL ? FAULT_AGENCY_UNKNOWN :
	    strcmp(to->division->code, c->division) != 0 ? FAULT_AGENCY_ELSEWHERE :
	    strcmp(to->code, c->agency->code) == 0 ? FAULT_AGENCY_SAME : FAULT_NONE;

	if (why != FAULT_NONE) {
		fault_set(f, why, "%s", "");
		fault_arg(f, "agency", "%s", to != NULL ? to->name : code);
		return -1;
	}
	if (has_counter(act, to->code, f) < 0)
		return -1;
	*ret_agency = to;
	return 0;
}

int
case_transfer(struct act *act, struct case_file *c, const char *agency, const char *reason,
    struct fault *f)
{
	const struct agency *to;
	struct record *r;
	struct op *op;

	if (case_workable(c, f) < 0 || find_agency(act, c, agency, &to, f) < 0 ||
	    (op = case_change_op(act, c, ST_CASE_TRANSFER, RECORD_CASE_TRANSFERRED, &r, f)) == NULL)
		return -1;
	op_text(op, to->code);
	record_str(r, "agency", to->code);
	record_str(r, "from", c->agency->code);
	return act_body(r, json_pack("{s:s}", "reason", reason), f);
}

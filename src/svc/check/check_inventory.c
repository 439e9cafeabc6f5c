/* check_inventory.c - cases and verifications against the inventory that each case keeps. */
#include <string.h>

#include "flow/inventory.h"
#include "svc/check/finding.h"

/* The inventory of the rows that come in the order of their versions. */
struct against {
	struct check *c;
	int64_t version, newest;
	struct inventory *inv;		/* NULL: that version is not whole, which was said */
};

/* Loads a version, unless it is the one at hand; -1 only when that is nobody's damage. */
static int
load(struct against *a, int64_t version, struct fault *f)
{
	struct fault why = FAULT_INIT;

	if (a->version == version)
		return 0;
	inventory_unref(a->inv);
	a->version = version;
	a->inv = app_inventory_version(a->c->app, a->c->reader, version, &why);
	if (a->inv == NULL && (why.code == FAULT_MEMORY || why.code == FAULT_STORE_AWAY)) {
		if (f != NULL)
			*f = why;
		return -1;
	}
	return 0;
}

static int
version_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct against *a = ctx;
	char key[FINDING_KEY_MAX];

	if (load(a, row_int(row, 0), f) < 0)
		return -1;
	a->newest = row_int(row, 0);
	check_key(row, 1, key);
	if (a->inv == NULL)
		check_found(a->c, FOUND_INVENTORY_BROKEN, "inventory_version", key, 1);
	return 0;
}

/* How a case came to where it is. */
enum { MOVED_TRANSFERRED = 1, MOVED_BY_CHANGE = 2 };

/* A case is with the acting agency; one that was transferred with any of its division. */
static int
may_have(const struct inventory *inv, const char *matter, const char *division, const char *agency,
    int moved)
{
	const struct agency *a = inventory_agency(inv, agency);
	const struct matter *m = inventory_matter(inv, matter);
	const struct division *d = inventory_division(inv, division);

	return a != NULL && d != NULL && ((m != NULL && a == inventory_acting(inv, m->agency, d)) ||
	    (moved == MOVED_TRANSFERRED && a->division == d) || moved == MOVED_BY_CHANGE);
}

/* Whether the agency, or the desk, is there in a version after the case's own: agencies change. */
static int
is_of_later(struct against *a, const struct store_row *row, int moved)
{
	int found = 0;

	for (int64_t v = a->version + 1; v <= a->newest && !found; v++) {
		struct inventory *inv = app_inventory_version(a->c->app, a->c->reader, v, NULL);

		if (inv == NULL)
			continue;
		found = moved < 0 ? inventory_desk(inv, row_text(row, 1)) != NULL :
		    may_have(inv, row_text(row, 1), row_text(row, 2), row_text(row, 3), moved);
		inventory_unref(inv);
	}
	return found;
}

/* inventory, matter, division, agency, number of items, how many cases, a case's number, moved */
static int
matter_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct against *a = ctx;
	const struct division *division;
	const struct matter *matter;

	if (load(a, row_int(row, 0), f) < 0)
		return -1;
	if (a->inv == NULL)
		return 0;
	matter = inventory_matter(a->inv, row_text(row, 1));
	division = inventory_division(a->inv, row_text(row, 2));
	if (matter == NULL || division == NULL ||
	    (!may_have(a->inv, matter->code, division->code, row_text(row, 3), (int)row_int(row, 7)) &&
	    !is_of_later(a, row, (int)row_int(row, 7))))
		check_found(a->c, FOUND_CASE_MATTER, "service_case", row_text(row, 6), row_int(row, 5));
	else if (row_int(row, 4) != (int64_t)matter->nitems)
		check_found(a->c, FOUND_CASE_ITEMS, "service_case", row_text(row, 6), row_int(row, 5));
	return 0;
}

/* inventory, matter, item, position, how many items of cases, a case's number */
static int
item_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct against *a = ctx;
	const struct matter *matter;
	int64_t at = row_int(row, 3);
	char key[FINDING_KEY_MAX];

	if (load(a, row_int(row, 0), f) < 0)
		return -1;
	/* A matter that is not there was said of the case. */
	if (a->inv == NULL || (matter = inventory_matter(a->inv, row_text(row, 1))) == NULL)
		return 0;
	if (at >= 0 && at < (int64_t)matter->nitems &&
	    strcmp(matter->items[at]->code, row_text(row, 2)) == 0)
		return 0;
	snprintf(key, sizeof(key), "%s/%s", row_text(row, 5), row_text(row, 2));
	check_found(a->c, FOUND_ITEM_CODE, "case_item", key, row_int(row, 4));
	return 0;
}

/* inventory, desk, how many verifications, a case's number */
static int
desk_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct against *a = ctx;
	char key[FINDING_KEY_MAX];

	if (load(a, row_int(row, 0), f) < 0)
		return -1;
	if (a->inv == NULL || inventory_desk(a->inv, row_text(row, 1)) != NULL ||
	    is_of_later(a, row, -1))
		return 0;
	snprintf(key, sizeof(key), "%s/%s", row_text(row, 3), row_text(row, 1));
	check_found(a->c, FOUND_DESK, "verification", key, row_int(row, 2));
	return 0;
}

int
check_inventory(struct check *c, struct fault *f)
{
	static const struct { enum stmt stmt; store_row_fn *row; const char *table; } part[] = {
		{ ST_CHECK_VERSIONS, version_row, "inventory_version" },
		{ ST_CHECK_CASE_MATTERS, matter_row, "service_case" },
		{ ST_CHECK_ITEM_CODES, item_row, "case_item" },
		{ ST_CHECK_DESKS, desk_row, "verification" },
	};
	const size_t n = sizeof(part) / sizeof(part[0]);
	struct against a = { .c = c, .version = -1 };
	int rc = -1;

	for (size_t i = 0; i < n; i++) {
		struct progress p = { .kind = PROGRESS_CHECKED, .table = part[i].table, .done = (int64_t)i,
		    .of = (int64_t)n };

		if (check_say(c, &p, f) < 0 ||
		    store_read(c->reader, part[i].stmt, NULL, 0, part[i].row, &a, f) < 0)
			goto out;
	}
	rc = 0;
out:
	inventory_unref(a.inv);
	return rc;
}

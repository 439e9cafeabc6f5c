/* Divisions, agencies and who acts for whom. */
#include <stdlib.h>
#include <string.h>

#include "flow/inventory_build.h"

static const char *const levels[] = { "province", "city", "county" };

int
build_level(const struct division *division)
{
	for (int i = 0; division != NULL && i < 3; i++)
		if (strcmp(division->level, levels[i]) == 0)
			return i;
	return -1;
}

int
build_divisions(struct build *b)
{
	struct sheet *sheet = build_sheet(b, SHEET_DIVISIONS);

	b->divisions = build_array(b, SHEET_DIVISIONS, sizeof(*b->divisions));
	if (b->divisions == NULL)
		return -1;
	for (size_t i = 0; i < sheet->n; i++) {
		const struct row *row = &sheet->row[i];

		b->divisions[row->rank] = (struct division){
			.code = row->cell[DIVISION_CODE].text,
			.name = row->cell[DIVISION_NAME].text,
			.level = row->cell[DIVISION_LEVEL].text,
			.parent = BUILD_REF(b->divisions, row, DIVISION_PARENT),
		};
	}
	for (size_t i = 0; i < sheet->n; i++) {
		const struct row *row = &sheet->row[i];
		const struct division *d = &b->divisions[row->rank];
		int level = build_level(d), above = build_level(d->parent);

		if (level < 0 || (d->parent == NULL && row->cell[DIVISION_PARENT].text[0] != '\0'))
			continue;
		if (d->parent == NULL ? level > 0 : above >= level)
			sheet_complain(&b->s, SHEET_DIVISIONS, row, DIVISION_PARENT,
			    PROBLEM_DIVISION_PARENT, (struct says){ 0 });
	}
	b->snap->inv.divisions = b->divisions;
	b->snap->inv.ndivisions = sheet->n;
	return 0;
}

void
build_check_city(struct build *b, enum sheet_id id, const struct row *row, int column)
{
	const struct agency *a = BUILD_REF(b->agencies, row, column);

	if (a != NULL && build_level(a->division) != 1 && build_level(a->division) >= 0)
		sheet_complain(&b->s, id, row, column, PROBLEM_AGENCY_NOT_CITY,
		    (struct says){ .a = a->name });
}

/* Whether above is division or lies above it.  Wrong parents may form a circle: few steps. */
static int
is_within(const struct division *division, const struct division *above)
{
	for (int steps = 0; division != NULL && steps < 4; steps++) {
		if (division == above)
			return 1;
		division = division->parent;
	}
	return 0;
}

static void
complain_of_cycle(struct build *b, const struct agency *start)
{
	const struct row *row = build_sheet(b, SHEET_AGENCIES)->by_rank[start - b->agencies];
	const struct agency *a = start;
	char path[160];
	const char *codes[6] = { NULL };
	size_t n = 0;

	do {
		codes[n++] = a->code;
		a = a->parent;
	} while (a != start && n < 4);
	codes[n] = a->code;
	sheet_complain(&b->s, SHEET_AGENCIES, row, AGENCY_PARENT, PROBLEM_AGENCY_CYCLE,
	    (struct says){ .a = sheet_words(codes, path, sizeof(path)) });
}

/* Follows each line of parents once; a line that meets itself is a circle. */
static int
check_cycles(struct build *b)
{
	size_t n = build_sheet(b, SHEET_AGENCIES)->n;
	size_t *seen = arena_alloc(&b->s.scratch, n, sizeof(*seen));

	if (seen == NULL)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const struct agency *a = &b->agencies[i];

		while (a != NULL && seen[a - b->agencies] == 0) {
			seen[a - b->agencies] = i + 1;
			a = a->parent;
		}
		if (a != NULL && seen[a - b->agencies] == i + 1)
			complain_of_cycle(b, a);
	}
	return 0;
}

static int
compare_acting(const void *a, const void *b)
{
	const struct acting *x = a, *y = b;

	if (x->city != y->city)
		return x->city < y->city ? -1 : 1;
	if (x->division != y->division)
		return x->division < y->division ? -1 : 1;
	return (x->agency > y->agency) - (x->agency < y->agency);
}

static int
build_acting(struct build *b)
{
	struct sheet *sheet = build_sheet(b, SHEET_AGENCIES);
	struct acting *acting = build_array(b, SHEET_AGENCIES, sizeof(*acting));
	size_t n = 0;

	if (acting == NULL)
		return -1;
	for (size_t i = 0; i < sheet->n; i++) {
		const struct agency *a = &b->agencies[i];

		if (a->parent != NULL && build_level(a->parent->division) == 1 &&
		    a->division != NULL && a->division != a->parent->division)
			acting[n++] = (struct acting){ a->parent, a->division, a };
	}
	qsort(acting, n, sizeof(*acting), compare_acting);
	for (size_t i = 1; i < n; i++)
		if (acting[i].city == acting[i - 1].city && acting[i].division == acting[i - 1].division)
			sheet_complain(&b->s, SHEET_AGENCIES,
			    sheet->by_rank[acting[i].agency - b->agencies], AGENCY_PARENT, PROBLEM_AGENCY_TWO,
			    (struct says){ acting[i].city->code, acting[i - 1].agency->code, NULL });
	b->snap->acting = acting;
	b->snap->nacting = n;
	return 0;
}

int
build_agencies(struct build *b)
{
	struct sheet *sheet = build_sheet(b, SHEET_AGENCIES);

	b->agencies = build_array(b, SHEET_AGENCIES, sizeof(*b->agencies));
	if (b->agencies == NULL)
		return -1;
	for (size_t i = 0; i < sheet->n; i++) {
		const struct row *row = &sheet->row[i];

		b->agencies[row->rank] = (struct agency){
			.code = row->cell[AGENCY_CODE].text,
			.name = row->cell[AGENCY_NAME].text,
			.kind = row->cell[AGENCY_KIND].text,
			.short_name = row->cell[AGENCY_SHORT].text,
			.division = BUILD_REF(b->divisions, row, AGENCY_DIVISION),
			.parent = BUILD_REF(b->agencies, row, AGENCY_PARENT),
		};
	}
	for (size_t i = 0; i < sheet->n; i++) {
		const struct row *row = &sheet->row[i];
		const struct agency *a = &b->agencies[row->rank];

		if (a->parent != NULL && a->division != NULL && a->parent->division != NULL &&
		    !is_within(a->division, a->parent->division))
			sheet_complain(&b->s, SHEET_AGENCIES, row, AGENCY_PARENT, PROBLEM_AGENCY_DIVISION,
			    (struct says){ .a = a->parent->division->name });
	}
	b->snap->inv.agencies = b->agencies;
	b->snap->inv.nagencies = sheet->n;
	if (check_cycles(b) < 0)
		return -1;
	return build_acting(b);
}

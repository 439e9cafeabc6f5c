#include "align/assign.h"

#include <stdlib.h>

/*
 * One of the sides is "small"; each of its members is brought in by the cheapest path.  To be alone costs as
 * much as a pair that is worth nothing, so each small member has a place of its own beyond the
 * large side, and everybody can always be seated.
 */
struct seating {
	const uint32_t *worth;
	size_t columns, small, large;
	int turned;		/* the small side is the columns */
	int64_t *u, *v, *least;
	size_t *of;		/* large member (from 1) -> small one; 0: free */
	size_t *way;
	unsigned char *used;
};

static int64_t
cost(const struct seating *s, size_t small, size_t large)
{
	if (large > s->large)
		return 0;	/* alone */
	return -(int64_t)(s->turned ? s->worth[(large - 1) * s->columns + small - 1] :
	    s->worth[(small - 1) * s->columns + large - 1]);
}

/* One more seat on the cheapest path; says which is taken next. */
static size_t
reach(struct seating *s, size_t seats, size_t at)
{
	int64_t delta = INT64_MAX;
	size_t next = 0;

	for (size_t j = 1; j <= seats; j++) {
		int64_t now;

		if (s->used[j])
			continue;
		now = cost(s, s->of[at], j) - s->u[s->of[at]] - s->v[j];
		if (now < s->least[j]) {
			s->least[j] = now;
			s->way[j] = at;
		}
		if (s->least[j] < delta) {
			delta = s->least[j];
			next = j;
		}
	}
	for (size_t j = 0; j <= seats; j++)
		if (s->used[j]) {
			s->u[s->of[j]] += delta;
			s->v[j] -= delta;
		} else {
			s->least[j] -= delta;
		}
	return next;
}

static void
seat(struct seating *s, size_t small)
{
	size_t seats = s->large + s->small, at = 0;

	s->of[0] = small;
	for (size_t j = 0; j <= seats; j++) {
		s->least[j] = INT64_MAX / 4;
		s->used[j] = 0;
	}
	do {
		s->used[at] = 1;
		at = reach(s, seats, at);
	} while (s->of[at] != 0);
	while (at != 0) {
		size_t before = s->way[at];

		s->of[at] = s->of[before];
		at = before;
	}
}

int
assign(const uint32_t *worth, size_t rows, size_t columns, size_t *ret_column)
{
	struct seating s = { .worth = worth, .columns = columns, .turned = columns < rows };
	size_t seats;
	int rc = -1;

	s.small = s.turned ? columns : rows;
	s.large = s.turned ? rows : columns;
	seats = s.small + s.large + 1;
	s.u = calloc(seats, sizeof(*s.u));
	s.v = calloc(seats, sizeof(*s.v));
	s.least = calloc(seats, sizeof(*s.least));
	s.of = calloc(seats, sizeof(*s.of));
	s.way = calloc(seats, sizeof(*s.way));
	s.used = calloc(seats, 1);
	if (s.u == NULL || s.v == NULL || s.least == NULL || s.of == NULL || s.way == NULL || s.used == NULL)
		goto out;
	for (size_t i = 0; i < rows; i++)
		ret_column[i] = SIZE_MAX;
	for (size_t i = 1; i <= s.small; i++)
		seat(&s, i);
	for (size_t j = 1; j <= s.large; j++) {
		size_t i = s.of[j];

		if (i == 0 || cost(&s, i, j) == 0)
			continue;
		ret_column[s.turned ? j - 1 : i - 1] = s.turned ? i - 1 : j - 1;
	}
	rc = 0;
out:
	free(s.u);
	free(s.v);
	free(s.least);
	free(s.of);
	free(s.way);
	free(s.used);
	return rc;
}

/*
 * figures.h - how far a county's list is at one with the city's 统一度, in whole numbers.
 *
 * The figures are those of a comparison.  What was decided of its differences is put into them as if
 * it were done; the degree of unity follows from what they then say.  Pure.
 */
#ifndef ALIGN_FIGURES_H
#define ALIGN_FIGURES_H

#include "align/align.h"

struct align_figures {
	int64_t rows;		/* of the list */
	int64_t scope;		/* items of the city in scope */
	int64_t paired, same_method;
	int64_t exempt;		/* items that the county lacks lawfully */
	int64_t outside;	/* rows of matters out of scope */
	int64_t kind[ALIGN_KINDS];
	int64_t city[METHOD_N], county[METHOD_N];
};

/* Those of a result; rows is the number of rows of its list. */
struct align_figures align_figures_of(const struct align_result *r, size_t rows);

/* What is done with n differences of a kind: the county takes the city's, or keeps lawfully what it has. */
enum align_settling { ALIGN_AS_ADOPTED, ALIGN_AS_KEPT };
struct align_settled {
	enum align_kind kind;
	enum align_settling how;
	enum method item, row;	/* the city's method, except of an extra row; the row's, except of a missing item */
	int64_t n;
};
void align_settle(struct align_figures *f, const struct align_settled *s);

/* permille is rounded down; nothing of nothing is whole. */
struct align_fraction { int64_t same, of, permille; };
struct align_unity {
	struct align_fraction items, methods, counts;
	int unified;		/* all three are whole */
	int64_t county[METHOD_N];
};
struct align_unity align_unity_of(const struct align_figures *f);

/* Adds that of another county: what one has too many of does not make up for what another lacks.  Zeroed at first. */
void align_unity_add(struct align_unity *sum, const struct align_unity *u);

#endif

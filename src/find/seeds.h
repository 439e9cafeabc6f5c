/*
 * seeds.h - the parts of the runs in which everything stands that a word can match.
 *
 * Seeds are a superset: what they name is yet to be matched (match.h).
 */
#ifndef FIND_SEEDS_H
#define FIND_SEEDS_H

#include "find/match.h"

struct seed {
	enum run_name run;
	size_t lo, hi;			/* entries */
	size_t exact_lo, exact_hi;	/* those among them that end where the word ends */
	enum find_by by;		/* the best way of typing that leads here */
	size_t back;			/* a match begins so many units before the place */
	int blind;			/* a whole text may be anywhere among the entries */
};

/*
 * Calls each for every seed of a word.  Returns how far into the word the index knows of texts
 * that may go on so: what is wrong with a word of which nothing is found is not far behind.
 */
size_t seeds_each(const struct find *find, const struct word *w,
    void (*each)(void *ctx, const struct seed *seed), void *ctx);

#endif

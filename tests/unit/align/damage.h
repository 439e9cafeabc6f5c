/*
 * damage.h - a county's list with known answers: the city's items of a division, damaged as people do it.
 *
 * The same seed gives the same list and the same answers.  Nothing here is taken from the lists of
 * examples/jinhua, nor from the words that the matcher knows.
 */
#ifndef TESTS_ALIGN_DAMAGE_H
#define TESTS_ALIGN_DAMAGE_H

#include "align/align.h"

struct dice { uint64_t state; };	/* splitmix64 */

uint32_t dice_below(struct dice *d, uint32_t n);
int dice_chance(struct dice *d, uint32_t per_mille);

/* What the comparison should say: of a missing item no row, of an extra row no item. */
struct answer { enum align_kind kind; const struct item *item; size_t row; };

struct damaged {
	struct align_row *row;
	size_t nrows;
	struct answer *answer;
	size_t nanswers;
	char *text;		/* of the rows */
};

/* Which kinds of damage there are, in per mille of the items. */
struct damage { uint32_t missing, matter_missing, extra, matter, matter_whole, proof, method; };
#define DAMAGE_USUAL { 20, 4, 15, 12, 6, 25, 15 }

/* Fails the test without memory. */
void damage_make(const struct inventory *inv, const struct division *division, const struct damage *how,
    uint64_t seed, struct damaged *ret_damaged);
void damage_free(struct damaged *d);

/* Names with all that people do to them, into to (of size bytes). */
void damage_matter(struct dice *d, const struct division *division, const char *name, char *to, size_t size);
void damage_proof(struct dice *d, const struct proof *proof, char *to, size_t size);

#endif

/*
 * catalogue.h - which matters and proofs of an inventory a name may mean.
 *
 * A name means all those that it fits in the best way in which it fits any.  Where it fits none,
 * the nearest by their grams come into question.
 */
#ifndef ALIGN_CATALOGUE_H
#define ALIGN_CATALOGUE_H

#include "align/gram.h"

/* How a name fits; the earlier, the better. */
enum fit {
	FIT_SAME,	/* but for width, brackets, traditional forms, blanks */
	FIT_PLACE,	/* with the name of a place before it */
	FIT_ALIAS,	/* a known other name of the proof */
	FIT_WORDS,	/* in other words (standard.def) */
	FIT_BRACKETS,	/* without what one of the two has in brackets */
	FIT_NEAR,	/* similar */
	FIT_NFITS
};

#define MEANINGS_MAX 8
#define NEAR_MOST 890	/* likeness of what is only similar: never more */

struct meaning {
	uint32_t what;		/* index of the matter or proof */
	uint8_t fit;		/* enum fit */
	uint16_t likeness;	/* 0 to 1000: how sure the name alone makes it */
};
struct meanings { struct meaning of[MEANINGS_MAX]; size_t n; };

struct catalogue;
/* NULL without memory. */
struct catalogue *catalogue_new(const struct inventory *inv);
void catalogue_free(struct catalogue *c);

/* Best first; near ones only where nothing else fits. */
void catalogue_matter(const struct catalogue *c, const char *name, const struct division *division,
    struct meanings *ret_meanings);
/* No near ones: whether one of the matter's proofs is similar enough is asked with catalogue_proof_like. */
void catalogue_proof(const struct catalogue *c, const char *name, struct meanings *ret_meanings);

/* How alike a name and a proof, by any of its names, are; best says which is most alike of all. */
struct proof_look {
	struct form plain, standard;
	uint64_t room[GRAM_MAX];
	struct grams grams;
	unsigned best;
	size_t best_proof;		/* SIZE_MAX: there is none */
};
void catalogue_look(const struct catalogue *c, const char *name, struct proof_look *ret_look);
unsigned catalogue_proof_like(const struct catalogue *c, const struct proof_look *look, size_t proof);

/* In how many matters a proof is demanded. */
size_t catalogue_demand(const struct catalogue *c, size_t proof);

#endif

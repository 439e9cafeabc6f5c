/*
 * pair.h - which row of a list is which item: what align_compare works on.  For the files of this folder.
 */
#ifndef ALIGN_PAIR_H
#define ALIGN_PAIR_H

#include "align/align.h"
#include "align/catalogue.h"

#define NO_ITEM UINT32_MAX

/* A name that the list has, and what it may mean. */
struct said {
	const char *text;
	struct meanings means;
	struct proof_look *look;	/* of a proof's name that nothing fits well; else NULL */
	size_t rows;			/* of the list that have it */
	/* Of a matter's name that is only similar: rows under it, and those whose proofs each meaning demands. */
	uint16_t of, neighbours[MEANINGS_MAX];
};

/* How a row and an item fit. */
struct fitting {
	uint8_t matter, proof;		/* enum fit */
	uint16_t matter_like, proof_like;
	uint16_t neighbours, of;	/* as in struct said */
};

struct pairing {
	const struct inventory *inv;
	const struct division *division;
	const struct align_list *list;
	struct catalogue *catalogue;
	unsigned char *in_scope;	/* item -> whether */
	/* Of the list, in an order that does not depend on that of its rows. */
	size_t *order;
	uint32_t *matter_name, *proof_name;	/* row -> index of said */
	struct said *matter, *proof;
	size_t nmatters, nproofs;
	/* What comes of it. */
	uint32_t *item_of;		/* row -> item, or NO_ITEM */
	size_t *row_of;			/* item -> row, or ALIGN_NO_ROW */
	struct fitting *fit;		/* row -> how, where it has an item */
	unsigned char *outside;		/* row -> whether its matter is out of scope */
};

/* Reads the names of the list: fills in all but in_scope and what comes of it.  FAULT_MEMORY, FAULT_ALIGN_STRANGE. */
int pairing_open(struct pairing *p, struct fault *f);
/* Pairs.  FAULT_MEMORY, FAULT_ALIGN_TANGLED. */
int pairing_run(struct pairing *p, struct fault *f);
void pairing_close(struct pairing *p);

/* How a row and an item would fit under one of the meanings of its matter's name; 0: not at all. */
unsigned pairing_worth(const struct pairing *p, size_t row, const struct meaning *matter, uint32_t item,
    struct fitting *ret_fit);
/* The best meaning of the matter's name in scope; NULL if there is none that is likely. */
const struct meaning *pairing_matter(const struct pairing *p, size_t row);

#endif

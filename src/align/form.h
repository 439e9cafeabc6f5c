/*
 * form.h - what is compared of a name: its units, without what counties add, in standard words.
 *
 * A unit is what find/fold.h says: simplified, narrow, in lower case; brackets, dots and blanks
 * are none.  Pure.
 */
#ifndef ALIGN_FORM_H
#define ALIGN_FORM_H

#include <stddef.h>
#include <stdint.h>

#include "flow/inventory.h"

#define FORM_MAX 224	/* units; what follows in a longer name is not compared */

struct form {
	uint32_t unit[FORM_MAX];
	uint8_t inside[FORM_MAX];	/* whether it stands in brackets */
	size_t n;
};

void form_of(const char *text, size_t len, struct form *ret_form);

/*
 * Takes the name of the division or of one above it from the beginning ("武义县", "武义", "浙江省");
 * says whether there was one.  Never takes all.
 */
int form_without_place(struct form *form, const struct division *division);

/* Puts the standard word for each word that has one, and takes away what says nothing (words.def). */
enum form_kind { FORM_MATTER, FORM_PROOF };
void form_standard(struct form *form, enum form_kind kind);

/* Without what stands in brackets; the whole where that is all. */
void form_bare(const struct form *form, struct form *ret_bare);

/*
 * How alike two forms are by what it takes to make one of the other, 0 to 1000: characters lost, added,
 * wrong or two in each other's place (Damerau 1964), at most two and one in four; else 0.
 */
unsigned form_edits(const struct form *a, const struct form *b);

/* Whether part is all of whole but for what stands before or after it, and none of that denies it (无, 未, 非, 不). */
int form_contains(const struct form *whole, const struct form *part);

uint64_t form_hash(const struct form *form);
int form_same(const struct form *a, const struct form *b);

#endif

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
 * Takes names of the division and of those above it from the beginning ("武义县", "金华市武义",
 * "浙江省"); says whether there were any.  Never takes all.
 */
int form_without_place(struct form *form, const struct division *division);

/* Puts the standard word for each word that has one, and takes away what says nothing (words.def). */
enum form_kind { FORM_MATTER, FORM_PROOF };
void form_standard(struct form *form, enum form_kind kind);

/* Without what stands in brackets; the whole where that is all. */
void form_bare(const struct form *form, struct form *ret_bare);

uint64_t form_hash(const struct form *form);
int form_same(const struct form *a, const struct form *b);

#endif

/*
 * gram.h - how alike two names are, and which names of a catalogue come near.
 *
 * Names are compared by their units and pairs of neighbouring units (character n-grams: Dice's
 * coefficient with weights, 1945), each weighing the more the fewer names of the catalogue have
 * it.  Whole numbers only: the same on every machine.  Pure but for memory.
 */
#ifndef ALIGN_GRAM_H
#define ALIGN_GRAM_H

#include <stddef.h>
#include <stdint.h>

#include "align/form.h"

#define GRAM_MAX (2 * FORM_MAX + 1)
#define GRAM_SAME 1000
#define GRAM_NEAR_MAX 8		/* names that gram_near gives */
#define GRAM_EFFORT 1500	/* entries that it looks at for a name */

/* The grams of a name, sorted. */
struct grams { uint64_t *gram; size_t n; uint64_t weight; };

struct gram_index;

/* An index of names; form gives the i-th.  NULL without memory. */
typedef void gram_form_fn(size_t i, void *ctx, struct form *ret_form);
struct gram_index *gram_index_new(size_t n, gram_form_fn *form, void *ctx);
void gram_index_free(struct gram_index *index);

/* The grams of another name, for gram_likeness; room for GRAM_MAX. */
void gram_of(const struct gram_index *index, const struct form *form, uint64_t *room,
    struct grams *ret_grams);
/* 0 to GRAM_SAME. */
unsigned gram_likeness(const struct gram_index *index, const struct grams *a, const struct grams *b);
/* The same with the i-th name of the index. */
unsigned gram_likeness_to(const struct gram_index *index, const struct grams *a, size_t i);

/*
 * The names that are most alike, best first, and how alike; found by the rarest grams, so
 * that a name with common ones only may be missed in a very large catalogue.
 */
struct gram_near { size_t name; unsigned likeness; };
size_t gram_near(const struct gram_index *index, const struct grams *grams,
    struct gram_near ret_near[GRAM_NEAR_MAX]);

#endif

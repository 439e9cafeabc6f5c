#include "align/gram.h"

#include <stdlib.h>
#include <string.h>

#define SINGLE(unit) ((uint64_t)(unit))
#define PAIR(a, b) ((uint64_t)(a) << 24 | (uint64_t)(b) | UINT64_C(1) << 60)
#define EDGE 1u			/* stands before the first unit and after the last */
#define LOOKED_AT 32		/* names whose likeness is worked out */
#define SCALE 16		/* a doubling of rarity */

struct gram_index {
	size_t n;
	uint64_t *gram;		/* of all names, one after the other, each sorted */
	size_t *first;		/* name -> its first gram; one more at the end */
	uint64_t *weight;	/* of all grams of a name */
	/* Different grams, sorted, and the names that have each. */
	uint64_t *known;
	uint32_t *known_first;	/* one more at the end */
	uint32_t *name;
	size_t nknown;
};

struct entry { uint64_t gram; uint32_t name; };

static int
by_gram(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static int
by_entry(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return x->gram != y->gram ? (x->gram > y->gram) - (x->gram < y->gram) :
	    (x->name > y->name) - (x->name < y->name);
}

static size_t
list(const struct form *form, uint64_t *ret_gram)
{
	size_t n = 0;

	for (size_t i = 0; i < form->n; i++) {
		ret_gram[n++] = SINGLE(form->unit[i]);
		ret_gram[n++] = PAIR(i == 0 ? EDGE : form->unit[i - 1], form->unit[i]);
	}
	if (form->n > 0)
		ret_gram[n++] = PAIR(form->unit[form->n - 1], EDGE);
	qsort(ret_gram, n, sizeof(*ret_gram), by_gram);
	return n;
}

/* SCALE times the logarithm to base 2, rounded down to a sixteenth. */
static uint64_t
log_of(uint64_t a, uint64_t b)
{
	uint64_t x, whole = 0;

	if (a <= b)
		return 0;
	x = (a << 16) / b;
	while (x >= 2u << 16) {
		x >>= 1;
		whole += SCALE;
	}
	for (uint64_t part = SCALE / 2; part > 0; part /= 2) {
		x = x * x >> 16;
		if (x >= 2u << 16) {
			x >>= 1;
			whole += part;
		}
	}
	return whole;
}

/* Which of the known grams it is; nknown if it is none. */
static size_t
find(const struct gram_index *index, uint64_t gram)
{
	size_t lo = 0, hi = index->nknown;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (index->known[mid] < gram)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < index->nknown && index->known[lo] == gram ? lo : index->nknown;
}

static uint64_t
weight_of(const struct gram_index *index, uint64_t gram)
{
	size_t k = find(index, gram);
	uint64_t have = k == index->nknown ? 0 : index->known_first[k + 1] - index->known_first[k];
	uint64_t w = 1 + log_of(index->n + 1, have + 1);

	return gram >> 60 != 0 ? w : w / 2 + 1;
}

static int
fill(struct gram_index *index, struct entry *entry, size_t n)
{
	qsort(entry, n, sizeof(*entry), by_entry);
	index->known = calloc(n + 1, sizeof(*index->known));
	index->known_first = calloc(n + 1, sizeof(*index->known_first));
	index->name = calloc(n + 1, sizeof(*index->name));
	if (index->known == NULL || index->known_first == NULL || index->name == NULL)
		return -1;
	for (size_t i = 0, names = 0; i < n; i++) {
		if (i == 0 || entry[i].gram != entry[i - 1].gram) {
			index->known[index->nknown] = entry[i].gram;
			index->known_first[index->nknown++] = (uint32_t)names;
		} else if (entry[i].name == entry[i - 1].name) {
			continue;	/* twice in one name */
		}
		index->name[names++] = entry[i].name;
		index->known_first[index->nknown] = (uint32_t)names;
	}
	return 0;
}

struct gram_index *
gram_index_new(size_t n, gram_form_fn *form, void *ctx)
{
	struct gram_index *index = calloc(1, sizeof(*index));
	struct entry *entry = NULL;
	uint64_t room[GRAM_MAX];
	size_t total = 0;
	struct form f;

	if (index == NULL || (index->first = calloc(n + 1, sizeof(*index->first))) == NULL ||
	    (index->weight = calloc(n + 1, sizeof(*index->weight))) == NULL)
		goto fail;
	index->n = n;
	for (size_t i = 0; i < n; i++) {
		form(i, ctx, &f);
		index->first[i + 1] = total += 2 * f.n + (f.n > 0);
	}
	index->gram = calloc(total + 1, sizeof(*index->gram));
	entry = calloc(total + 1, sizeof(*entry));
	if (index->gram == NULL || entry == NULL || total > UINT32_MAX)
		goto fail;
	for (size_t i = 0, at = 0; i < n; i++) {
		size_t have;

		form(i, ctx, &f);
		have = list(&f, room);
		memcpy(index->gram + at, room, have * sizeof(*room));
		for (size_t k = 0; k < have; k++)
			entry[at + k] = (struct entry){ room[k], (uint32_t)i };
		at += have;
	}
	if (fill(index, entry, total) < 0)
		goto fail;
	free(entry);
	for (size_t i = 0; i < n; i++)
		for (size_t k = index->first[i]; k < index->first[i + 1]; k++)
			index->weight[i] += weight_of(index, index->gram[k]);
	return index;
fail:
	free(entry);
	gram_index_free(index);
	return NULL;
}

void
gram_index_free(struct gram_index *index)
{
	if (index == NULL)
		return;
	free(index->gram);
	free(index->first);
	free(index->weight);
	free(index->known);
	free(index->known_first);
	free(index->name);
	free(index);
}

void
gram_of(const struct gram_index *index, const struct form *form, uint64_t *room,
    struct grams *ret_grams)
{
	ret_grams->gram = room;
	ret_grams->n = list(form, room);
	ret_grams->weight = 0;
	for (size_t i = 0; i < ret_grams->n; i++)
		ret_grams->weight += weight_of(index, room[i]);
}

unsigned
gram_likeness(const struct gram_index *index, const struct grams *a, const struct grams *b)
{
	uint64_t both = 0;

	for (size_t i = 0, k = 0; i < a->n && k < b->n; ) {
		if (a->gram[i] == b->gram[k]) {
			both += weight_of(index, a->gram[i]);
			i++;
			k++;
		} else if (a->gram[i] < b->gram[k]) {
			i++;
		} else {
			k++;
		}
	}
	return a->weight + b->weight == 0 ? 0 :
	    (unsigned)(2 * both * GRAM_SAME / (a->weight + b->weight));
}

unsigned
gram_likeness_to(const struct gram_index *index, const struct grams *a, size_t i)
{
	struct grams b = { index->gram + index->first[i], index->first[i + 1] - index->first[i],
		index->weight[i] };

	return gram_likeness(index, a, &b);
}

struct rare { uint32_t known, have; };

static int
by_rarity(const void *a, const void *b)
{
	const struct rare *x = a, *y = b;

	return x->have != y->have ? (x->have > y->have) - (x->have < y->have) :
	    (x->known > y->known) - (x->known < y->known);
}

struct hit { uint32_t name, weight; };

static int
by_name(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;

	return (x->name > y->name) - (x->name < y->name);
}

static int
by_weight(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;

	return x->weight != y->weight ? (x->weight < y->weight) - (x->weight > y->weight) : by_name(a, b);
}

/* The names that have the rarest grams of a name, each once, with what they have weighs most first. */
static size_t
gather(const struct gram_index *index, const struct grams *grams, struct hit ret_hit[GRAM_EFFORT])
{
	struct rare rare[GRAM_MAX];
	size_t n = 0, hits = 0, kept = 0;

	for (size_t i = 0; i < grams->n; i++) {
		size_t k = i > 0 && grams->gram[i] == grams->gram[i - 1] ? index->nknown :
		    find(index, grams->gram[i]);

		if (k < index->nknown && grams->gram[i] >> 60 != 0)
			rare[n++] = (struct rare){ (uint32_t)k,
				index->known_first[k + 1] - index->known_first[k] };
	}
	qsort(rare, n, sizeof(*rare), by_rarity);
	for (size_t i = 0; i < n && hits + rare[i].have <= GRAM_EFFORT; i++) {
		uint32_t weight = (uint32_t)weight_of(index, index->known[rare[i].known]);

		for (uint32_t k = 0; k < rare[i].have; k++)
			ret_hit[hits++] = (struct hit){
				index->name[index->known_first[rare[i].known] + k], weight };
	}
	qsort(ret_hit, hits, sizeof(*ret_hit), by_name);
	for (size_t i = 0; i < hits; i++)
		if (kept > 0 && ret_hit[i].name == ret_hit[kept - 1].name)
			ret_hit[kept - 1].weight += ret_hit[i].weight;
		else
			ret_hit[kept++] = ret_hit[i];
	qsort(ret_hit, kept, sizeof(*ret_hit), by_weight);
	return kept;
}

size_t
gram_near(const struct gram_index *index, const struct grams *grams,
    struct gram_near ret_near[GRAM_NEAR_MAX])
{
	struct hit hit[GRAM_EFFORT];
	size_t hits = gather(index, grams, hit), n = 0;

	for (size_t i = 0; i < hits && i < LOOKED_AT; i++) {
		struct gram_near one = { hit[i].name, gram_likeness_to(index, grams, hit[i].name) };
		size_t at = n;

		while (at > 0 && (ret_near[at - 1].likeness < one.likeness ||
		    (ret_near[at - 1].likeness == one.likeness && ret_near[at - 1].name > one.name)))
			at--;
		if (at == GRAM_NEAR_MAX)
			continue;
		n += n < GRAM_NEAR_MAX;
		memmove(ret_near + at + 1, ret_near + at, (n - at - 1) * sizeof(*ret_near));
		ret_near[at] = one;
	}
	return n;
}

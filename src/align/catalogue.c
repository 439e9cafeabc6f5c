#include "align/catalogue.h"

#include <stdlib.h>
#include <string.h>

/* Kinds of forms that are looked up; of a proof's, which of its names it is does not matter. */
enum way { WAY_PLAIN, WAY_ALIAS, WAY_STANDARD, WAY_BARE };

#define CONTAINED 800	/* likeness of a proof's name with more before or after it */

struct key { uint64_t hash; uint32_t name; uint8_t way; };

/* A name of a catalogue: matters have one, proofs those of their aliases too. */
struct name { const char *text; size_t len; uint32_t what; uint8_t alias; };

struct names {
	enum form_kind kind;
	struct name *name;
	size_t n, cap;
	struct key *key;
	size_t nkeys;
	struct gram_index *grams;
	uint32_t *first;	/* what -> its first name; one more at the end */
};

struct catalogue {
	const struct inventory *inv;
	struct names matter, proof;
	size_t *demand;		/* proof -> matters */
};

static const uint16_t likeness_of[FIT_NFITS] = {
	[FIT_SAME] = 1000, [FIT_PLACE] = 985, [FIT_ALIAS] = 980, [FIT_WORDS] = 950, [FIT_BRACKETS] = 900,
};


static int
by_hash(const void *a, const void *b)
{
	const struct key *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->way != y->way ? x->way - y->way : (x->name > y->name) - (x->name < y->name);
}

static int
add_name(struct names *names, const char *text, size_t len, size_t what, int alias)
{
	if (names->n == names->cap) {
		size_t cap = names->cap == 0 ? 256 : names->cap * 2;
		struct name *grown = reallocarray(names->name, cap, sizeof(*grown));

		if (grown == NULL)
			return -1;
		names->name = grown;
		names->cap = cap;
	}
	names->name[names->n++] = (struct name){ text, len, (uint32_t)what, (uint8_t)alias };
	return 0;
}

static void
form_in(const struct names *names, const struct name *name, enum way way, struct form *ret_form)
{
	form_of(name->text, name->len, ret_form);
	if (way == WAY_BARE) {
		struct form whole = *ret_form;

		form_bare(&whole, ret_form);
	}
	if (way == WAY_STANDARD || way == WAY_BARE)
		form_standard(ret_form, names->kind);
}

static void
form_for_grams(size_t i, void *ctx, struct form *ret_form)
{
	struct names *names = ctx;

	form_in(names, &names->name[i], WAY_STANDARD, ret_form);
}

static int
close_names(struct names *names, size_t nwhat)
{
	names->key = calloc(names->n * 3 + 1, sizeof(*names->key));
	names->first = calloc(nwhat + 1, sizeof(*names->first));
	if (names->key == NULL || names->first == NULL)
		return -1;
	for (size_t i = 0; i < names->n; i++) {
		const struct name *name = &names->name[i];
		const enum way ways[] = { name->alias ? WAY_ALIAS : WAY_PLAIN, WAY_STANDARD, WAY_BARE };

		for (size_t w = 0; w < 3; w++) {
			struct form form;

			form_in(names, name, ways[w], &form);
			names->key[names->nkeys++] = (struct key){ form_hash(&form), (uint32_t)i,
				(uint8_t)ways[w] };
		}
		names->first[name->what + 1] = (uint32_t)i + 1;
	}
	for (size_t i = 1; i <= nwhat; i++)
		if (names->first[i] < names->first[i - 1])
			names->first[i] = names->first[i - 1];
	qsort(names->key, names->nkeys, sizeof(*names->key), by_hash);
	names->grams = gram_index_new(names->n, form_for_grams, names);
	return names->grams == NULL ? -1 : 0;
}

static int
add_proof(struct names *names, const struct proof *p, size_t i)
{
	if (add_name(names, p->name, strlen(p->name), i, 0) < 0)
		return -1;
	for (const char *at = p->aliases; *at != '\0'; ) {
		size_t len = strcspn(at, ";");

		if (len > 0 && add_name(names, at, len, i, 1) < 0)
			return -1;
		at += len + (at[len] == ';');
	}
	return 0;
}

struct catalogue *
catalogue_new(const struct inventory *inv)
{
	struct catalogue *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->inv = inv;
	c->matter.kind = FORM_MATTER;
	c->proof.kind = FORM_PROOF;
	if ((c->demand = calloc(inv->nproofs + 1, sizeof(*c->demand))) == NULL)
		goto fail;
	for (size_t i = 0; i < inv->nmatters; i++)
		if (add_name(&c->matter, inv->matters[i].name, strlen(inv->matters[i].name), i, 0) < 0)
			goto fail;
	for (size_t i = 0; i < inv->nproofs; i++)
		if (add_proof(&c->proof, &inv->proofs[i], i) < 0)
			goto fail;
	for (size_t i = 0; i < inv->nitems; i++)
		c->demand[inv->items[i].proof - inv->proofs]++;
	if (close_names(&c->matter, inv->nmatters) < 0 || close_names(&c->proof, inv->nproofs) < 0)
		goto fail;
	return c;
fail:
	catalogue_free(c);
	return NULL;
}

static void
free_names(struct names *names)
{
	free(names->name);
	free(names->key);
	free(names->first);
	gram_index_free(names->grams);
}

void
catalogue_free(struct catalogue *c)
{
	if (c == NULL)
		return;
	free_names(&c->matter);
	free_names(&c->proof);
	free(c->demand);
	free(c);
}

static void
add_meaning(struct meanings *m, uint32_t what, enum fit fit, unsigned likeness)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->of[i].what == what)
			return;
	if (m->n < MEANINGS_MAX)
		m->of[m->n++] = (struct meaning){ what, (uint8_t)fit, (uint16_t)likeness };
}

/* Adds what has this form in this way. */
static void
look_up(const struct names *names, const struct form *form, enum way way, enum fit fit,
    struct meanings *m)
{
	struct key want = { form_hash(form), 0, (uint8_t)way };
	size_t lo = 0, hi = names->nkeys;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (by_hash(&names->key[mid], &want) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < names->nkeys && names->key[lo].hash == want.hash && names->key[lo].way == way &&
	    m->n < MEANINGS_MAX; lo++) {
		const struct name *name = &names->name[names->key[lo].name];
		struct form have;

		form_in(names, name, way, &have);
		if (form_same(form, &have))
			add_meaning(m, name->what, fit, likeness_of[fit]);
	}
}

/* In other words, then without brackets. */
static void
look_up_loosely(const struct names *names, const struct form *form, struct meanings *m)
{
	struct form standard = *form, bare;
	int has_brackets;

	form_standard(&standard, names->kind);
	look_up(names, &standard, WAY_STANDARD, FIT_WORDS, m);
	if (m->n > 0)
		return;
	form_bare(form, &bare);
	has_brackets = !form_same(form, &bare);
	form_standard(&bare, names->kind);
	look_up(names, &bare, WAY_BARE, FIT_BRACKETS, m);
	/* Both have brackets, and different ones: not the same for all that. */
	for (size_t i = 0, n = m->n; has_brackets && i < n; i++) {
		const struct meaning one = m->of[i];
		struct form plain, other;

		m->n = i == 0 ? 0 : m->n;
		form_in(names, &names->name[names->first[one.what]], WAY_PLAIN, &plain);
		form_bare(&plain, &other);
		if (form_same(&plain, &other))
			m->of[m->n++] = one;
	}
}

/* A name that is looked for: as it stands, and in standard words. */
struct wanted { const struct form *plain, *standard; const struct grams *grams; };

/* How alike it and a name are: by grams, by slips, of a proof by being all that is said. */
static unsigned
likeness(const struct names *names, const struct wanted *want, size_t name)
{
	unsigned like = gram_likeness_to(names->grams, want->grams, name), edits;
	const struct form *mine[] = { want->plain, want->standard };
	const enum way way[] = { WAY_PLAIN, WAY_STANDARD };
	struct form other;

	for (size_t i = 0; i < 2; i++) {
		form_in(names, &names->name[name], way[i], &other);
		edits = form_edits(mine[i], &other);
		like = edits > like ? edits : like;
		if (names->kind == FORM_PROOF && like < CONTAINED && form_contains(mine[i], &other))
			like = CONTAINED;
	}
	return like > NEAR_MOST ? NEAR_MOST : like;
}

/* Adds what is similar. */
static void
look_near(const struct names *names, const struct form *form, struct meanings *m)
{
	struct gram_near near[GRAM_NEAR_MAX];
	struct form standard = *form;
	uint64_t room[GRAM_MAX];
	struct grams grams;
	struct wanted want = { form, &standard, &grams };
	size_t n;

	form_standard(&standard, names->kind);
	gram_of(names->grams, &standard, room, &grams);
	n = gram_near(names->grams, &grams, near);
	for (size_t i = 0; i < n; i++)
		add_meaning(m, names->name[near[i].name].what, FIT_NEAR, likeness(names, &want, near[i].name));
}

static int
by_likeness(const void *a, const void *b)
{
	const struct meaning *x = a, *y = b;

	return x->likeness != y->likeness ? y->likeness - x->likeness : (x->what > y->what) - (x->what < y->what);
}

void
catalogue_matter(const struct catalogue *c, const char *name, const struct division *division,
    struct meanings *ret_meanings)
{
	struct form form, placeless;

	ret_meanings->n = 0;
	form_of(name, strlen(name), &form);
	if (form.n == 0)
		return;
	look_up(&c->matter, &form, WAY_PLAIN, FIT_SAME, ret_meanings);
	placeless = form;
	while (ret_meanings->n == 0 && form_without_place(&placeless, division))
		look_up(&c->matter, &placeless, WAY_PLAIN, FIT_PLACE, ret_meanings);
	if (ret_meanings->n == 0)
		look_up_loosely(&c->matter, &form, ret_meanings);
	/* The city's own name may begin with a place, too. */
	placeless = form;
	while (ret_meanings->n == 0 && form_without_place(&placeless, division))
		look_up_loosely(&c->matter, &placeless, ret_meanings);
	if (ret_meanings->n > 0)
		return;
	if (!form_same(&form, &placeless))
		look_near(&c->matter, &placeless, ret_meanings);
	look_near(&c->matter, &form, ret_meanings);
	qsort(ret_meanings->of, ret_meanings->n, sizeof(ret_meanings->of[0]), by_likeness);
}

void
catalogue_proof(const struct catalogue *c, const char *name, struct meanings *ret_meanings)
{
	struct form form;

	ret_meanings->n = 0;
	form_of(name, strlen(name), &form);
	if (form.n == 0)
		return;
	look_up(&c->proof, &form, WAY_PLAIN, FIT_SAME, ret_meanings);
	look_up(&c->proof, &form, WAY_ALIAS, FIT_ALIAS, ret_meanings);
	if (ret_meanings->n == 0)
		look_up_loosely(&c->proof, &form, ret_meanings);
}

void
catalogue_look(const struct catalogue *c, const char *name, struct proof_look *ret_look)
{
	struct wanted want = { &ret_look->plain, &ret_look->standard, &ret_look->grams };
	struct gram_near near[GRAM_NEAR_MAX];
	size_t n;

	form_of(name, strlen(name), &ret_look->plain);
	ret_look->standard = ret_look->plain;
	form_standard(&ret_look->standard, FORM_PROOF);
	gram_of(c->proof.grams, &ret_look->standard, ret_look->room, &ret_look->grams);
	ret_look->best = 0;
	ret_look->best_proof = SIZE_MAX;
	n = gram_near(c->proof.grams, &ret_look->grams, near);
	for (size_t i = 0; i < n; i++) {
		unsigned like = likeness(&c->proof, &want, near[i].name);

		if (like <= ret_look->best)
			continue;
		ret_look->best = like;
		ret_look->best_proof = c->proof.name[near[i].name].what;
	}
}

unsigned
catalogue_proof_like(const struct catalogue *c, const struct proof_look *look, size_t proof)
{
	const struct wanted want = { &look->plain, &look->standard, &look->grams };
	unsigned best = 0;

	for (size_t i = c->proof.first[proof]; i < c->proof.first[proof + 1]; i++) {
		unsigned like = likeness(&c->proof, &want, i);

		best = like > best ? like : best;
	}
	return best;
}

size_t
catalogue_demand(const struct catalogue *c, size_t proof)
{
	return c->demand[proof];
}

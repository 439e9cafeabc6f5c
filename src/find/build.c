/* build.c - objects in the order of their use, their texts, and which objects have each text. */
#include <stdlib.h>
#include <string.h>

#include "find/index.h"

#define ALIAS_SEPARATOR ';'	/* of proofs.csv */

struct builder {
	struct find *find;
	struct pile units, texts, named;	/* texts: place of the first unit */
	int too_many;
};

/* Room for n more texts: the table is kept at most half full. */
static int
grow_slots(struct builder *b)
{
	struct find *find = b->find;
	size_t n = find->nslots == 0 ? 1024 : 2 * find->nslots;
	uint32_t *slot = calloc(n, sizeof(*slot));

	if (slot == NULL)
		return -1;
	for (size_t t = 0; t < b->texts.n; t++) {
		uint32_t unit[FOLD_TEXT_MAX];
		size_t from = b->texts.v[t], i, k = 0;
		size_t to = t + 1 < b->texts.n ? b->texts.v[t + 1] : b->units.n;

		for (size_t u = from; u < to; u++)
			unit[k++] = (uint32_t)b->units.v[u];
		for (i = text_hash(unit, k) & (n - 1); slot[i] != 0; i = (i + 1) & (n - 1))
			continue;
		slot[i] = (uint32_t)t + 1;
	}
	free(find->slot);
	find->slot = slot;
	find->nslots = n;
	return 0;
}

/* Whether text number t consists of these units. */
static int
is_text(const struct builder *b, size_t t, const uint32_t *unit, size_t n)
{
	size_t from = b->texts.v[t], to = t + 1 < b->texts.n ? b->texts.v[t + 1] : b->units.n;

	if (to - from != n)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (FOLD_CHARACTER(b->units.v[from + i]) != FOLD_CHARACTER(unit[i]))
			return 0;
	return 1;
}

/* The number of a text, which is added if it is new. */
static int
add_text(struct builder *b, const char *text, size_t len, uint32_t *ret_text)
{
	struct find *find = b->find;
	uint32_t unit[FOLD_TEXT_MAX];
	size_t n = fold(text, len, unit, NULL, FOLD_TEXT_MAX), i;

	if (2 * (b->texts.n + 1) > find->nslots && grow_slots(b) < 0)
		return -1;
	for (i = text_hash(unit, n) & (find->nslots - 1); find->slot[i] != 0;
	    i = (i + 1) & (find->nslots - 1)) {
		if (is_text(b, find->slot[i] - 1, unit, n)) {
			*ret_text = find->slot[i] - 1;
			return 0;
		}
	}
	*ret_text = (uint32_t)b->texts.n;
	find->slot[i] = *ret_text + 1;
	pile_add(&b->texts, b->units.n);
	for (size_t k = 0; k < n; k++)
		pile_add(&b->units, unit[k]);
	b->too_many |= b->units.n > ID_MAX || b->texts.n > ID_MAX;
	return b->too_many || b->units.failed || b->texts.failed ? -1 : 0;
}

static int
add_named(struct builder *b, const char *text, size_t len, enum find_field field)
{
	uint32_t t;

	if (add_text(b, text, len, &t) < 0)
		return -1;
	pile_add(&b->named, NAMED(t, field));
	return b->named.failed ? -1 : 0;
}

static int
add_matter(struct builder *b, size_t i)
{
	const struct matter *m = &b->find->inv->matters[i];

	return add_named(b, m->name, strlen(m->name), FIND_NAME) < 0 ? -1 :
	    add_named(b, m->agency->name, strlen(m->agency->name), FIND_RELATED);
}

static int
add_proof(struct builder *b, size_t i)
{
	const struct proof *p = &b->find->inv->proofs[i];
	const char *alias = p->aliases;
	size_t len;

	if (add_named(b, p->name, strlen(p->name), FIND_NAME) < 0)
		return -1;
	for (; *alias != '\0'; alias += len + (alias[len] != '\0')) {
		const char *end = strchr(alias, ALIAS_SEPARATOR);

		len = end != NULL ? (size_t)(end - alias) : strlen(alias);
		if (len > 0 && add_named(b, alias, len, FIND_ALIAS) < 0)
			return -1;
	}
	return 0;
}

static int
add_agency(struct builder *b, size_t i)
{
	const struct agency *a = &b->find->inv->agencies[i];

	if (add_named(b, a->name, strlen(a->name), FIND_NAME) < 0)
		return -1;
	return a->short_name[0] == '\0' ? 0 :
	    add_named(b, a->short_name, strlen(a->short_name), FIND_ALIAS);
}

static size_t
count_of(const struct inventory *inv, enum find_kind kind)
{
	const size_t n[FIND_NKINDS] = { inv->nmatters, inv->nproofs, inv->nagencies, inv->nitems };

	return n[kind];
}

static int
name_all(struct builder *b)
{
	static int (*const add[FIND_ITEM])(struct builder *, size_t) = { add_matter, add_proof,
		add_agency };
	struct find *find = b->find;

	for (size_t kind = 0; kind < FIND_ITEM; kind++) {
		size_t n = count_of(find->inv, (enum find_kind)kind);

		if ((find->first[kind] = malloc((n + 1) * sizeof(uint32_t))) == NULL)
			return -1;
		for (size_t i = 0; i < n; i++) {
			find->first[kind][i] = (uint32_t)b->named.n;
			if (add[kind](b, i) < 0)
				return -1;
		}
		find->first[kind][n] = (uint32_t)b->named.n;
	}
	return 0;
}

/* The numbers of a pile, which fit 32 bits, with one more at the end. */
static uint32_t *
narrow(const struct pile *p, uint32_t end)
{
	uint32_t *v = malloc((p->n + 1) * sizeof(*v));

	for (size_t i = 0; v != NULL && i < p->n; i++)
		v[i] = (uint32_t)p->v[i];
	if (v != NULL)
		v[p->n] = end;
	return v;
}

static int
keep_texts(struct builder *b)
{
	struct find *find = b->find;

	/* A search may come before any text was added. */
	if (find->slot == NULL && grow_slots(b) < 0)
		return -1;
	find->nunits = b->units.n;
	find->ntexts = b->texts.n;
	find->nnamed = b->named.n;
	if ((find->unit = narrow(&b->units, 0)) == NULL ||
	    (find->named = narrow(&b->named, 0)) == NULL ||
	    (find->text_first = narrow(&b->texts, (uint32_t)b->units.n)) == NULL ||
	    (find->text_of = malloc((find->nunits + 1) * sizeof(*find->text_of))) == NULL)
		return -1;
	for (size_t t = 0; t < find->ntexts; t++)
		for (uint32_t u = find->text_first[t]; u < find->text_first[t + 1]; u++)
			find->text_of[u] = (uint32_t)t;
	return 0;
}

/* How often an object is used in a year; a proof and an agency as often as their matters. */
static void
volumes(const struct inventory *inv, int64_t *volume[FIND_NKINDS])
{
	for (size_t i = 0; i < inv->nmatters; i++) {
		const struct matter *m = &inv->matters[i];

		volume[FIND_MATTER][i] = m->annual_volume;
		volume[FIND_AGENCY][m->agency - inv->agencies] += m->annual_volume;
	}
	for (size_t i = 0; i < inv->nitems; i++) {
		const struct item *it = &inv->items[i];

		volume[FIND_ITEM][i] = it->matter->annual_volume;
		volume[FIND_PROOF][it->proof - inv->proofs] += it->matter->annual_volume;
	}
}

struct counted { int64_t volume; uint32_t what, kind; };

static int
by_use(const void *pa, const void *pb)
{
	const struct counted *a = pa, *b = pb;

	if (a->volume != b->volume)
		return a->volume > b->volume ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return a->what < b->what ? -1 : a->what > b->what;
}

/* Eight steps for each doubling; small numbers as they are.  Never fewer for more. */
static uint8_t
use_of(int64_t volume)
{
	unsigned use = 0;
	uint64_t v = (uint64_t)volume + 1;

	while (v >= 16) {
		v >>= 1;
		use += 8;
	}
	use += (unsigned)v - 1;
	return (uint8_t)(use < 255 ? use : 255);
}

static int
order_objects(struct builder *b)
{
	struct find *find = b->find;
	const struct inventory *inv = find->inv;
	size_t total = inv->nmatters + inv->nproofs + inv->nagencies + inv->nitems, n = 0;
	int64_t *all = calloc(total + 1, sizeof(*all)), *volume[FIND_NKINDS];
	struct counted *c = calloc(total + 1, sizeof(*c));
	int rc = -1;

	find->object = malloc((total + 1) * sizeof(*find->object));
	find->matter_object = malloc((inv->nmatters + 1) * sizeof(*find->matter_object));
	b->too_many |= total > ID_MAX;
	if (all == NULL || c == NULL || find->object == NULL || find->matter_object == NULL ||
	    b->too_many)
		goto out;
	for (size_t kind = 0, at = 0; kind < FIND_NKINDS; at += count_of(inv, (enum find_kind)kind++))
		volume[kind] = all + at;
	volumes(inv, volume);
	for (uint32_t kind = 0; kind < FIND_NKINDS; kind++)
		for (uint32_t i = 0; i < count_of(inv, (enum find_kind)kind); i++)
			c[n++] = (struct counted){ volume[kind][i], i, kind };
	qsort(c, n, sizeof(*c), by_use);
	find->nobjects = n;
	for (size_t i = 0; i < n; i++) {
		find->object[i] = (struct object){ c[i].what, (uint8_t)c[i].kind, use_of(c[i].volume) };
		if (c[i].kind == FIND_MATTER)
			find->matter_object[c[i].what] = (uint32_t)i;
	}
	rc = 0;
out:
	free(all);
	free(c);
	return rc;
}

#define FIELD_SHIFT ID_BITS
#define KIND_SHIFT (FIELD_SHIFT + 2)
#define TEXT_SHIFT (KIND_SHIFT + 2)

/* Each text's objects, by kind, field and use: one sort of (text, kind, field, object). */
static int
post_all(struct builder *b)
{
	struct find *find = b->find;
	struct pile p = { 0 };
	size_t nlists = find->ntexts * FIND_NKINDS, list = 0;
	int rc = -1;

	for (uint32_t o = 0; o < find->nobjects; o++) {
		struct named_iter iter = object_texts(find, &find->object[o]);
		uint32_t named;

		while (named_next(&iter, &named))
			pile_add(&p, (uint64_t)NAMED_TEXT(named) << TEXT_SHIFT |
			    (uint64_t)find->object[o].kind << KIND_SHIFT |
			    (uint64_t)NAMED_FIELD(named) << FIELD_SHIFT | o);
	}
	find->posting_first = malloc((nlists + 1) * sizeof(*find->posting_first));
	if (find->posting_first == NULL || pile_sort(&p) < 0 ||
	    (find->posting = malloc((p.n + 1) * sizeof(*find->posting))) == NULL)
		goto out;
	for (size_t i = 0; i < p.n; i++) {
		while (list <= p.v[i] >> KIND_SHIFT)
			find->posting_first[list++] = (uint32_t)i;
		find->posting[i] = (uint32_t)(p.v[i] & ((UINT64_C(1) << KIND_SHIFT) - 1));
	}
	while (list <= nlists)
		find->posting_first[list++] = (uint32_t)p.n;
	find->memory += (nlists + p.n) * sizeof(uint32_t);
	rc = 0;
out:
	free(p.v);
	return rc;
}

static void
count_memory(struct find *find)
{
	find->memory += sizeof(*find) + find->nobjects * sizeof(*find->object) +
	    (find->nnamed + 2 * find->nunits + find->ntexts + find->nslots + find->inv->nmatters * 2 +
	    find->inv->nproofs + find->inv->nagencies) * sizeof(uint32_t);
	for (size_t i = 0; i < RUN_N; i++)
		find->memory += find->run[i].n * sizeof(uint64_t) +
		    (find->run[i].n / BLOCK + 1) * sizeof(*find->run[i].bound);
}

int
find_build(const struct inventory *inv, struct find **ret_find, struct fault *f)
{
	struct builder b = { .find = calloc(1, sizeof(*b.find)) };
	int rc = -1;

	if (b.find == NULL)
		goto out;
	b.find->refs = 1;
	b.find->inv = inventory_ref(inv);
	if (name_all(&b) < 0 || keep_texts(&b) < 0 || order_objects(&b) < 0 || post_all(&b) < 0 ||
	    runs_build(b.find) < 0)
		goto out;
	count_memory(b.find);
	*ret_find = b.find;
	b.find = NULL;
	rc = 0;
out:
	if (rc < 0)
		fault_set(f, FAULT_MEMORY, "%s", b.too_many ? "index for searching: too many texts" :
		    "index for searching");
	free(b.units.v);
	free(b.texts.v);
	free(b.named.v);
	find_unref(b.find);
	return rc;
}

#include "find/search.h"

#include <string.h>

static uint64_t
threshold(const struct search *s)
{
	return s->n < s->limit ? 0 : s->best[s->n - 1].rank;
}

/* A rank that an entry promises, as the words are read now. */
static uint64_t
as_read(const struct search *s, uint64_t rank)
{
	return s->slip.kind == SLIP_NONE || rank == 0 ? rank : rank & ~RANK_NOT_NEAR;
}

/* Eight steps of use double it: once lately counts for eight times as often. */
static unsigned
boost_of(const struct search *s, uint32_t object)
{
	const struct object *o = &s->find->object[object];
	const struct inventory *inv = s->find->inv;
	unsigned steps = 24;

	for (size_t i = 0; o->kind == FIND_MATTER && i < s->query->nboost; i++) {
		if (s->query->boost[i].matter != &inv->matters[o->what])
			continue;
		for (unsigned times = s->query->boost[i].times; times > 1; times /= 2)
			steps += 8;
		return steps;
	}
	return 0;
}

static void
insert(struct search *s, uint64_t rank)
{
	size_t at;

	/* An object stands here once, with the best it has. */
	for (at = 0; at < s->n; at++) {
		if (RANK_OBJECT(s->best[at].rank) != RANK_OBJECT(rank))
			continue;
		if (s->best[at].rank >= rank)
			return;
		memmove(&s->best[at], &s->best[at + 1], (s->n - at - 1) * sizeof(s->best[0]));
		s->n--;
		break;
	}
	if (rank <= threshold(s))
		return;
	for (at = s->n < s->limit ? s->n++ : s->n - 1; at > 0 && s->best[at - 1].rank < rank; at--)
		s->best[at] = s->best[at - 1];
	s->best[at].rank = rank;
	s->best[at].slip = s->slip;
}

/* Matches all words against an object. */
static void
consider(struct search *s, uint32_t object)
{
	unsigned use = s->find->object[object].use + boost_of(s, object);
	uint64_t rank;

	if (s->slip.kind != SLIP_NONE)
		s->effort -= FIND_NEAR_MATCH;
	else
		for (size_t i = 0; i < s->n; i++)
			if (RANK_OBJECT(s->best[i].rank) == object)
				return;
	if ((rank = match_words(s->find, object, &s->words, s->slip.kind != SLIP_NONE ? s->slip.word :
	    SIZE_MAX)) != 0)
		insert(s, as_read(s, rank + ((uint64_t)(use < RANK_USE_MAX ? use : RANK_USE_MAX) << ID_BITS)));
}

/* The objects of a text that a word matches so. */
static void
consider_text(struct search *s, uint32_t text, enum find_how how, enum find_by by)
{
	const struct find *find = s->find;

	for (unsigned kind = 0; kind < FIND_NKINDS; kind++) {
		const uint32_t *list = &find->posting_first[text * FIND_NKINDS + kind];

		if (!(s->query->kinds & FIND_BIT(kind)))
			continue;
		for (uint32_t i = list[0]; i < list[1]; i++) {
			uint32_t object = POSTING_OBJECT(find->posting[i]);

			/* They stand in this order, so that the rest are no better. */
			if (as_read(s, rank_make(how, by, POSTING_FIELD(find->posting[i]),
			    find->object[object].use, object)) <= threshold(s))
				break;
			consider(s, object);
		}
	}
}

struct scan { struct search *s; const struct word *w; const struct seed *seed; int exact; };

/* The best that an entry promises over all kinds that are wanted. */
static uint64_t
promise(const struct scan *sc, uint64_t entry)
{
	const struct find *find = sc->s->find;
	uint64_t best = 0;

	for (unsigned kind = 0; kind < FIND_NKINDS; kind++) {
		uint64_t rank;

		if (!(sc->s->query->kinds & FIND_BIT(kind)) ||
		    (rank = entry_rank(find, sc->seed->run, entry, (enum find_kind)kind)) == 0)
			continue;
		rank |= (uint64_t)sc->seed->by << RANK_BY_SHIFT;
		if (sc->exact && (rank >> RANK_HOW_SHIFT & 3) == FIND_PREFIX)
			rank |= (uint64_t)FIND_EXACT << RANK_HOW_SHIFT;
		if (rank > best)
			best = rank;
	}
	return as_read(sc->s, best);
}

static void
scan_entry(const struct scan *sc, uint64_t entry)
{
	const struct find *find = sc->s->find;
	uint32_t place = (uint32_t)(entry & ID_MAX), text, first;
	struct match m;

	if (sc->seed->run == RUN_CODE) {
		if (promise(sc, entry) > threshold(sc->s))
			consider(sc->s, place);
		return;
	}
	if (sc->s->slip.kind != SLIP_NONE)
		sc->s->effort--;
	text = find->text_of[place];
	first = find->text_first[text];
	if (place - first < sc->seed->back)
		return;
	place -= (uint32_t)sc->seed->back;
	/* Most do not match where a slip is supposed; most are not good enough where none is. */
	if (sc->s->slip.kind == SLIP_NONE && promise(sc, place) <= threshold(sc->s))
		return;
	m = match_at(sc->w, find->unit + first, find->text_first[text + 1] - first, place - first);
	if (m.value > 0)
		consider_text(sc->s, text, MATCH_HOW(m.value), MATCH_BY(m.value));
}

/* Whether no entry of a block can be among the best; when whole texts are looked for, whether none begins there. */
static int
block_is_dull(const struct scan *sc, size_t block)
{
	const uint64_t *bound = sc->s->find->run[sc->seed->run].bound[block];
	uint64_t best = 0;

	for (unsigned kind = 0; kind < FIND_NKINDS; kind++)
		if (sc->s->query->kinds & FIND_BIT(kind) && bound[kind] > best)
			best = bound[kind];
	if (sc->exact)
		return (best >> RANK_HOW_SHIFT & 3) < FIND_PREFIX;
	return best == 0 || as_read(sc->s, best | (uint64_t)sc->seed->by << RANK_BY_SHIFT) <=
	    threshold(sc->s);
}

static void
scan_range(const struct scan *sc, size_t lo, size_t hi, int blocks)
{
	const struct run *run = &sc->s->find->run[sc->seed->run];

	while (lo < hi && sc->s->effort > 0) {
		size_t end = (lo / BLOCK + 1) * BLOCK;

		if (blocks && block_is_dull(sc, lo / BLOCK)) {
			sc->s->effort -= sc->s->slip.kind != SLIP_NONE;
			lo = end;
			continue;
		}
		for (; lo < end && lo < hi; lo++)
			scan_entry(sc, run->entry[lo]);
	}
}

struct driver { struct search *s; const struct word *w; };

/*
 * What a block promises is reckoned without whole texts and for matches that begin at the
 * place itself, so whole texts come first; where they cannot be told, no block is left out.
 */
static void
scan_seed(void *ctx, const struct seed *seed)
{
	const struct driver *d = ctx;
	struct scan sc = { d->s, d->w, seed, 1 };

	/* A slip is not supposed of what is typed half in pinyin and half in initials. */
	if (d->s->slip.kind != SLIP_NONE && seed->by == FIND_MIXED &&
	    d->w == &d->s->words.word[d->s->slip.word])
		return;
	if (seed->blind || seed->back > 0) {
		sc.exact = seed->blind;
		scan_range(&sc, seed->lo, seed->hi, 0);
		return;
	}
	scan_range(&sc, seed->exact_lo, seed->exact_hi, 1);
	sc.exact = 0;
	scan_range(&sc, seed->lo, seed->hi, 1);
}

static void
count_seed(void *ctx, const struct seed *seed)
{
	*(size_t *)ctx += seed->hi - seed->lo;
}

/* The word of which there are the fewest entries: it leads, and the others are matched. */
static const struct word *
rarest(const struct search *s)
{
	const struct word *best = &s->words.word[0];
	size_t fewest = SIZE_MAX;

	for (size_t i = 0; s->words.n > 1 && i < s->words.n; i++) {
		size_t n = 0;

		seeds_each(s->find, &s->words.word[i], count_seed, &n);
		if (n < fewest) {
			fewest = n;
			best = &s->words.word[i];
		}
	}
	return best;
}

void
search_words(struct search *s)
{
	struct driver d = { s, rarest(s) };
	size_t text = text_find(s->find, d.w->unit, d.w->n);

	if (text < s->find->ntexts)
		consider_text(s, (uint32_t)text, FIND_EXACT, FIND_TEXT);
	seeds_each(s->find, d.w, scan_seed, &d);
}

static void
search_boosts(struct search *s)
{
	const struct inventory *inv = s->find->inv;

	for (size_t i = 0; s->query->kinds & FIND_BIT(FIND_MATTER) && i < s->query->nboost; i++) {
		const struct matter *m = s->query->boost[i].matter;

		consider(s, s->find->matter_object[m - inv->matters]);
	}
}

int
find_check(const char *text, size_t len)
{
	struct words words;

	return words_read(text, len, &words);
}

/* Few, and none that begins with what was typed: then something may be typed wrong. */
static int
is_little(const struct search *s)
{
	return s->n < s->limit && s->n < FIND_FEW &&
	    (s->n == 0 || (s->best[0].rank >> RANK_HOW_SHIFT & 3) < FIND_PREFIX);
}

size_t
find_search(const struct find *find, const struct find_query *query,
    struct find_hit ret_hit[FIND_HITS_MAX])
{
	struct search s = { .find = find, .query = query, .effort = FIND_NEAR_EFFORT,
		.limit = query->limit < FIND_HITS_MAX ? query->limit : FIND_HITS_MAX };

	if (s.limit == 0 || words_read(query->text, query->len, &s.words) <= 0)
		return 0;
	search_boosts(&s);
	search_words(&s);
	if (is_little(&s))
		search_near(&s);
	for (size_t i = 0; i < s.n; i++)
		search_explain(&s, s.best[i].rank, &s.best[i].slip, &ret_hit[i]);
	return s.n;
}

/*
 * search.h - a search under way: the best so far.
 */
#ifndef FIND_SEARCH_H
#define FIND_SEARCH_H

#include "find/seeds.h"

/* A slip that is supposed: what to do to a word to get what was meant. */
enum slip_kind { SLIP_NONE, SLIP_WRONG, SLIP_SWAPPED, SLIP_EXTRA, SLIP_MISSING };
struct slip { enum slip_kind kind; uint8_t word, at; uint32_t unit; };

struct search {
	const struct find *find;
	const struct find_query *query;
	struct words words;
	struct slip slip;		/* the words are to be read with it */
	struct { uint64_t rank; struct slip slip; } best[FIND_HITS_MAX];
	size_t n, limit;
	long effort;			/* entries that may still be looked at for near misses */
};

/* Adds what matches the words, as they are now. */
void search_words(struct search *s);

/* near.c: adds near misses.  reach: of each word, as seeds_each says it. */
void search_near(struct search *s);

/* Changes a word by a slip; the longest possible result is one longer. */
void slip_apply(struct word *w, const struct slip *slip);

/* explain.c: fills a hit from its object, the words and the slip. */
void search_explain(const struct search *s, uint64_t rank, const struct slip *slip,
    struct find_hit *ret_hit);

#endif

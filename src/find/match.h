/*
 * match.h - one word against one text or code: the only place that says what matches.
 */
#ifndef FIND_MATCH_H
#define FIND_MATCH_H

#include "find/index.h"

#define WILD UINT32_C(0x7fffffff)	/* a unit of a word that any ideograph matches */

struct word {
	uint32_t unit[FIND_QUERY_MAX];	/* without FOLD_WORD */
	size_t n;
};

struct words { struct word word[FIND_WORDS_MAX]; size_t n; };

/* Parts a query into words: 1, 0 if it has none, -1 if they do not fit. */
int words_read(const char *text, size_t len, struct words *ret_words);

/* How a word matches: the greater the better; 0 is no match. */
struct match {
	int value;			/* 1 + how * 4 + by */
	size_t from, to;		/* units of the text */
};
#define MATCH_VALUE(how, by) (1 + (int)(how) * 4 + (int)(by))
#define MATCH_HOW(value) ((enum find_how)(((value) - 1) / 4))
#define MATCH_BY(value) ((enum find_by)(((value) - 1) % 4))

/* From exactly this unit on. */
struct match match_at(const struct word *w, const uint32_t *text, size_t n, size_t at);
/* The best of all places, the first of equals. */
struct match match_text(const struct word *w, const uint32_t *text, size_t n);
/* The value of a word against a code: exact, prefix, or the beginning of a part (FIND_WORD). */
int match_code(const struct word *w, const char *code);
/* Whether a word can be (the beginning of) a code at all: Latin, with a digit. */
int word_is_code(const struct word *w);

/* How a word matches an object best; value 0 if it does not. */
struct word_match { int value; enum find_field field; uint32_t text; size_t from, to; };
struct word_match match_object(const struct find *find, const struct object *o, const struct word *w);

/*
 * The rank of an object for all words, without use: 0 if one of them does not match, or if
 * the word of that number (SIZE_MAX: none) matches FIND_MIXED only.
 */
uint64_t match_words(const struct find *find, uint32_t object, const struct words *words,
    size_t unmixed);

#endif

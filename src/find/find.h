/*
 * find.h - finds matters, proofs, items and agencies of an inventory by whatever people type.
 *
 * A query is one or more words parted by blanks; all must match.  A word matches a name
 * (or alias, or the name of the agency of a matter) as a run of its characters, each typed as
 * itself, as its full pinyin or as its initial, the last one perhaps not to its end; any reading
 * of a character will do.  It matches a code from its beginning or from one of its parts.
 * Width, case, traditional forms, brackets and dashes make no difference.  When that
 * finds fewer than FIND_FEW, none of which begins so, near misses are looked for: one letter of a pinyin word of at least
 * FIND_NEAR_LETTERS wrong, missing, too many or swapped, or one ideograph wrong of at least
 * FIND_NEAR_IDEOGRAPHS.  A slip is not supposed of a word that is half pinyin and half initials, and
 * in a very large inventory the search ends after FIND_NEAR_EFFORT, from the likeliest slip on.
 *
 * Order of hits: near misses last; then the whole name before its beginning, the beginning of a
 * word and any other place; then typed as itself, in full pinyin, in initials, mixed; then
 * name and code, alias, agency or matter; then how often it is used (the yearly volume),
 * raised for what this counter opened lately; then the code.  The same query has the same answer.
 *
 * An index is immutable and counted, and holds its inventory.  Searching allocates nothing and is
 * safe from any thread.  Pure: no I/O.
 */
#ifndef FIND_FIND_H
#define FIND_FIND_H

#include <stddef.h>
#include <stdint.h>

#include "flow/inventory.h"

#define FIND_QUERY_MAX 256	/* units of a query: letters, digits, ideographs */
#define FIND_WORDS_MAX 16
#define FIND_HITS_MAX 50
#define FIND_BOOSTS_MAX 64
#define FIND_NEAR_LETTERS 4
#define FIND_NEAR_LETTERS_MAX 40	/* longer words have no near misses: there would be too many to try */
#define FIND_NEAR_IDEOGRAPHS 3
#define FIND_FEW 3
#define FIND_NEAR_EFFORT 2800	/* entries of the index looked at for near misses: then it is enough */
#define FIND_NEAR_MATCH 4	/* entries that matching an object counts for */
#define FIND_NEAR_TRY 10	/* entries that trying one slip counts for, each word */
#define FIND_MARKS_MAX 8

enum find_kind { FIND_MATTER, FIND_PROOF, FIND_AGENCY, FIND_ITEM, FIND_NKINDS };
#define FIND_BIT(kind) (1u << (kind))

enum find_how { FIND_PART, FIND_WORD, FIND_PREFIX, FIND_EXACT };
enum find_by { FIND_MIXED, FIND_INITIALS, FIND_PINYIN, FIND_TEXT };
enum find_field { FIND_NAME, FIND_CODE, FIND_ALIAS, FIND_RELATED };	/* related: a matter's agency, an item's matter */

/* A matter that this counter opened lately, and how often. */
struct find_boost { const struct matter *matter; unsigned times; };

struct find_query {
	const char *text;
	size_t len;
	unsigned kinds;			/* FIND_BIT of each that is wanted */
	size_t limit;			/* at most FIND_HITS_MAX */
	const struct find_boost *boost;	/* may be NULL */
	size_t nboost;
};

struct find_hit {
	enum find_kind kind;
	union {
		const struct matter *matter;
		const struct proof *proof;
		const struct agency *agency;
		const struct item *item;
	} is;
	int near;		/* found only by supposing a slip */
	/* Of the word that matches worst. */
	enum find_how how;
	enum find_by by;
	enum find_field field;
	const char *text;	/* the text of that field, text_len bytes of it */
	size_t text_len;
	/* Which characters of the name are meant: from (from 0) to before to, in order, apart. */
	struct find_mark { uint16_t from, to; } mark[FIND_MARKS_MAX];
	size_t nmarks;
};

/* The words of FIND_KIND and so on, as the interface has them: "matter", "prefix" ... */
const char *find_kind_name(enum find_kind kind);
const char *find_how_name(enum find_how how);
const char *find_by_name(enum find_by by);
const char *find_field_name(enum find_field field);

struct find;

/*
 * Builds the index of an inventory; *ret_find holds a reference to it.  FAULT_MEMORY, also where
 * there are more than 16,777,215 characters, texts or objects.
 */
int find_build(const struct inventory *inv, struct find **ret_find, struct fault *f);
struct find *find_ref(const struct find *find);
void find_unref(const struct find *find);	/* NULL is fine */
const struct inventory *find_inventory(const struct find *find);
size_t find_memory(const struct find *find);	/* bytes, the inventory's not among them */

/*
 * Whether a query can be searched for: 1, 0 when it holds nothing to search for (then nothing is
 * found), -1 when it has more units or words than fit.
 */
int find_check(const char *text, size_t len);

/* Searches; returns how many hits there are, best first. */
size_t find_search(const struct find *find, const struct find_query *query,
    struct find_hit ret_hit[FIND_HITS_MAX]);

/*
 * Whether one object matches a query that can be searched for, near misses aside: for lists of any
 * version in another order; no index is needed.  An empty query matches everything.
 */
int find_matches_matter(const struct matter *m, const char *text, size_t len);
int find_matches_item(const struct item *it, const char *text, size_t len);
int find_matches_agency(const struct agency *a, const char *text, size_t len);

#endif

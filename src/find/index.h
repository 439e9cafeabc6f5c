/*
 * index.h - what find_build makes and find_search reads.  For the files of this folder.
 *
 * Texts are kept once each, however many objects have them.  A place is a unit of a text, counted
 * over all texts.  Objects are numbered by use: 0 is the most used of all kinds, so the smaller
 * number is the better of two that match alike.
 *
 * A run is a sorted array of entries: 40 bits of key, then 24 bits of place (or object).  Keys
 * hold the first symbols from that place on, so what begins alike stands together:
 *
 *   RUN_TEXT      three units, hashed to 15, 15 and 10 bits
 *   RUN_INITIALS  eight first letters of 5 bits
 *   RUN_SYLLABLE  one whole syllable of 10 bits, six first letters of 5 bits
 *   RUN_CODE      six letters or digits of a code, 6 bits each; its entries name objects
 *
 * A place has an entry for each way in which it can be read.  Where there are too many, the
 * key ends early with SYMBOL_CUT, and the search looks at all that do.
 */
#ifndef FIND_INDEX_H
#define FIND_INDEX_H

#include <stdatomic.h>

#include "find/find.h"
#include "find/fold.h"

#define ID_BITS 24
#define ID_MAX ((UINT32_C(1) << ID_BITS) - 1)
#define KEY_BITS 40

enum run_name { RUN_TEXT, RUN_INITIALS, RUN_SYLLABLE, RUN_CODE, RUN_N };

#define TEXT_SYMBOLS 3
#define INITIALS_SYMBOLS 8
#define SYLLABLE_SYMBOLS 7
#define CODE_SYMBOLS 6
#define CODE_INNER UINT64_C(1)	/* in a key of RUN_CODE: not at the beginning of the code */

/* Symbols of 5 bits; 0 is the end of the text. */
enum symbol { SYMBOL_END, SYMBOL_A, SYMBOL_DIGIT = 27, SYMBOL_OTHER, SYMBOL_CUT = 31 };
#define CUT_LEAST 3	/* no key is cut before this many symbols */

#define BLOCK 64	/* entries that share a bound */

struct run {
	uint64_t *entry;
	size_t n;
	/* For each block and kind, the best rank (as text_rank has it) that an entry can give. */
	uint64_t (*bound)[FIND_NKINDS];
};

/* Which texts an object has; `text` and the field in one number. */
#define NAMED(text, field) ((uint32_t)(text) << 2 | (uint32_t)(field))
#define NAMED_TEXT(named) ((named) >> 2)
#define NAMED_FIELD(named) ((enum find_field)((named) & 3))

struct object { uint32_t what; uint8_t kind, use; };

/* Postings: an object that has the text, and in which field. */
#define POSTING(object, field) ((uint32_t)(field) << ID_BITS | (uint32_t)(object))
#define POSTING_OBJECT(posting) ((posting) & ID_MAX)
#define POSTING_FIELD(posting) ((enum find_field)((posting) >> ID_BITS))

struct find {
	atomic_size_t refs;
	const struct inventory *inv;
	size_t memory;

	struct object *object;
	size_t nobjects;
	uint32_t *matter_object;	/* matter -> object */

	/* Texts of matters, proofs and agencies: named[first[kind][i]] to before first[kind][i + 1]. */
	uint32_t *first[FIND_ITEM];
	uint32_t *named;
	size_t nnamed;

	uint32_t *unit;			/* of all texts, one after the other */
	uint32_t *text_of;		/* place -> text */
	size_t nunits;
	uint32_t *text_first;		/* text -> place of its first unit; one more at the end */
	size_t ntexts;
	uint32_t *slot;			/* hash of units -> text + 1 */
	size_t nslots;			/* a power of two */

	uint32_t *posting;		/* of each text and kind, best first */
	uint32_t *posting_first;	/* [text * FIND_NKINDS + kind]; one more at the end */

	struct run run[RUN_N];
};

/* Symbols of a key. */
uint64_t symbol_text(uint32_t character, size_t at);
unsigned symbol_initial(char letter);
/* The different symbols that a character's readings begin with, at most 8; returns how many. */
size_t symbol_initials(uint32_t character, unsigned ret_symbol[8]);
unsigned symbol_code(uint32_t character);
/* Where in an entry the symbol at a depth stands, and how many bits it has. */
unsigned symbol_shift(enum run_name run, size_t depth, unsigned *ret_bits);

/* The text with these units, or ntexts if there is none. */
size_t text_find(const struct find *find, const uint32_t *unit, size_t n);
uint64_t text_hash(const uint32_t *unit, size_t n);

/*
 * A rank orders hits: the greater is the better, and no two objects have the same.
 *
 *   not near 1 | how 2 | by 2 | field 2 | use 9 | 24 bits that grow as the object's number falls
 */
#define RANK_USE_MAX 511u
uint64_t rank_make(enum find_how how, enum find_by by, enum find_field field, unsigned use,
    uint32_t object);
#define RANK_NEAR_SHIFT 39
#define RANK_NOT_NEAR (UINT64_C(1) << RANK_NEAR_SHIFT)
#define RANK_HOW_SHIFT 37
#define RANK_BY_SHIFT 35
#define RANK_FIELD_SHIFT 33
#define RANK_OBJECT(rank) (ID_MAX - (uint32_t)((rank) & ID_MAX))

/* The best rank that an entry of a run can give for a kind, typed as FIND_MIXED and not near; 0: none. */
uint64_t entry_rank(const struct find *find, enum run_name run, uint64_t entry, enum find_kind kind);

/* The code of an object. */
const char *object_code(const struct find *find, const struct object *o);

/* Calls for each text of an object; see match.c. */
struct named_iter { const uint32_t *at, *end; uint32_t related; };
struct named_iter object_texts(const struct find *find, const struct object *o);
int named_next(struct named_iter *iter, uint32_t *ret_named);

/* sorted.c: arrays of 64-bit numbers. */
struct pile { uint64_t *v; size_t n, cap; int failed; };
void pile_add(struct pile *p, uint64_t v);
/* Sorts by the whole number; -1 without memory. */
int pile_sort(struct pile *p);
/* The entries in [lo, hi) whose `bits` bits at `shift` are value, where those above are equal. */
void run_narrow(const struct run *run, size_t *lo, size_t *hi, unsigned shift, unsigned bits,
    uint64_t value);

/* runs.c: fills run[] once objects, texts and postings are there. */
int runs_build(struct find *find);

#endif

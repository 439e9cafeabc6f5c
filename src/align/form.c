#include "align/form.h"

#include <pthread.h>
#include <string.h>

#include "base/utf8.h"
#include "find/fold.h"

#define WORD_MAX 8	/* units */
#define LEAST 2		/* units that are left of a name */

enum { M = 1u << FORM_MATTER, P = 1u << FORM_PROOF, B = M | P };

/* units[]: of the word, and of its standard; filled once. */
struct word {
	unsigned kinds;
	const char *word, *standard;
	uint32_t unit[2][WORD_MAX];
	size_t n[2];
};

static struct word words[] = {
#define WORD(kinds, word, standard) { kinds, word, standard, { { 0 } }, { 0 } },
#define TAIL(kinds, word)
#define HEAD(kinds, word)
#include "align/standard.def"
#undef WORD
#undef TAIL
#undef HEAD
};

static struct word tails[] = {
#define WORD(kinds, word, standard)
#define TAIL(kinds, word) { kinds, word, "", { { 0 } }, { 0 } },
#define HEAD(kinds, word)
#include "align/standard.def"
#undef TAIL
#undef HEAD
}, heads[] = {
#define TAIL(kinds, word)
#define HEAD(kinds, word) { kinds, word, "", { { 0 } }, { 0 } },
#include "align/standard.def"
#undef WORD
#undef TAIL
#undef HEAD
};

#define N(array) (sizeof(array) / sizeof((array)[0]))

static pthread_once_t folded = PTHREAD_ONCE_INIT;

static size_t
units(const char *word, uint32_t unit[WORD_MAX])
{
	size_t n = fold(word, strlen(word), unit, NULL, WORD_MAX);

	for (size_t i = 0; i < n; i++)
		unit[i] = FOLD_CHARACTER(unit[i]);
	return n;
}

static void
fold_list(struct word *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		list[i].n[0] = units(list[i].word, list[i].unit[0]);
		list[i].n[1] = units(list[i].standard, list[i].unit[1]);
	}
}

static void
fold_words(void)
{
	fold_list(words, N(words));
	fold_list(heads, N(heads));
	fold_list(tails, N(tails));
}

/* 1 for an opening bracket, -1 for a closing one. */
static int
bracket(uint32_t c)
{
	switch (c) {
	case '(': case '[': case '{': case 0xff08: case 0xff3b: case 0x3010: case 0x3014: case 0x3008:
		return 1;
	case ')': case ']': case '}': case 0xff09: case 0xff3d: case 0x3011: case 0x3015: case 0x3009:
		return -1;
	default:
		return 0;
	}
}

void
form_of(const char *text, size_t len, struct form *ret_form)
{
	uint16_t place[FORM_MAX], at = 0;
	size_t took, k = 0;
	int depth = 0;

	ret_form->n = fold(text, len, ret_form->unit, place, FORM_MAX);
	for (size_t i = 0; i < len && k < ret_form->n; i += took, at++) {
		uint32_t c = 0;
		int turn;

		if ((took = utf8_decode(text + i, len - i, &c)) == 0)
			took = 1;
		turn = bracket(c);
		if (turn > 0 || depth > 0)
			depth += turn;
		if (place[k] == at) {
			ret_form->unit[k] = FOLD_CHARACTER(ret_form->unit[k]);
			ret_form->inside[k++] = depth > 0;
		}
	}
}

static void
cut(struct form *form, size_t at, size_t n)
{
	memmove(form->unit + at, form->unit + at + n, (form->n - at - n) * sizeof(form->unit[0]));
	memmove(form->inside + at, form->inside + at + n, form->n - at - n);
	form->n -= n;
}

static int
has(const struct form *form, size_t at, const uint32_t *unit, size_t n)
{
	return n > 0 && at + n <= form->n && memcmp(form->unit + at, unit, n * sizeof(*unit)) == 0;
}

/* Takes the name of one division from the beginning, with or without its last unit (县, 市, 区, 省). */
static int
without_division(struct form *form, const struct division *d)
{
	uint32_t unit[FORM_MAX];
	size_t n = fold(d->name, strlen(d->name), unit, NULL, FORM_MAX);

	for (size_t i = 0; i < n; i++)
		unit[i] = FOLD_CHARACTER(unit[i]);
	for (size_t less = 0; less <= 1; less++)
		if (n >= less + 2 && has(form, 0, unit, n - less) && form->n >= n - less + LEAST) {
			cut(form, 0, n - less);
			return 1;
		}
	return 0;
}

int
form_without_place(struct form *form, const struct division *division)
{
	int any = 0, again;

	do {
		again = 0;
		for (const struct division *d = division; d != NULL; d = d->parent)
			again |= without_division(form, d);
		any |= again;
	} while (again);
	return any;
}

static int
take_end(struct form *form, enum form_kind kind, const struct word *end, size_t n, int tail)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = end[i].n[0], at = tail && form->n > len ? form->n - len : 0;

		if ((end[i].kinds & 1u << kind) == 0 || form->n < len + LEAST ||
		    !has(form, at, end[i].unit[0], len))
			continue;
		cut(form, at, len);
		return 1;
	}
	return 0;
}

/* Puts a standard word for the one at this place; the longest comes first.  Says how far to go on. */
static size_t
put_standard(struct form *form, enum form_kind kind, size_t at)
{
	const struct word *best = NULL;

	for (size_t i = 0; i < N(words); i++)
		if ((words[i].kinds & 1u << kind) != 0 && words[i].unit[0][0] == form->unit[at] &&
		    (best == NULL || words[i].n[0] > best->n[0]) &&
		    has(form, at, words[i].unit[0], words[i].n[0]))
			best = &words[i];
	if (best == NULL || form->n - best->n[0] + best->n[1] < LEAST)
		return 1;
	cut(form, at, best->n[0] - best->n[1]);		/* no standard word is longer */
	memcpy(form->unit + at, best->unit[1], best->n[1] * sizeof(form->unit[0]));
	return best->n[1];
}

void
form_standard(struct form *form, enum form_kind kind)
{
	pthread_once(&folded, fold_words);
	while (take_end(form, kind, tails, N(tails), 1) || take_end(form, kind, heads, N(heads), 0))
		;
	for (size_t i = 0; i < form->n; )
		i += put_standard(form, kind, i);
}

void
form_bare(const struct form *form, struct form *ret_bare)
{
	ret_bare->n = 0;
	for (size_t i = 0; i < form->n; i++)
		if (!form->inside[i]) {
			ret_bare->inside[ret_bare->n] = 0;
			ret_bare->unit[ret_bare->n++] = form->unit[i];
		}
	if (ret_bare->n < LEAST)
		*ret_bare = *form;
}

uint64_t
form_hash(const struct form *form)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < form->n; i++)
		h = (h ^ form->unit[i]) * UINT64_C(0x100000001b3) ^ h >> 29;
	return h ^ h >> 32;
}

int
form_same(const struct form *a, const struct form *b)
{
	return a->n == b->n && memcmp(a->unit, b->unit, a->n * sizeof(a->unit[0])) == 0;
}

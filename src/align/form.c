#include "align/form.h"

#include <pthread.h>
#include <string.h>

#include "base/utf8.h"
#include "find/fold.h"

#define WORD_MAX 8	/* units */
#define CONTAINED_LEAST 4	/* units of a name that is looked for in another */
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
	for (const struct division *d = division; d != NULL; d = d->parent)
		if (without_division(form, d))
			return 1;
	return 0;
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

/* Edits from a to b; more than most: some number above it.  Three rows of the table at a time. */
static size_t
distance(const struct form *a, const struct form *b, size_t most)
{
	size_t row[3][FORM_MAX + 1], *last = row[0], *now = row[1], *old = row[2], *turn;

	for (size_t k = 0; k <= b->n; k++)
		last[k] = k;
	for (size_t i = 1; i <= a->n; i++) {
		size_t least = now[0] = i;

		for (size_t k = 1; k <= b->n; k++) {
			size_t d = last[k - 1] + (a->unit[i - 1] != b->unit[k - 1]);

			d = last[k] + 1 < d ? last[k] + 1 : d;
			d = now[k - 1] + 1 < d ? now[k - 1] + 1 : d;
			if (i > 1 && k > 1 && a->unit[i - 1] == b->unit[k - 2] && a->unit[i - 2] == b->unit[k - 1] &&
			    old[k - 2] + 1 < d)
				d = old[k - 2] + 1;
			now[k] = d;
			least = d < least ? d : least;
		}
		if (least > most)
			return least;
		turn = old;
		old = last;
		last = now;
		now = turn;
	}
	return last[b->n];
}

unsigned
form_edits(const struct form *a, const struct form *b)
{
	size_t n = a->n > b->n ? a->n : b->n, less = a->n + b->n - n, d;

	if (less < 4 || n - less > 2)
		return 0;
	d = distance(a, b, 2);
	return d > 2 || d * 4 > less ? 0 : (unsigned)(1000 - 1200 * d / n);
}

int
form_contains(const struct form *whole, const struct form *part)
{
	static const uint32_t denies[] = { 0x65e0, 0x672a, 0x975e, 0x4e0d };	/* 无 未 非 不 */

	if (part->n < CONTAINED_LEAST)
		return 0;
	for (size_t at = 0; at + part->n <= whole->n; at++) {
		int denied = 0;

		if (!has(whole, at, part->unit, part->n))
			continue;
		for (size_t i = 0; i < whole->n; i++)
			for (size_t k = 0; (i < at || i >= at + part->n) && k < N(denies); k++)
				denied |= whole->unit[i] == denies[k];
		return !denied;
	}
	return 0;
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

/* near.c - near misses: the words searched for again, with one slip undone in one of them. */
#include <string.h>

#include "find/reading.h"
#include "find/search.h"

void
slip_apply(struct word *w, const struct slip *slip)
{
	uint32_t *u = w->unit + slip->at;
	size_t rest = w->n - slip->at, swap;

	switch (slip->kind) {
	case SLIP_NONE:
		break;
	case SLIP_WRONG:
		u[0] = slip->unit;
		break;
	case SLIP_SWAPPED:
		swap = u[0];
		u[0] = u[1];
		u[1] = (uint32_t)swap;
		break;
	case SLIP_EXTRA:
		memmove(u, u + 1, (rest - 1) * sizeof(*u));
		w->n--;
		break;
	case SLIP_MISSING:
		memmove(u + 1, u, rest * sizeof(*u));
		u[0] = slip->unit;
		w->n++;
		break;
	}
}

struct retry { struct search *s; struct word asked; };

static void
retry(struct retry *r, struct slip slip)
{
	struct word *w = &r->s->words.word[slip.word];

	long cost = FIND_NEAR_TRY * (long)r->s->words.n;

	if (r->s->effort <= cost) {
		r->s->effort = 0;
		return;
	}
	r->s->effort -= cost;
	slip_apply(w, &slip);
	r->s->slip = slip;
	search_words(r->s);
	/* Only what a slip can have touched. */
	memcpy(w->unit, r->asked.unit, (r->asked.n + 1) * sizeof(w->unit[0]));
	w->n = r->asked.n;
}

static void
ignore_seed(void *ctx, const struct seed *seed)
{
	(void)ctx;
	(void)seed;
}

/* Each letter wrong, swapped with the next or too many, and each that may be missing. */
static void
retry_letter(struct retry *r, uint8_t word, size_t at)
{
	const struct word *w = &r->asked;
	struct slip slip = { .word = word, .at = (uint8_t)at };
	uint32_t here = at < w->n ? w->unit[at] : 0, next = at + 1 < w->n ? w->unit[at + 1] : 0;

	if (next != 0 && next != here) {
		slip.kind = SLIP_SWAPPED;
		retry(r, slip);
	}
	if (here != 0 && next != here) {
		slip.kind = SLIP_EXTRA;
		retry(r, slip);
	}
	for (slip.unit = 'a'; slip.unit <= 'z'; slip.unit++) {
		if (slip.unit == here)
			continue;
		slip.kind = SLIP_MISSING;
		retry(r, slip);
		slip.kind = SLIP_WRONG;
		if (here != 0)
			retry(r, slip);
	}
}

/* Backwards from where the index knows of nothing any more: the slip is likely there. */
static void
retry_letters(struct retry *r, uint8_t word)
{
	size_t reach = seeds_each(r->s->find, &r->asked, ignore_seed, NULL) + READING_MAX;

	for (size_t at = (reach < r->asked.n ? reach : r->asked.n) + 1; at-- > 0 && r->s->effort > 0;)
		retry_letter(r, word, at);
}

static void
retry_ideographs(struct retry *r, uint8_t word)
{
	for (size_t at = 0; at < r->asked.n; at++)
		retry(r, (struct slip){ SLIP_WRONG, word, (uint8_t)at, WILD });
}

void
search_near(struct search *s)
{
	struct retry r = { .s = s };

	for (size_t i = 0; i < s->words.n; i++) {
		const struct word *w = &s->words.word[i];
		size_t letters = 0, others = 0;

		for (size_t k = 0; k < w->n; k++) {
			letters += fold_is_latin(w->unit[k]) && !fold_is_digit(w->unit[k]);
			others += !fold_is_latin(w->unit[k]);
		}
		r.asked = *w;
		if (letters == w->n && letters >= FIND_NEAR_LETTERS && letters <= FIND_NEAR_LETTERS_MAX)
			retry_letters(&r, (uint8_t)i);
		else if (others == w->n && others >= FIND_NEAR_IDEOGRAPHS)
			retry_ideographs(&r, (uint8_t)i);
	}
	s->slip = (struct slip){ 0 };
}

#include "find/seeds.h"

#include "find/reading.h"

#define FEW_ENTRIES 256		/* fewer are not worth looking for fewer yet */

enum { AS_PINYIN = 1, AS_INITIALS = 2 };	/* how all that was typed so far was typed */

struct seeding {
	const struct find *find;
	const struct word *w;
	void (*each)(void *ctx, const struct seed *seed);
	void *ctx;
	size_t reach;
};

static const size_t symbols_of[RUN_N] = { TEXT_SYMBOLS, INITIALS_SYMBOLS, SYLLABLE_SYMBOLS,
	CODE_SYMBOLS };

/* Those of [lo, hi), which agree in all symbols before depth, that have this one there. */
static void
narrow(const struct find *find, enum run_name run, size_t *lo, size_t *hi, size_t depth,
    uint64_t symbol)
{
	unsigned bits, shift = symbol_shift(run, depth, &bits);

	run_narrow(&find->run[run], lo, hi, shift, bits, symbol);
}

/* The seed of entries that agree in depth symbols, which are all that the word has. */
static struct seed
seed_of(const struct find *find, enum run_name run, size_t lo, size_t hi, size_t depth,
    enum find_by by)
{
	struct seed seed = { .run = run, .lo = lo, .hi = hi, .exact_lo = lo, .exact_hi = hi, .by = by };

	if (depth < symbols_of[run])
		narrow(find, run, &seed.exact_lo, &seed.exact_hi, depth, SYMBOL_END);
	else
		seed.blind = 1;
	return seed;
}

static enum find_by
by_of(unsigned as)
{
	return as & AS_PINYIN ? FIND_PINYIN : as & AS_INITIALS ? FIND_INITIALS : FIND_MIXED;
}

static void
emit(struct seeding *s, enum run_name run, size_t lo, size_t hi, size_t depth, unsigned as)
{
	struct seed seed = seed_of(s->find, run, lo, hi, depth, by_of(as));

	if (lo < hi)
		s->each(s->ctx, &seed);
}

static void walk(struct seeding *s, enum run_name run, size_t lo, size_t hi, size_t p, size_t depth,
    unsigned as);

/* The initial at p may stand for itself or begin a syllable: goes on behind each that fits. */
static void
walk_letters(struct seeding *s, enum run_name run, size_t lo, size_t hi, size_t p, size_t depth,
    unsigned as)
{
	const struct word *w = s->w;
	struct reading_range range = reading_all();
	size_t initial = 1, most = depth == 0 ? 2 : READING_MAX;

	for (size_t len = 1; len <= most && p + len <= w->n; len++) {
		int whole, last = p + len == w->n;

		range = reading_narrow(range, len - 1, w->unit[p + len - 1]);
		if (range.lo == range.hi)
			break;
		if (len == 2)
			initial = reading_initial(reading_name(range.lo));
		whole = reading_whole(range, len);
		/* Longer beginnings of a word have a run of their own. */
		if (depth == 0 && len > 1 && (len != initial || last))
			break;
		if (last || whole || len == 1 || len == initial)
			walk(s, run, lo, hi, p + len, depth + 1, as & ((last || whole ? AS_PINYIN : 0u) |
			    (len == 1 || len == initial ? AS_INITIALS : 0u)));
	}
}

static void
walk(struct seeding *s, enum run_name run, size_t lo, size_t hi, size_t p, size_t depth, unsigned as)
{
	const struct word *w = s->w;
	unsigned symbol[8];
	size_t n, cut_lo = lo, cut_hi = hi;

	if (lo == hi)
		return;
	if (p > s->reach)
		s->reach = p;
	if (p == w->n) {
		emit(s, run, lo, hi, depth, as);
		return;
	}
	if (depth == symbols_of[run]) {
		s->reach = w->n;
		emit(s, run, lo, hi, depth, as);
		return;
	}
	if (depth >= CUT_LEAST) {
		narrow(s->find, run, &cut_lo, &cut_hi, depth, SYMBOL_CUT);
		if (cut_lo < cut_hi)
			s->reach = w->n;
		emit(s, run, cut_lo, cut_hi, symbols_of[run], as);
	}
	n = symbol_initials(w->unit[p], symbol);
	for (size_t i = 0; i < n; i++) {
		size_t l = lo, h = hi;

		narrow(s->find, run, &l, &h, depth, symbol[i]);
		if (l == h)
			continue;
		if (fold_is_latin(w->unit[p]) && !fold_is_digit(w->unit[p]))
			walk_letters(s, run, l, h, p, depth, as);
		else
			walk(s, run, l, h, p + 1, depth + 1, as & ~(fold_is_latin(w->unit[p]) ? 0u :
			    (unsigned)AS_INITIALS));
	}
}

/* The first unit typed as more than its initial: whole, or as far as the word goes. */
static void
walk_syllables(struct seeding *s)
{
	const struct word *w = s->w;
	struct reading_range range = reading_narrow(reading_all(), 0, w->unit[0]);

	for (size_t len = 2; len <= READING_MAX && len <= w->n; len++) {
		int last = len == w->n;

		range = reading_narrow(range, len - 1, w->unit[len - 1]);
		if (!last && !reading_whole(range, len))
			continue;
		for (uint16_t id = range.lo; id < (last ? range.hi : range.lo + 1); id++) {
			size_t lo = 0, hi = s->find->run[RUN_SYLLABLE].n;
			unsigned initial = len == reading_initial(reading_name(id)) ? AS_INITIALS : 0;

			narrow(s->find, RUN_SYLLABLE, &lo, &hi, 0, id);
			walk(s, RUN_SYLLABLE, lo, hi, len, 1, AS_PINYIN | initial);
		}
	}
}

/* The entries of the units of a word from `from` on, as many as a key holds. */
static size_t
text_range(const struct seeding *s, size_t from, size_t to, size_t *ret_lo, size_t *ret_hi)
{
	size_t d = 0;

	*ret_lo = 0;
	*ret_hi = s->find->run[RUN_TEXT].n;
	for (; d < TEXT_SYMBOLS && from + d < to; d++)
		narrow(s->find, RUN_TEXT, ret_lo, ret_hi, d, symbol_text(s->w->unit[from + d], d));
	return d;
}

/* The rarest part of what is typed as itself; of a word with a wild unit, beside that. */
static void
seed_text(struct seeding *s)
{
	const struct word *w = s->w;
	struct seed best = { .run = RUN_TEXT, .by = FIND_TEXT };
	size_t n = SIZE_MAX;

	for (size_t from = 0; from < w->n && n > FEW_ENTRIES; from++) {
		size_t to = from, lo, hi;

		while (to < w->n && w->unit[to] != WILD)
			to++;
		if (to == from || (from > 0 && w->unit[from - 1] != WILD && to - from < TEXT_SYMBOLS))
			continue;
		text_range(s, from, to, &lo, &hi);
		if (hi - lo < n) {
			n = hi - lo;
			best.lo = lo;
			best.hi = hi;
			best.back = from;
		}
	}
	for (size_t i = 0; i < w->n; i++)
		best.blind |= w->unit[i] == WILD;
	best.exact_lo = best.exact_hi = best.lo;
	if (best.lo < best.hi)
		s->each(s->ctx, &best);
}

static void
seed_code(struct seeding *s)
{
	size_t lo = 0, hi = s->find->run[RUN_CODE].n, d = 0;
	struct seed seed;

	for (; d < CODE_SYMBOLS && d < s->w->n; d++)
		narrow(s->find, RUN_CODE, &lo, &hi, d, symbol_code(s->w->unit[d]));
	seed = seed_of(s->find, RUN_CODE, lo, hi, d, FIND_TEXT);
	if (lo < hi)
		s->each(s->ctx, &seed);
}

size_t
seeds_each(const struct find *find, const struct word *w,
    void (*each)(void *ctx, const struct seed *seed), void *ctx)
{
	struct seeding s = { find, w, each, ctx, 0 };
	int letters = 0;

	for (size_t i = 0; i < w->n; i++)
		letters |= fold_is_latin(w->unit[i]) && !fold_is_digit(w->unit[i]);
	seed_text(&s);
	if (word_is_code(w))
		seed_code(&s);
	if (letters) {
		walk(&s, RUN_INITIALS, 0, find->run[RUN_INITIALS].n, 0, 0, AS_PINYIN | AS_INITIALS);
		if (fold_is_latin(w->unit[0]))
			walk_syllables(&s);
	}
	return s.reach;
}

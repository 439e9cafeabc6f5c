#include "find/match.h"

#include <string.h>

#include "base/utf8.h"
#include "find/reading.h"

#define STEPS_MAX 2000	/* of one place: no name that anybody gave needs a tenth of it */

/* How all that was typed so far was typed; a word begins with all of them true. */
enum { AS_TEXT = 1, AS_PINYIN = 2, AS_INITIALS = 4 };

struct walk {
	const struct word *w;
	const uint32_t *text;
	size_t n, steps;
	size_t from;
	struct match best;
};

static enum find_by
by_of(unsigned as)
{
	return as & AS_TEXT ? FIND_TEXT : as & AS_PINYIN ? FIND_PINYIN :
	    as & AS_INITIALS ? FIND_INITIALS : FIND_MIXED;
}

static enum find_how
how_of(const struct walk *k, size_t to)
{
	if (k->from == 0)
		return to == k->n ? FIND_EXACT : FIND_PREFIX;
	return k->text[k->from] & FOLD_WORD ? FIND_WORD : FIND_PART;
}

static void step(struct walk *k, size_t p, size_t i, unsigned as);

/* The unit read as this syllable: as its initial, as a whole, or begun where the word ends. */
static void
step_syllable(struct walk *k, size_t p, size_t i, unsigned as, const char *name)
{
	const struct word *w = k->w;
	size_t same = 0, initial = reading_initial(name), whole = strlen(name);

	while (p + same < w->n && same < whole && w->unit[p + same] == (uint32_t)name[same])
		same++;
	for (size_t len = 1; len <= same; len++) {
		int last = p + len == w->n, is_initial = len == 1 || len == initial;

		if (last || is_initial || len == whole)
			step(k, p + len, i + 1, as & ((last || len == whole ? AS_PINYIN : 0u) |
			    (is_initial ? AS_INITIALS : 0u)));
	}
}

static void
step(struct walk *k, size_t p, size_t i, unsigned as)
{
	const struct word *w = k->w;
	uint32_t typed, c;
	int value;

	if (p == w->n) {
		value = MATCH_VALUE(how_of(k, i), by_of(as));
		if (value > k->best.value)
			k->best = (struct match){ value, k->from, i };
		return;
	}
	if (i == k->n || ++k->steps > STEPS_MAX)
		return;
	typed = w->unit[p];
	c = FOLD_CHARACTER(k->text[i]);
	if (fold_is_latin(c)) {
		/* A letter of Latin text is what an initial is; at the end of a word it may be pinyin. */
		if (typed == c)
			step(k, p + 1, i + 1, as & (AS_TEXT | AS_INITIALS | (p + 1 == w->n ? AS_PINYIN : 0u)));
	} else if (typed == c || typed == WILD) {
		step(k, p + 1, i + 1, as & (AS_TEXT | AS_PINYIN));
	} else if (fold_is_latin(typed) && !fold_is_digit(typed)) {
		for (const uint16_t *r = reading_list(c); *r != 0; r++)
			step_syllable(k, p, i, as & ~(unsigned)AS_TEXT, reading_name(*r));
	}
}

struct match
match_at(const struct word *w, const uint32_t *text, size_t n, size_t at)
{
	struct walk k = { .w = w, .text = text, .n = n, .from = at };

	if (w->n > 0)
		step(&k, 0, at, AS_TEXT | AS_PINYIN | AS_INITIALS);
	return k.best;
}

struct match
match_text(const struct word *w, const uint32_t *text, size_t n)
{
	struct match best = { 0 };

	for (size_t at = 0; at < n; at++) {
		struct match m = match_at(w, text, n, at);

		if (m.value > best.value)
			best = m;
	}
	return best;
}

int
word_is_code(const struct word *w)
{
	int digits = 0;

	for (size_t i = 0; i < w->n; i++) {
		if (!fold_is_latin(w->unit[i]))
			return 0;
		digits |= fold_is_digit(w->unit[i]);
	}
	return digits;
}

int
match_code(const struct word *w, const char *code)
{
	uint32_t unit[FOLD_TEXT_MAX];
	size_t n;

	if (!word_is_code(w))
		return 0;
	n = fold(code, strlen(code), unit, NULL, FOLD_TEXT_MAX);
	for (size_t at = 0; at + w->n <= n; at++) {
		size_t same = 0;

		if (!(unit[at] & FOLD_WORD))
			continue;
		while (same < w->n && FOLD_CHARACTER(unit[at + same]) == w->unit[same])
			same++;
		if (same == w->n)
			return MATCH_VALUE(at > 0 ? FIND_WORD : n == w->n ? FIND_EXACT : FIND_PREFIX, FIND_TEXT);
	}
	return 0;
}

/* A word ends at a blank; marks within it do not count.  Returns -1 when it has no room. */
int
words_read(const char *text, size_t len, struct words *ret_words)
{
	struct words *ws = ret_words;
	size_t total = 0, at = 0;

	ws->n = 0;
	while (at < len) {
		uint32_t c, unit[FIND_QUERY_MAX + 1];
		size_t end = at, took, n;

		for (; end < len; end += took) {
			took = utf8_decode(text + end, len - end, &c);
			if (took != 0 && fold_is_blank(c))
				break;
			took += took == 0;
		}
		n = fold(text + at, end - at, unit, NULL, FIND_QUERY_MAX + 1);
		at = end < len ? end + took : len;
		if (n == 0)
			continue;
		if ((total += n) > FIND_QUERY_MAX || ws->n == FIND_WORDS_MAX)
			return -1;
		for (size_t i = 0; i < n; i++)
			ws->word[ws->n].unit[i] = FOLD_CHARACTER(unit[i]);
		ws->word[ws->n++].n = n;
	}
	return ws->n > 0;
}

/* Of two that match alike, the name and the code are before the others. */
static int
field_class(enum find_field field)
{
	return field <= FIND_CODE ? 2 : field == FIND_ALIAS ? 1 : 0;
}

struct word_match
match_object(const struct find *find, const struct object *o, const struct word *w)
{
	struct word_match best = { .value = match_code(w, object_code(find, o)), .field = FIND_CODE };
	struct named_iter iter = object_texts(find, o);
	uint32_t named;

	while (named_next(&iter, &named)) {
		uint32_t text = NAMED_TEXT(named), first = find->text_first[text];
		struct match m = match_text(w, find->unit + first, find->text_first[text + 1] - first);

		if (m.value > best.value || (m.value > 0 && m.value == best.value &&
		    field_class(NAMED_FIELD(named)) > field_class(best.field)))
			best = (struct word_match){ m.value, NAMED_FIELD(named), text, m.from, m.to };
	}
	return best;
}

uint64_t
match_words(const struct find *find, uint32_t object, const struct words *words, size_t unmixed)
{
	const struct object *o = &find->object[object];
	enum find_how how = FIND_EXACT;
	enum find_by by = FIND_TEXT;
	enum find_field field = FIND_NAME;

	for (size_t i = 0; i < words->n; i++) {
		struct word_match m = match_object(find, o, &words->word[i]);

		if (m.value == 0 || (i == unmixed && MATCH_BY(m.value) == FIND_MIXED))
			return 0;
		if (MATCH_HOW(m.value) < how)
			how = MATCH_HOW(m.value);
		if (MATCH_BY(m.value) < by)
			by = MATCH_BY(m.value);
		if (field_class(m.field) < field_class(field))
			field = m.field;
	}
	return rank_make(how, by, field, 0, object);
}

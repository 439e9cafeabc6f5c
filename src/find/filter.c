/* filter.c - whether one object matches, without an index: for lists of any version of the inventory. */
#include <string.h>

#include "find/match.h"

#define TEXTS_MAX 3

/* What a word may stand in: a code, names, and a list of aliases. */
struct asked_of { const char *code, *name[TEXTS_MAX], *aliases; };

static int
in_text(const struct word *w, const char *text, size_t len)
{
	uint32_t unit[FOLD_TEXT_MAX];

	return match_text(w, unit, fold(text, len, unit, NULL, FOLD_TEXT_MAX)).value > 0;
}

static int
in_subject(const struct word *w, const struct asked_of *s)
{
	size_t len;

	if (match_code(w, s->code) > 0)
		return 1;
	for (size_t i = 0; i < TEXTS_MAX && s->name[i] != NULL; i++)
		if (in_text(w, s->name[i], strlen(s->name[i])))
			return 1;
	for (const char *a = s->aliases; *a != '\0'; a += len + (a[len] != '\0')) {
		len = strcspn(a, ";");
		if (in_text(w, a, len))
			return 1;
	}
	return 0;
}

static int
all_in(const char *text, size_t len, const struct asked_of *s)
{
	struct words words;
	int rc = words_read(text, len, &words);

	for (size_t i = 0; rc > 0 && i < words.n; i++)
		if (!in_subject(&words.word[i], s))
			return 0;
	return rc >= 0;
}

int
find_matches_matter(const struct matter *m, const char *text, size_t len)
{
	return all_in(text, len, &(struct asked_of){ m->code, { m->name, m->agency->name }, "" });
}

int
find_matches_item(const struct item *it, const char *text, size_t len)
{
	return all_in(text, len, &(struct asked_of){ it->code, { it->proof->name, it->matter->name },
	    it->proof->aliases });
}

int
find_matches_agency(const struct agency *a, const char *text, size_t len)
{
	return all_in(text, len, &(struct asked_of){ a->code, { a->name, a->short_name }, "" });
}

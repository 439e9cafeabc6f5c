/* explain.c - what a hit says of itself: how it matches, and which characters of its name are meant. */
#include <stdlib.h>
#include <string.h>

#include "find/search.h"

static const char *const kinds[FIND_NKINDS] = { "matter", "proof", "agency", "item" };
static const char *const hows[] = { [FIND_PART] = "part", [FIND_WORD] = "word",
	[FIND_PREFIX] = "prefix", [FIND_EXACT] = "exact" };
static const char *const bys[] = { [FIND_MIXED] = "mixed", [FIND_INITIALS] = "initials",
	[FIND_PINYIN] = "pinyin", [FIND_TEXT] = "text" };
static const char *const fields[] = { [FIND_NAME] = "name", [FIND_CODE] = "code",
	[FIND_ALIAS] = "alias", [FIND_RELATED] = "related" };

const char *
find_kind_name(enum find_kind kind)
{
	return kinds[kind];
}

const char *
find_how_name(enum find_how how)
{
	return hows[how];
}

const char *
find_by_name(enum find_by by)
{
	return bys[by];
}

const char *
find_field_name(enum find_field field)
{
	return fields[field];
}

static const char *
name_of(const struct find_hit *hit)
{
	switch (hit->kind) {
	case FIND_MATTER:
		return hit->is.matter->name;
	case FIND_PROOF:
		return hit->is.proof->name;
	case FIND_AGENCY:
		return hit->is.agency->name;
	default:
		return hit->is.item->proof->name;
	}
}

static const char *
aliases_of(const struct find_hit *hit)
{
	return hit->kind == FIND_AGENCY ? hit->is.agency->short_name :
	    hit->kind == FIND_ITEM ? hit->is.item->proof->aliases : hit->is.proof->aliases;
}

static const char *
related_of(const struct find_hit *hit)
{
	return hit->kind == FIND_ITEM ? hit->is.item->matter->name : hit->is.matter->agency->name;
}

/* Which of the aliases the word matches so well. */
static void
find_alias(struct find_hit *hit, const struct word *w, int value)
{
	const char *alias = aliases_of(hit);
	char separator = hit->kind == FIND_AGENCY ? '\0' : ';';

	for (;;) {
		const char *end = strchr(alias, separator);
		uint32_t unit[FOLD_TEXT_MAX];
		size_t len = end != NULL ? (size_t)(end - alias) : strlen(alias);
		size_t n = fold(alias, len, unit, NULL, FOLD_TEXT_MAX);

		if (match_text(w, unit, n).value == value || end == NULL || *end == '\0') {
			hit->text = alias;
			hit->text_len = len;
			return;
		}
		alias = end + 1;
	}
}

static void
say_how(const struct search *s, const struct object *o, struct find_hit *hit,
    const struct word *w, const struct word_match *m)
{
	hit->how = MATCH_HOW(m->value);
	hit->by = MATCH_BY(m->value);
	hit->field = m->field;
	if (m->field == FIND_ALIAS) {
		find_alias(hit, w, m->value);
		return;
	}
	hit->text = m->field == FIND_CODE ? object_code(s->find, o) : m->field == FIND_NAME ?
	    name_of(hit) : related_of(hit);
	hit->text_len = strlen(hit->text);
}

static int
by_place(const void *pa, const void *pb)
{
	const struct find_mark *a = pa, *b = pb;

	return a->from != b->from ? (a->from < b->from ? -1 : 1) : a->to < b->to ? -1 : a->to > b->to;
}

/* In order, and those that touch or overlap made one. */
static void
join_marks(struct find_hit *hit)
{
	size_t n = 0;

	qsort(hit->mark, hit->nmarks, sizeof(hit->mark[0]), by_place);
	for (size_t i = 0; i < hit->nmarks; i++) {
		if (n > 0 && hit->mark[i].from <= hit->mark[n - 1].to) {
			if (hit->mark[i].to > hit->mark[n - 1].to)
				hit->mark[n - 1].to = hit->mark[i].to;
		} else
			hit->mark[n++] = hit->mark[i];
	}
	hit->nmarks = n;
}

/* Where the word stands in the name, if it does, wherever it matches best. */
static void
mark(struct find_hit *hit, const struct word *w)
{
	uint32_t unit[FOLD_TEXT_MAX];
	uint16_t place[FOLD_TEXT_MAX];
	const char *name = name_of(hit);
	size_t n = fold(name, strlen(name), unit, place, FOLD_TEXT_MAX);
	struct match m = match_text(w, unit, n);

	if (m.value == 0 || hit->nmarks == FIND_MARKS_MAX)
		return;
	hit->mark[hit->nmarks++] = (struct find_mark){ place[m.from], (uint16_t)(place[m.to - 1] + 1) };
}

void
search_explain(const struct search *s, uint64_t rank, const struct slip *slip,
    struct find_hit *ret_hit)
{
	const struct object *o = &s->find->object[RANK_OBJECT(rank)];
	const struct inventory *inv = s->find->inv;
	int worst = INT32_MAX;

	*ret_hit = (struct find_hit){ .kind = (enum find_kind)o->kind, .near = !(rank & RANK_NOT_NEAR) };
	if (o->kind == FIND_MATTER)
		ret_hit->is.matter = &inv->matters[o->what];
	else if (o->kind == FIND_PROOF)
		ret_hit->is.proof = &inv->proofs[o->what];
	else if (o->kind == FIND_AGENCY)
		ret_hit->is.agency = &inv->agencies[o->what];
	else
		ret_hit->is.item = &inv->items[o->what];
	for (size_t i = 0; i < s->words.n; i++) {
		struct word w = s->words.word[i];
		struct word_match m;

		if (slip->kind != SLIP_NONE && slip->word == i)
			slip_apply(&w, slip);
		m = match_object(s->find, o, &w);
		if (m.value < worst)
			say_how(s, o, ret_hit, &w, &m);
		worst = m.value < worst ? m.value : worst;
		mark(ret_hit, &w);
	}
	join_marks(ret_hit);
}

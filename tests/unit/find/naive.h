/*
 * naive.h - searching as the manual has it, without an index: every object, every text, every
 * place.  What find_search must agree with, and what bench/search holds it against.
 *
 * Shares only fold() and the table of readings with the program; how a word matches is worked
 * out forwards over sets of states here, and backtracking there.
 */
#ifndef TESTS_FIND_NAIVE_H
#define TESTS_FIND_NAIVE_H

#include <stdlib.h>
#include <string.h>

#include "find/find.h"
#include "find/fold.h"
#include "find/reading.h"

#define NAIVE_WILD UINT32_C(0x7fffffff)
#define NAIVE_TEXTS 12		/* of one object */

struct naive_text { uint32_t *unit; size_t n; enum find_field field; };

struct naive_object {
	enum find_kind kind;
	const void *is;
	const char *code;
	int64_t volume;
	struct naive_text text[NAIVE_TEXTS];
	size_t ntexts;
};

struct naive { struct naive_object *object; size_t n; };

struct naive_hit { const struct naive_object *object; int near, how, by, field; };

struct naive_word { uint32_t unit[FIND_QUERY_MAX + 1]; size_t n; };

static inline void
naive_add_text(struct naive_object *o, const char *text, size_t len, enum find_field field)
{
	uint32_t unit[FOLD_TEXT_MAX];
	struct naive_text *t = &o->text[o->ntexts++];

	if (o->ntexts > NAIVE_TEXTS)
		abort();
	t->n = fold(text, len, unit, NULL, FOLD_TEXT_MAX);
	t->unit = malloc((t->n + 1) * sizeof(*unit));
	t->field = field;
	if (t->unit == NULL)
		abort();
	memcpy(t->unit, unit, t->n * sizeof(*unit));
}

static inline void
naive_add_proof(struct naive_object *o, const struct proof *p)
{
	const char *a = p->aliases;

	naive_add_text(o, p->name, strlen(p->name), FIND_NAME);
	while (*a != '\0') {
		size_t len = strcspn(a, ";");

		if (len > 0)
			naive_add_text(o, a, len, FIND_ALIAS);
		a += len + (a[len] == ';');
	}
}

static inline struct naive_object *
naive_object(struct naive *nv, enum find_kind kind, const void *is, const char *code, int64_t volume)
{
	struct naive_object *o = &nv->object[nv->n++];

	*o = (struct naive_object){ .kind = kind, .is = is, .code = code, .volume = volume };
	return o;
}

static inline void
naive_build(struct naive *nv, const struct inventory *inv)
{
	int64_t *of_agency = calloc(inv->nagencies + 1, sizeof(*of_agency));
	int64_t *of_proof = calloc(inv->nproofs + 1, sizeof(*of_proof));

	nv->n = 0;
	nv->object = calloc(inv->nmatters + inv->nproofs + inv->nagencies + inv->nitems + 1,
	    sizeof(*nv->object));
	if (of_agency == NULL || of_proof == NULL || nv->object == NULL)
		abort();
	for (size_t i = 0; i < inv->nmatters; i++) {
		const struct matter *m = &inv->matters[i];
		struct naive_object *o = naive_object(nv, FIND_MATTER, m, m->code, m->annual_volume);

		of_agency[m->agency - inv->agencies] += m->annual_volume;
		naive_add_text(o, m->name, strlen(m->name), FIND_NAME);
		naive_add_text(o, m->agency->name, strlen(m->agency->name), FIND_RELATED);
	}
	for (size_t i = 0; i < inv->nitems; i++) {
		const struct item *it = &inv->items[i];
		struct naive_object *o = naive_object(nv, FIND_ITEM, it, it->code,
		    it->matter->annual_volume);

		of_proof[it->proof - inv->proofs] += it->matter->annual_volume;
		naive_add_proof(o, it->proof);
		naive_add_text(o, it->matter->name, strlen(it->matter->name), FIND_RELATED);
	}
	for (size_t i = 0; i < inv->nproofs; i++)
		naive_add_proof(naive_object(nv, FIND_PROOF, &inv->proofs[i], inv->proofs[i].code,
		    of_proof[i]), &inv->proofs[i]);
	for (size_t i = 0; i < inv->nagencies; i++) {
		const struct agency *a = &inv->agencies[i];
		struct naive_object *o = naive_object(nv, FIND_AGENCY, a, a->code, of_agency[i]);

		naive_add_text(o, a->name, strlen(a->name), FIND_NAME);
		if (a->short_name[0] != '\0')
			naive_add_text(o, a->short_name, strlen(a->short_name), FIND_ALIAS);
	}
	free(of_agency);
	free(of_proof);
}

static inline void
naive_free(struct naive *nv)
{
	for (size_t i = 0; i < nv->n; i++)
		for (size_t t = 0; t < nv->object[i].ntexts; t++)
			free(nv->object[i].text[t].unit);
	free(nv->object);
}

/* Three facts about what was typed so far: as itself, in pinyin, in initials. A state is a set of sets. */
enum { NAIVE_T = 1, NAIVE_P = 2, NAIVE_I = 4 };

static inline uint8_t
naive_keep(uint8_t states, unsigned facts)
{
	uint8_t kept = 0;

	for (unsigned had = 0; had < 8; had++)
		if (states & 1u << had)
			kept |= (uint8_t)(1u << (had & facts));
	return kept;
}

static inline void
naive_latin(const struct naive_word *w, uint32_t c, const uint8_t *from, uint8_t *to)
{
	for (size_t p = 0; p < w->n; p++)
		if (from[p] != 0 && w->unit[p] == c)
			to[p + 1] |= naive_keep(from[p], NAIVE_T | NAIVE_I | (p + 1 == w->n ? NAIVE_P : 0u));
}

static inline void
naive_read(const struct naive_word *w, const char *name, const uint8_t *from, uint8_t *to)
{
	size_t whole = strlen(name);
	size_t initial = whole > 1 && name[1] == 'h' && strchr("zcs", name[0]) != NULL ? 2 : 1;

	for (size_t p = 0; p < w->n; p++) {
		for (size_t len = 1; from[p] != 0 && len <= whole && p + len <= w->n &&
		    w->unit[p + len - 1] == (uint32_t)name[len - 1]; len++) {
			unsigned facts = (p + len == w->n || len == whole ? NAIVE_P : 0u) |
			    (len == 1 || len == initial ? NAIVE_I : 0u);

			if (facts != 0)
				to[p + len] |= naive_keep(from[p], facts);
		}
	}
}

/* 1 + how * 4 + by of the best match, 0 if there is none. */
static inline int
naive_match(const struct naive_word *w, const uint32_t *text, size_t n)
{
	int best = 0;

	for (size_t at = 0; at < n; at++) {
		uint8_t from[FIND_QUERY_MAX + 2] = { 0 }, to[FIND_QUERY_MAX + 2];
		int any = 1;

		from[0] = 1u << 7;
		for (size_t i = at; i < n && any; i++) {
			uint32_t c = FOLD_CHARACTER(text[i]);

			memset(to, 0, w->n + 1);
			if (fold_is_latin(c))
				naive_latin(w, c, from, to);
			else {
				for (size_t p = 0; p < w->n; p++)
					if (from[p] != 0 && (w->unit[p] == c || w->unit[p] == NAIVE_WILD))
						to[p + 1] |= naive_keep(from[p], NAIVE_T | NAIVE_P);
				for (const uint16_t *r = reading_list(c); *r != 0; r++)
					naive_read(w, reading_name(*r), from, to);
			}
			for (unsigned had = 0; had < 8; had++) {
				int how = at > 0 ? (text[at] & FOLD_WORD ? 1 : 0) : i + 1 == n ? 3 : 2;
				int by = had & NAIVE_T ? 3 : had & NAIVE_P ? 2 : had & NAIVE_I ? 1 : 0;

				if (to[w->n] & 1u << had && 1 + how * 4 + by > best)
					best = 1 + how * 4 + by;
			}
			any = 0;
			for (size_t p = 0; p < w->n; p++)
				any |= to[p];
			memcpy(from, to, w->n + 1);
		}
	}
	return best;
}

static inline int
naive_code(const struct naive_word *w, const char *code)
{
	char asked[FIND_QUERY_MAX + 2], have[300];
	size_t n = 0;
	int best = 0;

	for (size_t i = 0; i < w->n; i++) {
		if (w->unit[i] >= 0x80)
			return 0;
		asked[i] = (char)w->unit[i];
	}
	asked[w->n] = '\0';
	if (strpbrk(asked, "0123456789") == NULL)
		return 0;
	for (const char *part = code; *part != '\0' && best == 0; part += strspn(part, "-")) {
		n = 0;
		for (const char *c = part; *c != '\0'; c++)
			if (*c != '-')
				have[n++] = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
		have[n] = '\0';
		/* A digit after a letter begins no part; a letter after a digit neither. */
		if (strncmp(have, asked, w->n) == 0)
			best = 1 + 4 * (part != code ? 1 : n == w->n ? 3 : 2) + 3;
		part += strcspn(part, "-");
	}
	return best;
}

static const int naive_field_class[] = { [FIND_NAME] = 2, [FIND_CODE] = 2, [FIND_ALIAS] = 1,
	[FIND_RELATED] = 0 };

/* The best of an object for one word: how * 16 + by * 4 + class + 1, or 0. */
static inline int
naive_object_match(const struct naive_object *o, const struct naive_word *w)
{
	int code = naive_code(w, o->code), best = code == 0 ? 0 : 1 + (code - 1) * 4 + 2;

	for (size_t t = 0; t < o->ntexts; t++) {
		int m = naive_match(w, o->text[t].unit, o->text[t].n);

		if (m != 0 && 1 + (m - 1) * 4 + naive_field_class[o->text[t].field] > best)
			best = 1 + (m - 1) * 4 + naive_field_class[o->text[t].field];
	}
	return best;
}

static inline int
naive_words(const struct naive_object *o, const struct naive_word *w, size_t n, size_t unmixed,
    struct naive_hit *ret)
{
	*ret = (struct naive_hit){ o, 0, 3, 3, 2 };
	for (size_t i = 0; i < n; i++) {
		int m = naive_object_match(o, &w[i]);

		if (m == 0 || (i == unmixed && (m - 1) / 4 % 4 == 0))
			return 0;
		m--;
		ret->how = m / 16 < ret->how ? m / 16 : ret->how;
		ret->by = m / 4 % 4 < ret->by ? m / 4 % 4 : ret->by;
		ret->field = m % 4 < ret->field ? m % 4 : ret->field;
	}
	return 1;
}

static inline int
naive_order(const struct naive_hit *a, const struct naive_hit *b)
{
	if (a->near != b->near)
		return a->near - b->near;
	if (a->how != b->how)
		return b->how - a->how;
	if (a->by != b->by)
		return b->by - a->by;
	if (a->field != b->field)
		return b->field - a->field;
	if (a->object->volume != b->object->volume)
		return a->object->volume > b->object->volume ? -1 : 1;
	if (a->object->kind != b->object->kind)
		return a->object->kind < b->object->kind ? -1 : 1;
	return strcmp(a->object->code, b->object->code);
}

static inline size_t
naive_insert(struct naive_hit *hit, size_t n, size_t limit, struct naive_hit h)
{
	size_t at;

	for (at = 0; at < n; at++)
		if (hit[at].object == h.object) {
			if (naive_order(&hit[at], &h) <= 0)
				return n;
			memmove(&hit[at], &hit[at + 1], (--n - at) * sizeof(hit[0]));
			break;
		}
	for (at = n; at > 0 && naive_order(&h, &hit[at - 1]) < 0; at--)
		if (at < limit)
			hit[at] = hit[at - 1];
	if (at < limit)
		hit[at] = h;
	return n < limit ? n + 1 : limit;
}

static inline size_t
naive_read_words(const char *text, size_t len, struct naive_word w[FIND_WORDS_MAX])
{
	size_t n = 0;

	while (len > 0) {
		size_t word = 0;

		while (word < len && text[word] != ' ')
			word++;
		w[n].n = fold(text, word, w[n].unit, NULL, FIND_QUERY_MAX);
		for (size_t i = 0; i < w[n].n; i++)
			w[n].unit[i] = FOLD_CHARACTER(w[n].unit[i]);
		n += w[n].n > 0;
		word += word < len;
		text += word;
		len -= word;
	}
	return n;
}

/* All objects that match these words. */
static inline size_t
naive_scan(const struct naive *nv, const struct find_query *q, const struct naive_word *w, size_t nw,
    int near, size_t unmixed, struct naive_hit *hit, size_t n)
{
	for (size_t i = 0; i < nv->n; i++) {
		struct naive_hit h;

		if (!(q->kinds & FIND_BIT(nv->object[i].kind)) || 
		    !naive_words(&nv->object[i], w, nw, unmixed, &h))
			continue;
		h.near = near;
		n = naive_insert(hit, n, q->limit, h);
	}
	return n;
}

/* Each word with each slip undone. */
static inline size_t
naive_near(const struct naive *nv, const struct find_query *q, struct naive_word *w, size_t nw,
    struct naive_hit *hit, size_t n)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz";

	for (size_t i = 0; i < nw; i++) {
		struct naive_word asked = w[i];
		size_t latin = 0, han = 0;

		for (size_t k = 0; k < asked.n; k++) {
			latin += asked.unit[k] >= 'a' && asked.unit[k] <= 'z';
			han += asked.unit[k] >= 0x80;
		}
		if (han == asked.n && han >= FIND_NEAR_IDEOGRAPHS)
			for (size_t k = 0; k < asked.n; k++, w[i] = asked) {
				w[i].unit[k] = NAIVE_WILD;
				n = naive_scan(nv, q, w, nw, 1, i, hit, n);
			}
		if (latin != asked.n || latin < FIND_NEAR_LETTERS || latin > FIND_NEAR_LETTERS_MAX)
			continue;
		for (size_t k = 0; k <= asked.n; k++) {
			if (k + 1 < asked.n) {
				w[i].unit[k] = asked.unit[k + 1];
				w[i].unit[k + 1] = asked.unit[k];
				n = naive_scan(nv, q, w, nw, 1, i, hit, n);
				w[i] = asked;
			}
			if (k < asked.n) {
				memmove(&w[i].unit[k], &w[i].unit[k + 1], (--w[i].n - k) * sizeof(w[i].unit[0]));
				n = naive_scan(nv, q, w, nw, 1, i, hit, n);
				w[i] = asked;
			}
			for (const char *c = letters; *c != '\0'; c++, w[i] = asked) {
				if (k < asked.n) {
					w[i].unit[k] = (uint32_t)*c;
					n = naive_scan(nv, q, w, nw, 1, i, hit, n);
					w[i] = asked;
				}
				memmove(&w[i].unit[k + 1], &w[i].unit[k], (w[i].n++ - k) * sizeof(w[i].unit[0]));
				w[i].unit[k] = (uint32_t)*c;
				n = naive_scan(nv, q, w, nw, 1, i, hit, n);
			}
		}
	}
	return n;
}

static inline size_t
naive_search(const struct naive *nv, const struct find_query *q, struct naive_hit hit[FIND_HITS_MAX])
{
	struct naive_word w[FIND_WORDS_MAX];
	size_t nw = naive_read_words(q->text, q->len, w), n;

	if (nw == 0)
		return 0;
	n = naive_scan(nv, q, w, nw, 0, SIZE_MAX, hit, 0);
	return n < FIND_FEW && n < q->limit && (n == 0 || hit[0].how < FIND_PREFIX) ?
	    naive_near(nv, q, w, nw, hit, n) : n;
}

#endif

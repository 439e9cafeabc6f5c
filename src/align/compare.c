/* compare.c - what is in scope, and what differs once the pairs are known. */
#include <stdlib.h>
#include <string.h>

#include "align/evidence.h"
#include "align/pair.h"

#define MISSING_MATTER 970	/* certainty that an item is missing with all its matter */
#define OTHER_PROOF 990
#define CLOSE 100		/* a second choice nearer than this makes the first less certain */
#define CANDIDATE_LEAST 200
#define OFFERED_MAX 200	/* rows of a matter that are looked at for a missing item */

struct work {
	struct pairing pairing;
	struct align_result *result;
	size_t cap;
	/* Rows without an item, by the matter that they seem to belong to. */
	uint32_t *matter_of;		/* row -> matter, UINT32_MAX: none */
	size_t *next;			/* row -> the next of the same matter */
	size_t *first;			/* matter -> row; ALIGN_NO_ROW */
	size_t *paired;			/* matter -> its items that have a row */
	size_t *in_scope;		/* matter -> its items in scope */
};

static int
no_memory(struct fault *f)
{
	fault_set(f, FAULT_MEMORY, "%s", "alignment");
	return -1;
}

static size_t
matter_index(const struct pairing *p, const struct matter *m)
{
	return (size_t)(m - p->inv->matters);
}

static size_t
agency_index(const struct pairing *p, const struct agency *a)
{
	return (size_t)(a - p->inv->agencies);
}

/* Whether a department's matters are the division's affair; what is said of it counts. */
static int
is_for(const struct pairing *p, const struct agency *a, const struct align_scope *scope, size_t n, int *ret_said)
{
	*ret_said = 0;
	for (size_t i = 0; i < n; i++)
		if (strcmp(scope[i].agency->code, a->code) == 0) {
			*ret_said = 1;
			return scope[i].runs == ALIGN_RUN_BY_COUNTY;
		}
	return inventory_acting(p->inv, a, p->division)->division == p->division;
}

static int
is_county_level(const struct matter *m)
{
	return strcmp(m->level, "county") == 0;
}

/* Departments that have a row of a county's matter: its name fits, and not only by being similar. */
static void
mark_named(const struct pairing *p, unsigned char *named)
{
	for (size_t i = 0; i < p->nmatters; i++) {
		const struct meanings *m = &p->matter[i].means;

		for (size_t k = 0; k < m->n && m->of[k].fit != FIT_NEAR; k++) {
			const struct matter *matter = &p->inv->matters[m->of[k].what];

			if (is_county_level(matter))
				named[agency_index(p, matter->agency)] = 1;
		}
	}
}

static void
presume(struct align_result *r, const struct agency *agency)
{
	size_t at = r->npresumed;

	while (at > 0 && r->presumed[at - 1].agency > agency)
		at--;
	if (at == 0 || r->presumed[at - 1].agency != agency) {
		memmove(r->presumed + at + 1, r->presumed + at, (r->npresumed - at) * sizeof(*r->presumed));
		r->presumed[at] = (struct align_presumed){ agency, 0 };
		r->npresumed++;
		at++;
	}
	r->presumed[at - 1].items++;
}

static int
find_scope(struct work *w, const struct align_scope *scope, size_t n, struct fault *f)
{
	struct pairing *p = &w->pairing;
	struct align_result *r = w->result;
	unsigned char *named = calloc(p->inv->nagencies + 1, 1), *is = calloc(p->inv->nagencies + 1, 1);

	enum { UNASKED, IN, OUT, PRESUMED };

	r->presumed = calloc(p->inv->nagencies + 1, sizeof(*r->presumed));
	if (named == NULL || is == NULL || r->presumed == NULL) {
		free(named);
		free(is);
		return no_memory(f);
	}
	mark_named(p, named);
	for (size_t i = 0; i < p->inv->nitems; i++) {
		const struct matter *m = p->inv->items[i].matter;
		size_t a = agency_index(p, m->agency);
		int said;

		if (is[a] == UNASKED) {
			is[a] = is_for(p, m->agency, scope, n, &said) ? IN : OUT;
			if (is[a] == IN && !said && !named[a])
				is[a] = PRESUMED;
		}
		if (!is_county_level(m))
			continue;
		p->in_scope[i] = is[a] == IN;
		w->in_scope[matter_index(p, m)] += is[a] == IN;
		if (is[a] == PRESUMED)
			presume(r, m->agency);
	}
	free(named);
	free(is);
	return 0;
}

/* As many as a list in good faith may have: with more, rows are repeated, or it is a list of something else. */
static size_t
most_differences(const struct work *w)
{
	return ALIGN_DIFFERENCES_MAX + w->pairing.inv->nitems;
}

static struct align_difference *
add(struct work *w, enum align_kind kind, const struct item *item, size_t row, unsigned certainty, struct fault *f)
{
	struct align_result *r = w->result;
	struct align_difference *d;

	if (r->ndifferences >= most_differences(w)) {
		fault_set(f, FAULT_ALIGN_DIFFERENT, "%s", "");
		fault_arg(f, "max", "%zu", most_differences(w));
		return NULL;
	}
	if (r->ndifferences == w->cap) {
		size_t cap = w->cap == 0 ? 64 : w->cap * 2;

		if ((d = reallocarray(r->difference, cap, sizeof(*d))) == NULL) {
			no_memory(f);
			return NULL;
		}
		r->difference = d;
		w->cap = cap;
	}
	d = &r->difference[r->ndifferences++];
	*d = (struct align_difference){ .kind = kind, .item = item, .row = row,
		.matter = item == NULL ? NULL : item->matter, .certainty = certainty };
	r->kind[kind]++;
	return d;
}

static void
say(struct align_difference *d, enum why why, const char *a, const char *b, size_t n, size_t of)
{
	if (d->nevidence < ALIGN_EVIDENCE_MAX)
		d->evidence[d->nevidence++] = (struct align_evidence){ why, a, b, n, of };
}

static void
offer(struct align_difference *d, const struct item *item, size_t row, unsigned likeness)
{
	size_t at = d->ncandidates;

	if (likeness < CANDIDATE_LEAST)
		return;
	while (at > 0 && d->candidate[at - 1].likeness < likeness)
		at--;
	if (at == ALIGN_CANDIDATES_MAX)
		return;
	d->ncandidates += d->ncandidates < ALIGN_CANDIDATES_MAX;
	memmove(d->candidate + at + 1, d->candidate + at, (d->ncandidates - at - 1) * sizeof(d->candidate[0]));
	d->candidate[at] = (struct align_candidate){ item, row, likeness };
}

/* How alike the proof of a row and that of an item are, however little that is. */
static unsigned
likeness(struct work *w, size_t row, const struct item *it)
{
	struct pairing *p = &w->pairing;
	struct said *said = &p->proof[p->proof_name[row]];
	size_t proof = (size_t)(it->proof - p->inv->proofs);

	for (size_t i = 0; i < said->means.n; i++)
		if (said->means.of[i].what == proof)
			return said->means.of[i].likeness;
	if (said->look == NULL) {
		if ((said->look = malloc(sizeof(*said->look))) == NULL)
			return 0;	/* a candidate less is shown */
		catalogue_look(p->catalogue, said->text, said->look);
	}
	return catalogue_proof_like(p->catalogue, said->look, proof);
}

static void
say_matter(struct align_difference *d, const struct pairing *p, size_t row)
{
	static const enum why why[FIT_NFITS] = { [FIT_SAME] = WHY_MATTER_WIDTH, [FIT_PLACE] = WHY_MATTER_PLACE,
		[FIT_WORDS] = WHY_MATTER_WORDS, [FIT_BRACKETS] = WHY_MATTER_BRACKETS, [FIT_NEAR] = WHY_MATTER_NEAR };
	const struct fitting *fit = &p->fit[row];
	const char *name = align_list_row(p->list, row)->matter;

	if (strcmp(name, d->matter->name) == 0)
		say(d, WHY_MATTER_SAME, "", "", 0, 0);
	else
		say(d, why[fit->matter], name, d->matter->name, fit->matter_like / 10u, 0);
	if (fit->of >= 2)
		say(d, WHY_UNDER_NAME, "", "", fit->neighbours, fit->of);
}

static void
say_proof(struct align_difference *d, const struct pairing *p, size_t row)
{
	static const enum why why[FIT_NFITS] = { [FIT_SAME] = WHY_PROOF_WIDTH, [FIT_ALIAS] = WHY_PROOF_ALIAS,
		[FIT_WORDS] = WHY_PROOF_WORDS, [FIT_BRACKETS] = WHY_PROOF_BRACKETS, [FIT_NEAR] = WHY_PROOF_NEAR };
	const struct fitting *fit = &p->fit[row];
	const char *name = align_list_row(p->list, row)->proof;

	if (strcmp(name, d->item->proof->name) == 0)
		say(d, WHY_PROOF_SAME, "", "", 0, 0);
	else
		say(d, why[fit->proof], name, d->item->proof->name, fit->proof_like / 10u, 0);
}

static void
say_neighbours(struct align_difference *d, const struct work *w, int itself)
{
	size_t m = matter_index(&w->pairing, d->matter), of = w->in_scope[m];

	if (of > 1)
		say(d, WHY_NEIGHBOURS, "", "", w->paired[m] - (size_t)itself, of - 1);
}

/* Other items of the matter that the row might have been. */
static void
offer_items(struct work *w, struct align_difference *d)
{
	const struct pairing *p = &w->pairing;

	for (size_t i = 0; i < d->matter->nitems; i++) {
		const struct item *it = d->matter->items[i];

		if (it != d->item && p->in_scope[it - p->inv->items])
			offer(d, it, ALIGN_NO_ROW, likeness(w, d->row, it));
	}
}

/* Less certain where another item, which nobody has, would do nearly as well. */
static unsigned
certainty_of(const struct work *w, size_t row)
{
	const struct pairing *p = &w->pairing;
	const struct fitting *fit = &p->fit[row];
	const struct meanings *m = &p->matter[p->matter_name[row]].means;
	unsigned sure = fit->matter_like < fit->proof_like ? fit->matter_like : fit->proof_like, next = 0;

	if (fit->matter < FIT_BRACKETS && fit->proof < FIT_BRACKETS)
		return sure;
	for (size_t i = 0; i < m->n; i++)
		for (size_t k = 0; k < p->inv->matters[m->of[i].what].nitems; k++) {
			uint32_t item = (uint32_t)(p->inv->matters[m->of[i].what].items[k] - p->inv->items);
			struct fitting other;

			if (item == p->item_of[row] || !p->in_scope[item] || p->row_of[item] != ALIGN_NO_ROW ||
			    pairing_worth(p, row, &m->of[i], item, &other) == 0)
				continue;
			if (other.matter_like + other.proof_like > (int)next)
				next = (unsigned)other.matter_like + other.proof_like;
		}
	if (next + CLOSE > (unsigned)fit->matter_like + fit->proof_like)
		sure -= (next + CLOSE - fit->matter_like - fit->proof_like) * 2 < sure ?
		    (next + CLOSE - fit->matter_like - fit->proof_like) * 2 : sure;
	return sure;
}

static int
differ_pair(struct work *w, const struct item *it, size_t row, struct fault *f)
{
	const struct pairing *p = &w->pairing;
	const struct align_row *r = align_list_row(p->list, row);
	const int differs[ALIGN_KINDS] = { [ALIGN_MATTER_NAME] = strcmp(r->matter, it->matter->name) != 0,
		[ALIGN_PROOF_NAME] = strcmp(r->proof, it->proof->name) != 0, [ALIGN_METHOD] = r->method != it->method };

	for (int kind = 0; kind < ALIGN_KINDS; kind++) {
		struct align_difference *d;

		if (!differs[kind])
			continue;
		if ((d = add(w, (enum align_kind)kind, it, row, certainty_of(w, row), f)) == NULL)
			return -1;
		if (kind == ALIGN_METHOD)
			say(d, WHY_METHODS, "", "", it->method, r->method);
		say_matter(d, p, row);
		say_proof(d, p, row);
		say_neighbours(d, w, 1);
		if (strcmp(r->legal_basis, it->legal_basis) == 0)
			say(d, WHY_BASIS, r->legal_basis, "", 0, 0);
		if (kind != ALIGN_METHOD)
			offer_items(w, d);
	}
	return 0;
}

static int
differ_missing(struct work *w, const struct item *it, struct fault *f)
{
	const struct pairing *p = &w->pairing;
	size_t m = matter_index(p, it->matter);
	struct align_difference *d = add(w, ALIGN_MISSING, it, ALIGN_NO_ROW, MISSING_MATTER, f);

	if (d == NULL)
		return -1;
	/* Each name once: rows of the same names stand together. */
	for (size_t row = w->first[m], last = row, n = 0; row != ALIGN_NO_ROW && n < OFFERED_MAX; last = row, row = w->next[row])
		if (row == last || p->proof_name[row] != p->proof_name[last]) {
			offer(d, NULL, row, likeness(w, row, it));
			n++;
		}
	if (w->paired[m] == 0 && w->first[m] == ALIGN_NO_ROW) {
		say(d, WHY_MATTER_ABSENT, it->matter->name, "", 0, 0);
		return 0;
	}
	d->certainty = ALIGN_CERTAIN - (d->ncandidates > 0 ? d->candidate[0].likeness / 2 : 0);
	if (d->ncandidates > 0)
		say(d, WHY_NEAREST_ROW, align_list_row(p->list, d->candidate[0].row)->proof, "",
		    d->candidate[0].likeness / 10u, 0);
	else
		say(d, WHY_NO_ROW, it->matter->name, it->proof->name, 0, 0);
	say_neighbours(d, w, 0);
	return 0;
}

/* The row that has the item which this row would be. */
static size_t
row_before(const struct pairing *p, const struct matter *m, size_t row)
{
	const struct meanings *q = &p->proof[p->proof_name[row]].means;

	for (size_t i = 0; i < m->nitems; i++) {
		uint32_t item = (uint32_t)(m->items[i] - p->inv->items);

		for (size_t k = 0; k < q->n; k++)
			if (m->items[i]->proof == &p->inv->proofs[q->of[k].what] && p->row_of[item] != ALIGN_NO_ROW)
				return p->row_of[item];
		if (p->row_of[item] != ALIGN_NO_ROW && p->proof_name[p->row_of[item]] == p->proof_name[row])
			return p->row_of[item];
	}
	return ALIGN_NO_ROW;
}

static void
explain_extra(struct work *w, struct align_difference *d)
{
	const struct pairing *p = &w->pairing;
	const struct said *said = &p->proof[p->proof_name[d->row]];
	const struct align_row *r = align_list_row(p->list, d->row);
	unsigned best = d->ncandidates > 0 ? d->candidate[0].likeness : 0;

	d->certainty = ALIGN_CERTAIN - best / 2;
	if (said->means.n > 0) {
		say(d, WHY_PROOF_OTHER, r->proof, p->inv->proofs[said->means.of[0].what].name, 0, 0);
		if (said->means.of[0].fit <= FIT_WORDS)
			d->certainty = OTHER_PROOF;
	} else {
		say(d, WHY_PROOF_UNKNOWN, r->proof, "", 0, 0);
	}
	if (best > 0)
		say(d, WHY_NEAREST_ITEM, d->candidate[0].item->proof->name, "", best / 10u, 0);
}

/* What was said of the row before it in the order holds for a row of the same names. */
static int
is_said_before(const struct work *w, const struct align_difference *d)
{
	const struct pairing *p = &w->pairing;
	size_t last = d == w->result->difference ? ALIGN_NO_ROW : d[-1].row;

	return last != ALIGN_NO_ROW && d[-1].kind == ALIGN_EXTRA && p->matter_name[last] == p->matter_name[d->row] &&
	    p->proof_name[last] == p->proof_name[d->row];
}

static int
differ_extra(struct work *w, size_t row, struct fault *f)
{
	const struct pairing *p = &w->pairing;
	const struct meanings *m = &p->matter[p->matter_name[row]].means;
	struct align_difference *d = add(w, ALIGN_EXTRA, NULL, row, ALIGN_CERTAIN, f);
	size_t before;

	if (d == NULL)
		return -1;
	if (is_said_before(w, d)) {
		*d = d[-1];
		d->row = row;
		return 0;
	}
	if (w->matter_of[row] == UINT32_MAX) {
		d->certainty -= m->n > 0 ? m->of[0].likeness / 3u : 0;
		say(d, WHY_MATTER_UNKNOWN, align_list_row(p->list, row)->matter, "", 0, 0);
		return 0;
	}
	d->matter = &p->inv->matters[w->matter_of[row]];
	if ((before = row_before(p, d->matter, row)) != ALIGN_NO_ROW) {
		say(d, WHY_REPEATED, "", "", align_list_row(p->list, before)->line, 0);
		return 0;
	}
	offer_items(w, d);
	explain_extra(w, d);
	say(d, WHY_MATTER_ROWS, "", "", w->paired[w->matter_of[row]], w->in_scope[w->matter_of[row]]);
	return 0;
}

/* Rows without an item, under the matter that they seem to belong to; last in the order first. */
static void
gather_rows(struct work *w)
{
	const struct pairing *p = &w->pairing;

	for (size_t i = 0; i < p->inv->nmatters; i++)
		w->first[i] = ALIGN_NO_ROW;
	for (size_t i = align_list_rows(p->list); i-- > 0;) {
		size_t row = p->order[i];
		const struct meaning *m = p->item_of[row] != NO_ITEM || p->outside[row] ? NULL : pairing_matter(p, row);

		w->matter_of[row] = m == NULL ? UINT32_MAX : m->what;
		if (m == NULL)
			continue;
		w->next[row] = w->first[m->what];
		w->first[m->what] = row;
	}
}

static int
differ(struct work *w, struct fault *f)
{
	const struct pairing *p = &w->pairing;
	struct align_result *r = w->result;

	for (size_t i = 0; i < p->inv->nitems; i++) {
		const struct item *it = &p->inv->items[i];
		size_t row = p->row_of[i];

		if (!p->in_scope[i])
			continue;
		r->item[r->nitems] = it;
		r->row[r->nitems++] = row;
		r->city[it->method]++;
		r->paired += row != ALIGN_NO_ROW;
		r->same_method += row != ALIGN_NO_ROW && align_list_row(p->list, row)->method == it->method;
		if ((row == ALIGN_NO_ROW ? differ_missing(w, it, f) : differ_pair(w, it, row, f)) < 0)
			return -1;
	}
	for (size_t i = 0; i < align_list_rows(p->list); i++) {
		size_t row = p->order[i];

		r->outside += p->outside[row];
		if (p->outside[row])
			continue;
		r->county[align_list_row(p->list, row)->method]++;
		if (p->item_of[row] == NO_ITEM && differ_extra(w, row, f) < 0)
			return -1;
	}
	return 0;
}

static int
by_matter(const void *a, const void *b, void *list)
{
	const struct align_difference *x = a, *y = b;
	const struct align_row *r, *s;
	int c;

	if (x->matter != y->matter)
		return x->matter == NULL || y->matter == NULL ? (x->matter == NULL) - (y->matter == NULL) :
		    strcmp(x->matter->code, y->matter->code);
	if (x->item != y->item)
		return x->item == NULL || y->item == NULL ? (x->item == NULL) - (y->item == NULL) :
		    strcmp(x->item->code, y->item->code);
	if (x->kind != y->kind || x->row == ALIGN_NO_ROW || x->row == y->row)
		return (int)x->kind - (int)y->kind;
	r = align_list_row(list, x->row);
	s = align_list_row(list, y->row);
	if ((c = strcmp(r->matter, s->matter)) != 0 || (c = strcmp(r->proof, s->proof)) != 0)
		return c;
	return r->method != s->method ? (int)r->method - (int)s->method : (r->line > s->line) - (r->line < s->line);
}

static int
open_work(struct work *w, const struct align_list *list, struct fault *f)
{
	const struct inventory *inv = w->pairing.inv;
	size_t rows = align_list_rows(list) + 1, matters = inv->nmatters + 1;

	w->result = calloc(1, sizeof(*w->result));
	w->matter_of = calloc(rows, sizeof(*w->matter_of));
	w->next = calloc(rows, sizeof(*w->next));
	w->first = calloc(matters, sizeof(*w->first));
	w->paired = calloc(matters, sizeof(*w->paired));
	w->in_scope = calloc(matters, sizeof(*w->in_scope));
	if (w->result != NULL) {
		w->result->item = calloc(inv->nitems + 1, sizeof(*w->result->item));
		w->result->row = calloc(inv->nitems + 1, sizeof(*w->result->row));
	}
	if (w->result == NULL || w->matter_of == NULL || w->next == NULL || w->first == NULL || w->paired == NULL ||
	    w->in_scope == NULL || w->result->item == NULL || w->result->row == NULL)
		return no_memory(f);
	return pairing_open(&w->pairing, f);
}

int
align_compare(const struct inventory *inv, const struct division *division,
    const struct align_scope *scope, size_t nscope, const struct align_list *list,
    struct align_result **ret_result, struct fault *f)
{
	struct work w = { .pairing = { .inv = inv, .division = division, .list = list } };
	int rc = -1;

	if (open_work(&w, list, f) < 0 || find_scope(&w, scope, nscope, f) < 0 || pairing_run(&w.pairing, f) < 0)
		goto out;
	for (size_t i = 0; i < inv->nitems; i++)
		w.paired[matter_index(&w.pairing, inv->items[i].matter)] += w.pairing.row_of[i] != ALIGN_NO_ROW;
	gather_rows(&w);
	if (differ(&w, f) < 0)
		goto out;
	if (w.result->ndifferences > 0)
		qsort_r(w.result->difference, w.result->ndifferences, sizeof(*w.result->difference), by_matter, (void *)list);
	*ret_result = w.result;
	w.result = NULL;
	rc = 0;
out:
	pairing_close(&w.pairing);
	align_result_free(w.result);
	free(w.matter_of);
	free(w.next);
	free(w.first);
	free(w.paired);
	free(w.in_scope);
	return rc;
}

void
align_result_free(struct align_result *r)
{
	if (r == NULL)
		return;
	free(r->difference);
	free(r->presumed);
	free(r->item);
	free(r->row);
	free(r);
}

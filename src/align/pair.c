/* pair.c - what is the same first; then the best assignment of what is left, knot by knot. */
#include "align/pair.h"

#include <stdlib.h>
#include <string.h>

#include "align/assign.h"

#define NEAR_LEAST 600		/* of a matter's name that is only similar */
#define NEAR_RARE 480		/* the same, where the proof is one that few matters demand */
#define RARE_DEMAND 8		/* few */
#define PROOF_LEAST 480		/* of a proof's name that is only similar */
#define PROOF_ROUGH 700		/* the same, where the name fits another proof, if not well */
#define PROOF_MARGIN 150	/* by how much another proof may be more alike */
#define WORTH_LEAST 400
#define CELLS_MAX ((size_t)1 << 20)	/* rows times items of one knot */

static int
no_memory(struct fault *f)
{
	fault_set(f, FAULT_MEMORY, "%s", "alignment");
	return -1;
}

static uint32_t
item_index(const struct pairing *p, const struct item *item)
{
	return (uint32_t)(item - p->inv->items);
}

/* How sure a matter's name is: a similar one by what else stands under it, too. */
static unsigned
matter_like(const struct pairing *p, size_t row, const struct meaning *matter, struct fitting *fit)
{
	const struct said *said = &p->matter[p->matter_name[row]];
	unsigned like = matter->likeness;

	fit->of = matter->fit == FIT_NEAR ? said->of : 0;
	fit->neighbours = fit->of > 0 ? said->neighbours[matter - said->means.of] : 0;
	if (fit->of >= 2 && like < NEAR_MOST)
		like += (NEAR_MOST - like) * fit->neighbours / fit->of / 2;
	return like;
}

static unsigned
proof_like(const struct pairing *p, const struct said *said, size_t proof, struct fitting *fit)
{
	unsigned like;

	for (size_t i = 0; i < said->means.n; i++)
		if (said->means.of[i].what == proof) {
			fit->proof = said->means.of[i].fit;
			return said->means.of[i].likeness;
		}
	if (said->look == NULL)
		return 0;	/* it is known, and is another proof */
	fit->proof = FIT_NEAR;
	like = catalogue_proof_like(p->catalogue, said->look, proof);
	if (like < (said->means.n > 0 ? PROOF_ROUGH : PROOF_LEAST))
		return 0;
	return said->look->best_proof != proof && said->look->best > like + PROOF_MARGIN ? 0 : like;
}

unsigned
pairing_worth(const struct pairing *p, size_t row, const struct meaning *matter, uint32_t item,
    struct fitting *ret_fit)
{
	const struct align_row *r = align_list_row(p->list, row);
	const struct item *it = &p->inv->items[item];
	size_t proof = (size_t)(it->proof - p->inv->proofs);
	struct fitting fit = { .matter = matter->fit };
	unsigned m, q, worth;

	if ((q = proof_like(p, &p->proof[p->proof_name[row]], proof, &fit)) == 0)
		return 0;
	m = matter_like(p, row, matter, &fit);
	if (matter->fit == FIT_NEAR && m < NEAR_LEAST && (m < NEAR_RARE || fit.proof == FIT_NEAR ||
	    catalogue_demand(p->catalogue, proof) > RARE_DEMAND))
		return 0;
	fit.matter_like = (uint16_t)m;
	fit.proof_like = (uint16_t)q;
	if (m + q < 1000 + WORTH_LEAST)
		return 0;
	*ret_fit = fit;
	worth = (m + q - 1000) * 8;
	/* Of what is alike otherwise, the law and then the method decide. */
	return worth + 4 * (strcmp(r->legal_basis, it->legal_basis) == 0) + 2 * (r->method == it->method);
}

/* How well a row says what the item says, of those whose names are the same. */
static int
rank(const struct pairing *p, size_t row, const struct item *it)
{
	const struct align_row *r = align_list_row(p->list, row);

	return 8 * (strcmp(r->matter, it->matter->name) == 0) + 4 * (strcmp(r->proof, it->proof->name) == 0) +
	    2 * (r->method == it->method) + (strcmp(r->legal_basis, it->legal_basis) == 0);
}

/* The item that a row is by its names alone, in or out of scope; NULL if the names do not say. */
static const struct item *
same_names(const struct pairing *p, size_t row)
{
	const struct meanings *m = &p->matter[p->matter_name[row]].means;
	const struct meanings *q = &p->proof[p->proof_name[row]].means;
	const struct matter *matter;

	if (m->n != 1 || m->of[0].fit > FIT_PLACE || q->n == 0 || q->of[0].fit != FIT_SAME)
		return NULL;
	matter = &p->inv->matters[m->of[0].what];
	for (size_t i = 0; i < matter->nitems; i++)
		if (matter->items[i]->proof == &p->inv->proofs[q->of[0].what])
			return matter->items[i];
	return NULL;
}

static void
pair(struct pairing *p, size_t row, uint32_t item, struct fitting fit)
{
	if (p->row_of[item] != ALIGN_NO_ROW)
		p->item_of[p->row_of[item]] = NO_ITEM;
	p->row_of[item] = row;
	p->item_of[row] = item;
	p->fit[row] = fit;
}

static void
pair_same(struct pairing *p)
{
	for (size_t i = 0; i < align_list_rows(p->list); i++) {
		size_t row = p->order[i];
		const struct meaning *m = &p->matter[p->matter_name[row]].means.of[0];
		const struct item *it = same_names(p, row);
		uint32_t item;

		if (it == NULL || !p->in_scope[item = item_index(p, it)])
			continue;
		if (p->row_of[item] == ALIGN_NO_ROW || rank(p, row, it) > rank(p, p->row_of[item], it))
			pair(p, row, item, (struct fitting){ .matter = m->fit, .proof = FIT_SAME,
			    .matter_like = m->likeness, .proof_like = 1000 });
	}
}

static int
has_scope(const struct pairing *p, const struct matter *m)
{
	for (size_t i = 0; i < m->nitems; i++)
		if (p->in_scope[item_index(p, m->items[i])])
			return 1;
	return 0;
}

const struct meaning *
pairing_matter(const struct pairing *p, size_t row)
{
	const struct meanings *m = &p->matter[p->matter_name[row]].means;
	struct fitting fit;

	for (size_t i = 0; i < m->n; i++)
		if (has_scope(p, &p->inv->matters[m->of[i].what]))
			return m->of[i].fit != FIT_NEAR || matter_like(p, row, &m->of[i], &fit) >= NEAR_LEAST ?
			    &m->of[i] : NULL;
	return NULL;
}

static void
find_outside(struct pairing *p)
{
	for (size_t row = 0; row < align_list_rows(p->list); row++) {
		const struct meanings *m = &p->matter[p->matter_name[row]].means;

		p->outside[row] = m->n > 0 && m->of[0].fit != FIT_NEAR;
		for (size_t i = 0; i < m->n && p->outside[row]; i++)
			p->outside[row] = !has_scope(p, &p->inv->matters[m->of[i].what]);
	}
}

/* A possible pair. */
struct edge { size_t at; uint32_t item, worth; const struct meaning *matter; };	/* at: the row's place in the order */

struct edges { struct edge *edge; size_t n, cap; uint32_t *knot; };

static uint32_t
knot_of(struct edges *e, uint32_t matter)
{
	while (e->knot[matter] != matter)
		matter = e->knot[matter] = e->knot[e->knot[matter]];
	return matter;
}

static int
add_edge(struct edges *e, struct edge edge, struct fault *f)
{
	if (e->n == e->cap) {
		size_t cap = e->cap == 0 ? 1024 : e->cap * 2;
		struct edge *grown = reallocarray(e->edge, cap, sizeof(*grown));

		if (grown == NULL)
			return no_memory(f);
		e->edge = grown;
		e->cap = cap;
	}
	e->edge[e->n++] = edge;
	return 0;
}

/* All items that a row might be; the matters that they belong to hang together. */
static int
add_edges(struct pairing *p, struct edges *e, size_t at, struct fault *f)
{
	const size_t row = p->order[at];
	const struct meanings *m = &p->matter[p->matter_name[row]].means;
	uint32_t first = UINT32_MAX;

	for (size_t i = 0; i < m->n; i++) {
		const struct matter *matter = &p->inv->matters[m->of[i].what];

		for (size_t k = 0; k < matter->nitems; k++) {
			uint32_t item = item_index(p, matter->items[k]), worth;
			struct fitting fit;

			if (!p->in_scope[item] || p->row_of[item] != ALIGN_NO_ROW ||
			    (worth = pairing_worth(p, row, &m->of[i], item, &fit)) == 0)
				continue;
			if (add_edge(e, (struct edge){ at, item, worth, &m->of[i] }, f) < 0)
				return -1;
			if (first == UINT32_MAX)
				first = m->of[i].what;
			e->knot[knot_of(e, m->of[i].what)] = knot_of(e, first);
		}
	}
	return 0;
}

/* Whether a row before it in the order has the same names and is unpaired, too: then that speaks for both. */
static int
is_repeated(const struct pairing *p, size_t i)
{
	return i > 0 && p->matter_name[p->order[i]] == p->matter_name[p->order[i - 1]] &&
	    p->proof_name[p->order[i]] == p->proof_name[p->order[i - 1]];
}

static int
find_edges(struct pairing *p, struct edges *e, struct fault *f)
{
	int spoken = 0;

	if ((e->knot = calloc(p->inv->nmatters + 1, sizeof(*e->knot))) == NULL)
		return no_memory(f);
	for (uint32_t i = 0; i < p->inv->nmatters; i++)
		e->knot[i] = i;
	for (size_t i = 0; i < align_list_rows(p->list); i++) {
		size_t row = p->order[i];

		spoken = is_repeated(p, i) && spoken;
		if (p->item_of[row] != NO_ITEM || p->outside[row] || spoken)
			continue;
		spoken = 1;
		if (add_edges(p, e, i, f) < 0)
			return -1;
	}
	for (size_t i = 0; i < e->n; i++)
		e->knot[e->edge[i].matter->what] = knot_of(e, e->edge[i].matter->what);
	return 0;
}

static int
by_knot(const void *a, const void *b, void *edges)
{
	const struct edge *x = a, *y = b;
	const struct edges *e = edges;
	uint32_t i = e->knot[x->matter->what], k = e->knot[y->matter->what];

	if (i != k)
		return i < k ? -1 : 1;
	return x->at != y->at ? (x->at > y->at) - (x->at < y->at) : (x->item > y->item) - (x->item < y->item);
}

static int
by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static int
tangled(const struct pairing *p, const struct edge *edge, size_t rows, struct fault *f)
{
	fault_set(f, FAULT_ALIGN_TANGLED, "%s", "");
	fault_arg(f, "matter", "%s", p->inv->matters[edge->matter->what].name);
	fault_arg(f, "n", "%zu", rows);
	return -1;
}

/* The best assignment of one knot: edges are sorted by row. */
static int
solve(struct pairing *p, const struct edge *edge, size_t n, struct fault *f)
{
	size_t rows = 0, items = 0, *row = calloc(n, sizeof(*row)), *given = calloc(n, sizeof(*given));
	uint32_t *item = calloc(n, sizeof(*item)), *worth = NULL;
	int rc = -1;

	if (row == NULL || item == NULL || given == NULL) {
		no_memory(f);
		goto out;
	}
	for (size_t i = 0; i < n; i++) {
		item[i] = edge[i].item;
		if (i == 0 || edge[i].at != edge[i - 1].at)
			row[rows++] = i;
	}
	qsort(item, n, sizeof(*item), by_number);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || item[i] != item[items - 1])
			item[items++] = item[i];
	if (rows * items > CELLS_MAX) {
		tangled(p, edge, rows, f);
		goto out;
	}
	if ((worth = calloc(rows * items, sizeof(*worth))) == NULL) {
		no_memory(f);
		goto out;
	}
	for (size_t i = 0, r = 0; i < n; i++) {
		const uint32_t *at = bsearch(&edge[i].item, item, items, sizeof(*item), by_number);

		r += r + 1 < rows && row[r + 1] == i;
		if (worth[r * items + (size_t)(at - item)] < edge[i].worth)
			worth[r * items + (size_t)(at - item)] = edge[i].worth;
	}
	if (assign(worth, rows, items, given) < 0) {
		no_memory(f);
		goto out;
	}
	for (size_t r = 0; r < rows; r++) {
		struct fitting fit;

		for (size_t i = row[r]; given[r] != SIZE_MAX && i < n && edge[i].at == edge[row[r]].at; i++)
			if (edge[i].item == item[given[r]] &&
			    pairing_worth(p, p->order[edge[i].at], edge[i].matter, edge[i].item, &fit) == edge[i].worth)
				pair(p, p->order[edge[i].at], edge[i].item, fit);
	}
	rc = 0;
out:
	free(row);
	free(given);
	free(item);
	free(worth);
	return rc;
}

int
pairing_run(struct pairing *p, struct fault *f)
{
	struct edges e = { 0 };
	int rc = -1;

	find_outside(p);
	pair_same(p);
	if (find_edges(p, &e, f) < 0)
		goto out;
	if (e.n > 0)
		qsort_r(e.edge, e.n, sizeof(*e.edge), by_knot, &e);
	for (size_t from = 0, to; from < e.n; from = to) {
		for (to = from + 1; to < e.n && e.knot[e.edge[to].matter->what] ==
		    e.knot[e.edge[from].matter->what]; to++)
			;
		if (solve(p, e.edge + from, to - from, f) < 0)
			goto out;
	}
	rc = 0;
out:
	free(e.edge);
	free(e.knot);
	return rc;
}

/* pair_names.c - the names of a list, each once, and what they may mean. */
#include <stdlib.h>
#include <string.h>

#include "align/pair.h"

#define NEIGHBOURS_MAX 500	/* rows under a name that are looked at */

/* Names that fit nothing well: with more, it is a list of something else. */
#define STRANGE_MAX(inv) (2000 + (inv)->nmatters + (inv)->nproofs)

static int
no_memory(struct fault *f)
{
	fault_set(f, FAULT_MEMORY, "%s", "alignment");
	return -1;
}

/* By all that a row says, codes aside; the line only parts rows that say the same. */
static int
by_row(const void *a, const void *b, void *list)
{
	const struct align_row *x = align_list_row(list, *(const size_t *)a);
	const struct align_row *y = align_list_row(list, *(const size_t *)b);
	int c;

	if ((c = strcmp(x->matter, y->matter)) != 0 || (c = strcmp(x->proof, y->proof)) != 0)
		return c;
	if (x->method != y->method)
		return x->method < y->method ? -1 : 1;
	if ((c = strcmp(x->legal_basis, y->legal_basis)) != 0)
		return c;
	return (x->line > y->line) - (x->line < y->line);
}

static int
by_proof(const void *a, const void *b, void *list)
{
	return strcmp(align_list_row(list, *(const size_t *)a)->proof,
	    align_list_row(list, *(const size_t *)b)->proof);
}

/* Numbers the names of rows that are sorted by them; returns how many there are. */
static size_t
number(const struct pairing *p, const size_t *order, int proofs, uint32_t *ret_name, struct said *said)
{
	const char *last = NULL;
	size_t n = 0;

	for (size_t i = 0; i < align_list_rows(p->list); i++) {
		const struct align_row *row = align_list_row(p->list, order[i]);
		const char *text = proofs ? row->proof : row->matter;

		if (last == NULL || strcmp(last, text) != 0)
			said[n++].text = last = text;
		ret_name[order[i]] = (uint32_t)(n - 1);
		said[n - 1].rows++;
	}
	return n;
}

/* Whether the matter demands one of the proofs that a name means. */
static int
demands(const struct pairing *p, const struct matter *m, const struct meanings *proof)
{
	for (size_t k = 0; k < proof->n; k++)
		for (size_t i = 0; i < m->nitems; i++)
			if (m->items[i]->proof == &p->inv->proofs[proof->of[k].what])
				return 1;
	return 0;
}

/* The shared neighbours of a matter's name, whose rows stand together in the order from first on. */
static void
count_neighbours(const struct pairing *p, struct said *said, size_t first)
{
	said->of = (uint16_t)(said->rows < NEIGHBOURS_MAX ? said->rows : NEIGHBOURS_MAX);
	for (size_t k = 0; k < said->means.n; k++)
		for (size_t i = first; i < first + said->of; i++)
			said->neighbours[k] += (uint16_t)demands(p, &p->inv->matters[said->means.of[k].what],
			    &p->proof[p->proof_name[p->order[i]]].means);
}

static int
strange(const struct pairing *p, const char *name, struct fault *f)
{
	fault_set(f, FAULT_ALIGN_STRANGE, "%s", "");
	fault_arg(f, "name", "%s", name);
	fault_arg(f, "max", "%zu", STRANGE_MAX(p->inv));
	return -1;
}

static int
look_up(struct pairing *p, struct fault *f)
{
	size_t near = 0;

	for (size_t i = 0; i < p->nproofs; i++) {
		struct said *said = &p->proof[i];

		catalogue_proof(p->catalogue, said->text, &said->means);
		if (said->means.n > 0 && said->means.of[0].fit <= FIT_ALIAS)
			continue;
		if (++near > STRANGE_MAX(p->inv))
			return strange(p, said->text, f);
		if ((said->look = malloc(sizeof(*said->look))) == NULL)
			return no_memory(f);
		catalogue_look(p->catalogue, said->text, said->look);
	}
	near = 0;
	for (size_t i = 0, first = 0; i < p->nmatters; first += p->matter[i++].rows) {
		struct said *said = &p->matter[i];

		catalogue_matter(p->catalogue, said->text, p->division, &said->means);
		if (said->means.n == 0 || said->means.of[0].fit != FIT_NEAR)
			continue;
		if (++near > STRANGE_MAX(p->inv))
			return strange(p, said->text, f);
		count_neighbours(p, said, first);
	}
	return 0;
}

int
pairing_open(struct pairing *p, struct fault *f)
{
	size_t n = align_list_rows(p->list), *by = calloc(n + 1, sizeof(*by));

	p->order = calloc(n + 1, sizeof(*p->order));
	p->matter_name = calloc(n + 1, sizeof(*p->matter_name));
	p->proof_name = calloc(n + 1, sizeof(*p->proof_name));
	p->matter = calloc(n + 1, sizeof(*p->matter));
	p->proof = calloc(n + 1, sizeof(*p->proof));
	p->item_of = calloc(n + 1, sizeof(*p->item_of));
	p->fit = calloc(n + 1, sizeof(*p->fit));
	p->outside = calloc(n + 1, 1);
	p->row_of = calloc(p->inv->nitems + 1, sizeof(*p->row_of));
	p->in_scope = calloc(p->inv->nitems + 1, 1);
	p->catalogue = catalogue_new(p->inv);
	if (by == NULL || p->order == NULL || p->matter_name == NULL || p->proof_name == NULL ||
	    p->matter == NULL || p->proof == NULL || p->item_of == NULL || p->fit == NULL ||
	    p->outside == NULL || p->row_of == NULL || p->in_scope == NULL || p->catalogue == NULL) {
		free(by);
		return no_memory(f);
	}
	for (size_t i = 0; i < n; i++) {
		p->order[i] = by[i] = i;
		p->item_of[i] = NO_ITEM;
	}
	for (size_t i = 0; i < p->inv->nitems; i++)
		p->row_of[i] = ALIGN_NO_ROW;
	qsort_r(p->order, n, sizeof(*p->order), by_row, (void *)p->list);
	qsort_r(by, n, sizeof(*by), by_proof, (void *)p->list);
	p->nmatters = number(p, p->order, 0, p->matter_name, p->matter);
	p->nproofs = number(p, by, 1, p->proof_name, p->proof);
	free(by);
	return look_up(p, f);
}

void
pairing_close(struct pairing *p)
{
	for (size_t i = 0; p->proof != NULL && i < p->nproofs; i++)
		free(p->proof[i].look);
	free(p->order);
	free(p->matter_name);
	free(p->proof_name);
	free(p->matter);
	free(p->proof);
	free(p->item_of);
	free(p->fit);
	free(p->outside);
	free(p->row_of);
	free(p->in_scope);
	catalogue_free(p->catalogue);
}

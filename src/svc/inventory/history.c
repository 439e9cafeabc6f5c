/* history.c - what the list said of an item, or of a matter's items, from time to time. */
#include <stdlib.h>
#include <string.h>

#include "flow/inventory_rows.h"
#include "svc/inventory/inventory_svc.h"
#include "svc/inventory/versions.h"

#define ITEMS_FILE "items.csv"

struct history {
	const char *column, *value;	/* the items that are meant */
	struct span *span;
	size_t nspans;
	struct inventory_rows **rows;	/* of each span; spans of one version share them */
	const char **code;		/* the items, sorted, each once */
	size_t ncodes;
	item_said_fn *each;
	void *ctx;
};

static int
no_memory(struct fault *f)
{
	fault_set(f, FAULT_MEMORY, "%s", "history");
	return -1;
}

static int
read_items(struct store_reader *reader, int64_t version, struct inventory_rows **ret_rows,
    struct fault *f)
{
	struct inventory_set *set;
	int rc = -1;

	if (inventory_stored_files(reader, version, &set, f) < 0)
		return -1;
	for (size_t i = 0; i < set->n; i++)
		if (strcmp(set->file[i].name, ITEMS_FILE) == 0)
			rc = inventory_rows_read(&set->file[i], ret_rows, f);
	inventory_set_free(set);
	return rc;
}

static int
read_all(struct history *h, struct store_reader *reader, struct fault *f)
{
	for (size_t i = 0; i < h->nspans; i++) {
		for (size_t k = 0; k < i && h->rows[i] == NULL; k++)
			if (h->span[k].publication->version == h->span[i].publication->version)
				h->rows[i] = h->rows[k];
		if (h->rows[i] == NULL && read_items(reader, h->span[i].publication->version, &h->rows[i],
		    f) < 0)
			return -1;
	}
	return 0;
}

static void
forget(struct history *h)
{
	for (size_t i = 0; i < h->nspans; i++) {
		struct inventory_rows *rows = h->rows[i];

		for (size_t k = i; k < h->nspans; k++)
			if (h->rows[k] == rows)
				h->rows[k] = NULL;
		inventory_rows_free(rows);
	}
	free(h->rows);
	free(h->span);
	free(h->code);
}

static int
is_meant(const struct history *h, const struct inventory_rows *rows, size_t i)
{
	const char *value = inventory_rows_cell(rows, i, h->column);

	return value != NULL && strcmp(value, h->value) == 0;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The codes of the items that are meant, whatever version they stand in. */
static int
gather(struct history *h, struct fault *f)
{
	const char *key, *unused;
	size_t most = 0, n = 0;

	for (size_t i = 0; i < h->nspans; i++)
		for (size_t k = 0; k < inventory_rows_count(h->rows[i]); k++)
			most += (size_t)is_meant(h, h->rows[i], k);
	if ((h->code = calloc(most + 1, sizeof(*h->code))) == NULL)
		return no_memory(f);
	for (size_t i = 0; i < h->nspans; i++)
		for (size_t k = 0; k < inventory_rows_count(h->rows[i]); k++)
			if (is_meant(h, h->rows[i], k)) {
				inventory_rows_key(h->rows[i], k, &key, &unused);
				h->code[n++] = key;
			}
	qsort(h->code, n, sizeof(h->code[0]), by_text);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || strcmp(h->code[i], h->code[h->ncodes - 1]) != 0)
			h->code[h->ncodes++] = h->code[i];
	return 0;
}

/* What the version of a span says of an item. */
static struct item_said
said(const struct history *h, size_t span, const char *code)
{
	const struct inventory_rows *rows = h->rows[span];
	int64_t at = inventory_rows_find(rows, code);
	int there = at >= 0 && is_meant(h, rows, (size_t)at);

	return (struct item_said){ code, h->span[span].from, h->span[span].until,
		h->span[span].publication, there ? rows : NULL, there ? (size_t)at : 0 };
}

static int
says_same(const struct item_said *a, const struct item_said *b)
{
	if (a->rows == NULL || b->rows == NULL)
		return a->rows == b->rows;
	return inventory_rows_same(a->rows, a->row, b->rows, b->row);
}

static int
tell(const struct history *h, const char *code, struct fault *f)
{
	struct item_said now = { 0 }, next;
	int began = 0;

	for (size_t i = 0; i < h->nspans; i++) {
		next = said(h, i, code);
		if (began && says_same(&now, &next)) {
			now.until = next.until;
			continue;
		}
		if (began && h->each(&now, h->ctx, f) < 0)
			return -1;
		/* Before an item first stood on the list there is nothing to tell. */
		began |= next.rows != NULL;
		now = next;
	}
	return began ? h->each(&now, h->ctx, f) : 0;
}

int
inventory_history(struct store_reader *reader, const struct versions *v, const char *column,
    const char *value, item_said_fn *each, void *ctx, struct fault *f)
{
	struct history h = { .column = column, .value = value, .each = each, .ctx = ctx,
	    .span = calloc(v->npublications + 1, sizeof(*h.span)) };
	int rc = -1;

	if (h.span != NULL)
		h.nspans = versions_spans(v, h.span);
	if (h.span == NULL || (h.rows = calloc(h.nspans + 1, sizeof(*h.rows))) == NULL) {
		h.nspans = 0;
		no_memory(f);
		goto out;
	}
	if (read_all(&h, reader, f) < 0 || gather(&h, f) < 0)
		goto out;
	rc = 0;
	for (size_t i = 0; rc == 0 && i < h.ncodes; i++)
		rc = tell(&h, h.code[i], f);
out:
	forget(&h);
	return rc;
}

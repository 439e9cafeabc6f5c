#include "svc/index/index_entry.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/hash.h"

#define ID_AT INDEX_PREFIX_LEN
#define DIVISION_AT (ID_AT + 16)
#define SUM_LEN 8

_Static_assert(sizeof(struct index_entry) == INDEX_ENTRY_LEN, "entries stand side by side");

struct index_entry
index_entry_make(const uint8_t blind[16], enum index_kind kind, const uint8_t id[16],
    const char *division)
{
	struct index_entry e = { { 0 } };

	memcpy(e.b, blind, 16);
	e.b[16] = (uint8_t)kind;
	for (int i = 0; i < 16; i++)
		e.b[ID_AT + i] = (uint8_t)~id[i];
	memcpy(e.b + DIVISION_AT, division, strnlen(division, INDEX_ENTRY_LEN - DIVISION_AT));
	return e;
}

struct index_hit
index_entry_hit(const struct index_entry *e)
{
	struct index_hit hit = { .division = "" };

	for (int i = 0; i < 16; i++)
		hit.id[i] = (uint8_t)~e->b[ID_AT + i];
	memcpy(hit.division, e->b + DIVISION_AT, INDEX_ENTRY_LEN - DIVISION_AT);
	return hit;
}

struct index_entry
index_entry_before(const uint8_t blind[16], enum index_kind kind, const uint8_t *before)
{
	static const uint8_t last[16] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	struct index_entry e = index_entry_make(blind, kind, before != NULL ? before : last, "");

	/* Past every division of the id itself. */
	if (before != NULL)
		memset(e.b + DIVISION_AT, 0xff, INDEX_ENTRY_LEN - DIVISION_AT);
	return e;
}

int
index_entry_compare(const void *a, const void *b)
{
	return memcmp(a, b, INDEX_ENTRY_LEN);
}

size_t
index_entry_sort(struct index_entry *e, size_t n)
{
	size_t kept = 0;

	if (n == 0)
		return 0;
	qsort(e, n, sizeof(*e), index_entry_compare);
	for (size_t i = 1; i < n; i++)
		if (index_entry_compare(&e[i], &e[kept]) != 0)
			e[++kept] = e[i];
	return kept + 1;
}

size_t
index_entry_after(const struct index_entry *entry, size_t n, const struct index_entry *e)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (index_entry_compare(&entry[middle], e) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
sum(const void *entries, size_t len, uint8_t ret[SUM_LEN])
{
	struct sha256 hash = hash_sha256((const struct hash_part[]){ { entries, len } }, 1);

	memcpy(ret, hash.b, SUM_LEN);
}

void
index_page_make(const struct index_entry *e, size_t n, struct index_page *ret_page)
{
	memcpy(ret_page->content, e, n * sizeof(*e));
	sum(e, n * sizeof(*e), ret_page->content + n * sizeof(*e));
	ret_page->len = n * sizeof(*e) + SUM_LEN;
}

int
index_page_read(const void *content, size_t len, struct index_entry *ret_entry, size_t *ret_n,
    struct fault *f)
{
	size_t entries = len - SUM_LEN;
	uint8_t is[SUM_LEN];

	if (len <= SUM_LEN || len > INDEX_PAGE_LEN || entries % INDEX_ENTRY_LEN != 0) {
		fault_set(f, FAULT_STORE, "a page of the index has %zu bytes", len);
		return -1;
	}
	sum(content, entries, is);
	if (memcmp(is, (const uint8_t *)content + entries, SUM_LEN) != 0) {
		fault_set(f, FAULT_STORE, "%s", "a page of the index is not what was written");
		return -1;
	}
	memcpy(ret_entry, content, entries);
	*ret_n = entries / INDEX_ENTRY_LEN;
	return 0;
}

int
index_top_add(struct index_top *top, const struct index_entry *e)
{
	size_t at = index_entry_after(top->e, top->n, e);

	if (at > 0 && index_entry_compare(&top->e[at - 1], e) == 0)
		return 1;
	if (at == top->max)
		return 0;
	if (top->n == top->max)
		top->n--;
	memmove(&top->e[at + 1], &top->e[at], (top->n - at) * sizeof(*e));
	top->e[at] = *e;
	top->n++;
	return 1;
}

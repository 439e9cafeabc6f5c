/* sorted.c - sorting entries, and the part of a sorted run that has a symbol. */
#include <stdlib.h>
#include <string.h>

#include "find/index.h"

void
pile_add(struct pile *p, uint64_t v)
{
	if (p->failed)
		return;
	if (p->n == p->cap) {
		size_t cap = p->cap == 0 ? 1024 : 2 * p->cap;
		uint64_t *grown = realloc(p->v, cap * sizeof(*grown));

		if (grown == NULL) {
			p->failed = 1;
			return;
		}
		p->v = grown;
		p->cap = cap;
	}
	p->v[p->n++] = v;
}

/* One pass over a byte: stable, from `from` to `to`; 0 when all have the same byte. */
static int
pass(const uint64_t *from, uint64_t *to, size_t n, unsigned shift)
{
	size_t count[257] = { 0 };

	for (size_t i = 0; i < n; i++)
		count[((from[i] >> shift) & 0xff) + 1]++;
	for (size_t b = 1; b <= 256; b++)
		if (count[b] == n)
			return 0;
	for (size_t b = 1; b <= 256; b++)
		count[b] += count[b - 1];
	for (size_t i = 0; i < n; i++)
		to[count[(from[i] >> shift) & 0xff]++] = from[i];
	return 1;
}

int
pile_sort(struct pile *p)
{
	uint64_t *other, *swap;

	if (p->failed || (other = malloc((p->n + 1) * sizeof(*other))) == NULL)
		return -1;
	for (unsigned shift = 0; shift < 64 && p->n > 0; shift += 8) {
		if (!pass(p->v, other, p->n, shift))
			continue;
		swap = p->v;
		p->v = other;
		other = swap;
		p->cap = p->n + 1;
	}
	free(other);
	return 0;
}

/* The first entry in [lo, hi) whose field is at least value. */
static size_t
lower(const struct run *run, size_t lo, size_t hi, unsigned shift, uint64_t mask, uint64_t value)
{
	while (lo < hi) {
		size_t middle = lo + (hi - lo) / 2;

		if (((run->entry[middle] >> shift) & mask) < value)
			lo = middle + 1;
		else
			hi = middle;
	}
	return lo;
}

void
run_narrow(const struct run *run, size_t *lo, size_t *hi, unsigned shift, unsigned bits,
    uint64_t value)
{
	uint64_t mask = (UINT64_C(1) << bits) - 1;

	*lo = lower(run, *lo, *hi, shift, mask, value);
	*hi = lower(run, *lo, *hi, shift, mask, value + 1);
}

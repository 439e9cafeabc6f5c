#include "flow/inventory_arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK ((size_t)256 << 10)

struct arena_block {
	struct arena_block *next;
	size_t used, cap;
	alignas(max_align_t) unsigned char byte[];
};

static struct arena_block *
block_new(struct arena *a, size_t need)
{
	size_t cap = need > BLOCK ? need : BLOCK;
	struct arena_block *block;

	if (cap > a->max - a->taken)
		cap = need;
	if (cap > a->max - a->taken)
		return NULL;
	block = calloc(1, sizeof(*block) + cap);
	if (block == NULL)
		return NULL;
	block->cap = cap;
	a->taken += cap;
	/* A block that one piece fills goes second, so that the first keeps its room. */
	if (need > BLOCK && a->head != NULL) {
		block->next = a->head->next;
		a->head->next = block;
	} else {
		block->next = a->head;
		a->head = block;
	}
	return block;
}

/* align is a power of two. */
static void *
take(struct arena *a, size_t bytes, size_t align)
{
	struct arena_block *block = a->head;
	size_t from = block == NULL ? 0 : (block->used + align - 1) & ~(align - 1);

	if (block == NULL || from > block->cap || block->cap - from < bytes) {
		block = block_new(a, bytes);
		from = 0;
	}
	if (block == NULL)
		return NULL;
	block->used = from + bytes;
	return block->byte + from;
}

void *
arena_alloc(struct arena *a, size_t n, size_t size)
{
	if (size != 0 && n > (SIZE_MAX / 2) / size)
		return NULL;
	return take(a, n * size == 0 ? 1 : n * size, alignof(max_align_t));
}

char *
arena_text(struct arena *a, const char *text, size_t len)
{
	char *copy = take(a, len + 1, 1);

	if (copy != NULL)
		memcpy(copy, text, len);
	return copy;
}

void
arena_free(struct arena *a)
{
	struct arena_block *next;

	for (struct arena_block *block = a->head; block != NULL; block = next) {
		next = block->next;
		free(block);
	}
	a->head = NULL;
	a->taken = 0;
}

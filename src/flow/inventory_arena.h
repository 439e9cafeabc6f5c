/*
 * inventory_arena.h - memory that is taken in small pieces and given back as a whole.
 *
 * A piece is zeroed and aligned for anything.  Every failure is NULL, for lack of memory
 * or past max bytes.  Not safe from several threads at once.
 */
#ifndef FLOW_INVENTORY_ARENA_H
#define FLOW_INVENTORY_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *head;
	size_t taken, max;	/* bytes; the ceiling is the caller's */
};

void *arena_alloc(struct arena *a, size_t n, size_t size);

/* A copy of len bytes and a NUL. */
char *arena_text(struct arena *a, const char *text, size_t len);
void arena_free(struct arena *a);

#endif

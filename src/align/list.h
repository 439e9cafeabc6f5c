/*
 * list.h - what a list is made of.  For the files of this folder.
 */
#ifndef ALIGN_LIST_H
#define ALIGN_LIST_H

#include "align/align.h"
#include "flow/inventory_arena.h"

#define LIST_TEXT_MAX ((size_t)512 << 20)

struct align_list {
	struct align_row *row;
	size_t n, cap;
	struct arena texts;
};

struct align_list *list_new(struct fault *f);
int list_add(struct align_list *list, const struct align_row *row, struct fault *f);

#endif

/*
 * sections.h - an inventory in one text: "== items.csv" on a line of its own begins a file.
 */
#ifndef TESTS_FUZZ_SECTIONS_H
#define TESTS_FUZZ_SECTIONS_H

#include <string.h>

#include "flow/inventory.h"

#define SECTIONS_MAX 24
#define SECTIONS_NAME_MAX 64

struct sections {
	struct inventory_file file[SECTIONS_MAX];
	char name[SECTIONS_MAX][SECTIONS_NAME_MAX];
	size_t n;
};

/* The next line that begins a file, or end. */
static inline const char *
sections_next(const char *p, const char *end)
{
	while (p < end && !(end - p > 3 && memcmp(p, "== ", 3) == 0)) {
		const char *line = memchr(p, '\n', (size_t)(end - p));

		p = line == NULL ? end : line + 1;
	}
	return p;
}

/* Texts point into text. */
static inline void
sections_split(const char *text, size_t len, struct sections *ret)
{
	const char *end = text + len, *p = sections_next(text, end);

	for (ret->n = 0; p < end && ret->n < SECTIONS_MAX; ret->n++) {
		const char *name = p + 3, *line = memchr(name, '\n', (size_t)(end - name));
		size_t size = (size_t)((line == NULL ? end : line) - name);

		p = line == NULL ? end : line + 1;
		if (size >= SECTIONS_NAME_MAX)
			size = SECTIONS_NAME_MAX - 1;
		memcpy(ret->name[ret->n], name, size);
		ret->name[ret->n][size] = '\0';
		ret->file[ret->n].name = ret->name[ret->n];
		ret->file[ret->n].text = p;
		p = sections_next(p, end);
		ret->file[ret->n].len = (size_t)(p - ret->file[ret->n].text);
	}
}

#endif

/*
 * model.h - what the index says, the slow way: every entry there is, looked through one by one.
 */
#ifndef TESTS_SVC_INDEX_MODEL_H
#define TESTS_SVC_INDEX_MODEL_H

#include <stdlib.h>
#include <string.h>

#include "svc/index/index_run.h"

#define PEOPLE 40		/* few, so that there is much of each */

/* The same numbers every time. */
static inline uint64_t
model_random(void)
{
	static uint64_t x = 88172645463325252u;

	x ^= x << 13;
	x ^= x >> 7;
	return x ^= x << 17;
}

/* Half of everything is about the first of them. */
static inline unsigned
model_person(void)
{
	return model_random() % 2 != 0 ? 0 : (unsigned)(model_random() % PEOPLE);
}

static inline void
model_blind(unsigned person, uint8_t ret[16])
{
	memset(ret, 0, 16);
	ret[0] = (uint8_t)(person * 89);
	ret[15] = (uint8_t)person;
}

/* An id that grows with the number, though not by one. */
static inline void
model_id(uint64_t number, uint8_t ret[16])
{
	memset(ret, 0x5a, 16);
	for (int i = 0; i < 8; i++)
		ret[i] = (uint8_t)(number >> (8 * (7 - i)));
}

struct model_entry { unsigned person; enum index_kind kind; uint64_t id; int64_t idx; };
struct model { struct model_entry *e; size_t n, cap; };

static inline void
model_add(struct model *m, struct model_entry e)
{
	if (m->n == m->cap) {
		m->cap = m->cap * 2 + 1024;
		m->e = realloc(m->e, m->cap * sizeof(*m->e));
	}
	m->e[m->n++] = e;
}

/*
 * The ids before one, newest first, each once, of entries with an index below upto; by going down
 * from the greatest.
 */
static inline size_t
model_find(const struct model *m, unsigned person, enum index_kind kind, uint64_t before,
    int64_t upto, uint64_t *ret, size_t max)
{
	size_t n = 0;

	while (n < max) {
		uint64_t greatest = 0;

		for (size_t i = 0; i < m->n; i++)
			if (m->e[i].person == person && m->e[i].kind == kind && m->e[i].idx < upto &&
			    m->e[i].id < before && m->e[i].id > greatest)
				greatest = m->e[i].id;
		if (greatest == 0)
			break;
		ret[n++] = before = greatest;
	}
	return n;
}

#endif

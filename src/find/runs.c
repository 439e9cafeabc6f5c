/* runs.c - the sorted runs of an index, and the bounds of their blocks. */
#include <stdlib.h>
#include <string.h>

#include "find/index.h"
#include "find/reading.h"

#define WAYS_MAX 8	/* ways of reading that a place has entries for before its keys are cut */

static uint64_t
put(enum run_name run, uint64_t key, size_t depth, uint64_t symbol)
{
	unsigned bits, shift = symbol_shift(run, depth, &bits);

	return key | symbol << shift;
}

/*
 * Adds entries for a place whose key begins as each of `way` does: one for each combination of
 * the initials of the units that follow.
 */
static void
add_ways(const struct find *find, struct pile *p, enum run_name run, uint64_t *way, size_t nways,
    size_t depth, size_t place, size_t end)
{
	size_t most = run == RUN_INITIALS ? INITIALS_SYMBOLS : SYLLABLE_SYMBOLS;

	for (size_t u = place + depth; depth < most && u < end; u++, depth++) {
		unsigned symbol[8];
		size_t n = symbol_initials(FOLD_CHARACTER(find->unit[u]), symbol), have = nways;

		if (depth >= CUT_LEAST && n > 1 && have * n > WAYS_MAX) {
			symbol[0] = SYMBOL_CUT;
			n = 1;
			u = end;
		}
		for (size_t k = n; k-- > 0;)
			for (size_t i = 0; i < have; i++)
				way[k * have + i] = put(run, way[i], depth, symbol[k]);
		nways = have * n;
	}
	for (size_t i = 0; i < nways; i++)
		pile_add(p, way[i] | place);
}

/* Three symbols of at most eight ways each; later ones only while they are few. */
#define WAY_ROOM (8 * 8 * 8)

static void
add_initials(const struct find *find, struct pile *p, size_t place, size_t end)
{
	uint64_t way[WAY_ROOM];

	way[0] = 0;
	add_ways(find, p, RUN_INITIALS, way, 1, 0, place, end);
}

static void
add_syllables(const struct find *find, struct pile *p, size_t place, size_t end)
{
	const uint16_t *list = reading_list(FOLD_CHARACTER(find->unit[place]));

	for (; *list != 0; list++) {
		uint64_t way[WAY_ROOM];

		way[0] = put(RUN_SYLLABLE, 0, 0, *list);
		add_ways(find, p, RUN_SYLLABLE, way, 1, 1, place, end);
	}
}

static void
add_texts(const struct find *find, struct pile *p, size_t place, size_t end)
{
	uint64_t key = 0;

	for (size_t d = 0; d < TEXT_SYMBOLS && place + d < end; d++)
		key = put(RUN_TEXT, key, d, symbol_text(FOLD_CHARACTER(find->unit[place + d]), d));
	pile_add(p, key | place);
}

static void
add_codes(const struct find *find, struct pile *p)
{
	for (uint32_t o = 0; o < find->nobjects; o++) {
		const char *code = object_code(find, &find->object[o]);
		uint32_t unit[FOLD_TEXT_MAX];
		size_t n = fold(code, strlen(code), unit, NULL, FOLD_TEXT_MAX);

		for (size_t at = 0; at < n; at++) {
			uint64_t key = at > 0 ? CODE_INNER << ID_BITS : 0;

			if (!(unit[at] & FOLD_WORD))
				continue;
			for (size_t d = 0; d < CODE_SYMBOLS && at + d < n; d++)
				key = put(RUN_CODE, key, d, symbol_code(FOLD_CHARACTER(unit[at + d])));
			pile_add(p, key | o);
		}
	}
}

static int
keep_run(struct find *find, enum run_name name, struct pile *p)
{
	struct run *run = &find->run[name];

	if (pile_sort(p) < 0)
		return -1;
	run->entry = p->v;
	run->n = p->n;
	*p = (struct pile){ 0 };
	if ((run->bound = calloc(run->n / BLOCK + 1, sizeof(*run->bound))) == NULL)
		return -1;
	for (size_t i = 0; i < run->n; i++)
		for (int kind = 0; kind < FIND_NKINDS; kind++) {
			uint64_t rank = entry_rank(find, name, run->entry[i], (enum find_kind)kind);

			if (rank > run->bound[i / BLOCK][kind])
				run->bound[i / BLOCK][kind] = rank;
		}
	return 0;
}

int
runs_build(struct find *find)
{
	static void (*const add[])(const struct find *, struct pile *, size_t, size_t) = {
		[RUN_TEXT] = add_texts, [RUN_INITIALS] = add_initials, [RUN_SYLLABLE] = add_syllables };
	struct pile p = { 0 };

	for (size_t name = 0; name < RUN_N; name++) {
		if (name == RUN_CODE)
			add_codes(find, &p);
		else
			for (size_t u = 0; u < find->nunits; u++)
				add[name](find, &p, u, find->text_first[find->text_of[u] + 1]);
		if (keep_run(find, (enum run_name)name, &p) < 0) {
			free(p.v);
			return -1;
		}
	}
	return 0;
}

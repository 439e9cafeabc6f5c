/* index.c - an index in use: its references, symbols, ranks, and the texts of its objects. */
#include "find/index.h"

#include <stdlib.h>
#include <string.h>

#include "find/reading.h"

struct find *
find_ref(const struct find *find)
{
	struct find *mine = (struct find *)(uintptr_t)find;

	atomic_fetch_add_explicit(&mine->refs, 1, memory_order_relaxed);
	return mine;
}

void
find_unref(const struct find *find)
{
	struct find *mine = (struct find *)(uintptr_t)find;

	if (mine == NULL || atomic_fetch_sub_explicit(&mine->refs, 1, memory_order_acq_rel) != 1)
		return;
	for (size_t i = 0; i < RUN_N; i++) {
		free(mine->run[i].entry);
		free(mine->run[i].bound);
	}
	for (size_t i = 0; i < FIND_ITEM; i++)
		free(mine->first[i]);
	free(mine->object);
	free(mine->matter_object);
	free(mine->named);
	free(mine->unit);
	free(mine->text_of);
	free(mine->text_first);
	free(mine->slot);
	free(mine->posting);
	free(mine->posting_first);
	inventory_unref(mine->inv);
	free(mine);
}

const struct inventory *
find_inventory(const struct find *find)
{
	return find->inv;
}

size_t
find_memory(const struct find *find)
{
	return find->memory;
}

uint64_t
symbol_text(uint32_t character, size_t at)
{
	uint32_t h = character * UINT32_C(2654435761);

	/* Nearly all characters in use differ in 15 bits; 0 is the end. */
	return (at < 2 ? h >> 17 : h >> 22) | 1;
}

unsigned
symbol_initial(char letter)
{
	return letter >= 'a' ? SYMBOL_A + (unsigned)(letter - 'a') : SYMBOL_DIGIT;
}

size_t
symbol_initials(uint32_t character, unsigned ret_symbol[8])
{
	size_t n = 0, k;

	if (fold_is_latin(character)) {
		ret_symbol[0] = symbol_initial((char)character);
		return 1;
	}
	for (const uint16_t *r = reading_list(character); *r != 0 && n < 8; r++) {
		unsigned symbol = symbol_initial(reading_name(*r)[0]);

		for (k = 0; k < n && ret_symbol[k] != symbol; k++)
			continue;
		if (k == n)
			ret_symbol[n++] = symbol;
	}
	if (n == 0)
		ret_symbol[n++] = SYMBOL_OTHER;
	return n;
}

unsigned
symbol_code(uint32_t character)
{
	if (character >= 'a' && character <= 'z')
		return 11 + character - 'a';
	return fold_is_digit(character) ? 1 + character - '0' : 63;	/* in codes there is nothing else */
}

unsigned
symbol_shift(enum run_name run, size_t depth, unsigned *ret_bits)
{
	static const unsigned first[RUN_N] = { 15, 5, READING_BITS, 6 }, rest[RUN_N] = { 15, 5, 5, 6 };
	unsigned used = depth == 0 ? 0 : first[run] + (unsigned)(depth - 1) * rest[run];
	unsigned bits = depth == 0 ? first[run] : rest[run];

	if (run == RUN_TEXT && depth == 2)
		bits = 10;
	*ret_bits = bits;
	return ID_BITS + KEY_BITS - used - bits;
}

uint64_t
text_hash(const uint32_t *unit, size_t n)
{
	uint64_t h = UINT64_C(1469598103934665603);

	for (size_t i = 0; i < n; i++)
		h = (h ^ FOLD_CHARACTER(unit[i])) * UINT64_C(1099511628211);
	return h ^ h >> 29;
}

size_t
text_find(const struct find *find, const uint32_t *unit, size_t n)
{
	size_t mask = find->nslots - 1;

	for (size_t i = text_hash(unit, n) & mask; find->slot[i] != 0; i = (i + 1) & mask) {
		size_t text = find->slot[i] - 1, k;
		const uint32_t *have = find->unit + find->text_first[text];

		if (find->text_first[text + 1] - find->text_first[text] != n)
			continue;
		for (k = 0; k < n && FOLD_CHARACTER(have[k]) == FOLD_CHARACTER(unit[k]); k++)
			continue;
		if (k == n)
			return text;
	}
	return find->ntexts;
}

uint64_t
rank_make(enum find_how how, enum find_by by, enum find_field field, unsigned use,
    uint32_t object)
{
	static const unsigned of_field[] = { [FIND_NAME] = 3, [FIND_CODE] = 3, [FIND_ALIAS] = 2,
		[FIND_RELATED] = 1 };

	return RANK_NOT_NEAR | (uint64_t)how << RANK_HOW_SHIFT | (uint64_t)by << RANK_BY_SHIFT |
	    (uint64_t)of_field[field] << RANK_FIELD_SHIFT | (uint64_t)use << ID_BITS | (ID_MAX - object);
}

static uint64_t
code_rank(const struct find *find, uint64_t entry, enum find_kind kind)
{
	uint32_t object = (uint32_t)(entry & ID_MAX);
	const struct object *o = &find->object[object];

	return o->kind != kind ? 0 : rank_make(entry >> ID_BITS & CODE_INNER ? FIND_WORD : FIND_PREFIX,
	    FIND_MIXED, FIND_CODE, o->use, object);
}

uint64_t
entry_rank(const struct find *find, enum run_name run, uint64_t entry, enum find_kind kind)
{
	uint32_t place = (uint32_t)(entry & ID_MAX), text, posting;
	const uint32_t *list;

	if (run == RUN_CODE)
		return code_rank(find, entry, kind);
	text = find->text_of[place];
	list = &find->posting_first[text * FIND_NKINDS + kind];
	if (list[0] == list[1])
		return 0;
	posting = find->posting[list[0]];
	return rank_make(place == find->text_first[text] ? FIND_PREFIX :
	    find->unit[place] & FOLD_WORD ? FIND_WORD : FIND_PART, FIND_MIXED,
	    POSTING_FIELD(posting), find->object[POSTING_OBJECT(posting)].use, POSTING_OBJECT(posting));
}

const char *
object_code(const struct find *find, const struct object *o)
{
	switch ((enum find_kind)o->kind) {
	case FIND_MATTER:
		return find->inv->matters[o->what].code;
	case FIND_PROOF:
		return find->inv->proofs[o->what].code;
	case FIND_AGENCY:
		return find->inv->agencies[o->what].code;
	default:
		return find->inv->items[o->what].code;
	}
}

/* The name of a matter or a proof is its first text. */
static uint32_t
name_text(const struct find *find, enum find_kind kind, size_t i)
{
	return NAMED_TEXT(find->named[find->first[kind][i]]);
}

struct named_iter
object_texts(const struct find *find, const struct object *o)
{
	size_t kind = o->kind, i = o->what;
	struct named_iter iter = { .related = UINT32_MAX };

	if (kind == FIND_ITEM) {
		const struct item *it = &find->inv->items[i];

		kind = FIND_PROOF;
		i = (size_t)(it->proof - find->inv->proofs);
		iter.related = NAMED(name_text(find, FIND_MATTER, (size_t)(it->matter - find->inv->matters)),
		    FIND_RELATED);
	}
	iter.at = find->named + find->first[kind][i];
	iter.end = find->named + find->first[kind][i + 1];
	return iter;
}

int
named_next(struct named_iter *iter, uint32_t *ret_named)
{
	if (iter->at < iter->end) {
		*ret_named = *iter->at++;
		return 1;
	}
	*ret_named = iter->related;
	iter->related = UINT32_MAX;
	return *ret_named != UINT32_MAX;
}

#include "find/reading.h"

#include <assert.h>
#include <string.h>

#include "find/reading_span.h"
#include "readings_table.h"

#define NNAMES (sizeof(names) / sizeof(names[0]))

_Static_assert(NNAMES < 1u << READING_BITS, "numbers of syllables fit");
_Static_assert(sizeof(names[0]) == READING_MAX + 1, "syllables fit");

static int
has_row(uint32_t character)
{
	return character >= READING_FIRST && character <= READING_LAST;
}

const uint16_t *
reading_list(uint32_t character)
{
	return &lists[has_row(character) ? list_at[character - READING_FIRST] : 0];
}

const char *
reading_name(uint16_t number)
{
	assert(number > 0 && number <= NNAMES);
	return names[number - 1];
}

struct reading_range
reading_all(void)
{
	return (struct reading_range){ 1, NNAMES + 1 };
}

struct reading_range
reading_narrow(struct reading_range range, size_t at, uint32_t letter)
{
	if (at >= READING_MAX || letter >= 0x80)
		return (struct reading_range){ range.lo, range.lo };
	while (range.lo < range.hi && (uint32_t)names[range.lo - 1][at] < letter)
		range.lo++;
	while (range.lo < range.hi && (uint32_t)names[range.hi - 2][at] > letter)
		range.hi--;
	return range;
}

int
reading_whole(struct reading_range range, size_t len)
{
	const char *name = names[range.lo - 1];

	return range.lo < range.hi && name[len] == '\0' &&
	    (len > 1 || strchr(real_letters, name[0]) != NULL);
}

size_t
reading_initial(const char *name)
{
	return name[1] == 'h' && (name[0] == 'z' || name[0] == 'c' || name[0] == 's') ? 2 : 1;
}

uint32_t
reading_simplified(uint32_t character)
{
	uint32_t simple = has_row(character) ? simplified[character - READING_FIRST] : 0;

	return simple != 0 ? simple : character;
}

#include "flow/ground.h"

#include <stddef.h>
#include <string.h>

const char *const ground_remarks[] = {
#define GROUND(number, remark, zh, en) remark,
#include "flow/grounds.def"
#undef GROUND
	NULL
};

static const struct { int number; const char *words[2]; } grounds[] = {
#define GROUND(number, remark, zh, en) { number, { zh, en } },
#include "flow/grounds.def"
#undef GROUND
};

int
ground_number(const char *remark)
{
	for (size_t i = 0; ground_remarks[i] != NULL; i++)
		if (strcmp(ground_remarks[i], remark) == 0)
			return grounds[i].number;
	return 0;
}

/* The first row of a number, or NULL's place. */
static size_t
first(int number)
{
	size_t i = 0;

	while (ground_remarks[i] != NULL && grounds[i].number != number)
		i++;
	return i;
}

const char *
ground_remark(int number)
{
	return ground_remarks[first(number)];
}

const char *
ground_words(int number, enum lang lang)
{
	size_t i = first(number);

	return ground_remarks[i] != NULL ? grounds[i].words[lang] : NULL;
}

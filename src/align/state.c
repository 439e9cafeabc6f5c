#include "align/state.h"

#include <string.h>

static const struct { const char *name, *word[2]; } states[ALIGN_STATES] = {
	[ALIGN_OPEN] = { "open", { "待认定", "open" } },
	[ALIGN_ADOPT] = { "adopt", { "采用市级", "the city's is adopted" } },
	[ALIGN_KEEP] = { "keep", { "依法保留", "kept lawfully" } },
	[ALIGN_PROPOSE] = { "propose", { "建议修改市级", "a change to the city's is proposed" } },
};

const char *
align_state_name(enum align_state state)
{
	return states[state].name;
}

int
align_state_parse(const char *name, enum align_state *ret_state)
{
	for (int i = 0; i < ALIGN_STATES; i++)
		if (strcmp(states[i].name, name) == 0) {
			*ret_state = (enum align_state)i;
			return 0;
		}
	return -1;
}

const char *
align_state_word(enum align_state state, enum lang lang)
{
	return states[state].word[lang];
}

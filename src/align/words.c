/* words.c - what the kinds of differences are called. */
#include "align/align.h"

#include <string.h>

static const struct { const char *name, *word[2]; } kinds[ALIGN_KINDS] = {
	[ALIGN_MISSING] = { "missing", { "缺少", "missing" } },
	[ALIGN_EXTRA] = { "extra", { "多出", "extra" } },
	[ALIGN_MATTER_NAME] = { "matter_name", { "事项名称不同", "matter named otherwise" } },
	[ALIGN_PROOF_NAME] = { "proof_name", { "证明名称不同", "proof named otherwise" } },
	[ALIGN_METHOD] = { "method", { "方式不同", "method differs" } },
};

const char *
align_kind_name(enum align_kind kind)
{
	return kinds[kind].name;
}

int
align_kind_parse(const char *name, enum align_kind *ret_kind)
{
	for (int i = 0; i < ALIGN_KINDS; i++)
		if (strcmp(kinds[i].name, name) == 0) {
			*ret_kind = (enum align_kind)i;
			return 0;
		}
	return -1;
}

const char *
align_kind_word(enum align_kind kind, enum lang lang)
{
	return kinds[kind].word[lang];
}

/*
 * unknown.c - words that name no command: the group that was meant, or the nearest command.
 */
#include <string.h>

#include "cli/cli.h"

#define NEAR_MAX 2	/* letters put wrong, left out or put in */
#define WORDS_MAX 40

int
cli_is_group(const char *word)
{
	size_t len = strlen(word);

	for (size_t i = 0; i < cli_ncommands; i++)
		if (strncmp(cli_commands[i].words, word, len) == 0 && cli_commands[i].words[len] == ' ')
			return 1;
	return 0;
}

/* How many letters are to be changed, put in or left out to make b of a. */
static size_t
distance(const char *a, const char *b)
{
	size_t row[WORDS_MAX + 1], n = strlen(b);

	if (n > WORDS_MAX)
		return WORDS_MAX;
	for (size_t k = 0; k <= n; k++)
		row[k] = k;
	for (size_t i = 0; a[i] != '\0'; i++) {
		size_t before = row[0]++;

		for (size_t k = 1; k <= n; k++) {
			size_t best = before + (a[i] != b[k - 1]);

			before = row[k];
			best = before + 1 < best ? before + 1 : best;
			row[k] = row[k - 1] + 1 < best ? row[k - 1] + 1 : best;
		}
	}
	return row[n];
}

static const struct command *
nearest(const char *words)
{
	const struct command *found = NULL;
	size_t best = NEAR_MAX + 1;

	for (size_t i = 0; i < cli_ncommands; i++) {
		size_t d = distance(words, cli_commands[i].words);

		/* Two letters of four are another word. */
		if (d < best && 3 * d <= strlen(words)) {
			best = d;
			found = &cli_commands[i];
		}
	}
	return found;
}

enum cli_exit
cli_unknown(struct cli *c, const char *first, const char *second)
{
	int group = cli_is_group(first);
	const struct command *cmd;
	char words[WORDS_MAX];

	if (group)
		c->group = first;
	if (group && second == NULL)
		return cli_usage(c, SAY_GROUP_ALONE, first);
	snprintf(words, sizeof(words), "%s%s%s", first, second != NULL ? " " : "",
	    second != NULL ? second : "");
	if ((cmd = nearest(words)) != NULL || (!group && (cmd = nearest(first)) != NULL))
		return cli_usage(c, SAY_NEAR_COMMAND, strchr(cmd->words, ' ') != NULL ? words : first,
		    cmd->words);
	return cli_usage(c, SAY_UNKNOWN_COMMAND, group ? words : first);
}

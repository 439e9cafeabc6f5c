/*
 * completion.c - bash's completion, from the tables.
 */
#include <string.h>

#include "cli/cli.h"

/* The words that can follow prefix ("case ", or "" for the first word), each once. */
static void
words_after(FILE *out, const char *prefix)
{
	size_t len = strlen(prefix);
	const char *before = "";

	for (size_t i = 0; i < cli_ncommands; i++) {
		const char *w = cli_commands[i].words + len;
		size_t n;

		if (strncmp(cli_commands[i].words, prefix, len) != 0)
			continue;
		n = strcspn(w, " ");
		/* Commands of one group stand together in the table. */
		if (strncmp(before, w, n) != 0 || (before[n] != ' ' && before[n] != '\0'))
			fprintf(out, "%.*s ", (int)n, w);
		before = w;
	}
}

static void
options_of(FILE *out, const struct command *cmd)
{
	for (const enum opt *o = cmd->opts; *o != CLI_NOPTS; o++)
		fprintf(out, "--%s ", opt_row(*o)->name);
	for (enum conf_key key = 0; cmd->settings && key < CONF_NKEYS; key++)
		if (is_setting(key))
			fprintf(out, "--%s ", conf_row(key)->name);
	for (enum opt opt = 0; opt_is_global(opt); opt++)
		fprintf(out, "--%s ", opt_row(opt)->name);
}

/* The values that an option of a command takes; operands may stand between the two. */
static void
values_of(FILE *out, const char *words, enum opt opt)
{
	const struct opt_row *row = opt_row(opt);

	if (row->values == NULL)
		return;
	fprintf(out, "\t\"%s\"*\" --%s\") values='", words, row->name);
	for (const char *p = row->values; *p != '\0'; p++)
		fputc(*p == '|' ? ' ' : *p, out);
	fputs("' ;;\n", out);
}

static void
groups(FILE *out)
{
	const char *before = "";

	for (size_t i = 0; i < cli_ncommands; i++) {
		const char *w = cli_commands[i].words;
		size_t n = strcspn(w, " ");
		char prefix[32];

		if (w[n] == '\0' || (strncmp(before, w, n) == 0 && before[n] == ' '))
			continue;
		snprintf(prefix, sizeof(prefix), "%.*s ", (int)n, w);
		fprintf(out, "\t\"%.*s\") list='", (int)n, w);
		words_after(out, prefix);
		fputs("' ;;\n", out);
		before = w;
	}
}

void
completion_bash(FILE *out)
{
	fputs("# bash completion of wzm; written by wzm completion bash\n"
	    "_wzm() {\n"
	    "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	    "\tlocal words='' list='' values='' i\n"
	    "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	    "\t\tcase ${COMP_WORDS[i]} in\n"
	    "\t\t-d|--dir|--as|--lang) ((i++)) ;;\n"
	    "\t\t-*) break ;;\n"
	    "\t\t*) words=\"${words:+$words }${COMP_WORDS[i]}\" ;;\n"
	    "\t\tesac\n"
	    "\tdone\n"
	    "\tcase \"$words $prev\" in\n", out);
	for (size_t i = 0; i < cli_ncommands; i++)
		for (const enum opt *o = cli_commands[i].opts; *o != CLI_NOPTS; o++)
			values_of(out, cli_commands[i].words, *o);
	fputs("\tesac\n\tcase $prev in\n"
	    "\t-d|--dir|--to|--file) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n"
	    "\t--lang) values='zh en' ;;\n"
	    "\tesac\n"
	    "\tif [ -n \"$values\" ]; then\n"
	    "\t\tCOMPREPLY=($(compgen -W \"$values\" -- \"$cur\")); return\n"
	    "\tfi\n"
	    "\tcase \"$words\" in\n", out);
	fputs("\t\"\") list='", out);
	words_after(out, "");
	fputs("' ;;\n", out);
	groups(out);
	for (size_t i = 0; i < cli_ncommands; i++) {
		fprintf(out, "\t\"%s\"*) list='", cli_commands[i].words);
		options_of(out, &cli_commands[i]);
		fputs("' ;;\n", out);
	}
	fputs("\tesac\n"
	    "\tcase \"$words\" in\n"
	    "\tinit|\"import \"*) [[ $cur == -* ]] || { COMPREPLY=($(compgen -d -- \"$cur\")); return; } ;;\n"
	    "\tesac\n"
	    "\tCOMPREPLY=($(compgen -W \"$list\" -- \"$cur\"))\n"
	    "}\n"
	    "complete -F _wzm wzm\n", out);
}

enum cli_exit
cmd_completion(struct cli *c)
{
	completion_bash(c->out);
	return CLI_OK;
}

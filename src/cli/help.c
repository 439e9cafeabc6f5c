/*
 * help.c - how commands are used, for the terminal.
 */
#include <string.h>

#include "cli/cli.h"

#define OPTION_COLUMN 34

const char *
help_exit(enum cli_exit code, enum lang lang)
{
	static const char *const says[CLI_NEXITS][2] = {
		[CLI_OK] = { "办成", "done" },
		[CLI_FAILED] = { "被拒绝,或没有办成", "refused, or tried in vain" },
		[CLI_USAGE] = { "命令写法不对", "the command line is wrong" },
		[CLI_NOT_FOUND] = { "没有找到", "not found" },
		[CLI_CONFLICT] = { "与现状冲突,如已有人改过", "in conflict with how things are, such as a change by somebody else" },
		[CLI_SYSTEM] = { "系统故障或太忙", "a failure of the system, or too busy" },
		[CLI_MALFORMED] = { "不是回执", "not a receipt" },
		[CLI_FORK] = { "库比已签的旧,再写就会分叉", "the store is older than what was signed: writing on would be a fork" },
	};

	return says[code][lang];
}

/* "  -d, --dir DIR" and what it says, in its column or on the next line. */
static void
option_line(FILE *out, char letter, const char *name, const char *arg, const char *says)
{
	int n;

	if (letter != 0)
		n = fprintf(out, "  -%c, --%s%s%s", letter, name, arg != NULL ? " " : "",
		    arg != NULL ? arg : "");
	else
		n = fprintf(out, "      --%s%s%s", name, arg != NULL ? " " : "", arg != NULL ? arg : "");
	if (n + 2 > OPTION_COLUMN) {
		fputc('\n', out);
		n = 0;
	}
	fprintf(out, "%*s%s\n", OPTION_COLUMN - n, "", says);
}

static void
option(FILE *out, enum opt opt, enum lang lang)
{
	const struct opt_row *row = opt_row(opt);

	option_line(out, row->letter, row->name, row->arg, row->says[lang]);
	if (row->values != NULL)
		fprintf(out, "%*s%s: %s\n", OPTION_COLUMN, "", msg(lang, SAY_VALUES), row->values);
}

static void
settings(FILE *out, enum lang lang)
{
	fprintf(out, "\n%s:\n", msg(lang, SAY_SETTINGS));
	for (enum conf_key key = 0; key < CONF_NKEYS; key++)
		if (is_setting(key))
			option_line(out, 0, conf_row(key)->name,
			    conf_row(key)->type == CONF_INT ? "N" : "TEXT", conf_row(key)->says[lang]);
}

void
help_command(FILE *out, const struct command *cmd, enum lang lang)
{
	fprintf(out, "wzm %s - %s\n\n", cmd->words, cmd->summary[lang]);
	fprintf(out, "%s: wzm %s%s%s %s\n\n", msg(lang, SAY_USAGE), cmd->words,
	    cmd->operands[0] != '\0' ? " " : "", cmd->operands, msg(lang, SAY_OPTION_WORD));
	print_wrapped(out, cmd->description[lang]);
	if (cmd->opts[0] != CLI_NOPTS)
		fprintf(out, "\n%s:\n", msg(lang, SAY_OPTIONS));
	for (const enum opt *o = cmd->opts; *o != CLI_NOPTS; o++)
		option(out, *o, lang);
	if (cmd->settings)
		settings(out, lang);
	fprintf(out, "\n%s:\n", msg(lang, SAY_GLOBAL_OPTIONS));
	for (enum opt opt = 0; opt_is_global(opt); opt++)
		option(out, opt, lang);
	fprintf(out, "\n%s:\n", msg(lang, SAY_EXIT_CODES));
	for (enum cli_exit code = 0; code < CLI_NEXITS; code++)
		if (cmd->exits & (1u << code))
			fprintf(out, "  %d  %s\n", (int)code, help_exit(code, lang));
	fprintf(out, "\n%s:\n", msg(lang, SAY_EXAMPLE));
	for (const char *p = cmd->example; *p != '\0'; p = strchr(p, '\n') + 1)
		fprintf(out, "  %.*s\n", (int)strcspn(p, "\n"), p);
}

void
help_all(FILE *out, enum lang lang)
{
	print_wrapped(out, msg(lang, SAY_ABOUT));
	fprintf(out, "\n%s: wzm %s %s\n\n%s:\n", msg(lang, SAY_USAGE), msg(lang, SAY_COMMAND_WORD),
	    msg(lang, SAY_OPTION_WORD), msg(lang, SAY_COMMANDS));
	for (size_t i = 0; i < cli_ncommands; i++)
		fprintf(out, "  %-24s%s\n", cli_commands[i].words, cli_commands[i].summary[lang]);
	fprintf(out, "\n%s:\n", msg(lang, SAY_GLOBAL_OPTIONS));
	for (enum opt opt = 0; opt_is_global(opt); opt++)
		option(out, opt, lang);
	fprintf(out, "\n%s\n", msg(lang, SAY_HELP_HINT));
}

static void
help_group(FILE *out, const char *word, enum lang lang)
{
	size_t len = strlen(word);

	fprintf(out, "%s: wzm %s %s %s\n\n%s:\n", msg(lang, SAY_USAGE), word,
	    msg(lang, SAY_COMMAND_WORD), msg(lang, SAY_OPTION_WORD), msg(lang, SAY_COMMANDS));
	for (size_t i = 0; i < cli_ncommands; i++)
		if (strncmp(cli_commands[i].words, word, len) == 0 && cli_commands[i].words[len] == ' ')
			fprintf(out, "  %-24s%s\n", cli_commands[i].words,
			    cli_commands[i].summary[lang]);
	fprintf(out, "\n%s\n", msg(lang, SAY_HELP_HINT));
}

/* The words after "help" as one. */
static int
join(struct cli *c, char *words, size_t size)
{
	size_t len = 0;

	words[0] = '\0';
	for (size_t i = 0; i < c->noperands; i++) {
		int n = snprintf(words + len, size - len, "%s%s", i > 0 ? " " : "", c->operand[i]);

		if (n < 0 || (size_t)n >= size - len)
			return -1;
		len += (size_t)n;
	}
	return 0;
}

enum cli_exit
cmd_help(struct cli *c)
{
	char words[64];
	const char *to = cli_opt(c, OPT_TO);
	int man = cli_opt(c, OPT_MAN) != NULL;
	const struct command *cmd = NULL;

	if (to != NULL && (!man || c->noperands > 0))
		return cli_usage(c, SAY_MAN_TO);
	if (to != NULL)
		return man_write(c, to);
	if (join(c, words, sizeof(words)) < 0)
		return cli_usage(c, SAY_UNKNOWN_COMMAND, words);
	if (c->noperands > 0 && (cmd = cli_find(words)) == NULL) {
		if (man || !cli_is_group(words))
			return cli_unknown(c, c->operand[0], c->noperands > 1 ? c->operand[1] : NULL);
		help_group(c->out, words, c->lang);
		return CLI_OK;
	}
	if (cmd == NULL)
		(man ? man_all : help_all)(c->out, c->lang);
	else
		(man ? man_command : help_command)(c->out, cmd, c->lang);
	return CLI_OK;
}

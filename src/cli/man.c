/*
 * man.c - the manual pages, written from the tables when the program is built.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"

/* The headings of a page. */
enum heading { NAME, SYNOPSIS, DESCRIPTION, OPTIONS, SETTINGS, EXIT_STATUS, EXAMPLES, COMMANDS, SEE_ALSO };

static const char *const headings[][2] = {
	[NAME] = { "名称", "NAME" }, [SYNOPSIS] = { "用法", "SYNOPSIS" },
	[DESCRIPTION] = { "说明", "DESCRIPTION" }, [OPTIONS] = { "选项", "OPTIONS" },
	[SETTINGS] = { "设置", "SETTINGS" }, [EXIT_STATUS] = { "退出码", "EXIT STATUS" },
	[EXAMPLES] = { "例", "EXAMPLES" }, [COMMANDS] = { "命令", "COMMANDS" },
	[SEE_ALSO] = { "另见", "SEE ALSO" },
};

/*
 * Text that roff takes as it is: no escapes, no requests at the start of a line, real hyphens;
 * and it is told where a line of Chinese may end.
 */
static void
roff(FILE *out, const char *text)
{
	int start = 1;

	for (const char *p = text; *p != '\0'; p++) {
		if (start && (*p == '.' || *p == '\''))
			fputs("\\&", out);
		if (!start && *p != ' ' && text_may_break(p))
			fputs("\\:", out);
		if (*p == '\\')
			fputs("\\e", out);
		else if (*p == '-')
			fputs("\\-", out);
		else
			fputc(*p, out);
		start = *p == '\n';
	}
}

static void
heading(FILE *out, enum heading h, enum lang lang)
{
	fprintf(out, ".SH %s\n", headings[h][lang]);
}

/* "wzm-case-open" */
static void
page_name(const char *words, char *ret_name, size_t size)
{
	snprintf(ret_name, size, "wzm-%s", words);
	for (char *p = ret_name; *p != '\0'; p++)
		if (*p == ' ')
			*p = '-';
}

static void
title(FILE *out, const char *name)
{
	fputs(".TH ", out);
	for (const char *p = name; *p != '\0'; p++)
		fputc(*p >= 'a' && *p <= 'z' ? *p - 'a' + 'A' : *p, out);
	fputs(" 1 \"\" \"wzm " WZM_VERSION "\" \"wuzhengming\"\n.nh\n.ad l\n", out);
}

static void
option(FILE *out, char letter, const char *name, const char *arg, const char *says)
{
	fputs(".TP\n.B ", out);
	if (letter != 0)
		fprintf(out, "\\-%c, ", letter);
	fputs("\\-\\-", out);
	roff(out, name);
	if (arg != NULL)
		fprintf(out, " \\fI%s\\fP", arg);
	fputc('\n', out);
	roff(out, says);
	fputc('\n', out);
}

static void
table_option(FILE *out, enum opt opt, enum lang lang)
{
	const struct opt_row *row = opt_row(opt);

	option(out, row->letter, row->name, row->arg, row->says[lang]);
	if (row->values != NULL) {
		fprintf(out, ".br\n%s: ", msg(lang, SAY_VALUES));
		roff(out, row->values);
		fputc('\n', out);
	}
}

static void
options(FILE *out, const struct command *cmd, enum lang lang)
{
	heading(out, OPTIONS, lang);
	for (const enum opt *o = cmd->opts; *o != CLI_NOPTS; o++)
		table_option(out, *o, lang);
	for (enum opt opt = 0; opt_is_global(opt); opt++)
		table_option(out, opt, lang);
	if (!cmd->settings)
		return;
	heading(out, SETTINGS, lang);
	for (enum conf_key key = 0; key < CONF_NKEYS; key++)
		if (is_setting(key))
			option(out, 0, conf_row(key)->name, conf_row(key)->type == CONF_INT ? "N" : "TEXT",
			    conf_row(key)->says[lang]);
}

void
man_command(FILE *out, const struct command *cmd, enum lang lang)
{
	char name[64];

	page_name(cmd->words, name, sizeof(name));
	title(out, name);
	heading(out, NAME, lang);
	roff(out, name);
	fprintf(out, " \\- %s\n", cmd->summary[lang]);
	heading(out, SYNOPSIS, lang);
	fprintf(out, ".B wzm %s\n", cmd->words);
	if (cmd->operands[0] != '\0')
		fprintf(out, ".I %s\n", cmd->operands);
	fprintf(out, "%s\n", msg(lang, SAY_OPTION_WORD));
	heading(out, DESCRIPTION, lang);
	roff(out, cmd->description[lang]);
	fputc('\n', out);
	options(out, cmd, lang);
	heading(out, EXIT_STATUS, lang);
	for (enum cli_exit code = 0; code < CLI_NEXITS; code++)
		if (cmd->exits & (1u << code))
			fprintf(out, ".TP\n.B %d\n%s\n", (int)code, help_exit(code, lang));
	heading(out, EXAMPLES, lang);
	fputs(".nf\n", out);
	roff(out, cmd->example);
	fputs(".fi\n", out);
	heading(out, SEE_ALSO, lang);
	fputs(".BR wzm (1)\n", out);
}

void
man_all(FILE *out, enum lang lang)
{
	char name[64];

	title(out, "wzm");
	heading(out, NAME, lang);
	fputs("wzm \\- ", out);
	roff(out, msg(lang, SAY_ABOUT));
	fputc('\n', out);
	heading(out, SYNOPSIS, lang);
	fprintf(out, ".B wzm\n.I %s\n%s\n", msg(lang, SAY_COMMAND_WORD), msg(lang, SAY_OPTION_WORD));
	heading(out, COMMANDS, lang);
	for (size_t i = 0; i < cli_ncommands; i++) {
		page_name(cli_commands[i].words, name, sizeof(name));
		fputs(".TP\n.BR ", out);
		roff(out, name);
		fprintf(out, " (1)\n%s\n", cli_commands[i].summary[lang]);
	}
	heading(out, OPTIONS, lang);
	for (enum opt opt = 0; opt_is_global(opt); opt++)
		table_option(out, opt, lang);
	heading(out, EXIT_STATUS, lang);
	for (enum cli_exit code = 0; code < CLI_NEXITS; code++)
		fprintf(out, ".TP\n.B %d\n%s\n", (int)code, help_exit(code, lang));
}

/* One page as a file; cmd NULL: the page of wzm itself. */
static int
write_page(const char *dir, const struct command *cmd, enum lang lang, struct fault *f)
{
	char name[64] = "wzm", path[4096];
	FILE *out;
	int bad = 1;

	if (cmd != NULL)
		page_name(cmd->words, name, sizeof(name));
	if (snprintf(path, sizeof(path), "%s/%s.1", dir, name) < (int)sizeof(path) &&
	    (out = fopen(path, "we")) != NULL) {
		if (cmd != NULL)
			man_command(out, cmd, lang);
		else
			man_all(out, lang);
		bad = ferror(out);
		bad |= fclose(out);
	}
	if (!bad)
		return 0;
	fault_set(f, FAULT_FILE_WRITE, "%s", strerror(errno));
	fault_arg(f, "file", "%s", path);
	return -1;
}

enum cli_exit
man_write(struct cli *c, const char *dir)
{
	struct fault f = FAULT_INIT;

	if (mkdir(dir, 0777) < 0 && errno != EEXIST) {
		fault_set(&f, FAULT_FILE_WRITE, "%s", strerror(errno));
		fault_arg(&f, "file", "%s", dir);
		return cli_fault(c, &f);
	}
	if (write_page(dir, NULL, c->lang, &f) < 0)
		return cli_fault(c, &f);
	for (size_t i = 0; i < cli_ncommands; i++)
		if (write_page(dir, &cli_commands[i], c->lang, &f) < 0)
			return cli_fault(c, &f);
	return CLI_OK;
}

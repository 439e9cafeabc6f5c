/*
 * args.c - the command line, read by the tables.
 */
#include <getopt.h>
#include <string.h>

#include "cli/cli.h"

#define OPT_BASE 256		/* getopt's value of an option; letters are below */
#define SETTING_BASE 1024	/* of a setting */
#define LONG_MAX_OPTS (CLI_NOPTS + CONF_NKEYS + 1)

/* What getopt_long is told: the global options and, with a command, its own and the settings. */
struct spec {
	struct option row[LONG_MAX_OPTS];
	size_t n;
	char letters[3 + 2 * CLI_NOPTS];
};

static void
spec_add(struct spec *s, enum opt opt)
{
	const struct opt_row *row = opt_row(opt);
	size_t end = strlen(s->letters);

	s->row[s->n++] = (struct option){ row->name,
	    row->arg != NULL ? required_argument : no_argument, NULL, OPT_BASE + (int)opt };
	if (row->letter != 0) {
		s->letters[end++] = row->letter;
		if (row->arg != NULL)
			s->letters[end++] = ':';
	}
}

static void
spec_make(struct spec *s, const struct command *cmd)
{
	memset(s, 0, sizeof(*s));
	/* Before the command options end at its first word; ':' tells a missing value apart. */
	memcpy(s->letters, cmd == NULL ? "+:" : ":", cmd == NULL ? 3 : 2);
	for (enum opt opt = 0; opt_is_global(opt); opt++)
		spec_add(s, opt);
	for (const enum opt *o = cmd != NULL ? cmd->opts : NULL; o != NULL && *o != CLI_NOPTS; o++)
		spec_add(s, *o);
	for (enum conf_key key = 0; cmd != NULL && cmd->settings && key < CONF_NKEYS; key++)
		if (is_setting(key))
			s->row[s->n++] = (struct option){ conf_row(key)->name, required_argument, NULL,
			    SETTING_BASE + (int)key };
}

static int
is_one_of(const char *value, const char *values)
{
	size_t len = strlen(value);

	for (const char *p = values; p != NULL; p = strchr(p, '|') ? strchr(p, '|') + 1 : NULL)
		if (strncmp(p, value, len) == 0 && (p[len] == '|' || p[len] == '\0'))
			return 1;
	return 0;
}

static enum cli_exit
take(struct cli *c, int got)
{
	enum opt opt = (enum opt)(got - OPT_BASE);
	const struct opt_row *row;

	if (got >= SETTING_BASE) {
		c->setting[c->nsettings++] = (struct setting){
		    conf_row((enum conf_key)(got - SETTING_BASE))->name, optarg };
		return CLI_OK;
	}
	for (opt = 0; got < OPT_BASE && opt < CLI_NOPTS; opt++)
		if (opt_row(opt)->letter == got)
			break;
	if (got >= OPT_BASE)
		opt = (enum opt)(got - OPT_BASE);
	row = opt_row(opt);
	if (!row->many && cli_opt(c, opt) != NULL)
		return cli_usage(c, SAY_TWICE, row->name);
	if (row->values != NULL && !is_one_of(optarg, row->values))
		return cli_usage(c, SAY_BAD_VALUE, row->name, optarg, row->values);
	c->given[c->ngiven++] = (struct given){ opt, row->arg != NULL ? optarg : "" };
	return CLI_OK;
}

/* Says what getopt stumbled over; word is what it was reading. */
static enum cli_exit
complain(struct cli *c, int got, const char *word)
{
	char letter[3] = { '-', (char)optopt, '\0' };

	if (strncmp(word, "--", 2) != 0 && optopt > 0 && optopt < OPT_BASE)
		word = letter;
	if (got == ':')
		return cli_usage(c, SAY_NEEDS_ARGUMENT, word);
	/* A known option has left its value in optopt. */
	return cli_usage(c, optopt >= OPT_BASE ? SAY_TAKES_NO_ARGUMENT : SAY_UNKNOWN_OPTION, word);
}

/* Reads options up to the command (cmd NULL) or all of them; ret_at: the first operand. */
static enum cli_exit
read_options(struct cli *c, int argc, char **argv, const struct command *cmd, int *ret_at)
{
	struct spec s;
	enum cli_exit rc;
	int got;

	spec_make(&s, cmd);
	opterr = 0;
	optind = 0;	/* glibc: begin afresh */
	while ((got = getopt_long(argc, argv, s.letters, s.row, NULL)) != -1) {
		if (got == '?' || got == ':')
			return complain(c, got, argv[optind - 1]);
		if ((rc = take(c, got)) != CLI_OK)
			return rc;
	}
	*ret_at = optind;
	return CLI_OK;
}

/* Language and form of complaints must be known before there is anything to complain about. */
static void
look_ahead(struct cli *c, int argc, char **argv)
{
	static const char *const variables[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	const char *lang = NULL;

	for (size_t i = 0; i < 3 && (lang == NULL || lang[0] == '\0'); i++)
		lang = getenv(variables[i]);
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--json") == 0)
			c->json = 1;
		if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc)
			lang = argv[i + 1];
		if (strncmp(argv[i], "--lang=", 7) == 0)
			lang = argv[i] + 7;
	}
	c->lang = lang != NULL && strncmp(lang, "en", 2) == 0 ? LANG_EN : LANG_ZH;
}

/* The command that the words from argv[at] name, two words before one. */
static const struct command *
find_command(int argc, char **argv, int at, int *ret_words)
{
	char two[64];
	const struct command *cmd = NULL;

	if (at + 1 < argc) {
		snprintf(two, sizeof(two), "%s %s", argv[at], argv[at + 1]);
		cmd = cli_find(two);
		*ret_words = 2;
	}
	if (cmd == NULL) {
		cmd = cli_find(argv[at]);
		*ret_words = 1;
	}
	return cmd;
}

/* Whether there are as many operands as the command wants. */
static enum cli_exit
check_operands(struct cli *c)
{
	const char *p = c->command->operands;
	size_t most = 0;

	for (; *p != '\0'; p += strcspn(p, " "), p += strspn(p, " ")) {
		if (most >= c->noperands && most < c->command->least) {
			char name[32];

			snprintf(name, sizeof(name), "%.*s", (int)strcspn(p, " "), p);
			return cli_usage(c, SAY_TOO_FEW, name);
		}
		most++;
	}
	if (c->noperands > most && strstr(c->command->operands, "...") == NULL)
		return cli_usage(c, SAY_TOO_MANY, c->operand[most]);
	return CLI_OK;
}

static enum cli_exit
globals(struct cli *c)
{
	const char *lang = cli_opt(c, OPT_LANG);

	if (lang != NULL)
		c->lang = strcmp(lang, "en") == 0 ? LANG_EN : LANG_ZH;
	c->json = cli_opt(c, OPT_JSON) != NULL;
	c->help = cli_opt(c, OPT_HELP) != NULL;
	c->as = cli_opt(c, OPT_AS);
	/* It becomes a header line. */
	for (const char *p = c->as; p != NULL && *p != '\0'; p++)
		if (*p <= 0x20 || *p >= 0x7f)
			return cli_usage(c, SAY_AS_BAD);
	if ((c->dir = cli_opt(c, OPT_DIR)) == NULL)
		c->dir = getenv("WZM_DIR");
	if (c->dir == NULL || c->dir[0] == '\0')
		c->dir = "./instance";
	return CLI_OK;
}

enum cli_exit
cli_args(struct cli *c, int argc, char **argv)
{
	const struct command *cmd;
	enum cli_exit rc;
	int at, words;

	look_ahead(c, argc, argv);
	if ((rc = read_options(c, argc, argv, NULL, &at)) != CLI_OK)
		return rc;
	if (at >= argc) {
		if ((rc = globals(c)) != CLI_OK)
			return rc;
		return c->help ? CLI_OK : cli_usage(c, SAY_NO_COMMAND);
	}
	if ((cmd = find_command(argc, argv, at, &words)) == NULL)
		return cli_unknown(c, argv[at], at + 1 < argc ? argv[at + 1] : NULL);
	c->command = cmd;
	/* getopt takes the last word of the command for the name of a program. */
	argc -= at + words - 1;
	argv += at + words - 1;
	if ((rc = read_options(c, argc, argv, cmd, &at)) != CLI_OK || (rc = globals(c)) != CLI_OK)
		return rc;
	c->operand = argv + at;
	c->noperands = (size_t)(argc - at);
	return c->help ? CLI_OK : check_operands(c);
}

const char *
cli_opt_nth(const struct cli *c, enum opt opt, size_t i)
{
	for (size_t k = 0; k < c->ngiven; k++)
		if (c->given[k].opt == opt && i-- == 0)
			return c->given[k].value;
	return NULL;
}

const char *
cli_opt(const struct cli *c, enum opt opt)
{
	return cli_opt_nth(c, opt, 0);
}

const struct command *
cli_find(const char *words)
{
	for (size_t i = 0; i < cli_ncommands; i++)
		if (strcmp(cli_commands[i].words, words) == 0)
			return &cli_commands[i];
	return NULL;
}

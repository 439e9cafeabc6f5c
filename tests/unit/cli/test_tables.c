/* What the tables feed: help, manual pages, completion; and that the tables are in order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "base/utf8.h"
#include "bench.h"

static size_t
count(const char *text, const char *needle)
{
	size_t n = 0;

	while ((text = strstr(text, needle)) != NULL) {
		n++;
		text += strlen(needle);
	}
	return n;
}

static void
messages_take_the_same_arguments_in_both_languages(void **state)
{
	(void)state;
	for (enum message m = 0; m < CLI_NMSGS; m++) {
		const char *zh = msg(LANG_ZH, m), *en = msg(LANG_EN, m);

		assert_true(zh[0] != '\0' && en[0] != '\0');
		assert_int_equal(count(zh, "%s"), count(en, "%s"));
		assert_int_equal(count(zh, "%"), count(zh, "%s"));
		assert_int_equal(count(en, "%"), count(en, "%s"));
	}
}

static void
commands_of_a_group_stand_together_and_are_named_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < cli_ncommands; i++) {
		const char *w = cli_commands[i].words;
		size_t n = strcspn(w, " ") + 1;

		assert_ptr_equal(cli_find(w), &cli_commands[i]);
		for (size_t k = 0; k + 1 < i; k++)
			if (strncmp(cli_commands[k].words, w, n) == 0)
				assert_int_equal(strncmp(cli_commands[k + 1].words, w, n), 0);
	}
}

static void
an_option_means_one_thing_in_a_command(void **state)
{
	(void)state;
	for (size_t i = 0; i < cli_ncommands; i++)
		for (const enum opt *o = cli_commands[i].opts; *o != CLI_NOPTS; o++) {
			assert_false(opt_is_global(*o));
			for (const enum opt *p = cli_commands[i].opts; p < o; p++)
				assert_string_not_equal(opt_row(*p)->name, opt_row(*o)->name);
			for (enum opt g = 0; opt_is_global(g); g++)
				assert_string_not_equal(opt_row(g)->name, opt_row(*o)->name);
		}
}

/* Reads the words of an example; a backslash at the end of a line goes on. */
static int
split(char *text, char **argv, int max)
{
	char *word;
	int argc = 0;

	while ((word = strsep(&text, " \n")) != NULL)
		if (word[0] != '\0' && strcmp(word, "\\") != 0) {
			assert_true(argc < max);
			argv[argc++] = word;
		}
	argv[argc] = NULL;
	return argc;
}

static void
every_example_is_a_right_command_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < cli_ncommands; i++) {
		char *text = strdup(cli_commands[i].example), *argv[64];
		struct given given[64];
		struct setting setting[64];
		struct cli c = { .err = stderr, .out = stderr, .given = given, .setting = setting };
		int argc = split(text, argv, 63);

		assert_string_equal(argv[0], "wzm");
		assert_int_equal(cli_args(&c, argc, argv), CLI_OK);
		assert_ptr_equal(c.command, &cli_commands[i]);
		free(text);
	}
}

/* Both languages, every option, exit code and example; lines of help are not endless. */
static void
help_says_everything_the_table_has(void **state)
{
	(void)state;
	for (size_t i = 0; i < cli_ncommands; i++)
		for (int lang = 0; lang < 2; lang++) {
			const struct command *cmd = &cli_commands[i];
			char line[96];
			struct ran r;

			snprintf(line, sizeof(line), "help %s --lang %s", cmd->words, lang ? "en" : "zh");
			r = wzm(line);
			assert_int_equal(r.rc, 0);
			assert_true(utf8_valid(r.out, strlen(r.out), NULL));
			assert_non_null(strstr(r.out, cmd->summary[lang]));
			for (const enum opt *o = cmd->opts; *o != CLI_NOPTS; o++) {
				assert_non_null(strstr(r.out, opt_row(*o)->name));
				assert_non_null(strstr(r.out, opt_row(*o)->says[lang]));
			}
			for (enum cli_exit code = 0; code < CLI_NEXITS; code++)
				assert_int_equal(strstr(r.out, help_exit(code, lang)) != NULL,
				    (cmd->exits >> code) & 1);
			if (cmd->settings)
				assert_non_null(strstr(r.out, conf_row(CONF_PORT)->says[lang]));
		}
}

static void
descriptions_fit_the_terminal(void **state)
{
	char *text;
	size_t len;

	(void)state;
	for (size_t i = 0; i < 2 * cli_ncommands; i++) {
		FILE *out = open_memstream(&text, &len);
		char *rest, *line;

		print_wrapped(out, cli_commands[i / 2].description[i % 2]);
		fclose(out);
		rest = text;
		while ((line = strsep(&rest, "\n")) != NULL) {
			assert_true(text_width(line) <= 78);
			assert_true(line[0] != ' ');
		}
		free(text);
	}
}

static void
every_command_has_a_manual_page(void **state)
{
	char dir[96], path[192];

	(void)state;
	snprintf(dir, sizeof(dir), "%s/man1", bench_dir);
	for (int lang = 0; lang < 2; lang++) {
		const char *words[] = { "help", "--man", "--to", dir, "--lang", lang ? "en" : "zh", NULL };
		struct buf page = BUF_INIT;
		struct fault f = FAULT_INIT;

		assert_int_equal(wzm_words(words).rc, 0);
		for (size_t i = 0; i < cli_ncommands; i++) {
			snprintf(path, sizeof(path), "%s/wzm-%s.1", dir, cli_commands[i].words);
			for (char *p = path + strlen(dir); *p != '\0'; p++)
				if (*p == ' ')
					*p = '-';
			buf_clear(&page);
			assert_int_equal(buf_read_file(&page, path, 65536, &f), 0);
			assert_int_equal(strncmp(page.data, ".TH WZM-", 8), 0);
			assert_non_null(strstr(page.data, lang ? ".SH SYNOPSIS" : ".SH 用法"));
			assert_non_null(strstr(page.data, lang ? ".SH EXIT STATUS" : ".SH 退出码"));
			assert_non_null(strstr(page.data, "wzm "));
			unlink(path);
		}
		snprintf(path, sizeof(path), "%s/wzm.1", dir);
		assert_int_equal(unlink(path), 0);
		buf_free(&page);
	}
	assert_int_equal(rmdir(dir), 0);
	assert_int_equal(wzm("help --man --to /nowhere/at/all").rc, CLI_SYSTEM);
}

/* A hyphen of an option can be copied, and no line of text is taken for a request of roff. */
static void
manual_pages_escape_what_roff_would_take(void **state)
{
	struct ran r = wzm("help --man case open --lang en");

	(void)state;
	assert_non_null(strstr(r.out, "\\-\\-party"));
	assert_non_null(strstr(r.out, "applicant:person:citizen_id:310101199003079013"));
	assert_non_null(strstr(r.out, "\\e\n"));
	assert_null(strstr(r.out, "\n\\\n"));
	r = wzm("help --man");
	assert_non_null(strstr(r.out, "wzm\\-case\\-open"));
}

static void
completion_offers_every_word_of_the_table(void **state)
{
	struct ran r = wzm("completion bash");

	(void)state;
	assert_int_equal(r.rc, 0);
	for (size_t i = 0; i < cli_ncommands; i++)
		assert_non_null(strstr(r.out, cli_commands[i].words));
	assert_non_null(strstr(r.out, "\"case\") list='open show "));
	assert_non_null(strstr(r.out, "'settled refused withdrawn'"));
	assert_non_null(strstr(r.out, "complete -F _wzm wzm"));
	assert_null(strstr(r.out, "case case"));
}

/* The codes that the server sends, as the interface's description lists them. */
static void
every_code_of_the_server_has_a_word(void **state)
{
	static const struct { const char *group, *codes; } row[] = {
		{ "method", "direct_cancel commitment data_query department_verify" },
		{ "case", "open accepted settled refused withdrawn" },
		{ "item", "cancelled does_not_apply undecided waiting_input to_query to_commit to_verify "
		    "verifying supervised established not_established committed" },
		{ "verification", "sent signed_for need_more supplied reminded answered returned transferred withdrawn" },
		{ "light", "green yellow red overdue paused" },
		{ "complaint", "received answered" }, { "ruling", "upheld not_upheld no_jurisdiction" },
		{ "review", "open unresolved decided withdrawn" },
		{ "vote", "direct_cancel commitment data_query department_verify abstain" },
		{ "review_event", "opened opinion deferred resumed decided withdrawn applied" },
		{ "answer", "found not_found match mismatch cannot_verify" },
		{ "role", "clerk verifier steward reform expert supervisor auditor operator" },
		{ "scope", "agency division" }, { "source", "on off" },
		{ "subject", "person enterprise both" }, { "why", "asked_about mentioned party" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		char *codes = strdup(row[i].codes), *rest = codes, *code;

		while ((code = strsep(&rest, " ")) != NULL) {
			assert_ptr_not_equal(word(LANG_ZH, row[i].group, code), code);
			assert_ptr_not_equal(word(LANG_EN, row[i].group, code), code);
		}
		free(codes);
	}
	assert_string_equal(word(LANG_ZH, "item", "brand_new"), "brand_new");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_take_the_same_arguments_in_both_languages),
		cmocka_unit_test(commands_of_a_group_stand_together_and_are_named_once),
		cmocka_unit_test(an_option_means_one_thing_in_a_command),
		cmocka_unit_test(every_example_is_a_right_command_line),
		cmocka_unit_test(help_says_everything_the_table_has),
		cmocka_unit_test(descriptions_fit_the_terminal),
		cmocka_unit_test(every_command_has_a_manual_page),
		cmocka_unit_test(manual_pages_escape_what_roff_would_take),
		cmocka_unit_test(completion_offers_every_word_of_the_table),
		cmocka_unit_test(every_code_of_the_server_has_a_word),
	};

	return cmocka_run_group_tests_name("tables", tests, bench_start, bench_end);
}

/*
 * problem.c - what went wrong, in words and as an exit code.
 */
#include <stdarg.h>
#include <string.h>

#include "base/utf8.h"
#include "cli/cli.h"

static enum cli_exit
exit_of_kind(enum fault_kind kind)
{
	switch (kind) {
	case FAULT_KIND_NOT_FOUND:
		return CLI_NOT_FOUND;
	case FAULT_KIND_CONFLICT:
		return CLI_CONFLICT;
	case FAULT_KIND_BUSY:
	case FAULT_KIND_SYSTEM:
	case FAULT_KIND_BUG:
		return CLI_SYSTEM;
	case FAULT_KIND_INPUT:
	case FAULT_KIND_DENIED:
	case FAULT_KIND_LIMIT:
	case FAULT_KIND_UPSTREAM:
		break;
	}
	return CLI_FAILED;
}

static enum cli_exit
exit_of_status(json_int_t status)
{
	if (status == 404 || status == 410)
		return CLI_NOT_FOUND;
	if (status == 409 || status == 412)
		return CLI_CONFLICT;
	if (status >= 500 && status != 502 && status != 504)
		return CLI_SYSTEM;
	return CLI_FAILED;
}

/* Sentence, next step and code, one a line. */
static void
print_problem(struct cli *c, const char *sentence, const char *next, const char *code)
{
	fputs("wzm: ", c->err);
	print_text(c->err, sentence);
	if (next[0] != '\0') {
		fprintf(c->err, "\n%s: ", msg(c->lang, SAY_NEXT_STEP));
		print_text(c->err, next);
	}
	fprintf(c->err, "\n%s: ", msg(c->lang, SAY_CODE));
	print_text(c->err, code);
	fputc('\n', c->err);
}

enum cli_exit
cli_fault(struct cli *c, const struct fault *f)
{
	char sentence[FAULT_TEXT_MAX], next[FAULT_TEXT_MAX];
	const char *code = fault_name(f->code);

	fault_text(f, c->lang, 0, sentence, sizeof(sentence));
	fault_text(f, c->lang, 1, next, sizeof(next));
	if (c->json) {
		json_t *problem = json_pack("{s:s+, s:s, s:i, s:s, s:s, s:s}", "type", "/problems/", code,
		    "title", sentence, "status", fault_status(f->code), "detail", sentence,
		    "next", next, "code", code);

		json_dumpf(problem, c->out, JSON_COMPACT);
		fputc('\n', c->out);
		json_decref(problem);
	} else
		print_problem(c, sentence, next, code);
	if (f->cause[0] != '\0')
		fprintf(c->err, "(%s)\n", f->cause);
	return f->code == FAULT_USAGE ? CLI_USAGE : exit_of_kind(fault_kind(f->code));
}

/* "file [sheet]:line: column (D): value: reason. next step", leaving out what an error does not have. */
static void
print_places(struct cli *c, const json_t *problem)
{
	const json_t *errors = json_object_get(problem, "errors"), *e;
	const char *all = str(problem, "args.count");	/* no more than some hundred are listed */
	const char *sheet, *letter;
	char listed[NUM_SIZE];
	size_t i;

	json_array_foreach(errors, i, e) {
		sheet = str(e, "sheet");
		letter = str(e, "letter");
		print_text(c->err, str(e, "file"));
		if (sheet[0] != '\0') {
			fputs(" [", c->err);
			print_text(c->err, sheet);
			fputc(']', c->err);
		}
		if (num(e, "line") > 0)
			fprintf(c->err, ":%lld", (long long)num(e, "line"));
		for (int k = 0; k < 2; k++) {
			const char *text = str(e, k == 0 ? "column" : "value");

			if (text[0] != '\0') {
				fputs(": ", c->err);
				print_text(c->err, text);
			}
			if (k == 0 && letter[0] != '\0')
				fprintf(c->err, text[0] != '\0' ? " (%s)" : ": (%s)", letter);
		}
		fputs(": ", c->err);
		print_text(c->err, str(e, "reason"));
		fputs(c->lang == LANG_ZH ? "。" : ". ", c->err);
		print_text(c->err, str(e, "next"));
		fputc('\n', c->err);
	}
	num_text((json_int_t)json_array_size(errors), listed);
	fprintf(c->err, msg(c->lang, SAY_PLACES), all[0] != '\0' ? all : listed, listed);
	fputc('\n', c->err);
}

enum cli_exit
cli_problem(struct cli *c, json_t *problem)
{
	if (c->json) {
		json_dumpf(problem, c->out, JSON_COMPACT);
		fputc('\n', c->out);
		return exit_of_status(num(problem, "status"));
	}
	if (json_array_size(json_object_get(problem, "errors")) > 0) {
		print_places(c, problem);
		report_show(c, problem, c->err);
	}
	print_problem(c, str(problem, "detail"), str(problem, "next"), str(problem, "code"));
	if (str(problem, "field")[0] != '\0') {
		fprintf(c->err, "%s: ", msg(c->lang, SAY_FIELD));
		print_text(c->err, str(problem, "field"));
		fputc('\n', c->err);
	}
	if (str(problem, "error_number")[0] != '\0') {
		fprintf(c->err, "%s: ", msg(c->lang, SAY_ERROR_NUMBER));
		print_text(c->err, str(problem, "error_number"));
		fputc('\n', c->err);
	}
	return exit_of_status(num(problem, "status"));
}

enum cli_exit
cli_usage(struct cli *c, enum message m, ...)
{
	struct fault f = FAULT_INIT;
	const char *of = c->group != NULL ? c->group : c->command != NULL ? c->command->words : "";
	char what[FAULT_ARG_MAX];
	va_list ap;

	va_start(ap, m);
	vsnprintf(what, sizeof(what), msg(c->lang, m), ap);
	va_end(ap);
	what[utf8_whole(what, strlen(what))] = '\0';
	fault_set(&f, FAULT_USAGE, "%s", "");
	fault_arg(&f, "what", "%s", what);
	fault_arg(&f, "help", "wzm help%s%s", of[0] != '\0' ? " " : "", of);
	return cli_fault(c, &f);
}

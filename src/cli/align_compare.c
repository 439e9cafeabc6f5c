/*
 * align_compare.c - lists of counties beside the city's, compared by the command itself.
 */
#include <string.h>
#include <unistd.h>

#include "api/serve.h"
#include "cli/align.h"
#include "svc/align/export.h"

#define SURE 990	/* of a thousand */
#define FAIRLY_SURE 900

static const char *const kinds[] = { "missing", "extra", "matter_name", "proof_name", "method" };
#define NKINDS (sizeof(kinds) / sizeof(kinds[0]))

enum cli_exit
align_to_check(struct cli *c)
{
	const char *to = cli_opt(c, OPT_ALIGN_TO);

	return to == NULL || (strchr(to, '.') != NULL && align_format_parse(to) >= 0) ? CLI_OK :
	    cli_usage(c, SAY_TO_ENDING);
}

static enum cli_exit
save(struct cli *c, const json_t *document)
{
	const char *to = cli_opt(c, OPT_ALIGN_TO);
	struct buf bytes = BUF_INIT;
	struct fault f = FAULT_INIT;
	enum cli_exit rc = CLI_OK;
	char day[CLOCK_TEXT_MAX];

	if (to == NULL)
		return CLI_OK;
	clock_day_text(clock_day(clock_now(c->clock)), day);
	if (align_export(document, (enum align_format)align_format_parse(to), c->lang, day, &bytes, &f) < 0 ||
	    write_file(to, &bytes, &f) < 0)
		rc = cli_fault(c, &f);
	else if (!c->json)
		say(c, SAY_WRITTEN_TO, to);
	buf_free(&bytes);
	return rc;
}

/* The figures of a division in a row, added to the sums. */
static void
figure_cells(struct table *t, const json_t *division, json_int_t sum[])
{
	static const char *const paths[] = { "list.rows", "found.scope", "found.paired" };
	json_int_t differences = 0, n;
	char path[48];
	size_t at = 0;

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		n = num(division, paths[i]);
		sum[at++] += n;
		table_fmt(t, "%lld", (long long)n);
	}
	for (size_t k = 0; k < NKINDS; k++) {
		snprintf(path, sizeof(path), "found.kinds.%s", kinds[k]);
		n = num(division, path);
		differences += n;
		sum[at++] += n;
		table_fmt(t, "%lld", (long long)n);
	}
	sum[at++] += differences;
	table_fmt(t, "%lld", (long long)differences);
	sum[at++] += num(division, "found.unity.items.same");
	sum[at] += num(division, "found.unity.items.of");
	fraction_cell(t, json_object_get(json_object_get(json_object_get(division, "found"), "unity"), "items"));
}

void
show_kinds(struct cli *c, const json_t *divisions)
{
	enum { NUMBERS = 11 };
	json_int_t sum[NUMBERS] = { 0 };
	const json_t *one;
	json_t *all;
	struct table t;
	size_t i;

	table_head(c, &t, (const enum message[]){ SAY_DIVISION, SAY_NAME_OF, SAY_ROWS_OF_LIST, SAY_IN_SCOPE, SAY_SAME,
	    SAY_KIND_MISSING, SAY_KIND_EXTRA, SAY_KIND_MATTER_NAME, SAY_KIND_PROOF_NAME, SAY_KIND_METHOD,
	    SAY_ALL_KINDS, SAY_UNITY_ITEMS }, 12);
	json_array_foreach(divisions, i, one) {
		if (!json_is_object(json_object_get(one, "found")))
			continue;
		table_cell(&t, str(one, "division.code"));
		table_cell(&t, str(one, "division.name"));
		figure_cells(&t, one, sum);
	}
	table_cell(&t, msg(c->lang, SAY_TOTAL));
	table_cell(&t, "");
	for (i = 0; i + 2 < NUMBERS; i++)
		table_fmt(&t, "%lld", (long long)sum[i]);
	all = json_pack("{s:I, s:I}", "same", sum[NUMBERS - 2], "of", sum[NUMBERS - 1]);
	fraction_cell(&t, all);
	json_decref(all);
	table_print(&t, c->out);
}

/* Departments of which a list has no row. */
void
show_presumed(struct cli *c, const json_t *division, const json_t *comparison)
{
	const json_t *list = json_object_get(comparison, "presumed"), *agency;
	char n[NUM_SIZE], items[NUM_SIZE];
	struct buf names = BUF_INIT;
	json_int_t all = 0;
	size_t i;

	if (json_array_size(list) == 0)
		return;
	json_array_foreach(list, i, agency) {
		all += num(agency, "items");
		buf_fmt(&names, "%s%s %lld", i > 0 ? (c->lang == LANG_ZH ? "、" : ", ") : "    ",
		    str(agency, "agency.name"), (long long)num(agency, "items"));
	}
	say(c, SAY_PRESUMED, str(division, "code"), str(division, "name"),
	    num_text((json_int_t)json_array_size(list), n), num_text(all, items));
	if (names.data != NULL)
		print_wrapped(c->out, names.data);
	buf_free(&names);
}

static void
show_certainty(struct cli *c, const json_t *differences)
{
	json_int_t n[3] = { 0 };
	char text[3][NUM_SIZE];
	const json_t *one;
	size_t i;

	json_array_foreach(differences, i, one)
		n[num(one, "certainty") >= SURE ? 0 : num(one, "certainty") >= FAIRLY_SURE ? 1 : 2]++;
	for (i = 0; i < 3; i++)
		num_text(n[i], text[i]);
	say(c, SAY_CERTAINTY_SPREAD, text[0], text[1], text[2]);
}

static void
show_compared(struct cli *c, const json_t *document)
{
	const json_t *divisions = json_object_get(document, "divisions"), *one;
	struct buf names = BUF_INIT;
	size_t i;

	show_kinds(c, divisions);
	json_array_foreach(divisions, i, one)
		show_presumed(c, json_object_get(one, "division"), json_object_get(one, "found"));
	show_certainty(c, json_object_get(document, "differences"));
	json_array_foreach(json_object_get(document, "skipped"), i, one)
		buf_fmt(&names, "%s%s", i > 0 ? ", " : "", json_string_value(one));
	if (names.len > 0)
		say(c, SAY_SHEETS_SKIPPED, names.data);
	buf_free(&names);
}

/* Where it is, on a terminal; it takes a second or two where lists are long. */
static void
progress(void *ctx, const char *shown, size_t i, size_t n)
{
	struct cli *c = ctx;
	char at[NUM_SIZE], of[NUM_SIZE];

	if (c->json || !isatty(fileno(c->err)))
		return;
	fputs("\r\033[K", c->err);
	fprintf(c->err, msg(c->lang, SAY_COMPARING_LISTS), shown, num_text((json_int_t)i + 1, at),
	    num_text((json_int_t)n, of));
	if (i + 1 == n)
		fputs("\r\033[K", c->err);
	fflush(c->err);
}

enum cli_exit
compare_here(struct cli *c)
{
	const struct comparing what = { .src = c->operand[0], .inventory = cli_opt(c, OPT_INVENTORY),
		.dir = c->dir, .division = cli_opt(c, OPT_ONE_DIVISION), .lang = c->lang, .clock = c->clock,
		.progress = progress, .ctx = c };
	struct fault f = FAULT_INIT;
	json_t *document = NULL;
	enum cli_exit rc;

	if (compare_offline(&what, &document, &f) < 0) {
		rc = document != NULL ? cli_problem(c, document) : cli_fault(c, &f);
		json_decref(document);
		return rc;
	}
	if (c->json) {
		json_dumpf(document, c->out, JSON_COMPACT);
		fputc('\n', c->out);
	} else {
		show_compared(c, document);
	}
	rc = save(c, document);
	json_decref(document);
	return rc;
}

enum cli_exit
cmd_align_compare(struct cli *c)
{
	enum cli_exit rc = align_to_check(c);

	return rc == CLI_OK ? compare_here(c) : rc;
}

/*
 * align_show.c - rounds of the alignment of lists, what differs in them, and the matrix.
 */
#include <string.h>

#include "cli/align.h"

enum cli_exit
align_round(struct cli *c, char ret_round[NUM_SIZE])
{
	const char *given = cli_opt(c, OPT_ROUND);
	struct fault f = FAULT_INIT;
	json_t *list = NULL;
	enum cli_exit rc;

	if (given != NULL) {
		if (given[0] == '\0' || strspn(given, "0123456789") != strlen(given) || strlen(given) > 9)
			return cli_usage(c, SAY_BAD_NUMBER, "round", "1", "999999999");
		snprintf(ret_round, NUM_SIZE, "%s", given);
		return CLI_OK;
	}
	rc = call(c, (struct request){ .method = "GET", .path = "/api/v1/align/rounds" }, &list);
	if (rc == CLI_OK && json_array_size(json_object_get(list, "rounds")) == 0) {
		fault_set(&f, FAULT_ALIGN_NO_ROUND, "%s", "");
		rc = cli_fault(c, &f);
	} else if (rc == CLI_OK) {
		num_text(num(json_array_get(json_object_get(list, "rounds"), 0), "round"), ret_round);
	}
	json_decref(list);
	return rc;
}

enum cli_exit
cmd_align_rounds(struct cli *c)
{
	enum cli_exit rc;
	json_t *list = fetch(c, (struct request){ .method = "GET", .path = "/api/v1/align/rounds" }, &rc);
	char when[32], closed[32];
	const json_t *one;
	struct table t;
	size_t i;

	if (list == NULL)
		return rc;
	table_head(c, &t, (const enum message[]){ SAY_ROUND, SAY_TITLE, SAY_STATE, SAY_CLOSES, SAY_INVENTORY_VERSION,
	    SAY_OPENED_AT, SAY_CLOSED_AT, SAY_OPEN_ONES, SAY_ADOPTED, SAY_KEPT, SAY_PROPOSED }, 11);
	json_array_foreach(json_object_get(list, "rounds"), i, one) {
		table_fmt(&t, "%lld", (long long)num(one, "round"));
		table_cell(&t, str(one, "title"));
		table_cell(&t, word(c->lang, "round", str(one, "state")));
		table_fmt(&t, "%s%s", str(one, "closes"), json_is_true(json_object_get(one, "late")) ? " !" : "");
		table_fmt(&t, "%lld", (long long)num(one, "inventory"));
		table_cell(&t, minute(str(one, "opened_at"), when, sizeof(when)));
		table_cell(&t, minute(str(one, "closed_at"), closed, sizeof(closed)));
		for (int k = 0; k < 4; k++)
			table_fmt(&t, "%lld", (long long)num(json_object_get(one, "states"),
			    (const char *const[]){ "open", "adopt", "keep", "propose" }[k]));
	}
	table_print(&t, c->out);
	json_decref(list);
	return CLI_OK;
}

/* The matrix */

void
fraction_cell(struct table *t, const json_t *fraction)
{
	json_int_t same = num(fraction, "same"), of = num(fraction, "of");

	if (of == 0)
		table_cell(t, "–");
	else
		table_fmt(t, "%lld.%lld%% %lld/%lld", (long long)(same * 100 / of), (long long)(same * 1000 / of % 10),
		    (long long)same, (long long)of);
}

/* Items, methods and counts, as found and as decided; "unified" where all are whole. */
static void
unity_cells(struct cli *c, struct table *t, const json_t *found, const json_t *decided)
{
	static const char *const names[] = { "items", "methods", "counts" };

	for (size_t i = 0; i < 3; i++) {
		fraction_cell(t, json_object_get(found, names[i]));
		fraction_cell(t, json_object_get(decided, names[i]));
	}
	table_cell(t, json_is_true(json_object_get(decided, "unified")) ? msg(c->lang, SAY_UNIFIED) : "");
}

static void
state_cells(struct table *t, const json_t *of)
{
	static const char *const kinds[] = { "missing", "extra", "matter_name", "proof_name", "method" };
	json_int_t n = 0;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		n += num(json_object_get(of, "kinds"), kinds[i]);
	table_fmt(t, "%lld", (long long)n);
	table_fmt(t, "%lld", (long long)num(of, "states.open"));
	table_fmt(t, "%lld", (long long)num(of, "states.keep"));
}

/* "改革武 12+3+0 (2026-12-05)": who has how many that are open, adopted and proposed, until when; a line for each division where somebody has any. */
static void
show_remaining(struct cli *c, const json_t *matrix)
{
	const json_t *division, *one;
	size_t i, k;

	json_array_foreach(json_object_get(matrix, "divisions"), i, division) {
		const json_t *remaining = json_object_get(division, "remaining");
		struct buf text = BUF_INIT;
		int held = 0;

		json_array_foreach(remaining, k, one) {
			const char *name = str(one, "assignee.name"), *earliest = str(one, "earliest");

			held |= name[0] != '\0';
			buf_fmt(&text, "%s%s %lld+%lld+%lld", k > 0 ? "; " : "", name[0] != '\0' ? name :
			    msg(c->lang, SAY_NOBODY), (long long)num(one, "open"), (long long)num(one, "adopt"),
			    (long long)num(one, "propose"));
			if (earliest[0] != '\0')
				buf_fmt(&text, " (%s%s)", earliest, num(one, "late") > 0 ? " !" : "");
		}
		if (held)
			say(c, SAY_OPEN_WITH, str(division, "division.code"), str(division, "division.name"),
			    text.data);
		buf_free(&text);
	}
}

void
show_drift(struct cli *c, const json_t *division, const json_t *counts)
{
	char fresh[NUM_SIZE], adopted[NUM_SIZE];

	if (num(counts, "new") + num(counts, "adopted") > 0)
		say(c, SAY_DRIFT, str(division, "code"), str(division, "name"),
		    num_text(num(counts, "new"), fresh), num_text(num(counts, "adopted"), adopted));
}

void
show_matrix(struct cli *c, const json_t *matrix)
{
	static const enum message heads[] = { SAY_DIVISION, SAY_NAME_OF, SAY_ALL_KINDS, SAY_OPEN_ONES, SAY_KEPT,
		SAY_UNITY_ITEMS, SAY_AS_DECIDED, SAY_UNITY_METHODS, SAY_AS_DECIDED, SAY_UNITY_COUNTS,
		SAY_AS_DECIDED, SAY_UNIFIED_HEAD };
	const json_t *round = json_object_get(matrix, "round"), *one, *total = json_object_get(matrix, "total");
	char number[NUM_SIZE];
	struct table t;
	size_t i;

	if (json_is_object(round))
		say(c, SAY_ROUND_IS, num_text(num(round, "round"), number), str(round, "title"),
		    word(c->lang, "round", str(round, "state")), str(round, "closes"));
	table_head(c, &t, heads, sizeof(heads) / sizeof(heads[0]));
	json_array_foreach(json_object_get(matrix, "divisions"), i, one) {
		const json_t *found = json_object_get(one, "found"), *now = json_object_get(one, "now");
		const json_t *decided = json_object_get(one, "decided");

		found = json_object_get(json_is_object(found) ? found : now, "unity");
		table_cell(&t, str(one, "division.code"));
		table_cell(&t, str(one, "division.name"));
		state_cells(&t, one);
		unity_cells(c, &t, found, json_is_object(decided) ? decided : json_object_get(now, "unity"));
	}
	table_cell(&t, msg(c->lang, SAY_TOTAL));
	table_cell(&t, "");
	state_cells(&t, total);
	unity_cells(c, &t, json_object_get(total, "found"), json_object_get(total, "decided"));
	table_print(&t, c->out);
	show_remaining(c, matrix);
}

/* The degree of unity over time. */
static enum cli_exit
history(struct cli *c)
{
	enum cli_exit rc;
	json_t *page = fetch(c, (struct request){ .method = "GET", .path = "/api/v1/align/measures", .query = {
	    "division", cli_opt(c, OPT_ONE_DIVISION), "limit", cli_opt(c, OPT_LIMIT), "cursor",
	    cli_opt(c, OPT_CURSOR) } }, &rc);
	const json_t *one;
	char when[32];
	struct table t;
	size_t i;

	if (page == NULL)
		return rc;
	table_head(c, &t, (const enum message[]){ SAY_TIME, SAY_DIVISION, SAY_NAME_OF, SAY_CAUSE, SAY_LIST_NUMBER,
	    SAY_UNITY_ITEMS, SAY_UNITY_METHODS, SAY_UNITY_COUNTS }, 8);
	json_array_foreach(json_object_get(page, "measures"), i, one) {
		const json_t *unity = json_object_get(one, "unity");

		table_cell(&t, minute(str(one, "at"), when, sizeof(when)));
		table_cell(&t, str(one, "division.code"));
		table_cell(&t, str(one, "division.name"));
		table_cell(&t, word(c->lang, "measure", str(one, "cause")));
		table_fmt(&t, "%lld", (long long)num(one, "list"));
		fraction_cell(&t, json_object_get(unity, "items"));
		fraction_cell(&t, json_object_get(unity, "methods"));
		fraction_cell(&t, json_object_get(unity, "counts"));
	}
	table_print(&t, c->out);
	print_more(c, page);
	json_decref(page);
	return CLI_OK;
}

enum cli_exit
cmd_align_matrix(struct cli *c)
{
	const json_t *one;
	enum cli_exit rc;
	json_t *matrix;
	size_t i;

	if (cli_opt(c, OPT_HISTORY) != NULL)
		return history(c);
	matrix = fetch(c, (struct request){ .method = "GET", .path = "/api/v1/align/matrix", .query = { "round",
	    cli_opt(c, OPT_ROUND) } }, &rc);
	if (matrix == NULL)
		return rc;
	show_matrix(c, matrix);
	json_array_foreach(json_object_get(matrix, "divisions"), i, one)
		show_drift(c, json_object_get(one, "division"), json_object_get(one, "drift"));
	json_decref(matrix);
	return CLI_OK;
}

/* Lists of differences */

static const char *
state_of(struct cli *c, const json_t *one)
{
	return word(c->lang, "align", json_is_integer(json_object_get(one, "gone")) ? "gone" : str(one, "state"));
}

/* What the county writes instead. */
static void
county_cell(struct cli *c, struct table *t, const json_t *one)
{
	const char *kind = str(one, "kind"), *method = word(c->lang, "method", str(one, "row.method"));

	if (strcmp(kind, "matter_name") == 0)
		table_cell(t, str(one, "row.matter"));
	else if (strcmp(kind, "proof_name") == 0)
		table_cell(t, str(one, "row.proof"));
	else if (strcmp(kind, "method") == 0)
		table_fmt(t, "%s ≠ %s", method, word(c->lang, "method", str(one, "item.method")));
	else
		table_cell(t, method);
}

static void
difference_cells(struct cli *c, struct table *t, const json_t *one)
{
	int extra = json_is_null(json_object_get(one, "item"));

	table_cell(t, str(one, "division.code"));
	table_cell(t, word(c->lang, "align_kind", str(one, "kind")));
	table_cell(t, state_of(c, one));
	if (extra)
		table_fmt(t, "%s:%lld", str(one, "row.code"), (long long)num(one, "row.line"));
	else
		table_cell(t, str(one, "item.code"));
	table_cell(t, extra ? str(one, "row.matter") : str(one, "item.matter.name"));
	table_cell(t, extra ? str(one, "row.proof") : str(one, "item.proof.name"));
	county_cell(c, t, one);
	table_fmt(t, "%lld.%lld%%", (long long)num(one, "certainty") / 10, (long long)num(one, "certainty") % 10);
	table_cell(t, str(one, "assignee.name"));
	table_fmt(t, "%s%s", str(one, "until"), json_is_true(json_object_get(one, "late")) ? " !" : "");
	table_cell(t, str(one, "id"));
}

/* One county across departments, or one department across counties. */
static enum cli_exit
show_view(struct cli *c, const char *round, const char *division, const char *agency)
{
	enum cli_exit rc;
	json_t *page = fetch(c, (struct request){ .method = "GET", .path = ALIGN_ROUND "/differences", .arg = { round },
	    .query = { "division", division, "agency", agency, "kind", cli_opt(c, OPT_ALIGN_KIND), "state",
	    cli_opt(c, OPT_ALIGN_STATE), "assignee", cli_opt(c, OPT_ASSIGNEE), "limit", cli_opt(c, OPT_LIMIT),
	    "cursor", cli_opt(c, OPT_CURSOR) } }, &rc);
	const json_t *one;
	struct table t;
	size_t i;

	if (page == NULL)
		return rc;
	table_head(c, &t, (const enum message[]){ SAY_DIVISION, SAY_ALL_KINDS, SAY_STATE, SAY_ITEM, SAY_MATTER,
	    SAY_PROOF, SAY_COUNTY_WRITES, SAY_CERTAINTY, SAY_WITH, SAY_UNTIL_DAY, SAY_ID }, 11);
	json_array_foreach(json_object_get(page, "differences"), i, one)
		difference_cells(c, &t, one);
	table_print(&t, c->out);
	print_more(c, page);
	json_decref(page);
	return CLI_OK;
}

/* What a word names: a difference by its key, a division, or a department of the city. */
enum cli_exit
cmd_align_show(struct cli *c)
{
	const char *what = c->noperands > 0 ? c->operand[0] : NULL;
	char round[NUM_SIZE];
	enum cli_exit rc;

	if (what == NULL && cli_opt(c, OPT_ALIGN_KIND) == NULL && cli_opt(c, OPT_ALIGN_STATE) == NULL &&
	    cli_opt(c, OPT_ASSIGNEE) == NULL)
		return cmd_align_matrix(c);
	if ((rc = align_round(c, round)) != CLI_OK)
		return rc;
	if (what != NULL && strlen(what) == 32 && strspn(what, "0123456789abcdef") == 32)
		return fetch_difference(c, (struct request){ .method = "GET", .path = ALIGN_ONE, .arg = { round,
		    what } });
	if (what != NULL && strlen(what) == 6 && strspn(what, "0123456789") == 6)
		return show_view(c, round, what, NULL);
	return show_view(c, round, NULL, what);
}

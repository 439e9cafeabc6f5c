/*
 * align_files.c - lists that were handed in, who runs what where, and files of a round.
 */
#include <string.h>

#include "cli/align.h"
#include "svc/align/export.h"

enum cli_exit
fetch_file(struct cli *c, struct request r)
{
	const char *to = cli_opt(c, OPT_ALIGN_TO) != NULL ? cli_opt(c, OPT_ALIGN_TO) : cli_opt(c, OPT_FILE_TO);
	struct fault f = FAULT_INIT;
	enum cli_exit rc;

	r.file = 1;
	r.patient = 1;
	if ((rc = call(c, r, NULL)) != CLI_OK)
		return rc;
	if (to == NULL) {
		fwrite(c->raw.data, 1, c->raw.len, c->out);
		return CLI_OK;
	}
	if (write_file(to, &c->raw, &f) < 0)
		return cli_fault(c, &f);
	if (!c->json)
		say(c, SAY_WRITTEN_TO, to);
	return CLI_OK;
}

/* The format of a file: --format, else what --to ends with, else fallback. */
static const char *
format_of(struct cli *c, const char *fallback)
{
	const char *to = cli_opt(c, OPT_FILE_TO), *given = cli_opt(c, OPT_ALIGN_FORMAT);

	if (given == NULL)
		given = cli_opt(c, OPT_LIST_FORMAT);
	if (given != NULL)
		return given;
	return to != NULL && strchr(to, '.') != NULL && align_format_parse(to) >= 0 ?
	    align_format_name((enum align_format)align_format_parse(to)) : fallback;
}

enum cli_exit
cmd_align_export(struct cli *c)
{
	char round[NUM_SIZE];
	enum cli_exit rc = align_round(c, round);

	return rc != CLI_OK ? rc : fetch_file(c, (struct request){ .method = "GET", .path = ALIGN_ROUND "/export",
	    .arg = { round }, .query = { "format", format_of(c, "csv") } });
}

enum cli_exit
cmd_align_template(struct cli *c)
{
	char round[NUM_SIZE];
	enum cli_exit rc = align_round(c, round);

	return rc != CLI_OK ? rc : fetch_file(c, (struct request){ .method = "GET", .path = ALIGN_ROUND "/template",
	    .arg = { round }, .query = { "division", c->operand[0], "format", format_of(c, "csv") } });
}

/* Lists */

static void
show_lists(struct cli *c, const json_t *lists)
{
	const json_t *one;
	char when[32];
	struct table t;
	size_t i;

	table_head(c, &t, (const enum message[]){ SAY_DIVISION, SAY_NAME_OF, SAY_LIST_NUMBER, SAY_FILE, SAY_ROWS_OF_LIST,
	    SAY_HANDED_IN, SAY_WHO }, 7);
	json_array_foreach(json_object_get(lists, "lists"), i, one) {
		table_cell(&t, str(one, "division.code"));
		table_cell(&t, str(one, "division.name"));
		table_fmt(&t, "%lld", (long long)num(one, "number"));
		table_cell(&t, str(one, "file"));
		table_fmt(&t, "%lld", (long long)num(one, "rows"));
		table_cell(&t, minute(str(one, "received_at"), when, sizeof(when)));
		table_cell(&t, str(one, "received_by.name"));
	}
	table_print(&t, c->out);
}

enum cli_exit
cmd_align_lists(struct cli *c)
{
	enum cli_exit rc;
	json_t *lists;

	if (c->noperands > 1)
		return fetch_file(c, (struct request){ .method = "GET", .path = "/api/v1/align/lists/{}/{}",
		    .arg = { c->operand[0], c->operand[1] } });
	lists = fetch(c, (struct request){ .method = "GET", .path = c->noperands > 0 ? "/api/v1/align/lists/{}" :
	    "/api/v1/align/lists", .arg = { c->noperands > 0 ? c->operand[0] : NULL } }, &rc);
	if (lists == NULL)
		return rc;
	show_lists(c, lists);
	json_decref(lists);
	return CLI_OK;
}

/* Scope */

static void
show_scope(struct cli *c, const json_t *scope)
{
	const json_t *one;
	char when[32];
	struct table t;
	size_t i;

	table_head(c, &t, (const enum message[]){ SAY_DIVISION, SAY_NAME_OF, SAY_CODE_OF, SAY_DEPARTMENT, SAY_RUN_BY,
	    SAY_ITEMS, SAY_TIME, SAY_WHO }, 8);
	json_array_foreach(json_object_get(scope, "scope"), i, one) {
		table_cell(&t, str(one, "division.code"));
		table_cell(&t, str(one, "division.name"));
		table_cell(&t, str(one, "agency.code"));
		table_cell(&t, str(one, "agency.name"));
		table_cell(&t, word(c->lang, "runs", str(one, "runs")));
		table_cell(&t, "");
		table_cell(&t, minute(str(one, "set_at"), when, sizeof(when)));
		table_cell(&t, str(one, "set_by.name"));
	}
	json_array_foreach(json_object_get(scope, "presumed"), i, one) {
		table_cell(&t, str(one, "division.code"));
		table_cell(&t, str(one, "division.name"));
		table_cell(&t, str(one, "agency.code"));
		table_cell(&t, str(one, "agency.name"));
		table_cell(&t, word(c->lang, "runs", "presumed"));
		table_fmt(&t, "%lld", (long long)num(one, "items"));
		table_cell(&t, "");
		table_cell(&t, "");
	}
	table_print(&t, c->out);
}

/* What is said of one department in one division, or said no more. */
static struct request
scope_change(struct cli *c)
{
	int unset = strcmp(c->operand[2], "presumed") == 0;

	return (struct request){ .method = unset ? "DELETE" : "PUT", .path = "/api/v1/align/scope/{}/{}",
	    .arg = { c->operand[0], c->operand[1] },
	    .body = unset ? NULL : json_pack("{s:s}", "runs", c->operand[2]), .patient = 1 };
}

enum cli_exit
cmd_align_scope(struct cli *c)
{
	static const char *const runs[] = { "city", "county", "presumed" };
	size_t known = 0;
	enum cli_exit rc;
	json_t *scope;

	for (size_t i = 0; c->noperands > 2 && i < 3; i++)
		known += strcmp(runs[i], c->operand[2]) == 0;
	if (c->noperands == 2)
		return cli_usage(c, SAY_TOO_FEW, "city|county|presumed");
	if (c->noperands > 2 && known == 0)
		return cli_usage(c, SAY_BAD_RUNS, c->operand[2]);
	scope = fetch(c, c->noperands > 2 ? scope_change(c) : (struct request){ .method = "GET",
	    .path = "/api/v1/align/scope", .query = { "division", c->noperands > 0 ? c->operand[0] : NULL } }, &rc);
	if (scope == NULL)
		return rc;
	show_scope(c, scope);
	json_decref(scope);
	return CLI_OK;
}

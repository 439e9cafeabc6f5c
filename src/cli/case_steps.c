/*
 * case_steps.c - settling a case, acceptance, correction, transfer and end of a case, and its slips.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

/* Sends a change of the case of the first operand and shows it as it is then. */
static enum cli_exit
move_on(struct cli *c, const char *path, json_t *body)
{
	json_t *one = NULL;
	enum cli_exit rc = post_change(c, "/api/v1/cases/{}", path, body, &one);

	if (rc == CLI_OK)
		rc = show_case(c, one);
	json_decref(one);
	return rc;
}

enum cli_exit
cmd_case_settle(struct cli *c)
{
	return move_on(c, "/api/v1/cases/{}/settlement", json_object());
}

enum cli_exit
cmd_case_accept(struct cli *c)
{
	const char *item, *until = cli_opt(c, OPT_UNTIL_DAY);
	json_t *items = json_array(), *body = json_object();

	for (size_t i = 0; (item = cli_opt_nth(c, OPT_DEFER, i)) != NULL; i++)
		json_array_append_new(items, json_string(item));
	if ((json_array_size(items) > 0) != (until != NULL)) {
		json_decref(items);
		json_decref(body);
		return cli_usage(c, SAY_NEEDS_OPTION, until == NULL ? "until" : "defer");
	}
	if (until != NULL)
		json_object_set_new(body, "deferred", json_pack("{s:O, s:s}", "items", items, "until",
		    until));
	json_decref(items);
	return move_on(c, "/api/v1/cases/{}/acceptance", body);
}

enum cli_exit
cmd_case_correct(struct cli *c)
{
	const char *words, *days = cli_opt(c, OPT_DAYS);
	enum cli_exit rc = need_opt(c, OPT_WORDS, &words);
	json_t *body;
	char *end;
	long n;

	if (rc != CLI_OK)
		return rc;
	body = json_pack("{s:s}", "words", words);
	if (days != NULL) {
		n = strtol(days, &end, 10);
		if (*end != '\0' || n < 1 || n > 30) {
			json_decref(body);
			return cli_usage(c, SAY_BAD_NUMBER, "days", "1", "30");
		}
		json_object_set_new(body, "days", json_integer(n));
	}
	return move_on(c, "/api/v1/cases/{}/correction", body);
}

enum cli_exit
cmd_case_transfer(struct cli *c)
{
	const char *agency, *reason;
	json_int_t version = 0;
	char text[NUM_SIZE];
	json_t *done;
	enum cli_exit rc = need_opt(c, OPT_AGENCY, &agency);

	if (rc != CLI_OK || (rc = need_opt(c, OPT_REASON, &reason)) != CLI_OK ||
	    (rc = version_of(c, "/api/v1/cases/{}", &version)) != CLI_OK)
		return rc;
	if ((done = fetch(c, (struct request){ .method = "POST", .path = "/api/v1/cases/{}/transfer",
	    .arg = { c->operand[0] }, .body = json_pack("{s:s, s:s}", "agency", agency, "reason",
	    reason), .version = version }, &rc)) == NULL)
		return rc;
	print_pair(c, SAY_CASE, str(done, "case.number"));
	print_pair(c, SAY_AGENCY, str(done, "agency.name"));
	say(c, SAY_RECORDED, str(done, "record.id"), str(done, "record.log"),
	    num_text(num(done, "record.index"), text));
	json_decref(done);
	return CLI_OK;
}

enum cli_exit
cmd_case_conclude(struct cli *c)
{
	const char *outcome, *reason = cli_opt(c, OPT_REASON);
	enum cli_exit rc = need_opt(c, OPT_OUTCOME, &outcome);
	json_t *body, *results;

	if (rc != CLI_OK)
		return rc;
	results = json_object();
	if ((rc = add_results(c, results)) != CLI_OK) {
		json_decref(results);
		return rc;
	}
	body = json_pack("{s:s, s:s*}", "outcome", outcome, "reason", reason);
	if (json_object_size(results) > 0)
		json_object_set(body, "results", results);
	json_decref(results);
	return move_on(c, "/api/v1/cases/{}/conclusion", body);
}

/* The slip as it would be printed. */
enum cli_exit
cmd_case_slip(struct cli *c)
{
	const json_t *line, *says;
	enum cli_exit rc;
	json_t *slip = fetch(c, (struct request){ .method = "GET",
	    .path = "/api/v1/cases/{}/slips/{}", .arg = { c->operand[0], c->operand[1] } }, &rc);
	struct table t;
	size_t i;

	if (slip == NULL)
		return rc;
	print_text(c->out, str(slip, "title"));
	fputs("\n\n", c->out);
	table_start(&t, 2);
	json_array_foreach(json_object_get(slip, "lines"), i, line) {
		table_cell(&t, str(line, "label"));
		table_cell(&t, str(line, "text"));
	}
	table_print(&t, c->out);
	json_array_foreach(json_object_get(slip, "paragraphs"), i, says) {
		fputc('\n', c->out);
		print_text(c->out, json_string_value(says));
		fputc('\n', c->out);
	}
	fputc('\n', c->out);
	print_text(c->out, str(slip, "agency.name"));
	fprintf(c->out, "  %.10s\n", str(slip, "issued_at"));
	json_decref(slip);
	return CLI_OK;
}

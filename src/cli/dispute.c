/*
 * dispute.c - disputes of values for the owner of the data, and what a case is told.
 */
#include <string.h>

#include "cli/cli.h"

enum cli_exit
cmd_case_see_notice(struct cli *c)
{
	json_int_t version = 0;
	json_t *one = NULL;
	enum cli_exit rc = version_of(c, "/api/v1/cases/{}", &version);

	if (rc != CLI_OK)
		return rc;
	rc = call(c, (struct request){ .method = "POST", .path = "/api/v1/cases/{}/notices/{}/seen",
	    .arg = { c->operand[0], c->operand[1] }, .body = json_object(), .version = version }, &one);
	if (rc == CLI_OK)
		rc = show_case(c, one);
	json_decref(one);
	return rc;
}

enum cli_exit
cmd_dispute_list(struct cli *c)
{
	json_t *page, *body = NULL;
	const json_t *one;
	char when[32];
	struct table t;
	enum cli_exit rc;
	size_t i;

	if ((rc = search_body(c, &body)) != CLI_OK)
		return rc;
	page = fetch(c, (struct request){ .method = "POST", .path = "/api/v1/disputes/search",
	    .body = body }, &rc);
	if (page == NULL)
		return rc;
	table_head(c, &t, (const enum message[]){ SAY_ID, SAY_STATE, SAY_DUE_AT, SAY_SUBJECT, SAY_PROOF,
	    SAY_ASKED_BY }, 6);
	json_array_foreach(json_object_get(page, "disputes"), i, one) {
		table_cell(&t, str(one, "id"));
		table_cell(&t, word(c->lang, "dispute", str(one, "state")));
		table_fmt(&t, "%s%s", minute(str(one, "due_at"), when, sizeof(when)),
		    json_is_true(json_object_get(one, "overdue")) ? " !" : "");
		table_cell(&t, str(one, "subject"));
		table_cell(&t, str(one, "proof.name"));
		table_cell(&t, str(one, "asked_by.agency.name"));
	}
	table_print(&t, c->out);
	print_more(c, page);
	json_decref(page);
	return CLI_OK;
}

/* The disclosed rows, a field a line. */
static void
show_value(struct cli *c, const json_t *value)
{
	const json_t *row, *field;
	struct table t;
	size_t i, k;

	table_start(&t, 2);
	json_array_foreach(json_object_get(value, "rows"), i, row)
		json_array_foreach(json_object_get(value, "fields"), k, field) {
			table_fmt(&t, "  %s", json_string_value(field));
			table_cell(&t, str(row, json_string_value(field)));
		}
	table_print(&t, c->out);
}

static void
show(struct cli *c, const json_t *one)
{
	char when[32], told[NUM_SIZE], more[NUM_SIZE];
	struct buf text = BUF_INIT;

	print_pair(c, SAY_ID, str(one, "id"));
	print_pair(c, SAY_STATE, word(c->lang, "dispute", str(one, "state")));
	print_pair(c, SAY_DUE_AT, minute(str(one, "due_at"), when, sizeof(when)));
	print_pair(c, SAY_CASE, str(one, "case_number"));
	print_pair(c, SAY_PROOF, str(one, "proof.name"));
	print_pair(c, SAY_MATTER, str(one, "matter.name"));
	print_pair(c, SAY_ASKED_BY, str(one, "asked_by.agency.name"));
	buf_fmt(&text, "%s  %s", str(one, "subject.name"), str(one, "subject.identifier"));
	print_pair(c, SAY_SUBJECT, text.data != NULL ? text.data : "");
	buf_free(&text);
	print_pair(c, SAY_REASON, str(one, "reason"));
	print_pair(c, SAY_CLAIMED, str(one, "claimed"));
	print_pair(c, SAY_ANSWER, word(c->lang, "answer", str(one, "value.answer")));
	show_value(c, json_object_get(one, "value"));
	print_pair(c, SAY_BASIS, str(one, "basis"));
	print_pair(c, SAY_ANSWERED_BY, str(one, "answered_by"));
	if (json_is_integer(json_object_get(one, "told")))
		say(c, SAY_TOLD, num_text(num(one, "told"), told), num_text(num(one, "more"), more));
}

/* Sends, and shows the dispute that comes back. */
static enum cli_exit
fetch_and_show(struct cli *c, struct request r)
{
	enum cli_exit rc;
	json_t *one = fetch(c, r, &rc);

	if (one == NULL)
		return rc;
	show(c, one);
	json_decref(one);
	return CLI_OK;
}

enum cli_exit
cmd_dispute_show(struct cli *c)
{
	return fetch_and_show(c, (struct request){ .method = "GET", .path = "/api/v1/disputes/{}",
	    .arg = { c->operand[0] } });
}

enum cli_exit
cmd_dispute_answer(struct cli *c)
{
	const char *outcome, *basis;
	json_int_t version = 0;
	enum cli_exit rc;

	if ((rc = need_opt(c, OPT_DECIDED, &outcome)) != CLI_OK ||
	    (rc = need_opt(c, OPT_BASIS, &basis)) != CLI_OK ||
	    (rc = version_of(c, "/api/v1/disputes/{}", &version)) != CLI_OK)
		return rc;
	return fetch_and_show(c, (struct request){ .method = "POST",
	    .path = "/api/v1/disputes/{}/answer", .arg = { c->operand[0] }, .version = version,
	    .body = json_pack("{s:s, s:s}", "outcome", outcome, "basis", basis) });
}

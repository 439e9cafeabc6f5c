/*
 * desk.c - desks, who stands in at one, and what is overdue.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

static void
due_cells(struct cli *c, struct table *t, const json_t *one)
{
	char when[32], left[96], n[NUM_SIZE];

	table_cell(t, str(one, "id"));
	table_cell(t, minute(str(one, "due_at"), when, sizeof(when)));
	table_cell(t, time_left(c, one, left, sizeof(left)));
	table_cell(t, num_text(num(one, "reminders"), n));
	table_cell(t, str(one, "desk.name"));
	table_cell(t, str(one, "proof.name"));
	table_cell(t, str(one, "case_number"));
}

static void
due_head(struct cli *c, struct table *t)
{
	table_head(c, t, (const enum message[]){ SAY_ID, SAY_DUE_AT, SAY_LEFT, SAY_REMINDERS, SAY_DESK,
	    SAY_PROOF, SAY_NUMBER }, 7);
}

enum cli_exit
cmd_verification_overdue(struct cli *c)
{
	const char *within = cli_opt(c, OPT_WITHIN);
	json_t *page, *body = NULL;
	const json_t *one;
	struct table t;
	enum cli_exit rc;
	size_t i;

	if ((rc = search_body(c, &body)) != CLI_OK)
		return rc;
	if (within != NULL) {
		char *end;
		long hours = strtol(within, &end, 10);

		if (*end != '\0' || end == within || hours < 0 || hours > 40) {
			json_decref(body);
			return cli_usage(c, SAY_BAD_NUMBER, "within", "0", "40");
		}
		json_object_set_new(body, "within_hours", json_integer(hours));
	}
	page = fetch(c, (struct request){ .method = "POST", .path = "/api/v1/verifications/overdue",
	    .body = body }, &rc);
	if (page == NULL)
		return rc;
	due_head(c, &t);
	json_array_foreach(json_object_get(page, "verifications"), i, one)
		due_cells(c, &t, one);
	table_print(&t, c->out);
	print_more(c, page);
	json_decref(page);
	return CLI_OK;
}

enum cli_exit
cmd_verification_remind(struct cli *c)
{
	static const enum opt texts[] = { OPT_NOTE };
	json_t *body = json_object(), *one;
	struct table t;
	enum cli_exit rc;

	put_texts(c, texts, 1, body);
	one = fetch(c, (struct request){ .method = "POST", .path = "/api/v1/verifications/{}/reminder",
	    .arg = { c->operand[0] }, .body = body }, &rc);
	if (one == NULL)
		return rc;
	due_head(c, &t);
	due_cells(c, &t, one);
	table_print(&t, c->out);
	json_decref(one);
	return CLI_OK;
}

enum cli_exit
cmd_desk_list(struct cli *c)
{
	json_t *page;
	const json_t *one;
	struct table t;
	enum cli_exit rc;
	size_t i;

	page = fetch(c, (struct request){ .method = "GET", .path = "/api/v1/desks", .query = {
	    "division", cli_opt(c, OPT_DIVISION), "limit", cli_opt(c, OPT_LIMIT), "cursor",
	    cli_opt(c, OPT_CURSOR) } }, &rc);
	if (page == NULL)
		return rc;
	table_head(c, &t, (const enum message[]){ SAY_CODE_OF, SAY_DESK, SAY_OWNER, SAY_DESK_ABOVE }, 4);
	json_array_foreach(json_object_get(page, "desks"), i, one) {
		table_cell(&t, str(one, "code"));
		table_cell(&t, str(one, "name"));
		table_cell(&t, str(one, "agency.name"));
		table_cell(&t, str(one, "above"));
	}
	table_print(&t, c->out);
	print_more(c, page);
	json_decref(page);
	return CLI_OK;
}

static void
show_candidates(struct cli *c, const json_t *list)
{
	const json_t *one;
	struct table t;
	size_t i;

	fprintf(c->out, "\n%s\n", msg(c->lang, SAY_MAY_DEPUTISE));
	table_head(c, &t, (const enum message[]){ SAY_USER_ID, SAY_USER_NAME, SAY_DESK }, 3);
	json_array_foreach(list, i, one) {
		table_cell(&t, str(one, "id"));
		table_cell(&t, str(one, "name"));
		table_cell(&t, str(one, "desk"));
	}
	table_print(&t, c->out);
}

/* Sends, and shows the deputies that the desk has then. */
static enum cli_exit
deputies(struct cli *c, struct request r)
{
	const json_t *one;
	struct table t;
	enum cli_exit rc;
	json_t *all = fetch(c, r, &rc);
	size_t i;

	if (all == NULL)
		return rc;
	table_head(c, &t, (const enum message[]){ SAY_USER_ID, SAY_USER_NAME, SAY_FROM_DAY,
	    SAY_UNTIL_DAY }, 4);
	json_array_foreach(json_object_get(all, "deputies"), i, one) {
		table_cell(&t, str(one, "user.id"));
		table_cell(&t, str(one, "user.name"));
		table_cell(&t, str(one, "from"));
		table_cell(&t, str(one, "until"));
	}
	table_print(&t, c->out);
	if (strcmp(r.method, "GET") == 0)
		show_candidates(c, json_object_get(all, "candidates"));
	json_decref(all);
	return CLI_OK;
}

enum cli_exit
cmd_desk_deputies(struct cli *c)
{
	return deputies(c, (struct request){ .method = "GET", .path = "/api/v1/desks/{}/deputies",
	    .arg = { c->operand[0] } });
}

enum cli_exit
cmd_desk_deputise(struct cli *c)
{
	const char *from, *until;
	enum cli_exit rc;

	if ((rc = need_opt(c, OPT_FROM, &from)) != CLI_OK ||
	    (rc = need_opt(c, OPT_UNTIL, &until)) != CLI_OK)
		return rc;
	return deputies(c, (struct request){ .method = "PUT", .path = "/api/v1/desks/{}/deputies/{}",
	    .arg = { c->operand[0], c->operand[1] },
	    .body = json_pack("{s:s, s:s}", "from", from, "until", until) });
}

enum cli_exit
cmd_desk_dismiss(struct cli *c)
{
	return deputies(c, (struct request){ .method = "DELETE",
	    .path = "/api/v1/desks/{}/deputies/{}", .arg = { c->operand[0], c->operand[1] } });
}

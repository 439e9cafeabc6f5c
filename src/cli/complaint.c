/*
 * complaint.c - complaints that a proof was still demanded.
 */
#include <string.h>

#include "cli/cli.h"

/* What whoever complained sees as well. */
static void
show_common(struct cli *c, const json_t *one)
{
	char when[32];

	print_pair(c, SAY_STATE, word(c->lang, "complaint", str(one, "state")));
	print_pair(c, SAY_DUE_AT, minute(str(one, "due_at"), when, sizeof(when)));
	print_pair(c, SAY_AGAINST, str(one, "agency.name"));
	print_pair(c, SAY_PROOF, str(one, "proof"));
	print_pair(c, SAY_MATTER, str(one, "matter.name"));
	print_pair(c, SAY_LIST_SAYS, str(one, "list.says"));
	print_pair(c, SAY_GROUND, str(one, "list.ground"));
}

enum cli_exit
cmd_complaint_file(struct cli *c)
{
	static const enum opt texts[] = { OPT_MATTER, OPT_DEMANDED_ITEM, OPT_DEMANDED_PROOF, OPT_AGENCY,
		OPT_DIVISION, OPT_COUNTER, OPT_WHAT, OPT_PHONE };
	static const enum opt needed[] = { OPT_AGENCY, OPT_WHAT };
	json_t *body = NULL, *one;
	enum cli_exit rc = read_object(c, OPT_COMPLAINT_FILE, &body);

	if (rc != CLI_OK)
		return rc;
	put_texts(c, texts, sizeof(texts) / sizeof(texts[0]), body);
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (str(body, opt_row(needed[i])->name)[0] == '\0') {
			json_decref(body);
			return cli_usage(c, SAY_NEEDS_OPTION, opt_row(needed[i])->name);
		}
	one = fetch(c, (struct request){ .method = "POST", .path = "/api/v1/complaints", .body = body },
	    &rc);
	if (one == NULL)
		return rc;
	print_pair(c, SAY_COMPLAINT, str(one, "number"));
	print_pair(c, SAY_FOLLOW_CODE, str(one, "code"));
	show_common(c, one);
	say(c, SAY_NOTE_CODE);
	json_decref(one);
	return CLI_OK;
}

enum cli_exit
cmd_complaint_list(struct cli *c)
{
	json_t *page, *body = NULL;
	const json_t *one;
	char when[32];
	struct table t;
	enum cli_exit rc;
	size_t i;

	if ((rc = search_body(c, &body)) != CLI_OK)
		return rc;
	if (cli_opt(c, OPT_OVERDUE) != NULL)
		json_object_set_new(body, "overdue", json_true());
	page = fetch(c, (struct request){ .method = "POST", .path = "/api/v1/complaints/search",
	    .body = body }, &rc);
	if (page == NULL)
		return rc;
	table_head(c, &t, (const enum message[]){ SAY_COMPLAINT, SAY_STATE, SAY_DUE_AT, SAY_AGAINST,
	    SAY_PROOF, SAY_MATTER }, 6);
	json_array_foreach(json_object_get(page, "complaints"), i, one) {
		table_cell(&t, str(one, "number"));
		table_cell(&t, word(c->lang, "complaint", str(one, "state")));
		table_fmt(&t, "%s%s", minute(str(one, "due_at"), when, sizeof(when)),
		    json_is_true(json_object_get(one, "overdue")) ? " !" : "");
		table_cell(&t, str(one, "agency.name"));
		table_cell(&t, str(one, "proof"));
		table_cell(&t, str(one, "matter.name"));
	}
	table_print(&t, c->out);
	print_more(c, page);
	json_decref(page);
	return CLI_OK;
}

static void
show(struct cli *c, const json_t *one)
{
	char when[32], version[NUM_SIZE];

	print_pair(c, SAY_COMPLAINT, str(one, "number"));
	print_pair(c, SAY_ID, str(one, "id"));
	print_pair(c, SAY_VERSION, num_text(num(one, "version"), version));
	print_pair(c, SAY_OPENED, minute(str(one, "received_at"), when, sizeof(when)));
	show_common(c, one);
	print_pair(c, SAY_COUNTER, str(one, "counter"));
	print_pair(c, SAY_HAPPENED, str(one, "what"));
	print_pair(c, SAY_PHONE, str(one, "phone"));
	print_pair(c, SAY_OUTCOME, word(c->lang, "ruling", str(one, "outcome")));
	print_pair(c, SAY_ANSWER, str(one, "answer"));
	print_pair(c, SAY_ANSWERED_BY, str(one, "answered_by"));
}

/* Sends, and shows the complaint that comes back. */
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
cmd_complaint_show(struct cli *c)
{
	return fetch_and_show(c, (struct request){ .method = "GET", .path = "/api/v1/complaints/{}",
	    .arg = { c->operand[0] } });
}

enum cli_exit
cmd_complaint_answer(struct cli *c)
{
	const char *outcome, *answer;
	json_int_t version = 0;
	enum cli_exit rc;

	if ((rc = need_opt(c, OPT_RULING, &outcome)) != CLI_OK ||
	    (rc = need_opt(c, OPT_REPLY, &answer)) != CLI_OK ||
	    (rc = version_of(c, "/api/v1/complaints/{}", &version)) != CLI_OK)
		return rc;
	return fetch_and_show(c, (struct request){ .method = "POST",
	    .path = "/api/v1/complaints/{}/answer", .arg = { c->operand[0] }, .version = version,
	    .body = json_pack("{s:s, s:s}", "outcome", outcome, "answer", answer) });
}

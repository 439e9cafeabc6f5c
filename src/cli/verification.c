/*
 * verification.c - a desk's verifications.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

const char *
time_left(struct cli *c, const json_t *one, char *ret_text, size_t size)
{
	json_int_t ms = num(one, "office_ms_left");
	const char *light = str(one, "light");
	char hours[NUM_SIZE + 2], text[64];

	ret_text[0] = '\0';
	if (light[0] == '\0')
		return ret_text;
	snprintf(hours, sizeof(hours), "%lld.%d", (long long)(llabs(ms) / 3600000),
	    (int)(llabs(ms) / 360000 % 10));
	snprintf(text, sizeof(text), msg(c->lang, ms < 0 ? SAY_HOURS_LATE : SAY_HOURS_LEFT), hours);
	snprintf(ret_text, size, "%s  %s", text, word(c->lang, "light", light));
	return ret_text;
}

enum cli_exit
cmd_verification_list(struct cli *c)
{
	json_t *page = NULL, *body = NULL;
	const json_t *one;
	char when[32], left[96];
	struct table t;
	enum cli_exit rc;
	size_t i;

	if ((rc = search_body(c, &body)) != CLI_OK)
		return rc;
	rc = call(c, (struct request){ .method = "POST", .path = "/api/v1/verifications/search",
	    .body = body }, &page);
	if (rc != CLI_OK || c->json) {
		json_decref(page);
		return rc != CLI_OK ? rc : print_raw(c);
	}
	table_head(c, &t, (const enum message[]){ SAY_ID, SAY_STATE, SAY_DUE_AT, SAY_LEFT, SAY_SUBJECT,
	    SAY_PROOF, SAY_MATTER }, 7);
	json_array_foreach(json_object_get(page, "verifications"), i, one) {
		table_cell(&t, str(one, "id"));
		table_cell(&t, word(c->lang, "verification", str(one, "state")));
		table_fmt(&t, "%s%s", minute(str(one, "due_at"), when, sizeof(when)),
		    json_is_true(json_object_get(one, "overdue")) ? " !" : "");
		table_cell(&t, time_left(c, one, left, sizeof(left)));
		table_cell(&t, str(one, "subject"));
		table_cell(&t, str(one, "proof.name"));
		table_cell(&t, str(one, "matter.name"));
	}
	table_print(&t, c->out);
	print_more(c, page);
	json_decref(page);
	return CLI_OK;
}

static enum cli_exit
show(struct cli *c, const json_t *one)
{
	const json_t *event;
	struct buf text = BUF_INIT;
	char when[32], left[96];
	struct table t;
	size_t i;

	if (c->json)
		return print_raw(c);
	print_pair(c, SAY_ID, str(one, "id"));
	print_pair(c, SAY_STATE, word(c->lang, "verification", str(one, "state")));
	print_pair(c, SAY_DUE_AT, minute(str(one, "due_at"), when, sizeof(when)));
	print_pair(c, SAY_LEFT, time_left(c, one, left, sizeof(left)));
	print_pair(c, SAY_QUESTION, str(one, "question"));
	buf_fmt(&text, "%s  %s", str(one, "subject.name"), str(one, "subject.identifier"));
	print_pair(c, SAY_SUBJECT, text.data != NULL ? text.data : "");
	buf_free(&text);
	print_pair(c, SAY_PROOF, str(one, "proof.name"));
	print_pair(c, SAY_MATTER, str(one, "matter.name"));
	print_pair(c, SAY_LEGAL_BASIS, str(one, "legal_basis"));
	print_pair(c, SAY_NOTE, str(one, "note"));
	print_pair(c, SAY_DESK, str(one, "desk.name"));
	print_pair(c, SAY_ASKED_BY, str(one, "asked_by.agency.name"));
	print_pair(c, SAY_ASKED_BACK, str(one, "asked_back.what"));
	print_pair(c, SAY_SUPPLIED_TEXT, str(one, "asked_back.text"));
	print_pair(c, SAY_ANSWER, word(c->lang, "answer", str(one, "answer")));
	print_pair(c, SAY_BASIS, str(one, "basis"));
	table_start(&t, 4);
	json_array_foreach(json_object_get(one, "events"), i, event) {
		table_cell(&t, minute(str(event, "at"), when, sizeof(when)));
		table_cell(&t, word(c->lang, "verification", str(event, "what")));
		table_cell(&t, str(event, "who"));
		table_cell(&t, str(event, "text"));
	}
	table_print(&t, c->out);
	return CLI_OK;
}

enum cli_exit
cmd_verification_show(struct cli *c)
{
	json_t *one = NULL;
	enum cli_exit rc = call(c, (struct request){ .method = "GET",
	    .path = "/api/v1/verifications/{}", .arg = { c->operand[0] } }, &one);

	if (rc == CLI_OK)
		rc = show(c, one);
	json_decref(one);
	return rc;
}

static enum cli_exit
change(struct cli *c, const char *path, json_t *body)
{
	json_t *one = NULL;
	enum cli_exit rc = post_change(c, "/api/v1/verifications/{}", path, body, &one);

	if (rc == CLI_OK)
		rc = show(c, one);
	json_decref(one);
	return rc;
}

enum cli_exit
cmd_verification_sign_for(struct cli *c)
{
	return change(c, "/api/v1/verifications/{}/signature", json_object());
}

/* Each with the version that it has now: {"answers":[{"id","version","answer","basis"}]}. */
static enum cli_exit
several_body(struct cli *c, const char *answer, const char *basis, json_t *list)
{
	for (size_t i = 0; i < c->noperands; i++) {
		json_t *one = NULL;
		enum cli_exit rc = call(c, (struct request){ .method = "GET",
		    .path = "/api/v1/verifications/{}", .arg = { c->operand[i] } }, &one);

		if (rc != CLI_OK)
			return rc;
		json_array_append_new(list, json_pack("{s:s, s:I, s:s, s:s}", "id", str(one, "id"),
		    "version", num(one, "version"), "answer", answer, "basis", basis));
		json_decref(one);
	}
	return CLI_OK;
}

static void
show_several(struct cli *c, const json_t *list)
{
	const json_t *one;
	struct table t;
	size_t i;

	table_start(&t, 2);
	json_array_foreach(list, i, one) {
		table_cell(&t, str(one, "id"));
		table_cell(&t, json_is_true(json_object_get(one, "done")) ? msg(c->lang, SAY_DONE) :
		    str(one, "problem.detail"));
	}
	table_print(&t, c->out);
}

/* What became of each; one that was not done makes the whole a failure. */
static enum cli_exit
answer_several(struct cli *c, const char *answer, const char *basis)
{
	json_t *list = json_array(), *body = json_pack("{s:o}", "answers", list), *done = NULL;
	enum cli_exit rc;

	if (cli_opt(c, OPT_SEEN) != NULL)
		rc = cli_usage(c, SAY_SEEN_OF_ONE);
	else
		rc = several_body(c, answer, basis, list);
	if (rc != CLI_OK) {
		json_decref(body);
		return rc;
	}
	rc = call(c, (struct request){ .method = "POST", .path = "/api/v1/verifications/answers",
	    .body = body }, &done);
	if (rc != CLI_OK)
		return rc;
	if (c->json)
		rc = print_raw(c);
	else
		show_several(c, json_object_get(done, "answers"));
	if (rc == CLI_OK && num(done, "done") < (json_int_t)c->noperands)
		rc = CLI_FAILED;
	json_decref(done);
	return rc;
}

enum cli_exit
cmd_verification_answer(struct cli *c)
{
	const char *answer, *basis;
	enum cli_exit rc;

	if ((rc = need_opt(c, OPT_DESK_ANSWER, &answer)) != CLI_OK ||
	    (rc = need_opt(c, OPT_BASIS, &basis)) != CLI_OK)
		return rc;
	if (c->noperands > 1)
		return answer_several(c, answer, basis);
	return change(c, "/api/v1/verifications/{}/answer",
	    json_pack("{s:s, s:s}", "answer", answer, "basis", basis));
}

enum cli_exit
cmd_verification_return(struct cli *c)
{
	const char *reason;
	enum cli_exit rc = need_opt(c, OPT_REASON, &reason);

	if (rc != CLI_OK)
		return rc;
	return change(c, "/api/v1/verifications/{}/return", json_pack("{s:s}", "reason", reason));
}

enum cli_exit
cmd_verification_need_more(struct cli *c)
{
	const char *what;
	enum cli_exit rc = need_opt(c, OPT_LACKS, &what);

	if (rc != CLI_OK)
		return rc;
	return change(c, "/api/v1/verifications/{}/need-more", json_pack("{s:s}", "what", what));
}

enum cli_exit
cmd_verification_transfer(struct cli *c)
{
	const char *desk, *reason;
	enum cli_exit rc;

	if ((rc = need_opt(c, OPT_DESK, &desk)) != CLI_OK ||
	    (rc = need_opt(c, OPT_REASON, &reason)) != CLI_OK)
		return rc;
	return change(c, "/api/v1/verifications/{}/transfer",
	    json_pack("{s:s, s:s}", "desk", desk, "reason", reason));
}

/*
 * review.c - expert reviews 专家评审: opened, argued, put off, decided, applied to a draft of the list.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

#define REVIEWS "/api/v1/reviews"

/* Shows the review that came back. */
static enum cli_exit
show_changed(struct cli *c, enum cli_exit rc, json_t *one)
{
	if (rc == CLI_OK && c->json)
		rc = print_raw(c);
	else if (rc == CLI_OK)
		show_review(c, one);
	json_decref(one);
	return rc;
}

/* What the reform office does at the version that it saw. */
static enum cli_exit
change(struct cli *c, const char *path, json_t *body)
{
	json_t *one = NULL;
	enum cli_exit rc = post_change(c, REVIEWS "/{}", path, body, &one);

	return show_changed(c, rc, one);
}

/* Opening */

/* The item that is proposed; NULL, told, where something of it is missing. */
static json_t *
read_proposed(struct cli *c, enum cli_exit *ret_rc)
{
	const char *matter = cli_opt(c, OPT_MATTER), *proof = cli_opt(c, OPT_PROPOSED_PROOF);
	const char *basis = cli_opt(c, OPT_LEGAL_BASIS);

	if (matter != NULL && proof != NULL && basis != NULL)
		return json_pack("{s:s, s:s, s:s}", "matter", matter, "proof", proof, "legal_basis", basis);
	*ret_rc = cli_usage(c, SAY_ITEM_OR_PROPOSED);
	return NULL;
}

static enum cli_exit
add_subject(struct cli *c, json_t *body)
{
	static const enum opt of_proposed[] = { OPT_MATTER, OPT_PROPOSED_PROOF, OPT_LEGAL_BASIS };
	enum cli_exit rc = CLI_OK;
	json_t *proposed;

	for (size_t i = 0; c->noperands > 0 && i < sizeof(of_proposed) / sizeof(of_proposed[0]); i++)
		if (cli_opt(c, of_proposed[i]) != NULL)
			return cli_usage(c, SAY_ITEM_OR_PROPOSED);
	if (c->noperands > 0)
		json_object_set_new(body, "item", json_string(c->operand[0]));
	else if ((proposed = read_proposed(c, &rc)) != NULL)
		json_object_set_new(body, "proposed", proposed);
	return rc;
}

static enum cli_exit
add_origin(struct cli *c, json_t *body)
{
	const char *round = cli_opt(c, OPT_OF_ROUND), *difference = cli_opt(c, OPT_OF_DIFFERENCE);
	enum cli_exit rc;

	if (round == NULL && difference == NULL)
		return CLI_OK;
	if ((rc = need_opt(c, OPT_OF_ROUND, &round)) != CLI_OK ||
	    (rc = need_opt(c, OPT_OF_DIFFERENCE, &difference)) != CLI_OK)
		return rc;
	json_object_set_new(body, "origin", json_pack("{s:s, s:s}", "round", round, "difference", difference));
	return CLI_OK;
}

enum cli_exit
cmd_review_open(struct cli *c)
{
	const char *question;
	json_t *body, *one = NULL;
	enum cli_exit rc = need_opt(c, OPT_QUESTION, &question);

	if (rc != CLI_OK)
		return rc;
	body = json_pack("{s:s}", "question", question);
	if ((rc = add_subject(c, body)) != CLI_OK || (rc = add_origin(c, body)) != CLI_OK) {
		json_decref(body);
		return rc;
	}
	rc = call(c, (struct request){ .method = "POST", .path = REVIEWS, .body = body }, &one);
	return show_changed(c, rc, one);
}

/* Opinions and decisions */

/* LAW,ARTICLE as often as given. */
static enum cli_exit
read_citations(struct cli *c, json_t **ret_list)
{
	json_t *list = json_array();
	const char *text;

	for (size_t i = 0; (text = cli_opt_nth(c, OPT_CITE, i)) != NULL; i++) {
		const char *comma = strrchr(text, ',');

		if (comma == NULL || comma == text || comma[1] == '\0') {
			json_decref(list);
			return cli_usage(c, SAY_BAD_PAIR, opt_row(OPT_CITE)->name, opt_row(OPT_CITE)->arg);
		}
		json_array_append_new(list, json_pack("{s:o, s:s}", "law",
		    json_stringn(text, (size_t)(comma - text)), "article", comma + 1));
	}
	if (json_array_size(list) == 0) {
		json_decref(list);
		return cli_usage(c, SAY_NEEDS_OPTION, opt_row(OPT_CITE)->name);
	}
	*ret_list = list;
	return CLI_OK;
}

enum cli_exit
cmd_review_opinion(struct cli *c)
{
	const char *text, *vote;
	json_t *citations, *one = NULL;
	enum cli_exit rc;

	if ((rc = need_opt(c, OPT_OPINION, &text)) != CLI_OK ||
	    (rc = need_opt(c, OPT_VOTE, &vote)) != CLI_OK || (rc = read_citations(c, &citations)) != CLI_OK)
		return rc;
	rc = call(c, (struct request){ .method = "POST", .path = REVIEWS "/{}/opinions",
	    .arg = { c->operand[0] }, .body = json_pack("{s:s, s:s, s:o}", "text", text, "vote", vote,
	    "citations", citations) }, &one);
	return show_changed(c, rc, one);
}

/* A number among the options: read by the server's limits, so only its form is checked here. */
static enum cli_exit
add_number(struct cli *c, enum opt opt, const char *member, json_t *body)
{
	const char *text = cli_opt(c, opt);
	char *end;
	long n;

	if (text == NULL)
		return CLI_OK;
	n = strtol(text, &end, 10);
	if (end == text || *end != '\0' || n < 1 || n > 2147483647)
		return cli_usage(c, SAY_BAD_NUMBER, opt_row(opt)->name, "1", "2147483647");
	json_object_set_new(body, member, json_integer(n));
	return CLI_OK;
}

static void
add_texts(struct cli *c, json_t *body)
{
	static const struct { enum opt opt; const char *member; } texts[] = {
		{ OPT_AGAINST, "against_majority" }, { OPT_LEGAL_BASIS, "legal_basis" },
		{ OPT_GRANT_UNTIL, "grant_until" } };
	json_t *fields = json_array();
	const char *text;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if ((text = cli_opt(c, texts[i].opt)) != NULL)
			json_object_set_new(body, texts[i].member, json_string(text));
	for (size_t i = 0; (text = cli_opt_nth(c, OPT_FIELD, i)) != NULL; i++)
		json_array_append_new(fields, json_string(text));
	if (json_array_size(fields) > 0)
		json_object_set(body, "fields", fields);
	json_decref(fields);
}

enum cli_exit
cmd_review_decide(struct cli *c)
{
	const char *method, *reason;
	json_t *citations, *body;
	enum cli_exit rc;

	if ((rc = need_opt(c, OPT_METHOD, &method)) != CLI_OK ||
	    (rc = need_opt(c, OPT_REASON, &reason)) != CLI_OK || (rc = read_citations(c, &citations)) != CLI_OK)
		return rc;
	body = json_pack("{s:s, s:s, s:o}", "method", method, "reason", reason, "citations", citations);
	add_texts(c, body);
	if ((rc = add_number(c, OPT_GROUND, "ground", body)) != CLI_OK ||
	    (rc = add_number(c, OPT_HOURS, "verify_hours", body)) != CLI_OK) {
		json_decref(body);
		return rc;
	}
	return change(c, REVIEWS "/{}/decision", body);
}

/* With one text. */
static enum cli_exit
move(struct cli *c, enum opt opt, const char *path)
{
	const char *text;
	enum cli_exit rc = need_opt(c, opt, &text);

	return rc != CLI_OK ? rc : change(c, path, json_pack("{s:s}", opt_row(opt)->name, text));
}

enum cli_exit
cmd_review_defer(struct cli *c)
{
	return move(c, OPT_UNCLEAR, REVIEWS "/{}/deferral");
}

enum cli_exit
cmd_review_resume(struct cli *c)
{
	return move(c, OPT_REASON, REVIEWS "/{}/resumption");
}

enum cli_exit
cmd_review_withdraw(struct cli *c)
{
	return move(c, OPT_REASON, REVIEWS "/{}/withdrawal");
}

/* Into the list */

enum cli_exit
cmd_review_apply(struct cli *c)
{
	char version[NUM_SIZE], count[NUM_SIZE];
	json_t *body = json_object(), *applied = NULL;
	enum cli_exit rc = add_number(c, OPT_FROM_VERSION, "from", body);

	if (rc != CLI_OK) {
		json_decref(body);
		return rc;
	}
	rc = call(c, (struct request){ .method = "POST", .path = REVIEWS "/application", .body = body,
	    .patient = 1 }, &applied);
	if (rc == CLI_OK && c->json) {
		rc = print_raw(c);
	} else if (rc == CLI_OK) {
		say(c, SAY_APPLIED, num_text(num(applied, "version"), version),
		    num_text((json_int_t)json_array_size(json_object_get(applied, "reviews")), count));
		say(c, SAY_APPLIED_NEXT);
	}
	json_decref(applied);
	return rc;
}

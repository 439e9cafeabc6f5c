/*
 * joint.c - joint cases 联办件: a life event begun, its form filled in, its steps decided, corrected and signed for.
 */
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

#define SIGNER_MAX 64	/* bytes of a number */

/* The form of --form with the answers of --answer, typed as the life event's form has them. */
static enum cli_exit
read_form(struct cli *c, const char *event_code, json_t **ret_form)
{
	json_t *event = NULL;
	enum cli_exit rc;

	if (cli_opt(c, OPT_FORM) == NULL && cli_opt(c, OPT_ANSWER_FIELD) == NULL)
		return cli_usage(c, SAY_NEEDS_OPTION, opt_row(OPT_FORM)->name);
	if ((rc = read_object(c, OPT_FORM, ret_form)) != CLI_OK || cli_opt(c, OPT_ANSWER_FIELD) == NULL)
		return rc;
	rc = call(c, (struct request){ .method = "GET", .path = "/api/v1/lifeevents/{}",
	    .arg = { event_code } }, &event);
	if (rc == CLI_OK)
		rc = add_answers(c, json_object_get(event, "form"), *ret_form);
	json_decref(event);
	if (rc != CLI_OK) {
		json_decref(*ret_form);
		*ret_form = NULL;
	}
	return rc;
}

/* TYPE:NUMBER:NAME of --agent, with the mandate. */
static enum cli_exit
add_agent(struct cli *c, json_t *body)
{
	const char *text = cli_opt(c, OPT_AGENT), *mandate;
	enum cli_exit rc;
	size_t type, number;

	if (text == NULL)
		return CLI_OK;
	if ((rc = need_opt(c, OPT_MANDATE, &mandate)) != CLI_OK)
		return rc;
	type = strcspn(text, ":");
	if (text[type] == '\0' || text[type + 1 + (number = strcspn(text + type + 1, ":"))] == '\0')
		return cli_usage(c, SAY_BAD_PAIR, "agent", opt_row(OPT_AGENT)->arg);
	json_object_set_new(body, "agent", json_pack("{s:o, s:o, s:s, s:s}", "identifier_type",
	    json_stringn(text, type), "identifier", json_stringn(text + type + 1, number), "name",
	    text + type + number + 2, "mandate", mandate));
	return CLI_OK;
}

enum cli_exit
cmd_lifeevent_start(struct cli *c)
{
	static const enum opt texts[] = { OPT_DIVISION };
	json_t *form = NULL, *body, *joint = NULL;
	enum cli_exit rc = read_form(c, c->operand[0], &form);

	if (rc != CLI_OK)
		return rc;
	body = json_pack("{s:s, s:o, s:b}", "life_event", c->operand[0], "form", form, "draft",
	    cli_opt(c, OPT_DRAFT) != NULL);
	put_texts(c, texts, 1, body);
	if ((rc = add_agent(c, body)) != CLI_OK) {
		json_decref(body);
		return rc;
	}
	rc = call(c, (struct request){ .method = "POST", .path = "/api/v1/jointcases", .body = body },
	    &joint);
	if (rc == CLI_OK)
		rc = show_joint(c, joint);
	json_decref(joint);
	return rc;
}

/* A joint case moves by itself: without --seen a change is of the version that there is. */
static enum cli_exit
change(struct cli *c, const char *method, const char *path, json_t *body)
{
	json_int_t version = VERSION_ANY;
	json_t *joint = NULL;
	enum cli_exit rc = cli_opt(c, OPT_SEEN) != NULL ? version_of(c, "", &version) : CLI_OK;

	if (rc != CLI_OK) {
		json_decref(body);
		return rc;
	}
	rc = call(c, (struct request){ .method = method, .path = path, .arg = { c->operand[0],
	    c->noperands > 1 ? c->operand[1] : NULL }, .body = body, .version = version }, &joint);
	if (rc == CLI_OK)
		rc = show_joint(c, joint);
	json_decref(joint);
	return rc;
}

/* Which life event it is, where answers are to be typed. */
static enum cli_exit
form_of_joint(struct cli *c, json_t **ret_form)
{
	json_t *joint = NULL;
	enum cli_exit rc;

	if (cli_opt(c, OPT_ANSWER_FIELD) == NULL)
		return cli_opt(c, OPT_FORM) == NULL && cli_opt(c, OPT_SUBMIT) != NULL ?
		    read_object(c, OPT_FORM, ret_form) : read_form(c, "", ret_form);
	rc = call(c, (struct request){ .method = "GET", .path = "/api/v1/jointcases/{}",
	    .arg = { c->operand[0] } }, &joint);
	if (rc == CLI_OK)
		rc = read_form(c, str(joint, "life_event.code"), ret_form);
	json_decref(joint);
	return rc;
}

enum cli_exit
cmd_lifeevent_answer(struct cli *c)
{
	json_t *form = NULL;
	enum cli_exit rc = form_of_joint(c, &form);

	if (rc != CLI_OK)
		return rc;
	return change(c, "PUT", "/api/v1/jointcases/{}/form", json_pack("{s:o, s:b}", "form", form,
	    "submit", cli_opt(c, OPT_SUBMIT) != NULL));
}

static enum cli_exit
decide(struct cli *c, const char *decision)
{
	const char *reason;
	enum cli_exit rc = need_opt(c, OPT_REASON, &reason);

	if (rc != CLI_OK)
		return rc;
	if (c->noperands < 2)
		return change(c, "POST", "/api/v1/jointcases/{}/withdrawal", json_pack("{s:s}", "reason",
		    reason));
	return change(c, "POST", "/api/v1/jointcases/{}/steps/{}/decision", json_pack("{s:s, s:s}",
	    "decision", decision, "reason", reason));
}

enum cli_exit
cmd_lifeevent_retry(struct cli *c)
{
	return decide(c, "retry");
}

enum cli_exit
cmd_lifeevent_skip(struct cli *c)
{
	return decide(c, "skip");
}

enum cli_exit
cmd_lifeevent_replace(struct cli *c)
{
	return decide(c, "replace");
}

enum cli_exit
cmd_lifeevent_withdraw(struct cli *c)
{
	return decide(c, "withdraw");
}

enum cli_exit
add_results(struct cli *c, json_t *results)
{
	const char *pair;

	for (size_t i = 0; (pair = cli_opt_nth(c, OPT_RESULT, i)) != NULL; i++) {
		const char *equals = strchr(pair, '=');
		char name[64];

		if (equals == NULL || equals == pair || (size_t)(equals - pair) >= sizeof(name))
			return cli_usage(c, SAY_BAD_PAIR, "result", opt_row(OPT_RESULT)->arg);
		snprintf(name, sizeof(name), "%.*s", (int)(equals - pair), pair);
		json_object_set_new(results, name, json_string(equals + 1));
	}
	return CLI_OK;
}

enum cli_exit
cmd_lifeevent_correct(struct cli *c)
{
	const char *reason, *one;
	json_t *results;
	enum cli_exit rc;

	if ((rc = need_opt(c, OPT_RESULT, &one)) != CLI_OK || (rc = need_opt(c, OPT_REASON, &reason)) != CLI_OK)
		return rc;
	results = json_object();
	if ((rc = add_results(c, results)) != CLI_OK) {
		json_decref(results);
		return rc;
	}
	return change(c, "POST", "/api/v1/jointcases/{}/steps/{}/correction", json_pack("{s:o, s:s}",
	    "results", results, "reason", reason));
}

enum cli_exit
cmd_lifeevent_link(struct cli *c)
{
	static const enum opt texts[] = { OPT_WHO };
	json_t *body = json_object(), *link;
	char until[32];
	enum cli_exit rc;

	put_texts(c, texts, 1, body);
	link = fetch(c, (struct request){ .method = "POST", .path = "/api/v1/jointcases/{}/links",
	    .arg = { c->operand[0] }, .body = body }, &rc);
	if (link == NULL)
		return rc;
	print_pair(c, SAY_LINK, str(link, "path"));
	print_pair(c, SAY_UNTIL_LINK, minute(str(link, "expires_at"), until, sizeof(until)));
	say(c, SAY_NOTE_LINK);
	json_decref(link);
	return CLI_OK;
}

/* Signing */

/* Every text, and the hashes that are agreed to by signing. */
static json_t *
show_texts(struct cli *c, const json_t *page)
{
	json_t *items = json_object();
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(page, "commitments"), i, one) {
		json_object_set_new(items, str(one, "item"), json_pack("{s:s, s:s}", "notice",
		    str(one, "notice.hash"), "letter", str(one, "letter.hash")));
		if (c->json)
			continue;
		print_pair(c, SAY_STEP, str(one, "step"));
		print_pair(c, SAY_MATTER, str(one, "matter"));
		print_pair(c, SAY_PROOF, str(one, "proof"));
		show_commitment(c, one);
	}
	return items;
}

/* The number of whoever signs; one on the command line could be seen by others. */
static void
read_signer(struct cli *c, const char *given, char number[SIGNER_MAX])
{
	snprintf(number, SIGNER_MAX, "%s", given);
	if (strcmp(given, "-") != 0)
		return;
	if (fgets(number, SIGNER_MAX, c->in) == NULL)
		number[0] = '\0';
	number[strcspn(number, "\r\n")] = '\0';
}

enum cli_exit
cmd_lifeevent_commit(struct cli *c)
{
	char number[SIGNER_MAX];
	const char *signer;
	json_t *page = NULL, *items, *body;
	enum cli_exit rc = need_opt(c, OPT_SIGNER_NUMBER, &signer);

	if (rc != CLI_OK)
		return rc;
	if (cli_opt(c, OPT_YES) == NULL && (c->json || !isatty(fileno(c->in))))
		return cli_usage(c, SAY_NEEDS_YES);
	rc = call(c, (struct request){ .method = "GET", .path = "/api/v1/jointcases/{}/commitments",
	    .arg = { c->operand[0] } }, &page);
	if (rc != CLI_OK)
		return rc;
	items = show_texts(c, page);
	json_decref(page);
	if (json_object_size(items) == 0) {
		json_decref(items);
		if (c->json)
			return print_raw(c);
		say(c, SAY_NOTHING_TO_SIGN);
		return CLI_OK;
	}
	read_signer(c, signer, number);
	rc = confirm_signing(c, number);
	body = json_pack("{s:s, s:o, s:b}", "signer", number, "items", items, "agreed", 1);
	explicit_bzero(number, sizeof(number));
	if (rc != CLI_OK) {
		json_decref(body);
		return rc;
	}
	return change(c, "POST", "/api/v1/jointcases/{}/commitments", body);
}

/*
 * case_change.c - opening a case and moving it on.
 */
#include <string.h>

#include "cli/cli.h"

/* The member of this name; an empty one is put there if there is none. */
static json_t *
ensure(json_t *object, const char *name, json_t *empty)
{
	json_t *there = json_object_get(object, name);

	if (there != NULL) {
		json_decref(empty);
		return there;
	}
	json_object_set_new(object, name, empty);
	return empty;
}

/* Adds the answers of --answer to a form, typed as the matter's form says. */
static enum cli_exit
typed_answers(struct cli *c, const char *matter_code, json_t *form)
{
	json_t *matter = NULL;
	enum cli_exit rc;

	if (cli_opt(c, OPT_ANSWER_FIELD) == NULL)
		return CLI_OK;
	rc = call(c, (struct request){ .method = "GET", .path = "/api/v1/matters/{}",
	    .arg = { matter_code } }, &matter);
	if (rc == CLI_OK)
		rc = add_answers(c, json_object_get(matter, "fields"), form);
	json_decref(matter);
	return rc;
}

/* Lays the options over what the file says. */
static enum cli_exit
fill_case(struct cli *c, json_t *body)
{
	static const enum opt texts[] = { OPT_MATTER, OPT_DIVISION, OPT_CHANNEL };
	enum cli_exit rc;

	put_texts(c, texts, sizeof(texts) / sizeof(texts[0]), body);
	if (str(body, "matter")[0] == '\0')
		return cli_usage(c, SAY_NEEDS_OPTION, "matter");
	if ((rc = add_parties(c, ensure(body, "parties", json_array()))) != CLI_OK)
		return rc;
	if (cli_opt(c, OPT_ASK) != NULL &&
	    (rc = add_asks(c, ensure(body, "asks", json_array()))) != CLI_OK)
		return rc;
	return typed_answers(c, str(body, "matter"), ensure(body, "form", json_object()));
}

/* Sends a change of the case and shows it as it is then. */
static enum cli_exit
change(struct cli *c, struct request r)
{
	json_t *one = NULL;
	enum cli_exit rc = call(c, r, &one);

	if (rc == CLI_OK)
		rc = show_case(c, one);
	json_decref(one);
	return rc;
}

enum cli_exit
cmd_case_open(struct cli *c)
{
	json_t *body = NULL;
	enum cli_exit rc;

	if ((rc = read_object(c, OPT_FILE, &body)) != CLI_OK)
		return rc;
	if ((rc = fill_case(c, body)) != CLI_OK) {
		json_decref(body);
		return rc;
	}
	return change(c, (struct request){ .method = "POST", .path = "/api/v1/cases", .body = body });
}

/* Adds the values of --ask to those the case has: the same item and input replaces. */
static enum cli_exit
merge_asks(struct cli *c, const json_t *one, json_t *asks)
{
	const json_t *item, *ask;
	size_t i, k;

	json_array_foreach(json_object_get(one, "items"), i, item)
		json_array_foreach(json_object_get(item, "asks"), k, ask)
			if (json_is_string(json_object_get(ask, "value")))
				json_array_append_new(asks, json_pack("{s:s, s:s, s:s}",
				    "item", str(item, "code"), "input", str(ask, "input"),
				    "value", str(ask, "value")));
	i = json_array_size(asks);
	if (add_asks(c, asks) != CLI_OK)
		return CLI_USAGE;
	for (; i < json_array_size(asks); i++)
		for (k = i; k-- > 0;)
			if (strcmp(str(json_array_get(asks, k), "item"),
			    str(json_array_get(asks, i), "item")) == 0 &&
			    strcmp(str(json_array_get(asks, k), "input"),
			    str(json_array_get(asks, i), "input")) == 0) {
				json_array_remove(asks, k);
				i--;
			}
	return CLI_OK;
}

enum cli_exit
cmd_case_answers(struct cli *c)
{
	json_t *one = NULL, *form, *body;
	json_int_t version = 0;
	enum cli_exit rc = call(c, (struct request){ .method = "GET", .path = "/api/v1/cases/{}",
	    .arg = { c->operand[0] } }, &one);

	if (rc != CLI_OK)
		return rc;
	form = json_deep_copy(json_object_get(one, "form"));
	body = json_pack("{s:o?, s:[]}", "form", form, "asks");
	version = num(one, "version");
	if (cli_opt(c, OPT_SEEN) != NULL)
		rc = version_of(c, "", &version);
	if (rc == CLI_OK)
		rc = add_answers(c, json_object_get(one, "fields"), form);
	if (rc == CLI_OK)
		rc = merge_asks(c, one, json_object_get(body, "asks"));
	json_decref(one);
	if (rc != CLI_OK) {
		json_decref(body);
		return rc;
	}
	return change(c, (struct request){ .method = "PUT", .path = "/api/v1/cases/{}/answers",
	    .arg = { c->operand[0] }, .body = body, .version = version });
}

/* A change without questions: settlement, acceptance. */
static enum cli_exit
move_on(struct cli *c, const char *path, json_t *body)
{
	json_int_t version = 0;
	enum cli_exit rc = version_of(c, "/api/v1/cases/{}", &version);

	if (rc != CLI_OK) {
		json_decref(body);
		return rc;
	}
	return change(c, (struct request){ .method = "POST", .path = path,
	    .arg = { c->operand[0] }, .body = body, .version = version });
}

enum cli_exit
cmd_case_settle(struct cli *c)
{
	return move_on(c, "/api/v1/cases/{}/settlement", json_object());
}

enum cli_exit
cmd_case_accept(struct cli *c)
{
	return move_on(c, "/api/v1/cases/{}/acceptance", json_object());
}

enum cli_exit
cmd_case_conclude(struct cli *c)
{
	const char *outcome, *reason = cli_opt(c, OPT_REASON);
	enum cli_exit rc = need_opt(c, OPT_OUTCOME, &outcome);
	json_t *body;

	if (rc != CLI_OK)
		return rc;
	body = json_pack("{s:s}", "outcome", outcome);
	if (reason != NULL)
		json_object_set_new(body, "reason", json_string(reason));
	return move_on(c, "/api/v1/cases/{}/conclusion", body);
}

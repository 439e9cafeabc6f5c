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

/* Gives the agent among parties the mandate of --mandate. */
static void
put_mandate(struct cli *c, json_t *parties)
{
	const char *mandate = cli_opt(c, OPT_MANDATE);
	json_t *party;
	size_t i;

	if (mandate == NULL)
		return;
	json_array_foreach(parties, i, party) {
		if (strcmp(str(party, "role"), "agent") == 0) {
			json_object_set_new(party, "mandate", json_string(mandate));
			return;
		}
	}
	json_array_append_new(parties, json_pack("{s:s, s:s}", "role", "agent", "mandate", mandate));
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
	put_mandate(c, json_object_get(body, "parties"));
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

/* Whether both are typed values of the same input, which there may be once. */
static int
same_input(const json_t *a, const json_t *b)
{
	return strcmp(str(a, "item"), str(b, "item")) == 0 &&
	    strcmp(str(a, "input"), str(b, "input")) == 0;
}

/* Puts the values that the case has first, but for those of the same item and input. */
static void
keep_asks(const json_t *one, json_t *asks)
{
	size_t kept = 0, i, k;
	const json_t *item, *ask;

	json_array_foreach(json_object_get(one, "items"), i, item)
		json_array_foreach(json_object_get(item, "asks"), k, ask) {
			json_t *mine;
			size_t n = kept;

			/* What serves this item but was typed for another is kept there. */
			if (!json_is_string(json_object_get(ask, "value")) ||
			    json_is_string(json_object_get(ask, "from")))
				continue;
			mine = json_pack("{s:s, s:s, s:s}", "item", str(item, "code"), "input",
			    str(ask, "input"), "value", str(ask, "value"));
			while (n < json_array_size(asks) && !same_input(json_array_get(asks, n), mine))
				n++;
			if (n == json_array_size(asks))
				json_array_insert(asks, kept++, mine);
			json_decref(mine);
		}
}

/* The party of that role, or NULL. */
static const json_t *
find_role(const json_t *parties, const char *role)
{
	const json_t *party;
	size_t i;

	json_array_foreach(parties, i, party)
		if (strcmp(str(party, "role"), role) == 0)
			return party;
	return NULL;
}

/* Adds the roles of the parties that the case has and nobody mentions: they stay as they are. */
static enum cli_exit
keep_parties(struct cli *c, const json_t *one, json_t *parties)
{
	const json_t *had = json_object_get(one, "parties"), *party;
	const char *role;
	size_t i;

	for (i = 0; (role = cli_opt_nth(c, OPT_WITHOUT, i)) != NULL; i++)
		if (find_role(had, role) == NULL)
			return cli_usage(c, SAY_NO_SUCH_PARTY, role);
	json_array_foreach(had, i, party) {
		int without = 0;

		for (size_t k = 0; (role = cli_opt_nth(c, OPT_WITHOUT, k)) != NULL; k++)
			without |= strcmp(role, str(party, "role")) == 0;
		if (!without && find_role(parties, str(party, "role")) == NULL)
			json_array_append_new(parties, json_pack("{s:s}", "role", str(party, "role")));
	}
	return CLI_OK;
}

/* Makes what a file and the options say of a case into all that it is to have. */
static enum cli_exit
fill_answers(struct cli *c, const json_t *one, json_t *body)
{
	json_t *form = json_deep_copy(json_object_get(one, "form"));
	json_t *parties = ensure(body, "parties", json_array());
	json_t *asks = ensure(body, "asks", json_array());
	enum cli_exit rc;

	json_object_update(form, json_object_get(body, "form"));
	json_object_set_new(body, "form", form);
	if ((rc = add_answers(c, json_object_get(one, "fields"), form)) != CLI_OK ||
	    (rc = add_asks(c, asks)) != CLI_OK || (rc = add_parties(c, parties)) != CLI_OK)
		return rc;
	keep_asks(one, asks);
	put_mandate(c, parties);
	if (json_array_size(parties) > 0 || cli_opt(c, OPT_WITHOUT) != NULL)
		return keep_parties(c, one, parties);
	json_object_del(body, "parties");
	return CLI_OK;
}

/* Whether anything is given that answers, corrects or takes out. */
static int
gives_answers(const struct cli *c)
{
	static const enum opt opts[] = { OPT_ANSWER_FIELD, OPT_ASK, OPT_PARTY, OPT_MANDATE,
		OPT_WITHOUT, OPT_FILE };

	for (size_t i = 0; i < sizeof(opts) / sizeof(opts[0]); i++)
		if (cli_opt(c, opts[i]) != NULL)
			return 1;
	return 0;
}

enum cli_exit
cmd_case_answers(struct cli *c)
{
	json_t *one = NULL, *body = NULL;
	json_int_t version = 0;
	enum cli_exit rc;

	if (!gives_answers(c))
		return cli_usage(c, SAY_NOTHING_TO_CHANGE);
	if ((rc = read_object(c, OPT_FILE, &body)) != CLI_OK)
		return rc;
	rc = call(c, (struct request){ .method = "GET", .path = "/api/v1/cases/{}",
	    .arg = { c->operand[0] } }, &one);
	if (rc == CLI_OK) {
		version = num(one, "version");
		if (cli_opt(c, OPT_SEEN) != NULL)
			rc = version_of(c, "", &version);
	}
	if (rc == CLI_OK)
		rc = fill_answers(c, one, body);
	json_decref(one);
	if (rc != CLI_OK) {
		json_decref(body);
		return rc;
	}
	return change(c, (struct request){ .method = "PUT", .path = "/api/v1/cases/{}/answers",
	    .arg = { c->operand[0] }, .body = body, .version = version });
}

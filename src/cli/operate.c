/*
 * operate.c - users, sources and the size of the log, from the running server.
 */
#include <string.h>

#include "cli/cli.h"

/* Gets a list. */
static json_t *
get(struct cli *c, const char *path, enum cli_exit *ret_rc)
{
	return fetch(c, (struct request){ .method = "GET", .path = path }, ret_rc);
}

enum cli_exit
cmd_user_list(struct cli *c)
{
	const json_t *user;
	json_t *page;
	struct table t;
	enum cli_exit rc;
	size_t i;

	if ((page = get(c, "/api/v1/session/users", &rc)) == NULL)
		return rc;
	table_head(c, &t, (const enum message[]){ SAY_USER, SAY_NAME, SAY_ROLE, SAY_SCOPE, SAY_DIVISION,
	    SAY_OWNER, SAY_DESK }, 7);
	json_array_foreach(json_object_get(page, "users"), i, user) {
		table_cell(&t, str(user, "id"));
		table_cell(&t, str(user, "name"));
		table_cell(&t, word(c->lang, "role", str(user, "role")));
		table_cell(&t, word(c->lang, "scope", str(user, "scope")));
		table_cell(&t, str(user, "division.name"));
		table_cell(&t, str(user, "agency.name"));
		table_cell(&t, str(user, "desk.name"));
	}
	table_print(&t, c->out);
	json_decref(page);
	return CLI_OK;
}

enum cli_exit
cmd_source_list(struct cli *c)
{
	const json_t *source;
	json_t *page;
	struct table t;
	enum cli_exit rc;
	size_t i;

	if ((page = get(c, "/api/v1/sources", &rc)) == NULL)
		return rc;
	table_head(c, &t, (const enum message[]){ SAY_SERVICE, SAY_STATE, SAY_PROOF, SAY_OWNER,
	    SAY_REASON }, 5);
	json_array_foreach(json_object_get(page, "sources"), i, source) {
		table_cell(&t, str(source, "service.code"));
		table_cell(&t, word(c->lang, "source", str(source, "state")));
		table_cell(&t, str(source, "service.name"));
		table_cell(&t, str(source, "agency.name"));
		table_cell(&t, str(source, "reason"));
	}
	table_print(&t, c->out);
	json_decref(page);
	return CLI_OK;
}

/* The version of a source now: sources are only listed, not shown one by one. */
static enum cli_exit
source_version(struct cli *c, json_int_t *ret_version)
{
	json_t *page = NULL;
	const json_t *source;
	struct fault f = FAULT_INIT;
	enum cli_exit rc;
	size_t i;

	if (cli_opt(c, OPT_SEEN) != NULL)
		return version_of(c, "", ret_version);
	rc = call(c, (struct request){ .method = "GET", .path = "/api/v1/sources" }, &page);
	if (rc != CLI_OK)
		return rc;
	*ret_version = 0;
	json_array_foreach(json_object_get(page, "sources"), i, source)
		if (strcmp(str(source, "service.code"), c->operand[0]) == 0)
			*ret_version = num(source, "version");
	json_decref(page);
	if (*ret_version > 0)
		return CLI_OK;
	fault_set(&f, FAULT_SOURCE_UNKNOWN, "%s", "");
	fault_arg(&f, "source", "%s", c->operand[0]);
	return cli_fault(c, &f);
}

static enum cli_exit
change_source(struct cli *c, const char *state)
{
	const char *reason;
	json_int_t version;
	json_t *source = NULL;
	enum cli_exit rc;

	if ((rc = need_opt(c, OPT_REASON, &reason)) != CLI_OK ||
	    (rc = source_version(c, &version)) != CLI_OK)
		return rc;
	rc = call(c, (struct request){ .method = "PUT", .path = "/api/v1/sources/{}",
	    .arg = { c->operand[0] }, .version = version,
	    .body = json_pack("{s:s, s:s}", "state", state, "reason", reason) }, &source);
	if (rc == CLI_OK && c->json)
		rc = print_raw(c);
	else if (rc == CLI_OK)
		say(c, SAY_SOURCE_NOW, str(source, "service.code"),
		    word(c->lang, "source", str(source, "state")));
	json_decref(source);
	return rc;
}

enum cli_exit
cmd_source_on(struct cli *c)
{
	return change_source(c, "on");
}

enum cli_exit
cmd_source_off(struct cli *c)
{
	return change_source(c, "off");
}

enum cli_exit
cmd_log_size(struct cli *c)
{
	const json_t *log;
	json_t *page;
	char size[NUM_SIZE], covered[NUM_SIZE], when[32];
	struct table t;
	enum cli_exit rc;
	size_t i;

	if ((page = get(c, "/api/v1/log", &rc)) == NULL)
		return rc;
	table_head(c, &t, (const enum message[]){ SAY_LOG, SAY_SIZE, SAY_SIGNED, SAY_ROOT, SAY_TIME,
	    SAY_ORIGIN }, 6);
	json_array_foreach(json_object_get(page, "logs"), i, log) {
		table_cell(&t, str(log, "name"));
		table_cell(&t, num_text(num(log, "size"), size));
		table_cell(&t, json_is_integer(json_object_get(log, "signed")) ?
		    num_text(num(log, "signed"), covered) : "-");
		table_cell(&t, str(log, "root"));
		table_cell(&t, minute(str(log, "at"), when, sizeof(when)));
		table_cell(&t, str(log, "origin"));
	}
	table_print(&t, c->out);
	json_decref(page);
	return CLI_OK;
}

/*
 * agency.c - agencies that are created, renamed, merged and split: looked ahead, planned, shown, withdrawn.
 */
#include <string.h>

#include "cli/cli.h"

#define CHANGES "/api/v1/agencies/changes"

/* What is moved, or rows that differ: the counts that are not 0, on one line each. */
static void
show_counts(struct cli *c, const char *group, const json_t *counts)
{
	const json_t *n;
	const char *name;
	char number[NUM_SIZE];

	json_object_foreach((json_t *)counts, name, n)
		if (json_integer_value(n) > 0)
			say(c, SAY_COUNT_OF, word(c->lang, group, name), num_text(json_integer_value(n), number));
}

static void
show_change(struct cli *c, const json_t *one)
{
	char number[NUM_SIZE], when[32];

	print_pair(c, SAY_AGENCY_CHANGE, num_text(num(one, "change"), number));
	print_pair(c, SAY_KIND, word(c->lang, "agency_change", str(one, "kind")));
	print_pair(c, SAY_STATE, word(c->lang, "agency_state", str(one, "state")));
	print_pair(c, SAY_EFFECTIVE, str(one, "effective"));
	print_pair(c, SAY_OWNER, str(one, "agency.code"));
	print_pair(c, SAY_NAME_OF, str(one, "agency.name"));
	print_pair(c, SAY_INTO, str(one, "other.code"));
	print_pair(c, SAY_DECISION, str(one, "decision"));
	print_pair(c, SAY_VERSION, num_text(num(one, "inventory"), number));
	print_pair(c, SAY_BEGUN, minute(str(one, "begun_at"), when, sizeof(when)));
	print_pair(c, SAY_ENDED_AT, minute(str(one, "ended_at"), when, sizeof(when)));
	show_counts(c, "moves", json_object_get(one, "moved"));
}

enum cli_exit
cmd_agency_list(struct cli *c)
{
	const json_t *one;
	char number[NUM_SIZE];
	struct table t;
	enum cli_exit rc;
	json_t *page = fetch(c, (struct request){ .method = "GET", .path = CHANGES }, &rc);
	size_t i;

	if (page == NULL)
		return rc;
	table_head(c, &t, (const enum message[]){ SAY_AGENCY_CHANGE, SAY_KIND, SAY_STATE, SAY_EFFECTIVE, SAY_OWNER,
	    SAY_INTO, SAY_DECISION }, 7);
	json_array_foreach(json_object_get(page, "changes"), i, one) {
		table_cell(&t, num_text(num(one, "change"), number));
		table_cell(&t, word(c->lang, "agency_change", str(one, "kind")));
		table_cell(&t, word(c->lang, "agency_state", str(one, "state")));
		table_cell(&t, str(one, "effective"));
		table_fmt(&t, "%s %s", str(one, "agency.code"), str(one, "agency.name"));
		table_fmt(&t, "%s %s", str(one, "other.code"), str(one, "other.name"));
		table_cell(&t, str(one, "decision"));
	}
	table_print(&t, c->out);
	json_decref(page);
	return CLI_OK;
}

static void
show_kin(struct cli *c, enum message label, const json_t *list)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
		say(c, label, str(one, "code"), str(one, "name"), str(one, "since"),
		    word(c->lang, "agency_change", str(one, "kind")));
}

static void
show_agency(struct cli *c, const json_t *a)
{
	const json_t *has = json_object_get(a, "has"), *one;
	char number[NUM_SIZE];
	size_t i;

	print_pair(c, SAY_CODE_OF, str(a, "code"));
	print_pair(c, SAY_NAME_OF, str(a, "name"));
	print_pair(c, SAY_DIVISION, str(a, "division.name"));
	if (!json_is_true(json_object_get(a, "in_force")))
		say(c, SAY_AGENCY_GONE);
	show_counts(c, "rows", has);
	json_array_foreach(json_object_get(has, "desks"), i, one)
		print_pair(c, SAY_DESK, str(one, "code"));
	json_array_foreach(json_object_get(has, "counterparts"), i, one)
		print_pair(c, SAY_COUNTERPART, str(one, "code"));
	show_kin(c, SAY_CAME_FROM, json_object_get(a, "before"));
	show_kin(c, SAY_WENT_INTO, json_object_get(a, "after"));
	json_array_foreach(json_object_get(a, "changes"), i, one) {
		say(c, SAY_CHANGE_LINE, num_text(num(one, "change"), number), str(one, "effective"),
		    word(c->lang, "agency_change", str(one, "kind")), word(c->lang, "agency_state", str(one, "state")),
		    str(one, "decision"));
		show_counts(c, "moves", json_object_get(one, "moved"));
	}
}

enum cli_exit
cmd_agency_show(struct cli *c)
{
	const char *what = c->operand[0];
	int is_change = what[strspn(what, "0123456789")] == '\0' && strlen(what) < 6;
	enum cli_exit rc;
	json_t *one = fetch(c, (struct request){ .method = "GET", .path = is_change ? CHANGES "/{}" :
	    "/api/v1/agencies/{}", .arg = { what } }, &rc);

	if (one == NULL)
		return rc;
	if (is_change)
		show_change(c, one);
	else
		show_agency(c, one);
	json_decref(one);
	return CLI_OK;
}

/* A list of codes, each given by itself or several with commas. */
static void
put_list(struct cli *c, enum opt opt, const char *name, json_t *body)
{
	json_t *list = json_array();
	const char *value;

	for (size_t i = 0; (value = cli_opt_nth(c, opt, i)) != NULL; i++)
		while (value[0] != '\0') {
			size_t len = strcspn(value, ",");

			if (len > 0)
				json_array_append_new(list, json_stringn(value, len));
			value += len + (value[len] == ',');
		}
	if (json_array_size(list) > 0)
		json_object_set(body, name, list);
	json_decref(list);
}

static json_t *
request_body(struct cli *c, const char *kind)
{
	static const struct { enum opt opt; const char *name; } texts[] = { { OPT_AGENCY_NAME, "name" },
		{ OPT_SHORT_NAME, "short_name" }, { OPT_AGENCY_TYPE, "type" }, { OPT_DIVISION, "division" },
		{ OPT_ABOVE, "parent" }, { OPT_EFFECTIVE, "effective" }, { OPT_DECISION, "decision" } };
	json_t *body = json_pack("{s:s, s:s}", "kind", kind, "agency", c->operand[0]);

	if (c->noperands > 1)
		json_object_set_new(body, "into", json_string(c->operand[1]));
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (cli_opt(c, texts[i].opt) != NULL)
			json_object_set_new(body, texts[i].name, json_string(cli_opt(c, texts[i].opt)));
	if (cli_opt(c, OPT_WITH_DESK) != NULL)
		json_object_set_new(body, "desk", json_true());
	put_list(c, OPT_COUNTERPART, "counterparts", body);
	put_list(c, OPT_SPLIT_MATTER, "matters", body);
	put_list(c, OPT_SPLIT_PROOF, "proofs", body);
	put_list(c, OPT_SPLIT_SERVICE, "services", body);
	put_list(c, OPT_SPLIT_USER, "users", body);
	return body;
}

static void
show_outlook(struct cli *c, const json_t *look)
{
	char from[NUM_SIZE];

	say(c, SAY_DIFFERS_FROM, num_text(num(look, "from"), from));
	show_counts(c, "rows", json_object_get(look, "rows"));
	say(c, SAY_WOULD_MOVE);
	show_counts(c, "moves", json_object_get(look, "moves"));
}

/* Shows what will be, and asks. */
static enum cli_exit
confirm(struct cli *c, json_t *body)
{
	json_t *look = NULL;
	enum cli_exit rc = can_ask(c);

	if (rc != CLI_OK || cli_opt(c, OPT_SURE) != NULL)
		return rc;
	rc = call(c, (struct request){ .method = "POST", .path = CHANGES "/preview", .body = json_incref(body) },
	    &look);
	if (rc == CLI_OK) {
		show_outlook(c, look);
		rc = ask_to_publish(c, SAY_PLAN_CONFIRM, c->operand[0]);
	}
	json_decref(look);
	return rc;
}

static enum cli_exit
plan(struct cli *c, const char *kind)
{
	json_t *body = request_body(c, kind), *answer;
	int dry = cli_opt(c, OPT_PREVIEW) != NULL;
	const char *decision;
	enum cli_exit rc = dry ? CLI_OK : need_opt(c, OPT_DECISION, &decision);

	if (rc == CLI_OK && !dry)
		rc = confirm(c, body);
	if (rc != CLI_OK) {
		json_decref(body);
		return rc;
	}
	answer = fetch(c, (struct request){ .method = "POST", .path = dry ? CHANGES "/preview" : CHANGES,
	    .body = body }, &rc);
	if (answer == NULL)
		return rc;
	if (dry)
		show_outlook(c, answer);
	else
		show_change(c, answer);
	json_decref(answer);
	return CLI_OK;
}

enum cli_exit
cmd_agency_create(struct cli *c)
{
	return plan(c, "create");
}

enum cli_exit
cmd_agency_rename(struct cli *c)
{
	return plan(c, "rename");
}

enum cli_exit
cmd_agency_merge(struct cli *c)
{
	return plan(c, "merge");
}

enum cli_exit
cmd_agency_split(struct cli *c)
{
	return plan(c, "split");
}

enum cli_exit
cmd_agency_withdraw(struct cli *c)
{
	const char *reason;
	json_t *one = NULL;
	enum cli_exit rc = need_opt(c, OPT_REASON, &reason);

	if (rc != CLI_OK)
		return rc;
	rc = post_change(c, CHANGES "/{}", CHANGES "/{}/withdrawal", json_pack("{s:s}", "reason", reason), &one);
	if (rc == CLI_OK && c->json)
		rc = print_raw(c);
	else if (rc == CLI_OK)
		show_change(c, one);
	json_decref(one);
	return rc;
}

/*
 * platform.c - platforms of others that send cases in: the operator's, through the socket.
 */
#include <string.h>

#include "cli/cli.h"

#define PLATFORM "/api/v1/platforms/{}"

static void
show(struct cli *c, const json_t *one)
{
	char version[NUM_SIZE], when[32];

	print_pair(c, SAY_PLATFORM, str(one, "id"));
	print_pair(c, SAY_NAME_OF, str(one, "name"));
	print_pair(c, SAY_STATE, word(c->lang, "platform", str(one, "state")));
	print_pair(c, SAY_OWNER, str(one, "agency"));
	print_pair(c, SAY_DIVISION, str(one, "division"));
	print_pair(c, SAY_SCOPE, word(c->lang, "scope", str(one, "scope")));
	print_pair(c, SAY_URL, str(one, "url"));
	print_pair(c, SAY_VERSION, num_text(num(one, "version"), version));
	print_pair(c, SAY_TIME, minute(str(one, "changed_at"), when, sizeof(when)));
	if (str(one, "token")[0] == '\0')
		return;
	print_pair(c, SAY_TOKEN, str(one, "token"));
	print_pair(c, SAY_WEBHOOK_SECRET, str(one, "secret"));
	say(c, SAY_NOTE_KEYS);
}

/* Sends, and shows the platform that comes back. */
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
cmd_platform_add(struct cli *c)
{
	static const enum opt texts[] = { OPT_PLATFORM_NAME, OPT_PLATFORM_SCOPE, OPT_AGENCY, OPT_DIVISION,
		OPT_URL };
	static const enum opt needed[] = { OPT_PLATFORM_NAME, OPT_AGENCY, OPT_DIVISION, OPT_URL };
	const char *value;
	enum cli_exit rc;
	json_t *body;

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if ((rc = need_opt(c, needed[i], &value)) != CLI_OK)
			return rc;
	body = json_pack("{s:s}", "id", c->operand[0]);
	put_texts(c, texts, sizeof(texts) / sizeof(texts[0]), body);
	return fetch_and_show(c, (struct request){ .method = "POST", .path = "/api/v1/platforms",
	    .body = body });
}

enum cli_exit
cmd_platform_list(struct cli *c)
{
	const json_t *one;
	json_t *page;
	struct table t;
	enum cli_exit rc;
	size_t i;

	page = fetch(c, (struct request){ .method = "GET", .path = "/api/v1/platforms" }, &rc);
	if (page == NULL)
		return rc;
	table_head(c, &t, (const enum message[]){ SAY_PLATFORM, SAY_STATE, SAY_DIVISION, SAY_NAME_OF,
	    SAY_URL }, 5);
	json_array_foreach(json_object_get(page, "platforms"), i, one) {
		table_cell(&t, str(one, "id"));
		table_cell(&t, word(c->lang, "platform", str(one, "state")));
		table_cell(&t, str(one, "division"));
		table_cell(&t, str(one, "name"));
		table_cell(&t, str(one, "url"));
	}
	table_print(&t, c->out);
	json_decref(page);
	return CLI_OK;
}

enum cli_exit
cmd_platform_show(struct cli *c)
{
	return fetch_and_show(c, (struct request){ .method = "GET", .path = PLATFORM,
	    .arg = { c->operand[0] } });
}

/* Puts the change at the version that was seen, or at that of now; body is taken over. */
static enum cli_exit
change(struct cli *c, const char *method, const char *path, json_t *body)
{
	json_int_t version = 0;
	enum cli_exit rc = version_of(c, PLATFORM, &version);

	if (rc != CLI_OK) {
		json_decref(body);
		return rc;
	}
	return fetch_and_show(c, (struct request){ .method = method, .path = path,
	    .arg = { c->operand[0] }, .version = version, .body = body });
}

enum cli_exit
cmd_platform_set(struct cli *c)
{
	static const enum opt texts[] = { OPT_PLATFORM_NAME, OPT_URL };
	json_t *body = json_object();

	put_texts(c, texts, sizeof(texts) / sizeof(texts[0]), body);
	return change(c, "PUT", PLATFORM, body);
}

enum cli_exit
cmd_platform_on(struct cli *c)
{
	return change(c, "PUT", PLATFORM, json_pack("{s:s}", "state", "on"));
}

enum cli_exit
cmd_platform_off(struct cli *c)
{
	return change(c, "PUT", PLATFORM, json_pack("{s:s}", "state", "off"));
}

enum cli_exit
cmd_platform_rotate(struct cli *c)
{
	return change(c, "POST", PLATFORM "/rotation", json_object());
}

/* "off", "slow", or "wrong:500" with what was wrong left as it is. */
static const char *
why(struct cli *c, const json_t *one, char *text, size_t size)
{
	const char *failure = str(one, "failure");

	if (strncmp(failure, "wrong:", 6) == 0)
		snprintf(text, size, "%s %s", word(c->lang, "delivery", "wrong"), failure + 6);
	else
		snprintf(text, size, "%s", failure[0] != '\0' ? word(c->lang, "delivery", failure) : "");
	return text;
}

enum cli_exit
cmd_platform_deliveries(struct cli *c)
{
	char text[64], when[32], count[NUM_SIZE];
	const json_t *one;
	json_t *page;
	struct table t;
	enum cli_exit rc;
	size_t i;

	page = fetch(c, (struct request){ .method = "GET", .path = PLATFORM "/deliveries",
	    .arg = { c->operand[0] } }, &rc);
	if (page == NULL)
		return rc;
	print_pair(c, SAY_STATE, word(c->lang, "platform", str(page, "state")));
	table_head(c, &t, (const enum message[]){ SAY_TIME, SAY_EVENT, SAY_CASE, SAY_EXTERNAL, SAY_ATTEMPTS,
	    SAY_REASON, SAY_NEXT_TRY }, 7);
	json_array_foreach(json_object_get(page, "deliveries"), i, one) {
		table_cell(&t, minute(str(one, "at"), when, sizeof(when)));
		table_cell(&t, str(one, "type"));
		table_cell(&t, str(one, "number"));
		table_cell(&t, str(one, "external_number"));
		table_cell(&t, num_text(num(one, "attempts"), count));
		table_cell(&t, why(c, one, text, sizeof(text)));
		table_cell(&t, str(one, "next_at")[0] != '\0' ? minute(str(one, "next_at"), when,
		    sizeof(when)) : msg(c->lang, SAY_GIVEN_UP));
	}
	table_print(&t, c->out);
	json_decref(page);
	return CLI_OK;
}

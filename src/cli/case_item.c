/*
 * case_item.c - settling one item of a case: by data, by a desk, by a commitment.
 */
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

/* Sends a change of the item and shows it as it is then. */
static enum cli_exit
change(struct cli *c, const char *path, json_t *body)
{
	json_t *changed = NULL;
	enum cli_exit rc = post_change(c, "/api/v1/cases/{}", path, body, &changed);

	if (rc == CLI_OK)
		rc = show_item(c, changed);
	json_decref(changed);
	return rc;
}

/* {"again":..., "asks":{input:value}} */
static enum cli_exit
query_body(struct cli *c, json_t **ret_body)
{
	const char *again = cli_opt(c, OPT_AGAIN), *pair;
	json_t *body = json_object(), *asks = json_object();

	if (again != NULL)
		json_object_set_new(body, "again", json_string(again));
	for (size_t i = 0; (pair = cli_opt_nth(c, OPT_INPUT, i)) != NULL; i++) {
		size_t n = strcspn(pair, "=");
		char name[64];

		if (pair[n] == '\0' || n == 0 || n >= sizeof(name)) {
			json_decref(body);
			json_decref(asks);
			return cli_usage(c, SAY_BAD_PAIR, "ask", "INPUT=VALUE");
		}
		memcpy(name, pair, n);
		name[n] = '\0';
		json_object_set_new(asks, name, json_string(pair + n + 1));
	}
	if (json_object_size(asks) > 0)
		json_object_set(body, "asks", asks);
	json_decref(asks);
	*ret_body = body;
	return CLI_OK;
}

enum cli_exit
cmd_case_query(struct cli *c)
{
	json_t *body = NULL;
	enum cli_exit rc = query_body(c, &body);

	return rc != CLI_OK ? rc : change(c, "/api/v1/cases/{}/items/{}/query", body);
}

enum cli_exit
cmd_case_verify(struct cli *c)
{
	const char *note = cli_opt(c, OPT_NOTE);
	json_t *body = json_object();

	if (note != NULL)
		json_object_set_new(body, "note", json_string(note));
	return change(c, "/api/v1/cases/{}/items/{}/verification", body);
}

enum cli_exit
cmd_case_dispute(struct cli *c)
{
	const char *reason, *claimed = cli_opt(c, OPT_CLAIMED);
	enum cli_exit rc = need_opt(c, OPT_REASON, &reason);

	if (rc != CLI_OK)
		return rc;
	return change(c, "/api/v1/cases/{}/items/{}/dispute",
	    json_pack("{s:s, s:s*}", "reason", reason, "claimed", claimed));
}

enum cli_exit
cmd_case_withdraw_dispute(struct cli *c)
{
	return change(c, "/api/v1/cases/{}/items/{}/disputes/{}/withdrawal", json_object());
}

enum cli_exit
cmd_case_supply(struct cli *c)
{
	const char *text;
	enum cli_exit rc = need_opt(c, OPT_SUPPLIED, &text);

	if (rc != CLI_OK)
		return rc;
	return change(c, "/api/v1/cases/{}/items/{}/verification/supply",
	    json_pack("{s:s}", "text", text));
}

enum cli_exit
cmd_case_recall(struct cli *c)
{
	const char *reason;
	enum cli_exit rc = need_opt(c, OPT_REASON, &reason);

	if (rc != CLI_OK)
		return rc;
	return change(c, "/api/v1/cases/{}/items/{}/verification/withdrawal",
	    json_pack("{s:s}", "reason", reason));
}

enum cli_exit
cmd_case_remind(struct cli *c)
{
	static const enum opt texts[] = { OPT_NOTE };
	json_t *body = json_object();

	put_texts(c, texts, 1, body);
	return change(c, "/api/v1/cases/{}/items/{}/verification/reminder", body);
}

enum cli_exit
confirm_signing(struct cli *c, const char *signer)
{
	char line[16] = "";

	if (cli_opt(c, OPT_YES) != NULL)
		return CLI_OK;
	fprintf(c->err, msg(c->lang, SAY_CONFIRM), signer);
	fflush(c->err);
	if (fgets(line, sizeof(line), c->in) != NULL && (line[0] == 'y' || line[0] == 'Y'))
		return CLI_OK;
	fprintf(c->err, "%s\n", msg(c->lang, SAY_NOT_SIGNED));
	return CLI_FAILED;
}

void
show_commitment(struct cli *c, const json_t *texts)
{
	fprintf(c->out, "%s\n", msg(c->lang, SAY_NOTICE));
	print_text(c->out, str(texts, "notice.text"));
	fprintf(c->out, "\n\n%s\n", msg(c->lang, SAY_LETTER));
	print_text(c->out, str(texts, "letter.text"));
	fputs("\n\n", c->out);
	fflush(c->out);
}

enum cli_exit
cmd_case_commit(struct cli *c)
{
	const char *signer;
	json_t *texts = NULL, *body;
	enum cli_exit rc = need_opt(c, OPT_SIGNER, &signer);

	if (rc != CLI_OK)
		return rc;
	/* A promise must not be made by a script that nobody reads, unless it says that it may. */
	if (cli_opt(c, OPT_YES) == NULL && (c->json || !isatty(fileno(c->in))))
		return cli_usage(c, SAY_NEEDS_YES);
	rc = call(c, (struct request){ .method = "GET",
	    .path = "/api/v1/cases/{}/items/{}/commitment",
	    .arg = { c->operand[0], c->operand[1] } }, &texts);
	if (rc != CLI_OK)
		return rc;
	if (!c->json)
		show_commitment(c, texts);
	if ((rc = confirm_signing(c, signer)) != CLI_OK) {
		json_decref(texts);
		return rc;
	}
	body = json_pack("{s:s, s:s, s:s, s:b}", "notice", str(texts, "notice.hash"),
	    "letter", str(texts, "letter.hash"), "signer", signer, "agreed", 1);
	json_decref(texts);
	return change(c, "/api/v1/cases/{}/items/{}/commitment", body);
}

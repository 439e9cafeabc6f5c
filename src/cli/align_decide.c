/*
 * align_decide.c - differences decided, taken back, given to somebody, discussed; rounds closed and opened again.
 */
#include <string.h>
#include <unistd.h>

#include "cli/align.h"

#define BULK_MAX 500	/* in one request */

/* The version of a difference: --seen, or that of now. */
static enum cli_exit
seen(struct cli *c, const char *round, const char *id, json_int_t *ret_version)
{
	const char *given = cli_opt(c, OPT_SEEN);
	json_t *one = NULL;
	enum cli_exit rc;
	char *end;

	if (given != NULL) {
		*ret_version = strtoll(given, &end, 10);
		return *end == '\0' && *ret_version > 0 ? CLI_OK :
		    cli_usage(c, SAY_BAD_NUMBER, "seen", "1", "9223372036854775807");
	}
	rc = call(c, (struct request){ .method = "GET", .path = ALIGN_ONE, .arg = { round, id } }, &one);
	if (rc == CLI_OK)
		*ret_version = num(one, "version");
	json_decref(one);
	return rc;
}

/* What a decision says: the decision, and the reason and the law where they are given. */
static json_t *
decision_body(struct cli *c, const char *decision)
{
	json_t *body = json_pack("{s:s}", "decision", decision);

	if (cli_opt(c, OPT_REASON) != NULL)
		json_object_set_new(body, "reason", json_string(cli_opt(c, OPT_REASON)));
	if (cli_opt(c, OPT_CITATION) != NULL)
		json_object_set_new(body, "basis", json_string(cli_opt(c, OPT_CITATION)));
	return body;
}

static enum cli_exit
decide_one(struct cli *c, const char *round, const char *decision, const char *id)
{
	int undo = strcmp(decision, "undo") == 0;
	json_int_t version = 0;
	enum cli_exit rc = seen(c, round, id, &version);

	if (rc != CLI_OK)
		return rc;
	return fetch_difference(c, (struct request){ .method = "POST", .path = undo ? ALIGN_ONE "/undo" :
	    ALIGN_ONE "/decision", .arg = { round, id }, .version = version,
	    .body = undo ? json_object() : decision_body(c, decision) });
}

/* How many are open of a kind, page by page. */
static enum cli_exit
count_open(struct cli *c, const char *round, json_int_t *ret_n)
{
	char cursor[1024] = "";
	enum cli_exit rc;

	*ret_n = 0;
	do {
		json_t *page = NULL;

		rc = call(c, (struct request){ .method = "GET", .path = ALIGN_ROUND "/differences", .arg = { round },
		    .query = { "kind", cli_opt(c, OPT_ALIGN_KIND), "division", cli_opt(c, OPT_ONE_DIVISION), "agency",
		    cli_opt(c, OPT_ALIGN_AGENCY), "state", "open", "limit", "200", "cursor",
		    cursor[0] != '\0' ? cursor : NULL } }, &page);
		*ret_n += (json_int_t)json_array_size(json_object_get(page, "differences"));
		snprintf(cursor, sizeof(cursor), "%s", str(page, "next"));
		json_decref(page);
	} while (rc == CLI_OK && cursor[0] != '\0');
	return rc;
}

/* One request of a bulk decision. */
static enum cli_exit
decide_some(struct cli *c, const char *round, const char *decision, json_int_t limit, json_t **ret_done)
{
	json_t *body = decision_body(c, decision);

	json_object_set_new(body, "kind", json_string(cli_opt(c, OPT_ALIGN_KIND)));
	json_object_set_new(body, "limit", json_integer(limit));
	if (cli_opt(c, OPT_ONE_DIVISION) != NULL)
		json_object_set_new(body, "division", json_string(cli_opt(c, OPT_ONE_DIVISION)));
	if (cli_opt(c, OPT_ALIGN_AGENCY) != NULL)
		json_object_set_new(body, "agency", json_string(cli_opt(c, OPT_ALIGN_AGENCY)));
	return call(c, (struct request){ .method = "POST", .path = ALIGN_ROUND "/decisions", .arg = { round },
	    .body = body, .patient = 1 }, ret_done);
}

/* All that were counted, some hundred at a time; what becomes open meanwhile is not among them. */
static enum cli_exit
decide_counted(struct cli *c, const char *round, const char *decision, json_int_t n)
{
	char done_text[NUM_SIZE], of[NUM_SIZE];
	json_int_t done = 0, left = 0, now = 1;
	enum cli_exit rc = CLI_OK;

	while (rc == CLI_OK && now > 0 && done < n) {
		json_t *some = NULL;

		rc = decide_some(c, round, decision, n - done < BULK_MAX ? n - done : BULK_MAX, &some);
		now = num(some, "decided");
		left = num(some, "left");
		done += now;
		json_decref(some);
		if (!c->json && n > BULK_MAX && isatty(fileno(c->err))) {
			fprintf(c->err, msg(c->lang, SAY_DECIDING), num_text(done, done_text), num_text(n, of));
			fputs("\r", c->err);
		}
	}
	if (rc != CLI_OK)
		return rc;
	if (c->json)
		fprintf(c->out, "{\"decided\":%lld,\"left\":%lld}\n", (long long)done, (long long)left);
	else
		say(c, SAY_DECIDED_ALL, word(c->lang, "align", decision), num_text(done, done_text), num_text(left, of));
	return CLI_OK;
}

/* All open ones of a kind: says how many, asks, decides. */
static enum cli_exit
decide_all(struct cli *c, const char *round, const char *decision)
{
	const char *kind = cli_opt(c, OPT_ALIGN_KIND);
	char line[16] = "", n_text[NUM_SIZE];
	json_int_t n = 0;
	enum cli_exit rc;

	if (strcmp(decision, "undo") == 0 || kind == NULL)
		return cli_usage(c, SAY_ID_OR_KIND);
	if (cli_opt(c, OPT_WOULD) == NULL && (rc = can_ask(c)) != CLI_OK)
		return rc;
	if ((rc = count_open(c, round, &n)) != CLI_OK)
		return rc;
	num_text(n, n_text);
	if (cli_opt(c, OPT_WOULD) != NULL && c->json) {
		fprintf(c->out, "{\"decided\":0,\"left\":%s}\n", n_text);
		return CLI_OK;
	}
	if (cli_opt(c, OPT_WOULD) != NULL) {
		say(c, SAY_WOULD_DECIDE, n_text, word(c->lang, "align_kind", kind), word(c->lang, "align", decision));
		return CLI_OK;
	}
	if (cli_opt(c, OPT_SURE) == NULL) {
		fprintf(c->err, msg(c->lang, SAY_DECIDE_CONFIRM), n_text, word(c->lang, "align_kind", kind),
		    word(c->lang, "align", decision));
		fflush(c->err);
		if (fgets(line, sizeof(line), c->in) == NULL || (line[0] != 'y' && line[0] != 'Y')) {
			fprintf(c->err, "%s\n", msg(c->lang, SAY_NOT_DECIDED));
			return CLI_FAILED;
		}
	}
	return decide_counted(c, round, decision, n);
}

enum cli_exit
cmd_align_decide(struct cli *c)
{
	static const char *const decisions[] = { "adopt", "keep", "propose", "undo" };
	const char *decision = c->operand[0];
	char round[NUM_SIZE];
	size_t known = 0;
	enum cli_exit rc;

	for (size_t i = 0; i < sizeof(decisions) / sizeof(decisions[0]); i++)
		known += strcmp(decisions[i], decision) == 0;
	if (known == 0)
		return cli_usage(c, SAY_BAD_DECISION, decision);
	if ((rc = align_round(c, round)) != CLI_OK)
		return rc;
	if (c->noperands == 1)
		return decide_all(c, round, decision);
	for (size_t i = 1; rc == CLI_OK && i < c->noperands; i++)
		rc = decide_one(c, round, decision, c->operand[i]);
	return rc;
}

enum cli_exit
cmd_align_assign(struct cli *c)
{
	const char *until = cli_opt(c, OPT_BY_DAY);
	json_int_t version = 0;
	char round[NUM_SIZE];
	json_t *body = json_object();
	enum cli_exit rc;

	if (c->noperands > 1 && until == NULL) {
		json_decref(body);
		return cli_usage(c, SAY_NEEDS_OPTION, "until");
	}
	if ((rc = align_round(c, round)) != CLI_OK || (rc = seen(c, round, c->operand[0], &version)) != CLI_OK) {
		json_decref(body);
		return rc;
	}
	if (c->noperands > 1) {
		json_object_set_new(body, "user", json_string(c->operand[1]));
		json_object_set_new(body, "until", json_string(until));
	}
	return fetch_difference(c, (struct request){ .method = "PUT", .path = ALIGN_ONE "/assignment",
	    .arg = { round, c->operand[0] }, .version = version, .body = body });
}

enum cli_exit
cmd_align_comment(struct cli *c)
{
	const char *text;
	char round[NUM_SIZE];
	enum cli_exit rc;

	if ((rc = need_opt(c, OPT_SAID, &text)) != CLI_OK || (rc = align_round(c, round)) != CLI_OK)
		return rc;
	return fetch_difference(c, (struct request){ .method = "POST", .path = ALIGN_ONE "/comments",
	    .arg = { round, c->operand[0] }, .body = json_pack("{s:s}", "text", text) });
}

/* Changes a round, and says how it is then. */
static enum cli_exit
change_round(struct cli *c, const char *path, json_t *body)
{
	json_t *round = NULL, *now;
	char number[NUM_SIZE], open[NUM_SIZE];
	enum cli_exit rc;

	if ((rc = align_round(c, number)) != CLI_OK || (rc = call(c, (struct request){ .method = "GET",
	    .path = ALIGN_ROUND, .arg = { number } }, &round)) != CLI_OK) {
		json_decref(body);
		return rc;
	}
	now = fetch(c, (struct request){ .method = "POST", .path = path, .arg = { number },
	    .version = num(round, "version"), .body = body, .patient = 1 }, &rc);
	json_decref(round);
	if (now == NULL)
		return rc;
	say(c, SAY_ROUND_IS, number, str(now, "title"), word(c->lang, "round", str(now, "state")), str(now, "closes"));
	say(c, SAY_LEFT_OPEN, num_text(num(now, "states.open"), open));
	json_decref(now);
	return CLI_OK;
}

enum cli_exit
cmd_align_close(struct cli *c)
{
	enum cli_exit rc = can_ask(c);
	char line[16] = "";

	if (rc != CLI_OK)
		return rc;
	if (cli_opt(c, OPT_SURE) == NULL) {
		fputs(msg(c->lang, SAY_CLOSE_CONFIRM), c->err);
		fflush(c->err);
		if (fgets(line, sizeof(line), c->in) == NULL || (line[0] != 'y' && line[0] != 'Y'))
			return CLI_FAILED;
	}
	return change_round(c, ALIGN_ROUND "/closure", cli_opt(c, OPT_FORCE) != NULL ?
	    json_pack("{s:b}", "force", 1) : json_object());
}

enum cli_exit
cmd_align_reopen(struct cli *c)
{
	const char *reason, *closes;
	enum cli_exit rc;

	if ((rc = need_opt(c, OPT_REASON, &reason)) != CLI_OK || (rc = need_opt(c, OPT_CLOSES, &closes)) != CLI_OK)
		return rc;
	return change_round(c, ALIGN_ROUND "/reopening", json_pack("{s:s, s:s}", "reason", reason, "closes", closes));
}

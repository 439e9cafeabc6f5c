/*
 * inventory.c - versions of the inventory: listed, compared, published, asked what they said.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/serve.h"
#include "cli/cli.h"

#define VERSIONS "/api/v1/inventory/versions"

/* A publication in a row: when, on what grounds. */
static void
publication_cells(struct cli *c, struct table *t, const json_t *p)
{
	char seq[NUM_SIZE];

	table_cell(t, p != NULL ? num_text(num(p, "seq"), seq) : "");
	table_cell(t, p != NULL ? str(p, "effective") : "");
	table_cell(t, p == NULL ? "" : json_is_null(json_object_get(p, "withdrawn_at")) ?
	    str(p, "decision") : msg(c->lang, SAY_WITHDRAWN));
}

enum cli_exit
cmd_inventory_list(struct cli *c)
{
	const json_t *version, *p;
	char number[NUM_SIZE], when[32];
	enum cli_exit rc;
	json_t *list = fetch(c, (struct request){ .method = "GET", .path = VERSIONS }, &rc);
	struct table t;
	size_t i, k;

	if (list == NULL)
		return rc;
	table_head(c, &t, (const enum message[]){ SAY_VERSION, SAY_STATE, SAY_IMPORTED_AT,
	    SAY_PUBLICATION, SAY_EFFECTIVE, SAY_DECISION }, 6);
	json_array_foreach(json_object_get(list, "versions"), i, version) {
		const json_t *publications = json_object_get(version, "publications");

		k = 0;
		do {
			p = json_array_get(publications, k);
			table_cell(&t, num_text(num(version, "version"), number));
			table_cell(&t, word(c->lang, "inventory", str(version, "state")));
			table_cell(&t, minute(str(version, "imported_at"), when, sizeof(when)));
			publication_cells(c, &t, p);
		} while (++k < json_array_size(publications));
	}
	table_print(&t, c->out);
	json_decref(list);
	return CLI_OK;
}

/* What differs, by file. */
static void
show_counts(struct cli *c, const json_t *diff)
{
	char from[NUM_SIZE], to[NUM_SIZE], n[4][NUM_SIZE];
	const json_t *file;
	const char *name;

	num_text(num(diff, "from"), from);
	num_text(num(diff, "total"), n[3]);
	if (json_is_null(json_object_get(diff, "to")))
		say(c, SAY_DIFFERENCES_FROM, from, n[3]);
	else
		say(c, SAY_DIFFERENCES, from, num_text(num(diff, "to"), to), n[3]);
	json_object_foreach(json_object_get(diff, "files"), name, file)
		say(c, SAY_DIFFERENCES_OF, name, num_text(num(file, "added"), n[0]),
		    num_text(num(file, "removed"), n[1]), num_text(num(file, "changed"), n[2]));
}

static void
show_change(struct cli *c, const json_t *change)
{
	const char *kind = str(change, "kind"), *key2 = str(change, "key2");

	fprintf(c->out, "%s %s ", strcmp(kind, "added") == 0 ? "+" : strcmp(kind, "removed") == 0 ?
	    "-" : "~", str(change, "file"));
	print_text(c->out, str(change, "key"));
	if (key2[0] != '\0') {
		fputc('/', c->out);
		print_text(c->out, key2);
	}
	fputc(' ', c->out);
	print_text(c->out, str(change, "name"));
	if (strcmp(kind, "changed") == 0) {
		fprintf(c->out, "\n    %s: ", str(change, "column"));
		print_text(c->out, str(change, "before"));
		fputs(" → ", c->out);
		print_text(c->out, str(change, "after"));
	}
	fputc('\n', c->out);
}

void
show_differences(struct cli *c, const json_t *diff)
{
	const json_t *change;
	size_t i;

	json_array_foreach(json_object_get(diff, "changes"), i, change)
		show_change(c, change);
	show_counts(c, diff);
}

enum cli_exit
cmd_inventory_diff(struct cli *c)
{
	enum cli_exit rc;
	json_t *diff = fetch(c, (struct request){ .method = "GET",
	    .path = "/api/v1/inventory/differences", .query = { "from",
	    c->noperands > 0 ? c->operand[0] : NULL, "to", c->noperands > 1 ? c->operand[1] : NULL } },
	    &rc);

	if (diff == NULL)
		return rc;
	show_differences(c, diff);
	json_decref(diff);
	return CLI_OK;
}

/* Publishing */

/* The newest version that is not in force yet: what somebody means who names none. */
static enum cli_exit
newest(struct cli *c, char ret_version[NUM_SIZE], int *ret_absent)
{
	json_t *list = NULL;
	enum cli_exit rc = call(c, (struct request){ .method = "GET", .path = VERSIONS,
	    .absent = ret_absent }, &list);

	if (rc == CLI_OK)
		num_text(num(json_array_get(json_object_get(list, "versions"), 0), "version"), ret_version);
	json_decref(list);
	return rc;
}

enum cli_exit
can_ask(struct cli *c)
{
	return cli_opt(c, OPT_SURE) != NULL || (!c->json && isatty(fileno(c->in))) ? CLI_OK :
	    cli_usage(c, SAY_NEEDS_YES);
}

enum cli_exit
ask_to_publish(struct cli *c, enum message question, const char *version)
{
	char line[16] = "";

	fprintf(c->err, msg(c->lang, question), version);
	fflush(c->err);
	if (fgets(line, sizeof(line), c->in) != NULL && (line[0] == 'y' || line[0] == 'Y'))
		return CLI_OK;
	fprintf(c->err, "%s\n", msg(c->lang, SAY_NOT_PUBLISHED));
	return CLI_FAILED;
}

/* Shows what will change and asks; a script must say --yes. */
static enum cli_exit
confirm(struct cli *c, const char *version)
{
	json_t *diff = NULL;
	enum cli_exit rc = can_ask(c);

	if (rc != CLI_OK || cli_opt(c, OPT_SURE) != NULL)
		return rc;
	rc = call(c, (struct request){ .method = "GET", .path = "/api/v1/inventory/differences",
	    .query = { "to", version } }, &diff);
	if (rc == CLI_OK)
		show_counts(c, diff);
	json_decref(diff);
	return ask_to_publish(c, SAY_PUBLISH_CONFIRM, version);
}

/* Without a server, by whoever owns the machine: how an instance gets its first inventory. */
static enum cli_exit
publish_here(struct cli *c, int64_t version, const char *decision)
{
	const char *effective = cli_opt(c, OPT_EFFECTIVE);
	struct fault f = FAULT_INIT;
	int64_t day = 0;
	char number[NUM_SIZE];

	if (effective != NULL && clock_parse_day(effective, &day) < 0)
		return cli_usage(c, SAY_BAD_DATE, "effective");
	if (publish_offline(c->dir, &version, day, decision, &f) < 0)
		return cli_fault(c, &f);
	say(c, SAY_PUBLISHED, num_text(version, number),
	    effective != NULL ? effective : msg(c->lang, SAY_TODAY));
	return CLI_OK;
}

enum cli_exit
publish_version(struct cli *c, const char *version, const char *decision)
{
	const char *effective = cli_opt(c, OPT_EFFECTIVE);
	char number[NUM_SIZE];
	json_t *body = json_pack("{s:s}", "decision", decision), *published = NULL;
	int absent = 0;
	enum cli_exit rc;

	if (effective != NULL)
		json_object_set_new(body, "effective", json_string(effective));
	rc = call(c, (struct request){ .method = "POST", .path = VERSIONS "/{}/publication",
	    .arg = { version }, .body = body, .absent = &absent }, &published);
	if (absent)
		rc = publish_here(c, strtoll(version, NULL, 10), decision);
	else if (rc == CLI_OK && c->json)
		rc = print_raw(c);
	else if (rc == CLI_OK)
		say(c, SAY_PUBLISHED, num_text(num(published, "version"), number),
		    effective != NULL ? effective : msg(c->lang, SAY_TODAY));
	json_decref(published);
	return rc;
}

enum cli_exit
cmd_inventory_publish(struct cli *c)
{
	const char *decision;
	char version[NUM_SIZE];
	int absent = 0;
	enum cli_exit rc;

	if ((rc = need_opt(c, OPT_DECISION, &decision)) != CLI_OK)
		return rc;
	rc = newest(c, version, &absent);
	if (absent && cli_opt(c, OPT_SURE) == NULL)
		return cli_usage(c, SAY_NEEDS_YES);
	if (absent)
		return publish_here(c, c->noperands > 0 ? strtoll(c->operand[0], NULL, 10) : 0, decision);
	if (rc != CLI_OK)
		return rc;
	if (c->noperands > 0)
		snprintf(version, sizeof(version), "%s", c->operand[0]);
	if ((rc = confirm(c, version)) != CLI_OK)
		return rc;
	return publish_version(c, version, decision);
}

enum cli_exit
cmd_inventory_withdraw(struct cli *c)
{
	const char *reason;
	char number[NUM_SIZE];
	json_t *version = NULL;
	enum cli_exit rc = need_opt(c, OPT_REASON, &reason);

	if (rc != CLI_OK)
		return rc;
	rc = call(c, (struct request){ .method = "POST",
	    .path = "/api/v1/inventory/publications/{}/withdrawal", .arg = { c->operand[0] },
	    .body = json_pack("{s:s}", "reason", reason) }, &version);
	if (rc == CLI_OK && c->json)
		rc = print_raw(c);
	else if (rc == CLI_OK)
		say(c, SAY_WITHDRAWN_NOW, c->operand[0], num_text(num(version, "version"), number));
	json_decref(version);
	return rc;
}

/* What was said */

enum cli_exit
cmd_inventory_history(struct cli *c)
{
	const char *matter = cli_opt(c, OPT_IN_MATTER);
	const json_t *time;
	char from[32], until[32];
	enum cli_exit rc;
	struct table t;
	json_t *history;
	size_t i;

	if ((matter == NULL) == (c->noperands == 0))
		return cli_usage(c, SAY_ITEM_OR_MATTER);
	history = fetch(c, (struct request){ .method = "GET", .path = matter != NULL ?
	    "/api/v1/matters/{}/history" : "/api/v1/items/{}/history",
	    .arg = { matter != NULL ? matter : c->operand[0] } }, &rc);
	if (history == NULL)
		return rc;
	table_head(c, &t, (const enum message[]){ SAY_ITEM, SAY_FROM, SAY_UNTIL, SAY_VERSION, SAY_METHOD,
	    SAY_PROOF, SAY_DECISION }, 7);
	json_array_foreach(json_object_get(history, "history"), i, time) {
		int on_list = json_is_object(json_object_get(time, "said"));

		table_cell(&t, str(time, "item"));
		table_cell(&t, minute(str(time, "from"), from, sizeof(from)));
		table_cell(&t, minute(str(time, "until"), until, sizeof(until)));
		table_fmt(&t, "%" JSON_INTEGER_FORMAT, num(time, "publication.version"));
		table_cell(&t, on_list ? word(c->lang, "method", str(time, "said.method")) :
		    msg(c->lang, SAY_NOT_LISTED));
		table_cell(&t, str(time, "said.proof_name"));
		table_cell(&t, str(time, "publication.decision"));
	}
	table_print(&t, c->out);
	json_decref(history);
	return CLI_OK;
}

enum cli_exit
cmd_inventory_asof(struct cli *c)
{
	char version[NUM_SIZE];
	enum cli_exit rc;
	json_t *then;

	if (c->noperands > 1)
		return show_listed_item(c, c->operand[1], c->operand[0]);
	then = fetch(c, (struct request){ .method = "GET", .path = "/api/v1/inventory/asof",
	    .query = { "date", c->operand[0] } }, &rc);
	if (then == NULL)
		return rc;
	say(c, SAY_AS_OF, str(then, "date"), num_text(num(then, "publication.version"), version),
	    str(then, "publication.effective"), str(then, "publication.decision"));
	json_decref(then);
	return CLI_OK;
}

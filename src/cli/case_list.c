/*
 * case_list.c - lists of cases and of records.
 */
#include <string.h>

#include "cli/cli.h"

#define PERSON_MAX 256	/* bytes of TYPE:NUMBER */

/* --person as the server wants it; a number on the command line could be seen by others. */
static enum cli_exit
add_person(struct cli *c, json_t *body)
{
	const char *given = cli_opt(c, OPT_PERSON);
	char line[PERSON_MAX] = "";
	size_t n;

	if (given == NULL)
		return CLI_OK;
	if (strcmp(given, "-") == 0) {
		if (fgets(line, sizeof(line), c->in) == NULL)
			line[0] = '\0';
		line[strcspn(line, "\r\n")] = '\0';
		given = line;
	}
	n = strcspn(given, ":");
	if (given[n] == '\0' || n == 0)
		return cli_usage(c, SAY_BAD_PERSON);
	json_object_set_new(body, "person", json_pack("{s:o, s:s}", "identifier_type",
	    json_stringn(given, n), "identifier", given + n + 1));
	explicit_bzero(line, sizeof(line));
	return CLI_OK;
}

/* The body of a search: the options that were given, limit as a number. */
enum cli_exit
search_body(struct cli *c, json_t **ret_body)
{
	static const enum opt texts[] = { OPT_STATE, OPT_NUMBER, OPT_AGENCY, OPT_DIVISION, OPT_DESK,
		OPT_CURSOR };
	const char *limit = cli_opt(c, OPT_LIMIT);
	json_t *body = json_object();
	enum cli_exit rc;

	put_texts(c, texts, sizeof(texts) / sizeof(texts[0]), body);
	if (limit != NULL) {
		char *end;
		long n = strtol(limit, &end, 10);

		if (*end != '\0' || n < 1 || n > 200) {
			json_decref(body);
			return cli_usage(c, SAY_BAD_NUMBER, "limit", "1", "200");
		}
		json_object_set_new(body, "limit", json_integer(n));
	}
	if ((rc = add_person(c, body)) != CLI_OK) {
		json_decref(body);
		return rc;
	}
	*ret_body = body;
	return CLI_OK;
}

/* What a look-up left out, and how to go on. */
static void
print_rest(struct cli *c, const json_t *page)
{
	char n[NUM_SIZE];

	if (num(page, "not_searched") > 0)
		say(c, SAY_NOT_SEARCHED, num_text(num(page, "not_searched"), n));
	print_more(c, page);
}

/* Whether a platform sent one of them in: the column is there for its number. */
static int
sent_in(const json_t *cases)
{
	const json_t *one;
	size_t i;

	json_array_foreach(cases, i, one)
		if (str(one, "external_number")[0] != '\0')
			return 1;
	return 0;
}

enum cli_exit
cmd_case_list(struct cli *c)
{
	json_t *page = NULL, *body = NULL;
	const json_t *one;
	char open[NUM_SIZE];
	struct table t;
	enum cli_exit rc;
	int external;
	size_t i;

	if ((rc = search_body(c, &body)) != CLI_OK)
		return rc;
	rc = call(c, (struct request){ .method = "POST", .path = "/api/v1/cases/search", .body = body },
	    &page);
	if (rc != CLI_OK || c->json) {
		json_decref(page);
		return rc != CLI_OK ? rc : print_raw(c);
	}
	external = sent_in(json_object_get(page, "cases"));
	table_head(c, &t, (const enum message[]){ SAY_NUMBER, SAY_STATE, SAY_ITEMS_OPEN, SAY_APPLICANT,
	    SAY_DUE, SAY_MATTER, SAY_EXTERNAL }, external ? 7 : 6);
	json_array_foreach(json_object_get(page, "cases"), i, one) {
		table_cell(&t, str(one, "number"));
		table_cell(&t, word(c->lang, "case", str(one, "state")));
		table_cell(&t, num_text(items_open(one), open));
		table_cell(&t, str(one, "applicant"));
		table_cell(&t, str(one, "due_on"));
		table_cell(&t, str(one, "matter.name"));
		if (external)
			table_cell(&t, str(one, "external_number"));
	}
	table_print(&t, c->out);
	print_rest(c, page);
	json_decref(page);
	return CLI_OK;
}

enum cli_exit
cmd_record_list(struct cli *c)
{
	json_t *page, *body = NULL;
	const json_t *record;
	char when[32], index[NUM_SIZE];
	const char *person;
	struct table t;
	enum cli_exit rc;
	size_t i;

	if ((rc = need_opt(c, OPT_PERSON, &person)) != CLI_OK || (rc = search_body(c, &body)) != CLI_OK)
		return rc;
	page = fetch(c, (struct request){ .method = "POST", .path = "/api/v1/records/search",
	    .body = body }, &rc);
	if (page == NULL)
		return rc;
	table_head(c, &t, (const enum message[]){ SAY_LOG, SAY_INDEX, SAY_TIME, SAY_WHO, SAY_WHAT,
	    SAY_WHY, SAY_ITEM, SAY_OUTCOME }, 8);
	json_array_foreach(json_object_get(page, "records"), i, record) {
		table_cell(&t, str(record, "log"));
		table_cell(&t, num_text(num(record, "index"), index));
		table_cell(&t, minute(str(record, "at"), when, sizeof(when)));
		table_cell(&t, str(record, "actor.id"));
		table_cell(&t, str(record, "type"));
		table_cell(&t, word(c->lang, "why", str(record, "why")));
		table_cell(&t, str(record, "item"));
		table_cell(&t, word(c->lang, "item", str(record, "outcome")));
	}
	table_print(&t, c->out);
	print_rest(c, page);
	json_decref(page);
	return CLI_OK;
}

enum cli_exit
cmd_case_records(struct cli *c)
{
	json_t *page = NULL;
	const json_t *record;
	char when[32], index[NUM_SIZE];
	struct table t;
	size_t i;
	enum cli_exit rc = call(c, (struct request){ .method = "GET",
	    .path = "/api/v1/cases/{}/records", .arg = { c->operand[0] } }, &page);

	if (rc != CLI_OK || c->json) {
		json_decref(page);
		return rc != CLI_OK ? rc : print_raw(c);
	}
	table_head(c, &t, (const enum message[]){ SAY_LOG, SAY_INDEX, SAY_TIME, SAY_WHO,
	    SAY_WHAT, SAY_ITEM, SAY_OUTCOME }, 7);
	json_array_foreach(json_object_get(page, "records"), i, record) {
		table_cell(&t, str(record, "log"));
		table_cell(&t, num_text(num(record, "index"), index));
		table_cell(&t, minute(str(record, "at"), when, sizeof(when)));
		table_cell(&t, str(record, "actor.id"));
		table_cell(&t, str(record, "type"));
		table_cell(&t, str(record, "item"));
		table_cell(&t, word(c->lang, "item", str(record, "outcome")));
	}
	table_print(&t, c->out);
	json_decref(page);
	return CLI_OK;
}

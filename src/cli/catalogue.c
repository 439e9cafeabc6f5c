/*
 * catalogue.c - matters and items of the inventory, as anybody may read them.
 */
#include <string.h>

#include "cli/cli.h"

/* The page of a search. */
static json_t *
find(struct cli *c, const char *path, const char *matter, enum cli_exit *ret_rc)
{
	return fetch(c, (struct request){ .method = "GET", .path = path, .query = {
	    "q", c->operand[0], "matter", matter, "limit", cli_opt(c, OPT_LIMIT),
	    "cursor", cli_opt(c, OPT_CURSOR) } }, ret_rc);
}

enum cli_exit
cmd_find(struct cli *c)
{
	const json_t *hit;
	json_t *found;
	struct table t;
	enum cli_exit rc;
	size_t i;

	found = fetch(c, (struct request){ .method = "GET", .path = "/api/v1/search", .query = {
	    "q", c->operand[0], "kind", cli_opt(c, OPT_KIND), "limit", cli_opt(c, OPT_LIMIT) } }, &rc);
	if (found == NULL)
		return rc;
	table_head(c, &t, (const enum message[]){ SAY_KIND, SAY_CODE_OF, SAY_NAME_OF, SAY_OWNER,
	    SAY_FOUND_BY }, 5);
	json_array_foreach(json_object_get(found, "hits"), i, hit) {
		table_cell(&t, word(c->lang, "kind", str(hit, "kind")));
		table_cell(&t, str(hit, "code"));
		table_cell(&t, str(hit, "name"));
		table_cell(&t, str(hit, "agency.name"));
		table_cell(&t, json_is_true(json_object_get(hit, "near")) ? msg(c->lang, SAY_NEAR) :
		    word(c->lang, "by", str(hit, "match.by")));
	}
	table_print(&t, c->out);
	json_decref(found);
	return CLI_OK;
}

enum cli_exit
cmd_matter_find(struct cli *c)
{
	const json_t *matter;
	json_t *page;
	char items[NUM_SIZE];
	struct table t;
	enum cli_exit rc;
	size_t i;

	if ((page = find(c, "/api/v1/matters", NULL, &rc)) == NULL)
		return rc;
	table_head(c, &t, (const enum message[]){ SAY_MATTER, SAY_NAME_OF, SAY_OWNER, SAY_SUBJECT_KIND,
	    SAY_ITEMS }, 5);
	json_array_foreach(json_object_get(page, "matters"), i, matter) {
		table_cell(&t, str(matter, "code"));
		table_cell(&t, str(matter, "name"));
		table_cell(&t, str(matter, "agency.name"));
		table_cell(&t, word(c->lang, "subject", str(matter, "subject")));
		table_cell(&t, num_text(num(matter, "totals.items"), items));
	}
	table_print(&t, c->out);
	print_more(c, page);
	json_decref(page);
	return CLI_OK;
}

enum cli_exit
cmd_item_find(struct cli *c)
{
	const json_t *item;
	json_t *page;
	struct table t;
	enum cli_exit rc;
	size_t i;

	if ((page = find(c, "/api/v1/items", cli_opt(c, OPT_IN_MATTER), &rc)) == NULL)
		return rc;
	table_head(c, &t, (const enum message[]){ SAY_ITEM, SAY_PROOF, SAY_METHOD, SAY_MATTER,
	    SAY_NAME_OF }, 5);
	json_array_foreach(json_object_get(page, "items"), i, item) {
		table_cell(&t, str(item, "code"));
		table_cell(&t, str(item, "proof.name"));
		table_cell(&t, word(c->lang, "method", str(item, "method")));
		table_cell(&t, str(item, "matter.code"));
		table_cell(&t, str(item, "matter.name"));
	}
	table_print(&t, c->out);
	print_more(c, page);
	json_decref(page);
	return CLI_OK;
}

/* An array of strings as one text. */
static void
join(const json_t *array, struct buf *text)
{
	const json_t *one;
	size_t i;

	json_array_foreach(array, i, one)
		buf_fmt(text, "%s%s", i > 0 ? " " : "", json_string_value(one));
}

enum cli_exit
show_listed_item(struct cli *c, const char *code, const char *asof)
{
	json_t *item = NULL;
	struct buf fields = BUF_INIT, condition = BUF_INIT;
	char hours[NUM_SIZE];
	enum cli_exit rc = call(c, (struct request){ .method = "GET", .path = "/api/v1/items/{}",
	    .arg = { code }, .query = { "asof", asof } }, &item);

	if (rc != CLI_OK || c->json) {
		json_decref(item);
		return rc != CLI_OK ? rc : print_raw(c);
	}
	join(json_object_get(item, "fields"), &fields);
	join(json_object_get(item, "condition_fields"), &condition);
	print_pair(c, SAY_ITEM, str(item, "code"));
	print_pair(c, SAY_PROOF, str(item, "proof.name"));
	print_pair(c, SAY_MATTER, str(item, "matter.name"));
	print_pair(c, SAY_METHOD, word(c->lang, "method", str(item, "method")));
	print_pair(c, SAY_LEGAL_BASIS, str(item, "legal_basis"));
	print_pair(c, SAY_GROUND, str(item, "ground"));
	print_pair(c, SAY_ISSUER, str(item, "issuer.name"));
	print_pair(c, SAY_CONDITION, condition.data != NULL ? condition.data : "");
	print_pair(c, SAY_FIELDS, fields.data != NULL ? fields.data : "");
	if (json_is_integer(json_object_get(item, "verify_hours")))
		print_pair(c, SAY_HOURS, num_text(num(item, "verify_hours"), hours));
	print_pair(c, SAY_SAYS, str(item, "says"));
	buf_free(&fields);
	buf_free(&condition);
	json_decref(item);
	return CLI_OK;
}

enum cli_exit
cmd_item_show(struct cli *c)
{
	return show_listed_item(c, c->operand[0], NULL);
}

static void
show_parties(struct cli *c, const json_t *matter)
{
	const json_t *party;
	struct table t;
	size_t i;

	table_head(c, &t, (const enum message[]){ SAY_PARTY, SAY_NAME_OF, SAY_SUBJECT_KIND,
	    SAY_REQUIRED }, 4);
	json_array_foreach(json_object_get(matter, "parties"), i, party) {
		table_cell(&t, str(party, "role"));
		table_cell(&t, str(party, "label"));
		table_cell(&t, word(c->lang, "subject", str(party, "kind")));
		table_cell(&t, msg(c->lang, json_is_true(json_object_get(party, "required")) ?
		    SAY_REQUIRED : SAY_OPTIONAL));
	}
	table_print(&t, c->out);
	fputc('\n', c->out);
}

static void
show_fields(struct cli *c, const json_t *matter)
{
	const json_t *field;
	struct table t;
	size_t i;

	if (json_array_size(json_object_get(matter, "fields")) == 0)
		return;
	table_head(c, &t, (const enum message[]){ SAY_FIELD, SAY_NAME_OF, SAY_TYPE, SAY_VALUES }, 4);
	json_array_foreach(json_object_get(matter, "fields"), i, field) {
		struct buf values = BUF_INIT;

		join(json_object_get(field, "values"), &values);
		table_cell(&t, str(field, "name"));
		table_cell(&t, str(field, "label"));
		table_cell(&t, str(field, "type"));
		table_cell(&t, values.data != NULL ? values.data : "");
		buf_free(&values);
	}
	table_print(&t, c->out);
	fputc('\n', c->out);
}

static void
show_items(struct cli *c, const json_t *matter)
{
	const json_t *item;
	struct table t;
	size_t i;

	table_head(c, &t, (const enum message[]){ SAY_ITEM, SAY_PROOF, SAY_METHOD, SAY_CONDITION,
	    SAY_LEGAL_BASIS }, 5);
	json_array_foreach(json_object_get(matter, "items"), i, item) {
		struct buf condition = BUF_INIT;

		join(json_object_get(item, "condition_fields"), &condition);
		table_cell(&t, str(item, "code"));
		table_cell(&t, str(item, "proof.name"));
		table_cell(&t, word(c->lang, "method", str(item, "method")));
		table_cell(&t, condition.data != NULL ? condition.data : "");
		table_cell(&t, str(item, "legal_basis"));
		buf_free(&condition);
	}
	table_print(&t, c->out);
}

enum cli_exit
cmd_matter_show(struct cli *c)
{
	json_t *matter = NULL;
	char law[NUM_SIZE], promised[NUM_SIZE];
	enum cli_exit rc = call(c, (struct request){ .method = "GET", .path = "/api/v1/matters/{}",
	    .arg = { c->operand[0] } }, &matter);

	if (rc != CLI_OK || c->json) {
		json_decref(matter);
		return rc != CLI_OK ? rc : print_raw(c);
	}
	print_pair(c, SAY_MATTER, str(matter, "code"));
	print_pair(c, SAY_NAME_OF, str(matter, "name"));
	print_pair(c, SAY_OWNER, str(matter, "agency.name"));
	print_pair(c, SAY_SUBJECT_KIND, word(c->lang, "subject", str(matter, "subject")));
	say(c, SAY_PERIOD, num_text(num(matter, "statutory_days"), law),
	    num_text(num(matter, "promised_days"), promised));
	if (json_is_true(json_object_get(matter, "commitment_excluded")))
		say(c, SAY_NO_COMMITMENT);
	fputc('\n', c->out);
	show_parties(c, matter);
	show_fields(c, matter);
	show_items(c, matter);
	json_decref(matter);
	return CLI_OK;
}

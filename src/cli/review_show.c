/*
 * review_show.c - expert reviews as people read them.
 */
#include <string.h>

#include "cli/cli.h"

static void
show_citations(struct cli *c, const json_t *list)
{
	struct buf text = BUF_INIT;
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
		buf_fmt(&text, "%s%s%s", i > 0 ? ";" : "", str(one, "law"), str(one, "article"));
	print_pair(c, SAY_BASIS, text.data != NULL ? text.data : "");
	buf_free(&text);
}

/* "告知承诺 2  直接取消 1" */
static void
show_votes(struct cli *c, const json_t *votes)
{
	static const char *const all[] = { "direct_cancel", "commitment", "data_query", "department_verify",
		"abstain" };
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (num(votes, all[i]) > 0)
			buf_fmt(&text, "%s%s %" JSON_INTEGER_FORMAT, text.len > 0 ? "  " : "",
			    word(c->lang, "vote", all[i]), num(votes, all[i]));
	print_pair(c, SAY_VOTES, text.data != NULL ? text.data : "");
	buf_free(&text);
}

static void
show_ground(struct cli *c, const json_t *ground)
{
	struct buf text = BUF_INIT;

	if (!json_is_object(ground))
		return;
	buf_fmt(&text, "%" JSON_INTEGER_FORMAT " %s", num(ground, "number"), str(ground, "words"));
	print_pair(c, SAY_GROUND, text.data != NULL ? text.data : "");
	buf_free(&text);
}

/* A method in a line: open, or what blocks it and what to do. */
static void
show_options(struct cli *c, const json_t *options)
{
	const json_t *option, *why;
	size_t i, k;

	json_array_foreach(options, i, option) {
		fprintf(c->out, "%s  ", word(c->lang, "method", str(option, "method")));
		if (json_is_true(json_object_get(option, "open"))) {
			say(c, SAY_OPEN_METHOD);
			continue;
		}
		json_array_foreach(json_object_get(option, "blocked"), k, why) {
			if (k > 0)
				fputs("  ", c->out);
			say(c, SAY_BLOCKED, str(why, "title"));
		}
	}
}

static void
show_opinion(struct cli *c, const json_t *one)
{
	int holds = json_is_true(json_object_get(one, "in_force"));
	char when[32];

	fprintf(c->out, "\n%s  ", msg(c->lang, holds ? SAY_OPINION : SAY_OPINION_BEFORE));
	print_text(c->out, str(one, "expert.name"));
	fprintf(c->out, "  %s  %s\n", word(c->lang, "vote", str(one, "vote")),
	    minute(str(one, "at"), when, sizeof(when)));
	print_pair(c, SAY_OPINION, str(one, "text"));
	show_citations(c, json_object_get(one, "citations"));
}

static void
show_decision(struct cli *c, const json_t *d)
{
	const json_t *one;
	char when[32];
	size_t i;

	fprintf(c->out, "\n%s  %s  ", msg(c->lang, SAY_DECISION), word(c->lang, "method", str(d, "method")));
	print_text(c->out, str(d, "by.name"));
	fprintf(c->out, "  %s\n", minute(str(d, "at"), when, sizeof(when)));
	show_ground(c, json_object_get(d, "ground"));
	print_pair(c, SAY_REASON, str(d, "reason"));
	show_citations(c, json_object_get(d, "citations"));
	print_pair(c, SAY_AGAINST_MAJORITY, str(d, "against_majority"));
	print_pair(c, SAY_LEGAL_BASIS, str(d, "legal_basis"));
	json_array_foreach(json_object_get(d, "dissent"), i, one) {
		fprintf(c->out, "%s  ", msg(c->lang, SAY_DISSENT));
		print_text(c->out, str(one, "name"));
		fprintf(c->out, "  %s  ", word(c->lang, "vote", str(one, "vote")));
		print_text(c->out, str(one, "text"));
		fputc('\n', c->out);
	}
}

static void
show_events(struct cli *c, const json_t *events)
{
	const json_t *one;
	char when[32];
	struct table t;
	size_t i;

	fputc('\n', c->out);
	table_start(&t, 4);
	json_array_foreach(events, i, one) {
		table_cell(&t, minute(str(one, "at"), when, sizeof(when)));
		table_cell(&t, word(c->lang, "review_event", str(one, "event")));
		table_cell(&t, str(one, "by.name"));
		table_cell(&t, strcmp(str(one, "event"), "opinion") == 0 ? word(c->lang, "vote", str(one, "vote")) :
		    str(one, "text"));
	}
	table_print(&t, c->out);
}

void
show_review(struct cli *c, const json_t *one)
{
	char version[NUM_SIZE], when[32], applied[NUM_SIZE];
	const json_t *opinion;
	size_t i;

	print_pair(c, SAY_REVIEW, str(one, "number"));
	print_pair(c, SAY_ID, str(one, "id"));
	print_pair(c, SAY_VERSION, num_text(num(one, "version"), version));
	print_pair(c, SAY_STATE, word(c->lang, "review", str(one, "state")));
	print_pair(c, SAY_ITEM, str(one, "item"));
	print_pair(c, SAY_PROOF, str(one, "proof.name"));
	print_pair(c, SAY_MATTER, str(one, "matter.name"));
	print_pair(c, SAY_LEGAL_BASIS, str(one, "legal_basis"));
	print_pair(c, SAY_METHOD_NOW, word(c->lang, "method", str(one, "method_now")));
	print_pair(c, SAY_ROUND, str(one, "origin.round"));
	print_pair(c, SAY_DIFFERENCE_OF, str(one, "origin.difference"));
	print_pair(c, SAY_OPENED_REVIEW, minute(str(one, "opened_at"), when, sizeof(when)));
	print_pair(c, SAY_QUESTION, str(one, "question"));
	print_pair(c, SAY_UNCLEAR, str(one, "unclear"));
	show_votes(c, json_object_get(one, "votes"));
	print_pair(c, SAY_MAJORITY, word(c->lang, "method", str(one, "majority")));
	print_pair(c, SAY_APPLIED_IN, num(one, "applied") > 0 ? num_text(num(one, "applied"), applied) : "");
	show_options(c, json_object_get(one, "options"));
	json_array_foreach(json_object_get(one, "opinions"), i, opinion)
		show_opinion(c, opinion);
	if (json_is_object(json_object_get(one, "decision")))
		show_decision(c, json_object_get(one, "decision"));
	show_events(c, json_object_get(one, "events"));
}

enum cli_exit
cmd_review_show(struct cli *c)
{
	enum cli_exit rc;
	json_t *one = fetch(c, (struct request){ .method = "GET", .path = "/api/v1/reviews/{}",
	    .arg = { c->operand[0] } }, &rc);

	if (one == NULL)
		return rc;
	show_review(c, one);
	json_decref(one);
	return CLI_OK;
}

enum cli_exit
cmd_review_list(struct cli *c)
{
	const json_t *one;
	json_t *page;
	char experts[NUM_SIZE];
	enum cli_exit rc;
	struct table t;
	size_t i;

	page = fetch(c, (struct request){ .method = "GET", .path = "/api/v1/reviews", .query = { "state",
	    cli_opt(c, OPT_STATE), "item", cli_opt(c, OPT_OF_ITEM), "limit", cli_opt(c, OPT_LIMIT), "cursor",
	    cli_opt(c, OPT_CURSOR) } }, &rc);
	if (page == NULL)
		return rc;
	table_head(c, &t, (const enum message[]){ SAY_REVIEW, SAY_STATE, SAY_ITEM, SAY_PROOF, SAY_METHOD_NOW,
	    SAY_DECISION, SAY_EXPERTS, SAY_UNCLEAR }, 8);
	json_array_foreach(json_object_get(page, "reviews"), i, one) {
		table_cell(&t, str(one, "number"));
		table_cell(&t, word(c->lang, "review", str(one, "state")));
		table_cell(&t, str(one, "item"));
		table_cell(&t, str(one, "proof.name"));
		table_cell(&t, word(c->lang, "method", str(one, "method_now")));
		table_cell(&t, word(c->lang, "method", str(one, "method")));
		table_cell(&t, num_text(num(one, "experts"), experts));
		table_cell(&t, str(one, "unclear"));
	}
	table_print(&t, c->out);
	print_more(c, page);
	json_decref(page);
	return CLI_OK;
}

static void
show_history(struct cli *c, const json_t *history)
{
	const json_t *one;
	char from[32], until[32];
	struct table t;
	size_t i;

	fputc('\n', c->out);
	table_head(c, &t, (const enum message[]){ SAY_FROM, SAY_UNTIL, SAY_VERSION, SAY_METHOD, SAY_GROUND,
	    SAY_REVIEW, SAY_DECISION }, 7);
	json_array_foreach(history, i, one) {
		table_cell(&t, minute(str(one, "from"), from, sizeof(from)));
		table_cell(&t, minute(str(one, "until"), until, sizeof(until)));
		table_fmt(&t, "%" JSON_INTEGER_FORMAT, num(one, "version"));
		table_cell(&t, json_is_string(json_object_get(one, "method")) ?
		    word(c->lang, "method", str(one, "method")) : msg(c->lang, SAY_NOT_LISTED));
		table_cell(&t, str(one, "ground.words"));
		table_cell(&t, str(one, "review.number"));
		table_cell(&t, str(one, "publication"));
	}
	table_print(&t, c->out);
}

enum cli_exit
cmd_review_methods(struct cli *c)
{
	enum cli_exit rc;
	json_t *one = fetch(c, (struct request){ .method = "GET", .path = "/api/v1/items/{}/methods",
	    .arg = { c->operand[0] } }, &rc);

	if (one == NULL)
		return rc;
	print_pair(c, SAY_ITEM, str(one, "code"));
	print_pair(c, SAY_PROOF, str(one, "proof.name"));
	print_pair(c, SAY_MATTER, str(one, "matter.name"));
	print_pair(c, SAY_METHOD_NOW, word(c->lang, "method", str(one, "method")));
	show_ground(c, json_object_get(one, "ground"));
	show_options(c, json_object_get(one, "options"));
	show_history(c, json_object_get(one, "history"));
	json_decref(one);
	return CLI_OK;
}

/*
 * align_difference.c - one difference in full: both sides, why, what else comes near, what was said and done.
 */
#include <string.h>

#include "cli/align.h"

/* A line of the comparison: the city's and the county's, with a mark where they differ. */
static void
side(struct cli *c, struct table *t, enum message label, const char *city, const char *county)
{
	table_cell(t, msg(c->lang, label));
	table_cell(t, city[0] != '\0' ? city : "–");
	table_cell(t, strcmp(city, county) == 0 || city[0] == '\0' || county[0] == '\0' ? "" : "≠");
	table_cell(t, county[0] != '\0' ? county : "–");
}

static void
show_sides(struct cli *c, const json_t *one)
{
	const json_t *item = json_object_get(one, "item"), *row = json_object_get(one, "row");
	char line[160] = "";
	struct table t;

	if (json_is_object(row))
		snprintf(line, sizeof(line), "%s:%lld", str(row, "code"), (long long)num(row, "line"));
	table_head(c, &t, (const enum message[]){ SAY_BESIDE, SAY_THE_CITYS, SAY_DIFFERS, SAY_THE_COUNTYS }, 4);
	side(c, &t, SAY_MATTER, str(item, "matter.name"), str(row, "matter"));
	side(c, &t, SAY_PROOF, str(item, "proof.name"), str(row, "proof"));
	side(c, &t, SAY_METHOD, json_is_object(item) ? word(c->lang, "method", str(item, "method")) : "",
	    json_is_object(row) ? word(c->lang, "method", str(row, "method")) : "");
	side(c, &t, SAY_LEGAL_BASIS, str(item, "legal_basis"), str(row, "legal_basis"));
	table_cell(&t, msg(c->lang, SAY_CODE_AND_LINE));
	table_cell(&t, str(item, "code"));
	table_cell(&t, "");
	table_cell(&t, line);
	table_print(&t, c->out);
}

static void
show_evidence(struct cli *c, const json_t *one)
{
	const json_t *list = json_object_get(json_object_get(one, "evidence"), c->lang == LANG_ZH ? "zh" : "en"), *text;
	size_t i;

	if (json_array_size(list) == 0)
		return;
	say(c, SAY_EVIDENCE);
	json_array_foreach(list, i, text) {
		fprintf(c->out, "  %zu. ", i + 1);
		print_text(c->out, json_string_value(text));
		fputc('\n', c->out);
	}
}

static void
show_candidates(struct cli *c, const json_t *one)
{
	const json_t *list = json_object_get(one, "candidates"), *near;
	struct table t;
	size_t i;

	if (json_array_size(list) == 0)
		return;
	say(c, SAY_CANDIDATES);
	table_start(&t, 5);
	json_array_foreach(list, i, near) {
		int item = json_is_object(json_object_get(near, "item"));

		table_fmt(&t, "  %lld.%lld%%", (long long)num(near, "likeness") / 10, (long long)num(near, "likeness") % 10);
		if (item)
			table_cell(&t, str(near, "item.code"));
		else
			table_fmt(&t, "%s:%lld", str(near, "row.code"), (long long)num(near, "row.line"));
		table_cell(&t, item ? str(near, "item.matter.name") : str(near, "row.matter"));
		table_cell(&t, item ? str(near, "item.proof.name") : str(near, "row.proof"));
		table_cell(&t, word(c->lang, "method", item ? str(near, "item.method") : str(near, "row.method")));
	}
	table_print(&t, c->out);
}

/* "改革武  已确认名称", indented; who and when. */
static void
show_comments(struct cli *c, const json_t *one)
{
	const json_t *comment;
	char when[32];
	size_t i;

	if (json_array_size(json_object_get(one, "comments")) > 0)
		say(c, SAY_COMMENTS);
	json_array_foreach(json_object_get(one, "comments"), i, comment) {
		fprintf(c->out, "  %s  ", minute(str(comment, "at"), when, sizeof(when)));
		print_text(c->out, str(comment, "who.name"));
		fputs("  ", c->out);
		print_text(c->out, str(comment, "text"));
		fputc('\n', c->out);
	}
}

static void
show_events(struct cli *c, const json_t *one)
{
	static const char *const said[] = { "reason", "basis", "text", "user.name", "until" };
	const json_t *event;
	char when[32];
	size_t i;

	if (json_array_size(json_object_get(one, "events")) > 0)
		say(c, SAY_HISTORY);
	json_array_foreach(json_object_get(one, "events"), i, event) {
		fprintf(c->out, "  %s  ", minute(str(event, "at"), when, sizeof(when)));
		print_text(c->out, str(event, "who.name"));
		fprintf(c->out, "  %s", word(c->lang, "align_event", str(event, "what")));
		if (str(event, "decision")[0] != '\0')
			fprintf(c->out, " %s", word(c->lang, "align", str(event, "decision")));
		for (size_t k = 0; k < sizeof(said) / sizeof(said[0]); k++)
			if (str(event, said[k])[0] != '\0') {
				fputs("  ", c->out);
				print_text(c->out, str(event, said[k]));
			}
		fputc('\n', c->out);
	}
}

void
show_difference(struct cli *c, const json_t *one)
{
	const json_t *decision = json_object_get(one, "decision");
	int gone = json_is_integer(json_object_get(one, "gone"));
	char text[160];

	print_pair(c, SAY_ID, str(one, "id"));
	print_pair(c, SAY_ALL_KINDS, word(c->lang, "align_kind", str(one, "kind")));
	snprintf(text, sizeof(text), "%s %s", str(one, "division.code"), str(one, "division.name"));
	print_pair(c, SAY_DIVISION, text);
	print_pair(c, SAY_DEPARTMENT, str(one, "agency.name"));
	snprintf(text, sizeof(text), "%s%s%s", word(c->lang, "align", str(one, "state")), gone ? "  " : "",
	    gone ? word(c->lang, "align", "gone") : "");
	print_pair(c, SAY_STATE, text);
	snprintf(text, sizeof(text), "%lld.%lld%%", (long long)num(one, "certainty") / 10,
	    (long long)num(one, "certainty") % 10);
	print_pair(c, SAY_CERTAINTY, text);
	print_pair(c, SAY_REASON, str(decision, "reason"));
	print_pair(c, SAY_BASIS, str(decision, "basis"));
	snprintf(text, sizeof(text), "%s  %s%s", str(one, "assignee.name"), str(one, "until"),
	    json_is_true(json_object_get(one, "late")) ? " !" : "");
	print_pair(c, SAY_WITH, str(one, "assignee.name")[0] != '\0' ? text : "");
	fputc('\n', c->out);
	show_sides(c, one);
	fputc('\n', c->out);
	print_text(c->out, str(one, "explanation"));
	fputc('\n', c->out);
	show_evidence(c, one);
	show_candidates(c, one);
	show_comments(c, one);
	show_events(c, one);
}

enum cli_exit
fetch_difference(struct cli *c, struct request r)
{
	enum cli_exit rc;
	json_t *one = fetch(c, r, &rc);

	if (one == NULL)
		return rc;
	show_difference(c, one);
	json_decref(one);
	return CLI_OK;
}

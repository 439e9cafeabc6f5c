/*
 * lifeevent.c - life events 一件事: listed, shown as a table or as a graph, checked before import.
 */
#include <string.h>

#include "api/serve.h"
#include "cli/cli.h"

enum cli_exit
cmd_lifeevent_list(struct cli *c)
{
	const json_t *event;
	json_t *page;
	char steps[NUM_SIZE], agencies[NUM_SIZE], path[NUM_SIZE], promised[NUM_SIZE];
	struct table t;
	enum cli_exit rc;
	size_t i;

	page = fetch(c, (struct request){ .method = "GET", .path = "/api/v1/lifeevents", .query = {
	    "limit", cli_opt(c, OPT_LIMIT), "cursor", cli_opt(c, OPT_CURSOR) } }, &rc);
	if (page == NULL)
		return rc;
	table_head(c, &t, (const enum message[]){ SAY_CODE_OF, SAY_NAME_OF, SAY_STEPS, SAY_AGENCIES,
	    SAY_CRITICAL_MINUTES, SAY_PROMISED_MINUTES }, 6);
	json_array_foreach(json_object_get(page, "life_events"), i, event) {
		table_cell(&t, str(event, "code"));
		table_cell(&t, str(event, "name"));
		table_cell(&t, num_text(num(event, "steps_total"), steps));
		table_cell(&t, num_text(num(event, "agencies_total"), agencies));
		table_cell(&t, num_text(num(event, "critical_minutes"), path));
		table_cell(&t, num_text(num(event, "promised_minutes"), promised));
	}
	table_print(&t, c->out);
	print_more(c, page);
	json_decref(page);
	return CLI_OK;
}

/* A number of minutes; nothing where none is finished. */
static void
print_number(struct cli *c, enum message label, const json_t *clock, const char *name)
{
	char n[NUM_SIZE];

	print_pair(c, label, json_is_null(json_object_get(clock, name)) ? "" : num_text(num(clock, name), n));
}

enum cli_exit
cmd_lifeevent_clock(struct cli *c)
{
	char n[3][NUM_SIZE];
	enum cli_exit rc;
	json_t *clock = fetch(c, (struct request){ .method = "GET", .path = "/api/v1/lifeevents/{}/clock",
	    .arg = { c->operand[0] } }, &rc);

	if (clock == NULL)
		return rc;
	print_pair(c, SAY_LIFE_EVENT, str(clock, "life_event.name"));
	print_number(c, SAY_PROMISED_MINUTES, clock, "promised_minutes");
	say(c, SAY_CLOCK_DAYS, num_text(num(clock, "days"), n[0]));
	print_number(c, SAY_UNDER_WAY, clock, "running");
	print_number(c, SAY_FINISHED, clock, "finished");
	print_number(c, SAY_IN_TIME, clock, "in_time");
	print_number(c, SAY_LATE_ONES, clock, "late");
	print_number(c, SAY_WITHDRAWN_ONES, clock, "withdrawn");
	print_number(c, SAY_MINUTES_MEDIAN, clock, "minutes_median");
	print_number(c, SAY_MINUTES_MOST, clock, "minutes_most");
	say(c, SAY_SPARED, num_text(num(clock, "spared.forms"), n[0]),
	    num_text(num(clock, "spared.visits"), n[1]), num_text(num(clock, "spared.papers"), n[2]));
	json_decref(clock);
	return CLI_OK;
}

/* Graphs */

/* How a graph is written: Graphviz, or what Markdown pages draw. */
struct graph_form {
	const char *name, *begin, *end;
	const char *line;		/* between two lines of a label */
	const char *quote;		/* stands for a quotation mark */
};

static const struct graph_form forms[] = {
	{ "dot", "digraph {\n\trankdir=LR;\n\tnode [shape=box];\n", "}\n", "\\n", "\\\"" },
	{ "mermaid", "flowchart LR\n", "", "<br>", "#quot;" },
};

static void
put_label(FILE *out, const struct graph_form *form, const char *text)
{
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '"')
			fputs(form->quote, out);
		else if (*p != '\\')
			fputc(*p, out);
	}
}

/* The number of the step of that code. */
static size_t
step_number(const json_t *steps, const char *code)
{
	const json_t *step;
	size_t i;

	json_array_foreach(steps, i, step)
		if (strcmp(str(step, "code"), code) == 0)
			return i;
	return 0;
}

static int
is_critical(const json_t *event, const char *code)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(event, "critical_path"), i, one)
		if (strcmp(json_string_value(one), code) == 0)
			return 1;
	return 0;
}

static void
put_step(struct cli *c, const struct graph_form *form, const json_t *event, const json_t *step,
    size_t i)
{
	int dot = form == &forms[0], critical = is_critical(event, str(step, "code"));
	char minutes[NUM_SIZE], said[60];

	snprintf(said, sizeof(said), msg(c->lang, SAY_MINUTES),
	    num_text(num(step, "promised_minutes"), minutes));
	fprintf(c->out, dot ? "\ts%zu [label=\"" : "\ts%zu[\"", i);
	put_label(c->out, form, str(step, "code"));
	fputc(' ', c->out);
	put_label(c->out, form, str(step, "matter.name"));
	fputs(form->line, c->out);
	put_label(c->out, form, str(step, "agency.name"));
	fprintf(c->out, "%s%s\"", form->line, said);
	fputs(dot ? (critical ? " style=bold];\n" : "];\n") : "]\n", c->out);
	if (!dot && critical)
		fprintf(c->out, "\tstyle s%zu stroke-width:3px\n", i);
}

static void
show_graph(struct cli *c, const json_t *event, const struct graph_form *form)
{
	const json_t *steps = json_object_get(event, "steps"), *step, *before;
	size_t i, k;

	fputs(form->begin, c->out);
	json_array_foreach(steps, i, step)
		put_step(c, form, event, step, i);
	json_array_foreach(steps, i, step)
		json_array_foreach(json_object_get(step, "after"), k, before)
			fprintf(c->out, form == &forms[0] ? "\ts%zu -> s%zu;\n" : "\ts%zu --> s%zu\n",
			    step_number(steps, json_string_value(before)), i);
	fputs(form->end, c->out);
}

/* Tables */

/* An array of strings as one text. */
static void
join(const json_t *array, const char *between, struct buf *text)
{
	const json_t *one;
	size_t i;

	buf_str(text, "");
	json_array_foreach(array, i, one)
		buf_fmt(text, "%s%s", i > 0 ? between : "", json_string_value(one));
}

/* Who settles a step: a rule, somebody at the agency, or the agency's own system. */
static const char *
done_by(const struct cli *c, const json_t *step)
{
	return msg(c->lang, json_is_true(json_object_get(step, "auto")) ? SAY_BY_RULE :
	    json_is_true(json_object_get(step, "outside")) ? SAY_BY_OUTSIDE : SAY_BY_DESK);
}

static void
show_steps(struct cli *c, const json_t *event)
{
	const json_t *step;
	char at[NUM_SIZE], minutes[NUM_SIZE];
	struct table t;
	size_t i;

	table_head(c, &t, (const enum message[]){ SAY_STEP, SAY_MATTER, SAY_NAME_OF, SAY_OWNER, SAY_DONE_BY,
	    SAY_AFTER, SAY_STARTS_AT, SAY_MINUTES_OF }, 8);
	json_array_foreach(json_object_get(event, "steps"), i, step) {
		struct buf after = BUF_INIT;

		join(json_object_get(step, "after"), " ", &after);
		table_cell(&t, str(step, "code"));
		table_cell(&t, str(step, "matter.code"));
		table_cell(&t, str(step, "matter.name"));
		table_cell(&t, str(step, "agency.name"));
		table_cell(&t, done_by(c, step));
		table_cell(&t, after.data != NULL ? after.data : "");
		table_cell(&t, num_text(num(step, "starts_at"), at));
		table_cell(&t, num_text(num(step, "promised_minutes"), minutes));
		buf_free(&after);
	}
	table_print(&t, c->out);
	fputc('\n', c->out);
}

static void
show_form(struct cli *c, const json_t *event)
{
	const json_t *field;
	struct table t;
	size_t i;

	table_head(c, &t, (const enum message[]){ SAY_FIELD, SAY_NAME_OF, SAY_TYPE, SAY_REQUIRED }, 4);
	json_array_foreach(json_object_get(event, "form"), i, field) {
		table_cell(&t, str(field, "name"));
		table_cell(&t, str(field, "label"));
		table_cell(&t, str(field, "type"));
		table_cell(&t, msg(c->lang, json_is_true(json_object_get(field, "required")) ?
		    SAY_REQUIRED : SAY_OPTIONAL));
	}
	table_print(&t, c->out);
}

/* Nothing where nobody must confirm. */
static void
show_confirms(struct cli *c, const json_t *event)
{
	const json_t *list = json_object_get(event, "confirm"), *one;
	struct table t;
	size_t i;

	if (json_array_size(list) == 0)
		return;
	fputc('\n', c->out);
	table_head(c, &t, (const enum message[]){ SAY_CONFIRMS, SAY_NAME_OF, SAY_BEFORE_STEPS }, 3);
	json_array_foreach(list, i, one) {
		struct buf before = BUF_INIT;

		join(json_object_get(one, "before"), " ", &before);
		table_cell(&t, str(one, "code"));
		table_cell(&t, str(one, "label"));
		table_cell(&t, before.data != NULL ? before.data : "");
		buf_free(&before);
	}
	table_print(&t, c->out);
}

static void
show_event(struct cli *c, const json_t *event)
{
	char path[NUM_SIZE], promised[NUM_SIZE];
	struct buf critical = BUF_INIT;

	join(json_object_get(event, "critical_path"), " → ", &critical);
	print_pair(c, SAY_CODE_OF, str(event, "code"));
	print_pair(c, SAY_NAME_OF, str(event, "name"));
	print_pair(c, SAY_LEAD_AGENCY, str(event, "lead_agency.name"));
	print_pair(c, SAY_CRITICAL_PATH, critical.data != NULL ? critical.data : "");
	say(c, SAY_EVENT_MINUTES, num_text(num(event, "critical_minutes"), path),
	    num_text(num(event, "promised_minutes"), promised));
	buf_free(&critical);
	fputc('\n', c->out);
	show_steps(c, event);
	show_form(c, event);
	show_confirms(c, event);
}

/* "330703-261126-LA00007-0", where a definition has a code. */
static int
is_joint_number(const char *text)
{
	return strspn(text, "0123456789") == 6 && text[6] == '-';
}

enum cli_exit
cmd_lifeevent_show(struct cli *c)
{
	const char *graph = cli_opt(c, OPT_GRAPH);
	json_t *event = NULL;
	enum cli_exit rc;

	if (is_joint_number(c->operand[0]) && graph == NULL)
		return cmd_lifeevent_progress(c);
	rc = call(c, (struct request){ .method = "GET", .path = "/api/v1/lifeevents/{}",
	    .arg = { c->operand[0] } }, &event);

	if (rc != CLI_OK || (c->json && graph == NULL)) {
		json_decref(event);
		return rc != CLI_OK ? rc : print_raw(c);
	}
	if (graph == NULL)
		show_event(c, event);
	for (size_t i = 0; graph != NULL && i < sizeof(forms) / sizeof(forms[0]); i++)
		if (strcmp(forms[i].name, graph) == 0)
			show_graph(c, event, &forms[i]);
	json_decref(event);
	return CLI_OK;
}

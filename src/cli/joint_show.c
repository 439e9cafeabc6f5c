/*
 * joint_show.c - joint cases 联办件 for people: listed, how far each step is, and what happens as it happens.
 */
#include <string.h>

#include "cli/cli.h"

#define WAIT_SECONDS "20"	/* for which a look waits for something to happen */

enum cli_exit
cmd_lifeevent_cases(struct cli *c)
{
	json_t *page, *body = NULL;
	const json_t *one;
	char when[32], done[NUM_SIZE];
	struct table t;
	enum cli_exit rc = search_body(c, &body);
	size_t i;

	if (rc != CLI_OK || (page = fetch(c, (struct request){ .method = "POST",
	    .path = "/api/v1/jointcases/search", .body = body }, &rc)) == NULL)
		return rc;
	table_head(c, &t, (const enum message[]){ SAY_JOINT, SAY_STATE, SAY_DONE_STEPS, SAY_STEPS, SAY_DUE,
	    SAY_LIFE_EVENT, SAY_LEAD_AGENCY }, 7);
	json_array_foreach(json_object_get(page, "joint_cases"), i, one) {
		table_cell(&t, str(one, "number"));
		table_cell(&t, word(c->lang, "joint", str(one, "state")));
		table_cell(&t, num_text(num(one, "counts.done"), done));
		table_cell(&t, num_text(num(one, "counts.total"), done));
		table_cell(&t, minute(str(one, "due_at"), when, sizeof(when)));
		table_cell(&t, str(one, "life_event.name"));
		table_cell(&t, str(one, "agency.name"));
	}
	table_print(&t, c->out);
	print_more(c, page);
	json_decref(page);
	return CLI_OK;
}

/* A sentence about a list of codes; nothing where the list is empty. */
static void
about(struct cli *c, const json_t *list, enum message says, struct buf *text)
{
	struct buf codes = BUF_INIT;
	const json_t *code;
	size_t i;

	json_array_foreach(list, i, code)
		buf_fmt(&codes, "%s%s", i > 0 ? " " : "", json_string_value(code));
	if (codes.len > 0) {
		buf_str(text, text->len > 0 ? "  " : "");
		buf_fmt(text, msg(c->lang, says), codes.data);
	}
	buf_free(&codes);
}

/* What is in the way of a step, or why it is not done. */
static void
in_the_way(struct cli *c, const json_t *step, struct buf *text)
{
	const json_t *code;
	size_t i;

	buf_str(text, word(c->lang, "joint_reason", str(step, "reason.code")));
	json_array_foreach(json_object_get(json_object_get(step, "reason"), "about"), i, code)
		buf_fmt(text, " %s", json_string_value(code));
	if (str(step, "because")[0] != '\0') {
		buf_str(text, text->len > 0 ? "  " : "");
		buf_fmt(text, msg(c->lang, SAY_BECAUSE_OF), str(step, "because"));
	}
	if (strcmp(str(step, "state"), "waiting") != 0 && strcmp(str(step, "state"), "returned") != 0)
		return;
	about(c, json_object_get(step, "waits_for"), SAY_WAITS_FOR, text);
	about(c, json_object_get(step, "lacks"), SAY_MISSING, text);
}

static void
show_steps(struct cli *c, const json_t *joint)
{
	const json_t *step;
	char when[32];
	struct table t;
	size_t i;

	table_head(c, &t, (const enum message[]){ SAY_STEP, SAY_NAME_OF, SAY_OWNER, SAY_STATE, SAY_CASE,
	    SAY_DUE, SAY_IN_THE_WAY }, 7);
	json_array_foreach(json_object_get(joint, "steps"), i, step) {
		int late = json_is_true(json_object_get(step, "late"));
		struct buf text = BUF_INIT;

		in_the_way(c, step, &text);
		table_cell(&t, str(step, "code"));
		table_cell(&t, str(step, "matter.name"));
		table_cell(&t, str(step, "agency.name"));
		table_fmt(&t, "%s%s%s", word(c->lang, "joint_step", str(step, "state")), late ? " " : "",
		    late ? msg(c->lang, SAY_IS_LATE) : "");
		table_cell(&t, str(step, "case.number"));
		table_cell(&t, minute(str(step, "due_at"), when, sizeof(when)));
		table_cell(&t, text.data != NULL ? text.data : "");
		buf_free(&text);
	}
	table_print(&t, c->out);
}

/* What it would have taken, and what it takes. */
static void
show_measures(struct cli *c, const json_t *joint)
{
	char n[4][NUM_SIZE];
	json_int_t over = num(joint, "counts.skipped") + num(joint, "counts.withdrawn");

	say(c, SAY_STEP_COUNT, num_text(num(joint, "counts.total"), n[0]),
	    num_text(num(joint, "counts.done"), n[1]), num_text(over, n[2]),
	    num_text(num(joint, "counts.total") - num(joint, "counts.done") - over, n[3]));
	say(c, SAY_ONE_BY_ONE, num_text(num(joint, "measures.before.forms"), n[0]),
	    num_text(num(joint, "measures.before.visits"), n[1]),
	    num_text(num(joint, "measures.before.papers"), n[2]),
	    num_text(num(joint, "measures.before.working_days"), n[3]));
	say(c, SAY_IN_ONE, num_text(num(joint, "measures.now.forms"), n[0]),
	    num_text(num(joint, "measures.now.visits"), n[1]),
	    num_text(num(joint, "measures.now.papers"), n[2]),
	    num_text(num(joint, "measures.now.minutes"), n[3]));
}

static void
show_confirms(struct cli *c, const json_t *joint)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(joint, "confirms"), i, one) {
		struct buf text = BUF_INIT;

		buf_fmt(&text, "%s  %s  %s", str(one, "label"), str(one, "name"),
		    msg(c->lang, json_is_true(json_object_get(one, "confirmed")) ? SAY_CONFIRMED :
		    SAY_NOT_CONFIRMED));
		print_pair(c, SAY_CONFIRMS, text.data != NULL ? text.data : "");
		buf_free(&text);
	}
}

enum cli_exit
show_joint(struct cli *c, const json_t *joint)
{
	char when[32], version[NUM_SIZE];

	if (c->json)
		return print_raw(c);
	print_pair(c, SAY_JOINT, str(joint, "number"));
	print_pair(c, SAY_ID, str(joint, "id"));
	print_pair(c, SAY_LIFE_EVENT, str(joint, "life_event.name"));
	print_pair(c, SAY_STATE, word(c->lang, "joint", str(joint, "state")));
	print_pair(c, SAY_VERSION, num_text(num(joint, "version"), version));
	print_pair(c, SAY_LEAD_AGENCY, str(joint, "agency.name"));
	print_pair(c, SAY_OPENED, minute(str(joint, "opened_at"), when, sizeof(when)));
	print_pair(c, SAY_BEGAN, minute(str(joint, "started_at"), when, sizeof(when)));
	print_pair(c, SAY_DUE, minute(str(joint, "due_at"), when, sizeof(when)));
	print_pair(c, SAY_ENDED, minute(str(joint, "ended_at"), when, sizeof(when)));
	if (json_is_true(json_object_get(joint, "late")))
		print_pair(c, SAY_LIMITS, msg(c->lang, SAY_IS_LATE));
	show_confirms(c, joint);
	fputc('\n', c->out);
	show_steps(c, joint);
	fputc('\n', c->out);
	show_measures(c, joint);
	return CLI_OK;
}

enum cli_exit
cmd_lifeevent_progress(struct cli *c)
{
	json_t *joint = NULL;
	enum cli_exit rc = call(c, (struct request){ .method = "GET", .path = "/api/v1/jointcases/{}",
	    .arg = { c->operand[0] } }, &joint);

	if (rc == CLI_OK)
		rc = show_joint(c, joint);
	json_decref(joint);
	return rc;
}

/* Watching */

static const char *
matter_of(const json_t *joint, const char *code)
{
	const json_t *step;
	size_t i;

	json_array_foreach(json_object_get(joint, "steps"), i, step)
		if (strcmp(str(step, "code"), code) == 0)
			return str(step, "matter.name");
	return "";
}

/* "2026-11-26 09:30:12.345  NB1 出生医学证明首次签发  开始办" */
static void
show_event(struct cli *c, const json_t *joint, const json_t *event)
{
	const char *at = str(event, "at"), *step = str(event, "step");
	struct buf line = BUF_INIT;
	char n[NUM_SIZE];

	if (strlen(at) > 23)
		buf_fmt(&line, "%.10s %.12s  ", at, at + 11);
	if (step[0] != '\0')
		buf_fmt(&line, "%s %s  ", step, matter_of(joint, step));
	buf_str(&line, word(c->lang, "joint_event", str(event, "event")));
	if (num(event, "attempt") > 1) {
		buf_str(&line, "  ");
		buf_fmt(&line, msg(c->lang, SAY_ATTEMPT), num_text(num(event, "attempt"), n));
	}
	print_text(c->out, line.data != NULL ? line.data : "");
	fputc('\n', c->out);
	buf_free(&line);
}

/* Everything that has happened behind the cursor, which goes on; waits: until something does, for a while. */
static enum cli_exit
show_events(struct cli *c, const json_t *joint, int waits, struct buf *cursor)
{
	enum cli_exit rc;
	int more;

	do {
		json_t *page = NULL;
		const json_t *event;
		size_t i;

		rc = call(c, (struct request){ .method = "GET", .path = "/api/v1/jointcases/{}/events",
		    .arg = { c->operand[0] }, .query = { "limit", "200", "wait", waits ? WAIT_SECONDS : "0",
		    "cursor", cursor->len > 0 ? cursor->data : NULL }, .patient = waits }, &page);
		if (rc != CLI_OK)
			return rc;
		if (c->json && json_array_size(json_object_get(page, "events")) > 0)
			print_raw(c);
		json_array_foreach(json_object_get(page, "events"), i, event)
			if (!c->json)
				show_event(c, joint, event);
		if (str(page, "next")[0] != '\0') {
			buf_clear(cursor);
			buf_str(cursor, str(page, "next"));
		}
		more = json_is_true(json_object_get(page, "more"));
		json_decref(page);
	} while (more);
	fflush(c->out);
	return CLI_OK;
}

static int
has_ended(const json_t *joint)
{
	return strcmp(str(joint, "state"), "finished") == 0 || strcmp(str(joint, "state"), "withdrawn") == 0;
}

enum cli_exit
cmd_lifeevent_watch(struct cli *c)
{
	struct buf cursor = BUF_INIT;
	enum cli_exit rc;
	int ended = 0;

	for (;;) {
		json_t *joint = NULL;

		/* How it is is asked first: what has happened until then is shown before the end. */
		rc = call(c, (struct request){ .method = "GET", .path = "/api/v1/jointcases/{}",
		    .arg = { c->operand[0] } }, &joint);
		ended = has_ended(joint);
		if (rc == CLI_OK)
			rc = show_events(c, joint, !ended && cli_opt(c, OPT_ONCE) == NULL, &cursor);
		if (rc == CLI_OK && ended && !c->json)
			show_measures(c, joint);
		json_decref(joint);
		if (rc != CLI_OK || ended || cli_opt(c, OPT_ONCE) != NULL)
			break;
	}
	buf_free(&cursor);
	return rc;
}

/*
 * case_show.c - a case and its items, for people.
 */
#include <string.h>

#include "cli/cli.h"

/* What somebody who looks at an item needs to know beside its state. */
static void
remark(struct cli *c, const json_t *item, struct buf *text)
{
	const json_t *missing = json_object_get(item, "missing"), *m;
	const json_t *answer = json_object_get(item, "answer");
	const json_t *verification = json_object_get(item, "verification");
	char when[32], count[NUM_SIZE];
	size_t i;

	if (json_array_size(missing) == 0)
		missing = json_object_get(item, "waiting_for");
	if (json_array_size(missing) > 0) {
		struct buf labels = BUF_INIT;

		json_array_foreach(missing, i, m)
			buf_fmt(&labels, "%s%s", i > 0 ? " " : "", str(m, "label"));
		if (!buf_failed(&labels))
			buf_fmt(text, msg(c->lang, SAY_MISSING), labels.data);
		buf_free(&labels);
	} else if (json_is_object(answer)) {
		buf_fmt(text, msg(c->lang, SAY_ROWS), word(c->lang, "answer", str(answer, "answer")),
		    num_text(num(answer, "count"), count));
	} else if (json_is_object(verification) && str(verification, "answer")[0] == '\0') {
		buf_fmt(text, msg(c->lang, SAY_AT_DESK), str(verification, "desk.name"),
		    minute(str(verification, "due_at"), when, sizeof(when)));
	} else if (json_is_object(verification)) {
		buf_str(text, word(c->lang, "answer", str(verification, "answer")));
	} else
		buf_str(text, str(item, "ground"));
}

/* What the item's card is told, one after the other. */
static void
show_notices(struct cli *c, const json_t *item)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(item, "notices"), i, one) {
		struct buf text = BUF_INIT;
		char when[32];

		buf_fmt(&text, msg(c->lang, SAY_CORRECTED), str(one, "agency.name"),
		    minute(str(one, "corrected_at"), when, sizeof(when)));
		buf_fmt(&text, "  %s", str(one, "id"));
		print_pair(c, SAY_TOLD_OF, text.data != NULL ? text.data : "");
		buf_free(&text);
	}
}

static void
show_disputes(struct cli *c, const json_t *item)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(item, "disputes"), i, one) {
		struct buf text = BUF_INIT;
		char when[32];

		buf_fmt(&text, "%s  %s  %s  %s", word(c->lang, "dispute", str(one, "state")),
		    minute(str(one, "due_at"), when, sizeof(when)), str(one, "agency.name"), str(one, "id"));
		print_pair(c, SAY_DISPUTE, text.data != NULL ? text.data : "");
		print_pair(c, SAY_BASIS, str(one, "basis"));
		buf_free(&text);
	}
}

static void
show_items(struct cli *c, const json_t *items)
{
	struct table t;
	const json_t *item;
	size_t i;

	table_head(c, &t, (const enum message[]){ SAY_ITEM, SAY_PROOF, SAY_WAY,
	    SAY_STATE, SAY_REMARK }, 5);
	json_array_foreach(items, i, item) {
		struct buf text = BUF_INIT;

		remark(c, item, &text);
		table_cell(&t, str(item, "code"));
		table_cell(&t, str(item, "proof.name"));
		table_cell(&t, word(c->lang, "method", str(item, "way")));
		table_cell(&t, word(c->lang, "item", str(item, "state")));
		table_cell(&t, text.data != NULL ? text.data : "");
		buf_free(&text);
	}
	table_print(&t, c->out);
}

json_int_t
items_open(const json_t *one)
{
	return num(one, "counts.total") - num(one, "counts.cancelled") -
	    num(one, "counts.established") - num(one, "counts.committed") -
	    num(one, "counts.does_not_apply");
}

/* A line of ours with its %s filled in, and "overdue" behind it where it is. */
static void
progress_line(struct cli *c, enum message label, enum message says, const char *a, const char *b,
    const json_t *what)
{
	struct buf text = BUF_INIT;

	buf_fmt(&text, msg(c->lang, says), a, b);
	if (json_is_true(json_object_get(what, "overdue")))
		buf_fmt(&text, "  %s", msg(c->lang, SAY_IS_LATE));
	if (json_is_true(json_object_get(what, "provisional")))
		buf_fmt(&text, "  %s", msg(c->lang, SAY_PROVISIONAL));
	print_pair(c, label, text.data != NULL ? text.data : "");
	buf_free(&text);
}

/* Limits, and what was deferred or has to be corrected. */
static void
show_progress(struct cli *c, const json_t *one)
{
	const json_t *limits = json_object_get(one, "limits");
	const json_t *deferral = json_object_get(one, "deferral"), *code;
	const json_t *correction = json_object_get(one, "correction");
	struct buf lacking = BUF_INIT;
	size_t i;

	if (json_is_object(limits))
		progress_line(c, SAY_LIMITS, SAY_LIMITS_ARE, str(limits, "promised.ends_on"),
		    str(limits, "statutory.ends_on"), limits);
	json_array_foreach(json_object_get(deferral, "lacking"), i, code)
		buf_fmt(&lacking, "%s%s", i > 0 ? " " : "", json_string_value(code));
	if (json_is_object(deferral))
		progress_line(c, SAY_DEFERRED, SAY_DEFERRED_IS, str(deferral, "until"),
		    lacking.data != NULL ? lacking.data : "", deferral);
	if (json_is_object(correction))
		progress_line(c, SAY_CORRECTION, SAY_CORRECTION_IS, str(correction, "due_on"),
		    str(correction, "words"), correction);
	buf_free(&lacking);
}

/* Which step of a joint case it does, and what it is to give; nothing where it is of none. */
static void
show_step(struct cli *c, const json_t *one)
{
	const json_t *joint = json_object_get(one, "joint_case"), *output;
	struct buf text = BUF_INIT, outputs = BUF_INIT;
	size_t i;

	if (!json_is_object(joint))
		return;
	buf_fmt(&text, "%s  %s  %s", str(joint, "number"), str(joint, "step"), str(joint, "life_event.name"));
	json_array_foreach(json_object_get(joint, "outputs"), i, output)
		buf_fmt(&outputs, "%s%s(%s)", i > 0 ? " " : "", str(output, "name"), msg(c->lang,
		    json_is_true(json_object_get(output, "required")) ? SAY_REQUIRED : SAY_OPTIONAL));
	print_pair(c, SAY_JOINT, text.data != NULL ? text.data : "");
	print_pair(c, SAY_TO_GIVE, outputs.data != NULL ? outputs.data : "");
	buf_free(&text);
	buf_free(&outputs);
}

enum cli_exit
show_case(struct cli *c, const json_t *one)
{
	const json_t *party, *item;
	char when[32], version[NUM_SIZE], total[NUM_SIZE], open[NUM_SIZE], done[NUM_SIZE];
	size_t i;

	if (c->json)
		return print_raw(c);
	print_pair(c, SAY_CASE, str(one, "number"));
	print_pair(c, SAY_ID, str(one, "id"));
	print_pair(c, SAY_STATE, word(c->lang, "case", str(one, "state")));
	print_pair(c, SAY_VERSION, num_text(num(one, "version"), version));
	print_pair(c, SAY_MATTER, str(one, "matter.name"));
	print_pair(c, SAY_AGENCY, str(one, "agency.name"));
	print_pair(c, SAY_OPENED, minute(str(one, "opened_at"), when, sizeof(when)));
	print_pair(c, SAY_DUE, str(one, "due_on"));
	show_progress(c, one);
	print_pair(c, SAY_PLATFORM, str(one, "platform.name"));
	print_pair(c, SAY_EXTERNAL, str(one, "external_number"));
	show_step(c, one);
	json_array_foreach(json_object_get(one, "parties"), i, party) {
		struct buf text = BUF_INIT;

		buf_fmt(&text, "%s  %s  %s", str(party, "label"), str(party, "name"),
		    str(party, "identifier"));
		if (str(party, "mandate")[0] != '\0')
			buf_fmt(&text, "  %s %s", msg(c->lang, SAY_BY_MANDATE), str(party, "mandate"));
		print_pair(c, SAY_PARTY, text.data != NULL ? text.data : "");
		buf_free(&text);
	}
	json_array_foreach(json_object_get(one, "items"), i, item)
		show_notices(c, item);
	fputc('\n', c->out);
	show_items(c, json_object_get(one, "items"));
	fputc('\n', c->out);
	say(c, SAY_ITEM_COUNT, num_text(num(one, "counts.total"), total),
	    num_text(num(one, "counts.total") - items_open(one), done),
	    num_text(items_open(one), open));
	return CLI_OK;
}

/* The rows of an answer, a field a line. */
static void
show_rows(struct cli *c, const json_t *answer)
{
	const json_t *row, *field;
	struct table t;
	size_t i, k;

	table_start(&t, 2);
	json_array_foreach(json_object_get(answer, "rows"), i, row)
		json_array_foreach(json_object_get(answer, "fields"), k, field) {
			table_fmt(&t, "  %s", str(field, "label"));
			table_cell(&t, str(row, str(field, "name")));
		}
	table_print(&t, c->out);
}

/* A step's outcome or reason: a code of one of these groups, or what somebody wrote. */
static const char *
step_word(struct cli *c, const char *text)
{
	static const char *const groups[] = { "step", "item", "verification", "answer",
		"dispute" };
	const char *found = text;

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]) && found == text; i++)
		found = word(c->lang, groups[i], text);
	return found;
}

static void
show_steps(struct cli *c, const json_t *item)
{
	const json_t *step;
	char when[32];
	struct table t;
	size_t i;

	table_start(&t, 4);
	json_array_foreach(json_object_get(item, "steps"), i, step) {
		table_cell(&t, minute(str(step, "at"), when, sizeof(when)));
		table_cell(&t, word(c->lang, "method", str(step, "way")));
		table_cell(&t, step_word(c, str(step, "outcome")));
		table_cell(&t, step_word(c, str(step, "reason")));
	}
	table_print(&t, c->out);
}

enum cli_exit
show_item(struct cli *c, const json_t *changed)
{
	const json_t *item = json_object_get(changed, "item"), *answer = json_object_get(item, "answer");
	char text[NUM_SIZE];
	struct buf line = BUF_INIT;

	if (c->json)
		return print_raw(c);
	print_pair(c, SAY_ITEM, str(item, "code"));
	print_pair(c, SAY_PROOF, str(item, "proof.name"));
	print_pair(c, SAY_WAY, word(c->lang, "method", str(item, "way")));
	print_pair(c, SAY_STATE, word(c->lang, "item", str(item, "state")));
	print_pair(c, SAY_QUESTION, str(item, "question"));
	remark(c, item, &line);
	print_pair(c, SAY_ANSWER, line.data != NULL ? line.data : "");
	buf_free(&line);
	print_pair(c, SAY_ASKED_BACK, str(item, "verification.asked_back.what"));
	print_pair(c, SAY_SUPPLIED_TEXT, str(item, "verification.asked_back.text"));
	print_pair(c, SAY_SOURCE, str(answer, "source.agency.name"));
	show_rows(c, answer);
	print_pair(c, SAY_SIGNER, str(item, "commitment.signer"));
	show_notices(c, item);
	show_disputes(c, item);
	show_steps(c, item);
	say(c, SAY_RECORDED, str(changed, "record.id"), str(changed, "record.log"),
	    num_text(num(changed, "record.index"), text));
	say(c, SAY_CASE_NOW, str(changed, "case.number"),
	    num_text(num(changed, "case.version"), text),
	    word(c->lang, "case", str(changed, "case.state")));
	return CLI_OK;
}

enum cli_exit
cmd_case_show(struct cli *c)
{
	json_t *one = NULL;
	enum cli_exit rc = call(c, (struct request){ .method = "GET", .path = "/api/v1/cases/{}",
	    .arg = { c->operand[0] } }, &one);

	if (rc == CLI_OK)
		rc = show_case(c, one);
	json_decref(one);
	return rc;
}

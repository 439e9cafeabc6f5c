/* verification_events.c - what happened to a verification, as the records of its case tell it. */
#include <string.h>

#include "api/verifications.h"

#define CHAIN_MAX 32		/* desks that one question is passed on to */
#define ROWS 200		/* of records that are looked at together */

/* The verifications that a question went through, up to the one that is looked at. */
struct walk {
	struct call *call;
	json_t *list;
	char own[RECORD_NAME_MAX];
	char chain[CHAIN_MAX][RECORD_NAME_MAX];
	size_t n;
	uint8_t last[RECORD_ID_LEN];
	int ended;		/* the own one was passed on: what follows is another desk's */
	const struct verification *v;
};

static const char *
text_of(const json_t *json, const char *name)
{
	const char *text = json_string_value(json_object_get(json, name));

	return text != NULL ? text : "";
}

static int
in_chain(const struct walk *w, const char *name)
{
	for (size_t i = 0; i < w->n; i++)
		if (strcmp(w->chain[i], name) == 0)
			return 1;
	return 0;
}

/* The words that were written with it; an answer's basis stands beside the answer. */
static json_t *
words(const json_t *body)
{
	static const char *const members[] = { "what", "text", "reason", "note" };

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (json_object_get(body, members[i]) != NULL)
			return json_incref(json_object_get(body, members[i]));
	return json_null();
}

static void
add(struct walk *w, const char *what, const json_t *text, const json_t *body)
{
	char name[128];

	staff_name(w->call, text_of(json_object_get(text, "actor"), "id"), name, sizeof(name));
	json_array_append_new(w->list, json_pack("{s:O, s:s, s:s, s:o}", "at",
	    json_object_get(text, "at"), "what", what, "who", name, "text", words(body)));
}

/* A record of the case, if it is about this question. */
static int
record_row(const struct store_row *row, void *ctx, struct fault *f)
{
	static const char of[] = "verification.";
	struct walk *w = ctx;
	struct stored_record r;
	const char *type = row_text(row, 3), *next, *about;
	json_t *text;
	int rc = 0;

	act_row_id(row, 0, w->last);
	if (w->ended || strncmp(type, of, strlen(of)) != 0)
		return 0;
	text = json_loads(row_text(row, 5), 0, NULL);
	about = text_of(text, "verification");
	next = text_of(text, "next");
	if (in_chain(w, about)) {
		if ((rc = record_load(&w->call->act, w->v->division, w->last, &r, f)) == 0) {
			add(w, type + strlen(of), text, r.body);
			stored_record_free(&r);
		}
		if (strcmp(about, w->own) == 0)
			w->ended = next[0] != '\0';
		else if (next[0] != '\0' && w->n < CHAIN_MAX)
			snprintf(w->chain[w->n++], sizeof(w->chain[0]), "%s", next);
	}
	json_decref(text);
	return rc;
}

/* A case that ended took its open questions back, without a record of their own. */
static void
add_withdrawn(struct walk *w)
{
	char name[128];

	if (w->v->state != VERIFICATION_WITHDRAWN || w->v->has_answered)
		return;
	staff_name(w->call, w->v->changed_by, name, sizeof(name));
	json_array_append_new(w->list, json_pack("{s:o, s:s, s:s, s:n}", "at",
	    api_at(w->v->answered_at), "what", "withdrawn", "who", name, "text"));
}

json_t *
view_verification_events(struct call *call, const struct verification *v,
    const struct stored_record *sent, struct fault *f)
{
	struct walk w = { .call = call, .v = v, .list = json_array() };
	json_t *text = json_loadb(sent->text.data, sent->text.len, 0, NULL);
	int64_t n;

	record_object_name(v->division, v->id, w.own);
	snprintf(w.chain[w.n++], sizeof(w.chain[0]), "%s", text_of(text, "verification"));
	add(&w, "sent", text, NULL);
	json_decref(text);
	memcpy(w.last, v->sent, RECORD_ID_LEN);
	do
		n = store_read(call->act.reader, ST_RECORDS_OF_CASE, PARAMS(sql_text(v->division),
		    sql_blob(v->case_id, RECORD_ID_LEN), sql_blob(w.last, RECORD_ID_LEN),
		    sql_int(ROWS)), record_row, &w, f);
	while (n == ROWS && !w.ended);
	if (n < 0) {
		json_decref(w.list);
		return NULL;
	}
	add_withdrawn(&w);
	return w.list;
}

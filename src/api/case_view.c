/* case_view.c - what a clerk sees of a case. */
#include <string.h>

#include "api/api.h"
#include "rules/json_put.h"
#include "svc/intake/platform.h"

static const char *
role_label(const struct matter *m, const char *role)
{
	for (size_t i = 0; i < m->nparties; i++)
		if (strcmp(m->parties[i].role, role) == 0)
			return m->parties[i].label;
	return role;
}

static const char *
field_label(const struct case_file *c, const char *name)
{
	const struct field *field = inventory_field(c->inv, name);

	return field != NULL && field->label != NULL ? field->label : name;
}

/* The parts of "form:marital_status,party:seller", one after the other. */
static void
put_missing(const struct case_file *c, const struct case_item *ci, struct buf *out)
{
	char kind[16], name[64];
	const char *p = ci->missing;

	json_put_open(out, ci->state == ITEM_UNDECIDED ? "missing" : "waiting_for", '[');
	while (*p != '\0') {
		size_t colon = strcspn(p, ":"), len = strcspn(p, ",");
		int party;

		if (colon >= len)
			break;
		snprintf(kind, sizeof(kind), "%.*s", (int)colon, p);
		snprintf(name, sizeof(name), "%.*s", (int)(len - colon - 1), p + colon + 1);
		party = ci->state != ITEM_UNDECIDED && strcmp(kind, "party") == 0;
		json_put_open(out, NULL, '{');
		if (ci->state != ITEM_UNDECIDED)
			json_put_text(out, "kind", kind);
		json_put_text(out, "name", name);
		json_put_text(out, "label", party ? role_label(c->matter, name) : field_label(c, name));
		if (party)
			json_put_text(out, "role", name);
		json_put_close(out, '{');
		p += len + (p[len] == ',');
	}
	json_put_close(out, '[');
}

static void
put_asks(const struct case_file *c, const struct case_item *ci, struct buf *out)
{
	json_put_open(out, "asks", '[');
	for (size_t i = 0; i < ci->item->nbindings; i++) {
		const struct binding *b = &ci->item->bindings[i];
		const struct asked *typed;
		json_t *field;

		if (b->kind != INPUT_ASK)
			continue;
		typed = evaluate_asked(ci->item, b->input, c->asked, c->nasked);
		if ((field = view_field(b->input)) == NULL) {
			out->failed = 1;
			return;
		}
		json_object_set(field, "input", json_object_get(field, "name"));
		json_object_del(field, "name");
		json_object_set_new(field, "value", typed != NULL ? json_string(typed->value) : json_null());
		/* Typed for another item that asks the same. */
		json_object_set_new(field, "from", typed != NULL && strcmp(typed->item, ci->item->code) != 0 ?
		    json_string(typed->item) : json_null());
		json_put_tree(out, NULL, field);
		json_decref(field);
	}
	json_put_close(out, '[');
}

/* A data query's answer: the values are in the body of its record, nowhere else. */
static void
put_answer(const struct case_item *ci, const struct stored_record *r, const char *name, json_t *rows,
    struct buf *out)
{
	const struct service *s = ci->item->proof->query;
	size_t count = json_array_size(rows);

	json_put_open(out, "answer", '{');
	json_put_text(out, "answer", count > 0 ? "found" : "not_found");
	json_put_int(out, "count", (int64_t)count);
	json_put_tree(out, "rows", rows);
	json_put_open(out, "fields", '[');
	for (size_t i = 0; ci->item->fields != NULL && ci->item->fields[i] != NULL; i++) {
		json_put_open(out, NULL, '{');
		json_put_text(out, "name", ci->item->fields[i]);
		json_put_text(out, "label", ci->item->fields[i]);
		json_put_close(out, '{');
	}
	json_put_close(out, '[');
	json_put_open(out, "source", '{');
	json_put_text(out, "service", s->code);
	put_ref(out, "agency", s->provider->code, s->provider->name);
	json_put_close(out, '{');
	put_at(out, "at", r->at);
	json_put_text(out, "record", name);
	json_put_text(out, "log", r->log);
	json_put_int(out, "index", r->index);
	json_put_close(out, '{');
}

static void
put_commitment(const struct stored_record *r, const char *name, struct buf *out)
{
	json_t *text = json_loadb(r->text.data, r->text.len, 0, NULL);

	out->failed |= text == NULL;
	json_put_open(out, "commitment", '{');
	put_at(out, "signed_at", r->at);
	json_put_tree(out, "signer", json_object_get(text, "party"));
	json_put_tree(out, "notice", json_object_get(text, "notice"));
	json_put_tree(out, "letter", json_object_get(text, "letter"));
	json_put_text(out, "record", name);
	json_put_close(out, '{');
	json_decref(text);
}

/* What the item's record says: an answer, a signature. */
static int
put_record(struct call *call, const struct case_file *c, const struct case_item *ci, struct buf *out,
    struct fault *f)
{
	struct stored_record r;
	char name[RECORD_NAME_MAX];
	json_t *rows = ci->rows;

	if (!ci->has_record)
		return 0;
	if (rows == NULL || !call_has_written(call, ci->record, &r)) {
		if (record_load(&call->act, c->division, ci->record, &r, f) < 0)
			return -1;
		rows = json_object_get(r.body, "rows");
	}
	record_object_name(c->division, ci->record, name);
	if (ci->state == ITEM_COMMITTED)
		put_commitment(&r, name, out);
	else if (rows != NULL)
		put_answer(ci, &r, name, rows, out);
	stored_record_free(&r);
	return 0;
}

static int
put_verification(struct call *call, const struct case_file *c, const struct case_item *ci,
    struct buf *out, enum verification_state *ret_state, struct fault *f)
{
	struct verification v;
	json_t *whole = NULL, *question = NULL;
	static const char *const shown[] = { "id", "state", "desk", "sent_at", "due_at",
		"office_ms_left", "light", "overdue", "reminders", "reminded_at", "asked_back", "answer",
		"basis", "answered_at", "answered_by" };
	const struct party *p = case_asked_about(c, ci);

	if (ci->has_verification) {
		if (verification_load_id(&call->act, c->division, ci->verification, &v, f) < 0 ||
		    (whole = view_verification(call, &v, VIEW_CARD, f)) == NULL)
			return -1;
		*ret_state = v.state;
		json_put_open(out, "verification", '{');
		for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
			if (json_object_get(whole, shown[i]) != NULL)
				json_put_tree(out, shown[i], json_object_get(whole, shown[i]));
		json_put_close(out, '{');
		question = json_incref(json_object_get(whole, "question"));
	}
	/* Before it is sent the clerk sees the very sentence that the desk will. */
	if (question == NULL && ci->state == ITEM_TO_VERIFY && p != NULL)
		question = view_question(call, ci->item->proof, p->name);
	if (question != NULL)
		json_put_tree(out, "question", question);
	json_decref(question);
	json_decref(whole);
	return 0;
}

static void
put_steps(const struct case_item *ci, struct buf *out)
{
	const char *name;
	json_t *step, *m;
	size_t i;

	json_put_open(out, "steps", '[');
	json_array_foreach(ci->steps, i, step) {
		json_put_open(out, NULL, '{');
		json_object_foreach(step, name, m) {
			if (strcmp(name, "at") == 0)
				put_at(out, name, json_integer_value(m));
			else
				json_put_tree(out, name, m);
		}
		json_put_close(out, '{');
	}
	json_put_close(out, '[');
}

/* What the proof is, and how it is settled. */
static void
put_proof(const struct case_file *c, const struct case_item *ci, struct buf *out)
{
	const struct item *item = ci->item;
	const struct proof *p = item->proof;

	json_put_text(out, "code", item->code);
	put_ref(out, "proof", p->code, p->name);
	json_put_text(out, "method", method_name(item->method));
	json_put_text(out, "way", method_name(ci->way));
	json_put_text(out, "state", item_state_name(ci->state));
	json_put_text(out, "legal_basis", item->legal_basis);
	json_put_text(out, "ground", item->method == METHOD_DIRECT_CANCEL ? item->remark : NULL);
	put_ref(out, "issuer", p->issuer->code, p->issuer->name);
	json_put_text(out, "says", p->says);
	put_asks(c, ci, out);
	put_steps(ci, out);
	if (ci->state == ITEM_UNDECIDED || ci->state == ITEM_WAITING_INPUT)
		put_missing(c, ci, out);
}

int
put_case_item(struct call *call, struct case_file *c, struct case_item *ci, const json_t *told,
    const char *name, struct buf *out, struct fault *f)
{
	static const char *const lists[] = { "disputes", "notices" };
	enum verification_state at_desk = VERIFICATION_WITHDRAWN;
	const json_t *of = json_object_get(told, ci->item->code);

	json_put_open(out, name, '{');
	put_proof(c, ci, out);
	if (put_record(call, c, ci, out, f) < 0 ||
	    put_verification(call, c, ci, out, &at_desk, f) < 0)
		return -1;
	put_item_may(c, ci, at_desk, json_is_true(json_object_get(of, "disputed")), out);
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (json_object_get(of, lists[i]) != NULL)
			json_put_tree(out, lists[i], json_object_get(of, lists[i]));
	json_put_close(out, '{');
	return 0;
}

/* Which counters of the case a state adds to; turn: it is for the clerk, open: not done yet. */
static const struct { const char *name; int turn, open; } counters[ITEM_NSTATES] = {
	[ITEM_CANCELLED] = { "cancelled", 0, 0 },
	[ITEM_DOES_NOT_APPLY] = { "does_not_apply", 0, 0 },
	[ITEM_ESTABLISHED] = { "established", 0, 0 },
	[ITEM_COMMITTED] = { "committed", 0, 0 },
	[ITEM_UNDECIDED] = { "undecided", 0, 1 },
	[ITEM_VERIFYING] = { "verifying", 0, 1 },
	[ITEM_SUPERVISED] = { "verifying", 0, 1 },
	[ITEM_NOT_ESTABLISHED] = { "not_established", 1, 1 },
	[ITEM_WAITING_INPUT] = { NULL, 1, 1 },
	[ITEM_TO_QUERY] = { NULL, 1, 1 },
	[ITEM_TO_COMMIT] = { NULL, 1, 1 },
	[ITEM_TO_VERIFY] = { NULL, 1, 1 },
};

static void
count(json_t *counts, const char *name, json_int_t n)
{
	json_object_set_new(counts, name,
	    json_integer(json_integer_value(json_object_get(counts, name)) + n));
}

static json_t *
no_counts(void)
{
	static const char *const names[] = { "total", "cancelled", "established", "not_established",
		"committed", "verifying", "turn", "undecided", "does_not_apply", "open" };
	json_t *counts = json_object();

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		count(counts, names[i], 0);
	return counts;
}

static void
count_state(json_t *counts, enum item_state s, json_int_t n)
{
	count(counts, "total", n);
	if (counters[s].name != NULL)
		count(counts, counters[s].name, n);
	if (counters[s].turn)
		count(counts, "turn", n);
	if (counters[s].open)
		count(counts, "open", n);
}

static json_t *
parties(const struct case_file *c)
{
	json_t *list = json_array();
	char masked[IDENT_MAX * 4];

	for (size_t i = 0; i < c->nparties; i++) {
		const struct party *p = &c->party[i];

		ident_mask(p->number, masked, sizeof(masked));
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s*}", "role",
		    p->role, "label", role_label(c->matter, p->role), "kind",
		    p->kind == SUBJECT_ENTERPRISE ? "enterprise" : "person", "identifier_type",
		    ident_type_name(p->type), "identifier", masked, "name", p->name, "mandate",
		    p->mandate[0] != '\0' ? p->mandate : NULL));
	}
	return list;
}

/* Who sent the case in, and under which number: null for a counter's own. */
static void
add_sender(struct call *call, const struct case_file *c, json_t *json)
{
	struct platform p;

	if (c->platform[0] == '\0') {
		json_object_set_new(json, "platform", json_null());
		json_object_set_new(json, "external_number", json_null());
		return;
	}
	json_object_set_new(json, "platform", api_ref(c->platform,
	    platform_load(call->act.reader, c->platform, &p, NULL) == 0 ? p.name : c->platform));
	json_object_set_new(json, "external_number", json_string(c->external));
}

/*
 * Adds the questions and the parties, and which of them are open: for the items that are not
 * decided yet or lack an input, as long as somebody works on the case.
 */
static int
add_questions(const struct case_file *c, json_t *json, struct fault *f)
{
	struct evaluated *e = calloc(c->nitems + 1, sizeof(*e));
	int rc = -1;

	if (e == NULL)
		fault_set(f, FAULT_MEMORY, "%s", "questions");
	else if ((rc = evaluate(c->inv, c->matter, c->form, e, f)) == 0) {
		for (size_t i = 0; i < c->nitems; i++)
			if (case_workable(c, NULL) < 0 || (c->item[i].state != ITEM_UNDECIDED &&
			    c->item[i].state != ITEM_WAITING_INPUT))
				e[i].applies = APPLIES_NO;
		json_object_set_new(json, "fields", view_questions(c->matter, e, c->form));
		json_object_set_new(json, "roles", view_roles(c->matter, e, c->party, c->nparties));
	}
	free(e);
	return rc;
}

/* All of a case but its items. */
static json_t *
whole(struct call *call, struct case_file *c, struct fault *f)
{
	const struct division *d = inventory_division(c->inv, c->division);
	json_t *counts = no_counts(), *json;
	char id[RECORD_NAME_MAX];

	for (size_t i = 0; i < c->nitems; i++)
		count_state(counts, c->item[i].state, 1);
	record_object_name(c->division, c->id, id);
	json = json_pack("{s:s, s:s, s:I, s:s, s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:I, s:o, s:O,"
	    " s:o, s:o, s:o}", "id", id, "number", c->number, "version", (json_int_t)c->version,
	    "state", case_state_name(c->state), "division", api_ref(c->division, d->name), "agency",
	    api_ref(c->agency->code, c->agency->name), "matter",
	    api_ref(c->matter->code, c->matter->name), "channel", c->channel, "opened_at",
	    api_at(c->opened_at), "opened_by", view_staff(call, c->opened_by), "due_on",
	    api_day(c->due_day), "inventory", (json_int_t)c->inv->version, "parties", parties(c),
	    "form", c->form, "counts", counts, "changed_by", view_staff(call, c->changed_by),
	    "changed_at", api_at(c->changed_at));
	if (json == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "view");
		return NULL;
	}
	add_sender(call, c, json);
	if (add_questions(c, json, f) < 0 || view_case_progress(call, c, json, f) < 0 ||
	    view_case_step(call, c, json, f) < 0) {
		json_decref(json);
		return NULL;
	}
	return json;
}

int
put_case(struct call *call, struct case_file *c, struct buf *out, struct fault *f)
{
	json_t *told, *json = NULL;
	int rc = -1;

	if (view_disputes(call, c, &told, f) < 0)
		return -1;
	if ((json = whole(call, c, f)) != NULL) {
		json_put_open(out, NULL, '{');
		json_put_members(out, json);
		json_put_open(out, "items", '[');
		rc = 0;
		for (size_t i = 0; i < c->nitems && rc == 0; i++)
			rc = put_case_item(call, c, &c->item[i], told, NULL, out, f);
		json_put_close(out, '[');
		json_put_close(out, '{');
	}
	json_decref(json);
	json_decref(told);
	return rc < 0 ? rc : put_end(out, f);
}

/* What a list says of a case: its items by state, and what nobody has seen yet. */
struct tally { json_t *counts; int64_t notices; };

static int
count_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct tally *t = ctx;
	enum item_state s;

	if (strcmp(row_text(row, 0), "notice") == 0) {
		t->notices = row_int(row, 1);
		return 0;
	}
	if (item_state_parse(row_text(row, 0), &s) < 0) {
		fault_set(f, FAULT_STORE, "item in state %s", row_text(row, 0));
		return -1;
	}
	count_state(t->counts, s, row_int(row, 1));
	return 0;
}

json_t *
view_case_summary(struct call *call, const struct case_file *c, struct fault *f)
{
	const struct party *p = case_party(c, "applicant");
	struct tally t = { no_counts(), 0 };
	char id[RECORD_NAME_MAX], masked[300] = "";
	json_t *json;

	if (store_read(call->act.reader, ST_ITEM_STATES_OF_CASE, PARAMS(sql_text(c->division),
	    sql_blob(c->id, RECORD_ID_LEN)), count_row, &t, f) < 0) {
		json_decref(t.counts);
		return NULL;
	}
	/* A company's name is public; a person's is masked in lists. */
	if (p != NULL && p->kind == SUBJECT_ENTERPRISE)
		snprintf(masked, sizeof(masked), "%s", p->name);
	else if (p != NULL)
		ident_mask_name(p->name, masked, sizeof(masked));
	record_object_name(c->division, c->id, id);
	json = json_pack("{s:s, s:s, s:I, s:s, s:o, s:s, s:s, s:o, s:o, s:o, s:o}", "id", id, "number", c->number,
	    "version", (json_int_t)c->version, "state", case_state_name(c->state), "matter",
	    api_ref(c->matter->code, c->matter->name), "applicant", masked, "channel",
	    c->channel, "opened_at", api_at(c->opened_at), "due_on", api_day(c->due_day), "correction_due",
	    case_waits(c) ? api_day(c->correction_due) : json_null(), "counts", t.counts);
	if (t.notices > 0)
		json_object_set_new(json, "notices", json_integer(t.notices));
	add_sender(call, c, json);
	return json;
}

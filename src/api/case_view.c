/* case_view.c - what a clerk sees of a case. */
#include <string.h>

#include "api/api.h"
#include "svc/intake/platform.h"

/* A form field, or an output of the item's service, under its label. */
static json_t *
named(const char *name, const char *label)
{
	return json_pack("{s:s, s:s}", "name", name, "label", label);
}

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
add_missing(const struct case_file *c, const struct case_item *ci, json_t *json)
{
	json_t *list = json_array();
	char kind[16], name[64];
	const char *p = ci->missing;

	while (*p != '\0') {
		size_t colon = strcspn(p, ":"), len = strcspn(p, ",");

		if (colon >= len)
			break;
		snprintf(kind, sizeof(kind), "%.*s", (int)colon, p);
		snprintf(name, sizeof(name), "%.*s", (int)(len - colon - 1), p + colon + 1);
		if (ci->state == ITEM_UNDECIDED)
			json_array_append_new(list, named(name, field_label(c, name)));
		else
			json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s*}", "kind", kind, "name",
			    name, "label", strcmp(kind, "party") == 0 ? role_label(c->matter, name) :
			    field_label(c, name), "role", strcmp(kind, "party") == 0 ? name : NULL));
		p += len + (p[len] == ',');
	}
	json_object_set_new(json, ci->state == ITEM_UNDECIDED ? "missing" : "waiting_for", list);
}

static json_t *
asks(const struct case_file *c, const struct case_item *ci)
{
	json_t *list = json_array();

	for (size_t i = 0; i < ci->item->nbindings; i++) {
		const struct binding *b = &ci->item->bindings[i];
		const struct asked *typed;
		json_t *field;

		if (b->kind != INPUT_ASK)
			continue;
		typed = evaluate_asked(ci->item, b->input, c->asked, c->nasked);
		field = view_field(b->input);
		json_object_set(field, "input", json_object_get(field, "name"));
		json_object_del(field, "name");
		json_object_set_new(field, "value", typed != NULL ? json_string(typed->value) : json_null());
		/* Typed for another item that asks the same. */
		json_object_set_new(field, "from", typed != NULL && strcmp(typed->item, ci->item->code) != 0 ?
		    json_string(typed->item) : json_null());
		json_array_append_new(list, field);
	}
	return list;
}

static json_t *
answer_fields(const struct case_item *ci)
{
	json_t *list = json_array();

	for (size_t i = 0; ci->item->fields != NULL && ci->item->fields[i] != NULL; i++)
		json_array_append_new(list, named(ci->item->fields[i], ci->item->fields[i]));
	return list;
}

/* A data query's answer: the values are in the body of its record, nowhere else. */
static json_t *
answer(const struct case_item *ci, const struct stored_record *r, const char *name)
{
	const struct service *s = ci->item->proof->query;
	json_t *rows = json_object_get(r->body, "rows");
	size_t count = json_array_size(rows);

	return json_pack("{s:s, s:I, s:O?, s:o, s:{s:s, s:o}, s:o, s:s, s:s, s:I}",
	    "answer", count > 0 ? "found" : "not_found", "count", (json_int_t)count, "rows", rows,
	    "fields", answer_fields(ci), "source", "service", s->code, "agency",
	    api_ref(s->provider->code, s->provider->name), "at", api_at(r->at), "record", name,
	    "log", r->log, "index", (json_int_t)r->index);
}

static json_t *
commitment(const struct stored_record *r, const char *name)
{
	json_t *text = json_loadb(r->text.data, r->text.len, 0, NULL);
	json_t *json = json_pack("{s:o, s:O, s:O, s:O, s:s}", "signed_at", api_at(r->at), "signer",
	    json_object_get(text, "party"), "notice", json_object_get(text, "notice"), "letter",
	    json_object_get(text, "letter"), "record", name);

	json_decref(text);
	return json;
}

/* Adds what the item's record says: an answer, a signature. */
static int
add_record(struct call *call, const struct case_file *c, const struct case_item *ci,
    json_t *json, struct fault *f)
{
	struct stored_record r;
	char name[RECORD_NAME_MAX];

	if (!ci->has_record)
		return 0;
	if (ci->rows != NULL && call_has_written(call, ci->record, &r))
		r.body = json_pack("{s:O}", "rows", ci->rows);
	else if (record_load(&call->act, c->division, ci->record, &r, f) < 0)
		return -1;
	record_object_name(c->division, ci->record, name);
	if (ci->state == ITEM_COMMITTED)
		json_object_set_new(json, "commitment", commitment(&r, name));
	else if (json_object_get(r.body, "rows") != NULL)
		json_object_set_new(json, "answer", answer(ci, &r, name));
	stored_record_free(&r);
	return 0;
}

static int
add_verification(struct call *call, const struct case_file *c, const struct case_item *ci,
    json_t *json, enum verification_state *ret_state, struct fault *f)
{
	struct verification v;
	json_t *whole, *part;
	static const char *const shown[] = { "id", "state", "desk", "sent_at", "due_at",
		"office_ms_left", "light", "overdue", "reminders", "reminded_at", "asked_back", "answer",
		"basis", "answered_at", "answered_by" };
	const struct party *p = case_asked_about(c, ci);

	/* Before it is sent the clerk sees the very sentence that the desk will. */
	if (ci->state == ITEM_TO_VERIFY && p != NULL)
		json_object_set_new(json, "question", view_question(call, ci->item->proof, p->name));
	if (!ci->has_verification)
		return 0;
	if (verification_load_id(&call->act, c->division, ci->verification, &v, f) < 0 ||
	    (whole = view_verification(call, &v, VIEW_CARD, f)) == NULL)
		return -1;
	*ret_state = v.state;
	part = json_object();
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		json_object_set(part, shown[i], json_object_get(whole, shown[i]));
	json_object_set_new(json, "verification", part);
	if (json_object_get(whole, "question") != NULL)
		json_object_set(json, "question", json_object_get(whole, "question"));
	json_decref(whole);
	return 0;
}

static json_t *
steps(const struct case_item *ci)
{
	json_t *list = json_array(), *step;
	size_t i;

	json_array_foreach(ci->steps, i, step) {
		json_t *copy = json_copy(step);

		json_object_set_new(copy, "at",
		    api_at(json_integer_value(json_object_get(step, "at"))));
		json_array_append_new(list, copy);
	}
	return list;
}

json_t *
view_case_item(struct call *call, struct case_file *c, struct case_item *ci, struct fault *f)
{
	const struct proof *p = ci->item->proof;
	enum verification_state at_desk = VERIFICATION_WITHDRAWN;
	json_t *json = json_pack("{s:s, s:o, s:s, s:s, s:s, s:s, s:s?, s:o, s:s?, s:o, s:o}",
	    "code", ci->item->code, "proof", api_ref(p->code, p->name), "method",
	    method_name(ci->item->method), "way", method_name(ci->way), "state",
	    item_state_name(ci->state), "legal_basis", ci->item->legal_basis, "ground",
	    ci->item->method == METHOD_DIRECT_CANCEL ? ci->item->remark : NULL, "issuer",
	    api_ref(p->issuer->code, p->issuer->name), "says", p->says, "asks", asks(c, ci), "steps",
	    steps(ci));

	if (json == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "view");
		return NULL;
	}
	if (ci->state == ITEM_UNDECIDED || ci->state == ITEM_WAITING_INPUT)
		add_missing(c, ci, json);
	if (add_record(call, c, ci, json, f) < 0 || add_verification(call, c, ci, json, &at_desk,
	    f) < 0) {
		json_decref(json);
		return NULL;
	}
	view_item_may(c, ci, at_desk, json);
	return json;
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

json_t *
view_case(struct call *call, struct case_file *c, struct fault *f)
{
	const struct division *d = inventory_division(c->inv, c->division);
	json_t *items = json_array(), *counts = no_counts(), *item, *json;
	char id[RECORD_NAME_MAX];

	for (size_t i = 0; i < c->nitems; i++) {
		if ((item = view_case_item(call, c, &c->item[i], f)) == NULL) {
			json_decref(items);
			json_decref(counts);
			return NULL;
		}
		json_array_append_new(items, item);
		count_state(counts, c->item[i].state, 1);
	}
	if (view_disputes(call, c, items, f) < 0) {
		json_decref(items);
		json_decref(counts);
		return NULL;
	}
	record_object_name(c->division, c->id, id);
	json = json_pack("{s:s, s:s, s:I, s:s, s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:I, s:o, s:O,"
	    " s:o, s:o, s:o, s:o}", "id", id, "number", c->number, "version", (json_int_t)c->version,
	    "state", case_state_name(c->state), "division", api_ref(c->division, d->name), "agency",
	    api_ref(c->agency->code, c->agency->name), "matter",
	    api_ref(c->matter->code, c->matter->name), "channel", c->channel, "opened_at",
	    api_at(c->opened_at), "opened_by", view_staff(call, c->opened_by), "due_on",
	    api_day(c->due_day), "inventory", (json_int_t)c->inv->version, "parties", parties(c),
	    "form", c->form, "items", items, "counts", counts, "changed_by",
	    view_staff(call, c->changed_by), "changed_at", api_at(c->changed_at));
	if (json == NULL || add_questions(c, json, f) < 0 ||
	    view_case_progress(call, c, json, f) < 0) {
		json_decref(json);
		return NULL;
	}
	add_sender(call, c, json);
	if (view_case_step(call, c, json, f) < 0) {
		json_decref(json);
		return NULL;
	}
	return json;
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

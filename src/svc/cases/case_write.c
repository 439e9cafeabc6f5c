#include <stdlib.h>
#include <string.h>

#include "base/uuid.h"
#include "svc/cases/case.h"

#define PEOPLE_MAX (1u << 20)

/* What people typed, as one JSON text with sorted names. */
static json_t *
people_json(const struct case_file *c)
{
	json_t *parties = json_array(), *asks = json_array();

	for (size_t i = 0; i < c->nparties; i++) {
		const struct party *p = &c->party[i];

		json_array_append_new(parties, json_pack("{s:s, s:b, s:s, s:s, s:s, s:s}",
		    "role", p->role, "enterprise", p->kind == SUBJECT_ENTERPRISE,
		    "type", ident_type_name(p->type), "number", p->number, "name", p->name,
		    "phone", p->phone));
	}
	for (size_t i = 0; i < c->nasked; i++)
		json_array_append_new(asks, json_pack("{s:s, s:s, s:s}", "item", c->asked[i].item,
		    "input", c->asked[i].input, "value", c->asked[i].value));
	return json_pack("{s:o, s:O, s:o}", "asks", asks, "form", c->form, "parties", parties);
}

/* The sealed people for the row, and the same text as the body of r. */
static int
put_people(struct act *act, const struct case_file *c, struct record *r, struct buf *ret_sealed,
    struct fault *f)
{
	json_t *people = people_json(c);
	char *text = people != NULL ? json_dumps(people, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
	uint8_t salt[RECORD_SALT_LEN];
	int rc = -1;

	if (text == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "people");
		goto out;
	}
	if (strlen(text) > PEOPLE_MAX) {
		fault_set(f, FAULT_BODY_TOO_LARGE, "%s", "people");
		fault_arg(f, "max", "%u", PEOPLE_MAX);
		goto out;
	}
	hash_random(salt, sizeof(salt));
	record_body(r, text, strlen(text), salt);
	rc = seal(act->app->seal, (struct seal_place){ "service_case", "people", c->id,
	    RECORD_ID_LEN }, text, strlen(text), ret_sealed, f);
out:
	if (text != NULL)
		explicit_bzero(text, strlen(text));
	free(text);
	json_decref(people);
	return rc;
}

void
case_subject(const struct app *app, enum ident_type type, const char *number,
    uint8_t ret_blind[BLIND_LEN])
{
	char value[IDENT_MAX + 24];

	snprintf(value, sizeof(value), "%s:%s", ident_type_name(type), number);
	blind(app->seal, "person", value, strlen(value), ret_blind);
	explicit_bzero(value, sizeof(value));
}

/* The parties of a case are its data subjects. */
static void
put_subjects(const struct act *act, const struct case_file *c, struct op *op)
{
	uint8_t blinds[CASE_PARTIES_MAX * BLIND_LEN];
	size_t n = 0;

	for (size_t i = 0; i < c->nparties; i++)
		if (c->party[i].number[0] != '\0')
			case_subject(act->app, c->party[i].type, c->party[i].number,
			    blinds + BLIND_LEN * n++);
	op_subjects(op, blinds, n * BLIND_LEN);
}

int
case_move(struct case_item *ci, enum item_state to, struct fault *f)
{
	if (ci->state != to && !item_state_may(ci->state, to)) {
		fault_set(f, FAULT_BUG, "item %s: %s to %s", ci->item->code,
		    item_state_name(ci->state), item_state_name(to));
		return -1;
	}
	ci->state = to;
	return 0;
}

int
case_step(struct case_item *ci, int64_t at, const char *outcome, const char *reason,
    struct fault *f)
{
	json_t *step = json_pack("{s:I, s:s, s:s, s:s?}", "at", (json_int_t)at, "way",
	    method_name(ci->way), "outcome", outcome, "reason", reason);

	/* The latest ones for the card; every one of them is a record. */
	if (json_array_size(ci->steps) == CASE_STEPS_MAX)
		json_array_remove(ci->steps, 0);
	if (step == NULL || json_array_append_new(ci->steps, step) < 0) {
		fault_set(f, FAULT_MEMORY, "%s", "step");
		return -1;
	}
	return 0;
}

static void
add_missing(struct case_item *ci, const char *kind, const char *name)
{
	size_t len = strlen(ci->missing);

	snprintf(ci->missing + len, sizeof(ci->missing) - len, "%s%s:%s", len > 0 ? "," : "",
	    kind, name);
}

/*
 * How a query begins: ready, waiting for what is named in missing, or, where the party is there
 * but has no number that the service could be asked by (a passport), at the department's desk.
 */
static enum item_state
query_begins(const struct case_file *c, struct case_item *ci)
{
	static const char *const kind[] = { [BOUND_NO_PARTY] = "party", [BOUND_NO_FORM] = "form",
		[BOUND_NO_ASK] = "ask" };
	enum item_state state = ITEM_TO_QUERY;
	char value[EVALUATE_VALUE_MAX], role[EVALUATE_ROLE_MAX];

	for (size_t i = 0; i < ci->item->nbindings; i++) {
		const struct binding *b = &ci->item->bindings[i];
		enum bound got = evaluate_binding(ci->item, b, c->party, c->nparties, c->form,
		    c->asked, c->nasked, value, role);

		if (got == BOUND_NO_NUMBER) {
			ci->missing[0] = '\0';
			ci->way = METHOD_DEPARTMENT_VERIFY;
			return ITEM_TO_VERIFY;
		}
		if (got == BOUND_VALUE)
			continue;
		state = ITEM_WAITING_INPUT;
		add_missing(ci, kind[got], got == BOUND_NO_ASK ? b->input->name : b->what);
	}
	explicit_bzero(value, sizeof(value));
	return state;
}

static enum item_state
begins(const struct case_file *c, struct case_item *ci)
{
	switch (ci->item->method) {
	case METHOD_DIRECT_CANCEL:
		return ITEM_CANCELLED;
	case METHOD_COMMITMENT:
		if (!c->credit_barred)
			return ITEM_TO_COMMIT;
		ci->way = METHOD_DEPARTMENT_VERIFY;
		return ITEM_TO_VERIFY;
	case METHOD_DATA_QUERY:
		return query_begins(c, ci);
	default:
		return ITEM_TO_VERIFY;
	}
}

int
case_work_out(struct case_file *c, struct fault *f)
{
	struct evaluated *now = calloc(c->nitems + 1, sizeof(*now));
	int rc = -1;

	if (now == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "items");
		return -1;
	}
	if (evaluate(c->inv, c->matter, c->form, now, f) < 0)
		goto out;
	for (size_t i = 0; i < c->nitems; i++) {
		struct case_item *ci = &c->item[i];

		ci->item = now[i].item;
		ci->way = ci->item->method;
		ci->missing[0] = '\0';
		if (now[i].applies == APPLIES_YES)
			ci->state = begins(c, ci);
		else
			ci->state = now[i].applies == APPLIES_NO ? ITEM_DOES_NOT_APPLY : ITEM_UNDECIDED;
		for (size_t m = 0; m < now[i].nmissing; m++)
			add_missing(ci, "form", now[i].missing[m]);
	}
	rc = 0;
out:
	free(now);
	return rc;
}

/* Checks the parties of a request against the roles of the matter. */
static int
check_parties(const struct matter *m, const struct case_request *req, struct fault *f)
{
	for (size_t i = 0; i < req->nparties; i++) {
		const struct party *p = &req->party[i];
		const struct party_rule *rule = NULL;

		for (size_t k = 0; k < m->nparties; k++)
			if (strcmp(m->parties[k].role, p->role) == 0)
				rule = &m->parties[k];
		for (size_t k = 0; k < i; k++) {
			if (strcmp(req->party[k].role, p->role) == 0) {
				fault_set(f, FAULT_PARTY_REPEATED, "%s", "");
				fault_arg(f, "role", "%s", p->role);
				return -1;
			}
		}
		if (rule == NULL || (rule->kind & p->kind) == 0) {
			fault_set(f, rule == NULL ? FAULT_PARTY_UNKNOWN : FAULT_PARTY_KIND, "%s", "");
			fault_arg(f, "role", "%s", p->role);
			return -1;
		}
	}
	for (size_t k = 0; k < m->nparties; k++) {
		size_t i = 0;

		while (i < req->nparties && strcmp(req->party[i].role, m->parties[k].role) != 0)
			i++;
		if (i == req->nparties && m->parties[k].required) {
			fault_set(f, FAULT_PARTY_MISSING, "%s", "");
			fault_arg(f, "role", "%s", m->parties[k].role);
			return -1;
		}
	}
	return 0;
}

static int
counter_row(const struct store_row *row, void *ctx, struct fault *f)
{
	(void)f;
	*(int64_t *)ctx = row_int(row, 0);
	return 0;
}

/* The next case number of this log and day; gaps are left where an operation is lost. */
static int
next_number(struct act *act, const char *division, char *ret_number, int64_t *ret_day,
    int64_t *ret_count, struct fault *f)
{
	struct app *app = act->app;
	int64_t day = clock_day(act->now), last = 0;
	struct clock_date d = clock_date(day);
	int n;

	if (store_read(act->reader, ST_CASE_COUNTER_GET, PARAMS(sql_text(app->log), sql_int(day)),
	    counter_row, &last, f) < 0)
		return -1;
	pthread_mutex_lock(&app->lock);
	if (app->case_day != day || app->case_last < last) {
		app->case_day = day;
		app->case_last = last;
	}
	*ret_count = ++app->case_last;
	pthread_mutex_unlock(&app->lock);
	*ret_day = day;
	n = snprintf(ret_number, CASE_NUMBER_MAX, "%.6s-%02d%02d%02d-%c%05lld-", division,
	    d.year % 100, d.month, d.day, app->log[0] - 'a' + 'A', (long long)*ret_count);
	if (n < 0 || n + 1 >= CASE_NUMBER_MAX) {
		fault_set(f, FAULT_BUG, "%s", "case number");
		return -1;
	}
	ret_number[n] = ident_mod37(ret_number, (size_t)n);
	ret_number[n + 1] = '\0';
	return 0;
}

/* A case in memory from a request: its matter, agency, parties, items. */
static struct case_file *
from_request(struct act *act, const struct case_request *req, struct fault *f)
{
	const char *division = req->division != NULL ? req->division : act->actor.division;
	struct case_file *c = calloc(1, sizeof(*c));
	const struct division *d;

	if (c == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "case");
		return NULL;
	}
	if ((c->inv = app_inventory(act->app, f)) == NULL)
		goto fail;
	if ((c->matter = inventory_matter(c->inv, req->matter)) == NULL) {
		fault_set(f, FAULT_MATTER_UNKNOWN, "%s", "");
		fault_arg(f, "matter", "%s", req->matter);
		goto fail;
	}
	if ((d = inventory_division(c->inv, division)) == NULL) {
		fault_set(f, FAULT_DIVISION_UNKNOWN, "%s", "");
		fault_arg(f, "division", "%s", division);
		goto fail;
	}
	c->agency = inventory_acting(c->inv, c->matter->agency, d);
	if (check_parties(c->matter, req, f) < 0 ||
	    evaluate_check_form(c->inv, req->form, f) < 0)
		goto fail;
	snprintf(c->division, sizeof(c->division), "%s", d->code);
	snprintf(c->channel, sizeof(c->channel), "%s", req->channel);
	memcpy(c->party, req->party, sizeof(c->party));
	c->nparties = req->nparties;
	memcpy(c->asked, req->asked, sizeof(c->asked));
	c->nasked = req->nasked;
	c->form = json_incref(req->form);
	c->nitems = c->matter->nitems;
	if ((c->item = calloc(c->nitems + 1, sizeof(*c->item))) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "items");
		goto fail;
	}
	return c;
fail:
	case_free(c);
	return NULL;
}

/* What the clerk typed on cards is for items of this matter and their inputs. */
static int
check_asked(const struct case_file *c, struct fault *f)
{
	for (size_t i = 0; i < c->nasked; i++) {
		struct case_item *ci;
		int known = 0;

		if (case_item_find(c, c->asked[i].item, &ci, f) < 0)
			return -1;
		for (size_t k = 0; k < ci->item->nbindings; k++)
			known |= ci->item->bindings[k].kind == INPUT_ASK &&
			    strcmp(ci->item->bindings[k].input->name, c->asked[i].input) == 0;
		if (!known) {
			fault_set(f, FAULT_FIELD_UNKNOWN, "%s", "asked");
			fault_arg(f, "field", "%s", c->asked[i].input);
			return -1;
		}
	}
	return 0;
}

static void
put_steps(struct op *op, const struct case_item *ci)
{
	char *steps = json_dumps(ci->steps, JSON_COMPACT | JSON_SORT_KEYS);

	op_text(op, steps != NULL ? steps : "[]");
	free(steps);
}

static void
insert_case(struct op *op, const struct act *act, const struct case_file *c,
    const struct buf *people)
{
	op_step(op, ST_CASE_INSERT, 1);
	op_text(op, c->division);
	op_blob(op, c->id, RECORD_ID_LEN);
	op_text(op, c->number);
	op_text(op, case_state_name(CASE_OPEN));
	op_text(op, c->matter->code);
	op_int(op, c->inv->version);
	op_text(op, c->agency->code);
	op_text(op, c->channel);
	op_blob(op, people->data, people->len);
	op_at(op);
	op_text(op, act->actor.id);
	op_int(op, c->due_day);
	for (size_t i = 0; i < c->nitems; i++) {
		const struct case_item *ci = &c->item[i];

		op_step(op, ST_ITEM_INSERT, 1);
		op_text(op, c->division);
		op_blob(op, c->id, RECORD_ID_LEN);
		op_text(op, ci->item->code);
		op_int(op, (int64_t)i);
		op_text(op, item_state_name(ci->state));
		op_text(op, method_name(ci->way));
		op_text(op, ci->missing);
		put_steps(op, ci);
	}
}

/* The card says why nobody is offered a commitment. */
static int
begin_steps(const struct act *act, struct case_file *c, struct fault *f)
{
	for (size_t i = 0; i < c->nitems; i++) {
		struct case_item *ci = &c->item[i];

		if ((ci->steps = json_array()) == NULL) {
			fault_set(f, FAULT_MEMORY, "%s", "steps");
			return -1;
		}
		if (credit_item(ci) && case_step(ci, act->now, item_state_name(ci->state),
		    "credit_record", f) < 0)
			return -1;
	}
	return 0;
}

int
case_open(struct act *act, const struct case_request *req, struct fault *f)
{
	struct case_file *c = from_request(act, req, f);
	struct buf people = BUF_INIT;
	int64_t day, count;
	struct record *r;
	struct op *op;
	int rc = -1;

	if (c == NULL)
		return -1;
	for (size_t i = 0; i < c->nitems; i++)
		c->item[i].item = c->matter->items[i];
	if (access_check(&act->actor, ACTION_CASE_OPEN, c->agency->code, c->division, f) < 0 ||
	    check_asked(c, f) < 0 || credit_look(act, c, f) < 0 || case_work_out(c, f) < 0 ||
	    begin_steps(act, c, f) < 0 ||
	    next_number(act, c->division, c->number, &day, &count, f) < 0)
		goto out;
	/* Received on a day off counts as received on the next working day. */
	c->due_day = calendar_add_days(c->inv->calendar, calendar_add_days(c->inv->calendar, day, 0),
	    c->matter->promised_days);
	uuid7_new(act->app->clock, c->id);
	record_object_name(c->division, c->id, act->object);
	if ((op = act_add(act, RECORD_CASE_OPENED, c->division, c->id, &r, f)) == NULL ||
	    put_people(act, c, r, &people, f) < 0)
		goto out;
	record_str(r, "agency", c->agency->code);
	record_int(r, "inventory", c->inv->version);
	record_str(r, "matter", c->matter->code);
	record_str(r, "number", c->number);
	op_step(op, ST_CASE_COUNTER, STORE_ANY_COUNT);
	op_text(op, act->app->log);
	op_int(op, day);
	op_int(op, count);
	insert_case(op, act, c, &people);
	put_subjects(act, c, op);
	rc = 0;
out:
	buf_free(&people);
	case_free(c);
	return rc;
}

int
case_workable(const struct case_file *c, struct fault *f)
{
	if (c->state == CASE_OPEN || c->state == CASE_ACCEPTED)
		return 0;
	fault_set(f, FAULT_CASE_NOT_OPEN, "%s", "");
	fault_arg(f, "state", "%s", case_state_name(c->state));
	return -1;
}

struct op *
case_op(struct act *act, struct case_file *c, enum record_type type, struct record **ret_record,
    struct fault *f)
{
	struct op *op = act_add(act, type, c->division, c->id, ret_record, f);

	if (op == NULL)
		return NULL;
	record_str(*ret_record, "matter", c->matter->code);
	op_step(op, ST_CASE_TOUCH, 1);
	op_at(op);
	op_text(op, act->actor.id);
	op_text(op, c->division);
	op_blob(op, c->id, RECORD_ID_LEN);
	op_int(op, c->version++);
	return op;
}

void
case_put_item(struct op *op, const struct case_file *c, const struct case_item *ci)
{
	op_step(op, ST_ITEM_UPDATE, 1);
	op_text(op, c->division);
	op_blob(op, c->id, RECORD_ID_LEN);
	op_text(op, ci->item->code);
	op_text(op, item_state_name(ci->state));
	op_text(op, method_name(ci->way));
	op_text(op, ci->missing);
	op_blob(op, ci->has_record ? ci->record : NULL, RECORD_ID_LEN);
	op_blob(op, ci->has_verification ? ci->verification : NULL, RECORD_ID_LEN);
	put_steps(op, ci);
}

/* Whether an item's inputs have other values than before. */
static int
inputs_changed(const struct case_file *c, const struct case_item *ci, const json_t *old_form,
    const struct asked *old_asked, size_t nold)
{
	char was[EVALUATE_VALUE_MAX], is[EVALUATE_VALUE_MAX], role[EVALUATE_ROLE_MAX];
	int changed = 0;

	for (size_t i = 0; i < ci->item->nbindings && !changed; i++) {
		const struct binding *b = &ci->item->bindings[i];
		enum bound before = evaluate_binding(ci->item, b, c->party, c->nparties, old_form,
		    old_asked, nold, was, role);
		enum bound after = evaluate_binding(ci->item, b, c->party, c->nparties, c->form,
		    c->asked, c->nasked, is, role);

		changed = before != after || (before == BOUND_VALUE && strcmp(was, is) != 0);
	}
	explicit_bzero(was, sizeof(was));
	explicit_bzero(is, sizeof(is));
	return changed;
}

/* Work that an item has behind it stays where the item still applies and asks the same. */
static int
stays(const struct case_item *was, enum item_state begins_as, int changed)
{
	if (begins_as == ITEM_DOES_NOT_APPLY || begins_as == ITEM_UNDECIDED ||
	    was->state == ITEM_DOES_NOT_APPLY || was->state == ITEM_UNDECIDED ||
	    was->state == ITEM_WAITING_INPUT)
		return 0;
	/* What is still to be promised, or kept from it, goes by the credit of today. */
	if (was->item->method == METHOD_COMMITMENT &&
	    (was->state == ITEM_TO_COMMIT || was->state == ITEM_TO_VERIFY))
		return 0;
	return !changed;
}

int
case_answer(struct act *act, struct case_file *c, json_t *form, const struct asked *asked,
    size_t nasked, struct fault *f)
{
	struct case_item *before = NULL;
	struct asked *old_asked = NULL;
	size_t nold = c->nasked;
	json_t *old_form = json_incref(c->form);
	struct buf people = BUF_INIT;
	struct record *r;
	struct op *op;
	int rc = -1;

	if (case_workable(c, f) < 0 || evaluate_check_form(c->inv, form, f) < 0)
		goto out;
	before = calloc(c->nitems + 1, sizeof(*before));
	old_asked = calloc(nold + 1, sizeof(*old_asked));
	if (before == NULL || old_asked == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "items");
		goto out;
	}
	memcpy(before, c->item, c->nitems * sizeof(*before));
	memcpy(old_asked, c->asked, nold * sizeof(*old_asked));
	json_decref(c->form);
	c->form = json_incref(form);
	if (asked != NULL) {
		memcpy(c->asked, asked, nasked * sizeof(*asked));
		c->nasked = nasked;
	}
	if (check_asked(c, f) < 0 || credit_look(act, c, f) < 0 || case_work_out(c, f) < 0)
		goto out;
	if ((op = act_add(act, RECORD_CASE_ANSWERED, c->division, c->id, &r, f)) == NULL ||
	    put_people(act, c, r, &people, f) < 0)
		goto out;
	record_str(r, "matter", c->matter->code);
	op_step(op, ST_CASE_PEOPLE, 1);
	op_at(op);
	op_text(op, act->actor.id);
	op_text(op, c->division);
	op_blob(op, c->id, RECORD_ID_LEN);
	op_int(op, c->version);
	op_blob(op, people.data, people.len);
	for (size_t i = 0; i < c->nitems; i++) {
		struct case_item *ci = &c->item[i];
		enum item_state begin = ci->state;
		int changed = inputs_changed(c, ci, old_form, old_asked, nold);

		if (stays(&before[i], begin, changed)) {
			ci->state = before[i].state;
			ci->way = before[i].way;
			memcpy(ci->missing, before[i].missing, sizeof(ci->missing));
			continue;
		}
		if (begin == before[i].state && strcmp(ci->missing, before[i].missing) == 0)
			continue;
		ci->state = before[i].state;
		ci->has_record = ci->has_verification = 0;
		if (case_move(ci, begin, f) < 0 ||
		    case_step(ci, act->now, item_state_name(begin), credit_item(ci) ?
		    "credit_record" : "answers_changed", f) < 0)
			goto out;
		case_put_item(op, c, ci);
	}
	put_subjects(act, c, op);
	rc = 0;
out:
	free(before);
	if (old_asked != NULL)
		explicit_bzero(old_asked, nold * sizeof(*old_asked));
	free(old_asked);
	json_decref(old_form);
	buf_free(&people);
	return rc;
}

/* Counts the items that stand in the way of an end; ret_first is the first of them. */
static size_t
left_over(const struct case_file *c, int accept_only, const struct case_item **ret_first)
{
	size_t n = 0;

	for (size_t i = 0; i < c->nitems; i++) {
		const struct case_item *ci = &c->item[i];
		int blocks = ci->state == ITEM_UNDECIDED || ci->state == ITEM_WAITING_INPUT;

		if (!accept_only)
			blocks = ci->state != ITEM_DOES_NOT_APPLY && !item_state_settled(ci->state);
		if (blocks && n++ == 0)
			*ret_first = ci;
	}
	return n;
}

/* The operation that gives the case another state. */
static struct op *
state_op(struct act *act, struct case_file *c, enum case_state to, enum record_type type,
    struct record **ret_record, struct fault *f)
{
	struct op *op;

	if (!case_state_may(c->state, to)) {
		fault_set(f, c->state == CASE_OPEN ? FAULT_CASE_NOT_ACCEPTED :
		    c->state == CASE_ACCEPTED ? FAULT_CASE_IS_ACCEPTED : FAULT_CASE_NOT_OPEN, "%s", "");
		fault_arg(f, "state", "%s", case_state_name(c->state));
		return NULL;
	}
	if ((op = act_add(act, type, c->division, c->id, ret_record, f)) == NULL)
		return NULL;
	record_str(*ret_record, "matter", c->matter->code);
	op_step(op, ST_CASE_STATE, 1);
	op_at(op);
	op_text(op, act->actor.id);
	op_text(op, c->division);
	op_blob(op, c->id, RECORD_ID_LEN);
	op_int(op, c->version);
	op_text(op, case_state_name(to));
	return op;
}

static int
not_ready(size_t count, const struct case_item *first, struct fault *f)
{
	fault_set(f, FAULT_CASE_NOT_READY, "%s", item_state_name(first->state));
	fault_arg(f, "count", "%zu", count);
	fault_arg(f, "item", "%s", first->item->code);
	if (first->missing[0] != '\0')
		fault_arg(f, "field", "%s", first->missing);
	return -1;
}

int
case_accept(struct act *act, struct case_file *c, struct fault *f)
{
	const struct case_item *first = NULL;
	size_t left = left_over(c, 1, &first);
	struct record *r;

	if (left > 0)
		return not_ready(left, first, f);
	return state_op(act, c, CASE_ACCEPTED, RECORD_CASE_ACCEPTED, &r, f) != NULL ? 0 : -1;
}

int
case_conclude(struct act *act, struct case_file *c, enum case_state outcome,
    const char *reason, struct fault *f)
{
	const struct case_item *first = NULL;
	size_t left = outcome == CASE_SETTLED ? left_over(c, 0, &first) : 0;
	uint8_t salt[RECORD_SALT_LEN];
	struct buf body = BUF_INIT;
	struct record *r;
	int rc = -1;

	if (case_state_may(c->state, outcome) && left > 0)
		return not_ready(left, first, f);
	if (state_op(act, c, outcome, RECORD_CASE_CONCLUDED, &r, f) == NULL)
		return -1;
	record_str(r, "outcome", case_state_name(outcome));
	if (reason != NULL) {
		hash_random(salt, sizeof(salt));
		buf_str(&body, "{\"reason\":");
		buf_json(&body, reason, strlen(reason));
		buf_char(&body, '}');
		if (buf_failed(&body)) {
			fault_set(f, FAULT_MEMORY, "%s", "reason");
			goto out;
		}
		record_body(r, body.data, body.len, salt);
	}
	rc = 0;
out:
	buf_wipe(&body);
	return rc;
}

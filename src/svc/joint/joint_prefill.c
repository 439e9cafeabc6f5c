/* joint_prefill.c - what the form asks and a register knows is not asked of the applicant. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "svc/agencies/place.h"
#include "svc/joint/joint.h"

#define ASKED_MAX 64		/* questions of one request */

struct prefill {
	struct act *act;
	struct joint_file *j;
	json_t *values;			/* found: {"child_name":"..."} */
	json_t *from;			/* {"child_name":"DS-025"} */
	/* What was asked, and of which step's case; its record is written when all is known. */
	struct question { struct case_answer a; const struct item *item; struct case_file *c; } asked[ASKED_MAX];
	size_t n;
	struct case_file *c[EVENT_STEPS_MAX];
};

/* The own field of that name which nobody has filled in; NULL. */
static const struct event_field *
blank_field(const struct prefill *p, const char *name)
{
	const struct event *e = p->j->event;

	for (size_t i = 0; i < e->nown; i++) {
		const json_t *value = json_object_get(json_object_get(p->j->people, "form"), name);

		if (strcmp(e->form[i].field.name, name) != 0)
			continue;
		return json_object_get(p->values, name) == NULL && (value == NULL || json_is_null(value) ||
		    (json_is_string(value) && utf8_blank(json_string_value(value)))) ? &e->form[i] : NULL;
	}
	return NULL;
}

/* Nothing is asked of a register that would not fill in anything. */
static int
is_useful(const struct prefill *p, const struct item *item)
{
	if (item->method != METHOD_DATA_QUERY || item->fields == NULL)
		return 0;
	for (size_t i = 0; item->fields[i] != NULL; i++)
		if (blank_field(p, item->fields[i]) != NULL)
			return 1;
	return 0;
}

/* A value of a row as the form takes it; NULL where it does not. */
static json_t *
form_value(const struct prefill *p, const struct event_field *field, const json_t *value)
{
	json_t *typed = json_incref((json_t *)(uintptr_t)value), *form;
	int fits;

	if (json_is_string(value) && (field->field.type == VALUE_NUMBER || field->field.type == VALUE_INTEGER)) {
		json_decref(typed);
		typed = field->field.type == VALUE_NUMBER ? json_real(strtod(json_string_value(value), NULL)) :
		    json_integer(strtoll(json_string_value(value), NULL, 10));
	}
	form = json_pack("{s:O}", field->field.name, typed);
	fits = (!json_is_string(value) || !utf8_blank(json_string_value(value))) &&
	    joint_check_form(p->j->event, form, p->act->now, NULL) == 0;
	json_decref(form);
	if (fits)
		return typed;
	json_decref(typed);
	return NULL;
}

/* One row says who it is; of several nobody knows which. */
static void
take(struct prefill *p, const struct case_answer *a)
{
	const char *name;
	json_t *value, *typed;

	if (json_array_size(a->rows) != 1)
		return;
	json_object_foreach(json_array_get(a->rows, 0), name, value) {
		const struct event_field *field = blank_field(p, name);

		if (field == NULL || (typed = form_value(p, field, value)) == NULL)
			continue;
		json_object_set_new(p->values, name, typed);
		json_object_set_new(p->from, name, json_string(a->service->code));
	}
}

static int
was_asked(const struct prefill *p, const struct case_answer *a)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->asked[i].a.service == a->service && json_equal(p->asked[i].a.inputs, a->inputs))
			return 1;
	return 0;
}

/* The record of one disclosure: for which item, of which service, which fields. */
static int
put_record(const struct prefill *p, const struct question *q, struct fault *f)
{
	struct record *r;
	struct op *op = act_add(p->act, RECORD_JOINT_PREFILLED, p->j->division, NULL, &r, f);

	if (op == NULL)
		return -1;
	record_str(r, "answer", json_array_size(q->a.rows) > 0 ? "found" : "not_found");
	record_str(r, "event", p->j->event->code);
	record_list(r, "fields", q->item->fields);
	record_int(r, "inventory", p->j->inv->version);
	record_str(r, "item", q->item->code);
	record_object(r, "joint", p->j->id);
	record_str(r, "matter", q->c->matter->code);
	record_str(r, "service", q->a.service->code);
	if (q->a.grant != NULL)
		record_str(r, "grant", q->a.grant->code);
	if (q->a.role[0] != '\0')
		record_str(r, "party", q->a.role);
	case_answer_subjects(p->act, q->c, &q->a, op);
	return act_body(r, json_pack("{s:O, s:O}", "inputs", q->a.inputs, "rows", q->a.rows), f);
}

static int
ask(struct prefill *p, struct case_file *c, const struct item *item, struct fault *f)
{
	struct case_item ci = { .item = item, .state = ITEM_TO_QUERY, .way = METHOD_DATA_QUERY };
	struct case_answer a;
	int rc = case_ask(p->act, c, &ci, &a, f);

	if (rc <= 0)
		return rc;
	if (was_asked(p, &a)) {
		case_answer_free(&a);
		return 0;
	}
	take(p, &a);
	p->asked[p->n++] = (struct question){ a, item, c };
	return 0;
}

/* The questions of one step, as its case would ask them. */
static int
ask_step(struct prefill *p, size_t step, struct fault *f)
{
	const struct matter *m = p->j->event->steps[step].matter;
	struct case_request *req = calloc(1, sizeof(*req));
	struct case_file *c = calloc(1, sizeof(*c));
	struct evaluated *now = calloc(m->nitems + 1, sizeof(*now));
	int rc = -1;

	if (req == NULL || c == NULL || now == NULL)
		fault_set(f, FAULT_MEMORY, "%s", "prefill");
	/* A party that is not there yet, or whose number is wrong, is not asked about. */
	else if (joint_case_request(p->act, p->j, step, req, NULL) < 0 ||
	    evaluate(p->j->inv, m, req->form, now, NULL) < 0)
		rc = 0;
	else {
		memcpy(c->division, p->j->division, sizeof(c->division));
		c->inv = inventory_ref(p->j->inv);
		c->matter = m;
		c->agency = place_of_matter(p->act->app, c->inv, m, inventory_division(c->inv, c->division));
		memcpy(c->party, req->party, sizeof(c->party));
		c->nparties = req->nparties;
		c->form = json_incref(req->form);
		rc = case_put_asked(c, req->asked, req->nasked, f);
		for (size_t i = 0; i < m->nitems && rc == 0 && p->n < ASKED_MAX; i++)
			if (now[i].applies == APPLIES_YES && is_useful(p, now[i].item))
				rc = ask(p, c, now[i].item, f);
	}
	if (req != NULL) {
		json_decref(req->form);
		explicit_bzero(req, sizeof(*req));
	}
	free(req);
	free(now);
	p->c[step] = c;
	return rc;
}

static void
prefill_free(struct prefill *p)
{
	for (size_t i = 0; i < p->n; i++)
		case_answer_free(&p->asked[i].a);
	for (size_t i = 0; i < EVENT_STEPS_MAX; i++)
		case_free(p->c[i]);
	json_decref(p->values);
	json_decref(p->from);
	free(p);
}

int
joint_prefill(struct act *act, struct joint_file *j, struct fault *f)
{
	struct prefill *p = calloc(1, sizeof(*p));
	json_t *from = json_object_get(j->people, "prefilled");
	int rc = 0;

	if (p == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "prefill");
		return -1;
	}
	p->act = act;
	p->j = j;
	p->values = json_object();
	p->from = json_object();
	for (size_t i = 0; i < j->event->nsteps && rc == 0; i++)
		rc = ask_step(p, i, f);
	if (rc == 0 && json_object_size(p->values) > 0) {
		if (from == NULL) {
			from = json_object();
			json_object_set_new(j->people, "prefilled", from);
		}
		json_object_update(from, p->from);
		/* First, because it is guarded: where it loses, nothing is written and all is asked anew. */
		rc = joint_supply(act, j, p->values, 0, f);
	}
	for (size_t i = 0; i < p->n && rc == 0; i++)
		rc = put_record(p, &p->asked[i], f);
	prefill_free(p);
	return rc;
}

/* case_open.c - opening a case. */
#include <stdlib.h>
#include <string.h>

#include "base/uuid.h"
#include "svc/agencies/place.h"
#include "svc/cases/case.h"
#include "svc/recent.h"

static int
wrong_party(enum fault_code code, const char *role, struct fault *f)
{
	fault_set(f, code, "%s", "");
	fault_arg(f, "role", "%s", role);
	return -1;
}

int
case_check_role(const struct matter *m, const struct party *party, size_t i, struct fault *f)
{
	const struct party *p = &party[i];
	const struct party_rule *rule = NULL;

	for (size_t k = 0; k < m->nparties; k++)
		if (strcmp(m->parties[k].role, p->role) == 0)
			rule = &m->parties[k];
	for (size_t k = 0; k < i; k++)
		if (strcmp(party[k].role, p->role) == 0)
			return wrong_party(FAULT_PARTY_REPEATED, p->role, f);
	if (rule == NULL || (rule->kind & p->kind) == 0)
		return wrong_party(rule == NULL ? FAULT_PARTY_UNKNOWN : FAULT_PARTY_KIND, p->role, f);
	return 0;
}

int
case_check_parties(const struct matter *m, const struct party *party, size_t n, struct fault *f)
{
	for (size_t i = 0; i < n; i++) {
		if (case_check_role(m, party, i, f) < 0)
			return -1;
		/* Who acts for somebody says by what right. */
		if (strcmp(party[i].role, INVENTORY_AGENT) == 0 && party[i].mandate[0] == '\0')
			return wrong_party(FAULT_MANDATE_MISSING, party[i].role, f);
	}
	for (size_t k = 0; k < m->nparties; k++) {
		size_t i = 0;

		while (i < n && strcmp(party[i].role, m->parties[k].role) != 0)
			i++;
		if (i == n && m->parties[k].required)
			return wrong_party(FAULT_PARTY_MISSING, m->parties[k].role, f);
	}
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
	c->inv = req->inv != NULL ? inventory_ref(req->inv) : app_inventory(act->app, f);
	if (c->inv == NULL)
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
	c->agency = place_of_matter(act->app, c->inv, c->matter, d);
	if (case_check_parties(c->matter, req->party, req->nparties, f) < 0 ||
	    case_put_asked(c, req->asked, req->nasked, f) < 0 ||
	    evaluate_check_form(c->inv, req->form, f) < 0)
		goto fail;
	snprintf(c->division, sizeof(c->division), "%s", d->code);
	snprintf(c->channel, sizeof(c->channel), "%s", req->channel);
	snprintf(c->platform, sizeof(c->platform), "%s", req->platform != NULL ? req->platform :
	    req->external != NULL ? act->actor.id : "");
	snprintf(c->external, sizeof(c->external), "%s", req->external != NULL ? req->external : "");
	if (req->step != NULL) {
		snprintf(c->step, sizeof(c->step), "%s", req->step);
		memcpy(c->joint, req->joint, sizeof(c->joint));
	}
	memcpy(c->party, req->party, sizeof(c->party));
	c->nparties = req->nparties;
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

int
case_check_asked(const struct case_file *c, struct fault *f)
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
	op_text(op, c->external[0] != '\0' ? c->platform : NULL);
	op_text(op, c->external[0] != '\0' ? c->external : NULL);
	op_blob(op, c->step[0] != '\0' ? c->joint : NULL, RECORD_ID_LEN);
	op_text(op, c->step[0] != '\0' ? c->step : NULL);
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
		case_put_steps(op, ci);
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

/* Who handles which matter is public: whoever may not open the case here is told who may. */
static int
may_open(const struct act *act, const struct case_file *c, struct fault *f)
{
	if (access_check(&act->actor, act->action, c->agency->code, c->division, f) == 0)
		return 0;
	if (f->code == FAULT_NOT_FOUND) {
		fault_set(f, FAULT_CASE_ELSEWHERE, "%s", "");
		fault_arg(f, "field", "%s", "matter");
		fault_arg(f, "agency", "%s", c->agency->code);
		fault_arg(f, "name", "%s", c->agency->name);
	}
	return -1;
}

int
case_begin(struct act *act, const struct case_request *req, struct case_file **ret_case,
    struct fault *f)
{
	struct case_file *c = from_request(act, req, f);
	struct buf people = BUF_INIT;
	struct number number;
	struct record *r;
	struct op *op;
	int rc = -1;

	if (c == NULL)
		return -1;
	for (size_t i = 0; i < c->nitems; i++)
		c->item[i].item = c->matter->items[i];
	if (may_open(act, c, f) < 0 || case_external_new(act, c, f) < 0 ||
	    case_check_asked(c, f) < 0 || credit_look(act, c, f) < 0 || case_work_out(c, f) < 0 ||
	    begin_steps(act, c, f) < 0 ||
	    number_next(act, NUMBER_CASE, c->division, &number, f) < 0)
		goto out;
	memcpy(c->number, number.text, sizeof(c->number));
	/* A system that does a step knows it by our number. */
	if (c->platform[0] != '\0' && c->external[0] == '\0')
		snprintf(c->external, sizeof(c->external), "%s", c->number);
	uuid7_new(act->app->clock, c->id);
	c->version = 1;
	c->opened_at = act->now;
	c->due_day = case_limits(c).due;
	if (c->external[0] == '\0' && c->step[0] == '\0')
		act_quiet(act, c->id);
	record_object_name(c->division, c->id, act->object);
	if ((op = act_add(act, RECORD_CASE_OPENED, c->division, c->id, &r, f)) == NULL ||
	    case_put_people(act, c, r, &people, f) < 0)
		goto out;
	record_str(r, "agency", c->agency->code);
	record_int(r, "inventory", c->inv->version);
	record_str(r, "matter", c->matter->code);
	record_str(r, "number", c->number);
	if (c->step[0] != '\0') {
		record_object(r, "joint", c->joint);
		record_str(r, "step", c->step);
	}
	credit_note(c, r);
	number_keep(op, act->app, &number);
	insert_case(op, act, c, &people);
	case_put_subjects(act, c, NULL, op);
	recent_note(act->app->recent, c->division, c->agency->code, c->matter->code);
	*ret_case = c;
	c = NULL;
	rc = 0;
out:
	buf_free(&people);
	case_free(c);
	return rc;
}

int
case_open(struct act *act, const struct case_request *req, struct fault *f)
{
	struct case_file *c;

	if (case_begin(act, req, &c, f) < 0)
		return -1;
	case_free(c);
	return 0;
}

/* joint_step.c - what is done for one step of a joint case. */
#include <stdlib.h>
#include <string.h>

#include "svc/agencies/place.h"
#include "svc/intake/platform.h"
#include "svc/joint/joint_pass.h"

/* Whether it is the system's own trouble, which passes, and no reason why a step could not be done. */
static int
is_fatal(const struct fault *f)
{
	return fault_status(f->code) >= 500;
}

static int
is_automatic(const struct drive *d, size_t i)
{
	return d->j->event->steps[i].automatic && d->j->run.step[i].state == EVENT_RUNNING;
}

static void
give_reason(struct drive *d, size_t i, const char *code, const char *about)
{
	struct joint_step *s = &d->j->step[i];

	snprintf(s->reason, sizeof(s->reason), "%s%s%s", code, about[0] != '\0' ? ":" : "", about);
	s->changed = 1;
}

enum event_verdict
joint_step_apply(struct drive *d, size_t i, enum event_happening what, int changed, const struct event_set *fields)
{
	struct event_happened h = { .what = what, .step = i, .attempt = d->j->run.step[i].attempt,
		.changed = changed };

	if (fields != NULL)
		h.fields = *fields;
	return joint_op_apply(&d->act, d->o, &h);
}

static void
step_failed(struct drive *d, size_t i, const char *code, const char *about)
{
	if (joint_step_apply(d, i, EVENT_GOT_FAILED, 0, NULL) == EVENT_TAKEN)
		give_reason(d, i, code, about);
}

/* The codes of the items in a state, for a reason. */
static size_t
list_items(const struct case_file *c, enum item_state state, char *text, size_t size)
{
	size_t n = 0, len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < c->nitems; i++) {
		if (c->item[i].state != state)
			continue;
		if (len < size - 1)
			len += (size_t)snprintf(text + len, size - len, "%s%s", len > 0 ? "," : "",
			    c->item[i].item->code);
		n++;
	}
	return n;
}

/* Starting */

struct finding { const struct agency *agency; const char *division; struct platform found; int there; };

static int
find_platform(const struct platform *p, void *ctx, struct fault *f)
{
	struct finding *x = ctx;

	(void)f;
	if (p->state != PLATFORM_ON || strcmp(p->division, x->division) != 0 ||
	    strcmp(p->agency, x->agency->code) != 0)
		return 0;
	x->found = *p;
	x->there = 1;
	return 1;
}

static void
row_began(struct drive *d, size_t i, const struct case_file *c)
{
	struct joint_step *s = &d->j->step[i];

	s->attempt = d->j->run.step[i].attempt;
	s->has_case = 1;
	memcpy(s->case_id, c->id, sizeof(s->case_id));
	s->started_at = d->act.now;
	s->changed = 1;
	d->pass.started++;
	if (d->act.now - s->ready_at > d->pass.lag_ms)
		d->pass.lag_ms = d->act.now - s->ready_at;
}

/* What a clerk has typed and the joint case knows nothing of stays: answers, values of cards, parties. */
static void
overlay(const struct case_file *c, struct case_request *req)
{
	json_t *form = json_copy(c->form);

	json_object_update(form, req->form);
	json_decref(req->form);
	req->form = form;
	for (size_t i = 0; i < c->nasked && req->nasked < CASE_ASKS_MAX; i++) {
		size_t k = 0;

		while (k < req->nasked && (strcmp(req->asked[k].item, c->asked[i].item) != 0 ||
		    strcmp(req->asked[k].input, c->asked[i].input) != 0))
			k++;
		if (k == req->nasked)
			req->asked[req->nasked++] = c->asked[i];
	}
	for (size_t i = 0; i < c->nparties && req->nparties < CASE_PARTIES_MAX; i++) {
		size_t k = 0;

		while (k < req->nparties && strcmp(req->party[k].role, c->party[i].role) != 0)
			k++;
		if (k == req->nparties)
			req->party[req->nparties++] = c->party[i];
	}
}

/*
 * A case that there is goes on with the new values: what they do not touch stays as it is, and
 * what a source did not establish is asked there once more.
 */
static int
go_on(struct drive *d, size_t i, struct case_request *req, struct fault *f)
{
	struct case_file *c = d->c[i];
	struct case_answers to = { 0 };
	int rc;

	overlay(c, req);
	to = (struct case_answers){ .form = req->form, .asked = req->asked, .nasked = req->nasked,
		.party = req->party, .nparties = req->nparties };
	rc = case_answer(&d->act, c, &to, f);
	if (rc < 0)
		return -1;
	c->version++;
	for (size_t k = 0; k < c->nitems; k++)
		if (c->item[k].state == ITEM_NOT_ESTABLISHED && c->item[k].way == METHOD_DATA_QUERY &&
		    case_query(&d->act, c, &c->item[k], "一件事的步骤重办", f) < 0)
			return -1;
	return 0;
}

/* Whether a department has said no: that is asked anew in a new case, or not at all. */
static int
was_denied(const struct case_file *c)
{
	for (size_t k = 0; k < c->nitems; k++)
		if (c->item[k].state == ITEM_NOT_ESTABLISHED && c->item[k].way != METHOD_DATA_QUERY)
			return 1;
	return 0;
}

static int
start_case(struct drive *d, size_t i, struct case_request *req, struct fault *f)
{
	const struct event_step *step = &d->j->event->steps[i];
	struct finding x = { .division = d->j->division };

	if (d->c[i] != NULL && case_workable(d->c[i], NULL) == 0) {
		if (!was_denied(d->c[i]))
			return go_on(d, i, req, f);
		if (case_conclude(&d->act, d->c[i], CASE_WITHDRAWN, "一件事的步骤重办,另立新件", NULL, f) < 0)
			return -1;
	}
	case_free(d->c[i]);
	d->c[i] = NULL;
	if (step->outside) {
		x.agency = place_of_matter(d->act.app, d->j->inv, step->matter, inventory_division(d->j->inv,
		    d->j->division));
		if (platform_list(d->act.reader, find_platform, &x, f) < 0)
			return -1;
		/* Where no system of the agency is registered its desk does it. */
		req->platform = x.there ? x.found.id : NULL;
	}
	return case_begin(&d->act, req, &d->c[i], f);
}

/* Gives the attempt its case.  -1 only where the store fails: what a step lacks is its own affair. */
int
joint_step_start(struct drive *d, size_t i, struct fault *f)
{
	const struct event_step *step = &d->j->event->steps[i];
	struct case_request *req = calloc(1, sizeof(*req));
	size_t before = d->act.nops;
	struct fault why = FAULT_INIT;
	int rc = -1;

	if (req == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "step");
		return -1;
	}
	d->j->step[i].due_at = joint_due(d->j, step->agency, d->act.now, step->minutes);
	if (joint_case_request(&d->act, d->j, i, req, &why) == 0 && start_case(d, i, req, &why) == 0) {
		d->c[i]->step_due = d->j->step[i].due_at;
		row_began(d, i, d->c[i]);
		rc = 0;
	} else if (is_fatal(&why)) {
		*f = why;
	} else {
		act_drop(&d->act, before);
		case_free(d->c[i]);
		d->c[i] = NULL;
		d->j->step[i].due_at = 0;
		step_failed(d, i, fault_name(why.code), fault_arg_get(&why, "field") != NULL ?
		    fault_arg_get(&why, "field") : "");
		rc = 0;
	}
	json_decref(req->form);
	explicit_bzero(req, sizeof(*req));
	free(req);
	return rc;
}

/* What lacks */

static int
has_form(const struct joint_file *j, const struct event_source *s)
{
	return s->kind != EVENT_FROM_FORM || j->run.field[s->form] > 0;
}

/* The field of the form that "form:marital_status", "ask:plate_number" or "party:father" comes from. */
static int64_t
field_of(const struct joint_file *j, const struct event_step *s, const char *kind, const char *name)
{
	const struct event *e = j->event;
	const struct event_source *from = NULL;

	for (size_t i = 0; i < s->nanswers && strcmp(kind, "form") == 0; i++)
		if (strcmp(s->answers[i].field->name, name) == 0)
			from = &s->answers[i].from;
	for (size_t i = 0; i < s->nparties && strcmp(kind, "party") == 0; i++)
		if (strcmp(s->parties[i].rule->role, name) == 0)
			from = s->parties[i].type != IDENT_NONE && !has_form(j, &s->parties[i].number) ?
			    &s->parties[i].number : &s->parties[i].name;
	if (from != NULL)
		return from->kind == EVENT_FROM_FORM ? (int64_t)from->form : -1;
	for (size_t i = 0; i < e->nform && strcmp(kind, "ask") == 0; i++)
		if (strcmp(e->form[i].field.name, name) == 0)
			return (int64_t)i;
	return -1;
}

/* Adds the fields of one item's list. */
static void
add_lacking(const struct drive *d, size_t step, const char *missing, struct event_set *set)
{
	const struct event *e = d->j->event;

	for (const char *p = missing; *p != '\0'; ) {
		size_t len = strcspn(p, ",");
		char kind[16], name[64];

		if (sscanf(p, "%15[^:]:%63[^,]", kind, name) == 2) {
			int64_t at = field_of(d->j, &e->steps[step], kind, name);

			if (at >= 0 && event_set_has(&e->plan->step[step].reads, (size_t)at))
				event_set_add(set, (size_t)at);
		}
		p += len + (p[len] == ',');
	}
}

/*
 * Everything that lacks is asked of the applicant, once; 1: so it was, or the step has failed.  A
 * clerk who has the case can type what lacks, or ask for it in the usual ways.
 */
static int
return_lacking(struct drive *d, size_t i)
{
	const struct case_file *c = d->c[i];
	struct event_set set = { 0 };
	char text[JOINT_REASON_MAX - 16] = "";
	size_t lacking = 0, len = 0;

	for (size_t k = 0; k < c->nitems; k++) {
		if (!case_item_lacks(&c->item[k]))
			continue;
		lacking++;
		add_lacking(d, i, c->item[k].missing, &set);
		if (len < sizeof(text) - 1)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s", len > 0 ? "," : "",
			    c->item[k].item->code);
	}
	if (lacking == 0)
		return 0;
	if (joint_step_apply(d, i, EVENT_GOT_RETURNED, 0, &set) == EVENT_TAKEN)
		give_reason(d, i, "lacks", text);
	else if (is_automatic(d, i))
		step_failed(d, i, "lacks", text);
	else
		return 0;
	return 1;
}

/* Settling */

/* Signs what the applicant has agreed to for the whole event. */
static int
sign(struct drive *d, size_t i, struct fault *f)
{
	struct case_file *c = d->c[i];

	for (size_t k = 0; k < c->nitems; k++) {
		const char *notice, *letter, *role;

		if (c->item[k].state == ITEM_TO_COMMIT &&
		    joint_signed(d->j, c, &c->item[k], &notice, &letter, &role) &&
		    case_commit(&d->act, c, &c->item[k], notice, letter, role, f) < 0)
			return -1;
	}
	return 0;
}

/* What a rule gives: the number of the case, or what another step or the form has. */
static json_t *
given(struct drive *d, size_t i, struct fault *f)
{
	const struct event_step *s = &d->j->event->steps[i];
	json_t *results = json_object();

	for (size_t k = 0; k < s->noutputs; k++) {
		json_t *value = s->gives == NULL || s->gives[k].text == NULL ? NULL :
		    s->gives[k].kind == EVENT_CASE_NUMBER ? json_string(d->c[i]->number) :
		    joint_value(&d->act, d->j, &s->gives[k], f);

		if (value != NULL)
			json_object_set_new(results, s->outputs[k], value);
	}
	return results;
}

/* Why a rule settled it: each item and what became of it. */
static void
explain(const struct case_file *c, struct buf *out)
{
	static const char *const zh[ITEM_NSTATES] = { [ITEM_CANCELLED] = "已取消,不收", [ITEM_ESTABLISHED] = "已查实",
		[ITEM_COMMITTED] = "已承诺", [ITEM_DOES_NOT_APPLY] = "不涉及" };

	buf_str(out, "按规则办结:");
	for (size_t i = 0; i < c->nitems; i++)
		buf_fmt(out, "%s%s %s", i > 0 ? ";" : "", c->item[i].item->code,
		    zh[c->item[i].state] != NULL ? zh[c->item[i].state] : item_state_name(c->item[i].state));
}

static int
is_open(const struct case_item *ci)
{
	return ci->state != ITEM_CANCELLED && ci->state != ITEM_ESTABLISHED &&
	    ci->state != ITEM_COMMITTED && ci->state != ITEM_DOES_NOT_APPLY;
}

/* A rule settles what nothing speaks against. */
static int
settle_by_rule(struct drive *d, size_t i, struct fault *f)
{
	struct case_file *c = d->c[i];
	char about[JOINT_REASON_MAX - 32];
	struct buf why = BUF_INIT;
	json_t *results;
	int rc = -1;

	if (list_items(c, ITEM_NOT_ESTABLISHED, about, sizeof(about)) > 0) {
		step_failed(d, i, "not_established", about);
		return 0;
	}
	for (size_t k = 0; k < c->nitems; k++)
		if (is_open(&c->item[k]))
			return 0;
	explain(c, &why);
	results = given(d, i, f);
	if (f->code != FAULT_NONE)
		rc = -1;
	else if (buf_failed(&why) || results == NULL)
		fault_set(f, FAULT_MEMORY, "%s", "results");
	else if (c->state == CASE_ACCEPTED || case_accept(&d->act, c, NULL, f) == 0)
		rc = case_conclude(&d->act, c, CASE_SETTLED, why.data, results, f);
	if (rc == 0) {
		struct joint_step *s = &d->j->step[i];

		/* Its record cannot be read yet. */
		rc = (int)joint_step_apply(d, i, EVENT_GOT_DONE, !json_equal(joint_results(&d->act, d->j, i, NULL),
		    results), NULL) == EVENT_TAKEN ? 0 : -1;
		json_decref(s->results);
		s->results = json_incref(results);
		s->has_result = s->changed = 1;
		memcpy(s->result, c->concluded, RECORD_ID_LEN);
	}
	json_decref(results);
	buf_free(&why);
	return rc;
}

/* A case that has ended ends its step. */
int
joint_step_end(struct drive *d, size_t i, struct fault *f)
{
	const struct case_file *c = d->c[i];
	struct joint_step *s = &d->j->step[i];
	json_t *before;
	int rc = 0;

	if (c->state == CASE_REFUSED) {
		step_failed(d, i, "refused", c->number);
	} else if (c->state == CASE_WITHDRAWN) {
		if (joint_step_apply(d, i, EVENT_WITHDRAW, 0, NULL) == EVENT_TAKEN)
			give_reason(d, i, "withdrawn_by_applicant", "");
	} else {
		if (s->has_result && joint_results(&d->act, d->j, i, f) == NULL)
			return -1;
		before = s->results;
		s->results = NULL;
		s->has_result = s->changed = 1;
		memcpy(s->result, c->concluded, RECORD_ID_LEN);
		if (joint_results(&d->act, d->j, i, f) == NULL)
			rc = -1;
		else
			joint_step_apply(d, i, EVENT_GOT_DONE, !json_equal(before, s->results), NULL);
		json_decref(before);
	}
	return rc;
}

/* Work on an open case: ask, sign, settle.  What cannot be done fails the step and nothing else. */
int
joint_step_work(struct drive *d, size_t i, struct fault *f)
{
	struct fault why = FAULT_INIT;
	size_t before = d->act.nops;
	int rc;

	if (return_lacking(d, i))
		return 0;
	if ((rc = case_settle(&d->act, d->c[i], &why)) == 0 && (rc = sign(d, i, &why)) == 0 &&
	    is_automatic(d, i))
		rc = settle_by_rule(d, i, &why);
	if (rc == 0)
		return 0;
	if (is_fatal(&why)) {
		*f = why;
		return -1;
	}
	/* What had been added stays out: the case is as it was. */
	act_drop(&d->act, before);
	case_free(d->c[i]);
	d->c[i] = NULL;
	step_failed(d, i, fault_name(why.code), fault_arg_get(&why, "item") != NULL ?
	    fault_arg_get(&why, "item") : "");
	return 0;
}

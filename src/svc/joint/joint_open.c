/* joint_open.c - a joint case is opened, and its form filled in. */
#include <stdlib.h>
#include <string.h>

#include "base/uuid.h"
#include "svc/joint/joint.h"

/* A joint case in memory from a request: its event, place, lead agency. */
static struct joint_file *
from_request(struct act *act, const struct joint_request *req, struct fault *f)
{
	const char *division = req->division != NULL ? req->division : act->actor.division;
	struct joint_file *j = calloc(1, sizeof(*j));
	const struct division *d;

	if (j == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "joint case");
		return NULL;
	}
	if ((j->inv = app_inventory(act->app, f)) == NULL)
		goto fail;
	if ((j->event = inventory_event(j->inv, req->event)) == NULL) {
		fault_set(f, FAULT_LIFE_EVENT_UNKNOWN, "%s", "");
		fault_arg(f, "life_event", "%s", req->event);
		goto fail;
	}
	if ((d = inventory_division(j->inv, division)) == NULL) {
		fault_set(f, FAULT_DIVISION_UNKNOWN, "%s", "");
		fault_arg(f, "division", "%s", division);
		goto fail;
	}
	snprintf(j->division, sizeof(j->division), "%s", d->code);
	j->agency = inventory_acting(j->inv, j->event->lead, d);
	j->people = json_pack("{s:O}", "form", req->form);
	if (j->people != NULL && req->agent != NULL)
		json_object_set_new(j->people, "agent", json_pack("{s:s, s:s, s:s, s:s, s:s}", "type",
		    ident_type_name(req->agent->type), "number", req->agent->number, "name",
		    req->agent->name, "phone", req->agent->phone, "mandate", req->agent->mandate));
	if (j->people == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "joint case");
		goto fail;
	}
	return j;
fail:
	joint_free(j);
	return NULL;
}

/* Whoever may not open it here is told who may. */
static int
may_open(const struct act *act, const struct joint_file *j, struct fault *f)
{
	if (access_check(&act->actor, act->action, j->agency->code, j->division, f) == 0)
		return 0;
	if (f->code == FAULT_NOT_FOUND) {
		fault_set(f, FAULT_CASE_ELSEWHERE, "%s", "");
		fault_arg(f, "field", "%s", "life_event");
		fault_arg(f, "agency", "%s", j->agency->code);
		fault_arg(f, "name", "%s", j->agency->name);
	}
	return -1;
}

/* Everybody whose number stands in the form is a data subject of its records. */
void
joint_put_subjects(const struct act *act, const struct joint_file *j, struct op *op)
{
	uint8_t blinds[EVENT_FORM_MAX * BLIND_LEN];
	size_t n = 0;

	for (size_t i = 0; i < j->event->nform; i++) {
		const struct field *field = &j->event->form[i].field;
		const char *number = json_string_value(json_object_get(json_object_get(j->people, "form"),
		    field->name));

		if (number != NULL && number[0] != '\0' &&
		    (field->type == VALUE_ID18 || field->type == VALUE_USCC18))
			case_subject(act->app, field->type == VALUE_ID18 ? IDENT_CITIZEN_ID : IDENT_USCC,
			    number, blinds + BLIND_LEN * n++);
	}
	op_subjects(op, blinds, n * BLIND_LEN);
}

/* It begins: what can start is started, and the promise runs. */
static int
begin(struct act *act, struct joint_op *o, struct fault *f)
{
	struct joint_file *j = o->j;
	struct event_happened h = { .what = EVENT_SUPPLIED, .fields = joint_supplied(j->event, j->people) };
	enum event_verdict v;

	j->state = JOINT_RUNNING;
	j->started_at = act->now;
	j->due_at = joint_due(j, j->event->lead, act->now, j->event->promised_minutes);
	v = joint_op_apply(act, o, &h);
	return v == EVENT_TAKEN ? 0 : joint_op_refuse(j, &h, v, f);
}

static void
insert(struct act *act, struct joint_op *o, const struct buf *people, const char *run)
{
	struct joint_file *j = o->j;

	op_step(o->op, ST_JOINT_INSERT, 1);
	op_text(o->op, j->division);
	op_blob(o->op, j->id, RECORD_ID_LEN);
	op_text(o->op, j->number);
	op_text(o->op, joint_state_name(j->state));
	op_text(o->op, j->event->code);
	op_int(o->op, j->inv->version);
	op_text(o->op, j->agency->code);
	op_blob(o->op, people->data, people->len);
	op_text(o->op, run);
	op_int(o->op, act->now);
	op_text(o->op, act->actor.id);
	if (j->state == JOINT_DRAFT) {
		op_text(o->op, NULL);
		op_text(o->op, NULL);
		op_text(o->op, NULL);
	} else {
		op_int(o->op, j->started_at);
		op_int(o->op, j->due_at);
		op_at(o->op);
	}
	for (size_t i = 0; i < j->event->nsteps; i++) {
		op_step(o->op, ST_JOINT_STEP_INSERT, 1);
		op_text(o->op, j->division);
		op_blob(o->op, j->id, RECORD_ID_LEN);
		op_text(o->op, j->event->steps[i].code);
		op_int(o->op, (int64_t)i);
		op_text(o->op, event_state_name(EVENT_WAITING));
		op_text(o->op, NULL);
	}
}

int
joint_open(struct act *act, const struct joint_request *req, struct fault *f)
{
	struct joint_file *j = from_request(act, req, f);
	struct joint_op *o = calloc(1, sizeof(*o));
	struct buf people = BUF_INIT;
	struct number number;
	char *run = NULL;
	int rc = -1;

	if (j == NULL || o == NULL || may_open(act, j, f) < 0 ||
	    joint_check_form(j->event, req->form, act->now, f) < 0 ||
	    number_next(act, NUMBER_JOINT, j->division, &number, f) < 0)
		goto out;
	memcpy(j->number, number.text, sizeof(j->number));
	uuid7_new(act->app->clock, j->id);
	record_object_name(j->division, j->id, act->object);
	event_run_begin(&j->run);
	if (joint_op_begin(act, j, RECORD_JOINT_OPENED, o, f) < 0)
		goto out;
	record_str(o->r, "agency", j->agency->code);
	record_int(o->r, "inventory", j->inv->version);
	record_str(o->r, "number", j->number);
	if (act_body(o->r, json_incref(j->people), f) < 0 || (!req->draft && begin(act, o, f) < 0))
		goto out;
	run = joint_run_text(j->event->plan, &j->run);
	if (run == NULL || joint_put_people(act, j, &people, f) < 0)
		goto out;
	number_keep(o->op, act->app, &number);
	insert(act, o, &people, run);
	joint_op_rows(act, o, 1);
	joint_put_subjects(act, j, o->op);
	rc = 0;
out:
	buf_free(&people);
	free(run);
	free(o);
	joint_free(j);
	return rc;
}

/* Who has confirmed has confirmed these values: they stay. */
static int
check_confirmed(const struct joint_file *j, const char *name, struct fault *f)
{
	const json_t *confirmed = json_object_get(j->people, "confirmed");

	for (size_t i = 0; i < j->event->nconfirms; i++) {
		const struct event_confirm *c = &j->event->confirms[i];

		if (json_object_get(confirmed, c->code) == NULL || (strcmp(name,
		    j->event->form[c->number.form].field.name) != 0 && strcmp(name,
		    j->event->form[c->name.form].field.name) != 0))
			continue;
		fault_set(f, FAULT_FIELD_VALUE, "%s", "");
		fault_arg(f, "field", "form.%s", name);
		fault_arg(f, "why_zh", "%s", "本人已经确认,不能再改");
		fault_arg(f, "why_en", "%s", "this person has confirmed it: it may not change any more");
		return -1;
	}
	return 0;
}

/* What has been there stays there: a step may have used it. */
static int
check_gone(const struct joint_file *j, const struct event_set *before, const struct event_set *after,
    struct fault *f)
{
	for (size_t i = event_set_next(before, 0); i < j->event->nform; i = event_set_next(before, i + 1)) {
		if (event_set_has(after, i) || j->event->form[i].confirms)
			continue;
		fault_set(f, FAULT_FIELD_MISSING, "%s", "");
		fault_arg(f, "field", "form.%s", j->event->form[i].field.name);
		return -1;
	}
	return 0;
}

/* Takes the values into the form; ret_changed: those that are others than before. */
static int
merge(struct act *act, struct joint_file *j, json_t *given, struct event_set *ret_changed,
    struct fault *f)
{
	json_t *form = json_object_get(j->people, "form"), *value;
	struct event_set before = joint_supplied(j->event, j->people), after;
	const char *name;

	memset(ret_changed, 0, sizeof(*ret_changed));
	if (joint_check_form(j->event, given, act->now, f) < 0)
		return -1;
	json_object_foreach(given, name, value) {
		if (json_equal(json_object_get(form, name), value))
			continue;
		if (check_confirmed(j, name, f) < 0)
			return -1;
		json_object_set(form, name, value);
		j->people_changed = 1;
		for (size_t i = 0; i < j->event->nform; i++)
			if (strcmp(j->event->form[i].field.name, name) == 0)
				event_set_add(ret_changed, i);
	}
	after = joint_supplied(j->event, j->people);
	if (j->state != JOINT_DRAFT && check_gone(j, &before, &after, f) < 0)
		return -1;
	for (size_t i = 0; i < j->event->nform; i++) {
		if (event_set_has(&after, i) && j->run.field[i] == 0)
			event_set_add(ret_changed, i);
		/* Somebody is there now who was not: what waits for their word waits again. */
		else if (j->event->form[i].confirms && !event_set_has(&after, i))
			event_run_unsupply(&j->run, i);
		else if (!event_set_has(&after, i) && event_set_has(ret_changed, i))
			ret_changed->w[i / 64] &= ~((uint64_t)1 << i % 64);
	}
	return 0;
}

int
joint_supply(struct act *act, struct joint_file *j, json_t *form, int submit, struct fault *f)
{
	struct joint_op *o = calloc(1, sizeof(*o));
	struct event_happened h = { .what = EVENT_SUPPLIED };
	enum event_verdict v;
	int rc = -1;

	if (o == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "joint case");
		return -1;
	}
	h.fields = (struct event_set){ 0 };
	if (j->run.withdrawn)
		joint_op_refuse(j, &h, EVENT_NOT_NOW, f);
	else if (merge(act, j, form, &h.fields, f) == 0)
		rc = 0;
	submit = submit && j->state == JOINT_DRAFT;
	if (rc < 0 || (!j->people_changed && !submit))
		goto out;
	rc = -1;
	if (joint_op_begin(act, j, RECORD_JOINT_SUPPLIED, o, f) < 0 ||
	    act_body(o->r, json_pack("{s:O}", "form", form), f) < 0)
		goto out;
	if (submit)
		rc = begin(act, o, f);
	else if (j->state == JOINT_DRAFT)
		rc = 0;
	else
		rc = (v = joint_op_apply(act, o, &h)) == EVENT_TAKEN ? 0 : joint_op_refuse(j, &h, v, f);
	if (rc == 0)
		rc = joint_op_end(act, o, j->state == JOINT_DRAFT ? 0 : act->now, f);
out:
	free(o);
	return rc;
}

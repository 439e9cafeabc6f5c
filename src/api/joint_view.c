/* joint_view.c - joint cases as the lead agency sees them: each step, who has it, until when, what is in the way. */
#include <string.h>

#include "api/api.h"
#include "svc/joint/joint.h"

static json_t *
at_or_null(int64_t at)
{
	return at != 0 ? api_at(at) : json_null();
}

/* Numbers of people are masked. */
static json_t *
view_form(const struct joint_file *j)
{
	const json_t *form = json_object_get(j->people, "form");
	json_t *shown = json_copy((json_t *)(uintptr_t)form);
	char masked[IDENT_MAX * 4];

	for (size_t i = 0; i < j->event->nform; i++) {
		const struct field *field = &j->event->form[i].field;
		const char *value = json_string_value(json_object_get(form, field->name));

		if (value == NULL || (field->type != VALUE_ID18 && field->type != VALUE_USCC18))
			continue;
		ident_mask(value, masked, sizeof(masked));
		json_object_set_new(shown, field->name, json_string(masked));
	}
	return shown;
}

/* What a register has filled in, and whose it is. */
static json_t *
view_prefilled(const struct joint_file *j)
{
	json_t *shown = json_object(), *code;
	const char *name;

	json_object_foreach(json_object_get(j->people, "prefilled"), name, code) {
		const struct service *s = inventory_service(j->inv, json_string_value(code));

		if (s != NULL)
			json_object_set_new(shown, name, json_pack("{s:s, s:o}", "service", s->code, "agency",
			    api_ref(s->provider->code, s->provider->name)));
	}
	return shown;
}

/* "not_established:I-00001,I-00002" */
static json_t *
view_reason(const struct joint_step *s)
{
	size_t len = strcspn(s->reason, ":");
	json_t *about = json_array();
	char code[64];

	if (s->reason[0] == '\0') {
		json_decref(about);
		return json_null();
	}
	snprintf(code, sizeof(code), "%.*s", (int)len, s->reason);
	for (const char *p = s->reason + len + (s->reason[len] == ':'); *p != '\0'; ) {
		size_t n = strcspn(p, ",");

		json_array_append_new(about, json_stringn(p, n));
		p += n + (p[n] == ',');
	}
	return json_pack("{s:s, s:o}", "code", code, "about", about);
}

static json_t *
view_set(const struct joint_file *j, const struct event_set *set, int steps)
{
	json_t *list = json_array();
	size_t most = steps ? j->event->nsteps : j->event->nform;

	for (size_t i = event_set_next(set, 0); i < most; i = event_set_next(set, i + 1))
		json_array_append_new(list, json_string(steps ? j->event->steps[i].code :
		    j->event->form[i].field.name));
	return list;
}

/* Steps before it that are not settled, and fields that it needs and nobody has filled in. */
static void
add_waits(const struct joint_file *j, size_t i, json_t *json)
{
	struct event_set steps, fields;

	event_run_waits(j->event->plan, &j->run, i, &steps, &fields);
	json_object_set_new(json, "waits_for", view_set(j, &steps, 1));
	json_object_set_new(json, "lacks", view_set(j, j->run.step[i].state == EVENT_RETURNED ?
	    &j->run.step[i].missing : &fields, 0));
}

/* What the lead agency can do with it now. */
static json_t *
view_may(const struct joint_file *j, size_t i)
{
	const struct event_step_run *r = &j->run.step[i];
	int unsettled = r->state != EVENT_DONE && r->state != EVENT_SKIPPED && r->state != EVENT_WITHDRAWN;
	json_t *list = json_array();

	if (j->state == JOINT_DRAFT || j->state == JOINT_WITHDRAWN)
		return list;
	if (r->state == EVENT_FAILED || (r->state == EVENT_SKIPPED && !r->told_of))
		json_array_append_new(list, json_string("retry"));
	if (unsettled)
		json_array_append_new(list, json_string("skip"));
	if (unsettled && !r->by_desk && j->event->steps[i].automatic)
		json_array_append_new(list, json_string("replace"));
	if (unsettled || r->state == EVENT_SKIPPED)
		json_array_append_new(list, json_string("withdraw"));
	if (r->state == EVENT_DONE)
		json_array_append_new(list, json_string("correct"));
	return list;
}

/* What a step gave; numbers of people are masked, as in the form. */
static json_t *
mask_results(const json_t *results)
{
	json_t *shown = json_copy((json_t *)(uintptr_t)results), *value;
	char normal[IDENT_MAX], masked[IDENT_MAX * 4];
	const char *name;

	json_object_foreach((json_t *)(uintptr_t)results, name, value) {
		if (!json_is_string(value) || ident_check(IDENT_CITIZEN_ID, json_string_value(value), name,
		    INT64_MAX / CLOCK_DAY_MS, normal, NULL) < 0)
			continue;
		ident_mask(normal, masked, sizeof(masked));
		json_object_set_new(shown, name, json_string(masked));
		explicit_bzero(normal, sizeof(normal));
	}
	return shown;
}

/* The case that does it, and what it gave. */
static int
add_case(struct call *call, struct joint_file *j, size_t i, json_t *json, struct fault *f)
{
	const struct joint_step *s = &j->step[i];
	char id[RECORD_NAME_MAX];
	json_t *results = NULL;

	if (s->has_result && (results = joint_results(&call->act, j, i, f)) == NULL)
		return -1;
	if (s->has_case)
		record_object_name(j->division, s->case_id, id);
	json_object_set_new(json, "case", s->has_case ? json_pack("{s:s, s:s}", "id", id, "number",
	    s->number) : json_null());
	json_object_set_new(json, "results", results != NULL ? mask_results(results) : json_null());
	return 0;
}

static json_t *
view_step(struct call *call, struct joint_file *j, size_t i, struct fault *f)
{
	const struct event_step *e = &j->event->steps[i];
	const struct event_step_run *r = &j->run.step[i];
	const struct joint_step *s = &j->step[i];
	const struct agency *agency = joint_step_agency(call->api->app, j, i);
	json_t *json = json_pack("{s:s, s:o, s:o, s:b, s:b, s:s, s:b, s:b, s:I, s:i, s:o, s:o, s:o, s:o, s:o, s:s*, s:o}",
	    "code", e->code, "matter", api_ref(e->matter->code, e->matter->name), "agency",
	    api_ref(agency->code, agency->name), "auto", e->automatic, "outside", e->outside, "state",
	    event_state_name(r->state), "by_desk", (int)r->by_desk, "late", (int)r->late, "attempt",
	    (json_int_t)r->attempt, "promised_minutes", e->minutes, "ready_at", at_or_null(s->ready_at),
	    "started_at", at_or_null(s->started_at), "due_at", at_or_null(s->due_at), "ended_at",
	    at_or_null(s->ended_at), "reason", view_reason(s), "because", r->told_of ?
	    j->event->steps[r->because].code : NULL, "may", view_may(j, i));

	add_waits(j, i, json);
	if (add_case(call, j, i, json, f) < 0) {
		json_decref(json);
		return NULL;
	}
	return json;
}

json_t *
view_joint_confirms(const struct joint_file *j, int masked)
{
	const json_t *done = json_object_get(j->people, "confirmed");
	json_t *list = json_array();

	for (size_t i = 0; i < j->event->nconfirms; i++) {
		const struct event_confirm *c = &j->event->confirms[i];
		const char *name = json_string_value(json_object_get(json_object_get(j->people, "form"),
		    j->event->form[c->name.form].field.name));
		char hidden[300];

		if (name == NULL || name[0] == '\0')
			continue;
		if (masked) {
			ident_mask_name(name, hidden, sizeof(hidden));
			name = hidden;
		}
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b}", "code", c->code, "label", c->label,
		    "name", name, "confirmed", json_object_get(done, c->code) != NULL));
	}
	return list;
}

/* How many steps are in each state. */
static json_t *
view_counts(const struct joint_file *j)
{
	json_int_t n[EVENT_NSTATES] = { 0 };
	json_t *counts = json_pack("{s:I}", "total", (json_int_t)j->event->nsteps);

	for (size_t i = 0; i < j->event->nsteps; i++)
		n[j->run.step[i].state]++;
	for (int s = 0; s < EVENT_NSTATES; s++)
		json_object_set_new(counts, event_state_name((enum event_state)s), json_integer(n[s]));
	return counts;
}

/*
 * What it would have been step by step, and what it is: a form for each matter, a visit to each agency,
 * every paper that is on the list for it, and the days that the agencies promise, one after the other.
 */
struct joint_before
joint_before(const struct event *e)
{
	struct joint_before b = { .forms = (int64_t)e->nsteps };

	for (size_t i = 0; i < e->nsteps; i++) {
		size_t k = 0;

		while (e->steps[k].agency != e->steps[i].agency)
			k++;
		b.visits += k == i;
		b.papers += (int64_t)e->steps[i].matter->nitems;
		b.days += e->steps[i].matter->promised_days;
	}
	return b;
}

json_t *
view_joint_measures(const struct call *call, const struct joint_file *j)
{
	struct joint_before b = joint_before(j->event);
	int64_t until = j->ended_at != 0 ? j->ended_at : call->act.now;

	return json_pack("{s:{s:I, s:I, s:I, s:I}, s:{s:i, s:i, s:i, s:o}}", "before", "forms",
	    (json_int_t)b.forms, "visits", (json_int_t)b.visits, "papers", (json_int_t)b.papers,
	    "working_days", (json_int_t)b.days, "now",
	    "forms", 1, "visits", 0, "papers", 0, "minutes", j->started_at != 0 ?
	    json_integer((until - j->started_at) / 60000) : json_null());
}

json_t *
view_joint_summary(struct call *call, const struct joint_file *j)
{
	const struct division *d = inventory_division(j->inv, j->division);
	char id[RECORD_NAME_MAX];

	record_object_name(j->division, j->id, id);
	return json_pack("{s:s, s:s, s:I, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o}", "id", id, "number",
	    j->number, "version", (json_int_t)j->version, "state", joint_state_name(j->state), "life_event",
	    api_ref(j->event->code, j->event->name), "division", api_ref(j->division, d->name), "agency",
	    api_ref(j->agency->code, j->agency->name), "opened_at", api_at(j->opened_at), "started_at",
	    at_or_null(j->started_at), "due_at", at_or_null(j->due_at), "ended_at",
	    at_or_null(j->ended_at), "late", j->due_at != 0 &&
	    (j->ended_at != 0 ? j->ended_at : call->act.now) > j->due_at, "counts", view_counts(j));
}

json_t *
view_joint(struct call *call, struct joint_file *j, struct fault *f)
{
	const json_t *signed_ = json_object_get(json_object_get(j->people, "signed"), "items");
	json_t *json = view_joint_summary(call, j), *steps = json_array(), *step;

	for (size_t i = 0; i < j->event->nsteps; i++) {
		if ((step = view_step(call, j, i, f)) == NULL) {
			json_decref(json);
			json_decref(steps);
			return NULL;
		}
		json_array_append_new(steps, step);
	}
	json_object_set_new(json, "steps", steps);
	json_object_set_new(json, "form", view_form(j));
	json_object_set_new(json, "prefilled", view_prefilled(j));
	json_object_set_new(json, "inventory", json_integer((json_int_t)j->inv->version));
	json_object_set_new(json, "promised_minutes", json_integer(j->event->promised_minutes));
	json_object_set_new(json, "confirms", view_joint_confirms(j, 0));
	json_object_set_new(json, "signed_items", json_integer((json_int_t)json_object_size(signed_)));
	json_object_set_new(json, "measures", view_joint_measures(call, j));
	json_object_set_new(json, "opened_by", view_staff(call, j->opened_by));
	json_object_set_new(json, "changed_by", view_staff(call, j->changed_by));
	json_object_set_new(json, "changed_at", api_at(j->changed_at));
	return json;
}

int
view_case_step(struct call *call, const struct case_file *c, json_t *json, struct fault *f)
{
	struct joint_file *j = NULL;
	json_t *outputs;
	char id[RECORD_NAME_MAX];
	size_t i;

	if (c->step[0] == '\0') {
		json_object_set_new(json, "joint_case", json_null());
		return 0;
	}
	if (joint_load_id(&call->act, c->division, c->joint, &j, f) < 0 ||
	    joint_step_find(j, c->step, &i, f) < 0) {
		joint_free(j);
		return -1;
	}
	outputs = json_array();
	for (size_t k = 0; k < j->event->steps[i].noutputs; k++)
		json_array_append_new(outputs, json_pack("{s:s, s:b}", "name", j->event->steps[i].outputs[k],
		    "required", (int)j->event->steps[i].output_used[k]));
	record_object_name(j->division, j->id, id);
	json_object_set_new(json, "joint_case", json_pack("{s:s, s:s, s:o, s:s, s:b, s:o, s:o}", "id", id,
	    "number", j->number, "life_event", api_ref(j->event->code, j->event->name), "step", c->step,
	    "auto", j->event->steps[i].automatic && !j->run.step[i].by_desk, "due_at",
	    at_or_null(j->step[i].due_at), "outputs", outputs));
	joint_free(j);
	return 0;
}

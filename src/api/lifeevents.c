/* lifeevents.c - life events 一件事 as anybody may read them: the form, the steps, how long they take. */
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "flow/event_definition.h"
#include "svc/joint/joint.h"

/* How many agencies have a step of it. */
static size_t
count_agencies(const struct event *e)
{
	size_t n = 0;

	for (size_t i = 0; i < e->nsteps; i++) {
		size_t k = 0;

		while (e->steps[k].agency != e->steps[i].agency)
			k++;
		n += k == i;
	}
	return n;
}

static json_t *
summary(const struct event *e)
{
	return json_pack("{s:s, s:s, s:I, s:I, s:i, s:i}", "code", e->code, "name", e->name, "steps_total",
	    (json_int_t)e->nsteps, "agencies_total", (json_int_t)count_agencies(e),
	    "promised_minutes", e->promised_minutes, "critical_minutes", e->critical_minutes);
}

int
life_events_list(struct call *call, json_t **ret_json, struct fault *f)
{
	struct inventory *inv = asked_inventory(call, f);
	json_t *list = json_array(), *next = json_null();
	const struct event *last = NULL;
	struct page page;

	if (inv == NULL || page_read(call, &page, f) < 0) {
		inventory_unref(inv);
		json_decref(list);
		return -1;
	}
	for (size_t i = 0; i < inv->nevents; i++) {
		const struct event *e = &inv->events[i];

		if (strcmp(e->code, page.key) <= 0)
			continue;
		if (json_array_size(list) == (size_t)page.limit) {
			next = page_next(call, last->code);
			break;
		}
		json_array_append_new(list, summary(e));
		last = e;
	}
	*ret_json = json_pack("{s:o, s:o}", "life_events", list, "next", next);
	inventory_unref(inv);
	return 0;
}

static json_t *
view_form(const struct event *e)
{
	json_t *form = json_array();

	for (size_t i = 0; i < e->nform; i++) {
		json_t *field;

		if (e->form[i].confirms)
			continue;
		field = view_field(&e->form[i].field);
		json_object_set_new(field, "required", json_boolean(e->form[i].required));
		json_object_set_new(field, "own", json_boolean(e->form[i].own));
		json_array_append_new(form, field);
	}
	return form;
}

/* Who confirms, and which steps wait for it: those that read its place in the form. */
static json_t *
view_confirms(const struct event *e)
{
	json_t *list = json_array();

	for (size_t i = 0; i < e->nconfirms; i++) {
		const struct event_confirm *c = &e->confirms[i];
		json_t *before = json_array();

		for (size_t s = 0; s < e->nsteps; s++)
			if (event_set_has(&e->plan->step[s].reads, c->field))
				json_array_append_new(before, json_string(e->steps[s].code));
		json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "code", c->code, "label", c->label,
		    "before", before));
	}
	return list;
}

/* A source as the definition writes it. */
static json_t *
view_source(const struct event_source *s)
{
	return s->kind == EVENT_FROM_FORM && strncmp(s->text, "form.", 5) != 0 ?
	    json_sprintf("form.%s", s->text) : json_string(s->text);
}

static json_t *
view_inputs(const struct event_step *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->ninputs; i++)
		json_array_append_new(list, view_source(&s->inputs[i]));
	return list;
}

static json_t *
view_answers(const struct event_step *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->nanswers; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "field", s->answers[i].field->name,
		    "label", s->answers[i].field->label, "from", view_source(&s->answers[i].from)));
	return list;
}

static json_t *
view_parties(const struct event_step *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->nparties; i++) {
		const struct event_party *p = &s->parties[i];

		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:o, s:o}", "role", p->rule->role,
		    "label", p->rule->label, "identifier_type", ident_type_name(p->type), "number",
		    p->type == IDENT_NONE ? json_null() : view_source(&p->number), "name",
		    view_source(&p->name)));
	}
	return list;
}

/* Where a rule takes results from; those that it cannot say are left out. */
static json_t *
view_gives(const struct event_step *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->noutputs; i++)
		if (s->gives[i].text != NULL)
			json_array_append_new(list, json_pack("{s:s, s:o}", "output", s->outputs[i], "from",
			    view_source(&s->gives[i])));
	return list;
}

static json_t *
texts(const char *const *text, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_string(text[i]));
	return list;
}

static json_t *
view_step(const struct event *e, size_t i, const struct event_time *time)
{
	const struct event_step *s = &e->steps[i];
	json_t *after = json_array();

	for (size_t k = 0; k < s->nafter; k++)
		json_array_append_new(after, json_string(e->steps[s->after[k]].code));
	return json_pack("{s:s, s:o, s:o, s:b, s:b, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:I}", "code",
	    s->code, "matter", api_ref(s->matter->code, s->matter->name), "agency",
	    api_ref(s->agency->code, s->agency->name), "auto", s->automatic, "outside", s->outside,
	    "promised_minutes", s->minutes, "after", after, "inputs", view_inputs(s), "answers", view_answers(s),
	    "parties", view_parties(s), "outputs", texts(s->outputs, s->noutputs), "gives",
	    view_gives(s), "starts_at", (json_int_t)time->start, "ends_at", (json_int_t)time->end, "slack",
	    (json_int_t)(time->latest_start - time->start));
}

static json_t *
view_event(const struct event *e, const struct event_times *times)
{
	json_t *json = summary(e), *steps = json_array(), *path = json_array();
	struct joint_before b = joint_before(e);

	for (size_t i = 0; i < e->nsteps; i++)
		json_array_append_new(steps, view_step(e, i, &times->step[i]));
	for (size_t i = 0; i < times->npath; i++)
		json_array_append_new(path, json_string(e->steps[times->path[i]].code));
	json_object_set_new(json, "before", json_pack("{s:I, s:I, s:I, s:I}", "forms", (json_int_t)b.forms,
	    "visits", (json_int_t)b.visits, "papers", (json_int_t)b.papers, "working_days", (json_int_t)b.days));
	json_object_set_new(json, "lead_agency", api_ref(e->lead->code, e->lead->name));
	json_object_set_new(json, "form", view_form(e));
	json_object_set_new(json, "confirm", view_confirms(e));
	json_object_set_new(json, "steps", steps);
	json_object_set_new(json, "critical_path", path);
	return json;
}

int
life_event_show(struct call *call, json_t **ret_json, struct fault *f)
{
	struct inventory *inv = asked_inventory(call, f);
	const char *code = http_param(call->req, "code");
	const struct event *e = inv != NULL ? inventory_event(inv, code) : NULL;
	struct event_times *times = e != NULL ? malloc(sizeof(*times)) : NULL;

	if (inv != NULL && e == NULL) {
		fault_set(f, FAULT_LIFE_EVENT_UNKNOWN, "%s", "");
		fault_arg(f, "life_event", "%s", code);
	} else if (inv != NULL && times == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "life event");
	} else if (inv != NULL) {
		event_plan_times(e->plan, times);
		*ret_json = view_event(e, times);
		json_object_set_new(*ret_json, "inventory", json_pack("{s:I}", "version",
		    (json_int_t)inv->version));
	}
	free(times);
	inventory_unref(inv);
	return *ret_json != NULL ? 0 : -1;
}

/* Each value by itself: what is wrong with it, in words. */
static void
check_fields(struct call *call, const struct event *e, json_t *form, json_t *problems)
{
	const char *name;
	json_t *value;

	json_object_foreach(form, name, value) {
		struct fault why = FAULT_INIT;
		json_t *one = json_pack("{s:O}", name, value);

		if (joint_check_form(e, one, call->act.now, &why) < 0)
			json_array_append_new(problems, json_pack("{s:s, s:o}", "field", name, "problem",
			    api_problem(&why, call->lang, http_path(call->req))));
		json_decref(one);
	}
}

/*
 * The form so far: what is wrong with it, and for each step what it still needs, so that whoever
 * fills it in sees at once what an answer leads to.  Nothing is kept.
 */
int
life_event_form(struct call *call, json_t **ret_json, struct fault *f)
{
	json_t *problems = json_array(), *steps = json_array(), *form, *people;
	const char *code = http_param(call->req, "code");
	struct inventory *inv = asked_inventory(call, f);
	const struct event *e = inv != NULL ? inventory_event(inv, code) : NULL;
	struct event_set have;
	struct in in;

	if (inv != NULL && e == NULL) {
		fault_set(f, FAULT_LIFE_EVENT_UNKNOWN, "%s", "");
		fault_arg(f, "life_event", "%s", code);
	}
	in_start(&in, call->body, "", f);
	form = in_object(&in, "form", IN_MUST);
	if (e != NULL && in_end(&in) == 0) {
		check_fields(call, e, form, problems);
		people = json_pack("{s:O}", "form", form);
		have = joint_supplied(e, people);
		json_decref(people);
		for (size_t i = 0; i < e->nsteps; i++) {
			const struct event_set *needs = &e->plan->step[i].needs;
			json_t *lacks = json_array();

			for (size_t k = event_set_next(needs, 0); k < e->nform; k = event_set_next(needs, k + 1))
				if (!event_set_has(&have, k))
					json_array_append_new(lacks, json_string(e->form[k].field.name));
			json_array_append_new(steps, json_pack("{s:s, s:o}", "code", e->steps[i].code, "lacks", lacks));
		}
		*ret_json = json_pack("{s:O, s:O}", "problems", problems, "steps", steps);
	}
	json_decref(problems);
	json_decref(steps);
	inventory_unref(inv);
	return *ret_json != NULL ? 0 : -1;
}

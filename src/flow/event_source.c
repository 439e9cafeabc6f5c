/* Where a value comes from: a field of the form, a result of an earlier step, a constant, the case's number. */
#include <string.h>

#include "flow/event_build.h"

#define CASE_NUMBER "case.number"

int
event_bind_form(struct event_reader *r, const char *member, const char *name, struct event_source *s)
{
	const struct event *e = r->event;
	struct nearest near = { 0 };

	for (size_t i = 0; i < e->nown; i++)
		if (strcmp(e->form[i].field.name, name) == 0) {
			s->kind = EVENT_FROM_FORM;
			s->form = i;
			return 1;
		}
	for (size_t i = 0; i < e->nown; i++)
		report_nearer(name, e->form[i].field.name, &near);
	event_complain(r, member, s->text, PROBLEM_EVENT_FIELD_UNKNOWN,
	    (struct says){ name, NULL, near.word });
	return 0;
}

int
event_check_person(struct event_reader *r, const char *member, const struct event_source *s)
{
	enum value_type type = r->form[s->form].field.type;

	if (type == VALUE_STRING || type == VALUE_ID18 || type == VALUE_USCC18)
		return 1;
	event_complain(r, member, s->text, PROBLEM_EVENT_PARTY_SOURCE, (struct says){ .a = event_types[type] });
	return 0;
}

static int
no_step(struct event_reader *r, const char *member, const char *code)
{
	struct nearest near = { 0 };

	report_nearer(code, "form", &near);
	for (size_t i = 0; i < r->event->nsteps; i++)
		report_nearer(code, r->steps[i].code, &near);
	event_complain(r, member, code, PROBLEM_EVENT_STEP_UNKNOWN, (struct says){ .near = near.word });
	return 0;
}

/* A result of a step that comes before this one. */
static int
bind_output(struct event_reader *r, size_t step, const char *member, const char *code,
    const char *output, struct event_source *s)
{
	const struct event *e = r->event;
	const struct event_step *from;
	struct nearest near = { 0 };
	size_t i = 0, at = 0;

	while (i < e->nsteps && strcmp(e->steps[i].code, code) != 0)
		i++;
	if (i == e->nsteps)
		return no_step(r, member, code);
	from = &e->steps[i];
	while (at < from->noutputs && strcmp(from->outputs[at], output) != 0)
		at++;
	if (at == from->noutputs) {
		for (size_t k = 0; k < from->noutputs; k++)
			report_nearer(output, from->outputs[k], &near);
		event_complain(r, member, s->text, PROBLEM_EVENT_OUTPUT_UNKNOWN,
		    (struct says){ code, output, near.word });
		return 0;
	}
	if (!event_set_has(&r->plan->before[step], i)) {
		event_complain(r, member, s->text, PROBLEM_EVENT_OUTPUT_LATER,
		    (struct says){ code, output, NULL });
		return 0;
	}
	s->kind = EVENT_FROM_STEP;
	s->step = i;
	s->output = at;
	event_set_add(&r->plan->step[step].uses, i);
	event_set_add(&r->plan->step[step].after, i);
	return 1;
}

/* How a source may be written. */
static const char *const forms[] = {
	[EVENT_MAY_HAND_OVER] = "form.<field>, <STEP>.<output>",
	[EVENT_MAY_ANSWER] = "form.<field>, <STEP>.<output>, const:<value>",
	[EVENT_MAY_GIVE] = CASE_NUMBER ", form.<field>, <STEP>.<output>, const:<value>",
};

int
event_bind_source(struct event_reader *r, size_t step, const char *member, const char *text,
    enum event_may may, struct event_source *s)
{
	const char *dot = strrchr(text, '.');	/* a code may have dots itself, the name of an output has none */
	char *code;

	*s = (struct event_source){ .text = text };
	if (text[0] == '\0')
		return 0;
	if (strncmp(text, "form.", 5) == 0) {
		if (!event_bind_form(r, member, text + 5, s))
			return 0;
		event_set_add(&r->plan->step[step].reads, s->form);
		return 1;
	}
	if (may == EVENT_MAY_GIVE && strcmp(text, CASE_NUMBER) == 0) {
		s->kind = EVENT_CASE_NUMBER;
		return 1;
	}
	if (may != EVENT_MAY_HAND_OVER && strncmp(text, "const:", 6) == 0) {
		s->kind = EVENT_CONST;
		s->value = text + 6;
		return 1;
	}
	if (dot == NULL || dot == text || dot[1] == '\0') {
		event_complain(r, member, text, PROBLEM_EVENT_SOURCE, (struct says){ .a = forms[may] });
		return 0;
	}
	code = arena_text(&r->b->s.scratch, text, (size_t)(dot - text));
	return code == NULL ? -1 : bind_output(r, step, member, code, dot + 1, s);
}

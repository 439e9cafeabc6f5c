/* Who must confirm before steps of a life event begin: each confirmation is one more place in the form. */
#include <stdio.h>
#include <string.h>

#include "flow/event_build.h"

#define SOURCE_MAX 200

/* A name or a number, of the form: it must be known before any step is done. */
static int
read_source(struct event_reader *r, const json_t *json, const char *name, struct event_source *s)
{
	const char *text = event_text(r, json, name, SOURCE_MAX, REQUIRED);

	if (text == NULL)
		return -1;
	*s = (struct event_source){ .text = text };
	if (text[0] == '\0')
		return 0;
	if (strncmp(text, "form.", 5) != 0)
		event_complain(r, name, text, PROBLEM_EVENT_SOURCE, (struct says){ .a = "form.<field>" });
	else if (event_bind_form(r, name, text + 5, s))
		event_check_person(r, name, s);
	return 0;
}

/* The steps that wait: they need the confirmation as they need a field. */
static int
read_before(struct event_reader *r, const json_t *json, size_t field)
{
	const char *const *codes;
	size_t n;

	if (event_texts(r, json, "before", 31, &codes, &n) < 0)
		return -1;
	if (json_is_array(json_object_get(json, "before")) && json_array_size(json_object_get(json, "before")) == 0)
		event_complain(r, "before", NULL, PROBLEM_EVENT_NONE, (struct says){ 0 });
	for (size_t i = 0; i < n; i++) {
		struct nearest near = { 0 };
		size_t s = 0;

		while (s < r->event->nsteps && strcmp(r->steps[s].code, codes[i]) != 0)
			s++;
		if (s < r->event->nsteps) {
			event_set_add(&r->plan->step[s].reads, field);
			continue;
		}
		for (s = 0; s < r->event->nsteps; s++)
			report_nearer(codes[i], r->steps[s].code, &near);
		event_complain(r, "before", codes[i], PROBLEM_EVENT_STEP_UNKNOWN,
		    (struct says){ .near = near.word });
	}
	return 0;
}

/* No field of a form or of a matter has a dot in its name, so this can be none of them. */
static int
add_place(struct event_reader *r, struct event_confirm *c)
{
	char name[64];
	char *kept;

	snprintf(name, sizeof(name), "confirmed.%s", c->code);
	if ((kept = arena_text(r->b->s.keep, name, strlen(name))) == NULL)
		return -1;
	c->field = r->event->nform++;
	r->form[c->field] = (struct event_field){ .field = { .name = kept, .label = c->label,
	    .type = VALUE_BOOLEAN }, .required = 1, .confirms = 1 };
	return 0;
}

static int
read_confirm(struct event_reader *r, const json_t *json, struct event_confirm *c)
{
	static const char *const names[] = { "code", "label", "type", "number", "name", "before", NULL };
	static const char *const types[] = { "citizen_id", "permanent_residence", "hkmt_residence",
		"passport", "birth_certificate", NULL };
	const char *type;

	event_members(r, json, names);
	if ((c->code = event_text(r, json, "code", 31, REQUIRED)) == NULL ||
	    (c->label = event_text(r, json, "label", 100, REQUIRED)) == NULL ||
	    event_word(r, json, "type", types, REQUIRED, &type) < 0 ||
	    read_source(r, json, "number", &c->number) < 0 || read_source(r, json, "name", &c->name) < 0)
		return -1;
	if (type != NULL)
		(void)ident_type_parse(type, &c->type);
	if (c->code[0] != '\0' && !sheet_is_name(c->code))
		event_complain(r, "code", c->code, PROBLEM_NAME_FORM, (struct says){ 0 });
	for (const struct event_confirm *other = r->event->confirms; other < c; other++)
		if (c->code[0] != '\0' && strcmp(other->code, c->code) == 0)
			event_complain(r, "code", c->code, PROBLEM_EVENT_REPEATED, (struct says){ 0 });
	return add_place(r, c) < 0 ? -1 : read_before(r, json, c->field);
}

int
event_read_confirms(struct event_reader *r)
{
	const json_t *list = event_member(r, r->json, "confirm", JSON_ARRAY, OPTIONAL);
	size_t n = json_array_size(list), room = EVENT_FORM_MAX - r->event->nform;
	struct event_confirm *confirms;
	char part[64];

	if (n > EVENT_CONFIRMS_MAX || n > room) {
		event_complain(r, n > EVENT_CONFIRMS_MAX ? "confirm" : "", NULL, PROBLEM_EVENT_MANY,
		    (struct says){ .a = n > EVENT_CONFIRMS_MAX ? "4" : "256" });
		return 0;
	}
	if ((confirms = arena_alloc(r->b->s.keep, n, sizeof(*confirms))) == NULL)
		return -1;
	r->event->confirms = confirms;
	for (size_t i = 0; i < n; i++) {
		const json_t *json = json_array_get(list, i);
		const char *code = json_string_value(json_object_get(json, "code"));

		snprintf(part, sizeof(part), "confirm.%.*s", EVENT_PART(code == NULL ? "" : code));
		if (code == NULL)
			snprintf(part, sizeof(part), "confirm[%zu]", i + 1);
		r->at_part = part;
		if (!json_is_object(json))
			event_complain(r, "", NULL, PROBLEM_EVENT_TYPE, (struct says){ .a = "object {…}" });
		else if (read_confirm(r, json, &confirms[r->event->nconfirms++]) < 0)
			return -1;
	}
	r->at_part = "";
	return 0;
}

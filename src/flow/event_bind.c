/* Where what a step needs comes from: its inputs, the answers its matter reads, its parties. */
#include <stdio.h>
#include <string.h>

#include "flow/event_build.h"

#define SOURCE_MAX 200

/* What is being bound. */
struct binder {
	struct event_reader *r;
	size_t step;
	int fitted[EVENT_FORM_MAX];	/* own fields that were held against form_fields.csv */
};

static int64_t
find_form(const struct event *e, const char *name)
{
	for (size_t i = 0; i < e->nform; i++)
		if (strcmp(e->form[i].field.name, name) == 0)
			return (int64_t)i;
	return -1;
}

static int
bind_inputs(struct binder *b, const json_t *json, struct event_step *step)
{
	const char *const *texts;
	struct event_source *inputs;
	size_t n, kept = 0;

	if (event_texts(b->r, json, "inputs", SOURCE_MAX, &texts, &n) < 0 ||
	    (inputs = arena_alloc(b->r->b->s.keep, n, sizeof(*inputs))) == NULL)
		return -1;
	for (size_t i = 0; i < n; i++) {
		int rc = event_bind_source(b->r, b->step, "inputs", texts[i],
		    EVENT_MAY_HAND_OVER, &inputs[kept]);

		if (rc < 0)
			return -1;
		kept += (size_t)rc;
	}
	step->inputs = inputs;
	step->ninputs = kept;
	return 0;
}

/* An own field that answers one that a matter reads: of the same type, with no other values. */
static void
fit(struct binder *b, size_t form, const struct field *to)
{
	struct event_field *own = &b->r->form[form];
	const char *part = b->r->at_part;
	char at[64];

	own->required = 1;
	if (!own->own || b->fitted[form]++)
		return;
	snprintf(at, sizeof(at), "form.%.*s", EVENT_PART(own->field.name));
	b->r->at_part = at;
	if (own->field.type != to->type)
		event_complain(b->r, "type", event_types[own->field.type], PROBLEM_EVENT_FIELD_TYPE,
		    (struct says){ to->name, event_types[to->type], NULL });
	for (size_t i = 0; own->field.type == to->type && own->field.values != NULL &&
	    own->field.values[i] != NULL; i++)
		if (!sheet_has(to->values, own->field.values[i]))
			event_complain(b->r, "values", own->field.values[i], PROBLEM_LOGIC_VALUE, (struct says){
			    to->name, own->field.values[i], NULL });
	b->r->at_part = part;
}

/* The field of the form that a matter reads, made where there is none of its name. */
static int
form_field(struct binder *b, const struct field *field, struct event_source *s)
{
	struct event *e = b->r->event;
	int64_t at = find_form(e, field->name);

	if (at < 0 && e->nform == EVENT_FORM_MAX) {
		event_complain(b->r, "", NULL, PROBLEM_EVENT_MANY, (struct says){ .a = "256" });
		return 0;
	}
	if (at < 0) {
		at = (int64_t)e->nform++;
		b->r->form[at] = (struct event_field){ .field = *field, .required = 1 };
	}
	s->kind = EVENT_FROM_FORM;
	s->form = (size_t)at;
	s->text = field->name;
	event_set_add(&b->r->plan->step[b->step].reads, s->form);
	return 1;
}

static const char *
last_part(const struct event_source *s)
{
	return strrchr(s->text, '.') + 1;
}

/* What the step has besides: an input that is called so, or the form. */
static int
answer_by_name(struct binder *b, const struct event_step *step, const struct field *field,
    struct event_source *s)
{
	for (size_t i = 0; i < step->ninputs; i++)
		if (strcmp(last_part(&step->inputs[i]), field->name) == 0) {
			*s = step->inputs[i];
			return 1;
		}
	return form_field(b, field, s);
}

/* An answer that the definition gives; *ret is 0 where it gives none, or one that was reported. */
static int
given_answer(struct binder *b, const json_t *answers, const struct field *field,
    struct event_source *s, int *ret)
{
	const json_t *value = json_object_get(answers, field->name);
	const char *text;
	char member[80];

	*ret = 0;
	if (value == NULL)
		return 0;
	snprintf(member, sizeof(member), "answers.%.48s", field->name);
	if (!json_is_string(value)) {
		event_complain(b->r, member, NULL, PROBLEM_EVENT_TYPE, (struct says){ .a = "\"…\"" });
		return 0;
	}
	text = arena_text(b->r->b->s.keep, json_string_value(value), json_string_length(value));
	if (text == NULL || (*ret = event_bind_source(b->r, b->step, member, text,
	    EVENT_MAY_ANSWER, s)) < 0)
		return -1;
	if (*ret == 1 && s->kind == EVENT_CONST && !event_is_value(field, s->value)) {
		event_complain(b->r, member, s->value, PROBLEM_LOGIC_VALUE,
		    (struct says){ field->name, s->value, NULL });
		*ret = 0;
	}
	return 0;
}

static void
check_answers(struct binder *b, const json_t *answers, const struct matter *m)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)answers, key, value) {
		struct nearest near = { 0 };
		size_t i = 0;

		while (i < m->nfields && strcmp(m->fields[i]->name, key) != 0)
			i++;
		if (i < m->nfields)
			continue;
		for (i = 0; i < m->nfields; i++)
			report_nearer(key, m->fields[i]->name, &near);
		event_complain(b->r, "answers", key, PROBLEM_EVENT_ANSWER_UNKNOWN,
		    (struct says){ m->name, NULL, near.word });
	}
}

static int
bind_answers(struct binder *b, const json_t *json, struct event_step *step)
{
	const json_t *given = event_member(b->r, json, "answers", JSON_OBJECT, OPTIONAL);
	const struct matter *m = step->matter;
	struct event_answer *answers;
	size_t n = 0;

	if (m == NULL)
		return 0;
	check_answers(b, given, m);
	if ((answers = arena_alloc(b->r->b->s.keep, m->nfields, sizeof(*answers))) == NULL)
		return -1;
	for (size_t i = 0; i < m->nfields; i++) {
		struct event_answer *a = &answers[n];
		int got;

		a->field = m->fields[i];
		if (given_answer(b, given, a->field, &a->from, &got) < 0)
			return -1;
		if (!got && json_object_get(given, a->field->name) == NULL)
			got = answer_by_name(b, step, a->field, &a->from);
		if (got && a->from.kind == EVENT_FROM_FORM)
			fit(b, a->from.form, a->field);
		n += (size_t)got;
	}
	step->answers = answers;
	step->nanswers = n;
	return 0;
}

/* What would be typed on a card of the step's case is asked with everything else, where no input supplies it. */
static void
bind_asks(struct binder *b, const struct event_step *step)
{
	for (size_t i = 0; step->matter != NULL && i < step->matter->nitems; i++) {
		const struct item *item = step->matter->items[i];

		for (size_t k = 0; k < item->nbindings; k++) {
			struct field field = *item->bindings[k].input;
			struct event_source s = { .text = field.name };
			int known;

			if (item->bindings[k].kind != INPUT_ASK)
				continue;
			known = find_form(b->r->event, field.name) >= 0;
			field.label = field.name;
			/* Nobody waits for it: whether it is asked for at all the case says. */
			if (answer_by_name(b, step, &field, &s) && !known && s.kind == EVENT_FROM_FORM)
				b->r->form[s.form].required = 0;
		}
	}
}

static const struct party_rule *
find_role(struct binder *b, const struct matter *m, const char *role)
{
	struct nearest near = { 0 };

	for (size_t i = 0; i < m->nparties; i++)
		if (strcmp(m->parties[i].role, role) == 0)
			return &m->parties[i];
	for (size_t i = 0; i < m->nparties; i++)
		report_nearer(role, m->parties[i].role, &near);
	event_complain(b->r, "parties", role, PROBLEM_BINDING_ROLE_MATTER,
	    (struct says){ role, m->code, near.word });
	return NULL;
}

/* A name or a number; ret_has is 0 where there is none. */
static int
bind_person(struct binder *b, const json_t *json, const char *member, const char *name,
    enum presence presence, struct event_source *s, int *ret_has)
{
	const char *text = event_text(b->r, json, name, SOURCE_MAX, presence);

	if (text == NULL || (*ret_has = event_bind_source(b->r, b->step, member, text,
	    EVENT_MAY_HAND_OVER, s)) < 0)
		return -1;
	if (*ret_has && s->kind == EVENT_FROM_FORM)
		event_check_person(b->r, member, s);
	return 0;
}

/* The identifier: of a sort that the role can have, with a number unless there is none. */
static void
check_identifier(struct binder *b, const json_t *json, const char *member, const char *type,
    struct event_party *party)
{
	static const char *const kinds[] = { "", "person", "enterprise", "both" };
	enum subject kind = party->rule->kind;
	struct nearest near = { 0 };
	char words[160] = "";

	if (type[0] == '\0')
		return;
	if (ident_type_parse(type, &party->type) < 0) {
		for (int i = 0; i < IDENT_NTYPES; i++) {
			size_t used = strlen(words);

			report_nearer(type, ident_type_name((enum ident_type)i), &near);
			snprintf(words + used, sizeof(words) - used, "%s%s", i > 0 ? ", " : "",
			    ident_type_name((enum ident_type)i));
		}
		event_complain(b->r, member, type, PROBLEM_ENUM_UNKNOWN, (struct says){ words, NULL, near.word });
		return;
	}
	if ((party->type == IDENT_USCC && kind == SUBJECT_PERSON) ||
	    (party->type != IDENT_USCC && party->type != IDENT_NONE && kind == SUBJECT_ENTERPRISE))
		event_complain(b->r, member, type, PROBLEM_EVENT_PARTY_KIND,
		    (struct says){ type, kinds[kind], NULL });
	if ((party->type == IDENT_NONE) != (json_object_get(json, "number") == NULL))
		event_complain(b->r, member, type, PROBLEM_EVENT_PARTY_NUMBER, (struct says){ 0 });
}

/* 1: it is one, 0: reported, -1: no memory. */
static int
bind_party(struct binder *b, const json_t *json, const char *role, const struct matter *m,
    struct event_party *party)
{
	static const char *const names[] = { "type", "number", "name", NULL };
	const char *type;
	char member[80];
	int has_number, has_name;

	*party = (struct event_party){ .rule = find_role(b, m, role) };
	snprintf(member, sizeof(member), "parties.%.31s", role);
	if (party->rule == NULL)
		return 0;
	if (!json_is_object(json)) {
		event_complain(b->r, member, NULL, PROBLEM_EVENT_TYPE, (struct says){ .a = "object {…}" });
		return 0;
	}
	event_members(b->r, json, names);
	if ((type = event_text(b->r, json, "type", 40, REQUIRED)) == NULL)
		return -1;
	check_identifier(b, json, member, type, party);
	if (bind_person(b, json, member, "number", OPTIONAL, &party->number, &has_number) < 0 ||
	    bind_person(b, json, member, "name", REQUIRED, &party->name, &has_name) < 0)
		return -1;
	return has_name;
}

static int
bind_parties(struct binder *b, const json_t *json, struct event_step *step)
{
	const json_t *given = event_member(b->r, json, "parties", JSON_OBJECT, REQUIRED);
	const struct matter *m = step->matter;
	struct event_party *parties;
	const char *role;
	json_t *value;
	size_t n = 0;

	if (m == NULL || given == NULL)
		return 0;
	if (json_object_size(given) > EVENT_PARTIES_MAX) {
		event_complain(b->r, "parties", NULL, PROBLEM_EVENT_MANY, (struct says){ .a = "20" });
		return 0;
	}
	if ((parties = arena_alloc(b->r->b->s.keep, EVENT_PARTIES_MAX, sizeof(*parties))) == NULL)
		return -1;
	json_object_foreach((json_t *)(uintptr_t)given, role, value) {
		int rc = bind_party(b, value, role, m, &parties[n]);

		if (rc < 0)
			return -1;
		n += (size_t)rc;
	}
	for (size_t i = 0; i < m->nparties; i++)
		if (m->parties[i].required && json_object_get(given, m->parties[i].role) == NULL)
			event_complain(b->r, "parties", NULL, PROBLEM_EVENT_PARTY_MISSING,
			    (struct says){ m->parties[i].role, m->code, NULL });
	step->parties = parties;
	step->nparties = n;
	return 0;
}

/* Once it is known which fields are required: those that a step needs, and who is a party by them. */
static void
find_needs(struct event_reader *r)
{
	for (size_t i = 0; i < r->event->nsteps; i++) {
		struct event_plan_step *p = &r->plan->step[i];
		const struct event_step *step = &r->steps[i];

		r->at_part = step->code;
		for (size_t k = 0; k < r->event->nform; k++)
			if (r->form[k].required && event_set_has(&p->reads, k))
				event_set_add(&p->needs, k);
		for (size_t k = 0; k < step->nparties; k++) {
			const struct event_party *party = &step->parties[k];
			const struct event_source *s = party->type != IDENT_NONE && party->number.text != NULL &&
			    party->number.kind == EVENT_FROM_FORM && !r->form[party->number.form].required ?
			    &party->number : &party->name;

			if (party->rule->required && s->kind == EVENT_FROM_FORM && !r->form[s->form].required)
				event_complain(r, "parties", s->text, PROBLEM_EVENT_PARTY_OPTIONAL, (struct says){
				    party->rule->role, r->form[s->form].field.name, NULL });
		}
	}
	r->at_part = "";
}

int
event_bind(struct event_reader *r)
{
	const json_t *steps = json_object_get(r->json, "steps");
	struct binder b = { .r = r };

	for (size_t i = 0; i < r->event->nsteps; i++) {
		const json_t *json = json_array_get(steps, i);

		b.step = i;
		r->at_part = r->steps[i].code;
		if (bind_inputs(&b, json, &r->steps[i]) < 0 || bind_answers(&b, json, &r->steps[i]) < 0 ||
		    bind_parties(&b, json, &r->steps[i]) < 0 || event_bind_gives(r, i, json) < 0)
			return -1;
		bind_asks(&b, &r->steps[i]);
	}
	if (event_check_gives(r) < 0 || event_read_confirms(r) < 0)
		return -1;
	find_needs(r);
	return 0;
}

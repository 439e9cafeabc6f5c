/* What a rule-decided step says that it gives, and who takes the results of a step. */
#include <stdio.h>
#include <string.h>

#include "flow/evaluate.h"
#include "flow/event_build.h"

#define SOURCE_MAX 200
#define LAST_DAY 2932896	/* 9999-12-31: a constant has no day of its own to be held against */

static int
bind_one(struct event_reader *r, size_t at, const json_t *given, const char *output,
    struct event_source *ret_gives)
{
	const char *code = r->at_part, *text;
	char part[64];
	int rc = 0;

	snprintf(part, sizeof(part), "%.*s/gives", EVENT_PART(code));
	r->at_part = part;
	text = event_text(r, given, output, SOURCE_MAX, REQUIRED);
	if (text != NULL)
		rc = event_bind_source(r, at, output, text, EVENT_MAY_GIVE, ret_gives);
	if (rc == 0)
		*ret_gives = (struct event_source){ 0 };
	r->at_part = code;
	return text == NULL || rc < 0 ? -1 : 0;
}

static int
bind_all(struct event_reader *r, size_t at, const json_t *given, struct event_source *gives)
{
	const struct event_step *step = &r->steps[at];
	const char *output;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)given, output, value) {
		struct nearest near = { 0 };
		size_t k = 0;

		while (k < step->noutputs && strcmp(step->outputs[k], output) != 0)
			k++;
		if (k < step->noutputs) {
			if (bind_one(r, at, given, output, &gives[k]) < 0)
				return -1;
			continue;
		}
		for (k = 0; k < step->noutputs; k++)
			report_nearer(output, step->outputs[k], &near);
		event_complain(r, "gives", output, PROBLEM_EVENT_OUTPUT_UNKNOWN,
		    (struct says){ step->code, output, near.word });
	}
	return 0;
}

int
event_bind_gives(struct event_reader *r, size_t step, const json_t *json)
{
	const json_t *given = event_member(r, json, "gives", JSON_OBJECT, OPTIONAL);
	size_t n = r->steps[step].noutputs;
	struct event_source *gives = arena_alloc(r->b->s.keep, n, sizeof(*gives));

	if (gives == NULL)
		return -1;
	r->steps[step].gives = gives;
	if (given != NULL && json_is_false(json_object_get(json, "auto"))) {
		event_complain(r, "gives", NULL, PROBLEM_EVENT_GIVES_BY_HAND, (struct says){ 0 });
		return 0;
	}
	return bind_all(r, step, given, gives);
}

/* Each source of a step in turn; NULL past the last. */
static const struct event_source *
source_at(const struct event_step *s, size_t i)
{
	if (i < s->ninputs)
		return &s->inputs[i];
	if ((i -= s->ninputs) < s->nanswers)
		return &s->answers[i].from;
	if ((i -= s->nanswers) < 2 * s->nparties)
		return i % 2 == 0 ? &s->parties[i / 2].number : &s->parties[i / 2].name;
	i -= 2 * s->nparties;
	return i < s->noutputs ? &s->gives[i] : NULL;
}

/* A result that a rule decides and that is taken: it comes from somewhere, and always. */
static void
check_taken(struct event_reader *r, const struct event_step *taker, const struct event_source *s)
{
	const struct event_step *from = &r->steps[s->step];
	const struct event_source *gives = &from->gives[s->output];
	const json_t *json = json_object_get(json_array_get(json_object_get(r->json, "steps"), s->step), "gives");
	const char *output = from->outputs[s->output];

	r->at_part = from->code;
	if (!from->automatic)
		return;
	if (gives->text == NULL && json_object_get(json, output) == NULL)
		event_complain(r, "gives", output, PROBLEM_EVENT_GIVES_MISSING,
		    (struct says){ taker->code, output, NULL });
	else if (gives->text != NULL && gives->kind == EVENT_FROM_FORM && !r->form[gives->form].required)
		event_complain(r, "gives", gives->text, PROBLEM_EVENT_GIVES_OPTIONAL,
		    (struct says){ output, r->form[gives->form].field.name, NULL });
}

/* Where a result comes from in the end, where steps that a rule decides hand it on. */
static const struct event_source *
origin(const struct event *e, const struct event_source *s)
{
	while (s->text != NULL && s->kind == EVENT_FROM_STEP &&
	    e->steps[s->step].gives[s->output].text != NULL)
		s = &e->steps[s->step].gives[s->output];
	return s;
}

/* A name or a number that a step takes from a result; NULL where it takes it from elsewhere. */
static const struct event_source *
origin_of_result(const struct event *e, const struct event_source *s)
{
	const struct event_source *from = s->text != NULL && s->kind == EVENT_FROM_STEP ? origin(e, s) : s;

	return from == s ? NULL : from;
}

static void
check_party(struct event_reader *r, const struct event_party *p, const struct event_source *s)
{
	const struct event_source *from = origin_of_result(r->event, s);
	char member[80];

	snprintf(member, sizeof(member), "parties.%.31s", p->rule->role);
	if (from != NULL && from->kind == EVENT_CASE_NUMBER)
		event_complain(r, member, s->text, PROBLEM_EVENT_GIVES_CASE_NUMBER, (struct says){ 0 });
	else if (from != NULL && from->kind == EVENT_FROM_FORM)
		(void)event_check_person(r, member, &(struct event_source){ .text = s->text, .form = from->form });
}

static void
check_answer(struct event_reader *r, const struct event_answer *a)
{
	const struct event_source *from = origin_of_result(r->event, &a->from);
	const struct field *own = from != NULL && from->kind == EVENT_FROM_FORM ?
	    &r->form[from->form].field : NULL;
	enum value_type type = own != NULL ? own->type : VALUE_STRING;

	if (from == NULL || (own == NULL && from->kind != EVENT_CASE_NUMBER))
		return;
	if (type != a->field->type)
		event_complain(r, "answers", a->from.text, PROBLEM_EVENT_FIELD_TYPE,
		    (struct says){ a->field->name, event_types[a->field->type], NULL });
	for (size_t i = 0; own != NULL && type == a->field->type && own->values != NULL &&
	    own->values[i] != NULL; i++)
		if (!sheet_has(a->field->values, own->values[i]))
			event_complain(r, "answers", own->values[i], PROBLEM_LOGIC_VALUE,
			    (struct says){ a->field->name, own->values[i], NULL });
}

/* A constant is held against what becomes of it now: a case would find out too late. */
static void
check_constants(struct event_reader *r, size_t at)
{
	const struct event_step *step = &r->steps[at];
	char normal[EVALUATE_VALUE_MAX];

	for (size_t k = 0; k < step->noutputs; k++) {
		struct fault f = FAULT_INIT;

		if (step->gives[k].text != NULL && step->gives[k].kind == EVENT_CONST &&
		    event_check_output(r->event, at, k, step->gives[k].value, LAST_DAY, normal, &f) < 0)
			event_complain_fault(r, "gives", step->gives[k].text, &f);
	}
}

int
event_check_gives(struct event_reader *r)
{
	uint8_t **used = arena_alloc(&r->b->s.scratch, r->event->nsteps, sizeof(*used));
	const struct event_source *s;

	for (size_t i = 0; used != NULL && i < r->event->nsteps; i++) {
		used[i] = arena_alloc(r->b->s.keep, r->steps[i].noutputs, 1);
		if ((r->steps[i].output_used = used[i]) == NULL)
			return -1;
	}
	for (size_t i = 0; used != NULL && i < r->event->nsteps; i++)
		for (size_t k = 0; (s = source_at(&r->steps[i], k)) != NULL; k++)
			if (s->text != NULL && s->kind == EVENT_FROM_STEP && !used[s->step][s->output]) {
				used[s->step][s->output] = 1;
				check_taken(r, &r->steps[i], s);
			}
	for (size_t i = 0; used != NULL && i < r->event->nsteps; i++) {
		const struct event_step *step = &r->steps[i];

		r->at_part = step->code;
		for (size_t k = 0; k < step->nparties; k++) {
			check_party(r, &step->parties[k], &step->parties[k].number);
			check_party(r, &step->parties[k], &step->parties[k].name);
		}
		for (size_t k = 0; k < step->nanswers; k++)
			check_answer(r, &step->answers[k]);
		check_constants(r, i);
	}
	r->at_part = "";
	return used == NULL ? -1 : 0;
}

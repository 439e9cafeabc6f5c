/* joint_source.c - what a step is given: its parties, its answers, what is typed on its cards. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "svc/joint/joint.h"

/* The name behind the last dot, or all of it: "form.child_name" and "child_name". */
static const char *
last_part(const struct event_source *s)
{
	const char *dot = strrchr(s->text, '.');

	return dot != NULL ? dot + 1 : s->text;
}

json_t *
joint_value(struct act *act, struct joint_file *j, const struct event_source *s, struct fault *f)
{
	const struct event *e = j->event;
	json_t *value = NULL;

	switch (s->kind) {
	case EVENT_FROM_FORM:
		value = json_object_get(json_object_get(j->people, "form"), e->form[s->form].field.name);
		break;
	case EVENT_FROM_STEP:
		value = json_object_get(joint_results(act, j, s->step, f),
		    e->steps[s->step].outputs[s->output]);
		break;
	case EVENT_CONST:
		return json_string(s->value);
	case EVENT_CASE_NUMBER:
		break;
	}
	return json_is_null(value) ? NULL : json_incref(value);
}

/* A text as the value of a field. */
static json_t *
typed(const struct field *field, const char *text)
{
	json_t *list;

	switch (field->type) {
	case VALUE_BOOLEAN:
		return json_boolean(strcmp(text, "true") == 0);
	case VALUE_INTEGER:
		return json_integer(strtoll(text, NULL, 10));
	case VALUE_NUMBER:
		return json_real(strtod(text, NULL));
	case VALUE_ENUM_LIST:
		list = json_array();
		for (size_t n; *text != '\0'; text += n, text += *text == '|') {
			n = strcspn(text, "|");
			json_array_append_new(list, json_stringn(text, n));
		}
		return list;
	default:
		return json_string(text);
	}
}

/* The answers that the step's matter reads; what has no value yet is not there. */
static json_t *
step_form(struct act *act, struct joint_file *j, const struct event_step *step, struct fault *f)
{
	json_t *form = json_object();

	for (size_t i = 0; i < step->nanswers; i++) {
		const struct event_answer *a = &step->answers[i];
		json_t *value = joint_value(act, j, &a->from, f);

		if (value == NULL)
			continue;
		/* An enum without a value would be none of them. */
		if (json_is_string(value) && a->field->type != VALUE_STRING &&
		    a->field->type != VALUE_ENUM && a->field->type != VALUE_DATE) {
			json_t *text = value;

			value = typed(a->field, json_string_value(text));
			json_decref(text);
		} else if (json_is_string(value) && a->field->type == VALUE_ENUM &&
		    utf8_blank(json_string_value(value))) {
			json_decref(value);
			continue;
		}
		json_object_set_new(form, a->field->name, value);
	}
	return form;
}

static void
copy_value(struct act *act, struct joint_file *j, const struct event_source *s, char *text,
    size_t size, struct fault *f)
{
	json_t *value = s->text != NULL ? joint_value(act, j, s, f) : NULL;

	snprintf(text, size, "%s", json_is_string(value) ? json_string_value(value) : "");
	json_decref(value);
}

/* Somebody who is a party of the step's case; 0 where there is nobody. */
static int
put_party(struct act *act, struct joint_file *j, const struct event_party *p, struct party *to,
    struct fault *f)
{
	char number[EVALUATE_VALUE_MAX] = "", name[EVALUATE_VALUE_MAX], field[96];
	int rc;

	memset(to, 0, sizeof(*to));
	snprintf(to->role, sizeof(to->role), "%s", p->rule->role);
	to->type = p->type;
	to->kind = p->type == IDENT_USCC || (p->type == IDENT_NONE && p->rule->kind == SUBJECT_ENTERPRISE) ||
	    (p->type == IDENT_NONE && p->rule->kind == SUBJECT_BOTH) ? SUBJECT_ENTERPRISE : SUBJECT_PERSON;
	copy_value(act, j, &p->name, name, sizeof(name), f);
	if (p->type != IDENT_NONE)
		copy_value(act, j, &p->number, number, sizeof(number), f);
	if (utf8_blank(name) || (p->type != IDENT_NONE && utf8_blank(number)))
		return 0;
	snprintf(field, sizeof(field), "parties.%.31s", to->role);
	rc = ident_name(name, field, to->name, sizeof(to->name), f);
	if (rc == 0)
		rc = ident_check(p->type, number, field, clock_day(act->now), to->number, f);
	explicit_bzero(number, sizeof(number));
	explicit_bzero(name, sizeof(name));
	return rc < 0 ? -1 : 1;
}

static const char *
member(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text != NULL ? text : "";
}

/* Who acts for the applicant acts in every step that knows such a role. */
static int
put_agent(const struct joint_file *j, const struct matter *m, struct party *to)
{
	const json_t *agent = json_object_get(j->people, "agent");
	size_t i = 0;

	while (i < m->nparties && strcmp(m->parties[i].role, INVENTORY_AGENT) != 0)
		i++;
	memset(to, 0, sizeof(*to));
	if (agent == NULL || i == m->nparties || ident_type_parse(member(agent, "type"), &to->type) < 0)
		return 0;
	to->kind = SUBJECT_PERSON;
	snprintf(to->role, sizeof(to->role), "%s", INVENTORY_AGENT);
	snprintf(to->number, sizeof(to->number), "%s", member(agent, "number"));
	snprintf(to->name, sizeof(to->name), "%s", member(agent, "name"));
	snprintf(to->phone, sizeof(to->phone), "%s", member(agent, "phone"));
	snprintf(to->mandate, sizeof(to->mandate), "%s", member(agent, "mandate"));
	return 1;
}

/* What would be typed on a card: an input of the step or a field of the form that is called so. */
static int
ask_value(struct act *act, struct joint_file *j, const struct event_step *step, const char *input,
    char *text, size_t size, struct fault *f)
{
	const struct event *e = j->event;

	text[0] = '\0';
	for (size_t i = 0; i < step->ninputs; i++)
		if (strcmp(last_part(&step->inputs[i]), input) == 0)
			copy_value(act, j, &step->inputs[i], text, size, f);
	for (size_t i = 0; i < e->nform && text[0] == '\0'; i++)
		if (strcmp(e->form[i].field.name, input) == 0)
			copy_value(act, j, &(struct event_source){ .text = input, .kind = EVENT_FROM_FORM,
			    .form = i }, text, size, f);
	return text[0] != '\0';
}

static void
put_asks(struct act *act, struct joint_file *j, const struct event_step *step,
    struct case_request *req, struct fault *f)
{
	for (size_t i = 0; i < step->matter->nitems; i++) {
		const struct item *item = step->matter->items[i];

		for (size_t k = 0; k < item->nbindings && req->nasked < CASE_ASKS_MAX; k++) {
			struct asked *a = &req->asked[req->nasked];
			const char *input = item->bindings[k].input->name;

			if (item->bindings[k].kind != INPUT_ASK ||
			    !ask_value(act, j, step, input, a->value, sizeof(a->value), f))
				continue;
			snprintf(a->item, sizeof(a->item), "%s", item->code);
			snprintf(a->input, sizeof(a->input), "%s", input);
			req->nasked++;
		}
	}
}

int
joint_case_request(struct act *act, struct joint_file *j, size_t step, struct case_request *ret_req,
    struct fault *f)
{
	const struct event_step *s = &j->event->steps[step];

	memset(ret_req, 0, sizeof(*ret_req));
	ret_req->matter = s->matter->code;
	ret_req->division = j->division;
	ret_req->channel = "online";
	ret_req->inv = j->inv;
	ret_req->step = s->code;
	ret_req->joint = j->id;
	for (size_t i = 0; i < s->nparties && ret_req->nparties < CASE_PARTIES_MAX; i++) {
		int rc = put_party(act, j, &s->parties[i], &ret_req->party[ret_req->nparties], f);

		if (rc < 0)
			return -1;
		ret_req->nparties += (size_t)rc;
	}
	if (ret_req->nparties < CASE_PARTIES_MAX)
		ret_req->nparties += (size_t)put_agent(j, s->matter, &ret_req->party[ret_req->nparties]);
	put_asks(act, j, s, ret_req, f);
	if ((ret_req->form = step_form(act, j, s, f)) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "form");
		return -1;
	}
	/* A value that could not be read is not one that is not there. */
	return f != NULL && f->code != FAULT_NONE ? -1 : 0;
}

/* The members of life_events.json: what they may be, and the fields of a form. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow/event_build.h"
#include "rules/pattern.h"

#define TEXT_LIST_MAX 300

/* "LE-NEWBORN/NB3/outputs". */
static const char *
column(const struct event_reader *r, const char *member, char *text, size_t size)
{
	snprintf(text, size, "%s%s%s%s%s", r->at_event, r->at_part[0] != '\0' ? "/" : "", r->at_part,
	    member[0] != '\0' ? "/" : "", member);
	return text;
}

void
event_complain(struct event_reader *r, const char *member, const char *value,
    enum problem problem, struct says says)
{
	char text[200];

	report_add(&r->b->s.reporting, problem, (struct place){ .file = REPORT_EVENTS, .value = value,
	    .column = column(r, member, text, sizeof(text)) }, says);
}

void
event_complain_fault(struct event_reader *r, const char *member, const char *value,
    const struct fault *f)
{
	char text[200];

	report_add_fault(&r->b->s.reporting, (struct place){ .file = REPORT_EVENTS, .value = value,
	    .column = column(r, member, text, sizeof(text)) }, f);
}

static const char *
type_word(json_type type)
{
	static const char *const words[] = { [JSON_OBJECT] = "object {…}", [JSON_ARRAY] = "list […]",
		[JSON_STRING] = "\"…\"", [JSON_INTEGER] = "123", [JSON_REAL] = "1.5", [JSON_TRUE] = "true / false",
		[JSON_FALSE] = "true / false", [JSON_NULL] = "null" };

	return words[type];
}

/* JSON_TRUE stands for both truths, JSON_REAL for every number. */
static int
is_type(const json_t *value, json_type type)
{
	return type == JSON_TRUE ? json_is_boolean(value) :
	    type == JSON_REAL ? json_is_number(value) : json_typeof(value) == type;
}

const json_t *
event_member(struct event_reader *r, const json_t *object, const char *name, json_type type,
    enum presence presence)
{
	const json_t *value = json_object_get(object, name);

	if (value == NULL && presence == REQUIRED)
		event_complain(r, "", NULL, PROBLEM_EVENT_MEMBER_MISSING, (struct says){ .a = name });
	if (value == NULL || is_type(value, type))
		return value;
	event_complain(r, name, NULL, PROBLEM_EVENT_TYPE, (struct says){ .a = type_word(type) });
	return NULL;
}

void
event_members(struct event_reader *r, const json_t *object, const char *const *names)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)object, key, value) {
		struct nearest near = { 0 };

		if (sheet_has(names, key))
			continue;
		for (const char *const *name = names; *name != NULL; name++)
			report_nearer(key, *name, &near);
		event_complain(r, "", key, PROBLEM_EVENT_MEMBER_UNKNOWN, (struct says){ .near = near.word });
	}
}

/* What is wrong with a text; PROBLEM_N: nothing. */
static enum problem
text_problem(const char *text, size_t max)
{
	size_t len = strlen(text);

	return len == 0 ? PROBLEM_CELL_BLANK : len > max ? PROBLEM_CELL_LONG :
	    sheet_has_control(text, len) ? PROBLEM_CELL_CONTROL :
	    sheet_has_outer_space(text, len) ? PROBLEM_CELL_SPACE : PROBLEM_N;
}

static const char *
take_text(struct event_reader *r, const json_t *value, const char *name, size_t max)
{
	const char *text = json_string_value(value);
	enum problem problem = text_problem(text, max);
	char most[24];

	snprintf(most, sizeof(most), "%zu", max);
	if (problem != PROBLEM_N) {
		event_complain(r, name, text, problem, (struct says){
		    .a = problem == PROBLEM_CELL_BLANK ? name : most });
		return "";
	}
	return arena_text(r->b->s.keep, text, strlen(text));
}

const char *
event_text(struct event_reader *r, const json_t *object, const char *name, size_t max,
    enum presence presence)
{
	const json_t *value = event_member(r, object, name, JSON_STRING, presence);

	return value == NULL ? "" : take_text(r, value, name, max);
}

int
event_texts(struct event_reader *r, const json_t *object, const char *name, size_t max,
    const char *const **ret_list, size_t *ret_n)
{
	const json_t *list = event_member(r, object, name, JSON_ARRAY, REQUIRED);
	size_t size = json_array_size(list), n = 0;
	const char **texts;

	if (size > TEXT_LIST_MAX) {
		event_complain(r, name, NULL, PROBLEM_EVENT_MANY, (struct says){ .a = "300" });
		size = 0;
	}
	if ((texts = arena_alloc(r->b->s.keep, size + 1, sizeof(*texts))) == NULL)
		return -1;
	for (size_t i = 0; i < size; i++) {
		const json_t *value = json_array_get(list, i);
		const char *text;

		if (!json_is_string(value)) {
			event_complain(r, name, NULL, PROBLEM_EVENT_TYPE,
			    (struct says){ .a = type_word(JSON_STRING) });
			continue;
		}
		if ((text = take_text(r, value, name, max)) == NULL)
			return -1;
		if (text[0] != '\0' && sheet_has(texts, text))
			event_complain(r, name, text, PROBLEM_EVENT_REPEATED, (struct says){ 0 });
		else if (text[0] != '\0')
			texts[n++] = text;
	}
	*ret_list = texts;
	*ret_n = n;
	return 0;
}

const char *const event_types[] = {
	[VALUE_STRING] = "string", [VALUE_INTEGER] = "integer", [VALUE_NUMBER] = "number",
	[VALUE_DATE] = "date", [VALUE_MONTH] = "month", [VALUE_DATETIME] = "datetime",
	[VALUE_ID18] = "id18", [VALUE_USCC18] = "uscc18", [VALUE_ENUM] = "enum",
	[VALUE_ENUM_LIST] = "enum_list", [VALUE_BOOLEAN] = "boolean", NULL
};

/* The index of a word; reports one that is none and gives -1. */
static int
find_word(struct event_reader *r, const char *member, const char *text, const char *const *words)
{
	struct nearest near = { 0 };
	char said[160];

	for (int i = 0; words[i] != NULL; i++)
		if (strcmp(words[i], text) == 0)
			return i;
	for (int i = 0; words[i] != NULL; i++)
		report_nearer(text, words[i], &near);
	if (text[0] != '\0')
		event_complain(r, member, text, PROBLEM_ENUM_UNKNOWN, (struct says){
		    sheet_words(words, said, sizeof(said)), NULL, near.word });
	return -1;
}

int
event_word(struct event_reader *r, const json_t *object, const char *name,
    const char *const *words, enum presence presence, const char **ret_word)
{
	const char *text = event_text(r, object, name, 40, presence);
	int i = text == NULL ? -1 : find_word(r, name, text, words);

	*ret_word = i < 0 ? NULL : words[i];
	return text == NULL ? -1 : 0;
}

static int
read_bound(struct event_reader *r, const json_t *object, const char *name, const double **ret_bound)
{
	const json_t *value = event_member(r, object, name, JSON_REAL, OPTIONAL);
	double *bound;

	*ret_bound = NULL;
	if (value == NULL)
		return 0;
	if ((bound = arena_alloc(r->b->s.keep, 1, sizeof(*bound))) == NULL)
		return -1;
	*bound = json_number_value(value);
	*ret_bound = bound;
	return 0;
}

static int
read_validation(struct event_reader *r, const json_t *json, struct event_field *field)
{
	static const char *const names[] = { "max_length", "values", "pattern", "checksum", "min",
		"max", "not_after", NULL };
	static const char *const checksums[] = { "GB11643", "GB32100", NULL };
	static const char *const instants[] = { "now", "today", NULL };
	const json_t *v = event_member(r, json, "validation", JSON_OBJECT, OPTIONAL), *length;
	int is_enum = field->field.type == VALUE_ENUM || field->field.type == VALUE_ENUM_LIST;
	size_t n = 0;

	event_members(r, v, names);
	length = event_member(r, v, "max_length", JSON_INTEGER, OPTIONAL);
	if (length != NULL && (json_integer_value(length) < 1 || json_integer_value(length) > 10000))
		event_complain(r, "max_length", NULL, PROBLEM_INT_FORM, (struct says){ "1", "10000", NULL });
	else if (length != NULL)
		field->max_length = json_integer_value(length);
	if (is_enum != (json_object_get(v, "values") != NULL)) {
		event_complain(r, "values", NULL, PROBLEM_FIELD_VALUES, (struct says){ 0 });
	} else if (is_enum) {
		if (event_texts(r, v, "values", 100, &field->field.values, &n) < 0)
			return -1;
		if (n == 0)
			event_complain(r, "values", NULL, PROBLEM_EVENT_NONE, (struct says){ 0 });
	}
	if ((field->pattern = event_text(r, v, "pattern", PATTERN_MAX - 1, OPTIONAL)) == NULL ||
	    event_word(r, v, "checksum", checksums, OPTIONAL, &field->checksum) < 0 ||
	    event_word(r, v, "not_after", instants, OPTIONAL, &field->not_after) < 0 ||
	    read_bound(r, v, "min", &field->min) < 0 || read_bound(r, v, "max", &field->max) < 0)
		return -1;
	if (field->pattern[0] == '\0')
		field->pattern = NULL;
	else if (!pattern_is_one(field->pattern))
		event_complain(r, "pattern", field->pattern, PROBLEM_EVENT_PATTERN, (struct says){ 0 });
	return 0;
}

static int
read_field(struct event_reader *r, const json_t *json, struct event_field *field)
{
	static const char *const names[] = { "name", "label", "type", "required", "validation", NULL };
	const char *type;
	int word;

	*field = (struct event_field){ .own = 1 };
	event_members(r, json, names);
	field->required = json_is_true(event_member(r, json, "required", JSON_TRUE, REQUIRED));
	if ((field->field.name = event_text(r, json, "name", 47, REQUIRED)) == NULL ||
	    (field->field.label = event_text(r, json, "label", 100, REQUIRED)) == NULL ||
	    (type = event_text(r, json, "type", 40, REQUIRED)) == NULL)
		return -1;
	if (field->field.name[0] != '\0' && !sheet_is_name(field->field.name))
		event_complain(r, "name", field->field.name, PROBLEM_NAME_FORM, (struct says){ 0 });
	word = find_word(r, "type", type, event_types);
	field->field.type = word < 0 ? VALUE_STRING : (enum value_type)word;
	return word < 0 ? 0 : read_validation(r, json, field);
}

int
event_read_form(struct event_reader *r)
{
	const json_t *form = event_member(r, r->json, "form", JSON_ARRAY, REQUIRED);
	size_t size = json_array_size(form), n = 0;
	char part[64];

	if (size > EVENT_FORM_MAX) {
		event_complain(r, "form", NULL, PROBLEM_EVENT_MANY, (struct says){ .a = "256" });
		size = EVENT_FORM_MAX;
	}
	for (size_t i = 0; i < size; i++) {
		const json_t *json = json_array_get(form, i);
		const char *name = json_string_value(json_object_get(json, "name"));

		snprintf(part, sizeof(part), "form.%.*s", EVENT_PART(name == NULL ? "" : name));
		if (name == NULL)
			snprintf(part, sizeof(part), "form[%zu]", i + 1);
		r->at_part = part;
		if (!json_is_object(json)) {
			event_complain(r, "", NULL, PROBLEM_EVENT_TYPE,
			    (struct says){ .a = type_word(JSON_OBJECT) });
			continue;
		}
		if (read_field(r, json, &r->form[n]) < 0)
			return -1;
		for (size_t k = 0; k < n; k++)
			if (r->form[n].field.name[0] != '\0' &&
			    strcmp(r->form[k].field.name, r->form[n].field.name) == 0)
				event_complain(r, "name", r->form[n].field.name, PROBLEM_EVENT_REPEATED,
				    (struct says){ 0 });
		n++;
	}
	r->at_part = "";
	r->event->nown = r->event->nform = n;
	return 0;
}

/* joint_form.c - the one form of a life event: what each field may hold. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "rules/pattern.h"
#include "svc/joint/joint.h"

static int
refuse(const struct event_field *field, const char *zh, const char *en, struct fault *f)
{
	fault_set(f, FAULT_FIELD_VALUE, "%s", "");
	fault_arg(f, "field", "form.%s", field->field.name);
	fault_arg(f, "why_zh", "%s", zh);
	fault_arg(f, "why_en", "%s", en);
	return -1;
}

static const struct event_field *
find(const struct event *e, const char *name)
{
	for (size_t i = 0; i < e->nform; i++)
		if (!e->form[i].confirms && strcmp(e->form[i].field.name, name) == 0)
			return &e->form[i];
	return NULL;
}

static int
is_blank(const json_t *value)
{
	return value == NULL || json_is_null(value) || (json_is_string(value) &&
	    utf8_blank(json_string_value(value))) || (json_is_array(value) && json_array_size(value) == 0);
}

static int
check_range(const struct event_field *field, const json_t *value, struct fault *f)
{
	double n = json_number_value(value);

	if (field->min != NULL && n < *field->min)
		return refuse(field, "太小", "it is too small", f);
	return field->max != NULL && n > *field->max ? refuse(field, "太大", "it is too large", f) : 0;
}

/* "2026-11-23", with a time behind it: not after now. */
static int
check_time(const struct event_field *field, const char *value, int64_t now, struct fault *f)
{
	char day_text[11];
	int64_t day;

	snprintf(day_text, sizeof(day_text), "%.10s", value);
	if (clock_parse_day(day_text, &day) < 0 || (field->field.type == VALUE_DATETIME &&
	    (strlen(value) < 16 || value[10] != 'T' || value[13] != ':')))
		return refuse(field, "不是真实的日期或时间", "it is not a real date or time", f);
	return field->not_after != NULL && day > clock_day(now) ?
	    refuse(field, "不能晚于今天", "it may not be after today", f) : 0;
}

static int
check_number(const struct event_field *field, json_t *form, const char *value, int64_t now,
    struct fault *f)
{
	char normal[IDENT_MAX], name[80];

	snprintf(name, sizeof(name), "form.%.70s", field->field.name);
	if (ident_check(field->field.type == VALUE_ID18 ? IDENT_CITIZEN_ID : IDENT_USCC, value, name,
	    clock_day(now), normal, f) < 0)
		return -1;
	json_object_set_new(form, field->field.name, json_string(normal));
	explicit_bzero(normal, sizeof(normal));
	return 0;
}

static int
check_text(const struct event_field *field, json_t *form, const json_t *json, int64_t now,
    struct fault *f)
{
	const char *value = json_string_value(json);
	size_t len = json_string_length(json), most = field->max_length > 0 ? (size_t)field->max_length : 200;

	for (size_t i = 0; i < len; i++)
		if ((unsigned char)value[i] < ' ' && value[i] != '\n' && value[i] != '\t')
			return refuse(field, "含有控制字符", "it has control characters", f);
	if (utf8_count(value, len) > most)
		return refuse(field, "太长", "it is too long", f);
	switch (field->field.type) {
	case VALUE_ID18: case VALUE_USCC18:
		return check_number(field, form, value, now, f);
	case VALUE_DATE: case VALUE_DATETIME:
		return check_time(field, value, now, f);
	default:
		return field->pattern == NULL || pattern_fits(field->pattern, value) ? 0 :
		    refuse(field, "写法不对", "it is not written as it should be", f);
	}
}

static int
check(const struct event_field *field, json_t *form, const json_t *value, int64_t now, struct fault *f)
{
	int long_text = field->own && field->field.type == VALUE_STRING && json_is_string(value);

	if (!long_text && evaluate_check_answer(&field->field, value, f) < 0) {
		fault_arg(f, "field", "form.%s", field->field.name);
		return -1;
	}
	if (json_is_string(value) && field->field.type != VALUE_ENUM)
		return check_text(field, form, value, now, f);
	return json_is_number(value) ? check_range(field, value, f) : 0;
}

int
joint_check_form(const struct event *e, json_t *form, int64_t now, struct fault *f)
{
	const char *name;
	json_t *value;
	void *next;

	json_object_foreach_safe(form, next, name, value) {
		const struct event_field *field = find(e, name);

		if (field == NULL) {
			fault_set(f, FAULT_FIELD_UNKNOWN, "%s", "");
			fault_arg(f, "field", "form.%s", name);
			return -1;
		}
		if (!is_blank(value) && check(field, form, value, now, f) < 0)
			return -1;
	}
	return 0;
}

/* Whether everybody who is to confirm has: who is not there need not. */
static int
is_confirmed(const struct event_confirm *c, const json_t *people)
{
	const char *number = strchr(c->number.text, '.');

	return json_object_get(json_object_get(people, "confirmed"), c->code) != NULL ||
	    is_blank(json_object_get(json_object_get(people, "form"), number != NULL ? number + 1 : ""));
}

struct event_set
joint_supplied(const struct event *e, const json_t *people)
{
	const json_t *form = json_object_get(people, "form");
	struct event_set set = { 0 };
	int complete = 1;

	for (size_t i = 0; i < e->nform; i++) {
		if (e->form[i].confirms)
			continue;
		if (!is_blank(json_object_get(form, e->form[i].field.name)))
			event_set_add(&set, i);
		else if (e->form[i].required)
			complete = 0;
	}
	/* Nobody confirms what is not all there yet. */
	for (size_t i = 0; complete && i < e->nconfirms; i++)
		if (is_confirmed(&e->confirms[i], people))
			event_set_add(&set, e->confirms[i].field);
	return set;
}

int
joint_check_complete(const struct event *e, const json_t *people, struct fault *f)
{
	struct event_set have = joint_supplied(e, people);

	for (size_t i = 0; i < e->nform; i++) {
		const struct event_field *field = &e->form[i];

		if (field->confirms || !field->required || event_set_has(&have, i))
			continue;
		fault_set(f, FAULT_FIELD_MISSING, "%s", "");
		fault_arg(f, "field", "form.%s", field->field.name);
		return -1;
	}
	return 0;
}

/* What a result must be, so that the steps that take it can use it. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "flow/evaluate.h"
#include "flow/event_definition.h"
#include "flow/inventory_sheet.h"

/* Values with a bar between two, each once; none at all is a list as well. */
static int
is_list(const struct field *field, const char *text)
{
	const char *seen[EVALUATE_LIST_MAX];
	char word[EVALUATE_TEXT_MAX + 1];
	size_t n = 0, len;

	if (text[0] == '\0')
		return 1;
	for (;; text += len + 1) {
		len = strcspn(text, "|");
		if (n == EVALUATE_LIST_MAX || len >= sizeof(word))
			return 0;
		memcpy(word, text, len);
		word[len] = '\0';
		if (!sheet_has(field->values, word))
			return 0;
		for (size_t i = 0; i < n; i++)
			if (strcspn(seen[i], "|") == len && memcmp(seen[i], text, len) == 0)
				return 0;
		seen[n++] = text;
		if (text[len] == '\0')
			return 1;
	}
}

int
event_is_value(const struct field *field, const char *text)
{
	const char *end;
	int64_t day;

	switch (field->type) {
	case VALUE_BOOLEAN:
		return strcmp(text, "true") == 0 || strcmp(text, "false") == 0;
	case VALUE_ENUM:
		return sheet_has(field->values, text);
	case VALUE_ENUM_LIST:
		return is_list(field, text);
	case VALUE_DATE:
		return clock_parse_day(text, &day) == 0;
	case VALUE_INTEGER: case VALUE_NUMBER:
		text += *text == '-';
		end = text + strspn(text, "0123456789");
		if (*end == '.' && field->type == VALUE_NUMBER && end > text)
			end += 1 + strspn(end + 1, "0123456789");
		return end > text && *end == '\0' && end - text <= 15;
	default:
		return text[0] != '\0';
	}
}

/* A result on its way through the steps that take it. */
struct result {
	const struct event *e;
	const char *name, *value;	/* the output that faults name */
	int64_t today;
	char *normal;			/* of EVALUATE_VALUE_MAX; NULL: nobody asks */
	struct fault *f;
};

static int
refuse(const struct result *r, const char *zh, const char *en)
{
	fault_set(r->f, FAULT_FIELD_VALUE, "%s", "");
	fault_arg(r->f, "field", "%s", r->name);
	fault_arg(r->f, "why_zh", "%s", zh);
	fault_arg(r->f, "why_en", "%s", en);
	return -1;
}

static int
is_from(const struct event_source *s, size_t step, size_t output)
{
	return s->text != NULL && s->kind == EVENT_FROM_STEP && s->step == step && s->output == output;
}

/* A number says more of what is written than a name does: where it is both, its normal form counts. */
static int
check_parties(const struct result *r, const struct event_step *taker, size_t step, size_t output,
    int *ret_number)
{
	char normal[EVALUATE_VALUE_MAX];

	for (size_t i = 0; i < taker->nparties; i++) {
		const struct event_party *p = &taker->parties[i];

		if (p->type != IDENT_NONE && is_from(&p->number, step, output)) {
			if (ident_check(p->type, r->value, r->name, r->today, normal, r->f) < 0)
				return -1;
			*ret_number = 1;
			if (r->normal != NULL)
				snprintf(r->normal, EVALUATE_VALUE_MAX, "%s", normal);
		}
		if (is_from(&p->name, step, output)) {
			if (ident_name(r->value, r->name, normal, sizeof(normal), r->f) < 0)
				return -1;
			if (r->normal != NULL && !*ret_number)
				snprintf(r->normal, EVALUATE_VALUE_MAX, "%s", normal);
		}
	}
	return 0;
}

/* By each step that takes it, also where one hands it on as a result of its own. */
static int
check_takers(const struct result *r, size_t step, size_t output)
{
	struct result on = *r;
	int number = 0;

	on.normal = NULL;
	for (size_t i = 0; i < r->e->nsteps; i++) {
		const struct event_step *taker = &r->e->steps[i];

		if (!event_set_has(&r->e->plan->step[i].uses, step))
			continue;
		if (check_parties(r, taker, step, output, &number) < 0)
			return -1;
		for (size_t k = 0; k < taker->nanswers; k++)
			if (is_from(&taker->answers[k].from, step, output) &&
			    !event_is_value(taker->answers[k].field, r->value))
				return refuse(r, "后续步骤要用它作答,它不是该字段的值",
				    "a later step answers a field with it, and it is no value of that field");
		for (size_t k = 0; k < taker->noutputs; k++)
			if (is_from(&taker->gives[k], step, output) && check_takers(&on, i, k) < 0)
				return -1;
	}
	return 0;
}

int
event_check_output(const struct event *e, size_t step, size_t output, const char *value,
    int64_t today, char *ret_normal, struct fault *f)
{
	struct result r = { e, e->steps[step].outputs[output], value, today, ret_normal, f };
	size_t len = strlen(value);

	if (value[strspn(value, " ")] == '\0')
		return refuse(&r, "不能为空", "it is blank");
	if (len > EVALUATE_TEXT_MAX)
		return refuse(&r, "太长,最多 200 字节", "it is longer than 200 bytes");
	if (sheet_has_control(value, len))
		return refuse(&r, "含有控制字符", "it holds a control character");
	snprintf(ret_normal, EVALUATE_VALUE_MAX, "%s", value);
	return check_takers(&r, step, output);
}

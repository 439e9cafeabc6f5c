#include "flow/evaluate.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"

/* JSON null is no answer: JSON Logic would count it as 0. */
static const json_t *
answer(const json_t *form, const char *name)
{
	const json_t *value = json_object_get(form, name);

	return json_is_null(value) ? NULL : value;
}

static int
evaluate_item(const struct item *item, const json_t *form, struct evaluated *e, struct fault *f)
{
	static const enum applies by_truth[] = { [JSONLOGIC_NO] = APPLIES_NO,
		[JSONLOGIC_YES] = APPLIES_YES, [JSONLOGIC_NOT_YET] = APPLIES_UNDECIDED };
	enum jsonlogic_truth truth;

	e->item = item;
	e->applies = APPLIES_YES;
	e->nmissing = 0;
	if (item->required_when == NULL)
		return 0;
	if (jsonlogic_decide(item->required_when, form, &truth, e->missing, EVALUATE_MISSING_MAX,
	    &e->nmissing, f) < 0) {
		fault_prefix(f, item->code);
		return -1;
	}
	e->applies = by_truth[truth];
	return 0;
}

int
evaluate(const struct inventory *inv, const struct matter *matter, const json_t *form,
    struct evaluated *ret_items, struct fault *f)
{
	(void)inv;	/* the matter holds all of it that counts today */
	for (size_t i = 0; i < matter->nitems; i++)
		if (evaluate_item(matter->items[i], form, &ret_items[i], f) < 0)
			return -1;
	return 0;
}

int
evaluate_asks(const struct evaluated *e, const json_t *form, const char *field)
{
	if (e->applies == APPLIES_NO || answer(form, field) != NULL)
		return 0;
	for (size_t i = 0; i < e->nmissing; i++)
		if (strcmp(e->missing[i], field) == 0)
			return 1;
	for (size_t i = 0; i < e->item->nbindings; i++)
		if (e->item->bindings[i].kind == INPUT_FORM &&
		    strcmp(e->item->bindings[i].what, field) == 0)
			return 1;
	return 0;
}

static int
has_value(const struct field *field, const json_t *value)
{
	for (const char *const *v = field->values; *v != NULL; v++)
		if (strcmp(*v, json_string_value(value)) == 0)
			return 1;
	return 0;
}

static int
refuse_type(const struct field *field, const char *expected, struct fault *f)
{
	fault_set(f, FAULT_FIELD_TYPE, "%s", "");
	fault_arg(f, "field", "%s", field->name);
	fault_arg(f, "expected", "%s", expected);
	return -1;
}

static int
refuse_value(const struct field *field, const char *zh, const char *en, struct fault *f)
{
	fault_set(f, FAULT_FIELD_VALUE, "%s", "");
	fault_arg(f, "field", "%s", field->name);
	fault_arg(f, "why_zh", "%s", zh);
	fault_arg(f, "why_en", "%s", en);
	return -1;
}

static int
refuse_unlisted(const struct field *field, struct fault *f)
{
	return refuse_value(field, "不在可选的值里", "it is not one of the listed values", f);
}

static int
check_text(const struct field *field, const json_t *value, struct fault *f)
{
	int64_t day;

	if (!json_is_string(value))
		return refuse_type(field, "string", f);
	if (json_string_length(value) > EVALUATE_TEXT_MAX)
		return refuse_value(field, "太长,最多 200 字节", "it is longer than 200 bytes", f);
	if (strlen(json_string_value(value)) != json_string_length(value))
		return refuse_value(field, "含有 NUL 字符", "it holds a NUL character", f);
	if (field->type == VALUE_DATE && json_string_length(value) > 0 &&
	    clock_parse_day(json_string_value(value), &day) < 0)
		return refuse_value(field, "不是真实日期", "it is not a real date", f);
	return 0;
}

static int
check_list(const struct field *field, const json_t *value, struct fault *f)
{
	const json_t *word;
	size_t i;

	if (!json_is_array(value))
		return refuse_type(field, "array", f);
	if (json_array_size(value) > EVALUATE_LIST_MAX)
		return refuse_value(field, "选得太多", "too many are chosen", f);
	json_array_foreach(value, i, word) {
		if (!json_is_string(word))
			return refuse_type(field, "array of strings", f);
		if (!has_value(field, word))
			return refuse_unlisted(field, f);
		for (size_t j = 0; j < i; j++)
			if (json_equal(json_array_get(value, j), word))
				return refuse_value(field, "有一项选了两次", "one value is chosen twice", f);
	}
	return 0;
}

/* Integers that every JSON reader keeps exact: RFC 8259 section 6. */
#define EXACT_MAX INT64_C(9007199254740991)

static int
check_integer(const struct field *field, const json_t *value, struct fault *f)
{
	if (!json_is_integer(value))
		return refuse_type(field, "integer", f);
	if (json_integer_value(value) > EXACT_MAX || json_integer_value(value) < -EXACT_MAX)
		return refuse_value(field, "数太大", "the number is too large", f);
	return 0;
}

int
evaluate_check_answer(const struct field *field, const json_t *value, struct fault *f)
{
	switch (field->type) {
	case VALUE_INTEGER:
		return check_integer(field, value, f);
	case VALUE_NUMBER:
		return json_is_integer(value) ? check_integer(field, value, f) :
		    json_is_number(value) ? 0 : refuse_type(field, "number", f);
	case VALUE_BOOLEAN:
		return json_is_boolean(value) ? 0 : refuse_type(field, "boolean", f);
	case VALUE_ENUM_LIST:
		return check_list(field, value, f);
	case VALUE_ENUM:
		if (!json_is_string(value))
			return refuse_type(field, "string", f);
		return has_value(field, value) ? 0 : refuse_unlisted(field, f);
	case VALUE_STRING: case VALUE_DATE: case VALUE_MONTH: case VALUE_DATETIME:
	case VALUE_ID18: case VALUE_USCC18:
		break;
	}
	return check_text(field, value, f);
}

int
evaluate_check_form(const struct inventory *inv, const json_t *form, struct fault *f)
{
	const char *name;
	json_t *value;

	if (!json_is_object(form)) {
		fault_set(f, FAULT_FIELD_TYPE, "%s", "");
		fault_arg(f, "field", "form");
		fault_arg(f, "expected", "object");
		return -1;
	}
	/* jansson's iteration takes a form that it does not change as one that it might. */
	json_object_foreach((json_t *)(uintptr_t)form, name, value) {
		const struct field *field = inventory_field(inv, name);

		if (field == NULL) {
			fault_set(f, FAULT_FIELD_UNKNOWN, "%s", "");
			fault_arg(f, "field", "%s", name);
			return -1;
		}
		if (evaluate_check_answer(field, value, f) < 0)
			return -1;
	}
	return 0;
}

static const struct party *
find_party(const struct party *parties, size_t n, const char *role)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(parties[i].role, role) == 0)
			return &parties[i];
	return NULL;
}

/* Whether a party has a number of the sort that the input takes. */
static int
has_number(const struct party *party, const struct field *input)
{
	if (party->number[0] == '\0' || party->type == IDENT_NONE)
		return 0;
	if (input->type == VALUE_USCC18)
		return party->type == IDENT_USCC;
	if (input->type == VALUE_ID18)
		return party->type != IDENT_USCC && strlen(party->number) == 18;
	return 1;
}

static enum bound
give(const char *value, size_t len, char *ret_value, enum bound otherwise)
{
	if (len == 0 || len >= EVALUATE_VALUE_MAX)
		return otherwise;
	memcpy(ret_value, value, len);
	ret_value[len] = '\0';
	return BOUND_VALUE;
}

static enum bound
bind_party(const struct item *item, const struct binding *b, const struct party *parties,
    size_t nparties, char *ret_value, char *ret_role)
{
	const char *role = b->what;
	const struct party *party = find_party(parties, nparties, role);

	if (party != NULL && party->kind == SUBJECT_ENTERPRISE &&
	    strcmp(role, INVENTORY_APPLICANT) == 0 && inventory_person_only(item->proof, b->input)) {
		role = INVENTORY_LEGAL_REPRESENTATIVE;
		party = find_party(parties, nparties, role);
	}
	snprintf(ret_role, EVALUATE_ROLE_MAX, "%s", role);
	if (party == NULL)
		return BOUND_NO_PARTY;
	if (b->kind == INPUT_PARTY_NAME)
		return give(party->name, strlen(party->name), ret_value, BOUND_NO_NUMBER);
	if (!has_number(party, b->input))
		return BOUND_NO_NUMBER;
	return give(party->number, strlen(party->number), ret_value, BOUND_NO_NUMBER);
}

/* An empty answer says that there is none: nothing can be asked by it, and nothing is waited for. */
static enum bound
bind_form(const json_t *value, char *ret_value)
{
	char text[64];

	if (json_is_string(value))
		return give(json_string_value(value), json_string_length(value), ret_value, BOUND_NO_NUMBER);
	if (json_is_integer(value))
		snprintf(text, sizeof(text), "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (json_is_real(value))
		snprintf(text, sizeof(text), "%.15g", json_real_value(value));
	else if (json_is_boolean(value))
		snprintf(text, sizeof(text), "%s", json_is_true(value) ? "yes" : "no");
	else
		return BOUND_NO_FORM;
	return give(text, strlen(text), ret_value, BOUND_NO_FORM);
}

int
evaluate_asks_party(const struct evaluated *e, const struct party *parties, size_t nparties,
    const char *role)
{
	char value[EVALUATE_VALUE_MAX], whose[EVALUATE_ROLE_MAX];

	for (size_t i = 0; e->applies != APPLIES_NO && i < e->item->nbindings; i++) {
		const struct binding *b = &e->item->bindings[i];

		if ((b->kind == INPUT_PARTY_NUMBER || b->kind == INPUT_PARTY_NAME) &&
		    bind_party(e->item, b, parties, nparties, value, whose) == BOUND_NO_PARTY &&
		    strcmp(whose, role) == 0)
			return 1;
	}
	return 0;
}

/* Whether an item of the same matter has a typed input of the same name and type. */
static int
asks_alike(const struct item *item, const char *code, const struct field *input)
{
	for (size_t i = 0; i < item->matter->nitems; i++) {
		const struct item *other = item->matter->items[i];

		if (strcmp(other->code, code) != 0)
			continue;
		for (size_t k = 0; k < other->nbindings; k++)
			if (other->bindings[k].kind == INPUT_ASK && other->bindings[k].input->type == input->type &&
			    strcmp(other->bindings[k].input->name, input->name) == 0)
				return 1;
	}
	return 0;
}

const struct asked *
evaluate_asked(const struct item *item, const struct field *input, const struct asked *asked,
    size_t nasked)
{
	const struct asked *shared = NULL;

	for (size_t i = 0; i < nasked; i++) {
		if (strcmp(asked[i].input, input->name) != 0 || asked[i].value[0] == '\0')
			continue;
		if (strcmp(asked[i].item, item->code) == 0)
			return &asked[i];
		if (shared == NULL && asks_alike(item, asked[i].item, input))
			shared = &asked[i];
	}
	return shared;
}

enum bound
evaluate_binding(const struct item *item, const struct binding *b,
    const struct party *parties, size_t nparties, const json_t *form,
    const struct asked *asked, size_t nasked, char *ret_value, char *ret_role)
{
	const struct asked *typed;

	ret_role[0] = '\0';
	switch (b->kind) {
	case INPUT_PARTY_NUMBER: case INPUT_PARTY_NAME:
		return bind_party(item, b, parties, nparties, ret_value, ret_role);
	case INPUT_FORM:
		return bind_form(json_object_get(form, b->what), ret_value);
	case INPUT_CONST:
		return give(b->what, strlen(b->what), ret_value, BOUND_NO_ASK);
	case INPUT_ASK:
		break;
	}
	typed = evaluate_asked(item, b->input, asked, nasked);
	return typed != NULL ? give(typed->value, strlen(typed->value), ret_value, BOUND_NO_ASK) :
	    BOUND_NO_ASK;
}

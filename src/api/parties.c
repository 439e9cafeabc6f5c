/* parties.c - the people of a case, strictly read. */
#include <string.h>

#include "api/api.h"
#include "base/utf8.h"

/* A foreign parent or a company that is not registered yet has no number. */
static int
read_number(const char *text, struct party *p, const char *field, int64_t today, struct fault *f)
{
	if (p->type == IDENT_NONE) {
		if (text == NULL || text[0] == '\0')
			return 0;
		return api_bad_value(f, field, "证件类型为 none 时不填号码",
		    "with the type none there is no number");
	}
	if (text == NULL || text[0] == '\0') {
		fault_set(f, FAULT_FIELD_MISSING, "%s", "");
		fault_arg(f, "field", "%s", field);
		return -1;
	}
	return ident_check(p->type, text, field, today, p->number, f);
}

static int
read_kind(const struct in *in, const char *kind, enum subject *ret_kind, struct fault *f)
{
	char field[96];

	if (strcmp(kind, "person") != 0 && strcmp(kind, "enterprise") != 0) {
		in_path(in, "kind", field, sizeof(field));
		return api_bad_value(f, field, "应为 person 或 enterprise", "must be person or enterprise");
	}
	*ret_kind = strcmp(kind, "person") == 0 ? SUBJECT_PERSON : SUBJECT_ENTERPRISE;
	return 0;
}

/*
 * The number of a party, which may be left out where was has one of the same type.  Its type
 * goes with its kind.
 */
static int
read_identifier(struct in *in, const char *type, const char *number, const struct party *was,
    int64_t today, struct party *p, struct fault *f)
{
	char field[96];

	in_path(in, "identifier_type", field, sizeof(field));
	if (type == NULL)
		p->type = was->type;
	if ((type != NULL && ident_type_parse(type, &p->type) < 0) ||
	    (p->type != IDENT_NONE && (p->type == IDENT_USCC) != (p->kind == SUBJECT_ENTERPRISE))) {
		fault_set(f, FAULT_IDENT_TYPE, "%s", "");
		fault_arg(f, "field", "%s", field);
		return -1;
	}
	if (number == NULL && was != NULL && was->type == p->type)
		return 0;
	p->number[0] = '\0';
	in_path(in, "identifier", field, sizeof(field));
	return read_number(number, p, field, today, f);
}

/* By what right an agent acts. */
static int
read_mandate(struct in *in, const char *mandate, struct party *p, struct fault *f)
{
	char field[96];

	if (mandate == NULL)
		return 0;
	p->mandate[0] = '\0';
	if (utf8_blank(mandate))
		return 0;
	in_path(in, "mandate", field, sizeof(field));
	if (strcmp(p->role, INVENTORY_AGENT) != 0)
		return api_bad_value(f, field, "只有代办人才填授权委托", "only an agent has a mandate");
	snprintf(p->mandate, sizeof(p->mandate), "%s", mandate);
	return 0;
}

static const struct party *
party_of(const struct case_file *c, const json_t *json)
{
	const char *role = json_string_value(json_object_get(json, "role"));

	return c != NULL && role != NULL ? case_party(c, role) : NULL;
}

/* A party; what is left out of one that the case has stays as it is there. */
static int
read_party(const json_t *json, size_t index, int64_t today, const struct case_file *c,
    struct party *p, struct fault *f)
{
	const char *role, *kind, *type, *number, *name, *phone, *mandate;
	const struct party *was = party_of(c, json);
	enum in_need need = was != NULL ? IN_MAY : IN_MUST;
	char path[32], field[96];
	struct in in;

	memset(p, 0, sizeof(*p));
	snprintf(path, sizeof(path), "parties[%zu].", index);
	in_start(&in, json, path, f);
	role = in_text(&in, "role", IN_MUST, sizeof(p->role) - 1);
	kind = in_text(&in, "kind", need, 16);
	type = in_text(&in, "identifier_type", need, 32);
	number = in_text(&in, "identifier", IN_MAY, 128);
	name = in_text(&in, "name", need, 512);
	phone = in_text(&in, "phone", IN_MAY, 64);
	mandate = in_text(&in, "mandate", IN_MAY, EVALUATE_TEXT_MAX);
	if (in_end(&in) < 0)
		return -1;
	if (was != NULL)
		*p = *was;
	snprintf(p->role, sizeof(p->role), "%s", role);
	if ((kind != NULL && read_kind(&in, kind, &p->kind, f) < 0) ||
	    read_identifier(&in, type, number, was, today, p, f) < 0 ||
	    read_mandate(&in, mandate, p, f) < 0)
		return -1;
	in_path(&in, "name", field, sizeof(field));
	if (name != NULL && ident_name(name, field, p->name, sizeof(p->name), f) < 0)
		return -1;
	in_path(&in, "phone", field, sizeof(field));
	if (phone != NULL && phone[0] == '\0')
		p->phone[0] = '\0';
	return phone != NULL && phone[0] != '\0' ?
	    ident_phone(phone, field, p->phone, sizeof(p->phone), f) : 0;
}

int
parties_read(const json_t *list, int64_t today, const struct case_file *c, struct party *ret_party,
    size_t *ret_n, struct fault *f)
{
	json_t *json;
	size_t i;

	if (json_array_size(list) > CASE_PARTIES_MAX)
		return api_bad_value(f, "parties", "当事人太多", "too many parties");
	json_array_foreach(list, i, json)
		if (read_party(json, i, today, c, &ret_party[i], f) < 0)
			return -1;
	*ret_n = json_array_size(list);
	return 0;
}

int
parties_read_roles(const json_t *list, const struct matter *m, struct party *ret_party, size_t *ret_n,
    struct fault *f)
{
	json_t *json;
	size_t i;

	json_array_foreach(list, i, json) {
		const char *role, *kind;
		char path[32];
		struct in in;

		if (i == CASE_PARTIES_MAX)
			return api_bad_value(f, "parties", "当事人太多", "too many parties");
		snprintf(path, sizeof(path), "parties[%zu].", i);
		in_start(&in, json, path, f);
		role = in_text(&in, "role", IN_MUST, sizeof(ret_party->role) - 1);
		kind = in_text(&in, "kind", IN_MUST, 16);
		if (in_end(&in) < 0)
			return -1;
		snprintf(ret_party[i].role, sizeof(ret_party[i].role), "%s", role);
		if (read_kind(&in, kind, &ret_party[i].kind, f) < 0 ||
		    case_check_role(m, ret_party, i, f) < 0)
			return -1;
		*ret_n = i + 1;
	}
	return 0;
}

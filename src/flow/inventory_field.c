/* Typed fields: those of the application form, and the inputs and outputs of services. */
#include <stdio.h>
#include <string.h>

#include "flow/inventory_build.h"

void *
build_array(struct build *b, enum sheet_id id, size_t size)
{
	return arena_alloc(b->s.keep, b->s.sheet[id].n, size);
}

const struct field *
build_find_field(const struct field *fields, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(fields[i].name, name) == 0)
			return &fields[i];
	return NULL;
}

const char *
build_field_words(const struct field *fields, size_t n, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		int added = snprintf(text + used, size - used, "%s%s", used > 0 ? ", " : "", fields[i].name);

		if (added < 0 || (size_t)added >= size - used) {
			text[used] = '\0';
			break;
		}
		used += (size_t)added;
	}
	return text;
}

/* In the order of the column's words. */
static const enum value_type form_types[] = { VALUE_STRING, VALUE_INTEGER, VALUE_NUMBER,
	VALUE_DATE, VALUE_ENUM, VALUE_ENUM_LIST, VALUE_BOOLEAN };

int
build_fields(struct build *b)
{
	struct sheet *sheet = build_sheet(b, SHEET_FIELDS);

	b->fields = build_array(b, SHEET_FIELDS, sizeof(*b->fields));
	if (b->fields == NULL)
		return -1;
	for (size_t i = 0; i < sheet->n; i++) {
		const struct row *row = &sheet->row[i];
		const struct cell *cell = row->cell;
		enum value_type type = cell[FIELD_TYPE].num < 0 ? VALUE_STRING :
		    form_types[cell[FIELD_TYPE].num];
		int is_enum = type == VALUE_ENUM || type == VALUE_ENUM_LIST;

		b->fields[row->rank] = (struct field){
			.name = cell[FIELD_NAME].text,
			.label = cell[FIELD_LABEL].text,
			.type = type,
			.values = is_enum && cell[FIELD_VALUES].list[0] != NULL ?
			    cell[FIELD_VALUES].list : NULL,
		};
		if (cell[FIELD_TYPE].num >= 0 && is_enum != (cell[FIELD_VALUES].text[0] != '\0'))
			sheet_complain(&b->s, SHEET_FIELDS, row, FIELD_VALUES, PROBLEM_FIELD_VALUES,
			    (struct says){ 0 });
	}
	b->snap->inv.fields = b->fields;
	b->snap->inv.nfields = sheet->n;
	return 0;
}

static const struct type_name { const char *name; enum value_type type; } type_names[] = {
	{ "string", VALUE_STRING }, { "integer", VALUE_INTEGER }, { "number", VALUE_NUMBER },
	{ "date", VALUE_DATE }, { "month", VALUE_MONTH }, { "datetime", VALUE_DATETIME },
	{ "id18", VALUE_ID18 }, { "uscc18", VALUE_USCC18 },
};

#define TYPES_SAID "string, integer, number, date, month, datetime, id18, uscc18, enum(a|b)"
#define NTYPES (sizeof(type_names) / sizeof(type_names[0]))

/* Parses enum(a|b|c) into its values; NULL in ret_values if it is none. */
static int
parse_values(struct build *b, const char *type, const char *const **ret_values)
{
	const char *open = "enum(", *const *values;
	size_t len = strlen(type), before = strlen(open);
	char *inner;

	*ret_values = NULL;
	if (strncmp(type, open, before) != 0 || type[len - 1] != ')' || len == before + 1)
		return 0;
	inner = arena_text(b->s.keep, type + before, len - before - 1);
	values = inner == NULL ? NULL : sheet_split(b->s.keep, inner, '|');
	if (values == NULL)
		return -1;
	if (!sheet_has(values, ""))
		*ret_values = values;
	return 0;
}

/* Parses one "name:type"; problem is left at PROBLEM_N if it is right. */
static int
parse_typed(struct build *b, const char *text, struct field *field, enum problem *problem,
    struct nearest *near)
{
	size_t len = strcspn(text, ":"), i = 0;
	const char *type = text[len] == ':' ? text + len + 1 : "";

	*field = (struct field){ .name = arena_text(b->s.keep, text, len), .type = VALUE_ENUM };
	if (field->name == NULL || parse_values(b, type, &field->values) < 0)
		return -1;
	if (!sheet_is_name(field->name) || type[0] == '\0')
		*problem = PROBLEM_TYPED_FORM;
	if (field->values != NULL || *problem != PROBLEM_N)
		return 0;
	while (i < NTYPES && strcmp(type_names[i].name, type) != 0)
		i++;
	if (i < NTYPES) {
		field->type = type_names[i].type;
		return 0;
	}
	*problem = PROBLEM_TYPE_UNKNOWN;
	for (i = 0; i < NTYPES; i++)
		report_nearer(type, type_names[i].name, near);
	return 0;
}

int
build_typed_fields(struct build *b, enum sheet_id id, const struct row *row, int column,
    const struct field **ret_fields, size_t *ret_n)
{
	const char *const *list = row->cell[column].list;
	struct field *fields;
	size_t n = 0, nlist = 0;

	while (list[nlist] != NULL)
		nlist++;
	fields = arena_alloc(b->s.keep, nlist, sizeof(*fields));
	if (fields == NULL)
		return -1;
	for (size_t i = 0; i < nlist; i++) {
		enum problem problem = PROBLEM_N;
		const char *colon = strchr(list[i], ':');
		struct nearest near = { 0 };

		if (parse_typed(b, list[i], &fields[n], &problem, &near) < 0)
			return -1;
		if (problem == PROBLEM_N && build_find_field(fields, n, fields[n].name) != NULL)
			problem = PROBLEM_LIST_REPEATED;
		/* One with a wrong type stays, so that what refers to it is not wrong as well. */
		n += problem != PROBLEM_LIST_REPEATED;
		if (problem != PROBLEM_N)
			sheet_complain_of(&b->s, id, row, column, list[i], problem,
			    (struct says){ colon == NULL ? "" : colon + 1, TYPES_SAID, near.word });
	}
	*ret_fields = fields;
	*ret_n = n;
	return 0;
}

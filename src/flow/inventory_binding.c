/* Where the inputs of services come from in a case: by default, and for single items. */
#include <stdio.h>
#include <string.h>

#include "flow/inventory_build.h"

static int
is_prefix(const char *text, const char *before, const char **ret_rest)
{
	size_t len = strlen(before);

	if (strncmp(text, before, len) != 0)
		return 0;
	*ret_rest = text + len;
	return 1;
}

/* "party.<role>.number" and "party.<role>.name"; the role is copied. */
static int
parse_party(struct build *b, const char *rest, struct binding *binding, int *ret_wrong)
{
	const char *dot = strrchr(rest, '.');

	if (dot == NULL || dot == rest || memchr(rest, '.', (size_t)(dot - rest)) != NULL)
		return 0;
	if (strcmp(dot, ".number") == 0)
		binding->kind = INPUT_PARTY_NUMBER;
	else if (strcmp(dot, ".name") == 0)
		binding->kind = INPUT_PARTY_NAME;
	else
		return 0;
	binding->what = arena_text(b->s.keep, rest, (size_t)(dot - rest));
	*ret_wrong = 0;
	return binding->what == NULL ? -1 : 0;
}

static int
parse_source(struct build *b, const char *text, struct binding *binding, int *ret_wrong)
{
	const char *rest;

	*ret_wrong = 1;
	binding->what = NULL;
	if (is_prefix(text, "party.", &rest))
		return parse_party(b, rest, binding, ret_wrong);
	if (strcmp(text, "ask") == 0) {
		binding->kind = INPUT_ASK;
	} else if (is_prefix(text, "form.", &rest) && rest[0] != '\0') {
		binding->kind = INPUT_FORM;
		binding->what = rest;
	} else if (is_prefix(text, "const:", &rest) && rest[0] != '\0') {
		binding->kind = INPUT_CONST;
		binding->what = rest;
	} else {
		return 0;
	}
	*ret_wrong = 0;
	return 0;
}

static int
has_role(const struct matter *m, const char *role)
{
	for (size_t i = 0; i < m->nparties; i++)
		if (strcmp(m->parties[i].role, role) == 0)
			return 1;
	return 0;
}

static int
is_party(const struct binding *binding)
{
	return binding->what != NULL &&
	    (binding->kind == INPUT_PARTY_NUMBER || binding->kind == INPUT_PARTY_NAME);
}

/*
 * The constants an input can have; NULL where any will do.  An input proof_code selects the
 * kind of certificate, so that it can only be that of the service's own proof.
 */
static const char *const *
constants(const struct service *s, const struct field *input, const char **room)
{
	if (s->proof == NULL || strcmp(input->name, "proof_code") != 0)
		return input->values;
	room[0] = s->proof->code;
	room[1] = NULL;
	return room;
}

/* Whether what a binding names exists at all. */
static void
check_source(struct build *b, enum sheet_id id, const struct row *row, const struct service *s,
    const struct binding *binding)
{
	const struct field *input = binding->input;
	const char *room[2], *const *values = constants(s, input, room);
	struct nearest near = { 0 };
	char words[160];

	if (binding->kind == INPUT_FORM && !build_sheet(b, SHEET_FIELDS)->broken &&
	    sheet_find(build_sheet(b, SHEET_FIELDS), binding->what) < 0) {
		for (size_t i = 0; i < b->snap->inv.nfields && report_has_room(&b->s.reporting); i++)
			report_nearer(binding->what, b->fields[i].name, &near);
		sheet_complain(&b->s, id, row, BINDING_SOURCE, PROBLEM_BINDING_FORM_FIELD,
		    (struct says){ binding->what, NULL, near.word });
	} else if (is_party(binding) && !build_sheet(b, SHEET_PARTIES)->broken &&
	    !sheet_has(b->roles, binding->what)) {
		for (size_t i = 0; b->roles[i] != NULL && report_has_room(&b->s.reporting); i++)
			report_nearer(binding->what, b->roles[i], &near);
		sheet_complain(&b->s, id, row, BINDING_SOURCE, PROBLEM_BINDING_ROLE,
		    (struct says){ binding->what, NULL, near.word });
	} else if (binding->kind == INPUT_CONST && values != NULL && !sheet_has(values, binding->what)) {
		for (size_t i = 0; values[i] != NULL; i++)
			report_nearer(binding->what, values[i], &near);
		sheet_complain(&b->s, id, row, BINDING_SOURCE, PROBLEM_BINDING_CONST,
		    (struct says){ input->name, sheet_words(values, words, sizeof(words)), near.word });
	}
}

/* Parses one row of either file into a binding of the service; ret_input is -1 if it is wrong. */
static int
read_binding(struct build *b, enum sheet_id id, const struct row *row,
    const struct service *service, struct binding *ret_binding, int64_t *ret_input)
{
	const struct field *input = build_find_field(service->inputs, service->ninputs,
	    row->cell[BINDING_INPUT].text);
	struct nearest near = { 0 };
	char words[160];
	int wrong;

	*ret_input = -1;
	if (input == NULL) {
		for (size_t i = 0; i < service->ninputs; i++)
			report_nearer(row->cell[BINDING_INPUT].text, service->inputs[i].name, &near);
		sheet_complain(&b->s, id, row, BINDING_INPUT, PROBLEM_INPUT_UNKNOWN,
		    (struct says){ service->code,
		    build_field_words(service->inputs, service->ninputs, words, sizeof(words)), near.word });
		return 0;
	}
	ret_binding->input = input;
	if (parse_source(b, row->cell[BINDING_SOURCE].text, ret_binding, &wrong) < 0)
		return -1;
	*ret_input = input - service->inputs;
	if (!wrong)
		check_source(b, id, row, service, ret_binding);
	else if (row->cell[BINDING_SOURCE].text[0] != '\0')
		sheet_complain(&b->s, id, row, BINDING_SOURCE, PROBLEM_SOURCE_FORM, (struct says){ 0 });
	return 0;
}

static void
check_every_input(struct build *b)
{
	struct sheet *sheet = build_sheet(b, SHEET_SERVICES);

	for (size_t i = 0; i < sheet->n && !build_sheet(b, SHEET_BINDINGS)->broken; i++) {
		const struct row *row = &sheet->row[i];
		const struct service *s = &b->services[row->rank];

		for (size_t k = 0; k < s->ninputs; k++)
			if (s->bindings[k].input == NULL)
				sheet_complain_of(&b->s, SHEET_SERVICES, row, SERVICE_INPUTS, s->inputs[k].name,
				    PROBLEM_INPUT_UNBOUND, (struct says){ .a = s->code });
	}
}

int
build_bindings(struct build *b)
{
	struct sheet *sheet = build_sheet(b, SHEET_BINDINGS);
	size_t n = build_sheet(b, SHEET_SERVICES)->n;

	b->service_bindings = arena_alloc(&b->s.scratch, n, sizeof(struct binding *));
	if (b->service_bindings == NULL)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct service *s = &b->services[i];

		b->service_bindings[i] = arena_alloc(b->s.keep, s->ninputs, sizeof(struct binding));
		if (b->service_bindings[i] == NULL)
			return -1;
		s->bindings = b->service_bindings[i];
	}
	for (size_t i = 0; i < sheet->n; i++) {
		const struct row *row = &sheet->row[i];
		int64_t service = row->cell[BINDING_OF].num, input;
		struct binding binding = { 0 };

		if (service < 0)
			continue;
		if (read_binding(b, SHEET_BINDINGS, row, &b->services[service], &binding, &input) < 0)
			return -1;
		if (input >= 0)
			b->service_bindings[service][input] = binding;
	}
	check_every_input(b);
	return 0;
}

/* One row for one item: the item gets bindings of its own, which begin as the service's. */
static int
bind_item(struct build *b, const struct row *row, struct item *item, struct binding **own)
{
	const struct service *s = item->proof == NULL ? NULL : item->proof->query;
	struct binding binding = { 0 };
	int64_t input;

	if (item->method != METHOD_DATA_QUERY && item->method < METHOD_N)
		sheet_complain(&b->s, SHEET_ITEM_BINDINGS, row, BINDING_OF, PROBLEM_BINDING_NOT_QUERY,
		    (struct says){ .a = item->code });
	if (item->method != METHOD_DATA_QUERY || s == NULL)
		return 0;
	if (read_binding(b, SHEET_ITEM_BINDINGS, row, s, &binding, &input) < 0)
		return -1;
	if (input < 0)
		return 0;
	if (*own == NULL) {
		*own = arena_alloc(b->s.keep, s->ninputs, sizeof(**own));
		if (*own == NULL)
			return -1;
		memcpy(*own, s->bindings, s->ninputs * sizeof(**own));
		item->bindings = *own;
	}
	(*own)[input] = binding;
	if (is_party(&binding) && sheet_has(b->roles, binding.what) && item->matter != NULL &&
	    !has_role(item->matter, binding.what) && !build_sheet(b, SHEET_PARTIES)->broken)
		sheet_complain(&b->s, SHEET_ITEM_BINDINGS, row, BINDING_SOURCE,
		    PROBLEM_BINDING_ROLE_MATTER, (struct says){ binding.what, item->matter->code, NULL });
	return 0;
}

/*
 * Where a service's own binding asks about a party, the matter must have it; and where
 * the applicant may be an enterprise, a person-only service asks about another party.
 */
static void
check_default_roles(struct build *b, const struct row *row, const struct item *item,
    const struct service *s)
{
	for (size_t i = 0; i < item->nbindings; i++) {
		const struct binding *binding = &item->bindings[i];
		const char *role = binding->what;

		if (!is_party(binding) || !sheet_has(b->roles, role))
			continue;
		if (item->matter->subject != SUBJECT_PERSON && strcmp(role, INVENTORY_APPLICANT) == 0 &&
		    inventory_person_only(item->proof, binding->input))
			role = INVENTORY_LEGAL_REPRESENTATIVE;
		else if (item->bindings != s->bindings && binding->what != s->bindings[i].what)
			continue;	/* its own row was checked */
		if (!has_role(item->matter, role))
			sheet_complain(&b->s, SHEET_ITEMS, row, ITEM_PROOF, PROBLEM_BINDING_DEFAULT_ROLE,
			    (struct says){ binding->input->name, role, NULL });
	}
}

int
build_item_bindings(struct build *b)
{
	struct sheet *sheet = build_sheet(b, SHEET_ITEM_BINDINGS), *items = build_sheet(b, SHEET_ITEMS);
	struct binding **own = arena_alloc(&b->s.scratch, items->n, sizeof(*own));

	if (own == NULL)
		return -1;
	for (size_t i = 0; i < items->n; i++) {
		struct item *item = &b->items[i];
		const struct service *s = item->proof == NULL ? NULL : item->proof->query;

		if (item->method == METHOD_DATA_QUERY && s != NULL) {
			item->bindings = s->bindings;
			item->nbindings = s->ninputs;
		}
	}
	for (size_t i = 0; i < sheet->n; i++) {
		int64_t item = sheet->row[i].cell[BINDING_OF].num;

		if (item >= 0 && bind_item(b, &sheet->row[i], &b->items[item], &own[item]) < 0)
			return -1;
	}
	for (size_t i = 0; i < items->n && !build_sheet(b, SHEET_PARTIES)->broken; i++) {
		const struct row *row = &items->row[i];
		const struct item *item = &b->items[row->rank];

		if (item->matter != NULL && item->bindings != NULL)
			check_default_roles(b, row, item, item->proof->query);
	}
	return 0;
}

/* The expressions of an inventory: compiled, and held against what they may read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow/evaluate.h"
#include "flow/inventory_build.h"

struct use { enum sheet_id id; struct row *row; int column; };

static const char *
use_text(const struct use *u)
{
	return u->row->cell[u->column].text;
}

static int
compare_uses(const void *a, const void *b)
{
	return strcmp(use_text(a), use_text(b));
}

/* Every cell with an expression; the same expression stands in many of them. */
static struct use *
collect(struct build *b, size_t *ret_n)
{
	size_t n = 0, max = 0;
	struct use *uses;

	for (int id = 0; id < SHEET_N; id++)
		for (size_t c = 0; c < sheet_specs[id].ncolumns; c++)
			if (sheet_specs[id].column[c].type == CELL_LOGIC)
				max += b->s.sheet[id].n;
	uses = arena_alloc(&b->s.scratch, max, sizeof(*uses));
	for (int id = 0; uses != NULL && id < SHEET_N; id++)
		for (size_t c = 0; c < sheet_specs[id].ncolumns; c++)
			for (size_t i = 0; sheet_specs[id].column[c].type == CELL_LOGIC &&
			    i < b->s.sheet[id].n; i++) {
				struct row *row = &b->s.sheet[id].row[i];

				if (row->cell[c].text[0] != '\0' &&
				    strlen(row->cell[c].text) <= JSONLOGIC_TEXT_MAX)
					uses[n++] = (struct use){ (enum sheet_id)id, row, (int)c };
			}
	*ret_n = n;
	return uses;
}

int
build_rules(struct build *b)
{
	struct snapshot *snap = b->snap;
	struct jsonlogic *rule = NULL;
	struct fault f = FAULT_INIT;
	size_t n = 0;
	struct use *uses = collect(b, &n);

	if (uses == NULL)
		return -1;
	qsort(uses, n, sizeof(*uses), compare_uses);
	snap->rules = arena_alloc(b->s.keep, n, sizeof(struct jsonlogic *));
	if (snap->rules == NULL)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const char *text = use_text(&uses[i]);

		if (i == 0 || strcmp(text, use_text(&uses[i - 1])) != 0) {
			rule = NULL;
			if (jsonlogic_compile(text, strlen(text), &rule, &f) == 0)
				snap->rules[snap->nrules++] = rule;
			else if (f.code == FAULT_MEMORY)
				return -1;
		}
		uses[i].row->cell[uses[i].column].rule = rule;
		if (rule != NULL)
			uses[i].row->cell[uses[i].column].num = (int64_t)snap->nrules - 1;
		if (rule == NULL)
			report_add_fault(&b->s.reporting, (struct place){ .file = (int)uses[i].id,
			    .line = uses[i].row->line,
			    .column = sheet_specs[uses[i].id].column[uses[i].column].name,
			    .value = text }, &f);
	}
	return 0;
}

const char *const *
build_rule_names(struct build *b, const struct jsonlogic *rule)
{
	const char *names[EVALUATE_MISSING_MAX];
	size_t n = jsonlogic_vars(rule, names, EVALUATE_MISSING_MAX);
	const char **copy = arena_alloc(b->s.keep, n + 1, sizeof(*copy));

	if (copy != NULL)
		memcpy(copy, names, n * sizeof(*names));
	return copy;
}

/* A walk over one expression. */
struct walk {
	struct build *b;
	enum sheet_id id;
	const struct row *row;
	int column;
	const struct readable *may;
	int reads;		/* whether it reads anything */
	int dynamic;		/* whether it computes what it reads */
};

/* Whose fields a name means here. */
enum scope { SCOPE_DATA, SCOPE_ROW, SCOPE_ELEMENT };

static void
complain(struct walk *w, enum problem problem, struct says says)
{
	sheet_complain(&w->b->s, w->id, w->row, w->column, problem, says);
}

/* The field that a name reads, where it is one that exists. */
static const struct field *
find(const struct walk *w, enum scope scope, const char *name)
{
	if (scope == SCOPE_ELEMENT)
		return NULL;
	return scope == SCOPE_DATA ? build_find_field(w->may->field, w->may->n, name) :
	    build_find_field(w->may->of_row, w->may->nof_row, name);
}

/* The name in the argument of var: "a", ["a"], ["a", default]; NULL if it is computed. */
static const char *
var_name(const json_t *arg)
{
	if (json_is_array(arg))
		arg = json_array_get(arg, 0);
	return json_string_value(arg);
}

static void
check_var(struct walk *w, const json_t *arg, enum scope scope)
{
	const char *name = var_name(arg);
	struct nearest near = { 0 };
	const struct field *field = scope == SCOPE_DATA ? w->may->field : w->may->of_row;
	size_t n = scope == SCOPE_DATA ? w->may->n : w->may->nof_row;
	char words[160];

	w->reads = 1;
	if (name == NULL || (name[0] == '\0' && scope == SCOPE_DATA)) {
		w->dynamic = 1;
		return;
	}
	if (scope == SCOPE_ELEMENT || name[0] == '\0' || find(w, scope, name) != NULL)
		return;
	for (size_t i = 0; i < n && report_has_room(&w->b->s.reporting); i++)
		report_nearer(name, field[i].name, &near);
	complain(w, PROBLEM_LOGIC_VAR,
	    (struct says){ name, build_field_words(field, n, words, sizeof(words)), near.word });
}

/* If j reads an enum by name, that field. */
static const struct field *
enum_read(const struct walk *w, const json_t *j, enum scope scope)
{
	const char *name = var_name(json_object_get(j, "var"));
	const struct field *field = name == NULL ? NULL : find(w, scope, name);

	return field == NULL || field->values == NULL ? NULL : field;
}

static void
check_value(struct walk *w, const struct field *field, const json_t *value)
{
	const char *text = json_string_value(value);
	struct nearest near = { 0 };

	if (text == NULL || text[0] == '\0' || sheet_has(field->values, text))
		return;
	for (size_t i = 0; field->values[i] != NULL; i++)
		report_nearer(text, field->values[i], &near);
	complain(w, PROBLEM_LOGIC_VALUE, (struct says){ field->name, text, near.word });
}

/* An enum is compared with values that it can have. */
static void
check_values(struct walk *w, const json_t *args, enum scope scope)
{
	const struct field *field = NULL;
	const json_t *arg, *value;
	size_t i, j;

	json_array_foreach(args, i, arg)
		if (field == NULL)
			field = enum_read(w, arg, scope);
	if (field == NULL)
		return;
	json_array_foreach(args, i, arg) {
		check_value(w, field, arg);
		json_array_foreach(arg, j, value)
			check_value(w, field, value);
	}
}

static void walk(struct walk *w, json_t *j, enum scope scope);

/* An operator over a collection: what follows the collection reads its elements. */
static void
walk_collection(struct walk *w, json_t *args, enum scope scope)
{
	json_t *collection = json_is_array(args) ? json_array_get(args, 0) : args;
	const char *name = var_name(json_object_get(collection, "var"));
	enum scope inner = SCOPE_ELEMENT;

	if (scope == SCOPE_DATA && w->may->of_row != NULL && name != NULL && strcmp(name, "rows") == 0)
		inner = SCOPE_ROW;
	walk(w, collection, scope);
	for (size_t i = 1; i < json_array_size(args); i++)
		walk(w, json_array_get(args, i), inner);
}

/* Recursion is as deep as the expression, which jsonlogic_compile has bounded. */
static void
walk(struct walk *w, json_t *j, enum scope scope)
{
	static const char *const collections[] = { "all", "none", "some", "map", "filter", "reduce", NULL };
	static const char *const compares[] = { "==", "===", "!=", "!==", "in", NULL };
	static const char *const absences[] = { "missing", "missing_some", NULL };
	const char *op;
	json_t *value;
	size_t i;

	json_array_foreach(j, i, value)
		walk(w, value, scope);
	if (!json_is_object(j) || json_object_size(j) != 1)
		return;
	op = json_object_iter_key(json_object_iter(j));
	value = json_object_get(j, op);
	if (strcmp(op, "var") == 0) {
		check_var(w, value, scope);
		for (i = 1; i < json_array_size(value); i++)
			walk(w, json_array_get(value, i), scope);
	} else if (sheet_has(absences, op)) {
		w->dynamic = 1;
	} else if (sheet_has(collections, op)) {
		walk_collection(w, value, scope);
	} else {
		if (sheet_has(compares, op))
			check_values(w, value, scope);
		walk(w, value, scope);
	}
}

int
build_check_rule(struct build *b, enum sheet_id id, const struct row *row, int column,
    const struct readable *may)
{
	const struct cell *cell = &row->cell[column];
	struct walk w = { b, id, row, column, may, 0, 0 };
	const char *names[EVALUATE_MISSING_MAX + 1];
	char most[24];
	json_t *json;

	if (cell->rule == NULL)
		return 0;
	json = json_loads(cell->text, JSON_DECODE_ANY, NULL);
	if (json == NULL)
		return -1;
	walk(&w, json, SCOPE_DATA);
	json_decref(json);
	if (w.dynamic)
		complain(&w, PROBLEM_LOGIC_DYNAMIC, (struct says){ 0 });
	else if (!w.reads)
		complain(&w, PROBLEM_LOGIC_CONSTANT, (struct says){ 0 });
	else if (jsonlogic_vars(cell->rule, names, EVALUATE_MISSING_MAX + 1) > EVALUATE_MISSING_MAX) {
		snprintf(most, sizeof(most), "%d", EVALUATE_MISSING_MAX);
		complain(&w, PROBLEM_LOGIC_FIELDS, (struct says){ .a = most });
	}
	return 0;
}

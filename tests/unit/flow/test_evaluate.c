/* Which proofs a matter asks for: the scenes, forms that cannot be, and bindings. */
#include "real.h"

#include <jansson.h>
#include <string.h>

#include "flow/evaluate.h"

static struct inventory *inv;

static int
build(void **state)
{
	(void)state;
	inv = real_inventory();
	return 0;
}

static int
drop(void **state)
{
	(void)state;
	inventory_unref(inv);
	return 0;
}

static json_t *
scenes(void)
{
	struct buf text = BUF_INIT;
	json_t *all;

	real_read("scenes.json", &text);
	all = json_loadb(text.data, text.len, 0, NULL);
	assert_true(json_is_array(all));
	buf_free(&text);
	return all;
}

static const char *
text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	assert_non_null(text);
	return text;
}

static const struct evaluated *
find(const struct evaluated *e, size_t n, const char *code)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(e[i].item->code, code) == 0)
			return &e[i];
	return NULL;
}

static void
expect(const struct evaluated *e, const json_t *expected)
{
	const char *outcome = text_of(expected, "expected_outcome");
	const json_t *missing = json_object_get(expected, "missing");
	enum applies applies = strcmp(outcome, "does_not_apply") == 0 ? APPLIES_NO :
	    strcmp(outcome, "undecided") == 0 ? APPLIES_UNDECIDED : APPLIES_YES;

	assert_non_null(e);
	assert_int_equal(e->applies, applies);
	assert_string_equal(method_name(e->item->method), text_of(expected, "method"));
	assert_string_equal(e->item->proof->name, text_of(expected, "proof_name"));
	assert_int_equal(e->nmissing, json_array_size(missing));
	for (size_t i = 0; i < e->nmissing; i++)
		assert_string_equal(e->missing[i], json_string_value(json_array_get(missing, i)));
	if (strcmp(outcome, "verification") == 0)
		assert_int_equal(e->item->verify_hours,
		    json_integer_value(json_object_get(expected, "verify_hours")));
}

static void
every_scene_comes_out_as_the_data_say(void **state)
{
	struct evaluated e[64];
	struct fault f = FAULT_INIT;
	json_t *all = scenes();
	const json_t *scene, *expected;
	size_t i, k;

	(void)state;
	assert_int_equal(json_array_size(all), 10);
	json_array_foreach(all, i, scene) {
		const struct matter *matter = inventory_matter(inv, text_of(scene, "matter_code"));
		const json_t *form = json_object_get(scene, "form");
		const json_t *list = json_object_get(scene, "expected");

		assert_non_null(matter);
		assert_true(matter->nitems <= 64);
		assert_int_equal(evaluate_check_form(inv, form, &f), 0);
		assert_int_equal(evaluate(inv, matter, form, e, &f), 0);
		assert_int_equal(json_array_size(list), matter->nitems);
		json_array_foreach(list, k, expected)
			expect(find(e, matter->nitems, text_of(expected, "item_code")), expected);
	}
	json_decref(all);
}

/* Where a scene sends a verification is where the inventory says that the desk is. */
static void
every_scene_reaches_the_desk_that_the_data_say(void **state)
{
	json_t *all = scenes();
	const json_t *scene, *expected;
	size_t i, k, n = 0;

	(void)state;
	json_array_foreach(all, i, scene) {
		const struct division *division =
		    inventory_division(inv, text_of(scene, "division_code"));

		json_array_foreach(json_object_get(scene, "expected"), k, expected) {
			const struct item *item = inventory_item(inv, text_of(expected, "item_code"));

			if (strcmp(text_of(expected, "expected_outcome"), "verification") != 0)
				continue;
			n++;
			assert_string_equal(
			    inventory_acting_desk(inv, item->proof->issuer, division)->code,
			    text_of(expected, "desk_code"));
		}
	}
	assert_true(n >= 8);
	json_decref(all);
}

/* A form with no answers decides nothing that has a condition, and says what it lacks. */
static void
an_empty_form_leaves_every_condition_undecided(void **state)
{
	struct evaluated e[64];
	struct fault f = FAULT_INIT;
	json_t *form = json_object();
	size_t undecided = 0;

	(void)state;
	for (size_t m = 0; m < inv->nmatters; m++) {
		const struct matter *matter = &inv->matters[m];

		assert_true(matter->nitems <= 64);
		assert_int_equal(evaluate(inv, matter, form, e, &f), 0);
		for (size_t i = 0; i < matter->nitems; i++) {
			assert_ptr_equal(e[i].item, matter->items[i]);
			if (e[i].item->required_when == NULL) {
				assert_int_equal(e[i].applies, APPLIES_YES);
				continue;
			}
			undecided++;
			assert_int_equal(e[i].applies, APPLIES_UNDECIDED);
			assert_true(e[i].nmissing > 0);
			for (size_t k = 0; k < e[i].nmissing; k++)
				assert_ptr_equal(e[i].missing[k], e[i].item->condition_fields[k]);
		}
	}
	assert_int_equal(undecided, 4052 - 3010);
	json_decref(form);
}

static enum applies
applies(const char *item_code, const char *form_text)
{
	const struct item *item = inventory_item(inv, item_code);
	struct evaluated e[64];
	struct fault f = FAULT_INIT;
	json_t *form = json_loads(form_text, 0, NULL);
	enum applies a;

	assert_non_null(form);
	assert_int_equal(evaluate(inv, item->matter, form, e, &f), 0);
	a = find(e, item->matter->nitems, item_code)->applies;
	json_decref(form);
	return a;
}

static void
an_empty_answer_is_an_answer_and_null_is_none(void **state)
{
	(void)state;
	/* I-00006 applies where there is no birth certificate. */
	assert_int_equal(applies("I-00006", "{\"birth_cert_number\":\"\"}"), APPLIES_YES);
	assert_int_equal(applies("I-00006", "{\"birth_cert_number\":\"Z33000602\"}"), APPLIES_NO);
	assert_int_equal(applies("I-00006", "{\"birth_cert_number\":null}"), APPLIES_UNDECIDED);
	assert_int_equal(applies("I-00006", "{}"), APPLIES_UNDECIDED);
}

/* What the other answer says already is not asked for; null and 0 are not guessed. */
static void
a_condition_is_decided_by_the_answers_that_decide_it(void **state)
{
	(void)state;
	assert_int_equal(applies("I-01870", "{}"), APPLIES_UNDECIDED);
	assert_int_equal(applies("I-01870", "{\"premises_use\":\"commercial\"}"), APPLIES_NO);
	assert_int_equal(applies("I-01870", "{\"premises_tenure\":\"none\"}"), APPLIES_NO);
	assert_int_equal(applies("I-01870", "{\"premises_use\":\"residential\"}"), APPLIES_UNDECIDED);
	assert_int_equal(applies("I-01870",
	    "{\"premises_use\":\"residential\",\"premises_tenure\":\"rented\"}"), APPLIES_YES);
}

/* Values to try for a field: all of an enum, and for the rest enough to make each condition true and false. */
static json_t *
tries(const struct field *field)
{
	json_t *list;

	if (field->type == VALUE_BOOLEAN)
		return json_loads("[true,false]", 0, NULL);
	if (field->type == VALUE_INTEGER || field->type == VALUE_NUMBER)
		return json_loads("[0,1,9,10,17,18,300,301]", 0, NULL);
	if (field->type == VALUE_STRING)
		return json_loads("[\"\",\"330700\",\"Z1\"]", 0, NULL);
	assert_non_null(field->values);
	list = json_array();
	for (size_t i = 0; field->values[i] != NULL; i++)
		json_array_append_new(list, field->type == VALUE_ENUM ? json_string(field->values[i]) :
		    json_pack("[s]", field->values[i]));
	if (field->type == VALUE_ENUM_LIST)
		json_array_append_new(list, json_array());
	return list;
}

/* Which truths come up when the missing ones of fields are given every value. */
static void
complete(const struct jsonlogic *rule, json_t *form, const char *const *fields, int seen[2])
{
	json_t *values, *value, *result;
	size_t i;

	while (*fields != NULL && json_object_get(form, *fields) != NULL)
		fields++;
	if (*fields == NULL) {
		assert_int_equal(jsonlogic_apply(rule, form, &result, NULL), 0);
		seen[jsonlogic_truthy(result)] = 1;
		json_decref(result);
		return;
	}
	values = tries(inventory_field(inv, *fields));
	json_array_foreach(values, i, value) {
		json_object_set(form, *fields, value);
		complete(rule, form, fields + 1, seen);
		json_object_del(form, *fields);
	}
	json_decref(values);
}

/* With this form the item is decided if, and only if, no answer can change it. */
static void
expect_exact(const struct item *item, json_t *form)
{
	struct evaluated e[64];
	struct fault f = FAULT_INIT;
	int seen[2] = { 0, 0 };
	const struct evaluated *it;

	assert_int_equal(evaluate(inv, item->matter, form, e, &f), 0);
	it = find(e, item->matter->nitems, item->code);
	complete(item->required_when, form, item->condition_fields, seen);
	if (it->applies != (seen[0] && seen[1] ? APPLIES_UNDECIDED : seen[1] ? APPLIES_YES : APPLIES_NO))
		fail_msg("%s: %d, but yes %d and no %d", item->code, it->applies, seen[1], seen[0]);
	for (const char *const *name = item->condition_fields; *name != NULL; name++)
		assert_int_equal(evaluate_asks(it, form, *name), it->applies == APPLIES_UNDECIDED &&
		    json_object_get(form, *name) == NULL);
}

static void
try_answers(const struct item *item, json_t *form, const char *const *fields)
{
	json_t *values, *value;
	size_t i;

	if (*fields == NULL) {
		expect_exact(item, form);
		return;
	}
	try_answers(item, form, fields + 1);
	values = tries(inventory_field(inv, *fields));
	json_array_foreach(values, i, value) {
		json_object_set(form, *fields, value);
		try_answers(item, form, fields + 1);
		json_object_del(form, *fields);
	}
	json_decref(values);
}

static void
every_condition_is_undecided_exactly_as_long_as_an_answer_can_change_it(void **state)
{
	size_t conditions = 0;

	(void)state;
	for (size_t i = 0; i < inv->nitems; i++) {
		json_t *form = json_object();

		if (inv->items[i].required_when != NULL) {
			try_answers(&inv->items[i], form, inv->items[i].condition_fields);
			conditions++;
		}
		json_decref(form);
	}
	assert_int_equal(conditions, 4052 - 3010);
}

static void
a_form_that_cannot_be_is_refused_with_its_field(void **state)
{
	static const struct { const char *form; enum fault_code code; const char *field; } bad[] = {
		{ "{\"marital_state\":\"married\"}", FAULT_FIELD_UNKNOWN, "marital_state" },
		{ "{\"marital_status\":\"maried\"}", FAULT_FIELD_VALUE, "marital_status" },
		{ "{\"marital_status\":\"\"}", FAULT_FIELD_VALUE, "marital_status" },
		{ "{\"marital_status\":true}", FAULT_FIELD_TYPE, "marital_status" },
		{ "{\"marital_status\":null}", FAULT_FIELD_TYPE, "marital_status" },
		{ "{\"applicant_age\":\"17\"}", FAULT_FIELD_TYPE, "applicant_age" },
		{ "{\"applicant_age\":17.5}", FAULT_FIELD_TYPE, "applicant_age" },
		{ "{\"applicant_age\":9007199254740993}", FAULT_FIELD_VALUE, "applicant_age" },
		{ "{\"has_agent\":\"no\"}", FAULT_FIELD_TYPE, "has_agent" },
		{ "{\"has_agent\":0}", FAULT_FIELD_TYPE, "has_agent" },
		{ "{\"floor_area\":\"300\"}", FAULT_FIELD_TYPE, "floor_area" },
		{ "{\"hardship_types\":\"disabled\"}", FAULT_FIELD_TYPE, "hardship_types" },
		{ "{\"hardship_types\":[\"disabled\",1]}", FAULT_FIELD_TYPE, "hardship_types" },
		{ "{\"hardship_types\":[\"abled\"]}", FAULT_FIELD_VALUE, "hardship_types" },
		{ "{\"hardship_types\":[\"disabled\",\"disabled\"]}", FAULT_FIELD_VALUE, "hardship_types" },
		{ "{\"hukou_city\":330700}", FAULT_FIELD_TYPE, "hukou_city" },
		{ "{\"hukou_city\":\"33\\u0000\"}", FAULT_FIELD_VALUE, "hukou_city" },
		{ "[]", FAULT_FIELD_TYPE, "form" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		json_t *form = json_loads(bad[i].form, JSON_ALLOW_NUL, NULL);
		struct fault f = FAULT_INIT;

		assert_non_null(form);
		if (evaluate_check_form(inv, form, &f) == 0)
			fail_msg("accepted: %s", bad[i].form);
		assert_int_equal(f.code, bad[i].code);
		assert_string_equal(fault_arg_get(&f, "field"), bad[i].field);
		json_decref(form);
	}
}

static void
a_long_answer_is_refused(void **state)
{
	char text[EVALUATE_TEXT_MAX + 2];
	struct fault f = FAULT_INIT;
	json_t *form = json_object();

	(void)state;
	memset(text, 'a', sizeof(text));
	text[EVALUATE_TEXT_MAX] = '\0';
	json_object_set_new(form, "hukou_city", json_string(text));
	assert_int_equal(evaluate_check_form(inv, form, &f), 0);
	text[EVALUATE_TEXT_MAX] = 'a';
	text[EVALUATE_TEXT_MAX + 1] = '\0';
	json_object_set_new(form, "hukou_city", json_string(text));
	assert_int_equal(evaluate_check_form(inv, form, &f), -1);
	assert_int_equal(f.code, FAULT_FIELD_VALUE);
	json_decref(form);
}

static void
a_form_of_every_type_is_accepted(void **state)
{
	struct fault f = FAULT_INIT;
	json_t *form = json_loads("{\"marital_status\":\"married\",\"applicant_age\":-1,"
	    "\"floor_area\":300.5,\"rented_rooms\":10,\"has_agent\":false,\"hukou_city\":\"\","
	    "\"hardship_types\":[\"disabled\",\"orphan\"],\"preferential_types\":[]}", 0, NULL);

	(void)state;
	assert_non_null(form);
	assert_int_equal(evaluate_check_form(inv, form, &f), 0);
	json_object_set_new(form, "floor_area", json_integer(300));
	assert_int_equal(evaluate_check_form(inv, form, &f), 0);
	json_decref(form);
}

static const struct party people[] = {
	{ "applicant", SUBJECT_PERSON, IDENT_CITIZEN_ID, "310101199003079013", "俞明远", "", "" },
	{ "seller", SUBJECT_PERSON, IDENT_CITIZEN_ID, "330703199210269759", "胡庆东", "", "" },
	{ "spouse", SUBJECT_PERSON, IDENT_PASSPORT, "E12345678", "王某", "", "" },
};

static const struct party company[] = {
	{ "applicant", SUBJECT_ENTERPRISE, IDENT_USCC, "XX330702MA2ABCDE12", "示例公司", "", "" },
	{ "legal_representative", SUBJECT_PERSON, IDENT_CITIZEN_ID, "330703199210269759", "胡庆东", "", "" },
};

static char value[EVALUATE_VALUE_MAX], role[EVALUATE_ROLE_MAX];

static enum bound
bind(const char *item_code, size_t input, const struct party *parties, size_t n,
    const json_t *form, const struct asked *asked, size_t nasked)
{
	const struct item *item = inventory_item(inv, item_code);

	assert_non_null(item);
	assert_true(input < item->nbindings);
	value[0] = '\0';
	return evaluate_binding(item, &item->bindings[input], parties, n, form, asked, nasked, value, role);
}

static void
an_input_is_taken_from_the_party_it_is_bound_to(void **state)
{
	(void)state;
	assert_int_equal(bind("I-01384", 0, people, 3, NULL, NULL, 0), BOUND_VALUE);
	assert_string_equal(value, "330703199210269759");
	assert_string_equal(role, "seller");
	assert_int_equal(bind("I-01384", 0, people, 1, NULL, NULL, 0), BOUND_NO_PARTY);
	assert_string_equal(value, "");
	assert_string_equal(role, "seller");
}

static void
about_an_enterprise_a_service_for_persons_asks_its_legal_representative(void **state)
{
	const struct item *licence = inventory_item(inv, "I-00215");

	(void)state;
	assert_int_equal(licence->matter->subject, SUBJECT_BOTH);
	assert_string_equal(licence->bindings[0].what, "applicant");
	assert_int_equal(bind("I-00215", 0, company, 2, NULL, NULL, 0), BOUND_VALUE);
	assert_string_equal(value, "330703199210269759");
	assert_string_equal(role, "legal_representative");
	assert_int_equal(bind("I-00215", 0, company, 1, NULL, NULL, 0), BOUND_NO_PARTY);
	assert_string_equal(role, "legal_representative");
	assert_int_equal(bind("I-00215", 0, people, 3, NULL, NULL, 0), BOUND_VALUE);
	assert_string_equal(role, "applicant");
}

/* Of every query that the applicant is asked about by number. */
static void
who_is_asked_about_follows_from_whom_the_proof_is_of(void **state)
{
	(void)state;
	for (size_t i = 0; i < inv->nitems; i++) {
		const struct item *item = &inv->items[i];

		for (size_t k = 0; k < item->nbindings; k++) {
			const struct binding *b = &item->bindings[k];

			if (b->kind != INPUT_PARTY_NUMBER || strcmp(b->what, "applicant") != 0 ||
			    b->input->type == VALUE_ID18)
				continue;
			assert_int_equal(bind(item->code, k, company, 2, NULL, NULL, 0), BOUND_VALUE);
			assert_string_equal(role, item->proof->subject == SUBJECT_PERSON ?
			    "legal_representative" : "applicant");
		}
	}
}

/* A passport in a register that goes by citizen number would find nothing: that is no answer. */
static void
a_number_of_another_sort_is_not_asked_with(void **state)
{
	struct party foreigner = people[2], nobody = people[0];

	(void)state;
	snprintf(foreigner.role, sizeof(foreigner.role), "applicant");
	assert_int_equal(inventory_item(inv, "I-00215")->bindings[0].input->type, VALUE_ID18);
	assert_int_equal(bind("I-00215", 0, &foreigner, 1, NULL, NULL, 0), BOUND_NO_NUMBER);
	nobody.type = IDENT_NONE;
	nobody.number[0] = '\0';
	assert_int_equal(bind("I-00215", 0, &nobody, 1, NULL, NULL, 0), BOUND_NO_NUMBER);
	nobody.type = IDENT_USCC;
	snprintf(nobody.number, sizeof(nobody.number), "XX330702MA2ABCDE12");
	assert_int_equal(bind("I-00215", 0, &nobody, 1, NULL, NULL, 0), BOUND_NO_NUMBER);
}

static void
an_input_is_taken_from_the_form_or_typed(void **state)
{
	const struct asked typed[] = {
		{ "I-00001", "household_code", "H1" }, { "I-01396", "household_code", "H31010100001" },
	};
	const struct asked blank[] = { { "I-01396", "household_code", "" } };
	json_t *form = json_loads("{\"birth_cert_number\":\"Z33000602\"}", 0, NULL);

	(void)state;
	assert_int_equal(bind("I-00001", 0, people, 3, form, NULL, 0), BOUND_VALUE);
	assert_string_equal(value, "Z33000602");
	assert_string_equal(role, "");
	json_object_set_new(form, "birth_cert_number", json_string(""));
	assert_int_equal(bind("I-00001", 0, people, 3, form, NULL, 0), BOUND_NO_NUMBER);
	assert_int_equal(bind("I-00001", 0, people, 3, NULL, NULL, 0), BOUND_NO_FORM);
	assert_int_equal(bind("I-01396", 0, people, 3, NULL, typed, 2), BOUND_VALUE);
	assert_string_equal(value, "H31010100001");
	assert_int_equal(bind("I-01396", 0, people, 3, NULL, typed, 1), BOUND_NO_ASK);
	assert_int_equal(bind("I-01396", 0, people, 3, NULL, blank, 1), BOUND_NO_ASK);
	json_decref(form);
}

/* A value typed for one item serves the others that ask for the same, unless they have their own. */
static void
a_typed_value_serves_every_item_that_asks_for_the_same(void **state)
{
	const struct item *vehicle = inventory_item(inv, "I-02434"), *insurance = inventory_item(inv, "I-02435");
	const struct field *input = vehicle->bindings[0].input;
	struct asked typed[] = { { "I-02434", "plate_number", "浙G12345" }, { "I-02435", "plate_number", "浙G2" } };
	struct field date = *input;

	(void)state;
	assert_ptr_equal(vehicle->matter, insurance->matter);
	assert_string_equal(input->name, "plate_number");
	assert_ptr_equal(evaluate_asked(insurance, insurance->bindings[0].input, typed, 1), &typed[0]);
	assert_ptr_equal(evaluate_asked(insurance, insurance->bindings[0].input, typed, 2), &typed[1]);
	assert_ptr_equal(evaluate_asked(vehicle, input, typed, 2), &typed[0]);
	typed[1].value[0] = '\0';
	assert_ptr_equal(evaluate_asked(insurance, input, typed, 2), &typed[0]);
	assert_int_equal(bind("I-02435", 0, NULL, 0, NULL, typed, 2), BOUND_VALUE);
	assert_string_equal(value, "浙G12345");
	/* Another type is another thing, and so is an item of another matter. */
	date.type = VALUE_DATE;
	assert_null(evaluate_asked(insurance, &date, typed, 1));
	assert_null(evaluate_asked(inventory_item(inv, "I-00796"), input, typed, 1));
}

/* Which numbers go into which register. */
static void
every_type_of_identifier_goes_where_its_number_fits(void **state)
{
	static const struct { enum ident_type type; const char *number; int id18, uscc, any; } row[] = {
		{ IDENT_CITIZEN_ID, "310101199003079013", 1, 0, 1 },
		{ IDENT_USCC, "XX330702MA2ABCDE12", 0, 1, 1 },
		{ IDENT_PERMANENT_RESIDENCE, "911124198108030024", 1, 0, 1 },
		{ IDENT_PERMANENT_RESIDENCE, "USA110080010105", 0, 0, 1 },
		{ IDENT_HKMT_RESIDENCE, "810000199408230021", 1, 0, 1 },
		{ IDENT_PASSPORT, "E12345678", 0, 0, 1 },
		{ IDENT_BIRTH_CERTIFICATE, "Z33000602", 0, 0, 1 },
		{ IDENT_NONE, "", 0, 0, 0 },
	};
	static const struct { enum value_type type; size_t column; } input[] = { { VALUE_ID18, 0 },
		{ VALUE_USCC18, 1 }, { VALUE_STRING, 2 } };

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct party p = { .role = "child", .kind = SUBJECT_PERSON, .type = row[i].type };

		snprintf(p.number, sizeof(p.number), "%s", row[i].number);
		for (size_t k = 0; k < 3; k++) {
			struct field field = { .name = "number", .type = input[k].type };
			struct binding b = { &field, INPUT_PARTY_NUMBER, "child" };
			int fits = k == 0 ? row[i].id18 : k == 1 ? row[i].uscc : row[i].any;

			assert_int_equal(evaluate_binding(inventory_item(inv, "I-01172"), &b, &p, 1, NULL, NULL,
			    0, value, role), fits ? BOUND_VALUE : BOUND_NO_NUMBER);
			assert_string_equal(role, "child");
		}
	}
}

static void
a_party_that_is_asked_about_and_not_there_is_open(void **state)
{
	struct evaluated e = { .item = inventory_item(inv, "I-01384"), .applies = APPLIES_YES };

	(void)state;
	assert_true(evaluate_asks_party(&e, people, 1, "seller"));
	assert_false(evaluate_asks_party(&e, people, 1, "buyer"));
	assert_false(evaluate_asks_party(&e, people, 2, "seller"));
	e.applies = APPLIES_UNDECIDED;
	assert_true(evaluate_asks_party(&e, people, 1, "seller"));
	e.applies = APPLIES_NO;
	assert_false(evaluate_asks_party(&e, people, 1, "seller"));
	e = (struct evaluated){ .item = inventory_item(inv, "I-00215"), .applies = APPLIES_YES };
	assert_true(evaluate_asks_party(&e, company, 1, "legal_representative"));
	assert_false(evaluate_asks_party(&e, people, 1, "legal_representative"));
}

static void
a_constant_is_itself(void **state)
{
	const struct item *adoption = inventory_item(inv, "I-00021");
	size_t i = 0;

	(void)state;
	while (i < adoption->nbindings && adoption->bindings[i].kind != INPUT_CONST)
		i++;
	assert_int_equal(bind("I-00021", i, people, 3, NULL, NULL, 0), BOUND_VALUE);
	assert_string_equal(value, "P-074");
}

/* With every scene's parties and typed values, whatever applies can be asked. */
static void
every_scene_has_all_that_its_queries_need(void **state)
{
	json_t *all = scenes();
	const json_t *scene, *expected, *p, *ask;
	size_t i, k, n, queries = 0;

	(void)state;
	json_array_foreach(all, i, scene) {
		struct party parties[8];
		struct asked asked[8];
		size_t nparties = 0, nasked = 0;

		json_array_foreach(json_object_get(scene, "parties"), n, p) {
			struct party *party = &parties[nparties++];

			*party = (struct party){ .kind = strcmp(text_of(p, "kind"), "person") == 0 ?
			    SUBJECT_PERSON : SUBJECT_ENTERPRISE };
			snprintf(party->role, sizeof(party->role), "%s", text_of(p, "role"));
			party->type = strcmp(text_of(p, "identifier_type"), "citizen_id") == 0 ?
			    IDENT_CITIZEN_ID : strcmp(text_of(p, "identifier_type"), "none") == 0 ?
			    IDENT_NONE : IDENT_BIRTH_CERTIFICATE;
			snprintf(party->number, sizeof(party->number), "%s",
			    json_string_value(json_object_get(p, "identifier")) == NULL ? "" :
			    text_of(p, "identifier"));
			snprintf(party->name, sizeof(party->name), "%s", text_of(p, "name"));
		}
		json_array_foreach(json_object_get(scene, "asks"), n, ask) {
			struct asked *a = &asked[nasked++];

			snprintf(a->item, sizeof(a->item), "%s", text_of(ask, "item_code"));
			snprintf(a->input, sizeof(a->input), "%s", text_of(ask, "input"));
			snprintf(a->value, sizeof(a->value), "%s", text_of(ask, "value"));
		}
		json_array_foreach(json_object_get(scene, "expected"), k, expected) {
			const struct item *item = inventory_item(inv, text_of(expected, "item_code"));
			const char *outcome = text_of(expected, "expected_outcome");

			if (strcmp(outcome, "established") != 0 && strcmp(outcome, "not_established") != 0)
				continue;
			for (size_t b = 0; b < item->nbindings; b++, queries++)
				assert_int_equal(bind(item->code, b, parties, nparties,
				    json_object_get(scene, "form"), asked, nasked), BOUND_VALUE);
		}
	}
	assert_true(queries >= 17);
	json_decref(all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_scene_comes_out_as_the_data_say),
		cmocka_unit_test(every_scene_reaches_the_desk_that_the_data_say),
		cmocka_unit_test(an_empty_form_leaves_every_condition_undecided),
		cmocka_unit_test(an_empty_answer_is_an_answer_and_null_is_none),
		cmocka_unit_test(a_condition_is_decided_by_the_answers_that_decide_it),
		cmocka_unit_test(every_condition_is_undecided_exactly_as_long_as_an_answer_can_change_it),
		cmocka_unit_test(a_form_that_cannot_be_is_refused_with_its_field),
		cmocka_unit_test(a_long_answer_is_refused),
		cmocka_unit_test(a_form_of_every_type_is_accepted),
		cmocka_unit_test(an_input_is_taken_from_the_party_it_is_bound_to),
		cmocka_unit_test(about_an_enterprise_a_service_for_persons_asks_its_legal_representative),
		cmocka_unit_test(who_is_asked_about_follows_from_whom_the_proof_is_of),
		cmocka_unit_test(a_number_of_another_sort_is_not_asked_with),
		cmocka_unit_test(an_input_is_taken_from_the_form_or_typed),
		cmocka_unit_test(a_typed_value_serves_every_item_that_asks_for_the_same),
		cmocka_unit_test(every_type_of_identifier_goes_where_its_number_fits),
		cmocka_unit_test(a_party_that_is_asked_about_and_not_there_is_open),
		cmocka_unit_test(a_constant_is_itself),
		cmocka_unit_test(every_scene_has_all_that_its_queries_need),
	};

	return cmocka_run_group_tests_name("evaluate", tests, build, drop);
}

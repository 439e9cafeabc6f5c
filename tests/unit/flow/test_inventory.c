/* The reference inventory as it is: totals, look-ups, who acts for whom, references. */
#include "real.h"

#include <pthread.h>
#include <string.h>

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

static void
the_totals_are_those_that_were_published(void **state)
{
	(void)state;
	assert_int_equal(inv->total[METHOD_DIRECT_CANCEL], 861);
	assert_int_equal(inv->total[METHOD_COMMITMENT], 613);
	assert_int_equal(inv->total[METHOD_DATA_QUERY], 1081);
	assert_int_equal(inv->total[METHOD_DEPARTMENT_VERIFY], 1497);
	assert_int_equal(inv->nitems, 4052);
	assert_int_equal(inv->ndivisions, 12);
	assert_int_equal(inv->nagencies, 679);
	assert_int_equal(inv->nproofs, 258);
	assert_int_equal(inv->nservices, 108);
	assert_int_equal(inv->nmatters, 880);
	assert_int_equal(inv->ngrants, 316);
	assert_int_equal(inv->nfields, 48);
}

/* Each row is found by its code and stands in order; what is between two codes is not found. */
#define FOUND_BY(type, rows, n, key) do { \
	char other[64]; \
	for (size_t i = 0; i < inv->n; i++) { \
		assert_ptr_equal(inventory_##type(inv, inv->rows[i].key), &inv->rows[i]); \
		if (i > 0) \
			assert_true(strcmp(inv->rows[i - 1].key, inv->rows[i].key) < 0); \
		snprintf(other, sizeof(other), "%s!", inv->rows[i].key); \
		assert_null(inventory_##type(inv, other)); \
	} \
	assert_null(inventory_##type(inv, "")); \
} while (0)

static void
every_row_is_found_by_its_code_and_nothing_else_is(void **state)
{
	(void)state;
	FOUND_BY(division, divisions, ndivisions, code);
	FOUND_BY(agency, agencies, nagencies, code);
	FOUND_BY(desk, desks, ndesks, code);
	FOUND_BY(proof, proofs, nproofs, code);
	FOUND_BY(service, services, nservices, code);
	FOUND_BY(matter, matters, nmatters, code);
	FOUND_BY(item, items, nitems, code);
	FOUND_BY(field, fields, nfields, name);
}

static void
items_of_a_matter_stand_in_the_order_of_the_file(void **state)
{
	size_t n = 0;

	(void)state;
	for (size_t m = 0; m < inv->nmatters; m++) {
		const struct matter *matter = &inv->matters[m];

		for (size_t i = 0; i < matter->nitems; i++) {
			assert_ptr_equal(matter->items[i]->matter, matter);
			if (i > 0)	/* the file is sorted by code */
				assert_true(strcmp(matter->items[i - 1]->code, matter->items[i]->code) < 0);
		}
		n += matter->nitems;
	}
	assert_int_equal(n, inv->nitems);
}

/* The rule of the data's README, spelled out: the first agency with that parent there. */
static const struct agency *
acting_by_the_book(const struct agency *city, const struct division *division)
{
	for (size_t i = 0; i < inv->nagencies; i++)
		if (inv->agencies[i].parent == city && inv->agencies[i].division == division)
			return &inv->agencies[i];
	return city;
}

static const struct desk *
desk_by_the_book(const struct agency *agency)
{
	for (size_t i = 0; i < inv->ndesks; i++)
		if (inv->desks[i].agency == agency)
			return &inv->desks[i];
	return NULL;
}

static void
who_acts_for_a_city_agency_follows_the_parents(void **state)
{
	(void)state;
	for (size_t i = 0; i < inv->nagencies; i++) {
		const struct agency *city = &inv->agencies[i];

		if (strcmp(city->division->level, "city") != 0)
			continue;
		for (size_t d = 0; d < inv->ndivisions; d++) {
			const struct division *division = &inv->divisions[d];
			const struct agency *acting = acting_by_the_book(city, division);
			const struct desk *desk = desk_by_the_book(acting);

			if (desk == NULL)
				desk = desk_by_the_book(city);
			assert_ptr_equal(inventory_acting(inv, city, division), acting);
			assert_ptr_equal(inventory_acting_desk(inv, city, division), desk);
		}
	}
}

static void
an_agency_below_the_city_acts_for_itself(void **state)
{
	const struct agency *towns = inventory_agency(inv, "330703-XZ");

	(void)state;
	assert_ptr_equal(inventory_acting(inv, towns, inventory_division(inv, "330703")), towns);
	assert_ptr_equal(inventory_acting(inv, towns, NULL), towns);
}

static void
every_issuer_that_may_be_asked_has_a_desk(void **state)
{
	(void)state;
	for (size_t i = 0; i < inv->nitems; i++) {
		const struct item *item = &inv->items[i];

		if (item->method != METHOD_DATA_QUERY && item->method != METHOD_DEPARTMENT_VERIFY)
			continue;
		for (size_t d = 0; d < inv->ndivisions; d++)
			assert_non_null(inventory_acting_desk(inv, item->proof->issuer, &inv->divisions[d]));
	}
}

static void
missing_desks_are_made_and_listed(void **state)
{
	static const char *const codes[] = { "DK-330700-BB", "DK-330700-DL", "DK-330700-HG" };

	(void)state;
	assert_int_equal(inv->nmade_desks, 3);
	assert_int_equal(inv->ndesks, 383 + 3);
	for (size_t i = 0; i < 3; i++) {
		const struct desk *desk = inv->made_desks[i];

		assert_string_equal(desk->code, codes[i]);
		assert_ptr_equal(desk, inventory_desk(inv, codes[i]));
		assert_string_equal(desk->code + 3, desk->agency->code);
		assert_null(desk->deputy);
		assert_int_equal(desk->hours.n, 2);
		assert_int_equal(desk->hours.span[0].from, 8 * 60 + 30);
		assert_int_equal(desk->hours.span[1].until, 18 * 60);
	}
}

static void
a_county_desk_has_the_city_desk_as_its_deputy(void **state)
{
	(void)state;
	assert_ptr_equal(inventory_desk(inv, "DK-330703-ZG")->deputy, inventory_desk(inv, "DK-330700-ZG"));
	assert_null(inventory_desk(inv, "DK-330700-ZG")->deputy);
}

/* Everything that says where a query gets its inputs and what comes back. */
static void
every_data_query_is_complete(void **state)
{
	(void)state;
	for (size_t i = 0; i < inv->nitems; i++) {
		const struct item *item = &inv->items[i];
		const struct service *s = item->proof->query;

		if (item->method != METHOD_DATA_QUERY) {
			assert_null(item->bindings);
			assert_int_equal(item->nbindings, 0);
			assert_null(item->fields[0]);
			continue;
		}
		assert_non_null(s);
		assert_int_equal(item->nbindings, s->ninputs);
		for (size_t k = 0; k < item->nbindings; k++)
			assert_ptr_equal(item->bindings[k].input, &s->inputs[k]);
		assert_non_null(item->fields[0]);
		assert_true((item->grant != NULL) == (item->proof->sharing == SHARING_CONDITIONAL));
		if (item->grant != NULL)
			assert_ptr_equal(item->grant->item, item);
	}
}

static void
an_item_that_asks_about_another_party_is_bound_to_it(void **state)
{
	const struct item *seller = inventory_item(inv, "I-01384");
	const struct item *buyer = inventory_item(inv, "I-01389");

	(void)state;
	assert_string_equal(seller->bindings[0].what, "seller");
	assert_int_equal(seller->bindings[0].kind, INPUT_PARTY_NUMBER);
	assert_ptr_not_equal(seller->bindings, seller->proof->query->bindings);
	assert_string_equal(seller->proof->query->bindings[0].what, "applicant");
	assert_non_null(buyer->bindings);
}

static void
a_proof_has_its_service_and_its_rule(void **state)
{
	const struct proof *no_house = inventory_proof(inv, "P-084");
	const struct proof *identity = inventory_proof(inv, "P-003");

	(void)state;
	assert_string_equal(no_house->query->code, "DS-047");
	assert_string_equal(no_house->query->dataset, "real_estate");
	assert_null(no_house->row_filter);
	assert_non_null(no_house->established_when);
	assert_string_equal(no_house->says, "名下无房产登记");
	assert_null(identity->says);
	assert_null(inventory_proof(inv, "P-004")->query);
	assert_int_equal(no_house->query->outputs[3].type, VALUE_ENUM);
	assert_string_equal(no_house->query->outputs[3].values[2], "industrial");
	assert_null(no_house->query->outputs[3].values[3]);
}

static void
a_matter_lists_the_fields_and_parties_of_its_form(void **state)
{
	const struct matter *house = inventory_matter(inv, "M-0303");
	const struct matter *newborn = inventory_matter(inv, "M-0001");

	(void)state;
	assert_int_equal(house->nfields, 3);
	assert_string_equal(house->fields[0]->name, "applicant_type");
	assert_string_equal(house->fields[1]->name, "marital_status");
	assert_string_equal(house->fields[2]->name, "has_agent");
	assert_int_equal(house->nparties, 6);
	assert_string_equal(house->parties[4].role, "seller");
	assert_int_equal(house->parties[4].kind, SUBJECT_BOTH);
	assert_true(house->parties[4].required);
	/* The birth certificate's number is read by a binding as well as by a condition. */
	assert_string_equal(newborn->fields[newborn->nfields - 1]->name, "birth_cert_number");
}

static void
an_item_without_hours_has_eight(void **state)
{
	(void)state;
	assert_int_equal(inventory_item(inv, "I-00005")->verify_hours, 24);
	assert_int_equal(inventory_item(inv, "I-00001")->verify_hours, 8);
}

static void
the_calendar_knows_the_holidays(void **state)
{
	int64_t day;

	(void)state;
	assert_int_equal(clock_parse_day("2026-10-01", &day), 0);
	assert_false(calendar_works(inv->calendar, day));
	assert_int_equal(clock_parse_day("2026-10-10", &day), 0);
	assert_true(calendar_works(inv->calendar, day));
}

static void
methods_have_names_and_names_methods(void **state)
{
	enum method method = METHOD_N;

	(void)state;
	for (int m = 0; m < METHOD_N; m++) {
		assert_int_equal(method_parse(method_name(m), &method), 0);
		assert_int_equal(method, m);
	}
	assert_int_equal(method_parse("paper", &method), -1);
	assert_int_equal(method, METHOD_N - 1);
}

static void *
take_and_give_back(void *arg)
{
	(void)arg;
	for (int i = 0; i < 10000; i++) {
		const struct inventory *mine = inventory_ref(inv);

		assert_ptr_equal(inventory_item(mine, "I-01384")->matter, inventory_matter(mine, "M-0303"));
		inventory_unref(mine);
	}
	return NULL;
}

/* A lost count would free the snapshot under the other thread: the sanitizers see that. */
static void
threads_share_a_snapshot(void **state)
{
	pthread_t thread[2];

	(void)state;
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, take_and_give_back, NULL), 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_join(thread[i], NULL), 0);
	assert_int_equal(inv->nitems, 4052);
	inventory_unref(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_totals_are_those_that_were_published),
		cmocka_unit_test(every_row_is_found_by_its_code_and_nothing_else_is),
		cmocka_unit_test(items_of_a_matter_stand_in_the_order_of_the_file),
		cmocka_unit_test(who_acts_for_a_city_agency_follows_the_parents),
		cmocka_unit_test(an_agency_below_the_city_acts_for_itself),
		cmocka_unit_test(every_issuer_that_may_be_asked_has_a_desk),
		cmocka_unit_test(missing_desks_are_made_and_listed),
		cmocka_unit_test(a_county_desk_has_the_city_desk_as_its_deputy),
		cmocka_unit_test(every_data_query_is_complete),
		cmocka_unit_test(an_item_that_asks_about_another_party_is_bound_to_it),
		cmocka_unit_test(a_proof_has_its_service_and_its_rule),
		cmocka_unit_test(a_matter_lists_the_fields_and_parties_of_its_form),
		cmocka_unit_test(an_item_without_hours_has_eight),
		cmocka_unit_test(the_calendar_knows_the_holidays),
		cmocka_unit_test(methods_have_names_and_names_methods),
		cmocka_unit_test(threads_share_a_snapshot),
	};

	return cmocka_run_group_tests_name("inventory", tests, build, drop);
}

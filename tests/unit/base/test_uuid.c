/* Ids sort by when they were made, whatever the clock does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>

#include "base/uuid.h"

#define T INT64_C(1795397412345)

/* RFC 9562, appendix A.6. */
static void
the_example_of_the_rfc_is_read_and_written(void **state)
{
	static const char text[] = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";
	uint8_t id[UUID_LEN];
	char back[UUID_TEXT_SIZE];

	(void)state;
	assert_int_equal(uuid_parse(text, id), 0);
	assert_true(uuid7_ms(id) == INT64_C(1645557742000));
	uuid_text(id, back);
	assert_string_equal(back, text);
	assert_int_equal(uuid_parse("017F22E2-79B0-7CC3-98C4-DC0C0C07398F", id), 0);
	uuid_text(id, back);
	assert_string_equal(back, text);
}

static void
other_versions_have_no_time(void **state)
{
	uint8_t id[UUID_LEN];

	(void)state;
	assert_int_equal(uuid_parse("919108f7-52d1-4320-9bac-f847db4148a8", id), 0);
	assert_true(uuid7_ms(id) == -1);
	assert_int_equal(uuid_parse("017f22e2-79b0-7cc3-d8c4-dc0c0c07398f", id), 0);
	assert_true(uuid7_ms(id) == -1);
}

static void
only_the_one_form_is_read(void **state)
{
	static const char *const bad[] = {
		"", "017f22e2-79b0-7cc3-98c4-dc0c0c07398", "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0",
		"017f22e279b0-7cc3-98c4-dc0c0c07398f0-", "{17f22e2-79b0-7cc3-98c4-dc0c0c07398}",
		"017f22e2-79b0-7cc3-98c4-dc0c0c07398g", "017f22e2 79b0-7cc3-98c4-dc0c0c07398f",
		"017f22e2-79b0-7cc3-98c4_dc0c0c07398f",
	};
	uint8_t id[UUID_LEN] = "unchanged.......";

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(uuid_parse(bad[i], id), -1);
	assert_memory_equal(id, "unchanged.......", UUID_LEN);
}

static void
ids_rise_while_the_clock_stands_goes_and_goes_back(void **state)
{
	static const int64_t step[] = { 0, 0, 0, 1, 0, -1000, 0, 1, 5000, 0, -86400000, 0 };
	struct clock c = { .is_virtual = 1, .virtual_ms = T };
	uint8_t before[UUID_LEN] = { 0 }, id[UUID_LEN];

	(void)state;
	for (size_t i = 0; i < 20000; i++) {
		uuid7_new(&c, id);
		assert_true(memcmp(before, id, UUID_LEN) < 0);
		assert_int_equal(id[6] >> 4, 7);
		assert_int_equal(id[8] >> 6, 2);
		memcpy(before, id, UUID_LEN);
		c.virtual_ms += step[i % (sizeof(step) / sizeof(step[0]))];
	}
}

static void
the_time_in_an_id_is_that_of_the_clock(void **state)
{
	struct clock c = { .is_virtual = 1, .virtual_ms = T + CLOCK_DAY_MS };
	uint8_t id[UUID_LEN];

	(void)state;
	for (int i = 0; i < 1000; i++) {
		uuid7_new(&c, id);
		assert_true(uuid7_ms(id) == T + CLOCK_DAY_MS + i / 100);
		if (i % 100 == 99)
			c.virtual_ms++;
	}
	/* A clock before 1970 is not believed. */
	c.virtual_ms = -5;
	uuid7_new(&c, id);
	assert_true(uuid7_ms(id) == T + CLOCK_DAY_MS + 9);
}

static uint8_t made[4][5000][UUID_LEN];

static void *
make_many(void *arg)
{
	struct clock c = { .is_virtual = 1, .virtual_ms = T };
	uint8_t (*mine)[UUID_LEN] = arg;

	for (size_t i = 0; i < 5000; i++)
		uuid7_new(&c, mine[i]);
	return NULL;
}

static int
compare(const void *a, const void *b)
{
	return memcmp(a, b, UUID_LEN);
}

static void
threads_never_make_the_same_id(void **state)
{
	pthread_t thread[4];

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, make_many, made[i]), 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_join(thread[i], NULL), 0);
	qsort(made, sizeof(made) / UUID_LEN, UUID_LEN, compare);
	for (size_t i = 1; i < sizeof(made) / UUID_LEN; i++)
		assert_true(memcmp(made[0][0] + (i - 1) * UUID_LEN, made[0][0] + i * UUID_LEN,
		    UUID_LEN) < 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_example_of_the_rfc_is_read_and_written),
		cmocka_unit_test(other_versions_have_no_time),
		cmocka_unit_test(only_the_one_form_is_read),
		cmocka_unit_test(ids_rise_while_the_clock_stands_goes_and_goes_back),
		cmocka_unit_test(the_time_in_an_id_is_that_of_the_clock),
		cmocka_unit_test(threads_never_make_the_same_id),
	};

	return cmocka_run_group_tests_name("uuid", tests, NULL, NULL);
}

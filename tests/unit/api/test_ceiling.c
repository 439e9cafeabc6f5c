/* What strangers may do so many times a minute. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "api/api.h"

#define MINUTE INT64_C(60000)
#define NOON (INT64_C(29400000) * MINUTE)

static int64_t
take(struct ceilings *c, const char *prefix, enum ceiling kind, int64_t now)
{
	return api_ceilings_left(c, prefix, kind, now, 1);
}

/* Takes until nothing is left; gives how many there were. */
static int
drain(struct ceilings *c, const char *prefix, enum ceiling kind, int64_t now)
{
	int n = 0;

	while (take(c, prefix, kind, now) > 0)
		assert_true(++n < 1000);
	return n;
}

static void
a_prefix_has_its_number_a_minute_for_each_kind(void **state)
{
	struct ceilings *c = api_ceilings_new();
	int n = drain(c, "10.0.0.0/24", CEILING_COMPLAINTS, NOON);

	(void)state;
	assert_true(n > 0);
	assert_true(take(c, "10.0.0.0/24", CEILING_COMPLAINTS, NOON + MINUTE - 1) <= 0);
	assert_true(take(c, "10.0.0.0/24", CEILING_WRONG_CODES, NOON) > 0);
	assert_int_equal(drain(c, "10.0.1.0/24", CEILING_COMPLAINTS, NOON), n);
	assert_int_equal(drain(c, "10.0.0.0/24", CEILING_COMPLAINTS, NOON + MINUTE), n);
	api_ceilings_free(c);
}

static void
to_look_takes_nothing(void **state)
{
	struct ceilings *c = api_ceilings_new();

	(void)state;
	for (int i = 0; i < 100; i++)
		assert_int_equal(api_ceilings_left(c, "10.0.0.0/24", CEILING_WRONG_CODES, NOON, 0),
		    api_ceilings_left(c, "10.0.2.0/24", CEILING_WRONG_CODES, NOON, 0));
	api_ceilings_free(c);
}

/* More prefixes than there is room for share one ceiling: a flood costs no memory. */
static void
a_flood_from_everywhere_ends(void **state)
{
	struct ceilings *c = api_ceilings_new();
	int64_t through = 0;
	char prefix[32];

	(void)state;
	for (int i = 0; i < 20000; i++) {
		snprintf(prefix, sizeof(prefix), "10.%d.%d.0/24", i / 256, i % 256);
		through += take(c, prefix, CEILING_COMPLAINTS, NOON) > 0;
	}
	assert_in_range(through, 100, 1000);
	assert_true(take(c, "10.0.0.0/24", CEILING_COMPLAINTS, NOON) > 0);	/* the early keep theirs */
	assert_true(take(c, "10.99.0.0/24", CEILING_COMPLAINTS, NOON + MINUTE) > 0);
	api_ceilings_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_prefix_has_its_number_a_minute_for_each_kind),
		cmocka_unit_test(to_look_takes_nothing),
		cmocka_unit_test(a_flood_from_everywhere_ends),
	};

	return cmocka_run_group_tests_name("ceiling", tests, NULL, NULL);
}
